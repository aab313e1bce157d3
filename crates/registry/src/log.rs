//! Where writes go so that they are not lost.
//!
//! A yard without a data folder (tests, the library) keeps nothing: its log only
//! counts revisions, and everything is durable at once. A yard with one has the
//! store.

use std::sync::atomic::{AtomicU64, Ordering};

use jobyard_api::{Revision, StatusError};
use jobyard_store::{Operation, Urgency};
use tokio::sync::watch;

/// The log behind the tables.
#[derive(Debug)]
pub(crate) enum Log {
    /// Nothing is kept; the counter is the newest revision.
    Memory(AtomicU64),
}

impl Log {
    /// The newest revision; the next operation gets the one after it.
    pub(crate) fn revision(&self) -> Revision {
        match self {
            Self::Memory(newest) => Revision(newest.load(Ordering::Acquire)),
        }
    }

    /// Takes the batch whole or not at all; its operations have consecutive
    /// revisions, the last of which is returned.
    ///
    /// Called under the registry's commit lock only, so that the caller knows
    /// the revisions before.
    pub(crate) fn commit(
        &self,
        batch: &[Operation],
        _urgency: Urgency,
    ) -> Result<Revision, StatusError> {
        match self {
            Self::Memory(newest) => {
                let added = batch.len() as u64;
                Ok(Revision(newest.fetch_add(added, Ordering::AcqRel) + added))
            }
        }
    }

    /// Follows what survives a power cut; `None` where nothing does, or need.
    pub(crate) fn durable(&self) -> Option<watch::Receiver<jobyard_store::Revision>> {
        match self {
            Self::Memory(_) => None,
        }
    }
}
