//! What can go wrong while a document is written. None of it is the reader's fault: callers answer with a 500.

/// A document could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The CSV writer refused.
    #[error("CSV: {0}")]
    Csv(#[from] csv::Error),
    /// The workbook writer refused.
    #[error("XLSX: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// The PDF writer refused.
    #[error("PDF: {0}")]
    Pdf(String),
    /// The archive writer refused.
    #[error("ZIP: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// What was written to or read from failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
