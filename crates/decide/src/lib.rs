//! What should happen next, as pure functions.
//!
//! Values in, values out: no client, no clock, no task, no chance, no log. Each
//! feature parses the objects it looks at into small views at its edge, decides,
//! and hands back what to do, what to write down and when to look again, with
//! the reasons. Drivers (the crates `controllers` and `node`) carry that out.
//!
//! - [`gc`]: what becomes of the dependents of deleted objects.
//! - [`job`]: the Job controller.
//! - [`leader_election`]: who of several candidates leads.
//! - [`placement`]: whether a Pod fits on a node, and what to say if not.
//! - [`pod`]: the life of a Pod on its node.
//!
//! **Invariant**: `clippy.toml` in this folder bans the clock, the file system,
//! threads and the environment.

pub mod gc;
pub mod job;
pub mod leader_election;
pub mod placement;
pub mod pod;
