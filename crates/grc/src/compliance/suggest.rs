//! Suggested controls: from what a framework recommends for a requirement to controls that do it.
//!
//! A control of the same reference in the audit's folder is taken; only what is missing is made.

use super::audit::{hold, refuse_locked};
use super::head::{Head, head, part, strings};
use super::lines::visible;
use super::numbers::counts;
use super::related::labels;
use engine::audit::{Entry, record};
use engine::declare::{Answer, Resource, Shape, link_table};
use engine::read::{Reading, write_rows};
use engine::write::{Saving, create_in, may_relink};
use engine::{Access, ApiError, Body, Call, Context, Rows, Verb, required};
use serde_json::json;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// Whose suggestions are meant.
#[derive(Clone, Copy, Debug)]
pub(super) enum Where {
    /// The rows of an audit that the caller sees, inside its groups.
    Audit(Uuid),
    /// All rows of an audit that is just being made.
    Made(Uuid),
    /// One row.
    Row(Uuid),
}

/// A reference control, and the rows that ask for it.
struct Suggestion {
    reference: Uuid,
    label: String,
    name: String,
    ref_id: Option<String>,
    description: Option<String>,
    category: Option<String>,
    csf_function: Option<String>,
    rows: Vec<Uuid>,
}

/// What is there already.
struct Known {
    /// A control of the folder by its reference.
    by_reference: HashMap<Uuid, Uuid>,
    /// Names that are taken in the folder, in lower case.
    names: HashSet<String>,
    /// Links between rows and controls, as far as the caller sees the controls.
    links: HashSet<(Uuid, Uuid)>,
}

/// What was done.
#[derive(Default)]
struct Done {
    /// Controls that were linked anew.
    controls: Vec<Uuid>,
    /// Controls that rows are linked to, before and after.
    rows: BTreeMap<Uuid, (Vec<Uuid>, Vec<Uuid>)>,
}

/// What applying would do.
pub(super) async fn preview(call: &Call<'_>, place: Where) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let head = audit_of(call.ctx, &mut rows, place).await?;
    let controls = call.ctx.engine.registry().get("applied-controls");
    let Some(controls) = controls.filter(|_| !head.hidden().contains(&"applied_controls")) else {
        return Ok(Answer::Json(json!([])));
    };
    let wanted = suggestions(call.ctx, &mut rows, &head, place).await?;
    let known = known(call.ctx, &mut rows, controls, &head).await?;
    let list = wanted.iter().filter_map(|one| {
        let status = match known.by_reference.get(&one.reference) {
            None => "create",
            Some(control) if one.rows.iter().all(|row| known.links.contains(&(*row, *control))) => return None,
            Some(_) => "link",
        };
        Some(json!({
            "id": known.by_reference.get(&one.reference).unwrap_or(&one.reference),
            "name": one.name,
            "ref_id": one.ref_id,
            "reference_control": { "id": one.reference, "str": one.label, "name": one.name },
            "suggestion_status": status,
        }))
    });
    Ok(Answer::Json(list.collect()))
}

/// Makes and links; answers the controls that were linked anew.
pub(super) async fn apply(call: &Call<'_>, place: Where) -> Result<Answer, ApiError> {
    let mut rows = call.write().await?;
    let audit = audit_id(&mut rows, place).await?;
    hold(&mut rows, call.ctx, audit).await?;
    let head = head(&mut Reading { ctx: call.ctx, rows: &mut rows }, audit).await?;
    refuse_locked(head.is_locked)?;
    // Whether there is anything to link would tell what is linked already.
    if head.withheld().contains(&"applied_controls") {
        return Err(ApiError::Forbidden);
    }
    let done = run(call.ctx, &mut rows, &head, place).await?;
    let own = call.ctx.engine.registry().get("requirement-assessments").ok_or(ApiError::NotFound)?;
    let linked: Vec<Uuid> = done.rows.keys().copied().collect();
    may_relink(call.ctx, &mut rows, own, "applied_controls", &linked).await?;
    told(call.ctx, &mut rows, &head, &done).await?;
    let mut out = vec![b'['];
    if let Some(controls) = call.ctx.engine.registry().get("applied-controls") {
        let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
        write_rows(&mut reading, controls, Shape::Detail, &done.controls, " ORDER BY t.name_key, t.id", &mut out)
            .await?;
    }
    out.push(b']');
    if !done.rows.is_empty() {
        rows.commit().await?;
    }
    Ok(Answer::Raw(out))
}

