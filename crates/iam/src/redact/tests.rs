//! Tests of hiding secrets.

use super::*;
use crate::secret::tests::{PAT, SCIM, SERVICE_ACCOUNT, SESSION};

#[test]
fn hides_every_kind_and_keeps_the_rest() {
    let text = format!("a {PAT} b {SESSION}, c={SERVICE_ACCOUNT};{SCIM}é");
    let expected = "a tsr_pat_[redacted] b tsr_ses_[redacted], c=tsr_sat_[redacted];tsr_scim_[redacted]é";
    assert_eq!(redact(&text), expected);
    assert_eq!(redact(PAT), "tsr_pat_[redacted]");
}

#[test]
fn hides_broken_cut_off_and_embedded_ones() {
    for text in [
        PAT.replace("tyqfY", "tyqfZ"),
        PAT[..56].to_owned(),
        PAT[..40].to_owned(),
        format!("{PAT}moreLetters"),
        format!("{PAT}_"),
        format!("x{PAT}"),
        format!("\\n{PAT}\\n"),
        format!("{PAT}{SESSION}"),
        format!("tsr_{PAT}"),
    ] {
        let redacted = redact(&text);
        assert!(redacted.contains("tsr_pat_[redacted]") && !redacted.contains("EFGH"), "{text} → {redacted}");
    }
}

#[test]
fn leaves_harmless_text_alone_without_allocating() {
    for text in
        ["", "nothing here", "tsr_", "tsr_pat_", "tsr_pat_Ab3d", "tsr_pat_[redacted]", "tsr_foo_0123456789abcdef0"]
    {
        assert!(matches!(redact(text), Cow::Borrowed(same) if same == text), "{text}");
        assert!(matches!(redact_url_query(text), Cow::Borrowed(same) if same == text), "{text}");
    }
}

#[test]
fn hides_in_paths_and_queries() {
    let cases = [
        ("/api/x/", "/api/x/"),
        ("/api/x/?page=2&name=a%20b", "/api/x/?page=2&name=a%20b"),
        (&format!("/api/{PAT}/x/"), "/api/tsr_pat_[redacted]/x/"),
        (&format!("/?q={PAT}&page=2"), "/?q=tsr_pat_[redacted]&page=2"),
        (&format!("/?{PAT}"), "/?tsr_pat_[redacted]"),
        (&format!("/?{PAT}=1"), "/?tsr_pat_[redacted]=1"),
        (&format!("/?auth=Token%20{PAT}"), "/?auth=Token%20tsr_pat_[redacted]"),
        (&format!("/?q={}&a=1", PAT.replace('_', "%5F")), "/?q=[redacted]&a=1"),
        (&format!("/?q={}", PAT.replace("tsr", "%2574sr")), "/?q=[redacted]"),
        (&format!("/?a%3D={}", PAT.replace('_', "%5f")), "/?[redacted]"),
        (&format!("/x/{}/?a=b", PAT.replace("pat", "p%61t")), "/x/[redacted]?a=b"),
        ("/reset?token=abc&uid=1", "/reset?token=[redacted]&uid=1"),
        ("/?access_token=a/b?c", "/?access_token=[redacted]"),
        ("/?New-Password=x&a=%zz%", "/?New-Password=[redacted]&a=%zz%"),
        ("/?%74oken=abc", "/?%74oken=[redacted]"),
        ("/?token=&token&key=1&monkey=2", "/?token=&token&key=[redacted]&monkey=2"),
        ("https://h:1/cb?code=xyz&state=1", "https://h:1/cb?code=[redacted]&state=1"),
    ];
    for (url, expected) in cases {
        assert_eq!(redact_url_query(url), expected, "{url}");
        assert_eq!(matches!(redact_url_query(url), Cow::Borrowed(_)), url == expected, "{url}");
    }
}

/// Found by fuzzing: one secret in the clear, and behind it another that only shows when decoded.
#[test]
fn hides_the_plain_one_beside_the_encoded_one() {
    let encoded = PAT.replacen("tsr", "%74sr", 1);
    for url in [format!("/x{PAT}&a={encoded}"), format!("/x?{PAT}={encoded}"), format!("/{encoded}={PAT}")] {
        let hidden = redact_url_query(&url);
        assert!(!hidden.contains(&PAT[8..24]), "{hidden}");
    }
}

#[test]
fn decodes_percent_escapes() {
    for (text, expected) in
        [("%41%4a%4A", "AJJ"), ("%", "%"), ("%4", "%4"), ("%4g", "%4g"), ("%%41", "%A"), ("%ff", "\u{fffd}")]
    {
        assert_eq!(percent_decode(text), expected);
    }
}

proptest::proptest! {
    #[test]
    fn no_secret_survives(before in r"\PC{0,30}", after in r"\PC{0,30}") {
        let text = format!("{before}{PAT}{after}");
        assert!(!redact(&text).contains(&PAT[8..24]));
        assert!(!redact_url_query(&text).contains(&PAT[8..24]));
    }

    #[test]
    fn what_is_hidden_stays_hidden(text in r"(tsr_(pat|scim)_[0-9a-z]{10,50}|[?&=/%]|token=|\PC){0,12}") {
        let once = redact(&text);
        assert_eq!(redact(&once), once.as_ref());
        let once = redact_url_query(&text);
        assert_eq!(redact_url_query(&once), once.as_ref());
    }
}
