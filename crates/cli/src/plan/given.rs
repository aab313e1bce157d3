//! From a file to the Job and the Pods that a plan is made of.
//!
//! Objects that a server stored come with a uid, and are taken as they are:
//! whatever state they are in is the question. A Job without one is a manifest:
//! what it says of itself is checked as strictly as `run` does, and it is given
//! what the API server would give it. Pods that a person writes beside it are
//! taken for its own; `jobyard plan --help` has the rule.

use std::{collections::HashMap, path::Path};

use anyhow::{Context as _, Result, anyhow, bail};
use jobyard_api::{
    Object, Strategy, Timestamp, batch,
    core::{ContainerState, ContainerStateTerminated, ContainerStatus, Pod},
    decode::{self, BodyFormat, FieldValidation},
    indexes::IndexSet,
    meta::Time,
    well_known::{LABEL_CONTROLLER_UID, LABEL_JOB_NAME, LABEL_JOB_NAME_LEGACY},
};
use jobyard_decide::job::{CreatePod, CreateReason, PodView, pod_template};
use serde_json::Value;

use crate::run::manifests;

/// The uid of a Job that has none: plans must not differ by chance.
const SUPPOSED_UID: &str = "00000000-0000-4000-8000-000000000000";

/// What a file holds.
#[derive(Debug)]
pub(super) struct Given {
    /// The Job, with its defaults.
    pub(super) job: batch::Job,
    /// The Pods, in the order of the file.
    pub(super) pods: Vec<Pod>,
    /// What was tolerated or left out.
    pub(super) warnings: Vec<String>,
}

/// Reads one Job and any Pods.
pub(super) fn read(path: &Path) -> Result<Given> {
    let mut job: Option<(String, batch::Job)> = None;
    let mut pods = Vec::new();
    let mut warnings = Vec::new();
    for (name, text) in manifests::texts(path)? {
        let documents =
            decode::documents(&text).with_context(|| format!("{name} is no manifest"))?;
        drop(text);
        for document in documents {
            let source = format!("{name}:{}", document.line);
            let text = |pointer: &str| {
                let found = document.value.pointer(pointer).and_then(Value::as_str);
                found.unwrap_or_default()
            };
            match (text("/apiVersion"), text("/kind")) {
                ("batch/v1", "Job") => {
                    let one = typed::<batch::Job>(&source, &document.value, &mut warnings)?;
                    if let Some((first, _)) = &job {
                        bail!(
                            "{source}: a plan is that of one Job, and there is one at {first} already"
                        );
                    }
                    job = Some((source, one));
                }
                ("v1", "Pod") => {
                    let mut pod = typed::<Pod>(&source, &document.value, &mut warnings)?;
                    // Decoding takes an empty list for none; here it says something.
                    if document.value.pointer("/metadata/finalizers").is_some() {
                        pod.metadata.finalizers.get_or_insert_default();
                    }
                    warnings.extend(odd_phase(&pod).map(|what| format!("{source}: {what}")));
                    pods.push((pod, source));
                }
                (api_version, kind @ ("Job" | "Pod")) if is_of_kubernetes(api_version, kind) => {
                    bail!(
                        "{source}: apiVersion {api_version:?} has no {kind} that this program knows; write {:?}",
                        if kind == "Job" { "batch/v1" } else { "v1" }
                    )
                }
                ("", _) | (_, "") => bail!(
                    "{source}: apiVersion and kind must be set; found apiVersion {:?} and kind {:?}",
                    text("/apiVersion"),
                    text("/kind")
                ),
                (api_version, kind) => {
                    warnings.push(format!("{source}: left out: {kind} of {api_version}"));
                }
            }
        }
    }
    let Some((source, mut job)) = job else {
        bail!("no Job in {}", path.display());
    };
    let is_manifest = job.metadata.uid.as_deref().is_none_or(str::is_empty);
    complete(&mut job, &pods).with_context(|| source.clone())?;
    if is_manifest {
        let faults = job.validate();
        warnings.extend(
            faults
                .iter()
                .map(|fault| format!("{source}: an API server would refuse this Job: {fault}")),
        );
    }
    for (pod, source) in &mut pods {
        locate(pod, &job).with_context(|| source.clone())?;
        if is_manifest {
            take_as_own(pod, &job);
        }
    }
    refuse_doubles(&pods)?;
    Ok(Given {
        job,
        pods: pods.into_iter().map(|(pod, _)| pod).collect(),
        warnings,
    })
}

/// Whether a kind of this name and API group is the one of Kubernetes, in whatever
/// version; operators have Jobs of their own.
fn is_of_kubernetes(api_version: &str, kind: &str) -> bool {
    match api_version.split_once('/') {
        Some((group, _)) => kind == "Job" && group == "batch",
        None => !api_version.is_empty(),
    }
}

