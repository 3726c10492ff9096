//! The OpenAPI document: made from the routes and the declarations, so that it cannot drift.

mod schema;
mod written;

use super::routes::{Auth, Method, Operation, Route, routes};
use engine::Registry;
use engine::declare::{IdsShape, Kind, Receives, Resource, Shape};
use engine::describe::{self, Writing, input_schema};
use schema::{body, integer, list, map, object, page as page_of, text, uuid, word};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use swagger_ui_dist::{ApiDefinition, OpenApiSource};
use written::Written;

/// The whole document.
pub fn document(registry: &Registry) -> Value {
    let mut paths = Map::new();
    for route in routes(registry) {
        let resource = route.resource.and_then(|path| registry.get(path));
        let item = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
        item[route.method.as_str().to_lowercase()] = operation(registry, &route, resource);
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
                    "description": "What was wrong: messages by field, or a sentence under `detail` or `error`; of libraries also a sentence alone.",
                    "content": { "application/json": { "schema": { "type": ["object", "string"] } } },
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
    let mut schemas = Map::from_iter(common());
    for resource in registry.all() {
        let name = resource.type_name;
        for (suffix, shape) in [("List", Shape::List), ("Read", Shape::Detail), ("Write", Shape::Write)] {
            schemas.insert(format!("{name}{suffix}"), describe::schema(registry, resource, shape));
        }
        for (suffix, writing) in
            [("Input", Writing::Create), ("Replacement", Writing::Replace), ("Changes", Writing::Change)]
        {
            schemas.insert(format!("{name}{suffix}"), input_schema(resource, writing));
        }
        schemas.insert(format!("Paginated{name}List"), page_of(&reference(&format!("{name}List"))));
    }
    schemas
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn operation(registry: &Registry, route: &Route, resource: Option<&Resource>) -> Value {
    let written = written::written(registry, route);
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": route.summary,
        "tags": [route.resource.unwrap_or("system")],
        "parameters": parameters(route, resource, written.as_ref()),
        "responses": responses(registry, route, resource, written.as_ref()),
    });
    match route.auth {
        Auth::Public => operation["security"] = json!([]),
        Auth::Session => operation["security"] = json!([{ "session": [] }]),
        Auth::Anyone => {}
    }
    if let Some(body) = request_body(route, resource, written.as_ref()) {
        operation["requestBody"] = body;
    }
    operation
}

fn operation_id(route: &Route) -> String {
    let path = route.path.trim_matches('/').replace(['/', '{', '}', '.'], "_");
    format!("{}_{path}", route.method.as_str().to_lowercase())
}

fn parameters(route: &Route, resource: Option<&Resource>, written: Option<&Written>) -> Vec<Value> {
    let query = |name: &str, required: bool, schema: &Value| json!({ "name": name, "in": "query", "required": required, "schema": schema });
    let mut parameters = Vec::new();
    if route.path.contains("{id}") {
        parameters.push(json!({ "name": "id", "in": "path", "required": true, "schema": uuid() }));
    }
    let filtered = matches!(route.operation, Operation::List | Operation::Autocomplete(_) | Operation::Names);
    if let Some(resource) = resource.filter(|_| filtered) {
        parameters.extend(describe::parameters(resource).iter().map(|(name, schema)| query(name, false, schema)));
    }
    for (name, required, schema) in written.iter().flat_map(|written| &written.query) {
        parameters.push(query(name, *required, schema));
    }
    if takes_file(route) || receives(route).is_some_and(|takes| takes.most == 1) {
        parameters.push(json!({
            "name": "Content-Disposition", "in": "header", "required": takes_file(route), "schema": text(),
            "description": "`attachment; filename=\"…\"`, when the file is the whole body.",
        }));
    }
    parameters
}

fn takes_file(route: &Route) -> bool {
    matches!(route.operation, Operation::Action(action) if action.takes_file)
}

/// The files that an action stores as they arrive.
fn receives(route: &Route) -> Option<Receives> {
    match route.operation {
        Operation::Action(action) => action.receives,
        _ => None,
    }
}

