//! The Node object and its heartbeat.
//!
//! The Node is made, or brought up to date, when the agent starts; its status
//! is looked at every 10 s and written when it changed, or after 5 min. The
//! Lease, which is small, is what says every 10 s that the node lives.
//!
//! Source: upstream kubelet_node_status.go, KEP-589.

mod machine;
mod node_object;

use std::{sync::Arc, time::Duration};

use jobyard_api::{
    Object, ObjectKey, Timestamp,
    coordination::{Lease, LeaseSpec},
    core,
    meta::{MicroTime, ObjectMeta, OwnerReference},
};
use jobyard_cluster::{Cluster, ClusterError};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

pub use machine::Machine;
pub(crate) use node_object::allocatable_memory_bytes;

use crate::config::Clock;

/// How often the node says that it lives (upstream `nodeStatusUpdateFrequency`, a quarter of the Lease).
const HEARTBEAT: Duration = Duration::from_secs(10);
/// Longest time between two writes of an unchanged status (upstream `nodeStatusReportFrequency`).
const STATUS_REPORT_SECONDS: i64 = 300;
/// When others may take the node for dead (upstream `nodeLeaseDurationSeconds`).
const LEASE_SECONDS: i32 = 40;
const LEASE_NAMESPACE: &str = "kube-node-lease";

/// What a node says of itself.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    /// The Node's name.
    pub(crate) name: String,
    /// Its `InternalIP`.
    pub(crate) address: String,
    /// Its capacity `pods`.
    pub(crate) pods_max: u32,
    /// What else it has room for, and what it is.
    pub(crate) machine: Machine,
    /// Where the time comes from.
    pub(crate) clock: Clock,
}

/// Makes the Node, or brings the one that is there up to date.
///
/// What users did to it (labels, taints, `unschedulable`) stays.
pub(crate) async fn register<C: Cluster>(
    cluster: &C,
    config: &Registration,
) -> Result<Arc<core::Node>, ClusterError> {
    let key = ObjectKey::new("", &config.name);
    loop {
        let stored = match cluster.get_live::<core::Node>(&key).await {
            Ok(stored) => stored,
            Err(ClusterError::NotFound(_)) => {
                match cluster.create(node_object::fresh(config)).await {
                    Ok(stored) => stored,
                    Err(ClusterError::AlreadyExists(_)) => continue,
                    Err(error) => return Err(error),
                }
            }
            Err(error) => return Err(error),
        };
        let labelled = node_object::with_our_labels(&stored, config);
        let stored = if labelled == *stored {
            stored
        } else {
            match cluster.update(labelled).await {
                Ok(stored) => stored,
                Err(ClusterError::Conflict(_)) => continue,
                Err(error) => return Err(error),
            }
        };
        match cluster
            .update_status(node_object::with_status(
                &stored,
                config,
                config.clock.now(),
            ))
            .await
        {
            Err(ClusterError::Conflict(_)) => {}
            other => return other,
        }
    }
}

/// Says that the node lives, until dropped.
///
/// Errors are logged and tried again at the next beat: an API server that is
/// away is no reason to touch Pods.
pub(crate) async fn heartbeat<C: Cluster>(cluster: C, config: Registration, node: Arc<core::Node>) {
    let mut node = node;
    let mut lease = None;
    let mut beats = interval_at(Instant::now(), HEARTBEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        beats.tick().await;
        let now = config.clock.now();
        match renew(&cluster, &config, &node, lease.take(), now).await {
            Ok(renewed) => lease = Some(renewed),
            Err(error) => tracing::debug!(%error, "the node's lease was not renewed"),
        }
        let newer = node_object::with_status(&node, &config, now);
        if node_object::is_worth_writing(&node, &newer, now, STATUS_REPORT_SECONDS) {
            match cluster.update_status(newer).await {
                Ok(stored) => node = stored,
                Err(ClusterError::Conflict(_) | ClusterError::NotFound(_)) => {
                    match register(&cluster, &config).await {
                        Ok(stored) => node = stored,
                        Err(error) => {
                            tracing::warn!(%error, "the node could not be registered again");
                        }
                    }
                }
                Err(error) => tracing::debug!(%error, "the node's status was not written"),
            }
        }
    }
}

async fn renew<C: Cluster>(
    cluster: &C,
    config: &Registration,
    node: &core::Node,
    known: Option<Arc<Lease>>,
    now: Timestamp,
) -> Result<Arc<Lease>, ClusterError> {
    let key = ObjectKey::new(LEASE_NAMESPACE, &config.name);
    let known = match known {
        Some(lease) => lease,
        None => match cluster.get_live(&key).await {
            Ok(lease) => lease,
            Err(ClusterError::NotFound(_)) => {
                let lease = Lease {
                    metadata: ObjectMeta {
                        name: Some(config.name.clone()),
                        namespace: Some(LEASE_NAMESPACE.to_owned()),
                        owner_references: Some(vec![OwnerReference {
                            api_version: "v1".to_owned(),
                            kind: "Node".to_owned(),
                            name: config.name.clone(),
                            uid: node.uid().as_str().to_owned(),
                            ..Default::default()
                        }]),
                        ..Default::default()
                    },
                    spec: Some(lease_spec(config, now)),
                };
                return cluster.create(lease).await;
            }
            Err(error) => return Err(error),
        },
    };
    let renewed = Lease {
        spec: Some(lease_spec(config, now)),
        ..Lease::clone(&known)
    };
    cluster.update(renewed).await
}

fn lease_spec(config: &Registration, now: Timestamp) -> LeaseSpec {
    LeaseSpec {
        holder_identity: Some(config.name.clone()),
        lease_duration_seconds: Some(LEASE_SECONDS),
        renew_time: Some(MicroTime(now)),
        ..Default::default()
    }
}
