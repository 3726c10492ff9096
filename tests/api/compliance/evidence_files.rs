//! Files of evidence: in, out, replaced, gone; and what is on the disk meanwhile.

use blackbox::{Actor, Answer, TestApp};
use chrono::TimeDelta;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// Files in the store, finished or not.
pub(super) fn on_disk(app: &TestApp) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in std::fs::read_dir(app.folder().join("blobs")).into_iter().flatten().flatten() {
        files.extend(std::fs::read_dir(folder.path()).into_iter().flatten().flatten().map(|entry| entry.path()));
    }
    files
}

/// Waits until there are so many: removal happens after the answer.
pub(super) async fn stored(app: &TestApp, number: usize) {
    for _ in 0..200 {
        if on_disk(app).len() == number {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(on_disk(app).len(), number, "{:?}", on_disk(app));
}

/// Sends a file as the whole body.
pub(super) async fn upload(actor: &Actor, path: &str, disposition: &str, bytes: &[u8]) -> Answer {
    let request = actor.request("POST", path).header("content-disposition", disposition).body(bytes.to_vec());
    actor.send(request).await
}

/// A new evidence without a file; its path.
pub(super) async fn evidence(app: &TestApp, name: &str) -> String {
    format!("/api/evidences/{}/", app.admin().post("/api/evidences/", json!({ "name": name })).await.expect(201).id())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_back_as_it_went_in_and_replaces_the_one_before() {
    let app = TestApp::start().await;
    let path = evidence(&app, "E").await;
    let (up, down) = (format!("{path}upload/"), format!("{path}attachment/"));
    upload(app.admin(), &up, "attachment; filename=\"a.txt\"", b"hello").await.expect(200);
    let answer = app.admin().get(&down).await.expect(200);
    assert_eq!(answer.text, "hello");
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=a.txt"));
    assert_eq!(answer.header("content-length"), Some("5"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    // Upstream loses the second one.
    for (number, text) in ["second", "third"].iter().enumerate() {
        let disposition = format!("attachment;filename=caf%C3%A9-{number}.txt");
        upload(app.admin(), &up, &disposition, text.as_bytes()).await.expect(200);
        let answer = app.admin().get(&down).await.expect(200);
        assert_eq!(answer.text, *text);
        let expected = format!("attachment; filename=\"caf_-{number}.txt\"; filename*=UTF-8''caf%C3%A9-{number}.txt");
        assert_eq!(answer.header("content-disposition"), Some(expected.as_str()));
    }
    assert_eq!(app.admin().get(&path).await.expect(200).json["attachment"], "/café-1.txt");
    stored(&app, 1).await;
    // Names are each revision's own: another evidence may have a file of the same name.
    let other = evidence(&app, "Other").await;
    upload(app.admin(), &format!("{other}upload/"), "attachment; filename=caf%C3%A9-1.txt", b"other").await.expect(200);
    assert_eq!(app.admin().get(&other).await.expect(200).json["attachment"], "/café-1.txt");
    assert_eq!(app.admin().get(&down).await.expect(200).text, "third");
    // Multipart as well.
    let part = reqwest::multipart::Part::bytes(b"from a form".to_vec()).file_name("f.md");
    let form = reqwest::multipart::Form::new().part("file", part);
    app.admin().send(app.admin().request("POST", &up).multipart(form)).await.expect(200);
    let form =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"g.md\"\r\n\r\nin capitals\r\n--x--\r\n";
    let request = app.admin().request("POST", &up).header("content-type", "Multipart/Form-Data; boundary=x");
    app.admin().send(request.body(form)).await.expect(200);
    assert_eq!(app.admin().get(&down).await.expect(200).header("content-type"), Some("text/markdown"));
    app.admin().put(&up, json!({})).await.expect(405);
    stored(&app, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_files_pass_through() {
    let app = TestApp::start().await;
    let path = evidence(&app, "E").await;
    let large: Vec<u8> = (0..26_u32 * 1024 * 1024).map(|at| b'a' + u8::try_from(at / 1000 % 26).unwrap_or(0)).collect();
    let part = reqwest::multipart::Part::bytes(large.clone()).file_name("large.csv");
    let form = reqwest::multipart::Form::new().part("attachment", part);
    upload(app.admin(), &format!("{path}upload/"), "attachment; filename=large.csv", &large).await.expect(200);
    let answer = app.admin().get(&format!("{path}attachment/")).await.expect(200);
    assert!(answer.text.as_bytes() == large, "{} bytes came back", answer.text.len());
    assert_eq!(app.admin().get(&path).await.expect(200).json["size"], "26 MB");
    app.admin().send(app.admin().request("PATCH", &path).multipart(form)).await.expect(200);
    let head = app.admin().call("HEAD", &format!("{path}attachment/")).await.expect(200);
    assert_eq!(head.text, "");
    stored(&app, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_a_file_acts_on_whoever_opens_it() {
    let app = TestApp::start().await;
    let path = evidence(&app, "E").await;
    for (name, inline, kind) in [
        ("a.svg", false, "image/svg+xml"),
        ("a.xml", false, "application/xml"),
        ("a.docx", false, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.png", true, "image/png"),
        ("a.md", true, "text/plain; charset=utf-8"),
        ("a.pdf", true, "application/pdf"),
    ] {
        let disposition = format!("attachment; filename={name}");
        upload(app.admin(), &format!("{path}upload/"), &disposition, b"<script>alert(1)</script>").await.expect(200);
        let answer = app.admin().get(&format!("{path}attachment/?inline=1")).await.expect(200);
        assert_eq!(answer.header("content-type"), Some(kind), "{name}");
        let how = answer.header("content-disposition").unwrap_or_default();
        assert!(how.starts_with(if inline { "inline" } else { "attachment" }), "{name}: {how}");
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'"), "{name}: {policy}");
        assert_eq!(policy.contains("sandbox"), name != "a.pdf", "{name}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{name}");
        let kept = app.admin().get(&format!("{path}attachment/")).await.expect(200);
        assert!(kept.header("content-disposition").is_some_and(|how| how.starts_with("attachment")), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_with_what_they_belong_to() {
    let app = TestApp::start().await;
    let folder = app.domain("Ours", None).await;
    let below = app.domain("Below", Some(&folder)).await;
    let make = async |name: &str, folder: &str| {
        let body = json!({ "name": name, "folder": folder });
        let id = app.admin().post("/api/evidences/", body).await.expect(201).id();
        upload(app.admin(), &format!("/api/evidences/{id}/upload/"), "attachment; filename=a.txt", b"x")
            .await
            .expect(200);
        let revision = app.admin().post("/api/evidence-revisions/", json!({ "evidence": id })).await.expect(201).id();
        let path = format!("/api/evidence-revisions/{revision}/upload/");
        upload(app.admin(), &path, "attachment; filename=b.txt", b"y").await.expect(200);
        (id, revision)
    };
    let (one, revision) = make("One", &folder).await;
    make("Two", &below).await;
    let (three, _) = make("Three", &folder).await;
    stored(&app, 6).await;
    app.admin().delete(&format!("/api/evidence-revisions/{revision}/")).await.expect(204);
    stored(&app, 5).await;
    app.admin().delete(&format!("/api/evidences/{one}/")).await.expect(204);
    stored(&app, 4).await;
    let batch = json!({ "action": "delete", "ids": [three] });
    app.admin().post("/api/evidences/batch-action/", batch).await.expect(200);
    stored(&app, 2).await;
    app.admin().delete(&format!("/api/folders/{folder}/")).await.expect(204);
    stored(&app, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_or_missing_file_is_never_served() {
    let app = TestApp::start().await;
    let path = evidence(&app, "E").await;
    let down = format!("{path}attachment/");
    let text = "whole ".repeat(100_000);
    upload(app.admin(), &format!("{path}upload/"), "attachment; filename=a.txt", text.as_bytes()).await.expect(200);
    let file = on_disk(&app).pop().expect("a file");
    let whole = std::fs::read(&file).expect("read");
    let mut changed = whole.clone();
    changed[whole.len() - 1] ^= 1;
    let mut longer = whole.clone();
    longer.push(b'!');
    for damaged in [changed, longer, whole[..whole.len() - 1].to_vec(), Vec::new()] {
        std::fs::write(&file, damaged).expect("written");
        let refused = app.admin().get(&down).await.expect(500);
        assert_eq!(refused.json["code"], "file_damaged", "{}", refused.text);
    }
    std::fs::write(&file, &whole).expect("written");
    assert_eq!(app.admin().get(&down).await.expect(200).text, text);
    std::fs::remove_file(&file).expect("removed");
    let refused = app.admin().get(&down).await.expect(500);
    assert_eq!(refused.json["code"], "file_missing");
    // The row is as it was, and another file mends it.
    assert_eq!(app.admin().get(&path).await.expect(200).json["attachment"], "/a.txt");
    upload(app.admin(), &format!("{path}upload/"), "attachment; filename=a.txt", b"mended").await.expect(200);
    assert_eq!(app.admin().get(&down).await.expect(200).text, "mended");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_removes_what_no_row_speaks_of_and_nothing_else() {
    let app = TestApp::start().await;
    let path = evidence(&app, "E").await;
    upload(app.admin(), &format!("{path}upload/"), "attachment; filename=a.txt", b"kept").await.expect(200);
    let engine = app.program().engine.clone();
    let blobs = app.folder().join("blobs");
    // What a crash leaves: a whole file without a row, and half a file.
    for folder in ["7f", "incoming"] {
        std::fs::create_dir_all(blobs.join(folder)).expect("made");
        let id = engine.new_id().expect("an id");
        std::fs::write(blobs.join(folder).join(id.to_string()), b"left").expect("written");
    }
    // The folder of a file follows from its id; let the first stand where it belongs.
    let stray = std::fs::read_dir(blobs.join("7f")).expect("read").flatten().next().expect("a file").path();
    let name = stray.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
    let home = blobs.join(&name[name.len() - 2..]);
    std::fs::create_dir_all(&home).expect("made");
    std::fs::rename(&stray, home.join(&name)).expect("moved");
    std::fs::write(home.join("README"), b"not ours").expect("written");
    assert_eq!(engine::files::sweep(&engine).await.expect("swept"), 0, "they may belong to a request under way");
    app.wait(TimeDelta::days(2));
    assert_eq!(engine::files::sweep(&engine).await.expect("swept"), 2);
    assert_eq!(engine::files::sweep(&engine).await.expect("swept"), 0);
    stored(&app, 2).await;
    let again = app.sign_in(blackbox::ADMIN).await;
    assert_eq!(again.get(&format!("{path}attachment/")).await.expect(200).text, "kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_keeps_its_hands_off_files_of_another_database() {
    let app = TestApp::start().await;
    let engine = app.program().engine.clone();
    let blobs = app.folder().join("blobs");
    // Files of a database that is not ours: of them we know none.
    let strange = engine.new_id().expect("an id").to_string();
    let home = blobs.join(&strange[strange.len() - 2..]);
    std::fs::create_dir_all(&home).expect("made");
    std::fs::write(home.join(&strange), b"not ours").expect("written");
    let path = evidence(&app, "E").await;
    app.wait(TimeDelta::days(2));
    let refused = engine::files::sweep(&engine).await.expect_err("refused");
    assert!(matches!(refused, engine::files::Unswept::Strange(1)), "{refused}");
    stored(&app, 1).await;
    // We know one of two, but somebody else has left a mark that the other may be theirs.
    let app_admin = app.sign_in(blackbox::ADMIN).await;
    upload(&app_admin, &format!("{path}upload/"), "attachment; filename=a.txt", b"ours").await.expect(200);
    app.wait(TimeDelta::days(2));
    let mark = blobs.join(format!(".instance-{}", uuid::Uuid::from_u128(7)));
    std::fs::write(&mark, b"").expect("written");
    let refused = engine::files::sweep(&engine).await.expect_err("refused");
    assert!(matches!(&refused, engine::files::Unswept::Shared(others) if others.len() == 1), "{refused}");
    stored(&app, 2).await;
    // Without the mark the database is alone with its files again.
    std::fs::remove_file(&mark).expect("removed");
    assert_eq!(engine::files::sweep(&engine).await.expect("swept"), 1);
    stored(&app, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_removed_is_not_counted() {
    let app = TestApp::start().await;
    let path = evidence(&app, "E").await;
    upload(app.admin(), &format!("{path}upload/"), "attachment; filename=a.txt", b"kept").await.expect(200);
    let engine = app.program().engine.clone();
    let stray = engine.new_id().expect("an id").to_string();
    // A folder of this name is no file that can be removed.
    let home = app.folder().join("blobs").join(&stray[stray.len() - 2..]).join(&stray);
    std::fs::create_dir_all(&home).expect("made");
    app.wait(TimeDelta::days(2));
    assert_eq!(engine::files::sweep(&engine).await.expect("swept"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_upload_is_done_once() {
    let app = TestApp::start().await;
    let path = format!("{}upload/", evidence(&app, "E").await);
    let send = async |bytes: &'static str| {
        let request = app.admin().request("POST", &path).header("content-disposition", "attachment; filename=a.txt");
        app.admin().send(request.header("idempotency-key", "one").body(bytes)).await
    };
    send("first").await.expect(200);
    let again = send("first").await.expect(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    send("other").await.expect(422);
    stored(&app, 1).await;
}
