//! Values that are nearly ours: every way of getting the format wrong that the checksum, the
//! prefix and the alphabet have to catch, and right ones that nobody holds.

use super::{Case, FOLDERS, Stage, case};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM: &str = "Zz9Yy8Xx7Ww6Vv5Uu4Tt3Ss2Rr1Qq0Pp9Oo8Nn7Mm6L";

/// CRC-32/ISO-HDLC, written from its definition and bit by bit: the published rule, not our code.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

fn base62(mut number: u32, alphabet: &[u8; 62]) -> String {
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = alphabet[(number % 62) as usize];
        number /= 62;
    }
    String::from_utf8(digits.to_vec()).expect("ASCII")
}

/// A value by the published rule.
fn value(prefix: &str, random: &str) -> String {
    let body = format!("{prefix}{random}");
    format!("{body}{}", base62(crc(body.as_bytes()), ALPHABET))
}

pub(super) fn cases() -> Vec<Case> {
    const SAME: &str = "a value that nobody holds looks like one that cannot be (T-17)";
    const CHECKSUM: &str = "the checksum is the published one and no other (T-1)";
    const FORMAT: &str = "the format is exact: prefix, length, alphabet, case (T-1, T-3)";
    const KIND: &str = "a value of one kind is never taken as another (T-2)";
    const FOREIGN: &str = "values of other products are noise";
    let body = format!("tsr_pat_{RANDOM}");
    let lower: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let letters: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let reversed: String = base62(crc(body.as_bytes()), ALPHABET).chars().rev().collect();
    let values: Vec<(&str, String, &str)> = vec![
        ("a right value that nobody holds", value("tsr_pat_", RANDOM), SAME),
        ("the example of the documentation", "tsr_pat_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg0tyqfY".into(), SAME),
        ("a right value of zeros", value("tsr_pat_", &"0".repeat(43)), SAME),
        ("a right value of z", value("tsr_pat_", &"z".repeat(43)), SAME),
        ("a session that nobody holds", value("tsr_ses_", RANDOM), SAME),
        ("a service account's that nobody holds", value("tsr_sat_", RANDOM), SAME),
        ("a SCIM value at the API", value("tsr_scim_", RANDOM), KIND),
        ("an unknown kind", value("tsr_adm_", RANDOM), KIND),
        ("no kind", value("tsr__", RANDOM), KIND),
        ("two kinds", value("tsr_pat_ses_", RANDOM), KIND),
        ("the prefix in capitals", value("TSR_PAT_", RANDOM), FORMAT),
        ("the prefix with a dash", value("tsr-pat-", RANDOM), FORMAT),
        ("another prefix", value("ghp_", RANDOM), FORMAT),
        ("the prefix twice", value("tsr_pat_tsr_pat_", RANDOM), FORMAT),
        ("one character less, with its checksum", value("tsr_pat_", &RANDOM[1..]), FORMAT),
        ("one character more, with its checksum", value("tsr_pat_", &format!("{RANDOM}0")), FORMAT),
        ("an underscore in it, with its checksum", value("tsr_pat_", &RANDOM.replace('9', "_")), FORMAT),
        ("a dash in it, with its checksum", value("tsr_pat_", &RANDOM.replace('9', "-")), FORMAT),
        ("a plus in it, with its checksum", value("tsr_pat_", &RANDOM.replace('9', "+")), FORMAT),
        ("a homoglyph in it", value("tsr_pat_", RANDOM).replace('Z', "\u{396}"), FORMAT),
        ("full-width digits in it", value("tsr_pat_", RANDOM).replace('9', "\u{ff19}"), FORMAT),
        ("a combining accent in it", value("tsr_pat_", RANDOM).replace('Y', "Y\u{301}"), FORMAT),
        ("no checksum", body.clone(), CHECKSUM),
        ("a checksum of zeros", format!("{body}000000"), CHECKSUM),
        (
            "a checksum over the random part only",
            format!("{body}{}", base62(crc(RANDOM.as_bytes()), ALPHABET)),
            CHECKSUM,
        ),
        ("a checksum turned round", format!("{body}{reversed}"), CHECKSUM),
        ("a checksum with lower-case digits first", format!("{body}{}", base62(crc(body.as_bytes()), lower)), CHECKSUM),
        ("a checksum with letters first", format!("{body}{}", base62(crc(body.as_bytes()), letters)), CHECKSUM),
        ("a checksum without its last step", format!("{body}{}", base62(!crc(body.as_bytes()), ALPHABET)), CHECKSUM),
        (
            "a checksum one too high",
            format!("{body}{}", base62(crc(body.as_bytes()).wrapping_add(1), ALPHABET)),
            CHECKSUM,
        ),
        ("a checksum in hexadecimal", format!("{body}{:06x}", crc(body.as_bytes()) & 0x00ff_ffff), CHECKSUM),
        (
            "another value's checksum",
            format!("tsr_pat_{}{}", "A".repeat(43), base62(crc(body.as_bytes()), ALPHABET)),
            CHECKSUM,
        ),
        ("a token of GitHub", "ghp_16C7e42F292c6912E7710c838347Ae178B4a".into(), FOREIGN),
        ("a token of GitLab", "glpat-xxxxxxxxxxxxxxxxxxxx".into(), FOREIGN),
        ("64 hexadecimal digits", "5f".repeat(32), FOREIGN),
        ("128 hexadecimal digits", "5f".repeat(64), FOREIGN),
        (
            "a signed statement",
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.".into(),
            "an unsigned statement is no proof of anything",
        ),
        ("a UUID", "00000000-0000-7000-8000-000000000000".into(), FOREIGN),
    ];
    values
        .into_iter()
        .map(|(what, value, why)| {
            let header = format!("Token {value}");
            case(what, "GET", FOLDERS, 401, why).header("authorization", header).code("").says("Invalid token.")
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn values() {
    let mut stage = Stage::new().await;
    // The rule as published, applied here, accepts what the program makes.
    let good = stage.value("good").to_owned();
    assert_eq!(value("tsr_pat_", &good[8..51]), good);
    let mut bodies = Vec::new();
    for case in cases() {
        bodies.push(stage.play(&case).await.text);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "all the same for a stranger: {bodies:?}");
    for (what, cost) in [("a checksum of zeros", 0), ("a right value that nobody holds", 1)] {
        let case = cases().into_iter().find(|case| case.what == what).expect("the case");
        let value = String::from_utf8(case.headers[0].1.clone()).expect("text");
        let nobody = stage.app.anonymous();
        let ask = || nobody.send(nobody.request("GET", FOLDERS).header("authorization", &value));
        let (spent, _) = stage.app.cost(ask).await;
        assert_eq!(spent, cost, "statements for {what} (P3)");
    }
}
