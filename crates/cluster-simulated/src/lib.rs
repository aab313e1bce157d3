//! A cluster that lives in memory, in virtual time, and goes wrong by a seed.
//!
//! A test kit: an adapter of the port whose server, watches, nodes and users
//! are one deterministic simulation, and an oracle that looks at every write.
//!
//! - [`history`]: what the server has committed, and what its author knew then.
//! - [`oracle`]: the judge of all that.

pub mod history;
pub mod oracle;
