//! The life of one Pod on its node: what to start and to stop, and what to say of it.
//!
//! [`step`] looks at the Pod's spec and stored status ([`PodLife`]) and at what
//! the node sees of it ([`Observed`]), and answers with the whole next move:
//!
//! ```text
//! alive ── prepare the sandbox ── init containers in order ── regular containers
//!   │                                                           │
//!   └─ deleted, past its deadline, init failed, all done ───────┤
//!                                                               ▼
//! ending ── terminate ── kill ── final status ── remove the sandbox ── delete the object
//! ```
//!
//! Every way to end is the same walk; only the grace period and the words of the
//! final status differ. The final status is stored before the object is deleted,
//! because the Job controller counts by it (upstream `SyncTerminatedPod`).
//!
//! The driver carries actions out in order, records in [`Observed`] what became
//! of them, and asks again until nothing is left to do.
//!
//! Not here yet: probes, lifecycle hooks, eviction, `RestartAllContainers`.
//!
//! Source: upstream kubelet `computePodActions`, `generateAPIPodStatus`,
//! pod_workers.go; observed rows of a running kubelet 1.36.2.

mod backoff;
mod condition;
mod ending;
pub mod event;
mod observed;
mod phase;
mod status;
mod view;

#[cfg(test)]
mod tests;

use jobyard_api::{Timestamp, core, object::whole_seconds};

pub use backoff::Backoff;
pub use event::{PodEvent, Severity};
pub use observed::{
    Attempt, AttemptState, ContainerObserved, Exit, ExitReason, Held, HeldReason, Observed,
    Sandbox, Stopping,
};
pub use status::CONTAINER_ID_SCHEME;
pub use view::{
    ContainerKind, ContainerLife, Deletion, ExitCodeOperator, PodLife, RestartPolicy, RestartRule,
};

use ending::Ending;

/// Decides the next move for one Pod.
///
/// `now` is the only clock. Asked again with the world as it is after all
/// actions succeeded and the status is stored, it has nothing more to do.
pub fn step(pod: &PodLife, observed: &Observed, now: Timestamp) -> PodDecision {
    let facts = Facts::gather(pod, observed, now);
    let mut decision = PodDecision::default();
    match facts.ending {
        None => converge(&facts, &mut decision),
        Some(ending) => ending::terminate(&facts, ending, &mut decision),
    }
    let status = status::pod_status(&facts);
    event::on_status_change(&facts, &status, &mut decision);
    if facts.is_over {
        let is_stored = observed.is_status_stored && status == pod.status;
        ending::clean_up(&facts, is_stored, &mut decision);
    }
    if status != pod.status {
        decision.status = Some(Box::new(status));
    }
    decision
}

/// What to do, what to write down, when to look again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodDecision {
    /// In the order they must happen.
    pub actions: Vec<PodAction>,
    /// The status to store, when it is another than [`PodLife::status`].
    pub status: Option<Box<core::PodStatus>>,
    /// When to ask again even if nothing happens.
    pub wake_at: Option<Timestamp>,
    /// What to tell the user.
    pub events: Vec<PodEvent>,
}

impl PodDecision {
    fn wake(&mut self, at: Timestamp) {
        self.wake_at = Some(self.wake_at.map_or(at, |earlier| earlier.min(at)));
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodAction {
    /// Make folders, volumes, network and control group.
    PrepareSandbox,
    /// Start a container: image, configuration, process.
    Start {
        /// The container's name.
        container: String,
        /// Which attempt this is; it must not exist yet.
        attempt: u32,
        /// The back-off to remember once the process was made.
        backoff: Option<Backoff>,
    },
    /// Tell a container to end (SIGTERM), and remember when it is to be killed.
    Terminate {
        /// The container's name.
        container: String,
        /// When SIGKILL follows.
        kill_at: Timestamp,
    },
    /// Kill all processes of a container.
    Kill {
        /// The container's name.
        container: String,
    },
    /// Take down what [`PodAction::PrepareSandbox`] made. Logs stay.
    RemoveSandbox,
    /// Delete the object with grace 0 and its uid as precondition.
    DeleteObject,
}

/// What the decision rests on, worked out once.
struct Facts<'a> {
    pod: &'a PodLife,
    observed: &'a Observed,
    now: Timestamp,
    /// `status.startTime`.
    start_time: Timestamp,
    /// Whether init is over: regular containers may run, or have run.
    is_initialized: bool,
    /// Why the Pod ends, if it does.
    ending: Option<Ending>,
    /// It ends and nothing of it runs any more.
    is_over: bool,
}

impl<'a> Facts<'a> {
    fn gather(pod: &'a PodLife, observed: &'a Observed, now: Timestamp) -> Self {
        let start_time = pod
            .status
            .start_time
            .as_ref()
            .map_or_else(|| whole_seconds(observed.seen_at), |time| time.0);
        let mut facts = Self {
            pod,
            observed,
            now,
            start_time,
            is_initialized: false,
            ending: None,
            is_over: false,
        };
        facts.is_initialized = facts.has_initialized();
        facts.ending = Ending::of(&facts);
        facts.is_over = facts.ending.is_some()
            && !observed
                .containers
                .values()
                .any(ContainerObserved::is_running);
        facts
    }

