//! `soa`: the statement of applicability.

use super::node::Node;
use super::tree::{Sections, Tree};
use crate::compliance::head::head;
use crate::compliance::related::{distinct, links, shapes};
use engine::declare::{Answer, Shape};
use engine::read::Reading;
use engine::{ApiError, Call};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// The tree with the controls that do what requirements ask.
pub(super) async fn soa(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    let head = head(&mut reading, call.item()?).await?;
    let tree = Tree::load(&mut reading, &head, Sections::Bare).await?;
    let links = links(&mut reading, &head, "applied_controls", "applied-controls").await?;
    let ids = distinct(links.iter().map(|link| link.to));
    let controls: HashMap<String, Value> = match call.ctx.engine.registry().get("applied-controls") {
        Some(resource) => {
            shapes(&mut reading, resource, Shape::Write, &ids).await?.iter().filter_map(control).collect()
        }
        None => HashMap::new(),
    };
    let mut by_row: HashMap<Uuid, Vec<&Value>> = HashMap::new();
    for link in &links {
        by_row.entry(link.row).or_default().extend(controls.get(&link.to.to_string()));
    }
    let mut out = b"{\"tree\":".to_vec();
    tree.write(&mut out, &|node: &Node, out| {
        let (selected, observation, own) = if node.bare {
            (Value::Null, Value::Null, &[][..])
        } else {
            let own = by_row.get(&node.row).map_or(&[][..], Vec::as_slice);
            (json!(node.selected), json!(node.observation.as_deref().unwrap_or_default()), own)
        };
        let more = format!(
            ",\"selected\":{selected},\"observation\":{observation},\"applied_controls\":{},\"risk_scenarios\":[]",
            json!(own)
        );
        out.extend_from_slice(more.as_bytes());
    });
    let perimeter = head.perimeter.as_ref().map(|place| json!({ "id": place.id, "str": place.name }));
    let metadata = json!({
        "compliance_assessment": { "id": head.id, "name": head.name, "status": head.status, "perimeter": perimeter },
        "framework": {
            "id": head.framework.id, "name": head.framework.name, "ref_id": head.framework.ref_id,
            "implementation_groups_definition": head.framework.groups_definition,
        },
        "risk_assessments": [],
        "selected_implementation_groups": head.selected,
    });
    out.extend_from_slice(format!(",\"additional_controls\":[],\"metadata\":{metadata}}}").as_bytes());
    Ok(Answer::Raw(out))
}

fn control(shape: &Value) -> Option<(String, Value)> {
    let brief: Value = ["id", "name", "ref_id", "status", "category", "eta"]
        .iter()
        .map(|field| ((*field).to_owned(), shape[field].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    Some((shape["id"].as_str()?.to_owned(), brief))
}
