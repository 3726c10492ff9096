//! Two domains, people with one role each, and rows of every kind.

use crate::model::{PEOPLE, Person, Place, Row};
use blackbox::{Actor, LIBRARY_KINDS, TestApp, library};
use chrono::TimeDelta;
use engine::Registry;
use engine::declare::{Field, Kind, Resource, Scope};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Somebody with a session and a token.
pub struct Someone {
    pub person: Person,
    pub session: Actor,
    pub token: Actor,
}

/// Everything that the matrix needs.
pub struct World {
    pub app: TestApp,
    pub registry: Registry,
    pub people: Vec<Someone>,
    pub anonymous: Actor,
    pub expired: Actor,
    pub revoked: Actor,
    pub root: String,
    pub ours: String,
    pub theirs: String,
    rows: BTreeMap<&'static str, Row>,
    known: Mutex<BTreeMap<String, Vec<(&'static str, Row)>>>,
    number: AtomicU32,
}

impl World {
    /// Makes everything.
    pub async fn new() -> Self {
        let app = TestApp::start().await;
        let root = app.root().await;
        let ours = app.domain("Ours", None).await;
        let theirs = app.domain("Theirs", None).await;
        for person in PEOPLE {
            app.person(&mail(person), person.group).await;
        }
        let one_day =
            app.admin().post("/api/iam/auth-tokens/", json!({ "name": "short", "expiry": 1 })).await.expect(200);
        let expired = Actor::with_token(&app.base(), one_day.json["token"].as_str().expect("a value"));
        expired.get("/api/folders/").await.expect(200);
        app.wait(TimeDelta::days(1));

        let mut people = Vec::new();
        for person in PEOPLE {
            let session = app.sign_in(&mail(person)).await;
            let token = app.token_of(&session).await;
            people.push(Someone { person, session, token });
        }
        let admin = &people.last().expect("the administrator").session;
        let made = admin.post("/api/iam/auth-tokens/", json!({ "name": "gone" })).await.expect(200);
        let revoked = Actor::with_token(&app.base(), made.json["token"].as_str().expect("a value"));
        revoked.get("/api/folders/").await.expect(200);
        admin.delete(&format!("/api/iam/auth-tokens/{}/", made.json["id"].as_str().expect("an id"))).await.expect(204);

        let anonymous = app.anonymous();
        let (rows, known, number) = (BTreeMap::new(), Mutex::default(), AtomicU32::new(1000));
        let registry = server::registry();
        let mut world =
            Self { app, registry, people, anonymous, expired, revoked, root, ours, theirs, rows, known, number };
        for resource in world.registry.clone().all() {
            let row = world.fresh(resource).await;
            world.rows.insert(resource.path, row);
        }
        world
    }

    /// The administrator, in a session.
    pub fn admin(&self) -> &Actor {
        &self.people.last().expect("the administrator").session
    }

    /// The row of a kind that nobody deletes.
    pub fn row(&self, resource: &Resource) -> &Row {
        &self.rows[resource.path]
    }

    fn next(&self) -> u32 {
        self.number.fetch_add(1, Ordering::Relaxed)
    }

    /// A name that occurs nowhere else.
    pub fn word(&self) -> String {
        format!("Zebra{}x", self.next())
    }

    /// A name that occurs nowhere else and fits the field.
    fn name(&self, field: &Field) -> String {
        let name = format!("Zebra{}x", self.next());
        if matches!(field.kind, Kind::Email) { format!("{name}@example.org") } else { name }
    }

    /// Remembers what a row is called.
    pub fn know(&self, resource: &Resource, row: &Row) {
        let mut known = self.known.lock().expect("never poisoned");
        for word in words(&row.name) {
            known.entry(word).or_default().push((resource.path, row.clone()));
        }
    }

