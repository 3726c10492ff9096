//! Tokens that are less than their owner: what they try beyond their limits.

use super::{Case, Stage, TOKENS, case};
use serde_json::json;

const READS: &str = "a token that reads changes nothing, whichever door it tries";
const WRITES: &str = "writing is not deleting, and one kind is not another";
const DELETES: &str = "deleting is not writing";
const NONE: &str = "an empty list means nothing at all (T-23)";
const BOUND: &str = "a domain is a wall, in every direction";
const SELF: &str = "limits cannot be widened by the token itself (T-25)";
const ASSETS: &str = "/api/assets/";

pub(super) fn cases() -> Vec<Case> {
    let ours = "/api/assets/{ours.asset}/";
    let theirs = "/api/assets/{theirs.asset}/";
    let new = json!({ "name": "New", "folder": "{ours}" });
    let batch = "/api/assets/batch-action/";
    vec![
        case("a reader reads", "GET", ours, 200, "limits leave what they name").by("reader"),
        case("a reader creates", "POST", ASSETS, 403, READS).by("reader").json(new.clone()),
        case("a reader changes", "PATCH", ours, 403, READS).by("reader").json(json!({ "name": "x" })),
        case("a reader replaces", "PUT", ours, 403, READS).by("reader").json(json!({ "name": "x", "folder": "{ours}" })),
        case("a reader deletes", "DELETE", ours, 403, READS).by("reader"),
        case("a reader changes nothing at all", "PATCH", ours, 403, READS).by("reader").json(json!({})),
        case("a reader makes a domain", "POST", "/api/folders/", 403, READS).by("reader").json(json!({ "name": "x" })),
        case("a reader makes a person", "POST", "/api/users/", 403, READS).by("reader").json(json!({ "email": "x@example.org" })),
        case("a reader joins administrators", "POST", "/api/user-groups/{admins}/add-members/", 403, READS).by("reader").json(json!({ "users": ["{ann.id}"] })),
        case("a reader makes a role", "POST", "/api/roles/", 403, READS).by("reader").json(json!({ "name": "x", "permissions": [] })),
        case("a reader gives a role", "POST", "/api/role-assignments/", 403, READS)
            .by("reader")
            .json(json!({ "name": "x", "user": "{ann.id}", "role": "{role}", "perimeter_folders": ["{root}"] })),
        case("a reader changes settings", "PATCH", "/api/settings/general/", 403, READS).by("reader").json(json!({})),
        case("a reader switches a person off", "PATCH", "/api/users/{ann.id}/", 403, READS).by("reader").json(json!({ "is_active": false })),
        case("a reader deletes in a batch", "POST", batch, 200, READS).by("reader").json(json!({ "action": "delete", "ids": ["{ours.asset}"] })).says("Permission denied"),
        case("a reader moves in a batch", "POST", batch, 200, READS)
            .by("reader")
            .json(json!({ "action": "change_field", "field": "name", "value": "x", "ids": ["{ours.asset}"] })),
        case("a writer changes", "PATCH", ours, 200, "limits leave what they name").by("writer").json(json!({ "observation": "x" })),
        case("a writer deletes", "DELETE", ours, 403, WRITES).by("writer"),
        case("a writer deletes in a batch", "POST", batch, 200, WRITES).by("writer").json(json!({ "action": "delete", "ids": ["{ours.asset}"] })).says("Permission denied"),
        case("a writer of assets makes a domain", "POST", "/api/folders/", 403, WRITES).by("writer").json(json!({ "name": "x" })),
        case("a writer of assets reads a domain", "GET", "/api/folders/{ours}/", 404, WRITES).by("writer"),
        case("a writer of assets reads people", "GET", "/api/users/", 200, WRITES).by("writer").says("\"count\":0"),
        case("a writer of assets reads a person", "GET", "/api/users/{ann.id}/", 404, WRITES).by("writer"),
        case("a writer of assets reads settings", "PATCH", "/api/settings/general/", 403, WRITES).by("writer").json(json!({})),
        case("a writer of assets reads the whole log", "GET", "/api/audit-log/?object_id={ann.id}", 200, WRITES).by("writer").says("\"count\":0"),
        case("a deleter reads", "GET", ours, 200, "deleting includes reading").by("deleter"),
        case("a deleter changes", "PATCH", ours, 403, DELETES).by("deleter").json(json!({ "name": "x" })),
        case("a deleter creates", "POST", ASSETS, 403, DELETES).by("deleter").json(new.clone()),
        case("no scope lists", "GET", ASSETS, 200, NONE).by("scopeless").says("\"count\":0"),
        case("no scope reads", "GET", ours, 404, NONE).by("scopeless"),
        case("no scope creates", "POST", ASSETS, 403, NONE).by("scopeless").json(new.clone()),
        case("no scope searches", "GET", "/api/assets/?search=ours", 200, NONE).by("scopeless").says("\"count\":0"),
        case("no scope asks what it may do", "GET", "/api/iam/auth-tokens/self/", 200, NONE).by("scopeless"),
        case("no domain lists", "GET", ASSETS, 200, NONE).by("placeless").says("\"count\":0"),
        case("no domain reads", "GET", ours, 404, NONE).by("placeless"),
        case("no domain creates", "POST", ASSETS, 403, NONE).by("placeless").json(new.clone()),
        case("no domain reads people", "GET", "/api/users/{ann.id}/", 404, NONE).by("placeless"),
        case("within a domain", "PATCH", ours, 200, "limits leave what they name").by("bound").json(json!({ "observation": "y" })),
        case("beyond a domain: read", "GET", theirs, 404, BOUND).by("bound"),
        case("beyond a domain: change", "PATCH", theirs, 404, BOUND).by("bound").json(json!({ "name": "x" })),
        case("beyond a domain: delete", "DELETE", theirs, 404, BOUND).by("bound"),
        case("beyond a domain: create", "POST", ASSETS, 400, BOUND).by("bound").json(json!({ "name": "x", "folder": "{theirs}" })),
        case("beyond a domain: move there", "PATCH", ours, 400, BOUND).by("bound").json(json!({ "folder": "{theirs}" })),
        case("beyond a domain: refer to it", "PATCH", ours, 400, BOUND).by("bound").json(json!({ "parent_assets": ["{theirs.asset}"] })),
        case("beyond a domain: filter by it", "GET", "/api/assets/?folder={theirs}", 400, BOUND).by("bound").says("not one of the available choices"),
        case("beyond a domain: search for it", "GET", "/api/assets/?search=theirs", 200, BOUND).by("bound").says("\"count\":0"),
        case("beyond a domain: in a batch", "POST", batch, 200, BOUND)
            .by("bound")
            .json(json!({ "action": "delete", "ids": ["{theirs.asset}"] }))
            .says("\"succeeded\":[]"),
        case("beyond a domain: the tree above", "POST", "/api/folders/", 403, BOUND).by("bound").json(json!({ "name": "x", "parent_folder": "{root}" })),
        case("beyond a domain: people", "POST", "/api/users/", 403, BOUND).by("bound").json(json!({ "email": "x@example.org" })),
        case("beyond a domain: administrators", "POST", "/api/user-groups/{admins}/add-members/", 404, BOUND).by("bound").json(json!({ "users": ["{ann.id}"] })),
        case("beyond a domain: a role for everything", "POST", "/api/role-assignments/", 403, BOUND)
            .by("bound")
            .json(json!({ "name": "x", "user": "{ann.id}", "role": "{role}", "perimeter_folders": ["{root}"], "is_recursive": true })),
        case("limits in the query", "GET", "/api/folders/{ours}/?scopes=*:write&domains={root}", 404, SELF).by("writer"),
        case("limits in a header", "GET", "/api/folders/{ours}/", 404, SELF).by("writer").header("x-scopes", "*:write"),
        case("limits by renaming", "PATCH", format!("{TOKENS}{{writer.id}}/"), 403, SELF).by("writer").json(json!({ "name": "x", "scopes": ["*:write"] })).code("session_required"),
        case("limits by renewing without leave", "POST", format!("{TOKENS}self/rotate/"), 403, SELF)
            .by("writer")
            .json(json!({ "scopes": ["*:write"] }))
            .code("self_rotate_not_allowed"),
        case("a token of one's own making", "POST", TOKENS, 403, SELF).by("good").json(json!({ "name": "x" })).code("session_required"),
        case("a session of one's own making", "POST", "/api/iam/session-token/", 403, SELF).by("good").json(json!({})).code("session_required"),
        case("an invitation to administrators by a full token", "PATCH", "/api/iam/token-policy/", 403, SELF).by("good").json(json!({ "max_days": 3650 })).code("session_required"),
        case("an owner without rights widens nothing", "PATCH", ours, 404, "a token is never more than its owner").by("hers").json(json!({ "name": "x" })),
        case("an owner without rights makes nobody", "POST", "/api/users/", 403, "a token is never more than its owner").by("hers").json(json!({ "email": "x@example.org" })),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn limits() {
    let mut stage = Stage::new().await;
    let (root, ours, theirs) =
        (stage.app.root().await, stage.app.domain("Ours", None).await, stage.app.domain("Theirs", None).await);
    let (a, c) = (stage.app.asset("ours", &ours).await, stage.app.asset("theirs", &theirs).await);
    let admins = stage.app.group("Global - Administrator").await;
    let roles = stage.app.admin().get("/api/roles/?search=BI-RL-ADM").await.expect(200).rows();
    let role = roles.first().expect("a role")["id"].as_str().expect("an id").to_owned();
    for (name, value) in [("root", root), ("ours.asset", a), ("theirs.asset", c), ("admins", admins), ("role", role)] {
        stage.knows(name, value);
    }
    for (name, limits) in [
        ("reader", json!({ "scopes": ["*:read"] })),
        ("writer", json!({ "scopes": ["assets:write"] })),
        ("deleter", json!({ "scopes": ["assets:delete"] })),
        ("scopeless", json!({ "scopes": [] })),
        ("placeless", json!({ "domains": [] })),
        ("bound", json!({ "domains": [ours] })),
    ] {
        stage.token(name, "session", limits).await;
    }
    stage.knows("ours", ours);
    stage.knows("theirs", theirs);
    stage.person("ann", None).await;
    stage.token("hers", "ann", json!({ "scopes": ["*:write", "*:delete"] })).await;
    stage.play_all(&cases()).await;
    let itself = stage.actor("scopeless").get(&format!("{TOKENS}self/")).await.expect(200);
    let rights = itself.json["permissions"].as_object().expect("by folder");
    assert!(rights.values().all(|rights| rights == &json!([])), "{}", itself.text);
    // Nothing of all that came through.
    for (path, name) in [("/api/assets/{ours.asset}/", "ours"), ("/api/assets/{theirs.asset}/", "theirs")] {
        let path = stage.fill(path);
        let left = stage.app.admin().get(&path).await.expect(200);
        assert_eq!(
            (&left.json["name"], &left.json["folder"]["str"]),
            (&json!(name), &json!(if name == "ours" { "Ours" } else { "Theirs" }))
        );
    }
    assert_eq!(stage.app.admin().get("/api/users/").await.expect(200).json["count"], 2);
    let ann = stage.fill("/api/users/{ann.id}/");
    assert_eq!(stage.app.admin().get(&ann).await.expect(200).json["is_active"], true);
}
