//! Every write leaves an entry: who, with what, from where, on which request, what changed.

use crate::support::{Raw, admin_token, entries_of, only, run_with, same_database};
use blackbox::{ADMIN, Actor, PASSWORD, TestApp};
use serde_json::{Value, json};

/// Checks what every entry of a person's request has to hold.
#[track_caller]
fn by(entry: &Value, actor: &str, action: &str, resource: &str) {
    assert_eq!(entry["actor"]["str"], actor, "{entry:#}");
    assert_eq!(entry["actor_name"], actor, "{entry:#}");
    assert_eq!(entry["action"], action, "{entry:#}");
    assert_eq!(entry["resource"], resource, "{entry:#}");
    assert_eq!(entry["ip"], "127.0.0.1", "{entry:#}");
    assert!(entry["request_id"].as_str().is_some_and(|id| id.len() == 32), "{entry:#}");
    assert!(entry["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{entry:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn creating_changing_and_deleting() {
    let app = TestApp::start().await;
    let domain = app.domain("Ours", None).await;
    let body = json!({ "name": "Ledger", "folder": domain, "ref_id": "A-1" });

    let made = app.admin().post("/api/assets/", body).await.expect(201);
    let entry = only(entries_of(&app, &made).await);
    by(&entry, ADMIN, "create", "assets");
    assert_eq!(entry["credential"], "session");
    assert_eq!(entry["token"], Value::Null);
    assert_eq!(entry["object_id"], made.json["id"]);
    assert_eq!(entry["object_name"], "Ledger");
    assert_eq!(entry["folder"], json!({ "str": "Ours", "id": domain }));
    assert_eq!(entry["changes"]["name"], json!([null, "Ledger"]));
    assert_eq!(entry["changes"]["ref_id"], json!([null, "A-1"]));
    assert_eq!(entry["changes"]["type"], json!([null, "SP"]));

    let path = format!("/api/assets/{}/", made.id());
    let label = app.admin().post("/api/filtering-labels/", json!({ "label": "gold" })).await.expect(201).id();
    let body = json!({ "name": "Ledger", "description": "all of it", "filtering_labels": [label] });
    let patched = app.admin().patch(&path, body).await.expect(200);
    let entry = only(entries_of(&app, &patched).await);
    by(&entry, ADMIN, "update", "assets");
    let changes = json!({ "description": [null, "all of it"], "filtering_labels": [[], [label]] });
    assert_eq!(entry["changes"], changes, "what stayed the same is not told");

    let deleted = app.admin().delete(&path).await.expect(204);
    let entry = only(entries_of(&app, &deleted).await);
    by(&entry, ADMIN, "delete", "assets");
    assert_eq!(entry["object_name"], "Ledger");
    assert_eq!(entry["changes"]["description"], json!(["all of it", null]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_leaves_none() {
    let app = TestApp::start().await;
    let reader = app.person("reader@example.org", Some("Global - Reader")).await;
    for answer in [
        app.admin().post("/api/assets/", json!({})).await.expect(400),
        app.admin().patch(&format!("/api/assets/{}/", app.root().await), json!({})).await.expect(404),
        reader.post("/api/assets/", json!({ "name": "No" })).await.expect(403),
        app.anonymous().post("/api/assets/", json!({ "name": "No" })).await.expect(401),
        app.admin().get("/api/assets/").await.expect(200),
    ] {
        assert_eq!(entries_of(&app, &answer).await, [json!(null); 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_named_by_its_id() {
    let app = TestApp::start().await;
    let (script, token) = admin_token(&app).await;
    let made = script.post("/api/assets/", json!({ "name": "Scripted" })).await.expect(201);
    let entry = only(entries_of(&app, &made).await);
    by(&entry, ADMIN, "create", "assets");
    assert_eq!(entry["credential"], "pat");
    assert_eq!(entry["token"]["id"], token);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_names_everything_that_goes_with_it() {
    let app = TestApp::start().await;
    let domain = app.domain("Ours", None).await;
    let below = app.domain("Below", Some(&domain)).await;
    app.asset("Ledger", &domain).await;
    app.asset("Copy", &below).await;
    app.admin().post("/api/perimeters/", json!({ "name": "Head office", "folder": below })).await.expect(201);

    let announced = app.admin().get(&format!("/api/folders/{domain}/cascade-info/")).await.expect(200);
    let deleted = app.admin().delete(&format!("/api/folders/{domain}/")).await.expect(204);
    let entries = entries_of(&app, &deleted).await;
    let names: Vec<&str> = entries.iter().filter_map(|entry| entry["object_name"].as_str()).collect();
    for name in ["Ours", "Below", "Ledger", "Copy", "Head office"] {
        assert_eq!(names.iter().filter(|found| **found == name).count(), 1, "{name} in {names:?}");
    }
    assert!(entries.iter().all(|entry| entry["action"] == "delete"));
    assert_eq!(json!(entries.len()), json!(announced.json["deleted"]["count"].as_u64().expect("a count") + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_leaves_one_for_each_row_that_succeeded() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let (one, two) = (app.asset("One", &root).await, app.asset("Two", &root).await);
    let nobody = "00000000-0000-7000-8000-000000000000";
    let body = json!({ "action": "change_field", "field": "type", "value": "PR", "ids": [one, nobody, two] });
    let changed = app.admin().post("/api/assets/batch-action/", body).await.expect(200);
    let entries = entries_of(&app, &changed).await;
    assert_eq!(entries.len(), 2, "{entries:#?}");
    for entry in &entries {
        by(entry, ADMIN, "update", "assets");
        assert_eq!(entry["changes"], json!({ "type": ["SP", "PR"] }));
    }
    let body = json!({ "action": "delete", "ids": [one, two, one] });
    let deleted = app.admin().post("/api/assets/batch-action/", body).await.expect(200);
    assert_eq!(entries_of(&app, &deleted).await.len(), 2, "the second try on the same row failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_and_out() {
    let app = TestApp::start().await;
    let login = |password: &str| json!({ "email": ADMIN, "password": password });
    let nobody = app.anonymous();

    let wrong = nobody.post("/api/_allauth/app/v1/auth/login", login("a wrong guess 1")).await.expect(400);
    let entry = only(entries_of(&app, &wrong).await);
    assert_eq!((&entry["action"], &entry["object_name"]), (&json!("sign_in.failed"), &json!(ADMIN)));
    assert_eq!((&entry["actor"], &entry["ip"]), (&Value::Null, &json!("127.0.0.1")));

    let right = nobody.post("/api/_allauth/app/v1/auth/login", login(PASSWORD)).await.expect(200);
    let entry = only(entries_of(&app, &right).await);
    by(&entry, ADMIN, "sign_in", "sessions");
    let session = Actor::with_token(&app.base(), right.json["meta"]["access_token"].as_str().expect("a value"));

    let further = session.post("/api/iam/session-token/", json!({})).await.expect(200);
    let entry = only(entries_of(&app, &further).await);
    by(&entry, ADMIN, "session.started", "sessions");

    let others = session.post("/api/iam/revoke-sessions/", json!({})).await.expect(200);
    assert_eq!(others.json["revoked_sessions"], 2, "the harness's own and the further one");
    // The harness's session has ended with the others.
    let again = app.sign_in(ADMIN).await;
    let request = others.header("x-request-id").expect("an id");
    let entry = only(again.get(&format!("/api/audit-log/?request_id={request}")).await.expect(200).rows());
    by(&entry, ADMIN, "session.ended_all", "sessions");
    assert_eq!(entry["changes"], json!({ "ended": [null, 2] }));

    let out = session.post("/api/iam/logout/", json!({})).await.expect(204);
    let request = out.header("x-request-id").expect("an id");
    let entry = only(again.get(&format!("/api/audit-log/?request_id={request}")).await.expect(200).rows());
    by(&entry, ADMIN, "session.ended", "sessions");
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_and_profiles() {
    let app = TestApp::start().await;
    let person = app.person("ann@example.org", None).await;
    let other = "another correct horse";
    let body = json!({ "old_password": PASSWORD, "new_password": other, "confirm_new_password": other });
    let changed = person.post("/api/iam/change-password/", body).await.expect(200);
    let entry = only(entries_of(&app, &changed).await);
    by(&entry, "ann@example.org", "password.changed", "users");
    assert_eq!(entry["changes"], json!({}));

    let named = person.patch("/api/iam/profile/", json!({ "first_name": "Ann" })).await.expect(200);
    let entry = only(entries_of(&app, &named).await);
    by(&entry, "ann@example.org", "update", "users");
    assert_eq!(entry["changes"], json!({ "first_name": ["", "Ann"] }));

    app.token_of(&app.person("bob@example.org", None).await).await;
    let users = app.admin().get("/api/users/?search=bob").await.expect(200);
    let bob = users.rows()[0]["id"].clone();
    let body = json!({ "user": bob, "new_password": other, "confirm_new_password": other });
    let set = app.admin().post("/api/iam/set-password/", body).await.expect(200);
    let told = entries_of(&app, &set).await;
    let actions: Vec<&str> = told.iter().filter_map(|entry| entry["action"].as_str()).collect();
    for action in ["session.ended_all", "pat.revoked", "password.set"] {
        assert_eq!(actions.iter().filter(|found| **found == action).count(), 1, "{action} in {actions:?}");
    }
    assert_eq!(actions.len(), 3, "{actions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens() {
    let app = TestApp::start().await;
    let made = app.admin().post("/api/iam/auth-tokens/", json!({ "name": "ci", "expiry": 7 })).await.expect(200);
    let entry = only(entries_of(&app, &made).await);
    by(&entry, ADMIN, "pat.created", "auth-tokens");
    assert_eq!((&entry["object_id"], &entry["object_name"]), (&made.json["id"], &json!("ci")));

    let script = Actor::with_token(&app.base(), made.json["token"].as_str().expect("a value"));
    script.get("/api/assets/").await.expect(200);
    iam::usage::flush(&app.program().iam).await.expect("written");
    let log = format!("/api/audit-log/?object_id={}", made.id());
    let first = app.admin().get(&format!("{log}&action=pat.used_first")).await.expect(200);
    assert_eq!(only(first.rows())["changes"]["address"], json!([null, "127.0.0.1"]));

    let gone = app.admin().delete(&format!("/api/iam/auth-tokens/{}/", made.id())).await.expect(204);
    let entry = only(entries_of(&app, &gone).await);
    by(&entry, ADMIN, "pat.revoked", "auth-tokens");
    assert_eq!(entry["changes"], json!({ "reason": [null, "revoked_by_owner"] }));

    let refused = script.get("/api/assets/").await.expect(401);
    let entry = only(entries_of(&app, &refused).await);
    assert_eq!((&entry["action"], &entry["object_id"]), (&json!("pat.denied"), &made.json["id"]));
    script.get("/api/assets/").await.expect(401);
    let denied = app.admin().get(&format!("{log}&action=pat.denied")).await.expect(200);
    assert_eq!(denied.json["count"], 1, "the same refusal is told once an hour");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_and_membership() {
    let app = TestApp::start().await;
    let body = json!({ "security_objective_scale": "FIPS-199" });
    let changed = app.admin().patch("/api/settings/general/", body).await.expect(200);
    let entry = only(entries_of(&app, &changed).await);
    by(&entry, ADMIN, "update", "settings");
    assert_eq!(entry["changes"], json!({ "security_objective_scale": ["1-4", "FIPS-199"] }));
    let body = json!({ "security_objective_scale": "FIPS-199" });
    let same = app.admin().patch("/api/settings/general/", body).await.expect(200);
    assert!(entries_of(&app, &same).await.is_empty(), "nothing changed");
    let flag = app.admin().patch("/api/settings/feature-flags/", json!({ "dora": false })).await.expect(200);
    assert!(entries_of(&app, &flag).await.len() <= 1);

    let user = app.admin().post("/api/users/", json!({ "email": "ann@example.org" })).await.expect(201).id();
    let group = app.group("Global - Reader").await;
    for (verb, change) in [("add", json!([[], [user]])), ("remove", json!([[user], []]))] {
        let path = format!("/api/user-groups/{group}/{verb}-members/");
        let moved = app.admin().post(&path, json!({ "users": [user] })).await.expect(200);
        let entry = only(entries_of(&app, &moved).await);
        by(&entry, ADMIN, "update", "user-groups");
        assert_eq!(entry["object_name"], "Global - Reader");
        assert_eq!(entry["changes"], json!({ "members": change }));
    }
    let body = json!({ "user_groups": [group] });
    let moved = app.admin().patch(&format!("/api/users/{user}/"), body).await.expect(200);
    let entry = only(entries_of(&app, &moved).await);
    by(&entry, ADMIN, "update", "users");
    assert_eq!(entry["changes"], json!({ "user_groups": [[], [group]] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_and_the_command_line() {
    let app = TestApp::start().await;
    let first = app.admin().get("/api/audit-log/?resource=users&action=create").await.expect(200);
    let entry = only(first.rows());
    assert_eq!((&entry["actor"], &entry["actor_name"]), (&Value::Null, &json!("environment")));
    assert_eq!(entry["credential"], "program");
    assert_eq!(entry["object_name"], ADMIN);

    let [flag, database] = same_database(&app);
    let create = ["admin", "create", "--email", "second@example.org", "--password-stdin", &flag, &database];
    run_with(&create, PASSWORD).expect(0);
    let log = app.admin().get("/api/audit-log/?search=second@example.org").await.expect(200);
    let entry = only(log.rows());
    assert_eq!((&entry["actor_name"], &entry["action"]), (&json!("command line"), &json!("create")));

    let reset = ["admin", "reset-password", "--email", "second@example.org", "--password-stdin", &flag, &database];
    run_with(&reset, "another correct horse").expect(0);
    let log = app.admin().get("/api/audit-log/?action=password.set").await.expect(200);
    assert_eq!(only(log.rows())["actor_name"], "command line");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_link_leaves_an_entry_with_its_request() {
    let app = TestApp::with(|settings| settings.first_admin = None).await;
    let code = app.setup_code().expect("nobody is there yet").to_owned();
    let body = json!({ "code": code, "email": ADMIN, "password": PASSWORD });
    let made = app.anonymous().post("/api/setup/", body).await.expect(201);
    let admin = app.sign_in(ADMIN).await;
    let request = made.header("x-request-id").expect("an id");
    let entry = only(admin.get(&format!("/api/audit-log/?request_id={request}")).await.expect(200).rows());
    assert_eq!((&entry["actor_name"], &entry["ip"]), (&json!("set-up link"), &json!("127.0.0.1")));
    assert_eq!((&entry["action"], &entry["resource"]), (&json!("create"), &json!("users")));
    assert!(!entry.to_string().contains(&code));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_entry_holds_a_secret() {
    let app = TestApp::start().await;
    let session = app.admin().credential().to_owned();
    let made = app.admin().post("/api/iam/auth-tokens/", json!({ "name": "ci" })).await.expect(200);
    let token = made.json["token"].as_str().expect("a value").to_owned();
    let script = Actor::with_token(&app.base(), &token);
    // The value turns up where it does not belong.
    script.send(script.request("GET", "/api/assets/").header("user-agent", &token)).await.expect(200);
    app.anonymous().get(&format!("/api/assets/?search={token}")).await.expect(400);
    let body = json!({ "email": token, "password": PASSWORD });
    app.anonymous().post("/api/_allauth/app/v1/auth/login", body).await.expect(400);
    let other = "another correct horse";
    let body = json!({ "old_password": PASSWORD, "new_password": other, "confirm_new_password": other });
    app.admin().post("/api/iam/change-password/", body).await.expect(200);
    iam::usage::flush(&app.program().iam).await.expect("written");

    let raw = Raw::of(&app).await;
    let columns = "actor_name, credential, address, agent, request_id, action, resource, object_name, changes";
    let entries = format!("{:?}", raw.texts(&format!("SELECT {columns} FROM audit_entries")).await);
    for secret in [&session, &token, PASSWORD, other] {
        // The characters behind the preview are what nobody may see.
        let hidden = secret.get(12..).unwrap_or(secret);
        assert!(!entries.contains(hidden), "{secret} in {entries}");
    }
}
