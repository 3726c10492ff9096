//! TLS towards PostgreSQL: a gate in front of the test server speaks TLS as PostgreSQL does, with a certificate of our own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use store::{Error, Statement, Store};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What a client sends to ask for TLS: a length of 8, and a code.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// A gate that listens, with its certificate in a file.
struct Gate {
    address: SocketAddr,
    certificate: PathBuf,
    /// Connections that agreed on TLS.
    encrypted: Arc<AtomicU32>,
    _folder: TempDir,
}

/// Opens a gate before the server of the tests, for a host of this name; `None`, said aloud, when no server is named.
async fn gate(host: &str) -> Option<Gate> {
    gate_with(rcgen::CertificateParams::new(vec![host.to_owned()]).expect("a name")).await
}

async fn gate_with(certificate: rcgen::CertificateParams) -> Option<Gate> {
    let server = super::support::server()?;
    let url = tokio_postgres::Config::from_str(&server).expect("a url");
    let behind = ("127.0.0.1", url.get_ports()[0]);
    let pair = rcgen::KeyPair::generate().expect("a key");
    let issued = certificate.self_signed(&pair).expect("a certificate");
    let folder = tempfile::tempdir().expect("a folder");
    let certificate = folder.path().join("ca.pem");
    std::fs::write(&certificate, issued.pem()).expect("written");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(issued)], key)
        .expect("a pair");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let encrypted = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&encrypted);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (acceptor, counted) = (acceptor.clone(), Arc::clone(&counted));
            tokio::spawn(async move { pass(client, behind, &acceptor, &counted).await });
        }
    });
    Some(Gate { address, certificate, encrypted, _folder: folder })
}

/// Lets one connection through, by TLS if it asks for it.
async fn pass(mut client: TcpStream, behind: (&str, u16), acceptor: &TlsAcceptor, encrypted: &AtomicU32) {
    let mut server = TcpStream::connect(behind).await.expect("the server answers");
    let mut first = [0; 8];
    client.read_exact(&mut first).await.expect("a first message");
    if first == SSL_REQUEST {
        client.write_all(b"S").await.expect("sent");
        // Clients that do not trust the certificate go away here.
        let Ok(mut client) = acceptor.accept(client).await else { return };
        encrypted.fetch_add(1, Ordering::Relaxed);
        let _ = copy_bidirectional(&mut client, &mut server).await;
    } else {
        server.write_all(&first).await.expect("sent");
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}

impl Gate {
    async fn open(&self, host: &str, mode: &str, trusted: bool) -> Result<u32, Error> {
        let url = format!("postgres://postgres@{host}:{}/postgres{mode}", self.address.port());
        let before = self.encrypted.load(Ordering::Relaxed);
        let store = Store::open_postgres(&url, trusted.then_some(self.certificate.as_path()), 1).await?;
        let mut tx = store.peek().await?;
        assert_eq!(tx.one(&Statement::fixed("SELECT 7::bigint"), |row| row.int(0)).await?, Some(Some(7)));
        drop(tx);
        store.close().await;
        Ok(self.encrypted.load(Ordering::Relaxed) - before)
    }
}

#[tokio::test]
async fn each_mode_protects_as_it_says() {
    let Some(gate) = gate("localhost").await else { return };
    assert_eq!(gate.open("localhost", "?sslmode=disable", false).await.expect("plain"), 0);
    assert_eq!(gate.open("localhost", "", false).await.expect("TLS, as it is offered"), 1);
    assert_eq!(gate.open("localhost", "?sslmode=require", false).await.expect("TLS with anybody"), 1);
    assert_eq!(gate.open("localhost", "?sslmode=verify-full", true).await.expect("TLS with the right one"), 1);
}

/// As PostgreSQL's manual tells people to make one.
#[tokio::test]
async fn a_certificate_that_calls_itself_an_authority_is_taken_by_name() {
    let mut certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    certificate.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let Some(gate) = gate_with(certificate).await else { return };
    assert_eq!(gate.open("localhost", "?sslmode=verify-full", true).await.expect("the one that was named"), 1);
    let refused = gate.open("127.0.0.1", "?sslmode=verify-full", true).await.expect_err("another host");
    assert!(matches!(refused, Error::Unreachable(_)), "{refused:?}");
}

#[tokio::test]
async fn a_stranger_is_refused_with_the_reason() {
    let Some(gate) = gate("localhost").await else { return };
    // Not known to the authorities of the web; and of another name than the one asked for.
    for (host, mode, trusted) in
        [("localhost", "?sslmode=verify-full", false), ("127.0.0.1", "?sslmode=verify-full", true)]
    {
        let refused = gate.open(host, mode, trusted).await.expect_err("a stranger");
        assert!(matches!(&refused, Error::Unreachable(why) if why.contains("certificate")), "{refused:?}");
    }
    assert_eq!(gate.encrypted.load(Ordering::Relaxed), 0);
}
