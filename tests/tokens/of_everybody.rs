//! The list of all tokens, for administrators: what its filters find, in which order, and of how many.

use blackbox::{Actor, TestApp};
use chrono::TimeDelta;
use engine::Access;
use serde_json::json;
use uuid::Uuid;

const MINE: &str = "/api/iam/auth-tokens/";
const ALL: &str = "/api/iam/admin/auth-tokens/";

async fn names(admin: &Actor, filter: &str) -> String {
    let page = admin.get(&format!("{ALL}?{filter}")).await.expect(200);
    let names: Vec<&str> = page.json["results"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|token| token["name"].as_str().expect("a name"))
        .collect();
    assert_eq!((&page.json["count"], &page.json["count_is_exact"]), (&json!(names.len()), &json!(true)), "{filter}");
    names.join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_filter_finds_its_tokens_in_the_order_of_its_time() {
    let app = TestApp::start().await;
    for (name, expiry) in [("a", 40), ("b", 20), ("c", 60), ("d", 3), ("e", 2)] {
        app.admin().post(MINE, json!({ "name": name, "expiry": expiry })).await.expect(200);
        app.wait(TimeDelta::minutes(1));
    }
    let ids = app.admin().get(&format!("{MINE}?state=all")).await.expect(200);
    let id = |name: &str| {
        let token = ids.json.as_array().expect("a list").iter().find(|token| token["name"] == name).expect("made");
        token["id"].as_str().expect("an id").to_owned()
    };
    // Revoked in another order than made.
    for name in ["c", "a"] {
        app.wait(TimeDelta::minutes(1));
        app.admin().delete(&format!("{MINE}{}/", id(name))).await.expect(204);
    }
    app.wait(TimeDelta::days(4));
    let admin = app.sign_in(blackbox::ADMIN).await;
    let on_day = |days: i64| (app.clock().now() + TimeDelta::days(days)).format("%Y-%m-%d").to_string();
    for (filter, found) in [
        (String::new(), "e d c b a"),
        ("state=all".into(), "e d c b a"),
        ("state=active".into(), "b"),
        ("state=expired".into(), "d e"),
        ("state=revoked".into(), "a c"),
        (format!("expires_before={}", on_day(30)), "e d b"),
        (format!("expires_before={}&state=active", on_day(30)), "b"),
        ("unused_days=3".into(), "a b c d e"),
        ("unused_days=3&state=expired".into(), "d e"),
        ("unused_days=30".into(), ""),
        ("search=b".into(), "b"),
        ("scope=none".into(), "e d c b a"),
    ] {
        assert_eq!(names(&admin, &filter).await, found, "{filter}");
    }
    let first = admin.get(&format!("{ALL}?unused_days=3&limit=2")).await.expect(200);
    let next = first.json["next"].as_str().expect("there are more").to_owned();
    let second = admin.get(&next).await.expect(200);
    assert_eq!((&second.json["results"][0]["name"], &second.json["count"]), (&json!("c"), &json!(5)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_seen_to_expire_stays_so_when_the_clock_goes_back() {
    let app = TestApp::start().await;
    let token = app.token_of(app.admin()).await;
    let expiry = app.admin().get(MINE).await.expect(200).json[0]["expiry"].clone();
    app.wait(TimeDelta::days(400));
    Actor::with_token(&app.base(), token.credential()).get("/api/folders/").await.expect(401);
    app.wait(TimeDelta::days(-400));
    let admin = app.sign_in(blackbox::ADMIN).await;
    let page = admin.get(&format!("{ALL}?state=expired")).await.expect(200);
    assert_eq!((&page.json["count"], &page.json["results"][0]["expiry"]), (&json!(1), &expiry), "{}", page.text);
    assert_eq!(names(&admin, "state=active").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_very_many_ten_thousand_are_counted_and_each_is_on_a_page() {
    let app = TestApp::start().await;
    app.token_of(app.admin()).await;
    let access = Access::system("a test sets the scene");
    let mut rows = app.program().engine.write().await.expect("a transaction");
    let copy = "INSERT INTO personal_access_tokens (id, user_id, name, preview, digest, hash_alg, created_at, expires_at) \
                SELECT $1, user_id, name, preview, $2, hash_alg, created_at, expires_at FROM personal_access_tokens \
                WHERE revoked_at IS NULL ORDER BY id LIMIT 1";
    let copies: Vec<_> =
        (1..=10_006_u128).map(|n| vec![Uuid::from_u128(n << 64).into(), n.to_be_bytes().to_vec().into()]).collect();
    rows.execute_each(&access, copy, &copies).await.expect("copied");
    rows.commit().await.expect("stored");
    let page = app.admin().get(&format!("{ALL}?limit=3")).await.expect(200);
    assert_eq!((&page.json["count"], &page.json["count_is_exact"]), (&json!(10_000), &json!(false)));
    let (mut path, mut seen) = (Some(format!("{ALL}?limit=4000")), 0);
    while let Some(asked) = path {
        let page = app.admin().get(&asked).await.expect(200);
        seen += page.json["results"].as_array().expect("a list").len();
        path = page.json["next"].as_str().map(str::to_owned);
    }
    assert_eq!(seen, 10_007);
    let dry = json!({ "filter": { "state": "active" }, "dry_run": true });
    assert_eq!(app.admin().post(&format!("{ALL}revoke/"), dry).await.expect(200).json["count"], 10_007);
}
