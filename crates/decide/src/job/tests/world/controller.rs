//! The driver of the world: carries the stages of a sync out, dies and lags as told.

use std::{collections::BTreeMap, sync::Arc};

use jobyard_api::{
    Revision, batch,
    core::Pod,
    meta::Time,
    validation::job::job_status_update,
    well_known::{JOB_CONTROLLER_NAME, JOB_TRACKING_FINALIZER},
};

use crate::job::{
    self, BackoffRecord, Claim, CreateOutcome, DeleteOutcome, EventNote, JobView, PodView, PodWork,
    Progress, Snapshot, StatusWrite, Watermarks, WorkOutcome, pod_template, slow_start_batches,
};

use super::{
    Conflict, Crash, SYNCS_MAX, Synced, World,
    laws::check_laws,
    number,
    words::{event_text, status_changes},
};

impl World {
    /// The controller dies and starts anew: its memory is lost.
    pub(in crate::job::tests) fn restart(&mut self) -> &mut Self {
        self.backoff = BackoffRecord::default();
        self.written = Watermarks::default();
        self.frozen_cache = None;
        self.crash = None;
        self.fuse = None;
        self.is_dead = false;
        self
    }

    /// From now on the controller's caches show only what is there now.
    pub(in crate::job::tests) fn freeze_cache(&mut self) -> &mut Self {
        self.frozen_cache = Some(self.present());
        self
    }

    pub(in crate::job::tests) fn thaw_cache(&mut self) -> &mut Self {
        self.frozen_cache = None;
        self
    }

    /// Syncs until nothing is left to do at this time, and returns what was done.
    ///
    /// Stops early after an error, as the driver then waits. Otherwise checks
    /// that deciding once more changes nothing.
    pub(in crate::job::tests) fn settle(&mut self) -> String {
        self.log.clear();
        for _ in 0..SYNCS_MAX {
            let synced = self.sync();
            if self.is_dead {
                return self.log.clone();
            }
            match synced {
                Synced::Changed => {}
                Synced::Idle => {
                    self.check_fixpoint();
                    return self.log.clone();
                }
                Synced::Retry | Synced::Died => return self.log.clone(),
            }
        }
        panic!(
            "after {SYNCS_MAX} syncs there is still something to do:\n{}",
            self.log
        );
    }

    /// One sync.
    pub(in crate::job::tests) fn sync_once(&mut self) -> String {
        self.log.clear();
        self.sync();
        self.log.clone()
    }

    pub(super) fn sync(&mut self) -> Synced {
        self.syncs += 1;
        let cache = self.frozen_cache.clone().unwrap_or_else(|| self.present());
        if let Err(stale) = cache.read.check(self.written) {
            self.note(&format!("retry {stale}"));
            return Synced::Retry;
        }
        let before = (self.revision, self.events.len());
        let mut read = cache.read.jobs;
        let job = JobView::from(&Arc::new(cache.job));
        if let Some(skip) = job::skip(&job, JOB_CONTROLLER_NAME) {
            self.record(&skip.event().into_iter().collect::<Vec<_>>());
            return Synced::Idle;
        }
        let pods = self.claim(&job, &cache.pods);
        let snapshot = Snapshot {
            pods: &pods,
            backoff: self.backoff,
            controller_name: JOB_CONTROLLER_NAME,
            now: self.now,
        };
        let plan = job::plan(&job, &snapshot).expect("the Job is not skipped");
        self.count(1, format!("sync {}", plan.action().as_str()));
        let outcome = self.work(&job, plan.work());
        let settled = plan.settle(&outcome);
        if let Some(creations) = settled.creations() {
            let reason = creations.reason.as_str();
            self.count(creations.succeeded, format!("created {reason}"));
            self.count(creations.failed, format!("refused {reason}"));
        }
        self.record(settled.events());
        if let Some(write) = settled.write() {
            match self.write_status(write, read) {
                Ok(written) => read = written,
                Err(Conflict) => return Synced::Retry,
            }
        }
        if self.crash == Some(Crash::AfterWrite1) {
            return Synced::Died;
        }
        for action in settled.failures_handled() {
            self.count(1, format!("handled {}", action.as_str()));
        }
        let names: Vec<String> = settled
            .release()
            .iter()
            .map(|pod| pod.key.name.to_string())
            .collect();
        let mut released = Vec::new();
        for name in &names {
            self.note(&format!("release {name}"));
            released.push(self.release(name));
        }
        if self.crash == Some(Crash::AfterRelease) {
            return Synced::Died;
        }
        let accounted = settled.account(&released);
        if let Some(write) = &accounted.write
            && self.write_status(write, read) == Err(Conflict)
        {
            return Synced::Retry;
        }
        self.wake_at = accounted.wake_at;
        if let Some(error) = accounted.error {
            self.note(&format!("retry {error}"));
            return Synced::Retry;
        }
        if (self.revision, self.events.len()) == before {
            Synced::Idle
        } else {
            Synced::Changed
        }
    }

