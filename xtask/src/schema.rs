//! `cargo xtask schema`: writes `crates/api/src/schema/generated.rs`.
//!
//! The facts come from the Python package `kubernetes-validate`: its
//! definitions are those of the API server of that release with every
//! `x-kubernetes-*` extension kept, and a package index delivers them without
//! a cluster. Only what a kind we serve can reach is written.
//!
//! What OpenAPI does not say is added by hand: which Go type a string has
//! (`v1.RestartPolicy`), for error texts print it ([`GO_TYPES`]), and where Go
//! holds a pointer ([`GO_POINTERS`]). The numbers of the protobuf fields have a
//! source of their own ([`tags`]).

mod tags;

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use jobyard_api::resource;
use serde_json::Value;

use self::tags::Messages;

/// Package and release on the Python package index.
const PACKAGE: &str = "kubernetes-validate==1.36.0";
/// The file inside the package.
const DEFINITIONS: &str =
    "kubernetes_validate/kubernetes-json-schema/v1.36.0-local-strict/_definitions.json";
/// Where the table is written, below the root of the workspace.
const GENERATED: &str = "crates/api/src/schema/generated.rs";

/// Definitions that no served kind reaches, but a request body is: options,
/// subresources, and the kind that comes next.
const ALSO: &[&str] = &[
    "io.k8s.api.authentication.v1.SelfSubjectReview",
    "io.k8s.api.authentication.v1.TokenRequest",
    "io.k8s.api.authentication.v1.TokenReview",
    "io.k8s.api.authorization.v1.LocalSubjectAccessReview",
    "io.k8s.api.authorization.v1.SelfSubjectAccessReview",
    "io.k8s.api.authorization.v1.SelfSubjectRulesReview",
    "io.k8s.api.authorization.v1.SubjectAccessReview",
    "io.k8s.api.batch.v1.CronJob",
    "io.k8s.api.core.v1.Binding",
    "io.k8s.api.policy.v1.Eviction",
    "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Status",
];

/// Definitions that the table holds as types of their own.
const LEAVES: &[(&str, &str)] = &[
    ("io.k8s.apimachinery.pkg.api.resource.Quantity", "Quantity"),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1", "Any"),
    (
        "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime",
        "MicroTime",
    ),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.Time", "Time"),
    (
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
        "IntOrString",
    ),
];

