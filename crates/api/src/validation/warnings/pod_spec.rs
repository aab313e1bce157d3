//! What may surprise in a Pod's spec, of a Pod or a template.
//!
//! Source: upstream `pkg/api/pod/warnings.go`, `warningsForPodSpecAndMeta`;
//! `pkg/api/node/util.go` for labels of nodes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use k8s_openapi::apimachinery::pkg::api::resource::Quantity as WireQuantity;

use crate::{
    core::{
        Affinity, Container, ContainerPort, DownwardAPIVolumeFile, KeyToPath, PodSpec, Volume,
        VolumeProjection,
    },
    field::{Path, quoted},
    meta::ObjectMeta,
    quantity::Quantity,
};

/// Against so many earlier ports of its number and protocol each port is compared;
/// it keeps a Pod of very many equal ports from costing their square.
const SAME_PORTS_MAX: usize = 16;
/// After so many warnings nobody reads on, and headers have no room for more.
const WARNINGS_MAX: usize = 100;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// Labels of nodes whose names have changed, and what is said of them.
const RENAMED_NODE_LABELS: [(&str, &str); 5] = [
    (
        "beta.kubernetes.io/arch",
        "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
    ),
    (
        "beta.kubernetes.io/os",
        "deprecated since v1.14; use \"kubernetes.io/os\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ),
];

/// Adds every warning about the metadata and spec of the Pod (`path` is empty) or
/// template at `path`.
pub(super) fn warnings(
    metadata: Option<&ObjectMeta>,
    spec: &PodSpec,
    path: &Path,
    warnings: &mut Vec<String>,
) {
    let annotations = metadata.and_then(|metadata| metadata.annotations.as_ref());
    let path_of_annotations = path.child("metadata").child("annotations");
    let path = &path.child("spec");
    renamed_node_labels(spec, path, warnings);
    if let Some(annotations) = annotations {
        let path = path_of_annotations;
        annotations_without_effect(annotations, spec, &path, warnings);
    }
    for (index, volume) in spec.volumes.iter().flatten().enumerate() {
        let path = path.child("volumes").index(index);
        deprecated_volume(volume, &path, warnings);
        overlapping_paths(volume, warnings);
        fractional_claim(volume, &path, warnings);
    }
    let addresses = spec.host_aliases.iter().flatten().map(|alias| &alias.ip);
    duplicates(addresses, &path.child("hostAliases"), "ip", warnings);
    pull_secrets(spec, &path.child("imagePullSecrets"), warnings);
    for (container, path) in containers(spec, path) {
        if let Some(resources) = &container.resources {
            let path = path.child("resources");
            for (name, amounts) in [
                ("limits", &resources.limits),
                ("requests", &resources.requests),
            ] {
                fractional_bytes(amounts.as_ref(), &path.child(name), warnings);
            }
        }
        hidden_variables(container, &path, warnings);
    }
    fractional_bytes(spec.overhead.as_ref(), &path.child("overhead"), warnings);
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
    let constraints = spec.topology_spread_constraints.iter().flatten();
    for (index, constraint) in constraints.enumerate() {
        let path = path.child("topologySpreadConstraints").index(index);
        null_selector(constraint.label_selector.is_none(), &path, warnings);
    }
    if let Some(affinity) = &spec.affinity {
        null_selectors(affinity, &path.child("affinity"), warnings);
    }
    warnings.truncate(WARNINGS_MAX);
}

/// Old names of labels, wherever nodes are asked for by label.
fn renamed_node_labels(spec: &PodSpec, path: &Path, warnings: &mut Vec<String>) {
    let renamed = |label: &str| {
        let found = RENAMED_NODE_LABELS.iter().find(|(old, _)| *old == label);
        found.map(|(_, text)| *text)
    };
    for label in spec.node_selector.iter().flat_map(BTreeMap::keys) {
        if let Some(text) = renamed(label) {
            warnings.push(format!("{}: {text}", path.child("nodeSelector").key(label)));
        }
    }
    let mut check = |label: &str, path: Path| {
        if let Some(text) = renamed(label) {
            warnings.push(format!("{path}: {label} is {text}"));
        }
    };
    let affinity = spec.affinity.as_ref();
    if let Some(affinity) = affinity.and_then(|affinity| affinity.node_affinity.as_ref()) {
        let path = path.child("affinity").child("nodeAffinity");
        let required = &affinity.required_during_scheduling_ignored_during_execution;
        let terms = required.iter().flat_map(|all| &all.node_selector_terms);
        let list = path.child(REQUIRED).child("nodeSelectorTerms");
        let required = terms
            .enumerate()
            .map(|(index, term)| (term, list.index(index)));
        let preferred = &affinity.preferred_during_scheduling_ignored_during_execution;
        let list = path.child(PREFERRED);
        let preferred = preferred.iter().flatten().enumerate();
        let preferred = preferred
            .map(|(index, term)| (&term.preference, list.index(index).child("preference")));
        for (term, path) in required.chain(preferred) {
            let path = path.child("matchExpressions");
            for (index, expression) in term.match_expressions.iter().flatten().enumerate() {
                check(&expression.key, path.index(index).child("key"));
            }
        }
    }
    let constraints = spec.topology_spread_constraints.iter().flatten();
    for (index, constraint) in constraints.enumerate() {
        let path = path.child("topologySpreadConstraints").index(index);
        check(&constraint.topology_key, path.child("topologyKey"));
    }
}

/// Annotations that became fields, and are not read any more.
fn annotations_without_effect(
    annotations: &BTreeMap<String, String>,
    spec: &PodSpec,
    path: &Path,
    warnings: &mut Vec<String>,
) {
    let mut check = |key: &str, text: &str| {
        if annotations.contains_key(key) {
            warnings.push(format!("{}: non-functional in {text}", path.key(key)));
        }
    };
    check(
        "scheduler.alpha.kubernetes.io/critical-pod",
        "v1.16+; use the \"priorityClassName\" field instead",
    );
    // Beside the field it does no harm.
    let seccomp = "v1.27+; use the \"seccompProfile\" field instead";
    let of_pod = spec.security_context.as_ref();
    if of_pod.is_none_or(|context| context.seccomp_profile.is_none()) {
        check("seccomp.security.alpha.kubernetes.io/pod", seccomp);
    }
    for (container, _) in containers(spec, path) {
        let own = container.security_context.as_ref();
        if own.is_none_or(|context| context.seccomp_profile.is_none()) {
            let key = format!(
                "container.seccomp.security.alpha.kubernetes.io/{}",
                container.name
            );
            check(&key, seccomp);
        }
    }
    for key in [
        "security.alpha.kubernetes.io/sysctls",
        "security.alpha.kubernetes.io/unsafe-sysctls",
    ] {
        check(key, "v1.11+; use the \"sysctls\" field instead");
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
/// Differs from Kubernetes: of several earlier paths in the way the first found
/// is named, not each.
fn overlapping_paths(volume: &Volume, warnings: &mut Vec<String>) {
    let name = quoted(&volume.name);
    let mut warn = |kind: &str, files: Vec<File<'_>>| {
        for overlap in overlaps(files) {
            warnings.push(format!(
                "volume {name} ({kind}): overlapping paths: {overlap}"
            ));
        }
    };
    if let Some(source) = &volume.config_map {
        let kind = format!("ConfigMap {}", quoted(&source.name));
        warn(&kind, files(source.items.as_deref(), ""));
    }
    if let Some(source) = &volume.secret {
        let secret = source.secret_name.as_deref().unwrap_or("");
        let kind = format!("Secret {}", quoted(secret));
        warn(&kind, files(source.items.as_deref(), ""));
    }
    if let Some(source) = &volume.downward_api {
        warn("DownwardAPI", downward_files(source.items.as_deref(), ""));
    }
    if let Some(projected) = &volume.projected {
        let sources = projected.sources.as_deref().unwrap_or_default();
        warn(
            "Projected",
            sources.iter().flat_map(projected_files).collect(),
        );
        let nothing = VolumeProjection::default();
        if sources.contains(&nothing) {
            warnings.push(format!("volume {name} (Projected) has no sources provided"));
        }
    }
}

/// A file of a volume, and which of several sources it is from (or nothing).
struct File<'a> {
    path: &'a str,
    source: String,
}

impl fmt::Display for File<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted(self.path))?;
        if self.source.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", self.source)
    }
}

