//! Refusals in the form that the routes of signing in have: a status, and a list of what was wrong.

use engine::{ApiError, FieldErrors};
use serde_json::{Value, json};

/// The body of a refusal for one reason. `param` names the member that was wrong.
pub fn body(status: u16, code: &str, param: &str, message: &str) -> Value {
    whole(status, &[reason(code, param, message)])
}

/// The refusal itself.
pub(crate) fn refused(status: u16, code: &str, param: &str, message: &str) -> ApiError {
    ApiError::refused(status, body(status, code, param, message))
}

/// 400 for each member that is not there.
pub(crate) fn required(missing: &FieldErrors) -> ApiError {
    let fields = missing.to_json();
    let first = |(name, messages): (&String, &Value)| {
        reason("required", name, messages[0].as_str().unwrap_or("This field is required."))
    };
    let reasons: Vec<Value> = fields.as_object().into_iter().flatten().map(first).collect();
    ApiError::refused(400, whole(400, &reasons))
}

fn reason(code: &str, param: &str, message: &str) -> Value {
    json!({ "message": message, "code": code, "param": param })
}

fn whole(status: u16, reasons: &[Value]) -> Value {
    json!({ "status": status, "errors": reasons })
}
