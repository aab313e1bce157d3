//! The agent: who owns which Pod, and who hears of what.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use jobyard_api::{Object, ObjectKey, Uid, core};
use jobyard_cluster::{
    Cluster, ClusterError, EventType, Informer, Recorder, Selection, object_reference,
};
use jobyard_decide::pod::{Observed, PodEvent, Severity};
use jobyard_runtime::{RecoveredPod, RuntimeError, RuntimeEvent};
use tokio::{
    sync::{mpsc, watch},
    task::{self, JoinSet},
};

use crate::{
    config::NodeConfig,
    logs::Logs,
    news::{News, NewsBoard, PodOnNode},
    pod::{
        recovery,
        worker::{Ended, Report, Worker},
    },
    registration,
    runtime::{PodRuntime, RuntimeEvents},
};

/// How the agent shall go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// It runs.
    No,
    /// It ends at once and leaves the Pods running, for the next agent.
    LeavePods,
    /// It ends all Pods, each with its grace, and then itself.
    EndPods,
}

/// Why the agent could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// The API server refused the Node.
    #[error("registering node {name} failed")]
    Register {
        /// The node.
        name: String,
        /// The API server's answer.
        #[source]
        source: ClusterError,
    },
    /// What an earlier agent left could not be found.
    #[error("picking up the Pods of an earlier run failed")]
    Recover(#[source] RuntimeError),
    /// The runtime ended by itself.
    #[error("the container runtime ended")]
    RuntimeGone,
}

/// What the agent leaves behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Pods that go on running.
    pub running_pods: usize,
}

/// What all workers share.
pub(crate) struct Shared<C, R> {
    pub(crate) cluster: C,
    pub(crate) runtime: R,
    pub(crate) config: NodeConfig,
    pub(crate) logs: Logs,
    pub(crate) recorder: Recorder,
    pub(crate) shutdown: watch::Receiver<Shutdown>,
}

impl<C, R> Shared<C, R> {
    /// Tells users about a Pod.
    pub(crate) fn record(&self, key: &ObjectKey, uid: &Uid, event: PodEvent) {
        let mut about = object_reference(core::Pod::RESOURCE, key, uid);
        about.field_path = event.field_path;
        let event_type = match event.severity {
            Severity::Normal => EventType::Normal,
            Severity::Warning => EventType::Warning,
        };
        self.recorder
            .record(about, event_type, event.reason, event.message);
    }
}

/// Runs the node until it is told to end.
///
/// `logs` is where others read the logs that this node's Pods write; `recorder`
/// records as `kubelet` on this node.
///
/// # Errors
/// [`AgentError`] when the node cannot begin, or its runtime ends.
pub async fn run<C: Cluster, R: PodRuntime, E: RuntimeEvents>(
    cluster: C,
    (runtime, runtime_events): (R, E),
    config: NodeConfig,
    logs: Logs,
    recorder: Recorder,
    shutdown: watch::Receiver<Shutdown>,
) -> Result<Left, AgentError> {
    let registration = config.registration();
    let node = registration::register(&cluster, &registration)
        .await
        .map_err(|source| AgentError::Register {
            name: config.name.clone(),
            source,
        })?;
    if let Err(error) = logs.prepare() {
        // Other file systems than ext4 may know nothing of it.
        tracing::debug!(%error, "the folder of logs was not prepared");
    }
    let mut tasks = JoinSet::new();
    tasks.spawn(registration::heartbeat(cluster.clone(), registration, node));

    let board = Arc::new(NewsBoard::default());
    let selection = Selection {
        node_name: Some(config.name.as_str().into()),
        ..Default::default()
    };
    let on_change = {
        let board = board.clone();
        move |change: &_| board.on_change(change)
    };
    let informer: Informer<PodOnNode> = cluster.informer(selection, on_change);
    let recovered = runtime.recover().await.map_err(AgentError::Recover)?;
    informer.synced().await;
    // What the first list brought stands in the cache; the board would say it twice.
    board.take();

    let shared = Arc::new(Shared {
        cluster,
        runtime,
        config,
        logs,
        recorder,
        shutdown,
    });
    let mut agent = Agent {
        shared,
        workers: HashMap::new(),
        running: JoinSet::new(),
        tasks: HashMap::new(),
    };
    agent.pick_up(recovered, &informer).await;
    let left = tokio::select! {
        left = agent.serve(&board, runtime_events) => left,
        // Others would take the node for dead, and nobody would say why.
        Some(Err(error)) = tasks.join_next() => std::panic::resume_unwind(error.into_panic()),
    };
    tasks.shutdown().await;
    left
}

