//! The daemon's handle: async calls, one event stream.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tokio::sync::mpsc;

use crate::{ContainerSpec, ExitStatus, PodSandboxSpec, RuntimeError, SpawnerHandle, StartError};

/// How a daemon wants its Pods kept.
#[derive(Debug, Clone)]
pub struct RuntimeConfig {
    /// Folder of the Pods' state, made 0700 if missing. On a file system that overlay accepts as upper layer.
    pub state_dir: PathBuf,
    /// cgroup below each controller's root under which all Pods' cgroups are made, e.g. `jobyard`. Relative, without `..`.
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
    _config: RuntimeConfig,
}

impl Runtime {
    /// Takes hold of `state_dir`; Pods already there stay as they are until [`Runtime::recover`].
    pub async fn open(
        config: RuntimeConfig,
        _spawner: SpawnerHandle,
    ) -> Result<(Runtime, Events), RuntimeError> {
        let (_, receiver) = mpsc::unbounded_channel();
        Ok((Runtime { _config: config }, Events { receiver }))
    }

    /// Connects to the shims of Pods that an earlier daemon left, and reads what became of the rest.
    /// Call once, before creating Pods.
    pub async fn recover(&self) -> Result<Vec<RecoveredPod>, RuntimeError> {
        Ok(Vec::new())
    }

    /// Makes the Pod's shim, namespaces and cgroup.
    pub async fn create_pod(&self, spec: PodSandboxSpec) -> Result<(), RuntimeError> {
        Err(RuntimeError::UnknownPod { uid: spec.uid })
    }

    /// Starts one attempt; returns when its program runs or cannot be run.
    pub async fn start_container(
        &self,
        pod_uid: &str,
        _spec: ContainerSpec,
    ) -> Result<Started, StartError> {
        Err(RuntimeError::UnknownPod {
            uid: pod_uid.to_owned(),
        }
        .into())
    }

    /// Sends a signal to the container's first process. A process without a handler ignores it, except SIGKILL.
    pub async fn signal(
        &self,
        pod_uid: &str,
        _container: &str,
        _signal: i32,
    ) -> Result<(), RuntimeError> {
        Err(RuntimeError::UnknownPod {
            uid: pod_uid.to_owned(),
        })
    }

    /// Kills every process of the container at once.
    pub async fn kill(&self, pod_uid: &str, container: &str) -> Result<(), RuntimeError> {
        self.signal(pod_uid, container, 9).await
    }

    /// Removes the layers and records of a finished attempt; its log stays. Without it they go with the Pod.
    pub async fn remove_container(
        &self,
        pod_uid: &str,
        _container: &str,
        _attempt: u32,
    ) -> Result<(), RuntimeError> {
        Err(RuntimeError::UnknownPod {
            uid: pod_uid.to_owned(),
        })
    }

    /// Kills what still runs, ends the shim and removes the Pod's folders and cgroups. Logs stay. Safe to
    /// repeat; a Pod that does not exist is a success.
    pub async fn remove_pod(&self, _pod_uid: &str) -> Result<(), RuntimeError> {
        Ok(())
    }

    /// The folder of one Pod, for files the caller wants removed with it (volumes, termination logs):
    /// `state_dir/pods/UID/volumes`. Exists from [`Runtime::create_pod`] on.
    pub fn volumes_dir(&self, pod_uid: &str) -> PathBuf {
        Path::new(&self._config.state_dir)
            .join("pods")
            .join(pod_uid)
            .join("volumes")
    }
}
