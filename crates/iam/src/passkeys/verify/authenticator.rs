//! What the authenticator says and signs: for whom, whether somebody was there, the counter, a new key.

use super::Flaw;
use super::cbor::Item;
use sha2::{Digest, Sha256};

/// Somebody touched it.
const PRESENT: u8 = 0x01;
/// It made sure who: by fingerprint, face, PIN.
const VERIFIED: u8 = 0x04;
/// It may be copied to other devices of its owner.
const MAY_BE_COPIED: u8 = 0x08;
/// It was.
const COPIED: u8 = 0x10;
/// A new credential follows.
const CREDENTIAL: u8 = 0x40;
/// Extensions follow.
const EXTENSIONS: u8 = 0x80;

/// The authenticator's data, taken apart.
#[derive(Debug)]
pub(super) struct AuthenticatorData<'a> {
    party: &'a [u8; 32],
    flags: u8,
    pub(super) sign_count: u32,
    pub(super) credential: Option<Credential<'a>>,
}

/// A credential that was just made.
#[derive(Debug)]
pub(super) struct Credential<'a> {
    pub(super) id: &'a [u8],
    /// The COSE key as it stands.
    pub(super) key: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    /// Takes it apart; there must be nothing left.
    pub(super) fn read(input: &'a [u8]) -> Option<Self> {
        let (party, rest) = input.split_first_chunk::<32>()?;
        let (flags, rest) = rest.split_first()?;
        let (count, mut rest) = rest.split_first_chunk::<4>()?;
        let mut credential = None;
        if flags & CREDENTIAL != 0 {
            // Which make of authenticator it is comes first, and does not matter here.
            let (_, after) = rest.split_first_chunk::<16>()?;
            let (length, after) = after.split_first_chunk::<2>()?;
            let (id, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            let (_, left) = Item::read(after)?;
            let key = &after[..after.len() - left.len()];
            credential = Some(Credential { id, key });
            rest = left;
        }
        if flags & EXTENSIONS != 0 {
            rest = Item::read(rest)?.1;
        }
        rest.is_empty().then_some(Self { party, flags: *flags, sign_count: u32::from_be_bytes(*count), credential })
    }

    /// It speaks to us, and somebody was there whom it knows.
    pub(super) fn check(&self, party: &str) -> Result<(), Flaw> {
        if self.party[..] != Sha256::digest(party.as_bytes())[..] {
            return Err(Flaw::OtherParty);
        }
        if self.flags & PRESENT == 0 {
            return Err(Flaw::NobodyThere);
        }
        if self.flags & VERIFIED == 0 {
            return Err(Flaw::NotVerified);
        }
        if self.flags & COPIED != 0 && self.flags & MAY_BE_COPIED == 0 {
            return Err(Flaw::Malformed);
        }
        Ok(())
    }
}
