//! Where a Pod may run: tolerations, affinity, gates, spreading.
//!
//! Source: upstream `ValidateTolerations`, `validateAffinity`,
//! `ValidateNodeSelector`, `validateSchedulingGates`,
//! `validateTopologySpreadConstraints`, `validateNodeTaints`.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    core::{
        Affinity, NodeAffinity, NodeSelectorRequirement, NodeSelectorTerm, PodAffinityTerm,
        PodSpec, Taint, Toleration, WeightedPodAffinityTerm,
    },
    field::{ErrorList, FieldError, Json, Path},
    validation::{label_selector, names},
};

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// Every fault of a list of tolerations.
pub fn tolerations(tolerations: &[Toleration], path: &Path, errors: &mut ErrorList) {
    for (index, toleration) in tolerations.iter().enumerate() {
        self::toleration(toleration, &path.index(index), errors);
    }
}

fn toleration(toleration: &Toleration, path: &Path, errors: &mut ErrorList) {
    let key = toleration.key.as_deref().unwrap_or("");
    let operator = toleration.operator.as_deref().unwrap_or("");
    let effect = toleration.effect.as_deref().unwrap_or("");
    let value = toleration.value.as_deref().unwrap_or("");
    if !key.is_empty() {
        for why in names::qualified_name(key) {
            errors.push(FieldError::invalid(&path.child("key"), key, why));
        }
    } else if operator != "Exists" {
        errors.push(FieldError::invalid(
            &path.child("operator"),
            operator,
            "operator must be Exists when `key` is empty, which means \"match all values and all keys\"",
        ));
    }
    if toleration.toleration_seconds.is_some() && effect != "NoExecute" {
        errors.push(FieldError::invalid(
            &path.child("effect"),
            effect,
            "effect must be 'NoExecute' when `tolerationSeconds` is set",
        ));
    }
    match operator {
        "" | "Equal" => {
            let faults = names::label_value(value);
            if !faults.is_empty() {
                errors.push(FieldError::invalid(
                    &path.child("operator"),
                    value,
                    faults.join(";"),
                ));
            }
        }
        "Exists" => {
            if !value.is_empty() {
                errors.push(FieldError::invalid(
                    &path.child("operator"),
                    Json(toleration),
                    "value must be empty when `operator` is 'Exists'",
                ));
            }
        }
        unknown => errors.push(FieldError::not_supported(
            &path.child("operator"),
            unknown,
            &["Equal", "Exists"],
        )),
    }
    if !effect.is_empty() && !EFFECTS.contains(&effect) {
        errors.push(FieldError::not_supported(
            &path.child("effect"),
            effect,
            &EFFECTS,
        ));
    }
}

/// Every fault of a Node's taints.
pub fn taints(taints: &[Taint], path: &Path, errors: &mut ErrorList) {
    let mut seen = BTreeSet::new();
    for (index, taint) in taints.iter().enumerate() {
        let path = path.index(index);
        for why in names::qualified_name(&taint.key) {
            errors.push(FieldError::invalid(&path.child("key"), &taint.key, why));
        }
        let value = taint.value.as_deref().unwrap_or("");
        let faults = names::label_value(value);
        if !faults.is_empty() {
            errors.push(FieldError::invalid(
                &path.child("value"),
                value,
                faults.join(";"),
            ));
        }
        super::one_of(Some(&taint.effect), &EFFECTS, &path.child("effect"), errors);
        if !seen.insert((&taint.key, &taint.effect)) {
            let mut duplicate = FieldError::duplicate(&path, Json(taint));
            "taints must be unique by key and effect pair".clone_into(&mut duplicate.detail);
            errors.push(duplicate);
        }
    }
}

