//! One running yard: the parts constructed and connected.
//!
//! Start order: store and registry, node, controllers; each is a task, owned
//! here, and stopped in the opposite order. One that ends before breaks the yard
//! ([`Tasks`]). Nothing is decided here.

use std::{
    fs::DirBuilder, future::Future, net::UdpSocket, os::unix::fs::DirBuilderExt as _, path::Path,
    path::PathBuf, sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use jobyard_api::{ObjectKey, Timestamp, Uid};
use jobyard_cluster::{Recorder, Source};
use jobyard_cluster_embedded::EmbeddedCluster;
use jobyard_controllers::{gc, job, scheduler};
use jobyard_node::{
    Clock, LogOptions, LogStream, Logs, NodeConfig, RuntimeKind, Shutdown,
    simulated::{self, Fate, SimulatedNode},
};
use jobyard_registry::{
    Options, Registry,
    request::{self, User},
};
use jobyard_runtime::{Runtime, RuntimeConfig, SpawnerHandle};
use jobyard_store::{Durability, Store};
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{args, node_room, say::say, tasks::Tasks};

/// What must be taken from the machine before the first thread starts.
pub(crate) struct Machine {
    spawner: SpawnerHandle,
}

impl Machine {
    /// Checks that Pods can run here, and starts the spawner.
    pub(crate) fn claim() -> Result<Self> {
        jobyard_runtime::check().context("this machine cannot run Pods")?;
        let spawner = jobyard_runtime::spawner::start().context("cannot start the spawner")?;
        Ok(Self { spawner })
    }
}

/// What runs the Pods of a yard.
pub(crate) enum YardNode {
    /// This machine.
    Local(Machine),
    /// Imagination.
    Simulated(Fate),
    /// Nothing: they stay Pending.
    None,
}

/// How long the state is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// On disk; Pods outlive this process.
    Durable,
    /// In memory; Pods end with this process, however it ends.
    UntilTheEnd,
}

/// What differs between yards.
#[derive(Clone, Debug)]
pub(crate) struct YardConfig {
    pub(crate) data_dir: PathBuf,
    pub(crate) keeping: Keeping,
    /// Whether the Job controller runs here. What every cluster does for its
    /// Pods - to give them a node, to collect garbage - is done in either case.
    pub(crate) runs_controllers: bool,
    /// Where the Job controller counts.
    pub(crate) job_metrics: job::Metrics,
    pub(crate) default_runtime: args::Runtime,
    pub(crate) host_runtime_allowed: bool,
    pub(crate) max_pods: u32,
    pub(crate) pod_max_pids: Option<u64>,
    /// The PEM of the authority, for `kube-root-ca.crt` in every namespace.
    pub(crate) ca_certificate: Option<String>,
    /// What no Pod may see, besides the data folder: a kubeconfig elsewhere.
    pub(crate) hidden: Vec<PathBuf>,
}

impl Default for YardConfig {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::new(),
            keeping: Keeping::Durable,
            runs_controllers: true,
            job_metrics: job::Metrics::default(),
            default_runtime: args::Runtime::Oci,
            host_runtime_allowed: false,
            max_pods: PODS_MAX,
            pod_max_pids: None,
            ca_certificate: None,
            hidden: Vec::new(),
        }
    }
}

/// A running yard.
pub(crate) struct Yard {
    registry: Registry,
    cluster: EmbeddedCluster,
    logs: Logs,
    node: Option<Node>,
    tasks: Tasks,
    /// Everything but the node, in the order of its start.
    running: Vec<JoinHandle<Option<()>>>,
    shutdown: CancellationToken,
}

/// The node agent's task.
struct Node {
    runtime: Runtime,
    shutdown: watch::Sender<Shutdown>,
    task: JoinHandle<Option<jobyard_node::Left>>,
}

impl Yard {
    /// Starts the parts. The folder of `config` is there.
    pub(crate) async fn start(node: YardNode, config: YardConfig) -> Result<Self> {
        make_private_folder(&config.data_dir.join("logs"))?;
        let registry = open_registry(&config)?;
        let shutdown = CancellationToken::new();
        let mut yard = Self {
            cluster: EmbeddedCluster::new(registry.clone(), (*administrator()).clone()),
            logs: Logs::new(&config.data_dir.join("logs")),
            node: None,
            tasks: Tasks::until(shutdown.clone()),
            running: Vec::new(),
            shutdown,
            registry,
        };
        let (registry, shutdown) = (yard.registry.clone(), yard.shutdown.clone());
        yard.spawn("the registry's housekeeping", async move {
            tokio::select! {
                () = registry.keep_house(as_administrator) => {}
                () = shutdown.cancelled() => {}
            }
        });
        yard.watch_store();
        let own_node = match node {
            YardNode::Local(machine) => {
                yard.start_node(machine, &config).await?;
                Some(hostname())
            }
            YardNode::Simulated(fate) => {
                yard.start_simulated_node(fate, &config);
                Some(hostname())
            }
            YardNode::None => None,
        };
        if config.runs_controllers {
            yard.spawn(
                "the Job controller",
                job::run(
                    yard.as_controller("job-controller"),
                    job::Options {
                        metrics: config.job_metrics.clone(),
                        ..job::Options::default()
                    },
                    yard.shutdown.clone(),
                ),
            );
        }
        yard.start_scheduler(own_node);
        yard.spawn(
            "the garbage collector",
            gc::run(
                yard.as_controller("generic-garbage-collector"),
                yard.shutdown.clone(),
            ),
        );
        Ok(yard)
    }

