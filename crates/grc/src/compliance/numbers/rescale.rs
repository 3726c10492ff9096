//! Scores whose scale changes under them, when a framework is updated.

use super::Scale;

/// What becomes of scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// Scores outside the new scale move to its nearest end.
    Clamp,
    /// Scores are taken back.
    Reset,
    /// Scores keep their place between the ends, rounded half to even.
    RuleOfThree,
}

impl Strategy {
    /// By the word on the wire.
    pub(crate) fn of(word: &str) -> Option<Self> {
        match word {
            "clamp" => Some(Self::Clamp),
            "reset" => Some(Self::Reset),
            "rule_of_three" => Some(Self::RuleOfThree),
            _ => None,
        }
    }

    /// The score on the new scale; none when it is taken back.
    pub(crate) fn apply(self, score: i64, from: Scale, to: Scale) -> Option<i64> {
        match self {
            Self::Reset => None,
            Self::Clamp => Some(score.clamp(to.min, to.max.max(to.min))),
            Self::RuleOfThree => {
                let range = i128::from(from.max) - i128::from(from.min);
                let step = i128::from(score) - i128::from(from.min);
                let wide = i128::from(to.max) - i128::from(to.min);
                if range <= 0 || wide < 0 {
                    return Some(to.min);
                }
                let moved = i128::from(to.min) + half_to_even(step * wide, range);
                Some(i64::try_from(moved).unwrap_or(to.max).clamp(to.min, to.max))
            }
        }
    }
}

/// A quotient rounded to the nearest whole number, halves to the even one.
fn half_to_even(numerator: i128, denominator: i128) -> i128 {
    let (whole, rest) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
    match (rest * 2).cmp(&denominator) {
        std::cmp::Ordering::Less => whole,
        std::cmp::Ordering::Greater => whole + 1,
        std::cmp::Ordering::Equal => whole + whole.rem_euclid(2),
    }
}

#[cfg(test)]
mod tests {
    use super::{Scale, Strategy};
    use proptest::prelude::*;

    #[test]
    fn scores_move_as_recorded() {
        let moved = |strategy: Strategy, score, (min, max), (low, high)| {
            strategy.apply(score, Scale { min, max }, Scale { min: low, max: high })
        };
        for (score, clamped) in [(2, 2), (10, 3), (0, 2)] {
            assert_eq!(moved(Strategy::Clamp, score, (0, 10), (2, 3)), Some(clamped));
        }
        for (score, found) in [(7, 3), (9, 4), (1, 0), (5, 2)] {
            assert_eq!(moved(Strategy::RuleOfThree, score, (0, 10), (0, 4)), Some(found));
        }
        for (score, found) in [(1, 2), (3, 8)] {
            assert_eq!(moved(Strategy::RuleOfThree, score, (0, 4), (0, 10)), Some(found));
        }
        assert_eq!(moved(Strategy::Reset, 3, (0, 4), (0, 10)), None);
    }

    proptest! {
        #[test]
        fn moved_scores_stand_on_the_new_scale_in_the_same_order(
            min in -20_i64..20, size in 1_i64..50, low in -20_i64..20, wide in 0_i64..50, a in 0_i64..50, b in 0_i64..50,
        ) {
            let (from, to) = (Scale { min, max: min + size }, Scale { min: low, max: low + wide });
            let at = |step: i64| (min + step).min(min + size);
            for strategy in [Strategy::Clamp, Strategy::RuleOfThree] {
                let (one, two) = (strategy.apply(at(a), from, to), strategy.apply(at(b), from, to));
                for score in [one, two] {
                    prop_assert!((low..=low + wide).contains(&score.expect("kept")));
                }
                prop_assert_eq!(at(a) <= at(b) && one > two, false);
            }
        }
    }
}