/// Every fault of an affinity.
pub(super) fn affinity(affinity: &Affinity, path: &Path, errors: &mut ErrorList) {
    if let Some(nodes) = &affinity.node_affinity {
        node_affinity(nodes, &path.child("nodeAffinity"), errors);
    }
    if let Some(pods) = &affinity.pod_affinity {
        let path = path.child("podAffinity");
        pod_terms(
            pods.required_during_scheduling_ignored_during_execution
                .as_deref(),
            pods.preferred_during_scheduling_ignored_during_execution
                .as_deref(),
            &path,
            errors,
        );
    }
    if let Some(pods) = &affinity.pod_anti_affinity {
        let path = path.child("podAntiAffinity");
        pod_terms(
            pods.required_during_scheduling_ignored_during_execution
                .as_deref(),
            pods.preferred_during_scheduling_ignored_during_execution
                .as_deref(),
            &path,
            errors,
        );
    }
}

fn node_affinity(affinity: &NodeAffinity, path: &Path, errors: &mut ErrorList) {
    if let Some(required) = &affinity.required_during_scheduling_ignored_during_execution {
        let path = path
            .child("requiredDuringSchedulingIgnoredDuringExecution")
            .child("nodeSelectorTerms");
        if required.node_selector_terms.is_empty() {
            errors.push(FieldError::required(
                &path,
                "must have at least one node selector term",
            ));
        }
        for (index, term) in required.node_selector_terms.iter().enumerate() {
            node_term(term, &path.index(index), errors);
        }
    }
    let preferred = affinity
        .preferred_during_scheduling_ignored_during_execution
        .iter()
        .flatten();
    for (index, term) in preferred.enumerate() {
        let path = path
            .child("preferredDuringSchedulingIgnoredDuringExecution")
            .index(index);
        weight(term.weight, &path, errors);
        node_term(&term.preference, &path.child("preference"), errors);
    }
}

fn weight(weight: i32, path: &Path, errors: &mut ErrorList) {
    if !(1..=100).contains(&weight) {
        errors.push(FieldError::invalid(
            &path.child("weight"),
            weight,
            "must be in the range 1-100",
        ));
    }
}

fn node_term(term: &NodeSelectorTerm, path: &Path, errors: &mut ErrorList) {
    for (index, requirement) in term.match_expressions.iter().flatten().enumerate() {
        let path = path.child("matchExpressions").index(index);
        node_requirement(requirement, &path, errors);
    }
    for (index, requirement) in term.match_fields.iter().flatten().enumerate() {
        let path = path.child("matchFields").index(index);
        node_field(requirement, &path, errors);
    }
}

/// As labels of any object are asked for; numbers can be compared, too.
fn node_requirement(requirement: &NodeSelectorRequirement, path: &Path, errors: &mut ErrorList) {
    let NodeSelectorRequirement { key, operator, .. } = requirement;
    let values = requirement.values.as_deref().unwrap_or_default();
    if !["Gt", "Lt"].contains(&operator.as_str()) {
        label_selector::requirement(key, operator, values, path, errors);
        return;
    }
    if values.len() != 1 {
        errors.push(FieldError::required(
            &path.child("values"),
            "must be specified single value when `operator` is 'Lt' or 'Gt'",
        ));
    }
    label_selector::key_and_values(key, values, path, errors);
}

/// A field of the Node: its name, and one only.
fn node_field(requirement: &NodeSelectorRequirement, path: &Path, errors: &mut ErrorList) {
    let values = requirement.values.as_deref().unwrap_or_default();
    match requirement.operator.as_str() {
        "In" | "NotIn" => {
            if values.len() != 1 {
                errors.push(FieldError::required(
                    &path.child("values"),
                    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
                ));
            }
        }
        unknown => errors.push(FieldError::invalid(
            &path.child("operator"),
            unknown,
            "not a valid selector operator",
        )),
    }
    if requirement.key == "metadata.name" {
        for (index, value) in values.iter().enumerate() {
            for why in names::dns_subdomain(value) {
                errors.push(FieldError::invalid(
                    &path.child("values").index(index),
                    value,
                    why,
                ));
            }
        }
    } else {
        errors.push(FieldError::invalid(
            &path.child("key"),
            &requirement.key,
            "not a valid field selector key",
        ));
    }
}

