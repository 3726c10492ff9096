//! Controls and what they serve, as nodes and links.

use super::super::rows::{Control, selected};
use super::super::standing;
use super::super::words::CSF_FUNCTION;
use engine::declare::{Answer, Kind, Resource};
use engine::read::Reading;
use engine::{ApiError, Call, Cell, Rows, Verb, required};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A kind that names controls, the assessment that its rows are part of, and their places among the
/// categories.
struct Served {
    source: &'static str,
    container: &'static str,
    field: &'static str,
    categories: (usize, usize),
}

const SERVED: [Served; 2] = [
    Served {
        source: "requirement-assessments",
        container: "compliance-assessments",
        field: "compliance_assessment",
        categories: (7, 9),
    },
    Served { source: "risk-scenarios", container: "risk-assessments", field: "risk_assessment", categories: (8, 10) },
];

/// Functions first, then what is served: places that the wire has as numbers.
const CATEGORIES: [&str; 11] = [
    "--",
    "Govern",
    "Identify",
    "Protect",
    "Detect",
    "Respond",
    "Recover",
    "Requirement assessments",
    "Risk scenarios",
    "Compliance assessments",
    "Risk assessments",
];

/// Nodes that are not made twice.
#[derive(Default)]
struct Picture {
    nodes: Vec<Value>,
    links: Vec<Value>,
    places: HashMap<Uuid, usize>,
    drawn: HashSet<(usize, usize)>,
}

impl Picture {
    fn node(&mut self, id: Uuid, make: impl FnOnce() -> Value) -> usize {
        *self.places.entry(id).or_insert_with(|| {
            self.nodes.push(make());
            self.nodes.len() - 1
        })
    }

    fn link(&mut self, source: usize, target: usize, value: &str) {
        // Two nodes are linked in one way alone.
        if self.drawn.insert((source, target)) {
            self.links.push(json!({ "source": source, "target": target, "value": value }));
        }
    }
}

/// Controls, the requirements and scenarios that they serve, and the assessments of these.
pub(in super::super) async fn impact_graph(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let controls = selected(&call, &mut rows).await?;
    let ids: Vec<Uuid> = controls.iter().map(|control| control.id).collect();
    let mut picture = Picture::default();
    for control in &controls {
        picture
            .node(control.id, || json!({ "name": control.name, "value": control.name, "category": function(control) }));
    }
    for served in SERVED {
        for line in lines(&call, &mut rows, &served, &ids).await? {
            let (own, above) = served.categories;
            let Some(control) = picture.places.get(&line.control).copied() else { continue };
            let row = picture.node(
                line.row.0,
                || json!({ "name": line.row.1, "value": line.row.1, "category": own, "symbol": "diamond" }),
            );
            picture.link(control, row, "serves");
            if let Some((id, name)) = line.container {
                let container =
                    picture.node(id, || json!({ "name": name, "value": name, "category": above, "symbol": "rect" }));
                picture.link(row, container, "part of");
            }
        }
    }
    let categories: Vec<Value> = CATEGORIES.iter().map(|name| json!({ "name": name })).collect();
    Ok(Answer::Json(json!({ "nodes": picture.nodes, "links": picture.links, "categories": categories })))
}

/// The place of a control's function.
fn function(control: &Control) -> usize {
    let code = control.csf_function.as_deref();
    CSF_FUNCTION.iter().position(|(known, _)| Some(*known) == code).map_or(0, |at| at + 1)
}

/// One control, one row that it serves, and what that is part of.
struct Line {
    control: Uuid,
    row: (Uuid, String),
    container: Option<(Uuid, String)>,
}

/// Only what the caller may see: of rows, and again of what they are part of.
async fn lines(call: &Call<'_>, rows: &mut Rows, served: &Served, ids: &[Uuid]) -> Result<Vec<Line>, ApiError> {
    let registry = call.ctx.engine.registry();
    let links = |resource: &Resource| {
        let names = |kind: &Kind| matches!(kind, Kind::References { target } if *target == "applied-controls");
        resource.fields.iter().any(|field| field.name == "applied_controls" && names(&field.kind))
    };
    let source = registry.get(served.source).filter(|source| links(source));
    let (Some(source), Some(container)) = (source, registry.get(served.container)) else { return Ok(Vec::new()) };
    let access = call.ctx.access(source, Verb::View);
    let mut statement = rows.sql(&format!(
        "SELECT l.target_id, r.id, {}, c.id, {} FROM {} l JOIN {} r ON r.id = l.source_id LEFT JOIN {} c ON c.id = r.{}_id AND ",
        source.label_over("r"),
        container.label_over("c"),
        source.links("applied_controls"),
        source.table(),
        container.table(),
        served.field
    ));
    call.ctx.access(container, Verb::View).push_condition("c", &mut statement);
    statement.push(" WHERE ").bind_in("l.target_id", Cell::Uuids(ids.to_vec())).push(" AND ");
    access.push_linked("r", "applied_controls", &mut statement);
    statement.push(" ORDER BY l.target_id, r.id");
    rows.all(&access, &statement, |row| {
        Ok(Line {
            control: required(row.uuid(0)?)?,
            row: (required(row.uuid(1)?)?, row.text(2)?.unwrap_or_default()),
            container: row
                .uuid(3)?
                .map(|id| Ok::<_, engine::StoreError>((id, row.text(4)?.unwrap_or_default())))
                .transpose()?,
        })
    })
    .await
}

/// Controls with the number of objects that name them.
pub(in super::super) async fn controls_info(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let controls = selected(&call, &mut rows).await?;
    let ids: Vec<Uuid> = controls.iter().map(|control| control.id).collect();
    let links = standing::linked_to(&mut Reading { ctx: call.ctx, rows: &mut rows }, &ids).await?;
    let count = |id: &Uuid| -> i64 { links.get(id).into_iter().flatten().map(|(_, count)| count).sum() };
    let nodes: Vec<Value> = controls
        .iter()
        .map(|control| {
            json!({
                "id": control.id,
                "label": control.name,
                "shape": "hexagon",
                "counter": count(&control.id),
                "color": "#47e845",
            })
        })
        .collect();
    Ok(Answer::Json(json!({ "nodes": nodes, "edges": [] })))
}
