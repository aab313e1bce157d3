//! What a Job's status may say, and how it may go on.
//!
//! Anyone may write a status: another controller by `managedBy`, or a wrong one.
//! These rules keep what clients rely on: counters do not fall, a finished Job
//! stays finished, a Job finishes only after it said why. A rule that an
//! existing object may already break (an elastic Job shrank below its completed
//! indexes) is checked only when what it looks at changes.
//!
//! Source: upstream `ValidateJobUpdateStatus`, batch `strategy.go`
//! (`getStatusValidationOptions`), KEP-4368.

use std::collections::BTreeSet;

use crate::{
    batch::{Job, JobSpec, JobStatus},
    field::{ErrorList, FieldError, Json, Path},
    indexes::IndexSet,
    validation::meta::{Moment, nonnegative, object_meta_update},
};

/// Every fault of a change of a Job's status.
pub fn job_status_update(new: &Job, old: &Job) -> ErrorList {
    let mut errors = object_meta_update(&new.metadata, &old.metadata);
    let (no_spec, no_status) = (JobSpec::default(), JobStatus::default());
    let spec = new.spec.as_ref().unwrap_or(&no_spec);
    let new = Facts::of(new.status.as_ref().unwrap_or(&no_status));
    let old = Facts::of(old.status.as_ref().unwrap_or(&no_status));
    let path = Path::new("status");
    counters(new.status, &path, &mut errors);
    uncounted_pods(new.status, &path, &mut errors);
    new_status(spec, &new, &old, &path, &mut errors);
    success_criteria(spec, &new, &path, &mut errors);
    transition(spec, &new, &old, &path, &mut errors);
    errors
}

/// A status and what its conditions say.
#[expect(
    clippy::struct_excessive_bools,
    reason = "one for each condition; that some exclude each other is what is checked"
)]
struct Facts<'a> {
    status: &'a JobStatus,
    complete: bool,
    failed: bool,
    failure_target: bool,
    success_criteria_met: bool,
    suspended: bool,
}

impl<'a> Facts<'a> {
    fn of(status: &'a JobStatus) -> Self {
        let has = |type_: &str| {
            let conditions = status.conditions.as_deref().unwrap_or_default();
            conditions
                .iter()
                .any(|condition| condition.type_ == type_ && condition.status == "True")
        };
        Self {
            status,
            complete: has("Complete"),
            failed: has("Failed"),
            failure_target: has("FailureTarget"),
            success_criteria_met: has("SuccessCriteriaMet"),
            suspended: has("Suspended"),
        }
    }

    fn finished(&self) -> bool {
        self.complete || self.failed
    }

    fn active(&self) -> i32 {
        self.status.active.unwrap_or(0)
    }

    fn completed_indexes(&self) -> &str {
        self.status.completed_indexes.as_deref().unwrap_or("")
    }
}

fn counters(status: &JobStatus, path: &Path, errors: &mut ErrorList) {
    for (name, value) in [
        ("active", status.active),
        ("succeeded", status.succeeded),
        ("failed", status.failed),
        ("ready", status.ready),
        ("terminating", status.terminating),
    ] {
        nonnegative(value.unwrap_or(0).into(), &path.child(name), errors);
    }
}

/// A Pod waits to be counted once, in one of the two lists.
fn uncounted_pods(status: &JobStatus, path: &Path, errors: &mut ErrorList) {
    let Some(uncounted) = &status.uncounted_terminated_pods else {
        return;
    };
    let path = path.child("uncountedTerminatedPods");
    let mut seen = BTreeSet::new();
    for (name, uids) in [
        ("succeeded", &uncounted.succeeded),
        ("failed", &uncounted.failed),
    ] {
        for (index, uid) in uids.iter().flatten().enumerate() {
            let path = path.child(name).index(index);
            if uid.is_empty() {
                errors.push(FieldError::invalid(&path, uid, "must not be empty"));
            } else if !seen.insert(uid) {
                errors.push(FieldError::duplicate(&path, uid));
            }
        }
    }
}

