//! Answers one by one: rows of their own that say the same as the `answers` of a row of an audit.

use super::shelf::{Audit, actor_of, load, node, questions};
use blackbox::{Actor, Answer, TestApp};
use serde_json::{Value, json};

const ANSWERS: &str = "/api/answers/";
const RESPONDENT: &str = "respondent@example.org";
const TAKEN: &str = "The fields requirement_assessment, question must make a unique set.";

struct Asked {
    app: TestApp,
    folder: String,
    audit: Audit,
}

/// An audit of the framework with questions; scores are in sight.
async fn asked() -> Asked {
    let app = TestApp::start().await;
    load(&app, questions("asked")).await;
    let folder = app.domain("Ours", None).await;
    let open = json!({ "auditor": "edit", "respondent": "edit" });
    let body = json!({ "field_visibility": { "score": open, "is_scored": open } });
    let audit = Audit::make(&app, "Asked", "asked", &folder, body).await;
    Asked { app, folder, audit }
}

fn urn(number: u32) -> String {
    format!("{}:question:{number}", node("asked", "r1"))
}

fn choice_urn(question: u32, number: u32) -> String {
    format!("{}:choice:{number}", urn(question))
}

fn at(id: &str) -> String {
    format!("{ANSWERS}{id}/")
}

impl Asked {
    fn admin(&self) -> &Actor {
        self.app.admin()
    }

    async fn find(&self, kind: &str, urn: &str) -> String {
        let found = self.admin().get(&format!("/api/{kind}/?urn={urn}")).await.expect(200).rows();
        found[0]["id"].as_str().expect("an id").to_owned()
    }

    async fn question(&self, number: u32) -> String {
        self.find("questions", &urn(number)).await
    }

    async fn choice(&self, question: u32, number: u32) -> String {
        self.find("question-choices", &choice_urn(question, number)).await
    }

    fn row(&self) -> &String {
        &self.audit.rows["r1"]
    }

    async fn answer(&self, actor: &Actor, question: u32, more: Value) -> Answer {
        // Lists come in the order of creation.
        self.app.wait(chrono::TimeDelta::seconds(1));
        let mut body = json!({ "requirement_assessment": self.row(), "question": self.question(question).await });
        body.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
        actor.post(ANSWERS, body).await
    }

    async fn shown(&self) -> Value {
        self.admin().get(&self.audit.row("r1")).await.expect(200).json
    }

    /// What the row says, and what came of it.
    async fn says(&self) -> (Value, Value, Value) {
        let row = self.shown().await;
        let said: serde_json::Map<String, Value> = row["answers"]
            .as_object()
            .expect("a map")
            .iter()
            .map(|(urn, value)| (urn.rsplit(':').next().expect("a number").to_owned(), value.clone()))
            .collect();
        (Value::Object(said), row["result"].clone(), row["score"].clone())
    }

