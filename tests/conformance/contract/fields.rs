//! Every field of every resource with every wrong value, and the sentence of the contract.

use super::{Checks, creatable, stage};
use engine::declare::{Field, Kind, Shape};
use serde_json::{Map, Value, json};

const NOBODY: &str = "11111111-1111-4111-8111-111111111111";
const NOT_NULL: &str = "This field may not be null.";
const BLANK: &str = "This field may not be blank.";
const NO_TEXT: &str = "Not a valid string.";
const NO_DATE: &str = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.";

/// Wrong values and their sentences; none where any sentence will do.
fn wrong(field: &Field) -> Vec<(Value, Option<String>)> {
    let said = |value: Value, sentence: &str| (value, Some(sentence.to_owned()));
    let not_a_choice = |value: Value, text: &str| said(value, &format!("\"{text}\" is not a valid choice."));
    let mut wrong = Vec::new();
    if !field.nullable {
        wrong.push(said(Value::Null, NOT_NULL));
    }
    match &field.kind {
        Kind::Text { .. } | Kind::Email | Kind::Url => {
            wrong.extend([json!(true), json!([]), json!({}), json!(["x"])].map(|value| said(value, NO_TEXT)));
            wrong.push((json!("nul\u{0}"), None));
            if !field.blank {
                wrong.extend(["", "   ", "\t\n"].map(|value| said(json!(value), BLANK)));
            }
            if field.max < 10_000 {
                let sentence = format!("Ensure this field has no more than {} characters.", field.max);
                wrong.push((json!("é".repeat(field.max + 1)), Some(sentence)));
            }
            if matches!(field.kind, Kind::Email) {
                wrong.extend(
                    ["nonsense", "a@", "@b.c", "a b@c.d"]
                        .map(|value| said(json!(value), "Enter a valid email address.")),
                );
            }
            if matches!(field.kind, Kind::Url) {
                wrong.extend(
                    ["foo", "javascript:alert(1)", "http://"].map(|value| said(json!(value), "Enter a valid URL.")),
                );
            }
        }
        Kind::Choice { .. } => {
            wrong.push(not_a_choice(json!("ZZ"), "ZZ"));
            wrong.push(not_a_choice(json!(9), "9"));
            if !field.nullable {
                wrong.push(not_a_choice(json!(""), ""));
            }
        }
        Kind::Bool => wrong.extend(
            [json!("maybe"), json!(2), json!([]), json!({})].map(|value| said(value, "Must be a valid boolean.")),
        ),
        Kind::Real => {
            let no_number = |value| said(value, "A valid number is required.");
            wrong.extend([json!("many"), json!("NaN"), json!([]), json!(true)].map(no_number));
        }
        Kind::Int { min, max } => {
            wrong.extend(
                [json!("x"), json!(50.5), json!([]), json!(true)]
                    .map(|value| said(value, "A valid integer is required.")),
            );
            wrong.push(said(
                json!(max.saturating_add(1)),
                &format!("Ensure this value is less than or equal to {max}."),
            ));
            wrong.push(said(
                json!(min.saturating_sub(1)),
                &format!("Ensure this value is greater than or equal to {min}."),
            ));
        }
        Kind::Date => {
            wrong.extend(
                [json!(""), json!("2026-13-45"), json!("2026-11-24T09:00:00Z"), json!(5), json!([])]
                    .map(|value| said(value, NO_DATE)),
            );
        }
        Kind::Time => wrong.extend([json!("soon"), json!(""), json!(5)].map(|value| (value, None))),
        // One text, number or truth.
        Kind::Json { form: "value", .. } => wrong.extend([json!([1]), json!({})].map(|value| (value, None))),
        Kind::Json { form, .. } => {
            wrong.extend([json!("x"), json!(5), json!([1])].map(|value| (value, None)));
            // Whatever an object of this form must have is no text; visibility passes over what it does not know.
            let strict = *form != "visibility";
            wrong
                .extend(strict.then_some((json!({ if *form == "cost" { "build" } else { "objectives" }: "x" }), None)));
        }
        Kind::Reference { .. } => {
            wrong.push(said(json!("nope"), "“nope” is not a valid UUID."));
            wrong.push(said(json!(NOBODY), &format!("Invalid pk \"{NOBODY}\" - object does not exist.")));
            wrong.push(said(json!(5), "Invalid pk \"5\" - object does not exist."));
            wrong.push((json!({ "id": NOBODY }), None));
            if !field.nullable {
                wrong.push(said(json!(""), NOT_NULL));
            }
        }
        Kind::References { .. } | Kind::Reverse { .. } => {
            wrong.push(said(json!("text"), "Expected a list of items but got type \"str\"."));
            wrong.push(said(json!({}), "Expected a list of items but got type \"dict\"."));
            wrong.push(said(json!(5), "Expected a list of items but got type \"int\"."));
            wrong.push(said(json!(["x"]), "“x” is not a valid UUID."));
            wrong.push(said(json!([NOBODY]), &format!("Invalid pk \"{NOBODY}\" - object does not exist.")));
        }
        Kind::Id | Kind::Path | Kind::Blob | Kind::Computed { .. } => {}
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_values_are_refused_in_the_words_of_the_contract() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        let list = format!("/api/{}/", resource.path);
        let row = format!("{list}{}/", maker.make(resource).await);
        let body = maker.minimal(resource).await;
        for field in resource.fields.iter().filter(|field| field.input) {
            for (value, sentence) in wrong(field) {
                let what = format!("{}.{} = {value}", resource.path, field.name);
                let mut sent = body.clone();
                sent.insert(field.name.into(), value.clone());
                let mut answers = vec![maker.actor().post(&list, sent.into()).await];
                if resource.operations.update && !field.frozen {
                    let change = Map::from_iter([(field.name.to_owned(), value)]);
                    answers.push(maker.actor().patch(&row, change.into()).await);
                }
                for answer in answers {
                    checks.status(&what, &answer, 400);
                    let told = &answer.json[field.name];
                    match &sentence {
                        Some(sentence) => {
                            checks.that(*told == json!([sentence]), || {
                                format!("{what}: {} instead of {sentence}", answer.text)
                            });
                        }
                        None => checks.that(told[0].is_string(), || format!("{what}: {}", answer.text)),
                    }
                }
            }
        }
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn forgiving_where_the_contract_forgives() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        let list = format!("/api/{}/", resource.path);
        for field in resource.fields.iter().filter(|field| field.input) {
            let mut accepted: Vec<(Value, Value)> = Vec::new();
            if field.nullable {
                accepted.push((Value::Null, Value::Null));
            }
            match field.kind {
                Kind::Text { .. } => {
                    accepted.extend([(json!(123), json!("123")), (json!("  kept-trimmed \n"), json!("kept-trimmed"))]);
                }
                Kind::Bool => accepted.extend([
                    (json!("true"), json!(true)),
                    (json!(0), json!(false)),
                    (json!("off"), json!(false)),
                ]),
                Kind::References { .. } if !field.required => accepted.push((json!([]), json!([]))),
                _ => {}
            }
            for (sent, kept) in accepted {
                let mut body = maker.minimal(resource).await;
                // Exactly one of two fields: null on it is what the other is for.
                // No groups mean the framework's own, and an anchor needs a target beside it.
                let own = [
                    ("role-assignments", "user"),
                    ("comments", "requirement_assessment"),
                    ("compliance-assessments", "selected_implementation_groups"),
                    ("compliance-assessments", "anchor_na_to_target"),
                ];
                if own.contains(&(resource.path, field.name)) {
                    continue;
                }
                body.insert(field.name.into(), sent.clone());
                let answer = maker.actor().post(&list, body.into()).await;
                let what = format!("{}.{} = {sent}", resource.path, field.name);
                checks.status(&what, &answer, 201);
                // Null in the place of a folder means the root; some fields are written and not shown.
                let folder = sent.is_null() && field.name == "parent_folder";
                checks.that(folder || !field.shown_in(Shape::Write) || answer.json[field.name] == kept, || {
                    format!("{what}: kept {}", answer.json[field.name])
                });
                if answer.status == 201 {
                    maker.actor().delete(&format!("{list}{}/", answer.id())).await.expect(204);
                }
            }
        }
    }
    checks.settle();
}

