//! Special lists.

use super::super::{filters, rows};
use engine::declare::{Answer, Shape};
use engine::read::{Reading, labels_of, list_selected, write_rows};
use engine::{ApiError, Call, Context, Statement, Verb, required};
use serde_json::{Value, json};
use uuid::Uuid;

/// Rows of one answer that is no page.
const MOST: usize = 5000;

/// The list with every field of the detail.
pub(in super::super) async fn full(call: Call<'_>) -> Result<Answer, ApiError> {
    let path = format!("/api/{}/full/", call.resource.path);
    list_selected(call.ctx, call.resource, call.query, &path, Shape::Detail).await.map(Answer::Raw)
}

/// Planned for soon or before and not done, most urgent first.
pub(in super::super) async fn todo(call: Call<'_>) -> Result<Answer, ApiError> {
    urgent(&call, filters::push_todo, " ORDER BY t.eta, t.id").await
}

/// Expired or about to, most urgent first.
pub(in super::super) async fn to_review(call: Call<'_>) -> Result<Answer, ApiError> {
    urgent(&call, filters::push_to_review, " ORDER BY t.expiry_date, t.id").await
}

async fn urgent(call: &Call<'_>, which: fn(&Context, &mut Statement), order: &str) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let selection = rows::select(call, &mut rows).await?;
    let mut statement = rows.sql(&format!("SELECT t.id FROM {} t", call.resource.table()));
    statement.append(&selection.condition).push(" AND ");
    which(call.ctx, &mut statement);
    statement.push(order).push(&format!(" LIMIT {MOST}"));
    let ids = rows.ids(&call.access, &statement).await?;
    let mut out = b"{\"results\":[".to_vec();
    let mut reading = Reading { ctx: call.ctx, rows: &mut rows };
    write_rows(&mut reading, call.resource, Shape::Detail, &ids, order, &mut out).await?;
    out.extend_from_slice(b"]}");
    Ok(Answer::Raw(out))
}

/// Ids of what the caller may change.
pub(in super::super) async fn updatables(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let selection = rows::select(&call, &mut rows).await?;
    let access = call.ctx.access(call.resource, Verb::Change);
    let mut statement = rows.sql(&format!("SELECT t.id FROM {} t", call.resource.table()));
    statement.append(&selection.condition).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.append(&selection.order);
    Ok(Answer::Json(json!({ "results": rows.ids(&access, &statement).await? })))
}

/// Who owns at least one of them.
pub(crate) async fn owners(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let actors = call.ctx.engine.registry().get("actors").ok_or(ApiError::NotFound)?;
    let access = call.ctx.access(actors, Verb::View);
    let mut statement = rows.sql(&format!(
        "SELECT DISTINCT l.target_id FROM {} l JOIN {} t ON t.id = l.source_id WHERE ",
        call.resource.links("owner"),
        call.resource.table()
    ));
    call.access.push_condition("t", &mut statement);
    let ids: Vec<Uuid> = rows.all(&call.access, &statement, |row| required(row.uuid(0)?)).await?;
    let labels = labels_of(&mut rows, &access, actors, &ids).await?;
    let labels = labels.into_iter().map(|(id, name)| json!({ "str": name, "id": id }));
    Ok(Answer::Json(Value::Array(labels.collect())))
}
