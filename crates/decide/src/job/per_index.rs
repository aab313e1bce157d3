//! `spec.backoffLimitPerIndex`: each index has its own failures.
//!
//! The number of failures of an index is written on its Pods: a new Pod carries
//! the counts of the failed Pod it replaces. That failed Pod is therefore
//! *held*: it keeps its finalizer, and stays out of the counters, until its
//! replacement is active, its index is decided, or the Job ends. Otherwise a
//! restart in between would lose the count.
//!
//! Source: KEP-3850; upstream `backoff_utils.go`, `indexed_job_utils.go`
//! (`getPodsWithDelayedDeletionPerIndex`, `calculateFailedIndexes`,
//! `getNewIndexFailureCounts`).

use std::collections::BTreeMap;

use jobyard_api::{Timestamp, indexes::IndexSet};

use crate::job::{
    backoff::BackoffRecord, pod_failure_policy::FailureAction, pod_view::PodView, view::JobView,
};

/// Failed indexes, and the failed Pods that carry the counts of the others.
#[derive(Debug)]
pub(crate) struct PerIndex<'a> {
    /// Failed for good.
    pub(crate) failed_indexes: IndexSet,
    /// The held Pod of each index that has one.
    held: BTreeMap<u32, &'a PodView>,
}

/// What a new Pod says of the earlier failures of its index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndexFailureCounts {
    /// Counted failures.
    pub failures: u32,
    /// Failures ignored by the podFailurePolicy.
    pub ignored: u32,
}

/// The indexes that had failed before this sync; none without backoffLimitPerIndex.
pub(crate) fn failed_before(job: &JobView, completions: u32) -> IndexSet {
    match (job.backoff_limit_per_index, &job.status.failed_indexes) {
        (Some(_), Some(text)) => IndexSet::parse_lenient(text, completions),
        _ => IndexSet::default(),
    }
}

impl<'a> PerIndex<'a> {
    pub(crate) fn of(
        job: &JobView,
        limit: u32,
        failed_before: &IndexSet,
        succeeded: &IndexSet,
        active: &[&PodView],
        pods: impl Iterator<Item = &'a PodView>,
    ) -> Self {
        let failed_pods: Vec<(u32, &PodView)> = pods
            .filter(|pod| pod.has_tracking_finalizer && job.takes_as_failed(pod))
            .filter(|pod| job.accepts_index_of(pod))
            .filter_map(|pod| Some((pod.completion_index?, pod)))
            .filter(|(index, _)| !succeeded.contains(*index))
            .collect();
        let newly_failed: IndexSet = failed_pods
            .iter()
            .filter(|(_, pod)| fails_index(job, limit, pod))
            .map(|(index, _)| *index)
            .collect();
        let failed_indexes = failed_before.union(&newly_failed);
        let active: IndexSet = active
            .iter()
            .filter_map(|pod| pod.completion_index)
            .collect();
        let mut held: BTreeMap<u32, &PodView> = BTreeMap::new();
        for (index, pod) in failed_pods {
            if failed_indexes.contains(index) || active.contains(index) {
                continue;
            }
            let holder = held.entry(index).or_insert(pod);
            if total(pod) >= total(holder) && pod.finished >= holder.finished {
                *holder = pod;
            }
        }
        Self {
            failed_indexes,
            held,
        }
    }

    /// Whether this Pod keeps its finalizer to carry the counts of its index.
    pub(crate) fn holds(&self, pod: &PodView) -> bool {
        pod.completion_index
            .and_then(|index| self.held.get(&index))
            .is_some_and(|held| held.uid == pod.uid)
    }

    /// Until when this index has to wait for its next Pod; `None` without failures.
    pub(crate) fn backoff_until(&self, index: u32) -> Option<Timestamp> {
        let held = self.held.get(&index)?;
        let record = BackoffRecord {
            failures: total(held).saturating_add(1),
            last_failure: held.finished,
        };
        record.until()
    }

    /// The counts for the next Pod of this index.
    pub(crate) fn next_counts(&self, job: &JobView, index: u32) -> IndexFailureCounts {
        let Some(held) = self.held.get(&index) else {
            return IndexFailureCounts::default();
        };
        let is_counted = job.counts_failure_of(held);
        IndexFailureCounts {
            failures: held
                .index_failure_count
                .saturating_add(u32::from(is_counted)),
            ignored: held
                .index_ignored_failure_count
                .saturating_add(u32::from(!is_counted)),
        }
    }
}

/// Whether the failure of this Pod leaves its index no further attempt.
fn fails_index(job: &JobView, limit: u32, pod: &PodView) -> bool {
    match job.failure_action(pod) {
        FailureAction::FailIndex => true,
        FailureAction::Ignore => false,
        FailureAction::Count | FailureAction::FailJob => pod.index_failure_count >= limit,
    }
}

/// All failures of the index before this Pod.
fn total(pod: &PodView) -> u32 {
    pod.index_failure_count
        .saturating_add(pod.index_ignored_failure_count)
}
