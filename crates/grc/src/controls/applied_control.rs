//! Applied controls: what is done, by whom, until when, at what cost. Policies are those of the
//! category `policy`, under a path and permissions of their own.

use super::{DETAIL, EDIT, cost, duplicate, filters, linked, merge, saving, standing, sync, views, words};
use engine::Verb;
use engine::declare::Shape::Write;
use engine::declare::{
    Field, IdsShape, Resource, Scope, Shape, Takes, Unique, choice, computed, created_at, date, folder, get, integer,
    is_published, json, long_text, path, post, reference, references, reverse, text, updated_at,
};

/// An applied control.
pub fn applied_control() -> Resource {
    let resource = Resource::new("applied-controls", "appliedcontrol").scope(Scope::Folder).called(
        "AppliedControl",
        "Applied control",
        "Applied controls",
    );
    declared(resource, &[], &[]).travels()
}

/// A policy: the same rows as far as their category says so.
pub fn policy() -> Resource {
    let resource = Resource::new("policies", "policy").scope(Scope::Folder).called("Policy", "Policy", "Policies");
    declared(resource, &[Write], DETAIL).slice_of("applied-controls", "category", "policy")
}

/// Everything that both have. `collections` are the shapes with the collections that hold the row,
/// `flows` those with the requests to validate it.
fn declared(resource: Resource, collections: &'static [Shape], flows: &'static [Shape]) -> Resource {
    let resource = with_actions(with_relations(with_plan(resource), collections))
        .field(reverse("validation_flows", "validation-flows", "policies").read_only().only(flows));
    resource
        .module("controls")
        .ordered_by(&["created_at"])
        .unique(Unique { field: "name", in_folder: true, on_update: false, refusal: crate::refusals::name_taken })
        .operations(|offered| {
            offered.autocomplete = Some(&["name", "ref_id", "folder"]);
            offered.ids = Some(IdsShape::ByFolder);
        })
        .before_save(|saving| Box::pin(saving::complete(saving)))
        .filter("is_assigned", Takes::Truth, filters::is_assigned)
        .filter("todo", Takes::Truth, filters::todo)
        .filter("to_review", Takes::Truth, filters::to_review)
        .filter("linked_models", Takes::Words(&linked::WORDS), filters::linked_models)
        .filter("compliance_assessments", Takes::AnyId, filters::compliance_assessments)
        .filter("risk_assessments", Takes::AnyId, filters::risk_assessments)
        .filter("findings_assessments", Takes::AnyId, filters::findings_assessments)
}

/// Columns of the row itself.
fn with_plan(resource: Resource) -> Resource {
    let links = |name, schema| computed(name, "links", schema, |reading, ids| Box::pin(standing::links(reading, ids)));
    let money = |name, schema| {
        computed(name, "money", schema, |reading, ids| Box::pin(standing::money(reading, ids))).only(DETAIL)
    };
    resource
        .field(text("ref_id").nullable().max(100).search().filter().order().column())
        .field(text("name").required().max(200).search().filter().order().column())
        .field(long_text("description").nullable().search())
        .field(text("link").nullable().max(2048))
        .field(choice("status", words::STATUS).as_code().default("\"--\"").filter().order().column())
        .field(choice("priority", words::PRIORITY).numbered().nullable().filter().order().column())
        .field(choice("category", words::CATEGORY).nullable().filter().order().column())
        .field(choice("csf_function", words::CSF_FUNCTION).nullable().filter().order())
        .field(choice("control_impact", words::IMPACT).numbered().nullable().filter().order())
        .field(choice("effort", words::EFFORT).nullable().filter().order())
        .field(date("eta").filter().order().column())
        .field(date("start_date").order())
        .field(date("expiry_date").order())
        .field(integer("progress_field", 0, 100).filter().order())
        .field(json("cost", "cost", cost::check).nullable())
        .field(long_text("observation").nullable())
        .field(path().only(DETAIL))
        .field(folder())
        .field(is_published("true").only(EDIT))
        .field(links("is_assigned", "boolean"))
        .field(links("linked_models", "array"))
        .field(links("findings_count", "integer").only(DETAIL))
        .field(money("annual_cost", "string"))
        .field(money("currency", "string"))
        .field(money("annual_cost_display", "string"))
        .field(money("ranking_score", "number"))
        .field(money("state", "object"))
        .field(created_at())
        .field(updated_at())
}

