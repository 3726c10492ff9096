//! Small lists: who provides, in which languages, what is used.

use super::usage;
use engine::declare::{Action, Answer, Shape, get};
use engine::read::{Reading, Wording, write_rows};
use engine::{ApiError, Call, Cell, Verb, required};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// `provider/`: `{name: name}` of those who made what the caller sees.
pub(super) fn provider() -> Action {
    get("provider").needs(Verb::View).run(|call| Box::pin(distinct(call, "provider")))
}

/// `locale/`: the same of languages.
pub(super) fn locale() -> Action {
    get("locale").needs(Verb::View).run(|call| Box::pin(distinct(call, "locale")))
}

async fn distinct(call: Call<'_>, column: &str) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut statement = rows.sql(&format!(
        "SELECT DISTINCT t.{column} FROM {} t WHERE t.{column} IS NOT NULL AND t.{column} <> '' AND ",
        call.resource.table()
    ));
    call.access.push_condition("t", &mut statement);
    let found = rows.all(&call.access, &statement, |row| required(row.text(0)?)).await?;
    Ok(Answer::Json(found.into_iter().map(|name| (name.clone(), json!(name))).collect::<Map<_, _>>().into()))
}

/// `object_type/`: what a library may bring, in the words of the filter.
pub(super) async fn object_types() -> Result<Answer, ApiError> {
    Ok(Answer::Json(json!(super::stored_library::OBJECT_TYPES)))
}

/// `used/`: rows of this kind, with how many visible rows of another refer to each.
pub(super) async fn used(call: Call<'_>, path: &'static str, key: &'static str) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let label = Wording::of(call.ctx).label(call.resource, "t");
    let mut statement = rows.sql(&format!("SELECT t.id, {label} FROM {} t WHERE ", call.resource.table()));
    call.access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.name_key, t.id");
    let found = rows
        .all(&call.access, &statement, |row| Ok((required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default())))
        .await?;
    let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let counts = usage::counts(&mut reading, call.resource.path, path, &ids).await?;
    let used = found.into_iter().filter_map(|(id, name)| {
        let count = counts.get(&id).copied().filter(|count| *count > 0)?;
        Some(json!({ "id": id, "name": name, key: count }))
    });
    Ok(Answer::Json(json!({ "results": used.collect::<Vec<_>>() })))
}

/// `available-updates/`: loaded libraries of which a newer version is stored, as a bare list.
pub(super) async fn available_updates(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let newer = super::loaded_library::HAS_UPDATE.replace("{t}", "t");
    let mut statement = rows.sql(&format!("SELECT t.id FROM loaded_libraries t WHERE {newer} AND "));
    call.access.push_condition("t", &mut statement);
    let ids = rows.ids(&call.access, &statement).await?;
    let mut out = vec![b'['];
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    write_rows(&mut reading, call.resource, Shape::List, &ids, " ORDER BY t.name_key, t.id", &mut out).await?;
    out.push(b']');
    Ok(Answer::Raw(out))
}

/// `threats_count/`: how often each threat occurs in risk scenarios, by the threat's folder.
pub(super) async fn threats_count(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let label = Wording::of(call.ctx).label(call.resource, "t");
    let mut statement = rows.sql(&format!("SELECT t.id, {label}, t.folder_id FROM threats t WHERE "));
    call.access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.name_key, t.id");
    let threats = rows
        .all(&call.access, &statement, |row| {
            Ok((required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default(), required(row.uuid(2)?)?))
        })
        .await?;
    let ids: Vec<Uuid> = threats.iter().map(|(id, ..)| *id).collect();
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let counts = usage::counts(&mut reading, "threats", "risk-scenarios", &ids).await?;
    let most = counts.values().copied().max().unwrap_or(0);
    let tree = call.ctx.principal.grants().tree();
    let (mut labels, mut values, mut branches) = (Vec::new(), Vec::new(), Vec::new());
    for (id, name, folder) in threats {
        let Some(count) = counts.get(&id) else { continue };
        let place = tree.get(folder).map_or("", |node| node.name.as_str());
        labels.push(json!({ "name": name, "max": most }));
        values.push(json!(count));
        branches.push(json!({ "name": name, "children": [{ "name": place, "value": count }] }));
    }
    Ok(Answer::Json(json!({ "results": { "labels": labels, "values": values, "tree": branches } })))
}

/// `colors/`: the colours of all levels of risk.
pub(super) async fn colors(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut found: Vec<Value> = Vec::new();
    for definition in definitions(&call).await? {
        for level in definition["risk"].as_array().into_iter().flatten() {
            if level["hexcolor"].is_string() && !found.contains(&level["hexcolor"]) {
                found.push(level["hexcolor"].clone());
            }
        }
    }
    Ok(Answer::Json(json!({ "results": found })))
}

/// `probability/`, `impact/` and `risk/`: the levels of all matrices, and "not rated".
pub(super) async fn levels(call: Call<'_>, axis: &'static str) -> Result<Answer, ApiError> {
    let mut found: BTreeSet<(i64, String)> = BTreeSet::from([(-1, "--".to_owned())]);
    for definition in definitions(&call).await? {
        for (number, level) in (0..).zip(definition[axis].as_array().into_iter().flatten()) {
            let translated = level["translations"][&call.ctx.language]["name"].as_str();
            let name = translated.or(level["name"].as_str()).unwrap_or_default();
            found.insert((number, name.to_owned()));
        }
    }
    Ok(Answer::Json(found.into_iter().map(|(value, label)| json!({ "value": value, "label": label })).collect()))
}

async fn definitions(call: &Call<'_>) -> Result<Vec<Value>, ApiError> {
    let mut rows = call.read().await?;
    let mut statement = rows.sql("SELECT t.json_definition FROM risk_matrices t WHERE ");
    call.access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.name_key, t.id");
    let texts = rows.all(&call.access, &statement, |row| Ok(row.text(0)?.unwrap_or_default())).await?;
    Ok(texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect())
}

/// Narrows a list to libraries that bring a kind of object.
pub(super) fn brings(kind: &str, into: &mut engine::Statement) -> Result<(), String> {
    if !super::stored_library::OBJECT_TYPES.contains(&kind) {
        return Err(format!("Select a valid choice. {kind} is not one of the available choices."));
    }
    into.push(" AND t.object_types LIKE ").bind(Cell::Text(format!("%,{kind},%")));
    Ok(())
}
