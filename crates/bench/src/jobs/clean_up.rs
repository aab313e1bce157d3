//! Leaving the server as it was found: the Jobs of the run go, and their Pods.
//!
//! A create whose answer was given up may still be carried out after its Job was
//! deleted in vain; so what the watch still shows is deleted again.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jobyard_api::{ObjectKey, batch};
use jobyard_cluster::{Change, Cluster as _, ClusterError, Deletion, Propagation};
use jobyard_cluster_remote::RemoteCluster;
use tokio::sync::watch;

use super::{
    in_namespace,
    manifest::RunName,
    watched::{WatchedJob, WatchedPod},
};
use crate::{args::JobsArguments, say};

/// How long it is waited for Jobs and Pods to go.
const PATIENCE: Duration = Duration::from_mins(5);
/// How often what is still there is deleted again.
const AGAIN: Duration = Duration::from_secs(2);

/// What is to go.
pub(super) struct CleanUp<'a> {
    pub(super) cluster: &'a RemoteCluster,
    pub(super) arguments: &'a JobsArguments,
    pub(super) name: &'a RunName,
    /// Jobs with lower numbers may be there.
    pub(super) issued: u32,
}

/// What is still there of the run.
#[derive(Clone, Debug, Default)]
struct Left {
    jobs: BTreeSet<u32>,
    pods: usize,
}

impl CleanUp<'_> {
    /// Deletes the Jobs and waits until all is gone; says how long that took.
    pub(super) async fn run(&self) -> Result<Duration> {
        let left = Arc::new(watch::Sender::new(Left::default()));
        let jobs = self.cluster.informer(in_namespace(self.arguments), {
            let (name, left) = (self.name.clone(), left.clone());
            move |change: &Change<WatchedJob>| {
                let Some(number) = name.number(&change.key.name) else {
                    return;
                };
                left.send_modify(|left| {
                    if change.new.is_some() {
                        left.jobs.insert(number);
                    } else {
                        left.jobs.remove(&number);
                    }
                });
            }
        });
        let pods = self.cluster.informer(in_namespace(self.arguments), {
            let (name, left) = (self.name.clone(), left.clone());
            move |change: &Change<WatchedPod>| {
                let is_ours = |pod: &Option<Arc<WatchedPod>>| {
                    let controller = pod.as_ref().and_then(|pod| pod.controller.as_deref());
                    controller.is_some_and(|job| name.number(job).is_some())
                };
                let (was, is) = (is_ours(&change.old), is_ours(&change.new));
                if was != is {
                    left.send_modify(|left| {
                        left.pods = if is { left.pods + 1 } else { left.pods - 1 };
                    });
                }
            }
        });
        let mut receiver = left.subscribe();
        let emptied = async {
            jobs.synced().await;
            pods.synced().await;
            let started = Instant::now();
            self.delete(0..self.issued).await?;
            loop {
                let is_empty = receiver.wait_for(|left| left.jobs.is_empty() && left.pods == 0);
                if let Ok(empty) = tokio::time::timeout(AGAIN, is_empty).await {
                    drop(empty);
                    return anyhow::Ok(started.elapsed());
                }
                let jobs = left.borrow().jobs.clone();
                self.delete(jobs).await?;
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, emptied).await;
        outcome.unwrap_or_else(|_| {
            let left = left.borrow();
            let (jobs, pods) = (left.jobs.len(), left.pods);
            say(format_args!(
                "jobyard-bench: {jobs} Jobs and {pods} Pods named {} are not gone after {} s",
                self.name.job(0).trim_end_matches('0'),
                PATIENCE.as_secs()
            ));
            Ok(PATIENCE)
        })
    }

    async fn delete(&self, numbers: impl IntoIterator<Item = u32>) -> Result<()> {
        let deletions = stream::iter(numbers).map(|number| async move {
            let key = ObjectKey::new(&self.arguments.namespace, &self.name.job(number));
            let options = Deletion {
                propagation: Some(Propagation::Background),
                ..Deletion::default()
            };
            match self.cluster.delete::<batch::Job>(&key, options).await {
                Ok(_) | Err(ClusterError::NotFound(_)) => Ok(()),
                Err(error) => Err(error),
            }
        });
        deletions
            .buffer_unordered(self.arguments.concurrency as usize)
            .try_collect::<()>()
            .await
            .context("cannot delete the Jobs that were made")
    }
}
