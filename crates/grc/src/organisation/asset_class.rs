//! Asset classes: the tree of kinds that assets are sorted into.

use super::translation;
use engine::declare::{
    Answer, Resource, Scope, boolean, computed, folder, get, is_published, json, long_text, path, reference, text,
};
use engine::read::Reading;
use engine::write::Saving;
use engine::{Access, ApiError, Call, Cell, Verb, required};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// A class of assets. Deleting one un-classifies its assets.
pub fn asset_class() -> Resource {
    Resource::new("asset-class", "assetclass")
        .scope(Scope::Folder)
        .called("AssetClass", "Asset class", "Asset classes")
        .module("organisation")
        .field(path())
        .field(text("name").required().max(200).search().filter().order().column())
        .field(long_text("description").nullable())
        .field(folder().read_only().only(super::READ))
        .field(reference("parent", "asset-class").cascade().filter().column())
        .field(boolean("builtin").read_only().filter().column())
        .field(boolean("is_visible").default("true").filter().column())
        .field(json("translations", "translations", translation::check).nullable().default("{}"))
        .field(computed("full_path", "full_path", "string", |reading, ids| Box::pin(full_paths(reading, ids))))
        .field(computed("translated_name", "translation", "string", |reading, ids| {
            Box::pin(translation::classes(reading, ids))
        }))
        .field(computed("translated_description", "translation", "string", |reading, ids| {
            Box::pin(translation::classes(reading, ids))
        }))
        .field(is_published("true").read_only().only(&[]))
        .protected_by("builtin")
        .before_save(|saving| Box::pin(no_loop(saving)))
        .action(get("tree").needs(Verb::View).run(|call| Box::pin(tree(call))))
}

/// One class in memory; there are few, so trees are made there.
#[derive(Clone, Debug)]
pub(super) struct Class {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) translated_name: String,
    pub(super) parent: Option<Uuid>,
    builtin: bool,
    is_visible: bool,
}

/// All classes that the caller may see, by name.
pub(super) async fn classes(reading: &mut Reading<'_>) -> Result<Vec<Class>, ApiError> {
    let resource = reading.ctx.engine.registry().get("asset-class").ok_or(ApiError::NotFound)?;
    let access = reading.access(resource);
    let language = reading.ctx.language.clone();
    let mut statement = reading
        .rows
        .sql("SELECT t.id, t.name, t.parent_id, t.builtin, t.is_visible, t.translations FROM asset_class t WHERE ");
    access.push_condition("t", &mut statement);
    statement.push(" ORDER BY t.created_at, t.id");
    reading
        .rows
        .all(&access, &statement, |row| {
            let name = row.text(1)?.unwrap_or_default();
            let translations = row.json(5)?.unwrap_or(Value::Null);
            let translated = translations[&language]["name"].as_str().map(str::to_owned);
            Ok(Class {
                id: required(row.uuid(0)?)?,
                translated_name: translated.unwrap_or_else(|| name.clone()),
                name,
                parent: row.uuid(2)?,
                builtin: row.bool(3)?.unwrap_or(false),
                is_visible: row.bool(4)?.unwrap_or(true),
            })
        })
        .await
}

/// The children of `parent` as nested objects; `more` adds to each.
pub(super) fn nest(
    classes: &[Class],
    parent: Option<Uuid>,
    more: &impl Fn(&Class, &[Value]) -> Vec<(&'static str, Value)>,
) -> Vec<Value> {
    let known = |id: Uuid| classes.iter().any(|class| class.id == id);
    let here = classes.iter().filter(|class| class.parent.filter(|id| known(*id)) == parent);
    here.map(|class| {
        let children = nest(classes, Some(class.id), more);
        let mut node = json!({
            "id": class.id,
            "name": class.name,
            "translated_name": class.translated_name,
            "builtin": class.builtin,
            "is_visible": class.is_visible,
        });
        for (key, value) in more(class, &children) {
            node[key] = value;
        }
        node["children"] = Value::Array(children);
        node
    })
    .collect()
}

async fn tree(call: Call<'_>) -> Result<Answer, ApiError> {
    let mut rows = call.read().await?;
    let classes = classes(&mut Reading { ctx: call.ctx, rows: &mut rows }).await?;
    Ok(Answer::Json(Value::Array(nest(&classes, None, &|_, _| Vec::new()))))
}

/// `full_path`: the names from the top of the tree, joined by slashes.
async fn full_paths(reading: &mut Reading<'_>, ids: &[Uuid]) -> Result<engine::declare::Columns, ApiError> {
    let classes = classes(reading).await?;
    let by_id: HashMap<Uuid, &Class> = classes.iter().map(|class| (class.id, class)).collect();
    let path = |id: &Uuid| {
        let mut names = Vec::new();
        let mut next = by_id.get(id);
        // A loop is refused at saving; the bound keeps a damaged database from hanging.
        while let Some(class) = next.filter(|_| names.len() < classes.len()) {
            names.push(class.name.as_str());
            next = class.parent.and_then(|parent| by_id.get(&parent));
        }
        names.reverse();
        names.join("/")
    };
    let cells = ids.iter().map(|id| (*id, json!(path(id)).to_string().into_bytes())).collect();
    Ok(engine::declare::Columns::from([("full_path", cells)]))
}

async fn no_loop(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    let mut next = match saving.values.get("parent") {
        Some(Cell::Uuid(parent)) => Some(*parent),
        _ => None,
    };
    let access = Access::system("a loop is a loop, seen or not");
    while let Some(id) = next {
        if id == saving.id {
            saving.errors.add("parent", "A class cannot stand below itself.");
            break;
        }
        let mut statement = saving.rows.sql("SELECT t.parent_id FROM asset_class t WHERE t.id = ");
        statement.bind(id);
        next = saving.rows.one(&access, &statement, |row| row.uuid(0)).await?.flatten();
    }
    Ok(())
}
