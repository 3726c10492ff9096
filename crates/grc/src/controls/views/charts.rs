//! Pictures of how controls are spread.

use super::super::rows::{Control, selected};
use super::super::standing;
use super::super::words::{CATEGORY, CSF_FUNCTION, EFFORT, STATUS};
use engine::declare::{Answer, label};
use engine::read::Reading;
use engine::{ApiError, Call};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Name for the interface and colour of each status, in the order of the statuses.
const LOOKS: [(&str, &str); 7] = [
    ("toDo", "#BFDBFE"),
    ("inProgress", "#392F5A"),
    ("onHold", "#F4D06F"),
    ("active", "#46D39A"),
    ("degraded", "#F97316"),
    ("deprecated", "#E55759"),
    ("undefined", "#CCC"),
];

/// How many controls have each status.
pub(in super::super) async fn per_status(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let controls = selected(&call, &mut rows).await?;
    let count = |code: &str| controls.iter().filter(|control| control.status == code).count();
    let values: Vec<Value> = STATUS
        .iter()
        .zip(LOOKS)
        .map(|((code, _), (_, color))| json!({ "value": count(code), "itemStyle": { "color": color } }))
        .collect();
    Ok(Answer::Json(json!({ "results": {
        // The key is misspelt on the wire.
        "localLables": LOOKS.map(|(name, _)| name),
        "labels": STATUS.iter().map(|(_, label)| *label).collect::<Vec<_>>(),
        "values": values,
    } })))
}

/// Rings from the inside: function, category, priority, status.
pub(in super::super) async fn sunburst(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let controls = selected(&call, &mut rows).await?;
    let all: Vec<&Control> = controls.iter().collect();
    Ok(Answer::Json(json!({ "results": ring(&all, 0, "") })))
}

/// What a ring is divided by, and what stands for nothing.
fn slot(control: &Control, depth: usize) -> String {
    let named = |choices, code: &Option<String>, none: &str| {
        code.as_deref().map_or_else(|| none.to_owned(), |code| label(choices, code).to_owned())
    };
    match depth {
        0 => named(CSF_FUNCTION, &control.csf_function, "No CSF Function"),
        1 => named(CATEGORY, &control.category, "No Category"),
        2 => control.priority.map_or_else(|| "No Priority".to_owned(), |priority| format!("P{priority}")),
        _ => label(STATUS, &control.status).to_owned(),
    }
}

/// The innermost ring gives the colour.
fn color(name: &str) -> &'static str {
    match name {
        "Govern" => "#FAE482",
        "Identify" => "#85C4EA",
        "Protect" => "#B29BBA",
        "Detect" => "#FAB647",
        "Respond" => "#E47677",
        "Recover" => "#8ACB93",
        _ => "#505372",
    }
}

fn ring(controls: &[&Control], depth: usize, inherited: &'static str) -> Vec<Value> {
    let mut slots: Vec<(String, Vec<&Control>)> = Vec::new();
    for control in controls {
        let name = slot(control, depth);
        match slots.iter_mut().find(|(known, _)| *known == name) {
            Some((_, list)) => list.push(control),
            None => slots.push((name, vec![control])),
        }
    }
    let node = |(name, list): (String, Vec<&Control>)| {
        let color = if depth == 0 { color(&name) } else { inherited };
        let mut node = json!({ "name": name, "value": list.len() });
        if depth < 3 {
            node["children"] = json!(ring(&list, depth + 1, color));
        }
        node["itemStyle"] = json!({ "color": color });
        node
    };
    slots.into_iter().map(node).collect()
}

/// Where the sizes of effort stand on the axis, from one.
fn effort_of(control: &Control) -> Option<usize> {
    EFFORT.iter().position(|(code, _)| Some(*code) == control.effort.as_deref()).map(|at| at + 1)
}

/// Five rows of impact, the highest first, by five columns of effort; whatever has both is in one.
pub(in super::super) async fn impact_effort(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut grid: [[Vec<Value>; 5]; 5] = Default::default();
    for control in selected(&call, &mut rows).await? {
        let impact = control.impact.and_then(|impact| usize::try_from(impact).ok()).filter(|one| (1..=5).contains(one));
        if let (Some(impact), Some(effort)) = (impact, effort_of(&control)) {
            grid[5 - impact][effort - 1].push(json!({
                "id": control.id, "impact": impact, "effort": effort, "name": control.name,
            }));
        }
    }
    Ok(Answer::Json(json!(grid)))
}

/// Days from the middle of the chart to its edge.
const EDGE: i64 = 100;
/// Statuses of what is in force: it is not waiting to be done.
const IN_FORCE: [&str; 2] = ["active", "degraded"];

/// A round chart of what is not in force yet: the quarter tells the priority, the distance the days
/// that are left, the size the links. Points `[days, angle, size, name, status, id]` by status.
pub(in super::super) async fn priority_chart(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let mut controls = selected(&call, &mut rows).await?;
    controls.retain(|control| !IN_FORCE.contains(&control.status.as_str()));
    let ids: Vec<Uuid> = controls.iter().map(|control| control.id).collect();
    let links = standing::linked_to(&mut Reading { ctx: call.ctx, rows: &mut rows }, &ids).await?;
    let today = call.ctx.now().date_naive();
    let codes = STATUS.iter().map(|(code, _)| *code).filter(|code| *code != "--" && !IN_FORCE.contains(code));
    let mut chart: Map<String, Value> =
        ["--"].into_iter().chain(codes).map(|code| (code.to_owned(), json!([]))).collect();
    let (mut counts, mut not_displayed) = ([0_u64; 4], 0_u64);
    for control in &controls {
        let priority = control.priority.and_then(|priority| usize::try_from(priority).ok());
        let (Some(priority @ 1..=4), Some(eta)) = (priority, control.eta) else {
            not_displayed += 1;
            continue;
        };
        counts[priority - 1] += 1;
        let days = (eta - today).num_days().clamp(0, EDGE);
        let linked: i64 = links.get(&control.id).into_iter().flatten().map(|(_, count)| count).sum();
        let name = format!("[{priority}] {}", control.name);
        let angle = MIDDLES[priority - 1] + spread(control.id);
        let point = json!([days, angle, 5 + linked.min(10), name, control.status, control.id]);
        if let Some(points) = chart.get_mut(&control.status).and_then(Value::as_array_mut) {
            points.push(point);
        }
    }
    chart.insert("not_displayed".into(), json!(not_displayed));
    let [p1, p2, p3, p4] = counts;
    chart.insert("priority_cnt".into(), json!({ "p1": p1, "p2": p2, "p3": p3, "p4": p4 }));
    Ok(Answer::Json(Value::Object(chart)))
}

/// The middle of each priority's quarter, in degrees.
const MIDDLES: [i64; 4] = [225, 315, 135, 45];

/// Up to 30 degrees to either side, so that points do not hide each other; the same each time.
fn spread(id: Uuid) -> i64 {
    let sum: u32 = id.as_bytes().iter().map(|byte| u32::from(*byte)).sum();
    i64::from(sum % 61) - 30
}

#[cfg(test)]
mod tests {
    use super::{LOOKS, STATUS, spread};
    use uuid::Uuid;

    #[test]
    fn every_status_has_its_looks() {
        assert_eq!(LOOKS.len(), STATUS.len());
    }

    #[test]
    fn points_stay_in_their_quarter() {
        for number in 0..500_u128 {
            assert!((-30..=30).contains(&spread(Uuid::from_u128(number * 7919))));
        }
    }
}
