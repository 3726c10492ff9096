//! Every library that lies beside this checkout: loads, is refused a second time, goes.

use super::files::UPLOAD;
use blackbox::TestApp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/libraries");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("LEFT OUT: the shared libraries are not beside this checkout");
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shared_library_loads_and_unloads() {
    let Some(folder) = folder() else { return };
    let app = TestApp::start().await;
    let admin = app.admin();
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut left: BTreeMap<PathBuf, String> =
        files.map(|path| (path.clone(), fs::read_to_string(path).expect("text"))).collect();
    let total = left.len();
    let before = admin.get("/api/requirement-nodes/?limit=1").await.expect(200).json["count"].clone();
    // Those that others need come first, whatever their names: repeat until nothing moves.
    let mut loaded: Vec<Value> = Vec::new();
    let mut refused: BTreeMap<PathBuf, String> = BTreeMap::new();
    loop {
        let mut moved = false;
        for (path, content) in left.clone() {
            let answer = admin.upload(UPLOAD, "library.yaml", content.clone()).await;
            if answer.status == 201 {
                loaded.push(answer.json);
                left.remove(&path);
                refused.remove(&path);
                moved = true;
                let again = admin.upload(UPLOAD, "library.yaml", content).await.expect(422);
                assert_eq!(again.json["error"], "libraryAlreadyLoadedError");
            } else {
                refused.insert(path, answer.text);
            }
        }
        if !moved {
            break;
        }
    }
    // What needs a library that is not there is refused, and nothing else is.
    for (path, why) in &refused {
        assert!(why.contains("does not exist"), "{}: {why}", path.display());
    }
    println!("{} of {total} loaded, {} need a library that is not here", loaded.len(), refused.len());
    assert!(loaded.len() > 20);

    // Dependents first: repeat until nothing moves.
    loop {
        let mut stays = Vec::new();
        for row in &loaded {
            let id = row["id"].as_str().expect("an id");
            let answer = admin.post(&format!("/api/stored-libraries/{id}/unload/"), json!({})).await;
            if answer.status != 200 {
                assert_eq!(answer.status, 409, "{}: {}", row["urn"], answer.text);
                stays.push(row.clone());
            }
        }
        if stays.is_empty() {
            break;
        }
        assert!(stays.len() < loaded.len(), "these hold each other: {stays:?}");
        loaded = stays;
    }
    assert_eq!(admin.get("/api/requirement-nodes/?limit=1").await.expect(200).json["count"], before);
}
