//! What complete answers say: a score, a result, implementation groups.

use super::{Answers, Choice, Questionnaire};
use crate::scale::Scale;
use serde_json::Value;
use std::collections::BTreeSet;

/// A result that a choice can speak for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Met.
    Compliant,
    /// Met in part.
    Partial,
    /// Not met.
    NonCompliant,
    /// Does not apply.
    NotApplicable,
}

/// How scores of chosen choices become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Their mean. The method of audits by average, and by average of averages.
    Mean,
    /// Their sum.
    Sum,
}

/// What the answers to one requirement say of it. A part is absent where no choice of the
/// requirement could say anything of it: then people decide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Computed {
    /// The score, if any choice adds one: `Some(None)` takes a former score away.
    pub score: Option<Option<i64>>,
    /// The result, if any choice speaks for one: `Some(None)` is not assessed.
    pub result: Option<Option<Verdict>>,
}

impl Verdict {
    /// Its word; `true` and `false` are old spellings.
    pub(super) fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(truth) => Some(if *truth { Self::Compliant } else { Self::NonCompliant }),
            Value::String(word) => match word.to_lowercase().as_str() {
                "true" => Some(Self::Compliant),
                "false" => Some(Self::NonCompliant),
                word => Self::parse(word),
            },
            _ => None,
        }
    }

    /// The verdict of a result's code; none when it is not assessed.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "compliant" => Some(Self::Compliant),
            "partially_compliant" => Some(Self::Partial),
            "non_compliant" => Some(Self::NonCompliant),
            "not_applicable" => Some(Self::NotApplicable),
            _ => None,
        }
    }

    /// Its code as the result of a row.
    pub fn code(self) -> &'static str {
        match self {
            Self::Compliant => "compliant",
            Self::Partial => "partially_compliant",
            Self::NonCompliant => "non_compliant",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// What several verdicts come to. What does not apply says nothing beside others; whatever is
    /// mixed is partial.
    fn of(verdicts: &BTreeSet<Self>) -> Option<Self> {
        let mut deciding = verdicts.iter().copied().filter(|verdict| *verdict != Self::NotApplicable);
        match (deciding.next(), deciding.next()) {
            (Some(only), None) => Some(only),
            (Some(_), Some(_)) => Some(Self::Partial),
            (None, _) => verdicts.first().copied(),
        }
    }
}

impl Method {
    /// The method of an audit's `score_calculation_method`.
    pub fn of_audit(code: &str) -> Self {
        if code == "sum" { Self::Sum } else { Self::Mean }
    }

    fn apply(self, scores: &[i64], scale: Scale) -> Option<i64> {
        let count = i64::try_from(scores.len()).ok().filter(|count| *count > 0)?;
        let sum = scores.iter().fold(0_i64, |sum, score| sum.saturating_add(*score));
        let score = match self {
            Self::Mean => sum / count,
            Self::Sum => sum,
        };
        Some(score.min(scale.max).max(scale.min))
    }
}

impl Computed {
    /// The code of the computed result.
    pub fn result_code(&self) -> Option<&'static str> {
        self.result.map(|verdict| verdict.map_or("not_assessed", Verdict::code))
    }
}

impl Questionnaire {
    /// Whether some choice adds to the score: then people do not set it.
    pub fn scores(&self) -> bool {
        self.questions().iter().flat_map(|question| &question.choices).any(|choice| choice.add_score.is_some())
    }

    /// Whether some choice speaks for a result.
    pub fn judges(&self) -> bool {
        self.questions().iter().flat_map(|question| &question.choices).any(|choice| choice.result.is_some())
    }

    /// The choices that count: chosen in questions that are asked.
    fn chosen<'a>(&'a self, answers: &Answers) -> Vec<&'a Choice> {
        let visible = self.visible(answers).into_iter();
        visible
            .flat_map(|question| {
                let said = answers.said(&question.urn);
                question.choices.iter().filter(move |choice| said.contains(&choice.urn))
            })
            .collect()
    }

    /// The score and the result that the answers come to; nothing before all questions that are
    /// asked have their answer.
    pub fn computed(&self, answers: &Answers, scale: Scale, method: Method) -> Computed {
        let chosen = if self.is_complete(answers) { self.chosen(answers) } else { Vec::new() };
        let scores: Vec<i64> = chosen.iter().filter_map(|choice| choice.add_score).collect();
        let verdicts: BTreeSet<Verdict> = chosen.iter().filter_map(|choice| choice.result).collect();
        Computed {
            score: self.scores().then(|| method.apply(&scores, scale)),
            result: self.judges().then(|| Verdict::of(&verdicts)),
        }
    }

    /// Implementation groups that the answers switch on, complete or not, in the order of the questions.
    pub fn triggered(&self, answers: &Answers) -> Vec<String> {
        let mut groups: Vec<String> = Vec::new();
        for group in self.chosen(answers).into_iter().flat_map(|choice| &choice.groups) {
            if !groups.contains(group) {
                groups.push(group.clone());
            }
        }
        groups
    }
}

/// Whether answers, not people, select the implementation groups of a framework with these questions.
pub fn is_dynamic<'a>(questionnaires: impl IntoIterator<Item = &'a Questionnaire>) -> bool {
    let questions = questionnaires.into_iter().flat_map(Questionnaire::questions);
    questions.flat_map(|question| &question.choices).any(|choice| !choice.groups.is_empty())
}

/// The groups of an audit whose answers select them: those selected from the start, and those that
/// some row triggers, in the order in which the framework defines them.
pub fn selection(definition: &Value, triggered: &[String]) -> Vec<String> {
    let defined = definition.as_array().map(Vec::as_slice).unwrap_or_default();
    let chosen = defined.iter().filter_map(|group| {
        let ref_id = group.get("ref_id")?.as_str()?;
        let from_the_start = group.get("default_selected").and_then(Value::as_bool).unwrap_or(false);
        (from_the_start || triggered.iter().any(|name| name == ref_id)).then(|| ref_id.to_owned())
    });
    chosen.collect()
}
