//! Who uses what a library brings: rows of other kinds that refer to its objects, found through
//! the declarations.

use super::load::access as everything;
use engine::declare::{Columns, Resource, link_table};
use engine::read::Reading;
use engine::registry::{By, Referrer};
use engine::{Access, ApiError, Cell, Context, Rows, Statement, required};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

/// Kinds of object that others refer to. Whoever refers to a requirement refers to its framework.
const USABLE: [&str; 4] = ["frameworks", "reference-controls", "threats", "risk-matrices"];

/// What kinds of the catalogue refer to each other is no use.
fn referrers<'a>(ctx: &'a Context, target: &'a str) -> impl Iterator<Item = Referrer<'a>> {
    ctx.engine.registry().referrers(target).filter(|referrer| referrer.resource.module != "catalog")
}

/// ` FROM targets o JOIN referrers r …`
fn join(target: &str, referrer: &Referrer<'_>) -> String {
    let (targets, table) = (target.replace('-', "_"), referrer.resource.table());
    match &referrer.by {
        By::Column(column, _) => format!(" FROM {targets} o JOIN {table} r ON r.{column} = o.id"),
        By::Link(field) => {
            let links = link_table(referrer.resource.path, field);
            format!(" FROM {targets} o JOIN {links} l ON l.target_id = o.id JOIN {table} r ON r.id = l.source_id")
        }
    }
}

/// How many rows refer to objects of each library, among those that `see` shows.
async fn by_library(
    ctx: &Context,
    rows: &mut Rows,
    libraries: &[Uuid],
    see: impl Fn(&Resource) -> Access,
) -> Result<HashMap<Uuid, i64>, ApiError> {
    let mut counts: HashMap<Uuid, i64> = HashMap::new();
    let mut statements: Vec<(Access, Statement)> = Vec::new();
    for target in USABLE {
        for referrer in referrers(ctx, target) {
            let access = see(referrer.resource);
            let mut statement =
                rows.sql(&format!("SELECT o.library_id, count(DISTINCT r.id){} WHERE ", join(target, &referrer)));
            statement.bind_in("o.library_id", Cell::Uuids(libraries.to_vec())).push(" AND ");
            access.push_condition("r", &mut statement);
            statement.push(" GROUP BY o.library_id");
            statements.push((access, statement));
        }
    }
    let mut dependents = rows.sql("SELECT l.target_id, count(*) FROM loaded_libraries__dependencies l WHERE ");
    dependents.bind_in("l.target_id", Cell::Uuids(libraries.to_vec())).push(" GROUP BY l.target_id");
    statements.push((everything(), dependents));
    for (access, statement) in statements {
        rows.each(&access, &statement, |row| {
            *counts.entry(required(row.uuid(0)?)?).or_default() += required(row.int(1)?)?;
            Ok(())
        })
        .await?;
    }
    Ok(counts)
}

/// Whether anything at all refers to an object of the library, seen or not.
pub(super) async fn is_used(ctx: &Context, rows: &mut Rows, library: Uuid) -> Result<bool, ApiError> {
    let counts = by_library(ctx, rows, &[library], |_| everything()).await?;
    Ok(counts.get(&library).is_some_and(|count| *count > 0))
}

/// Who uses a library, as far as the caller sees them: what stands in the way of unloading it.
pub(super) async fn users(
    reading: &mut Reading<'_>,
    library: Uuid,
) -> Result<Vec<(&'static str, Uuid, String)>, ApiError> {
    let ctx = reading.ctx;
    let mut found = Vec::new();
    for target in USABLE {
        for referrer in referrers(ctx, target) {
            let access = reading.access(referrer.resource);
            let label = referrer.resource.label_over("r");
            let mut statement = reading
                .rows
                .sql(&format!("SELECT DISTINCT r.id, {label}{} WHERE o.library_id = ", join(target, &referrer)));
            statement.bind(library).push(" AND ");
            access.push_condition("r", &mut statement);
            statement.push(" ORDER BY 2, 1");
            gather(reading, &access, &statement, referrer.resource.path, &mut found).await?;
        }
    }
    let Some(libraries) = ctx.engine.registry().get("loaded-libraries") else { return Ok(found) };
    let access = reading.access(libraries);
    let mut statement = reading.rows.sql(
        "SELECT r.id, r.name FROM loaded_libraries__dependencies l JOIN loaded_libraries r ON r.id = l.source_id WHERE \
         l.target_id = ",
    );
    statement.bind(library).push(" AND ");
    access.push_condition("r", &mut statement);
    statement.push(" ORDER BY 2, 1");
    gather(reading, &access, &statement, libraries.path, &mut found).await?;
    Ok(found)
}

