//! A whole sync in one value, for people who ask "what would happen next?".
//!
//! Every request is assumed to succeed. Drivers do not use this: they go stage
//! by stage, because requests fail. What a driver has no use for is said here,
//! too: why each finalizer goes, what the podFailurePolicy makes of each failure,
//! which Pods are held, and what the sync waits for.

use std::sync::Arc;

use jobyard_api::Timestamp;

use crate::job::{
    backoff::BackoffRecord,
    claim::{Claim, claim},
    events::EventNote,
    manage::{CreatePod, DeleteReason, PodWork},
    plan::{Skip, Waits, plan, skip},
    pod_failure_policy::FailureMatch,
    pod_template,
    pod_view::PodView,
    settle::{CreateOutcome, DeleteOutcome, WorkOutcome},
    snapshot::Snapshot,
    status::JobStatus,
    tracking,
    verdict::{Outcome, Verdict},
    view::JobView,
};

/// What one sync does, if every request succeeds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobDecision {
    /// In the order in which they happen.
    pub actions: Vec<JobAction>,
    /// The status after the sync, if it changes.
    pub status: Option<JobStatus>,
    /// When to look again if nothing happens before.
    pub wake_at: Option<Timestamp>,
    /// What the next look waits for. A time here may come after `wake_at`, never before.
    pub waits: Waits,
    /// Events, in their order. A created Pod is named by what its name starts
    /// with and five `x`.
    pub events: Vec<EventNote>,
    /// How the Job ends, once that is settled.
    pub verdict: Option<Verdict>,
    /// Failures in a row since the last success, as this sync leaves them.
    pub backoff: BackoffRecord,
    /// Each failed Pod of a Job with a podFailurePolicy, and the rule that decides about it, if any.
    pub failures: Vec<(Box<str>, Option<FailureMatch>)>,
    /// Failed Pods that stay uncounted until their replacement has taken over
    /// their index's count of failures.
    pub held: Vec<Box<str>>,
}

/// One action on one Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobAction {
    /// Make it the Job's: [`Claim::Adopt`].
    Adopt {
        /// The Pod's name.
        pod: Box<str>,
    },
    /// Let it go: [`Claim::Release`].
    Release {
        /// The Pod's name.
        pod: Box<str>,
        /// Whether it has a tracking finalizer to lose.
        removes_finalizer: bool,
    },
    /// Create it.
    Create(CreatePod),
    /// Delete it; see [`crate::job::DeletePod`].
    Delete {
        /// The Pod's name.
        pod: Box<str>,
        /// Whether it has a finalizer, and that is removed first.
        removes_finalizer_first: bool,
        /// Why.
        reason: DeleteReason,
    },
    /// Remove its tracking finalizer, after the Pod was written down.
    RemoveFinalizer {
        /// The Pod's name.
        pod: Box<str>,
        /// Why.
        reason: ReleaseReason,
    },
}

/// Why a Pod no longer needs its tracking finalizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseReason {
    /// It succeeded and is counted.
    Succeeded,
    /// It failed, or ends because the Job fails, and is counted.
    Failed,
    /// It failed, and the podFailurePolicy does not count that.
    FailureIgnored,
    /// It has no completion index that the Job has, and is not counted.
    NoValidIndex,
    /// It was given up, because the Job has succeeded, and is not counted.
    JobSucceeded,
    /// It lives on while its Job is being deleted, and is not counted.
    JobDeleting,
}

/// Decides a whole sync from the claim on: `pods` are any of the Job's namespace.
pub fn sync_with_claim(
    job: &JobView,
    pods: &[Arc<PodView>],
    backoff: BackoffRecord,
    controller_name: &str,
    now: Timestamp,
) -> Result<JobDecision, Skip> {
    if let Some(skip) = skip(job, controller_name) {
        return Err(skip);
    }
    let mut claimed = Vec::new();
    let mut actions = Vec::new();
    for pod in pods {
        match claim(job, pod) {
            Claim::Claimed => claimed.push(pod.clone()),
            Claim::Ignore => {}
            Claim::Adopt => {
                actions.push(JobAction::Adopt {
                    pod: pod.key.name.clone(),
                });
                claimed.push(Arc::new(adopted(pod)));
            }
            Claim::Release => actions.push(JobAction::Release {
                pod: pod.key.name.clone(),
                removes_finalizer: pod.has_tracking_finalizer,
            }),
        }
    }
    let snapshot = Snapshot {
        pods: &claimed,
        backoff,
        controller_name,
        now,
    };
    let mut decision = sync(job, &snapshot)?;
    actions.append(&mut decision.actions);
    Ok(JobDecision {
        actions,
        ..decision
    })
}

