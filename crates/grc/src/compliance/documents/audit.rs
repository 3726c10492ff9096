//! The audit itself as a report and as a table.

use super::paper::{For, Paper};
use crate::exported::{CSV, DOCX, PDF, XLSX, file};
use engine::declare::Answer;
use engine::{ApiError, Call};

/// Requirements that count, with semicolons.
pub(super) async fn csv(call: Call<'_>) -> Result<Answer, ApiError> {
    let audit = Paper::load(&call, For::Tables).await?.audit();
    file("audit_export.csv".into(), CSV, move || audit.csv()).await
}

/// The same with their sections, to be filled in and brought back.
pub(super) async fn xlsx(call: Call<'_>) -> Result<Answer, ApiError> {
    let audit = Paper::load(&call, For::Tables).await?.audit();
    file(format!("{}.xlsx", audit.title), XLSX, move || audit.xlsx()).await
}

/// The report for a word processor.
pub(super) async fn docx(call: Call<'_>) -> Result<Answer, ApiError> {
    let audit = Paper::load(&call, For::Readers).await?.audit();
    file(format!("{}.docx", audit.title), DOCX, move || audit.docx()).await
}

/// The report for printers.
pub(super) async fn pdf(call: Call<'_>) -> Result<Answer, ApiError> {
    let audit = Paper::load(&call, For::Readers).await?.audit();
    file(format!("{}.pdf", audit.title), PDF, move || audit.pdf()).await
}
