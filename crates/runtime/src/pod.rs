//! What a Pod is to the runtime: a name, a hostname, a cgroup and a shim.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The sandbox of one Pod: what its containers share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PodSandboxSpec {
    /// Unique for all time; names the Pod's state folder. Letters, digits, `-`, `_` and `.`, at most 128.
    pub uid: String,
    /// For people who look at the state folder; nothing depends on it.
    pub namespace: String,
    /// For people who look at the state folder; nothing depends on it.
    pub name: String,
    /// The host name inside the Pod's own UTS namespace, at most 64 bytes.
    pub hostname: String,
    /// The Pod's cgroup below [`crate::RuntimeConfig::cgroup_parent`], e.g. `burstable/podUID`. Relative, without `..`.
    pub cgroup: String,
    /// Limits for all containers of the Pod together.
    pub resources: Resources,
    /// How long the Pod may take to end after SIGTERM when its owner has gone
    /// ([`crate::RuntimeConfig::end_with_owner`]); an ordinary stop has its own clock outside.
    pub termination_grace: Duration,
}

/// Limits of one cgroup. `None` is "no limit of its own".
///
/// The numbers are the kernel's; how Kubernetes requests become shares is the caller's
/// rule. What this machine cannot enforce is in [`crate::Capabilities::not_enforced`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// Relative weight of CPU time, 2 to 262144 (cgroup v1 `cpu.shares`; converted for v2).
    pub cpu_shares: Option<u64>,
    /// CPU time in microseconds each 100 ms, at least 1000.
    pub cpu_quota_us: Option<u64>,
    /// Memory with page cache, in bytes. Above it the OOM killer acts.
    pub memory_bytes_max: Option<u64>,
    /// Most processes and threads.
    pub pids_max: Option<u64>,
}