/// Optional numbers, flags and texts of which zero, false or nothing is another
/// thing than absence: Go holds a pointer there. Of all others Go writes neither.
///
/// Source: `types.go` of `k8s.io/api` and `k8s.io/apimachinery`, v0.36.
const GO_POINTERS: &[(&str, &[&str])] = &[
    ("AppArmorProfile", &["localhostProfile"]),
    (
        "AzureDiskVolumeSource",
        &["cachingMode", "fsType", "kind", "readOnly"],
    ),
    ("CSIVolumeSource", &["fsType", "readOnly"]),
    (
        "ClusterTrustBundleProjection",
        &["name", "optional", "signerName"],
    ),
    ("ConfigMap", &["immutable"]),
    ("ConfigMapEnvSource", &["optional"]),
    ("ConfigMapKeySelector", &["optional"]),
    ("ConfigMapProjection", &["optional"]),
    ("ConfigMapVolumeSource", &["defaultMode", "optional"]),
    ("Container", &["restartPolicy"]),
    ("ContainerStatus", &["started", "stopSignal"]),
    (
        "CronJobSpec",
        &[
            "failedJobsHistoryLimit",
            "startingDeadlineSeconds",
            "successfulJobsHistoryLimit",
            "suspend",
            "timeZone",
        ],
    ),
    (
        "DeleteOptions",
        &[
            "gracePeriodSeconds",
            "ignoreStoreReadErrorWithClusterBreakingPotential",
            "orphanDependents",
            "propagationPolicy",
        ],
    ),
    ("DownwardAPIVolumeFile", &["mode"]),
    ("DownwardAPIVolumeSource", &["defaultMode"]),
    ("EphemeralContainer", &["restartPolicy"]),
    ("FCVolumeSource", &["lun"]),
    ("FileKeySelector", &["optional"]),
    ("GRPCAction", &["service"]),
    ("HostPathVolumeSource", &["type"]),
    ("ISCSIVolumeSource", &["initiatorName"]),
    (
        "JobSpec",
        &[
            "activeDeadlineSeconds",
            "backoffLimit",
            "backoffLimitPerIndex",
            "completionMode",
            "completions",
            "managedBy",
            "manualSelector",
            "maxFailedIndexes",
            "parallelism",
            "podReplacementPolicy",
            "suspend",
            "ttlSecondsAfterFinished",
        ],
    ),
    ("JobStatus", &["failedIndexes", "ready", "terminating"]),
    ("KeyToPath", &["mode"]),
    (
        "LeaseSpec",
        &[
            "holderIdentity",
            "leaseDurationSeconds",
            "leaseTransitions",
            "preferredHolder",
            "strategy",
        ],
    ),
    ("Lifecycle", &["stopSignal"]),
    ("ListMeta", &["remainingItemCount"]),
    ("NodeFeatures", &["supplementalGroupsPolicy"]),
    ("NodeRuntimeHandler", &["name"]),
    (
        "NodeRuntimeHandlerFeatures",
        &["recursiveReadOnlyMounts", "userNamespaces"],
    ),
    ("NodeSwapStatus", &["capacity"]),
    ("ObjectMeta", &["deletionGracePeriodSeconds"]),
    ("OwnerReference", &["blockOwnerDeletion", "controller"]),
    (
        "PersistentVolumeClaimSpec",
        &[
            "storageClassName",
            "volumeAttributesClassName",
            "volumeMode",
        ],
    ),
    ("PodCertificateProjection", &["maxExpirationSeconds"]),
    ("PodDNSConfigOption", &["value"]),
    ("PodFailurePolicyOnExitCodesRequirement", &["containerName"]),
    (
        "PodResourceClaim",
        &["resourceClaimName", "resourceClaimTemplateName"],
    ),
    ("PodResourceClaimStatus", &["resourceClaimName"]),
    ("PodSchedulingGroup", &["podGroupName"]),
    (
        "PodSecurityContext",
        &[
            "fsGroup",
            "fsGroupChangePolicy",
            "runAsGroup",
            "runAsNonRoot",
            "runAsUser",
            "seLinuxChangePolicy",
            "supplementalGroupsPolicy",
        ],
    ),
    (
        "PodSpec",
        &[
            "activeDeadlineSeconds",
            "automountServiceAccountToken",
            "enableServiceLinks",
            "hostUsers",
            "hostnameOverride",
            "preemptionPolicy",
            "priority",
            "runtimeClassName",
            "setHostnameAsFQDN",
            "shareProcessNamespace",
            "terminationGracePeriodSeconds",
        ],
    ),
    ("Preconditions", &["resourceVersion", "uid"]),
    ("Probe", &["terminationGracePeriodSeconds"]),
    ("ProjectedVolumeSource", &["defaultMode"]),
    ("ResourceHealth", &["message"]),
    ("SeccompProfile", &["localhostProfile"]),
    ("Secret", &["immutable"]),
    ("SecretEnvSource", &["optional"]),
    ("SecretKeySelector", &["optional"]),
    ("SecretProjection", &["optional"]),
    ("SecretVolumeSource", &["defaultMode", "optional"]),
    (
        "SecurityContext",
        &[
            "allowPrivilegeEscalation",
            "privileged",
            "procMount",
            "readOnlyRootFilesystem",
            "runAsGroup",
            "runAsNonRoot",
            "runAsUser",
        ],
    ),
    ("ServiceAccount", &["automountServiceAccountToken"]),
    ("ServiceAccountTokenProjection", &["expirationSeconds"]),
    ("SuccessPolicyRule", &["succeededCount", "succeededIndexes"]),
    ("TokenRequestSpec", &["expirationSeconds"]),
    ("Toleration", &["tolerationSeconds"]),
    (
        "TopologySpreadConstraint",
        &["minDomains", "nodeAffinityPolicy", "nodeTaintsPolicy"],
    ),
    ("TypedLocalObjectReference", &["apiGroup"]),
    ("TypedObjectReference", &["apiGroup", "namespace"]),
    ("VolumeMount", &["mountPropagation", "recursiveReadOnly"]),
    ("VolumeMountStatus", &["recursiveReadOnly"]),
    (
        "WindowsSecurityContextOptions",
        &[
            "gmsaCredentialSpec",
            "gmsaCredentialSpecName",
            "hostProcess",
            "runAsUserName",
        ],
    ),
];

