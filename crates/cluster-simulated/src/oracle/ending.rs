//! Conditions, times, and what must be over when a Job is declared finished.

use super::{
    Law,
    job::{JobFacts, Status},
    scene::{Finding, Scene, ensure},
    tally::Verdict,
};

/// Terminal conditions, each with the one that announces it.
const ENDS: [(&str, &str); 2] = [
    ("Complete", "SuccessCriteriaMet"),
    ("Failed", "FailureTarget"),
];

/// Judges the conditions and times of a status write; `scene.job` is the Job before it.
pub(super) fn judge(scene: &Scene<'_>, after: &JobFacts) -> Finding {
    judge_conditions(&scene.job.status, after)?;
    judge_times(&scene.job, after)?;
    if !scene.account.is_blurred {
        judge_verdict(scene, after)?;
    }
    if after.status.is_finished() {
        judge_finish(scene, after)?;
    }
    Ok(())
}

fn judge_conditions(before: &Status, after: &JobFacts) -> Finding {
    let may =
        |is_kept: bool, why: &dyn Fn() -> String| ensure(is_kept, Law::Conditions, &after.key, why);
    let status = &after.status;
    may(!before.is_finished(), &|| {
        "the status of a finished Job is written again".to_owned()
    })?;
    for (place, condition) in status.conditions.iter().enumerate() {
        let is_double = status.conditions[..place]
            .iter()
            .any(|other| other.type_ == condition.type_);
        may(!is_double, &|| format!("{} stands twice", condition.type_))?;
    }
    for (terminal, interim) in ENDS {
        for of_type in [terminal, interim] {
            let Some(old) = before.holds(of_type) else {
                continue;
            };
            may(status.holds(of_type) == Some(old), &|| {
                format!("{of_type} was {old:?} and is {:?}", status.holds(of_type))
            })?;
        }
        if let Some(end) = status.holds(terminal) {
            let announced = status.holds(interim);
            may(
                announced.is_some_and(|announced| {
                    announced.reason == end.reason && announced.message == end.message
                }),
                &|| format!("{terminal} says {end:?}, {interim} says {announced:?}"),
            )?;
            let place = |of_type| {
                status
                    .conditions
                    .iter()
                    .position(|one| one.type_ == of_type)
            };
            may(place(interim) < place(terminal), &|| {
                format!("{terminal} stands before {interim}")
            })?;
        }
    }
    for (one, other) in [
        ("Complete", "Failed"),
        ("SuccessCriteriaMet", "FailureTarget"),
    ] {
        may(
            status.holds(one).is_none() || status.holds(other).is_none(),
            &|| format!("{one} and {other} both hold"),
        )?;
    }
    Ok(())
}

fn judge_times(before: &JobFacts, after: &JobFacts) -> Finding {
    let may =
        |is_kept: bool, why: &dyn Fn() -> String| ensure(is_kept, Law::Times, &after.key, why);
    let status = &after.status;
    may(
        status.completion_time.is_some() == status.holds("Complete").is_some(),
        &|| {
            format!(
                "completionTime is {:?}, Complete is {:?}",
                status.completion_time,
                status.holds("Complete")
            )
        },
    )?;
    let is_ended_unstarted = after.is_suspended && after.completions == Some(0);
    may(
        status.start_time.is_some() || !status.is_finished() || is_ended_unstarted,
        &|| "finished without a startTime".to_owned(),
    )?;
    let was_suspended = before.status.holds("Suspended").is_some();
    let is_suspended = status.holds("Suspended").is_some();
    let is_kept = match (before.status.start_time, status.start_time) {
        (None, _) => true,
        (Some(_), None) => is_suspended,
        (Some(old), Some(new)) => old == new || was_suspended,
    };
    may(is_kept, &|| {
        format!(
            "startTime goes from {:?} to {:?} without a suspension",
            before.status.start_time, status.start_time
        )
    })
}

/// An end that is announced in this write must be the one that was due.
fn judge_verdict(scene: &Scene<'_>, after: &JobFacts) -> Finding {
    let before = &scene.job.status;
    let (condition, is_success) = match (
        after.status.holds("SuccessCriteriaMet"),
        after.status.holds("FailureTarget"),
    ) {
        (Some(condition), _) if before.holds("SuccessCriteriaMet").is_none() => (condition, true),
        (_, Some(condition)) if before.holds("FailureTarget").is_none() => (condition, false),
        _ => return Ok(()),
    };
    let tally = scene.tally();
    let active = scene.known().filter(|pod| {
        pod.is_active()
            && scene
                .ledger
                .pod(&pod.uid)
                .is_some_and(|truth| truth.is_active())
    });
    let active: Vec<String> = active.map(|pod| pod.key.to_string()).collect();
    let due = tally
        .verdict(scene.sync.now)
        .or_else(|| tally.completions_reached());
    let says = |due: &Verdict| {
        let reason = condition.reason.as_deref() == Some(due.reason.as_str());
        let message = condition.message.clone().unwrap_or_default();
        due.is_success == is_success && reason && due.messages.contains(&message)
    };
    ensure(
        tally.is_ambiguous || due.as_ref().is_some_and(says),
        Law::Verdict,
        &after.key,
        || {
            let count = |pods: &[&super::pod::PodFacts]| -> Vec<String> {
                pods.iter().map(|pod| pod.key.to_string()).collect()
            };
            format!(
                "says {:?} ({:?}); due is {due:?}: succeeded {} (new {:?}), failed {} (new {:?}), completed {:?}, failed indexes {:?}, now {}, start {:?}",
                condition.reason,
                condition.message,
                tally.succeeded,
                count(&tally.newly_succeeded),
                tally.failed,
                count(&tally.newly_failed),
                tally.completed,
                tally.failed_indexes,
                scene.sync.now,
                before.start_time,
            )
        },
    )?;
    ensure(active.is_empty(), Law::Verdict, &after.key, || {
        format!(
            "announces its end ({:?}) while {active:?} are active",
            condition.reason
        )
    })
}

fn judge_finish(scene: &Scene<'_>, after: &JobFacts) -> Finding {
    let may = |is_kept: bool, why: &dyn Fn() -> String| {
        ensure(is_kept, Law::Finish, &after.key, || {
            format!("declared finished {}", why())
        })
    };
    let status = &after.status;
    may(
        (status.active, status.ready, status.terminating) == (0, 0, 0),
        &|| {
            format!(
                "with active {}, ready {}, terminating {}",
                status.active, status.ready, status.terminating
            )
        },
    )?;
    may(
        status.listed_succeeded.is_empty() && status.listed_failed.is_empty(),
        &|| "with Pods listed as uncounted".to_owned(),
    )?;
    if scene.account.is_blurred {
        return Ok(());
    }
    for pod in scene.known() {
        let truth = scene.ledger.pod(&pod.uid);
        let is_left = |holds: &dyn Fn(&super::pod::PodFacts) -> bool| {
            holds(pod) && truth.is_some_and(|truth| holds(truth))
        };
        may(!is_left(&|pod| pod.is_tracked), &|| {
            format!("while Pod {} has the tracking finalizer", pod.key)
        })?;
        may(!is_left(&|pod| pod.is_active()), &|| {
            format!("while Pod {} is active", pod.key)
        })?;
        may(!is_left(&|pod| pod.is_terminating()), &|| {
            format!("while Pod {} is terminating", pod.key)
        })?;
    }
    Ok(())
}
