//! When a Pod may be deleted, and when its finalizer may go.

use std::sync::Arc;

use super::{
    Law,
    account::Counter,
    failure::Failure,
    job::JobFacts,
    ledger::SeenPod,
    pod::{Phase, PodFacts},
    scene::{Finding, Scene, ensure},
    tally::Tally,
};

/// Judges that the controller asks for the deletion of a Pod; `before` is the
/// Pod as it was.
pub(super) fn judge_deletion(scene: &Scene<'_>, seen: &SeenPod, before: &PodFacts) -> Finding {
    let job = &scene.job;
    let tally = scene.tally();
    if job.status.is_decided() || tally.is_ambiguous || tally.verdict(scene.sync.now).is_some() {
        return Ok(());
    }
    let why = unwanted(scene, &tally, seen);
    ensure(why, Law::Deletion, &before.key, || {
        format!(
            "deleted, although Job {} is not ended and not suspended, and wants it",
            job.key
        )
    })?;
    ensure(!before.is_tracked, Law::Deletion, &before.key, || {
        format!(
            "deleted as one too many of Job {} with the tracking finalizer on it: it will count as failed",
            job.key
        )
    })
}

/// Whether the Job can do without this active Pod.
fn unwanted(scene: &Scene<'_>, tally: &Tally<'_>, seen: &SeenPod) -> bool {
    let job = &scene.job;
    let Some(pod) = seen.found.as_ref().filter(|pod| pod.is_active()) else {
        return false;
    };
    if job.is_suspended || !job.has_place_for(pod) {
        return true;
    }
    let active = || {
        scene
            .pods
            .iter()
            .filter_map(|pod| pod.known.as_ref())
            .filter(|pod| pod.is_controlled_by(&job.uid) && pod.is_active() && job.selects(pod))
    };
    let is_duplicate =
        job.is_indexed && active().any(|other| other.index == pod.index && other.uid != pod.uid);
    let count = active().count();
    is_duplicate || count > tally.wanted(count)
}

/// Judges that the controller takes the tracking finalizer from a Pod of a Job.
pub(super) fn judge_release(scene: &Scene<'_>, seen: &SeenPod, before: &PodFacts) -> Finding {
    let job = &scene.job;
    let Some(found) = &seen.found else {
        return Ok(());
    };
    // What is written down is what counts, whoever knows of it.
    let written = scene.ledger.job(&job.key);
    let written = written.filter(|written| written.uid == job.uid);
    let Some(written) = written.filter(|written| !written.status.is_finished()) else {
        return Ok(());
    };
    let is_written = written.status.lists(&found.uid)
        || scene.account.counted.contains_key(&found.uid)
        || (job.is_indexed
            && found.phase == Phase::Succeeded
            && found.index.is_some_and(|index| {
                written.completed().contains(&index) || written.failed().contains(&index)
            }));
    let tally = scene.tally();
    let is_free = |why: Option<&str>| {
        ensure(why.is_none(), Law::Release, &before.key, || {
            format!(
                "loses its finalizer, {} (Job {})",
                why.unwrap_or_default(),
                job.key
            )
        })
    };
    if !job.claims(found) || !job.has_place_for(found) {
        return Ok(());
    }
    match countable(written, found) {
        Some(counter) if !is_written => is_free(Some(match counter {
            Counter::Succeeded => "although its success is not written down",
            Counter::Failed => "although its failure is not written down",
        })),
        Some(_) => is_free(held(scene, written, found)),
        None if is_written || written.is_deleting || job.is_deleting => Ok(()),
        None if found.phase != Phase::Alive => is_free(held(scene, written, found)),
        None if written.status.is_decided() => Ok(()),
        None if found.is_deleting => is_free(Some("although it still ends and counts for nothing")),
        None => {
            is_free((!unwanted(scene, &tally, seen)).then_some("although it is active and wanted"))
        }
    }
}

