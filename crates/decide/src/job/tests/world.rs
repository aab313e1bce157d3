//! A deterministic world for the Job controller: an API server with one Job and
//! its Pods, a driver that goes through the stages of a sync, and a clock that
//! tests move. The tests play users and nodes.
//!
//! Pods are called by the order of their creation: Pod 0 is `pi-00000`. Their
//! uid is their name. Times are seconds since the start.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::Arc,
};

use jobyard_api::{
    Revision, Timestamp, Uid, batch,
    core::{
        Container, ContainerState, ContainerStateRunning, ContainerStateTerminated,
        ContainerStatus, Pod, PodCondition, PodSpec, PodTemplateSpec,
    },
    meta::{LabelSelector, ObjectMeta, Time},
    well_known::{
        JOB_CONTROLLER_NAME, JOB_TRACKING_FINALIZER, LABEL_CONTROLLER_UID,
        LABEL_CONTROLLER_UID_LEGACY, LABEL_JOB_NAME, LABEL_JOB_NAME_LEGACY,
    },
};

use crate::job::{
    self, BackoffRecord, Claim, CreateOutcome, DeleteOutcome, EventNote, JobStatus, JobView,
    PodView, PodWork, Snapshot, StatusWrite, Watermarks, WorkOutcome, pod_template,
    slow_start_batches, view::Completions,
};

/// Most syncs until nothing is left to do; more means going in circles.
const SYNCS_MAX: usize = 50;
const GRACE_SECONDS: i64 = 30;

pub(super) struct World {
    now: Timestamp,
    revision: u64,
    job: batch::Job,
    job_revision: Revision,
    pods: BTreeMap<String, Arc<Pod>>,
    pods_revision: Revision,
    /// The names of all Pods that ever were, in the order of their creation.
    names: Vec<String>,
    /// The controller's memory; lost when it dies.
    backoff: BackoffRecord,
    written: Watermarks,
    /// What the controller's caches show, if it is not the present.
    frozen_cache: Option<Cache>,
    /// Where the next sync dies.
    pub(super) crash: Option<Crash>,
    /// After how many more requests the controller dies.
    pub(super) fuse: Option<usize>,
    /// Whether it has: no request does anything until it is restarted.
    pub(super) is_dead: bool,
    /// Pods whose deletion is refused.
    pub(super) undeletable: BTreeSet<usize>,
    /// Pods whose finalizer cannot be removed.
    pub(super) unreleasable: BTreeSet<usize>,
    /// How many more Pods may be created.
    pub(super) quota: usize,
    pub(super) events: Vec<EventNote>,
    /// All uids that a status write ever listed.
    listed_succeeded: BTreeSet<Uid>,
    listed_failed: BTreeSet<Uid>,
    log: String,
    pub(super) syncs: usize,
    pub(super) wake_at: Option<Timestamp>,
}

#[derive(Clone)]
struct Cache {
    job: batch::Job,
    pods: BTreeMap<String, Arc<Pod>>,
    read: Watermarks,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Crash {
    AfterWrite1,
    AfterRelease,
}

/// Someone else wrote the Job since it was read.
#[derive(Debug, PartialEq, Eq)]
struct Conflict;

/// What a sync came to.
#[derive(PartialEq, Eq)]
enum Synced {
    Idle,
    Changed,
    /// The driver waits and asks again.
    Retry,
    Died,
}

impl World {
    /// A world with the Job `pi`, described in the short words of the scenarios:
    /// `P=2 C=3 IX BL=6 ADS=100 BLPI=1 MFI=1 PRP=Failed OnFailure suspend`. A rule of
    /// the podFailurePolicy is `FailJob=42`, one of the successPolicy `Enough=0-2`.
    pub(super) fn job(words: &str) -> Self {
        Self::named("pi", words)
    }

    pub(super) fn named(name: &str, words: &str) -> Self {
        Self::with(name, words, |_| {})
    }

