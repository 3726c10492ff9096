//! Questionnaires: what the answers to a requirement's questions say of it.
//!
//! What belongs here: the questions of one requirement and everything that follows from answers to
//! them, as pure functions. What does not: rows, and the numbers of a whole audit.

mod answers;
mod progress;
mod question;
mod verdict;
mod visible;

pub use crate::scale::Scale;
pub use answers::{Answers, NOT_A_MAP};
pub use progress::{Asked, answers_progress};
pub use question::{Choice, DependsOn, Question, Questionnaire};
pub use verdict::{Computed, Method, Verdict, is_dynamic, selection};

use serde_json::Value;

/// What a saved PATCH leaves behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// The answers that are stored from now on.
    pub answers: Answers,
    /// What they say.
    pub computed: Computed,
    /// Implementation groups that they switch on, in the order of the questions.
    pub groups: Vec<String>,
}

impl Questionnaire {
    /// Merges a PATCH into what is stored and computes what follows. `Err` is the refusal's sentence.
    pub fn answer(
        &self,
        stored: &Answers,
        patch: &Value,
        scale: Scale,
        method: Method,
    ) -> Result<Answered, &'static str> {
        let answers = stored.merged(self, patch)?;
        let (computed, groups) = (self.computed(&answers, scale, method), self.triggered(&answers));
        Ok(Answered { answers, computed, groups })
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
