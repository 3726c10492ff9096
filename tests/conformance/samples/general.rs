//! Recorded answers that belong to no list of a resource: sign-in, tokens, settings, and the
//! scenarios of `behaviours/`.

use super::deviations::Found;
use super::recorded::read;
use super::shape::Shape;
use super::{answers, assignments, audits, batches, controls, data};
use blackbox::{ADMIN, Actor, Answer, PASSWORD, TestApp, shared_contract};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What is compared of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Every byte of the JSON.
    Letter,
    /// Everything but ids and times.
    Value,
    /// Keys and kinds of value.
    Shape,
}

/// The recordings, and what was found.
pub(super) struct Samples {
    folder: PathBuf,
    found: Found,
    compared: usize,
}

impl Samples {
    /// Compares an answer with `NAME.json`. Those of `behaviours/` carry their own status.
    pub(super) fn compare(&mut self, name: &str, status: u16, by: By, answer: &Answer) {
        let recorded = read(&self.folder.join(format!("{name}.json")));
        let scenario = name.starts_with("behaviours/") && recorded.get("body").is_some();
        let (status, body) = match recorded.get("status").and_then(Value::as_u64).filter(|_| scenario) {
            Some(status) => (u16::try_from(status).expect("a status"), recorded["body"].clone()),
            None => (status, recorded),
        };
        self.compared += 1;
        let case = format!("general.{}", name.trim_start_matches("behaviours/"));
        if answer.status != status {
            self.found.add(&case, "status", format!("{} instead of {status}", answer.status));
            return;
        }
        let (theirs, ours) = match by {
            By::Value => (without_chance(&body), without_chance(&answer.json)),
            _ => (body, answer.json.clone()),
        };
        if by == By::Shape {
            for (place, sentence) in Shape::of([&theirs]).differences(&Shape::of([&ours]), &|_| false) {
                self.found.add(&case, &place, sentence);
            }
        } else if let (Value::Object(theirs), Value::Object(ours)) = (&theirs, &ours) {
            for key in theirs.keys().chain(ours.keys()) {
                let (theirs, ours) = (theirs.get(key), ours.get(key));
                if theirs != ours {
                    self.found.add(&case, key, format!("{ours:?} instead of {theirs:?}"));
                }
            }
        } else if theirs != ours {
            self.found.add(&case, "body", format!("{ours} instead of {theirs}"));
        }
    }
}

/// The same with ids and times replaced by words, and lists of objects in one order.
fn without_chance(value: &Value) -> Value {
    match value {
        Value::String(text) if text.parse::<uuid::Uuid>().is_ok() => json!("<id>"),
        Value::String(text) if chrono::DateTime::parse_from_rfc3339(text).is_ok() => json!("<time>"),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), without_chance(value))).collect(),
        Value::Array(list) => {
            let mut list: Vec<Value> = list.iter().map(without_chance).collect();
            list.sort_by_key(ToString::to_string);
            Value::Array(list)
        }
        other => other.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_else_answers_as_recorded() {
    let Some(contract) = shared_contract() else { return };
    let folder = contract.join("samples");
    let mut samples = Samples { folder: folder.clone(), found: Found::default(), compared: 0 };
    let app = TestApp::start().await;
    data::make(&app).await;
    entrance(&app, &mut samples).await;
    tokens(&app, &mut samples).await;
    settings(&app, &mut samples).await;
    rows(&app, &mut samples).await;
    objectives(&app, &mut samples).await;
    people(&app, &mut samples, &contract).await;
    controls::compare(&app, &mut samples).await;
    audits::compare(&app, &mut samples).await;
    answers::compare(&app, &mut samples).await;
    assignments::compare(&app, &mut samples).await;
    samples.compared += batches::replay(&app, &folder.join("behaviours/batch_actions.json"), &mut samples.found).await;
    println!("{} recorded answers compared", samples.compared);
    samples.found.settle(|key| key.starts_with("general."));
}

