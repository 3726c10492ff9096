//! Passkeys: adding them, signing in with them, alone and after the password, confirming with them, losing them.

use crate::authenticator::{Authenticator, encode};
use crate::second_factor::{TOTP, enrol};
use blackbox::{ADMIN, Actor, Answer, PASSWORD, TestApp};
use chrono::TimeDelta;
use serde_json::{Value, json};

const OWN: &str = "/api/_allauth/app/v1/account/authenticators/webauthn";
const ALL: &str = "/api/_allauth/app/v1/account/authenticators";
const CODES: &str = "/api/_allauth/app/v1/account/authenticators/recovery-codes";
const LOGIN: &str = "/api/_allauth/app/v1/auth/login";
const ALONE: &str = "/api/_allauth/app/v1/auth/webauthn/login";
const SECOND: &str = "/api/_allauth/app/v1/auth/webauthn/authenticate";
const CODE: &str = "/api/_allauth/app/v1/auth/2fa/authenticate";
const AGAIN: &str = "/api/_allauth/app/v1/auth/webauthn/reauthenticate";
const AGAIN_BY_PASSWORD: &str = "/api/_allauth/app/v1/auth/reauthenticate";

/// A device whose browser shows our pages. The tests' program listens on this machine, which devices know by its name.
fn device(app: &TestApp) -> Authenticator {
    Authenticator::new(&app.base().replace("127.0.0.1", "localhost"))
}

/// Adds a passkey; returns its device, its id and the recovery codes of a first factor.
async fn add(app: &TestApp, who: &Actor, name: &str) -> (Authenticator, String, Vec<String>) {
    // Lists are in the order of time.
    app.wait(TimeDelta::seconds(1));
    let mut device = device(app);
    let credential = device.create(&who.get(OWN).await.expect(200).json);
    let added = who.post(OWN, json!({ "name": name, "credential": credential })).await.expect(200);
    assert_eq!(added.json["data"]["name"], name);
    let codes = added.json["meta"]["recovery_codes"].as_array().expect("a list");
    let codes: Vec<String> = codes.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    assert_eq!(added.json["meta"]["recovery_codes_generated"], !codes.is_empty());
    let id = added.json["data"]["id"].as_str().expect("an id").to_owned();
    (device, id, codes)
}

/// A request under the value of something that was begun.
async fn under(app: &TestApp, value: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
    let request = app.anonymous().request(method, path).header("x-session-token", value);
    app.anonymous().send(if let Some(body) = body { request.json(&body) } else { request }).await
}

/// Options of a sign-in, and its value.
async fn begin(app: &TestApp) -> (Value, String) {
    // Entries of the log are told apart by their time.
    app.wait(TimeDelta::seconds(1));
    let begun = app.anonymous().get(ALONE).await.expect(200);
    let value = begun.json["meta"]["session_token"].as_str().expect("a value").to_owned();
    (begun.json, value)
}

async fn finish(app: &TestApp, value: &str, credential: Value) -> Answer {
    under(app, value, "POST", ALONE, Some(json!({ "credential": credential }))).await
}

async fn sign_in(app: &TestApp, device: &mut Authenticator) -> Answer {
    let (options, value) = begin(app).await;
    finish(app, &value, device.sign(&options)).await
}

fn session(app: &TestApp, answer: &Answer) -> Actor {
    Actor::with_token(&app.base(), answer.json["meta"]["access_token"].as_str().expect("a session"))
}

/// The first half with the password; returns its value.
async fn first_half(app: &TestApp, types: &Value) -> String {
    let answer = app.anonymous().post(LOGIN, json!({ "email": ADMIN, "password": PASSWORD })).await.expect(401);
    assert_eq!(answer.json["data"]["flows"][1]["types"], *types);
    answer.json["meta"]["session_token"].as_str().expect("a value").to_owned()
}

