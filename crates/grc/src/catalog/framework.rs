//! Frameworks: requirements in a tree, a scale, implementation groups.

use super::{NOWHERE, document, labels, mapping_graph, tree, usage, views};
use crate::compliance::{self, Visibility};
use engine::declare::{
    Columns, Field, Resource, Scope, boolean, computed, created_at, folder, get, integer, is_published, reference,
    text, updated_at,
};
use engine::read::{Reading, Wording};
use engine::{ApiError, Cell, Verb, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Whether a newer version of its library is stored.
const HAS_UPDATE: &str = "EXISTS (SELECT 1 FROM loaded_libraries l JOIN stored_libraries s ON s.urn = l.urn AND \
     s.locale = l.locale AND s.version > l.version WHERE l.id = {t}.library_id)";

/// A framework.
pub fn framework() -> Resource {
    Resource::new("frameworks", "framework")
        .scope(Scope::Folder)
        .called("Framework", "Framework", "Frameworks")
        .module("catalog")
        .referred_to_as(labels::BY_PROVIDER)
        .field(super::name().read_only())
        .field(super::description().read_only())
        .field(super::annotation().read_only())
        .field(folder().read_only())
        .field(reference("library", "loaded-libraries").with(&["name", "urn"]).cascade().read_only().filter())
        .field(boolean("is_dynamic").read_only())
        .field(boolean("has_update").derived(HAS_UPDATE))
        .field(shown("reference_controls", "array"))
        .field(shown("has_compliance_assessments", "boolean"))
        .field(shown("scores_definition", "any"))
        .field(shown("effective_field_visibility", "object"))
        .field(document("scores_definition").nullable().only(NOWHERE))
        .field(document("implementation_groups_definition").nullable())
        .field(created_at())
        .field(updated_at())
        .field(is_published("true").read_only())
        .field(super::urn())
        .field(super::ref_id().read_only())
        .field(super::provider().read_only())
        .field(super::locale())
        .field(super::default_locale())
        .field(integer("min_score", i64::MIN, i64::MAX).read_only())
        .field(integer("max_score", i64::MIN, i64::MAX).read_only())
        .field(document("outcomes_definition"))
        .field(document("field_visibility"))
        .field(text("urn_namespace").max(50).read_only().default("\"custom\""))
        .field(super::translations().only(NOWHERE))
        .read_only()
        .one_shape()
        .operations(|offered| offered.names = true)
        .action(views::provider())
        .action(
            get("used")
                .needs(Verb::View)
                .run(|call| Box::pin(views::used(call, "compliance-assessments", "compliance_assessments_count"))),
        )
        .action(get("tree").on_item().needs(Verb::View).run(|call| Box::pin(tree::of_framework(call))))
        .action(
            get("excel_template").on_item().needs(Verb::View).run(|call| Box::pin(compliance::excel_template(call))),
        )
        .action(get("report").on_item().needs(Verb::View).run(|call| Box::pin(compliance::framework_report(call))))
        .action(get("mappings").on_item().needs(Verb::View).run(|call| Box::pin(mapping_graph::bases(call))))
        .action(get("mapping_stats").on_item().needs(Verb::View).run(|call| Box::pin(mapping_graph::stats(call))))
}

/// A field that is computed together with its like.
fn shown(name: &'static str, schema: &'static str) -> Field {
    computed(name, "framework", schema, |reading, ids| Box::pin(compute(reading, ids)))
}

async fn compute(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let controls = controls(reading, ids).await?;
    let audits = usage::counts(reading, "frameworks", "compliance-assessments", ids).await?;
    let definitions = definitions(reading, ids).await?;
    let cells = |value: &dyn Fn(&Uuid) -> Value| -> HashMap<Uuid, Vec<u8>> {
        ids.iter().map(|id| (*id, value(id).to_string().into_bytes())).collect()
    };
    let none = (Value::Null, Value::Null);
    Ok(Columns::from([
        ("reference_controls", cells(&|id| json!(controls.get(id).cloned().unwrap_or_default()))),
        ("has_compliance_assessments", cells(&|id| json!(audits.contains_key(id)))),
        ("scores_definition", cells(&|id| scale(&definitions.get(id).unwrap_or(&none).0))),
        (
            "effective_field_visibility",
            cells(&|id| Visibility::of_framework(&definitions.get(id).unwrap_or(&none).1).to_json()),
        ),
    ]))
}

/// The only scale of a framework as a bare list, as files give it.
pub(crate) fn scale(definition: &Value) -> Value {
    match definition.as_object() {
        Some(scales) if scales.len() == 1 && scales.contains_key("scale") => scales["scale"].clone(),
        _ => definition.clone(),
    }
}

/// Scales and visibility as stored.
async fn definitions(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, (Value, Value)>, ApiError> {
    let access = super::load::access();
    let mut statement = reading.rows.sql("SELECT id, scores_definition, field_visibility FROM frameworks WHERE ");
    statement.bind_in("id", Cell::Uuids(ids.to_vec()));
    let found = reading
        .rows
        .all(&access, &statement, |row| {
            let document = |index| row.json(index).map(Option::unwrap_or_default);
            Ok((required(row.uuid(0)?)?, (document(1)?, document(2)?)))
        })
        .await?;
    Ok(found.into_iter().collect())
}

/// The reference controls that the requirements of each framework suggest, in the order in which
/// they first occur. Also what an audit shows of its framework.
pub(crate) async fn controls(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Value>>, ApiError> {
    let resource = reading.ctx.engine.registry().get("reference-controls").ok_or(ApiError::NotFound)?;
    let access = reading.access(resource);
    let label = Wording::of(reading.ctx).sql(resource, labels::LONG, "r");
    let mut statement = reading.rows.sql(&format!(
        "SELECT f.framework_id, r.id, r.urn, {label} FROM (SELECT n.framework_id, l.target_id, min(l.position) AS first \
         FROM requirement_nodes n JOIN requirement_nodes__reference_controls l ON l.source_id = n.id WHERE "
    ));
    statement.bind_in("n.framework_id", Cell::Uuids(ids.to_vec()));
    statement.push(" GROUP BY n.framework_id, l.target_id) f JOIN reference_controls r ON r.id = f.target_id WHERE ");
    access.push_condition("r", &mut statement);
    statement.push(" ORDER BY f.first, r.id");
    let mut found: HashMap<Uuid, Vec<Value>> = HashMap::new();
    reading
        .rows
        .each(&access, &statement, |row| {
            let control = json!({ "str": row.text(3)?, "urn": row.text(2)?, "id": row.uuid(1)? });
            found.entry(required(row.uuid(0)?)?).or_default().push(control);
            Ok(())
        })
        .await?;
    Ok(found)
}
