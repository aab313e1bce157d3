//! What a sync tells the metrics.
//!
//! Metrics say why, and why is decided here: which label a sync gets, which Pods
//! a status write counts, what a failed Pod came to. Drivers only add up.
//!
//! Numbers of ended Pods are differences between two statuses, the one written
//! before and the one written now, so that a Pod appears in the metrics exactly
//! when it appears in the counters.
//!
//! Source: upstream `pkg/controller/job/metrics/metrics.go` (names and labels),
//! `recordJobPodFinished`, `recordJobFinished`, `recordJobPodsCreationTotal`,
//! `recordJobPodFailurePolicyActions`, `recordFinishedPodWithTrackingFinalizer`.

use jobyard_api::indexes::IndexSet;

use crate::job::{
    manage::{CreateReason, PodWork},
    pod_failure_policy::FailureAction,
    pod_view::PodView,
    settle::{CreateOutcome, WorkOutcome},
    status::JobStatus,
    verdict::{Outcome, Verdict},
    view::{Completions, JobView},
};

/// What a sync did to Pods: the label `action` of its duration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SyncAction {
    /// The number of Pods was not looked at: the Job ends, or is being deleted,
    /// or the sync failed before.
    #[default]
    Reconciling,
    /// The number of Pods is as it should be.
    Tracking,
    /// Pods are missing, though they may have to wait for a back-off.
    PodsCreated,
    /// Pods are too many; a suspended Job is always brought to none.
    PodsDeleted,
}

impl SyncAction {
    /// The value of the label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reconciling => "reconciling",
            Self::Tracking => "tracking",
            Self::PodsCreated => "pods_created",
            Self::PodsDeleted => "pods_deleted",
        }
    }
}

/// The values of the label `reason` of ended Jobs. A verdict that stood in the
/// status before may have any; whoever may write statuses must not make series.
const REASONS: [&str; 7] = [
    "BackoffLimitExceeded",
    "CompletionsReached",
    "DeadlineExceeded",
    "FailedIndexes",
    "MaxFailedIndexesExceeded",
    "PodFailurePolicy",
    "SuccessPolicy",
];

impl CreateReason {
    /// The value of the label `reason`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::RecreateFailed => "recreate_failed",
            Self::RecreateTerminatingOrFailed => "recreate_terminating_or_failed",
        }
    }
}

impl FailureAction {
    /// The value of the label `action`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FailJob => "FailJob",
            Self::FailIndex => "FailIndex",
            Self::Ignore => "Ignore",
            Self::Count => "Count",
        }
    }
}

impl JobView {
    /// The label `completion_mode`.
    pub fn completion_mode(&self) -> &'static str {
        match self.completions {
            Completions::WorkQueue | Completions::Count(_) => "NonIndexed",
            Completions::Indexed(_) => "Indexed",
        }
    }

    /// The label `backoffLimit` of ended indexes.
    pub fn backoff_limit_scope(&self) -> &'static str {
        match self.backoff_limit_per_index {
            Some(_) => "perIndex",
            None => "global",
        }
    }
}

/// How the creations of a sync went. Pods that a namespace refused because it
/// ends are neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Creations {
    /// Why Pods were created: the same for all of a sync.
    pub reason: CreateReason,
    /// Pods that exist now.
    pub succeeded: u32,
    /// Pods that were refused.
    pub failed: u32,
}

impl Creations {
    /// `None` if no Pod was to be created.
    pub(crate) fn of(work: &PodWork<'_>, outcome: &WorkOutcome) -> Option<Self> {
        let (PodWork::Create(pods), WorkOutcome::Created(outcomes)) = (work, outcome) else {
            return None;
        };
        let mut creations = Self {
            reason: pods.first()?.reason,
            succeeded: 0,
            failed: 0,
        };
        for outcome in outcomes {
            match outcome {
                CreateOutcome::Created { .. } => creations.succeeded += 1,
                CreateOutcome::Failed { .. } => creations.failed += 1,
                CreateOutcome::NamespaceTerminating => {}
            }
        }
        Some(creations)
    }
}

/// What a status write adds to the counters of a Job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// [`JobView::completion_mode`] of the Job.
    pub completion_mode: &'static str,
    /// [`JobView::backoff_limit_scope`] of the Job.
    pub backoff_limit_scope: &'static str,
    /// Pods that the counter of successes rises by; for Indexed Jobs, the indexes.
    pub pods_succeeded: u32,
    /// Pods that the counter of failures rises by.
    pub pods_failed: u32,
    /// Indexes that completed.
    pub indexes_succeeded: u32,
    /// Indexes that failed, with backoffLimitPerIndex.
    pub indexes_failed: u32,
    /// The Job ended: how, and the reason of the condition, `other` if that is none of ours.
    pub finished: Option<(Outcome, &'static str)>,
}

impl Progress {
    /// What is new in `after`.
    pub(crate) fn between(job: &JobView, before: &JobStatus, after: &JobStatus) -> Self {
        let mut progress = Self {
            completion_mode: job.completion_mode(),
            backoff_limit_scope: job.backoff_limit_scope(),
            pods_succeeded: 0,
            pods_failed: after.failed.saturating_sub(before.failed),
            indexes_succeeded: 0,
            indexes_failed: 0,
            finished: None,
        };
        let Some(completions) = job.index_count() else {
            progress.pods_succeeded = after.succeeded.saturating_sub(before.succeeded);
            return progress;
        };
        // A Job that was made smaller loses indexes: only those that it still
        // has are compared.
        let count = |text: &str| IndexSet::parse_lenient(text, completions).len() as u32;
        let rise = |before: &str, after: &str| {
            if before == after {
                0
            } else {
                count(after).saturating_sub(count(before))
            }
        };
        progress.indexes_succeeded = rise(&before.completed_indexes, &after.completed_indexes);
        progress.pods_succeeded = progress.indexes_succeeded;
        if let Some(failed) = &after.failed_indexes {
            let before = before.failed_indexes.as_deref().unwrap_or_default();
            progress.indexes_failed = rise(before, failed);
        }
        progress
    }

    pub(crate) fn finish(&mut self, verdict: &Verdict) {
        let reason = REASONS.into_iter().find(|reason| *reason == verdict.reason);
        self.finished = Some((verdict.outcome, reason.unwrap_or("other")));
    }
}

impl Outcome {
    /// The label `result` of an ended Job.
    pub fn as_result(self) -> &'static str {
        match self {
            Self::Complete => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// A Pod that has ended got or lost its tracking finalizer: the label `event`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FinalizerEvent {
    /// Now it has ended and carries the finalizer.
    Add,
    /// Now it does not any more.
    Delete,
}

impl FinalizerEvent {
    /// The value of the label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Delete => "delete",
        }
    }

    /// What this change of a Pod is; `None` is before its creation, or after its end.
    pub fn of(old: Option<&PodView>, new: Option<&PodView>) -> Option<Self> {
        let waits = |pod: Option<&PodView>| {
            pod.is_some_and(|pod| pod.phase.is_terminal() && pod.has_tracking_finalizer)
        };
        match (waits(old), waits(new)) {
            (false, true) => Some(Self::Add),
            (true, false) => Some(Self::Delete),
            (true, true) | (false, false) => None,
        }
    }
}
