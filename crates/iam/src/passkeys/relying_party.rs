//! For whom passkeys are made: the name that devices tie them to, and the one origin that may use them.

use super::refused;
use engine::ApiError;
use std::net::IpAddr;

/// This server as devices know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    id: String,
    origin: String,
}

impl RelyingParty {
    /// From the address that people use. Devices want a name, and browsers an encrypted connection; `localhost` does
    /// without, so a server that only its own machine reaches is known by that name.
    pub fn at(address: &str) -> Option<Self> {
        let (scheme, authority) = address.trim_end_matches('/').split_once("://")?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let host = host.to_ascii_lowercase();
        let id = match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(ip) if ip.is_loopback() || ip.is_unspecified() => "localhost".to_owned(),
            Ok(_) => return None,
            Err(_) => host,
        };
        let secure = scheme == "https" || id == "localhost" || id.ends_with(".localhost");
        let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        if !secure || !plain || id.is_empty() {
            return None;
        }
        let usual = if scheme == "https" { "443" } else { "80" };
        let port = port.filter(|port| *port != usual).map(|port| format!(":{port}")).unwrap_or_default();
        Some(Self { origin: format!("{scheme}://{id}{port}"), id })
    }

    /// The same, or the reason why there are no passkeys here.
    pub fn required(address: &str) -> Result<Self, ApiError> {
        Self::at(address).ok_or_else(|| {
            let why = "Passkeys need a host name and HTTPS: set public_url to the address that people use.";
            refused(409, "passkeys_unavailable", why)
        })
    }

    /// The name that devices tie passkeys to.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The origin of the pages that may use them.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

#[cfg(test)]
mod tests {
    use super::RelyingParty;

    #[test]
    fn names_over_https_and_this_machine_have_passkeys() {
        for (address, id, origin) in [
            ("https://grc.example.org", "grc.example.org", "https://grc.example.org"),
            ("https://GRC.example.org:443/", "grc.example.org", "https://grc.example.org"),
            ("https://grc.example.org:8443", "grc.example.org", "https://grc.example.org:8443"),
            ("http://127.0.0.1:8000", "localhost", "http://localhost:8000"),
            ("http://0.0.0.0:80", "localhost", "http://localhost"),
            ("http://[::1]:8000", "localhost", "http://localhost:8000"),
            ("https://[::]", "localhost", "https://localhost"),
            ("http://localhost:5173", "localhost", "http://localhost:5173"),
        ] {
            let party = RelyingParty::at(address).unwrap_or_else(|| panic!("{address} has none"));
            assert_eq!((party.id(), party.origin()), (id, origin), "{address}");
        }
    }

    #[test]
    fn addresses_and_plain_connections_have_none() {
        for address in [
            "https://192.168.1.5",
            "http://grc.example.org",
            "https://[2001:db8::1]:8443",
            "https://bücher.example",
            "grc.example.org",
            "https://",
        ] {
            assert_eq!(RelyingParty::at(address), None, "{address}");
        }
    }
}
