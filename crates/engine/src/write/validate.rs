//! One body against one declaration: every field is looked at, all errors come back together.
//!
//! Sentences are those of the wire contract.

use crate::context::Body;
use crate::declare::{Field, Kind, Resource};
use crate::error::FieldErrors;
use chrono::NaiveDate;
use serde_json::{Map, Value as Json};
use store::Value;
use uuid::Uuid;

/// What a body said, by field name: cells for columns, ids for links.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// Cells of fields with a column.
    pub cells: Vec<(&'static str, Value)>,
    /// Ids of relations.
    pub links: Vec<(&'static str, Vec<Uuid>)>,
    /// What the audit log is told beside the cells and relations: `{name: [old, new]}`.
    pub noted: Map<String, Json>,
}

impl Values {
    /// The cell of a field, if it was named.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.cells.iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }

    /// Sets a cell.
    pub fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        let value = value.into();
        match self.cells.iter_mut().find(|(field, _)| *field == name) {
            Some((_, cell)) => *cell = value,
            None => self.cells.push((name, value)),
        }
    }

    /// Ids of a relation, if it was named.
    pub fn linked(&self, name: &str) -> Option<&[Uuid]> {
        self.links.iter().find(|(field, _)| *field == name).map(|(_, ids)| ids.as_slice())
    }
}

/// Reads a body. With `complete`, required fields must be there and defaults fill the gaps.
pub(super) fn read(resource: &Resource, body: &Body, complete: Completeness, errors: &mut FieldErrors) -> Values {
    let mut values = Values::default();
    for field in &resource.fields {
        if !field.input {
            // What nobody may write still has to begin somehow.
            if let (Completeness::New, Some(text), Some(_)) = (complete, field.default, field.storage()) {
                let json = serde_json::from_str(text).unwrap_or(Json::Null);
                values.cells.extend(cell(field, &json).ok().map(|value| (field.name, value)));
            }
            continue;
        }
        if field.frozen && complete != Completeness::New {
            continue;
        }
        let default;
        let json = match body.get(field.name) {
            Some(json) => json,
            None => match (complete, field.required, field.default) {
                (Completeness::New | Completeness::Whole, true, _) => {
                    errors.add(field.name, "This field is required.");
                    continue;
                }
                (Completeness::New, false, Some(text)) => {
                    default = serde_json::from_str(text).unwrap_or(Json::Null);
                    &default
                }
                _ => continue,
            },
        };
        match field.kind {
            Kind::References { .. } | Kind::Reverse { .. } => match ids(json) {
                Ok(ids) => values.links.push((field.name, ids)),
                Err(sentence) => errors.add(field.name, sentence),
            },
            _ => match cell(field, json) {
                Ok(value) => values.cells.push((field.name, value)),
                Err(sentences) => sentences.into_iter().for_each(|sentence| errors.add(field.name, sentence)),
            },
        }
    }
    values
}

/// How much a body has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Completeness {
    /// POST: required fields, and defaults for the others.
    New,
    /// PUT: required fields; the others keep their values.
    Whole,
    /// PATCH: whatever it likes.
    Part,
}

/// Names of body keys that no field of this resource has.
pub(super) fn unknown(resource: &Resource, body: &Body, errors: &mut FieldErrors) {
    for name in body.keys().filter(|name| !resource.fields.iter().any(|field| field.name == **name)) {
        errors.add(name, "Unknown field.");
    }
}

