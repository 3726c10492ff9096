//! Small maps for pickers and scripts: choices, `ids/`, `names/`, `autocomplete/`.

use super::Reading;
use super::list::{count, page_ids};
use crate::access::Verb;
use crate::context::{Context, Query};
use crate::declare::{Field, IdsShape, Kind, Resource, Shape};
use crate::error::ApiError;
use crate::plan::{self, Page};
use crate::rows::required;
use serde_json::{Map, Value, json};

/// `{code: label}` of a choice field.
pub fn choices(resource: &Resource, name: &str) -> Option<Value> {
    let field = resource.fields.iter().find(|field| field.name == name)?;
    let Kind::Choice { options, .. } = field.kind else { return None };
    Some(options.iter().map(|(code, label)| ((*code).to_owned(), json!(label))).collect::<Map<_, _>>().into())
}

/// Names to ids, for scripts that know names only.
pub async fn ids(ctx: &Context, resource: &Resource, shape: IdsShape) -> Result<Value, ApiError> {
    let mut rows = ctx.engine.read().await?;
    let access = ctx.access(resource, Verb::View);
    let folder = if resource.scope == crate::declare::Scope::Itself { "id" } else { "folder_id" };
    let label = super::Wording::of(ctx).label(resource, "t");
    let mut statement = rows.sql(&format!("SELECT t.id, {label}, t.{folder}{} WHERE ", plan::from(resource)));
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.name_key, t.id");
    let tree = ctx.principal.grants().tree();
    let mut map = Map::new();
    rows.each(&access, &statement, |row| {
        let (id, name) = (required(row.uuid(0)?)?, row.text(1)?.unwrap_or_default());
        match shape {
            IdsShape::ByName => {
                map.insert(name, json!(id));
            }
            IdsShape::ByFolder => {
                let folder = tree.get(required(row.uuid(2)?)?).map_or("", |node| node.name.as_str());
                let inner = map.entry(folder).or_insert_with(|| json!({}));
                inner[name] = json!(id);
            }
        }
        Ok(())
    })
    .await?;
    Ok(Value::Object(map))
}

/// Ids to names of the rows asked for with `?id=`; nothing when none is asked for.
pub async fn names(ctx: &Context, resource: &Resource, query: &Query) -> Result<Value, ApiError> {
    let mut rows = ctx.engine.read().await?;
    let access = ctx.access(resource, Verb::View);
    let selection = plan::select(ctx, &mut rows, resource, &access, query).await?;
    if query.last("id").unwrap_or_default().is_empty() {
        return Ok(json!({}));
    }
    let ids = page_ids(&mut rows, resource, &access, &selection, Page::of(query)).await?;
    let label = super::Wording::of(ctx).label(resource, "t");
    let labels = super::label::labelled(&mut rows, &access, resource, &label, &ids).await?;
    Ok(labels.into_iter().map(|(id, label)| (id.to_string(), json!(label))).collect::<Map<_, _>>().into())
}

/// A page of light rows: the fields named by the declaration, and `str`.
pub async fn autocomplete(
    ctx: &Context,
    resource: &Resource,
    fields: &'static [&'static str],
    query: &Query,
    path: &str,
) -> Result<Vec<u8>, ApiError> {
    let mut rows = ctx.engine.read().await?;
    let access = ctx.access(resource, Verb::View);
    let selection = plan::select(ctx, &mut rows, resource, &access, query).await?;
    let page = Page::of(query);
    let count = count(&mut rows, resource, &access, &selection).await?;
    let ids = page_ids(&mut rows, resource, &access, &selection, page).await?;
    let (next, previous) = page.links(path, query, count);
    let mut out = format!("{{\"count\":{count},\"next\":{next},\"previous\":{previous},\"results\":[").into_bytes();

    let mut light = resource.clone();
    light.fields.retain(|field| field.name == "id" || fields.contains(&field.name));
    light.fields.push(label_field(resource));
    let mut reading = Reading { ctx, rows: &mut rows };
    super::rows_json::write_ordered(&mut reading, &light, Shape::List, &ids, &selection.order, &mut out).await?;
    out.extend_from_slice(b"]}");
    Ok(out)
}

/// The label as a field of its own.
fn label_field(resource: &Resource) -> Field {
    crate::declare::text("str").shown_as(resource.reference_label.unwrap_or(resource.label))
}
