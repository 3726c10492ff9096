//! The shape of JSON values: which keys they have and what kind of value stands under each.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Put under this key into objects whose end was cut off in the recording.
pub(super) const CUT: &str = "\u{1}cut";

/// What was seen at one place, over all rows.
#[derive(Debug, Default)]
pub(super) struct Shape {
    null: bool,
    kinds: BTreeSet<&'static str>,
    object: Option<Object>,
    /// Objects whose keys are data: ids.
    map: Option<Box<Shape>>,
    array: Option<Box<Shape>>,
}

#[derive(Debug, Default)]
struct Object {
    /// Objects seen to their end.
    whole: usize,
    /// Shape under each key, and in how many whole objects it was there.
    keys: BTreeMap<String, (Shape, usize)>,
}

impl Shape {
    /// The shape of several values together.
    pub(super) fn of<'a>(values: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut shape = Self::default();
        values.into_iter().for_each(|value| shape.add(value));
        shape
    }

    fn add(&mut self, value: &Value) {
        match value {
            Value::Null => self.null = true,
            Value::Bool(_) => drop(self.kinds.insert("boolean")),
            Value::Number(_) => drop(self.kinds.insert("number")),
            Value::String(text) => drop(self.kinds.insert(kind_of_text(text))),
            Value::Array(list) => {
                let elements = self.array.get_or_insert_default();
                for element in list {
                    elements.add(element);
                }
            }
            Value::Object(map)
                if !map.is_empty() && map.keys().all(|key| key == CUT || kind_of_text(key) == "uuid") =>
            {
                let values = self.map.get_or_insert_default();
                map.iter().filter(|(key, _)| *key != CUT).for_each(|(_, value)| values.add(value));
            }
            Value::Object(map) => {
                let object = self.object.get_or_insert_default();
                let whole = usize::from(!map.contains_key(CUT));
                object.whole += whole;
                for (key, value) in map.iter().filter(|(key, _)| *key != CUT) {
                    let (shape, times) = object.keys.entry(key.clone()).or_default();
                    shape.add(value);
                    *times += whole;
                }
            }
        }
    }

    /// Nothing is known of this place.
    fn is_silent(&self) -> bool {
        self.kinds.is_empty() && self.object.is_none() && self.map.is_none() && self.array.is_none()
    }

    /// How `ours` differs from this recorded shape: place and sentence. `nullable` says where
    /// null may stand although the recording has none.
    pub(super) fn differences(&self, ours: &Self, nullable: &dyn Fn(&str) -> bool) -> Vec<(String, String)> {
        let mut found = Vec::new();
        self.compare(ours, "", nullable, &mut found);
        found
    }

    fn compare(&self, ours: &Self, place: &str, nullable: &dyn Fn(&str) -> bool, found: &mut Vec<(String, String)>) {
        if self.is_silent() {
            return;
        }
        let mut differs = |sentence: String| found.push((place.to_owned(), sentence));
        if ours.null && !self.null && !nullable(place) {
            differs("null where the recording never has it".into());
        }
        for kind in &ours.kinds {
            let text = !matches!(*kind, "boolean" | "number");
            if !(self.kinds.contains(kind) || text && self.kinds.contains("text")) {
                differs(format!("{kind} instead of {}", self.words()));
            }
        }
        if let Some(theirs) = &self.array {
            match &ours.array {
                Some(elements) => theirs.compare(elements, &format!("{place}[]"), nullable, found),
                None if ours.is_silent() => {}
                None => differs(format!("{} instead of an array", ours.words())),
            }
        } else if ours.array.is_some() {
            differs(format!("an array instead of {}", self.words()));
        }
        let mut differs = |sentence: String| found.push((place.to_owned(), sentence));
        match (&self.object, &ours.object) {
            (Some(theirs), Some(object)) => theirs.compare(object, place, nullable, found),
            (None, Some(object)) if object.keys.is_empty() => {}
            (None, Some(_)) => differs(format!("an object instead of {}", self.words())),
            (Some(theirs), None) if !theirs.keys.is_empty() && !ours.is_silent() => {
                differs(format!("{} instead of an object", ours.words()));
            }
            _ => {}
        }
        if let (Some(theirs), Some(map)) = (&self.map, &ours.map) {
            theirs.compare(map, &format!("{place}{{}}"), nullable, found);
        }
    }

    fn words(&self) -> String {
        let mut words: Vec<&str> = self.kinds.iter().copied().collect();
        words.extend(self.object.is_some().then_some("object"));
        words.extend(self.map.is_some().then_some("map"));
        words.extend(self.array.is_some().then_some("array"));
        if words.is_empty() { "null".into() } else { words.join(" or ") }
    }
}

impl Object {
    fn compare(&self, ours: &Self, place: &str, nullable: &dyn Fn(&str) -> bool, found: &mut Vec<(String, String)>) {
        let under = |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
        for (key, (theirs, times)) in &self.keys {
            let always = *times == self.whole;
            match ours.keys.get(key) {
                Some((shape, ours_times)) => {
                    if always && *ours_times < ours.whole {
                        found.push((under(key), "missing in some".into()));
                    }
                    theirs.compare(shape, &under(key), nullable, found);
                }
                None if always && ours.whole > 0 => found.push((under(key), "missing".into())),
                None => {}
            }
        }
        // An object that was always empty says nothing of its keys.
        let known = self.whole > 0 && !self.keys.is_empty();
        for key in ours.keys.keys().filter(|key| known && !self.keys.contains_key(*key)) {
            found.push((under(key), "not in the recording".into()));
        }
    }
}

/// Texts whose form clients rely on.
fn kind_of_text(text: &str) -> &'static str {
    if text.len() == 36 && text.parse::<uuid::Uuid>().is_ok() {
        "uuid"
    } else if text.len() == 27 && text.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(text).is_ok() {
        "time"
    } else if text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok() {
        "day"
    } else {
        "text"
    }
}

#[cfg(test)]
mod tests {
    use super::{CUT, Shape};
    use serde_json::{Value, json};

    fn differences(theirs: &Value, ours: &Value) -> Vec<String> {
        let found = Shape::of([theirs]).differences(&Shape::of([ours]), &|_| false);
        found.into_iter().map(|(place, sentence)| format!("{place}: {sentence}")).collect()
    }

    #[test]
    fn keys_and_kinds_are_compared_everywhere() {
        let theirs = json!({ "rows": [{ "id": "a3f6506d-d500-45f0-be51-792f1d4a68e8", "n": 1, "x": null, "l": [] }] });
        assert_eq!(differences(&theirs, &theirs), Vec::<String>::new());
        let ours = json!({ "rows": [{ "id": "no", "n": null, "x": 3, "l": [1], "more": 1 }], "l": 1 });
        let expected = [
            "rows[].id: text instead of uuid",
            "rows[].n: null where the recording never has it",
            "rows[].more: not in the recording",
            "l: not in the recording",
        ];
        assert_eq!(differences(&theirs, &ours), expected);
        assert_eq!(differences(&theirs, &json!({ "rows": [{}] })).len(), 4);
        assert_eq!(
            differences(&theirs, &json!({ "rows": 1 })),
            ["rows: number instead of array", "rows: number instead of an array"]
        );
    }

    #[test]
    fn what_was_cut_off_is_not_missed() {
        let theirs = json!([{ "a": 1, CUT: true }]);
        assert_eq!(differences(&theirs, &json!([{ "a": 1, "b": 2 }])), Vec::<String>::new());
        assert_eq!(differences(&theirs, &json!([{ "b": 2 }])), ["[].a: missing"]);
    }
}
