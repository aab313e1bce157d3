//! From manifests to stored objects: all of them or none.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow};
use jobyard_api::{ObjectKey, StatusError, Timestamp, Uid, resource, status::Reason};
use jobyard_registry::{
    Registry,
    request::{
        Body, BodyFormat, Context, DeleteOptions, FieldValidation, Propagation, Subresource,
        WriteOptions, Written,
    },
    resource::Resource,
};
use serde_json::Value;

use super::{manifests::Manifest, progress::Progress};
use crate::say::say;

/// What was created and is to be followed.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    jobs: Vec<Uid>,
    pods: Vec<Uid>,
    /// Whether a single container runs in all: its log needs no prefix.
    pub(crate) single_container: bool,
}

impl Applied {
    /// Nothing seen of it yet.
    pub(crate) fn progress(&self) -> Progress {
        Progress {
            jobs: self.jobs.iter().map(|uid| (uid.clone(), None)).collect(),
            bare_pods: self.pods.iter().map(|uid| (uid.clone(), None)).collect(),
            ..Progress::default()
        }
    }
}

/// Has the yard accept every object.
///
/// What workloads refer to is created first; then each workload is tried as a
/// dry run, and only when all would be accepted are they created. On an error
/// what was created is deleted again.
pub(crate) fn apply(registry: &Registry, manifests: &[Manifest]) -> Result<Applied> {
    let mut created = Vec::new();
    let outcome = apply_in_order(registry, manifests, &mut created);
    if outcome.is_err() {
        for (manifest, key) in created.into_iter().rev() {
            let options = DeleteOptions {
                propagation: Some(Propagation::Background),
                ..DeleteOptions::default()
            };
            let _ = table(registry, manifest).delete(&context(), &key, &options);
        }
    }
    outcome
}

fn apply_in_order<'a>(
    registry: &Registry,
    manifests: &'a [Manifest],
    created: &mut Vec<(&'a Manifest, ObjectKey)>,
) -> Result<Applied> {
    let (workloads, others): (Vec<_>, Vec<_>) = manifests.iter().partition(|one| one.is_workload());
    make_missing_namespaces(registry, manifests)?;
    for manifest in &others {
        match create(registry, manifest, false) {
            Ok(written) => created.push((manifest, written.object.key)),
            // In a yard that is kept the object may be there from the last time.
            Err(error) if error.is(Reason::AlreadyExists) => {
                replace(registry, manifest).map_err(|error| rejected(manifest, &error))?;
            }
            Err(error) => return Err(rejected(manifest, &error)),
        }
    }
    for manifest in &workloads {
        create(registry, manifest, true).map_err(|error| rejected(manifest, &error))?;
    }
    let mut applied = Applied {
        single_container: workloads.len() == 1
            && workloads.iter().all(|one| runs_one_container(&one.value)),
        ..Applied::default()
    };
    for manifest in workloads {
        let written =
            create(registry, manifest, false).map_err(|error| rejected(manifest, &error))?;
        created.push((manifest, written.object.key.clone()));
        written
            .warnings
            .iter()
            .for_each(|warning| say(format_args!("{}: warning: {warning}", manifest.source)));
        let followed = if manifest.resource.kind == "Job" {
            &mut applied.jobs
        } else {
            &mut applied.pods
        };
        followed.push(written.object.uid);
    }
    Ok(applied)
}

fn make_missing_namespaces(registry: &Registry, manifests: &[Manifest]) -> Result<()> {
    let declared = manifests
        .iter()
        .filter(|one| one.resource.kind == "Namespace")
        .filter_map(|one| one.value.pointer("/metadata/name").and_then(Value::as_str));
    let mut settled: BTreeSet<&str> = declared.collect();
    for manifest in manifests {
        if manifest.namespace.is_empty() || !settled.insert(&manifest.namespace) {
            continue;
        }
        let value = serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": manifest.namespace}});
        let namespace = Manifest {
            source: manifest.source.clone(),
            resource: &resource::NAMESPACE,
            namespace: String::new(),
            value,
        };
        match create(registry, &namespace, false) {
            Ok(_) => {}
            Err(error) if error.is(Reason::AlreadyExists) => {}
            Err(error) => return Err(rejected(manifest, &error)),
        }
    }
    Ok(())
}

