//! The scheduler's driver: gives Pods a node.
//!
//! One task owns the state: what the nodes' Pods take (running sums, changed
//! Pod by Pod) and the Pods that wait for room. A Pod is tried when it appears
//! or changes; Pods that wait are tried when a Pod ends or goes, when a node
//! changes, and every five minutes.
//!
//! A Pod that is bound counts as bound before the cache shows it: the next one
//! must not be promised the same room.
//!
//! Source: upstream `pkg/scheduler/schedule_one.go`; the filters and texts are
//! `jobyard_decide::placement`.

mod caches;
mod usage;
mod waiting;

use std::{sync::Arc, time::Duration};

use jobyard_api::{
    ObjectKey, Timestamp, core, meta::Time, resource::POD, well_known::DEFAULT_SCHEDULER,
};
use jobyard_cluster::{
    Change, Cluster, ClusterError, EventType, Informer, Recorder, Selection, Source, WorkQueue,
    object_reference,
};
use jobyard_decide::placement::{NodeUsage, PodRequest, place};
use tokio_util::sync::CancellationToken;

use crate::workers::Workers;
use caches::{CachedNode, CachedPod};
use usage::Usage;
use waiting::Waiting;

/// Pods that wait are tried at least this often
/// (upstream `DefaultPodMaxInUnschedulablePodsDuration`).
const RETRY_ALL: Duration = Duration::from_mins(5);
/// Wait after a binding that the server did not do (upstream `DefaultPodInitialBackoffDuration`).
const RETRY_BINDING: Duration = Duration::from_secs(1);

/// Runs the scheduler until `shutdown`.
pub async fn run<C: Cluster>(cluster: C, shutdown: CancellationToken) {
    let source = Source {
        component: DEFAULT_SCHEDULER,
        host: None,
    };
    let (recorder, recording) = Recorder::new(cluster.clone(), source);
    let mut workers = Workers::default();
    workers.start_task(recording);

    let queue: WorkQueue<Look> = WorkQueue::new();
    let nodes: Informer<CachedNode> = cluster.informer(Selection::default(), {
        let queue = queue.clone();
        move |change: &Change<CachedNode>| {
            // Heartbeats leave the view as it was.
            if change.old != change.new {
                queue.add(Look::Waiting);
            }
        }
    });
    nodes.synced().await;
    let pods: Informer<CachedPod> = cluster.informer(Selection::default(), {
        let queue = queue.clone();
        move |change: &Change<CachedPod>| queue.add(Look::Pod(change.key.clone()))
    });
    pods.synced().await;

    let mut scheduler = Scheduler {
        cluster,
        nodes,
        pods,
        queue: queue.clone(),
        recorder,
        usage: Usage::default(),
        waiting: Waiting::default(),
    };
    workers.start_task(async move { scheduler.work().await });
    tracing::info!("scheduler started");
    workers.run_until(&shutdown).await;
    queue.shut_down();
    workers.join().await;
    tracing::info!("scheduler stopped");
}

/// What to look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Look {
    /// This Pod changed.
    Pod(ObjectKey),
    /// There may be room for Pods that wait.
    Waiting,
}

/// The state, owned by one task.
struct Scheduler<C> {
    cluster: C,
    nodes: Informer<CachedNode>,
    pods: Informer<CachedPod>,
    queue: WorkQueue<Look>,
    recorder: Recorder,
    usage: Usage,
    waiting: Waiting,
}

impl<C: Cluster> Scheduler<C> {
    async fn work(&mut self) {
        // All that is taken has to be known before anything is given away.
        for pod in self.pods.all() {
            let key = jobyard_cluster::View::key(&*pod);
            self.usage.observe(&key, pod.request.as_ref());
        }
        self.queue.add_after(Look::Waiting, RETRY_ALL);
        while let Some(work) = self.queue.next().await {
            match work.key() {
                Look::Pod(key) => self.look_at_pod(key).await,
                Look::Waiting => {
                    self.try_waiting().await;
                    self.queue.add_after(Look::Waiting, RETRY_ALL);
                }
            }
            work.succeeded();
        }
    }

