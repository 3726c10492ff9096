//! Audits on paper, in archives and in workbooks that come back.

use super::evidence_files::upload;
use super::files::{at, at_row, audit, row, stage};
use blackbox::{Actor, Answer, TestApp};
use serde_json::{Value, json};
use std::io::{Cursor, Read, Write};

/// An audit of which 1.1 is partly met, with a control and evidence that has a file; 2.1 is met.
async fn recorded(name: &str) -> (TestApp, String, String) {
    let (app, domain, framework) = stage(name).await;
    let admin = app.admin();
    let more = json!({ "selected_implementation_groups": ["L1", "L2"], "description": "Why we look" });
    let id = audit(admin, "Yearly", &domain, &framework, more).await;
    let body = json!({ "name": "Badge readers", "folder": domain, "is_published": false, "eta": "2031-02-03" });
    let control = admin.post("/api/applied-controls/", body).await.expect(201).id();
    let body = json!({ "name": "Guest list", "folder": domain, "is_published": false });
    let evidence = admin.post("/api/evidences/", body).await.expect(201).id();
    let path = format!("/api/evidences/{evidence}/upload/");
    upload(admin, &path, "attachment; filename=guests.txt", b"Anna, Berta").await.expect(200);
    let first = json!({ "result": "partially_compliant", "extended_result": "minor_nonconformity", "status": "in_review",
                        "observation": "two guests\nwithout a badge", "applied_controls": [control], "evidences": [evidence] });
    admin.patch(&at_row(&row(admin, &id, "1.1").await), first).await.expect(200);
    let third = json!({ "result": "compliant", "status": "done" });
    admin.patch(&at_row(&row(admin, &id, "2.1").await), third).await.expect(200);
    (app, id, domain)
}

/// What is in a part of an archive.
fn part(archive: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let mut text = String::new();
    archive.by_name(name).unwrap_or_else(|error| panic!("{name}: {error}")).read_to_string(&mut text).expect("text");
    text
}

fn parts(archive: &[u8]) -> Vec<String> {
    let archive = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let mut names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    names.sort();
    names
}

