//! Tests of making and recognising secrets. The samples were computed with another implementation
//! (Python's `zlib.crc32` and `hashlib`), so that both ends of the published format are pinned.

use super::*;
use rand::rngs::StdRng;
use rand::{SeedableRng, TryRng};
use std::convert::Infallible;

pub(crate) const PAT: &str = "tsr_pat_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg0tyqfY";
pub(crate) const SESSION: &str = "tsr_ses_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg265QUG";
pub(crate) const SERVICE_ACCOUNT: &str = "tsr_sat_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg2XYl5j";
pub(crate) const SCIM: &str = "tsr_scim_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg14NKNa";
const SAMPLES: [(SecretKind, &str); 4] = [
    (SecretKind::Pat, PAT),
    (SecretKind::Session, SESSION),
    (SecretKind::ServiceAccount, SERVICE_ACCOUNT),
    (SecretKind::Scim, SCIM),
];
/// Its checksum is padded with zeros.
const PADDED: &str = "tsr_pat_X1uDl7Nk2fjS4Ke65XxNEi5L8FMFHFWPb20GmkHV7Vg00LfOC";

pub(crate) fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// A source that always returns the same byte.
struct Stuck(u8);

impl TryRng for Stuck {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_ne_bytes([self.0; 4]))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_ne_bytes([self.0; 8]))
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(self.0);
        Ok(())
    }
}

impl TryCryptoRng for Stuck {}

/// A source that fails.
pub(crate) struct Failing;

impl TryRng for Failing {
    type Error = std::io::Error;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Err(std::io::Error::other("no entropy"))
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Err(std::io::Error::other("no entropy"))
    }
    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
        Err(std::io::Error::other("no entropy"))
    }
}

impl TryCryptoRng for Failing {}

#[test]
fn recognises_the_samples_and_their_kind() {
    for (kind, text) in SAMPLES {
        assert_eq!(Secret::parse(kind, text).map(ParsedSecret::kind), Some(kind));
        assert_eq!(Secret::parse_any(text).map(ParsedSecret::kind), Some(kind));
        assert_eq!(text.len(), kind.length());
    }
    assert!(Secret::parse(SecretKind::Pat, PADDED).is_some());
}

#[test]
fn refuses_every_other_kind() {
    for (kind, text) in SAMPLES {
        for other in SecretKind::ALL.into_iter().filter(|other| *other != kind) {
            assert!(Secret::parse(other, text).is_none(), "{other:?} took {text}");
        }
    }
    // The tag is covered by the checksum: relabelling is no way round.
    assert!(Secret::parse_any(&PAT.replace("_pat_", "_ses_")).is_none());
}

#[test]
fn refuses_every_single_change() {
    for position in 0..PAT.len() {
        for replacement in (0x20..0x7f).map(char::from) {
            let mut text = PAT.to_owned();
            text.replace_range(position..=position, replacement.encode_utf8(&mut [0; 4]));
            assert_eq!(Secret::parse_any(&text).is_some(), text == PAT, "{text}");
        }
    }
    for position in 0..PAT.len() - 1 {
        let mut swapped = PAT.as_bytes().to_vec();
        swapped.swap(position, position + 1);
        assert!(Secret::parse_any(&String::from_utf8(swapped).unwrap()).is_none(), "swapped {position}");
    }
}

#[test]
fn refuses_other_lengths_and_never_trims() {
    for end in 0..PAT.len() {
        assert!(Secret::parse_any(&PAT[..end]).is_none());
        assert!(Secret::parse_any(&PAT[end + 1..]).is_none());
    }
    for text in [format!(" {PAT}"), format!("{PAT} "), format!("{PAT}\n"), format!("{PAT}0"), format!("\u{feff}{PAT}")]
    {
        assert!(Secret::parse_any(&text).is_none(), "{text:?}");
    }
    assert!(Secret::parse_any(&format!("tsr_pat_{}", "é".repeat(24) + "a")).is_none());
    assert!(Secret::parse_any(&format!("tsr_pat_{}", "0".repeat(1_000_000))).is_none());
}

#[test]
fn makes_secrets_it_recognises() {
    for kind in SecretKind::ALL {
        let secret = Secret::generate(kind, &mut rng(1)).unwrap();
        let parsed = Secret::parse_any(secret.expose()).unwrap();
        assert_eq!((parsed.kind(), secret.kind()), (kind, kind));
        assert_eq!(parsed.digest(), secret.digest());
        assert_eq!(secret.preview(), secret.expose()[..kind.prefix().len() + 4]);
        assert_eq!(secret.preview(), parsed.preview());
    }
}

#[test]
fn never_makes_the_same_twice() {
    let mut rng = rng(2);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..10_000 {
        let secret = Secret::generate(SecretKind::Pat, &mut rng).unwrap();
        assert!(seen.insert(secret.expose().to_owned()));
    }
}

#[test]
fn draws_every_character_equally_often() {
    let mut rng = rng(3);
    let mut counts = [0f64; 62];
    let secrets = 20_000;
    for _ in 0..secrets {
        let secret = Secret::generate(SecretKind::Pat, &mut rng).unwrap();
        for character in secret.expose()[8..51].bytes() {
            counts[ALPHABET.iter().position(|known| *known == character).unwrap()] += 1.0;
        }
    }
    let expected = f64::from(secrets) * 43.0 / 62.0;
    let chi_square: f64 = counts.iter().map(|count| (count - expected).powi(2) / expected).sum();
    // 61 degrees of freedom: 99.9 % of fair sources stay below 101. `byte % 62` would give about 5,700.
    assert!(chi_square < 101.0, "{chi_square}");
}

#[test]
fn says_so_when_the_source_fails() {
    let error = Secret::generate(SecretKind::Pat, &mut Failing).unwrap_err();
    assert_eq!(error.to_string(), "the random source failed: no entropy");
    let dynamic: &mut dyn TryCryptoRng<Error = std::io::Error> = &mut Failing;
    assert!(Secret::generate(SecretKind::Pat, dynamic).is_err());
    // 62 and 63 lie beyond the alphabet: such a source must not loop for ever.
    assert!(Secret::generate(SecretKind::Pat, &mut Stuck(0xff)).is_err());
    assert!(Secret::generate(SecretKind::Pat, &mut Stuck(62)).is_err());
}

#[test]
fn digests_the_whole_text() {
    let expected = "905970768bccd5e2d2447f60de00d2c84411272418b5707ea8fd807fb3eea382";
    let digest = Secret::parse_any(PAT).unwrap().digest();
    let hex: String = digest
        .as_bytes()
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from_digit(digit.into(), 16).unwrap())
        .collect();
    assert_eq!(hex, expected);
}

#[test]
fn debug_shows_nothing() {
    let secret = Secret::generate(SecretKind::Pat, &mut rng(4)).unwrap();
    assert_eq!(format!("{secret:?}"), "Secret(hidden)");
    assert_eq!(format!("{:#?}", Secret::parse_any(PAT)), "Some(\n    ParsedSecret(hidden),\n)");
}

proptest::proptest! {
    #[test]
    fn any_text_is_handled(text in r"(tsr_(pat|ses|sat|scim)_)?\PC{0,70}") {
        assert!(Secret::parse_any(&text).is_none());
    }

    #[test]
    fn any_seed_round_trips(seed: u64) {
        let secret = Secret::generate(SecretKind::Scim, &mut rng(seed)).unwrap();
        assert!(Secret::parse(SecretKind::Scim, secret.expose()).is_some());
        assert!(secret.expose().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    }
}
