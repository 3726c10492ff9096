//! Controls take over what their reference control says by now.

use super::control;
use blackbox::{Actor, TestApp};
use serde_json::{Value, json};

struct World {
    app: TestApp,
    ours: String,
    theirs: String,
    analyst: Actor,
    reference: String,
}

async fn world() -> World {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
    let body = json!({
        "name": "Doors", "ref_id": "R.1", "description": "Keep them shut.", "category": "physical",
        "folder": app.root().await,
    });
    let reference = app.admin().post("/api/reference-controls/", body).await.expect(201).id();
    World { app, ours, theirs, analyst, reference }
}

impl World {
    async fn made(&self, name: &str, folder: &str, more: Value) -> String {
        let mut body = json!({ "reference_control": self.reference, "ref_id": "own", "csf_function": "protect" });
        body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        control(&self.app, name, folder, body).await
    }

    fn of_reference(&self, action: &str) -> String {
        format!("/api/reference-controls/{}/{action}/", self.reference)
    }

    async fn shown(&self, control: &str) -> Value {
        self.app.admin().get(&format!("/api/applied-controls/{control}/object/")).await.expect(200).json
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_control_takes_over_what_its_reference_says() {
    let world = world().await;
    let one = world.made("Front door", &world.ours, json!({ "description": "old", "category": "technical" })).await;
    let path = format!("/api/applied-controls/{one}/sync-to-reference-control/");
    let synced = world.analyst.post(&path, json!({})).await.expect(200).json;
    assert_eq!(synced, world.analyst.get(&format!("/api/applied-controls/{one}/")).await.expect(200).json);
    let now = world.shown(&one).await;
    assert_eq!((&now["description"], &now["category"]), (&json!("Keep them shut."), &json!("physical")));
    // Its name and reference are its own, and what the reference does not say stays.
    assert_eq!((&now["name"], &now["ref_id"]), (&json!("Front door"), &json!("own")));
    assert_eq!(now["csf_function"], json!("protect"));
    let log = world.app.admin().get("/api/audit-log/?resource=applied-controls&action=update").await.expect(200);
    assert!(log.text.contains("Keep them shut."), "{}", log.text);
    // Again changes nothing.
    let before = world.shown(&one).await["updated_at"].clone();
    world.app.wait(chrono::TimeDelta::seconds(1));
    world.analyst.post(&path, json!({})).await.expect(200);
    assert_eq!(world.shown(&one).await["updated_at"], before);

    let alone = control(&world.app, "Alone", &world.ours, json!({})).await;
    let refused =
        world.analyst.post(&format!("/api/applied-controls/{alone}/sync-to-reference-control/"), json!({})).await;
    assert_eq!(refused.expect(400).json, json!({ "error": "This control has no reference control." }));
    let reader = world.app.person("reader@example.org", Some("Ours - Reader")).await;
    reader.post(&path, json!({})).await.expect(403);
    let foreign = world.made("Back door", &world.theirs, json!({})).await;
    let path = format!("/api/applied-controls/{foreign}/sync-to-reference-control/");
    world.analyst.post(&path, json!({})).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_stays_one() {
    let world = world().await;
    let policy = world.made("Door policy", &world.ours, json!({ "category": "policy" })).await;
    world.app.admin().post(&format!("/api/policies/{policy}/sync-to-reference-control/"), json!({})).await.expect(200);
    let now = world.shown(&policy).await;
    assert_eq!((&now["description"], &now["category"]), (&json!("Keep them shut."), &json!("policy")));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_controls_of_a_reference_take_over_what_it_says() {
    let world = world().await;
    let one = world.made("B door", &world.ours, json!({ "description": "old" })).await;
    let two = world.made("A door", &world.ours, json!({})).await;
    let current = json!({ "description": "Keep them shut.", "category": "physical" });
    world.made("Current", &world.ours, current).await;
    let hidden = world.made("Hidden", &world.theirs, json!({})).await;

    let list = world.analyst.get(&world.of_reference("syncable-applied-controls")).await.expect(200).json;
    let changes = |old: Value| json!({ "description": [old, "Keep them shut."], "category": [null, "physical"] });
    let folder = json!({ "str": "Ours", "id": world.ours });
    assert_eq!(
        list,
        json!([
            { "id": two, "name": "A door", "ref_id": "own", "folder": folder, "changes": changes(Value::Null) },
            { "id": one, "name": "B door", "ref_id": "own", "folder": folder, "changes": changes(json!("old")) },
        ])
    );
    // Readers change nothing, so nothing is theirs to sync.
    let reader = world.app.person("reader@example.org", Some("Ours - Reader")).await;
    assert_eq!(reader.get(&world.of_reference("syncable-applied-controls")).await.expect(200).json, json!([]));
    let path = world.of_reference("sync-applied-controls");
    let none = json!({ "updated": 0, "applied_controls": [] });
    assert_eq!(reader.post(&path, json!({})).await.expect(200).json, none);

    for (ids, sentence) in [
        (json!([one, hidden]), format!("Invalid pk \"{hidden}\" - object does not exist.")),
        (json!(["x"]), "“x” is not a valid UUID.".into()),
        (json!({}), "Expected a list of items.".into()),
    ] {
        let refused = world.analyst.post(&path, json!({ "applied_controls": ids })).await.expect(400);
        assert_eq!(refused.json, json!({ "applied_controls": [sentence] }));
    }
    assert_eq!(world.shown(&one).await["description"], json!("old"), "all or none");
    let done = world.analyst.post(&path, json!({ "applied_controls": [one] })).await.expect(200).json;
    assert_eq!(done, json!({ "updated": 1, "applied_controls": [{ "id": one, "name": "B door" }] }));
    let done = world.analyst.post(&path, json!({})).await.expect(200).json;
    assert_eq!(done, json!({ "updated": 1, "applied_controls": [{ "id": two, "name": "A door" }] }));
    assert_eq!(world.shown(&two).await["category"], json!("physical"));
    assert_eq!(world.shown(&hidden).await["category"], Value::Null);
    assert_eq!(world.analyst.post(&path, json!({})).await.expect(200).json, none);
}