async fn gather(
    reading: &mut Reading<'_>,
    access: &Access,
    statement: &Statement,
    path: &'static str,
    into: &mut Vec<(&'static str, Uuid, String)>,
) -> Result<(), ApiError> {
    let rows = reading
        .rows
        .all(access, statement, |row| Ok((required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default())))
        .await?;
    let fresh: Vec<_> = rows.into_iter().filter(|(id, _)| !into.iter().any(|(_, known, _)| known == id)).collect();
    into.extend(fresh.into_iter().map(|(id, label)| (path, id, label)));
    Ok(())
}

/// `reference_count` of loaded libraries: what the caller sees of those who use them.
pub(super) async fn of_loaded(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let ctx = reading.ctx;
    let see = |resource: &Resource| ctx.access(resource, engine::Verb::View);
    let counts = by_library(ctx, reading.rows, ids, see).await?;
    let cell = |id: &Uuid| (*id, json!(counts.get(id).copied().unwrap_or(0)).to_string().into_bytes());
    Ok(Columns::from([("reference_count", ids.iter().map(cell).collect())]))
}

/// The same for stored ones: the count of what is loaded under their urn.
pub(super) async fn of_stored(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Columns, ApiError> {
    let mut statement = reading.rows.sql(
        "SELECT s.id, l.id FROM stored_libraries s JOIN loaded_libraries l ON l.urn = s.urn AND l.locale = s.locale WHERE ",
    );
    statement.bind_in("s.id", Cell::Uuids(ids.to_vec()));
    let pairs = reading
        .rows
        .all(&everything(), &statement, |row| Ok((required(row.uuid(0)?)?, required(row.uuid(1)?)?)))
        .await?;
    let loaded: Vec<Uuid> = pairs.iter().map(|(_, loaded)| *loaded).collect();
    let ctx = reading.ctx;
    let see = |resource: &Resource| ctx.access(resource, engine::Verb::View);
    let counts = by_library(ctx, reading.rows, &loaded, see).await?;
    let of: HashMap<Uuid, Uuid> = pairs.into_iter().collect();
    let cell = |id: &Uuid| {
        let count = of.get(id).and_then(|loaded| counts.get(loaded)).copied().unwrap_or(0);
        (*id, json!(count).to_string().into_bytes())
    };
    Ok(Columns::from([("reference_count", ids.iter().map(cell).collect())]))
}

/// How many visible rows of the kind `path` refer to each of these rows of `target`. A kind that
/// nobody has declared has no rows.
pub(super) async fn counts(
    reading: &mut Reading<'_>,
    target: &str,
    path: &str,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, i64>, ApiError> {
    let mut counts = HashMap::new();
    let ctx = reading.ctx;
    for referrer in referrers(ctx, target).filter(|referrer| referrer.resource.path == path) {
        let access = reading.access(referrer.resource);
        let mut statement =
            reading.rows.sql(&format!("SELECT o.id, count(DISTINCT r.id){} WHERE ", join(target, &referrer)));
        statement.bind_in("o.id", Cell::Uuids(ids.to_vec())).push(" AND ");
        access.push_condition("r", &mut statement);
        statement.push(" GROUP BY o.id");
        reading
            .rows
            .each(&access, &statement, |row| {
                *counts.entry(required(row.uuid(0)?)?).or_default() += required(row.int(1)?)?;
                Ok(())
            })
            .await?;
    }
    Ok(counts)
}

/// All rows of the kind `path` that refer to a row of `target`, seen or not.
pub(super) async fn all_referring(
    ctx: &Context,
    rows: &mut Rows,
    target: &str,
    path: &str,
    id: Uuid,
) -> Result<Vec<Uuid>, ApiError> {
    let mut found = Vec::new();
    for referrer in referrers(ctx, target).filter(|referrer| referrer.resource.path == path) {
        let mut statement = rows.sql(&format!("SELECT DISTINCT r.id{} WHERE o.id = ", join(target, &referrer)));
        statement.bind(id).push(" ORDER BY r.id");
        found.extend(rows.ids(&everything(), &statement).await?);
    }
    Ok(found)
}
