//! What can be asked of an audit beside itself. Each view costs a fixed number of statements.

mod compare;
mod coverage;
mod donut;
mod evidences;
mod list;
mod node;
mod of_framework;
mod overview;
pub(super) mod plan;
mod quality;
mod score;
pub(super) mod sections;
mod soa;
mod sync;
mod timeline;
mod tree;
mod update;

pub(crate) use of_framework::report;

use super::suggest::{self, Where};
use super::{assignment, mailing, mapping};
use engine::declare::{Answer, Resource, Run, get, post};
use engine::{ApiError, Call, Verb};

/// Adds all views and operations of audits.
pub(super) fn add(resource: Resource) -> Resource {
    let reading: [(&'static str, Run); 23] = [
        ("tree", |call| Box::pin(tree::tree(call))),
        ("combined_tree", |call| Box::pin(tree::combined(call))),
        ("soa", |call| Box::pin(soa::soa(call))),
        ("requirements_list", |call| Box::pin(list::requirements(call))),
        ("global_score", |call| Box::pin(score::global(call))),
        ("donut_data", |call| Box::pin(donut::data(call))),
        ("progress_ts", |call| Box::pin(timeline::progress(call))),
        ("compliance_timeline", |call| Box::pin(timeline::timeline(call))),
        ("section_compliance", |call| Box::pin(sections::sections(call))),
        ("implementation_groups_breakdown", |call| Box::pin(sections::groups(call))),
        ("controls_coverage", |call| Box::pin(coverage::controls(call))),
        ("evidence_coverage", |call| Box::pin(coverage::evidence(call))),
        ("exceptions_summary", |call| Box::pin(coverage::exceptions(call))),
        ("threats_metrics", |call| Box::pin(coverage::threats(call))),
        ("comparable_audits", |call| Box::pin(compare::comparable(call))),
        ("compare", |call| Box::pin(compare::compare(call))),
        ("quality_check", |call| Box::pin(quality::one(call))),
        ("action-plan", |call| Box::pin(plan::page(call))),
        ("action-plan/budget-overview", |call| Box::pin(plan::budget(call))),
        ("evidences-list", |call| Box::pin(evidences::page(call))),
        ("frameworks", |call| Box::pin(mapping::frameworks(call))),
        ("map_from_preview", |call| Box::pin(mapping::preview(call))),
        ("is-auditee", |call| Box::pin(assignment::is_auditee(call))),
    ];
    let resource = reading
        .into_iter()
        .fold(resource, |resource, (name, run)| resource.action(get(name).on_item().needs(Verb::View).run(run)));
    let suggestions = "suggestions/applied-controls";
    resource
        .action(post("map_from").on_item().needs(Verb::Change).run(|call| Box::pin(mapping::map_from(call))))
        .action(post("mailing").on_item().needs(Verb::Change).run(|call| Box::pin(mailing::mailing(call))))
        .action(get("auditee-dashboard").needs(Verb::View).run(|call| Box::pin(assignment::dashboard(call))))
        .action(get("analytics").needs(Verb::View).run(|call| Box::pin(overview::analytics(call))))
        .action(get("per_status").needs(Verb::View).run(|call| Box::pin(overview::per_status(call))))
        .action(get("recap").needs(Verb::View).run(|call| Box::pin(overview::recap(call))))
        .action(get("quality_check").needs(Verb::View).run(|call| Box::pin(quality::all(call))))
        .action(get(suggestions).on_item().needs(Verb::View).run(|call| Box::pin(preview(call))))
        .action(post(suggestions).on_item().needs(Verb::Change).run(|call| Box::pin(suggest_controls(call))))
        .action(get("syncToActions").on_item().needs(Verb::View).run(|call| Box::pin(sync::dry(call))))
        .action(post("syncToActions").on_item().needs(Verb::Change).run(|call| Box::pin(sync::sync(call))))
        .action(post("update_requirement").on_item().needs(Verb::Change).run(|call| Box::pin(update::update(call))))
}

async fn preview(call: Call<'_>) -> Result<Answer, ApiError> {
    let audit = call.item()?;
    suggest::preview(&call, Where::Audit(audit)).await
}

async fn suggest_controls(call: Call<'_>) -> Result<Answer, ApiError> {
    let audit = call.item()?;
    suggest::apply(&call, Where::Audit(audit)).await
}
