//! The requests of the port.

use std::{future::Future, sync::Arc};

use jobyard_api::{Object, ObjectKey, Revision, Uid, meta::OwnerReference};

use crate::{Change, ClusterError, Informer, View};

/// An API server, spoken to under one identity.
///
/// Writes answer with the object as stored, so that the caller knows the
/// revision of its own write and can wait until its informer has seen it.
pub trait Cluster: Clone + Send + Sync + 'static {
    /// Starts a live cache of the kind of `V`, restricted to `selection`.
    ///
    /// `on_change` is called for every change in the order of revisions, after
    /// the cache shows it; the first list arrives as additions. The cache lives
    /// until the last clone of the informer is dropped.
    ///
    /// A list is as new as the moment it was asked for, the first one and each
    /// that follows a broken watch: it shows what any write did that was answered
    /// before. A controller that starts relies on it: what an earlier process of
    /// it did, and nobody remembers, stands in its first lists. (Kubernetes
    /// promises it of a list without `resourceVersion`: "Kubernetes API Concepts",
    /// "Semantics for get and list".)
    fn informer<V: View>(
        &self,
        selection: Selection,
        on_change: impl Fn(&Change<V>) + Send + Sync + 'static,
    ) -> Informer<V>;

    /// Reads one object past every cache.
    fn get_live<K: Object>(
        &self,
        key: &ObjectKey,
    ) -> impl Future<Output = Result<Arc<K>, ClusterError>> + Send;

    /// Creates an object; `metadata.generateName` is honoured.
    fn create<K: Object>(
        &self,
        object: K,
    ) -> impl Future<Output = Result<Arc<K>, ClusterError>> + Send;

    /// Replaces the whole object; its resourceVersion must be the stored one.
    fn update<K: Object>(
        &self,
        object: K,
    ) -> impl Future<Output = Result<Arc<K>, ClusterError>> + Send;

    /// Replaces the status (and the metadata that `/status` takes); the
    /// resourceVersion must be the stored one.
    fn update_status<K: Object>(
        &self,
        object: K,
    ) -> impl Future<Output = Result<Arc<K>, ClusterError>> + Send;

    /// Changes owner or finalizers of the object with this uid, whatever its version.
    ///
    /// An object of that name with another uid is `NotFound`. An edit that
    /// changes nothing writes nothing.
    fn edit_metadata<K: Object>(
        &self,
        key: &ObjectKey,
        uid: &Uid,
        edit: MetadataEdit,
    ) -> impl Future<Output = Result<Arc<K>, ClusterError>> + Send;

    /// Deletes the object, as `options` say. `Ok` also when it goes later
    /// (grace period, finalizers).
    ///
    /// Answers with the revision from which on caches show the deletion; `None`
    /// if the server does not say, as it may of an object that is gone at once.
    fn delete<K: Object>(
        &self,
        key: &ObjectKey,
        options: Deletion,
    ) -> impl Future<Output = Result<Option<Revision>, ClusterError>> + Send;

    /// Gives the Pod with this uid a node (`pods/binding`).
    fn bind(
        &self,
        pod: &ObjectKey,
        uid: &Uid,
        node: &str,
    ) -> impl Future<Output = Result<(), ClusterError>> + Send;
}

/// Which objects an informer holds; the empty selection holds all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only this namespace.
    pub namespace: Option<Box<str>>,
    /// Only objects whose `spec.nodeName` is this (Pods).
    pub node_name: Option<Box<str>>,
    /// Only the object of this name.
    pub name: Option<Box<str>>,
}

/// A change of metadata that needs no resourceVersion, because it states all it relies on.
#[derive(Clone, Debug, PartialEq)]
pub enum MetadataEdit {
    /// Takes this finalizer away.
    RemoveFinalizer(&'static str),
    /// Adds the controller reference and the finalizer in one write.
    Adopt {
        /// The reference; `controller` is true.
        owner: Box<OwnerReference>,
        /// A finalizer to add in the same write.
        finalizer: Option<&'static str>,
    },
    /// Removes the reference to this owner, and the finalizer, in one write.
    Release {
        /// The owner that lets go.
        owner: Uid,
        /// A finalizer to remove in the same write.
        finalizer: Option<&'static str>,
    },
}

/// What a deletion asks for and relies on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deletion {
    /// Only the object with this uid.
    pub uid: Option<Uid>,
    /// Only if the object is at this resourceVersion.
    pub resource_version: Option<Box<str>>,
    /// Grace period in place of the object's own; 0 removes at once.
    pub grace_period_seconds: Option<i64>,
    /// What becomes of the dependents; `None` is the kind's default.
    pub propagation: Option<Propagation>,
}

/// What becomes of the dependents of a deleted object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Propagation {
    /// The object goes at once, the garbage collector takes its dependents.
    Background,
    /// The dependents go first.
    Foreground,
    /// The dependents stay and lose their owner.
    Orphan,
}
