//! The whole `status` of a Pod, from what the node sees.
//!
//! Times are cut to whole seconds here, as the API prints them: a status that
//! was stored, read back and worked out again must be equal to itself.
//!
//! Source: upstream `convertToAPIContainerStatuses`, `TerminatePod`.

use jobyard_api::{Timestamp, core, meta::Time, object::whole_seconds};

use super::{
    AttemptState, ContainerKind, ContainerLife, ContainerObserved, Ending, Exit, ExitReason, Facts,
    Held, HeldReason, backoff, condition, crash_backoff_ends, finished_at, phase::Phase,
};

/// The scheme of `containerID`: whose containers these are.
pub const CONTAINER_ID_SCHEME: &str = "jobyard://";

/// The status of the Pod now.
pub(super) fn pod_status(facts: &Facts<'_>) -> core::PodStatus {
    let stored = &facts.pod.status;
    if facts.ending == Some(Ending::FinalStatus) {
        // Final is final, whatever is found afterwards.
        return stored.clone();
    }
    let phase = Phase::of(facts);
    let init_statuses = container_statuses(facts, &facts.pod.init_containers);
    let statuses = container_statuses(facts, &facts.pod.containers);
    let conditions = condition::conditions(facts, phase, &init_statuses, &statuses);
    let (reason, message) = match facts.ending {
        Some(Ending::DeadlineExceeded) if facts.is_over => (
            Some("DeadlineExceeded".to_owned()),
            Some(super::ending::DEADLINE_EXCEEDED_MESSAGE.to_owned()),
        ),
        Some(Ending::NodeShutdown) if facts.is_over => (
            Some("Terminated".to_owned()),
            Some(super::ending::NODE_SHUTDOWN_MESSAGE.to_owned()),
        ),
        _ => (None, None),
    };
    let pod_ip = facts
        .observed
        .pod_ip
        .clone()
        .or_else(|| stored.pod_ip.clone());
    core::PodStatus {
        phase: Some(phase.as_str().to_owned()),
        reason,
        message,
        conditions: Some(conditions),
        init_container_statuses: Some(init_statuses).filter(|all| !all.is_empty()),
        container_statuses: Some(statuses).filter(|all| !all.is_empty()),
        host_ip: Some(facts.observed.host_ip.clone()),
        host_ips: Some(vec![core::HostIP {
            ip: facts.observed.host_ip.clone(),
        }]),
        pod_ips: pod_ip.clone().map(|ip| vec![core::PodIP { ip }]),
        pod_ip,
        start_time: Some(Time(facts.start_time)),
        observed_generation: facts.pod.generation,
        ..stored.clone()
    }
}

fn container_statuses(
    facts: &Facts<'_>,
    containers: &[ContainerLife],
) -> Vec<core::ContainerStatus> {
    containers
        .iter()
        .map(|container| container_status(facts, container))
        .collect()
}

fn container_status(facts: &Facts<'_>, container: &ContainerLife) -> core::ContainerStatus {
    let empty = ContainerObserved::default();
    let observed = facts.of(container).unwrap_or(&empty);
    let (state, last_state) = states(facts, container, observed);
    let attempt = observed.attempt.as_ref();
    let is_running = observed.is_running();
    let has_passed = container.kind == ContainerKind::Init && facts.has_passed(container);
    let resources = attempt.map(|_| container.resources.clone().unwrap_or_default());
    core::ContainerStatus {
        name: container.name.clone(),
        image: container.image.clone(),
        image_id: attempt
            .map(|attempt| attempt.image_id.clone())
            .unwrap_or_default(),
        container_id: attempt.and_then(|attempt| container_id(&attempt.id)),
        ready: (is_running && container.kind != ContainerKind::Init) || has_passed,
        started: Some(is_running),
        restart_count: attempt.map_or(0, |attempt| attempt.number.cast_signed()),
        allocated_resources: resources
            .as_ref()
            .and_then(|resources| resources.requests.clone()),
        resources,
        volume_mounts: attempt
            .and(Some(container.volume_mounts.clone()).filter(|mounts| !mounts.is_empty())),
        state: Some(state),
        last_state: Some(last_state),
        ..Default::default()
    }
}

