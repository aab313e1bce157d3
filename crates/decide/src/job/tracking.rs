//! Which ended Pods are listed as uncounted, and whose finalizers then go.
//!
//! Source: upstream `trackJobStatusAndRemoveFinalizers`,
//! `canRemoveFinalizer`, `cleanUncountedPodsWithoutFinalizers`; KEP-2307.

use std::collections::HashSet;

use jobyard_api::Uid;

use crate::job::{
    pod_failure_policy::FailureAction,
    pod_view::{PodPhase, PodView},
    snapshot::Snapshot,
    status::{JobStatus, UncountedTerminatedPods},
    tally::Tally,
    verdict::{Outcome, Verdict},
    view::JobView,
};

/// Most Pods on their way into the counters (upstream `MaxUncountedPods`): the
/// lists are part of the Job, and a Job must stay small enough to be stored.
pub(crate) const UNCOUNTED_MAX: usize = 500;

/// The result of looking at all Pods with a finalizer.
#[derive(Debug)]
pub(crate) struct Tracking<'a> {
    /// Pods whose finalizer may go once the status is written.
    pub(crate) release: Vec<&'a PodView>,
    /// [`UNCOUNTED_MAX`] was reached and Pods may be left: the Job cannot end in this sync.
    pub(crate) is_at_cap: bool,
    /// The rule actions of failed Pods that were not listed before.
    pub(crate) failures_handled: Vec<FailureAction>,
}

/// Brings the lists, the counters and the index texts of `status` up to date.
///
/// `finalizers_gone` are Pods of the snapshot that lost their finalizer since.
pub(crate) fn track<'a>(
    job: &JobView,
    snapshot: &Snapshot<'a>,
    tally: &Tally<'a>,
    verdict: Option<&Verdict>,
    finalizers_gone: &HashSet<&Uid>,
    status: &mut JobStatus,
) -> Tracking<'a> {
    let mut tracked: Vec<&PodView> = snapshot
        .pods
        .iter()
        .map(|pod| &**pod)
        .filter(|pod| pod.has_tracking_finalizer && !finalizers_gone.contains(&pod.uid))
        .collect();
    if job.index_count().is_some() {
        tracked.sort_by_key(|pod| pod.completion_index);
    }
    let mut uncounted = status.uncounted.take().unwrap_or_default();
    count_what_is_released(&mut uncounted, &tracked, status);

    let mut listed: HashSet<&Uid> = HashSet::new();
    let before = uncounted.clone();
    listed.extend(before.succeeded.iter().chain(&before.failed));
    let mut new_indexes = 0;
    let mut release = Vec::new();
    let mut is_at_cap = false;
    let mut failures_handled = Vec::new();
    for pod in tracked {
        if !may_release(job, tally, verdict, pod) {
            continue;
        }
        release.push(pod);
        if !listed.contains(&pod.uid) {
            failures_handled.extend(failure_handled(job, verdict, pod));
        }
        match end_to_count(job, verdict, pod) {
            // The text says of each index whether it is counted.
            Some(Outcome::Complete) if job.index_count().is_some() => {
                let is_new = |index| {
                    let is_completed = tally.succeeded_indexes.contains(index);
                    is_completed && !tally.completed_before.contains(index)
                };
                new_indexes += usize::from(pod.completion_index.is_some_and(is_new));
            }
            Some(_) if listed.contains(&pod.uid) => {}
            Some(Outcome::Complete) => uncounted.succeeded.push(pod.uid.clone()),
            Some(Outcome::Failed) => uncounted.failed.push(pod.uid.clone()),
            None => {}
        }
        if new_indexes + uncounted.len() >= UNCOUNTED_MAX {
            is_at_cap = true;
            break;
        }
    }
    status.uncounted = Some(uncounted);
    if job.index_count().is_some() {
        // All of them, also beyond the cap: those Pods keep their finalizer until the
        // next sync, and their indexes are not new to it.
        status.succeeded = tally.succeeded_indexes.len() as u32;
        status.completed_indexes = tally.succeeded_indexes.to_string();
    }
    status.failed_indexes = tally
        .per_index
        .as_ref()
        .map(|per_index| per_index.failed_indexes.to_string());
    Tracking {
        release,
        is_at_cap,
        failures_handled,
    }
}

/// Pods that were listed and have no finalizer any more go into the counters: a
/// sync before this one removed it, and died before it counted them.
fn count_what_is_released(
    uncounted: &mut UncountedTerminatedPods,
    tracked: &[&PodView],
    status: &mut JobStatus,
) {
    if uncounted.is_empty() {
        return;
    }
    let tracked: HashSet<&Uid> = tracked.iter().map(|pod| &pod.uid).collect();
    status.count(uncounted, |uid| !tracked.contains(uid));
}

/// Whether the finalizer of this Pod is no longer needed: it has ended, or the
/// Job has. A failed Pod that carries the counts of its index keeps it.
fn may_release(job: &JobView, tally: &Tally<'_>, verdict: Option<&Verdict>, pod: &PodView) -> bool {
    let is_held = || {
        tally
            .per_index
            .as_ref()
            .is_some_and(|per_index| per_index.holds(pod))
    };
    job.is_deleting
        || verdict.is_some()
        || pod.phase == PodPhase::Succeeded
        || (job.takes_as_failed(pod) && !is_held())
}

/// Into which counter this Pod goes. When the Job fails, Pods killed for it
/// count as failed. A Pod without a valid index goes into none, nor does a
/// failure that the podFailurePolicy ignores.
pub(crate) fn end_to_count(
    job: &JobView,
    verdict: Option<&Verdict>,
    pod: &PodView,
) -> Option<Outcome> {
    if !job.accepts_index_of(pod) {
        None
    } else if pod.phase == PodPhase::Succeeded {
        Some(Outcome::Complete)
    } else if is_failure(job, verdict, pod) && job.counts_failure_of(pod) {
        Some(Outcome::Failed)
    } else {
        None
    }
}

/// The action of the podFailurePolicy's rule that decides about this Pod, if it
/// has failed and there is one.
fn failure_handled(
    job: &JobView,
    verdict: Option<&Verdict>,
    pod: &PodView,
) -> Option<FailureAction> {
    let policy = job.pod_failure_policy.as_ref()?;
    let is_asked = job.accepts_index_of(pod)
        && pod.phase != PodPhase::Succeeded
        && is_failure(job, verdict, pod);
    let matching = policy.matching(pod).filter(|_| is_asked)?;
    Some(matching.action)
}

/// Whether this Pod has failed, or ends because the Job fails.
pub(crate) fn is_failure(job: &JobView, verdict: Option<&Verdict>, pod: &PodView) -> bool {
    let job_fails = verdict.is_some_and(|verdict| verdict.outcome == Outcome::Failed);
    job.takes_as_failed(pod) || job_fails
}
