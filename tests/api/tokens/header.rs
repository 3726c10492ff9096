//! The `Authorization` header: what is refused, in which words, and what else does not count.

use super::{entries, make};
use blackbox::{Actor, Answer, TestApp};
use chrono::TimeDelta;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const PATH: &str = "/api/folders/";
const NOT_PROVIDED: &str = "Authentication credentials were not provided.";
const EMPTY: &str = "Invalid token header. No credentials provided.";
const SPACES: &str = "Invalid token header. Token string should not contain spaces.";
const INVALID: &str = "Invalid token.";

async fn with_header(app: &TestApp, value: &[u8]) -> Answer {
    let nobody = app.anonymous();
    let value = HeaderValue::from_bytes(value).expect("a value that HTTP can carry");
    nobody.send(nobody.request("GET", PATH).header("authorization", value)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shape_of_the_header_has_its_answer() {
    let app = TestApp::start().await;
    let (good, _) = make(app.admin(), "good", 30).await;
    for keyword in ["Token", "token", "TOKEN", "Bearer", "bearer", "bEaReR"] {
        with_header(&app, format!("{keyword} {good}").as_bytes()).await.expect(200);
    }
    with_header(&app, format!("  Token {good}\t").as_bytes()).await.expect(200);

    let flipped = flip(&good);
    let other_kinds = ["tsr_sat_", "tsr_scim_", "tsr_ses_", "tsr_PAT_", "glpat_"].map(|p| good.replace("tsr_pat_", p));
    let long = format!("Token {}", "a".repeat(300));
    let mut cases: Vec<(Vec<u8>, &str)> = vec![
        (b"Token".to_vec(), EMPTY),
        (b"Bearer".to_vec(), EMPTY),
        (format!("Token  {good}").into(), SPACES),
        (format!("Token {good} x").into(), SPACES),
        (b"Token a b c".to_vec(), SPACES),
        (b"Token x".to_vec(), INVALID),
        (format!("Token {flipped}").into(), INVALID),
        (format!("Token {}", &good[..good.len() - 1]).into(), INVALID),
        (format!("Token {good}0").into(), INVALID),
        (format!("Token {}", good.to_uppercase()).into(), INVALID),
        (format!("Token \"{good}\"").into(), INVALID),
        (format!("Token {good},").into(), INVALID),
        (format!("Token\t{good}").into(), NOT_PROVIDED),
        (format!("Token {good}\u{e9}").into(), INVALID),
        (b"Token \xff\xfe\x80".to_vec(), INVALID),
        (long.into_bytes(), INVALID),
        (b"Basic YWRtaW46YWRtaW4=".to_vec(), NOT_PROVIDED),
        (b"Digest username=\"a\"".to_vec(), NOT_PROVIDED),
        (format!("Negotiate {}", "a".repeat(300)).into(), NOT_PROVIDED),
        (good.clone().into_bytes(), NOT_PROVIDED),
        (b"".to_vec(), NOT_PROVIDED),
    ];
    cases.extend(other_kinds.map(|value| (format!("Token {value}").into_bytes(), INVALID)));
    // A tab inside is no blank, so there is no keyword before it; either answer is a refusal.
    for (value, detail) in &cases {
        let shown = String::from_utf8_lossy(value).into_owned();
        let refused = with_header(&app, value).await.expect(401);
        let expected = if shown.starts_with("Token\t") { &refused.json["detail"] } else { &json!(detail) };
        assert_eq!(
            refused.json,
            json!({ "detail": expected }),
            "{shown:?}: the same words, and no reason, for strangers"
        );
        let challenges: Vec<_> =
            refused.headers.get_all("www-authenticate").iter().filter_map(|v| v.to_str().ok()).collect();
        assert_eq!(challenges, ["Token", "Bearer realm=\"api\""], "{shown:?}");
    }
    let nobody = app.anonymous().get(PATH).await.expect(401);
    assert_eq!(nobody.json, json!({ "detail": NOT_PROVIDED }));
    assert_eq!(nobody.header("www-authenticate"), Some("Token"));
}

/// The value with one character changed, so that its checksum is wrong.
fn flip(value: &str) -> String {
    let last = if value.ends_with('0') { "1" } else { "0" };
    format!("{}{last}", &value[..value.len() - 1])
}

#[tokio::test(flavor = "multi_thread")]
async fn two_headers_are_a_bad_request_even_when_both_are_good() {
    let app = TestApp::start().await;
    let (good, _) = make(app.admin(), "good", 30).await;
    let line = format!("Token {good}");
    for pair in [[line.as_str(), line.as_str()], [line.as_str(), "Token x"], ["", ""]] {
        let nobody = app.anonymous();
        let request = nobody.request("GET", PATH).header("authorization", pair[0]).header("authorization", pair[1]);
        let refused = nobody.send(request).await.expect(400);
        assert_eq!(refused.json, json!({ "detail": "More than one Authorization header." }));
    }
}

/// Bytes that no HTTP library sends. Never a 5xx, never an answer with data.
#[tokio::test(flavor = "multi_thread")]
async fn control_bytes_are_refused_before_anything_is_looked_up() {
    let app = TestApp::start().await;
    let (good, _) = make(app.admin(), "good", 30).await;
    let address = app.base().trim_start_matches("http://").to_owned();
    for bad in ["\0", "\x01", "\x0b", "\x7f", "\r"] {
        for value in [format!("Token {good}{bad}"), format!("Token {bad}{good}"), format!("{bad}Token {good}")] {
            let mut stream = tokio::net::TcpStream::connect(&address).await.expect("a connection");
            let head = format!(
                "GET {PATH} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: {value}\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await.expect("sent");
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            let answer = String::from_utf8_lossy(&answer).into_owned();
            let refused = answer.starts_with("HTTP/1.1 400") || answer.starts_with("HTTP/1.1 401");
            assert!(refused, "{value:?} → {answer}");
        }
    }
}

/// A header decides alone: the good cookie beside it must not rescue it (T-15).
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_header_never_falls_back_to_the_cookie() {
    let app = TestApp::start().await;
    let cookie = format!("tessera_session={}", app.admin().credential());
    let nobody = app.anonymous();
    nobody.send(nobody.request("GET", PATH).header("cookie", &cookie)).await.expect(200);
    for bad in ["Token x", "Basic YTpi", "", "Token"] {
        let request = nobody.request("GET", PATH).header("cookie", &cookie).header("authorization", bad);
        nobody.send(request).await.expect(401);
    }
    // Nor does a bad session header.
    let request = nobody.request("GET", PATH).header("cookie", &cookie).header("x-session-token", "tsr_ses_nonsense");
    nobody.send(request).await.expect(401);
}

/// A token is no session: the doors for sessions do not take it (T-2, T-12).
#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_not_pass_as_a_session() {
    let app = TestApp::start().await;
    let (good, _) = make(app.admin(), "good", 30).await;
    let nobody = app.anonymous();
    nobody.send(nobody.request("GET", PATH).header("x-session-token", &good)).await.expect(401);
    nobody.send(nobody.request("GET", PATH).header("cookie", format!("tessera_session={good}"))).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_the_address_is_refused_and_the_log_tells_of_it() {
    let app = TestApp::start().await;
    let (good, id) = make(app.admin(), "good", 30).await;
    let nobody = app.anonymous();
    let encoded = good.replace('_', "%5F");
    for query in
        [format!("token={good}"), format!("access_token={good}"), format!("{good}=1"), format!("a=b&x={encoded}")]
    {
        for actor in [&nobody, app.admin()] {
            let refused = actor.get(&format!("{PATH}?{query}")).await.expect(400);
            assert_eq!(refused.json["code"], "token_in_url");
            assert!(!refused.text.contains(&good));
        }
    }
    let told = entries(&app, "pat.in_url").await;
    assert_eq!(told.len(), 1, "told once an hour, not at each try: {told:?}");
    assert_eq!(told[0]["object_id"], json!(id));
    // Noise that only looks similar is an ordinary value.
    app.admin().get(&format!("{PATH}?search={}", flip(&good))).await.expect(200);
    // Nor does a token authenticate from a body or a path.
    nobody.post(PATH, json!({ "token": good, "Authorization": format!("Token {good}") })).await.expect(401);
    nobody.get(&format!("{PATH}{good}/")).await.expect(401);
    let form = nobody.request("POST", "/api/assets/").form(&[("access_token", &good)]);
    nobody.send(form).await.expect(401);
}

/// Failures are charged to the address, and a good token from there is never refused (T-44).
#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_and_neighbours_are_not() {
    let app = TestApp::start().await;
    let (good, _) = make(app.admin(), "good", 30).await;
    let script = Actor::with_token(&app.base(), &good);
    for _ in 0..60 {
        with_header(&app, b"Token x").await.expect(401);
    }
    let slowed = with_header(&app, b"Token x").await.expect(429);
    let wait: i64 = slowed.header("retry-after").and_then(|text| text.parse().ok()).expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    script.get(PATH).await.expect(200);
    app.admin().get(PATH).await.expect(200);
    app.wait(TimeDelta::seconds(wait));
    with_header(&app, b"Token x").await.expect(401);
}

/// Whoever shows a token learns from every answer when it ends, whatever the answer (T-35).
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_to_a_token_says_when_it_expires() {
    let app = TestApp::start().await;
    let (good, _) = make(app.admin(), "good", 30).await;
    let script = Actor::with_token(&app.base(), &good);
    let calls: [(&str, &str, Option<Value>, u16); 6] = [
        ("GET", PATH, None, 200),
        ("GET", "/api/assets/00000000-0000-7000-8000-000000000000/", None, 404),
        ("POST", PATH, Some(json!({})), 400),
        ("PUT", PATH, Some(json!({})), 405),
        ("GET", super::TOKENS, None, 403),
        ("OPTIONS", PATH, None, 200),
    ];
    for (method, path, body, status) in calls {
        let request = script.request(method, path);
        let request = if let Some(body) = body { request.json(&body) } else { request };
        let answer = script.send(request).await.expect(status);
        assert_eq!(
            answer.header("token-expiration"),
            Some("2026-12-24T09:00:00.000000Z"),
            "{method} {path} → {status}"
        );
        let exposed = answer.header("access-control-expose-headers").unwrap_or_default();
        assert!(exposed.contains("Token-Expiration"), "{method} {path} → {exposed}");
    }
    let session = app.admin().get(PATH).await.expect(200);
    assert_eq!(session.header("token-expiration"), None, "a session has no such date");
}