/// `state` and `lastState`.
fn states(
    facts: &Facts<'_>,
    container: &ContainerLife,
    observed: &ContainerObserved,
) -> (core::ContainerState, core::ContainerState) {
    let previous = observed
        .previous
        .as_ref()
        .map(terminated)
        .unwrap_or_default();
    let Some(attempt) = &observed.attempt else {
        return (never_started(facts, container, observed), previous);
    };
    let exit = match &attempt.state {
        AttemptState::Running { started_at } => {
            let running = core::ContainerStateRunning {
                started_at: Some(Time(whole_seconds(*started_at))),
            };
            let state = core::ContainerState {
                running: Some(running),
                ..Default::default()
            };
            return (state, previous);
        }
        AttemptState::Finished(exit) => exit,
    };
    if !facts.will_restart(container, exit) {
        return (terminated(exit), previous);
    }
    if let Some(held) = &observed.held {
        return (held_state(facts, container, held), terminated(exit));
    }
    if crash_backoff_ends(facts, container).is_some_and(|due| due > facts.now) {
        return (
            crash_loop_state(facts, container, observed),
            terminated(exit),
        );
    }
    (terminated(exit), previous)
}

fn never_started(
    facts: &Facts<'_>,
    container: &ContainerLife,
    observed: &ContainerObserved,
) -> core::ContainerState {
    // Upstream `TerminatePod`: once init was over, a container that is missing
    // at the end is a failed one.
    if facts.is_over && facts.is_initialized {
        return terminated(&Exit {
            code: 137,
            reason: ExitReason::StatusUnknown,
            started_at: None,
            finished_at: None,
            message: Some(
                "The container could not be located when the pod was terminated".to_owned(),
            ),
            id: String::new(),
        });
    }
    if let Some(held) = &observed.held {
        return held_state(facts, container, held);
    }
    let has_init = !facts.pod.init_containers.is_empty();
    let is_first_init = facts.pod.init_containers.first() == Some(container);
    if has_init && !facts.is_initialized && !is_first_init {
        waiting("PodInitializing", None)
    } else {
        waiting("ContainerCreating", None)
    }
}

fn crash_loop_state(
    facts: &Facts<'_>,
    container: &ContainerLife,
    observed: &ContainerObserved,
) -> core::ContainerState {
    let delay = observed
        .backoff
        .map_or(backoff::FIRST, |backoff| backoff.delay);
    let message = format!(
        "back-off {} restarting failed container={} pod={}",
        backoff::go_seconds(delay),
        container.name,
        facts.pod.display()
    );
    waiting("CrashLoopBackOff", Some(message))
}

fn held_state(facts: &Facts<'_>, container: &ContainerLife, held: &Held) -> core::ContainerState {
    let (reason, message) = match held.reason {
        HeldReason::Sandbox => ("ContainerCreating", None),
        HeldReason::ImagePull
            if facts.now >= super::view::later(held.since, backoff::ERR_IMAGE_PULL_SHOWN) =>
        {
            (
                "ImagePullBackOff",
                Some(format!(
                    "Back-off pulling image \"{}\": ErrImagePull: {}",
                    container.image, held.message
                )),
            )
        }
        HeldReason::ImagePull => ("ErrImagePull", Some(held.message.clone())),
        HeldReason::ImageNeverPull => ("ErrImageNeverPull", Some(held.message.clone())),
        HeldReason::InvalidImageName => ("InvalidImageName", Some(held.message.clone())),
        HeldReason::ContainerConfig => ("CreateContainerConfigError", Some(held.message.clone())),
        HeldReason::CreateContainer => ("CreateContainerError", Some(held.message.clone())),
    };
    waiting(reason, message)
}

fn waiting(reason: &str, message: Option<String>) -> core::ContainerState {
    core::ContainerState {
        waiting: Some(core::ContainerStateWaiting {
            reason: Some(reason.to_owned()),
            message,
        }),
        ..Default::default()
    }
}

fn terminated(exit: &Exit) -> core::ContainerState {
    let reason = match exit.reason {
        ExitReason::Exited if exit.code == 0 => "Completed",
        ExitReason::Exited => "Error",
        ExitReason::OomKilled => "OOMKilled",
        ExitReason::StartError => "StartError",
        ExitReason::Lost => "Unknown",
        ExitReason::StatusUnknown => "ContainerStatusUnknown",
    };
    let is_located = exit.reason != ExitReason::StatusUnknown;
    let started_at = exit.started_at.unwrap_or(Timestamp::UNIX_EPOCH);
    core::ContainerState {
        terminated: Some(core::ContainerStateTerminated {
            exit_code: exit.code,
            reason: Some(reason.to_owned()),
            message: exit.message.clone(),
            started_at: is_located.then(|| Time(whole_seconds(started_at))),
            finished_at: is_located.then(|| Time(whole_seconds(finished_at(exit)))),
            container_id: container_id(&exit.id),
            signal: None,
        }),
        ..Default::default()
    }
}

fn container_id(id: &str) -> Option<String> {
    (!id.is_empty()).then(|| format!("{CONTAINER_ID_SCHEME}{id}"))
}