/// Owns the workers.
struct Agent<C, R> {
    shared: Arc<Shared<C, R>>,
    workers: HashMap<Uid, Handle>,
    running: JoinSet<Ended>,
    /// Whose worker a task is, to find it should it break down.
    tasks: HashMap<task::Id, Uid>,
}

/// The agent's end of a worker.
struct Handle {
    key: ObjectKey,
    news: watch::Sender<News>,
    /// At most one report an attempt and one for the Pod wait here.
    reports: mpsc::UnboundedSender<Report>,
}

impl<C: Cluster, R: PodRuntime> Agent<C, R> {
    /// Goes on with what an earlier agent left, and cleans up what nobody wants any more.
    async fn pick_up(&mut self, recovered: Vec<RecoveredPod>, informer: &Informer<PodOnNode>) {
        let mut found: HashMap<Uid, RecoveredPod> = recovered
            .into_iter()
            .map(|pod| (Uid::from(pod.spec.uid.as_str()), pod))
            .collect();
        let wanted = informer.all();
        let known: HashMap<_, _> = wanted
            .iter()
            .map(|view| (view.uid.clone(), view.key.clone()))
            .collect();
        for view in wanted {
            match (found.remove(&view.uid), &view.pod) {
                (left, Some(pod)) => self.start(pod.clone(), left),
                // Its final status is stored; only the clean-up was missed.
                (Some(_), None) => self.remove_leftover(&view.uid).await,
                (None, None) => {}
            }
        }
        for (uid, left) in found {
            tracing::info!(%uid, "ending a Pod that the API does not know");
            self.end_unknown(&uid, left);
        }
        let logs = self.shared.logs.pods().unwrap_or_else(|error| {
            tracing::warn!(%error, "the folder of logs cannot be read");
            vec![]
        });
        for (key, uid) in logs {
            if !known.contains_key(&uid) {
                self.remove_logs(key, uid);
            }
        }
    }

    /// Ends a Pod whose object was deleted while no agent was there.
    fn end_unknown(&mut self, uid: &Uid, left: RecoveredPod) {
        let pod = recovery::stand_in(&left, self.shared.config.clock.now());
        self.start(Arc::new(pod), Some(left));
        if let Some(handle) = self.workers.get(uid) {
            handle.news.send_replace(News::Gone);
        }
    }

    async fn remove_leftover(&self, uid: &Uid) {
        if let Err(error) = self.shared.runtime.remove_pod(uid.as_str()).await {
            tracing::warn!(%uid, %error, "a leftover Pod was not removed; the next start tries again");
        }
    }

    /// All that can happen to a node.
    async fn serve(
        mut self,
        board: &NewsBoard,
        mut events: impl RuntimeEvents,
    ) -> Result<Left, AgentError> {
        let mut shutdown = self.shared.shutdown.clone();
        loop {
            let mode = *shutdown.borrow_and_update();
            match mode {
                Shutdown::LeavePods => return Ok(self.leave().await),
                Shutdown::EndPods if self.workers.is_empty() => return Ok(Left::default()),
                Shutdown::EndPods | Shutdown::No => {}
            }
            tokio::select! {
                () = board.rung() => {
                    for (uid, (key, news)) in board.take() {
                        self.tell(&uid, key, news, mode);
                    }
                }
                event = events.next() => match event {
                    Some(event) => self.report(event),
                    None => return Err(AgentError::RuntimeGone),
                },
                Some(ended) = self.running.join_next_with_id() => self.on_worker_ended(ended),
                changed = shutdown.changed() => {
                    if changed.is_err() {
                        // Whoever could have told us to end is gone.
                        return Ok(self.leave().await);
                    }
                }
            }
        }
    }

