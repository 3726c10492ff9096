//! The OpenAPI document: made from the routes and the declarations, so that it cannot drift.

use super::routes::{Auth, Method, Operation, Route, routes};
use engine::Registry;
use engine::declare::{IdsShape, Method as ActionMethod, On, Resource, Shape};
use engine::describe::{input_schema, schema};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use swagger_ui_dist::{ApiDefinition, OpenApiSource};

/// The whole document.
pub fn document(registry: &Registry) -> Value {
    let mut paths = Map::new();
    for route in routes(registry) {
        let resource = route.resource.and_then(|path| registry.get(path));
        let item = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
        item[route.method.as_str().to_lowercase()] = operation(&route, resource);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tessera",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Governance, risk and compliance. Send `Authorization: Token <personal access token>`.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": schemas(registry),
            "responses": {
                "Error": {
                    "description": "What was wrong: messages by field, or a sentence under `detail` or `error`.",
                    "content": { "application/json": { "schema": { "type": "object" } } },
                },
            },
            "securitySchemes": {
                "token": {
                    "type": "apiKey", "in": "header", "name": "Authorization",
                    "description": "`Token <value>` or `Bearer <value>` with a personal access token.",
                },
                "session": { "type": "apiKey", "in": "header", "name": "X-Session-Token" },
            },
        },
        "security": [{ "token": [] }, { "session": [] }],
    })
}

fn schemas(registry: &Registry) -> Map<String, Value> {
    let mut schemas = Map::new();
    for resource in registry.all() {
        let name = resource.type_name;
        for (suffix, shape) in [("List", Shape::List), ("Read", Shape::Detail), ("Write", Shape::Write)] {
            schemas.insert(format!("{name}{suffix}"), schema(registry, resource, shape));
        }
        schemas.insert(format!("{name}Input"), input_schema(resource, true));
        schemas.insert(format!("{name}Changes"), input_schema(resource, false));
        schemas.insert(format!("Paginated{name}List"), page_of(&reference(&format!("{name}List"))));
    }
    schemas
}

fn page_of(items: &Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            "count": { "type": "integer" },
            "next": { "type": ["string", "null"] },
            "previous": { "type": ["string", "null"] },
            "results": { "type": "array", "items": items },
        },
        "required": ["count", "next", "previous", "results"],
    })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn operation(route: &Route, resource: Option<&Resource>) -> Value {
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": route.summary,
        "tags": [route.resource.unwrap_or("system")],
        "parameters": parameters(route, resource),
        "responses": responses(route, resource),
    });
    match route.auth {
        Auth::Public => operation["security"] = json!([]),
        Auth::Session => operation["security"] = json!([{ "session": [] }]),
        Auth::Anyone => {}
    }
    if matches!(route.method, Method::Post | Method::Put | Method::Patch) {
        let schema = body(route, resource);
        let content = |kind: &str| (kind.to_owned(), json!({ "schema": schema }));
        let mut contents = Map::from_iter([content("application/json")]);
        if matches!(route.operation, Operation::Create) {
            contents.extend([content("application/x-www-form-urlencoded"), content("multipart/form-data")]);
        }
        operation["requestBody"] = json!({ "content": contents });
    }
    operation
}

fn operation_id(route: &Route) -> String {
    let path = route.path.trim_matches('/').replace(['/', '{', '}', '.'], "_");
    format!("{}_{path}", route.method.as_str().to_lowercase())
}

fn parameters(route: &Route, resource: Option<&Resource>) -> Vec<Value> {
    let mut parameters = Vec::new();
    if route.path.contains("{id}") {
        parameters.push(json!({
            "name": "id", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" },
        }));
    }
    let filtered = matches!(route.operation, Operation::List | Operation::Autocomplete(_) | Operation::Names);
    if let Some(resource) = resource.filter(|_| filtered) {
        for name in engine::plan::parameters(resource) {
            let schema = match name.as_str() {
                "limit" => json!({ "type": "integer", "minimum": 1, "maximum": 5000, "default": 5000 }),
                "offset" => json!({ "type": "integer", "minimum": 0, "default": 0 }),
                _ => json!({ "type": "string" }),
            };
            parameters.push(json!({ "name": name, "in": "query", "schema": schema }));
        }
    }
    parameters
}

/// The schema of the body. Special operations say in their summary what they take.
fn body(route: &Route, resource: Option<&Resource>) -> Value {
    let named =
        |suffix: &str| resource.map_or(json!({}), |resource| reference(&format!("{}{suffix}", resource.type_name)));
    match route.operation {
        Operation::Create | Operation::Replace => named("Input"),
        Operation::Patch => named("Changes"),
        Operation::Batch => json!({
            "type": "object",
            "properties": {
                "action": { "type": "string", "enum": ["delete", "change_folder", "change_field", "change_m2m", "add_m2m"] },
                "ids": { "type": "array", "items": { "type": "string", "format": "uuid" }, "minItems": 1 },
                "field": { "type": "string" },
                "value": {},
            },
            "required": ["action", "ids"],
        }),
        _ => json!({ "type": "object" }),
    }
}

