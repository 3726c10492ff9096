//! Assets: the graph, special lists, exports.

use blackbox::TestApp;
use serde_json::{Value, json};

/// An asset that supports itself, by any way, is refused with this.
fn a_loop() -> Value {
    json!({ "non_field_errors": ["errorAssetGraphMustNotContainCycles"] })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asset_cannot_support_itself() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let (a, b, c) = (app.asset("A", &root).await, app.asset("B", &root).await, app.asset("C", &root).await);
    let path = |id: &str| format!("/api/assets/{id}/");
    app.admin().patch(&path(&b), json!({ "parent_assets": [a] })).await.expect(200);
    app.admin().patch(&path(&c), json!({ "parent_assets": [b] })).await.expect(200);
    for parents in [json!([a]), json!([b]), json!([c])] {
        let refused = app.admin().patch(&path(&a), json!({ "parent_assets": parents })).await.expect(400);
        assert_eq!(refused.json, a_loop());
    }
    let refused = app.admin().patch(&path(&c), json!({ "support_assets": [a] })).await.expect(400);
    assert_eq!(refused.json, a_loop());
    // A new one in the middle: below C and above A.
    let refused =
        app.admin().post("/api/assets/", json!({ "name": "D", "parent_assets": [c], "support_assets": [a] })).await;
    assert_eq!(refused.expect(400).json, a_loop());
    // Turning the whole chain round in one request is no loop.
    app.admin().patch(&path(&b), json!({ "parent_assets": [c], "support_assets": [a] })).await.expect(200);
    let shown = app.admin().get(&path(&b)).await.expect(200);
    assert_eq!(shown.json["parent_assets"], json!([{ "str": "C", "id": c }]));
    assert_eq!(shown.json["support_assets"], json!([{ "str": "A", "id": a }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_name_is_refused_in_its_folder_when_it_is_new() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    app.asset("Server", &ours).await;
    let other = app.asset("Other", &ours).await;
    let refused = app.admin().post("/api/assets/", json!({ "name": "SERVER", "folder": ours })).await.expect(400);
    let sentence = "['SERVER is already used in this scope. Please choose another value.']";
    assert_eq!(refused.json, json!({ "name": [sentence] }));
    app.asset("Server", &theirs).await;
    // As recorded, a change is not checked.
    app.admin().patch(&format!("/api/assets/{other}/"), json!({ "name": "server" })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn pasted_lines_become_assets_below_each_other() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let text = "PR: Payroll\n  SP: Database\n    Disk\n  Web\nPR: Website\n\n";
    let made =
        app.admin().post("/api/assets/batch-create/", json!({ "assets_text": text, "folder": ours })).await.expect(200);
    let all = app.admin().get(&format!("/api/assets/?folder={ours}")).await.expect(200).rows();
    let of = |name: &str| all.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name} is missing"));
    assert_eq!(all.len(), 5, "{}", made.text);
    assert_eq!((&of("Payroll")["type"], &of("Database")["type"]), (&json!("Primary"), &json!("Support")));
    for (child, parent) in [("Database", "Payroll"), ("Disk", "Database"), ("Web", "Payroll")] {
        assert_eq!(of(child)["parent_assets"][0]["str"], parent);
    }
    assert_eq!(of("Website")["parent_assets"], json!([]));
    for body in [json!({}), json!({ "assets_text": "  " }), json!({ "assets_text": 5 })] {
        let refused = app.admin().post("/api/assets/batch-create/", body).await.expect(400);
        assert_eq!(refused.json, json!({ "error": "assets_text is required" }));
    }
    // One bad line, and none is made.
    app.admin()
        .post("/api/assets/batch-create/", json!({ "assets_text": "New\nPayroll", "folder": ours }))
        .await
        .expect(400);
    let after = app.admin().get(&format!("/api/assets/?folder={ours}")).await.expect(200);
    assert_eq!(after.json["count"], 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_hold_the_visible_rows_and_no_others() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    app.asset("Visible; \"quoted\"", &ours).await;
    app.asset("=SUM(A1)", &ours).await;
    app.asset("Hidden", &theirs).await;
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    let csv = reader.get("/api/assets/export_csv/").await.expect(200);
    assert!(csv.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")));
    assert!(csv.header("content-disposition").is_some_and(|value| value.starts_with("attachment")));
    let mut lines = csv.text.trim_start_matches('\u{feff}').lines();
    assert_eq!(lines.next(), Some("internal_id;ref_id;name;description;type;folder;asset_class;owner;labels"));
    assert_eq!(lines.count(), 2, "{}", csv.text);
    assert!(csv.text.contains("\"Visible; \"\"quoted\"\"\"") && !csv.text.contains("Hidden"), "{}", csv.text);
    // A cell that a spreadsheet would run is disarmed.
    assert!(csv.text.contains(";'=SUM(A1)"), "{}", csv.text);
    let filtered = app.admin().get(&format!("/api/assets/export_csv/?folder={theirs}")).await.expect(200);
    assert!(filtered.text.contains("Hidden") && !filtered.text.contains("Visible"));

    let xlsx = reader.get("/api/assets/export_xlsx/").await.expect(200);
    let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!(xlsx.header("content-type"), Some(mime));
    assert!(xlsx.text.starts_with("PK") && xlsx.text.len() > 2000);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_graph_links_domains_assets_and_what_supports_them() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let (top, below) = (app.asset("Top", &ours).await, app.asset("Below", &ours).await);
    let hidden = app.asset("Hidden", &theirs).await;
    app.admin().patch(&format!("/api/assets/{below}/"), json!({ "parent_assets": [top, hidden] })).await.expect(200);
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    let graph = reader.get("/api/assets/graph/").await.expect(200).json;
    assert!(!graph.to_string().contains(&hidden) && !graph.to_string().contains("Hidden"), "{graph}");
    let nodes = graph["nodes"].as_array().expect("nodes");
    let at = |id: &str| nodes.iter().position(|node| node["pk"] == id).unwrap_or_else(|| panic!("{id} is no node"));
    let links = graph["links"].as_array().expect("links");
    let link =
        |source: usize, target: usize, value: &str| json!({ "source": source, "target": target, "value": value });
    for expected in [
        link(at(&top), at(&below), "supported by"),
        link(at(&ours), at(&top), "contains"),
        link(at(&ours), at(&below), "contains"),
    ] {
        assert!(links.contains(&expected), "{expected} is not in {links:?}");
    }
    let size = nodes.len() as u64;
    assert!(links.iter().all(|link| link["source"].as_u64() < Some(size) && link["target"].as_u64() < Some(size)));
    let categories = graph["categories"].as_array().expect("categories").len() as u64;
    assert!(nodes.iter().all(|node| node["category"].as_u64() < Some(categories)), "{nodes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_of_classes_counts_what_is_in_it_and_below() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let before = app.admin().get("/api/assets/class-tree/").await.expect(200).json;
    assert_eq!((&before["total_count"], &before["unclassified_count"]), (&json!(0), &json!(0)));
    let upper = &before["tree"][0];
    let lower = &upper["children"][0];
    for (name, class) in [("A", Some(upper)), ("B", Some(lower)), ("C", Some(lower)), ("D", None)] {
        let asset = app.asset(name, &root).await;
        let class = class.map_or(Value::Null, |class| class["id"].clone());
        app.admin().patch(&format!("/api/assets/{asset}/"), json!({ "asset_class": class })).await.expect(200);
    }
    let after = app.admin().get("/api/assets/class-tree/").await.expect(200).json;
    let counts = |node: &Value| (node["direct_count"].clone(), node["total_count"].clone());
    assert_eq!(counts(&after["tree"][0]), (json!(1), json!(3)));
    assert_eq!(counts(&after["tree"][0]["children"][0]), (json!(2), json!(2)));
    assert_eq!(counts(&after["tree"][1]), (json!(0), json!(0)));
    assert_eq!((&after["total_count"], &after["unclassified_count"]), (&json!(4), &json!(1)));
    let used = app.admin().get("/api/assets/asset_class/").await.expect(200).json;
    let mut names: Vec<&Value> = used.as_array().expect("a list").iter().map(|class| &class["name"]).collect();
    names.sort_by_key(ToString::to_string);
    let mut expected = vec![&upper["name"], &lower["name"]];
    expected.sort_by_key(ToString::to_string);
    assert_eq!(names, expected);
    // Somebody who sees none of them counts none.
    let nobody = app.person("nobody@example.org", None).await;
    assert_eq!(nobody.get("/api/assets/class-tree/").await.expect(200).json["total_count"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_full_list_has_the_rows_of_the_detail() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let top = app.asset("Top", &root).await;
    let below = app.asset("Below", &root).await;
    app.admin().patch(&format!("/api/assets/{below}/"), json!({ "parent_assets": [top] })).await.expect(200);
    let full = app.admin().get("/api/assets/full/?limit=1&ordering=-name").await.expect(200);
    assert_eq!(
        (&full.json["count"], &full.json["next"]),
        (&json!(2), &json!("/api/assets/full/?limit=1&offset=1&ordering=-name"))
    );
    assert_eq!(full.rows()[0], app.admin().get(&format!("/api/assets/{top}/")).await.expect(200).json);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_stays_linked_and_unseen() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let (mine, hidden) = (app.asset("Mine", &ours).await, app.asset("Hidden", &theirs).await);
    app.admin().patch(&format!("/api/assets/{mine}/"), json!({ "parent_assets": [hidden] })).await.expect(200);
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
    let path = format!("/api/assets/{mine}/");
    assert_eq!(analyst.get(&path).await.expect(200).json["parent_assets"], json!([]));
    let refused = analyst.patch(&path, json!({ "parent_assets": [hidden] })).await.expect(400);
    assert_eq!(refused.json, json!({ "parent_assets": [format!("Invalid pk \"{hidden}\" - object does not exist.")] }));
    // Saving what one sees does not cut what one does not see.
    let written = analyst.patch(&path, json!({ "parent_assets": [], "name": "Mine still" })).await.expect(200);
    assert!(!written.text.contains(&hidden));
    let whole = app.admin().get(&path).await.expect(200);
    assert_eq!(whole.json["parent_assets"], json!([{ "str": "Hidden", "id": hidden }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_leave_out_a_branch_on_request() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let (a, b, c) = (app.asset("A", &root).await, app.asset("B", &root).await, app.asset("C", &root).await);
    app.asset("D", &root).await;
    for (child, parent) in [(&b, &a), (&c, &b)] {
        app.admin().patch(&format!("/api/assets/{child}/"), json!({ "parent_assets": [parent] })).await.expect(200);
    }
    let names = async |query: &str| -> Vec<Value> {
        app.admin()
            .get(&format!("/api/assets/?{query}"))
            .await
            .expect(200)
            .rows()
            .iter()
            .map(|row| row["name"].clone())
            .collect()
    };
    assert_eq!(names(&format!("exclude_children={b}")).await, ["A", "D"]);
    assert_eq!(names(&format!("exclude_parents={b}")).await, ["C", "D"]);
}
