//! A yard in the test's process: the real registry, the real agent, a runtime of choice.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{path::Path, sync::Arc, time::Duration};

use futures::TryStreamExt;
use jobyard_api::{Object, ObjectKey, Timestamp, core};
use jobyard_cluster::{Change, Cluster, Deletion, Informer, Recorder, Selection, Source, View};
use jobyard_cluster_embedded::EmbeddedCluster;
use jobyard_node::{
    AgentError, Clock, Left, LogOptions, Logs, Machine, NodeConfig, RuntimeKind, Shutdown,
    runtime::{PodRuntime, RuntimeEvents},
};
use jobyard_registry::{
    Options, Registry,
    request::{Context, User},
};
use parking_lot::Mutex;
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

pub(crate) const NODE: &str = "node";

/// Views that keep the whole object: tests look at everything.
#[derive(Debug)]
pub(crate) struct Whole<K>(pub(crate) Arc<K>);

impl<K: Object> View for Whole<K> {
    type Object = K;
    fn of(object: &Arc<K>) -> Self {
        Self(object.clone())
    }
    fn key(&self) -> ObjectKey {
        self.0.key()
    }
}

pub(crate) struct Yard {
    pub(crate) cluster: EmbeddedCluster,
    pub(crate) logs: Logs,
    pub(crate) config: NodeConfig,
    pods: Informer<Whole<core::Pod>>,
    events: Informer<Whole<core::Event>>,
    changed: Arc<Notify>,
    /// What no state takes longer to be reached. Stopped time jumps ahead whenever all wait.
    pub(crate) patience: Duration,
    /// Names of the Pods that were written, one for each write.
    writes: Arc<Mutex<Vec<String>>>,
}

pub(crate) struct RunningAgent {
    shutdown: watch::Sender<Shutdown>,
    task: JoinHandle<Result<Left, AgentError>>,
    recording: JoinHandle<()>,
}

impl Yard {
    pub(crate) async fn new(folder: &Path, clock: Clock) -> Self {
        let user = User {
            name: "system:admin".to_owned(),
            groups: vec!["system:masters".to_owned()],
        };
        let context = Context {
            user: Arc::new(user.clone()),
            now: Timestamp::now(),
        };
        let options = Options {
            host_runtime: true,
            ..Options::default()
        };
        let registry = Registry::in_memory(&context, options).expect("an empty registry opens");
        let cluster = EmbeddedCluster::new(registry, user);
        let changed = Arc::new(Notify::new());
        let writes = Arc::new(Mutex::new(vec![]));
        let pods = {
            let (changed, writes) = (changed.clone(), writes.clone());
            cluster.informer(Selection::default(), move |change: &Change<_>| {
                writes.lock().push(change.key.name.to_string());
                changed.notify_waiters();
            })
        };
        let events = {
            let changed = changed.clone();
            cluster.informer(Selection::default(), move |_: &Change<_>| {
                changed.notify_waiters();
            })
        };
        pods.synced().await;
        events.synced().await;
        let config = NodeConfig {
            name: NODE.to_owned(),
            address: "10.0.0.1".to_owned(),
            logs_dir: folder.join("logs"),
            default_runtime: RuntimeKind::Host,
            pods_max: 110,
            pod_pids_max: None,
            default_user: (0, 0),
            cluster_domain: "cluster.local".to_owned(),
            service_env: vec![],
            machine: Machine::read(folder),
            clock,
        };
        let logs = Logs::new(&config.logs_dir);
        Self {
            cluster,
            logs,
            config,
            pods,
            events,
            changed,
            patience: Duration::from_secs(2_000),
            writes,
        }
    }

    pub(crate) fn agent<R: PodRuntime, E: RuntimeEvents>(
        &self,
        runtime: R,
        events: E,
    ) -> RunningAgent {
        let (shutdown, receiver) = watch::channel(Shutdown::No);
        let source = Source {
            component: "kubelet",
            host: Some(NODE.into()),
        };
        let (recorder, recording) = Recorder::new(self.cluster.clone(), source);
        let run = jobyard_node::run(
            self.cluster.clone(),
            (runtime, events),
            self.config.clone(),
            self.logs.clone(),
            recorder,
            receiver,
        );
        RunningAgent {
            shutdown,
            task: tokio::spawn(run),
            recording: tokio::spawn(recording),
        }
    }

    /// Creates a Pod bound to the node; `spec` lacks what every Pod has.
    pub(crate) async fn create(&self, name: &str, spec: serde_json::Value) -> Arc<core::Pod> {
        self.create_with(name, spec, serde_json::json!({})).await
    }

    pub(crate) async fn create_with(
        &self,
        name: &str,
        spec: serde_json::Value,
        metadata: serde_json::Value,
    ) -> Arc<core::Pod> {
        let (mut spec, mut metadata) = (spec, metadata);
        spec["nodeName"] = NODE.into();
        metadata["name"] = name.into();
        metadata["namespace"] = "default".into();
        for list in ["containers", "initContainers"] {
            for container in spec
                .get_mut(list)
                .and_then(|list| list.as_array_mut())
                .into_iter()
                .flatten()
            {
                if container.get("image").is_none() {
                    container["image"] = "busybox:1.36".into();
                }
            }
        }
        let pod: core::Pod =
            serde_json::from_value(serde_json::json!({"metadata": metadata, "spec": spec}))
                .expect("a Pod");
        self.cluster.create(pod).await.expect("the Pod is valid")
    }

