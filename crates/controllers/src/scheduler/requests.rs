//! Requests of the scheduler that are under way.
//!
//! An API server on the network takes a millisecond or more to answer, and the
//! next Pod need not wait for that: its own node is chosen against room that is
//! already promised. What comes back is one of [`Ended`], which the scheduler
//! enters into its books; nothing here touches them.
//!
//! Source: upstream `schedule_one.go` (`bindingCycle`, `handleSchedulingFailure`).

use std::{sync::Arc, time::Duration};

use jobyard_api::{Timestamp, core, meta::Time};
use jobyard_cluster::{Cluster, ClusterError};
use jobyard_decide::placement::PodRequest;

use super::waiting::WaitingPod;

/// Wait after a binding that the server did not do (upstream `DefaultPodInitialBackoffDuration`).
pub(super) const RETRY: Duration = Duration::from_secs(1);
/// How often the condition of a Pod is written again that somebody else writes, too.
const CONDITION_ATTEMPTS_MAX: usize = 5;

/// What came of a request.
pub(super) enum Ended {
    /// A binding of this Pod to this node.
    Binding {
        pod: Arc<PodRequest>,
        node: Box<str>,
        outcome: Binding,
    },
    /// The condition PodScheduled says so, as far as that was possible.
    Telling(WaitingPod),
}

/// What came of a binding.
pub(super) enum Binding {
    /// The Pod has the node.
    Done,
    /// Refused; so the Pod looks now.
    Refused(Arc<PodRequest>),
    /// The Pod is gone.
    Gone,
    /// The server did not do it.
    Failed(ClusterError),
}

/// Binds the Pod to the node.
///
/// Without an answer the Pod may have the node, now or soon. The room then stays
/// promised, and the binding is asked for again: a Pod takes no second one, so
/// that in the end either answer tells.
pub(super) async fn bind<C: Cluster>(cluster: C, pod: Arc<PodRequest>, node: Box<str>) -> Ended {
    let mut is_unsure = false;
    let outcome = loop {
        let error = match cluster.bind(&pod.key, &pod.uid, &node).await {
            Ok(()) => break Binding::Done,
            Err(error) => error,
        };
        match error {
            ClusterError::NotFound(_) => break Binding::Gone,
            ClusterError::Conflict(_) => match look(&cluster, &pod).await {
                Ok(Some(found)) if is_unsure && found.node_name.as_ref() == Some(&node) => {
                    break Binding::Done;
                }
                Ok(Some(found)) => break Binding::Refused(found),
                Ok(None) => break Binding::Gone,
                Err(error) => wait_after(&pod, &error).await,
            },
            ClusterError::OutcomeUnknown(_) => {
                is_unsure = true;
                wait_after(&pod, &error).await;
            }
            ClusterError::AlreadyExists(_)
            | ClusterError::Forbidden(_)
            | ClusterError::Invalid(_)
            | ClusterError::Unavailable(_)
                if is_unsure =>
            {
                wait_after(&pod, &error).await;
            }
            ClusterError::AlreadyExists(_)
            | ClusterError::Forbidden(_)
            | ClusterError::Invalid(_)
            | ClusterError::Unavailable(_) => break Binding::Failed(error),
        }
    };
    Ended::Binding { pod, node, outcome }
}

/// The Pod as the server has it; `None` if it is gone.
async fn look<C: Cluster>(
    cluster: &C,
    pod: &PodRequest,
) -> Result<Option<Arc<PodRequest>>, ClusterError> {
    match cluster.get_live::<core::Pod>(&pod.key).await {
        Ok(live) => {
            let found = PodRequest::from(&*live);
            Ok((found.uid == pod.uid).then(|| Arc::new(found)))
        }
        Err(ClusterError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn wait_after(pod: &PodRequest, error: &ClusterError) {
    tracing::warn!(pod = %pod.key, %error, "what became of a binding is asked again");
    tokio::time::sleep(RETRY).await;
}

/// Writes why the Pod waits into its condition PodScheduled.
pub(super) async fn tell<C: Cluster>(cluster: C, pod: Arc<PodRequest>, message: String) -> Ended {
    for _ in 0..CONDITION_ATTEMPTS_MAX {
        let live = match cluster.get_live::<core::Pod>(&pod.key).await {
            Ok(live) if *live.metadata.uid.as_deref().unwrap_or("") == *pod.uid.as_str() => live,
            Ok(_) | Err(_) => break,
        };
        let Some(changed) = unschedulable(&live, &message, Timestamp::now()) else {
            break;
        };
        match cluster.update_status(changed).await {
            Ok(_) => break,
            // Read again and write again.
            Err(ClusterError::Conflict(_) | ClusterError::OutcomeUnknown(_)) => {}
            Err(error) => {
                tracing::debug!(pod = %pod.key, %error, "condition PodScheduled was not written");
                break;
            }
        }
    }
    Ended::Telling(WaitingPod {
        request: pod,
        message,
    })
}

/// The Pod with the condition PodScheduled=False, or `None` if it says so
/// already, or has got a node meanwhile.
fn unschedulable(pod: &core::Pod, message: &str, now: Timestamp) -> Option<core::Pod> {
    let node = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref());
    if node.is_some_and(|node| !node.is_empty()) {
        return None;
    }
    let mut pod = pod.clone();
    let conditions = pod
        .status
        .get_or_insert_default()
        .conditions
        .get_or_insert_default();
    let known = conditions
        .iter()
        .position(|condition| condition.type_ == "PodScheduled");
    let mut wanted = core::PodCondition {
        type_: "PodScheduled".to_owned(),
        status: "False".to_owned(),
        reason: Some("Unschedulable".to_owned()),
        message: Some(message.to_owned()),
        last_transition_time: Some(Time(now)),
        ..core::PodCondition::default()
    };
    match known.map(|place| &mut conditions[place]) {
        Some(known) => {
            if known.status == wanted.status {
                wanted
                    .last_transition_time
                    .clone_from(&known.last_transition_time);
            }
            if *known == wanted {
                return None;
            }
            *known = wanted;
        }
        None => conditions.push(wanted),
    }
    Some(pod)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pod_that_has_a_node_is_not_called_unschedulable() {
        let pod = |node: Option<&str>| -> core::Pod {
            serde_json::from_value(json!({
                "metadata": { "name": "one" },
                "spec": { "nodeName": node, "containers": [] },
            }))
            .unwrap()
        };
        let now = Timestamp::UNIX_EPOCH;
        let told = unschedulable(&pod(None), "no room", now).unwrap();
        assert_eq!(unschedulable(&told, "no room", now), None, "said already");
        assert_eq!(unschedulable(&pod(Some("here")), "no room", now), None);
    }
}
