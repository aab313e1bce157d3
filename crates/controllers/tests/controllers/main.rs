//! The controllers over the real registry, with a port that can be made to fail
//! and to lag. The clock is tokio's, paused: waits cost no time.
//!
//! Tests of rows of the scenario document carry the row's id in their name.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chaos;
mod creation;
mod leadership;
mod lost_answers;
mod metrics;
mod ownership;
mod races;
mod scheduling;
mod unreliable;
mod upstream_bugs;
mod world;
