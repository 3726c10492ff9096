//! One connection, from its first byte to its end.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use iam::client_address::Scheme;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tower::ServiceExt as _;

/// How long the head of a request may take, counted from the end of the one before. Longer than the minute for which
/// proxies usually keep a connection: whoever closes first must not be us, or a request gets lost in between.
const HEAD: Duration = Duration::from_secs(65);
/// Bytes of a request's head; more is a 431.
const HEAD_SIZE: usize = 64 * 1024;

/// Serves requests until the client leaves, goes quiet, or the program stops.
pub async fn serve<S>(stream: S, peer: SocketAddr, scheme: Scheme, router: Router, mut stopped: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let asked = AtomicBool::new(false);
    let service = service_fn(|mut request: Request<Incoming>| {
        asked.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(scheme);
        router.clone().oneshot(request.map(Body::new))
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_header_size(HEAD_SIZE);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = super::told(&mut stopped) => {
            if !asked.load(Ordering::Relaxed) {
                // Opened ahead of need, as browsers do: nobody waits for an answer.
                return;
            }
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, %peer, "a connection broke");
    }
}
