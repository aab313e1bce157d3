//! How a Pod ends: whom to stop when, and what follows when all has stopped.
//!
//! Regular containers end together; then the sidecars, the last of the spec
//! first, each after the one behind it. All share one grace period, and each
//! gets at least [`GRACE_LEAST`].
//!
//! Source: upstream `killPodWithSyncResult`, `calculateEffectiveGracePeriod`,
//! `minimumGracePeriodInSeconds`; KEP-753 for the order of sidecars.

use std::time::Duration;

use jobyard_api::Timestamp;

use super::{
    ContainerKind, ContainerLife, Facts, PodAction, PodDecision, Sandbox, event, view::later,
};

/// Said of a Pod that ran longer than its `activeDeadlineSeconds`.
pub(super) const DEADLINE_EXCEEDED_MESSAGE: &str =
    "Pod was active on the node longer than the specified deadline";

/// Said of a Pod that ended with its node.
pub(super) const NODE_SHUTDOWN_MESSAGE: &str =
    "Pod was terminated in response to imminent node shutdown.";

/// The shortest time between SIGTERM and SIGKILL.
const GRACE_LEAST: Duration = Duration::from_secs(2);

/// The API cuts `deletionTimestamp` to whole seconds: the true end of the grace
/// lies up to this much later.
const GRACE_ROUNDING: Duration = Duration::from_secs(1);

/// Why a Pod ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Its stored status is final already: set by somebody else, or by us before a restart.
    FinalStatus,
    /// All regular containers have ended for good, before the deadline.
    Done,
    /// An init container failed for good.
    InitFailed,
    /// `activeDeadlineSeconds` have passed since its start.
    DeadlineExceeded,
    /// The node goes away in good order.
    NodeShutdown,
    /// The object is being deleted, or gone.
    Deleted,
}

impl Ending {
    pub(super) fn of(facts: &Facts<'_>) -> Option<Self> {
        let deadline = facts.deadline().unwrap_or(Timestamp::MAX);
        if facts.pod.has_final_status() {
            Some(Self::FinalStatus)
        } else if facts.is_told_to_end() && facts.observed.is_node_shutting_down {
            Some(Self::NodeShutdown)
        } else if facts.done_at().is_some_and(|at| at < deadline) {
            Some(Self::Done)
        } else if facts.has_init_failed() {
            Some(Self::InitFailed)
        } else if facts.now >= deadline {
            Some(Self::DeadlineExceeded)
        } else if facts.pod.deletion.is_some() {
            Some(Self::Deleted)
        } else if facts.observed.is_node_shutting_down {
            Some(Self::NodeShutdown)
        } else {
            None
        }
    }
}

/// Stops what still runs.
pub(super) fn terminate(facts: &Facts<'_>, ending: Ending, decision: &mut PodDecision) {
    let regular: Vec<_> = running(facts, |kind| kind != ContainerKind::Sidecar).collect();
    let sidecar = running(facts, |kind| kind == ContainerKind::Sidecar).last();
    let next = if regular.is_empty() {
        sidecar.into_iter().collect()
    } else {
        regular
    };
    for container in next {
        stop(facts, ending, container, decision);
    }
}

fn running<'a>(
    facts: &Facts<'a>,
    of_kind: impl Fn(ContainerKind) -> bool,
) -> impl Iterator<Item = &'a ContainerLife> {
    facts
        .pod
        .all_containers()
        .filter(move |container| of_kind(container.kind) && facts.is_running(container))
}

fn stop(facts: &Facts<'_>, ending: Ending, container: &ContainerLife, decision: &mut PodDecision) {
    let stopping = facts.of(container).and_then(|observed| observed.stopping);
    let Some(stopping) = stopping else {
        let least = later(facts.now, GRACE_LEAST);
        let kill_at = grace_ends(facts, ending).max(least);
        decision.events.push(event::killing(container));
        decision.actions.push(PodAction::Terminate {
            container: container.name.clone(),
            kill_at,
        });
        return;
    };
    // A later deletion may ask for less than what the container was promised.
    let kill_at = stopping
        .kill_at
        .min(deletion_limit(facts).unwrap_or(Timestamp::MAX))
        .max(later(stopping.since, GRACE_LEAST));
    if kill_at > facts.now {
        decision.wake(kill_at);
    } else if !stopping.is_killed {
        decision.actions.push(PodAction::Kill {
            container: container.name.clone(),
        });
    }
}

/// When the Pod's grace period ends, counted from the first container told to end.
fn grace_ends(facts: &Facts<'_>, ending: Ending) -> Timestamp {
    let since = facts
        .observed
        .containers
        .values()
        .filter_map(|observed| observed.stopping)
        .map(|stopping| stopping.since)
        .min()
        .unwrap_or(facts.now);
    let grace_period = match (ending, facts.pod.deletion) {
        (Ending::Deleted, Some(deletion)) => deletion.grace_period,
        _ => facts.pod.grace_period,
    };
    later(since, grace_period).min(deletion_limit(facts).unwrap_or(Timestamp::MAX))
}

fn deletion_limit(facts: &Facts<'_>) -> Option<Timestamp> {
    facts
        .pod
        .deletion
        .map(|deletion| later(deletion.grace_ends, GRACE_ROUNDING))
}

/// Takes down what is left, and lets the object go.
///
/// `is_stored`: the final status is in the API.
pub(super) fn clean_up(facts: &Facts<'_>, is_stored: bool, decision: &mut PodDecision) {
    let is_removed = facts.observed.sandbox == Sandbox::Removed;
    // The exit codes go with the sandbox: if we died between the two, the Pod
    // would look as if it had never run.
    if is_stored && !is_removed {
        decision.actions.push(PodAction::RemoveSandbox);
    }
    // With grace 0 the deletion has been confirmed, and finalizers hold the object.
    let awaits_us = facts
        .pod
        .deletion
        .is_some_and(|deletion| !deletion.grace_period.is_zero());
    if is_removed && is_stored && awaits_us {
        decision.actions.push(PodAction::DeleteObject);
    }
}
