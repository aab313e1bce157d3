//! Whether the Job has come to its end, and why.
//!
//! The order is the rule: the first of these that holds decides, so that
//! failure beats success, and within one sync `backoffLimit` beats the deadline.
//! A verdict once written as `FailureTarget` or `SuccessCriteriaMet` stands.
//!
//! | order | verdict | reason |
//! |---|---|---|
//! | 1 | success criteria met before | as written |
//! | 2 | failure target set before | as written |
//! | 3 | a Pod matches a FailJob rule | `PodFailurePolicy` |
//! | 4 | too many failures or restarts | `BackoffLimitExceeded` |
//! | 5 | the deadline has passed | `DeadlineExceeded` |
//! | 6 | too many failed indexes, or all decided and one failed | `MaxFailedIndexesExceeded`, `FailedIndexes` |
//! | 7 | a success rule holds | `SuccessPolicy` |
//! | 8 | completions reached, after Pods were managed | `CompletionsReached` |
//!
//! Source: upstream `syncJob`, `getFailJobMessage`, `pastActiveDeadline`,
//! `pastBackoffLimitOnFailure`; documentation page "Jobs", "Job termination and cleanup".

use jobyard_api::{Timestamp, batch::JobCondition};

use crate::job::{
    pod_view::{PodPhase, PodView},
    snapshot::Snapshot,
    status::{COMPLETE, FAILED, FAILURE_TARGET, SUCCESS_CRITERIA_MET},
    tally::Tally,
    view::{Completions, JobView},
};

/// How the Job ends, once its Pods have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Complete or Failed.
    pub outcome: Outcome,
    /// One word, as the conditions carry it.
    pub reason: String,
    /// A sentence, as the conditions carry it.
    pub message: String,
}

/// The two ends of a Job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// SuccessCriteriaMet, then Complete.
    Complete,
    /// FailureTarget, then Failed.
    Failed,
}

impl Outcome {
    /// The condition that announces this end.
    pub(crate) fn announcement(self) -> &'static str {
        match self {
            Self::Complete => SUCCESS_CRITERIA_MET,
            Self::Failed => FAILURE_TARGET,
        }
    }

    /// The condition that is this end.
    pub(crate) fn terminal(self) -> &'static str {
        match self {
            Self::Complete => COMPLETE,
            Self::Failed => FAILED,
        }
    }
}

impl Verdict {
    fn new(outcome: Outcome, reason: &str, message: impl Into<String>) -> Self {
        Self {
            outcome,
            reason: reason.to_owned(),
            message: message.into(),
        }
    }

    /// Verdicts 1 to 5. With one of them the deadline is waited for no longer.
    pub(crate) fn up_to_deadline(
        job: &JobView,
        tally: &Tally<'_>,
        snapshot: &Snapshot<'_>,
    ) -> Option<Self> {
        written_before(job)
            .or_else(|| fail_job_rule(job, snapshot))
            .or_else(|| backoff_limit(job, tally, snapshot))
            .or_else(|| deadline(job, snapshot.now))
    }

    /// Verdicts 6 and 7, which come before Pods are managed, too. The deadline
    /// stays one to look at: the Job may yet wait for Pods that end.
    pub(crate) fn by_indexes(job: &JobView, tally: &Tally<'_>) -> Option<Self> {
        failed_indexes(job, tally).or_else(|| success_policy(job, tally))
    }

    /// Verdict 8, with the number of Pods still active after managing.
    pub(crate) fn after_managing(job: &JobView, tally: &Tally<'_>, active: u32) -> Option<Self> {
        let is_reached = match job.completions {
            Completions::WorkQueue => tally.succeeded > 0,
            Completions::Count(completions) | Completions::Indexed(completions) => {
                tally.succeeded >= completions
            }
        };
        (is_reached && active == 0).then(|| {
            Self::new(
                Outcome::Complete,
                "CompletionsReached",
                "Reached expected number of succeeded pods",
            )
        })
    }
}

fn written_before(job: &JobView) -> Option<Verdict> {
    [Outcome::Complete, Outcome::Failed]
        .into_iter()
        .find_map(|outcome| {
            let JobCondition {
                status,
                reason,
                message,
                ..
            } = job.status.condition(outcome.announcement())?;
            (status == "True").then(|| {
                Verdict::new(
                    outcome,
                    reason.as_deref().unwrap_or_default(),
                    message.as_deref().unwrap_or_default(),
                )
            })
        })
}

fn fail_job_rule(job: &JobView, snapshot: &Snapshot<'_>) -> Option<Verdict> {
    let policy = job.pod_failure_policy.as_ref()?;
    snapshot
        .pods
        .iter()
        .filter(|pod| job.takes_as_failed(pod))
        .filter_map(|pod| policy.matching(pod))
        .find_map(|matching| matching.fail_job_message())
        .map(|message| Verdict::new(Outcome::Failed, "PodFailurePolicy", message))
}

fn backoff_limit(job: &JobView, tally: &Tally<'_>, snapshot: &Snapshot<'_>) -> Option<Verdict> {
    let is_exceeded = tally.failed > job.backoff_limit
        || (job.restarts_on_failure && too_many_restarts(job.backoff_limit, snapshot));
    is_exceeded.then(|| {
        Verdict::new(
            Outcome::Failed,
            "BackoffLimitExceeded",
            "Job has reached the specified backoff limit",
        )
    })
}

/// With `restartPolicy: OnFailure` the restarts in living Pods are failures, too:
/// `backoffLimit` of them end the Job, and with a limit of 0 the first.
fn too_many_restarts(backoff_limit: u32, snapshot: &Snapshot<'_>) -> bool {
    let lives = |pod: &&PodView| matches!(pod.phase, PodPhase::Running | PodPhase::Pending);
    let restarts: u64 = snapshot
        .pods
        .iter()
        .map(|pod| &**pod)
        .filter(lives)
        .map(|pod| u64::from(pod.restarts.sum))
        .sum();
    restarts >= u64::from(backoff_limit.max(1))
}

fn deadline(job: &JobView, now: Timestamp) -> Option<Verdict> {
    next_deadline(job, now)
        .is_some_and(|deadline| now >= deadline)
        .then(|| {
            Verdict::new(
                Outcome::Failed,
                "DeadlineExceeded",
                "Job was active longer than specified deadline",
            )
        })
}

/// When `activeDeadlineSeconds` ends the Job; a suspended Job has no deadline.
pub(crate) fn next_deadline(job: &JobView, now: Timestamp) -> Option<Timestamp> {
    job.deadline(job.deadline_start(now)?)
}

fn failed_indexes(job: &JobView, tally: &Tally<'_>) -> Option<Verdict> {
    let failed = tally.per_index.as_ref()?.failed_indexes.len();
    let decided = failed + tally.succeeded_indexes.len();
    if job
        .max_failed_indexes
        .is_some_and(|most| failed > most as usize)
    {
        Some(Verdict::new(
            Outcome::Failed,
            "MaxFailedIndexesExceeded",
            "Job has exceeded the specified maximal number of failed indexes",
        ))
    } else if failed > 0 && decided >= job.index_count()? as usize {
        Some(Verdict::new(
            Outcome::Failed,
            "FailedIndexes",
            "Job has failed indexes",
        ))
    } else {
        None
    }
}

fn success_policy(job: &JobView, tally: &Tally<'_>) -> Option<Verdict> {
    let policy = job.success_policy.as_ref()?;
    let rule = policy.matching(&tally.succeeded_indexes, job.index_count()?)?;
    Some(Verdict::new(
        Outcome::Complete,
        "SuccessPolicy",
        format!("Matched rules at index {rule}"),
    ))
}
