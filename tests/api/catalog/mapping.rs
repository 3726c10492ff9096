//! Mapping sets, and what can be reached over them.

use super::files::{UPLOAD, mapping, small};
use blackbox::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn sets_connect_frameworks() {
    let app = TestApp::start().await;
    let admin = app.admin();
    admin.upload(UPLOAD, "ab.yaml", mapping("ab", "alpha", "beta")).await.expect(201);
    let row = async || {
        admin.get("/api/requirement-mapping-sets/?urn=urn:test:risk:req_mapping_set:ab").await.expect(200).rows()[0]
            .clone()
    };
    let alone = row().await;
    assert_eq!(alone["frameworks_available"], false);
    assert_eq!(
        alone["source_framework"],
        json!({ "str": "urn:test:risk:framework:alpha", "urn": "urn:test:risk:framework:alpha" })
    );
    for name in ["alpha", "beta"] {
        admin.upload(UPLOAD, "f.yaml", small(name, 1)).await.expect(201);
    }
    let both = row().await;
    assert_eq!(both["frameworks_available"], true);
    assert_eq!(both["target_framework"]["str"], "Framework beta");
    // What is only stored is known as well.
    admin.post("/api/stored-libraries/urn:test:risk:library:beta/unload/", json!({})).await.expect(200);
    let id = both["id"].as_str().expect("an id");
    let graph = admin.get(&format!("/api/requirement-mapping-sets/{id}/graph_data/")).await.expect(200).json;
    assert_eq!(graph["meta"]["display_name"], "Framework alpha ➜ Framework beta");
    let figures =
        ["source_total", "source_linked", "source_coverage", "target_total", "target_linked", "target_coverage"];
    assert_eq!(figures.map(|name| graph["meta"][name].as_u64()), [3, 1, 33, 3, 2, 67].map(Some));
    assert_eq!(
        graph["links"],
        json!([{ "source": 0, "target": 3, "value": "equal" }, { "source": 0, "target": 5, "value": "intersect" }])
    );

    let graph = admin.get("/api/requirement-mapping-sets/graph-data/").await.expect(200).json;
    let nodes = graph["nodes"].as_array().expect("nodes");
    let category = |name: &str| nodes.iter().find(|node| node["name"] == name).map(|node| node["category"].clone());
    assert_eq!((category("Framework alpha"), category("Framework beta")), (Some(json!(0)), Some(json!(1))));

    admin.post("/api/stored-libraries/urn:test:risk:library:beta/import/", json!({})).await.expect(200);
    let framework = |name: &'static str| async move {
        admin.get(&format!("/api/frameworks/?ref_id={name}")).await.expect(200).rows()[0]["id"]
            .as_str()
            .expect("id")
            .to_owned()
    };
    let (alpha, beta) = (framework("alpha").await, framework("beta").await);
    let stats = admin.get(&format!("/api/frameworks/{alpha}/mapping_stats/")).await.expect(200).json;
    assert_eq!(stats, json!({ "response": { "urn:test:risk:framework:beta": [1, 1] } }));
    let bases = admin.get(&format!("/api/frameworks/{beta}/mappings/")).await.expect(200).json;
    assert_eq!(bases["results"].as_array().map(Vec::len), Some(2), "itself and alpha");
    let bases = admin.get(&format!("/api/frameworks/{alpha}/mappings/")).await.expect(200).json;
    assert_eq!(bases["results"].as_array().map(Vec::len), Some(1), "itself");
}
