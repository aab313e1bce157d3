//! Pods as real Linux processes: namespaces, mounts, cgroups, logs and exit codes.
//!
//! Three kinds of process, because each must survive the one before it:
//!
//! * the **daemon** (any process that holds a [`Runtime`]): large, with many threads. It never forks:
//!   forking a process with a 1 GiB heap takes 62 ms, and with threads it is not safe at all.
//! * the **spawner**: single-threaded and small, started before any thread ([`spawner::start`]). It does
//!   one thing: fork a shim when asked. If it dies, the daemon starts a new one.
//! * one **shim** a Pod: holds the Pod's namespaces, is the parent of its containers, holds the ends of
//!   their log pipes and writes their exit files. It outlives the daemon and the spawner.
//!
//! The daemon speaks to the spawner through a socket pair and to each shim through a socket in the Pod's
//! state folder, in typed messages that carry a version, so that a newer daemon
//! picks up the shims of the release before.
//!
//! What is deliberately absent: Kubernetes. This crate knows Pods, containers and volumes only as words
//! for groups of processes, processes and mounts; which Pod should run is for others to say.

mod cgroup;
mod check;
mod connection;
mod container;
mod error;
mod exit;
mod init;
mod mountinfo;
mod pod;
mod protocol;
mod recover;
mod rootfs;
mod runtime;
mod shim;
pub mod spawner;
mod state;
mod sys;

pub use check::{Capabilities, Missing, check};
pub use container::{Capability, ContainerSpec, Mount, MountSource, RootFs, User};
pub use error::{RuntimeError, StartError};
pub use exit::ExitStatus;
pub use pod::{PodSandboxSpec, Resources};
pub use runtime::{
    ContainerState, Events, RecoveredContainer, RecoveredPod, Runtime, RuntimeConfig, RuntimeEvent,
    Started,
};
pub use spawner::{SpawnerHandle, maybe_run_internal};
pub use state::spread_children;
