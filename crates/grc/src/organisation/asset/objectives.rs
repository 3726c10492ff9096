//! Objectives: what a primary asset asks for, and what a supporting one inherits from it.
//!
//! A primary asset shows its own. A supporting one shows, of all primary assets above it, the
//! highest level of each security objective and the shortest time of each recovery objective;
//! its own are kept and not shown. Source: the contract's behaviours, section F.

use super::graph::{self, Levels, Stored, Way};
use super::scale;
use engine::ApiError;
use engine::declare::Columns;
use engine::read::Reading;
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// The seven, in the order in which they are shown.
pub(super) const SECURITY: [&str; 7] =
    ["confidentiality", "integrity", "availability", "proof", "authenticity", "privacy", "safety"];
/// The three, in the order in which they are shown.
pub(super) const RECOVERY: [&str; 3] = ["rto", "rpo", "mtd"];

/// Objectives of a page in the form of the wire.
pub(super) async fn shown(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let scale = crate::settings::security_scale(reading).await?;
    let effective = effective(reading, ids).await?;
    let mut columns = Columns::new();
    for id in ids {
        let (security, recovery) = effective.get(id).cloned().unwrap_or_default();
        let cells = [
            ("security_objectives", security_list(&security, &scale)),
            ("disaster_recovery_objectives", recovery_list(&recovery)),
        ];
        for (name, cell) in cells {
            columns.entry(name).or_default().insert(*id, cell.to_string().into_bytes());
        }
    }
    Ok(columns)
}

/// Security and recovery objectives that hold for each asset, in stored units.
pub(super) async fn effective(
    reading: &mut Reading<'_>,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, (Levels, Levels)>, ApiError> {
    let own = graph::primaries(reading, ids).await?;
    let mut above: HashMap<Uuid, Vec<Stored>> = HashMap::new();
    for (start, other) in graph::reach(reading, ids, Way::Up).await? {
        if other.is_primary {
            above.entry(start).or_default().push(other);
        }
    }
    let holds = |id: &Uuid| match own.get(id) {
        Some(asset) => (levels(&asset.security, &SECURITY), levels(&asset.recovery, &RECOVERY)),
        None => {
            let primaries = || above.get(id).into_iter().flatten();
            (
                combine(primaries().map(|other| levels(&other.security, &SECURITY)), i64::max),
                combine(primaries().map(|other| levels(&other.recovery, &RECOVERY)), i64::min),
            )
        }
    };
    Ok(ids.iter().map(|id| (*id, holds(id))).collect())
}

/// The enabled levels of a stored object, by objective.
pub(super) fn levels(stored: &Value, names: &[&'static str]) -> Levels {
    let read = |name: &&'static str| {
        let entry = &stored["objectives"][*name];
        let enabled = entry["is_enabled"].as_bool().unwrap_or(true);
        entry["value"].as_i64().filter(|_| enabled).map(|value| (*name, value))
    };
    names.iter().filter_map(read).collect()
}

/// Merges levels objective by objective.
pub(super) fn combine(all: impl Iterator<Item = Levels>, choose: fn(i64, i64) -> i64) -> Levels {
    let mut merged = Levels::new();
    for (name, value) in all.flatten() {
        merged.entry(name).and_modify(|best| *best = choose(*best, value)).or_insert(value);
    }
    merged
}

/// `[{"confidentiality": 2}, …]` on a scale.
pub(super) fn security_list(levels: &Levels, scale: &str) -> Value {
    let entries = SECURITY.iter().filter_map(|name| levels.get(name).map(|value| (name, value)));
    entries.map(|(name, value)| json!({ *name: scale::shown(scale, *value) })).collect()
}

/// `[{"str": "RTO: 1h"}, …]`.
pub(super) fn recovery_list(levels: &Levels) -> Value {
    let entries = RECOVERY.iter().filter_map(|name| levels.get(name).map(|value| (name, value)));
    entries
        .map(|(name, value)| json!({ "str": format!("{}: {}", name.to_uppercase(), scale::duration(*value)) }))
        .collect()
}

/// `{"objectives": {"confidentiality": {"value": 0…4, "is_enabled": bool}}}`.
pub(super) fn check_security(value: &Value) -> Result<(), Vec<String>> {
    check(value, Some(4))
}

/// `{"objectives": {"rto": {"value": seconds}}}`.
pub(super) fn check_recovery(value: &Value) -> Result<(), Vec<String>> {
    check(value, None)
}

fn check(value: &Value, most: Option<i64>) -> Result<(), Vec<String>> {
    let not_an = |value: &Value, kind: &str| Err(vec![format!("{} is not of type '{kind}'", quoted(value))]);
    let Some(object) = value.as_object() else { return not_an(value, "object") };
    let Some(entries) = object.get("objectives") else { return Ok(()) };
    let Some(entries) = entries.as_object() else { return not_an(entries, "object") };
    for entry in entries.values() {
        let Some(entry) = entry.as_object() else { return not_an(entry, "object") };
        if let Some(enabled) = entry.get("is_enabled").filter(|enabled| !enabled.is_boolean()) {
            return not_an(enabled, "boolean");
        }
        match entry.get("value") {
            None => {}
            Some(Value::Number(number)) if number.is_i64() || number.is_u64() => {
                let number = number.as_i64().unwrap_or(i64::MAX);
                if number < 0 {
                    return Err(vec![format!("{number} is less than the minimum of 0")]);
                }
                if let Some(most) = most.filter(|most| number > *most) {
                    return Err(vec![format!("{number} is greater than the maximum of {most}")]);
                }
            }
            Some(other) => return not_an(other, "integer"),
        }
    }
    Ok(())
}

/// Texts in single quotes, as the recorded sentences have them.
fn quoted(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| format!("'{text}'"))
}

#[cfg(test)]
mod tests {
    use super::{RECOVERY, SECURITY, check_recovery, check_security, combine, levels};
    use serde_json::json;

    #[test]
    fn refusals_read_as_recorded() {
        let of = |name: &str, value: serde_json::Value| json!({ "objectives": { name: { "value": value } } });
        assert_eq!(check_security(&of("integrity", json!(9))), Err(vec!["9 is greater than the maximum of 4".into()]));
        assert_eq!(check_security(&json!("x")), Err(vec!["'x' is not of type 'object'".into()]));
        assert_eq!(check_recovery(&of("rto", json!(-5))), Err(vec!["-5 is less than the minimum of 0".into()]));
        assert_eq!(check_recovery(&of("rto", json!("a"))), Err(vec!["'a' is not of type 'integer'".into()]));
        assert_eq!(check_security(&of("unheard_of", json!(1))), Ok(()));
        assert_eq!(check_security(&json!({})), Ok(()));
    }

    #[test]
    fn disabled_levels_do_not_count_and_the_strictest_wins() {
        let one =
            json!({ "objectives": { "integrity": { "value": 3, "is_enabled": false }, "proof": { "value": 1 } } });
        let two = json!({ "objectives": { "proof": { "value": 2, "is_enabled": true } } });
        let merged = combine([levels(&one, &SECURITY), levels(&two, &SECURITY)].into_iter(), i64::max);
        assert_eq!(merged.get("proof"), Some(&2));
        assert_eq!(merged.get("integrity"), None);
        let times =
            [json!({ "objectives": { "rto": { "value": 60 } } }), json!({ "objectives": { "rto": { "value": 30 } } })];
        let merged = combine(times.iter().map(|stored| levels(stored, &RECOVERY)), i64::min);
        assert_eq!(merged.get("rto"), Some(&30));
    }
}
