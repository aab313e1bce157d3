//! The Job controller in a small world.
//!
//! A test named by a row (`d05_...`) is that row of `docs/scenarios.md`. Each
//! lets the [`world::World`] settle, and compares what happened as text. The
//! world checks the laws of the status at every write, and after every settling
//! that deciding again changes nothing.

mod world;

mod crashes;
mod decision;
mod failure_policy;
mod failures;
mod indexed;
mod laws;
mod lifecycle;
mod metrics;
mod per_index;
mod replacement;
mod success_policy;
mod suspend;
mod tables;
mod traces;
mod tracking;
mod upstream_bugs;
mod views;