fn files<'a>(items: Option<&'a [KeyToPath]>, source: &str) -> Vec<File<'a>> {
    let items = items.unwrap_or_default().iter();
    let file = |item: &'a KeyToPath| File {
        path: &item.path,
        source: source.to_owned(),
    };
    items.map(file).collect()
}

fn downward_files<'a>(items: Option<&'a [DownwardAPIVolumeFile]>, source: &str) -> Vec<File<'a>> {
    let items = items.unwrap_or_default().iter();
    let file = |item: &'a DownwardAPIVolumeFile| File {
        path: &item.path,
        source: source.to_owned(),
    };
    items.map(file).collect()
}

fn projected_files(projection: &VolumeProjection) -> Vec<File<'_>> {
    if let Some(source) = &projection.config_map {
        let name = format!("ConfigMap {}", quoted(&source.name));
        files(source.items.as_deref(), &name)
    } else if let Some(source) = &projection.secret {
        let name = format!("Secret {}", quoted(&source.name));
        files(source.items.as_deref(), &name)
    } else if let Some(source) = &projection.downward_api {
        downward_files(source.items.as_deref(), "DownwardAPI")
    } else if let Some(token) = &projection.service_account_token {
        vec![File {
            path: &token.path,
            source: "ServiceAccountToken".to_owned(),
        }]
    } else if let Some(bundle) = &projection.cluster_trust_bundle {
        let name = quoted(bundle.name.as_deref().unwrap_or(""));
        vec![File {
            path: &bundle.path,
            source: format!("ClusterTrustBundle {name}"),
        }]
    } else {
        Vec::new()
    }
}

