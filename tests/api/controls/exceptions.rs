//! Security exceptions.

use super::control;
use blackbox::TestApp;
use serde_json::json;

const EXCEPTIONS: &str = "/api/security-exceptions/";

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_tells_what_it_is_about() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let asset = app.asset("A", &ours).await;
    let covered = control(&app, "C", &ours, json!({})).await;
    let body = json!({
        "name": "E", "folder": ours, "severity": "3", "expiration_date": "2027-01-01", "assets": [asset],
        "applied_controls": [covered],
    });
    let made = app.admin().post(EXCEPTIONS, body).await.expect(201);
    assert_eq!((&made.json["severity"], &made.json["status"]), (&json!(3), &json!("draft")));
    assert_eq!(made.json["applied_controls"], json!([covered]));
    let id = made.id();
    let read = app.admin().get(&format!("{EXCEPTIONS}{id}/")).await.expect(200).json;
    assert_eq!((&read["severity"], &read["associated_objects_count"]), (&json!("high"), &json!(2)));
    assert_eq!(read["assets"], json!([{ "str": "A", "id": asset }]));
    let other = app.admin().get(&format!("/api/applied-controls/{covered}/")).await.expect(200).json;
    assert_eq!(other["security_exceptions"], json!([{ "str": "E", "id": id }]));
    let default = app.admin().post(EXCEPTIONS, json!({ "name": "F", "folder": ours })).await.expect(201).json;
    assert_eq!(default["severity"], -1);
    for (query, count) in
        [("severity=3", 1), ("severity=-1", 1), ("status=approved", 0), ("expiration_date__lt=2027-06-01", 1)]
    {
        assert_eq!(app.admin().get(&format!("{EXCEPTIONS}?{query}")).await.expect(200).json["count"], count, "{query}");
    }
    let flows = app.admin().get(&format!("{EXCEPTIONS}sankey_data/")).await.expect(200).json;
    let links = json!([
        { "source": "undefined", "target": "draft", "value": 1 },
        { "source": "high", "target": "draft", "value": 1 },
    ]);
    assert_eq!(flows["results"]["links"], links);
    let table = app.admin().get(&format!("{EXCEPTIONS}export_csv/")).await.expect(200).text;
    assert!(table.contains("E;;high;draft;2027-01-01;Ours"), "{table}");
    let reader = app.person("reader@example.org", Some("Ours - Respondent")).await;
    let seen = reader.get(&format!("{EXCEPTIONS}{id}/")).await;
    assert!(seen.status == 404 || seen.json["associated_objects_count"] == 1, "assets are hidden: {}", seen.text);
}
