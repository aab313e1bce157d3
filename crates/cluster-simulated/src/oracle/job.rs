//! A Job, as the judge reads it.

use std::{collections::BTreeSet, sync::Arc};

use jobyard_api::{
    Object, ObjectKey, Timestamp, Uid,
    batch::{self, JobCondition},
    selector::LabelSelector,
    well_known::JOB_CONTROLLER_NAME,
};

use super::pod::{Phase, PodFacts};

/// What the laws ask of one version of a Job.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is another fact about the object"
)]
pub(super) struct JobFacts {
    pub(super) key: ObjectKey,
    pub(super) uid: Uid,
    pub(super) is_deleting: bool,
    pub(super) is_suspended: bool,
    /// Managed by somebody else, or of a mode that nobody knows: not to be touched.
    pub(super) is_foreign: bool,
    pub(super) parallelism: u32,
    /// `None`: a work queue.
    pub(super) completions: Option<u32>,
    pub(super) is_indexed: bool,
    /// Replacements wait for the end of terminating Pods.
    pub(super) is_strict: bool,
    pub(super) restarts_on_failure: bool,
    pub(super) backoff_limit: u32,
    pub(super) backoff_limit_per_index: Option<u32>,
    pub(super) max_failed_indexes: Option<u32>,
    pub(super) deadline_seconds: Option<i64>,
    pub(super) selector: LabelSelector,
    pub(super) status: Status,
    pub(super) object: Arc<batch::Job>,
}

/// A status, without its optional zeros.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Status {
    pub(super) active: i64,
    pub(super) ready: i64,
    pub(super) terminating: i64,
    pub(super) succeeded: i64,
    pub(super) failed: i64,
    pub(super) completed_indexes: String,
    pub(super) failed_indexes: Option<String>,
    pub(super) listed_succeeded: Vec<Uid>,
    pub(super) listed_failed: Vec<Uid>,
    pub(super) start_time: Option<Timestamp>,
    pub(super) completion_time: Option<Timestamp>,
    pub(super) conditions: Vec<JobCondition>,
}

impl JobFacts {
    pub(super) fn of(job: &Arc<batch::Job>) -> Self {
        let spec = job.spec.clone().unwrap_or_default();
        let number = |number: Option<i32>| number.map(|number| u32::try_from(number).unwrap_or(0));
        let mode = spec.completion_mode.as_deref();
        let per_index = number(spec.backoff_limit_per_index);
        let default_limit = if per_index.is_some() {
            i32::MAX as u32
        } else {
            6
        };
        let pod = spec.template.spec.as_ref();
        Self {
            key: job.key(),
            uid: job.uid(),
            is_deleting: job.metadata.deletion_timestamp.is_some(),
            is_suspended: spec.suspend == Some(true),
            is_foreign: spec
                .managed_by
                .as_deref()
                .is_some_and(|name| name != JOB_CONTROLLER_NAME)
                || !matches!(mode, None | Some("NonIndexed" | "Indexed")),
            parallelism: number(spec.parallelism).unwrap_or(1),
            completions: match (number(spec.completions), spec.parallelism) {
                (None, None) => Some(1),
                (completions, _) => completions,
            },
            is_indexed: mode == Some("Indexed"),
            is_strict: spec.pod_failure_policy.is_some()
                || spec.pod_replacement_policy.as_deref() == Some("Failed"),
            restarts_on_failure: pod.and_then(|pod| pod.restart_policy.as_deref())
                == Some("OnFailure"),
            backoff_limit: number(spec.backoff_limit).unwrap_or(default_limit),
            backoff_limit_per_index: per_index,
            max_failed_indexes: number(spec.max_failed_indexes),
            deadline_seconds: spec.active_deadline_seconds,
            selector: spec
                .selector
                .as_ref()
                .and_then(|selector| LabelSelector::from_meta(selector).ok())
                .unwrap_or_else(LabelSelector::nothing),
            status: Status::of(job),
            object: job.clone(),
        }
    }

    /// Whether the Job's selector matches the labels of the Pod.
    pub(super) fn selects(&self, pod: &PodFacts) -> bool {
        let labels = pod.object.metadata.labels.clone().unwrap_or_default();
        self.selector.matches(&labels)
    }

