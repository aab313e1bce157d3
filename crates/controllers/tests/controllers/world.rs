//! A yard in memory, its controllers, and a person with kubectl.

use std::{sync::Arc, time::Duration};

use jobyard_api::{
    Object, ObjectKey, Timestamp, Uid, batch, core, well_known::JOB_TRACKING_FINALIZER,
};
use jobyard_cluster::{Cluster, Deletion, Propagation};
use jobyard_cluster_embedded::EmbeddedCluster;
use jobyard_controllers::{gc, job, scheduler};
use jobyard_registry::{
    Registry,
    request::{Context, User},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::unreliable::{Faults, Unreliable};

/// How long a state may take to come, in the paused clock.
const PATIENCE: Duration = Duration::from_mins(15);

pub(crate) struct World {
    pub(crate) faults: Faults,
    /// What the controllers use.
    cluster: Unreliable<EmbeddedCluster>,
    /// What the person uses.
    pub(crate) admin: EmbeddedCluster,
    pub(crate) registry: Registry,
    /// What the Job controllers count, one after the other.
    pub(crate) metrics: job::Metrics,
    running: TaskTracker,
    shutdown: CancellationToken,
    epoch: (Timestamp, Instant),
    /// Where the names of Pods come from.
    pub(crate) chance: Arc<dyn Fn() -> u64 + Send + Sync>,
}

fn user(name: &str) -> User {
    User {
        name: name.to_owned(),
        groups: vec!["system:masters".to_owned()],
    }
}

impl World {
    /// A yard with nothing running in it.
    pub(crate) fn empty() -> Self {
        let cx = Context {
            user: Arc::new(user("system:admin")),
            now: Timestamp::now(),
        };
        let registry = Registry::in_memory(&cx, jobyard_registry::Options::default()).unwrap();
        let faults = Faults::default();
        Self {
            cluster: Unreliable {
                inner: EmbeddedCluster::new(registry.clone(), user("system:controller")),
                faults: faults.clone(),
            },
            faults,
            admin: EmbeddedCluster::new(registry.clone(), user("system:admin")),
            registry,
            metrics: job::Metrics::default(),
            running: TaskTracker::new(),
            shutdown: CancellationToken::new(),
            epoch: (Timestamp::now(), Instant::now()),
            chance: Arc::new(rand::random),
        }
    }

    /// A yard with the Job controller.
    pub(crate) fn with_job_controller() -> Self {
        let world = Self::empty();
        world.start_job_controller();
        world
    }

    pub(crate) fn start_job_controller(&self) {
        let (start, instant) = self.epoch;
        let options = job::Options {
            // Moves with the paused clock.
            now: Arc::new(move || start.checked_add(instant.elapsed()).unwrap()),
            chance: self.chance.clone(),
            metrics: self.metrics.clone(),
            ..job::Options::default()
        };
        self.running.spawn(job::run(
            self.cluster.clone(),
            options,
            self.shutdown.clone(),
        ));
    }

    pub(crate) fn start_garbage_collector(&self) {
        self.running
            .spawn(gc::run(self.cluster.clone(), self.shutdown.clone()));
    }

    pub(crate) fn start_scheduler(&self) {
        self.running
            .spawn(scheduler::run(self.cluster.clone(), self.shutdown.clone()));
    }

    /// A node with room for `pods` Pods and one CPU.
    pub(crate) async fn create_node(&self, name: &str, pods: u32) {
        let node = json!({ "apiVersion": "v1", "kind": "Node", "metadata": { "name": name } });
        let node = self.create::<core::Node>(node).await;
        let mut node = core::Node::clone(&node);
        let allocatable = json!({ "cpu": "1", "memory": "1Gi", "pods": pods.to_string() });
        node.status.get_or_insert_default().allocatable =
            Some(serde_json::from_value(allocatable).unwrap());
        self.admin.update_status(node).await.unwrap();
    }

    /// Stops the controllers, and waits for their end.
    pub(crate) async fn stop(&mut self) {
        self.shutdown.cancel();
        self.running.close();
        self.running.wait().await;
        self.running = TaskTracker::new();
        self.shutdown = CancellationToken::new();
    }

    pub(crate) async fn create<K: Object + DeserializeOwned>(&self, object: Value) -> Arc<K> {
        let object: K = serde_json::from_value(object).unwrap();
        self.admin.create(object).await.unwrap()
    }

    /// A Job whose Pods run one container, with these fields of its spec.
    pub(crate) async fn create_job(&self, name: &str, spec: Value) -> Arc<batch::Job> {
        self.create(job_manifest(name, spec)).await
    }

    pub(crate) async fn job(&self, name: &str) -> Arc<batch::Job> {
        self.find_job(name).await.unwrap()
    }

    pub(crate) async fn find_job(&self, name: &str) -> Option<Arc<batch::Job>> {
        self.admin.get_live(&key(name)).await.ok()
    }

    pub(crate) async fn pod(&self, name: &str) -> Arc<core::Pod> {
        self.admin.get_live(&key(name)).await.unwrap()
    }

    /// All Pods, by name.
    pub(crate) fn pods(&self) -> Vec<Arc<core::Pod>> {
        let selection = jobyard_registry::Selection::default();
        let (versions, _) = self.registry.of::<core::Pod>().select(&selection);
        versions.iter().map(|version| version.object()).collect()
    }

    /// Pods whose controller has this uid.
    pub(crate) fn pods_of(&self, owner: &Uid) -> Vec<Arc<core::Pod>> {
        let mut pods = self.pods();
        pods.retain(|pod| controller_uid(pod).as_deref() == Some(owner.as_str()));
        pods
    }

    /// Events about the object of that name, oldest first: type, reason, message, count.
    pub(crate) fn events(&self, about: &str) -> Vec<(String, String, String, i32)> {
        let selection = jobyard_registry::Selection::default();
        let (versions, _) = self.registry.of::<core::Event>().select(&selection);
        let mut events: Vec<_> = versions.iter().map(|version| version.object()).collect();
        events.retain(|event| event.involved_object.name.as_deref() == Some(about));
        events.sort_by_key(|event| event.metadata.name.clone());
        events
            .iter()
            .map(|event| {
                (
                    event.type_.clone().unwrap(),
                    event.reason.clone().unwrap(),
                    event.message.clone().unwrap(),
                    event.count.unwrap(),
                )
            })
            .collect()
    }

    /// How many events with that reason stand about the object.
    pub(crate) fn count_events(&self, about: &str, reason: &str) -> usize {
        let events = self.events(about);
        events.iter().filter(|event| event.1 == reason).count()
    }

    /// As the node does: puts the Pod on a node and into a phase.
    pub(crate) async fn set_phase(&self, pod: &str, phase: &str) {
        let found = self.pod(pod).await;
        if found.spec.as_ref().unwrap().node_name.is_none() {
            self.admin
                .bind(&key(pod), &found.uid(), "here")
                .await
                .unwrap();
        }
        self.change_status(pod, |status| {
            status.phase = Some(phase.to_owned());
        })
        .await;
    }

    pub(crate) async fn change_status(&self, pod: &str, change: impl Fn(&mut core::PodStatus)) {
        loop {
            let mut object = core::Pod::clone(&*self.pod(pod).await);
            change(object.status.get_or_insert_default());
            match self.admin.update_status(object).await {
                Ok(_) => return,
                Err(jobyard_cluster::ClusterError::Conflict(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Changes the object as `kubectl edit` would.
    pub(crate) async fn edit<K: Object>(&self, name: &str, change: impl Fn(&mut K)) -> Arc<K> {
        loop {
            let mut object = K::clone(&*self.admin.get_live::<K>(&key(name)).await.unwrap());
            change(&mut object);
            match self.admin.update(object).await {
                Ok(updated) => return updated,
                Err(jobyard_cluster::ClusterError::Conflict(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    pub(crate) async fn delete_job(&self, name: &str, propagation: Option<Propagation>) {
        let options = Deletion {
            propagation,
            ..Deletion::default()
        };
        self.admin
            .delete::<batch::Job>(&key(name), options)
            .await
            .unwrap();
    }

    pub(crate) async fn delete_pod(&self, name: &str, grace_period_seconds: Option<i64>) {
        let options = Deletion {
            grace_period_seconds,
            ..Deletion::default()
        };
        self.admin
            .delete::<core::Pod>(&key(name), options)
            .await
            .unwrap();
    }

    /// Looks again until it is so.
    pub(crate) async fn until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        let begin = Instant::now();
        let mut wait = Duration::from_millis(1);
        while !is_so().await {
            assert!(begin.elapsed() < PATIENCE, "never so: {what}");
            tokio::time::sleep(wait).await;
            wait = wait.mul_f64(1.2).min(Duration::from_millis(200));
        }
    }

    /// Waits until the Job's controller has looked at it and shows this many active Pods.
    pub(crate) async fn until_active(&self, name: &str, active: i32) {
        self.until(&format!("{name} has {active} active Pods"), async || {
            let status = self.job(name).await.status.clone().unwrap_or_default();
            status.ready.is_some() && status.active.unwrap_or(0) == active
        })
        .await;
    }

    /// Waits until all that is under way has come to rest: nothing was written
    /// for a quarter of an hour of the paused clock.
    pub(crate) async fn settle(&self) {
        loop {
            let before = self.registry.revision();
            tokio::time::sleep(Duration::from_mins(15)).await;
            if self.registry.revision() == before {
                return;
            }
        }
    }
}

pub(crate) fn key(name: &str) -> ObjectKey {
    ObjectKey::new("default", name)
}

pub(crate) fn job_manifest(name: &str, spec: Value) -> Value {
    let mut job = json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": { "name": name, "namespace": "default" },
        "spec": {
            "template": { "spec": {
                "restartPolicy": "Never",
                "containers": [{ "name": "main", "image": "busybox" }],
            } },
        },
    });
    merge(&mut job["spec"], spec);
    job
}

pub(crate) fn pod_manifest(name: &str, labels: &Value) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "namespace": "default", "labels": labels },
        "spec": {
            "restartPolicy": "Never",
            "containers": [{ "name": "main", "image": "busybox" }],
        },
    })
}

/// RFC 7386, for manifests of tests.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

pub(crate) fn controller_uid(pod: &core::Pod) -> Option<String> {
    let owners = pod.metadata.owner_references.as_ref()?;
    let controller = owners.iter().find(|owner| owner.controller == Some(true))?;
    Some(controller.uid.clone())
}

pub(crate) fn has_finalizer(pod: &core::Pod) -> bool {
    let finalizers = pod.metadata.finalizers.iter().flatten();
    finalizers
        .into_iter()
        .any(|finalizer| finalizer == JOB_TRACKING_FINALIZER)
}

pub(crate) fn name(object: &impl Object) -> String {
    object.key().name.into()
}

pub(crate) fn condition<'a>(
    job: &'a batch::Job,
    condition_type: &str,
) -> Option<&'a batch::JobCondition> {
    let conditions = job.status.as_ref()?.conditions.as_ref()?;
    conditions.iter().find(|one| one.type_ == condition_type)
}

pub(crate) fn phase(pod: &core::Pod) -> &str {
    let status = pod.status.as_ref();
    status
        .and_then(|status| status.phase.as_deref())
        .unwrap_or("Pending")
}
