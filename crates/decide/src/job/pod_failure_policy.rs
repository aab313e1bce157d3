//! `spec.podFailurePolicy`: what the failure of a Pod means for its Job.
//!
//! Rules are tried in order; the first that matches and whose action we know
//! decides. No rule: the failure counts, as without a policy.
//!
//! Source: documentation page "Handling retriable and non-retriable pod
//! failures with Pod failure policy"; upstream `matchPodFailurePolicy`
//! (`pkg/controller/job/pod_failure_policy.go`).

use jobyard_api::batch;

use crate::job::pod_view::{FailedContainer, PodView};

/// The rules, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodFailurePolicy {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    /// `None`: an action that we do not know; the rule is skipped.
    action: Option<FailureAction>,
    requirement: Requirement,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Requirement {
    OnExitCodes {
        /// `None`: any container.
        container: Option<Box<str>>,
        operator: Operator,
        values: Vec<i32>,
    },
    /// Pairs of type and status.
    OnPodConditions(Vec<(Box<str>, Box<str>)>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    /// One that we do not know: never matches.
    Unknown,
}

/// What a matching rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureAction {
    /// The Job fails.
    FailJob,
    /// The Pod's index fails, without further attempts.
    FailIndex,
    /// The failure is not counted.
    Ignore,
    /// The failure counts, as without a policy.
    Count,
}

/// How a failed Pod is to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailureMatch {
    /// What to do.
    pub action: FailureAction,
    /// The number of the rule, from 0.
    pub rule: usize,
    /// What of the Pod matches the rule, as a sentence without its end.
    pub what: String,
}

impl FailureMatch {
    /// The message of the condition, if the Job fails by this.
    pub fn fail_job_message(&self) -> Option<String> {
        let Self { action, rule, what } = self;
        (*action == FailureAction::FailJob)
            .then(|| format!("{what} matching FailJob rule at index {rule}"))
    }
}

impl PodFailurePolicy {
    /// Whether the failure of a single Pod may fail the Job.
    pub fn may_fail_job(&self) -> bool {
        let actions = self.rules.iter().map(|rule| rule.action);
        actions
            .into_iter()
            .any(|action| action == Some(FailureAction::FailJob))
    }

    /// The first rule that matches this failed Pod. `None`: count it.
    pub fn matching(&self, pod: &PodView) -> Option<FailureMatch> {
        self.rules.iter().enumerate().find_map(|(index, rule)| {
            Some(FailureMatch {
                action: rule.action?,
                rule: index,
                what: rule.requirement.matching(pod)?,
            })
        })
    }
}

impl Requirement {
    /// What of the Pod matches, as the message tells it.
    fn matching(&self, pod: &PodView) -> Option<String> {
        let key = &pod.key;
        match self {
            Self::OnExitCodes {
                container,
                operator,
                values,
            } => {
                let matches = |failed: &&FailedContainer| {
                    container.as_ref().is_none_or(|name| *name == failed.name)
                        && operator.matches(failed.exit_code, values)
                };
                let failed = pod.failed_containers.iter().find(matches)?;
                Some(format!(
                    "Container {} for pod {key} failed with exit code {}",
                    failed.name, failed.exit_code
                ))
            }
            Self::OnPodConditions(patterns) => {
                let matched = pod
                    .conditions
                    .iter()
                    .find(|condition| patterns.contains(condition))?;
                Some(format!("Pod {key} has condition {}", matched.0))
            }
        }
    }
}

impl Operator {
    fn matches(self, exit_code: i32, values: &[i32]) -> bool {
        match self {
            Self::In => values.contains(&exit_code),
            Self::NotIn => !values.contains(&exit_code),
            Self::Unknown => false,
        }
    }
}

impl From<&batch::PodFailurePolicy> for PodFailurePolicy {
    fn from(policy: &batch::PodFailurePolicy) -> Self {
        Self {
            rules: policy.rules.iter().map(Rule::from).collect(),
        }
    }
}

impl From<&batch::PodFailurePolicyRule> for Rule {
    fn from(rule: &batch::PodFailurePolicyRule) -> Self {
        let requirement = match &rule.on_exit_codes {
            Some(codes) => Requirement::OnExitCodes {
                container: codes.container_name.as_deref().map(Into::into),
                operator: match codes.operator.as_str() {
                    "In" => Operator::In,
                    "NotIn" => Operator::NotIn,
                    _ => Operator::Unknown,
                },
                values: codes.values.clone(),
            },
            None => Requirement::OnPodConditions(
                rule.on_pod_conditions
                    .iter()
                    .flatten()
                    .map(|pattern| {
                        let status = pattern.status.as_deref().unwrap_or("True");
                        (pattern.type_.as_str().into(), status.into())
                    })
                    .collect(),
            ),
        };
        Self {
            action: match rule.action.as_str() {
                "FailJob" => Some(FailureAction::FailJob),
                "FailIndex" => Some(FailureAction::FailIndex),
                "Ignore" => Some(FailureAction::Ignore),
                "Count" => Some(FailureAction::Count),
                _ => None,
            },
            requirement,
        }
    }
}
