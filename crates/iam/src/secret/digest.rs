//! What the database keeps in place of a secret.

use sha2::{Digest as _, Sha256};
use std::array::TryFromSliceError;
use std::fmt;
use subtle::ConstantTimeEq;

/// SHA-256 of a secret. It never leaves the server: not in an answer, a log or an export.
///
/// Comparison takes the same time whatever differs. There is no `Ord` or `Hash`: the store finds a row by
/// [`Digest::as_bytes`] and the row found is compared again here.
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl Digest {
    pub(super) fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// A digest as read from the database.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes to store or to look up.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl TryFrom<&[u8]> for Digest {
    type Error = TryFromSliceError;

    /// Fails unless there are exactly 32 bytes.
    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        bytes.try_into().map(Self)
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Digest {}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_every_byte() {
        let digest = Digest::of("tessera");
        assert_eq!(digest, Digest::from_bytes(*digest.as_bytes()));
        for position in 0..32 {
            let mut bytes = *digest.as_bytes();
            bytes[position] ^= 1;
            assert_ne!(digest, Digest::from_bytes(bytes), "byte {position}");
        }
    }

    #[test]
    fn reads_exactly_32_bytes() {
        assert!(Digest::try_from([7u8; 32].as_slice()).is_ok());
        assert!(Digest::try_from([7u8; 31].as_slice()).is_err());
        assert!(Digest::try_from([7u8; 33].as_slice()).is_err());
        assert!(Digest::try_from([].as_slice()).is_err());
    }

    #[test]
    fn debug_hides_the_bytes() {
        assert_eq!(format!("{:?}", Digest::of("tessera")), "Digest(hidden)");
    }
}
