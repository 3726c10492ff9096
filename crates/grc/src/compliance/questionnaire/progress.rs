//! How far the answering has come.

use super::{Answers, Questionnaire};
use std::ops::Add;

/// How many questions are asked, and how many of them have an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Questions that are asked.
    pub visible: u64,
    /// Those with an answer.
    pub answered: u64,
}

impl Questionnaire {
    /// The count of one requirement.
    pub fn asked(&self, answers: &Answers) -> Asked {
        let visible = self.visible(answers);
        let answered = visible.iter().filter(|question| answers.get(&question.urn).is_some()).count();
        Asked { visible: visible.len() as u64, answered: answered as u64 }
    }
}

impl Add for Asked {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { visible: self.visible + other.visible, answered: self.answered + other.answered }
    }
}

/// Percent of the questions asked in an audit that have an answer, rounded down. `rows` are the
/// requirements inside the selected implementation groups; a framework that asks nothing has none.
pub fn answers_progress(has_questions: bool, rows: impl IntoIterator<Item = Asked>) -> Option<u64> {
    let total = rows.into_iter().fold(Asked::default(), Add::add);
    has_questions.then(|| (total.answered * 100).checked_div(total.visible).unwrap_or(0))
}
