//! The effective settings as TOML, each with its source, secrets masked.

use super::keys::{KEYS, Key, Shape};
use super::layers::Layers;
use std::fmt::Write as _;

const MASK: &str = "********";

/// A settings file that says what is in force.
pub fn show(layers: &Layers) -> String {
    let mut out = String::new();
    let mut section = "";
    for key in KEYS {
        let name = match key.name.split_once('.') {
            Some((of, name)) => {
                if of != section {
                    section = of;
                    let _ = write!(out, "\n[{of}]\n");
                }
                name
            }
            None => key.name,
        };
        let source = layers.source(key.name);
        let text = layers.text(key.name);
        if text.is_empty() {
            let _ = writeln!(out, "# {name} = {}  # not set: {}", quoted(""), key.help);
        } else {
            let _ = writeln!(out, "{name} = {}  # {source}", value(key, text));
        }
    }
    out
}

fn value(key: &Key, text: &str) -> String {
    match key.shape {
        Shape::Number if text.parse::<i64>().is_ok() => text.to_owned(),
        Shape::Switch if text.parse::<bool>().is_ok() => text.to_owned(),
        Shape::Text | Shape::Number | Shape::Switch => quoted(text),
        Shape::List => {
            let items: Vec<String> = text.split(',').map(|item| quoted(item.trim())).collect();
            format!("[{}]", items.join(", "))
        }
        Shape::Secret => quoted(MASK),
        Shape::SecretUrl => quoted(&without_password(text)),
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A database address with its passwords masked: between the first colon of the authority and the last `@`, wherever
/// that stands (a password may hold `/` and `@`), and in the query. Rather hides too much than too little.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return MASK.to_owned() };
    let mut shown = match rest.rsplit_once('@') {
        Some((who, place)) => match who.split_once(':') {
            Some((user, _)) => format!("{scheme}://{user}:{MASK}@{place}"),
            None => url.to_owned(),
        },
        None => url.to_owned(),
    };
    if let Some(start) = shown.to_lowercase().find("password=").map(|at| at + "password=".len()) {
        let end = shown[start..].find('&').map_or(shown.len(), |length| start + length);
        shown.replace_range(start..end, MASK);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_passwords_in_addresses() {
        for (url, shown) in [
            ("postgres://db/t", "postgres://db/t"),
            ("postgres://u@db/t", "postgres://u@db/t"),
            ("postgres://u:p@db:5432/t", "postgres://u:********@db:5432/t"),
            ("postgres://u:p/w@x:@db/t?a=b", "postgres://u:********@db/t?a=b"),
            ("postgres://db/t?user=u&password=p&a=b", "postgres://db/t?user=u&password=********&a=b"),
            ("postgres://db/t?Password=p", "postgres://db/t?Password=********"),
            ("nonsense p", "********"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
