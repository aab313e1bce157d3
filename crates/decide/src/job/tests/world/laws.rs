//! What must hold at every write, every creation and every rest.
//!
//! Source: specification of the Job controller, section 20.

use std::{collections::BTreeSet, sync::Arc};

use jobyard_api::{Uid, indexes::IndexSet, well_known::JOB_CONTROLLER_NAME};

use crate::job::{self, Claim, JobStatus, JobView, PodView, Snapshot, view::Completions};

use super::World;

impl World {
    /// No Pod is created beyond parallelism, after a verdict, while the Job is
    /// suspended or being deleted, nor when it is finished.
    pub(super) fn check_may_create(&self, job: &JobView, count: usize) {
        let status = &job.status;
        assert!(!job.is_suspended && !job.is_deleting && !job.is_finished());
        assert!(!status.condition_is_true("FailureTarget"));
        assert!(!status.condition_is_true("SuccessCriteriaMet"));
        let pods = self.pods.values().map(|pod| PodView::from(&**pod));
        let mine = pods.filter(|pod| pod.is_active() && pod.is_controlled_by(&job.uid));
        let is_recent = self.frozen_cache.is_none();
        assert!(
            !is_recent || mine.count() + count <= job.parallelism as usize,
            "parallelism is a limit"
        );
    }

    /// Every uid that was ever listed is listed still or counted, once.
    pub(super) fn check_counters(&mut self, status: &JobStatus) {
        let uncounted = status.uncounted.as_ref().expect("always written");
        self.listed_succeeded
            .extend(uncounted.succeeded.iter().cloned());
        self.listed_failed.extend(uncounted.failed.iter().cloned());
        assert!(
            self.listed_succeeded.is_disjoint(&self.listed_failed),
            "a Pod has one end"
        );
        let counted = |listed: &BTreeSet<Uid>, still: &[Uid]| (listed.len() - still.len()) as u32;
        assert_eq!(
            status.failed,
            counted(&self.listed_failed, &uncounted.failed)
        );
        let job = JobView::from(&Arc::new(self.job.clone()));
        if job.index_count().is_none() {
            assert_eq!(
                status.succeeded,
                counted(&self.listed_succeeded, &uncounted.succeeded)
            );
        }
    }

    /// Deciding once more, with all done, changes nothing.
    pub(super) fn check_fixpoint(&self) {
        if self.frozen_cache.is_some() {
            return;
        }
        let cache = self.present();
        let job = JobView::from(&Arc::new(cache.job));
        if job::skip(&job, JOB_CONTROLLER_NAME).is_some() {
            return;
        }
        let pods: Vec<_> = cache
            .pods
            .values()
            .map(|pod| PodView::from(&**pod))
            .inspect(|pod| {
                let claim = job::claim(&job, pod);
                assert!(
                    matches!(claim, Claim::Claimed | Claim::Ignore),
                    "{claim:?} {}",
                    pod.key
                );
            })
            .filter(|pod| job::claim(&job, pod) == Claim::Claimed && job.looks_at(pod))
            .map(Arc::new)
            .collect();
        let snapshot = Snapshot {
            pods: &pods,
            backoff: self.backoff,
            controller_name: JOB_CONTROLLER_NAME,
            now: self.now,
        };
        if let Ok(decision) = job::sync(&job, &snapshot) {
            assert_eq!(decision.actions, [], "the world has settled");
            assert_eq!(decision.status, None, "the world has settled");
            assert_eq!(decision.events, [], "the world has settled");
            assert!(
                decision.wake_at.is_none_or(|wake| wake > self.now),
                "the world has settled"
            );
        }
    }
}

/// The laws of section 20 of the specification, at every write.
pub(super) fn check_laws(old: &JobStatus, new: &JobStatus, job: &JobView) {
    let uncounted = new.uncounted.as_ref().expect("always written");
    let is_true = |condition| new.condition_is_true(condition);
    assert!(
        new.ready.expect("always written") <= new.active,
        "ready Pods are active"
    );
    assert!(new.failed >= old.failed, "failures are not forgotten");
    let completed = |count| IndexSet::parse_lenient(&old.completed_indexes, count).len() as u32;
    let lost = completed(u32::MAX) - completed(job.index_count().unwrap_or(u32::MAX));
    assert!(
        new.succeeded + lost >= old.succeeded,
        "only successes of lost indexes are forgotten"
    );
    assert!(uncounted.len() <= 500, "the lists are bounded");
    let uids: BTreeSet<_> = uncounted
        .succeeded
        .iter()
        .chain(&uncounted.failed)
        .collect();
    assert_eq!(uids.len(), uncounted.len(), "each Pod is listed once");
    assert!(!is_true("Failed") || is_true("FailureTarget"));
    assert!(!is_true("Complete") || is_true("SuccessCriteriaMet"));
    assert!(!(is_true("FailureTarget") && is_true("SuccessCriteriaMet")));
    assert_eq!(new.completion_time.is_some(), is_true("Complete"));
    if new.is_finished() {
        assert_eq!(
            (new.active, new.terminating),
            (0, Some(0)),
            "all Pods have ended"
        );
        assert!(uncounted.is_empty(), "all Pods are counted");
        let is_empty = job.is_suspended
            && matches!(
                job.completions,
                Completions::Count(0) | Completions::Indexed(0)
            );
        assert!(
            new.start_time.is_some() || is_empty,
            "a finished Job had started"
        );
    }
    for (place, condition) in old.conditions.iter().enumerate() {
        assert_eq!(
            new.conditions[place].type_, condition.type_,
            "conditions are history"
        );
    }
    let indexes = |text: &str| {
        jobyard_api::indexes::IndexSet::parse_strict(text, job.index_count().unwrap_or(0))
    };
    let completed = indexes(&new.completed_indexes).expect("in range");
    let failed = indexes(new.failed_indexes.as_deref().unwrap_or("")).expect("in range");
    assert!(
        completed.intersection(&failed).is_empty(),
        "an index has one end"
    );
    if job.index_count().is_some() {
        // Successes of indexes that the Job lost stay if they may not fall.
        let kept = (new.succeeded == old.succeeded).then_some(new.succeeded as usize);
        assert_eq!(
            new.succeeded as usize,
            completed.len().max(kept.unwrap_or_default())
        );
    }
}
