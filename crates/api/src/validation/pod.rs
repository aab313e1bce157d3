//! What a Pod and a Pod template must keep to.
//!
//! A template is checked with the paths of the object that holds it; its labels
//! and annotations are reported without `metadata` in the path, as Kubernetes
//! does. Parts of a Pod that this yard does not run (Windows, resource claims)
//! are carried, not checked.
//!
//! Source: upstream `pkg/apis/core/validation/validation.go`
//! (`ValidatePodTemplateSpec`, `ValidatePodSpec`, `ValidatePodCreate`).

mod container;
mod environment;
mod mount;
mod probe;
mod resources;
mod scheduling;
mod security;
mod update;
mod volume;

pub use resources::resource_list;
pub use scheduling::{taints, tolerations};
pub use update::{pod_status_update, pod_update};

use std::net::IpAddr;

use crate::{
    core::{HostAlias, Pod, PodDNSConfig, PodSpec, PodTemplateSpec},
    field::{ErrorList, FieldError, Json, Path},
    validation::{
        meta::{annotations, labels, object_meta},
        names,
    },
};

/// Most name servers of a Pod's own DNS configuration.
const NAMESERVERS_MAX: usize = 3;
/// Most search domains.
const SEARCHES_MAX: usize = 32;
/// Longest list of search domains, with the blanks between.
const SEARCHES_CHARACTERS_MAX: usize = 2048;

/// Every fault of a new Pod.
pub fn pod(pod: &Pod) -> ErrorList {
    let mut errors = pod_object(pod);
    let default = PodSpec::default();
    let spec = pod.spec.as_ref().unwrap_or(&default);
    let path = Path::new("spec");
    if !spec
        .ephemeral_containers
        .as_deref()
        .unwrap_or_default()
        .is_empty()
    {
        errors.push(FieldError::forbidden(
            &path.child("ephemeralContainers"),
            "cannot be set on create",
        ));
    }
    let gated = !spec
        .scheduling_gates
        .as_deref()
        .unwrap_or_default()
        .is_empty();
    let bound = !spec.node_name.as_deref().unwrap_or("").is_empty();
    if gated && bound {
        errors.push(FieldError::forbidden(
            &path.child("nodeName"),
            "cannot be set until all schedulingGates have been cleared",
        ));
    }
    errors
}

/// What creation and update have in common.
///
/// Source: `validatePodMetadataAndSpec`.
fn pod_object(pod: &Pod) -> ErrorList {
    let mut errors = object_meta(&pod.metadata, true, names::dns_subdomain);
    let default = PodSpec::default();
    let spec = pod.spec.as_ref().unwrap_or(&default);
    let path = Path::new("spec");
    deletion_cost(
        pod.metadata.annotations.as_ref(),
        &Path::new("metadata").child("annotations"),
        &mut errors,
    );
    pod_spec(spec, &path, &mut errors);
    for (list, containers) in [
        ("containers", Some(&spec.containers)),
        ("initContainers", spec.init_containers.as_ref()),
    ] {
        for (index, one) in containers.into_iter().flatten().enumerate() {
            let image = one.image.as_deref().unwrap_or("");
            if image.trim() != image {
                errors.push(FieldError::invalid(
                    &path.child(list).index(index).child("image"),
                    image,
                    "must not have leading or trailing whitespace",
                ));
            }
        }
    }
    errors
}

/// Every fault of a Pod template.
pub fn pod_template(template: &PodTemplateSpec, path: &Path, errors: &mut ErrorList) {
    let metadata = template.metadata.as_ref();
    labels(
        metadata.and_then(|metadata| metadata.labels.as_ref()),
        &path.child("labels"),
        errors,
    );
    let path_of_annotations = path.child("annotations");
    let of_template = metadata.and_then(|metadata| metadata.annotations.as_ref());
    annotations(of_template, &path_of_annotations, errors);
    deletion_cost(of_template, &path_of_annotations, errors);
    let default = PodSpec::default();
    let spec = template.spec.as_ref().unwrap_or(&default);
    pod_spec(spec, &path.child("spec"), errors);
    if !spec
        .ephemeral_containers
        .as_deref()
        .unwrap_or_default()
        .is_empty()
    {
        errors.push(FieldError::forbidden(
            &path.child("spec").child("ephemeralContainers"),
            "ephemeral containers not allowed in pod template",
        ));
    }
}

