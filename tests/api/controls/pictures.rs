//! Charts, graphs and special lists.

use super::{control, names};
use blackbox::TestApp;
use serde_json::{Value, json};

async fn view(app: &TestApp, name: &str) -> Value {
    app.admin().get(&format!("/api/applied-controls/{name}/")).await.expect(200).json
}

#[tokio::test(flavor = "multi_thread")]
async fn time_is_shown_from_start_to_end() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let both = json!({ "start_date": "2026-11-01", "eta": "2026-12-24", "description": "d", "progress_field": 30 });
    let id = control(&app, "A", &ours, both).await;
    control(&app, "B", &ours, json!({ "start_date": "2030-01-01", "eta": "2027-07-13" })).await;
    control(&app, "C", &ours, json!({})).await;
    let entries = view(&app, "get_timeline_info").await["entries"].clone();
    let first = json!({
        "startDate": 1_793_491_200_000_i64, "endDate": 1_798_070_400_000_i64, "name": "A", "description": "d", "domain": "Ours",
    });
    assert_eq!(entries[0], first);
    assert_eq!(
        (&entries[1]["startDate"], &entries[1]["endDate"]),
        (&json!(1_815_436_800_000_i64), &json!(1_815_436_800_000_i64))
    );
    assert_eq!(entries.as_array().map(Vec::len), Some(2));
    let bars = view(&app, "get_gantt_data").await;
    let first = json!({
        "id": id, "start": "2026-11-01", "end": "2026-12-24", "name": "A", "progress": 30, "description": "d", "domain": "Ours",
    });
    assert_eq!(bars[0], first);
    assert_eq!((&bars[1]["start"], &bars[1]["end"]), (&json!("2027-07-13"), &json!("2027-07-14")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_grid_has_impact_downwards_and_effort_to_the_right() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let id = control(&app, "A", &root, json!({ "control_impact": 4, "effort": "M" })).await;
    control(&app, "B", &root, json!({ "control_impact": 4 })).await;
    let grid = view(&app, "impact_effort").await;
    assert_eq!(grid[1][2], json!([{ "id": id, "impact": 4, "effort": 3, "name": "A" }]));
    let filled = grid.as_array().expect("rows").iter().flat_map(|row| row.as_array().expect("cells"));
    assert_eq!(filled.filter(|cell| **cell != json!([])).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn rings_go_from_function_to_status() {
    let app = TestApp::start().await;
    let root = app.root().await;
    for (name, priority) in [("A", json!(2)), ("B", json!(2)), ("C", json!(1))] {
        let more =
            json!({ "csf_function": "recover", "category": "process", "priority": priority, "status": "active" });
        control(&app, name, &root, more).await;
    }
    control(&app, "D", &root, json!({})).await;
    let rings = view(&app, "sunburst_data").await["results"].clone();
    let color = json!({ "color": "#8ACB93" });
    assert_eq!((&rings[0]["name"], &rings[0]["value"], &rings[0]["itemStyle"]), (&json!("Recover"), &json!(3), &color));
    let second = &rings[0]["children"][0]["children"][0];
    assert_eq!((&second["name"], &second["value"]), (&json!("P2"), &json!(2)));
    assert_eq!(second["children"], json!([{ "name": "Active", "value": 2, "itemStyle": color }]));
    assert_eq!(rings[1]["name"], "No CSF Function");
    assert_eq!(rings[1]["children"][0]["name"], "No Category");
    assert_eq!(rings[1]["children"][0]["children"][0]["name"], "No Priority");
}

#[tokio::test(flavor = "multi_thread")]
async fn priorities_are_quarters_of_a_round_chart() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let id = control(&app, "A", &root, json!({ "priority": 3, "status": "to_do", "eta": "2026-12-24" })).await;
    control(&app, "B", &root, json!({ "priority": 1, "status": "active" })).await;
    control(&app, "C", &root, json!({})).await;
    control(&app, "D", &root, json!({ "priority": 4, "status": "deprecated", "eta": "2029-01-01" })).await;
    let chart = view(&app, "priority_chart_data").await;
    let point = &chart["to_do"][0];
    assert_eq!((&point[0], &point[2], &point[3]), (&json!(30), &json!(5), &json!("[3] A")));
    assert_eq!((&point[4], &point[5]), (&json!("to_do"), &json!(id)));
    assert!((105..=165).contains(&point[1].as_i64().expect("an angle")), "{point}");
    assert_eq!(chart["deprecated"][0][0], 100);
    assert_eq!(chart["--"], json!([]));
    assert_eq!(
        (&chart["not_displayed"], &chart["priority_cnt"]),
        (&json!(1), &json!({ "p1": 0, "p2": 0, "p3": 1, "p4": 1 }))
    );
    assert_eq!(view(&app, "priority_chart_data").await, chart, "the same each time");
}

#[tokio::test(flavor = "multi_thread")]
async fn urgent_lists_come_most_urgent_first() {
    let app = TestApp::start().await;
    let root = app.root().await;
    control(&app, "Soon", &root, json!({ "eta": "2026-12-10", "expiry_date": "2026-12-01" })).await;
    control(&app, "Late", &root, json!({ "eta": "2020-01-01", "status": "in_progress" })).await;
    control(&app, "Done", &root, json!({ "eta": "2020-01-01", "status": "active", "expiry_date": "2021-01-01" })).await;
    control(&app, "Far", &root, json!({ "eta": "2028-01-01", "expiry_date": "2028-01-01" })).await;
    let todo = view(&app, "todo").await["results"].as_array().cloned().expect("a list");
    assert_eq!(names(&todo), ["Late", "Soon"]);
    assert_eq!(todo[0]["state"]["name"], "outdated");
    let review = view(&app, "to_review").await["results"].as_array().cloned().expect("a list");
    assert_eq!(names(&review), ["Done", "Soon"]);
    assert_eq!(view(&app, "updatables").await["results"].as_array().map(Vec::len), Some(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_show_only_what_may_be_seen() {
    let app = TestApp::start().await;
    let (ours, theirs) = (app.domain("Ours", None).await, app.domain("Theirs", None).await);
    let more = |category: &str| {
        json!({ "eta": "2020-01-01", "expiry_date": "2020-01-01", "priority": 1, "effort": "M", "control_impact": 3,
                "category": category, "cost": { "run": { "fixed_cost": 777 } } })
    };
    control(&app, "Zebra", &theirs, more("process")).await;
    control(&app, "Mule", &ours, more("process")).await;
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    for name in [
        "",
        "full/",
        "autocomplete/",
        "ids/",
        "analytics/",
        "get_controls_info/",
        "get_gantt_data/",
        "get_timeline_info/",
        "impact_effort/",
        "impact_graph/",
        "priority_chart_data/",
        "to_review/",
        "todo/",
        "export_csv/",
        "owner/",
        "per_status/",
        "sunburst_data/",
    ] {
        let seen = reader.get(&format!("/api/applied-controls/{name}")).await.expect(200);
        assert!(!seen.text.contains("Zebra") && !seen.text.contains("Theirs"), "{name}: {}", seen.text);
        assert!(!seen.text.contains(&theirs), "{name}: {}", seen.text);
    }
    let told = reader.get("/api/applied-controls/analytics/").await.expect(200).json;
    assert_eq!((&told["count"], &told["total_annual_cost"]), (&json!(1), &json!(777.0)));
    assert_eq!(reader.get("/api/applied-controls/updatables/").await.expect(200).json, json!({ "results": [] }));
}
