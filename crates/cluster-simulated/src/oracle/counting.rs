//! Each Pod in one counter, once.
//!
//! The counters may move in one way only: a uid is listed as uncounted, its Pod
//! loses the finalizer, the uid leaves the list and the counter rises by one
//! (KEP-2307). Successes of Indexed Jobs are counted by their index instead.

use std::{collections::BTreeSet, sync::Arc};

use jobyard_api::Uid;

use super::{
    Law,
    account::Counter,
    failure::Failure,
    job::{JobFacts, parse_indexes, print_indexes},
    ledger::SeenPod,
    pod::{Phase, PodFacts},
    scene::{Finding, Scene, ensure},
    tally::Tally,
};

/// Most uids in both lists together (upstream `MaxUncountedPods`).
const UNCOUNTED_MAX: usize = 500;

/// Judges lists, counters and indexes of a status write; `scene.job` is the
/// Job before it. Returns what it has counted.
pub(super) fn judge(
    scene: &Scene<'_>,
    after: &JobFacts,
) -> Result<Vec<(Uid, Counter)>, super::scene::Broken> {
    let mut counted = Vec::new();
    judge_lists(scene, after)?;
    counted.extend(judge_counter(scene, after, Counter::Failed)?);
    if scene.job.is_indexed {
        judge_indexes(scene, after)?;
    } else {
        counted.extend(judge_counter(scene, after, Counter::Succeeded)?);
        ensure(
            after.status.completed_indexes.is_empty(),
            Law::Indexes,
            &after.key,
            || "a NonIndexed Job has completedIndexes".to_owned(),
        )?;
    }
    Ok(counted)
}

fn judge_lists(scene: &Scene<'_>, after: &JobFacts) -> Finding {
    let status = &after.status;
    let both = || status.listed_succeeded.iter().chain(&status.listed_failed);
    let mut once = BTreeSet::new();
    for uid in both() {
        ensure(once.insert(uid), Law::UncountedLists, &after.key, || {
            format!("Pod {uid} stands twice in uncountedTerminatedPods")
        })?;
    }
    ensure(
        once.len() <= UNCOUNTED_MAX,
        Law::UncountedLists,
        &after.key,
        || format!("uncountedTerminatedPods hold {} uids", once.len()),
    )?;
    ensure(
        !after.is_indexed || status.listed_succeeded.is_empty(),
        Law::UncountedLists,
        &after.key,
        || "an Indexed Job lists successes by uid".to_owned(),
    )?;
    if scene.account.is_blurred {
        return Ok(());
    }
    for uid in both() {
        if !scene.job.status.lists(uid) {
            let counter = if status.listed_failed.contains(uid) {
                Counter::Failed
            } else {
                Counter::Succeeded
            };
            judge_listing(scene, after, uid, counter)?;
        }
    }
    Ok(())
}

/// A Pod is listed for the first time.
fn judge_listing(scene: &Scene<'_>, after: &JobFacts, uid: &Uid, counter: Counter) -> Finding {
    let may = |is_kept: bool, why: &str| {
        ensure(is_kept, Law::CountedOnce, &after.key, || {
            format!("lists Pod {uid} as uncounted ({counter:?}), {why}")
        })
    };
    may(
        !scene.account.counted.contains_key(uid),
        "which is counted already",
    )?;
    let seen = scene.seen(uid);
    // Adopted by a request whose answer was lost, it is known if the next one was answered.
    let is_claimed = |pod: &&Arc<PodFacts>| scene.job.claims(pod);
    let claimed = seen.found.as_ref().filter(is_claimed);
    let adopted = seen.maybe.as_ref().filter(is_claimed);
    let Some(found) = claimed.or(adopted) else {
        return may(false, "which its cache did not show as a Pod of this Job");
    };
    let known = seen.known.as_ref().filter(|_| claimed.is_some());
    may(
        known.unwrap_or(found).is_tracked,
        "which has no tracking finalizer",
    )?;
    may(
        scene.job.has_place_for(found),
        "which has no index of this Job",
    )?;
    match counter {
        Counter::Succeeded => may(
            found.phase == Phase::Succeeded,
            "which has not succeeded as far as the controller knows",
        ),
        Counter::Failed => {
            let is_killed = after.status.holds("FailureTarget").is_some();
            may(
                scene.job.takes_as_failed(found) || (is_killed && found.phase != Phase::Succeeded),
                "which has not failed as far as the controller knows",
            )?;
            may(
                Failure::of(&scene.job, found).is_counted(),
                "whose failure the podFailurePolicy ignores",
            )
        }
    }
}

