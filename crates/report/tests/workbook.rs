//! Rows: CSV as recorded, workbooks, and audits that come back from them.

mod common;

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use common::{ODD, audit, day, part, requirement, title};
use proptest::prelude::*;
use report::{
    Language,
    action_plan::{Action, ActionPlan},
    audit::{Audit, Column, Problem, Requirement, read_xlsx},
    maturity::{self, Maturity, Means},
    measures::{Measure, Measures},
    terms::{Category, Finding, Outcome, Progress, Standing},
    xlsx,
};

fn cells(bytes: &[u8]) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).expect("a workbook");
    let names = workbook.sheet_names();
    assert_eq!(names.len(), 1);
    let range = workbook.worksheet_range(&names[0]).expect("a sheet");
    range.rows().map(<[Data]>::to_vec).collect()
}

/// The audit whose CSV was recorded.
fn recorded() -> Audit {
    let node = |number: &str| format!("urn:bhv:risk:req_node:bhv-5de430:{number}");
    Audit {
        requirements: vec![
            Requirement { urn: node("s1"), ..title("1", "Section 1", 0) },
            Requirement {
                urn: node("1.1"),
                description: "Desc 1.1".into(),
                finding: Some(Finding::MinorNonconformity),
                progress: Some(Progress::InReview),
                score: Some(0),
                observation: "obs base".into(),
                ..requirement("1.1", "Req 1.1", Outcome::PartiallyCompliant)
            },
            Requirement {
                urn: node("1.2"),
                description: "Desc 1.2 only".into(),
                ..requirement("1.2", "", Outcome::NotAssessed)
            },
            Requirement {
                urn: node("2.1"),
                description: String::new(),
                progress: Some(Progress::Done),
                ..requirement("2.1", "Req 2.1", Outcome::Compliant)
            },
        ],
        ..Audit::default()
    }
}

#[test]
fn the_csv_of_an_audit_is_the_recorded_one() {
    let expected = "\u{feff}urn;ref_id;name;description;typical_evidence;annotation;compliance_result;extended_result;\
        requirement_progress;score;observations\r\n\
        urn:bhv:risk:req_node:bhv-5de430:1.1;1.1;Req 1.1;Desc 1.1;;;partially_compliant;minor_nonconformity;in_review;0;obs base\r\n\
        urn:bhv:risk:req_node:bhv-5de430:1.2;1.2;;Desc 1.2 only;;;not_assessed;;to_do;;\r\n\
        urn:bhv:risk:req_node:bhv-5de430:2.1;2.1;Req 2.1;;;;compliant;;done;;\r\n";
    assert_eq!(String::from_utf8(recorded().csv().expect("written")).expect("text"), expected);
}

#[test]
fn the_csv_of_a_plan_is_the_recorded_one() {
    let action =
        |name: &str, description: &str, category: &str, function: &str, status: &str, requirements: &[&str]| Action {
            name: name.into(),
            description: description.into(),
            category: category.into(),
            csf_function: function.into(),
            status: status.into(),
            cost: "0.00".into(),
            requirements: requirements.iter().map(|text| (*text).to_owned()).collect(),
            ..Action::default()
        };
    let actions = vec![
        action("Ref ctl 1", "rcd", "Technical", "Protect", "Undefined", &["2.1 - Req 2.1", "1.2"]),
        action("Ref ctl 2", "", "Policy", "", "Active", &["2.1 - Req 2.1"]),
    ];
    let expected = "\u{feff}Name,Description,Category,CSF Function,Priority,Status,ETA,Expiry date,Effort,Impact,Cost,\
        Covered requirements,Associated evidences,Evidence attachments\r\n\
        Ref ctl 1,rcd,Technical,Protect,,Undefined,,,,,0.00,\"2.1 - Req 2.1\n1.2\",,\r\n\
        Ref ctl 2,,Policy,,,Active,,,,,0.00,2.1 - Req 2.1,,\r\n";
    let plan = ActionPlan { actions, ..ActionPlan::default() };
    assert_eq!(String::from_utf8(plan.csv().expect("written")).expect("text"), expected);
}

#[test]
fn formulas_are_defused_in_csv() {
    let mut audit = recorded();
    audit.requirements[1].observation = "=cmd|' /C calc'!A0".into();
    audit.requirements[2].name = "-1".into();
    let text = String::from_utf8(audit.csv().expect("written")).expect("text");
    assert!(text.contains(";'=cmd|' /C calc'!A0\r\n") && text.contains(";1.2;'-1;"), "{text}");
}

