//! One sync of one Job: the stages of `jobyard_decide::job`, carried out.
//!
//! Source: upstream `syncJob`, `trackJobStatusAndRemoveFinalizers`.

use std::{sync::Arc, time::Duration};

use jobyard_api::{Object, ObjectKey, Timestamp, batch};
use jobyard_cluster::{Cluster, ClusterError, Work};
use jobyard_decide::job::{
    JobView, Snapshot, StaleRead, StatusWrite, SyncAction, Watermarks, claim::AdoptionRefused,
    plan, skip,
};

use tokio::time::Instant;

use super::{Controller, memory::Doubt};

/// How long a sync waits for the caches to show our own writes; they are a few
/// milliseconds behind, and a worker that waits serves nobody else.
const OWN_WRITES_WAIT: Duration = Duration::from_secs(1);
/// After this a cache of Pods that does not show our writes is believed (upstream
/// `ExpectationsTimeout`): an event got lost, and a Job must not stand still for
/// ever. The cache of Jobs never is: what the status counts, and the Pods do not
/// show any more, would be done again.
const OWN_WRITES_TIMEOUT: Duration = Duration::from_mins(5);

/// Why a sync ended early; it is tried again after a back-off.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum SyncError {
    /// The caches do not show our own writes yet.
    #[error(transparent)]
    StaleRead(#[from] StaleRead),
    /// What became of a request whose answer was lost could not be found out.
    #[error("cannot look for what an unanswered request did: {0}")]
    Doubt(ClusterError),
    /// A Pod could not be adopted or released.
    #[error("cannot claim a pod: {0}")]
    Claim(ClusterError),
    /// The Job could not be read before adopting.
    #[error("can't recheck DeletionTimestamp: {0}")]
    Recheck(ClusterError),
    /// The Job may not adopt any more.
    #[error("can't adopt pods: {0}")]
    AdoptionRefused(AdoptionRefused),
    /// The status could not be written.
    #[error("cannot write the status: {0}")]
    Status(ClusterError),
    /// A Pod could not be created, deleted or let go; the status is written.
    #[error("{0}")]
    Pods(String),
}

impl<C: Cluster> Controller<C> {
    /// One look at a Job, and when to look again.
    pub(super) async fn look_at_job(&self, work: Work<ObjectKey>) {
        let key = work.key().clone();
        let outcome = self.sync(&key).await;
        self.memories.end(&key);
        match outcome {
            Ok(wake_at) => {
                if let Some(wake_at) = wake_at {
                    self.queues.jobs.add_after(key.clone(), self.until(wake_at));
                }
                self.look_again(key);
                work.succeeded();
            }
            Err(error) => {
                let delay = work.failed();
                tracing::warn!(job = %key, %error, ?delay, "sync is tried again");
            }
        }
    }

    /// Has the Job looked at once more some time after our last write of it: what
    /// we wrote may come and go while a watch is broken, and then nothing tells.
    fn look_again(&self, key: ObjectKey) {
        let Some((_, since)) = self.memories.written(&key) else {
            return;
        };
        let left = OWN_WRITES_TIMEOUT.saturating_sub(since.elapsed());
        if !left.is_zero() {
            self.queues.jobs.add_after(key, left);
        }
    }

    async fn sync(&self, key: &ObjectKey) -> Result<Option<Timestamp>, SyncError> {
        let started = Instant::now();
        self.settle_doubts(key).await?;
        self.wait_for_own_writes(key).await?;
        let Some(cached) = self.jobs.get(key) else {
            self.memories.forget(key);
            return Ok(None);
        };
        let job = &cached.0;
        if let Some(skip) = skip(job, &self.options.controller_name) {
            let events: Vec<_> = skip.event().into_iter().collect();
            self.record(key, &job.uid, &events);
            self.memories.forget(key);
            return Ok(None);
        }
        let mut action = SyncAction::default();
        let result = self.converge(job, &mut action).await;
        self.options
            .metrics
            .synced(job, action, result.is_ok(), started.elapsed());
        result
    }

