//! A newer version takes the place of the one that is loaded.

use super::files::{UPLOAD, small};
use blackbox::TestApp;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_version_waits_and_is_applied_in_place() {
    let app = TestApp::start().await;
    let admin = app.admin();
    let first = admin.upload(UPLOAD, "a.yaml", small("alpha", 1)).await.expect(201).json;
    let path = format!("/api/loaded-libraries/{}/update/", first["loaded_library"].as_str().expect("loaded"));
    let none = admin.post(&path, json!({})).await.expect(400);
    assert_eq!(none.json, json!({ "status": "error", "error": "libraryHasNoUpdate" }));
    assert_eq!(admin.get("/api/loaded-libraries/available-updates/").await.expect(200).json, json!([]));
    let nodes = async || {
        let framework = admin.get("/api/frameworks/?ref_id=alpha").await.expect(200).rows()[0].clone();
        let id = framework["id"].as_str().expect("an id").to_owned();
        let nodes = admin.get(&format!("/api/requirement-nodes/?framework={id}")).await.expect(200).rows();
        (framework, nodes)
    };
    let (framework, before) = nodes().await;
    let matrix_of = |nodes: &[Value]| -> Vec<(String, String)> {
        nodes.iter().map(|node| (node["ref_id"].to_string(), node["id"].to_string())).collect()
    };

    // 1.2 goes, 3 comes in the middle, 1.1 has another name, a choice has gone.
    let newer = small("alpha", 2)
        .replace("      name: First\n", "      name: Primus\n")
        .replace("ref_id: \"1.2\", description: No name", "ref_id: \"3\", description: New")
        .replace("req_node:alpha:1.2", "req_node:alpha:3")
        .lines()
        .filter(|line| !line.contains("choice:2"))
        .collect::<Vec<_>>()
        .join("\n");
    let waiting = admin.upload(UPLOAD, "a.yaml", newer).await.expect(201).json;
    assert_eq!(waiting["warning"], "libraryStoredForUpdate");
    assert_eq!(
        (&waiting["version"], &waiting["is_update"], &waiting["is_loaded"]),
        (&json!(2), &json!(true), &json!(true))
    );
    assert_ne!(waiting["id"], first["id"], "the stored row is replaced");
    let (framework_now, now) = nodes().await;
    assert_eq!(framework_now["has_update"], true);
    assert_eq!(matrix_of(&now), matrix_of(&before), "nothing is applied yet");
    let updates = admin.get("/api/loaded-libraries/available-updates/").await.expect(200).json;
    assert_eq!(updates[0]["id"], first["loaded_library"]);
    assert_eq!(admin.get("/api/loaded-libraries/?has_update=true").await.expect(200).json["count"], 1);

    assert_eq!(admin.get(&path).await.expect(200).json, json!({ "status": "success" }));
    let (framework_now, now) = nodes().await;
    assert_eq!((&framework_now["id"], &framework_now["has_update"]), (&framework["id"], &json!(false)));
    let kept = |nodes: &[Value], ref_id: &str| {
        nodes.iter().find(|node| node["ref_id"] == ref_id).map(|node| node["id"].clone())
    };
    for ref_id in ["1", "1.1", "2", "2.1"] {
        assert_eq!(kept(&now, ref_id), kept(&before, ref_id), "{ref_id} keeps its id");
    }
    let order: Vec<&Value> = now.iter().map(|node| &node["ref_id"]).collect();
    assert_eq!(order, ["1", "1.1", "3", "2", "2.1"]);
    assert_eq!(now[1]["name"], "Primus");
    let urn = "urn:test:risk:req_node:alpha:1.1:question:1:choice";
    for (number, count) in [(1, 1), (2, 0)] {
        let found = admin.get(&format!("/api/question-choices/?urn={urn}:{number}")).await.expect(200);
        assert_eq!(found.json["count"], count, "choice {number}");
    }
    let loaded = admin.get(&path.replace("update/", "")).await.expect(200).json;
    assert_eq!(loaded["version"], 2);
    let wrong = admin.get(&format!("{path}?action=magic")).await.expect(400);
    assert_eq!(wrong.json["error"], "Invalid strategy. Must be one of 'rule_of_three', 'reset', 'clamp'.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_has_to_mean_a_get_that_changes_something() {
    let app = TestApp::start().await;
    let first = app.admin().upload(UPLOAD, "a.yaml", small("alpha", 1)).await.expect(201).json;
    app.admin().upload(UPLOAD, "a.yaml", small("alpha", 2)).await.expect(201);
    let path = format!("/api/loaded-libraries/{}/update/", first["loaded_library"].as_str().expect("loaded"));
    let cookie = format!("tessera_session={}", app.admin().credential());
    let browser = app.anonymous();
    let request = browser.request("GET", &path).header("cookie", &cookie).header("sec-fetch-site", "cross-site");
    browser.send(request).await.expect(403);
    app.admin().get(&path).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn head_updates_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin();
    let first = admin.upload(UPLOAD, "a.yaml", small("alpha", 1)).await.expect(201).json;
    admin.upload(UPLOAD, "a.yaml", small("alpha", 2)).await.expect(201);
    let row = format!("/api/loaded-libraries/{}/", first["loaded_library"].as_str().expect("loaded"));
    for path in [format!("{row}update/"), format!("{row}update")] {
        let head = admin.call("HEAD", &path).await.expect(405);
        assert_eq!((head.text.as_str(), head.header("allow")), ("", Some("GET, POST, OPTIONS")));
    }
    assert_eq!(admin.get(&row).await.expect(200).json["version"], 1);
    admin.get(&format!("{row}update/")).await.expect(200);
    assert_eq!(admin.get(&row).await.expect(200).json["version"], 2);
}