/// Relations. Those to kinds that nobody has declared yet are empty until somebody does.
fn with_relations(resource: Resource, collections: &'static [Shape]) -> Resource {
    let back = |name, source| reverse(name, source, "applied_controls");
    let found_by = |name, source, field| reverse(name, source, field).read_only().only(&[]).filter();
    let bare = |name, source| back(name, source).bare().only(EDIT);
    let edit = |field: Field| field.only(EDIT).filter();
    resource
        .field(reference("reference_control", "reference-controls").filter().column())
        .field(references("owner", "actors").filter().column())
        .field(references("filtering_labels", "filtering-labels").filter())
        .field(back("assets", "assets").filter())
        .field(edit(references("evidences", "evidences")))
        .field(edit(references("security_exceptions", "security-exceptions")))
        .field(edit(references("objectives", "organisation-objectives")))
        .field(edit(back("incidents", "incidents")))
        .field(bare("findings", "findings").filter())
        .field(bare("requirement_assessments", "requirement-assessments").filter())
        .field(bare("stakeholders", "stakeholders").filter())
        .field(bare("task_templates", "task-templates"))
        .field(reverse("genericcollection", "generic-collections", "applied_controls").only(collections).filter())
        .field(found_by("risk_scenarios", "risk-scenarios", "applied_controls"))
        .field(found_by("risk_scenarios_e", "risk-scenarios", "existing_applied_controls"))
        .field(found_by("processings", "processings", "associated_controls"))
}

/// Lists, pictures and tables.
fn with_actions(resource: Resource) -> Resource {
    let view = |name| get(name).needs(Verb::View);
    resource
        .action(view("analytics").run(|call| Box::pin(views::analytics(call))))
        .action(view("export_csv").run(|call| Box::pin(views::csv(call))))
        .action(view("export_xlsx").run(|call| Box::pin(views::xlsx(call))))
        .action(view("full").run(|call| Box::pin(views::full(call))))
        .action(view("get_controls_info").run(|call| Box::pin(views::controls_info(call))))
        .action(view("get_gantt_data").run(|call| Box::pin(views::gantt(call))))
        .action(view("get_timeline_info").run(|call| Box::pin(views::timeline(call))))
        .action(view("impact_effort").run(|call| Box::pin(views::impact_effort(call))))
        .action(view("impact_graph").run(|call| Box::pin(views::impact_graph(call))))
        .action(view("linked_models").run(|_| Box::pin(linked::choices())))
        .action(view("mss_xlsx").run(|call| Box::pin(views::measures(call))))
        .action(view("owner").run(|call| Box::pin(views::owners(call))))
        .action(view("per_status").run(|call| Box::pin(views::per_status(call))))
        .action(view("priority_chart_data").run(|call| Box::pin(views::priority_chart(call))))
        .action(view("sunburst_data").run(|call| Box::pin(views::sunburst(call))))
        .action(view("to_review").run(|call| Box::pin(views::to_review(call))))
        .action(view("todo").run(|call| Box::pin(views::todo(call))))
        .action(view("updatables").run(|call| Box::pin(views::updatables(call))))
        .action(
            post("sync-to-reference-control").on_item().needs(Verb::Change).run(|call| Box::pin(sync::sync_one(call))),
        )
        // What is merged is deleted; the right to do that is looked at with the rows.
        .action(post("merge").needs(Verb::Change).run(|call| Box::pin(merge::merge(call))))
        // The copy is added where the body says; that is looked at when it is made.
        .action(post("duplicate").on_item().needs(Verb::View).run(|call| Box::pin(duplicate::duplicate(call))))
}