    /// Every name of ours in an answer belongs to something that the person may see, or was
    /// said by the person in the same breath.
    pub fn check_nothing_hidden(&self, person: Person, sent: &str, answer: &str, what: &str) {
        let known = self.known.lock().expect("never poisoned");
        for word in words(answer).filter(|word| !sent.contains(word.as_str())) {
            let Some(rows) = known.get(&word) else {
                // Domains that were imported stand beside Ours and Theirs.
                assert!(person.holds_in("add_folder", Place::Root), "{what} tells of {word}: {answer}");
                continue;
            };
            let sees = |(path, row): &(&str, Row)| person.sees(self.registry.get(path).expect("declared"), row);
            assert!(rows.iter().any(sees), "{what} tells of {word} ({}): {answer}", rows[0].0);
        }
    }

    /// A new row of this kind, in Ours where its kind can stand there.
    pub async fn fresh(&self, resource: &Resource) -> Row {
        let row = self.find_or_make(resource).await;
        self.know(resource, &row);
        row
    }

    async fn find_or_make(&self, resource: &Resource) -> Row {
        match resource.path {
            // Made by the program; the one of a team in Ours stands in Ours.
            "actors" => self.actor().await,
            "permissions" => self.existing(resource, "/api/permissions/?codename=view_asset", Place::Root).await,
            // Nobody may add groups; those of a new domain below Ours are as good.
            "user-groups" => self.group(resource).await,
            // Rows come with their audit.
            "requirement-assessments" => self.requirement().await,
            "requirement-assignments" => self.assignment(resource).await,
            path if LIBRARY_KINDS.contains(&path) => self.brought(resource).await,
            _ => self.made(resource).await,
        }
    }

    async fn made(&self, resource: &Resource) -> Row {
        let place = place_of(resource);
        let body = self.body(resource, place).await;
        let label = label_of(resource);
        let name =
            body[label].as_str().unwrap_or_else(|| panic!("{} has no {label}: {body}", resource.path)).to_owned();
        let made = self.admin().post(&format!("/api/{}/", resource.path), body).await.expect(201);
        let published = resource.fields.iter().find(|field| field.name == "is_published");
        // What can be written is written false; what lives in the root by nature is for all.
        let written = published.is_some_and(|field| field.input);
        let declared = published.is_some_and(|field| field.default == Some("true"));
        let published = !written && (resource.scope == Scope::Root || declared);
        Row { id: made.id(), name, place, published, builtin: false }
    }

    async fn existing(&self, resource: &Resource, path: &str, place: Place) -> Row {
        let rows = self.admin().get(path).await.expect(200).rows();
        let text = |name: &str| rows[0][name].as_str().unwrap_or_else(|| panic!("no {name}")).to_owned();
        Row { id: text("id"), name: text(resource.label_field), place, published: false, builtin: true }
    }

    /// An assignment of rows of an audit of its own, which is what it is called by.
    async fn assignment(&self, resource: &Resource) -> Row {
        let audits = self.registry.get("compliance-assessments").expect("declared");
        let audit = self.made(audits).await;
        self.know(audits, &audit);
        let mut body = self.body(resource, Place::Ours).await;
        body["compliance_assessment"] = json!(audit.id);
        let made = self.admin().post("/api/requirement-assignments/", body).await.expect(201);
        Row { id: made.id(), name: audit.name, place: Place::Ours, published: false, builtin: false }
    }

    /// The row of a requirement, of an audit in Ours.
    async fn requirement(&self) -> Row {
        let audits = self.registry.get("compliance-assessments").expect("declared");
        let audit = self.made(audits).await;
        self.know(audits, &audit);
        let path = format!("/api/requirement-assessments/?compliance_assessment={}", audit.id);
        let rows = self.admin().get(&path).await.expect(200).rows();
        let id = rows[0]["id"].as_str().expect("an id").to_owned();
        Row { id, name: audit.name, place: Place::Ours, published: false, builtin: false }
    }

