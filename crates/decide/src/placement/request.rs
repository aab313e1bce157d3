//! What a Pod asks of a node.
//!
//! Source of the sum: upstream `resourcehelper.PodRequests`; documentation page
//! "Sidecar Containers", section "Resource sharing within containers".

use std::collections::BTreeMap;

use jobyard_api::{
    Object, ObjectKey, Timestamp, Uid,
    core::{Container, NodeSelectorTerm, Pod, PodSpec, PreferredSchedulingTerm, Toleration},
    well_known::DEFAULT_SCHEDULER,
};

use crate::placement::resources::{HostPort, Resources};

/// A Pod as the scheduler sees it.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says another thing of the API object, and all combinations exist"
)]
pub struct PodRequest {
    /// Namespace and name.
    pub key: ObjectKey,
    /// Tells this Pod from a later one of the same name.
    pub uid: Uid,
    /// The node it is bound to.
    pub node_name: Option<Box<str>>,
    /// Which scheduler places it.
    pub scheduler_name: Box<str>,
    /// Whether a deletion has been asked for.
    pub is_deleting: bool,
    /// Whether it has ended: then it takes no resources.
    pub is_terminal: bool,
    /// Whether `spec.schedulingGates` hold it back.
    pub is_gated: bool,
    /// Higher goes first; then the older one.
    pub priority: i32,
    /// When the object was made.
    pub created: Option<Timestamp>,
    /// `spec.preemptionPolicy` is not Never.
    pub may_preempt: bool,
    /// The sum of its containers' requests.
    pub resources: Resources,
    /// Ports of the machine that it takes.
    pub ports: Box<[HostPort]>,
    /// `spec.nodeSelector`.
    pub node_selector: BTreeMap<String, String>,
    /// `requiredDuringSchedulingIgnoredDuringExecution`, of which one term must
    /// match; `None` if not asked for.
    pub node_affinity: Option<Box<[NodeSelectorTerm]>>,
    /// `preferredDuringSchedulingIgnoredDuringExecution`.
    pub preferred_nodes: Box<[PreferredSchedulingTerm]>,
    /// `spec.tolerations`.
    pub tolerations: Box<[Toleration]>,
}

impl PodRequest {
    /// Whether the scheduler of this name has to find a node for the Pod.
    pub fn needs_placement(&self, scheduler_name: &str) -> bool {
        self.node_name.is_none()
            && !self.is_deleting
            && !self.is_terminal
            && !self.is_gated
            && *self.scheduler_name == *scheduler_name
    }

    /// Whether the Pod takes resources of its node: it is bound and has not ended.
    pub fn uses_node(&self) -> Option<&str> {
        self.node_name.as_deref().filter(|_| !self.is_terminal)
    }
}

impl From<&Pod> for PodRequest {
    fn from(pod: &Pod) -> Self {
        let nothing = PodSpec::default();
        let spec = pod.spec.as_ref().unwrap_or(&nothing);
        let phase = pod
            .status
            .as_ref()
            .and_then(|status| status.phase.as_deref());
        let affinity = spec
            .affinity
            .as_ref()
            .and_then(|affinity| affinity.node_affinity.as_ref());
        let required = affinity.and_then(|affinity| {
            affinity
                .required_during_scheduling_ignored_during_execution
                .as_ref()
        });
        let preferred = affinity.and_then(|affinity| {
            affinity
                .preferred_during_scheduling_ignored_during_execution
                .clone()
        });
        Self {
            key: pod.key(),
            uid: pod.uid(),
            node_name: spec
                .node_name
                .as_deref()
                .filter(|name| !name.is_empty())
                .map(Into::into),
            scheduler_name: spec
                .scheduler_name
                .as_deref()
                .unwrap_or(DEFAULT_SCHEDULER)
                .into(),
            is_deleting: pod.metadata.deletion_timestamp.is_some(),
            is_terminal: matches!(phase, Some("Succeeded" | "Failed")),
            is_gated: spec.scheduling_gates.iter().flatten().next().is_some(),
            priority: spec.priority.unwrap_or(0),
            created: pod.metadata.creation_timestamp.as_ref().map(|time| time.0),
            may_preempt: spec.preemption_policy.as_deref() != Some("Never"),
            resources: pod_requests(spec),
            ports: host_ports(spec),
            node_selector: spec.node_selector.clone().unwrap_or_default(),
            node_affinity: required.map(|required| required.node_selector_terms.clone().into()),
            preferred_nodes: preferred.unwrap_or_default().into(),
            tolerations: spec.tolerations.clone().unwrap_or_default().into(),
        }
    }
}

/// The sum that a Pod asks for.
///
/// Regular containers and sidecars run side by side: their requests add up. An
/// init container runs alone, beside the sidecars that stand before it: the Pod
/// needs at least the largest of these. Requests of the Pod itself replace the
/// sums; the overhead of its RuntimeClass comes on top.
fn pod_requests(spec: &PodSpec) -> Resources {
    let mut sidecars = Resources::default();
    let mut during_init = Resources::default();
    for container in spec.init_containers.iter().flatten() {
        if is_sidecar(container) {
            sidecars.add(&container_requests(container));
            during_init.raise_to(&sidecars);
        } else {
            let mut alone = container_requests(container);
            alone.add(&sidecars);
            during_init.raise_to(&alone);
        }
    }
    let mut sum = sidecars;
    for container in &spec.containers {
        sum.add(&container_requests(container));
    }
    sum.raise_to(&during_init);
    let of_pod = spec
        .resources
        .as_ref()
        .and_then(|own| own.requests.as_ref());
    for (name, amount) in Resources::of(of_pod).iter() {
        sum.set(name, amount);
    }
    sum.add(&Resources::of(spec.overhead.as_ref()));
    sum
}

fn container_requests(container: &Container) -> Resources {
    let resources = container.resources.as_ref();
    Resources::of(resources.and_then(|resources| resources.requests.as_ref()))
}

fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

/// The ports of all containers that run side by side.
fn host_ports(spec: &PodSpec) -> Box<[HostPort]> {
    let sidecars = spec
        .init_containers
        .iter()
        .flatten()
        .filter(|container| is_sidecar(container));
    sidecars
        .chain(&spec.containers)
        .flat_map(|container| container.ports.iter().flatten())
        .filter_map(|port| {
            let ip = port.host_ip.as_deref().filter(|ip| !ip.is_empty());
            Some(HostPort {
                protocol: port.protocol.as_deref().unwrap_or("TCP").into(),
                ip: ip.unwrap_or("0.0.0.0").into(),
                port: port.host_port.filter(|port| *port > 0)?,
            })
        })
        .collect()
}
