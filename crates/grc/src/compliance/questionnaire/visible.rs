//! Which questions are asked, given the answers so far.

use super::{Answers, DependsOn, Question, Questionnaire};
use crate::library::Condition;

impl Questionnaire {
    /// The questions that are asked, in their order. One whose condition hangs on a hidden question
    /// is hidden, whatever had been answered there before; so is one whose conditions run in a circle.
    pub fn visible<'a>(&'a self, answers: &Answers) -> Vec<&'a Question> {
        self.questions().iter().filter(|question| self.is_asked(question, answers, self.questions().len())).collect()
    }

    fn is_asked(&self, question: &Question, answers: &Answers, deepest: usize) -> bool {
        let Some(depends_on) = &question.depends_on else { return true };
        let Some(deciding) = self.get(&depends_on.question) else { return false };
        deepest > 0 && depends_on.is_met(answers) && self.is_asked(deciding, answers, deepest - 1)
    }

    /// Whether every question that is asked has its answer. A requirement that asks nothing is not
    /// complete: there is nothing that could speak for it.
    pub fn is_complete(&self, answers: &Answers) -> bool {
        let visible = self.visible(answers);
        !visible.is_empty() && visible.iter().all(|question| answers.get(&question.urn).is_some())
    }
}

impl DependsOn {
    fn is_met(&self, answers: &Answers) -> bool {
        let said = answers.said(&self.question);
        let mut wanted = self.answers.iter();
        match self.condition {
            Condition::Any => wanted.any(|answer| said.contains(answer)),
            Condition::All => !said.is_empty() && wanted.all(|answer| said.contains(answer)),
        }
    }
}
