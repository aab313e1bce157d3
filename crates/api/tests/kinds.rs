//! Rules of the kinds around Jobs and Pods: Namespaces, Nodes, data, Events,
//! Leases, RuntimeClasses.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

use jobyard_api::{
    Strategy,
    coordination::Lease,
    core::{ConfigMap, Event, Namespace, Node, Secret, ServiceAccount},
    node::RuntimeClass,
};
use serde_json::{Value, json};

/// An object of the kind as it would be created, and its faults.
fn create<T: Strategy>(json: Value) -> (T, Vec<String>) {
    let mut object: T = serde_json::from_value(json).unwrap();
    object.apply_defaults();
    object.prepare_create();
    let errors = object.validate().iter().map(ToString::to_string).collect();
    (object, errors)
}

/// The faults of a change of the object.
fn update<T: Strategy>(old: &T, patch: &Value) -> (T, Vec<String>) {
    let mut json = serde_json::to_value(old).unwrap();
    json_patch::merge(&mut json, patch);
    let mut object: T = serde_json::from_value(json).unwrap();
    object.apply_defaults();
    object.prepare_update(old);
    let errors = object.validate_update(old);
    (object, errors.iter().map(ToString::to_string).collect())
}

fn named(name: &str, patch: &Value) -> Value {
    let mut object = json!({"metadata": {
        "name": name, "namespace": "default", "resourceVersion": "1", "uid": "u",
    }});
    json_patch::merge(&mut object, patch);
    object
}

fn cluster_wide(name: &str, patch: &Value) -> Value {
    let mut object = named(name, patch);
    object["metadata"]["namespace"] = Value::Null;
    object
}

const NONE: [&str; 0] = [];

#[test]
fn namespace_is_born_active() {
    let (namespace, errors) = create::<Namespace>(cluster_wide(
        "work",
        &json!({"status": {"phase": "Terminating"}}),
    ));
    assert_eq!(errors, NONE);
    assert_eq!(
        serde_json::to_value(&namespace).unwrap(),
        json!({
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": {
                "name": "work", "uid": "u", "resourceVersion": "1",
                "labels": {"kubernetes.io/metadata.name": "work"},
            },
            "spec": {"finalizers": ["kubernetes"]},
            "status": {"phase": "Active"},
        })
    );
    let (_, errors) = create::<Namespace>(cluster_wide("a.b", &json!({})));
    assert_eq!(
        errors,
        ["metadata.name: Invalid value: \"a.b\": must not contain dots"]
    );
    let (after, errors) = update(
        &namespace,
        &json!({"spec": {"finalizers": []}, "status": {"phase": "Terminating"}}),
    );
    assert_eq!(errors, NONE);
    assert_eq!(
        (after.spec, after.status),
        (namespace.spec, namespace.status)
    );
}

#[test]
fn a_namespace_where_none_belongs() {
    let (_, errors) = create::<Namespace>(named("work", &json!({})));
    assert_eq!(
        errors,
        ["metadata.namespace: Forbidden: not allowed on this type"]
    );
    let (_, errors) = create::<ConfigMap>(cluster_wide("m", &json!({})));
    assert_eq!(errors, ["metadata.namespace: Required value"]);
}

#[test]
fn node_gives_what_it_has() {
    let (node, errors) = create::<Node>(cluster_wide(
        "n",
        &json!({"status": {"capacity": {"cpu": "2000m", "pods": "110"}}}),
    ));
    assert_eq!(errors, NONE);
    let status = node.status.clone().unwrap();
    assert_eq!(status.capacity, status.allocatable);
    assert_eq!(status.capacity.unwrap()["cpu"].0, "2");

    let taint = json!({"key": "a", "effect": "Sometimes"});
    let (_, errors) = update(&node, &json!({"spec": {"taints": [taint]}}));
    assert_eq!(
        errors,
        [
            "spec.taints[0].effect: Unsupported value: \"Sometimes\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\""
        ]
    );
    let (cordoned, errors) = update(
        &node,
        &json!({"spec": {"unschedulable": true}, "status": {"capacity": null}}),
    );
    assert_eq!(errors, NONE);
    assert_eq!(cordoned.status, node.status);
    assert_eq!(
        cordoned.selectable_field("spec.unschedulable").as_deref(),
        Some("true")
    );
}

