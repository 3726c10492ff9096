//! Every operation of every resource, and every other route, by everybody.

use crate::model::{Person, Place, Row, codename};
use crate::routes::{PUBLIC, SESSION_ONLY};
use crate::world::{Someone, World, label_of, mail};
use blackbox::{Actor, Answer};
use engine::declare::{On, Resource};
use reqwest::RequestBuilder;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use server::api::routes::{Operation, Route, routes};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

/// Actions that do more than read: the verb that they need.
const ACTING: [(&str, &str, &str); 28] = [
    ("applied-controls", "duplicate", "add"),
    // And delete, on what is merged.
    ("applied-controls", "merge", "change"),
    ("policies", "merge", "change"),
    ("applied-controls", "sync-to-reference-control", "change"),
    ("policies", "sync-to-reference-control", "change"),
    // Whoever sees it may try; controls that are not theirs to change are not among those that it changes.
    ("reference-controls", "sync-applied-controls", "view"),
    ("assets", "batch-create", "add"),
    ("compliance-assessments", "mailing", "change"),
    ("compliance-assessments", "import_xlsx", "change"),
    ("compliance-assessments", "map_from", "change"),
    ("compliance-assessments", "suggestions/applied-controls", "change"),
    ("compliance-assessments", "syncToActions", "change"),
    ("compliance-assessments", "update_requirement", "change"),
    ("requirement-assessments", "suggestions/applied-controls", "change"),
    // Who sees it may try; which step is nobody's here.
    ("requirement-assignments", "set_status", "view"),
    ("evidence-revisions", "delete_attachment", "change"),
    ("evidence-revisions", "upload", "change"),
    ("evidences", "batch-upload", "add"),
    ("evidences", "upload", "change"),
    ("folders", "import", "add"),
    ("folders", "import-dummy", "add"),
    ("policies", "duplicate", "add"),
    ("loaded-libraries", "update", "add"),
    ("stored-libraries", "import", "add"),
    ("stored-libraries", "unload", "delete"),
    ("stored-libraries", "upload", "add"),
    ("user-groups", "add-members", "change"),
    ("user-groups", "remove-members", "change"),
];

/// Kinds of which nothing can be written that says who wrote it.
const UNMARKED: [&str; 2] = ["risk-matrices", "requirement-assignments"];

/// Numbers of the libraries that are uploaded.
static LIBRARIES: AtomicU32 = AtomicU32::new(1);

/// One try.
struct Try {
    path: String,
    body: Option<Value>,
    expected: u16,
    row: Option<Row>,
    /// What a change writes.
    marker: Option<String>,
}

