//! Which Pods a Job works with: the claim.
//!
//! A Job owns the Pods that refer to it as their controller. Pods without a
//! controller that its selector matches are adopted, Pods of its own that the
//! selector no longer matches are let go. A Job that is being deleted does neither:
//! what it no longer selects is not its own any more, and `orphan` frees it.
//!
//! Source: upstream `getPodsForJob`, `PodControllerRefManager.ClaimPods`
//! (`pkg/controller/controller_ref_manager.go`).

use crate::job::{
    pod_view::{PodLabels, PodView},
    view::JobView,
};

/// What a Job does about a Pod of its namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The Pod is the Job's.
    Claimed,
    /// Make it the Job's: add the owner reference and the tracking finalizer in
    /// one write. Before the first adoption of a sync the driver reads the Job
    /// past every cache and goes on only if [`JobView::may_still_adopt`]. Then
    /// the Pod as it was written back is claimed; one that is gone is not.
    Adopt,
    /// Let it go: remove the owner reference and the tracking finalizer in one
    /// write. That the Pod is gone, or the edit no longer valid, does not matter.
    Release,
    /// Not the Job's business.
    Ignore,
}

/// Decides about one Pod. Candidates are the Pods whose controller is this Job,
/// and those of its namespace that have no controller.
pub fn claim(job: &JobView, pod: &PodView) -> Claim {
    if pod.key.namespace != job.key.namespace {
        return Claim::Ignore;
    }
    // The generated labels of an ordinary Pod are what the generated selector of
    // its own Job asks for: nothing needs to be compared.
    let is_selected = || {
        (job.selects_generated_label
            && pod.labels == PodLabels::Generated
            && pod.is_controlled_by(&job.uid))
            || job.selector.matches(&pod.labels())
    };
    match &pod.controller {
        Some(controller) if controller.uid != job.uid => Claim::Ignore,
        Some(_) if is_selected() => Claim::Claimed,
        Some(_) if job.is_deleting => Claim::Ignore,
        Some(_) => Claim::Release,
        None if job.is_deleting || pod.is_deleting || !is_selected() => Claim::Ignore,
        None => Claim::Adopt,
    }
}

/// A Job that must not adopt Pods, although its cached version would.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdoptionRefused {
    /// The Job is being deleted.
    #[error("{key} has just been deleted")]
    Deleting {
        /// The Job.
        key: jobyard_api::ObjectKey,
    },
    /// The Job is gone; another of its name is there.
    #[error("original Job {key} is gone: got uid {found}, wanted {wanted}")]
    Replaced {
        /// The Job's key.
        key: jobyard_api::ObjectKey,
        /// The uid of the Job that is there.
        found: jobyard_api::Uid,
        /// The uid of the Job that wanted to adopt.
        wanted: jobyard_api::Uid,
    },
}

impl JobView {
    /// Whether this Job, as `live` shows it past every cache, may adopt Pods.
    ///
    /// Source: upstream `RecheckDeletionTimestamp`.
    pub fn may_still_adopt(&self, live: &Self) -> Result<(), AdoptionRefused> {
        if live.uid != self.uid {
            Err(AdoptionRefused::Replaced {
                key: self.key.clone(),
                found: live.uid.clone(),
                wanted: self.uid.clone(),
            })
        } else if live.is_deleting {
            Err(AdoptionRefused::Deleting {
                key: self.key.clone(),
            })
        } else {
            Ok(())
        }
    }
}
