//! The value of a token is in one answer and nowhere else (T-41): not in another answer, the log
//! at its most talkative, the database, its write-ahead log, or an export.

mod placing;
mod search;

use crate::support::{Server, run, same_database, tessera};
use blackbox::{ADMIN, Actor, PASSWORD, TestApp, backend};
use placing::{body, misplaced};
use reqwest::RequestBuilder;
use search::{Search, files, rows};
use serde_json::{Value, json};
use std::time::Duration;

const TOKENS: &str = "/api/iam/auth-tokens/";
const NOWHERE: &str = "00000000-0000-7000-8000-000000000000";

/// Sends each request from an address of its own, so that the limit on failures hides nothing.
#[derive(Default)]
struct Sender(u32);

impl Sender {
    async fn send(&mut self, actor: &Actor, request: RequestBuilder) -> blackbox::Answer {
        self.0 += 1;
        let [low, middle, high] = [self.0 % 250, self.0 / 250 % 250, self.0 / 62_500];
        actor.send(request.header("x-forwarded-for", format!("10.{high}.{middle}.{low}"))).await
    }
}

fn with_body(method: &str, request: RequestBuilder, value: &str) -> RequestBuilder {
    if matches!(method, "POST" | "PUT" | "PATCH") { request.json(&body(value)) } else { request }
}

async fn make(session: &Actor, search: &mut Search) -> (String, String) {
    let made = session.post(TOKENS, json!({ "name": "script", "expiry": 30 })).await.expect(200);
    let value = made.json["token"].as_str().expect("a value").to_owned();
    search.add(&value);
    (value, made.id())
}

/// Puts the value into every place of every route, by its holder, a person and nobody.
async fn walk(base: &str, owner: &Actor, value: &mut String, search: &mut Search) {
    let nobody = Actor::anonymous(base);
    let mut sender = Sender::default();
    for route in server::api::routes::routes(&server::registry()) {
        // The token itself can end here, which is a good moment to go on with another.
        let ends = route.path == "/api/iam/logout/" || route.path == "/api/iam/auth-tokens/self/";
        let method = route.method.as_str();
        for (how, place) in misplaced(value) {
            let path = route.path.replace("{id}", NOWHERE);
            let request = place(nobody.request(method, &path), value);
            search.answer(&format!("{method} {path} with the value {how}"), &sender.send(&nobody, request).await);
        }
        let script = Actor::with_token(base, value);
        let path = route.path.replace("{id}", value);
        let request = with_body(method, script.request(method, &path), value);
        search.answer(&format!("{method} {path} with the value everywhere"), &sender.send(&script, request).await);
        // The same by a person: what tokens may not do is refused before the body is read.
        if !ends && !["/api/iam/logoutall/", "/api/_allauth"].iter().any(|start| route.path.starts_with(start)) {
            let request = with_body(method, owner.request(method, &path), value);
            search.answer(&format!("{method} {path} by a person"), &sender.send(owner, request).await);
        }
        if ends || route.path == "/api/iam/auth-tokens/report-leak/" {
            (*value, _) = make(owner, search).await;
        }
    }
}

/// Errors that no route has by itself.
async fn errors(base: &str, admin: &Actor, value: &str, search: &mut Search) {
    let nobody = Actor::anonymous(base);
    let script = Actor::with_token(base, value);
    // Somebody pastes the value into the wrong field of the sign-in page.
    for wrong in [json!({ "email": value, "password": "x" }), json!({ "email": ADMIN, "password": value })] {
        search.answer("sign-in", &nobody.post("/api/_allauth/app/v1/auth/login", wrong).await);
    }
    search.answer("reset", &nobody.post("/api/iam/password-reset/", json!({ "email": value })).await);
    search.answer("as a method", &script.send(script.request(value, "/api/folders/")).await);
    let broken =
        |kind: &str, text: String| script.request("POST", "/api/assets/").header("content-type", kind).body(text);
    for (what, request) in [
        ("broken JSON", broken("application/json", format!("{{\"name\": {value}"))),
        ("another type", broken("text/plain", value.to_owned())),
        ("no JSON at all", broken("application/json", value.to_owned())),
        ("no UTF-8", broken("application/x-www-form-urlencoded", format!("folder=%ff{value}"))),
    ] {
        search.answer(what, &script.send(request).await);
    }
    let mut heard = false;
    for _ in 0..20 {
        if let Ok(refused) = script.try_send(broken("application/json", value.repeat(200_000))).await {
            search.answer("too much", &refused);
            heard = true;
            break;
        }
    }
    assert!(heard, "the refusal of a body that is too long was never heard");
    search.answer("unknown", &script.get(&format!("/api/{value}/")).await);
    search.answer("the interface", &nobody.get(&format!("/{value}")).await);
    for _ in 0..61 {
        let request = nobody.request("GET", "/api/folders/").header("authorization", format!("Basic {value}"));
        search.answer("guessing", &nobody.send(request).await);
    }
    let asset = script.post("/api/assets/", json!({ "name": "by a script" })).await.expect(201);
    search.answer("an asset", &asset);
    let ask = || admin.request("POST", TOKENS).header("idempotency-key", "k").json(&json!({ "name": "once" }));
    let once = admin.send(ask()).await.expect(200);
    search.add(once.json["token"].as_str().expect("a value"));
    search.answer("once more", &admin.send(ask()).await.expect(409));
    let policy = "/api/iam/token-policy/";
    admin.patch(policy, json!({ "disabled": "Maintenance" })).await.expect(200);
    search.answer("switched off", &script.get("/api/folders/").await.expect(503));
    admin.patch(policy, json!({ "disabled": null, "max_days": 7, "default_days": 7 })).await.expect(200);
    search.answer("too long a life", &script.get("/api/folders/").await.expect(401));
    admin.patch(policy, json!({ "max_days": 365, "requests_per_minute": 1 })).await.expect(200);
    script.get("/api/folders/").await;
    search.answer("too many requests", &script.get("/api/folders/").await.expect(429));
    admin.patch(policy, json!({ "requests_per_minute": 0 })).await.expect(200);
}

