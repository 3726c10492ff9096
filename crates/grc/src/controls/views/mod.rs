//! Lists, pictures and tables over the controls that a query leaves.

mod analytics;
mod charts;
mod export;
mod graph;
mod lists;
mod measures;
mod plan;

pub(super) use analytics::analytics;
pub(crate) use analytics::budget_overview;
pub(super) use charts::{impact_effort, per_status, priority_chart, sunburst};
pub(super) use export::{csv, xlsx};
pub(super) use graph::{controls_info, impact_graph};
pub(crate) use lists::owners;
pub(super) use lists::{full, to_review, todo, updatables};
pub(super) use measures::measures;
pub(super) use plan::{gantt, timeline};
