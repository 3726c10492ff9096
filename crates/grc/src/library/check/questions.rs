//! Questionnaires that cannot be answered, or whose answers lead nowhere.

use super::matrices::is_color;
use super::{Advice, path};
use crate::library::{Condition, DependsOn, Library, Question, QuestionType, RequirementNode};
use std::collections::{HashMap, HashSet};

/// Results that a choice may speak for; the last two are old spellings of the first and the third.
const RESULTS: [&str; 7] =
    ["compliant", "partially_compliant", "non_compliant", "not_applicable", "not_assessed", "true", "false"];

/// All questions of a framework, to look others up.
struct Known<'a> {
    questions: HashMap<&'a str, (usize, &'a Question)>,
    choices: HashSet<(&'a str, &'a str)>,
}

impl<'a> Known<'a> {
    fn of(nodes: &'a [RequirementNode]) -> Self {
        let asked =
            || nodes.iter().enumerate().flat_map(|(index, node)| node.questions.iter().map(move |q| (index, q)));
        let choices =
            |question: &'a Question| question.choices.iter().map(|choice| (question.urn.as_str(), choice.urn.as_str()));
        Self {
            questions: asked().map(|(index, question)| (question.urn.as_str(), (index, question))).collect(),
            choices: asked().flat_map(|(_, question)| choices(question)).collect(),
        }
    }
}

pub(super) fn check(library: &Library, advice: &mut Advice) {
    let Some(framework) = &library.objects.framework else { return };
    let known = Known::of(&framework.nodes);
    for (index, node) in framework.nodes.iter().enumerate() {
        for question in &node.questions {
            let mut say = |code, message: String| {
                let path = format!("{}.questions[{:?}]", path::<RequirementNode>(index), question.urn);
                advice.add(question.at, path, code, message);
            };
            alone(question, &mut say);
            if let Some(depends_on) = &question.depends_on {
                condition(depends_on, index, &known, &mut say);
            }
        }
        if !node.assessable && !node.questions.is_empty() {
            advice.about(index, node, "questions", "questions are only asked where \"assessable: true\" stands");
        }
    }
}

fn alone(question: &Question, say: &mut impl FnMut(&'static str, String)) {
    if question.text.trim().is_empty() {
        say("no_name", "a question needs a text. Add \"text: …\"".into());
    }
    if question.kind.has_choices() && question.choices.len() < 2 {
        say("choices", "there is nothing to choose. Add choices, or another type".into());
    }
    if !question.kind.has_choices() && !question.choices.is_empty() {
        say("choices", format!("a question of type {} shows no choices. Remove them", question.kind.code()));
    }
    let mut seen = HashSet::new();
    for (index, choice) in question.choices.iter().enumerate() {
        if choice.value.trim().is_empty() {
            say("no_name", format!("the choice at place {index} needs a text. Add \"value: …\""));
        }
        if !seen.insert(choice.urn.as_str()) {
            say("choices", format!("two choices have the urn {}. Give each its own", choice.urn));
        }
        if let Some(result) = choice.compute_result.as_deref().filter(|result| !RESULTS.contains(result)) {
            say("compute_result", format!("there is no result {result:?}. Use one of {}", RESULTS[..5].join(", ")));
        }
        if let Some(color) = choice.color.as_deref().filter(|color| !is_color(color)) {
            say("color", format!("{color:?} is no colour. Write it as #1A2B3C"));
        }
    }
}

fn condition(depends_on: &DependsOn, here: usize, known: &Known<'_>, say: &mut impl FnMut(&'static str, String)) {
    let Some((index, question)) = known.questions.get(depends_on.question.as_str()) else { return };
    if *index != here {
        let message = "the question that it depends on belongs to another requirement, and is not looked at";
        say("depends_on", message.into());
    }
    if depends_on.answers.is_empty() {
        say("depends_on", "no answer is named, so it is never asked. Add \"answers: […]\"".into());
    }
    for answer in &depends_on.answers {
        if question.kind.has_choices() && !known.choices.contains(&(question.urn.as_str(), answer.as_str())) {
            say("depends_on", format!("{} has no choice {answer}. Correct it", question.urn));
        }
    }
    let one = question.kind == QuestionType::UniqueChoice;
    if one && depends_on.condition == Condition::All && depends_on.answers.len() > 1 {
        say("depends_on", "one choice cannot be all of several. Use \"condition: any\"".into());
    }
}