fn pod_terms(
    required: Option<&[PodAffinityTerm]>,
    preferred: Option<&[WeightedPodAffinityTerm]>,
    path: &Path,
    errors: &mut ErrorList,
) {
    for (index, term) in required.unwrap_or_default().iter().enumerate() {
        let path = path
            .child("requiredDuringSchedulingIgnoredDuringExecution")
            .index(index);
        pod_term(term, &path, errors);
    }
    for (index, term) in preferred.unwrap_or_default().iter().enumerate() {
        let path = path
            .child("preferredDuringSchedulingIgnoredDuringExecution")
            .index(index);
        weight(term.weight, &path, errors);
        pod_term(
            &term.pod_affinity_term,
            &path.child("podAffinityTerm"),
            errors,
        );
    }
}

fn pod_term(term: &PodAffinityTerm, path: &Path, errors: &mut ErrorList) {
    for (name, selector) in [
        ("labelSelector", &term.label_selector),
        ("namespaceSelector", &term.namespace_selector),
    ] {
        if let Some(selector) = selector {
            label_selector::validate(selector, &path.child(name), errors);
        }
    }
    for namespace in term.namespaces.iter().flatten() {
        for why in names::dns_label(namespace) {
            errors.push(FieldError::invalid(
                &path.child("namespace"),
                namespace,
                why,
            ));
        }
    }
    topology_key(&term.topology_key, &path.child("topologyKey"), errors);
}

fn topology_key(key: &str, path: &Path, errors: &mut ErrorList) {
    if key.is_empty() {
        errors.push(FieldError::required(path, "can not be empty"));
    } else {
        for why in names::qualified_name(key) {
            errors.push(FieldError::invalid(path, key, why));
        }
    }
}

/// What keeps a Pod from being scheduled until somebody takes it away.
pub(super) fn gates(spec: &PodSpec, path: &Path, errors: &mut ErrorList) {
    let mut seen = BTreeSet::new();
    for (index, gate) in spec.scheduling_gates.iter().flatten().enumerate() {
        let path = path.index(index);
        for why in names::qualified_name(&gate.name) {
            errors.push(FieldError::invalid(&path, &gate.name, why));
        }
        if !seen.insert(&gate.name) {
            errors.push(FieldError::duplicate(&path, &gate.name));
        }
    }
}

/// How Pods spread over the values of a label of Nodes.
pub(super) fn topology_spread(spec: &PodSpec, path: &Path, errors: &mut ErrorList) {
    let constraints = spec
        .topology_spread_constraints
        .as_deref()
        .unwrap_or_default();
    let last_of: BTreeMap<(&str, &str), usize> = constraints
        .iter()
        .enumerate()
        .map(|(index, one)| ((&*one.topology_key, &*one.when_unsatisfiable), index))
        .collect();
    for (index, constraint) in constraints.iter().enumerate() {
        let path = path.index(index);
        if constraint.max_skew <= 0 {
            errors.push(FieldError::invalid(
                &path.child("maxSkew"),
                constraint.max_skew,
                "must be greater than zero",
            ));
        }
        topology_key(&constraint.topology_key, &path.child("topologyKey"), errors);
        let when = constraint.when_unsatisfiable.as_str();
        if !["DoNotSchedule", "ScheduleAnyway"].contains(&when) {
            errors.push(FieldError::not_supported(
                &path.child("whenUnsatisfiable"),
                when,
                &["DoNotSchedule", "ScheduleAnyway"],
            ));
        }
        // Upstream compares with those that follow: the first of two is reported.
        if last_of[&(constraint.topology_key.as_str(), when)] != index {
            errors.push(FieldError::duplicate(
                &path.child("{topologyKey, whenUnsatisfiable}"),
                format!("{{{}, {when}}}", constraint.topology_key),
            ));
        }
        if let Some(domains) = constraint.min_domains {
            if domains <= 0 {
                errors.push(FieldError::invalid(
                    &path.child("minDomains"),
                    domains,
                    "must be greater than zero",
                ));
            }
            if when != "DoNotSchedule" {
                errors.push(FieldError::invalid(
                    &path.child("minDomains"),
                    domains,
                    format!(
                        "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {when}"
                    ),
                ));
            }
        }
        if let Some(selector) = &constraint.label_selector {
            label_selector::validate(selector, &path.child("labelSelector"), errors);
        }
    }
}
