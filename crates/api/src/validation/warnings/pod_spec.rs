//! What may surprise in a Pod's spec, of a Pod or a template.
//!
//! Source: upstream `pkg/api/pod/warnings.go`, `warningsForPodSpecAndMeta`.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    core::{Affinity, Container, ContainerPort, PodSpec, Volume},
    field::{Path, quoted},
    quantity::Quantity,
};

/// Against so many earlier ports of its number and protocol each port is compared;
/// it keeps a Pod of very many equal ports from costing their square.
const SAME_PORTS_MAX: usize = 16;
/// After so many warnings nobody reads on, and headers have no room for more.
const WARNINGS_MAX: usize = 100;

/// Adds every warning about the spec at `path`.
pub(super) fn warnings(spec: &PodSpec, path: &Path, warnings: &mut Vec<String>) {
    for (index, volume) in spec.volumes.iter().flatten().enumerate() {
        deprecated_volume(volume, &path.child("volumes").index(index), warnings);
        overlapping_paths(volume, warnings);
    }
    let addresses = spec.host_aliases.iter().flatten().map(|alias| &alias.ip);
    duplicates(addresses, &path.child("hostAliases"), "ip", warnings);
    pull_secrets(spec, &path.child("imagePullSecrets"), warnings);
    for (container, path) in containers(spec, path) {
        fractional_bytes(container, &path, warnings);
        hidden_variables(container, &path, warnings);
    }
    ports(spec, path, warnings);
    if spec
        .termination_grace_period_seconds
        .is_some_and(|seconds| seconds < 0)
    {
        warnings.push(format!(
            "{}: must be >= 0; negative values are invalid and will be treated as 1",
            path.child("terminationGracePeriodSeconds")
        ));
    }
    if let Some(affinity) = &spec.affinity {
        null_selectors(affinity, &path.child("affinity"), warnings);
    }
}

/// Containers and their paths, those that run first first.
fn containers<'a>(
    spec: &'a PodSpec,
    path: &'a Path,
) -> impl Iterator<Item = (&'a Container, Path)> {
    let inits = spec.init_containers.as_deref().unwrap_or_default();
    [("initContainers", inits), ("containers", &spec.containers)]
        .into_iter()
        .flat_map(move |(list, containers)| {
            let list = path.child(list);
            containers
                .iter()
                .enumerate()
                .map(move |(index, container)| (container, list.index(index)))
        })
}

fn deprecated_volume(volume: &Volume, path: &Path, warnings: &mut Vec<String>) {
    for (name, is_set, text) in [
        (
            "photonPersistentDisk",
            volume.photon_persistent_disk.is_some(),
            "deprecated in v1.11, non-functional in v1.16+",
        ),
        (
            "gitRepo",
            volume.git_repo.is_some(),
            "deprecated in v1.11, and disabled by default in v1.33+",
        ),
        (
            "scaleIO",
            volume.scale_io.is_some(),
            "deprecated in v1.16, non-functional in v1.22+",
        ),
        (
            "flocker",
            volume.flocker.is_some(),
            "deprecated in v1.22, non-functional in v1.25+",
        ),
        (
            "storageOS",
            volume.storageos.is_some(),
            "deprecated in v1.22, non-functional in v1.25+",
        ),
        (
            "quobyte",
            volume.quobyte.is_some(),
            "deprecated in v1.22, non-functional in v1.25+",
        ),
        (
            "glusterfs",
            volume.glusterfs.is_some(),
            "deprecated in v1.25, non-functional in v1.26+",
        ),
        (
            "cephfs",
            volume.cephfs.is_some(),
            "deprecated in v1.28, non-functional in v1.31+",
        ),
        (
            "rbd",
            volume.rbd.is_some(),
            "deprecated in v1.28, non-functional in v1.31+",
        ),
    ] {
        if is_set {
            warnings.push(format!("{}: {text}", path.child(name)));
        }
    }
}

