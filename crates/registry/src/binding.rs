//! Giving a Pod its node.
//!
//! Source: `pkg/registry/core/pod/storage/storage.go` `setPodNodeAndMetadata`.

use std::{collections::BTreeMap, sync::Arc};

use jobyard_api::{
    ObjectKey, StatusError, core, meta::Time, object::whole_seconds, resource::POD, status::Reason,
};

use crate::{
    kind::Kind,
    request::Context,
    update::{Part, Wanted, Write},
};

/// What a binding asks for and relies on.
#[derive(Clone, Debug, Default)]
pub struct Binding {
    /// The node's name.
    pub node: String,
    /// Only the Pod with this uid.
    pub uid: Option<String>,
    /// Only the Pod at this resourceVersion.
    pub resource_version: Option<String>,
    /// Put onto the Pod.
    pub annotations: BTreeMap<String, String>,
    /// Check everything, store nothing.
    pub dry_run: bool,
}

impl Kind<core::Pod> {
    /// Binds the Pod to a node.
    ///
    /// # Errors
    /// 404 if there is no such Pod; 409 if it ends, has a node, has scheduling
    /// gates, or is not the one relied on.
    pub fn bind(
        &self,
        cx: &Context,
        key: &ObjectKey,
        binding: &Binding,
    ) -> Result<Arc<core::Pod>, StatusError> {
        let change = |pod: &core::Pod| {
            check(pod, &key.name, binding)?;
            let mut pod = pod.clone();
            pod.spec.get_or_insert_default().node_name = Some(binding.node.clone());
            if !binding.annotations.is_empty() {
                let annotations = pod.metadata.annotations.get_or_insert_default();
                annotations.extend(binding.annotations.clone());
            }
            set_scheduled(&mut pod, cx);
            Ok(Wanted {
                object: pod,
                warnings: Vec::new(),
            })
        };
        let write = Write {
            dry_run: binding.dry_run,
            ..self.own_write(Part::Internal)
        };
        let outcome = self.change(cx, key, write, change)?;
        Ok(outcome.version.object())
    }
}

fn check(pod: &core::Pod, name: &str, binding: &Binding) -> Result<(), StatusError> {
    // The subresource stands in the text where the resource stands elsewhere.
    let conflict = |why: String| {
        let message = format!("Operation cannot be fulfilled on pods/binding {name:?}: {why}");
        Err(StatusError::new(Reason::Conflict, message).about("", "pods/binding", name))
    };
    let relied = |asked: &Option<String>, found: &Option<String>| {
        asked
            .as_deref()
            .is_none_or(|asked| asked.is_empty() || Some(asked) == found.as_deref())
    };
    if !relied(&binding.uid, &pod.metadata.uid) {
        return conflict(format!(
            "Precondition failed: UID in precondition: {}, UID in object meta: {}",
            binding.uid.as_deref().unwrap_or(""),
            pod.metadata.uid.as_deref().unwrap_or("")
        ));
    }
    if !relied(&binding.resource_version, &pod.metadata.resource_version) {
        return Err(StatusError::stale(&POD, name));
    }
    if pod.metadata.deletion_timestamp.is_some() {
        return conflict(format!(
            "pod {name} is being deleted, cannot be assigned to a host"
        ));
    }
    let spec = pod.spec.as_ref();
    match spec
        .and_then(|spec| spec.node_name.as_deref())
        .unwrap_or("")
    {
        "" => {}
        node => {
            return conflict(format!("pod {name} is already assigned to node {node:?}"));
        }
    }
    let gates = spec.and_then(|spec| spec.scheduling_gates.as_ref());
    if gates.is_some_and(|gates| !gates.is_empty()) {
        return conflict(format!("pod {name} has non-empty .spec.schedulingGates"));
    }
    Ok(())
}

fn set_scheduled(pod: &mut core::Pod, cx: &Context) {
    let status = pod.status.get_or_insert_default();
    let conditions = status.conditions.get_or_insert_default();
    let scheduled = core::PodCondition {
        type_: "PodScheduled".to_owned(),
        status: "True".to_owned(),
        last_transition_time: Some(Time(whole_seconds(cx.now))),
        ..core::PodCondition::default()
    };
    match conditions
        .iter_mut()
        .find(|one| one.type_ == "PodScheduled")
    {
        Some(old) => *old = scheduled,
        None => conditions.push(scheduled),
    }
}
