//! What a run looks at of Jobs and Pods.

use std::sync::Arc;

use jobyard_api::{Object as _, ObjectKey, batch, core};
use jobyard_cluster::View;

/// A Job: whether and how it ended.
#[derive(Debug)]
pub(crate) struct WatchedJob {
    key: ObjectKey,
    pub(crate) outcome: Option<Outcome>,
}

/// How a Job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Complete; else Failed.
    pub(crate) is_complete: bool,
    /// Pods that succeeded.
    pub(crate) succeeded: u32,
    /// Pods that failed.
    pub(crate) failed: u32,
}

impl View for WatchedJob {
    type Object = batch::Job;

    fn of(job: &Arc<batch::Job>) -> Self {
        Self {
            key: job.key(),
            outcome: job.status.as_ref().and_then(outcome),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

fn outcome(status: &batch::JobStatus) -> Option<Outcome> {
    let count = |count: Option<i32>| count.and_then(|count| count.try_into().ok()).unwrap_or(0);
    let conditions = status.conditions.iter().flatten();
    let ended = conditions
        .filter(|condition| condition.status == "True")
        .find_map(|condition| match condition.type_.as_str() {
            "Complete" => Some(true),
            "Failed" => Some(false),
            _ => None,
        });
    ended.map(|is_complete| Outcome {
        is_complete,
        succeeded: count(status.succeeded),
        failed: count(status.failed),
    })
}

/// A Pod: whose it is.
#[derive(Debug)]
pub(crate) struct WatchedPod {
    key: ObjectKey,
    /// The name of its controller.
    pub(crate) controller: Option<Box<str>>,
}

impl View for WatchedPod {
    type Object = core::Pod;

    fn of(pod: &Arc<core::Pod>) -> Self {
        let mut owners = pod.metadata.owner_references.iter().flatten();
        let controller = owners.find(|owner| owner.controller == Some(true));
        Self {
            key: pod.key(),
            controller: controller.map(|owner| owner.name.as_str().into()),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_job_has_ended_when_its_last_condition_says_so() {
        let outcome = |conditions: serde_json::Value| {
            let status = json!({ "succeeded": 3, "failed": 1, "conditions": conditions });
            outcome(&serde_json::from_value(status).unwrap())
        };
        let condition = |type_: &str, status: &str| json!({ "type": type_, "status": status });
        let ended = |is_complete| {
            Some(Outcome {
                is_complete,
                succeeded: 3,
                failed: 1,
            })
        };
        let met = condition("SuccessCriteriaMet", "True");
        assert_eq!(outcome(json!([])), None);
        assert_eq!(outcome(json!([met])), None);
        assert_eq!(
            outcome(json!([met, condition("Complete", "True")])),
            ended(true)
        );
        assert_eq!(outcome(json!([condition("Failed", "True")])), ended(false));
        assert_eq!(outcome(json!([condition("Failed", "False")])), None);
    }
}
