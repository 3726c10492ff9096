//! Settings of the instance.

use super::{LANGUAGES, Method, Written, answers, body, integer, list, maybe, number, object, text, truth, uuid, word};
use grc::settings::Group;
use serde_json::{Value, json};

/// The settings of a group with the types of their defaults, kept by `keep`.
fn group(group: Group, keep: impl Fn(&str) -> bool) -> Vec<(String, Value)> {
    let schema = |value: &Value| match value {
        Value::Bool(_) => truth(),
        Value::Number(_) => number(),
        Value::String(_) => text(),
        _ => maybe(text()),
    };
    group.defaults().iter().filter(|(name, _)| keep(name)).map(|(name, value)| (name.clone(), schema(value))).collect()
}

/// One group, or a part of it.
pub(super) fn of(method: Method, rest: &str) -> Option<Written> {
    let of = |which: Group, keep: fn(&str) -> bool| -> Value {
        let members = group(which, keep);
        object(&members.iter().map(|(name, schema)| (name.as_str(), schema.clone())).collect::<Vec<_>>())
    };
    let all = |which| of(which, |_| true);
    let general = || object(&[("name", word(&["general"])), ("value", all(Group::General))]);
    let choices = |codes: &[&str]| object(&codes.iter().map(|code| (*code, text())).collect::<Vec<_>>());
    Some(match (method, rest) {
        (Method::Get, "general/") => answers(general()),
        (_, "general/") => answers(general()).taking(json!({ "type": "object" })),
        (_, "general/object/") => {
            let mut schema = all(Group::General);
            schema["properties"]["enabled_integrations"] = list(&text());
            answers(schema)
        }
        (_, "general/default-language/") => answers(object(&[("default_language", text())])),
        (_, "general/default_language/") => answers(choices(&LANGUAGES)),
        (_, "general/security_objective_scale/") => answers(choices(&grc::settings::SECURITY_SCALES)),
        (_, "general/ebios_radar_parameters/") => answers(of(Group::General, |name| name.starts_with("ebios_radar"))),
        (_, "general/interface_settings/") => {
            answers(of(Group::General, |name| name.starts_with("interface_") || name.starts_with("show_")))
        }
        (_, "general/notifications_settings/") => {
            answers(of(Group::General, |name| name.starts_with("notifications_")))
        }
        (Method::Get, "general/default_custom_analytics_dashboard/") => {
            answers(of(Group::General, |name| name == "default_custom_analytics_dashboard"))
        }
        (_, "general/set-default-dashboard/") => {
            answers(of(Group::General, |name| name == "default_custom_analytics_dashboard"))
                .taking(body(&[("default_custom_analytics_dashboard", maybe(uuid()))], &[]))
        }
        (_, "general/force_language/") => answers(object(&[("language", word(&LANGUAGES)), ("users", integer())]))
            .taking(body(&[], &[("language", word(&LANGUAGES))])),
        (Method::Get, "feature-flags/" | "feature-flags/defaults/") => answers(all(Group::FeatureFlags)),
        (_, "feature-flags/") => answers(all(Group::FeatureFlags)).taking(json!({ "type": "object" })),
        (_, "sso/info/") => {
            answers(object(&[("is_enabled", maybe(truth())), ("sp_entity_id", text()), ("callback_url", text())]))
        }
        _ => return None,
    })
}
