//! Every recorded request about a resource that exists here, asked again and compared.

use super::data;
use super::deviations::Found;
use super::recorded::{self, Recorded};
use super::shape::Shape;
use blackbox::{Answer, TestApp, shared_contract};
use engine::declare::{Kind, Resource};
use serde_json::{Value, json};

/// An id that is nobody's, in recordings as here.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
/// Headers that are compared where they were recorded.
const HEADERS: [&str; 6] = [
    "Content-Type",
    "Allow",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
];

#[tokio::test(flavor = "multi_thread")]
async fn resources_answer_as_recorded() {
    let Some(contract) = shared_contract() else { return };
    let app = TestApp::start().await;
    data::make(&app).await;
    let (mut found, mut cases) = (Found::default(), 0);
    for resource in server::registry().all() {
        let file = contract.join(format!("samples/resources/{}.json", resource.path));
        if !file.is_file() {
            println!("{}: nothing was recorded", resource.path);
            continue;
        }
        let rows = app.admin().get(&format!("/api/{}/?limit=8", resource.path)).await.expect(200).rows();
        assert!(rows.len() > 3, "{} has too few rows to compare", resource.path);
        for (name, recorded) in recorded::of_resource(&file) {
            compare(&app, resource, &name, &recorded, &rows, &mut found).await;
            cases += 1;
        }
    }
    println!("{cases} recorded requests compared");
    assert!(cases > 100, "only {cases} cases: were the samples read?");
    found.settle(|key| !key.starts_with("general."));
}

/// Asks one recorded request, about each of our rows where it is about a row.
async fn compare(
    app: &TestApp,
    resource: &Resource,
    name: &str,
    recorded: &Recorded,
    rows: &[Value],
    found: &mut Found,
) {
    let case = format!("{}.{}", resource.path, name.rsplit('.').next().unwrap_or(name));
    let theirs = recorded.target.split('/').find(|part| part.parse::<uuid::Uuid>().is_ok() && *part != NOBODY);
    let targets: Vec<String> = match theirs {
        None => vec![recorded.target.clone()],
        Some(id) => {
            rows.iter().map(|row| recorded.target.replace(id, row["id"].as_str().unwrap_or_default())).collect()
        }
    };
    let mut answers = Vec::new();
    for target in &targets {
        answers.push(app.admin().call(&recorded.method, target).await);
    }
    for answer in &answers {
        if answer.status != recorded.status {
            found.add(&case, "status", format!("{} instead of {}", answer.status, recorded.status));
        }
    }
    if answers.iter().any(|answer| answer.status != recorded.status) || recorded.is_page() {
        return;
    }
    for answer in &answers {
        headers(&case, recorded, answer, found);
    }
    let bodies: Vec<&Value> = answers.iter().map(|answer| &answer.json).collect();
    if exact(name, recorded) {
        for body in bodies.iter().filter(|body| ***body != recorded.body) {
            found.add(&case, "body", format!("{body} instead of {}", recorded.body));
        }
        return;
    }
    if recorded.body.get("next").is_some() {
        links(&case, recorded, bodies[0], found);
    }
    let nullable = |place: &str| may_be_null(resource, place);
    let theirs = comparable(&case, &recorded.body);
    let ours: Vec<Value> = bodies.into_iter().map(|body| comparable(&case, body)).collect();
    for (place, sentence) in Shape::of([&theirs]).differences(&Shape::of(&ours), &nullable) {
        found.add(&case, &place, sentence);
    }
}

/// Bodies whose keys are data, as lists of what stands under them.
fn comparable(case: &str, body: &Value) -> Value {
    let name = case.split_once('.').map_or("", |(_, name)| name);
    if matches!(name, "ids" | "provider" | "locale" | "mapping_stats") {
        return values(body);
    }
    if name == "org_tree" {
        let (mut folders, mut leaves) = (Vec::new(), Vec::new());
        unroll(body, &mut folders, &mut leaves);
        return json!({ "root": folders.remove(0), "folders": folders, "leaves": leaves });
    }
    if case == "compliance-assessments.analytics" {
        // By the name of the framework.
        return body.as_object().into_iter().flatten().map(|(_, value)| value.clone()).collect();
    }
    let mut body = body.clone();
    forget_files(&mut body, name);
    if let Some(page) = body.as_object_mut().filter(|body| body.contains_key("next")) {
        // Compared to the letter above.
        page.retain(|key, _| !matches!(key.as_str(), "next" | "previous"));
    }
    body
}

