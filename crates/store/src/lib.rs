//! The durable log of the yard: bytes under keys, each write with a revision.
//!
//! A batch is applied whole or not at all. [`Store::commit`] returns when the
//! batch survives `kill -9` of this process (write(2) has taken it); it survives
//! a power cut when [`Store::durable`] has reached its revision. One thread
//! syncs for all that wrote meanwhile (group commit). What is visible inside is
//! thus ahead of what has left the machine, and whoever answers the outside
//! waits for `durable` first (output commit).
//!
//! The store knows keys, values and revisions. It does not know Kubernetes.

use std::path::Path;

use bytes::Bytes;
use tokio::sync::watch;

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

// The shape that the other rooms build on (bodies: see the module `log`):
//
// impl Store {                          // a handle; clones share the store
//     pub fn open(folder: &Path, durability: Durability) -> Result<(Store, Recovered), StoreError>;
//     pub fn commit(&self, batch: &[Operation], urgency: Urgency) -> Result<Revision, StoreError>; // revision of the LAST operation; they are consecutive
//     pub fn revision(&self) -> Revision;
//     pub fn durable(&self) -> watch::Receiver<Revision>;
//     pub fn close(self) -> Result<(), StoreError>;       // syncs, marks clean
// }
// enum StoreError { Conflict { key, expected, found }, Locked { holder }, Corrupt {..}, Commit {..}, Poisoned ... }
#[allow(unused)]
fn _shape(_: &Path, _: watch::Receiver<Revision>) {}
