//! Audits follow their framework when its library is updated.

use super::files::{ALL, at, at_row, audit, row, rows, stage, with};
use blackbox::TestApp;
use serde_json::{Value, json};

/// Stores a newer version, and asks for the update.
async fn update(app: &TestApp, file: String, query: &str) -> blackbox::Answer {
    let admin = app.admin();
    let stored = admin.upload("/api/stored-libraries/upload/", "library.yaml", file).await.expect(201).json;
    let id = stored["loaded_library"].as_str().expect("loaded").to_owned();
    admin.get(&format!("/api/loaded-libraries/{id}/update/{query}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn new_requirements_get_rows_and_removed_ones_lose_theirs() {
    let (app, domain, framework) = stage("upd").await;
    let admin = app.admin();
    let id = audit(admin, "U", &domain, &framework, json!({})).await;
    let kept = row(admin, &id, "2.1").await;
    admin.patch(&at_row(&kept), json!({ "result": "compliant", "observation": "Stays" })).await.expect(200);
    let file = with("upd", 2, (0, 4), &["1.1", "2.1", "2.2", "2.3"]).replace("name: Req 2.1", "name: Renamed 2.1");
    update(&app, file, "").await.expect(200);
    let found = rows(admin, &id).await;
    let names: Vec<&str> = found.iter().map(|row| row["name"].as_str().expect("a name")).collect();
    let wanted =
        ["1 - Section 1", "1.1 - Req 1.1", "2 - Section 2", "2.1 - Renamed 2.1", "2.2 - Req 2.2", "2.3 - Req 2.3"];
    assert_eq!(names, wanted);
    assert_eq!((&found[3]["id"], &found[3]["result"]), (&json!(kept), &json!("compliant")));
    assert_eq!((&found[5]["status"], &found[5]["result"]), (&json!("to_do"), &json!("not_assessed")));
    for (word, count) in [("renamed", 1), ("stays", 1), ("req 2.1", 0)] {
        let found = admin.get(&format!("/api/requirement-assessments/?search={word}")).await.expect(200).json;
        let expected = if word == "req 2.1" { 0 } else { count };
        assert_eq!(found["count"], json!(expected), "{word}");
    }
    // A node that comes again goes last.
    update(&app, with("upd", 3, (0, 4), &["1.1", "1.2", "2.1", "2.2", "2.3"]), "").await.expect(200);
    let found = rows(admin, &id).await;
    assert_eq!(found[6]["name"], "1.2", "{:?}", found.iter().map(|row| &row["name"]).collect::<Vec<_>>());
}

/// Scores of the four requirements of an audit: implementation, and documentation.
async fn scores(app: &TestApp, audit: &str) -> (Vec<Value>, Vec<Value>) {
    let (mut scores, mut documented) = (Vec::new(), Vec::new());
    for ref_id in ALL {
        let id = row(app.admin(), audit, ref_id).await;
        let object = app.admin().get(&format!("{}object/", at_row(&id))).await.expect(200).json;
        scores.push(object["score"].clone());
        documented.push(object["documentation_score"].clone());
    }
    (scores, documented)
}

/// An audit on a scale from 0 to 10 with these scores.
async fn scored(name: &str, given: [i64; 4]) -> (TestApp, String) {
    let app = TestApp::start().await;
    let domain = app.domain("Ours", None).await;
    let framework = super::files::framework(&app, name, with(name, 1, (0, 10), &ALL)).await;
    let admin = app.admin();
    let edit = json!({ "auditor": "edit" });
    let show = json!({ "field_visibility": { "score": edit, "documentation_score": edit }, "target_score": 9 });
    let id = audit(admin, "S", &domain, &framework, show).await;
    for (ref_id, score) in ALL.iter().zip(given) {
        let body = json!({ "score": score, "documentation_score": score });
        admin.patch(&at_row(&row(admin, &id, ref_id).await), body).await.expect(200);
    }
    (app, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_move_with_their_scale_as_the_caller_chooses() {
    let (app, id) = scored("three", [7, 9, 1, 5]).await;
    let conflict = update(&app, with("three", 2, (0, 4), &ALL), "").await.expect(409).json;
    assert_eq!(conflict["affected_assessments"], json!([id]));
    let admin = app.admin();
    let loaded = admin.get("/api/loaded-libraries/?urn=urn:test:risk:library:three").await.expect(200).rows();
    let loaded = loaded[0]["id"].as_str().expect("an id");
    let update = format!("/api/loaded-libraries/{loaded}/update/?action=rule_of_three");
    admin.get(&update).await.expect(200);
    let wanted = [3, 4, 0, 2].map(|score| json!(score)).to_vec();
    assert_eq!(scores(&app, &id).await, (wanted.clone(), wanted));
    let detail = admin.get(&at(&id, "")).await.expect(200).json;
    assert_eq!((&detail["min_score"], &detail["max_score"]), (&json!(0), &json!(4)));
    assert_eq!(detail["scores_definition"][1]["score"], json!(4));
    assert_eq!(detail["target_score"], json!(9.0), "left as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_are_clamped_or_taken_back() {
    let (app, id) = scored("clamp", [2, 10, 0, 3]).await;
    update(&app, with("clamp", 2, (2, 3), &ALL), "?action=clamp").await.expect(200);
    let wanted = [2, 3, 2, 3].map(|score| json!(score)).to_vec();
    assert_eq!(scores(&app, &id).await, (wanted.clone(), wanted));
    update(&app, with("clamp", 3, (0, 10), &ALL), "?action=reset").await.expect(200);
    let wanted = vec![Value::Null; 4];
    assert_eq!(scores(&app, &id).await, (wanted.clone(), wanted));
    let first = row(app.admin(), &id, "1.1").await;
    let object = app.admin().get(&format!("{}object/", at_row(&first))).await.expect(200).json;
    assert_eq!(object["is_scored"], json!(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_keeps_its_own_scale_until_that_of_the_framework_changes() {
    let (app, domain, framework) = stage("own").await;
    let admin = app.admin();
    let scale = json!([{ "score": 1, "name": "Ours" }, { "score": 3, "name": "All" }]);
    let own = json!({ "min_score": 1, "max_score": 3, "scores_definition": scale });
    let (own, usual) = (
        audit(admin, "Own", &domain, &framework, own).await,
        audit(admin, "Usual", &domain, &framework, json!({})).await,
    );
    let shown = async |id: &str| {
        let audit = admin.get(&at(id, "")).await.expect(200).json;
        (audit["min_score"].clone(), audit["max_score"].clone(), audit["scores_definition"][0]["name"].clone())
    };
    // A new name, and other words for the same scores.
    let file = with("own", 2, (0, 4), &ALL)
        .replace("name: Framework own", "name: Renamed")
        .replace("name: Low", "name: Least");
    update(&app, file, "").await.expect(200);
    assert_eq!(shown(&own).await, (json!(1), json!(3), json!("Ours")));
    assert_eq!(shown(&usual).await, (json!(0), json!(4), json!("Least")));
    update(&app, with("own", 3, (0, 10), &ALL), "?action=clamp").await.expect(200);
    for id in [&own, &usual] {
        assert_eq!(shown(id).await, (json!(0), json!(10), json!("Low")), "as recorded");
    }
    app.stop().await;
}