/// What to say of a phase that Pods do not have.
fn odd_phase(pod: &Pod) -> Option<String> {
    let phase = pod.status.as_ref()?.phase.as_deref()?;
    let is_known = ["Pending", "Running", "Succeeded", "Failed", "Unknown", ""].contains(&phase);
    (!is_known).then(|| {
        format!(
            "status.phase: {phase:?} is none of Pending, Running, Succeeded, Failed and Unknown; taken for Pending, as what has not ended"
        )
    })
}

/// The typed object. What nobody knows is an error in a manifest, where it is
/// most likely a typing error, and a warning in what a server gave.
fn typed<K: Object>(source: &str, value: &Value, warnings: &mut Vec<String>) -> Result<K> {
    let uid = value.pointer("/metadata/uid").and_then(Value::as_str);
    let is_stored = uid.is_some_and(|uid| !uid.is_empty());
    let validation = if is_stored {
        FieldValidation::Warn
    } else {
        FieldValidation::Strict
    };
    let decoded = decode::decode(value.to_string().as_bytes(), BodyFormat::Json, validation)
        .map_err(|error| anyhow!("{source}: {}", error.message()))?;
    let unknown = decoded.warnings.iter();
    warnings.extend(unknown.map(|warning| format!("{source}: {warning}")));
    Ok(decoded.object)
}

/// Gives the Job what the API server would give it, as far as it lacks it.
fn complete(job: &mut batch::Job, pods: &[(Pod, String)]) -> Result<()> {
    let metadata = &mut job.metadata;
    if metadata.name.as_deref().is_none_or(str::is_empty) {
        let generate_name = metadata.generate_name.as_deref();
        let Some(prefix) = generate_name.filter(|prefix| !prefix.is_empty()) else {
            bail!("metadata.name: Required value: name or generateName is required");
        };
        metadata.name = Some(pod_template::generated_name(prefix, "xxxxx"));
    }
    or_text(&mut metadata.namespace, "default");
    if metadata.uid.as_deref().is_none_or(str::is_empty) {
        let known = uid_by_pods(job, pods).or_else(|| uid_by_labels(job));
        job.metadata.uid = Some(known.unwrap_or_else(|| SUPPOSED_UID.to_owned()));
    }
    job.apply_defaults();
    if job
        .spec
        .as_ref()
        .is_some_and(|spec| spec.selector.is_none())
    {
        let mut created = job.clone();
        created.prepare_create();
        job.spec = created.spec;
    }
    Ok(())
}

/// The uid by which Pods name this Job as their controller.
fn uid_by_pods(job: &batch::Job, pods: &[(Pod, String)]) -> Option<String> {
    let owners = pods
        .iter()
        .flat_map(|(pod, _)| pod.metadata.owner_references.iter().flatten());
    owners
        .filter(|owner| owner.controller == Some(true) && owner.kind == "Job")
        .find(|owner| Some(&owner.name) == job.metadata.name.as_ref() && !owner.uid.is_empty())
        .map(|owner| owner.uid.clone())
}

/// The uid that the Job's own selector asks for.
fn uid_by_labels(job: &batch::Job) -> Option<String> {
    let selector = job.spec.as_ref()?.selector.as_ref()?;
    let labels = selector.match_labels.as_ref()?;
    labels.get(LABEL_CONTROLLER_UID).cloned()
}

/// A Pod has a name, a namespace (the Job's unless it says another) and a uid.
fn locate(pod: &mut Pod, job: &batch::Job) -> Result<()> {
    let metadata = &mut pod.metadata;
    let Some(name) = metadata.name.clone().filter(|name| !name.is_empty()) else {
        bail!("metadata.name: Required value: a Pod of a plan needs its name");
    };
    if metadata.namespace.as_deref().is_none_or(str::is_empty) {
        metadata.namespace.clone_from(&job.metadata.namespace);
    }
    or_text(&mut metadata.uid, &format!("pod {name}"));
    Ok(())
}

