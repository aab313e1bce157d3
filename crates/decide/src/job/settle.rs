//! Stage 2: the first status write of a sync, after its work on Pods.
//!
//! It is needed only if finalizers are to be removed after it. If none are,
//! there is one write for the whole sync, the second.
//!
//! The numbers are those after the work: a Pod that could not be created is not
//! active, one that could not be deleted still is. A verdict falls for this sync
//! if not every active Pod could be deleted: a Job must not be called ended while
//! a Pod of it might live on.
//!
//! Source: upstream `syncJob` (second half), `manageJob`, `deleteActivePods`,
//! `deleteJobPods`, `setJobCondition`.

use std::collections::HashSet;

use jobyard_api::{Timestamp, Uid, object::whole_seconds};

use crate::job::{
    account::{self, Accounted},
    backoff::BackoffRecord,
    events::EventNote,
    manage::PodWork,
    metrics::{Creations, Progress},
    plan::{Plan, Waits},
    pod_failure_policy::FailureAction,
    pod_view::PodView,
    status::{JobStatus, SUSPENDED},
    tally::count_ready,
    tracking,
    verdict::Verdict,
    view::JobView,
};

/// What came of the work of a [`Plan`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WorkOutcome {
    /// There was none.
    #[default]
    None,
    /// One entry for each Pod asked for, in their order; Pods that were not
    /// tried after a failed batch have no entry.
    Created(Vec<CreateOutcome>),
    /// One entry for each Pod to delete, in their order.
    Deleted(Vec<DeleteOutcome>),
}

/// What came of a creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreateOutcome {
    /// The Pod exists.
    Created {
        /// Its generated name.
        name: Box<str>,
    },
    /// Refused because the namespace is being deleted: nothing to report, no
    /// reason to try again. The remaining batches need not be tried.
    NamespaceTerminating,
    /// Refused or unanswered.
    Failed {
        /// What the server said.
        message: String,
    },
}

/// What came of a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeleteOutcome {
    /// Accepted; the Pod ends within its grace period.
    Deleted,
    /// The Pod was gone already.
    Gone,
    /// Refused or unanswered. If the finalizer was to go first, it is gone.
    Failed {
        /// What the server said.
        message: String,
    },
    /// The finalizer that has to go first could not be removed; no deletion was asked for.
    FinalizerKept {
        /// What the server said.
        message: String,
    },
}

/// A status to write, with what depends on the write having happened.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusWrite {
    /// The whole new status. Its precondition is the resourceVersion of the Job
    /// that was decided on, or of the previous write of the same sync.
    pub status: JobStatus,
    /// To record after the write; not at all if it fails.
    pub events: Vec<EventNote>,
    /// To keep for the next sync, if the write succeeds.
    pub backoff: BackoffRecord,
    /// To count after the write.
    pub progress: Progress,
}

/// The first status write, and the finalizers to remove after it.
#[derive(Debug)]
pub struct Settled<'a> {
    pub(crate) job: &'a JobView,
    pub(crate) now: Timestamp,
    /// The status after stage 2, written or not.
    pub(crate) status: JobStatus,
    /// Events for the next write.
    pub(crate) unwritten_events: Vec<EventNote>,
    pub(crate) verdict: Option<Verdict>,
    pub(crate) is_at_cap: bool,
    pub(crate) backoff: BackoffRecord,
    pub(crate) waits: Waits,
    pub(crate) error: Option<String>,
    events: Vec<EventNote>,
    pub(crate) write: Option<StatusWrite>,
    release: Vec<&'a PodView>,
    creations: Option<Creations>,
    failures_handled: Vec<FailureAction>,
}

impl<'a> Settled<'a> {
    /// Events about the work; to record whether or not the write succeeds.
    pub fn events(&self) -> &[EventNote] {
        &self.events
    }

    /// Write 1, if finalizers are to be removed and anything changed. If it
    /// fails the sync ends: no finalizer may be removed.
    pub fn write(&self) -> Option<&StatusWrite> {
        self.write.as_ref()
    }

    /// Pods whose tracking finalizer is to be removed now, all at once.
    pub fn release(&self) -> &[&'a PodView] {
        &self.release
    }

    /// How the creations went, if Pods were to be created.
    pub fn creations(&self) -> Option<Creations> {
        self.creations
    }

    /// What the podFailurePolicy made of failed Pods that are new to the
    /// counters: one entry for each that a rule matched; to count after write 1.
    pub fn failures_handled(&self) -> &[FailureAction] {
        &self.failures_handled
    }

    /// Stage 3: counts the Pods whose finalizer is gone.
    ///
    /// `released` has one entry for each of [`Settled::release`]: `Ok` if the
    /// finalizer or the Pod is gone, else what the server said.
    pub fn account(self, released: &[Result<(), String>]) -> Accounted {
        assert_eq!(
            released.len(),
            self.release.len(),
            "every finalizer removal has an outcome"
        );
        let outcomes = self.release.clone();
        account::account(self, outcomes.into_iter().zip(released))
    }
}

impl<'a> Plan<'a> {
    /// Stage 2: decides the first status write, from what came of the work.
    pub fn settle(self, outcome: &WorkOutcome) -> Settled<'a> {
        let effect = Effect::of(&self.work, outcome);
        let creations = Creations::of(&self.work, outcome);
        let Self {
            job,
            snapshot,
            tally,
            verdict,
            is_managed,
            ..
        } = self;
        let now = snapshot.now;
        let active = tally.active.len() as u32 + effect.created - effect.deleted;
        let verdict = match verdict {
            Some(verdict) => (active == 0).then_some(verdict),
            None => Verdict::after_managing(job, &tally, active),
        };

