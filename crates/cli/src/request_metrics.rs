//! `rest_client_requests_total`: what this process asks of the API server.
//!
//! Upstream's labels are `code`, `host` and `method`; `verb`, `resource` and
//! `subresource` are ours, in the words of RBAC, so that it can be read off which
//! rights are used and how many requests a Pod costs.
//!
//! Source: component-base `metrics/prometheus/restclient/metrics.go`.

use std::fmt;

use jobyard_cluster_remote::RemoteCluster;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _},
    metrics::{MetricType, counter::ConstCounter},
};

/// Reads the counts of the connection whenever somebody looks.
#[derive(Debug)]
pub(crate) struct RequestMetrics {
    cluster: RemoteCluster,
    host: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    code: String,
    host: String,
    method: String,
    resource: &'static str,
    subresource: &'static str,
    verb: &'static str,
}

impl RequestMetrics {
    /// The requests of this connection.
    pub(crate) fn of(cluster: RemoteCluster) -> Self {
        let host = cluster.server().split_once("://");
        let host = host.map_or("", |(_, host)| host).to_owned();
        Self { cluster, host }
    }
}

impl Collector for RequestMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let mut family = encoder.encode_descriptor(
            "rest_client_requests",
            "Requests sent to the API server, by the status of the answer",
            None,
            MetricType::Counter,
        )?;
        for (kind, count) in self.cluster.request_counts().0 {
            let labels = Labels {
                code: kind
                    .code
                    .map_or_else(|| "<error>".to_owned(), |code| code.to_string()),
                host: self.host.clone(),
                method: kind.verb.method().to_string(),
                resource: kind.resource,
                subresource: kind.subresource,
                verb: kind.verb.as_str(),
            };
            ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }
}