/// One entry for each row that changed, as if each had been changed by hand.
async fn told(ctx: &Context, rows: &mut Rows, head: &Head, done: &Done) -> Result<(), ApiError> {
    let names = labels(&mut Reading { ctx, rows }, head.id).await?;
    for (row, (old, new)) in &done.rows {
        let entry = Entry {
            action: "update",
            resource: "requirement-assessments",
            object: Some(*row),
            name: names.get(row).cloned().unwrap_or_default(),
            folder: Some(head.folder),
            changes: [("applied_controls".to_owned(), json!([old, new]))].into_iter().collect(),
        };
        record(ctx, rows, entry).await?;
    }
    Ok(())
}

/// The same inside the transaction that makes an audit.
pub(super) async fn for_new_audit(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let place = Where::Made(saving.id);
    let head = audit_of(saving.ctx, saving.rows, place).await?;
    run(saving.ctx, saving.rows, &head, place).await.map(drop)
}

async fn audit_of(ctx: &Context, rows: &mut Rows, place: Where) -> Result<Head, ApiError> {
    let audit = audit_id(rows, place).await?;
    head(&mut Reading { ctx, rows }, audit).await
}

async fn audit_id(rows: &mut Rows, place: Where) -> Result<Uuid, ApiError> {
    match place {
        Where::Audit(audit) | Where::Made(audit) => Ok(audit),
        Where::Row(row) => {
            let mut statement =
                rows.sql("SELECT t.compliance_assessment_id FROM requirement_assessments t WHERE t.id = ");
            statement.bind(row);
            // The row was found visible before.
            let found = rows.one(&part(), &statement, |row| required(row.uuid(0)?)).await?;
            found.ok_or(ApiError::NoRow("RequirementAssessment"))
        }
    }
}

async fn run(ctx: &Context, rows: &mut Rows, head: &Head, place: Where) -> Result<Done, ApiError> {
    let mut done = Done::default();
    let Some(controls) = ctx.engine.registry().get("applied-controls") else { return Ok(done) };
    let wanted = suggestions(ctx, rows, head, place).await?;
    let mut known = known(ctx, rows, controls, head).await?;
    let mut before: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (row, control) in &known.links {
        before.entry(*row).or_default().push(*control);
    }
    for controls in before.values_mut() {
        controls.sort_unstable();
    }
    let mut links = Vec::new();
    for one in wanted {
        let control = match known.by_reference.get(&one.reference) {
            Some(control) => *control,
            None => create_in(ctx, rows, controls, &body(&one, head, &mut known.names)).await?.0,
        };
        let fresh: Vec<Uuid> = one.rows.iter().copied().filter(|row| !known.links.contains(&(*row, control))).collect();
        if !fresh.is_empty() {
            done.controls.push(control);
        }
        for row in &fresh {
            let (_, new) = done.rows.entry(*row).or_insert_with(|| {
                let old = before.get(row).cloned().unwrap_or_default();
                (old.clone(), old)
            });
            new.push(control);
        }
        links.extend(fresh.into_iter().map(|row| json!([row, control])));
    }
    if links.is_empty() {
        return Ok(done);
    }
    let table = link_table("requirement-assessments", "applied_controls");
    let mut statement = rows.sql(&format!(
        "INSERT INTO {table} (source_id, target_id, position) SELECT v.row_id, v.control_id, \
         COALESCE((SELECT max(l.position) + 1 FROM {table} l WHERE l.source_id = v.row_id), 0) FROM "
    ));
    statement.bind_rows(&[("row_id", engine::Storage::Uuid), ("control_id", engine::Storage::Uuid)], links.into());
    statement.push(" v");
    rows.execute(&Access::system("rows of an audit that the caller may change"), &statement).await?;
    Ok(done)
}

fn body(one: &Suggestion, head: &Head, taken: &mut HashSet<String>) -> Body {
    let mut name = one.name.clone();
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{} ({number})", one.name);
        number += 1;
    }
    let mut body = Body::new();
    body.insert("name".into(), json!(name));
    body.insert("folder".into(), json!(head.folder));
    body.insert("reference_control".into(), json!(one.reference));
    let given = [
        ("ref_id", &one.ref_id),
        ("description", &one.description),
        ("category", &one.category),
        ("csf_function", &one.csf_function),
    ];
    for (field, value) in given {
        if let Some(value) = value {
            body.insert(field.into(), json!(value));
        }
    }
    body
}

