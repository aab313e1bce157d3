//! The scheduler, the nodes and PodGC: what becomes of a Pod.
//!
//! Each Pod has a fate, drawn when it is created: how long it waits, starts and
//! runs, and how it ends. What is next is read from the Pod as it lies on the
//! server, so that whatever others do to it, the node goes on from there.

use std::{sync::Arc, time::Duration};

use jobyard_api::{Object, ObjectKey, Uid, core, meta::Time, object::whole_seconds};
use jobyard_cluster::Deletion;
use rand::Rng;

use crate::{history::Author, world::World};

/// The nodes there are.
pub(crate) const NODES: [&str; 3] = ["node-a", "node-b", "node-c"];
/// Exit codes of containers that fail; failure policies of Jobs name some.
const EXIT_CODES: [i32; 5] = [1, 2, 3, 42, 137];

/// What a Pod will come to, and what is under way.
#[derive(Clone, Debug)]
pub(crate) struct PodActor {
    fate: Fate,
    planned: Option<Step>,
    /// Tells the latest plan from those it replaced.
    plan: u64,
}

#[derive(Clone, Debug)]
struct Fate {
    waits: Duration,
    starts: Duration,
    /// `None`: for ever.
    runs: Option<Duration>,
    exit_code: i32,
    restarts: i32,
    gets_ready: bool,
    /// How long it takes to end when told so, and with which code.
    ends: Duration,
    end_code: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Bind,
    Start,
    Ready,
    Restart,
    Finish,
    Kill,
    Remove,
    /// PodGC: it ends and never had a node.
    MarkFailed,
    /// The garbage collector: its owner is gone.
    Collect,
}

pub(crate) fn phase(pod: &core::Pod) -> &str {
    let status = pod.status.as_ref();
    let phase = status.and_then(|status| status.phase.as_deref());
    phase.unwrap_or("Pending")
}

pub(crate) fn is_terminal(pod: &core::Pod) -> bool {
    matches!(phase(pod), "Succeeded" | "Failed")
}

pub(crate) fn node_name(pod: &core::Pod) -> Option<&str> {
    pod.spec.as_ref()?.node_name.as_deref()
}

/// Whether the Pod ever was ready: after that it flips by chance only.
fn has_been_ready(pod: &core::Pod) -> bool {
    let status = pod.status.as_ref();
    let conditions = status.and_then(|status| status.conditions.as_ref());
    let mut conditions = conditions.into_iter().flatten();
    conditions.any(|condition| condition.type_ == "Ready")
}

fn restarts(pod: &core::Pod) -> i32 {
    let statuses = pod
        .status
        .as_ref()
        .and_then(|status| status.container_statuses.as_ref());
    statuses
        .into_iter()
        .flatten()
        .map(|container| container.restart_count)
        .sum()
}

impl World {
    fn draw_fate(&mut self, pod: &core::Pod) -> Fate {
        let may_restart = pod
            .spec
            .as_ref()
            .is_some_and(|spec| spec.restart_policy.as_deref() == Some("OnFailure"));
        let fails = if self.is_calm { 0.1 } else { self.habits.fails };
        let lasts = if self.is_calm { 0.0 } else { self.habits.lasts };
        let exit_code = if self.chance.random_bool(fails) {
            EXIT_CODES[self.chance.random_range(0..EXIT_CODES.len())]
        } else {
            0
        };
        let longest = self.habits.longest_run;
        Fate {
            waits: self.between(1, 2_000),
            starts: self.between(1, 3_000),
            runs: (!self.chance.random_bool(lasts)).then(|| self.up_to(longest)),
            exit_code: if may_restart { 0 } else { exit_code },
            restarts: if may_restart && exit_code != 0 {
                self.chance.random_range(1..6)
            } else {
                0
            },
            gets_ready: self.chance.random_bool(0.8),
            ends: self.up_to(20_000),
            end_code: [0, 143, 137, 42][self.chance.random_range(0..4)],
        }
    }

    /// Plans what becomes of the Pod next, if it is not planned already.
    pub(crate) fn plan_pod(&mut self, key: &ObjectKey, uid: &Uid) {
        let pod = self.server.pods.get(key);
        let Some(pod) = pod.filter(|pod| pod.uid() == *uid).cloned() else {
            self.pods.remove(uid);
            return;
        };
        if !self.pods.contains_key(uid) {
            let actor = PodActor {
                fate: self.draw_fate(&pod),
                planned: None,
                plan: 0,
            };
            self.pods.insert(uid.clone(), actor);
        }
        let actor = &self.pods[uid];
        let next = self.next_step(&pod, &actor.fate);
        if actor.planned == next.map(|(step, _)| step) {
            return;
        }
        let Some(actor) = self.pods.get_mut(uid) else {
            return;
        };
        actor.plan += 1;
        actor.planned = next.map(|(step, _)| step);
        let plan = actor.plan;
        if let Some((step, delay)) = next {
            let (key, uid) = (key.clone(), uid.clone());
            self.after(delay, move |world| world.take_step(&key, &uid, plan, step));
        }
    }

