//! A new audit: what it takes over from its framework, and its rows.

use super::{baseline, rows};
use crate::compliance::head::{Head, head};
use crate::compliance::numbers::{Viewer, Visibility, default_groups, definitions};
use crate::refusals::taken;
use engine::declare::Preparing;
use engine::write::Saving;
use engine::{Access, ApiError, Cell, Verb, required};
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// What a framework gives to a new audit.
struct Given {
    name: String,
    scale: (Option<i64>, Option<i64>),
    scores_definition: Json,
    groups: Json,
    visibility: Json,
}

/// An audit that names no folder stands where its perimeter stands.
pub(super) async fn prepare(preparing: &mut Preparing<'_>) -> Result<(), ApiError> {
    let unset = |name: &str| preparing.body.get(name).is_none_or(|value| value.is_null() || *value == json!(""));
    let perimeter = preparing.body.get("perimeter").and_then(Json::as_str).and_then(|text| text.parse::<Uuid>().ok());
    let (true, Some(perimeter)) = (unset("folder"), perimeter) else { return Ok(()) };
    let Some(resource) = preparing.ctx.engine.registry().get("perimeters") else { return Ok(()) };
    let access = preparing.ctx.access(resource, Verb::View);
    let mut statement = preparing.rows.sql("SELECT t.folder_id FROM perimeters t WHERE t.id = ");
    statement.bind(perimeter).push(" AND ");
    access.push_condition("t", &mut statement);
    if let Some(folder) = preparing.rows.one(&access, &statement, |row| required(row.uuid(0)?)).await? {
        preparing.body.insert("folder".into(), json!(folder));
    }
    Ok(())
}

/// Fills in what the body left to the framework.
pub(super) async fn defaults(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    name_is_free(saving).await?;
    let framework =
        saving.reference("framework").ok_or_else(|| ApiError::field("framework", "This field is required."))?;
    let given = given(saving, framework).await?;
    // Whoever says null means it.
    let unset = |saving: &Saving<'_>, name: &str| saving.get(name).is_none();

    saving.values.set("framework_name", given.name);
    let (min, max) = given.scale;
    for (name, score) in [("min_score", min.unwrap_or(0)), ("max_score", max.unwrap_or(100))] {
        if unset(saving, name) {
            saving.values.set(name, score);
        }
    }
    if unset(saving, "scores_definition") {
        saving.values.set("scores_definition", given.scores_definition);
    }
    let groups = definitions(&given.groups);
    let selected = match saving.get("selected_implementation_groups") {
        Some(Cell::Json(Json::Array(list))) if !list.is_empty() => Cell::Json(Json::Array(list.clone())),
        _ if groups.is_empty() => Cell::Null,
        _ => Cell::Json(json!(default_groups(&groups))),
    };
    saving.values.set("selected_implementation_groups", selected);

    let mut visibility = Visibility::of_framework(&given.visibility);
    if let Some(Cell::Json(said)) = saving.get("field_visibility") {
        visibility.merge(said);
    }
    saving.values.set("field_visibility", visibility.to_json());
    super::change::check_scores(saving);
    Ok(())
}

/// Makes the rows, and what the body asked for beside them.
pub(super) async fn rows(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let visibility = match saving.get("field_visibility") {
        Some(Cell::Json(stored)) => Visibility::stored(stored),
        _ => Visibility::platform(),
    };
    let baseline = match saving.reference("baseline") {
        Some(base) => Some(head(&mut saving.reading(), base).await?),
        None => None,
    };
    let plan = rows::Plan {
        withheld: baseline.as_ref().map(Head::withheld).unwrap_or_default(),
        baseline: saving.reference("baseline").map(|base| (base, baseline::seen(saving))),
        scored: visibility.shows("score", Viewer::Auditor),
        documented: visibility.shows("documentation_score", Viewer::Auditor),
    };
    rows::make(saving, &plan).await?;
    if let Some(base) = &baseline {
        baseline::take_over(saving, base).await?;
    }
    if saving.truth("create_applied_controls_from_suggestions") {
        crate::compliance::suggest::for_new_audit(saving).await?;
    }
    Ok(())
}

/// The same name and version may not stand in a folder twice. Only POST is checked, as recorded.
async fn name_is_free(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let (folder, name) = (saving.folder(), saving.text("name").unwrap_or_default().to_owned());
    let version = saving.text("version").map(str::to_owned);
    // Whether the holder may be seen or not: see the rule on names of every kind.
    let access = Access::system("names are unique among all rows, seen or not");
    saving.rows.take_turn(&access, &format!("compliance-assessments {folder} {}", name.to_lowercase())).await?;
    let mut statement = saving.rows.sql("SELECT t.id FROM compliance_assessments t WHERE t.folder_id = ");
    statement.bind(folder).push(" AND t.name_key = ").bind(name.to_lowercase());
    statement.push(" AND lower(COALESCE(t.version, '')) = ").bind(version.clone().unwrap_or_default().to_lowercase());
    statement.push(" LIMIT 1");
    if saving.rows.one(&access, &statement, |row| required(row.uuid(0)?)).await?.is_some() {
        let version = version.unwrap_or_else(|| "None".into());
        return Err(ApiError::refused(400, json!({ "name": taken(&name), "version": taken(&version) })));
    }
    Ok(())
}

async fn given(saving: &mut Saving<'_>, framework: Uuid) -> Result<Given, ApiError> {
    // That the caller may see the framework was checked with the body's references.
    let access = Access::system("an audit takes over what its framework says");
    let mut statement = saving.rows.sql(
        "SELECT f.name, f.min_score, f.max_score, f.scores_definition, f.implementation_groups_definition, \
         f.field_visibility FROM frameworks f WHERE f.id = ",
    );
    statement.bind(framework);
    let found = saving
        .rows
        .one(&access, &statement, |row| {
            Ok(Given {
                name: row.text(0)?.unwrap_or_default(),
                scale: (row.int(1)?, row.int(2)?),
                scores_definition: row.json(3)?.unwrap_or_default(),
                groups: row.json(4)?.unwrap_or_default(),
                visibility: row.json(5)?.unwrap_or_default(),
            })
        })
        .await?;
    found.ok_or(ApiError::NoRow("Framework"))
}
