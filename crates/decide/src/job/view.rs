//! What a decision needs of a Job, parsed once for each version of the object.
//!
//! Every absent field has its default here, so that an `Option` below means
//! "not asked for", never "default". Parsing cannot fail: the API server has
//! validated the object, and whatever it let through (a completion mode that
//! does not exist yet, a negative number) has a meaning here, at worst
//! "do not touch".
//!
//! Source of the defaults: `SetDefaults_Job`, documentation page "Jobs".

use std::sync::Arc;

use jobyard_api::{
    Object, ObjectKey, Timestamp, Uid, batch, meta,
    selector::LabelSelector,
    well_known::{JOB_CONTROLLER_NAME, LABEL_CONTROLLER_UID},
};

use crate::job::{
    pod_failure_policy::PodFailurePolicy,
    pod_view::{PodPhase, PodView},
    status::JobStatus,
    success_policy::SuccessPolicy,
};

/// A Job as a decision sees it.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says another thing of the API object, and all combinations exist"
)]
pub struct JobView {
    /// Namespace and name.
    pub key: ObjectKey,
    /// Tells this Job from a later one of the same name.
    pub uid: Uid,
    /// Rises with every change of the spec.
    pub generation: i64,
    /// Whether a deletion has been asked for and waits for finalizers.
    pub is_deleting: bool,
    /// `spec.managedBy`: the controller that the Job belongs to.
    pub managed_by: Box<str>,
    /// `spec.completionMode` is one we do not know: such a Job is left alone.
    pub has_unknown_completion_mode: bool,
    /// `spec.parallelism`: most Pods that may be active at once.
    pub parallelism: u32,
    /// `spec.completions` and `spec.completionMode`: when the Job is complete.
    pub completions: Completions,
    /// `spec.backoffLimit`: failed Pods before the Job fails.
    pub backoff_limit: u32,
    /// `spec.backoffLimitPerIndex`; only Indexed Jobs have one.
    pub backoff_limit_per_index: Option<u32>,
    /// `spec.maxFailedIndexes`.
    pub max_failed_indexes: Option<u32>,
    /// `spec.activeDeadlineSeconds`.
    pub active_deadline_seconds: Option<i64>,
    /// `spec.suspend`.
    pub is_suspended: bool,
    /// Whether failed containers restart in their Pod (`restartPolicy: OnFailure`).
    pub restarts_on_failure: bool,
    /// `spec.podReplacementPolicy`, as it works: see [`PodReplacement`].
    pub pod_replacement: PodReplacement,
    /// `spec.podFailurePolicy`.
    pub pod_failure_policy: Option<PodFailurePolicy>,
    /// `spec.successPolicy`.
    pub success_policy: Option<SuccessPolicy>,
    /// `spec.selector`: which Pods may be the Job's. One that cannot be read, or
    /// that is not there, selects none.
    pub selector: LabelSelector,
    /// Whether the selector asks for the generated uid label and nothing else, as
    /// it does unless `spec.manualSelector` is set.
    pub selects_generated_label: bool,
    /// What was last written down.
    pub status: JobStatus,
    /// The object itself, to build Pods and the next status write from. Absent
    /// once the Job is finished: nothing is built then, and it is large.
    pub object: Option<Arc<batch::Job>>,
}

/// When a Job is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completions {
    /// No `completions`: a work queue. The first success ends the creation of
    /// Pods; complete when all Pods have ended.
    WorkQueue,
    /// NonIndexed: that many Pods succeeded, whichever.
    Count(u32),
    /// Indexed: one Pod succeeded for each index from 0 to one below.
    Indexed(u32),
}

/// When a Pod that is being deleted makes room for its replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodReplacement {
    /// At once; it counts as failed from then on.
    TerminatingOrFailed,
    /// Only when it has ended ("strict replacement"). Also holds whenever there
    /// is a podFailurePolicy, because its rules need the ended Pod.
    Failed,
}

impl JobView {
    /// Whether the Job ended: it is Complete or Failed, for good.
    pub fn is_finished(&self) -> bool {
        self.status.is_finished()
    }

    /// The number of indexes of an Indexed Job.
    pub fn index_count(&self) -> Option<u32> {
        match self.completions {
            Completions::Indexed(count) => Some(count),
            Completions::WorkQueue | Completions::Count(_) => None,
        }
    }