fn responses(route: &Route, resource: Option<&Resource>) -> Value {
    let named =
        |suffix: &str| resource.map_or(json!({}), |resource| reference(&format!("{}{suffix}", resource.type_name)));
    let paginated = resource.map_or(json!({}), |resource| reference(&format!("Paginated{}List", resource.type_name)));
    let (status, schema) = match route.operation {
        Operation::List => ("200", paginated),
        Operation::Create => ("201", named("Write")),
        Operation::Retrieve => ("200", named("Read")),
        Operation::Object | Operation::Replace | Operation::Patch => ("200", named("Write")),
        Operation::Delete => ("204", Value::Null),
        Operation::Autocomplete(_) => ("200", page_of(&json!({ "type": "object" }))),
        Operation::Choices(_) | Operation::Names | Operation::Ids(IdsShape::ByName) => {
            ("200", json!({ "type": "object", "additionalProperties": { "type": "string" } }))
        }
        Operation::Ids(IdsShape::ByFolder) | Operation::CascadeInfo | Operation::Batch => {
            ("200", json!({ "type": "object" }))
        }
        Operation::Action(action) => match (action.method, action.on, action.name) {
            (ActionMethod::Get, On::Collection, "export_csv" | "export_xlsx") => ("200", json!("file")),
            _ => ("200", json!({})),
        },
        Operation::Special(_) => special(route),
    };
    let mut responses = Map::new();
    let mut success = json!({ "description": "Done." });
    if schema == json!("file") {
        let file = json!({ "schema": { "type": "string", "format": "binary" } });
        success["content"] = json!({
            "text/csv": file,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": file,
        });
    } else if !schema.is_null() {
        success["content"] = json!({ "application/json": { "schema": schema } });
        if route.path == "/api/schema/" {
            success["content"]["application/yaml"] = json!({ "schema": { "type": "string" } });
        }
        if route.path == "/metrics" {
            success["content"] = json!({ "text/plain": { "schema": { "type": "string" } } });
        }
    }
    responses.insert(status.to_owned(), success);
    for status in errors(route) {
        responses.entry((*status).to_owned()).or_insert_with(|| json!({ "$ref": "#/components/responses/Error" }));
    }
    Value::Object(responses)
}

/// Success of the operations that belong to no resource.
fn special(route: &Route) -> (&'static str, Value) {
    match (route.method, route.path.as_str()) {
        (Method::Delete, path) if path.ends_with("auth/session") => ("401", json!({ "type": "object" })),
        (Method::Delete, _) | (Method::Post, "/api/iam/logout/" | "/api/iam/logoutall/") => ("204", Value::Null),
        (Method::Post, "/api/setup/") => ("201", json!({ "type": "object" })),
        (Method::Post, "/api/iam/password-reset/") => ("202", json!({ "type": "object" })),
        (Method::Get, "/api/iam/auth-tokens/" | "/api/iam/sessions/" | "/api/meta/resources/") => {
            ("200", json!({ "type": "array", "items": { "type": "object" } }))
        }
        _ => ("200", json!({ "type": "object" })),
    }
}

/// Refusals that an operation can answer with.
fn errors(route: &Route) -> &'static [&'static str] {
    match route.method {
        Method::Get => &["400", "401", "403", "404", "406", "429", "503"],
        Method::Delete => &["400", "401", "403", "404", "406", "409", "412", "429", "503"],
        Method::Post | Method::Put | Method::Patch => {
            &["400", "401", "403", "404", "406", "409", "412", "413", "415", "422", "429", "503"]
        }
    }
}

/// The same document as YAML, block style.
pub(super) fn yaml(document: &Value) -> String {
    let mut out = String::new();
    write_yaml(document, 0, &mut out);
    out
}

fn write_yaml(value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                // JSON strings are YAML double-quoted scalars.
                let _ = write!(out, "{indent}{}:", json!(key));
                write_value(value, depth, out);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for value in list {
                let _ = write!(out, "{indent}-");
                write_value(value, depth, out);
            }
        }
        scalar => {
            let _ = writeln!(out, "{indent}{scalar}");
        }
    }
}

fn write_value(value: &Value, depth: usize, out: &mut String) {
    let nested =
        value.as_object().is_some_and(|map| !map.is_empty()) || value.as_array().is_some_and(|list| !list.is_empty());
    if nested {
        out.push('\n');
        write_yaml(value, depth + 1, out);
    } else {
        let _ = writeln!(out, " {value}");
    }
}

/// The page that shows the document; its script is inside the program.
pub(super) fn page() -> axum::Router {
    swagger_ui_dist::generate_routes(ApiDefinition {
        uri_prefix: "/api/schema/swagger",
        api_definition: OpenApiSource::Uri("/api/schema/"),
        title: Some("Tessera API"),
    })
}

#[cfg(test)]
mod tests {
    use super::{document, yaml};

    #[test]
    fn every_operation_has_its_own_id() {
        let document = document(&crate::registry());
        let mut ids: Vec<&str> = Vec::new();
        for item in document["paths"].as_object().expect("paths").values() {
            ids.extend(item.as_object().expect("operations").values().filter_map(|one| one["operationId"].as_str()));
        }
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
        assert!(count > 100, "{count}");
    }

    #[test]
    fn yaml_is_block_style() {
        let text = yaml(&serde_json::json!({"a": [1, {"b": "x\"y"}], "c": {}}));
        assert_eq!(text, "\"a\":\n  - 1\n  -\n    \"b\": \"x\\\"y\"\n\"c\": {}\n");
    }
}
