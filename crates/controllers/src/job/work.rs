//! Carrying out what a plan asks for: Pods to create, delete and let go.
//!
//! Source: upstream `RealPodControl`, `manageJob`, `deleteJobPods`,
//! `removeTrackingFinalizerFromPods`.

use futures::future::join_all;
use jobyard_api::{Object, batch, core, well_known::JOB_TRACKING_FINALIZER};
use jobyard_cluster::{Cluster, ClusterError, Deletion, MetadataEdit};
use jobyard_decide::job::{
    CreateOutcome, CreatePod, DeleteOutcome, DeletePod, JobView, PodView, PodWork, WorkOutcome,
    pod_template, slow_start_batches,
};

use tokio::task::coop::consume_budget;

use super::Controller;

impl<C: Cluster> Controller<C> {
    /// Does the work, and tells what came of each part.
    pub(super) async fn carry_out(&self, job: &JobView, work: &PodWork<'_>) -> WorkOutcome {
        match work {
            PodWork::None => WorkOutcome::None,
            PodWork::Create(pods) => {
                let object = job.object.as_ref();
                let object = object.expect("an unfinished Job's view holds its object");
                WorkOutcome::Created(self.create_pods(job, object, pods).await)
            }
            PodWork::Delete(pods) => {
                let deletions = pods.iter().map(|deletion| self.delete_pod(job, deletion));
                WorkOutcome::Deleted(join_all(deletions).await)
            }
        }
    }

    /// Creates Pods in growing batches, and stops after a batch with a failure.
    async fn create_pods(
        &self,
        job: &JobView,
        object: &batch::Job,
        pods: &[CreatePod],
    ) -> Vec<CreateOutcome> {
        let mut outcomes = Vec::with_capacity(pods.len());
        for batch in slow_start_batches(pods.len()) {
            let creations = pods[batch]
                .iter()
                .map(|create| self.create_pod(job, object, *create));
            let created = join_all(creations).await;
            let is_whole = created
                .iter()
                .all(|outcome| matches!(outcome, CreateOutcome::Created { .. }));
            outcomes.extend(created);
            if !is_whole {
                break;
            }
        }
        outcomes
    }

    async fn create_pod(
        &self,
        job: &JobView,
        object: &batch::Job,
        create: CreatePod,
    ) -> CreateOutcome {
        // 500 requests that never wait would keep the thread from everything else.
        consume_budget().await;
        let mut pod = pod_template::new_pod(object, create);
        pod.metadata.namespace = Some(job.key.namespace.to_string());
        match self.cluster.create(pod).await {
            Ok(created) => {
                self.memories.wrote_pod(&job.key, created.revision());
                CreateOutcome::Created {
                    name: created.key().name,
                }
            }
            Err(ClusterError::Forbidden(status)) if status.has_cause("NamespaceTerminating") => {
                CreateOutcome::NamespaceTerminating
            }
            Err(error) => CreateOutcome::Failed {
                message: error.to_string(),
            },
        }
    }

    async fn delete_pod(&self, job: &JobView, deletion: &DeletePod<'_>) -> DeleteOutcome {
        let pod = deletion.pod;
        if deletion.removes_finalizer_first {
            match self.remove_finalizer(job, pod).await {
                Ok(()) => {}
                Err(error) => {
                    return DeleteOutcome::FinalizerKept {
                        message: error.to_string(),
                    };
                }
            }
        }
        let options = Deletion {
            uid: Some(pod.uid.clone()),
            ..Deletion::default()
        };
        match self.cluster.delete::<core::Pod>(&pod.key, options).await {
            Ok(deleted) => {
                self.memories.wrote_pod(&job.key, deleted);
                DeleteOutcome::Deleted
            }
            Err(ClusterError::NotFound(_)) => DeleteOutcome::Gone,
            Err(error) => DeleteOutcome::Failed {
                message: error.to_string(),
            },
        }
    }

    /// Removes tracking finalizers, all at once; the outcomes stand in the order of the Pods.
    pub(super) async fn release_pods(
        &self,
        job: &JobView,
        pods: &[&PodView],
    ) -> Vec<Result<(), String>> {
        let removals = pods.iter().map(|pod| async {
            let removed = self.remove_finalizer(job, pod).await;
            removed.map_err(|error| error.to_string())
        });
        join_all(removals).await
    }

    /// Removes the tracking finalizer; a Pod that is gone has none.
    async fn remove_finalizer(&self, job: &JobView, pod: &PodView) -> Result<(), ClusterError> {
        consume_budget().await;
        let edit = MetadataEdit::RemoveFinalizer(JOB_TRACKING_FINALIZER);
        match self.edit_pod(pod, edit).await {
            Ok(edited) => {
                self.memories.wrote_pod(&job.key, edited.revision());
                Ok(())
            }
            Err(ClusterError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
