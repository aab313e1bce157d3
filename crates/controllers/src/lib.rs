//! The drivers: watch, ask `decide`, act.
//!
//! Each controller is one `run`, which owns the tasks it starts and ends when
//! its token is cancelled, after the work in hand. They speak to the API server
//! only through the port of the crate `cluster`, each under its own identity,
//! and what they decide stands in the crate `decide`.
//!
//! | Controller | Watches | Queue | Does |
//! |---|---|---|---|
//! | [`job`] | Jobs, Pods | Jobs; Pods that lost their Job | creates, deletes and counts the Pods of Jobs |
//! | [`scheduler`] | Pods, Nodes | Pods and Nodes | gives Pods a node |
//! | [`gc`] | Pods, Jobs | objects whose owner or dependents changed | deletes dependents, or lets go of them |
//!
//! [`leader_election`] lets one of several processes run them.
//!
//! Handlers of informers put keys into work queues and do nothing else; a lost
//! or doubled notification changes nothing, because a worker compares what is
//! with what should be.

pub mod gc;
pub mod job;
pub mod leader_election;
pub mod scheduler;

mod workers;