    /// A row of a kind that only libraries bring.
    async fn brought(&self, resource: &Resource) -> Row {
        let (name, number) = (format!("Zebra{}x", self.next()), self.next());
        // A stored library and what is loaded of it share their name.
        let path = if resource.path == "stored-libraries" { "loaded-libraries" } else { resource.path };
        let content = library(number, |kind| if kind == path { name.clone() } else { format!("{kind} {number}") });
        self.admin().upload("/api/stored-libraries/upload/", "library.yaml", content).await.expect(201);
        let rows = self.admin().get(&format!("/api/{}/?search={name}", resource.path)).await.expect(200).rows();
        let id = rows[0]["id"].as_str().expect("an id").to_owned();
        Row { id, name, place: Place::Root, published: true, builtin: false }
    }

    async fn actor(&self) -> Row {
        let name = format!("Zebra{}x", self.next());
        self.admin().post("/api/teams/", json!({ "name": name, "folder": self.ours })).await.expect(201);
        let rows = self.admin().get(&format!("/api/actors/?search={name}")).await.expect(200).rows();
        let id = rows[0]["id"].as_str().expect("an id").to_owned();
        let row = Row { id, name, place: Place::Ours, published: false, builtin: true };
        self.know(self.registry.get("teams").expect("declared"), &row);
        row
    }

    async fn group(&self, resource: &Resource) -> Row {
        let name = format!("Zebra{}x", self.next());
        let body =
            json!({ "name": name, "parent_folder": self.ours, "create_iam_groups": true, "is_published": false });
        self.admin().post("/api/folders/", body).await.expect(201);
        let name = format!("{name} - Approver");
        let rows = self.admin().get("/api/user-groups/").await.expect(200).rows();
        let row = rows.iter().find(|row| row[resource.label_field] == json!(name)).expect("a group");
        let id = row["id"].as_str().expect("an id").to_owned();
        let folder = Row { id: id.clone(), name: name.clone(), place: Place::Ours, published: false, builtin: true };
        self.know(self.registry.get("folders").expect("declared"), &folder);
        Row { id, name, place: Place::Ours, published: false, builtin: true }
    }

    /// A body that is complete, for a place.
    pub async fn body(&self, resource: &Resource, place: Place) -> Value {
        let mut body = Map::new();
        for field in resource.fields.iter().filter(|field| field.input) {
            if field.name == label_of(resource) {
                body.insert(field.name.into(), json!(self.name(field)));
            } else if field.required && resource.path != "answers" {
                body.insert(field.name.into(), self.value(field));
            }
        }
        if let Some(field) = resource.folder_field().filter(|field| field.input) {
            body.insert(field.name.into(), json!(self.folder(place)));
        }
        if resource.fields.iter().any(|field| field.name == "is_published" && field.input) {
            body.insert("is_published".into(), json!(false));
        }
        if resource.path == "role-assignments" {
            body.insert("user".into(), json!(self.rows["users"].id));
            body.insert("perimeter_folders".into(), json!([self.folder(place)]));
        }
        if resource.path == "compliance-assessments" {
            // Every document of it can be made: one of them is made of scores.
            let shown = json!({ "auditor": "edit" });
            body.insert("field_visibility".into(), json!({ "score": shown, "documentation_score": shown }));
        }
        if resource.path == "comments" {
            // About one thing, in whose folder it stands.
            body.insert("requirement_assessment".into(), json!(self.rows["requirement-assessments"].id));
        }
        if resource.path == "answers" {
            let (row, question) = Box::pin(self.unanswered()).await;
            body.insert("requirement_assessment".into(), json!(row));
            body.insert("question".into(), json!(question));
            body.insert("value".into(), json!(self.word()));
        }
        Value::Object(body)
    }

    /// A row of a new audit in Ours, and the question that it asks.
    async fn unanswered(&self) -> (String, String) {
        let find = async |path: String| {
            let rows = self.admin().get(&path).await.expect(200).rows();
            rows.first().map(|row| row["id"].as_str().expect("an id").to_owned())
        };
        let framework = "/api/frameworks/?urn=urn:test:risk:framework:asks".to_owned();
        if find(framework.clone()).await.is_none() {
            self.admin().upload("/api/stored-libraries/upload/", "asks.yaml", ASKS).await.expect(201);
        }
        let audits = self.registry.get("compliance-assessments").expect("declared");
        let mut body = self.body(audits, Place::Ours).await;
        body["framework"] = json!(find(framework).await);
        let name = body["name"].as_str().expect("a name").to_owned();
        let audit = self.admin().post("/api/compliance-assessments/", body).await.expect(201).id();
        self.know(audits, &Row { id: audit.clone(), name, place: Place::Ours, published: false, builtin: false });
        let row = find(format!("/api/requirement-assessments/?compliance_assessment={audit}")).await;
        let question = find("/api/questions/?urn=urn:test:risk:req_node:asks:question:1".to_owned()).await;
        (row.expect("a row"), question.expect("a question"))
    }

