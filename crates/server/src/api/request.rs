//! A request as handlers see it, after everything common was checked.

use crate::App;
use axum::body::Bytes;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use engine::access::{Credential, Origin};
use engine::{ApiError, Body, Context, Query, Upload};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// One request.
#[derive(Debug)]
pub struct Request {
    /// The program.
    pub app: App,
    /// Who asks, and how; of nobody on public routes without a credential.
    pub ctx: Context,
    /// Whether somebody was authenticated.
    pub authenticated: bool,
    /// When the person signed in, for sessions.
    pub signed_in: Option<DateTime<Utc>>,
    /// When they last proved who they are.
    pub confirmed: Option<DateTime<Utc>>,
    /// Where it came from.
    pub origin: Arc<Origin>,
    /// Segments of the path that the template names.
    pub parameters: HashMap<String, String>,
    /// The path as the client wrote it.
    pub path: String,
    /// The query.
    pub query: Query,
    /// The body; empty where there is none.
    pub body: Body,
    /// The body as it came, on routes that want it so.
    pub bytes: Bytes,
    /// The file, on routes that take one.
    pub upload: Option<Upload>,
    /// The headers.
    pub headers: HeaderMap,
    /// Whether the connection is encrypted, as far as trusted hops tell.
    pub secure: bool,
    /// Headers that the handler adds to its answer.
    pub reply: Mutex<Vec<(&'static str, String)>>,
}

impl Request {
    /// The `{id}` of the path.
    pub fn id(&self) -> Result<Uuid, ApiError> {
        self.parameters.get("id").and_then(|text| text.parse().ok()).ok_or(ApiError::NotFound)
    }

    /// Adds a header to the answer.
    pub fn add_header(&self, name: &'static str, value: impl Into<String>) {
        self.reply.lock().expect("never poisoned").push((name, value.into()));
    }

    /// The id of the session that asks, if it is one.
    pub fn session(&self) -> Option<Uuid> {
        match self.ctx.principal.credential() {
            Credential::Session(id) if self.authenticated => Some(id),
            _ => None,
        }
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
