//! The port: how controllers and the node speak to an API server.
//!
//! They do not know whether it is the registry in this process, a remote API
//! server, or a simulation; each is an adapter in a crate of its own that
//! implements [`Cluster`].
//!
//! - [`Cluster`]: the requests, each with its identity and its typed error.
//! - [`Informer`]: a live cache of small [`View`]s of one kind, fed by the
//!   adapter, with indexes and a revision that says how fresh it is.
//! - [`WorkQueue`]: keys to look at: once each, later if asked, slower after errors.
//! - [`Recorder`]: events, aggregated and bounded as upstream's recorder does.
//!
//! An informer calls its handler in the adapter's task for every change, in the
//! order of revisions; handlers only put keys into work queues.

pub mod client;
#[cfg(feature = "contract")]
pub mod contract;
pub mod error;
pub mod informer;
pub mod queue_metrics;
pub mod recorder;
pub mod work_queue;

pub use client::{Cluster, Deletion, MetadataEdit, Propagation, Selection};
pub use error::ClusterError;
pub use informer::{Change, IndexKey, Informer, InformerWriter, View};
pub use queue_metrics::QueueMetrics;
pub use recorder::{Clock, EventType, Recorder, Source, object_reference};
pub use work_queue::{Work, WorkQueue};
