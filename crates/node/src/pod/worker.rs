//! One Pod's worker: observes, asks [`jobyard_decide::pod::step`], and acts.
//!
//! It owns all that this node knows of its Pod. It hears of the API through
//! [`News`] and of the containers through [`Report`]s; it writes the status
//! itself, one write at a time, always the newest: what changed while a write
//! was under way goes with the next one.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use futures::future::OptionFuture;
use jobyard_api::{Object, Revision, Timestamp, Uid, core};
use jobyard_cluster::{Cluster, ClusterError, Deletion};
use jobyard_decide::pod::{
    Attempt, AttemptState, Deletion as PodDeletion, Exit, Observed, PodAction, PodLife, Sandbox,
    Stopping, step,
};
use jobyard_runtime::ExitStatus;
use tokio::{
    sync::{mpsc, watch},
    task,
};

use super::{
    recovery,
    sandbox::Folders,
    termination::{self, Remains},
};
use crate::{
    agent::{Shared, Shutdown},
    logs::{self, LiveAttempt},
    news::News,
    runtime::PodRuntime,
    volume::Volumes,
};

const SIGTERM: i32 = 15;

/// Wait before an action or a write that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// What the runtime says of a Pod.
#[derive(Debug)]
pub(crate) enum Report {
    /// A container ended.
    Exited {
        /// Its name.
        container: String,
        /// Which attempt.
        attempt: u32,
        /// How.
        exit: ExitStatus,
    },
    /// The sandbox broke down with all that ran in it.
    Lost,
}

/// A worker that has nothing left to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    /// The newest version of the Pod that it has seen.
    pub(crate) revision: Revision,
}

/// A status on its way to the API: what was written, and the answer.
type Write =
    Pin<Box<dyn Future<Output = (core::PodStatus, Result<Arc<core::Pod>, ClusterError>)> + Send>>;

/// One Pod's worker.
pub(crate) struct Worker<C, R> {
    pub(super) shared: Arc<Shared<C, R>>,
    /// The newest version seen.
    pub(super) pod: Arc<core::Pod>,
    pub(super) life: PodLife,
    pub(super) observed: Observed,
    pub(super) folders: Folders,
    /// The volumes, once made by this agent.
    pub(super) volumes: Option<Volumes>,
    /// Attempts that readers of logs may follow.
    live: HashMap<String, LiveAttempt>,
    news: watch::Receiver<News>,
    reports: mpsc::UnboundedReceiver<Report>,
    /// Nothing is done or written before.
    pub(super) hold_until: Option<Timestamp>,
    /// There is no object any more.
    is_gone: bool,
}

impl<C: Cluster, R: PodRuntime> Worker<C, R> {
    pub(crate) fn new(
        shared: Arc<Shared<C, R>>,
        pod: Arc<core::Pod>,
        observed: Observed,
        news: watch::Receiver<News>,
        reports: mpsc::UnboundedReceiver<Report>,
    ) -> Self {
        let life = PodLife::from(&*pod);
        let folders = Folders::new(shared.runtime.volumes_dir(life.uid.as_str()));
        let live = observed
            .containers
            .iter()
            .filter(|(_, container)| container.is_running())
            .filter_map(|(name, container)| {
                let number = container.attempt.as_ref()?.number;
                Some((name.clone(), shared.logs.running(&life.uid, name, number)))
            })
            .collect();
        Self {
            shared,
            pod,
            life,
            observed,
            folders,
            volumes: None,
            live,
            news,
            reports,
            hold_until: None,
            is_gone: false,
        }
    }

    /// Lives until nothing of the Pod is left to do.
    pub(crate) async fn run(mut self) -> Ended {
        let mut shutdown = self.shared.shutdown.clone();
        // The status on its way to the API.
        let mut writing: Option<Write> = None;
        loop {
            self.observed.is_node_shutting_down =
                *shutdown.borrow_and_update() == Shutdown::EndPods;
            let now = self.shared.config.clock.now();
            let decision = step(&self.life, &self.observed, now);
            for event in decision.events {
                self.record(event);
            }
            let is_changed = decision.status.is_some();
            if let Some(status) = decision.status {
                self.life.status = *status;
                self.observed.is_status_stored = self.is_gone;
            }
            let is_held = self.hold_until.is_some_and(|until| until > now);
            if !decision.actions.is_empty() && !is_held {
                self.hold_until = None;
                for action in decision.actions {
                    self.act(action).await;
                }
                continue;
            }
            if self.is_gone && is_changed {
                // Nobody is there to store it for: what waits for that goes on at once.
                continue;
            }
            if !self.observed.is_status_stored && writing.is_none() && !is_held {
                writing = Some(self.write());
            }
            if writing.is_none() && self.is_finished() {
                return Ended {
                    revision: self.pod.revision().unwrap_or_default(),
                };
            }
            let wake_at = [decision.wake_at, self.hold_until.filter(|_| is_held)]
                .into_iter()
                .flatten()
                .min();
            tokio::select! {
                Some(written) = OptionFuture::from(writing.as_mut()) => {
                    writing = None;
                    self.on_written(written).await;
                }
                Some(report) = self.reports.recv() => self.on_report(report).await,
                Ok(()) = self.news.changed() => self.on_news().await,
                Ok(()) = shutdown.changed() => {}
                () = sleep_until(now, wake_at) => {}
            }
        }
    }

