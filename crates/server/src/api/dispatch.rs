//! The way of a request: origin, credential, method, guard, body, handler, response.

use super::caller::{authorised, context, refuse_secrets, who};
use super::headers::{acceptable, accepts, host, language, origin, request_id};
use super::request::Request;
use super::routes::{Auth, Method, Operation, Route, Shows, routes};
use super::run::run;
use super::{body, browser_guard, idempotency, receive, respond};
use crate::App;
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::rejection::PathRejection;
use axum::extract::{ConnectInfo, MatchedPath, Path, Request as HttpRequest, State};
use axum::http::{Method as HttpMethod, Response, header};
use axum::routing::any;
use chrono::{DateTime, Utc};
use engine::declare::Answer;
use engine::{ApiError, Query};
use futures_util::FutureExt as _;
use iam::client_address::Scheme;
use iam::rate::Rate;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::Predicate;

/// Bytes of a body that usually lie in the same packets as the head, and are passed over where nobody wants them.
const WITH_HEAD: u64 = 4096;

/// The routes of one path, by method.
type ByMethod = Arc<BTreeMap<Method, Route>>;

/// The whole API as an axum router. Paths answer with and without their last slash.
pub fn router(app: App) -> Router {
    let mut by_path: BTreeMap<String, BTreeMap<Method, Route>> = BTreeMap::new();
    for route in routes(app.engine.registry()) {
        by_path.entry(route.path.clone()).or_default().insert(route.method, route);
    }
    let mut router = Router::new();
    for (path, methods) in by_path {
        let methods: ByMethod = Arc::new(methods);
        let handler = move |state, path, matched, request| handle(state, methods.clone(), path, matched, request);
        let other = match path.strip_suffix('/') {
            Some(without) => without.to_owned(),
            None => format!("{path}/"),
        };
        router = router.route(&path, any(handler.clone())).route(&other, any(handler));
    }
    let compression = CompressionLayer::new().gzip(true).compress_when(WorthIt);
    for rest in ["/api", "/api/", "/api/{*rest}"] {
        router = router.route(rest, any(unknown));
    }
    router.with_state(app).merge(super::openapi::page()).layer(compression)
}

/// What is compressed: answers to GET of some size. Answers to POST may hold a secret beside
/// what the caller typed, and compression would tell something of it.
#[derive(Clone, Copy, Debug)]
struct WorthIt;

/// Marks the answer to a GET.
#[derive(Clone, Copy, Debug)]
struct Read;

impl Predicate for WorthIt {
    fn should_compress<B: HttpBody>(&self, response: &Response<B>) -> bool {
        let large = response.body().size_hint().lower() >= 1024;
        large && (response.extensions().get::<Read>().is_some() || !response.headers().contains_key("x-request-id"))
    }
}

/// What every response says beside its answer: of the caller's credential, and of the connection.
#[derive(Clone, Copy, Debug, Default)]
struct Beside {
    expiry: Option<DateTime<Utc>>,
    rate: Option<Rate>,
    /// More than arrives with the head was sent and not read: the connection ends with the answer.
    unread: bool,
}

async fn unknown(State(app): State<App>, request: HttpRequest) -> Response<Body> {
    let request_id = request_id(&app, request.headers());
    let mut response = respond::error(&ApiError::NotFound, &request_id, false);
    respond::common(&mut response, "en", "", &request_id);
    response
}

async fn handle(
    State(app): State<App>,
    methods: ByMethod,
    parameters: Result<Path<HashMap<String, String>>, PathRejection>,
    matched: MatchedPath,
    request: HttpRequest,
) -> Response<Body> {
    let started = Instant::now();
    let _running = app.metrics.enter();
    let method = request.method().clone();
    let head = method == HttpMethod::HEAD;
    let request_id = request_id(&app, request.headers());
    let language = language(request.headers());
    let problem = accepts(request.headers(), "application/problem+json");
    let allow = allowed(&methods);

    let mut beside = Beside::default();
    let outcome = async {
        // Bytes in the path that are no text name nothing.
        let Path(parameters) = parameters.map_err(|_| ApiError::NotFound)?;
        process(&app, &methods, parameters, request, (&request_id, &language), &mut beside).await
    };
    let outcome = AssertUnwindSafe(outcome).catch_unwind().await.unwrap_or_else(|panic| {
        let why = panic.downcast_ref::<String>().cloned();
        let why = why.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(ApiError::Internal(format!("a handler panicked: {}", why.unwrap_or_default())))
    });
    let mut response = outcome.unwrap_or_else(|error| respond::error(&error, &request_id, problem));
    respond::common(&mut response, &language, &allow, &request_id);
    if let Some(expiry) = beside.expiry {
        respond::token_expires(&mut response, expiry);
    }
    if let Some(rate) = beside.rate {
        respond::rate(&mut response, rate);
    }
    if beside.unread {
        // Whoever is not told would send the next request into a connection that is being closed.
        respond::set(&mut response, header::CONNECTION, "close");
    }
    if head {
        *response.body_mut() = Body::empty();
    }
    if method == HttpMethod::GET {
        response.extensions_mut().insert(Read);
    }
    let (status, seconds) = (response.status().as_u16(), started.elapsed().as_secs_f64());
    app.metrics.observe(matched.as_str(), method.as_str(), status, seconds);
    let method = iam::redact::redact(method.as_str());
    tracing::info!(%method, route = matched.as_str(), status, %request_id, ms = seconds * 1000.0, "request");
    response
}