/// The annotation by which users say which Pod goes first.
fn deletion_cost(
    annotations: Option<&std::collections::BTreeMap<String, String>>,
    path: &Path,
    errors: &mut ErrorList,
) {
    const KEY: &str = "controller.kubernetes.io/pod-deletion-cost";
    if let Some(cost) = annotations.and_then(|annotations| annotations.get(KEY))
        && (cost.starts_with('+') || cost.parse::<i32>().is_err())
    {
        errors.push(FieldError::invalid(
            &path.key(KEY),
            cost,
            "must be a 32bit integer",
        ));
    }
}

/// Every fault of a Pod's spec, in a Pod or in a template.
fn pod_spec(spec: &PodSpec, path: &Path, errors: &mut ErrorList) {
    let volumes = volume::volumes(
        spec.volumes.as_deref().unwrap_or_default(),
        &path.child("volumes"),
        errors,
    );
    container::containers(spec, &volumes, path, errors);
    if let Some(own) = &spec.resources {
        resources::requirements(own, &path.child("resources"), errors);
    }
    host_network_ports(spec, path, errors);
    one_of(
        spec.restart_policy.as_deref(),
        &["Always", "OnFailure", "Never"],
        &path.child("restartPolicy"),
        errors,
    );
    one_of(
        spec.dns_policy.as_deref(),
        &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"],
        &path.child("dnsPolicy"),
        errors,
    );
    labels(
        spec.node_selector.as_ref(),
        &path.child("nodeSelector"),
        errors,
    );
    security::of_pod(spec, path, errors);
    if let Some(affinity) = &spec.affinity {
        scheduling::affinity(affinity, &path.child("affinity"), errors);
    }
    dns_config(
        spec.dns_config.as_ref(),
        spec.dns_policy.as_deref(),
        &path.child("dnsConfig"),
        errors,
    );
    for (index, gate) in spec.readiness_gates.iter().flatten().enumerate() {
        let path = path.child("readinessGates").index(index);
        for why in names::qualified_name(&gate.condition_type) {
            errors.push(FieldError::invalid(
                &path.child("conditionType"),
                &gate.condition_type,
                why,
            ));
        }
    }
    scheduling::gates(spec, &path.child("schedulingGates"), errors);
    scheduling::topology_spread(spec, &path.child("topologySpreadConstraints"), errors);
    host_users(spec, path, errors);
    for (name, value, rule) in [
        (
            "serviceAccountName",
            &spec.service_account_name,
            names::dns_subdomain as super::meta::NameRule,
        ),
        ("nodeName", &spec.node_name, names::dns_subdomain),
    ] {
        name_field(value.as_deref(), rule, &path.child(name), errors);
    }
    if let Some(seconds) = spec.active_deadline_seconds {
        for why in names::in_range(seconds, 1, i32::MAX.into()) {
            errors.push(FieldError::invalid(
                &path.child("activeDeadlineSeconds"),
                seconds,
                why,
            ));
        }
    }
    for (name, value) in [("hostname", &spec.hostname), ("subdomain", &spec.subdomain)] {
        name_field(
            value.as_deref(),
            names::dns_label,
            &path.child(name),
            errors,
        );
    }
    scheduling::tolerations(
        spec.tolerations.as_deref().unwrap_or_default(),
        &path.child("tolerations"),
        errors,
    );
    host_aliases(
        spec.host_aliases.as_deref().unwrap_or_default(),
        &path.child("hostAliases"),
        errors,
    );
    name_field(
        spec.priority_class_name.as_deref(),
        names::dns_subdomain,
        &path.child("priorityClassName"),
        errors,
    );
    if let Some(name) = &spec.runtime_class_name {
        for why in names::dns_subdomain(name) {
            errors.push(FieldError::invalid(
                &path.child("runtimeClassName"),
                name,
                why,
            ));
        }
    }
    if spec.preemption_policy.is_some() {
        one_of(
            spec.preemption_policy.as_deref(),
            &["PreemptLowerPriority", "Never"],
            &path.child("preemptionPolicy"),
            errors,
        );
    }
    resources::resource_list(spec.overhead.as_ref(), &path.child("overhead"), errors);
}

/// A name that may be absent.
fn name_field(
    value: Option<&str>,
    rule: super::meta::NameRule,
    path: &Path,
    errors: &mut ErrorList,
) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        for why in rule(value) {
            errors.push(FieldError::invalid(path, value, why));
        }
    }
}

/// A text that must be one of a few; empty is Required.
fn one_of(value: Option<&str>, supported: &[&str], path: &Path, errors: &mut ErrorList) {
    match value.unwrap_or("") {
        "" => errors.push(FieldError::required(path, "")),
        value if supported.contains(&value) => {}
        value => errors.push(FieldError::not_supported(path, value, supported)),
    }
}

