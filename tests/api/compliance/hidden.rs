//! What an audit hides from respondents, no view and no document tells them: whatever is found, they read the same.

use super::files::{at, at_row, audit, row, rows, stage};
use super::other_end::twice;
use super::seen::VIEWS;
use super::shelf::actor_of;
use blackbox::{Actor, Answer, TestApp};
use serde_json::{Map, Value, json};

pub(super) const FIELDS: [&str; 10] = [
    "score",
    "is_scored",
    "documentation_score",
    "status",
    "result",
    "extended_result",
    "respondent_alignment",
    "observation",
    "evidences",
    "applied_controls",
];

/// Two audits of one framework, all of whose rows are assigned to a respondent, who is an analyst elsewhere.
struct World {
    app: TestApp,
    domain: String,
    framework: String,
    theirs: String,
    audits: [String; 2],
    respondent: Actor,
}

/// Auditors see everything, respondents all but these.
pub(super) fn hiding(fields: &[&str]) -> Value {
    let level = |field: &str| if fields.contains(&field) { "hidden" } else { "edit" };
    let levels = FIELDS.map(|field| (field.to_owned(), json!({ "auditor": "edit", "respondent": level(field) })));
    json!({ "field_visibility": levels.into_iter().collect::<Map<_, _>>() })
}

async fn world(name: &str, hidden: &[&str]) -> World {
    let (app, domain, framework) = stage(name).await;
    let theirs = app.domain("Theirs", None).await;
    let admin = app.admin();
    let respondent = twice(&app, "asked@example.org", ["Ours - Respondent", "Theirs - Analyst"]).await;
    let actor = actor_of(&app, "asked@example.org").await;
    let mut audits = Vec::new();
    for name in ["First", "Second"] {
        let mut body = hiding(hidden);
        body["selected_implementation_groups"] = json!(["L1", "L2"]);
        let id = audit(admin, name, &domain, &framework, body).await;
        let all: Vec<Value> = rows(admin, &id).await.iter().map(|row| row["id"].clone()).collect();
        let body =
            json!({ "compliance_assessment": id, "folder": domain, "actor": [actor], "requirement_assessments": all });
        admin.post("/api/requirement-assignments/", body).await.expect(201);
        audits.push(id);
    }
    let audits = audits.try_into().expect("two");
    World { app, domain, framework, theirs, audits, respondent }
}

impl World {
    /// Everything that can be asked about the first audit and its rows.
    async fn asked(&self, who: &Actor) -> Vec<(String, Answer)> {
        let [first, second] = &self.audits;
        let one = row(self.app.admin(), first, "1.1").await;
        let mut paths: Vec<String> = VIEWS.iter().map(|view| at(first, view)).collect();
        paths.extend([
            at(first, ""),
            at(first, "syncToActions/"),
            at(first, "frameworks/"),
            format!("/api/frameworks/{}/report/", self.framework),
            at(first, &format!("compare/?compare_id={second}")),
            at(first, &format!("map_from_preview/?source_audit_id={second}")),
            at_row(&one),
            format!("{}object/", at_row(&one)),
            format!("/api/requirement-assessments/?compliance_assessment={first}"),
        ]);
        for view in ["", "recap/", "analytics/", "quality_check/", "auditee-dashboard/"] {
            paths.push(format!("/api/compliance-assessments/{view}"));
        }
        let mut answers = Vec::new();
        for path in paths {
            let answer = who.get(&path).await.expect(200);
            answers.push((path, answer));
        }
        answers
    }

    /// Finds something in rows of both audits, in all fields.
    async fn find(&self, fields: &[&str]) {
        let admin = self.app.admin();
        let make = async |kind: &str, name: &str| {
            let body = json!({ "name": format!("{name} {}", fields.len()), "folder": self.domain });
            admin.post(&format!("/api/{kind}/"), body).await.expect(201).id()
        };
        let (control, evidence) = (make("applied-controls", "Zaun").await, make("evidences", "Beleg").await);
        let active = json!({ "evidences": [evidence], "status": "active" });
        admin.patch(&format!("/api/applied-controls/{control}/"), active).await.expect(200);
        let found = json!({
            "status": "done", "result": "compliant", "extended_result": "good_practice", "observation": "Geheimnis",
            "score": 3, "is_scored": true, "documentation_score": 2, "respondent_alignment": "no",
            "applied_controls": [control], "evidences": [evidence],
        });
        let found: Map<String, Value> =
            fields.iter().map(|field| ((*field).to_owned(), found[*field].clone())).collect();
        for (audit, requirements) in self.audits.iter().zip([&["1.1", "1.2"][..], &["2.1"]]) {
            for requirement in requirements {
                let path = at_row(&row(admin, audit, requirement).await);
                admin.patch(&path, Value::Object(found.clone())).await.expect(200);
            }
        }
    }
}

