//! What all kinds share: the order of writes, the log, the tables.
//!
//! One lock orders the revisions of all kinds. It is held for one append to the
//! log and the change of one table: decoding, rules and encoding happen before.
//! An object is checked against its table under that lock, so that of two
//! writers who read the same version one learns that it lost.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use jobyard_api::{Object, ObjectKey, ResourceInfo, Revision, StatusError, Timestamp};
use jobyard_store::{Expect, Operation, StoreError, Urgency};
use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;

use crate::{
    habits::{Habits, Rules},
    list::Snapshots,
    log::Log,
    names::Names,
    registry::Options,
    table::Table,
    version::{Encoded, Version},
};

/// The field manager of what the registry makes by itself.
const MANAGER: &str = "jobyard";

/// See the module.
pub(crate) struct Yard {
    pub(crate) names: Names,
    /// Who writes when no part of the process says that it does.
    pub(crate) manager: Arc<str>,
    /// In every namespace's `kube-root-ca.crt`; `None` where no server is.
    pub(crate) ca_certificate: Option<String>,
    history_events_max: usize,
    log: Log,
    order: Mutex<()>,
    /// The newest revision that the tables show.
    published: AtomicU64,
    /// The newest write that must not be seen outside before it is durable.
    urgent: AtomicU64,
    shelves: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
    /// The same ones, in the order of discovery.
    all: Vec<Arc<dyn AnyShelf>>,
}

/// The table of one kind and who waits for it.
pub(crate) struct Shelf<K> {
    pub(crate) rules: Rules<K>,
    pub(crate) table: RwLock<Table<K>>,
    pub(crate) snapshots: Mutex<Snapshots<K>>,
    /// The revision of the last event of the kind.
    pub(crate) changed: watch::Sender<Revision>,
}

/// Why a commit did not happen.
pub(crate) enum CommitError {
    /// The object is no longer at the version that was read.
    Raced,
    /// What the caller is told.
    Failed(StatusError),
}

impl From<StatusError> for CommitError {
    fn from(error: StatusError) -> Self {
        Self::Failed(error)
    }
}

impl Yard {
    pub(crate) fn new(log: Log, options: Options) -> Self {
        let newest = log.revision().0;
        Self {
            names: options.names,
            manager: MANAGER.into(),
            ca_certificate: options.ca_certificate,
            history_events_max: options.history_events_max,
            log,
            order: Mutex::new(()),
            published: AtomicU64::new(newest),
            urgent: AtomicU64::new(newest),
            shelves: HashMap::new(),
            all: Vec::new(),
        }
    }

    /// Makes room for a kind; before the yard is shared.
    pub(crate) fn add<K: Habits>(&mut self) {
        let floor = self.log.revision();
        let shelf = Arc::new(Shelf {
            rules: Rules::<K>::of_kind(),
            table: RwLock::new(Table::new(Rules::of_kind(), self.history_events_max, floor)),
            snapshots: Mutex::new(Snapshots::default()),
            changed: watch::Sender::new(floor),
        });
        self.shelves.insert(TypeId::of::<K>(), shelf.clone());
        self.all.push(shelf);
    }

    /// The tables of all kinds.
    pub(crate) fn all(&self) -> &[Arc<dyn AnyShelf>] {
        &self.all
    }

    /// The table of the kind.
    pub(crate) fn shelf<K: Object>(&self) -> Arc<Shelf<K>> {
        let shelf = self.shelves.get(&TypeId::of::<K>());
        shelf
            .and_then(|shelf| shelf.clone().downcast().ok())
            .expect("every kind of jobyard_api::resource::ALL has a table")
    }

    /// The newest revision that can be seen.
    pub(crate) fn revision(&self) -> Revision {
        Revision(self.published.load(Ordering::Acquire))
    }

    /// Waits until what was written up to `revision` may leave the machine.
    pub(crate) async fn wait_durable(&self, revision: Revision) -> Result<(), StatusError> {
        let Some(mut durable) = self.log.durable() else {
            return Ok(());
        };
        // Lazy writes may be seen before they are durable: nobody waits for them alone.
        let needed = revision.0.min(self.urgent.load(Ordering::Acquire));
        let reached = durable.wait_for(|reached| reached.0 >= needed).await;
        reached.map(|_| ()).map_err(|_| {
            StatusError::internal("the store has stopped; the write may or may not survive")
        })
    }

    /// Waits until the log takes nothing more.
    pub(crate) async fn stopped(&self) {
        match self.log.durable() {
            None => std::future::pending().await,
            Some(mut durable) => while durable.changed().await.is_ok() {},
        }
    }

    /// Syncs the log, and notes that the end was in order.
    pub(crate) fn close(&self) -> Result<(), StoreError> {
        self.log.close()
    }

