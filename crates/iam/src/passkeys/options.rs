//! What a page hands to the browser: options in the JSON that `navigator.credentials` knows.

use super::challenge::PATIENCE;
use super::rows::Stored;
use super::{RelyingParty, verify};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

/// To make a passkey for a person, on a device that has none for them yet. It is kept on the device under
/// the person's name, so that it can sign in without an address being typed.
pub(super) fn creation(party: &RelyingParty, challenge: &[u8], user: (Uuid, &str), known: &[Stored]) -> Value {
    let (id, email) = user;
    let algorithms = verify::ALGORITHMS.map(|algorithm| json!({ "type": "public-key", "alg": algorithm }));
    json!({ "publicKey": {
        "rp": { "name": "Tessera", "id": party.id() },
        "user": { "id": URL_SAFE_NO_PAD.encode(id.as_bytes()), "name": email, "displayName": email },
        "challenge": URL_SAFE_NO_PAD.encode(challenge),
        "pubKeyCredParams": algorithms,
        "timeout": PATIENCE.num_milliseconds(),
        "excludeCredentials": credentials(known),
        "authenticatorSelection": {
            "residentKey": "required", "requireResidentKey": true, "userVerification": "required",
        },
        "extensions": { "credProps": true },
    } })
}

/// To use one of these passkeys; any that the device knows for us where none are named.
pub(super) fn request(party: &RelyingParty, challenge: &[u8], allowed: &[Stored]) -> Value {
    json!({ "publicKey": {
        "challenge": URL_SAFE_NO_PAD.encode(challenge),
        "timeout": PATIENCE.num_milliseconds(),
        "rpId": party.id(),
        "allowCredentials": credentials(allowed),
        "userVerification": "required",
    } })
}

fn credentials(passkeys: &[Stored]) -> Vec<Value> {
    let one = |passkey: &Stored| {
        let id = URL_SAFE_NO_PAD.encode(&passkey.credential);
        json!({ "type": "public-key", "id": id, "transports": passkey.transports })
    };
    passkeys.iter().map(one).collect()
}
