//! The durable log of the yard: bytes under keys, each write with a revision.
//!
//! A batch is applied whole or not at all. [`Store::commit`] returns when the
//! batch survives `kill -9` of this process (write(2) has taken it); it survives
//! a power cut when [`Store::durable`] has reached its revision. One thread
//! syncs for all that wrote meanwhile (group commit). What is visible inside is
//! thus ahead of what has left the machine, and whoever answers the outside
//! waits for `durable` first (output commit).
//!
//! The store knows keys, values and revisions. It does not know Kubernetes, and
//! it does not read back: whoever opens it gets all live entries once and keeps
//! them (the registry's tables).
//!
//! An own append-only log, because the engines measured cannot do both: redb
//! loses what is not synced at `kill -9`, fjall stops writers for 100 ms and
//! more. Figures, choice and the drawing of the layout: `docs/store.md`.
//!
//! - `log`: the handle, and the state behind one lock; `commit`.
//! - `sync`: the thread that syncs for all.
//! - `compaction`: the thread that gives back room.
//! - `recover`: reading the log at the start.
//! - `record`, `segment`, `index`, `lock`: layout, files, the map of the newest
//!   versions, the folder's lock.

mod compaction;
mod error;
mod index;
mod lock;
mod log;
mod record;
mod recover;
mod segment;
mod sync;

use std::fmt;

use bytes::Bytes;

pub use error::StoreError;
pub use log::{Options, Store};

/// A place in the history: every operation has its own, and none is used twice,
/// also not after a crash that lost the newest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Revision(pub u64);

/// One write of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The key.
    pub key: Bytes,
    /// The new value; `None` deletes the key.
    pub value: Option<Bytes>,
    /// What must hold for the whole batch to be applied.
    pub expect: Expect,
}

/// A precondition on the stored version of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Whatever is there.
    Anything,
    /// No value is there.
    Absent,
    /// The value was written at this revision.
    At(Revision),
}

/// How soon a batch must survive a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// With the next sync, started at once.
    Now,
    /// With whatever sync comes next, at most one second later.
    Lazy,
}

/// Whether the store survives a power cut at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Batches are synced; `durable` follows the disk.
    Synced,
    /// Never synced (a yard of one shot); `durable` follows `commit`.
    Never,
}

/// What was in the store when it was opened.
#[derive(Debug)]
pub struct Recovered {
    /// Every live key with its revision and value, in the order of keys.
    pub entries: Vec<(Bytes, Revision, Bytes)>,
    /// The newest revision; the next operation gets a larger one.
    pub revision: Revision,
    /// Whether the last process closed the store in order.
    pub clean: bool,
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anything => f.write_str("anything"),
            Self::Absent => f.write_str("absent"),
            Self::At(revision) => write!(f, "at revision {revision}"),
        }
    }
}
