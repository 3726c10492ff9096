//! The global score: three methods over rows that each have a scale of their own.

use crate::scale::Scale;
use std::collections::BTreeMap;

impl Scale {
    /// Where a score of this scale lies, from 0 to 1.
    fn share(self, score: f64) -> f64 {
        let range = real(self.max) - real(self.min);
        if range > 0.0 { (score - real(self.min)) / range } else { 0.0 }
    }

    /// The score at a share of this scale.
    fn at(self, share: f64) -> f64 {
        real(self.min) + share * (real(self.max) - real(self.min))
    }

    /// A score of this scale as one of another.
    pub(crate) fn project(self, score: f64, onto: Self) -> f64 {
        if self == onto { score } else { onto.at(self.share(score)) }
    }
}

/// How rows become one score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// Weighted mean of all rows.
    Average,
    /// Weighted sum.
    Sum,
    /// Mean of the weighted means of the sections.
    AverageOfAverages,
}

impl Method {
    /// By its code; anything else is the default.
    pub(crate) fn of(code: &str) -> Self {
        match code {
            "sum" => Self::Sum,
            "average_of_averages" => Self::AverageOfAverages,
            _ => Self::Average,
        }
    }
}

/// Which of the two scores of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// What is done.
    Implementation,
    /// What is written down.
    Documentation,
}

/// What an audit says about its score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scoring {
    /// The method.
    pub method: Method,
    /// The audit's scale.
    pub scale: Scale,
    /// What is aimed at, on the audit's scale.
    pub target: Option<f64>,
    /// Rows that do not apply count as if they had reached the target.
    pub anchored: bool,
}

/// One assessable row inside the selected groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Part<S> {
    /// The section it stands in.
    pub section: S,
    /// Its weight.
    pub weight: i64,
    /// Its own scale.
    pub scale: Scale,
    /// Whether its scores count.
    pub is_scored: bool,
    /// Whether it does not apply.
    pub not_applicable: bool,
    /// What is done.
    pub score: Option<i64>,
    /// What is written down.
    pub documentation: Option<i64>,
}

impl<S> Part<S> {
    /// The score that counts, on the row's own scale.
    fn counted(&self, scoring: &Scoring, layer: Layer) -> Option<f64> {
        if self.not_applicable {
            if !scoring.anchored {
                return None;
            }
            let anchor = scoring.target.map(|target| scoring.scale.project(target, self.scale));
            return Some(anchor.unwrap_or(real(self.scale.max)));
        }
        let score = match layer {
            Layer::Implementation => self.score,
            Layer::Documentation => self.documentation,
        };
        score.filter(|_| self.is_scored).map(real)
    }
}

/// The score of these rows, or nothing when none of them is scored.
pub(crate) fn shown<S: Ord + Copy>(parts: &[Part<S>], scoring: &Scoring, layer: Layer) -> Option<f64> {
    let counted = || parts.iter().filter_map(|part| Some((part, part.counted(scoring, layer)?)));
    match scoring.method {
        Method::Sum => {
            let mut weighted = counted().map(|(part, score)| score * real(part.weight)).peekable();
            weighted.peek()?;
            Some(weighted.sum())
        }
        Method::Average => mean(counted().map(|(part, score)| on_audit(part, score, scoring))),
        Method::AverageOfAverages => {
            let mut sections: BTreeMap<S, Vec<(f64, f64)>> = BTreeMap::new();
            for (part, score) in counted() {
                sections.entry(part.section).or_default().push(on_audit(part, score, scoring));
            }
            mean(sections.into_values().filter_map(|rows| Some((mean(rows.into_iter())?, 1.0))))
        }
    }
}

/// The highest score that these rows could reach.
pub(crate) fn total_max<S>(parts: &[Part<S>], scoring: &Scoring) -> i64 {
    if scoring.method != Method::Sum {
        return scoring.scale.max;
    }
    let counted = parts.iter().filter(|part| part.counted(scoring, Layer::Implementation).is_some());
    counted.map(|part| part.scale.max.saturating_mul(part.weight)).fold(0, i64::saturating_add)
}

/// The mean of the layers that there are.
pub(crate) fn maturity(implementation: Option<f64>, documentation: Option<f64>) -> Option<f64> {
    mean([implementation, documentation].into_iter().flatten().map(|score| (score, 1.0)))
}

/// Cut to one decimal: 2.75 is 2.7.
pub(crate) fn truncated(score: f64) -> f64 {
    /// What binary fractions leave of a sum that is whole in decimals.
    const NOISE: f64 = 1e-9;
    (score * 10.0 + NOISE.copysign(score)).trunc() / 10.0
}

fn on_audit<S>(part: &Part<S>, score: f64, scoring: &Scoring) -> (f64, f64) {
    (part.scale.project(score, scoring.scale), real(part.weight))
}

/// The weighted mean; nothing of nothing, or of weights that cancel out.
fn mean(values: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, weight) = values.fold((0.0, 0.0), |(sum, total), (value, weight)| (sum + value * weight, total + weight));
    (weight > 0.0).then(|| sum / weight)
}

