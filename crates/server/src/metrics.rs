//! What the server counts about itself, for Prometheus.

use std::collections::BTreeMap;

use http::{Response, StatusCode};
use parking_lot::Mutex;

use crate::response::{self, Body};

/// Counters of requests. Verbs and resources are ours, so their number is bounded.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    /// A lock, and no channel: one addition for each request, read once a scrape.
    requests: Mutex<BTreeMap<Labels, u64>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Labels {
    verb: &'static str,
    resource: &'static str,
    code: u16,
}

impl Metrics {
    /// Counts one answered request; an empty resource is a path that is none.
    pub(crate) fn count(&self, verb: &'static str, resource: &'static str, code: u16) {
        let labels = Labels {
            verb,
            resource,
            code,
        };
        *self.requests.lock().entry(labels).or_default() += 1;
    }

    /// `/metrics`
    pub(crate) fn answer(&self) -> Response<Body> {
        use std::fmt::Write as _;
        let mut text = String::from(
            "# HELP apiserver_request_total Requests answered, by verb, resource and HTTP status code.\n\
             # TYPE apiserver_request_total counter\n",
        );
        for (labels, count) in &*self.requests.lock() {
            let Labels {
                verb,
                resource,
                code,
            } = labels;
            writeln!(
                text,
                "apiserver_request_total{{code=\"{code}\",resource=\"{resource}\",verb=\"{verb}\"}} {count}"
            )
            .expect("writing to a String never fails");
        }
        response::with_type(
            StatusCode::OK,
            "text/plain; version=0.0.4; charset=utf-8",
            response::full(text),
        )
    }
}
