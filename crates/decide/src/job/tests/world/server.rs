//! The API server of the world: revisions, deletion, finalizers.

use std::sync::Arc;

use jobyard_api::{Revision, core::Pod, meta::Time};

use crate::job::Watermarks;

use super::{Cache, GRACE_SECONDS, World};

impl World {
    pub(super) fn present(&self) -> Cache {
        Cache {
            job: self.job.clone(),
            pods: self.pods.clone(),
            read: Watermarks {
                jobs: self.job_revision,
                pods: self.pods_revision,
            },
        }
    }

    pub(super) fn stored_mut(&mut self, name: &str) -> Option<&mut Pod> {
        self.pods.get_mut(name).map(Arc::make_mut)
    }

    pub(super) fn next_revision(&mut self) -> Revision {
        self.revision += 1;
        Revision(self.revision)
    }

    pub(super) fn wrote_pod(&mut self, revision: Revision) {
        self.pods_revision = revision;
        self.written.pods = revision;
    }

    pub(super) fn request_deletion(&mut self, name: &str) {
        let now = self.now;
        self.pods_revision = self.next_revision();
        let pod = self.stored_mut(name).expect("the Pod exists");
        let is_scheduled = pod
            .spec
            .as_ref()
            .is_some_and(|spec| spec.node_name.is_some());
        let grace = if is_scheduled { GRACE_SECONDS } else { 0 };
        pod.metadata.deletion_timestamp = Some(Time(now + jiff::SignedDuration::from_secs(grace)));
        pod.metadata.deletion_grace_period_seconds = Some(grace);
        self.remove_if_released(name);
    }

    /// A deleted object leaves when its grace is over and nothing keeps it.
    pub(super) fn remove_if_released(&mut self, name: &str) {
        let metadata = &self.pods[name].metadata;
        let is_deleted = metadata.deletion_timestamp.is_some()
            && metadata.deletion_grace_period_seconds == Some(0);
        if is_deleted && metadata.finalizers.iter().flatten().next().is_none() {
            self.pods.remove(name);
        }
    }
}
