//! The Pod's phase.
//!
//! A final phase is only said when nothing runs any more: upstream's status
//! manager holds it back as long (`mergePodStatus`), because a Job replaces a
//! Pod by its phase.
//!
//! Source: upstream `getPhase` in kubelet_pods.go.

use super::{Ending, Exit, Facts};

/// The five phases less `Unknown`, which no node sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Pending,
    Running,
    Succeeded,
    Failed,
}

impl Phase {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
        }
    }

    pub(super) fn of(facts: &Facts<'_>) -> Self {
        if facts.is_over {
            return Self::at_the_end(facts);
        }
        // A container waits when it never ran; one that ran before counts as stopped.
        let any_waits = facts.pod.containers.iter().any(|container| {
            facts
                .of(container)
                .is_none_or(|observed| observed.attempt.is_none())
        });
        if !facts.is_initialized || any_waits {
            Self::Pending
        } else {
            Self::Running
        }
    }

    fn at_the_end(facts: &Facts<'_>) -> Self {
        let all_succeeded = facts.pod.containers.iter().all(|container| {
            facts
                .exit(container)
                .is_some_and(|exit: &Exit| exit.code == 0)
        });
        let is_success = match facts.ending {
            Some(Ending::DeadlineExceeded | Ending::InitFailed | Ending::NodeShutdown) | None => {
                false
            }
            // A Pod whose processes exit with 0 on SIGTERM has succeeded.
            Some(Ending::Done | Ending::Deleted) => all_succeeded,
            Some(Ending::FinalStatus) => facts.pod.status.phase.as_deref() == Some("Succeeded"),
        };
        if is_success {
            Self::Succeeded
        } else {
            Self::Failed
        }
    }
}
