//! A list costs a fixed number of SQL statements, however many rows it has.

use blackbox::{Maker, TestApp};
use engine::declare::{On, Resource};

/// Rows of the small page and of the large one.
const SIZES: [u64; 2] = [3, 60];

#[tokio::test(flavor = "multi_thread")]
async fn a_page_costs_the_same_statements_whatever_its_rows() {
    let app = TestApp::start().await;
    let mut maker = Maker::new(&app).await;
    let mut grows = Vec::new();
    for resource in server::registry().all() {
        fill(&mut maker, resource).await;
        for path in paths(resource) {
            let [few, many] = SIZES.map(|size| cost(&app, &maker, &path, size));
            let (few, many) = (few.await, many.await);
            println!("{path}: {few} statements for 3 rows, {many} for 60");
            if few != many {
                grows.push(format!("{path}: {few} for 3 rows, {many} for 60"));
            }
        }
    }
    assert!(grows.is_empty(), "the number of statements grows with the rows: {grows:#?}");
}

/// Rows with every relation set, until a large page is full.
async fn fill(maker: &mut Maker, resource: &Resource) {
    let path = format!("/api/{}/", resource.path);
    let count =
        maker.actor().get(&format!("{path}?limit=1")).await.expect(200).json["count"].as_u64().unwrap_or_default();
    let missing = if resource.makes_rows() { SIZES[1].max(10) } else { SIZES[1].saturating_sub(count) };
    for _ in 0..missing {
        if resource.makes_rows() {
            let body = maker.full(resource).await;
            maker.actor().post(&path, body.into()).await.expect(201);
        } else if blackbox::LIBRARY_KINDS.contains(&resource.path) {
            maker.make(resource).await;
        } else if resource.path == "actors" {
            // Actors come with people.
            let users = server::registry().get("users").expect("users are declared").clone();
            maker.make(&users).await;
        }
    }
}

/// Everything that answers with a page of rows.
fn paths(resource: &Resource) -> Vec<String> {
    let mut paths = vec![format!("/api/{}/", resource.path)];
    if resource.operations.autocomplete.is_some() {
        paths.push(format!("/api/{}/autocomplete/", resource.path));
    }
    if resource.actions.iter().any(|action| action.name == "full" && action.on == On::Collection) {
        paths.push(format!("/api/{}/full/", resource.path));
    }
    paths
}

/// The statements of a full page of `size` rows.
async fn cost(app: &TestApp, maker: &Maker, path: &str, size: u64) -> u64 {
    let path = format!("{path}?limit={size}&ordering=-created_at");
    let (statements, answer) = app.cost(|| maker.actor().get(&path)).await;
    assert_eq!(answer.expect(200).rows().len() as u64, size, "{path} is not full");
    assert!(statements > 1, "{path} cost {statements}: statements are not counted");
    statements
}