/// Files as the whole body or as parts of one.
fn files(takes: Receives) -> Value {
    let binary = json!({ "type": "string", "format": "binary" });
    if takes.most == 1 {
        let form = json!({ "type": "object", "properties": { "file": binary }, "required": ["file"] });
        let whole = json!({ "schema": binary });
        return json!({ "application/octet-stream": whole, "multipart/form-data": { "schema": form } });
    }
    let several = json!({ "type": "array", "items": binary, "minItems": 1, "maxItems": takes.most });
    let form = json!({ "type": "object", "properties": { "file": several }, "required": ["file"] });
    json!({ "multipart/form-data": { "schema": form } })
}

fn request_body(route: &Route, resource: Option<&Resource>, written: Option<&Written>) -> Option<Value> {
    if takes_file(route) {
        let file = json!({ "schema": { "type": "string", "format": "binary" } });
        return Some(json!({ "required": true, "content": { "application/octet-stream": file } }));
    }
    if let Some(takes) = receives(route) {
        return Some(json!({ "required": true, "content": files(takes) }));
    }
    let named = |suffix: &str, writing: Writing| {
        let required = input_schema(resource?, writing).get("required").is_some();
        Some((reference(&format!("{}{suffix}", resource?.type_name)), required))
    };
    let (schema, required) = match route.operation {
        Operation::Create => named("Input", Writing::Create)?,
        Operation::Replace => named("Replacement", Writing::Replace)?,
        Operation::Patch => named("Changes", Writing::Change)?,
        Operation::Batch => (batch(resource?), true),
        _ => {
            let schema = written.map(|written| &written.body).filter(|body| !body.is_null())?;
            (schema.clone(), schema.get("required").is_some())
        }
    };
    let content = |kind: &str| (kind.to_owned(), json!({ "schema": schema }));
    let mut contents = Map::from_iter([content("application/json")]);
    if matches!(route.operation, Operation::Create) {
        contents.extend([content("application/x-www-form-urlencoded"), content("multipart/form-data")]);
    }
    let writes = matches!(route.operation, Operation::Create | Operation::Replace | Operation::Patch);
    if let Some(part) = resource.filter(|_| writes).and_then(|resource| resource.receives?.part) {
        let file = json!({ "type": "object", "properties": { part: { "type": "string", "format": "binary" } } });
        contents.insert("multipart/form-data".into(), json!({ "schema": { "allOf": [schema, file] } }));
    }
    Some(json!({ "required": required, "content": contents }))
}

/// The body of a batch action: each kind of action takes members of its own.
fn batch(resource: &Resource) -> Value {
    let ids = json!({ "type": "array", "items": uuid(), "minItems": 1, "maxItems": 5000 });
    let inputs = |many: bool| -> Vec<&str> {
        let is_many = |kind: &Kind| matches!(kind, Kind::References { .. } | Kind::Reverse { .. });
        let fields = resource.fields.iter().filter(|field| field.input && (!many || is_many(&field.kind)));
        fields.map(|field| field.name).collect()
    };
    let mut forms = vec![body(&[("action", word(&["delete"])), ("ids", ids.clone())], &[])];
    if resource.folder_field().is_some_and(|field| field.input) {
        let action = ("action", word(&["change_folder"]));
        forms.push(body(&[action, ("ids", ids.clone())], &[("value", json!({}))]));
    }
    for (actions, many) in [(&["change_field"][..], false), (&["change_m2m", "add_m2m"][..], true)] {
        let fields = inputs(many);
        if !fields.is_empty() {
            let members = [("action", word(actions)), ("ids", ids.clone()), ("field", word(&fields))];
            forms.push(body(&members, &[("value", json!({}))]));
        }
    }
    json!({ "anyOf": forms })
}

