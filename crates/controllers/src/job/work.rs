//! Carrying out what a plan asks for: Pods to create, delete and let go.
//!
//! Source: upstream `RealPodControl`, `manageJob`, `deleteJobPods`,
//! `removeTrackingFinalizerFromPods`.

use std::sync::Arc;

use futures::future::join_all;
use jobyard_api::{Object, ObjectKey, batch, core, names, well_known::JOB_TRACKING_FINALIZER};
use jobyard_cluster::{Cluster, ClusterError, Deletion, MetadataEdit};
use jobyard_decide::job::{
    CreateOutcome, CreatePod, DeleteOutcome, DeletePod, JobView, PodView, PodWork, WorkOutcome,
    pod_template, slow_start_batches,
};
use tokio::task::coop::consume_budget;

use super::{Controller, memory::Known};

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
        let mut message = String::new();
        for _ in 0..names::ATTEMPTS_MAX {
            match self.create_under_a_name(job, object, create).await {
                Ok(created) => {
                    self.memories.wrote_pod(&job.key, created.revision());
                    return CreateOutcome::Created {
                        name: created.key().name,
                    };
                }
                Err(ClusterError::Forbidden(status))
                    if status.has_cause("NamespaceTerminating") =>
                {
                    return CreateOutcome::NamespaceTerminating;
                }
                Err(error) => {
                    message = error.to_string();
                    if !matches!(error, ClusterError::AlreadyExists(_)) {
                        break;
                    }
                }
            }
        }
        CreateOutcome::Failed { message }
    }

    /// Asks for a Pod of a name that this controller chose, so that it can look
    /// for the Pod if there is no answer. The API server keeps `generateName`,
    /// which says how the name came about.
    async fn create_under_a_name(
        &self,
        job: &JobView,
        object: &batch::Job,
        create: CreatePod,
    ) -> Result<Arc<core::Pod>, ClusterError> {
        let key = |name: &str| ObjectKey::new(&job.key.namespace, name);
        let is_free = |name: &str| self.pods.get(&key(name)).is_none();
        let asked_before = self.memories.take_name(&job.key, create.index, is_free);
        let was_asked_before = asked_before.is_some();
        let mut pod = pod_template::new_pod(object, create);
        let prefix = pod.metadata.generate_name.as_deref().unwrap_or_default();
        let key = match asked_before {
            Some(name) => key(&name),
            None => key(&names::generate(prefix, (self.options.chance)())),
        };
        pod.metadata.namespace = Some(key.namespace.to_string());
        pod.metadata.name = Some(key.name.to_string());
        let error = match self.cluster.create(pod).await {
            Ok(created) => return Ok(created),
            Err(error) => error,
        };
        let may_be_there = match &error {
            ClusterError::OutcomeUnknown(_) => true,
            ClusterError::AlreadyExists(_) => was_asked_before,
            ClusterError::Conflict(_)
            | ClusterError::NotFound(_)
            | ClusterError::Forbidden(_)
            | ClusterError::Invalid(_)
            | ClusterError::Unavailable(_) => false,
        };
        if !may_be_there {
            if was_asked_before {
                // The earlier request is still under way.
                self.memories.keep_name(&job.key, create.index, key.name);
            }
            return Err(error);
        }
        let found = self.find_created(job, create, key).await;
        found.ok_or(error)
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
            Ok(Some(deleted)) => {
                self.memories.wrote_pod(&job.key, Some(deleted));
                DeleteOutcome::Deleted
            }
            Ok(None) => {
                self.doubt_pod(job, pod);
                DeleteOutcome::Deleted
            }
            Err(ClusterError::NotFound(_)) => {
                self.memories.know(&job.key, &pod.uid, Known::Gone);
                DeleteOutcome::Gone
            }
            Err(error) => {
                if matches!(error, ClusterError::OutcomeUnknown(_)) {
                    self.doubt_pod(job, pod);
                }
                DeleteOutcome::Failed {
                    message: error.to_string(),
                }
            }
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
                if edited.metadata.deletion_timestamp.is_some() {
                    // It may have been the last finalizer: then the Pod is gone,
                    // and this revision is one from before that.
                    self.memories.know(&job.key, &pod.uid, Known::Released);
                }
                Ok(())
            }
            Err(ClusterError::NotFound(_)) => {
                self.memories.know(&job.key, &pod.uid, Known::Gone);
                Ok(())
            }
            Err(error) => {
                if matches!(error, ClusterError::OutcomeUnknown(_)) {
                    self.doubt_pod(job, pod);
                }
                Err(error)
            }
        }
    }
}