/// Routes that are no operation of a resource: what they answer to somebody who may.
enum Rule {
    /// The same to everybody who shows a credential.
    Everybody(u16),
    /// Needs a codename in the root folder.
    InRoot(&'static str, u16),
    /// Who is signed in: 401 tells a client that nobody is.
    SignedIn,
    /// What a token asks about itself; in a session there is none.
    Itself(u16),
}

#[expect(
    clippy::match_same_arms,
    reason = "one line for each route and its reason reads better than one for each status"
)]
fn rule(route: &str) -> Rule {
    use Rule::{Everybody, InRoot, Itself, SignedIn};
    // Both doors of the account alike.
    let route = route.replace("/_allauth/browser/", "/_allauth/app/");
    match route.as_str() {
        "POST /api/setup/" => Everybody(403),
        "POST /api/_allauth/app/v1/auth/login" => Everybody(400),
        // Without the first half there is no second.
        "POST /api/_allauth/app/v1/auth/2fa/authenticate" => Everybody(401),
        "GET /api/_allauth/app/v1/account/authenticators/totp" => Everybody(404),
        "POST /api/_allauth/app/v1/account/authenticators/totp" => Everybody(400),
        "DELETE /api/_allauth/app/v1/account/authenticators/totp" => Everybody(200),
        "GET /api/_allauth/app/v1/account/authenticators/recovery-codes" => Everybody(404),
        "POST /api/_allauth/app/v1/account/authenticators/recovery-codes" => Everybody(404),
        "GET /api/_allauth/app/v1/account/authenticators/webauthn" => Everybody(200),
        "POST /api/_allauth/app/v1/account/authenticators/webauthn"
        | "PUT /api/_allauth/app/v1/account/authenticators/webauthn"
        | "DELETE /api/_allauth/app/v1/account/authenticators/webauthn" => Everybody(400),
        "GET /api/_allauth/app/v1/auth/webauthn/login" => Everybody(200),
        // Nobody began.
        "POST /api/_allauth/app/v1/auth/webauthn/login" => Everybody(400),
        "GET /api/_allauth/app/v1/auth/webauthn/authenticate"
        | "POST /api/_allauth/app/v1/auth/webauthn/authenticate" => Everybody(401),
        // Nobody here has a passkey.
        "GET /api/_allauth/app/v1/auth/webauthn/reauthenticate" => Everybody(409),
        "POST /api/_allauth/app/v1/auth/webauthn/reauthenticate" | "POST /api/_allauth/app/v1/auth/reauthenticate" => {
            Everybody(400)
        }
        "GET /api/iam/auth-tokens/{id}/" | "POST /api/iam/auth-tokens/{id}/rotate/" => Everybody(404),
        "PATCH /api/iam/auth-tokens/{id}/" => Everybody(400),
        "POST /api/iam/auth-tokens/revoke/" | "POST /api/iam/auth-tokens/report-leak/" => Everybody(400),
        // Nobody told this program to take it.
        "POST /api/secret-scanning/github/" => Everybody(404),
        "GET /api/iam/auth-tokens/self/" => Itself(200),
        "DELETE /api/iam/auth-tokens/self/" => Itself(204),
        // These were not made to be able to.
        "POST /api/iam/auth-tokens/self/rotate/" => Itself(403),
        "GET /api/iam/admin/auth-tokens/" | "GET /api/iam/admin/auth-tokens/export_csv/" => {
            InRoot("change_globalsettings", 200)
        }
        "POST /api/iam/admin/auth-tokens/revoke/" => InRoot("change_globalsettings", 400),
        "GET /api/iam/token-policy/" => Everybody(200),
        "PATCH /api/iam/token-policy/" | "POST /api/iam/token-policy/preview/" => InRoot("change_globalsettings", 200),
        "GET /api/iam/service-accounts/"
        | "GET /api/iam/service-accounts/permissions/"
        | "GET /api/iam/service-accounts/roles/" => InRoot("change_globalsettings", 200),
        "POST /api/iam/service-accounts/" => InRoot("change_globalsettings", 400),
        "GET /api/iam/service-accounts/{id}/"
        | "PATCH /api/iam/service-accounts/{id}/"
        | "DELETE /api/iam/service-accounts/{id}/"
        | "POST /api/iam/service-accounts/{id}/rotate-secret/" => InRoot("change_globalsettings", 404),
        "POST /api/oauth/token/" => Everybody(400),
        "POST /api/iam/disable-mfa/" => InRoot("change_user", 400),
        "GET /api/_allauth/app/v1/auth/session" => SignedIn,
        // 401 is how the contract says that nobody is signed in any more.
        "DELETE /api/_allauth/app/v1/auth/session" => Everybody(401),
        "POST /api/iam/password-reset/" | "POST /api/iam/password-reset/confirm/" => Everybody(400),
        "POST /api/iam/auth-tokens/" | "POST /api/iam/change-password/" => Everybody(400),
        "DELETE /api/iam/auth-tokens/{id}/" | "DELETE /api/iam/sessions/{id}/" => Everybody(404),
        "POST /api/iam/set-password/" => InRoot("change_user", 400),
        "POST /api/iam/logout/" | "POST /api/iam/logoutall/" => Everybody(204),
        "GET /api/explain-access/" => InRoot("change_user", 200),
        "GET /api/audit-log/checkpoint/" => InRoot("view_central_auditlog", 200),
        "GET /metrics" => InRoot("change_globalsettings", 200),
        "POST /api/settings/general/set-default-dashboard/" => InRoot("change_globalsettings", 400),
        "POST /api/settings/general/force_language/" => InRoot("change_globalsettings", 200),
        "GET /api/settings/general/" => InRoot("view_globalsettings", 200),
        "PUT /api/settings/general/"
        | "PATCH /api/settings/general/"
        | "PUT /api/settings/feature-flags/"
        | "PATCH /api/settings/feature-flags/" => InRoot("change_globalsettings", 200),
        "GET /api/health/"
        | "GET /api/build/"
        | "GET /api/csrf/"
        | "GET /api/meta/"
        | "GET /api/meta/resources/"
        | "GET /api/get_counters/"
        | "GET /api/schema/"
        | "GET /api/audit-log/"
        | "GET /api/_allauth/app/v1/account/authenticators"
        | "GET /api/iam/auth-tokens/"
        | "GET /api/iam/current-user/"
        | "PATCH /api/iam/profile/"
        | "POST /api/iam/revoke-sessions/"
        | "POST /api/iam/session-token/"
        | "GET /api/iam/sessions/"
        | "GET /api/settings/general/object/"
        | "GET /api/settings/general/default-language/"
        | "GET /api/settings/general/default_language/"
        | "GET /api/settings/general/security_objective_scale/"
        | "GET /api/settings/general/ebios_radar_parameters/"
        | "GET /api/settings/general/interface_settings/"
        | "GET /api/settings/general/notifications_settings/"
        | "GET /api/settings/general/default_custom_analytics_dashboard/"
        | "GET /api/user-preferences/"
        | "PATCH /api/user-preferences/"
        | "GET /api/settings/feature-flags/"
        | "GET /api/settings/feature-flags/defaults/"
        | "GET /api/settings/sso/info/" => Everybody(200),
        other => panic!("{other} is new: say here who may call it"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_what_their_role_gives_and_no_more() {
    let world = World::new().await;
    let mut table = String::from("route | anonymous nobody sibling reader analyst manager admin | tokens\n");
    let mut all = routes(&world.registry);
    // These end the sessions of whoever calls them.
    all.sort_by_key(|route| route.path == "/api/iam/logoutall/");
    for route in &all {
        let line = match route.resource {
            Some(path) => of_resource(&world, route, world.registry.get(path).expect("declared")).await,
            None => special(&world, route).await,
        };
        let _ = writeln!(table, "{} {} | {line}", route.method.as_str(), route.path);
    }
    insta::assert_snapshot!("matrix", table);
}

/// Those who show nothing, or a token that is over. They get 401 whatever they ask for.
async fn outsiders(world: &World, route: &Route, path: &str) -> u16 {
    let name = format!("{} {}", route.method.as_str(), route.path);
    for actor in [&world.expired, &world.revoked] {
        let answer = actor.call(route.method.as_str(), path).await;
        if name == "POST /api/oauth/token/" {
            // The header is for a machine's own Basic credential there; a token in it is nothing.
            answer.expect(400);
            continue;
        }
        let answer = answer.expect(401);
        assert!(
            matches!(answer.json["code"].as_str(), Some("token_expired" | "token_revoked")),
            "{name}: {}",
            answer.text
        );
        assert_eq!(answer.header("www-authenticate"), Some("Token"), "{name}");
    }
    let answer = world.anonymous.call(route.method.as_str(), path).await;
    if !PUBLIC.contains(&name.as_str()) {
        assert_eq!(answer.status, 401, "{name} answers to nobody: {}", answer.text);
        assert_eq!(answer.json, json!({ "detail": "Authentication credentials were not provided." }), "{name}");
    }
    answer.status
}

async fn of_resource(world: &World, route: &Route, resource: &Resource) -> String {
    let row = world.row(resource);
    let mut line = outsiders(world, route, &route.path.replace("{id}", &row.id)).await.to_string();
    for someone in &world.people {
        let person = someone.person;
        let mut seen = 0;
        for (actor, how) in [(&someone.session, "session"), (&someone.token, "token")] {
            for attempt in attempts(world, route, resource, person).await {
                let answer = send(actor, route, &attempt).await;
                let what = format!("{} {} by {} in a {how}", route.method.as_str(), attempt.path, person.name);
                assert_eq!(answer.status, attempt.expected, "{what}: {}", answer.text);
                world.note(resource, &attempt, &answer);
                check_body(world, route, resource, person, &attempt, &answer, &what);
                check_effect(world, route, resource, &attempt, &answer, &what).await;
                world.check_nothing_hidden(person, &attempt.sent(), &answer.text, &what);
                seen = if seen == 0 { answer.status } else { seen };
            }
        }
        let _ = write!(line, " {seen}");
    }
    line + " | as their owner"
}

/// What is tried by one person; for most operations one thing.
async fn attempts(world: &World, route: &Route, resource: &Resource, person: Person) -> Vec<Try> {
    let row = match route.operation {
        Operation::Delete | Operation::Batch => world.fresh(resource).await,
        Operation::Action(action) if action.name == "unload" => world.fresh(resource).await,
        _ => world.row(resource).clone(),
    };
    let path = route.path.replace("{id}", &row.id);
    let on_row = |verb: &str, ok| person.on_row(resource, &row, verb, ok);
    // The administrator wrote the rows here, and what a comment says is its author's alone.
    let edited = if resource.path == "comments" && person.name != "admin" { 403 } else { 200 };
    let one = |body: Option<Value>, expected| Try {
        path: path.clone(),
        body,
        expected,
        row: Some(row.clone()),
        marker: None,
    };
    let one = match route.operation {
        Operation::List | Operation::Ids(_) | Operation::Autocomplete(_) | Operation::Choices(_) => one(None, 200),
        Operation::Names => Try { path: format!("{path}?id={}", row.id), ..one(None, 200) },
        Operation::Retrieve | Operation::Object | Operation::CascadeInfo => one(None, on_row("view", 200)),
        Operation::Create => return creations(world, resource, person, &path).await,
        Operation::Patch => {
            let (body, marker) = world.change(resource);
            Try { marker: Some(marker), ..one(Some(body), on_row("change", edited)) }
        }
        Operation::Replace => {
            let mut body = world.body(resource, row.place).await;
            let (change, marker) = world.change(resource);
            for (name, value) in change.as_object().expect("an object") {
                body[name] = value.clone();
            }
            // Moving the row is another story than replacing it.
            if let (Some(field), Some(map)) = (resource.folder_field(), body.as_object_mut()) {
                map.remove(field.name);
            }
            Try { marker: Some(marker), ..one(Some(body), on_row("change", edited)) }
        }
        Operation::Delete => one(None, on_row("delete", if row.builtin { 403 } else { 204 })),
        // What nobody deletes is no action of the batch either.
        Operation::Batch => {
            let ok = if resource.operations.delete { 200 } else { 400 };
            one(Some(json!({ "action": "delete", "ids": [row.id] })), ok)
        }
        Operation::Action(action) => {
            // A name may read when it is asked for, and act when it is posted to.
            let acts = route.method.as_str() != "GET" || action.acts;
            let mut acting = ACTING.iter().filter(|_| acts);
            let acting = acting.find(|(path, name, _)| (*path, *name) == (resource.path, action.name));
            let verb = match (acting, route.method.as_str()) {
                (Some((.., verb)), _) => *verb,
                (None, "GET") => "view",
                _ => panic!("{} {}: say in ACTING what it needs", resource.path, action.name),
            };
            let name = world.word();
            if action.name == "attachment" {
                let upload = path.replace("/attachment/", "/upload/");
                world.admin().send(with_file(world.admin().request("POST", &upload))).await.expect(200);
            }
            let (query, body) = asked(world, resource, &row, (verb, action.name), &name).await;
            // New domains come into the root folder.
            let place = if matches!(resource.path, "folders" | "stored-libraries") { Place::Root } else { Place::Ours };
            let expected = match (action.on, action.name) {
                // What is loaded is refused a second time, and what is new has no update; what is to be compared, and what
                // updated, is not said, and what comes along is no workbook. No mail can leave, and the controls here were
                // not made after a reference.
                (
                    On::Item,
                    "import"
                    | "update"
                    | "compare"
                    | "update_requirement"
                    | "map_from"
                    | "map_from_preview"
                    | "set_status"
                    | "import_xlsx"
                    | "mailing"
                    | "sync-to-reference-control",
                ) => on_row(verb, 400),
                (On::Collection, "upload") => person.on_create(resource, place),
                (On::Item, _) => on_row(verb, 200),
                (On::Collection, "merge") if !person.holds(&codename(resource, verb)) => 403,
                (On::Collection, "merge") => on_row(verb, on_row("delete", 200)),
                (On::Collection, _) if verb == "add" => match person.on_create(resource, place) {
                    201 => 200,
                    refused => refused,
                },
                (On::Collection, _) => 200,
            };
            let marker = (action.name.starts_with("batch-") || action.name == "duplicate").then_some(name);
            Try { path: format!("{path}{query}"), marker, ..one(body, expected) }
        }
        Operation::Special(_) => unreachable!("operations of resources are none"),
    };
    vec![one]
}

/// What an action is sent that needs this right: a query and a body.
async fn asked(
    world: &World,
    resource: &Resource,
    row: &Row,
    (verb, action): (&str, &str),
    name: &str,
) -> (String, Option<Value>) {
    let body = match (verb, action) {
        ("view", _) | (_, "upload" | "unload" | "update" | "import_xlsx") => None,
        (_, "batch-upload") => Some(json!({ "file": name, "folder": world.ours })),
        (_, "batch-create") => Some(json!({ "assets_text": format!("PR: {name}"), "folder": world.ours })),
        (_, "import") => {
            let body = json!({ "format": "tessera-domain", "version": 1, "objects": {} });
            return (format!("?name={name}"), Some(body));
        }
        (_, "import-dummy") => return (format!("?name={name}"), None),
        (_, "duplicate") => Some(json!({ "name": name })),
        (_, "merge") => Some(merger(world, resource, row).await),
        _ => Some(json!({ "users": [] })),
    };
    (String::new(), body)
}

/// Another row becomes a part of this one.
async fn merger(world: &World, resource: &Resource, row: &Row) -> Value {
    json!({ "target": row.id, "sources": [world.fresh(resource).await.id] })
}

/// In the place of the matrix, and (where a folder can be chosen) in the sibling and the root.
async fn creations(world: &World, resource: &Resource, person: Person, path: &str) -> Vec<Try> {
    let mut tries = Vec::new();
    let home = world.row(resource).place;
    for place in [home, Place::Theirs, Place::Root] {
        // A part stands where the whole stands, whatever is asked for.
        if place != home && (home == Place::Root || !resource.follows.is_empty()) {
            continue;
        }
        let body = world.body(resource, place).await;
        let marker = body[label_of(resource)].as_str().map(str::to_owned);
        let marker = marker.or_else(|| resource.part_of.map(|_| world.change(resource).1));
        // Assignments have no name to look for.
        let marker = marker.or_else(|| (resource.path == "requirement-assignments").then(|| world.word()));
        let expected = person.on_create(resource, place);
        tries.push(Try { path: path.to_owned(), body: Some(body), expected, row: None, marker });
        tries.last_mut().expect("just pushed").row = Some(Row { place, ..world.row(resource).clone() });
    }
    tries
}

async fn send(actor: &Actor, route: &Route, attempt: &Try) -> Answer {
    let mut request = actor.request(route.method.as_str(), &attempt.path);
    if attempt.path.ends_with("/upload/") {
        // Neither name nor content is looked at before the right to upload.
        let urn = format!("urn:test:risk:threat:{}", LIBRARIES.fetch_add(1, Ordering::Relaxed));
        let content = format!(
            "urn: urn:test:risk:library:{urn}\nname: L {urn}\nversion: 1\nobjects:\n  threats:\n  - {{urn: \"{urn}\", name: {urn}}}\n"
        );
        return actor.upload(&attempt.path, "library.yaml", content).await;
    }
    if attempt.path.contains("/import/") {
        request = request.header("content-disposition", "attachment; filename=domain.json");
    }
    if attempt.path.ends_with("/upload/") || attempt.path.ends_with("/import_xlsx/") {
        request = with_file(request);
    }
    let request = match &attempt.body {
        Some(body) if attempt.path.contains("/batch-upload/") => {
            let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            let file = Part::bytes(b"proof".to_vec()).file_name(format!("{}.txt", text("file")));
            request.multipart(Form::new().text("folder", text("folder")).part("file", file))
        }
        Some(body) => request.json(body),
        None => request,
    };
    actor.send(request).await
}

/// A small file as the whole body.
fn with_file(request: RequestBuilder) -> RequestBuilder {
    request.header("content-disposition", "attachment; filename=proof.txt").body("proof")
}

/// Bodies say nothing of hidden rows, and everything of visible ones.
fn check_body(
    world: &World,
    route: &Route,
    resource: &Resource,
    person: Person,
    attempt: &Try,
    answer: &Answer,
    what: &str,
) {
    let Some(row) = &attempt.row else { return };
    let sees = person.sees(resource, row);
    let lists =
        matches!(route.operation, Operation::List | Operation::Ids(_) | Operation::Autocomplete(_) | Operation::Names);
    match answer.status {
        200 if lists => {
            assert_eq!(
                answer.text.contains(&row.id),
                sees,
                "{what} shows what it should not, or hides: {}",
                answer.text
            );
            if let Some(count) = answer.json["count"].as_u64() {
                let shown = answer.json["results"].as_array().map_or(0, Vec::len) as u64;
                assert_eq!(count, shown, "{what}: the count tells of rows that are not shown");
            }
        }
        200 if matches!(route.operation, Operation::Batch) => {
            let verdict = match person.on_row(resource, row, "delete", if row.builtin { 403 } else { 204 }) {
                404 => Some("Object not found or access denied"),
                403 => Some("Permission denied"),
                _ => None,
            };
            assert_eq!(answer.json["failed"][0]["error"].as_str(), verdict, "{what}: {}", answer.text);
            assert_eq!(
                answer.json["succeeded"].as_array().map(Vec::len),
                Some(usize::from(verdict.is_none())),
                "{what}"
            );
            if !sees {
                assert!(answer.json["failed"][0]["name"].is_null(), "{what} names a hidden row");
            }
        }
        404 => assert_eq!(
            answer.json,
            match resource.missing {
                Some(sentence) => json!(sentence),
                None => json!({ "detail": format!("No {} matches the given query.", resource.type_name) }),
            },
            "{what}: a hidden row is answered like one that does not exist"
        ),
        403 if matches!(route.operation, Operation::Create) || answer.json.get("folder").is_some() => assert_eq!(
            answer.json,
            json!({ "folder": "You do not have permission to add objects in this folder" }),
            "{what}"
        ),
        403 => {
            let detail = "You do not have permission to perform this action.";
            assert_eq!(answer.json, json!({ "detail": detail }), "{what}");
        }
        400 if matches!(route.operation, Operation::Action(_) | Operation::Batch) => {}
        400 => {
            let folder = resource.folder_field().map_or("folder", |field| field.name);
            let id = world.folder(row.place);
            let sentence = format!("Invalid pk \"{id}\" - object does not exist.");
            assert_eq!(
                answer.json[folder][0],
                json!(sentence),
                "{what}: a hidden folder is no folder: {}",
                answer.text
            );
        }
        _ => {}
    }
}

/// What was refused left no trace; what was answered well happened.
async fn check_effect(world: &World, route: &Route, resource: &Resource, attempt: &Try, answer: &Answer, what: &str) {
    let Some(row) = &attempt.row else { return };
    let good = answer.status < 300;
    let one = format!("/api/{}/{}/", resource.path, row.id);
    match route.operation {
        Operation::Delete | Operation::Batch => {
            let gone = if route.method.as_str() == "DELETE" {
                good
            } else {
                answer.json["succeeded"][0]["id"] == json!(row.id)
            };
            let found = world.admin().get(&one).await;
            assert_eq!(
                found.status,
                if gone { 404 } else { 200 },
                "{what} answered {} but: {}",
                answer.text,
                found.text
            );
        }
        Operation::Patch | Operation::Replace if !row.builtin && !UNMARKED.contains(&resource.path) => {
            let now = world.admin().get(&one).await.expect(200);
            let marker = attempt.marker.as_deref().expect("a change");
            assert_eq!(now.text.contains(marker), good, "{what} answered {} but: {}", answer.status, now.text);
        }
        Operation::Create if !good => {
            let marker = attempt.marker.as_deref().expect("a name");
            let list = world.admin().get(&format!("/api/{}/?search={marker}", resource.path)).await.expect(200);
            assert!(!list.text.contains(marker), "{what} was refused and done: {}", list.text);
        }
        _ => {}
    }
}

impl Try {
    fn sent(&self) -> String {
        format!("{} {}", self.path, self.body.as_ref().map(ToString::to_string).unwrap_or_default())
    }
}

impl World {
    /// Remembers names that were given, so that they are looked for in every later answer.
    fn note(&self, resource: &Resource, attempt: &Try, answer: &Answer) {
        if let (true, Some(marker), Some(row)) = (answer.status < 300, &attempt.marker, &attempt.row) {
            self.know(resource, &Row { name: marker.clone(), ..row.clone() });
        }
    }
}

async fn special(world: &World, route: &Route) -> String {
    let name = format!("{} {}", route.method.as_str(), route.path);
    let users = world.registry.get("users").expect("declared");
    let assets = world.registry.get("assets").expect("declared");
    let path = route.path.replace("{id}", "00000000-0000-7000-8000-000000000000");
    let path = match name.as_str() {
        "GET /api/explain-access/" => {
            format!("{path}?resource=assets&id={}&user={}", world.row(assets).id, world.row(users).id)
        }
        _ => path,
    };
    let mut line = outsiders(world, route, &path).await.to_string();
    let session_only = SESSION_ONLY.contains(&name.as_str());
    for someone in &world.people {
        let person = someone.person;
        for (actor, is_token) in [(&someone.token, true), (&someone.session, false)] {
            let spare = spare(world, someone, &name, is_token).await;
            let actor = spare.as_ref().unwrap_or(actor);
            let expected = match rule(&name) {
                _ if session_only && is_token => 403,
                Rule::Everybody(status) => status,
                Rule::InRoot(codename, status) if person.holds_in(codename, Place::Root) => status,
                Rule::Itself(status) if is_token => status,
                Rule::InRoot(..) | Rule::Itself(_) => 403,
                Rule::SignedIn if is_token => 401,
                Rule::SignedIn => 200,
            };
            let answer = actor.call(route.method.as_str(), &path).await;
            let what = format!("{name} by {} with a {}", person.name, if is_token { "token" } else { "session" });
            assert_eq!(answer.status, expected, "{what}: {}", answer.text);
            let refused = answer.json["code"] == json!("session_required");
            assert_eq!(refused, session_only && is_token, "{what}: {}", answer.text);
            world.check_nothing_hidden(person, &path, &answer.text, &what);
            if !is_token {
                let _ = write!(line, " {}", answer.status);
            }
        }
    }
    let tokens = match name.as_str() {
        _ if session_only => "403 session_required",
        _ if matches!(rule(&name), Rule::Itself(_)) => "about itself",
        "GET /api/_allauth/app/v1/auth/session" | "GET /api/_allauth/browser/v1/auth/session" => "401: no session",
        _ => "as their owner",
    };
    format!("{line} | {tokens}")
}

/// A credential of the same person that may be used up.
async fn spare(world: &World, someone: &Someone, name: &str, is_token: bool) -> Option<Actor> {
    match name {
        "POST /api/iam/logout/" | "DELETE /api/iam/auth-tokens/self/" if is_token => {
            Some(world.app.token_of(&someone.session).await)
        }
        "POST /api/iam/logout/"
        | "DELETE /api/_allauth/app/v1/auth/session"
        | "DELETE /api/_allauth/browser/v1/auth/session"
            if !is_token =>
        {
            let made = someone.session.post("/api/iam/session-token/", json!({})).await.expect(200);
            Some(Actor::with_token(&world.app.base(), made.json["token"].as_str().expect("a value")))
        }
        // The one before it in this loop ended all sessions of this person, but not the token.
        "POST /api/iam/logoutall/" if !is_token => {
            someone.token.get("/api/iam/current-user/").await.expect(200);
            Some(world.app.sign_in(&mail(someone.person)).await)
        }
        _ => None,
    }
}
