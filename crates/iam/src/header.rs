//! The `Authorization` header: from its bytes to a well-formed secret, or the reason why not.
//!
//! If the header is there it alone decides: an error here must never fall back to a cookie. What belongs elsewhere:
//! whether the secret is anybody's, and turning an error into a response.

use crate::secret::{ParsedSecret, Secret, SecretKind};

/// Longer values are refused before anything reads them; the longest good one has 65 bytes.
const MAX_LENGTH: usize = 256;

/// The kinds of secret that the REST API takes.
pub const API_KINDS: &[SecretKind] = &[SecretKind::Pat, SecretKind::Session, SecretKind::ServiceAccount];
/// The kind of secret that the SCIM endpoints take.
pub const SCIM_KINDS: &[SecretKind] = &[SecretKind::Scim];

/// What the header brought.
#[derive(Clone, Copy, Debug)]
pub enum Credential<'a> {
    /// There is no such header; a cookie may speak instead.
    None,
    /// A well-formed secret of an accepted kind; [`ParsedSecret::kind`] tells which.
    Token(ParsedSecret<'a>),
}

/// Why the header was refused. Displays as the text that clients know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// More than one `Authorization` line: two readers could choose different ones.
    #[error("More than one Authorization header.")]
    MultipleHeaders,
    /// Another scheme, such as Basic.
    #[error("Authentication credentials were not provided.")]
    Unsupported,
    /// The keyword alone.
    #[error("Invalid token header. No credentials provided.")]
    NoCredentials,
    /// Something behind the token, or more than one space before it.
    #[error("Invalid token header. Token string should not contain spaces.")]
    ContainsSpaces,
    /// Not the shape of a secret, or one of a kind that is not accepted here.
    #[error("Invalid token.")]
    Invalid,
}

impl HeaderError {
    /// The HTTP status: 400 for two headers, otherwise 401.
    pub const fn status(self) -> u16 {
        match self {
            Self::MultipleHeaders => 400,
            _ => 401,
        }
    }
}

/// Reads all `Authorization` lines of a request and accepts a secret of one of the `accepted` kinds.
///
/// `Token` or `Bearer` in any case, exactly one space, the secret. Nothing is hashed or allocated.
pub fn authorization<'a>(
    values: impl IntoIterator<Item = &'a [u8]>,
    accepted: &[SecretKind],
) -> Result<Credential<'a>, HeaderError> {
    let mut values = values.into_iter();
    let Some(value) = values.next() else {
        return Ok(Credential::None);
    };
    if values.next().is_some() {
        return Err(HeaderError::MultipleHeaders);
    }
    token(trim_blanks(value), accepted).map(Credential::Token)
}

