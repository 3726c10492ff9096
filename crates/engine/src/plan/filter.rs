//! `?field=value`: what a list is narrowed to. Unknown parameters are ignored here; strict
//! mode refuses them before.

use crate::access::{Access, Verb};
use crate::context::{Context, Query};
use crate::declare::{Field, Filter, Kind, Resource, Takes, link_table};
use crate::error::{ApiError, FieldErrors};
use crate::plan::MOST_CONDITIONS;
use crate::plan::search::escape;
use crate::rows::Rows;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use store::{Statement, Value};
use uuid::Uuid;

/// Appends the conditions of all filters in the query.
pub(super) async fn push(
    ctx: &Context,
    rows: &mut Rows,
    resource: &Resource,
    access: &Access,
    query: &Query,
    into: &mut Statement,
) -> Result<(), ApiError> {
    let mut errors = FieldErrors::default();
    ids(query, into, &mut errors);
    for filter in &resource.filters {
        if query.all(filter.name).count() > MOST_CONDITIONS {
            errors.add(filter.name, format!("At most {MOST_CONDITIONS} values can be given at once."));
            continue;
        }
        special(ctx, filter, &query.all(filter.name).collect::<Vec<_>>(), into, &mut errors);
    }
    for field in &resource.fields {
        let told = Told { access, field };
        moments(&told, query, into, &mut errors);
        if !field.filter {
            continue;
        }
        days(&told, query, into, &mut errors);
        null_or_not(&told, query, into);
        contains(&told, query, into);
        let values: Vec<&str> = query.all(field.name).collect();
        if values.is_empty() {
            continue;
        }
        match field.kind {
            Kind::Choice { options, .. } => {
                let unset = field.nullable && values.contains(&"--");
                for value in values.iter().filter(|value| !(field.nullable && **value == "--")) {
                    if !options.iter().any(|(code, _)| code == value) {
                        errors.add(field.name, not_available(value));
                    }
                }
                told.push(into.push(" AND ("));
                into.bind_in("", if field.numbered { numbers(&values) } else { texts(&values) });
                if unset {
                    told.push(into.push(" OR "));
                    into.push(" IS NULL");
                }
                into.push(")");
            }
            Kind::Bool => {
                if let Some(wanted) = values.last().and_then(|value| truth(value)) {
                    told.compare("=", wanted, into);
                }
            }
            Kind::Int { .. } => {
                if let Some(number) = values.last().and_then(|value| value.parse::<i64>().ok()) {
                    told.compare("=", number, into);
                }
            }
            Kind::Real => {
                if let Some(number) = values.last().and_then(|value| value.parse::<f64>().ok()) {
                    told.compare("=", number, into);
                }
            }
            Kind::Date => match values.last().map(|value| value.parse::<NaiveDate>()) {
                Some(Ok(day)) => told.compare("=", day, into),
                _ => errors.add(field.name, "Enter a valid date."),
            },
            Kind::Text { .. } | Kind::Email | Kind::Url if values.len() > MOST_CONDITIONS => {
                errors.add(field.name, format!("At most {MOST_CONDITIONS} values can be given at once."));
            }
            Kind::Text { .. } | Kind::Email | Kind::Url => {
                let by_key = field.name == resource.label_field && !field.derived;
                for (number, value) in values.iter().enumerate() {
                    into.push(if number == 0 { " AND (" } else { " OR " });
                    if by_key {
                        access.push_told("t", field.name, "t.name_key", into);
                        into.push(" = ").bind(clean(&value.to_lowercase()));
                    } else {
                        told.push(into.push("lower("));
                        into.push(") = lower(").bind(clean(value)).push(")");
                    }
                }
                into.push(")");
            }
            Kind::Reference { target, .. } | Kind::References { target } => {
                if let Some(found) = available(ctx, rows, target, field.name, &values, &mut errors).await? {
                    match field.kind {
                        Kind::Reference { .. } => {
                            told.push(into.push(" AND "));
                            into.bind_in("", Value::Uuids(found));
                        }
                        _ => linked(access, resource, field.name, found, into),
                    }
                }
            }
            Kind::Reverse { source, field: over_there } => {
                if let Some(found) = available(ctx, rows, source, field.name, &values, &mut errors).await? {
                    linked_from(ctx, source, over_there, found, into);
                }
            }
            _ => {}
        }
    }
    errors.into_result()
}

/// A field of the rows under `t`, as far as they tell the caller: what they keep back is as if it were null.
struct Told<'a> {
    access: &'a Access,
    field: &'a Field,
}

impl Told<'_> {
    fn push(&self, into: &mut Statement) {
        self.access.push_told("t", self.field.name, &self.field.sql("t").unwrap_or_default(), into);
    }

    /// ` AND` the value compares so.
    fn compare(&self, operator: &str, with: impl Into<Value>, into: &mut Statement) {
        self.push(into.push(" AND "));
        into.push(&format!(" {operator} ")).bind(with);
    }
}

