//! Operations of declared resources: from a route to the engine and back.

use super::request::Request;
use super::routes::{Operation, Route};
use engine::declare::{Answer, On, Resource, Shape};
use engine::write::{Mode, batch, cascade_info, create, delete, etag_of, update};
use engine::{ApiError, Call, Verb, read};
use uuid::Uuid;

/// Runs one operation.
pub(super) async fn run(request: &Request, route: &Route) -> Result<Answer, ApiError> {
    let registry = request.app.engine.registry();
    let resource = route.resource.and_then(|path| registry.get(path)).ok_or(ApiError::NotFound)?;
    let (ctx, query) = (&request.ctx, &request.query);
    match route.operation {
        Operation::List => read::list(ctx, resource, query, &request.path).await.map(Answer::Raw),
        Operation::Create => create(ctx, resource, &request.body).await.map(Answer::Raw),
        Operation::Retrieve => one(request, resource, Shape::Detail).await,
        Operation::Object => one(request, resource, resource.object_shape).await,
        Operation::Replace => changed(request, resource, Mode::Replace).await,
        Operation::Patch => changed(request, resource, Mode::Patch).await,
        Operation::Delete => delete(ctx, resource, id(request, resource).await?).await.map(|()| Answer::Nothing),
        Operation::CascadeInfo => cascade_info(ctx, resource, id(request, resource).await?).await.map(Answer::Json),
        Operation::Batch => batch(ctx, resource, &request.body).await.map(Answer::Json),
        Operation::Choices(field) => read::choices(resource, field).map(Answer::Json).ok_or(ApiError::NotFound),
        Operation::Ids(shape) => read::ids(ctx, resource, shape).await.map(Answer::Json),
        Operation::Names => read::names(ctx, resource, query).await.map(Answer::Json),
        Operation::Autocomplete(fields) => {
            read::autocomplete(ctx, resource, fields, query, &request.path).await.map(Answer::Raw)
        }
        Operation::Action(action) => {
            let item = match action.on {
                On::Collection => None,
                On::Item => Some(id(request, resource).await?),
            };
            engine::call::run(
                action,
                Call {
                    ctx,
                    resource,
                    access: ctx.access(resource, action.needs),
                    item,
                    query,
                    body: &request.body,
                    upload: request.upload.as_ref(),
                },
            )
            .await
        }
        Operation::Special(_) => Err(ApiError::NotFound),
    }
}

/// The row that the path means.
async fn id(request: &Request, resource: &Resource) -> Result<Uuid, ApiError> {
    let segment = request.parameters.get("id").ok_or(ApiError::NotFound)?;
    read::resolve(&request.ctx, resource, segment).await
}

/// A row, with the validator that `If-Match` takes.
async fn one(request: &Request, resource: &Resource, shape: Shape) -> Result<Answer, ApiError> {
    let id = id(request, resource).await?;
    let mut rows = request.app.engine.read().await?;
    let body = read::retrieve(&request.ctx, &mut rows, resource, shape, id).await?;
    let access = request.ctx.access(resource, Verb::View);
    request.add_header("etag", etag_of(&mut rows, resource, &access, id).await?);
    Ok(Answer::Raw(body))
}

/// A row after a change, with the validator for the next one: who saves again and again need not read in between.
async fn changed(request: &Request, resource: &Resource, mode: Mode) -> Result<Answer, ApiError> {
    let id = id(request, resource).await?;
    let (body, etag) = update(&request.ctx, resource, id, mode, &request.body).await?;
    request.add_header("etag", etag);
    Ok(Answer::Raw(body))
}