/// Paths whose answers differ.
fn changed(before: &[(String, Answer)], after: &[(String, Answer)]) -> Vec<String> {
    let pairs = before.iter().zip(after);
    pairs.filter(|((_, a), (_, b))| a.bytes != b.bytes).map(|((path, _), _)| path.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_found_respondents_read_the_same() {
    let world = world("hide", &FIELDS).await;
    let before = (world.asked(&world.respondent).await, world.asked(world.app.admin()).await);
    world.find(&FIELDS).await;
    let after = (world.asked(&world.respondent).await, world.asked(world.app.admin()).await);
    for ((path, before), (_, after)) in before.0.iter().zip(&after.0) {
        assert_eq!(before.text, after.text, "{path} tells respondents what is hidden from them");
        assert_eq!(before.bytes, after.bytes, "{path}");
        for word in ["Geheimnis", "Zaun", "Beleg"] {
            assert!(!after.text.contains(word), "{path} tells of {word}");
        }
    }
    // The same requests do tell those who assess.
    let told = changed(&before.1, &after.1);
    println!("{} of {} answers change for auditors", told.len(), before.1.len());
    assert!(told.len() >= 30, "{told:#?}");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn status_and_observation_stay_with_the_auditors() {
    let hidden = ["status", "observation"];
    let world = world("part", &hidden).await;
    let before = world.asked(&world.respondent).await;
    world.find(&hidden).await;
    let after = world.asked(&world.respondent).await;
    assert_eq!(changed(&before, &after), Vec::<String>::new());

    world.find(&FIELDS).await;
    let (asked, first) = (&world.respondent, &world.audits[0]);
    for (path, answer) in world.asked(asked).await {
        assert!(!answer.text.contains("Geheimnis"), "{path}");
    }
    let values = |donut: &Value| -> i64 {
        donut["values"].as_array().expect("a list").iter().filter_map(|value| value["value"].as_i64()).sum()
    };
    let donuts = asked.get(&at(first, "donut_data/")).await.expect(200).json;
    assert_eq!((values(&donuts["result"]), values(&donuts["status"])), (3, 0), "what is open is counted");
    let shown = asked.get(&at(first, "")).await.expect(200).json;
    assert_eq!(shown["progress"], json!(66), "by the result, as the status is out of sight");
    let plan = asked.get(&at(first, "action-plan/")).await.expect(200).json;
    assert_eq!(plan["count"], 1);

    // What was written is answered without it, too.
    let path = at_row(&row(world.app.admin(), first, "1.1").await);
    let written = asked.patch(&path, json!({ "score": 4, "status": "to_do", "observation": "mine" })).await.expect(200);
    assert_eq!((&written.json["score"], written.json.get("status")), (&json!(4), None));
    assert_eq!(written.json.get("observation"), None);
    let kept = world.app.admin().get(&path).await.expect(200).json;
    assert_eq!((&kept["status"], &kept["observation"]), (&json!("done"), &json!("Geheimnis")));

    // A new audit elsewhere begins with what its author saw.
    let copy = json!({ "baseline": first });
    let copy = audit(asked, "Copy", &world.theirs, &world.framework, copy).await;
    let taken = asked.get(&at_row(&row(asked, &copy, "1.1").await)).await.expect(200).json;
    assert_eq!((&taken["result"], &taken["status"]), (&json!("compliant"), &json!("to_do")));
    assert_eq!(taken["observation"], json!(null));
    let merged = audit(asked, "Merged", &world.theirs, &world.framework, json!({})).await;
    asked.post(&at(&merged, "map_from/"), json!({ "source_audit_id": first })).await.expect(200);
    let taken = asked.get(&at_row(&row(asked, &merged, "1.1").await)).await.expect(200).json;
    assert_eq!((&taken["result"], &taken["status"]), (&json!("compliant"), &json!("to_do")));
    assert_eq!(taken["observation"], json!(null));
    world.app.stop().await;
}