    pub(super) fn claim(
        &mut self,
        job: &JobView,
        cached: &BTreeMap<String, Arc<Pod>>,
    ) -> Vec<Arc<PodView>> {
        let mut claimed = Vec::new();
        for (name, pod) in cached {
            let view = PodView::from(&**pod);
            match job::claim(job, &view) {
                Claim::Claimed => claimed.push(Arc::new(view)),
                Claim::Adopt | Claim::Release if self.is_refused() => {}
                Claim::Adopt => {
                    self.note(&format!("adopt {name}"));
                    let owner = pod_template::owner_reference(&self.job);
                    let revision = self.next_revision();
                    let Some(pod) = self.stored_mut(name) else {
                        continue;
                    };
                    pod.metadata
                        .owner_references
                        .get_or_insert_default()
                        .push(owner);
                    let finalizers = pod.metadata.finalizers.get_or_insert_default();
                    if !finalizers.iter().any(|name| name == JOB_TRACKING_FINALIZER) {
                        finalizers.push(JOB_TRACKING_FINALIZER.to_owned());
                    }
                    claimed.push(Arc::new(PodView::from(&*pod)));
                    self.wrote_pod(revision);
                }
                Claim::Release => {
                    self.note(&format!("let go of {name}"));
                    let revision = self.next_revision();
                    let Some(pod) = self.stored_mut(name) else {
                        continue;
                    };
                    pod.metadata.owner_references = None;
                    pod.metadata.finalizers = None;
                    self.wrote_pod(revision);
                }
                Claim::Ignore => {}
            }
        }
        claimed.retain(|pod| job.looks_at(pod));
        claimed
    }

    pub(super) fn work(&mut self, job: &JobView, work: &PodWork<'_>) -> WorkOutcome {
        match work {
            PodWork::None => WorkOutcome::None,
            PodWork::Create(pods) => {
                self.check_may_create(job, pods.len());
                let mut outcomes = Vec::new();
                for batch in slow_start_batches(pods.len()) {
                    let size = batch.len();
                    for pod in &pods[batch] {
                        outcomes.push(self.create(job, *pod));
                    }
                    let failed = outcomes.iter().rev().take(size);
                    if failed
                        .into_iter()
                        .any(|one| !matches!(one, CreateOutcome::Created { .. }))
                    {
                        break;
                    }
                }
                let reason = pods[0].reason;
                let created: Vec<_> = outcomes
                    .iter()
                    .map(|outcome| match outcome {
                        CreateOutcome::Created { name } => name.to_string(),
                        CreateOutcome::NamespaceTerminating => "(terminating)".to_owned(),
                        CreateOutcome::Failed { .. } => "(failed)".to_owned(),
                    })
                    .collect();
                let text = if created.len() > 10 {
                    format!("{} Pods", created.len())
                } else {
                    created.join(" ")
                };
                self.note(&format!("create {text} ({reason:?})"));
                WorkOutcome::Created(outcomes)
            }
            PodWork::Delete(pods) => WorkOutcome::Deleted(
                pods.iter()
                    .map(|deletion| {
                        let name = deletion.pod.key.name.to_string();
                        let how = if deletion.removes_finalizer_first {
                            "release and delete"
                        } else {
                            "delete"
                        };
                        self.note(&format!("{how} {name} ({:?})", deletion.reason));
                        self.delete(&name, deletion.removes_finalizer_first)
                    })
                    .collect(),
            ),
        }
    }

