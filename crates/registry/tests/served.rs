//! Kinds as the server sees them: bodies in, bytes out.

mod kit;

use jobyard_api::{ObjectKey, coordination, core};
use jobyard_registry::{
    Registry,
    request::{
        Body, BodyFormat, DeleteOptions, Patch, PatchKind, Propagation, Subresource, WatchEvent,
        WriteOptions,
    },
    resource::Resource,
};

use futures::FutureExt;
use kit::{
    body, config_map, cx, job, jobs, key, list, maps, metadata, pod, registry, strict, text,
};

fn dry() -> WriteOptions {
    WriteOptions {
        dry_run: true,
        ..strict()
    }
}

fn merge(json: &'static str) -> Patch {
    Patch {
        kind: PatchKind::Merge,
        bytes: text(json).bytes,
    }
}

fn background() -> DeleteOptions {
    DeleteOptions {
        propagation: Some(Propagation::Background),
        ..DeleteOptions::default()
    }
}

fn leases(registry: &Registry) -> &dyn Resource {
    registry
        .resource("coordination.k8s.io", "v1", "leases")
        .expect("the kind is served")
}

#[test]
fn a_dry_run_of_any_verb_writes_nothing_and_tells_no_watcher() {
    let registry = registry();
    registry.of().create(&cx(), config_map("a", "1")).unwrap();
    let maps = maps(&registry);
    let before = (
        registry.revision(),
        maps.get(&cx(), &key("a")).unwrap().json,
    );
    let request = jobyard_registry::request::ListRequest {
        resource_version: before.0.to_string(),
        ..list()
    };
    let mut watch = maps.watch(&cx(), &request).unwrap();

    let made = maps
        .create(&cx(), "default", &body(&config_map("b", "1")), &dry())
        .unwrap();
    assert!(made.created && !made.object.uid.as_str().is_empty());
    let changed = maps
        .update(
            &cx(),
            &key("a"),
            Subresource::Main,
            &body(&config_map("a", "2")),
            &dry(),
        )
        .unwrap();
    let shown: core::ConfigMap = serde_json::from_slice(&changed.object.json).unwrap();
    assert_eq!(shown.data, config_map("a", "2").data);
    let patch = merge(r#"{"data":{"key":"3"}}"#);
    maps.patch(&cx(), &key("a"), Subresource::Main, &patch, &dry())
        .unwrap();
    let options = DeleteOptions {
        dry_run: true,
        ..DeleteOptions::default()
    };
    assert!(maps.delete(&cx(), &key("a"), &options).unwrap().gone);
    let all = maps.delete_collection(&cx(), &list(), &options).unwrap();
    assert_eq!(all.items.len(), 1);

    let after = (
        registry.revision(),
        maps.get(&cx(), &key("a")).unwrap().json,
    );
    assert_eq!(after, before);
    assert!(watch.next().now_or_never().is_none());
}

#[test]
fn the_bytes_on_the_wire_begin_with_kind_and_version() {
    let registry = registry();
    let made = maps(&registry)
        .create(&cx(), "default", &body(&config_map("a", "1")), &strict())
        .unwrap();
    let expected = format!(
        r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"resourceVersion":"{}","#,
        registry.revision()
    );
    let json = std::str::from_utf8(&made.object.json).unwrap();
    assert!(json.starts_with(&expected), "{json}");
}

#[test]
fn a_body_of_another_namespace_or_name_is_refused() {
    let registry = registry();
    let maps = maps(&registry);
    let error = maps
        .create(&cx(), "other", &body(&config_map("a", "1")), &strict())
        .unwrap_err();
    assert_eq!(
        error.message(),
        "the namespace of the provided object does not match the namespace sent on the request"
    );
    let put = |map: &core::ConfigMap| {
        maps.update(&cx(), &key("b"), Subresource::Main, &body(map), &strict())
    };
    assert_eq!(
        put(&config_map("a", "1")).unwrap_err().message(),
        "the name of the object (a) does not match the name on the URL (b)"
    );
    let mut nameless = config_map("a", "1");
    nameless.metadata.name = None;
    assert_eq!(
        put(&nameless).unwrap_err().message(),
        "the name of the object (b based on URL) was undeterminable: name must be provided"
    );
}

#[test]
fn a_put_makes_a_lease_that_is_not_there_and_then_wants_its_version() {
    let registry = registry();
    let lease = coordination::Lease {
        metadata: metadata("l"),
        ..coordination::Lease::default()
    };
    let put = || {
        leases(&registry).update(
            &cx(),
            &key("l"),
            Subresource::Main,
            &body(&lease),
            &strict(),
        )
    };
    assert!(put().unwrap().created);
    assert_eq!(
        put().unwrap_err().message(),
        "leases.coordination.k8s.io \"l\" is invalid: metadata.resourceVersion: Invalid value: 0: \
         must be specified for an update"
    );
}

#[test]
fn a_patch_with_a_stale_version_is_a_conflict_and_one_without_is_not() {
    let registry = registry();
    registry.of().create(&cx(), config_map("a", "1")).unwrap();
    registry.of().update(&cx(), config_map("a", "2")).unwrap();
    let patch = |json: &'static str| {
        maps(&registry).patch(&cx(), &key("a"), Subresource::Main, &merge(json), &strict())
    };
    let stale = patch(r#"{"metadata":{"resourceVersion":"1"},"data":{"key":"3"}}"#);
    assert_eq!(stale.unwrap_err().code(), 409);
    let patched = patch(r#"{"data":{"key":"3"}}"#).unwrap();
    let patched: core::ConfigMap = serde_json::from_slice(&patched.object.json).unwrap();
    assert_eq!(patched.data, config_map("a", "3").data);
}

#[test]
fn a_client_cannot_write_managed_fields_or_times_of_the_server() {
    let registry = registry();
    let forged = text(
        r#"{"metadata":{"name":"a","uid":"mine","creationTimestamp":"1999-01-01T00:00:00Z",
            "deletionTimestamp":"1999-01-01T00:00:00Z","generation":7,"selfLink":"/x",
            "managedFields":[{"manager":"me","operation":"Apply"}]}}"#,
    );
    maps(&registry)
        .create(&cx(), "default", &forged, &strict())
        .unwrap();
    let made = registry.of::<core::ConfigMap>().get(&key("a")).unwrap();
    let created = made.metadata.creation_timestamp.as_ref().unwrap();
    assert_eq!(created.0.to_string(), "2026-01-01T00:00:00Z");
    assert_ne!(made.metadata.uid.as_deref(), Some("mine"));
    assert_eq!(made.metadata.deletion_timestamp, None);
    assert_eq!(made.metadata.generation, None);
    assert_eq!(made.metadata.self_link, None);
    let owners = made.metadata.managed_fields.iter().flatten();
    let owners: Vec<_> = owners.map(|entry| entry.manager.as_deref()).collect();
    assert_eq!(owners, [Some("test")], "the creator, whoever it says it is");
}

