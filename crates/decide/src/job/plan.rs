//! Stage 1: what a sync does to Pods.

use jobyard_api::Timestamp;

use crate::job::{
    backoff::BackoffRecord,
    events::EventNote,
    manage::{self, Management, PodWork},
    metrics::SyncAction,
    snapshot::Snapshot,
    tally::Tally,
    verdict::{self, Verdict},
    view::JobView,
};

/// Why there is nothing to decide about a Job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// Another controller manages the Job.
    ManagedByOther,
    /// The Job is Complete or Failed. The driver forgets what it remembers of it.
    Finished,
    /// The Job's completion mode is one we do not know.
    UnknownCompletionMode,
}

impl Skip {
    /// What to record on the Job about it.
    pub fn event(self) -> Option<EventNote> {
        match self {
            Self::ManagedByOther | Self::Finished => None,
            Self::UnknownCompletionMode => Some(EventNote::unknown_completion_mode()),
        }
    }
}

/// What a sync does first, and what the later stages need to know.
#[derive(Debug)]
pub struct Plan<'a> {
    pub(crate) job: &'a JobView,
    pub(crate) snapshot: Snapshot<'a>,
    pub(crate) tally: Tally<'a>,
    /// The Job's end, if one is due whatever becomes of the work.
    pub(crate) verdict: Option<Verdict>,
    /// Whether Pods were brought to the wanted number. Not with a verdict, and
    /// not for a Job that is being deleted.
    pub(crate) is_managed: bool,
    pub(crate) work: PodWork<'a>,
    pub(crate) action: SyncAction,
    /// The record as it will be once the ended Pods of this sync are written down.
    pub(crate) backoff: BackoffRecord,
    pub(crate) waits: Waits,
}

/// Times at which a sync wants to look again, each with what it waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// `activeDeadlineSeconds` ends the Job.
    pub deadline: Option<Timestamp>,
    /// The wait after failures is over, and Pods may be created.
    pub backoff: Option<Timestamp>,
    /// What the limit of one sync has cut off: now, if anything.
    pub rest: Option<Timestamp>,
}

impl Waits {
    /// The next look.
    pub fn earliest(self) -> Option<Timestamp> {
        let Self {
            deadline,
            backoff,
            rest,
        } = self;
        [deadline, backoff, rest].into_iter().flatten().min()
    }
}

impl<'a> Plan<'a> {
    /// The Pods to create or delete now, before anything is written down.
    pub fn work(&self) -> &PodWork<'a> {
        &self.work
    }

    /// What the sync is about, in the words of the metrics.
    pub fn action(&self) -> SyncAction {
        self.action
    }
}

/// Whether, and why, there is nothing to decide about the Job. A driver asks
/// before it claims Pods.
pub fn skip(job: &JobView, controller_name: &str) -> Option<Skip> {
    if *job.managed_by != *controller_name {
        Some(Skip::ManagedByOther)
    } else if job.is_finished() {
        Some(Skip::Finished)
    } else if job.has_unknown_completion_mode {
        Some(Skip::UnknownCompletionMode)
    } else {
        None
    }
}

/// Decides what a sync of this Job does first. See the module's story.
pub fn plan<'a>(job: &'a JobView, snapshot: &Snapshot<'a>) -> Result<Plan<'a>, Skip> {
    if let Some(skip) = skip(job, snapshot.controller_name) {
        return Err(skip);
    }
    let now = snapshot.now;
    let tally = Tally::of(job, snapshot);
    let backoff = snapshot
        .backoff
        .after(&tally.newly_succeeded, &tally.newly_failed, now);
    let verdict = Verdict::up_to_deadline(job, &tally, snapshot);
    let deadline = match verdict {
        Some(_) => None,
        None => verdict::next_deadline(job, now),
    };
    let verdict = verdict.or_else(|| Verdict::by_indexes(job, &tally));
    let is_managed = verdict.is_none() && !job.is_deleting;
    let Management {
        work,
        action,
        backoff_until,
    } = match verdict {
        Some(_) => Management {
            work: manage::delete_for_verdict(&tally),
            ..Management::default()
        },
        None if is_managed => manage::manage(job, &tally, snapshot, backoff.until()),
        None => Management::default(),
    };
    // What the limit of one sync has cut off is the next one's, at once.
    let rest = (work.len() >= manage::PODS_PER_SYNC_MAX).then_some(now);
    Ok(Plan {
        job,
        snapshot: *snapshot,
        tally,
        verdict,
        is_managed,
        work,
        action,
        backoff,
        waits: Waits {
            deadline,
            backoff: backoff_until,
            rest,
        },
    })
}
