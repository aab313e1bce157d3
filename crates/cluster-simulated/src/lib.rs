//! A cluster that lives in memory, in virtual time, and goes wrong by a seed.
//!
//! A test kit: an adapter of the port whose server, watches, nodes and users
//! are one deterministic simulation, and an oracle that looks at every write.
//!
//! ```text
//! seed -> world: queue of events in virtual time, one source of chance
//!           |- server      tables, rules, revisions         (what is refused)
//!           |- simulated   requests, answers, watches        (what travels)
//!           |- kubelet, garbage, users, fault                (who disturbs)
//!           '- history -> oracle                             (who judges)
//! ```
//!
//! - [`run()`]: one run of a controller in the world of a seed; [`check`] panics
//!   with the trace of a run that fails.
//! - [`Simulated`]: the port; [`Fault`], [`Statistics`]: what went wrong.
//! - [`history`]: what the server has committed, and what its author knew then.
//! - [`oracle`]: the judge of all that.
//!
//! The library does not know the controller that is tested: a test hands it in.

pub mod history;
pub mod oracle;

mod fault;
mod garbage;
mod kubelet;
mod manifest;
mod mind;
mod run;
mod server;
mod simulated;
mod trace;
mod users;
mod watch;
mod world;

pub use fault::{Fault, Statistics};
pub use run::{Failure, Outcome, Start, check, run};
pub use simulated::Simulated;
