//! What controls tell of the requirements that they serve.

use super::files::{audit, rows, stage};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn controls_tell_which_requirements_they_serve() {
    let (app, domain, framework) = stage("links").await;
    let admin = app.admin();
    let audit = audit(admin, "A", &domain, &framework, json!({})).await;
    let requirement = rows(admin, &audit).await[1]["id"].clone();
    let body = json!({ "name": "Serving", "folder": domain, "requirement_assessments": [requirement], "csf_function": "detect" });
    let control = admin.post("/api/applied-controls/", body).await.expect(201).id();
    admin.post("/api/applied-controls/", json!({ "name": "Idle", "folder": domain })).await.expect(201);

    let read = admin.get(&format!("/api/applied-controls/{control}/")).await.expect(200).json;
    assert_eq!(read["requirement_assessments"], json!([requirement]));
    assert_eq!(read["linked_models"], json!(["requirement_assessments"]));
    for (query, name) in [
        (format!("compliance_assessments={audit}"), "Serving"),
        ("linked_models=requirement_assessments".to_owned(), "Serving"),
        ("linked_models=--".to_owned(), "Idle"),
        (format!("requirement_assessments={}", requirement.as_str().expect("an id")), "Serving"),
    ] {
        let found = admin.get(&format!("/api/applied-controls/?{query}")).await.expect(200).rows();
        assert_eq!((found.len(), &found[0]["name"]), (1, &json!(name)), "{query}");
    }
    let graph = admin.get("/api/applied-controls/impact_graph/").await.expect(200).json;
    let places: Vec<&serde_json::Value> =
        graph["nodes"].as_array().expect("nodes").iter().map(|node| &node["category"]).collect();
    assert!(places.contains(&&json!(4)) && places.contains(&&json!(7)) && places.contains(&&json!(9)), "{graph}");
    assert_eq!(graph["links"].as_array().map(Vec::len), Some(2));
    let info = admin.get("/api/applied-controls/get_controls_info/").await.expect(200).json;
    let counted: i64 =
        info["nodes"].as_array().expect("nodes").iter().filter_map(|node| node["counter"].as_i64()).sum();
    assert_eq!(counted, 1);

    // Whoever may not see the audit sees the control without it.
    let shared = json!({ "name": "Shared", "requirement_assessments": [requirement] });
    let shared = admin.post("/api/applied-controls/", shared).await.expect(201).id();
    app.domain("Theirs", None).await;
    let reader = app.person("stranger@example.org", Some("Theirs - Reader")).await;
    let seen = reader.get(&format!("/api/applied-controls/{shared}/")).await.expect(200).json;
    assert_eq!((&seen["requirement_assessments"], &seen["linked_models"]), (&json!([]), &json!([])));
    let graph = reader.get("/api/applied-controls/impact_graph/").await.expect(200).json;
    assert_eq!(graph["links"], json!([]));
    for query in [format!("compliance_assessments={audit}"), "linked_models=requirement_assessments".to_owned()] {
        assert_eq!(
            reader.get(&format!("/api/applied-controls/?{query}")).await.expect(200).json["count"],
            0,
            "{query}"
        );
    }
}
