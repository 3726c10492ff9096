//! Documents as DOCX (Office Open XML, ISO/IEC 29500): text that can be edited, styles that can be changed, charts that can
//! be changed too. The parts are written as text; a library would add packages and knows no charts.

mod body;
mod chart;
mod parts;

use std::io::{Cursor, Write};

use chrono::Datelike;
use zip::{DateTime, ZipWriter, write::SimpleFileOptions};

use crate::{ReportError, document::Document};

/// The document as DOCX.
pub(crate) fn write(document: &Document<'_>) -> Result<Vec<u8>, ReportError> {
    let body = body::write(document);
    let day = document.date;
    let moment = u16::try_from(day.year())
        .ok()
        .zip(u8::try_from(day.month()).ok().zip(u8::try_from(day.day()).ok()))
        .and_then(|(year, (month, day))| DateTime::from_date_and_time(year, month, day, 0, 0, 0).ok());
    let options = SimpleFileOptions::default().last_modified_time(moment.unwrap_or_default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, content: &[u8]| -> Result<(), ReportError> {
        zip.start_file(name, options)?;
        Ok(zip.write_all(content)?)
    };
    part("[Content_Types].xml", parts::content_types(body.charts.len()).as_bytes())?;
    part("_rels/.rels", parts::RELATIONSHIPS.as_bytes())?;
    part("docProps/core.xml", parts::core(document).as_bytes())?;
    part("word/document.xml", body.xml.as_bytes())?;
    part("word/_rels/document.xml.rels", parts::document_relationships(body.charts.len()).as_bytes())?;
    part("word/styles.xml", parts::styles(document).as_bytes())?;
    part("word/settings.xml", parts::SETTINGS.as_bytes())?;
    part("word/header1.xml", parts::header(document).as_bytes())?;
    part("word/footer1.xml", parts::footer(document).as_bytes())?;
    for (number, chart) in (1..).zip(&body.charts) {
        part(&format!("word/charts/chart{number}.xml"), chart.xml.as_bytes())?;
        part(&format!("word/charts/_rels/chart{number}.xml.rels"), parts::chart_relationships(number).as_bytes())?;
        part(&format!("word/embeddings/chart{number}.xlsx"), &chart.workbook()?)?;
    }
    Ok(zip.finish()?.into_inner())
}
