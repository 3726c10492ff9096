//! Limits, farewells, TLS.

use super::*;
use axum::Extension;
use axum::extract::ConnectInfo;
use axum::routing::get;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};
use tokio_rustls::TlsConnector;

const LONG: Duration = Duration::from_secs(10);

fn router() -> Router {
    let who = |ConnectInfo(peer): ConnectInfo<SocketAddr>, Extension(scheme): Extension<Scheme>| async move {
        format!("{} {scheme:?}", peer.ip())
    };
    let slow = || async {
        sleep(Duration::from_millis(300)).await;
        "done"
    };
    let never = || std::future::pending::<()>();
    Router::new().route("/who", get(who)).route("/slow", get(slow)).route("/never", get(never))
}

async fn serving(tls: Option<&TlsFiles>) -> (SocketAddr, Serving) {
    let bound = bind("127.0.0.1:0".parse().unwrap(), tls).await.unwrap();
    (bound.address, bound.serve(router()))
}

async fn ask(stream: &mut (impl AsyncWrite + Unpin), path: &str, more: &str) {
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
}

async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut text = Vec::new();
    // A cut connection may end in an error; what came before it counts.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn a_running_request_finishes_and_new_ones_are_refused() {
    let (address, serving) = serving(None).await;
    let mut running = TcpStream::connect(address).await.unwrap();
    let mut unused = TcpStream::connect(address).await.unwrap();
    ask(&mut running, "/slow", "").await;
    sleep(Duration::from_millis(100)).await;
    let began = Instant::now();
    let stopping = tokio::spawn(serving.stop(LONG));
    sleep(Duration::from_millis(50)).await;
    assert!(TcpStream::connect(address).await.is_err(), "the door is shut");
    assert_eq!(rest(&mut unused).await, "");
    let answer = rest(&mut running).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("done"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    stopping.await.unwrap();
    assert!(began.elapsed() < LONG / 2);
}

#[tokio::test]
async fn what_takes_too_long_is_cut() {
    let (address, serving) = serving(None).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    ask(&mut stream, "/never", "").await;
    sleep(Duration::from_millis(100)).await;
    serving.stop(Duration::from_millis(100)).await;
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let (address, serving) = serving(None).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    ask(&mut stream, "/who", &format!("X-Filler: {}\r\n", "x".repeat(100_000))).await;
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    serving.stop(LONG).await;
}

#[tokio::test]
async fn handlers_learn_the_peer_and_the_scheme() {
    let (address, plain) = serving(None).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    ask(&mut stream, "/who", "Connection: close\r\n").await;
    assert!(rest(&mut stream).await.ends_with("127.0.0.1 Http"));
    plain.stop(LONG).await;

    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let files = TlsFiles { cert: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
    std::fs::write(&files.cert, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    let (address, encrypted) = serving(Some(&files)).await;
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    ask(&mut stream, "/who", "Connection: close\r\n").await;
    assert!(rest(&mut stream).await.ends_with("127.0.0.1 Https"));

    // Speaking plain HTTP to it gets no answer, and does not hold it up.
    let mut plain = TcpStream::connect(address).await.unwrap();
    ask(&mut plain, "/who", "").await;
    assert!(!rest(&mut plain).await.contains("200"));
    encrypted.stop(LONG).await;
}

#[tokio::test]
async fn a_taken_port_and_unusable_files_are_told_apart() {
    let (address, serving) = serving(None).await;
    assert!(matches!(bind(address, None).await, Err(ListenError::Taken(_))));
    serving.stop(LONG).await;
    let nowhere = TlsFiles { cert: "nowhere.pem".into(), key: "nowhere.pem".into() };
    let Err(ListenError::Tls(sentence)) = bind(address, Some(&nowhere)).await else { panic!("there is no such file") };
    assert!(sentence.contains("nowhere.pem"), "{sentence}");
}
