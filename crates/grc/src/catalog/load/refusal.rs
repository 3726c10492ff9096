//! Refusals of files, in the words of the contract.

use crate::library::{Class, Problem};
use engine::ApiError;
use serde_json::{Value, json};

/// The file was read, and its objects cannot be made.
pub(in crate::catalog) fn failed(detail: impl Into<Value>) -> ApiError {
    let detail: Value = detail.into();
    ApiError::refused(422, json!({ "error": "libraryLoadFailed", "detail": detail }))
}

/// The file could not be read. The first problem decides which refusal it is; clients know the
/// codes, people read `problems`.
pub(in crate::catalog) fn unreadable(problems: &[Problem]) -> ApiError {
    let Some(first) = problems.first() else { return ApiError::error(400, "invalidLibraryFileError") };
    let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let (status, mut body) = match first.class() {
        Class::Empty => (400, json!({ "error": "noFileDetected" })),
        Class::Binary => (400, json!({ "error": "invalidFileFormat" })),
        Class::File => (400, json!({ "error": "invalidLibraryFileError" })),
        Class::Header => (422, json!({ "error": "Failed to store library content." })),
        Class::Content => {
            let part = first.part().unwrap_or("object");
            let count = problems.len();
            let detail = format!("[{}_ERROR] {count} invalid {part} detected, {first}", part.to_uppercase());
            (422, json!({ "error": "libraryLoadFailed", "detail": detail }))
        }
    };
    body["problems"] = json!(words);
    ApiError::refused(status, body)
}