fn cell(field: &Field, json: &Json) -> Result<Value, Vec<String>> {
    let one = |sentence: &str| vec![sentence.to_owned()];
    if json.is_null() {
        return if field.nullable { Ok(Value::Null) } else { Err(one("This field may not be null.")) };
    }
    match &field.kind {
        Kind::Text { .. } => text(field, json).map(Value::Text),
        Kind::Email => {
            let text = text(field, json)?;
            if text.is_empty() || looks_like_email(&text) {
                Ok(Value::Text(text))
            } else {
                Err(one("Enter a valid email address."))
            }
        }
        Kind::Url => {
            let text = text(field, json)?;
            if text.is_empty() || looks_like_url(&text) { Ok(Value::Text(text)) } else { Err(one("Enter a valid URL.")) }
        }
        Kind::Choice { options, .. } => {
            let code = match json {
                Json::String(code) => code.clone(),
                other => other.to_string(),
            };
            if options.iter().any(|(known, _)| *known == code) {
                Ok(field.code(&code).as_i64().map_or(Value::Text(code), Value::Int))
            } else if code.is_empty() && field.nullable {
                Ok(Value::Null)
            } else {
                Err(vec![format!("\"{code}\" is not a valid choice.")])
            }
        }
        Kind::Bool => boolean(json).map(Value::Bool).ok_or_else(|| one("Must be a valid boolean.")),
        Kind::Int { min, max } => match integer(json) {
            None => Err(one("A valid integer is required.")),
            Some(number) if number > *max => Err(vec![format!("Ensure this value is less than or equal to {max}.")]),
            Some(number) if number < *min => Err(vec![format!("Ensure this value is greater than or equal to {min}.")]),
            Some(number) => Ok(Value::Int(number)),
        },
        Kind::Real => number(json).map(Value::Real).ok_or_else(|| one("A valid number is required.")),
        Kind::Date => json
            .as_str()
            .and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
            .map(Value::Date)
            .ok_or_else(|| one("Date has wrong format. Use one of these formats instead: YYYY-MM-DD.")),
        Kind::Time => json.as_str().and_then(crate::plan::moment).map(Value::Time).ok_or_else(|| {
            one("Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].")
        }),
        Kind::Json { check, form } => {
            // A form can send JSON only as text. Where a text is a value like any other, it says what it says.
            let value = match json {
                Json::String(text) if *form != "value" => serde_json::from_str(text).unwrap_or_else(|_| json.clone()),
                other => other.clone(),
            };
            if value.to_string().contains("\\u0000") {
                return Err(one("Null characters are not allowed."));
            }
            check(&value).map(|()| Value::Json(value))
        }
        Kind::Reference { .. } => match json {
            Json::String(text) if text.is_empty() => {
                if field.nullable { Ok(Value::Null) } else { Err(one("This field may not be null.")) }
            }
            other => uuid(other).map(Value::Uuid).map_err(|sentence| vec![sentence]),
        },
        Kind::Id | Kind::References { .. } | Kind::Reverse { .. } | Kind::Path | Kind::Blob | Kind::Computed { .. } => {
            Err(one("This field cannot be written."))
        }
    }
}

fn text(field: &Field, json: &Json) -> Result<String, Vec<String>> {
    let text = match json {
        Json::String(text) => text.trim().to_owned(),
        Json::Number(number) => number.to_string(),
        _ => return Err(vec!["Not a valid string.".into()]),
    };
    if text.contains('\0') {
        return Err(vec!["Null characters are not allowed.".into()]);
    }
    if text.is_empty() && !field.blank {
        return Err(vec!["This field may not be blank.".into()]);
    }
    if text.chars().count() > field.max {
        return Err(vec![format!("Ensure this field has no more than {} characters.", field.max)]);
    }
    Ok(text)
}

fn ids(json: &Json) -> Result<Vec<Uuid>, String> {
    let mut ids = Vec::new();
    match json {
        Json::Null => return Err("This field may not be null.".into()),
        Json::Array(list) => {
            for one in list {
                let id = uuid(one)?;
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
        other => return Err(format!("Expected a list of items but got type \"{}\".", type_name(other))),
    }
    Ok(ids)
}

/// An id, or the sentence that refuses it.
pub fn uuid(json: &Json) -> Result<Uuid, String> {
    let text = match json {
        Json::String(text) => text.clone(),
        Json::Number(number) => return Err(format!("Invalid pk \"{number}\" - object does not exist.")),
        other => other.to_string(),
    };
    text.parse().map_err(|_| format!("“{text}” is not a valid UUID."))
}

/// The contract names types in the words of its first implementation's language.
pub fn type_name(json: &Json) -> &'static str {
    match json {
        Json::String(_) => "str",
        Json::Number(number) if number.is_f64() => "float",
        Json::Number(_) => "int",
        Json::Bool(_) => "bool",
        Json::Object(_) => "dict",
        Json::Array(_) => "list",
        Json::Null => "NoneType",
    }
}

/// Yes or no, in any of the words that the contract takes for them.
pub(crate) fn boolean(json: &Json) -> Option<bool> {
    match json {
        Json::Bool(value) => Some(*value),
        Json::Number(number) => match number.as_i64() {
            Some(1) => Some(true),
            Some(0) => Some(false),
            _ => None,
        },
        Json::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
            "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn integer(json: &Json) -> Option<i64> {
    match json {
        Json::Number(number) => number.as_i64(),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn number(json: &Json) -> Option<f64> {
    let number = match json {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number: &f64| number.is_finite())
}

fn looks_like_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let part = |part: &str| !part.is_empty() && !part.starts_with('-') && !part.ends_with('-');
    !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c))
        && (domain.contains('.') || domain == "localhost")
        && domain.split('.').all(part)
        && domain.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-')
}

fn looks_like_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "ftp" | "ftps")
        && !host.is_empty()
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && (host.contains('.') || host.starts_with("localhost") || host.starts_with('['))
}

#[cfg(test)]
mod tests;
