//! Owners are told before their tokens end, each time once.

use blackbox::{ADMIN, TestApp};
use chrono::TimeDelta;
use iam::tokens::Swept;
use serde_json::json;

const TOKENS: &str = "/api/iam/auth-tokens/";

async fn swept(app: &TestApp) -> Swept {
    iam::tokens::sweep(&app.program().iam, "http://localhost").await.expect("swept")
}

/// How many were told.
async fn sweep(app: &TestApp) -> usize {
    swept(app).await.told
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_end_and_at_it_each_time_once() {
    let (app, sink) = TestApp::with_mail().await;
    app.admin().post(TOKENS, json!({ "name": "ci", "expiry": 30 })).await.expect(200);
    // In a life of seven days the first two thresholds are no news.
    app.admin().post(TOKENS, json!({ "name": "short", "expiry": 7 })).await.expect(200);
    assert_eq!(sweep(&app).await, 0);
    let mut told = Vec::new();
    for day in 1..=32 {
        app.wait(TimeDelta::days(1));
        let counts = [sweep(&app).await, sweep(&app).await];
        if counts != [0, 0] {
            told.push((day, counts));
        }
    }
    assert_eq!(told, [6, 7, 16, 23, 29, 30].map(|day| (day, [1, 0])));
    for (number, (name, ended)) in
        [("short", false), ("short", true), ("ci", false), ("ci", false), ("ci", false), ("ci", true)]
            .iter()
            .enumerate()
    {
        let mail = sink.mail(number).await;
        let subject =
            if *ended { "Subject: A Tessera token has expired" } else { "Subject: A Tessera token expires soon" };
        for part in [&format!("To: {ADMIN}"), subject, *name] {
            assert!(mail.contains(part), "{part} is not in {mail}");
        }
    }
    assert_eq!(sink.count().await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_told_in_batches_and_none_is_left_out() {
    let (app, sink) = TestApp::with_mail().await;
    app.admin().patch("/api/iam/token-policy/", json!({ "per_person": 500 })).await.expect(200);
    for number in 0..230 {
        app.admin().post(TOKENS, json!({ "name": format!("robot-{number}-"), "expiry": 30 })).await.expect(200);
    }
    // As when the program did not run for a while: only the nearest threshold counts.
    app.wait(TimeDelta::days(28));
    assert_eq!(sweep(&app).await, 230);
    assert_eq!(sweep(&app).await, 0);
    assert_eq!(sink.count().await, 230);
    let mut mails = Vec::new();
    for number in 0..230 {
        mails.push(sink.mail(number).await);
    }
    for number in 0..230 {
        let name = format!("robot-{number}-");
        assert_eq!(mails.iter().filter(|mail| mail.contains(&name)).count(), 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_mail_server_does_not_take_is_told_later_and_once() {
    let (app, sink) = TestApp::with_mail().await;
    for name in ["one", "two"] {
        app.admin().post(TOKENS, json!({ "name": name, "expiry": 30 })).await.expect(200);
    }
    app.wait(TimeDelta::days(17));
    sink.refuse(Some("451 not now"));
    assert_eq!(swept(&app).await, Swept { told: 0, waiting: 2, ended: 0 });
    // Another node may be at it.
    assert_eq!(swept(&app).await, Swept { told: 0, waiting: 2, ended: 0 });
    sink.refuse(None);
    app.wait(TimeDelta::minutes(5));
    assert_eq!(swept(&app).await, Swept { told: 2, waiting: 0, ended: 0 });
    app.wait(TimeDelta::hours(1));
    assert_eq!(swept(&app).await, Swept { told: 0, waiting: 0, ended: 0 });
    assert_eq!(sink.count().await, 2);
    // Sent twice it would be one mail to whoever gets it.
    let names = [sink.mail(0).await, sink.mail(1).await].map(|mail| {
        let line = mail.lines().find(|line| line.starts_with("Message-ID: <token.")).expect("a name").to_owned();
        assert!(line.ends_with(".14-days@example.org>"), "{line}");
        line
    });
    assert_ne!(names[0], names[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_mailbox_is_not_tried_again_but_a_refused_program_is() {
    for (refusal, waiting) in [("550 no such mailbox", 0), ("530 sign in first", 1)] {
        let (app, sink) = TestApp::with_mail().await;
        app.admin().post(TOKENS, json!({ "name": "ci", "expiry": 30 })).await.expect(200);
        app.wait(TimeDelta::days(17));
        sink.refuse(Some(refusal));
        assert_eq!(swept(&app).await.waiting, waiting, "{refusal}");
        sink.refuse(None);
        app.wait(TimeDelta::hours(1));
        assert_eq!(sweep(&app).await, waiting, "{refusal}");
        assert_eq!(sink.count().await, waiting, "{refusal}");
    }
}
