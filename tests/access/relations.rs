//! What is hidden stays hidden as somebody's relation, too: in every answer, in what may be
//! written, in filters, in paths and in the log.

use blackbox::{Actor, Answer, TestApp};
use serde_json::{Value, json};

const UNKNOWN: &str = "00000000-0000-7000-8000-000000000000";

/// An asset in Ours, with relatives in Ours and in Theirs, of which the analyst sees the first.
struct Family {
    app: TestApp,
    analyst: Actor,
    ours: String,
    theirs: String,
    asset: String,
    /// Visible: parent, child, owner.
    seen: [String; 3],
    /// Hidden: parent, child, owner.
    hidden: [String; 3],
}

impl Family {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let ours = app.domain("Ours", None).await;
        let theirs = app.domain("Theirs", None).await;
        let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
        let mut relatives = Vec::new();
        for (folder, word) in [(&ours, "Seen"), (&theirs, "Hidden")] {
            let parent = app.asset(&format!("{word}Parent"), folder).await;
            let child = app.asset(&format!("{word}Child"), folder).await;
            let team = format!("{word}Team");
            app.admin().post("/api/teams/", json!({ "name": team, "folder": folder })).await.expect(201);
            let actors = app.admin().get(&format!("/api/actors/?search={team}")).await.expect(200).rows();
            relatives.push([parent, child, actors[0]["id"].as_str().expect("an id").to_owned()]);
        }
        let [seen, hidden] = <[_; 2]>::try_from(relatives).expect("two");
        let asset = app.asset("Middle", &ours).await;
        let body = json!({
            "parent_assets": [seen[0], hidden[0]], "support_assets": [seen[1], hidden[1]], "owner": [seen[2], hidden[2]],
            "overridden_children_capabilities": [seen[1], hidden[1]],
        });
        app.admin().patch(&format!("/api/assets/{asset}/"), body).await.expect(200);
        Self { app, analyst, ours, theirs, asset, seen, hidden }
    }

    fn path(&self) -> String {
        format!("/api/assets/{}/", self.asset)
    }

    /// Neither ids nor names of the hidden ones.
    fn check(&self, what: &str, answer: &Answer) {
        for id in &self.hidden {
            assert!(!answer.text.contains(id.as_str()), "{what} tells the id of a hidden relative: {}", answer.text);
        }
        assert!(!answer.text.contains("Hidden"), "{what} names a hidden relative: {}", answer.text);
    }

    /// What is really stored, as the administrator sees it.
    async fn stored(&self, field: &str) -> Vec<String> {
        let shape = self.app.admin().get(&format!("{}object/", self.path())).await.expect(200);
        let list = shape.json[field].as_array().unwrap_or_else(|| panic!("no {field}: {}", shape.text)).clone();
        let mut ids: Vec<String> = list.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect();
        ids.sort();
        ids
    }
}

