//! The REST API: one list of routes, one way for every request.
//!
//! `routes` says what there is, `dispatch` takes a request through authentication and checks (`headers`, `caller`,
//! `receive`), `run` through its handler, and `respond` turns the outcome into a response. Handlers get an [`engine::Context`]
//! and hand back an [`engine::declare::Answer`]; none of them sees a socket.

mod account;
mod audit_log;
mod body;
mod browser_guard;
mod caller;
mod conditional;
mod dispatch;
mod disposition;
mod general;
mod headers;
mod idempotency;
pub mod openapi;
mod passkeys;
mod receive;
mod request;
mod resources;
mod respond;
pub mod routes;
mod run;
mod second_factor;
mod service_accounts;
mod session;
mod settings;
mod tokens;

pub use dispatch::router;

use chrono::{DateTime, SecondsFormat, Utc};

/// An instant as the wire has it: RFC 3339 with microseconds and `Z`.
fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The address under which people reach us, without a last slash.
fn public_url(request: &request::Request) -> String {
    if let Some(url) = request.app.settings.public_url() {
        return url.trim_end_matches('/').to_owned();
    }
    let scheme = if request.secure { "https" } else { "http" };
    format!("{scheme}://{}", request.header("host").unwrap_or("localhost"))
}
