//! Volumes of a Pod.
//!
//! Of the many kinds of volume those are checked that a yard offers or that
//! users commonly name; the others count, so that two in one are refused.
//!
//! Source: upstream `ValidateVolumes`, `validateVolumeSource`,
//! `validateProjectedVolumeSource`.

use std::collections::BTreeMap;

use crate::{
    core::{
        DownwardAPIVolumeFile, HostPathVolumeSource, KeyToPath, ProjectedVolumeSource, Volume,
        VolumeProjection,
    },
    field::{ErrorList, FieldError, Path},
    quantity::Quantity,
    validation::names,
};

use super::environment::{FIELDS_OF_VOLUMES, object_field, resource_field};

/// The volumes that can be mounted: name, and whether it is a claim.
pub(super) type VolumeNames = BTreeMap<String, bool>;

/// Shortest life of a projected token, in seconds.
const TOKEN_SECONDS_MIN: i64 = 600;
/// Longest life of a projected token, in seconds.
const TOKEN_SECONDS_MAX: i64 = 1 << 32;

/// Every fault of the volumes of a Pod; the good ones are returned.
pub(super) fn volumes(volumes: &[Volume], list: &Path, errors: &mut ErrorList) -> VolumeNames {
    let mut good = VolumeNames::new();
    for (index, volume) in volumes.iter().enumerate() {
        let path = list.index(index);
        let mut faults = ErrorList::new();
        source(volume, &path, &mut faults);
        let name = path.child("name");
        if volume.name.is_empty() {
            faults.push(FieldError::required(&name, ""));
        } else {
            for why in names::dns_label(&volume.name) {
                faults.push(FieldError::invalid(&name, &volume.name, why));
            }
        }
        if good.contains_key(&volume.name) {
            faults.push(FieldError::duplicate(&name, &volume.name));
        }
        if faults.is_empty() {
            let is_claim = volume.persistent_volume_claim.is_some() || volume.ephemeral.is_some();
            good.insert(volume.name.clone(), is_claim);
        }
        errors.extend(faults);
    }
    good
}

fn source(volume: &Volume, path: &Path, errors: &mut ErrorList) {
    let mut sources = 0;
    let mut is_first = |name: &str, errors: &mut ErrorList| {
        sources += 1;
        if sources > 1 {
            errors.push(FieldError::forbidden(
                &path.child(name),
                "may not specify more than 1 volume type",
            ));
        }
        sources == 1
    };
    if let Some(source) = &volume.empty_dir
        && is_first("emptyDir", errors)
        && let Some(limit) = &source.size_limit
        && Quantity::from(limit).is_negative()
    {
        errors.push(FieldError::forbidden(
            &path.child("emptyDir").child("sizeLimit"),
            "SizeLimit field must be a valid resource quantity",
        ));
    }
    if let Some(source) = &volume.host_path
        && is_first("hostPath", errors)
    {
        host_path(source, &path.child("hostPath"), errors);
    }
    if let Some(source) = &volume.secret
        && is_first("secret", errors)
    {
        let path = path.child("secret");
        if source.secret_name.as_deref().unwrap_or("").is_empty() {
            errors.push(FieldError::required(&path.child("secretName"), ""));
        }
        mode(source.default_mode, &path.child("defaultMode"), errors);
        items(source.items.as_deref(), &path, errors);
    }
    if let Some(source) = &volume.config_map
        && is_first("configMap", errors)
    {
        let path = path.child("configMap");
        if source.name.is_empty() {
            errors.push(FieldError::required(&path.child("name"), ""));
        }
        mode(source.default_mode, &path.child("defaultMode"), errors);
        items(source.items.as_deref(), &path, errors);
    }
    if let Some(source) = &volume.downward_api
        && is_first("downwardAPI", errors)
    {
        let path = path.child("downwardAPI");
        mode(source.default_mode, &path.child("defaultMode"), errors);
        for file in source.items.iter().flatten() {
            downward_file(file, &path, errors);
        }
    }
    if let Some(source) = &volume.projected
        && is_first("projected", errors)
    {
        projected(source, &path.child("projected"), errors);
    }
    if let Some(source) = &volume.persistent_volume_claim
        && is_first("persistentVolumeClaim", errors)
        && source.claim_name.is_empty()
    {
        errors.push(FieldError::required(
            &path.child("persistentVolumeClaim").child("claimName"),
            "",
        ));
    }
    if let Some(source) = &volume.nfs
        && is_first("nfs", errors)
    {
        let path = path.child("nfs");
        for (name, value) in [("server", &source.server), ("path", &source.path)] {
            if value.is_empty() {
                errors.push(FieldError::required(&path.child(name), ""));
            }
        }
        if !source.path.starts_with('/') {
            errors.push(FieldError::invalid(
                &path.child("path"),
                &source.path,
                "must be an absolute path",
            ));
        }
    }
    for name in unchecked_sources(volume) {
        is_first(name, errors);
    }
    if sources == 0 {
        errors.push(FieldError::required(path, "must specify a volume type"));
    }
}

