//! `Idempotency-Key`: repeated requests are answered again, not done again.

use crate::support::Raw;
use blackbox::{Actor, Answer, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Duration;

async fn keyed(actor: &Actor, path: &str, key: &str, body: Value) -> Answer {
    actor.send(actor.request("POST", path).header("idempotency-key", key).json(&body)).await
}

async fn assets(app: &TestApp) -> Value {
    app.admin().get("/api/assets/").await.expect(200).json["count"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_gets_the_same_answer() {
    let app = TestApp::start().await;
    let body = json!({ "name": "Ledger" });
    let first = keyed(app.admin(), "/api/assets/", "k-1", body.clone()).await.expect(201);
    assert_eq!(first.header("idempotent-replayed"), None);
    app.wait(TimeDelta::hours(1) - TimeDelta::minutes(1));
    let again = keyed(app.admin(), "/api/assets/", "k-1", body.clone()).await.expect(201);
    assert_eq!(again.text, first.text);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.header("content-type"), Some("application/json"));
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    assert_eq!(assets(&app).await, 1);

    let other_body = keyed(app.admin(), "/api/assets/", "k-1", json!({ "name": "Other" })).await.expect(422);
    assert!(other_body.json["detail"].is_string());
    keyed(app.admin(), "/api/perimeters/", "k-1", body.clone()).await.expect(422);
    keyed(app.admin(), "/api/assets/?x=1", "k-1", body.clone()).await.expect(422);
    assert_eq!(assets(&app).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_belong_to_their_user() {
    let app = TestApp::start().await;
    let ann = app.person("ann@example.org", Some("Global - Analyst")).await;
    keyed(app.admin(), "/api/assets/", "same", json!({ "name": "One" })).await.expect(201);
    let hers = keyed(&ann, "/api/assets/", "same", json!({ "name": "Two" })).await.expect(201);
    assert_eq!(hers.header("idempotent-replayed"), None);
    // A token of the same person knows the key of the session.
    let script = app.token_of(app.admin()).await;
    let same = keyed(&script, "/api/assets/", "same", json!({ "name": "One" })).await.expect(201);
    assert_eq!(same.header("idempotent-replayed"), Some("true"));
    assert_eq!(assets(&app).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_may_be_tried_again() {
    let app = TestApp::start().await;
    keyed(app.admin(), "/api/assets/", "k", json!({ "name": "" })).await.expect(400);
    keyed(app.admin(), "/api/assets/", "k", json!({ "name": "Ledger" })).await.expect(201);
    keyed(app.admin(), "/api/assets/", "k", json!({ "name": "" })).await.expect(422);
    let reader = app.person("reader@example.org", Some("Global - Reader")).await;
    for _ in 0..2 {
        keyed(&reader, "/api/assets/", "k", json!({ "name": "No" })).await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_later_the_key_is_new() {
    let app = TestApp::start().await;
    let script = app.token_of(app.admin()).await;
    let body = json!({ "name": "Ledger" });
    keyed(&script, "/api/assets/", "k", body.clone()).await.expect(201);
    app.wait(TimeDelta::hours(24));
    let known = keyed(&script, "/api/assets/", "k", body.clone()).await.expect(201);
    assert_eq!(known.header("idempotent-replayed"), Some("true"), "to the very end of the day");
    app.wait(TimeDelta::microseconds(1));
    let fresh = keyed(&script, "/api/assets/", "k", json!({ "name": "Another" })).await.expect(201);
    assert_eq!(fresh.header("idempotent-replayed"), None);
    let raw = Raw::of(&app).await;
    assert_eq!(raw.number("SELECT count(*) FROM idempotency_keys").await, 1, "old keys are swept");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_value_of_a_token_is_never_shown_again() {
    let app = TestApp::start().await;
    let body = json!({ "name": "ci" });
    let made = keyed(app.admin(), "/api/iam/auth-tokens/", "k", body.clone()).await.expect(200);
    let value = made.json["token"].as_str().expect("a value").to_owned();
    let again = keyed(app.admin(), "/api/iam/auth-tokens/", "k", body).await.expect(409);
    assert_eq!(again.json["id"], made.json["id"]);
    assert!(!again.text.contains(&value[12..]), "{}", again.text);
    assert_eq!(app.admin().get("/api/iam/auth-tokens/").await.json.as_array().map(Vec::len), Some(1));

    let further = keyed(app.admin(), "/api/iam/session-token/", "s", json!({})).await.expect(200);
    let session = further.json["token"].as_str().expect("a value").to_owned();
    keyed(app.admin(), "/api/iam/session-token/", "s", json!({})).await.expect(409);

    // Whatever takes a person in a session may answer with something that is shown once.
    keyed(app.admin(), "/api/iam/revoke-sessions/", "r", json!({})).await.expect(200);
    keyed(app.admin(), "/api/iam/revoke-sessions/", "r", json!({})).await.expect(409);

    let raw = Raw::of(&app).await;
    let kept = format!("{:?}", raw.texts("SELECT body FROM idempotency_keys").await);
    assert!(!kept.contains("revoked_sessions"), "{kept}");
    assert!(!kept.contains(&value[12..]) && !kept.contains(&session[12..]), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_is_done() {
    let app = TestApp::start().await;
    for round in 0..5 {
        let tries = (0..6).map(|_| {
            let admin = app.admin().clone();
            let (key, name) = (format!("k{round}"), format!("Asset {round}"));
            tokio::spawn(async move { keyed(&admin, "/api/assets/", &key, json!({ "name": name })).await })
        });
        let (mut done, mut refused) = (Vec::new(), 0);
        for answer in tries.collect::<Vec<_>>() {
            let answer = answer.await.expect("it ran");
            match answer.status {
                201 => done.push(answer),
                409 => refused += 1,
                other => panic!("{other}: {}", answer.text),
            }
        }
        let fresh = done.iter().filter(|answer| answer.header("idempotent-replayed").is_none()).count();
        assert_eq!(fresh, 1, "{refused} were refused");
        assert!(done.iter().all(|answer| answer.text == done[0].text));
        assert_eq!(assets(&app).await, round + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_under_way_is_409() {
    let app = TestApp::start().await;
    let raw = Raw::of(&app).await;
    let body = json!({ "name": "Ledger" });
    keyed(app.admin(), "/api/assets/", "k", body.clone()).await.expect(201);
    // As it stands between the claim and the answer.
    raw.run("UPDATE idempotency_keys SET status = NULL, body = NULL").await;
    let refused = keyed(app.admin(), "/api/assets/", "k", body).await.expect(409);
    assert!(refused.json["detail"].as_str().is_some_and(|detail| detail.contains("under way")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_can_come_back() {
    let app = TestApp::start().await;
    let body = json!({ "name": "Ledger" });
    // Nobody else may write: the request gets no further than its first write.
    let turn = app.program().engine.write().await.expect("a turn");
    let lock = match app.program().engine.dialect() {
        engine::Dialect::Sqlite => None,
        engine::Dialect::Postgres => {
            let raw = Raw::of(&app).await;
            raw.run("BEGIN; LOCK TABLE assets IN EXCLUSIVE MODE").await;
            Some(raw)
        }
    };
    let hasty = {
        let (admin, body) = (app.admin().clone(), body.clone());
        tokio::spawn(async move { keyed(&admin, "/api/assets/", "k", body).await })
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    // The next turn is taken too, so that the request stands between its claim and its work.
    let next = {
        let engine = app.program().engine.clone();
        tokio::spawn(async move { engine.write().await })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(turn);
    let next = next.await.expect("it ran").expect("a turn");
    hasty.abort();
    let _ = hasty.await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    drop(next);
    if let Some(raw) = lock {
        raw.run("ROLLBACK").await;
    }

    let mut tries = 0;
    let made = loop {
        let answer = keyed(app.admin(), "/api/assets/", "k", body.clone()).await;
        if answer.status != 409 || tries == 20 {
            break answer.expect(201);
        }
        tries += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(made.json["name"], "Ledger");
    assert_eq!(assets(&app).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_keys() {
    let app = TestApp::start().await;
    let body = json!({ "name": "Ledger" });
    for (number, bad) in [String::new(), "x".repeat(256)].iter().enumerate() {
        keyed(app.admin(), "/api/assets/", bad, json!({ "name": number.to_string() })).await.expect(400);
    }
    keyed(app.admin(), "/api/assets/", &"x".repeat(255), body.clone()).await.expect(201);
    // Only POST has keys; only people who are known have some.
    let path = "/api/_allauth/app/v1/auth/login";
    let login = json!({ "email": blackbox::ADMIN, "password": blackbox::PASSWORD });
    let (one, two) =
        (keyed(&app.anonymous(), path, "k", login.clone()).await, keyed(&app.anonymous(), path, "k", login).await);
    assert_ne!(one.expect(200).json["meta"]["access_token"], two.expect(200).json["meta"]["access_token"]);
}
