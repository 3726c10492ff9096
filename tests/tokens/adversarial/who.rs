//! Who may: nobody, a machine, a third party, a person without rights, a session that has ended.

use super::{By, Case, Stage, TOKENS, case};
use serde_json::json;

/// What deals with tokens and with what tokens stand for, and what it needs.
const DOORS: [(&str, &str); 16] = [
    ("GET", "/api/iam/auth-tokens/"),
    ("POST", "/api/iam/auth-tokens/"),
    ("GET", "/api/iam/auth-tokens/{good.id}/"),
    ("PATCH", "/api/iam/auth-tokens/{good.id}/"),
    ("DELETE", "/api/iam/auth-tokens/{good.id}/"),
    ("POST", "/api/iam/auth-tokens/{good.id}/rotate/"),
    ("POST", "/api/iam/auth-tokens/revoke/"),
    ("GET", "/api/iam/admin/auth-tokens/"),
    ("POST", "/api/iam/admin/auth-tokens/revoke/"),
    ("PATCH", "/api/iam/token-policy/"),
    ("POST", "/api/iam/session-token/"),
    ("POST", "/api/iam/change-password/"),
    ("POST", "/api/iam/set-password/"),
    ("POST", "/api/iam/logoutall/"),
    ("POST", "/api/iam/service-accounts/"),
    ("POST", "/api/iam/disable-mfa/"),
];

#[expect(clippy::too_many_lines, reason = "a table: one entry for each case")]
pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (method, path) in DOORS {
        let nobody =
            case(format!("{method} {path} by nobody"), method, path, 401, "these doors open to a session alone");
        let machine = case(
            format!("{method} {path} by a machine"),
            method,
            path,
            403,
            "a machine has no tokens, passwords or sessions (T-25)",
        );
        let body =
            json!({ "name": "x", "ids": ["{good.id}"], "user": "{ann.id}", "new_password": "another good tile 8" });
        let changes = method != "GET" && method != "DELETE";
        let with = |case: Case| if changes { case.json(body.clone()) } else { case };
        cases.push(with(nobody).says("not provided"));
        cases.push(with(machine.by("machine")).code("session_required"));
    }
    for (method, path) in &DOORS[7..10] {
        let what = format!("{method} {path} by a person without rights");
        let case =
            case(what, method, *path, 403, "only administrators see and rule the tokens of others (T-36)").by("ann");
        cases.push(if *method == "GET" { case } else { case.json(json!({ "ids": ["{good.id}"], "max_days": 1 })) });
    }
    for (method, path) in [
        ("GET", "/api/iam/auth-tokens/self/"),
        ("DELETE", "/api/iam/auth-tokens/self/"),
        ("POST", "/api/iam/auth-tokens/self/rotate/"),
    ] {
        for by in ["session", "machine"] {
            let case =
                case(format!("{method} {path} by a {by}"), method, path, 403, "only a token can be itself (T-26)")
                    .by(by);
            cases.push(if by == "session" { case.code("token_required") } else { case });
        }
        cases.push(case(format!("{method} {path} by nobody"), method, path, 401, "nobody is no token"));
    }
    cases.extend([
        case(
            "the policy read by a machine",
            "GET",
            "/api/iam/token-policy/",
            403,
            "rules are for people who make tokens",
        )
        .by("machine")
        .code("session_required"),
        case(
            "the policy previewed by a person without rights",
            "POST",
            "/api/iam/token-policy/preview/",
            403,
            "a preview names people (T-37)",
        )
        .by("ann")
        .json(json!({ "max_days": 1 })),
        case("a token made by a third party", "POST", TOKENS, 403, "third parties hold none (T-32)")
            .by("third")
            .json(json!({ "name": "x" }))
            .says("Forbidden"),
        case(
            "a token ended by a third party",
            "DELETE",
            "/api/iam/auth-tokens/{good.id}/",
            403,
            "as recorded of the contract (T-32)",
        )
        .by("third")
        .says("Forbidden"),
        case("a session that has ended", "POST", TOKENS, 401, "a session that was ended opens nothing")
            .by("ended")
            .json(json!({ "name": "x" }))
            .code(""),
        case("a session of somebody switched off", "POST", TOKENS, 401, "whoever is switched off makes no token")
            .by("off")
            .json(json!({ "name": "x" })),
        case(
            "a token for somebody else by an administrator",
            "POST",
            "/api/iam/admin/auth-tokens/",
            405,
            "nobody makes a token for another person (T-37)",
        )
        .by("session")
        .json(json!({ "name": "x", "user": "{ann.id}" })),
        case(
            "a value asked of an administrator's list",
            "GET",
            "/api/iam/admin/auth-tokens/?state=all",
            200,
            "the list shows no value (T-36)",
        )
        .by("session"),
        case("a machine asking who it is", "GET", "/api/iam/current-user/", 403, "a machine is nobody").by("machine"),
        case(
            "a machine signing out",
            "POST",
            "/api/iam/logout/",
            204,
            "a machine's token ends by itself, and nothing else does",
        )
        .by("machine"),
    ]);
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn callers() {
    let mut stage = Stage::new().await;
    stage.person("ann", None).await;
    let third = stage.person("third", None).await;
    drop(third);
    let ended = stage.person("ended", None).await;
    ended.post("/api/iam/logout/", json!({})).await.expect(204);
    stage.person("off", None).await;
    let admin = stage.app.admin().clone();
    let path = format!("/api/users/{}/", stage.value("off.id"));
    admin.patch(&path, json!({ "is_active": false })).await.expect(200);
    let path = format!("/api/users/{}/", stage.value("third.id"));
    admin.patch(&path, json!({ "is_third_party": true })).await.expect(200);
    let machine = machine(&stage).await;
    stage.knows("machine", machine);
    let before = stage.tokens_of("session").await;
    for case in cases() {
        stage.play(&case).await;
        if let By::Holder("machine") = case.by {
            stage.actor("good").get(super::FOLDERS).await.expect(200);
        }
    }
    assert_eq!(stage.tokens_of("session").await, before);
    stage.actor("good").get("/api/iam/auth-tokens/self/").await.expect(200);
}

/// An access token of a service account with an administrator's role.
pub(super) async fn machine(stage: &Stage) -> String {
    let admin = stage.app.admin();
    let roles = admin.get("/api/iam/service-accounts/roles/").await.expect(200);
    let role =
        roles.json.as_array().expect("roles").iter().find(|role| role["str"] == "BI-RL-ADM").expect("a role")["id"]
            .clone();
    let made = admin.post("/api/iam/service-accounts/", json!({ "name": "robot", "role": role })).await.expect(201);
    let nobody = stage.app.anonymous();
    let text = |name: &str| made.json[name].as_str().expect("a text").to_owned();
    let form = [
        ("grant_type", "client_credentials".to_owned()),
        ("client_id", text("client_id")),
        ("client_secret", text("client_secret")),
    ];
    let token = nobody.send(nobody.request("POST", "/api/oauth/token/").form(&form)).await.expect(200);
    token.json["access_token"].as_str().expect("a value").to_owned()
}
