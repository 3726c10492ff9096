//! Teams and actors: who owns work.

use blackbox::TestApp;
use serde_json::{Value, json};

async fn actors(app: &TestApp) -> Vec<Value> {
    app.admin().get("/api/actors/").await.expect(200).rows()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_teams_are_actors_and_follow_their_names() {
    let app = TestApp::start().await;
    let user = app.admin().post("/api/users/", json!({ "email": "ada@example.org" })).await.expect(201).id();
    let team = app.admin().post("/api/teams/", json!({ "name": "Blue", "members": [user] })).await.expect(201).id();
    let find = async |target: &str| actors(&app).await.into_iter().find(|actor| actor["specific"]["id"] == target);
    let actor = find(&team).await.expect("the team is an actor");
    assert_eq!((&actor["str"], &actor["type"]), (&json!("Blue"), &json!("team")));
    assert_eq!(actor["specific"], json!({ "str": "Blue", "id": team }));
    app.admin().patch(&format!("/api/teams/{team}/"), json!({ "name": "Green" })).await.expect(200);
    app.admin().patch(&format!("/api/users/{user}/"), json!({ "email": "lovelace@example.org" })).await.expect(200);
    assert_eq!(find(&team).await.expect("still")["str"], "Green");
    let person = find(&user).await.expect("the person is an actor");
    assert_eq!((&person["str"], &person["type"]), (&json!("lovelace@example.org"), &json!("user")));
    // In the order of their names, and found by them.
    let names: Vec<Value> = actors(&app).await.iter().map(|actor| actor["str"].clone()).collect();
    assert_eq!(names, ["admin@example.org", "Green", "lovelace@example.org"]);
    assert_eq!(app.admin().get("/api/actors/?search=lovel").await.expect(200).json["count"], 1);

    // Work stays when its owner goes.
    let asset = app.asset("Server", &app.root().await).await;
    let path = format!("/api/assets/{asset}/");
    app.admin().patch(&path, json!({ "owner": [actor["id"], person["id"]] })).await.expect(200);
    app.admin().delete(&format!("/api/teams/{team}/")).await.expect(204);
    assert_eq!(
        app.admin().get(&path).await.expect(200).json["owner"],
        json!([{ "str": "lovelace@example.org", "id": person["id"] }])
    );
    app.admin().delete(&format!("/api/users/{user}/")).await.expect(204);
    assert_eq!(app.admin().get(&path).await.expect(200).json["owner"], json!([]));
    assert_eq!(actors(&app).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_in_a_team_acts_for_it() {
    let app = TestApp::start().await;
    let mut people = Vec::new();
    for name in ["leader", "deputy", "member", "other"] {
        let person = app.person(&format!("{name}@example.org"), None).await;
        let id = person.get("/api/iam/current-user/").await.expect(200).id();
        people.push((name, person, id));
    }
    let body = json!({ "name": "Blue", "leader": people[0].2, "deputies": [people[1].2], "members": [people[2].2] });
    let team = app.admin().post("/api/teams/", body).await.expect(201).id();
    let actor = actors(&app).await.into_iter().find(|actor| actor["specific"]["id"] == json!(team)).expect("an actor");
    for (name, person, _) in &people {
        let me = person.get("/api/iam/current-user/").await.expect(200).json;
        let all = me["all_actor_ids"].as_array().expect("a list");
        assert!(all.contains(&me["actor_id"]), "{name} acts for themselves");
        assert_eq!(all.contains(&actor["id"]), *name != "other", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn team_names_need_not_be_unique() {
    let app = TestApp::start().await;
    for _ in 0..2 {
        app.admin().post("/api/teams/", json!({ "name": "Blue" })).await.expect(201);
    }
}
