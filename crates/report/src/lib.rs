//! Documents out. What belongs here: file formats and their heavy libraries. What does not:
//! what the documents say.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// Semicolon-separated values with a byte order mark. Cells that a spreadsheet would take for
/// a formula are written with a leading apostrophe.
pub fn csv(headers: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, csv::Error> {
    csv_with(b';', headers, rows)
}

/// The same with another separator.
pub fn csv_with(separator: u8, headers: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(headers)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| guarded(cell)))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A workbook of one sheet with a bold first row. Cells are texts, never formulas.
pub fn xlsx(sheet: &str, headers: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let page = workbook.add_worksheet().set_name(sheet)?;
    for (column, header) in (0_u16..).zip(headers) {
        page.write_string_with_format(0, column, *header, &bold)?;
    }
    for (line, row) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            // The format holds 32,767 characters in a cell.
            let cell: String = cell.chars().take(32_767).collect();
            page.write_string(line, column, cell)?;
        }
    }
    page.autofit();
    workbook.save_to_buffer()
}

fn guarded(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::csv;

    #[test]
    fn formulas_are_defused() {
        let bytes = csv(&["a", "b"], &[vec!["=1+1".into(), "x;y".into()]]).expect("written");
        assert_eq!(String::from_utf8(bytes).expect("text"), "\u{feff}a;b\n'=1+1;\"x;y\"\n");
    }
}
