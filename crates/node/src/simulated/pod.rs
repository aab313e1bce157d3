//! One simulated Pod: the decisions of a real node, carried out in the mind.
//!
//! [`jobyard_decide::pod::step`] says what a node has to do and what the status
//! is. Here a sandbox is made by saying so, a container runs until its time is
//! over, and a signal ends it at once. So conditions, restarts with their
//! back-off, init containers, sidecars, deadlines and deletions are those of a
//! real node.
//!
//! No I/O: the driver stores what [`SimulatedPod::next`] asks for.

use std::sync::Arc;

use jobyard_api::{Object, Revision, Timestamp, Uid, core};
use jobyard_decide::pod::{
    Attempt, AttemptState, Backoff, ContainerKind, ContainerObserved, Exit, ExitReason, Observed,
    PodAction, PodLife, Sandbox, step,
};

use super::Fate;
use crate::logs;

/// Exit code of a container that was told to end: 128 + SIGTERM.
const TERMINATED: i32 = 143;
/// Exit code of a container that was killed: 128 + SIGKILL.
const KILLED: i32 = 137;

/// A Pod, and what is imagined of it.
#[derive(Debug)]
pub(super) struct SimulatedPod {
    /// The newest version seen.
    pod: Arc<core::Pod>,
    life: PodLife,
    observed: Observed,
}

/// What the driver has to do next.
#[derive(Debug)]
pub(super) enum Next {
    /// Store this status; then [`SimulatedPod::see`] the answer.
    Store(Box<core::Pod>),
    /// Delete the object with grace 0 and its uid as precondition.
    Delete,
    /// Come back then, or when the object changes.
    Wait(Option<Timestamp>),
    /// Nothing is left to do.
    Forget,
}

impl SimulatedPod {
    /// Begins with a Pod, or goes on where an earlier node left it.
    pub(super) fn new(pod: Arc<core::Pod>, address: &str, now: Timestamp) -> Self {
        let life = PodLife::from(&*pod);
        let mut observed = Observed::from_status(&life.status, address, now);
        // A real node would have lost what ran; nothing was there to be lost.
        for status in statuses(&life.status) {
            go_on(&mut observed, status);
        }
        if !observed.containers.is_empty() {
            observed.sandbox = Sandbox::Ready;
        }
        Self {
            pod,
            life,
            observed,
        }
    }

    pub(super) fn uid(&self) -> &Uid {
        &self.life.uid
    }

    pub(super) fn revision(&self) -> Option<Revision> {
        self.pod.revision()
    }

    /// Takes a version of the object that is newer than what was seen.
    pub(super) fn see(&mut self, pod: Arc<core::Pod>) {
        self.life = PodLife::from(&*pod);
        self.observed.is_status_stored = true;
        self.pod = pod;
    }

    /// Goes on as far as it can without the API. Ends: each turn takes the Pod
    /// a step further on its way.
    pub(super) fn next(&mut self, fate: &Fate, now: Timestamp) -> Next {
        loop {
            let decision = step(&self.life, &self.observed, now);
            if let Some(status) = decision.status {
                self.life.status = *status;
                self.observed.is_status_stored = false;
            }
            if decision.actions.contains(&PodAction::DeleteObject) {
                return Next::Delete;
            }
            if !decision.actions.is_empty() {
                for action in decision.actions {
                    self.act(action, now);
                }
                continue;
            }
            if !self.observed.is_status_stored {
                return Next::Store(Box::new(core::Pod {
                    metadata: self.pod.metadata.clone(),
                    spec: self.pod.spec.clone(),
                    status: Some(self.life.status.clone()),
                }));
            }
            if self.end_what_is_due(fate, now) {
                continue;
            }
            if self.life.has_final_status() {
                return Next::Forget;
            }
            let ends = self.running().map(|(_, ends)| ends(fate));
            return Next::Wait(ends.chain(decision.wake_at).min());
        }
    }

