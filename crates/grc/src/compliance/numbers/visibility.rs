//! Which fields of a row auditors and respondents see: the audit's say over the framework's over
//! the platform's.

use serde_json::{Map, Value, json};

/// On whose behalf a row is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Viewer {
    /// Whoever assesses.
    Auditor,
    /// Whoever is asked.
    Respondent,
}

impl Viewer {
    const ALL: [Self; 2] = [Self::Auditor, Self::Respondent];

    fn key(self) -> &'static str {
        match self {
            Self::Auditor => "auditor",
            Self::Respondent => "respondent",
        }
    }
}

const LEVELS: [&str; 3] = ["edit", "read", "hidden"];

/// `{field: {auditor, respondent}}` with `edit`, `read` or `hidden`. Fields it does not name are open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visibility(Map<String, Value>);

impl Visibility {
    /// What holds where neither framework nor audit says anything.
    pub(crate) fn platform() -> Self {
        let hidden = || json!({ "auditor": "hidden", "respondent": "hidden" });
        let open = || json!({ "auditor": "edit", "respondent": "hidden" });
        let fields = [
            ("score", hidden()),
            ("is_scored", hidden()),
            ("documentation_score", hidden()),
            ("status", open()),
            ("extended_result", open()),
            ("respondent_alignment", hidden()),
        ];
        Self(fields.into_iter().map(|(name, levels)| (name.to_owned(), levels)).collect())
    }

    /// What a new audit of a framework that says this begins with.
    pub(crate) fn of_framework(said: &Value) -> Self {
        let mut visibility = Self::platform();
        visibility.merge(said);
        visibility
    }

    /// As stored; anything that is no map says nothing.
    pub(crate) fn stored(value: &Value) -> Self {
        Self(value.as_object().cloned().unwrap_or_default())
    }

    /// Puts what is said over what holds, field by field. Unknown fields are kept; what is no
    /// level is passed over.
    pub(crate) fn merge(&mut self, said: &Value) {
        for (field, levels) in said.as_object().into_iter().flatten() {
            let Some(levels) = levels.as_object() else { continue };
            let valid = Viewer::ALL.into_iter().filter_map(|viewer| {
                let level = levels.get(viewer.key()).filter(|level| LEVELS.iter().any(|known| *level == known))?;
                Some((viewer.key().to_owned(), level.clone()))
            });
            let valid: Map<String, Value> = valid.collect();
            if valid.is_empty() {
                continue;
            }
            match self.0.get_mut(field).and_then(Value::as_object_mut) {
                Some(known) => known.extend(valid),
                None => drop(self.0.insert(field.clone(), Value::Object(valid))),
            }
        }
    }

    /// Whether a field is shown.
    pub(crate) fn shows(&self, field: &str, viewer: Viewer) -> bool {
        self.level(field, viewer) != "hidden"
    }

    /// Whether a field may be written.
    pub(crate) fn edits(&self, field: &str, viewer: Viewer) -> bool {
        self.level(field, viewer) == "edit"
    }

    /// Names among these that are not shown.
    pub(crate) fn hides(&self, fields: &[&'static str], viewer: Viewer) -> Vec<&'static str> {
        fields.iter().copied().filter(|field| !self.shows(field, viewer)).collect()
    }

    /// As it is stored and shown.
    pub(crate) fn to_json(&self) -> Value {
        Value::Object(self.0.clone())
    }

    fn level(&self, field: &str, viewer: Viewer) -> &str {
        self.0.get(field).and_then(|levels| levels.get(viewer.key())).and_then(Value::as_str).unwrap_or("edit")
    }
}

#[cfg(test)]
mod tests {
    use super::{Viewer, Visibility};
    use serde_json::json;

    #[test]
    fn what_is_no_level_is_passed_over() {
        let mut visibility = Visibility::platform();
        visibility.merge(&json!({ "score": "bad", "status": { "auditor": "zzz" }, "result": 5 }));
        visibility.merge(&json!("nonsense"));
        assert_eq!(visibility, Visibility::platform());
    }

    #[test]
    fn fields_are_merged_one_by_one_and_unknown_ones_kept() {
        let mut visibility = Visibility::platform();
        visibility.merge(&json!({ "score": { "auditor": "edit" }, "novel": { "respondent": "read" } }));
        assert!(visibility.shows("score", Viewer::Auditor) && !visibility.shows("score", Viewer::Respondent));
        assert!(visibility.edits("status", Viewer::Auditor), "what was not named stays");
        assert!(visibility.shows("novel", Viewer::Respondent) && !visibility.edits("novel", Viewer::Respondent));
        assert!(visibility.edits("observation", Viewer::Respondent), "what nobody mentions is open");
        assert_eq!(visibility.hides(&["score", "result"], Viewer::Respondent), ["score"]);
    }
}
