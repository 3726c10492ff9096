//! Related rows of a whole page, one statement for each relation.

use super::{Reading, Wording};
use crate::declare::{Field, Kind, Resource, Shape, link_table};
use crate::error::ApiError;
use crate::rows::required;
use std::collections::HashMap;
use store::Value;
use uuid::Uuid;

/// JSON arrays by row.
pub(super) type Cells = HashMap<Uuid, Vec<u8>>;

/// Fetches one relation for the rows of a page. Hidden relatives are left out.
pub(super) async fn fetch(
    reading: &mut Reading<'_>,
    resource: &Resource,
    field: &Field,
    shape: Shape,
    ids: &[Uuid],
) -> Result<Cells, ApiError> {
    // What rows with a field of their own keep back, the writer of the rows leaves out.
    let (table, near, far, target, by, order) = match field.kind {
        Kind::References { target } => {
            (resource.links(field.name), "source_id", "target_id", target, None, "l.position")
        }
        Kind::Reverse { source, field: over_there } => {
            (link_table(source, over_there), "target_id", "source_id", source, Some(over_there), "r.name_key, r.id")
        }
        _ => return Ok(Cells::new()),
    };
    let bare = shape == Shape::Write || field.bare;
    let Some(target) = reading.ctx.engine.registry().get(target) else { return Ok(Cells::new()) };
    let access = reading.access(target);

    let mut sql = format!("SELECT l.{near}, r.id");
    if !bare {
        let wording = Wording::of(reading.ctx);
        sql.push_str(&format!(", {}", wording.reference(target, "r")));
        for extra in field.extra {
            sql.push_str(&format!(", {}", wording.column(target, "r", extra)));
        }
    }
    sql.push_str(&format!(" FROM {table} l JOIN {} r ON r.id = l.{far} WHERE ", target.table()));
    let mut statement = reading.rows.sql(&sql);
    statement.bind_in(&format!("l.{near}"), Value::Uuids(ids.to_vec())).push(" AND ");
    match by {
        Some(by) => access.push_linked("r", by, &mut statement),
        None => access.push_condition("r", &mut statement),
    }
    statement.push(&format!(" ORDER BY l.{near}, {order}"));

    let kinds: Vec<_> = field.extra.iter().map(|extra| kind_of(target, extra)).collect();
    let mut cells = Cells::new();
    reading
        .rows
        .each(&access, &statement, |row| {
            let cell = cells.entry(required(row.uuid(0)?)?).or_insert_with(|| vec![b'[']);
            if cell.len() > 1 {
                cell.push(b',');
            }
            if bare {
                return row.write_json(1, store::Kind::Uuid, cell);
            }
            cell.extend_from_slice(b"{\"str\":");
            row.write_json(2, store::Kind::Text, cell)?;
            for (index, (name, kind)) in field.extra.iter().zip(&kinds).enumerate() {
                cell.extend_from_slice(format!(",\"{name}\":").as_bytes());
                row.write_json(3 + index, *kind, cell)?;
            }
            cell.extend_from_slice(b",\"id\":");
            row.write_json(1, store::Kind::Uuid, cell)?;
            cell.push(b'}');
            Ok(())
        })
        .await?;
    for cell in cells.values_mut() {
        cell.push(b']');
    }
    Ok(cells)
}

/// How a column of a referred row is stored.
pub(super) fn kind_of(resource: &Resource, column: &str) -> store::Kind {
    let field = resource.fields.iter().find(|field| field.column_name().as_deref() == Some(column));
    field.and_then(Field::storage).unwrap_or(store::Kind::Text)
}
