//! What an audit hides from respondents cannot be inferred either: whatever a filter, an order, a search, a count or the
//! other end of a link could tell of it, reads the same whatever was found.

use super::files::{asking, at, at_row, audit, framework, row, rows, stage};
use super::hidden::{FIELDS, hiding};
use super::other_end::twice;
use super::seen::cost;
use super::shelf::actor_of;
use blackbox::{Actor, TestApp};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds whose lists are asked with every parameter that the document names.
const FILTERED: [&str; 6] =
    ["requirement-assessments", "applied-controls", "policies", "evidences", "compliance-assessments", "comments"];

/// Parameters that views over lists are asked with, too.
const OF_VIEWS: [&str; 5] =
    ["requirement_assessments", "linked_models", "compliance_assessments", "search", "ordering"];

/// Two audits of one framework, all of whose rows are assigned to a respondent: the first hides everything from
/// respondents, the second nothing.
struct World {
    app: TestApp,
    domain: String,
    first: String,
    second: String,
    /// A policy, which is a control, and a piece of evidence, in the same domain.
    control: String,
    evidence: String,
    assignment: String,
    respondent: Actor,
}

async fn world(name: &str) -> World {
    let (app, domain, framework) = stage(name).await;
    app.domain("Theirs", None).await;
    let admin = app.admin();
    let respondent = twice(&app, "asked@example.org", ["Ours - Respondent", "Theirs - Reader"]).await;
    let actor = actor_of(&app, "asked@example.org").await;
    let mut made = Vec::new();
    for (name, hidden) in [("First", &FIELDS[..]), ("Second", &[])] {
        let mut body = hiding(hidden);
        body["selected_implementation_groups"] = json!(["L1", "L2"]);
        let id = audit(admin, name, &domain, &framework, body).await;
        let all: Vec<Value> = rows(admin, &id).await.iter().map(|row| row["id"].clone()).collect();
        let body = json!({
            "compliance_assessment": id, "folder": domain, "actor": [actor], "requirement_assessments": all,
        });
        made.push((id, admin.post("/api/requirement-assignments/", body).await.expect(201).id()));
    }
    let control = json!({ "name": "Zaun", "folder": domain, "category": "policy", "status": "active",
        "priority": 1, "effort": "S", "control_impact": 2, "eta": "2026-12-01", "start_date": "2026-11-01" });
    let control = admin.post("/api/applied-controls/", control).await.expect(201).id();
    let evidence = json!({ "name": "Beleg", "folder": domain, "expiry_date": "2026-12-24" });
    let evidence = admin.post("/api/evidences/", evidence).await.expect(201).id();
    let [(first, assignment), (second, _)] = made.try_into().expect("two audits");
    for about in
        [json!({ "requirement_assessment": row(admin, &first, "1.1").await }), json!({ "applied_control": control })]
    {
        let mut comment = about;
        comment["body"] = json!("What about it?");
        admin.post("/api/comments/", comment).await.expect(201);
    }
    World { app, domain, first, second, control, evidence, assignment, respondent }
}

impl World {
    /// What can be found of a row.
    fn found(&self) -> Value {
        json!({
            "status": "done", "result": "compliant", "extended_result": "good_practice", "observation": "Geheimnis",
            "score": 3, "is_scored": true, "documentation_score": 2, "respondent_alignment": "no",
            "applied_controls": [self.control], "evidences": [self.evidence],
        })
    }

    /// Finds all of it in some rows of an audit.
    async fn find(&self, audit: &str, requirements: &[&str]) {
        let admin = self.app.admin();
        for requirement in requirements {
            admin.patch(&at_row(&row(admin, audit, requirement).await), self.found()).await.expect(200);
        }
    }

    /// Ids by the kind of what they are of.
    async fn ids(&self) -> BTreeMap<&'static str, String> {
        let admin = self.app.admin();
        let one =
            async |path: &str| admin.get(path).await.expect(200).rows()[0]["id"].as_str().expect("an id").to_owned();
        let row = admin.get(&at_row(&row(admin, &self.first, "1.1").await)).await.expect(200).json;
        BTreeMap::from([
            ("requirement-assessments", row["id"].as_str().expect("an id").to_owned()),
            ("requirement-nodes", row["requirement"]["id"].as_str().expect("an id").to_owned()),
            ("applied-controls", self.control.clone()),
            ("policies", self.control.clone()),
            ("evidences", self.evidence.clone()),
            ("compliance-assessments", self.first.clone()),
            ("comments", one("/api/comments/").await),
            ("requirement-assignments", self.assignment.clone()),
            ("frameworks", one("/api/frameworks/").await),
            ("folders", self.domain.clone()),
        ])
    }
}

