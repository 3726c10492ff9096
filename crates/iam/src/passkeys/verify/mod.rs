//! The rules of WebAuthn for a server: registering (Level 3, section 7.1) and asserting (section 7.2).
//!
//! Pure: bytes in, a verdict out. Two steps of the standard are left out on purpose. Which make of
//! authenticator it is does not matter to us, so attestation is not asked for and its statement not
//! read. And nothing hangs on whether a passkey is copied between devices.

mod authenticator;
mod cbor;
mod client;
mod key;
#[cfg(test)]
mod tests;

pub(super) use key::ALGORITHMS;

use super::RelyingParty;
use authenticator::AuthenticatorData;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cbor::Item;
use key::PublicKey;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The longest part of an answer: attestations with certificates are a few thousand bytes.
const LONGEST: usize = 64 * 1024;
/// The longest id of a credential, as the standard has it.
const LONGEST_ID: usize = 1023;

/// What is wrong with an answer. The text goes to the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Flaw {
    #[error("malformed")]
    Malformed,
    #[error("other ceremony")]
    OtherCeremony,
    #[error("other challenge")]
    OtherChallenge,
    #[error("other origin")]
    OtherOrigin,
    #[error("other relying party")]
    OtherParty,
    #[error("nobody present")]
    NobodyThere,
    #[error("user not verified")]
    NotVerified,
    #[error("unknown kind of key")]
    UnknownKey,
    #[error("wrong signature")]
    WrongSignature,
    #[error("unknown passkey")]
    UnknownPasskey,
    #[error("passkey of another user")]
    OtherUser,
    #[error("account closed")]
    ClosedAccount,
    #[error("sign count went back")]
    CountWentBack,
}

/// A new credential.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Registration {
    pub(super) id: Vec<u8>,
    /// The public key, as COSE.
    pub(super) key: Vec<u8>,
    pub(super) sign_count: u32,
}

/// Checks the answer to a creation.
pub(super) fn registration(party: &RelyingParty, challenge: &[u8], answer: &Value) -> Result<Registration, Flaw> {
    client::check(&part(answer, "clientDataJSON")?, "webauthn.create", challenge, party)?;
    let attestation = part(answer, "attestationObject")?;
    let (attestation, rest) = Item::read(&attestation).ok_or(Flaw::Malformed)?;
    let data =
        attestation.named("authData").and_then(Item::bytes).filter(|_| rest.is_empty()).ok_or(Flaw::Malformed)?;
    let data = AuthenticatorData::read(data).ok_or(Flaw::Malformed)?;
    data.check(party.id())?;
    let credential = data.credential.ok_or(Flaw::Malformed)?;
    if credential.id.is_empty() || credential.id.len() > LONGEST_ID || credential_id(answer)? != credential.id {
        return Err(Flaw::Malformed);
    }
    let (key, _) = Item::read(credential.key).ok_or(Flaw::Malformed)?;
    PublicKey::of(&key).ok_or(Flaw::UnknownKey)?;
    Ok(Registration { id: credential.id.to_vec(), key: credential.key.to_vec(), sign_count: data.sign_count })
}

/// What is known of the credential that answers.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) key: &'a [u8],
    pub(super) sign_count: u32,
}

/// Checks the answer to a request; returns the new count.
pub(super) fn assertion(
    party: &RelyingParty,
    challenge: &[u8],
    known: &Known<'_>,
    answer: &Value,
) -> Result<u32, Flaw> {
    let client = part(answer, "clientDataJSON")?;
    client::check(&client, "webauthn.get", challenge, party)?;
    let mut signed = part(answer, "authenticatorData")?;
    let data = AuthenticatorData::read(&signed).ok_or(Flaw::Malformed)?;
    data.check(party.id())?;
    let count = data.sign_count;
    let (key, _) = Item::read(known.key).ok_or(Flaw::UnknownKey)?;
    let key = PublicKey::of(&key).ok_or(Flaw::UnknownKey)?;
    signed.extend_from_slice(&Sha256::digest(&client));
    if !key.signed(&signed, &part(answer, "signature")?) {
        return Err(Flaw::WrongSignature);
    }
    // Authenticators that do not count say zero each time. With those that do, a count that does not grow tells of a copy.
    if (count, known.sign_count) != (0, 0) && count <= known.sign_count {
        return Err(Flaw::CountWentBack);
    }
    Ok(count)
}

/// The id of the credential that answers.
pub(super) fn credential_id(answer: &Value) -> Result<Vec<u8>, Flaw> {
    let id = answer["rawId"].as_str().or_else(|| answer["id"].as_str());
    let id = decode(id.filter(|id| id.len() <= 2 * LONGEST_ID).ok_or(Flaw::Malformed)?)?;
    if answer["type"] == "public-key" { Ok(id) } else { Err(Flaw::Malformed) }
}

/// The account that the authenticator made the credential for, if it says so.
pub(super) fn user_handle(answer: &Value) -> Result<Option<Vec<u8>>, Flaw> {
    match &answer["response"]["userHandle"] {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => decode(text).map(Some),
        _ => Err(Flaw::Malformed),
    }
}

fn part(answer: &Value, name: &str) -> Result<Vec<u8>, Flaw> {
    decode(answer["response"][name].as_str().ok_or(Flaw::Malformed)?)
}

fn decode(text: &str) -> Result<Vec<u8>, Flaw> {
    if text.len() > LONGEST {
        return Err(Flaw::Malformed);
    }
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| Flaw::Malformed)
}
