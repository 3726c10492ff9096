//! Presets: what steps lead to is set up before.

use super::Advice;
use crate::library::Library;
use std::collections::HashSet;

pub(super) fn check(library: &Library, advice: &mut Advice) {
    for preset in &library.objects.presets {
        let mut references = HashSet::new();
        for (index, object) in preset.scaffolded_objects.iter().enumerate() {
            if let Some(reference) = object.reference.as_deref()
                && !references.insert(reference)
            {
                let path = format!("objects.preset.scaffolded_objects[{index}]");
                advice.add(object.at, path, "repeated_ref", format!("{reference:?} already names another object"));
            }
        }
        let mut keys = HashSet::new();
        for (index, step) in preset.steps.iter().enumerate() {
            let path = || format!("objects.preset.journey.steps[{index}]");
            if !keys.insert(step.key.as_str()) {
                advice.add(step.at, path(), "repeated_key", format!("two steps have the key {:?}", step.key));
            }
            if let Some(target) = step.target_ref.as_deref().filter(|target| !references.contains(target)) {
                let message = format!("no object of this preset has the ref {target:?}");
                advice.add(step.at, path(), "unknown_ref", message);
            }
        }
    }
}
