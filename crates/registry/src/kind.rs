//! The typed verbs of one kind: what callers in this process use.
//!
//! Objects go in as values and come out as shared [`Arc`]s; there is no JSON
//! between the parts of this process. The verbs that write are in `create`,
//! `update` and `delete`; `list` and `watch` select for clients.

use std::sync::Arc;

use jobyard_api::{Object, ObjectKey, Revision, StatusError, Timestamp, Uid};
use jobyard_store::Urgency;
use tokio::sync::watch;

use crate::{
    table::{Event, Read},
    version::Version,
    yard::{CommitError, Shelf, Yard},
};

/// How many objects of a bounded kind go with one write; more than one, so that
/// a kind beyond its bound comes back to it.
const EXPIRED_PER_WRITE_MAX: usize = 64;

/// The verbs of the kind `K`. A handle; clones share the tables.
pub struct Kind<K: Object> {
    pub(crate) yard: Arc<Yard>,
    pub(crate) shelf: Arc<Shelf<K>>,
    /// Who owns what is written through this handle by callers in this process.
    pub(crate) manager: Arc<str>,
}

impl<K: Object> Clone for Kind<K> {
    fn clone(&self) -> Self {
        Self {
            yard: self.yard.clone(),
            shelf: self.shelf.clone(),
            manager: self.manager.clone(),
        }
    }
}

/// Which objects a reader in this process wants; the empty selection takes all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only this namespace.
    pub namespace: Option<Box<str>>,
    /// Only the object of this name.
    pub name: Option<Box<str>>,
    /// Only Pods bound to this node.
    pub node_name: Option<Box<str>>,
}

impl Selection {
    /// Whether that version is wanted.
    pub fn matches<K>(&self, version: &Version<K>) -> bool {
        let is = |wanted: &Option<Box<str>>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        is(&self.namespace, &version.key.namespace)
            && is(&self.name, &version.key.name)
            && is(&self.node_name, &version.node)
    }
}

impl<K: Object> Kind<K> {
    pub(crate) fn new(yard: Arc<Yard>) -> Self {
        let shelf = yard.shelf();
        let manager = yard.manager.clone();
        Self {
            yard,
            shelf,
            manager,
        }
    }

    /// The handle of a part of this process that is a field manager of its own:
    /// `kubelet`, `kube-controller-manager` ...
    #[must_use]
    pub fn managed_by(mut self, manager: &Arc<str>) -> Self {
        self.manager = manager.clone();
        self
    }

    /// The object's newest version, if it exists.
    pub fn find(&self, key: &ObjectKey) -> Option<Arc<Version<K>>> {
        self.shelf.table.read().objects().get(key).cloned()
    }

    /// The object's newest version.
    ///
    /// # Errors
    /// 404 if there is none.
    pub fn version(&self, key: &ObjectKey) -> Result<Arc<Version<K>>, StatusError> {
        self.find(key)
            .ok_or_else(|| StatusError::not_found(K::RESOURCE, &key.name))
    }

    /// The object.
    ///
    /// # Errors
    /// 404 if it does not exist.
    pub fn get(&self, key: &ObjectKey) -> Result<Arc<K>, StatusError> {
        Ok(self.version(key)?.object())
    }

    /// The selected objects by namespace and name, and the revision to watch from.
    pub fn select(&self, selection: &Selection) -> (Vec<Arc<Version<K>>>, Revision) {
        let (objects, on_node, revision) = {
            let table = self.shelf.table.read();
            let on_node = selection.node_name.as_ref().map(|node| table.on_node(node));
            // What was published before this lock was taken is in the table.
            let revision = table.newest().max(self.yard.revision());
            (table.objects().clone(), on_node, revision)
        };
        let found = match (on_node, &selection.namespace) {
            (Some(on_node), _) => on_node
                .into_iter()
                .filter(|version| selection.matches(version))
                .collect(),
            (None, Some(namespace)) => in_namespace(&objects, namespace)
                .filter(|version| selection.matches(version))
                .cloned()
                .collect(),
            (None, None) => objects
                .values()
                .filter(|version| selection.matches(version))
                .cloned()
                .collect(),
        };
        (found, revision)
    }

    /// The objects with an owner reference to that uid.
    pub fn owned_by(&self, owner: &Uid) -> Vec<Arc<Version<K>>> {
        self.shelf.table.read().owned_by(owner)
    }

    /// Removes the oldest of a bounded kind that are beyond its bound.
    ///
    /// Called after each write of the kind, and once in a while.
    pub(crate) fn expire(&self, now: Timestamp) {
        for _ in 0..EXPIRED_PER_WRITE_MAX {
            let Some(oldest) = self.shelf.table.read().too_much(now) else {
                return;
            };
            match self.yard.remove(&self.shelf, &oldest, Urgency::Lazy) {
                Ok(_) | Err(CommitError::Raced) => {}
                Err(CommitError::Failed(error)) => {
                    tracing::warn!(%error, kind = K::RESOURCE.kind, "cannot remove the oldest");
                    return;
                }
            }
        }
    }

    /// Every change after `revision` of what is selected.
    pub fn watch(&self, selection: Selection, revision: Revision) -> Changes<K> {
        Changes {
            changed: self.shelf.changed.subscribe(),
            kind: self.clone(),
            selection,
            cursor: revision,
        }
    }
}

/// The objects of one namespace, found without looking at the others.
pub(crate) fn in_namespace<'a, K>(
    objects: &'a crate::table::Objects<K>,
    namespace: &'a str,
) -> impl Iterator<Item = &'a Arc<Version<K>>> {
    let start = ObjectKey::new(namespace, "");
    objects
        .range::<_, ObjectKey>(start..)
        .map(|(_, version)| version)
        .take_while(move |version| *version.key.namespace == *namespace)
}

/// The changes of a kind, read at the reader's own pace.
pub struct Changes<K: Object> {
    kind: Kind<K>,
    selection: Selection,
    cursor: Revision,
    changed: watch::Receiver<Revision>,
}

/// The reader fell behind the history that is kept: list again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the history now begins at revision {oldest}; list again")]
pub struct Expired {
    /// The oldest revision that can be watched from.
    pub oldest: Revision,
}

impl<K: Object> Changes<K> {
    /// The next change whose old or new version is selected. Cancel safe.
    ///
    /// # Errors
    /// The history no longer reaches back to where this reader is.
    pub async fn next(&mut self) -> Result<Event<K>, Expired> {
        loop {
            // Seen before the look, so that a change after it wakes us.
            self.changed.mark_unchanged();
            if let Some(event) = self.try_next()? {
                return Ok(event);
            }
            // The sender lives in the shelf that we hold.
            let _ = self.changed.changed().await;
        }
    }

    /// The next change if there is one now.
    ///
    /// # Errors
    /// The history no longer reaches back to where this reader is.
    pub fn try_next(&mut self) -> Result<Option<Event<K>>, Expired> {
        let Self {
            kind,
            selection,
            cursor,
            ..
        } = self;
        let table = kind.shelf.table.read();
        let wanted = |event: &Event<K>| {
            let matches = |version: &Arc<Version<K>>| selection.matches(version);
            let concerned = matches(&event.new) || event.old.as_ref().is_some_and(matches);
            concerned.then(|| event.clone())
        };
        match table.read(cursor, wanted) {
            Read::Next(event) => Ok(Some(event)),
            Read::Nothing => {
                *cursor = (*cursor).max(kind.yard.revision());
                Ok(None)
            }
            Read::Expired(oldest) => Err(Expired { oldest }),
        }
    }

    /// Everything up to here was read.
    pub fn revision(&self) -> Revision {
        self.cursor
    }
}
