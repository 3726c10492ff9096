//! What Prometheus may know: requests by route, time they took, the database's connections.
//!
//! Labels are route templates, never paths: an id or a secret in a path must not become a name here.

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use std::fmt;
use store::{Dialect, Store};

/// The `Content-Type` of [`Metrics::render`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the latency buckets, in seconds.
const BUCKETS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    route: String,
    method: &'static str,
    status: &'static str,
}

/// Counters of one running program.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
}

/// A request on its way; over when this is dropped.
#[derive(Debug)]
pub struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// Fresh counters, with the figures of this store.
    pub fn new(store: Store) -> Self {
        let requests = Family::default();
        let seconds: Family<Labels, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        let in_flight = Gauge::default();
        let mut registry = Registry::with_prefix("tessera");
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program that runs", build);
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time to answer a request", seconds.clone());
        registry.register("http_requests_in_flight", "Requests being answered", in_flight.clone());
        registry.register_collector(Box::new(DatabaseFigures(store)));
        Self { registry, requests, seconds, in_flight }
    }

    /// Counts an answered request. `route` is its template, such as `/api/assets/{id}/`.
    pub fn observe(&self, route: &str, method: &str, status: u16, seconds: f64) {
        let labels = Labels { route: route.to_owned(), method: method_label(method), status: class(status) };
        self.requests.get_or_create(&labels).inc();
        self.seconds.get_or_create(&labels).observe(seconds);
    }

    /// Counts a request as being answered until the guard is dropped.
    pub fn enter(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Everything, in the text format of `OpenMetrics`.
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing into a string fails only when a metric is misshapen; then there is nothing to show.
        if encode(&mut text, &self.registry).is_err() {
            tracing::error!("the metrics cannot be written");
        }
        text
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

/// Anybody can invent a method; only known ones get a name.
fn method_label(method: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("other")
}

fn class(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

/// Asked when somebody reads, so that nothing has to be kept up to date.
struct DatabaseFigures(Store);

impl fmt::Debug for DatabaseFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseFigures")
    }
}

impl Collector for DatabaseFigures {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let pool = self.0.pool();
        let gauges = [
            ("database_connections", "Connections there may be", pool.size),
            ("database_connections_available", "Connections free right now", pool.available),
            ("database_waiting", "Callers that wait for a connection", pool.waiting),
        ];
        for (name, help, value) in gauges {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        let statements = ConstCounter::new(self.0.statements());
        let kind = statements.metric_type();
        statements.encode(encoder.encode_descriptor("database_statements", "SQL statements run", None, kind)?)?;
        let dialect = match self.0.dialect() {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgresql",
        };
        let info = Info::new(vec![("dialect", dialect)]);
        info.encode(encoder.encode_descriptor("database", "The database below", None, info.metric_type())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn tells_what_happened() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_sqlite(&folder.path().join("t.sqlite3"), 2).await.unwrap();
        let metrics = Metrics::new(store.clone());
        metrics.observe("/api/assets/{id}/", "GET", 204, 0.003);
        metrics.observe("/api/assets/{id}/", "BREW", 599, 0.003);
        let guard = metrics.enter();
        let text = metrics.render();
        for line in [
            "tessera_build_info{version=\"0.1.0\"} 1\n",
            "tessera_http_requests_total{route=\"/api/assets/{id}/\",method=\"GET\",status=\"2xx\"} 1\n",
            "tessera_http_requests_total{route=\"/api/assets/{id}/\",method=\"other\",status=\"5xx\"} 1\n",
            "tessera_http_request_seconds_bucket{le=\"0.005\",route=\"/api/assets/{id}/\",method=\"GET\",status=\"2xx\"} 1\n",
            "tessera_http_requests_in_flight 1\n",
            "tessera_database_connections 2\n",
            "tessera_database_statements_total 0\n",
            "tessera_database_info{dialect=\"sqlite\"} 1\n",
            "# EOF\n",
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
        drop(guard);
        assert!(metrics.render().contains("tessera_http_requests_in_flight 0\n"));
        store.close().await;
    }
}