#[test]
fn the_workbook_of_an_audit_has_one_sheet_of_twelve_columns() {
    let bytes = recorded().xlsx().expect("written");
    assert!(part(&bytes, "xl/workbook.xml").contains("name=\"Sheet1\""));
    let rows = cells(&bytes);
    let header: Vec<String> = rows[0].iter().map(ToString::to_string).collect();
    let expected = "urn, assessable, ref_id, name, description, typical_evidence, annotation, compliance_result, \
        extended_result, requirement_progress, observations, score";
    assert_eq!(header.join(", "), expected);
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[2][11], Data::Float(0.0));
    assert_eq!((&rows[1][1], &rows[2][1]), (&Data::Empty, &Data::String("x".into())));
}

#[test]
fn the_workbook_of_a_plan_has_the_recorded_header() {
    let actions = vec![Action { name: "=1".into(), eta: Some(day(2026, 3, 4)), ..Action::default() }];
    let rows = cells(&ActionPlan { actions, ..ActionPlan::default() }.xlsx().expect("written"));
    let header: Vec<String> = rows[0].iter().map(ToString::to_string).collect();
    let expected = "name, description, category, csf_function, priority, status, eta, expiry_date, effort, impact, cost, \
        covered_requirements, associated_evidences, evidence_attachments";
    assert_eq!(header.join(", "), expected);
    assert_eq!((&rows[1][0], &rows[1][6]), (&Data::String("=1".into()), &Data::String("2026-03-04".into())));
}

#[test]
fn cells_that_look_like_formulas_are_marked_as_quoted_text() {
    let mut audit = recorded();
    audit.requirements[1].observation = "=1+1".into();
    let bytes = audit.xlsx().expect("written");
    assert!(part(&bytes, "xl/styles.xml").contains("quotePrefix=\"1\""));
    assert!(!part(&bytes, "xl/worksheets/sheet1.xml").contains("<f>"));
}

#[test]
fn an_audit_comes_back_from_its_workbook() {
    let audit = audit(Language::English);
    let sheet = read_xlsx(&audit.xlsx().expect("written")).expect("read");
    let assessable: Vec<_> = audit.requirements.iter().filter(|requirement| requirement.assessable).collect();
    assert_eq!(sheet.rows.len(), assessable.len());
    for (row, requirement) in sheet.rows.iter().zip(assessable) {
        assert_eq!(row.urn.as_deref(), Some(requirement.urn.as_str()));
        assert_eq!(row.ref_id.as_deref(), Some(requirement.ref_id.as_str()));
        assert_eq!(row.outcome, Some(requirement.outcome));
        assert_eq!(row.finding, requirement.finding);
        assert_eq!(row.progress, requirement.progress);
        assert_eq!(row.score, requirement.score);
        assert_eq!(row.observation.as_deref().unwrap_or_default(), requirement.observation);
    }
}

fn filled_in(headers: &[&str], rows: &[&[&str]]) -> Vec<u8> {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
    xlsx("Any name", headers, &rows).expect("written")
}

#[test]
fn people_may_leave_columns_out_and_write_their_language() {
    let bytes = filled_in(
        &["Notes", "REF_ID", "Compliance_Result", "score"],
        &[&["mine", "A.1", "Partiellement conforme", "3"], &["", "A.2", "compliant", ""], &["a remark", "", "", ""]],
    );
    let sheet = read_xlsx(&bytes).expect("read");
    assert_eq!(sheet.columns, [Column::RefId, Column::Result, Column::Score]);
    assert!(!sheet.has(Column::Observations));
    let told: Vec<_> = sheet.rows.iter().map(|row| (row.row, row.ref_id.as_deref(), row.outcome, row.score)).collect();
    let expected = [
        (2, Some("A.1"), Some(Outcome::PartiallyCompliant), Some(3)),
        (3, Some("A.2"), Some(Outcome::Compliant), None),
    ];
    assert_eq!(told, expected);
}

#[test]
fn everything_wrong_is_told_with_its_row_and_column() {
    let bytes = filled_in(
        &["urn", "ref_id", "compliance_result", "requirement_progress", "score"],
        &[
            &["urn:a", "", "met", "soon", "2.5"],
            &["urn:b", "", "compliant", "", "2"],
            &["urn:b", "", "compliant", "", ""],
            &["", "", "compliant", "", ""],
        ],
    );
    let refused = read_xlsx(&bytes).expect_err("refused");
    let told: Vec<String> = refused.problems.iter().map(ToString::to_string).collect();
    let expected = [
        "Row 2, column compliance_result: “met” is not one of compliant, partially_compliant, non_compliant, \
         not_assessed, not_applicable",
        "Row 2, column requirement_progress: “soon” is not one of to_do, in_progress, in_review, done",
        "Row 2, column score: “2.5” is not a whole number",
        "Row 4: “urn:b” is in row 3 already",
        "Row 5: neither urn nor ref_id",
    ];
    assert_eq!(told, expected);
    assert_eq!(refused.to_string(), expected.join("; "));
}

