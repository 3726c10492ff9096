//! What a special operation gets: the request, and the doors to rows.

use crate::access::{Access, Verb};
use crate::context::{Body, Context, Query};
use crate::declare::{Action, Answer, On, Resource};
use crate::error::ApiError;
use crate::rows::Rows;
use uuid::Uuid;

/// One call of an action. `access` covers what the action declared that it needs.
#[derive(Debug)]
pub struct Call<'a> {
    /// Who asks, and how.
    pub ctx: &'a Context,
    /// The resource that declares the action.
    pub resource: &'a Resource,
    /// Proof of the verb that the action needs.
    pub access: Access,
    /// The row, for actions on an item. It was found visible and covered before the call.
    pub item: Option<Uuid>,
    /// The query.
    pub query: &'a Query,
    /// The body.
    pub body: &'a Body,
    /// The file, for actions that take one.
    pub upload: Option<&'a Upload>,
}

/// A file that was sent.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its name without any path.
    pub name: String,
    /// Its whole content.
    pub bytes: Vec<u8>,
}

impl Call<'_> {
    /// The row that an item action stands on.
    pub fn item(&self) -> Result<Uuid, ApiError> {
        self.item.ok_or(ApiError::NotFound)
    }

    /// A snapshot for reading.
    pub async fn read(&self) -> Result<Rows, ApiError> {
        self.ctx.engine.read().await
    }

    /// The same for an answer that is [kept](crate::kept).
    pub async fn read_marked(&self) -> Result<Rows, ApiError> {
        self.ctx.engine.read_marked().await
    }

    /// A transaction for writing.
    pub async fn write(&self) -> Result<Rows, ApiError> {
        self.ctx.engine.write().await
    }
}

/// Runs an action after checking what it needs.
pub async fn run(action: Action, call: Call<'_>) -> Result<Answer, ApiError> {
    admit(action, call.ctx, call.resource, call.item).await?;
    (action.run)(call).await
}

/// Checks what an action needs: the row is there and covered, or, for actions on the collection, the verb is held
/// somewhere. Reading actions answer with nothing instead.
pub async fn admit(action: Action, ctx: &Context, resource: &Resource, item: Option<Uuid>) -> Result<(), ApiError> {
    match action.on {
        On::Item => admit_to(ctx, resource, action.needs, item.ok_or(ApiError::NotFound)?).await,
        On::Collection if action.needs != Verb::View && !ctx.access(resource, action.needs).covers_any() => {
            Err(ApiError::Forbidden)
        }
        On::Collection => Ok(()),
    }
}

/// Checks that a row is there, seen and covered for a verb.
pub async fn admit_to(ctx: &Context, resource: &Resource, verb: Verb, id: Uuid) -> Result<(), ApiError> {
    let mut rows = ctx.engine.read().await?;
    crate::plan::require(ctx, &mut rows, resource, verb, id).await.map(drop)
}
