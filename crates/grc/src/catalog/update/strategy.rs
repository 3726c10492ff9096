//! What becomes of scores when the scale under them changes.

use crate::scale::Scale;
use engine::ApiError;
use serde_json::{Value, json};

/// What the caller wants to become of scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Scores outside the new scale move to its nearer end.
    Clamp,
    /// All scores are taken away.
    Reset,
    /// Scores keep their place between the ends.
    RuleOfThree,
}

impl Strategy {
    /// What the query asks for.
    pub(super) fn asked(word: Option<&str>) -> Result<Option<Self>, ApiError> {
        match word {
            None | Some("") => Ok(None),
            Some("clamp") => Ok(Some(Self::Clamp)),
            Some("reset") => Ok(Some(Self::Reset)),
            Some("rule_of_three") => Ok(Some(Self::RuleOfThree)),
            Some(_) => Err(ApiError::error(400, "Invalid strategy. Must be one of 'rule_of_three', 'reset', 'clamp'.")),
        }
    }

    /// The choice that clients show.
    pub(super) fn offered() -> Value {
        json!([
            { "name": "clamp", "description": "clampDescription", "action": "clamp" },
            { "name": "reset", "description": "resetDescription", "action": "reset" },
            { "name": "ruleOfThree", "description": "ruleOfThreeDescription", "action": "rule_of_three" },
        ])
    }

    /// What a score becomes; nothing when it is taken away.
    pub fn apply(self, score: i64, old: Scale, new: Scale) -> Option<i64> {
        match self {
            Self::Reset => None,
            Self::Clamp => Some(score.clamp(new.min, new.max.max(new.min))),
            Self::RuleOfThree => {
                let (from, to) = (i128::from(old.max) - i128::from(old.min), i128::from(new.max) - i128::from(new.min));
                if from <= 0 {
                    return Some(new.min);
                }
                let moved = (i128::from(score) - i128::from(old.min)) * to;
                let scaled = half_to_even(moved, from) + i128::from(new.min);
                let scaled = i64::try_from(scaled).unwrap_or(new.max);
                Some(scaled.clamp(new.min, new.max.max(new.min)))
            }
        }
    }
}

/// A division that rounds to the nearest whole number, and from the middle to the even one.
fn half_to_even(number: i128, by: i128) -> i128 {
    let (whole, rest) = (number.div_euclid(by), number.rem_euclid(by));
    match (rest * 2).cmp(&by) {
        std::cmp::Ordering::Less => whole,
        std::cmp::Ordering::Greater => whole + 1,
        std::cmp::Ordering::Equal => whole + whole.rem_euclid(2),
    }
}

#[cfg(test)]
mod tests {
    use super::{Scale, Strategy};

    const TEN: Scale = Scale { min: 0, max: 10 };
    const FOUR: Scale = Scale { min: 0, max: 4 };

    #[test]
    fn scores_move_as_recorded() {
        let narrow = Scale { min: 2, max: 3 };
        let clamped = [2, 10, 0].map(|score| Strategy::Clamp.apply(score, TEN, narrow));
        assert_eq!(clamped, [Some(2), Some(3), Some(2)]);
        assert_eq!(Strategy::Reset.apply(7, TEN, FOUR), None);
        let down = [7, 9, 1, 5].map(|score| Strategy::RuleOfThree.apply(score, TEN, FOUR));
        assert_eq!(down, [Some(3), Some(4), Some(0), Some(2)]);
        let up = [1, 3].map(|score| Strategy::RuleOfThree.apply(score, FOUR, TEN));
        assert_eq!(up, [Some(2), Some(8)]);
    }

    #[test]
    fn a_scale_without_width_has_one_score() {
        let flat = Scale { min: 5, max: 5 };
        assert_eq!(Strategy::RuleOfThree.apply(5, flat, FOUR), Some(0));
        assert_eq!(Strategy::RuleOfThree.apply(i64::MAX, FOUR, FOUR), Some(4));
    }

    #[test]
    fn words_are_those_of_the_contract() {
        assert_eq!(Strategy::asked(Some("rule_of_three")).expect("known"), Some(Strategy::RuleOfThree));
        assert_eq!(Strategy::asked(None).expect("none"), None);
        assert!(Strategy::asked(Some("ruleOfThree")).is_err());
    }
}
