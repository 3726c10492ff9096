//! Operations of libraries and of what they bring. The content of libraries is open: it is what their files say.

use super::{Written, answers, files, integer, list, map, open, text, uuid, word};
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
            ("metrics", list(&open(&[("name", super::maybe(text())), ("perimeters", list(&open(&[])))]))),
        ])),
        ("frameworks", "excel_template") => files(&[SHEET]),
        ("threats", "threats_count") => answers(open(&[("results", open(&[]))])),
        _ => return None,
    })
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
