//! How a container ended.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

/// The end of one attempt, as the shim saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitStatus {
    /// The program's own code, or 128 plus the number of the signal that ended it.
    pub code: i32,
    /// The kernel's OOM killer ended at least one process of the container.
    pub oom_killed: bool,
    /// When the program began.
    pub started_at: SystemTime,
    /// When it was reaped.
    pub finished_at: SystemTime,
}
