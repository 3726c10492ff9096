//! Audits as views need them: what each says about itself and its framework, loaded for many at once.

use super::numbers::{Group, Method, Scale, Scoring, Viewer, Visibility, definitions, names};
use super::requirement::HIDEABLE;
use super::viewer::viewer;
use engine::read::{Reading, Wording};
use engine::{Access, ApiError, Cell, Context, Row, StoreError, Verb, required};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// An audit without its rows.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Its reference.
    pub ref_id: Option<String>,
    /// Where it stands.
    pub status: Option<String>,
    /// What is written about it.
    pub observation: Option<String>,
    /// Whether its rows can be changed.
    pub is_locked: bool,
    /// The folder.
    pub folder: Uuid,
    /// The perimeter, as far as the caller sees it.
    pub perimeter: Option<Perimeter>,
    /// Selected groups, by key.
    pub selected: Vec<String>,
    /// The stored definition of the scale.
    pub scores_definition: Value,
    /// Which fields are shown to whom.
    pub visibility: Visibility,
    /// On whose behalf the caller reads.
    pub viewer: Viewer,
    /// How its score is made.
    pub scoring: Scoring,
    /// The code of the method.
    pub method: String,
    /// The framework.
    pub framework: Framework,
    /// When it was made, as on the wire.
    pub created_at: String,
    /// When it last changed, as on the wire.
    pub updated_at: String,
}

/// What an audit is about.
#[derive(Clone, Debug)]
pub(super) struct Perimeter {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its folder.
    pub folder: Uuid,
}

/// The framework of an audit.
#[derive(Clone, Debug)]
pub(super) struct Framework {
    /// Its id.
    pub id: Uuid,
    /// What it is called in lists.
    pub label: String,
    /// Its name.
    pub name: String,
    /// Its reference.
    pub ref_id: Option<String>,
    /// Its groups, as stored.
    pub groups_definition: Value,
    /// What it says of visibility, as stored.
    pub visibility: Value,
}

impl Head {
    /// Whether scores are in sight.
    pub(super) fn scores(&self) -> bool {
        self.visibility.shows("score", Viewer::Auditor)
    }

    /// Whether scores of documentation are in sight.
    pub(super) fn documents(&self) -> bool {
        self.visibility.shows("documentation_score", Viewer::Auditor)
    }

    /// Fields of its rows that are out of the caller's sight.
    pub(super) fn hidden(&self) -> Vec<&'static str> {
        self.hidden_from(self.viewer)
    }

    /// Fields of its rows that are out of somebody's sight.
    pub(super) fn hidden_from(&self, viewer: Viewer) -> Vec<&'static str> {
        let mut hidden = self.visibility.hides(&HIDEABLE, viewer);
        if viewer == Viewer::Respondent && hidden.contains(&"result") {
            // It tells which result was inferred. Auditors are shown it, as recorded.
            hidden.push("mapping_inference");
        }
        hidden
    }

    /// Fields of its rows that nothing may tell the caller. What auditors hide they do not use; what is hidden from
    /// respondents is kept from them.
    pub(super) fn withheld(&self) -> Vec<&'static str> {
        match self.viewer {
            Viewer::Auditor => Vec::new(),
            Viewer::Respondent => self.hidden(),
        }
    }

    /// The groups of the framework.
    pub(super) fn groups(&self) -> Vec<Group> {
        definitions(&self.framework.groups_definition)
    }

    /// Names of the selected groups.
    pub(super) fn group_names(&self) -> Vec<String> {
        names(&self.groups(), &self.selected)
    }

    /// The definition of the scale as views show it: the list alone.
    pub(super) fn scores_list(&self) -> Value {
        scale_list(&self.scores_definition)
    }

    /// The scale.
    pub(super) fn scale(&self) -> Scale {
        self.scoring.scale
    }
}

/// `{"scale": […]}` as its list; a list or null as it is.
pub(super) fn scale_list(definition: &Value) -> Value {
    definition.get("scale").unwrap_or(definition).clone()
}

