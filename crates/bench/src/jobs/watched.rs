//! What a run looks at of Jobs and Pods.

use std::sync::Arc;

use jobyard_api::{Object as _, ObjectKey, batch, core};
use jobyard_cluster::View;

/// A Job: how far it is, and whether and how it ended.
#[derive(Debug)]
pub(crate) struct WatchedJob {
    key: ObjectKey,
    /// Complete; else Failed; `None`: not ended.
    pub(crate) is_complete: Option<bool>,
    pub(crate) pods: EndedPods,
}

/// Pods of a Job, by its status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EndedPods {
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
            is_complete: job.status.as_ref().and_then(is_complete),
            pods: job.status.as_ref().map(EndedPods::of).unwrap_or_default(),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

impl EndedPods {
    fn of(status: &batch::JobStatus) -> Self {
        let count = |count: Option<i32>| count.and_then(|count| count.try_into().ok()).unwrap_or(0);
        Self {
            succeeded: count(status.succeeded),
            failed: count(status.failed),
        }
    }
}

fn is_complete(status: &batch::JobStatus) -> Option<bool> {
    let conditions = status.conditions.iter().flatten();
    conditions
        .filter(|condition| condition.status == "True")
        .find_map(|condition| match condition.type_.as_str() {
            "Complete" => Some(true),
            "Failed" => Some(false),
            _ => None,
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
        let is_complete = |conditions: serde_json::Value| {
            let status = json!({ "succeeded": 3, "failed": 1, "conditions": conditions });
            is_complete(&serde_json::from_value(status).unwrap())
        };
        let condition = |type_: &str, status: &str| json!({ "type": type_, "status": status });
        let met = condition("SuccessCriteriaMet", "True");
        let complete = condition("Complete", "True");
        for (conditions, expected) in [
            (json!([]), None),
            (json!([met]), None),
            (json!([met, complete]), Some(true)),
            (json!([condition("Failed", "True")]), Some(false)),
            (json!([condition("Failed", "False")]), None),
        ] {
            assert_eq!(is_complete(conditions.clone()), expected, "{conditions}");
        }
    }
}
