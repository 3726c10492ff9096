//! Objects that a library brings beside those that people make: the first change with their
//! library alone.

use engine::declare::Kind;
use engine::write::Saving;
use engine::{ApiError, Cell};

/// The row belongs to a library.
fn of_library(saving: &Saving<'_>) -> bool {
    matches!(saving.before.get("library"), Some(Cell::Uuid(_)))
}

/// Labels and relations may be given to what a library brought; the rest of it is the library's.
pub(super) async fn keep_as_brought(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if !of_library(saving) {
        return Ok(());
    }
    let fields = saving.resource.fields.iter().filter(|field| !matches!(field.kind, Kind::References { .. }));
    let changed: Vec<&'static str> = fields
        .map(|field| field.name)
        .filter(|name| saving.values.get(name).is_some() && saving.changes(name))
        .collect();
    for name in changed {
        saving.errors.add(name, "This belongs to a library and changes with it alone.");
    }
    Ok(())
}

/// What a library brought goes with it.
pub(super) async fn goes_with_library(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if of_library(saving) {
        return Err(ApiError::error(409, "This belongs to a library. Unload the library instead."));
    }
    Ok(())
}
