//! Files that are uploaded are stored and loaded in one step.

use super::files::{UPLOAD, control, dependent, small};
use blackbox::TestApp;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_small_framework_becomes_rows() {
    let app = TestApp::start().await;
    let admin = app.admin();
    let row = admin.upload(UPLOAD, "a.yaml", small("alpha", 1)).await.expect(201).json;
    assert_eq!((&row["is_loaded"], &row["is_update"]), (&json!(true), &json!(false)), "{row}");
    assert_eq!(row["objects_meta"], json!({ "framework": 1, "reference_controls": 2, "threats": 1 }));
    assert_eq!(row["locales"], json!(["en", "fr"]));
    let loaded = admin.get("/api/loaded-libraries/?urn=urn:test:risk:library:alpha").await.expect(200).rows();
    assert_eq!(row["loaded_library"], loaded[0]["id"]);

    let frameworks = admin.get("/api/frameworks/?urn=urn:test:risk:framework:alpha").await.expect(200).rows();
    let framework = &frameworks[0];
    assert_eq!(framework["name"], "Framework alpha");
    assert_eq!(framework["library"]["str"], "alpha - Library alpha");
    let id = framework["id"].as_str().expect("an id");
    let nodes = admin.get(&format!("/api/requirement-nodes/?framework={id}")).await.expect(200).rows();
    let shown: Vec<&str> = nodes.iter().map(|node| node["display_long"].as_str().expect("text")).collect();
    assert_eq!(shown, ["1 - Section 1", "1.1 - First: What is first", "1.2: No name", "2 - Section 2", "2.1 - Last"]);
    assert_eq!(nodes[2]["reference_controls"][0]["str"], "RC1 - Control one alpha");
    assert_eq!(nodes[1]["implementation_groups"], json!(["L1"]));
    assert_eq!(nodes[1]["threats"].as_array().map(Vec::len), Some(1));
    let node = nodes[1]["id"].as_str().expect("an id");
    let questions = admin.get(&format!("/api/questions/?requirement_node={node}")).await.expect(200).rows();
    assert_eq!(questions.len(), 2);
    assert_eq!(questions[0]["choices"].as_array().map(Vec::len), Some(2));
    assert_eq!(nodes[1]["questions"]["urn:test:risk:req_node:alpha:1.1:question:1"]["choices"][0]["add_score"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn multipart_is_taken_as_well() {
    let app = TestApp::start().await;
    for (kind, name) in [("multipart/form-data", "multi"), ("Multipart/Form-Data", "other")] {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.yml\"\r\n\r\n{}\r\n--x--\r\n",
            control(name)
        );
        let request = app.admin().request("POST", UPLOAD).header("content-type", format!("{kind}; boundary=x"));
        let row = app.admin().send(request.body(body)).await.expect(201).json;
        assert_eq!(row["urn"], format!("urn:test:risk:library:{name}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_those_of_the_contract() {
    let app = TestApp::start().await;
    let admin = app.admin();
    admin.upload(UPLOAD, "a.yaml", small("alpha", 2)).await.expect(201);
    let empty_objects = "urn: urn:test:risk:library:x\nname: X\nversion: 1\n";
    let no_version = "urn: urn:test:risk:library:x\nname: X\nobjects: {threats: []}\n";
    for (name, content, status, error) in [
        ("a.yaml", small("alpha", 2), 422, "libraryAlreadyLoadedError"),
        ("a.yaml", small("alpha", 1), 422, "libraryOutdatedError"),
        ("a.yaml", "just a text".into(), 400, "invalidLibraryFileError"),
        ("a.yaml", "a: [".into(), 400, "invalidLibraryFileError"),
        ("a.txt", small("beta", 1), 400, "invalidLibraryFileError"),
        ("a.yaml", String::new(), 400, "noFileDetected"),
        ("a.yaml", empty_objects.into(), 422, "Failed to store library content."),
        ("a.yaml", no_version.into(), 422, "Failed to store library content."),
        ("a.xlsx", "no workbook".into(), 400, "invalidExcelFile"),
        ("a.yaml", "a: \u{0}".into(), 400, "invalidFileFormat"),
    ] {
        let answer = admin.upload(UPLOAD, name, content).await.expect(status);
        assert_eq!(answer.json["error"], error, "{}", answer.text);
    }
    let excel = admin.upload(UPLOAD, "a.xlsx", "x").await.expect(400);
    assert_eq!(excel.json["detail"], "Invalid Excel file format");
    let unnamed = admin.send(admin.request("POST", UPLOAD).body("x")).await.expect(400);
    let sentence = "Missing filename. Request should include a Content-Disposition header with a filename parameter.";
    assert_eq!(unnamed.json, json!({ "detail": sentence }));
    let missing = admin.upload(UPLOAD, "d.yaml", dependent("delta", "nowhere")).await.expect(422);
    let detail = "ERROR: Stored Library with URN urn:test:risk:library:nowhere does not exist";
    assert_eq!(missing.json, json!({ "error": "libraryLoadFailed", "detail": detail }));
    let node = small("gamma", 1).replace("urn: \"urn:test:risk:req_node:gamma:s2\", ", "");
    let answer = admin.upload(UPLOAD, "g.yaml", node).await.expect(422);
    assert_eq!(answer.json["error"], "libraryLoadFailed");
    let detail = answer.json["detail"].as_str().unwrap_or_default();
    assert!(detail.starts_with("[FRAMEWORK_ERROR]"), "{detail}");
    // Names of the root folder are obeyed.
    let taken = small("other", 1).replace("T1-other", "T1-alpha").replace("Threat other", "threat ALPHA");
    let answer = admin.upload(UPLOAD, "o.yaml", taken).await.expect(422);
    let taken = |name: &str| format!("{name} is already used in this scope. Please choose another value.");
    assert_eq!(answer.json["detail"], json!({ "ref_id": taken("T1-alpha"), "name": taken("threat ALPHA") }));
    // Nothing of what was refused remains.
    let rows = admin.get("/api/stored-libraries/?packager=tests").await.expect(200).rows();
    let urns: Vec<&Value> = rows.iter().map(|row| &row["urn"]).collect();
    assert_eq!(urns, ["urn:test:risk:library:alpha"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_load_for_everybody_may_upload() {
    let app = TestApp::start().await;
    app.domain("Ours", None).await;
    let manager = app.person("manager@example.org", Some("Ours - Domain manager")).await;
    manager.upload(UPLOAD, "a.yaml", small("alpha", 1)).await.expect(403);
    assert_eq!(app.admin().get("/api/stored-libraries/?packager=tests").await.expect(200).json["count"], 0);
    app.admin().upload(UPLOAD, "a.yaml", small("alpha", 1)).await.expect(201);
    let seen = manager.get("/api/frameworks/?urn=urn:test:risk:framework:alpha").await.expect(200).rows();
    assert_eq!(seen.len(), 1, "what is loaded is for everybody");
}