/// A filter with a condition of its own. Its values are conditions that must all hold, or, where
/// it takes one of several, alternatives.
fn special(ctx: &Context, filter: &Filter, values: &[&str], into: &mut Statement, errors: &mut FieldErrors) {
    let one_of = matches!(filter.takes, Takes::AnyId | Takes::Word | Takes::Words(_));
    let said = |value: &&&str| filter.takes != Takes::Word || !value.is_empty();
    let values: Vec<&str> = values.iter().filter(said).copied().collect();
    let alternatives = one_of && !values.is_empty();
    if alternatives {
        into.push(" AND (1=0");
    }
    for value in values {
        match filter.takes {
            Takes::AnyId if value.parse::<Uuid>().is_err() => {
                errors.add(filter.name, format!("“{value}” is not a valid value."));
                continue;
            }
            Takes::Words(words) if !words.contains(&value) => {
                errors.add(filter.name, not_available(value));
                continue;
            }
            _ => {}
        }
        if alternatives {
            into.push(" OR (1=1");
        }
        if let Err(sentence) = (filter.condition)(ctx, value, into) {
            errors.add(filter.name, sentence);
        }
        if alternatives {
            into.push(")");
        }
    }
    if alternatives {
        into.push(")");
    }
}

/// `?eta__gte=` and its like, `?eta__year=` and `?eta__month=`.
fn days(told: &Told<'_>, query: &Query, into: &mut Statement, errors: &mut FieldErrors) {
    let field = told.field;
    if !matches!(field.kind, Kind::Date) {
        return;
    }
    for (suffix, operator) in DAY_SUFFIXES {
        let name = format!("{}__{suffix}", field.name);
        let Some(text) = query.last(&name).filter(|text| !text.is_empty()) else { continue };
        if suffix == "year" || suffix == "month" {
            let most = if suffix == "year" { 9998 } else { 12 };
            match text.trim().parse::<u32>().ok().filter(|number| (1..=most).contains(number)) {
                // Both databases write a day as `2026-12-24`.
                Some(number) if suffix == "month" => {
                    told.push(into.push(" AND CAST("));
                    into.push(" AS TEXT) LIKE ").bind(format!("%-{number:02}-__"));
                }
                Some(year) => {
                    let first = |year: u32| NaiveDate::from_ymd_opt(i32::try_from(year).unwrap_or(1), 1, 1);
                    told.compare(">=", first(year).unwrap_or_default(), into);
                    told.compare("<", first(year + 1).unwrap_or_default(), into);
                }
                None => errors.add(&name, "Enter a number."),
            }
            continue;
        }
        match text.parse::<NaiveDate>() {
            Ok(day) => told.compare(operator, day, into),
            Err(_) => errors.add(&name, "Enter a valid date."),
        }
    }
}

/// What can be asked of a day beside being equal, with the operator where there is one.
pub(super) const DAY_SUFFIXES: [(&str, &str); 6] =
    [("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<="), ("year", ""), ("month", "")];

/// `?id=`: one uuid or a comma list, of which any may match.
fn ids(query: &Query, into: &mut Statement, errors: &mut FieldErrors) {
    let Some(text) = query.last("id").filter(|text| !text.is_empty()) else { return };
    match text.split(',').map(|one| one.trim().parse::<Uuid>()).collect::<Result<Vec<_>, _>>() {
        Ok(list) => {
            into.push(" AND ").bind_in("t.id", Value::Uuids(list));
        }
        Err(_) => errors.add("id", "Enter a valid UUID."),
    }
}

/// `?created_at__gte=` and `__lt`.
fn moments(told: &Told<'_>, query: &Query, into: &mut Statement, errors: &mut FieldErrors) {
    let field = told.field;
    if !matches!(field.kind, Kind::Time) {
        return;
    }
    for (suffix, operator) in [("gte", ">="), ("lt", "<")] {
        let name = format!("{}__{suffix}", field.name);
        if let Some(text) = query.last(&name).filter(|text| !text.is_empty()) {
            match moment(text) {
                Some(at) => told.compare(operator, at, into),
                None => errors.add(&name, "Enter a valid date/time."),
            }
        }
    }
}

/// An instant with or without zone, or a plain day at midnight UTC.
pub fn moment(text: &str) -> Option<DateTime<Utc>> {
    // A `+` of a zone arrives as a blank when it was not encoded.
    let text = text.trim().replacen(' ', "T", 1);
    let zoned = DateTime::parse_from_rfc3339(&text).or_else(|_| DateTime::parse_from_rfc3339(&text.replace(' ', "+")));
    if let Ok(at) = zoned {
        return Some(at.with_timezone(&Utc));
    }
    let naive = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M"));
    let day = || text.parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    naive.ok().or_else(day).map(|at| at.and_utc())
}

