//! Files on the shelf: a row that lists what is in one, and its text, packed.

use super::{Source, access, document, optional};
use crate::library::{self, Library};
use engine::{ApiError, Cell, Context, Rows, required};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use uuid::Uuid;

/// Puts a file on the shelf, in the place of any other of the same urn and language.
pub(in crate::catalog) async fn store(
    ctx: &Context,
    rows: &mut Rows,
    library: &Library,
    file: &[u8],
    source: Source,
) -> Result<Uuid, ApiError> {
    rows.take_turn(&access(), &format!("library {} {}", library.urn, library.locale)).await?;
    let labels = take_away(rows, library).await?;
    let id = ctx.engine.new_id()?;
    let root = ctx.principal.grants().tree().root();
    let preset = library.objects.presets.first();
    let framework = library.objects.framework.as_ref();
    let cells = [
        ("id", id.into()),
        ("folder_id", root.into()),
        ("is_published", true.into()),
        ("name", library.name.as_str().into()),
        ("description", optional(library.description.as_ref())),
        ("annotation", optional(library.annotation.as_ref())),
        ("urn", library.urn.as_str().into()),
        ("ref_id", optional(library.ref_id.as_ref())),
        ("locale", library.locale.as_str().into()),
        ("version", library.version.into()),
        ("packager", optional(library.packager.as_ref())),
        ("provider", optional(library.provider.as_ref())),
        ("publication_date", library.publication_date.map_or(Cell::Null, Cell::Date)),
        ("builtin", (source == Source::Product).into()),
        ("objects_meta", Cell::Json(Value::Object(library.objects_meta()))),
        ("locales", Cell::Json(json!(library.locales()))),
        ("copyright", optional(library.copyright.as_ref())),
        ("is_preset", preset.is_some().into()),
        ("profile", preset.map_or(Cell::Null, |preset| document(preset.profile.clone()))),
        ("scaffolded_objects", preset.map_or(Cell::Null, |preset| Cell::Json(scaffolded(preset)))),
        ("dependencies", Cell::Json(json!(library.dependencies))),
        ("hash_checksum", library.hash.as_str().into()),
        ("autoload", loads_itself(library).into()),
        ("default_locale", false.into()),
        ("translations", translations(&library.translations)),
        ("object_types", object_types(library).into()),
        ("framework_urn", framework.map_or(Cell::Null, |framework| framework.entry.urn.as_str().into())),
        ("framework", framework.map_or(Cell::Null, |framework| Cell::Json(known_as(framework)))),
    ];
    let search = words_of_library(library);
    insert(ctx, rows, &cells, &library.name, search).await?;
    let mut statement = rows.sql("INSERT INTO library_files (library_id, content) VALUES (");
    statement.bind(id).push(", ").bind(packed(file)?).push(")");
    rows.execute(&access(), &statement).await?;
    for (position, label) in (0_i64..).zip(labels) {
        let mut statement =
            rows.sql("INSERT INTO stored_libraries__filtering_labels (source_id, target_id, position) VALUES (");
        statement.bind(id).push(", ").bind(label).push(", ").bind(position).push(")");
        rows.execute(&access(), &statement).await?;
    }
    Ok(id)
}

