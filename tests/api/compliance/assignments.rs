//! Assignments: who answers which rows, how far that has come, and what respondents see of an audit.

use super::other_end::twice;
use super::shelf::{Audit, actor_of, load, plain, rows_of};
use blackbox::{Actor, Answer, TestApp};
use serde_json::{Value, json};

const RESPONDENT: &str = "respondent@example.org";

struct World {
    app: TestApp,
    folder: String,
    audit: Audit,
    actor: String,
    respondent: Actor,
}

async fn world() -> World {
    let app = TestApp::start().await;
    load(&app, plain("asked", &[("1", "B"), ("2", "B"), ("3", "B")])).await;
    let folder = app.domain("Ours", None).await;
    let audit = Audit::make(&app, "The audit", "asked", &folder, json!({})).await;
    let respondent = app.person(RESPONDENT, Some("Ours - Respondent")).await;
    let actor = actor_of(&app, RESPONDENT).await;
    World { app, folder, audit, actor, respondent }
}

impl World {
    fn body(&self, rows: &[&str], actors: &[&str]) -> Value {
        let rows: Vec<&str> = rows.iter().map(|ref_id| self.audit.rows[*ref_id].as_str()).collect();
        json!({
            "compliance_assessment": self.audit.id, "folder": self.folder, "actor": actors, "requirement_assessments": rows,
        })
    }

    /// Assigns rows to the respondent.
    async fn assign(&self, rows: &[&str]) -> String {
        let body = self.body(rows, &[&self.actor]);
        self.app.admin().post("/api/requirement-assignments/", body).await.expect(201).id()
    }

    async fn step(&self, actor: &Actor, assignment: &str, body: Value) -> Answer {
        actor.post(&format!("/api/requirement-assignments/{assignment}/set_status/"), body).await
    }

