//! How a control stands: what it costs, whether it is late, what it is linked to.

use super::cost::Cost;
use super::linked;
use crate::settings::Prices;
use chrono::NaiveDate;
use engine::declare::Columns;
use engine::read::Reading;
use engine::{Access, ApiError, Cell, required};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

fn system() -> Access {
    Access::system("values of rows that were found visible")
}

fn put(columns: &mut Columns, name: &'static str, id: Uuid, value: &Value) {
    columns.entry(name).or_default().insert(id, value.to_string().into_bytes());
}

/// Yearly cost, and whether the date is kept.
pub(super) async fn money(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let prices = Prices::now(reading.rows).await?;
    let today = reading.ctx.now().date_naive();
    let mut statement = reading.rows.sql("SELECT t.id, t.cost, t.status, t.eta FROM applied_controls t WHERE ");
    statement.bind_in("t.id", Cell::Uuids(ids.to_vec()));
    let mut columns = Columns::new();
    let read = |row: &engine::Row<'_>| {
        let id = required(row.uuid(0)?)?;
        let cost = Cost::read(&row.json(1)?.unwrap_or(Value::Null));
        let state = state(row.text(2)?.as_deref(), row.date(3)?, today);
        Ok((id, cost, state))
    };
    for (id, cost, state) in reading.rows.all(&system(), &statement, read).await? {
        let annual = cost.annual(prices.daily_rate);
        let currency = cost.currency.as_deref().unwrap_or(&prices.currency);
        let words = if annual.is_zero() { String::new() } else { annual.in_words(currency) };
        put(&mut columns, "annual_cost", id, &json!(annual.plain()));
        put(&mut columns, "currency", id, &json!(currency));
        put(&mut columns, "annual_cost_display", id, &json!(words));
        // How much risk it takes away for its effort. Risk scenarios are not declared yet, and
        // without them the contract has zero.
        put(&mut columns, "ranking_score", id, &json!(0));
        put(&mut columns, "state", id, &state);
    }
    Ok(columns)
}

/// Late, still to come, or neither.
pub(super) fn state(status: Option<&str>, eta: Option<NaiveDate>, today: NaiveDate) -> Value {
    match eta {
        Some(eta) if eta >= today => json!({ "name": "incoming", "hexcolor": "#93c5fd" }),
        Some(_) if status != Some("active") => json!({ "name": "outdated", "hexcolor": "#f87171" }),
        _ => Value::Null,
    }
}

/// Whether somebody owns it, and what visible objects name it.
pub(super) async fn links(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let mut statement = reading.rows.sql("SELECT DISTINCT l.source_id FROM applied_controls__owner l WHERE ");
    statement.bind_in("l.source_id", Cell::Uuids(ids.to_vec()));
    let owned: HashSet<Uuid> = reading.rows.ids(&system(), &statement).await?.into_iter().collect();
    let linked = linked_to(reading, ids).await?;
    let mut columns = Columns::new();
    for id in ids {
        let by = linked.get(id).map_or(&[][..], Vec::as_slice);
        let words: Vec<&str> = by.iter().map(|(word, _)| *word).collect();
        let findings = by.iter().find(|(word, _)| *word == "findings").map_or(0, |(_, count)| *count);
        put(&mut columns, "is_assigned", *id, &json!(owned.contains(id)));
        put(&mut columns, "linked_models", *id, &json!(words));
        put(&mut columns, "findings_count", *id, &json!(findings));
    }
    Ok(columns)
}

/// Kinds of visible objects that name each control, and how many of each; one statement.
pub(super) async fn linked_to(
    reading: &mut Reading<'_>,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<(&'static str, i64)>>, ApiError> {
    let registry = reading.ctx.engine.registry();
    let existing = linked::existing(registry);
    let mut found: HashMap<Uuid, Vec<(&'static str, i64)>> = HashMap::new();
    if existing.is_empty() {
        return Ok(found);
    }
    let mut statement = reading.rows.statement();
    for (index, link) in existing.iter().enumerate() {
        let (table, source) = (link.table(), link.source.table());
        statement.push(if index == 0 { "" } else { " UNION ALL " });
        statement.push(&format!(
            "SELECT CAST({index} AS BIGINT) AS kind, l.target_id, count(*) FROM {table} l \
             JOIN {source} r ON r.id = l.source_id WHERE "
        ));
        statement.bind_in("l.target_id", Cell::Uuids(ids.to_vec())).push(" AND ");
        reading.access(link.source).push_linked("r", link.field, &mut statement);
        statement.push(" GROUP BY l.target_id");
    }
    statement.push(" ORDER BY 1, 2");
    let words: Vec<&'static str> = existing.iter().map(|link| link.word).collect();
    reading
        .rows
        .each(&system(), &statement, |row| {
            let word = usize::try_from(required(row.int(0)?)?).ok().and_then(|index| words.get(index).copied());
            let count = required(row.int(2)?)?;
            found.entry(required(row.uuid(1)?)?).or_default().extend(word.map(|word| (word, count)));
            Ok(())
        })
        .await?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::state;
    use chrono::NaiveDate;

    #[test]
    fn states_are_as_recorded() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let today = day("2026-11-24").expect("a day");
        let name = |status, eta| state(Some(status), eta, today)["name"].as_str().map(str::to_owned);
        assert_eq!(name("to_do", None), None);
        assert_eq!(name("to_do", day("2026-11-23")).as_deref(), Some("outdated"));
        assert_eq!(name("active", day("2026-11-23")), None);
        assert_eq!(name("active", day("2027-06-19")).as_deref(), Some("incoming"));
        assert_eq!(name("to_do", day("2026-11-24")).as_deref(), Some("incoming"));
    }
}
