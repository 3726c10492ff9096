//! GitHub tells what it found in repositories (T-39): off unless asked for, and only with its signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blackbox::{Actor, Answer, TestApp};
use chrono::TimeDelta;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use server::config::KeysAt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const PATH: &str = "/api/secret-scanning/github/";
/// `SubjectPublicKeyInfo` of a key on P-256, up to the point (RFC 5480).
const P256: [u8; 26] =
    [48, 89, 48, 19, 6, 7, 42, 134, 72, 206, 61, 2, 1, 6, 8, 42, 134, 72, 206, 61, 3, 1, 7, 3, 66, 0];

/// A key of GitHub's, as far as this program can tell.
struct GitHub(EcdsaKeyPair);

impl GitHub {
    fn new() -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        Self(EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).expect("the same key"))
    }

    /// The public list with this key in it.
    fn list(&self, name: &str, current: bool) -> String {
        let der = [&P256[..], self.0.public_key().as_ref()].concat();
        let text = STANDARD.encode(der);
        let (one, two) = text.split_at(64);
        let key = format!("-----BEGIN PUBLIC KEY-----\n{one}\n{two}\n-----END PUBLIC KEY-----\n");
        json!({ "public_keys": [{ "key_identifier": name, "key": key, "is_current": current }] }).to_string()
    }

    /// Sends a message, signed; the signature covers `signed`.
    async fn tells(&self, app: &TestApp, key: &str, message: &str, signed: &str) -> Answer {
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).expect("signed");
        let nobody = app.anonymous();
        let request = nobody
            .request("POST", PATH)
            .header("Content-Type", "application/json")
            .header("Github-Public-Key-Identifier", key)
            .header("Github-Public-Key-Signature", STANDARD.encode(signature));
        nobody.send(request.body(message.to_owned())).await
    }
}

async fn with_keys(file: &Path) -> TestApp {
    let at = KeysAt::File(file.to_path_buf());
    TestApp::with(|settings| settings.github_keys = Some(at)).await
}

fn message(value: &str) -> String {
    let url = "https://github.com/octo/cat/blob/main/ci.yml";
    json!([
        { "token": value, "type": "tessera_personal_access_token", "url": url, "source": "content" },
        { "token": format!("tsr_pat_{}", "A".repeat(49)), "type": "tessera_personal_access_token", "url": url },
    ])
    .to_string()
}

