//! An IP network in CIDR notation.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A network such as `10.0.0.0/8`, `2001:db8::/32`, or a single address. Reads and writes as that text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// The part before the slash is no IP address.
    #[error("“{0}” is not an IP address or network.")]
    Address(String),
    /// The part behind the slash is no number of bits for such an address.
    #[error("“{0}” has no valid prefix length.")]
    Prefix(String),
    /// Bits are set behind the prefix: somebody meant something else than they wrote.
    #[error("“{0}” has host bits set; did you mean “{1}”?")]
    HostBits(String, Network),
}

impl Network {
    /// Whether the address lies within. IPv4 written as IPv6 (`::ffff:10.0.0.1`) counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        masked(address.to_canonical(), self.prefix) == Some(self.address)
    }
}

/// The address with all bits behind the prefix cleared; nothing if it has fewer bits than that.
fn masked(address: IpAddr, prefix: u8) -> Option<IpAddr> {
    let prefix = u32::from(prefix);
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32u32.checked_sub(prefix)?).unwrap_or(0);
            Some(IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask)))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128u32.checked_sub(prefix)?).unwrap_or(0);
            Some(IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask)))
        }
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let written: IpAddr = address.parse().map_err(|_| NetworkError::Address(text.to_owned()))?;
        let width = if written.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Some(width), number).ok_or_else(|| NetworkError::Prefix(text.to_owned()))?;
        // A network of IPv4-mapped addresses is an IPv4 network: those 96 bits are always the same.
        let address = if prefix < 96 { written } else { written.to_canonical() };
        let prefix = if address.is_ipv4() && written.is_ipv6() { prefix - 96 } else { prefix };
        match masked(address, prefix) {
            None => Err(NetworkError::Prefix(text.to_owned())),
            Some(masked) if masked == address => Ok(Self { address, prefix }),
            Some(masked) => Err(NetworkError::HostBits(text.to_owned(), Self { address: masked, prefix })),
        }
    }
}

/// One to three digits; `parse` alone would also take `+8`.
fn number(text: &str) -> Option<u8> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl From<IpAddr> for Network {
    /// The network of one address.
    fn from(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self { address, prefix: if address.is_ipv4() { 32 } else { 128 } }
    }
}

impl TryFrom<String> for Network {
    type Error = NetworkError;

    fn try_from(text: String) -> Result<Self, NetworkError> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn reads_and_writes() {
        for (text, written) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("192.0.2.1", "192.0.2.1/32"),
            ("::/0", "::/0"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("::1", "::1/128"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:10.0.0.1", "10.0.0.1/32"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
        ] {
            assert_eq!(network(text).to_string(), written);
            assert_eq!(network(written), network(text));
        }
        assert_eq!(Network::from(ip("::ffff:10.0.0.1")), network("10.0.0.1"));
        assert_eq!(Network::from(ip("2001:db8::1")), network("2001:db8::1"));
    }

    #[test]
    fn refuses_what_is_none() {
        for text in ["", "x", "10.0.0", "10.0.0.0.0", "010.0.0.0/8", " 10.0.0.0/8", "10.0.0.0 /8", "[::1]", "/8"] {
            assert!(matches!(text.parse::<Network>(), Err(NetworkError::Address(_))), "{text}");
        }
        for text in
            ["10.0.0.0/", "10.0.0.0/33", "::/129", "::/256", "::/-1", "::/+1", "10.0.0.0/255.0.0.0", "::/0/0", "::/ 8"]
        {
            assert!(matches!(text.parse::<Network>(), Err(NetworkError::Prefix(_))), "{text}");
        }
        let error = "10.0.0.5/8".parse::<Network>().unwrap_err();
        assert_eq!(error.to_string(), "“10.0.0.5/8” has host bits set; did you mean “10.0.0.0/8”?");
        assert!("2001:db8::1/64".parse::<Network>().is_err());
        assert!("::ffff:0:0/95".parse::<Network>().is_err());
    }

    #[test]
    fn contains_what_is_within() {
        let cases = [
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "203.0.113.1", false),
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false),
            ("::1", "::1", true),
        ];
        for (text, address, expected) in cases {
            assert_eq!(network(text).contains(ip(address)), expected, "{address} in {text}");
        }
    }

    #[test]
    fn is_text_in_json() {
        let networks: Vec<Network> = serde_json::from_str(r#"["10.0.0.0/8", "::1"]"#).unwrap();
        assert_eq!(serde_json::to_string(&networks).unwrap(), r#"["10.0.0.0/8","::1/128"]"#);
        assert!(serde_json::from_str::<Network>(r#""10.0.0.5/8""#).is_err());
    }

    proptest::proptest! {
        #[test]
        fn contains_exactly_the_addresses_with_its_bits(bits: u32, other: u32, prefix in 0u32..=32) {
            let mask = if prefix == 0 { 0 } else { u32::MAX << (32 - prefix) };
            let network: Network = format!("{}/{prefix}", Ipv4Addr::from_bits(bits & mask)).parse().unwrap();
            // Half of the time an address that shares the prefix.
            let other = if other & 1 == 0 { other } else { (bits & mask) | (other & !mask) };
            proptest::prop_assert_eq!(network.contains(Ipv4Addr::from_bits(other).into()), other & mask == bits & mask);
        }

        #[test]
        fn any_text_is_handled(text in r"\PC{0,40}|[0-9a-f:./]{0,45}") {
            if let Ok(network) = text.parse::<Network>() {
                proptest::prop_assert_eq!(network.to_string().parse(), Ok(network));
            }
        }
    }
}
