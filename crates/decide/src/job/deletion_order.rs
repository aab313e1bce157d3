//! Which of the active Pods is given up first.
//!
//! The Pod on which the least work is lost: not yet on a node, not yet running,
//! not ready, ready for the shortest time, restarted most often, youngest.
//!
//! Source: upstream `controller.ActivePodsWithRanks.Less` (`pkg/controller/controller_utils.go`).

use std::cmp::Reverse;

use jobyard_api::{ObjectKey, Timestamp};

use crate::job::pod_view::{PodPhase, PodView, Readiness};

/// Sorts Pods so that those to delete first come first.
pub(crate) fn sort(pods: &mut [&PodView]) {
    pods.sort_by(|a, b| rank(a).cmp(&rank(b)));
}

/// Smaller goes first. A time that is not known counts as the youngest. The
/// name only makes the order definite.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank<'a> {
    is_scheduled: bool,
    phase: PodPhase,
    is_ready: bool,
    ready_since: Option<Reverse<Timestamp>>,
    regular_restarts: Reverse<u32>,
    sidecar_restarts: Reverse<u32>,
    created: Option<Reverse<Timestamp>>,
    key: &'a ObjectKey,
}

fn rank(pod: &PodView) -> Rank<'_> {
    Rank {
        is_scheduled: pod.is_scheduled,
        phase: pod.phase,
        is_ready: pod.readiness.is_ready(),
        ready_since: match pod.readiness {
            Readiness::Ready { since } => since.map(Reverse),
            Readiness::NotReady => None,
        },
        regular_restarts: Reverse(pod.restarts.regular_max),
        sidecar_restarts: Reverse(pod.restarts.sidecar_max),
        created: pod.created.map(Reverse),
        key: &pod.key,
    }
}
