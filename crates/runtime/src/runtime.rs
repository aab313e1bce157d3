//! The daemon's handle: async calls, one event stream.
//!
//! Each Pod has a [`Connection`] with a task of its own; the table of them is behind a lock
//! that is held for a lookup only. What blocks (folders, the spawner, a shim's first connection) runs on the
//! blocking threads.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::SystemTime;

use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::cgroup::Cgroups;
use crate::connection::Connection;
use crate::protocol::{AtEnd, Call, CreatePod, Reply, SpawnerRequest, StartContainer, VERSION};
use crate::rootfs::HostRootSource;
use crate::{
    ContainerSpec, ExitStatus, PodSandboxSpec, RuntimeError, SpawnerHandle, StartError, mountinfo,
    recover, rootfs, state,
};

/// The kernel's `HOST_NAME_MAX`.
const HOSTNAME_BYTES_MAX: usize = 64;

/// How a daemon wants its Pods kept.
#[derive(Debug, Clone)]
pub struct RuntimeConfig {
    /// Folder of the Pods' state, made 0700 if missing. On a file system that overlay accepts as upper layer.
    pub state_dir: PathBuf,
    /// cgroup below each controller's root under which this yard makes a folder for its Pods' cgroups, e.g.
    /// `jobyard`. Yards may share it. Relative, without `..`.
    pub cgroup_parent: String,
    /// The Pods end when this process ends, however it ends, and leave nothing behind. Exit files are
    /// then not synced to disk. Otherwise Pods outlive the daemon and are picked up by the next one.
    pub end_with_owner: bool,
    /// With [`RuntimeConfig::end_with_owner`]: a folder to remove when the owner and all Pods are gone.
    pub remove_at_end: Option<PathBuf>,
    /// Folders that no Pod may see through [`crate::RootFs::Host`], in addition to the machine's secrets and `state_dir`.
    pub hidden: Vec<PathBuf>,
}

/// A running container, as the start call reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Started {
    /// Process id on the machine; 1 inside the container.
    pub pid: i32,
    /// When the program began.
    pub started_at: SystemTime,
}

/// A Pod found at start-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveredPod {
    /// As it was created.
    pub spec: PodSandboxSpec,
    /// Its shim answers: containers can be started and signalled. Otherwise only [`Runtime::remove_pod`] is left to do.
    pub is_alive: bool,
    /// Every attempt of every container that left a trace, by name and attempt.
    pub containers: Vec<RecoveredContainer>,
}

/// One attempt found at start-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveredContainer {
    /// The container's name.
    pub name: String,
    /// Its attempt.
    pub attempt: u32,
    /// What became of it.
    pub state: ContainerState,
}

/// What is known of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContainerState {
    /// It runs; an [`RuntimeEvent::Exited`] follows.
    Running(Started),
    /// It ended; true code and times.
    Exited(ExitStatus),
    /// The program could not be started.
    FailedToStart {
        /// As in [`StartError::CannotRun`].
        message: String,
    },
    /// It is not running and nobody saw it end: its shim was killed, or the machine restarted.
    Lost,
}

/// Something happened to a container. Each is reported once a daemon, in the order of the ends of one
/// Pod; what happened while no daemon was there is in [`Runtime::recover`] instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuntimeEvent {
    /// A container ended; its exit file is on disk and its log complete.
    Exited {
        /// The Pod's uid.
        pod: String,
        /// The container's name.
        container: String,
        /// Its attempt.
        attempt: u32,
        /// How.
        exit: ExitStatus,
    },
    /// A Pod's shim is gone; its running containers were killed and are [`ContainerState::Lost`].
    PodLost {
        /// The Pod's uid.
        pod: String,
    },
}

/// The stream of events; exactly one a [`Runtime`].
#[derive(Debug)]
pub struct Events {
    receiver: mpsc::UnboundedReceiver<RuntimeEvent>,
}

impl Events {
    /// The next event; `None` when the [`Runtime`] is dropped. Cancel-safe.
    pub async fn next(&mut self) -> Option<RuntimeEvent> {
        self.receiver.recv().await
    }
}

