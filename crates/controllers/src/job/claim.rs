//! Carrying out the claim: adopting Pods and letting go of them.
//!
//! Source: upstream `PodControllerRefManager` (`pkg/controller/controller_ref_manager.go`).

use std::sync::Arc;

use jobyard_api::{batch, core, well_known::JOB_TRACKING_FINALIZER};
use jobyard_cluster::{Cluster, ClusterError, MetadataEdit};
use jobyard_decide::job::{Claim, JobView, PodView, claim, orphan::is_orphan, pod_template};

use super::{
    Controller, Orphan,
    caches::{orphans_for_job, pods_of},
    sync::SyncError,
};

impl<C: Cluster> Controller<C> {
    /// The Pods that the Job works with, after adopting and releasing what has
    /// to be, and as they are known to be.
    ///
    /// Every candidate is tried; the first error ends the sync afterwards,
    /// because a Pod that could not be claimed would be missed in the counts.
    pub(super) async fn claim_pods(&self, job: &JobView) -> Result<Vec<Arc<PodView>>, SyncError> {
        let controlled = pods_of(&self.pods, job);
        let orphans = orphans_for_job(&self.pods, job);
        let mut claimed = Vec::with_capacity(controlled.len());
        let mut may_adopt = None;
        let mut first_error = None;
        for pod in controlled.iter().chain(&orphans) {
            let outcome = match claim(job, pod) {
                Claim::Claimed => {
                    claimed.push(pod.0.clone());
                    continue;
                }
                Claim::Ignore => {
                    if is_orphan(pod, Some(job), &self.options.controller_name) {
                        self.queues.orphans.add(Orphan::Pod(pod.key.clone()));
                    }
                    continue;
                }
                Claim::Release => self.release(job, pod).await,
                Claim::Adopt => {
                    if may_adopt.is_none() {
                        may_adopt = Some(self.recheck(job).await);
                    }
                    match &may_adopt {
                        Some(Ok(object)) => self.adopt(object, pod).await.map(|adopted| {
                            claimed.extend(adopted.map(Arc::new));
                        }),
                        Some(Err(error)) => Err(error.clone()),
                        None => unreachable!("it was just rechecked"),
                    }
                }
            };
            if let Err(error) = outcome {
                first_error.get_or_insert(error);
            }
        }
        if let Some(error) = first_error {
            return Err(error);
        }
        self.memories.correct(&job.key, &mut claimed);
        claimed.retain(|pod| job.looks_at(pod));
        Ok(claimed)
    }

    /// Reads the Job past the cache: a Job that is being deleted must not adopt.
    async fn recheck(&self, job: &JobView) -> Result<Arc<batch::Job>, SyncError> {
        let live: Arc<batch::Job> = self
            .cluster
            .get_live(&job.key)
            .await
            .map_err(SyncError::Recheck)?;
        job.may_still_adopt(&JobView::from(&live))
            .map_err(SyncError::AdoptionRefused)?;
        Ok(live)
    }

    /// Adds owner and finalizer; `None` if the Pod is gone.
    async fn adopt(&self, job: &batch::Job, pod: &PodView) -> Result<Option<PodView>, SyncError> {
        let edit = MetadataEdit::Adopt {
            owner: Box::new(pod_template::owner_reference(job)),
            finalizer: Some(JOB_TRACKING_FINALIZER),
        };
        match self.edit_pod(pod, edit).await {
            Ok(adopted) => {
                self.wrote_pod(job, &adopted);
                Ok(Some(PodView::from(&*adopted)))
            }
            Err(ClusterError::NotFound(_)) => Ok(None),
            Err(error) => Err(SyncError::Claim(error)),
        }
    }

    /// Removes owner and finalizer.
    async fn release(&self, job: &JobView, pod: &PodView) -> Result<(), SyncError> {
        let edit = MetadataEdit::Release {
            owner: job.uid.clone(),
            finalizer: Some(JOB_TRACKING_FINALIZER),
        };
        match self.edit_pod(pod, edit).await {
            Ok(released) => {
                let revision = jobyard_api::Object::revision(&*released);
                self.memories.wrote_pod(&job.key, revision);
                Ok(())
            }
            // Gone, or no longer the one we mean.
            Err(ClusterError::NotFound(_) | ClusterError::Invalid(_)) => Ok(()),
            Err(error) => Err(SyncError::Claim(error)),
        }
    }

    pub(super) async fn edit_pod(
        &self,
        pod: &PodView,
        edit: MetadataEdit,
    ) -> Result<Arc<core::Pod>, ClusterError> {
        self.cluster.edit_metadata(&pod.key, &pod.uid, edit).await
    }

    fn wrote_pod(&self, job: &batch::Job, pod: &core::Pod) {
        use jobyard_api::Object;
        self.memories.wrote_pod(&job.key(), pod.revision());
    }
}