    fn of(&self, container: &ContainerLife) -> Option<&'a ContainerObserved> {
        self.observed.containers.get(&container.name)
    }

    /// How the container ended, if it has.
    fn exit(&self, container: &ContainerLife) -> Option<&'a Exit> {
        self.of(container)?.exit()
    }

    fn is_running(&self, container: &ContainerLife) -> bool {
        self.of(container)
            .is_some_and(ContainerObserved::is_running)
    }

    /// Whether a plain init container has done its part, a sidecar its start, in this sandbox.
    fn has_passed(&self, container: &ContainerLife) -> bool {
        let is_of_this_sandbox = self
            .of(container)
            .is_some_and(|observed| !observed.is_of_lost_sandbox);
        is_of_this_sandbox
            && match container.kind {
                ContainerKind::Init => self.exit(container).is_some_and(Exit::is_success),
                ContainerKind::Sidecar => self.is_running(container),
                ContainerKind::Regular => false,
            }
    }

    /// Upstream `findNextInitContainerToRun`: once a regular container was
    /// started, init is never looked at again.
    fn has_initialized(&self) -> bool {
        let any_started = self.pod.containers.iter().any(|container| {
            self.of(container)
                .is_some_and(|observed| observed.attempt.is_some() && !observed.is_of_lost_sandbox)
        });
        any_started
            || self
                .pod
                .init_containers
                .iter()
                .all(|container| self.has_passed(container))
    }

    /// When `activeDeadlineSeconds` are over.
    ///
    /// The stored start is cut to whole seconds; while it is that of this
    /// agent's own memory, the uncut one counts.
    fn deadline(&self) -> Option<Timestamp> {
        let seen_at = self.observed.seen_at;
        let is_ours = whole_seconds(seen_at) == self.start_time;
        let start = if is_ours { seen_at } else { self.start_time };
        self.pod
            .active_deadline
            .map(|period| view::later(start, period))
    }

    /// Whether any container was told to end, whether or not it has by now.
    fn is_told_to_end(&self) -> bool {
        self.observed
            .containers
            .values()
            .any(|observed| observed.stopping.is_some())
    }

    /// When the last regular container ended, if none is to be started again.
    fn done_at(&self) -> Option<Timestamp> {
        self.pod
            .containers
            .iter()
            .map(|container| {
                self.exit(container)
                    .filter(|exit| !restarts(container, exit))
                    .map(finished_at)
            })
            .try_fold(Timestamp::UNIX_EPOCH, |latest, at| Some(latest.max(at?)))
    }

    /// Whether a plain init container failed for good.
    fn has_init_failed(&self) -> bool {
        !self.is_initialized
            && self.pod.init_containers.iter().any(|container| {
                container.kind == ContainerKind::Init
                    && self
                        .exit(container)
                        .is_some_and(|exit| !exit.is_success() && !restarts(container, exit))
            })
    }

    /// Whether this exit leads to another attempt.
    fn will_restart(&self, container: &ContainerLife, exit: &Exit) -> bool {
        self.ending.is_none() && restarts(container, exit)
    }
}