    /// Whether a sync has to look at this Pod of the Job: unless it is settled, and
    /// also then if it failed and a rule may have the Job fail by it. Such a Pod lost
    /// its finalizer to somebody else, or a condition came later.
    ///
    /// Source: upstream `getFailJobMessage`, which asks of counted Pods, too.
    pub fn looks_at(&self, pod: &PodView) -> bool {
        let may_fail_by = || {
            let policy = self.pod_failure_policy.as_ref();
            pod.phase == PodPhase::Failed && policy.is_some_and(PodFailurePolicy::may_fail_job)
        };
        !pod.is_settled() || may_fail_by()
    }

    /// Whether replacements wait for the end of a terminating Pod.
    pub fn is_strict_replacement(&self) -> bool {
        self.pod_replacement == PodReplacement::Failed
    }

    /// When `activeDeadlineSeconds` ends the Job, once it has started. A
    /// deadline beyond the calendar never comes.
    pub fn deadline(&self, start: Timestamp) -> Option<Timestamp> {
        let seconds = self.active_deadline_seconds?;
        start
            .checked_add(jiff::SignedDuration::from_secs(seconds))
            .ok()
    }
}

impl From<&Arc<batch::Job>> for JobView {
    fn from(job: &Arc<batch::Job>) -> Self {
        let spec = job.spec.as_ref();
        let status = JobStatus::from(&job.status.clone().unwrap_or_default());
        let pod_failure_policy = spec
            .and_then(|spec| spec.pod_failure_policy.as_ref())
            .map(PodFailurePolicy::from);
        let backoff_limit_per_index = spec
            .and_then(|spec| spec.backoff_limit_per_index)
            .map(not_negative);
        let completions = spec.and_then(|spec| spec.completions).map(not_negative);
        let parallelism = spec.and_then(|spec| spec.parallelism).map(not_negative);
        let mode = spec.and_then(|spec| spec.completion_mode.as_deref());
        let is_strict = pod_failure_policy.is_some()
            || spec.and_then(|spec| spec.pod_replacement_policy.as_deref()) == Some("Failed");
        Self {
            key: job.key(),
            uid: job.uid(),
            generation: job.metadata.generation.unwrap_or_default(),
            is_deleting: job.metadata.deletion_timestamp.is_some(),
            managed_by: spec
                .and_then(|spec| spec.managed_by.as_deref())
                .unwrap_or(JOB_CONTROLLER_NAME)
                .into(),
            has_unknown_completion_mode: !matches!(mode, None | Some("NonIndexed" | "Indexed")),
            parallelism: parallelism.unwrap_or(1),
            completions: match (mode, completions, parallelism) {
                (Some("Indexed"), completions, _) => Completions::Indexed(completions.unwrap_or(0)),
                (_, Some(completions), _) => Completions::Count(completions),
                (_, None, None) => Completions::Count(1),
                (_, None, Some(_)) => Completions::WorkQueue,
            },
            backoff_limit: spec.and_then(|spec| spec.backoff_limit).map_or(
                if backoff_limit_per_index.is_some() {
                    i32::MAX as u32
                } else {
                    6
                },
                not_negative,
            ),
            backoff_limit_per_index,
            max_failed_indexes: spec
                .and_then(|spec| spec.max_failed_indexes)
                .map(not_negative),
            active_deadline_seconds: spec.and_then(|spec| spec.active_deadline_seconds),
            is_suspended: spec.and_then(|spec| spec.suspend).unwrap_or(false),
            restarts_on_failure: spec
                .and_then(|spec| spec.template.spec.as_ref())
                .and_then(|pod| pod.restart_policy.as_deref())
                == Some("OnFailure"),
            pod_replacement: if is_strict {
                PodReplacement::Failed
            } else {
                PodReplacement::TerminatingOrFailed
            },
            pod_failure_policy,
            success_policy: spec
                .and_then(|spec| spec.success_policy.as_ref())
                .map(SuccessPolicy::from),
            selects_generated_label: spec
                .and_then(|spec| spec.selector.as_ref())
                .is_some_and(|selector| is_generated(selector, job)),
            selector: spec
                .and_then(|spec| spec.selector.as_ref())
                .and_then(|selector| LabelSelector::from_meta(selector).ok())
                .unwrap_or_else(LabelSelector::nothing),
            object: (!status.is_finished()).then(|| job.clone()),
            status,
        }
    }
}

fn is_generated(selector: &meta::LabelSelector, job: &batch::Job) -> bool {
    let labels = selector.match_labels.iter().flatten();
    let uid = job.metadata.uid.as_ref();
    selector.match_expressions.iter().flatten().next().is_none()
        && labels
            .map(|(key, value)| (key.as_str(), value))
            .eq(uid.map(|uid| (LABEL_CONTROLLER_UID, uid)))
}

/// Counts of the API are signed, and validated not to be negative.
fn not_negative(number: i32) -> u32 {
    number.max(0).cast_unsigned()
}
