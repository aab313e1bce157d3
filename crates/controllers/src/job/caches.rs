//! What the Job controller keeps of Jobs and Pods.
//!
//! A view is made once for each version of an object. The index under a Job's
//! uid holds its unsettled Pods only: a Job of 10,000 Pods, 100 at a time, costs
//! each sync some 100 Pods and not up to 10,000. Failed Pods that are settled are
//! found apart, for Jobs that may fail by one.

use std::{ops::Deref, sync::Arc};

use jobyard_api::{ObjectKey, Uid, batch, core, well_known::LABEL_CONTROLLER_UID};
use jobyard_cluster::{IndexKey, Informer, View};
use jobyard_decide::job::{
    JobView, PodView, pod_failure_policy::PodFailurePolicy, pod_view::PodPhase,
};
use smallvec::{SmallVec, smallvec};

/// A Job in the cache.
#[derive(Debug)]
pub(crate) struct CachedJob(pub(crate) JobView);

/// A Pod in the cache.
#[derive(Debug)]
pub(crate) struct CachedPod(pub(crate) Arc<PodView>);

impl Deref for CachedJob {
    type Target = JobView;

    fn deref(&self) -> &JobView {
        &self.0
    }
}

impl Deref for CachedPod {
    type Target = PodView;

    fn deref(&self) -> &PodView {
        &self.0
    }
}

impl View for CachedJob {
    type Object = batch::Job;

    fn of(object: &Arc<batch::Job>) -> Self {
        Self(JobView::from(object))
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }

    /// Jobs are looked for when a Pod without controller appears: those with a
    /// generated selector by the uid in it, the others through their namespace.
    fn index_keys(&self) -> SmallVec<[IndexKey; 2]> {
        if self.is_finished() {
            SmallVec::new()
        } else if self.selects_generated_label {
            smallvec![IndexKey::Selected(self.uid.clone())]
        } else {
            smallvec![IndexKey::Namespace(self.key.namespace.clone())]
        }
    }
}

impl View for CachedPod {
    type Object = core::Pod;

    fn of(object: &Arc<core::Pod>) -> Self {
        Self(Arc::new(PodView::from(&**object)))
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }

    fn index_keys(&self) -> SmallVec<[IndexKey; 2]> {
        match &self.controller {
            Some(controller) if !self.is_settled() => {
                smallvec![IndexKey::Controller(controller.uid.clone())]
            }
            Some(controller) if self.phase == PodPhase::Failed => {
                smallvec![IndexKey::Ended(controller.uid.clone())]
            }
            Some(_) => SmallVec::new(),
            None => {
                let mut keys = smallvec![IndexKey::NoController(self.key.namespace.clone())];
                keys.extend(generated_label(self).map(IndexKey::Selected));
                keys
            }
        }
    }
}

/// The Job whose generated selector matches the Pod, if it still exists.
fn generated_label(pod: &PodView) -> Option<Uid> {
    let labels = pod.labels();
    Some(labels.get(LABEL_CONTROLLER_UID)?.as_str().into())
}

/// The unfinished Jobs that select this Pod, which has no controller.
pub(crate) fn jobs_for_orphan(jobs: &Informer<CachedJob>, pod: &PodView) -> Vec<Arc<CachedJob>> {
    let labels = pod.labels();
    let mut found = jobs.indexed(&IndexKey::Namespace(pod.key.namespace.clone()));
    if let Some(uid) = generated_label(pod) {
        found.extend(jobs.indexed(&IndexKey::Selected(uid)));
    }
    found.retain(|job| job.key.namespace == pod.key.namespace && job.selector.matches(&labels));
    found
}

/// The Pods of a Job that its sync may have to look at.
pub(crate) fn pods_of(pods: &Informer<CachedPod>, job: &JobView) -> Vec<Arc<CachedPod>> {
    let mut found = pods.indexed(&IndexKey::Controller(job.uid.clone()));
    let policy = job.pod_failure_policy.as_ref();
    if policy.is_some_and(PodFailurePolicy::may_fail_job) {
        found.extend(pods.indexed(&IndexKey::Ended(job.uid.clone())));
    }
    found
}

/// Pods without controller that the Job might adopt.
pub(crate) fn orphans_for_job(pods: &Informer<CachedPod>, job: &JobView) -> Vec<Arc<CachedPod>> {
    if job.selects_generated_label {
        pods.indexed(&IndexKey::Selected(job.uid.clone()))
    } else {
        pods.indexed(&IndexKey::NoController(job.key.namespace.clone()))
    }
}