#[expect(clippy::cast_precision_loss, reason = "scores and weights are small numbers")]
fn real(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::{Layer, Method, Part, Scale, Scoring, maturity, shown, total_max, truncated};
    use proptest::prelude::*;

    const FOUR: Scale = Scale { min: 0, max: 4 };

    fn part(section: u8, weight: i64, score: i64) -> Part<u8> {
        let documentation = Some(2);
        Part { section, weight, scale: FOUR, is_scored: true, not_applicable: false, score: Some(score), documentation }
    }

    fn scoring(method: Method) -> Scoring {
        Scoring { method, scale: FOUR, target: None, anchored: false }
    }

    /// 1.1 (weight 2) = 3, 1.2 = 1, 2.1 = 4.
    fn recorded() -> Vec<Part<u8>> {
        vec![part(1, 2, 3), part(1, 1, 1), part(2, 1, 4)]
    }

    fn score(parts: &[Part<u8>], scoring: &Scoring) -> Option<f64> {
        shown(parts, scoring, Layer::Implementation).map(truncated)
    }

    #[test]
    fn the_recorded_audit_has_its_recorded_scores() {
        assert_eq!(score(&recorded(), &scoring(Method::Average)), Some(2.7));
        assert_eq!(score(&recorded(), &scoring(Method::Sum)), Some(11.0));
        assert_eq!(total_max(&recorded(), &scoring(Method::Sum)), 16);
        assert_eq!(total_max(&recorded(), &scoring(Method::Average)), 4);
        assert_eq!(score(&recorded(), &scoring(Method::AverageOfAverages)), Some(3.1));
        assert_eq!(score(&[part(1, 2, 3), part(2, 1, 4)], &scoring(Method::Average)), Some(3.3), "level 1 alone");
        let mut all = recorded();
        all.push(part(2, 1, 0));
        assert_eq!(score(&all, &scoring(Method::Average)), Some(2.2), "no group selected");
    }

    #[test]
    fn what_does_not_apply_is_left_out_or_anchored() {
        let mut parts = recorded();
        parts[2].not_applicable = true;
        assert_eq!(score(&parts, &scoring(Method::Average)), Some(2.3));
        assert_eq!(score(&parts, &scoring(Method::Sum)), Some(7.0));
        assert_eq!(total_max(&parts, &scoring(Method::Sum)), 12);
        assert_eq!(score(&parts, &scoring(Method::AverageOfAverages)), Some(2.3));

        let anchored = |method| Scoring { target: Some(3.0), anchored: true, ..scoring(method) };
        assert_eq!(score(&parts, &anchored(Method::Average)), Some(2.5));
        assert_eq!(score(&parts, &anchored(Method::Sum)), Some(10.0));
        assert_eq!(total_max(&parts, &anchored(Method::Sum)), 16);
        assert_eq!(score(&parts, &anchored(Method::AverageOfAverages)), Some(2.6));
    }

    #[test]
    fn documentation_and_maturity() {
        let implementation = shown(&recorded(), &scoring(Method::Average), Layer::Implementation);
        let documentation = shown(&recorded(), &scoring(Method::Average), Layer::Documentation);
        assert_eq!(documentation.map(truncated), Some(2.0));
        assert_eq!(maturity(implementation, documentation).map(truncated), Some(2.3));
        assert_eq!(maturity(None, None), None);
    }

    #[test]
    fn rows_are_compared_on_their_own_scales() {
        let mut odd = part(1, 1, 8);
        odd.scale = Scale { min: 0, max: 10 };
        assert_eq!(score(&[odd], &scoring(Method::Average)), Some(3.2));
        odd.not_applicable = true;
        let anchored = Scoring { target: Some(3.0), anchored: true, ..scoring(Method::Sum) };
        assert_eq!(score(&[odd], &anchored), Some(7.5), "the target, on the row's scale");
    }

    #[test]
    fn nothing_scored_has_no_score() {
        let mut parts = recorded();
        for part in &mut parts {
            part.is_scored = false;
        }
        for method in [Method::Average, Method::Sum, Method::AverageOfAverages] {
            assert_eq!(score(&parts, &scoring(method)), None);
            assert_eq!(score(&[], &scoring(method)), None);
        }
    }

    fn any_part() -> impl Strategy<Value = Part<u8>> {
        let scale = (-5_i64..5, 1_i64..12).prop_map(|(min, size)| Scale { min, max: min + size });
        (0_u8..4, 1_i64..5, scale, 0_i64..12, any::<bool>(), any::<bool>()).prop_map(
            |(section, weight, scale, step, is_scored, not_applicable)| {
                let score = Some((scale.min + step).min(scale.max));
                Part { section, weight, scale, is_scored, not_applicable, score, documentation: score }
            },
        )
    }

    proptest! {
        #[test]
        fn means_stay_on_the_scale_whatever_the_order(
            parts in prop::collection::vec(any_part(), 0..12), target in 0_u8..5, anchored: bool,
        ) {
            for method in [Method::Average, Method::AverageOfAverages] {
                let scoring = Scoring { method, scale: FOUR, target: Some(target.into()), anchored };
                let found = shown(&parts, &scoring, Layer::Implementation);
                if let Some(score) = found {
                    prop_assert!((-1e-9..=4.0 + 1e-9).contains(&score), "{score}");
                }
                let mut turned = parts.clone();
                turned.reverse();
                let again = shown(&turned, &scoring, Layer::Implementation);
                prop_assert_eq!(found.map(|score| (score * 1e6).round()), again.map(|score| (score * 1e6).round()));
            }
        }

        #[test]
        fn a_sum_never_exceeds_what_it_is_shown_against(parts in prop::collection::vec(any_part(), 0..12)) {
            let scoring = scoring(Method::Sum);
            if let Some(score) = shown(&parts, &scoring, Layer::Implementation) {
                prop_assert!(score <= super::real(total_max(&parts, &scoring)) + 1e-9);
            }
        }

        #[test]
        fn cutting_never_adds(score in -1000.0_f64..1000.0) {
            let cut = truncated(score);
            prop_assert!(cut.abs() <= score.abs() + 1e-6 && (score - cut).abs() < 0.1 + 1e-6);
        }
    }
}
