//! What the failure of a Pod means to its Job: `spec.podFailurePolicy` (KEP-3329).

use jobyard_api::{batch::PodFailurePolicyRule, core::ContainerStatus};

use super::{
    job::JobFacts,
    pod::{self, PodFacts},
};

/// The action of the first rule that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// With what the condition then says.
    FailJob(String),
    FailIndex,
    Ignore,
    /// Also without any rule.
    Count,
}

impl Failure {
    pub(super) fn of(job: &JobFacts, pod: &PodFacts) -> Self {
        let policy = job
            .object
            .spec
            .as_ref()
            .and_then(|spec| spec.pod_failure_policy.as_ref());
        let rules = policy.map_or(&[][..], |policy| &policy.rules);
        for (number, rule) in rules.iter().enumerate() {
            let Some(what) = matches(rule, pod) else {
                continue;
            };
            match rule.action.as_str() {
                "FailJob" => {
                    return Self::FailJob(format!(
                        "{what} matching FailJob rule at index {number}"
                    ));
                }
                "FailIndex" => return Self::FailIndex,
                "Ignore" => return Self::Ignore,
                "Count" => return Self::Count,
                _ => {}
            }
        }
        Self::Count
    }

    /// Whether the Pod goes into the counter.
    pub(super) fn is_counted(&self) -> bool {
        *self != Self::Ignore
    }
}

/// What of the Pod the rule matches, in the words of the condition's message.
fn matches(rule: &PodFailurePolicyRule, pod: &PodFacts) -> Option<String> {
    let key = &pod.key;
    if let Some(codes) = &rule.on_exit_codes {
        let exit_code = |status: &ContainerStatus| {
            let code = status.state.as_ref()?.terminated.as_ref()?.exit_code;
            let is_asked_for = match codes.operator.as_str() {
                "In" => codes.values.contains(&code),
                "NotIn" => !codes.values.contains(&code),
                _ => false,
            };
            let is_meant = codes
                .container_name
                .as_ref()
                .is_none_or(|name| *name == status.name);
            (code != 0 && is_asked_for && is_meant).then_some(code)
        };
        return pod::regular(&pod.object)
            .iter()
            .chain(pod::init(&pod.object))
            .find_map(|status| {
                let code = exit_code(status)?;
                let name = &status.name;
                Some(format!(
                    "Container {name} for pod {key} failed with exit code {code}"
                ))
            });
    }
    let patterns = rule.on_pod_conditions.as_deref().unwrap_or_default();
    let conditions = pod.object.status.as_ref()?.conditions.as_ref()?;
    let found = conditions.iter().find(|condition| {
        patterns.iter().any(|pattern| {
            pattern.type_ == condition.type_
                && pattern.status.as_deref().unwrap_or("True") == condition.status
        })
    })?;
    Some(format!("Pod {key} has condition {}", found.type_))
}
