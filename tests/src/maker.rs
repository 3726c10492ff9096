//! Makes rows of any resource from its declaration alone.

use crate::{Actor, TestApp};
use engine::Registry;
use engine::declare::{Field, Kind, Resource};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::pin::Pin;

/// What declarations cannot say: one of two fields, and not both.
const ALSO: [(&str, &str); 2] = [("role-assignments", "user"), ("comments", "requirement_assessment")];
const NEVER: [(&str, &str); 10] = [
    ("role-assignments", "user_group"),
    ("comments", "applied_control"),
    // A target lies on the scale, and a baseline is of the same framework.
    ("compliance-assessments", "min_score"),
    ("compliance-assessments", "max_score"),
    ("compliance-assessments", "target_score"),
    ("compliance-assessments", "anchor_na_to_target"),
    ("compliance-assessments", "baseline"),
    ("compliance-assessments", "create_applied_controls_from_suggestions"),
    // Questions here take choices.
    ("answers", "value"),
    // A row stands in one assignment.
    ("requirement-assignments", "requirement_assessments"),
];

/// Somebody who holds every permission everywhere, and makes rows.
#[derive(Debug)]
pub struct Maker {
    actor: Actor,
    registry: Registry,
    some: HashMap<&'static str, String>,
    number: u32,
}

impl Maker {
    /// A person with a role of all permissions on the root folder.
    pub async fn new(app: &TestApp) -> Self {
        let admin = app.admin();
        let actor = app.person("maker@example.org", Some("Global - Administrator")).await;
        let all: Vec<Value> =
            admin.get("/api/permissions/").await.expect(200).rows().iter().map(|row| row["id"].clone()).collect();
        let role =
            admin.post("/api/roles/", json!({ "name": "Everything", "permissions": all })).await.expect(201).id();
        let me = actor.get("/api/iam/current-user/").await.expect(200).id();
        let held = json!({
            "name": "The maker holds everything", "user": me, "role": role, "perimeter_folders": [app.root().await],
            "is_recursive": true,
        });
        admin.post("/api/role-assignments/", held).await.expect(201);
        Self { actor, registry: server::registry(), some: HashMap::new(), number: 0 }
    }

    /// The person.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What a POST has to name, with new values.
    pub async fn minimal(&mut self, resource: &Resource) -> Map<String, Value> {
        self.body(resource, false).await
    }

    /// Everything that a POST may name, with new values.
    pub async fn full(&mut self, resource: &Resource) -> Map<String, Value> {
        self.body(resource, true).await
    }

    /// Makes a row that says only what it must; returns its id.
    pub async fn make(&mut self, resource: &Resource) -> String {
        if crate::LIBRARY_KINDS.contains(&resource.path) {
            return self.bring(resource).await;
        }
        let body = self.minimal(resource).await;
        self.actor.post(&format!("/api/{}/", resource.path), body.into()).await.expect(201).id()
    }

    /// A row of a kind that only libraries bring, with a library of its own.
    async fn bring(&mut self, resource: &Resource) -> String {
        self.number += 1;
        let number = self.number;
        let content = crate::library(number, |path| format!("{path} {number} brought"));
        self.actor.upload("/api/stored-libraries/upload/", "library.yaml", content).await.expect(201);
        let path = format!("/api/{}/?ordering=-created_at&limit=1", resource.path);
        self.actor.get(&path).await.expect(200).rows()[0]["id"].as_str().expect("an id").to_owned()
    }

    /// Some row of a resource; the same each time. None when nobody has declared it.
    pub async fn some(&mut self, path: &'static str) -> Option<String> {
        let resource = self.registry.get(path)?.clone();
        if !self.some.contains_key(path) {
            let id = if resource.makes_rows() {
                self.make(&resource).await
            } else {
                if let Some(whole) = resource.part_of {
                    Box::pin(self.some(whole)).await;
                }
                let rows = self.actor.get(&format!("/api/{path}/?limit=1")).await.expect(200).rows();
                rows[0]["id"].as_str().expect("an id").to_owned()
            };
            self.some.insert(path, id);
        }
        self.some.get(path).cloned()
    }

