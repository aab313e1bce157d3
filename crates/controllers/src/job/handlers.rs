//! From changes to keys.
//!
//! Which Job a change concerns, and nothing else: what it means is found by
//! looking at the Job. Events that leave the view of a Pod as it was concern
//! nobody, nor do Pods that are counted already.
//!
//! Source: upstream `addPod`, `updatePod`, `deletePod`, `updateJob`,
//! `deleteJob`, `resolveControllerRef`.

use std::{sync::Arc, time::Duration};

use jobyard_api::ObjectKey;
use jobyard_cluster::{Change, Informer};
use jobyard_decide::job::PodView;

use super::{
    Orphan, Queues,
    caches::{CachedJob, CachedPod, jobs_for_orphan},
    memory::Memories,
    metrics::Metrics,
};

/// Wait after what is most likely the echo of our own write: a status of a Job,
/// a new Pod. It asks for nothing that the sync which wrote it did not see, and
/// after a sync that failed it must not undercut the back-off. Should it be
/// somebody else's, it is looked at no later than upstream does
/// (`SyncJobBatchPeriod`).
const OWN_ECHO: Duration = Duration::from_secs(1);

/// Handles changes of Jobs.
pub(crate) struct Jobs {
    pub(crate) queues: Queues,
    pub(crate) controller_name: Box<str>,
    pub(crate) metrics: Metrics,
}

/// Handles changes of Pods.
pub(crate) struct Pods {
    pub(crate) queues: Queues,
    pub(crate) memories: Arc<Memories>,
    pub(crate) jobs: Informer<CachedJob>,
    pub(crate) metrics: Metrics,
}

impl Jobs {
    pub(crate) fn on_change(&self, change: &Change<CachedJob>) {
        let old = change.old.as_deref();
        if let (None, Some(new)) = (old, &change.new)
            && new.managed_by != self.controller_name
        {
            self.metrics.left_to(&new.managed_by);
        }
        let replaced = old.filter(|old| change.new.as_ref().is_none_or(|new| new.uid != old.uid));
        if let Some(gone) = replaced {
            let orphans = Orphan::PodsOf(gone.uid.clone());
            self.queues.orphans.add(orphans);
        }
        match change.new.as_deref() {
            Some(new) if new.is_finished() => {
                self.queues.orphans.add(Orphan::PodsOf(new.uid.clone()));
                // Nothing is synced any more; the sync only forgets the Job.
                self.queues.jobs.add(change.key.clone());
            }
            Some(new) if old.is_some_and(|old| old.generation == new.generation) => {
                self.queues.jobs.add_after(change.key.clone(), OWN_ECHO);
            }
            Some(_) | None => self.queues.jobs.add(change.key.clone()),
        }
    }
}

impl Pods {
    pub(crate) fn on_change(&self, change: &Change<CachedPod>) {
        let old = change.old.as_deref().map(|pod| &*pod.0);
        let new = change.new.as_deref().map(|pod| &*pod.0);
        if old == new {
            return;
        }
        self.metrics.pod_changed(old, new);
        // What has ended changes a Job no more, unless a FailJob rule is met by a
        // condition that comes later; that it ends may change much, also without the
        // finalizer: a Pod that was terminating is gone.
        let had_ended = |pod: &&PodView| {
            let is_as_before =
                |old: &PodView| old.phase.is_terminal() && old.conditions == pod.conditions;
            old.is_none_or(is_as_before) && pod.is_settled()
        };
        if let Some(new) = new.filter(|new| !had_ended(new)) {
            self.look_at(new, old.is_none() && new.is_active());
        }
        let is_left = |old: &&PodView| {
            !old.is_settled() && new.is_none_or(|new| new.controller != old.controller)
        };
        if let Some(left) = old.filter(is_left) {
            self.look_at(left, false);
        }
    }

    fn look_at(&self, pod: &PodView, is_echo: bool) {
        let Some(controller) = &pod.controller else {
            self.look_at_orphan(pod);
            return;
        };
        if !controller.is_job {
            return;
        }
        let key = ObjectKey::new(&pod.key.namespace, &controller.name);
        let job = self.jobs.get(&key);
        match job.filter(|job| job.uid == controller.uid && !job.is_finished()) {
            Some(_) if is_echo => self.queues.jobs.add_after(key, OWN_ECHO),
            Some(_) => self.look_at_job(key),
            None if pod.has_tracking_finalizer => {
                self.queues.orphans.add(Orphan::Pod(pod.key.clone()));
            }
            None => {}
        }
    }

    fn look_at_orphan(&self, pod: &PodView) {
        if pod.has_tracking_finalizer {
            self.queues.orphans.add(Orphan::Pod(pod.key.clone()));
        }
        for job in jobs_for_orphan(&self.jobs, pod) {
            self.look_at_job(job.key.clone());
        }
    }

    fn look_at_job(&self, key: ObjectKey) {
        let delay = self.memories.delay(&key);
        self.queues.jobs.add_after(key, delay);
    }
}
