//! A live cache of views, with indexes and a revision.
//!
//! The adapter holds the [`InformerWriter`] and applies what it watches; users
//! hold the [`Informer`] and read. A view is a small value made once for each
//! version of an object, shared by all who look at it: a typed finished Pod
//! takes 16 KB and more, what a controller needs of it some 200 bytes.
//!
//! The lock is held for a look-up or one change, never across an await: readers
//! are synchronous decisions and there is one writer.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
    sync::Arc,
};

use jobyard_api::{Object, ObjectKey, Revision, Uid};
use parking_lot::RwLock;
use smallvec::SmallVec;
use tokio::sync::{Notify, watch};

/// What a cache keeps of an object of one kind.
pub trait View: Send + Sync + Sized + 'static {
    /// The kind that is looked at.
    type Object: Object;

    /// Looks at the object, once for each of its versions.
    fn of(object: &Arc<Self::Object>) -> Self;

    /// Namespace and name.
    fn key(&self) -> ObjectKey;

    /// Under which values the view is found by [`Informer::indexed`].
    fn index_keys(&self) -> SmallVec<[IndexKey; 2]> {
        SmallVec::new()
    }
}

/// A value under which views are found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum IndexKey {
    /// Controlled by the object with this uid.
    Controller(Uid),
    /// Controlled by the object with this uid, and at its end; for views that tell
    /// those from the others.
    Ended(Uid),
    /// An owner reference, controlling or not, to this uid.
    Owner(Uid),
    /// No controller, in this namespace.
    NoController(Box<str>),
    /// Bound to this node.
    Node(Box<str>),
    /// No controller, but the label of the generated selector of this Job.
    Selected(Uid),
    /// In this namespace; for views that are looked up so.
    Namespace(Box<str>),
}

/// One object changed. At least one side is there.
#[derive(Debug)]
pub struct Change<V> {
    /// The object's key.
    pub key: ObjectKey,
    /// The view before; `None` when added.
    pub old: Option<Arc<V>>,
    /// The view after; `None` when gone.
    pub new: Option<Arc<V>>,
    /// The revision of the change.
    pub revision: Revision,
}

/// Reads the cache. Clones share it.
pub struct Informer<V> {
    shared: Arc<Shared<V>>,
    /// Dropped with the last clone: ends the adapter's task.
    keep_alive: Arc<dyn Send + Sync>,
}

impl<V> Clone for Informer<V> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            keep_alive: self.keep_alive.clone(),
        }
    }
}

#[derive(Debug)]
struct Shared<V> {
    cache: RwLock<Cache<V>>,
    /// The newest revision the cache shows; `None` until the first list is in.
    revision: RwLock<Option<Revision>>,
    /// Tells that `revision` rose. No watch channel: that wakes its waiters in an
    /// order of chance, and a simulated run has to be the same run each time.
    risen: Notify,
    /// The newest revision that somebody waits for.
    wanted: watch::Sender<Revision>,
}

#[derive(Debug)]
struct Cache<V> {
    /// Not in order: a walk down a tree of all keys compares a dozen of them that
    /// begin alike, each elsewhere in memory, for each change of each cache.
    views: HashMap<ObjectKey, Arc<V>>,
    indexes: HashMap<IndexKey, BTreeMap<ObjectKey, Arc<V>>>,
}

impl<V: View> Informer<V> {
    /// A new, empty cache: the adapter's end and the users' end.
    ///
    /// `keep_alive` is dropped with the last [`Informer`]; the adapter puts
    /// there what ends its task.
    pub fn new(keep_alive: impl Send + Sync + 'static) -> (InformerWriter<V>, Self) {
        let shared = Arc::new(Shared {
            cache: RwLock::new(Cache {
                views: HashMap::new(),
                indexes: HashMap::new(),
            }),
            revision: RwLock::new(None),
            risen: Notify::new(),
            wanted: watch::Sender::new(Revision(0)),
        });
        (
            InformerWriter {
                shared: shared.clone(),
            },
            Self {
                shared,
                keep_alive: Arc::new(keep_alive),
            },
        )
    }

    /// The view of that object.
    pub fn get(&self, key: &ObjectKey) -> Option<Arc<V>> {
        self.shared.cache.read().views.get(key).cloned()
    }

    /// All views under an index value, in the order of their keys.
    pub fn indexed(&self, index: &IndexKey) -> Vec<Arc<V>> {
        self.shared
            .cache
            .read()
            .indexes
            .get(index)
            .map(|found| found.values().cloned().collect())
            .unwrap_or_default()
    }

