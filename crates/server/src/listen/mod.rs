//! The way in from the network: TCP, TLS, HTTP/1.1, and stopping without cutting anybody off.
//!
//! What belongs here: sockets, connections and their limits. What does not: routes, and limits of a request's body.
//!
//! Every request carries the peer's address as `axum::extract::ConnectInfo<SocketAddr>` and the connection's scheme as
//! `iam::client_address::Scheme` in its extensions.

mod connection;
mod signals;
#[cfg(test)]
mod tests;
mod tls;

pub use signals::Signals;

use crate::config::TlsFiles;
use axum::Router;
use iam::client_address::Scheme;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// Connections at the same time; more wait in the system's queue.
const MOST_CONNECTIONS: usize = 10_000;
/// Pause after the system could not hand over a connection: most often it has no file descriptors left.
const BREATH: Duration = Duration::from_millis(100);

/// Why there is no listener.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Somebody else listens there.
    #[error(
        "{0} is taken by another program: stop that one, or choose another with --listen ADDR:PORT (port 0 picks a free one)"
    )]
    Taken(SocketAddr),
    /// The system refuses for another reason.
    #[error("cannot listen on {0}: {1}")]
    Refused(SocketAddr, io::Error),
    /// Certificate or key cannot be used.
    #[error("{0}")]
    Tls(String),
}

/// A listener that takes connections into its queue and does not serve them yet.
pub struct Bound {
    /// Where it listens.
    pub address: SocketAddr,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
}

/// Takes the port. With `tls` the connections are encrypted.
pub async fn bind(address: SocketAddr, tls: Option<&TlsFiles>) -> Result<Bound, ListenError> {
    let tls = tls.map(tls::acceptor).transpose().map_err(ListenError::Tls)?;
    let refused = |cause: io::Error| match cause.kind() {
        io::ErrorKind::AddrInUse => ListenError::Taken(address),
        _ => ListenError::Refused(address, cause),
    };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    Ok(Bound { address, listener, tls })
}

/// A listener at work.
pub struct Serving {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Bound {
    /// Serves the router until told to stop.
    pub fn serve(self, router: Router) -> Serving {
        let (stop, stopped) = watch::channel(false);
        Serving { stop, task: tokio::spawn(accept(self, router, stopped)) }
    }
}

impl Serving {
    /// Refuses new connections at once, lets running requests finish within `limit`, then cuts what is left.
    pub async fn stop(mut self, limit: Duration) {
        self.stop.send_replace(true);
        if tokio::time::timeout(limit, &mut self.task).await.is_err() {
            tracing::warn!("requests that still ran at the end of the shutdown were cut off");
            // Dropping the task drops its connections with it.
            self.task.abort();
            let _ = self.task.await;
        }
    }
}

async fn accept(bound: Bound, router: Router, mut stopped: watch::Receiver<bool>) {
    let Bound { listener, tls, .. } = bound;
    let mut connections = JoinSet::new();
    let signal = stopped.clone();
    loop {
        tokio::select! {
            () = told(&mut stopped) => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                Ok((stream, peer)) => {
                    // Small answers leave at once instead of waiting for more to send.
                    let _ = stream.set_nodelay(true);
                    let (router, tls, signal) = (router.clone(), tls.clone(), signal.clone());
                    connections.spawn(async move {
                        match tls {
                            None => connection::serve(stream, peer, Scheme::Http, router, signal).await,
                            Some(tls) => if let Some(stream) = tls::greet(&tls, stream).await {
                                connection::serve(stream, peer, Scheme::Https, router, signal).await;
                            },
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(BREATH).await;
                }
            },
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Waits until somebody says stop, or can no longer say it.
async fn told(stopped: &mut watch::Receiver<bool>) {
    // What it yields is a guard that must not be held across other waits.
    let _ = stopped.wait_for(|stop| *stop).await;
}
