//! Files that nobody uploads: our own, and those of a folder.

use super::files::{mapping, small};
use blackbox::TestApp;
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn our_own_content_is_there_from_the_start() {
    let app = TestApp::start().await;
    let rows = app.admin().get("/api/loaded-libraries/?packager=tessera").await.expect(200).rows();
    assert!(rows.len() >= 4 && rows.iter().all(|row| row["builtin"] == json!(true)), "{rows:?}");
    let matrices = app.admin().get("/api/risk-matrices/").await.expect(200);
    assert!(matrices.json["count"].as_u64() >= Some(3), "{}", matrices.text);
    let frameworks = app.admin().get("/api/frameworks/").await.expect(200);
    assert_eq!(frameworks.json["count"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_put_on_the_shelf_in_the_background() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("alpha.yaml"), small("alpha", 1)).expect("written");
    fs::write(folder.path().join("map.yml"), mapping("ab", "alpha", "beta")).expect("written");
    fs::write(folder.path().join("wrong.yaml"), "urn: nothing").expect("written");
    fs::write(folder.path().join("notes.txt"), "not a library").expect("written");
    let path = folder.path().to_owned();
    let app = TestApp::with(|settings| settings.library_dir = Some(path)).await;
    let mut rows: Vec<Value> = Vec::new();
    for _ in 0..200 {
        rows = app.admin().get("/api/stored-libraries/?packager=tests").await.expect(200).rows();
        if rows.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let loaded: Vec<(&Value, &Value)> = rows.iter().map(|row| (&row["ref_id"], &row["is_loaded"])).collect();
    // Mapping sets wait for nothing, so they are at work at once.
    assert_eq!(loaded, [(&json!("ab"), &json!(true)), (&json!("alpha"), &json!(false))]);
    assert!(rows.iter().all(|row| row["builtin"] == json!(true)));
    app.admin().post("/api/stored-libraries/urn:test:risk:library:alpha/import/", json!({})).await.expect(200);
}
