//! What of a Job may change after its creation.
//!
//! Most of the spec is free at any time. Identity (selector, completion mode),
//! policies and the template are fixed, with two openings: an Indexed Job may
//! grow or shrink when completions and parallelism stay equal, and a Job that
//! is suspended with no Pod left may get other scheduling directives and
//! container resources before it is started (again).
//!
//! Source: upstream `ValidateJobUpdate`, `validatePodTemplateUpdate`; batch
//! `strategy.go` (`validationOptionsForJob`); the gates
//! MutableSchedulingDirectivesForSuspendedJobs and
//! MutablePodResourcesForSuspendedJobs, both on in v1.36.

use serde::Serialize;

use crate::{
    batch::{Job, JobSpec, JobStatus},
    core::{Affinity, Container, PodSpec, PodTemplateSpec},
    equality::semantic,
    field::{ErrorList, FieldError, Json, Path},
    validation::meta::object_meta_update,
    well_known::{LABEL_CONTROLLER_UID, LABEL_JOB_NAME},
};

use super::{job_object, job_spec, template_labels};

/// Every fault of a change of a Job's spec or metadata.
///
/// The rules of a new Job are checked twice, as upstream does: as a Job and as
/// an update of its spec.
pub fn job_update(new: &Job, old: &Job) -> ErrorList {
    let default = JobSpec::default();
    let spec = new.spec.as_ref().unwrap_or(&default);
    let old_spec = old.spec.as_ref().unwrap_or(&default);
    let mut errors = job_object(new, has_prefixed_labels(&old_spec.template));
    errors.extend(object_meta_update(&new.metadata, &old.metadata));
    let path = Path::new("spec");
    job_spec(spec, &path, &mut errors);
    completions(spec, old_spec, &path, &mut errors);
    fixed(
        &spec.selector,
        &old_spec.selector,
        &path.child("selector"),
        &mut errors,
    );
    template(spec, old, &path, &mut errors);
    fixed(
        &spec.completion_mode,
        &old_spec.completion_mode,
        &path.child("completionMode"),
        &mut errors,
    );
    fixed(
        &spec.pod_failure_policy,
        &old_spec.pod_failure_policy,
        &path.child("podFailurePolicy"),
        &mut errors,
    );
    fixed(
        &spec.backoff_limit_per_index,
        &old_spec.backoff_limit_per_index,
        &path.child("backoffLimitPerIndex"),
        &mut errors,
    );
    fixed(
        &spec.managed_by,
        &old_spec.managed_by,
        &path.child("managedBy"),
        &mut errors,
    );
    fixed(
        &spec.success_policy,
        &old_spec.success_policy,
        &path.child("successPolicy"),
        &mut errors,
    );
    errors
}

/// Jobs created since v1.27 carry their labels with the prefix, too.
fn has_prefixed_labels(template: &PodTemplateSpec) -> bool {
    template_labels(template).is_some_and(|labels| {
        labels.contains_key(LABEL_JOB_NAME) && labels.contains_key(LABEL_CONTROLLER_UID)
    })
}

fn completions(new: &JobSpec, old: &JobSpec, path: &Path, errors: &mut ErrorList) {
    let path = path.child("completions");
    if new.completion_mode.as_deref() != Some("Indexed") {
        fixed(&new.completions, &old.completions, &path, errors);
        return;
    }
    // Absent completions of an Indexed Job are an error of their own.
    if let Some(completions) = new.completions
        && new.completions != old.completions
        && new.completions != new.parallelism
    {
        errors.push(FieldError::invalid(
            &path,
            completions,
            "can only be modified in tandem with spec.parallelism",
        ));
    }
}

fn template(spec: &JobSpec, old: &Job, path: &Path, errors: &mut ErrorList) {
    let path = path.child("template");
    let default = JobSpec::default();
    let old_template = &old.spec.as_ref().unwrap_or(&default).template;
    if !is_template_open(old) {
        fixed(&spec.template, old_template, &path, errors);
        return;
    }
    // Labels and annotations of the template are open too, so that only the
    // Pod's spec is left to compare.
    let new_pod = spec.template.spec.clone().unwrap_or_default();
    let mut old_pod = old_template.spec.clone().unwrap_or_default();
    allow_scheduling_directives(&new_pod, &mut old_pod);
    allow_resources(&new_pod, &mut old_pod);
    fixed(&new_pod, &old_pod, &path.child("spec"), errors);
}

/// Whether no Pod of the Job can be there that was made from its template.
fn is_template_open(old: &Job) -> bool {
    let default = JobStatus::default();
    let status = old.status.as_ref().unwrap_or(&default);
    let suspended = old.spec.as_ref().and_then(|spec| spec.suspend) == Some(true);
    let conditions = status.conditions.as_deref().unwrap_or_default();
    let told = conditions
        .iter()
        .any(|condition| condition.type_ == "Suspended" && condition.status == "True");
    suspended && (status.start_time.is_none() || told) && status.active.unwrap_or(0) == 0
}

/// Takes into `old` what may differ: where Pods may run.
fn allow_scheduling_directives(new: &PodSpec, old: &mut PodSpec) {
    old.affinity = match (&new.affinity, old.affinity.take()) {
        (None, Some(mut before)) => {
            before.node_affinity = None;
            (before != Affinity::default()).then_some(before)
        }
        (Some(after), before) => Some(Affinity {
            node_affinity: after.node_affinity.clone(),
            ..before.unwrap_or_default()
        }),
        (None, None) => None,
    };
    old.node_selector.clone_from(&new.node_selector);
    old.tolerations.clone_from(&new.tolerations);
    old.scheduling_gates.clone_from(&new.scheduling_gates);
}

/// Takes into `old` the resources of containers that kept their place and name.
fn allow_resources(new: &PodSpec, old: &mut PodSpec) {
    let copy = |new: &[Container], old: &mut [Container]| {
        if new.len() == old.len() {
            for (new, old) in new.iter().zip(old) {
                if new.name == old.name {
                    old.resources.clone_from(&new.resources);
                }
            }
        }
    };
    copy(&new.containers, &mut old.containers);
    copy(
        new.init_containers.as_deref().unwrap_or_default(),
        old.init_containers.as_deref_mut().unwrap_or_default(),
    );
}

/// A field that must mean what it meant at creation.
fn fixed<T: PartialEq + Serialize>(new: &T, old: &T, path: &Path, errors: &mut ErrorList) {
    if !semantic(new, old) {
        errors.push(FieldError::invalid(path, Json(new), "field is immutable"));
    }
}