    fn value(&self, field: &Field) -> Value {
        let row = |target: &str| self.rows.get(target).map_or_else(|| panic!("no {target} yet"), |row| row.id.clone());
        match field.kind {
            Kind::Text { .. } | Kind::Email => json!(self.name(field)),
            Kind::Choice { options, .. } => json!(options[0].0),
            Kind::Reference { target, .. } => json!(row(target)),
            Kind::References { target } => json!([row(target)]),
            ref kind => panic!("say here what a {kind:?} can hold"),
        }
    }

    /// A change of the label: harmless, and seen afterwards.
    pub fn change(&self, resource: &Resource) -> (Value, String) {
        let field = resource.fields.iter().find(|field| field.name == resource.label_field && field.input);
        if resource.path == "risk-matrices" {
            // The only thing that can be written; it says nothing of who wrote it.
            return (json!({ "is_enabled": true }), "\"is_enabled\":true".into());
        }
        if field.is_none() && LIBRARY_KINDS.contains(&resource.path) {
            // Nothing of it can be changed; actions still want a name.
            return (json!({}), format!("Zebra{}x", self.next()));
        }
        if resource.path == "requirement-assignments" {
            return (json!({ "is_published": false }), "\"is_published\":false".into());
        }
        if let "requirement-assessments" | "answers" = resource.path {
            let name = format!("Zebra{}x", self.next());
            let field = if resource.path == "answers" { "value" } else { "observation" };
            return (json!({ field: name }), name);
        }
        let field = field.unwrap_or_else(|| panic!("{}: say here what can be changed", resource.path));
        let name = self.name(field);
        (json!({ field.name: name }), name)
    }

    /// The folder of a place.
    pub fn folder(&self, place: Place) -> &str {
        match place {
            Place::Root => &self.root,
            Place::Ours => &self.ours,
            Place::Theirs => &self.theirs,
        }
    }
}

/// What a row is known by: an answer by what it says.
pub fn label_of(resource: &Resource) -> &'static str {
    if resource.path == "answers" { "value" } else { resource.label_field }
}

/// A framework that asks for a text.
const ASKS: &str = "urn: urn:test:risk:library:asks
locale: en
ref_id: asks
name: Asks
description: made up
copyright: none
version: 1
publication_date: 2026-01-01
provider: Somebody
packager: tests
objects:
  framework:
    urn: urn:test:risk:framework:asks
    ref_id: asks
    name: Asks
    min_score: 0
    max_score: 1
    requirement_nodes:
    - urn: urn:test:risk:req_node:asks
      assessable: true
      depth: 1
      ref_id: r1
      name: R1
      questions:
        urn:test:risk:req_node:asks:question:1:
          type: text
          text: Why?
";

/// The address of a person.
pub fn mail(person: Person) -> String {
    format!("{}@people.example.org", person.name)
}

/// Rows that can choose a folder stand in Ours, others in the root.
fn place_of(resource: &Resource) -> Place {
    let chooses = resource.scope != Scope::Root && resource.folder_field().is_some_and(|field| field.input);
    // A part stands where the whole stands, and the wholes here stand in Ours.
    if chooses || !resource.follows.is_empty() { Place::Ours } else { Place::Root }
}

/// The names of ours in a text.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.match_indices("Zebra").filter_map(|(at, _)| {
        let rest = &text[at..];
        Some(rest[..=rest.find('x')?].to_owned())
    })
}