#[tokio::test(flavor = "multi_thread")]
async fn several_wrong_fields_are_told_together_and_nothing_is_made() {
    let (_app, mut maker, resources) = stage().await;
    let mut checks = Checks::default();
    for resource in creatable(&resources) {
        let list = format!("/api/{}/", resource.path);
        maker.make(resource).await;
        let before = maker.actor().get(&format!("{list}?limit=1")).await.expect(200).json["count"].clone();
        let mut body = Map::new();
        let mut expected: Vec<&str> = Vec::new();
        for field in resource.fields.iter().filter(|field| field.input) {
            // References are looked up only when their form is right.
            if let Some((value, _)) = wrong(field).into_iter().next().filter(|_| !matches!(field.kind, Kind::Date)) {
                body.insert(field.name.into(), value);
                expected.push(field.name);
            }
        }
        let answer = maker.actor().post(&list, body.into()).await;
        checks.status(&list, &answer, 400);
        let told: Vec<&String> = answer.json.as_object().into_iter().flatten().map(|(name, _)| name).collect();
        expected.sort_unstable();
        expected.dedup();
        checks.that(told == expected, || format!("{list}: told {told:?} instead of {expected:?}"));
        let after = maker.actor().get(&format!("{list}?limit=1")).await.expect(200).json["count"].clone();
        checks.that(before == after, || format!("{list}: a refused row was made"));
    }
    checks.settle();
}
