//! Implementation groups: which rows of a framework an audit counts.

use serde_json::Value;

/// A group as the framework defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Its key.
    pub ref_id: String,
    /// What people call it.
    pub name: String,
    /// Selected in a new audit that does not say otherwise.
    pub is_default: bool,
}

/// The definition of a framework; none where it has none.
pub(crate) fn definitions(definition: &Value) -> Vec<Group> {
    let text = |group: &Value, key: &str| group.get(key).and_then(Value::as_str).map(str::to_owned);
    let one = |group: &Value| {
        let ref_id = text(group, "ref_id")?;
        let name = text(group, "name").unwrap_or_else(|| ref_id.clone());
        Some(Group { ref_id, name, is_default: group.get("default_selected") == Some(&Value::Bool(true)) })
    };
    definition.as_array().into_iter().flatten().filter_map(one).collect()
}

/// What a new audit starts with.
pub(crate) fn default_groups(groups: &[Group]) -> Vec<String> {
    groups.iter().filter(|group| group.is_default).map(|group| group.ref_id.clone()).collect()
}

/// Names of the selected groups; one that the framework does not know is left out.
pub(crate) fn names(groups: &[Group], selected: &[String]) -> Vec<String> {
    selected
        .iter()
        .filter_map(|ref_id| groups.iter().find(|group| group.ref_id == *ref_id))
        .map(|group| group.name.clone())
        .collect()
}

/// Whether a node counts. Without a selection every node does; with one, those in a selected group.
pub(crate) fn counts(selected: &[String], own: &[String]) -> bool {
    selected.is_empty() || own.iter().any(|group| selected.contains(group))
}

#[cfg(test)]
mod tests {
    use super::{counts, default_groups, definitions, names};
    use serde_json::json;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn defaults_and_names() {
        let groups = definitions(&json!([
            { "ref_id": "L1", "name": "Level 1", "default_selected": true }, { "ref_id": "L2", "name": "Level 2" }, {},
        ]));
        assert_eq!(groups.len(), 2);
        assert_eq!(default_groups(&groups), ["L1"]);
        assert_eq!(names(&groups, &texts(&["L2", "nope", "L1"])), ["Level 2", "Level 1"]);
        assert_eq!(definitions(&json!(null)), []);
    }

    #[test]
    fn without_a_selection_everything_counts() {
        assert!(counts(&[], &[]) && counts(&[], &texts(&["L1"])));
        assert!(counts(&texts(&["L1"]), &texts(&["L2", "L1"])));
        assert!(!counts(&texts(&["L1"]), &texts(&["L2"])));
        assert!(!counts(&texts(&["L1"]), &[]), "a node without a group is outside any selection");
    }
}
