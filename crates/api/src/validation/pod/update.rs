//! What of a Pod may change after its creation.
//!
//! Very little: images, a shorter deadline, more tolerations, fewer scheduling
//! gates. Everything else of the spec is what the node started from.
//!
//! Source: upstream `ValidatePodUpdate`, `ValidatePodStatusUpdate`,
//! `ValidateContainerStateTransition`.

use std::collections::BTreeSet;

use crate::{
    core::{ContainerStatus, Pod, PodSpec, PodStatus},
    equality::semantic,
    field::{ErrorList, FieldError, Json, Path},
    validation::{meta::object_meta_update, names},
};

use super::pod_object;

/// Every fault of a change of a Pod's spec or metadata.
pub fn pod_update(new: &Pod, old: &Pod) -> ErrorList {
    let mut errors = object_meta_update(&new.metadata, &old.metadata);
    errors.extend(pod_object(new));
    let default = PodSpec::default();
    let new = new.spec.as_ref().unwrap_or(&default);
    let old = old.spec.as_ref().unwrap_or(&default);
    let path = Path::new("spec");
    let count = |spec: &PodSpec| {
        (
            spec.containers.len(),
            spec.init_containers.as_deref().unwrap_or_default().len(),
        )
    };
    let (new_count, old_count) = (count(new), count(old));
    if new_count.0 != old_count.0 {
        errors.push(FieldError::forbidden(
            &path.child("containers"),
            "pod updates may not add or remove containers",
        ));
        return errors;
    }
    if new_count.1 != old_count.1 {
        errors.push(FieldError::forbidden(
            &path.child("initContainers"),
            "pod updates may not add or remove containers",
        ));
        return errors;
    }
    if !deadline(new, old, &path.child("activeDeadlineSeconds"), &mut errors) {
        return errors;
    }
    added_tolerations(new, old, &path.child("tolerations"), &mut errors);
    removed_gates(new, old, &path.child("schedulingGates"), &mut errors);
    rest(new, old, &path, &mut errors);
    errors
}

/// A deadline may come, and may come nearer. Says whether to go on.
fn deadline(new: &PodSpec, old: &PodSpec, path: &Path, errors: &mut ErrorList) -> bool {
    match (new.active_deadline_seconds, old.active_deadline_seconds) {
        (Some(after), before) => {
            if let Some(why) = names::in_range(after, 0, i32::MAX.into()).pop() {
                errors.push(FieldError::invalid(path, after, why));
                return false;
            }
            if before.is_some_and(|before| before < after) {
                errors.push(FieldError::invalid(
                    path,
                    after,
                    "must be less than or equal to previous value",
                ));
                return false;
            }
        }
        (None, Some(_)) => errors.push(FieldError::invalid(
            path,
            Json(()),
            "must not update from a positive integer to nil value",
        )),
        (None, None) => {}
    }
    true
}

fn added_tolerations(new: &PodSpec, old: &PodSpec, path: &Path, errors: &mut ErrorList) {
    let set = |spec: &'_ PodSpec| -> BTreeSet<[Option<String>; 4]> {
        let tolerations = spec.tolerations.iter().flatten().cloned();
        tolerations
            .map(|one| [one.key, one.operator, one.value, one.effect])
            .collect()
    };
    if !set(old).is_subset(&set(new)) {
        errors.push(FieldError::forbidden(
            path,
            "existing toleration can not be modified except its tolerationSeconds",
        ));
    }
}

fn removed_gates(new: &PodSpec, old: &PodSpec, path: &Path, errors: &mut ErrorList) {
    let before: BTreeSet<&str> = old
        .scheduling_gates
        .iter()
        .flatten()
        .map(|gate| gate.name.as_str())
        .collect();
    for (index, gate) in new.scheduling_gates.iter().flatten().enumerate() {
        if !before.contains(gate.name.as_str()) {
            errors.push(FieldError::forbidden(
                &path.index(index),
                format!(
                    "only deletion is allowed, but found new scheduling gate '{}'",
                    gate.name
                ),
            ));
        }
    }
}

