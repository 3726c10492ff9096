//! TLS: certificate and key from files, TLS 1.2 and 1.3 through rustls.

use crate::config::TlsFiles;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long the client may take to agree on keys.
const GREETING: Duration = Duration::from_secs(10);

/// Reads certificate and key. `Err` is a sentence that names the file.
pub fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, String> {
    let wrong = |what: &str, file: &Path, cause: &dyn std::fmt::Display| {
        format!("the TLS {what} in {} cannot be used: {cause}", file.display())
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect)
        .map_err(|cause| wrong("certificate", &files.cert, &cause))?;
    if chain.is_empty() {
        return Err(wrong("certificate", &files.cert, &"it holds no PEM certificate"));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|cause| wrong("key", &files.key, &cause))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|cause| wrong("certificate", &files.cert, &cause))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|cause| wrong("key", &files.key, &cause))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Agrees on keys with a client, or gives it up.
pub async fn greet(tls: &TlsAcceptor, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
    match tokio::time::timeout(GREETING, tls.accept(stream)).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a client did not agree on TLS");
            None
        }
        Err(_) => None,
    }
}
