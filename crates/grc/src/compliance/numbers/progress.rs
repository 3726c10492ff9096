//! How far an audit is: the share of its rows that are finished, by the measure that is in sight.

use super::{Viewer, Visibility};

/// What tells that a row is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Its status is `done`.
    Status,
    /// It has a result.
    Result,
    /// Its score is above the lowest.
    Score,
    /// Nothing that could tell is in sight.
    Nothing,
}

/// What a row says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step<'a> {
    /// Its status.
    pub status: &'a str,
    /// Its result.
    pub result: &'a str,
    /// How far its score is above the lowest of its scale.
    pub above_min: i64,
}

/// The measure of an audit: the first of status, result and score that is in sight.
pub(crate) fn measure(visibility: &Visibility, viewer: Viewer) -> Measure {
    let sees = |field| visibility.shows(field, viewer);
    [("status", Measure::Status), ("result", Measure::Result), ("score", Measure::Score)]
        .into_iter()
        .find(|(field, _)| sees(field))
        .map_or(Measure::Nothing, |(_, measure)| measure)
}

/// The share of finished rows in percent, cut to a whole number. Nothing to do is no progress.
pub(crate) fn progress<'a>(measure: Measure, steps: impl IntoIterator<Item = Step<'a>>) -> i64 {
    let (mut done, mut all) = (0, 0);
    for step in steps {
        all += 1;
        done += i64::from(match measure {
            Measure::Status => step.status == "done",
            Measure::Result => step.result != "not_assessed",
            Measure::Score => step.above_min > 0,
            Measure::Nothing => false,
        });
    }
    percent(done, all)
}

/// A share in percent, cut to a whole number.
pub(crate) fn percent(part: i64, whole: i64) -> i64 {
    if whole > 0 { part.saturating_mul(100) / whole } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{Measure, Step, measure, percent, progress};
    use crate::compliance::numbers::{Viewer, Visibility};
    use serde_json::json;

    fn step(status: &'static str, result: &'static str, above_min: i64) -> Step<'static> {
        Step { status, result, above_min }
    }

    #[test]
    fn one_of_three_done_is_33() {
        let steps = [step("done", "not_assessed", 0), step("to_do", "compliant", 3), step("in_review", "compliant", 0)];
        assert_eq!(progress(Measure::Status, steps), 33);
        assert_eq!(progress(Measure::Result, steps), 66);
        assert_eq!(progress(Measure::Score, steps), 33);
        assert_eq!(progress(Measure::Nothing, steps), 0);
        assert_eq!(progress(Measure::Status, []), 0);
        assert_eq!(percent(1, 4), 25);
    }

    #[test]
    fn the_measure_is_what_is_in_sight() {
        let hidden = |fields: &[&str]| {
            let mut visibility = Visibility::platform();
            for field in fields {
                visibility.merge(&json!({ *field: { "auditor": "hidden" } }));
            }
            visibility
        };
        assert_eq!(measure(&hidden(&[]), Viewer::Auditor), Measure::Status);
        assert_eq!(measure(&hidden(&["status"]), Viewer::Auditor), Measure::Result);
        let mut scored = hidden(&["status", "result"]);
        assert_eq!(measure(&scored, Viewer::Auditor), Measure::Nothing, "scores are hidden unless they are asked for");
        scored.merge(&json!({ "score": { "auditor": "edit" } }));
        assert_eq!(measure(&scored, Viewer::Auditor), Measure::Score);
    }
}
