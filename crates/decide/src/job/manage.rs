//! Which Pods to create or delete now.
//!
//! One sync either deletes or creates, never both, and at most 500. Too many
//! Pods go in the order of `deletion_order.rs`; an Indexed Job first gives up
//! Pods that no index needs. Too few are made up for, once the back-off is over.
//!
//! Source: upstream `manageJob`, `activePodsForRemoval`,
//! `appendDuplicatedIndexPodsForRemoval`, `firstPendingIndexes`.

use std::collections::{BTreeMap, HashSet};

use jobyard_api::{Timestamp, Uid, indexes::IndexSet};

use crate::job::{
    deletion_order,
    metrics::SyncAction,
    per_index::{IndexFailureCounts, PerIndex},
    pod_view::PodView,
    snapshot::Snapshot,
    tally::Tally,
    view::{Completions, JobView},
};

/// Most Pods created or deleted in one sync (upstream `MaxPodCreateDeletePerSync`);
/// it keeps one huge Job from starving the others.
pub const PODS_PER_SYNC_MAX: usize = 500;

/// What to do to Pods before the first status write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PodWork<'a> {
    /// Nothing.
    #[default]
    None,
    /// Create these, in slow-start batches ([`slow_start_batches`]).
    Create(Vec<CreatePod>),
    /// Delete these, all at once.
    Delete(Vec<DeletePod<'a>>),
}

impl PodWork<'_> {
    /// How many Pods are concerned.
    pub fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Create(pods) => pods.len(),
            Self::Delete(pods) => pods.len(),
        }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A Pod to create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreatePod {
    /// Its completion index, for Indexed Jobs.
    pub index: Option<u32>,
    /// What it says of the earlier failures of its index, with backoffLimitPerIndex.
    pub failure_counts: Option<IndexFailureCounts>,
    /// Why.
    pub reason: CreateReason,
}

/// Why a Pod is created: the `reason` of the metric `job_pods_creation_total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateReason {
    /// Fewer Pods are active than the Job wants.
    New,
    /// In place of failed Pods; replacements wait for the end of terminating ones.
    RecreateFailed,
    /// In place of failed or terminating Pods.
    RecreateTerminatingOrFailed,
}

/// A Pod to delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletePod<'a> {
    /// The Pod; its uid is the precondition.
    pub pod: &'a PodView,
    /// Whether the tracking finalizer has to be removed before the deletion is
    /// asked for, so that the Pod never counts as failed. If that removal fails,
    /// the Pod is not deleted.
    pub removes_finalizer_first: bool,
    /// Why.
    pub reason: DeleteReason,
}

/// Why a Pod is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeleteReason {
    /// The Job has come to its end.
    JobEnded,
    /// The Job is suspended.
    JobSuspended,
    /// More Pods are active than the Job wants.
    AboveParallelism,
    /// The Pod has no completion index, or one that the Job does not have.
    NoValidIndex,
    /// Another active Pod has the same completion index.
    DuplicateIndex,
}

/// The work, what it is for, and until when creation is put off.
#[derive(Debug, Default)]
pub(crate) struct Management<'a> {
    pub(crate) work: PodWork<'a>,
    pub(crate) action: SyncAction,
    pub(crate) backoff_until: Option<Timestamp>,
}

/// Brings the active Pods to the number that the Job wants.
pub(crate) fn manage<'a>(
    job: &JobView,
    tally: &Tally<'a>,
    snapshot: &Snapshot<'_>,
    record_until: Option<Timestamp>,
) -> Management<'a> {
    if job.is_suspended {
        return delete(&tally.active, DeleteReason::JobSuspended);
    }
    let wanted = wanted_active(job, tally);
    let victims = victims(job, tally, wanted);
    if !victims.is_empty() {
        return Management {
            work: PodWork::Delete(victims),
            action: SyncAction::PodsDeleted,
            backoff_until: None,
        };
    }
    let waiting = if job.is_strict_replacement() {
        tally.terminating.len()
    } else {
        0
    };
    let missing = wanted.saturating_sub(tally.active.len() + waiting);
    if missing == 0 {
        return Management {
            action: SyncAction::Tracking,
            ..Management::default()
        };
    }
    match &tally.per_index {
        Some(per_index) => create_per_index(job, tally, per_index, snapshot.now, missing),
        None if record_until.is_some_and(|until| until > snapshot.now) => Management {
            work: PodWork::None,
            action: SyncAction::PodsCreated,
            backoff_until: record_until,
        },
        None => Management {
            work: create(job, tally, missing),
            action: SyncAction::PodsCreated,
            backoff_until: None,
        },
    }
}

