use super::{Completeness, read};
use crate::context::Body;
use crate::declare::{Resource, Scope, boolean, choice, date, integer, reference, references, text, url};
use crate::error::FieldErrors;
use serde_json::{Value, json};

fn thing() -> Resource {
    Resource::new("things", "thing")
        .scope(Scope::Folder)
        .field(text("name").required().max(5))
        .field(text("note").nullable())
        .field(choice("kind", &[("PR", "Primary"), ("2", "Two")]))
        .field(boolean("flag"))
        .field(integer("share", 0, 100))
        .field(date("day"))
        .field(url("link").nullable())
        .field(reference("other", "things"))
        .field(references("friends", "things"))
}

fn errors_of(body: &Value) -> Value {
    let body: Body = body.as_object().expect("an object").clone();
    let mut errors = FieldErrors::default();
    read(&thing(), &body, Completeness::New, &mut errors);
    errors.to_json()
}

#[test]
fn sentences_are_those_of_the_contract() {
    let cases = [
        (json!({}), json!({"name": ["This field is required."]})),
        (json!({"name": null}), json!({"name": ["This field may not be null."]})),
        (json!({"name": "  "}), json!({"name": ["This field may not be blank."]})),
        (json!({"name": "abcdef"}), json!({"name": ["Ensure this field has no more than 5 characters."]})),
        (json!({"name": true}), json!({"name": ["Not a valid string."]})),
        (json!({"name": [1]}), json!({"name": ["Not a valid string."]})),
        (json!({"name": "a\0b"}), json!({"name": ["Null characters are not allowed."]})),
        (json!({"name": "a", "kind": "ZZ"}), json!({"kind": ["\"ZZ\" is not a valid choice."]})),
        (json!({"name": "a", "kind": ""}), json!({"kind": ["\"\" is not a valid choice."]})),
        (json!({"name": "a", "kind": null}), json!({"kind": ["This field may not be null."]})),
        (json!({"name": "a", "flag": "maybe"}), json!({"flag": ["Must be a valid boolean."]})),
        (json!({"name": "a", "share": 50.5}), json!({"share": ["A valid integer is required."]})),
        (json!({"name": "a", "share": 101}), json!({"share": ["Ensure this value is less than or equal to 100."]})),
        (
            json!({"name": "a", "day": "2026-13-45"}),
            json!({"day": ["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."]}),
        ),
        (json!({"name": "a", "link": "javascript:alert(1)"}), json!({"link": ["Enter a valid URL."]})),
        (json!({"name": "a", "other": "nope"}), json!({"other": ["“nope” is not a valid UUID."]})),
        (json!({"name": "a", "other": 5}), json!({"other": ["Invalid pk \"5\" - object does not exist."]})),
        (json!({"name": "a", "friends": "x"}), json!({"friends": ["Expected a list of items but got type \"str\"."]})),
        (json!({"name": "a", "friends": null}), json!({"friends": ["This field may not be null."]})),
        (json!({"name": "a", "friends": ["x"]}), json!({"friends": ["“x” is not a valid UUID."]})),
    ];
    for (body, expected) in cases {
        assert_eq!(errors_of(&body), expected, "{body}");
    }
}

#[test]
fn errors_of_several_fields_come_together() {
    let errors = errors_of(&json!({"flag": "x", "share": "x"}));
    assert_eq!(errors.as_object().expect("an object").len(), 3, "{errors}");
}

#[test]
fn values_are_trimmed_and_numbers_are_texts() {
    let body = json!({"name": " 12 ", "note": 123, "kind": 2}).as_object().expect("an object").clone();
    let mut errors = FieldErrors::default();
    let values = read(&thing(), &body, Completeness::New, &mut errors);
    assert!(errors.is_empty());
    assert_eq!(values.get("name"), Some(&"12".to_owned().into()));
    assert_eq!(values.get("note"), Some(&"123".to_owned().into()));
    assert_eq!(values.get("kind"), Some(&"2".to_owned().into()));
    assert_eq!(values.get("flag"), Some(&false.into()));
}

#[test]
fn a_part_says_only_what_it_names() {
    let mut errors = FieldErrors::default();
    let values = read(&thing(), &Body::new(), Completeness::Part, &mut errors);
    assert!(errors.is_empty() && values.cells.is_empty() && values.links.is_empty());
}
