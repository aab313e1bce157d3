//! Pods that nobody will count any more, and that must not wait for it.
//!
//! A Pod keeps the tracking finalizer until its Job has counted it. When the Job
//! is gone or finished, nobody will: the finalizer is removed, so that the Pod
//! can be deleted.
//!
//! Differs from Kubernetes: so it is when the Job is being deleted and no longer
//! selects the Pod. There nobody takes that finalizer, and a foreground deletion
//! waits for the Pod for ever.
//!
//! Source: upstream `syncOrphanPod`.

use jobyard_api::well_known::JOB_CONTROLLER_NAME;

use crate::job::{
    claim::{Claim, claim},
    pod_view::PodView,
    view::JobView,
};

/// Whether the tracking finalizer of this Pod is to be removed for want of a Job.
///
/// `job` is the Job of the name that the Pod's controller reference has, if
/// there is one in its namespace. `controller_name` is the name under which the
/// caller takes Jobs: the finalizers of another controller's Jobs are that
/// controller's, and those of Jobs that are gone are the built-in controller's.
pub fn is_orphan(pod: &PodView, job: Option<&JobView>, controller_name: &str) -> bool {
    if !pod.has_tracking_finalizer {
        return false;
    }
    let Some(controller) = &pod.controller else {
        return controller_name == JOB_CONTROLLER_NAME;
    };
    if !controller.is_job {
        return false;
    }
    match job.filter(|job| job.uid == controller.uid) {
        None => controller_name == JOB_CONTROLLER_NAME,
        Some(job) => {
            let is_left = || job.is_deleting && claim(job, pod) == Claim::Ignore;
            *job.managed_by == *controller_name && (job.is_finished() || is_left())
        }
    }
}
