//! What the interface has to know to draw tables, forms and details of any kind of object.

use crate::access::Verb;
use crate::declare::{Field, Kind, Resource, Scope, Shape};
use crate::registry::Registry;
use serde_json::{Map, Value, json};

/// All kinds, in the order of declaration.
pub fn kinds(registry: &Registry) -> Value {
    registry.all().iter().map(|resource| kind(registry, resource)).collect()
}

fn kind(registry: &Registry, resource: &Resource) -> Value {
    let permissions: Map<String, Value> =
        Verb::ALL.iter().map(|verb| (verb.as_str().to_owned(), json!(resource.codename(*verb)))).collect();
    let scope = match resource.scope {
        Scope::Folder => "folder",
        Scope::Root => "root",
        Scope::Itself => "itself",
    };
    json!({
        "path": resource.path,
        "model": resource.model,
        "module": resource.module,
        "label": resource.verbose,
        "plural": resource.plural,
        "label_field": resource.label_field,
        "scope": scope,
        "operations": operations(resource),
        "permissions": permissions,
        "fields": fields(registry, resource),
    })
}

fn operations(resource: &Resource) -> Vec<&'static str> {
    let offered = &resource.operations;
    let all = [
        ("list", true),
        ("retrieve", true),
        ("create", resource.makes_rows()),
        ("update", offered.update),
        ("delete", offered.delete),
        ("batch", offered.batch),
        ("cascade", true),
        ("autocomplete", offered.autocomplete.is_some()),
        ("export_csv", resource.actions.iter().any(|action| action.name == "export_csv")),
    ];
    all.into_iter().filter(|(_, offered)| *offered).map(|(name, _)| name).collect()
}

/// Fields by name: a stored field and a computed one of the same name are one to the reader. What bodies only tell is a
/// field of forms, though no answer shows it.
fn fields(registry: &Registry, resource: &Resource) -> Vec<Value> {
    let mut seen: Vec<&str> = Vec::new();
    let mut described = Vec::new();
    for field in &resource.fields {
        let hidden = field.shapes.is_empty() && !field.told;
        if hidden || seen.contains(&field.name) {
            continue;
        }
        seen.push(field.name);
        let same: Vec<&Field> = resource.fields.iter().filter(|other| other.name == field.name).collect();
        described.push(describe(registry, &same));
    }
    described
}

fn describe(registry: &Registry, same: &[&Field]) -> Value {
    // Of several with one name, the one that can be written says what it is.
    let field = same.iter().find(|field| field.input).or(same.first()).expect("at least one");
    let shown = |shape| same.iter().any(|field| field.shown_in(shape));
    let any = |test: fn(&Field) -> bool| same.iter().any(|field| test(field));
    let target = match field.kind {
        Kind::Reference { target, .. } | Kind::References { target } | Kind::Reverse { source: target, .. } => {
            Some(target)
        }
        _ => None,
    };
    let choices = match field.kind {
        Kind::Choice { options, .. } => {
            options.iter().map(|(value, label)| json!({ "value": field.code(value), "label": label })).collect()
        }
        _ => Value::Null,
    };
    let (minimum, maximum) = match field.kind {
        Kind::Int { min, max } => (json!(min), json!(max)),
        _ => (Value::Null, Value::Null),
    };
    json!({
        "name": field.name,
        "label": words(field.name),
        "kind": name(&field.kind),
        "required": field.required,
        "read_only": !field.input || target.is_some_and(|target| registry.get(target).is_none()),
        "nullable": field.nullable,
        "max_length": if field.max == usize::MAX { None } else { Some(field.max) },
        "minimum": minimum,
        "maximum": maximum,
        "choices": choices,
        "target": target.filter(|target| registry.get(target).is_some()),
        "list": shown(Shape::List),
        "detail": shown(Shape::Detail),
        "write": shown(Shape::Write),
        "input_only": field.told && same.iter().all(|field| field.shapes.is_empty()),
        "create_only": field.input && field.frozen,
        "column": any(|field| field.column),
        "filter": any(|field| field.filter),
        "order": any(|field| field.order),
        "search": any(|field| field.search),
        "default": field.default.and_then(|text| serde_json::from_str::<Value>(text).ok()),
    })
}

fn name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Id => "id",
        Kind::Text { long: false } => "text",
        Kind::Text { long: true } => "long_text",
        Kind::Email => "email",
        Kind::Url => "url",
        Kind::Choice { .. } => "choice",
        Kind::Bool => "boolean",
        Kind::Int { .. } => "integer",
        Kind::Real => "number",
        Kind::Date => "date",
        Kind::Time => "datetime",
        Kind::Json { form, .. } => form,
        Kind::Reference { .. } => "reference",
        Kind::References { .. } | Kind::Reverse { .. } => "references",
        Kind::Path => "path",
        Kind::Blob => "file",
        Kind::Computed { .. } => "computed",
    }
}

/// `is_business_function` → `Is business function`.
fn words(name: &str) -> String {
    let mut text = name.replace('_', " ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