/// What leaves the program as files.
async fn exports(admin: &Actor, search: &mut Search) {
    let root = admin.get("/api/folders/?content_type=GLOBAL").await.expect(200).rows()[0]["id"].clone();
    let root = root.as_str().expect("an id");
    let mut seen = 0;
    for route in server::api::routes::routes(&server::registry()) {
        if route.method.as_str() != "GET" || !route.path.contains("export") {
            continue;
        }
        let path = route.path.replace("{id}", root);
        let response = admin.request("GET", &path).send().await.expect("an answer");
        seen += usize::from(response.status().is_success());
        search.export(&path, &response.bytes().await.expect("a body"));
    }
    assert!(seen >= 3, "too few exports were seen: {seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_value_of_a_token_is_nowhere_but_in_its_first_answer() {
    let app = TestApp::start().await;
    app.person("owner@example.org", Some("Global - Administrator")).await;
    let [flag, database] = same_database(&app);
    let folder = app.stop().await;
    let mut command = tessera(&["serve", "--listen", "127.0.0.1:0", &flag, &database]);
    command.env("TESSERA_TRUSTED_PROXIES", "127.0.0.1/32").env("TESSERA_LOG_FORMAT", "json");
    command.env("TESSERA_LOG_LEVEL", "trace");
    let log = folder.path().join("tessera.log");
    let mut server = Server::logging(command, &log);
    let base = server.address();

    let mut search = Search::default();
    // In a session of one's own, so that the session of the administrator survives.
    let owner = Actor::sign_in(&base, "owner@example.org", PASSWORD).await;
    let admin = Actor::sign_in(&base, ADMIN, PASSWORD).await;
    let (mut value, _) = make(&owner, &mut search).await;
    let preview = value[8..12].to_owned();
    walk(&base, &owner, &mut value, &mut search).await;
    errors(&base, &admin, &value, &mut search).await;
    exports(&admin, &mut search).await;
    search.answer("tokens", &owner.get(&format!("{TOKENS}?state=all")).await.expect(200));
    for path in ["/api/iam/admin/auth-tokens/?state=all", "/api/audit-log/?limit=5000", "/metrics"] {
        search.answer(path, &admin.get(path).await.expect(200));
    }
    assert!(search.looked_at > 10_000, "too little was looked at: {}", search.looked_at);
    let expected = [200, 201, 204, 400, 401, 403, 404, 405, 406, 409, 413, 415, 429, 503];
    let missing: Vec<_> = expected.iter().filter(|status| !search.statuses.contains(status)).collect();
    assert!(missing.is_empty(), "kinds of answers that never came: {missing:?} of {:?}", search.statuses);
    assert!(!search.statuses.contains(&500), "a failure of ours");

    // Uses are written down a while later, in a round of the program's own.
    let used = async || {
        let tokens = owner.get(&format!("{TOKENS}?state=all")).await.expect(200);
        tokens.json.as_array().expect("a list").iter().any(|token| token["last_used_at"] != Value::Null)
    };
    for _ in 0..300 {
        if used().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(used().await, "no use was written");
    // Before the program stops, so that the write-ahead log is still there, and after.
    let mut places = files(folder.path());
    server.terminate();
    let (code, rest) = server.wait();
    assert_eq!(code, Some(0));
    search.look("standard output", rest.as_bytes());
    places.extend(files(folder.path()));
    if backend() == "postgres" {
        places.push(("rows of PostgreSQL".into(), rows(&database).await));
    } else {
        let wal = |(name, bytes): &(String, Vec<u8>)| name.ends_with("-wal") && !bytes.is_empty();
        assert!(places.iter().any(wal), "no write-ahead log was seen");
    }
    let verified = run(&["audit", "verify", &flag, &database]).expect(0);
    search.look("what audit verify says", format!("{}{}", verified.out, verified.err).as_bytes());
    for (name, bytes) in &places {
        search.look(name, bytes);
    }
    // The search looked at the right places: what may be there is.
    assert!(
        places.iter().any(
            |(name, bytes)| *name != log.display().to_string() && String::from_utf8_lossy(bytes).contains(&preview)
        )
    );
    let logged = std::fs::read_to_string(&log).expect("a log");
    assert!(logged.lines().count() > 3_000, "the log is short: {} lines", logged.lines().count());
    search.nothing();
}
