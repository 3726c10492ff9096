//! What controls cost and how they stand, in one answer; also for the controls of an assessment.

use super::super::cost::{Cents, Cost, Part, Totals};
use super::super::rows::{self, Control};
use super::super::words::{CATEGORY, CSF_FUNCTION, STATUS};
use crate::settings::Prices;
use chrono::{Days, NaiveDate};
use engine::declare::{Answer, label};
use engine::{ApiError, Call, Cell, Context, Rows, Verb, required};
use serde_json::{Map, Value, json};
use std::cmp::Reverse;
use uuid::Uuid;

/// Owners and folders that are named.
const TOP: usize = 10;
/// The key and the words for what nobody said.
const UNSET: (&str, &str) = ("_unset", "not_set");

/// Over the controls that the query's filters leave.
pub(in super::super) async fn analytics(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let controls = rows::selected(&call, &mut rows).await?;
    overview(call.ctx, &mut rows, &controls).await.map(Answer::Json)
}

/// The same over some controls, as far as the caller may see them: for action plans.
pub(crate) async fn budget_overview(ctx: &Context, rows: &mut Rows, controls: &[Uuid]) -> Result<Value, ApiError> {
    let resource = ctx.engine.registry().get("applied-controls").ok_or(ApiError::NotFound)?;
    let access = ctx.access(resource, Verb::View);
    let controls = rows::among(rows, &access, controls).await?;
    overview(ctx, rows, &controls).await
}

async fn overview(ctx: &Context, rows: &mut Rows, controls: &[Control]) -> Result<Value, ApiError> {
    let prices = Prices::now(rows).await?;
    let currency = prices.currency.as_str();
    let mut totals = Totals::default();
    let costed: Vec<(&Control, Cents)> = controls
        .iter()
        .map(|control| {
            let annual = totals.add(&control.cost, prices.daily_rate, currency);
            let ours = control.cost.currency.as_deref().is_none_or(|other| other == currency);
            // What is in another currency is counted, and its amount told apart.
            (control, if ours { annual } else { Cents::default() })
        })
        .collect();
    let of = |key: &'static str, groups: Groups| groups.list(key, currency);
    let total = totals.of(currency);
    let mut answer = json!({
        "count": controls.len(),
        "count_with_cost": controls.iter().filter(|one| !one.cost.annual(prices.daily_rate).is_zero()).count(),
        "total_annual_cost": total.number(),
        "total_annual_cost_display": total.in_short(currency),
        "currency": currency,
        "by_status": of("status", Groups::of(&costed, |one| {
            (one.status.clone(), label(STATUS, &one.status).to_owned())
        })),
        "by_priority": of("priority", Groups::of(&costed, |one| match one.priority {
            Some(priority) => (priority.to_string(), format!("P{priority}")),
            None => unset(),
        })),
        "by_category": of("category", Groups::of(&costed, |one| coded(CATEGORY, one.category.as_deref()))),
        "by_csf_function": of("csf_function", Groups::of(&costed, |one| coded(CSF_FUNCTION, one.csf_function.as_deref()))),
        "eta_buckets": buckets(&costed, ctx.now().date_naive(), currency),
        "top_owners": owners(ctx, rows, &costed).await?.top(currency),
        "top_folders": folders(ctx, &costed).top(currency),
        "cost_breakdown": breakdown(controls, currency),
    });
    let others: Vec<Value> = totals
        .others(currency)
        .map(|(name, total)| {
            json!({
                "currency": name, "total": total.number(), "total_display": total.in_short(name),
            })
        })
        .collect();
    if !others.is_empty() {
        answer["other_currencies"] = json!(others);
    }
    Ok(answer)
}

fn unset() -> (String, String) {
    (UNSET.0.to_owned(), UNSET.1.to_owned())
}

fn coded(choices: engine::declare::Choices, code: Option<&str>) -> (String, String) {
    code.map_or_else(unset, |code| (code.to_owned(), label(choices, code).to_owned()))
}

/// Counts and sums by key, in the order in which keys were met.
#[derive(Default)]
struct Groups(Vec<Group>);

struct Group {
    key: String,
    label: String,
    count: u64,
    total: Cents,
}

impl Groups {
    fn of(costed: &[(&Control, Cents)], key: impl Fn(&Control) -> (String, String)) -> Self {
        let mut groups = Self::default();
        for (control, annual) in costed {
            let (key, label) = key(control);
            groups.add(key, label, *annual);
        }
        groups
    }

