//! One Pod on this node: its worker, and the files, environment and orders it hands to the runtime.
//!
//! [`worker`] is the driver of [`jobyard_decide::pod`]; everything else here
//! turns a Pod's spec into values, with upstream's words for what is wrong.

pub mod container_spec;
pub mod downward;
pub mod environment;
pub mod expansion;
pub mod host_files;
pub mod image;
pub mod resources;
