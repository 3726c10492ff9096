//! What a request brings: a body, a small file that is held whole, or files of any size, which go from the socket into
//! the blob store and are never whole in memory.
//!
//! Who may send is checked before the first byte is read, and a body that says that it is too large is refused unread.

use super::body::{self, broken, is_multipart, no_name, plain_name};
use super::routes::{Operation, Reads, Route};
use crate::App;
use axum::body::{Body as HttpBody, Bytes};
use axum::http::{HeaderMap, Uri, header};
use engine::declare::{Receives, Resource};
use engine::files::{Received, receive, too_large};
use engine::{ApiError, Body, Context, Upload, Verb};
use http_body_util::Limited;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use uuid::Uuid;

/// Parts of one multipart body, files and fields together.
const MOST_PARTS: usize = 1_000;

/// What came.
#[derive(Debug, Default)]
pub(super) struct Arrived {
    /// The body, or the fields of a multipart one.
    pub(super) body: Body,
    /// The body as it came, on routes that want it so.
    pub(super) bytes: Bytes,
    /// The file, on routes that hold one whole.
    pub(super) upload: Option<Upload>,
    /// The files that were stored.
    pub(super) files: Vec<Arc<Received>>,
    /// What makes the same request the same.
    pub(super) digest: Vec<u8>,
}

/// Reads a body to its end, in the way that its route wants.
pub(super) async fn whole(
    app: &App,
    ctx: &Context,
    route: &Route,
    (uri, headers): (&Uri, &HeaderMap),
    item: Option<Uuid>,
    incoming: HttpBody,
) -> Result<Arrived, ApiError> {
    let resource = route.resource.and_then(|path| app.engine.registry().get(path));
    if let (Some(takes), Some(kind)) = (takes(route, resource, headers), resource) {
        admit(ctx, route, kind, item.ok_or(ApiError::NotFound)).await?;
        let mut arrived = files(app, headers, incoming, takes, kind).await?;
        let names = arrived.files.iter().map(|file| format!("{}\0{}\0", file.name(), file.sha256()));
        let summary = names.collect::<String>() + &json!(arrived.body).to_string();
        arrived.digest = digest(route, uri, summary.as_bytes());
        return Ok(arrived);
    }
    let bytes = axum::body::to_bytes(incoming, body::MOST).await.map_err(|_| body_too_large())?;
    let mut arrived = Arrived { digest: digest(route, uri, &bytes), ..Arrived::default() };
    if matches!(route.operation, Operation::Action(action) if action.takes_file) {
        arrived.upload = Some(body::upload(headers, bytes).await?);
        return Ok(arrived);
    }
    match route.reads {
        Reads::Nothing => {}
        Reads::Fields => arrived.body = body::read(headers, bytes, resource).await?,
        Reads::Bytes => arrived.bytes = bytes,
    }
    Ok(arrived)
}

fn body_too_large() -> ApiError {
    ApiError::refused(413, json!({ "detail": "The body is too large." }))
}

/// What a route takes as files, given how the body is written.
fn takes(route: &Route, resource: Option<&Resource>, headers: &HeaderMap) -> Option<Receives> {
    match route.operation {
        Operation::Action(action) => action.receives,
        Operation::Create | Operation::Replace | Operation::Patch if is_multipart(headers) => resource?.receives,
        _ => None,
    }
}

/// Whether the caller may send at all. The handler asks again; this is before anything is stored.
async fn admit(
    ctx: &Context,
    route: &Route,
    resource: &Resource,
    item: Result<Uuid, ApiError>,
) -> Result<(), ApiError> {
    match route.operation {
        Operation::Action(action) => {
            let item = if action.on == engine::declare::On::Item { Some(item?) } else { None };
            engine::call::admit(action, ctx, resource, item).await
        }
        Operation::Create if ctx.access(resource, Verb::Add).covers_any() => Ok(()),
        Operation::Create => Err(ApiError::forbidden_folder()),
        _ => engine::call::admit_to(ctx, resource, Verb::Change, item?).await,
    }
}

