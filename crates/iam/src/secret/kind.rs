//! The kinds of secret and their prefixes.

use super::BODY_LENGTH;

/// What every secret of this product begins with. Scanners all over the world search for it, so it is a constant
/// of the product and no setting; changing it would revoke every token.
pub(crate) const MARK: &str = "tsr_";

/// What a secret is for. A secret of one kind is never accepted where another is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretKind {
    /// A Personal Access Token.
    Pat,
    /// A session of somebody who signed in.
    Session,
    /// A service account's token.
    ServiceAccount,
    /// The token of a SCIM client.
    Scim,
}

impl SecretKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Pat, Self::Session, Self::ServiceAccount, Self::Scim];

    /// The tag inside the prefix: `pat`, `ses`, `sat` or `scim`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Pat => "pat",
            Self::Session => "ses",
            Self::ServiceAccount => "sat",
            Self::Scim => "scim",
        }
    }

    /// What a secret of this kind begins with, such as `tsr_pat_`.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Pat => "tsr_pat_",
            Self::Session => "tsr_ses_",
            Self::ServiceAccount => "tsr_sat_",
            Self::Scim => "tsr_scim_",
        }
    }

    /// The number of characters (and bytes) of a secret of this kind.
    pub const fn length(self) -> usize {
        self.prefix().len() + BODY_LENGTH
    }

    /// The kind whose prefix the text begins with.
    pub(crate) fn of_prefix(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_mark_and_tag() {
        for kind in SecretKind::ALL {
            assert_eq!(kind.prefix(), format!("{MARK}{}_", kind.tag()));
            assert_eq!(SecretKind::of_prefix(kind.prefix()), Some(kind));
        }
        assert_eq!(SecretKind::Pat.length(), 57);
        assert_eq!(SecretKind::Scim.length(), 58);
    }

    #[test]
    fn other_prefixes_are_nobodys() {
        for text in ["", "tsr", "tsr_", "tsr_pat", "TSR_PAT_", "tsr_Pat_", " tsr_pat_", "tsr_sct_", "ghp_"] {
            assert_eq!(SecretKind::of_prefix(text), None, "{text:?}");
        }
    }
}