/// On the node's own network a port is the node's, too.
fn host_network_ports(spec: &PodSpec, path: &Path, errors: &mut ErrorList) {
    if spec.host_network != Some(true) {
        return;
    }
    for (index, container) in spec.containers.iter().enumerate() {
        let path = path.child("containers").index(index).child("ports");
        for (index, port) in container.ports.iter().flatten().enumerate() {
            let host_port = port.host_port.unwrap_or(0);
            if host_port != 0 && host_port != port.container_port {
                errors.push(FieldError::invalid(
                    &path.index(index).child("hostPort"),
                    host_port,
                    "must match `containerPort` when `hostNetwork` is true",
                ));
            }
        }
    }
}

/// A Pod with users of its own may not share what belongs to the node's users.
fn host_users(spec: &PodSpec, path: &Path, errors: &mut ErrorList) {
    if spec.host_users != Some(false) {
        return;
    }
    for (name, shared) in [
        ("hostNetwork", spec.host_network),
        ("HostPID", spec.host_pid),
        ("HostIPC", spec.host_ipc),
    ] {
        if shared == Some(true) {
            errors.push(FieldError::forbidden(
                &path.child(name),
                "when `hostUsers` is false",
            ));
        }
    }
}

fn host_aliases(aliases: &[HostAlias], path: &Path, errors: &mut ErrorList) {
    for (index, alias) in aliases.iter().enumerate() {
        let path = path.index(index);
        ip_address(&alias.ip, &path.child("ip"), errors);
        for (index, name) in alias.hostnames.iter().flatten().enumerate() {
            for why in names::dns_subdomain(name) {
                errors.push(FieldError::invalid(
                    &path.child("hostnames").index(index),
                    name,
                    why,
                ));
            }
        }
    }
}

/// An address of either family.
fn ip_address(text: &str, path: &Path, errors: &mut ErrorList) {
    if text.parse::<IpAddr>().is_err() {
        errors.push(FieldError::invalid(
            path,
            text,
            "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
        ));
    }
}

fn dns_config(
    config: Option<&PodDNSConfig>,
    policy: Option<&str>,
    path: &Path,
    errors: &mut ErrorList,
) {
    let servers = config
        .and_then(|config| config.nameservers.as_deref())
        .unwrap_or_default();
    if policy == Some("None") {
        if config.is_none() {
            errors.push(FieldError::required(
                path,
                "must provide `dnsConfig` when `dnsPolicy` is None",
            ));
            return;
        }
        if servers.is_empty() {
            errors.push(FieldError::required(
                &path.child("nameservers"),
                "must provide at least one DNS nameserver when `dnsPolicy` is None",
            ));
            return;
        }
    }
    let Some(config) = config else {
        return;
    };
    if servers.len() > NAMESERVERS_MAX {
        errors.push(FieldError::invalid(
            &path.child("nameservers"),
            Json(servers),
            format!("must not have more than {NAMESERVERS_MAX} nameservers"),
        ));
    }
    for (index, server) in servers.iter().enumerate() {
        ip_address(server, &path.child("nameservers").index(index), errors);
    }
    let path_of_searches = path.child("searches");
    let searches = config.searches.as_deref().unwrap_or_default();
    if searches.len() > SEARCHES_MAX {
        errors.push(FieldError::invalid(
            &path_of_searches,
            Json(searches),
            format!("must not have more than {SEARCHES_MAX} search paths"),
        ));
    }
    if searches.join(" ").len() > SEARCHES_CHARACTERS_MAX {
        errors.push(FieldError::invalid(
            &path_of_searches,
            Json(searches),
            format!(
                "must not have more than {SEARCHES_CHARACTERS_MAX} characters (including spaces) in the search list"
            ),
        ));
    }
    for (index, search) in searches.iter().enumerate() {
        let domain = search.strip_suffix('.').unwrap_or(search);
        if search == "." {
            continue;
        }
        for why in names::dns_subdomain(domain) {
            errors.push(FieldError::invalid(
                &path_of_searches.index(index),
                domain,
                why,
            ));
        }
    }
    for (index, option) in config.options.iter().flatten().enumerate() {
        if option.name.as_deref().unwrap_or("").is_empty() {
            errors.push(FieldError::required(
                &path.child("options").index(index),
                "must not be empty",
            ));
        }
    }
}
