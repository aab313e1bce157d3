//! Carrying out what a plan asks for: Pods to create, delete and let go.
//!
//! Source: upstream `RealPodControl`, `manageJob`, `deleteJobPods`,
//! `removeTrackingFinalizerFromPods`.

use futures::future::join_all;
use jobyard_api::{Object, ObjectKey, batch, core, names, well_known::JOB_TRACKING_FINALIZER};
use jobyard_cluster::{Cluster, ClusterError, Deletion, MetadataEdit};
use jobyard_decide::job::{
    CreateOutcome, CreatePod, DeleteOutcome, DeletePod, JobView, PodView, PodWork, WorkOutcome,
    pod_template, slow_start_batches,
};
use tokio::task::coop::consume_budget;

use super::{
    Controller,
    memory::{Doubt, Known},
};

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
            let (pod, was_asked_before) = self.named_pod(job, object, create);
            let key = pod.key();
            let error = match self.cluster.create(pod).await {
                Ok(created) => {
                    self.memories.wrote_pod(&job.key, created.revision());
                    return CreateOutcome::Created {
                        name: created.key().name,
                    };
                }
                Err(error) => error,
            };
            message = error.to_string();
            match error {
                // Somebody else's: another name.
                ClusterError::AlreadyExists(_) if !was_asked_before => continue,
                ClusterError::AlreadyExists(_) | ClusterError::OutcomeUnknown(_) => {
                    let created = Doubt::Created(key, create.index);
                    self.memories.doubt(&job.key, created);
                }
                ClusterError::Conflict(status)
                | ClusterError::NotFound(status)
                | ClusterError::Forbidden(status)
                | ClusterError::Invalid(status)
                | ClusterError::Unavailable(status) => {
                    if was_asked_before {
                        // The earlier request is still under way.
                        self.memories.keep_name(&job.key, create.index, key.name);
                    }
                    if status.has_cause("NamespaceTerminating") {
                        return CreateOutcome::NamespaceTerminating;
                    }
                }
            }
            break;
        }
        CreateOutcome::Failed { message }
    }

    /// The new Pod, and whether one of its name was asked for before.
    ///
    /// The names are the controller's, so that it can look for a Pod if there is
    /// no answer. The API server keeps `generateName`, which says how they came about.
    fn named_pod(
        &self,
        job: &JobView,
        object: &batch::Job,
        create: CreatePod,
    ) -> (core::Pod, bool) {
        let namespace = &job.key.namespace;
        let is_free = |name: &str| self.pods.get(&ObjectKey::new(namespace, name)).is_none();
        let asked_before = self.memories.take_name(&job.key, create.index, is_free);
        let was_asked_before = asked_before.is_some();
        let mut pod = pod_template::new_pod(object, create);
        let prefix = pod.metadata.generate_name.as_deref().unwrap_or_default();
        let name = match asked_before {
            Some(name) => name.into(),
            None => names::generate(prefix, (self.options.chance)()),
        };
        pod.metadata.namespace = Some(namespace.to_string());
        pod.metadata.name = Some(name);
        (pod, was_asked_before)
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
                let deleted = Doubt::Changed(pod.key.clone(), pod.uid.clone());
                self.memories.doubt(&job.key, deleted);
                DeleteOutcome::Deleted
            }
            Err(ClusterError::NotFound(_)) => {
                self.memories.know(&job.key, &pod.uid, Known::Gone);
                DeleteOutcome::Gone
            }
            Err(error) => {
                let changed = || Doubt::Changed(pod.key.clone(), pod.uid.clone());
                self.doubt(&job.key, &error, changed);
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
                let changed = || Doubt::Changed(pod.key.clone(), pod.uid.clone());
                self.doubt(&job.key, &error, changed);
                Err(error)
            }
        }
    }
}
