//! Assets: what is worth protecting (primary) and what it stands on (supporting).

mod batch;
mod dora;
mod export;
mod graph;
mod objectives;
mod resilience;
mod scale;
mod views;

use engine::declare::Shape::{Detail, List, Write};
use engine::declare::{
    Choices, IdsShape, Resource, Scope, Shape, Takes, Unique, boolean, choice, computed, created_at, folder, get,
    is_published, json as json_field, long_text, path, post, reference, references, reverse, text, updated_at, url,
};
use engine::{Cell, Context, Statement, Verb};
use serde_json::{Value, json};

const TYPES: Choices = &[("PR", "Primary"), ("SP", "Support")];
const DETAIL: &[Shape] = &[Detail];
const EDIT: &[Shape] = &[Detail, Write];

/// An asset.
pub fn asset() -> Resource {
    let resource = Resource::new("assets", "asset")
        .scope(Scope::Folder)
        .called("Asset", "Asset", "Assets")
        .module("organisation")
        .field(text("ref_id").blank().max(100).search().filter().order().column())
        .field(text("name").required().max(200).search().filter().order().column())
        .field(long_text("description").nullable().search())
        .field(choice("type", TYPES).default("\"SP\"").filter().order().column())
        .field(boolean("is_primary").read_only().only(&[List]).shown_as("({t}.type = 'PR')"))
        .field(boolean("is_business_function").filter())
        .field(path().only(DETAIL))
        .field(folder())
        .field(reference("asset_class", "asset-class").filter().column())
        .field(references("owner", "actors").filter().column())
        .field(references("filtering_labels", "filtering-labels").filter())
        .field(references("parent_assets", "assets").filter())
        .field(reverse("support_assets", "assets", "parent_assets").only(EDIT))
        .field(references("overridden_children_capabilities", "assets").only(EDIT))
        .field(url("reference_link").nullable().only(EDIT))
        .field(long_text("observation").nullable().only(EDIT))
        .field(is_published("true").only(EDIT))
        .field(created_at())
        .field(updated_at());
    with_objectives(with_register(with_other_kinds(resource)))
        .travels()
        .unique(Unique { field: "name", in_folder: true, on_update: false, refusal: name_taken })
        .searches_folder()
        .operations(|offered| {
            offered.autocomplete = Some(&["name", "ref_id", "type", "folder"]);
            offered.ids = Some(IdsShape::ByFolder);
        })
        .filter("exclude_children", Takes::Id, exclude_children)
        .filter("exclude_parents", Takes::Id, exclude_parents)
        .before_save(|saving| Box::pin(graph::no_loop(saving)))
        .action(get("asset_class").needs(Verb::View).run(|call| Box::pin(views::used_classes(call))))
        .action(get("class-tree").needs(Verb::View).run(|call| Box::pin(views::class_tree(call))))
        .action(get("security_objectives").needs(Verb::View).run(|_| Box::pin(views::security_objectives())))
        .action(get("disaster_recovery_objectives").needs(Verb::View).run(|_| Box::pin(views::recovery_objectives())))
        .action(get("full").needs(Verb::View).run(|call| Box::pin(views::full(call))))
        .action(get("graph").needs(Verb::View).run(|call| Box::pin(views::graph(call))))
        .action(get("export_csv").needs(Verb::View).run(|call| Box::pin(export::csv(call))))
        .action(get("export_xlsx").needs(Verb::View).run(|call| Box::pin(export::xlsx(call))))
        .action(post("batch-create").needs(Verb::Add).run(|call| Box::pin(batch::create(call))))
}

/// Objectives and capabilities: stored as JSON, shown as they are inherited and scaled.
fn with_objectives(resource: Resource) -> Resource {
    let security =
        |name| json_field(name, "security_objectives", objectives::check_security).default("{}").only(&[Write]);
    let recovery =
        |name| json_field(name, "recovery_objectives", objectives::check_recovery).default("{}").only(&[Write]);
    let list = |name| computed(name, "objectives", "array", |reading, ids| Box::pin(objectives::shown(reading, ids)));
    let detail = |name| {
        computed(name, "resilience", "array", |reading, ids| Box::pin(resilience::shown(reading, ids))).only(DETAIL)
    };
    resource
        .field(security("security_objectives"))
        .field(list("security_objectives").column())
        .field(recovery("disaster_recovery_objectives"))
        .field(list("disaster_recovery_objectives"))
        .field(security("security_capabilities"))
        .field(detail("security_capabilities"))
        .field(recovery("recovery_capabilities"))
        .field(detail("recovery_capabilities"))
        .field(detail("children_assets"))
        .field(detail("security_objectives_comparison"))
        .field(detail("recovery_objectives_comparison"))
}

/// The DORA register of information.
fn with_register(resource: Resource) -> Resource {
    resource
        .field(choice("dora_licenced_activity", dora::LICENCED).as_code().nullable().only(EDIT).filter())
        .field(choice("dora_criticality_assessment", dora::CRITICALITY).as_code().nullable().only(EDIT).filter())
        .field(long_text("dora_criticality_justification").nullable().only(EDIT))
        .field(choice("dora_discontinuing_impact", dora::DISCONTINUING).as_code().nullable().only(EDIT).filter())
}

/// Relations to kinds of other modules; each becomes real on the day its kind is declared.
fn with_other_kinds(resource: Resource) -> Resource {
    let mut resource = resource;
    for (name, target) in [
        ("solutions", "solutions"),
        ("security_exceptions", "security-exceptions"),
        ("applied_controls", "applied-controls"),
        ("vulnerabilities", "vulnerabilities"),
        ("incidents", "incidents"),
        ("organisation_objectives", "organisation-objectives"),
    ] {
        resource = resource.field(references(name, target).only(EDIT).filter());
    }
    resource
        .field(references("personal_data", "personal-data").read_only().only(DETAIL).filter())
        .field(references("risk_scenarios", "risk-scenarios").read_only().only(&[]).filter())
        .field(references("ebios_rm_studies", "ebios-rm-studies").only(&[]).filter())
}

/// The one refusal that the contract records as a list inside a text.
fn name_taken(name: &str) -> Value {
    json!({ "name": [format!("['{}']", crate::refusals::taken(name))] })
}

/// Leaves out an asset and everything below it.
fn exclude_children(ctx: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    exclude(ctx, value, ("source_id", "target_id"), into)
}

/// Leaves out an asset and everything above it.
fn exclude_parents(ctx: &Context, value: &str, into: &mut Statement) -> Result<(), String> {
    exclude(ctx, value, ("target_id", "source_id"), into)
}

/// Starts from assets that the caller sees: what hangs on a hidden one is not told.
fn exclude(ctx: &Context, value: &str, (far, near): (&str, &str), into: &mut Statement) -> Result<(), String> {
    let id: uuid::Uuid = value.parse().map_err(|_| format!("“{value}” is not a valid value."))?;
    into.push(" AND t.id NOT IN (WITH RECURSIVE reached(id) AS (SELECT x.id FROM assets x WHERE x.id = ");
    into.bind(Cell::Uuid(id));
    if let Some(resource) = ctx.engine.registry().get("assets") {
        into.push(" AND ");
        ctx.access(resource, Verb::View).push_condition("x", into);
    }
    into.push(&format!(
        " UNION SELECT l.{far} FROM assets__parent_assets l JOIN reached ON reached.id = l.{near}) SELECT id FROM reached)"
    ));
    Ok(())
}
