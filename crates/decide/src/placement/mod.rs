//! Whether a Pod fits on a node: the scheduler's filters.
//!
//! Each node is asked in a fixed order; the first filter that says no gives the
//! node's reason. Among the nodes that fit, those win that the Pod prefers and
//! whose taints ask it to stay away least, and of these the emptiest. What
//! upstream scores beyond that (images, balance, spreading) does not matter on
//! one machine. Nothing is preempted, but the message says what upstream's
//! scheduler would have found.
//!
//! Source: upstream `pkg/scheduler/framework/plugins`
//! (`NodeUnschedulable`, `NodeName`, `TaintToleration`, `NodeAffinity`,
//! `NodePorts`, `NodeResourcesFit`), documentation pages "Assigning Pods to
//! Nodes" and "Taints and Tolerations".

pub mod fit_error;
pub mod node;
pub mod request;
pub mod resources;

mod affinity;
mod score;
mod taints;

#[cfg(test)]
mod tests;

pub use fit_error::{FitError, Unfit};
pub use node::{NodeUsage, NodeView};
pub use request::PodRequest;
pub use resources::{HostPort, Resources};

/// The node for this Pod: its place in `nodes`, or why there is none.
///
/// `nodes` are all nodes there are, each with what its Pods take. The caller
/// asks only for Pods that [need a node](PodRequest::needs_placement), and adds
/// the Pod to the node's usage when it binds it.
pub fn place(pod: &PodRequest, nodes: &[(&NodeView, &NodeUsage)]) -> Result<usize, FitError> {
    let named = affinity::named_nodes(pod);
    let mut unfit = Vec::new();
    let mut fitting = Vec::new();
    for (place, (node, usage)) in nodes.iter().enumerate() {
        let is_left_out = named
            .as_ref()
            .is_some_and(|named| !named.contains(&*node.name));
        if is_left_out {
            unfit.push(vec![Unfit::NotNamed]);
        } else if let Err(reasons) = fits(pod, node, usage) {
            unfit.push(reasons);
        } else {
            fitting.push(place);
        }
    }
    score::best(pod, nodes, &fitting).ok_or(FitError {
        unfit,
        may_preempt: pod.may_preempt,
    })
}

/// Whether the Pod fits on this node, beside the Pods that are there; else why not.
pub fn fits(pod: &PodRequest, node: &NodeView, usage: &NodeUsage) -> Result<(), Vec<Unfit>> {
    let refused = |reason| Err(vec![reason]);
    if node.is_unschedulable && !taints::tolerates_unschedulable(&pod.tolerations) {
        return refused(Unfit::Unschedulable);
    }
    if pod
        .node_name
        .as_ref()
        .is_some_and(|name| *name != node.name)
    {
        return refused(Unfit::NodeName);
    }
    if !taints::tolerates_all(&pod.tolerations, &node.taints) {
        return refused(Unfit::Taint);
    }
    if !affinity::matches(pod, node) {
        return refused(Unfit::Affinity);
    }
    if usage.conflicts_with(&pod.ports) {
        return refused(Unfit::Ports);
    }
    let missing = insufficient(pod, node, usage);
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing)
    }
}

/// What the node has not enough of.
///
/// Source: upstream `fitsRequest`.
fn insufficient(pod: &PodRequest, node: &NodeView, usage: &NodeUsage) -> Vec<Unfit> {
    let mut missing = Vec::new();
    if usage.pods >= node.pods_max {
        missing.push(Unfit::TooManyPods);
    }
    let asked = pod.resources.iter().filter(|(_, amount)| *amount > 0);
    for (resource, amount) in asked {
        let total = node.allocatable.get(resource);
        if amount > total.saturating_sub(usage.resources.get(resource)) {
            missing.push(Unfit::Insufficient {
                resource: resource.into(),
                exceeds_node: amount > total,
            });
        }
    }
    missing
}
