//! Pods: their quality of service is decided at creation and never changes.
//!
//! Source: upstream `pkg/registry/core/pod/strategy.go`,
//! `pkg/apis/core/v1/helper/qos`.

use std::collections::BTreeMap;

use crate::{
    core::{Container, Pod, PodCondition, PodSpec, PodStatus},
    defaults,
    equality::semantic,
    field::ErrorList,
    quantity::Quantity,
    validation,
};

use super::{Strategy, next_generation};

impl Strategy for Pod {
    fn apply_defaults(&mut self) {
        defaults::pod(self);
    }

    fn prepare_create(&mut self) {
        self.metadata.generation = Some(1);
        let default = PodSpec::default();
        let spec = self.spec.as_ref().unwrap_or(&default);
        let is_gated = !spec
            .scheduling_gates
            .as_deref()
            .unwrap_or_default()
            .is_empty();
        let gated = is_gated.then(|| {
            vec![PodCondition {
                type_: "PodScheduled".to_owned(),
                status: "False".to_owned(),
                reason: Some("SchedulingGated".to_owned()),
                message: Some("Scheduling is blocked due to non-empty scheduling gates".to_owned()),
                ..PodCondition::default()
            }]
        });
        self.status = Some(PodStatus {
            phase: Some("Pending".to_owned()),
            qos_class: Some(qos_class(spec).to_owned()),
            conditions: gated,
            ..PodStatus::default()
        });
    }

    fn validate_own(&self) -> ErrorList {
        validation::pod::pod(self)
    }

    fn warnings(&self) -> Vec<String> {
        validation::warnings::pod(self)
    }

    fn prepare_update(&mut self, old: &Self) {
        self.status.clone_from(&old.status);
        let changed = !semantic(&self.spec, &old.spec);
        next_generation(&mut self.metadata, &old.metadata, changed);
    }

    fn validate_own_update(&self, old: &Self) -> ErrorList {
        validation::pod::pod_update(self, old)
    }

    fn update_warnings(&self, old: &Self) -> Vec<String> {
        if self.metadata.generation == old.metadata.generation {
            Vec::new()
        } else {
            validation::warnings::pod_spec_of(self)
        }
    }

    fn prepare_status_update(&mut self, old: &Self) {
        self.spec.clone_from(&old.spec);
        let (metadata, before) = (&mut self.metadata, &old.metadata);
        metadata
            .deletion_timestamp
            .clone_from(&before.deletion_timestamp);
        metadata
            .owner_references
            .clone_from(&before.owner_references);
        next_generation(metadata, before, false);
        let status = self.status.get_or_insert_default();
        let Some(before) = &old.status else { return };
        if status.qos_class.as_deref().unwrap_or("").is_empty() {
            status.qos_class.clone_from(&before.qos_class);
        }
        if status.observed_generation.unwrap_or(0) == 0 {
            status.observed_generation = before.observed_generation;
        }
        // A writer that does not know the field must not take it away.
        for condition in status.conditions.iter_mut().flatten() {
            if condition.observed_generation.unwrap_or(0) == 0 {
                condition.observed_generation = before
                    .conditions
                    .iter()
                    .flatten()
                    .find(|other| other.type_ == condition.type_)
                    .and_then(|other| other.observed_generation);
            }
        }
    }

    fn validate_own_status_update(&self, old: &Self) -> ErrorList {
        validation::pod::pod_status_update(self, old)
    }

    fn selectable_field(&self, name: &str) -> Option<String> {
        let spec = self.spec.as_ref();
        let status = self.status.as_ref();
        let value = match name {
            "spec.nodeName" => spec.and_then(|spec| spec.node_name.clone()),
            "spec.restartPolicy" => spec.and_then(|spec| spec.restart_policy.clone()),
            "spec.schedulerName" => spec.and_then(|spec| spec.scheduler_name.clone()),
            "spec.serviceAccountName" => spec.and_then(|spec| spec.service_account_name.clone()),
            "spec.hostNetwork" => {
                let shared = spec.and_then(|spec| spec.host_network).unwrap_or(false);
                Some(shared.to_string())
            }
            "status.phase" => status.and_then(|status| status.phase.clone()),
            "status.podIP" => status.and_then(|status| status.pod_ip.clone()),
            "status.podIPs" => {
                let addresses = status.and_then(|status| status.pod_ips.as_ref());
                let addresses = addresses.into_iter().flatten().map(|address| &*address.ip);
                Some(addresses.collect::<Vec<_>>().join(","))
            }
            "status.nominatedNodeName" => {
                status.and_then(|status| status.nominated_node_name.clone())
            }
            _ => return None,
        };
        Some(value.unwrap_or_default())
    }
}

