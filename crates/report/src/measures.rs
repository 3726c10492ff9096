//! A list of measures as a workbook, such as services that follow the security of a system take: what is to be done, by
//! whom, until when. Unlike the export of controls, which has every field under its name, it is worded for people.

use chrono::NaiveDate;

use crate::{
    Language, ReportError,
    table::{Value, workbook},
    terms::{Category, Standing},
};

/// A list as its reader may see it.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// The language of the workbook.
    pub language: Language,
    /// The measures, in the order of the list.
    pub list: Vec<Measure>,
}

/// Something that is done, or to be done.
#[derive(Clone, Debug, Default)]
pub struct Measure {
    /// What it is known by.
    pub identifier: String,
    /// Its name.
    pub title: String,
    /// What is to be done.
    pub description: String,
    /// What it is made of.
    pub category: Option<Category>,
    /// Its priority, the first first.
    pub priority: Option<i64>,
    /// How far it is.
    pub status: Option<Standing>,
    /// Who does it.
    pub owners: String,
    /// Until when.
    pub due: Option<NaiveDate>,
    /// What people say about it.
    pub comments: String,
}

impl Measures {
    /// A workbook of one sheet.
    pub fn xlsx(&self) -> Result<Vec<u8>, ReportError> {
        let words = self.language.words();
        let titles = [
            words.identifier,
            words.title,
            words.description,
            words.category,
            words.priority,
            words.status,
            words.owners,
            words.due_date,
            words.comments,
        ];
        let worded = |measure: &Measure| {
            let day = measure.due.map(|day| day.to_string()).unwrap_or_default();
            (measure.priority.map(|priority| format!("P{priority}")).unwrap_or_default(), day)
        };
        let said: Vec<(String, String)> = self.list.iter().map(worded).collect();
        let rows = self.list.iter().zip(&said).map(|(measure, (priority, due))| {
            [
                measure.identifier.as_str(),
                &measure.title,
                &measure.description,
                measure.category.map_or("", |category| category.label(self.language)),
                priority,
                measure.status.map_or("", |status| status.label(self.language)),
                &measure.owners,
                due,
                &measure.comments,
            ]
            .map(Value::from)
        });
        Ok(workbook(words.measures, &titles, rows)?)
    }
}
