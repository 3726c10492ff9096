//! What arbitrary bytes are given to, and what has to hold whatever they are: the bodies of the
//! fuzz targets in `fuzz/`, and of the test that runs their corpus.
//!
//! Each entry panics when something does not hold. What belongs here: one function for each
//! reader of text that strangers write. What does not: the fuzzer itself.

use grc::library;
use iam::client_address::{Network, TrustedProxies};
use iam::header::{self, Credential, SCIM_KINDS};
use iam::redact::{redact, redact_url_query};
use iam::secret::{Secret, SecretKind, find_in};
use iam::tokens::{Scope, TokenLimits};
use serde_json::{Value, json};
use std::net::IpAddr;

/// Takes the bytes of one input.
pub type Entry = fn(&[u8]);

/// Every entry by the name of its target and of its folder in `fuzz/corpus`.
pub const ALL: [(&str, Entry); 5] =
    [("token", token), ("header", authorization), ("network", network), ("scopes", scopes), ("library", yaml)];

/// The parser of secrets, the search for them in text, and what hides them.
///
/// # Panics
/// When something does not hold.
pub fn token(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(parsed) = Secret::parse_any(&text) {
        let kind = parsed.kind();
        assert_eq!(text.len(), kind.length());
        assert!(text.starts_with(kind.prefix()), "a secret begins with its kind");
        assert_eq!(parsed.expose(), text, "nothing is trimmed");
        for other in SecretKind::ALL {
            assert_eq!(Secret::parse(other, &text).is_some(), other == kind, "a secret is of one kind");
        }
        assert!(parsed.preview().len() == kind.prefix().len() + 4);
        assert_eq!(find_in(&text).count(), 1);
    }
    for found in find_in(&text) {
        assert!(Secret::parse_any(found.expose()).is_some());
    }
    let hidden = redact(&text);
    assert_eq!(find_in(&hidden).count(), 0, "a secret outlived hiding");
    assert_eq!(redact(&hidden), hidden, "what is hidden stays as it is");
    let url = redact_url_query(&text);
    assert_eq!(find_in(&url).count(), 0, "a secret outlived hiding in an address");
}

/// The reader of the `Authorization` header: each line of the input is one value of it. Behind it
/// the walk along `X-Forwarded-For`, over the same lines.
///
/// # Panics
/// When something does not hold.
pub fn authorization(bytes: &[u8]) {
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').take(3).collect();
    for accepted in [header::API_KINDS, SCIM_KINDS] {
        match header::authorization(lines.iter().copied(), accepted) {
            Ok(Credential::None) => panic!("a line is there"),
            Ok(Credential::Token(secret)) => {
                assert_eq!(lines.len(), 1, "two lines are never taken");
                assert!(lines[0].trim_ascii().len() <= 256, "long values are never taken");
                assert!(accepted.contains(&secret.kind()));
                let value = secret.expose().as_bytes();
                assert!(lines[0].windows(value.len()).any(|window| window == value));
            }
            Err(error) => {
                assert_eq!(error.status() == 400, lines.len() > 1);
                let words = error.to_string();
                assert!(find_in(&words).next().is_none(), "an error repeats no secret");
            }
        }
    }
    let peer = IpAddr::from([192, 0, 2, 1]);
    assert_eq!(TrustedProxies::default().client_address(peer, lines.iter().copied()), peer, "nobody is trusted");
    let all = TrustedProxies::new(["0.0.0.0/0", "::/0"].iter().map(|text| text.parse().expect("a network")).collect());
    let client = all.client_address(peer, lines.iter().copied());
    assert_eq!(client, client.to_canonical(), "IPv4 is written as IPv4");
}

/// The reader of networks in CIDR notation.
///
/// # Panics
/// When something does not hold.
pub fn network(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(network) = text.parse::<Network>() else { return };
    let written = network.to_string();
    assert_eq!(written.parse::<Network>().as_ref(), Ok(&network), "it reads what it writes");
    let (address, prefix) = written.split_once('/').expect("it is written with a prefix");
    let address: IpAddr = address.parse().expect("an address");
    assert!(network.contains(address), "a network contains its first address");
    if let IpAddr::V4(address) = address {
        assert!(network.contains(address.to_ipv6_mapped().into()), "the same address, written as IPv6");
        assert_eq!(network.contains(IpAddr::from([255, 255, 255, 255])), all_ones(address.to_bits(), prefix));
    }
    let limits = TokenLimits::of_row(None, None, Some(json!([written])));
    assert!(limits.admits(Some(address)));
    assert!(!limits.admits(None), "an unknown address is in no network");
}

fn all_ones(address: u32, prefix: &str) -> bool {
    let prefix: u32 = prefix.parse().expect("a prefix");
    prefix == 0 || address == u32::MAX << (32 - prefix)
}

/// The scope language, and the limits of a token as they are stored.
///
/// # Panics
/// When something does not hold.
pub fn scopes(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(scope) = text.parse::<Scope>() {
        assert_eq!(scope.to_string(), text, "it writes what it read");
    }
    let Ok(stored) = serde_json::from_slice::<Value>(bytes) else { return };
    let part = |name: &str| stored.get(name).cloned();
    let limits = TokenLimits::of_row(part("scopes"), part("domains"), part("allowed_ips"));
    let (scopes, domains, addresses) = limits.to_json();
    for (given, kept) in [("scopes", &scopes), ("domains", &domains), ("allowed_ips", &addresses)] {
        assert_eq!(stored.get(given).is_some(), kept.is_some(), "a limit is never lost, however it is written");
    }
    assert_eq!(TokenLimits::of_row(scopes, domains, addresses), limits, "it reads what it writes");
}

/// The reader of library files.
///
/// # Panics
/// When something does not hold.
pub fn yaml(bytes: &[u8]) {
    match library::read(bytes, "fuzz.yaml") {
        Ok(library) => {
            let _ = (library::check(&library), library.tree(), library.content(), library.objects_meta());
            assert_eq!(library.hash.len(), 64);
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "a refusal without a reason");
            let _: Vec<_> = problems.iter().map(|problem| (problem.to_string(), problem.class())).collect();
        }
    }
}
