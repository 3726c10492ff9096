//! What operations take and answer that no declaration describes. Schemas of answers are closed:
//! a member that is added in a handler has to be added here.

mod audits;
mod catalog;
mod controls;
mod documents;
mod factors;
mod machines;
mod tokens;

use super::super::routes::{Method, Operation, Route};
use super::super::settings::LANGUAGES;
use super::schema::{
    anything, body, filled, integer, list, map, maybe, number, object, open, page, pointer, text, time, truth, uuid,
    word,
};
use engine::{Registry, describe};
use grc::settings::Group;
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
        return signing_in(route.method, rest);
    }
    if let Some(rest) = path.strip_prefix("settings/") {
        return settings(route.method, rest);
    }
    if let Some(rest) = path.strip_prefix("iam/") {
        return account(route.method, rest);
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

/// Answers of sign-in, in the contract's shape.
fn signing_in(method: Method, rest: &str) -> Option<Written> {
    let (client, rest) = rest.split_once("/v1/")?;
    let out = object(&[
        ("status", integer()),
        ("data", object(&[("flows", list(&object(&[("id", text())])))])),
        ("meta", object(&[("is_authenticated", truth())])),
    ]);
    let user = object(&[("id", uuid()), ("display", text()), ("email", text()), ("has_usable_password", truth())]);
    let method_used = object(&[("method", text()), ("at", maybe(number())), ("email", text())]);
    let signed_in = |meta: &[(&str, Value)]| {
        object(&[
            ("status", integer()),
            ("data", object(&[("user", user.clone()), ("methods", list(&method_used))])),
            ("meta", object(meta)),
        ])
    };
    let plain = [("is_authenticated", truth())];
    let with_session = [("is_authenticated", truth()), ("session_token", text()), ("access_token", text())];
    Some(match (method, rest) {
        (Method::Post, "auth/login") => {
            let meta: &[(&str, Value)] = if client == "app" { &with_session } else { &plain };
            answers(signed_in(meta)).taking(body(&[("email", filled()), ("password", filled())], &[]))
        }
        (Method::Post, "auth/2fa/authenticate") => {
            let meta: &[(&str, Value)] = if client == "app" { &with_session } else { &plain };
            answers(signed_in(meta)).taking(body(&[("code", filled())], &[]))
        }
        (Method::Post, "auth/webauthn/login" | "auth/webauthn/authenticate") => {
            let meta: &[(&str, Value)] = if client == "app" { &with_session } else { &plain };
            answers(signed_in(meta)).taking(factors::credential())
        }
        (Method::Get, "auth/webauthn/login") if client == "app" => factors::options(&with_session[..2]),
        (Method::Get, "auth/webauthn/login" | "auth/webauthn/authenticate" | "auth/webauthn/reauthenticate") => {
            factors::options(&[])
        }
        (Method::Post, "auth/webauthn/reauthenticate") => answers(signed_in(&plain)).taking(factors::credential()),
        (Method::Post, "auth/reauthenticate") => {
            answers(signed_in(&plain)).taking(body(&[("password", filled())], &[("code", text())]))
        }
        (Method::Get, "auth/session") => answers(signed_in(&plain)).or(401, out),
        (Method::Delete, "auth/session") => status(401, out),
        (Method::Get, "account/authenticators") => {
            answers(object(&[("status", integer()), ("data", list(&anything()))]))
        }
        _ => return factors::of(method, rest.strip_prefix("account/authenticators")?),
    })
}

fn account(method: Method, rest: &str) -> Option<Written> {
    use Method::{Delete, Get, Patch, Post};
    if rest.contains("auth-tokens/") || rest.starts_with("token-policy/") {
        return tokens::of(method, rest);
    }
    if rest.starts_with("service-accounts/") {
        return machines::of(method, rest);
    }
    let nothing = || object(&[]);
    let passwords = [("new_password", filled()), ("confirm_new_password", filled())];
    let with = |first: &[(&'static str, Value)]| body(&[first, &passwords].concat(), &[]);
    Some(match (method, rest) {
        (Delete, "sessions/{id}/") | (Post, "logout/" | "logoutall/") => status(204, Value::Null),
        (Get, "current-user/") => answers(current_user()),
        (Patch, "profile/") => {
            let name = json!({ "type": "string", "maxLength": 150 });
            answers(current_user()).taking(body(&[], &[("first_name", name.clone()), ("last_name", name)]))
        }
        (Post, "change-password/") => answers(nothing()).taking(with(&[("old_password", filled())])),
        (Post, "disable-mfa/") => answers(nothing()).taking(body(&[("user", uuid())], &[])),
        (Post, "set-password/") => answers(nothing()).taking(with(&[("user", uuid())])),
        (Post, "password-reset/") => status(202, nothing()).taking(body(&[("email", filled())], &[])),
        (Post, "password-reset/confirm/") => answers(nothing()).taking(with(&[("token", filled())])),
        (Post, "revoke-sessions/") => answers(object(&[("revoked_sessions", integer())])),
        (Post, "session-token/") => answers(object(&[("token", text())])),
        (Get, "sessions/") => answers(list(&object(&[
            ("id", uuid()),
            ("created", time()),
            ("last_used", time()),
            ("expires", time()),
            ("ip", maybe(text())),
            ("user_agent", maybe(text())),
            ("current", truth()),
        ]))),
        _ => return None,
    })
}

fn current_user() -> Value {
    object(&[
        ("id", uuid()),
        ("email", text()),
        ("first_name", text()),
        ("last_name", text()),
        ("is_active", truth()),
        ("date_joined", maybe(time())),
        ("is_third_party", truth()),
        ("is_local", truth()),
        ("has_mfa_enabled", truth()),
        ("is_superuser", truth()),
        ("actor_id", maybe(uuid())),
        ("all_actor_ids", list(&uuid())),
        ("user_groups", list(&json!({ "type": "array", "minItems": 2, "maxItems": 2 }))),
        ("roles", list(&text())),
        ("is_auditee", truth()),
        ("is_admin", truth()),
        ("is_sso", truth()),
        ("accessible_domains", list(&uuid())),
        ("domain_permissions", map(&list(&text()))),
        ("root_folder_id", uuid()),
        ("preferences", open(&[("lang", text())])),
    ])
}

/// The settings of a group with the types of their defaults, kept by `keep`.
fn group(group: Group, keep: impl Fn(&str) -> bool) -> Vec<(String, Value)> {
    let schema = |value: &Value| match value {
        Value::Bool(_) => truth(),
        Value::Number(_) => number(),
        Value::String(_) => text(),
        _ => maybe(text()),
    };
    group.defaults().iter().filter(|(name, _)| keep(name)).map(|(name, value)| (name.clone(), schema(value))).collect()
}

fn settings(method: Method, rest: &str) -> Option<Written> {
    let of = |which: Group, keep: fn(&str) -> bool| -> Value {
        let members = group(which, keep);
        object(&members.iter().map(|(name, schema)| (name.as_str(), schema.clone())).collect::<Vec<_>>())
    };
    let all = |which| of(which, |_| true);
    let general = || object(&[("name", word(&["general"])), ("value", all(Group::General))]);
    let choices = |codes: &[&str]| object(&codes.iter().map(|code| (*code, text())).collect::<Vec<_>>());
    Some(match (method, rest) {
        (Method::Get, "general/") => answers(general()),
        (_, "general/") => answers(general()).taking(json!({ "type": "object" })),
        (_, "general/object/") => {
            let mut schema = all(Group::General);
            schema["properties"]["enabled_integrations"] = list(&text());
            answers(schema)
        }
        (_, "general/default-language/") => answers(object(&[("default_language", text())])),
        (_, "general/default_language/") => answers(choices(&LANGUAGES)),
        (_, "general/security_objective_scale/") => answers(choices(&grc::settings::SECURITY_SCALES)),
        (_, "general/ebios_radar_parameters/") => answers(of(Group::General, |name| name.starts_with("ebios_radar"))),
        (_, "general/interface_settings/") => {
            answers(of(Group::General, |name| name.starts_with("interface_") || name.starts_with("show_")))
        }
        (_, "general/notifications_settings/") => {
            answers(of(Group::General, |name| name.starts_with("notifications_")))
        }
        (Method::Get, "general/default_custom_analytics_dashboard/") => {
            answers(of(Group::General, |name| name == "default_custom_analytics_dashboard"))
        }
        (_, "general/set-default-dashboard/") => {
            answers(of(Group::General, |name| name == "default_custom_analytics_dashboard"))
                .taking(body(&[("default_custom_analytics_dashboard", maybe(uuid()))], &[]))
        }
        (_, "general/force_language/") => answers(object(&[("language", word(&LANGUAGES)), ("users", integer())]))
            .taking(body(&[], &[("language", word(&LANGUAGES))])),
        (Method::Get, "feature-flags/" | "feature-flags/defaults/") => answers(all(Group::FeatureFlags)),
        (_, "feature-flags/") => answers(all(Group::FeatureFlags)).taking(json!({ "type": "object" })),
        (_, "sso/info/") => {
            answers(object(&[("is_enabled", maybe(truth())), ("sp_entity_id", text()), ("callback_url", text())]))
        }
        _ => return None,
    })
}

fn of_resource(route: &Route, resource: &str, action: &str) -> Option<Written> {
    let of_item = route.path.contains("{id}");
    let acts = route.method == Method::Post;
    let read = |name: &str| super::reference(&format!("{name}Read"));
    let finding = |key: &str, name: &str| {
        let objects = object(&[("objects", json!({ "type": "object" }))]);
        object(&[(key, read(name)), ("compliance_assessments", objects.clone()), ("risk_assessments", objects)])
    };
    Some(match (resource, action) {
        ("folders" | "perimeters", "quality_check") => {
            let of =
                if resource == "folders" { finding("folder", "Folder") } else { finding("perimeter", "Perimeter") };
            answers(if of_item { of } else { object(&[("results", map(&of))]) })
        }
        ("folders", "org_tree") => {
            answers(json!({ "type": "object", "required": ["name"] })).asking("include_perimeters", false, text())
        }
        ("folders", "my_assignments") => {
            let counts = object(&[("audits", integer()), ("controls", integer()), ("evidences", integer())]);
            answers(object(&[
                ("risk_assessments", list(&anything())),
                ("audits", list(&anything())),
                ("controls", list(&anything())),
                ("risk_scenarios", list(&anything())),
                ("metrics", object(&[("progress", counts)])),
                ("actor_ids", list(&uuid())),
            ]))
        }
        ("folders", "get_accessible_objects") => {
            let named = list(&object(&[("name", text()), ("id", uuid())]));
            let kinds = ["folders", "perimeters", "frameworks", "risk_matrices"];
            answers(object(&kinds.map(|kind| (kind, named.clone()))))
        }
        ("folders", "users") => answers(page(&object(&[
            ("id", uuid()),
            ("email", text()),
            ("first_name", text()),
            ("last_name", text()),
            ("is_active", truth()),
            ("roles", list(&object(&[("str", text())]))),
        ]))),
        ("folders", "export") => answers(object(&[
            ("format", text()),
            ("version", integer()),
            ("names", map(&map(&text()))),
            ("objects", map(&list(&json!({ "type": "object" })))),
        ])),
        ("folders", "import" | "import-dummy") => answers(object(&[
            ("message", text()),
            ("folder", uuid()),
            ("created", map(&integer())),
            ("left_out", list(&text())),
        ]))
        .asking("name", false, filled()),
        ("asset-class", "tree") => answers(list(&json!({ "type": "object", "required": ["id", "name", "children"] }))),
        ("assets", "asset_class") => answers(list(&object(&[("id", uuid()), ("name", text())]))),
        ("assets", "class-tree") => answers(object(&[
            ("tree", list(&json!({ "type": "object", "required": ["id", "name", "total_count", "children"] }))),
            ("unclassified_count", integer()),
            ("total_count", integer()),
        ])),
        ("assets", "security_objectives" | "disaster_recovery_objectives") => {
            answers(object(&[("results", list(&text()))]))
        }
        ("assets", "full") => answers(page(&read("Asset"))),
        ("assets", "graph") => answers(object(&[
            ("nodes", list(&json!({ "type": "object", "required": ["name", "value", "pk"] }))),
            ("links", list(&object(&[("source", integer()), ("target", integer()), ("value", text())]))),
            ("categories", list(&object(&[("name", text())]))),
        ])),
        ("assets", "export_csv") => files(&["text/csv"]),
        ("assets", "export_xlsx") => files(&["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]),
        ("assets", "batch-create") => {
            answers(object(&[("created", integer()), ("assets", list(&object(&[("id", uuid()), ("name", text())])))]))
                .taking(body(&[("assets_text", filled())], &[("folder", maybe(uuid()))]))
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
