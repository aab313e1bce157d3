//! Counting the Pods of a snapshot.
//!
//! Everything later in the sync speaks of these numbers. A Pod counts only
//! while it carries the tracking finalizer, and only if its uid is not already
//! on its way into a counter; that is how each Pod is counted once.
//!
//! Source: upstream `syncJob`, `getNewFinishedPods`, `calculateSucceededIndexes`.

use std::collections::HashSet;

use jobyard_api::{Timestamp, Uid, indexes::IndexSet, object::whole_seconds};

use crate::job::{
    per_index::{self, PerIndex},
    pod_failure_policy::FailureAction,
    pod_view::{PodPhase, PodView},
    snapshot::Snapshot,
    status::{SUSPENDED, UncountedTerminatedPods},
    view::JobView,
};

/// The numbers of one sync.
#[derive(Debug)]
pub(crate) struct Tally<'a> {
    /// Pods neither ended nor being deleted.
    pub(crate) active: Vec<&'a PodView>,
    /// Pods being deleted that have not ended.
    pub(crate) terminating: Vec<&'a PodView>,
    /// Succeeded and in no counter or list yet.
    pub(crate) newly_succeeded: Vec<&'a PodView>,
    /// Failed and in no counter or list yet, those included whose failure is ignored.
    pub(crate) newly_failed: Vec<&'a PodView>,
    /// All successes known: counted, under way, and new. For Indexed Jobs, the
    /// number of succeeded indexes.
    pub(crate) succeeded: u32,
    /// All failures known: counted, under way, and new.
    pub(crate) failed: u32,
    /// Indexed Jobs: those completed before this sync.
    pub(crate) completed_before: IndexSet,
    /// Indexed Jobs: those completed before, and those of new successes.
    pub(crate) succeeded_indexes: IndexSet,
    /// Indexed Jobs with backoffLimitPerIndex.
    pub(crate) per_index: Option<PerIndex<'a>>,
}

impl<'a> Tally<'a> {
    pub(crate) fn of(job: &JobView, snapshot: &Snapshot<'a>) -> Self {
        let pods = || snapshot.pods.iter().map(|pod| &**pod);
        let active: Vec<_> = pods().filter(|pod| pod.is_active()).collect();
        let nothing = UncountedTerminatedPods::default();
        let uncounted = job.status.uncounted.as_ref().unwrap_or(&nothing);
        let under_way: HashSet<&Uid> = uncounted
            .succeeded
            .iter()
            .chain(&uncounted.failed)
            .collect();
        let is_new = |pod: &&PodView| {
            pod.has_tracking_finalizer && job.accepts_index_of(pod) && !under_way.contains(&pod.uid)
        };
        let newly_succeeded: Vec<_> = pods()
            .filter(|pod| pod.phase == PodPhase::Succeeded)
            .filter(is_new)
            .collect();
        let newly_failed: Vec<_> = pods()
            .filter(|pod| job.takes_as_failed(pod))
            .filter(is_new)
            .collect();
        let counted_failures = newly_failed.iter().filter(|pod| job.counts_failure_of(pod));
        let failed =
            job.status.failed + uncounted.failed.len() as u32 + counted_failures.count() as u32;

        let mut completed_before = IndexSet::default();
        let mut succeeded_indexes = IndexSet::default();
        let mut per_index = None;
        let mut succeeded =
            job.status.succeeded + uncounted.succeeded.len() as u32 + newly_succeeded.len() as u32;
        if let Some(completions) = job.index_count() {
            let failed_before = per_index::failed_before(job, completions);
            completed_before = IndexSet::parse_lenient(&job.status.completed_indexes, completions);
            let failed_uids: HashSet<&Uid> = uncounted.failed.iter().collect();
            // Successes of an Indexed Job are never listed, so a uid in that list says
            // nothing. One in the other does: that Pod is a failure.
            let new_indexes: IndexSet = pods()
                .filter(|pod| pod.phase == PodPhase::Succeeded && pod.has_tracking_finalizer)
                .filter(|pod| job.accepts_index_of(pod) && !failed_uids.contains(&pod.uid))
                .filter_map(|pod| pod.completion_index)
                .filter(|index| !failed_before.contains(*index))
                .collect();
            succeeded_indexes = completed_before.union(&new_indexes);
            succeeded = succeeded_indexes.len() as u32;
            per_index = job.backoff_limit_per_index.map(|limit| {
                PerIndex::of(
                    job,
                    limit,
                    &failed_before,
                    &succeeded_indexes,
                    &active,
                    pods(),
                )
            });
        }
        Self {
            terminating: pods().filter(|pod| pod.is_terminating()).collect(),
            active,
            newly_succeeded,
            newly_failed,
            succeeded,
            failed,
            completed_before,
            succeeded_indexes,
            per_index,
        }
    }
}

/// How many of these Pods are ready.
pub(crate) fn count_ready(pods: &[&PodView]) -> u32 {
    pods.iter().filter(|pod| pod.readiness.is_ready()).count() as u32
}

impl JobView {
    /// Whether the Pod has failed for this Job. Unless replacements have to wait
    /// for its end, a Pod that is being deleted has failed from that moment on.
    pub(crate) fn takes_as_failed(&self, pod: &PodView) -> bool {
        match pod.phase {
            PodPhase::Failed => true,
            PodPhase::Succeeded => false,
            PodPhase::Pending | PodPhase::Unknown | PodPhase::Running => {
                pod.is_deleting && !self.is_strict_replacement()
            }
        }
    }

    /// Whether the Pod's index is one of the Job's; always, without indexes.
    pub(crate) fn accepts_index_of(&self, pod: &PodView) -> bool {
        self.index_count()
            .is_none_or(|count| pod.completion_index.is_some_and(|index| index < count))
    }

    /// What the podFailurePolicy makes of this failed Pod.
    pub(crate) fn failure_action(&self, pod: &PodView) -> FailureAction {
        self.pod_failure_policy
            .as_ref()
            .and_then(|policy| policy.matching(pod))
            .map_or(FailureAction::Count, |matching| matching.action)
    }

    /// Whether the failure of this Pod goes into the counter.
    pub(crate) fn counts_failure_of(&self, pod: &PodView) -> bool {
        match self.failure_action(pod) {
            FailureAction::Ignore => false,
            FailureAction::Count | FailureAction::FailIndex | FailureAction::FailJob => true,
        }
    }

    /// When the Job started: the sync that first sees it unsuspended starts it.
    /// Once said, this stays until the Job is suspended or resumed: the API server
    /// takes no other time.
    pub(crate) fn start_time(&self, now: Timestamp) -> Option<Timestamp> {
        let starts = || (!self.is_suspended).then(|| whole_seconds(now));
        self.status.start_time.or_else(starts)
    }

    /// From when on the deadline counts; never, while the Job is suspended. Anew
    /// on resume, also if an old controller left the time of the first start.
    pub(crate) fn deadline_start(&self, now: Timestamp) -> Option<Timestamp> {
        if self.is_suspended {
            None
        } else if self.status.condition_is_true(SUSPENDED) {
            Some(whole_seconds(now))
        } else {
            self.start_time(now)
        }
    }
}
