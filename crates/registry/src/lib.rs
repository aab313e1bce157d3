//! The Kubernetes verbs on typed objects.
//!
//! One table for each kind holds all its objects in memory (persistent ordered
//! map, secondary indexes, a ring of recent events with the previous object);
//! the store holds the same as bytes. One pipeline serves HTTP and the callers
//! in this process: decode, default, mutate, validate, admit, commit.
//!
//! A write is visible here when `commit` of the store returned; it may leave
//! the machine when [`Registry::wait_durable`] has returned for its revision.
//!
//! - [`resource::Resource`]: a kind known at run time, for the server.
//! - [`Kind`]: the typed verbs, for callers in this process.
//!
//! A write goes through `create`, `update` (also of a status, a patch, a
//! binding) or `delete`; asks `admission` and the rules of its kind (`habits`,
//! and the `Strategy` of the API crate); and ends in `yard`, which orders the
//! writes of all kinds, appends to the `log` and shows the new `version` in the
//! `table` of the kind, which keeps it small (`packing`) when it has grown old.
//! Readers in this process use `kind`; clients' lists and watches are in `list`,
//! `list_options`, `filter` and `watch`; `served` is the face that the server
//! sees; `namespace` is how namespaces begin and end.
//!
//! The registry has no task and no clock of its own: every call carries its
//! time, readers of watches wait on the tables they read. Whoever opens it runs
//! [`Registry::keep_house`] beside it.

pub mod request;
pub mod resource;

mod admission;
mod binding;
mod create;
mod delete;
mod filter;
mod habits;
mod kind;
mod list;
mod list_options;
mod log;
mod names;
mod namespace;
mod packing;
mod registry;
mod served;
mod table;
mod update;
mod version;
mod watch;
mod yard;

pub use binding::Binding;
pub use create::Outcome;
pub use delete::Ended;
pub use kind::{Changes, Expired, Kind, Selection};
pub use names::Names;
pub use registry::{OpenError, Options, Registry};
pub use table::Event;
pub use version::Version;
