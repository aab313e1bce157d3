//! Which of the nodes that fit a Pod gets.
//!
//! Source: upstream plugins `TaintToleration` and `NodeAffinity` (`Score`,
//! `NormalizeScore`), and their weights in the default profile
//! (`pkg/scheduler/apis/config/v1/default_plugins.go`).

use std::cmp::Reverse;

use super::{NodeUsage, NodeView, PodRequest, affinity, taints};

/// The best mark of one plugin.
const MARK_MAX: i64 = 100;
/// What the marks of the taints count.
const TAINTS_WEIGHT: i64 = 3;
/// What the marks of the preferred affinity count.
const AFFINITY_WEIGHT: i64 = 2;

/// The node with the best marks; among equals the one with the fewest Pods, then
/// the first. `None` if no node fits.
pub(super) fn best(
    pod: &PodRequest,
    nodes: &[(&NodeView, &NodeUsage)],
    fitting: &[usize],
) -> Option<usize> {
    if let [only] = fitting {
        return Some(*only);
    }
    let facts: Vec<(i64, i64)> = fitting
        .iter()
        .map(|place| {
            let node = nodes[*place].0;
            let unwelcome = taints::unwelcome(&pod.tolerations, &node.taints);
            (unwelcome, affinity::preference(pod, node))
        })
        .collect();
    // Marks are relative to the largest number found.
    let most_unwelcome = facts.iter().map(|(unwelcome, _)| *unwelcome).max()?.max(1);
    let most_liked = facts.iter().map(|(_, liked)| *liked).max()?.max(1);
    let mark = |(unwelcome, liked): (i64, i64)| {
        let taints = MARK_MAX - MARK_MAX * unwelcome / most_unwelcome;
        let affinity = MARK_MAX * liked / most_liked;
        TAINTS_WEIGHT * taints + AFFINITY_WEIGHT * affinity
    };
    let marks = facts.into_iter().map(mark);
    fitting
        .iter()
        .zip(marks)
        .min_by_key(|(place, mark)| (Reverse(*mark), nodes[**place].1.pods))
        .map(|(place, _)| *place)
}
