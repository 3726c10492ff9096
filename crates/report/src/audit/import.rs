//! Reading an audit back from a workbook that somebody filled in. Everything wrong is told at once, with its row and
//! column as the spreadsheet names them. What belongs here: the workbook. What does not: whether a requirement exists.

use std::{
    collections::HashMap,
    fmt,
    io::{self, Cursor, Read},
};

use calamine::{DataRef, Reader, Xlsx};

use crate::{
    Language,
    terms::{Finding, Outcome, Progress},
};

/// A workbook that unpacks to more than this is not an audit.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;
/// More rows than any framework has nodes.
const MOST_ROWS: u32 = 50_000;
/// Longest text that a cell can hold, in UTF-16 units: what a spreadsheet writes has no longer ones.
const LONGEST_CELL: usize = 32_767;
/// Nobody mends more than this at once.
const MOST_PROBLEMS: usize = 100;

/// A column that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The URN of the requirement.
    Urn,
    /// Whether the row is a requirement or a title.
    Assessable,
    /// Its reference.
    RefId,
    /// Whether it is met.
    Result,
    /// What the auditor adds.
    Finding,
    /// How far the work is.
    Progress,
    /// What was observed.
    Observations,
    /// Its score.
    Score,
}

impl Column {
    const ALL: [Self; 8] = [
        Self::Urn,
        Self::Assessable,
        Self::RefId,
        Self::Result,
        Self::Finding,
        Self::Progress,
        Self::Observations,
        Self::Score,
    ];

    /// Its title in the first row.
    pub fn title(self) -> &'static str {
        match self {
            Self::Urn => "urn",
            Self::Assessable => "assessable",
            Self::RefId => "ref_id",
            Self::Result => "compliance_result",
            Self::Finding => "extended_result",
            Self::Progress => "requirement_progress",
            Self::Observations => "observations",
            Self::Score => "score",
        }
    }

    fn titled(title: &str) -> Option<Self> {
        let title = title.trim().to_lowercase();
        Self::ALL.into_iter().find(|column| column.title() == title)
    }
}

/// What a workbook says of an audit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuditSheet {
    /// The columns it has. What has no column is to be left as it is.
    pub columns: Vec<Column>,
    /// Its requirements; titles are left out.
    pub rows: Vec<SheetRow>,
}

impl AuditSheet {
    /// Whether the workbook has a column.
    pub fn has(&self, column: Column) -> bool {
        self.columns.contains(&column)
    }
}

/// A requirement as a workbook tells it. An empty cell is nothing said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SheetRow {
    /// Its row in the spreadsheet, from 1, for what is said about it later.
    pub row: u32,
    /// Its URN; where there is none, there is a reference.
    pub urn: Option<String>,
    /// Its reference.
    pub ref_id: Option<String>,
    /// Whether it is met.
    pub outcome: Option<Outcome>,
    /// What the auditor adds.
    pub finding: Option<Finding>,
    /// How far the work is.
    pub progress: Option<Progress>,
    /// What was observed; nothing where the cell is empty.
    pub observation: Option<String>,
    /// Its score.
    pub score: Option<i64>,
}

/// Why a workbook cannot be taken in: everything that is wrong with it, up to a hundred.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct Unreadable {
    /// What is wrong, from the top down.
    pub problems: Vec<Problem>,
}

