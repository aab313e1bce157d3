//! A node whose Pods are imagined: they run for a while, and succeed or fail as asked.
//!
//! For yards that try things out, and for measuring: it needs neither root nor
//! Linux namespaces, holds 100,000 Pods, and speaks only through the port, so
//! that it serves a yard in this process as well as any API server.
//!
//! ```text
//! informer ──> WorkQueue ──> workers ──> SimulatedPod::next ──> Cluster (status)
//!                  ▲                            │
//!                  └──── when its time is over ─┘
//! ```
//!
//! The [agent](crate::agent) has a task for each Pod and speaks to a runtime;
//! its [fake](crate::fake) acts out commands for tests. Here a Pod is a value in
//! a map, held while there is something to do about it, and looked at when it
//! changes and when its time is over.
//!
//! Not simulated: events, logs, images, volumes, probes.

mod fate;
mod pod;

use std::{collections::HashMap, sync::Arc, time::Duration};

use jobyard_api::{ObjectKey, Timestamp, core};
use jobyard_cluster::{
    Change, Cluster, ClusterError, Deletion, Informer, Selection, Work, WorkQueue,
};
use parking_lot::Mutex;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

pub use fate::{Fate, Share};
use pod::{Next, SimulatedPod};

use crate::{
    agent::AgentError,
    config::Clock,
    news::PodOnNode,
    registration::{self, Machine, Registration},
};

/// Most Pods of a simulated node: what the yard is built to hold.
pub const PODS_MAX: u32 = 100_000;

/// Requests under way at once. A node that waits for one answer after the other
/// would be slower than the network; more than these a server would only queue.
const WORKERS: usize = 64;

/// What there is for each Pod: enough that no ordinary request is too much.
const CPU_MILLI_PER_POD: u64 = 4_000;
const MEMORY_BYTES_PER_POD: u64 = 16 << 30;
const STORAGE_BYTES_PER_POD: u64 = 100 << 30;

/// What differs between simulated nodes.
#[derive(Clone, Debug)]
pub struct SimulatedNode {
    /// The Node's name: lower case, a DNS name.
    pub name: String,
    /// The address that the Node and its Pods show.
    pub address: String,
    /// Most Pods at once, at most [`PODS_MAX`].
    pub pods_max: u32,
    /// What becomes of Pods.
    pub fate: Fate,
    /// Where the time comes from.
    pub clock: Clock,
}

/// Runs the node until `shutdown`. Its Pods then stay as they are; the next run
/// of the same name goes on with them.
///
/// # Errors
/// [`AgentError::Register`] when the API server does not take the Node.
pub async fn run<C: Cluster>(
    cluster: C,
    config: SimulatedNode,
    shutdown: CancellationToken,
) -> Result<(), AgentError> {
    let registration = registration(&config);
    let node = registration::register(&cluster, &registration)
        .await
        .map_err(|source| AgentError::Register {
            name: config.name.clone(),
            source,
        })?;
    let mut tasks = JoinSet::new();
    tasks.spawn(registration::heartbeat(cluster.clone(), registration, node));

    let queue: WorkQueue<ObjectKey> = WorkQueue::new();
    let selection = Selection {
        node_name: Some(config.name.as_str().into()),
        ..Selection::default()
    };
    let informer = cluster.informer(selection, {
        let queue = queue.clone();
        move |change: &Change<PodOnNode>| {
            let is_open = |view: &Option<Arc<PodOnNode>>| {
                view.as_ref().is_some_and(|view| view.pod.is_some())
            };
            if is_open(&change.old) || is_open(&change.new) {
                queue.add(change.key.clone());
            }
        }
    });
    let driver = Arc::new(Driver {
        cluster,
        config,
        informer,
        queue: queue.clone(),
        pods: Mutex::default(),
    });
    for _ in 0..WORKERS {
        let (driver, queue) = (driver.clone(), queue.clone());
        tasks.spawn(async move {
            while let Some(work) = queue.next().await {
                driver.look_at(work).await;
                // Requests of the embedded port never wait: with Pods that end at
                // once, this node would write faster than others can read.
                tokio::task::yield_now().await;
            }
        });
    }
    tokio::select! {
        () = shutdown.cancelled() => {}
        Some(ended) = tasks.join_next() => pass_on(ended),
    }
    queue.shut_down();
    tasks.abort_all();
    while let Some(ended) = tasks.join_next().await {
        pass_on(ended);
    }
    Ok(())
}