/// Go's name of a field's type, where it is not that of the JSON type.
///
/// Source: `types.go` of `k8s.io/api` and `k8s.io/apimachinery`, v0.36.
const GO_TYPES: &[(&str, &str, &str)] = &[
    ("AppArmorProfile", "type", "v1.AppArmorProfileType"),
    ("Capabilities", "add", "[]v1.Capability"),
    ("Capabilities", "drop", "[]v1.Capability"),
    ("Container", "imagePullPolicy", "v1.PullPolicy"),
    ("Container", "restartPolicy", "v1.ContainerRestartPolicy"),
    (
        "Container",
        "terminationMessagePolicy",
        "v1.TerminationMessagePolicy",
    ),
    ("ContainerPort", "protocol", "v1.Protocol"),
    ("CronJobSpec", "concurrencyPolicy", "v1.ConcurrencyPolicy"),
    (
        "DeleteOptions",
        "propagationPolicy",
        "v1.DeletionPropagation",
    ),
    ("EmptyDirVolumeSource", "medium", "v1.StorageMedium"),
    ("EphemeralContainer", "imagePullPolicy", "v1.PullPolicy"),
    (
        "EphemeralContainer",
        "restartPolicy",
        "v1.ContainerRestartPolicy",
    ),
    (
        "EphemeralContainer",
        "terminationMessagePolicy",
        "v1.TerminationMessagePolicy",
    ),
    ("HTTPGetAction", "scheme", "v1.URIScheme"),
    ("HostPathVolumeSource", "type", "v1.HostPathType"),
    ("JobCondition", "status", "v1.ConditionStatus"),
    ("JobCondition", "type", "v1.JobConditionType"),
    ("JobSpec", "completionMode", "v1.CompletionMode"),
    ("JobSpec", "podReplacementPolicy", "v1.PodReplacementPolicy"),
    (
        "LabelSelectorRequirement",
        "operator",
        "v1.LabelSelectorOperator",
    ),
    ("LeaseSpec", "strategy", "v1.CoordinatedLeaseStrategy"),
    ("Lifecycle", "stopSignal", "v1.Signal"),
    (
        "ManagedFieldsEntry",
        "operation",
        "v1.ManagedFieldsOperationType",
    ),
    ("NamespaceSpec", "finalizers", "[]v1.FinalizerName"),
    ("NamespaceStatus", "phase", "v1.NamespacePhase"),
    ("NodeCondition", "status", "v1.ConditionStatus"),
    ("NodeCondition", "type", "v1.NodeConditionType"),
    ("NodeAddress", "type", "v1.NodeAddressType"),
    (
        "NodeSelectorRequirement",
        "operator",
        "v1.NodeSelectorOperator",
    ),
    ("NodeStatus", "allocatable", "v1.ResourceList"),
    ("NodeStatus", "capacity", "v1.ResourceList"),
    ("ObjectMeta", "uid", "types.UID"),
    ("ObjectReference", "uid", "types.UID"),
    ("OwnerReference", "uid", "types.UID"),
    ("Overhead", "podFixed", "v1.ResourceList"),
    ("PodCondition", "status", "v1.ConditionStatus"),
    ("PodCondition", "type", "v1.PodConditionType"),
    (
        "PodFailurePolicyOnExitCodesRequirement",
        "operator",
        "v1.PodFailurePolicyOnExitCodesOperator",
    ),
    (
        "PodFailurePolicyOnPodConditionsPattern",
        "status",
        "v1.ConditionStatus",
    ),
    (
        "PodFailurePolicyOnPodConditionsPattern",
        "type",
        "v1.PodConditionType",
    ),
    (
        "PodFailurePolicyRule",
        "action",
        "v1.PodFailurePolicyAction",
    ),
    ("PodOS", "name", "v1.OSName"),
    ("PodReadinessGate", "conditionType", "v1.PodConditionType"),
    (
        "PodSecurityContext",
        "fsGroupChangePolicy",
        "v1.PodFSGroupChangePolicy",
    ),
    (
        "PodSecurityContext",
        "seLinuxChangePolicy",
        "v1.PodSELinuxChangePolicy",
    ),
    (
        "PodSecurityContext",
        "supplementalGroupsPolicy",
        "v1.SupplementalGroupsPolicy",
    ),
    ("PodSpec", "dnsPolicy", "v1.DNSPolicy"),
    ("PodSpec", "overhead", "v1.ResourceList"),
    ("PodSpec", "preemptionPolicy", "v1.PreemptionPolicy"),
    ("PodSpec", "restartPolicy", "v1.RestartPolicy"),
    ("PodStatus", "phase", "v1.PodPhase"),
    ("PodStatus", "qosClass", "v1.PodQOSClass"),
    ("Preconditions", "uid", "types.UID"),
    ("ResourceRequirements", "limits", "v1.ResourceList"),
    ("ResourceRequirements", "requests", "v1.ResourceList"),
    ("SeccompProfile", "type", "v1.SeccompProfileType"),
    ("Secret", "type", "v1.SecretType"),
    ("SecurityContext", "procMount", "v1.ProcMountType"),
    ("Taint", "effect", "v1.TaintEffect"),
    ("Toleration", "effect", "v1.TaintEffect"),
    ("Toleration", "operator", "v1.TolerationOperator"),
    (
        "TopologySpreadConstraint",
        "nodeAffinityPolicy",
        "v1.NodeInclusionPolicy",
    ),
    (
        "TopologySpreadConstraint",
        "nodeTaintsPolicy",
        "v1.NodeInclusionPolicy",
    ),
    (
        "TopologySpreadConstraint",
        "whenUnsatisfiable",
        "v1.UnsatisfiableConstraintAction",
    ),
    ("UncountedTerminatedPods", "failed", "[]types.UID"),
    ("UncountedTerminatedPods", "succeeded", "[]types.UID"),
    ("VolumeMount", "mountPropagation", "v1.MountPropagationMode"),
    (
        "VolumeMount",
        "recursiveReadOnly",
        "v1.RecursiveReadOnlyMode",
    ),
];

