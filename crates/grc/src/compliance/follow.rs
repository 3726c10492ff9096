//! Audits follow their framework: new requirements get rows, names and scales change with it.

use super::answer::{Of, missing};
use super::audit::{add_rows, name_of};
use crate::catalog::update::{Change, Strategy};
use engine::audit::{Entry, record};
use engine::{Access, ApiError, Cell, Context, Rows, Storage, required};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// An audit of the framework.
struct Audit {
    id: Uuid,
    name: String,
    folder: Uuid,
}

/// Brings all audits of a changed framework in line with it, whoever may see them. Rows of removed
/// requirements went with those. Nothing depends on the number of rows but the statements for new
/// requirements, one for each audit.
pub(crate) async fn carry(ctx: &Context, rows: &mut Rows, change: &Change) -> Result<(), ApiError> {
    let access = Access::system("audits follow their framework, whoever may see them");
    let audits = audits(rows, &access, change.framework).await?;
    if audits.is_empty() {
        return Ok(());
    }
    let rescaled = change.old != change.new;
    head(ctx, rows, &access, change, rescaled).await?;
    names(rows, &access, change).await?;
    if let (true, Some(strategy)) = (rescaled, change.strategy) {
        for field in ["score", "documentation_score"] {
            rescale(rows, &access, change, strategy, field).await?;
        }
    }
    let added = added(rows, &access, change).await?;
    for audit in &audits {
        if !added.is_empty() {
            let after = last(rows, &access, audit.id).await?;
            add_rows(rows, &ctx.engine, audit.id, &added, after).await?;
        }
        let mut told = Map::new();
        told.insert("requirements".into(), json!([change.removed.len(), change.added.len()]));
        if rescaled {
            told.insert("min_score".into(), json!([change.old.min, change.new.min]));
            told.insert("max_score".into(), json!([change.old.max, change.new.max]));
        }
        let entry = Entry {
            action: "update",
            resource: "compliance-assessments",
            object: Some(audit.id),
            name: audit.name.clone(),
            folder: Some(audit.folder),
            changes: told,
        };
        record(ctx, rows, entry).await?;
    }
    // What was said to a question that is asked again is an answer again.
    missing(rows, &ctx.engine, Of::Framework(change.framework)).await
}

async fn audits(rows: &mut Rows, access: &Access, framework: Uuid) -> Result<Vec<Audit>, ApiError> {
    let mut statement =
        rows.sql("SELECT a.id, a.name, a.folder_id FROM compliance_assessments a WHERE a.framework_id = ");
    statement.bind(framework).push(" ORDER BY a.id");
    rows.all(access, &statement, |row| {
        let name = row.text(1)?.unwrap_or_default();
        Ok(Audit { id: required(row.uuid(0)?)?, name, folder: required(row.uuid(2)?)? })
    })
    .await
}

/// When the scale changed, that of every audit is the framework's from now on, also where it had one of its own; else
/// only what the framework calls its scores is taken over, by audits that have its scale. The target stays, whatever
/// scale it was meant on.
async fn head(
    ctx: &Context,
    rows: &mut Rows,
    access: &Access,
    change: &Change,
    rescaled: bool,
) -> Result<(), ApiError> {
    let (min, max) = (change.new.min, change.new.max);
    if rescaled || change.redefined {
        let mut statement = rows.sql("UPDATE compliance_assessments SET scores_definition = ");
        statement.bind(definition(&change.scores_definition)).push(", min_score = ").bind(min);
        statement.push(", max_score = ").bind(max).push(" WHERE framework_id = ").bind(change.framework);
        if !rescaled {
            statement.push(" AND min_score = ").bind(min).push(" AND max_score = ").bind(max);
        }
        rows.execute(access, &statement).await?;
    }
    let mut statement = rows.sql("UPDATE compliance_assessments SET updated_at = ");
    statement.bind(ctx.now());
    statement
        .push(", framework_name = (SELECT f.name FROM frameworks f WHERE f.id = framework_id) WHERE framework_id = ");
    statement.bind(change.framework);
    rows.execute(access, &statement).await?;
    // What is searched is made of the same texts as when a person saves the audit.
    let mut statement = rows.sql(
        "SELECT a.id, a.ref_id, a.name, a.description, a.framework_name FROM compliance_assessments a \
         WHERE a.framework_id = ",
    );
    statement.bind(change.framework);
    let list = rows
        .all(access, &statement, |row| {
            let texts: Result<Vec<String>, _> =
                (1..5).map(|at| Ok(row.text(at)?.unwrap_or_default().to_lowercase())).collect();
            Ok(json!([required(row.uuid(0)?)?, texts?.join("\n")]))
        })
        .await?;
    let columns = [("audit", Storage::Uuid), ("words", Storage::Text)];
    let mut statement = rows.sql("UPDATE compliance_assessments SET search_text = (SELECT v.words FROM ");
    statement.bind_rows(&columns, Value::Array(list)).push(" v WHERE v.audit = compliance_assessments.id)");
    statement.push(" WHERE framework_id = ").bind(change.framework);
    rows.execute(access, &statement).await.map(drop)
}

fn definition(stored: &Value) -> Cell {
    if stored.is_null() { Cell::Null } else { Cell::Json(stored.clone()) }
}

