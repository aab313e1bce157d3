//! The store's handle, and the state behind its one lock.
//!
//! `commit` is synchronous: check, encode, one `write`, index. The lock covers
//! all of it, because the order of the file is the order of revisions; it is
//! never held during a sync, except when a segment is full (once every 64 MiB).
//! Two threads stand behind: `sync` (group commit) and `compaction`.

use std::{
    collections::BTreeMap,
    io,
    path::Path,
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use bytes::Bytes;
use parking_lot::{Condvar, Mutex, MutexGuard};
use tokio::sync::watch;

use crate::{
    Durability, Expect, Operation, Recovered, Revision, StoreError, Urgency, compaction,
    error::file_error,
    index::{Index, Place, Version},
    lock::FolderLock,
    record::{BODY_BYTES_MAX, GroupBuilder, GroupKind, RECORD_HEADER_BYTES},
    recover,
    segment::{AppendError, Folder, Segment},
    sync::{self, SyncRequest},
};

/// A handle of an open store; clones share it.
///
/// The store closes in order only by [`Store::close`]; when the last handle is
/// merely dropped, the next start counts as after a crash.
#[derive(Clone, Debug)]
pub struct Store {
    running: Arc<Running>,
}

/// How to open a store; the fields' defaults are right for a yard.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether batches are synced.
    pub durability: Durability,
    /// A segment that is longer than this is followed by a new one. Small
    /// segments give compaction less to copy at a time and cost more files.
    pub segment_bytes: u64,
    /// Added to every sync, as if the disk was slower: for measurements on a
    /// machine whose disk is faster than the users'.
    pub added_sync_time: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            durability: Durability::Synced,
            segment_bytes: 64 << 20,
            added_sync_time: Duration::ZERO,
        }
    }
}

/// Largest segment: with the largest group behind it, offsets stay below 4 GiB.
const SEGMENT_BYTES_MAX: u64 = 1 << 30;

/// Stops and awaits the threads when the last handle goes.
#[derive(Debug)]
struct Running {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    durable: watch::Receiver<Revision>,
}

/// What the handle and the threads share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) folder: Folder,
    pub(crate) options: Options,
    pub(crate) state: Mutex<State>,
    /// There is something to sync, or it is time to stop.
    pub(crate) sync_wanted: Condvar,
    /// A segment has become mostly garbage, or it is time to stop.
    pub(crate) compaction_wanted: Condvar,
}

/// The state of the log.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) index: Index,
    /// Segments that are written no more.
    pub(crate) sealed: BTreeMap<u64, Segment>,
    /// The segment that is written.
    pub(crate) active: Segment,
    pub(crate) revision: Revision,
    pub(crate) builder: GroupBuilder,
    pub(crate) sync_request: SyncRequest,
    pub(crate) mode: Mode,
    /// `None` once nothing becomes durable any more.
    durable: Option<watch::Sender<Revision>>,
    /// Held until the store is closed.
    lock: Option<FolderLock>,
}

/// Whether the store takes writes.
#[derive(Clone, Debug)]
pub(crate) enum Mode {
    Open,
    /// The first failure.
    Poisoned(Arc<str>),
    Closed,
}

impl Store {
    /// Opens the store in `folder`, which is made if it is not there.
    pub fn open(folder: &Path, durability: Durability) -> Result<(Self, Recovered), StoreError> {
        let options = Options {
            durability,
            ..Options::default()
        };
        Self::open_with(folder, options)
    }

