//! A hand-made history: every write is told to the judge at once.

use std::{collections::HashMap, sync::Arc};

use jiff::SignedDuration;
use jobyard_api::{
    ObjectKey, Revision, Timestamp, batch, core,
    meta::{OwnerReference, Time},
    well_known::{
        JOB_COMPLETION_INDEX, JOB_INDEX_FAILURE_COUNT, JOB_TRACKING_FINALIZER, LABEL_CONTROLLER_UID,
    },
};
use serde_json::{Value, json};

use crate::{
    history::{Author, Commit, Knowledge, Stored},
    oracle::{Law, Oracle, Violation},
};

/// The one Job's name and uid; Pods are named by tests, and their uid is their name.
const JOB: &str = "pi";

pub(super) struct World {
    pub(super) oracle: Oracle,
    revision: u64,
    at: Timestamp,
    sync: Knowledge,
    /// Whether the next writes of the controller are answered.
    pub(super) answers: bool,
    jobs: HashMap<String, Arc<batch::Job>>,
    pods: HashMap<String, Arc<core::Pod>>,
}

/// Passes, or the judge is wrong.
#[track_caller]
pub(super) fn passes(outcome: Result<(), Violation>) {
    if let Err(violation) = outcome {
        panic!("objects to a legal write: {violation}");
    }
}

/// Is caught, by this law.
#[track_caller]
pub(super) fn breaks(outcome: Result<(), Violation>, law: Law) {
    match outcome {
        Ok(()) => panic!("{law:?} is broken, and the judge does not see it"),
        Err(violation) => assert_eq!(violation.law, law, "{violation}"),
    }
}

impl World {
    /// A Job with this spec, just created, and the controller sees it.
    pub(super) fn with(spec: &Value) -> Self {
        let at: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let mut world = Self {
            oracle: Oracle::new(),
            revision: 0,
            at,
            sync: Knowledge {
                life: 1,
                jobs: Revision(0),
                pods: Revision(0),
                now: at,
            },
            answers: true,
            jobs: HashMap::new(),
            pods: HashMap::new(),
        };
        passes(world.creates_job(JOB, JOB, spec));
        world.begins();
        world
    }

    /// A user creates a Job of this name and uid.
    pub(super) fn creates_job(
        &mut self,
        name: &str,
        uid: &str,
        spec: &Value,
    ) -> Result<(), Violation> {
        let mut full = json!({
            "parallelism": 1,
            "selector": {"matchLabels": {LABEL_CONTROLLER_UID: uid}},
            "template": {
                "metadata": {"labels": {LABEL_CONTROLLER_UID: uid}},
                "spec": {"restartPolicy": "Never", "containers": [{"name": "main"}]},
            },
        });
        for (field, value) in spec.as_object().unwrap() {
            full[field] = value.clone();
        }
        let job: batch::Job = serde_json::from_value(json!({
            "metadata": {"name": name, "namespace": "default", "uid": uid},
            "spec": full,
        }))
        .unwrap();
        self.puts_job(Author::User, name, Some(job))
    }

    /// The controller begins a sync that sees everything there is.
    pub(super) fn begins(&mut self) {
        let life = self.sync.life;
        self.sync = Knowledge {
            life,
            jobs: Revision(self.revision),
            pods: Revision(self.revision),
            now: self.at,
        };
    }

    /// The controller begins a sync whose cache of Pods has not moved on.
    pub(super) fn begins_with_old_pods(&mut self) {
        let pods = self.sync.pods;
        self.begins();
        self.sync.pods = pods;
    }

    /// The controller begins a sync whose cache of Jobs has not moved on.
    pub(super) fn begins_with_old_jobs(&mut self) {
        let jobs = self.sync.jobs;
        self.begins();
        self.sync.jobs = jobs;
    }

    /// The controller ends, and another starts with empty memory.
    pub(super) fn restarts(&mut self) {
        self.sync.life += 1;
        self.begins();
    }

    pub(super) fn passes_time(&mut self, seconds: i64) {
        self.at = self
            .at
            .checked_add(SignedDuration::from_secs(seconds))
            .unwrap();
    }

