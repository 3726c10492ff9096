//! Costs: what is counted, what is refused, and that no stored cost breaks a read.

use super::{control, make};
use blackbox::TestApp;
use serde_json::json;

const CONTROLS: &str = "/api/applied-controls/";

#[tokio::test(flavor = "multi_thread")]
async fn the_recorded_example_is_counted_alike() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let cost = json!({
        "currency": "€", "amortization_period": 5,
        "build": { "fixed_cost": 1000, "people_days": 10 }, "run": { "fixed_cost": 100, "people_days": 2 },
    });
    let id = control(&app, "C", &root, json!({ "cost": cost })).await;
    let path = format!("{CONTROLS}{id}/");
    let read = app.admin().get(&path).await.expect(200).json;
    assert_eq!(read["annual_cost"], "2300.00");
    assert_eq!(read["annual_cost_display"], "2,300.00 €");
    assert_eq!(read["cost"], cost);
    // The price of a day is a setting of the instance.
    app.admin().patch("/api/settings/general/", json!({ "daily_rate": 1000, "currency": "$" })).await.expect(200);
    let read = app.admin().get(&path).await.expect(200).json;
    assert_eq!((&read["annual_cost"], &read["currency"]), (&json!("4300.00"), &json!("€")));
    let made = make(app.admin(), "D", &root, json!({})).await.expect(201);
    assert_eq!(made.json["cost"]["currency"], "$");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cost_that_is_accepted_breaks_a_read() {
    let app = TestApp::start().await;
    let root = app.root().await;
    let id = control(&app, "C", &root, json!({})).await;
    let path = format!("{CONTROLS}{id}/");
    for (cost, annual) in [
        (json!(null), "0.00"),
        (json!({}), "0.00"),
        (json!({ "build": null, "run": { "fixed_cost": 5 } }), "5.00"),
        (json!({ "build": { "fixed_cost": -5 } }), "0.00"),
        (json!({ "run": { "fixed_cost": 0.1 }, "more": { "a": [1] } }), "0.10"),
        (json!({ "run": { "fixed_cost": 1e12, "people_days": 1e12 } }), "90000000000000.00"),
    ] {
        app.admin().patch(&path, json!({ "cost": cost })).await.expect(200);
        let read = app.admin().get(&path).await.expect(200).json;
        assert_eq!(read["annual_cost"], annual, "{cost}");
        for other in ["", "full/", "analytics/", "export_csv/", "export_xlsx/"] {
            app.admin().get(&format!("{CONTROLS}{other}")).await.expect(200);
        }
    }
    for (cost, sentence) in [
        (json!("much"), "A cost is an object."),
        (json!({ "build": "much" }), "build: An object with fixed_cost and people_days is required."),
        (json!({ "build": { "fixed_cost": "much" } }), "build.fixed_cost: A valid number is required."),
        (
            json!({ "amortization_period": 0 }),
            "amortization_period: A whole number of years from 1 to 100 is required.",
        ),
    ] {
        let refused = app.admin().patch(&path, json!({ "cost": cost })).await.expect(400);
        assert_eq!(refused.json, json!({ "cost": [sentence] }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_keep_currencies_apart() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let cost =
        |currency: &str, run: i64| json!({ "currency": currency, "run": { "fixed_cost": run, "people_days": 1 } });
    let actor = app.admin().get("/api/actors/?limit=1").await.expect(200).rows()[0]["id"].clone();
    let first = json!({
        "cost": cost("€", 1500), "status": "active", "priority": 1, "owner": [actor], "eta": "2026-12-01",
    });
    control(&app, "A", &ours, first).await;
    control(&app, "B", &ours, json!({ "cost": cost("€", 0), "eta": "2020-01-01" })).await;
    control(&app, "C", &ours, json!({ "cost": cost("$", 700), "eta": "2028-01-01" })).await;
    control(&app, "D", &ours, json!({ "status": "active", "eta": "2020-01-01" })).await;
    let told = app.admin().get(&format!("{CONTROLS}analytics/?folder={ours}")).await.expect(200).json;
    assert_eq!((&told["count"], &told["count_with_cost"]), (&json!(4), &json!(3)));
    assert_eq!(told["total_annual_cost"], json!(2500.0));
    assert_eq!(told["total_annual_cost_display"], "2,500 €");
    let dollars = json!([{ "currency": "$", "total": 1200.0, "total_display": "1,200 $" }]);
    assert_eq!(told["other_currencies"], dollars);
    let active = json!({
        "key": "active", "status": "Active", "count": 2, "total": 2000.0, "total_display": "2,000 €",
    });
    assert_eq!(told["by_status"][0], active);
    assert_eq!(told["by_priority"][1]["key"], "_unset");
    let buckets: Vec<_> = told["eta_buckets"].as_array().expect("a list").iter().map(|one| &one["count"]).collect();
    assert_eq!(buckets, [&json!(1), &json!(1), &json!(0), &json!(1), &json!(0)]);
    assert_eq!((&told["top_owners"][0]["key"], &told["top_owners"][0]["total"]), (&actor, &json!(2000.0)));
    assert_eq!(told["top_folders"][0]["label"], "Ours");
    let run = json!({ "fixed_cost": 1500.0, "fixed_cost_display": "1,500 €", "people_days": 3.0 });
    assert_eq!(told["cost_breakdown"]["run"], run);
}
