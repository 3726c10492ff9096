//! Signing in: who gets in, how guesses are slowed down, and the first administrator.

mod reset;
mod set_up;
mod throttling;

use blackbox::{ADMIN, Actor, Answer, PASSWORD, TestApp};
use serde_json::{Value, json};

/// The doors of clients with a header and of browsers.
const DOORS: [&str; 2] = ["/api/_allauth/app/v1/auth/login", "/api/_allauth/browser/v1/auth/login"];

async fn try_to_sign_in(actor: &Actor, email: &str, password: &str) -> Answer {
    actor.post(DOORS[0], json!({ "email": email, "password": password })).await
}

/// The id of the person with this address.
async fn user_id(app: &TestApp, email: &str) -> String {
    let rows = app.admin().get(&format!("/api/users/?email={email}")).await.expect(200).rows();
    rows[0]["id"].as_str().expect("an id").to_owned()
}

fn mismatch() -> Value {
    json!({
        "status": 400,
        "errors": [{
            "message": "The email address and/or password you specified are not correct.",
            "code": "email_password_mismatch",
            "param": "password",
        }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_opens_a_session() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    for email in [ADMIN.to_owned(), ADMIN.to_uppercase(), format!("  {ADMIN} ")] {
        let answer = try_to_sign_in(&nobody, &email, PASSWORD).await.expect(200);
        assert_eq!(answer.json["meta"]["is_authenticated"], true);
        assert_eq!(answer.json["data"]["user"]["email"], ADMIN);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("set-cookie"), None, "a client with a header gets no cookie");
        let value = answer.json["meta"]["access_token"].as_str().expect("a value");
        assert!(value.starts_with("tsr_ses_"));
        assert_eq!(answer.json["meta"]["session_token"], value);
        Actor::with_token(&app.base(), value).get("/api/iam/current-user/").await.expect(200);
        let header = nobody.request("GET", "/api/iam/current-user/").header("x-session-token", value);
        nobody.send(header).await.expect(200);
    }
}

/// Wrong, unknown, without a password and inactive are told apart by nobody outside.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_wrong_has_the_same_answer() {
    let app = TestApp::start().await;
    app.person("gone@example.org", None).await;
    let gone = user_id(&app, "gone@example.org").await;
    app.admin().patch(&format!("/api/users/{gone}/"), json!({ "is_active": false })).await.expect(200);
    app.person("over@example.org", None).await;
    let over = user_id(&app, "over@example.org").await;
    app.admin().patch(&format!("/api/users/{over}/"), json!({ "expiry_date": "2026-11-23" })).await.expect(200);
    app.admin().post("/api/users/", json!({ "email": "fresh@example.org" })).await.expect(201);
    let nobody = app.anonymous();
    let cases = [
        (ADMIN, "wrong"),
        (ADMIN, "correct horse battery stapl"),
        (ADMIN, " correct horse battery staple"),
        ("unknown@example.org", PASSWORD),
        ("no address at all", PASSWORD),
        ("gone@example.org", PASSWORD),
        ("over@example.org", PASSWORD),
        ("fresh@example.org", PASSWORD),
        ("admin@example.org\u{0}", PASSWORD),
    ];
    let mut headers = Vec::new();
    for (email, password) in cases {
        let refused = try_to_sign_in(&nobody, email, password).await.expect(400);
        if email.contains('\0') {
            continue;
        }
        assert_eq!(refused.json, mismatch(), "{email}");
        let mut names: Vec<String> = refused.headers.keys().map(ToString::to_string).collect();
        names.sort();
        headers.push(names);
    }
    headers.dedup();
    assert_eq!(headers.len(), 1, "headers tell the cases apart: {headers:?}");
    // Failures are in the log, with the address that was typed and never the password.
    let log = app.admin().get("/api/audit-log/?action=sign_in.failed").await.expect(200);
    assert!(log.json["count"].as_u64() >= Some(8), "{}", log.json["count"]);
    assert!(!log.text.contains("battery"), "{}", log.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_and_strange_bodies_are_refused() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    let bodies = [
        json!({}),
        json!({ "email": ADMIN }),
        json!({ "password": PASSWORD }),
        json!({ "email": null, "password": null }),
        json!({ "email": [ADMIN], "password": PASSWORD }),
        json!({ "email": ADMIN, "password": { "$ne": "" } }),
        json!({ "email": "", "password": "" }),
        json!({ "email": true, "password": 1 }),
    ];
    for door in DOORS {
        for body in &bodies {
            let refused = nobody.post(door, body.clone()).await.expect(400);
            assert!(refused.json["errors"][0]["message"].is_string(), "{body} → {}", refused.text);
            assert_eq!(refused.header("set-cookie"), None);
        }
        for body in ["[]", "\"x\"", "{", "null"] {
            nobody
                .send(nobody.request("POST", door).header("content-type", "application/json").body(body))
                .await
                .expect(400);
        }
        let text = nobody.request("POST", door).header("content-type", "text/plain").body(bodies[0].to_string());
        nobody.send(text).await.expect(415);
        nobody.get(door).await.expect(405);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_that_are_too_weak_are_refused_in_the_words_of_the_contract() {
    let app = TestApp::start().await;
    app.person("annabel@example.org", None).await;
    let user = user_id(&app, "annabel@example.org").await;
    let set = |new: &str, again: &str| json!({ "user": user, "new_password": new, "confirm_new_password": again });
    let short = "This password is too short. It must contain at least 8 characters.";
    let common = "This password is too common.";
    let numeric = "This password is entirely numeric.";
    for (password, sentences) in [
        ("xk7!qp", vec![short]),
        ("abc123", vec![short, common]),
        ("12345678", vec![common, numeric]),
        ("9053718264", vec![numeric]),
        ("annabel1", vec!["The password is too similar to the email address."]),
    ] {
        let refused = app.admin().post("/api/iam/set-password/", set(password, password)).await.expect(400);
        assert_eq!(refused.json, json!({ "new_password": sentences }), "{password}");
    }
    let long = "x7".repeat(65);
    let refused = app.admin().post("/api/iam/set-password/", set(&long, &long)).await.expect(400);
    assert_eq!(refused.json, json!({ "new_password": ["Ensure this field has no more than 128 characters."] }));
    let refused = app.admin().post("/api/iam/set-password/", set("a long enough one", "another")).await.expect(400);
    assert_eq!(refused.json, json!({ "confirm_new_password": ["The two password fields didn't match."] }));
    // Nothing was changed by any of them.
    app.sign_in("annabel@example.org").await;
    app.admin().post("/api/iam/set-password/", set("a long enough one", "a long enough one")).await.expect(200);
    try_to_sign_in(&app.anonymous(), "annabel@example.org", PASSWORD).await.expect(400);
    try_to_sign_in(&app.anonymous(), "annabel@example.org", "a long enough one").await.expect(200);
}

/// A body that is repeated under a key leaves its digest behind. One with a password must not:
/// a plain digest is guessed a thousand times faster than the stored hash.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_leaves_no_plain_digest_behind() {
    let app = TestApp::start().await;
    app.person("other@example.org", None).await;
    let user = user_id(&app, "other@example.org").await;
    let body =
        json!({ "user": user, "new_password": "a long enough one", "confirm_new_password": "a long enough one" });
    for _ in 0..2 {
        let request = app.admin().request("POST", "/api/iam/set-password/").header("idempotency-key", "k").json(&body);
        let answer = app.admin().send(request).await.expect(200);
        assert_eq!(answer.header("idempotent-replayed"), None, "done again, which harms nothing");
    }
    let access = engine::Access::system("a test looks whether anything was kept");
    let mut rows = app.program().engine.read().await.expect("a snapshot");
    let statement = rows.sql("SELECT count(*) FROM idempotency_keys");
    let kept = rows.one(&access, &statement, |row| row.int(0)).await.expect("a count");
    assert_eq!(kept.flatten(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_are_told_in_words_why_somebody_may_or_may_not() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let inner = app.domain("Inner", Some(&ours)).await;
    let theirs = app.domain("Theirs", None).await;
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    let user = user_id(&app, "reader@example.org").await;
    let here = app.asset("Here", &inner).await;
    let there = app.asset("There", &theirs).await;
    let ask = |actor: Actor, asset: String| {
        let path = format!("/api/explain-access/?resource=assets&id={asset}&user={user}");
        async move { actor.get(&path).await }
    };
    let why = ask(app.admin().clone(), here.clone()).await.expect(200);
    assert_eq!(why.json["allowed"], json!({ "view": true, "add": false, "change": false, "delete": false }));
    let reasons = why.json["reasons"].to_string();
    assert!(
        reasons.contains(
            "view_asset: the role BI-RL-AUD (through the group BI-UG-AUD) gives it and reaches down from Ours."
        ),
        "{reasons}"
    );
    assert!(reasons.contains("change_asset: no assignment of reader@example.org gives it in Inner."), "{reasons}");
    let why = ask(app.admin().clone(), there.clone()).await.expect(200);
    assert_eq!(why.json["allowed"], json!({ "view": false, "add": false, "change": false, "delete": false }));

    // What is published further up is seen from below, and said to be.
    let shared =
        app.admin().post("/api/assets/", json!({ "name": "Shared", "is_published": true })).await.expect(201).id();
    let why = ask(app.admin().clone(), shared.clone()).await.expect(200);
    assert_eq!(why.json["allowed"]["view"], true);
    assert!(why.json["reasons"].to_string().contains("it is published in Global"), "{}", why.json);
    // The words agree with what happens.
    for (asset, status) in [(&here, 200), (&there, 404), (&shared, 200)] {
        reader.get(&format!("/api/assets/{asset}/")).await.expect(status);
    }

    app.admin().patch(&format!("/api/users/{user}/"), json!({ "is_active": false })).await.expect(200);
    let why = ask(app.admin().clone(), here.clone()).await.expect(200);
    assert_eq!(why.json["allowed"]["view"], false);
    assert!(why.json["reasons"][0].as_str().is_some_and(|first| first.contains("is not active")), "{}", why.json);

    let manager = app.person("manager@example.org", Some("Ours - Domain manager")).await;
    ask(manager, here.clone()).await.expect(403);
    ask(app.anonymous(), here.clone()).await.expect(401);
    ask(app.admin().clone(), "00000000-0000-7000-8000-000000000000".into()).await.expect(404);
    app.admin().get(&format!("/api/explain-access/?resource=nonsense&id={here}&user={user}")).await.expect(400);
    app.admin().get(&format!("/api/explain-access/?resource=assets&id={here}")).await.expect(400);
    app.admin().get(&format!("/api/explain-access/?resource=assets&id=nonsense&user={user}")).await.expect(400);
}
