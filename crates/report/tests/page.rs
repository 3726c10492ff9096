//! The page of an audit, and the archive that it comes in.

mod common;

use std::io::Cursor;

use common::{ODD, audit, names, part};
use report::{Language, audit::Attachment};

#[test]
fn a_page_needs_nothing_else_and_says_its_language() {
    let page = audit(Language::French).html();
    assert!(page.starts_with("<!doctype html>\n<html lang=\"fr\">"));
    for foreign in ["<script", "<link", "<img", "http://", "https://", "@import", "url("] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_page_can_be_read_without_seeing_it() {
    let page = audit(Language::English).html();
    assert!(page.contains("<a class=\"skip\" href=\"#content\">") && page.contains("<main id=\"content\">"));
    assert_eq!(page.matches("<h1>").count(), 1);
    assert_eq!(page.matches("<svg").count(), page.matches("<svg role=\"img\" aria-label=\"").count());
    assert_eq!(page.matches("<svg").count(), 3);
    assert!(page.contains("aria-label=\"Results. Compliant 3; Partially compliant 3;"));
    for place in 0..page.matches("<li class=\"level").count() {
        assert!(page.contains(&format!("href=\"#s{place}\"")) && page.contains(&format!("id=\"s{place}\"")), "{place}");
    }
}

#[test]
fn texts_are_never_markup() {
    for text in ODD.iter().chain(&["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>"]) {
        let mut audit = audit(Language::English);
        audit.title = (*text).to_owned();
        audit.requirements[1].observation = (*text).to_owned();
        audit.requirements[1].evidences[0].file = Some((*text).to_owned());
        let page = audit.html();
        assert!(!page.contains("<script") && !page.contains("<img"), "{text:?}");
        assert_eq!(page.matches("<td").count(), page.matches("</td>").count(), "{text:?}");
    }
}

#[test]
fn an_archive_without_files_holds_only_the_page() {
    let mut out = Vec::new();
    audit(Language::English).archive::<_, Cursor<Vec<u8>>>(&mut out, []).expect("written");
    assert_eq!(names(&out), ["index.html"]);
    assert_eq!(part(&out, "index.html"), audit(Language::English).html());
}

#[test]
fn evidence_is_where_the_page_says() {
    let mut out = Vec::new();
    let file = Attachment { name: "policy 1.pdf".to_owned(), content: Cursor::new("content") };
    audit(Language::English).archive(&mut out, [Ok(file)]).expect("written");
    assert_eq!(part(&out, "evidences/policy 1.pdf"), "content");
    assert!(part(&out, "index.html").contains("<a href=\"evidences/policy%201.pdf\">Policy</a>"));
}