    fn add(&mut self, key: String, label: String, annual: Cents) {
        match self.0.iter_mut().find(|group| group.key == key) {
            Some(group) => (group.count, group.total) = (group.count + 1, group.total.plus(annual)),
            None => self.0.push(Group { key, label, count: 1, total: annual }),
        }
    }

    fn list(&self, name: &str, currency: &str) -> Vec<Value> {
        self.0.iter().map(|group| group.json(Some(name), currency)).collect()
    }

    /// The dearest first, then the most frequent.
    fn top(mut self, currency: &str) -> Vec<Value> {
        self.0.sort_by_key(|group| Reverse((group.total, group.count)));
        self.0.iter().take(TOP).map(|group| group.json(Some("label"), currency)).collect()
    }
}

impl Group {
    fn json(&self, label: Option<&str>, currency: &str) -> Value {
        let mut map = Map::from_iter([("key".to_owned(), json!(self.key))]);
        map.extend(label.map(|name| (name.to_owned(), json!(self.label))));
        map.insert("count".into(), json!(self.count));
        map.insert("total".into(), json!(self.total.number()));
        map.insert("total_display".into(), json!(self.total.in_short(currency)));
        Value::Object(map)
    }
}

/// How much time is left. What is active has kept its date and is in no bucket once it is past.
fn buckets(costed: &[(&Control, Cents)], today: NaiveDate, currency: &str) -> Vec<Value> {
    let within = |days| today.checked_add_days(Days::new(days)).unwrap_or(today);
    let names = ["overdue", "due_30d", "due_90d", "later", "no_eta"];
    let mut groups =
        names.map(|name| Group { key: name.into(), label: String::new(), count: 0, total: Cents::default() });
    for (control, annual) in costed {
        let at = match control.eta {
            None => 4,
            Some(eta) if eta < today && control.status == "active" => continue,
            Some(eta) if eta < today => 0,
            Some(eta) if eta <= within(30) => 1,
            Some(eta) if eta <= within(90) => 2,
            Some(_) => 3,
        };
        let group = &mut groups[at];
        (group.count, group.total) = (group.count + 1, group.total.plus(*annual));
    }
    groups.iter().map(|group| group.json(None, currency)).collect()
}

fn folders(ctx: &Context, costed: &[(&Control, Cents)]) -> Groups {
    let tree = ctx.principal.grants().tree();
    let name = |id| tree.get(id).map_or("", |node| node.name.as_str()).to_owned();
    Groups::of(costed, |control| (control.folder.to_string(), name(control.folder)))
}

/// A control of several owners counts for each.
async fn owners(ctx: &Context, rows: &mut Rows, costed: &[(&Control, Cents)]) -> Result<Groups, ApiError> {
    let actors = ctx.engine.registry().get("actors").ok_or(ApiError::NotFound)?;
    let access = ctx.access(actors, Verb::View);
    let mut statement = rows.sql(&format!(
        "SELECT l.source_id, r.id, {} FROM applied_controls__owner l JOIN {} r ON r.id = l.target_id WHERE ",
        actors.label_over("r"),
        actors.table()
    ));
    let ids: Vec<Uuid> = costed.iter().map(|(control, _)| control.id).collect();
    statement.bind_in("l.source_id", Cell::Uuids(ids)).push(" AND ");
    access.push_condition("r", &mut statement);
    statement.push(" ORDER BY r.name_key, r.id");
    let amount: std::collections::HashMap<Uuid, Cents> = costed.iter().map(|(one, annual)| (one.id, *annual)).collect();
    let mut groups = Groups::default();
    rows.each(&access, &statement, |row| {
        let annual = amount.get(&required(row.uuid(0)?)?).copied().unwrap_or_default();
        groups.add(required(row.uuid(1)?)?.to_string(), row.text(2)?.unwrap_or_default(), annual);
        Ok(())
    })
    .await?;
    Ok(groups)
}

/// What is spent once and what every year, before amortisation; money in the instance's currency.
fn breakdown(controls: &[Control], currency: &str) -> Value {
    let half = |part: fn(&Cost) -> Part| {
        let ours = |one: &&Control| one.cost.currency.as_deref().is_none_or(|other| other == currency);
        let fixed =
            controls.iter().filter(ours).fold(Cents::default(), |sum, one| sum.plus(Cents::of(part(&one.cost).fixed)));
        let days: f64 = controls.iter().map(|one| part(&one.cost).days).sum();
        json!({ "fixed_cost": fixed.number(), "fixed_cost_display": fixed.in_short(currency), "people_days": days })
    };
    json!({ "build": half(|cost| cost.build), "run": half(|cost| cost.run) })
}
