//! Reading the log: filters, pages, histories, who may, and that nothing changes it.

use crate::support::{Raw, only};
use blackbox::{ADMIN, Actor, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};
use server::api::routes::{Method, routes};

const LOG: &str = "/api/audit-log/";

async fn count(actor: &Actor, query: &str) -> u64 {
    actor.get(&format!("{LOG}{query}")).await.expect(200).json["count"].as_u64().expect("a count")
}

fn names(rows: &[Value]) -> Vec<&str> {
    rows.iter().filter_map(|row| row["object_name"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_by_object_actor_action_kind_and_time() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let ann = app.person("ann@example.org", Some("Global - Analyst")).await;
    app.wait(TimeDelta::minutes(1));
    let ledger = app.asset("Ledger", &root).await;
    app.wait(TimeDelta::minutes(1));
    let path = format!("/api/assets/{ledger}/");
    ann.patch(&path, json!({ "name": "Big ledger" })).await.expect(200);
    app.wait(TimeDelta::minutes(1));
    app.admin().delete(&path).await.expect(204);

    let history = app.admin().get(&format!("{LOG}?object_id={ledger}")).await.expect(200);
    let told: Vec<(Value, Value)> =
        history.rows().iter().map(|row| (row["action"].clone(), row["actor_name"].clone())).collect();
    let newest_first = ["delete", "update", "create"].map(Value::from).into_iter();
    assert_eq!(told, newest_first.zip([ADMIN, "ann@example.org", ADMIN].map(Value::from)).collect::<Vec<_>>());

    let who = history.rows()[1]["actor"]["id"].as_str().expect("an id").to_owned();
    let object = format!("object_id={ledger}");
    for (query, expected) in [
        (format!("?{object}&actor={who}"), 1),
        (format!("?{object}&action=update"), 1),
        (format!("?{object}&action=update&action=delete"), 2),
        (format!("?{object}&resource=assets"), 3),
        (format!("?{object}&resource=perimeters"), 0),
        (format!("?{object}&at__gte=2026-11-24T09:02:00Z"), 2),
        (format!("?{object}&at__lt=2026-11-24T09:02:00Z"), 1),
        (format!("?{object}&at__gte=2026-11-24T09:02:00Z&at__lt=2026-11-24T09:03:00Z"), 1),
        (format!("?{object}&at__gte=2026-11-25"), 0),
        (format!("?{object}&folder={root}"), 3),
        (format!("?{object}&search=BIG"), 2),
        (format!("?{object}&search=%25"), 0),
        (format!("?{object}&unknown=1"), 3),
    ] {
        assert_eq!(count(app.admin(), &query).await, expected, "{query}");
    }
    for (name, value) in [("object_id", "x"), ("actor", "1"), ("folder", "'"), ("token", "-"), ("at__gte", "soon")] {
        let refused = app.admin().get(&format!("{LOG}?{name}={value}")).await.expect(400);
        assert!(refused.json[name].is_array(), "{}", refused.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hang_together() {
    let app = TestApp::start().await;
    let root = app.root().await;
    for number in 0..7 {
        app.wait(TimeDelta::seconds(1));
        app.asset(&format!("Asset {number}"), &root).await;
    }
    let mut next = format!("{LOG}?action=create&resource=assets&limit=3");
    let mut found = Vec::new();
    for expected in [3, 3, 1] {
        let page = app.admin().get(&next).await.expect(200);
        assert_eq!(page.json["count"], 7);
        assert_eq!(page.rows().len(), expected);
        found.extend(names(&page.rows()).into_iter().map(str::to_owned));
        next = page.json["next"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!(next, "");
    let expected: Vec<String> = (0..7).rev().map(|number| format!("Asset {number}")).collect();
    assert_eq!(found, expected);
    let beyond = app.admin().get(&format!("{LOG}?limit=3&offset=5000")).await.expect(200);
    assert!(beyond.rows().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_what() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let (mine, other) = (app.asset("Mine", &ours).await, app.asset("Other", &theirs).await);
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    let approver = app.person("approver@example.org", Some("Ours - Approver")).await;
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;

    // The history of an object in one's own folders; of others nothing, not even a number.
    assert_eq!(count(&reader, &format!("?object_id={mine}")).await, 1);
    assert_eq!(count(&reader, &format!("?object_id={other}")).await, 0);
    assert_eq!(count(&approver, &format!("?object_id={mine}")).await, 0, "approvers hold no such permission");
    assert_eq!(count(&analyst, &format!("?object_id={mine}")).await, 1);

    // The log as a whole is for administrators; everybody sees what they did themselves.
    for (actor, email) in [(&reader, "reader@example.org"), (&analyst, "analyst@example.org")] {
        let own = actor.get(LOG).await.expect(200);
        assert!(!own.rows().is_empty());
        assert!(own.rows().iter().all(|row| row["actor_name"] == email), "{}", own.text);
    }
    let made = analyst.post("/api/assets/", json!({ "name": "New", "folder": ours })).await.expect(201);
    let request = made.header("x-request-id").expect("an id");
    assert_eq!(count(&analyst, &format!("?request_id={request}")).await, 1);
    assert_eq!(count(&reader, &format!("?request_id={request}")).await, 0);
    assert!(count(app.admin(), "").await > 10);
    app.anonymous().get(LOG).await.expect(401);

    // A token reads what its owner reads.
    let script = app.token_of(&reader).await;
    assert_eq!(count(&script, &format!("?object_id={mine}")).await, 1);
    assert_eq!(count(&script, &format!("?object_id={other}")).await, 0);

    for actor in [&reader, &analyst, &script] {
        actor.get("/api/audit-log/checkpoint/").await.expect(403);
    }
    app.admin().get("/api/audit-log/checkpoint/").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_permissions_in_two_folders_add_up() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let (mine, other) = (app.asset("Mine", &ours).await, app.asset("Other", &theirs).await);
    let both = app.person("both@example.org", Some("Theirs - Reader")).await;
    let user = app.admin().get("/api/users/?search=both").await.expect(200).rows()[0]["id"].clone();
    let permission = app.admin().get("/api/permissions/?codename=view_central_auditlog").await.expect(200);
    let permission = only(permission.rows())["id"].clone();
    let body = json!({ "name": "Inspector", "permissions": [permission] });
    let role = app.admin().post("/api/roles/", body).await.expect(201).id();
    let body = json!({ "name": "inspects ours", "user": user, "role": role, "perimeter_folders": [ours] });
    app.admin().post("/api/role-assignments/", body).await.expect(201);

    let ours = both.get(&format!("{LOG}?resource=assets")).await.expect(200);
    assert_eq!(names(&ours.rows()), ["Mine"]);
    assert_eq!(count(&both, &format!("?object_id={mine}")).await, 1, "by the log of its folder");
    assert_eq!(count(&both, &format!("?object_id={other}")).await, 1, "by the history of its object");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_changes_the_log() {
    let app = TestApp::start().await;
    let id = app.admin().get(LOG).await.expect(200).rows()[0]["id"].as_str().expect("an id").to_owned();
    for route in routes(app.program().engine.registry()) {
        let about_the_log = route.path.contains("audit");
        assert!(!about_the_log || route.method == Method::Get, "{route:?}");
    }
    let raw = Raw::of(&app).await;
    let all = "SELECT count(*) FROM audit_entries";
    engine::audit::seal(&app.program().engine).await.expect("sealed");
    let before = raw.number(all).await;
    for path in [LOG.to_owned(), format!("{LOG}{id}/"), format!("{LOG}checkpoint/")] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let answer = app.admin().call(method, &path).await;
            assert!(matches!(answer.status, 404 | 405), "{method} {path}: {}", answer.text);
        }
    }
    assert_eq!(raw.number(all).await, before);
}
