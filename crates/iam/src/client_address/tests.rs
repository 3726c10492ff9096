//! Tests of finding the client behind proxies.

use super::Scheme::{Http, Https};
use super::*;

fn proxies() -> TrustedProxies {
    TrustedProxies::new(["10.0.0.0/8", "2001:db8:1::/48", "127.0.0.1"].map(|text| text.parse().unwrap()).into())
}

fn client(peer: &str, lines: &[&str]) -> String {
    let lines = lines.iter().map(|line| line.as_bytes());
    proxies().client_address(peer.parse().unwrap(), lines).to_string()
}

#[test]
fn an_untrusted_peer_is_the_client_whatever_it_says() {
    for lines in [&[][..], &["1.2.3.4"], &["10.0.0.1"], &["127.0.0.1, 10.0.0.1"], &["", "x"]] {
        assert_eq!(client("203.0.113.9", lines), "203.0.113.9");
        assert_eq!(client("2001:db8:2::1", lines), "2001:db8:2::1");
    }
    let none = TrustedProxies::default();
    assert_eq!(none.client_address("127.0.0.1".parse().unwrap(), [b"1.2.3.4".as_slice()]).to_string(), "127.0.0.1");
}

#[test]
fn walks_from_the_right_to_the_first_stranger() {
    let cases: &[(&[&str], &str)] = &[
        (&[], "10.0.0.1"),
        (&[""], "10.0.0.1"),
        (&["203.0.113.9"], "203.0.113.9"),
        (&["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        (&["203.0.113.9,10.0.0.2 ,\t10.0.0.3"], "203.0.113.9"),
        (&["1.2.3.4, 203.0.113.9"], "203.0.113.9"),
        (&["10.0.0.7, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        (&["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
        (&["1.2.3.4", "203.0.113.9", "10.0.0.2"], "203.0.113.9"),
        (&["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        (&["2001:db8:2::5, 2001:db8:1::9"], "2001:db8:2::5"),
    ];
    for (lines, expected) in cases {
        assert_eq!(client("10.0.0.1", lines), *expected, "{lines:?}");
    }
}

#[test]
fn stops_at_what_is_no_address() {
    for entry in [
        "unknown",
        "",
        "_hidden",
        "203.0.113",
        "203.0.113.9 x",
        "fe80::1%eth0",
        "[203.0.113.9]",
        "[::1",
        "é",
        "203.0.113.9:x",
    ] {
        assert_eq!(client("10.0.0.1", &[&format!("1.2.3.4, {entry}, 10.0.0.2")]), "10.0.0.2", "{entry}");
        assert_eq!(client("10.0.0.1", &[&format!("1.2.3.4, {entry}")]), "10.0.0.1", "{entry}");
    }
    assert_eq!(proxies().client_address("10.0.0.1".parse().unwrap(), [b"\xff".as_slice()]).to_string(), "10.0.0.1");
}

#[test]
fn reads_ports_brackets_and_mapped_addresses() {
    for (entry, expected) in [
        ("203.0.113.9:1234", "203.0.113.9"),
        ("[2001:db8:2::1]:443", "2001:db8:2::1"),
        ("[2001:db8:2::1]", "2001:db8:2::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("[::ffff:203.0.113.9]:1", "203.0.113.9"),
    ] {
        assert_eq!(client("::ffff:10.0.0.1", &[entry]), expected);
    }
    assert_eq!(client("::ffff:203.0.113.1", &["1.2.3.4"]), "203.0.113.1");
}

#[test]
fn believes_the_scheme_only_from_trusted_peers() {
    let scheme = |peer: &str, connection, lines: &[&str]| {
        proxies().scheme(peer.parse().unwrap(), connection, lines.iter().map(|line| line.as_bytes()))
    };
    assert_eq!(scheme("10.0.0.1", Http, &["https"]), Https);
    assert_eq!(scheme("::ffff:10.0.0.1", Http, &[" HTTPS "]), Https);
    assert_eq!(scheme("10.0.0.1", Https, &["http"]), Http);
    assert_eq!(scheme("10.0.0.1", Http, &["https, http"]), Http);
    assert_eq!(scheme("10.0.0.1", Http, &["https", "http"]), Http);
    assert_eq!(scheme("10.0.0.1", Http, &["http,https"]), Https);
    for nothing in [&[][..], &[""], &["wss"], &["https,"]] {
        assert_eq!(scheme("10.0.0.1", Http, nothing), Http);
        assert_eq!(scheme("10.0.0.1", Https, nothing), Https);
    }
    assert_eq!(scheme("203.0.113.9", Http, &["https"]), Http);
    assert_eq!(scheme("203.0.113.9", Https, &["http"]), Https);
}

#[test]
fn knows_this_machine() {
    for (address, expected) in
        [("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true), ("10.0.0.1", false)]
    {
        assert_eq!(is_local(address.parse().unwrap()), expected, "{address}");
    }
}

proptest::proptest! {
    #[test]
    fn what_a_client_writes_changes_nothing(forged in r"[0-9a-f.:, x]{0,80}") {
        assert_eq!(client("10.0.0.1", &[&format!("{forged}, 203.0.113.9")]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &[&forged, "203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("203.0.113.9", &[&forged]), "203.0.113.9");
    }
}