/// The kinds of volume that a yard carries without looking into them.
fn unchecked_sources(volume: &Volume) -> Vec<&'static str> {
    [
        (
            "awsElasticBlockStore",
            volume.aws_elastic_block_store.is_some(),
        ),
        ("azureDisk", volume.azure_disk.is_some()),
        ("azureFile", volume.azure_file.is_some()),
        ("cephfs", volume.cephfs.is_some()),
        ("cinder", volume.cinder.is_some()),
        ("csi", volume.csi.is_some()),
        ("ephemeral", volume.ephemeral.is_some()),
        ("fc", volume.fc.is_some()),
        ("flexVolume", volume.flex_volume.is_some()),
        ("flocker", volume.flocker.is_some()),
        ("gcePersistentDisk", volume.gce_persistent_disk.is_some()),
        ("gitRepo", volume.git_repo.is_some()),
        ("glusterfs", volume.glusterfs.is_some()),
        ("image", volume.image.is_some()),
        ("iscsi", volume.iscsi.is_some()),
        (
            "photonPersistentDisk",
            volume.photon_persistent_disk.is_some(),
        ),
        ("portworxVolume", volume.portworx_volume.is_some()),
        ("quobyte", volume.quobyte.is_some()),
        ("rbd", volume.rbd.is_some()),
        ("scaleIO", volume.scale_io.is_some()),
        ("storageos", volume.storageos.is_some()),
        ("vsphereVolume", volume.vsphere_volume.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, is_set)| is_set.then_some(name))
    .collect()
}

fn host_path(source: &HostPathVolumeSource, path: &Path, errors: &mut ErrorList) {
    const TYPES: [&str; 8] = [
        "",
        "BlockDevice",
        "CharDevice",
        "Directory",
        "DirectoryOrCreate",
        "File",
        "FileOrCreate",
        "Socket",
    ];
    if source.path.is_empty() {
        errors.push(FieldError::required(&path.child("path"), ""));
        return;
    }
    no_backsteps(&source.path, &path.child("path"), errors);
    let type_ = source.type_.as_deref().unwrap_or("");
    if !TYPES.contains(&type_) {
        errors.push(FieldError::not_supported(
            &path.child("type"),
            type_,
            &TYPES,
        ));
    }
}

fn mode(mode: Option<i32>, path: &Path, errors: &mut ErrorList) {
    if let Some(mode) = mode.filter(|mode| !(0..=0o777).contains(mode)) {
        errors.push(FieldError::invalid(
            path,
            mode,
            "must be a number between 0 and 0777 (octal), both inclusive",
        ));
    }
}

fn items(items: Option<&[KeyToPath]>, path: &Path, errors: &mut ErrorList) {
    for (index, item) in items.unwrap_or_default().iter().enumerate() {
        let path = path.child("items").index(index);
        if item.key.is_empty() {
            errors.push(FieldError::required(&path.child("key"), ""));
        }
        if item.path.is_empty() {
            errors.push(FieldError::required(&path.child("path"), ""));
        }
        unreserved_path(&item.path, &path.child("path"), errors);
        mode(item.mode, &path.child("mode"), errors);
    }
}

