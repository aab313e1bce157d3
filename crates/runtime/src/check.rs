//! What this machine offers for running Pods, in sentences.

use std::fs;
use std::path::Path;

use rustix::thread::CapabilitySet;

use crate::cgroup::Cgroups;
use crate::mountinfo;

/// What works here, and what will not be enforced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// One sentence for each limit that the machine cannot enforce; empty on a well-equipped machine.
    pub not_enforced: Vec<String>,
}

/// Why no Pod can run here: one sentence for each obstacle, each with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", sentences.join("; "))]
pub struct Missing {
    /// The obstacles.
    pub sentences: Vec<String>,
}

/// Namespaces that every container has for its own or shares in its Pod.
const NAMESPACES: [&str; 5] = ["cgroup", "ipc", "mnt", "pid", "uts"];

/// Looks at user, namespaces, file systems and cgroups, without starting anything.
pub fn check() -> Result<Capabilities, Missing> {
    let mut sentences = Vec::new();
    if !rustix::process::geteuid().is_root() {
        sentences.push(
            "real containers need root, and this process runs as an ordinary user: start it with sudo"
                .to_owned(),
        );
    } else if !has_capability(CapabilitySet::SYS_ADMIN) {
        sentences.push(
            "root lacks CAP_SYS_ADMIN here, which namespaces and mounts need: inside a container, \
             start that one with --privileged"
                .to_owned(),
        );
    }
    for name in NAMESPACES {
        if !Path::new("/proc/self/ns").join(name).exists() {
            sentences.push(format!(
                "this kernel has no {name} namespaces: use one built with CONFIG_{}_NS",
                name.to_uppercase()
            ));
        }
    }
    // A module that is not loaded yet is loaded by the first mount.
    let file_systems = fs::read_to_string("/proc/filesystems").unwrap_or_default();
    let is_listed = file_systems
        .split_whitespace()
        .any(|name| name == "overlay");
    if !is_listed && !Path::new("/lib/modules").exists() {
        sentences.push(
            "this kernel has no overlay file system: use one built with CONFIG_OVERLAY_FS"
                .to_owned(),
        );
    }
    if !sentences.is_empty() {
        return Err(Missing { sentences });
    }
    let mounts = mountinfo::read().unwrap_or_default();
    let mut not_enforced = Cgroups::detect("jobyard", &mounts).not_enforced();
    if !has_capability(CapabilitySet::SYS_RESOURCE) {
        not_enforced
            .push("lowered OOM scores are not set: this process lacks CAP_SYS_RESOURCE".to_owned());
    }
    Ok(Capabilities { not_enforced })
}

fn has_capability(one: CapabilitySet) -> bool {
    rustix::thread::capabilities(None).is_ok_and(|sets| sets.effective.contains(one))
}