#[test]
fn what_is_no_audit_is_refused() {
    let problem = |bytes: &[u8]| read_xlsx(bytes).expect_err("refused").problems.remove(0);
    assert_eq!(problem(b""), Problem::NotAWorkbook);
    assert_eq!(problem(b"urn;ref_id\n"), Problem::NotAWorkbook);
    let bytes = recorded().xlsx().expect("written");
    assert_eq!(problem(&bytes[..bytes.len() / 2]), Problem::NotAWorkbook);
    assert_eq!(problem(&filled_in(&["name"], &[&["x"]])), Problem::NoKeyColumn);
    assert_eq!(problem(&filled_in(&["urn", "URN"], &[&["x", "y"]])), Problem::ColumnTwice(Column::Urn));
    assert_eq!(problem(&filled_in(&[], &[])), Problem::NoKeyColumn);
}

#[test]
fn a_small_file_that_would_be_a_large_one_is_refused() {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default()).expect("begun");
    let block = vec![b' '; 1024 * 1024];
    for _ in 0..70 {
        zip.write_all(&block).expect("written");
    }
    let bytes = zip.finish().expect("finished").into_inner();
    assert!(bytes.len() < 200_000);
    assert_eq!(read_xlsx(&bytes).expect_err("refused").problems, [Problem::TooLarge]);
}

/// A workbook whose parts are these, beside those that every workbook has.
fn workbook_of(sheet: &str, strings: &str) -> Vec<u8> {
    use std::io::{Read, Write};
    let whole = filled_in(&["urn"], &[&["x"]]);
    let mut archive = zip::ZipArchive::new(Cursor::new(whole)).expect("an archive");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a part");
        let name = file.name().expect("a name").into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("read");
        let content = match name.as_str() {
            "xl/worksheets/sheet1.xml" => sheet.as_bytes(),
            "xl/sharedStrings.xml" => strings.as_bytes(),
            _ => &content,
        };
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// A sheet of a first row of titles, and what follows.
fn sheet_of(rest: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"{SHEET}\"><sheetData><row r=\"1\">\
         <c r=\"A1\" t=\"inlineStr\"><is><t>urn</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>observations</t></is></c>\
         </row>{rest}</sheetData></worksheet>"
    )
}

fn strings_of(texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    format!("<?xml version=\"1.0\"?><sst xmlns=\"{SHEET}\">{}</sst>", texts.concat())
}

#[test]
fn a_text_that_many_cells_share_is_not_kept_for_each() {
    let rows: Vec<String> = (2..40_000)
        .map(|row| {
            format!(
                "<row r=\"{row}\"><c r=\"A{row}\" t=\"inlineStr\"><is><t>u{row}</t></is></c>\
                 <c r=\"B{row}\" t=\"s\"><v>0</v></c></row>"
            )
        })
        .collect();
    let sheet = sheet_of(&rows.concat());
    let small = read_xlsx(&workbook_of(&sheet, &strings_of(&["seen"]))).expect("read");
    assert_eq!((small.rows.len(), small.rows[0].observation.as_deref()), (39_998, Some("seen")));
    // Forty megabytes for each of forty thousand rows, of a file of a few kilobytes.
    for text in ["x".repeat(40 << 20), "x".repeat(32_000)] {
        let bytes = workbook_of(&sheet, &strings_of(&[&text]));
        assert!(bytes.len() < 1 << 20, "{}", bytes.len());
        assert_eq!(read_xlsx(&bytes).expect_err("refused").problems, [Problem::TooLarge]);
    }
}

#[test]
fn entities_of_a_workbooks_own_stand_for_nothing() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\
                <!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>";
    let row = "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>u</t></is></c>\
               <c r=\"B2\" t=\"inlineStr\"><is><t>-&c;&f;-</t></is></c></row>";
    let sheet = sheet_of(row).replacen("<?xml version=\"1.0\"?>", bomb, 1);
    if let Ok(sheet) = read_xlsx(&workbook_of(&sheet, &strings_of(&[]))) {
        let told = sheet.rows[0].observation.clone().unwrap_or_default();
        assert!(told.len() < 20 && !told.contains("aaa") && !told.contains("root"), "{told}");
    }
}

