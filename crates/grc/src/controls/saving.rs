//! What a control holds that nobody said.

use super::cost;
use crate::settings::Prices;
use engine::write::Saving;
use engine::{ApiError, Cell};

/// A control that becomes active is done, unless its progress is said to be something else; a new
/// one costs nothing, in the currency of the instance.
pub(super) async fn complete(saving: &mut Saving<'_>) -> Result<(), ApiError> {
    if saving.values.get("progress_field").is_none() {
        if matches!(saving.values.get("status"), Some(Cell::Text(status)) if status == "active") {
            saving.values.set("progress_field", 100);
        } else if saving.is_new {
            saving.values.set("progress_field", 0);
        }
    }
    if saving.is_new && saving.values.get("cost").is_none() {
        let prices = Prices::now(saving.rows).await?;
        saving.values.set("cost", Cell::Json(cost::nothing(&prices.currency)));
    }
    Ok(())
}
