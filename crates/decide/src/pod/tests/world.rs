//! The world of the tests: carries actions out as the node would, without a machine.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

use jobyard_api::{ObjectKey, Timestamp, core, meta::Time};

use crate::pod::{
    Attempt, AttemptState, ContainerKind, ContainerLife, ContainerObserved, Deletion, Exit,
    ExitReason, Held, HeldReason, Observed, PodAction, PodDecision, PodLife, RestartPolicy,
    Sandbox, Stopping, step,
};

pub(super) const IMAGE: &str = "docker.io/library/busybox:1.36";

pub(super) struct World {
    pub(super) pod: PodLife,
    pub(super) observed: Observed,
    pub(super) now: Timestamp,
    /// `Normal Started c`, oldest first.
    pub(super) events: Vec<String>,
    /// `start c#0`, oldest first.
    pub(super) did: Vec<String>,
    pub(super) wake_at: Option<Timestamp>,
    /// Whether a status is in the API as soon as it is decided.
    pub(super) stores_at_once: bool,
    /// What the next start of a container meets in place of a running process.
    pub(super) obstacles: BTreeMap<String, (HeldReason, String)>,
}

impl World {
    /// A Pod of these containers: `c`, `init:a` or `sidecar:s`.
    pub(super) fn new(restart_policy: RestartPolicy, containers: &[&str]) -> Self {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let (init, regular) = containers
            .iter()
            .map(|text| container(text, restart_policy))
            .partition(|container| container.kind != ContainerKind::Regular);
        let pod = PodLife {
            key: ObjectKey::new("ns", "pod"),
            uid: "u-1".into(),
            generation: Some(1),
            restart_policy,
            grace_period: Duration::from_secs(30),
            active_deadline: None,
            deletion: None,
            readiness_gates: vec![],
            init_containers: init,
            containers: regular,
            status: core::PodStatus {
                phase: Some("Pending".to_owned()),
                qos_class: Some("BestEffort".to_owned()),
                ..Default::default()
            },
        };
        let observed = Observed {
            seen_at: now,
            host_ip: "10.0.0.1".to_owned(),
            pod_ip: None,
            sandbox: Sandbox::Absent,
            is_status_stored: true,
            is_node_shutting_down: false,
            containers: BTreeMap::new(),
        };
        Self {
            pod,
            observed,
            now,
            events: vec![],
            did: vec![],
            wake_at: None,
            stores_at_once: true,
            obstacles: BTreeMap::new(),
        }
    }

    pub(super) fn at(mut self, change: impl FnOnce(&mut PodLife)) -> Self {
        change(&mut self.pod);
        self
    }

    /// Acts and asks again until nothing is left to do, and checks that asking once more changes nothing.
    pub(super) fn settle(&mut self) -> &mut Self {
        for _ in 0..100 {
            let decision = step(&self.pod, &self.observed, self.now);
            self.wake_at = decision.wake_at;
            if decision.actions.is_empty() && decision.status.is_none() {
                assert_eq!(
                    decision.events,
                    vec![],
                    "a decision without actions repeats its events"
                );
                return self;
            }
            self.carry_out(decision);
        }
        panic!("the Pod does not come to rest: {:?}", self.did);
    }

    pub(super) fn carry_out(&mut self, decision: PodDecision) {
        for event in decision.events {
            let path = event
                .field_path
                .map(|path| format!(" @{path}"))
                .unwrap_or_default();
            self.events.push(format!(
                "{} {} {}{path}",
                event.severity.as_str(),
                event.reason,
                event.message
            ));
        }
        if let Some(status) = decision.status {
            self.pod.status = *status;
            self.observed.is_status_stored &= self.stores_at_once;
        }
        for action in decision.actions {
            self.act(action);
        }
    }

    fn act(&mut self, action: PodAction) {
        let now = self.now;
        match action {
            PodAction::PrepareSandbox => {
                self.did.push("prepare".to_owned());
                self.observed.on_sandbox_made();
                self.observed.pod_ip = Some("10.0.0.1".to_owned());
            }
            PodAction::Start {
                container,
                attempt,
                backoff,
            } => {
                self.did.push(format!("start {container}#{attempt}"));
                let obstacle = self.obstacles.get(&container).cloned();
                let observed = self.container(&container);
                if let Some((reason, message)) = obstacle {
                    let failures = observed.held.as_ref().map_or(0, |held| held.failures) + 1;
                    observed.held = Some(Held {
                        reason,
                        message,
                        since: now,
                        failures,
                    });
                    return;
                }
                let previous = observed.exit().cloned();
                *observed = ContainerObserved {
                    attempt: Some(Attempt {
                        number: attempt,
                        id: format!("{container}-{attempt}"),
                        image_id: String::new(),
                        state: AttemptState::Running { started_at: now },
                    }),
                    previous,
                    backoff: backoff.or(observed.backoff),
                    ..Default::default()
                };
            }
            PodAction::Terminate { container, kill_at } => {
                self.did.push(format!(
                    "terminate {container} kill=+{}",
                    (kill_at - now).get_seconds()
                ));
                self.container(&container).stopping = Some(Stopping {
                    since: now,
                    kill_at,
                    is_killed: false,
                });
            }
            PodAction::Kill { container } => {
                self.did.push(format!("kill {container}"));
                if let Some(stopping) = &mut self.container(&container).stopping {
                    stopping.is_killed = true;
                }
                self.exits(&container, 137);
            }
            PodAction::RemoveSandbox => {
                self.did.push("remove".to_owned());
                self.observed.sandbox = Sandbox::Removed;
            }
            PodAction::DeleteObject => {
                self.did.push("delete".to_owned());
                // As if a finalizer held it: upstream keeps the object with grace 0.
                self.pod.deletion = Some(Deletion {
                    grace_ends: now,
                    grace_period: Duration::ZERO,
                });
            }
        }
    }