/// Values that a parameter is tried with, by its schema.
fn values(name: &str, schema: &Value, ids: &BTreeMap<&'static str, String>) -> BTreeSet<String> {
    if name == "ordering" {
        let named = FIELDS.iter().copied().chain(["name", "updated_at", "compliance_assessment", "mapping_inference"]);
        return named
            .flat_map(|field| [field.to_owned(), format!("-{field}"), format!("{field},-created_at")])
            .collect();
    }
    if let Some(several) = schema.get("anyOf").and_then(Value::as_array) {
        return several.iter().flat_map(|one| values(name, one, ids)).collect();
    }
    if let Some(codes) = schema.get("enum").and_then(Value::as_array) {
        return codes.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    let is = |wanted: &str| match &schema["type"] {
        Value::Array(types) => types.iter().any(|one| one == wanted),
        one => one == wanted,
    };
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
    match schema["format"].as_str() {
        Some("uuid") => return ids.values().cloned().collect(),
        Some("date" | "date-time") => return words(&["2026-11-24", "2026-12-24"]),
        _ => {}
    }
    match () {
        () if is("array") => values(name, &schema["items"], ids),
        () if is("boolean") => words(&["true", "false"]),
        () if is("integer") || is("number") => words(&["0", "1", "2", "3"]),
        () => words(&["Geheimnis", "done", "compliant", "1.1", "Zaun", "Beleg", "req"]),
    }
}

/// Everything that the document lets somebody read: lists with each parameter, views, details, whatever else needs no id
/// that is not here.
fn questions(document: &Value, ids: &BTreeMap<&'static str, String>) -> Vec<String> {
    let mut asked = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let (Some(get), Some(kind)) = (item.get("get"), path.split('/').nth(2)) else { continue };
        let path = match ids.get(kind) {
            Some(id) => path.replace("{id}", id),
            None => path.clone(),
        };
        if path.contains('{') {
            continue;
        }
        asked.push(path.clone());
        if !FILTERED.contains(&kind) {
            continue;
        }
        let list = &document["paths"][&format!("/api/{kind}/")]["get"];
        let is_view = path != format!("/api/{kind}/") && !ids.values().any(|id| path.contains(id.as_str()));
        let of = if is_view { list } else { get };
        for parameter in of["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().expect("a name");
            if parameter["in"] != "query" || (is_view && !OF_VIEWS.contains(&name)) {
                continue;
            }
            let values = values(name, &parameter["schema"], ids).into_iter();
            // An order is planned in one place for lists and views.
            let values = values.take(if is_view && name == "ordering" { 4 } else { usize::MAX });
            asked.extend(values.map(|value| format!("{path}?{name}={value}")));
        }
    }
    asked
}

