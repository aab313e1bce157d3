//! Where containers mount the Pod's volumes.
//!
//! Source: upstream `ValidateVolumeMounts`, `validateMountPropagation`,
//! `ValidateVolumeDevices`.

use std::collections::BTreeSet;

use crate::{
    core::{Container, VolumeMount},
    field::{ErrorList, FieldError, Path},
};

use super::volume::{VolumeNames, descending_path};

/// Every fault of the mounts and devices of a container.
pub(super) fn mounts(
    container: &Container,
    volumes: &VolumeNames,
    path: &Path,
    errors: &mut ErrorList,
) {
    let list = path.child("volumeMounts");
    let devices = container.volume_devices.as_deref().unwrap_or_default();
    let device_names: BTreeSet<&str> = devices.iter().map(|one| &*one.name).collect();
    let device_paths: BTreeSet<&str> = devices.iter().map(|one| &*one.device_path).collect();
    let mut taken = BTreeSet::new();
    for (index, mount) in container.volume_mounts.iter().flatten().enumerate() {
        let path = list.index(index);
        if mount.name.is_empty() {
            errors.push(FieldError::required(&path.child("name"), ""));
        }
        if !volumes.contains_key(&mount.name) {
            errors.push(FieldError::not_found(&path.child("name"), &mount.name));
        }
        if mount.mount_path.is_empty() {
            errors.push(FieldError::required(&path.child("mountPath"), ""));
        }
        if !taken.insert(mount.mount_path.as_str()) {
            errors.push(FieldError::invalid(
                &path.child("mountPath"),
                &mount.mount_path,
                "must be unique",
            ));
        }
        if device_names.contains(mount.name.as_str()) {
            errors.push(FieldError::invalid(
                &path.child("name"),
                &mount.name,
                "must not already exist in volumeDevices",
            ));
        }
        if device_paths.contains(mount.mount_path.as_str()) {
            errors.push(FieldError::invalid(
                &path.child("mountPath"),
                &mount.mount_path,
                "must not already exist as a path in volumeDevices",
            ));
        }
        mount_options(mount, container, &list, &path, errors);
    }
    self::devices(container, volumes, &path.child("volumeDevices"), errors);
}

/// Upstream reports paths within the volume, and propagation, at the list.
fn mount_options(
    mount: &VolumeMount,
    container: &Container,
    list: &Path,
    path: &Path,
    errors: &mut ErrorList,
) {
    let text = |field: &'static str, value: &Option<String>| {
        value
            .clone()
            .filter(|value| !value.is_empty())
            .map(|value| (field, value))
    };
    let sub_path = text("subPath", &mount.sub_path);
    let expression = text("subPathExpr", &mount.sub_path_expr);
    if let Some((name, value)) = &sub_path {
        descending_path(value, &list.child(name), errors);
    }
    if let Some((name, value)) = &expression {
        if sub_path.is_some() {
            errors.push(FieldError::invalid(
                &path.child(name),
                value,
                "subPathExpr and subPath are mutually exclusive",
            ));
        }
        descending_path(value, &list.child(name), errors);
    }
    if let Some(propagation) = mount.mount_propagation.as_deref() {
        const MODES: [&str; 3] = ["Bidirectional", "HostToContainer", "None"];
        let path = list.child("mountPropagation");
        if !MODES.contains(&propagation) {
            errors.push(FieldError::not_supported(&path, propagation, &MODES));
        }
        let privileged = container
            .security_context
            .as_ref()
            .and_then(|context| context.privileged);
        if propagation == "Bidirectional" && privileged != Some(true) {
            errors.push(FieldError::forbidden(
                &path,
                "Bidirectional mount propagation is available only to privileged containers",
            ));
        }
    }
    match mount.recursive_read_only.as_deref() {
        None | Some("Disabled") => {}
        Some("Enabled" | "IfPossible") => {
            if mount.read_only != Some(true) {
                errors.push(FieldError::forbidden(
                    &path.child("recursiveReadOnly"),
                    "may only be specified when readOnly is true",
                ));
            }
            if !matches!(mount.mount_propagation.as_deref(), None | Some("None")) {
                errors.push(FieldError::forbidden(
                    &path.child("recursiveReadOnly"),
                    "may only be specified when mountPropagation is None or not specified",
                ));
            }
        }
        Some(unknown) => errors.push(FieldError::not_supported(
            &path.child("recursiveReadOnly"),
            unknown,
            &["Disabled", "Enabled", "IfPossible"],
        )),
    }
}

fn devices(container: &Container, volumes: &VolumeNames, list: &Path, errors: &mut ErrorList) {
    for (index, device) in container.volume_devices.iter().flatten().enumerate() {
        let path = list.index(index);
        match volumes.get(&device.name) {
            None => errors.push(FieldError::not_found(&path.child("name"), &device.name)),
            Some(true) => {}
            Some(false) => errors.push(FieldError::invalid(
                &path.child("name"),
                &device.name,
                "can only use volume source type of PersistentVolumeClaim for block mode",
            )),
        }
        if device.device_path.is_empty() {
            errors.push(FieldError::required(&path.child("devicePath"), ""));
        } else if device.device_path.split('/').any(|part| part == "..") {
            errors.push(FieldError::invalid(
                &path.child("devicePath"),
                &device.device_path,
                "can not contain backsteps ('..')",
            ));
        }
    }
}
