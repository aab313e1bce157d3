//! One Pod on this node: its worker, and the files, environment and orders it hands to the runtime.
//!
//! `worker` is the driver of [`jobyard_decide::pod`], `start` its hands;
//! everything else here turns a Pod's spec into values, with upstream's words
//! for what is wrong.

pub(crate) mod worker;

pub mod container_spec;
pub mod downward;
pub mod environment;
pub mod expansion;
pub mod host_files;
pub mod image;
pub(crate) mod recovery;
pub mod resources;
pub(crate) mod sandbox;
mod start;
pub(crate) mod termination;