/// Something wrong with a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is no workbook, or a damaged one.
    NotAWorkbook,
    /// It unpacks to more than an audit can be, or has more rows.
    TooLarge,
    /// Its first row names neither `urn` nor `ref_id`.
    NoKeyColumn,
    /// A column is there twice.
    ColumnTwice(Column),
    /// A row has neither a URN nor a reference.
    NoKey {
        /// The row, from 1.
        row: u32,
    },
    /// Two rows are about the same requirement.
    KeyTwice {
        /// The later row, from 1.
        row: u32,
        /// The earlier one.
        first: u32,
        /// What they both say.
        key: String,
    },
    /// A cell says what its column does not know.
    Cell {
        /// The row, from 1.
        row: u32,
        /// The column.
        column: Column,
        /// What it says.
        value: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAWorkbook => write!(out, "This is not a workbook (.xlsx)"),
            Self::TooLarge => write!(out, "This workbook is larger than an audit can be"),
            Self::NoKeyColumn => write!(out, "Row 1: neither a column “urn” nor a column “ref_id”"),
            Self::ColumnTwice(column) => write!(out, "Row 1: two columns “{}”", column.title()),
            Self::NoKey { row } => write!(out, "Row {row}: neither urn nor ref_id"),
            Self::KeyTwice { row, first, key } => write!(out, "Row {row}: “{key}” is in row {first} already"),
            Self::Cell { row, column, value } => {
                write!(out, "Row {row}, column {}: “{value}” is not ", column.title())?;
                match column {
                    Column::Result => one_of(out, Outcome::ALL.iter().map(|item| item.code())),
                    Column::Finding => one_of(out, Finding::ALL.iter().map(|item| item.code())),
                    Column::Progress => one_of(out, Progress::ALL.iter().map(|item| item.code())),
                    Column::Score => write!(out, "a whole number"),
                    _ => write!(out, "readable"),
                }
            }
        }
    }
}

fn one_of(out: &mut fmt::Formatter<'_>, codes: impl Iterator<Item = &'static str>) -> fmt::Result {
    write!(out, "one of {}", codes.collect::<Vec<_>>().join(", "))
}

impl From<Problem> for Unreadable {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }
}

/// Reads the first sheet of a workbook. Results may be told by code or in any language that reports speak.
pub fn read_xlsx(bytes: &[u8]) -> Result<AuditSheet, Unreadable> {
    refuse_bombs(bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Problem::NotAWorkbook)?;
    let name = workbook.sheet_names().first().cloned().ok_or(Problem::NotAWorkbook)?;
    // Cell by cell: a range would fill the space between two far corners.
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(|_| Problem::NotAWorkbook)?;
    let mut sheet = Sheet::default();
    while let Some(cell) = cells.next_cell().map_err(|_| Problem::NotAWorkbook)? {
        let (row, column) = cell.get_position();
        if row > MOST_ROWS {
            return Err(Problem::TooLarge.into());
        }
        sheet.take(row, column, cell.get_value())?;
    }
    sheet.finish()
}

/// Unpacks everything once without keeping it, so that no small file becomes a large one later.
fn refuse_bombs(bytes: &[u8]) -> Result<(), Problem> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Problem::NotAWorkbook)?;
    let mut left = MOST_UNPACKED;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|_| Problem::NotAWorkbook)?;
        let size = io::copy(&mut entry.take(left + 1), &mut io::sink()).map_err(|_| Problem::NotAWorkbook)?;
        left = left.checked_sub(size).ok_or(Problem::TooLarge)?;
    }
    Ok(())
}

/// The sheet while it is read: rows come from the top, cells from the left.
#[derive(Default)]
struct Sheet {
    columns: HashMap<u32, Column>,
    problems: Vec<Problem>,
    rows: Vec<SheetRow>,
    open: Option<Open>,
    keys: HashMap<String, u32>,
    /// Bytes of the cells that were taken.
    kept: u64,
}

/// A row that is being read.
struct Open {
    at: u32,
    cells: Vec<(Column, String)>,
}

impl Sheet {
    fn take(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), Problem> {
        if row > 0 && !self.columns.contains_key(&column) {
            return Ok(());
        }
        let Some(text) = self.text_of(value)? else { return Ok(()) };
        if row == 0 {
            if let Some(title) = Column::titled(&text) {
                if self.columns.values().any(|known| *known == title) {
                    self.problem(Problem::ColumnTwice(title));
                }
                self.columns.insert(column, title);
            }
            return Ok(());
        }
        let Some(&column) = self.columns.get(&column) else { return Ok(()) };
        if self.open.as_ref().is_none_or(|open| open.at != row) {
            self.close();
            self.open = Some(Open { at: row, cells: Vec::new() });
        }
        if let Some(open) = &mut self.open {
            open.cells.push((column, text));
        }
        Ok(())
    }

    /// The text of a cell; nothing where it is empty. Many cells may share one text, so what is kept of them is counted.
    fn text_of(&mut self, value: &DataRef<'_>) -> Result<Option<String>, Problem> {
        if let DataRef::String(text) = value {
            self.count(text)?;
        }
        if let DataRef::SharedString(text) = value {
            self.count(text)?;
        }
        Ok(text_of(value))
    }

