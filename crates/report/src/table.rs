//! Plain tables of texts as CSV and XLSX, for lists and for reports. Nobody's formula runs: CSV cells that a spreadsheet
//! would take for one get a leading apostrophe, workbook cells are texts by type and marked so for whoever edits them.

use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

/// What a cell of a workbook can hold, in UTF-16 units.
const CELL_LIMIT: usize = 32_767;

/// Semicolon-separated values with a byte order mark. Cells that a spreadsheet would take for
/// a formula are written with a leading apostrophe.
pub fn csv(headers: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, csv::Error> {
    let rows = rows.iter().map(|row| row.iter().map(String::as_str));
    delimited(headers, rows, b';', csv::Terminator::Any(b'\n'))
}

/// A workbook of one sheet with a bold first row. Cells are texts, never formulas.
pub fn xlsx(sheet: &str, headers: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    workbook(sheet, headers, rows.iter().map(|row| row.iter().map(|cell| Value::Text(cell))))
}

/// A cell of a workbook.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Text(&'a str),
    Number(f64),
    Empty,
}

impl From<Option<f64>> for Value<'_> {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

/// Separated values with a byte order mark and guarded cells.
pub(crate) fn delimited<'a, Row>(
    headers: &[&str],
    rows: impl Iterator<Item = Row>,
    delimiter: u8,
    terminator: csv::Terminator,
) -> Result<Vec<u8>, csv::Error>
where
    Row: Iterator<Item = &'a str>,
{
    let start = "\u{feff}".as_bytes().to_vec();
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).terminator(terminator).from_writer(start);
    writer.write_record(headers)?;
    for row in rows {
        for cell in row {
            if guarded(cell) {
                writer.write_field(format!("'{cell}"))?;
            } else {
                writer.write_field(cell)?;
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A workbook of one sheet with a bold, frozen first row.
pub(crate) fn workbook<'a, Row>(
    sheet: &str,
    headers: &[&str],
    rows: impl Iterator<Item = Row>,
) -> Result<Vec<u8>, XlsxError>
where
    Row: IntoIterator<Item = Value<'a>>,
{
    let mut book = Book::new()?;
    book.sheet(sheet, headers, rows)?;
    book.bytes()
}

/// A workbook that sheets are added to.
pub(crate) struct Book(Workbook);

impl Book {
    /// One without sheets.
    pub(crate) fn new() -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        // One moment for all: the same content makes the same bytes.
        let epoch = rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&epoch));
        Ok(Self(workbook))
    }

    /// Adds a sheet with a bold, frozen first row.
    pub(crate) fn sheet<'a, Row>(
        &mut self,
        name: &str,
        headers: &[&str],
        rows: impl Iterator<Item = Row>,
    ) -> Result<(), XlsxError>
    where
        Row: IntoIterator<Item = Value<'a>>,
    {
        let page = self.0.add_worksheet().set_name(name)?;
        let bold = Format::new().set_bold();
        let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let quoted = text.clone().set_quote_prefix();
        for (column, header) in (0_u16..).zip(headers) {
            page.write_string_with_format(0, column, *header, &bold)?;
        }
        let mut widths: Vec<usize> = headers.iter().map(|header| header.chars().count()).collect();
        for (line, row) in (1_u32..).zip(rows) {
            for (column, value) in (0_u16..).zip(row) {
                match value {
                    Value::Empty => {}
                    Value::Number(number) => {
                        page.write_number_with_format(line, column, number, &text)?;
                    }
                    Value::Text(cell) => {
                        let format = if guarded(cell) { &quoted } else { &text };
                        page.write_string_with_format(line, column, as_cell(cell), format)?;
                        widen(&mut widths, usize::from(column), cell);
                    }
                }
            }
        }
        set_widths(page, &widths)?;
        page.set_freeze_panes(1, 0)?;
        Ok(())
    }

    /// The file.
    pub(crate) fn bytes(mut self) -> Result<Vec<u8>, XlsxError> {
        self.0.save_to_buffer()
    }
}

fn widen(widths: &mut [usize], column: usize, cell: &str) {
    if let Some(width) = widths.get_mut(column) {
        let longest = cell.lines().map(|line| line.chars().take(60).count()).max().unwrap_or(0);
        *width = (*width).max(longest);
    }
}

fn set_widths(page: &mut Worksheet, widths: &[usize]) -> Result<(), XlsxError> {
    for (column, width) in (0_u16..).zip(widths) {
        page.set_column_width(column, f64::from(u32::try_from(width + 3).unwrap_or(60)))?;
    }
    Ok(())
}

/// What a cell of a workbook says of a text: as much as it can hold, with line ends as the format wants them.
pub fn as_cell(cell: &str) -> String {
    let mut units = 0;
    let kept = cell.chars().take_while(|character| {
        units += character.len_utf16();
        units <= CELL_LIMIT
    });
    kept.collect::<String>().replace("\r\n", "\n").replace('\r', "\n")
}

/// Whether a spreadsheet would read this as something other than text.
fn guarded(cell: &str) -> bool {
    // The wide forms begin a formula, too, where people write in them.
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused() {
        let bytes = csv(&["a", "b"], &[vec!["=1+1".into(), "x;y".into()]]).expect("written");
        assert_eq!(String::from_utf8(bytes).expect("text"), "\u{feff}a;b\n'=1+1;\"x;y\"\n");
    }

    #[test]
    fn whatever_begins_a_formula_is_told() {
        for cell in ["=1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠SUM(1)"] {
            assert!(guarded(cell), "{cell:?}");
        }
        assert!(!guarded("a=1") && !guarded("") && !guarded(" ") && !guarded("'=1"));
    }

    #[test]
    fn a_row_of_nothing_is_still_a_row() {
        let bytes = csv(&["a"], &[vec![String::new()]]).expect("written");
        assert_eq!(String::from_utf8(bytes).expect("text"), "\u{feff}a\n\"\"\n");
    }

    #[test]
    fn long_cells_end_at_the_limit_of_the_format() {
        assert_eq!(as_cell(&"😀".repeat(20_000)).encode_utf16().count(), CELL_LIMIT - 1);
    }
}
