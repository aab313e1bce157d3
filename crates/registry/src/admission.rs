//! What else in the yard decides about a new object.
//!
//! Namespaces must exist and not be ending. Pods get what upstream's admission
//! plugins give them: a service account, priority 0, the two default
//! tolerations, and what their RuntimeClass says. The token volume of the
//! service account is not added yet: no tokens are issued yet.
//!
//! Source: `plugin/pkg/admission/{serviceaccount,priority,defaulttolerationseconds}`,
//! `plugin/pkg/admission/runtimeclass`, apiserver
//! `pkg/admission/plugin/namespace/lifecycle`.

use std::sync::Arc;

use jobyard_api::{
    ObjectKey, ResourceInfo, StatusError, core, node,
    resource::{NAMESPACE, POD},
};

use crate::{create::asked_name, kind::Kind, yard::Yard};

/// For how long a Pod stays on a node that is not well, in seconds.
const TOLERATION_SECONDS: i64 = 300;

/// Whether that namespace takes new objects; true for kinds without one.
pub(crate) fn namespace_takes(
    yard: &Yard,
    resource: &ResourceInfo,
    namespace: &str,
    name: &str,
) -> Result<(), StatusError> {
    if !resource.namespaced {
        return Ok(());
    }
    let shelf = yard.shelf::<core::Namespace>();
    let key = ObjectKey::new("", namespace);
    let found = shelf.table.read().objects().get(&key).cloned();
    let found = found.ok_or_else(|| StatusError::not_found(&NAMESPACE, namespace))?;
    if found.object().metadata.deletion_timestamp.is_none() {
        return Ok(());
    }
    let why = format!(
        "unable to create new content in namespace {namespace} because it is being terminated"
    );
    Err(StatusError::forbidden(resource, name, why).with_cause(
        "NamespaceTerminating",
        format!("namespace {namespace} is being terminated"),
        Some("metadata.namespace"),
    ))
}

/// All admission of a new Pod.
pub(crate) fn pod(pod: &mut core::Pod, yard: &Arc<Yard>) -> Result<(), StatusError> {
    let name = asked_name(&pod.metadata);
    let namespace = pod.metadata.namespace.clone().unwrap_or_default();
    let Some(spec) = &mut pod.spec else {
        return Ok(()); // validation refuses it
    };
    service_account(spec, yard, &namespace, &name)?;
    runtime_class(spec, yard, &name)?;
    spec.priority.get_or_insert(0);
    spec.preemption_policy
        .get_or_insert_with(|| "PreemptLowerPriority".to_owned());
    tolerate(spec, "node.kubernetes.io/not-ready");
    tolerate(spec, "node.kubernetes.io/unreachable");
    Ok(())
}

fn service_account(
    spec: &mut core::PodSpec,
    yard: &Arc<Yard>,
    namespace: &str,
    pod: &str,
) -> Result<(), StatusError> {
    let given = |text: &Option<String>| text.clone().filter(|one| !one.is_empty());
    let account = given(&spec.service_account_name)
        .or_else(|| given(&spec.service_account))
        .unwrap_or_else(|| "default".to_owned());
    let accounts = Kind::<core::ServiceAccount>::new(yard.clone());
    if accounts
        .find(&ObjectKey::new(namespace, &account))
        .is_none()
    {
        let why = format!(
            "error looking up service account {namespace}/{account}: serviceaccount {account:?} \
             not found"
        );
        return Err(StatusError::forbidden(&POD, pod, why));
    }
    spec.service_account = Some(account.clone());
    spec.service_account_name = Some(account);
    Ok(())
}

/// Overhead and scheduling of the Pod's RuntimeClass.
fn runtime_class(spec: &mut core::PodSpec, yard: &Arc<Yard>, pod: &str) -> Result<(), StatusError> {
    let Some(name) = spec
        .runtime_class_name
        .clone()
        .filter(|one| !one.is_empty())
    else {
        return Ok(());
    };
    let classes = Kind::<node::RuntimeClass>::new(yard.clone());
    let Some(class) = classes.find(&ObjectKey::new("", &name)) else {
        let why = format!("pod rejected: RuntimeClass {name:?} not found");
        return Err(StatusError::forbidden(&POD, pod, why));
    };
    let class = class.object();
    if let Some(fixed) = class
        .overhead
        .as_ref()
        .and_then(|one| one.pod_fixed.as_ref())
    {
        match &spec.overhead {
            Some(own) if own != fixed => {
                let why =
                    "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
                return Err(StatusError::forbidden(&POD, pod, why));
            }
            _ => spec.overhead = Some(fixed.clone()),
        }
    }
    let Some(scheduling) = &class.scheduling else {
        return Ok(());
    };
    for (key, value) in scheduling.node_selector.iter().flatten() {
        let selector = spec.node_selector.get_or_insert_default();
        let old = selector.insert(key.clone(), value.clone());
        if old.is_some_and(|old| old != *value) {
            let why = format!(
                "pod rejected: conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; \
                 pod.spec.nodeSelector[{key}] differs"
            );
            return Err(StatusError::forbidden(&POD, pod, why));
        }
    }
    for toleration in scheduling.tolerations.iter().flatten() {
        let tolerations = spec.tolerations.get_or_insert_default();
        if !tolerations.contains(toleration) {
            tolerations.push(toleration.clone());
        }
    }
    Ok(())
}

/// Tolerates that taint for a while, unless the Pod says something about it itself.
fn tolerate(spec: &mut core::PodSpec, taint: &str) {
    let tolerations = spec.tolerations.get_or_insert_default();
    let said = tolerations.iter().any(|one| {
        let key = one.key.as_deref().unwrap_or("");
        let effect = one.effect.as_deref().unwrap_or("");
        (key == taint || key.is_empty()) && (effect == "NoExecute" || effect.is_empty())
    });
    if !said {
        tolerations.push(core::Toleration {
            key: Some(taint.to_owned()),
            operator: Some("Exists".to_owned()),
            effect: Some("NoExecute".to_owned()),
            toleration_seconds: Some(TOLERATION_SECONDS),
            value: None,
        });
    }
}