fn registration(config: &SimulatedNode) -> Registration {
    let pods = u64::from(config.pods_max);
    Registration {
        name: config.name.clone(),
        address: config.address.clone(),
        pods_max: config.pods_max,
        machine: Machine {
            cpu_milli: CPU_MILLI_PER_POD * pods,
            memory_bytes: MEMORY_BYTES_PER_POD * pods,
            storage_bytes: STORAGE_BYTES_PER_POD * pods,
            os_image: "simulated".to_owned(),
            ..Machine::unknown()
        },
        clock: config.clock.clone(),
    }
}

/// A node that goes on without one of its parts would only seem to live.
fn pass_on(ended: Result<(), JoinError>) {
    match ended {
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Ok(()) | Err(_) => {}
    }
}

/// What the workers share.
struct Driver<C> {
    cluster: C,
    config: SimulatedNode,
    informer: Informer<PodOnNode>,
    queue: WorkQueue<ObjectKey>,
    /// The Pods there is something to do about. A worker takes the Pod it works
    /// on out of the map; the queue gives it to no other meanwhile.
    pods: Mutex<HashMap<ObjectKey, SimulatedPod>>,
}

impl<C: Cluster> Driver<C> {
    async fn look_at(&self, work: Work<ObjectKey>) {
        let key = work.key().clone();
        match self.go_on(&key).await {
            Ok(wake_at) => {
                if let Some(at) = wake_at {
                    let wait = at.duration_since(self.config.clock.now());
                    let wait = Duration::try_from(wait).unwrap_or(Duration::ZERO);
                    self.queue.add_after(key, wait);
                }
                work.succeeded();
            }
            Err(error) => {
                tracing::warn!(pod = %key, %error, "a simulated Pod is tried again");
                work.failed();
            }
        }
    }

    /// Goes on with a Pod until it has to wait, and says until when.
    async fn go_on(&self, key: &ObjectKey) -> Result<Option<Timestamp>, ClusterError> {
        let Some(mut pod) = self.take(key) else {
            return Ok(None);
        };
        loop {
            let outcome = match pod.next(&self.config.fate, self.config.clock.now()) {
                Next::Store(object) => self.store(&mut pod, *object).await,
                Next::Delete => self.delete(key, &pod).await,
                Next::Wait(at) => {
                    self.pods.lock().insert(key.clone(), pod);
                    return Ok(at);
                }
                Next::Forget => Ok(Left::Forgotten),
            };
            match outcome {
                Ok(Left::More) => {}
                Ok(Left::Forgotten) => return Ok(None),
                Err(error) => {
                    self.pods.lock().insert(key.clone(), pod);
                    return Err(error);
                }
            }
        }
    }

    /// The Pod with the newest that is known of it; `None` if nothing is to be done about it.
    fn take(&self, key: &ObjectKey) -> Option<SimulatedPod> {
        let known = self.pods.lock().remove(key);
        let view = self.informer.get(key)?;
        let known = known.filter(|pod| *pod.uid() == view.uid);
        match (known, &view.pod) {
            (Some(known), _) if known.revision() >= Some(view.revision) => Some(known),
            (Some(mut known), Some(newer)) => {
                known.see(newer.clone());
                Some(known)
            }
            (None, Some(pod)) => {
                let now = self.config.clock.now();
                Some(SimulatedPod::new(pod.clone(), &self.config.address, now))
            }
            // Somebody else gave it its final status.
            (_, None) => None,
        }
    }

    async fn store(&self, pod: &mut SimulatedPod, object: core::Pod) -> Result<Left, ClusterError> {
        let key = jobyard_api::Object::key(&object);
        let stored = match self.cluster.update_status(object).await {
            // Somebody wrote in between.
            Err(ClusterError::Conflict(_)) => self.cluster.get_live(&key).await,
            other => other,
        };
        match stored {
            Ok(stored) if jobyard_api::Object::uid(&*stored) == *pod.uid() => {
                pod.see(stored);
                Ok(Left::More)
            }
            Ok(_) | Err(ClusterError::NotFound(_)) => Ok(Left::Forgotten),
            Err(error) => Err(error),
        }
    }

    async fn delete(&self, key: &ObjectKey, pod: &SimulatedPod) -> Result<Left, ClusterError> {
        let options = Deletion {
            uid: Some(pod.uid().clone()),
            grace_period_seconds: Some(0),
            ..Deletion::default()
        };
        match self.cluster.delete::<core::Pod>(key, options).await {
            Ok(_) | Err(ClusterError::NotFound(_) | ClusterError::Conflict(_)) => {
                Ok(Left::Forgotten)
            }
            Err(error) => Err(error),
        }
    }
}

/// What a request left to be done about a Pod.
enum Left {
    More,
    Forgotten,
}
