//! What the node sees of a Pod, apart from the API: its sandbox and its containers.
//!
//! The driver keeps this value, the runtime's reports change it, and the
//! decision reads it. All that must survive a restart of the agent is found
//! again from the runtime's folders; the rest (back-offs, held starts) begins
//! anew, as upstream's does.

use std::{collections::BTreeMap, time::Duration};

use jobyard_api::{Timestamp, core};

use super::backoff::Backoff;

/// What is there of one Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// When the agent saw the Pod first: `status.startTime`, unless that is set.
    pub seen_at: Timestamp,
    /// The node's address, `status.hostIP`.
    pub host_ip: String,
    /// The Pod's address, once it has one.
    pub pod_ip: Option<String>,
    /// Folders, volumes, network and control group.
    pub sandbox: Sandbox,
    /// Whether [`PodLife::status`](super::PodLife::status) is in the API, and not only on its way there.
    pub is_status_stored: bool,
    /// The node ends all its Pods before it goes away.
    pub is_node_shutting_down: bool,
    /// By container name; a container that was never touched has no entry.
    pub containers: BTreeMap<String, ContainerObserved>,
}

/// What all containers of a Pod need and share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sandbox {
    /// Not made yet.
    Absent,
    /// Could not be made: a volume is missing, say.
    Failed(Held),
    /// Containers can be started.
    Ready,
    /// It broke down (a reboot, a killed shim), and all containers in it; another one can be made.
    Lost,
    /// Taken down. Only logs are left.
    Removed,
}

/// What is there of one container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContainerObserved {
    /// The newest attempt to run it.
    pub attempt: Option<Attempt>,
    /// How the attempt before ended.
    pub previous: Option<Exit>,
    /// Why the next attempt could not be started.
    pub held: Option<Held>,
    /// The wait before the next restart.
    pub backoff: Option<Backoff>,
    /// Set once the newest attempt was told to end.
    pub stopping: Option<Stopping>,
    /// The newest attempt ran in a sandbox that is no more: init begins anew.
    pub is_of_lost_sandbox: bool,
}

/// One run of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// 0 for the first: the `restartCount`.
    pub number: u32,
    /// `containerID` without its scheme; empty when the process was never made.
    pub id: String,
    /// `imageID`; empty where no image was used.
    pub image_id: String,
    /// How far it came.
    pub state: AttemptState,
}

/// How far an attempt came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptState {
    /// The process runs.
    Running {
        /// Since when.
        started_at: Timestamp,
    },
    /// It has ended.
    Finished(Exit),
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// The exit code, 128 + N for signal N.
    pub code: i32,
    /// What stands beside the code.
    pub reason: ExitReason,
    /// When the process started; `None`: it never did, shown as 1970.
    pub started_at: Option<Timestamp>,
    /// When it ended; `None`: nobody saw it.
    pub finished_at: Option<Timestamp>,
    /// The termination message, or the runtime's text.
    pub message: Option<String>,
    /// `containerID` of that attempt, without its scheme.
    pub id: String,
}

/// Why an attempt ended, as the terminated state says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitReason {
    /// The process ended by itself or by a signal: `Completed` or `Error`.
    Exited,
    /// The kernel killed it for its memory.
    OomKilled,
    /// The process could not be started: code 128.
    StartError,
    /// The process is gone and left no exit code (a reboot, a killed shim): code 255, `Unknown`.
    Lost,
    /// The API says it ran, the node knows nothing of it: code 137, `ContainerStatusUnknown`.
    StatusUnknown,
}

/// A container on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopping {
    /// When it was told to end.
    pub since: Timestamp,
    /// When it is killed.
    pub kill_at: Timestamp,
    /// Whether it was killed.
    pub is_killed: bool,
}

/// A start that did not happen, and will be tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The step that failed.
    pub reason: HeldReason,
    /// What failed, for people.
    pub message: String,
    /// When it failed last.
    pub since: Timestamp,
    /// How often it failed in a row, at least 1.
    pub failures: u32,
}

/// The step before a start that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldReason {
    /// The sandbox or one of its volumes.
    Sandbox,
    /// The image could not be fetched.
    ImagePull,
    /// The image is not there and must not be fetched.
    ImageNeverPull,
    /// The image's name says nothing.
    InvalidImageName,
    /// Environment, user or mounts could not be worked out.
    ContainerConfig,
    /// The runtime could not make the container; no process was started.
    CreateContainer,
}

impl Observed {
    /// A sandbox was made: what ran before, ran in another one.
    pub fn on_sandbox_made(&mut self) {
        self.sandbox = Sandbox::Ready;
        for container in self.containers.values_mut() {
            container.is_of_lost_sandbox = container.attempt.is_some();
        }
    }

