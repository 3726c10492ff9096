//! Where modules that build on frameworks hear that one has changed.

use super::strategy::Strategy;
use crate::scale::Scale;
use engine::declare::BoxFuture;
use engine::{ApiError, Context, Rows};
use serde_json::Value;
use uuid::Uuid;

/// A framework that an update has changed. Its rows are the new ones already.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its id, which has not changed.
    pub framework: Uuid,
    /// Requirements that it has now and had not before.
    pub added: Vec<Uuid>,
    /// Requirements that it had. Their rows are gone, and what referred to them with a cascade.
    pub removed: Vec<Uuid>,
    /// Its scale before.
    pub old: Scale,
    /// Its scale now.
    pub new: Scale,
    /// What the scores of the new scale mean, as frameworks store it.
    pub scores_definition: Value,
    /// Whether they meant something else before.
    pub redefined: bool,
    /// What is to become of scores, when the ends of the scale have changed and somebody chose.
    pub strategy: Option<Strategy>,
}

/// Brings rows of a module in line with a changed framework, inside the transaction of the update.
pub type Carry = for<'a> fn(&'a Context, &'a mut Rows, &'a Change) -> BoxFuture<'a, Result<(), ApiError>>;

/// Who wants to hear: one line a module.
pub const CARRIERS: &[Carry] = &[|ctx, rows, change| Box::pin(crate::compliance::carry(ctx, rows, change))];

/// Tells every module.
pub async fn carry_audits(ctx: &Context, rows: &mut Rows, change: &Change) -> Result<(), ApiError> {
    for carry in CARRIERS {
        carry(ctx, rows, change).await?;
    }
    Ok(())
}