    /// Writes a new version of an object.
    ///
    /// `read` is the version it was made from, `None` for a new object. `admit`
    /// is asked under the lock, when nothing can change any more.
    pub(crate) fn put<K: Object>(
        &self,
        shelf: &Shelf<K>,
        read: Option<&Version<K>>,
        encoded: Encoded<K>,
        urgency: Urgency,
        admit: impl FnOnce() -> Result<(), StatusError>,
    ) -> Result<Arc<Version<K>>, CommitError> {
        let key = encoded.object().key();
        let order = self.order.lock();
        still_at(shelf, &key, read)?;
        admit()?;
        let revision = Revision(self.log.revision().0 + 1);
        let version = Arc::new(encoded.at(revision, &shelf.rules));
        let (from, value) = (read.map(|read| read.revision), Some(version.json()));
        self.append(K::RESOURCE, &key, from, value, revision, urgency)?;
        shelf.table.write().put(version.clone());
        self.publish(shelf, revision);
        drop(order);
        Ok(version)
    }

    /// Takes an object away; answers with its last state at the revision of the deletion.
    pub(crate) fn remove<K: Object>(
        &self,
        shelf: &Shelf<K>,
        read: &Version<K>,
        urgency: Urgency,
    ) -> Result<Arc<Version<K>>, CommitError> {
        let order = self.order.lock();
        still_at(shelf, &read.key, Some(read))?;
        let revision = Revision(self.log.revision().0 + 1);
        let tombstone = Arc::new(read.tombstone(revision));
        let from = Some(read.revision);
        self.append(K::RESOURCE, &read.key, from, None, revision, urgency)?;
        shelf.table.write().remove(tombstone.clone());
        self.publish(shelf, revision);
        drop(order);
        Ok(tombstone)
    }

    fn append(
        &self,
        resource: &ResourceInfo,
        key: &ObjectKey,
        read: Option<Revision>,
        value: Option<Bytes>,
        expected: Revision,
        urgency: Urgency,
    ) -> Result<(), StatusError> {
        let operation = Operation {
            key: log_key(resource, key),
            value,
            expect: read.map_or(Expect::Absent, |read| {
                Expect::At(jobyard_store::Revision(read.0))
            }),
        };
        let written = self.log.commit(operation, urgency)?;
        assert_eq!(
            written, expected,
            "the registry is the only writer of its log"
        );
        if urgency == Urgency::Now {
            // Before the table shows it: who reads it there must know to wait.
            self.urgent.store(expected.0, Ordering::Release);
        }
        Ok(())
    }

    /// Says that the table shows the revision.
    fn publish<K>(&self, shelf: &Shelf<K>, revision: Revision) {
        self.published.store(revision.0, Ordering::Release);
        shelf.changed.send_replace(revision);
    }
}

fn still_at<K: Object>(
    shelf: &Shelf<K>,
    key: &ObjectKey,
    read: Option<&Version<K>>,
) -> Result<(), CommitError> {
    let table = shelf.table.read();
    let now = table.objects().get(key).map(|version| version.revision);
    if now == read.map(|version| version.revision) {
        Ok(())
    } else {
        Err(CommitError::Raced)
    }
}

/// What is done with the tables of all kinds alike.
pub(crate) trait AnyShelf: Send + Sync {
    /// The kind on it.
    fn resource(&self) -> &'static ResourceInfo;

    /// Puts an entry of the store back into the table.
    fn load(&self, revision: Revision, value: Bytes) -> Result<(), serde_json::Error>;

    /// Gives back the memory of what nobody is going to ask for any more.
    fn forget_old(&self, now: Timestamp);
}

impl<K: Object> AnyShelf for Shelf<K> {
    fn resource(&self) -> &'static ResourceInfo {
        K::RESOURCE
    }

    fn load(&self, revision: Revision, value: Bytes) -> Result<(), serde_json::Error> {
        let version = Version::read(value, revision, &self.rules)?;
        self.table.write().load(Arc::new(version));
        Ok(())
    }

    fn forget_old(&self, now: Timestamp) {
        self.snapshots.lock().forget_old(now);
        self.table.write().forget_old(now);
    }
}

/// The group and plural in a key of the log.
pub(crate) fn kind_of(log_key: &[u8]) -> Option<(&str, &str)> {
    let mut parts = std::str::from_utf8(log_key).ok()?.split('/').skip(2);
    let (group, plural) = (parts.next()?, parts.next()?);
    Some((if group == "core" { "" } else { group }, plural))
}

/// Under which key the log holds an object: `/registry/batch/jobs/default/pi`;
/// the group of core kinds is `core`, the namespace of cluster-wide ones empty.
fn log_key(resource: &ResourceInfo, key: &ObjectKey) -> Bytes {
    let group = match resource.group {
        "" => "core",
        group => group,
    };
    format!(
        "/registry/{group}/{}/{}/{}",
        resource.plural, key.namespace, key.name
    )
    .into()
}
