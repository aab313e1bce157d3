//! What a Job must keep to.
//!
//! The order of checks is Kubernetes', for it is the order of the causes in the
//! answer. Numbers behind `MAX` are part of the API's contract: they bound what
//! the text of `status.completedIndexes` can grow to.
//!
//! Source: upstream `pkg/apis/batch/validation/validation.go`.

mod policies;
mod status;
mod update;

pub use status::job_status_update;
pub use update::job_update;

use std::collections::BTreeMap;

use crate::{
    batch::{Job, JobSpec},
    core::PodTemplateSpec,
    field::{ErrorList, FieldError, Json, Path},
    selector::LabelSelector,
    validation::{
        label_selector,
        meta::{nonnegative, object_meta},
        names, pod,
    },
    well_known::{
        LABEL_CONTROLLER_UID, LABEL_CONTROLLER_UID_LEGACY, LABEL_JOB_NAME, LABEL_JOB_NAME_LEGACY,
    },
};

/// Most Pods an Indexed Job may run at once.
const PARALLELISM_INDEXED_MAX: i32 = 100_000;
/// Most failed indexes an Indexed Job may allow.
const FAILED_INDEXES_MAX: i32 = 100_000;
/// Above so many completions, back-off by index needs the two tighter limits below.
const COMPLETIONS_SOFT_MAX: i32 = 100_000;
/// Parallelism and failed indexes above that.
const HIGH_COMPLETIONS_MAX: i32 = 10_000;
/// Longest `managedBy`, in bytes.
const MANAGED_BY_BYTES_MAX: usize = 63;

/// Every fault of a new Job.
pub fn job(job: &Job) -> ErrorList {
    job_object(job, true)
}

/// `require_prefixed_labels`: false only for an update of a Job that was created
/// when the labels had no prefix.
fn job_object(job: &Job, require_prefixed_labels: bool) -> ErrorList {
    let mut errors = object_meta(&job.metadata, true, names::dns_subdomain);
    let default = JobSpec::default();
    let spec = job.spec.as_ref().unwrap_or(&default);
    generated_selector(job, spec, require_prefixed_labels, &mut errors);
    job_spec(spec, &Path::new("spec"), &mut errors);
    indexed_host_name(job, spec, &mut errors);
    errors
}

/// A Job that does not manage its selector itself has exactly the generated one.
fn generated_selector(
    job: &Job,
    spec: &JobSpec,
    require_prefixed_labels: bool,
    errors: &mut ErrorList,
) {
    let Some(selector) = spec.selector.as_ref() else {
        return;
    };
    if spec.manual_selector == Some(true) {
        return;
    }
    let uid = job.metadata.uid.as_deref().unwrap_or("");
    let name = job.metadata.name.as_deref().unwrap_or("");
    if uid.is_empty() {
        errors.push(FieldError::required(
            &Path::new("metadata").child("uid"),
            "",
        ));
    }
    let mut expected = vec![
        (LABEL_CONTROLLER_UID_LEGACY, uid),
        (LABEL_JOB_NAME_LEGACY, name),
    ];
    if require_prefixed_labels {
        expected.extend([(LABEL_CONTROLLER_UID, uid), (LABEL_JOB_NAME, name)]);
    }
    let path = Path::new("spec")
        .child("template")
        .child("metadata")
        .child("labels");
    let labels = template_labels(&spec.template);
    for (key, value) in &expected {
        match labels.and_then(|labels| labels.get(*key)) {
            None => errors.push(FieldError::required(
                &path.key(key),
                format!("must be '{value}'"),
            )),
            Some(found) if found != value => errors.push(FieldError::invalid(
                &path.key(key),
                found,
                format!("must be '{value}'"),
            )),
            Some(_) => {}
        }
    }
    let expected: BTreeMap<String, String> = expected
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    if LabelSelector::from_meta(selector).is_ok_and(|selector| !selector.matches(&expected)) {
        errors.push(FieldError::invalid(
            &Path::new("spec").child("selector"),
            Json(selector),
            "`selector` not auto-generated",
        ));
    }
}