/// `Guaranteed`, `Burstable` or `BestEffort`: who goes first when memory ends.
///
/// Only CPU and memory count, over regular and init containers. A Pod is
/// guaranteed when each container's limits are set and are its requests; it is
/// best effort when none is set anywhere. Resources of the Pod itself take the
/// place of its containers'.
pub fn qos_class(spec: &PodSpec) -> &'static str {
    let whole = spec.resources.as_ref();
    if let Some(resources) = whole {
        let requests = amounts(resources.requests.as_ref());
        let limits = amounts(resources.limits.as_ref());
        if !requests.is_empty() || !limits.is_empty() {
            let guaranteed = limits.len() == 2 && requests == limits;
            return if guaranteed {
                "Guaranteed"
            } else {
                "Burstable"
            };
        }
    }
    let inits = spec.init_containers.iter().flatten();
    let mut best_effort = true;
    let mut guaranteed = true;
    for container in spec.containers.iter().chain(inits) {
        let (requests, limits) = of_container(container);
        best_effort &= requests.is_empty() && limits.is_empty();
        guaranteed &= limits.len() == 2 && requests == limits;
    }
    match (best_effort, guaranteed) {
        (true, _) => "BestEffort",
        (false, true) => "Guaranteed",
        (false, false) => "Burstable",
    }
}

type Amounts<'a> = BTreeMap<&'a str, Quantity>;

fn of_container(container: &Container) -> (Amounts<'_>, Amounts<'_>) {
    let resources = container.resources.as_ref();
    (
        amounts(resources.and_then(|resources| resources.requests.as_ref())),
        amounts(resources.and_then(|resources| resources.limits.as_ref())),
    )
}

/// The amounts of CPU and memory that are not zero.
fn amounts(
    list: Option<&BTreeMap<String, k8s_openapi::apimachinery::pkg::api::resource::Quantity>>,
) -> Amounts<'_> {
    list.into_iter()
        .flatten()
        .filter(|(name, _)| *name == "cpu" || *name == "memory")
        .map(|(name, amount)| (name.as_str(), Quantity::from(amount)))
        .filter(|(_, amount)| !amount.is_zero())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quality_of_service() {
        use serde_json::json;
        let both = json!({"cpu": "1", "memory": "1Gi"});
        for (name, resources, class) in [
            ("nothing", vec![json!({})], "BestEffort"),
            (
                "all limits",
                vec![json!({"limits": both, "requests": both})],
                "Guaranteed",
            ),
            (
                "the same amount, written otherwise",
                vec![json!({"limits": both, "requests": {"cpu": "1000m", "memory": "1024Mi"}})],
                "Guaranteed",
            ),
            (
                "one limit",
                vec![json!({"limits": {"cpu": "1"}, "requests": {"cpu": "1"}})],
                "Burstable",
            ),
            (
                "one container of two",
                vec![json!({"limits": both, "requests": both}), json!({})],
                "Burstable",
            ),
            (
                "zero",
                vec![json!({"requests": {"cpu": "0"}})],
                "BestEffort",
            ),
            (
                "other resources",
                vec![json!({"limits": {"ephemeral-storage": "1Gi"}})],
                "BestEffort",
            ),
        ] {
            let containers: Vec<_> = resources
                .into_iter()
                .map(|resources| json!({"name": "c", "resources": resources}))
                .collect();
            let spec: PodSpec =
                serde_json::from_value(json!({"containers": containers})).expect("a PodSpec");
            assert_eq!(qos_class(&spec), class, "{name}");
        }
    }
}