    /// The controller's clock is that far ahead, for the sync that runs.
    pub(super) fn is_ahead(&mut self, seconds: i64) {
        self.sync.now = self
            .at
            .checked_add(SignedDuration::from_secs(seconds))
            .unwrap();
    }

    /// The controller, in the sync that runs.
    pub(super) fn author(&self) -> Author {
        Author::Controller(self.sync)
    }

    /// The controller creates a Pod of the Job.
    pub(super) fn creates(&mut self, name: &str) -> Result<(), Violation> {
        let pod = self.pod(name, JOB);
        self.puts_pod(self.author(), name, Some(pod))
    }

    /// The same, with a completion index and the failures before it.
    pub(super) fn creates_index(
        &mut self,
        name: &str,
        index: u32,
        failures: Option<u32>,
    ) -> Result<(), Violation> {
        let mut pod = self.pod(name, JOB);
        let annotations = pod.metadata.annotations.get_or_insert_default();
        annotations.insert(JOB_COMPLETION_INDEX.to_owned(), index.to_string());
        if let Some(failures) = failures {
            annotations.insert(JOB_INDEX_FAILURE_COUNT.to_owned(), failures.to_string());
        }
        self.puts_pod(self.author(), name, Some(pod))
    }

    /// A Pod of the Job as the controller makes it.
    pub(super) fn pod(&self, name: &str, job_uid: &str) -> core::Pod {
        let mut pod: core::Pod = serde_json::from_value(json!({
            "metadata": {
                "name": name, "namespace": "default", "uid": name,
                "labels": {LABEL_CONTROLLER_UID: job_uid},
                "finalizers": [JOB_TRACKING_FINALIZER],
            },
            "spec": {"containers": [{"name": "main"}]},
            "status": {"phase": "Pending"},
        }))
        .unwrap();
        pod.metadata.creation_timestamp = Some(Time(self.at));
        pod.metadata.owner_references = Some(vec![owner(JOB, job_uid)]);
        pod
    }

    /// Anybody puts a Pod, or ends it.
    pub(super) fn puts_pod(
        &mut self,
        author: Author,
        name: &str,
        pod: Option<core::Pod>,
    ) -> Result<(), Violation> {
        let after = pod.map(Arc::new);
        let before = match &after {
            Some(pod) => self.pods.insert(name.to_owned(), pod.clone()),
            None => self.pods.remove(name),
        };
        self.commits(author, before.map(Stored::Pod), after.map(Stored::Pod))
    }

    /// Anybody puts a Job, or ends it.
    pub(super) fn puts_job(
        &mut self,
        author: Author,
        name: &str,
        job: Option<batch::Job>,
    ) -> Result<(), Violation> {
        let after = job.map(Arc::new);
        let before = match &after {
            Some(job) => self.jobs.insert(name.to_owned(), job.clone()),
            None => self.jobs.remove(name),
        };
        self.commits(author, before.map(Stored::Job), after.map(Stored::Job))
    }

    fn commits(
        &mut self,
        author: Author,
        before: Option<Stored>,
        after: Option<Stored>,
    ) -> Result<(), Violation> {
        self.revision += 1;
        let is_controller = matches!(author, Author::Controller(_));
        self.oracle.judge(&Commit {
            revision: Revision(self.revision),
            at: self.at,
            author,
            is_answered: self.answers || !is_controller,
            before,
            after,
        })
    }

    fn edits_pod(
        &mut self,
        author: Author,
        name: &str,
        edit: impl FnOnce(&mut core::Pod),
    ) -> Result<(), Violation> {
        let mut pod = core::Pod::clone(&self.pods[name]);
        edit(&mut pod);
        let metadata = &pod.metadata;
        let is_over = metadata.deletion_timestamp.is_some()
            && metadata.deletion_grace_period_seconds == Some(0)
            && metadata.finalizers.as_ref().is_none_or(Vec::is_empty);
        self.puts_pod(author, name, (!is_over).then_some(pod))
    }

