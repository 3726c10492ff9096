//! Merging controls that turn out to be one: `{"target": id, "sources": [ids], "dry_run": false}`.
//!
//! The target stays and takes over what the sources are linked to; the sources go. What the target says for itself
//! stays; where it says nothing, the first source that says something fills the gap.

use super::cost::{Cost, Part};
use engine::declare::{Answer, Shape};
use engine::read::{labels_of, retrieve};
use engine::trial::dry_run;
use engine::write::{Cells, Merged, merge_in, type_name, uuid};
use engine::{ApiError, Body, Call, Cell, FieldErrors, Verb};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Most controls that go in one request.
const MOST: usize = 100;

/// What a control can take over. Its name, folder and publication are its own.
const TAKEN: [&str; 15] = [
    "ref_id",
    "description",
    "link",
    "status",
    "priority",
    "category",
    "csf_function",
    "control_impact",
    "effort",
    "eta",
    "start_date",
    "expiry_date",
    "cost",
    "observation",
    "reference_control",
];

/// `POST merge/`: what was, or with `dry_run` would be, moved, filled in and deleted, and the control as it is then.
pub(super) async fn merge(call: Call<'_>) -> Result<Answer, ApiError> {
    let (into, others) = asked(call.body)?;
    let dry_run = dry_run(call.query, call.body)?;
    let mut rows = call.write().await?;
    let all: Vec<Uuid> = others.iter().copied().chain([into]).collect();
    let seen = labels_of(&mut rows, &call.ctx.access(call.resource, Verb::View), call.resource, &all).await?;
    let mut errors = FieldErrors::default();
    for (field, id) in others.iter().map(|id| ("sources", id)).chain([("target", &into)]) {
        if !seen.iter().any(|(one, _)| one == id) {
            errors.add(field, format!("Invalid pk \"{id}\" - object does not exist."));
        }
    }
    errors.into_result()?;
    let merged = merge_in(call.ctx, &mut rows, call.resource, into, &others, fill).await?;
    let shown = retrieve(call.ctx, &mut rows, call.resource, Shape::Detail, into).await?;
    if !dry_run {
        rows.commit().await?;
    }
    let shown: Value = serde_json::from_slice(&shown).map_err(|error| ApiError::Internal(error.to_string()))?;
    let gone = others.iter().filter_map(|id| seen.iter().find(|(one, _)| one == id));
    Ok(Answer::Json(told(dry_run, &merged, gone, &shown)))
}

fn told<'a>(dry_run: bool, merged: &Merged, gone: impl Iterator<Item = &'a (Uuid, String)>, shown: &Value) -> Value {
    let pointer = |(id, name): &(Uuid, String)| json!({ "str": name, "id": id });
    let moved: Map<String, Value> = merged
        .moved
        .iter()
        .map(|moved| (moved.name.replace('-', "_"), moved.objects.iter().map(pointer).collect()))
        .collect();
    json!({
        "dry_run": dry_run,
        "merged": gone.map(pointer).collect::<Vec<_>>(),
        "moved": moved,
        "filled": merged.filled,
        "results": shown,
    })
}

/// What a control takes over where it says nothing: what the first other one says.
fn fill(own: &Cells, others: &[Cells]) -> Vec<(&'static str, Cell)> {
    let said = |cells: &Cells, name| cells.get(name).filter(|cell| !says_nothing(name, cell)).cloned();
    let mut taken = Vec::new();
    for name in TAKEN.into_iter().filter(|name| said(own, name).is_none()) {
        let Some((from, cell)) = others.iter().find_map(|other| Some((other, said(other, name)?))) else { continue };
        taken.push((name, cell));
        // How far it has come is part of where it stands.
        if let (true, Some(progress)) = (name == "status", from.get("progress_field")) {
            taken.push(("progress_field", progress.clone()));
        }
    }
    taken
}

fn says_nothing(name: &str, cell: &Cell) -> bool {
    match cell {
        Cell::Null => true,
        Cell::Text(text) => text.trim().is_empty() || (name == "status" && text == "--"),
        Cell::Json(cost) => {
            let Cost { build, run, .. } = Cost::read(cost);
            build == Part::default() && run == Part::default()
        }
        _ => false,
    }
}

/// The control that stays, and those that go, each once.
fn asked(body: &Body) -> Result<(Uuid, Vec<Uuid>), ApiError> {
    let mut errors = FieldErrors::default();
    let target = body.get("target").filter(|value| !value.is_null());
    let target = match target.map(uuid) {
        Some(Ok(target)) => Some(target),
        Some(Err(sentence)) => {
            errors.add("target", sentence);
            None
        }
        None => {
            errors.add("target", "This field is required.");
            None
        }
    };
    let list = match body.get("sources") {
        None | Some(Value::Null) => {
            errors.add("sources", "This field is required.");
            Vec::new()
        }
        Some(Value::Array(list)) => {
            if list.is_empty() {
                errors.add("sources", "This list may not be empty.");
            }
            list.clone()
        }
        // One goes without a list around it.
        Some(one @ Value::String(_)) => vec![one.clone()],
        Some(other) => {
            errors.add("sources", format!("Expected a list of items but got type \"{}\".", type_name(other)));
            Vec::new()
        }
    };
    let mut sources: Vec<Uuid> = Vec::with_capacity(list.len().min(MOST));
    for one in &list {
        match uuid(one) {
            Ok(source) if Some(source) == target => errors.add("sources", "A control is not merged into itself."),
            Ok(source) if sources.contains(&source) => {}
            Ok(source) => sources.push(source),
            Err(sentence) => errors.add("sources", sentence),
        }
        if sources.len() > MOST {
            errors.add("sources", format!("Too many sources: {MOST} at most."));
            break;
        }
    }
    errors.into_result()?;
    Ok((target.ok_or(ApiError::NotFound)?, sources))
}

#[cfg(test)]
mod tests {
    use super::{Cells, fill};
    use engine::Cell;
    use serde_json::json;

    fn cells(of: &[(&'static str, Cell)]) -> Cells {
        of.iter().cloned().collect()
    }

    #[test]
    fn gaps_are_filled_by_the_first_that_says_something() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let nothing = json!({ "currency": "€", "build": { "fixed_cost": 0 }, "run": {} });
        let something = json!({ "run": { "fixed_cost": 3 } });
        let own = cells(&[
            ("description", text(" ")),
            ("status", text("--")),
            ("effort", text("M")),
            ("progress_field", Cell::Int(0)),
            ("cost", Cell::Json(nothing.clone())),
        ]);
        let first = cells(&[
            ("status", text("--")),
            ("effort", text("L")),
            ("link", text("")),
            ("progress_field", Cell::Int(10)),
            ("cost", Cell::Json(nothing)),
        ]);
        let second = cells(&[
            ("description", text("second")),
            ("status", text("on_hold")),
            ("progress_field", Cell::Int(40)),
            ("cost", Cell::Json(something.clone())),
        ]);
        let third = cells(&[("description", text("third")), ("link", text("https://example.org"))]);
        assert_eq!(
            fill(&own, &[first, second, third]),
            [
                ("description", text("second")),
                ("link", text("https://example.org")),
                ("status", text("on_hold")),
                ("progress_field", Cell::Int(40)),
                ("cost", Cell::Json(something)),
            ]
        );
        assert_eq!(fill(&own, &[]), []);
    }
}