/// Rules on the new status alone, each only if what it looks at changed.
fn new_status(
    spec: &JobSpec,
    new: &Facts<'_>,
    old: &Facts<'_>,
    path: &Path,
    errors: &mut ErrorList,
) {
    let (status, before) = (new.status, old.status);
    let complete_changed = new.complete != old.complete;
    let failed_changed = new.failed != old.failed;
    let finished_changed = new.finished() != old.finished();
    let completion_time_changed = status.completion_time != before.completion_time;
    let start_time_changed = status.start_time != before.start_time;
    let completed_indexes_changed = new.completed_indexes() != old.completed_indexes();
    let failed_indexes_changed = status.failed_indexes != before.failed_indexes;
    let active_changed = new.active() != old.active();
    let conditions = path.child("conditions");
    // A status is written often and is nearly always right: nothing is made before.
    let mut refuse = |broken: bool, error: &dyn Fn() -> FieldError| {
        if broken {
            errors.push(error());
        }
    };

    refuse(
        (complete_changed || failed_changed) && new.complete && new.failed,
        &|| {
            FieldError::invalid_unprinted(
                &conditions,
                "cannot set Complete=True and Failed=true conditions",
            )
        },
    );
    refuse(
        (complete_changed || new.failure_target != old.failure_target)
            && new.complete
            && new.failure_target,
        &|| {
            FieldError::invalid_unprinted(
                &conditions,
                "cannot set Complete=True and FailureTarget=true conditions",
            )
        },
    );
    let completion_time = path.child("completionTime");
    refuse(
        (complete_changed || completion_time_changed)
            && status.completion_time.is_some()
            && !new.complete,
        &|| {
            FieldError::invalid(
                &completion_time,
                Moment(status.completion_time.as_ref()),
                "cannot set completionTime when there is no Complete=True condition",
            )
        },
    );
    refuse(
        (complete_changed || completion_time_changed)
            && status.completion_time.is_none()
            && new.complete,
        &|| {
            FieldError::required(
                &completion_time,
                "completionTime is required for Complete jobs",
            )
        },
    );
    let ends_before_start = match (&status.start_time, &status.completion_time) {
        (Some(start), Some(end)) => end.0 < start.0,
        _ => false,
    };
    refuse(
        (start_time_changed || completion_time_changed) && ends_before_start,
        &|| {
            FieldError::invalid(
                &completion_time,
                Moment(status.completion_time.as_ref()),
                "must be equal to or after `startTime`",
            )
        },
    );
    refuse(
        (failed_changed || failed_indexes_changed) && new.failed && !new.failure_target,
        &|| {
            FieldError::invalid_unprinted(
                &conditions,
                "cannot set Failed=True condition without the FailureTarget=true condition",
            )
        },
    );
    refuse(
        (complete_changed || new.success_criteria_met != old.success_criteria_met)
            && new.complete
            && !new.success_criteria_met,
        &|| {
            FieldError::invalid_unprinted(
                &conditions,
                "cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
            )
        },
    );
    refuse(
        (finished_changed || active_changed) && new.active() > 0 && new.finished(),
        &|| {
            FieldError::invalid(
                &path.child("active"),
                new.active(),
                "active>0 is invalid for finished job",
            )
        },
    );
    // A suspended Job of no completions finishes without ever having started.
    let never_starts = spec.suspend == Some(true) && spec.completions == Some(0);
    refuse(
        (finished_changed || start_time_changed)
            && !never_starts
            && status.start_time.is_none()
            && new.finished(),
        &|| {
            FieldError::required(
                &path.child("startTime"),
                "startTime is required for finished job",
            )
        },
    );
    refuse(
        new.finished()
            && uncounted(status) != [&[], &[] as &[String]]
            && (finished_changed || uncounted(status) != uncounted(before)),
        &|| {
            FieldError::invalid(
                &path.child("uncountedTerminatedPods"),
                Json(&status.uncounted_terminated_pods),
                "must be empty for finished job",
            )
        },
    );
    if completed_indexes_changed || failed_indexes_changed {
        index_lists(spec, new, old, path, errors);
    }
    let terminating = status.terminating.unwrap_or(0);
    if (finished_changed || status.terminating != before.terminating)
        && terminating > 0
        && new.finished()
    {
        errors.push(FieldError::invalid(
            &path.child("terminating"),
            terminating,
            "terminating>0 is invalid for finished job",
        ));
    }
    if let Some(ready) = status.ready.filter(|ready| *ready > new.active())
        && (status.ready != before.ready || active_changed)
    {
        errors.push(FieldError::invalid(
            &path.child("ready"),
            ready,
            "cannot set more ready pods than active",
        ));
    }
}

/// The uids that wait to be counted: succeeded, failed.
fn uncounted(status: &JobStatus) -> [&[String]; 2] {
    let pods = status.uncounted_terminated_pods.as_ref();
    [
        pods.and_then(|pods| pods.succeeded.as_deref())
            .unwrap_or_default(),
        pods.and_then(|pods| pods.failed.as_deref())
            .unwrap_or_default(),
    ]
}