/// Deletes all these, each without being counted as failed.
fn delete<'a>(pods: &[&'a PodView], reason: DeleteReason) -> Management<'a> {
    let all = pods.iter().map(|pod| uncounted_deletion(pod, reason));
    Management {
        work: match pods {
            [] => PodWork::None,
            [..] => PodWork::Delete(all.collect()),
        },
        action: SyncAction::PodsDeleted,
        backoff_until: None,
    }
}

/// Deletes all active Pods of a Job that has come to its end. They keep their
/// finalizers until they are accounted for in the same sync.
pub(crate) fn delete_for_verdict<'a>(tally: &Tally<'a>) -> PodWork<'a> {
    match tally.active.as_slice() {
        [] => PodWork::None,
        active => PodWork::Delete(
            active
                .iter()
                .map(|pod| DeletePod {
                    pod,
                    removes_finalizer_first: false,
                    reason: DeleteReason::JobEnded,
                })
                .collect(),
        ),
    }
}

fn uncounted_deletion(pod: &PodView, reason: DeleteReason) -> DeletePod<'_> {
    DeletePod {
        pod,
        removes_finalizer_first: true,
        reason,
    }
}

/// How many Pods should be active. A work queue with a success starts none and ends none.
fn wanted_active(job: &JobView, tally: &Tally<'_>) -> usize {
    let wanted = match job.completions {
        Completions::WorkQueue if tally.succeeded > 0 => return tally.active.len(),
        Completions::WorkQueue => job.parallelism,
        Completions::Count(completions) | Completions::Indexed(completions) => job
            .parallelism
            .min(completions.saturating_sub(tally.succeeded)),
    };
    wanted as usize
}

/// The Pods to give up: what no index needs, and as many more as are too many.
fn victims<'a>(job: &JobView, tally: &Tally<'a>, wanted: usize) -> Vec<DeletePod<'a>> {
    let too_many = tally.active.len().saturating_sub(wanted);
    let mut victims = match job.completions {
        Completions::Indexed(completions) => unneeded_by_index(&tally.active, completions),
        Completions::WorkQueue | Completions::Count(_) => Vec::new(),
    };
    if victims.len() < too_many {
        let chosen: HashSet<&Uid> = victims.iter().map(|victim| &victim.pod.uid).collect();
        let mut others: Vec<&PodView> = tally
            .active
            .iter()
            .copied()
            .filter(|pod| !chosen.contains(&pod.uid))
            .collect();
        deletion_order::sort(&mut others);
        let more = others
            .into_iter()
            .take(too_many - victims.len())
            .map(|pod| uncounted_deletion(pod, DeleteReason::AboveParallelism));
        victims.extend(more);
    }
    victims.truncate(PODS_PER_SYNC_MAX);
    victims
}

/// Pods without an index of this Job, and all but one of those that share an index.
fn unneeded_by_index<'a>(active: &[&'a PodView], completions: u32) -> Vec<DeletePod<'a>> {
    let mut victims = Vec::new();
    let mut by_index: BTreeMap<u32, Vec<&PodView>> = BTreeMap::new();
    for pod in active {
        match pod.completion_index {
            Some(index) if index < completions => by_index.entry(index).or_default().push(pod),
            _ => victims.push(uncounted_deletion(pod, DeleteReason::NoValidIndex)),
        }
    }
    for mut sharing in by_index.into_values() {
        deletion_order::sort(&mut sharing);
        sharing.pop();
        victims.extend(
            sharing
                .into_iter()
                .map(|pod| uncounted_deletion(pod, DeleteReason::DuplicateIndex)),
        );
    }
    victims
}

