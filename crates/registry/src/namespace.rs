//! How a namespace begins and ends.
//!
//! Each has its service account and the certificate of the yard from the start.
//! A deleted one takes nothing new and is kept by the finalizer in its spec until
//! it is empty: its Pods go first, with their grace, then all else.
//!
//! Source: `pkg/controlplane/controller/systemnamespaces`,
//! `pkg/controller/serviceaccount`, `pkg/controller/certificates/rootcacertpublisher`,
//! `pkg/controller/namespace/deletion/namespaced_resources_deleter.go`.

use std::{sync::Arc, time::Duration};

use jobyard_api::{
    Object, ObjectKey, StatusError, core, meta::ObjectMeta, resource::POD, status::Reason,
};
use tokio::time::Instant;

use crate::{
    kind::{Kind, Selection},
    registry::Registry,
    request::{Context, DeleteOptions, ListRequest, Propagation},
    update::{Part, Wanted},
    yard::Yard,
};

/// There from the start.
pub(crate) const BUILT_IN: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];
/// Never deleted.
///
/// Source: apiserver `pkg/admission/plugin/namespace/lifecycle`, `immortalNamespaces`.
pub(crate) const IMMORTAL: [&str; 3] = ["default", "kube-system", "kube-public"];

/// Makes what is missing of the namespaces that are there from the start.
pub(crate) fn make_built_in(cx: &Context, registry: &Registry) -> Result<(), StatusError> {
    let namespaces = registry.of::<core::Namespace>();
    for name in BUILT_IN {
        let namespace = core::Namespace {
            metadata: named(name, None),
            ..core::Namespace::default()
        };
        make(&namespaces, cx, namespace)?;
    }
    // Also of those whose creation was the last thing a killed process did.
    registry.furnish_all(cx);
    Ok(())
}

/// Puts the default ServiceAccount and the certificate of the yard into a namespace.
pub(crate) fn furnish(namespace: &core::Namespace, cx: &Context, yard: &Arc<Yard>) {
    if namespace.metadata.deletion_timestamp.is_some() {
        return;
    }
    let name = namespace.metadata.name.as_deref().unwrap_or("");
    let account = core::ServiceAccount {
        metadata: named("default", Some(name)),
        ..core::ServiceAccount::default()
    };
    let mut made = make(&Kind::new(yard.clone()), cx, account);
    if let Some(certificate) = &yard.ca_certificate {
        let map = core::ConfigMap {
            metadata: named("kube-root-ca.crt", Some(name)),
            data: Some([("ca.crt".to_owned(), certificate.clone())].into()),
            ..core::ConfigMap::default()
        };
        made = made.and(make(&Kind::new(yard.clone()), cx, map));
    }
    if let Err(error) = made {
        // The namespace itself is there; the next round tries again.
        tracing::warn!(namespace = name, %error, "cannot furnish the namespace");
    }
}

/// Creates the object unless one of its name is there.
fn make<K: Object>(kind: &Kind<K>, cx: &Context, object: K) -> Result<(), StatusError> {
    if kind.find(&object.key()).is_some() {
        return Ok(());
    }
    match kind.create(cx, object) {
        Err(error) if !error.is(Reason::AlreadyExists) => Err(error),
        _ => Ok(()),
    }
}

/// Says in the namespace that it ends; whether it waits to be emptied.
pub(crate) fn begin_ending(namespace: &mut core::Namespace) -> bool {
    namespace.status.get_or_insert_default().phase = Some("Terminating".to_owned());
    is_held(namespace)
}

fn is_held(namespace: &core::Namespace) -> bool {
    let spec = namespace.spec.as_ref();
    let finalizers = spec.and_then(|spec| spec.finalizers.as_ref());
    finalizers.is_some_and(|finalizers| !finalizers.is_empty())
}

/// How often one looks whether an ending namespace has become empty.
const EMPTYING_PAUSE: Duration = Duration::from_millis(200);
/// How often one looks after the rest of the house.
const QUIET_PAUSE: Duration = Duration::from_mins(1);