        let mut status = job.status.clone();
        let mut write_events = Vec::new();
        status.start_time = job.start_time(now);
        if is_managed && verdict.is_none() {
            write_events.extend(note_suspension(job, &mut status, now));
        }
        status.active = active;
        status.ready = Some(count_ready(&tally.active) - effect.deleted_ready);
        status.terminating = Some(tally.terminating.len() as u32 + effect.now_terminating);

        let tracking = tracking::track(
            job,
            &snapshot,
            &tally,
            verdict.as_ref(),
            &effect.finalizers_gone,
            &mut status,
        );
        if let Some(verdict) = &verdict {
            status.ensure_condition(
                verdict.outcome.announcement(),
                true,
                &verdict.reason,
                &verdict.message,
                now,
            );
        }
        let mut write = None;
        if !tracking.release.is_empty() && status != job.status {
            write = Some(StatusWrite {
                status: status.clone(),
                events: std::mem::take(&mut write_events),
                backoff: self.backoff,
                progress: Progress::between(job, &job.status, &status),
            });
        }
        Settled {
            job,
            now,
            status,
            unwritten_events: write_events,
            verdict,
            is_at_cap: tracking.is_at_cap,
            backoff: self.backoff,
            waits: self.waits,
            error: effect.error,
            events: effect.events,
            write,
            release: tracking.release,
            creations,
            failures_handled: tracking.failures_handled,
        }
    }
}

/// Says in the condition Suspended, and in the start time, what `spec.suspend` says.
///
/// Source: upstream `syncJob` (`manageJobCalled`), documentation page "Jobs",
/// section "Suspending a Job".
fn note_suspension(job: &JobView, status: &mut JobStatus, now: Timestamp) -> Option<EventNote> {
    if job.is_suspended {
        let is_new = status.ensure_condition(SUSPENDED, true, "JobSuspended", "Job suspended", now);
        is_new.then(|| {
            status.start_time = None;
            EventNote::suspended()
        })
    } else {
        let is_new = status.ensure_condition(SUSPENDED, false, "JobResumed", "Job resumed", now);
        is_new.then(|| {
            status.start_time = Some(whole_seconds(now));
            EventNote::resumed()
        })
    }
}

/// What the work has changed.
#[derive(Debug, Default)]
struct Effect<'a> {
    created: u32,
    deleted: u32,
    deleted_ready: u32,
    /// Of the deleted Pods, those that still take their time.
    now_terminating: u32,
    /// Pods that lost their finalizer on the way.
    finalizers_gone: HashSet<&'a Uid>,
    events: Vec<EventNote>,
    /// The first error: a reason to ask again soon.
    error: Option<String>,
}

impl<'a> Effect<'a> {
    fn of(work: &PodWork<'a>, outcome: &WorkOutcome) -> Self {
        let mut effect = Self::default();
        match (work, outcome) {
            (PodWork::None, WorkOutcome::None) => {}
            (PodWork::Create(pods), WorkOutcome::Created(outcomes)) => {
                assert!(
                    outcomes.len() <= pods.len(),
                    "no Pod is created that was not asked for"
                );
                for outcome in outcomes {
                    effect.add_creation(outcome);
                }
            }
            (PodWork::Delete(pods), WorkOutcome::Deleted(outcomes)) => {
                assert_eq!(
                    outcomes.len(),
                    pods.len(),
                    "every deletion asked for has an outcome"
                );
                for (deletion, outcome) in pods.iter().zip(outcomes) {
                    effect.add_deletion(deletion.pod, deletion.removes_finalizer_first, outcome);
                }
            }
            (PodWork::None | PodWork::Create(_) | PodWork::Delete(_), _) => {
                panic!("the outcome {outcome:?} is not one of the work {work:?}")
            }
        }
        effect
    }

    fn add_creation(&mut self, outcome: &CreateOutcome) {
        match outcome {
            CreateOutcome::Created { name } => {
                self.created += 1;
                self.events.push(EventNote::successful_create(name));
            }
            // Differs from Kubernetes: there the Pod that was refused counts as
            // active until the expectation of it runs out.
            CreateOutcome::NamespaceTerminating => {}
            CreateOutcome::Failed { message } => {
                self.events.push(EventNote::failed_create(message));
                self.error.get_or_insert_with(|| message.clone());
            }
        }
    }

    fn add_deletion(&mut self, pod: &'a PodView, finalizer_first: bool, outcome: &DeleteOutcome) {
        let (is_deleted, is_terminating) = match outcome {
            DeleteOutcome::Deleted => (true, true),
            DeleteOutcome::Gone => (true, false),
            DeleteOutcome::Failed { .. } | DeleteOutcome::FinalizerKept { .. } => (false, false),
        };
        self.deleted += u32::from(is_deleted);
        self.deleted_ready += u32::from(is_deleted && pod.readiness.is_ready());
        self.now_terminating += u32::from(is_terminating);
        if finalizer_first && !matches!(outcome, DeleteOutcome::FinalizerKept { .. }) {
            self.finalizers_gone.insert(&pod.uid);
        }
        match outcome {
            DeleteOutcome::Deleted => {
                self.events
                    .push(EventNote::successful_delete(&pod.key.name));
            }
            DeleteOutcome::Gone => {}
            DeleteOutcome::Failed { message } => {
                self.events.push(EventNote::failed_delete(message));
                self.error
                    .get_or_insert_with(|| format!("unable to delete pods: {message}"));
            }
            DeleteOutcome::FinalizerKept { message } => {
                self.error
                    .get_or_insert_with(|| format!("removing completion finalizer: {message}"));
            }
        }
    }
}
