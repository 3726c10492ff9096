//! Filtering labels, terminologies and asset classes.

use blackbox::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn labels_are_for_everybody_and_hold_no_separators() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    app.domain("Theirs", None).await;
    for bad in ["two words", "a,b"] {
        let refused = app.admin().post("/api/filtering-labels/", json!({ "label": bad })).await.expect(400);
        assert_eq!(refused.json, json!({ "label": ["invalidLabel"] }));
    }
    // Whoever may add one anywhere adds it for all.
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
    let label = analyst.post("/api/filtering-labels/", json!({ "label": "Critical" })).await.expect(201).id();
    let reader = app.person("reader@example.org", Some("Theirs - Reader")).await;
    assert_eq!(reader.get("/api/filtering-labels/").await.expect(200).rows()[0]["label"], "Critical");
    reader.post("/api/filtering-labels/", json!({ "label": "other" })).await.expect(403);
    let refused = app.admin().post("/api/filtering-labels/", json!({ "label": "CRITICAL" })).await.expect(400);
    assert_eq!(
        refused.json,
        json!({ "label": "CRITICAL is already used in this scope. Please choose another value." })
    );
    // A deleted label leaves what it stood on.
    let asset = app.asset("Server", &ours).await;
    let path = format!("/api/assets/{asset}/");
    app.admin().patch(&path, json!({ "filtering_labels": [label] })).await.expect(200);
    assert_eq!(app.admin().get(&format!("/api/assets/?filtering_labels={label}")).await.expect(200).json["count"], 1);
    app.admin().delete(&format!("/api/filtering-labels/{label}/")).await.expect(204);
    assert_eq!(app.admin().get(&path).await.expect(200).json["filtering_labels"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn built_in_terms_are_hidden_at_most() {
    let app = TestApp::start().await;
    let term = app.admin().get("/api/terminologies/?builtin=true&limit=1").await.expect(200).rows()[0].clone();
    let path = format!("/api/terminologies/{}/", term["id"].as_str().expect("an id"));
    app.admin().delete(&path).await.expect(403);
    app.admin().patch(&path, json!({ "name": "renamed", "is_visible": false })).await.expect(200);
    let shown = app.admin().get(&path).await.expect(200).json;
    assert_eq!((&shown["name"], &shown["is_visible"]), (&term["name"], &json!(false)));
    let batch = json!({ "action": "delete", "ids": [term["id"]] });
    let answer = app.admin().post("/api/terminologies/batch-action/", batch).await.expect(200);
    assert_eq!(answer.json["failed"][0]["error"], "Permission denied");
    assert_eq!(answer.json["succeeded"], json!([]));

    let body =
        json!({ "name": "fog", "field_path": "qualifications", "translations": { "fr": { "name": "brouillard" } } });
    let own = app.admin().post("/api/terminologies/", body).await.expect(201).id();
    let path = format!("/api/terminologies/{own}/");
    assert_eq!(app.admin().get(&path).await.expect(200).json["translated_name"], "Fog");
    let french = app.admin().send(app.admin().request("GET", &path).header("accept-language", "fr-FR,en;q=0.5")).await;
    assert_eq!(french.json["translated_name"], "brouillard");
    assert_eq!(french.header("content-language"), Some("fr"));
    app.admin().delete(&path).await.expect(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn classes_form_a_tree_without_loops() {
    let app = TestApp::start().await;
    let make = async |body| app.admin().post("/api/asset-class/", body).await.expect(201).id();
    let upper = make(json!({ "name": "Upper" })).await;
    let lower = make(json!({ "name": "Lower", "parent": upper })).await;
    let shown = app.admin().get(&format!("/api/asset-class/{lower}/")).await.expect(200).json;
    assert_eq!(shown["full_path"], "Upper/Lower");
    for below in [&lower, &upper] {
        let refused =
            app.admin().patch(&format!("/api/asset-class/{upper}/"), json!({ "parent": below })).await.expect(400);
        assert_eq!(refused.json, json!({ "parent": ["A class cannot stand below itself."] }));
    }
    let tree = app.admin().get("/api/asset-class/tree/").await.expect(200).json;
    let node = tree.as_array().expect("a list").iter().find(|node| node["name"] == "Upper").expect("in the tree");
    assert_eq!(node["children"][0]["name"], "Lower");
    // A class goes with those below it; assets stay, without a class.
    let asset = app.asset("Server", &app.root().await).await;
    app.admin().patch(&format!("/api/assets/{asset}/"), json!({ "asset_class": lower })).await.expect(200);
    app.admin().delete(&format!("/api/asset-class/{upper}/")).await.expect(204);
    app.admin().get(&format!("/api/asset-class/{lower}/")).await.expect(404);
    assert_eq!(app.admin().get(&format!("/api/assets/{asset}/")).await.expect(200).json["asset_class"], json!(null));
    let builtin = app.admin().get("/api/asset-class/?builtin=true&limit=1").await.expect(200).rows()[0]["id"].clone();
    app.admin().delete(&format!("/api/asset-class/{}/", builtin.as_str().expect("an id"))).await.expect(403);
}
