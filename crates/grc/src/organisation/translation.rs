//! Names in other languages: `{"fr": {"name": "…", "description": "…"}}`.

use engine::declare::Columns;
use engine::read::Reading;
use engine::{ApiError, Cell, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Translations are an object of objects of texts.
pub(super) fn check(value: &Value) -> Result<(), Vec<String>> {
    let entry = |entry: &Value| entry.as_object().is_some_and(|texts| texts.values().all(Value::is_string));
    match value {
        Value::Object(languages) if languages.values().all(entry) => Ok(()),
        _ => Err(vec!["Translations have the form {\"fr\": {\"name\": \"…\"}}.".into()]),
    }
}

/// `translated_name` of terms: the translation, or the name with a capital.
pub(super) async fn terms(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let fetched = fetch(reading, "terminologies", ids).await?;
    let names = fetched.into_iter().map(|row| (row.id, json!(row.name.unwrap_or_else(|| capital(&row.raw_name)))));
    Ok(Columns::from([("translated_name", cells(names))]))
}

/// `translated_name` and `translated_description` of asset classes.
pub(super) async fn classes(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let fetched = fetch(reading, "asset-class", ids).await?;
    let mut columns = Columns::new();
    let names = fetched.iter().map(|row| (row.id, json!(row.name.as_ref().unwrap_or(&row.raw_name))));
    columns.insert("translated_name", cells(names));
    let descriptions =
        fetched.iter().map(|row| (row.id, json!(row.description.as_ref().or(row.raw_description.as_ref()))));
    columns.insert("translated_description", cells(descriptions));
    Ok(columns)
}

struct Translated {
    id: Uuid,
    raw_name: String,
    raw_description: Option<String>,
    name: Option<String>,
    description: Option<String>,
}

async fn fetch(reading: &mut Reading<'_>, path: &str, ids: &[Uuid]) -> Result<Vec<Translated>, ApiError> {
    let resource = reading.ctx.engine.registry().get(path).ok_or(ApiError::NotFound)?;
    let access = reading.access(resource);
    let language = reading.ctx.language.clone();
    let mut statement = reading
        .rows
        .sql(&format!("SELECT t.id, t.name, t.description, t.translations FROM {} t WHERE ", resource.table()));
    statement.bind_in("t.id", Cell::Uuids(ids.to_vec()));
    reading
        .rows
        .all(&access, &statement, |row| {
            let translations = row.json(3)?.unwrap_or(Value::Null);
            let text = |key: &str| translations[&language][key].as_str().map(str::to_owned);
            Ok(Translated {
                id: required(row.uuid(0)?)?,
                raw_name: row.text(1)?.unwrap_or_default(),
                raw_description: row.text(2)?,
                name: text("name"),
                description: text("description"),
            })
        })
        .await
}

fn cells(values: impl Iterator<Item = (Uuid, Value)>) -> HashMap<Uuid, Vec<u8>> {
    values.map(|(id, value)| (id, value.to_string().into_bytes())).collect()
}

fn capital(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
