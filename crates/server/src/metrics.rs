//! `/metrics`: everything this process counts, for Prometheus.
//!
//! Whoever runs parts that count hands in a registry with their metrics; the
//! server adds its own. The form is OpenMetrics, which every Prometheus since
//! 2.5 asks for first; the type says so.

use http::{Response, StatusCode};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use crate::response::{self, Body};

/// The server's own counters, and the registry that shows all.
#[derive(Debug)]
pub(crate) struct Metrics {
    requests: Family<Labels, Counter>,
    registry: Registry,
}

/// Verbs and resources are ours, so the number of series is bounded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    code: u16,
    resource: &'static str,
    verb: &'static str,
}

impl Metrics {
    /// Counts requests, too, in `registry`.
    pub(crate) fn new(mut registry: Registry) -> Self {
        let requests = Family::<Labels, Counter>::default();
        registry.register(
            "apiserver_request",
            "Requests answered, by verb, resource and HTTP status code",
            requests.clone(),
        );
        Self { requests, registry }
    }

    /// Counts one answered request; an empty resource is a path that is none.
    pub(crate) fn count(&self, verb: &'static str, resource: &'static str, code: u16) {
        let labels = Labels {
            code,
            resource,
            verb,
        };
        self.requests.get_or_create(&labels).inc();
    }

    /// `/metrics`
    pub(crate) fn answer(&self) -> Response<Body> {
        answer(&self.registry)
    }
}

/// What `registry` shows now.
pub(crate) fn answer(registry: &Registry) -> Response<Body> {
    let mut body = String::new();
    text::encode(&mut body, registry).expect("writing to a String never fails");
    response::with_type(
        StatusCode::OK,
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        response::full(body),
    )
}
