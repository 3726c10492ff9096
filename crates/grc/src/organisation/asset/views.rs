//! Special lists and pictures of assets.

use super::super::asset_class;
use super::objectives::{RECOVERY, SECURITY};
use engine::declare::{Answer, Shape};
use engine::read::{Reading, labels_of, list_selected};
use engine::{ApiError, Call, Cell, Verb, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Classes that visible assets are sorted into.
pub(super) async fn used_classes(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut statement =
        rows.sql("SELECT DISTINCT t.asset_class_id FROM assets t WHERE t.asset_class_id IS NOT NULL AND ");
    call.access.push_condition("t", &mut statement);
    let used = rows.ids(&call.access, &statement).await?;
    let classes = call.ctx.engine.registry().get("asset-class").ok_or(ApiError::NotFound)?;
    let access = call.ctx.access(classes, Verb::View);
    let labels = labels_of(&mut rows, &access, classes, &used).await?;
    Ok(Answer::Json(labels.into_iter().map(|(id, name)| json!({ "id": id, "name": name })).collect()))
}

/// The tree of classes, with how many visible assets stand in each and below.
pub(super) async fn class_tree(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut statement = rows.sql("SELECT t.asset_class_id, count(*) FROM assets t WHERE ");
    call.access.push_condition("t", &mut statement);
    statement.push(" GROUP BY t.asset_class_id");
    let counts: HashMap<Option<Uuid>, i64> = rows
        .all(&call.access, &statement, |row| Ok((row.uuid(0)?, required(row.int(1)?)?)))
        .await?
        .into_iter()
        .collect();
    let classes = asset_class::classes(&mut Reading { ctx: call.ctx, rows: &mut rows }).await?;
    let tree = asset_class::nest(&classes, None, &|class, children| {
        let direct = counts.get(&Some(class.id)).copied().unwrap_or(0);
        let below: i64 = children.iter().filter_map(|child| child["total_count"].as_i64()).sum();
        vec![("direct_count", json!(direct)), ("total_count", json!(direct + below))]
    });
    let unclassified = counts.get(&None).copied().unwrap_or(0);
    let total: i64 = counts.values().sum();
    Ok(Answer::Json(json!({ "tree": tree, "unclassified_count": unclassified, "total_count": total })))
}

/// Names of the security objectives.
pub(super) async fn security_objectives() -> Result<Answer, ApiError> {
    Ok(Answer::Json(json!({ "results": SECURITY })))
}

/// Names of the recovery objectives.
pub(super) async fn recovery_objectives() -> Result<Answer, ApiError> {
    Ok(Answer::Json(json!({ "results": RECOVERY })))
}

/// The list with every field of the detail.
pub(super) async fn full(call: Call<'_>) -> Result<Answer, ApiError> {
    list_selected(call.ctx, call.resource, call.query, "/api/assets/full/", Shape::Detail).await.map(Answer::Raw)
}

/// Domains and assets as the nodes of a picture, and what supports what as its links.
pub(super) async fn graph(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut statement = rows.sql("SELECT t.id, t.name, t.type, t.folder_id FROM assets t WHERE ");
    call.access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.id");
    let assets = rows
        .all(&call.access, &statement, |row| {
            let name = row.text(1)?.unwrap_or_default();
            Ok((required(row.uuid(0)?)?, name, row.text(2)?, required(row.uuid(3)?)?))
        })
        .await?;
    let ids: Vec<Uuid> = assets.iter().map(|(id, ..)| *id).collect();
    let mut statement = rows.sql("SELECT l.source_id, l.target_id FROM assets__parent_assets l WHERE ");
    statement.bind_in("l.source_id", Cell::Uuids(ids));
    let links =
        rows.all(&call.access, &statement, |row| Ok((required(row.uuid(0)?)?, required(row.uuid(1)?)?))).await?;

    let tree = call.ctx.principal.grants().tree();
    let folders_resource = call.ctx.engine.registry().get("folders").ok_or(ApiError::NotFound)?;
    let visible = call.ctx.access(folders_resource, Verb::View);
    let mut folders: Vec<Uuid> = tree.subtree(tree.root());
    folders.retain(|id| visible.shows_folder(*id));
    // The root comes last, as recorded.
    if folders.first() == Some(&tree.root()) {
        folders.rotate_left(1);
    }
    let category: HashMap<Uuid, usize> = folders.iter().enumerate().map(|(index, id)| (*id, index)).collect();
    let mut nodes: Vec<Value> = Vec::new();
    let mut index = HashMap::new();
    let name_of = |id: &Uuid| tree.get(*id).map_or("", |node| node.name.as_str());
    for (at, id) in folders.iter().enumerate() {
        nodes.push(json!({
            "name": name_of(id), "category": at, "symbol": "roundRect", "symbolSize": 30, "value": "Domain", "pk": id,
        }));
    }
    let mut edges: Vec<Value> = Vec::new();
    for (id, name, kind, folder) in &assets {
        let (symbol, value) =
            if kind.as_deref() == Some("PR") { ("diamond", "Primary") } else { ("circle", "Support") };
        index.insert(*id, nodes.len());
        if let Some(folder) = category.get(folder) {
            edges.push(json!({ "source": folder, "target": nodes.len(), "value": "contains" }));
        }
        nodes.push(json!({
            "name": name, "symbol": symbol, "symbolSize": 25, "category": category.get(folder), "value": value, "pk": id,
        }));
    }
    for (child, parent) in links {
        if let (Some(source), Some(target)) = (index.get(&parent), index.get(&child)) {
            edges.push(json!({ "source": source, "target": target, "value": "supported by" }));
        }
    }
    let categories: Vec<Value> = folders.iter().map(|id| json!({ "name": name_of(id) })).collect();
    Ok(Answer::Json(json!({ "nodes": nodes, "links": edges, "categories": categories })))
}
