//! Who is on the other end, when there may be proxies in between.
//!
//! Forwarding headers can be written by anybody; they count only as far as configured proxies vouch for them. What
//! belongs elsewhere: reading the configuration, and deciding what an address may do.

mod network;

pub use network::{Network, NetworkError};

use std::net::{IpAddr, SocketAddr};

/// The proxies that are believed. Keep the list narrow: who speaks from one of its addresses can claim any other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

/// How the client reached the first server of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// In the clear.
    Http,
    /// Over TLS.
    Https,
}

impl TrustedProxies {
    /// Believes the proxies in these networks; with none, forwarding headers change nothing.
    pub const fn new(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    /// The client's address: of the peer that connected, or the one that trusted proxies vouch for.
    ///
    /// `forwarded_for` are the values of all `X-Forwarded-For` lines in their order. They are walked from the right,
    /// where the nearest proxy has written, and the first address that is no proxy of ours is the client. An entry
    /// that is no address ends the walk at the proxy which passed it on. IPv4-mapped IPv6 becomes IPv4.
    pub fn client_address<'a>(
        &self,
        peer: IpAddr,
        forwarded_for: impl IntoIterator<Item = &'a [u8], IntoIter: DoubleEndedIterator>,
    ) -> IpAddr {
        let mut client = peer.to_canonical();
        let lines = forwarded_for.into_iter().rev();
        let mut entries = lines.flat_map(|line| line.rsplit(|byte| *byte == b','));
        while self.trust(client)
            && let Some(entry) = entries.next()
            && let Some(address) = entry_address(entry)
        {
            client = address;
        }
        client
    }

    /// The scheme that the client used: of the connection itself, or what a trusted peer says about it.
    ///
    /// `forwarded_proto` are the values of all `X-Forwarded-Proto` lines; the last entry counts, the only one that the
    /// peer itself wrote. Anything but `http` and `https` is ignored.
    pub fn scheme<'a>(
        &self,
        peer: IpAddr,
        connection: Scheme,
        forwarded_proto: impl IntoIterator<Item = &'a [u8], IntoIter: DoubleEndedIterator>,
    ) -> Scheme {
        let last = forwarded_proto.into_iter().next_back().filter(|_| self.trust(peer));
        let entry = last.and_then(|line| line.rsplit(|byte| *byte == b',').next()).unwrap_or_default();
        match entry.trim_ascii() {
            entry if entry.eq_ignore_ascii_case(b"https") => Scheme::Https,
            entry if entry.eq_ignore_ascii_case(b"http") => Scheme::Http,
            _ => connection,
        }
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

/// An entry of the header: an address, with or without a port, IPv6 with or without brackets.
fn entry_address(entry: &[u8]) -> Option<IpAddr> {
    let entry = str::from_utf8(entry).ok()?.trim_ascii();
    let bare = entry.strip_prefix('[').and_then(|entry| entry.strip_suffix(']'));
    let address = match bare {
        Some(bare) => bare.parse().ok().map(IpAddr::V6),
        None => entry.parse().ok().or_else(|| entry.parse().ok().map(|socket: SocketAddr| socket.ip())),
    };
    address.map(|address| address.to_canonical())
}

/// Whether the address belongs to this machine, so that plain HTTP from it crossed no wire.
pub fn is_local(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests;