    /// An answer is to a question that its row asks, and that nobody has answered there.
    async fn aim(&mut self, body: &mut Map<String, Value>) {
        let choice = self.some("question-choices").await.expect("declared");
        let choice = self.actor.get(&format!("/api/question-choices/{choice}/")).await.expect(200).json;
        let question = choice["question"].as_str().expect("an id").to_owned();
        let node =
            self.actor.get(&format!("/api/questions/{question}/")).await.expect(200).json["requirement_node"].clone();
        let path = format!("/api/requirement-nodes/{}/", node.as_str().expect("an id"));
        let framework = self.actor.get(&path).await.expect(200).json["framework"].clone();
        let audits = self.registry.get("compliance-assessments").expect("declared").clone();
        let mut audit = self.minimal(&audits).await;
        audit.insert("framework".into(), framework.get("id").unwrap_or(&framework).clone());
        let audit = self.actor.post("/api/compliance-assessments/", audit.into()).await.expect(201).id();
        let path = format!("/api/requirement-assessments/?compliance_assessment={audit}");
        let rows = self.actor.get(&path).await.expect(200).rows();
        let row = rows.iter().find(|row| row["requirement"]["id"] == node).expect("the row of the requirement");
        body.insert("requirement_assessment".into(), row["id"].clone());
        if body.contains_key("selected_choices") {
            body.insert("selected_choices".into(), json!([choice["id"]]));
        }
        body.insert("question".into(), json!(question));
    }

    /// Boxed, since rows refer to rows.
    fn body<'a>(
        &'a mut self,
        resource: &'a Resource,
        full: bool,
    ) -> Pin<Box<dyn Future<Output = Map<String, Value>> + Send + 'a>> {
        Box::pin(async move {
            self.number += 1;
            let number = self.number;
            let mut body = Map::new();
            for field in resource.fields.iter().filter(|field| field.input) {
                let wanted = field.required || full || ALSO.contains(&(resource.path, field.name));
                if !wanted || NEVER.contains(&(resource.path, field.name)) {
                    continue;
                }
                let value = match field.kind {
                    Kind::Reference { target, .. } => self.some(target).await.map(Value::String),
                    Kind::References { target } | Kind::Reverse { source: target, .. }
                        if target == resource.path && !field.required =>
                    {
                        None
                    }
                    Kind::References { target } | Kind::Reverse { source: target, .. } => {
                        self.some(target).await.map(|id| json!([id]))
                    }
                    _ => Some(plain(field, number)),
                };
                body.extend(value.map(|value| (field.name.to_owned(), value)));
            }
            if resource.path == "answers" {
                self.aim(&mut body).await;
            }
            body
        })
    }
}

/// A valid value of a field that refers to nothing.
fn plain(field: &Field, number: u32) -> Value {
    match &field.kind {
        Kind::Text { .. } => json!(format!("{}-{number}", field.name)),
        Kind::Email => json!(format!("{}{number}@example.org", field.name)),
        Kind::Url => json!(format!("https://example.org/{number}")),
        Kind::Choice { options, .. } => field.code(options[0].0),
        Kind::Bool => json!(true),
        Kind::Int { min, .. } => json!(min),
        Kind::Real => json!(1.5),
        Kind::Date => json!("2026-12-24"),
        Kind::Time => json!("2026-11-24T09:00:00Z"),
        Kind::Json { form: "texts", .. } => json!([]),
        // Merged over what holds: said in full, it is kept as it is.
        Kind::Json { form: "visibility", .. } => {
            let hidden = json!({ "auditor": "hidden", "respondent": "hidden" });
            let open = json!({ "auditor": "edit", "respondent": "hidden" });
            json!({
                "score": hidden, "is_scored": hidden, "documentation_score": hidden, "status": open,
                "extended_result": open, "respondent_alignment": hidden,
            })
        }
        Kind::Json { .. } => json!({}),
        kind => panic!("{} is {kind:?}: nobody writes it", field.name),
    }
}
