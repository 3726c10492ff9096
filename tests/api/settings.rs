//! General settings and feature flags.

use blackbox::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_one_by_one_and_all_of_a_request_or_nothing() {
    let app = TestApp::start().await;
    let path = "/api/settings/general/";
    let before = app.admin().get("/api/settings/general/object/").await.expect(200).json;
    let changed = app.admin().patch(path, json!({ "currency": "$", "daily_rate": 700 })).await.expect(200);
    assert_eq!((&changed.json["value"]["currency"], &changed.json["value"]["daily_rate"]), (&json!("$"), &json!(700)));
    // The wrapped form, as the interface of the contract sends it.
    let wrapped = json!({ "name": "general", "value": { "default_language": "fr" } });
    app.admin().put(path, wrapped).await.expect(200);
    let language = app.anonymous().get("/api/settings/general/default-language/").await.expect(200);
    assert_eq!(language.json, json!({ "default_language": "fr" }));
    for (name, value, sentence) in [
        ("show_get_started", json!("maybe"), "Must be a valid boolean."),
        ("daily_rate", json!("many"), "A valid number is required."),
        ("daily_rate", json!(-1), "A valid number is required."),
        ("currency", json!(5), "Not a valid string."),
        ("security_objective_scale", json!("1-9"), "\"1-9\" is not a valid choice."),
    ] {
        let body = json!({ name: value, "interface_agg_scenario_matrix": true });
        let refused = app.admin().patch(path, body).await.expect(400);
        assert_eq!(refused.json, json!({ name: [sentence] }));
    }
    app.admin().patch(path, json!({ "no_such_setting": 1 })).await.expect(200);
    let after = app.admin().get("/api/settings/general/object/").await.expect(200).json;
    let moved: Vec<&String> = before
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
        .filter(|name| before[*name] != after[*name])
        .collect();
    assert_eq!(moved, ["currency", "daily_rate", "default_language"]);
    let log = app.admin().get("/api/audit-log/?resource=settings").await.expect(200);
    assert_eq!(log.json["count"], 2, "{}", log.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn flags_are_true_or_false_and_their_defaults_stay_known() {
    let app = TestApp::start().await;
    let path = "/api/settings/feature-flags/";
    let before = app.admin().get(path).await.expect(200).json;
    assert_eq!(before, app.admin().get(&format!("{path}defaults/")).await.expect(200).json);
    for bad in [json!("x"), json!(1), json!(null), json!([])] {
        let refused = app.admin().patch(path, json!({ "tprm": bad })).await.expect(400);
        assert_eq!(refused.json, json!({ "tprm": ["Must be a valid boolean."] }));
    }
    app.admin().patch(path, json!({ "tprm": false })).await.expect(200);
    let mut expected = before.clone();
    expected["tprm"] = json!(false);
    assert_eq!(app.admin().get(path).await.expect(200).json, expected);
    assert_eq!(app.admin().get(&format!("{path}defaults/")).await.expect(200).json, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_change_them() {
    let app = TestApp::start().await;
    app.domain("Ours", None).await;
    for group in ["Ours - Domain manager", "Ours - Reader", "Global - Reader", "Global - Analyst"] {
        let email = format!("{}@example.org", group.replace([' ', '-'], ""));
        let person = app.person(&email, Some(group)).await;
        for (path, body) in [
            ("/api/settings/general/", json!({ "currency": "$" })),
            ("/api/settings/feature-flags/", json!({ "tprm": false })),
        ] {
            for method in ["PUT", "PATCH"] {
                let answer = person.send(person.request(method, path).json(&body)).await.expect(403);
                assert_eq!(answer.json, json!({ "detail": "You do not have permission to perform this action." }));
            }
        }
        // What clients need to draw themselves is for everybody.
        person.get("/api/settings/general/object/").await.expect(200);
        person.get("/api/settings/feature-flags/").await.expect(200);
    }
    for path in ["/api/settings/general/", "/api/settings/general/object/", "/api/settings/feature-flags/"] {
        app.anonymous().get(path).await.expect(401);
    }
}
