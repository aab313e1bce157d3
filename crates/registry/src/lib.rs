//! The Kubernetes verbs on typed objects.
//!
//! One table for each kind holds all its objects in memory (persistent ordered
//! map, secondary indexes, a ring of recent events with the previous object);
//! the store holds the same as bytes. One pipeline serves HTTP and the callers
//! in this process: decode, default, mutate, validate, admit, commit.
//!
//! A write is visible here when `commit` of the store returned; it may leave
//! the machine when [`Registry::durable`] has reached its revision.
//!
//! - [`resource::Resource`]: a kind known at run time, for the server.
//! - typed methods of [`Registry`]: for the embedded adapter.

pub mod request;
pub mod resource;