/// Reference controls of the rows that are meant, in the order of the framework.
async fn suggestions(ctx: &Context, rows: &mut Rows, head: &Head, place: Where) -> Result<Vec<Suggestion>, ApiError> {
    let Some(references) = ctx.engine.registry().get("reference-controls") else { return Ok(Vec::new()) };
    let access = ctx.access(references, Verb::View);
    let mut statement = rows.sql(&format!(
        "SELECT t.id, n.implementation_groups, r.id, {}, r.name, r.ref_id, r.description, r.category, r.csf_function \
         FROM requirement_assessments t JOIN requirement_nodes n ON n.id = t.requirement_id \
         JOIN requirement_nodes__reference_controls l ON l.source_id = n.id \
         JOIN reference_controls r ON r.id = l.target_id WHERE ",
        references.reference_label.unwrap_or(references.label).replace("{t}", "r")
    ));
    match place {
        Where::Audit(audit) | Where::Made(audit) => statement.push("t.compliance_assessment_id = ").bind(audit),
        Where::Row(row) => statement.push("t.id = ").bind(row),
    };
    statement.push(" AND ");
    if !matches!(place, Where::Made(_)) {
        visible(&Reading { ctx, rows: &mut *rows }, &mut statement);
        statement.push(" AND ");
    }
    access.push_condition("r", &mut statement);
    statement.push(" ORDER BY n.order_id, l.position, r.id");
    let mut order = 0_usize;
    let mut found: BTreeMap<usize, Suggestion> = BTreeMap::new();
    let mut places: HashMap<Uuid, usize> = HashMap::new();
    rows.each(&access, &statement, |row| {
        let groups = strings(&row.json(1)?.unwrap_or_default());
        if !matches!(place, Where::Row(_)) && !counts(&head.selected, &groups) {
            return Ok(());
        }
        let reference = required(row.uuid(2)?)?;
        let at = *places.entry(reference).or_insert_with(|| {
            order += 1;
            order
        });
        let id = required(row.uuid(0)?)?;
        if let Some(known) = found.get_mut(&at) {
            known.rows.push(id);
            return Ok(());
        }
        let one = Suggestion {
            reference,
            label: row.text(3)?.unwrap_or_default(),
            name: row.text(4)?.unwrap_or_default(),
            ref_id: row.text(5)?,
            description: row.text(6)?,
            category: row.text(7)?,
            csf_function: row.text(8)?,
            rows: vec![id],
        };
        found.insert(at, one);
        Ok(())
    })
    .await?;
    Ok(found.into_values().collect())
}

async fn known(ctx: &Context, rows: &mut Rows, controls: &Resource, head: &Head) -> Result<Known, ApiError> {
    let access = ctx.access(controls, Verb::View);
    let mut statement =
        rows.sql(&format!("SELECT t.id, t.reference_control_id FROM {} t WHERE t.folder_id = ", controls.table()));
    statement.bind(head.folder).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.created_at DESC, t.id DESC");
    let mut known = Known { by_reference: HashMap::new(), names: HashSet::new(), links: HashSet::new() };
    rows.each(&access, &statement, |row| {
        let id = required(row.uuid(0)?)?;
        if let Some(reference) = row.uuid(1)? {
            // The oldest comes last and stays.
            known.by_reference.insert(reference, id);
        }
        Ok(())
    })
    .await?;
    // A name is taken whoever sees the control that has it.
    let mut statement = rows.sql(&format!("SELECT t.name_key FROM {} t WHERE t.folder_id = ", controls.table()));
    statement.bind(head.folder);
    let names = Access::system("names that are taken in a folder");
    rows.each(&names, &statement, |row| {
        known.names.extend(row.text(0)?);
        Ok(())
    })
    .await?;
    let table = link_table("requirement-assessments", "applied_controls");
    let mut statement = rows.sql(&format!(
        "SELECT l.source_id, l.target_id FROM {table} l JOIN requirement_assessments t ON t.id = l.source_id \
         JOIN {} r ON r.id = l.target_id WHERE t.compliance_assessment_id = ",
        controls.table()
    ));
    statement.bind(head.id).push(" AND ");
    access.push_condition("r", &mut statement);
    rows.each(&part(), &statement, |row| {
        known.links.insert((required(row.uuid(0)?)?, required(row.uuid(1)?)?));
        Ok(())
    })
    .await?;
    Ok(known)
}
