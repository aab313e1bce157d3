//! The node agent: runs the Pods that are bound to its node.
//!
//! Tasks, and who owns what:
//!
//! ```text
//! informer ──> NewsBoard ──> agent ──> worker, one a Pod ──> runtime
//!              newest state    │       owns all that is       (shims)
//! runtime events ──────────────┘       known of the Pod ──> Cluster (status)
//! ```
//!
//! * [`agent::run`] owns the workers: it starts one for each Pod there is
//!   something to do about, and passes on what the API and the runtime say.
//! * A worker owns its Pod. It asks the pure [`jobyard_decide::pod::step`] what
//!   is to be done and does it; nobody else acts on the Pod.
//! * [`registration`] keeps the Node object and its Lease.
//! * [`logs::Logs`] reads what containers wrote, for whoever serves it.
//!
//! [`simulated`] is a node of another kind: it has the same decisions carried out
//! on imagined containers, for yards that have to hold 100,000 Pods.
//!
//! Pods outlive the agent. What must survive is in the runtime's folders and in
//! the API; the agent itself keeps nothing on disk but logs.
//!
//! The agent knows the API only through [`jobyard_cluster::Cluster`], and
//! containers only through [`runtime::PodRuntime`].

#![cfg_attr(
    test,
    allow(
        clippy::needless_pass_by_value,
        reason = "tests pass `json!` literals as they are written"
    )
)]

pub mod agent;
pub mod config;
pub mod fake;
pub mod logs;
mod news;
pub mod pod;
pub mod registration;
pub mod runtime;
pub mod simulated;
pub mod volume;

pub use agent::{AgentError, Left, Shutdown, run};
pub use config::{Clock, NodeConfig, RuntimeKind};
pub use logs::{LogOptions, LogStream, Logs};
pub use registration::Machine;