#[test]
fn a_cell_of_a_million_attributes_takes_no_hours() {
    let many: Vec<String> = (0..400_000).map(|number| format!(" a{number}=\"\"")).collect();
    let many = many.concat();
    for place in ["c", "row"] {
        let row = format!(
            "<row r=\"2\"{}><c{} r=\"A2\"><v>1</v></c></row>",
            if place == "row" { &many } else { "" },
            if place == "c" { &many } else { "" }
        );
        let bytes = workbook_of(&sheet_of(&row), &strings_of(&[]));
        let begun = std::time::Instant::now();
        let _ = read_xlsx(&bytes);
        assert!(begun.elapsed().as_secs() < 20, "{place}: {:?} for {} bytes", begun.elapsed(), bytes.len());
    }
}

#[test]
fn workbooks_for_people_open_in_every_language_whatever_is_in_them() {
    for language in Language::ALL {
        let mut titles = Vec::new();
        for odd in ODD {
            let requirement = maturity::Requirement { text: (*odd).to_owned(), ..maturity::Requirement::default() };
            let section = maturity::Section { name: (*odd).to_owned(), ..maturity::Section::default() };
            let maturity =
                Maturity { language, requirements: vec![requirement], sections: vec![section], ..Maturity::default() };
            let bytes = maturity.xlsx().expect("written");
            let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
            assert_eq!(book.sheet_names().len(), 2);
            let name = book.sheet_names()[1].clone();
            let summary = book.worksheet_range(&name).expect("a sheet");
            // Without a target there is no column for one; of nothing there is no mean.
            assert_eq!(summary.width(), 8);
            assert_eq!(summary.rows().nth(1).map(|row| row[5].clone()), Some(Data::Empty));
            let list = vec![Measure { title: (*odd).to_owned(), ..Measure::default() }];
            titles = cells(&Measures { language, list }.xlsx().expect("written")).remove(0);
        }
        assert_eq!(titles.len(), 9);
    }
}

#[test]
fn measures_are_worded() {
    let measure = Measure {
        identifier: "M.1".into(),
        category: Some(Category::Procedure),
        priority: Some(1),
        status: Some(Standing::Degraded),
        ..Measure::default()
    };
    let row = |language| {
        let bytes = Measures { language, list: vec![measure.clone()] }.xlsx().expect("written");
        cells(&bytes)[1].iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(row(Language::English)[3..6], ["Procedure", "P1", "Degraded"]);
    assert_eq!(row(Language::French)[3..6], ["Procédure", "P1", "Dégradée"]);
    assert_eq!(row(Language::German)[3..6], ["Verfahren", "P1", "Eingeschränkt"]);
    for (standing, code) in Standing::ALL.iter().zip(["to_do", "in_progress", "on_hold", "active"]) {
        assert_eq!(Standing::from_code(code), Some(*standing));
    }
}

#[test]
fn whole_numbers_of_means_are_numbers() {
    let whole = Means { requirements: 3, scored: 2, implementation: Some(2.3), ..Means::default() };
    let bytes = Maturity { whole, target: Some(3.5), ..Maturity::default() }.xlsx().expect("written");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let rows = book.worksheet_range("Summary").expect("a sheet");
    let row: Vec<Data> = rows.rows().nth(1).expect("the whole").to_vec();
    assert_eq!(
        row[3..],
        [Data::Float(3.0), Data::Float(2.0), Data::Empty, Data::Float(2.3), Data::Empty, Data::Float(3.5)]
    );
}

/// A text as a workbook gives it back: line ends made one kind, and nothing where there is only white space.
fn kept(text: &str) -> Option<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    (!text.trim().is_empty()).then_some(text)
}

fn round_trip(text: &str) -> Option<String> {
    let audit = Audit {
        requirements: vec![Requirement { observation: text.to_owned(), ..requirement("1", "n", Outcome::Compliant) }],
        ..Audit::default()
    };
    let mut sheet = read_xlsx(&audit.xlsx().expect("written")).expect("read");
    sheet.rows.remove(0).observation
}

#[test]
fn odd_texts_come_back() {
    for text in ODD.iter().filter(|text| !text.contains('\u{fffe}')) {
        assert_eq!(round_trip(text), kept(text), "{text:?}");
    }
    let long = "é".repeat(30_000);
    assert_eq!(round_trip(&long), Some(long));
    assert_eq!(round_trip(&"é".repeat(40_000)).map(|text| text.chars().count()), Some(32_767));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn texts_come_back(text in "(?s)[^\\x{fffe}\\x{ffff}]{0,200}|[\\x00-\\x7f]{0,80}") {
        prop_assert_eq!(round_trip(&text), kept(&text));
    }

    #[test]
    fn nothing_read_stops_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in 0_usize..4000) {
        prop_assert!(read_xlsx(&bytes).is_err());
        let mut workbook = recorded().xlsx().expect("written");
        let at = at % workbook.len();
        workbook[at] = workbook[at].wrapping_add(1);
        // Whatever came of it, it came back.
        let _ = read_xlsx(&workbook);
    }
}
