//! What operations take and answer that no declaration describes. Schemas of answers are closed:
//! a member that is added in a handler has to be added here.

mod account;
mod audits;
mod catalog;
mod controls;
mod documents;
mod factors;
mod machines;
mod organisation;
mod settings;
mod tokens;

use super::super::routes::{Method, Operation, Route};
use super::super::settings::LANGUAGES;
use super::schema::{
    anything, body, filled, integer, list, map, maybe, number, object, open, page, pointer, text, time, truth, uuid,
    word, yes_or_no,
};
use engine::{Registry, describe};
use serde_json::{Value, json};

/// One operation.
pub(super) struct Written {
    /// Query parameters: name, whether it has to be there, schema.
    pub(super) query: Vec<(&'static str, bool, Value)>,
    /// The body; null when none is taken.
    pub(super) body: Value,
    /// Statuses of success with their bodies; null for an empty one.
    pub(super) answers: Vec<(u16, Value)>,
    /// Content types of a file that is answered instead of JSON.
    pub(super) files: &'static [&'static str],
}

impl Written {
    fn taking(mut self, body: Value) -> Self {
        self.body = body;
        self
    }

    fn asking(mut self, name: &'static str, required: bool, schema: Value) -> Self {
        self.query.push((name, required, schema));
        self
    }

    fn or(mut self, status: u16, answer: Value) -> Self {
        self.answers.push((status, answer));
        self
    }
}

fn answers(answer: Value) -> Written {
    Written { query: Vec::new(), body: Value::Null, answers: vec![(200, answer)], files: &[] }
}

fn status(status: u16, answer: Value) -> Written {
    Written { answers: vec![(status, answer)], ..answers(Value::Null) }
}

fn files(kinds: &'static [&'static str]) -> Written {
    Written { files: kinds, ..answers(Value::Null) }
}

/// The description of an operation, if it needs one written by hand.
pub(super) fn written(registry: &Registry, route: &Route) -> Option<Written> {
    match route.operation {
        Operation::Special(_) => special(registry, route),
        Operation::Action(action) => of_resource(route, route.resource?, action.name),
        _ => None,
    }
}

fn special(registry: &Registry, route: &Route) -> Option<Written> {
    let path = route.path.strip_prefix("/api/").unwrap_or(&route.path);
    if let Some(rest) = path.strip_prefix("_allauth/") {
        return account::signing_in(route.method, rest);
    }
    if let Some(rest) = path.strip_prefix("settings/") {
        return settings::of(route.method, rest);
    }
    if let Some(rest) = path.strip_prefix("iam/") {
        return account::of(route.method, rest);
    }
    Some(match path {
        "oauth/token/" => machines::exchange(),
        "secret-scanning/github/" => tokens::found_by_github(),
        "user-preferences/" => {
            let preferences = answers(json!({ "type": "object", "properties": { "lang": word(&LANGUAGES) } }));
            match route.method {
                Method::Get => preferences,
                _ => preferences.taking(body(&[], &[("lang", maybe(word(&LANGUAGES)))])),
            }
        }
        "health/" => answers(object(&[("status", word(&["ok"]))])),
        "build/" => answers(object(&[
            ("version", text()),
            ("build", text()),
            ("infrastructure", object(&[("database", text())])),
        ])),
        "csrf/" => answers(object(&[("csrfToken", text())])),
        "meta/" => answers(object(&[
            ("name", text()),
            ("version", text()),
            ("languages", list(&text())),
            ("setup_required", truth()),
            ("password_reset", truth()),
            ("passkeys", maybe(object(&[("rp_id", text()), ("origin", text())]))),
            ("token_days", integer()),
        ])),
        "meta/resources/" => answers(list(&kind())),
        "get_counters/" => answers(object(&[(
            "results",
            object(&[
                ("domains", integer()),
                ("perimeters", integer()),
                ("assets", integer()),
                ("frameworks", integer()),
                ("applied_controls", integer()),
                ("policies", integer()),
                ("exceptions", integer()),
                ("risk_acceptances", integer()),
            ]),
        )])),
        "setup/" => status(201, object(&[("email", text())]))
            .taking(body(&[("code", filled()), ("email", filled()), ("password", filled())], &[])),
        "schema/" => {
            answers(json!({ "type": "object" })).asking("format", false, word(&["json", "openapi-json", "yaml"]))
        }
        "explain-access/" => answers(object(&[
            ("resource", text()),
            ("id", uuid()),
            ("user", pointer()),
            ("allowed", map(&truth())),
            ("reasons", list(&text())),
        ]))
        .asking("resource", true, word(&registry.all().iter().map(|resource| resource.path).collect::<Vec<_>>()))
        .asking("id", true, uuid())
        .asking("user", true, uuid()),
        "audit-log/" => audit_log(),
        "audit-log/checkpoint/" => answers(object(&[("count", integer()), ("hash", text()), ("at", time())])),
        "/metrics" => files(&["text/plain"]),
        _ => return None,
    })
}