    fn act(&mut self, action: PodAction, now: Timestamp) {
        match action {
            PodAction::PrepareSandbox => {
                self.observed.on_sandbox_made();
                self.observed.pod_ip = Some(self.observed.host_ip.clone());
            }
            PodAction::Start {
                container,
                attempt,
                backoff,
            } => self.start(container, attempt, backoff, now),
            PodAction::Terminate { container, .. } => self.end(&container, TERMINATED, now),
            PodAction::Kill { container } => self.end(&container, KILLED, now),
            PodAction::RemoveSandbox => self.observed.sandbox = Sandbox::Removed,
            PodAction::DeleteObject => {}
        }
    }

    fn start(&mut self, container: String, number: u32, backoff: Option<Backoff>, now: Timestamp) {
        let id = logs::container_id(&self.life.uid, &container, number);
        let before = self.observed.containers.remove(&container);
        let observed = ContainerObserved {
            previous: before.and_then(|before| before.exit().cloned()),
            attempt: Some(Attempt {
                number,
                id,
                image_id: String::new(),
                state: AttemptState::Running { started_at: now },
            }),
            backoff,
            ..ContainerObserved::default()
        };
        self.observed.containers.insert(container, observed);
    }

    fn end(&mut self, container: &str, code: i32, now: Timestamp) {
        let Some(observed) = self.observed.containers.get_mut(container) else {
            return;
        };
        let Some(attempt) = &mut observed.attempt else {
            return;
        };
        if let AttemptState::Running { started_at } = attempt.state {
            attempt.state = AttemptState::Finished(Exit {
                code,
                reason: ExitReason::Exited,
                started_at: Some(started_at),
                finished_at: Some(now),
                message: None,
                id: attempt.id.clone(),
            });
        }
    }

    /// Ends the containers whose time is over. Returns whether there were any.
    fn end_what_is_due(&mut self, fate: &Fate, now: Timestamp) -> bool {
        let due: Vec<String> = self
            .running()
            .filter(|(_, ends)| ends(fate) <= now)
            .map(|(name, _)| name.to_owned())
            .collect();
        for container in &due {
            let is_regular = self.life.containers.iter().any(|it| it.name == *container);
            let attempt = self.observed.containers[container].attempt.as_ref();
            let restarts = attempt.map_or(0, |attempt| attempt.number);
            let code = if is_regular {
                fate.exit_code(&self.pod, restarts)
            } else {
                0
            };
            self.end(container, code, now);
        }
        !due.is_empty()
    }

    /// The containers that end by themselves, and when: init containers at once,
    /// sidecars never.
    fn running(&self) -> impl Iterator<Item = (&str, impl Fn(&Fate) -> Timestamp)> {
        self.life.all_containers().filter_map(|container| {
            let observed = self.observed.containers.get(&container.name)?;
            let started_at = observed.running_since()?;
            let is_regular = match container.kind {
                ContainerKind::Init => false,
                ContainerKind::Regular => true,
                ContainerKind::Sidecar => return None,
            };
            let ends = move |fate: &Fate| {
                if is_regular {
                    let ends = started_at.checked_add(fate.run_time);
                    ends.unwrap_or(Timestamp::MAX)
                } else {
                    started_at
                }
            };
            Some((container.name.as_str(), ends))
        })
    }
}

fn statuses(status: &core::PodStatus) -> impl Iterator<Item = &core::ContainerStatus> {
    [&status.init_container_statuses, &status.container_statuses]
        .into_iter()
        .flatten()
        .flatten()
}

/// Has a container that is said to run go on running.
fn go_on(observed: &mut Observed, status: &core::ContainerStatus) {
    let running = status
        .state
        .as_ref()
        .and_then(|state| state.running.as_ref());
    let started_at = running.and_then(|running| running.started_at.as_ref());
    let known = observed.containers.get_mut(&status.name);
    if let (Some(started_at), Some(attempt)) =
        (started_at, known.and_then(|it| it.attempt.as_mut()))
    {
        attempt.state = AttemptState::Running {
            started_at: started_at.0,
        };
    }
}
