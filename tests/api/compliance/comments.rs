//! Comments: who says what about which row, who may change it, and where it goes with the row.

use super::shelf::{Audit, actor_of, load, plain};
use blackbox::{Actor, TestApp};
use serde_json::{Value, json};

const COMMENTS: &str = "/api/comments/";
const RESPONDENT: &str = "respondent@example.org";

struct World {
    app: TestApp,
    folder: String,
    audit: Audit,
    analyst: Actor,
    reader: Actor,
    respondent: Actor,
}

/// An audit of two rows, the first assigned to the respondent.
async fn world() -> World {
    let app = TestApp::start().await;
    load(&app, plain("said", &[("1", "B"), ("2", "B")])).await;
    let folder = app.domain("Ours", None).await;
    let audit = Audit::make(&app, "The audit", "said", &folder, json!({})).await;
    let analyst = app.person("analyst@example.org", Some("Ours - Analyst")).await;
    let reader = app.person("reader@example.org", Some("Ours - Reader")).await;
    let respondent = app.person(RESPONDENT, Some("Ours - Respondent")).await;
    let body = json!({
        "compliance_assessment": audit.id, "folder": folder, "actor": [actor_of(&app, RESPONDENT).await],
        "requirement_assessments": [audit.rows["1"]],
    });
    app.admin().post("/api/requirement-assignments/", body).await.expect(201);
    World { app, folder, audit, analyst, reader, respondent }
}

impl World {
    fn about(&self, row: &str, text: &str) -> Value {
        json!({ "body": text, "requirement_assessment": self.audit.rows[row] })
    }

    async fn says(&self, actor: &Actor, row: &str, text: &str) -> String {
        // Lists come in the order of creation.
        self.app.wait(chrono::TimeDelta::seconds(1));
        actor.post(COMMENTS, self.about(row, text)).await.expect(201).id()
    }

    async fn control(&self, name: &str, folder: &str) -> String {
        let body = json!({ "name": name, "folder": folder });
        self.app.admin().post("/api/applied-controls/", body).await.expect(201).id()
    }
}

fn at(id: &str) -> String {
    format!("{COMMENTS}{id}/")
}

