//! What a body says of a service account.

use super::access;
use chrono::NaiveDate;
use engine::{ApiError, Body, Cell, Context, FieldErrors, Rows};
use serde_json::Value;
use uuid::Uuid;

/// A body, read and checked. `None` where it was silent.
#[derive(Debug, Default)]
#[expect(clippy::option_option, reason = "silent, null and a value are three things to say")]
pub(super) struct Input {
    pub(super) name: Option<String>,
    pub(super) description: Option<Option<String>>,
    pub(super) is_active: Option<bool>,
    pub(super) expiry: Option<Option<NaiveDate>>,
    pub(super) role: Option<Option<Uuid>>,
    pub(super) permissions: Option<Vec<Uuid>>,
    pub(super) folders: Option<Vec<Uuid>>,
    pub(super) is_recursive: Option<bool>,
}

/// Reads a body. With `whole`, a name and a role or permissions have to be there.
pub(super) async fn read(ctx: &Context, rows: &mut Rows, body: &Body, whole: bool) -> Result<Input, ApiError> {
    let mut errors = FieldErrors::default();
    let mut input = Input {
        name: text(body, "name", 100, &mut errors),
        is_active: truth(body, "is_active", &mut errors),
        is_recursive: truth(body, "is_recursive", &mut errors),
        ..Input::default()
    };
    if input.name.as_deref() == Some("") {
        errors.add("name", "This field may not be blank.");
    }
    if whole && input.name.is_none() && !body.contains_key("name") {
        errors.add("name", "This field is required.");
    }
    input.description = match body.get("description") {
        None => None,
        Some(Value::Null) => Some(None),
        Some(_) => text(body, "description", 10_000, &mut errors).map(Some),
    };
    input.expiry = match body.get("expiry_date") {
        None => None,
        Some(Value::Null) => Some(None),
        Some(Value::String(day)) if day.parse::<NaiveDate>().is_ok() => Some(day.parse().ok()),
        Some(_) => {
            let sentence = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.";
            errors.add("expiry_date", sentence);
            None
        }
    };
    input.role = match body.get("role") {
        None => None,
        Some(Value::Null) => Some(None),
        Some(value) => {
            ids(std::slice::from_ref(value), "role", &mut errors).and_then(|ids| ids.first().copied()).map(Some)
        }
    };
    input.permissions = list(body, "permissions", &mut errors);
    input.folders = list(body, "folders", &mut errors);
    known(rows, "roles", "role", &input.role.flatten().into_iter().collect::<Vec<_>>(), &mut errors).await?;
    known(rows, "permissions", "permissions", input.permissions.as_deref().unwrap_or_default(), &mut errors).await?;
    known(rows, "folders", "folders", input.folders.as_deref().unwrap_or_default(), &mut errors).await?;
    let named = input.role.flatten().is_some() || input.permissions.as_ref().is_some_and(|list| !list.is_empty());
    if whole && !named {
        errors.add("permissions", "Link a role, or name permissions.");
    }
    if input.role.flatten().is_some() && input.permissions.as_ref().is_some_and(|list| !list.is_empty()) {
        errors.add("permissions", "Link a role or name permissions, not both.");
    }
    errors.into_result()?;
    if whole && input.folders.is_none() {
        input.folders = Some(vec![ctx.principal.grants().tree().root()]);
    }
    Ok(input)
}

fn text(body: &Body, name: &str, most: usize, errors: &mut FieldErrors) -> Option<String> {
    match body.get(name) {
        None => None,
        Some(Value::String(text)) if text.contains('\0') => {
            errors.add(name, "Null characters are not allowed.");
            None
        }
        Some(Value::String(text)) if text.trim().chars().count() > most => {
            errors.add(name, format!("Ensure this field has no more than {most} characters."));
            None
        }
        Some(Value::String(text)) => Some(text.trim().to_owned()),
        Some(Value::Null) => {
            errors.add(name, "This field may not be null.");
            None
        }
        Some(_) => {
            errors.add(name, "Not a valid string.");
            None
        }
    }
}

fn truth(body: &Body, name: &str, errors: &mut FieldErrors) -> Option<bool> {
    match body.get(name) {
        None => None,
        Some(Value::Bool(value)) => Some(*value),
        Some(_) => {
            errors.add(name, "Must be a valid boolean.");
            None
        }
    }
}

fn list(body: &Body, name: &str, errors: &mut FieldErrors) -> Option<Vec<Uuid>> {
    match body.get(name) {
        None => None,
        Some(Value::Array(list)) => ids(list, name, errors),
        Some(_) => {
            errors.add(name, "Expected a list of items.");
            None
        }
    }
}

fn ids(list: &[Value], name: &str, errors: &mut FieldErrors) -> Option<Vec<Uuid>> {
    let mut ids = Vec::new();
    for one in list {
        let text = one.as_str().map_or_else(|| one.to_string(), str::to_owned);
        match text.parse() {
            Ok(id) if ids.contains(&id) => {}
            Ok(id) => ids.push(id),
            Err(_) => {
                errors.add(name, format!("“{text}” is not a valid UUID."));
                return None;
            }
        }
    }
    Some(ids)
}

/// Only administrators get here, and they see everything: existing is enough.
async fn known(
    rows: &mut Rows,
    table: &str,
    name: &str,
    wanted: &[Uuid],
    errors: &mut FieldErrors,
) -> Result<(), ApiError> {
    if wanted.is_empty() {
        return Ok(());
    }
    let mut statement = rows.sql(&format!("SELECT id FROM {table} WHERE "));
    statement.bind_in("id", Cell::Uuids(wanted.to_vec()));
    let found = rows.ids(&access(), &statement).await?;
    if let Some(missing) = wanted.iter().find(|id| !found.contains(id)) {
        errors.add(name, format!("Invalid pk \"{missing}\" - object does not exist."));
    }
    Ok(())
}