/// HTTP does not count spaces and tabs around a value as part of it; any other control character it does.
fn trim_blanks(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

fn token<'a>(value: &'a [u8], accepted: &[SecretKind]) -> Result<ParsedSecret<'a>, HeaderError> {
    let scheme = value.split(|byte| *byte == b' ').next().unwrap_or_default();
    let known = scheme.eq_ignore_ascii_case(b"token") || scheme.eq_ignore_ascii_case(b"bearer");
    if value.len() > MAX_LENGTH {
        // A Kerberos ticket is long and no token of ours; say the more helpful thing.
        return Err(if known { HeaderError::Invalid } else { HeaderError::Unsupported });
    }
    let value = str::from_utf8(value).map_err(|_| HeaderError::Invalid)?;
    if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(HeaderError::Invalid);
    }
    if !known {
        return Err(HeaderError::Unsupported);
    }
    let (_, text) = value.split_once(' ').ok_or(HeaderError::NoCredentials)?;
    if text.contains(' ') {
        return Err(HeaderError::ContainsSpaces);
    }
    Secret::parse_any(text).filter(|secret| accepted.contains(&secret.kind())).ok_or(HeaderError::Invalid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::tests::{PAT, SCIM, SERVICE_ACCOUNT, SESSION};

    fn read(value: &[u8]) -> Result<(SecretKind, &str), HeaderError> {
        match authorization([value], API_KINDS)? {
            Credential::None => panic!("a header was given"),
            Credential::Token(secret) => Ok((secret.kind(), secret.expose())),
        }
    }

    #[test]
    fn takes_both_keywords_in_any_case() {
        for keyword in ["Token", "token", "TOKEN", "Bearer", "bearer", "BeArEr"] {
            assert_eq!(read(format!("{keyword} {PAT}").as_bytes()), Ok((SecretKind::Pat, PAT)));
        }
        assert_eq!(read(format!(" \tToken {PAT} \t").as_bytes()), Ok((SecretKind::Pat, PAT)));
    }

    #[test]
    fn takes_only_the_kinds_it_is_asked_for() {
        assert_eq!(read(format!("Token {SESSION}").as_bytes()), Ok((SecretKind::Session, SESSION)));
        assert_eq!(
            read(format!("Token {SERVICE_ACCOUNT}").as_bytes()),
            Ok((SecretKind::ServiceAccount, SERVICE_ACCOUNT))
        );
        assert_eq!(read(format!("Token {SCIM}").as_bytes()), Err(HeaderError::Invalid));
        let scim = format!("Bearer {SCIM}");
        assert!(matches!(authorization([scim.as_bytes()], SCIM_KINDS), Ok(Credential::Token(_))));
        let pat = format!("Bearer {PAT}");
        assert!(matches!(authorization([pat.as_bytes()], SCIM_KINDS), Err(HeaderError::Invalid)));
    }

    #[test]
    fn counts_the_lines() {
        assert!(matches!(authorization([], API_KINDS), Ok(Credential::None)));
        let good = format!("Token {PAT}");
        for lines in [[good.as_bytes(), good.as_bytes()], [good.as_bytes(), b""], [b"", b""]] {
            assert!(matches!(authorization(lines, API_KINDS), Err(HeaderError::MultipleHeaders)));
        }
    }

    #[test]
    fn explains_every_refusal() {
        use HeaderError::{ContainsSpaces, Invalid, NoCredentials, Unsupported};
        let long = |keyword: &str| format!("{keyword} {}", "a".repeat(300));
        let cases: &[(&str, HeaderError)] = &[
            ("", Unsupported),
            ("   ", Unsupported),
            ("Basic YWRtaW46YWRtaW4=", Unsupported),
            ("Digest username=\"a\", realm=\"b\"", Unsupported),
            ("Tokens x", Unsupported),
            ("Tok en x", Unsupported),
            (PAT, Unsupported),
            (&long("Negotiate"), Unsupported),
            ("Token", NoCredentials),
            ("Bearer ", NoCredentials),
            ("Token    ", NoCredentials),
            (&format!("Token  {PAT}"), ContainsSpaces),
            (&format!("Token {PAT} x"), ContainsSpaces),
            ("Token a b", ContainsSpaces),
            ("Token x", Invalid),
            (&format!("Token {}", &PAT[1..]), Invalid),
            (&format!("Token {}", PAT.replace("tyqfY", "tyqfZ")), Invalid),
            (&format!("Token \"{PAT}\""), Invalid),
            (&format!("Token {PAT},Token"), Invalid),
            (&format!("Token\t{PAT}"), Invalid),
            (&format!("Token {PAT}\n"), Invalid),
            (&format!("\nToken {PAT}"), Invalid),
            (&format!("Token {PAT}\0"), Invalid),
            (&format!("Token {PAT}\u{7f}"), Invalid),
            (&format!("Token {PAT}é"), Invalid),
            (&long("Token"), Invalid),
        ];
        for (value, expected) in cases {
            assert_eq!(read(value.as_bytes()), Err(*expected), "{value:?}");
        }
        assert_eq!(read(b"Token \xff\xfe"), Err(Invalid));
        assert_eq!(read(b"Basic \xff"), Err(Invalid));
    }

    #[test]
    fn has_the_known_status_and_text() {
        assert_eq!(HeaderError::MultipleHeaders.status(), 400);
        assert_eq!(HeaderError::Invalid.status(), 401);
        assert_eq!(HeaderError::NoCredentials.to_string(), "Invalid token header. No credentials provided.");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_refused_without_panic(value in proptest::collection::vec(0u8.., 0..300)) {
            assert!(read(&value).is_err());
        }

        #[test]
        fn anything_behind_the_keyword_is_refused(rest in r"\PC{0,80}") {
            assert!(read(format!("Token {rest}").as_bytes()).is_err());
        }
    }
}
