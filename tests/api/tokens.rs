//! Personal access tokens: the journey and the life cycle.

mod audit;
mod creation;
mod header;
mod life;

use blackbox::{Actor, TestApp};
use serde_json::{Value, json};

/// Where tokens are made and listed.
const TOKENS: &str = "/api/iam/auth-tokens/";

/// Makes a token; answers its value and its id.
async fn make(session: &Actor, name: &str, days: u32) -> (String, String) {
    let made = session.post(TOKENS, json!({ "name": name, "expiry": days })).await.expect(200);
    let text = |key: &str| made.json[key].as_str().unwrap_or_else(|| panic!("no {key}: {}", made.text)).to_owned();
    (text("token"), text("id"))
}

/// Entries of the audit log with this action, newest first, as the administrator reads them.
async fn entries(app: &TestApp, action: &str) -> Vec<Value> {
    app.admin().get(&format!("/api/audit-log/?action={action}")).await.expect(200).rows()
}

/// The id of the person with this address.
async fn user_id(app: &TestApp, email: &str) -> String {
    let rows = app.admin().get(&format!("/api/users/?email={email}")).await.expect(200).rows();
    rows[0]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_and_opens_the_api_until_it_is_revoked() {
    let app = TestApp::start().await;
    let made = app.admin().post(TOKENS, json!({ "name": "ci", "expiry": 30 })).await.expect(200);
    let value = made.json["token"].as_str().expect("a value").to_owned();
    assert_eq!(made.json["expiry"], "2026-12-24T09:00:00.000000Z");
    // The one answer with the value must not be kept by anybody on the way (T-31).
    assert_eq!(made.header("cache-control"), Some("no-store"));
    assert_eq!(made.header("pragma"), Some("no-cache"));
    assert_eq!(made.header("content-encoding"), None);

    let script = Actor::with_token(&app.base(), &value);
    let folders = script.get("/api/folders/").await.expect(200);
    assert_eq!(folders.rows()[0]["name"], "Global");
    assert_eq!(folders.header("token-expiration"), Some("2026-12-24T09:00:00.000000Z"));

    let list = app.admin().get(TOKENS).await.expect(200);
    assert!(!list.text.contains(&value));
    let digest = list.json[0]["digest"].as_str().expect("an id").to_owned();
    app.admin().delete(&format!("{TOKENS}{digest}/")).await.expect(204);
    let refused = script.get("/api/folders/").await.expect(401);
    assert_eq!(refused.json, json!({ "detail": "Invalid token.", "code": "token_revoked" }));
    assert_eq!(refused.header("www-authenticate"), Some("Token"));
    assert_eq!(app.admin().get(TOKENS).await.expect(200).json, json!([]));
}
