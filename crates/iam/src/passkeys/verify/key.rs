//! Public keys of passkeys, as COSE writes them (RFC 9052, RFC 9053), and their signatures.

use super::cbor::Item;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

/// What is asked of authenticators, most wanted first: ECDSA on P-256, Ed25519, RSA with SHA-256. One of them is in
/// every authenticator that can be bought.
pub(in crate::passkeys) const ALGORITHMS: [i64; 3] = [-7, -8, -257];

/// Labels of COSE keys.
mod label {
    pub(super) const TYPE: i64 = 1;
    pub(super) const ALGORITHM: i64 = 3;
    pub(super) const CURVE: i64 = -1;
    pub(super) const X: i64 = -2;
    pub(super) const Y: i64 = -3;
    pub(super) const MODULUS: i64 = -1;
    pub(super) const EXPONENT: i64 = -2;
}

/// A key that can check signatures.
#[derive(Debug, PartialEq)]
pub(super) enum PublicKey<'a> {
    /// A point of P-256, uncompressed.
    Es256([u8; 65]),
    Ed25519(&'a [u8; 32]),
    Rs256 {
        modulus: &'a [u8],
        exponent: &'a [u8],
    },
}

impl<'a> PublicKey<'a> {
    /// Reads a key; `None` if it is none of those asked for.
    pub(super) fn of(item: &Item<'a>) -> Option<Self> {
        let number = |label| item.numbered(label).and_then(Item::int);
        let bytes = |label| item.numbered(label).and_then(Item::bytes);
        let (kind, algorithm, curve) = (number(label::TYPE)?, number(label::ALGORITHM)?, number(label::CURVE));
        match (algorithm, kind, curve) {
            (-7, 2, Some(1)) => {
                let (x, y): (&[u8; 32], &[u8; 32]) =
                    (bytes(label::X)?.try_into().ok()?, bytes(label::Y)?.try_into().ok()?);
                let mut point = [4; 65];
                point[1..33].copy_from_slice(x);
                point[33..].copy_from_slice(y);
                Some(Self::Es256(point))
            }
            (-8, 1, Some(6)) => Some(Self::Ed25519(bytes(label::X)?.try_into().ok()?)),
            (-257, 3, None) => {
                let (modulus, exponent) = (bytes(label::MODULUS)?, bytes(label::EXPONENT)?);
                let fits = (256..=1024).contains(&modulus.len()) && (1..=8).contains(&exponent.len());
                fits.then_some(Self::Rs256 { modulus, exponent })
            }
            _ => None,
        }
    }

    /// Whether `signature` is this key's over `message`.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature),
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Self::Rs256 { modulus, exponent } => RsaPublicKeyComponents { n: modulus, e: exponent }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
        }
        .is_ok()
    }
}
