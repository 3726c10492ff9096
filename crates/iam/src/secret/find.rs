//! Finding secrets in text: in addresses, in reports of leaks.
//!
//! The published rule is `\btsr_(pat|ses|sat|scim)_[0-9A-Za-z]{49}\b` and a right checksum. Hiding secrets in
//! logs is stricter (it also hides broken ones) and lives in `crate::redact`.

use super::kind::MARK;
use super::{ParsedSecret, Secret, SecretKind};

/// The well-formed secrets in `text`, from left to right. Reads the text once and allocates nothing.
pub fn find_in(text: &str) -> impl Iterator<Item = ParsedSecret<'_>> {
    text.match_indices(MARK).filter_map(move |(start, _)| {
        let kind = SecretKind::of_prefix(&text[start..])?;
        let end = start + kind.length();
        let secret = Secret::parse(kind, text.get(start..end)?)?;
        (begins_word(&text[..start]) && ends_word(&text[end..])).then_some(secret)
    })
}

/// Whether a word may begin after `before`. An escape (`%20`, `\n`) ends in a letter or digit but stands for
/// something else, and addresses and JSON are where leaked secrets are found.
fn begins_word(before: &str) -> bool {
    match before.as_bytes() {
        [.., last] if !is_word(*last) => true,
        [.., b'%', high, low] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        [.., b'\\', last] => matches!(last, b'n' | b'r' | b't'),
        before => before.is_empty(),
    }
}

fn ends_word(after: &str) -> bool {
    !after.bytes().next().is_some_and(is_word)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::tests::{PAT, SCIM, SESSION};

    fn found(text: &str) -> Vec<&str> {
        find_in(text).map(ParsedSecret::expose).collect()
    }

    #[test]
    fn finds_every_secret_in_order() {
        let text = format!("a {PAT}, b={SCIM}\n\"{SESSION}\"");
        assert_eq!(found(&text), [PAT, SCIM, SESSION]);
        assert_eq!(
            find_in(&text).map(ParsedSecret::kind).collect::<Vec<_>>(),
            [SecretKind::Pat, SecretKind::Scim, SecretKind::Session]
        );
    }

    #[test]
    fn needs_the_boundaries_of_a_word() {
        for text in [format!("x{PAT}"), format!("_{PAT}"), format!("{PAT}x"), format!("{PAT}_"), format!("{PAT}{PAT}")]
        {
            assert_eq!(found(&text), [""; 0], "{text}");
        }
        for text in [
            format!("/{PAT}/"),
            format!("é{PAT}é"),
            format!("?q=Token%20{PAT}%0A"),
            format!("\\n{PAT}\\n"),
            format!("-{PAT}."),
        ] {
            assert_eq!(found(&text), [PAT], "{text}");
        }
        assert_eq!(found(&format!("%2g{PAT}")), [""; 0]);
    }

    #[test]
    fn passes_over_what_only_resembles_one() {
        let broken = PAT.replace("tyqfY", "tyqfZ");
        for text in ["", "tsr_", "tsr_pat_", "tsr_pat_Ab3d", &PAT[..56], &PAT[1..], &broken, &PAT.to_uppercase()] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
        // A false start must not swallow the real one behind it.
        assert_eq!(found(&format!("tsr_tsr_pat_ tsr_pat_{}é {PAT}", &PAT[8..40])), [PAT]);
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_finds_only_well_formed(text in r"((tsr_|pat_|ses_|scim_|[0-9A-Za-z]{49}|é|%20|\PC){0,8})") {
            for secret in find_in(&text) {
                assert!(Secret::parse(secret.kind(), secret.expose()).is_some());
            }
        }

        #[test]
        fn finds_it_between_any_spaces(before in r"\PC{0,20}", after in r"\PC{0,20}") {
            assert!(found(&format!("{before} {PAT} {after}")).contains(&PAT));
        }
    }
}
