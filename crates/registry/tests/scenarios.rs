//! Rows of `docs/scenarios.md` that are the registry's.

mod kit;

use jobyard_api::{batch, core, status::Reason};
use jobyard_registry::{
    Registry,
    request::{DeleteOptions, ListRequest, Patch, PatchKind, Subresource},
};

use kit::{body, cx, job, jobs, key, list, registry, strict, text};

fn read(json: &[u8]) -> batch::Job {
    serde_json::from_slice(json).expect("the answer is a Job")
}

/// A Job `pi`, and its registry.
fn with_pi() -> (Registry, batch::Job) {
    let registry = registry();
    let made = jobs(&registry)
        .create(&cx(), "default", &body(&job("pi")), &strict())
        .expect("the Job is valid");
    (registry, read(&made.object.json))
}

#[test]
fn a43_generated_names_have_five_safe_characters_and_the_label_follows() {
    let registry = registry();
    let mut template = job("");
    template.metadata.name = None;
    template.metadata.generate_name = Some("batch-".to_owned());
    let made = jobs(&registry)
        .create(&cx(), "default", &body(&template), &strict())
        .unwrap();
    let made = read(&made.object.json);
    let name = made.metadata.name.clone().unwrap();
    let suffix = name.strip_prefix("batch-").unwrap();
    assert_eq!(suffix.len(), 5);
    let safe = "bcdfghjklmnpqrstvwxz2456789";
    assert!(suffix.chars().all(|one| safe.contains(one)), "{suffix}");
    let template = made.spec.unwrap().template.metadata.unwrap();
    let labels = template.labels.unwrap();
    assert_eq!(labels["job-name"], name);
    assert_eq!(labels["batch.kubernetes.io/job-name"], name);
}

#[test]
fn b20_a_put_with_a_stale_version_is_a_conflict() {
    let (registry, first) = with_pi();
    let jobs = jobs(&registry);
    let mut second = first.clone();
    second.spec.as_mut().unwrap().parallelism = Some(2);
    let put =
        |job: &batch::Job| jobs.update(&cx(), &key("pi"), Subresource::Main, &body(job), &strict());
    put(&second).unwrap();
    let error = put(&first).unwrap_err();
    assert!(error.is(Reason::Conflict));
    assert_eq!(
        error.message(),
        "Operation cannot be fulfilled on jobs.batch \"pi\": the object has been modified; please \
         apply your changes to the latest version and try again"
    );
}

#[test]
fn b21_a_put_through_the_main_endpoint_leaves_the_status() {
    let (registry, made) = with_pi();
    let mut changed = made.clone();
    changed.status.get_or_insert_default().succeeded = Some(7);
    changed.spec.as_mut().unwrap().parallelism = Some(2);
    let put = jobs(&registry)
        .update(
            &cx(),
            &key("pi"),
            Subresource::Main,
            &body(&changed),
            &strict(),
        )
        .unwrap();
    let put = read(&put.object.json);
    assert_eq!(put.status, made.status);
    assert_eq!(put.spec.unwrap().parallelism, Some(2));
}

#[test]
fn b25_no_finalizer_is_added_to_what_is_being_deleted() {
    let (registry, _) = with_pi();
    let jobs = jobs(&registry);
    // Orphan, the default of Jobs, keeps it by a finalizer.
    let ended = jobs.delete(&cx(), &key("pi"), &DeleteOptions::default());
    assert!(!ended.unwrap().gone);
    let patch = Patch {
        kind: PatchKind::Merge,
        bytes: text(r#"{"metadata":{"finalizers":["orphan","example.com/x"]}}"#).bytes,
    };
    let error = jobs
        .patch(&cx(), &key("pi"), Subresource::Main, &patch, &strict())
        .unwrap_err();
    assert_eq!(
        error.message(),
        "Job.batch \"pi\" is invalid: metadata.finalizers: Forbidden: no new finalizers can be \
         added if the object is being deleted, found new finalizers []string{\"example.com/x\"}"
    );
}

#[test]
fn q15_jobs_are_selected_by_their_successes() {
    let (registry, made) = with_pi();
    let jobs = jobs(&registry);
    jobs.create(&cx(), "default", &body(&job("other")), &strict())
        .unwrap();
    let mut done = made;
    done.status.get_or_insert_default().succeeded = Some(1);
    done.status.as_mut().unwrap().start_time = done.metadata.creation_timestamp.clone();
    jobs.update(
        &cx(),
        &key("pi"),
        Subresource::Status,
        &body(&done),
        &strict(),
    )
    .unwrap();
    let selected = |fields: &str| {
        let request = ListRequest {
            field_selector: fields.to_owned(),
            ..list()
        };
        jobs.list(&cx(), &request)
    };
    let found = selected("status.successful=1").unwrap();
    let names: Vec<_> = found.items.iter().map(|one| &*one.key.name).collect();
    assert_eq!(names, ["pi"]);
    let error = selected("status.failed=1").unwrap_err();
    assert_eq!(error.code(), 400);
    assert_eq!(
        error.message(),
        "field label \"status.failed\" not supported for Job"
    );
}

#[test]
fn an_object_of_the_pod_kind_carries_its_defaults_on_the_wire() {
    let registry = registry();
    let made = registry
        .resource("", "v1", "pods")
        .unwrap()
        .create(&cx(), "default", &body(&kit::pod("a")), &strict())
        .unwrap();
    let pod: core::Pod = serde_json::from_slice(&made.object.json).unwrap();
    let status = pod.status.unwrap();
    assert_eq!(status.phase.as_deref(), Some("Pending"));
    assert_eq!(status.qos_class.as_deref(), Some("BestEffort"));
    let spec = pod.spec.unwrap();
    assert_eq!(spec.dns_policy.as_deref(), Some("ClusterFirst"));
    assert_eq!(spec.enable_service_links, Some(true));
}
