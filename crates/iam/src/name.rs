//! Names that people give to what proves who they are: tokens, passkeys.

use engine::ApiError;
use serde_json::Value;

/// 1 to `most` characters, none of which hides or turns the others: names are stored, listed and logged.
pub(crate) fn name(value: &Value, most: usize) -> Result<String, ApiError> {
    let refuse = |sentence: &str| Err(ApiError::field("name", sentence));
    let name = match value {
        Value::Null => return refuse("This field may not be null."),
        Value::String(name) => name.trim(),
        _ => return refuse("Not a valid string."),
    };
    let turns =
        |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shows = |c: char| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
    match name.chars().count() {
        0 => refuse("This field may not be blank."),
        length if length > most => refuse(&format!("Ensure this field has no more than {most} characters.")),
        _ if name.chars().any(|c| c.is_control() || turns(c)) => {
            refuse("Control and direction characters are not allowed.")
        }
        _ if !name.chars().any(shows) => refuse("This field may not be blank."),
        _ if crate::secret::find_in(name).next().is_some() => refuse("A name must not hold a secret."),
        _ => Ok(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::name;
    use serde_json::json;

    #[test]
    fn a_name_shows_and_is_not_too_long() {
        assert_eq!(name(&json!("  ci "), 100).ok().as_deref(), Some("ci"));
        assert!(name(&json!("é".repeat(100)), 100).is_ok());
        for bad in [json!("é".repeat(101)), json!("\u{200b}\u{ad}"), json!("a\u{2066}b"), json!(null), json!([])] {
            assert!(name(&bad, 100).is_err(), "{bad}");
        }
    }
}
