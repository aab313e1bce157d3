//! Security contexts of Pods and containers.
//!
//! Source: upstream `validatePodSpecSecurityContext`, `ValidateSecurityContext`,
//! `validateSeccompProfileField`, `validateSysctls`.

use std::collections::BTreeSet;

use crate::{
    core::{PodSpec, SeccompProfile, SecurityContext, Sysctl},
    field::{ErrorList, FieldError, Json, Path},
    validation::names,
};

use super::volume::descending_path;

/// Largest user or group id.
const ID_MAX: i64 = i32::MAX as i64;
/// Longest name of a kernel parameter.
const SYSCTL_BYTES_MAX: usize = 253;

/// The Pod's own context, and what it shares with the node.
pub(super) fn of_pod(spec: &PodSpec, path: &Path, errors: &mut ErrorList) {
    let Some(context) = &spec.security_context else {
        return;
    };
    let path = path.child("securityContext");
    id(context.fs_group, &path.child("fsGroup"), errors);
    id(context.run_as_user, &path.child("runAsUser"), errors);
    id(context.run_as_group, &path.child("runAsGroup"), errors);
    for (index, group) in context.supplemental_groups.iter().flatten().enumerate() {
        id(
            Some(*group),
            &path.child("supplementalGroups").index(index),
            errors,
        );
    }
    if spec.share_process_namespace == Some(true) && spec.host_pid == Some(true) {
        errors.push(FieldError::invalid(
            &path.child("shareProcessNamespace"),
            true,
            "ShareProcessNamespace and HostPID cannot both be enabled",
        ));
    }
    sysctls(
        context.sysctls.as_deref().unwrap_or_default(),
        &path.child("sysctls"),
        errors,
    );
    for (name, value, supported) in [
        (
            "fsGroupChangePolicy",
            &context.fs_group_change_policy,
            ["Always", "OnRootMismatch"],
        ),
        (
            "supplementalGroupsPolicy",
            &context.supplemental_groups_policy,
            ["Merge", "Strict"],
        ),
    ] {
        if let Some(value) = value.as_deref().filter(|value| !supported.contains(value)) {
            errors.push(FieldError::not_supported(
                &path.child(name),
                value,
                &supported,
            ));
        }
    }
    seccomp(
        context.seccomp_profile.as_ref(),
        &path.child("seccompProfile"),
        errors,
    );
}

/// The context of one container.
pub(super) fn of_container(
    context: &SecurityContext,
    spec: &PodSpec,
    path: &Path,
    errors: &mut ErrorList,
) {
    id(context.run_as_user, &path.child("runAsUser"), errors);
    id(context.run_as_group, &path.child("runAsGroup"), errors);
    if let Some(mount) = context.proc_mount.as_deref() {
        let path = path.child("procMount");
        if !["Default", "Unmasked"].contains(&mount) {
            errors.push(FieldError::not_supported(
                &path,
                mount,
                &["Default", "Unmasked"],
            ));
        }
        if mount == "Unmasked" && spec.host_users != Some(false) {
            errors.push(FieldError::invalid(
                &path,
                mount,
                "`hostUsers` must be false to use `Unmasked`",
            ));
        }
    }
    seccomp(
        context.seccomp_profile.as_ref(),
        &path.child("seccompProfile"),
        errors,
    );
    if context.allow_privilege_escalation == Some(false) {
        if context.privileged == Some(true) {
            errors.push(FieldError::invalid(
                path,
                Json(context),
                "cannot set `allowPrivilegeEscalation` to false and `privileged` to true",
            ));
        }
        let added = context
            .capabilities
            .iter()
            .flat_map(|set| &set.add)
            .flatten();
        if added.into_iter().any(|name| name == "CAP_SYS_ADMIN") {
            errors.push(FieldError::invalid(
                path,
                Json(context),
                "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN",
            ));
        }
    }
}

fn id(id: Option<i64>, path: &Path, errors: &mut ErrorList) {
    if let Some(id) = id {
        for why in names::in_range(id, 0, ID_MAX) {
            errors.push(FieldError::invalid(path, id, why));
        }
    }
}

fn seccomp(profile: Option<&SeccompProfile>, path: &Path, errors: &mut ErrorList) {
    let Some(profile) = profile else {
        return;
    };
    let file = profile.localhost_profile.as_deref();
    match (profile.type_.as_str(), file) {
        ("", _) => errors.push(FieldError::required(
            &path.child("type"),
            "type is required when seccompProfile is set",
        )),
        ("Localhost", None) => errors.push(FieldError::required(
            &path.child("localhostProfile"),
            "must be set when seccomp type is Localhost",
        )),
        ("Localhost", Some(file)) => {
            descending_path(file, &path.child("localhostProfile"), errors);
        }
        ("RuntimeDefault" | "Unconfined", None) => {}
        ("RuntimeDefault" | "Unconfined", Some(file)) => errors.push(FieldError::invalid(
            &path.child("localhostProfile"),
            file,
            "can only be set when seccomp type is Localhost",
        )),
        (unknown, _) => errors.push(FieldError::not_supported(
            &path.child("type"),
            unknown,
            &["Localhost", "RuntimeDefault", "Unconfined"],
        )),
    }
}

fn sysctls(sysctls: &[Sysctl], path: &Path, errors: &mut ErrorList) {
    let mut seen = BTreeSet::new();
    for (index, sysctl) in sysctls.iter().enumerate() {
        let path = path.index(index).child("name");
        let name = sysctl.name.as_str();
        if name.is_empty() {
            errors.push(FieldError::required(&path, ""));
        } else if !is_sysctl_name(name) {
            errors.push(FieldError::invalid(
                &path,
                name,
                format!(
                    "must have at most {SYSCTL_BYTES_MAX} characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"
                ),
            ));
        } else if !seen.insert(name.replace('/', ".")) {
            errors.push(FieldError::duplicate(&path, name));
        }
    }
}

fn is_sysctl_name(name: &str) -> bool {
    let inner = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
    };
    let edge = |byte: Option<u8>| {
        byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.len() <= SYSCTL_BYTES_MAX
        && name.split(['.', '/']).all(|segment| {
            edge(segment.bytes().next())
                && edge(segment.bytes().last())
                && segment.bytes().all(inner)
        })
}
