//! How this node is set up.

use std::{path::PathBuf, sync::Arc};

use jobyard_api::Timestamp;
use tokio::time::Instant;

use crate::registration::{Machine, Registration};

/// What differs between nodes.
#[derive(Clone, Debug)]
pub struct NodeConfig {
    /// The Node's name: lower case, a DNS name.
    pub name: String,
    /// The address that Pods and the Node show.
    pub address: String,
    /// Where the logs of Pods lie; made if missing.
    pub logs_dir: PathBuf,
    /// What runs Pods without a `runtimeClassName`.
    pub default_runtime: RuntimeKind,
    /// Most Pods at once: the Node's capacity `pods`.
    pub pods_max: u32,
    /// Most processes and threads of each Pod; `None` is no limit.
    pub pod_pids_max: Option<u64>,
    /// User and group of containers that name none: whoever started jobyard.
    pub default_user: (u32, u32),
    /// The cluster's DNS domain.
    pub cluster_domain: String,
    /// Environment variables that tell containers where the API is; empty when it has no address.
    pub service_env: Vec<(String, String)>,
    /// The machine behind the Node.
    pub machine: Machine,
    /// Where the time comes from.
    pub clock: Clock,
}

impl NodeConfig {
    /// What the Node says.
    pub(crate) fn registration(&self) -> Registration {
        Registration {
            name: self.name.clone(),
            address: self.address.clone(),
            pods_max: self.pods_max,
            machine: self.machine.clone(),
            clock: self.clock.clone(),
        }
    }
}

/// What a Pod's containers are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuntimeKind {
    /// Their images.
    Oci,
    /// This machine's own system folders.
    Host,
}

/// The wall clock.
#[derive(Clone, Debug)]
pub struct Clock {
    paced: Option<Arc<(Timestamp, Instant)>>,
}

impl Clock {
    /// The machine's.
    pub fn system() -> Self {
        Self { paced: None }
    }

    /// Starts at `start` and goes with tokio's clock, which tests can stop.
    pub fn paced(start: Timestamp) -> Self {
        Self {
            paced: Some(Arc::new((start, Instant::now()))),
        }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        match self.paced.as_deref() {
            None => Timestamp::now(),
            Some((start, since)) => start.checked_add(since.elapsed()).unwrap_or(Timestamp::MAX),
        }
    }
}

/// The environment variables by which a client library finds the API from within a Pod.
///
/// Source: upstream `envvars.FromServices`, for the Service `kubernetes`.
pub fn service_env(address: &str, port: u16) -> Vec<(String, String)> {
    let url = format!("tcp://{address}:{port}");
    [
        ("KUBERNETES_SERVICE_HOST", address.to_owned()),
        ("KUBERNETES_SERVICE_PORT", port.to_string()),
        ("KUBERNETES_SERVICE_PORT_HTTPS", port.to_string()),
        ("KUBERNETES_PORT", url.clone()),
        ("KUBERNETES_PORT_443_TCP", url),
        ("KUBERNETES_PORT_443_TCP_PROTO", "tcp".to_owned()),
        ("KUBERNETES_PORT_443_TCP_PORT", port.to_string()),
        ("KUBERNETES_PORT_443_TCP_ADDR", address.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}