    /// The node reports a phase.
    pub(super) fn reports(&mut self, name: &str, phase: &str) {
        let at = self.at;
        passes(self.edits_pod(Author::Node, name, |pod| {
            let code = match phase {
                "Succeeded" => Some(0),
                "Failed" => Some(1),
                _ => None,
            };
            let ready = if phase == "Running" { "True" } else { "False" };
            let mut status = json!({
                "phase": phase,
                "conditions": [{"type": "Ready", "status": ready, "lastTransitionTime": at}],
            });
            if let Some(code) = code {
                status["containerStatuses"] = json!([{
                    "name": "main", "image": "", "imageID": "", "ready": false, "restartCount": 0,
                    "state": {"terminated": {"exitCode": code, "finishedAt": at}},
                }]);
            }
            pod.status = Some(serde_json::from_value(status).unwrap());
        }));
    }

    /// A container has been restarted that often.
    pub(super) fn restarts_container(&mut self, name: &str, count: i32) {
        passes(self.edits_pod(Author::Node, name, |pod| {
            let status = json!([{
                "name": "main", "image": "", "imageID": "", "ready": false, "restartCount": count,
            }]);
            let status = serde_json::from_value(status).unwrap();
            pod.status.get_or_insert_default().container_statuses = Some(status);
        }));
    }

    /// A user asks for the deletion of a Pod.
    pub(super) fn user_deletes(&mut self, name: &str) {
        passes(self.deletes_as(Author::User, name, 30));
    }

    /// The controller asks for the deletion of a Pod.
    pub(super) fn deletes(&mut self, name: &str) -> Result<(), Violation> {
        self.deletes_as(self.author(), name, 30)
    }

    fn deletes_as(&mut self, author: Author, name: &str, grace: i64) -> Result<(), Violation> {
        let until = self
            .at
            .checked_add(SignedDuration::from_secs(grace))
            .unwrap();
        self.edits_pod(author, name, |pod| {
            pod.metadata.deletion_timestamp = Some(Time(until));
            pod.metadata.deletion_grace_period_seconds = Some(grace);
        })
    }

    /// The Pod is gone.
    pub(super) fn vanishes(&mut self, name: &str) {
        passes(self.puts_pod(Author::Node, name, None));
    }

    /// The controller takes the tracking finalizer away.
    pub(super) fn releases(&mut self, name: &str) -> Result<(), Violation> {
        self.edits_pod(self.author(), name, |pod| pod.metadata.finalizers = None)
    }

    /// A user takes the tracking finalizer away.
    pub(super) fn user_strips(&mut self, name: &str) {
        passes(self.edits_pod(Author::User, name, |pod| pod.metadata.finalizers = None));
    }

    /// A user changes the labels of a Pod, so that no selector matches.
    pub(super) fn user_relabels(&mut self, name: &str) {
        passes(self.edits_pod(Author::User, name, |pod| pod.metadata.labels = None));
    }

    /// The garbage collector makes an orphan of it.
    pub(super) fn orphans(&mut self, name: &str) {
        passes(self.edits_pod(Author::GarbageCollector, name, |pod| {
            pod.metadata.owner_references = None;
        }));
    }

    /// The controller removes owner and finalizer.
    pub(super) fn lets_go(&mut self, name: &str) -> Result<(), Violation> {
        self.edits_pod(self.author(), name, |pod| {
            pod.metadata.owner_references = None;
            pod.metadata.finalizers = None;
        })
    }

    /// The controller adds owner and finalizer.
    pub(super) fn adopts(&mut self, name: &str) -> Result<(), Violation> {
        self.adopts_for(JOB, name)
    }

    /// The same for the Job of this name and uid.
    fn adopts_for(&mut self, job: &str, name: &str) -> Result<(), Violation> {
        self.edits_pod(self.author(), name, |pod| {
            pod.metadata.owner_references = Some(vec![owner(job, job)]);
            pod.metadata.finalizers = Some(vec![JOB_TRACKING_FINALIZER.to_owned()]);
        })
    }