/// The workbook with other words in its cells.
fn with_words(workbook: &[u8], words: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in parts(workbook) {
        let mut text = part(workbook, &name);
        if name == "xl/sharedStrings.xml" {
            for (old, new) in words {
                assert!(text.contains(old), "{old} is in the workbook");
                text = text.replace(old, new);
            }
        }
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

async fn import(who: &Actor, id: &str, query: &str, workbook: Vec<u8>) -> Answer {
    who.upload(&at(id, &format!("import_xlsx/{query}")), "audit.xlsx", workbook).await
}

fn named(answer: &Answer) -> &str {
    answer.header("content-disposition").expect("a name")
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_open_and_hold_what_was_found() {
    let (app, id, _) = recorded("doc").await;
    let admin = app.admin();
    for (view, end) in [("word_report/", "Yearly.docx"), ("soa_docx/", "Yearly-soa.docx")] {
        let answer = admin.get(&at(&id, view)).await.expect(200);
        let mime = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        assert_eq!(answer.header("content-type"), Some(mime));
        assert!(named(&answer).contains(end), "{}", named(&answer));
        let text = part(&answer.bytes, "word/document.xml");
        for word in ["Yearly", "Framework doc", "Ours", "Req 1.1", "two guests", "Badge readers", "Guest list"] {
            assert!(text.contains(word), "{view} holds {word}");
        }
        assert!(!text.contains("Req 2.2"), "{view}: what is in no selected group is not shown");
    }
    for view in ["pdf/", "soa_pdf/", "action_plan_pdf/"] {
        let answer = admin.get(&at(&id, view)).await.expect(200);
        assert_eq!(answer.header("content-type"), Some("application/pdf"));
        assert!(named(&answer).contains(".pdf"));
        assert!(answer.bytes.starts_with(b"%PDF-") && answer.bytes.len() > 5_000, "{view}: {}", answer.bytes.len());
        assert!(answer.bytes.trim_ascii_end().ends_with(b"%%EOF"), "{view} is whole");
    }
    let french = admin.request("GET", &at(&id, "word_report/")).header("accept-language", "fr");
    let french = part(&admin.send(french).await.expect(200).bytes, "word/document.xml");
    assert!(french.contains("Exigence 2.1") && french.contains("Partiellement conforme"), "in the reader's language");

    let csv = admin.get(&at(&id, "compliance_assessment_csv/")).await.expect(200);
    assert!(csv.text.starts_with("\u{feff}urn;ref_id;name;") && csv.text.contains("\"two guests\nwithout a badge\""));
    let sheet = admin.get(&at(&id, "xlsx/")).await.expect(200);
    assert!(named(&sheet).contains("Yearly.xlsx"));
    assert!(part(&sheet.bytes, "xl/workbook.xml").contains("name=\"Sheet1\""));
    assert!(part(&sheet.bytes, "xl/sharedStrings.xml").contains("requirement_progress"));
    let plan = admin.get(&at(&id, "action_plan_csv/")).await.expect(200);
    assert!(plan.text.starts_with("\u{feff}Name,Description,"), "{}", plan.text);
    assert!(plan.text.contains("Badge readers") && plan.text.contains("2031-02-03"), "{}", plan.text);
    let plan = admin.get(&at(&id, "action_plan_xlsx/")).await.expect(200);
    assert!(part(&plan.bytes, "xl/sharedStrings.xml").contains("Badge readers"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_holds_the_files_that_its_reader_sees() {
    let (app, id, domain) = recorded("zip").await;
    let admin = app.admin();
    let answer = admin.get(&at(&id, "export/")).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    assert!(named(&answer).contains("Yearly-Framework zip-20") && named(&answer).contains(".zip"));
    assert_eq!(parts(&answer.bytes), ["evidences/guests.txt", "index.html"]);
    assert_eq!(part(&answer.bytes, "evidences/guests.txt"), "Anna, Berta");
    let page = part(&answer.bytes, "index.html");
    assert!(page.contains("evidences/guests.txt") && page.contains("Guest list") && page.contains("Req 1.1"));

    // Two files of one name are two files, and a control's evidence proves as well.
    let body = json!({ "name": "Second list", "folder": domain, "is_published": false });
    let second = admin.post("/api/evidences/", body).await.expect(201).id();
    let large = vec![b'x'; 3_000_000];
    let path = format!("/api/evidences/{second}/upload/");
    upload(admin, &path, "attachment; filename=Guests.txt", &large).await.expect(200);
    let control = admin.get("/api/applied-controls/").await.expect(200).rows()[0]["id"].clone();
    let path = format!("/api/applied-controls/{}/", control.as_str().expect("an id"));
    admin.patch(&path, json!({ "evidences": [second] })).await.expect(200);
    let answer = admin.get(&at(&id, "export/")).await.expect(200);
    assert_eq!(parts(&answer.bytes), ["evidences/2-Guests.txt", "evidences/guests.txt", "index.html"]);
    assert!(part(&answer.bytes, "evidences/2-Guests.txt").into_bytes() == large);
    assert!(part(&answer.bytes, "index.html").contains("evidences/2-Guests.txt"));

    let theirs = app.domain("Theirs", None).await;
    let framework = admin.get(&at(&id, "")).await.expect(200).json["framework"]["id"].clone();
    let framework = framework.as_str().expect("an id");
    let open = audit(admin, "Open", &theirs, framework, json!({})).await;
    let links = json!({ "evidences": [second], "applied_controls": [control], "observation": "seen" });
    admin.patch(&at_row(&row(admin, &open, "1.1").await), links).await.expect(200);
    let reader = app.person("sibling@example.org", Some("Theirs - Reader")).await;
    let answer = reader.get(&at(&open, "export/")).await.expect(200);
    assert_eq!(parts(&answer.bytes), ["index.html"]);
    let page = part(&answer.bytes, "index.html");
    assert!(page.contains("seen") && !page.contains("Second list") && !page.contains("Badge"), "{page}");
    let report = part(&reader.get(&at(&open, "word_report/")).await.expect(200).bytes, "word/document.xml");
    assert!(report.contains("seen") && !report.contains("Second list") && !report.contains("Badge"));
    for view in ["export/", "word_report/", "pdf/", "soa_pdf/", "soa_docx/", "action_plan_pdf/", "xlsx/"] {
        reader.get(&at(&id, view)).await.expect(404);
    }
    let workbook = admin.get(&at(&id, "xlsx/")).await.expect(200).bytes;
    import(&reader, &id, "", workbook.clone()).await.expect(404);
    import(&reader, &open, "", workbook).await.expect(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_comes_back() {
    let (app, id, _) = recorded("back").await;
    let admin = app.admin();
    let workbook = admin.get(&at(&id, "xlsx/")).await.expect(200).bytes;
    let answer = import(admin, &id, "", workbook.clone()).await.expect(200).json;
    assert_eq!(answer, json!({ "dry_run": false, "updated": 0, "unchanged": 3, "rows": [] }));

    let path = at_row(&row(admin, &id, "1.1").await);
    let changed = with_words(&workbook, &[("without a badge", "with a badge"), ("in_review", "In progress")]);
    let told = json!([{ "row": 3, "urn": "urn:test:risk:req_node:back:1.1", "ref_id": "1.1", "changes": {
        "observation": ["two guests\nwithout a badge", "two guests\nwith a badge"], "status": ["in_review", "in_progress"] } }]);
    let dry = import(admin, &id, "?dry_run=true", changed.clone()).await.expect(200).json;
    assert_eq!(dry, json!({ "dry_run": true, "updated": 1, "unchanged": 2, "rows": told }));
    import(admin, &id, "?dry_run=perhaps", changed.clone()).await.expect(400);
    let before = admin.get(&path).await.expect(200).json;
    assert_eq!(before["observation"], "two guests\nwithout a badge", "a dry run keeps nothing, nor does one in doubt");
    let done = import(admin, &id, "", changed).await.expect(200).json;
    assert_eq!((&done["updated"], &done["rows"]), (&json!(1), &told));
    let after = admin.get(&path).await.expect(200).json;
    assert_eq!((&after["observation"], &after["status"]), (&json!("two guests\nwith a badge"), &json!("in_progress")));
    assert_eq!(after["evidences"], before["evidences"], "what no column is about stays");

    // The old workbook again: its words are the newer ones now.
    import(admin, &id, "", workbook.clone()).await.expect(200);
    assert_eq!(admin.get(&path).await.expect(200).json["status"], "in_review");

    let scored = json!({ "field_visibility": { "score": { "auditor": "edit" }, "is_scored": { "auditor": "edit" } } });
    admin.patch(&at(&id, ""), scored).await.expect(200);
    admin.patch(&path, json!({ "score": 3, "is_scored": true })).await.expect(200);
    let with_score = admin.get(&at(&id, "xlsx/")).await.expect(200).bytes;
    admin.patch(&path, json!({ "score": 1 })).await.expect(200);
    let answer = import(admin, &id, "", with_score).await.expect(200).json;
    assert_eq!(answer["rows"][0]["changes"], json!({ "score": [1, 3] }));
    assert_eq!(admin.get(&path).await.expect(200).json["score"], 3);

    admin.patch(&at(&id, ""), json!({ "is_locked": true })).await.expect(200);
    let refused = import(admin, &id, "", workbook).await.expect(400).json;
    assert!(refused["non_field_errors"][0].as_str().expect("a sentence").contains("locked"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_is_taken_whole_or_not_at_all() {
    let (app, id, _) = recorded("bad").await;
    let admin = app.admin();
    let workbook = admin.get(&at(&id, "xlsx/")).await.expect(200).bytes;
    let path = at_row(&row(admin, &id, "1.1").await);
    let before = admin.get(&path).await.expect(200).json;
    let problem = |answer: &Value| (answer["problems"][0]["row"].clone(), answer["problems"][0]["column"].clone());

    let bad_cell = with_words(&workbook, &[("in_review", "soon"), ("without a badge", "changed")]);
    let refused = import(admin, &id, "", bad_cell).await.expect(400).json;
    assert_eq!(problem(&refused), (json!(3), json!("requirement_progress")), "{refused}");
    assert!(refused["problems"][0]["detail"].as_str().expect("a sentence").contains("“soon”"), "{refused}");

    // A rule of rows: nothing good about what is partly met. 2.1 would have changed.
    let against = with_words(&workbook, &[("minor_nonconformity", "good_practice"), ("done", "in_progress")]);
    for query in ["", "?dry_run=true"] {
        let refused = import(admin, &id, query, against.clone()).await.expect(400).json;
        assert_eq!(problem(&refused), (json!(3), json!("extended_result")), "{refused}");
    }
    let third = admin.get(&at_row(&row(admin, &id, "2.1").await)).await.expect(200).json;
    assert_eq!(third["status"], "done", "what would have been fine went with the rest");

    let unknown = with_words(&workbook, &[("req_node:bad:1.2", "req_node:bad:9.9"), ("without a badge", "changed")]);
    let refused = import(admin, &id, "", unknown).await.expect(400).json;
    assert_eq!(problem(&refused), (json!(4), json!("urn")), "{refused}");
    let refused = import(admin, &id, "", b"no workbook".to_vec()).await.expect(400).json;
    assert_eq!(refused["error"], "invalidWorkbook");
    assert_eq!(admin.get(&path).await.expect(200).json, before);
}
