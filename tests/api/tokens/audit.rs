//! What is remembered of a token's use, in the list and in the audit log.

use super::{TOKENS, entries, make};
use blackbox::{ADMIN, Actor, Answer, TestApp};
use chrono::TimeDelta;
use iam::client_address::TrustedProxies;
use serde_json::json;

const PATH: &str = "/api/folders/";

async fn from(script: &Actor, address: &str) -> Answer {
    script.send(script.request("GET", PATH).header("x-forwarded-for", address).header("user-agent", "job/1")).await
}

fn behind_a_proxy(settings: &mut server::config::Settings) {
    settings.trusted_proxies = TrustedProxies::new(vec!["127.0.0.1/32".parse().expect("a network")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn last_use_appears_without_a_write_for_each_request() {
    let app = TestApp::start().await;
    let (value, _) = make(app.admin(), "script", 30).await;
    let script = Actor::with_token(&app.base(), &value);
    script.get(PATH).await.expect(200);
    // In a session nothing is written on the way either: the same number of statements.
    let (in_session, _) = app.cost(|| app.admin().get("/api/build/")).await;
    let (by_token, _) = app.cost(|| script.get("/api/build/")).await;
    assert_eq!((in_session, by_token), (1, 1), "one statement finds the credential, none writes");
    assert_eq!(app.admin().get(TOKENS).await.expect(200).json[0]["last_used_at"], json!(null));

    app.wait(TimeDelta::minutes(5));
    let request = script.request("GET", PATH).header("user-agent", "job/1");
    script.send(request).await.expect(200);
    iam::usage::flush(&app.program().iam).await.expect("flushed");
    let list = app.admin().get(TOKENS).await.expect(200);
    assert_eq!(list.json[0]["last_used_at"], "2026-11-24T09:05:00.000000Z");
    assert_eq!(list.json[0]["last_used_ip"], "127.0.0.1");
    assert_eq!(list.json[0]["last_used_agent"], "job/1");
}

#[tokio::test(flavor = "multi_thread")]
async fn creation_first_use_new_addresses_and_revocation_are_in_the_log() {
    let app = TestApp::with(behind_a_proxy).await;
    let (value, id) = make(app.admin(), "script", 30).await;
    let script = Actor::with_token(&app.base(), &value);
    for address in ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1", "2001:db8::1"] {
        from(&script, address).await.expect(200);
        iam::usage::flush(&app.program().iam).await.expect("flushed");
    }
    app.admin().delete(&format!("{TOKENS}{id}/")).await.expect(204);

    let log = app.admin().get(&format!("/api/audit-log/?object_id={id}")).await.expect(200);
    assert!(!log.text.contains(&value[12..]), "the value is nowhere: {}", log.text);
    let rows = log.rows();
    let mut told: Vec<(&str, &str)> = rows
        .iter()
        .map(|row| {
            (row["action"].as_str().unwrap_or_default(), row["changes"]["address"][1].as_str().unwrap_or_default())
        })
        .collect();
    told.sort_unstable();
    let expected = [
        ("pat.created", ""),
        ("pat.revoked", ""),
        ("pat.used_first", "192.0.2.1"),
        ("pat.used_new_address", "192.0.2.2"),
        ("pat.used_new_address", "2001:db8::1"),
    ];
    assert_eq!(told, expected);
    for row in &rows {
        assert_eq!(row["actor"]["str"], json!(ADMIN), "{row}");
        assert_eq!(row["resource"], "auth-tokens", "{row}");
        let by_token = row["action"].as_str().is_some_and(|action| action.starts_with("pat.used"));
        assert_eq!(row["token"]["id"], if by_token { json!(id) } else { json!(null) }, "{row}");
        assert_eq!(row["credential"], if by_token { "pat" } else { "session" }, "{row}");
        assert!(row["request_id"].is_string(), "{row}");
    }
}

/// An address is told as new once, also when uses were noted before the first one was written.
#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_one_batch_are_each_told_once() {
    let app = TestApp::with(behind_a_proxy).await;
    let (value, id) = make(app.admin(), "script", 30).await;
    let script = Actor::with_token(&app.base(), &value);
    for address in ["192.0.2.1", "192.0.2.2", "192.0.2.1"] {
        from(&script, address).await.expect(200);
    }
    for _ in 0..2 {
        iam::usage::flush(&app.program().iam).await.expect("flushed");
    }
    assert_eq!(entries(&app, "pat.used_first").await.len(), 1);
    let other = entries(&app, "pat.used_new_address").await;
    assert_eq!(other.len(), 1);
    assert_eq!(other[0]["object_id"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_once_an_hour_for_each_reason() {
    let app = TestApp::start().await;
    let (value, id) = make(app.admin(), "script", 30).await;
    app.admin().delete(&format!("{TOKENS}{id}/")).await.expect(204);
    let script = Actor::with_token(&app.base(), &value);
    for _ in 0..5 {
        script.get(PATH).await.expect(401);
    }
    let told = entries(&app, "pat.denied").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["object_id"], json!(id));
    assert_eq!(told[0]["changes"]["reason"], json!([null, "token_revoked"]));
    assert_eq!(told[0]["actor"], json!(null), "nobody was let in");
    assert_eq!(told[0]["ip"], "127.0.0.1");
    app.wait(TimeDelta::minutes(59));
    script.get(PATH).await.expect(401);
    assert_eq!(entries(&app, "pat.denied").await.len(), 1);
    app.wait(TimeDelta::minutes(1));
    script.get(PATH).await.expect(401);
    let admin = app.sign_in(ADMIN).await;
    let told = admin.get("/api/audit-log/?action=pat.denied").await.expect(200);
    assert_eq!(told.json["count"], 2);
}

/// Every write that a token made says so, with the token's id (T-40).
#[tokio::test(flavor = "multi_thread")]
async fn writes_by_a_token_carry_its_id() {
    let app = TestApp::start().await;
    let (value, id) = make(app.admin(), "script", 30).await;
    let script = Actor::with_token(&app.base(), &value);
    let asset = script.post("/api/assets/", json!({ "name": "by script" })).await.expect(201).id();
    app.admin().patch(&format!("/api/assets/{asset}/"), json!({ "name": "by hand" })).await.expect(200);
    let rows = app.admin().get(&format!("/api/audit-log/?object_id={asset}")).await.expect(200).rows();
    let of = |action: &str| rows.iter().find(|row| row["action"] == action).unwrap_or_else(|| panic!("no {action}"));
    assert_eq!((&of("create")["token"]["id"], &of("create")["credential"]), (&json!(id), &json!("pat")));
    assert_eq!((&of("update")["token"], &of("update")["credential"]), (&json!(null), &json!("session")));
    let by_token = app.admin().get(&format!("/api/audit-log/?token={id}&resource=assets")).await.expect(200);
    assert_eq!(by_token.json["count"], 1);
}
