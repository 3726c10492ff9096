//! A security key in software, with its browser: makes passkeys and signs with them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// One device with one passkey, and what tests may change about it.
pub struct Authenticator {
    id: Vec<u8>,
    pair: EcdsaKeyPair,
    random: SystemRandom,
    /// The account that the passkey was made for.
    pub handle: String,
    /// The page that the browser shows.
    pub origin: String,
    /// Counts with each signature.
    pub count: u32,
    /// Whether the person is asked for a fingerprint or a PIN.
    pub verifies: bool,
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Authenticator {
    /// A new device in a browser that shows pages of `origin`.
    pub fn new(origin: &str) -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).expect("the same key");
        let mut id = vec![0; 32];
        random.fill(&mut id).expect("randomness");
        let handle = String::new();
        Self { id, pair, random, handle, origin: origin.to_owned(), count: 1, verifies: true }
    }

    pub fn id(&self) -> String {
        encode(&self.id)
    }

    /// The answer to creation options.
    pub fn create(&mut self, answer: &Value) -> Value {
        let options = &answer["data"]["creation_options"]["publicKey"];
        assert!(
            options["pubKeyCredParams"]
                .as_array()
                .expect("algorithms")
                .contains(&json!({ "type": "public-key", "alg": -7 }))
        );
        options["user"]["id"].as_str().expect("a handle").clone_into(&mut self.handle);
        let client = self.client("webauthn.create", &options["challenge"]);
        let point = self.pair.public_key().as_ref();
        let key = [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", &point[1..33], b"\x22\x58\x20", &point[33..]].concat();
        let mut data = self.data(&options["rp"]["id"], 0x40);
        data.extend([&[0; 16][..], &[0, 32], &self.id, &key].concat());
        let length = u8::try_from(data.len()).expect("short");
        let object = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[length][..], &data].concat();
        self.answer(&json!({
            "clientDataJSON": encode(client.as_bytes()),
            "attestationObject": encode(&object),
            "transports": ["internal", "hybrid", "carrier pigeon"],
        }))
    }

    /// The answer to request options.
    pub fn sign(&mut self, answer: &Value) -> Value {
        let options = &answer["data"]["request_options"]["publicKey"];
        self.count += 1;
        let client = self.client("webauthn.get", &options["challenge"]);
        let data = self.data(&options["rpId"], 0);
        let signed = [&data[..], &Sha256::digest(&client)].concat();
        let signature = self.pair.sign(&self.random, &signed).expect("a signature");
        self.answer(&json!({
            "clientDataJSON": encode(client.as_bytes()),
            "authenticatorData": encode(&data),
            "signature": encode(signature.as_ref()),
            "userHandle": self.handle,
        }))
    }

    fn client(&self, kind: &str, challenge: &Value) -> String {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false }).to_string()
    }

    fn data(&self, party: &Value, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(party.as_str().expect("a name").as_bytes()).to_vec();
        data.push(flags | 0x01 | if self.verifies { 0x04 } else { 0 });
        data.extend(self.count.to_be_bytes());
        data
    }

    fn answer(&self, response: &Value) -> Value {
        let extensions = json!({ "credProps": { "rk": true } });
        json!({
            "type": "public-key", "id": self.id(), "rawId": self.id(), "response": response,
            "clientExtensionResults": extensions, "authenticatorAttachment": "platform",
        })
    }
}