#[test]
fn a_job_deleted_without_a_word_on_its_pods_is_kept_to_orphan_them_with_a_warning() {
    let registry = registry();
    let jobs = jobs(&registry);
    for name in ["a", "b"] {
        jobs.create(&cx(), "default", &body(&job(name)), &strict())
            .unwrap();
    }
    let silent = jobs
        .delete(&cx(), &key("a"), &DeleteOptions::default())
        .unwrap();
    assert!(!silent.gone && silent.answer_is_object);
    assert_eq!(silent.warnings.len(), 1);
    let said = jobs.delete(&cx(), &key("b"), &background()).unwrap();
    assert!(said.gone && !said.answer_is_object);
    assert_eq!(said.warnings, Vec::<String>::new());
}

#[test]
fn an_object_that_is_too_large_is_refused_in_the_words_of_etcd() {
    let registry = registry();
    let mut large = config_map("a", "1");
    let data = (0..2_000).map(|index| (format!("k{index}"), "x".repeat(900)));
    large.data = Some(data.collect());
    let refused = maps(&registry).create(&cx(), "default", &body(&large), &strict());
    // ConfigMaps have a bound of their own below that of the store.
    assert_eq!(refused.unwrap_err().code(), 422);
    let pods = registry.resource("", "v1", "pods").unwrap();
    let mut pod = kit::pod("a");
    let containers = &mut pod.spec.as_mut().unwrap().containers;
    containers[0].args = Some(vec!["x".repeat(1_600_000)]);
    let error = pods
        .create(&cx(), "default", &body(&pod), &strict())
        .unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (500, "etcdserver: request is too large")
    );
}