type Definitions = serde_json::Map<String, Value>;

/// Downloads the definitions and writes the table.
pub(crate) fn generate(workspace: &Path) -> Result<()> {
    let definitions = download()?;
    let messages = Messages::download()?;
    let source = render(&definitions, &messages)?;
    let target = workspace.join(GENERATED);
    std::fs::write(&target, source).with_context(|| format!("write {}", target.display()))?;
    run(Command::new("rustfmt")
        .args(["--edition", "2024"])
        .arg(&target))
}

fn download() -> Result<Definitions> {
    let folder = tempfile::tempdir().context("make a temporary folder")?;
    run(Command::new("pip")
        .args(["download", "--quiet", "--no-deps", "--dest"])
        .arg(folder.path())
        .arg(PACKAGE))?;
    let wheel = std::fs::read_dir(folder.path())?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip left no wheel")?;
    run(Command::new("python3")
        .args(["-m", "zipfile", "-e"])
        .arg(&wheel)
        .arg(folder.path()))?;
    let path: PathBuf = folder.path().join(DEFINITIONS);
    let text = std::fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    let mut document: Value = serde_json::from_slice(&text).context("parse the definitions")?;
    match document["$defs"].take() {
        Value::Object(definitions) => Ok(definitions),
        _ => bail!("{} holds no $defs", path.display()),
    }
}

fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("start {command:?}"))?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}

