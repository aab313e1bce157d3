//! When a Pod may be created.

use std::sync::Arc;

use jobyard_api::ObjectKey;

use super::{
    Law,
    account::delay,
    failure::Failure,
    pod::PodFacts,
    scene::{Broken, Finding, Scene, ensure},
    tally::Tally,
};

/// Most Pods that one sync may create (upstream `MaxPodCreateDeletePerSync`).
const PODS_PER_SYNC_MAX: usize = 500;

/// The Job that the new Pod names was not in the cache.
pub(super) fn without_job(pod: &PodFacts) -> Broken {
    Broken {
        law: Law::Creation,
        subject: pod.key.clone(),
        what: "created for a Job that the controller's cache did not show".to_owned(),
    }
}

/// Judges the creation of this Pod, before it is in the history.
pub(super) fn judge(scene: &Scene<'_>, pod: &PodFacts) -> Finding {
    let job = &scene.job;
    let may = |is_kept: bool, law: Law, why: &dyn Fn() -> String| {
        ensure(is_kept, law, &pod.key, || {
            format!("created for Job {} {}", job.key, why())
        })
    };
    may(!job.is_foreign, Law::Ownership, &|| {
        "that somebody else manages".to_owned()
    })?;
    may(!job.status.is_decided(), Law::Creation, &|| {
        let conditions = job.status.conditions.iter().map(|one| one.type_.as_str());
        let conditions: Vec<&str> = conditions.collect();
        format!("although its end was written down: {conditions:?}")
    })?;
    may(!job.is_deleting, Law::Creation, &|| {
        "while it is being deleted".to_owned()
    })?;
    may(!job.is_suspended, Law::Creation, &|| {
        "while it is suspended".to_owned()
    })?;
    may(pod.is_tracked, Law::Creation, &|| {
        "without the tracking finalizer: its end can get lost".to_owned()
    })?;
    may(job.selects(pod), Law::Creation, &|| {
        "with labels that its selector does not match".to_owned()
    })?;

    let tally = scene.tally();
    if let Some(verdict) = tally
        .verdict(scene.sync.now)
        .filter(|_| !tally.is_ambiguous)
    {
        return may(false, Law::Creation, &|| {
            format!("although its end was due: {}", verdict.reason)
        });
    }
    let active = scene.known().filter(|pod| pod.is_active()).count();
    let wanted = tally.wanted(active);
    may(active < wanted, Law::Creation, &|| {
        format!(
            "above what it wants: {active} active, {wanted} wanted (parallelism {}, completions {:?}, succeeded {})",
            job.parallelism, job.completions, tally.succeeded
        )
    })?;
    let terminating = scene.known().filter(|pod| pod.is_terminating()).count();
    may(
        !job.is_strict || active + terminating < wanted,
        Law::Replacement,
        &|| {
            format!(
                "while others still end: {active} active, {terminating} terminating, {wanted} wanted"
            )
        },
    )?;
    let created = scene.pods.iter().filter(|pod| pod.found.is_none());
    let created = created.filter(|pod| pod.known.is_some()).count();
    may(created < PODS_PER_SYNC_MAX, Law::Creation, &|| {
        format!("as one of more than {PODS_PER_SYNC_MAX} in one sync")
    })?;
    if job.is_indexed {
        judge_index(scene, &tally, pod)?;
    }
    if job.backoff_limit_per_index.is_some() {
        judge_index_backoff(scene, pod)
    } else {
        judge_backoff(scene, &tally, &pod.key)
    }
}

