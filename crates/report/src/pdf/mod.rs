//! Documents as PDF: laid out page by page, tagged for screen readers (PDF/UA-1) and fit for archives (PDF/A-2a), with
//! bookmarks and a linked table of contents. First everything is laid out as [`sheet::Sheet`]s, so that the contents know
//! their page numbers; then the sheets are written.

mod contents;
mod emit;
mod flow;
mod grid;
mod lines;
mod sheet;
mod tree;

use crate::{ReportError, document::Document};

/// The document as PDF.
pub(crate) fn write(document: &Document<'_>) -> Result<Vec<u8>, ReportError> {
    let frame = sheet::Frame::a4(document.landscape);
    let mut tree = tree::Tree::default();
    let front = tree.add(None, tree::Role::Part);
    let main = tree.add(None, tree::Role::Part);
    let pages_before = 1 + contents::sheets_needed(document, &frame);
    let body = flow::lay_out(document, &frame, &mut tree, main, pages_before);
    let mut sheets = contents::lay_out(document, &frame, &mut tree, front, &body.headings, pages_before);
    sheets.extend(body.sheets);
    contents::number(&mut sheets, document, &frame);
    emit::write(document, &frame, sheets, tree, &body.headings)
}