/// Rows are called what their requirement is called.
async fn names(rows: &mut Rows, access: &Access, change: &Change) -> Result<(), ApiError> {
    let mut statement = rows.sql(
        "SELECT DISTINCT n.id, n.ref_id, n.name, t.name FROM requirement_nodes n \
         JOIN requirement_assessments t ON t.requirement_id = n.id WHERE n.framework_id = ",
    );
    statement.bind(change.framework);
    let found = rows
        .all(access, &statement, |row| {
            let name = name_of(row.text(1)?.as_deref(), row.text(2)?.as_deref());
            Ok((required(row.uuid(0)?)?, name, row.text(3)?.unwrap_or_default()))
        })
        .await?;
    let mut changed: Vec<(Uuid, String)> =
        found.into_iter().filter(|(_, name, old)| name != old).map(|(node, name, _)| (node, name)).collect();
    changed.dedup();
    if changed.is_empty() {
        return Ok(());
    }
    let table: Value = changed.iter().map(|(node, name)| json!([node, name, name.to_lowercase()])).collect();
    let columns = [("node", Storage::Uuid), ("name", Storage::Text), ("name_key", Storage::Text)];
    let mut statement = rows.sql("UPDATE requirement_assessments SET ");
    for (index, (column, from)) in [("name", "name"), ("name_key", "name_key")].iter().enumerate() {
        statement.push(if index == 0 { "" } else { ", " });
        statement.push(&format!("{column} = (SELECT v.{from} FROM ")).bind_rows(&columns, table.clone());
        statement.push(" v WHERE v.node = requirement_assessments.requirement_id)");
    }
    // What is searched begins with the name.
    statement.push(", search_text = (SELECT v.name_key FROM ").bind_rows(&columns, table);
    statement.push(" v WHERE v.node = requirement_assessments.requirement_id)");
    statement.push(" || substr(search_text, length(name_key) + 1) WHERE ");
    statement.bind_in("requirement_id", Cell::Uuids(changed.iter().map(|(node, _)| *node).collect()));
    rows.execute(access, &statement).await.map(drop)
}

/// Each score that occurs becomes what the strategy makes of it, in one statement.
async fn rescale(
    rows: &mut Rows,
    access: &Access,
    change: &Change,
    strategy: Strategy,
    field: &str,
) -> Result<(), ApiError> {
    // Requirements with a scale of their own keep it, and their scores.
    let own = " AND requirement_id IN (SELECT n.id FROM requirement_nodes n \
         WHERE n.min_score IS NULL AND n.max_score IS NULL AND n.framework_id = ";
    if strategy == Strategy::Reset {
        let mut statement = rows.sql(&format!(
            "UPDATE requirement_assessments SET {field} = NULL, is_scored = (1 = 0) WHERE compliance_assessment_id IN \
             (SELECT a.id FROM compliance_assessments a WHERE a.framework_id = "
        ));
        statement.bind(change.framework).push(")").push(own).bind(change.framework).push(")");
        return rows.execute(access, &statement).await.map(drop);
    }
    let mut statement = rows.sql(&format!(
        "SELECT DISTINCT t.{field} FROM requirement_assessments t JOIN requirement_nodes n ON n.id = t.requirement_id \
         WHERE t.{field} IS NOT NULL AND n.framework_id = "
    ));
    statement.bind(change.framework);
    let scores: Vec<i64> = rows.all(access, &statement, |row| required(row.int(0)?)).await?;
    let moved = |score: &i64| {
        let new = strategy.apply(*score, change.old, change.new)?;
        (new != *score).then(|| json!([score, new]))
    };
    let table: Vec<Value> = scores.iter().filter_map(moved).collect();
    if table.is_empty() {
        return Ok(());
    }
    let old: Vec<i64> = table.iter().filter_map(|pair| pair[0].as_i64()).collect();
    let mut statement = rows.sql(&format!("UPDATE requirement_assessments SET {field} = (SELECT v.new_score FROM "));
    statement.bind_rows(&[("old_score", Storage::Int), ("new_score", Storage::Int)], Value::Array(table));
    statement.push(&format!(" v WHERE v.old_score = requirement_assessments.{field}) WHERE "));
    statement.bind_in(field, Cell::Ints(old)).push(own).bind(change.framework).push(")");
    rows.execute(access, &statement).await.map(drop)
}

/// New requirements with the names of their rows, in the order of the framework.
async fn added(rows: &mut Rows, access: &Access, change: &Change) -> Result<Vec<(Uuid, String)>, ApiError> {
    let mut statement = rows.sql("SELECT n.id, n.ref_id, n.name FROM requirement_nodes n WHERE ");
    statement.bind_in("n.id", Cell::Uuids(change.added.clone())).push(" ORDER BY n.order_id, n.id");
    rows.all(access, &statement, |row| {
        Ok((required(row.uuid(0)?)?, name_of(row.text(1)?.as_deref(), row.text(2)?.as_deref())))
    })
    .await
}

/// The place of the last row: new ones come behind it.
async fn last(rows: &mut Rows, access: &Access, audit: Uuid) -> Result<i64, ApiError> {
    let mut statement =
        rows.sql("SELECT max(t.position) FROM requirement_assessments t WHERE t.compliance_assessment_id = ");
    statement.bind(audit);
    Ok(rows.one(access, &statement, |row| row.int(0)).await?.flatten().unwrap_or(0))
}
