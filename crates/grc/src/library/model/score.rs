//! Score scales and what their levels mean.

use super::Translations;
use crate::library::problem::Kind;
use crate::library::reading::{Fields, Reading};
use crate::library::yaml::{NodeId, Position, Shape};

/// The scale of a framework that gives none.
pub const DEFAULT_SCALE: (i64, i64) = (0, 100);

/// The name of the scale that is given as a bare list.
const ONLY: &str = "scale";

/// One list of levels. A framework may have several; nodes refer to them by name.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreScale {
    /// `scale` for the only one.
    pub name: String,
    /// Its levels in the order of the file.
    pub scores: Vec<Score>,
}

/// One level.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Where it begins in the file.
    pub at: Position,
    /// The score.
    pub score: i64,
    /// Its name.
    pub name: Option<String>,
    /// What it takes to reach it.
    pub description: Option<String>,
    /// The same for documentation.
    pub description_doc: Option<String>,
    /// The same in other languages.
    pub translations: Translations,
}

impl ScoreScale {
    /// Takes `scores_definition`: a list, or a map of lists by name.
    pub(super) fn read_all(fields: &mut Fields<'_, '_, '_>) -> Vec<Self> {
        let Some(node) = fields.value("scores_definition") else { return Vec::new() };
        let reading = &mut *fields.reading;
        let document = reading.document;
        let mut scale = |name: &str, list: NodeId| {
            let scores = document.items(list).iter().filter_map(|item| Score::read(reading, *item)).collect();
            Self { name: name.to_owned(), scores }
        };
        match document.node(node).shape {
            Shape::List(_) => vec![scale(ONLY, node)],
            Shape::Map(_) => document.pairs(node).map(|(name, list)| scale(document.key(name), list)).collect(),
            Shape::Scalar(_) => {
                let message = "scores_definition is a list of levels: - {score: 0, name: …}";
                reading.problem(node, None, Kind::BadValue, message);
                Vec::new()
            }
        }
    }
}

impl Score {
    fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let at = fields.at();
        let score = fields.integer("score");
        if score.is_none() {
            fields.problem(None, Kind::MissingKey, "a level needs its number. Add \"score: …\"");
        }
        let name = fields.text("name");
        let description = fields.text("description");
        let description_doc = fields.text("description_doc");
        let translations = Translations::read(&mut fields);
        fields.finish();
        Some(Self { at, score: score?, name, description, description_doc, translations })
    }
}

/// Takes `min_score` and `max_score`; they must be in order once `defaults` fill in.
pub(super) fn bounds(fields: &mut Fields<'_, '_, '_>, defaults: (i64, i64)) -> (Option<i64>, Option<i64>) {
    let (min, max) = (fields.integer("min_score"), fields.integer("max_score"));
    let (low, high) = (min.unwrap_or(defaults.0), max.unwrap_or(defaults.1));
    if (min.is_some() || max.is_some()) && low >= high {
        let key = if min.is_some() { "min_score" } else { "max_score" };
        let message = format!("the lowest score {low} is not below the highest {high}. Correct min_score or max_score");
        fields.problem(Some(key), Kind::Scale, message);
    }
    (min, max)
}
