//! Requests and limits.
//!
//! Source: upstream `ValidateContainerResourceRequirements`,
//! `validateContainerResourceName`, `ValidateResourceQuantityValue`; core
//! `helper` (which names are standard, native, extended).

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::api::resource::Quantity as WireQuantity;

use crate::{
    core::ResourceRequirements,
    field::{ErrorList, FieldError, Path},
    quantity::Quantity,
    validation::names,
};

/// What a container may ask for, and that it asks for no more than its limit.
pub(super) fn requirements(resources: &ResourceRequirements, path: &Path, errors: &mut ErrorList) {
    let limits = resources.limits.as_ref();
    let requests = resources.requests.as_ref();
    resource_list(limits, &path.child("limits"), errors);
    let requests_path = path.child("requests");
    for (name, wire) in requests.into_iter().flatten() {
        resource(name, wire, &requests_path.key(name), errors);
        let request = Quantity::from(wire);
        let limit = limits.and_then(|limits| limits.get(name));
        let overcommits = is_native(name) && !is_huge_page(name);
        match limit.map(|limit| (limit, Quantity::from(limit))) {
            Some((text, limit)) if !overcommits && request != limit => {
                errors.push(FieldError::invalid(
                    &requests_path,
                    &wire.0,
                    format!("must be equal to {name} limit of {}", text.0),
                ));
            }
            Some((text, limit)) if request > limit => errors.push(FieldError::invalid(
                &requests_path,
                &wire.0,
                format!("must be less than or equal to {name} limit of {}", text.0),
            )),
            None if !overcommits => errors.push(FieldError::required(
                &path.child("limits"),
                "Limit must be set for non overcommitable resources",
            )),
            Some(_) | None => {}
        }
    }
    let mut all = limits.into_iter().chain(requests).flat_map(BTreeMap::keys);
    let has_basic = all.clone().any(|name| name == "cpu" || name == "memory");
    if all.any(|name| is_huge_page(name)) && !has_basic {
        errors.push(FieldError::forbidden(
            path,
            "HugePages require cpu or memory",
        ));
    }
}

/// A list of amounts, such as limits or a Pod's overhead.
pub fn resource_list(
    list: Option<&BTreeMap<String, WireQuantity>>,
    path: &Path,
    errors: &mut ErrorList,
) {
    for (name, amount) in list.into_iter().flatten() {
        resource(name, amount, &path.key(name), errors);
    }
}

fn resource(name: &str, wire: &WireQuantity, path: &Path, errors: &mut ErrorList) {
    resource_name(name, path, errors);
    match Quantity::parse(wire.0.trim()) {
        // Decoding refuses such text before; objects made in this process come here.
        Err(why) => errors.push(FieldError::invalid(path, &wire.0, why.to_string())),
        Ok(amount) => {
            if amount.is_negative() {
                errors.push(FieldError::invalid(
                    path,
                    &wire.0,
                    "must be greater than or equal to 0",
                ));
            }
            if is_extended(name) && !amount.is_whole() {
                errors.push(FieldError::invalid(path, &wire.0, "must be an integer"));
            }
        }
    }
}

fn resource_name(name: &str, path: &Path, errors: &mut ErrorList) {
    let faults = names::qualified_name(name);
    let is_qualified = faults.is_empty();
    for why in faults {
        errors.push(FieldError::invalid(path, name, why));
    }
    let standard = ["cpu", "memory", "ephemeral-storage"].contains(&name) || is_huge_page(name);
    if !name.contains('/') {
        if !standard {
            if is_qualified && !STANDARD_ELSEWHERE.contains(&name) {
                errors.push(FieldError::invalid(
                    path,
                    name,
                    "must be a standard resource type or fully qualified",
                ));
            }
            errors.push(FieldError::invalid(
                path,
                name,
                "must be a standard resource for containers",
            ));
        }
    } else if !is_native(name) && !is_extended(name) {
        errors.push(FieldError::invalid(
            path,
            name,
            "doesn't follow extended resource name standard",
        ));
    }
}

/// Resources of quotas and nodes, which no container can have.
const STANDARD_ELSEWHERE: [&str; 12] = [
    "pods",
    "storage",
    "services",
    "secrets",
    "configmaps",
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "limits.cpu",
    "limits.memory",
    "persistentvolumeclaims",
    "resourcequotas",
];

fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Without a prefix, or with Kubernetes' own.
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && names::qualified_name(&format!("requests.{name}")).is_empty()
}
