//! PDF documents, read back by another library.

mod common;

use common::{ODD, audit, day, requirement};
use lopdf::{Document, Object};
use proptest::prelude::*;
use report::{
    Language,
    action_plan::{Action, ActionPlan},
    audit::Audit,
    soa::{Entry, Statement},
    terms::Outcome,
};

fn read(bytes: &[u8]) -> Document {
    Document::load_mem(bytes).expect("a PDF")
}

/// The text of each page, with white space made one.
fn pages(bytes: &[u8]) -> Vec<String> {
    let document = read(bytes);
    let numbers = document.get_pages().into_keys();
    let text = |number| document.extract_text(&[number]).expect("text");
    numbers.map(|number| text(number).split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn inside(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn an_audit_says_what_it_found_on_numbered_pages() {
    let pages = pages(&audit(Language::English).pdf().expect("written"));
    let all = pages.join(" ");
    for text in [
        "AUDIT REPORT",
        "Yearly audit",
        "Example baseline",
        "26 November 2026",
        "Amélie Dubois",
        "Why this audit is made.",
        "Führung",
        "Équipements",
        "Rule 2-3",
        "Größe & Œuvre <ok>",
        "second line",
        "Good practice",
        "Badge readers",
    ] {
        assert!(all.contains(text), "{text:?} is not in {all}");
    }
    let count = pages.len();
    for (at, page) in pages.iter().enumerate().skip(1) {
        assert!(page.ends_with(&format!("Page {} of {count}", at + 1)), "{page}");
    }
}

#[test]
fn the_contents_lead_to_the_right_pages() {
    let mut audit = audit(Language::English);
    // Enough text in front to move later sections.
    audit.requirements[3].observation = "Another sentence of an observation. ".repeat(400);
    let pages = pages(&audit.pdf().expect("written"));
    for heading in ["1 – Führung", "3 – Suppliers"] {
        let entry = &pages[1][pages[1].find(heading).expect("an entry") + heading.len()..];
        let number: usize = entry
            .trim_start_matches([' ', '.'])
            .split(' ')
            .next()
            .and_then(|number| number.parse().ok())
            .unwrap_or_else(|| panic!("no number in {entry:?}"));
        assert!(number > 2 && pages[number - 1].contains(heading), "{heading} is not on page {number}");
    }
}

#[test]
fn each_language_has_its_words() {
    for (language, word, page) in
        [(Language::French, "Rapport d’audit", "Sommaire"), (Language::German, "Auditbericht", "Seite 2 von")]
    {
        let all = pages(&audit(language).pdf().expect("written")).join(" ");
        assert!(all.contains(word) && all.contains(page), "{all}");
    }
}

#[test]
fn documents_are_tagged_and_archivable() {
    let bytes = audit(Language::French).pdf().expect("written");
    for mark in ["<pdfuaid:part>1</pdfuaid:part>", "<pdfaid:part>2</pdfaid:part>"] {
        assert!(inside(&bytes, mark), "{mark}");
    }
    let document = read(&bytes);
    let catalog = document.catalog().expect("a catalog");
    assert_eq!(catalog.get(b"Lang").and_then(Object::as_str).expect("a language"), b"fr");
    for key in [b"StructTreeRoot".as_slice(), b"Outlines", b"MarkInfo"] {
        assert!(catalog.has(key), "{}", String::from_utf8_lossy(key));
    }
    let mut roles: Vec<String> = document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok()?.get(b"S").ok()?.as_name().ok())
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect();
    roles.sort();
    roles.dedup();
    for role in ["Figure", "H1", "H2", "Link", "P", "TD", "TH", "TOC", "TOCI", "TR", "Table"] {
        assert!(roles.iter().any(|known| known == role), "{role} is not in {roles:?}");
    }
}

#[test]
fn a_cell_larger_than_a_page_goes_on_under_the_titles() {
    let mut audit = audit(Language::English);
    let words: Vec<String> = (0..5_000).map(|number| format!("w{number}")).collect();
    audit.requirements[1].observation = words.join(" ");
    assert!(audit.requirements[1].observation.len() > 25_000);
    let pages = pages(&audit.pdf().expect("written"));
    let holding = pages.iter().filter(|page| page.contains(" w")).collect::<Vec<_>>();
    assert!(holding.len() > 4, "{}", holding.len());
    assert!(holding.iter().all(|page| page.contains("Remarks")));
    let all = holding.iter().map(|page| page.as_str()).collect::<Vec<_>>().join(" ");
    assert!(words.iter().all(|word| all.contains(word.as_str())));
}

#[test]
fn the_same_audit_makes_the_same_bytes() {
    let audit = audit(Language::German);
    assert_eq!(audit.pdf().expect("written"), audit.pdf().expect("written"));
}

#[test]
fn nothing_is_enough_for_a_document() {
    for language in Language::ALL {
        let pages = [
            Audit { language, ..Audit::default() }.pdf().expect("an audit"),
            Statement { language, ..Statement::default() }.pdf().expect("a statement"),
            ActionPlan { language, ..ActionPlan::default() }.pdf().expect("a plan"),
        ];
        assert!(pages.iter().all(|bytes| read(bytes).get_pages().len() > 1));
    }
}

#[test]
fn odd_texts_are_drawn_as_far_as_they_can_be() {
    for text in ODD {
        strange(text).pdf().unwrap_or_else(|error| panic!("{text:?}: {error}"));
    }
}

#[test]
fn a_statement_tells_what_is_excluded_and_why() {
    let entry = |outcome, justification: &str| Entry {
        ref_id: "A.1".into(),
        name: "A control".into(),
        assessable: true,
        outcome,
        justification: justification.into(),
        ..Entry::default()
    };
    let entries = vec![
        entry(Outcome::Compliant, "The law asks for it."),
        entry(Outcome::NotApplicable, "No such rooms."),
        entry(Outcome::NotApplicable, ""),
    ];
    let statement = Statement { title: "S".into(), date: day(2026, 1, 2), entries, ..Statement::default() };
    let pages = pages(&statement.pdf().expect("written"));
    let last = pages.last().expect("a page");
    assert!(last.contains("Excluded") && last.contains("No such rooms.") && last.contains("No justification recorded"));
    assert!(!last.contains("The law asks for it."));
    assert!(pages.join(" ").contains("The law asks for it."));
}

#[test]
fn a_plan_tells_what_is_overdue() {
    let action = |name: &str, eta, open| Action { name: name.into(), eta: Some(eta), open, ..Action::default() };
    let actions = vec![
        action("late", day(2026, 1, 1), true),
        action("done", day(2026, 1, 1), false),
        action("later", day(2026, 1, 3), true),
    ];
    let plan = ActionPlan { date: day(2026, 1, 2), actions, ..ActionPlan::default() };
    let all = pages(&plan.pdf().expect("written")).join(" ");
    assert!(all.contains("1 Overdue"), "{all}");
    assert_eq!(all.matches("Overdue").count(), 2);
}

#[test]
fn many_kinds_of_status_are_told_as_eight() {
    let actions = (0..20).map(|number| Action { status: format!("S{number}"), ..Action::default() }).collect();
    let all = pages(&ActionPlan { actions, ..ActionPlan::default() }.pdf().expect("written")).join(" ");
    assert!(all.contains("S6 1 5%") && all.contains("Other 13 65%"), "{all}");
}

fn strange(text: &str) -> Audit {
    let mut audit = audit(Language::English);
    for field in [&mut audit.title, &mut audit.framework, &mut audit.domain, &mut audit.description, &mut audit.status]
    {
        text.clone_into(field);
    }
    audit.authors = vec![text.to_owned()];
    let mut odd = requirement(text, text, Outcome::NonCompliant);
    text.clone_into(&mut odd.description);
    text.clone_into(&mut odd.observation);
    odd.measures = vec![text.to_owned()];
    audit.requirements = vec![common::title(text, text, 0), common::title(text, text, 1), odd];
    audit.sections = report::audit::sections_of(&audit.requirements);
    audit
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_text_stops_a_document(text in "\\PC{0,60}|[\\x00-\\x{ffff}]{0,60}|(?s).{0,400}") {
        prop_assert!(strange(&text).pdf().is_ok());
    }
}

#[test]
fn texts_without_end_are_written() {
    for text in [
        "W".repeat(1 << 20),
        format!("a{}", "\u{301}".repeat(200_000)),
        "\u{200b}".repeat(200_000),
        "-\n".repeat(50_000),
        "\u{202e}\u{2066}\u{200f}".repeat(2_000),
    ] {
        let mut audit = audit(Language::English);
        audit.requirements[1].observation.clone_from(&text);
        let bytes =
            audit.pdf().unwrap_or_else(|error| panic!("{:?}…: {error}", text.chars().take(4).collect::<String>()));
        assert!(!read(&bytes).get_pages().is_empty());
    }
}

#[test]
fn names_without_end_are_written() {
    for long in ["Wort ".repeat(10_000), "W".repeat(40_000), format!("a{}", "\u{301}".repeat(40_000))] {
        let mut audit = audit(Language::English);
        audit.title.clone_from(&long);
        audit.framework.clone_from(&long);
        audit.domain.clone_from(&long);
        audit.authors = vec![long.clone(); 60];
        for requirement in audit.requirements.iter_mut().take(3) {
            requirement.name.clone_from(&long);
            requirement.ref_id = long.chars().take(5_000).collect();
            requirement.measures = vec![long.clone()];
        }
        audit.sections = report::audit::sections_of(&audit.requirements);
        for (what, written) in
            [("pdf", audit.pdf()), ("docx", audit.docx()), ("xlsx", audit.xlsx()), ("csv", audit.csv())]
        {
            assert!(written.is_ok(), "{what} {:?}…: {written:?}", long.chars().take(4).collect::<String>());
        }
    }
}
