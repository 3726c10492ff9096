//! Operations of audits, their rows and assignments. Trees and chart data are described down to what clients read; below
//! that they are open.

use super::{Written, answers, body, integer, list, maybe, number, open, page, text, truth, uuid, word};
use serde_json::{Value, json};

pub(super) const RESULTS: [&str; 5] =
    ["not_assessed", "partially_compliant", "non_compliant", "compliant", "not_applicable"];

/// What an action of an audit takes and answers.
pub(super) fn of_audit(action: &str, acts: bool) -> Option<Written> {
    let control = || super::super::reference("AppliedControlRead");
    let one = || open(&[]);
    let many = || list(&open(&[]));
    let results = |of: Value| answers(open(&[("results", of)]));
    let is_other = || uuid();
    Some(match action {
        "analytics" => answers(super::map(&open(&[
            ("framework_id", uuid()),
            ("framework_average", number()),
            ("domains", many()),
        ]))),
        "auditee-dashboard" => answers(many()),
        "per_status" => results(open(&[("labels", list(&text())), ("values", many())])),
        "recap" => answers(list(&open(&[("id", uuid()), ("name", text()), ("donut", one())]))).or(304, Value::Null),
        "action-plan" | "evidences-list" => {
            let mut written = answers(page(&open(&[("id", uuid()), ("name", text())])));
            for (name, schema) in engine::describe::window() {
                written = written.asking(name, false, schema);
            }
            written
        }
        "combined_tree" => answers(open(&[("tree", one())])).or(304, Value::Null),
        "soa" => answers(open(&[("tree", one())])),
        "comparable_audits" => results(list(&open(&[("id", uuid()), ("name", text())]))),
        "compare" => answers(open(&[("framework", one()), ("base", one())])).asking("compare_id", true, is_other()),
        "action-plan/budget-overview"
        | "compliance_timeline"
        | "controls_coverage"
        | "donut_data"
        | "evidence_coverage"
        | "exceptions_summary"
        | "quality_check"
        | "requirements_list"
        | "threats_metrics" => answers(one()),
        "frameworks" | "implementation_groups_breakdown" => answers(json!({ "type": ["array", "object"] })),
        "global_score" => {
            let score = || maybe(number());
            answers(open(&[
                ("scoring_enabled", truth()),
                ("maturity_score", score()),
                ("implementation_score", score()),
                ("documentation_score", score()),
                ("min_score", maybe(integer())),
                ("max_score", maybe(integer())),
                ("total_max_score", score()),
            ]))
        }
        "is-auditee" => answers(open(&[("is_auditee", truth())])),
        "mailing" => answers(open(&[("sent", integer())])).taking(body(&[], &[])),
        "map_from" => {
            answers(open(&[("updated_count", integer())])).taking(body(&[("source_audit_id", is_other())], &[]))
        }
        "map_from_preview" => answers(one()).asking("source_audit_id", true, is_other()),
        "progress_ts" => answers(open(&[("data", list(&json!({ "type": "array" })))])),
        "section_compliance" => answers(open(&[("sections", many())])),
        "suggestions/applied-controls" if acts => answers(list(&control())).taking(body(&[], &[])),
        "suggestions/applied-controls" => answers(list(&open(&[("name", text()), ("suggestion_status", text())]))),
        "syncToActions" if acts => {
            answers(changes()).asking("dry_run", false, super::yes_or_no()).taking(body(&[], &[]))
        }
        "syncToActions" => answers(changes()),
        "tree" => answers(super::map(&node())).or(304, Value::Null),
        "update_requirement" => {
            let written = answers(open(&[("message", text())]));
            let (observation, status) = (maybe(text()), word(&["to_do", "in_progress", "in_review", "done"]));
            let one = |by: &str| {
                body(
                    &[(by, text()), ("result", word(&RESULTS))],
                    &[("observation", observation.clone()), ("score", maybe(integer())), ("status", status.clone())],
                )
            };
            written.taking(json!({ "type": "object", "anyOf": [one("urn"), one("ref_id")] }))
        }
        _ => return None,
    })
}

/// A node of a tree, by what every client reads.
fn node() -> Value {
    open(&[
        ("urn", maybe(text())),
        ("parent_urn", maybe(text())),
        ("ref_id", maybe(text())),
        ("name", maybe(text())),
        ("ra_id", json!({ "type": ["string", "null"] })),
        ("node_content", maybe(text())),
        ("style", word(&["node", "leaf"])),
        ("assessable", maybe(truth())),
        ("children", json!({ "type": "object" })),
    ])
}

fn changes() -> Value {
    let change = open(&[("current", maybe(text())), ("new", maybe(text()))]);
    open(&[("changes", super::map(&open(&[("str", text()), ("changes", list(&change))])))])
}

/// What an action of a row takes and answers.
pub(super) fn of_row(action: &str, acts: bool) -> Option<Written> {
    let read = || super::super::reference("RequirementAssessmentRead");
    Some(match action {
        "per_status" => answers(open(&[("results", open(&[("labels", list(&text())), ("values", list(&open(&[])))]))])),
        "to_review" | "todo" => answers(open(&[("results", list(&read()))])),
        "updatables" => answers(open(&[("results", list(&uuid()))])),
        "suggestions/applied-controls" if acts => {
            answers(list(&super::super::reference("AppliedControlRead"))).taking(body(&[], &[]))
        }
        "suggestions/applied-controls" => answers(list(&open(&[("name", text()), ("suggestion_status", text())]))),
        _ => return None,
    })
}

/// What an action of an assignment takes and answers.
pub(super) fn of_assignment(action: &str) -> Option<Written> {
    let steps = word(&["draft", "in_progress", "submitted", "closed", "changes_requested"]);
    Some(match action {
        "requirements_list" => answers(json!({ "type": ["array", "object"] })),
        "set_status" => answers(open(&[("status", steps.clone())]))
            .taking(body(&[("status", steps)], &[("reviewer_observation", maybe(text()))])),
        _ => return None,
    })
}
