//! The kinds that own or are owned: one line for each, and the port by kind.
//!
//! Events are left out as upstream leaves them out: they own nothing and end by
//! themselves.

use std::{marker::PhantomData, sync::Arc};

use jobyard_api::{Object, ObjectKey, Revision, Uid, batch, coordination, core, node};
use jobyard_cluster::{
    Change, Cluster, ClusterError, Deletion, IndexKey, Informer, MetadataEdit, Selection, View,
    WorkQueue,
};
use jobyard_decide::gc::{GcView, Owner};
use smallvec::SmallVec;

use super::{Look, handler};

/// An object of the kind `K` in the cache.
#[derive(Debug)]
pub(crate) struct Cached<K> {
    pub(crate) view: Arc<GcView>,
    revision: Option<Revision>,
    kind: PhantomData<fn() -> K>,
}

impl<K: Object> View for Cached<K> {
    type Object = K;

    fn of(object: &Arc<K>) -> Self {
        Self {
            view: Arc::new(GcView::of(&**object)),
            revision: object.revision(),
            kind: PhantomData,
        }
    }

    fn key(&self) -> ObjectKey {
        self.view.key.clone()
    }

    fn index_keys(&self) -> SmallVec<[IndexKey; 2]> {
        let owners = self.view.owners.iter();
        owners
            .map(|owner| IndexKey::Owner(owner.uid.clone()))
            .collect()
    }
}

/// An object by kind and name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Item {
    pub(crate) kind: Kind,
    pub(crate) key: ObjectKey,
}

/// An object past every cache.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) view: GcView,
    pub(crate) resource_version: Option<Box<str>>,
}

macro_rules! kinds {
    ($($variant:ident $field:ident $ty:ty;)*) => {
        /// A kind that owns or is owned.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Kind {
            $($variant,)*
        }

        /// A cache of each kind.
        pub(crate) struct Caches {
            $($field: Informer<Cached<$ty>>,)*
        }

        impl Kind {
            /// The kind of an owner; `None` for kinds that are not served.
            fn of(owner: &Owner) -> Option<Self> {
                let group = match owner.api_version.rsplit_once('/') {
                    Some((group, _)) => group,
                    None => "",
                };
                $(if <$ty as Object>::RESOURCE.group == group
                    && <$ty as Object>::RESOURCE.kind == &*owner.kind
                {
                    return Some(Self::$variant);
                })*
                None
            }

            fn is_namespaced(self) -> bool {
                match self {
                    $(Self::$variant => <$ty as Object>::RESOURCE.namespaced,)*
                }
            }
        }

        impl Caches {
            pub(crate) fn start<C: Cluster>(cluster: &C, queue: &WorkQueue<Look>) -> Self {
                Self {
                    $($field: {
                        let queue = queue.clone();
                        cluster.informer(Selection::default(), move |change: &Change<Cached<$ty>>| {
                            let old = change.old.as_ref().map(|cached| &*cached.view);
                            let new = change.new.as_ref().map(|cached| &*cached.view);
                            handler::on_change(Kind::$variant, old, new, &queue);
                        })
                    },)*
                }
            }

            pub(crate) async fn synced(&self) {
                $(self.$field.synced().await;)*
            }

            pub(crate) fn get(&self, item: &Item) -> Option<Arc<GcView>> {
                match item.kind {
                    $(Kind::$variant => Some(self.$field.get(&item.key)?.view.clone()),)*
                }
            }

            /// The revision of the object's last write; `None` if it is gone.
            pub(crate) fn revision(&self, item: &Item) -> Option<Revision> {
                match item.kind {
                    $(Kind::$variant => self.$field.get(&item.key)?.revision,)*
                }
            }

            /// Waits until every cache shows all that was written up to `revision`.
            pub(crate) async fn wait_for(&self, revision: Revision) {
                $(self.$field.wait_for(revision).await;)*
            }

            /// Everything with a reference to the owner of this uid.
            pub(crate) fn dependents(&self, owner: &Uid) -> Vec<(Kind, Arc<GcView>)> {
                let index = IndexKey::Owner(owner.clone());
                let mut found = Vec::new();
                $(found.extend(
                    self.$field
                        .indexed(&index)
                        .iter()
                        .map(|cached| (Kind::$variant, cached.view.clone())),
                );)*
                found
            }
        }

        impl Item {
            /// Reads the object past every cache; `None` if it is gone.
            pub(crate) async fn live<C: Cluster>(
                &self,
                cluster: &C,
            ) -> Result<Option<Live>, ClusterError> {
                match self.kind {
                    $(Kind::$variant => live::<C, $ty>(cluster, &self.key).await,)*
                }
            }

            /// Changes owners or finalizers; an object that is gone is no error.
            pub(crate) async fn edit<C: Cluster>(
                &self,
                cluster: &C,
                uid: &Uid,
                edit: MetadataEdit,
            ) -> Result<(), ClusterError> {
                let edited = match self.kind {
                    $(Kind::$variant => cluster
                        .edit_metadata::<$ty>(&self.key, uid, edit)
                        .await
                        .map(drop),)*
                };
                unless_gone(edited)
            }

            /// Deletes the object; one that is gone is no error.
            pub(crate) async fn delete<C: Cluster>(
                &self,
                cluster: &C,
                options: Deletion,
            ) -> Result<(), ClusterError> {
                let deleted = match self.kind {
                    $(Kind::$variant => cluster.delete::<$ty>(&self.key, options).await,)*
                };
                unless_gone(deleted.map(drop))
            }
        }
    };
}

kinds! {
    ConfigMap config_maps core::ConfigMap;
    Job jobs batch::Job;
    Lease leases coordination::Lease;
    Namespace namespaces core::Namespace;
    Node nodes core::Node;
    Pod pods core::Pod;
    RuntimeClass runtime_classes node::RuntimeClass;
    Secret secrets core::Secret;
    ServiceAccount service_accounts core::ServiceAccount;
}

impl Item {
    /// The owner behind a reference of an object in `namespace`; `None` for
    /// kinds that are not served.
    pub(crate) fn owner(owner: &Owner, namespace: &str) -> Option<Self> {
        let kind = Kind::of(owner)?;
        let namespace = if kind.is_namespaced() { namespace } else { "" };
        Some(Self {
            kind,
            key: ObjectKey::new(namespace, &owner.name),
        })
    }
}

async fn live<C: Cluster, K: Object>(
    cluster: &C,
    key: &ObjectKey,
) -> Result<Option<Live>, ClusterError> {
    match cluster.get_live::<K>(key).await {
        Ok(object) => Ok(Some(Live {
            view: GcView::of(&*object),
            resource_version: object
                .metadata()
                .resource_version
                .as_deref()
                .map(Into::into),
        })),
        Err(ClusterError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn unless_gone(outcome: Result<(), ClusterError>) -> Result<(), ClusterError> {
    match outcome {
        Err(ClusterError::NotFound(_)) => Ok(()),
        other => other,
    }
}
