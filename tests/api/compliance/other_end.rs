//! Links of rows that are set from their other end: by saving what they are linked to, or by suggestion.

use super::files::{at, at_row, audit, row, stage};
use super::shelf::actor_of;
use blackbox::{Actor, TestApp};
use serde_json::{Value, json};

const LOCKED: &str = "⚠️ Cannot modify the requirement when the audit is locked.";
const HANDED_IN: &str = "Cannot modify: this requirement's assignment has been submitted or closed.";

fn refusal(sentence: &str) -> Value {
    json!({ "non_field_errors": [sentence] })
}

/// One object of each kind that rows link to, in a domain.
async fn relatives(who: &Actor, folder: &str) -> Vec<String> {
    let mut made = Vec::new();
    for kind in ["applied-controls", "evidences", "security-exceptions"] {
        let path = format!("/api/{kind}/");
        let id = who.post(&path, json!({ "name": format!("Linked {kind}"), "folder": folder })).await.expect(201).id();
        made.push(format!("{path}{id}/"));
    }
    made
}

async fn rows_of(who: &Actor, relative: &str) -> usize {
    let shown = who.get(&format!("{relative}object/")).await.expect(200).json;
    shown["requirement_assessments"].as_array().map_or(0, Vec::len)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_audit_keeps_the_links_of_its_rows() {
    let (app, domain, framework) = stage("lock").await;
    let admin = app.admin();
    let id = audit(admin, "Locked", &domain, &framework, json!({})).await;
    let (first, second) = (row(admin, &id, "1.1").await, row(admin, &id, "1.2").await);
    let relatives = relatives(admin, &domain).await;
    for relative in &relatives {
        admin.patch(relative, json!({ "requirement_assessments": [first] })).await.expect(200);
    }
    admin.patch(&at(&id, ""), json!({ "is_locked": true })).await.expect(200);
    for relative in &relatives {
        for wanted in [json!([]), json!([second]), json!([first, second])] {
            let refused = admin.patch(relative, json!({ "requirement_assessments": wanted })).await.expect(400).json;
            assert_eq!(refused, refusal(LOCKED), "{relative}");
        }
        // Saying again what holds, and changing something else, is no change of the row.
        let same = json!({ "requirement_assessments": [first], "description": "read again" });
        admin.patch(relative, same).await.expect(200);
        assert_eq!(rows_of(admin, relative).await, 1, "{relative}");
    }
    let fresh = json!({ "name": "Fresh", "folder": domain, "requirement_assessments": [second] });
    assert_eq!(admin.post("/api/applied-controls/", fresh).await.expect(400).json, refusal(LOCKED));
    let found = admin.get("/api/applied-controls/?search=Fresh").await.expect(200).json;
    assert_eq!(found["count"], 0, "what is refused leaves nothing behind");
    let all = json!({ "action": "add_m2m", "field": "requirement_assessments", "value": [second],
        "ids": [relatives[0].split('/').nth(3)] });
    let done = admin.post("/api/applied-controls/batch-action/", all).await.expect(200).json;
    assert_eq!((done["succeeded"].as_array().map(Vec::len), rows_of(admin, &relatives[0]).await), (Some(0), 1));

    admin.patch(&at(&id, ""), json!({ "is_locked": false })).await.expect(200);
    for relative in &relatives {
        admin.patch(relative, json!({ "requirement_assessments": [second] })).await.expect(200);
    }
    app.stop().await;
}

/// Somebody in two groups.
pub(super) async fn twice(app: &TestApp, email: &str, groups: [&str; 2]) -> Actor {
    let person = app.person(email, Some(groups[0])).await;
    let me = person.get("/api/iam/current-user/").await.expect(200).json["id"].clone();
    let group = app.group(groups[1]).await;
    let path = format!("/api/user-groups/{group}/add-members/");
    app.admin().post(&path, json!({ "users": [me] })).await.expect(200);
    person
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_change_a_row_may_not_link_it() {
    let (app, domain, framework) = stage("link").await;
    let theirs = app.domain("Theirs", None).await;
    let admin = app.admin();
    let id = audit(admin, "Read only", &domain, &framework, json!({})).await;
    let first = row(admin, &id, "1.1").await;
    let person = twice(&app, "both@example.org", ["Theirs - Analyst", "Ours - Reader"]).await;
    person.patch(&at_row(&first), json!({ "observation": "mine" })).await.expect(403);
    let link = json!({ "requirement_assessments": [first] });
    for relative in &relatives(&person, &theirs).await {
        person.patch(relative, link.clone()).await.expect(403);
        assert_eq!(rows_of(admin, relative).await, 0, "{relative}");
        admin.patch(relative, link.clone()).await.expect(200);
        person.patch(relative, json!({ "requirement_assessments": [] })).await.expect(403);
        person.patch(relative, json!({ "requirement_assessments": [first], "description": "b" })).await.expect(200);
        assert_eq!(rows_of(admin, relative).await, 1, "{relative}");
    }
    let fresh = json!({ "name": "Fresh", "folder": theirs, "requirement_assessments": [first] });
    person.post("/api/applied-controls/", fresh).await.expect(403);
    // The same holds for evidence and the control that it proves.
    let control =
        admin.post("/api/applied-controls/", json!({ "name": "Ours", "folder": domain })).await.expect(201).id();
    let proof = json!({ "name": "Proof", "folder": theirs, "applied_controls": [control] });
    person.post("/api/evidences/", proof.clone()).await.expect(403);
    admin.post("/api/evidences/", proof).await.expect(201);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn respondents_link_what_they_may_still_change() {
    let (app, domain, framework) = stage("hand").await;
    let admin = app.admin();
    let open = json!({ "selected_implementation_groups": ["L1", "L2"] });
    let id = audit(admin, "Asked", &domain, &framework, open.clone()).await;
    // The controls that the framework suggests are there already.
    let other = audit(admin, "Other", &domain, &framework, open).await;
    let made = admin.post(&at(&other, "suggestions/applied-controls/"), json!({})).await.expect(200).json;
    assert_eq!(made.as_array().map(Vec::len), Some(2));
    let control = format!("/api/applied-controls/{}/", made[0]["id"].as_str().expect("an id"));
    let (mine, not_mine) = (row(admin, &id, "1.2").await, row(admin, &id, "2.1").await);
    // What frameworks recommend is for readers, of whatever domain.
    app.domain("Theirs", None).await;
    let asked = twice(&app, "asked@example.org", ["Ours - Respondent", "Theirs - Reader"]).await;
    let body = json!({ "compliance_assessment": id, "folder": domain, "requirement_assessments": [mine],
        "actor": [actor_of(&app, "asked@example.org").await] });
    let assignment = admin.post("/api/requirement-assignments/", body).await.expect(201).id();
    let path = format!("/api/requirement-assignments/{assignment}/set_status/");
    let step = async |who: &Actor, status: &str| {
        app.wait(chrono::TimeDelta::seconds(1));
        who.post(&path, json!({ "status": status })).await.expect(200);
    };
    let linked = || async {
        let shown = admin.get(&at_row(&mine)).await.expect(200).json;
        shown["applied_controls"].as_array().map_or(0, Vec::len)
    };
    // Rows of the other audit, which the respondent does not see, keep their links.
    let link = |rows: Value| asked.patch(&control, json!({ "requirement_assessments": rows }));
    link(json!([not_mine])).await.expect(400);
    link(json!([mine])).await.expect(200);
    assert_eq!(linked().await, 1);
    link(json!([])).await.expect(200);
    assert_eq!((linked().await, rows_of(admin, &control).await), (0, 2));

    let suggest = format!("{}suggestions/applied-controls/", at_row(&mine));
    asked.post(&suggest, json!({})).await.expect(200);
    assert_eq!(linked().await, 1);
    let log = admin.get(&format!("/api/audit-log/?object_id={mine}")).await.expect(200);
    assert!(log.text.contains("applied_controls"), "the history of the row tells of it: {}", log.text);
    link(json!([])).await.expect(200);

    // A field that respondents only read is not theirs to change from anywhere.
    let level = |level: &str| json!({ "field_visibility": { "applied_controls": { "respondent": level } } });
    admin.patch(&at(&id, ""), level("read")).await.expect(200);
    link(json!([mine])).await.expect(403);
    asked.post(&suggest, json!({})).await.expect(403);
    admin.patch(&at(&id, ""), level("edit")).await.expect(200);

    step(admin, "in_progress").await;
    step(&asked, "submitted").await;
    assert_eq!(link(json!([mine])).await.expect(400).json, refusal(HANDED_IN));
    assert_eq!(asked.post(&suggest, json!({})).await.expect(400).json, refusal(HANDED_IN));
    step(admin, "closed").await;
    assert_eq!(link(json!([mine])).await.expect(400).json, refusal(HANDED_IN));
    assert_eq!(linked().await, 0);
    // Whoever assesses goes on.
    admin.patch(&control, json!({ "requirement_assessments": [mine] })).await.expect(200);
    assert_eq!(linked().await, 1);

    // A lock stops suggestions, and nothing is made by what is refused.
    admin.patch(&at(&id, ""), json!({ "is_locked": true })).await.expect(200);
    let all = at(&id, "suggestions/applied-controls/");
    assert_eq!(admin.post(&all, json!({})).await.expect(400).json, refusal(LOCKED));
    assert_eq!(linked().await, 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn controls_are_merged_as_far_as_their_rows_may_change() {
    let (app, domain, framework) = stage("merge").await;
    let theirs = app.domain("Theirs", None).await;
    let admin = app.admin();
    let id = audit(admin, "Audit", &domain, &framework, json!({})).await;
    let (first, second) = (row(admin, &id, "1.1").await, row(admin, &id, "1.2").await);
    let control = async |name: &str, rows: Value| {
        let body = json!({ "name": name, "folder": theirs, "requirement_assessments": rows });
        admin.post("/api/applied-controls/", body).await.expect(201).id()
    };
    let target = control("Target", json!([first])).await;
    let source = control("Source", json!([first, second])).await;
    let body = json!({ "target": target, "sources": [source] });
    let merge = |who: &Actor| {
        let request = who.request("POST", "/api/applied-controls/merge/").json(&body);
        let who = who.clone();
        async move { who.send(request).await }
    };
    let linked = async |id: &str| {
        let shown = admin.get(&at_row(id)).await.expect(200).json;
        let list = shown["applied_controls"].as_array().expect("a list").iter();
        list.map(|one| one["str"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    admin.patch(&at(&id, ""), json!({ "is_locked": true })).await.expect(200);
    assert_eq!(merge(admin).await.expect(400).json, refusal(LOCKED));
    assert_eq!(linked(&second).await, ["Source"]);
    admin.patch(&at(&id, ""), json!({ "is_locked": false })).await.expect(200);
    // May do everything with the controls, and only read the audit.
    let person = twice(&app, "both@example.org", ["Theirs - Analyst", "Ours - Reader"]).await;
    merge(&person).await.expect(403);
    assert_eq!(linked(&second).await, ["Source"]);
    let done = merge(admin).await.expect(200).json;
    assert_eq!(done["moved"]["requirement_assessments"][0]["id"], json!(second));
    assert_eq!(done["moved"]["requirement_assessments"].as_array().map(Vec::len), Some(1));
    assert_eq!((linked(&first).await, linked(&second).await), (vec!["Target".into()], vec!["Target".to_owned()]));
    app.stop().await;
}
