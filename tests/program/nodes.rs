//! Several programs over one PostgreSQL: what one of them changes, the next request at another
//! one knows.

use blackbox::{Actor, PASSWORD, TestApp, backend};
use engine::random::Random;
use serde_json::json;
use server::start::{Running, start};

/// A second program over the database of the first; none on SQLite, which has one program.
async fn second(app: &TestApp) -> Option<Running> {
    if backend() != "postgres" {
        println!("LEFT OUT: several programs over one database need PostgreSQL");
        return None;
    }
    let mut settings = (*app.program().settings).clone();
    settings.listen = "127.0.0.1:0".parse().expect("an address");
    Some(start(settings, app.clock().clone(), Random::seeded(8)).await.expect("it starts"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_acts_at_the_other() {
    let app = TestApp::start().await;
    let Some(other) = second(&app).await else { return };
    let there = format!("http://{}", other.address);
    let made = app.admin().post("/api/iam/auth-tokens/", json!({ "name": "ci" })).await.expect(200);
    let script = Actor::with_token(&there, made.json["token"].as_str().expect("a value"));
    script.get("/api/folders/").await.expect(200);
    app.admin().delete(&format!("/api/iam/auth-tokens/{}/", made.id())).await.expect(204);
    let refused = script.get("/api/folders/").await.expect(401);
    assert_eq!(refused.json["code"], "token_revoked");

    // A session that ended here has ended there.
    let session = Actor::with_token(&there, app.sign_in(blackbox::ADMIN).await.credential());
    session.get("/api/folders/").await.expect(200);
    app.admin().post("/api/iam/revoke-sessions/", json!({})).await.expect(200);
    session.get("/api/folders/").await.expect(401);
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_and_folders_act_at_the_other() {
    let app = TestApp::start().await;
    let Some(other) = second(&app).await else { return };
    let there = format!("http://{}", other.address);
    let domain = app.domain("Ours", None).await;
    let asset = format!("/api/assets/{}/", app.asset("Ledger", &domain).await);
    let here = app.person("ann@example.org", None).await;
    let ann = Actor::with_token(&there, here.credential());
    ann.get(&asset).await.expect(404);

    let user = app.admin().get("/api/users/?search=ann").await.expect(200).rows()[0]["id"].clone();
    let group = app.group("Ours - Reader").await;
    for round in 0..3 {
        let members = |verb: &str| format!("/api/user-groups/{group}/{verb}-members/");
        app.admin().post(&members("add"), json!({ "users": [user] })).await.expect(200);
        assert_eq!(ann.get(&asset).await.expect(200).json["name"], "Ledger", "round {round}");
        ann.patch(&asset, json!({})).await.expect(403);
        app.admin().post(&members("remove"), json!({ "users": [user] })).await.expect(200);
        ann.get(&asset).await.expect(404);
    }

    // The tree of folders is part of what decides.
    app.admin().post(&format!("/api/user-groups/{group}/add-members/"), json!({ "users": [user] })).await.expect(200);
    let below = app.domain("Below", Some(&domain)).await;
    let deep = format!("/api/assets/{}/", app.asset("Deep", &below).await);
    ann.get(&deep).await.expect(200);
    let root = app.root().await;
    app.admin().patch(&format!("/api/folders/{below}/"), json!({ "parent_folder": root })).await.expect(200);
    ann.get(&deep).await.expect(404);

    // Somebody who is switched off here is nobody there.
    let path = format!("/api/users/{}/", user.as_str().expect("an id"));
    app.admin().patch(&path, json!({ "is_active": false })).await.expect(200);
    ann.get("/api/folders/").await.expect(401);
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_write_one_chain() {
    let app = TestApp::start().await;
    let Some(other) = second(&app).await else { return };
    let there = Actor::sign_in(&format!("http://{}", other.address), blackbox::ADMIN, PASSWORD).await;
    let writes = (0..40).map(|number| {
        let actor = if number % 2 == 0 { app.admin().clone() } else { there.clone() };
        tokio::spawn(
            async move { actor.post("/api/assets/", json!({ "name": format!("Asset {number}") })).await.status },
        )
    });
    for write in writes.collect::<Vec<_>>() {
        assert_eq!(write.await.expect("it ran"), 201);
    }
    let (one, two) = tokio::join!(engine::audit::seal(&app.program().engine), engine::audit::seal(&other.app.engine),);
    one.and(two).expect("sealed");
    let report = engine::audit::verify(&app.program().engine, None).await.expect("a report");
    assert_eq!((report.findings.len(), report.pending), (0, 0), "{report:?}");
    assert!(report.entries >= 40);

    // A repetition is known, whichever of them is asked.
    let keyed = async |actor: &Actor| {
        let request = actor.request("POST", "/api/assets/").header("idempotency-key", "k");
        actor.send(request.json(&json!({ "name": "Once" }))).await.expect(201)
    };
    let (first, again) = (keyed(app.admin()).await, keyed(&there).await);
    assert_eq!(again.text, first.text);
    other.stop().await;
}
