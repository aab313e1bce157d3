//! What a Pod of a large Job costs, and whether that grows with the Job.
//!
//! `cargo bench -p jobyard-controllers` runs Indexed Jobs of 1,000, 10,000 and
//! 100,000 Pods, each in a yard of its own in memory, with the Job controller,
//! the scheduler, the garbage collector and a node that has every Pod run and
//! succeed at once. Printed is the processor time of the whole process.
//! Numbers after `--` are the sizes instead.

#![expect(clippy::print_stdout, reason = "figures are what this is for")]
#![expect(clippy::unwrap_used, reason = "what goes wrong here ends the run")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jobyard_api::{Object, ObjectKey, Timestamp, batch, core, meta::Time};
use jobyard_cluster::{Change, Cluster, Selection, View};
use jobyard_cluster_embedded::EmbeddedCluster;
use jobyard_controllers::{gc, job, scheduler};
use jobyard_registry::{
    Options, Registry,
    request::{Context, User},
};
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The allocator of the product: with glibc's the cost grows with the yard.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many Pods of the Job are there at once.
const PARALLELISM: usize = 500;

fn main() {
    let asked: Vec<usize> = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let sizes = if asked.is_empty() {
        vec![1_000, 10_000, 100_000]
    } else {
        asked
    };
    println!("   Pods  Pods/s  CPU us a Pod  MB");
    for size in sizes {
        let tasks = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        tasks.block_on(run(size));
    }
}

/// One Job of so many Pods, from nothing to its end.
async fn run(size: usize) {
    let cluster = yard();
    let (shutdown, running) = (CancellationToken::new(), TaskTracker::new());
    create_node(&cluster).await;
    running.spawn(job::run(
        cluster.clone(),
        job::Options::default(),
        shutdown.clone(),
    ));
    running.spawn(scheduler::run(cluster.clone(), shutdown.clone()));
    running.spawn(gc::run(cluster.clone(), shutdown.clone()));
    running.spawn(node(cluster.clone(), shutdown.clone()));
    let (finished, mut is_finished) = mpsc::unbounded_channel();
    let jobs = cluster.informer(Selection::default(), move |change: &Change<Ended>| {
        if change.new.as_ref().is_some_and(|job| job.has_ended) {
            let _ = finished.send(());
        }
    });
    jobs.synced().await;

    let (started, before) = (Instant::now(), cpu());
    let job = json!({
        "metadata": { "name": "bench", "namespace": "default" },
        "spec": {
            "completions": size,
            "parallelism": PARALLELISM,
            "completionMode": "Indexed",
            "template": { "spec": {
                "restartPolicy": "Never",
                "containers": [{ "name": "main", "image": "busybox", "command": ["true"] }],
            } },
        },
    });
    let job: batch::Job = serde_json::from_value(job).unwrap();
    cluster.create(job).await.unwrap();
    is_finished.recv().await.unwrap();
    let (wall, spent) = (started.elapsed(), cpu().saturating_sub(before));
    println!(
        "{size:>7} {:>7.0} {:>13.0} {:>3}",
        size as f64 / wall.as_secs_f64(),
        spent.as_secs_f64() * 1e6 / size as f64,
        resident_mb(),
    );
    shutdown.cancel();
    running.close();
    running.wait().await;
}

fn yard() -> EmbeddedCluster {
    let user = User {
        name: "system:admin".to_owned(),
        groups: vec!["system:masters".to_owned()],
    };
    let cx = Context {
        user: Arc::new(user.clone()),
        now: Timestamp::now(),
    };
    EmbeddedCluster::new(Registry::in_memory(&cx, Options::default()).unwrap(), user)
}

async fn create_node(cluster: &EmbeddedCluster) {
    let node = json!({ "metadata": { "name": "here" } });
    let node: core::Node = serde_json::from_value(node).unwrap();
    let mut node = core::Node::clone(&*cluster.create(node).await.unwrap());
    let allocatable = json!({ "cpu": "1", "memory": "1Gi", "pods": "2000" });
    node.status.get_or_insert_default().allocatable =
        Some(serde_json::from_value(allocatable).unwrap());
    cluster.update_status(node).await.unwrap();
}

/// Has every Pod that is bound run and succeed: two writes each, as the agent makes them.
async fn node(cluster: EmbeddedCluster, shutdown: CancellationToken) {
    let (found, mut bound) = mpsc::unbounded_channel();
    let selection = Selection {
        node_name: Some("here".into()),
        ..Selection::default()
    };
    let pods = cluster.informer(selection, move |change: &Change<Bound>| {
        if let (None, Some(new)) = (&change.old, &change.new) {
            let _ = found.send(new.pod.clone());
        }
    });
    pods.synced().await;
    while let Some(Some(pod)) = shutdown.run_until_cancelled(bound.recv()).await {
        let Some(pod) = pod else { continue };
        let mut next = core::Pod::clone(&pod);
        next.status = Some(status(false));
        let running = cluster.update_status(next).await.unwrap();
        let mut next = core::Pod::clone(&running);
        next.status = Some(status(true));
        cluster.update_status(next).await.unwrap();
    }
}

fn status(has_ended: bool) -> core::PodStatus {
    let now = Time(Timestamp::now());
    let condition = |type_: &str, status: &str| core::PodCondition {
        type_: type_.to_owned(),
        status: status.to_owned(),
        last_transition_time: Some(now.clone()),
        ..core::PodCondition::default()
    };
    let mut state = core::ContainerState::default();
    if has_ended {
        state.terminated = Some(core::ContainerStateTerminated {
            reason: Some("Completed".to_owned()),
            started_at: Some(now.clone()),
            finished_at: Some(now.clone()),
            ..core::ContainerStateTerminated::default()
        });
    } else {
        state.running = Some(core::ContainerStateRunning {
            started_at: Some(now.clone()),
        });
    }
    let ready = if has_ended { "False" } else { "True" };
    core::PodStatus {
        phase: Some(if has_ended { "Succeeded" } else { "Running" }.to_owned()),
        conditions: Some(vec![
            condition("Initialized", "True"),
            condition("Ready", ready),
            condition("ContainersReady", ready),
            condition("PodScheduled", "True"),
        ]),
        container_statuses: Some(vec![core::ContainerStatus {
            name: "main".to_owned(),
            image: "busybox".to_owned(),
            ready: !has_ended,
            started: Some(!has_ended),
            state: Some(state),
            ..core::ContainerStatus::default()
        }]),
        start_time: Some(now),
        ..core::PodStatus::default()
    }
}

/// A Pod, until it has ended.
struct Bound {
    key: ObjectKey,
    pod: Option<Arc<core::Pod>>,
}

impl View for Bound {
    type Object = core::Pod;

    fn of(pod: &Arc<core::Pod>) -> Self {
        let status = pod.status.as_ref();
        let phase = status.and_then(|status| status.phase.as_deref());
        Self {
            key: pod.key(),
            pod: (phase == Some("Pending")).then(|| pod.clone()),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

/// Whether a Job has ended.
struct Ended {
    key: ObjectKey,
    has_ended: bool,
}

impl View for Ended {
    type Object = batch::Job;

    fn of(job: &Arc<batch::Job>) -> Self {
        let status = job.status.as_ref();
        Self {
            key: job.key(),
            has_ended: status.is_some_and(|status| status.completion_time.is_some()),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

/// What this process has had of processors.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        u32::try_from(time.tv_nsec).expect("below a second"),
    )
}

fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}