/// The Pod as it is once the Job has adopted it. Who controls it matters to the claim
/// alone, which is past.
fn adopted(pod: &PodView) -> PodView {
    PodView {
        has_tracking_finalizer: true,
        ..pod.clone()
    }
}

/// Decides a whole sync. Applying the decision and asking again gives no
/// action and no change of status.
pub fn sync(job: &JobView, snapshot: &Snapshot<'_>) -> Result<JobDecision, Skip> {
    let plan = plan(job, snapshot)?;
    let (waits, backoff) = (plan.waits, plan.backoff);
    let held = snapshot
        .pods
        .iter()
        .filter(|pod| {
            let per_index = plan.tally.per_index.as_ref();
            plan.verdict.is_none() && per_index.is_some_and(|per_index| per_index.holds(pod))
        })
        .map(|pod| pod.key.name.clone())
        .collect();
    let mut actions = Vec::new();
    let outcome = match plan.work() {
        PodWork::None => WorkOutcome::None,
        PodWork::Create(pods) => {
            actions.extend(pods.iter().copied().map(JobAction::Create));
            WorkOutcome::Created(pods.iter().map(|pod| created(job, *pod)).collect())
        }
        PodWork::Delete(pods) => {
            actions.extend(pods.iter().map(|deletion| JobAction::Delete {
                pod: deletion.pod.key.name.clone(),
                removes_finalizer_first: deletion.removes_finalizer_first
                    && deletion.pod.has_tracking_finalizer,
                reason: deletion.reason,
            }));
            WorkOutcome::Deleted(vec![DeleteOutcome::Deleted; pods.len()])
        }
    };
    let settled = plan.settle(&outcome);
    let verdict = settled.verdict.clone();
    actions.extend(
        settled
            .release()
            .iter()
            .map(|pod| JobAction::RemoveFinalizer {
                pod: pod.key.name.clone(),
                reason: release_reason(job, verdict.as_ref(), pod),
            }),
    );
    let mut events = settled.events().to_vec();
    let mut status = None;
    if let Some(write) = settled.write() {
        events.extend(write.events.iter().cloned());
        status = Some(write.status.clone());
    }
    let released = vec![Ok(()); settled.release().len()];
    let accounted = settled.account(&released);
    if let Some(write) = accounted.write {
        events.extend(write.events);
        status = Some(write.status);
    }
    Ok(JobDecision {
        actions,
        status,
        wake_at: accounted.wake_at,
        waits,
        events,
        verdict,
        backoff,
        failures: failures(job, snapshot),
        held,
    })
}

fn release_reason(job: &JobView, verdict: Option<&Verdict>, pod: &PodView) -> ReleaseReason {
    match tracking::end_to_count(job, verdict, pod) {
        Some(Outcome::Complete) => ReleaseReason::Succeeded,
        Some(Outcome::Failed) => ReleaseReason::Failed,
        None if !job.accepts_index_of(pod) => ReleaseReason::NoValidIndex,
        None if tracking::is_failure(job, verdict, pod) => ReleaseReason::FailureIgnored,
        None if verdict.is_some() => ReleaseReason::JobSucceeded,
        None => ReleaseReason::JobDeleting,
    }
}

fn failures(job: &JobView, snapshot: &Snapshot<'_>) -> Vec<(Box<str>, Option<FailureMatch>)> {
    let Some(policy) = &job.pod_failure_policy else {
        return Vec::new();
    };
    let failed = snapshot.pods.iter().filter(|pod| job.takes_as_failed(pod));
    failed
        .map(|pod| (pod.key.name.clone(), policy.matching(pod)))
        .collect()
}

fn created(job: &JobView, pod: CreatePod) -> CreateOutcome {
    let prefix = pod_template::generate_name(&job.key.name, pod.index);
    CreateOutcome::Created {
        name: pod_template::generated_name(&prefix, "xxxxx").into(),
    }
}
