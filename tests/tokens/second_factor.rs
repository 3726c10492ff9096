//! The second factor: enrolling, signing in with it, losing it, and an organisation that wants it.

use blackbox::{ADMIN, Actor, PASSWORD, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

pub(super) const TOTP: &str = "/api/_allauth/app/v1/account/authenticators/totp";
const CODES: &str = "/api/_allauth/app/v1/account/authenticators/recovery-codes";
const LOGIN: &str = "/api/_allauth/app/v1/auth/login";
const CODE: &str = "/api/_allauth/app/v1/auth/2fa/authenticate";

/// The code that an authenticator with this secret shows at the app's time.
fn code(app: &TestApp, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).expect("base32");
    let totp = Builder::new().with_secret(secret).with_account_name("x").build().expect("a secret of 20 bytes");
    totp.generate(u64::try_from(app.clock().now().timestamp()).expect("after 1970")).to_string()
}

/// Enrols the caller; returns the secret and the recovery codes.
pub(super) async fn enrol(app: &TestApp, who: &Actor) -> (String, Vec<String>) {
    let offer = who.get(TOTP).await.expect(404);
    let secret = offer.json["meta"]["secret"].as_str().expect("a secret").to_owned();
    assert!(offer.json["meta"]["totp_url"].as_str().expect("an address").starts_with("otpauth://totp/"));
    assert_eq!(who.get(TOTP).await.expect(404).json["meta"]["secret"], secret, "an offer stands for a while");
    let active = who.post(TOTP, json!({ "code": code(app, &secret) })).await.expect(200);
    let codes = active.json["meta"]["recovery_codes"].as_array().expect("codes");
    (secret, codes.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

async fn first_half(app: &TestApp) -> Actor {
    let answer = app.anonymous().post(LOGIN, json!({ "email": ADMIN, "password": PASSWORD })).await.expect(401);
    assert_eq!(answer.json["data"]["flows"][1]["id"], "mfa_authenticate");
    let pending = answer.json["meta"]["session_token"].as_str().expect("a value").to_owned();
    // The first half opens nothing.
    Actor::with_token(&app.base(), &pending).get("/api/folders/").await.expect(401);
    Actor::with_token(&app.base(), &pending)
}

async fn second_half(half: &Actor, app: &TestApp, code: &str) -> blackbox::Answer {
    let request = app.anonymous().request("POST", CODE).header("x-session-token", half.credential());
    app.anonymous().send(request.json(&json!({ "code": code }))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_waits_for_the_code() {
    let app = TestApp::start().await;
    app.admin().post(TOTP, json!({ "code": "123456" })).await.expect(409);
    app.admin().get(TOTP).await.expect(404);
    let wrong = app.admin().post(TOTP, json!({ "code": "000000" })).await.expect(400);
    assert_eq!(wrong.json["errors"][0]["code"], "incorrect_code");
    let (secret, _) = enrol(&app, app.admin()).await;
    app.admin().get(TOTP).await.expect(200);
    assert_eq!(app.admin().get("/api/users/").await.expect(200).rows()[0]["has_mfa_enabled"], true);

    let half = first_half(&app).await;
    second_half(&half, &app, "12345").await.expect(400);
    let used = code(&app, &secret);
    second_half(&half, &app, &used).await.expect(400);
    app.wait(TimeDelta::seconds(30));
    let signed_in = second_half(&half, &app, &code(&app, &secret)).await.expect(200);
    let session = signed_in.json["meta"]["access_token"].as_str().expect("a session").to_owned();
    Actor::with_token(&app.base(), &session).get("/api/folders/").await.expect(200);
    // Each half works once.
    app.wait(TimeDelta::seconds(30));
    second_half(&half, &app, &code(&app, &secret)).await.expect(401);
    second_half(&app.anonymous(), &app, "000000").await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_half_has_five_minutes_and_few_tries() {
    let app = TestApp::start().await;
    let (secret, _) = enrol(&app, app.admin()).await;
    let half = first_half(&app).await;
    app.wait(TimeDelta::minutes(5));
    second_half(&half, &app, &code(&app, &secret)).await.expect(401);
    let half = first_half(&app).await;
    for _ in 0..5 {
        second_half(&half, &app, "000000").await.expect(400);
    }
    let refused = second_half(&half, &app, &code(&app, &secret)).await.expect(429);
    assert!(refused.header("retry-after").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_works_once_and_codes_are_not_shown_again() {
    let app = TestApp::start().await;
    let (_, codes) = enrol(&app, app.admin()).await;
    assert_eq!(codes.len(), 10);
    let half = first_half(&app).await;
    second_half(&half, &app, &codes[0].to_uppercase()).await.expect(200);
    let half = first_half(&app).await;
    second_half(&half, &app, &codes[0]).await.expect(400);
    let left = app.admin().get(CODES).await.expect(200);
    assert_eq!(left.json["data"]["unused_code_count"], 9);
    assert!(codes.iter().all(|code| !left.text.contains(code)));
    let fresh = app.admin().post(CODES, json!({})).await.expect(200);
    assert_eq!(fresh.json["data"]["unused_codes"].as_array().map(Vec::len), Some(10));
    second_half(&half, &app, &codes[1]).await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_factor_is_removed_by_an_administrator() {
    let app = TestApp::start().await;
    let ann = app.person("ann@example.org", None).await;
    enrol(&app, &ann).await;
    let me = ann.get("/api/iam/current-user/").await.expect(200).id();
    ann.post("/api/iam/disable-mfa/", json!({ "user": me })).await.expect(403);
    app.admin().post("/api/iam/disable-mfa/", json!({ "user": "x" })).await.expect(400);
    app.admin().post("/api/iam/disable-mfa/", json!({ "user": me })).await.expect(200);
    ann.get("/api/folders/").await.expect(401);
    app.sign_in("ann@example.org").await.get("/api/folders/").await.expect(200);
    // A token cannot touch any of it.
    let script = app.token_of(app.admin()).await;
    for (method, path) in
        [("GET", TOTP), ("POST", TOTP), ("DELETE", TOTP), ("POST", CODES), ("POST", "/api/iam/disable-mfa/")]
    {
        assert_eq!(script.call(method, path).await.expect(403).json["code"], "session_required", "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_can_want_it_of_everybody() {
    let app = TestApp::start().await;
    let script = app.token_of(app.admin()).await;
    app.admin().patch("/api/settings/general/", json!({ "enforce_mfa": true })).await.expect(200);
    let refused = app.admin().get("/api/folders/").await.expect(403);
    assert_eq!(refused.json["code"], "second_factor_required");
    app.admin().post("/api/iam/auth-tokens/", json!({ "name": "x" })).await.expect(403);
    app.admin().get("/api/iam/current-user/").await.expect(200);
    script.get("/api/folders/").await.expect(200);
    enrol(&app, app.admin()).await;
    app.admin().get("/api/folders/").await.expect(200);
}
