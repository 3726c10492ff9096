//! Controls as a list of measures.

use super::control;
use blackbox::{Actor, TestApp, sheets};
use serde_json::json;

async fn list(who: &Actor, path: &str, language: &str) -> (String, Vec<Vec<String>>) {
    let request = who.request("GET", path).header("accept-language", language);
    let answer = who.send(request).await.expect(200);
    let [sheet] = sheets(&answer.bytes).try_into().expect("one sheet");
    sheet
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_measures_is_in_plain_words() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let admin = app.admin();
    let owner = admin.get("/api/actors/").await.expect(200).rows()[0].clone();
    let more = json!({ "ref_id": "M.1", "description": "=1+1", "category": "policy", "status": "on_hold", "priority": 2,
        "eta": "2026-12-24", "observation": "waits\nfor money", "owner": [owner["id"]] });
    control(&app, "Fence", &ours, more).await;
    let bare = control(&app, "Gate", &ours, json!({})).await;
    control(&app, "Elsewhere", &theirs, json!({ "category": "technical", "status": "active" })).await;
    let path = "/api/applied-controls/mss_xlsx/";

    let (name, rows) = list(admin, &format!("{path}?folder={ours}"), "en").await;
    assert_eq!(name, "Controls");
    let titles = ["Identifier", "Title", "Description", "Category", "Priority", "Status", "Owners", "Due", "Comments"];
    let owner = owner["str"].as_str().or(owner["name"].as_str()).unwrap_or_default().to_owned();
    assert!(!owner.is_empty());
    assert_eq!(
        rows,
        [
            titles,
            ["M.1", "Fence", "=1+1", "Policy", "P2", "On hold", &owner, "2026-12-24", "waits\nfor money"],
            [&bare, "Gate", "", "", "", "Undefined", "", "", ""],
        ]
    );
    let (name, rows) = list(admin, &format!("{path}?status=active"), "fr").await;
    assert_ne!(name, "Controls", "in French");
    assert_eq!(rows[0][5..8], ["Statut", "Responsables", "Échéance"]);
    assert_eq!(rows[1][1..6], ["Elsewhere", "", "Technique", "", "Active"]);
    assert_eq!(rows.len(), 2);
    let ordered = list(admin, &format!("{path}?ordering=-name"), "en").await.1;
    assert_eq!(ordered.iter().skip(1).map(|row| row[1].as_str()).collect::<Vec<_>>(), ["Gate", "Fence", "Elsewhere"]);

    let policies = admin.get("/api/policies/mss_xlsx/").await.expect(200);
    assert_eq!(policies.header("content-disposition"), Some("attachment; filename=policies_mss.xlsx"));
    let [(_, rows)] = sheets(&policies.bytes).try_into().expect("one sheet");
    assert_eq!(rows.iter().skip(1).map(|row| row[1].as_str()).collect::<Vec<_>>(), ["Fence"]);
    assert_eq!(
        admin.get(path).await.expect(200).header("content-disposition"),
        Some("attachment; filename=applied_controls_mss.xlsx")
    );
    admin.get(&format!("{path}?folder={bare}")).await.expect(400);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_measures_holds_what_its_reader_sees() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let admin = app.admin();
    let team = json!({ "name": "Night watch", "folder": ours, "is_published": false });
    let team = admin.post("/api/teams/", team).await.expect(201).id();
    let actors = admin.get("/api/actors/?search=Night").await.expect(200).rows();
    assert!(!actors.is_empty(), "team {team} is an actor");
    control(&app, "Secret fence", &ours, json!({ "is_published": false, "category": "policy" })).await;
    let more = json!({ "is_published": false, "owner": [actors[0]["id"]], "category": "policy" });
    control(&app, "Open gate", &theirs, more).await;
    let reader = app.person("sibling@example.org", Some("Theirs - Reader")).await;
    for path in ["/api/applied-controls/mss_xlsx/", "/api/policies/mss_xlsx/"] {
        let (_, rows) = list(&reader, path, "en").await;
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert_eq!(
            (rows[1][1].as_str(), rows[1][6].as_str()),
            ("Open gate", ""),
            "an owner that is not seen is not named"
        );
        let (_, all) = list(admin, path, "en").await;
        assert_eq!((all.len(), all[2][6].contains("Night watch")), (3, true), "{all:?}");
    }
    let nobody = app.person("nobody@example.org", None).await;
    assert_eq!(list(&nobody, "/api/applied-controls/mss_xlsx/", "en").await.1.len(), 1, "titles alone");
    app.stop().await;
}