    /// Changes what the words cannot say before the Job is stored.
    pub(super) fn with(name: &str, words: &str, change: impl FnOnce(&mut batch::Job)) -> Self {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let uid = format!("{name}-uid");
        let labels: BTreeMap<String, String> = [
            (LABEL_CONTROLLER_UID, uid.as_str()),
            (LABEL_CONTROLLER_UID_LEGACY, &uid),
            (LABEL_JOB_NAME, name),
            (LABEL_JOB_NAME_LEGACY, name),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
        let mut job = batch::Job {
            metadata: ObjectMeta {
                name: Some(name.to_owned()),
                namespace: Some("default".to_owned()),
                uid: Some(uid.clone()),
                generation: Some(1),
                creation_timestamp: Some(Time(now)),
                ..ObjectMeta::default()
            },
            spec: Some(batch::JobSpec {
                selector: Some(LabelSelector {
                    match_labels: Some([(LABEL_CONTROLLER_UID.to_owned(), uid)].into()),
                    match_expressions: None,
                }),
                template: PodTemplateSpec {
                    metadata: Some(ObjectMeta {
                        labels: Some(labels),
                        ..ObjectMeta::default()
                    }),
                    spec: Some(PodSpec {
                        restart_policy: Some("Never".to_owned()),
                        containers: vec![Container {
                            name: "main".to_owned(),
                            ..Container::default()
                        }],
                        ..PodSpec::default()
                    }),
                },
                ..batch::JobSpec::default()
            }),
            status: None,
        };
        apply_words(&mut job, words);
        change(&mut job);
        Self {
            now,
            revision: 1,
            job,
            job_revision: Revision(1),
            pods: BTreeMap::new(),
            pods_revision: Revision(0),
            names: Vec::new(),
            backoff: BackoffRecord::default(),
            written: Watermarks::default(),
            frozen_cache: None,
            crash: None,
            fuse: None,
            is_dead: false,
            undeletable: BTreeSet::new(),
            unreleasable: BTreeSet::new(),
            quota: usize::MAX,
            events: Vec::new(),
            listed_succeeded: BTreeSet::new(),
            listed_failed: BTreeSet::new(),
            log: String::new(),
            syncs: 0,
            wake_at: None,
        }
    }

    // What tests look at.

    pub(super) fn status(&self) -> JobStatus {
        JobStatus::from(&self.job.status.clone().unwrap_or_default())
    }

    pub(super) fn stored_job(&self) -> &batch::Job {
        &self.job
    }

    /// When the controller will look again, in seconds since the start.
    pub(super) fn wakes_at(&self) -> Option<i64> {
        self.wake_at.map(|time| (time - start()).get_seconds())
    }

    pub(super) fn name(&self, pod: usize) -> String {
        assert!(self.exists(pod), "there is no Pod {pod}");
        self.names[pod].clone()
    }

    pub(super) fn stored_pod(&self, pod: usize) -> &Pod {
        &self.pods[&self.name(pod)]
    }

    pub(super) fn exists(&self, pod: usize) -> bool {
        let name = self.names.get(pod);
        name.is_some_and(|name| self.pods.contains_key(name))
    }

    pub(super) fn has_finalizer(&self, pod: usize) -> bool {
        PodView::from(self.stored_pod(pod)).has_tracking_finalizer
    }

    pub(super) fn is_deleting(&self, pod: usize) -> bool {
        PodView::from(self.stored_pod(pod)).is_deleting
    }

    /// The Pods that are neither ended nor being deleted, by their numbers.
    pub(super) fn active(&self) -> Vec<usize> {
        (0..self.names.len())
            .filter(|pod| self.exists(*pod))
            .filter(|pod| PodView::from(self.stored_pod(*pod)).is_active())
            .collect()
    }

    pub(super) fn parallelism(&self) -> u32 {
        JobView::from(&Arc::new(self.job.clone())).parallelism
    }

    /// Whether completions may change, together with parallelism.
    pub(super) fn is_elastic(&self) -> bool {
        let job = JobView::from(&Arc::new(self.job.clone()));
        job.index_count() == Some(job.parallelism)
    }

    pub(super) fn has_ended_pod_with_finalizer(&self) -> bool {
        let mut pods = self.pods.values().map(|pod| PodView::from(&**pod));
        pods.any(|pod| pod.phase.is_terminal() && pod.has_tracking_finalizer)
    }

    /// `True Complete CompletionsReached` for each condition, in their order.
    pub(super) fn conditions(&self) -> Vec<String> {
        let status = self.status();
        let text = |condition: &batch::JobCondition| {
            let reason = condition.reason.as_deref().unwrap_or("-");
            match condition.status.as_str() {
                "True" => format!("{} {reason}", condition.type_),
                value => format!("{}={value} {reason}", condition.type_),
            }
        };
        status.conditions.iter().map(text).collect()
    }

    /// `Normal Completed: Job completed` for each event since the last call.
    pub(super) fn take_events(&mut self) -> Vec<String> {
        std::mem::take(&mut self.events)
            .iter()
            .map(event_text)
            .collect()
    }

    // What users do.

    /// Moves the clock to this many seconds after the start.
    pub(super) fn at(&mut self, seconds: i64) -> &mut Self {
        let then = start() + jiff::SignedDuration::from_secs(seconds);
        assert!(then >= self.now, "time does not go back");
        self.now = then;
        self
    }

    pub(super) fn patch(&mut self, words: &str) -> &mut Self {
        apply_words(&mut self.job, words);
        *self.job.metadata.generation.get_or_insert(0) += 1;
        self.job_revision = self.next_revision();
        self
    }

    pub(super) fn change_job(&mut self, change: impl FnOnce(&mut batch::Job)) -> &mut Self {
        change(&mut self.job);
        self.job_revision = self.next_revision();
        self
    }

    /// Puts a Pod there that the controller did not create.
    pub(super) fn add_pod(&mut self, pod: Pod) -> usize {
        let number = self.names.len();
        let mut pod = pod;
        let name = format!("{}{number:05}", pod.metadata.name.unwrap_or_default());
        pod.metadata.uid = Some(name.clone());
        pod.metadata.name = Some(name.clone());
        pod.metadata.namespace = Some("default".to_owned());
        pod.metadata.creation_timestamp = Some(Time(self.now));
        self.names.push(name.clone());
        self.pods.insert(name, Arc::new(pod));
        self.pods_revision = self.next_revision();
        number
    }

    /// A copy of a Pod, as a race would leave it.
    pub(super) fn duplicate(&mut self, pod: usize) -> usize {
        let mut copy = self.stored_pod(pod).clone();
        copy.metadata.name = Some("copy-".to_owned());
        self.add_pod(copy)
    }

    pub(super) fn change_pod(&mut self, pod: usize, change: impl FnOnce(&mut Pod)) -> &mut Self {
        let name = self.name(pod);
        change(self.stored_mut(&name).expect("the Pod was found"));
        self.pods_revision = self.next_revision();
        self.remove_if_released(&name);
        self
    }

    pub(super) fn strip_finalizer(&mut self, pod: usize) -> &mut Self {
        self.change_pod(pod, |pod| pod.metadata.finalizers = None)
    }

    pub(super) fn delete_pod(&mut self, pod: usize) -> &mut Self {
        let name = self.name(pod);
        self.request_deletion(&name);
        self
    }

    // What nodes do.

    pub(super) fn schedule(&mut self, pod: usize) -> &mut Self {
        self.change_pod(pod, |pod| {
            pod.spec.get_or_insert_default().node_name = Some("node".to_owned());
        })
    }

    pub(super) fn run(&mut self, pod: usize) -> &mut Self {
        let now = self.now;
        self.schedule(pod).change_pod(pod, |pod| {
            let status = pod.status.get_or_insert_default();
            status.phase = Some("Running".to_owned());
            status.container_statuses = Some(vec![ContainerStatus {
                name: "main".to_owned(),
                state: Some(ContainerState {
                    running: Some(ContainerStateRunning {
                        started_at: Some(Time(now)),
                    }),
                    ..ContainerState::default()
                }),
                ..ContainerStatus::default()
            }]);
        })
    }

    pub(super) fn ready(&mut self, pod: usize) -> &mut Self {
        self.run(pod).condition(pod, "Ready", "True")
    }

    pub(super) fn condition(&mut self, pod: usize, condition: &str, status: &str) -> &mut Self {
        let now = self.now;
        self.change_pod(pod, |pod| {
            let conditions = pod
                .status
                .get_or_insert_default()
                .conditions
                .get_or_insert_default();
            conditions.retain(|found| found.type_ != condition);
            conditions.push(PodCondition {
                type_: condition.to_owned(),
                status: status.to_owned(),
                last_transition_time: Some(Time(now)),
                ..PodCondition::default()
            });
        })
    }

    pub(super) fn restarts(&mut self, pod: usize, count: i32) -> &mut Self {
        self.change_pod(pod, |pod| {
            let status = pod.status.get_or_insert_default();
            for container in status.container_statuses.iter_mut().flatten() {
                container.restart_count = count;
            }
        })
    }

    /// The Pod's only container ends with this code.
    pub(super) fn exits(&mut self, pod: usize, exit_code: i32) -> &mut Self {
        let now = self.now;
        self.run(pod)
            .condition(pod, "Ready", "False")
            .change_pod(pod, |pod| {
                let status = pod.status.get_or_insert_default();
                let phase = if exit_code == 0 {
                    "Succeeded"
                } else {
                    "Failed"
                };
                status.phase = Some(phase.to_owned());
                for container in status.container_statuses.iter_mut().flatten() {
                    container.state = Some(ContainerState {
                        terminated: Some(ContainerStateTerminated {
                            exit_code,
                            finished_at: Some(Time(now)),
                            ..ContainerStateTerminated::default()
                        }),
                        ..ContainerState::default()
                    });
                }
            })
    }

    pub(super) fn succeeds(&mut self, pod: usize) -> &mut Self {
        self.exits(pod, 0)
    }

    pub(super) fn fails(&mut self, pod: usize) -> &mut Self {
        self.exits(pod, 1)
    }

    /// The node ends every Pod that is being deleted: killed if it was running,
    /// and gone unless a finalizer keeps it.
    pub(super) fn end_terminating(&mut self) -> &mut Self {
        for name in self.pods.keys().cloned().collect::<Vec<_>>() {
            let pod = self.stored_mut(&name).expect("a key of the map");
            if pod.metadata.deletion_timestamp.is_none() {
                continue;
            }
            let status = pod.status.get_or_insert_default();
            if !matches!(status.phase.as_deref(), Some("Succeeded" | "Failed")) {
                status.phase = Some("Failed".to_owned());
            }
            pod.metadata.deletion_grace_period_seconds = Some(0);
            self.remove_if_released(&name);
        }
        self.pods_revision = self.next_revision();
        self
    }

    // The controller.

    /// The controller dies and starts anew: its memory is lost.
    pub(super) fn restart(&mut self) -> &mut Self {
        self.backoff = BackoffRecord::default();
        self.written = Watermarks::default();
        self.frozen_cache = None;
        self.crash = None;
        self.fuse = None;
        self.is_dead = false;
        self
    }

    /// From now on the controller's caches show only what is there now.
    pub(super) fn freeze_cache(&mut self) -> &mut Self {
        self.frozen_cache = Some(self.present());
        self
    }

    pub(super) fn thaw_cache(&mut self) -> &mut Self {
        self.frozen_cache = None;
        self
    }

    /// Syncs until nothing is left to do at this time, and returns what was done.
    ///
    /// Stops early after an error, as the driver then waits. Otherwise checks
    /// that deciding once more changes nothing.
    pub(super) fn settle(&mut self) -> String {
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
    pub(super) fn sync_once(&mut self) -> String {
        self.log.clear();
        self.sync();
        self.log.clone()
    }

    fn sync(&mut self) -> Synced {
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
        let outcome = self.work(&job, plan.work());
        let settled = plan.settle(&outcome);
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

    fn claim(&mut self, job: &JobView, cached: &BTreeMap<String, Arc<Pod>>) -> Vec<Arc<PodView>> {
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
        claimed.retain(|pod| !pod.is_settled());
        claimed
    }

    fn work(&mut self, job: &JobView, work: &PodWork<'_>) -> WorkOutcome {
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

    fn create(&mut self, job: &JobView, create: job::CreatePod) -> CreateOutcome {
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

    /// No Pod is created beyond parallelism, after a verdict, while the Job is
    /// suspended or being deleted, nor when it is finished.
    fn check_may_create(&self, job: &JobView, count: usize) {
        let status = &job.status;
        assert!(!job.is_suspended && !job.is_deleting && !job.is_finished());
        assert!(!status.condition_is_true("FailureTarget"));
        assert!(!status.condition_is_true("SuccessCriteriaMet"));
        let pods = self.pods.values().map(|pod| PodView::from(&**pod));
        let mine = pods.filter(|pod| pod.is_active() && pod.is_controlled_by(&job.uid));
        let is_recent = self.frozen_cache.is_none();
        assert!(
            !is_recent || mine.count() + count <= job.parallelism as usize,
            "parallelism is a limit"
        );
    }

    fn delete(&mut self, name: &str, removes_finalizer_first: bool) -> DeleteOutcome {
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

    fn release(&mut self, name: &str) -> Result<(), String> {
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
    fn write_status(&mut self, write: &StatusWrite, read: Revision) -> Result<Revision, Conflict> {
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
        self.job.status = Some(batch::JobStatus::from(&write.status));
        self.backoff = write.backoff;
        self.job_revision = self.next_revision();
        self.written.jobs = self.job_revision;
        self.record(&write.events);
        self.check_counters(&write.status);
        let is_recent = self.frozen_cache.is_none();
        assert!(
            !(is_recent && write.status.is_finished() && self.has_ended_pod_with_finalizer()),
            "a finished Job leaves no Pod behind"
        );
        Ok(self.job_revision)
    }

    /// Every uid that was ever listed is listed still or counted, once.
    fn check_counters(&mut self, status: &JobStatus) {
        let uncounted = status.uncounted.as_ref().expect("always written");
        self.listed_succeeded
            .extend(uncounted.succeeded.iter().cloned());
        self.listed_failed.extend(uncounted.failed.iter().cloned());
        assert!(
            self.listed_succeeded.is_disjoint(&self.listed_failed),
            "a Pod has one end"
        );
        let counted = |listed: &BTreeSet<Uid>, still: &[Uid]| (listed.len() - still.len()) as u32;
        assert_eq!(
            status.failed,
            counted(&self.listed_failed, &uncounted.failed)
        );
        let job = JobView::from(&Arc::new(self.job.clone()));
        if job.index_count().is_none() {
            assert_eq!(
                status.succeeded,
                counted(&self.listed_succeeded, &uncounted.succeeded)
            );
        }
    }

    /// Whether the controller is dead before this request; each burns the fuse.
    fn is_refused(&mut self) -> bool {
        match &mut self.fuse {
            Some(0) => self.is_dead = true,
            Some(fuse) => *fuse -= 1,
            None => {}
        }
        self.is_dead
    }

    fn record(&mut self, events: &[EventNote]) {
        if self.is_dead {
            return;
        }
        for event in events {
            self.note(&format!("event {}", event_text(event)));
            self.events.push(event.clone());
        }
    }

    /// Deciding once more, with all done, changes nothing.
    fn check_fixpoint(&self) {
        if self.frozen_cache.is_some() {
            return;
        }
        let cache = self.present();
        let job = JobView::from(&Arc::new(cache.job));
        if job::skip(&job, JOB_CONTROLLER_NAME).is_some() {
            return;
        }
        let pods: Vec<_> = cache
            .pods
            .values()
            .map(|pod| PodView::from(&**pod))
            .inspect(|pod| {
                let claim = job::claim(&job, pod);
                assert!(
                    matches!(claim, Claim::Claimed | Claim::Ignore),
                    "{claim:?} {}",
                    pod.key
                );
            })
            .filter(|pod| job::claim(&job, pod) == Claim::Claimed && !pod.is_settled())
            .map(Arc::new)
            .collect();
        let snapshot = Snapshot {
            pods: &pods,
            backoff: self.backoff,
            controller_name: JOB_CONTROLLER_NAME,
            now: self.now,
        };
        if let Ok(decision) = job::sync(&job, &snapshot) {
            assert_eq!(decision.actions, [], "the world has settled");
            assert_eq!(decision.status, None, "the world has settled");
            assert_eq!(decision.events, [], "the world has settled");
            assert!(
                decision.wake_at.is_none_or(|wake| wake > self.now),
                "the world has settled"
            );
        }
    }

    // The API server.

    fn present(&self) -> Cache {
        Cache {
            job: self.job.clone(),
            pods: self.pods.clone(),
            read: Watermarks {
                jobs: self.job_revision,
                pods: self.pods_revision,
            },
        }
    }

    fn stored_mut(&mut self, name: &str) -> Option<&mut Pod> {
        self.pods.get_mut(name).map(Arc::make_mut)
    }

    fn next_revision(&mut self) -> Revision {
        self.revision += 1;
        Revision(self.revision)
    }

    fn wrote_pod(&mut self, revision: Revision) {
        self.pods_revision = revision;
        self.written.pods = revision;
    }

    fn request_deletion(&mut self, name: &str) {
        let now = self.now;
        self.pods_revision = self.next_revision();
        let pod = self.stored_mut(name).expect("the Pod exists");
        let is_scheduled = pod
            .spec
            .as_ref()
            .is_some_and(|spec| spec.node_name.is_some());
        let grace = if is_scheduled { GRACE_SECONDS } else { 0 };
        pod.metadata.deletion_timestamp = Some(Time(now + jiff::SignedDuration::from_secs(grace)));
        pod.metadata.deletion_grace_period_seconds = Some(grace);
        self.remove_if_released(name);
    }

    /// A deleted object leaves when its grace is over and nothing keeps it.
    fn remove_if_released(&mut self, name: &str) {
        let metadata = &self.pods[name].metadata;
        let is_deleted = metadata.deletion_timestamp.is_some()
            && metadata.deletion_grace_period_seconds == Some(0);
        if is_deleted && metadata.finalizers.iter().flatten().next().is_none() {
            self.pods.remove(name);
        }
    }

    fn note(&mut self, line: &str) {
        let _ = writeln!(self.log, "{line}");
    }
}

/// Compares what was done with what should have been, line by line.
#[track_caller]
pub(super) fn check(done: &str, expected: &str) {
    let lines = |text: &str| -> String {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        lines(done),
        lines(expected),
        "\n--- done:\n{}\n",
        lines(done)
    );
}

fn start() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().expect("a time")
}

fn number(name: &str) -> usize {
    name[name.len() - 5..]
        .parse()
        .expect("names end in their number")
}

fn event_text(event: &EventNote) -> String {
    format!(
        "{} {}: {}",
        event.kind.as_str(),
        event.reason,
        event.message
    )
}

fn apply_words(job: &mut batch::Job, words: &str) {
    let spec = job.spec.get_or_insert_default();
    for word in words.split_whitespace() {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        let number = || value.parse().expect("a number");
        match key {
            "P" => spec.parallelism = Some(number()),
            "C" => spec.completions = Some(number()),
            "IX" => spec.completion_mode = Some("Indexed".to_owned()),
            "BL" => spec.backoff_limit = Some(number()),
            "ADS" => spec.active_deadline_seconds = Some(i64::from(number())),
            "BLPI" => spec.backoff_limit_per_index = Some(number()),
            "MFI" => spec.max_failed_indexes = Some(number()),
            "PRP" => spec.pod_replacement_policy = Some(value.to_owned()),
            "suspend" => spec.suspend = Some(true),
            "resume" => spec.suspend = Some(false),
            "OnFailure" => {
                spec.template.spec.get_or_insert_default().restart_policy = Some(key.to_owned());
            }
            "FailJob" | "FailIndex" | "Ignore" | "Count" => {
                let policy = spec.pod_failure_policy.get_or_insert_default();
                policy.rules.push(exit_code_rule(key, number()));
            }
            "Enough" => {
                let policy = spec.success_policy.get_or_insert_default();
                policy.rules.push(batch::SuccessPolicyRule {
                    succeeded_indexes: Some(value.to_owned()),
                    succeeded_count: None,
                });
            }
            unknown => panic!("unknown word {unknown}"),
        }
    }
}

fn exit_code_rule(action: &str, exit_code: i32) -> batch::PodFailurePolicyRule {
    batch::PodFailurePolicyRule {
        action: action.to_owned(),
        on_exit_codes: Some(batch::PodFailurePolicyOnExitCodesRequirement {
            container_name: None,
            operator: "In".to_owned(),
            values: vec![exit_code],
        }),
        on_pod_conditions: None,
    }
}

/// What a status write changes, field by field.
fn status_changes(old: &JobStatus, new: &JobStatus, now: Timestamp) -> String {
    let mut text = String::new();
    let number = |value: Option<u32>| value.map_or("-".to_owned(), |value| value.to_string());
    let time = |value: Option<Timestamp>| match value {
        None => "-".to_owned(),
        Some(value) if value == now => "now".to_owned(),
        Some(value) => value.to_string(),
    };
    let uncounted = |status: &JobStatus| match &status.uncounted {
        None => "-".to_owned(),
        Some(lists) if lists.len() > 10 => {
            format!("{}+{}", lists.succeeded.len(), lists.failed.len())
        }
        Some(lists) => {
            let join = |list: &[jobyard_api::Uid]| {
                let numbers: Vec<_> = list
                    .iter()
                    .map(|uid| self::number(uid.as_str()).to_string())
                    .collect();
                numbers.join(",")
            };
            format!("[{}][{}]", join(&lists.succeeded), join(&lists.failed))
        }
    };
    let mut field = |name: &str, old: String, new: String| {
        if old != new {
            let _ = write!(text, " {name}={new}");
        }
    };
    field("active", old.active.to_string(), new.active.to_string());
    field("ready", number(old.ready), number(new.ready));
    field(
        "terminating",
        number(old.terminating),
        number(new.terminating),
    );
    field(
        "succeeded",
        old.succeeded.to_string(),
        new.succeeded.to_string(),
    );
    field("failed", old.failed.to_string(), new.failed.to_string());
    field(
        "completedIndexes",
        old.completed_indexes.clone(),
        new.completed_indexes.clone(),
    );
    let quoted = |text: &Option<String>| {
        text.as_ref()
            .map_or("-".to_owned(), |text| format!("{text:?}"))
    };
    field(
        "failedIndexes",
        quoted(&old.failed_indexes),
        quoted(&new.failed_indexes),
    );
    field("uncounted", uncounted(old), uncounted(new));
    field("startTime", time(old.start_time), time(new.start_time));
    field(
        "completionTime",
        time(old.completion_time),
        time(new.completion_time),
    );
    for condition in &new.conditions {
        if !old.conditions.contains(condition) {
            let reason = condition.reason.as_deref().unwrap_or_default();
            let _ = write!(text, " {}={} {reason}", condition.type_, condition.status);
        }
    }
    text
}

/// The laws of section 20 of the specification, at every write.
fn check_laws(old: &JobStatus, new: &JobStatus, job: &JobView) {
    let uncounted = new.uncounted.as_ref().expect("always written");
    let is_true = |condition| new.condition_is_true(condition);
    assert!(
        new.ready.expect("always written") <= new.active,
        "ready Pods are active"
    );
    assert!(new.failed >= old.failed, "failures are not forgotten");
    assert!(
        new.succeeded >= old.succeeded || job.index_count() == Some(job.parallelism),
        "successes are forgotten by elastic Jobs only"
    );
    assert!(uncounted.len() <= 500, "the lists are bounded");
    let uids: BTreeSet<_> = uncounted
        .succeeded
        .iter()
        .chain(&uncounted.failed)
        .collect();
    assert_eq!(uids.len(), uncounted.len(), "each Pod is listed once");
    assert!(!is_true("Failed") || is_true("FailureTarget"));
    assert!(!is_true("Complete") || is_true("SuccessCriteriaMet"));
    assert!(!(is_true("FailureTarget") && is_true("SuccessCriteriaMet")));
    assert_eq!(new.completion_time.is_some(), is_true("Complete"));
    if new.is_finished() {
        assert_eq!(
            (new.active, new.terminating),
            (0, Some(0)),
            "all Pods have ended"
        );
        assert!(uncounted.is_empty(), "all Pods are counted");
        let is_empty = job.is_suspended
            && matches!(
                job.completions,
                Completions::Count(0) | Completions::Indexed(0)
            );
        assert!(
            new.start_time.is_some() || is_empty,
            "a finished Job had started"
        );
    }
    for (place, condition) in old.conditions.iter().enumerate() {
        assert_eq!(
            new.conditions[place].type_, condition.type_,
            "conditions are history"
        );
    }
    let indexes = |text: &str| {
        jobyard_api::indexes::IndexSet::parse_strict(text, job.index_count().unwrap_or(0))
    };
    let completed = indexes(&new.completed_indexes).expect("in range");
    let failed = indexes(new.failed_indexes.as_deref().unwrap_or("")).expect("in range");
    assert!(
        completed.intersection(&failed).is_empty(),
        "an index has one end"
    );
    if job.index_count().is_some() {
        assert_eq!(new.succeeded as usize, completed.len());
    }
}