    fn next_step(&self, pod: &core::Pod, fate: &Fate) -> Option<(Step, Duration)> {
        let node = node_name(pod);
        let is_lost = node.is_some_and(|node| self.lost_nodes.contains(&node));
        if pod.metadata.deletion_timestamp.is_some() {
            let grace = pod.metadata.deletion_grace_period_seconds.unwrap_or(0);
            return match (is_terminal(pod), node) {
                (false, None) => Some((Step::MarkFailed, fate.ends)),
                (_, Some(_)) if is_lost => None,
                (false, Some(_)) => {
                    let grace = Duration::from_secs(grace.unsigned_abs() + 1);
                    Some((Step::Kill, fate.ends.min(grace)))
                }
                (true, _) if grace > 0 => Some((Step::Remove, Duration::from_millis(300))),
                (true, _) => None,
            };
        }
        if self.is_dangling(pod) {
            return Some((Step::Collect, fate.waits));
        }
        match (node, phase(pod)) {
            (_, "Succeeded" | "Failed") => None,
            (None, _) => Some((Step::Bind, fate.waits)),
            (Some(_), _) if is_lost => None,
            (Some(_), "Running") if fate.gets_ready && !has_been_ready(pod) => {
                Some((Step::Ready, fate.starts))
            }
            (Some(_), "Running") if restarts(pod) < fate.restarts => {
                Some((Step::Restart, fate.starts))
            }
            (Some(_), "Running") => Some((Step::Finish, fate.runs?)),
            (Some(_), _) => Some((Step::Start, fate.starts)),
        }
    }

    fn take_step(&mut self, key: &ObjectKey, uid: &Uid, plan: u64, step: Step) {
        let Some(actor) = self.pods.get_mut(uid).filter(|actor| actor.plan == plan) else {
            return;
        };
        actor.planned = None;
        let fate = actor.fate.clone();
        match step {
            Step::Bind => self.bind(key, uid),
            Step::Start => {
                self.write_pod_status(Author::Node, key, uid, |status, now| {
                    status.phase = Some("Running".to_owned());
                    status.start_time.get_or_insert(Time(now));
                    if status.container_statuses.is_none() {
                        status.container_statuses = Some(vec![container(0, None, now)]);
                    }
                });
            }
            Step::Ready => self.set_ready(key, uid, true),
            Step::Restart => {
                self.write_pod_status(Author::Node, key, uid, |status, now| {
                    let before = status.container_statuses.iter().flatten();
                    let count = before.map(|one| one.restart_count).sum::<i32>() + 1;
                    status.container_statuses = Some(vec![container(count, None, now)]);
                });
            }
            Step::Finish => self.finish(key, uid, fate.exit_code),
            Step::Kill => self.finish(key, uid, fate.end_code),
            Step::Remove => self.delete_pod(Author::Node, key, uid, Some(0)),
            Step::MarkFailed => {
                self.write_pod_status(Author::GarbageCollector, key, uid, |status, _| {
                    status.phase = Some("Failed".to_owned());
                });
                self.delete_pod(Author::GarbageCollector, key, uid, Some(0));
            }
            Step::Collect => self.delete_pod(Author::GarbageCollector, key, uid, None),
        }
    }

    fn bind(&mut self, key: &ObjectKey, uid: &Uid) {
        let healthy: Vec<_> = NODES
            .into_iter()
            .filter(|node| !self.lost_nodes.contains(node))
            .collect();
        if healthy.is_empty() {
            let (key, uid) = (key.clone(), uid.clone());
            self.after(Duration::from_secs(5), move |world| {
                world.plan_pod(&key, &uid);
            });
            return;
        }
        let node = healthy[self.chance.random_range(0..healthy.len())];
        // Refused if the Pod is another one by now, which has its own plan.
        let _ = self.server.bind(Author::Scheduler.into(), key, uid, node);
    }

    fn finish(&mut self, key: &ObjectKey, uid: &Uid, exit_code: i32) {
        self.write_pod_status(Author::Node, key, uid, |status, now| {
            let phase = if exit_code == 0 {
                "Succeeded"
            } else {
                "Failed"
            };
            status.phase = Some(phase.to_owned());
            let before = status.container_statuses.iter().flatten();
            let count = before.map(|one| one.restart_count).sum();
            status.container_statuses = Some(vec![container(count, Some(exit_code), now)]);
            set_condition(status, "Ready", false, None, now);
        });
    }

    pub(crate) fn set_ready(&mut self, key: &ObjectKey, uid: &Uid, is_ready: bool) {
        self.write_pod_status(Author::Node, key, uid, |status, now| {
            set_condition(status, "Ready", is_ready, None, now);
        });
    }

