//! Trees are kept while nobody writes: what somebody writes is in the next one all the same, and nobody is shown what was
//! made for somebody else.

use super::files::{ALL, at, at_row, audit, row, rows, stage, with};
use super::shelf::actor_of;
use blackbox::{Actor, Answer};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::io::Read as _;

async fn asked(who: &Actor, path: &str, header: &str, value: &str) -> Answer {
    who.send(who.request("GET", path).header(header, value)).await
}

fn tag(answer: &Answer) -> String {
    answer.header("etag").expect("a tag").to_owned()
}

/// A tree after it was asked for twice: the second time it was there already.
async fn again(who: &Actor, path: &str) -> Answer {
    let first = who.get(path).await.expect(200);
    let second = who.get(path).await.expect(200);
    assert_eq!((&first.text, tag(&first)), (&second.text, tag(&second)));
    second
}

#[tokio::test(flavor = "multi_thread")]
async fn what_anybody_writes_is_in_the_next_tree() {
    let (app, domain, framework) = stage("fresh").await;
    let admin = app.admin();
    let id = audit(admin, "Fresh", &domain, &framework, json!({ "selected_implementation_groups": [] })).await;
    let first = row(admin, &id, "1.1").await;
    let path = at(&id, "tree/");
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
    let mut seen = vec![tag(&again(admin, &path).await)];
    let mut changed = async |what: &str| {
        // Everybody reads the same, and it is new.
        let (ours, theirs) = (again(admin, &path).await, again(&analyst, &path).await);
        assert_eq!(ours.text, theirs.text, "{what}");
        assert!(!seen.contains(&tag(&ours)), "{what} is not in the tree");
        seen.push(tag(&ours));
        ours
    };
    analyst.patch(&at_row(&first), json!({ "result": "compliant" })).await.expect(200);
    assert!(changed("a result").await.text.contains("\"result\":\"compliant\""));
    admin.patch(&at_row(&first), json!({ "status": "done" })).await.expect(200);
    changed("a status").await;
    let edit = json!({ "auditor": "edit" });
    let visibility = json!({ "field_visibility": { "score": edit, "is_scored": edit } });
    admin.patch(&at(&id, ""), visibility).await.expect(200);
    assert!(changed("that scores are in sight").await.text.contains("aggregated_score"));
    analyst.patch(&at_row(&first), json!({ "is_scored": true, "score": 3 })).await.expect(200);
    assert!(changed("a score").await.text.contains("\"aggregated_score\":3"));
    let file = with("fresh", 2, (0, 4), &ALL).replace("name: Req 2.1", "name: Renamed 2.1");
    let stored = admin.upload("/api/stored-libraries/upload/", "library.yaml", file).await.expect(201).json;
    let library = stored["loaded_library"].as_str().expect("loaded");
    admin.get(&format!("/api/loaded-libraries/{library}/update/")).await.expect(200);
    assert!(changed("the framework's new words").await.text.contains("Renamed 2.1"));
    admin.patch(&at(&id, ""), json!({ "selected_implementation_groups": ["L2"] })).await.expect(200);
    assert!(!changed("which groups count").await.text.contains("1.1 - Req 1.1"));
    admin.delete(&at(&id, "")).await.expect(204);
    for who in [admin, &analyst] {
        asked(who, &path, "if-none-match", "*").await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_language_has_its_own() {
    let (app, domain, framework) = stage("words").await;
    let admin = app.admin();
    let id = audit(admin, "Words", &domain, &framework, json!({ "selected_implementation_groups": [] })).await;
    let path = at(&id, "tree/");
    for _ in 0..2 {
        let english = asked(admin, &path, "accept-language", "en").await.expect(200);
        let french = asked(admin, &path, "accept-language", "fr").await.expect(200);
        assert!(english.text.contains("2.1 - Req 2.1") && !english.text.contains("Exigence"));
        assert!(french.text.contains("2.1 - Exigence 2.1") && !french.text.contains("Req 2.1"));
        assert_ne!(tag(&english), tag(&french));
    }
    let whole = admin.get(&at(&id, "combined_tree/")).await.expect(200);
    let part = admin.get(&path).await.expect(200);
    assert_eq!(whole.json["tree"], part.json, "two views, two answers");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sees_what_is_theirs() {
    let (app, domain, framework) = stage("mine").await;
    app.domain("Theirs", None).await;
    let admin = app.admin();
    let hidden = json!({ "auditor": "edit", "respondent": "hidden" });
    let body = json!({ "selected_implementation_groups": [], "field_visibility": { "result": hidden } });
    let id = audit(admin, "Mine", &domain, &framework, body).await;
    let (first, second) = (row(admin, &id, "1.1").await, row(admin, &id, "2.1").await);
    admin.patch(&at_row(&first), json!({ "result": "non_compliant" })).await.expect(200);
    let mut asked_people = Vec::new();
    for (email, own) in [("one@example.org", &first), ("two@example.org", &second)] {
        let person = app.person(email, Some("Ours - Respondent")).await;
        let actor = actor_of(&app, email).await;
        let body = json!({ "compliance_assessment": id, "folder": domain, "actor": [actor], "requirement_assessments": [own] });
        admin.post("/api/requirement-assignments/", body).await.expect(201);
        asked_people.push(person);
    }
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    let sibling = app.person("sibling@example.org", Some("Theirs - Reader")).await;
    let path = at(&id, "tree/");
    for _ in 0..3 {
        let (whole, read) = (again(admin, &path).await, again(&reader, &path).await);
        assert_eq!(whole.text, read.text);
        assert!(whole.text.contains("non_compliant") && whole.text.contains(&first) && whole.text.contains(&second));
        let [one, two] = [again(&asked_people[0], &path).await, again(&asked_people[1], &path).await];
        assert!(one.text.contains(&first) && !one.text.contains(&second), "{}", one.text);
        assert!(two.text.contains(&second) && !two.text.contains(&first), "{}", two.text);
        assert!(!one.text.contains("non_compliant") && one.text.contains("\"result\":null"), "{}", one.text);
        // Whoever knows the tag of what others are shown is told their own.
        let told = asked(&asked_people[0], &path, "if-none-match", &tag(&whole)).await.expect(200);
        assert_eq!(told.text, one.text);
        for header in [tag(&whole), "*".to_owned()] {
            asked(&sibling, &path, "if-none-match", &header).await.expect(404);
        }
        asked(&app.anonymous(), &path, "if-none-match", &tag(&whole)).await.expect(401);
    }
    let users = admin.get("/api/users/?search=reader@example.org").await.expect(200).rows();
    let user = users[0]["id"].as_str().expect("an id").to_owned();
    let before = tag(&reader.get(&path).await.expect(200));
    admin.patch(&format!("/api/users/{user}/"), json!({ "user_groups": [] })).await.expect(200);
    asked(&reader, &path, "if-none-match", &before).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_it_already_is_sent_nothing() {
    let (app, domain, framework) = stage("tags").await;
    let admin = app.admin();
    let id = audit(admin, "Tags", &domain, &framework, json!({ "selected_implementation_groups": [] })).await;
    let path = at(&id, "tree/");
    let whole = admin.get(&path).await.expect(200);
    let tag = tag(&whole);
    assert!(tag.starts_with("W/\""), "packed and unpacked it is the same: {tag}");
    for known in [tag.clone(), format!("\"other\", {tag}"), tag.trim_start_matches("W/").to_owned(), "*".to_owned()] {
        let nothing = asked(admin, &path, "if-none-match", &known).await.expect(304);
        assert_eq!((nothing.text.as_str(), nothing.header("etag")), ("", Some(tag.as_str())));
        let vary = nothing.header("vary").expect("it varies");
        assert!(vary.contains("Authorization") && vary.contains("Accept-Language") && vary.contains("Accept-Encoding"));
        assert_eq!(nothing.header("cache-control"), Some("no-store"));
    }
    assert_eq!(asked(admin, &path, "if-none-match", "W/\"other\"").await.expect(200).text, whole.text);
    let one = row(admin, &id, "1.1").await;
    admin.patch(&at_row(&one), json!({ "result": "compliant" })).await.expect(200);
    asked(admin, &path, "if-none-match", &tag).await.expect(200);
    // The same text has the same tag, also when it comes back.
    admin.patch(&at_row(&one), json!({ "result": "not_assessed" })).await.expect(200);
    asked(admin, &path, "if-none-match", &tag).await.expect(304);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_packed_for_whoever_takes_that() {
    let (app, domain, framework) = stage("packed").await;
    let admin = app.admin();
    let id = audit(admin, "Packed", &domain, &framework, json!({ "selected_implementation_groups": [] })).await;
    let path = at(&id, "tree/");
    let plain = admin.get(&path).await.expect(200);
    assert_eq!(plain.header("content-encoding"), None);
    let one = row(admin, &id, "1.1").await;
    for result in ["compliant", "non_compliant"] {
        admin.patch(&at_row(&one), json!({ "result": result })).await.expect(200);
        for _ in 0..2 {
            let packed = asked(admin, &path, "accept-encoding", "gzip").await.expect(200);
            assert_eq!(packed.header("content-encoding"), Some("gzip"));
            assert!(packed.header("vary").is_some_and(|vary| vary.contains("Accept-Encoding")));
            let mut text = String::new();
            GzDecoder::new(&packed.bytes[..]).read_to_string(&mut text).expect("it is packed");
            let unpacked = asked(admin, &path, "accept-encoding", "gzip;q=0").await.expect(200);
            assert_eq!((&text, unpacked.header("content-encoding")), (&unpacked.text, None));
            assert!(text.contains(result) && tag(&packed) == tag(&unpacked));
        }
    }
}

/// Many readers while several people write: whoever has written reads it, whatever is kept for others.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_has_written_reads_it() {
    let (app, domain, framework) = stage("race").await;
    let admin = app.admin();
    let id = audit(admin, "Race", &domain, &framework, json!({ "selected_implementation_groups": [] })).await;
    let path = at(&id, "tree/");
    let all = rows(admin, &id).await;
    let mut tasks = Vec::new();
    for ref_id in ["1.1", "2.1"] {
        let found = all.iter().find(|row| row["requirement"]["ref_id"] == ref_id).expect("a row");
        let (row, path, who) = (found["id"].as_str().expect("an id").to_owned(), path.clone(), admin.clone());
        tasks.push(tokio::spawn(async move {
            for number in 0..40 {
                let result = ["compliant", "non_compliant", "partially_compliant"][number % 3];
                who.patch(&at_row(&row), json!({ "result": result })).await.expect(200);
                let answer = who.get(&path).await.expect(200);
                let tree = answer.json;
                assert_eq!(result_of(&tree, &row), Some(result), "after write {number} of {row}: {}", answer.text);
            }
        }));
    }
    for _ in 0..4 {
        let (path, who) = (path.clone(), admin.clone());
        tasks.push(tokio::spawn(async move {
            for _ in 0..100 {
                who.get(&path).await.expect(200);
            }
        }));
    }
    for task in tasks {
        task.await.expect("it holds");
    }
}

/// The result of a row, wherever it hangs.
fn result_of<'t>(tree: &'t Value, row: &str) -> Option<&'t str> {
    tree.as_object()?
        .values()
        .find_map(|node| if node["ra_id"] == row { node["result"].as_str() } else { result_of(&node["children"], row) })
}

/// What the conditions of somebody's access say is part of what an answer is kept under.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_some_folders_sees_no_more_than_they_hold() {
    let (app, domain, framework) = stage("limits").await;
    let other = app.domain("Theirs", None).await;
    let admin = app.admin();
    let id = audit(admin, "Limits", &domain, &framework, json!({ "selected_implementation_groups": [] })).await;
    let path = at(&id, "tree/");
    let mut limited = Vec::new();
    for folder in [&domain, &other] {
        let body = json!({ "name": format!("for {folder}"), "domains": [folder] });
        let made = admin.post("/api/iam/auth-tokens/", body).await;
        limited.push((made.status, made.json["token"].as_str().unwrap_or_default().to_owned()));
    }
    again(admin, &path).await;
    for ((status, token), expected) in limited.iter().zip([200, 404]) {
        assert!((200..300).contains(status), "{status}");
        let who = Actor::with_token(&app.base(), token);
        for _ in 0..2 {
            who.get(&path).await.expect(expected);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recap_is_kept_and_follows_too() {
    const RECAP: &str = "/api/compliance-assessments/recap/";
    let (app, domain, framework) = stage("recap").await;
    let theirs = app.domain("Theirs", None).await;
    let admin = app.admin();
    let body = json!({ "selected_implementation_groups": [] });
    let id = audit(admin, "One", &domain, &framework, body.clone()).await;
    audit(admin, "Two", &theirs, &framework, body).await;
    let reader = app.person("sibling@example.org", Some("Theirs - Reader")).await;
    let one = row(admin, &id, "1.1").await;
    let mut seen = vec![tag(&again(admin, RECAP).await)];
    for (number, result) in ["compliant", "non_compliant"].into_iter().enumerate() {
        admin.patch(&at_row(&one), json!({ "result": result })).await.expect(200);
        let now = again(admin, RECAP).await;
        let values = &now.json[0]["donut"]["result"]["values"];
        let count = |name: &str| {
            let values = values.as_array().expect("a list");
            values.iter().find(|value| value["name"] == name).map(|value| value["value"].clone())
        };
        assert_eq!(count(result), Some(json!(1)));
        let name = format!("Renamed {number}");
        admin.patch(&format!("/api/folders/{domain}/"), json!({ "name": name })).await.expect(200);
        let renamed = again(admin, RECAP).await;
        assert_eq!(renamed.json[0]["folder"]["name"], json!(name));
        for answer in [&now, &renamed] {
            assert!(!seen.contains(&tag(answer)));
            seen.push(tag(answer));
            asked(admin, RECAP, "if-none-match", &tag(&renamed)).await.expect(304);
        }
        let narrow = asked(&reader, RECAP, "if-none-match", &tag(&renamed)).await.expect(200);
        assert_eq!((narrow.json.as_array().map(Vec::len), &narrow.json[0]["name"]), (Some(1), &json!("Two")));
    }
}
