//! The Job controller, unchanged, over HTTP: Jobs come to their end, and it
//! takes no more requests than upstream's controller makes.

use std::{sync::Arc, time::Duration};

use jobyard_api::{Object, ObjectKey, batch, core};
use jobyard_cluster::{Change, Cluster, ClusterError, Informer, Selection, View};
use jobyard_cluster_embedded::EmbeddedCluster;
use jobyard_cluster_remote::{Options, RemoteCluster, RequestCounts, Verb};
use jobyard_controllers::job;
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{
    proxy::{Mode, Proxy},
    served::{Served, key},
};

/// A Pod as a node looks at it.
struct OnNode {
    key: ObjectKey,
    is_new: bool,
}

impl View for OnNode {
    type Object = core::Pod;

    fn of(pod: &Arc<core::Pod>) -> Self {
        let phase = pod.status.as_ref().and_then(|status| status.phase.as_ref());
        Self {
            key: pod.key(),
            is_new: phase.is_none_or(|phase| phase == "Pending"),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

/// A Job, and whether it has ended.
struct Ended {
    key: ObjectKey,
    condition: Option<String>,
}

impl View for Ended {
    type Object = batch::Job;

    fn of(job: &Arc<batch::Job>) -> Self {
        let status = job.status.as_ref();
        let mut conditions = status.iter().flat_map(|it| it.conditions.iter().flatten());
        let ended = conditions
            .find(|one| ["Complete", "Failed"].contains(&&*one.type_) && one.status == "True");
        Self {
            key: job.key(),
            condition: ended.map(|one| one.type_.clone()),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

/// A yard with a node that ends every Pod at once, and the Job controller
/// outside of it.
struct World {
    served: Served,
    cluster: RemoteCluster,
    jobs: Informer<Ended>,
    changes: watch::Receiver<()>,
    pod_changes: watch::Receiver<()>,
    shutdown: CancellationToken,
    controller: JoinHandle<()>,
    pods: Informer<OnNode>,
}

impl World {
    async fn start() -> Self {
        let served = Served::start();
        let cluster = served.connect().await;
        Self::over(served, cluster)
    }

    fn over(served: Served, cluster: RemoteCluster) -> Self {
        let inside = served.inside.clone();
        let (sender, receiver) = mpsc::unbounded_channel();
        let (pod_changed, pod_changes) = watch::channel(());
        let pods = inside.informer(Selection::default(), move |change: &Change<OnNode>| {
            pod_changed.send_replace(());
            if change.new.as_ref().is_some_and(|pod| pod.is_new) {
                let _ = sender.send(change.key.clone());
            }
        });
        tokio::spawn(succeed(inside.clone(), receiver));
        let (changed, changes) = watch::channel(());
        let jobs = inside.informer(Selection::default(), move |_: &Change<Ended>| {
            changed.send_replace(());
        });
        let shutdown = CancellationToken::new();
        let controller = job::run(cluster.clone(), job::Options::default(), shutdown.clone());
        Self {
            served,
            cluster,
            jobs,
            changes,
            pod_changes,
            shutdown,
            controller: tokio::spawn(controller),
            pods,
        }
    }

    async fn create_job(&self, name: &str, spec: Value) {
        let mut job = json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": { "name": name, "namespace": "default" },
            "spec": { "template": { "spec": {
                "restartPolicy": "Never",
                "containers": [{ "name": "main", "image": "busybox" }],
            }}},
        });
        let fields = spec.as_object().expect("an object").clone();
        let spec = job["spec"].as_object_mut().expect("an object");
        spec.extend(fields);
        let job: batch::Job = serde_json::from_value(job).expect("a Job");
        self.served.inside.create(job).await.expect("it is valid");
    }

    async fn ends(&mut self, name: &str) -> String {
        loop {
            let job = self.jobs.get(&key(name));
            if let Some(condition) = job.and_then(|job| job.condition.clone()) {
                return condition;
            }
            self.changes.changed().await.expect("the informer lives");
        }
    }

    async fn stop(self) -> RequestCounts {
        self.shutdown.cancel();
        self.controller.await.expect("it ends without a panic");
        self.cluster.request_counts()
    }
}

/// Lets every new Pod have succeeded.
async fn succeed(cluster: EmbeddedCluster, mut new: mpsc::UnboundedReceiver<ObjectKey>) {
    while let Some(key) = new.recv().await {
        loop {
            let Ok(pod) = cluster.get_live::<core::Pod>(&key).await else {
                break; // Somebody deleted it.
            };
            let mut pod = Arc::unwrap_or_clone(pod);
            pod.status.get_or_insert_default().phase = Some("Succeeded".to_owned());
            match cluster.update_status(pod).await {
                Err(ClusterError::Conflict(_)) => {}
                _ => break,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_come_to_their_end_over_http() {
    let mut world = World::start().await;
    let spec = json!({ "completions": 30, "parallelism": 10, "completionMode": "Indexed" });
    world.create_job("indexed", spec).await;
    let spec = json!({ "completions": 20, "parallelism": 7 });
    world.create_job("counted", spec).await;
    for number in 0..5 {
        world.create_job(&format!("one-{number}"), json!({})).await;
    }
    let spec = json!({ "parallelism": 1, "activeDeadlineSeconds": 1, "suspend": true });
    world.create_job("suspended", spec).await;

    for name in [
        "indexed", "counted", "one-0", "one-1", "one-2", "one-3", "one-4",
    ] {
        assert_eq!(world.ends(name).await, "Complete", "{name}");
    }
    let indexed: Arc<batch::Job> = world.served.has("indexed").await;
    let status = indexed.status.as_ref().expect("it ended");
    assert_eq!(status.succeeded, Some(30));
    assert_eq!(status.completed_indexes.as_deref(), Some("0-29"));
    let uncounted = status.uncounted_terminated_pods.clone().unwrap_or_default();
    assert_eq!((uncounted.succeeded, uncounted.failed), (None, None));
    let suspended = world.jobs.get(&key("suspended"));
    assert_eq!(suspended.expect("it is there").condition, None);
    world.stop().await;
}

/// Upstream, for each Pod: one create, one patch of finalizers; for each sync at
/// most two writes of the status (counted Pods noted, then counted); an event is
/// one request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pod_costs_no_more_requests_than_upstreams_controller_makes() {
    let mut world = World::start().await;
    let pods = 200;
    let spec = json!({ "completions": pods, "parallelism": 50, "completionMode": "Indexed" });
    world.create_job("many", spec).await;
    assert_eq!(world.ends("many").await, "Complete");
    let counts = world.stop().await;
    assert_eq!(counts.of(Verb::Create, "pods"), pods, "{counts:?}");
    assert_eq!(counts.of(Verb::Patch, "pods"), pods, "{counts:?}");
    assert_eq!(counts.of(Verb::Delete, "pods"), 0, "{counts:?}");
    assert_eq!(counts.of(Verb::Get, "pods"), 0, "{counts:?}");
    assert_eq!(counts.of(Verb::Get, "jobs"), 0, "{counts:?}");
    assert_eq!(counts.of(Verb::Update, "jobs"), 0, "{counts:?}");
    for kind in ["pods", "jobs"] {
        assert_eq!(counts.of(Verb::List, kind), 1, "{counts:?}");
        assert_eq!(counts.of(Verb::Watch, kind), 1, "{counts:?}");
    }
    // Events are created, counted in one request each, and of 200 alike some 25
    // are written (upstream's spam filter).
    assert_eq!(counts.of(Verb::Get, "events"), 0, "{counts:?}");
    let events = counts.of(Verb::Create, "events") + counts.of(Verb::Update, "events");
    assert!((10..=30).contains(&events), "{counts:?}");
    // A sync that counts writes twice, and counts at least one Pod. Without the
    // Pods that end while it runs shared, there would be 400.
    let status_writes = counts.of(Verb::Update, "jobs/status");
    assert!(status_writes <= pods / 2, "{counts:?}");
}

/// The network loses answers and connections after every tenth change, and the
/// server keeps too little history for a watch to go on where it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pods_are_created_and_counted_once_over_a_network_that_fails() {
    let served = Served::forgetful();
    let proxy = Arc::new(Proxy::start(served.address).await);
    let cluster = served.connect_at(proxy.address, Options::default()).await;
    let mut world = World::over(served, cluster);
    let failing = tokio::spawn({
        let (proxy, mut changes) = (proxy.clone(), world.pod_changes.clone());
        async move {
            loop {
                for _ in 0..10 {
                    changes.changed().await.expect("the informer lives");
                }
                proxy.set(Mode::Deaf);
                // What is on its way is done meanwhile, and nobody hears of it.
                let _ = timeout(Duration::from_millis(20), changes.changed()).await;
                proxy.set(Mode::Down);
                tokio::task::yield_now().await;
                proxy.set(Mode::Open);
            }
        }
    });
    let spec = json!({ "completions": 60, "parallelism": 20, "completionMode": "Indexed" });
    world.create_job("indexed", spec).await;
    let spec = json!({ "completions": 40, "parallelism": 10 });
    world.create_job("counted", spec).await;
    for (name, pods) in [("indexed", 60), ("counted", 40)] {
        assert_eq!(world.ends(name).await, "Complete", "{name}");
        let job: Arc<batch::Job> = world.served.has(name).await;
        let status = job.status.as_ref().expect("it ended");
        assert_eq!(
            (status.succeeded, status.failed),
            (Some(pods), None),
            "{name}"
        );
    }
    failing.abort();
    let _ = failing.await;
    proxy.set(Mode::Open); // The last events are to be written.
    assert_eq!(world.pods.len(), 100);
    let counts = world.stop().await;
    assert!(counts.of(Verb::List, "pods") > 1, "{counts:?}");
}
