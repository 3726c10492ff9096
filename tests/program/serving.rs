//! `tessera serve`: its two lines, the set-up link, TLS, and its end.

use crate::support::{Raw, Server, run, same_database, tessera};
use blackbox::{Actor, PASSWORD, TestApp};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::json;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const EMAIL: &str = "first@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn it_says_where_it_listens_and_how_to_begin() {
    let app = TestApp::with(|settings| settings.first_admin = None).await;
    let [flag, database] = same_database(&app);
    let folder = app.stop().await;
    let mut server = Server::start(tessera(&["serve", "--listen", "127.0.0.1:0", &flag, &database]));
    let base = server.address();
    assert!(base.starts_with("http://127.0.0.1:") && !base.ends_with(":0"), "{base}");
    let link = server.line();
    let code =
        link.strip_prefix(&format!("Set up the first administrator: {base}/setup?code=")).expect("a link").to_owned();
    assert!(code.len() >= 32, "{code}");

    let nobody = Actor::anonymous(&base);
    assert_eq!(nobody.get("/api/meta/").await.expect(200).json["setup_required"], true);
    let setup = |code: &str, password: &str| json!({ "code": code, "email": EMAIL, "password": password });
    nobody.post("/api/setup/", setup("", PASSWORD)).await.expect(403);
    nobody.post("/api/setup/", setup(&code[1..], PASSWORD)).await.expect(403);
    nobody.post("/api/setup/", setup(&code, "12345678")).await.expect(400);
    let made = nobody.post("/api/setup/", setup(&code, PASSWORD)).await.expect(201);
    assert_eq!(made.json, json!({ "email": EMAIL }));
    nobody.post("/api/setup/", setup(&code, PASSWORD)).await.expect(403);
    assert_eq!(nobody.get("/api/meta/").await.expect(200).json["setup_required"], false);
    let admin = Actor::sign_in(&base, EMAIL, PASSWORD).await;
    assert_eq!(admin.get("/api/iam/current-user/").await.expect(200).json["is_admin"], true);

    server.terminate();
    assert_eq!(server.wait(), (Some(0), String::new()), "two lines and nothing else");
    let mut again = Server::start(tessera(&["--listen", "127.0.0.1:0", &flag, &database]));
    again.address();
    again.terminate();
    assert_eq!(again.wait(), (Some(0), String::new()), "there is no link any more");
    drop(folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_speaks_tls_with_a_certificate_of_ones_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    fs::write(&cert, made.cert.pem()).expect("written");
    fs::write(&key, made.signing_key.serialize_pem()).expect("written");
    let path = |file: &std::path::Path| file.to_str().expect("Unicode").to_owned();
    let data = path(&folder.path().join("data"));
    let (cert, key) = (path(&cert), path(&key));

    let half = run(&["--tls-cert", &cert, "--listen", "127.0.0.1:0", "--data-dir", &data]).expect(2);
    assert!(half.err.contains("tls.key"), "{}", half.err);
    let swapped =
        run(&["--tls-cert", &key, "--tls-key", &cert, "--listen", "127.0.0.1:0", "--data-dir", &data]).expect(2);
    assert!(swapped.err.contains("TLS certificate"), "{}", swapped.err);

    let arguments = ["--tls-cert", &cert, "--tls-key", &key, "--listen", "127.0.0.1:0", "--data-dir", &data];
    let mut server = Server::start(tessera(&arguments));
    let address = server.address().strip_prefix("https://").expect("https").to_owned();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&cert).expect("PEM")).expect("a root");
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tcp = tokio::net::TcpStream::connect(&address).await.expect("a connection");
    let name = ServerName::try_from("localhost").expect("a name");
    let mut tls = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp).await.expect("TLS");
    let request = "GET /api/health/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    tls.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    // Some end the stream without saying goodbye; what was read counts.
    let _ = tls.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("{\"status\":\"ok\"}"), "{answer}");

    // In the clear there is nothing to be had.
    let mut plain = TcpStream::connect(&address).expect("a connection");
    plain.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!String::from_utf8_lossy(&answer).contains("200"), "{answer:?}");
    server.terminate();
    assert_eq!(server.wait().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_runs_is_finished_before_the_end() {
    let app = TestApp::start().await;
    let [flag, database] = same_database(&app);
    let raw = Raw::of(&app).await;
    let folder = app.stop().await;
    let mut server = Server::start(tessera(&["--listen", "127.0.0.1:0", &flag, &database]));
    let base = server.address();
    let address = base.strip_prefix("http://").expect("http").to_owned();
    let admin = Actor::sign_in(&base, blackbox::ADMIN, PASSWORD).await;

    // Half of a body keeps the request in flight for as long as we like.
    let body = json!({ "name": "At the last moment" }).to_string();
    let mut stream = TcpStream::connect(&address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    write!(
        stream,
        "POST /api/assets/ HTTP/1.1\r\nHost: {address}\r\nAuthorization: Token {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{}",
        admin.credential(),
        body.len(),
        &body[..8]
    )
    .expect("sent");
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.terminate();
    let mut tries = 0;
    while TcpStream::connect(&address).is_ok() {
        tries += 1;
        assert!(tries < 100, "new connections are still taken");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stream.write_all(&body.as_bytes()[8..]).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    assert_eq!(server.wait(), (Some(0), String::new()));

    assert_eq!(raw.number("SELECT count(*) FROM assets WHERE name = 'At the last moment'").await, 1);
    assert_eq!(raw.number("SELECT count(*) FROM audit_entries WHERE seq IS NULL").await, 0, "everything is sealed");
    drop(folder);
}

#[test]
fn the_database_file_is_whole_after_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let mut server =
        Server::start(tessera(&["--listen", "127.0.0.1:0", "--data-dir", data.to_str().expect("Unicode")]));
    server.address();
    server.terminate();
    assert_eq!(server.wait().0, Some(0));
    assert!(data.join("tessera.sqlite3").is_file());
    for left in ["tessera.sqlite3-wal", "tessera.sqlite3-shm"] {
        assert!(!data.join(left).exists(), "{left} was left behind");
    }
}
