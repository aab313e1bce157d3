//! Rules of podFailurePolicy and successPolicy.
//!
//! Both are bounded lists, since the controller walks them for every finished Pod.
//!
//! Source: upstream `validatePodFailurePolicy`, `validateSuccessPolicy`.

use std::collections::BTreeSet;

use crate::{
    batch::{
        JobSpec, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement,
        PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule, SuccessPolicy,
        SuccessPolicyRule,
    },
    field::{ErrorList, FieldError, Json, Path},
    indexes::IndexSet,
    validation::{meta::nonnegative, names},
};

/// Most rules of either policy.
const RULES_MAX: usize = 20;
/// Most exit codes in one rule.
const EXIT_CODES_MAX: usize = 255;
/// Most Pod conditions in one rule.
const POD_CONDITIONS_MAX: usize = 20;
/// Longest `succeededIndexes`, in bytes.
const SUCCEEDED_INDEXES_BYTES_MAX: usize = 64 * 1024;

const ACTIONS: [&str; 4] = ["Count", "FailIndex", "FailJob", "Ignore"];
const OPERATORS: [&str; 2] = ["In", "NotIn"];
const STATUSES: [&str; 3] = ["False", "True", "Unknown"];

/// Every fault of a podFailurePolicy.
pub(super) fn pod_failure_policy(
    policy: &PodFailurePolicy,
    spec: &JobSpec,
    path: &Path,
    errors: &mut ErrorList,
) {
    let path = path.child("rules");
    too_many(policy.rules.len(), RULES_MAX, &path, errors);
    let containers = container_names(spec);
    for (index, rule) in policy.rules.iter().enumerate() {
        failure_rule(rule, spec, &containers, &path.index(index), errors);
    }
}

fn container_names(spec: &JobSpec) -> BTreeSet<&str> {
    let pod = spec.template.spec.iter();
    pod.flat_map(|pod| pod.init_containers.iter().flatten().chain(&pod.containers))
        .map(|container| container.name.as_str())
        .collect()
}

fn failure_rule(
    rule: &PodFailurePolicyRule,
    spec: &JobSpec,
    containers: &BTreeSet<&str>,
    path: &Path,
    errors: &mut ErrorList,
) {
    if rule.action == "FailIndex" && spec.backoff_limit_per_index.is_none() {
        errors.push(FieldError::invalid(
            &path.child("action"),
            &rule.action,
            "requires the backoffLimitPerIndex to be set",
        ));
    }
    one_of(&rule.action, &ACTIONS, &path.child("action"), errors);
    let conditions = rule.on_pod_conditions.as_deref().unwrap_or_default();
    if let Some(requirement) = &rule.on_exit_codes {
        on_exit_codes(requirement, containers, &path.child("onExitCodes"), errors);
    }
    if !conditions.is_empty() {
        on_pod_conditions(conditions, &path.child("onPodConditions"), errors);
    }
    match (rule.on_exit_codes.is_some(), conditions.is_empty()) {
        (true, false) => errors.push(FieldError::invalid_unprinted(
            path,
            "specifying both OnExitCodes and OnPodConditions is not supported",
        )),
        (false, true) => errors.push(FieldError::invalid_unprinted(
            path,
            "specifying one of OnExitCodes and OnPodConditions is required",
        )),
        (true, true) | (false, false) => {}
    }
}

fn on_exit_codes(
    requirement: &PodFailurePolicyOnExitCodesRequirement,
    containers: &BTreeSet<&str>,
    path: &Path,
    errors: &mut ErrorList,
) {
    one_of(
        &requirement.operator,
        &OPERATORS,
        &path.child("operator"),
        errors,
    );
    if let Some(name) = &requirement.container_name
        && !containers.contains(name.as_str())
    {
        errors.push(FieldError::invalid(
            &path.child("containerName"),
            name,
            "must be one of the container or initContainer names in the pod template",
        ));
    }
    let path = path.child("values");
    let values = &requirement.values;
    if values.is_empty() {
        errors.push(FieldError::invalid(
            &path,
            Json(values),
            "at least one value is required",
        ));
    }
    too_many(values.len(), EXIT_CODES_MAX, &path, errors);
    let mut seen = BTreeSet::new();
    for (index, &value) in values.iter().enumerate() {
        if requirement.operator == "In" && value == 0 {
            errors.push(FieldError::invalid(
                &path.index(index),
                value,
                "must not be 0 for the In operator",
            ));
        }
        if !seen.insert(value) {
            errors.push(FieldError::duplicate(&path.index(index), value));
        }
    }
    if !values.is_sorted() {
        errors.push(FieldError::invalid(&path, Json(values), "must be ordered"));
    }
}

