//! Sums over an action plan, as a pure function.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

/// A group of controls.
struct Group {
    key: Value,
    label: Value,
    count: usize,
    total: f64,
}

/// The overview of controls as a plan shows them.
pub(in crate::compliance) fn overview(controls: &[Value], today: NaiveDate) -> Value {
    let currency = controls.iter().find_map(|control| control["cost"]["currency"].as_str()).unwrap_or("€");
    let costs: Vec<f64> = controls.iter().map(cost).collect();
    let total: f64 = costs.iter().sum();
    let groups = |field: &str| {
        let mut groups: Vec<Group> = Vec::new();
        for (control, cost) in controls.iter().zip(&costs) {
            match control[field].as_str().filter(|label| !label.is_empty()) {
                Some(label) => add(&mut groups, json!(key(label)), json!(label), *cost),
                None => add(&mut groups, json!("_unset"), json!("not_set"), *cost),
            }
        }
        let one = |group: &Group| entry(group, field, currency);
        groups.iter().map(one).collect::<Vec<_>>()
    };
    let sum =
        |part: &str, field: &str| controls.iter().map(|control| number(&control["cost"][part][field])).sum::<f64>();
    let half = |part: &str| {
        let fixed = sum(part, "fixed_cost");
        json!({
            "fixed_cost": fixed, "fixed_cost_display": display(fixed, currency), "people_days": sum(part, "people_days"),
        })
    };
    json!({
        "count": controls.len(),
        "count_with_cost": costs.iter().filter(|cost| **cost > 0.0).count(),
        "total_annual_cost": total,
        "total_annual_cost_display": display(total, currency),
        "currency": currency,
        "by_status": groups("status"),
        "by_priority": groups("priority"),
        "by_category": groups("category"),
        "by_csf_function": groups("csf_function"),
        "eta_buckets": buckets(controls, &costs, today, currency),
        "top_owners": top(controls, &costs, "owner", currency),
        "top_folders": top(controls, &costs, "folder", currency),
        "cost_breakdown": { "build": half("build"), "run": half("run") },
    })
}

fn add(groups: &mut Vec<Group>, key: Value, label: Value, cost: f64) {
    match groups.iter_mut().find(|group| group.key == key) {
        Some(group) => {
            group.count += 1;
            group.total += cost;
        }
        None => groups.push(Group { key, label, count: 1, total: cost }),
    }
}

fn entry(group: &Group, field: &str, currency: &str) -> Value {
    let mut entry = json!({ "key": group.key, "count": group.count, "total": group.total });
    entry[field] = group.label.clone();
    entry["total_display"] = json!(display(group.total, currency));
    entry
}

/// A label as its code: the plan shows labels, sums are kept by code.
fn key(label: &str) -> String {
    if label == "Undefined" { "--".into() } else { label.to_lowercase().replace(' ', "_") }
}

/// The ten most expensive owners or folders.
fn top(controls: &[Value], costs: &[f64], field: &str, currency: &str) -> Vec<Value> {
    let mut groups: Vec<Group> = Vec::new();
    for (control, cost) in controls.iter().zip(costs) {
        let named = match &control[field] {
            Value::Array(list) => list.clone(),
            Value::Null => Vec::new(),
            one => vec![one.clone()],
        };
        for one in named {
            add(&mut groups, one["id"].clone(), one["str"].clone(), *cost);
        }
    }
    groups.sort_by(|a, b| b.total.total_cmp(&a.total).then(b.count.cmp(&a.count)));
    groups.iter().take(10).map(|group| entry(group, "label", currency)).collect()
}

fn buckets(controls: &[Value], costs: &[f64], today: NaiveDate, currency: &str) -> Vec<Value> {
    let soon = |days| today.checked_add_days(Days::new(days)).unwrap_or(today);
    let (month, quarter) = (soon(30), soon(90));
    let mut groups: Vec<Group> = ["overdue", "due_30d", "due_90d", "later", "no_eta"]
        .map(|key| Group { key: json!(key), label: Value::Null, count: 0, total: 0.0 })
        .into();
    for (control, cost) in controls.iter().zip(costs) {
        let eta: Option<NaiveDate> = control["eta"].as_str().and_then(|day| day.parse().ok());
        let at = match eta {
            None => 4,
            Some(day) if day < today => 0,
            Some(day) if day <= month => 1,
            Some(day) if day <= quarter => 2,
            Some(_) => 3,
        };
        groups[at].count += 1;
        groups[at].total += cost;
    }
    let one = |group: &Group| {
        json!({
            "key": group.key, "count": group.count, "total": group.total,
            "total_display": display(group.total, currency),
        })
    };
    groups.iter().map(one).collect()
}

fn cost(control: &Value) -> f64 {
    number(&control["annual_cost"])
}

/// A number, or a text that is one; nothing else costs anything.
fn number(value: &Value) -> f64 {
    let number = value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    number.filter(|number| number.is_finite()).unwrap_or(0.0)
}

/// `2,300 €`, with cents where there are some.
fn display(amount: f64, currency: &str) -> String {
    let text = if amount.fract() == 0.0 { format!("{amount:.0}") } else { format!("{amount:.2}") };
    let (whole, cents) = text.split_once('.').map_or((text.as_str(), None), |(whole, cents)| (whole, Some(cents)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let cents = cents.map(|cents| format!(".{cents}")).unwrap_or_default();
    format!("{sign}{grouped}{cents} {currency}")
}

#[cfg(test)]
mod tests {
    use super::{display, overview};
    use serde_json::json;

    #[test]
    fn sums_by_what_is_said_and_what_is_not() {
        let control = |status: &str, cost: &str, eta: serde_json::Value| {
            json!({
                "status": status, "annual_cost": cost, "eta": eta, "priority": null, "owner": [],
                "cost": { "currency": "€", "build": { "fixed_cost": 1000, "people_days": 10 } },
                "folder": { "id": "f", "str": "Ours" },
            })
        };
        let controls = [
            control("Active", "2300.00", json!("2026-11-25")),
            control("Undefined", "0.00", json!(null)),
            control("Active", "0.50", json!("2026-11-01")),
        ];
        let found = overview(&controls, "2026-11-24".parse().expect("a day"));
        assert_eq!(found["count_with_cost"], 2);
        assert_eq!(found["total_annual_cost_display"], "2,300.50 €");
        assert_eq!(found["by_status"][0]["key"], "active");
        assert_eq!(found["by_status"][0]["count"], 2);
        assert_eq!(found["by_status"][1]["key"], "--");
        assert_eq!(found["by_priority"][0]["priority"], "not_set");
        let counts: Vec<_> =
            found["eta_buckets"].as_array().expect("a list").iter().map(|bucket| bucket["count"].clone()).collect();
        assert_eq!(counts, [1, 1, 0, 0, 1].map(|count| json!(count)));
        assert_eq!(found["top_folders"][0]["label"], "Ours");
        assert_eq!(found["cost_breakdown"]["build"]["people_days"], 30.0);
    }

    #[test]
    fn amounts_read_as_recorded() {
        assert_eq!(display(0.0, "€"), "0 €");
        assert_eq!(display(2_300_000.0, "€"), "2,300,000 €");
        assert_eq!(display(-1234.5, "$"), "-1,234.50 $");
    }
}