    /// As [`Store::open`], with all options.
    pub fn open_with(folder: &Path, options: Options) -> Result<(Self, Recovered), StoreError> {
        let path = folder;
        let options = Options {
            segment_bytes: options.segment_bytes.min(SEGMENT_BYTES_MAX),
            ..options
        };
        let folder = Folder::open(path, options)?;
        let lock = FolderLock::take(path)?;
        let log = recover::read(&folder)?;
        let recovered = log.entries(&folder)?;
        let mut sealed: BTreeMap<u64, Segment> = log
            .segments
            .into_iter()
            .map(|segment| (segment.number, segment))
            .collect();
        let active = match sealed.pop_last() {
            Some((_, segment)) => segment,
            None => folder
                .create_segment(1, log.revision)
                .map_err(io::Error::from)
                .map_err(file_error("create a segment in", path))?,
        };
        let (durable, receiver) = watch::channel(log.revision);
        let mut state = State {
            index: log.index,
            sealed,
            active,
            revision: log.revision,
            builder: GroupBuilder::default(),
            sync_request: SyncRequest::default(),
            mode: Mode::Open,
            durable: Some(durable),
            lock: Some(lock),
        };
        state
            .append_mark(&folder, GroupKind::Opened)
            .map_err(file_error("write to", path))?;
        let shared = Arc::new(Shared {
            folder,
            options,
            state: Mutex::new(state),
            sync_wanted: Condvar::new(),
            compaction_wanted: Condvar::new(),
        });
        let threads = [
            ("store-sync", sync::run as fn(&Shared)),
            ("store-compact", compaction::run as fn(&Shared)),
        ]
        .into_iter()
        .map(|(name, body)| {
            let shared = shared.clone();
            thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || body(&shared))
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(file_error("start the threads of", path))?;
        let running = Running {
            shared,
            threads: Mutex::new(threads),
            durable: receiver,
        };
        Ok((
            Self {
                running: Arc::new(running),
            },
            recovered,
        ))
    }

    /// Applies all operations, or none, and returns the revision of the last;
    /// each has its own, and they follow one another.
    ///
    /// What an operation expects is compared with the store before the batch.
    /// When this returns, the batch survives the end of this process, but not
    /// yet a power cut. An empty batch changes nothing.
    pub fn commit(&self, batch: &[Operation], urgency: Urgency) -> Result<Revision, StoreError> {
        let shared = &self.running.shared;
        let mut state = shared.state.lock();
        state.ensure_open()?;
        state.check(batch)?;
        if batch.is_empty() {
            return Ok(state.revision);
        }
        state.apply(shared, batch)?;
        let revision = state.revision;
        match shared.options.durability {
            Durability::Never => state.publish_durable(revision),
            Durability::Synced => {
                if state.sync_request.ask(urgency, Instant::now()) {
                    shared.sync_wanted.notify_one();
                }
            }
        }
        Ok(revision)
    }

    /// The newest revision.
    pub fn revision(&self) -> Revision {
        self.running.shared.state.lock().revision
    }

    /// The newest revision that survives a power cut. The channel closes when
    /// nothing more becomes durable: the store failed, or was closed.
    pub fn durable(&self) -> watch::Receiver<Revision> {
        self.running.durable.clone()
    }

    /// Syncs, notes that the end was in order, and lets go of the folder. Other
    /// handles get [`StoreError::Closed`] from now on.
    pub fn close(self) -> Result<(), StoreError> {
        let shared = &self.running.shared;
        {
            let mut state = shared.state.lock();
            state.ensure_open()?;
            state.mode = Mode::Closed;
        }
        self.running.stop();
        let mut state = shared.state.lock();
        let revision = state.revision;
        let path = shared.folder.segment_path(state.active.number);
        state
            .append_mark(&shared.folder, GroupKind::Closed)
            .map_err(file_error("write to", path))?;
        state.publish_durable(revision);
        state.durable = None;
        state.lock = None;
        Ok(())
    }
}

impl Running {
    /// Ends the threads and waits for them. May be called again.
    fn stop(&self) {
        {
            let mut state = self.shared.state.lock();
            if matches!(state.mode, Mode::Open) {
                state.mode = Mode::Closed;
            }
        }
        self.shared.sync_wanted.notify_all();
        self.shared.compaction_wanted.notify_all();
        for thread in std::mem::take(&mut *self.threads.lock()) {
            if thread.join().is_err() {
                tracing::error!("a thread of the store panicked");
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

impl State {
    pub(crate) fn ensure_open(&self) -> Result<(), StoreError> {
        match &self.mode {
            Mode::Open => Ok(()),
            Mode::Closed => Err(StoreError::Closed),
            Mode::Poisoned(reason) => Err(StoreError::Poisoned {
                reason: reason.clone(),
            }),
        }
    }

    /// Whether what the operations expect is so, and the batch fits a group.
    fn check(&self, batch: &[Operation]) -> Result<(), StoreError> {
        let mut bytes: usize = 0;
        for operation in batch {
            let found = self.index.revision_of(&operation.key);
            let holds = match operation.expect {
                Expect::Anything => true,
                Expect::Absent => found.is_none(),
                Expect::At(revision) => found == Some(revision),
            };
            if !holds {
                return Err(StoreError::Conflict {
                    key: operation.key.clone(),
                    expected: operation.expect,
                    found,
                });
            }
            let value_bytes = operation.value.as_ref().map_or(0, Bytes::len);
            bytes = bytes
                .saturating_add(RECORD_HEADER_BYTES + operation.key.len())
                .saturating_add(value_bytes);
        }
        if bytes > BODY_BYTES_MAX {
            return Err(StoreError::TooLarge {
                bytes,
                max: BODY_BYTES_MAX,
            });
        }
        Ok(())
    }

    /// Writes the batch and enters it into the index.
    fn apply(&mut self, shared: &Shared, batch: &[Operation]) -> Result<(), StoreError> {
        let first = self.revision.0 + 1;
        let last = Revision(self.revision.0 + batch.len() as u64);
        self.builder.begin();
        let mut places = Vec::with_capacity(batch.len());
        for (operation, revision) in batch.iter().zip(first..) {
            let value = operation.value.as_deref();
            places.push(self.builder.push(Revision(revision), &operation.key, value));
        }
        let start = self.append_group(shared, GroupKind::Batch, last, batch.len())?;
        for ((operation, revision), (offset, length)) in batch.iter().zip(first..).zip(places) {
            let place = Place {
                segment: self.active.number,
                offset: start + offset,
                length,
            };
            let displaced = self
                .index
                .newest(&operation.key)
                .map(|old| old.place.segment);
            let version = Version {
                place,
                revision: Revision(revision),
                is_deleted: operation.value.is_none(),
            };
            self.index.put(&operation.key, version);
            if displaced.is_some_and(|segment| self.is_mostly_garbage(segment)) {
                shared.compaction_wanted.notify_one();
            }
        }
        self.revision = last;
        Ok(())
    }

    /// Appends the group that the builder holds and returns where it begins; a
    /// new segment is begun first if the active one is full.
    pub(crate) fn append_group(
        &mut self,
        shared: &Shared,
        kind: GroupKind,
        revision: Revision,
        operations: usize,
    ) -> Result<u32, StoreError> {
        if self.active.length >= shared.options.segment_bytes {
            self.begin_segment(shared, operations)?;
        }
        let group = self.builder.finish(kind, revision, self.active.synced);
        match self.active.append(group) {
            Ok(start) => Ok(u32::try_from(start).expect("segments are shorter than 4 GiB")),
            Err(AppendError::Undone(source)) => Err(StoreError::Commit { operations, source }),
            Err(AppendError::Unknown(source)) => {
                let path = shared.folder.segment_path(self.active.number);
                Err(self.poison(format!("writing {} failed: {source}", path.display())))
            }
        }
    }

    /// Seals the active segment and begins the next.
    ///
    /// The full one is synced first: a torn tail must only ever be in the last.
    fn begin_segment(&mut self, shared: &Shared, operations: usize) -> Result<(), StoreError> {
        if let Err(source) = shared.folder.sync(&self.active.file) {
            return Err(self.poison(format!("syncing a full segment failed: {source}")));
        }
        self.active.synced = self.active.length;
        let number = self.active.number + 1;
        let next = match shared.folder.create_segment(number, self.revision) {
            Ok(next) => next,
            Err(AppendError::Undone(source)) => {
                return Err(StoreError::Commit { operations, source });
            }
            Err(AppendError::Unknown(source)) => {
                return Err(self.poison(format!("making segment {number} failed: {source}")));
            }
        };
        let full = std::mem::replace(&mut self.active, next);
        self.sealed.insert(full.number, full);
        shared.compaction_wanted.notify_one();
        Ok(())
    }

    /// Appends a group without records, and syncs it.
    fn append_mark(&mut self, folder: &Folder, kind: GroupKind) -> io::Result<()> {
        self.builder.begin();
        let group = self.builder.finish(kind, self.revision, self.active.synced);
        self.active.append(group)?;
        folder.sync(&self.active.file)?;
        self.active.synced = self.active.length;
        Ok(())
    }

    /// Whether compaction should take this segment: it is sealed, and less than
    /// half of it is live. The log is thus at most about twice as long as what is in it.
    pub(crate) fn is_mostly_garbage(&self, segment: u64) -> bool {
        self.sealed
            .get(&segment)
            .is_some_and(|sealed| self.index.live_bytes(segment) * 2 < sealed.length)
    }

    /// Takes no more writes, and closes the channel of durable revisions.
    pub(crate) fn poison(&mut self, reason: String) -> StoreError {
        tracing::error!(reason, "the store failed");
        let reason: Arc<str> = reason.into();
        self.mode = Mode::Poisoned(reason.clone());
        self.durable = None;
        StoreError::Poisoned { reason }
    }

    /// Tells the world that all up to `revision` is on the disk.
    pub(crate) fn publish_durable(&self, revision: Revision) {
        if let Some(durable) = &self.durable {
            durable.send_if_modified(|known| {
                let newer = *known < revision;
                *known = revision.max(*known);
                newer
            });
        }
    }
}

/// Runs `work` with the lock let go.
pub(crate) fn unlocked<T>(state: &mut MutexGuard<'_, State>, work: impl FnOnce() -> T) -> T {
    MutexGuard::unlocked(state, work)
}

#[cfg(test)]
mod tests {
    use std::{fs::File, os::fd::OwnedFd};

    use super::*;

    fn put(key: &str) -> Operation {
        Operation {
            key: Bytes::copy_from_slice(key.as_bytes()),
            value: Some(Bytes::from_static(b"value")),
            expect: Expect::Anything,
        }
    }

    fn wait_until_closed(durable: &watch::Receiver<Revision>) {
        while durable.has_changed().is_ok() {
            thread::yield_now();
        }
    }

    #[test]
    fn failed_write_poisons_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(folder.path(), Durability::Synced).unwrap();
        let read_only = File::open(folder.path().join("segment-000000000001")).unwrap();
        store.running.shared.state.lock().active.file = Arc::new(read_only);
        let first = store.commit(&[put("a")], Urgency::Now).unwrap_err();
        assert!(matches!(first, StoreError::Poisoned { .. }), "{first}");
        let second = store.commit(&[put("a")], Urgency::Now).unwrap_err();
        assert_eq!(
            first.to_string(),
            second.to_string(),
            "the first failure is told"
        );
        wait_until_closed(&store.durable());
        assert!(matches!(store.close(), Err(StoreError::Poisoned { .. })));
    }

    #[test]
    fn failed_sync_poisons_the_store_and_nothing_becomes_durable() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(folder.path(), Durability::Synced).unwrap();
        let durable = store.durable();
        {
            // A pipe cannot be synced. The lock keeps the thread from syncing before.
            let shared = &store.running.shared;
            let mut state = shared.state.lock();
            let (reader, _writer) = std::io::pipe().unwrap();
            state.apply(shared, &[put("a")]).unwrap();
            state.active.file = Arc::new(File::from(OwnedFd::from(reader)));
            state.sync_request.ask(Urgency::Now, Instant::now());
            shared.sync_wanted.notify_one();
        }
        wait_until_closed(&durable);
        assert_eq!(*durable.borrow(), Revision(0));
        let error = store.commit(&[put("b")], Urgency::Now).unwrap_err();
        assert!(matches!(error, StoreError::Poisoned { .. }), "{error}");
    }
}
