//! The scheduler's driver: gives Pods a node.
//!
//! One task owns the state: what the nodes' Pods take (running sums, changed
//! Pod by Pod) and the Pods that wait for room. A Pod is tried when it appears
//! or changes; Pods that wait are tried when a Pod ends or goes, when a node
//! changes, and every five minutes.
//!
//! Pods are tried one after another, in order; the requests that bind them are
//! under way side by side, so that a far API server is not waited for. A Pod
//! counts as bound from the moment its node is chosen, before the answer and
//! before the cache shows it: the next one must not be promised the same room.
//!
//! Source: upstream `pkg/scheduler/schedule_one.go`; the filters and texts are
//! `jobyard_decide::placement`.

mod caches;
mod requests;
mod usage;
mod waiting;

use std::{collections::HashSet, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use jobyard_api::{ObjectKey, resource::POD, well_known::DEFAULT_SCHEDULER};
use jobyard_cluster::{
    Change, Cluster, EventType, Informer, Recorder, Selection, Source, WorkQueue, object_reference,
};
use jobyard_decide::placement::{NodeUsage, PodRequest, place};
use tokio_util::sync::CancellationToken;

use crate::workers::Workers;
use caches::{CachedNode, CachedPod};
use requests::{Binding, Ended, RETRY};
use usage::Usage;
use waiting::Waiting;

/// Pods that wait are tried at least this often
/// (upstream `DefaultPodMaxInUnschedulablePodsDuration`).
const RETRY_ALL: Duration = Duration::from_mins(5);
/// Most requests under way at once: as many as upstream's client sends in one
/// burst (`clientConnection.burst` of `KubeSchedulerConfiguration`).
const REQUESTS_MAX: usize = 100;

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
        requests: FuturesUnordered::new(),
        telling: HashSet::new(),
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
    /// Under way; at most [`REQUESTS_MAX`].
    requests: FuturesUnordered<BoxFuture<'static, Ended>>,
    /// The Pods whose condition is being written.
    telling: HashSet<ObjectKey>,
}

impl<C: Cluster> Scheduler<C> {
    async fn work(&mut self) {
        // All that is taken has to be known before anything is given away.
        for pod in self.pods.all() {
            let key = jobyard_cluster::View::key(&*pod);
            self.usage.observe(&key, pod.request.as_ref());
        }
        self.queue.add_after(Look::Waiting, RETRY_ALL);
        loop {
            tokio::select! {
                // In this order always, so that a simulated run can be repeated.
                biased;
                Some(ended) = self.requests.next() => self.note(ended),
                work = self.queue.next() => {
                    let Some(work) = work else {
                        // What is under way arrives or does not: the next start sees it.
                        return;
                    };
                    self.look_at(work.key()).await;
                    work.succeeded();
                }
            }
        }
    }

    async fn look_at(&mut self, look: &Look) {
        match look {
            Look::Pod(key) => self.look_at_pod(key).await,
            Look::Waiting => {
                self.try_waiting().await;
                self.queue.add_after(Look::Waiting, RETRY_ALL);
            }
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
                    self.tell(pod, message).await;
                }
                false
            }
        }
    }

    /// Begins to bind the Pod; its room is promised from here on.
    async fn bind(&mut self, pod: Arc<PodRequest>, node: &str) {
        self.waiting.take(&pod.key);
        self.usage.assume(&pod, node);
        let request = requests::bind(self.cluster.clone(), pod, node.into());
        self.begin(request).await;
    }

    /// Begins to say why the Pod waits: an event, and the condition PodScheduled.
    /// As long as an earlier word is under way, that one is waited for.
    ///
    /// Differs from Kubernetes: there each attempt repeats the event; here it is
    /// said once as long as the reason stays the same.
    async fn tell(&mut self, pod: Arc<PodRequest>, message: String) {
        if !self.telling.insert(pod.key.clone()) {
            return;
        }
        let about = object_reference(&POD, &pod.key, &pod.uid);
        self.recorder
            .record(about, EventType::Warning, "FailedScheduling", &*message);
        let request = requests::tell(self.cluster.clone(), pod, message);
        self.begin(request).await;
    }

    /// Adds to the requests that are under way, as soon as there is a place.
    async fn begin(&mut self, request: impl Future<Output = Ended> + Send + 'static) {
        while self.requests.len() >= REQUESTS_MAX
            && let Some(ended) = self.requests.next().await
        {
            self.note(ended);
        }
        self.requests.push(request.boxed());
    }

    /// Enters what came of a request.
    fn note(&mut self, ended: Ended) {
        match ended {
            Ended::Binding { pod, node, outcome } => self.note_binding(&pod, &node, outcome),
            Ended::Telling(told) => {
                self.telling.remove(&told.request.key);
                if self.waiting.was_told(&told) {
                    self.queue.add(Look::Pod(told.request.key.clone()));
                }
            }
        }
    }

    fn note_binding(&mut self, pod: &Arc<PodRequest>, node: &str, outcome: Binding) {
        let PodRequest { key, uid, .. } = &**pod;
        match outcome {
            Binding::Done => {
                let message = format!("Successfully assigned {key} to {node}");
                let about = object_reference(&POD, key, uid);
                self.recorder
                    .record(about, EventType::Normal, "Scheduled", message);
            }
            Binding::Refused(found) => {
                self.usage.forget(key, uid);
                self.usage.observe(key, Some(&found));
                self.look_again(key);
            }
            Binding::Gone => {
                self.usage.forget(key, uid);
                self.look_again(key);
            }
            Binding::Failed(error) => {
                tracing::warn!(pod = %key, node, %error, "binding is tried again");
                self.usage.forget(key, uid);
                self.queue.add_after(Look::Pod(key.clone()), RETRY);
                self.queue.add(Look::Waiting);
            }
        }
    }

    /// A promise was taken back: the Pod may be of another kind now, and others may fit.
    fn look_again(&self, key: &ObjectKey) {
        self.queue.add(Look::Pod(key.clone()));
        self.queue.add(Look::Waiting);
    }
}
