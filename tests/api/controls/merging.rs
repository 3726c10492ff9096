//! Controls that turn out to be one.

use super::control;
use blackbox::{Actor, Answer, TestApp};
use serde_json::{Value, json};

const MERGE: &str = "/api/applied-controls/merge/";

async fn make(app: &TestApp, kind: &str, body: Value) -> String {
    app.admin().post(&format!("/api/{kind}/"), body).await.expect(201).id()
}

async fn object(app: &TestApp, control: &str) -> Value {
    app.admin().get(&format!("/api/applied-controls/{control}/object/")).await.expect(200).json
}

async fn merge(actor: &Actor, target: &str, sources: &[&String]) -> Answer {
    actor.post(MERGE, json!({ "target": target, "sources": sources })).await
}

/// Ids of a relation, in order of the ids.
fn sorted(value: &Value) -> Vec<String> {
    let mut ids: Vec<String> =
        value.as_array().expect("a list").iter().map(|id| id.as_str().expect("an id").to_owned()).collect();
    ids.sort();
    ids
}

fn ids<const N: usize>(ids: [&String; N]) -> Vec<String> {
    let mut ids: Vec<String> = ids.into_iter().cloned().collect();
    ids.sort();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn the_target_takes_over_what_the_sources_had() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let admin = app.admin();
    let (shared, second, third) =
        (app.asset("Shared", &ours).await, app.asset("Second", &ours).await, app.asset("Third", &theirs).await);
    let label = make(&app, "filtering-labels", json!({ "label": "keep" })).await;
    let proof = make(&app, "evidences", json!({ "name": "Proof", "folder": ours })).await;
    let exception = make(&app, "security-exceptions", json!({ "name": "Until spring", "folder": ours })).await;
    let reference = make(&app, "reference-controls", json!({ "name": "Doors", "folder": app.root().await })).await;
    let owner = admin.get("/api/actors/?limit=1").await.expect(200).rows()[0]["id"].clone();

    let target = json!({ "assets": [shared], "filtering_labels": [label], "description": "what it is", "effort": "M" });
    let target = control(&app, "Lock doors", &ours, target).await;
    let first = json!({
        "assets": [shared, second], "owner": [owner], "evidences": [proof], "filtering_labels": [label],
        "description": "another", "effort": "XL",
    });
    let first = control(&app, "Lock the doors", &ours, first).await;
    let other = json!({
        "assets": [second, third], "security_exceptions": [exception], "eta": "2026-12-24", "status": "in_progress",
        "progress_field": 40, "reference_control": reference, "cost": { "run": { "fixed_cost": 10 } },
    });
    let other = control(&app, "Doors locked", &theirs, other).await;
    let said = make(&app, "comments", json!({ "body": "Which doors?", "applied_control": other })).await;

    // Looked at first: everything is told, and nothing is done.
    let before = object(&app, &target).await;
    let body = json!({ "target": target, "sources": [first, other], "dry_run": true });
    let looked = admin.post(MERGE, body).await.expect(200).json;
    assert_eq!(looked["dry_run"], json!(true));
    assert_eq!(object(&app, &target).await, before);
    assert_eq!(admin.get("/api/applied-controls/").await.expect(200).json["count"], 3);
    let queried = json!({ "target": target, "sources": [first, other], "dry_run": false });
    admin.post(&format!("{MERGE}?dry_run=true"), queried).await.expect(200);
    assert_eq!(admin.get("/api/applied-controls/").await.expect(200).json["count"], 3);

    app.wait(chrono::TimeDelta::seconds(1));
    let done = merge(admin, &target, &[&first, &other, &first]).await.expect(200).json;
    assert_eq!(done["dry_run"], json!(false));
    for key in ["merged", "moved", "filled"] {
        assert_eq!(done[key], looked[key], "{key}: what was looked at is what was done");
    }
    assert_eq!(
        done["merged"],
        json!([{ "str": "Lock the doors", "id": first }, { "str": "Doors locked", "id": other }])
    );
    assert_eq!(
        done["filled"],
        json!({
            "status": "in_progress", "progress_field": 40, "eta": "2026-12-24", "reference_control": reference,
            "cost": { "run": { "fixed_cost": 10 } },
        })
    );
    assert_eq!(done["moved"]["comments"], json!([{ "str": "Which doors?", "id": said }]));
    assert_eq!(
        done["moved"]["assets"],
        json!([{ "str": "Second", "id": second }, { "str": "Third", "id": third }]),
        "what the target had before does not come along"
    );
    let moved: Vec<&String> = done["moved"].as_object().expect("an object").keys().collect();
    assert_eq!(moved, ["assets", "comments", "evidences", "owner", "security_exceptions"]);

    let now = object(&app, &target).await;
    assert_eq!(sorted(&now["assets"]), ids([&shared, &second, &third]));
    assert_eq!((&now["filtering_labels"], &now["owner"]), (&json!([label]), &json!([owner])));
    assert_eq!((&now["evidences"], &now["security_exceptions"]), (&json!([proof]), &json!([exception])));
    assert_eq!((&now["name"], &now["description"]), (&json!("Lock doors"), &json!("what it is")));
    assert_eq!((&now["effort"], &now["eta"], &now["folder"]), (&json!("M"), &json!("2026-12-24"), &json!(ours)));
    assert_ne!(now["updated_at"], before["updated_at"]);
    assert_eq!(done["results"], admin.get(&format!("/api/applied-controls/{target}/")).await.expect(200).json);
    for gone in [&first, &other] {
        admin.get(&format!("/api/applied-controls/{gone}/")).await.expect(404);
    }
    let asset = admin.get(&format!("/api/assets/{third}/object/")).await.expect(200).json;
    assert_eq!(asset["applied_controls"], json!([target]));
    // What was said of a source is said of the target, and stands where it stands.
    let comment = admin.get(&format!("/api/comments/{said}/")).await.expect(200).json;
    assert_eq!(
        (&comment["applied_control"]["id"], &comment["folder"]["id"], &comment["is_tainted"]),
        (&json!(target), &json!(ours), &json!(false))
    );
    assert_ne!(comment["updated_at"], comment["created_at"], "whoever read it before holds an older version");

    // The log says of each what became of it.
    let log = async |id: &str, action: &str| {
        let path = format!("/api/audit-log/?object_id={id}&action={action}");
        admin.get(&path).await.expect(200).rows().last().expect("an entry").clone()
    };
    let entry = log(&target, "update").await;
    assert_eq!(
        entry["changes"]["merged"],
        json!([null, [
            { "id": first, "str": "Lock the doors" }, { "id": other, "str": "Doors locked" },
        ]])
    );
    assert_eq!(entry["changes"]["eta"], json!([null, "2026-12-24"]));
    assert_eq!(sorted(&entry["changes"]["assets"][1]), ids([&shared, &second, &third]));
    for gone in [&first, &other] {
        let entry = log(gone, "delete").await;
        assert_eq!(entry["changes"]["merged_into"], json!([null, { "id": target, "str": "Lock doors" }]));
        assert_eq!(entry["changes"]["name"][1], json!(null));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_merged_is_refused_and_stays() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let target = control(&app, "A", &ours, json!({})).await;
    let source = control(&app, "B", &ours, json!({ "description": "b" })).await;
    let hidden = control(&app, "C", &theirs, json!({})).await;
    let person = app.person("manager@example.org", Some("Ours - Domain manager")).await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    let missing = |id: &str| format!("Invalid pk \"{id}\" - object does not exist.");
    let many: Vec<String> = (0..101).map(|number| format!("00000000-0000-4000-8000-{number:012}")).collect();
    for (body, refusal) in [
        (json!({}), json!({ "target": ["This field is required."], "sources": ["This field is required."] })),
        (json!({ "target": target }), json!({ "sources": ["This field is required."] })),
        (json!({ "target": target, "sources": [] }), json!({ "sources": ["This list may not be empty."] })),
        (
            json!({ "target": target, "sources": 7 }),
            json!({ "sources": ["Expected a list of items but got type \"int\"."] }),
        ),
        (json!({ "target": null, "sources": [source] }), json!({ "target": ["This field is required."] })),
        (
            json!({ "target": "a", "sources": ["b", source] }),
            json!({ "target": ["“a” is not a valid UUID."], "sources": ["“b” is not a valid UUID."] }),
        ),
        (
            json!({ "target": target, "sources": [source, target] }),
            json!({ "sources": ["A control is not merged into itself."] }),
        ),
        (json!({ "target": target, "sources": many }), json!({ "sources": ["Too many sources: 100 at most."] })),
        // What is hidden is as what is not there.
        (json!({ "target": target, "sources": [source, hidden] }), json!({ "sources": [missing(&hidden)] })),
        (json!({ "target": target, "sources": [unknown] }), json!({ "sources": [missing(unknown)] })),
        (json!({ "target": hidden, "sources": [source] }), json!({ "target": [missing(&hidden)] })),
        (
            json!({ "target": target, "sources": [source], "dry_run": "perhaps" }),
            json!({ "dry_run": ["Must be a valid boolean."] }),
        ),
    ] {
        assert_eq!(person.post(MERGE, body.clone()).await.expect(400).json, refusal, "{body}");
    }
    assert_eq!(app.admin().get("/api/applied-controls/").await.expect(200).json["count"], 3);
    assert_eq!(object(&app, &target).await["description"], json!(null));

    // Another version than the one that was looked at.
    let request = person.request("POST", MERGE).header("if-match", "\"old\"");
    person.send(request.json(&json!({ "target": target, "sources": [source] }))).await.expect(412);

    // One goes without a list, ids may come twice, and keys that nobody knows say nothing.
    let body = json!({ "target": target, "sources": source, "dry_run": "false", "reason": "twice" });
    let send = async || {
        let request = person.request("POST", MERGE).header("idempotency-key", "merge-1");
        person.send(request.json(&body)).await.expect(200)
    };
    let first = send().await;
    assert_eq!(first.json["filled"], json!({ "description": "b" }));
    // Said again by a client that has heard nothing: the same answer.
    let again = send().await;
    assert_eq!((again.header("idempotent-replayed"), &again.json), (Some("true"), &first.json));
    assert_eq!(app.admin().get("/api/applied-controls/").await.expect(200).json["count"], 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn merging_wants_every_right_that_its_parts_want() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let root = app.root().await;
    let manager = app.person("manager@example.org", Some("Ours - Domain manager")).await;
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    let target = control(&app, "A", &ours, json!({})).await;
    let source = control(&app, "B", &ours, json!({})).await;
    // Everybody sees what the root publishes; few change or delete it.
    let shared = control(&app, "C", &root, json!({ "is_published": true })).await;
    merge(&reader, &target, &[&source]).await.expect(403);
    merge(&manager, &target, &[&source, &shared]).await.expect(403);
    merge(&manager, &shared, &[&source]).await.expect(403);
    // A relative in another domain, which loses one control and gains another, is not theirs to change.
    let asset = app.asset("Theirs", &theirs).await;
    let path = format!("/api/assets/{asset}/");
    app.admin().patch(&path, json!({ "applied_controls": [source] })).await.expect(200);
    merge(&manager, &target, &[&source]).await.expect(403);
    let asset = app.admin().get(&format!("{path}object/")).await.expect(200).json;
    assert_eq!(asset["applied_controls"], json!([source]));
    assert_eq!(app.admin().get("/api/applied-controls/").await.expect(200).json["count"], 3);
    app.admin().patch(&path, json!({ "applied_controls": [] })).await.expect(200);
    merge(&analyst, &target, &[&source]).await.expect(200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_do_not_show_is_moved_and_not_told() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let manager = app.person("manager@example.org", Some("Ours - Domain manager")).await;
    let proof = make(&app, "evidences", json!({ "name": "Secret proof", "folder": theirs })).await;
    let target = control(&app, "A", &ours, json!({})).await;
    let source = control(&app, "B", &ours, json!({ "evidences": [proof] })).await;
    let done = merge(&manager, &target, &[&source]).await.expect(200);
    assert_eq!(done.json["moved"], json!({}));
    assert!(!done.text.contains(&proof), "{}", done.text);
    assert_eq!(object(&app, &target).await["evidences"], json!([proof]));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_are_merged_with_policies() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let policy = |name: &str| make(&app, "policies", json!({ "name": name, "folder": root }));
    let (one, two) = (policy("One").await, policy("Two").await);
    let other = control(&app, "Doors", &root, json!({ "category": "physical", "effort": "S" })).await;
    let path = "/api/policies/merge/";
    for (target, source, wrong) in [(&one, &other, "sources"), (&other, &one, "target")] {
        let body = json!({ "target": target, "sources": [source] });
        let refused = app.admin().post(path, body).await.expect(400).json;
        assert_eq!(refused, json!({ wrong: [format!("Invalid pk \"{other}\" - object does not exist.")] }));
    }
    let done = app.admin().post(path, json!({ "target": one, "sources": [two] })).await.expect(200).json;
    assert_eq!(done["results"]["name"], json!("One"));
    // As controls they are merged with any.
    let done = merge(app.admin(), &one, &[&other]).await.expect(200).json;
    assert_eq!((&done["filled"], &done["results"]["category"]), (&json!({ "effort": "S" }), &json!("Policy")));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_relatives_costs_nothing() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let mut cost = Vec::new();
    for relatives in [2, 40] {
        let mut assets = Vec::new();
        let mut proofs = Vec::new();
        for number in 0..relatives {
            assets.push(app.asset(&format!("Asset {relatives}-{number}"), &ours).await);
            let name = format!("Proof {relatives}-{number}");
            proofs.push(make(&app, "evidences", json!({ "name": name, "folder": ours })).await);
        }
        let name = |what: &str| format!("{what} {relatives}");
        let target = control(&app, &name("Target"), &ours, json!({})).await;
        let source = control(&app, &name("Source"), &ours, json!({ "assets": assets, "evidences": proofs })).await;
        for number in 0..relatives {
            let body = json!({ "body": format!("Said {number}"), "applied_control": source });
            make(&app, "comments", body).await;
        }
        let body = json!({ "target": target, "sources": [source], "dry_run": true });
        let (statements, answer) = app.cost(|| app.admin().post(MERGE, body.clone())).await;
        let moved = &answer.expect(200).json["moved"];
        assert_eq!(moved["assets"].as_array().map(Vec::len), Some(relatives));
        cost.push(statements);
    }
    assert_eq!(cost[0], cost[1], "statements for 2 and for 40 relatives of each kind");
    app.stop().await;
}