/// Every fault of a Job's spec.
fn job_spec(spec: &JobSpec, path: &Path, errors: &mut ErrorList) {
    job_template_spec(spec, path, errors);
    match &spec.selector {
        None => errors.push(FieldError::required(&path.child("selector"), "")),
        Some(selector) => label_selector::validate(selector, &path.child("selector"), errors),
    }
    let selector = match &spec.selector {
        None => Ok(LabelSelector::nothing()),
        Some(selector) => LabelSelector::from_meta(selector),
    };
    let labels = template_labels(&spec.template);
    let none = BTreeMap::new();
    if selector.is_ok_and(|selector| !selector.matches(labels.unwrap_or(&none))) {
        errors.push(FieldError::invalid(
            &path.child("template").child("metadata").child("labels"),
            Json(labels),
            "`selector` does not match template `labels`",
        ));
    }
}

/// Every fault of a Job's spec but of its selector, which a CronJob's template
/// may not have.
///
/// Source: `validateJobSpec`.
pub(super) fn job_template_spec(spec: &JobSpec, path: &Path, errors: &mut ErrorList) {
    for (name, value) in [
        ("parallelism", spec.parallelism.map(i64::from)),
        ("completions", spec.completions.map(i64::from)),
        ("activeDeadlineSeconds", spec.active_deadline_seconds),
        ("backoffLimit", spec.backoff_limit.map(i64::from)),
        (
            "ttlSecondsAfterFinished",
            spec.ttl_seconds_after_finished.map(i64::from),
        ),
        (
            "backoffLimitPerIndex",
            spec.backoff_limit_per_index.map(i64::from),
        ),
        ("maxFailedIndexes", spec.max_failed_indexes.map(i64::from)),
    ] {
        if let Some(value) = value {
            nonnegative(value, &path.child(name), errors);
        }
    }
    if spec.max_failed_indexes.is_some() && spec.backoff_limit_per_index.is_none() {
        errors.push(FieldError::required(
            &path.child("backoffLimitPerIndex"),
            "when maxFailedIndexes is specified",
        ));
    }
    if let Some(manager) = &spec.managed_by {
        managed_by(manager, &path.child("managedBy"), errors);
    }
    match spec.completion_mode.as_deref() {
        Some("Indexed") => indexed(spec, path, errors),
        None | Some("NonIndexed") => not_indexed(spec, path, errors),
        Some(unknown) => errors.push(FieldError::not_supported(
            &path.child("completionMode"),
            unknown,
            &["NonIndexed", "Indexed"],
        )),
    }
    if let Some(policy) = &spec.pod_failure_policy {
        policies::pod_failure_policy(policy, spec, &path.child("podFailurePolicy"), errors);
    }
    if let Some(policy) = &spec.success_policy {
        let path = path.child("successPolicy");
        if spec.completion_mode.as_deref() == Some("Indexed") {
            policies::success_policy(policy, spec, &path, errors);
        } else {
            errors.push(FieldError::invalid(
                &path,
                Json(policy),
                "requires indexed completion mode",
            ));
        }
    }
    pod_replacement_policy(spec, &path.child("podReplacementPolicy"), errors);
    pod::pod_template(&spec.template, &path.child("template"), errors);
    restart_policy(
        spec,
        &path.child("template").child("spec").child("restartPolicy"),
        errors,
    );
}

fn indexed(spec: &JobSpec, path: &Path, errors: &mut ErrorList) {
    if spec.completions.is_none() {
        errors.push(FieldError::required(
            &path.child("completions"),
            "when completion mode is Indexed",
        ));
    }
    at_most(
        &path.child("parallelism"),
        spec.parallelism,
        PARALLELISM_INDEXED_MAX,
        &format!(
            "must be less than or equal to {PARALLELISM_INDEXED_MAX} when completion mode is Indexed"
        ),
        errors,
    );
    if let Some(completions) = spec.completions {
        at_most(
            &path.child("maxFailedIndexes"),
            spec.max_failed_indexes,
            completions,
            "must be less than or equal to completions",
            errors,
        );
    }
    at_most(
        &path.child("maxFailedIndexes"),
        spec.max_failed_indexes,
        FAILED_INDEXES_MAX,
        &format!("must be less than or equal to {FAILED_INDEXES_MAX}"),
        errors,
    );
    let many = spec
        .completions
        .is_some_and(|completions| completions > COMPLETIONS_SOFT_MAX);
    if !many || spec.backoff_limit_per_index.is_none() {
        return;
    }
    if spec.max_failed_indexes.is_none() {
        errors.push(FieldError::required(
            &path.child("maxFailedIndexes"),
            format!("must be specified when completions is above {COMPLETIONS_SOFT_MAX}"),
        ));
    }
    for (name, value) in [
        ("parallelism", spec.parallelism),
        ("maxFailedIndexes", spec.max_failed_indexes),
    ] {
        at_most(
            &path.child(name),
            value,
            HIGH_COMPLETIONS_MAX,
            &format!(
                "must be less than or equal to {HIGH_COMPLETIONS_MAX} when completions are above {COMPLETIONS_SOFT_MAX} and used with backoff limit per index"
            ),
            errors,
        );
    }
}

