//! The tree of folders: names, moves, deletion, pictures.

use blackbox::TestApp;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_brings_its_six_groups_and_takes_them_away() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let names = async || -> Vec<String> {
        let groups = app.admin().get("/api/user-groups/").await.expect(200).rows();
        let of_ours = groups.iter().filter(|group| group["folder"]["id"] == json!(ours));
        of_ours.map(|group| group["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let mut made = names().await;
    made.sort();
    let expected = ["Analyst", "Approver", "Domain manager", "Reader", "Respondent", "Technical tester"];
    assert_eq!(made, expected.map(|role| format!("Ours - {role}")));
    let path = format!("/api/folders/{ours}/");
    app.admin().patch(&path, json!({ "create_iam_groups": false })).await.expect(200);
    assert_eq!(names().await, Vec::<String>::new());
    app.admin().patch(&path, json!({ "create_iam_groups": true })).await.expect(200);
    assert_eq!(names().await.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_unique_among_siblings_whatever_their_case() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let taken =
        |name: &str| json!({ "name": format!("{name} is already used in this scope. Please choose another value.") });
    let refused = app.admin().post("/api/folders/", json!({ "name": "OURS" })).await.expect(400);
    assert_eq!(refused.json, taken("OURS"));
    app.domain("ours", Some(&ours)).await;
    // A rename and a move are checked too: otherwise two siblings would share a name.
    let refused = app.admin().patch(&format!("/api/folders/{theirs}/"), json!({ "name": "ourS" })).await.expect(400);
    assert_eq!(refused.json, taken("ourS"));
    let inner = app.domain("Theirs", Some(&ours)).await;
    let root = app.root().await;
    let refused =
        app.admin().patch(&format!("/api/folders/{inner}/"), json!({ "parent_folder": root })).await.expect(400);
    assert_eq!(refused.json, taken("Theirs"));
    // Its own name in another case is its own.
    app.admin().patch(&format!("/api/folders/{ours}/"), json!({ "name": "OURS" })).await.expect(200);
    let refused = app.admin().post("/api/folders/", json!({ "name": "a/b" })).await.expect(400);
    assert_eq!(refused.json, json!({ "name": ["The name cannot contain '/' for a Folder."] }));
    let refused = app.admin().post("/api/perimeters/", json!({ "name": "a/b", "folder": ours })).await.expect(400);
    assert_eq!(refused.json, json!({ "name": ["The name cannot contain '/' for a Perimeter."] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_folder_takes_its_content_and_its_readers_rights_along() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let inner = app.domain("Inner", Some(&ours)).await;
    let asset = app.asset("Server", &inner).await;
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    reader.get(&format!("/api/assets/{asset}/")).await.expect(200);
    app.admin().patch(&format!("/api/folders/{inner}/"), json!({ "parent_folder": theirs })).await.expect(200);
    reader.get(&format!("/api/assets/{asset}/")).await.expect(404);
    let path = app.admin().get(&format!("/api/assets/{asset}/")).await.expect(200).json["path"].clone();
    assert_eq!(path, json!([{ "id": theirs, "str": "Theirs" }, { "id": inner, "str": "Inner" }]));
    for (folder, below) in [(&theirs, &inner), (&theirs, &theirs)] {
        let refused =
            app.admin().patch(&format!("/api/folders/{folder}/"), json!({ "parent_folder": below })).await.expect(400);
        assert_eq!(refused.json, json!({ "parent_folder": ["A folder cannot be moved below itself."] }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_root_is_neither_renamed_nor_moved_nor_deleted() {
    let app = TestApp::start().await;
    let (root, ours) = (app.root().await, app.domain("Ours", None).await);
    let path = format!("/api/folders/{root}/");
    app.admin().patch(&path, json!({ "name": "Mine", "parent_folder": ours, "is_published": false })).await.expect(200);
    let shown = app.admin().get(&path).await.expect(200).json;
    assert_eq!(
        (&shown["name"], &shown["parent_folder"], &shown["is_published"]),
        (&json!("Global"), &Value::Null, &json!(true))
    );
    app.admin().delete(&path).await.expect(403);
    app.admin().get(&path).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_domain_takes_everything_with_it_and_the_log_names_it() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let inner = app.domain("Inner", Some(&ours)).await;
    let (outer_asset, inner_asset) = (app.asset("Outer", &ours).await, app.asset("Deep", &inner).await);
    let kept = app.asset("Kept", &theirs).await;
    app.admin().patch(&format!("/api/assets/{kept}/"), json!({ "parent_assets": [inner_asset] })).await.expect(200);
    let perimeter =
        app.admin().post("/api/perimeters/", json!({ "name": "Scope", "folder": inner })).await.expect(201).id();
    let reader = app.person("reader@example.org", Some("Inner - Reader")).await;

    let info = app.admin().get(&format!("/api/folders/{ours}/cascade-info/")).await.expect(200).json;
    let named = |section: &str| -> Vec<String> {
        let list = info[section]["related_objects"].as_array().expect("a list");
        assert_eq!(info[section]["count"], json!(list.len()));
        list.iter().map(|entry| entry["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let gone = named("deleted");
    for name in ["Inner", "Outer", "Deep", "Scope", "Ours - Reader", "Inner - Reader"] {
        assert!(gone.contains(&name.to_owned()), "{name} is not among {gone:?}");
    }
    assert_eq!(gone.iter().filter(|name| name.contains("BI-RL-")).count(), 12, "{gone:?}");
    assert!(named("affected").contains(&"Kept".to_owned()));
    assert_eq!(named("blocked"), Vec::<String>::new());

    app.admin().delete(&format!("/api/folders/{ours}/")).await.expect(204);
    for path in [
        format!("/api/folders/{ours}/"),
        format!("/api/folders/{inner}/"),
        format!("/api/assets/{outer_asset}/"),
        format!("/api/assets/{inner_asset}/"),
        format!("/api/perimeters/{perimeter}/"),
    ] {
        app.admin().get(&path).await.expect(404);
    }
    let shown = app.admin().get(&format!("/api/assets/{kept}/")).await.expect(200).json;
    assert_eq!(shown["parent_assets"], json!([]));
    let groups = app.admin().get("/api/user-groups/").await.expect(200);
    assert!(!groups.text.contains("Ours - ") && !groups.text.contains("Inner - "));
    // People stay; what they held there is gone with the next request.
    assert_eq!(reader.get("/api/assets/").await.expect(200).json["count"], 0);
    assert_eq!(reader.get("/api/iam/current-user/").await.expect(200).json["user_groups"], json!([]));

    let log = app.admin().get("/api/audit-log/?action=delete&limit=100").await.expect(200);
    for id in [&ours, &inner, &outer_asset, &inner_asset, &perimeter] {
        assert!(log.text.contains(id.as_str()), "{id} is not in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_shows_what_is_visible_with_its_perimeters() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    app.domain("Theirs", None).await;
    let inner = app.domain("Inner", Some(&ours)).await;
    app.admin().post("/api/perimeters/", json!({ "name": "Scope", "folder": inner })).await.expect(201);
    let tree = app.admin().get("/api/folders/org_tree/").await.expect(200).json;
    assert_eq!(
        (&tree["name"], &tree["content_type"], &tree["writable"]),
        (&json!("Global"), &json!("GL"), &json!(true))
    );
    assert_eq!(tree["children"].as_array().map(Vec::len), Some(2));

    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    let tree = reader.get("/api/folders/org_tree/").await.expect(200).json;
    let leaf = json!({ "name": "Scope", "symbol": "circle", "symbolSize": 10, "itemStyle": { "color": "#222436" } });
    let node = |name: &str, id: &str, children: Value| json!({ "name": name, "uuid": id, "viewable": true, "writable": false, "content_type": "DO", "children": children });
    let expected = node("Ours", &ours, json!([node("Inner", &inner, json!([leaf]))]));
    assert_eq!(tree["children"], json!([expected]));
    let tree = reader.get("/api/folders/org_tree/?include_perimeters=false").await.expect(200);
    assert!(!tree.text.contains("Scope"));

    assert_eq!(reader.get("/api/folders/ids/").await.expect(200).json["Ours"], json!(ours));
    assert!(!reader.get("/api/folders/ids/").await.expect(200).text.contains("Theirs"));
    let perimeters = reader.get("/api/perimeters/ids/").await.expect(200).json;
    assert!(perimeters["Inner"]["Scope"].is_string(), "{perimeters}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_tells_who_may_do_what_in_it() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let inner = app.domain("Inner", Some(&ours)).await;
    app.domain("Theirs", None).await;
    app.person("analyst@example.org", Some("Ours - Analyst")).await;
    app.person("stranger@example.org", Some("Theirs - Reader")).await;
    let page = app.admin().get(&format!("/api/folders/{inner}/users/")).await.expect(200);
    let found: Vec<(Value, Value)> =
        page.rows().iter().map(|row| (row["email"].clone(), row["roles"].clone())).collect();
    let expected = [
        (json!("admin@example.org"), json!([{ "str": "Administrator" }])),
        (json!("analyst@example.org"), json!([{ "str": "Analyst" }])),
    ];
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_domain_is_ready_at_once() {
    let app = TestApp::start().await;
    let mut above = None;
    for number in 0..8 {
        let domain = app.domain(&format!("Domain {number}"), above.as_deref()).await;
        app.asset("First", &domain).await;
        let member =
            app.person(&format!("reader{number}@example.org"), Some(&format!("Domain {number} - Reader"))).await;
        assert_eq!(member.get(&format!("/api/assets/?folder={domain}")).await.expect(200).json["count"], 1);
        above = Some(domain);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_does_not_tell_hidden_folders_from_unknown_ones() {
    let app = TestApp::start().await;
    app.domain("Ours", None).await;
    let theirs = app.domain("Theirs", None).await;
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    for id in [theirs.as_str(), "11111111-1111-4111-8111-111111111111"] {
        let refused = reader.get(&format!("/api/assets/?folder={id}")).await.expect(400);
        let sentence = format!("Select a valid choice. {id} is not one of the available choices.");
        assert_eq!(refused.json, json!({ "folder": [sentence] }));
    }
}