    /// `own_node` is waited for, if this process runs one.
    fn start_scheduler(&mut self, own_node: Option<String>) {
        let cluster = self
            .as_user("system:kube-scheduler")
            .managed_by("kube-scheduler");
        let ended = self.shutdown.clone();
        self.spawn("the scheduler", async move {
            if let Some(node) = own_node {
                tokio::select! {
                    () = node_room::is_said(&cluster, node) => {}
                    () = ended.cancelled() => return,
                }
            }
            scheduler::run(cluster, ended).await;
        });
    }

    async fn start_node(&mut self, machine: Machine, config: &YardConfig) -> Result<()> {
        let name = hostname();
        let mut hidden = vec![config.data_dir.clone(), PathBuf::from(DEFAULT_DATA_DIR)];
        hidden.extend_from_slice(&config.hidden);
        let (runtime, events) = Runtime::open(
            RuntimeConfig {
                state_dir: config.data_dir.join("pods"),
                cgroup_parent: "jobyard".to_owned(),
                end_with_owner: config.keeping == Keeping::UntilTheEnd,
                remove_at_end: (config.keeping == Keeping::UntilTheEnd)
                    .then(|| config.data_dir.clone()),
                hidden,
            },
            machine.spawner,
        )
        .await
        .context("cannot open the container runtime")?;
        let cluster = self
            .as_user(&format!("system:node:{name}"))
            .managed_by("kubelet");
        let source = Source {
            component: "kubelet",
            host: Some(name.as_str().into()),
        };
        let (recorder, recording) = Recorder::new(cluster.clone(), source);
        // Ends with the node, which holds the recorder.
        let recording = async {
            recording.await;
            Ok(())
        };
        let recording = self
            .tasks
            .start_finite("the recorder of the node", recording);
        self.running.push(recording);
        let node = NodeConfig {
            address: address(),
            logs_dir: config.data_dir.join("logs"),
            default_runtime: match config.default_runtime {
                args::Runtime::Oci => RuntimeKind::Oci,
                args::Runtime::Host => RuntimeKind::Host,
            },
            pods_max: config.max_pods,
            pod_pids_max: config.pod_max_pids,
            default_user: (
                rustix::process::getuid().as_raw(),
                rustix::process::getgid().as_raw(),
            ),
            cluster_domain: "cluster.local".to_owned(),
            // Pods get no token yet, and half of what a client in a Pod needs misleads it.
            service_env: Vec::new(),
            machine: jobyard_node::Machine::read(&config.data_dir),
            clock: Clock::system(),
            name,
        };
        let (shutdown, told) = watch::channel(Shutdown::No);
        let agent = jobyard_node::run(
            cluster,
            (runtime.clone(), events),
            node,
            self.logs.clone(),
            recorder,
            told,
        );
        let task = self
            .tasks
            .start("the node", async { agent.await.map_err(Into::into) });
        self.node = Some(Node {
            runtime,
            shutdown,
            task,
        });
        Ok(())
    }

    fn start_simulated_node(&mut self, fate: Fate, config: &YardConfig) {
        let name = hostname();
        let node = simulated::run(
            self.as_user(&format!("system:node:{name}")),
            SimulatedNode {
                address: address(),
                pods_max: config.max_pods,
                fate,
                clock: Clock::system(),
                name,
            },
            self.shutdown.clone(),
        );
        let node = async { node.await.map_err(Into::into) };
        self.running
            .push(self.tasks.start("the simulated node", node));
    }

    fn spawn(&mut self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let task = async {
            task.await;
            Ok(())
        };
        self.running.push(self.tasks.start(name, task));
    }

    /// A store that failed to write or to sync takes nothing more: only a new
    /// start, which reads what is on the disk, mends that.
    fn watch_store(&mut self) {
        let (registry, shutdown) = (self.registry.clone(), self.shutdown.clone());
        let task = async move {
            tokio::select! {
                () = shutdown.cancelled() => Ok(()),
                () = registry.stopped() => bail!(
                    "it cannot write to the disk; see that the disk is well and has room, \
                     and start again"
                ),
            }
        };
        self.running.push(self.tasks.start("the store", task));
    }