fn kind() -> Value {
    let field = object(&[
        ("name", text()),
        ("label", text()),
        ("kind", text()),
        ("required", truth()),
        ("read_only", truth()),
        ("nullable", truth()),
        ("max_length", maybe(integer())),
        ("minimum", maybe(integer())),
        ("maximum", maybe(integer())),
        ("choices", maybe(list(&object(&[("value", json!({ "type": ["string", "integer"] })), ("label", text())])))),
        ("target", maybe(text())),
        ("list", truth()),
        ("detail", truth()),
        ("write", truth()),
        ("input_only", truth()),
        ("create_only", truth()),
        ("column", truth()),
        ("filter", truth()),
        ("order", truth()),
        ("search", truth()),
        ("default", anything()),
    ]);
    object(&[
        ("path", text()),
        ("model", text()),
        ("module", text()),
        ("label", text()),
        ("plural", text()),
        ("label_field", text()),
        ("scope", word(&["folder", "root", "itself"])),
        ("operations", list(&text())),
        ("permissions", map(&text())),
        ("fields", list(&field)),
    ])
}

fn audit_log() -> Written {
    let entry = object(&[
        ("id", uuid()),
        ("seq", maybe(integer())),
        ("at", time()),
        ("actor", maybe(pointer())),
        ("actor_name", maybe(text())),
        ("token", maybe(pointer())),
        ("credential", maybe(text())),
        ("ip", maybe(text())),
        ("user_agent", maybe(text())),
        ("request_id", maybe(text())),
        ("action", text()),
        ("resource", text()),
        ("object_id", maybe(uuid())),
        ("object_name", maybe(text())),
        ("folder", maybe(pointer())),
        ("changes", map(&json!({ "type": "array", "minItems": 2, "maxItems": 2 }))),
        ("state", word(&["sealed", "pending"])),
    ]);
    let mut written = answers(page(&entry));
    for name in ["resource", "action", "request_id", "search"] {
        written = written.asking(name, false, text());
    }
    for name in ["object_id", "actor", "token", "folder"] {
        written = written.asking(name, false, describe::optional_id());
    }
    for name in ["at__gte", "at__lt"] {
        written = written.asking(name, false, describe::moment());
    }
    for (name, schema) in describe::window() {
        written = written.asking(name, false, schema);
    }
    written
}

fn of_resource(route: &Route, resource: &str, action: &str) -> Option<Written> {
    let of_item = route.path.contains("{id}");
    let acts = route.method == Method::Post;
    let read = |name: &str| super::reference(&format!("{name}Read"));
    Some(match (resource, action) {
        ("folders" | "perimeters" | "asset-class" | "assets", action) => {
            return organisation::of(resource, action, of_item);
        }
        ("compliance-assessments", action) => return audits::of_audit(action, acts).or_else(|| documents::of(action)),
        ("requirement-assessments", action) => return audits::of_row(action, acts),
        ("requirement-assignments", action) => return audits::of_assignment(action),
        (kind, action) if catalog::KINDS.contains(&kind) => return catalog::of(kind, action, acts),
        ("applied-controls", action) => return controls::of(action, &read("AppliedControl")),
        ("policies", action) => return controls::of(action, &read("Policy")),
        ("security-exceptions", action) => return controls::of_exceptions(action),
        ("evidences" | "evidence-revisions", "upload" | "delete_attachment") => answers(Value::Null),
        ("evidences" | "evidence-revisions", "attachment") => files(&["*/*"]).asking("inline", false, anything()),
        ("evidences", "owner") => answers(list(&object(&[("id", uuid()), ("str", text())]))),
        ("evidences", "batch-upload") => answers(object(&[
            ("created", integer()),
            ("evidences", list(&object(&[("id", uuid()), ("name", text())]))),
        ])),
        ("user-groups", "add-members" | "remove-members") => answers(object(&[("count", integer())]))
            .taking(body(&[("users", json!({ "anyOf": [list(&uuid()), uuid()] }))], &[])),
        _ => return None,
    })
}
