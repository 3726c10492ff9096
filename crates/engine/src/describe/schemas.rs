//! JSON schemas of the shapes of a resource, as OpenAPI 3.1 has them.

use crate::declare::{Field, Kind, Resource, Shape};
use crate::registry::Registry;
use serde_json::{Map, Value, json};

/// The schema of a row in a shape. Every field is always there, unless its kind lets rows do without some.
pub fn schema(registry: &Registry, resource: &Resource, shape: Shape) -> Value {
    let shown: Vec<&Field> = resource.fields.iter().filter(|field| field.shown_in(shape)).collect();
    let properties: Map<String, Value> =
        shown.iter().map(|field| (field.name.to_owned(), output(registry, field, shape))).collect();
    let optional = resource.left_out.is_some();
    let required: Vec<&str> =
        shown.iter().filter(|field| !optional || field.name == "id").map(|field| field.name).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// What a body is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// POST: required fields are required.
    Create,
    /// PUT: the same, without the fields that only POST sets.
    Replace,
    /// PATCH: nothing is required.
    Change,
}

/// The schema of a body.
pub fn input_schema(resource: &Resource, writing: Writing) -> Value {
    let is_input = |field: &&Field| field.input && (writing == Writing::Create || !field.frozen);
    let inputs: Vec<&Field> = resource.fields.iter().filter(is_input).collect();
    let properties: Map<String, Value> = inputs.iter().map(|field| (field.name.to_owned(), input(field))).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    let required: Vec<&str> = inputs.iter().filter(|field| field.required).map(|field| field.name).collect();
    if writing != Writing::Change && !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The schema of a light row: some fields, and what the row is called.
pub fn light_schema(registry: &Registry, resource: &Resource, fields: &[&str]) -> Value {
    let mut light = resource.clone();
    light.fields.retain(|field| field.name == "id" || fields.contains(&field.name));
    light.fields.push(crate::declare::text("str"));
    schema(registry, &light, Shape::List)
}

fn output(registry: &Registry, field: &Field, shape: Shape) -> Value {
    let uuid = json!({ "type": "string", "format": "uuid" });
    let linked = |extra: &[&str]| {
        let mut properties = Map::from_iter([
            ("str".to_owned(), json!({ "type": ["string", "null"] })),
            ("id".to_owned(), uuid.clone()),
        ]);
        properties.extend(extra.iter().map(|name| ((*name).to_owned(), json!({}))));
        json!({ "type": "object", "properties": properties, "required": ["str", "id"] })
    };
    let schema = match &field.kind {
        Kind::Id | Kind::Blob => uuid.clone(),
        Kind::Text { .. } | Kind::Email | Kind::Url => json!({ "type": "string" }),
        Kind::Choice { options, labelled } => {
            let label = *labelled && shape != Shape::Write;
            let number = field.numbered && !label;
            let values = options.iter().map(|(code, words)| if label { json!(words) } else { field.code(code) });
            let kind = if number { "integer" } else { "string" };
            let mut schema = json!({ "type": kind, "enum": values.collect::<Vec<_>>() });
            if field.nullable {
                schema["enum"].as_array_mut().expect("made above").push(Value::Null);
            }
            schema
        }
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Int { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Real => json!({ "type": "number" }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Time => json!({ "type": "string", "format": "date-time" }),
        Kind::Json { .. } => json!({}),
        Kind::Reference { .. } if shape == Shape::Write || field.bare => uuid,
        Kind::Reference { .. } => linked(field.extra),
        Kind::References { .. } | Kind::Reverse { .. } if shape == Shape::Write || field.bare => {
            json!({ "type": "array", "items": uuid })
        }
        Kind::References { .. } | Kind::Reverse { .. } => json!({ "type": "array", "items": linked(field.extra) }),
        Kind::Path => json!({ "type": "array", "items": linked(&[]) }),
        Kind::Computed { schema, .. } => match *schema {
            "any" => json!({}),
            kind => json!({ "type": [kind, "null"] }),
        },
    };
    let hidden_or_null =
        matches!(field.kind, Kind::Reference { target, .. } if registry.get(target).is_none() || shape != Shape::Write);
    if field.nullable || hidden_or_null { nullable(schema) } else { schema }
}

/// What a body may say of a field. The contract is lenient: numbers pass for texts, words for
/// truth values, and an empty text says that an optional value is not there.
fn input(field: &Field) -> Value {
    let uuid = json!({ "type": "string", "format": "uuid" });
    let mut schema = match &field.kind {
        Kind::Text { .. } => json!({ "type": ["string", "number"] }),
        Kind::Email => or_empty(field, json!({ "type": "string", "format": "email" })),
        Kind::Url => or_empty(field, json!({ "type": "string", "format": "uri" })),
        Kind::Choice { options, .. } => {
            let mut values: Vec<Value> = options.iter().map(|(code, _)| json!(code)).collect();
            if field.numbered {
                values.extend(options.iter().map(|(code, _)| field.code(code)));
            }
            if field.nullable {
                values.extend([json!(""), Value::Null]);
            }
            let kinds = if field.numbered { json!(["string", "integer"]) } else { json!("string") };
            json!({ "type": kinds, "enum": values })
        }
        Kind::Bool => {
            json!({ "anyOf": [{ "type": "boolean" }, { "enum": [0, 1] }, { "type": "string", "pattern": TRUTH }] })
        }
        Kind::Int { min, max } => json!({
            "anyOf": [
                { "type": "integer", "minimum": min, "maximum": max },
                { "type": "string", "pattern": "^\\s*[+-]?[0-9]+\\s*$" },
            ],
        }),
        Kind::Real => json!({ "anyOf": [{ "type": "number" }, { "type": "string" }] }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Time => {
            json!({ "anyOf": [{ "type": "string", "format": "date-time" }, { "type": "string", "format": "date" }] })
        }
        Kind::Json { form: "value", .. } => json!({ "type": ["string", "number", "boolean"] }),
        // Forms send it as text.
        Kind::Json { .. } => json!({ "anyOf": [{ "type": "object" }, { "type": "string", "pattern": "^\\s*\\{" }] }),
        Kind::References { .. } | Kind::Reverse { .. } => json!({ "type": "array", "items": uuid }),
        _ if field.nullable => json!({ "anyOf": [uuid, { "const": "" }] }),
        _ => uuid,
    };
    if matches!(field.kind, Kind::Text { .. } | Kind::Email | Kind::Url) {
        if field.max != usize::MAX {
            schema["maxLength"] = json!(field.max);
        }
        if !field.blank {
            schema["minLength"] = json!(1);
        }
    }
    if field.nullable { nullable(schema) } else { schema }
}

/// Words that pass for true and false, in any case.
const TRUTH: &str =
    "^([Tt]([Rr][Uu][Ee])?|[Yy]([Ee][Ss])?|[Oo][Nn]|1|[Ff]([Aa][Ll][Ss][Ee])?|[Nn][Oo]?|[Oo][Ff][Ff]|0)$";

fn or_empty(field: &Field, schema: Value) -> Value {
    if field.blank { json!({ "anyOf": [schema, { "const": "" }] }) } else { schema }
}

/// The same schema, or null.
fn nullable(mut schema: Value) -> Value {
    if schema.get("format").is_some() {
        return json!({ "anyOf": [schema, { "type": "null" }] });
    }
    if let Some(kinds) = schema.get_mut("type") {
        let mut list = kinds.as_array().cloned().unwrap_or_else(|| vec![kinds.clone()]);
        list.push(json!("null"));
        *kinds = Value::Array(list);
    } else if let Some(Value::Array(forms)) = schema.get_mut("anyOf") {
        forms.push(json!({ "type": "null" }));
    }
    schema
}
