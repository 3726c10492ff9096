//! Scales, weights and targets.

use super::Advice;
use crate::library::{Framework, Library};
use std::collections::HashSet;

pub(super) fn check(library: &Library, advice: &mut Advice) {
    let Some(framework) = &library.objects.framework else { return };
    scales(framework, advice);
    for (index, node) in framework.nodes.iter().enumerate() {
        if node.weight <= 0 {
            let message = format!("with a weight of {} this counts for nothing. Use 1 or more", node.weight);
            advice.about(index, node, "weight", message);
        }
        if let Some(name) = &node.scores_definition_ref
            && !framework.scales.iter().any(|scale| scale.name == *name)
        {
            advice.about(index, node, "unknown_scale", format!("scores_definition has no scale {name:?}"));
        }
        let (min, max) = framework.scale();
        let (min, max) = (node.min_score.unwrap_or(min), node.max_score.unwrap_or(max));
        #[expect(clippy::cast_precision_loss, reason = "scores are small")]
        if node.target_score.is_some_and(|target| target < min as f64 || target > max as f64) {
            let message = format!("the target score is not between {min} and {max}");
            advice.about(index, node, "target_score", message);
        }
    }
}

fn scales(framework: &Framework, advice: &mut Advice) {
    let (min, max) = framework.scale();
    let given = framework.min_score.is_some() && framework.max_score.is_some();
    if framework.scales.len() == 1 && !given {
        let message = format!("levels are named, but the scale runs from {min} to {max}. Give min_score and max_score");
        advice.add(framework.entry.at, "objects.framework".into(), "scale", message);
    }
    for scale in &framework.scales {
        let mut seen = HashSet::new();
        for score in &scale.scores {
            let path = || "objects.framework.scores_definition".to_owned();
            if !seen.insert(score.score) {
                advice.add(score.at, path(), "scale", format!("the level {} is named twice", score.score));
            }
            // Scales of single requirements have bounds of their own.
            if given && framework.scales.len() == 1 && !(min..=max).contains(&score.score) {
                let message = format!("the level {} is not between {min} and {max}", score.score);
                advice.add(score.at, path(), "scale", message);
            }
            if score.name.is_none() {
                advice.add(score.at, path(), "no_name", format!("the level {} needs a name", score.score));
            }
        }
    }
}
