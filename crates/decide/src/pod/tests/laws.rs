//! What holds whatever happens, in whatever order, and whenever the agent dies.
//!
//! The world here stores a status only when told to, and can lose the agent's
//! memory between any two steps: what is left then is what the API has stored
//! and what the runtime knows, as in the real one.

use std::collections::{BTreeMap, BTreeSet};

use jobyard_api::core;
use proptest::prelude::*;

use super::world::World;
use crate::pod::{
    Attempt, AttemptState, ContainerObserved, ExitReason, Observed, PodAction, RestartPolicy,
    Sandbox, step,
};

/// Something that happens.
#[derive(Clone, Debug)]
enum Happening {
    /// One step is decided and carried out, up to so many of its actions; then the agent may die.
    Step { actions: usize, dies: bool },
    /// The n-th running container ends.
    Exit { container: usize, code: i32 },
    /// The status on its way arrives.
    Store,
    /// Time passes.
    Advance { seconds: i64 },
    /// Somebody deletes the Pod.
    Delete { grace_seconds: i64 },
    /// The machine restarts.
    Reboot,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => (0..4_usize, prop::bool::weighted(0.2)).prop_map(|(actions, dies)| Happening::Step { actions, dies }),
        4 => (0..3_usize, prop_oneof![Just(0), Just(1), Just(143)])
            .prop_map(|(container, code)| Happening::Exit { container, code }),
        4 => Just(Happening::Store),
        3 => (1..40_i64).prop_map(|seconds| Happening::Advance { seconds }),
        1 => (1..40_i64).prop_map(|grace_seconds| Happening::Delete { grace_seconds }),
        1 => Just(Happening::Reboot),
    ]
}

fn policy() -> impl Strategy<Value = RestartPolicy> {
    prop_oneof![
        Just(RestartPolicy::Always),
        Just(RestartPolicy::OnFailure),
        Just(RestartPolicy::Never)
    ]
}

/// A world with a memory of all that was ever true.
struct Witness {
    world: World,
    /// The status that the API has.
    stored: core::PodStatus,
    /// What the runtime's folders know: attempts, until the sandbox is removed.
    runtime: BTreeMap<String, ContainerObserved>,
    started: BTreeSet<(String, u32)>,
    /// Starts of each regular container.
    starts: BTreeMap<String, usize>,
}

impl Witness {
    fn new(policy: RestartPolicy, containers: &[&str]) -> Self {
        let mut world = World::new(policy, containers);
        world.stores_at_once = false;
        let stored = world.pod.status.clone();
        Self {
            world,
            stored,
            runtime: BTreeMap::new(),
            started: BTreeSet::new(),
            starts: BTreeMap::new(),
        }
    }

    fn happen(&mut self, happening: &Happening) {
        match happening {
            Happening::Step { actions, dies } => self.step(*actions, *dies),
            Happening::Exit { container, code } => self.exit(*container, *code),
            Happening::Store => self.store(),
            Happening::Advance { seconds } => {
                self.world.advance(*seconds);
            }
            Happening::Delete { grace_seconds } => {
                if self.world.pod.deletion.is_none() && !self.is_final() {
                    self.world.delete(*grace_seconds);
                }
            }
            Happening::Reboot => self.reboot(),
        }
    }

    fn step(&mut self, actions: usize, dies: bool) {
        let mut decision = step(&self.world.pod, &self.world.observed, self.world.now);
        if dies {
            decision.actions.truncate(actions);
        }
        for action in &decision.actions {
            self.check(action);
        }
        self.world.carry_out(decision);
        self.runtime = if self.world.observed.sandbox == Sandbox::Removed {
            BTreeMap::new()
        } else {
            self.world.observed.containers.clone()
        };
        if dies {
            self.die();
        }
    }

    /// The laws of single actions.
    fn check(&mut self, action: &PodAction) {
        match action {
            PodAction::Start {
                container, attempt, ..
            } => {
                assert!(
                    self.started.insert((container.clone(), *attempt)),
                    "{container}#{attempt} was started before"
                );
                *self.starts.entry(container.clone()).or_default() += 1;
                assert!(
                    !self.is_final(),
                    "a Pod with a final status starts {container}"
                );
                assert!(
                    self.world.pod.deletion.is_none(),
                    "a deleted Pod starts {container}"
                );
            }
            PodAction::RemoveSandbox => {
                assert!(
                    self.is_final(),
                    "the exit codes are removed before the final status is stored"
                );
            }
            PodAction::DeleteObject => {
                assert!(
                    self.is_final(),
                    "the object goes before its final status is stored"
                );
                assert_eq!(
                    self.world.observed.sandbox,
                    Sandbox::Removed,
                    "the object goes before its sandbox"
                );
            }
            PodAction::PrepareSandbox | PodAction::Terminate { .. } | PodAction::Kill { .. } => {}
        }
    }

