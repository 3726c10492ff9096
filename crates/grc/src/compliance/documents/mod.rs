//! Audits on paper and in workbooks. What belongs here: filling the views that `report` writes with what the caller sees,
//! each with a fixed number of statements, and taking workbooks back in. What does not: layout, formats and their words.

mod archive;
mod audit;
mod import;
mod maturity;
mod paper;
mod plan;
mod statement;
mod template;

pub(crate) use template::excel_template;

use engine::declare::{Resource, Run, get, post};
use engine::{Call, Verb};

/// Adds all documents of audits.
pub(super) fn add(resource: Resource) -> Resource {
    let reading: [(&'static str, Run); 11] = [
        ("compliance_assessment_csv", |call| Box::pin(audit::csv(call))),
        ("xlsx", |call| Box::pin(audit::xlsx(call))),
        ("cyfun_xlsx", |call| Box::pin(maturity::xlsx(call))),
        ("word_report", |call| Box::pin(audit::docx(call))),
        ("pdf", |call| Box::pin(audit::pdf(call))),
        ("export", |call| Box::pin(archive::archive(call))),
        ("action_plan_csv", |call| Box::pin(plan::csv(call))),
        ("action_plan_xlsx", |call| Box::pin(plan::xlsx(call))),
        ("action_plan_pdf", |call| Box::pin(plan::pdf(call))),
        ("soa_pdf", |call| Box::pin(statement::pdf(call))),
        ("soa_docx", |call| Box::pin(statement::docx(call))),
    ];
    reading
        .into_iter()
        .fold(resource, |resource, (name, run)| resource.action(get(name).on_item().needs(Verb::View).run(run)))
        .action(
            post("import_xlsx").on_item().needs(Verb::Change).run(|call| Box::pin(import::import(call))).takes_file(),
        )
}

/// A day as the wire shows it.
fn day(value: &serde_json::Value) -> Option<chrono::NaiveDate> {
    value.as_str()?.get(..10)?.parse().ok()
}

/// Names of related objects.
fn names(value: &serde_json::Value) -> Vec<String> {
    let list = value.as_array().into_iter().flatten();
    list.filter_map(|one| one.get("str").unwrap_or(one).as_str()).map(str::to_owned).collect()
}

/// The name of the folder that something lies in, as far as the caller may know it.
fn domain(call: &Call<'_>, folder: uuid::Uuid) -> String {
    call.ctx.principal.grants().tree().get(folder).map(|node| node.name.clone()).unwrap_or_default()
}