/// Makes the Pod one of the Job's as the Job would have made it, if it is
/// written as one; what it says itself stays.
fn take_as_own(pod: &mut Pod, job: &batch::Job) {
    let uid = job.metadata.uid.as_deref();
    let name = job.metadata.name.as_deref().unwrap_or_default();
    let template = pod_template::new_pod(
        job,
        CreatePod {
            index: index_by_name(pod, job),
            failure_counts: None,
            reason: CreateReason::New,
        },
    );
    let metadata = &mut pod.metadata;
    for owner in metadata.owner_references.iter_mut().flatten() {
        if owner.uid.is_empty() && owner.kind == "Job" && owner.name == name {
            uid.unwrap_or_default().clone_into(&mut owner.uid);
        }
    }
    let is_meant = match &metadata.owner_references {
        Some(owners) => owners
            .iter()
            .any(|owner| owner.controller == Some(true) && Some(owner.uid.as_str()) == uid),
        None => metadata.labels.as_ref().is_none_or(|labels| {
            let names_job = |key| labels.get(key).is_some_and(|value| value == name);
            labels.is_empty() || names_job(LABEL_JOB_NAME) || names_job(LABEL_JOB_NAME_LEGACY)
        }),
    };
    if !is_meant || metadata.namespace != job.metadata.namespace {
        return;
    }
    let own = template.metadata;
    metadata.owner_references = metadata.owner_references.take().or(own.owner_references);
    metadata.finalizers = metadata.finalizers.take().or(own.finalizers);
    let labels = metadata.labels.get_or_insert_default();
    for (key, value) in own.labels.into_iter().flatten() {
        labels.entry(key).or_insert(value);
    }
    let annotations = metadata.annotations.get_or_insert_default();
    for (key, value) in own.annotations.into_iter().flatten() {
        annotations.entry(key).or_insert(value);
    }
}

/// The completion index that a Pod's name has, for an Indexed Job: `pi-3`, `pi-3-x7d2k`.
fn index_by_name(pod: &Pod, job: &batch::Job) -> Option<u32> {
    if !is_indexed(job) {
        return None;
    }
    let name = pod.metadata.name.as_deref()?;
    let rest = name
        .strip_prefix(job.metadata.name.as_deref()?)?
        .strip_prefix('-')?;
    let digits = rest.split('-').next()?;
    digits.parse().ok()
}

fn is_indexed(job: &batch::Job) -> bool {
    let mode = job
        .spec
        .as_ref()
        .and_then(|spec| spec.completion_mode.as_deref());
    mode == Some("Indexed")
}

/// Two Pods of one name cannot be.
fn refuse_doubles(pods: &[(Pod, String)]) -> Result<()> {
    let mut seen = HashMap::new();
    for (pod, source) in pods {
        if let Some(first) = seen.insert(pod.key(), source) {
            bail!("{source}: the Pod {} stands at {first} already", pod.key());
        }
    }
    Ok(())
}

/// Fills in a text that is absent or empty.
fn or_text(field: &mut Option<String>, text: &str) {
    if field.as_deref().is_none_or(str::is_empty) {
        *field = Some(text.to_owned());
    }
}

impl Given {
    /// Has a Pod of the Job end with this exit code just now: the first that is
    /// active, or else one more.
    pub(super) fn suppose_failure(&mut self, exit_code: i32, now: Timestamp) {
        let uid = self.job.metadata.uid.as_deref().unwrap_or_default().into();
        let is_active = |pod: &Pod| {
            let view = PodView::from(pod);
            view.is_controlled_by(&uid) && view.is_active()
        };
        let position = self.pods.iter().position(is_active).unwrap_or_else(|| {
            let pod = self.one_more_pod(now);
            self.pods.push(pod);
            self.pods.len() - 1
        });
        let template = self.job.spec.as_ref().map(|spec| &spec.template);
        let containers = template.and_then(|template| template.spec.as_ref());
        let container = containers.and_then(|spec| spec.containers.first());
        let status = self.pods[position].status.get_or_insert_default();
        status.phase = Some("Failed".to_owned());
        status.container_statuses = Some(vec![ContainerStatus {
            name: container.map_or_else(|| "main".to_owned(), |container| container.name.clone()),
            state: Some(ContainerState {
                terminated: Some(ContainerStateTerminated {
                    exit_code,
                    finished_at: Some(Time(now)),
                    ..ContainerStateTerminated::default()
                }),
                ..ContainerState::default()
            }),
            ..ContainerStatus::default()
        }]);
    }

    /// A Pod as the Job would create it; of an Indexed Job, for the lowest index
    /// that is not completed.
    fn one_more_pod(&self, now: Timestamp) -> Pod {
        let spec = self.job.spec.as_ref();
        let completions = spec
            .and_then(|spec| spec.completions)
            .unwrap_or(0)
            .max(0)
            .cast_unsigned();
        let status = self.job.status.as_ref();
        let completed = status.and_then(|status| status.completed_indexes.as_deref());
        let completed = IndexSet::parse_lenient(completed.unwrap_or_default(), completions);
        let mut pod = pod_template::new_pod(
            &self.job,
            CreatePod {
                index: completed
                    .missing(completions)
                    .first()
                    .filter(|_| is_indexed(&self.job)),
                failure_counts: None,
                reason: CreateReason::New,
            },
        );
        let name = self.job.metadata.name.as_deref().unwrap_or_default();
        pod.metadata.name = Some(format!("{name}-supposed"));
        pod.metadata.uid = Some("supposed".to_owned());
        pod.metadata.creation_timestamp = Some(Time(now));
        pod
    }
}
