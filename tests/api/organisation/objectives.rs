//! What assets ask for and deliver: inheritance, scales, comparison.

use blackbox::TestApp;
use serde_json::{Map, Value, json};

/// `{"objectives": {…}}` with everything enabled.
fn levels(pairs: &[(&str, i64)]) -> Value {
    let entries = pairs.iter().map(|(name, value)| ((*name).to_owned(), json!({ "value": value, "is_enabled": true })));
    json!({ "objectives": entries.collect::<Map<_, _>>() })
}

async fn make(app: &TestApp, body: Value) -> String {
    app.admin().post("/api/assets/", body).await.expect(201).id()
}

async fn detail(app: &TestApp, id: &str) -> Value {
    app.admin().get(&format!("/api/assets/{id}/")).await.expect(200).json
}

async fn change(app: &TestApp, id: &str, body: Value) {
    app.admin().patch(&format!("/api/assets/{id}/"), body).await.expect(200);
}

/// Expectation, reality and verdict of one objective.
fn compared(asset: &Value, kind: &str, objective: &str) -> [Value; 3] {
    let list = asset[kind].as_array().expect("a list");
    let entry = list.iter().find(|entry| entry["objective"] == objective).expect("all objectives are compared");
    ["expectation", "reality", "verdict"].map(|key| entry[key].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supporting_asset_shows_what_it_inherits_and_nothing_of_its_own() {
    let app = TestApp::start().await;
    let first = make(
        &app,
        json!({
            "name": "P1", "type": "PR", "security_objectives": levels(&[("confidentiality", 1), ("integrity", 3)]),
            "disaster_recovery_objectives": levels(&[("rto", 3600), ("rpo", 7200)]),
        }),
    )
    .await;
    let second = make(
        &app,
        json!({
            "name": "P2", "type": "PR", "security_objectives": levels(&[("confidentiality", 4)]),
            "disaster_recovery_objectives": levels(&[("rto", 600), ("mtd", 86400)]),
        }),
    )
    .await;
    let child = make(
        &app,
        json!({
            "name": "S", "type": "SP", "parent_assets": [first, second],
            "security_objectives": levels(&[("availability", 2), ("confidentiality", 0)]),
            "disaster_recovery_objectives": levels(&[("rto", 1)]),
        }),
    )
    .await;
    let grandchild = make(&app, json!({ "name": "SS", "parent_assets": [child] })).await;

    let security = json!([{ "confidentiality": 4 }, { "integrity": 4 }]);
    let recovery = json!([{ "str": "RTO: 10m" }, { "str": "RPO: 2h" }, { "str": "MTD: 24h" }]);
    for id in [&child, &grandchild] {
        let shown = detail(&app, id).await;
        assert_eq!((&shown["security_objectives"], &shown["disaster_recovery_objectives"]), (&security, &recovery));
    }
    let object = app.admin().get(&format!("/api/assets/{child}/object/")).await.expect(200);
    assert_eq!(object.json["security_objectives"], levels(&[("availability", 2), ("confidentiality", 0)]));

    // A primary asset shows its own alone, even below others.
    change(&app, &child, json!({ "type": "PR" })).await;
    let shown = detail(&app, &child).await;
    assert_eq!(shown["security_objectives"], json!([{ "confidentiality": 1 }, { "availability": 3 }]));
    assert_eq!(shown["disaster_recovery_objectives"], json!([{ "str": "RTO: 1s" }]));
    // It counts among the primaries above the grandchild, with those above it.
    let shown = detail(&app, &grandchild).await;
    assert_eq!(
        shown["security_objectives"],
        json!([{ "confidentiality": 4 }, { "integrity": 4 }, { "availability": 3 }])
    );
    assert_eq!(shown["disaster_recovery_objectives"][0], json!({ "str": "RTO: 1s" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn levels_are_shown_on_the_scale_of_the_settings() {
    let app = TestApp::start().await;
    let all =
        levels(&[("confidentiality", 0), ("integrity", 1), ("availability", 2), ("proof", 3), ("authenticity", 4)]);
    let asset = make(&app, json!({ "name": "P", "type": "PR", "security_objectives": all })).await;
    let part = make(&app, json!({ "name": "S", "parent_assets": [asset], "security_capabilities": all })).await;
    let names = ["confidentiality", "integrity", "availability", "proof", "authenticity"];
    for (scale, shown) in [
        ("1-4", [json!(1), json!(2), json!(3), json!(4), json!(4)]),
        ("0-3", [json!(0), json!(1), json!(2), json!(3), json!(3)]),
        ("0-4", [json!(0), json!(1), json!(2), json!(3), json!(4)]),
        ("1-5", [json!(1), json!(2), json!(3), json!(4), json!(5)]),
        ("FIPS-199", [json!("low"), json!("moderate"), json!("moderate"), json!("high"), json!("high")]),
    ] {
        let settings = json!({ "security_objective_scale": scale });
        app.admin().patch("/api/settings/general/", settings).await.expect(200);
        let expected: Value = names.iter().zip(shown).map(|(name, value)| json!({ *name: value })).collect();
        let list = app.admin().get(&format!("/api/assets/?id={asset}")).await.expect(200).rows();
        assert_eq!(list[0]["security_objectives"], expected, "the list on {scale}");
        assert_eq!(detail(&app, &asset).await["security_objectives"], expected, "the detail on {scale}");
        for id in [&asset, &part] {
            assert_eq!(detail(&app, id).await["security_capabilities"], expected, "capabilities on {scale}");
        }
        // What is stored and what is compared never moves.
        let object = app.admin().get(&format!("/api/assets/{asset}/object/")).await.expect(200);
        assert_eq!(object.json["security_objectives"], all);
        let [wanted, real, verdict] =
            compared(&detail(&app, &asset).await, "security_objectives_comparison", "authenticity");
        assert_eq!((wanted, real, verdict), (json!(4), json!(4), json!(true)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_primary_asset_is_as_strong_as_the_weakest_of_what_supports_it() {
    let app = TestApp::start().await;
    let top = make(
        &app,
        json!({
            "name": "P", "type": "PR", "security_objectives": levels(&[("integrity", 3), ("proof", 1)]),
            "disaster_recovery_objectives": levels(&[("rto", 600), ("rpo", 3600)]),
        }),
    )
    .await;
    let strong = make(
        &app,
        json!({
            "name": "Strong", "parent_assets": [top], "security_capabilities": levels(&[("integrity", 4)]),
            "recovery_capabilities": levels(&[("rto", 60), ("rpo", 60)]),
        }),
    )
    .await;
    let shown = detail(&app, &top).await;
    assert_eq!(shown["security_capabilities"], json!([{ "integrity": 4 }]));
    assert_eq!(compared(&shown, "security_objectives_comparison", "integrity"), [json!(3), json!(4), json!(true)]);
    assert_eq!(compared(&shown, "security_objectives_comparison", "proof"), [json!(1), Value::Null, Value::Null]);
    assert_eq!(compared(&shown, "recovery_objectives_comparison", "rto"), [json!("10m"), json!("1m"), json!(true)]);

    let weak = make(&app, json!({
        "name": "Weak", "parent_assets": [strong], "security_capabilities": levels(&[("integrity", 2), ("safety", 1)]),
        "recovery_capabilities": levels(&[("rto", 900)]),
    }))
    .await;
    let shown = detail(&app, &top).await;
    assert_eq!(shown["security_capabilities"], json!([{ "integrity": 3 }, { "safety": 2 }]));
    assert_eq!(shown["recovery_capabilities"], json!([{ "str": "RTO: 15m" }, { "str": "RPO: 1m" }]));
    assert_eq!(compared(&shown, "security_objectives_comparison", "integrity"), [json!(3), json!(2), json!(false)]);
    assert_eq!(compared(&shown, "security_objectives_comparison", "safety"), [Value::Null, json!(1), Value::Null]);
    assert_eq!(compared(&shown, "recovery_objectives_comparison", "rto"), [json!("10m"), json!("15m"), json!(false)]);
    // Children are all descendants, support only the direct ones.
    assert_eq!(shown["children_assets"], json!([{ "id": strong, "str": "Strong" }, { "id": weak, "str": "Weak" }]));
    assert_eq!(shown["support_assets"], json!([{ "str": "Strong", "id": strong }]));
    // What is overridden does not count; a supporting asset shows its own.
    change(&app, &top, json!({ "overridden_children_capabilities": [weak] })).await;
    assert_eq!(detail(&app, &top).await["security_capabilities"], json!([{ "integrity": 4 }]));
    assert_eq!(detail(&app, &strong).await["security_capabilities"], json!([{ "integrity": 4 }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn objectives_are_checked_and_what_is_disabled_is_hidden() {
    let app = TestApp::start().await;
    let asset = make(&app, json!({ "name": "P", "type": "PR" })).await;
    let path = format!("/api/assets/{asset}/");
    for (field, value, sentence) in [
        ("security_objectives", levels(&[("integrity", 9)]), "9 is greater than the maximum of 4"),
        ("security_objectives", levels(&[("integrity", -1)]), "-1 is less than the minimum of 0"),
        ("security_objectives", json!("x"), "'x' is not of type 'object'"),
        ("disaster_recovery_objectives", levels(&[("rto", -5)]), "-5 is less than the minimum of 0"),
        (
            "disaster_recovery_objectives",
            json!({ "objectives": { "rto": { "value": "a" } } }),
            "'a' is not of type 'integer'",
        ),
        ("security_capabilities", levels(&[("integrity", 5)]), "5 is greater than the maximum of 4"),
        ("recovery_capabilities", levels(&[("rto", -1)]), "-1 is less than the minimum of 0"),
    ] {
        let refused = app.admin().patch(&path, json!({ field: value })).await.expect(400);
        assert_eq!(refused.json, json!({ field: [sentence] }));
    }
    let mut wanted = levels(&[("integrity", 1), ("proof", 2), ("unheard_of", 3)]);
    wanted["objectives"]["integrity"]["is_enabled"] = json!(false);
    change(&app, &asset, json!({ "security_objectives": wanted })).await;
    assert_eq!(detail(&app, &asset).await["security_objectives"], json!([{ "proof": 3 }]));
}
