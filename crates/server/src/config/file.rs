//! The settings file: TOML with sections, flattened to `section.name` and text.

use super::error::ConfigError;
use super::keys::{self, KEYS};
use super::nearest::nearest;
use std::path::Path;
use toml::{Table, Value};

/// Reads a file into pairs of key and text.
pub fn read(path: &Path) -> Result<Vec<(&'static str, String)>, ConfigError> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|cause| ConfigError::File { file: file.clone(), cause: cause.to_string() })?;
    parse(&text, &file)
}

/// Reads the text of a file into pairs of key and text. `file` is its name in errors.
pub fn parse(text: &str, file: &str) -> Result<Vec<(&'static str, String)>, ConfigError> {
    let table: Table = text.parse().map_err(|cause: toml::de::Error| {
        // The parser's full text quotes the line, which may hold a secret.
        let line = cause.span().map(|span| text[..span.start.min(text.len())].lines().count().max(1));
        let at = line.map(|line| format!("line {line}: ")).unwrap_or_default();
        ConfigError::File { file: file.to_owned(), cause: format!("{at}{}", cause.message()) }
    })?;
    let mut pairs = Vec::new();
    flatten("", &table, file, &mut pairs)?;
    Ok(pairs)
}

fn flatten(
    section: &str,
    table: &Table,
    file: &str,
    pairs: &mut Vec<(&'static str, String)>,
) -> Result<(), ConfigError> {
    for (name, value) in table {
        let name = if section.is_empty() { name.clone() } else { format!("{section}.{name}") };
        match value {
            Value::Table(inner) if !inner.is_empty() || keys::is_section(&name) => flatten(&name, inner, file, pairs)?,
            value => {
                let key = known(&name, file)?;
                let from = || super::Source::File(file.to_owned());
                let text = text(value).ok_or_else(|| ConfigError::Invalid {
                    key,
                    from: from(),
                    reason: "not a text, number, switch or list of texts".into(),
                })?;
                pairs.push((key, text));
            }
        }
    }
    Ok(())
}

/// The key of this name, or the error that offers a better one.
pub fn known(name: &str, place: &str) -> Result<&'static str, ConfigError> {
    keys::find(name).map(|key| key.name).ok_or_else(|| ConfigError::UnknownKey {
        key: name.to_owned(),
        place: place.to_owned(),
        nearest: nearest(name, KEYS.iter().map(|key| key.name)),
    })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(switch) => Some(switch.to_string()),
        Value::Array(list) => {
            let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}