    async fn look_at_pod(&mut self, key: &ObjectKey) {
        let seen = self.pods.get(key).and_then(|pod| pod.request.clone());
        let is_room = self.usage.observe(key, seen.as_ref());
        match seen.filter(|pod| pod.needs_placement(DEFAULT_SCHEDULER)) {
            Some(pod) if self.usage.is_assumed(key, &pod.uid) => {}
            Some(pod) => {
                self.try_pod(pod).await;
            }
            None => {
                self.waiting.take(key);
            }
        }
        if is_room {
            self.try_waiting().await;
        }
    }

    /// Tries the heads of all lines, the most urgent first; a line goes on until
    /// one of it does not fit.
    async fn try_waiting(&mut self) {
        let mut heads = self.waiting.heads();
        while let Some(head) = heads.pop() {
            if self.try_pod(head.request).await {
                heads.extend(self.waiting.head(&head.line));
            }
        }
    }

    /// Binds the Pod if it fits somewhere; else it waits. Returns whether it waits no more.
    async fn try_pod(&mut self, pod: Arc<PodRequest>) -> bool {
        let nodes = self.nodes.all();
        let unused = NodeUsage::default();
        let usage = |name| self.usage.of(name).unwrap_or(&unused);
        let offered: Vec<_> = nodes
            .iter()
            .map(|node| (&***node, usage(&node.name)))
            .collect();
        match place(&pod, &offered) {
            Ok(chosen) => {
                self.bind(pod, &nodes[chosen].name).await;
                true
            }
            Err(misfit) => {
                let message = misfit.to_string();
                if self.waiting.put(pod.clone(), message.clone()) {
                    self.tell(&pod, &message).await;
                }
                false
            }
        }
    }

    async fn bind(&mut self, pod: Arc<PodRequest>, node: &str) {
        self.waiting.take(&pod.key);
        self.usage.assume(&pod, node);
        let PodRequest { key, uid, .. } = &*pod;
        match self.cluster.bind(key, uid, node).await {
            Ok(()) => {
                let message = format!("Successfully assigned {key} to {node}");
                let about = object_reference(&POD, key, uid);
                self.recorder
                    .record(about, EventType::Normal, "Scheduled", message);
            }
            // The cache will show why, and bring the Pod back if it is still to be placed.
            Err(ClusterError::NotFound(_) | ClusterError::Conflict(_)) => self.usage.forget(key),
            Err(error) => {
                tracing::warn!(pod = %key, node, %error, "binding is tried again");
                self.usage.forget(key);
                self.queue.add_after(Look::Pod(key.clone()), RETRY_BINDING);
            }
        }
    }

    /// Says why the Pod waits: an event, and the condition PodScheduled.
    ///
    /// Differs from Kubernetes: there each attempt repeats the event; here it is
    /// said once as long as the reason stays the same.
    async fn tell(&self, pod: &PodRequest, message: &str) {
        let about = object_reference(&POD, &pod.key, &pod.uid);
        self.recorder
            .record(about, EventType::Warning, "FailedScheduling", message);
        let live = match self.cluster.get_live::<core::Pod>(&pod.key).await {
            Ok(live) if *live.metadata.uid.as_deref().unwrap_or("") == *pod.uid.as_str() => live,
            _ => return,
        };
        let Some(changed) = unschedulable(&live, message, Timestamp::now()) else {
            return;
        };
        if let Err(error) = self.cluster.update_status(changed).await {
            // The Pod changed meanwhile, and is looked at again for that.
            tracing::debug!(pod = %pod.key, %error, "condition PodScheduled was not written");
        }
    }
}

/// The Pod with the condition PodScheduled=False, or `None` if it says so already.
fn unschedulable(pod: &core::Pod, message: &str, now: Timestamp) -> Option<core::Pod> {
    let mut pod = pod.clone();
    let conditions = pod
        .status
        .get_or_insert_default()
        .conditions
        .get_or_insert_default();
    let known = conditions
        .iter()
        .position(|condition| condition.type_ == "PodScheduled");
    let mut wanted = core::PodCondition {
        type_: "PodScheduled".to_owned(),
        status: "False".to_owned(),
        reason: Some("Unschedulable".to_owned()),
        message: Some(message.to_owned()),
        last_transition_time: Some(Time(now)),
        ..core::PodCondition::default()
    };
    match known.map(|place| &mut conditions[place]) {
        Some(known) => {
            if known.status == wanted.status {
                wanted
                    .last_transition_time
                    .clone_from(&known.last_transition_time);
            }
            if *known == wanted {
                return None;
            }
            *known = wanted;
        }
        None => conditions.push(wanted),
    }
    Some(pod)
}
