//! Languages that are begun but not finished. One piece of advice a language, not one an object.

use super::Advice;
use crate::library::yaml::Position;
use crate::library::{Entry, Library, Object, Translations};

/// One object as a translator sees it.
struct Piece<'a> {
    at: Position,
    translations: &'a Translations,
    fields: Vec<&'static str>,
}

pub(super) fn check(library: &Library, advice: &mut Advice) {
    let pieces = pieces(library);
    for locale in library.locales().iter().filter(|locale| **locale != library.locale) {
        let lacks =
            |piece: &&Piece<'_>| piece.fields.iter().any(|field| piece.translations.exact(locale, field).is_none());
        let missing: Vec<&Piece<'_>> = pieces.iter().filter(lacks).collect();
        if let Some(first) = missing.iter().map(|piece| piece.at).min() {
            let (count, all) = (missing.len(), pieces.len());
            let message = format!("{count} of {all} objects are not fully translated to {locale}; here is the first");
            advice.add(first, String::new(), "untranslated", message);
        }
    }
}

fn pieces(library: &Library) -> Vec<Piece<'_>> {
    let objects = &library.objects;
    let mut pieces = Pieces(Vec::new());
    pieces.add(
        Position { line: 1, column: 1 },
        &library.translations,
        Some(&library.name),
        library.description.as_ref(),
    );
    if let Some(framework) = &objects.framework {
        pieces.entries(std::slice::from_ref(framework));
        pieces.entries(&framework.nodes);
        for group in &framework.implementation_groups {
            pieces.add(group.at, &group.translations, group.name.as_ref(), group.description.as_ref());
        }
        for score in framework.scales.iter().flat_map(|scale| &scale.scores) {
            pieces.add(score.at, &score.translations, score.name.as_ref(), score.description.as_ref());
        }
        for question in framework.nodes.iter().flat_map(|node| &node.questions) {
            pieces.take(question.at, &question.translations, &[("text", Some(&question.text))]);
            for choice in &question.choices {
                let texts = [("value", Some(&choice.value)), ("description", choice.description.as_ref())];
                pieces.take(choice.at, &choice.translations, &texts);
            }
        }
    }
    pieces.entries(&objects.reference_controls);
    pieces.entries(&objects.threats);
    pieces.entries(&objects.risk_matrices);
    for matrix in &objects.risk_matrices {
        for level in matrix.probability.iter().chain(&matrix.impact).chain(&matrix.risk) {
            pieces.add(level.at, &level.translations, level.name.as_ref(), level.description.as_ref());
        }
    }
    pieces.entries(&objects.mapping_sets);
    pieces.entries(&objects.metric_definitions);
    pieces.entries(&objects.ttp_catalogs);
    pieces.entries(&objects.tactics);
    pieces.entries(&objects.techniques);
    for preset in &objects.presets {
        for step in &preset.steps {
            let texts = [("title", step.title.as_ref()), ("description", step.description.as_ref())];
            pieces.take(step.at, &step.translations, &texts);
        }
    }
    pieces.0
}

struct Pieces<'a>(Vec<Piece<'a>>);

impl<'a> Pieces<'a> {
    fn entries<T: Object>(&mut self, objects: &'a [T]) {
        for Entry { at, name, description, translations, .. } in objects.iter().map(Object::entry) {
            self.add(*at, translations, name.as_ref(), description.as_ref());
        }
    }

    fn add(
        &mut self,
        at: Position,
        translations: &'a Translations,
        name: Option<&String>,
        description: Option<&String>,
    ) {
        self.take(at, translations, &[("name", name), ("description", description)]);
    }

    fn take(&mut self, at: Position, translations: &'a Translations, texts: &[(&'static str, Option<&String>)]) {
        let said = |text: Option<&String>| text.is_some_and(|text| !text.trim().is_empty());
        let fields = texts.iter().filter(|(_, text)| said(*text)).map(|(field, _)| *field).collect();
        self.0.push(Piece { at, translations, fields });
    }
}