fn sorted(ids: &[&String]) -> Vec<String> {
    let mut ids: Vec<String> = ids.iter().map(|id| (*id).clone()).collect();
    ids.sort();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_relatives_are_in_no_answer() {
    let family = Family::new().await;
    let path = family.path();
    for path in [
        "/api/assets/".to_owned(),
        "/api/assets/full/".into(),
        "/api/assets/graph/".into(),
        "/api/assets/export_csv/".into(),
        "/api/assets/autocomplete/".into(),
        "/api/assets/ids/".into(),
        "/api/assets/?search=hidden".into(),
        "/api/assets/?search=theirs".into(),
        path.clone(),
        format!("{path}object/"),
        format!("{path}cascade-info/"),
        format!("/api/folders/{}/export/", family.ours),
        format!("/api/folders/{}/cascade-info/", family.ours),
        "/api/actors/".into(),
        "/api/teams/".into(),
        "/api/folders/get_accessible_objects/".into(),
        "/api/folders/org_tree/".into(),
        "/api/audit-log/".into(),
    ] {
        let answer = family.analyst.get(&path).await.expect(200);
        family.check(&path, &answer);
    }
    // The visible ones are there, so the above is no empty promise.
    let detail = family.analyst.get(&path).await.expect(200);
    for id in &family.seen {
        assert!(detail.text.contains(id.as_str()), "{}", detail.text);
    }
    assert_eq!(detail.json["parent_assets"].as_array().map(Vec::len), Some(1));
    assert_eq!(detail.json["support_assets"].as_array().map(Vec::len), Some(1));
    assert_eq!(detail.json["children_assets"].as_array().map(Vec::len), Some(1));
    assert_eq!(detail.json["owner"].as_array().map(Vec::len), Some(1));
    // Nor in the answers to writes.
    for (what, answer) in [
        ("PATCH", family.analyst.patch(&path, json!({ "observation": "x" })).await.expect(200)),
        ("PUT", family.analyst.put(&path, json!({ "name": "Middle" })).await.expect(200)),
    ] {
        family.check(what, &answer);
        assert_eq!(answer.json["parent_assets"], json!([family.seen[0]]), "{what}");
    }
}

/// Whoever sees a part of a relation changes that part.
#[tokio::test(flavor = "multi_thread")]
async fn writing_a_relation_keeps_its_hidden_part() {
    let family = Family::new().await;
    let path = family.path();
    for (field, place) in
        [("parent_assets", 0), ("support_assets", 1), ("owner", 2), ("overridden_children_capabilities", 1)]
    {
        let (seen, hidden) = (&family.seen[place], &family.hidden[place]);
        let answer = family.analyst.patch(&path, json!({ field: [] })).await.expect(200);
        assert_eq!(answer.json[field], json!([]), "{field}");
        assert_eq!(family.stored(field).await, sorted(&[hidden]), "{field} was emptied by somebody who saw one of two");
        let answer = family.analyst.patch(&path, json!({ field: [seen] })).await.expect(200);
        assert_eq!(answer.json[field], json!([seen]), "{field}");
        assert_eq!(family.stored(field).await, sorted(&[seen, hidden]), "{field}");
        // The same through PUT and through batch actions.
        family.analyst.put(&path, json!({ "name": "Middle", field: [] })).await.expect(200);
        assert_eq!(family.stored(field).await, sorted(&[hidden]), "{field}");
        let add = json!({ "action": "add_m2m", "field": field, "value": [seen], "ids": [family.asset] });
        let answer = family.analyst.post("/api/assets/batch-action/", add).await.expect(200);
        assert_eq!(answer.json["failed"], json!([]), "{field}");
        assert_eq!(family.stored(field).await, sorted(&[seen, hidden]), "{field}");
        let set = json!({ "action": "change_m2m", "field": field, "value": [], "ids": [family.asset] });
        family.analyst.post("/api/assets/batch-action/", set).await.expect(200);
        assert_eq!(family.stored(field).await, sorted(&[hidden]), "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn references_to_hidden_objects_are_refused_as_unknown() {
    let family = Family::new().await;
    let path = family.path();
    let refusal = |id: &str| json!([format!("Invalid pk \"{id}\" - object does not exist.")]);
    for (field, place) in
        [("parent_assets", 0), ("support_assets", 1), ("owner", 2), ("overridden_children_capabilities", 1)]
    {
        let hidden = family.hidden[place].as_str();
        for id in [hidden, UNKNOWN] {
            let refused = family.analyst.patch(&path, json!({ field: [family.seen[place], id] })).await.expect(400);
            assert_eq!(refused.json, json!({ field: refusal(id) }));
            let new = json!({ "name": format!("N {field} {id}"), "folder": family.ours, field: [id] });
            let refused = family.analyst.post("/api/assets/", new).await.expect(400);
            assert_eq!(refused.json, json!({ field: refusal(id) }));
            let batch = json!({ "action": "add_m2m", "field": field, "value": [id], "ids": [family.asset] });
            let refused = family.analyst.post("/api/assets/batch-action/", batch).await.expect(200);
            assert_eq!(refused.json["failed"][0]["error"], json!({ field: refusal(id) }));
        }
    }
    // Folders: hidden is unknown; seen without the right to add is another refusal.
    for id in [family.theirs.as_str(), UNKNOWN] {
        let refused = family.analyst.patch(&path, json!({ "folder": id })).await.expect(400);
        assert_eq!(refused.json, json!({ "folder": refusal(id) }));
        let refused = family.analyst.post("/api/assets/", json!({ "name": "N", "folder": id })).await.expect(400);
        assert_eq!(refused.json, json!({ "folder": refusal(id) }));
        let batch = json!({ "action": "change_folder", "value": id, "ids": [family.asset] });
        let refused = family.analyst.post("/api/assets/batch-action/", batch).await.expect(200);
        assert_eq!(refused.json["failed"][0]["error"], json!({ "folder": refusal(id) }));
    }
    // A batch on hidden rows is one on unknown rows.
    for action in
        [json!({ "action": "delete" }), json!({ "action": "change_field", "field": "name", "value": "taken over" })]
    {
        for id in [family.hidden[0].as_str(), UNKNOWN] {
            let mut body = action.clone();
            body["ids"] = json!([id]);
            let answer = family.analyst.post("/api/assets/batch-action/", body).await.expect(200);
            assert_eq!(answer.json["succeeded"], json!([]));
            assert_eq!(answer.json["failed"], json!([{ "id": id, "error": "Object not found or access denied" }]));
        }
    }
    let untouched = family.app.admin().get(&format!("/api/assets/{}/", family.hidden[0])).await.expect(200);
    assert_eq!(untouched.json["name"], "HiddenParent");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_by_hidden_ids_are_refused_like_unknown_ones() {
    let family = Family::new().await;
    for (list, name, hidden, seen) in [
        ("assets", "parent_assets", &family.hidden[0], &family.seen[0]),
        ("assets", "owner", &family.hidden[2], &family.seen[2]),
        ("assets", "folder", &family.theirs, &family.ours),
        ("perimeters", "folder", &family.theirs, &family.ours),
    ] {
        for id in [hidden.as_str(), UNKNOWN] {
            let refused = family.analyst.get(&format!("/api/{list}/?{name}={id}")).await;
            // A filter that a list does not have is ignored.
            if refused.status == 200 && list == "perimeters" {
                continue;
            }
            let sentence = format!("Select a valid choice. {id} is not one of the available choices.");
            assert_eq!(refused.expect(400).json, json!({ name: [sentence] }));
        }
        family.analyst.get(&format!("/api/{list}/?{name}={seen}")).await.expect(200);
    }
    // Asking for ids does not tell which exist.
    for id in [&family.hidden[0], &UNKNOWN.to_owned()] {
        let answer = family.analyst.get(&format!("/api/assets/?id={id},{}", family.asset)).await.expect(200);
        assert_eq!(answer.json["count"], 1);
        assert_eq!(family.analyst.get(&format!("/api/perimeters/names/?id={id}")).await.expect(200).json, json!({}));
    }
}

/// Leaving out what stands below or above a hidden asset would tell what that is.
#[tokio::test(flavor = "multi_thread")]
async fn excluding_by_a_hidden_asset_leaves_nothing_out() {
    let family = Family::new().await;
    let all = family.analyst.get("/api/assets/").await.expect(200).json["count"].clone();
    for (name, hidden) in [("exclude_children", &family.hidden[0]), ("exclude_parents", &family.hidden[1])] {
        let unknown = family.analyst.get(&format!("/api/assets/?{name}={UNKNOWN}")).await;
        let answer = family.analyst.get(&format!("/api/assets/?{name}={hidden}")).await;
        assert_eq!(answer.status, unknown.status, "{name}");
        if answer.status == 200 {
            assert_eq!(answer.json["count"], all, "{name} tells which visible assets hang on a hidden one");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn excluding_people_by_a_hidden_group_leaves_nobody_out() {
    let family = Family::new().await;
    family.app.person("theirs@example.org", Some("Theirs - Reader")).await;
    let hidden = family.app.group("Theirs - Reader").await;
    let count = |answer: Answer| answer.expect(200).json["count"].clone();
    let unknown = count(family.analyst.get(&format!("/api/users/?exclude_user_groups={UNKNOWN}")).await);
    let answer = count(family.analyst.get(&format!("/api/users/?exclude_user_groups={hidden}")).await);
    assert_eq!(answer, unknown, "who is in a hidden group can be told by leaving them out");
    let ours = family.app.group("Ours - Analyst").await;
    let answer = count(family.analyst.get(&format!("/api/users/?exclude_user_groups={ours}")).await);
    assert_eq!(answer.as_u64(), unknown.as_u64().map(|all| all - 1), "a visible group does leave its members out");
    family.analyst.get(&format!("/api/users/?user_groups={hidden}")).await.expect(400);
}

/// Outer is not published, so whoever holds rights in Inner alone does not see it.
async fn nested() -> (TestApp, Actor, String, String) {
    let app = TestApp::start().await;
    let outer = app.domain("Outer", None).await;
    app.admin().patch(&format!("/api/folders/{outer}/"), json!({ "is_published": false })).await.expect(200);
    let inner = app.domain("Inner", Some(&outer)).await;
    let manager = app.person("manager@example.org", Some("Inner - Domain manager")).await;
    (app, manager, outer, inner)
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_show_only_visible_folders() {
    let (app, manager, outer, inner) = nested().await;
    let asset = app.asset("Deep", &inner).await;
    manager.get(&format!("/api/folders/{outer}/")).await.expect(404);
    let detail = manager.get(&format!("/api/assets/{asset}/")).await.expect(200);
    assert_eq!(detail.json["path"], json!([{ "str": "Inner", "id": inner }]));
    for path in ["/api/assets/", "/api/assets/full/", "/api/assets/graph/", "/api/user-groups/", "/api/perimeters/"] {
        let answer = manager.get(path).await.expect(200);
        assert!(!answer.text.contains("Outer") && !answer.text.contains(&outer), "{path}: {}", answer.text);
    }
    // The administrator sees the whole path.
    let detail = app.admin().get(&format!("/api/assets/{asset}/")).await.expect(200);
    assert_eq!(detail.json["path"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_does_not_tell_of_a_hidden_one_above() {
    let (_app, manager, outer, inner) = nested().await;
    for path in ["/api/folders/".to_owned(), format!("/api/folders/{inner}/"), format!("/api/folders/{inner}/object/")]
    {
        let answer = manager.get(&path).await.expect(200);
        assert!(!answer.text.contains("Outer") && !answer.text.contains(&outer), "{path}: {}", answer.text);
    }
    let answer = manager.patch(&format!("/api/folders/{inner}/"), json!({ "description": "x" })).await.expect(200);
    assert!(!answer.text.contains(&outer), "{}", answer.text);
}

/// Entries of folders where one may read the log, and of what one did oneself.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_shows_ones_own_folders_and_ones_own_deeds() {
    let family = Family::new().await;
    let reader = family.app.person("reader@example.org", Some("Ours - Reader")).await;
    family.analyst.patch(&family.path(), json!({ "observation": "by the analyst" })).await.expect(200);
    let entries =
        async |actor: &Actor, query: &str| actor.get(&format!("/api/audit-log/{query}")).await.expect(200).rows();

    // An analyst has no right to the log: what they did themselves, and nothing else.
    let own = entries(&family.analyst, "").await;
    assert!(!own.is_empty());
    assert!(own.iter().all(|entry| entry["actor"]["str"] == "analyst@example.org"), "{own:?}");
    // One object's history is for those who see it; a hidden object has none.
    let history = entries(&reader, &format!("?object_id={}", family.asset)).await;
    assert!(history.iter().any(|entry| entry["action"] == "create"), "{history:?}");
    assert!(history.iter().any(|entry| entry["actor"]["str"] == "analyst@example.org"), "{history:?}");
    for hidden in [&family.hidden[0], &family.theirs, &UNKNOWN.to_owned()] {
        assert_eq!(entries(&reader, &format!("?object_id={hidden}")).await, Vec::<Value>::new());
    }
    // Without naming an object, a reader gets their own deeds only.
    let own = entries(&reader, "").await;
    assert!(own.iter().all(|entry| entry["actor"]["str"] == "reader@example.org"), "{own:?}");

    // Somebody who may read the log of one domain reads that of this domain.
    let permissions =
        family.app.admin().get("/api/permissions/?codename=view_central_auditlog").await.expect(200).rows();
    let role = json!({ "name": "Auditor", "permissions": [permissions[0]["id"]] });
    let role = family.app.admin().post("/api/roles/", role).await.expect(201).id();
    let auditor = family.app.person("auditor@example.org", None).await;
    let rows = family.app.admin().get("/api/users/?email=auditor@example.org").await.expect(200).rows();
    let body = json!({ "name": "a", "user": rows[0]["id"], "role": role, "perimeter_folders": [family.ours] });
    family.app.admin().post("/api/role-assignments/", body).await.expect(201);
    let seen = entries(&auditor, "?limit=5000").await;
    assert!(seen.iter().any(|entry| entry["object_id"] == json!(family.asset)), "{seen:?}");
    for entry in &seen {
        let own = entry["actor"]["str"] == "auditor@example.org";
        assert!(own || entry["folder"]["id"] == json!(family.ours), "{entry}");
    }
    auditor.get("/api/audit-log/checkpoint/").await.expect(403);
    assert_eq!(entries(&auditor, &format!("?folder={}", family.theirs)).await, Vec::<Value>::new());
    let nobody = family.app.person("nobody@example.org", None).await;
    let own = entries(&nobody, "").await;
    assert!(own.iter().all(|entry| entry["actor"]["str"] == "nobody@example.org"), "{own:?}");
}

/// The history of an object tells ids of relatives that its reader may not see.
#[tokio::test(flavor = "multi_thread")]
async fn the_history_of_an_object_does_not_tell_of_hidden_relatives() {
    let family = Family::new().await;
    let reader = family.app.person("reader@example.org", Some("Ours - Reader")).await;
    let history = reader.get(&format!("/api/audit-log/?object_id={}", family.asset)).await.expect(200);
    family.check("the history", &history);
}

/// A single reference that may not be seen is not shown, in no shape.
#[tokio::test(flavor = "multi_thread")]
async fn a_single_hidden_reference_is_not_shown_either() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    // Technical testers see assets and no classes.
    let tester = app.person("tester@example.org", Some("Ours - Technical tester")).await;
    let class = app.admin().post("/api/asset-class/", json!({ "name": "HiddenClass" })).await.expect(201).id();
    let asset = app.asset("Server", &ours).await;
    app.admin().patch(&format!("/api/assets/{asset}/"), json!({ "asset_class": class })).await.expect(200);
    tester.get(&format!("/api/asset-class/{class}/")).await.expect(404);
    for path in [format!("/api/assets/{asset}/"), "/api/assets/".into(), format!("/api/assets/{asset}/object/")] {
        let answer = tester.get(&path).await.expect(200);
        assert!(!answer.text.contains(&class) && !answer.text.contains("HiddenClass"), "{path}: {}", answer.text);
    }
    // Somebody who may change assets and sees no classes: null, as they read it, keeps the class.
    let permissions = ["view_asset", "change_asset"].map(|codename| format!("/api/permissions/?codename={codename}"));
    let mut ids = Vec::new();
    for path in &permissions {
        ids.push(app.admin().get(path).await.expect(200).rows()[0]["id"].clone());
    }
    let role = app.admin().post("/api/roles/", json!({ "name": "Clerk", "permissions": ids })).await.expect(201).id();
    let clerk = app.person("clerk@example.org", None).await;
    let user = app.admin().get("/api/users/?email=clerk@example.org").await.expect(200).rows()[0]["id"].clone();
    let body = json!({ "name": "a", "user": user, "role": role, "perimeter_folders": [ours] });
    app.admin().post("/api/role-assignments/", body).await.expect(201);
    let path = format!("/api/assets/{asset}/");
    for body in [json!({ "observation": "x" }), json!({ "asset_class": null }), json!({ "asset_class": "" })] {
        let answer = clerk.patch(&path, body).await.expect(200);
        assert_eq!(answer.json["asset_class"], json!(null));
    }
    let refused = clerk.patch(&path, json!({ "asset_class": class })).await.expect(400);
    assert_eq!(refused.json["asset_class"][0], format!("Invalid pk \"{class}\" - object does not exist."));
    let now = app.admin().get(&format!("{path}object/")).await.expect(200);
    assert_eq!(now.json["asset_class"], json!(class), "the class that nobody saw is still there");
    app.admin().patch(&path, json!({ "asset_class": null })).await.expect(200);
    let now = app.admin().get(&format!("{path}object/")).await.expect(200);
    assert_eq!(now.json["asset_class"], json!(null), "and whoever sees it takes it away");
}
