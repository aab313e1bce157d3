//! Stage 3: the second status write of a sync, after finalizers are removed.
//!
//! Source: upstream `flushUncountedAndRemoveFinalizers`, `enactJobFinished`,
//! `recordJobFinished`.

use std::collections::HashSet;

use jobyard_api::{Timestamp, Uid, object::whole_seconds};

use crate::job::{
    events::EventNote,
    metrics::Progress,
    pod_view::PodView,
    settle::{Settled, StatusWrite},
    status::JobStatus,
    verdict::{Outcome, Verdict},
    view::{Completions, JobView},
};

/// The end of a sync.
#[derive(Clone, Debug, PartialEq)]
pub struct Accounted {
    /// Write 2, if anything changed since write 1, or since the Job was read if
    /// there was no write 1.
    pub write: Option<StatusWrite>,
    /// When to look again if nothing happens before; `now` or earlier means at once.
    pub wake_at: Option<Timestamp>,
    /// A request failed: ask again after a back-off. `None`: the back-off of
    /// the Job's key may be forgotten.
    pub error: Option<String>,
}

pub(crate) fn account<'a>(
    settled: Settled<'a>,
    released: impl Iterator<Item = (&'a PodView, &'a Result<(), String>)>,
) -> Accounted {
    let mut status = settled.status.clone();
    let mut gone: HashSet<&Uid> = HashSet::new();
    let mut error = settled.error;
    let mut is_all_released = true;
    for (pod, outcome) in released {
        match outcome {
            Ok(()) => {
                gone.insert(&pod.uid);
            }
            Err(message) => {
                is_all_released = false;
                error.get_or_insert_with(|| {
                    format!("removing tracking finalizer of pod {}: {message}", pod.key)
                });
            }
        }
    }
    let mut uncounted = status.uncounted.take().unwrap_or_default();
    status.count(&mut uncounted, |uid| gone.contains(uid));
    let is_quiet = is_all_released
        && !settled.is_at_cap
        && uncounted.is_empty()
        && status.active == 0
        && status.terminating.unwrap_or(0) == 0;
    status.uncounted = Some(uncounted);

    let written = settled
        .write
        .as_ref()
        .map_or(&settled.job.status, |write| &write.status);
    let mut progress = Progress::between(settled.job, written, &status);
    let mut events = settled.unwritten_events;
    if let Some(verdict) = settled.verdict.filter(|_| is_quiet) {
        events.extend(finish(settled.job, &verdict, &mut status, settled.now));
        progress.finish(&verdict);
    }
    Accounted {
        write: (status != *written).then_some(StatusWrite {
            status,
            events,
            backoff: settled.backoff,
            progress,
        }),
        wake_at: if settled.is_at_cap {
            Some(settled.now)
        } else {
            settled.waits.earliest()
        },
        error,
    }
}

/// Declares the Job ended, and returns the events that say so.
fn finish(
    job: &JobView,
    verdict: &Verdict,
    status: &mut JobStatus,
    now: Timestamp,
) -> Vec<EventNote> {
    status.ensure_condition(
        verdict.outcome.terminal(),
        true,
        &verdict.reason,
        &verdict.message,
        now,
    );
    let may_lack_start = job.is_suspended
        && matches!(
            job.completions,
            Completions::Count(0) | Completions::Indexed(0)
        );
    if status.start_time.is_none() && !may_lack_start {
        // Differs from Kubernetes: there the API server refuses this status for
        // ever, and a Job that ends while it is suspended never does.
        status.start_time = Some(whole_seconds(now));
    }
    match verdict.outcome {
        Outcome::Failed => vec![EventNote::failed(&verdict.reason, &verdict.message)],
        Outcome::Complete => {
            // A clock that was set back meanwhile would have the API server refuse
            // this for as long, and the Job wait for nothing.
            status.completion_time = Some(whole_seconds(now)).max(status.start_time);
            let is_too_many = match job.completions {
                Completions::WorkQueue => false,
                Completions::Count(completions) | Completions::Indexed(completions) => {
                    status.succeeded > completions
                }
            };
            is_too_many
                .then(EventNote::too_many_succeeded_pods)
                .into_iter()
                .chain([EventNote::completed()])
                .collect()
        }
    }
}