fn on_pod_conditions(
    patterns: &[PodFailurePolicyOnPodConditionsPattern],
    path: &Path,
    errors: &mut ErrorList,
) {
    too_many(patterns.len(), POD_CONDITIONS_MAX, path, errors);
    for (index, pattern) in patterns.iter().enumerate() {
        let path = path.index(index);
        for why in names::qualified_name(&pattern.type_) {
            errors.push(FieldError::invalid(
                &path.child("type"),
                &pattern.type_,
                why,
            ));
        }
        let status = pattern.status.as_deref().unwrap_or("");
        one_of(status, &STATUSES, &path.child("status"), errors);
    }
}

/// Every fault of a successPolicy.
pub(super) fn success_policy(
    policy: &SuccessPolicy,
    spec: &JobSpec,
    path: &Path,
    errors: &mut ErrorList,
) {
    let path = path.child("rules");
    if policy.rules.is_empty() {
        errors.push(FieldError::required(
            &path,
            "at least one rules must be specified when the successPolicy is specified",
        ));
    }
    too_many(policy.rules.len(), RULES_MAX, &path, errors);
    // Absent completions are an error of their own.
    let completions = spec.completions.unwrap_or(0);
    for (index, rule) in policy.rules.iter().enumerate() {
        success_rule(rule, completions, &path.index(index), errors);
    }
}

fn success_rule(rule: &SuccessPolicyRule, completions: i32, path: &Path, errors: &mut ErrorList) {
    if rule.succeeded_count.is_none() && rule.succeeded_indexes.is_none() {
        errors.push(FieldError::required(
            path,
            "at least one of succeededCount or succeededIndexes must be specified",
        ));
    }
    let mut indexes = None;
    if let Some(text) = &rule.succeeded_indexes {
        let path = path.child("succeededIndexes");
        if text.len() > SUCCEEDED_INDEXES_BYTES_MAX {
            errors.push(FieldError::too_long(&path, SUCCEEDED_INDEXES_BYTES_MAX));
        }
        let below = u32::try_from(completions).unwrap_or(0);
        indexes = Some(match IndexSet::parse_strict(text, below) {
            Ok(set) => set.len(),
            Err(why) => {
                errors.push(FieldError::invalid(
                    &path,
                    text,
                    format!("error parsing succeededIndexes: {why}"),
                ));
                0
            }
        });
    }
    if let Some(count) = rule.succeeded_count {
        let path = path.child("succeededCount");
        nonnegative(count.into(), &path, errors);
        if count > completions {
            errors.push(FieldError::invalid(
                &path,
                count,
                format!(
                    "must be less than or equal to {completions} (the number of specified completions)"
                ),
            ));
        }
        if let Some(indexes) = indexes.filter(|indexes| i64::from(count) > *indexes as i64) {
            errors.push(FieldError::invalid(
                &path,
                count,
                format!(
                    "must be less than or equal to {indexes} (the number of indexes in the specified succeededIndexes field)"
                ),
            ));
        }
    }
}

/// A text that must be one of a few: empty is Required, other is NotSupported.
fn one_of(value: &str, supported: &[&str], path: &Path, errors: &mut ErrorList) {
    if value.is_empty() {
        errors.push(FieldError::required(
            path,
            format!("valid values: {}", go_list(supported)),
        ));
    } else if !supported.contains(&value) {
        errors.push(FieldError::not_supported(path, value, supported));
    }
}

/// `["a" "b"]`: a list as Go's `%q` prints it.
fn go_list(values: &[&str]) -> String {
    let quoted: Vec<String> = values.iter().map(|one| format!("{one:?}")).collect();
    format!("[{}]", quoted.join(" "))
}

fn too_many(count: usize, max: usize, path: &Path, errors: &mut ErrorList) {
    if count > max {
        errors.push(FieldError::too_many(path, count, max));
    }
}