async fn said(actor: &Actor, query: &str) -> Vec<String> {
    let rows = actor.get(&format!("{COMMENTS}{query}")).await.expect(200).rows();
    rows.iter().map(|row| row["body"].as_str().expect("a text").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_has_an_author_and_the_folder_of_what_it_is_about() {
    let world = world().await;
    let admin = world.app.admin();
    // Nobody says who speaks, nor where.
    let mut body = world.about("1", "Where is the proof?");
    body["author"] = json!(admin.get("/api/iam/current-user/").await.expect(200).id());
    body["folder"] = json!(world.app.root().await);
    body["is_tainted"] = json!(true);
    let made = world.analyst.post(COMMENTS, body).await.expect(201);
    let row = json!(world.audit.rows["1"]);
    assert_eq!(
        made.json,
        json!({
            "id": made.id(), "body": "Where is the proof?", "requirement_assessment": row, "applied_control": null,
            "risk_scenario": null, "finding": null, "is_published": false, "is_active": true,
        })
    );
    let shown = admin.get(&at(&made.id())).await.expect(200).json;
    let me = world.analyst.get("/api/iam/current-user/").await.expect(200).id();
    assert_eq!(shown["author"], json!({ "str": "analyst@example.org", "id": me }));
    assert_eq!(shown["folder"], json!({ "str": "Ours", "id": world.folder }));
    assert_eq!(shown["requirement_assessment"], json!({ "str": "1 - Requirement 1", "id": row }));
    assert_eq!((&shown["str"], &shown["is_tainted"]), (&json!("Where is the proof?"), &json!(false)));

    let control = world.control("Doors", &world.folder).await;
    let other = json!({ "body": "Which doors?", "applied_control": control });
    world.app.wait(chrono::TimeDelta::seconds(1));
    world.analyst.post(COMMENTS, other).await.expect(201);
    for (query, expected) in [
        (format!("?requirement_assessment={}", world.audit.rows["1"]), vec!["Where is the proof?"]),
        (format!("?applied_control={control}"), vec!["Which doors?"]),
        (format!("?author={me}"), vec!["Where is the proof?", "Which doors?"]),
        ("?search=PROOF".into(), vec!["Where is the proof?"]),
        ("?is_active=false".into(), vec![]),
        ("?ordering=-created_at&limit=1".into(), vec!["Which doors?"]),
    ] {
        assert_eq!(said(admin, &query).await, expected, "{query}");
    }
    // The log tells of it, by its author.
    let log = admin.get("/api/audit-log/?resource=comments").await.expect(200);
    assert!(log.text.contains("Where is the proof?") && log.text.contains("analyst@example.org"), "{}", log.text);
    // As long as it likes.
    let lengthy = "very long ".repeat(2_000);
    let id = world.says(&world.analyst, "1", &lengthy).await;
    let shown = admin.get(&at(&id)).await.expect(200).json;
    assert_eq!(shown["body"], json!(lengthy.trim()));
    assert_eq!(shown["str"].as_str().map(str::len), Some(100));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_about_exactly_one_thing_and_stays_with_it() {
    let world = world().await;
    let (row, other) = (&world.audit.rows["1"], &world.audit.rows["2"]);
    let control = world.control("Doors", &world.folder).await;
    let sentence = "Exactly one of requirement_assessment, risk_scenario, applied_control, finding has to be named.";
    for body in [
        json!({ "body": "x" }),
        json!({ "body": "x", "requirement_assessment": null }),
        json!({ "body": "x", "requirement_assessment": row, "applied_control": control }),
    ] {
        let refused = world.analyst.post(COMMENTS, body).await.expect(400);
        assert_eq!(refused.json, json!({ "non_field_errors": [sentence] }));
    }
    // Kinds that are not there have no rows.
    let body = json!({ "body": "x", "finding": row });
    let refused = world.analyst.post(COMMENTS, body).await.expect(400);
    assert_eq!(refused.json, json!({ "finding": [format!("Invalid pk \"{row}\" - object does not exist.")] }));
    world.analyst.post(COMMENTS, json!({ "body": " ", "applied_control": control })).await.expect(400);

    let id = world.says(&world.analyst, "1", "first").await;
    let answer = world.analyst.patch(&at(&id), json!({ "requirement_assessment": other })).await.expect(200);
    assert_eq!(answer.json["requirement_assessment"], json!(row));
}

#[tokio::test(flavor = "multi_thread")]
async fn its_author_edits_it_which_stays_to_be_seen_and_others_say_that_it_is_dealt_with() {
    let world = world().await;
    let admin = world.app.admin();
    let id = world.says(&world.analyst, "1", "first").await;
    for (body, put) in [(json!({ "body": "other words" }), true), (json!({ "is_published": true }), false)] {
        admin.patch(&at(&id), body.clone()).await.expect(403);
        if put {
            admin.put(&at(&id), body).await.expect(403);
        }
    }
    world.reader.patch(&at(&id), json!({ "is_active": false })).await.expect(403);
    // Saying again what it says edits nothing.
    admin.put(&at(&id), json!({ "body": "first", "is_active": false })).await.expect(200);
    let shown = admin.get(&at(&id)).await.expect(200).json;
    assert_eq!((&shown["is_active"], &shown["is_tainted"]), (&json!(false), &json!(false)));
    world.analyst.patch(&at(&id), json!({ "body": "better" })).await.expect(200);
    world.analyst.patch(&at(&id), json!({ "body": "first", "is_tainted": false })).await.expect(200);
    let shown = admin.get(&at(&id)).await.expect(200).json;
    assert_eq!((&shown["body"], &shown["is_tainted"]), (&json!("first"), &json!(true)));
    // In a batch the same.
    let batch = json!({ "action": "change_field", "field": "body", "value": "taken over", "ids": [id] });
    let answer = admin.post("/api/comments/batch-action/", batch).await.expect(200);
    assert_eq!(answer.json["failed"][0]["error"], json!("Permission denied"), "{}", answer.text);
    // Who may delete all of a folder's comments deletes this one.
    world.reader.delete(&at(&id)).await.expect(403);
    admin.delete(&at(&id)).await.expect(204);
    world.analyst.get(&at(&id)).await.expect(404);
}

/// Respondents talk about the rows that they answer, and about nothing else of the audit.
#[tokio::test(flavor = "multi_thread")]
async fn respondents_talk_about_what_is_assigned_to_them() {
    let world = world().await;
    let (hidden, seen) =
        (world.says(&world.analyst, "2", "not for them").await, world.says(&world.analyst, "1", "for them").await);
    assert_eq!(said(&world.respondent, "").await, ["for them"]);
    world.respondent.get(&at(&hidden)).await.expect(404);
    // Who asks is not theirs to know: they do not see people.
    assert_eq!(world.respondent.get(&at(&seen)).await.expect(200).json["author"], Value::Null);
    let other = &world.audit.rows["2"];
    let refused = world.respondent.post(COMMENTS, world.about("2", "may I?")).await.expect(400);
    assert_eq!(
        refused.json,
        json!({ "requirement_assessment": [format!("Invalid pk \"{other}\" - object does not exist.")] })
    );
    let own = world.says(&world.respondent, "1", "here it is").await;
    assert_eq!(said(&world.respondent, "").await, ["for them", "here it is"]);
    assert_eq!(said(&world.reader, "").await, ["not for them", "for them", "here it is"]);
    world.respondent.patch(&at(&seen), json!({ "body": "changed" })).await.expect(403);
    world.respondent.delete(&at(&seen)).await.expect(403);
    world.respondent.patch(&at(&hidden), json!({ "is_active": false })).await.expect(404);
    world.respondent.patch(&at(&own), json!({ "body": "there it is" })).await.expect(200);
    world.respondent.delete(&at(&own)).await.expect(204);

    let control = world.control("Doors", &world.folder).await;
    let about = json!({ "body": "open", "applied_control": control });
    world.respondent.post(COMMENTS, about.clone()).await.expect(201);
    // Neither somebody of another domain nor somebody without the right.
    world.app.domain("Theirs", None).await;
    let stranger = world.app.person("stranger@example.org", Some("Theirs - Analyst")).await;
    stranger.post(COMMENTS, about).await.expect(400);
    stranger.post(COMMENTS, world.about("1", "hello")).await.expect(400);
    assert_eq!(said(&stranger, "").await, [""; 0]);
    world.reader.post(COMMENTS, world.about("1", "hello")).await.expect(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_go_where_their_row_goes_and_rest_with_its_audit() {
    let world = world().await;
    let admin = world.app.admin();
    let theirs = world.app.domain("Theirs", None).await;
    let control = world.control("Doors", &world.folder).await;
    let of_row = world.says(&world.analyst, "1", "of the row").await;
    let body = json!({ "body": "of the control", "applied_control": control });
    let of_control = world.analyst.post(COMMENTS, body).await.expect(201).id();

    let audit = format!("/api/compliance-assessments/{}/", world.audit.id);
    admin.patch(&audit, json!({ "is_locked": true })).await.expect(200);
    let refused = admin.post(COMMENTS, world.about("1", "too late")).await.expect(400);
    let sentence = "⚠️ Cannot modify the requirement when the audit is locked.";
    assert_eq!(refused.json, json!({ "non_field_errors": [sentence] }));
    world.analyst.patch(&at(&of_row), json!({ "body": "changed" })).await.expect(400);
    world.analyst.delete(&at(&of_row)).await.expect(400);
    admin.patch(&audit, json!({ "is_locked": false })).await.expect(200);

    admin.patch(&audit, json!({ "folder": theirs })).await.expect(200);
    admin.patch(&format!("/api/applied-controls/{control}/"), json!({ "folder": theirs })).await.expect(200);
    for id in [&of_row, &of_control] {
        assert_eq!(admin.get(&at(id)).await.expect(200).json["folder"]["id"], json!(theirs));
        world.analyst.get(&at(id)).await.expect(404);
    }
    // What hangs on the control is named before it goes, and told of afterwards.
    let cascade = admin.get(&format!("/api/applied-controls/{control}/cascade-info/")).await.expect(200);
    assert!(cascade.json["deleted"].to_string().contains(&of_control), "{}", cascade.text);
    let cascade = admin.get(&format!("{audit}cascade-info/")).await.expect(200);
    assert!(cascade.json["deleted"].to_string().contains(&of_row), "{}", cascade.text);
    admin.delete(&format!("/api/applied-controls/{control}/")).await.expect(204);
    admin.delete(&audit).await.expect(204);
    assert_eq!(said(admin, "").await, [""; 0]);
    let log = admin.get("/api/audit-log/?resource=comments&action=delete").await.expect(200);
    assert!(log.text.contains(&of_row) && log.text.contains(&of_control), "{}", log.text);
}
