//! What is written down of a Job: its status and its conditions.
//!
//! Conditions are history: they are appended in the order in which they came
//! to be, at most one of a type. Condition types and reasons are spelled here
//! and nowhere else.
//!
//! Source: documentation page "Jobs", `batch/v1` `JobStatus`; upstream
//! `ensureJobConditionStatus`, `newCondition`.

use jobyard_api::{
    Timestamp, Uid,
    batch::{self, JobCondition},
    meta::Time,
    object::whole_seconds,
};

/// Condition: the Job completed.
pub const COMPLETE: &str = "Complete";
/// Condition: the Job failed.
pub const FAILED: &str = "Failed";
/// Condition: the Job will fail as soon as its Pods have ended.
pub const FAILURE_TARGET: &str = "FailureTarget";
/// Condition: the Job will be complete as soon as its Pods have ended.
pub const SUCCESS_CRITERIA_MET: &str = "SuccessCriteriaMet";
/// Condition: the Job is (True) or was (False) suspended.
pub const SUSPENDED: &str = "Suspended";

/// The status of a Job.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobStatus {
    /// First sync while not suspended; anew on resume; none while suspended.
    pub start_time: Option<Timestamp>,
    /// Set together with the condition Complete.
    pub completion_time: Option<Timestamp>,
    /// In the order of their first appearance.
    pub conditions: Vec<JobCondition>,
    /// Pods neither ended nor being deleted.
    pub active: u32,
    /// Active Pods that are ready; `None` before the first sync.
    pub ready: Option<u32>,
    /// Pods being deleted that have not ended; `None` before the first sync.
    pub terminating: Option<u32>,
    /// Counted successes; for Indexed Jobs the number of completed indexes.
    pub succeeded: u32,
    /// Counted failures; never falls.
    pub failed: u32,
    /// Completed indexes as interval text; empty for NonIndexed Jobs.
    pub completed_indexes: String,
    /// Failed indexes as interval text, if there is a backoffLimitPerIndex.
    pub failed_indexes: Option<String>,
    /// Pods on their way from "ended" to "counted"; `None` before the first sync.
    pub uncounted: Option<UncountedTerminatedPods>,
}

/// Uids of Pods that are ended but not yet in the counters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UncountedTerminatedPods {
    /// Will be added to `succeeded`. Not used for Indexed Jobs.
    pub succeeded: Vec<Uid>,
    /// Will be added to `failed`.
    pub failed: Vec<Uid>,
}

impl UncountedTerminatedPods {
    /// Whether no Pod is under way.
    pub fn is_empty(&self) -> bool {
        self.succeeded.is_empty() && self.failed.is_empty()
    }

    /// How many Pods are under way.
    pub fn len(&self) -> usize {
        self.succeeded.len() + self.failed.len()
    }
}

impl JobStatus {
    /// Whether the Job is Complete or Failed.
    pub fn is_finished(&self) -> bool {
        self.condition_is_true(COMPLETE) || self.condition_is_true(FAILED)
    }

    /// The condition of this type.
    pub fn condition(&self, condition_type: &str) -> Option<&JobCondition> {
        self.conditions
            .iter()
            .find(|condition| condition.type_ == condition_type)
    }

    /// Whether the condition of this type is True.
    pub fn condition_is_true(&self, condition_type: &str) -> bool {
        self.condition(condition_type)
            .is_some_and(|condition| condition.status == "True")
    }

    /// Moves the listed uids for which `is_released` holds from `uncounted` into the counters.
    pub(crate) fn count(
        &mut self,
        uncounted: &mut UncountedTerminatedPods,
        is_released: impl Fn(&Uid) -> bool,
    ) {
        let take = |list: &mut Vec<Uid>| {
            let before = list.len();
            list.retain(|uid| !is_released(uid));
            (before - list.len()) as u32
        };
        self.succeeded += take(&mut uncounted.succeeded);
        self.failed += take(&mut uncounted.failed);
    }

    /// Makes the condition of this type say this, and tells whether that changed anything.
    ///
    /// A condition that is not there counts as False: one is never added to say False.
    pub(crate) fn ensure_condition(
        &mut self,
        condition_type: &str,
        is_true: bool,
        reason: &str,
        message: &str,
        now: Timestamp,
    ) -> bool {
        let status = if is_true { "True" } else { "False" };
        let wanted = JobCondition {
            type_: condition_type.to_owned(),
            status: status.to_owned(),
            reason: Some(reason.to_owned()),
            message: Some(message.to_owned()),
            last_probe_time: Some(Time(whole_seconds(now))),
            last_transition_time: Some(Time(whole_seconds(now))),
        };
        let found = self
            .conditions
            .iter_mut()
            .find(|condition| condition.type_ == condition_type);
        match found {
            Some(found)
                if found.status == wanted.status
                    && found.reason == wanted.reason
                    && found.message == wanted.message =>
            {
                false
            }
            Some(found) => {
                *found = wanted;
                true
            }
            None if is_true => {
                self.conditions.push(wanted);
                true
            }
            None => false,
        }
    }
}

impl From<&batch::JobStatus> for JobStatus {
    fn from(status: &batch::JobStatus) -> Self {
        let count = |number: Option<i32>| number.unwrap_or(0).max(0).cast_unsigned();
        let uids = |list: &Option<Vec<String>>| -> Vec<Uid> {
            list.iter()
                .flatten()
                .map(|uid| uid.as_str().into())
                .collect()
        };
        Self {
            start_time: status.start_time.as_ref().map(|time| time.0),
            completion_time: status.completion_time.as_ref().map(|time| time.0),
            conditions: status.conditions.clone().unwrap_or_default(),
            active: count(status.active),
            ready: status.ready.map(|ready| count(Some(ready))),
            terminating: status.terminating.map(|number| count(Some(number))),
            succeeded: count(status.succeeded),
            failed: count(status.failed),
            completed_indexes: status.completed_indexes.clone().unwrap_or_default(),
            failed_indexes: status.failed_indexes.clone(),
            uncounted: status.uncounted_terminated_pods.as_ref().map(|pods| {
                UncountedTerminatedPods {
                    succeeded: uids(&pods.succeeded),
                    failed: uids(&pods.failed),
                }
            }),
        }
    }
}

impl From<&JobStatus> for batch::JobStatus {
    /// Zero counts and empty lists are left out, as Kubernetes' encoding does;
    /// `ready`, `terminating` and `uncountedTerminatedPods` say zero aloud.
    fn from(status: &JobStatus) -> Self {
        let count = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let nonzero = |number: u32| (number > 0).then(|| count(number));
        let uids = |list: &[Uid]| -> Option<Vec<String>> {
            (!list.is_empty()).then(|| list.iter().map(ToString::to_string).collect())
        };
        Self {
            start_time: status.start_time.map(Time),
            completion_time: status.completion_time.map(Time),
            conditions: (!status.conditions.is_empty()).then(|| status.conditions.clone()),
            active: nonzero(status.active),
            ready: status.ready.map(count),
            terminating: status.terminating.map(count),
            succeeded: nonzero(status.succeeded),
            failed: nonzero(status.failed),
            completed_indexes: (!status.completed_indexes.is_empty())
                .then(|| status.completed_indexes.clone()),
            failed_indexes: status.failed_indexes.clone(),
            uncounted_terminated_pods: status.uncounted.as_ref().map(|pods| {
                batch::UncountedTerminatedPods {
                    succeeded: uids(&pods.succeeded),
                    failed: uids(&pods.failed),
                }
            }),
        }
    }
}
