//! Computed fields of audits, for a whole page at once.

use crate::compliance::head::{Head, heads, heads_by_id, part};
use crate::compliance::lines::{findings, progress_of, visible};
use crate::compliance::numbers::{Viewer, counts};
use crate::compliance::questionnaire::{Answers, Asked, Questionnaire, answers_progress};
use crate::compliance::questions::{Of, questions};
use crate::compliance::requirement::perimeter;
use engine::declare::Columns;
use engine::read::{Reading, Wording};
use engine::{ApiError, Cell, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// The perimeter, as lists show it.
pub(super) async fn place(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let heads = heads(reading, ids).await?;
    let cell = |head: &Head| (head.id, perimeter(reading.ctx, head).to_string().into_bytes());
    Ok(Columns::from([("perimeter", heads.iter().map(cell).collect())]))
}

/// Perimeter and framework.
pub(super) async fn scope(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let heads = heads(reading, ids).await?;
    let mut wanted: Vec<Uuid> = heads.iter().map(|head| head.framework.id).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let frameworks = frameworks(reading, &wanted).await?;
    let mut columns = Columns::new();
    for head in &heads {
        let mut place = perimeter(reading.ctx, head);
        if let Some(known) = &head.perimeter {
            let tree = reading.ctx.principal.grants().tree();
            let folder = tree.get(known.folder).map_or("", |node| node.name.as_str());
            place["folder"] = json!({ "str": folder, "id": known.folder });
        }
        let framework = frameworks.get(&head.framework.id).cloned().unwrap_or_default();
        for (name, cell) in [("perimeter", place), ("framework", framework)] {
            columns.entry(name).or_default().insert(head.id, cell.to_string().into_bytes());
        }
    }
    Ok(columns)
}

/// Frameworks with what a detail says of them, as far as the caller sees them.
async fn frameworks(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Value>, ApiError> {
    let registry = reading.ctx.engine.registry();
    let Some(resource) = registry.get("frameworks").cloned() else { return Ok(HashMap::new()) };
    let controls = crate::catalog::controls(reading, ids).await?;
    let access = reading.access(&resource);
    let wording = Wording::of(reading.ctx);
    let updates = resource.fields.iter().find(|field| field.name == "has_update").and_then(|field| field.shown_as);
    let mut statement = reading.rows.sql(&format!(
        "SELECT f.id, {}, f.urn, f.min_score, f.max_score, f.implementation_groups_definition, f.outcomes_definition, \
         f.ref_id, {} FROM frameworks f WHERE ",
        wording.reference(&resource, "f"),
        updates.unwrap_or("1 = 0").replace("{t}", "f")
    ));
    statement.bind_in("f.id", Cell::Uuids(ids.to_vec())).push(" AND ");
    access.push_condition("f", &mut statement);
    let found = reading
        .rows
        .all(&access, &statement, |row| {
            let id = required(row.uuid(0)?)?;
            let outcomes = row.json(6)?.filter(|outcomes| !outcomes.is_null()).unwrap_or_else(|| json!([]));
            let framework = json!({
                "str": row.text(1)?, "id": id, "urn": row.text(2)?, "min_score": row.int(3)?, "max_score": row.int(4)?,
                "implementation_groups_definition": row.json(5)?, "outcomes_definition": outcomes,
                "ref_id": row.text(7)?, "has_update": row.bool(8)?.unwrap_or(false),
            });
            Ok((id, framework))
        })
        .await?;
    let with_controls = |(id, mut framework): (Uuid, Value)| {
        framework["reference_controls"] = json!(controls.get(&id).map_or(&[][..], Vec::as_slice));
        (id, framework)
    };
    Ok(found.into_iter().map(with_controls).collect())
}

/// How far each audit is.
pub(super) async fn progress(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let heads = heads(reading, ids).await?;
    let found = findings(reading, &heads).await?;
    let of = |head: &Head| progress_of(head, found.get(&head.id).map_or(&[][..], Vec::as_slice));
    let cells = heads.iter().map(|head| (head.id, of(head).to_string().into_bytes())).collect();
    Ok(Columns::from([("progress", cells)]))
}

/// What follows from visibility and scale.
pub(super) async fn switches(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let mut columns = Columns::new();
    for head in heads(reading, ids).await? {
        let sees = |field: &str| json!(head.visibility.shows(field, Viewer::Auditor));
        let cells = [
            ("scoring_enabled", sees("score")),
            ("show_documentation_score", sees("documentation_score")),
            ("extended_result_enabled", sees("extended_result")),
            ("progress_status_enabled", sees("status")),
            ("selected_implementation_groups", json!(head.group_names())),
            ("scores_definition", head.scores_list()),
        ];
        for (name, cell) in cells {
            columns.entry(name).or_default().insert(head.id, cell.to_string().into_bytes());
        }
    }
    Ok(columns)
}

/// How many of the questions that are asked have an answer.
pub(super) async fn answers(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let heads = heads_by_id(reading, ids).await?;
    let mut frameworks: Vec<Uuid> = heads.values().map(|head| head.framework.id).collect();
    frameworks.sort_unstable();
    frameworks.dedup();
    let asked: HashMap<Uuid, Questionnaire> = questions(reading, Of::Frameworks(&frameworks))
        .await?
        .iter()
        .map(|(node, questions)| (*node, Questionnaire::read(questions)))
        .collect();
    if asked.is_empty() {
        return Ok(Columns::new());
    }
    let mut statement = reading.rows.sql(
        "SELECT t.compliance_assessment_id, t.requirement_id, n.implementation_groups, t.answers, n.assessable \
         FROM requirement_assessments t JOIN requirement_nodes n ON n.id = t.requirement_id WHERE ",
    );
    let told = heads.values().filter(|head| !head.withheld().contains(&"answers")).map(|head| head.id);
    statement.bind_in("t.compliance_assessment_id", Cell::Uuids(told.collect())).push(" AND ");
    visible(reading, &mut statement);
    let mut found: HashMap<Uuid, (bool, Vec<Asked>)> = HashMap::new();
    reading
        .rows
        .each(&part(), &statement, |row| {
            let audit = required(row.uuid(0)?)?;
            let (Some(head), Some(questions)) = (heads.get(&audit), asked.get(&required(row.uuid(1)?)?)) else {
                return Ok(());
            };
            let (has_questions, rows) = found.entry(audit).or_default();
            *has_questions = true;
            let groups = crate::compliance::head::strings(&row.json(2)?.unwrap_or_default());
            if counts(&head.selected, &groups) {
                rows.push(questions.asked(&Answers::stored(&row.json(3)?.unwrap_or_default())));
            }
            Ok(())
        })
        .await?;
    let cells = found
        .into_iter()
        .filter_map(|(audit, (has_questions, rows))| {
            Some((audit, answers_progress(has_questions, rows)?.to_string().into_bytes()))
        })
        .collect();
    Ok(Columns::from([("answers_progress", cells)]))
}
