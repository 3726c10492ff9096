//! Controls take over what their reference control says by now: description, category and function. Name and reference
//! are given by whoever runs the control, and stay.

use engine::declare::{Answer, Resource, Shape};
use engine::read::retrieve;
use engine::write::{Mode, update_in};
use engine::{ApiError, Body, Call, Context, Rows, Verb, required};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// What is taken over.
const FIELDS: [&str; 3] = ["description", "category", "csf_function"];

/// A control that was made after a reference control.
struct Follower {
    id: Uuid,
    name: String,
    ref_id: Option<String>,
    folder: Uuid,
    /// What a sync would change: old and new, by field.
    changes: Map<String, Value>,
}

/// Whose followers are meant.
#[derive(Clone, Copy)]
enum Of {
    /// All of this reference control.
    Reference(Uuid),
    /// This control alone.
    Control(Uuid),
}

fn controls(ctx: &Context) -> Result<&Resource, ApiError> {
    ctx.engine.registry().get("applied-controls").ok_or(ApiError::NotFound)
}

/// Controls that the caller may change, with what their reference control, which the caller sees, says otherwise. Where it
/// says nothing, it takes nothing away.
async fn followers(ctx: &Context, rows: &mut Rows, own: &Resource, of: Of) -> Result<Vec<Follower>, ApiError> {
    let references = ctx.engine.registry().get("reference-controls").ok_or(ApiError::NotFound)?;
    let (sees, changes) = (ctx.access(own, Verb::View), ctx.access(own, Verb::Change));
    let reference = ctx.access(references, Verb::View);
    let mut statement = rows.sql("SELECT t.id, t.name, t.ref_id, t.folder_id");
    for alias in ["t", "r"] {
        for field in FIELDS {
            statement.push(&format!(", {alias}.{field}"));
        }
    }
    statement.push(" FROM applied_controls t JOIN reference_controls r ON r.id = t.reference_control_id WHERE ");
    match of {
        Of::Reference(id) => statement.push("r.id = ").bind(id),
        Of::Control(id) => statement.push("t.id = ").bind(id),
    };
    for (access, alias) in [(&sees, "t"), (&changes, "t"), (&reference, "r")] {
        statement.push(" AND ");
        access.push_condition(alias, &mut statement);
    }
    statement.push(" ORDER BY t.name_key, t.id");
    rows.all(&changes, &statement, |row| {
        let mut changes = Map::new();
        for (at, field) in FIELDS.into_iter().enumerate() {
            let (old, new) = (row.text(4 + at)?, row.text(4 + FIELDS.len() + at)?);
            if old != new && new.as_deref().is_some_and(|new| !new.is_empty()) {
                changes.insert(field.to_owned(), json!([old, new]));
            }
        }
        Ok(Follower {
            id: required(row.uuid(0)?)?,
            name: row.text(1)?.unwrap_or_default(),
            ref_id: row.text(2)?,
            folder: required(row.uuid(3)?)?,
            changes,
        })
    })
    .await
}

/// Changes a control as a PATCH of it would.
async fn sync(ctx: &Context, rows: &mut Rows, resource: &Resource, follower: &Follower) -> Result<(), ApiError> {
    let body: Body = follower.changes.iter().map(|(field, pair)| (field.clone(), pair[1].clone())).collect();
    update_in(ctx, rows, resource, follower.id, Mode::Patch, &body).await
}

/// `POST sync-to-reference-control/`: this control; answers it as it is then.
pub(super) async fn sync_one(call: Call<'_>) -> Result<Answer, ApiError> {
    let id = call.item()?;
    let mut rows = call.write().await?;
    let found = followers(call.ctx, &mut rows, call.resource, Of::Control(id)).await?;
    let Some(follower) = found.first() else {
        return Err(ApiError::error(400, "This control has no reference control."));
    };
    if !follower.changes.is_empty() {
        // A policy stays one, whatever its reference says: its own declaration takes no category.
        let ctx = Context { strict: false, ..call.ctx.clone() };
        sync(&ctx, &mut rows, call.resource, follower).await?;
    }
    let shown = retrieve(call.ctx, &mut rows, call.resource, Shape::Detail, id).await?;
    rows.commit().await?;
    Ok(Answer::Raw(shown))
}

/// `GET syncable-applied-controls/`: what a sync would change, and how.
pub(crate) async fn syncable(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let found = followers(call.ctx, &mut rows, controls(call.ctx)?, Of::Reference(call.item()?)).await?;
    let tree = call.ctx.principal.grants().tree();
    let told = found.iter().filter(|one| !one.changes.is_empty()).map(|one| {
        let folder = tree.get(one.folder).map_or("", |node| node.name.as_str());
        json!({
            "id": one.id,
            "name": one.name,
            "ref_id": one.ref_id,
            "folder": { "str": folder, "id": one.folder },
            "changes": one.changes,
        })
    });
    Ok(Answer::Json(told.collect()))
}

/// `POST sync-applied-controls/ {"applied_controls": […]}`: these, or all that the caller may change; all or none.
pub(crate) async fn sync_all(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.write().await?;
    let own = controls(call.ctx)?;
    let mut found = followers(call.ctx, &mut rows, own, Of::Reference(call.item()?)).await?;
    if let Some(wanted) = wanted(call.body)? {
        if let Some(missing) = wanted.iter().find(|id| !found.iter().any(|one| one.id == **id)) {
            let sentence = format!("Invalid pk \"{missing}\" - object does not exist.");
            return Err(ApiError::field("applied_controls", sentence));
        }
        found.retain(|one| wanted.contains(&one.id));
    }
    found.retain(|one| !one.changes.is_empty());
    // What the caller says of versions is said of the reference control.
    let ctx = Context { if_match: None, strict: false, ..call.ctx.clone() };
    for follower in &found {
        sync(&ctx, &mut rows, own, follower).await?;
    }
    rows.commit().await?;
    let told: Value = found.iter().map(|one| json!({ "id": one.id, "name": one.name })).collect();
    Ok(Answer::Json(json!({ "updated": found.len(), "applied_controls": told })))
}

/// The ids that the body names; none when it does not speak of any.
fn wanted(body: &Body) -> Result<Option<Vec<Uuid>>, ApiError> {
    let refused = |sentence: String| ApiError::field("applied_controls", sentence);
    let list = match body.get("applied_controls") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) => list.clone(),
        Some(one @ Value::String(_)) => vec![one.clone()],
        Some(_) => return Err(refused("Expected a list of items.".into())),
    };
    let id = |one: &Value| {
        let text = one.as_str().map_or_else(|| one.to_string(), str::to_owned);
        text.parse().map_err(|_| refused(format!("“{text}” is not a valid UUID.")))
    };
    list.iter().map(id).collect::<Result<_, _>>().map(Some)
}
