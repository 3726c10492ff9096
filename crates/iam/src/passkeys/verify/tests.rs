//! Answers of a device that does everything right, and of others that do one thing wrong.

use super::{Flaw, Known, Registration, assertion, registration};
use crate::passkeys::RelyingParty;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const CHALLENGE: &[u8] = &[9; 32];
const ID: &[u8] = b"a credential";

/// A device, and what it and its browser say.
struct Device {
    pair: EcdsaKeyPair,
    client: Value,
    party: &'static str,
    flags: u8,
    count: u32,
}

impl Device {
    fn new() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).expect("the same key");
        let client = json!({
            "type": "webauthn.create",
            "challenge": URL_SAFE_NO_PAD.encode(CHALLENGE),
            "origin": "https://grc.example.org",
            "crossOrigin": false,
        });
        Self { pair, client, party: "grc.example.org", flags: 0x05, count: 0 }
    }

    fn that_signs() -> Self {
        let mut device = Self::new();
        device.client["type"] = json!("webauthn.get");
        device.count = 8;
        device
    }

    fn key(&self) -> Vec<u8> {
        let point = self.pair.public_key().as_ref();
        let (x, y) = (&point[1..33], &point[33..]);
        [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", x, b"\x22\x58\x20", y].concat()
    }

    fn data(&self, credential: bool) -> Vec<u8> {
        let mut data = Sha256::digest(self.party.as_bytes()).to_vec();
        data.push(self.flags | if credential { 0x40 } else { 0 });
        data.extend(self.count.to_be_bytes());
        if credential {
            let length = u16::try_from(ID.len()).expect("short").to_be_bytes();
            data.extend([&[0; 16][..], &length, ID, &self.key()].concat());
        }
        data
    }

    fn creation(&self) -> Value {
        let data = self.data(true);
        let length = u8::try_from(data.len()).expect("short");
        let object = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[length][..], &data].concat();
        self.answer(json!({ "attestationObject": URL_SAFE_NO_PAD.encode(object) }))
    }

    fn assertion(&self) -> Value {
        let data = self.data(false);
        let signed = [&data[..], &Sha256::digest(self.client.to_string())].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).expect("a signature");
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        self.answer(json!({ "authenticatorData": encode(&data), "signature": encode(signature.as_ref()) }))
    }

    fn answer(&self, mut response: Value) -> Value {
        response["clientDataJSON"] = json!(URL_SAFE_NO_PAD.encode(self.client.to_string()));
        let id = URL_SAFE_NO_PAD.encode(ID);
        json!({ "type": "public-key", "id": id, "rawId": id, "response": response })
    }

    fn registers(&self) -> Result<Registration, Flaw> {
        registration(&party(), CHALLENGE, &self.creation())
    }

    fn asserts(&self, known_count: u32) -> Result<u32, Flaw> {
        let known = Known { key: &self.key(), sign_count: known_count };
        assertion(&party(), CHALLENGE, &known, &self.assertion())
    }
}

fn party() -> RelyingParty {
    RelyingParty::at("https://grc.example.org").expect("a name over HTTPS")
}

#[test]
fn a_good_device_registers_and_asserts() {
    let mut device = Device::new();
    assert_eq!(device.registers(), Ok(Registration { id: ID.to_vec(), key: device.key(), sign_count: 0 }));
    device.client["type"] = json!("webauthn.get");
    device.count = 7;
    assert_eq!(device.asserts(6), Ok(7));
    // One that does not count says zero each time.
    device.count = 0;
    assert_eq!(device.asserts(0), Ok(0));
}

/// One thing that is wrong, and what it is called.
type Wrong = (Flaw, fn(&mut Device));

