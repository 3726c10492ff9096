//! Schemas of query parameters of lists.

use crate::declare::{Field, Kind, Resource, Takes};
use crate::plan;
use serde_json::{Value, json};

/// Every parameter that a list of this resource understands, with its schema.
pub fn parameters(resource: &Resource) -> Vec<(String, Value)> {
    let names = plan::parameters(resource).into_iter();
    names.map(|name| (name.clone(), parameter(resource, &name))).collect()
}

fn parameter(resource: &Resource, name: &str) -> Value {
    if let Some((_, schema)) = window().into_iter().find(|(windowed, _)| *windowed == name) {
        return schema;
    }
    if name == "id" {
        return json!({ "anyOf": [ids(), { "const": "" }] });
    }
    if let Some(filter) = resource.filters.iter().find(|filter| filter.name == name) {
        return match filter.takes {
            Takes::Id => json!({ "type": "string", "format": "uuid" }),
            Takes::Ids => ids(),
            Takes::Truth => truth(),
            Takes::Word => json!({ "type": "array", "items": { "type": "string" } }),
            Takes::AnyId => json!({ "type": "array", "items": { "type": "string", "format": "uuid" } }),
            Takes::Words(words) => json!({ "type": "array", "items": { "type": "string", "enum": words } }),
            Takes::Text => json!({ "type": "string" }),
        };
    }
    let is_day =
        |name: &str| resource.stored(name).is_some_and(|field| field.filter && matches!(field.kind, Kind::Date));
    match name.rsplit_once("__") {
        Some((_, "year")) => or_nothing(&json!({ "type": "integer", "minimum": 1, "maximum": 9998 })),
        Some((_, "month")) => or_nothing(&json!({ "type": "integer", "minimum": 1, "maximum": 12 })),
        Some((name, "gt" | "gte" | "lt" | "lte")) if is_day(name) => {
            or_nothing(&json!({ "type": "string", "format": "date" }))
        }
        Some((_, "gte" | "lt")) => moment(),
        Some((_, "isnull")) => truth(),
        Some(_) => json!({ "type": "string" }),
        None => resource.stored(name).filter(|field| field.filter).map_or(json!({ "type": "string" }), value),
    }
}

/// An empty value is as if it were not there.
fn or_nothing(schema: &Value) -> Value {
    json!({ "anyOf": [schema, { "const": "" }] })
}

/// What a filter by this field takes.
fn value(field: &Field) -> Value {
    let several = |one: Value| json!({ "type": "array", "items": one });
    match field.kind {
        Kind::Choice { options, .. } => {
            let mut codes: Vec<&str> = options.iter().map(|(code, _)| *code).collect();
            if field.nullable {
                codes.push("--");
            }
            several(json!({ "type": "string", "enum": codes }))
        }
        Kind::Reference { .. } | Kind::References { .. } | Kind::Reverse { .. } => {
            several(json!({ "type": "string", "format": "uuid" }))
        }
        Kind::Bool => truth(),
        Kind::Int { .. } => json!({ "type": ["integer", "string"] }),
        Kind::Real => json!({ "type": ["number", "string"] }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        _ => json!({ "type": "string" }),
    }
}

/// `true` or `false`; anything else says nothing and is no error.
fn truth() -> Value {
    json!({ "type": ["boolean", "string"], "description": "true or false; anything else is as if it were not there." })
}

/// One id or several.
pub fn ids() -> Value {
    let one = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    json!({ "type": "string", "pattern": format!("^{one}(,{one})*$"), "description": "Ids with commas between them." })
}

/// An id; an empty one is as if it were not there.
pub fn optional_id() -> Value {
    json!({ "anyOf": [{ "type": "string", "format": "uuid" }, { "const": "" }] })
}

/// An instant with or without a zone, or a day.
pub fn moment() -> Value {
    json!({ "anyOf": [{ "type": "string", "format": "date-time" }, { "type": "string", "format": "date" }, { "const": "" }] })
}

/// Which part of a list is wanted. What is no number is no error: it means the default.
pub fn window() -> [(&'static str, Value); 2] {
    [
        (
            "limit",
            json!({ "type": ["integer", "string"], "default": 5000, "description": "Rows of a page, at most 5000." }),
        ),
        ("offset", json!({ "type": ["integer", "string"], "default": 0, "description": "Rows before the page." })),
    ]
}
