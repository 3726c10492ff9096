//! `docs/adding-a-resource.md`, kept true: a kind of object is one declaration, one line in a
//! list and one migration. The declaration below is the whole of it; no other code of the
//! program knows lighthouses.

use crate::support::Raw;
use blackbox::{ADMIN, Actor, TestApp};
use chrono::TimeDelta;
use engine::declare::{
    Choices, IdsShape, Resource, Scope, choice, created_at, folder, integer, references, text, updated_at,
};
use engine::random::Random;
use engine::{Body, Engine, Query, Registry, read, schema, write};
use iam::Iam;
use iam::mail::Mailer;
use serde_json::{Value, json};

const STATES: Choices = &[("lit", "Lit"), ("dark", "Dark")];

/// The one file.
fn lighthouse() -> Resource {
    Resource::new("lighthouses", "lighthouse")
        .scope(Scope::Folder)
        .called("Lighthouse", "Lighthouse", "Lighthouses")
        .module("organisation")
        .field(text("name").required().max(40).search().filter().order().column())
        .field(integer("height", 1, 200).default("10").filter().order().column())
        .field(choice("state", STATES).default("\"dark\"").filter().column())
        .field(references("warns_of", "assets").filter())
        .field(folder())
        .field(created_at())
        .field(updated_at())
        .operations(|offered| {
            offered.ids = Some(IdsShape::ByFolder);
            offered.names = true;
        })
}

/// The program's own resources and, by one more line, ours.
fn registry() -> Registry {
    let mut resources = server::registry().all().to_vec();
    resources.push(lighthouse());
    Registry::new(resources)
}

/// An engine with lighthouses over the database of a program that has none.
async fn with_lighthouses(app: &TestApp) -> (Engine, Iam) {
    let registry = registry();
    let resource = registry.get("lighthouses").expect("declared");
    // The one migration: what `tessera ddl lighthouses` prints.
    let raw = Raw::of(app).await;
    let dialect = app.program().engine.dialect();
    raw.run(&schema::ddl(&registry, resource, dialect)).await;
    raw.run(&schema::link_ddl(&registry, resource, dialect)).await;
    let blobs = store::Blobs::in_folder(&app.folder().join("blobs"));
    let engine = Engine::new(app.program().store.clone(), blobs, registry, app.clock().clone(), Random::seeded(11));
    let iam = Iam::new(engine.clone(), iam::Policy::default(), Mailer::none());
    iam.bootstrap().await.expect("permissions are made");
    (engine, iam)
}