/// Entries of the audit log with this action, newest first.
async fn entries(app: &TestApp, action: &str) -> Vec<Value> {
    app.admin().get(&format!("/api/audit-log/?action={action}&limit=50")).await.expect(200).rows()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_without_password_or_address() {
    let app = TestApp::start().await;
    let options = app.admin().get(OWN).await.expect(200).json;
    let options = &options["data"]["creation_options"]["publicKey"];
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(options["user"]["name"], ADMIN);
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    // Not asked for: the default of the standard is none.
    assert_eq!(options["attestation"], Value::Null);

    let (mut device, id, codes) = add(&app, app.admin(), "My laptop").await;
    assert_eq!(codes.len(), 10);
    let listed = app.admin().get(ALL).await.expect(200).json["data"].clone();
    assert_eq!(listed[0]["type"], "webauthn");
    assert_eq!(listed[0]["id"], id);
    assert_eq!(listed[0]["last_used_at"], Value::Null);
    assert_eq!(listed[1]["type"], "recovery_codes");
    assert_eq!(app.admin().get("/api/iam/current-user/").await.expect(200).json["has_mfa_enabled"], true);

    app.wait(TimeDelta::minutes(3));
    let signed_in = sign_in(&app, &mut device).await.expect(200);
    assert_eq!(signed_in.json["data"]["user"]["email"], ADMIN);
    assert_eq!(signed_in.json["data"]["methods"][0]["type"], "webauthn");
    let me = session(&app, &signed_in);
    me.get("/api/folders/").await.expect(200);
    let used = me.get(ALL).await.expect(200).json["data"][0]["last_used_at"].clone();
    assert_eq!(used, app.clock().now().timestamp());
    // The device made sure who it is: that is as good as a sign-in with two factors.
    me.post("/api/iam/auth-tokens/", json!({ "name": "x" })).await.expect(200);
    let log = entries(&app, "sign_in").await;
    assert_eq!(log[0]["changes"]["means"], json!([null, "passkey"]), "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_keeps_what_was_begun_in_a_cookie() {
    let app = TestApp::start().await;
    let (mut device, ..) = add(&app, app.admin(), "Key").await;
    let door = ALONE.replace("/app/", "/browser/");
    let begun = app.anonymous().get(&door).await.expect(200);
    assert_eq!(begun.json["meta"], Value::Null);
    let cookie = begun.header("set-cookie").expect("a cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let pair = cookie.split(';').next().expect("a pair").to_owned();
    let credential = device.sign(&begun.json);
    let nobody = app.anonymous();
    // Somebody else's browser cannot go on, and neither can another site.
    nobody.post(&door, json!({ "credential": credential })).await.expect(400);
    let from = |origin: &str| nobody.request("POST", &door).header("cookie", &pair).header("origin", origin);
    let body = json!({ "credential": credential });
    nobody.send(from("https://evil.example.net").json(&body)).await.expect(403);
    let signed_in = nobody.send(from(&app.base()).json(&body)).await.expect(200);
    let cookies: Vec<_> = signed_in.headers.get_all("set-cookie").iter().map(|v| v.to_str().expect("text")).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("tessera_session=tsr_ses_")), "{cookies:?}");
    assert!(cookies.iter().any(|cookie| cookie.starts_with("tessera_passkey=;")), "{cookies:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_password_a_passkey_is_the_second_half() {
    let app = TestApp::start().await;
    let (mut device, _, codes) = add(&app, app.admin(), "Key").await;
    let (mut other, ..) = add(&app, app.admin(), "Other key").await;
    let half = first_half(&app, &json!(["webauthn", "recovery_codes"])).await;
    let options = under(&app, &half, "GET", SECOND, None).await.expect(200).json;
    let allowed = options["data"]["request_options"]["publicKey"]["allowCredentials"].as_array().expect("a list");
    assert_eq!(allowed.len(), 2);
    assert_eq!(allowed[0]["id"], device.id());
    assert_eq!(allowed[0]["transports"], json!(["internal", "hybrid"]));
    // The value of the first half opens nothing else, a challenge for this is none for that, and a TOTP code there is not.
    under(&app, &half, "GET", "/api/folders/", None).await.expect(401);
    finish(&app, &half, device.sign(&options)).await.expect(400);
    under(&app, &half, "POST", CODE, Some(json!({ "code": "000000" }))).await.expect(400);
    let body = json!({ "credential": other.sign(&options) });
    let signed_in = under(&app, &half, "POST", SECOND, Some(body)).await.expect(200);
    session(&app, &signed_in).get("/api/folders/").await.expect(200);
    assert_eq!(signed_in.json["data"]["methods"].as_array().map(Vec::len), Some(2));
    under(&app, &half, "GET", SECOND, None).await.expect(401);
    // Where the device is lost, a recovery code.
    let half = first_half(&app, &json!(["webauthn", "recovery_codes"])).await;
    under(&app, &half, "POST", CODE, Some(json!({ "code": codes[3] }))).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_answered_once_soon_and_by_whom_it_was_given_to() {
    let app = TestApp::start().await;
    let (mut device, ..) = add(&app, app.admin(), "Key").await;
    let (options, value) = begin(&app).await;
    let credential = device.sign(&options);
    finish(&app, &value, credential.clone()).await.expect(200);
    // Replayed, as it was and with a fresh signature.
    finish(&app, &value, credential.clone()).await.expect(400);
    let again = finish(&app, &value, device.sign(&options)).await.expect(400);
    assert_eq!(again.json["errors"][0]["code"], "challenge_expired");
    // Twice at once: one of them is late.
    let (options, value) = begin(&app).await;
    let twice = device.sign(&options);
    let (one, two) = tokio::join!(finish(&app, &value, twice.clone()), finish(&app, &value, twice));
    assert_eq!(one.status.min(two.status), 200, "{} {}", one.text, two.text);
    assert_eq!(one.status.max(two.status), 400, "{} {}", one.text, two.text);
    // Under a challenge of somebody else's, which the attempt uses up.
    let (theirs, other) = begin(&app).await;
    let refused = finish(&app, &other, credential).await.expect(400);
    assert_eq!(refused.json["errors"][0]["code"], "invalid_passkey");
    let spent = finish(&app, &other, device.sign(&theirs)).await.expect(400);
    assert_eq!(spent.json["errors"][0]["code"], "challenge_expired");
    // Too late.
    let (options, value) = begin(&app).await;
    app.wait(TimeDelta::minutes(5));
    finish(&app, &value, device.sign(&options)).await.expect(400);
    // Registering is no different.
    let mut fresh = self::device(&app);
    let offered = app.admin().get(OWN).await.expect(200).json;
    let first = fresh.create(&offered);
    let elsewhere = app.admin().post("/api/iam/session-token/", json!({})).await.expect(200);
    let elsewhere = Actor::with_token(&app.base(), elsewhere.json["token"].as_str().expect("a value"));
    elsewhere.post(OWN, json!({ "credential": first })).await.expect(400);
    app.admin().post(OWN, json!({ "credential": first })).await.expect(200);
    app.admin().post(OWN, json!({ "credential": first })).await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_prove_nothing_are_refused_and_written_down() {
    let app = TestApp::start().await;
    let (mut device, ..) = add(&app, app.admin(), "My laptop").await;
    let ours = device.origin.clone();

    device.origin = "https://evil.example.net".into();
    refused(&app, &mut device, "other origin").await;
    // A page of another port is another page.
    device.origin = "http://localhost:1".into();
    refused(&app, &mut device, "other origin").await;
    device.origin = ours;
    device.verifies = false;
    refused(&app, &mut device, "user not verified").await;
    device.verifies = true;

    let (options, value) = begin(&app).await;
    let mut tampered = device.sign(&options);
    let signature = tampered["response"]["signature"].as_str().expect("text");
    let middle = signature.len() / 2;
    let changed = if signature.as_bytes()[middle] == b'x' { "y" } else { "x" };
    tampered["response"]["signature"] = json!(format!("{}{changed}{}", &signature[..middle], &signature[middle + 1..]));
    finish(&app, &value, tampered).await.expect(400);
    assert_eq!(latest(&app).await["changes"]["reason"][1], "wrong signature");

    // A copy of the device counts on from an older state.
    sign_in(&app, &mut device).await.expect(200);
    device.count -= 1;
    refused(&app, &mut device, "sign count went back").await;
    let entry = latest(&app).await;
    assert_eq!(entry["changes"]["passkey"][1], "My laptop");
    assert_eq!(entry["object_name"], ADMIN);
    device.count += 5;
    sign_in(&app, &mut device).await.expect(200);

    let mut stranger = self::device(&app);
    stranger.handle = device.handle.clone();
    refused(&app, &mut stranger, "unknown passkey").await;
    let mine = std::mem::replace(&mut device.handle, encode(&[7; 16]));
    refused(&app, &mut device, "passkey of another user").await;
    device.handle = String::new();
    refused(&app, &mut device, "passkey of another user").await;
    device.handle = mine;
    for rubbish in [json!(null), json!("x"), json!({}), json!({ "type": "public-key", "id": "%%%" })] {
        let (_, value) = begin(&app).await;
        finish(&app, &value, rubbish).await.expect(400);
        assert_eq!(latest(&app).await["changes"]["reason"][1], "malformed");
    }
    sign_in(&app, &mut device).await.expect(200);
}

async fn latest(app: &TestApp) -> Value {
    entries(app, "passkey.refused").await.remove(0)
}

async fn refused(app: &TestApp, device: &mut Authenticator, reason: &str) {
    let answer = sign_in(app, device).await.expect(400);
    assert_eq!(answer.json["errors"][0]["code"], "invalid_passkey");
    assert!(!answer.text.contains(reason), "the reason is not for whoever asks: {}", answer.text);
    assert_eq!(latest(app).await["changes"]["reason"][1], reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_with_the_passkey_of_another() {
    let app = TestApp::start().await;
    let (mut admins, id, _) = add(&app, app.admin(), "Key").await;
    let ann = app.person("ann@example.org", None).await;
    let (mut anns, anns_id, _) = add(&app, &ann, "Ann's key").await;
    // As the second half of somebody else's sign-in, and to confirm in somebody else's session.
    let half = first_half(&app, &json!(["webauthn", "recovery_codes"])).await;
    let options = under(&app, &half, "GET", SECOND, None).await.expect(200).json;
    let body = json!({ "credential": anns.sign(&options) });
    under(&app, &half, "POST", SECOND, Some(body)).await.expect(400);
    assert_eq!(latest(&app).await["changes"]["reason"][1], "passkey of another user");
    let options = ann.get(AGAIN).await.expect(200).json;
    ann.post(AGAIN, json!({ "credential": admins.sign(&options) })).await.expect(400);
    // A passkey belongs to one account.
    let offered = ann.get(OWN).await.expect(200).json;
    let known = ann.post(OWN, json!({ "credential": admins.create(&offered) })).await.expect(400);
    assert_eq!(known.json["errors"][0]["code"], "passkey_known");
    // Others' are not there.
    ann.put(OWN, json!({ "id": id, "name": "mine" })).await.expect(404);
    for ids in [json!([id]), json!([anns_id, id]), json!(["x"]), json!([7])] {
        let request = ann.request("DELETE", OWN).json(&json!({ "authenticators": ids }));
        ann.send(request).await.expect(404);
    }
    assert_eq!(ann.get(ALL).await.expect(200).json["data"][0]["id"], anns_id);
    // Who may no longer sign in may not by passkey either.
    let user = ann.get("/api/iam/current-user/").await.expect(200).id();
    app.admin().patch(&format!("/api/users/{user}/"), json!({ "is_active": false })).await.expect(200);
    refused(&app, &mut anns, "account closed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_are_named_and_removed() {
    let app = TestApp::start().await;
    let (mut first, first_id, codes) = add(&app, app.admin(), "First").await;
    let (mut second, second_id, none) = add(&app, app.admin(), "Second").await;
    assert!(codes.len() == 10 && none.is_empty());
    let renamed = app.admin().put(OWN, json!({ "id": second_id, "name": " Yubi " })).await.expect(200);
    assert_eq!(renamed.json["data"]["name"], "Yubi");
    let secret = app.token_of(app.admin()).await;
    let hidden = [json!("a\u{202e}b"), json!("\u{200b}"), json!(secret.credential())];
    for name in [json!(""), json!("x".repeat(101)), json!("a\u{7}b"), json!(7), json!(null)].into_iter().chain(hidden) {
        app.admin().put(OWN, json!({ "id": second_id, "name": name })).await.expect(400);
    }
    let delete = async |ids: Value| {
        app.admin().send(app.admin().request("DELETE", OWN).json(&json!({ "authenticators": ids }))).await
    };
    delete(json!([])).await.expect(400);
    delete(json!([first_id])).await.expect(200);
    refused(&app, &mut first, "unknown passkey").await;
    sign_in(&app, &mut second).await.expect(200);
    assert_eq!(app.admin().get(CODES).await.expect(200).json["data"]["unused_code_count"], 10);
    delete(json!([second_id])).await.expect(200);
    assert_eq!(app.admin().get(ALL).await.expect(200).json["data"], json!([]));
    app.admin().get(CODES).await.expect(404);
    assert_eq!(app.admin().get("/api/iam/current-user/").await.expect(200).json["has_mfa_enabled"], false);
    app.sign_in(ADMIN).await.get("/api/folders/").await.expect(200);
    for (action, count) in [("passkey.added", 2), ("passkey.renamed", 1), ("passkey.removed", 2)] {
        let found = entries(&app, action).await;
        assert_eq!(found.len(), count, "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_want_a_recent_sign_in_and_a_passkey_is_one() {
    let app = TestApp::start().await;
    let (mut device, id, codes) = add(&app, app.admin(), "Key").await;
    let sessions = || async { app.admin().get("/api/iam/sessions/").await.expect(200).json.as_array().map(Vec::len) };
    sign_in(&app, &mut device).await.expect(200);
    assert_eq!(sessions().await, Some(2));
    app.wait(TimeDelta::minutes(16));
    for method in ["GET", "POST", "DELETE"] {
        let late = app.admin().call(method, OWN).await.expect(403);
        assert_eq!(late.json["code"], "reauthentication_required", "{method}");
    }
    let request = app.admin().request("DELETE", OWN).json(&json!({ "authenticators": [id] }));
    app.admin().send(request).await.expect(403);

    let options = app.admin().get(AGAIN).await.expect(200).json;
    let confirmed = app.admin().post(AGAIN, json!({ "credential": device.sign(&options) })).await.expect(200);
    assert_eq!(confirmed.json["meta"]["is_authenticated"], true);
    // Other sessions end with the change.
    add(&app, app.admin(), "Other").await;
    assert_eq!(sessions().await, Some(1));
    assert_eq!(entries(&app, "session.confirmed").await.len(), 1);

    // The same with the password, which alone is not enough for who has a second factor.
    app.wait(TimeDelta::minutes(16));
    app.admin().post("/api/iam/auth-tokens/", json!({ "name": "x" })).await.expect(403);
    for (body, field) in [
        (json!({}), "password"),
        (json!({ "password": PASSWORD }), "code"),
        (json!({ "password": "wrong", "code": codes[0] }), "password"),
        (json!({ "password": PASSWORD, "code": "wrong" }), "code"),
    ] {
        let answer = app.admin().post(AGAIN_BY_PASSWORD, body).await.expect(400);
        assert_eq!(answer.json["errors"][0]["param"], field);
    }
    app.admin().post("/api/iam/auth-tokens/", json!({ "name": "x" })).await.expect(403);
    app.admin().post(AGAIN_BY_PASSWORD, json!({ "password": PASSWORD, "code": codes[0] })).await.expect(200);
    app.admin().post("/api/iam/auth-tokens/", json!({ "name": "x" })).await.expect(200);
    // Confirming lengthens no session: after ten hours it ends all the same.
    for _ in 0..18 {
        app.wait(TimeDelta::minutes(30));
        app.admin().get("/api/iam/current-user/").await.expect(200);
    }
    app.wait(TimeDelta::minutes(30));
    app.admin().get("/api/iam/current-user/").await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_the_second_factor_that_an_organisation_wants() {
    let app = TestApp::start().await;
    app.admin().patch("/api/settings/general/", json!({ "enforce_mfa": true })).await.expect(200);
    app.admin().get("/api/folders/").await.expect(403);
    add(&app, app.admin(), "Key").await;
    app.admin().get("/api/folders/").await.expect(200);

    // An administrator removes it together with everything else, and the sessions.
    let ann = app.person("ann@example.org", None).await;
    let (mut anns, ..) = add(&app, &ann, "Ann's key").await;
    ann.get("/api/folders/").await.expect(200);
    let user = ann.get("/api/iam/current-user/").await.expect(200).id();
    app.admin().post("/api/iam/disable-mfa/", json!({ "user": user })).await.expect(200);
    ann.get("/api/iam/current-user/").await.expect(401);
    refused(&app, &mut anns, "unknown passkey").await;
    app.sign_in("ann@example.org").await.get("/api/folders/").await.expect(403);
    // A token cannot touch any of it.
    let script = app.token_of(app.admin()).await;
    for (method, path) in
        [("GET", OWN), ("POST", OWN), ("PUT", OWN), ("DELETE", OWN), ("GET", AGAIN), ("POST", AGAIN_BY_PASSWORD)]
    {
        assert_eq!(script.call(method, path).await.expect(403).json["code"], "session_required", "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_address_says_who_we_are() {
    let app = TestApp::with(|settings| settings.public_url = Some("https://grc.example.org".into())).await;
    let meta = app.anonymous().get("/api/meta/").await.expect(200).json;
    assert_eq!(meta["passkeys"], json!({ "rp_id": "grc.example.org", "origin": "https://grc.example.org" }));
    let mut device = Authenticator::new("https://grc.example.org");
    let credential = device.create(&app.admin().get(OWN).await.expect(200).json);
    app.admin().post(OWN, json!({ "credential": credential })).await.expect(200);
    sign_in(&app, &mut device).await.expect(200);
    device.origin = app.base().replace("127.0.0.1", "localhost");
    sign_in(&app, &mut device).await.expect(400);

    let app = TestApp::with(|settings| settings.public_url = Some("https://192.0.2.7".into())).await;
    assert_eq!(app.anonymous().get("/api/meta/").await.expect(200).json["passkeys"], Value::Null);
    let refused = app.admin().get(OWN).await.expect(409);
    assert_eq!(refused.json["errors"][0]["code"], "passkeys_unavailable");
    app.anonymous().get(ALONE).await.expect(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn beginning_is_free_but_not_without_end() {
    let app = TestApp::start().await;
    for _ in 0..120 {
        app.anonymous().get(ALONE).await.expect(200);
    }
    let slow = app.anonymous().get(ALONE).await.expect(429);
    assert!(slow.header("retry-after").is_some());
    app.wait(TimeDelta::minutes(1));
    app.anonymous().get(ALONE).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_used_up_by_a_passkey_that_is_known_and_not_by_one_too_many() {
    let app = TestApp::start().await;
    let (mut known, ..) = add(&app, app.admin(), "1").await;
    let again = json!({ "credential": known.create(&app.admin().get(OWN).await.expect(200).json) });
    for code in ["passkey_known", "challenge_expired"] {
        let refused = app.admin().post(OWN, again.clone()).await.expect(400);
        assert_eq!(refused.json["errors"][0]["code"], code);
    }
    let mut id = String::new();
    for number in 2..=20 {
        (_, id, _) = add(&app, app.admin(), &number.to_string()).await;
    }
    let more = json!({ "credential": device(&app).create(&app.admin().get(OWN).await.expect(200).json) });
    let refused = app.admin().post(OWN, more.clone()).await.expect(400);
    assert_eq!(refused.json["errors"][0]["code"], "too_many_passkeys");
    let request = app.admin().request("DELETE", OWN).json(&json!({ "authenticators": [id] }));
    app.admin().send(request).await.expect(200);
    app.admin().post(OWN, more).await.expect(200);
}

/// Removing the authenticator and the passkey at once, each waits for the other's end to see what is left. The row of the
/// account is held until both are on their way.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_removals_at_once_the_later_leaves_nothing() {
    let app = TestApp::start().await;
    enrol(&app, app.admin()).await;
    let (_, id, _) = add(&app, app.admin(), "Key").await;
    let engine = app.program().engine.clone();
    let mut rows = engine.write().await.expect("a transaction");
    let hold = rows.sql("UPDATE users SET has_mfa_enabled = has_mfa_enabled");
    rows.execute(&engine::Access::system("a test holds the accounts"), &hold).await.expect("held");
    let passkey = app.admin().request("DELETE", OWN).json(&json!({ "authenticators": [id] }));
    let let_go = async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        drop(rows);
    };
    let (one, two, ()) = tokio::join!(app.admin().call("DELETE", TOTP), app.admin().send(passkey), let_go);
    one.expect(200);
    two.expect(200);
    assert_eq!(app.admin().get("/api/iam/current-user/").await.expect(200).json["has_mfa_enabled"], false);
    app.admin().get(CODES).await.expect(404);
    app.sign_in(ADMIN).await.get("/api/folders/").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn head_draws_nothing() {
    let app = TestApp::start().await;
    let offered = app.admin().get(OWN).await.expect(200).json;
    for (path, allow) in [
        (ALONE, "GET, POST, OPTIONS"),
        (SECOND, "GET, POST, OPTIONS"),
        (AGAIN, "GET, POST, OPTIONS"),
        (OWN, "GET, POST, PUT, DELETE, OPTIONS"),
        (TOTP, "GET, POST, DELETE, OPTIONS"),
    ] {
        let head = app.admin().call("HEAD", path).await.expect(405);
        assert_eq!((head.text.as_str(), head.header("allow")), ("", Some(allow)), "{path}");
    }
    // The challenge that was drawn before is still awaited.
    let credential = device(&app).create(&offered);
    app.admin().post(OWN, json!({ "credential": credential })).await.expect(200);
    assert_eq!(app.admin().call("HEAD", ALL).await.expect(200).header("allow"), Some("GET, HEAD, OPTIONS"));
}
