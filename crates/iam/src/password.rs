//! Passwords: turning one into a hash to store, and checking one against it.
//!
//! What makes a password acceptable is in `policy`. What belongs elsewhere: counting failures (`crate::throttle`),
//! sessions, and reset links. Hashing takes tens of milliseconds and 19 MiB: call it on the blocking pool, behind
//! a semaphore, never on an async worker.

mod policy;

pub use policy::{MAX_CHARACTERS, MIN_CHARACTERS, UserAttributes, check};

use crate::secret::RngError;
use argon2::password_hash::phc::PasswordHash;
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use rand::TryCryptoRng;
use std::hint::black_box;

/// Memory of one hash in KiB. With [`PASSES`] and [`LANES`]: OWASP's Password Storage Cheat Sheet for argon2id.
pub const MEMORY_KIB: u32 = 19_456;
/// Passes over the memory.
pub const PASSES: u32 = 2;
/// Lanes that could be computed in parallel.
pub const LANES: u32 = 1;

/// A stored hash that asks for more than this is damaged or hostile; it must not eat the server's memory. Upstream's
/// hashes (100 MiB, 2 passes, 8 lanes) fit.
const MOST: (u32, u32, u32) = (256 * 1024, 8, 16);
const SALT_LENGTH: usize = 16;

/// What a comparison showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is wrong, or there is no such account, or the account has no password.
    Wrong,
    /// The password is right.
    Right,
    /// The password is right, but its hash has other parameters than today's: store a new [`hash`] of it.
    RightButOutdated,
}

