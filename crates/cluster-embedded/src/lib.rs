//! The port over the registry of this process.
//!
//! Requests are calls; objects are shared, not copied or encoded. An informer
//! is one task that reads the kind's history at its own pace and keeps a view of
//! each object; when it falls out of the history it lists again.
//!
//! Writes answer as soon as they can be seen in this process. They may not have
//! survived a power cut yet: nothing leaves the machine before they have, and
//! what this process did on their strength is undone with them.

mod informer;
mod metadata;

use std::sync::Arc;

use jiff::Timestamp;
use jobyard_api::{Object, ObjectKey, Revision, Uid, core};
use jobyard_cluster::{
    Change, Cluster, ClusterError, Deletion, Informer, MetadataEdit, Propagation, Selection, View,
};
use jobyard_registry::{
    Binding, Kind, Registry,
    request::{self, Context, User},
};

/// The registry of this process under one identity.
#[derive(Clone)]
pub struct EmbeddedCluster {
    registry: Registry,
    user: Arc<User>,
    manager: Arc<str>,
}

/// Who owns what is written by a port that is not given another name.
const MANAGER: &str = "jobyard";

impl EmbeddedCluster {
    /// The port for `user`, such as `system:serviceaccount:kube-system:job-controller`.
    ///
    /// Must be used inside a tokio runtime: informers are tasks.
    pub fn new(registry: Registry, user: User) -> Self {
        Self {
            registry,
            user: Arc::new(user),
            manager: MANAGER.into(),
        }
    }

    /// The same port as a field manager of this name, such as `kubelet`.
    #[must_use]
    pub fn managed_by(mut self, manager: &str) -> Self {
        self.manager = manager.into();
        self
    }

    fn kind<K: Object>(&self) -> Kind<K> {
        self.registry.of().managed_by(&self.manager)
    }

    fn context(&self) -> Context {
        Context {
            user: self.user.clone(),
            now: Timestamp::now(),
        }
    }
}

impl Cluster for EmbeddedCluster {
    fn informer<V: View>(
        &self,
        selection: Selection,
        on_change: impl Fn(&Change<V>) + Send + Sync + 'static,
    ) -> Informer<V> {
        informer::start(self.registry.of(), &selection, on_change)
    }

    async fn get_live<K: Object>(&self, key: &ObjectKey) -> Result<Arc<K>, ClusterError> {
        Ok(self.registry.of().get(key)?)
    }

    async fn create<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        Ok(self.kind().create(&self.context(), object)?)
    }

    async fn update<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        Ok(self.kind().update(&self.context(), object)?)
    }

    async fn update_status<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        Ok(self.kind().update_status(&self.context(), object)?)
    }

    async fn edit_metadata<K: Object>(
        &self,
        key: &ObjectKey,
        uid: &Uid,
        edit: MetadataEdit,
    ) -> Result<Arc<K>, ClusterError> {
        let change = |object: &mut K| metadata::edit(object, uid, &edit);
        Ok(self.kind().modify(&self.context(), key, change)?)
    }

    async fn delete<K: Object>(
        &self,
        key: &ObjectKey,
        options: Deletion,
    ) -> Result<Option<Revision>, ClusterError> {
        let options = request::DeleteOptions {
            uid: options.uid.map(|uid| uid.to_string()),
            resource_version: options.resource_version.map(Into::into),
            grace_period_seconds: options.grace_period_seconds,
            propagation: options.propagation.map(|propagation| match propagation {
                Propagation::Background => request::Propagation::Background,
                Propagation::Foreground => request::Propagation::Foreground,
                Propagation::Orphan => request::Propagation::Orphan,
            }),
            dry_run: false,
        };
        let kind = self.registry.of::<K>();
        let ended = kind.delete(&self.context(), key, &options)?;
        Ok(Some(ended.version.revision))
    }

    async fn bind(&self, pod: &ObjectKey, uid: &Uid, node: &str) -> Result<(), ClusterError> {
        let binding = Binding {
            node: node.to_owned(),
            uid: Some(uid.to_string()),
            ..Binding::default()
        };
        self.registry
            .of::<core::Pod>()
            .bind(&self.context(), pod, &binding)?;
        Ok(())
    }
}
