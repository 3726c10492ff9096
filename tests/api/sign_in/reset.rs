//! A forgotten password: a link by mail, once, for half an hour, and for nobody else.

use super::try_to_sign_in;
use blackbox::{ADMIN, Actor, Answer, PASSWORD, Sink, TestApp};
use chrono::TimeDelta;
use serde_json::json;

const ASK: &str = "/api/iam/password-reset/";
const CONFIRM: &str = "/api/iam/password-reset/confirm/";
const NEW: &str = "a brand new pass phrase";

fn code(mail: &str) -> String {
    let (_, rest) = mail.split_once("/password-reset?token=").unwrap_or_else(|| panic!("no link in {mail}"));
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

async fn confirm(actor: &Actor, code: &str, new: &str) -> Answer {
    actor.post(CONFIRM, json!({ "token": code, "new_password": new, "confirm_new_password": new })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_works_once_and_ends_what_the_old_password_opened() {
    let (app, sink) = TestApp::with_mail().await;
    let person = app.person("person@example.org", Some("Global - Reader")).await;
    let script = app.token_of(&person).await;
    let nobody = app.anonymous();
    let asked = nobody.post(ASK, json!({ "email": "Person@Example.org" })).await.expect(202);
    assert_eq!(asked.json, json!({}));
    let mail = sink.mail(0).await;
    assert!(mail.contains("To: person@example.org"), "{mail}");
    assert!(mail.contains("https://grc.example.org/password-reset?token="), "{mail}");
    let code = code(&mail);
    assert_eq!(code.len(), 43);

    // A bad password does not use the link up, nor does a wrong code.
    let refused = confirm(&nobody, &code, "12345678").await.expect(400);
    assert!(refused.json["new_password"].is_array(), "{}", refused.text);
    let refused = nobody
        .post(CONFIRM, json!({ "token": code, "new_password": NEW, "confirm_new_password": "x" }))
        .await
        .expect(400);
    assert!(refused.json["confirm_new_password"].is_array(), "{}", refused.text);
    let stale = json!({ "error": "This link was used or is too old. Ask for another." });
    assert_eq!(confirm(&nobody, &code.replace(&code[..1], "_"), NEW).await.expect(400).json, stale);
    person.get("/api/folders/").await.expect(200);

    confirm(&nobody, &code, NEW).await.expect(200);
    assert_eq!(confirm(&nobody, &code, "yet another pass phrase").await.expect(400).json, stale);
    try_to_sign_in(&nobody, "person@example.org", PASSWORD).await.expect(400);
    try_to_sign_in(&nobody, "person@example.org", NEW).await.expect(200);
    person.get("/api/folders/").await.expect(401);
    assert_eq!(script.get("/api/folders/").await.expect(401).json["code"], "token_revoked");
    // Neither the code nor the passwords are in the log.
    let log = app.admin().get("/api/audit-log/").await.expect(200);
    assert!(!log.text.contains(&code) && !log.text.contains("pass phrase"), "{}", log.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_dies_after_half_an_hour_and_with_any_newer_use() {
    let (app, sink) = TestApp::with_mail().await;
    app.person("person@example.org", None).await;
    let nobody = app.anonymous();
    for _ in 0..3 {
        nobody.post(ASK, json!({ "email": "person@example.org" })).await.expect(202);
    }
    let codes = [code(&sink.mail(0).await), code(&sink.mail(1).await), code(&sink.mail(2).await)];
    app.wait(TimeDelta::minutes(30) - TimeDelta::milliseconds(1));
    confirm(&nobody, &codes[0], NEW).await.expect(200);
    for old in &codes {
        confirm(&nobody, old, "yet another pass phrase").await.expect(400);
    }
    nobody.post(ASK, json!({ "email": "person@example.org" })).await.expect(202);
    let late = code(&sink.mail(3).await);
    app.wait(TimeDelta::minutes(30));
    confirm(&nobody, &late, "yet another pass phrase").await.expect(400);
    try_to_sign_in(&nobody, "person@example.org", NEW).await.expect(200);
}

/// The answer does not tell whether there is such an account, and only accounts get mail.
#[tokio::test(flavor = "multi_thread")]
async fn asking_discloses_nothing() {
    let (app, sink) = TestApp::with_mail().await;
    app.person("gone@example.org", None).await;
    let gone = super::user_id(&app, "gone@example.org").await;
    app.admin().patch(&format!("/api/users/{gone}/"), json!({ "is_active": false })).await.expect(200);
    let nobody = app.anonymous();
    let known = nobody.post(ASK, json!({ "email": ADMIN })).await.expect(202);
    for email in ["unknown@example.org", "gone@example.org", "no address", "a@b\r\nBcc: c@example.org"] {
        let other = nobody.post(ASK, json!({ "email": email })).await.expect(202);
        assert_eq!(other.json, known.json, "{email}");
        assert_eq!(other.headers.len(), known.headers.len(), "{email}");
    }
    for body in [json!({}), json!({ "email": null }), json!({ "email": [] })] {
        nobody.post(ASK, body).await.expect(400);
    }
    assert_eq!(sink.count().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_cannot_be_flooded() {
    let (app, sink) = TestApp::with_mail().await;
    let nobody = app.anonymous();
    for _ in 0..5 {
        nobody.post(ASK, json!({ "email": ADMIN })).await.expect(202);
    }
    let slowed = nobody.post(ASK, json!({ "email": ADMIN })).await.expect(429);
    assert!(slowed.header("retry-after").is_some());
    assert_eq!(sink.count().await, 5);
    // The administrator can still sign in.
    app.sign_in(ADMIN).await;
}

/// Whoever asks must not choose where the link leads: the victim would carry the code there.
#[tokio::test(flavor = "multi_thread")]
async fn the_link_leads_to_us_whatever_host_the_request_names() {
    let sink = Sink::start().await;
    let settings = sink.settings();
    let app = TestApp::with(|all| all.smtp = Some(settings)).await;
    let nobody = app.anonymous();
    let body = json!({ "email": ADMIN });
    let request =
        nobody.request("POST", ASK).header("host", "evil.example.net").header("x-forwarded-host", "evil.example.net");
    nobody.send(request.json(&body)).await.expect(202);
    let mail = sink.mail(0).await;
    assert!(!mail.contains("evil"), "{mail}");
    assert!(mail.contains(&format!("{}/password-reset?token=", app.base())), "{mail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_nothing_is_promised() {
    let app = TestApp::start().await;
    let meta = app.anonymous().get("/api/meta/").await.expect(200);
    assert_eq!(meta.json["password_reset"], false);
    app.anonymous().post(ASK, json!({ "email": ADMIN })).await.expect(202);
    let (app, _sink) = TestApp::with_mail().await;
    assert_eq!(app.anonymous().get("/api/meta/").await.expect(200).json["password_reset"], true);
}