fn responses(registry: &Registry, route: &Route, resource: Option<&Resource>, written: Option<&Written>) -> Value {
    let mut responses = Map::new();
    let succeed = |status: u16, schema: &Value| {
        let what = if status == 304 { "The same as what `If-None-Match` names." } else { "Done." };
        let mut success = json!({ "description": what });
        if !schema.is_null() {
            success["content"] = json!({ "application/json": { "schema": schema } });
        }
        if route.path == "/api/schema/" {
            success["content"]["application/yaml"] = json!({ "schema": text() });
        }
        (status.to_string(), success)
    };
    match written {
        Some(written) if !written.files.is_empty() => {
            let file = json!({ "schema": { "type": "string", "format": "binary" } });
            let content: Map<String, Value> =
                written.files.iter().map(|kind| ((*kind).to_owned(), file.clone())).collect();
            responses.insert("200".into(), json!({ "description": "A file.", "content": content }));
        }
        Some(written) => responses.extend(written.answers.iter().map(|(status, schema)| succeed(*status, schema))),
        None => {
            let (status, schema) = declared(registry, route, resource);
            responses.extend([succeed(status, &schema)]);
        }
    }
    for status in errors(route) {
        responses.entry((*status).to_owned()).or_insert_with(|| json!({ "$ref": "#/components/responses/Error" }));
    }
    Value::Object(responses)
}

/// Success of the operations that follow from a declaration.
fn declared(registry: &Registry, route: &Route, resource: Option<&Resource>) -> (u16, Value) {
    let Some(resource) = resource else { return (200, json!({})) };
    let named = |suffix: &str| reference(&format!("{}{suffix}", resource.type_name));
    match route.operation {
        Operation::List => (200, reference(&format!("Paginated{}List", resource.type_name))),
        Operation::Create => (201, named("Write")),
        Operation::Retrieve => (200, named("Read")),
        Operation::Object | Operation::Replace | Operation::Patch if resource.object_shape == Shape::Detail => {
            (200, named("Read"))
        }
        Operation::Object | Operation::Replace | Operation::Patch => (200, named("Write")),
        Operation::Delete => (204, Value::Null),
        Operation::Autocomplete(fields) => (200, page_of(&describe::light_schema(registry, resource, fields))),
        Operation::Choices(_) | Operation::Names => (200, map(&text())),
        Operation::Ids(IdsShape::ByName) => (200, map(&uuid())),
        Operation::Ids(IdsShape::ByFolder) => (200, map(&map(&uuid()))),
        Operation::CascadeInfo => (200, reference("CascadeInfo")),
        Operation::Batch => (200, reference("BatchOutcome")),
        Operation::Action(_) | Operation::Special(_) => (200, json!({})),
    }
}

/// Shapes that many operations share.
fn common() -> [(String, Value); 2] {
    let related = object(&[("model", text()), ("name", text()), ("id", uuid())]);
    let group = object(&[
        ("model", text()),
        ("verbose_name", text()),
        ("objects", list(&object(&[("id", uuid()), ("name", text())]))),
    ]);
    let section = object(&[
        ("count", integer()),
        ("grouped_objects", list(&group)),
        ("related_objects", list(&related)),
        ("message", text()),
        ("level", word(&["warning", "info", "error"])),
    ]);
    let failed = json!({
        "type": "object",
        "properties": { "id": uuid(), "name": text(), "error": { "type": ["string", "object"] } },
        "required": ["id", "error"],
        "additionalProperties": false,
    });
    let cascade = object(&[("deleted", section.clone()), ("affected", section.clone()), ("blocked", section)]);
    let outcome =
        object(&[("succeeded", list(&object(&[("id", uuid()), ("name", text())]))), ("failed", list(&failed))]);
    [("CascadeInfo".to_owned(), cascade), ("BatchOutcome".to_owned(), outcome)]
}

/// Refusals that an operation can answer with.
fn errors(route: &Route) -> &'static [&'static str] {
    match route.method {
        // Things that are asked for with GET and can stand in the way of themselves.
        Method::Get if route.acts => &["400", "401", "403", "404", "406", "409", "422", "429", "503"],
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

    /// An operation that nothing describes would be a hole in the document.
    #[test]
    fn every_operation_says_what_it_answers() {
        let document = document(&crate::registry());
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                for (status, answer) in operation["responses"].as_object().expect("responses") {
                    let schema = &answer["content"]["application/json"]["schema"];
                    assert_ne!(*schema, serde_json::json!({}), "{method} {path} {status}");
                }
            }
        }
    }

    #[test]
    fn yaml_is_block_style() {
        let text = yaml(&serde_json::json!({"a": [1, {"b": "x\"y"}], "c": {}}));
        assert_eq!(text, "\"a\":\n  - 1\n  -\n    \"b\": \"x\\\"y\"\n\"c\": {}\n");
    }
}
