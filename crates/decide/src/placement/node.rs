//! A node, and what its Pods take of it.

use std::collections::BTreeMap;

use jobyard_api::core::{Node, Taint};

use crate::placement::{
    request::PodRequest,
    resources::{HostPort, Resources},
};

/// A node as the scheduler sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeView {
    /// Its name.
    pub name: Box<str>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// `spec.unschedulable`: cordoned.
    pub is_unschedulable: bool,
    /// `spec.taints`.
    pub taints: Vec<Taint>,
    /// What Pods may take in all (`status.allocatable`).
    pub allocatable: Resources,
    /// How many Pods may run at once.
    pub pods_max: usize,
}

impl From<&Node> for NodeView {
    fn from(node: &Node) -> Self {
        let spec = node.spec.as_ref();
        let status = node.status.as_ref();
        let allocatable = Resources::of(status.and_then(|status| status.allocatable.as_ref()));
        Self {
            name: node.metadata.name.as_deref().unwrap_or_default().into(),
            labels: node.metadata.labels.clone().unwrap_or_default(),
            is_unschedulable: spec.and_then(|spec| spec.unschedulable).unwrap_or(false),
            taints: spec
                .and_then(|spec| spec.taints.clone())
                .unwrap_or_default(),
            pods_max: usize::try_from(allocatable.get("pods")).unwrap_or(0),
            allocatable,
        }
    }
}

/// What the Pods of a node take: those bound to it that have not ended,
/// terminating ones included. The caller keeps it up to date Pod by Pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeUsage {
    /// The sum of their requests.
    pub resources: Resources,
    /// How many they are.
    pub pods: usize,
    /// The ports of the machine that they hold.
    pub ports: Vec<HostPort>,
}

impl NodeUsage {
    /// A Pod is bound to the node.
    pub fn add(&mut self, pod: &PodRequest) {
        self.resources.add(&pod.resources);
        self.pods += 1;
        self.ports.extend(pod.ports.iter().cloned());
    }

    /// A Pod that was [added](Self::add) has ended or is gone.
    pub fn remove(&mut self, pod: &PodRequest) {
        self.resources.remove(&pod.resources);
        self.pods = self.pods.saturating_sub(1);
        for port in &pod.ports {
            if let Some(place) = self.ports.iter().position(|held| held == port) {
                self.ports.swap_remove(place);
            }
        }
    }

    /// Whether one of these ports is taken.
    pub fn conflicts_with(&self, ports: &[HostPort]) -> bool {
        let is_taken = |port: &HostPort| self.ports.iter().any(|held| held.conflicts_with(port));
        ports.iter().any(is_taken)
    }
}