fn create<'a>(job: &JobView, tally: &Tally<'_>, missing: usize) -> PodWork<'a> {
    let count = missing.min(PODS_PER_SYNC_MAX);
    let reason = create_reason(job, tally);
    let pod = |index| CreatePod {
        index,
        failure_counts: None,
        reason,
    };
    let pods: Vec<_> = match job.completions {
        Completions::Indexed(completions) => startable_indexes(job, tally, completions)
            .iter()
            .take(count)
            .map(|index| pod(Some(index)))
            .collect(),
        Completions::WorkQueue | Completions::Count(_) => vec![pod(None); count],
    };
    if pods.is_empty() {
        PodWork::None
    } else {
        PodWork::Create(pods)
    }
}

/// As [`create()`], except that each index waits for its own back-off.
///
/// Like upstream, an index that waits keeps its place: the lowest `missing`
/// indexes are looked at and no others, so that waiting indexes can hold up
/// later ones that could start.
fn create_per_index<'a>(
    job: &JobView,
    tally: &Tally<'_>,
    per_index: &PerIndex<'_>,
    now: Timestamp,
    missing: usize,
) -> Management<'a> {
    let completions = job.index_count().unwrap_or(0);
    let reason = create_reason(job, tally);
    let mut pods = Vec::new();
    let mut backoff_until: Option<Timestamp> = None;
    let count = missing.min(PODS_PER_SYNC_MAX);
    for index in startable_indexes(job, tally, completions)
        .iter()
        .take(count)
    {
        match per_index.backoff_until(index) {
            Some(until) if until > now => {
                backoff_until = Some(backoff_until.map_or(until, |earliest| earliest.min(until)));
            }
            _ => pods.push(CreatePod {
                index: Some(index),
                failure_counts: Some(per_index.next_counts(job, index)),
                reason,
            }),
        }
    }
    Management {
        work: if pods.is_empty() {
            PodWork::None
        } else {
            PodWork::Create(pods)
        },
        action: SyncAction::PodsCreated,
        backoff_until,
    }
}

/// Indexes that are neither done nor under way, ascending. With strict
/// replacement an index whose Pod is terminating is still under way.
fn startable_indexes(job: &JobView, tally: &Tally<'_>, completions: u32) -> IndexSet {
    let waited_for: &[&PodView] = if job.is_strict_replacement() {
        &tally.terminating
    } else {
        &[]
    };
    let under_way: IndexSet = tally
        .active
        .iter()
        .chain(waited_for)
        .filter_map(|pod| pod.completion_index)
        .collect();
    let mut taken = tally.succeeded_indexes.union(&under_way);
    if let Some(per_index) = &tally.per_index {
        taken = taken.union(&per_index.failed_indexes);
    }
    taken.missing(completions)
}

fn create_reason(job: &JobView, tally: &Tally<'_>) -> CreateReason {
    if job.is_strict_replacement() && tally.failed > 0 {
        CreateReason::RecreateFailed
    } else if tally.failed > 0 || !tally.terminating.is_empty() {
        CreateReason::RecreateTerminatingOrFailed
    } else {
        CreateReason::New
    }
}

/// How many Pods to ask for at once, one after the other: 1, 2, 4, 8 ... in all
/// `count`.
///
/// When one of a batch fails, the rest is not tried: an error like "over quota"
/// that meets all Pods costs few requests and few events.
///
/// Source: upstream `slowStartBatch`, `SlowStartInitialBatchSize`.
pub fn slow_start_batches(count: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut start = 0;
    let mut size = 1;
    std::iter::from_fn(move || {
        let end = count.min(start + size);
        let batch = start..end;
        start = end;
        size *= 2;
        (!batch.is_empty()).then_some(batch)
    })
}