/// Two keys of one volume that want the same file, or one the other's folder.
///
/// Differs from Kubernetes: the sources of a projected volume are compared each
/// alone, not with one another.
fn overlapping_paths(volume: &Volume, warnings: &mut Vec<String>) {
    let name = quoted(&volume.name);
    let mut check = |kind: &str, paths: Vec<&str>| {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for path in paths {
            let path = path.trim_end_matches('/');
            if let Some(other) = overlap(&seen, path) {
                warnings.push(format!(
                    "volume {name} ({kind}): overlapping paths: {} with {}",
                    quoted(path),
                    quoted(other)
                ));
            }
            seen.insert(path.to_owned());
        }
    };
    if let Some(source) = &volume.config_map {
        let items = source.items.iter().flatten();
        check(
            &format!("ConfigMap {}", quoted(&source.name)),
            items.map(|item| &*item.path).collect(),
        );
    }
    if let Some(source) = &volume.secret {
        let items = source.items.iter().flatten();
        let secret = source.secret_name.as_deref().unwrap_or("");
        check(
            &format!("Secret {}", quoted(secret)),
            items.map(|item| &*item.path).collect(),
        );
    }
    if let Some(source) = &volume.downward_api {
        let items = source.items.iter().flatten();
        check("DownwardAPI", items.map(|item| &*item.path).collect());
    }
    let projections = volume.projected.iter().flat_map(|source| &source.sources);
    for projection in projections.flatten() {
        if let Some(source) = &projection.config_map {
            let items = source.items.iter().flatten();
            check(
                &format!("Projected ConfigMap {}", quoted(&source.name)),
                items.map(|item| &*item.path).collect(),
            );
        }
        if let Some(source) = &projection.secret {
            let items = source.items.iter().flatten();
            check(
                &format!("Projected Secret {}", quoted(&source.name)),
                items.map(|item| &*item.path).collect(),
            );
        }
    }
}

/// A path that is this one, is above it, or is below it.
fn overlap<'a>(seen: &'a BTreeSet<String>, path: &str) -> Option<&'a String> {
    let above = path.match_indices('/').map(|(end, _)| &path[..end]);
    let below = format!("{path}/");
    above
        .chain([path])
        .filter(|path| !path.is_empty())
        .find_map(|path| seen.get(path))
        .or_else(|| {
            seen.range(below.clone()..)
                .next()
                .filter(|next| next.starts_with(&below))
        })
}

fn duplicates<'a>(
    values: impl Iterator<Item = &'a String>,
    list: &Path,
    field: &str,
    warnings: &mut Vec<String>,
) {
    let mut seen = BTreeSet::new();
    for (index, value) in values.enumerate() {
        if !seen.insert(value) {
            warnings.push(format!(
                "{}: duplicate {field} {}",
                list.index(index).child(field),
                quoted(value)
            ));
        }
    }
}

fn pull_secrets(spec: &PodSpec, path: &Path, warnings: &mut Vec<String>) {
    let secrets = || spec.image_pull_secrets.iter().flatten();
    duplicates(secrets().map(|secret| &secret.name), path, "name", warnings);
    for (index, secret) in secrets().enumerate() {
        if secret.name.is_empty() {
            warnings.push(format!(
                "{}: invalid empty name \"\"",
                path.index(index).child("name")
            ));
        }
    }
}

/// Half a byte of memory cannot be had; `100m` was meant to be `100Mi`.
fn fractional_bytes(container: &Container, path: &Path, warnings: &mut Vec<String>) {
    let Some(resources) = &container.resources else {
        return;
    };
    for resource in ["memory", "ephemeral-storage"] {
        for (name, list) in [
            ("limits", &resources.limits),
            ("requests", &resources.requests),
        ] {
            let amount = list.as_ref().and_then(|list| list.get(resource));
            if let Some(amount) = amount.filter(|amount| !Quantity::from(*amount).is_whole()) {
                warnings.push(format!(
                    "{}: fractional byte value {} is invalid, must be an integer",
                    path.child("resources").child(name).key(resource),
                    quoted(&amount.0)
                ));
            }
        }
    }
}

