//! GitHub's secret scanning, seen from a partner of its programme: it signs what it found in public repositories, and we
//! end the tokens among it.
//!
//! What belongs here: checking the signature, and the answer. What does not: fetching GitHub's public keys.

use super::leak;
use crate::Iam;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::ApiError;
use engine::access::Origin;
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Findings that one message may hold.
const MOST: usize = 1000;

/// What stands before the point in a public key on P-256 (`SubjectPublicKeyInfo`, RFC 5480).
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// The keys that GitHub signs with, as its public list has them.
#[derive(Clone, Debug, Deserialize)]
pub struct PublicKeys {
    public_keys: Vec<PublicKey>,
}

#[derive(Clone, Debug, Deserialize)]
struct PublicKey {
    key_identifier: String,
    /// PEM.
    key: String,
    is_current: bool,
}

impl PublicKeys {
    /// Reads GitHub's list: `{"public_keys": [{"key_identifier", "key", "is_current"}]}`.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| format!("the list of public keys cannot be read: {error}"))
    }

    /// Whether the list knows a key, in use or not.
    pub fn knows(&self, identifier: &str) -> bool {
        self.public_keys.iter().any(|key| key.key_identifier == identifier)
    }

    /// Whether `signature` (Base64 of ASN.1) over `message` was made with the key of that name, and the key is in use.
    pub fn signed(&self, identifier: &str, signature: &str, message: &[u8]) -> bool {
        let current = |key: &&PublicKey| key.is_current && key.key_identifier == identifier;
        let Some(point) = self.public_keys.iter().find(current).and_then(|key| point(&key.key)) else { return false };
        let Ok(signature) = STANDARD.decode(signature.trim()) else { return false };
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, &signature).is_ok()
    }
}

/// The point of a public key in PEM.
fn point(pem: &str) -> Option<Vec<u8>> {
    let text: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(text).ok()?.strip_prefix(&P256).map(<[u8]>::to_vec)
}

#[derive(Debug, Deserialize)]
struct Finding {
    token: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    url: Option<String>,
}

/// What a finding was.
#[derive(Debug, Serialize)]
pub struct Verdict {
    token_raw: String,
    token_type: String,
    /// `true_positive` when the value ever opened anything here, `false_positive` otherwise.
    label: &'static str,
}

/// Ends every live token among the findings of a message whose signature was checked. Nothing counts as a use.
pub async fn findings(iam: &Iam, message: &[u8], origin: &Arc<Origin>) -> Result<Vec<Verdict>, ApiError> {
    let findings: Vec<Finding> =
        serde_json::from_slice(message).map_err(|error| ApiError::BadRequest(format!("JSON parse error - {error}")))?;
    if findings.len() > MOST {
        let detail = format!("At most {MOST} findings in one message.");
        return Err(ApiError::refused(400, json!({ "detail": detail })));
    }
    let mut verdicts = Vec::with_capacity(findings.len());
    for finding in findings {
        let ours = leak::end(iam, &finding.token, finding.url.as_deref().unwrap_or_default(), origin).await?;
        verdicts.push(Verdict {
            label: if ours { "true_positive" } else { "false_positive" },
            token_raw: finding.token,
            token_type: finding.kind,
        });
    }
    Ok(verdicts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};

    fn pair() -> EcdsaKeyPair {
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).expect("a key");
        EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &SystemRandom::new()).expect("the same key")
    }

    fn list(pair: &EcdsaKeyPair, current: bool) -> PublicKeys {
        let der = [&P256[..], pair.public_key().as_ref()].concat();
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der));
        let list = json!({ "public_keys": [{ "key_identifier": "k1", "key": pem, "is_current": current }] });
        PublicKeys::parse(&list.to_string()).expect("a list")
    }

    #[test]
    fn only_a_signature_of_a_current_key_over_this_message_counts() {
        let pair = pair();
        let signature = STANDARD.encode(pair.sign(&SystemRandom::new(), b"[]").expect("signed"));
        assert!(list(&pair, true).signed("k1", &signature, b"[]"));
        assert!(!list(&pair, true).signed("k1", &signature, b"[ ]"));
        assert!(!list(&pair, true).signed("k2", &signature, b"[]"));
        assert!(!list(&pair, false).signed("k1", &signature, b"[]"));
        assert!(!list(&super::tests::pair(), true).signed("k1", &signature, b"[]"));
        assert!(!list(&pair, true).signed("k1", "no base64!", b"[]"));
    }

    #[test]
    fn what_is_no_list_and_no_key_is_refused() {
        assert!(PublicKeys::parse("{}").is_err());
        assert_eq!(point("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"), None);
    }
}
