//! Documents of audits.

use super::{Written, answers, files};
use crate::api::openapi::schema::{integer, list, map, maybe, object, text, truth};
use serde_json::json;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What an operation of audits takes and answers.
pub(super) fn of(action: &str) -> Option<Written> {
    Some(match action {
        "compliance_assessment_csv" | "action_plan_csv" => files(&["text/csv"]),
        "xlsx" | "action_plan_xlsx" | "cyfun_xlsx" => files(&[SHEET]),
        "word_report" | "soa_docx" => files(&[DOCX]),
        "pdf" | "soa_pdf" | "action_plan_pdf" => files(&["application/pdf"]),
        "export" => files(&["application/zip"]),
        "import_xlsx" => {
            let pair = json!({ "type": "array", "minItems": 2, "maxItems": 2 });
            let row =
                object(&[("row", integer()), ("urn", text()), ("ref_id", maybe(text())), ("changes", map(&pair))]);
            answers(object(&[
                ("dry_run", truth()),
                ("updated", integer()),
                ("unchanged", integer()),
                ("rows", list(&row)),
            ]))
            .asking("dry_run", false, super::yes_or_no())
        }
        _ => return None,
    })
}
