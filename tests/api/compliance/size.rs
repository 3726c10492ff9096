//! A large audit: made in one go, and drawn without waiting.

use super::files::{at, audit};
use blackbox::{TestApp, shared_contract};
use serde_json::json;
use std::time::{Duration, Instant};

/// 1,189 nodes.
const LARGE: &str = "../libraries/nist-sp-800-53-rev5.yaml";
/// What a build without optimisation may take on a busy machine; measured figures are printed.
const PATIENCE: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_of_a_thousand_requirements_is_made_and_drawn() {
    let Some(file) = shared_contract().map(|contract| contract.join(LARGE)).filter(|file| file.is_file()) else {
        println!("LEFT OUT: the large library is not beside this checkout");
        return;
    };
    let app = TestApp::start().await;
    let admin = app.admin();
    let domain = app.domain("Ours", None).await;
    let content = std::fs::read(file).expect("the library");
    admin.upload("/api/stored-libraries/upload/", "library.yaml", content).await.expect(201);
    let frameworks = admin.get("/api/frameworks/?search=800-53").await.expect(200).rows();
    let framework = frameworks[0]["id"].as_str().expect("an id");
    let begun = Instant::now();
    let id = audit(admin, "Large", &domain, framework, json!({})).await;
    let made = begun.elapsed();
    let list = format!("/api/requirement-assessments/?compliance_assessment={id}&limit=1");
    let count = admin.get(&list).await.expect(200).json["count"].as_u64().expect("a number");
    assert!(count > 1000, "{count} rows");
    println!("{count} rows made in {made:?}");
    assert!(made < PATIENCE);
    for view in ["tree/", "global_score/", "section_compliance/", "soa/", ""] {
        let mut times = Vec::new();
        for _ in 0..20 {
            let begun = Instant::now();
            admin.get(&at(&id, view)).await.expect(200);
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        println!(
            "{}: median {:?}, 95 % within {:?}",
            if view.is_empty() { "detail" } else { view },
            times[10],
            times[18]
        );
        assert!(times[18] < PATIENCE, "{view}");
    }
}