#[test]
fn data_of_config_maps() {
    let (_, errors) = create::<ConfigMap>(named(
        "m",
        &json!({"data": {"a b": "", "k": ""}, "binaryData": {"k": ""}}),
    ));
    assert_eq!(
        errors,
        [
            "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
            "data[k]: Invalid value: \"k\": duplicate of key present in binaryData",
        ]
    );
    let (_, errors) =
        create::<ConfigMap>(named("m", &json!({"data": {"k": "x".repeat(1_048_577)}})));
    assert_eq!(errors, ["[]: Too long: may not be more than 1048576 bytes"]);
}

#[test]
fn immutable_data_stays() {
    let (map, _) = create::<ConfigMap>(named("m", &json!({"data": {"k": "v"}, "immutable": true})));
    let (_, errors) = update(&map, &json!({"immutable": false, "data": {"k": "w"}}));
    assert_eq!(
        errors,
        [
            "immutable: Forbidden: field is immutable when `immutable` is set",
            "data: Forbidden: field is immutable when `immutable` is set",
        ]
    );
    let (_, errors) = update(&map, &json!({"metadata": {"labels": {"a": "b"}}}));
    assert_eq!(errors, NONE);
}

#[test]
fn secrets_take_text_and_keep_their_type() {
    let (secret, errors) = create::<Secret>(named(
        "s",
        &json!({"data": {"a": "MQ=="}, "stringData": {"a": "2", "b": "3"}}),
    ));
    assert_eq!(errors, NONE);
    assert_eq!(secret.string_data, None);
    assert_eq!(
        serde_json::to_value(&secret.data).unwrap(),
        json!({"a": "Mg==", "b": "Mw=="})
    );
    assert_eq!(secret.selectable_field("type").as_deref(), Some("Opaque"));
    let (_, errors) = update(&secret, &json!({"type": "kubernetes.io/tls"}));
    assert_eq!(
        errors,
        [
            "type: Invalid value: \"kubernetes.io/tls\": field is immutable",
            "data[tls.crt]: Required value",
            "data[tls.key]: Required value",
        ]
    );
}

#[test]
fn secrets_are_not_printed() {
    let (_, errors) = create::<Secret>(named(
        "s",
        &json!({"type": "kubernetes.io/dockerconfigjson", "stringData": {".dockerconfigjson": "hunter2"}}),
    ));
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].starts_with(
            "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": "
        )
    );
    assert!(!errors[0].contains("hunter2"));
}

#[test]
fn service_account_names() {
    let (_, errors) = create::<ServiceAccount>(named("robot", &json!({})));
    assert_eq!(errors, NONE);
    let (_, errors) = create::<ServiceAccount>(named("Robot", &json!({})));
    assert_eq!(errors.len(), 1);
}

#[test]
fn events_stand_beside_their_object() {
    let (event, errors) = create::<Event>(named(
        "e",
        &json!({
            "involvedObject": {"kind": "Pod", "namespace": "default", "name": "p"},
            "reason": "Started", "type": "Normal", "source": {"component": "kubelet"},
        }),
    ));
    assert_eq!(errors, NONE);
    for (field, value) in [
        ("involvedObject.name", "p"),
        ("reason", "Started"),
        ("source", "kubelet"),
    ] {
        assert_eq!(event.selectable_field(field).as_deref(), Some(value));
    }
    let (_, errors) = create::<Event>(named(
        "e",
        &json!({"involvedObject": {"namespace": "other"}}),
    ));
    assert_eq!(
        errors,
        ["involvedObject.namespace: Invalid value: \"other\": does not match event.namespace"]
    );
    let (_, errors) = create::<Event>(named(
        "e",
        &json!({
            "involvedObject": {"namespace": "default"},
            "eventTime": "2026-01-02T03:04:05.000000Z",
            "reportingComponent": "acme.io/robot", "action": "Binding", "reason": "Bound",
        }),
    ));
    assert_eq!(errors, ["reportingInstance: Required value"]);
}

#[test]
fn leases_last() {
    let (_, errors) = create::<Lease>(named(
        "l",
        &json!({"spec": {"leaseDurationSeconds": 0, "leaseTransitions": -1}}),
    ));
    assert_eq!(
        errors,
        [
            "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
            "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
        ]
    );
}

