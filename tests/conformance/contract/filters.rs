//! Every filter of every list: what fits is found, what does not fit is not, what is no value
//! is refused in the words of the contract.

use super::{Checks, creatable, stage};
use blackbox::Maker;
use engine::declare::{Field, Kind, Resource};
use serde_json::{Map, Value, json};

/// What a filter answers.
enum Expected {
    /// The row is among those found.
    Found,
    /// It is not.
    Missing,
    /// 400 with this sentence.
    Refused(String),
    /// The value says nothing: the whole list.
    Ignored,
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_find_what_fits_and_refuse_what_is_no_value() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        let list = format!("/api/{}/", resource.path);
        let body = maker.full(resource).await;
        let made = maker.actor().post(&list, body.clone().into()).await.expect(201);
        let shown = made.json.as_object().cloned().unwrap_or_default();
        for field in resource.fields.iter().filter(|field| field.filter) {
            for (name, value, expected) in cases(&mut maker, resource, field, &shown).await {
                let request = maker.actor().request("GET", &list).query(&[(name.as_str(), value.as_str())]);
                let answer = maker.actor().send(request).await;
                let what = format!("{}?{name}={value}", resource.path);
                match expected {
                    Expected::Refused(sentence) => {
                        let body = Map::from_iter([(name, json!([sentence]))]);
                        checks.says(&what, &answer, 400, &body.into());
                    }
                    Expected::Ignored => {
                        let all = maker.actor().get(&list).await.expect(200).json["count"].clone();
                        checks.that(answer.status == 200 && answer.json["count"] == all, || {
                            format!("{what}: {}", answer.text)
                        });
                    }
                    Expected::Found | Expected::Missing => {
                        checks.status(&what, &answer, 200);
                        let found = answer.text.contains(&format!("\"id\":\"{}\"", made.id()));
                        let wanted = matches!(expected, Expected::Found);
                        checks.that(found == wanted, || format!("{what}: found {found} instead of {wanted}"));
                    }
                }
            }
        }
        times(&maker, resource, &list, &made.id(), &mut checks).await;
    }
    checks.settle();
}

