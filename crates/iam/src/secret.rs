//! The secrets Tessera hands out: their shape, how they are made, recognised and digested.
//!
//! `tsr_<kind>_` + 43 random characters + 6 characters of checksum, all of `[0-9A-Za-z_]`, so that a double
//! click selects one and nothing needs escaping. Scanners can confirm a leak offline: [`find_in`] is the rule
//! we publish. What belongs elsewhere: where digests are stored, who may do what with a secret, headers
//! (`crate::header`), and hiding secrets in logs (`crate::redact`).

mod checksum;
mod digest;
mod find;
mod kind;
#[cfg(test)]
pub(crate) mod tests;

pub use digest::Digest;
pub use find::find_in;
pub(crate) use kind::MARK;
pub use kind::SecretKind;

use checksum::{ALPHABET, CHECKSUM_LENGTH, checksum};
use rand::TryCryptoRng;
use std::fmt;
use zeroize::Zeroizing;

/// Random characters of a secret: 43 · log₂ 62 = 256.03 bits.
const RANDOM_LENGTH: usize = 43;
/// What follows the prefix: the random characters and the checksum.
const BODY_LENGTH: usize = RANDOM_LENGTH + CHECKSUM_LENGTH;
/// Random characters that a preview shows; more than 230 bits stay unknown.
const PREVIEW_LENGTH: usize = 4;
/// Draws of 64 bytes before a generator counts as broken; a sound one needs a second less than once in 10¹⁶.
const MAX_DRAWS: usize = 16;

/// A secret that was just made and is about to be shown once.
///
/// It can be neither printed nor serialised by accident: [`Secret::expose`] is the one way to its text, which is
/// wiped from memory on drop.
pub struct Secret {
    kind: SecretKind,
    text: Zeroizing<String>,
}

/// A well-formed secret inside borrowed text. Well-formed says nothing about whether it is anybody's.
#[derive(Clone, Copy)]
pub struct ParsedSecret<'a> {
    kind: SecretKind,
    text: &'a str,
}

/// The random source failed or repeats itself. Nothing was made; the request must fail.
#[derive(Debug, thiserror::Error)]
#[error("the random source failed: {0}")]
pub struct RngError(String);

impl RngError {
    /// Keeps what the source said, for the log.
    pub fn new(cause: impl fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

impl Secret {
    /// Makes a new secret of the given kind from `rng`.
    pub fn generate<R: TryCryptoRng + ?Sized>(kind: SecretKind, rng: &mut R) -> Result<Self, RngError> {
        // The full capacity at once: growing would leave unwiped copies behind.
        let mut text = Zeroizing::new(String::with_capacity(kind.length()));
        text.push_str(kind.prefix());
        let full = text.len() + RANDOM_LENGTH;
        let mut draw = Zeroizing::new([0u8; 64]);
        for _ in 0..MAX_DRAWS {
            rng.try_fill_bytes(draw.as_mut_slice()).map_err(RngError::new)?;
            for byte in draw.iter() {
                // Six bits are uniform over 64 values; the two beyond the alphabet are thrown away, not folded in.
                if let Some(character) = ALPHABET.get(usize::from(byte & 0b11_1111))
                    && text.len() < full
                {
                    text.push(char::from(*character));
                }
            }
            if text.len() == full {
                let checksum = checksum(text.as_bytes());
                text.extend(checksum.iter().copied().map(char::from));
                return Ok(Self { kind, text });
            }
        }
        Err(RngError::new("it returns the same bytes again and again"))
    }

    /// Recognises a secret of one kind; any other kind is refused, whoever it belongs to.
    ///
    /// Nothing is trimmed and nothing allocated. Length comes before character set, so that long input costs
    /// nothing.
    pub fn parse(kind: SecretKind, text: &str) -> Option<ParsedSecret<'_>> {
        let body = text.strip_prefix(kind.prefix())?;
        if body.len() != BODY_LENGTH || !body.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let (covered, given) = text.as_bytes().split_last_chunk::<CHECKSUM_LENGTH>()?;
        (checksum(covered) == *given).then_some(ParsedSecret { kind, text })
    }

    /// Recognises a secret of any kind; [`ParsedSecret::kind`] tells which.
    pub fn parse_any(text: &str) -> Option<ParsedSecret<'_>> {
        Self::parse(SecretKind::of_prefix(text)?, text)
    }

    /// The text itself. Every caller of this must be able to say where the text ends up.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// What kind of secret this is.
    pub fn kind(&self) -> SecretKind {
        self.kind
    }

    /// What is stored in place of the secret.
    pub fn digest(&self) -> Digest {
        self.parsed().digest()
    }

    /// Prefix and first four random characters, such as `tsr_pat_Ab3d`: what lists show.
    pub fn preview(&self) -> String {
        self.parsed().preview().to_owned()
    }

    fn parsed(&self) -> ParsedSecret<'_> {
        ParsedSecret { kind: self.kind, text: &self.text }
    }
}

impl<'a> ParsedSecret<'a> {
    /// What kind of secret this is.
    pub fn kind(self) -> SecretKind {
        self.kind
    }

    /// SHA-256 of the whole text. Fast on purpose: with 256 random bits there is nothing to guess, so a slow hash
    /// would only make the server easy to exhaust.
    pub fn digest(self) -> Digest {
        Digest::of(self.text)
    }

    /// Prefix and first four random characters, such as `tsr_pat_Ab3d`: what lists and audit entries show.
    pub fn preview(self) -> &'a str {
        &self.text[..self.kind.prefix().len() + PREVIEW_LENGTH]
    }

    /// The text itself. Every caller of this must be able to say where the text ends up.
    pub fn expose(self) -> &'a str {
        self.text
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl fmt::Debug for ParsedSecret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ParsedSecret(hidden)")
    }
}
