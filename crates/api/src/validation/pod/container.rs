//! Containers: regular ones and those that run before them.
//!
//! Names are unique over both lists. An init container runs to its end, so that
//! probes and hooks make no sense there, unless it is a sidecar
//! (`restartPolicy: Always`).
//!
//! Source: upstream `validateContainers`, `validateInitContainers`,
//! `validateContainerCommon`, `validateContainerPorts`, `checkHostPortConflicts`.

use std::collections::BTreeSet;

use crate::{
    core::{Container, ContainerPort, ContainerRestartRule, PodSpec},
    field::{ErrorList, FieldError, Path},
    validation::names,
};

use super::{
    environment, ip_address, mount, one_of, probe, resources, security, volume::VolumeNames,
};

/// Most rules on how a container is restarted.
const RESTART_RULES_MAX: usize = 20;
/// Most exit codes of one such rule.
const RESTART_EXIT_CODES_MAX: usize = 255;

/// Every fault of all containers of a Pod.
pub(super) fn containers(
    spec: &PodSpec,
    volumes: &VolumeNames,
    path: &Path,
    errors: &mut ErrorList,
) {
    regular(spec, volumes, &path.child("containers"), errors);
    init(spec, volumes, &path.child("initContainers"), errors);
}

fn regular(spec: &PodSpec, volumes: &VolumeNames, list: &Path, errors: &mut ErrorList) {
    if spec.containers.is_empty() {
        errors.push(FieldError::required(list, ""));
        return;
    }
    let grace = spec.termination_grace_period_seconds.unwrap_or(0);
    let mut seen = BTreeSet::new();
    for (index, container) in spec.containers.iter().enumerate() {
        let path = list.index(index);
        common(container, spec, volumes, &path, errors);
        if !seen.insert(container.name.as_str()) {
            errors.push(FieldError::duplicate(&path.child("name"), &container.name));
        }
        probe::lifecycle_and_probes(container, grace, &path, errors);
        restart(container, &path, errors);
    }
    host_port_conflicts(&spec.containers, list, errors);
}

fn init(spec: &PodSpec, volumes: &VolumeNames, list: &Path, errors: &mut ErrorList) {
    let grace = spec.termination_grace_period_seconds.unwrap_or(0);
    let mut seen: BTreeSet<&str> = spec
        .containers
        .iter()
        .map(|container| container.name.as_str())
        .collect();
    for (index, container) in spec.init_containers.iter().flatten().enumerate() {
        let path = list.index(index);
        common(container, spec, volumes, &path, errors);
        restart(container, &path, errors);
        let name = container.name.as_str();
        if seen.contains(name) {
            errors.push(FieldError::duplicate(&path.child("name"), name));
        } else if !name.is_empty() {
            seen.insert(name);
        }
        // These run one after another, so that each is alone with its ports.
        host_port_conflicts(std::slice::from_ref(container), list, errors);
        if container.restart_policy.as_deref() == Some("Always") {
            probe::lifecycle_and_probes(container, grace, &path, errors);
        } else {
            for (name, is_set) in [
                ("lifecycle", container.lifecycle.is_some()),
                ("livenessProbe", container.liveness_probe.is_some()),
                ("readinessProbe", container.readiness_probe.is_some()),
                ("startupProbe", container.startup_probe.is_some()),
            ] {
                if is_set {
                    errors.push(FieldError::forbidden(
                        &path.child(name),
                        "may not be set for init containers without restartPolicy=Always",
                    ));
                }
            }
        }
    }
}

fn common(
    container: &Container,
    spec: &PodSpec,
    volumes: &VolumeNames,
    path: &Path,
    errors: &mut ErrorList,
) {
    if container.name.is_empty() {
        errors.push(FieldError::required(&path.child("name"), ""));
    }
    super::name_field(
        Some(&container.name),
        names::dns_label,
        &path.child("name"),
        errors,
    );
    if container.image.as_deref().unwrap_or("").is_empty() {
        errors.push(FieldError::required(&path.child("image"), ""));
    }
    one_of(
        container.termination_message_policy.as_deref(),
        &["FallbackToLogsOnError", "File"],
        &path.child("terminationMessagePolicy"),
        errors,
    );
    ports(
        container.ports.as_deref().unwrap_or_default(),
        &path.child("ports"),
        errors,
    );
    environment::variables(container, path, errors);
    mount::mounts(container, volumes, path, errors);
    one_of(
        container.image_pull_policy.as_deref(),
        &["Always", "IfNotPresent", "Never"],
        &path.child("imagePullPolicy"),
        errors,
    );
    if let Some(requirements) = &container.resources {
        resources::requirements(requirements, &path.child("resources"), errors);
    }
    if let Some(context) = &container.security_context {
        security::of_container(context, spec, &path.child("securityContext"), errors);
    }
}