    /// A user takes the Pod from the Job, and a worker for another Job, which
    /// selects it too, adopts it while the sync that runs goes on.
    pub(super) fn another_job_adopts(&mut self, name: &str) {
        let sync = self.sync;
        self.orphans(name);
        let selector = json!({"matchLabels": {LABEL_CONTROLLER_UID: JOB}});
        passes(self.creates_job("tau", "tau", &json!({"selector": selector})));
        self.begins();
        let key = ObjectKey::new("default", "tau");
        let at = Revision(self.revision);
        self.oracle.read_live(&key, self.sync.life, at);
        passes(self.adopts_for("tau", name));
        self.sync = sync;
    }

    /// The controller reads the Job past its caches.
    pub(super) fn reads_job(&mut self) {
        let job = ObjectKey::new("default", JOB);
        self.oracle
            .read_live(&job, self.sync.life, Revision(self.revision));
    }

    /// A user changes the Job.
    pub(super) fn user_edits(&mut self, edit: impl FnOnce(&mut batch::Job)) {
        let mut job = batch::Job::clone(&self.jobs[JOB]);
        edit(&mut job);
        passes(self.puts_job(Author::User, JOB, Some(job)));
    }

    /// A user changes the spec of the Job.
    pub(super) fn user_sets(&mut self, field: &str, value: &Value) {
        self.user_edits(|job| {
            let mut spec = serde_json::to_value(&job.spec).unwrap();
            spec[field] = value.clone();
            job.spec = serde_json::from_value(spec).unwrap();
        });
    }

    /// A user asks for the deletion of the Job, which waits for its Pods.
    pub(super) fn user_deletes_job(&mut self) {
        let at = self.at;
        self.user_edits(|job| {
            job.metadata.deletion_timestamp = Some(Time(at));
            job.metadata.finalizers = Some(vec!["foregroundDeletion".to_owned()]);
        });
    }

    /// The Job is gone.
    pub(super) fn job_vanishes(&mut self) {
        passes(self.puts_job(Author::GarbageCollector, JOB, None));
    }

    /// The controller writes this over the fields of the status.
    pub(super) fn writes(&mut self, fields: &Value) -> Result<(), Violation> {
        let mut job = batch::Job::clone(&self.jobs[JOB]);
        let mut status = serde_json::to_value(job.status.unwrap_or_default()).unwrap();
        if status.get("startTime").is_none() {
            status["startTime"] = json!("2026-01-01T00:00:00Z");
        }
        for (field, value) in fields.as_object().unwrap() {
            status[field] = value.clone();
        }
        job.status = Some(serde_json::from_value(status).unwrap());
        self.puts_job(self.author(), JOB, Some(job))
    }

    /// Judges the world at rest.
    pub(super) fn rests(&mut self) -> Result<(), Violation> {
        self.oracle.rest(self.at)
    }
}

/// A condition that holds.
pub(super) fn condition(of_type: &str, reason: &str, message: &str) -> Value {
    json!({"type": of_type, "status": "True", "reason": reason, "message": message})
}

/// SuccessCriteriaMet because the completions are reached.
pub(super) fn met() -> Value {
    condition(
        "SuccessCriteriaMet",
        "CompletionsReached",
        "Reached expected number of succeeded pods",
    )
}

/// Complete, for the same reason.
pub(super) fn complete() -> Value {
    let mut complete = met();
    complete["type"] = json!("Complete");
    complete
}

/// FailureTarget because too many Pods failed.
pub(super) fn backoff_limit() -> Value {
    condition(
        "FailureTarget",
        "BackoffLimitExceeded",
        "Job has reached the specified backoff limit",
    )
}

fn owner(job: &str, uid: &str) -> OwnerReference {
    OwnerReference {
        api_version: "batch/v1".to_owned(),
        kind: "Job".to_owned(),
        name: job.to_owned(),
        uid: uid.to_owned(),
        controller: Some(true),
        block_owner_deletion: Some(true),
    }
}

/// One Pod, succeeded and counted; the Job is about to be complete.
pub(super) fn nearly_complete() -> World {
    let mut world = World::with(&json!({"completions": 1}));
    passes(world.creates("a"));
    world.reports("a", "Succeeded");
    world.begins();
    let uncounted = json!({"succeeded": ["a"]});
    let conditions = json!([met()]);
    passes(world.writes(&json!({"uncountedTerminatedPods": uncounted, "conditions": conditions})));
    passes(world.releases("a"));
    world
}