/// Values for a field's filters, given a row that holds `shown`.
async fn cases(
    maker: &mut Maker,
    resource: &Resource,
    field: &Field,
    shown: &Map<String, Value>,
) -> Vec<(String, String, Expected)> {
    use Expected::{Found, Ignored, Missing, Refused};
    let name = || field.name.to_owned();
    let held = shown.get(field.name).cloned().unwrap_or_default();
    let text = match &held {
        Value::Number(number) if field.numbered => number.to_string(),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    let not_available =
        |value: &str| Refused(format!("Select a valid choice. {value} is not one of the available choices."));
    let mut cases: Vec<(String, String, Expected)> = Vec::new();
    match &field.kind {
        Kind::Choice { options, .. } => {
            if !text.is_empty() {
                cases.push((name(), text.clone(), Found));
                let other = options.iter().find(|(code, _)| *code != text).map(|(code, _)| (*code).to_owned());
                cases.extend(other.map(|other| (name(), other, Missing)));
                if field.nullable {
                    cases.push((name(), "--".into(), Missing));
                }
            }
            let two = options.iter().map(|(code, _)| *code).take(2).collect::<Vec<_>>().join(",");
            for bad in ["ZZ", "", two.as_str()] {
                cases.push((name(), bad.to_owned(), not_available(bad)));
            }
        }
        Kind::Bool if held.is_boolean() => {
            let capital = if held == true { "True" } else { "False" };
            cases.push((name(), held.to_string(), Found));
            cases.push((name(), capital.into(), Found));
            cases.push((name(), (held != true).to_string(), Missing));
            cases.push((name(), "maybe".into(), Ignored));
        }
        Kind::Date => {
            if !text.is_empty() {
                cases.push((name(), text, Found));
            }
            cases.push((name(), "2001-01-01".into(), Missing));
            cases.push((name(), "yesterday".into(), Refused("Enter a valid date.".into())));
        }
        Kind::Text { .. } | Kind::Email if !text.is_empty() && field.shown_as.is_none() => {
            cases.push((name(), text.clone(), Found));
            cases.push((name(), text.to_uppercase(), Found));
            cases.push((name(), format!("{text}x"), Missing));
            cases.push((format!("{}__icontains", field.name), text[1..].to_uppercase(), Found));
            cases.push((format!("{}__icontains", field.name), "no%such".into(), Missing));
        }
        Kind::Reference { target, .. } | Kind::References { target } | Kind::Reverse { source: target, .. } => {
            let ids: Vec<String> = match &held {
                Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                one => one.as_str().map(str::to_owned).into_iter().collect(),
            };
            cases.extend(ids.first().map(|id| (name(), id.clone(), Found)));
            let declared = server::registry().get(target).cloned();
            if let Some(other) = declared.filter(|target| target.makes_rows() && resource.makes_rows()) {
                cases.push((name(), maker.make(&other).await, Missing));
            }
            let nobody = "11111111-1111-4111-8111-111111111111";
            cases.push((name(), nobody.into(), not_available(nobody)));
            for bad in ["bogus", "", "a,b"] {
                cases.push((name(), bad.into(), Refused(format!("“{bad}” is not a valid value."))));
            }
            if field.nullable && matches!(field.kind, Kind::Reference { .. }) && !ids.is_empty() {
                let isnull = format!("{}__isnull", field.name);
                cases.push((isnull.clone(), "true".into(), Missing));
                cases.push((isnull.clone(), "False".into(), Found));
                cases.push((isnull, "maybe".into(), Ignored));
            }
        }
        _ => {}
    }
    cases
}

/// `created_at__gte` and its like, and `id`.
async fn times(maker: &Maker, resource: &Resource, list: &str, id: &str, checks: &mut Checks) {
    for field in resource.fields.iter().filter(|field| matches!(field.kind, Kind::Time)) {
        for (suffix, value, wanted) in [
            ("gte", "2026-11-24", true),
            ("gte", "2026-11-24T08:59:59Z", true),
            ("gte", "2027-01-01", false),
            ("lt", "2027-01-01T00:00:00+01:00", true),
            ("lt", "2026-11-24", false),
        ] {
            let name = format!("{}__{suffix}", field.name);
            let answer = maker
                .actor()
                .send(maker.actor().request("GET", list).query(&[(name.as_str(), value), ("id", id)]))
                .await;
            checks.that(answer.json["count"] == u8::from(wanted), || {
                format!("{}?{name}={value}: {}", resource.path, answer.text)
            });
        }
        let name = format!("{}__gte", field.name);
        let answer = maker.actor().get(&format!("{list}?{name}=soon")).await;
        let sentence = Map::from_iter([(name, json!(["Enter a valid date/time."]))]);
        checks.says(resource.path, &answer, 400, &sentence.into());
    }
    let refused = json!({ "id": ["Enter a valid UUID."] });
    checks.says(resource.path, &maker.actor().get(&format!("{list}?id=bad")).await, 400, &refused);
    let two = maker.actor().get(&format!("{list}?id={id},11111111-1111-4111-8111-111111111111")).await;
    checks.that(two.json["count"] == 1, || format!("{}: two ids found {}", resource.path, two.text));
    let repeated = maker.actor().get(&format!("{list}?id={id}&id=11111111-1111-4111-8111-111111111111")).await;
    checks.that(repeated.json["count"] == 0, || {
        format!("{}: the last id does not count: {}", resource.path, repeated.text)
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_filters_are_alternatives() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        let list = format!("/api/{}/", resource.path);
        for field in resource.fields.iter().filter(|field| field.filter && field.input) {
            let Kind::Choice { options, .. } = field.kind else { continue };
            let mut made = Vec::new();
            for (code, _) in options.iter().take(2) {
                let mut body = maker.minimal(resource).await;
                body.insert(field.name.into(), json!(code));
                made.push(maker.actor().post(&list, body.into()).await.expect(201).id());
            }
            let query: Vec<(&str, &str)> = options.iter().take(2).map(|(code, _)| (field.name, *code)).collect();
            let answer = maker.actor().send(maker.actor().request("GET", &list).query(&query)).await;
            checks.that(made.iter().all(|id| answer.text.contains(id.as_str())), || {
                format!("{}.{}: {query:?} found {}", resource.path, field.name, answer.json["count"])
            });
        }
    }
    checks.settle();
}
