//! From the shelf to work and back.

use super::files::{UPLOAD, control, dependent, small};
use blackbox::TestApp;
use serde_json::json;

const ALPHA: &str = "/api/stored-libraries/urn:test:risk:library:alpha";

#[tokio::test(flavor = "multi_thread")]
async fn libraries_go_and_come_back() {
    let app = TestApp::start().await;
    let admin = app.admin();
    let stored = admin.upload(UPLOAD, "a.yaml", small("alpha", 1)).await.expect(201).id();
    let count = async |path: &str| admin.get(&format!("/api/{path}/")).await.expect(200).json["count"].clone();
    let kinds = ["frameworks", "requirement-nodes", "questions", "question-choices", "threats", "reference-controls"];
    let mut before = Vec::new();
    for kind in kinds {
        before.push(count(kind).await);
    }
    let again = admin.post(&format!("{ALPHA}/import/"), json!({})).await.expect(400);
    assert_eq!(again.json, json!({ "status": "error", "error": "This library has already been loaded." }));

    let unloaded = admin.post(&format!("/api/stored-libraries/{stored}/unload/"), json!({})).await.expect(200);
    assert_eq!(unloaded.json, json!({ "status": "success" }));
    let row = admin.get(&format!("{ALPHA}/")).await.expect(200).json;
    assert_eq!((&row["is_loaded"], &row["loaded_library"]), (&json!(false), &json!(null)));
    let left = admin.get("/api/questions/?search=first").await.expect(200);
    assert_eq!(left.json["count"], 0, "nothing of it is left: {}", left.text);
    let gone = admin.post(&format!("{ALPHA}/unload/"), json!({})).await.expect(404);
    assert_eq!(gone.json, json!("Loaded library not found."));

    let loaded = admin.post(&format!("{ALPHA}/import/"), json!({})).await.expect(200);
    assert_eq!(loaded.json, json!({ "status": "success" }));
    for (kind, before) in kinds.into_iter().zip(before) {
        assert_eq!(count(kind).await, before, "{kind}");
    }
    let unknown = admin.post("/api/stored-libraries/urn:test:risk:library:nobody/import/", json!({})).await.expect(404);
    assert_eq!(unknown.json, json!("Library not found."));
    let log = admin.get("/api/audit-log/?resource=loaded-libraries").await.expect(200).rows();
    let ours = log.iter().filter(|entry| entry["object_name"] == "Library alpha").count();
    assert!(ours >= 3, "loading and unloading are told as a whole: {log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_need_comes_first_and_stays() {
    let app = TestApp::start().await;
    let admin = app.admin();
    admin.upload(UPLOAD, "c.yaml", control("base")).await.expect(201);
    admin.post("/api/stored-libraries/urn:test:risk:library:base/unload/", json!({})).await.expect(200);
    admin.upload(UPLOAD, "d.yaml", dependent("top", "base")).await.expect(201);
    let base = admin.get("/api/loaded-libraries/urn:test:risk:library:base/").await.expect(200);
    let top = admin.get("/api/loaded-libraries/urn:test:risk:library:top/").await.expect(200).json;
    assert_eq!(top["dependencies"][0]["urn"], "urn:test:risk:library:base");

    let refused = admin.post("/api/stored-libraries/urn:test:risk:library:base/unload/", json!({})).await.expect(409);
    assert_eq!(refused.json, json!("Loaded library can't be deleted because it's currently being used."));
    let refused = admin.delete(&format!("/api/loaded-libraries/{}/", base.id())).await.expect(400);
    assert_eq!(refused.json, json!("Library cannot be deleted because it has references."));
    let listed = admin.get("/api/loaded-libraries/?urn=urn:test:risk:library:base").await.expect(200).rows();
    assert_eq!(listed[0]["reference_count"], 1);
    let info = admin.get(&format!("/api/loaded-libraries/{}/cascade-info/", base.id())).await.expect(200).json;
    assert_eq!(info["blocked"]["related_objects"][0]["name"], "Library top", "{info}");
    // The stored copy may go; what is loaded stays.
    let stored = admin.get("/api/stored-libraries/?urn=urn:test:risk:library:base").await.expect(200).rows();
    let stored = stored[0]["id"].as_str().expect("an id");
    admin.delete(&format!("/api/stored-libraries/{stored}/")).await.expect(204);
    admin.get(&format!("/api/loaded-libraries/{}/", base.id())).await.expect(200);

    let top_id = top["id"].as_str().expect("an id");
    admin.delete(&format!("/api/loaded-libraries/{top_id}/")).await.expect(204);
    admin.delete(&format!("/api/loaded-libraries/{}/", base.id())).await.expect(204);
}

#[tokio::test(flavor = "multi_thread")]
async fn shelf_and_objects_are_shown_as_recorded() {
    let app = TestApp::start().await;
    let admin = app.admin();
    let stored = admin.upload(UPLOAD, "a.yaml", small("alpha", 1)).await.expect(201).id();
    let object = admin.get(&format!("/api/stored-libraries/{stored}/object/")).await.expect(200).json;
    assert_eq!(object["hash_checksum"].as_str().map(str::len), Some(64));
    let content = admin.get(&format!("/api/stored-libraries/{stored}/content/")).await.expect(200).json;
    assert_eq!(object["content"], content);
    assert_eq!(content["framework"]["requirement_nodes"][1]["weight"], 2);

    let loaded = "/api/loaded-libraries/urn:test:risk:library:alpha";
    let detail = admin.get(&format!("{loaded}/")).await.expect(200).json;
    let made = admin.get(&format!("{loaded}/content/")).await.expect(200).json;
    assert_eq!(detail["objects"], made);
    let nodes = made["framework"]["requirement_nodes"].as_array().expect("nodes");
    assert_eq!(nodes.len(), 5);
    assert_eq!(nodes[1]["translations"]["fr"]["name"], "Premier");
    assert_eq!(nodes[2]["reference_controls"][0]["ref_id"], "RC1");
    assert_eq!(made["framework"]["scores_definition"]["scale"][1]["name"], "All");

    let filters = [
        ("object_type=frameworks&packager=tests", 1),
        ("object_type=risk_matrices&packager=tests", 0),
        ("object_type=risk_matrices&object_type=threats&packager=tests", 1),
        ("is_loaded=true&packager=tests", 1),
        ("is_loaded=false&packager=tests", 0),
        ("is_update=true", 0),
        ("is_custom=true", 1),
        ("is_preset=true", 0),
        ("provider=Somebody&provider=Nobody", 1),
        ("locale=en&packager=tests", 1),
        ("version=1&packager=tests", 1),
        ("search=biblioth", 1),
        ("ref_id=ALPHA", 1),
    ];
    for (query, count) in filters {
        let page = admin.get(&format!("/api/stored-libraries/?{query}")).await.expect(200);
        assert_eq!(page.json["count"], count, "{query}: {}", page.text);
    }
    admin.get("/api/stored-libraries/?object_type=nonsense").await.expect(400);
    let providers = admin.get("/api/stored-libraries/provider/").await.expect(200).json;
    assert_eq!(providers["Somebody"], "Somebody");
    let french = admin.request("GET", &format!("{loaded}/")).header("accept-language", "fr");
    assert_eq!(admin.send(french).await.expect(200).json["name"], "Bibliothèque alpha");
    assert_eq!(admin.get("/api/stored-libraries/nobody/").await.expect(404).json, json!("Library not found."));
}