/// Each file that an earlier one is in the way of, with that one.
fn overlaps(files: Vec<File<'_>>) -> Vec<String> {
    let mut seen: BTreeMap<String, File<'_>> = BTreeMap::new();
    let mut found = Vec::new();
    for mut file in files {
        file.path = file.path.trim_end_matches('/');
        if let Some(other) = in_the_way(&seen, file.path)
            && found.len() < WARNINGS_MAX
        {
            found.push(format!("{file} with {other}"));
        }
        seen.entry(file.path.to_owned()).or_insert(file);
    }
    found
}

/// A file whose path is this one, is above it, or is below it.
fn in_the_way<'a, 'b>(seen: &'b BTreeMap<String, File<'a>>, path: &str) -> Option<&'b File<'a>> {
    let above = path.match_indices('/').map(|(end, _)| &path[..end]);
    let below = format!("{path}/");
    above
        .chain([path])
        .filter(|path| !path.is_empty())
        .find_map(|path| seen.get(path))
        .or_else(|| {
            let (next, file) = seen.range(below.clone()..).next()?;
            next.starts_with(&below).then_some(file)
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
fn fractional_bytes(
    amounts: Option<&BTreeMap<String, WireQuantity>>,
    path: &Path,
    warnings: &mut Vec<String>,
) {
    for resource in ["memory", "ephemeral-storage"] {
        let amount = amounts.and_then(|amounts| amounts.get(resource));
        fractional(amount, &path.key(resource), warnings);
    }
}

fn fractional(amount: Option<&WireQuantity>, path: &Path, warnings: &mut Vec<String>) {
    if let Some(amount) = amount.filter(|amount| !Quantity::from(*amount).is_whole()) {
        warnings.push(format!(
            "{path}: fractional byte value {} is invalid, must be an integer",
            quoted(&amount.0)
        ));
    }
}

/// The same of what a volume made for the Pod asks for.
fn fractional_claim(volume: &Volume, path: &Path, warnings: &mut Vec<String>) {
    let ephemeral = volume.ephemeral.as_ref();
    let template = ephemeral.and_then(|source| source.volume_claim_template.as_ref());
    let resources = template.and_then(|template| template.spec.resources.as_ref());
    let requests = resources.and_then(|resources| resources.requests.as_ref());
    let path = path
        .child("ephemeral")
        .child("volumeClaimTemplate")
        .child("spec")
        .child("resources")
        .child("requests");
    let amount = requests.and_then(|requests| requests.get("storage"));
    fractional(amount, &path.key("storage"), warnings);
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
            if port.host_port.unwrap_or(0) == 0
                && let Some(address) = port.host_ip.as_deref().filter(|ip| !ip.is_empty())
            {
                warnings.push(format!(
                    "{path}: hostIP set without hostPort: {{Name:{} HostPort:0 ContainerPort:{} Protocol:{protocol} HostIP:{address}}}",
                    port.name.as_deref().unwrap_or(""),
                    port.container_port,
                ));
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

fn null_selector(is_null: bool, path: &Path, warnings: &mut Vec<String>) {
    if is_null {
        warnings.push(format!(
            "{}: a null labelSelector results in matching no pod",
            path.child("labelSelector")
        ));
    }
}

/// A term without a selector matches no Pod, which nobody means.
fn null_selectors(affinity: &Affinity, path: &Path, warnings: &mut Vec<String>) {
    let mut say = |is_null: bool, path: &Path| null_selector(is_null, path, warnings);
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