/// Upstream reports files of the downward API at the volume, without an index.
fn downward_file(file: &DownwardAPIVolumeFile, path: &Path, errors: &mut ErrorList) {
    if file.path.is_empty() {
        errors.push(FieldError::required(&path.child("path"), ""));
    }
    unreserved_path(&file.path, &path.child("path"), errors);
    match (&file.field_ref, &file.resource_field_ref) {
        (Some(field), other) => {
            object_field(field, FIELDS_OF_VOLUMES, &path.child("fieldRef"), errors);
            if other.is_some() {
                errors.push(FieldError::invalid(
                    path,
                    "resource",
                    "fieldRef and resourceFieldRef can not be specified simultaneously",
                ));
            }
        }
        (None, Some(resource)) => {
            resource_field(resource, true, &path.child("resourceFieldRef"), errors);
        }
        (None, None) => errors.push(FieldError::required(
            path,
            "one of fieldRef and resourceFieldRef is required",
        )),
    }
    mode(file.mode, &path.child("mode"), errors);
}

fn projected(source: &ProjectedVolumeSource, path: &Path, errors: &mut ErrorList) {
    mode(source.default_mode, &path.child("defaultMode"), errors);
    for (index, projection) in source.sources.iter().flatten().enumerate() {
        let path = path.child("sources").index(index);
        self::projection(projection, &path, errors);
    }
}

fn projection(projection: &VolumeProjection, path: &Path, errors: &mut ErrorList) {
    let mut sources = 0;
    let mut is_first = |name: &str, errors: &mut ErrorList| {
        sources += 1;
        if sources > 1 {
            errors.push(FieldError::forbidden(
                &path.child(name),
                "may not specify more than 1 volume type",
            ));
        }
        sources == 1
    };
    if let Some(source) = &projection.secret
        && is_first("secret", errors)
    {
        let path = path.child("secret");
        if source.name.is_empty() {
            errors.push(FieldError::required(&path.child("name"), ""));
        }
        items(source.items.as_deref(), &path, errors);
    }
    if let Some(source) = &projection.config_map
        && is_first("configMap", errors)
    {
        let path = path.child("configMap");
        if source.name.is_empty() {
            errors.push(FieldError::required(&path.child("name"), ""));
        }
        items(source.items.as_deref(), &path, errors);
    }
    if let Some(source) = &projection.downward_api
        && is_first("downwardAPI", errors)
    {
        for file in source.items.iter().flatten() {
            downward_file(file, &path.child("downwardAPI"), errors);
        }
    }
    if let Some(source) = &projection.service_account_token
        && is_first("serviceAccountToken", errors)
    {
        let path = path.child("serviceAccountToken");
        let seconds = source.expiration_seconds.unwrap_or(TOKEN_SECONDS_MIN);
        let why = if seconds < TOKEN_SECONDS_MIN {
            Some("may not specify a duration less than 10 minutes")
        } else if seconds > TOKEN_SECONDS_MAX {
            Some("may not specify a duration larger than 2^32 seconds")
        } else {
            None
        };
        if let Some(why) = why {
            errors.push(FieldError::invalid(
                &path.child("expirationSeconds"),
                seconds,
                why,
            ));
        }
        if source.path.is_empty() {
            errors.push(FieldError::required(&path.child("path"), ""));
        } else {
            unreserved_path(&source.path, &path.child("path"), errors);
        }
    }
    for (name, is_set) in [
        (
            "clusterTrustBundle",
            projection.cluster_trust_bundle.is_some(),
        ),
        ("podCertificate", projection.pod_certificate.is_some()),
    ] {
        if is_set {
            is_first(name, errors);
        }
    }
    if sources == 0 {
        errors.push(FieldError::required(
            path,
            "must specify at least one volume type",
        ));
    }
}

/// A path below some folder: relative and without `..`.
pub(super) fn descending_path(text: &str, path: &Path, errors: &mut ErrorList) {
    if text.starts_with('/') {
        errors.push(FieldError::invalid(path, text, "must be a relative path"));
    }
    no_backsteps(text, path, errors);
}

/// A descending path that keeps off the names the node uses itself.
fn unreserved_path(text: &str, path: &Path, errors: &mut ErrorList) {
    descending_path(text, path, errors);
    if text.starts_with("..") && !text.starts_with("../") && text != ".." {
        errors.push(FieldError::invalid(path, text, "must not start with '..'"));
    }
}

fn no_backsteps(text: &str, path: &Path, errors: &mut ErrorList) {
    if text.split('/').any(|part| part == "..") {
        errors.push(FieldError::invalid(path, text, "must not contain '..'"));
    }
}
