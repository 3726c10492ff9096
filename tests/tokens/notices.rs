//! Owners are told before their tokens end, each time once.

use blackbox::{ADMIN, TestApp};
use chrono::TimeDelta;
use serde_json::json;

const TOKENS: &str = "/api/iam/auth-tokens/";

/// How many were told.
async fn sweep(app: &TestApp) -> usize {
    iam::tokens::sweep(&app.program().iam, "http://localhost").await.expect("swept").0
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