    async fn to(&self, actor: &Actor, assignment: &str, status: &str) -> Answer {
        self.step(actor, assignment, json!({ "status": status })).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assignment_is_made_shown_and_found() {
    let world = world().await;
    let admin = world.app.admin();
    let made = admin.post("/api/requirement-assignments/", world.body(&["1", "3"], &[&world.actor])).await.expect(201);
    let id = made.id();
    assert_eq!((&made.json["status"], &made.json["is_published"]), (&json!("draft"), &json!(false)));
    assert_eq!(made.json["requirement_assessments"], json!([world.audit.rows["1"], world.audit.rows["3"]]));
    assert_eq!(made.json["folder"], json!(world.folder));
    assert!(made.json.get("events").is_none(), "the write shape has no events");

    let shown = admin.get(&format!("/api/requirement-assignments/{id}/")).await.expect(200).json;
    assert_eq!(shown["compliance_assessment"], json!({ "str": "The audit", "id": world.audit.id }));
    assert_eq!(shown["actor"], json!([{ "str": RESPONDENT, "id": world.actor }]));
    assert_eq!(shown["requirement_assessments"][0], json!({ "str": "1 - Requirement 1", "id": world.audit.rows["1"] }));
    assert_eq!((&shown["events"], &shown["folder"]["str"]), (&json!([]), &json!("Ours")));

    for (query, expected) in [
        (format!("actor={}", world.actor), 1),
        (format!("compliance_assessment={}", world.audit.id), 1),
        (format!("folder={}", world.folder), 1),
        ("status=draft".into(), 1),
        ("status=closed".into(), 0),
    ] {
        let rows = admin.get(&format!("/api/requirement-assignments/?{query}")).await.expect(200).rows();
        assert_eq!(rows.len(), expected, "{query}");
    }
    // Without a folder it stands where its audit stands.
    let mut body = world.body(&["2"], &[&world.actor]);
    body.as_object_mut().expect("an object").remove("folder");
    let made = admin.post("/api/requirement-assignments/", body).await.expect(201);
    assert_eq!(made.json["folder"], json!(world.folder));
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_in_one_assignment_of_its_own_audit() {
    let world = world().await;
    let (admin, path) = (world.app.admin(), "/api/requirement-assignments/");
    let first = world.assign(&["1", "2"]).await;
    let taken = admin.post(path, world.body(&["2", "3"], &[&world.actor])).await.expect(400).json;
    let sentence = "Some requirement assessments are already assigned to another assignment.";
    assert_eq!(taken, json!({ "requirement_assessments": [sentence] }));
    let second = world.assign(&["3"]).await;
    let both = json!({ "requirement_assessments": [world.audit.rows["1"], world.audit.rows["3"]] });
    admin.patch(&format!("{path}{second}/"), both.clone()).await.expect(400);
    admin
        .patch(&format!("{path}{first}/"), json!({ "requirement_assessments": [world.audit.rows["2"]] }))
        .await
        .expect(200);
    admin.patch(&format!("{path}{second}/"), both).await.expect(200);

    let other = Audit::make(&world.app, "Another", "asked", &world.folder, json!({})).await;
    let foreign = json!({ "requirement_assessments": [other.rows["1"]] });
    let refused = admin.patch(&format!("{path}{second}/"), foreign).await.expect(400).json;
    assert!(
        refused["requirement_assessments"][0].as_str().is_some_and(|said| said.contains("must belong")),
        "{refused}"
    );

    let empty = admin.post(path, world.body(&[], &[])).await.expect(400).json;
    assert_eq!(empty, json!({ "actor": ["This list may not be empty."] }));
    let missing = admin.post(path, json!({})).await.expect(400).json;
    assert_eq!(missing["compliance_assessment"], json!(["This field is required."]));
    assert_eq!(missing["actor"], json!(["This field is required."]));
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_have_an_order_and_leave_events() {
    let world = world().await;
    let admin = world.app.admin();
    let me = actor_of(&world.app, blackbox::ADMIN).await;
    let body = world.body(&["1"], &[&me]);
    let id = admin.post("/api/requirement-assignments/", body).await.expect(201).id();
    let path = format!("/api/requirement-assignments/{id}/");
    let error = |answer: Answer| answer.json["error"].as_str().expect("an error").to_owned();

    assert_eq!(error(world.step(admin, &id, json!({})).await.expect(400)), "Missing 'status' field.");
    let illegal = world.to(admin, &id, "submitted").await.expect(400);
    assert_eq!(error(illegal), "Invalid transition from 'draft' to 'submitted'.");
    world.to(admin, &id, "nonsense").await.expect(400);
    assert_eq!(world.to(admin, &id, "in_progress").await.expect(200).json, json!({ "status": "in_progress" }));
    world.to(admin, &id, "draft").await.expect(400);
    world.app.wait(chrono::TimeDelta::seconds(1));
    world.to(admin, &id, "submitted").await.expect(200);
    world.to(admin, &id, "submitted").await.expect(400);

    let refused = admin.patch(&path, json!({ "requirement_assessments": [] })).await.expect(403);
    assert_eq!(error(refused), "Cannot edit assignment in 'submitted' status.");
    assert_eq!(error(admin.delete(&path).await.expect(403)), "Cannot delete assignment in 'submitted' status.");
    let silent = world.to(admin, &id, "changes_requested").await.expect(400);
    assert_eq!(error(silent), "Reviewer observation is required for this transition.");
    world.app.wait(chrono::TimeDelta::seconds(1));
    let back = json!({ "status": "changes_requested", "reviewer_observation": "fix it" });
    world.step(admin, &id, back).await.expect(200);
    for status in ["submitted", "closed"] {
        world.app.wait(chrono::TimeDelta::seconds(1));
        world.to(admin, &id, status).await.expect(200);
    }
    world.to(admin, &id, "in_progress").await.expect(400);
    assert_eq!(error(admin.delete(&path).await.expect(403)), "Cannot delete assignment in 'closed' status.");
    world.app.wait(chrono::TimeDelta::seconds(1));
    world.to(admin, &id, "submitted").await.expect(200);

    let shown = admin.get(&path).await.expect(200).json;
    let events = shown["events"].as_array().expect("a list");
    let types: Vec<&str> = events.iter().map(|event| event["event_type"].as_str().expect("a type")).collect();
    assert_eq!(types, ["submitted", "closed", "submitted", "changes_requested", "submitted", "in_progress"]);
    assert_eq!((&events[3]["event_notes"], &events[0]["event_notes"]), (&json!("fix it"), &json!(null)));
    assert_eq!(events[0]["event_actor"]["email"], json!(blackbox::ADMIN));
    assert_eq!(events[0]["event_actor"]["first_name"], json!(""));

    // Who is not among the actors does not hand in, administrator or not.
    let theirs = world.assign(&["2"]).await;
    world.to(admin, &theirs, "in_progress").await.expect(200);
    let refused = world.to(admin, &theirs, "submitted").await.expect(403);
    assert_eq!(error(refused), "You are not assigned to this assignment.");
    admin.delete(&format!("/api/requirement-assignments/{theirs}/")).await.expect(204);
    // A reader sees the assignment and moves nothing.
    let reader = world.app.person("reader@example.org", Some("Ours - Reader")).await;
    reader.get(&path).await.expect(200);
    world.to(&reader, &id, "closed").await.expect(403);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn respondents_see_what_is_assigned_and_nothing_else() {
    let world = world().await;
    let (asked, audit) = (&world.respondent, &world.audit);
    assert_eq!(asked.get("/api/compliance-assessments/").await.expect(200).json["count"], json!(0));
    assert_eq!(asked.get("/api/requirement-assessments/").await.expect(200).json["count"], json!(0));
    asked.get(&audit.path("")).await.expect(404);
    asked.get(&audit.row("1")).await.expect(404);
    asked.patch(&audit.row("1"), json!({ "observation": "mine" })).await.expect(404);

    let id = world.assign(&["1", "3"]).await;
    let mut seen: Vec<String> = rows_of(asked, &audit.id).await.into_keys().collect();
    seen.sort();
    assert_eq!(seen, ["1", "3"]);
    asked.get(&audit.path("")).await.expect(200);
    asked.get(&audit.row("2")).await.expect(404);
    asked.patch(&audit.row("2"), json!({ "observation": "not mine" })).await.expect(404);
    assert_eq!(asked.get("/api/requirement-assignments/").await.expect(200).json["count"], json!(1));
    // Nobody else's assignment, audit or row is told of anywhere.
    let admins = actor_of(&world.app, blackbox::ADMIN).await;
    let other =
        world.app.admin().post("/api/requirement-assignments/", world.body(&["2"], &[&admins])).await.expect(201).id();
    let closed = Audit::make(&world.app, "Secret audit", "asked", &world.folder, json!({})).await;
    asked.get(&format!("/api/requirement-assignments/{other}/")).await.expect(404);
    asked.get(&closed.path("")).await.expect(404);
    for path in [
        "/api/compliance-assessments/".to_owned(),
        "/api/requirement-assessments/".into(),
        "/api/requirement-assignments/".into(),
        "/api/compliance-assessments/auditee-dashboard/".into(),
        format!("/api/requirement-assignments/{id}/requirements_list/"),
        audit.path(""),
        audit.path("requirements_list/"),
        audit.path("tree/"),
        audit.path("global_score/"),
        audit.path("donut_data/"),
        "/api/compliance-assessments/recap/".into(),
    ] {
        let told = asked.get(&path).await.expect(200).text;
        for hidden in [&audit.rows["2"], &audit.rows["s"], &closed.id, &other, &"Secret audit".to_owned()] {
            assert!(!told.contains(hidden.as_str()), "{path} tells of {hidden}: {told}");
        }
    }
    // A change to the assignment acts at once.
    let fewer = json!({ "requirement_assessments": [audit.rows["3"]] });
    world.app.admin().patch(&format!("/api/requirement-assignments/{id}/"), fewer).await.expect(200);
    asked.get(&audit.row("1")).await.expect(404);
    // Through a team it works as well.
    let me = asked.get("/api/iam/current-user/").await.expect(200).json;
    assert_eq!(me["is_auditee"], json!(true));
    let team = json!({ "name": "Team", "folder": world.folder, "members": [me["id"]] });
    world.app.admin().post("/api/teams/", team).await.expect(201);
    let team = actor_of(&world.app, "team").await;
    world.app.admin().post("/api/requirement-assignments/", world.body(&["1"], &[&team])).await.expect(201);
    asked.get(&audit.row("1")).await.expect(200);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn respondents_answer_until_they_hand_in() {
    let world = world().await;
    let (asked, admin, row) = (&world.respondent, world.app.admin(), world.audit.row("1"));
    let id = world.assign(&["1"]).await;
    let write = |text: &str| json!({ "observation": text, "status": "done" });
    let second = || world.app.wait(chrono::TimeDelta::seconds(1));
    asked.patch(&row, write("in draft")).await.expect(200);
    let shown = admin.get(&row).await.expect(200).json;
    assert_eq!(
        (&shown["observation"], &shown["status"]),
        (&json!("in draft"), &json!("to_do")),
        "status is not theirs"
    );
    assert!(asked.get(&row).await.expect(200).json.get("status").is_none(), "what is hidden is absent");

    world.to(asked, &id, "in_progress").await.expect(403);
    second();
    world.to(admin, &id, "in_progress").await.expect(200);
    asked.patch(&row, write("in progress")).await.expect(200);
    second();
    assert_eq!(world.to(asked, &id, "submitted").await.expect(200).json, json!({ "status": "submitted" }));
    let refused = asked.patch(&row, write("too late")).await.expect(400).json;
    let sentence = "Cannot modify: this requirement's assignment has been submitted or closed.";
    assert_eq!(refused, json!({ "non_field_errors": [sentence] }));
    let closing = world.to(asked, &id, "closed").await.expect(403).json;
    assert_eq!(closing, json!({ "error": "Auditee users cannot perform this action." }));
    admin.patch(&row, json!({ "status": "in_review" })).await.expect(200);

    second();
    let back = json!({ "status": "changes_requested", "reviewer_observation": "more" });
    world.step(admin, &id, back).await.expect(200);
    asked.patch(&row, write("more")).await.expect(200);
    second();
    world.to(asked, &id, "submitted").await.expect(200);
    second();
    world.to(admin, &id, "closed").await.expect(200);
    asked.patch(&row, write("closed")).await.expect(400);
    world.to(asked, &id, "submitted").await.expect(403);
    // Assignments themselves are not theirs to change.
    let path = format!("/api/requirement-assignments/{id}/");
    asked.patch(&path, json!({ "actor": [world.actor] })).await.expect(403);
    asked.delete(&path).await.expect(403);
    asked.post("/api/requirement-assignments/", world.body(&["1"], &[&world.actor])).await.expect(403);
    // Reviewers stay unnamed to those who may not see people.
    let events = asked.get(&path).await.expect(200).json["events"].clone();
    assert_eq!((&events[0]["event_type"], &events[0]["event_actor"]), (&json!("closed"), &json!(null)));
    assert_eq!(events[1]["event_actor"]["email"], json!(RESPONDENT));
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_everything_gives_no_more_than_answering() {
    let world = world().await;
    let admin = world.app.admin();
    // A reader of the domain who is asked about one row.
    let both = twice(&world.app, "both@example.org", ["Ours - Reader", "Ours - Respondent"]).await;
    let actor = actor_of(&world.app, "both@example.org").await;
    let id = admin.post("/api/requirement-assignments/", world.body(&["1"], &[&actor])).await.expect(201).id();
    let (mine, other) = (world.audit.row("1"), world.audit.row("2"));
    both.get(&other).await.expect(200);
    both.patch(&other, json!({ "observation": "mine" })).await.expect(403);
    let result = json!({ "field_visibility": { "result": { "respondent": "read" } } });
    admin.patch(&world.audit.path(""), result).await.expect(200);
    let all = json!({ "status": "done", "result": "compliant", "observation": "mine" });
    both.patch(&mine, all).await.expect(200);
    let kept = admin.get(&mine).await.expect(200).json;
    assert_eq!(
        (&kept["status"], &kept["result"], &kept["observation"]),
        (&json!("to_do"), &json!("not_assessed"), &json!("mine")),
        "what is for auditors is not theirs, although they see it"
    );
    let second = || world.app.wait(chrono::TimeDelta::seconds(1));
    world.to(&both, &id, "in_progress").await.expect(403);
    world.to(admin, &id, "in_progress").await.expect(200);
    second();
    world.to(&both, &id, "submitted").await.expect(200);
    second();
    for (status, notes) in [("closed", ""), ("changes_requested", "again")] {
        let step = json!({ "status": status, "reviewer_observation": notes });
        let refused = world.step(&both, &id, step).await.expect(403).json;
        assert_eq!(refused, json!({ "error": "Auditee users cannot perform this action." }), "{status}");
    }
    both.patch(&mine, json!({ "observation": "too late" })).await.expect(400);
    let control = json!({ "name": "Late", "folder": world.folder, "requirement_assessments": [world.audit.rows["1"]] });
    both.post("/api/applied-controls/", control).await.expect(400);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_is_for_those_who_assign_where_the_audit_is() {
    let world = world().await;
    let theirs = world.app.domain("Theirs", None).await;
    let stranger = twice(&world.app, "stranger@example.org", ["Theirs - Analyst", "Ours - Reader"]).await;
    let me = actor_of(&world.app, "stranger@example.org").await;
    let mut body = world.body(&["1"], &[&me]);
    body["folder"] = json!(theirs);
    stranger.post("/api/requirement-assignments/", body.clone()).await.expect(403);
    assert_eq!(world.app.admin().get("/api/requirement-assignments/").await.expect(200).json["count"], json!(0));
    let made = world.app.admin().post("/api/requirement-assignments/", body).await.expect(201).id();
    // Nor is it for whoever may change the assignment where it stands.
    let path = format!("/api/requirement-assignments/{made}/");
    let more = json!({ "requirement_assessments": [world.audit.rows["1"], world.audit.rows["2"]] });
    stranger.patch(&path, more).await.expect(403);
    stranger.patch(&path, json!({ "actor": [me] })).await.expect(403);
    stranger.patch(&path, json!({ "is_published": false })).await.expect(200);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_counts_what_is_mine() {
    let world = world().await;
    let asked = &world.respondent;
    let path = "/api/compliance-assessments/auditee-dashboard/";
    assert_eq!(asked.get(path).await.expect(200).json, json!([]));
    let id = world.assign(&["1", "2", "3"]).await;
    asked.patch(&world.audit.row("1"), json!({ "result": "compliant" })).await.expect(200);
    let shown = asked.get(path).await.expect(200).json;
    let row = &shown[0];
    assert_eq!((&row["id"], &row["assignment_id"]), (&json!(world.audit.id), &json!(id)));
    assert_eq!((&row["name"], &row["folder"]["str"]), (&json!("The audit"), &json!("Ours")));
    assert_eq!((&row["status"], &row["assignment_status"]), (&json!("planned"), &json!("draft")));
    assert_eq!(row["actor"], json!([{ "str": RESPONDENT, "id": world.actor }]));
    assert_eq!(row["framework"]["str"], json!(world.audit.framework_label(&world.app).await));
    let numbers = ["total_requirements", "assessed_requirements", "progress_percent"].map(|name| row[name].clone());
    assert_eq!(numbers, [json!(3), json!(1), json!(33)]);
    // It is about me: nothing is assigned to the administrator.
    assert_eq!(world.app.admin().get(path).await.expect(200).json, json!([]));
    let is_auditee = world.audit.path("is-auditee/");
    assert_eq!(asked.get(&is_auditee).await.expect(200).json, json!({ "is_auditee": true }));
    assert_eq!(world.app.admin().get(&is_auditee).await.expect(200).json, json!({ "is_auditee": false }));

    let list = asked.get(&format!("/api/requirement-assignments/{id}/requirements_list/")).await.expect(200).json;
    assert_eq!((list["requirements"].as_array().map(Vec::len), &list["viewer_role"]), (Some(4), &json!("respondent")));
    assert_eq!(list["requirement_assessments"].as_array().map(Vec::len), Some(3));
    assert_eq!(list["total_visible_questions"], json!(0));
    assert!(list["requirement_assessments"][0].get("status").is_none(), "rows are shown as to respondents");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_for_every_row_is_not_narrowed() {
    let world = world().await;
    let both = world.app.person("both@example.org", Some("Ours - Reader")).await;
    let me = both.get("/api/iam/current-user/").await.expect(200).json["id"].clone();
    let group = world.app.group("Ours - Respondent").await;
    let members = json!({ "users": [me] });
    world.app.admin().post(&format!("/api/user-groups/{group}/add-members/"), members).await.expect(200);
    // Sees everything as a reader, and changes what is assigned.
    assert_eq!(rows_of(&both, &world.audit.id).await.len(), 4);
    both.patch(&world.audit.row("1"), json!({ "observation": "no" })).await.expect(403);
    let actor = actor_of(&world.app, "both@example.org").await;
    world.app.admin().post("/api/requirement-assignments/", world.body(&["1"], &[&actor])).await.expect(201);
    both.patch(&world.audit.row("1"), json!({ "observation": "yes" })).await.expect(200);
    both.patch(&world.audit.row("2"), json!({ "observation": "no" })).await.expect(403);
    let batch = json!({ "action": "change_field", "field": "observation", "value": "all",
        "ids": [world.audit.rows["1"], world.audit.rows["2"]] });
    let done = both.post("/api/requirement-assessments/batch-action/", batch).await.expect(200).json;
    assert_eq!(
        (done["succeeded"].as_array().map(Vec::len), done["failed"].as_array().map(Vec::len)),
        (Some(1), Some(1))
    );
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn audits_are_among_what_is_assigned_to_people() {
    let world = world().await;
    let path = "/api/folders/my_assignments/";
    let mine = async |who: &Actor| {
        let told = who.get(path).await.expect(200).json;
        let names = told["audits"].as_array().expect("a list").iter().map(|audit| audit["name"].clone());
        (names.collect::<Vec<_>>(), told["metrics"]["progress"]["audits"].clone())
    };
    let second =
        Audit::make(&world.app, "The second", "asked", &world.folder, json!({ "due_date": "2027-01-01" })).await;
    assert_eq!(mine(&world.respondent).await, (vec![], json!(0)));
    world.assign(&["1", "2"]).await;
    world.respondent.patch(&world.audit.row("1"), json!({ "result": "compliant" })).await.expect(200);
    assert_eq!(mine(&world.respondent).await, (vec![json!("The audit")], json!(50)));

    let reader = world.app.person("reader@example.org", Some("Ours - Reader")).await;
    let actor = actor_of(&world.app, "reader@example.org").await;
    let theirs = world.app.domain("Theirs", None).await;
    let hidden = Audit::make(&world.app, "Hidden", "asked", &theirs, json!({})).await;
    for (audit, role) in [(&world.audit, "authors"), (&second, "reviewers"), (&hidden, "authors")] {
        world.app.admin().patch(&audit.path(""), json!({ role: [actor] })).await.expect(200);
    }
    assert_eq!(mine(&reader).await.0, ["The second", "The audit"], "the most urgent first, and nothing hidden");
    assert_eq!(mine(world.app.admin()).await.0, Vec::<Value>::new());
    world.app.stop().await;
}