    async fn leave(mut self) -> Left {
        let running_pods = self.workers.len();
        self.running.shutdown().await;
        Left { running_pods }
    }

    fn tell(&mut self, uid: &Uid, key: ObjectKey, news: News, mode: Shutdown) {
        if let Some(handle) = self.workers.get(uid) {
            handle.news.send_replace(news);
            return;
        }
        match news {
            News::Open(pod) if mode == Shutdown::No => self.start(pod, None),
            News::Open(_) | News::Settled(_) => {}
            News::Gone => self.remove_logs(key, uid.clone()),
        }
    }

    fn start(&mut self, pod: Arc<core::Pod>, left: Option<RecoveredPod>) {
        let (uid, key) = (pod.uid(), pod.key());
        let config = &self.shared.config;
        let stored = pod.status.clone().unwrap_or_default();
        let observed = match left {
            Some(left) => recovery::observed(
                &pod,
                left,
                &config.address,
                config.clock.now(),
                &self.shared.runtime,
                &self.shared.logs,
            ),
            None => Observed::from_status(&stored, &config.address, config.clock.now()),
        };
        let (news, news_receiver) = watch::channel(News::Open(pod.clone()));
        let (reports, report_receiver) = mpsc::unbounded_channel();
        let worker = Worker::new(
            self.shared.clone(),
            pod,
            observed,
            news_receiver,
            report_receiver,
        );
        let task = self.running.spawn(worker.run());
        self.tasks.insert(task.id(), uid.clone());
        self.workers.insert(uid, Handle { key, news, reports });
    }

    fn report(&self, event: RuntimeEvent) {
        let (uid, report) = match event {
            RuntimeEvent::Exited {
                pod,
                container,
                attempt,
                exit,
            } => (
                pod,
                Report::Exited {
                    container,
                    attempt,
                    exit,
                },
            ),
            RuntimeEvent::PodLost { pod } => (pod, Report::Lost),
        };
        if let Some(handle) = self.workers.get(&Uid::from(uid.as_str())) {
            // A worker that has ended has nothing left that could be reported.
            let _ = handle.reports.send(report);
        }
    }

    /// The worker saw nothing left to do; what it was told since may say otherwise.
    fn on_worker_ended(&mut self, ended: Result<(task::Id, Ended), task::JoinError>) {
        let task = ended
            .as_ref()
            .map_or_else(task::JoinError::id, |(id, _)| *id);
        let Some(uid) = self.tasks.remove(&task) else {
            return;
        };
        let Some(handle) = self.workers.remove(&uid) else {
            return;
        };
        let seen = match ended {
            Ok((_, ended)) => ended.revision,
            Err(error) => {
                tracing::error!(%error, pod = %handle.key, "a Pod's worker broke down; the next change of the Pod starts another");
                return;
            }
        };
        let last = handle.news.borrow().clone();
        match last {
            News::Gone => self.remove_logs(handle.key, uid),
            News::Open(pod) if pod.revision() > Some(seen) => self.start(pod, None),
            News::Open(_) | News::Settled(_) => {}
        }
    }

    fn remove_logs(&self, key: ObjectKey, uid: Uid) {
        let logs = self.shared.logs.clone();
        // Not awaited: it is repeated at the next start, should it be cut off.
        drop(task::spawn_blocking(move || {
            if let Err(error) = logs.remove(&key, &uid) {
                tracing::warn!(%error, pod = %key, "the logs of a deleted Pod were not removed");
            }
        }));
    }
}

/// Where a node keeps its logs below its data folder.
pub fn logs_dir(data_dir: &std::path::Path) -> PathBuf {
    data_dir.join("logs").join("pods")
}