async fn process(
    app: &App,
    methods: &ByMethod,
    parameters: HashMap<String, String>,
    http: HttpRequest,
    (request_id, language): (&str, &str),
    beside: &mut Beside,
) -> Result<Response<Body>, ApiError> {
    let (parts, incoming) = http.into_parts();
    beside.unread = incoming.size_hint().upper().is_none_or(|bytes| bytes > WITH_HEAD);
    let headers = parts.headers;
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let connection = parts.extensions.get::<Scheme>().copied().unwrap_or(Scheme::Http);
    let (origin, secure) = origin(app, &headers, (peer, connection), request_id);
    let query = Query::new(body::pairs(parts.uri.query().unwrap_or_default()));
    if app.settings.require_https && !secure && !iam::client_address::is_local(peer) {
        let detail = "This server answers over HTTPS only. Use an address that starts with https://.";
        return Err(ApiError::refused(403, json!({ "detail": detail, "code": "https_required" })));
    }
    refuse_secrets(app, &query, &origin).await?;

    let route = meant(methods, &parts.method);
    // A method that is not offered is refused to whom the path knows.
    let shows = route.or(methods.values().next()).map_or(Shows::Caller, |route| route.shows);
    let who = who(app, &headers, origin.clone(), (shows, secure)).await?;
    beside.expiry = who.as_ref().and_then(|who| who.token_expiry);
    beside.rate = who.as_ref().and_then(|who| who.rate);
    let public = methods.values().any(|route| route.auth == Auth::Public);
    if who.is_none() && !public {
        let detail = "Authentication credentials were not provided.".into();
        return Err(ApiError::Unauthenticated { detail, code: None });
    }
    if parts.method == HttpMethod::OPTIONS {
        return Ok(respond::answer(options(methods), false));
    }
    let Some(route) = route else {
        let detail = format!("Method \"{}\" not allowed.", parts.method);
        return Err(ApiError::refused(405, json!({ "detail": detail })));
    };
    if let Some(rate) = beside.rate.filter(|rate| rate.left < 0) {
        return Err(ApiError::Throttled(rate.reset.unsigned_abs()));
    }
    authorised(route, who.as_ref())?;
    // Options of a passkey are fetched by clients that prove nothing; nobody gains by fetching them for another.
    let guarded = route.method != Method::Get || matches!(route.operation, Operation::Action(action) if action.acts);
    if who.as_ref().is_some_and(|who| who.by_cookie) && guarded {
        browser_guard::check(&headers, secure, host(app, &headers))?;
    }
    if route.path.starts_with("/api/_allauth/browser/") && route.method != Method::Get {
        browser_guard::from_here(&headers, host(app, &headers))?;
    }
    acceptable(&headers, &query)?;
    let mut ctx = context(app, who.as_ref(), &origin, &headers, language).await?;
    let item = parameters.get("id").and_then(|id| id.parse().ok());
    let arrived = receive::whole(app, &ctx, route, (&parts.uri, &headers), item, incoming).await?;
    beside.unread = false;
    ctx.files = arrived.files;
    let request = Arc::new(Request {
        app: app.clone(),
        ctx,
        authenticated: who.is_some(),
        signed_in: who.as_ref().and_then(|who| who.signed_in),
        confirmed: who.as_ref().and_then(|who| who.confirmed),
        origin,
        parameters,
        path: with_slash(parts.uri.path()),
        query,
        body: arrived.body,
        bytes: arrived.bytes,
        upload: arrived.upload,
        headers,
        secure,
        reply: Mutex::default(),
    });
    // The digest of a body that is kept with a key would let a password in it be guessed.
    let password = request.body.keys().any(|key| key.contains("password"));
    let keeps = route.method == Method::Post && request.authenticated && !password;
    let key = request.header("idempotency-key").filter(|_| keeps);
    let mut response = match key {
        Some(key) => idempotency::once(&request, route, key, arrived.digest).await?,
        None => run(&request, route).await?,
    };
    for (name, value) in request.reply.lock().expect("never poisoned").drain(..) {
        if let (Ok(name), Ok(value)) = (header::HeaderName::from_bytes(name.as_bytes()), value.parse()) {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

/// The route that a method means. HEAD means a GET that only reads: what acts would act for nobody.
fn meant<'m>(methods: &'m BTreeMap<Method, Route>, method: &HttpMethod) -> Option<&'m Route> {
    let wanted = match *method {
        HttpMethod::GET | HttpMethod::HEAD => Method::Get,
        HttpMethod::POST => Method::Post,
        HttpMethod::PUT => Method::Put,
        HttpMethod::PATCH => Method::Patch,
        HttpMethod::DELETE => Method::Delete,
        _ => return None,
    };
    methods.get(&wanted).filter(|route| !(route.acts && *method == HttpMethod::HEAD))
}

fn allowed(methods: &BTreeMap<Method, Route>) -> String {
    let mut names: Vec<&str> = methods.keys().map(|method| method.as_str()).collect();
    if meant(methods, &HttpMethod::HEAD).is_some() {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    names.join(", ")
}

fn options(methods: &BTreeMap<Method, Route>) -> Answer {
    let summary = methods.values().next().map_or("", |route| route.summary.as_str());
    Answer::Json(json!({
        "name": summary,
        "description": "",
        "renders": ["application/json"],
        "parses": ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"],
    }))
}

fn with_slash(path: &str) -> String {
    if path.ends_with('/') { path.to_owned() } else { format!("{path}/") }
}
