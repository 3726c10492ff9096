//! The action plan of an audit as a table and on paper.

use super::{day, domain, names};
use crate::compliance::head::head;
use crate::compliance::views::plan;
use crate::exported::{CSV, PDF, XLSX, file};
use engine::declare::Answer;
use engine::read::Reading;
use engine::{ApiError, Call};
use report::Language;
use report::action_plan::{Action, ActionPlan};
use serde_json::Value;

/// With commas.
pub(super) async fn csv(call: Call<'_>) -> Result<Answer, ApiError> {
    let plan = Box::pin(load(&call)).await?;
    file("action_plan_export.csv".into(), CSV, move || plan.csv()).await
}

/// A workbook.
pub(super) async fn xlsx(call: Call<'_>) -> Result<Answer, ApiError> {
    let plan = Box::pin(load(&call)).await?;
    file("action_plan.xlsx".into(), XLSX, move || plan.xlsx()).await
}

/// For printers.
pub(super) async fn pdf(call: Call<'_>) -> Result<Answer, ApiError> {
    let plan = Box::pin(load(&call)).await?;
    file("action_plan.pdf".into(), PDF, move || plan.pdf()).await
}

async fn load(call: &Call<'_>) -> Result<ActionPlan, ApiError> {
    let controls = Box::pin(plan::whole(call)).await?.controls;
    let mut rows = call.read().await?;
    let head = head(&mut Reading { ctx: call.ctx, rows: &mut rows }, call.item()?).await?;
    let date = call.ctx.now().date_naive();
    let costs = Box::pin(plan::costs(call)).await?;
    Ok(ActionPlan {
        domain: domain(call, head.folder),
        title: head.name,
        framework: head.framework.name,
        perimeter: head.perimeter.map(|place| place.name).unwrap_or_default(),
        language: Language::from_tag(&call.ctx.language),
        date,
        authors: Vec::new(),
        total_cost: total(&costs),
        actions: controls.iter().map(action).collect(),
    })
}

/// What the plan costs in a year, in each currency; nothing when nothing costs.
fn total(costs: &Value) -> String {
    let own = costs["total_annual_cost_display"].as_str();
    let own = own.filter(|_| costs["total_annual_cost"].as_f64().is_some_and(|total| total > 0.0));
    let others = costs["other_currencies"].as_array().into_iter().flatten();
    let others = others.filter_map(|other| other["total_display"].as_str());
    own.into_iter().chain(others).collect::<Vec<_>>().join(" + ")
}

fn action(control: &Value) -> Action {
    let plain = |field: &str| match &control[field] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    Action {
        ref_id: plain("ref_id"),
        name: plain("name"),
        description: plain("description"),
        category: plain("category"),
        csf_function: plain("csf_function"),
        priority: plain("priority"),
        status: plain("status"),
        open: !matches!(control["status"].as_str(), Some("Active" | "Degraded" | "Deprecated")),
        eta: day(&control["eta"]),
        expiry_date: day(&control["expiry_date"]),
        effort: plain("effort"),
        impact: plain("control_impact"),
        cost: plain("annual_cost"),
        owners: names(&control["owner"]),
        requirements: names(&control["requirement_assessments"]),
        evidences: names(&control["evidences"]),
        attachments: names(&control["evidence_attachments"]),
    }
}
