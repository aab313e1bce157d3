//! Jobs as users write them, by chance: every feature, and features together.

use std::collections::BTreeMap;

use jobyard_api::{
    batch, core,
    meta::{LabelSelector, ObjectMeta},
};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

/// A Job of this name. It may be one that the server refuses.
pub(crate) fn job(chance: &mut StdRng, name: &str, is_managed_by_others: bool) -> batch::Job {
    let is_indexed = chance.random_bool(0.5);
    let is_work_queue = !is_indexed && chance.random_bool(0.2);
    let most = [4, 8, 12][chance.random_range(0..3)];
    let completions = chance.random_range(1..=most);
    let completions = if chance.random_bool(0.03) {
        0
    } else {
        completions
    };
    let parallelism = if is_indexed && chance.random_bool(0.4) {
        completions
    } else {
        chance.random_range(1..=8)
    };
    let parallelism = if chance.random_bool(0.04) {
        0
    } else {
        parallelism
    };
    let is_per_index = is_indexed && chance.random_bool(0.5);
    let has_failure_policy = chance.random_bool(0.35);
    let restart_policy = if !has_failure_policy && chance.random_bool(0.25) {
        "OnFailure"
    } else {
        "Never"
    };
    let replacement = match (has_failure_policy, chance.random_range(0..3)) {
        (true, _) | (false, 0) => "Failed",
        (false, _) => "TerminatingOrFailed",
    };
    let failure_policy = has_failure_policy.then(|| failure_policy(chance, is_per_index));
    let success_policy = (is_indexed && completions > 0 && chance.random_bool(0.35))
        .then(|| success_policy(chance, completions));
    let limit = [0, 1, 2, 6, 20][chance.random_range(0..5)];
    let has_own_selector = chance.random_bool(0.12);
    let own = BTreeMap::from([("app".to_owned(), "shared".to_owned())]);
    batch::Job {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some("default".to_owned()),
            ..ObjectMeta::default()
        },
        spec: Some(batch::JobSpec {
            completion_mode: is_indexed.then(|| "Indexed".to_owned()),
            completions: (!is_work_queue).then_some(completions),
            parallelism: Some(parallelism),
            backoff_limit: (!is_per_index || chance.random_bool(0.2)).then_some(limit),
            backoff_limit_per_index: is_per_index.then(|| chance.random_range(0..3)),
            max_failed_indexes: (is_per_index && chance.random_bool(0.5))
                .then(|| chance.random_range(0..=completions.min(3))),
            pod_failure_policy: failure_policy,
            success_policy,
            pod_replacement_policy: Some(replacement.to_owned()),
            active_deadline_seconds: chance.random_bool(0.2).then(|| chance.random_range(1..150)),
            suspend: Some(chance.random_bool(0.15)),
            managed_by: is_managed_by_others.then(|| "example.com/another".to_owned()),
            manual_selector: has_own_selector.then_some(true),
            selector: has_own_selector.then(|| LabelSelector {
                match_labels: Some(own.clone()),
                ..LabelSelector::default()
            }),
            template: core::PodTemplateSpec {
                metadata: has_own_selector.then(|| ObjectMeta {
                    labels: Some(own),
                    ..ObjectMeta::default()
                }),
                spec: Some(pod_spec(restart_policy, chance.random_range(1..30))),
            },
            ..batch::JobSpec::default()
        }),
        status: None,
    }
}

/// What a Pod runs.
pub(crate) fn pod_spec(restart_policy: &str, grace_seconds: i64) -> core::PodSpec {
    core::PodSpec {
        restart_policy: Some(restart_policy.to_owned()),
        termination_grace_period_seconds: Some(grace_seconds),
        containers: vec![core::Container {
            name: "main".to_owned(),
            image: Some("work".to_owned()),
            ..core::Container::default()
        }],
        ..core::PodSpec::default()
    }
}

fn failure_policy(chance: &mut StdRng, is_per_index: bool) -> batch::PodFailurePolicy {
    let rules = (0..chance.random_range(1..=3)).map(|_| {
        let actions: &[&str] = if is_per_index {
            &["FailJob", "Ignore", "Count", "FailIndex"]
        } else {
            &["FailJob", "Ignore", "Count"]
        };
        let action = *actions.choose(chance).expect("there are actions");
        let on_codes = chance.random_bool(0.6);
        batch::PodFailurePolicyRule {
            action: action.to_owned(),
            on_exit_codes: on_codes.then(|| exit_codes(chance)),
            on_pod_conditions: (!on_codes).then(|| {
                vec![batch::PodFailurePolicyOnPodConditionsPattern {
                    type_: "DisruptionTarget".to_owned(),
                    status: Some("True".to_owned()),
                }]
            }),
        }
    });
    batch::PodFailurePolicy {
        rules: rules.collect(),
    }
}

fn exit_codes(chance: &mut StdRng) -> batch::PodFailurePolicyOnExitCodesRequirement {
    let mut values: Vec<i32> = [1, 2, 3, 42, 137, 143]
        .into_iter()
        .filter(|_| chance.random_bool(0.4))
        .collect();
    if values.is_empty() {
        values.push(42);
    }
    let operator = if chance.random_bool(0.7) {
        "In"
    } else {
        "NotIn"
    };
    batch::PodFailurePolicyOnExitCodesRequirement {
        container_name: chance.random_bool(0.3).then(|| "main".to_owned()),
        operator: operator.to_owned(),
        values,
    }
}

fn success_policy(chance: &mut StdRng, completions: i32) -> batch::SuccessPolicy {
    let rules = (0..chance.random_range(1..=2)).map(|_| {
        let last = chance.random_range(0..completions);
        let first = chance.random_range(0..=last);
        let size = last - first + 1;
        let has_indexes = chance.random_bool(0.6);
        let has_count = !has_indexes || chance.random_bool(0.4);
        let indexes = if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        };
        let most = if has_indexes { size } else { completions };
        batch::SuccessPolicyRule {
            succeeded_indexes: has_indexes.then_some(indexes),
            succeeded_count: has_count.then(|| chance.random_range(1..=most)),
        }
    });
    batch::SuccessPolicy {
        rules: rules.collect(),
    }
}
