//! Operations of libraries and of what they bring. The content of libraries is open: it is what their files say.

use super::audits::RESULTS;
use super::{Written, answers, files, integer, list, map, maybe, number, object, open, text, uuid, word};
use serde_json::{Value, json};

const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What an action takes and answers; `acts` when it is a POST.
pub(super) fn of(resource: &str, action: &str, acts: bool) -> Option<Written> {
    let any = || json!({ "type": ["array", "object"] });
    let strategy = || word(&["clamp", "reset", "rule_of_three"]);
    let done = || answers(open(&[("status", word(&["success"]))]));
    Some(match (resource, action) {
        (_, "provider" | "locale" | "object_type" | "used")
        | ("frameworks", "mapping_stats" | "mappings")
        | ("risk-matrices", "colors" | "impact" | "probability" | "risk") => answers(any()),
        ("stored-libraries" | "loaded-libraries", "content")
        | ("requirement-mapping-sets", "graph-data" | "graph_data") => answers(open(&[])),
        (_, "tree") => answers(map(&open(&[("node_content", json!({ "type": ["string", "null"] }))]))),
        ("stored-libraries", "import" | "unload") => done(),
        ("stored-libraries", "upload") => {
            let mut written = answers(Value::Null);
            written.answers = vec![(201, super::super::reference("StoredLibraryRead"))];
            written
        }
        ("loaded-libraries", "available-updates") => answers(list(&open(&[]))),
        ("loaded-libraries", "update") => {
            let written = done().asking("action", false, strategy());
            if acts { written.taking(super::body(&[], &[])) } else { written }
        }
        ("reference-controls", "syncable-applied-controls") => answers(list(&open(&[
            ("id", uuid()),
            ("name", text()),
            ("folder", super::pointer()),
            ("changes", map(&json!({ "type": "array" }))),
        ]))),
        ("reference-controls", "sync-applied-controls") => {
            let controls = list(&open(&[("id", uuid()), ("name", text())]));
            let chosen = json!({ "anyOf": [list(&uuid()), uuid(), { "type": "null" }] });
            answers(open(&[("updated", integer()), ("applied_controls", controls)]))
                .taking(super::body(&[], &[("applied_controls", chosen)]))
        }
        ("requirement-nodes", "inspect_requirement") => answers(open(&[
            ("requirement_assessments", list(&super::super::reference("RequirementAssessmentRead"))),
            ("metrics", list(&open(&[("name", maybe(text())), ("perimeters", list(&open(&[])))]))),
        ])),
        ("frameworks", "excel_template") => files(&[SHEET]),
        ("frameworks", "report") => answers(report()),
        ("threats", "threats_count") => answers(open(&[("results", open(&[]))])),
        _ => return None,
    })
}

/// Audits of a framework beside each other. What an audit hides from the caller is null.
fn report() -> Value {
    let counts = RESULTS.map(|result| (result, integer()));
    let numbers = [
        ("total_assessable", integer()),
        ("results", maybe(object(&counts))),
        ("compliance", maybe(integer())),
        ("implementation_score", maybe(number())),
        ("documentation_score", maybe(number())),
        ("maturity_score", maybe(number())),
    ];
    let mut audit = vec![
        ("id", uuid()),
        ("name", text()),
        ("ref_id", maybe(text())),
        ("version", maybe(text())),
        ("status", maybe(text())),
        ("folder", super::pointer()),
        ("perimeter", json!({ "anyOf": [super::pointer(), { "type": "null" }] })),
        ("created_at", super::time()),
        ("updated_at", super::time()),
        ("selected_implementation_groups", list(&text())),
        ("progress", integer()),
        ("score_calculation_method", text()),
        ("min_score", integer()),
        ("max_score", integer()),
        ("sections", map(&object(&numbers))),
    ];
    audit.extend(numbers.iter().cloned());
    let section = [("urn", text()), ("ref_id", maybe(text())), ("name", maybe(text())), ("parent_urn", maybe(text()))];
    let framework = open(&[
        ("id", uuid()),
        ("name", text()),
        ("min_score", maybe(integer())),
        ("max_score", maybe(integer())),
        ("sections", list(&object(&section))),
    ]);
    object(&[("framework", framework), ("audits", list(&object(&audit)))])
}

/// Kinds that this file describes.
pub(super) const KINDS: [&str; 8] = [
    "stored-libraries",
    "loaded-libraries",
    "frameworks",
    "requirement-nodes",
    "reference-controls",
    "requirement-mapping-sets",
    "risk-matrices",
    "threats",
];