async fn insert(
    ctx: &Context,
    rows: &mut Rows,
    cells: &[(&'static str, Cell)],
    name: &str,
    search: String,
) -> Result<(), ApiError> {
    let mut columns: Vec<&'static str> = cells.iter().map(|(column, _)| *column).collect();
    columns.extend(["name_key", "search_text", "created_at", "updated_at"]);
    let mut bulk = engine::write::Bulk::new("stored_libraries", &columns);
    let mut row: Vec<Cell> = cells.iter().map(|(_, cell)| cell.clone()).collect();
    row.extend([name.to_lowercase().into(), search.into(), ctx.now().into(), ctx.now().into()]);
    bulk.add(row);
    bulk.insert(rows, &access()).await
}

/// Removes the file that stood there; answers the labels that people gave it.
async fn take_away(rows: &mut Rows, library: &Library) -> Result<Vec<Uuid>, ApiError> {
    let mut statement = rows.sql(
        "SELECT l.target_id FROM stored_libraries__filtering_labels l JOIN stored_libraries t ON t.id = l.source_id \
         WHERE t.urn = ",
    );
    statement.bind(library.urn.as_str()).push(" AND t.locale = ").bind(library.locale.as_str());
    statement.push(" ORDER BY l.position");
    let labels = rows.ids(&access(), &statement).await?;
    let mut statement = rows.sql("DELETE FROM stored_libraries WHERE urn = ");
    statement.bind(library.urn.as_str()).push(" AND locale = ").bind(library.locale.as_str());
    rows.execute(&access(), &statement).await?;
    Ok(labels)
}

/// The library that is stored under a urn, read again from its file.
pub(in crate::catalog) async fn read_stored(rows: &mut Rows, urn: &str) -> Result<Option<(Library, Source)>, ApiError> {
    let mut statement = rows.sql("SELECT id FROM stored_libraries WHERE urn = ");
    statement.bind(urn).push(" ORDER BY version DESC, created_at LIMIT 1");
    match rows.ids(&access(), &statement).await?.first() {
        Some(id) => read_file(rows, *id).await.map(Some),
        None => Ok(None),
    }
}

/// A stored library, read again from its file.
pub(in crate::catalog) async fn read_file(rows: &mut Rows, id: Uuid) -> Result<(Library, Source), ApiError> {
    let mut statement = rows.sql(
        "SELECT f.content, t.builtin FROM stored_libraries t JOIN library_files f ON f.library_id = t.id WHERE t.id = ",
    );
    statement.bind(id);
    let found = rows
        .one(&access(), &statement, |row| Ok((required(row.bytes(0)?)?, required(row.bool(1)?)?)))
        .await?
        .ok_or(ApiError::NotFound)?;
    let source = if found.1 { Source::Product } else { Source::Person };
    let text = unpacked(&found.0)?;
    let library = library::read(&text, "library.yaml").map_err(|problems| super::refusal::unreadable(&problems))?;
    Ok((library, source))
}

fn packed(file: &[u8]) -> Result<Vec<u8>, ApiError> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(file.len() / 4), Compression::fast());
    let packed = encoder.write_all(file).and_then(|()| encoder.finish());
    packed.map_err(|error| ApiError::Internal(format!("a library could not be packed: {error}")))
}

fn unpacked(packed: &[u8]) -> Result<Vec<u8>, ApiError> {
    let mut file = Vec::with_capacity(packed.len() * 4);
    let read = DeflateDecoder::new(packed).read_to_end(&mut file);
    read.map_err(|error| ApiError::Internal(format!("a stored library is damaged: {error}")))?;
    Ok(file)
}

/// Mapping sets cost nothing until both frameworks are there, so they are loaded at once.
pub(in crate::catalog) fn loads_itself(library: &Library) -> bool {
    let meta = library.objects_meta();
    !meta.is_empty() && meta.keys().all(|key| key.starts_with("requirement_mapping_set"))
}

/// Kinds of object in the plural, between commas.
pub(super) fn object_types(library: &Library) -> String {
    let mut types: Vec<String> = Vec::new();
    for key in library.objects_meta().keys() {
        let plural = match key.as_str() {
            "framework" => "frameworks",
            "risk_matrix" => "risk_matrices",
            "requirement_mapping_set" => "requirement_mapping_sets",
            other => other,
        };
        if !types.iter().any(|known| known == plural) {
            types.push(plural.to_owned());
        }
    }
    format!(",{},", types.join(","))
}

/// What a framework is called, whether it is loaded or not.
fn known_as(framework: &library::Framework) -> Value {
    let entry = &framework.entry;
    json!({
        "urn": entry.urn, "ref_id": entry.ref_id, "name": entry.name, "description": entry.description,
        "translations": entry.translations.to_json(),
    })
}

fn scaffolded(preset: &library::Preset) -> Value {
    preset.scaffolded_objects.iter().map(|object| object.content.clone()).collect()
}

/// Texts in other languages; null when there are none.
pub(in crate::catalog) fn translations(texts: &library::Translations) -> Cell {
    if texts.is_empty() { Cell::Null } else { Cell::Json(texts.to_json()) }
}

/// What a library is found by.
pub(super) fn words_of_library(library: &Library) -> String {
    let own = [
        Some(library.name.as_str()),
        library.ref_id.as_deref(),
        library.description.as_deref(),
        Some(library.urn.as_str()),
        library.provider.as_deref(),
        library.packager.as_deref(),
    ];
    let texts = &library.translations;
    let translated = texts.languages().filter_map(|language| texts.get(language, "name"));
    let all: Vec<&str> = own.into_iter().flatten().chain(translated).collect();
    all.join("\n").to_lowercase()
}
