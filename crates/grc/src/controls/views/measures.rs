//! Controls as a list of measures, for services that follow the security of a system by one.

use super::super::rows::select;
use super::export::name;
use crate::exported::{XLSX, file, linked};
use engine::declare::Answer;
use engine::{ApiError, Call, Row, StoreError, required};
use report::Language;
use report::measures::{Measure, Measures};
use report::terms::{Category, Standing};
use uuid::Uuid;

/// `mss_xlsx`: rows of the filtered list, in the words of the reader.
pub(in super::super) async fn measures(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let selection = select(&call, &mut rows).await?;
    let mut statement = rows.sql(
        "SELECT t.id, t.ref_id, t.name, t.description, t.category, t.priority, t.status, t.eta, t.observation \
         FROM applied_controls t",
    );
    statement.append(&selection.condition);
    statement.append(&selection.order);
    let mut found = rows.all(&call.access, &statement, read).await?;
    let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
    let mut owners = linked(&call, &mut rows, ("owner", "actors"), &ids).await?;
    for (id, measure) in &mut found {
        measure.owners = owners.remove(id).unwrap_or_default();
    }
    let language = Language::from_tag(&call.ctx.language);
    let measures = Measures { language, list: found.into_iter().map(|(_, measure)| measure).collect() };
    file(format!("{}_mss.xlsx", name(&call)), XLSX, move || measures.xlsx()).await
}

fn read(row: &Row<'_>) -> Result<(Uuid, Measure), StoreError> {
    let text = |at| Ok::<_, StoreError>(row.text(at)?.unwrap_or_default());
    let id = required(row.uuid(0)?)?;
    let measure = Measure {
        // Not every control has a reference, and a list is no list without one.
        identifier: row.text(1)?.filter(|reference| !reference.is_empty()).unwrap_or_else(|| id.to_string()),
        title: text(2)?,
        description: text(3)?,
        category: Category::from_code(&text(4)?),
        priority: row.int(5)?,
        status: Standing::from_code(&text(6)?),
        owners: String::new(),
        due: row.date(7)?,
        comments: text(8)?,
    };
    Ok((id, measure))
}