/// What library files say is theirs: kinds of object, languages, and content as it was written.
fn forget_files(body: &mut Value, case: &str) {
    if case == "content" {
        *body = json!({});
    }
    match body {
        Value::Object(map) => {
            for (key, value) in map {
                match key.as_str() {
                    "objects_meta" | "translations" => *value = values(value),
                    "scores_definition" | "implementation_groups_definition" if value.is_array() => *value = json!([]),
                    "content" if case == "object" => *value = json!({}),
                    _ => forget_files(value, ""),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| forget_files(value, "")),
        _ => {}
    }
}

fn values(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.values().filter(|value| !value.is_boolean()).map(values).collect(),
        other => other.clone(),
    }
}

/// The nodes of a tree without their children: those that are folders, and the others.
fn unroll(node: &Value, folders: &mut Vec<Value>, leaves: &mut Vec<Value>) {
    let mut alone = node.clone();
    let children = alone.as_object_mut().and_then(|node| node.remove("children")).unwrap_or_default();
    if alone.get("uuid").is_some() {
        folders.push(alone);
    } else {
        leaves.push(alone);
    }
    for child in children.as_array().into_iter().flatten() {
        unroll(child, folders, leaves);
    }
}

/// Refusals, choices and lists of words are compared to the letter.
fn exact(name: &str, recorded: &Recorded) -> bool {
    let words = |value: &Value| match value {
        Value::Object(map) => map
            .values()
            .all(|value| value.is_string() && value.as_str().is_none_or(|text| text.parse::<uuid::Uuid>().is_err())),
        _ => false,
    };
    let listed = |value: &Value| {
        let list = value.as_object().filter(|map| map.len() == 1).and_then(|map| map.get("results")?.as_array());
        list.is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string))
    };
    // Names of those who provide, languages and colours are data.
    let data = ["provider", "locale", "colors"].iter().any(|data| name.ends_with(&format!(".{data}")));
    let collection = name.starts_with("collection_actions.") && !data;
    recorded.status >= 400 || (collection && (words(&recorded.body) || listed(&recorded.body)))
}

fn headers(case: &str, recorded: &Recorded, answer: &Answer, found: &mut Found) {
    for name in HEADERS {
        if let Some(theirs) = recorded.headers.get(name) {
            let ours = answer.header(name).unwrap_or("none");
            if ours != theirs {
                found.add(case, name, format!("{ours} instead of {theirs}"));
            }
        }
    }
    if let Some(theirs) = recorded.headers.get("Vary") {
        let ours = answer.header("Vary").unwrap_or_default();
        if !theirs.split(", ").all(|name| ours.split(", ").any(|ours| ours == name)) {
            found.add(case, "Vary", format!("{ours} instead of {theirs}"));
        }
    }
}

/// `next` and `previous` to the letter: the rule is first proved on the recording itself.
fn links(case: &str, recorded: &Recorded, ours: &Value, found: &mut Found) {
    let of = |body: &Value| (body["next"].clone(), body["previous"].clone());
    let rule = |body: &Value| expected_links(&recorded.target, body["count"].as_u64().unwrap_or_default());
    assert_eq!(of(&recorded.body), rule(&recorded.body), "{case}: the rule of this test is not the recorded one");
    if of(ours) != rule(ours) {
        found.add(case, "next", format!("{:?} instead of {:?}", of(ours), rule(ours)));
    }
}

fn expected_links(target: &str, count: u64) -> (Value, Value) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut pairs: Vec<(&str, String)> =
        query.split('&').filter_map(|pair| pair.split_once('=')).map(|(key, value)| (key, value.to_owned())).collect();
    let number =
        |name: &str| pairs.iter().find(|(key, _)| *key == name).and_then(|(_, value)| value.parse::<u64>().ok());
    let limit = number("limit").filter(|limit| *limit > 0).unwrap_or(5000);
    let offset = number("offset").unwrap_or(0);
    pairs.retain(|(key, _)| *key != "limit" && *key != "offset");
    pairs.push(("limit", limit.to_string()));
    let link = |offset: u64| {
        let mut pairs = pairs.clone();
        if offset > 0 {
            pairs.push(("offset", offset.to_string()));
        }
        pairs.sort();
        let query: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        json!(format!("{path}?{}", query.join("&")))
    };
    let next = if offset + limit < count { link(offset + limit) } else { Value::Null };
    let previous = if offset > 0 { link(offset.saturating_sub(limit)) } else { Value::Null };
    (next, previous)
}

/// Null stands for anything in a field that the declaration lets be null.
fn may_be_null(resource: &Resource, place: &str) -> bool {
    let rows = ["results[].", "results{}.folder.", "results{}.perimeter."];
    let place = rows.iter().find_map(|prefix| place.strip_prefix(prefix)).unwrap_or(place);
    let fields = resource.fields.iter().filter(|field| field.name == place);
    fields.into_iter().any(|field| field.nullable || matches!(field.kind, Kind::Date))
}