    /// All views, in the order of their keys. Costs the whole yard: for start-up and rare sweeps.
    pub fn all(&self) -> Vec<Arc<V>> {
        let cache = self.shared.cache.read();
        let mut views: Vec<_> = cache.views.iter().collect();
        views.sort_unstable_by_key(|(key, _)| *key);
        views.into_iter().map(|(_, view)| view.clone()).collect()
    }

    /// How many objects the cache shows.
    pub fn len(&self) -> usize {
        self.shared.cache.read().views.len()
    }

    /// Whether the cache shows no object.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The newest revision the cache shows; `None` until the first list is in.
    pub fn revision(&self) -> Option<Revision> {
        *self.shared.revision.read()
    }

    /// Waits until the first list is in.
    pub async fn synced(&self) {
        self.wait_for(Revision(0)).await;
    }

    /// Waits until the cache is at least as new as `revision`, which may be that
    /// of a write of another kind: then the cache shows all that this kind saw
    /// before it.
    pub async fn wait_for(&self, revision: Revision) {
        if self.revision().is_none_or(|seen| seen < revision) {
            self.shared.wanted.send_if_modified(|wanted| {
                let newer = *wanted < revision;
                if newer {
                    *wanted = revision;
                }
                newer
            });
        }
        loop {
            let risen = self.shared.risen.notified();
            if self.revision().is_some_and(|seen| seen >= revision) {
                return;
            }
            risen.await;
        }
    }
}

/// Feeds the cache; held by the adapter.
#[derive(Debug)]
pub struct InformerWriter<V> {
    shared: Arc<Shared<V>>,
}

impl<V: View> InformerWriter<V> {
    /// Shows a new version of an object, and returns the change.
    pub fn put(&self, view: Arc<V>, revision: Revision) -> Change<V> {
        let key = view.key();
        let old = {
            let mut cache = self.shared.cache.write();
            let old = cache.views.insert(key.clone(), view.clone());
            let indexes = view.index_keys();
            if let Some(old) = &old {
                cache.unindex(&key, old, &indexes);
            }
            for index in indexes {
                cache
                    .indexes
                    .entry(index)
                    .or_default()
                    .insert(key.clone(), view.clone());
            }
            old
        };
        Change {
            key,
            old,
            new: Some(view),
            revision,
        }
    }

    /// Forgets an object that is gone, and returns the change, or `None` if it was unknown.
    pub fn remove(&self, key: &ObjectKey, revision: Revision) -> Option<Change<V>> {
        let mut cache = self.shared.cache.write();
        let old = cache.views.remove(key)?;
        cache.unindex(key, &old, &[]);
        Some(Change {
            key: key.clone(),
            old: Some(old),
            new: None,
            revision,
        })
    }

    /// Every key shown now, in order: after a relist, those not listed are to be removed.
    pub fn keys(&self) -> Vec<ObjectKey> {
        let cache = self.shared.cache.read();
        let mut keys: Vec<_> = cache.views.keys().cloned().collect();
        keys.sort_unstable();
        keys
    }

    /// Changes when somebody waits for a newer revision than the cache shows. A
    /// kind that nobody writes has no changes that would bring the cache there:
    /// the adapter then has to find out that there are none, and advance.
    pub fn wanted(&self) -> watch::Receiver<Revision> {
        self.shared.wanted.subscribe()
    }

    /// Says that the cache now shows all up to `revision`. Called after the
    /// handlers have seen the changes; the first call ends [`Informer::synced`].
    pub fn advance(&self, revision: Revision) {
        {
            let mut seen = self.shared.revision.write();
            if seen.is_some_and(|seen| seen >= revision) {
                return;
            }
            *seen = Some(revision);
        }
        self.shared.risen.notify_waiters();
    }
}

impl<V: View> Cache<V> {
    /// Takes the view out of its indexes but for those of `kept`, where the next
    /// one takes its place.
    fn unindex(&mut self, key: &ObjectKey, view: &V, kept: &[IndexKey]) {
        for index in view.index_keys() {
            if kept.contains(&index) {
                continue;
            }
            if let Some(found) = self.indexes.get_mut(&index) {
                found.remove(key);
                if found.is_empty() {
                    self.indexes.remove(&index);
                }
            }
        }
    }
}