/// Since v1.35 every container may have a restart policy of its own.
fn restart(container: &Container, path: &Path, errors: &mut ErrorList) {
    let rules = container
        .restart_policy_rules
        .as_deref()
        .unwrap_or_default();
    match container.restart_policy.as_deref() {
        None if rules.is_empty() => {}
        None => errors.push(FieldError::required(
            &path.child("restartPolicy"),
            "must specify restartPolicy when restart rules are used",
        )),
        Some("Always" | "Never" | "OnFailure") => {}
        Some(unknown) => errors.push(FieldError::not_supported(
            &path.child("restartPolicy"),
            unknown,
            &["Always", "Never", "OnFailure"],
        )),
    }
    let path = path.child("restartPolicyRules");
    if rules.len() > RESTART_RULES_MAX {
        errors.push(FieldError::too_many(&path, rules.len(), RESTART_RULES_MAX));
    }
    for (index, rule) in rules.iter().enumerate() {
        restart_rule(rule, &path.index(index), errors);
    }
}

fn restart_rule(rule: &ContainerRestartRule, path: &Path, errors: &mut ErrorList) {
    if !["Restart", "RestartAllContainers"].contains(&rule.action.as_str()) {
        errors.push(FieldError::not_supported(
            &path.child("action"),
            &rule.action,
            &["Restart", "RestartAllContainers"],
        ));
    }
    let path = path.child("exitCodes");
    let Some(codes) = &rule.exit_codes else {
        errors.push(FieldError::required(&path, "must be specified"));
        return;
    };
    if !["In", "NotIn"].contains(&codes.operator.as_str()) {
        errors.push(FieldError::not_supported(
            &path.child("operator"),
            &codes.operator,
            &["In", "NotIn"],
        ));
    }
    let count = codes.values.as_deref().unwrap_or_default().len();
    if count > RESTART_EXIT_CODES_MAX {
        errors.push(FieldError::too_many(
            &path.child("values"),
            count,
            RESTART_EXIT_CODES_MAX,
        ));
    }
}

fn ports(ports: &[ContainerPort], list: &Path, errors: &mut ErrorList) {
    let mut seen = BTreeSet::new();
    for (index, port) in ports.iter().enumerate() {
        let path = list.index(index);
        if let Some(name) = port.name.as_deref().filter(|name| !name.is_empty()) {
            let faults = names::port_name(name);
            if faults.is_empty() && !seen.insert(name) {
                errors.push(FieldError::duplicate(&path.child("name"), name));
            }
            for why in faults {
                errors.push(FieldError::invalid(&path.child("name"), name, why));
            }
        }
        if port.container_port == 0 {
            errors.push(FieldError::required(&path.child("containerPort"), ""));
        }
        for (name, number) in [
            ("containerPort", port.container_port),
            ("hostPort", port.host_port.unwrap_or(0)),
        ] {
            if number != 0 {
                for why in names::port_number(number) {
                    errors.push(FieldError::invalid(&path.child(name), number, why));
                }
            }
        }
        one_of(
            port.protocol.as_deref(),
            &["SCTP", "TCP", "UDP"],
            &path.child("protocol"),
            errors,
        );
        if let Some(address) = port.host_ip.as_deref().filter(|ip| !ip.is_empty()) {
            ip_address(address, &path.child("hostIP"), errors);
        }
    }
}

fn host_port_conflicts(containers: &[Container], list: &Path, errors: &mut ErrorList) {
    let mut taken = BTreeSet::new();
    for (index, container) in containers.iter().enumerate() {
        let path = list.index(index).child("ports");
        for (index, port) in container.ports.iter().flatten().enumerate() {
            let Some(number) = port.host_port.filter(|number| *number != 0) else {
                continue;
            };
            let claim = format!(
                "{}/{}/{number}",
                port.protocol.as_deref().unwrap_or(""),
                port.host_ip.as_deref().unwrap_or(""),
            );
            if taken.contains(&claim) {
                errors.push(FieldError::duplicate(
                    &path.index(index).child("hostPort"),
                    &claim,
                ));
            } else {
                taken.insert(claim);
            }
        }
    }
}
