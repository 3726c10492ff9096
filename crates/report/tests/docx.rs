//! DOCX documents: the package, its parts and what they say.

mod common;

use common::{ODD, audit, names, part};
use proptest::prelude::*;
use quick_xml::{Reader, events::Event};
use report::{Language, action_plan::ActionPlan, audit::Audit, soa::Statement};

/// Reads a part to its end; anything that is not well-formed fails. Answers all text in it.
fn text_of(xml: &str) -> String {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut depth = 0_usize;
    let mut out = String::new();
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error} at {}", reader.buffer_position())) {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Text(text) => out.push_str(text.as_ref()),
            Event::GeneralRef(name) => out.push(match name.as_ref() {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "#39" => '\'',
                other => panic!("&{other};"),
            }),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "elements left open");
    out
}

fn parts_are_well_formed(bytes: &[u8]) {
    for name in names(bytes).iter().filter(|name| !name.ends_with("xlsx")) {
        text_of(&part(bytes, name));
    }
}

#[test]
fn an_audit_is_a_package_whose_parts_know_one_another() {
    let bytes = audit(Language::English).docx().expect("written");
    parts_are_well_formed(&bytes);
    let names = names(&bytes);
    let (types, relations) = (part(&bytes, "[Content_Types].xml"), part(&bytes, "word/_rels/document.xml.rels"));
    let document = part(&bytes, "word/document.xml");
    for number in 1..=3 {
        assert!(names.contains(&format!("word/embeddings/chart{number}.xlsx")));
        assert!(types.contains(&format!("/word/charts/chart{number}.xml")));
        assert!(relations.contains(&format!("charts/chart{number}.xml")));
        assert!(document.contains(&format!("<c:chart r:id=\"chart{number}\"/>")));
    }
    assert!(!document.contains("chart4"));
    for kind in ["doughnutChart", "barChart", "radarChart"] {
        let found = (1..=3).any(|number| part(&bytes, &format!("word/charts/chart{number}.xml")).contains(kind));
        assert!(found, "{kind}");
    }
}

#[test]
fn an_audit_says_what_it_found() {
    let bytes = audit(Language::French).docx().expect("written");
    let document = part(&bytes, "word/document.xml");
    let text = text_of(&document);
    for needle in
        ["RAPPORT D’AUDIT", "Yearly audit", "Führung", "Größe & Œuvre <ok>", "Badge readers", "Bonne pratique"]
    {
        assert!(text.contains(needle), "{needle}");
    }
    assert!(document.contains("<w:t xml:space=\"preserve\">Größe &amp; Œuvre &lt;ok&gt;</w:t><w:br/>"));
    assert!(part(&bytes, "word/footer1.xml").contains(" NUMPAGES "));
    assert!(part(&bytes, "word/styles.xml").contains("<w:lang w:val=\"fr\"/>"));
}

#[test]
fn the_contents_refer_to_headings_that_exist() {
    let document = part(&audit(Language::English).docx().expect("written"), "word/document.xml");
    let references = document.matches("PAGEREF _Toc").count();
    assert!(references > 5);
    for place in 0..references {
        assert_eq!(document.matches(&format!("w:name=\"_Toc{place}\"")).count(), 1, "{place}");
        assert_eq!(document.matches(&format!("w:anchor=\"_Toc{place}\"")).count(), 1, "{place}");
    }
    assert_eq!(document.matches("<w:tblHeader/>").count(), document.matches("<w:tblLook").count());
}

#[test]
fn wide_documents_lie_on_their_side() {
    let wide = "w:orient=\"landscape\"";
    assert!(part(&Statement::default().docx().expect("written"), "word/document.xml").contains(wide));
    assert!(part(&ActionPlan::default().docx().expect("written"), "word/document.xml").contains(wide));
    assert!(!part(&Audit::default().docx().expect("written"), "word/document.xml").contains(wide));
}

fn strange(text: &str) -> Audit {
    let mut audit = audit(Language::English);
    for field in [&mut audit.title, &mut audit.framework, &mut audit.domain, &mut audit.description] {
        text.clone_into(field);
    }
    for requirement in &mut audit.requirements {
        text.clone_into(&mut requirement.name);
        text.clone_into(&mut requirement.observation);
    }
    audit.sections = report::audit::sections_of(&audit.requirements);
    audit
}

#[test]
fn odd_texts_stay_well_formed() {
    for text in ODD {
        parts_are_well_formed(&strange(text).docx().expect("written"));
    }
    let long = "ü".repeat(30_000);
    let bytes = strange(&long).docx().expect("written");
    assert!(part(&bytes, "word/document.xml").contains(&long));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_a_document(text in "(?s).{0,60}|[\\x00-\\x{ffff}]{0,60}") {
        parts_are_well_formed(&strange(&text).docx().expect("written"));
    }
}