fn render(definitions: &Definitions, messages: &Messages) -> Result<String> {
    let mut out = String::from(
        "//! The schema table of Kubernetes v1.36. Written by `cargo xtask schema`; do not edit.\n\
         //!\n\
         //! Names, types, extensions and descriptions are those of the Kubernetes API\n\
         //! definitions (Apache-2.0), as the Python package kubernetes-validate ships them;\n\
         //! the numbers of the protobuf fields are those of the crate k8s-pb (Apache-2.0).\n\n\
         use super::{Definition, FIELD, Field, ListKind, PatchStrategy, Tag, Type};\n\n",
    );
    let names = reachable(definitions)?;
    for name in &names {
        definition(&mut out, definitions, messages, name)?;
    }
    out.push_str(
        "/// Every definition, by name.\npub(super) static DEFINITIONS: &[&Definition] = &[\n",
    );
    for name in &names {
        writeln!(out, "&{},", constant(name))?;
    }
    out.push_str("];\n\n/// Every kind Kubernetes knows, served here or not, as (group, version, kind), sorted.\npub(super) static KINDS: &[(&str, &str, &str)] = &[\n");
    for (group, version, kind) in all_kinds(definitions) {
        writeln!(out, "({group:?}, {version:?}, {kind:?}),")?;
    }
    out.push_str("];\n");
    Ok(out)
}

/// The names of the definitions that some served kind reaches, leaves excepted.
fn reachable(definitions: &Definitions) -> Result<BTreeSet<String>> {
    let mut open: Vec<String> = ALSO.iter().map(|&name| name.to_owned()).collect();
    for info in resource::ALL {
        let wanted = (info.group.into(), info.version.into(), info.kind.into());
        let (name, _) = definitions
            .iter()
            .find(|(_, definition)| kinds(definition).any(|kind| kind == wanted))
            .with_context(|| format!("no definition for {wanted:?}"))?;
        open.push(name.clone());
    }
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if LEAVES.iter().any(|&(leaf, _)| leaf == name) || !seen.insert(name.clone()) {
            continue;
        }
        let definition = definitions
            .get(&name)
            .with_context(|| format!("no {name}"))?;
        references(definition, &mut open);
    }
    Ok(seen)
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            found.extend(object.get("$ref").and_then(reference));
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

fn reference(value: &Value) -> Option<String> {
    Some(value.as_str()?.strip_prefix("#/$defs/")?.to_owned())
}

type Kind = (String, String, String);

fn kinds(definition: &Value) -> impl Iterator<Item = Kind> + '_ {
    let list = definition["x-kubernetes-group-version-kind"].as_array();
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or("").to_owned();
    list.into_iter().flatten().map(move |entry| {
        (
            text(entry, "group"),
            text(entry, "version"),
            text(entry, "kind"),
        )
    })
}

/// Options belong to every group; only their v1 form is a kind.
fn all_kinds(definitions: &Definitions) -> BTreeSet<Kind> {
    let own = definitions
        .values()
        .filter(|definition| kinds(definition).count() == 1);
    own.flat_map(kinds).collect()
}