/// Whatever is left must be as it was.
fn rest(new: &PodSpec, old: &PodSpec, path: &Path, errors: &mut ErrorList) {
    let mut munged = new.clone();
    for (after, before) in munged.containers.iter_mut().zip(&old.containers) {
        after.image.clone_from(&before.image);
    }
    let inits = munged.init_containers.iter_mut().flatten();
    for (after, before) in inits.zip(old.init_containers.iter().flatten()) {
        after.image.clone_from(&before.image);
    }
    munged.active_deadline_seconds = old.active_deadline_seconds;
    munged.tolerations.clone_from(&old.tolerations);
    munged.scheduling_gates.clone_from(&old.scheduling_gates);
    let was_negative = old
        .termination_grace_period_seconds
        .is_some_and(|seconds| seconds < 0);
    if was_negative && new.termination_grace_period_seconds == Some(1) {
        munged.termination_grace_period_seconds = old.termination_grace_period_seconds;
    }
    // A Pod that still waits at its gates may be told more closely where to run.
    if !old
        .scheduling_gates
        .as_deref()
        .unwrap_or_default()
        .is_empty()
        && narrows(new, old)
    {
        munged.node_selector.clone_from(&old.node_selector);
    }
    if !semantic(&munged, old) {
        errors.push(FieldError::forbidden(
            path,
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
        ));
    }
}

fn narrows(new: &PodSpec, old: &PodSpec) -> bool {
    old.node_selector.iter().flatten().all(|(key, value)| {
        new.node_selector.as_ref().and_then(|after| after.get(key)) == Some(value)
    })
}

/// Every fault of a change of a Pod's status.
pub fn pod_status_update(new: &Pod, old: &Pod) -> ErrorList {
    let mut errors = object_meta_update(&new.metadata, &old.metadata);
    let (no_status, no_spec) = (PodStatus::default(), PodSpec::default());
    let after = new.status.as_ref().unwrap_or(&no_status);
    let before = old.status.as_ref().unwrap_or(&no_status);
    let spec = old.spec.as_ref().unwrap_or(&no_spec);
    let path = Path::new("status");
    if let Some(name) = after
        .nominated_node_name
        .as_deref()
        .filter(|name| !name.is_empty())
    {
        for why in names::dns_subdomain(name) {
            errors.push(FieldError::invalid(
                &path.child("nominatedNodeName"),
                name,
                why,
            ));
        }
    }
    container_states(
        after.container_statuses.as_deref().unwrap_or_default(),
        before.container_statuses.as_deref().unwrap_or_default(),
        spec,
        &path.child("containerStatuses"),
        &mut errors,
    );
    errors
}

/// A container that is not to be restarted does not come back.
fn container_states(
    new: &[ContainerStatus],
    old: &[ContainerStatus],
    spec: &PodSpec,
    path: &Path,
    errors: &mut ErrorList,
) {
    let back: BTreeSet<&str> = new
        .iter()
        .filter(|after| !is_ended(after))
        .map(|after| after.name.as_str())
        .collect();
    // The place is that in the old list, as upstream reports it.
    for (index, before) in old.iter().enumerate() {
        let ended = before
            .state
            .as_ref()
            .and_then(|state| state.terminated.as_ref());
        let Some(ended) = ended else { continue };
        let own = spec
            .containers
            .iter()
            .find(|container| container.name == before.name);
        let has_rules = own.is_some_and(|container| container.restart_policy_rules.is_some());
        let policy = own
            .and_then(|container| container.restart_policy.as_deref())
            .or(spec.restart_policy.as_deref());
        let may_restart = match policy {
            Some("Never") => false,
            Some("OnFailure") => ended.exit_code != 0,
            _ => true,
        };
        if !may_restart && !has_rules && back.contains(before.name.as_str()) {
            errors.push(FieldError::forbidden(
                &path.index(index).child("state"),
                "may not be transitioned to non-terminated state",
            ));
        }
    }
}

fn is_ended(status: &ContainerStatus) -> bool {
    let state = status.state.as_ref();
    state.is_some_and(|state| state.terminated.is_some())
}