impl Registry {
    /// What has to be done from time to time: ending namespaces are emptied, old
    /// Events go, and what every namespace has comes back when somebody deleted it.
    ///
    /// Never returns; dropping it ends it. `context` says who does it, and when.
    pub async fn keep_house(&self, context: impl Fn() -> Context + Send) {
        let namespaces = self.of::<core::Namespace>();
        let mut next_round = Instant::now();
        loop {
            let mut changes = namespaces.watch(Selection::default(), self.revision());
            let cx = context();
            // Not at each change of a namespace: it looks at all of them.
            if next_round <= Instant::now() {
                self.expire(cx.now);
                self.furnish_all(&cx);
                next_round = Instant::now() + QUIET_PAUSE;
            }
            let is_quiet = match self.empty_namespaces(&cx) {
                Ok(left) => left == 0,
                Err(error) => {
                    tracing::warn!(%error, "cannot empty an ending namespace; trying again");
                    false
                }
            };
            if is_quiet {
                // A change, none in time, or an expired watch: all mean "look".
                let _ = tokio::time::timeout_at(next_round, changes.next()).await;
            } else {
                tokio::time::sleep(EMPTYING_PAUSE).await;
            }
        }
    }

    /// Gives back to every namespace what each has.
    pub(crate) fn furnish_all(&self, cx: &Context) {
        let namespaces = self.of::<core::Namespace>();
        for version in namespaces.select(&Selection::default()).0 {
            furnish(&version.object(), cx, &namespaces.yard);
        }
    }

    /// Goes one step further with every namespace that is ending, and says how
    /// many are still there.
    ///
    /// Called again when something in them may have gone, until it says 0.
    ///
    /// # Errors
    /// When a write fails; the next call goes on from there.
    pub fn empty_namespaces(&self, cx: &Context) -> Result<usize, StatusError> {
        let namespaces = self.of::<core::Namespace>();
        let (all, _) = namespaces.select(&Selection::default());
        let mut left = 0;
        for version in all {
            let namespace = version.object();
            if namespace.metadata.deletion_timestamp.is_none() {
                continue;
            }
            if !self.empty(cx, &version.key.name)? || !release(&namespaces, cx, &version.key)? {
                left += 1;
            }
        }
        Ok(left)
    }

    /// Whether the namespace is empty now.
    fn empty(&self, cx: &Context, namespace: &str) -> Result<bool, StatusError> {
        let inside = ListRequest {
            namespace: Some(namespace.to_owned()),
            ..ListRequest::default()
        };
        let options = DeleteOptions {
            propagation: Some(Propagation::Background),
            ..DeleteOptions::default()
        };
        let (pods_first, then): (Vec<_>, Vec<_>) = self
            .resources()
            .filter(|resource| resource.info().namespaced)
            .partition(|resource| *resource.info() == POD);
        for kinds in [pods_first, then] {
            let mut left = 0;
            for kind in kinds {
                kind.delete_collection(cx, &inside, &options)?;
                left += kind.list(cx, &inside)?.items.len();
            }
            if left > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Takes the finalizer away; whether the namespace is gone.
fn release(
    namespaces: &Kind<core::Namespace>,
    cx: &Context,
    key: &ObjectKey,
) -> Result<bool, StatusError> {
    let change = |namespace: &core::Namespace| {
        let mut object = namespace.clone();
        if let Some(spec) = &mut object.spec {
            spec.finalizers = None;
        }
        Ok(Wanted {
            object,
            warnings: Vec::new(),
        })
    };
    match namespaces.change(cx, key, namespaces.own_write(Part::Internal), change) {
        Err(error) if error.is(Reason::NotFound) => Ok(true),
        Err(error) => Err(error),
        Ok(_) => Ok(namespaces.find(key).is_none()),
    }
}

fn named(name: &str, namespace: Option<&str>) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: namespace.map(str::to_owned),
        ..ObjectMeta::default()
    }
}
