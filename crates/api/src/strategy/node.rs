//! Nodes: the agent says what they have, everybody else where Pods may go.
//!
//! Source: upstream `pkg/registry/core/node/strategy.go`, `ValidateNode`,
//! `ValidateNodeUpdate`.

use crate::{
    core::{Node, NodeSpec},
    defaults,
    field::{ErrorList, FieldError, Path},
    validation::{meta, names, pod},
};

use super::Strategy;

impl Strategy for Node {
    fn apply_defaults(&mut self) {
        defaults::node(self);
    }

    fn validate_own(&self) -> ErrorList {
        let mut errors = meta::object_meta(&self.metadata, false, names::dns_subdomain);
        taints(self, &mut errors);
        amounts(self, &mut errors);
        errors
    }

    fn prepare_update(&mut self, old: &Self) {
        self.status.clone_from(&old.status);
    }

    fn validate_own_update(&self, old: &Self) -> ErrorList {
        let mut errors = meta::object_meta_update(&self.metadata, &old.metadata);
        taints(self, &mut errors);
        amounts(self, &mut errors);
        // Cordoning, taints, and what a cloud fills in later may change.
        let fixed = |node: &Self| NodeSpec {
            unschedulable: None,
            taints: None,
            provider_id: None,
            pod_cidr: None,
            pod_cidrs: None,
            config_source: None,
            ..node.spec.clone().unwrap_or_default()
        };
        if fixed(self) != fixed(old) {
            errors.push(FieldError::forbidden(
                &Path::new("spec"),
                "node updates may only change labels, taints, or capacity (or configSource, if the DynamicKubeletConfig feature gate is enabled)",
            ));
        }
        let provider = |node: &Self| node.spec.as_ref().and_then(|spec| spec.provider_id.clone());
        let before = provider(old).filter(|id| !id.is_empty());
        if before.is_some() && before != provider(self) {
            errors.push(FieldError::forbidden(
                &Path::new("spec").child("providerID"),
                "node updates may not change providerID except from \"\" to valid",
            ));
        }
        errors
    }

    fn prepare_status_update(&mut self, old: &Self) {
        self.spec.clone_from(&old.spec);
    }

    fn validate_own_status_update(&self, old: &Self) -> ErrorList {
        let mut errors = meta::object_meta_update(&self.metadata, &old.metadata);
        amounts(self, &mut errors);
        errors
    }

    fn selectable_field(&self, name: &str) -> Option<String> {
        let cordoned = || self.spec.as_ref().and_then(|spec| spec.unschedulable);
        (name == "spec.unschedulable").then(|| cordoned().unwrap_or(false).to_string())
    }
}

fn taints(node: &Node, errors: &mut ErrorList) {
    let taints = node.spec.as_ref().and_then(|spec| spec.taints.as_deref());
    pod::taints(
        taints.unwrap_or_default(),
        &Path::new("spec").child("taints"),
        errors,
    );
}

/// Capacity and what of it is given out: no amount below zero.
fn amounts(node: &Node, errors: &mut ErrorList) {
    let Some(status) = &node.status else { return };
    for (name, list) in [
        ("capacity", &status.capacity),
        ("allocatable", &status.allocatable),
    ] {
        for (resource, amount) in list.iter().flatten() {
            let path = Path::new("status").child(name).key(resource);
            for why in names::qualified_name(resource) {
                errors.push(FieldError::invalid(&path, resource, why));
            }
            match crate::quantity::Quantity::parse(&amount.0) {
                Err(why) => errors.push(FieldError::invalid(&path, &amount.0, why.to_string())),
                Ok(parsed) if parsed.is_negative() => errors.push(FieldError::invalid(
                    &path,
                    &amount.0,
                    "must be greater than or equal to 0",
                )),
                Ok(_) => {}
            }
        }
    }
}
