//! Sessions: how long they live, how they end, and what a browser has to prove.

use blackbox::{ADMIN, Actor, Answer, PASSWORD, TestApp};
use chrono::TimeDelta;
use iam::client_address::TrustedProxies;
use serde_json::{Value, json};

const PATH: &str = "/api/folders/";
const NEW: &str = "a brand new pass phrase";

#[tokio::test(flavor = "multi_thread")]
async fn a_session_slides_for_an_hour_and_ends_after_ten() {
    let app = TestApp::start().await;
    let idle = app.sign_in(ADMIN).await;
    let busy = app.sign_in(ADMIN).await;
    // Ten hours less a minute, in steps of 59 minutes: each use renews it.
    for _ in 0..10 {
        app.wait(TimeDelta::minutes(59));
        busy.get(PATH).await.expect(200);
    }
    idle.get(PATH).await.expect(401);
    app.wait(TimeDelta::minutes(10) - TimeDelta::milliseconds(1));
    busy.get(PATH).await.expect(200);
    app.wait(TimeDelta::milliseconds(1));
    let over = busy.get(PATH).await.expect(401);
    assert_eq!(over.json, json!({ "detail": "Invalid token." }));
    assert_eq!(over.header("www-authenticate"), Some("Token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_without_use_ends_it_to_the_millisecond() {
    let app = TestApp::start().await;
    app.wait(TimeDelta::minutes(60) - TimeDelta::milliseconds(1));
    app.admin().get(PATH).await.expect(200);
    app.wait(TimeDelta::minutes(60));
    app.admin().get(PATH).await.expect(401);
    // A refused use renews nothing.
    app.admin().get(PATH).await.expect(401);
}

/// Uses that are only noted in memory renew a session, and writing them down changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn renewal_survives_the_writing_of_uses() {
    let app = TestApp::start().await;
    app.wait(TimeDelta::minutes(50));
    app.admin().get(PATH).await.expect(200);
    iam::usage::flush(&app.program().iam).await.expect("flushed");
    app.wait(TimeDelta::minutes(50));
    app.admin().get(PATH).await.expect(200);
}

/// A further session lives no longer than the sign-in behind it: chains do not pass ten hours.
#[tokio::test(flavor = "multi_thread")]
async fn further_sessions_end_with_the_first() {
    let app = TestApp::start().await;
    let mut session = app.admin().clone();
    for _ in 0..10 {
        app.wait(TimeDelta::minutes(59));
        let made = session.post("/api/iam/session-token/", json!({})).await.expect(200);
        session = Actor::with_token(&app.base(), made.json["token"].as_str().expect("a value"));
    }
    session.get(PATH).await.expect(200);
    app.wait(TimeDelta::minutes(10));
    session.get(PATH).await.expect(401);
}

async fn listed(actor: &Actor) -> Vec<Value> {
    actor.get("/api/iam/sessions/").await.expect(200).json.as_array().expect("a bare list").clone()
}

fn id(session: &Value) -> &str {
    session["id"].as_str().expect("an id")
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_ended_one_by_one() {
    let app = TestApp::start().await;
    let (one, two) = (app.sign_in(ADMIN).await, app.sign_in(ADMIN).await);
    let other = app.person("other@example.org", None).await;
    let list = listed(&one).await;
    assert_eq!(list.len(), 3);
    assert_eq!(list.iter().filter(|session| session["current"] == true).count(), 1);
    assert!(!json!(list).to_string().contains("tsr_ses_"));
    let mine = listed(&two).await.into_iter().find(|session| session["current"] == true).expect("my own");
    // Another person's session does not exist for me.
    let theirs = listed(&other).await;
    one.delete(&format!("/api/iam/sessions/{}/", id(&theirs[0]))).await.expect(404);
    one.delete("/api/iam/sessions/nonsense/").await.expect(404);
    other.get(PATH).await.expect(200);

    one.delete(&format!("/api/iam/sessions/{}/", id(&mine))).await.expect(204);
    two.get(PATH).await.expect(401);
    one.get(PATH).await.expect(200);
    one.delete(&format!("/api/iam/sessions/{}/", id(&mine))).await.expect(404);
    assert_eq!(listed(&one).await.len(), 2);
    // One that ran out is not listed either.
    app.wait(TimeDelta::minutes(59));
    one.get(PATH).await.expect(200);
    app.wait(TimeDelta::minutes(2));
    assert_eq!(listed(&one).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn others_or_all_end_at_once() {
    let app = TestApp::start().await;
    let (one, two) = (app.sign_in(ADMIN).await, app.sign_in(ADMIN).await);
    let other = app.person("other@example.org", None).await;
    let ended = one.post("/api/iam/revoke-sessions/", json!({})).await.expect(200);
    assert_eq!(ended.json, json!({ "revoked_sessions": 2 }));
    two.get(PATH).await.expect(401);
    app.admin().get(PATH).await.expect(401);
    one.get(PATH).await.expect(200);
    one.post("/api/iam/logoutall/", json!({})).await.expect(204);
    one.get(PATH).await.expect(401);
    other.get(PATH).await.expect(200);
}

/// 401 is how this part of the contract says that nobody is signed in.
#[tokio::test(flavor = "multi_thread")]
async fn signing_out_answers_401_and_ends_the_session() {
    let app = TestApp::start().await;
    let door = "/api/_allauth/app/v1/auth/session";
    let session = app.sign_in(ADMIN).await;
    let shown = session.get(door).await.expect(200);
    assert_eq!(shown.json["data"]["user"]["email"], ADMIN);
    let out = session.delete(door).await.expect(401);
    assert_eq!(out.json["meta"], json!({ "is_authenticated": false }));
    session.get(PATH).await.expect(401);
    let nobody = app.anonymous().get(door).await.expect(401);
    assert_eq!(nobody.json["meta"], json!({ "is_authenticated": false }));
    app.anonymous().delete(door).await.expect(401);
    let again = app.sign_in(ADMIN).await;
    again.post("/api/iam/logout/", json!({})).await.expect(204);
    again.get(PATH).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_of_ones_own_ends_other_sessions_and_keeps_tokens() {
    let app = TestApp::start().await;
    let here = app.person("person@example.org", Some("Global - Reader")).await;
    let there = app.sign_in("person@example.org").await;
    let script = app.token_of(&here).await;
    let change = |old: &str, new: &str, again: &str| {
        here.post(
            "/api/iam/change-password/",
            json!({ "old_password": old, "new_password": new, "confirm_new_password": again }),
        )
    };
    let refused = change("wrong", NEW, NEW).await.expect(400);
    assert_eq!(refused.json, json!({ "old_password": ["Invalid password."] }));
    change(PASSWORD, NEW, "something else").await.expect(400);
    change(PASSWORD, "12345678", "12345678").await.expect(400);
    there.get(PATH).await.expect(200);

    change(PASSWORD, NEW, NEW).await.expect(200);
    here.get(PATH).await.expect(200);
    there.get(PATH).await.expect(401);
    script.get(PATH).await.expect(200);
    let nobody = app.anonymous();
    let login = |password: &str| json!({ "email": "person@example.org", "password": password });
    nobody.post("/api/_allauth/app/v1/auth/login", login(PASSWORD)).await.expect(400);
    nobody.post("/api/_allauth/app/v1/auth/login", login(NEW)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_set_by_an_administrator_ends_everything() {
    let app = TestApp::start().await;
    let person = app.person("person@example.org", Some("Global - Reader")).await;
    let script = app.token_of(&person).await;
    let rows = app.admin().get("/api/users/?email=person@example.org").await.expect(200).rows();
    let user = rows[0]["id"].as_str().expect("an id");
    let body = json!({ "user": user, "new_password": NEW, "confirm_new_password": NEW });
    person.post("/api/iam/set-password/", body.clone()).await.expect(403);
    script.get(PATH).await.expect(200);
    app.admin().post("/api/iam/set-password/", body).await.expect(200);
    person.get(PATH).await.expect(401);
    assert_eq!(script.get(PATH).await.expect(401).json["code"], "token_revoked");
    app.admin().get(PATH).await.expect(200);
    for (user, status) in
        [(json!("00000000-0000-7000-8000-000000000000"), 400), (json!("x"), 400), (json!(null), 400), (json!([]), 400)]
    {
        let body = json!({ "user": user, "new_password": NEW, "confirm_new_password": NEW });
        app.admin().post("/api/iam/set-password/", body).await.expect(status);
    }
}

/// A browser: the cookie in hand, and the anti-forgery value that belongs to it.
struct Browser {
    nobody: Actor,
    cookie: String,
    csrf: String,
}

impl Browser {
    async fn sign_in(app: &TestApp) -> Self {
        let nobody = app.anonymous();
        let body = json!({ "email": ADMIN, "password": PASSWORD });
        let answer = nobody.post("/api/_allauth/browser/v1/auth/login", body).await.expect(200);
        assert!(!answer.text.contains("tsr_ses_"), "a script of the page could read it: {}", answer.text);
        let set = answer.header("set-cookie").expect("a cookie").to_owned();
        let cookie = set.split(';').next().expect("a pair").to_owned();
        let csrf = nobody.send(nobody.request("GET", "/api/csrf/").header("cookie", &cookie)).await.expect(200);
        let csrf = csrf.json["csrfToken"].as_str().expect("a value").to_owned();
        Self { nobody, cookie, csrf }
    }

    /// Makes an asset, with these headers besides the cookie.
    async fn make(&self, headers: &[(&str, &str)]) -> Answer {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let mut request = self.nobody.request("POST", "/api/assets/").header("cookie", &self.cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.nobody.send(request.json(&json!({ "name": format!("A{number}") }))).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_proves_that_changes_come_from_our_pages() {
    let app = TestApp::start().await;
    let browser = Browser::sign_in(&app).await;
    let get =
        browser.nobody.request("GET", PATH).header("cookie", &browser.cookie).header("sec-fetch-site", "cross-site");
    browser.nobody.send(get).await.expect(200);
    let csrf = ("x-csrftoken", browser.csrf.as_str());
    let base = app.base();
    let host = base.trim_start_matches("http://");
    let refused: [&[(&str, &str)]; 12] = [
        &[],
        &[("x-csrftoken", "")],
        &[("x-csrftoken", "wrong")],
        &[csrf, ("origin", "https://evil.example.net")],
        &[csrf, ("origin", "null")],
        &[csrf, ("origin", "http://127.0.0.1:1")],
        &[csrf, ("origin", "http://127.0.0.1")],
        &[csrf, ("sec-fetch-site", "cross-site")],
        &[csrf, ("sec-fetch-site", "same-site")],
        &[csrf, ("sec-fetch-site", "CROSS-SITE")],
        &[("origin", base.as_str()), ("sec-fetch-site", "same-origin")],
        &[csrf, ("origin", base.as_str()), ("sec-fetch-site", "cross-site")],
    ];
    for headers in refused {
        let answer = browser.make(headers).await.expect(403);
        assert_eq!(answer.json["code"], "csrf_failed", "{headers:?}: {}", answer.text);
    }
    assert_eq!(app.admin().get("/api/assets/").await.expect(200).json["count"], 0, "nothing was made");
    let accepted: [&[(&str, &str)]; 4] = [
        &[csrf],
        &[csrf, ("origin", base.as_str())],
        &[csrf, ("sec-fetch-site", "same-origin"), ("origin", base.as_str())],
        &[csrf, ("sec-fetch-site", "none")],
    ];
    for headers in accepted {
        browser.make(headers).await.expect(201);
    }
    assert!(base.ends_with(host));
    // The value of another session is not this one's.
    let other = Browser::sign_in(&app).await;
    assert_ne!(other.csrf, browser.csrf);
    browser.make(&[("x-csrftoken", other.csrf.as_str())]).await.expect(403);
    // Every unsafe method asks for it, signing out too.
    for (method, path) in [
        ("PUT", "/api/settings/general/"),
        ("PATCH", "/api/iam/profile/"),
        ("DELETE", "/api/_allauth/browser/v1/auth/session"),
        ("POST", "/api/iam/logout/"),
        ("POST", "/api/iam/auth-tokens/"),
    ] {
        let request = browser.nobody.request(method, path).header("cookie", &browser.cookie).json(&json!({}));
        let answer = browser.nobody.send(request).await.expect(403);
        assert_eq!(answer.json["code"], "csrf_failed", "{method} {path}");
    }
}

/// No page of somebody else can send a token header, so such requests prove nothing further.
#[tokio::test(flavor = "multi_thread")]
async fn a_header_needs_no_proof() {
    let app = TestApp::start().await;
    let script = app.token_of(app.admin()).await;
    for (number, actor) in [app.admin(), &script].into_iter().enumerate() {
        let request = actor.request("POST", "/api/assets/").header("origin", "https://evil.example.net");
        let request = request.header("sec-fetch-site", "cross-site").json(&json!({ "name": format!("N{number}") }));
        let answer = actor.send(request).await.expect(201);
        assert_eq!(answer.header("access-control-allow-origin"), None, "and no other page may read the answer");
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
}

/// Nobody should find themselves signed in to somebody else's account.
#[tokio::test(flavor = "multi_thread")]
async fn another_site_cannot_sign_a_browser_in() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    let body = json!({ "email": ADMIN, "password": PASSWORD });
    for (name, value) in [("origin", "https://evil.example.net"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        let request = nobody.request("POST", "/api/_allauth/browser/v1/auth/login").header(name, value);
        let refused = nobody.send(request.json(&body)).await.expect(403);
        assert_eq!(refused.json["code"], "csrf_failed");
        assert_eq!(refused.header("set-cookie"), None, "{name}: {value}");
    }
    let form =
        nobody.request("POST", "/api/_allauth/browser/v1/auth/login").header("origin", "https://evil.example.net");
    nobody.send(form.form(&[("email", ADMIN), ("password", PASSWORD)])).await.expect(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_kept_from_scripts_other_sites_and_plain_connections() {
    let app = TestApp::with(|settings| {
        settings.trusted_proxies = TrustedProxies::new(vec!["127.0.0.1/32".parse().expect("a network")]);
    })
    .await;
    let nobody = app.anonymous();
    let login = async |proto: Option<&str>| {
        let request = nobody.request("POST", "/api/_allauth/browser/v1/auth/login");
        let request = proto.iter().fold(request, |request, proto| request.header("x-forwarded-proto", *proto));
        let body = json!({ "email": ADMIN, "password": PASSWORD });
        let answer = nobody.send(request.json(&body)).await.expect(200);
        answer.header("set-cookie").expect("a cookie").to_owned()
    };
    let flags = |set: &str| {
        let mut flags: Vec<String> = set.split(';').skip(1).map(|flag| flag.trim().to_owned()).collect();
        flags.sort();
        flags
    };
    let plain = login(None).await;
    assert!(plain.starts_with("tessera_session=tsr_ses_"), "{plain}");
    assert_eq!(flags(&plain), ["HttpOnly", "Path=/", "SameSite=Lax"]);
    let secure = login(Some("https")).await;
    assert!(secure.starts_with("__Host-tessera_session=tsr_ses_"), "{secure}");
    assert_eq!(flags(&secure), ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);

    // Signing out removes it, and a cookie that is over is no credential and no obstacle.
    let pair = plain.split(';').next().expect("a pair").to_owned();
    let csrf = nobody.send(nobody.request("GET", "/api/csrf/").header("cookie", &pair)).await.expect(200);
    let csrf = csrf.json["csrfToken"].as_str().expect("a value").to_owned();
    let out = nobody.request("DELETE", "/api/_allauth/browser/v1/auth/session").header("cookie", &pair);
    let out = nobody.send(out.header("x-csrftoken", csrf)).await.expect(401);
    let gone = out.header("set-cookie").expect("a cookie that removes it");
    assert!(gone.starts_with("tessera_session=;") && gone.contains("Max-Age=0"), "{gone}");
    let over = nobody.send(nobody.request("GET", PATH).header("cookie", &pair)).await.expect(401);
    assert_eq!(over.json, json!({ "detail": "Authentication credentials were not provided." }));
    nobody.send(nobody.request("GET", "/api/health/").header("cookie", &pair)).await.expect(200);
    let body = json!({ "email": ADMIN, "password": PASSWORD });
    let again = nobody.request("POST", "/api/_allauth/browser/v1/auth/login").header("cookie", &pair).json(&body);
    nobody.send(again).await.expect(200);
}