    fn is_finished(&self) -> bool {
        let is_over = self.is_gone || self.life.has_final_status();
        let awaits_deletion = self
            .life
            .deletion
            .is_some_and(|deletion| !deletion.grace_period.is_zero());
        is_over
            && self.observed.sandbox == Sandbox::Removed
            && self.observed.is_status_stored
            && (self.is_gone || !awaits_deletion)
    }

    async fn act(&mut self, action: PodAction) {
        match action {
            PodAction::PrepareSandbox => self.prepare_sandbox().await,
            PodAction::Start {
                container,
                attempt,
                backoff,
            } => self.start(&container, attempt, backoff).await,
            PodAction::Terminate { container, kill_at } => {
                let since = self.shared.config.clock.now();
                let observed = self
                    .observed
                    .containers
                    .entry(container.clone())
                    .or_default();
                observed.stopping = Some(Stopping {
                    since,
                    kill_at,
                    is_killed: false,
                });
                self.signalled(
                    self.shared
                        .runtime
                        .signal(self.life.uid.as_str(), &container, SIGTERM)
                        .await,
                );
            }
            PodAction::Kill { container } => {
                if let Some(stopping) = self
                    .observed
                    .containers
                    .get_mut(&container)
                    .and_then(|it| it.stopping.as_mut())
                {
                    stopping.is_killed = true;
                }
                self.signalled(
                    self.shared
                        .runtime
                        .kill(self.life.uid.as_str(), &container)
                        .await,
                );
            }
            PodAction::RemoveSandbox => self.remove_sandbox().await,
            PodAction::DeleteObject => self.delete_object().await,
        }
    }

    /// A container that ended in the meantime reports that by itself.
    fn signalled(&self, result: Result<(), jobyard_runtime::RuntimeError>) {
        if let Err(error) = result {
            tracing::debug!(pod = %self.life.key, %error, "a signal was not delivered");
        }
    }

    async fn remove_sandbox(&mut self) {
        match self.shared.runtime.remove_pod(self.life.uid.as_str()).await {
            Ok(()) => self.observed.sandbox = Sandbox::Removed,
            Err(error) => {
                tracing::warn!(pod = %self.life.key, %error, "a Pod's sandbox was not removed and is tried again");
                self.hold();
            }
        }
    }

    async fn delete_object(&mut self) {
        let options = Deletion {
            uid: Some(self.life.uid.clone()),
            grace_period_seconds: Some(0),
            ..Default::default()
        };
        match self
            .shared
            .cluster
            .delete::<core::Pod>(&self.life.key, options)
            .await
        {
            Ok(_) => {
                if let Some(deletion) = &mut self.life.deletion {
                    deletion.grace_period = Duration::ZERO;
                }
            }
            Err(ClusterError::NotFound(_) | ClusterError::Conflict(_)) => self.on_gone(),
            Err(error) => {
                tracing::warn!(pod = %self.life.key, %error, "a Pod was not deleted and is tried again");
                self.hold();
            }
        }
    }

    pub(super) fn hold(&mut self) {
        self.hold_until = self.shared.config.clock.now().checked_add(RETRY).ok();
    }

    pub(super) fn record(&self, event: jobyard_decide::pod::PodEvent) {
        self.shared.record(&self.life.key, &self.life.uid, event);
    }

    // ---- the status

    fn write(&self) -> Write {
        let cluster = self.shared.cluster.clone();
        let status = self.life.status.clone();
        let pod = core::Pod {
            status: Some(status.clone()),
            ..core::Pod::clone(&self.pod)
        };
        Box::pin(async move { (status, cluster.update_status(pod).await) })
    }

    async fn on_written(
        &mut self,
        (status, answer): (core::PodStatus, Result<Arc<core::Pod>, ClusterError>),
    ) {
        match answer {
            _ if self.is_gone => {}
            Ok(stored) if stored.revision() > self.pod.revision() => {
                let newest = std::mem::take(&mut self.life.status);
                self.life = PodLife::from(&*stored);
                self.life.status = newest;
                self.observed.is_status_stored = self.life.status == status;
                self.pod = stored;
            }
            // Nothing changed by it, or the news of our own write came first.
            Ok(_) if self.life.status == status => self.observed.is_status_stored = true,
            Ok(_) => {}
            Err(ClusterError::Conflict(_)) => self.read_again().await,
            Err(ClusterError::NotFound(_)) => self.on_gone(),
            Err(error) => {
                tracing::warn!(pod = %self.life.key, %error, "a Pod's status was not written and is tried again");
                self.hold();
            }
        }
    }

