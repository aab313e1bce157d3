//! The garbage collector: dependents of Jobs that are gone or about to go.
//!
//! Source: upstream `pkg/controller/garbagecollector`.

use std::sync::Arc;

use jobyard_api::{
    Object, Uid, batch, core,
    well_known::{FINALIZER_FOREGROUND, FINALIZER_ORPHAN},
};
use jobyard_cluster::MetadataEdit;

use crate::{history::Author, world::World};

fn owners(pod: &core::Pod) -> impl Iterator<Item = &str> {
    let owners = pod.metadata.owner_references.iter().flatten();
    owners
        .filter(|owner| owner.kind == "Job")
        .map(|owner| owner.uid.as_str())
}

impl World {
    fn job_of(&self, uid: &str) -> Option<Arc<batch::Job>> {
        let mut jobs = self.server.jobs.all().map(|(_, job)| job);
        jobs.find(|job| job.metadata.uid.as_deref() == Some(uid))
            .cloned()
    }

    /// Whether the Pod has owners and none of them is there.
    pub(crate) fn is_dangling(&self, pod: &core::Pod) -> bool {
        let mut owners = owners(pod).peekable();
        owners.peek().is_some() && owners.all(|uid| self.job_of(uid).is_none())
    }

    fn dependents(&self, job: &Uid) -> Vec<Arc<core::Pod>> {
        let pods = self.server.pods.all().map(|(_, pod)| pod);
        pods.filter(|pod| owners(pod).any(|uid| uid == job.as_str()))
            .cloned()
            .collect()
    }

    /// The Job changed: what is to become of its Pods?
    pub(crate) fn on_job(&mut self, job: &batch::Job, is_gone: bool) {
        let uid = job.uid();
        if is_gone {
            for pod in self.dependents(&uid) {
                self.plan_pod(&pod.key(), &pod.uid());
            }
        } else if job.metadata.deletion_timestamp.is_some() && self.collecting.insert(uid.clone()) {
            let delay = self.up_to(10_000);
            self.after(delay, move |world| {
                world.collecting.remove(&uid);
                world.collect(&uid);
            });
        }
    }

    /// The Pod changed: does an owner of it wait for that?
    pub(crate) fn look_at_owner(&mut self, pod: &core::Pod) {
        let waiting: Vec<_> = owners(pod)
            .filter_map(|uid| self.job_of(uid))
            .filter(|job| job.metadata.deletion_timestamp.is_some())
            .collect();
        for job in waiting {
            self.on_job(&job, false);
        }
    }

    /// Does what the finalizers of a Job that is being deleted ask for.
    fn collect(&mut self, uid: &Uid) {
        let Some(job) = self.job_of(uid.as_str()) else {
            return;
        };
        let finalizers = job.metadata.finalizers.clone().unwrap_or_default();
        let dependents = self.dependents(uid);
        if finalizers.iter().any(|one| one == FINALIZER_ORPHAN) {
            for pod in &dependents {
                let edit = MetadataEdit::Release {
                    owner: uid.clone(),
                    finalizer: None,
                };
                self.edit::<core::Pod>(&**pod, &edit);
            }
            self.edit::<batch::Job>(&*job, &MetadataEdit::RemoveFinalizer(FINALIZER_ORPHAN));
        } else if finalizers.iter().any(|one| one == FINALIZER_FOREGROUND) {
            if dependents.is_empty() {
                self.edit::<batch::Job>(
                    &*job,
                    &MetadataEdit::RemoveFinalizer(FINALIZER_FOREGROUND),
                );
            }
            for pod in dependents {
                if pod.metadata.deletion_timestamp.is_none() {
                    self.delete_pod(Author::GarbageCollector, &pod.key(), &pod.uid(), None);
                }
            }
        }
    }

    fn edit<K: Object>(&mut self, object: &K, edit: &MetadataEdit) {
        let (key, uid) = (object.key(), object.uid());
        let asker = Author::GarbageCollector.into();
        if let Err(error) = self.server.edit_metadata::<K>(asker, &key, &uid, edit) {
            self.tell(|| format!("       edit of {key} is refused: {error}"));
        }
    }
}