async fn ask(who: &Actor, questions: &[String]) -> Vec<(u16, Vec<u8>)> {
    let mut answers = Vec::with_capacity(questions.len());
    for question in questions {
        let answer = who.get(question).await;
        answers.push((answer.status, answer.bytes));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn no_question_tells_what_was_found() {
    let world = world("infer").await;
    world.find(&world.second, &["1.1", "2.1"]).await;
    let (ids, document) = (world.ids().await, world.app.admin().get("/api/schema/?format=json").await.expect(200).json);
    let questions = questions(&document, &ids);
    // What differs without anything having been found tells nothing: challenges, for one. Lists do not.
    let is_list =
        |question: &str| question.contains('?') || FILTERED.iter().any(|kind| question.contains(&format!("/{kind}/")));
    let others: Vec<String> = questions.iter().filter(|question| !is_list(question)).cloned().collect();
    let some: Vec<String> = questions.iter().step_by(5).cloned().collect();
    let before = (ask(&world.respondent, &questions).await, ask(world.app.admin(), &some).await);
    let twice = (ask(&world.respondent, &others).await, ask(&world.respondent, &others).await);
    world.find(&world.first, &["1.1", "1.2", "2.1"]).await;
    let after = (ask(&world.respondent, &questions).await, ask(world.app.admin(), &some).await);
    let restless: Vec<&String> = others
        .iter()
        .enumerate()
        .filter(|(at, _)| twice.0[*at] != twice.1[*at])
        .map(|(_, question)| question)
        .collect();

    let (mut told, mut open) = (Vec::new(), 0);
    for (at, question) in questions.iter().enumerate() {
        open += usize::from(before.0[at].0 == 200);
        if before.0[at] != after.0[at] && !restless.contains(&question) {
            told.push(format!("{question}\n  {}\n  {}", text(&before.0[at].1), text(&after.0[at].1)));
        }
    }
    let noticed = (0..some.len()).filter(|at| before.1[*at] != after.1[*at]).count();
    println!("{} questions, {open} answered; auditors notice {noticed} of {}", questions.len(), some.len());
    assert!(told.is_empty(), "{} questions tell respondents:\n{}", told.len(), told.join("\n"));
    assert!(restless.len() < 10, "{restless:?}");
    assert!(questions.len() > 1500 && open > 1000 && noticed > 50, "the questions would tell whoever may know");
    world.app.stop().await;
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(600).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_is_as_if_it_were_not_there_and_the_rest_is_found() {
    let world = world("null").await;
    for audit in [&world.first, &world.second] {
        world.find(audit, &["1.1", "2.1"]).await;
    }
    let (asked, admin) = (&world.respondent, world.app.admin());
    let open = [row(admin, &world.second, "1.1").await, row(admin, &world.second, "2.1").await];
    let found = async |who: &Actor, path: &str| -> BTreeSet<String> {
        let rows = who.get(path).await.expect(200).rows();
        rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
    };
    for filter in [
        "status=done".to_owned(),
        "result=compliant".to_owned(),
        "extended_result=good_practice".to_owned(),
        "search=geheimnis".to_owned(),
        format!("applied_controls={}", world.control),
        format!("evidences={}", world.evidence),
    ] {
        let path = format!("/api/requirement-assessments/?{filter}");
        assert_eq!(found(asked, &path).await, open.iter().cloned().collect(), "{filter}");
        assert_eq!(found(admin, &path).await.len(), 4, "{filter}");
    }
    // Of what is hidden nobody can tell that it is something, or nothing.
    let unset = found(asked, "/api/requirement-assessments/?extended_result=--").await;
    assert_eq!(unset.len(), rows(admin, &world.first).await.len() + rows(admin, &world.second).await.len() - 2);
    assert_eq!(found(asked, "/api/requirement-assessments/?search=1.1").await.len(), 2, "names are searched as ever");
    for (order, first) in [("-score", true), ("score", false)] {
        let rows = asked.get(&format!("/api/requirement-assessments/?ordering={order}")).await.expect(200).rows();
        let at = |id: &String| rows.iter().position(|row| row["id"] == **id).expect("listed");
        let places: Vec<usize> = open.iter().map(at).collect();
        let wanted: Vec<usize> = if first { vec![0, 1] } else { vec![rows.len() - 2, rows.len() - 1] };
        assert_eq!(places.iter().copied().collect::<BTreeSet<_>>(), wanted.into_iter().collect(), "{order}");
    }
    // The other end of a link tells of the rows that tell of it.
    for (kind, id) in [("applied-controls", &world.control), ("evidences", &world.evidence)] {
        let rows =
            asked.get(&format!("/api/{kind}/{id}/object/")).await.expect(200).json["requirement_assessments"].clone();
        let rows: BTreeSet<&str> = rows.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        assert_eq!(rows, open.iter().map(String::as_str).collect(), "{kind}");
        let hidden = row(admin, &world.first, "1.1").await;
        for (row, count) in [(&hidden, 0), (&open[0], 1)] {
            let path = format!("/api/{kind}/?requirement_assessments={row}");
            assert_eq!(found(asked, &path).await.len(), count, "{kind}");
            assert_eq!(found(admin, &path).await.len(), 1, "{kind}");
        }
    }
    let info = asked.get("/api/applied-controls/get_controls_info/").await.expect(200).json;
    assert_eq!(info["nodes"][0]["counter"], 2);
    // It costs no statement more.
    let list = "/api/requirement-assessments/";
    let plain = cost(&world.app, asked, list).await;
    for query in ["?result=compliant", "?search=geheimnis", "?ordering=-score,status"] {
        assert_eq!(cost(&world.app, asked, &format!("{list}{query}")).await, plain, "{query}");
    }
    world.app.stop().await;
}

/// What a respondent is told when they write, with links and results that they do not see.
async fn written(world: &World) -> Vec<(String, u16, String)> {
    let (asked, admin) = (&world.respondent, world.app.admin());
    let (first, second) = (row(admin, &world.first, "1.1").await, row(admin, &world.first, "2.1").await);
    let mut told = Vec::new();
    let mut note = |what: &str, answer: blackbox::Answer| told.push((what.to_owned(), answer.status, answer.text));
    for (kind, id) in [("applied-controls", &world.control), ("evidences", &world.evidence)] {
        let path = format!("/api/{kind}/{id}/");
        for wanted in [json!([]), json!([first]), json!([second]), json!([second, first])] {
            let what = format!("PATCH {kind} {wanted}");
            note(&what, asked.patch(&path, json!({ "requirement_assessments": wanted })).await);
        }
        for action in ["add_m2m", "change_m2m"] {
            let body = json!({ "action": action, "field": "requirement_assessments", "value": [first], "ids": [id] });
            note(&format!("{action} {kind}"), asked.post(&format!("/api/{kind}/batch-action/"), body).await);
        }
        note(&format!("cascade {kind}"), asked.get(&format!("{path}cascade-info/")).await);
    }
    for row in [&first, &second] {
        note("suggest", asked.post(&format!("{}suggestions/applied-controls/", at_row(row)), json!({})).await);
        note("cascade row", asked.get(&format!("{}cascade-info/", at_row(row))).await);
        for body in [
            json!({ "extended_result": "good_practice" }),
            json!({ "extended_result": "major_nonconformity" }),
            json!({ "result": "non_compliant" }),
            json!({ "applied_controls": [] }),
            json!({ "evidences": [], "score": 99 }),
        ] {
            note(&format!("PATCH row {body}"), asked.patch(&at_row(row), body).await);
        }
    }
    let mut log = asked.get("/api/audit-log/?resource=requirement-assessments").await.expect(200);
    // Entries of one instant have no order.
    let entry = |entry: &Value| format!("{} {} {}", entry["action"], entry["object_id"], entry["changes"]);
    let entries: BTreeSet<String> = log.rows().iter().map(entry).collect();
    assert!(!entries.is_empty());
    log.text = entries.into_iter().collect::<Vec<_>>().join("\n");
    note("log", log);
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_tells_nothing_and_takes_nothing_away() {
    for shown in [&[][..], &["extended_result"], &["result"]] {
        let mut told = Vec::new();
        for is_found in [false, true] {
            let world = world("write").await;
            let admin = world.app.admin();
            let hidden: Vec<&str> = FIELDS.iter().copied().filter(|field| !shown.contains(field)).collect();
            admin.patch(&at(&world.first, ""), hiding(&hidden)).await.expect(200);
            let (first, second) = (row(admin, &world.first, "1.1").await, row(admin, &world.first, "2.1").await);
            if is_found {
                let mut found = world.found();
                // What is shown is the same in both.
                found.as_object_mut().expect("an object").retain(|field, _| !shown.contains(&field.as_str()));
                if shown.contains(&"result") {
                    found["extended_result"] = json!("observation_sensitive_point");
                }
                for row in [&first, &second] {
                    admin.patch(&at_row(row), found.clone()).await.expect(200);
                }
            }
            let answers = written(&world).await;
            for row in [&first, &second] {
                let kept = admin.get(&at_row(row)).await.expect(200).json;
                let links = usize::from(is_found);
                for field in ["applied_controls", "evidences"] {
                    assert_eq!(kept[field].as_array().map(Vec::len), Some(links), "{field}: hidden links stay");
                }
            }
            // Ids are drawn from one seed, so both worlds say the same as far as they do the same.
            told.push((answers, [first, second, world.control.clone(), world.evidence.clone()]));
            world.app.stop().await;
        }
        let plain = |(answers, ids): &(Vec<(String, u16, String)>, [String; 4])| -> Vec<(String, u16, String)> {
            let named = |text: &String| {
                ids.iter()
                    .enumerate()
                    .fold(text.clone(), |text, (at, id)| text.replace(id.as_str(), &format!("<{at}>")))
            };
            answers.iter().map(|(what, status, text)| (named(what), *status, shape(&named(text)))).collect()
        };
        for (before, after) in plain(&told[0]).iter().zip(&plain(&told[1])) {
            assert_eq!(before, after, "shown: {shown:?}");
        }
    }
}

/// An answer without the ids that every program draws anew.
fn shape(text: &str) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => without_ids(value).to_string(),
        Err(_) => text.to_owned(),
    }
}

fn without_ids(value: Value) -> Value {
    match value {
        Value::String(text) if text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4 => {
            json!("<id>")
        }
        Value::Array(list) => list.into_iter().map(without_ids).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, without_ids(value))).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_history_does_not_tell_what_answers_made_of_a_row() {
    let world = world("own").await;
    let admin = world.app.admin();
    let questions = framework(&world.app, "ask", asking("ask")).await;
    let hidden = ["result", "score", "is_scored"];
    let id = audit(admin, "Asked", &world.domain, &questions, hiding(&hidden)).await;
    let first = row(admin, &id, "r1").await;
    let body = json!({ "compliance_assessment": id, "folder": world.domain, "requirement_assessments": [first],
        "actor": [actor_of(&world.app, "asked@example.org").await] });
    admin.post("/api/requirement-assignments/", body).await.expect(201);
    let q = |number: u32| format!("urn:test:risk:req_node:ask:r1:question:{number}");
    let answers = json!({ q(1): format!("{}:choice:1", q(1)), q(2): "because" });
    let answers = json!({ "answers": answers, "observation": "mine" });
    world.respondent.patch(&at_row(&first), answers).await.expect(200);
    let made = admin.get(&at_row(&first)).await.expect(200).json;
    assert_eq!((&made["result"], &made["score"]), (&json!("compliant"), &json!(7)));
    let log = format!("/api/audit-log/?object_id={first}");
    let told = world.respondent.get(&log).await.expect(200).rows();
    assert_eq!(told.len(), 1, "{told:?}");
    let changes = told[0]["changes"].as_object().expect("an object");
    assert!(changes.contains_key("answers") && changes.contains_key("observation"), "{changes:?}");
    assert!(hidden.iter().all(|field| !changes.contains_key(*field)), "{changes:?}");
    let told = admin.get(&log).await.expect(200).rows();
    let all = told.iter().find(|entry| entry["changes"]["answers"].is_array()).expect("the same entry");
    assert_eq!(all["changes"]["result"], json!(["not_assessed", "compliant"]));

    // Where the row is gone, nobody knows any more what it kept.
    admin.delete(&at(&id, "")).await.expect(204);
    let told = world.respondent.get(&log).await.expect(200).rows();
    let changes = told[0]["changes"].as_object().expect("an object");
    assert!(changes.contains_key("answers") && !changes.contains_key("result"), "{changes:?}");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn days_on_which_only_hidden_things_changed_are_no_points() {
    let world = world("days").await;
    world.app.wait(chrono::TimeDelta::days(2));
    let admin = world.app.sign_in(blackbox::ADMIN).await;
    let respondent = world.app.sign_in("asked@example.org").await;
    for (audit, points) in [(&world.first, 1), (&world.second, 2)] {
        let about = at_row(&row(&admin, audit, "1.1").await);
        admin.patch(&about, json!({ "status": "done", "observation": "Geheimnis" })).await.expect(200);
        let told = respondent.get(&at(audit, "progress_ts/")).await.expect(200).json;
        assert_eq!(told["data"].as_array().map(Vec::len), Some(points), "{told}");
    }
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_of_others_count_nowhere() {
    let app = TestApp::start().await;
    let domain = app.domain("Ours", None).await;
    let framework = framework(&app, "ask", asking("ask")).await;
    let admin = app.admin();
    let respondent = app.person("asked@example.org", Some("Ours - Respondent")).await;
    let both = json!({ "selected_implementation_groups": ["B", "X"] });
    let id = audit(admin, "Q", &domain, &framework, both).await;
    let q = "urn:test:risk:req_node:ask:r1:question";
    let answered = json!({ "answers": { format!("{q}:1"): format!("{q}:1:choice:1") } });
    admin.patch(&at_row(&row(admin, &id, "r1").await), answered).await.expect(200);
    let actor = actor_of(&app, "asked@example.org").await;
    let progress = async |who: &Actor| who.get(&at(&id, "")).await.expect(200).json["answers_progress"].clone();
    for (requirement, seen) in [("r2", json!(null)), ("r1", json!(50))] {
        let one = row(admin, &id, requirement).await;
        let body = json!({ "compliance_assessment": id, "folder": domain, "actor": [actor], "requirement_assessments": [one] });
        admin.post("/api/requirement-assignments/", body).await.expect(201);
        assert_eq!((progress(admin).await, progress(&respondent).await), (json!(50), seen), "{requirement}");
    }
    app.stop().await;
}