fn at_most(path: &Path, value: Option<i32>, max: i32, detail: &str, errors: &mut ErrorList) {
    if let Some(value) = value.filter(|value| *value > max) {
        errors.push(FieldError::invalid(path, value, detail));
    }
}

fn not_indexed(spec: &JobSpec, path: &Path, errors: &mut ErrorList) {
    for (name, value) in [
        ("backoffLimitPerIndex", spec.backoff_limit_per_index),
        ("maxFailedIndexes", spec.max_failed_indexes),
    ] {
        if let Some(value) = value {
            errors.push(FieldError::invalid(
                &path.child(name),
                value,
                "requires indexed completion mode",
            ));
        }
    }
}

/// `domain/path`, such as `acme.io/foo`.
///
/// Source: apimachinery `IsDomainPrefixedPath`.
fn managed_by(manager: &str, path: &Path, errors: &mut ErrorList) {
    if manager.is_empty() {
        errors.push(FieldError::required(path, ""));
    } else {
        domain_prefixed_path(manager, path, errors);
    }
    if manager.len() > MANAGED_BY_BYTES_MAX {
        errors.push(FieldError::too_long(path, MANAGED_BY_BYTES_MAX));
    }
}

fn domain_prefixed_path(text: &str, path: &Path, errors: &mut ErrorList) {
    let (host, rest) = match text.split_once('/') {
        Some((host, rest)) if !host.is_empty() && !rest.is_empty() => (host, rest),
        _ => {
            errors.push(FieldError::invalid(
                path,
                text,
                "must be a domain-prefixed path (such as \"acme.io/foo\")",
            ));
            return;
        }
    };
    for why in names::dns_subdomain(host) {
        errors.push(FieldError::invalid(path, host, why));
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&byte);
    if !rest.bytes().all(fits) {
        errors.push(FieldError::invalid(
            path,
            rest,
            names::pattern("Invalid path", r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+", &[]),
        ));
    }
}

fn pod_replacement_policy(spec: &JobSpec, path: &Path, errors: &mut ErrorList) {
    let Some(policy) = spec.pod_replacement_policy.as_deref() else {
        return;
    };
    let supported: &[&str] = match spec.pod_failure_policy {
        Some(_) => &["Failed"],
        None => &["Failed", "TerminatingOrFailed"],
    };
    if !supported.contains(&policy) {
        errors.push(FieldError::not_supported(path, policy, supported));
    }
}

/// Always and nothing are the same here: a Pod's default is Always.
fn restart_policy(spec: &JobSpec, path: &Path, errors: &mut ErrorList) {
    let policy = spec
        .template
        .spec
        .as_ref()
        .and_then(|pod| pod.restart_policy.as_deref())
        .unwrap_or("");
    match policy {
        "" | "Always" => errors.push(FieldError::required(
            path,
            "valid values: \"OnFailure\", \"Never\"",
        )),
        "Never" => {}
        "OnFailure" => {
            if spec.pod_failure_policy.is_some() {
                errors.push(FieldError::invalid(
                    path,
                    policy,
                    "only \"Never\" is supported when podFailurePolicy is specified",
                ));
            }
        }
        unknown => errors.push(FieldError::not_supported(
            path,
            unknown,
            &["OnFailure", "Never"],
        )),
    }
}

/// The Pods of an Indexed Job get `name-index` as their host name, which must be
/// a DNS label for the last index, too.
fn indexed_host_name(job: &Job, spec: &JobSpec, errors: &mut ErrorList) {
    let (Some("Indexed"), Some(completions @ 1..)) =
        (spec.completion_mode.as_deref(), spec.completions)
    else {
        return;
    };
    let name = job.metadata.name.as_deref().unwrap_or("");
    let longest = format!("{name}-{}", completions - 1);
    if !names::dns_label(&longest).is_empty() {
        errors.push(FieldError::invalid(
            &Path::new("metadata").child("name"),
            name,
            format!("will not able to create pod with invalid DNS label: {longest}"),
        ));
    }
}

fn template_labels(template: &PodTemplateSpec) -> Option<&BTreeMap<String, String>> {
    template
        .metadata
        .as_ref()
        .and_then(|metadata| metadata.labels.as_ref())
}