#[test]
fn handler_of_a_runtime_class_is_fixed() {
    let (class, errors) = create::<RuntimeClass>(cluster_wide("host", &json!({"handler": "host"})));
    assert_eq!(errors, NONE);
    let (_, errors) = update(&class, &json!({"handler": "other"}));
    assert_eq!(
        errors,
        ["handler: Invalid value: \"other\": field is immutable"]
    );
}

#[test]
fn deleted_objects_take_no_new_finalizer() {
    let (map, _) = create::<ConfigMap>(named(
        "m",
        &json!({"metadata": {"deletionTimestamp": "2026-01-02T03:04:05Z"}}),
    ));
    let (_, errors) = update(&map, &json!({"metadata": {"finalizers": ["acme.io/x"]}}));
    let text = "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\"acme.io/x\"}";
    assert_eq!(errors, [text, text]);
}

/// Metadata of any kind; the causes of Kubernetes' `ValidateObjectMeta`.
#[test]
fn metadata_of_all_kinds() {
    let owner = |patch: Value| {
        let mut owner = json!({"apiVersion": "v1", "kind": "A", "name": "a", "uid": "u"});
        json_patch::merge(&mut owner, &patch);
        json!({"ownerReferences": [owner]})
    };
    let cases: Vec<(Value, Vec<&str>)> = vec![
        (json!({"generateName": "batch-"}), vec![]),
        (
            json!({"name": null}),
            vec!["metadata.name: Required value: name or generateName is required"],
        ),
        (
            json!({"namespace": "a.b"}),
            vec!["metadata.namespace: Invalid value: \"a.b\": must not contain dots"],
        ),
        (
            json!({"labels": {"k": "-"}}),
            vec![
                "metadata.labels: Invalid value: \"-\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
            ],
        ),
        (json!({"annotations": {"acme.io/K": "any thing"}}), vec![]),
        (
            json!({"annotations": {"k": "x".repeat(262_144)}}),
            vec!["metadata.annotations: Too long: may not be more than 262144 bytes"],
        ),
        (owner(json!({})), vec![]),
        (
            owner(json!({"apiVersion": "", "kind": "", "name": "", "uid": ""})),
            vec![
                "metadata.ownerReferences.apiVersion: Invalid value: \"\": version must not be empty",
                "metadata.ownerReferences.kind: Invalid value: \"\": must not be empty",
                "metadata.ownerReferences.name: Invalid value: \"\": must not be empty",
                "metadata.ownerReferences.uid: Invalid value: \"\": must not be empty",
            ],
        ),
        (
            json!({"finalizers": ["orphan", "foregroundDeletion"]}),
            vec![
                "metadata.finalizers: Invalid value: [\"orphan\",\"foregroundDeletion\"]: finalizer orphan and foregroundDeletion cannot be both set",
            ],
        ),
        (
            json!({"finalizers": ["acme.io/x", "mine"]}),
            vec![
                "metadata.finalizers[1]: Invalid value: \"mine\": name is neither a standard finalizer name nor is it fully qualified",
            ],
        ),
    ];
    for (metadata, expected) in cases {
        let (_, errors) = create::<ConfigMap>(named("m", &json!({"metadata": metadata})));
        assert_eq!(errors, expected, "{metadata:.200}");
    }
}

#[test]
fn what_of_the_metadata_is_fixed() {
    let (map, _) = create::<ConfigMap>(named(
        "m",
        &json!({"metadata": {"creationTimestamp": "2026-01-02T03:04:05Z"}}),
    ));
    for (metadata, expected) in [
        (
            json!({"uid": "other"}),
            "metadata.uid: Invalid value: \"other\": field is immutable",
        ),
        (
            json!({"creationTimestamp": null}),
            "metadata.creationTimestamp: Invalid value: null: field is immutable",
        ),
        (
            json!({"deletionTimestamp": "2026-01-02T03:04:06Z"}),
            "metadata.deletionTimestamp: Invalid value: \"2026-01-02T03:04:06Z\": field is immutable",
        ),
        (
            json!({"resourceVersion": null}),
            "metadata.resourceVersion: Invalid value: \"\": must be specified for an update",
        ),
    ] {
        let (_, errors) = update(&map, &json!({"metadata": metadata}));
        // Once by the rules of all kinds, once by the kind's own.
        assert_eq!(errors, [expected, expected], "{metadata}");
    }
}
