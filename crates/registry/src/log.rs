//! Where writes go so that they are not lost.
//!
//! A yard without a data folder (tests, `run` of one shot) keeps nothing: its
//! log only counts revisions. A yard with one has the store.

use std::{
    error::Error,
    sync::atomic::{AtomicU64, Ordering},
};

use jobyard_api::{Revision, StatusError, status::Reason};
use jobyard_store::{Operation, Store, StoreError, Urgency};
use tokio::sync::watch;

/// The log behind the tables.
pub(crate) enum Log {
    /// Nothing is kept; the counter is the newest revision.
    Memory(AtomicU64),
    /// All is kept.
    Store(Store),
}

impl Log {
    /// The newest revision; the next operation gets the one after it.
    pub(crate) fn revision(&self) -> Revision {
        match self {
            Self::Memory(newest) => Revision(newest.load(Ordering::Acquire)),
            Self::Store(store) => Revision(store.revision().0),
        }
    }

    /// Takes the operation and returns its revision.
    ///
    /// Called under the registry's commit lock only, so that the caller knows
    /// the revision before.
    pub(crate) fn commit(
        &self,
        operation: Operation,
        urgency: Urgency,
    ) -> Result<Revision, StatusError> {
        match self {
            Self::Memory(newest) => Ok(Revision(newest.fetch_add(1, Ordering::AcqRel) + 1)),
            Self::Store(store) => match store.commit(&[operation], urgency) {
                Ok(revision) => Ok(Revision(revision.0)),
                Err(error) => Err(refused(&error)),
            },
        }
    }

    /// Follows what survives a power cut; `None` where nothing is kept.
    pub(crate) fn durable(&self) -> Option<watch::Receiver<jobyard_store::Revision>> {
        match self {
            Self::Memory(_) => None,
            Self::Store(store) => Some(store.durable()),
        }
    }

    /// Syncs, and notes that the end was in order.
    pub(crate) fn close(&self) -> Result<(), StoreError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Store(store) => store.clone().close(),
        }
    }
}

/// What the client is told; what happened to the disk goes to the operator.
fn refused(error: &StoreError) -> StatusError {
    match error {
        StoreError::TooLarge { .. } => {
            return StatusError::untyped("etcdserver: request is too large");
        }
        // The tables and the store disagree: a fault of ours.
        StoreError::Conflict { .. } => tracing::error!(%error, "the store refused a write"),
        StoreError::Commit { source, .. } => {
            tracing::error!(%error, %source, "the store refused a write");
        }
        _ => tracing::error!(%error, source = error.source(), "the store refused a write"),
    }
    StatusError::new(
        Reason::ServiceUnavailable,
        "the yard cannot store now; see its own messages",
    )
}
