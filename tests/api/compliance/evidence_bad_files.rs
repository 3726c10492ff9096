//! Files that should not be: each is refused with a word, and nothing of it stays.

use super::evidence_files::{evidence, on_disk, stored, upload};
use blackbox::TestApp;
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn bad_files_are_refused() {
    let app = TestApp::with(|settings| settings.blobs.most_bytes = 1000).await;
    let path = evidence(&app, "E").await;
    let up = format!("{path}upload/");
    let missing =
        "Missing filename. Request should include a Content-Disposition header with a filename parameter.".to_owned();
    let extension = |extension: &str| format!("Unsupported file extension '{extension}'.");
    for (disposition, bytes, status, sentence) in [
        ("attachment; filename=a.txt", &b""[..], 400, "The submitted file is empty.".to_owned()),
        ("attachment", b"x", 400, missing.clone()),
        ("attachment; filename=\"\"", b"x", 400, missing.clone()),
        ("attachment; filename=\"../../\"", b"x", 400, missing.clone()),
        ("attachment; filename=\"...\"", b"x", 400, missing.clone()),
        ("attachment; filename=page.html", b"<p>", 400, extension(".html")),
        ("attachment; filename=a.js", b"x", 400, extension(".js")),
        ("attachment; filename=run.exe", b"MZ", 400, extension(".exe")),
        ("attachment; filename=a.txt.HTML", b"x", 400, extension(".html")),
        ("attachment; filename=noext", b"x", 400, extension("")),
        ("attachment; filename=.noext", b"x", 400, extension("")),
        (
            "attachment; filename=\"a.html%00.txt\"",
            &[b'x'; 1001],
            413,
            "A file may have 1000 bytes at most.".to_owned(),
        ),
    ] {
        let answer = upload(app.admin(), &up, disposition, bytes).await.expect(status);
        let told = answer.json["detail"].as_str().unwrap_or_default();
        assert!(told.starts_with(&sentence), "{disposition}: {}", answer.text);
    }
    let request = app.admin().request("POST", &up).body("no header at all");
    assert_eq!(app.admin().send(request).await.expect(400).json["detail"], missing.as_str());
    assert_eq!(app.admin().get(&path).await.expect(200).json["attachment"], Value::Null);
    stored(&app, 0).await;

    for (disposition, name) in [
        ("attachment; filename=\"../../etc.txt\"", "/etc.txt"),
        ("attachment; filename=\"C:\\\\temp\\\\k.JSON\"", "/k.JSON"),
        ("attachment; filename=a%2Fb%2Fc.txt", "/c.txt"),
        ("attachment; filename=plain.txt; filename*=UTF-8''%E2%82%AC.txt", "/€.txt"),
    ] {
        upload(app.admin(), &up, disposition, b"x").await.expect(200);
        assert_eq!(app.admin().get(&path).await.expect(200).json["attachment"], name);
    }
    upload(app.admin(), &up, "attachment; filename=full.txt", &[b'x'; 1000]).await.expect(200);
    stored(&app, 1).await;
}

/// One request over a bare connection, as far as it goes; then what comes back.
async fn raw(app: &TestApp, path: &str, headers: &str, body: &[u8], wait: bool) -> String {
    let address = app.base();
    let mut stream = TcpStream::connect(address.trim_start_matches("http://")).await.expect("a connection");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: tessera\r\nAuthorization: Token {}\r\n{headers}\r\n",
        app.admin().credential()
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream.write_all(body).await.expect("sent");
    stream.flush().await.expect("sent");
    if !wait {
        // Long enough for the program to be in the middle of it.
        tokio::time::sleep(Duration::from_millis(300)).await;
        return String::new();
    }
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    read.expect("an answer in time").expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

const NAMED: &str = "Content-Disposition: attachment; filename=a.txt\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn what_says_that_it_is_too_large_is_refused_unread() {
    let app = TestApp::start().await;
    let up = format!("{}upload/", evidence(&app, "E").await);
    let two_gigabytes = format!("{NAMED}Content-Length: 2147483648\r\n");
    let answer = raw(&app, &up, &two_gigabytes, b"", true).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    // Nobody is to send the next request into a connection that ends here.
    assert!(answer.to_lowercase().contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(answer.contains("file_too_large"), "{answer}");
    let form = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 2147483648\r\n";
    let answer = raw(&app, &up, form, b"", true).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    // Whoever may not, is told so before anything is read.
    let nothing = "/api/evidences/00000000-0000-7000-8000-000000000000/upload/";
    let length = format!("{NAMED}Content-Length: 1000\r\nConnection: close\r\n");
    let answer = raw(&app, nothing, &length, b"", true).await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(on_disk(&app).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_leaves_nothing() {
    let app = TestApp::start().await;
    let path = evidence(&app, "E").await;
    let up = format!("{path}upload/");
    upload(app.admin(), &up, "attachment; filename=before.txt", b"before").await.expect(200);
    let half = vec![b'x'; 300_000];
    raw(&app, &up, &format!("{NAMED}Content-Length: 1000000\r\n"), &half, false).await;
    let mut chunked = format!("{:x}\r\n", half.len()).into_bytes();
    chunked.extend_from_slice(&half);
    chunked.extend_from_slice(b"\r\n");
    raw(&app, &up, &format!("{NAMED}Transfer-Encoding: chunked\r\n"), &chunked, false).await;
    let mut form = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n".to_vec();
    form.extend_from_slice(&half);
    let headers = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n";
    raw(&app, &up, headers, &form, false).await;
    // A whole body that is no whole form.
    let headers = format!(
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {}\r\nConnection: close\r\n",
        form.len()
    );
    let answer = raw(&app, &up, &headers, &form, true).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    stored(&app, 1).await;
    assert_eq!(app.admin().get(&path).await.expect(200).json["attachment"], "/before.txt");
    assert_eq!(app.admin().get(&format!("{path}attachment/")).await.expect(200).text, "before");
}
