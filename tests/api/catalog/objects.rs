//! Frameworks, controls, threats and matrices as people meet them.

use super::files::{UPLOAD, matrix, small};
use blackbox::{Actor, Answer, TestApp};
use serde_json::{Value, json};

async fn in_language(actor: &Actor, path: &str, language: &str) -> Answer {
    actor.send(actor.request("GET", path).header("accept-language", language)).await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_keeps_the_order_and_speaks_the_language() {
    let app = TestApp::start().await;
    let admin = app.admin();
    let stored = admin.upload(UPLOAD, "a.yaml", small("alpha", 1)).await.expect(201).id();
    let framework = admin.get("/api/frameworks/?name=framework%20ALPHA").await.expect(200).rows()[0].clone();
    let id = framework["id"].as_str().expect("an id");
    for path in [
        format!("/api/frameworks/{id}/tree/"),
        "/api/loaded-libraries/urn:test:risk:library:alpha/tree/".into(),
        format!("/api/stored-libraries/{stored}/tree/"),
    ] {
        let answer = in_language(admin, &path, "fr-FR,en;q=0.5").await;
        let places: Vec<usize> =
            ["1 - Section 1", "1.1 - Premier: Ce qui est premier", "1.2: No name", "2 - Section 2"]
                .map(|line| answer.text.find(line).unwrap_or_else(|| panic!("{line} is not in {}", answer.text)))
                .into();
        assert!(places.is_sorted(), "{path}: {}", answer.text);
        let sections: Vec<&Value> = answer.json.as_object().expect("a tree").values().collect();
        assert_eq!(sections.len(), 2);
        let first = sections.iter().find(|node| node["ref_id"] == "1").expect("there");
        let children: Vec<&Value> = first["children"].as_object().expect("children").values().collect();
        let asked = children.iter().find(|node| node["ref_id"] == "1.1").expect("there");
        let question = &asked["questions"]["urn:test:risk:req_node:alpha:1.1:question:1"];
        assert_eq!(question["text"], "Est-ce premier ?");
        assert_eq!(question["choices"][0]["value"], "Oui");
        assert_eq!((&asked["style"], &first["style"]), (&json!("leaf"), &json!("node")));
    }
    let stored = admin.upload(UPLOAD, "m.yaml", matrix("mu")).await.expect(201).id();
    let none = admin.get(&format!("/api/stored-libraries/{stored}/tree/")).await.expect(404);
    assert_eq!(none.json, json!("This library doesn't contain any framework."));
}

#[tokio::test(flavor = "multi_thread")]
async fn frameworks_tell_their_scale_and_controls() {
    let app = TestApp::start().await;
    let admin = app.admin();
    admin.upload(UPLOAD, "a.yaml", small("alpha", 1)).await.expect(201);
    let listed = admin.get("/api/frameworks/?urn=urn:test:risk:framework:alpha").await.expect(200).rows()[0].clone();
    assert_eq!(listed["scores_definition"][1], json!({ "score": 4, "name": "All" }));
    assert_eq!((&listed["min_score"], &listed["max_score"]), (&json!(0), &json!(4)));
    assert_eq!(listed["reference_controls"][0]["str"], "RC1 - Control one alpha: first");
    assert_eq!(listed["has_compliance_assessments"], false);
    assert_eq!(listed["effective_field_visibility"]["status"], json!({ "auditor": "edit", "respondent": "hidden" }));
    let id = listed["id"].as_str().expect("an id");
    let french = in_language(admin, &format!("/api/frameworks/{id}/"), "fr").await.json;
    assert_eq!((&french["name"], &french["description"]), (&json!("Cadre alpha"), &json!("inventé")));
    let names = in_language(admin, &format!("/api/frameworks/names/?id={id}"), "fr").await.json;
    assert_eq!(names[id], "Cadre alpha");
    let german = in_language(admin, &format!("/api/frameworks/{id}/"), "de").await;
    assert_eq!((&german.json["name"], german.header("content-language")), (&json!("Framework alpha"), Some("de")));
    let nodes = in_language(admin, &format!("/api/requirement-nodes/?framework={id}&search=premier"), "fr").await;
    assert_eq!(nodes.rows()[0]["display_short"], "1.1 - Premier");
    admin.patch(&format!("/api/frameworks/{id}/"), json!({ "name": "x" })).await.expect(405);
}

#[tokio::test(flavor = "multi_thread")]
async fn own_threats_and_controls_stand_beside_those_of_libraries() {
    let app = TestApp::start().await;
    let admin = app.admin();
    let ours = app.domain("Ours", None).await;
    admin.upload(UPLOAD, "a.yaml", small("alpha", 1)).await.expect(201);
    let label = admin.post("/api/filtering-labels/", json!({ "label": "mine" })).await.expect(201).id();
    for (path, brought) in [("threats", "Threat alpha"), ("reference-controls", "Control one alpha")] {
        let body = json!({ "name": "Own", "ref_id": "O-1", "folder": ours });
        let own = admin.post(&format!("/api/{path}/"), body.clone()).await.expect(201);
        assert_eq!((&own.json["urn"], &own.json["library"]), (&json!(null), &json!(null)));
        let taken = admin.post(&format!("/api/{path}/"), body).await.expect(400);
        assert_eq!(taken.json, json!({ "name": "Own is already used in this scope. Please choose another value." }));
        admin.patch(&format!("/api/{path}/{}/", own.id()), json!({ "description": "changed" })).await.expect(200);
        assert_eq!(admin.get(&format!("/api/{path}/?library__isnull=true")).await.expect(200).json["count"], 1);

        let row = admin.get(&format!("/api/{path}/?name={}", brought.replace(' ', "%20"))).await.expect(200).rows()[0]
            .clone();
        assert_eq!(row["library"]["name"], "Library alpha");
        let one = format!("/api/{path}/{}/", row["id"].as_str().expect("an id"));
        let refused = admin.patch(&one, json!({ "name": "Mine now", "filtering_labels": [label] })).await.expect(400);
        assert_eq!(refused.json, json!({ "name": ["This belongs to a library and changes with it alone."] }));
        admin.patch(&one, json!({ "name": brought, "filtering_labels": [label] })).await.expect(200);
        assert_eq!(admin.get(&one).await.expect(200).json["filtering_labels"][0]["str"], "mine");
        admin.delete(&one).await.expect(409);
        admin.delete(&format!("/api/{path}/{}/", own.id())).await.expect(204);
    }
    let ids = admin.get("/api/threats/ids/").await.expect(200).json;
    assert!(ids["Global"]["Threat alpha"].is_string(), "{ids}");
    let counted = admin.get("/api/threats/threats_count/").await.expect(200).json;
    assert_eq!(counted["results"]["labels"], json!([]), "nothing refers to a threat yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn matrices_hold_their_definition_as_text() {
    let app = TestApp::start().await;
    let admin = app.admin();
    admin.upload(UPLOAD, "m.yaml", matrix("mu")).await.expect(201);
    let row = admin.get("/api/risk-matrices/?name=matrix%20mu").await.expect(200).rows()[0].clone();
    let definition: Value = serde_json::from_str(row["json_definition"].as_str().expect("a text")).expect("JSON");
    assert_eq!(definition["grid"], json!([[0, 0], [0, 1]]));
    assert_eq!(row["editing_languages"], json!(["en", "fr"]));
    let colors = admin.get("/api/risk-matrices/colors/").await.expect(200).json;
    assert!(colors["results"].as_array().expect("a list").contains(&json!("#00FF00")));
    let impact = admin.get("/api/risk-matrices/impact/").await.expect(200).json;
    let impact = impact.as_array().expect("a list");
    for level in [json!({ "value": -1, "label": "--" }), json!({ "value": 1, "label": "High" })] {
        assert!(impact.contains(&level), "{impact:?}");
    }
    let one = format!("/api/risk-matrices/{}/", row["id"].as_str().expect("an id"));
    let off = admin.patch(&one, json!({ "is_enabled": false, "name": "ignored" })).await.expect(200);
    assert_eq!((&off.json["is_enabled"], &off.json["name"]), (&json!(false), &json!("Matrix mu")));
    assert_eq!(admin.get("/api/risk-matrices/?is_enabled=false").await.expect(200).json["count"], 1);
    assert_eq!(admin.get("/api/risk-matrices/used/").await.expect(200).json, json!({ "results": [] }));
    admin.delete(&one).await.expect(405);
}
