//! What the judge remembers of one Job beside its versions.

use std::collections::HashMap;

use jiff::SignedDuration;
use jobyard_api::{Revision, Timestamp, Uid};

use super::{pod::PodFacts, tally::Tally};
use crate::history::Knowledge;

/// After this a controller may believe a cache that does not show its own
/// writes: an event got lost (upstream `ExpectationsTimeout`). A little less,
/// because the controller counts from the answer.
const OWN_WRITES_TIMEOUT: SignedDuration = SignedDuration::from_secs(295);

/// The judge's account of one Job.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// In which counter each Pod is.
    pub(super) counted: HashMap<Uid, Counter>,
    /// Failures that the controller has to remember, while it lives.
    backoff: Option<Kept>,
    /// The last write that was answered, and the last of an earlier sync.
    last_told: Option<Told>,
    told_before: Option<Told>,
    /// The controller had to believe an old cache: what it knew is not known any more.
    pub(super) is_blurred: bool,
}

/// A counter of the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counter {
    Succeeded,
    Failed,
}

#[derive(Clone, Copy, Debug)]
struct Told {
    sync: Knowledge,
    at: Timestamp,
    jobs: Revision,
    pods: Revision,
}

#[derive(Clone, Copy, Debug)]
struct Kept {
    sync: Knowledge,
    record: Record,
}

/// Failures since the last success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) failures: u32,
    pub(super) last: Option<Timestamp>,
}

impl Account {
    /// Notes an own write that was answered.
    pub(super) fn told_job(&mut self, sync: Knowledge, at: Timestamp, revision: Revision) {
        self.told(sync, at).jobs = revision;
    }

    /// The same, of one of the Job's Pods.
    pub(super) fn told_pod(&mut self, sync: Knowledge, at: Timestamp, revision: Revision) {
        self.told(sync, at).pods = revision;
    }

    fn told(&mut self, sync: Knowledge, at: Timestamp) -> &mut Told {
        let last = self.last_told;
        if last.is_some_and(|told| told.sync != sync) {
            self.told_before = last;
        }
        let same_life = last.filter(|told| told.sync.life == sync.life);
        self.last_told.insert(Told {
            sync,
            at,
            jobs: same_life.map_or(Revision(0), |told| told.jobs),
            pods: same_life.map_or(Revision(0), |told| told.pods),
        })
    }

    /// Blurs the account if this sync acts on caches that never showed what an
    /// earlier one was told long ago.
    pub(super) fn look_at_age(&mut self, sync: &Knowledge, at: Timestamp) {
        let last = match self.last_told {
            Some(told) if told.sync == *sync => self.told_before,
            last => last,
        };
        let Some(told) = last.filter(|told| told.sync.life == sync.life) else {
            return;
        };
        let is_behind = sync.jobs < told.jobs || sync.pods < told.pods;
        self.is_blurred |= is_behind && at.duration_since(told.at) >= OWN_WRITES_TIMEOUT;
    }

    /// The record with which a sync decides: what its life remembers, and what it finds.
    pub(super) fn record_for(
        &self,
        sync: &Knowledge,
        newly_succeeded: &[&PodFacts],
        newly_failed: &[&PodFacts],
    ) -> Record {
        let kept = self.kept_before(sync).map(|kept| kept.record);
        kept.unwrap_or_default()
            .after(newly_succeeded, newly_failed)
    }

    /// The earlier sync whose failures this one remembers.
    pub(super) fn remembered(&self, sync: &Knowledge) -> Option<Knowledge> {
        self.kept_before(sync).map(|kept| kept.sync)
    }

    fn kept_before(&self, sync: &Knowledge) -> Option<Kept> {
        self.backoff
            .filter(|kept| kept.sync.life == sync.life && kept.sync != *sync)
    }

    /// The first status write of a sync stands: the record is remembered. If the
    /// answer is lost, the controller may find out or not: then the shorter wait will do.
    pub(super) fn keep(&mut self, sync: &Knowledge, tally: &Tally<'_>, is_answered: bool) {
        if self.backoff.is_some_and(|kept| kept.sync == *sync) {
            return;
        }
        let of_life = |kept: &Kept| kept.sync.life == sync.life;
        let before = self.backoff.filter(of_life).map(|kept| kept.record);
        let after = self.record_for(sync, &tally.newly_succeeded, &tally.newly_failed);
        let record = if is_answered {
            after
        } else {
            let before = before.unwrap_or_default();
            std::cmp::min_by_key(before, after, |record| (record.failures, record.last))
        };
        self.backoff = Some(Kept {
            sync: *sync,
            record,
        });
    }
}

impl Record {
    /// A success forgives the failures before it.
    fn after(self, succeeded: &[&PodFacts], failed: &[&PodFacts]) -> Self {
        let last_success = succeeded.iter().map(|pod| pod.ended).max();
        let ends = failed.iter().map(|pod| pod.ended);
        let since: Vec<Timestamp> = ends
            .filter(|end| last_success.is_none_or(|success| *end > success))
            .collect();
        let before = match last_success {
            Some(_) => Self::default(),
            None => self,
        };
        Self {
            failures: before.failures + since.len() as u32,
            last: before.last.max(since.into_iter().max()),
        }
    }

    /// Until when no Pod may be created.
    pub(super) fn until(self) -> Option<Timestamp> {
        self.last?.checked_add(delay(self.failures)).ok()
    }
}

/// 10 s for the first failure, doubled by each further one, at most 10 min
/// (documentation page "Jobs", "Pod backoff failure policy").
pub(super) fn delay(failures: u32) -> SignedDuration {
    let seconds = match failures {
        0 => 0,
        1..=6 => 10 << (failures - 1),
        _ => 600,
    };
    SignedDuration::from_secs(seconds)
}
