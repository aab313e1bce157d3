//! What the node tells users of a Pod: reasons and messages, spelled once.
//!
//! Events that follow from the decision come with it; the driver takes the
//! others from here when a step succeeded or failed.
//!
//! Source: upstream pkg/kubelet/events and the callers of its reasons.

use jobyard_api::core;

use super::{
    ContainerKind, ContainerLife, Ending, Facts, HeldReason, PodAction, PodDecision, view::later,
};

/// An event of a Pod, before it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodEvent {
    /// Whether something is wrong.
    pub severity: Severity,
    /// `Killing`, `BackOff` ...
    pub reason: &'static str,
    /// For people.
    pub message: String,
    /// `spec.containers{c}` when it is about a container.
    pub field_path: Option<String>,
}

/// The type of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// As planned.
    Normal,
    /// Worth a look.
    Warning,
}

impl Severity {
    /// As the event's `type` says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

/// The container is told to end.
pub fn killing(container: &ContainerLife) -> PodEvent {
    of_container(
        container,
        Severity::Normal,
        "Killing",
        format!("Stopping container {}", container.name),
    )
}

/// The container's image is here.
pub fn pulled(container: &ContainerLife) -> PodEvent {
    let message = format!(
        "Container image \"{}\" already present on machine and can be accessed by the pod",
        container.image
    );
    of_container(container, Severity::Normal, "Pulled", message)
}

/// The Pod runs on the machine's own system folders, not on its image.
pub fn image_ignored(container: &ContainerLife) -> PodEvent {
    let message = format!(
        "RuntimeClass \"host\" runs containers on this machine's own system folders: image \"{}\" is not used",
        container.image
    );
    of_container(container, Severity::Normal, "ImageIgnored", message)
}

/// The container was made.
pub fn created(container: &ContainerLife) -> PodEvent {
    of_container(
        container,
        Severity::Normal,
        "Created",
        "Container created".to_owned(),
    )
}

/// Its process runs.
pub fn started(container: &ContainerLife) -> PodEvent {
    of_container(
        container,
        Severity::Normal,
        "Started",
        "Container started".to_owned(),
    )
}

/// The image is about to be fetched.
pub fn pulling(container: &ContainerLife) -> PodEvent {
    of_container(
        container,
        Severity::Normal,
        "Pulling",
        format!("Pulling image \"{}\"", container.image),
    )
}

/// The start was given up: what failed, and how the status calls it.
pub fn held(container: &ContainerLife, reason: HeldReason, message: &str) -> Vec<PodEvent> {
    let warning = |name, text: String| of_container(container, Severity::Warning, name, text);
    let error = |text: &str| warning("Failed", format!("Error: {text}"));
    match reason {
        HeldReason::Sandbox => vec![],
        HeldReason::ImagePull => vec![
            warning(
                "Failed",
                format!("Failed to pull image \"{}\": {message}", container.image),
            ),
            error("ErrImagePull"),
        ],
        HeldReason::ImageNeverPull => {
            vec![
                warning("ErrImageNeverPull", message.to_owned()),
                error("ErrImageNeverPull"),
            ]
        }
        HeldReason::InvalidImageName => {
            vec![
                warning("InspectFailed", message.to_owned()),
                error("InvalidImageName"),
            ]
        }
        HeldReason::ContainerConfig | HeldReason::CreateContainer => vec![error(message)],
    }
}

/// The process could not be started.
pub fn start_failed(container: &ContainerLife, message: &str) -> PodEvent {
    of_container(
        container,
        Severity::Warning,
        "Failed",
        format!("Error: {message}"),
    )
}

/// A volume could not be made.
pub fn failed_mount(message: String) -> PodEvent {
    PodEvent {
        severity: Severity::Warning,
        reason: "FailedMount",
        message,
        field_path: None,
    }
}

/// The sandbox broke down and another one is made.
pub fn sandbox_changed() -> PodEvent {
    PodEvent {
        severity: Severity::Normal,
        reason: "SandboxChanged",
        message: "Pod sandbox changed, it will be killed and re-created.".to_owned(),
        field_path: None,
    }
}

/// The sandbox could not be made.
pub fn failed_create_sandbox(message: &str) -> PodEvent {
    PodEvent {
        severity: Severity::Warning,
        reason: "FailedCreatePodSandBox",
        message: format!("Failed to create pod sandbox: {message}"),
        field_path: None,
    }
}

fn of_container(
    container: &ContainerLife,
    severity: Severity,
    reason: &'static str,
    message: String,
) -> PodEvent {
    let list = match container.kind {
        ContainerKind::Init | ContainerKind::Sidecar => "initContainers",
        ContainerKind::Regular => "containers",
    };
    PodEvent {
        severity,
        reason,
        message,
        field_path: Some(format!("spec.{list}{{{}}}", container.name)),
    }
}

/// Events that say how the status changed, and wake-ups for when it will without an action.
pub(super) fn on_status_change(
    facts: &Facts<'_>,
    status: &core::PodStatus,
    decision: &mut PodDecision,
) {
    let lists = [
        (
            &facts.pod.init_containers,
            &facts.pod.status.init_container_statuses,
            &status.init_container_statuses,
        ),
        (
            &facts.pod.containers,
            &facts.pod.status.container_statuses,
            &status.container_statuses,
        ),
    ];
    for (containers, old, new) in lists {
        for container in containers {
            let new = find(new.as_ref(), &container.name);
            let old = find(old.as_ref(), &container.name);
            container_waits(facts, container, old, new, decision);
        }
    }
    let was_told = facts.is_told_to_end();
    let is_told_now = decision
        .actions
        .iter()
        .any(|action| matches!(action, PodAction::Terminate { .. }));
    if facts.ending == Some(Ending::DeadlineExceeded) && !was_told && (is_told_now || facts.is_over)
    {
        decision.events.push(PodEvent {
            severity: Severity::Normal,
            reason: "DeadlineExceeded",
            message: super::ending::DEADLINE_EXCEEDED_MESSAGE.to_owned(),
            field_path: None,
        });
    }
}

fn container_waits(
    facts: &Facts<'_>,
    container: &ContainerLife,
    old: Option<&core::ContainerStatus>,
    new: Option<&core::ContainerStatus>,
    decision: &mut PodDecision,
) {
    let reason = new.and_then(waiting_reason);
    let old_reason = old.and_then(waiting_reason);
    let same_attempt = old.map(|old| old.restart_count) == new.map(|new| new.restart_count);
    match reason {
        Some("ErrImagePull") => {
            if let Some(held) = facts
                .of(container)
                .and_then(|observed| observed.held.as_ref())
            {
                decision.wake(later(held.since, super::backoff::ERR_IMAGE_PULL_SHOWN));
            }
        }
        Some("ImagePullBackOff") if old_reason != reason => {
            let message = format!("Back-off pulling image \"{}\"", container.image);
            decision.events.push(of_container(
                container,
                Severity::Normal,
                "BackOff",
                message,
            ));
            let message = "Error: ImagePullBackOff".to_owned();
            decision.events.push(of_container(
                container,
                Severity::Warning,
                "Failed",
                message,
            ));
        }
        Some("CrashLoopBackOff") if old_reason != reason || !same_attempt => {
            let message = format!(
                "Back-off restarting failed container {} in pod {}",
                container.name,
                facts.pod.display()
            );
            decision.events.push(of_container(
                container,
                Severity::Warning,
                "BackOff",
                message,
            ));
        }
        _ => {}
    }
}

fn find<'a>(
    statuses: Option<&'a Vec<core::ContainerStatus>>,
    name: &str,
) -> Option<&'a core::ContainerStatus> {
    statuses?.iter().find(|status| status.name == name)
}

fn waiting_reason(status: &core::ContainerStatus) -> Option<&str> {
    status.state.as_ref()?.waiting.as_ref()?.reason.as_deref()
}