/// Of two variables of one name the later wins, and apply may drop the earlier.
/// A value made of the earlier one, `$(X)123`, is a sound pattern.
fn hidden_variables(container: &Container, path: &Path, warnings: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for (index, variable) in container.env.iter().flatten().enumerate() {
        if seen.insert(&variable.name) {
            continue;
        }
        let value = variable.value.as_deref().unwrap_or("");
        let reference = format!("$({})", variable.name);
        let extends = variable.value_from.is_none() && value != reference;
        if !extends || !value.contains(&reference) {
            warnings.push(format!(
                "{}: hides previous definition of {}, which may be dropped when using apply",
                path.child("env").index(index),
                quoted(&variable.name)
            ));
        }
    }
}

/// Ports of one number and protocol, over all containers.
fn ports(spec: &PodSpec, path: &Path, warnings: &mut Vec<String>) {
    let mut seen: BTreeMap<(i32, &str), Vec<(&ContainerPort, Path)>> = BTreeMap::new();
    for (container, path) in containers(spec, path) {
        for (index, port) in container.ports.iter().flatten().enumerate() {
            let path = path.child("ports").index(index);
            let protocol = port.protocol.as_deref().unwrap_or("TCP");
            let others = seen.entry((port.container_port, protocol)).or_default();
            if warnings.len() >= WARNINGS_MAX {
                return;
            }
            for (other, first) in others.iter() {
                if let Some(how) = port_conflict(port, other) {
                    warnings.push(format!("{path}: {how} port definition with {first}"));
                }
            }
            if others.len() < SAME_PORTS_MAX {
                others.push((port, path));
            }
        }
    }
}

/// How two ports of one number and protocol disturb each other on the node.
fn port_conflict(one: &ContainerPort, other: &ContainerPort) -> Option<&'static str> {
    let facts = |port: &ContainerPort| {
        (
            port.host_port.unwrap_or(0),
            port.host_ip.clone().unwrap_or_default(),
        )
    };
    let ((port, address), (other_port, other_address)) = (facts(one), facts(other));
    if port == other_port && address == other_address {
        Some("duplicate")
    } else if port == 0 || other_port == 0 {
        Some("overlapping")
    } else if port == other_port && address.is_empty() != other_address.is_empty() {
        Some("dangerously ambiguous")
    } else {
        None
    }
}

/// A term without a selector matches no Pod, which nobody means.
fn null_selectors(affinity: &Affinity, path: &Path, warnings: &mut Vec<String>) {
    const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
    const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
    let mut say = |is_null: bool, path: &Path| {
        if is_null {
            warnings.push(format!(
                "{}: a null labelSelector results in matching no pod",
                path.child("labelSelector")
            ));
        }
    };
    let near = affinity.pod_affinity.as_ref().map(|near| {
        (
            &near.required_during_scheduling_ignored_during_execution,
            &near.preferred_during_scheduling_ignored_during_execution,
        )
    });
    let far = affinity.pod_anti_affinity.as_ref().map(|far| {
        (
            &far.required_during_scheduling_ignored_during_execution,
            &far.preferred_during_scheduling_ignored_during_execution,
        )
    });
    for (name, terms) in [("podAffinity", near), ("podAntiAffinity", far)] {
        let Some((required, preferred)) = terms else {
            continue;
        };
        let path = path.child(name);
        for (index, term) in required.iter().flatten().enumerate() {
            say(
                term.label_selector.is_none(),
                &path.child(REQUIRED).index(index),
            );
        }
        for (index, term) in preferred.iter().flatten().enumerate() {
            let path = path.child(PREFERRED).index(index).child("podAffinityTerm");
            say(term.pod_affinity_term.label_selector.is_none(), &path);
        }
    }
}
