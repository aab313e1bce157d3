//! Requests whose answer was lost: they may have happened.
//!
//! What a sync decides depends on what the syncs before it did. The caches show
//! that sooner or later, and nobody knows when, if it is not known what to wait
//! for: so the next sync begins with reading the object past the cache, and does
//! nothing before that has succeeded. A Pod that was created after all is waited
//! for like every other one, a status that was written after all is written.
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
use jobyard_decide::job::{JobStatus, StatusWrite};

use super::{
    Controller,
    memory::{Doubt, Known},
    sync::SyncError,
};

impl<C: Cluster> Controller<C> {
    /// Notes what a request may have done, if `error` leaves that open.
    pub(super) fn doubt(&self, job: &ObjectKey, error: &ClusterError, of: impl FnOnce() -> Doubt) {
        if matches!(error, ClusterError::OutcomeUnknown(_)) {
            self.memories.doubt(job, of());
        }
    }

    /// Finds out what the syncs before could not know. After an error the rest is
    /// left for the next time.
    pub(super) async fn settle_doubts(&self, job: &ObjectKey) -> Result<(), SyncError> {
        while let Some(doubt) = self.memories.last_doubt(job) {
            let settled = self.settle_doubt(job, &doubt).await;
            settled.map_err(SyncError::Doubt)?;
            self.memories.settled_doubt(job);
        }
        Ok(())
    }

    async fn settle_doubt(&self, job: &ObjectKey, doubt: &Doubt) -> Result<(), ClusterError> {
        match doubt {
            Doubt::Created(key, index) => match self.look_for::<core::Pod>(key).await? {
                Some(pod) => self.memories.wrote_pod(job, pod.revision()),
                None => self.memories.keep_name(job, *index, key.name.clone()),
            },
            Doubt::Changed(key, uid) => {
                let found = self.look_for::<core::Pod>(key).await?;
                match found.filter(|pod| pod.uid() == *uid) {
                    Some(pod) => self.memories.wrote_pod(job, pod.revision()),
                    None => self.memories.know(job, uid, Known::Gone),
                }
            }
            Doubt::Status(write) => match self.look_for::<batch::Job>(job).await? {
                Some(live) if has_status(&live, write) => self.wrote_status(job, write, &live),
                Some(live) => self.memories.wrote_job(job, live.revision()),
                // The cache will show that the Job is gone.
                None => {}
            },
        }
        Ok(())
    }

    async fn look_for<K: Object>(&self, key: &ObjectKey) -> Result<Option<Arc<K>>, ClusterError> {
        match self.cluster.get_live::<K>(key).await {
            Ok(found) => Ok(Some(found)),
            Err(ClusterError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn has_status(job: &batch::Job, write: &StatusWrite) -> bool {
    job.status
        .as_ref()
        .is_some_and(|status| JobStatus::from(status) == write.status)
}
