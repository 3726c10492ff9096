//! JSON schemas of the shapes of a resource, as OpenAPI 3.1 has them.

use crate::declare::{Field, Kind, Resource, Shape};
use crate::registry::Registry;
use serde_json::{Map, Value, json};

/// The schema of a row in a shape. Every field is always there.
pub fn schema(registry: &Registry, resource: &Resource, shape: Shape) -> Value {
    let shown: Vec<&Field> = resource.fields.iter().filter(|field| field.shown_in(shape)).collect();
    let properties: Map<String, Value> =
        shown.iter().map(|field| (field.name.to_owned(), output(registry, field, shape))).collect();
    let required: Vec<&str> = shown.iter().map(|field| field.name).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// The schema of a body. With `whole`, required fields are required.
pub fn input_schema(resource: &Resource, whole: bool) -> Value {
    let inputs: Vec<&Field> = resource.fields.iter().filter(|field| field.input).collect();
    let properties: Map<String, Value> = inputs.iter().map(|field| (field.name.to_owned(), input(field))).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    let required: Vec<&str> = inputs.iter().filter(|field| field.required).map(|field| field.name).collect();
    if whole && !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
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
        Kind::Id => uuid.clone(),
        Kind::Text { .. } | Kind::Email | Kind::Url => json!({ "type": "string" }),
        Kind::Choice { options, labelled } => {
            let label = *labelled && shape != Shape::Write;
            let values: Vec<&str> = options.iter().map(|(code, words)| if label { *words } else { *code }).collect();
            let mut schema = json!({ "type": "string", "enum": values });
            if field.nullable {
                schema["enum"].as_array_mut().expect("made above").push(Value::Null);
            }
            schema
        }
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Int { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Time => json!({ "type": "string", "format": "date-time" }),
        Kind::Json { .. } => json!({}),
        Kind::Reference { .. } if shape == Shape::Write => uuid,
        Kind::Reference { .. } => linked(field.extra),
        Kind::References { .. } | Kind::Reverse { .. } if shape == Shape::Write => {
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

fn input(field: &Field) -> Value {
    let uuid = json!({ "type": "string", "format": "uuid" });
    let mut schema = match &field.kind {
        Kind::Text { .. } => json!({ "type": "string" }),
        Kind::Email => json!({ "type": "string", "format": "email" }),
        Kind::Url => json!({ "type": "string", "format": "uri" }),
        Kind::Choice { options, .. } => {
            let mut values: Vec<Value> = options.iter().map(|(code, _)| json!(code)).collect();
            if field.nullable {
                values.push(Value::Null);
            }
            json!({ "type": "string", "enum": values })
        }
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Int { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Time => json!({ "type": "string", "format": "date-time" }),
        Kind::Json { .. } => json!({ "type": "object" }),
        Kind::References { .. } | Kind::Reverse { .. } => json!({ "type": "array", "items": uuid }),
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

fn nullable(mut schema: Value) -> Value {
    if let Some(kind) = schema.get("type").and_then(Value::as_str).map(str::to_owned) {
        schema["type"] = json!([kind, "null"]);
    }
    schema
}