/// Why a password could be neither hashed nor compared. None of these is the client's fault.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// There was no salt to be had.
    #[error(transparent)]
    Random(#[from] RngError),
    /// The stored hash is no argon2 hash, or one that would cost too much.
    #[error("the stored password hash cannot be used: {0}")]
    Unreadable(String),
    /// The computation itself failed, for want of memory.
    #[error("the password could not be hashed: {0}")]
    Failed(#[from] argon2::password_hash::Error),
}

/// Hashes a password with a fresh salt from `rng` into a PHC string, `$argon2id$v=19$m=19456,t=2,p=1$…$…`.
pub fn hash<R: TryCryptoRng + ?Sized>(password: &str, rng: &mut R) -> Result<String, PasswordError> {
    let mut salt = [0u8; SALT_LENGTH];
    rng.try_fill_bytes(&mut salt).map_err(RngError::new)?;
    Ok(argon2().hash_password_with_salt(password.as_bytes(), &salt)?.to_string())
}

/// Compares a password with the stored hash of an account.
///
/// `None` stands for an account that does not exist, or has no password: it is [`Verdict::Wrong`] after the same
/// work, so that the answer's time does not tell who has an account. A password longer than any that could have
/// been set is treated alike. Also reads upstream's `argon2$argon2id$…`.
pub fn verify(password: &str, stored: Option<&str>) -> Result<Verdict, PasswordError> {
    let stored = stored.filter(|_| password.chars().nth(MAX_CHARACTERS).is_none());
    let Some(stored) = stored else {
        burn(password)?;
        return Ok(Verdict::Wrong);
    };
    let (parsed, params) = match read(stored) {
        Ok(read) => read,
        Err(error) => {
            burn(password)?;
            return Err(error);
        }
    };
    match argon2().verify_password(password.as_bytes(), &parsed) {
        Ok(()) if is_current(&parsed, &params) => Ok(Verdict::Right),
        Ok(()) => Ok(Verdict::RightButOutdated),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(Verdict::Wrong),
        Err(error) => Err(error.into()),
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the constants are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Does the work of a comparison and forgets the result.
fn burn(password: &str) -> Result<(), PasswordError> {
    let hash = argon2().hash_password_with_salt(password.as_bytes(), &[0; SALT_LENGTH])?;
    black_box(hash);
    Ok(())
}

fn read(stored: &str) -> Result<(PasswordHash, Params), PasswordError> {
    let unreadable = |cause: &dyn std::fmt::Display| PasswordError::Unreadable(cause.to_string());
    let phc = stored.strip_prefix("argon2$").map_or(stored, |_| &stored["argon2".len()..]);
    let parsed = PasswordHash::new(phc).map_err(|error| unreadable(&error))?;
    if !matches!(parsed.algorithm.as_str(), "argon2id" | "argon2i" | "argon2d") || parsed.hash.is_none() {
        return Err(unreadable(&"not an argon2 hash"));
    }
    let params = Params::try_from(&parsed).map_err(|error| unreadable(&error))?;
    if params.m_cost() > MOST.0 || params.t_cost() > MOST.1 || params.p_cost() > MOST.2 {
        return Err(unreadable(&"its parameters ask for too much"));
    }
    Ok((parsed, params))
}

fn is_current(parsed: &PasswordHash, params: &Params) -> bool {
    parsed.algorithm == ARGON2ID_IDENT
        && parsed.version == Some(Version::V0x13.into())
        && (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::tests::{Failing, rng};

    /// Cheap on purpose: only [`hash`] has to use the real parameters.
    fn cheap(algorithm: Algorithm, version: Version, password: &str) -> String {
        let params = Params::new(64, 1, 2, None).unwrap();
        let argon2 = Argon2::new(algorithm, version, params);
        argon2.hash_password_with_salt(password.as_bytes(), b"a fixed salt....").unwrap().to_string()
    }

    #[test]
    fn hashes_and_verifies() {
        let stored = hash("correct horse", &mut rng(1)).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(verify("correct horse", Some(&stored)).unwrap(), Verdict::Right);
        for wrong in ["", "correct hors", "correct horse ", "Correct horse"] {
            assert_eq!(verify(wrong, Some(&stored)).unwrap(), Verdict::Wrong, "{wrong:?}");
        }
        assert_ne!(stored, hash("correct horse", &mut rng(2)).unwrap(), "the salt differs");
    }

    #[test]
    fn nobody_has_no_password() {
        assert_eq!(verify("", None).unwrap(), Verdict::Wrong);
        assert_eq!(verify("correct horse", None).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn too_long_is_wrong_without_reading_the_hash() {
        assert_eq!(verify(&"é".repeat(129), Some("damaged")).unwrap(), Verdict::Wrong);
        let longest = "é".repeat(128);
        let stored = cheap(Algorithm::Argon2id, Version::V0x13, &longest);
        assert_eq!(verify(&longest, Some(&stored)).unwrap(), Verdict::RightButOutdated);
    }

    #[test]
    fn asks_for_a_new_hash_when_parameters_changed() {
        for algorithm in [Algorithm::Argon2id, Algorithm::Argon2i, Algorithm::Argon2d] {
            for version in [Version::V0x10, Version::V0x13] {
                let stored = cheap(algorithm, version, "correct horse");
                assert_eq!(verify("correct horse", Some(&stored)).unwrap(), Verdict::RightButOutdated);
                assert_eq!(verify("wrong horse", Some(&stored)).unwrap(), Verdict::Wrong);
            }
        }
        let upstream = format!("argon2{}", cheap(Algorithm::Argon2id, Version::V0x13, "correct horse"));
        assert_eq!(verify("correct horse", Some(&upstream)).unwrap(), Verdict::RightButOutdated);
    }

    #[test]
    fn refuses_damaged_and_costly_hashes() {
        let salt_and_hash = "c2FsdHNhbHRzYWx0$eHNAGqjzjnvBwuCNk8bHTxtjYE0WGZ8hC2d4cHoLIcU";
        for stored in [
            String::new(),
            "!".to_owned(),
            "pbkdf2_sha256$600000$abc$def".to_owned(),
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0".to_owned(),
            format!("$scrypt$ln=16,r=8,p=1${salt_and_hash}"),
            format!("$argon2id$v=19$m=4194304,t=2,p=1${salt_and_hash}"),
            format!("$argon2id$v=19$m=19456,t=4000000,p=1${salt_and_hash}"),
            format!("$argon2id$v=19$m=19456,t=2,p=1000${salt_and_hash}"),
            format!("$argon2id$v=19$m=0,t=2,p=1${salt_and_hash}"),
        ] {
            assert!(matches!(verify("x", Some(&stored)), Err(PasswordError::Unreadable(_))), "{stored}");
        }
    }

    #[test]
    fn says_so_when_there_is_no_salt() {
        assert!(matches!(hash("x", &mut Failing), Err(PasswordError::Random(_))));
    }
}