    /// Waits until a part of the yard has ended that should not have; stderr
    /// tells which and why. There is nothing left to do but to stop.
    pub(crate) async fn broken(&self) {
        self.tasks.broken().await;
    }

    fn as_user(&self, name: &str) -> EmbeddedCluster {
        EmbeddedCluster::new(
            self.registry.clone(),
            User {
                name: name.to_owned(),
                groups: vec!["system:authenticated".to_owned()],
            },
        )
    }

    fn as_controller(&self, service_account: &str) -> EmbeddedCluster {
        self.as_user(&format!(
            "system:serviceaccount:kube-system:{service_account}"
        ))
        .managed_by("kube-controller-manager")
    }

    /// The verbs.
    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The port, as the administrator.
    pub(crate) fn cluster(&self) -> &EmbeddedCluster {
        &self.cluster
    }

    /// The Pods' logs.
    pub(crate) fn logs(&self) -> &Logs {
        &self.logs
    }

    /// The log of one attempt, followed to its end; `None` when there is none.
    pub(crate) fn log(
        &self,
        key: ObjectKey,
        uid: Uid,
        container: String,
        attempt: u32,
    ) -> impl Future<Output = Option<LogStream>> + Send + 'static {
        let logs = self.logs.clone();
        async move {
            let options = LogOptions {
                follow: true,
                ..LogOptions::default()
            };
            logs.open_attempt(&key, &uid, &container, attempt, options)
                .await
                .ok()
        }
    }

    /// Kills all Pods without grace. What the API says of them is left behind.
    pub(crate) async fn kill_pods(&self) {
        let Some(node) = &self.node else { return };
        if let Err(error) = node.runtime.remove_all_pods().await {
            say(format_args!("killing the Pods: {error}"));
        }
    }

    /// Stops everything; `node` says what becomes of the Pods. Returns how many go on.
    pub(crate) async fn stop(mut self, node: Shutdown) -> usize {
        // Controllers first, so that nothing new is asked of the node. Draining
        // is the node's own work.
        self.shutdown.cancel();
        let mut running = 0;
        if let Some(Node { shutdown, task, .. }) = self.node.take() {
            let _ = shutdown.send(node);
            // How a task failed, it has said itself.
            if let Ok(Some(left)) = task.await {
                running = left.running_pods;
            }
        }
        for task in self.running.into_iter().rev() {
            let _ = task.await;
        }
        if let Err(error) = self.registry.close() {
            say(format_args!(
                "closing the store: {:#}",
                anyhow::Error::from(error)
            ));
        }
        running
    }
}

/// Most Pods that run at once as real containers, unless told otherwise.
pub(crate) const PODS_MAX: u32 = 1000;

/// Where `serve` keeps a yard unless told otherwise.
pub(crate) const DEFAULT_DATA_DIR: &str = "/var/lib/jobyard";

fn open_registry(config: &YardConfig) -> Result<Registry> {
    let context = as_administrator();
    let options = Options {
        ca_certificate: config.ca_certificate.clone(),
        host_runtime: config.host_runtime_allowed,
        ..Options::default()
    };
    if config.keeping == Keeping::UntilTheEnd {
        return Ok(Registry::in_memory(&context, options)?);
    }
    let folder = config.data_dir.join("store");
    let (store, recovered) = Store::open(&folder, Durability::Synced)?;
    Registry::open(&context, store, recovered, options)
        .with_context(|| format!("cannot read the yard in {}", config.data_dir.display()))
}

/// The user behind the command line and the kubeconfig.
pub(crate) fn administrator() -> Arc<User> {
    Arc::new(User {
        name: "kubernetes-admin".to_owned(),
        groups: vec![
            "system:masters".to_owned(),
            "system:authenticated".to_owned(),
        ],
    })
}

/// A request of the yard itself, now.
fn as_administrator() -> request::Context {
    request::Context {
        user: administrator(),
        now: Timestamp::now(),
    }
}

/// Makes a folder that only we may enter, and gives its whole path: shims and
/// mounts do not share our working folder. One that is there keeps its mode.
pub(crate) fn make_private_folder(folder: &Path) -> Result<PathBuf> {
    let made = DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .and_then(|()| folder.canonicalize());
    made.with_context(|| format!("cannot make the folder {}", folder.display()))
}

/// The machine's name, lower case: the name of its Node.
pub(crate) fn hostname() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .to_lowercase()
}

/// The machine's address as others would see it, else loopback.
///
/// A UDP socket is "connected" to an address that is reserved for documentation:
/// that sends nothing, and tells which local address the way there begins at.
fn address() -> String {
    let local = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    local.map_or_else(|_| "127.0.0.1".to_owned(), |local| local.ip().to_string())
}