/// Runs Pods on this machine. Cheap to clone; all clones are the same runtime.
#[derive(Debug, Clone)]
pub struct Runtime {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state_dir: PathBuf,
    end_with_owner: bool,
    cgroups: Cgroups,
    boot_id: String,
    /// Sent to each new spawner.
    spawner_setup: SpawnerRequest,
    spawner: Mutex<SpawnerHandle>,
    host: Mutex<HostRootSource>,
    pods: Mutex<HashMap<String, Arc<Connection>>>,
    /// Unbounded, since a task that waits for its reader could not serve calls; it holds at most one event a
    /// container that was started.
    events: mpsc::UnboundedSender<RuntimeEvent>,
    /// Held as long as this runtime: two of them would start containers twice.
    _lock: File,
}

impl Runtime {
    /// Takes hold of `state_dir`; Pods already there stay as they are until [`Runtime::recover`].
    /// Needs a tokio runtime with I/O enabled.
    pub async fn open(
        config: RuntimeConfig,
        spawner: SpawnerHandle,
    ) -> Result<(Runtime, Events), RuntimeError> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let shared = blocking(move || Shared::open(&config, spawner, sender)).await?;
        let runtime = Runtime {
            shared: Arc::new(shared),
        };
        Ok((runtime, Events { receiver }))
    }

    /// Connects to the shims of Pods that an earlier daemon left, and reads what became of the rest.
    /// Call once, before creating Pods.
    pub async fn recover(&self) -> Result<Vec<RecoveredPod>, RuntimeError> {
        let state_dir = self.shared.state_dir.clone();
        let found = blocking(move || recover::find_pods(&state_dir)).await?;
        let mut pods = Vec::new();
        for pod in found {
            let uid = pod.spec.uid.clone();
            let mut running = Vec::new();
            let mut is_alive = false;
            if let Some(stream) = pod.shim {
                match self.greet(&uid, stream).await {
                    Ok(found) => {
                        running = found;
                        is_alive = true;
                    }
                    // It ended between connecting and answering.
                    Err(RuntimeError::PodLost { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            let pod_dir = self.pod_dir(&uid);
            let containers =
                blocking(move || recover::read_attempts(&pod_dir, &running, is_alive)).await?;
            pods.push(RecoveredPod {
                spec: pod.spec,
                is_alive,
                containers,
            });
        }
        Ok(pods)
    }

    /// Makes the Pod's shim, namespaces and cgroup.
    pub async fn create_pod(&self, spec: PodSandboxSpec) -> Result<(), RuntimeError> {
        check_pod(&spec)?;
        let uid = spec.uid.clone();
        let pod_dir = self.pod_dir(&uid);
        {
            let (uid, pod_dir) = (uid.clone(), pod_dir.clone());
            blocking(move || make_pod_dir(&uid, &pod_dir)).await?;
        }
        let connected = match self.fork_shim(&spec, false).await {
            // The spawner died with the request in its hands.
            Err(RuntimeError::PodLost { .. }) => self.fork_shim(&spec, true).await,
            other => other,
        };
        match connected {
            Ok(connection) => {
                self.pods().insert(uid, Arc::new(connection));
                Ok(())
            }
            Err(error) => {
                // The first error is the one to report; a folder that stays is removed by `recover`.
                let _ = blocking(move || {
                    state::remove_dir_all(&pod_dir).map_err(failed("remove", &pod_dir))
                })
                .await;
                Err(error)
            }
        }
    }

    /// Starts one attempt; returns when its program runs or cannot be run.
    pub async fn start_container(
        &self,
        pod_uid: &str,
        spec: ContainerSpec,
    ) -> Result<Started, StartError> {
        let connection = self.connection(pod_uid)?;
        // Reads a few kernel files, and only once more than that.
        let host = lock(&self.shared.host)
            .get()
            .map_err(failed("read the machine's folders below", Path::new("/")))?;
        let masks_dir = state::masks_dir(&self.shared.state_dir);
        let (container, attempt) = (spec.name.clone(), spec.attempt);
        let call = Call::Start(Box::new(StartContainer {
            spec,
            host,
            masks_dir,
        }));
        match connection.call(call).await? {
            Reply::Started { pid, started_at } => Ok(Started { pid, started_at }),
            Reply::CannotRun { message } => Err(StartError::CannotRun { message }),
            Reply::StartedBefore => Err(StartError::StartedBefore { container, attempt }),
            other => Err(unexpected(&other).into()),
        }
    }

    /// Sends a signal to the container's first process. A process without a handler ignores it, except SIGKILL.
    pub async fn signal(
        &self,
        pod_uid: &str,
        container: &str,
        signal: i32,
    ) -> Result<(), RuntimeError> {
        let call = Call::Signal {
            container: container.to_owned(),
            signal,
        };
        self.call_on_container(pod_uid, container, call).await
    }

    /// Kills every process of the container at once.
    pub async fn kill(&self, pod_uid: &str, container: &str) -> Result<(), RuntimeError> {
        self.signal(pod_uid, container, libc::SIGKILL).await
    }

    /// Removes the layers and records of a finished attempt; its log stays. Without it they go with the Pod.
    pub async fn remove_container(
        &self,
        pod_uid: &str,
        container: &str,
        attempt: u32,
    ) -> Result<(), RuntimeError> {
        let call = Call::RemoveContainer {
            container: container.to_owned(),
            attempt,
        };
        self.call_on_container(pod_uid, container, call).await
    }

    /// Kills what still runs, ends the shim and removes the Pod's folders and cgroups. Logs stay. Safe to
    /// repeat; a Pod that does not exist is a success.
    pub async fn remove_pod(&self, pod_uid: &str) -> Result<(), RuntimeError> {
        state::check_name("pod uid", pod_uid)?;
        let connection = self.pods().get(pod_uid).cloned();
        if let Some(connection) = connection {
            connection.expect_end(true);
            match connection.call(Call::Remove).await {
                // Gone, now or before: what it left is removed below.
                Ok(_) | Err(RuntimeError::PodLost { .. }) => {}
                Err(error) => {
                    connection.expect_end(false);
                    return Err(error);
                }
            }
            self.pods().remove(pod_uid);
        }
        let pod_dir = self.pod_dir(pod_uid);
        blocking(move || recover::remove_leftovers(&pod_dir)).await
    }

    /// Kills and removes every Pod of this runtime, without grace: for a user who does not want to wait. The first error
    /// is returned after all were tried.
    pub async fn remove_all_pods(&self) -> Result<(), RuntimeError> {
        let uids: Vec<String> = self.pods().keys().cloned().collect();
        let mut removals = JoinSet::new();
        for uid in uids {
            let runtime = self.clone();
            removals.spawn(async move { runtime.remove_pod(&uid).await });
        }
        removals.join_all().await.into_iter().collect()
    }

    /// The folder of one Pod, for files the caller wants removed with it (volumes, termination logs):
    /// `state_dir/pods/UID/volumes`. Exists from [`Runtime::create_pod`] on.
    pub fn volumes_dir(&self, pod_uid: &str) -> PathBuf {
        self.pod_dir(pod_uid).join("volumes")
    }

    /// One sentence for each kind of limit that is not enforced here; empty on a well-equipped machine.
    pub fn not_enforced(&self) -> Vec<String> {
        self.shared.cgroups.not_enforced()
    }

    /// The spawner's process id; it changes when a spawner died and another took its place.
    pub fn spawner_pid(&self) -> i32 {
        lock(&self.shared.spawner).pid()
    }

    fn pod_dir(&self, uid: &str) -> PathBuf {
        state::pods_dir(&self.shared.state_dir).join(uid)
    }

    fn pods(&self) -> MutexGuard<'_, HashMap<String, Arc<Connection>>> {
        lock(&self.shared.pods)
    }

    fn connection(&self, uid: &str) -> Result<Arc<Connection>, RuntimeError> {
        let found = self.pods().get(uid).cloned();
        found.ok_or_else(|| RuntimeError::UnknownPod {
            uid: uid.to_owned(),
        })
    }

    async fn call_on_container(
        &self,
        uid: &str,
        container: &str,
        call: Call,
    ) -> Result<(), RuntimeError> {
        match self.connection(uid)?.call(call).await? {
            Reply::Done => Ok(()),
            Reply::UnknownContainer => Err(RuntimeError::UnknownContainer {
                uid: uid.to_owned(),
                container: container.to_owned(),
            }),
            other => Err(unexpected(&other)),
        }
    }

    /// Says hello to a shim that was there before, and keeps the connection if it answers.
    async fn greet(
        &self,
        uid: &str,
        stream: StdUnixStream,
    ) -> Result<Vec<crate::protocol::Running>, RuntimeError> {
        let stream = asynchronous(stream)?;
        let connection = Connection::new(uid, stream, self.shared.events.clone());
        connection.expect_end(true);
        let reply = connection.call(Call::Hello { version: VERSION }).await?;
        let Reply::Hello { running, .. } = reply else {
            return Err(unexpected(&reply));
        };
        connection.expect_end(false);
        self.pods().insert(uid.to_owned(), Arc::new(connection));
        Ok(running)
    }

    /// Has the spawner fork a shim, and has the shim make the Pod.
    async fn fork_shim(
        &self,
        spec: &PodSandboxSpec,
        with_new_spawner: bool,
    ) -> Result<Connection, RuntimeError> {
        let shared = Arc::clone(&self.shared);
        let stream = blocking(move || shared.ask_spawner(with_new_spawner)).await?;
        let stream = asynchronous(stream)?;
        let connection = Connection::new(&spec.uid, stream, self.shared.events.clone());
        connection.expect_end(true);
        let create = CreatePod {
            version: VERSION,
            spec: spec.clone(),
            pod_dir: self.pod_dir(&spec.uid),
            cgroups: self.shared.cgroups.clone(),
            boot_id: self.shared.boot_id.clone(),
            end_with_owner: self.shared.end_with_owner,
        };
        match connection.call(Call::Create(Box::new(create))).await? {
            Reply::Hello { .. } => {
                connection.expect_end(false);
                Ok(connection)
            }
            other => Err(unexpected(&other)),
        }
    }
}

impl Shared {
    fn open(
        config: &RuntimeConfig,
        spawner: SpawnerHandle,
        events: mpsc::UnboundedSender<RuntimeEvent>,
    ) -> Result<Shared, RuntimeError> {
        check_relative("cgroup_parent", &config.cgroup_parent)?;
        let given = &config.state_dir;
        state::make_private_dirs(given).map_err(failed("make", given))?;
        let state_dir = given.canonicalize().map_err(failed("find", given))?;
        check_layers(&state_dir)?;
        let held = state::lock_dir(&state_dir).map_err(failed("lock", &state_dir))?;
        let Some(held) = held else {
            return Err(RuntimeError::Invalid {
                what: format!("state folder {}", state_dir.display()),
                why: "another process uses it; end that one or choose another folder".to_owned(),
            });
        };
        let pods_dir = state::pods_dir(&state_dir);
        let masks_dir = state::masks_dir(&state_dir);
        for folder in [&pods_dir, &masks_dir, &state::trash_dir(&state_dir)] {
            state::make_private_dirs(folder).map_err(failed("make", folder))?;
        }
        // Only a matter of speed, and only on ext4.
        let _ = state::spread_children(&pods_dir);
        let mounts =
            mountinfo::read().map_err(failed("read", Path::new("/proc/self/mountinfo")))?;
        // A folder for this yard alone: another may use the same parent, and at its end all of a yard's goes.
        let mut hasher = DefaultHasher::new();
        state_dir.hash(&mut hasher);
        let cgroup = format!("{}/{:016x}", config.cgroup_parent, hasher.finish());
        let cgroups = Cgroups::detect(&cgroup, &mounts);
        let (cgroups, cgroup_procs) = match cgroups.prepare(!config.end_with_owner) {
            Ok(procs) => (cgroups, procs),
            Err(error) => {
                // Inside a container the trees are often read-only. Pods run, without limits.
                tracing::warn!(%error, "no cgroups can be made: limits are not enforced");
                (Cgroups::None, Vec::new())
            }
        };
        let mut hidden = config.hidden.clone();
        hidden.push(state_dir.clone());
        let announced = rootfs::announce(&hidden).unwrap_or_else(|error| {
            tracing::warn!(%error, "pods of other yards on this machine are not kept out of this one");
            Vec::new()
        });
        let at_end = config.end_with_owner.then(|| AtEnd {
            pods_dir,
            cgroups: cgroups.parents(),
            folders: config
                .remove_at_end
                .iter()
                .cloned()
                .chain(announced)
                .collect(),
        });
        let spawner_setup = SpawnerRequest::Configure {
            cgroup_procs,
            at_end,
        };
        let shared = Shared {
            boot_id: state::boot_id().map_err(failed("read", Path::new("the boot id")))?,
            end_with_owner: config.end_with_owner,
            cgroups,
            spawner_setup,
            spawner: Mutex::new(spawner),
            host: Mutex::new(
                HostRootSource::new(hidden)
                    .map_err(failed("watch", Path::new("/proc/self/mountinfo")))?,
            ),
            pods: Mutex::new(HashMap::new()),
            events,
            _lock: held,
            state_dir,
        };
        // An error means that the spawner is gone; the first Pod starts another.
        let _ = lock(&shared.spawner).configure(&shared.spawner_setup);
        Ok(shared)
    }

    /// Sends one end of a new socket to the spawner and returns the other.
    fn ask_spawner(&self, with_new_spawner: bool) -> Result<StdUnixStream, RuntimeError> {
        let (ours, theirs) =
            StdUnixStream::pair().map_err(failed("make", Path::new("a socket")))?;
        let mut spawner = lock(&self.spawner);
        if !with_new_spawner && spawner.fork_shim(theirs.as_fd()).is_ok() {
            return Ok(ours);
        }
        let next = spawner.start_again()?;
        tracing::warn!(
            old = spawner.pid(),
            new = next.pid(),
            "the spawner died; started another"
        );
        *spawner = next;
        spawner
            .configure(&self.spawner_setup)
            .and_then(|()| spawner.fork_shim(theirs.as_fd()))
            .map_err(failed("ask for a shim from", Path::new("a new spawner")))?;
        Ok(ours)
    }
}

/// Refuses a folder that cannot hold throw-away layers, once and in words, rather than each container with
/// "invalid argument".
fn check_layers(state_dir: &Path) -> Result<(), RuntimeError> {
    let found = rustix::fs::statfs(state_dir)
        .map_err(io::Error::from)
        .map_err(failed("look at the file system of", state_dir))?;
    match rootfs::unfit_for_layers(found.f_type) {
        None => Ok(()),
        Some(name) => Err(RuntimeError::Invalid {
            what: format!("state folder {}", state_dir.display()),
            why: format!(
                "it is on {name}, where overlay cannot keep what containers write; choose a data folder \
                 on a local disk (ext4, xfs, btrfs) or on a tmpfs"
            ),
        }),
    }
}

fn check_pod(spec: &PodSandboxSpec) -> Result<(), RuntimeError> {
    state::check_name("pod uid", &spec.uid)?;
    check_relative("cgroup", &spec.cgroup)?;
    if spec.hostname.is_empty() || spec.hostname.len() > HOSTNAME_BYTES_MAX {
        return Err(RuntimeError::Invalid {
            what: format!("hostname {:?}", spec.hostname),
            why: format!("it must have 1 to {HOSTNAME_BYTES_MAX} bytes"),
        });
    }
    Ok(())
}

fn check_relative(what: &str, path: &str) -> Result<(), RuntimeError> {
    let is_fine = !path.is_empty()
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
    if is_fine {
        return Ok(());
    }
    Err(RuntimeError::Invalid {
        what: format!("{what} {path:?}"),
        why: "it must be a relative path without \"..\"".to_owned(),
    })
}

fn make_pod_dir(uid: &str, pod_dir: &Path) -> Result<(), RuntimeError> {
    match state::make_private_dir(pod_dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(RuntimeError::PodExists {
                uid: uid.to_owned(),
            })
        }
        Err(error) => Err(failed("make", pod_dir)(error)),
        Ok(()) => {
            let volumes = pod_dir.join("volumes");
            state::make_private_dir(&volumes).map_err(failed("make", &volumes))
        }
    }
}

fn asynchronous(stream: StdUnixStream) -> Result<UnixStream, RuntimeError> {
    stream
        .set_nonblocking(true)
        .and_then(|()| UnixStream::from_std(stream))
        .map_err(failed("use", Path::new("a shim's socket")))
}

fn unexpected(reply: &Reply) -> RuntimeError {
    RuntimeError::Refused {
        message: format!("the shim gave an answer to another question: {reply:?}"),
    }
}

pub(crate) fn failed(what: &str, path: &Path) -> impl FnOnce(io::Error) -> RuntimeError {
    let what = format!("{what} {}", path.display());
    move |source| RuntimeError::Io { what, source }
}

/// Runs what blocks on a thread where it may.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RuntimeError> + Send + 'static,
) -> Result<T, RuntimeError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => Err(RuntimeError::Refused {
                message: format!("the program is ending: {error}"),
            }),
        },
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody panics while holding this lock")
}
