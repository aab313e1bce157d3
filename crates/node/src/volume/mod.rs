//! The volumes of a Pod, as files and folders of this machine.
//!
//! [`sources`] says which objects the spec needs; [`make`] makes what must be
//! there. Making twice is harmless, so that a Pod picked up after a restart goes the same way.
//!
//! Not here yet: service account tokens, persistent volume claims, images and
//! all network volumes. A Pod that names one stays in `ContainerCreating` with
//! a `FailedMount` event that says so.
//!
//! Source: upstream pkg/volume/{emptydir,hostpath,configmap,secret,projected,downwardapi}.

mod atomic_writer;
mod host_path;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use jobyard_api::{core, quantity::Quantity};

use crate::pod::{
    downward::{self, NodeFacts},
    environment::{SourceKind, Sources, not_found},
};

/// Mode of files in volumes made from objects, unless the spec says otherwise.
const DEFAULT_MODE: i32 = 0o644;

/// One volume that containers can mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Volume {
    /// A file or folder of this machine.
    Path {
        /// Where it is.
        path: PathBuf,
        /// Containers cannot write to it, whatever they ask for.
        is_read_only: bool,
    },
    /// Memory of the one container that mounts it.
    Memory {
        /// The most it holds.
        size_bytes: Option<u64>,
    },
}

/// The volumes of a Pod by name.
pub type Volumes = BTreeMap<String, Volume>;

/// A volume that could not be made: the text of a `FailedMount` event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("MountVolume.SetUp failed for volume \"{volume}\" : {why}")]
pub struct MountFailure {
    /// The volume's name.
    pub volume: String,
    /// What is wrong, in upstream's words where it has some.
    pub why: String,
}

/// The ConfigMaps and Secrets that the Pod's volumes are made from.
pub fn sources(spec: &core::PodSpec) -> BTreeSet<(SourceKind, String)> {
    let mut named = BTreeSet::new();
    for volume in spec.volumes.iter().flatten() {
        for part in projected_parts(volume) {
            match part {
                Part::ConfigMap(source) => {
                    named.insert((SourceKind::ConfigMap, source.name.clone()))
                }
                Part::Secret { name, .. } => named.insert((SourceKind::Secret, name.to_owned())),
                Part::Downward(_) | Part::Token => false,
            };
        }
    }
    named
}

/// Makes all volumes of the Pod below `folder`.
///
/// # Errors
/// The first volume that cannot be made; the others stay as they are.
pub fn make(
    pod: &core::Pod,
    folder: &Path,
    sources: &Sources,
    facts: &NodeFacts<'_>,
) -> Result<Volumes, MountFailure> {
    let Some(spec) = pod.spec.as_ref() else {
        return Ok(Volumes::new());
    };
    let mut volumes = Volumes::new();
    for volume in spec.volumes.iter().flatten() {
        let made = make_one(
            pod,
            spec,
            volume,
            &folder.join(&volume.name),
            sources,
            facts,
        )
        .map_err(|why| MountFailure {
            volume: volume.name.clone(),
            why,
        })?;
        volumes.insert(volume.name.clone(), made);
    }
    Ok(volumes)
}

fn make_one(
    pod: &core::Pod,
    spec: &core::PodSpec,
    volume: &core::Volume,
    folder: &Path,
    sources: &Sources,
    facts: &NodeFacts<'_>,
) -> Result<Volume, String> {
    if let Some(source) = &volume.empty_dir {
        return empty_dir(pod, spec, &volume.name, source, folder);
    }
    if let Some(source) = &volume.host_path {
        host_path::check(source)?;
        return Ok(Volume::Path {
            path: PathBuf::from(&source.path),
            is_read_only: false,
        });
    }
    let parts = projected_parts(volume);
    if parts.is_empty() {
        return Err(
            "this release has emptyDir, hostPath, configMap, secret, downwardAPI and projected volumes; \
             the Pod asks for another type"
                .to_owned(),
        );
    }
    let mut files = BTreeMap::new();
    for part in parts {
        files.extend(part.files(pod, sources, facts, default_mode(volume))?);
    }
    atomic_writer::write(folder, &files, fs_group(spec)).map_err(|error| error.to_string())?;
    Ok(Volume::Path {
        path: folder.to_owned(),
        is_read_only: true,
    })
}

/// Differs from Kubernetes: memory is private to the container that mounts it
/// and lives as long as its run; a volume that several containers share is on
/// disk instead, since sharing is what it is there for.
fn empty_dir(
    pod: &core::Pod,
    spec: &core::PodSpec,
    name: &str,
    source: &core::EmptyDirVolumeSource,
    folder: &Path,
) -> Result<Volume, String> {
    let all = spec
        .containers
        .iter()
        .chain(spec.init_containers.iter().flatten());
    let users = all.filter(|container| {
        container
            .volume_mounts
            .iter()
            .flatten()
            .any(|mount| mount.name == name)
    });
    if source.medium.as_deref() == Some("Memory") && users.count() <= 1 {
        let limit = source
            .size_limit
            .as_ref()
            .map(|size| Quantity::from(size).units());
        let size_bytes = limit
            .and_then(|limit| u64::try_from(limit).ok())
            .filter(|limit| *limit > 0);
        return Ok(Volume::Memory { size_bytes });
    }
    let make = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        // Set once more: the process's umask has cut the mode of the new folder.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o777))?;
        if let Some(group) = fs_group(spec) {
            std::os::unix::fs::chown(folder, None, Some(group))?;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o2777))?;
        }
        Ok(())
    };
    make().map_err(|error| {
        format!(
            "making {} for pod {} failed: {error}",
            folder.display(),
            pod_name(pod)
        )
    })?;
    Ok(Volume::Path {
        path: folder.to_owned(),
        is_read_only: false,
    })
}