fn definition(
    out: &mut String,
    definitions: &Definitions,
    messages: &Messages,
    name: &str,
) -> Result<()> {
    let definition = &definitions[name];
    let required: BTreeSet<&str> = definition["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    writeln!(out, "static {}: Definition = Definition {{", constant(name))?;
    writeln!(out, "name: {name:?},")?;
    let kinds: Vec<Kind> = kinds(definition).collect();
    match kinds.as_slice() {
        [] => writeln!(out, "kind: None,")?,
        [(group, version, kind), ..] => {
            writeln!(out, "kind: Some(({group:?}, {version:?}, {kind:?})),")?;
        }
    }
    writeln!(
        out,
        "is_atomic: {},",
        definition["x-kubernetes-map-type"] == "atomic"
    )?;
    writeln!(
        out,
        "description: {:?},",
        definition["description"].as_str().unwrap_or("")
    )?;
    writeln!(out, "fields: &[")?;
    let properties = definition["properties"]
        .as_object()
        .with_context(|| format!("{name} has no properties"))?;
    // serde_json's map is sorted, which the table's binary search needs.
    for (field, schema) in properties {
        write!(
            out,
            "Field {{ name: {field:?}, ty: {}, ",
            type_of(schema).with_context(|| format!("{name}.{field}"))?
        )?;
        if required.contains(field.as_str()) {
            write!(out, "is_required: true, ")?;
        }
        if let Some(tag) = messages
            .tag(name, properties, field)
            .with_context(|| format!("{name}.{field}"))?
        {
            write!(out, "tag: {tag}, ")?;
        }
        extensions(out, schema)?;
        let short = short(name);
        if let Some((_, _, go)) = GO_TYPES
            .iter()
            .find(|(of, at, _)| *of == short && at == field)
        {
            write!(out, "go_type: Some({go:?}), ")?;
        }
        let pointers = GO_POINTERS.iter().find(|(of, _)| *of == short);
        if pointers.is_some_and(|(_, fields)| fields.contains(&field.as_str())) {
            write!(out, "is_pointer: true, ")?;
        }
        writeln!(
            out,
            "description: {:?}, ..FIELD }},",
            schema["description"].as_str().unwrap_or("")
        )?;
    }
    writeln!(out, "],\n}};\n")?;
    Ok(())
}

fn extensions(out: &mut String, schema: &Value) -> Result<()> {
    match schema["x-kubernetes-list-type"].as_str() {
        None => {}
        Some("atomic") => write!(out, "list: Some(ListKind::Atomic), ")?,
        Some("set") => write!(out, "list: Some(ListKind::Set), ")?,
        Some("map") => {
            let keys: Vec<&str> = schema["x-kubernetes-list-map-keys"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            write!(out, "list: Some(ListKind::Map(&{keys:?})), ")?;
        }
        Some(other) => bail!("unknown list type {other}"),
    }
    match schema["x-kubernetes-map-type"].as_str() {
        None => {}
        Some("atomic") => write!(out, "is_atomic: true, ")?,
        Some(other) => bail!("unknown map type {other}"),
    }
    match schema["x-kubernetes-patch-strategy"].as_str() {
        None => {}
        Some("merge") => write!(out, "strategy: PatchStrategy::Merge, ")?,
        Some("retainKeys") => write!(out, "strategy: PatchStrategy::RetainKeys, ")?,
        Some("merge,retainKeys") => write!(out, "strategy: PatchStrategy::MergeRetainKeys, ")?,
        Some(other) => bail!("unknown patch strategy {other}"),
    }
    if let Some(key) = schema["x-kubernetes-patch-merge-key"].as_str() {
        write!(out, "merge_key: Some({key:?}), ")?;
    }
    Ok(())
}

/// The Rust expression of a type.
fn type_of(schema: &Value) -> Result<String> {
    if let Some(name) = schema.get("$ref").and_then(reference) {
        return Ok(match LEAVES.iter().find(|&&(leaf, _)| leaf == name) {
            Some((_, leaf)) => format!("Type::{leaf}"),
            None => format!("Type::Object(&{})", constant(&name)),
        });
    }
    // `["string", "null"]` where the field is optional, `"string"` where not.
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        Value::String(one) => vec![one.as_str()],
        _ => vec![],
    };
    let one = types
        .iter()
        .find(|&&one| one != "null")
        .context("no type")?;
    Ok(match (*one, schema["format"].as_str()) {
        ("boolean", None) => "Type::Bool".to_owned(),
        ("integer", Some("int32")) => "Type::Int32".to_owned(),
        ("integer", Some("int64")) => "Type::Int64".to_owned(),
        ("string", None) => "Type::String".to_owned(),
        ("string", Some("byte")) => "Type::Bytes".to_owned(),
        ("array", None) => format!("Type::List(&{})", type_of(&schema["items"])?),
        ("object", None) => format!("Type::Map(&{})", type_of(&schema["additionalProperties"])?),
        other => bail!("unknown type {other:?}"),
    })
}

/// `JobSpec` of `io.k8s.api.batch.v1.JobSpec`.
fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// `BATCH_V1_JOB_SPEC` of `io.k8s.api.batch.v1.JobSpec`.
fn constant(name: &str) -> String {
    let parts: Vec<&str> = name.rsplitn(4, '.').collect();
    let mut out = String::new();
    for part in parts[..3].iter().rev() {
        if !out.is_empty() {
            out.push('_');
        }
        let mut last_was_lower = false;
        for letter in part.chars() {
            if letter.is_uppercase() && last_was_lower {
                out.push('_');
            }
            last_was_lower = !letter.is_uppercase();
            out.push(letter.to_ascii_uppercase());
        }
    }
    out
}
