//! The world at rest: faults are over, and everybody has seen and done all.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use jobyard_api::{Timestamp, Uid};

use super::{
    Law,
    account::Account,
    job::JobFacts,
    ledger::Ledger,
    pod::{Phase, PodFacts},
    scene::{Finding, ensure},
    tally::Tally,
};

/// Judges all Jobs and all Pods.
pub(super) fn judge(ledger: &Ledger, accounts: &HashMap<Uid, Account>, now: Timestamp) -> Finding {
    let nothing = Account::default();
    for job in ledger.all_jobs().filter(|job| !job.is_foreign) {
        let account = accounts.get(&job.uid).unwrap_or(&nothing);
        judge_job(ledger, account, job, now)?;
    }
    for pod in ledger.all_pods().filter(|pod| pod.is_tracked) {
        judge_tracked(ledger, pod)?;
    }
    Ok(())
}

/// A finalizer that nobody will remove is one too many.
fn judge_tracked(ledger: &Ledger, pod: &PodFacts) -> Finding {
    let owner = pod.controller.as_ref();
    let is_of_another = owner.is_some_and(|owner| !owner.is_job);
    let job = owner.and_then(|owner| ledger.all_jobs().find(|job| job.uid == owner.uid));
    ensure(is_of_another || job.is_some(), Law::Rest, &pod.key, || {
        format!("keeps the tracking finalizer, but its Job is gone ({owner:?})")
    })
}

fn judge_job(ledger: &Ledger, account: &Account, job: &JobFacts, now: Timestamp) -> Finding {
    let may = |is_kept: bool, why: &dyn Fn() -> String| ensure(is_kept, Law::Rest, &job.key, why);
    let status = &job.status;
    let pods = || ledger.pods_of(&job.uid).filter(|pod| job.claims(pod));
    let names = |pods: Vec<&PodFacts>| -> Vec<String> {
        pods.iter().map(|pod| pod.key.to_string()).collect()
    };
    let tracked = || {
        let pods = ledger.pods_of(&job.uid);
        pods.filter(|pod| pod.is_tracked && pod.is_controlled_by(&job.uid))
    };
    if status.is_finished() || job.is_deleting {
        return may(tracked().next().is_none(), &|| {
            format!(
                "is over, but these Pods keep the tracking finalizer: {:?}",
                names(tracked().map(AsRef::as_ref).collect())
            )
        });
    }
    may(!status.is_decided(), &|| {
        let conditions: Vec<_> = status.conditions.iter().map(|one| &one.type_).collect();
        format!("never finishes, although its end was announced: {conditions:?}")
    })?;
    let tally = Tally::of(job, account, pods());
    let active = pods().filter(|pod| pod.is_active()).count();
    let terminating = pods().filter(|pod| pod.is_terminating()).count();
    let due = tally
        .verdict(now)
        .or_else(|| tally.completions_reached().filter(|_| active == 0));
    may(due.is_none(), &|| {
        format!("is not ended, but {due:?} is due")
    })?;
    judge_listed(ledger, job)?;
    let ready = pods().filter(|pod| pod.is_active() && pod.is_ready).count();
    let truth = (active as i64, ready as i64, terminating as i64);
    let said = (status.active, status.ready, status.terminating);
    may(truth == said, &|| {
        format!("active, ready, terminating are {truth:?}, the status says {said:?}")
    })?;
    if job.is_suspended {
        may(active == 0, &|| {
            format!("is suspended with {active} active Pods")
        })?;
        may(status.holds("Suspended").is_some(), &|| {
            "is suspended and does not say so".to_owned()
        })?;
    } else {
        let wanted = tally.wanted(active);
        let waits = if job.is_strict { terminating } else { 0 };
        let has_enough = active + waits >= wanted
            || indexes_without_pod(&tally, pods()).is_some_and(|without| without.len() <= waits);
        may(active <= wanted && has_enough, &|| {
            format!("wants {wanted} active Pods and has {active}, and {terminating} that end")
        })?;
        may(status.holds("Suspended").is_none(), &|| {
            "runs, and says that it is suspended".to_owned()
        })?;
    }
    for pod in tracked().filter(|pod| pod.phase != Phase::Alive) {
        may(is_held(ledger, job, pod), &|| {
            format!("has an ended Pod that is never counted: {}", pod.key)
        })?;
    }
    Ok(())
}

/// The indexes that may still be tried and have no active Pod, if there are indexes.
///
/// An active Pod of an index that is decided is none of theirs: it may run on, if
/// the one that it replaced has succeeded while it was terminating (upstream
/// deletes Pods above the number that is wanted, and second Pods of one index).
fn indexes_without_pod<'a>(
    tally: &Tally<'_>,
    pods: impl Iterator<Item = &'a Arc<PodFacts>>,
) -> Option<BTreeSet<u32>> {
    let job = tally.job;
    let count = job.completions.filter(|_| job.is_indexed)?;
    let mut open: BTreeSet<u32> = (0..count).collect();
    for index in tally.completed.iter().chain(&tally.failed_indexes) {
        open.remove(index);
    }
    for index in pods
        .filter(|pod| pod.is_active())
        .filter_map(|pod| pod.index)
    {
        open.remove(&index);
    }
    Some(open)
}

/// What is listed as uncounted is on its way into the counters, and arrives. But
/// a failed Pod that was listed because another one had replaced it stays there if
/// that one is deleted, by a suspension or a smaller parallelism, before the
/// finalizer has gone: it alone carries the failures of its index again (upstream
/// `canRemoveFinalizer` asks at each sync anew).
fn judge_listed(ledger: &Ledger, job: &JobFacts) -> Finding {
    let status = &job.status;
    let is_holder = |uid: &&Uid| ledger.pod(uid).is_some_and(|pod| is_held(ledger, job, pod));
    let failed = status.listed_failed.iter();
    let stuck: Vec<&Uid> = failed.filter(|uid| !is_holder(uid)).collect();
    ensure(
        status.listed_succeeded.is_empty() && stuck.is_empty(),
        Law::Rest,
        &job.key,
        || {
            format!(
                "lists uncounted Pods for ever: {:?}, {stuck:?}",
                status.listed_succeeded
            )
        },
    )
}

/// Whether the finalizer of this failed Pod stays for good because no other Pod
/// carries the failures of its index, which is undecided (KEP-3850): one for each
/// index, of which no other has more failures and ended later.
fn is_held(ledger: &Ledger, job: &JobFacts, pod: &PodFacts) -> bool {
    let Some(index) = pod.index.filter(|_| job.backoff_limit_per_index.is_some()) else {
        return false;
    };
    let is_failed = |pod: &PodFacts| pod.is_tracked && job.claims(pod) && job.takes_as_failed(pod);
    let is_over = job.completed().contains(&index) || job.failed().contains(&index);
    let mut others = ledger
        .pods_of(&job.uid)
        .filter(|other| job.claims(other) && other.index == Some(index) && other.uid != pod.uid);
    is_failed(pod)
        && job.has_place_for(pod)
        && !is_over
        && others.all(|other| {
            let rank = |pod: &PodFacts| (pod.all_before(), pod.ended);
            let ((failures, ended), (most, last)) = (rank(pod), rank(other));
            let is_above = most >= failures && last >= ended && rank(other) != rank(pod);
            !(other.is_active() || is_failed(other) && is_above)
        })
}
