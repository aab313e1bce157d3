//! What a Pod of `/bin/true` costs on this machine: `measure FOLDER PODS AT_ONCE`.
//!
//! Registry, agent and runtime in one process, as `jobyard run` has them, but
//! without Jobs: Pods are created bound to the node, and each is deleted when it
//! has succeeded.

#![allow(clippy::print_stdout, reason = "it is a program that prints a figure")]

use std::{
    collections::HashMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use jobyard_api::{Object, ObjectKey, Timestamp, core};
use jobyard_cluster::{Change, Cluster, Deletion, Recorder, Selection, Source, View};
use jobyard_cluster_embedded::EmbeddedCluster;
use jobyard_node::{Clock, Logs, Machine, NodeConfig, RuntimeKind, Shutdown};
use jobyard_registry::{
    Options, Registry,
    request::{Context, User},
};
use jobyard_runtime::{Runtime, RuntimeConfig, SpawnerHandle, maybe_run_internal, spawner};
use tokio::sync::{mpsc, watch};

struct Phase {
    key: ObjectKey,
    has_succeeded: bool,
}

impl View for Phase {
    type Object = core::Pod;
    fn of(pod: &Arc<core::Pod>) -> Self {
        let phase = pod
            .status
            .as_ref()
            .and_then(|status| status.phase.as_deref());
        Self {
            key: pod.key(),
            has_succeeded: phase == Some("Succeeded"),
        }
    }
    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

fn main() {
    maybe_run_internal();
    let spawner = spawner::start().expect("a process with one thread can fork");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, pods, at_once] = &arguments[..] else {
        panic!("usage: measure FOLDER PODS AT_ONCE");
    };
    let number = |text: &String| text.parse().expect("a number");
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("tokio starts");
    tokio.block_on(measure(
        spawner,
        Path::new(folder),
        number(pods),
        number(at_once),
    ));
}

async fn measure(spawner: SpawnerHandle, folder: &Path, pods: usize, at_once: usize) {
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
    let runtime = RuntimeConfig {
        state_dir: folder.join("state"),
        cgroup_parent: "jobyard-measure".to_owned(),
        end_with_owner: false,
        remove_at_end: None,
        hidden: vec![],
    };
    let runtime = Runtime::open(runtime, spawner)
        .await
        .expect("the runtime opens");
    let config = NodeConfig {
        name: "node".to_owned(),
        address: "127.0.0.1".to_owned(),
        logs_dir: folder.join("logs"),
        default_runtime: RuntimeKind::Host,
        pods_max: 1_000,
        pod_pids_max: None,
        default_user: (0, 0),
        cluster_domain: "cluster.local".to_owned(),
        service_env: vec![],
        machine: Machine::read(folder),
        clock: Clock::system(),
    };
    let (shutdown, receiver) = watch::channel(Shutdown::No);
    let source = Source {
        component: "kubelet",
        host: Some("node".into()),
    };
    let (recorder, recording) = Recorder::new(cluster.clone(), source);
    let recording = tokio::spawn(recording);
    let logs = Logs::new(&config.logs_dir);
    let agent = tokio::spawn(jobyard_node::run(
        cluster.clone(),
        runtime,
        config,
        logs,
        recorder,
        receiver,
    ));

    let (sender, mut succeeded) = mpsc::unbounded_channel();
    let informer = cluster.informer(Selection::default(), move |change: &Change<Phase>| {
        let is_new = change.old.as_ref().is_none_or(|old| !old.has_succeeded);
        if is_new && change.new.as_ref().is_some_and(|new| new.has_succeeded) {
            let _ = sender.send(change.key.clone());
        }
    });
    informer.synced().await;
    let begun = Instant::now();
    let cpu_before = cpu();
    let mut created = HashMap::new();
    let mut times = vec![];
    let mut next = 0;
    while times.len() < pods {
        while next < pods && created.len() < at_once {
            let name = format!("p{next}");
            let pod = serde_json::json!({
                "metadata": {"name": name, "namespace": "default"},
                "spec": {"nodeName": "node", "restartPolicy": "Never",
                         "containers": [{"name": "c", "image": "true", "command": ["/bin/true"]}]}
            });
            created.insert(ObjectKey::new("default", &name), Instant::now());
            cluster
                .create::<core::Pod>(serde_json::from_value(pod).expect("a Pod"))
                .await
                .expect("created");
            next += 1;
        }
        let key = succeeded.recv().await.expect("the informer lives");
        times.push(created.remove(&key).expect("created before").elapsed());
        cluster
            .delete::<core::Pod>(&key, Deletion::default())
            .await
            .expect("deleted");
    }
    let (wall, cpu) = (begun.elapsed(), cpu().saturating_sub(cpu_before));
    times.sort();
    println!(
        "{pods} Pods, {at_once} at once: {:.0} Pods/s, create to Succeeded median {:?} worst {:?}, {:?} of CPU a Pod in this process",
        pods as f64 / wall.as_secs_f64(),
        times[times.len() / 2],
        times[times.len() - 1],
        cpu / u32::try_from(pods).expect("not that many"),
    );
    shutdown.send_replace(Shutdown::EndPods);
    agent.await.expect("no panic").expect("ends in order");
    recording.await.expect("no panic");
}

/// CPU time of this process.
fn cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        u32::try_from(time.tv_nsec).expect("below a second"),
    )
}
