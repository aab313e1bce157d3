//! A whole sync in one value, for people who ask "what would happen next?".
//!
//! Every request is assumed to succeed. Drivers do not use this: they go stage
//! by stage, because requests fail.

use jobyard_api::Timestamp;

use crate::job::{
    events::EventNote,
    manage::{CreatePod, DeleteReason, PodWork},
    plan::{Skip, plan},
    pod_template,
    settle::{CreateOutcome, DeleteOutcome, WorkOutcome},
    snapshot::Snapshot,
    status::JobStatus,
    view::JobView,
};

/// What one sync does, if every request succeeds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobDecision {
    /// In the order in which they happen.
    pub actions: Vec<JobAction>,
    /// The status after the sync, if it changes.
    pub status: Option<JobStatus>,
    /// When to look again if nothing happens before.
    pub wake_at: Option<Timestamp>,
    /// Events, in their order. A created Pod is named by what its name starts
    /// with and five `x`.
    pub events: Vec<EventNote>,
}

/// One action on one Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobAction {
    /// Create it.
    Create(CreatePod),
    /// Delete it; see [`crate::job::DeletePod`].
    Delete {
        /// The Pod's name.
        pod: Box<str>,
        /// Whether its finalizer is removed first.
        removes_finalizer_first: bool,
        /// Why.
        reason: DeleteReason,
    },
    /// Remove its tracking finalizer, after the Pod was written down.
    RemoveFinalizer {
        /// The Pod's name.
        pod: Box<str>,
    },
}

/// Decides a whole sync. Applying the decision and asking again gives no
/// action and no change of status.
pub fn sync(job: &JobView, snapshot: &Snapshot<'_>) -> Result<JobDecision, Skip> {
    let plan = plan(job, snapshot)?;
    let mut actions = Vec::new();
    let outcome = match plan.work() {
        PodWork::None => WorkOutcome::None,
        PodWork::Create(pods) => {
            actions.extend(pods.iter().copied().map(JobAction::Create));
            WorkOutcome::Created(pods.iter().map(|pod| created(job, *pod)).collect())
        }
        PodWork::Delete(pods) => {
            actions.extend(pods.iter().map(|deletion| JobAction::Delete {
                pod: deletion.pod.key.name.clone(),
                removes_finalizer_first: deletion.removes_finalizer_first,
                reason: deletion.reason,
            }));
            WorkOutcome::Deleted(vec![DeleteOutcome::Deleted; pods.len()])
        }
    };
    let settled = plan.settle(&outcome);
    actions.extend(
        settled
            .release()
            .iter()
            .map(|pod| JobAction::RemoveFinalizer {
                pod: pod.key.name.clone(),
            }),
    );
    let mut events = settled.events().to_vec();
    let mut status = None;
    if let Some(write) = settled.write() {
        events.extend(write.events.iter().cloned());
        status = Some(write.status.clone());
    }
    let released = vec![Ok(()); settled.release().len()];
    let accounted = settled.account(&released);
    if let Some(write) = accounted.write {
        events.extend(write.events);
        status = Some(write.status);
    }
    Ok(JobDecision {
        actions,
        status,
        wake_at: accounted.wake_at,
        events,
    })
}

fn created(job: &JobView, pod: CreatePod) -> CreateOutcome {
    let prefix = pod_template::generate_name(&job.key.name, pod.index);
    CreateOutcome::Created {
        name: format!("{prefix}xxxxx").into(),
    }
}
