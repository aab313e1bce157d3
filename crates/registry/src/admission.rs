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
    priority(spec, &name)?;
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
    let Some(found) = accounts.find(&ObjectKey::new(namespace, &account)) else {
        let why = format!(
            "error looking up service account {namespace}/{account}: serviceaccount {account:?} \
             not found"
        );
        return Err(StatusError::forbidden(&POD, pod, why));
    };
    if spec.image_pull_secrets.as_ref().is_none_or(Vec::is_empty) {
        spec.image_pull_secrets
            .clone_from(&found.object().image_pull_secrets);
    }
    spec.service_account = Some(account.clone());
    spec.service_account_name = Some(account);
    Ok(())
}

/// Overhead and scheduling of the Pod's RuntimeClass.
fn runtime_class(spec: &mut core::PodSpec, yard: &Arc<Yard>, pod: &str) -> Result<(), StatusError> {
    let forbidden = |why: String| Err(StatusError::forbidden(&POD, pod, why));
    let mut class = None;
    if let Some(name) = spec
        .runtime_class_name
        .as_deref()
        .filter(|one| !one.is_empty())
    {
        let classes = Kind::<node::RuntimeClass>::new(yard.clone());
        class = classes.find(&ObjectKey::new("", name));
        if class.is_none() {
            return forbidden(format!("pod rejected: RuntimeClass {name:?} not found"));
        }
    }
    let class = class.map(|class| class.object());
    let overhead = class.as_ref().and_then(|class| class.overhead.clone());
    let own = spec.overhead.take().filter(|own| !own.is_empty());
    spec.overhead = match (overhead, own) {
        (None, None) => None,
        (None, Some(_)) => {
            let why = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined \
                       Overhead";
            return forbidden(why.to_owned());
        }
        (Some(overhead), own) => {
            if own.is_some() && own != overhead.pod_fixed {
                let why =
                    "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
                return forbidden(why.to_owned());
            }
            overhead.pod_fixed
        }
    };
    let Some(scheduling) = class.as_ref().and_then(|class| class.scheduling.as_ref()) else {
        return Ok(());
    };
    for (key, value) in scheduling.node_selector.iter().flatten() {
        let selector = spec.node_selector.get_or_insert_default();
        let own = selector.insert(key.clone(), value.clone());
        if let Some(own) = own.filter(|own| own != value) {
            return forbidden(format!(
                "conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; \
                 pod.spec.nodeSelector[{key}] = {own}"
            ));
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

/// The priority by the name of its class. PriorityClasses are not served: there
/// are the two of the system, and 0 for Pods that name none.
///
/// Source: `plugin/pkg/admission/priority/admission.go` `admitPod`,
/// `pkg/apis/scheduling/types.go`.
fn priority(spec: &mut core::PodSpec, pod: &str) -> Result<(), StatusError> {
    const PREEMPTS: &str = "PreemptLowerPriority";
    let forbidden = |why: String| Err(StatusError::forbidden(&POD, pod, why));
    let computed = match spec.priority_class_name.as_deref().unwrap_or("") {
        "" => 0,
        "system-cluster-critical" => 2_000_000_000,
        "system-node-critical" => 2_000_001_000,
        unknown => return forbidden(format!("no PriorityClass with name {unknown} was found")),
    };
    if let Some(own) = spec.priority.filter(|own| *own != computed) {
        return forbidden(format!(
            "the integer value of priority ({own}) must not be provided in pod spec; priority \
             admission controller computed {computed} from the given PriorityClass name"
        ));
    }
    let policy = spec.preemption_policy.as_deref().unwrap_or(PREEMPTS);
    if policy != PREEMPTS {
        return forbidden(format!(
            "the string value of PreemptionPolicy ({policy}) must not be provided in pod spec; \
             priority admission controller computed {PREEMPTS} from the given PriorityClass name"
        ));
    }
    spec.priority = Some(computed);
    spec.preemption_policy = Some(PREEMPTS.to_owned());
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
