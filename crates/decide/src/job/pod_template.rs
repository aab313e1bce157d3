//! The Pod that a Job creates from its template.
//!
//! It has no name yet, only `generateName`: the random end is the driver's, which
//! has the chance and knows which names are taken ([`jobyard_api::names`]).
//!
//! Source: upstream `GetPodFromTemplate`, `podGenerateNameWithIndex`,
//! `addCompletionIndexEnvVariables` (`pkg/controller/job/indexed_job_utils.go`);
//! documentation page "Jobs", section "Completion mode".

use jobyard_api::{
    batch,
    core::{Container, EnvVar, EnvVarSource, ObjectFieldSelector, Pod, PodSpec},
    meta::{ObjectMeta, OwnerReference},
    names,
    well_known::{
        JOB_COMPLETION_INDEX, JOB_INDEX_FAILURE_COUNT, JOB_INDEX_IGNORED_FAILURE_COUNT,
        JOB_TRACKING_FINALIZER,
    },
};

use crate::job::{
    manage::CreatePod,
    pod_view::{JOB_API_VERSION, JOB_KIND},
};

/// The environment variable that holds the completion index.
const COMPLETION_INDEX_ENV: &str = "JOB_COMPLETION_INDEX";

/// The reference by which a Job owns its Pods.
pub fn owner_reference(job: &batch::Job) -> OwnerReference {
    OwnerReference {
        api_version: JOB_API_VERSION.to_owned(),
        kind: JOB_KIND.to_owned(),
        name: job.metadata.name.clone().unwrap_or_default(),
        uid: job.metadata.uid.clone().unwrap_or_default(),
        controller: Some(true),
        block_owner_deletion: Some(true),
    }
}

/// What the name of a Pod of this Job starts with: `pi-`, or `pi-3-` with an index.
///
/// With an index it is cut to 58 bytes here, in the Job's part, so that the
/// index stays whole.
pub fn generate_name(job_name: &str, index: Option<u32>) -> String {
    let Some(index) = index else {
        return format!("{job_name}-");
    };
    let suffix = format!("-{index}-");
    let end = job_name.floor_char_boundary(names::PREFIX_LENGTH_MAX - suffix.len());
    format!("{}{suffix}", &job_name[..end])
}

/// The name that comes of a `generateName`: cut to 58 bytes, and the random end,
/// here given as `chosen`.
///
/// Source: apiserver `pkg/storage/names/generate.go`.
pub fn generated_name(generate_name: &str, chosen: &str) -> String {
    let end = generate_name.floor_char_boundary(names::PREFIX_LENGTH_MAX);
    format!("{}{chosen}", &generate_name[..end])
}

/// Builds the Pod to send to the API server; its name is missing.
pub fn new_pod(job: &batch::Job, create: CreatePod) -> Pod {
    let name = job.metadata.name.as_deref().unwrap_or_default();
    let template = job.spec.as_ref().map(|spec| &spec.template);
    let template_metadata = template.and_then(|template| template.metadata.as_ref());
    let mut labels = template_metadata
        .and_then(|metadata| metadata.labels.clone())
        .unwrap_or_default();
    let mut annotations = template_metadata
        .and_then(|metadata| metadata.annotations.clone())
        .unwrap_or_default();
    let mut finalizers = template_metadata
        .and_then(|metadata| metadata.finalizers.clone())
        .unwrap_or_default();
    let mut spec = template
        .and_then(|template| template.spec.clone())
        .unwrap_or_default();

    if !finalizers.iter().any(|name| name == JOB_TRACKING_FINALIZER) {
        finalizers.push(JOB_TRACKING_FINALIZER.to_owned());
    }
    if let Some(index) = create.index {
        labels.insert(JOB_COMPLETION_INDEX.to_owned(), index.to_string());
        annotations.insert(JOB_COMPLETION_INDEX.to_owned(), index.to_string());
        spec.hostname = Some(format!("{name}-{index}"));
        add_completion_index_env(&mut spec);
    }
    if let Some(counts) = create.failure_counts {
        annotations.insert(
            JOB_INDEX_FAILURE_COUNT.to_owned(),
            counts.failures.to_string(),
        );
        if counts.ignored > 0 {
            annotations.insert(
                JOB_INDEX_IGNORED_FAILURE_COUNT.to_owned(),
                counts.ignored.to_string(),
            );
        }
    }
    Pod {
        metadata: ObjectMeta {
            namespace: job.metadata.namespace.clone(),
            generate_name: Some(generate_name(name, create.index)),
            labels: Some(labels).filter(|labels| !labels.is_empty()),
            annotations: Some(annotations).filter(|annotations| !annotations.is_empty()),
            finalizers: Some(finalizers),
            owner_references: Some(vec![owner_reference(job)]),
            ..ObjectMeta::default()
        },
        spec: Some(spec),
        status: None,
    }
}

/// Gives every container the index in its environment, unless it has a variable of that name.
fn add_completion_index_env(spec: &mut PodSpec) {
    let init_containers = spec.init_containers.iter_mut().flatten();
    for container in init_containers.chain(&mut spec.containers) {
        let Container { env, .. } = container;
        let env = env.get_or_insert_default();
        if env
            .iter()
            .all(|variable| variable.name != COMPLETION_INDEX_ENV)
        {
            env.push(EnvVar {
                name: COMPLETION_INDEX_ENV.to_owned(),
                value: None,
                value_from: Some(EnvVarSource {
                    field_ref: Some(ObjectFieldSelector {
                        api_version: None,
                        field_path: format!("metadata.labels['{JOB_COMPLETION_INDEX}']"),
                    }),
                    ..EnvVarSource::default()
                }),
            });
        }
    }
}
