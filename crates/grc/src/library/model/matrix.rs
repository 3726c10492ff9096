//! Risk matrices: two axes, levels of risk, and a grid from the one to the other.

use super::{Entry, Translations};
use crate::library::problem::Kind;
use crate::library::reading::{Fields, Reading};
use crate::library::yaml::{NodeId, Position};
use serde_json::{Value, json};

/// A risk matrix. Ids are indexes: level 2 of an axis is its third.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskMatrix {
    /// Identity and texts.
    pub entry: Entry,
    /// Levels of probability, lowest first.
    pub probability: Vec<Level>,
    /// Levels of impact, lowest first.
    pub impact: Vec<Level>,
    /// Levels of risk, lowest first.
    pub risk: Vec<Level>,
    /// `grid[probability][impact]` is the number of a level of risk.
    pub grid: Vec<Vec<usize>>,
}

/// One level of an axis or of risk.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// Where it begins in the file.
    pub at: Position,
    /// One or two letters.
    pub abbreviation: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// What it means.
    pub description: Option<String>,
    /// A remark of the author.
    pub annotation: Option<String>,
    /// Its colour, `#RRGGBB`.
    pub hexcolor: Option<String>,
    /// The same in other languages.
    pub translations: Translations,
}

impl RiskMatrix {
    pub(super) fn read(reading: &mut Reading<'_, '_>, node: NodeId) -> Option<Self> {
        let mut fields = reading.fields(node)?;
        let entry = Entry::read::<Self>(&mut fields);
        let probability = levels(&mut fields, "probability");
        let impact = levels(&mut fields, "impact");
        let risk = levels(&mut fields, "risk");
        let grid = grid(&mut fields, probability.len(), impact.len(), risk.len());
        fields.finish();
        Some(Self { entry: entry?, probability, impact, risk, grid })
    }

    /// The number of the level of risk at a point, if the point exists.
    pub fn risk_at(&self, probability: usize, impact: usize) -> Option<usize> {
        self.grid.get(probability)?.get(impact).copied()
    }

    /// Axes, levels and grid as the wire's `json_definition` has them, every level with its id.
    pub fn definition(&self) -> Value {
        let axis = |levels: &[Level]| levels.iter().enumerate().map(|(id, level)| level.definition(id)).collect();
        let (probability, impact, risk): (Vec<_>, Vec<_>, Vec<_>) =
            (axis(&self.probability), axis(&self.impact), axis(&self.risk));
        json!({ "probability": probability, "impact": impact, "risk": risk, "grid": self.grid })
    }
}

impl Level {
    fn definition(&self, id: usize) -> Value {
        json!({
            "id": id,
            "abbreviation": self.abbreviation,
            "name": self.name,
            "description": self.description,
            "annotation": self.annotation,
            "hexcolor": self.hexcolor,
            "translations": self.translations.to_json(),
        })
    }
}

fn levels(fields: &mut Fields<'_, '_, '_>, axis: &str) -> Vec<Level> {
    let mut index = 0;
    let read = fields.each(axis, |reading, node| {
        let mut fields = reading.fields(node)?;
        if let Some(id) = fields.integer("id").filter(|id| *id != index) {
            let message = format!("the id {id} stands at place {index}. Ids count from 0 in order; correct or drop it");
            fields.problem(Some("id"), Kind::Grid, message);
        }
        index += 1;
        let level = Level {
            at: fields.at(),
            abbreviation: fields.text("abbreviation"),
            name: fields.text("name"),
            description: fields.text("description"),
            annotation: fields.text("annotation"),
            hexcolor: fields.text("hexcolor"),
            translations: Translations::read(&mut fields),
        };
        fields.finish();
        Some(level)
    });
    if read.is_empty() {
        fields.problem(None, Kind::Grid, format!("a risk matrix needs levels. Add \"{axis}: […]\""));
    }
    read
}

/// One row a level of probability, one cell a level of impact, every cell a level of risk.
fn grid(fields: &mut Fields<'_, '_, '_>, rows: usize, cells: usize, levels: usize) -> Vec<Vec<usize>> {
    let Some(node) = fields.value("grid") else {
        fields.problem(None, Kind::Grid, "a risk matrix needs a grid. Add \"grid: [[…], …]\"");
        return Vec::new();
    };
    let reading = &mut *fields.reading;
    let document = reading.document;
    let given = document.items(node);
    if given.len() != rows {
        let message = format!("the grid has {} rows for {rows} levels of probability. Give one row each", given.len());
        reading.problem(node, None, Kind::Grid, message);
    }
    let mut grid = Vec::with_capacity(rows);
    for row in given {
        let given = document.items(*row);
        if given.len() != cells {
            let count = given.len();
            let message = format!("this row has {count} cells for {cells} levels of impact. Give one cell each");
            reading.problem(*row, None, Kind::Grid, message);
        }
        let cell = |cell: &NodeId| {
            let level = reading.integer(*cell)?;
            let index = usize::try_from(level).ok().filter(|index| *index < levels);
            if index.is_none() {
                let message =
                    format!("there is no level of risk {level}. Levels count from 0 to {}", levels.max(1) - 1);
                reading.problem(*cell, None, Kind::Grid, message);
            }
            index
        };
        grid.push(given.iter().filter_map(cell).collect());
    }
    grid
}
