//! Folders, perimeters, assets and their words.

use blackbox::TestApp;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_brings_its_six_groups() {
    let app = TestApp::start().await;
    app.domain("Ours", None).await;
    let groups = app.admin().get("/api/user-groups/?search=").await.expect(200);
    let names: Vec<_> = groups.rows().iter().map(|row| row["name"].as_str().unwrap_or_default().to_owned()).collect();
    let ours = names.iter().filter(|name| name.starts_with("Ours - ")).count();
    assert_eq!(ours, 6, "{names:?}");
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
        assert_eq!(refused.json, json!({ "non_field_errors": ["errorAssetGraphMustNotContainCycles"] }));
    }
    let refused = app.admin().patch(&path(&c), json!({ "support_assets": [a] })).await.expect(400);
    assert_eq!(refused.json, json!({ "non_field_errors": ["errorAssetGraphMustNotContainCycles"] }));
}