/// Stores the files of a body as they arrive.
async fn files(
    app: &App,
    headers: &HeaderMap,
    incoming: HttpBody,
    takes: Receives,
    resource: &Resource,
) -> Result<Arrived, ApiError> {
    let limit = app.settings.blobs.most_bytes;
    let most = u64::try_from(takes.most).unwrap_or(u64::MAX);
    let whole = if is_multipart(headers) { limit.saturating_mul(most) + body::MOST as u64 } else { limit };
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|declared| declared > whole) {
        return Err(too_large(limit));
    }
    let mut arrived = Arrived::default();
    if is_multipart(headers) {
        // A body that does not say how long it is ends there, too.
        let bounded = HttpBody::new(Limited::new(incoming, usize::try_from(whole).unwrap_or(usize::MAX)));
        multipart(app, headers, bounded, takes, resource, &mut arrived).await?;
    } else {
        let name = body::name_of_whole(headers)?;
        (takes.accepts)(&name)?;
        arrived.files.push(Arc::new(receive(&app.engine, name, limit, incoming.into_data_stream()).await?));
    }
    Ok(arrived)
}

async fn multipart(
    app: &App,
    headers: &HeaderMap,
    incoming: HttpBody,
    takes: Receives,
    resource: &Resource,
    arrived: &mut Arrived,
) -> Result<(), ApiError> {
    let mut parts = body::parts(headers, incoming).await?;
    let (mut pairs, mut held, mut number) = (Vec::new(), 0, 0);
    while let Some(mut part) = parts.next_field().await.map_err(|error| broken(&error))? {
        number += 1;
        if number > MOST_PARTS {
            return Err(ApiError::BadRequest(format!("A multipart body may have {MOST_PARTS} parts at most.")));
        }
        let field = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(plain_name) {
            Some(name) if takes.part.is_none_or(|wanted| wanted == field) => {
                if name.is_empty() && takes.part.is_some() {
                    // A form whose file was not chosen.
                    continue;
                }
                if arrived.files.len() == takes.most {
                    return Err(ApiError::BadRequest(format!("At most {} files can be sent at once.", takes.most)));
                }
                let stored = take(app, name, takes, part).await;
                arrived.files.push(Arc::new(stored.map_err(|error| at_field(takes, error))?));
            }
            // A file in a part that nobody asked for is an unknown field; those are ignored.
            Some(_) => {}
            None => {
                let mut text = Vec::new();
                while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error))? {
                    held += chunk.len();
                    if held > body::MOST {
                        return Err(body_too_large());
                    }
                    text.extend_from_slice(&chunk);
                }
                pairs.push((field, String::from_utf8_lossy(&text).into_owned()));
            }
        }
    }
    if arrived.files.is_empty() && takes.part.is_none() {
        return Err(no_name());
    }
    arrived.body = body::collect(pairs, Some(resource));
    Ok(())
}

async fn take(
    app: &App,
    name: String,
    takes: Receives,
    part: axum::extract::multipart::Field<'_>,
) -> Result<Received, ApiError> {
    if name.is_empty() {
        return Err(no_name());
    }
    (takes.accepts)(&name)?;
    receive(&app.engine, name, app.settings.blobs.most_bytes, part).await
}

/// Where a file is a field among others, what is wrong with it is told under the field's name.
fn at_field(takes: Receives, error: ApiError) -> ApiError {
    match (takes.part, error) {
        (Some(part), ApiError::BadRequest(sentence)) => ApiError::field(part, sentence),
        (_, error) => error,
    }
}

/// What makes two requests the same: method, address and body.
fn digest(route: &Route, uri: &Uri, body: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(route.method.as_str());
    hash.update([0]);
    hash.update(uri.to_string());
    hash.update([0]);
    hash.update(body);
    hash.finalize().to_vec()
}
