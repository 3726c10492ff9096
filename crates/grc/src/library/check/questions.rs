//! Questionnaires that cannot be answered, or whose answers lead nowhere.

use super::{Advice, path};
use crate::library::{DependsOn, Library, Question, QuestionType, RequirementNode};
use std::collections::HashMap;

/// Results that a choice may speak for; the last two are old spellings of the first and the third.
const RESULTS: [&str; 7] =
    ["compliant", "partially_compliant", "non_compliant", "not_applicable", "not_assessed", "true", "false"];

pub(super) fn check(library: &Library, advice: &mut Advice) {
    let Some(framework) = &library.objects.framework else { return };
    let all: HashMap<&str, &Question> = framework
        .nodes
        .iter()
        .flat_map(|node| &node.questions)
        .map(|question| (question.urn.as_str(), question))
        .collect();
    for (index, node) in framework.nodes.iter().enumerate() {
        for question in &node.questions {
            let mut say = |code, message: String| {
                let path = format!("{}.questions[{:?}]", path::<RequirementNode>(index), question.urn);
                advice.add(question.at, path, code, message);
            };
            alone(question, &mut say);
            if let Some(depends_on) = &question.depends_on {
                let here = node.questions.iter().any(|other| other.urn == depends_on.question);
                condition(depends_on, all.get(depends_on.question.as_str()).copied(), here, &mut say);
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
    for (index, choice) in question.choices.iter().enumerate() {
        if choice.value.trim().is_empty() {
            say("no_name", format!("the choice at place {index} needs a text. Add \"value: …\""));
        }
        if question.choices[..index].iter().any(|other| other.urn == choice.urn) {
            say("choices", format!("two choices have the urn {}. Give each its own", choice.urn));
        }
        if let Some(result) = choice.compute_result.as_deref().filter(|result| !RESULTS.contains(result)) {
            say("compute_result", format!("there is no result {result:?}. Use one of {}", RESULTS[..5].join(", ")));
        }
        if let Some(color) = choice.color.as_deref().filter(|color| !super::matrices::is_color(color)) {
            say("color", format!("{color:?} is no colour. Write it as #1A2B3C"));
        }
    }
}

fn condition(
    depends_on: &DependsOn, question: Option<&Question>, here: bool, say: &mut impl FnMut(&'static str, String),
) {
    let Some(question) = question else { return };
    if !here {
        say("depends_on", "the question that it depends on belongs to another requirement, and is not looked at".into());
    }
    if depends_on.answers.is_empty() {
        say("depends_on", "no answer is named, so it is never asked. Add \"answers: […]\"".into());
    }
    for answer in &depends_on.answers {
        let known = question.choices.iter().any(|choice| choice.urn == *answer);
        if question.kind.has_choices() && !known {
            say("depends_on", format!("{} has no choice {answer}. Correct it", question.urn));
        }
    }
    if question.kind == QuestionType::UniqueChoice
        && depends_on.condition == crate::library::Condition::All
        && depends_on.answers.len() > 1
    {
        say("depends_on", "one choice cannot be all of several. Use \"condition: any\"".into());
    }
}