fn null_or_not(told: &Told<'_>, query: &Query, into: &mut Statement) {
    if let Kind::Reference { .. } = told.field.kind
        && let Some(wanted) = query.last(&format!("{}__isnull", told.field.name)).and_then(truth)
    {
        told.push(into.push(" AND "));
        into.push(if wanted { " IS NULL" } else { " IS NOT NULL" });
    }
}

fn contains(told: &Told<'_>, query: &Query, into: &mut Statement) {
    if let Kind::Text { .. } | Kind::Email = told.field.kind
        && let Some(part) = query.last(&format!("{}__icontains", told.field.name)).filter(|part| !part.is_empty())
    {
        told.push(into.push(" AND lower("));
        into.push(") LIKE lower(").bind(format!("%{}%", escape(&clean(part)))).push(") ESCAPE '\\'");
    }
}

/// Ids that the caller may refer to; anything else is refused alike, hidden or unknown.
async fn available(
    ctx: &Context,
    rows: &mut Rows,
    target: &str,
    name: &str,
    values: &[&str],
    errors: &mut FieldErrors,
) -> Result<Option<Vec<Uuid>>, ApiError> {
    let mut wanted = Vec::new();
    for value in values {
        let Ok(id) = value.parse::<Uuid>() else {
            errors.add(name, format!("“{value}” is not a valid value."));
            return Ok(None);
        };
        wanted.push(id);
    }
    let visible = visible_among(ctx, rows, target, &wanted).await?;
    match wanted.iter().find(|id| !visible.contains(id)) {
        Some(unknown) => {
            errors.add(name, not_available(&unknown.to_string()));
            Ok(None)
        }
        None => Ok(Some(wanted)),
    }
}

/// Those of the ids that exist for the caller. A target that is not declared has no rows.
pub(crate) async fn visible_among(
    ctx: &Context,
    rows: &mut Rows,
    target: &str,
    wanted: &[Uuid],
) -> Result<Vec<Uuid>, ApiError> {
    telling_among(ctx, rows, target, None, wanted).await
}

/// Those of them that also tell the caller what they are linked to by this field.
pub(crate) async fn telling_among(
    ctx: &Context,
    rows: &mut Rows,
    target: &str,
    field: Option<&str>,
    wanted: &[Uuid],
) -> Result<Vec<Uuid>, ApiError> {
    let Some(target) = ctx.engine.registry().get(target).filter(|_| !wanted.is_empty()) else { return Ok(Vec::new()) };
    let access = ctx.access(target, Verb::View);
    let mut statement = rows.sql(&format!("SELECT t.id{} WHERE ", super::from(target)));
    statement.bind_in("t.id", Value::Uuids(wanted.to_vec())).push(" AND ");
    match field {
        Some(field) => access.push_linked("t", field, &mut statement),
        None => access.push_condition("t", &mut statement),
    }
    rows.ids(&access, &statement).await
}

/// Rows that are linked to one of these by a field of their own.
fn linked(access: &Access, resource: &Resource, field: &str, wanted: Vec<Uuid>, into: &mut Statement) {
    into.push(&format!(" AND t.id IN (SELECT l.source_id FROM {} l WHERE ", resource.links(field)));
    into.bind_in("l.target_id", Value::Uuids(wanted)).push(")");
    if access.may_withhold(field) {
        into.push(" AND ");
        access.push_tells("t", field, into);
    }
}

/// Rows that one of these, which are found visible, is linked to by a field over there.
fn linked_from(ctx: &Context, source: &str, field: &str, wanted: Vec<Uuid>, into: &mut Statement) {
    let telling = ctx.engine.registry().get(source).map(|source| (source.table(), ctx.access(source, Verb::View)));
    let telling = telling.filter(|(_, access)| access.may_withhold(field));
    into.push(&format!(" AND t.id IN (SELECT l.target_id FROM {} l", link_table(source, field)));
    if let Some((table, _)) = &telling {
        into.push(&format!(" JOIN {table} r ON r.id = l.source_id"));
    }
    into.push(" WHERE ").bind_in("l.source_id", Value::Uuids(wanted));
    if let Some((_, access)) = &telling {
        into.push(" AND ");
        access.push_tells("r", field, into);
    }
    into.push(")");
}

fn texts(values: &[&str]) -> Value {
    Value::Texts(values.iter().map(|value| clean(value)).collect())
}

/// Codes that are numbers; whatever is none was refused already.
fn numbers(values: &[&str]) -> Value {
    Value::Ints(values.iter().filter_map(|value| value.parse().ok()).collect())
}

/// NUL has no place in a text of PostgreSQL.
fn clean(text: &str) -> String {
    text.replace('\0', "")
}

fn not_available(value: &str) -> String {
    format!("Select a valid choice. {value} is not one of the available choices.")
}

/// `true`, `True`, `false`, `False`; anything else says nothing.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "True" => Some(true),
        "false" | "False" => Some(false),
        _ => None,
    }
}
