//! Create, update and status rules of Jobs, row by row.
//!
//! A test named by a row (`a09_...`) is that row of `docs/scenarios.md`, sections
//! A to C. The pipeline around the rules is played here in its shortest form:
//! decode, default, fill in what the registry fills in, prepare, validate.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod create;
mod hostile;
mod laws;
mod status;
mod update;

use jobyard_api::{Object, StatusError, Strategy, batch::Job, meta::Time};
use serde_json::{Value, json};

/// The uid every Job of these tests gets.
const UID: &str = "0b3c1a55-7d0e-4a55-9f6e-0c9f2d1e8a77";

/// An answer to a write: the stored Job and its warnings, or the error.
type Answer = Result<(Job, Vec<String>), StatusError>;

/// The Job `pi` with one container, changed by `patch` (a JSON merge patch).
fn manifest(patch: &Value) -> Value {
    let mut job = json!({
        "metadata": {"name": "pi", "namespace": "default"},
        "spec": {"template": {"spec": {
            "restartPolicy": "Never",
            "containers": [{"name": "c", "image": "perl:5.34.0"}],
        }}},
    });
    json_patch::merge(&mut job, patch);
    job
}

/// The Job `pi` with this spec.
fn with_spec(patch: &Value) -> Value {
    manifest(&json!({"spec": patch}))
}

/// Creates the Job as the registry would.
fn create(manifest: &Value) -> Answer {
    let mut job: Job = serde_json::from_value(manifest.clone()).unwrap();
    job.apply_defaults();
    job.metadata.uid = Some(UID.to_owned());
    job.metadata.creation_timestamp = Some(time("2026-01-02T03:04:05Z"));
    job.prepare_create();
    let errors = job.validate();
    if !errors.is_empty() {
        return Err(invalid(&job, &errors));
    }
    job.metadata.resource_version = Some("1".to_owned());
    let warnings = job.warnings();
    assert_defaults_settled(&job);
    Ok((job, warnings))
}

/// What was stored stays the same when it is read back.
fn assert_defaults_settled(job: &Job) {
    let mut read_back = job.clone();
    read_back.apply_defaults();
    assert_eq!(&read_back, job);
}

/// Creates a Job that must be good.
fn created(manifest: &Value) -> Job {
    create(manifest).unwrap().0
}

/// Changes the Job by a JSON merge patch, through the main endpoint.
fn patch(old: &Job, patch: &Value) -> Answer {
    let mut job = patched(old, patch);
    job.apply_defaults();
    job.prepare_update(old);
    let errors = job.validate_update(old);
    if !errors.is_empty() {
        return Err(invalid(&job, &errors));
    }
    let warnings = job.update_warnings(old);
    assert_defaults_settled(&job);
    Ok((job, warnings))
}

/// Changes the Job by a JSON merge patch, through `/status`.
fn patch_status(old: &Job, patch: &Value) -> Answer {
    let mut job = patched(old, patch);
    job.apply_defaults();
    job.prepare_status_update(old);
    let errors = job.validate_status_update(old);
    if errors.is_empty() {
        Ok((job, Vec::new()))
    } else {
        Err(invalid(&job, &errors))
    }
}

/// The Job with this status, as if it had always been there.
fn in_state(mut job: Job, status: &Value) -> Job {
    job.status = Some(serde_json::from_value(status.clone()).unwrap());
    job
}

fn patched(old: &Job, patch: &Value) -> Job {
    let mut object = serde_json::to_value(old).unwrap();
    json_patch::merge(&mut object, patch);
    serde_json::from_value(object).unwrap()
}

fn invalid(job: &Job, errors: &jobyard_api::field::ErrorList) -> StatusError {
    let name = job.metadata.name.as_deref().unwrap_or("");
    StatusError::invalid(Job::RESOURCE, name, errors)
}

fn time(text: &str) -> Time {
    Time(text.parse().unwrap())
}

/// The generation of the Job.
fn generation(job: &Job) -> i64 {
    job.metadata.generation.unwrap()
}

/// The whole causes, as `field: message`.
#[track_caller]
fn causes(answer: &Answer) -> Vec<String> {
    let error = answer.as_ref().expect_err("this is refused");
    assert_eq!(error.code(), 422);
    let causes = error.0.details.iter().flat_map(|details| &details.causes);
    causes
        .flatten()
        .map(|cause| {
            format!(
                "{}: {}",
                cause.field.as_deref().unwrap_or(""),
                cause.message.as_deref().unwrap_or("")
            )
        })
        .collect()
}

/// That the write is refused for exactly these faults, in this order.
#[track_caller]
fn refused(answer: &Answer, expected: &[&str]) {
    assert_eq!(causes(answer), expected);
}

/// That the write is refused for exactly these faults; of each fault the field
/// and the end of its text are given, where the text holds a whole object.
#[track_caller]
fn refused_at(answer: &Answer, expected: &[(&str, &str)]) {
    let causes = causes(answer);
    let fits = causes.len() == expected.len()
        && causes.iter().zip(expected).all(|(cause, (field, end))| {
            cause.starts_with(&format!("{field}: ")) && cause.ends_with(end)
        });
    assert!(fits, "causes {causes:#?}\nexpected {expected:#?}");
}
