//! `ETag` and `If-Match`: a change that was decided on an old state is refused.

use blackbox::{Actor, Answer, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn with(actor: &Actor, method: &str, path: &str, tag: &str, body: Option<Value>) -> Answer {
    let request = actor.request(method, path).header("if-match", tag);
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    actor.send(request).await
}

/// An asset, its path and its tag.
async fn asset(app: &TestApp) -> (String, String) {
    let root = app.root().await;
    let path = format!("/api/assets/{}/", app.asset("Ledger", &root).await);
    let tag = app.admin().get(&path).await.expect(200).header("etag").expect("a tag").to_owned();
    (path, tag)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_strong_and_follows_the_row() {
    let app = TestApp::start().await;
    let (path, tag) = asset(&app).await;
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2, "{tag}");
    let object = app.admin().get(&format!("{path}object/")).await.expect(200);
    assert_eq!(object.header("etag"), Some(tag.as_str()));
    assert_eq!(app.admin().get(&path).await.header("etag"), Some(tag.as_str()), "reading changes nothing");
    app.wait(TimeDelta::microseconds(1));
    let changed = app.admin().patch(&path, json!({ "description": "x" })).await.expect(200);
    let next = app.admin().get(&path).await.header("etag").expect("a tag").to_owned();
    assert_ne!(next, tag);
    assert_eq!(changed.header("etag"), Some(next.as_str()), "who changes need not read in between");
    assert_eq!(app.admin().get("/api/assets/").await.expect(200).header("etag"), None, "lists have none");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_tag_is_412_and_changes_nothing() {
    let app = TestApp::start().await;
    let (path, old) = asset(&app).await;
    app.wait(TimeDelta::seconds(1));
    with(app.admin(), "PATCH", &path, &old, Some(json!({ "name": "Second" }))).await.expect(200);
    let whole = json!({ "name": "Third" });
    for method in ["PATCH", "PUT"] {
        let refused = with(app.admin(), method, &path, &old, Some(whole.clone())).await.expect(412);
        assert!(refused.json["detail"].as_str().is_some_and(|detail| detail.contains("Read it again")));
    }
    with(app.admin(), "DELETE", &path, &old, None).await.expect(412);
    let now = app.admin().get(&path).await.expect(200);
    assert_eq!(now.json["name"], "Second");
    let tag = now.header("etag").expect("a tag");
    with(app.admin(), "DELETE", &path, tag, None).await.expect(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_star_means_any_state_and_a_list_means_one_of_them() {
    let app = TestApp::start().await;
    let (path, tag) = asset(&app).await;
    let mut number = 0;
    let mut change = || {
        number += 1;
        Some(json!({ "description": number.to_string() }))
    };
    for good in ["*".to_owned(), tag.clone(), format!("\"0\", {tag}"), format!("{tag} , \"x\"")] {
        // The clock stands still, so the tag stays what it is.
        with(app.admin(), "PATCH", &path, &good, change()).await.expect(200);
    }
    for bad in ["\"0\"", "\"x\", \"y\"", "", "x", &tag.replace('"', "")] {
        with(app.admin(), "PATCH", &path, bad, change()).await.expect(412);
        with(app.admin(), "DELETE", &path, bad, None).await.expect(412);
    }
    with(app.admin(), "DELETE", &path, &format!("\"0\", {tag}"), None).await.expect(204);
    with(app.admin(), "PATCH", &path, "*", change()).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_on_the_same_state_one_is_refused() {
    let app = TestApp::start().await;
    let (path, tag) = asset(&app).await;
    // Every change gets its own instant, as under a clock that runs.
    let both = ["One", "Two"].map(|name| {
        app.wait(TimeDelta::seconds(1));
        let (admin, path, tag) = (app.admin().clone(), path.clone(), tag.clone());
        tokio::spawn(async move { with(&admin, "PATCH", &path, &tag, Some(json!({ "name": name }))).await.status })
    });
    let mut statuses = Vec::new();
    for one in both {
        statuses.push(one.await.expect("it ran"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_learns_nothing_from_a_tag() {
    let app = TestApp::start().await;
    let domain = app.domain("Theirs", None).await;
    app.domain("Ours", None).await;
    let path = format!("/api/assets/{}/", app.asset("Hidden", &domain).await);
    let stranger = app.person("ann@example.org", Some("Ours - Analyst")).await;
    for tag in ["*", "\"0\""] {
        with(&stranger, "PATCH", &path, tag, Some(json!({}))).await.expect(404);
        with(&stranger, "DELETE", &path, tag, None).await.expect(404);
    }
}