    /// Goes through the stages. `action` tells how far, also after an error.
    async fn converge(
        &self,
        job: &JobView,
        action: &mut SyncAction,
    ) -> Result<Option<Timestamp>, SyncError> {
        let (key, metrics) = (&job.key, &self.options.metrics);
        let backoff = self.memories.begin(key, &job.uid);
        // The time of the snapshot is that at which the caches are read, and not
        // that at which the last Pod was adopted.
        let now = (self.options.now)();
        let pods = self.claim_pods(job).await?;
        let snapshot = Snapshot {
            pods: &pods,
            backoff,
            controller_name: &self.options.controller_name,
            now,
        };
        let Ok(plan) = plan(job, &snapshot) else {
            return Ok(None); // Skipped above for every reason there is.
        };
        *action = plan.action();
        let done = self.carry_out(job, plan.work()).await;
        let settled = plan.settle(&done);
        self.record(key, &job.uid, settled.events());
        if let Some(creations) = settled.creations() {
            metrics.created(creations);
        }
        let mut object = job.object.clone();
        if let Some(write) = settled.write() {
            object = Some(self.write_status(job, object, write).await?);
        }
        metrics.handled(settled.failures_handled());
        let released = self.release_pods(job, settled.release()).await;
        let accounted = settled.account(&released);
        if let Some(write) = &accounted.write {
            self.write_status(job, object, write).await?;
        }
        match accounted.error {
            None => Ok(accounted.wake_at),
            Some(error) => Err(SyncError::Pods(error)),
        }
    }

    /// Waits a moment until the caches show what this controller wrote for the Job.
    async fn wait_for_own_writes(&self, key: &ObjectKey) -> Result<(), SyncError> {
        let Some((written, since)) = self.memories.written(key) else {
            return Ok(());
        };
        let both = async {
            self.jobs.wait_for(written.jobs).await;
            self.pods.wait_for(written.pods).await;
        };
        let shown = tokio::time::timeout(OWN_WRITES_WAIT, both).await;
        if shown.is_ok() {
            return Ok(());
        }
        let read = Watermarks {
            jobs: self.jobs.revision().unwrap_or_default(),
            pods: self.pods.revision().unwrap_or_default(),
        };
        let mut believed = read;
        if since.elapsed() >= OWN_WRITES_TIMEOUT {
            believed.pods = written.pods;
        }
        believed.check(written).map_err(|stale| {
            self.options.metrics.skipped(stale);
            SyncError::StaleRead(stale)
        })
    }

    /// Writes the status over the version that was decided on, and tells what
    /// is to be told once it stands.
    async fn write_status(
        &self,
        job: &JobView,
        object: Option<Arc<batch::Job>>,
        write: &StatusWrite,
    ) -> Result<Arc<batch::Job>, SyncError> {
        let object = object.expect("an unfinished Job's view holds its object");
        let mut object = Arc::unwrap_or_clone(object);
        object.status = Some(batch::JobStatus::from(&write.status));
        match self.cluster.update_status(object).await {
            Ok(written) => {
                self.wrote_status(&job.key, write, &written);
                Ok(written)
            }
            Err(error) => {
                let status = || Doubt::Status(Arc::new(write.clone()));
                self.doubt(&job.key, &error, status);
                Err(SyncError::Status(error))
            }
        }
    }

    /// What depends on the status having been written.
    pub(super) fn wrote_status(&self, key: &ObjectKey, write: &StatusWrite, written: &batch::Job) {
        self.memories.wrote_job(key, written.revision());
        self.memories.keep_backoff(key, write.backoff);
        self.record(key, &written.uid(), &write.events);
        self.options.metrics.wrote(&write.progress);
    }

    fn until(&self, wake_at: Timestamp) -> Duration {
        let wait = wake_at.duration_since((self.options.event_now)());
        wait.try_into().unwrap_or(Duration::ZERO)
    }
}