fn body(value: &Value) -> Body {
    value.as_object().expect("an object").clone()
}

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_knows_it_from_the_declaration() {
    let app = TestApp::start().await;
    let (engine, iam) = with_lighthouses(&app).await;
    assert_eq!(schema::check(&engine).await.expect("checked"), [""; 0], "declaration and tables agree");
    let ctx = iam.program("test").await.expect("a context");
    let resource = engine.registry().get("lighthouses").expect("declared");

    let made =
        write::create(&ctx, resource, &body(&json!({ "name": "Pharos", "height": 103 }))).await.expect("created");
    let made = parsed(&made);
    assert_eq!((&made["state"], &made["height"]), (&json!("dark"), &json!(103)));
    let id = made["id"].as_str().expect("an id").parse().expect("a uuid");
    app.wait(TimeDelta::seconds(1));
    let changed = write::update(&ctx, resource, id, write::Mode::Patch, &body(&json!({ "state": "lit" }))).await;
    assert_eq!(parsed(&changed.expect("changed").0)["state"], "lit");
    let query = Query::new(vec![("state".into(), "lit".into()), ("search".into(), "PHA".into())]);
    let page = parsed(&read::list(&ctx, resource, &query, "/api/lighthouses/").await.expect("listed"));
    assert_eq!((&page["count"], &page["results"][0]["state"]), (&json!(1), &json!("Lit")));
    app.wait(TimeDelta::seconds(1));
    write::delete(&ctx, resource, id).await.expect("deleted");
    let page = parsed(&read::list(&ctx, resource, &Query::default(), "/").await.expect("listed"));
    assert_eq!(page["count"], 0);

    engine::audit::seal(&engine).await.expect("sealed");
    let raw = Raw::of(&app).await;
    let told = raw.texts("SELECT action FROM audit_entries WHERE resource = 'lighthouses' ORDER BY seq").await;
    let told: Vec<&str> = told.iter().filter_map(|row| row[0].as_deref()).collect();
    assert_eq!(told, ["create", "update", "delete"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_serves_it_without_another_line() {
    let app = TestApp::start().await;
    let (engine, iam) = with_lighthouses(&app).await;
    let wider = server::App { engine, iam, ..app.program().clone() };
    let bound = server::listen::bind("127.0.0.1:0".parse().expect("an address"), None).await.expect("a port");
    let base = format!("http://{}", bound.address);
    let serving = bound.serve(server::api::router(wider));
    let admin = Actor::with_token(&base, app.admin().credential());

    // A kind that the built-in roles do not name is given to people by a role of one's own.
    admin.post("/api/lighthouses/", json!({ "name": "No" })).await.expect(403);
    assert_eq!(admin.get("/api/lighthouses/").await.expect(200).json["count"], 0);
    let found = admin.get("/api/permissions/?codename__icontains=lighthouse").await.expect(200);
    let permissions: Vec<Value> = found.rows().iter().map(|row| row["id"].clone()).collect();
    assert_eq!(permissions.len(), 4, "add, change, delete, view");
    let body = json!({ "name": "Keeper", "permissions": permissions });
    let role = admin.post("/api/roles/", body).await.expect(201).id();
    let user = admin.get("/api/iam/current-user/").await.expect(200).json["id"].clone();
    let root = app.root().await;
    let assigned =
        json!({ "name": "keeps", "user": user, "role": role, "perimeter_folders": [root], "is_recursive": true });
    admin.post("/api/role-assignments/", assigned).await.expect(201);

    let domain = app.domain("Coast", None).await;
    let rock = app.asset("Rock", &domain).await;
    let refused =
        admin.post("/api/lighthouses/", json!({ "height": 0, "state": "green", "warns_of": ["x"] })).await.expect(400);
    let fields: Vec<&String> = refused.json.as_object().expect("an object").keys().collect();
    assert_eq!(fields.len(), 4, "{}", refused.text);
    let body = json!({ "name": "Pharos", "folder": domain, "warns_of": [rock] });
    let made = admin.post("/api/lighthouses/", body).await.expect(201);
    let path = format!("/api/lighthouses/{}/", made.id());
    let shown = admin.get(&path).await.expect(200);
    assert_eq!(shown.json["warns_of"], json!([{ "str": "Rock", "id": rock }]));
    assert_eq!(shown.json["folder"]["str"], "Coast");
    let tag = shown.header("etag").expect("a tag");
    let request = admin.request("PATCH", &path).header("if-match", tag).json(&json!({ "height": 20 }));
    admin.send(request).await.expect(200);

    for (query, expected) in [
        ("", 1),
        ("?height=20", 1),
        ("?height=21", 0),
        ("?state=dark&state=lit", 1),
        ("?search=pharos", 1),
        (&format!("?warns_of={rock}"), 1),
        (&format!("?folder={root}"), 0),
        ("?ordering=-height&limit=1", 1),
    ] {
        let page = admin.get(&format!("/api/lighthouses/{query}")).await.expect(200);
        assert_eq!(page.json["count"], expected, "{query}");
    }
    assert_eq!(admin.get("/api/lighthouses/state/").await.expect(200).json, json!({ "lit": "Lit", "dark": "Dark" }));
    assert_eq!(
        admin.get("/api/lighthouses/ids/").await.expect(200).json,
        json!({ "Coast": { "Pharos": made.json["id"] } })
    );
    let names = admin.get(&format!("/api/lighthouses/names/?id={}", made.id())).await.expect(200);
    assert_eq!(names.json, json!({ (made.id()): "Pharos" }));
    let gone = admin.get(&format!("/api/folders/{domain}/cascade-info/")).await.expect(200);
    assert!(gone.json["deleted"]["related_objects"].to_string().contains("Pharos"), "{}", gone.text);

    let document = admin.get("/api/schema/").await.expect(200);
    assert_eq!(document.json["components"]["schemas"]["LighthouseInput"]["properties"]["name"]["maxLength"], 40);
    assert!(document.json["paths"]["/api/lighthouses/{id}/"]["patch"].is_object());
    let kinds = admin.get("/api/meta/resources/").await.expect(200);
    let kinds = kinds.json.as_array().expect("a list").clone();
    assert!(kinds.iter().any(|kind| kind["path"] == "lighthouses" && kind["label_field"] == "name"));

    // Who holds nothing there finds nothing there.
    app.person("ann@example.org", Some("Coast - Reader")).await;
    let ann = Actor::sign_in(&base, "ann@example.org", blackbox::PASSWORD).await;
    ann.get(&path).await.expect(404);
    assert_eq!(ann.get("/api/lighthouses/").await.expect(200).json["count"], 0);

    let batch = json!({ "action": "delete", "ids": [made.id()] });
    let done = admin.post("/api/lighthouses/batch-action/", batch).await.expect(200);
    assert_eq!(done.json["succeeded"][0]["name"], "Pharos");
    admin.get(&path).await.expect(404);
    let log = admin.get(&format!("/api/audit-log/?object_id={}", made.id())).await.expect(200);
    assert_eq!(log.json["count"], 3);
    assert!(log.rows().iter().all(|row| row["actor_name"] == ADMIN));
    serving.stop(std::time::Duration::from_secs(5)).await;
}
