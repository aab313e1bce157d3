//! The garbage collector's driver: dependents of objects that are gone or going.
//!
//! It keeps a small view of every object, indexed by the uids of its owners. An
//! object is looked at when it or an owner of it changed; what to do is decided
//! by `jobyard_decide::gc` from the object, its owners and its dependents. An
//! owner that the caches show is believed to be there; that one is gone is asked
//! of the server, and so is the object itself before it is deleted.
//!
//! Owners of kinds that are not served may exist elsewhere; their dependents are
//! left alone.
//!
//! Source: upstream `pkg/controller/garbagecollector`.

mod handler;
mod kinds;

use std::sync::Arc;

use jobyard_api::{
    Uid,
    well_known::{FINALIZER_FOREGROUND, FINALIZER_ORPHAN},
};
use jobyard_cluster::{
    Cluster, ClusterError, Deletion, MetadataEdit, Propagation, Work, WorkQueue,
};
use jobyard_decide::gc::{self, GcStep, GcView, OwnerState, collect};
use tokio_util::sync::CancellationToken;

use crate::workers::Workers;
use kinds::{Caches, Item};

/// Objects looked at at a time (upstream `--concurrent-gc-syncs`).
const WORKERS: usize = 20;

/// Runs the garbage collector until `shutdown`, and ends after the work in hand.
pub async fn run<C: Cluster>(cluster: C, shutdown: CancellationToken) {
    let queue: WorkQueue<Look> = WorkQueue::new();
    let caches = Caches::start(&cluster, &queue);
    caches.synced().await;
    let collector = Arc::new(Collector {
        cluster,
        caches,
        queue: queue.clone(),
    });
    let mut workers = Workers::default();
    workers.start(WORKERS, &queue, {
        let collector = collector.clone();
        move |work| {
            let collector = collector.clone();
            async move { collector.look_at(work).await }
        }
    });
    drop(collector);
    tracing::info!("garbage collector started");
    workers.run_until(&shutdown).await;
    queue.shut_down();
    workers.join().await;
    tracing::info!("garbage collector stopped");
}

/// What to look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Look {
    /// This object.
    Item(Item),
    /// What belonged to the object with this uid, which is gone.
    DependentsOf(Uid),
}

struct Collector<C> {
    cluster: C,
    caches: Caches,
    queue: WorkQueue<Look>,
}

impl<C: Cluster> Collector<C> {
    async fn look_at(&self, work: Work<Look>) {
        let outcome = match work.key() {
            Look::Item(item) => self.collect_item(item).await,
            Look::DependentsOf(uid) => {
                for (kind, view) in self.caches.dependents(uid) {
                    let key = view.key.clone();
                    self.queue.add(Look::Item(Item { kind, key }));
                }
                Ok(())
            }
        };
        match outcome {
            Ok(()) => work.succeeded(),
            Err(error) => {
                tracing::debug!(what = ?work.key(), %error, "collection is tried again");
                work.failed();
            }
        }
    }

    async fn collect_item(&self, item: &Item) -> Result<(), ClusterError> {
        let Some(view) = self.caches.get(item) else {
            return Ok(());
        };
        let dependents = self.caches.dependents(&view.uid);
        let views: Vec<&GcView> = dependents.iter().map(|(_, view)| &**view).collect();
        let owners = self.owner_states(&view).await?;
        match collect(&view, &owners, &views) {
            GcStep::Keep => Ok(()),
            GcStep::Delete(_) => self.delete(item, &view.uid, &views).await,
            GcStep::RemoveReferences(owners) => {
                for owner in owners {
                    self.release(item, &view.uid, owner).await?;
                }
                Ok(())
            }
            GcStep::AwaitDependents(awaited) => {
                for (kind, view) in &dependents {
                    if awaited.iter().any(|awaited| awaited.uid == view.uid) {
                        let key = view.key.clone();
                        self.queue.add(Look::Item(Item { kind: *kind, key }));
                    }
                }
                Ok(())
            }
            GcStep::OrphanDependents(_) => {
                for (kind, dependent) in &dependents {
                    let key = dependent.key.clone();
                    let item = Item { kind: *kind, key };
                    self.release(&item, &dependent.uid, view.uid.clone())
                        .await?;
                }
                // The change of the last of them brings the owner here again.
                Ok(())
            }
            GcStep::FinishForeground => self.finish(item, &view, FINALIZER_FOREGROUND).await,
            GcStep::FinishOrphan => self.finish(item, &view, FINALIZER_ORPHAN).await,
        }
    }

    /// Deletes the object if, read past the cache, it still has to go.
    async fn delete(
        &self,
        item: &Item,
        uid: &Uid,
        dependents: &[&GcView],
    ) -> Result<(), ClusterError> {
        let Some(live) = item.live(&self.cluster).await? else {
            return Ok(());
        };
        if live.view.uid != *uid {
            return Ok(());
        }
        let owners = self.owner_states(&live.view).await?;
        let GcStep::Delete(propagation) = collect(&live.view, &owners, dependents) else {
            return Ok(()); // The cache will show why, and the object is looked at again.
        };
        let options = Deletion {
            uid: Some(uid.clone()),
            resource_version: live.resource_version,
            grace_period_seconds: None,
            propagation: Some(match propagation {
                gc::Propagation::Background => Propagation::Background,
                gc::Propagation::Foreground => Propagation::Foreground,
            }),
        };
        item.delete(&self.cluster, options).await
    }

    async fn release(&self, item: &Item, uid: &Uid, owner: Uid) -> Result<(), ClusterError> {
        let edit = MetadataEdit::Release {
            owner,
            finalizer: None,
        };
        item.edit(&self.cluster, uid, edit).await
    }

    /// Removes the finalizer, once the caches show every dependent that was made
    /// before the owner was deleted. One that is seen too late is deleted as one
    /// without owner, which for `orphan` is not what was asked for.
    async fn finish(
        &self,
        item: &Item,
        view: &GcView,
        finalizer: &'static str,
    ) -> Result<(), ClusterError> {
        let Some(revision) = self.caches.revision(item) else {
            return Ok(());
        };
        self.caches.wait_for(revision).await;
        let dependents = self.caches.dependents(&view.uid);
        let views: Vec<&GcView> = dependents.iter().map(|(_, view)| &**view).collect();
        match collect(view, &[], &views) {
            GcStep::FinishForeground | GcStep::FinishOrphan => {
                let edit = MetadataEdit::RemoveFinalizer(finalizer);
                item.edit(&self.cluster, &view.uid, edit).await
            }
            _ => {
                self.queue.add(Look::Item(item.clone()));
                Ok(())
            }
        }
    }

    /// How each owner of the object is; not asked for an object that is going already.
    async fn owner_states(&self, view: &GcView) -> Result<Vec<OwnerState>, ClusterError> {
        if view.deletion != gc::Deletion::None {
            return Ok(Vec::new());
        }
        let mut states = Vec::with_capacity(view.owners.len());
        for owner in &view.owners {
            let Some(item) = Item::owner(owner, &view.key.namespace) else {
                states.push(OwnerState::Solid);
                continue;
            };
            let cached = self.caches.get(&item);
            let state = if let Some(cached) = cached.filter(|cached| cached.uid == owner.uid) {
                OwnerState::of(owner, Some(&cached))
            } else {
                let live = item.live(&self.cluster).await?;
                OwnerState::of(owner, live.as_ref().map(|live| &live.view))
            };
            states.push(state);
        }
        Ok(states)
    }
}
