//! Finalizers of Pods that nobody will count.
//!
//! Differs from Kubernetes: a Pod without controller that a Job is about to
//! adopt is left to that Job. Upstream removes its finalizer meanwhile, and if
//! that comes after the adoption, the Job runs a Pod that it will never count.
//!
//! Source: upstream `syncOrphanPod`, `orphanWorker`.

use std::sync::Arc;

use jobyard_api::{ObjectKey, batch, well_known::JOB_TRACKING_FINALIZER};
use jobyard_cluster::{Cluster, ClusterError, IndexKey, MetadataEdit, Work};
use jobyard_decide::job::{Claim, JobView, PodView, claim, orphan::is_orphan, skip};

use super::{Controller, Orphan, caches::jobs_for_orphan};

impl<C: Cluster> Controller<C> {
    /// One look at what may be left behind.
    pub(super) async fn look_at_orphan(&self, work: Work<Orphan>) {
        let outcome = match work.key() {
            Orphan::PodsOf(job) => {
                for pod in self.pods.indexed(&IndexKey::Controller(job.clone())) {
                    if pod.has_tracking_finalizer {
                        self.queues.orphans.add(Orphan::Pod(pod.key.clone()));
                    }
                }
                Ok(())
            }
            Orphan::Pod(key) => match self.pods.get(key) {
                Some(pod) if self.may_be_adopted(&pod) => {
                    // The adoption may fail, or the Job go: look again.
                    work.failed();
                    return;
                }
                Some(pod) => self.clean_up(&pod).await,
                None => Ok(()),
            },
        };
        match outcome {
            Ok(()) => work.succeeded(),
            Err(error) => {
                tracing::warn!(what = ?work.key(), %error, "orphan clean-up is tried again");
                work.failed();
            }
        }
    }

    fn may_be_adopted(&self, pod: &PodView) -> bool {
        if pod.controller.is_some() {
            return false;
        }
        let jobs = jobs_for_orphan(&self.jobs, pod);
        jobs.iter().any(|job| {
            skip(job, &self.options.controller_name).is_none() && claim(job, pod) == Claim::Adopt
        })
    }

    async fn clean_up(&self, pod: &PodView) -> Result<(), ClusterError> {
        let job = match &pod.controller {
            Some(controller) if controller.is_job => {
                let key = ObjectKey::new(&pod.key.namespace, &controller.name);
                self.job_past_cache(&key, &controller.uid).await?
            }
            _ => None,
        };
        if !is_orphan(pod, job.as_ref(), &self.options.controller_name) {
            return Ok(());
        }
        let edit = MetadataEdit::RemoveFinalizer(JOB_TRACKING_FINALIZER);
        match self.edit_pod(pod, edit).await {
            Ok(_) | Err(ClusterError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The Job of that name, read past the cache: the cache of Jobs may be
    /// behind that of Pods, and "gone" must be true.
    async fn job_past_cache(
        &self,
        key: &ObjectKey,
        uid: &jobyard_api::Uid,
    ) -> Result<Option<JobView>, ClusterError> {
        if let Some(job) = self.jobs.get(key)
            && job.uid == *uid
        {
            return Ok(Some(job.0.clone()));
        }
        match self.cluster.get_live::<batch::Job>(key).await {
            Ok(job) => Ok(Some(JobView::from(&Arc::clone(&job)))),
            Err(ClusterError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
