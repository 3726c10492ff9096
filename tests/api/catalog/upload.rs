//! Files that are uploaded are stored and loaded in one step.

use super::files::small;
use blackbox::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_small_framework_becomes_rows() {
    let app = TestApp::start().await;
    let admin = app.admin();
    let row = admin.upload("/api/stored-libraries/upload/", "a.yaml", small("alpha", 1)).await.expect(201).json;
    assert_eq!((&row["is_loaded"], &row["is_update"]), (&json!(true), &json!(false)), "{row}");
    assert_eq!(row["objects_meta"], json!({ "framework": 1, "reference_controls": 2, "threats": 1 }));
    assert_eq!(row["locales"], json!(["en", "fr"]));
    let loaded = admin.get("/api/loaded-libraries/?urn=urn:test:risk:library:alpha").await.expect(200).rows();
    assert_eq!(row["loaded_library"], loaded[0]["id"]);

    let frameworks = admin.get("/api/frameworks/?urn=urn:test:risk:framework:alpha").await.expect(200).rows();
    let framework = &frameworks[0];
    assert_eq!(framework["name"], "Framework alpha");
    assert_eq!(framework["library"]["str"], "alpha - Library alpha");
    let id = framework["id"].as_str().expect("an id");
    let nodes = admin.get(&format!("/api/requirement-nodes/?framework={id}")).await.expect(200).rows();
    let shown: Vec<&str> = nodes.iter().map(|node| node["display_long"].as_str().expect("text")).collect();
    assert_eq!(shown, ["1 - Section 1", "1.1 - First: What is first", "1.2: No name", "2 - Section 2", "2.1 - Last"]);
    assert_eq!(nodes[2]["reference_controls"][0]["str"], "RC1 - Control one alpha");
    assert_eq!(nodes[1]["implementation_groups"], json!(["L1"]));
    let questions =
        admin.get(&format!("/api/questions/?requirement_node={}", nodes[1]["id"].as_str().expect("id"))).await;
    assert_eq!(questions.expect(200).rows().len(), 2);
}