    /// Starts from what the API has; the next step works out anew what differs.
    async fn read_again(&mut self) {
        match self
            .shared
            .cluster
            .get_live::<core::Pod>(&self.life.key)
            .await
        {
            Ok(pod) if pod.uid() == self.life.uid => self.take(pod),
            Ok(_) | Err(ClusterError::NotFound(_)) => self.on_gone(),
            Err(error) => {
                tracing::warn!(pod = %self.life.key, %error, "a Pod was not read and is tried again");
                self.observed.is_status_stored = false;
                self.hold();
            }
        }
    }

    fn take(&mut self, pod: Arc<core::Pod>) {
        self.life = PodLife::from(&*pod);
        self.observed.is_status_stored = true;
        self.pod = pod;
    }

    // ---- what happens

    async fn on_news(&mut self) {
        let news = self.news.borrow_and_update().clone();
        match news {
            News::Open(pod) if pod.revision() > self.pod.revision() => self.take(pod),
            News::Settled(revision) if Some(revision) > self.pod.revision() => {
                self.read_again().await;
            }
            News::Open(_) | News::Settled(_) => {}
            News::Gone => self.on_gone(),
        }
    }

    /// The object was removed by force, or with us: what runs is ended all the same.
    fn on_gone(&mut self) {
        let now = self.shared.config.clock.now();
        self.is_gone = true;
        self.observed.is_status_stored = true;
        self.life.deletion = Some(PodDeletion {
            grace_ends: now,
            grace_period: Duration::ZERO,
        });
    }

    async fn on_report(&mut self, report: Report) {
        match report {
            Report::Exited {
                container,
                attempt,
                exit,
            } => self.on_exit(container, attempt, exit).await,
            Report::Lost => self.on_lost(),
        }
    }

    async fn on_exit(&mut self, container: String, attempt: u32, status: ExitStatus) {
        let is_current = self
            .observed
            .containers
            .get(&container)
            .is_some_and(|observed| {
                observed.is_running()
                    && observed
                        .attempt
                        .as_ref()
                        .is_some_and(|it| it.number == attempt)
            });
        if !is_current {
            return;
        }
        let exit = self.read_exit(container.clone(), attempt, status).await;
        self.finish(&container, exit);
    }

    async fn read_exit(&self, container: String, attempt: u32, status: ExitStatus) -> Exit {
        let (pod, folders) = (self.pod.clone(), self.folders.clone());
        let log = self
            .shared
            .logs
            .file(&self.life.key, &self.life.uid, &container, attempt);
        let id = logs::container_id(&self.life.uid, &container, attempt);
        let read = task::spawn_blocking(move || {
            let message = folders.termination_log(&container, attempt);
            termination::exit(
                &pod,
                &container,
                &status,
                id,
                Remains {
                    message: &message,
                    log: &log,
                },
            )
        });
        read.await.expect("reading a file does not panic")
    }

    pub(super) fn on_lost(&mut self) {
        let running: Vec<_> = self
            .observed
            .containers
            .iter()
            .filter(|(_, container)| container.is_running())
            .filter_map(|(name, container)| {
                Some((name.clone(), container.attempt.as_ref()?.number))
            })
            .collect();
        for (container, attempt) in running {
            let id = logs::container_id(&self.life.uid, &container, attempt);
            self.finish(&container, recovery::lost(id));
        }
        if self.observed.sandbox == Sandbox::Ready {
            self.observed.sandbox = Sandbox::Lost;
        }
    }

    fn finish(&mut self, container: &str, exit: Exit) {
        self.live.remove(container);
        let observed = self
            .observed
            .containers
            .entry(container.to_owned())
            .or_default();
        if let Some(attempt) = &mut observed.attempt {
            attempt.state = AttemptState::Finished(exit);
        }
    }

    pub(super) fn begin(&mut self, container: &str, attempt: Attempt) {
        if matches!(attempt.state, AttemptState::Running { .. }) {
            let live = self
                .shared
                .logs
                .running(&self.life.uid, container, attempt.number);
            self.live.insert(container.to_owned(), live);
        }
        let observed = self
            .observed
            .containers
            .entry(container.to_owned())
            .or_default();
        observed.previous = observed.exit().cloned().or(observed.previous.take());
        observed.attempt = Some(attempt);
        observed.held = None;
        observed.stopping = None;
        observed.is_of_lost_sandbox = false;
    }

    pub(super) fn uid(&self) -> &Uid {
        &self.life.uid
    }
}

async fn sleep_until(now: Timestamp, wake_at: Option<Timestamp>) {
    match wake_at {
        None => std::future::pending().await,
        Some(at) => {
            let wait = Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO);
            tokio::time::sleep(wait).await;
        }
    }
}