    pub(super) fn container(&mut self, name: &str) -> &mut ContainerObserved {
        self.observed.containers.entry(name.to_owned()).or_default()
    }

    pub(super) fn exits(&mut self, name: &str, code: i32) -> &mut Self {
        self.ends(name, code, ExitReason::Exited, None)
    }

    pub(super) fn ends(
        &mut self,
        name: &str,
        code: i32,
        reason: ExitReason,
        message: Option<&str>,
    ) -> &mut Self {
        let now = self.now;
        let attempt = self
            .container(name)
            .attempt
            .as_mut()
            .expect("the container was started");
        let started_at = match attempt.state {
            AttemptState::Running { started_at } if reason != ExitReason::StartError => {
                Some(started_at)
            }
            _ => None,
        };
        attempt.state = AttemptState::Finished(Exit {
            code,
            reason,
            started_at,
            finished_at: Some(now),
            message: message.map(str::to_owned),
            id: attempt.id.clone(),
        });
        self
    }

    pub(super) fn advance(&mut self, seconds: i64) -> &mut Self {
        self.now = self
            .now
            .checked_add(jiff::SignedDuration::from_secs(seconds))
            .unwrap();
        self
    }

    pub(super) fn delete(&mut self, grace_seconds: i64) -> &mut Self {
        let grace_period = Duration::from_secs(grace_seconds.unsigned_abs());
        let grace_ends = self.now.checked_add(grace_period).unwrap();
        self.pod.deletion = Some(Deletion {
            grace_ends,
            grace_period,
        });
        self
    }

    pub(super) fn did(&self) -> String {
        self.did.join(", ")
    }

    /// Seconds from now to the next wake-up.
    pub(super) fn wakes_in(&self) -> Option<i64> {
        self.wake_at.map(|at| (at - self.now).get_seconds())
    }

    /// The status as text: phase, conditions, one line a container.
    pub(super) fn status(&self) -> String {
        let status = &self.pod.status;
        let mut text = status.phase.clone().unwrap_or_default();
        for part in [&status.reason, &status.message].into_iter().flatten() {
            write!(text, " | {part}").unwrap();
        }
        for condition in status.conditions.iter().flatten() {
            write!(text, "\n{} {}", condition.type_, condition.status).unwrap();
            for part in [&condition.reason, &condition.message]
                .into_iter()
                .flatten()
            {
                write!(text, " {part}").unwrap();
            }
        }
        let lists = [&status.init_container_statuses, &status.container_statuses];
        for status in lists.into_iter().flatten().flatten() {
            write!(text, "\n{}: {}", status.name, state(status.state.as_ref())).unwrap();
            let last = state(status.last_state.as_ref());
            if !last.is_empty() {
                write!(text, " last=({last})").unwrap();
            }
            let started = status.started == Some(true);
            write!(
                text,
                " started={started} ready={} restarts={}",
                status.ready, status.restart_count
            )
            .unwrap();
        }
        text
    }
}

/// Compares line by line, whatever the indentation.
pub(super) fn check(found: &str, expected: &str) {
    let expected = expected
        .trim()
        .lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("\n");
    assert_eq!(
        found, expected,
        "\nfound:\n{found}\n\nexpected:\n{expected}\n"
    );
}

fn state(state: Option<&core::ContainerState>) -> String {
    let Some(state) = state else {
        return "none".to_owned();
    };
    if let Some(waiting) = &state.waiting {
        let message = waiting
            .message
            .as_ref()
            .map(|text| format!(" {text:?}"))
            .unwrap_or_default();
        return format!(
            "waiting {}{message}",
            waiting.reason.as_deref().unwrap_or("-")
        );
    }
    if state.running.is_some() {
        return "running".to_owned();
    }
    let Some(terminated) = &state.terminated else {
        return String::new();
    };
    let message = terminated
        .message
        .as_ref()
        .map(|text| format!(" {text:?}"))
        .unwrap_or_default();
    let never = terminated.started_at == Some(Time(Timestamp::UNIX_EPOCH));
    format!(
        "terminated {} {}{message}{}",
        terminated.exit_code,
        terminated.reason.as_deref().unwrap_or("-"),
        if never { " startedAt=1970" } else { "" }
    )
}

fn container(text: &str, of_pod: RestartPolicy) -> ContainerLife {
    let (kind, restart_policy, name) = match text.split_once(':') {
        Some(("init", name)) if of_pod == RestartPolicy::Never => {
            (ContainerKind::Init, RestartPolicy::Never, name)
        }
        Some(("init", name)) => (ContainerKind::Init, RestartPolicy::OnFailure, name),
        Some(("sidecar", name)) => (ContainerKind::Sidecar, RestartPolicy::Always, name),
        _ => (ContainerKind::Regular, of_pod, text),
    };
    ContainerLife {
        name: name.to_owned(),
        image: IMAGE.to_owned(),
        kind,
        restart_policy,
        restart_rules: vec![],
        resources: None,
        volume_mounts: vec![],
    }
}