    fn store(&mut self) {
        if self.world.observed.is_status_stored {
            return;
        }
        if self.is_final() {
            assert_eq!(
                self.stored.phase, self.world.pod.status.phase,
                "a final phase is left"
            );
        }
        for (old, new) in restart_counts(&self.stored)
            .into_iter()
            .zip(restart_counts(&self.world.pod.status))
        {
            assert!(old <= new, "a restart count falls from {old} to {new}");
        }
        self.stored = self.world.pod.status.clone();
        self.world.observed.is_status_stored = true;
    }

    fn exit(&mut self, number: usize, code: i32) {
        let running: Vec<_> = self.running();
        if let Some(name) = running.get(number % running.len().max(1)) {
            self.world.exits(name, code);
            self.runtime = self.world.observed.containers.clone();
        }
    }

    fn running(&self) -> Vec<String> {
        let containers = self.world.observed.containers.iter();
        containers
            .filter(|(_, container)| container.is_running())
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// The agent dies and another one begins: only the API and the runtime remember.
    fn die(&mut self) {
        let is_prepared = self.world.observed.sandbox.clone();
        self.world.pod.status = self.stored.clone();
        let mut observed = Observed::from_status(&self.stored, "10.0.0.1", self.world.now);
        if !matches!(is_prepared, Sandbox::Absent | Sandbox::Removed) {
            observed.sandbox = is_prepared;
            for (name, known) in &self.runtime {
                let Some(attempt) = known.attempt.clone() else {
                    continue;
                };
                let container = ContainerObserved {
                    attempt: Some(attempt),
                    previous: known.previous.clone(),
                    ..Default::default()
                };
                observed.containers.insert(name.clone(), container);
            }
        }
        self.world.observed = observed;
    }

    fn reboot(&mut self) {
        for name in self.running() {
            self.world.ends(&name, 255, ExitReason::Lost, None);
        }
        if self.world.observed.sandbox == Sandbox::Ready {
            self.world.observed.sandbox = Sandbox::Lost;
        }
        self.runtime = self.world.observed.containers.clone();
        self.die();
    }

    fn is_final(&self) -> bool {
        matches!(self.stored.phase.as_deref(), Some("Succeeded" | "Failed"))
    }

    /// From here on all goes well: does the Pod come to rest?
    fn finish(&mut self) {
        for _ in 0..400 {
            self.step(usize::MAX, false);
            self.store();
            let decision = step(&self.world.pod, &self.world.observed, self.world.now);
            if !decision.actions.is_empty() || decision.status.is_some() {
                continue;
            }
            if self.world.observed.sandbox == Sandbox::Removed {
                return;
            }
            if let Some(name) = self.running().first() {
                self.world.exits(name, 0);
                self.runtime = self.world.observed.containers.clone();
            } else if let Some(wake_at) = decision.wake_at {
                self.world.now = wake_at;
            } else {
                panic!(
                    "nothing runs, nothing is awaited, and the Pod is not over: {}",
                    self.world.status()
                );
            }
        }
        // A Pod that always restarts has no end; the others must have come to one.
        assert_eq!(
            self.world.pod.restart_policy,
            RestartPolicy::Always,
            "{}",
            self.world.status()
        );
    }
}

fn restart_counts(status: &core::PodStatus) -> Vec<i32> {
    status
        .container_statuses
        .iter()
        .flatten()
        .map(|status| status.restart_count)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn nothing_runs_twice_and_nothing_is_forgotten(
        policy in policy(),
        shape in prop_oneof![
            Just(&["c"][..]),
            Just(&["a", "b"][..]),
            Just(&["init:i", "c"][..]),
            Just(&["init:i", "sidecar:s", "c"][..]),
        ],
        happenings in prop::collection::vec(happening(), 0..40),
    ) {
        let mut witness = Witness::new(policy, shape);
        for happening in &happenings {
            witness.happen(happening);
        }
        witness.finish();
        if policy == RestartPolicy::Never {
            for container in &witness.world.pod.containers {
                let starts = witness.starts.get(&container.name).copied().unwrap_or(0);
                prop_assert!(starts <= 1, "{} was started {starts} times", container.name);
            }
        }
    }
}

#[test]
fn an_attempt_known_to_the_runtime_only_is_not_repeated() {
    let mut witness = Witness::new(RestartPolicy::Never, &["c"]);
    witness.step(usize::MAX, false);
    witness.step(usize::MAX, true);
    assert_eq!(
        witness.world.pod.status.container_statuses, None,
        "the API knows nothing of it"
    );
    let Some(Attempt {
        state: AttemptState::Running { .. },
        ..
    }) = witness.world.container("c").attempt
    else {
        panic!("the runtime knows it")
    };
    witness.finish();
    assert_eq!(witness.starts["c"], 1);
}