    /// One container `c` with this command.
    pub(crate) async fn run(&self, name: &str, policy: &str, command: &[&str]) -> Arc<core::Pod> {
        let spec = serde_json::json!({
            "restartPolicy": policy,
            "containers": [{"name": "c", "command": command}],
        });
        self.create(name, spec).await
    }

    pub(crate) async fn delete(&self, name: &str, grace_period_seconds: Option<i64>) {
        let options = Deletion {
            grace_period_seconds,
            ..Default::default()
        };
        self.cluster
            .delete::<core::Pod>(&ObjectKey::new("default", name), options)
            .await
            .expect("the Pod is there");
    }

    pub(crate) fn pod(&self, name: &str) -> Option<Arc<core::Pod>> {
        self.pods
            .get(&ObjectKey::new("default", name))
            .map(|view| view.0.clone())
    }

    /// Waits until `ask` answers; its whole world is told when that takes too long.
    pub(crate) async fn until<T>(&self, what: &str, ask: impl Fn() -> Option<T>) -> T {
        let wait = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if let Some(answer) = ask() {
                    return answer;
                }
                changed.await;
            }
        };
        match tokio::time::timeout(self.patience, wait).await {
            Ok(answer) => answer,
            Err(elapsed) => panic!(
                "waited in vain for {what} ({elapsed}); the Pods are {:#?}",
                self.pods
                    .all()
                    .iter()
                    .map(|pod| pod.0.status.clone())
                    .collect::<Vec<_>>()
            ),
        }
    }

    pub(crate) async fn until_phase(&self, name: &str, phase: &str) -> Arc<core::Pod> {
        self.until(&format!("{name} {phase}"), || {
            let pod = self.pod(name)?;
            (pod.status.as_ref()?.phase.as_deref() == Some(phase)).then_some(pod)
        })
        .await
    }

    /// Waits until the first container shows this: `waiting REASON`, `running`, `terminated CODE REASON`.
    pub(crate) async fn until_state(&self, name: &str, state: &str) -> Arc<core::Pod> {
        self.until(&format!("{name} {state}"), || {
            self.pod(name).filter(|pod| shown(pod) == state)
        })
        .await
    }

    pub(crate) async fn until_gone(&self, name: &str) {
        self.until(&format!("{name} gone"), || {
            self.pod(name).is_none().then_some(())
        })
        .await;
    }

    /// How often a Pod was written, its creation included.
    pub(crate) fn writes(&self, name: &str) -> usize {
        self.writes
            .lock()
            .iter()
            .filter(|written| *written == name)
            .count()
    }

    /// All events of a Pod, oldest first: `Normal Started Container started`.
    pub(crate) fn told(&self, pod: &core::Pod) -> Vec<String> {
        let mut events: Vec<_> = self
            .events
            .all()
            .iter()
            .filter(|event| event.0.involved_object.uid == pod.metadata.uid)
            .map(|event| event.0.clone())
            .collect();
        events.sort_by_key(|event| event.revision());
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        events
            .iter()
            .map(|event| {
                format!(
                    "{} {} {}",
                    text(&event.type_),
                    text(&event.reason),
                    text(&event.message)
                )
            })
            .collect()
    }

    pub(crate) async fn until_told(&self, pod: &core::Pod, event: &str) {
        self.until(event, || {
            self.told(pod)
                .iter()
                .any(|told| told == event)
                .then_some(())
        })
        .await;
    }

    pub(crate) async fn log(&self, pod: &core::Pod, options: LogOptions) -> String {
        let stream = self
            .logs
            .open(pod, "c", options)
            .await
            .expect("the log opens");
        let pieces: Vec<_> = stream.try_collect().await.expect("the log is read");
        String::from_utf8(pieces.concat()).expect("logs of tests are text")
    }
}

/// The state of the first container.
pub(crate) fn shown(pod: &core::Pod) -> String {
    let state = pod
        .status
        .as_ref()
        .and_then(|status| status.container_statuses.as_ref()?.first()?.state.clone())
        .unwrap_or_default();
    if let Some(waiting) = state.waiting {
        return format!("waiting {}", waiting.reason.unwrap_or_default());
    }
    if let Some(terminated) = state.terminated {
        return format!(
            "terminated {} {}",
            terminated.exit_code,
            terminated.reason.unwrap_or_default()
        );
    }
    if state.running.is_some() {
        "running".to_owned()
    } else {
        "none".to_owned()
    }
}

pub(crate) fn status(pod: &core::Pod) -> core::ContainerStatus {
    pod.status
        .clone()
        .unwrap_or_default()
        .container_statuses
        .unwrap_or_default()
        .remove(0)
}

impl RunningAgent {
    /// As `kill -9` does: nothing is said to anybody.
    pub(crate) async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
        self.recording.abort();
    }

    pub(crate) async fn end(self, how: Shutdown) -> Left {
        self.shutdown.send_replace(how);
        self.task
            .await
            .expect("the agent does not panic")
            .expect("the agent ends in order")
    }
}
