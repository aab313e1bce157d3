//! Errors, split by what the caller does about them.

use std::io;

/// A runtime call failed.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The request can never work; tell the user.
    #[error("{what} is not usable: {why}")]
    Invalid {
        /// Which part of the request.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// There is no such Pod; list again.
    #[error("no pod with uid {uid}")]
    UnknownPod {
        /// The uid asked for.
        uid: String,
    },
    /// There is no such container in the Pod, or it has ended.
    #[error("no running container {container} in pod {uid}")]
    UnknownContainer {
        /// The Pod's uid.
        uid: String,
        /// The container's name.
        container: String,
    },
    /// The Pod was made before; carry on with it.
    #[error("pod {uid} exists already")]
    PodExists {
        /// The Pod's uid.
        uid: String,
    },
    /// The Pod's shim is gone and its containers with it. A [`crate::RuntimeEvent::PodLost`] follows.
    #[error("the shim of pod {uid} is gone")]
    PodLost {
        /// The Pod's uid.
        uid: String,
    },
    /// The shim tried and the machine refused; try again later.
    #[error("{message}")]
    Refused {
        /// The shim's words: which step, on what, and the system's error.
        message: String,
    },
    /// The machine refused; try again later.
    #[error("{what}")]
    Io {
        /// Which operation on which file.
        what: String,
        /// The system's error.
        #[source]
        source: io::Error,
    },
}

/// A container did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The program cannot be run in its container: not found, not executable, a mount that does not
    /// exist. Kubernetes reports exit code 128 and reason `StartError` (or `ContainerCannotRun`) with this text.
    #[error("{message}")]
    CannotRun {
        /// In the words of other runtimes, e.g. `exec: "x": executable file not found in $PATH: unknown`.
        message: String,
    },
    /// This attempt was started before, by us or by a daemon that died since; look at its state.
    #[error("attempt {attempt} of container {container} was started before")]
    StartedBefore {
        /// The container's name.
        container: String,
        /// Its attempt.
        attempt: u32,
    },
    /// The runtime failed before the container came into it.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}