/// Those of the audits that the caller may see.
pub(super) async fn heads(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<Vec<Head>, ApiError> {
    let mut only = reading.rows.sql(" AND ");
    only.bind_in("t.id", Cell::Uuids(ids.to_vec()));
    select(reading, Some(&only)).await
}

/// All audits of a framework that the caller may see, in the order of their names.
pub(super) async fn heads_of(reading: &mut Reading<'_>, framework: Uuid) -> Result<Vec<Head>, ApiError> {
    let mut only = reading.rows.sql(" AND t.framework_id = ");
    only.bind(framework);
    select(reading, Some(&only)).await
}

/// All audits that the caller may see, in the order of their names.
pub(super) async fn all_heads(reading: &mut Reading<'_>) -> Result<Vec<Head>, ApiError> {
    select(reading, None).await
}

/// One audit; hidden ones are not found.
pub(super) async fn head(reading: &mut Reading<'_>, id: Uuid) -> Result<Head, ApiError> {
    heads(reading, &[id]).await?.pop().ok_or(ApiError::NoRow("ComplianceAssessment"))
}

/// The same, by id.
pub(super) async fn heads_by_id(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Head>, ApiError> {
    Ok(heads(reading, ids).await?.into_iter().map(|head| (head.id, head)).collect())
}

async fn select(reading: &mut Reading<'_>, only: Option<&engine::Statement>) -> Result<Vec<Head>, ApiError> {
    let registry = reading.ctx.engine.registry();
    let (Some(audits), Some(perimeters), Some(frameworks)) =
        (registry.get("compliance-assessments"), registry.get("perimeters"), registry.get("frameworks"))
    else {
        return Ok(Vec::new());
    };
    let access = reading.access(audits);
    let mut statement = reading.rows.sql(&format!(
        "SELECT t.id, t.name, t.version, t.ref_id, t.status, t.observation, t.is_locked, t.folder_id, \
         t.selected_implementation_groups, t.scores_definition, t.field_visibility, t.min_score, t.max_score, \
         t.score_calculation_method, t.target_score, t.anchor_na_to_target, t.created_at, t.updated_at, p.id, p.name, \
         p.folder_id, f.id, {}, f.name, f.ref_id, f.implementation_groups_definition, f.field_visibility \
         FROM compliance_assessments t JOIN frameworks f ON f.id = t.framework_id \
         LEFT JOIN perimeters p ON p.id = t.perimeter_id AND ",
        Wording::of(reading.ctx).reference(frameworks, "f")
    ));
    reading.ctx.access(perimeters, Verb::View).push_condition("p", &mut statement);
    statement.push(" WHERE ");
    access.push_condition("t", &mut statement);
    if let Some(only) = only {
        statement.append(only);
    }
    statement.push(" ORDER BY t.name_key, t.id");
    let ctx = reading.ctx;
    reading.rows.all(&access, &statement, |row| read(ctx, row)).await
}

fn read(ctx: &Context, row: &Row<'_>) -> Result<Head, StoreError> {
    let json = |at| Ok::<_, StoreError>(row.json(at)?.unwrap_or_default());
    let time = |at| Ok::<_, StoreError>(stamp(required(row.time(at)?)?));
    let (method, folder) = (row.text(13)?.unwrap_or_default(), required(row.uuid(7)?)?);
    let scale = Scale { min: row.int(11)?.unwrap_or(0), max: row.int(12)?.unwrap_or(100) };
    let perimeter = match (row.uuid(18)?, row.uuid(20)?) {
        (Some(id), Some(folder)) => Some(Perimeter { id, name: row.text(19)?.unwrap_or_default(), folder }),
        _ => None,
    };
    Ok(Head {
        id: required(row.uuid(0)?)?,
        name: row.text(1)?.unwrap_or_default(),
        version: row.text(2)?,
        ref_id: row.text(3)?,
        status: row.text(4)?,
        observation: row.text(5)?,
        is_locked: row.bool(6)?.unwrap_or(false),
        folder,
        viewer: viewer(ctx, folder),
        perimeter,
        selected: strings(&json(8)?),
        scores_definition: json(9)?,
        visibility: Visibility::stored(&json(10)?),
        scoring: Scoring {
            method: Method::of(&method),
            scale,
            target: row.real(14)?,
            anchored: row.bool(15)?.unwrap_or(false),
        },
        method,
        framework: Framework {
            id: required(row.uuid(21)?)?,
            label: row.text(22)?.unwrap_or_default(),
            name: row.text(23)?.unwrap_or_default(),
            ref_id: row.text(24)?,
            groups_definition: json(25)?,
            visibility: json(26)?,
        },
        created_at: time(16)?,
        updated_at: time(17)?,
    })
}

/// An instant as the wire shows it.
pub(super) fn stamp(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// Texts of a list; anything else holds none.
pub(super) fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// For work that is part of an audit that the caller was shown.
pub(super) fn part() -> Access {
    Access::system("nodes are what the rows of a visible audit are about")
}
