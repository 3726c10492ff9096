//! The migrations build what the declarations imply, on the database that the run names.

use blackbox::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn migrations_build_what_is_declared() {
    let app = TestApp::start().await;
    let wrong = engine::schema::check(&app.program().engine).await.expect("the schema can be read");
    assert_eq!(wrong, Vec::<String>::new());
}
