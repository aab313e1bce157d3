//! Waiting until this machine's Node says what it has room for.
//!
//! A Node is created first and says what it can take in a second write, a
//! moment later. A scheduler that looks in between finds no room for anything,
//! and tells users so about Pods that start right afterwards.

use std::sync::Arc;

use jobyard_api::{Object as _, ObjectKey, core};
use jobyard_cluster::{Cluster as _, Selection, View};
use jobyard_cluster_embedded::EmbeddedCluster;
use tokio::sync::Notify;

/// A Node, and whether it says what Pods may take of it.
struct NodeRoom {
    key: ObjectKey,
    is_said: bool,
}

impl View for NodeRoom {
    type Object = core::Node;

    fn of(node: &Arc<core::Node>) -> Self {
        let allocatable = node
            .status
            .as_ref()
            .and_then(|status| status.allocatable.as_ref());
        Self {
            key: node.key(),
            is_said: allocatable.is_some_and(|amounts| amounts.contains_key("pods")),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

/// Returns when the Node of this name says what it has room for.
pub(crate) async fn is_said(cluster: &EmbeddedCluster, node: String) {
    let said = Arc::new(Notify::new());
    let _nodes = cluster.informer::<NodeRoom>(Selection::default(), {
        let said = said.clone();
        move |change| {
            let here = change.new.as_ref().filter(|new| *new.key.name == *node);
            if here.is_some_and(|node| node.is_said) {
                said.notify_one();
            }
        }
    });
    said.notified().await;
}