    /// What is left of a Pod that the runtime knows nothing of: what its status says.
    ///
    /// A container that ended has ended. One that is said to run is gone and
    /// nobody can say how it ended; it must not be taken for one that never ran.
    ///
    /// Source: upstream `convertToAPIContainerStatuses`, the part on
    /// containers that are missing from the runtime.
    pub fn from_status(status: &core::PodStatus, host_ip: &str, now: Timestamp) -> Self {
        let statuses = [&status.init_container_statuses, &status.container_statuses];
        let containers = statuses
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(container_from_status);
        Self {
            seen_at: now,
            host_ip: host_ip.to_owned(),
            pod_ip: status.pod_ip.clone(),
            sandbox: Sandbox::Absent,
            is_status_stored: true,
            is_node_shutting_down: false,
            containers: containers.collect(),
        }
    }
}

fn container_from_status(status: &core::ContainerStatus) -> Option<(String, ContainerObserved)> {
    let state = status.state.as_ref()?;
    let last_exit = status
        .last_state
        .as_ref()
        .and_then(|last| last.terminated.as_ref())
        .map(exit_from_status);
    let (exit, previous) = match (&state.running, &state.terminated, last_exit) {
        (Some(_), _, last_exit) => (missing(status), last_exit),
        (None, Some(terminated), last_exit) => (exit_from_status(terminated), last_exit),
        // Waiting in back-off: the last state is that of the newest attempt.
        (None, None, Some(exit)) => (exit, None),
        (None, None, None) => return None,
    };
    let attempt = Attempt {
        number: status.restart_count.try_into().unwrap_or(0),
        id: exit.id.clone(),
        image_id: status.image_id.clone(),
        state: AttemptState::Finished(exit),
    };
    let observed = ContainerObserved {
        attempt: Some(attempt),
        previous,
        ..Default::default()
    };
    Some((status.name.clone(), observed))
}

fn missing(status: &core::ContainerStatus) -> Exit {
    Exit {
        code: 137,
        reason: ExitReason::StatusUnknown,
        started_at: None,
        finished_at: None,
        message: Some(
            "The container could not be located when the pod was deleted.  The container used to be Running"
                .to_owned(),
        ),
        id: own_id(status.container_id.as_deref()),
    }
}

fn exit_from_status(terminated: &core::ContainerStateTerminated) -> Exit {
    Exit {
        code: terminated.exit_code,
        reason: match terminated.reason.as_deref() {
            Some("OOMKilled") => ExitReason::OomKilled,
            Some("StartError") => ExitReason::StartError,
            Some("Unknown") => ExitReason::Lost,
            Some("ContainerStatusUnknown") => ExitReason::StatusUnknown,
            _ => ExitReason::Exited,
        },
        started_at: terminated.started_at.as_ref().map(|time| time.0),
        finished_at: terminated.finished_at.as_ref().map(|time| time.0),
        message: terminated.message.clone(),
        id: own_id(terminated.container_id.as_deref()),
    }
}

fn own_id(container_id: Option<&str>) -> String {
    container_id
        .and_then(|id| id.strip_prefix(super::CONTAINER_ID_SCHEME))
        .unwrap_or_default()
        .to_owned()
}

impl Held {
    /// When the step is tried again.
    ///
    /// Images: 10 s, doubled to 300 s (upstream's image back-off). Volumes:
    /// 0.5 s, doubled to 2 min (`exponentialbackoff`). The rest upstream tries
    /// at each sync, 10 s apart; here from 1 s, doubled to 10 s.
    pub fn retry_at(&self) -> Timestamp {
        let (first_ms, most) = match self.reason {
            HeldReason::ImagePull => (10_000, Duration::from_mins(5)),
            HeldReason::Sandbox => (500, Duration::from_secs(122)),
            HeldReason::ImageNeverPull
            | HeldReason::InvalidImageName
            | HeldReason::ContainerConfig
            | HeldReason::CreateContainer => (1_000, Duration::from_secs(10)),
        };
        let doublings = self.failures.saturating_sub(1).min(16);
        super::view::later(
            self.since,
            Duration::from_millis(first_ms << doublings).min(most),
        )
    }
}

impl ContainerObserved {
    /// Whether its newest attempt runs.
    pub fn is_running(&self) -> bool {
        self.running_since().is_some()
    }

    /// When its newest attempt started, if it runs.
    pub fn running_since(&self) -> Option<Timestamp> {
        match self.attempt.as_ref()?.state {
            AttemptState::Running { started_at } => Some(started_at),
            AttemptState::Finished(_) => None,
        }
    }

    /// How its newest attempt ended, if it has.
    pub fn exit(&self) -> Option<&Exit> {
        match &self.attempt.as_ref()?.state {
            AttemptState::Running { .. } => None,
            AttemptState::Finished(exit) => Some(exit),
        }
    }
}

impl Exit {
    /// Whether the container did what it was there for.
    ///
    /// An OOM kill of a child may leave code 0; upstream counts it as a failure
    /// all the same where success decides (`isContainerFailed`).
    pub fn is_success(&self) -> bool {
        self.code == 0 && self.reason != ExitReason::OomKilled
    }
}
