//! Recorded answers: read from the shared folder, mended where long bodies were cut.

use super::shape::CUT;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// One request and the answer that was recorded.
#[derive(Debug)]
pub(super) struct Recorded {
    /// HTTP method.
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    /// Status code.
    pub(super) status: u16,
    /// Headers that were kept.
    pub(super) headers: BTreeMap<String, String>,
    /// The body; HTML and the like as a text.
    pub(super) body: Value,
}

/// Reads a JSON file.
pub(super) fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All recordings of one resource, by name; those of nested groups stand beside the others.
pub(super) fn of_resource(file: &Path) -> BTreeMap<String, Recorded> {
    let mut all = BTreeMap::new();
    for (name, value) in read(file).as_object().expect("an object") {
        if let Some(recorded) = Recorded::of(value) {
            all.insert(name.clone(), recorded);
        } else if let Some(group) = value.as_object() {
            for (inner, value) in group {
                let recorded = Recorded::of(value).unwrap_or_else(|| panic!("{name}.{inner} is no recording"));
                all.insert(format!("{name}.{inner}"), recorded);
            }
        }
    }
    all
}

impl Recorded {
    fn of(value: &Value) -> Option<Self> {
        let (method, target) = value["request"].as_str()?.split_once(' ')?;
        let headers = value["headers"].as_object()?.iter();
        let mut body = match &value["body"] {
            Value::String(text) if text.starts_with(['{', '[']) => mend(text),
            body => body.clone(),
        };
        // A note of the recorder: rows that it left out.
        body.as_object_mut().map(|body| body.remove("_truncated_by_recorder"));
        Some(Self {
            method: method.to_owned(),
            target: target.to_owned(),
            status: u16::try_from(value["status"].as_u64()?).ok()?,
            headers: headers
                .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
                .collect(),
            body,
        })
    }

    /// Whether the recorded body is a page for people, which no client reads.
    pub(super) fn is_page(&self) -> bool {
        self.headers.get("Content-Type").is_some_and(|kind| kind.starts_with("text/html"))
    }
}

/// Closes JSON text that was cut somewhere, and marks the objects that are not whole.
fn mend(text: &str) -> Value {
    if let Ok(whole) = serde_json::from_str(text) {
        return whole;
    }
    let (mut stack, mut quoted, mut escaped) = (Vec::new(), false, false);
    let mut last = None;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' => stack.push('}'),
            b'[' => stack.push(']'),
            b'}' | b']' => drop(stack.pop()),
            b',' => last = Some((at, stack.clone())),
            _ => {}
        }
    }
    let (at, stack) = last.expect("a cut body has a comma");
    let mut mended = text[..at].to_owned();
    for close in stack.into_iter().rev() {
        if close == '}' {
            mended.push_str(&format!(",{}:true", serde_json::json!(CUT)));
        }
        mended.push(close);
    }
    serde_json::from_str(&mended).unwrap_or_else(|error| panic!("{error}: {mended}"))
}

#[cfg(test)]
mod tests {
    use super::{CUT, mend};
    use serde_json::json;

    #[test]
    fn cut_bodies_are_closed_and_marked() {
        assert_eq!(
            mend(r#"{"a":[{"b":1},{"b":2,"c":"x,"#),
            json!({ "a": [{ "b": 1 }, { "b": 2, CUT: true }], CUT: true })
        );
        assert_eq!(mend(r#"{"a":1}"#), json!({ "a": 1 }));
    }
}
