//! Suggested controls, synchronisation, and the plan that comes of them.

use super::files::{at, at_row, audit, row, rows, stage};
use super::hidden::hiding;
use super::other_end::twice;
use super::shelf::actor_of;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn suggestions_are_shown_made_and_taken_again() {
    let (app, domain, framework) = stage("sug").await;
    let admin = app.admin();
    let both = json!({ "selected_implementation_groups": ["L1", "L2"] });
    let id = audit(admin, "S", &domain, &framework, both.clone()).await;
    let view = at(&id, "suggestions/applied-controls/");
    let preview = admin.get(&view).await.expect(200).json;
    assert_eq!(preview[0]["name"], "Ref ctl 1 sug");
    assert_eq!(preview[0]["reference_control"]["str"], "RC1 - Ref ctl 1 sug");
    assert_eq!((&preview[0]["suggestion_status"], preview.as_array().map(Vec::len)), (&json!("create"), Some(2)));
    assert_eq!(admin.get("/api/applied-controls/").await.expect(200).json["count"], 0, "reading makes nothing");

    let made = admin.post(&view, json!({})).await.expect(200).json;
    assert_eq!(made.as_array().map(Vec::len), Some(2), "{made}");
    assert_eq!((&made[0]["name"], &made[0]["ref_id"]), (&json!("Ref ctl 1 sug"), &json!("RC1")));
    assert_eq!((&made[0]["category"], &made[0]["csf_function"]), (&json!("Technical"), &json!("Protect")));
    assert_eq!((&made[0]["status"], &made[0]["folder"]["id"]), (&json!("--"), &json!(domain)));
    assert_eq!(made[0]["requirement_assessments"].as_array().map(Vec::len), Some(2));
    assert_eq!(admin.post(&view, json!({})).await.expect(200).json, json!([]));
    assert_eq!(admin.get(&view).await.expect(200).json, json!([]));

    let other = audit(admin, "T", &domain, &framework, both).await;
    let second = row(admin, &other, "1.2").await;
    let linked = admin.post(&format!("{}suggestions/applied-controls/", at_row(&second)), json!({})).await.expect(200);
    assert_eq!(linked.json[0]["id"], made[0]["id"], "the control of the same reference is taken");
    assert_eq!(admin.get("/api/applied-controls/").await.expect(200).json["count"], 2);

    let asked = json!({ "create_applied_controls_from_suggestions": true, "selected_implementation_groups": ["L2"] });
    let third = audit(admin, "U", &domain, &framework, asked).await;
    let shown = admin.get(&at_row(&row(admin, &third, "1.2").await)).await.expect(200).json;
    assert_eq!(shown["applied_controls"], json!([{ "str": "Ref ctl 1 sug", "id": made[0]["id"] }]));
    let coverage = admin.get(&at(&id, "controls_coverage/")).await.expect(200).json;
    let wanted = json!({
        "total_assessable": 3, "with_controls": 2, "without_controls": 1, "coverage_percent": 66.7,
        "control_status_distribution": { "--": 2 }, "requirements_by_control_count": { "0": 1, "1": 1, "2": 1 },
    });
    assert_eq!(coverage, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn respondents_are_suggested_what_their_own_requirements_ask_for() {
    let (app, domain, framework) = stage("seen").await;
    let admin = app.admin();
    let mut shown = hiding(&[]);
    shown["selected_implementation_groups"] = json!(["L1", "L2"]);
    let id = audit(admin, "S", &domain, &framework, shown).await;
    app.domain("Theirs", None).await;
    // Reads the catalogue, too.
    let respondent = twice(&app, "asked@example.org", ["Ours - Respondent", "Theirs - Reader"]).await;
    let names = async |who: &blackbox::Actor, path: &str| -> Vec<String> {
        let shown = who.get(&format!("{path}suggestions/applied-controls/")).await.expect(200).json;
        shown.as_array().expect("a list").iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
    };
    let mut asked = Vec::new();
    for one in rows(admin, &id).await {
        let row = one["id"].as_str().expect("an id").to_owned();
        asked.push((names(admin, &at_row(&row)).await, row));
    }
    let all = names(admin, &at(&id, "")).await;
    let (own, row) = asked.iter().find(|(own, _)| !own.is_empty() && *own != all).expect("a row asks for some");
    let body = json!({ "compliance_assessment": id, "folder": domain, "requirement_assessments": [row],
        "actor": [actor_of(&app, "asked@example.org").await] });
    admin.post("/api/requirement-assignments/", body).await.expect(201);
    assert_eq!(names(&respondent, &at(&id, "")).await, *own);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn controls_at_work_make_results() {
    let (app, domain, framework) = stage("sync").await;
    let admin = app.admin();
    let id = audit(admin, "S", &domain, &framework, json!({ "selected_implementation_groups": ["L1", "L2"] })).await;
    let made = admin.post(&at(&id, "suggestions/applied-controls/"), json!({})).await.expect(200).json;
    let policy = made.as_array().expect("a list").iter().find(|one| one["ref_id"] == "RC2").expect("the policy");
    let policy = format!("/api/applied-controls/{}/", policy["id"].as_str().expect("an id"));
    let (second, third) = (row(admin, &id, "1.2").await, row(admin, &id, "2.1").await);
    let sync = at(&id, "syncToActions/");
    let change = |new: &str| json!([{ "current": "not_assessed", "new": new }]);
    let first = admin.get(&sync).await.expect(200).json;
    let wanted = json!({ "changes": {
        &second: { "str": "1.2", "changes": change("non_compliant") },
        &third: { "str": "2.1 - Req 2.1", "changes": change("non_compliant") },
    } });
    assert_eq!(first, wanted);
    admin.patch(&policy, json!({ "status": "active" })).await.expect(200);
    let dry = admin.post(&format!("{sync}?dry_run=true"), json!({})).await.expect(200).json;
    assert_eq!(dry["changes"][&third]["changes"], change("partially_compliant"));
    let doubt = admin.post(&format!("{sync}?dry_run=perhaps"), json!({})).await.expect(400).json;
    assert_eq!(doubt, json!({ "dry_run": ["Must be a valid boolean."] }));
    assert_eq!(admin.get(&at_row(&third)).await.expect(200).json["result"], "not_assessed");
    let done = admin.post(&sync, json!({})).await.expect(200).json;
    assert_eq!(done, dry);
    assert_eq!(admin.get(&at_row(&third)).await.expect(200).json["result"], "partially_compliant");
    assert_eq!(admin.get(&at_row(&second)).await.expect(200).json["result"], "non_compliant");
    assert_eq!(admin.post(&sync, json!({})).await.expect(200).json, json!({ "changes": {} }));
    let log = admin.get(&format!("/api/audit-log/?object_id={third}")).await.expect(200);
    assert!(log.text.contains("partially_compliant"), "the history of the row tells of it: {}", log.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_lists_controls_and_sums_their_cost() {
    let (app, domain, framework) = stage("plan").await;
    let admin = app.admin();
    let id = audit(admin, "P", &domain, &framework, json!({ "selected_implementation_groups": ["L1", "L2"] })).await;
    let nothing = admin.get(&at(&id, "action-plan/")).await.expect(200).json;
    assert_eq!(nothing, json!({ "count": 0, "next": null, "previous": null, "results": [] }));
    let made = admin.post(&at(&id, "suggestions/applied-controls/"), json!({})).await.expect(200).json;
    let first = made[0]["id"].as_str().expect("an id");
    let cost = json!({ "currency": "€", "amortization_period": 5, "build": { "fixed_cost": 1000, "people_days": 10 },
                       "run": { "fixed_cost": 100, "people_days": 2 } });
    admin.patch(&format!("/api/applied-controls/{first}/"), json!({ "cost": cost })).await.expect(200);
    admin.post("/api/applied-controls/", json!({ "name": "Elsewhere", "folder": domain })).await.expect(201);

    let plan = admin.get(&at(&id, "action-plan/?search=plan&limit=1&ordering=name")).await.expect(200).json;
    assert_eq!(plan["count"], 2, "{plan}");
    assert!(plan["next"].as_str().expect("a link").starts_with(&at(&id, "action-plan/")));
    let row = &plan["results"][0];
    assert_eq!((&row["status"], &row["category"]), (&json!("Undefined"), &json!("Technical")));
    assert_eq!(row["annual_cost"], "2300.00");
    let rows: Vec<&Value> =
        row["requirement_assessments"].as_array().expect("a list").iter().map(|one| &one["str"]).collect();
    assert_eq!(rows, ["1.2", "2.1 - Req 2.1"]);
    assert_eq!(row["evidence_attachments"], json!([]));

    let budget = admin.get(&at(&id, "action-plan/budget-overview/")).await.expect(200).json;
    assert_eq!((&budget["count"], &budget["count_with_cost"]), (&json!(2), &json!(1)));
    assert_eq!(budget["total_annual_cost_display"], "2,300 €");
    assert_eq!(
        budget["by_status"][0],
        json!({ "key": "--", "status": "Undefined", "count": 2, "total": 2300.0, "total_display": "2,300 €" })
    );
    // Other money is told apart.
    let second = made[1]["id"].as_str().expect("an id");
    let dollars = json!({ "currency": "$", "amortization_period": 1, "run": { "fixed_cost": 70, "people_days": 0 } });
    admin.patch(&format!("/api/applied-controls/{second}/"), json!({ "cost": dollars })).await.expect(200);
    let mixed = admin.get(&at(&id, "action-plan/budget-overview/")).await.expect(200).json;
    assert_eq!((&mixed["count_with_cost"], &mixed["total_annual_cost_display"]), (&json!(2), &json!("2,300 €")));
    let other = json!([{ "currency": "$", "total": 70.0, "total_display": "70 $" }]);
    assert_eq!(mixed["other_currencies"], other);
    let csv = admin.get(&at(&id, "action_plan_csv/")).await.expect(200);
    assert!(
        csv.text.starts_with("\u{feff}Name,Description,Category,CSF Function,Priority,Status,ETA,"),
        "{}",
        csv.text
    );
    assert!(csv.text.contains("\"1.2\n2.1 - Req 2.1\""), "{}", csv.text);
    let sheet = admin.get(&at(&id, "action_plan_xlsx/")).await.expect(200);
    assert!(sheet.header("content-disposition").expect("a name").contains(".xlsx"));
}
