//! Security exceptions: what deviates from the rules, how bad that is and until when it is borne.

use super::READ;
use crate::exported;
use engine::declare::Shape::Write;
use engine::declare::{
    Answer, Choices, Columns, Kind, Resource, Scope, Unique, choice, computed, created_at, date, folder, get,
    is_published, label, long_text, path, reference, references, reverse, text, updated_at, url,
};
use engine::read::Reading;
use engine::{Access, ApiError, Call, Cell, Verb, plan, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

const SEVERITY: Choices =
    &[("-1", "undefined"), ("0", "info"), ("1", "low"), ("2", "medium"), ("3", "high"), ("4", "critical")];
const STATUS: Choices = &[
    ("draft", "draft"),
    ("in_review", "in review"),
    ("approved", "approved"),
    ("rejected", "rejected"),
    ("resolved", "resolved"),
    ("expired", "expired"),
    ("deprecated", "deprecated"),
];

/// A security exception.
pub fn security_exception() -> Resource {
    let count = computed("associated_objects_count", "associated", "integer", |reading, ids| {
        Box::pin(associated(reading, ids))
    });
    let back = |name, source| reverse(name, source, "security_exceptions").filter();
    let view = |name| get(name).needs(Verb::View);
    Resource::new("security-exceptions", "securityexception")
        .scope(Scope::Folder)
        .called("SecurityException", "Security exception", "Security exceptions")
        .module("controls")
        .field(text("ref_id").nullable().max(100).search().filter().order().column())
        .field(text("name").required().max(200).search().filter().order().column())
        .field(long_text("description").nullable().search())
        .field(choice("severity", SEVERITY).numbered().default("-1").filter().order().column())
        .field(choice("status", STATUS).as_code().default("\"draft\"").filter().order().column())
        .field(date("expiration_date").filter().order().column())
        .field(url("link").nullable())
        .field(long_text("observation").nullable())
        .field(path())
        .field(folder())
        .field(is_published("false"))
        .field(references("owners", "actors").filter().column())
        .field(reference("approver", "users").read_only().filter())
        .field(references("evidences", "evidences").filter())
        .field(back("assets", "assets"))
        .field(back("applied_controls", "applied-controls").only(&[Write]))
        .field(back("requirement_assessments", "requirement-assessments").only(&[Write]))
        .field(back("risk_scenarios", "risk-scenarios").read_only().only(&[]))
        .field(back("genericcollection", "generic-collections").only(&[Write]))
        .field(reverse("validation_flows", "validation-flows", "security_exceptions").read_only().only(READ))
        .field(count)
        .field(created_at())
        .field(updated_at())
        .travels()
        .unique(Unique { field: "name", in_folder: true, on_update: false, refusal: crate::refusals::name_taken })
        .action(view("sankey_data").run(|call| Box::pin(sankey(call))))
        .action(view("export_csv").run(|call| Box::pin(csv(call))))
        .action(view("export_xlsx").run(|call| Box::pin(xlsx(call))))
}

/// How many visible objects each exception is about.
async fn associated(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let registry = reading.ctx.engine.registry();
    let mut counts: HashMap<Uuid, i64> = ids.iter().map(|id| (*id, 0)).collect();
    let mut statement = reading.rows.statement();
    let names = |resource: &&Resource| {
        let refers = |kind: &Kind| matches!(kind, Kind::References { target } if *target == "security-exceptions");
        let there = resource.fields.iter().any(|one| one.name == "security_exceptions" && refers(&one.kind));
        there && resource.slice.is_none()
    };
    let mut any = false;
    for resource in registry.all().iter().filter(names) {
        statement.push(if any { " UNION ALL " } else { "" });
        any = true;
        statement.push(&format!(
            "SELECT l.target_id, count(*) FROM {} l JOIN {} r ON r.id = l.source_id WHERE ",
            resource.links("security_exceptions"),
            resource.table()
        ));
        statement.bind_in("l.target_id", Cell::Uuids(ids.to_vec())).push(" AND ");
        reading.access(resource).push_linked("r", "security_exceptions", &mut statement);
        statement.push(" GROUP BY l.target_id");
    }
    if any {
        let access = Access::system("counts of rows that were found visible, each with its own condition");
        reading
            .rows
            .each(&access, &statement, |row| {
                *counts.entry(required(row.uuid(0)?)?).or_default() += required(row.int(1)?)?;
                Ok(())
            })
            .await?;
    }
    let cells = counts.into_iter().map(|(id, count)| (id, json!(count).to_string().into_bytes())).collect();
    Ok(Columns::from([("associated_objects_count", cells)]))
}

/// Severities flowing into statuses.
async fn sankey(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let selection = plan::select(call.ctx, &mut rows, call.resource, &call.access, call.query).await?;
    let mut statement = rows.sql("SELECT t.severity, t.status, count(*) FROM security_exceptions t");
    statement.append(&selection.condition).push(" GROUP BY t.severity, t.status ORDER BY t.severity, t.status");
    let flows = rows
        .all(&call.access, &statement, |row| {
            let severity = row.int(0)?.map(|code| code.to_string()).unwrap_or_default();
            let status = row.text(1)?.unwrap_or_default();
            let (severity, status) = (label(SEVERITY, &severity).to_owned(), label(STATUS, &status).to_owned());
            Ok((severity, status, required(row.int(2)?)?))
        })
        .await?;
    let mut nodes: Vec<&str> = Vec::new();
    for name in flows.iter().flat_map(|(severity, status, _)| [severity.as_str(), status.as_str()]) {
        if !nodes.contains(&name) {
            nodes.push(name);
        }
    }
    let nodes: Vec<Value> = nodes.iter().map(|name| json!({ "name": name })).collect();
    let links: Vec<Value> = flows
        .iter()
        .map(|(source, target, value)| json!({ "source": source, "target": target, "value": value }))
        .collect();
    Ok(Answer::Json(json!({ "results": { "nodes": nodes, "links": links } })))
}

const HEADERS: [&str; 10] = [
    "internal_id",
    "ref_id",
    "name",
    "description",
    "severity",
    "status",
    "expiration_date",
    "folder",
    "observation",
    "owners",
];

async fn csv(call: Call<'_>) -> Result<Answer, ApiError> {
    exported::csv("security_exceptions", &HEADERS, table(&call).await?).await
}

async fn xlsx(call: Call<'_>) -> Result<Answer, ApiError> {
    exported::xlsx("security_exceptions", &HEADERS, table(&call).await?).await
}

/// Rows of the filtered list; names of related objects only where they may be seen.
async fn table(call: &Call<'_>) -> Result<Vec<Vec<String>>, ApiError> {
    let mut rows = call.read().await?;
    let selection = plan::select(call.ctx, &mut rows, call.resource, &call.access, call.query).await?;
    let mut statement = rows.sql(
        "SELECT t.id, t.ref_id, t.name, t.description, t.severity, t.status, t.expiration_date, f.name, t.observation \
         FROM security_exceptions t JOIN folders f ON f.id = t.folder_id",
    );
    statement.append(&selection.condition).append(&selection.order);
    let found: Vec<(Uuid, Vec<String>)> = rows
        .all(&call.access, &statement, |row| {
            let id = required(row.uuid(0)?)?;
            let severity = row.int(4)?.map(|code| code.to_string()).unwrap_or_default();
            let line = vec![
                id.to_string(),
                row.text(1)?.unwrap_or_default(),
                row.text(2)?.unwrap_or_default(),
                row.text(3)?.unwrap_or_default(),
                label(SEVERITY, &severity).to_owned(),
                label(STATUS, &row.text(5)?.unwrap_or_default()).to_owned(),
                row.date(6)?.map(|day| day.to_string()).unwrap_or_default(),
                row.text(7)?.unwrap_or_default(),
                row.text(8)?.unwrap_or_default(),
            ];
            Ok((id, line))
        })
        .await?;
    let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
    let owners = exported::linked(call, &mut rows, ("owners", "actors"), &ids).await?;
    let line = |(id, mut line): (Uuid, Vec<String>)| {
        line.push(owners.get(&id).cloned().unwrap_or_default());
        line
    };
    Ok(found.into_iter().map(line).collect())
}
