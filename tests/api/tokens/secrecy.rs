//! The value of a token is in one answer and nowhere else (T-41).

use super::make;
use blackbox::{Actor, Answer, TestApp, backend};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use std::path::Path;

/// Where the 43 random characters turned up.
struct Search {
    needle: String,
    found: Vec<String>,
    looked_at: usize,
}

impl Search {
    fn look(&mut self, place: &str, bytes: &[u8]) {
        self.looked_at += 1;
        if bytes.windows(self.needle.len()).any(|window| window == self.needle.as_bytes()) {
            self.found.push(place.to_owned());
        }
    }

    fn answer(&mut self, place: &str, answer: &Answer) {
        assert!(answer.status < 500, "{place} answered {}: {}", answer.status, answer.text);
        self.look(place, answer.text.as_bytes());
        for (name, value) in &answer.headers {
            self.look(&format!("{place}, header {name}"), value.as_bytes());
        }
    }
}

/// Puts a value into a request.
type Place = fn(RequestBuilder, &str) -> RequestBuilder;

/// Ways to put a value where it does not belong. What people may name as they like (an asset,
/// a search) is not among them: that is their text and stays theirs.
fn misplaced(value: &str) -> Vec<(&'static str, Place)> {
    assert!(value.starts_with("tsr_pat_"));
    vec![
        ("as the credential", |request, value| request.header("authorization", format!("Token {value}"))),
        ("as a Bearer", |request, value| request.header("authorization", format!("Bearer {value}"))),
        ("with Basic", |request, value| request.header("authorization", format!("Basic {value}"))),
        ("with a blank after it", |request, value| request.header("authorization", format!("Token {value} {value}"))),
        ("cut by one", |request, value| {
            request.header("authorization", format!("Token {}", &value[..value.len() - 1]))
        }),
        ("twice", |request, value| {
            request.header("authorization", format!("Token {value}")).header("authorization", format!("Token {value}"))
        }),
        ("as a session", |request, value| request.header("x-session-token", value)),
        ("as a cookie", |request, value| request.header("cookie", format!("tessera_session={value}"))),
        ("in the query", |request, value| request.query(&[("token", value)])),
        ("as a name in the query", |request, value| request.query(&[(value, "1")])),
        ("as its own request id", |request, value| {
            request.header("authorization", format!("Token {value}")).header("x-request-id", value)
        }),
        ("in other headers", |request, value| {
            let mut request = request.header("authorization", format!("Token {value}"));
            for name in
                ["user-agent", "referer", "origin", "if-match", "accept-language", "x-csrftoken", "prefer", "from"]
            {
                request = request.header(name, value);
            }
            request
        }),
        ("as an idempotency key", |request, value| {
            request.header("authorization", format!("Token {value}")).header("idempotency-key", value)
        }),
        ("as a content type", |request, value| {
            request.header("authorization", format!("Token {value}")).header("content-type", value).body("{}")
        }),
        ("as what is accepted", |request, value| {
            request.header("authorization", format!("Token {value}")).header("accept", value)
        }),
        ("as a problem", |request, value| {
            let request = request.header("authorization", format!("Token {value}"));
            request.header("accept", "application/problem+json").header("idempotency-key", value)
        }),
    ]
}