/// The same rules hold for both ceremonies.
const WRONG: [Wrong; 12] = [
    (Flaw::OtherCeremony, |device| device.client["type"] = json!("payment.get")),
    (Flaw::OtherCeremony, |device| device.client["type"] = json!(null)),
    (Flaw::OtherChallenge, |device| device.client["challenge"] = json!(URL_SAFE_NO_PAD.encode([8; 32]))),
    (Flaw::OtherChallenge, |device| device.client["challenge"] = json!("")),
    (Flaw::OtherOrigin, |device| device.client["origin"] = json!("https://grc.example.org.evil.test")),
    (Flaw::OtherOrigin, |device| device.client["origin"] = json!("http://grc.example.org")),
    (Flaw::OtherOrigin, |device| device.client["crossOrigin"] = json!(true)),
    (Flaw::OtherOrigin, |device| device.client["topOrigin"] = json!("https://evil.test")),
    (Flaw::OtherParty, |device| device.party = "example.org"),
    (Flaw::NobodyThere, |device| device.flags = 0x04),
    (Flaw::NotVerified, |device| device.flags = 0x01),
    (Flaw::Malformed, |device| device.flags = 0x15),
];

#[test]
fn one_wrong_thing_is_enough() {
    for (flaw, spoil) in WRONG {
        let mut device = Device::new();
        spoil(&mut device);
        assert_eq!(device.registers(), Err(flaw), "registering");
        let mut device = Device::that_signs();
        spoil(&mut device);
        assert_eq!(device.asserts(0), Err(flaw), "asserting");
    }
}

#[test]
fn the_answer_to_one_ceremony_is_none_to_the_other() {
    let device = Device::that_signs();
    assert_eq!(device.registers(), Err(Flaw::OtherCeremony));
    assert_eq!(Device::new().asserts(0), Err(Flaw::OtherCeremony));
}

#[test]
fn a_count_that_does_not_grow_tells_of_a_copy() {
    for (count, known) in [(8, 8), (8, 9), (0, 1)] {
        let mut device = Device::that_signs();
        device.count = count;
        assert_eq!(device.asserts(known), Err(Flaw::CountWentBack), "{count} after {known}");
    }
}

#[test]
fn signatures_of_others_are_wrong() {
    let (device, other) = (Device::that_signs(), Device::that_signs());
    let known = Known { key: &other.key(), sign_count: 0 };
    assert_eq!(assertion(&party(), CHALLENGE, &known, &device.assertion()), Err(Flaw::WrongSignature));
    // What was signed was changed afterwards.
    let mut answer = device.assertion();
    let mut changed = device.data(false);
    changed[36] += 1;
    answer["response"]["authenticatorData"] = json!(URL_SAFE_NO_PAD.encode(changed));
    let known = Known { key: &device.key(), sign_count: 0 };
    assert_eq!(assertion(&party(), CHALLENGE, &known, &answer), Err(Flaw::WrongSignature));
}

#[test]
fn what_is_no_credential_is_malformed() {
    let good = Device::new().creation();
    let spoiled: [fn(&mut Value); 8] = [
        |answer| *answer = json!(null),
        |answer| *answer = json!([]),
        |answer| answer["type"] = json!("password"),
        |answer| answer["rawId"] = json!("AAAA"),
        |answer| answer["response"]["attestationObject"] = json!("????"),
        |answer| answer["response"]["attestationObject"] = json!("oA"),
        |answer| answer["response"]["clientDataJSON"] = json!(URL_SAFE_NO_PAD.encode("{")),
        |answer| answer["response"]["clientDataJSON"] = json!("A".repeat(100_000)),
    ];
    for (index, spoil) in spoiled.iter().enumerate() {
        let mut answer = good.clone();
        spoil(&mut answer);
        assert_eq!(registration(&party(), CHALLENGE, &answer), Err(Flaw::Malformed), "{index}");
    }
}

proptest! {
    /// Cut, lengthened or altered anywhere: refused or harmless, never a panic and never another key.
    #[test]
    fn altered_attestations_bring_no_other_key(place in 0_usize..400, value in any::<u8>(), cut in 0_usize..400) {
        let device = Device::new();
        let mut answer = device.creation();
        let text = answer["response"]["attestationObject"].as_str().expect("text").to_owned();
        let mut bytes = URL_SAFE_NO_PAD.decode(text).expect("base64");
        if let Some(byte) = bytes.get_mut(place) { *byte = value }
        bytes.truncate(cut.max(1));
        answer["response"]["attestationObject"] = json!(URL_SAFE_NO_PAD.encode(bytes));
        if let Ok(found) = registration(&party(), CHALLENGE, &answer) {
            prop_assert_eq!(found.id, ID);
        }
    }
}
