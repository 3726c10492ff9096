//! What may be asked for when a token is made, and how many there can be.

use super::{TOKENS, entries, make};
use blackbox::{Actor, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn bad_names_and_expiries_are_refused_with_a_message_and_make_nothing() {
    let app = TestApp::start().await;
    let long = "x".repeat(256);
    let names = [
        json!({}),
        json!({ "name": null }),
        json!({ "name": "" }),
        json!({ "name": "   " }),
        json!({ "name": long }),
        json!({ "name": 5 }),
        json!({ "name": true }),
        json!({ "name": ["ci"] }),
        json!({ "name": { "a": "ci" } }),
        json!({ "name": "a\u{0}b" }),
        json!({ "name": "a\nb" }),
        json!({ "name": "a\u{7f}b" }),
        json!({ "name": "abc\u{202e}gpj.exe" }),
        json!({ "name": "a\u{2066}b" }),
    ];
    for body in &names {
        let refused = app.admin().post(TOKENS, body.clone()).await.expect(400);
        let message = refused.json["name"][0].as_str().unwrap_or_else(|| panic!("no message: {}", refused.text));
        assert!(message.ends_with('.'), "{body} → {message}");
    }
    let expiries = [
        json!(0),
        json!(-1),
        json!(1.5),
        json!("abc"),
        json!(null),
        json!(1_000_000_000_000_i64),
        json!(366),
        json!(true),
        json!(""),
        json!("0"),
        json!("-1"),
        json!("+1"),
        json!("1.0"),
        json!(" 3"),
        json!("1e2"),
        json!("٣٠"),
        json!([30]),
        json!({ "days": 30 }),
        json!(u64::MAX),
        json!(30.0),
        json!("99999999999999999999"),
    ];
    for expiry in &expiries {
        let refused = app.admin().post(TOKENS, json!({ "name": "ci", "expiry": expiry })).await.expect(400);
        let message = refused.json["error"].as_str().unwrap_or_else(|| panic!("no message: {}", refused.text));
        let too_long = message == "Expiry may be at most 365 days on this server.";
        assert!(message == "Expiry must be a positive integer (days)." || too_long, "{expiry} → {message}");
        let above =
            expiry.as_i64().is_some_and(|days| days > 365) || expiry.is_u64() || expiry == "99999999999999999999";
        assert_eq!(too_long, above && expiry.as_i64().is_none_or(|days| days > 0), "{expiry} → {message}");
    }
    nothing_was_made(&app).await;
}

async fn nothing_was_made(app: &TestApp) {
    assert_eq!(app.admin().get(&format!("{TOKENS}?state=all")).await.expect(200).json, json!([]));
    assert_eq!(entries(app, "pat.created").await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_objects_are_refused_and_make_nothing() {
    let app = TestApp::start().await;
    let bodies = [
        ("[]", "application/json", 400),
        ("[{\"name\":\"ci\"}]", "application/json", 400),
        ("\"ci\"", "application/json", 400),
        ("7", "application/json", 400),
        ("null", "application/json", 400),
        ("{\"name\":\"ci\"", "application/json", 400),
        ("{\"name\":\"ci\"} x", "application/json", 400),
        ("{\"name\":\"\u{0}\"}", "application/json", 400),
        ("", "application/json", 400),
        ("{\"name\":\"ci\"}", "text/plain", 415),
        ("<name>ci</name>", "application/xml", 415),
    ];
    for (body, kind, status) in bodies {
        let request = app.admin().request("POST", TOKENS).header("content-type", kind).body(body);
        let refused = app.admin().send(request).await.expect(status);
        assert!(refused.json.is_object(), "{body:?} → {}", refused.text);
    }
    let broken = app.admin().request("POST", TOKENS).header("content-type", "application/json").body("{");
    let broken = app.admin().send(broken).await.expect(400);
    assert!(
        broken.json["detail"].as_str().is_some_and(|detail| detail.starts_with("JSON parse error - ")),
        "{}",
        broken.text
    );
    nothing_was_made(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn good_ones_are_made_from_json_and_forms() {
    let app = TestApp::start().await;
    let longest = "é".repeat(255);
    for (body, name, expiry) in [
        (json!({ "name": "plain" }), "plain", "2026-12-24T09:00:00.000000Z"),
        (json!({ "name": "  trimmed  ", "expiry": 1 }), "trimmed", "2026-11-25T09:00:00.000000Z"),
        (json!({ "name": longest, "expiry": "365" }), longest.as_str(), "2027-11-24T09:00:00.000000Z"),
    ] {
        let made = app.admin().post(TOKENS, body).await.expect(200);
        assert_eq!((&made.json["name"], &made.json["expiry"]), (&json!(name), &json!(expiry)));
    }
    let form = app.admin().request("POST", TOKENS).form(&[("name", "from a form"), ("expiry", "90")]);
    let made = app.admin().send(form).await.expect(200);
    assert_eq!(made.json["expiry"], "2027-02-22T09:00:00.000000Z");
    let names: Vec<Value> = app.admin().get(TOKENS).await.expect(200).json.as_array().expect("a bare list").clone();
    let names: Vec<_> = names.iter().filter_map(|token| token["name"].as_str()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(names.contains(&"from a form"));
}

/// Whatever looks like a way to choose the secret or its owner is ignored (T-29).
#[tokio::test(flavor = "multi_thread")]
async fn nobody_chooses_owner_value_or_id_of_a_token() {
    let app = TestApp::start().await;
    let other = app.person("other@example.org", None).await;
    let victim = super::user_id(&app, "other@example.org").await;
    let (known, id) = make(app.admin(), "known", 30).await;
    let body = json!({
        "name": "mine", "user": victim, "user_id": victim, "token": known, "digest": id, "id": id, "preview": "x",
        "hash_alg": "none", "created": "2000-01-01T00:00:00Z", "revoked_at": null,
    });
    let made = app.admin().post(TOKENS, body).await.expect(200);
    assert_ne!(made.json["token"], json!(known));
    assert_ne!(made.json["id"], json!(id));
    assert_eq!(made.json["created"], "2026-11-24T09:00:00.000000Z");
    assert_eq!(other.get(TOKENS).await.expect(200).json, json!([]), "the token is its maker's");
    let script = Actor::with_token(&app.base(), made.json["token"].as_str().expect("a value"));
    assert_eq!(script.get("/api/iam/current-user/").await.expect(200).json["email"], json!(blackbox::ADMIN));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_at_once_exactly_five_are_made() {
    let app = TestApp::start().await;
    let tries = (0..20).map(|n| {
        let admin = app.admin().clone();
        tokio::spawn(async move { admin.post(TOKENS, json!({ "name": format!("n{n}") })).await })
    });
    let mut made = 0;
    for one in tries.collect::<Vec<_>>() {
        let answer = one.await.expect("an answer");
        if answer.status == 200 {
            made += 1;
        } else {
            let refused = answer.expect(403);
            assert_eq!(refused.json, json!({ "error": "errorMaxPatAmountExceeded" }));
        }
    }
    assert_eq!(made, 5);
    let list = app.admin().get(TOKENS).await.expect(200);
    assert_eq!(list.json.as_array().map(Vec::len), Some(5));
    assert_eq!(entries(&app, "pat.created").await.len(), 5, "what was refused is not in the log as made");

    // Room comes back with a revocation, and with expiry.
    let id = list.json[0]["digest"].as_str().expect("an id");
    app.admin().delete(&format!("{TOKENS}{id}/")).await.expect(204);
    make(app.admin(), "again", 1).await;
    app.admin().post(TOKENS, json!({ "name": "too many" })).await.expect(403);
    app.wait(TimeDelta::days(1));
    let admin = app.sign_in(blackbox::ADMIN).await;
    make(&admin, "room after expiry", 1).await;
    admin.post(TOKENS, json!({ "name": "too many" })).await.expect(403);
}

/// An answer with a value is never given twice (T-31).
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_creation_answers_with_the_id_and_no_value() {
    let app = TestApp::start().await;
    let ask = || app.admin().request("POST", TOKENS).header("idempotency-key", "k1").json(&json!({ "name": "once" }));
    let first = app.admin().send(ask()).await.expect(200);
    let second = app.admin().send(ask()).await.expect(409);
    assert_eq!(second.json["id"], first.json["id"]);
    assert!(!second.text.contains("tsr_pat_"), "{}", second.text);
    assert_eq!(app.admin().get(TOKENS).await.expect(200).json.as_array().map(Vec::len), Some(1));
}

/// A token outlives the session of its maker, so the sign-in must be recent (T-28).
#[tokio::test(flavor = "multi_thread")]
async fn making_one_needs_a_recent_sign_in() {
    let app = TestApp::start().await;
    app.wait(TimeDelta::minutes(15) - TimeDelta::milliseconds(1));
    make(app.admin(), "in time", 1).await;
    app.wait(TimeDelta::milliseconds(1));
    let refused = app.admin().post(TOKENS, json!({ "name": "late" })).await.expect(403);
    assert_eq!(refused.json["code"], "reauthentication_required");
    assert_eq!(app.admin().get(TOKENS).await.expect(200).json.as_array().map(Vec::len), Some(1));
    make(&app.sign_in(blackbox::ADMIN).await, "after a new sign-in", 1).await;
}

/// A further session is as old as the sign-in behind it: it is no way round the rule above.
#[tokio::test(flavor = "multi_thread")]
async fn a_further_session_is_no_new_sign_in() {
    let app = TestApp::start().await;
    app.wait(TimeDelta::minutes(20));
    let further = app.admin().post("/api/iam/session-token/", json!({})).await.expect(200);
    let further = Actor::with_token(&app.base(), further.json["token"].as_str().expect("a value"));
    let refused = further.post(TOKENS, json!({ "name": "late" })).await.expect(403);
    assert_eq!(refused.json["code"], "reauthentication_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn third_parties_have_no_tokens() {
    let app = TestApp::start().await;
    let person = app.person("third@example.org", Some("Global - Reader")).await;
    let (value, id) = make(&person, "before", 30).await;
    let user = super::user_id(&app, "third@example.org").await;
    app.admin().patch(&format!("/api/users/{user}/"), json!({ "is_third_party": true })).await.expect(200);
    let script = Actor::with_token(&app.base(), &value);
    assert_eq!(script.get("/api/folders/").await.expect(401).json["code"], "token_revoked");
    let refused = person.post(TOKENS, json!({ "name": "after" })).await.expect(403);
    assert_eq!(refused.json, json!({ "error": "Forbidden" }));
    let refused = person.delete(&format!("{TOKENS}{id}/")).await.expect(403);
    assert_eq!(refused.json, json!({ "error": "Forbidden" }));
    // Looking is not refused.
    assert_eq!(person.get(TOKENS).await.expect(200).json, json!([]));
}