/// Whether a container that ended so is started again while its Pod lives.
///
/// Rules of the container first, then its policy (upstream
/// `ShouldContainerBeRestarted` with the gate `ContainerRestartRules`).
fn restarts(container: &ContainerLife, exit: &Exit) -> bool {
    let by_rule = container.restart_rules.iter().any(|rule| {
        let is_listed = rule.exit_codes.contains(&exit.code);
        match rule.operator {
            ExitCodeOperator::In => is_listed,
            ExitCodeOperator::NotIn => !is_listed,
        }
    });
    let has_failed = match container.kind {
        ContainerKind::Init => !exit.is_success(),
        ContainerKind::Sidecar | ContainerKind::Regular => exit.code != 0,
    };
    by_rule
        || match container.restart_policy {
            RestartPolicy::Always => true,
            RestartPolicy::OnFailure => has_failed,
            RestartPolicy::Never => false,
        }
}

/// The next step towards a Pod that runs as its spec says.
fn converge(facts: &Facts<'_>, decision: &mut PodDecision) {
    if let Some(deadline) = facts.deadline() {
        decision.wake(deadline);
    }
    match &facts.observed.sandbox {
        Sandbox::Ready => {}
        Sandbox::Failed(held) if facts.now < held.retry_at() => {
            decision.wake(held.retry_at());
            return;
        }
        // What the lost one knew of its containers goes with it: first store that.
        Sandbox::Lost if !facts.observed.is_status_stored => return,
        Sandbox::Absent | Sandbox::Failed(_) | Sandbox::Lost | Sandbox::Removed => {
            decision.actions.push(PodAction::PrepareSandbox);
            return;
        }
    }
    for container in &facts.pod.init_containers {
        let was_started = facts
            .of(container)
            .is_some_and(|observed| observed.attempt.is_some());
        match container.kind {
            // A sidecar that ran once is kept running whatever init does.
            ContainerKind::Sidecar if was_started || !facts.is_initialized => {
                start_unless_running(facts, container, decision);
            }
            ContainerKind::Init if !facts.is_initialized && !facts.has_passed(container) => {
                start_unless_running(facts, container, decision);
            }
            ContainerKind::Init | ContainerKind::Sidecar | ContainerKind::Regular => {}
        }
        if !facts.is_initialized && !facts.has_passed(container) {
            // The ones behind it wait; sidecars among them were not started yet.
            return;
        }
    }
    for container in &facts.pod.containers {
        let is_finished = facts
            .exit(container)
            .is_some_and(|exit| !restarts(container, exit));
        if !is_finished {
            start_unless_running(facts, container, decision);
        }
    }
}

fn start_unless_running(facts: &Facts<'_>, container: &ContainerLife, decision: &mut PodDecision) {
    if facts.is_running(container) {
        return;
    }
    let due = start_due(facts, container);
    if due > facts.now {
        decision.wake(due);
        return;
    }
    let observed = facts.of(container);
    let attempt = observed.and_then(|observed| observed.attempt.as_ref());
    let memory = observed.and_then(|observed| observed.backoff);
    decision.actions.push(PodAction::Start {
        container: container.name.clone(),
        attempt: attempt.map_or(0, |attempt| attempt.number + 1),
        backoff: facts
            .exit(container)
            .map(|exit| backoff::bump(memory, finished_at(exit), facts.now)),
    });
}

/// When the container may be started: after its crash back-off and after what held it.
fn start_due(facts: &Facts<'_>, container: &ContainerLife) -> Timestamp {
    let crash = crash_backoff_ends(facts, container);
    let held = facts
        .of(container)
        .and_then(|observed| observed.held.as_ref())
        .map(Held::retry_at);
    crash
        .into_iter()
        .chain(held)
        .max()
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

/// When the crash back-off of an ended container is over.
fn crash_backoff_ends(facts: &Facts<'_>, container: &ContainerLife) -> Option<Timestamp> {
    let observed = facts.of(container)?;
    Some(backoff::due(
        observed.backoff,
        finished_at(observed.exit()?),
    ))
}

/// An exit nobody saw is as old as can be: its restart waits for nothing.
fn finished_at(exit: &Exit) -> Timestamp {
    exit.finished_at.unwrap_or(Timestamp::UNIX_EPOCH)
}
