//! Costs against the recorded example, and against rules that hold for any numbers.

use super::{Cents, Cost, Totals, check, nothing};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn the_recorded_example() {
    let cost = json!({
        "currency": "€", "amortization_period": 5,
        "build": { "fixed_cost": 1000, "people_days": 10 }, "run": { "fixed_cost": 100, "people_days": 2 },
    });
    let annual = Cost::read(&cost).annual(500.0);
    assert_eq!(annual.plain(), "2300.00");
    assert_eq!(annual.in_words("€"), "2,300.00 €");
    assert_eq!(annual.in_short("€"), "2,300 €");
    assert_eq!(Cost::read(&nothing("€")).annual(500.0), Cents::default());
}

#[test]
fn whatever_was_stored_can_be_read() {
    for stored in [json!(null), json!({}), json!("x"), json!({ "build": 5, "run": [] }), json!({ "build": null })] {
        assert_eq!(Cost::read(&stored).annual(500.0).plain(), "0.00", "{stored}");
    }
}

#[test]
fn amounts_are_written_in_groups() {
    for (cents, text) in [(0, "0.00 €"), (99_999, "999.99 €"), (100_000, "1,000.00 €"), (123_456_789, "1,234,567.89 €")]
    {
        assert_eq!(Cents(cents).in_words("€"), text);
    }
    assert_eq!(Cents(150_050).in_short("€"), "1,500.50 €");
}

#[test]
fn what_cannot_be_counted_is_refused() {
    for wrong in [
        json!([]),
        json!("x"),
        json!({ "build": "x" }),
        json!({ "build": { "fixed_cost": "1000" } }),
        json!({ "run": { "people_days": true } }),
        json!({ "run": { "people_days": 1e13 } }),
        json!({ "amortization_period": 0 }),
        json!({ "amortization_period": 1.5 }),
        json!({ "currency": 5 }),
    ] {
        assert!(check(&wrong).is_err(), "{wrong}");
    }
    for right in [json!({}), nothing("€"), json!({ "more": [1], "build": null, "run": { "fixed_cost": -5 } })] {
        assert_eq!(check(&right), Ok(()), "{right}");
    }
}

fn cost() -> impl Strategy<Value = Value> {
    let amount = || -1_000_000_i64..10_000_000;
    (1_u8..30, amount(), 0_u16..1000, amount(), 0_u16..1000, prop::option::of("[€$]")).prop_map(
        |(years, build, build_days, run, run_days, currency)| {
            json!({
                "currency": currency, "amortization_period": years,
                "build": { "fixed_cost": build, "people_days": build_days },
                "run": { "fixed_cost": run, "people_days": run_days },
            })
        },
    )
}

proptest! {
    #[test]
    fn a_total_is_the_sum_of_what_is_shown(costs in prop::collection::vec(cost(), 0..20), rate in 0_u32..2000) {
        let (mut totals, mut shown) = (Totals::default(), Cents::default());
        for cost in &costs {
            shown = shown.plus(totals.add(&Cost::read(cost), f64::from(rate), "€"));
        }
        let all = totals.others("€").fold(totals.of("€"), |sum, (_, total)| sum.plus(total));
        prop_assert_eq!(all, shown);
    }

    #[test]
    fn longer_amortisation_never_costs_more(stored in cost(), years in 1_u8..30) {
        prop_assume!(stored["build"]["fixed_cost"].as_i64() >= Some(0));
        let mut longer = stored.clone();
        longer["amortization_period"] = json!(stored["amortization_period"].as_u64().unwrap_or(1) + u64::from(years));
        prop_assert!(Cost::read(&longer).annual(500.0) <= Cost::read(&stored).annual(500.0));
    }

    #[test]
    fn any_document_is_refused_or_counted(text in "[a-z{}\\[\\]:,\"0-9e.-]{0,60}", stored in cost()) {
        let document: Value = serde_json::from_str(&text).unwrap_or(stored);
        if check(&document).is_ok() {
            let annual = Cost::read(&document).annual(500.0);
            prop_assert!(annual >= Cents::default());
            prop_assert!(annual.plain().parse::<f64>().is_ok());
        }
    }
}
