//! What a control costs in a year. Pure: no rows, no settings, only numbers.
//!
//! Building is spread over the years of amortisation, running is paid every year:
//! `(fixed + days × rate) / years + fixed + days × rate`. Amounts are kept in hundredths, rounded
//! once for each control, so that a sum is the sum of what its parts show.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Beyond this, in either direction, an amount is a mistake.
const MOST: f64 = 1e12;
/// Longest name of a currency, in characters.
const LONGEST: usize = 20;

/// One half of a cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Part {
    /// Money.
    pub fixed: f64,
    /// Days of work.
    pub days: f64,
}

/// A cost as it is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cost {
    /// Its currency, when it says one.
    pub currency: Option<String>,
    /// Years over which building is spread; at least one.
    pub years: f64,
    /// To get it.
    pub build: Part,
    /// To keep it, each year.
    pub run: Part,
}

impl Cost {
    /// Reads a stored cost. What is missing is nothing: reading never fails.
    pub fn read(stored: &Value) -> Self {
        let part = |part: &Value| Part { fixed: amount(&part["fixed_cost"]), days: amount(&part["people_days"]) };
        let years = amount(&stored["amortization_period"]);
        Self {
            currency: stored["currency"].as_str().filter(|text| !text.is_empty()).map(str::to_owned),
            years: if years >= 1.0 { years } else { 1.0 },
            build: part(&stored["build"]),
            run: part(&stored["run"]),
        }
    }

    /// What it costs in a year when a day costs `rate`. Less than nothing is nothing.
    pub fn annual(&self, rate: f64) -> Cents {
        let price = |part: Part| part.fixed + part.days * rate;
        Cents::of(price(self.build) / self.years + price(self.run))
    }
}

fn amount(value: &Value) -> f64 {
    value.as_f64().filter(|number| number.is_finite()).unwrap_or(0.0)
}

/// An amount of money in hundredths, never below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cents(i64);

impl Cents {
    /// The nearest hundredth.
    #[expect(clippy::cast_possible_truncation, reason = "clamped to what both kinds of number hold exactly")]
    pub fn of(amount: f64) -> Self {
        let hundredths = (amount * 100.0).round();
        Self(if hundredths > 0.0 { hundredths.min(9e15) as i64 } else { 0 })
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// As a number of JSON.
    #[expect(clippy::cast_precision_loss, reason = "JSON has no other number for it")]
    pub fn number(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// `2300.00`
    pub fn plain(self) -> String {
        format!("{}.{:02}", self.0 / 100, self.0 % 100)
    }

    /// `2,300.00 €`
    pub fn in_words(self, currency: &str) -> String {
        format!("{}.{:02} {currency}", grouped(self.0 / 100), self.0 % 100)
    }

    /// `2,300 €`; hundredths only where there are some.
    pub fn in_short(self, currency: &str) -> String {
        if self.0 % 100 == 0 { format!("{} {currency}", grouped(self.0 / 100)) } else { self.in_words(currency) }
    }
}

/// Thousands apart.
fn grouped(whole: i64) -> String {
    let digits = whole.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Yearly costs by currency: amounts of different currencies are never added to each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals(BTreeMap<String, Cents>);

impl Totals {
    /// Adds the cost of one control, which is in `standard` when it says nothing else.
    pub fn add(&mut self, cost: &Cost, rate: f64, standard: &str) -> Cents {
        let annual = cost.annual(rate);
        let currency = cost.currency.as_deref().unwrap_or(standard);
        match self.0.get_mut(currency) {
            Some(total) => *total = total.plus(annual),
            None => drop(self.0.insert(currency.to_owned(), annual)),
        }
        annual
    }

    /// The total of one currency.
    pub fn of(&self, currency: &str) -> Cents {
        self.0.get(currency).copied().unwrap_or_default()
    }

    /// Currency and total of all others that have one.
    pub fn others<'a>(&'a self, currency: &'a str) -> impl Iterator<Item = (&'a str, Cents)> {
        let all = self.0.iter().map(|(name, total)| (name.as_str(), *total));
        all.filter(move |(name, total)| *name != currency && !total.is_zero())
    }
}

/// What a new control costs when nobody says anything.
pub(super) fn nothing(currency: &str) -> Value {
    let part = json!({ "fixed_cost": 0, "people_days": 0 });
    json!({ "currency": currency, "amortization_period": 1, "build": part, "run": part })
}

/// Refuses what could not be counted afterwards. Unknown keys are kept.
pub(super) fn check(cost: &Value) -> Result<(), Vec<String>> {
    let Some(map) = cost.as_object() else { return Err(vec!["A cost is an object.".into()]) };
    let mut wrong = Vec::new();
    if let Some(currency) = map.get("currency").filter(|currency| !currency.is_null()) {
        match currency.as_str() {
            None => wrong.push("currency: Not a valid string.".to_owned()),
            Some(text) if text.chars().count() > LONGEST => {
                wrong.push(format!("currency: Ensure this field has no more than {LONGEST} characters."));
            }
            Some(_) => {}
        }
    }
    if let Some(years) = map.get("amortization_period").filter(|years| !years.is_null())
        && !years.as_f64().is_some_and(|years| years.fract() == 0.0 && (1.0..=100.0).contains(&years))
    {
        wrong.push("amortization_period: A whole number of years from 1 to 100 is required.".to_owned());
    }
    for name in ["build", "run"] {
        let Some(part) = map.get(name).filter(|part| !part.is_null()) else { continue };
        let Some(part) = part.as_object() else {
            wrong.push(format!("{name}: An object with fixed_cost and people_days is required."));
            continue;
        };
        for key in ["fixed_cost", "people_days"] {
            let value = part.get(key).unwrap_or(&Value::Null);
            if !value.is_null() && !value.as_f64().is_some_and(|number| number.abs() <= MOST) {
                wrong.push(format!("{name}.{key}: A valid number is required."));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

#[cfg(test)]
mod tests;
