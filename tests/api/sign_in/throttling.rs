//! Guessing is slow, for everybody alike, and time heals.

use super::{DOORS, mismatch, try_to_sign_in, user_id};
use blackbox::{ADMIN, Actor, Answer, PASSWORD, TestApp};
use chrono::TimeDelta;
use iam::client_address::TrustedProxies;
use serde_json::json;

/// Signs in from an address that a trusted proxy vouches for.
async fn from(actor: &Actor, address: &str, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    actor.send(actor.request("POST", DOORS[0]).header("x-forwarded-for", address).json(&body)).await
}

async fn behind_a_proxy() -> TestApp {
    TestApp::with(|settings| {
        settings.trusted_proxies = TrustedProxies::new(vec!["127.0.0.1/32".parse().expect("a network")]);
    })
    .await
}

fn wait(answer: &Answer) -> i64 {
    answer
        .header("retry-after")
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("no Retry-After: {}", answer.text))
}

/// Five failures, then a wait that grows; known and unknown accounts alike.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_slowed_down_and_recovers_by_the_clock() {
    let app = behind_a_proxy().await;
    app.person("victim@example.org", None).await;
    let nobody = app.anonymous();
    for email in ["victim@example.org", "unknown@example.org"] {
        let mut address = 0;
        let mut next = || {
            address += 1;
            format!("192.0.2.{address}")
        };
        for _ in 0..5 {
            assert_eq!(from(&nobody, &next(), email, "wrong").await.expect(400).json, mismatch());
        }
        // From any address, with any password, in any spelling.
        for (spelling, password) in [(email.to_owned(), "wrong"), (email.to_uppercase(), PASSWORD)] {
            let slowed = from(&nobody, &next(), &spelling, password).await.expect(429);
            assert_eq!(wait(&slowed), 60);
            assert_eq!(slowed.json["status"], 429);
            assert_eq!(slowed.json["errors"][0]["code"], "too_many_login_attempts");
        }
        app.wait(TimeDelta::seconds(59));
        assert_eq!(wait(&from(&nobody, &next(), email, "wrong").await.expect(429)), 1);
        app.wait(TimeDelta::seconds(1));
        from(&nobody, &next(), email, "wrong").await.expect(400);
        assert_eq!(wait(&from(&nobody, &next(), email, "wrong").await.expect(429)), 120, "the wait doubles");
        app.wait(TimeDelta::seconds(120));
    }
    from(&nobody, "192.0.2.99", "victim@example.org", PASSWORD).await.expect(200);
}

/// Whoever guesses from elsewhere does not lock the owner out of the place they always come from.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_do_not_lock_the_owner_out() {
    let app = behind_a_proxy().await;
    app.person("victim@example.org", None).await;
    let nobody = app.anonymous();
    from(&nobody, "198.51.100.7", "victim@example.org", PASSWORD).await.expect(200);
    for n in 0..6 {
        from(&nobody, &format!("192.0.2.{n}"), "victim@example.org", "wrong").await;
    }
    from(&nobody, "192.0.2.200", "victim@example.org", PASSWORD).await.expect(429);
    from(&nobody, "198.51.100.7", "victim@example.org", PASSWORD).await.expect(200);
}

/// One address that tries many accounts is slowed down; others are not.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_slowed_down_whatever_the_accounts() {
    let app = behind_a_proxy().await;
    let nobody = app.anonymous();
    for n in 0..60 {
        from(&nobody, "192.0.2.1", &format!("n{n}@example.org"), "wrong").await.expect(400);
    }
    let slowed = from(&nobody, "192.0.2.1", ADMIN, PASSWORD).await.expect(429);
    assert!((1..=60).contains(&wait(&slowed)));
    from(&nobody, "192.0.2.2", ADMIN, PASSWORD).await.expect(200);
    app.wait(TimeDelta::seconds(wait(&slowed)));
    from(&nobody, "192.0.2.1", ADMIN, PASSWORD).await.expect(200);
}

/// Guesses that arrive together are counted like guesses in a row.
#[tokio::test(flavor = "multi_thread")]
async fn parallel_guesses_do_not_slip_through_together() {
    let app = TestApp::start().await;
    app.person("victim@example.org", None).await;
    // The owner signed in from here, so the streak of this address is fresh.
    let tries = (0..40).map(|_| {
        let nobody = app.anonymous();
        tokio::spawn(async move { try_to_sign_in(&nobody, "victim@example.org", "wrong").await.status })
    });
    let mut looked_at = 0;
    for one in tries.collect::<Vec<_>>() {
        match one.await.expect("an answer") {
            400 => looked_at += 1,
            429 => {}
            other => panic!("answered {other}"),
        }
    }
    // As many more as hashes run side by side.
    assert!((5..=6).contains(&looked_at), "{looked_at} guesses were looked at");
}

/// Without a proxy that is trusted the header says nothing (T-43).
#[tokio::test(flavor = "multi_thread")]
async fn a_bare_forwarded_header_changes_nothing() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    for n in 0..5 {
        from(&nobody, &format!("192.0.2.{n}"), ADMIN, "wrong").await.expect(400);
    }
    // The administrator signed in from this very address, so it is this address that waits.
    from(&nobody, "192.0.2.77", ADMIN, PASSWORD).await.expect(429);
    let rows = app.admin().get("/api/audit-log/?action=sign_in.failed").await.expect(200).rows();
    assert!(rows.iter().all(|row| row["ip"] == "127.0.0.1"), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_names_the_client_and_nobody_else_does() {
    let app = behind_a_proxy().await;
    let nobody = app.anonymous();
    for (sent, meant) in [
        ("192.0.2.1", "192.0.2.1"),
        // Only what the nearest proxy wrote counts; what the client wrote before it does not.
        ("203.0.113.9, 192.0.2.2", "192.0.2.2"),
        ("203.0.113.9, 192.0.2.3, 127.0.0.1", "192.0.2.3"),
        ("::ffff:192.0.2.4", "192.0.2.4"),
        ("nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
    ] {
        from(&nobody, sent, "somebody@example.org", "wrong").await;
        let rows = app.admin().get("/api/audit-log/?action=sign_in.failed&limit=1").await.expect(200).rows();
        assert_eq!(rows[0]["ip"], meant, "{sent:?}");
        app.wait(TimeDelta::minutes(2));
    }
}

/// Guessing the old password with a stolen session is as slow as at the door.
#[tokio::test(flavor = "multi_thread")]
async fn the_old_password_cannot_be_guessed_in_a_session_either() {
    let app = TestApp::start().await;
    let session = app.person("victim@example.org", None).await;
    let body = |old: &str| json!({ "old_password": old, "new_password": "a long enough one", "confirm_new_password": "a long enough one" });
    for _ in 0..5 {
        let refused = session.post("/api/iam/change-password/", body("wrong")).await.expect(400);
        assert_eq!(refused.json, json!({ "old_password": ["Invalid password."] }));
    }
    let slowed = session.post("/api/iam/change-password/", body(PASSWORD)).await.expect(429);
    assert_eq!(wait(&slowed), 60);
    app.wait(TimeDelta::seconds(60));
    session.post("/api/iam/change-password/", body(PASSWORD)).await.expect(200);
    assert!(!user_id(&app, "victim@example.org").await.is_empty());
}