/// Into which counter the Pod has to go, if into one.
pub(super) fn countable(job: &JobFacts, pod: &PodFacts) -> Option<Counter> {
    let job_fails = job.status.holds("FailureTarget").is_some();
    if !job.has_place_for(pod) {
        None
    } else if pod.phase == Phase::Succeeded {
        Some(Counter::Succeeded)
    } else if (job.takes_as_failed(pod) || job_fails) && Failure::of(job, pod).is_counted() {
        Some(Counter::Failed)
    } else {
        None
    }
}

/// Why the finalizer of a failed Pod has to stay, with `backoffLimitPerIndex`: no
/// other Pod carries the count of its index yet (KEP-3850).
fn held(scene: &Scene<'_>, written: &JobFacts, pod: &PodFacts) -> Option<&'static str> {
    let job = &scene.job;
    job.backoff_limit_per_index?;
    let index = pod.index?;
    let is_over = written.status.is_decided()
        || written.is_deleting
        || job.is_deleting
        || written.completed().contains(&index)
        || written.failed().contains(&index);
    if is_over || !job.takes_as_failed(pod) {
        return None;
    }
    let is_of_index = |other: &&Arc<PodFacts>| other.index == Some(index) && other.uid != pod.uid;
    // Also one that this sync gives up again: it was there when the sync began.
    let is_replaced = scene
        .found()
        .chain(scene.known())
        .filter(is_of_index)
        .any(|other| other.is_active());
    let carries = |other: &Arc<PodFacts>| {
        other.is_tracked
            && job.takes_as_failed(other)
            && (other.all_before() >= pod.all_before() || other.ended >= pod.ended)
    };
    // Also one that is gone: the sync has found it, and released it not itself.
    let mut known = scene.pods.iter().filter_map(|pod| pod.known.as_ref());
    let is_carried = known.any(|other| job.claims(other) && is_of_index(&other) && carries(other));
    (!is_replaced && !is_carried).then_some("although it alone carries the failures of its index")
}

/// Judges a release of a Pod whose controller reference names no Job that is
/// there: that is what orphan clean-up is for, unless the Job is.
pub(super) fn judge_let_go(scene: &Scene<'_>, seen: &SeenPod, before: &PodFacts) -> Finding {
    let job = &scene.job;
    let selects = |pod: &Option<Arc<PodFacts>>| pod.as_ref().is_some_and(|pod| job.selects(pod));
    ensure(
        !(job.is_deleting || selects(&seen.found) && selects(&seen.truth)),
        Law::Ownership,
        &before.key,
        || {
            format!(
                "let go by Job {}, although its selector matches or it is being deleted",
                job.key
            )
        },
    )
}

/// Judges the adoption of a Pod. `read` is how the Job was when the controller
/// last read it past its caches; `found` is the Pod as the sync saw it.
pub(super) fn judge_adoption(
    job: Option<&Arc<JobFacts>>,
    read: Option<&Arc<JobFacts>>,
    found: Option<&Arc<PodFacts>>,
    before: &PodFacts,
    after: &PodFacts,
) -> Finding {
    let may = |is_kept: bool, why: &str| {
        ensure(is_kept, Law::Ownership, &before.key, || {
            let uid = after.controller.as_ref().map(|job| job.uid.to_string());
            format!(
                "adopted by the Job with uid {}, {why}",
                uid.unwrap_or_default()
            )
        })
    };
    may(before.controller.is_none(), "although it has a controller")?;
    may(job.is_some(), "which the cache did not show")?;
    let Some(job) = job else { return Ok(()) };
    may(!job.is_foreign, "which somebody else manages")?;
    // The labels may have changed since the sync looked.
    let is_selected = job.selects(before) || found.is_some_and(|found| job.selects(found));
    may(is_selected, "whose selector does not match")?;
    may(after.is_tracked, "without the tracking finalizer")?;
    may(
        read.is_some_and(|read| read.uid == job.uid && !read.is_deleting),
        "which was not read past the cache, or was gone or being deleted then",
    )
}
