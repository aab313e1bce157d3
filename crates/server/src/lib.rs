//! HTTP over the registry: what kubectl and every Kubernetes client speak to.
//!
//! - [`pod_logs`]: the stream the server asks the node for.

pub mod pod_logs;
pub mod tls;
