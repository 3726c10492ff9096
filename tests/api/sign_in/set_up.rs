//! The first administrator, by a link that dies on use.

use super::try_to_sign_in;
use blackbox::{ADMIN, PASSWORD, TestApp};
use serde_json::{Value, json};

const SETUP: &str = "/api/setup/";

fn body(code: &str, email: &str) -> Value {
    json!({ "code": code, "email": email, "password": PASSWORD })
}

async fn required(app: &TestApp) -> Value {
    app.anonymous().get("/api/meta/").await.expect(200).json["setup_required"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_makes_the_first_administrator_once() {
    let app = TestApp::with(|settings| settings.first_admin = None).await;
    let code = app.setup_code().expect("a code").to_owned();
    assert!(code.len() >= 32, "long enough not to be guessed: {code}");
    assert_eq!(required(&app).await, json!(true));
    let nobody = app.anonymous();
    // Wrong codes, and good ones with bad words, change nothing and leave the link alive.
    for wrong in ["", "x", &code[1..], &code.to_lowercase(), &format!("{code} ")] {
        nobody.post(SETUP, body(wrong, "thief@example.org")).await.expect(403);
    }
    for strange in [json!({}), json!({ "code": null }), json!({ "code": [code] }), json!({ "code": true })] {
        nobody.post(SETUP, strange).await.expect(403);
    }
    let weak = json!({ "code": code, "email": "chief@example.org", "password": "12345678" });
    let refused = nobody.post(SETUP, weak).await.expect(400);
    assert_eq!(
        refused.json,
        json!({ "password": ["This password is too common.", "This password is entirely numeric."] })
    );
    nobody.post(SETUP, json!({ "code": code, "email": "no address", "password": PASSWORD })).await.expect(400);
    nobody.post(SETUP, json!({ "code": code, "password": PASSWORD })).await.expect(400);
    assert_eq!(required(&app).await, json!(true));

    let made = nobody.post(SETUP, body(&code, "chief@example.org")).await.expect(201);
    assert_eq!(made.json, json!({ "email": "chief@example.org" }));
    nobody.post(SETUP, body(&code, "second@example.org")).await.expect(403);
    assert_eq!(required(&app).await, json!(false));
    try_to_sign_in(&nobody, "second@example.org", PASSWORD).await.expect(400);
    let chief = app.sign_in("chief@example.org").await;
    let me = chief.get("/api/iam/current-user/").await.expect(200);
    assert_eq!(me.json["is_admin"], true);
    let log = chief.get("/api/audit-log/").await.expect(200);
    assert!(!log.text.contains(&code), "the code is nowhere");
}

/// Of several who hold the link at the same moment one wins.
#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_make_one_administrator() {
    let app = TestApp::with(|settings| settings.first_admin = None).await;
    let code = app.setup_code().expect("a code").to_owned();
    let tries = (0..4).map(|n| {
        let (nobody, body) = (app.anonymous(), body(&code, &format!("n{n}@example.org")));
        tokio::spawn(async move { nobody.post(SETUP, body).await.status })
    });
    let mut statuses = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        statuses.push(one.await.expect("an answer"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 403, 403, 403]);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_link_when_there_is_an_administrator() {
    let app = TestApp::start().await;
    assert_eq!(app.setup_code(), None);
    assert_eq!(required(&app).await, json!(false));
    for code in ["", "x", "null"] {
        app.anonymous().post(SETUP, body(code, "thief@example.org")).await.expect(403);
    }
    app.admin().post(SETUP, json!({ "email": "thief@example.org", "password": PASSWORD })).await.expect(403);
    try_to_sign_in(&app.anonymous(), "thief@example.org", PASSWORD).await.expect(400);
    app.sign_in(ADMIN).await;
}
