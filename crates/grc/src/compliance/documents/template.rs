//! The workbook of an audit that nobody has begun: all requirements of a framework, to be filled in and brought to an
//! audit of it.

use crate::compliance::head::part;
use crate::compliance::requirement::texts;
use crate::exported::{XLSX, file};
use engine::declare::Answer;
use engine::read::Wording;
use engine::{ApiError, Call, required};
use report::Language;
use report::audit::{Audit, Requirement};

/// `excel_template`: what `import_xlsx` of an audit takes.
pub(crate) async fn excel_template(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let name = Wording::of(call.ctx).text("t", "name");
    let mut statement = rows.sql(&format!("SELECT {name} FROM frameworks t WHERE t.id = "));
    statement.bind(call.item()?).push(" AND ");
    call.access.push_condition("t", &mut statement);
    let title = rows.one(&call.access, &statement, |row| row.text(0)).await?.ok_or(ApiError::NotFound)?;
    let words = texts(call.ctx, "n");
    let mut statement = rows.sql(&format!(
        "SELECT n.urn, n.ref_id, n.assessable, {}, {}, {}, {} FROM requirement_nodes n WHERE n.framework_id = ",
        words.name, words.description, words.typical_evidence, words.annotation
    ));
    // Nodes are parts of the framework that was just found.
    statement.bind(call.item()?).push(" ORDER BY n.order_id, n.id");
    let requirements = rows
        .all(&part(), &statement, |row| {
            let text = |at| Ok::<_, engine::StoreError>(row.text(at)?.unwrap_or_default());
            Ok(Requirement {
                urn: required(row.text(0)?)?,
                ref_id: text(1)?,
                assessable: row.bool(2)?.unwrap_or(false),
                name: text(3)?,
                description: text(4)?,
                typical_evidence: text(5)?,
                annotation: text(6)?,
                ..Requirement::default()
            })
        })
        .await?;
    let title = title.unwrap_or_default();
    let language = Language::from_tag(&call.ctx.language);
    let audit = Audit { title: title.clone(), framework: title.clone(), language, requirements, ..Audit::default() };
    file(format!("{title}.xlsx"), XLSX, move || audit.xlsx()).await
}