    async fn listed(&self, query: &str) -> Vec<Value> {
        self.admin().get(&format!("{ANSWERS}?{query}")).await.expect(200).rows()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_and_the_answers_of_its_row_are_the_same() {
    let asked = asked().await;
    let admin = asked.admin();
    let (five, one) = (asked.choice(1, 5).await, asked.choice(2, 1).await);
    let made = asked.answer(admin, 1, json!({ "selected_choices": [five] })).await.expect(201);
    let (row, question) = (json!(asked.row()), json!(asked.question(1).await));
    assert_eq!(
        made.json,
        json!({
            "id": made.id(), "folder": asked.folder, "selected_choices": [five], "is_published": false, "value": null,
            "requirement_assessment": row, "question": question,
        })
    );
    let shown = admin.get(&at(&made.id())).await.expect(200).json;
    assert_eq!(shown["selected_choices"], json!([{ "str": "5: c5", "id": five }]));
    assert_eq!(shown["folder"], json!({ "str": "Ours", "id": asked.folder }));
    assert_eq!((&shown["requirement_assessment"], &shown["question"]), (&row, &question));
    assert_eq!(
        admin.get(&format!("{}object/", at(&made.id()))).await.expect(200).json["selected_choices"],
        json!([five])
    );

    // The row says it too, and what follows from it follows when the last answer is there.
    asked.answer(admin, 2, json!({ "selected_choices": [one] })).await.expect(201);
    assert_eq!(asked.says().await.1, json!("not_assessed"));
    let text = asked.answer(admin, 3, json!({ "value": "x" })).await.expect(201).id();
    let all = json!({ "1": choice_urn(1, 5), "2": [choice_urn(2, 1)], "3": "x", "4": null });
    assert_eq!(asked.says().await, (all, json!("compliant"), json!(3)));

    // The other way: the row is written, and its answers are the same ones, with their ids.
    let patch = json!({ "answers": { urn(3): "y", urn(1): choice_urn(1, 1), urn(4): choice_urn(4, 1) } });
    asked.app.wait(chrono::TimeDelta::seconds(1));
    admin.patch(&asked.audit.row("r1"), patch).await.expect(200);
    let listed = asked.listed(&format!("requirement_assessment={}", asked.row())).await;
    assert_eq!(listed.len(), 4);
    assert_eq!((&listed[0]["id"], &listed[2]["id"]), (&json!(made.id()), &json!(text)));
    assert_eq!(listed[0]["selected_choices"][0]["str"], json!("1: c1"));
    assert_eq!((&listed[2]["value"], &listed[3]["selected_choices"][0]["str"]), (&json!("y"), &json!("1: c1")));
    assert_ne!(listed[2]["updated_at"], listed[2]["created_at"]);
    assert_eq!(listed[1]["updated_at"], listed[1]["created_at"], "what says the same is left alone");
    let one_question = asked.listed(&format!("question={}", asked.question(4).await)).await;
    assert_eq!(one_question.len(), 1);
    let other = &asked.audit.rows["r2"];
    assert_eq!(asked.listed(&format!("requirement_assessment={other}")).await, Vec::<Value>::new());

    // A change alone, by PATCH and by PUT.
    admin.patch(&at(&text), json!({ "value": "z" })).await.expect(200);
    let body = json!({ "requirement_assessment": row, "question": question, "selected_choices": [five] });
    admin.put(&at(&made.id()), body).await.expect(200);
    let (said, ..) = asked.says().await;
    assert_eq!((&said["3"], &said["1"]), (&json!("z"), &json!(choice_urn(1, 5))));
    // What is taken back stays as a row that says nothing; what is deleted is gone. Both count as no answer.
    admin.patch(&asked.audit.row("r1"), json!({ "answers": { urn(3): null } })).await.expect(200);
    assert_eq!(admin.get(&at(&text)).await.expect(200).json["value"], json!(null));
    assert_eq!(asked.says().await.1, json!("not_assessed"));
    // A text is a text, whatever it looks like.
    for again in ["5", "true", "null", "{\"a\": 1}", " again "] {
        admin.patch(&at(&text), json!({ "value": again })).await.expect(200);
        let (said, result, _) = asked.says().await;
        assert_eq!((&said["3"], &result), (&json!(again), &json!("compliant")));
    }
    asked.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_fits_its_question_and_is_the_only_one() {
    let asked = asked().await;
    let admin = asked.admin();
    let (one, two, others) = (asked.choice(1, 1).await, asked.choice(1, 2).await, asked.choice(2, 1).await);
    let unknown = "00000000-0000-4000-8000-000000000000";
    let refused = |field: &str, sentence: &str| json!({ field: [sentence] });
    for (question, body, refusal) in [
        (1, json!({ "selected_choices": [one, two] }), refused("selected_choices", "This question takes one choice.")),
        (
            1,
            json!({ "selected_choices": [others] }),
            refused("selected_choices", "This question does not offer this choice."),
        ),
        (
            1,
            json!({ "selected_choices": [unknown] }),
            refused("selected_choices", &format!("Invalid pk \"{unknown}\" - object does not exist.")),
        ),
        (1, json!({ "value": "c1" }), refused("value", "This question takes a choice, not a value.")),
        (
            3,
            json!({ "selected_choices": [one] }),
            refused("selected_choices", "This question takes a value, not a choice."),
        ),
        (3, json!({ "value": 5 }), refused("value", "Not a valid string.")),
    ] {
        assert_eq!(asked.answer(admin, question, body.clone()).await.expect(400).json, refusal, "{body}");
    }
    let elsewhere = json!({ "requirement_assessment": asked.audit.rows["r3"], "question": asked.question(1).await });
    let sentence = "The requirement of this row does not ask this question.";
    assert_eq!(admin.post(ANSWERS, elsewhere).await.expect(400).json, refused("question", sentence));
    let missing = admin.post(ANSWERS, json!({ "value": "x" })).await.expect(400).json;
    let required = json!(["This field is required."]);
    assert_eq!(missing, json!({ "requirement_assessment": required, "question": required }));
    assert_eq!(admin.get(ANSWERS).await.expect(200).json["count"], 0, "what is refused leaves nothing");

    // Nothing said is an answer that says nothing.
    let empty = asked.answer(admin, 1, json!({ "value": null, "selected_choices": [] })).await.expect(201).id();
    assert_eq!(
        asked.answer(admin, 1, json!({ "selected_choices": [one] })).await.expect(400).json,
        json!({ "non_field_errors": [TAKEN] })
    );
    // So is an answer that the row was given.
    admin.patch(&asked.audit.row("r1"), json!({ "answers": { urn(3): "x" } })).await.expect(200);
    assert_eq!(
        asked.answer(admin, 3, json!({ "value": "y" })).await.expect(400).json,
        json!({ "non_field_errors": [TAKEN] })
    );
    // The question and the row of an answer are given once.
    let moved = json!({ "question": asked.question(2).await, "requirement_assessment": asked.audit.rows["r2"] });
    let kept = admin.patch(&at(&empty), moved).await.expect(200).json;
    assert_eq!(
        (&kept["question"], &kept["requirement_assessment"]),
        (&json!(asked.question(1).await), &json!(asked.row()))
    );
    asked.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_follow_the_rules_of_their_row() {
    let asked = asked().await;
    let admin = asked.admin();
    let id = asked.answer(admin, 3, json!({ "value": "x" })).await.expect(201).id();
    // The groups that an answer selects are selected at once.
    let six = asked.choice(1, 6).await;
    let chosen = asked.answer(admin, 1, json!({ "selected_choices": [six] })).await.expect(201).id();
    let groups =
        || async { admin.get(&asked.audit.path("")).await.expect(200).json["selected_implementation_groups"].clone() };
    assert_eq!(groups().await, json!(["Bn", "Xn"]));
    admin.patch(&at(&chosen), json!({ "selected_choices": [] })).await.expect(200);
    assert_eq!(groups().await, json!(["Bn"]));
    // The history of the row tells what was said before and after.
    let log = admin.get(&format!("/api/audit-log/?object_id={}", asked.row())).await.expect(200).rows();
    let told = &log[0]["changes"]["answers"];
    assert_eq!((&told[0][urn(1)], &told[1].get(urn(1))), (&json!(choice_urn(1, 6)), &None), "{told}");

    admin.patch(&asked.audit.path(""), json!({ "is_locked": true })).await.expect(200);
    let locked = json!({ "non_field_errors": ["⚠️ Cannot modify the requirement when the audit is locked."] });
    assert_eq!(admin.patch(&at(&id), json!({ "value": "y" })).await.expect(400).json, locked);
    assert_eq!(admin.patch(&at(&id), json!({ "is_published": true })).await.expect(400).json, locked);
    let two = asked.choice(2, 1).await;
    assert_eq!(asked.answer(admin, 2, json!({ "selected_choices": [two] })).await.expect(400).json, locked);
    admin.patch(&asked.audit.path(""), json!({ "is_locked": false })).await.expect(200);
    // Nobody holds the right to delete answers, until a role of one's own gives it.
    admin.delete(&at(&id)).await.expect(403);
    let batch = json!({ "action": "change_field", "ids": [id, chosen], "field": "value", "value": "all" });
    let done = admin.post(&format!("{ANSWERS}batch-action/"), batch).await.expect(200).json;
    assert_eq!((done["succeeded"][0]["id"].clone(), done["failed"][0]["id"].clone()), (json!(id), json!(chosen)));
    assert_eq!(asked.says().await.0["3"], json!("all"));

    // Answers go with their audit, and move with it.
    let theirs = asked.app.domain("Theirs", None).await;
    admin.patch(&asked.audit.path(""), json!({ "folder": theirs })).await.expect(200);
    assert_eq!(admin.get(&at(&id)).await.expect(200).json["folder"]["id"], json!(theirs));
    admin.delete(&asked.audit.path("")).await.expect(204);
    assert_eq!(admin.get(ANSWERS).await.expect(200).json["count"], 0);
    asked.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_deletes_an_answer_takes_it_back() {
    let asked = asked().await;
    let admin = asked.admin();
    let mut permissions = Vec::new();
    for kind in ["answer", "requirementassessment"] {
        for verb in ["view", "add", "change", "delete"] {
            let found =
                admin.get(&format!("/api/permissions/?search={verb}_{kind}&limit=100")).await.expect(200).rows();
            permissions.extend(
                found
                    .iter()
                    .filter(|one| one["codename"] == json!(format!("{verb}_{kind}")))
                    .map(|one| one["id"].clone()),
            );
        }
    }
    let role = json!({ "name": "Eraser", "permissions": permissions });
    let role = admin.post("/api/roles/", role).await.expect(201).id();
    let person = asked.app.person("eraser@example.org", None).await;
    let me = person.get("/api/iam/current-user/").await.expect(200).id();
    let held = json!({
        "name": "held", "user": me, "role": role, "perimeter_folders": [asked.folder], "is_recursive": true,
    });
    admin.post("/api/role-assignments/", held).await.expect(201);
    let id = asked.answer(admin, 3, json!({ "value": "x" })).await.expect(201).id();
    person.delete(&at(&id)).await.expect(204);
    person.get(&at(&id)).await.expect(404);
    assert_eq!(asked.says().await.0["3"], json!(null));
    // And it can be given again.
    asked.answer(admin, 3, json!({ "value": "y" })).await.expect(201);
    asked.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn respondents_answer_what_is_assigned_to_them_until_they_hand_in() {
    let asked = asked().await;
    let admin = asked.admin();
    let respondent = asked.app.person(RESPONDENT, Some("Ours - Respondent")).await;
    let reader = asked.app.person("reader@example.org", Some("Ours - Reader")).await;
    let body = json!({
        "compliance_assessment": asked.audit.id, "folder": asked.folder, "actor": [actor_of(&asked.app, RESPONDENT).await],
        "requirement_assessments": [asked.row()],
    });
    let assignment = admin.post("/api/requirement-assignments/", body).await.expect(201).id();
    admin
        .patch(
            &asked.audit.row("r2"),
            json!({ "answers": { format!("{}:question:1", node("asked", "r2")): "why not" } }),
        )
        .await
        .expect(200);

    asked.answer(&reader, 3, json!({ "value": "x" })).await.expect(403);
    let id = asked.answer(&respondent, 3, json!({ "value": "mine" })).await.expect(201).id();
    let seen = respondent.get(ANSWERS).await.expect(200).rows();
    assert_eq!(seen.iter().map(|row| &row["id"]).collect::<Vec<_>>(), [&json!(id)], "those of others are not shown");
    assert_eq!(admin.get(ANSWERS).await.expect(200).json["count"], 2);
    let theirs = json!({ "requirement_assessment": asked.audit.rows["r2"], "question": asked.question(3).await });
    let refused = respondent.post(ANSWERS, theirs).await.expect(400).json;
    assert!(
        refused["requirement_assessment"][0].as_str().is_some_and(|why| why.contains("does not exist")),
        "{refused}"
    );

    // Where the audit leaves answers to auditors, a respondent's is refused instead of lost.
    let level = |level: &str| json!({ "field_visibility": { "answers": { "auditor": "edit", "respondent": level } } });
    admin.patch(&asked.audit.path(""), level("read")).await.expect(200);
    respondent.patch(&at(&id), json!({ "value": "passed over" })).await.expect(403);
    assert_eq!(asked.says().await.0["3"], json!("mine"));
    admin.patch(&asked.audit.path(""), level("edit")).await.expect(200);

    let step = async |who: &Actor, status: &str| {
        asked.app.wait(chrono::TimeDelta::seconds(1));
        let path = format!("/api/requirement-assignments/{assignment}/set_status/");
        who.post(&path, json!({ "status": status })).await.expect(200);
    };
    step(admin, "in_progress").await;
    step(&respondent, "submitted").await;
    let refused = respondent.patch(&at(&id), json!({ "value": "late" })).await.expect(400).json;
    let sentence = "Cannot modify: this requirement's assignment has been submitted or closed.";
    assert_eq!(refused, json!({ "non_field_errors": [sentence] }));
    asked.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_audit_takes_the_answers_of_its_baseline_over() {
    let asked = asked().await;
    let admin = asked.admin();
    let id = asked.answer(admin, 3, json!({ "value": "x" })).await.expect(201).id();
    let second = Audit::make(&asked.app, "Second", "asked", &asked.folder, json!({ "baseline": asked.audit.id })).await;
    let row = admin.get(&second.row("r1")).await.expect(200).json;
    assert_eq!(row["answers"][urn(3)], json!("x"));
    let listed = asked.listed(&format!("requirement_assessment={}", second.rows["r1"])).await;
    assert_eq!((listed.len(), &listed[0]["value"]), (1, &json!("x")));
    assert_ne!(listed[0]["id"], json!(id));
    asked.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_older_databases_get_names() {
    let asked = asked().await;
    let admin = asked.admin();
    let answers = json!({ urn(1): choice_urn(1, 1), urn(2): [choice_urn(2, 1), choice_urn(2, 2)], urn(3): "it's \"so\"", urn(4): choice_urn(4, 1) });
    admin.patch(&asked.audit.row("r1"), json!({ "answers": answers })).await.expect(200);
    let before = asked.shown().await;
    assert_eq!(before["answers"], answers);

    // As it was before: answers had no names. Some are of questions that nobody asks, or empty.
    let store = &asked.app.program().store;
    let mut old = answers.clone();
    old["urn:nobody:asks"] = json!("x");
    old[format!("{}:question:9", node("asked", "r1"))] = json!(null);
    let old = old.to_string().replace('\'', "''");
    let script = format!(
        "UPDATE requirement_assessments SET answers = '{old}' WHERE id = '{}';
         DROP TABLE answers;
         DELETE FROM schema_migrations WHERE number = 18;",
        asked.row()
    );
    let mut tx = store.begin().await.expect("a transaction");
    tx.script(&script).await.expect("the older schema");
    tx.commit().await.expect("committed");
    let done = store::migrate(store, None, asked.app.clock().now()).await.expect("migrated");
    assert_eq!(done.applied, [18]);

    assert_eq!(asked.shown().await["answers"], answers);
    let listed = asked.listed(&format!("requirement_assessment={}", asked.row())).await;
    assert_eq!(listed.len(), 4);
    // They are answers like any other.
    let text = listed.iter().find(|answer| answer["value"] == json!("it's \"so\"")).expect("the text");
    admin.patch(&at(text["id"].as_str().expect("an id")), json!({ "value": "new" })).await.expect(200);
    assert_eq!(asked.says().await.0["3"], json!("new"));
    asked.app.stop().await;
}

/// A framework that asks these questions.
fn edition(version: u32, questions: &[u32]) -> String {
    let node = node("editions", "r1");
    let one =
        |number: &u32| format!("        {node}:question:{number}:\n          type: text\n          text: Q{number}\n");
    let asked = questions.iter().map(one).collect::<Vec<_>>().concat();
    format!(
        "urn: urn:test:risk:library:editions\nlocale: en\nref_id: editions\nname: Editions\nversion: {version}\n\
         provider: Somebody\npackager: tests\nobjects:\n  framework:\n    urn: urn:test:risk:framework:editions\n    \
         ref_id: editions\n    name: Editions\n    min_score: 0\n    max_score: 4\n    requirement_nodes:\n    \
         - urn: {node}\n      assessable: true\n      ref_id: r1\n      name: R1\n      questions:\n{asked}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_is_asked_again_has_its_answer_again() {
    let app = TestApp::start().await;
    load(&app, edition(1, &[1, 2])).await;
    let folder = app.domain("Ours", None).await;
    let audit = Audit::make(&app, "Over the years", "editions", &folder, json!({})).await;
    let admin = app.admin();
    let urn = |number: u32| format!("{}:question:{number}", node("editions", "r1"));
    admin.patch(&audit.row("r1"), json!({ "answers": { urn(1): "one", urn(2): "two" } })).await.expect(200);
    let values = async || -> Vec<String> {
        let rows = admin.get(ANSWERS).await.expect(200).rows();
        let mut values: Vec<String> =
            rows.iter().map(|answer| answer["value"].as_str().expect("a text").to_owned()).collect();
        values.sort();
        values
    };
    assert_eq!(values().await, ["one", "two"]);
    let update = async |version: u32, questions: &[u32]| {
        app.wait(chrono::TimeDelta::seconds(1));
        admin.upload("/api/stored-libraries/upload/", "editions.yaml", edition(version, questions)).await.expect(201);
        let loaded = admin.get("/api/loaded-libraries/?urn=urn:test:risk:library:editions").await.expect(200).rows();
        let path = format!("/api/loaded-libraries/{}/update/", loaded[0]["id"].as_str().expect("an id"));
        admin.post(&path, json!({})).await.expect(200);
    };
    update(2, &[2]).await;
    assert_eq!(values().await, ["two"]);
    update(3, &[1, 2]).await;
    assert_eq!(values().await, ["one", "two"]);
    app.stop().await;
}