fn create(registry: &Registry, manifest: &Manifest, dry_run: bool) -> Result<Written, StatusError> {
    table(registry, manifest).create(
        &context(),
        &manifest.namespace,
        &body(manifest),
        &options(dry_run),
    )
}

fn replace(registry: &Registry, manifest: &Manifest) -> Result<Written, StatusError> {
    let name = manifest
        .value
        .pointer("/metadata/name")
        .and_then(Value::as_str)
        .unwrap_or("");
    table(registry, manifest).update(
        &context(),
        &ObjectKey::new(&manifest.namespace, name),
        Subresource::Main,
        &body(manifest),
        &options(false),
    )
}

fn table<'a>(registry: &'a Registry, manifest: &Manifest) -> &'a dyn Resource {
    let info = manifest.resource;
    registry
        .resource(info.group, info.version, info.plural)
        .expect("manifests hold kinds that are served")
}

fn body(manifest: &Manifest) -> Body {
    Body {
        format: BodyFormat::Json,
        bytes: manifest.value.to_string().into(),
    }
}

fn options(dry_run: bool) -> WriteOptions {
    WriteOptions {
        dry_run,
        field_validation: FieldValidation::Strict,
        field_manager: "jobyard-run".into(),
        force: false,
    }
}

fn context() -> Context {
    Context {
        user: crate::yard::administrator(),
        now: Timestamp::now(),
    }
}

fn rejected(manifest: &Manifest, error: &StatusError) -> anyhow::Error {
    anyhow!(
        "{}: {}; nothing was started",
        manifest.source,
        error.message()
    )
}

/// Whether this workload runs one container at a time and no more than once at once.
fn runs_one_container(workload: &Value) -> bool {
    let number = |pointer: &str| {
        workload
            .pointer(pointer)
            .and_then(Value::as_u64)
            .unwrap_or(1)
    };
    let count = |pointer: &str| {
        workload
            .pointer(pointer)
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
    };
    let spec = if workload.pointer("/spec/template").is_some() {
        "/spec/template/spec"
    } else {
        "/spec"
    };
    let containers =
        count(&format!("{spec}/containers")) + count(&format!("{spec}/initContainers"));
    containers == 1 && number("/spec/completions") <= 1 && number("/spec/parallelism") <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_container_is_told_from_several() {
        let job = |spec: Value| runs_one_container(&serde_json::json!({"spec": spec}));
        let one = serde_json::json!({"containers": [{}]});
        assert!(job(serde_json::json!({"template": {"spec": one}})));
        assert!(!job(
            serde_json::json!({"template": {"spec": one}, "completions": 2})
        ));
        assert!(!job(
            serde_json::json!({"template": {"spec": {"containers": [{}], "initContainers": [{}]}}})
        ));
        assert!(job(one));
    }

    fn manifest(
        resource: &'static jobyard_api::ResourceInfo,
        namespace: &str,
        name: &str,
    ) -> Manifest {
        Manifest {
            source: "test".to_owned(),
            resource,
            namespace: namespace.to_owned(),
            value: serde_json::json!({
                "apiVersion": resource.api_version(),
                "kind": resource.kind,
                "metadata": { "name": name },
            }),
        }
    }

    #[test]
    fn namespaces_that_nobody_declared_are_made_once() {
        let registry = Registry::in_memory(&context(), jobyard_registry::Options::default());
        let registry = registry.unwrap();
        let before = registry.revision();
        let manifests = [
            manifest(&resource::NAMESPACE, "", "declared"),
            manifest(&resource::JOB, "declared", "a"),
            manifest(&resource::JOB, "missing", "b"),
            manifest(&resource::JOB, "missing", "c"),
            manifest(&resource::JOB, "default", "d"),
        ];
        make_missing_namespaces(&registry, &manifests).unwrap();
        let has = |name| {
            let namespaces = registry.of::<jobyard_api::core::Namespace>();
            namespaces.get(&ObjectKey::new("", name)).is_ok()
        };
        assert!(has("missing") && !has("declared"));
        // The namespace and its service account.
        assert_eq!(registry.revision().0, before.0 + 2);
    }
}
