//! What the tests of documents share: an audit, and ways to look into archives.

#![allow(dead_code, reason = "each test program uses its part")]

use std::io::{Cursor, Read};

use chrono::NaiveDate;
use report::{
    Language,
    audit::{Audit, Evidence, Requirement, sections_of},
    terms::{Finding, Outcome, Progress},
};

/// A day.
pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

/// A title over requirements.
pub fn title(ref_id: &str, name: &str, depth: usize) -> Requirement {
    Requirement {
        urn: format!("urn:t:{ref_id}"),
        ref_id: ref_id.into(),
        name: name.into(),
        depth,
        ..Requirement::default()
    }
}

/// A requirement under a title.
pub fn requirement(ref_id: &str, name: &str, outcome: Outcome) -> Requirement {
    Requirement { description: format!("What {ref_id} asks for."), assessable: true, outcome, ..title(ref_id, name, 1) }
}

/// An audit with a bit of everything.
pub fn audit(language: Language) -> Audit {
    let mut requirements = Vec::new();
    for (section, name) in [("1", "Führung"), ("2", "Équipements"), ("3", "Suppliers")] {
        requirements.push(title(section, name, 0));
        for (number, outcome) in (1..).zip(Outcome::ALL) {
            requirements.push(requirement(
                &format!("{section}.{number}"),
                &format!("Rule {section}-{number}"),
                *outcome,
            ));
        }
    }
    let first = &mut requirements[1];
    first.observation = "Größe & Œuvre <ok>\nsecond line".into();
    first.finding = Some(Finding::GoodPractice);
    first.progress = Some(Progress::Done);
    first.score = Some(3);
    first.measures = vec!["Badge readers".into()];
    first.evidences = vec![Evidence { name: "Policy".into(), file: Some("policy 1.pdf".into()) }];
    Audit {
        title: "Yearly audit".into(),
        framework: "Example baseline".into(),
        domain: "North".into(),
        language,
        date: day(2026, 11, 26),
        authors: vec!["Amélie Dubois".into()],
        description: "Why this audit is made.".into(),
        sections: sections_of(&requirements),
        requirements,
        ..Audit::default()
    }
}

/// A part of an archive as text.
pub fn part(archive: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let mut text = String::new();
    archive.by_name(name).unwrap_or_else(|error| panic!("{name}: {error}")).read_to_string(&mut text).expect("text");
    text
}

/// The names in an archive.
pub fn names(archive: &[u8]) -> Vec<String> {
    let archive = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
    archive.file_names().map(|name| name.expect("a name").into_owned()).collect()
}

/// Texts that have broken document writers before.
pub const ODD: [&str; 12] = [
    "",
    " ",
    "=1+1",
    "'quoted",
    "\u{0}\u{1}\u{b}\u{1f}\u{7f}\u{fffe}\u{ffff}",
    "\u{feff}_x0041_ &amp; <b> ]]> \" '",
    "😀👩‍👩‍👧‍👦🏳️‍🌈",
    "שלום עולם مرحبا \u{202e}abc\u{202c}",
    "e\u{301}\u{301}\u{301} Z͑ͫ̓ͪ̂ͫ",
    "line\r\nline\rline\n\n\n\n\tline",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft-und-mehr-davon",
    "漢字かな交じり文 \u{e000} \u{ad} \u{2028}",
];
