//! Evidence as an object: its life, its states, who sees it.

use blackbox::{ADMIN, TestApp};
use chrono::TimeDelta;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn an_evidence_has_a_revision_from_the_first_moment() {
    let app = TestApp::start().await;
    let folder = app.domain("Ours", None).await;
    let body = json!({ "name": "Review", "folder": folder, "link": "https://example.org/a", "attachment": null });
    let made = app.admin().post("/api/evidences/", body).await.expect(201);
    assert_eq!(made.json["status"], "draft");
    assert_eq!((&made.json["link"], &made.json["attachment"]), (&json!("https://example.org/a"), &Value::Null));
    assert_eq!(made.json.get("is_published"), None, "not in the write shape");
    let path = format!("/api/evidences/{}/", made.id());
    let read = app.admin().get(&path).await.expect(200).json;
    assert_eq!((&read["status"], &read["link"]), (&json!("Draft"), &json!("https://example.org/a")));
    assert_eq!((&read["is_published"], &read["size"]), (&json!(true), &Value::Null));
    let revisions =
        app.admin().get(&format!("/api/evidence-revisions/?evidence={}", made.id())).await.expect(200).rows();
    assert_eq!(revisions.len(), 1);
    assert_eq!((&revisions[0]["str"], &revisions[0]["version"]), (&json!("Review v1"), &json!(1)));
    assert_eq!((&revisions[0]["link"], &revisions[0]["folder"]["id"]), (&read["link"], &json!(folder)));

    // A link that is written later is the latest revision's too.
    let link = |link: Value| json!({ "link": link });
    app.admin().patch(&path, link(json!("javascript:alert(1)"))).await.expect(400);
    app.admin().patch(&path, link(json!("https://example.org/b"))).await.expect(200);
    app.admin().patch(&path, json!({ "description": "as it was" })).await.expect(200);
    assert_eq!(app.admin().get(&path).await.expect(200).json["link"], "https://example.org/b");
    let shown = app.admin().patch(&path, link(Value::Null)).await.expect(200).json;
    assert_eq!(shown["link"], Value::Null);

    let again = app.admin().post("/api/evidences/", json!({ "name": "REVIEW", "folder": folder })).await.expect(400);
    let taken = "REVIEW is already used in this scope. Please choose another value.";
    assert_eq!(again.json, json!({ "name": taken }));
    let statuses = app.admin().get("/api/evidences/status/").await.expect(200).json;
    assert_eq!(statuses.as_object().map(serde_json::Map::len), Some(6));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_brings_the_file_along() {
    let app = TestApp::start().await;
    let folder = app.domain("Ours", None).await;
    let file = |name: &str, bytes: &[u8]| Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    let form = Form::new().text("name", "With a file").part("attachment", file("a.txt", b"hello"));
    let form = form.text("folder", folder.clone()).part("unknown", file("b.txt", b"ignored"));
    let made = app.admin().send(app.admin().request("POST", "/api/evidences/").multipart(form)).await.expect(201);
    assert_eq!(made.json["attachment"], "/a.txt");
    let path = format!("/api/evidences/{}/", made.id());
    let read = app.admin().get(&path).await.expect(200).json;
    assert_eq!((&read["attachment"], &read["size"]), (&json!("/a.txt"), &json!("5 B")));
    assert_eq!(app.admin().get(&format!("{path}attachment/")).await.expect(200).text, "hello");

    let form = Form::new().part("attachment", file("c.txt", b"changed"));
    app.admin().send(app.admin().request("PATCH", &path).multipart(form)).await.expect(200);
    assert_eq!(app.admin().get(&format!("{path}attachment/")).await.expect(200).text, "changed");
    // A form whose file was not chosen sends an empty part without a name.
    let form = Form::new().text("name", "None chosen").text("folder", folder.clone()).part("attachment", file("", b""));
    let made = app.admin().send(app.admin().request("POST", "/api/evidences/").multipart(form)).await.expect(201);
    assert_eq!(made.json["attachment"], Value::Null);

    for (name, bytes, sentence) in [
        ("empty.txt", &b""[..], "The submitted file is empty."),
        ("page.html", b"<p>", "Unsupported file extension '.html'."),
    ] {
        let form =
            Form::new().text("name", "Refused").text("folder", folder.clone()).part("attachment", file(name, bytes));
        let answer = app.admin().send(app.admin().request("POST", "/api/evidences/").multipart(form)).await.expect(400);
        let told = answer.json["attachment"][0].as_str().unwrap_or_default();
        assert!(told.starts_with(sentence), "{}", answer.text);
    }
    assert_eq!(app.admin().get("/api/evidences/?search=refused").await.expect(200).json["count"], 0);
    // A body that is refused for another reason leaves no file.
    let form = Form::new().text("folder", folder).part("attachment", file("a.txt", b"nameless"));
    app.admin().send(app.admin().request("POST", "/api/evidences/").multipart(form)).await.expect(400);
    super::evidence_files::stored(&app, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_files_become_many_evidences_or_none() {
    let app = TestApp::start().await;
    let folder = app.domain("Ours", None).await;
    let send = async |names: &[&str]| {
        let mut form = Form::new().text("folder", folder.clone()).text("status", "approved");
        for name in names {
            form = form.part("files", Part::bytes(name.as_bytes().to_vec()).file_name((*name).to_owned()));
        }
        app.admin().send(app.admin().request("POST", "/api/evidences/batch-upload/").multipart(form)).await
    };
    let made = send(&["one.txt", "two.PDF"]).await.expect(200).json;
    assert_eq!((&made["created"], &made["evidences"][1]["name"]), (&json!(2), &json!("two")));
    let one = made["evidences"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(app.admin().get(&format!("/api/evidences/{one}/attachment/")).await.expect(200).text, "one.txt");
    assert_eq!(app.admin().get(&format!("/api/evidences/{one}/")).await.expect(200).json["status"], "Approved");
    send(&["three.txt", "one.md"]).await.expect(400);
    send(&["four.txt", "five.exe"]).await.expect(400);
    send(&[]).await.expect(400);
    assert_eq!(app.admin().get("/api/evidences/").await.expect(200).json["count"], 2);
    super::evidence_files::stored(&app, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_past_its_day_expires() {
    let app = TestApp::start().await;
    let make = async |name: &str, day: Value, status: &str| {
        let body = json!({ "name": name, "expiry_date": day, "status": status });
        format!("/api/evidences/{}/", app.admin().post("/api/evidences/", body).await.expect(201).id())
    };
    let last = make("Last day", json!("2026-11-25"), "approved").await;
    let past = make("Past", json!("2026-11-23"), "draft").await;
    let never = make("Never", Value::Null, "approved").await;
    let status = async |path: &str| app.admin().get(path).await.expect(200).json["status"].clone();
    let expire = async || {
        let ctx = app.program().iam.program("expiry").await.expect("a context");
        grc::compliance::expire(&ctx).await.expect("looked through")
    };
    assert_eq!(status(&past).await, "Draft", "a day that is past changes nothing at once");
    assert_eq!(expire().await, 1);
    assert_eq!((status(&past).await, status(&last).await), (json!("Expired"), json!("Approved")));
    app.wait(TimeDelta::days(1));
    assert_eq!(expire().await, 0, "the last day is not over yet");
    app.wait(TimeDelta::days(1));
    let again = app.sign_in(ADMIN).await;
    assert_eq!((expire().await, expire().await), (1, 0));
    let shown = async |path: &str| again.get(path).await.expect(200).json["status"].clone();
    assert_eq!((shown(&last).await, shown(&never).await), (json!("Expired"), json!("Approved")));
    let log = again.get("/api/audit-log/?resource=evidences&action=update").await.expect(200);
    assert!(log.text.contains("expiry"), "the log says who did it: {}", log.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_and_parts_are_shown_as_far_as_they_may_be_seen() {
    let app = TestApp::start().await;
    let ours = app.domain("Ours", None).await;
    let theirs = app.domain("Theirs", None).await;
    let mut actors = Vec::new();
    for (name, folder) in [("Seen", &ours), ("Hidden", &theirs)] {
        app.admin().post("/api/teams/", json!({ "name": name, "folder": folder })).await.expect(201);
        let found = app.admin().get(&format!("/api/actors/?search={name}")).await.expect(200).rows();
        actors.push(found[0]["id"].clone());
    }
    let make = async |name: &str, folder: &str| {
        let body = json!({ "name": name, "folder": folder, "owner": actors });
        app.admin().post("/api/evidences/", body).await.expect(201).id()
    };
    let (mine, other) = (make("Mine", &ours).await, make("Other", &theirs).await);
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
    let owners = analyst.get("/api/evidences/owner/").await.expect(200).json;
    assert_eq!(owners, json!([{ "id": actors[0], "str": "Seen" }]));
    for rest in ["", "attachment/", "object/", "cascade-info/"] {
        let hidden = analyst.get(&format!("/api/evidences/{other}/{rest}")).await.expect(404);
        assert_eq!(hidden.json["detail"], "No Evidence matches the given query.");
    }
    let upload = |id: &str| {
        let request = analyst.request("POST", &format!("/api/evidences/{id}/upload/"));
        request.header("content-disposition", "attachment; filename=a.txt").body("mine")
    };
    analyst.send(upload(&mine)).await.expect(200);
    analyst.send(upload(&other)).await.expect(404);
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    assert_eq!(reader.get(&format!("/api/evidences/{mine}/attachment/")).await.expect(200).text, "mine");
    let request = reader.request("POST", &format!("/api/evidences/{mine}/upload/"));
    let request = request.header("content-disposition", "attachment; filename=a.txt").body("theirs");
    reader.send(request).await.expect(403);
    super::evidence_files::stored(&app, 1).await;

    // A revision moves with its evidence, so rights do too.
    let revision =
        analyst.get(&format!("/api/evidence-revisions/?evidence={mine}")).await.expect(200).rows()[0].clone();
    let path = format!("/api/evidence-revisions/{}/", revision["id"].as_str().expect("an id"));
    app.admin().patch(&format!("/api/evidences/{mine}/"), json!({ "folder": theirs })).await.expect(200);
    analyst.get(&path).await.expect(404);
    assert_eq!(app.admin().get(&path).await.expect(200).json["folder"]["id"], json!(theirs));
}