    /// Whether the Pod is one that the Job works with. One that it no longer selects
    /// it lets go of, or, while it is being deleted, leaves to orphan clean-up.
    pub(super) fn claims(&self, pod: &PodFacts) -> bool {
        pod.is_controlled_by(&self.uid) && self.selects(pod)
    }

    /// Whether the Pod has an index of this Job; always, without indexes.
    pub(super) fn has_place_for(&self, pod: &PodFacts) -> bool {
        !self.is_indexed
            || pod
                .index
                .is_some_and(|index| index < self.completions.unwrap_or(0))
    }

    /// Whether the Pod has failed for this Job: with the default replacement
    /// policy a Pod that is being deleted has.
    pub(super) fn takes_as_failed(&self, pod: &PodFacts) -> bool {
        pod.phase == Phase::Failed
            || (pod.phase == Phase::Alive && pod.is_deleting && !self.is_strict)
    }

    /// Completed indexes that the Job still has.
    pub(super) fn completed(&self) -> BTreeSet<u32> {
        self.in_range(&self.status.completed_indexes)
    }

    /// Failed indexes that the Job still has.
    pub(super) fn failed(&self) -> BTreeSet<u32> {
        self.in_range(self.status.failed_indexes.as_deref().unwrap_or(""))
    }

    fn in_range(&self, text: &str) -> BTreeSet<u32> {
        let count = self.completions.unwrap_or(0);
        let mut indexes = parse_indexes(text, count);
        indexes.retain(|index| *index < count);
        indexes
    }
}

impl Status {
    fn of(job: &batch::Job) -> Self {
        let Some(status) = &job.status else {
            return Self::default();
        };
        let number = |number: Option<i32>| i64::from(number.unwrap_or(0));
        let uids = |list: Option<&Vec<String>>| -> Vec<Uid> {
            list.into_iter()
                .flatten()
                .map(|uid| uid.as_str().into())
                .collect()
        };
        let lists = status.uncounted_terminated_pods.as_ref();
        Self {
            active: number(status.active),
            ready: number(status.ready),
            terminating: number(status.terminating),
            succeeded: number(status.succeeded),
            failed: number(status.failed),
            completed_indexes: status.completed_indexes.clone().unwrap_or_default(),
            failed_indexes: status.failed_indexes.clone(),
            listed_succeeded: uids(lists.and_then(|lists| lists.succeeded.as_ref())),
            listed_failed: uids(lists.and_then(|lists| lists.failed.as_ref())),
            start_time: status.start_time.as_ref().map(|time| time.0),
            completion_time: status.completion_time.as_ref().map(|time| time.0),
            conditions: status.conditions.clone().unwrap_or_default(),
        }
    }

    /// The condition of this type, if it is True.
    pub(super) fn holds(&self, of_type: &str) -> Option<&JobCondition> {
        self.conditions
            .iter()
            .find(|condition| condition.type_ == of_type && condition.status == "True")
    }

    pub(super) fn is_finished(&self) -> bool {
        self.holds("Complete").is_some() || self.holds("Failed").is_some()
    }

    /// Whether the end has been announced, or is there.
    pub(super) fn is_decided(&self) -> bool {
        self.is_finished()
            || self.holds("FailureTarget").is_some()
            || self.holds("SuccessCriteriaMet").is_some()
    }

    pub(super) fn lists(&self, pod: &Uid) -> bool {
        self.listed_succeeded.contains(pod) || self.listed_failed.contains(pod)
    }
}

/// Reads `1,3-5,7`; what is no number is left out, ranges end at `count`.
pub(super) fn parse_indexes(text: &str, count: u32) -> BTreeSet<u32> {
    let mut indexes = BTreeSet::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        if let (Ok(first), Ok(last)) = (first.parse::<u32>(), last.parse::<u32>()) {
            indexes.extend(first..=last.min(count));
        }
    }
    indexes
}

/// The one text for these indexes: runs of three and more as ranges.
pub(super) fn print_indexes(indexes: &BTreeSet<u32>) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = indexes.iter().copied().peekable();
    while let Some(first) = rest.next() {
        let mut last = first;
        while let Some(next) = rest.next_if_eq(&(last + 1)) {
            last = next;
        }
        parts.push(match last - first {
            0 => first.to_string(),
            1 => format!("{first},{last}"),
            _ => format!("{first}-{last}"),
        });
    }
    parts.join(",")
}
