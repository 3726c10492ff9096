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

#[cfg(test)]
mod tests {
    use super::PublicKey;
    use crate::passkeys::verify::cbor::Item;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    /// Keys and signatures over this were made by OpenSSL.
    const MESSAGE: &[u8] = b"signed by another implementation";
    const X: &str = "ToVNm5GlZrpTUupmQ0I61g3Avs8nOz58v4IEsMn8Q38";
    const Y: &str = "VHHTYvlQywio9mz19O8ykGC8FJ1OKhfe-uWTcyx-mdg";
    const ECDSA: &str =
        "MEUCIG2AieD-O7BuqbMlVwfMzpW4uZViWgG8hIGC9vHJp9-hAiEArbQVIOES-_z-pGk7Ga0cDoBYVLLhq11z4prxg-q8oI8";
    const ED: &str = "vJFFT8hWA1Y7wuojIiQ7RZ57l702o1jpgsRcbSunukk";
    const EDDSA: &str = "3S6kzL-jILNNLgtKh22nER9pEsn8e_zNCvFURW96iSSeE5jVDqC4l459aRcZXnj8m9W1LxWv_4L-YZZyX3rwDw";
    const N: &str = "xXUSCBpEgjsIm6hl7dOCMr8nyCsFHQ2UTG_VimfS0xwjqfxvSqu8FHrIXj7Hmn2zaNgY2iwcT0yiVBIo9inHci0rVhau39GgTOzu2igUz7tg0PfG6DyBlRrGF4y297s2PFSIHGpTQHleeGKXzZ_l-Q_7dT2dVF4sIV6lrClMR28sHbJDwbVKs5wJa4IdJEyl39DrGuzV2fFERekOkQDzXA5d9HDxumooshj-P6vW5itzNfhNpBlVTVhDfP_cg2gowq2LfCdoaJUNtfFf58YYIcBj6-LnylhaiDtEknbULTwAvZGRnUecezcr3yqbM-6TcLJdbbxXxoyY1Vcv6BsgXQ";
    const RSA: &str = "wM-BqoOLUJfM4QNnOYjG-zeHeXICmbxzfrTVUbAAy-aeh9ufHoevpnU0dVPeWCTa_dld5O8GEC0ZlSnLaGn_pIRjpFO2mYV4XWTo9fE2wsWft9tBBSqatqoc2N-YwKCzZVxkpl9qG_IM0vcfLYNLyRSHmP2VqXK-G8C3WaHibQJG4gBpSNOc8KmZm1qbFsuRY06ExwrD3qGJJTRWJp7Gmu6rHcsuHou0M7RA0mWMxmpj224ByFCqUcNknWyUcGBNHuNIjruuHu8OxgPbjp3ytyKP_nuvIIuPTI9MA1bFZUZTSHPhM5JkS0FHYwVjYb9gSKbTvI2dyiHABpCQ9P0wFQ";

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).expect("base64")
    }

    fn map(pairs: Vec<(i64, Item<'_>)>) -> Item<'_> {
        Item::Map(pairs.into_iter().map(|(label, value)| (Item::Int(label), value)).collect())
    }

    #[track_caller]
    fn holds(item: &Item<'_>, signature: &str) {
        let key = PublicKey::of(item).expect("a key");
        let signature = bytes(signature);
        assert!(key.signed(MESSAGE, &signature));
        assert!(!key.signed(b"something else", &signature));
        for place in [0, signature.len() / 2, signature.len() - 1] {
            let mut tampered = signature.clone();
            tampered[place] ^= 1;
            assert!(!key.signed(MESSAGE, &tampered), "byte {place}");
        }
        assert!(!key.signed(MESSAGE, b""));
    }

    #[test]
    fn signatures_of_another_implementation_are_recognised() {
        let (x, y, ed, n) = (bytes(X), bytes(Y), bytes(ED), bytes(N));
        let point = vec![
            (1, Item::Int(2)),
            (3, Item::Int(-7)),
            (-1, Item::Int(1)),
            (-2, Item::Bytes(&x)),
            (-3, Item::Bytes(&y)),
        ];
        holds(&map(point), ECDSA);
        holds(&map(vec![(1, Item::Int(1)), (3, Item::Int(-8)), (-1, Item::Int(6)), (-2, Item::Bytes(&ed))]), EDDSA);
        let rsa = vec![(1, Item::Int(3)), (3, Item::Int(-257)), (-1, Item::Bytes(&n)), (-2, Item::Bytes(&[1, 0, 1]))];
        holds(&map(rsa), RSA);
    }

    #[test]
    fn keys_that_were_not_asked_for_are_none() {
        let (x, short) = ([1; 32], [1; 31]);
        let point = |algorithm, curve, y| {
            map(vec![
                (1, Item::Int(2)),
                (3, Item::Int(algorithm)),
                (-1, Item::Int(curve)),
                (-2, Item::Bytes(&x)),
                (-3, Item::Bytes(y)),
            ])
        };
        assert!(PublicKey::of(&point(-7, 1, &x)).is_some());
        for (what, item) in [
            ("another algorithm", point(-35, 1, &x)),
            ("another curve", point(-7, 2, &x)),
            ("a short coordinate", point(-7, 1, &short)),
            ("no map", Item::Int(1)),
            (
                "a short modulus",
                map(vec![(1, Item::Int(3)), (3, Item::Int(-257)), (-1, Item::Bytes(&x)), (-2, Item::Bytes(&[3]))]),
            ),
        ] {
            assert_eq!(PublicKey::of(&item), None, "{what}");
        }
    }
}
