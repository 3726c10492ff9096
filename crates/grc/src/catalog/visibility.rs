//! Which parts of an audit its people see and edit, until the framework or the audit says otherwise.

use serde_json::{Value, json};

/// What holds where nothing else is said.
fn platform() -> Value {
    let hidden = json!({ "auditor": "hidden", "respondent": "hidden" });
    let edited = json!({ "auditor": "edit", "respondent": "hidden" });
    json!({
        "score": hidden, "is_scored": hidden, "documentation_score": hidden, "status": edited,
        "extended_result": edited, "respondent_alignment": hidden,
    })
}

/// The platform's default, overlaid key by key.
pub(crate) fn effective(own: &Value) -> Value {
    let mut all = platform();
    if let (Some(all), Some(own)) = (all.as_object_mut(), own.as_object()) {
        all.extend(own.clone());
    }
    all
}