fn index_lists(
    spec: &JobSpec,
    new: &Facts<'_>,
    old: &Facts<'_>,
    path: &Path,
    errors: &mut ErrorList,
) {
    let completed = new.completed_indexes();
    let completed_changed = completed != old.completed_indexes();
    let failed = new.status.failed_indexes.as_deref();
    let failed_changed = new.status.failed_indexes != old.status.failed_indexes;
    let completed_path = path.child("completedIndexes");
    let failed_path = path.child("failedIndexes");
    let completions = spec
        .completions
        .map(|completions| u32::try_from(completions).unwrap_or(0));
    let strict = |text: &str| completions.map(|below| IndexSet::parse_strict(text, below));
    if completed_changed && let Some(Err(why)) = strict(completed) {
        errors.push(FieldError::invalid(
            &completed_path,
            completed,
            format!("error parsing completedIndexes: {why}"),
        ));
    }
    if failed_changed
        && spec.backoff_limit_per_index.is_some()
        && let Some(failed) = failed
        && let Some(Err(why)) = strict(failed)
    {
        errors.push(FieldError::invalid(
            &failed_path,
            failed,
            format!("error parsing failedIndexes: {why}"),
        ));
    }
    if completed_changed
        && !completed.is_empty()
        && spec.completion_mode.as_deref() != Some("Indexed")
    {
        errors.push(FieldError::invalid(
            &completed_path,
            completed,
            "cannot set non-empty completedIndexes when non-indexed completion mode",
        ));
    }
    let Some(failed) = failed else {
        return;
    };
    if failed_changed && spec.backoff_limit_per_index.is_none() {
        errors.push(FieldError::invalid(
            &failed_path,
            failed,
            "cannot set non-null failedIndexes when backoffLimitPerIndex is null",
        ));
    }
    if let Some(below) = completions {
        let both = IndexSet::parse_lenient(completed, below)
            .intersection(&IndexSet::parse_lenient(failed, below));
        if let Some(index) = both.first() {
            errors.push(FieldError::invalid(
                &failed_path,
                failed,
                format!("failedIndexes and completedIndexes overlap at index: {index}"),
            ));
        }
    }
}

fn success_criteria(spec: &JobSpec, new: &Facts<'_>, path: &Path, errors: &mut ErrorList) {
    let path = path.child("conditions");
    if new.success_criteria_met && new.failed {
        errors.push(FieldError::invalid_unprinted(
            &path,
            "cannot set SuccessCriteriaMet=True and Failed=true conditions",
        ));
    }
    if new.success_criteria_met && new.failure_target {
        errors.push(FieldError::invalid_unprinted(
            &path,
            "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions",
        ));
    }
    if spec.success_policy.is_some() && new.complete && !new.success_criteria_met {
        errors.push(FieldError::invalid_unprinted(
            &path,
            "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True",
        ));
    }
}

/// How many of the completed indexes the Job had before it shrank it has no more.
fn lost_indexes(spec: &JobSpec, before: &JobStatus) -> i32 {
    let text = before.completed_indexes.as_deref().unwrap_or_default();
    let Some(Ok(below)) = spec.completions.map(u32::try_from) else {
        return 0;
    };
    let count = |below| IndexSet::parse_lenient(text, below).len();
    i32::try_from(count(u32::MAX) - count(below)).unwrap_or(i32::MAX)
}

/// Rules on the way from the old status to the new one.
fn transition(
    spec: &JobSpec,
    new: &Facts<'_>,
    old: &Facts<'_>,
    path: &Path,
    errors: &mut ErrorList,
) {
    let (status, before) = (new.status, old.status);
    let conditions = path.child("conditions");
    for (type_, was, is) in [
        ("Failed", old.failed, new.failed),
        ("Complete", old.complete, new.complete),
        ("FailureTarget", old.failure_target, new.failure_target),
    ] {
        if was && !is {
            errors.push(FieldError::invalid_unprinted(
                &conditions,
                format!("cannot disable the terminal {type_}=True condition"),
            ));
        }
    }
    let count = |value: Option<i32>| value.unwrap_or(0);
    if count(status.failed) < count(before.failed) {
        errors.push(FieldError::invalid(
            &path.child("failed"),
            count(status.failed),
            "cannot decrease the failed counter",
        ));
    }
    // An elastic Job loses completed indexes when it shrinks. Differs from
    // Kubernetes: it may say so also when it is elastic no more.
    let lost = lost_indexes(spec, before);
    let elastic = spec.completion_mode.as_deref() == Some("Indexed")
        && spec.completions.is_some()
        && spec.completions == spec.parallelism;
    if count(status.succeeded) < count(before.succeeded).saturating_sub(lost) && !elastic {
        errors.push(FieldError::invalid(
            &path.child("succeeded"),
            count(status.succeeded),
            "cannot decrease the succeeded counter",
        ));
    }
    if status.completion_time.is_some()
        && before.completion_time.is_some()
        && status.completion_time != before.completion_time
    {
        errors.push(FieldError::invalid(
            &path.child("completionTime"),
            Moment(status.completion_time.as_ref()),
            "field is immutable",
        ));
    }
    let resumed = old.suspended && !new.suspended;
    if before.start_time.is_some()
        && status.start_time != before.start_time
        && spec.suspend != Some(true)
        && !resumed
    {
        errors.push(FieldError::invalid(
            &path.child("startTime"),
            Moment(status.start_time.as_ref()),
            "field is immutable for unsuspended job once set",
        ));
    }
    if old.success_criteria_met && !new.success_criteria_met {
        errors.push(FieldError::invalid_unprinted(
            &conditions,
            "cannot disable the SuccessCriteriaMet=True condition",
        ));
    }
    if old.complete && !old.success_criteria_met && new.success_criteria_met {
        errors.push(FieldError::invalid_unprinted(
            &conditions,
            "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions",
        ));
    }
}
