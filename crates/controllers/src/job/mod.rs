//! The Job controller's driver.
//!
//! ```text
//! informers -> handlers -> queue of Jobs -> 5 workers: sync
//!                      \-> queue of Pods -> 5 workers: orphan clean-up
//! ```
//!
//! A sync waits until the caches show what this controller last wrote for the
//! Job, claims Pods, and goes through the stages of `jobyard_decide::job`: it
//! asks, does, and tells what came of it. It decides nothing itself.
//!
//! **Own writes.** Upstream counts expected events; we remember the revisions
//! of our writes ([`memory`]) and wait for the caches to reach them. A cache
//! that does not within a moment ends the sync with an error; one of Pods that
//! does not within five minutes is believed (an event got lost), as upstream's
//! expectations expire. What a write did whose answer was lost is looked up
//! ([`doubt`]); where no revision tells, what is known of a Pod goes before what
//! the cache shows.
//!
//! **After a start** nothing is remembered, and nothing has to be. A process that
//! died had seen the finalizers gone that its last status counts, and the lists
//! are as new as the moment they were asked for ([`Cluster::informer`]): whatever
//! version of a Job the cache shows, the first list of Pods shows no Pod that is
//! counted in it already. A request that was under way when the process died, and
//! arrives after the lists, is one request: none followed that relied on it.
//!
//! **Many events, few syncs.** Events of a Job that is being synced, or was
//! less than 10 ms ago, share the next sync. Upstream waits one second for each.
//!
//! Source: upstream `pkg/controller/job/job_controller.go`.

mod caches;
mod claim;
mod doubt;
mod handlers;
mod memory;
mod metrics;
mod orphan;
mod sync;
mod work;

use std::{fmt, sync::Arc};

use jobyard_api::{ObjectKey, Timestamp, Uid, resource::JOB, well_known::JOB_CONTROLLER_NAME};
use jobyard_cluster::{
    Cluster, EventType, Informer, Recorder, Selection, Source, WorkQueue, object_reference,
};
use jobyard_decide::job::{EventKind, EventNote};
use tokio_util::sync::CancellationToken;

use crate::workers::Workers;
use caches::{CachedJob, CachedPod};
use memory::Memories;

pub use metrics::Metrics;

/// How the controller runs.
#[derive(Clone)]
pub struct Options {
    /// Takes the Jobs whose `spec.managedBy` is this name; absent means
    /// `kubernetes.io/job-controller`.
    pub controller_name: Box<str>,
    /// Jobs synced at a time, and Pods without Job cleaned up at a time
    /// (upstream `--concurrent-job-syncs`).
    pub workers: usize,
    /// Where syncs are counted; a controller that is started again goes on with the same.
    pub metrics: Metrics,
    /// The time that decisions are given: a sync asks for it once, in the moment
    /// in which it reads its caches.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// The same clock for all else, asked apart, so that a simulation can tell by
    /// `now` what a decision was made on.
    pub event_now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Where the random ends of Pods' names come from: any number, each time another.
    pub chance: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("controller_name", &self.controller_name)
            .field("workers", &self.workers)
            .finish_non_exhaustive()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            controller_name: JOB_CONTROLLER_NAME.into(),
            workers: 5,
            metrics: Metrics::default(),
            now: Arc::new(Timestamp::now),
            event_now: Arc::new(Timestamp::now),
            chance: Arc::new(rand::random),
        }
    }
}

/// Runs the Job controller until `shutdown`, and ends after the syncs in hand.
pub async fn run<C: Cluster>(cluster: C, options: Options, shutdown: CancellationToken) {
    let source = Source {
        component: "job-controller",
        host: None,
    };
    let (recorder, recording) =
        Recorder::with_clock(cluster.clone(), source, options.event_now.clone());
    let mut workers = Workers::default();
    workers.start_task(recording);

    let queues = Queues {
        jobs: WorkQueue::measured("job", &options.metrics.queues),
        orphans: WorkQueue::measured("job_orphan_pod", &options.metrics.queues),
    };
    let memories = Arc::new(Memories::default());
    let jobs: Informer<CachedJob> = cluster.informer(Selection::default(), {
        let handler = handlers::Jobs {
            queues: queues.clone(),
            controller_name: options.controller_name.clone(),
            metrics: options.metrics.clone(),
        };
        move |change| handler.on_change(change)
    });
    // Pods are resolved to Jobs by their handler: the Jobs come first.
    jobs.synced().await;
    let pods: Informer<CachedPod> = cluster.informer(Selection::default(), {
        let handler = handlers::Pods {
            queues: queues.clone(),
            memories: memories.clone(),
            jobs: jobs.clone(),
            metrics: options.metrics.clone(),
        };
        move |change| handler.on_change(change)
    });
    pods.synced().await;

    let count = options.workers;
    let controller = Arc::new(Controller {
        cluster,
        options,
        jobs,
        pods,
        queues: queues.clone(),
        memories,
        recorder,
    });
    workers.start(count, &queues.jobs, {
        let controller = controller.clone();
        move |work| {
            let controller = controller.clone();
            async move { controller.look_at_job(work).await }
        }
    });
    workers.start(count, &queues.orphans, {
        let controller = controller.clone();
        move |work| {
            let controller = controller.clone();
            async move { controller.look_at_orphan(work).await }
        }
    });
    // The workers hold what they need; the recorder ends with the last of them.
    drop(controller);
    tracing::info!("job controller started");
    workers.run_until(&shutdown).await;
    queues.jobs.shut_down();
    queues.orphans.shut_down();
    workers.join().await;
    tracing::info!("job controller stopped");
}

/// What waits to be looked at.
#[derive(Clone, Debug)]
struct Queues {
    jobs: WorkQueue<ObjectKey>,
    orphans: WorkQueue<Orphan>,
}

/// Pods that may have nobody to count them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Orphan {
    /// This one.
    Pod(ObjectKey),
    /// All of the Job with this uid, which ended or is gone.
    PodsOf(Uid),
}

/// What workers share.
struct Controller<C> {
    cluster: C,
    options: Options,
    jobs: Informer<CachedJob>,
    pods: Informer<CachedPod>,
    queues: Queues,
    memories: Arc<Memories>,
    recorder: Recorder,
}

impl<C: Cluster> Controller<C> {
    fn record(&self, key: &ObjectKey, uid: &Uid, events: &[EventNote]) {
        for event in events {
            let event_type = match event.kind {
                EventKind::Normal => EventType::Normal,
                EventKind::Warning => EventType::Warning,
            };
            let about = object_reference(&JOB, key, uid);
            self.recorder
                .record(about, event_type, &event.reason, event.message.clone());
        }
    }
}
