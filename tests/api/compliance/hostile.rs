//! Texts that are meant to break whoever writes them down: every document of an audit, and every table, takes them.

use super::files::{at, at_row, audit, row, stage};
use serde_json::json;
use std::io::{Cursor, Read};
use std::time::Instant;

/// Documents and tables of an audit.
const DOCUMENTS: [&str; 13] = [
    "compliance_assessment_csv/",
    "xlsx/",
    "cyfun_xlsx/",
    "action_plan_csv/",
    "action_plan_xlsx/",
    "action_plan_pdf/",
    "word_report/",
    "pdf/",
    "soa_pdf/",
    "soa_docx/",
    "export/",
    "evidences-list/",
    "action-plan/",
];

/// Parts of an archive that are markup, as text.
fn markup(archive: &[u8]) -> Vec<(String, String)> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(archive)) else { return Vec::new() };
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a part");
        let name = file.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("read");
        if matches!(name.rsplit('.').next(), Some("xml" | "rels" | "html")) {
            parts.push((name, String::from_utf8(bytes).expect("text")));
        }
    }
    parts
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_take_whatever_people_write() {
    let (app, domain, framework) = stage("hostile").await;
    let admin = app.admin();
    let name =
        "=cmd|'/C calc'!A0\r\n<script>alert(1)</script>\u{202e}fdp.exe ]]> &bomb; \u{1}\u{8}\u{b}\u{1b}[2J\u{ffff}";
    let shown = json!({ "score": { "auditor": "edit" }, "documentation_score": { "auditor": "edit" } });
    let mut more = json!({ "selected_implementation_groups": ["L1", "L2"], "field_visibility": shown });
    more["description"] = json!(format!("{name} {}", "\u{202e}\u{2066}\u{200f}".repeat(2_000)));
    let id = audit(admin, &name.chars().take(190).collect::<String>(), &domain, &framework, more).await;
    let body = |what: &str| json!({ "name": format!("{what} {name}"), "folder": domain, "description": name });
    let control = admin.post("/api/applied-controls/", body("+")).await.expect(201).id();
    let evidence = admin.post("/api/evidences/", body("@")).await.expect(201).id();
    admin.patch(&format!("/api/applied-controls/{control}/"), json!({ "evidences": [evidence] })).await.expect(200);
    // A word without end; marks that stand on one letter; letters of no width.
    let endless = [
        "W".repeat(1 << 20),
        format!("a{}", "\u{301}".repeat(200_000)),
        "\u{200b}".repeat(200_000),
        "-\n".repeat(50_000),
    ];
    for (requirement, text) in ["1.1", "1.2", "2.1", "2.2"].iter().zip(&endless) {
        let found = json!({ "observation": format!("{name}{text}"), "result": "compliant",
            "applied_controls": [control], "evidences": [evidence] });
        admin.patch(&at_row(&row(admin, &id, requirement).await), found).await.expect(200);
    }
    let tables = ["applied-controls/export_csv/", "applied-controls/export_xlsx/", "applied-controls/mss_xlsx/"];
    let paths = DOCUMENTS.iter().map(|document| at(&id, document)).chain(tables.map(|table| format!("/api/{table}")));
    for path in paths {
        let begun = Instant::now();
        let answer = admin.get(&path).await.expect(200);
        let took = begun.elapsed();
        println!("{path}: {} bytes in {took:?}", answer.bytes.len());
        assert!(took.as_secs() < 60, "{path} took {took:?}");
        if path.ends_with("_csv/") {
            for line in answer.text.lines() {
                let cells = line.split([';', ',']).map(|cell| cell.trim_start_matches(['"', '\u{feff}']));
                assert!(!line.starts_with(['=', '+', '@']), "{path}: {}", line.chars().take(200).collect::<String>());
                let formulas = ["=cmd", "+ =cmd", "@ =cmd"];
                assert!(!cells.into_iter().any(|cell| formulas.iter().any(|begin| cell.starts_with(begin))), "{path}");
            }
        }
        let parts = markup(&answer.bytes);
        let is_office = ["xlsx/", "docx/", "word_report/"].iter().any(|end| path.ends_with(end));
        assert!(!is_office || parts.len() > 3, "{path} is no whole workbook or document");
        for (part, text) in parts {
            let odd =
                |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}');
            assert!(!text.contains(odd), "{path}: {part} holds what XML cannot");
            assert!(!text.contains("<script") && !text.contains("&bomb;"), "{path}: {part}");
        }
    }
    app.stop().await;
}