async fn token(app: &TestApp) -> (String, Actor, String) {
    let made = app.admin().post("/api/iam/auth-tokens/", json!({ "name": "ci" })).await.expect(200);
    let value = made.json["token"].as_str().expect("a value").to_owned();
    (made.id(), Actor::with_token(&app.base(), &value), value)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_github_signed_ends_and_is_answered_value_by_value() {
    let folder = tempfile::tempdir().expect("a folder");
    let (github, keys) = (GitHub::new(), folder.path().join("keys.json"));
    std::fs::write(&keys, github.list("k1", true)).expect("written");
    let app = with_keys(&keys).await;
    let (id, script, value) = token(&app).await;
    let message = message(&value);

    let answer = github.tells(&app, "k1", &message, &message).await.expect(200);
    let labels: Vec<&Value> = answer.json.as_array().expect("a list").iter().map(|verdict| &verdict["label"]).collect();
    assert_eq!(labels, ["true_positive", "false_positive"]);
    assert_eq!(answer.json[0]["token_raw"], json!(value));
    assert_eq!(answer.json[0]["token_type"], "tessera_personal_access_token");
    assert_eq!(script.get("/api/folders/").await.expect(401).json["code"], "token_revoked");
    let log = app.admin().get(&format!("/api/audit-log/?object_id={id}&action=pat.leak_reported")).await.expect(200);
    assert_eq!(log.rows()[0]["changes"]["url"][1], "https://github.com/octo/cat/blob/main/ci.yml");
    let listed = app.admin().get("/api/iam/auth-tokens/?state=revoked").await.expect(200);
    assert_eq!(listed.json[0]["last_used_at"], Value::Null, "being found is no use");

    // The value was a token, whatever became of it; and a message that comes twice does nothing twice.
    let again = github.tells(&app, "k1", &message, &message).await.expect(200);
    assert_eq!(again.text, answer.text);
    let log = app.admin().get(&format!("/api/audit-log/?object_id={id}&action=pat.leak_reported")).await.expect(200);
    assert_eq!(log.rows().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_signature_of_a_current_key_nothing_happens() {
    let folder = tempfile::tempdir().expect("a folder");
    let (github, stranger, keys) = (GitHub::new(), GitHub::new(), folder.path().join("keys.json"));
    std::fs::write(&keys, github.list("k1", true)).expect("written");
    let app = with_keys(&keys).await;
    let (_, script, value) = token(&app).await;
    let message = message(&value);

    let refused = stranger.tells(&app, "k1", &message, &message).await.expect(403);
    assert_eq!(refused.json["code"], "bad_signature");
    github.tells(&app, "k2", &message, &message).await.expect(403);
    github.tells(&app, "k1", &message, "[]").await.expect(403);
    let nobody = app.anonymous();
    nobody.post(PATH, json!([])).await.expect(403);
    // In the right hands the form still has to be right.
    for bad in ["{}", "nothing", "[1]", "[{\"type\": \"x\"}]"] {
        github.tells(&app, "k1", bad, bad).await.expect(400);
    }
    let many = json!(vec![json!({ "token": "x", "type": "y" }); 1001]).to_string();
    github.tells(&app, "k1", &many, &many).await.expect(400);
    script.get("/api/folders/").await.expect(200);

    // A key that GitHub retired counts no more, once its list was read again.
    std::fs::write(&keys, github.list("k1", false)).expect("written");
    app.wait(TimeDelta::days(1));
    github.tells(&app, "k1", &message, &message).await.expect(403);
    // A list that cannot be had is said, and is not taken for one without keys.
    std::fs::remove_file(&keys).expect("removed");
    app.wait(TimeDelta::days(1));
    assert_eq!(github.tells(&app, "k1", &message, &message).await.expect(503).json["code"], "keys_unavailable");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_off_unless_somebody_turns_it_on() {
    let app = TestApp::start().await;
    app.anonymous().post(PATH, json!([])).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_fetched_once_and_for_an_unknown_name_after_a_while() {
    let github = GitHub::new();
    let (address, asked) = serve(github.list("k1", true)).await;
    let at = KeysAt::Url(format!("http://{address}/keys"));
    let app = TestApp::with(|settings| settings.github_keys = Some(at)).await;
    for _ in 0..3 {
        github.tells(&app, "k1", "[]", "[]").await.expect(200);
        github.tells(&app, "made-up", "[]", "[]").await.expect(403);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    app.wait(TimeDelta::minutes(5));
    github.tells(&app, "k1", "[]", "[]").await.expect(200);
    assert_eq!(asked.load(Ordering::SeqCst), 1, "a known key needs no new list within the day");
    github.tells(&app, "made-up", "[]", "[]").await.expect(403);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_cannot_be_had_are_not_asked_for_at_each_message() {
    let github = GitHub::new();
    let (address, asked) = serve("no list".into()).await;
    let at = KeysAt::Url(format!("http://{address}/keys"));
    let app = TestApp::with(|settings| settings.github_keys = Some(at)).await;
    for _ in 0..3 {
        assert_eq!(github.tells(&app, "k1", "[]", "[]").await.expect(503).json["code"], "keys_unavailable");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    app.wait(TimeDelta::minutes(5));
    github.tells(&app, "k1", "[]", "[]").await.expect(503);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

/// Serves a text over HTTP; counts how often.
async fn serve(text: String) -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let (address, asked) = (listener.local_addr().expect("an address"), Arc::new(AtomicUsize::new(0)));
    let count = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let length = text.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all((head + &text).as_bytes()).await;
        }
    });
    (address, asked)
}