    fn count(&mut self, text: &str) -> Result<(), Problem> {
        // A text never has more units than bytes.
        if text.len() > LONGEST_CELL && text.encode_utf16().count() > LONGEST_CELL {
            return Err(Problem::TooLarge);
        }
        self.kept += u64::try_from(text.len() + size_of::<(Column, String)>()).unwrap_or(u64::MAX);
        if self.kept > MOST_UNPACKED { Err(Problem::TooLarge) } else { Ok(()) }
    }

    fn problem(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }

    /// Understands the row that has just ended.
    fn close(&mut self) {
        let Some(Open { at, cells }) = self.open.take() else { return };
        let mut row = SheetRow { row: at + 1, ..SheetRow::default() };
        let mut assessable = !self.columns.values().any(|column| *column == Column::Assessable);
        for (column, value) in cells {
            let understood = match column {
                Column::Urn => set(&mut row.urn, Some(value.trim().to_owned())),
                Column::RefId => set(&mut row.ref_id, Some(value.trim().to_owned())),
                Column::Observations => set(&mut row.observation, Some(value.clone())),
                Column::Assessable => {
                    assessable = !matches!(value.trim().to_lowercase().as_str(), "false" | "0" | "no" | "non" | "nein");
                    true
                }
                Column::Result => set(&mut row.outcome, told(&value, Outcome::ALL, Outcome::code, Outcome::label)),
                Column::Finding => set(&mut row.finding, told(&value, Finding::ALL, Finding::code, Finding::label)),
                Column::Progress => {
                    set(&mut row.progress, told(&value, Progress::ALL, Progress::code, Progress::label))
                }
                Column::Score => set(&mut row.score, whole(&value)),
            };
            if !understood {
                let value = value.chars().take(80).collect();
                self.problem(Problem::Cell { row: row.row, column, value });
            }
        }
        if assessable {
            self.keep(row);
        }
    }

    fn keep(&mut self, row: SheetRow) {
        let Some(key) = row.urn.clone().or_else(|| row.ref_id.clone()) else {
            // A remark under the table is nobody's result.
            if row.outcome.is_some() || row.finding.is_some() || row.progress.is_some() || row.score.is_some() {
                self.problem(Problem::NoKey { row: row.row });
            }
            return;
        };
        match self.keys.get(&key) {
            Some(&first) => self.problem(Problem::KeyTwice { row: row.row, first, key }),
            None => {
                self.keys.insert(key, row.row);
                self.rows.push(row);
            }
        }
    }

    fn finish(mut self) -> Result<AuditSheet, Unreadable> {
        self.close();
        let columns: Vec<_> =
            Column::ALL.into_iter().filter(|column| self.columns.values().any(|known| known == column)).collect();
        if !columns.contains(&Column::Urn) && !columns.contains(&Column::RefId) {
            return Err(Problem::NoKeyColumn.into());
        }
        if self.problems.is_empty() {
            Ok(AuditSheet { columns, rows: self.rows })
        } else {
            Err(Unreadable { problems: self.problems })
        }
    }
}

/// Sets what was understood; answers whether anything was.
fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    *place = value;
    place.is_some()
}

/// The text of a cell; nothing where it is empty.
fn text_of(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(moment) => moment.as_f64().to_string(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// An item by its code or by what a language calls it.
fn told<T: Copy>(
    value: &str,
    all: &[T],
    code: fn(T) -> &'static str,
    label: fn(T, Language) -> &'static str,
) -> Option<T> {
    let value = value.trim().to_lowercase();
    let named = |item: T| Language::ALL.iter().any(|language| label(item, *language).to_lowercase() == value);
    all.iter().copied().find(|item| code(*item) == value).or_else(|| all.iter().copied().find(|item| named(*item)))
}

/// A whole number, however the spreadsheet wrote it.
fn whole(value: &str) -> Option<i64> {
    let number: f64 = value.trim().replace(',', ".").parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "only whole numbers of a size that a float holds exactly")]
    (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
}