/// Signing in and out.
async fn entrance(app: &TestApp, samples: &mut Samples) {
    let nobody = app.anonymous();
    let login = "/api/_allauth/app/v1/auth/login";
    let answer = nobody.post(login, json!({ "email": ADMIN, "password": "wrong" })).await;
    samples.compare("login_bad", 400, By::Letter, &answer);
    let answer = nobody.post(login, json!({ "email": ADMIN, "password": PASSWORD })).await;
    samples.compare("login_ok", 200, By::Shape, &answer);
    let session = Actor::with_token(&app.base(), answer.json["meta"]["access_token"].as_str().expect("a value"));
    for name in ["authenticators", "totp", "webauthn"] {
        let path = "/api/_allauth/app/v1/account/authenticators";
        let path = if name == "authenticators" { path.to_owned() } else { format!("{path}/{name}") };
        let status = if name == "totp" { 404 } else { 200 };
        samples.compare(name, status, By::Shape, &session.get(&path).await);
    }
    let answer = session.delete("/api/_allauth/app/v1/auth/session").await;
    samples.compare("session_delete", 401, By::Letter, &answer);
    session.get("/api/folders/").await.expect(401);
    samples.compare("csrf", 200, By::Shape, &nobody.get("/api/csrf/").await);
    samples.compare("current_user", 200, By::Shape, &app.admin().get("/api/iam/current-user/").await);
}

/// Personal access tokens.
async fn tokens(app: &TestApp, samples: &mut Samples) {
    let path = "/api/iam/auth-tokens/";
    let admin = app.admin();
    samples.compare("pat_expiry0", 400, By::Letter, &admin.post(path, json!({ "name": "x", "expiry": 0 })).await);
    samples.compare(
        "pat_expiry_str",
        400,
        By::Letter,
        &admin.post(path, json!({ "name": "x", "expiry": "soon" })).await,
    );
    samples.compare("pat_ok", 200, By::Shape, &admin.post(path, json!({ "name": "x", "expiry": 365 })).await);
    samples.compare("pat_list", 200, By::Shape, &admin.get(path).await);
    for _ in 0..4 {
        admin.post(path, json!({ "name": "x" })).await.expect(200);
    }
    samples.compare("pat_sixth", 403, By::Letter, &admin.post(path, json!({ "name": "x" })).await);
    samples.compare("pat_del_unknown", 404, By::Letter, &admin.delete(&format!("{path}nosuchtoken/")).await);
}

/// Settings.
async fn settings(app: &TestApp, samples: &mut Samples) {
    let (admin, nobody) = (app.admin(), app.anonymous());
    samples.compare("default_language", 200, By::Letter, &nobody.get("/api/settings/general/default-language/").await);
    samples.compare("feature_flags", 200, By::Letter, &admin.get("/api/settings/feature-flags/").await);
    samples.compare("general_object", 200, By::Letter, &admin.get("/api/settings/general/object/").await);
    samples.compare("sso_info", 200, By::Shape, &nobody.get("/api/settings/sso/info/").await);
}

/// Lists, single writes and refusals.
async fn rows(app: &TestApp, samples: &mut Samples) {
    let admin = app.admin();
    for name in ["assets", "folders", "perimeters", "users"] {
        let answer = admin.get(&format!("/api/{name}/?limit=2")).await;
        samples.compare(&format!("list_{name}"), 200, By::Shape, &answer);
    }
    for field in ["type", "asset_class"] {
        let by = if field == "type" { By::Letter } else { By::Shape };
        samples.compare(&format!("sel_assets_{field}"), 200, by, &admin.get(&format!("/api/assets/{field}/")).await);
    }
    samples.compare("post_asset", 201, By::Value, &admin.post("/api/assets/", json!({ "name": "gold" })).await);
    samples.compare("post_folder", 201, By::Value, &admin.post("/api/folders/", json!({ "name": "goldf" })).await);
    samples.compare("post_dup_folder", 400, By::Letter, &admin.post("/api/folders/", json!({ "name": "goldf" })).await);
    let nobody = "11111111-1111-4111-8111-111111111111";
    samples.compare("nf", 404, By::Letter, &admin.get(&format!("/api/assets/{nobody}/")).await);
    samples.compare("bad_fk", 400, By::Letter, &admin.get(&format!("/api/assets/?folder={nobody}")).await);
}

