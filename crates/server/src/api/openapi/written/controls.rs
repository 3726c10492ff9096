//! Operations of controls, policies and security exceptions.

use super::{
    Written, answers, anything, body, files, integer, list, maybe, number, object, page, text, truth, uuid, word,
};
use serde_json::{Value, json};

const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What an action takes and answers; `read` is the schema of a detail.
pub(super) fn of(action: &str, read: &Value) -> Option<Written> {
    let day = || json!({ "type": "string", "format": "date" });
    let results = |of: Value| answers(object(&[("results", of)]));
    Some(match action {
        "analytics" => answers(analytics()),
        "export_csv" => files(&["text/csv"]),
        "export_xlsx" | "mss_xlsx" => files(&[SHEET]),
        "full" => answers(page(read)),
        "to_review" | "todo" => results(list(read)),
        "updatables" => results(list(&uuid())),
        "owner" => answers(list(&super::pointer())),
        "linked_models" => answers(list(&object(&[("value", text()), ("label", text())]))),
        "duplicate" => results(read.clone()).taking(body(
            &[("name", json!({ "type": "string", "minLength": 1, "maxLength": 200 }))],
            &[("description", maybe(text())), ("folder", maybe(uuid())), ("duplicate_evidences", truth())],
        )),
        "merge" => merged(read),
        "sync-to-reference-control" => answers(read.clone()).taking(body(&[], &[])),
        "get_controls_info" => {
            let node = object(&[
                ("id", uuid()),
                ("label", text()),
                ("shape", text()),
                ("counter", integer()),
                ("color", text()),
            ]);
            answers(object(&[("nodes", list(&node)), ("edges", list(&anything()))]))
        }
        "get_gantt_data" => answers(list(&object(&[
            ("id", uuid()),
            ("start", day()),
            ("end", day()),
            ("name", text()),
            ("progress", integer()),
            ("description", maybe(text())),
            ("domain", text()),
        ]))),
        "get_timeline_info" => {
            let entry = object(&[
                ("startDate", integer()),
                ("endDate", integer()),
                ("name", text()),
                ("description", maybe(text())),
                ("domain", text()),
            ]);
            answers(object(&[("entries", list(&entry))]))
        }
        "impact_effort" => {
            let cell = object(&[("id", uuid()), ("impact", integer()), ("effort", integer()), ("name", text())]);
            answers(list(&list(&list(&cell))))
        }
        "impact_graph" => answers(object(&[
            ("nodes", list(&json!({ "type": "object", "required": ["name", "value", "category"] }))),
            ("links", list(&object(&[("source", integer()), ("target", integer()), ("value", text())]))),
            ("categories", list(&object(&[("name", text())]))),
        ])),
        "per_status" => {
            let look = object(&[("color", text())]);
            results(object(&[
                ("localLables", list(&text())),
                ("labels", list(&text())),
                ("values", list(&object(&[("value", integer()), ("itemStyle", look)]))),
            ]))
        }
        "priority_chart_data" => answers(priorities()),
        "sunburst_data" => results(list(&json!({ "type": "object", "required": ["name", "value", "itemStyle"] }))),
        _ => return None,
    })
}

/// One control stays, and others become a part of it.
fn merged(read: &Value) -> Written {
    let lists = json!({ "type": "object", "additionalProperties": list(&super::pointer()) });
    let answer = object(&[
        ("dry_run", truth()),
        ("merged", list(&super::pointer())),
        ("moved", lists),
        ("filled", json!({ "type": "object" })),
        ("results", read.clone()),
    ]);
    let sources = json!({ "type": "array", "items": uuid(), "minItems": 1, "maxItems": 100 });
    answers(answer)
        .asking("dry_run", false, super::yes_or_no())
        .taking(body(&[("target", uuid()), ("sources", sources)], &[("dry_run", truth())]))
}

/// The same for security exceptions.
pub(super) fn of_exceptions(action: &str) -> Option<Written> {
    Some(match action {
        "export_csv" => files(&["text/csv"]),
        "export_xlsx" => files(&[SHEET]),
        "sankey_data" => {
            let flow = object(&[("source", text()), ("target", text()), ("value", integer())]);
            let picture = object(&[("nodes", list(&object(&[("name", text())]))), ("links", list(&flow))]);
            answers(object(&[("results", picture)]))
        }
        _ => return None,
    })
}

fn priorities() -> Value {
    let points = list(&json!({ "type": "array", "minItems": 6, "maxItems": 6 }));
    let statuses = ["--", "to_do", "in_progress", "on_hold", "deprecated"];
    let counts = object(&["p1", "p2", "p3", "p4"].map(|name| (name, integer())));
    let mut members: Vec<(&str, Value)> = statuses.map(|status| (status, points.clone())).to_vec();
    members.extend([("not_displayed", integer()), ("priority_cnt", counts)]);
    object(&members)
}

fn analytics() -> Value {
    let group = |label: Option<&'static str>, key: Value| {
        let mut members = vec![("key", key)];
        members.extend(label.map(|label| (label, text())));
        members.extend([("count", integer()), ("total", number()), ("total_display", text())]);
        object(&members)
    };
    let half = object(&[("fixed_cost", number()), ("fixed_cost_display", text()), ("people_days", number())]);
    let other = object(&[("currency", text()), ("total", number()), ("total_display", text())]);
    let by = |name| list(&group(Some(name), text()));
    let mut schema = object(&[
        ("count", integer()),
        ("count_with_cost", integer()),
        ("total_annual_cost", number()),
        ("total_annual_cost_display", text()),
        ("currency", text()),
        ("by_status", by("status")),
        ("by_priority", by("priority")),
        ("by_category", by("category")),
        ("by_csf_function", by("csf_function")),
        ("eta_buckets", list(&group(None, word(&["overdue", "due_30d", "due_90d", "later", "no_eta"])))),
        ("top_owners", list(&group(Some("label"), uuid()))),
        ("top_folders", list(&group(Some("label"), uuid()))),
        ("cost_breakdown", object(&[("build", half.clone()), ("run", half)])),
    ]);
    // Only where there is another currency.
    schema["properties"]["other_currencies"] = list(&other);
    schema
}
