//! Words for writing schemas by hand.

use serde_json::{Map, Value, json};

/// An object with exactly these members, all of them always there.
pub(super) fn object(members: &[(&str, Value)]) -> Value {
    let required: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    json!({ "type": "object", "properties": properties(members), "required": required, "additionalProperties": false })
}

/// An object with these members and perhaps others.
pub(super) fn open(members: &[(&str, Value)]) -> Value {
    let required: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    json!({ "type": "object", "properties": properties(members), "required": required })
}

/// A body: these members have to be there, the others may be. Anything else in it is ignored.
pub(super) fn body(required: &[(&str, Value)], optional: &[(&str, Value)]) -> Value {
    let mut all = properties(required);
    all.extend(properties(optional));
    let mut schema = json!({ "type": "object", "properties": all });
    if !required.is_empty() {
        schema["required"] = required.iter().map(|(name, _)| *name).collect();
    }
    schema
}

fn properties(members: &[(&str, Value)]) -> Map<String, Value> {
    members.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect()
}

/// An object whose members all look alike.
pub(super) fn map(of: &Value) -> Value {
    json!({ "type": "object", "additionalProperties": of })
}

pub(super) fn list(of: &Value) -> Value {
    json!({ "type": "array", "items": of })
}

/// A page of a list.
pub(super) fn page(of: &Value) -> Value {
    object(&[("count", integer()), ("next", maybe(text())), ("previous", maybe(text())), ("results", list(of))])
}

/// The same, or null.
pub(super) fn maybe(mut schema: Value) -> Value {
    if schema.get("format").is_some() {
        return json!({ "anyOf": [schema, { "type": "null" }] });
    }
    let kind = schema["type"].take();
    schema["type"] = json!([kind, "null"]);
    schema
}

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

/// A text with something in it.
pub(super) fn filled() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

pub(super) fn uuid() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

pub(super) fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

pub(super) fn integer() -> Value {
    json!({ "type": "integer" })
}

pub(super) fn number() -> Value {
    json!({ "type": "number" })
}

pub(super) fn truth() -> Value {
    json!({ "type": "boolean" })
}

/// Yes or no as a query or a form says it; empty is no.
pub(super) fn yes_or_no() -> Value {
    let yes = "[Tt]([Rr][Uu][Ee])?|[Yy]([Ee][Ss])?|[Oo][Nn]|1";
    let no = "[Ff]([Aa][Ll][Ss][Ee])?|[Nn][Oo]?|[Oo][Ff][Ff]|0";
    json!({ "type": ["boolean", "string"], "pattern": format!("^({yes}|{no})?$") })
}

/// One of these words.
pub(super) fn word(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

/// Something that may or may not be there and has no fixed form.
pub(super) fn anything() -> Value {
    json!({})
}

/// A pointer to another object: its name for people and its id.
pub(super) fn pointer() -> Value {
    object(&[("str", maybe(text())), ("id", uuid())])
}