fn pod_name(pod: &core::Pod) -> &str {
    pod.metadata.name.as_deref().unwrap_or("")
}

fn fs_group(spec: &core::PodSpec) -> Option<u32> {
    let group = spec.security_context.as_ref()?.fs_group?;
    u32::try_from(group).ok()
}

fn default_mode(volume: &core::Volume) -> i32 {
    let modes = [
        volume
            .config_map
            .as_ref()
            .and_then(|source| source.default_mode),
        volume
            .secret
            .as_ref()
            .and_then(|source| source.default_mode),
        volume
            .downward_api
            .as_ref()
            .and_then(|source| source.default_mode),
        volume
            .projected
            .as_ref()
            .and_then(|source| source.default_mode),
    ];
    modes.into_iter().flatten().next().unwrap_or(DEFAULT_MODE)
}

/// One source of the files in a volume.
enum Part<'a> {
    ConfigMap(core::ConfigMapProjection),
    Secret {
        name: &'a str,
        items: Option<&'a Vec<core::KeyToPath>>,
        optional: bool,
    },
    Downward(&'a [core::DownwardAPIVolumeFile]),
    Token,
}

/// A file to be: its content and mode.
pub(crate) type Files = BTreeMap<String, (Vec<u8>, u32)>;

fn projected_parts(volume: &core::Volume) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    if let Some(source) = &volume.config_map {
        parts.push(Part::ConfigMap(core::ConfigMapProjection {
            name: source.name.clone(),
            items: source.items.clone(),
            optional: source.optional,
        }));
    }
    if let Some(source) = &volume.secret {
        parts.push(Part::Secret {
            name: source.secret_name.as_deref().unwrap_or(""),
            items: source.items.as_ref(),
            optional: source.optional == Some(true),
        });
    }
    if let Some(source) = &volume.downward_api {
        parts.push(Part::Downward(source.items.as_deref().unwrap_or(&[])));
    }
    for source in volume
        .projected
        .iter()
        .flat_map(|projected| projected.sources.iter().flatten())
    {
        if let Some(source) = &source.config_map {
            parts.push(Part::ConfigMap(source.clone()));
        }
        if let Some(source) = &source.secret {
            parts.push(Part::Secret {
                name: &source.name,
                items: source.items.as_ref(),
                optional: source.optional == Some(true),
            });
        }
        if let Some(source) = &source.downward_api {
            parts.push(Part::Downward(source.items.as_deref().unwrap_or(&[])));
        }
        if source.service_account_token.is_some() {
            parts.push(Part::Token);
        }
    }
    parts
}

impl Part<'_> {
    fn files(
        &self,
        pod: &core::Pod,
        sources: &Sources,
        facts: &NodeFacts<'_>,
        default_mode: i32,
    ) -> Result<Files, String> {
        match self {
            Self::ConfigMap(source) => keys(
                sources,
                (SourceKind::ConfigMap, &source.name),
                source.items.as_ref(),
                source.optional == Some(true),
                default_mode,
            ),
            Self::Secret { name, items, optional } => {
                keys(sources, (SourceKind::Secret, name), *items, *optional, default_mode)
            }
            Self::Downward(items) => items
                .iter()
                .map(|item| {
                    let text = match (&item.field_ref, &item.resource_field_ref) {
                        (Some(field), _) => downward::field(pod, &field.field_path, facts)?,
                        (None, Some(resource)) => downward::resource(pod, None, resource, facts)?,
                        (None, None) => String::new(),
                    };
                    Ok((item.path.clone(), (text.into_bytes(), mode(item.mode, default_mode))))
                })
                .collect(),
            Self::Token => Err("this release makes no service account tokens: set \
                                \"automountServiceAccountToken: false\", or leave the token source out"
                .to_owned()),
        }
    }
}

fn keys(
    sources: &Sources,
    (kind, name): (SourceKind, &str),
    items: Option<&Vec<core::KeyToPath>>,
    optional: bool,
    default_mode: i32,
) -> Result<Files, String> {
    let Some(data) = sources.get(&(kind, name.to_owned())) else {
        return if optional {
            Ok(Files::new())
        } else {
            Err(not_found(kind, name))
        };
    };
    let Some(items) = items.filter(|items| !items.is_empty()) else {
        let all = data
            .bytes
            .iter()
            .map(|(key, value)| (key.clone(), (value.clone(), mode(None, default_mode))));
        return Ok(all.collect());
    };
    let mut files = Files::new();
    for item in items {
        match data.bytes.get(&item.key) {
            Some(value) => {
                files.insert(
                    item.path.clone(),
                    (value.clone(), mode(item.mode, default_mode)),
                );
            }
            None if optional => {}
            None => {
                let kind = match kind {
                    SourceKind::ConfigMap => "config",
                    SourceKind::Secret => "secret",
                };
                return Err(format!("references non-existent {kind} key: {}", item.key));
            }
        }
    }
    Ok(files)
}

fn mode(own: Option<i32>, default: i32) -> u32 {
    own.unwrap_or(default).cast_unsigned() & 0o777
}

#[cfg(test)]
mod tests;