#[tokio::test]
async fn a_watch_of_one_name_sees_that_object_alone() {
    let registry = registry();
    let request = jobyard_registry::request::ListRequest {
        field_selector: "metadata.name=b".to_owned(),
        resource_version: registry.revision().to_string(),
        ..list()
    };
    let mut watch = maps(&registry).watch(&cx(), &request).unwrap();
    for name in ["a", "b"] {
        registry.of().create(&cx(), config_map(name, "1")).unwrap();
    }
    let Some(WatchEvent::Added(object)) = watch.next().await else {
        panic!("the object was added");
    };
    assert_eq!(object.key, ObjectKey::new("default", "b"));
    assert!(watch.next().now_or_never().is_none());
}

fn owners_shown(object: &jobyard_registry::request::Stored) -> serde_json::Value {
    let shown: serde_json::Value = serde_json::from_slice(&object.shown()).expect("JSON");
    shown["metadata"]["managedFields"].clone()
}

#[test]
fn an_object_read_and_put_back_is_not_written_again() {
    let registry = registry();
    let maps = maps(&registry);
    let made = maps
        .create(&cx(), "default", &body(&config_map("a", "1")), &strict())
        .unwrap();
    let put = Body {
        format: BodyFormat::Json,
        bytes: made.object.shown(),
    };
    let other = WriteOptions {
        field_manager: "other".to_owned(),
        ..strict()
    };
    let again = maps
        .update(&cx(), &key("a"), Subresource::Main, &put, &other)
        .unwrap();
    assert_eq!(again.object.revision, made.object.revision);
    assert_eq!(owners_shown(&again.object), owners_shown(&made.object));
}

#[test]
fn parts_of_the_process_own_what_they_write_without_its_being_spelled_out() {
    let registry = registry();
    let controller = registry
        .of::<core::Pod>()
        .managed_by(&"kube-controller-manager".into());
    let node = registry.of::<core::Pod>().managed_by(&"kubelet".into());
    let pod = controller.create(&cx(), pod("p")).unwrap();
    let mut running = core::Pod::clone(&pod);
    running.status.get_or_insert_default().phase = Some("Running".to_owned());
    node.update_status(&cx(), running).unwrap();
    controller
        .modify(&cx(), &key("p"), |pod| {
            pod.metadata.finalizers = Some(vec!["example.com/x".to_owned()]);
            Ok(())
        })
        .unwrap();
    let stored = registry
        .of::<core::Pod>()
        .version(&key("p"))
        .unwrap()
        .stored();
    let kept: core::Pod = serde_json::from_slice(&stored.json).unwrap();
    let kept = kept.metadata.managed_fields.unwrap();
    assert!(
        kept.iter().all(|entry| entry.fields_v1.is_none()),
        "{kept:?}"
    );
    let shown = owners_shown(&stored);
    let owner = |place: usize| {
        (
            shown[place]["manager"].clone(),
            shown[place]["subresource"].clone(),
        )
    };
    assert_eq!(
        owner(0),
        ("kube-controller-manager".into(), serde_json::Value::Null)
    );
    assert_eq!(owner(1), ("kubelet".into(), "status".into()));
    let spec = &shown[0]["fieldsV1"]["f:spec"];
    assert_eq!(spec["f:restartPolicy"], serde_json::json!({}));
    assert_eq!(
        spec["f:serviceAccountName"],
        serde_json::Value::Null,
        "admission filled it in"
    );
    assert_eq!(
        shown[0]["fieldsV1"]["f:metadata"]["f:finalizers"],
        serde_json::json!({".": {}, "v:\"example.com/x\"": {}})
    );
    assert_eq!(
        shown[1]["fieldsV1"]["f:status"]["f:phase"],
        serde_json::json!({})
    );
}
