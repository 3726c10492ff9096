//! Revisions: their numbers, what a new one does, what goes with them.

use super::shelf::{load, questions};
use blackbox::TestApp;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn revisions_are_numbered_and_call_for_a_review() {
    let app = TestApp::start().await;
    let folder = app.domain("Ours", None).await;
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
    let evidence = analyst.post("/api/evidences/", json!({ "name": "E", "folder": folder })).await.expect(201).id();
    let path = format!("/api/evidences/{evidence}/");
    let upload = async |path: &str, name: &str, text: &str| {
        let request = analyst.request("POST", &format!("{path}upload/"));
        let request = request.header("content-disposition", format!("attachment; filename=\"{name}\""));
        analyst.send(request.body(text.to_owned())).await.expect(200)
    };
    let answer = upload(&path, "a.txt", "hello").await;
    assert_eq!(answer.text, "");
    // A sent number and a sent folder are ignored; both follow from the evidence.
    let body = json!({
        "evidence": evidence, "version": 9, "observation": "second", "link": "https://l.example",
        "effective_date": "2026-11-01", "folder": app.root().await,
    });
    let second = analyst.post("/api/evidence-revisions/", body).await.expect(201);
    assert_eq!((&second.json["version"], &second.json["folder"]), (&json!(2), &json!(folder)));
    let shown = analyst.get(&path).await.expect(200).json;
    assert_eq!((&shown["status"], &shown["attachment"]), (&json!("In review"), &Value::Null));
    assert_eq!(shown["link"], "https://l.example");
    analyst.get(&format!("{path}attachment/")).await.expect(404);

    let revision = format!("/api/evidence-revisions/{}/", second.id());
    upload(&revision, "r2.txt", "revision").await;
    let shown = analyst.get(&revision).await.expect(200).json;
    assert_eq!(
        (&shown["attachment"], &shown["size"], &shown["str"]),
        (&json!("r2.txt"), &json!("8 B"), &json!("E v2"))
    );
    assert_eq!(shown["attachment_hash"], "2b214ddf3326016519afcb268f63623b80b91a65265277668e4d020d87dd9078");
    assert_eq!(analyst.get(&path).await.expect(200).json["attachment"], "/r2.txt");
    let list = analyst.get(&format!("/api/evidence-revisions/?evidence={evidence}")).await.expect(200).rows();
    let versions: Vec<&Value> = list.iter().map(|row| &row["version"]).collect();
    assert_eq!(versions, [&json!(2), &json!(1)], "newest first");

    // What was approved stays approved.
    analyst.patch(&path, json!({ "status": "approved" })).await.expect(200);
    let third = analyst.post("/api/evidence-revisions/", json!({ "evidence": evidence })).await.expect(201);
    assert_eq!(analyst.get(&path).await.expect(200).json["status"], "Approved");

    let info = analyst.get(&format!("{path}cascade-info/")).await.expect(200).json;
    assert_eq!((&info["deleted"]["count"], &info["affected"]["count"]), (&json!(3), &json!(0)));
    let info = analyst.get(&format!("{revision}cascade-info/")).await.expect(200).json;
    assert_eq!(info["affected"]["grouped_objects"][0]["objects"][0]["name"], "E");

    // Without the latest the one before it is the latest, and its number is free again.
    analyst.delete(&format!("/api/evidence-revisions/{}/", third.id())).await.expect(204);
    assert_eq!(analyst.get(&path).await.expect(200).json["attachment"], "/r2.txt");
    let fresh = analyst.post("/api/evidence-revisions/", json!({ "evidence": evidence })).await.expect(201);
    assert_eq!(fresh.json["version"], 3);

    let answer = analyst.post(&format!("{revision}delete_attachment/"), json!({})).await.expect(200);
    assert_eq!(answer.text, "");
    let shown = analyst.get(&revision).await.expect(200).json;
    assert_eq!(
        (&shown["attachment"], &shown["size"], &shown["attachment_hash"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    analyst.get(&format!("{revision}attachment/")).await.expect(404);
    super::evidence_files::stored(&app, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_of_something_hidden_cannot_be_made() {
    let app = TestApp::start().await;
    let theirs = app.domain("Theirs", None).await;
    app.domain("Ours", None).await;
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
    let hidden = app.admin().post("/api/evidences/", json!({ "name": "E", "folder": theirs })).await.expect(201).id();
    let refused = analyst.post("/api/evidence-revisions/", json!({ "evidence": hidden })).await.expect(400);
    let sentence = format!("Invalid pk \"{hidden}\" - object does not exist.");
    assert_eq!(refused.json, json!({ "evidence": [sentence] }));
    // Seen, but without the right to add there.
    let both = app.person("both@example.org", Some("Ours - Analyst")).await;
    let group = app.group("Theirs - Reader").await;
    let me = both.get("/api/iam/current-user/").await.expect(200).id();
    app.admin().post(&format!("/api/user-groups/{group}/add-members/"), json!({ "users": [me] })).await.expect(200);
    let refused = both.post("/api/evidence-revisions/", json!({ "evidence": hidden })).await.expect(403);
    assert_eq!(refused.json, json!({ "folder": "You do not have permission to add objects in this folder" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn revisions_made_at_once_get_numbers_of_their_own() {
    let app = TestApp::start().await;
    let evidence = app.admin().post("/api/evidences/", json!({ "name": "E" })).await.expect(201).id();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (admin, body) = (app.admin().clone(), json!({ "evidence": evidence }));
        tasks.spawn(
            async move { admin.post("/api/evidence-revisions/", body).await.expect(201).json["version"].clone() },
        );
    }
    let mut versions: Vec<u64> = tasks.join_all().await.iter().filter_map(Value::as_u64).collect();
    versions.sort_unstable();
    assert_eq!(versions, (2..=9).collect::<Vec<u64>>());
}

/// What rows are called by may be a text of any length; an index takes no more than the beginning of it.
#[tokio::test(flavor = "multi_thread")]
async fn texts_that_rows_are_called_by_may_be_long() {
    let app = TestApp::start().await;
    // Nothing that a database could make smaller.
    let mut seed = 1_u32;
    let letters = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[(seed >> 16) as usize % 62])
    });
    let long: String = letters.take(20_000).collect();
    let evidence = app.admin().post("/api/evidences/", json!({ "name": "E" })).await.expect(201).id();
    let body = json!({ "evidence": evidence, "observation": long });
    let made = app.admin().post("/api/evidence-revisions/", body).await.expect(201);
    let shown = app.admin().get(&format!("/api/evidence-revisions/{}/", made.id())).await.expect(200).json;
    assert_eq!(shown["observation"], json!(long));
    let found = app.admin().get(&format!("/api/evidence-revisions/?search={}", &long[19_000..])).await.expect(200);
    assert_eq!(found.json["count"], 1, "all of it is searched");
    load(
        &app,
        questions("long").replace("text: Q3", &format!("text: {long}")).replace("value: c1", &format!("value: {long}")),
    )
    .await;
}
