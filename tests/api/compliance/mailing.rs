//! Telling people by mail that an audit waits for them.

use super::shelf::{Audit, actor_of, load, plain};
use blackbox::TestApp;
use serde_json::json;

const AUTHOR: &str = "author@example.org";
const MEMBER: &str = "member@example.org";
const GONE: &str = "gone@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn authors_and_those_who_have_to_answer_are_told_once() {
    let (app, sink) = TestApp::with_mail().await;
    let admin = app.admin();
    load(&app, plain("told", &[("1", "B"), ("2", "B")])).await;
    let folder = app.domain("Ours", None).await;
    let audit = Audit::make(&app, "Yearly", "told", &folder, json!({ "due_date": "2026-12-24" })).await;
    let mailing = audit.path("mailing/");

    // Nobody is named yet.
    let refused = admin.post(&mailing, json!({})).await.expect(400);
    let nobody = "There is nobody to write to: the audit has neither authors nor open assignments.";
    assert_eq!(refused.json, json!({ "error": nobody }));

    for email in [AUTHOR, MEMBER, GONE] {
        app.person(email, Some("Ours - Respondent")).await;
    }
    let user = |email: &'static str| {
        let app = &app;
        async move {
            let rows = app.admin().get(&format!("/api/users/?email={email}")).await.expect(200).rows();
            rows[0]["id"].as_str().expect("an id").to_owned()
        }
    };
    let team = json!({ "name": "Team", "folder": folder, "members": [user(MEMBER).await, user(AUTHOR).await] });
    admin.post("/api/teams/", team).await.expect(201);
    let (author, team, gone) = (actor_of(&app, AUTHOR).await, actor_of(&app, "Team").await, actor_of(&app, GONE).await);
    admin.patch(&audit.path(""), json!({ "authors": [author, gone] })).await.expect(200);
    admin.patch(&format!("/api/users/{}/", user(GONE).await), json!({ "is_active": false })).await.expect(200);
    let assignment = json!({
        "compliance_assessment": audit.id, "folder": folder, "actor": [team], "requirement_assessments": [audit.rows["1"]],
    });
    let assignment = admin.post("/api/requirement-assignments/", assignment).await.expect(201).id();

    // What is only a draft asks nobody.
    assert_eq!(admin.post(&mailing, json!({})).await.expect(200).json, json!({ "sent": 1 }));
    let mail = sink.mail(0).await;
    assert!(mail.contains(&format!("To: {AUTHOR}")), "{mail}");
    // A mailbox is not flooded.
    let slowed = admin.post(&mailing, json!({})).await.expect(429);
    assert_eq!(slowed.header("retry-after"), Some("600"));
    app.wait(chrono::TimeDelta::minutes(10));
    let start = json!({ "status": "in_progress" });
    admin.post(&format!("/api/requirement-assignments/{assignment}/set_status/"), start).await.expect(200);
    assert_eq!(admin.post(&mailing, json!({})).await.expect(200).json, json!({ "sent": 2 }));
    let mails = [sink.mail(1).await, sink.mail(2).await];
    for email in [AUTHOR, MEMBER] {
        assert_eq!(mails.iter().filter(|mail| mail.contains(&format!("To: {email}"))).count(), 1, "{mails:?}");
    }
    let link = format!("https://grc.example.org/compliance-assessments/{}", audit.id);
    for mail in &mails {
        assert!(mail.contains(&link) && mail.contains("Yearly") && mail.contains("24 December 2026"), "{mail}");
        // Whoever is asked need not know who asks.
        assert!(!mail.contains(blackbox::ADMIN), "{mail}");
    }
    let log = admin.get("/api/audit-log/?action=mailing").await.expect(200);
    assert_eq!(log.json["count"], 2, "{}", log.text);
    assert!(!log.json["results"].to_string().contains(MEMBER), "{}", log.text);

    // Neither those who may not change it, nor while it is locked.
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    reader.post(&mailing, json!({})).await.expect(403);
    let member = app.sign_in(MEMBER).await;
    member.post(&mailing, json!({})).await.expect(403);
    admin.patch(&audit.path(""), json!({ "is_locked": true })).await.expect(200);
    admin.post(&mailing, json!({})).await.expect(400);
    assert_eq!(sink.count().await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_it_is_refused() {
    let app = TestApp::start().await;
    load(&app, plain("told", &[("1", "B")])).await;
    let folder = app.domain("Ours", None).await;
    let author = actor_of(&app, blackbox::ADMIN).await;
    let audit = Audit::make(&app, "Yearly", "told", &folder, json!({ "authors": [author] })).await;
    let refused = app.admin().post(&audit.path("mailing/"), json!({})).await.expect(400);
    assert_eq!(refused.json, json!({ "error": "Mail cannot be sent: no mail server is configured." }));
    let log = app.admin().get("/api/audit-log/?action=mailing").await.expect(200);
    assert_eq!(log.json["count"], 0, "{}", log.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_names_an_audit_writes_no_letter_of_their_own() {
    let (app, sink) = TestApp::with_mail().await;
    let admin = app.admin();
    load(&app, plain("named", &[("1", "B")])).await;
    let folder = app.domain("Ours", None).await;
    let name = "Yearly\r\n.\r\n\r\nYour password has expired.\u{2028}Bcc: all@example.org\nSubject: go to https://evil.example";
    let audit = Audit::make(&app, name, "named", &folder, json!({})).await;
    app.person(AUTHOR, Some("Ours - Respondent")).await;
    let author = actor_of(&app, AUTHOR).await;
    admin.patch(&audit.path(""), json!({ "authors": [author] })).await.expect(200);
    admin.post(&audit.path("mailing/"), json!({})).await.expect(200);
    let mail = sink.mail(0).await;
    let head = mail.split("\r\n\r\n").next().expect("a head");
    assert!(!head.contains("evil") && !head.contains("Bcc"), "{mail}");
    let body = mail.split("\r\n\r\n").nth(1).expect("a body");
    assert!(
        body.contains("Yearly") && body.contains("evil") && body.contains("waits for you"),
        "one line has all: {mail}"
    );
    assert_eq!(sink.count().await, 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_audits_are_no_way_around_the_pause() {
    let (app, sink) = TestApp::with_mail().await;
    let admin = app.admin();
    load(&app, plain("flood", &[("1", "B")])).await;
    let folder = app.domain("Ours", None).await;
    app.person(AUTHOR, Some("Ours - Respondent")).await;
    let author = actor_of(&app, AUTHOR).await;
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
    for number in 0..31 {
        let authors = json!({ "authors": [author] });
        let audit = Audit::make(&app, &format!("Audit {number}"), "flood", &folder, authors).await;
        let answer = analyst.post(&audit.path("mailing/"), json!({})).await;
        assert_eq!(answer.status, if number < 30 { 200 } else { 429 }, "{number}: {}", answer.text);
        if number == 30 {
            // Others are not kept from it.
            admin.post(&audit.path("mailing/"), json!({})).await.expect(200);
        }
    }
    assert_eq!(sink.count().await, 31);
    app.stop().await;
}