fn judge_index(scene: &Scene<'_>, tally: &Tally<'_>, pod: &PodFacts) -> Finding {
    let job = &scene.job;
    let Some(index) = pod.index else {
        return ensure(false, Law::Creation, &pod.key, || {
            format!("created for Indexed Job {} without an index", job.key)
        });
    };
    let may = |is_kept: bool, law: Law, why: &str| {
        ensure(is_kept, law, &pod.key, || {
            format!("created for index {index} of Job {}, {why}", job.key)
        })
    };
    may(
        job.completions.is_some_and(|count| index < count),
        Law::Creation,
        "which the Job does not have",
    )?;
    may(
        !tally.completed.contains(&index),
        Law::Creation,
        "which is complete",
    )?;
    may(
        !tally.failed_indexes.contains(&index),
        Law::Creation,
        "which has failed",
    )?;
    let same = || {
        scene
            .known()
            .filter(|other| other.index == Some(index))
            .map(Arc::as_ref)
    };
    may(
        !same().any(PodFacts::is_active),
        Law::Creation,
        "which has an active Pod",
    )?;
    may(
        !job.is_strict || !same().any(PodFacts::is_terminating),
        Law::Replacement,
        "whose Pod still ends",
    )
}

fn judge_backoff(scene: &Scene<'_>, tally: &Tally<'_>, pod: &ObjectKey) -> Finding {
    // A failed Pod that the last sync found as well, and that has gone since, cannot
    // fail again: that sync may have been told so when it took the finalizer away.
    let mut news = tally.newly_failed.clone();
    news.retain(|failed| scene.ledger.pod(&failed.uid).is_some() || !scene.is_old(failed));
    let record = scene
        .account
        .record_for(&scene.sync, &tally.newly_succeeded, &news);
    let now = scene.sync.now;
    ensure(
        record.until().is_none_or(|until| until <= now),
        Law::Backoff,
        pod,
        || {
            format!(
                "created for Job {} at {now} after {} failures in a row, the last at {:?}: {:#} have to pass",
                scene.job.key,
                record.failures,
                record.last,
                delay(record.failures)
            )
        },
    )
}

/// Each index waits for itself, and the new Pod carries the counts of the one it replaces.
fn judge_index_backoff(scene: &Scene<'_>, pod: &PodFacts) -> Finding {
    let job = &scene.job;
    let candidates: Vec<&PodFacts> = scene
        .found()
        .filter(|other| other.index == pod.index && other.is_tracked && job.takes_as_failed(other))
        .map(Arc::as_ref)
        .collect();
    let is_gone = |uid| scene.ledger.pod(uid).is_none();
    if candidates.iter().any(|failed| is_gone(&failed.uid)) {
        return Ok(());
    }
    let counts = (pod.failures_before, pod.ignored_before);
    if candidates.is_empty() {
        return ensure(counts == (0, 0), Law::Backoff, &pod.key, || {
            format!(
                "says of index {:?} of Job {} that {} Pods failed and {} were ignored, but none is there",
                pod.index, job.key, counts.0, counts.1
            )
        });
    }
    let after = |failed: &PodFacts| {
        let is_counted = Failure::of(job, failed).is_counted();
        (
            failed.failures_before + u32::from(is_counted),
            failed.ignored_before + u32::from(!is_counted),
        )
    };
    let replaced: Vec<&PodFacts> = candidates
        .iter()
        .filter(|failed| after(failed) == counts)
        .copied()
        .collect();
    ensure(!replaced.is_empty(), Law::Backoff, &pod.key, || {
        let after: Vec<_> = candidates.iter().map(|failed| after(failed)).collect();
        format!(
            "says of index {:?} of Job {} that {} Pods failed and {} were ignored; by the failed Pods it should be one of {after:?}",
            pod.index, job.key, counts.0, counts.1
        )
    })?;
    let now = scene.sync.now;
    let until = replaced
        .iter()
        .filter_map(|failed| {
            failed
                .ended
                .checked_add(delay(failed.all_before() + 1))
                .ok()
        })
        .min();
    ensure(
        until.is_none_or(|until| until <= now),
        Law::Backoff,
        &pod.key,
        || {
            format!(
                "created for index {:?} of Job {} at {now}, before its back-off was over at {until:?}",
                pod.index, job.key
            )
        },
    )
}
