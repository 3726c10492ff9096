//! Trials: `dry_run` asks for what a request would do, without its being done.

use crate::write::boolean;
use crate::{ApiError, Body, Query};
use serde_json::Value;

/// The name by which a trial is asked for.
const DRY_RUN: &str = "dry_run";

/// Whether this is a trial. Query or body say so; where either does, nothing is done, and a word that is neither yes nor
/// no is refused: whoever wants to look first must not find it done.
pub fn dry_run(query: &Query, body: &Body) -> Result<bool, ApiError> {
    let in_query = query.last(DRY_RUN).map(Value::from);
    let mut asked = false;
    for word in in_query.iter().chain(body.get(DRY_RUN)) {
        asked |= match word {
            Value::Null => false,
            Value::String(empty) if empty.is_empty() => false,
            word => boolean(word).ok_or_else(|| ApiError::field(DRY_RUN, "Must be a valid boolean."))?,
        };
    }
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::{DRY_RUN, dry_run};
    use crate::Query;
    use serde_json::{Value, json};

    fn asked(in_query: Option<&str>, in_body: &Value) -> Option<bool> {
        let query = Query::new(in_query.map(|word| (DRY_RUN.to_owned(), word.to_owned())).into_iter().collect());
        dry_run(&query, in_body.as_object().expect("an object")).ok()
    }

    #[test]
    fn either_door_makes_it_a_trial_and_doubt_is_refused() {
        assert_eq!(asked(None, &json!({})), Some(false));
        assert_eq!(asked(Some(""), &json!({ "dry_run": null })), Some(false));
        assert_eq!(asked(Some("False"), &json!({ "dry_run": "no" })), Some(false));
        assert_eq!(asked(Some("TRUE"), &json!({ "dry_run": false })), Some(true));
        assert_eq!(asked(Some("0"), &json!({ "dry_run": true })), Some(true));
        assert_eq!(asked(Some("maybe"), &json!({ "dry_run": true })), None);
        assert_eq!(asked(Some("true"), &json!({ "dry_run": "perhaps" })), None);
        assert_eq!(asked(None, &json!({ "dry_run": [true] })), None);
    }
}