/// One list and its counter: what leaves the one raises the other.
fn judge_counter(
    scene: &Scene<'_>,
    after: &JobFacts,
    counter: Counter,
) -> Result<Vec<(Uid, Counter)>, super::scene::Broken> {
    let (before_status, after_status) = (&scene.job.status, &after.status);
    let (list_before, list_after, before, now, name) = match counter {
        Counter::Succeeded => (
            &before_status.listed_succeeded,
            &after_status.listed_succeeded,
            before_status.succeeded,
            after_status.succeeded,
            "succeeded",
        ),
        Counter::Failed => (
            &before_status.listed_failed,
            &after_status.listed_failed,
            before_status.failed,
            after_status.failed,
            "failed",
        ),
    };
    ensure(now >= before, Law::CountsNeverFall, &after.key, || {
        format!("{name} falls from {before} to {now}")
    })?;
    let left: Vec<&Uid> = list_before
        .iter()
        .filter(|uid| !list_after.contains(uid))
        .collect();
    ensure(
        now - before == left.len() as i64,
        Law::CountedOnce,
        &after.key,
        || {
            format!(
                "{name} goes from {before} to {now}, but {} uids leave the list: {left:?}",
                left.len()
            )
        },
    )?;
    for uid in &left {
        let seen = scene.seen(uid);
        let carries = |pod: &Option<std::sync::Arc<PodFacts>>| {
            pod.as_ref()
                .is_some_and(|pod| pod.is_tracked && scene.job.claims(pod))
        };
        let SeenPod { known, truth, .. } = &seen;
        ensure(
            scene.account.is_blurred || !(carries(known) && carries(truth)),
            Law::CountedOnce,
            &after.key,
            || format!("counts Pod {uid} as {name} while it still carries the finalizer"),
        )?;
    }
    Ok(left.into_iter().map(|uid| (uid.clone(), counter)).collect())
}

fn judge_indexes(scene: &Scene<'_>, after: &JobFacts) -> Finding {
    let count = after.completions.unwrap_or(0);
    let may =
        |is_kept: bool, law: Law, why: &dyn Fn() -> String| ensure(is_kept, law, &after.key, why);
    let completed_text = after.status.completed_indexes.as_str();
    let failed_text = after.status.failed_indexes.as_deref().unwrap_or("");
    for (name, text) in [
        ("completedIndexes", completed_text),
        ("failedIndexes", failed_text),
    ] {
        let indexes = parse_indexes(text, u32::MAX - 1);
        may(print_indexes(&indexes) == text, Law::Indexes, &|| {
            format!("{name} {text:?} is not in its normal form")
        })?;
        may(
            indexes.iter().all(|index| *index < count),
            Law::Indexes,
            &|| format!("{name} {text:?} goes beyond the {count} completions"),
        )?;
    }
    let (completed, failed) = (after.completed(), after.failed());
    may(completed.is_disjoint(&failed), Law::Indexes, &|| {
        format!("completedIndexes {completed_text:?} and failedIndexes {failed_text:?} overlap")
    })?;
    may(
        after.status.succeeded == completed.len() as i64,
        Law::Indexes,
        &|| {
            format!(
                "succeeded is {}, completedIndexes are {completed_text:?}",
                after.status.succeeded
            )
        },
    )?;
    may(
        after.status.failed_indexes.is_some() == after.backoff_limit_per_index.is_some(),
        Law::Indexes,
        &|| format!("failedIndexes are {:?}", after.status.failed_indexes),
    )?;
    let (completed_before, failed_before) = (scene.job.completed(), scene.job.failed());
    may(
        completed_before.is_subset(&completed),
        Law::CountsNeverFall,
        &|| {
            format!(
                "completedIndexes go from {:?} to {completed_text:?}",
                scene.job.status.completed_indexes
            )
        },
    )?;
    may(
        failed_before.is_subset(&failed),
        Law::CountsNeverFall,
        &|| {
            format!(
                "failedIndexes go from {:?} to {failed_text:?}",
                scene.job.status.failed_indexes
            )
        },
    )?;
    if scene.account.is_blurred {
        return Ok(());
    }
    let tally: Tally<'_> = scene.tally();
    if tally.is_ambiguous {
        return Ok(());
    }
    let unfounded: Vec<_> = completed.difference(&tally.completed).collect();
    may(unfounded.is_empty(), Law::CountedOnce, &|| {
        format!("completes indexes {unfounded:?} without a success that the controller knew")
    })?;
    let unfounded: Vec<_> = failed.difference(&tally.failed_indexes).collect();
    may(unfounded.is_empty(), Law::CountedOnce, &|| {
        format!("fails indexes {unfounded:?} without a failure that the controller knew")
    })
}
