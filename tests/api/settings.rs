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

#[tokio::test(flavor = "multi_thread")]
async fn preferences_are_a_persons_own_and_stay() {
    let app = TestApp::start().await;
    let path = "/api/user-preferences/";
    let (anna, ben) = (app.person("anna@example.org", None).await, app.person("ben@example.org", None).await);
    // Nobody has chosen yet: what the client asks for.
    let asked = anna.send(anna.request("GET", path).header("accept-language", "fr")).await.expect(200);
    assert_eq!(asked.json, json!({ "lang": "fr" }));

    let kept = anna.patch(path, json!({ "lang": "fr", "columns": { "assets": ["name"] }, "dense": true })).await;
    let expected = json!({ "lang": "fr", "columns": { "assets": ["name"] }, "dense": true });
    assert_eq!(kept.expect(200).json, expected);
    assert_eq!(anna.patch(path, json!({ "dense": null })).await.expect(200).json["dense"], json!(null));
    let shown = anna.get("/api/iam/current-user/").await.expect(200);
    assert_eq!(shown.json["preferences"], json!({ "lang": "fr", "columns": { "assets": ["name"] } }));
    assert_eq!(ben.get(path).await.expect(200).json, json!({ "lang": "en" }));

    for (bad, field) in [
        (json!({ "lang": "xx" }), "lang"),
        (json!({ "lang": 5 }), "lang"),
        (json!({ "notes": "a".repeat(20_000) }), "non_field_errors"),
        (json!({ "notes": "a\u{0}b" }), "non_field_errors"),
        (json!({ "notes": anna.credential() }), "non_field_errors"),
    ] {
        let refused = anna.patch(path, bad).await.expect(400);
        assert!(refused.json[field][0].is_string(), "{}", refused.text);
    }
    assert_eq!(anna.get(path).await.expect(200).json, json!({ "lang": "fr", "columns": { "assets": ["name"] } }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_limits_does_not_change_its_owners_preferences() {
    let app = TestApp::start().await;
    let made = json!({ "name": "reader", "scopes": ["*:read"] });
    let made = app.admin().post("/api/iam/auth-tokens/", made).await.expect(200);
    let token = blackbox::Actor::with_token(&app.base(), made.json["token"].as_str().expect("a value"));
    token.get("/api/user-preferences/").await.expect(200);
    token.patch("/api/user-preferences/", json!({ "lang": "fr" })).await.expect(403);
    assert_eq!(app.admin().get("/api/user-preferences/").await.expect(200).json["lang"], json!("en"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sets_everybodys_language() {
    let app = TestApp::start().await;
    let path = "/api/settings/general/force_language/";
    let (anna, ben) = (app.person("anna@example.org", None).await, app.person("ben@example.org", None).await);
    anna.patch("/api/user-preferences/", json!({ "lang": "en", "dense": true })).await.expect(200);

    let forced = app.admin().post(path, json!({ "language": "fr" })).await.expect(200);
    assert_eq!(forced.json, json!({ "language": "fr", "users": 3 }));
    assert_eq!(anna.get("/api/user-preferences/").await.expect(200).json, json!({ "lang": "fr", "dense": true }));
    assert_eq!(ben.get("/api/user-preferences/").await.expect(200).json, json!({ "lang": "fr" }));
    // Afterwards everybody may choose again.
    ben.patch("/api/user-preferences/", json!({ "lang": "en" })).await.expect(200);
    // Without a name it is the language of the instance.
    assert_eq!(app.admin().post(path, json!({})).await.expect(200).json["language"], json!("en"));
    for bad in [json!("xx"), json!(null), json!(["en"])] {
        let refused = app.admin().post(path, json!({ "language": bad })).await.expect(400);
        assert!(refused.json["language"][0].is_string(), "{}", refused.text);
    }
    ben.post(path, json!({ "language": "fr" })).await.expect(403);
    let log = app.admin().get("/api/audit-log/?resource=settings").await.expect(200);
    assert_eq!(log.json["count"], 2, "{}", log.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_dashboard_to_choose_yet() {
    let app = TestApp::start().await;
    let path = "/api/settings/general/set-default-dashboard/";
    let none = json!({ "default_custom_analytics_dashboard": null });
    assert_eq!(app.admin().post(path, json!({ "dashboard_id": null })).await.expect(200).json, none);
    let unknown = "00000000-0000-7000-8000-000000000000";
    for (bad, sentence) in [
        (unknown, format!("Invalid pk \"{unknown}\" - object does not exist.")),
        ("nope", "“nope” is not a valid UUID.".to_owned()),
    ] {
        let refused = app.admin().post(path, json!({ "dashboard_id": bad })).await.expect(400);
        assert_eq!(refused.json, json!({ "dashboard_id": [sentence] }));
    }
    app.admin().post(path, json!({})).await.expect(400);
    let shown = app.admin().get("/api/settings/general/default_custom_analytics_dashboard/").await.expect(200);
    assert_eq!(shown.json, none);
}