/// The asset scenario of section F: two primaries, what supports them, and a grandchild.
async fn objectives(app: &TestApp, samples: &mut Samples) {
    let folder = app.domain("Fassets abc36", None).await;
    let make = async |mut body: Value| {
        body["folder"] = json!(folder);
        app.admin().post("/api/assets/", body).await.expect(201).id()
    };
    let levels = |pairs: &[(&str, u32)]| -> Value {
        let entries =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), json!({ "value": value, "is_enabled": true })));
        json!({ "objectives": entries.collect::<serde_json::Map<_, _>>() })
    };
    let p1 = make(json!({
        "name": "P1", "type": "PR", "security_objectives": levels(&[("confidentiality", 1), ("integrity", 3)]),
        "disaster_recovery_objectives": levels(&[("rto", 3600), ("rpo", 7200)]),
    }))
    .await;
    let p2 = make(json!({
        "name": "P2", "type": "PR", "security_objectives": levels(&[("confidentiality", 4)]),
        "disaster_recovery_objectives": levels(&[("rto", 600), ("mtd", 86400)]),
    }))
    .await;
    let sp = make(json!({
        "name": "SP", "type": "SP", "parent_assets": [p2, p1],
        "security_objectives": levels(&[("availability", 2), ("confidentiality", 0)]),
        "security_capabilities": levels(&[("confidentiality", 2), ("integrity", 3)]),
        "recovery_capabilities": levels(&[("rto", 900)]),
    }))
    .await;
    let child = make(json!({ "name": "SPchild", "type": "SP", "parent_assets": [sp] })).await;
    for (name, id) in [("P1", &p1), ("SP", &sp), ("SPchild", &child)] {
        let answer = app.admin().get(&format!("/api/assets/{id}/")).await;
        samples.compare(&format!("behaviours/asset_{name}"), 200, By::Value, &answer);
    }
}

/// A domain with its groups, a person, and a reader's view of themselves.
async fn people(app: &TestApp, samples: &mut Samples, contract: &Path) {
    let admin = app.admin();
    let body = json!({ "name": "DomG a962f", "create_iam_groups": true });
    let made = admin.post("/api/folders/", body).await;
    samples.compare("behaviours/folder_post_iam", 201, By::Value, &made);
    let domain = made.id();
    samples.compare("behaviours/folder_detail", 200, By::Value, &admin.get(&format!("/api/folders/{domain}/")).await);

    let groups = admin.get("/api/user-groups/").await.expect(200).rows();
    let mut details = Vec::new();
    for group in groups.iter().filter(|group| group["folder"]["id"] == json!(domain)) {
        details
            .push(admin.get(&format!("/api/user-groups/{}/", group["id"].as_str().expect("an id"))).await.expect(200));
    }
    let reader = details.iter().find(|group| group.json["name"] == "DomG a962f - Reader").expect("a group of readers");
    samples.compare("behaviours/user_group_detail", 200, By::Value, reader);
    let mut all = admin.get("/api/user-groups/?limit=1").await;
    all.json = details.iter().map(|detail| detail.json.clone()).collect();
    samples.compare("behaviours/iam_groups_of_new_domain", 200, By::Value, &all);

    let body = json!({ "email": "u0a962f@x.com", "first_name": "A", "last_name": "B" });
    let made = admin.post("/api/users/", body).await;
    samples.compare("behaviours/user_post", 201, By::Value, &made);
    samples.compare("behaviours/user_detail", 200, By::Value, &admin.get(&format!("/api/users/{}/", made.id())).await);

    let info = admin.get(&format!("/api/folders/{domain}/cascade-info/")).await;
    samples.compare("behaviours/folder_cascade_info", 200, By::Shape, &info);

    let reader = app.person("reader@example.org", Some("DomG a962f - Reader")).await;
    let me = reader.get("/api/iam/current-user/").await;
    samples.compare("behaviours/current_user_reader", 200, By::Shape, &me);
    // The codenames are the recorded ones, to the letter.
    let recorded = read(&contract.join("samples/behaviours/current_user_reader.json"));
    let recorded = recorded["body"]["domain_permissions"].as_object().and_then(|map| map.values().next());
    let of =
        |list: &Value| -> BTreeSet<String> { list.as_array().into_iter().flatten().map(ToString::to_string).collect() };
    assert_eq!(of(&me.json["domain_permissions"][&domain]), of(recorded.expect("a folder")));
}
