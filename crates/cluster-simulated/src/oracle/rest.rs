//! The world at rest: faults are over, and everybody has seen and done all.

use std::collections::HashMap;

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
    may(
        status.listed_succeeded.is_empty() && status.listed_failed.is_empty(),
        &|| {
            format!(
                "lists uncounted Pods for ever: {:?}, {:?}",
                status.listed_succeeded, status.listed_failed
            )
        },
    )?;
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
        // An index that failed is not tried again.
        let decided = tally.completed.len() + tally.failed_indexes.len();
        let startable = match job.completions {
            Some(count) if job.is_indexed => (count as usize).saturating_sub(decided),
            _ => usize::MAX,
        };
        let wanted = tally.wanted(active).min(startable);
        let waits = if job.is_strict { terminating } else { 0 };
        may(active <= wanted && active + waits >= wanted, &|| {
            format!("wants {wanted} active Pods and has {active}, and {terminating} that end")
        })?;
        may(status.holds("Suspended").is_none(), &|| {
            "runs, and says that it is suspended".to_owned()
        })?;
    }
    for pod in tracked().filter(|pod| pod.phase != Phase::Alive) {
        let is_held = job.backoff_limit_per_index.is_some()
            && job.takes_as_failed(pod)
            && !pods().any(|other| other.index == pod.index && other.is_active());
        may(is_held, &|| {
            format!("has an ended Pod that is never counted: {}", pod.key)
        })?;
    }
    Ok(())
}