    /// Changes the status of the Pod as it is now; nothing if it is gone.
    pub(crate) fn write_pod_status(
        &mut self,
        author: Author,
        key: &ObjectKey,
        uid: &Uid,
        change: impl FnOnce(&mut core::PodStatus, jobyard_api::Timestamp),
    ) {
        let Some(pod) = self.server.pods.get(key).filter(|pod| pod.uid() == *uid) else {
            return;
        };
        let mut pod = core::Pod::clone(pod);
        let now = whole_seconds(self.server.now);
        change(pod.status.get_or_insert_default(), now);
        if let Err(error) = self.server.update_status(author.into(), pod) {
            self.tell(|| format!("       status of Pod {key} is refused: {error}"));
        }
    }

    pub(crate) fn delete_pod(
        &mut self,
        author: Author,
        key: &ObjectKey,
        uid: &Uid,
        grace_period_seconds: Option<i64>,
    ) {
        let options = Deletion {
            uid: Some(uid.clone()),
            grace_period_seconds,
            ..Deletion::default()
        };
        if let Err(error) = self
            .server
            .delete::<core::Pod>(author.into(), key, &options)
        {
            self.tell(|| format!("       deletion of Pod {key} is refused: {error}"));
        }
    }

    /// A node vanishes: its Pods are told to go, then found to be gone.
    pub(crate) fn lose_node(&mut self) -> bool {
        let node = NODES[self.chance.random_range(0..NODES.len())];
        if self.lost_nodes.contains(&node) {
            return false;
        }
        self.tell(|| format!("       {node} is lost"));
        self.lost_nodes.push(node);
        self.plan_pods_of(node);
        let evicts = self.between(1_000, 30_000);
        self.after(evicts, move |world| {
            for pod in world.pods_of(node) {
                if !is_terminal(&pod) && pod.metadata.deletion_timestamp.is_none() {
                    world.disrupt(Author::GarbageCollector, &pod, "DeletionByTaintManager");
                    world.delete_pod(Author::GarbageCollector, &pod.key(), &pod.uid(), None);
                }
            }
        });
        let collects = evicts + self.between(1_000, 60_000);
        self.after(collects, move |world| {
            for pod in world.pods_of(node) {
                if !is_terminal(&pod) {
                    world.disrupt(Author::GarbageCollector, &pod, "DeletionByPodGC");
                    world.write_pod_status(
                        Author::GarbageCollector,
                        &pod.key(),
                        &pod.uid(),
                        |status, _| {
                            status.phase = Some("Failed".to_owned());
                        },
                    );
                }
                world.delete_pod(Author::GarbageCollector, &pod.key(), &pod.uid(), Some(0));
            }
            world.tell(|| format!("       {node} is back"));
            world.lost_nodes.retain(|lost| *lost != node);
            world.plan_pods_of(node);
        });
        true
    }

    fn pods_of(&self, node: &str) -> Vec<Arc<core::Pod>> {
        let pods = self.server.pods.all().map(|(_, pod)| pod);
        pods.filter(|pod| node_name(pod) == Some(node))
            .cloned()
            .collect()
    }

    fn plan_pods_of(&mut self, node: &str) {
        for pod in self.pods_of(node) {
            self.plan_pod(&pod.key(), &pod.uid());
        }
    }

    /// Says why the Pod is about to be deleted.
    pub(crate) fn disrupt(&mut self, author: Author, pod: &core::Pod, reason: &str) {
        self.write_pod_status(author, &pod.key(), &pod.uid(), |status, now| {
            set_condition(status, "DisruptionTarget", true, Some(reason), now);
        });
    }
}

fn container(
    restart_count: i32,
    exit_code: Option<i32>,
    now: jobyard_api::Timestamp,
) -> core::ContainerStatus {
    let state = match exit_code {
        Some(exit_code) => core::ContainerState {
            terminated: Some(core::ContainerStateTerminated {
                exit_code,
                finished_at: Some(Time(now)),
                started_at: Some(Time(now)),
                ..core::ContainerStateTerminated::default()
            }),
            ..core::ContainerState::default()
        },
        None => core::ContainerState {
            running: Some(core::ContainerStateRunning {
                started_at: Some(Time(now)),
            }),
            ..core::ContainerState::default()
        },
    };
    core::ContainerStatus {
        name: "main".to_owned(),
        image: "work".to_owned(),
        restart_count,
        ready: exit_code.is_none(),
        state: Some(state),
        ..core::ContainerStatus::default()
    }
}

fn set_condition(
    status: &mut core::PodStatus,
    type_: &str,
    is_true: bool,
    reason: Option<&str>,
    now: jobyard_api::Timestamp,
) {
    let conditions = status.conditions.get_or_insert_default();
    let word = if is_true { "True" } else { "False" };
    if conditions
        .iter()
        .any(|one| one.type_ == type_ && one.status == word)
    {
        return;
    }
    conditions.retain(|one| one.type_ != type_);
    conditions.push(core::PodCondition {
        type_: type_.to_owned(),
        status: word.to_owned(),
        reason: reason.map(str::to_owned),
        last_transition_time: Some(Time(now)),
        ..core::PodCondition::default()
    });
}
