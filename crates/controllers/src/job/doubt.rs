//! Requests whose answer was lost: they may have happened.
//!
//! What a sync decides depends on what the syncs before it did. The caches show
//! that sooner or later, and nobody knows when, if it is not known what to wait
//! for: so the object is read past the cache. A Pod that was created after all
//! is created; a status that was written after all is written. If that look
//! fails as well, the next sync begins with it and does nothing before.
//!
//! A request may also arrive after the look. A creation that does is harmless,
//! because the next one takes the same name; a status that does, because the
//! write of a later sync then conflicts; finalizers and deletions can be asked
//! for twice.
//!
//! Differs from Kubernetes: there a creation without an answer counts as failed
//! and is made up for, by a Pod too many if it happened and the cache lags.

use std::sync::Arc;

use jobyard_api::{Object, ObjectKey, batch, core};
use jobyard_cluster::{Cluster, ClusterError};
use jobyard_decide::job::{CreatePod, JobStatus, JobView, PodView, StatusWrite};

use super::{
    Controller,
    memory::{Doubt, Known},
    sync::SyncError,
};

impl<C: Cluster> Controller<C> {
    /// The Pod of this name, if it is the Job's. If there is none, or that cannot
    /// be found out, the name is kept for the next Pod of this index.
    pub(super) async fn find_created(
        &self,
        job: &JobView,
        create: CreatePod,
        key: ObjectKey,
    ) -> Option<Arc<core::Pod>> {
        match self.cluster.get_live::<core::Pod>(&key).await {
            Ok(pod) => {
                let is_own = PodView::from(&*pod).is_controlled_by(&job.uid);
                return is_own.then_some(pod);
            }
            Err(ClusterError::NotFound(_)) => {}
            Err(_) => self.memories.doubt(&job.key, Doubt::Pod(key.clone(), None)),
        }
        self.memories.keep_name(&job.key, create.index, key.name);
        None
    }

    /// The Job, if this status was written; else the error to end the sync with.
    ///
    /// The sync goes on only if nothing else about the Job has changed: what
    /// remains of it was decided on the Job as it was.
    pub(super) async fn find_write(
        &self,
        job: &JobView,
        write: &StatusWrite,
        lost: ClusterError,
    ) -> Result<Arc<batch::Job>, SyncError> {
        match self.cluster.get_live::<batch::Job>(&job.key).await {
            Ok(live) => {
                if live.uid() == job.uid && has_status(&live, write) {
                    let view = JobView::from(&live);
                    if (view.generation, view.is_deleting) == (job.generation, job.is_deleting) {
                        return Ok(live);
                    }
                    self.wrote_status(&job.key, &job.uid, write, &live);
                }
                self.memories.wrote_job(&job.key, live.revision());
            }
            // The cache will show that the Job is gone.
            Err(ClusterError::NotFound(_)) => {}
            Err(_) => {
                let write = Arc::new(write.clone());
                self.memories.doubt(&job.key, Doubt::Status(write));
            }
        }
        Err(SyncError::Status(lost))
    }

    /// Something may have become of this Pod.
    pub(super) fn doubt_pod(&self, job: &JobView, pod: &PodView) {
        let doubt = Doubt::Pod(pod.key.clone(), Some(pod.uid.clone()));
        self.memories.doubt(&job.key, doubt);
    }

    /// Finds out what the last syncs could not. An error leaves the rest for the next time.
    pub(super) async fn settle_doubts(&self, job: &ObjectKey) -> Result<(), SyncError> {
        let mut doubts = self.memories.take_doubts(job).into_iter();
        while let Some(doubt) = doubts.next() {
            if let Err(error) = self.settle_doubt(job, &doubt).await {
                for left in std::iter::once(doubt).chain(doubts) {
                    self.memories.doubt(job, left);
                }
                return Err(SyncError::Doubt(error));
            }
        }
        Ok(())
    }

    async fn settle_doubt(&self, job: &ObjectKey, doubt: &Doubt) -> Result<(), ClusterError> {
        match doubt {
            Doubt::Pod(key, uid) => {
                let found = match self.cluster.get_live::<core::Pod>(key).await {
                    Ok(pod) => Some(pod),
                    Err(ClusterError::NotFound(_)) => None,
                    Err(error) => return Err(error),
                };
                let is_it = |pod: &Arc<core::Pod>| uid.as_ref().is_none_or(|uid| pod.uid() == *uid);
                match (found.filter(is_it), uid) {
                    (Some(pod), _) => self.memories.wrote_pod(job, pod.revision()),
                    (None, Some(uid)) => self.memories.know(job, uid, Known::Gone),
                    (None, None) => {}
                }
            }
            Doubt::Status(write) => match self.cluster.get_live::<batch::Job>(job).await {
                Ok(live) if has_status(&live, write) => {
                    self.wrote_status(job, &live.uid(), write, &live);
                }
                Ok(live) => self.memories.wrote_job(job, live.revision()),
                Err(ClusterError::NotFound(_)) => {}
                Err(error) => return Err(error),
            },
        }
        Ok(())
    }
}

fn has_status(job: &batch::Job, write: &StatusWrite) -> bool {
    job.status
        .as_ref()
        .is_some_and(|status| JobStatus::from(status) == write.status)
}
