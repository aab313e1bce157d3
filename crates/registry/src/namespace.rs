//! What every namespace has, and which namespaces are there from the start.
//!
//! Source: `pkg/controlplane/controller/systemnamespaces`,
//! `pkg/controller/serviceaccount`, `pkg/controller/certificates/rootcacertpublisher`.

use std::sync::Arc;

use jobyard_api::{Object, StatusError, core, meta::ObjectMeta, status::Reason};

use crate::{kind::Kind, request::Context, yard::Yard};

/// There from the start.
pub(crate) const BUILT_IN: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];
/// Never deleted.
///
/// Source: apiserver `pkg/admission/plugin/namespace/lifecycle`, `immortalNamespaces`.
pub(crate) const IMMORTAL: [&str; 3] = ["default", "kube-system", "kube-public"];

/// Makes what is missing of the namespaces that are there from the start.
pub(crate) fn make_built_in(cx: &Context, yard: &Arc<Yard>) -> Result<(), StatusError> {
    let namespaces = Kind::<core::Namespace>::new(yard.clone());
    for name in BUILT_IN {
        let namespace = core::Namespace {
            metadata: named(name, None),
            ..core::Namespace::default()
        };
        ignore_existing(namespaces.create(cx, namespace))?;
    }
    // Also those whose creation was the last thing a killed process did.
    let (all, _) = namespaces.select(&crate::kind::Selection::default());
    for namespace in all {
        furnish(&namespace.object(), cx, yard);
    }
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
    let accounts = Kind::new(yard.clone());
    let made = ignore_existing(accounts.create(cx, account)).and_then(|()| {
        let Some(certificate) = &yard.ca_certificate else {
            return Ok(());
        };
        let certificate = core::ConfigMap {
            metadata: named("kube-root-ca.crt", Some(name)),
            data: Some([("ca.crt".to_owned(), certificate.clone())].into()),
            ..core::ConfigMap::default()
        };
        ignore_existing(Kind::new(yard.clone()).create(cx, certificate))
    });
    if let Err(error) = made {
        // The namespace itself is there; the next start tries again.
        tracing::warn!(namespace = name, %error, "cannot furnish the namespace");
    }
}

fn named(name: &str, namespace: Option<&str>) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: namespace.map(str::to_owned),
        ..ObjectMeta::default()
    }
}

fn ignore_existing<K: Object>(created: Result<Arc<K>, StatusError>) -> Result<(), StatusError> {
    match created {
        Err(error) if !error.is(Reason::AlreadyExists) => Err(error),
        _ => Ok(()),
    }
}
