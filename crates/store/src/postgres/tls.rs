//! How a connection to the server is protected, by the words of `sslmode` that every client of PostgreSQL knows.
//!
//! `disable`: not at all. `prefer` (the default): encrypted if the server offers it. `require`: encrypted or refused. These
//! three take any certificate, unless authorities are named; then `prefer` and `require` check against them. `verify-full`
//! always checks the certificate and the host name in it, against the authorities named or else those of the web.

use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::fault::reason;
use crate::Error;

/// Where a server is, and how it is spoken to. `authorities` is a PEM file of certificates that the server's must go back to.
pub(super) fn address(url: &str, authorities: Option<&Path>) -> Result<(Config, MakeRustlsConnect), Error> {
    let (url, verified) = without_verify_full(url);
    // The parser's message does not repeat the url, which may hold a password.
    let mut config =
        Config::from_str(&url).map_err(|cause| Error::Invalid(format!("the database url: {}", reason(&cause))))?;
    if verified {
        config.ssl_mode(SslMode::Require);
    }
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let builder = builder.map_err(Error::other)?;
    let tls = match authorities {
        Some(file) => builder.dangerous().with_custom_certificate_verifier(Arc::new(Named::read(file, provider)?)),
        None if verified => {
            builder.with_root_certificates(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
        }
        None => builder.dangerous().with_custom_certificate_verifier(Arc::new(Unverified(provider))),
    };
    Ok((config, MakeRustlsConnect::new(tls.with_no_client_auth())))
}

/// The driver does not know the word; to it, it is `require`.
fn without_verify_full(url: &str) -> (String, bool) {
    let Some((address, query)) = url.split_once('?') else { return (url.to_owned(), false) };
    let is_verified = |pair: &&str| *pair == "sslmode=verify-full";
    if !query.split('&').any(|pair| is_verified(&pair)) {
        return (url.to_owned(), false);
    }
    let rest: Vec<&str> = query.split('&').filter(|pair| !is_verified(pair)).collect();
    (if rest.is_empty() { address.to_owned() } else { format!("{address}?{}", rest.join("&")) }, true)
}

/// Takes what goes back to the authorities of a file, and the certificates in it themselves: a certificate that a server
/// made for itself usually says that it is an authority, which no server's certificate may say otherwise.
#[derive(Debug)]
struct Named {
    certificates: Vec<CertificateDer<'static>>,
    authorities: Arc<WebPkiServerVerifier>,
}

impl Named {
    fn read(file: &Path, provider: Arc<CryptoProvider>) -> Result<Self, Error> {
        let wrong = |cause: &dyn std::fmt::Display| {
            let file = file.display();
            Error::Invalid(format!("the database's certificate authorities in {file} cannot be used: {cause}"))
        };
        let certificates = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
        let certificates: Vec<_> = certificates.map_err(|cause| wrong(&cause))?;
        if certificates.is_empty() {
            return Err(wrong(&"it holds no PEM certificate"));
        }
        let mut roots = RootCertStore::empty();
        for certificate in &certificates {
            roots.add(certificate.clone()).map_err(|cause| wrong(&cause))?;
        }
        let authorities = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        Ok(Self { certificates, authorities: authorities.map_err(|cause| wrong(&cause))? })
    }
}

impl ServerCertVerifier for Named {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.certificates.iter().any(|known| known == certificate) {
            verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
            return Ok(ServerCertVerified::assertion());
        }
        self.authorities.verify_server_cert(certificate, chain, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.authorities.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.authorities.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}

/// Takes any certificate: the line is secret from those who only listen, as `require` promises, and no more.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _chain: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verify_full_is_taken_out_of_the_url_and_nothing_else() {
        for (url, rest, verified) in [
            ("postgres://h/d", "postgres://h/d", false),
            ("postgres://h/d?sslmode=require", "postgres://h/d?sslmode=require", false),
            ("postgres://h/d?sslmode=verify-full", "postgres://h/d", true),
            ("postgres://h/d?a=1&sslmode=verify-full&b=2", "postgres://h/d?a=1&b=2", true),
        ] {
            assert_eq!(without_verify_full(url), (rest.to_owned(), verified));
        }
    }

    #[test]
    fn modes_are_those_of_every_client() {
        let mode =
            |query: &str| address(&format!("postgres://h/d{query}"), None).map(|(config, _)| config.get_ssl_mode());
        assert_eq!(mode("").ok(), Some(SslMode::Prefer));
        assert_eq!(mode("?sslmode=disable").ok(), Some(SslMode::Disable));
        assert_eq!(mode("?sslmode=verify-full").ok(), Some(SslMode::Require));
        let refused = mode("?sslmode=sometimes").expect_err("no such mode").to_string();
        assert!(refused.contains("sslmode"), "{refused}");
    }

    #[test]
    fn a_file_without_certificates_is_refused_by_name() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let refused = address("postgres://h/d", Some(file.path())).err().expect("nothing in it").to_string();
        assert!(
            refused.contains("no PEM certificate") && refused.contains(&file.path().display().to_string()),
            "{refused}"
        );
    }
}
