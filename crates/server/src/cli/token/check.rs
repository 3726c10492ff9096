//! `tessera token check`: is this text a token of ours? Offline, and without ever printing it.

use crate::cli::Failure;
use crate::cli::output::say;
use iam::secret::{Secret, SecretKind};
use std::io::{self, BufRead as _};

/// Says what the text looks like. Whether it works only a server can tell.
pub(super) fn check(value: &str) -> Result<(), Failure> {
    let mut line = String::new();
    let value = if value == "-" {
        io::stdin().lock().read_line(&mut line)?;
        line.trim()
    } else {
        value.trim()
    };
    match judge(value) {
        Ok(kind) => say(&format!("well-formed: {kind}")),
        Err(reason) => {
            say(&format!("not well-formed: {reason}"))?;
            Err(Failure::said())
        }
    }
}

fn judge(value: &str) -> Result<&'static str, String> {
    if let Some(secret) = Secret::parse_any(value) {
        return Ok(name(secret.kind()));
    }
    let Some(kind) = SecretKind::ALL.into_iter().find(|kind| value.starts_with(kind.prefix())) else {
        return Err("it does not begin like a token of Tessera".into());
    };
    let (found, wanted) = (value.len(), kind.length());
    Err(if found == wanted {
        format!("it begins like a {}, and its checksum or a character is wrong: was it typed by hand?", name(kind))
    } else {
        format!("it begins like a {}, and has {found} characters instead of {wanted}: was it cut off?", name(kind))
    })
}

fn name(kind: SecretKind) -> &'static str {
    match kind {
        SecretKind::Pat => "personal access token",
        SecretKind::Session => "session",
        SecretKind::ServiceAccount => "service account's token",
        SecretKind::Scim => "SCIM client's token",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::random::Random;

    #[test]
    fn tells_the_kind_or_what_is_wrong() {
        for kind in SecretKind::ALL {
            let secret = Secret::generate(kind, &mut Random::seeded(7)).unwrap();
            let text = secret.expose();
            assert_eq!(judge(text), Ok(name(kind)));
            let cut = judge(&text[..text.len() - 1]).unwrap_err();
            assert!(cut.ends_with("was it cut off?"), "{cut}");
            let last = if text.ends_with('0') { "1" } else { "0" };
            let typo = judge(&format!("{}{last}", &text[..text.len() - 1])).unwrap_err();
            assert!(typo.contains("checksum"), "{typo}");
            assert!(!cut.contains(&text[9..]) && !typo.contains(&text[9..40]));
        }
        assert!(judge("ghp_x").is_err());
        assert!(judge("").is_err());
    }
}
