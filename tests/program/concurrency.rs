//! What holds when many do the same thing at once.

use crate::support::Raw;
use blackbox::{ADMIN, TestApp, backend};
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn forty_creations_of_one_name_make_one() {
    let app = TestApp::start().await;
    let domain = app.domain("Ours", None).await;
    for (path, body) in [
        ("/api/assets/", json!({ "name": "Ledger", "folder": domain })),
        ("/api/perimeters/", json!({ "name": "Head office", "folder": domain })),
        ("/api/folders/", json!({ "name": "Below", "parent_folder": domain })),
        ("/api/users/", json!({ "email": "ann@example.org" })),
    ] {
        let all = (0..40).map(|number| {
            let (admin, mut body) = (app.admin().clone(), body.clone());
            // Case makes no other name.
            for name in ["name", "email"] {
                if let (1, Some(text)) = (number % 2, body[name].as_str().map(str::to_uppercase)) {
                    body[name] = json!(text);
                }
            }
            tokio::spawn(async move { admin.post(path, body).await })
        });
        let mut made = 0;
        for answer in all.collect::<Vec<_>>() {
            let answer = answer.await.expect("it ran");
            match answer.status {
                201 => made += 1,
                400 => assert!(answer.text.contains("already"), "{}", answer.text),
                other => panic!("{path}: {other} {}", answer.text),
            }
        }
        assert_eq!(made, 1, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_who_demote_each_other_one_remains() {
    let app = TestApp::start().await;
    let group = app.group("Global - Administrator").await;
    let members = "SELECT count(*) FROM users__user_groups m JOIN user_groups g ON g.id = m.target_id \
                   WHERE g.builtin AND g.name = 'BI-UG-ADM'";
    let raw = Raw::of(&app).await;
    for round in 0..4 {
        let users = app.admin().get("/api/users/").await.expect(200);
        let first = users.rows().iter().find(|user| user["email"] == ADMIN).expect("the first")["id"].clone();
        let email = format!("second{round}@example.org");
        let other = app.person(&email, Some("Global - Administrator")).await;
        let second = app.admin().get(&format!("/api/users/?search={email}")).await.expect(200).rows()[0]["id"].clone();
        assert_eq!(raw.number(members).await, 2);

        let path = format!("/api/user-groups/{group}/remove-members/");
        let (one, two) = tokio::join!(
            app.admin().post(&path, json!({ "users": [second] })),
            other.post(&path, json!({ "users": [first] })),
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        // Who comes a moment later is no administrator any more, and sees no such group.
        assert!(matches!(statuses, [200, 403 | 404]), "{} {}", one.text, two.text);
        assert_eq!(raw.number(members).await, 1);
        // Whoever is left brings things back to the beginning.
        if two.status == 200 {
            let back = format!("/api/user-groups/{group}/add-members/");
            other.post(&back, json!({ "users": [first] })).await.expect(200);
            app.admin().post(&path, json!({ "users": [second] })).await.expect(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_deactivate_each_other_leave_one() {
    let app = TestApp::start().await;
    let other = app.person("second@example.org", Some("Global - Administrator")).await;
    let users = app.admin().get("/api/users/").await.expect(200);
    let id = |email: &str| {
        let rows = users.rows();
        let user = rows.iter().find(|user| user["email"] == email).expect("a user");
        user["id"].as_str().expect("an id").to_owned()
    };
    let (first, second) = (format!("/api/users/{}/", id(ADMIN)), format!("/api/users/{}/", id("second@example.org")));
    let off = json!({ "is_active": false });
    let (one, two) = tokio::join!(app.admin().patch(&second, off.clone()), other.patch(&first, off));
    let done = [&one, &two].iter().filter(|answer| answer.status == 200).count();
    assert_eq!(done, 1, "{} {}", one.text, two.text);
    let raw = Raw::of(&app).await;
    assert_eq!(raw.number("SELECT count(*) FROM users WHERE is_active").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_tokens_holds_in_a_race() {
    let app = TestApp::start().await;
    let all = (0..12).map(|_| {
        let admin = app.admin().clone();
        tokio::spawn(async move { admin.post("/api/iam/auth-tokens/", json!({ "name": "x" })).await.status })
    });
    let mut made = 0;
    for answer in all.collect::<Vec<_>>() {
        made += usize::from(answer.await.expect("it ran") == 200);
    }
    assert_eq!(made, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_links_at_once_close_no_loop() {
    let app = TestApp::start().await;
    let root = app.root().await;
    for round in 0..6 {
        let (a, b) = (app.asset(&format!("A{round}"), &root).await, app.asset(&format!("B{round}"), &root).await);
        let link = |child: &str, parent: &str| {
            let (admin, path) = (app.admin().clone(), format!("/api/assets/{child}/"));
            let body = json!({ "parent_assets": [parent] });
            tokio::spawn(async move { admin.patch(&path, body).await.status })
        };
        let (one, two) = (link(&a, &b), link(&b, &a));
        let mut statuses = [one.await.expect("it ran"), two.await.expect("it ran")];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "assets, round {round}");

        let (a, b) = (app.domain(&format!("C{round}"), None).await, app.domain(&format!("D{round}"), None).await);
        let below = |child: &str, parent: &str| {
            let (admin, path) = (app.admin().clone(), format!("/api/folders/{child}/"));
            let body = json!({ "parent_folder": parent });
            tokio::spawn(async move { admin.patch(&path, body).await.status })
        };
        let (one, two) = (below(&a, &b), below(&b, &a));
        let mut statuses = [one.await.expect("it ran"), two.await.expect("it ran")];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "folders, round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_that_goes_in_between_is_a_conflict() {
    let app = TestApp::start().await;
    if backend() != "postgres" {
        println!("LEFT OUT: on SQLite nobody writes between a check and its write");
        return;
    }
    let label = app.admin().post("/api/filtering-labels/", json!({ "label": "gold" })).await.expect(201).id();
    let raw = Raw::of(&app).await;
    raw.run(&format!("BEGIN; DELETE FROM filtering_labels WHERE id = '{label}'")).await;
    let made = {
        let (admin, body) = (app.admin().clone(), json!({ "name": "Ledger", "filtering_labels": [label] }));
        tokio::spawn(async move { admin.post("/api/assets/", body).await })
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    raw.run("COMMIT").await;
    let refused = made.await.expect("it ran").expect(409);
    assert!(refused.json["detail"].is_string(), "{}", refused.text);
    assert_eq!(app.admin().get("/api/assets/").await.expect(200).json["count"], 0);
}
