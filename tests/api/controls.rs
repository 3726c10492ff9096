//! Applied controls, policies and security exceptions.

mod cost;
mod duplicates;
mod exceptions;
mod filters;
mod measures;
mod merging;
mod pictures;
mod policies;
mod rows;
mod sync;
mod tables;

use blackbox::{Actor, Answer, TestApp};
use serde_json::{Value, json};

/// Makes a control in a folder, with some more fields; returns its id.
async fn control(app: &TestApp, name: &str, folder: &str, more: Value) -> String {
    // Lists come in the order of creation.
    app.wait(chrono::TimeDelta::seconds(1));
    make(app.admin(), name, folder, more).await.expect(201).id()
}

async fn make(actor: &Actor, name: &str, folder: &str, more: Value) -> Answer {
    let mut body = json!({ "name": name, "folder": folder });
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    actor.post("/api/applied-controls/", body).await
}

/// Names in a list of rows.
fn names(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["name"].as_str().expect("a name")).collect()
}