    pub(super) fn create(&mut self, job: &JobView, create: job::CreatePod) -> CreateOutcome {
        if self.is_refused() || self.quota == 0 {
            return CreateOutcome::Failed {
                message: "exceeded quota".to_owned(),
            };
        }
        self.quota -= 1;
        let object = job
            .object
            .as_ref()
            .expect("an unfinished Job has its object");
        let mut pod = pod_template::new_pod(object, create);
        let prefix = pod.metadata.generate_name.clone().unwrap_or_default();
        let number = self.names.len();
        let name = format!("{}{number:05}", &prefix[..prefix.len().min(58)]);
        self.names.push(name.clone());
        pod.metadata.name = Some(name.clone());
        pod.metadata.uid = Some(name.clone());
        pod.metadata.creation_timestamp = Some(Time(self.now));
        pod.status.get_or_insert_default().phase = Some("Pending".to_owned());
        self.pods.insert(name.clone(), Arc::new(pod));
        let revision = self.next_revision();
        self.wrote_pod(revision);
        CreateOutcome::Created { name: name.into() }
    }

    pub(super) fn delete(&mut self, name: &str, removes_finalizer_first: bool) -> DeleteOutcome {
        let message = || "the server is on fire".to_owned();
        if removes_finalizer_first && self.release(name).is_err() {
            return DeleteOutcome::FinalizerKept { message: message() };
        }
        if self.is_refused() || self.undeletable.contains(&number(name)) {
            return DeleteOutcome::Failed { message: message() };
        }
        if !self.pods.contains_key(name) {
            return DeleteOutcome::Gone;
        }
        self.request_deletion(name);
        self.wrote_pod(self.pods_revision);
        DeleteOutcome::Deleted
    }

    pub(super) fn release(&mut self, name: &str) -> Result<(), String> {
        if self.is_refused() || self.unreleasable.contains(&number(name)) {
            return Err("the server is on fire".to_owned());
        }
        let revision = self.next_revision();
        if let Some(pod) = self.stored_mut(name) {
            let finalizers = pod.metadata.finalizers.get_or_insert_default();
            finalizers.retain(|finalizer| finalizer != JOB_TRACKING_FINALIZER);
            self.wrote_pod(revision);
            self.remove_if_released(name);
        }
        Ok(())
    }

    /// Writes over the version that was `read`, or not at all.
    pub(super) fn write_status(
        &mut self,
        write: &StatusWrite,
        read: Revision,
    ) -> Result<Revision, Conflict> {
        if self.is_refused() || self.job_revision != read {
            self.note("retry conflict");
            return Err(Conflict);
        }
        let old = self.status();
        let text = status_changes(&old, &write.status, self.now);
        self.note(&format!("status{text}"));
        check_laws(
            &old,
            &write.status,
            &JobView::from(&Arc::new(self.job.clone())),
        );
        let mut job = self.job.clone();
        job.metadata.resource_version = Some(read.0.to_string());
        let stored = job.clone();
        job.status = Some(batch::JobStatus::from(&write.status));
        let refused = job_status_update(&job, &stored);
        assert!(refused.is_empty(), "the server refuses: {refused:?}");
        self.job.status = job.status;
        self.backoff = write.backoff;
        self.job_revision = self.next_revision();
        self.written.jobs = self.job_revision;
        self.record(&write.events);
        self.count_progress(&write.progress);
        self.check_counters(&write.status);
        let is_recent = self.frozen_cache.is_none();
        assert!(
            !(is_recent && write.status.is_finished() && self.has_ended_pod_with_finalizer()),
            "a finished Job leaves no Pod behind"
        );
        Ok(self.job_revision)
    }

    fn count_progress(&mut self, progress: &Progress) {
        let (mode, scope) = (progress.completion_mode, progress.backoff_limit_scope);
        self.count(progress.pods_succeeded, format!("pod {mode} succeeded"));
        self.count(progress.pods_failed, format!("pod {mode} failed"));
        let indexes = [
            (progress.indexes_succeeded, "succeeded"),
            (progress.indexes_failed, "failed"),
        ];
        for (count, status) in indexes {
            self.count(count, format!("index {scope} {status}"));
        }
        if let Some((outcome, reason)) = &progress.finished {
            let result = outcome.as_result();
            self.count(1, format!("job {mode} {result} {reason}"));
        }
    }

    fn count(&mut self, times: u32, what: String) {
        let lines = std::iter::repeat_n(what, times as usize);
        self.counted.extend(lines);
    }

    /// Whether the controller is dead before this request; each burns the fuse.
    pub(super) fn is_refused(&mut self) -> bool {
        match &mut self.fuse {
            Some(0) => self.is_dead = true,
            Some(fuse) => *fuse -= 1,
            None => {}
        }
        self.is_dead
    }

    pub(super) fn record(&mut self, events: &[EventNote]) {
        if self.is_dead {
            return;
        }
        for event in events {
            self.note(&format!("event {}", event_text(event)));
            self.events.push(event.clone());
        }
    }
}