/// A body in which every field that is not free text holds the value.
fn body(value: &str) -> Value {
    json!({
        "folder": value, "type": value, "asset_class": value, "owner": [value], "parent_assets": value, "user": value,
        "users": [value], "role": value, "perimeter_folders": [value], "is_recursive": value, "permissions": [value],
        "ids": [value], "action": value, "field": value, "field_path": value, "expiry": value, "lc_status": value,
        "parent_folder": value, "security_objectives": value, "expiry_date": value, "reference_link": value,
        "default_assignee": [value], "leader": value, "members": [value], "parent": value, "code": value, "is_active": value,
        "old_password": value, "filtering_labels": [value], "translations": value, "security_objective_scale": value,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_value_of_a_token_is_nowhere_but_in_its_first_answer() {
    let app = TestApp::start().await;
    let registry = server::registry();
    let routes = server::api::routes::routes(&registry);
    let nobody = app.anonymous();
    // In a session of one's own, so that the session of the administrator survives.
    let owner = app.person("owner@example.org", Some("Global - Administrator")).await;
    let mut search = Search { needle: String::new(), found: Vec::new(), looked_at: 0 };
    let mut needles = Vec::new();
    let (mut value, mut id) = make(&owner, "script", 30).await;
    search.needle = value["tsr_pat_".len()..][..43].to_owned();
    needles.push(search.needle.clone());
    for route in &routes {
        // The token itself can end here, which is a good moment to go on with another.
        let ends = route.path == "/api/iam/logout/";
        let method = route.method.as_str();
        for (how, place) in misplaced(&value) {
            let path = route.path.replace("{id}", "00000000-0000-7000-8000-000000000000");
            let request = place(nobody.request(method, &path), &value);
            let answer = nobody.send(request).await;
            search.answer(&format!("{method} {path} with the value {how}"), &answer);
        }
        let script = Actor::with_token(&app.base(), &value);
        let path = route.path.replace("{id}", &value);
        let request = script.request(method, &path);
        let request = if matches!(method, "POST" | "PUT" | "PATCH") { request.json(&body(&value)) } else { request };
        search.answer(&format!("{method} {path} with the value everywhere"), &script.send(request).await);
        // The same by a person: what tokens may not do is refused before the body is read.
        if !ends && !["/api/iam/logoutall/", "/api/_allauth"].iter().any(|start| route.path.starts_with(start)) {
            let request = owner.request(method, &path);
            let request =
                if matches!(method, "POST" | "PUT" | "PATCH") { request.json(&body(&value)) } else { request };
            search.answer(&format!("{method} {path} by a person"), &owner.send(request).await);
        }
        if ends {
            (value, id) = make(&owner, "another", 30).await;
            search.needle = value["tsr_pat_".len()..][..43].to_owned();
            needles.push(search.needle.clone());
        }
    }
    // Somebody pastes the value into the wrong field of the sign-in page.
    for wrong in [json!({ "email": value, "password": "x" }), json!({ "email": blackbox::ADMIN, "password": value })] {
        search.answer("sign-in", &nobody.post("/api/_allauth/app/v1/auth/login", wrong).await);
    }
    search.answer("reset", &nobody.post("/api/iam/password-reset/", json!({ "email": value })).await);
    let request = nobody.request("GET", "/api/folders/").header("authorization", format!("Token {value}"));
    search.answer("list", &nobody.send(request).await);
    let method = nobody.request(&value, "/api/folders/").header("authorization", format!("Token {value}"));
    search.answer("as a method", &nobody.send(method).await);
    search.answer("tokens", &owner.get("/api/iam/auth-tokens/?state=all").await.expect(200));
    search.answer("delete", &owner.delete(&format!("/api/iam/auth-tokens/{id}/")).await.expect(204));
    search.answer("after", &Actor::with_token(&app.base(), &value).get("/api/folders/").await.expect(401));
    search.answer("log", &app.admin().get("/api/audit-log/").await.expect(200));
    search.answer("metrics", &app.admin().get("/metrics").await.expect(200));
    assert!(search.looked_at > 10_000, "too little was looked at: {}", search.looked_at);

    iam::usage::flush(&app.program().iam).await.expect("flushed");
    let database = if backend() == "postgres" { dump(&app).await } else { Vec::new() };
    // Before the program stops, so that the write-ahead log is still there, and after.
    let mut places = files(app.folder());
    let folder = app.stop().await;
    places.extend(files(folder.path()));
    places.push(("rows of PostgreSQL".into(), database));
    if backend() == "sqlite" {
        assert!(
            places.iter().any(|(name, bytes)| name.ends_with("-wal") && !bytes.is_empty()),
            "no write-ahead log was seen"
        );
    }
    let preview = needles[0].as_bytes()[..4].to_vec();
    assert!(
        places.iter().any(|(_, bytes)| bytes.windows(4).any(|window| window == preview)),
        "the first characters are stored, so the search looks at the right places"
    );
    for needle in needles {
        search.needle = needle;
        for (name, bytes) in &places {
            search.look(name, bytes);
        }
    }
    search.found.sort();
    search.found.dedup();
    assert!(
        search.found.is_empty(),
        "{} places: {:#?}",
        search.found.len(),
        &search.found[..search.found.len().min(20)]
    );
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            found.push((path.display().to_string(), bytes));
        }
    }
    found
}

/// Every row of every table, as text.
async fn dump(app: &TestApp) -> Vec<u8> {
    let url = app.program().settings.database.url.as_ref().expect("a database").expose().to_owned();
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    let tables =
        client.query("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'", &[]).await.expect("tables");
    assert!(tables.len() > 10);
    let mut out = Vec::new();
    for table in tables {
        let name: String = table.get(0);
        for row in client.query(&format!("SELECT t::text FROM {name} t"), &[]).await.expect("rows") {
            out.extend_from_slice(row.get::<_, String>(0).as_bytes());
            out.push(b'\n');
        }
    }
    out
}
