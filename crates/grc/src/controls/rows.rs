//! Controls in memory, for pictures and sums over many of them.

use super::cost::Cost;
use chrono::NaiveDate;
use engine::plan::{self, Selection};
use engine::{Access, ApiError, Call, Cell, Row, Rows, StoreError, required};
use serde_json::Value;
use uuid::Uuid;

/// One control.
#[derive(Clone, Debug)]
pub(super) struct Control {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) status: String,
    pub(super) priority: Option<i64>,
    pub(super) category: Option<String>,
    pub(super) csf_function: Option<String>,
    pub(super) effort: Option<String>,
    pub(super) impact: Option<i64>,
    pub(super) eta: Option<NaiveDate>,
    pub(super) start: Option<NaiveDate>,
    pub(super) progress: i64,
    pub(super) folder: Uuid,
    pub(super) cost: Cost,
}

const COLUMNS: &str = "SELECT t.id, t.name, t.description, t.status, t.priority, t.category, t.csf_function, t.effort, \
                       t.control_impact, t.eta, t.start_date, t.progress_field, t.folder_id, t.cost \
                       FROM applied_controls t";

impl Control {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: required(row.uuid(0)?)?,
            name: row.text(1)?.unwrap_or_default(),
            description: row.text(2)?,
            status: row.text(3)?.unwrap_or_default(),
            priority: row.int(4)?,
            category: row.text(5)?,
            csf_function: row.text(6)?,
            effort: row.text(7)?,
            impact: row.int(8)?,
            eta: row.date(9)?,
            start: row.date(10)?,
            progress: row.int(11)?.unwrap_or_default(),
            folder: required(row.uuid(12)?)?,
            cost: Cost::read(&row.json(13)?.unwrap_or(Value::Null)),
        })
    }

    /// What the folder is called: it is part of the row.
    pub(super) fn domain<'a>(&self, call: &'a Call<'_>) -> &'a str {
        call.ctx.principal.grants().tree().get(self.folder).map_or("", |node| node.name.as_str())
    }
}

/// The rows that the query's filters leave, in the order of the list.
pub(super) async fn selected(call: &Call<'_>, rows: &mut Rows) -> Result<Vec<Control>, ApiError> {
    let selection = select(call, rows).await?;
    let mut statement = rows.sql(COLUMNS);
    statement.append(&selection.condition);
    statement.append(&selection.order);
    rows.all(&call.access, &statement, Control::read).await
}

/// The condition and order of the list.
pub(super) async fn select(call: &Call<'_>, rows: &mut Rows) -> Result<Selection, ApiError> {
    plan::select(call.ctx, rows, call.resource, &call.access, call.query).await
}

/// Those of some controls that are covered, oldest first.
pub(super) async fn among(rows: &mut Rows, access: &Access, ids: &[Uuid]) -> Result<Vec<Control>, ApiError> {
    let mut statement = rows.sql(&format!("{COLUMNS} WHERE "));
    statement.bind_in("t.id", Cell::Uuids(ids.to_vec())).push(" AND ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.created_at, t.id");
    rows.all(access, &statement, Control::read).await
}
