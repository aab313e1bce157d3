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
    core::{Container, Pod, PodSpec, PodTemplateSpec},
    meta::{LabelSelector, ObjectMeta, Time},
    well_known::{
        LABEL_CONTROLLER_UID, LABEL_CONTROLLER_UID_LEGACY, LABEL_JOB_NAME, LABEL_JOB_NAME_LEGACY,
    },
};

use crate::job::{BackoffRecord, EventNote, JobStatus, JobView, PodView, Watermarks};

mod controller;
mod laws;
mod server;
mod users;
mod words;

pub(in crate::job::tests) use words::check;
use words::{apply_words, event_text};

/// Most syncs until nothing is left to do; more means going in circles.
const SYNCS_MAX: usize = 50;
const GRACE_SECONDS: i64 = 30;

pub(in crate::job::tests) struct World {
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
    pub(in crate::job::tests) crash: Option<Crash>,
    /// After how many more requests the controller dies.
    pub(in crate::job::tests) fuse: Option<usize>,
    /// Whether it has: no request does anything until it is restarted.
    pub(in crate::job::tests) is_dead: bool,
    /// Pods whose deletion is refused.
    pub(in crate::job::tests) undeletable: BTreeSet<usize>,
    /// Pods whose finalizer cannot be removed.
    pub(in crate::job::tests) unreleasable: BTreeSet<usize>,
    /// How many more Pods may be created.
    pub(in crate::job::tests) quota: usize,
    pub(in crate::job::tests) events: Vec<EventNote>,
    /// All uids that a status write ever listed.
    listed_succeeded: BTreeSet<Uid>,
    listed_failed: BTreeSet<Uid>,
    log: String,
    /// What a driver would have counted, a line each time.
    counted: Vec<String>,
    pub(in crate::job::tests) syncs: usize,
    pub(in crate::job::tests) wake_at: Option<Timestamp>,
}

#[derive(Clone)]
struct Cache {
    job: batch::Job,
    pods: BTreeMap<String, Arc<Pod>>,
    read: Watermarks,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::job::tests) enum Crash {
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
    pub(in crate::job::tests) fn job(words: &str) -> Self {
        Self::named("pi", words)
    }

    pub(in crate::job::tests) fn named(name: &str, words: &str) -> Self {
        Self::with(name, words, |_| {})
    }

    /// Changes what the words cannot say before the Job is stored.
    pub(in crate::job::tests) fn with(
        name: &str,
        words: &str,
        change: impl FnOnce(&mut batch::Job),
    ) -> Self {
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
            counted: Vec::new(),
            syncs: 0,
            wake_at: None,
        }
    }

    pub(in crate::job::tests) fn status(&self) -> JobStatus {
        JobStatus::from(&self.job.status.clone().unwrap_or_default())
    }

    pub(in crate::job::tests) fn stored_job(&self) -> &batch::Job {
        &self.job
    }

    /// When the controller will look again, in seconds since the start.
    pub(in crate::job::tests) fn wakes_at(&self) -> Option<i64> {
        self.wake_at.map(|time| (time - start()).get_seconds())
    }

    pub(in crate::job::tests) fn name(&self, pod: usize) -> String {
        assert!(self.exists(pod), "there is no Pod {pod}");
        self.names[pod].clone()
    }

    pub(in crate::job::tests) fn stored_pod(&self, pod: usize) -> &Pod {
        &self.pods[&self.name(pod)]
    }

    pub(in crate::job::tests) fn exists(&self, pod: usize) -> bool {
        let name = self.names.get(pod);
        name.is_some_and(|name| self.pods.contains_key(name))
    }

    pub(in crate::job::tests) fn has_finalizer(&self, pod: usize) -> bool {
        PodView::from(self.stored_pod(pod)).has_tracking_finalizer
    }

    pub(in crate::job::tests) fn is_deleting(&self, pod: usize) -> bool {
        PodView::from(self.stored_pod(pod)).is_deleting
    }

    /// The Pods that are neither ended nor being deleted, by their numbers.
    pub(in crate::job::tests) fn active(&self) -> Vec<usize> {
        (0..self.names.len())
            .filter(|pod| self.exists(*pod))
            .filter(|pod| PodView::from(self.stored_pod(*pod)).is_active())
            .collect()
    }

    pub(in crate::job::tests) fn parallelism(&self) -> u32 {
        JobView::from(&Arc::new(self.job.clone())).parallelism
    }

    /// Whether completions may change, together with parallelism.
    pub(in crate::job::tests) fn is_elastic(&self) -> bool {
        let job = JobView::from(&Arc::new(self.job.clone()));
        job.index_count() == Some(job.parallelism)
    }

    pub(in crate::job::tests) fn has_ended_pod_with_finalizer(&self) -> bool {
        let mut pods = self.pods.values().map(|pod| PodView::from(&**pod));
        pods.any(|pod| pod.phase.is_terminal() && pod.has_tracking_finalizer)
    }

    /// `True Complete CompletionsReached` for each condition, in their order.
    pub(in crate::job::tests) fn conditions(&self) -> Vec<String> {
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
    pub(in crate::job::tests) fn take_events(&mut self) -> Vec<String> {
        std::mem::take(&mut self.events)
            .iter()
            .map(event_text)
            .collect()
    }

    /// How often each was counted since the last call: `sync tracking x2`.
    pub(in crate::job::tests) fn take_counted(&mut self) -> String {
        let mut sums: BTreeMap<String, usize> = BTreeMap::new();
        for line in std::mem::take(&mut self.counted) {
            *sums.entry(line).or_default() += 1;
        }
        let mut text = String::new();
        for (line, count) in sums {
            let _ = writeln!(text, "{line} x{count}");
        }
        text
    }

    fn note(&mut self, line: &str) {
        let _ = writeln!(self.log, "{line}");
    }
}

fn start() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().expect("a time")
}

/// The number of the Pod of this name.
fn number(name: &str) -> usize {
    name[name.len() - 5..]
        .parse()
        .expect("names end in their number")
}
