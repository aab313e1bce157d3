//! Patches of all three kinds; exact errors as in the specification.

use serde_json::json;

use super::*;
use crate::{batch::Job, core, schema::Definition, status::Reason};

fn job(value: Value) -> Job {
    serde_json::from_value(value).expect("a job")
}

fn pi() -> Job {
    job(json!({
        "metadata": {"name": "pi", "labels": {"a": "1"}},
        "spec": {"parallelism": 1, "template": {"spec": {"containers": [{"name": "pi", "image": "perl"}]}}}
    }))
}

fn patch_pi(
    kind: PatchKind,
    patch: &str,
    validation: FieldValidation,
) -> Result<Decoded<Job>, StatusError> {
    apply(&pi(), kind, patch.as_bytes(), validation)
}

fn message(kind: PatchKind, patch: &str) -> (u16, String) {
    let error = patch_pi(kind, patch, FieldValidation::Strict).expect_err(patch);
    (error.code(), error.message().to_owned())
}

#[test]
fn each_kind_changes_what_it_says() {
    for (kind, patch) in [
        (
            PatchKind::Json,
            r#"[{"op":"replace","path":"/spec/parallelism","value":3},{"op":"remove","path":"/metadata/labels/a"},{"op":"add","path":"/metadata/labels/b","value":"2"}]"#,
        ),
        (
            PatchKind::Merge,
            r#"{"spec":{"parallelism":3},"metadata":{"labels":{"a":null,"b":"2"}}}"#,
        ),
        (
            PatchKind::Strategic,
            r#"{"spec":{"parallelism":3},"metadata":{"labels":{"a":null,"b":"2"}}}"#,
        ),
    ] {
        let patched = patch_pi(kind, patch, FieldValidation::Strict).expect(patch);
        let mut expected = pi();
        expected.metadata.labels = Some([("b".to_owned(), "2".to_owned())].into());
        expected.spec.as_mut().expect("a spec").parallelism = Some(3);
        assert_eq!(patched.object, expected, "{kind:?}");
        assert!(patched.warnings.is_empty());
    }
}

#[test]
fn bodies_that_are_no_patch_are_refused() {
    for (kind, patch, code, expected) in [
        (
            PatchKind::Json,
            "{}",
            400,
            "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
        ),
        (
            PatchKind::Json,
            "x",
            400,
            "error decoding patch: invalid character 'x' looking for beginning of value",
        ),
        (
            PatchKind::Merge,
            "[]",
            400,
            "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
        (
            PatchKind::Merge,
            "{",
            400,
            "error decoding patch: unexpected end of JSON input",
        ),
        (
            PatchKind::Strategic,
            "[]",
            400,
            "json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
    ] {
        assert_eq!(message(kind, patch), (code, expected.to_owned()), "{patch}");
    }
}

#[test]
fn operations_that_do_not_fit_say_nothing_more() {
    for patch in [
        r#"[{"op":"remove","path":"/spec/nope"}]"#,
        r#"[{"op":"test","path":"/spec/parallelism","value":2}]"#,
        r#"[{"op":"fly","path":"/spec"}]"#,
        r#"[{"op":"add","path":"/metadata/annotations/a","value":"1"}]"#,
        r#"[{"op":"copy","from":"/nope","path":"/spec"}]"#,
    ] {
        let error = patch_pi(PatchKind::Json, patch, FieldValidation::Strict).expect_err(patch);
        assert!(error.is(Reason::Invalid));
        assert_eq!(
            error.message(),
            "the server rejected our request due to an error in our request"
        );
        assert_eq!(
            error.0.details,
            Some(crate::meta::StatusDetails::default()),
            "{patch}"
        );
    }
}

#[test]
fn operations_are_bounded() {
    let many = |count| {
        format!(
            "[{}]",
            vec![r#"{"op":"test","path":"/spec/parallelism","value":1}"#; count].join(",")
        )
    };
    patch_pi(PatchKind::Json, &many(10_000), FieldValidation::Strict).expect("as many as may be");
    assert_eq!(
        message(PatchKind::Json, &many(10_001)),
        (413, "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001".to_owned())
    );
    // Each copy doubles the labels.
    let double = r#"{"op":"copy","from":"/metadata","path":"/metadata/annotations"}"#;
    let doubling = format!("[{}]", vec![double; 100].join(","));
    assert_eq!(message(PatchKind::Json, &doubling).0, 422);
    // Each move nests the document one level deeper.
    let nest = r#"{"op":"add","path":"/x","value":{}},{"op":"move","from":"/spec","path":"/x/spec"},{"op":"move","from":"/x","path":"/spec"}"#;
    let nesting = format!("[{}]", vec![nest; 3_000].join(","));
    assert_eq!(message(PatchKind::Json, &nesting).0, 422);
    // Moves that lead nowhere deeper may be as many as any.
    let there_and_back = r#"{"op":"move","from":"/spec","path":"/metadata/labels/x"},{"op":"move","from":"/metadata/labels/x","path":"/spec"}"#;
    let moving = format!("[{}]", vec![there_and_back; 1_000].join(","));
    patch_pi(PatchKind::Json, &moving, FieldValidation::Strict).expect("back where it was");
}

#[test]
fn strict_errors_show_the_patch_or_its_result() {
    let bogus = r#"{"spec":{"bogus":1}}"#;
    assert_eq!(
        message(PatchKind::Strategic, bogus),
        (422, r#" "" is invalid: patch: Invalid value: "map[spec:map[bogus:1]]": strict decoding error: unknown field "spec.bogus""#.to_owned())
    );
    let (code, text) = message(PatchKind::Merge, bogus);
    assert_eq!(code, 422);
    assert!(text.starts_with(r#" "" is invalid: patch: Invalid value: "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\","#), "{text}");
    assert!(
        text.ends_with(r#""}": strict decoding error: unknown field "spec.bogus""#)
            || text.ends_with(r#"}": strict decoding error: unknown field "spec.bogus""#),
        "{text}"
    );

    let error = patch_pi(PatchKind::Strategic, bogus, FieldValidation::Strict).expect_err("bogus");
    let details = error.0.details.expect("details");
    assert_eq!(
        (details.kind, details.name, details.group),
        (None, None, None)
    );
    assert_eq!(
        details.causes.expect("causes")[0].field.as_deref(),
        Some("patch")
    );

    let warned = patch_pi(
        PatchKind::Merge,
        r#"{"spec":{"bogus":1,"bogus":2}}"#,
        FieldValidation::Warn,
    )
    .expect("tolerable");
    assert_eq!(
        warned.warnings,
        [
            r#"duplicate field "spec.bogus""#,
            r#"unknown field "spec.bogus""#
        ]
    );
    assert_eq!(warned.object, pi());
}

#[test]
fn what_no_operation_has_is_reported_of_the_patch() {
    let patch = r#"[{"op":"add","path":"/spec/suspend","value":true,"if":1,"op":"add"}]"#;
    let warned = patch_pi(PatchKind::Json, patch, FieldValidation::Warn).expect("tolerable");
    assert_eq!(
        warned.warnings,
        [
            r#"json patch duplicate field "[0].op""#,
            r#"json patch unknown field "[0].if""#
        ]
    );
}

#[test]
fn a_wrong_type_is_reported_about_the_patch() {
    let (code, text) = message(PatchKind::Merge, r#"{"spec":{"parallelism":"two"}}"#);
    assert_eq!(code, 422);
    assert!(
        text.ends_with("json: cannot unmarshal string into Go struct field JobSpec.spec.parallelism of type int32"),
        "{text}"
    );
    for whole in ["1", r#"{"kind":"Pod","apiVersion":"v1"}"#] {
        let patch = format!(r#"[{{"op":"replace","path":"","value":{whole}}}]"#);
        assert_eq!(message(PatchKind::Json, &patch).0, 422, "{patch}");
    }
}

/// Puts a list where it stands in an object.
type Wrap<'a> = &'a dyn Fn(&str, Value) -> Value;

/// One list of section 8.1 in a row: where it stands, its key, and whether it merges.
#[test]
fn strategic_merge_knows_each_list() {
    let pod_spec = |field: &str, list: Value| json!({"spec": {"containers": [], field: list}});
    let in_container =
        |field: &str, list: Value| json!({"spec": {"containers": [{"name": "c", field: list}]}});
    let status =
        |field: &str, list: Value| json!({"spec": {"containers": []}, "status": {field: list}});
    let metadata =
        |field: &str, list: Value| json!({"metadata": {field: list}, "spec": {"containers": []}});
    let rows: &[(Wrap<'_>, &str, &str)] = &[
        (&pod_spec, "containers", "name"),
        (&pod_spec, "initContainers", "name"),
        (&pod_spec, "ephemeralContainers", "name"),
        (&pod_spec, "imagePullSecrets", "name"),
        (&pod_spec, "schedulingGates", "name"),
        (&pod_spec, "resourceClaims", "name"),
        (&pod_spec, "volumes", "name"),
        (&pod_spec, "hostAliases", "ip"),
        (&pod_spec, "topologySpreadConstraints", "topologyKey"),
        (&in_container, "env", "name"),
        (&in_container, "ports", "containerPort"),
        (&in_container, "volumeMounts", "mountPath"),
        (&in_container, "volumeDevices", "devicePath"),
        (&status, "conditions", "type"),
        (&status, "podIPs", "ip"),
        (&status, "hostIPs", "ip"),
        (&metadata, "ownerReferences", "uid"),
    ];
    let definition = Definition::by_name("io.k8s.api.core.v1.Pod").expect("a Pod");
    for (wrap, field, key) in rows {
        let item = |name: u16| match *key {
            "containerPort" => json!({*key: name}),
            _ => json!({*key: format!("x{name}")}),
        };
        let mut original = map(wrap(field, json!([item(1), item(2)])));
        let patch = map(wrap(field, json!([item(2), item(3)])));
        strategic::merge(&mut original, patch, definition).expect(field);
        let expected = map(wrap(field, json!([item(1), item(2), item(3)])));
        assert_eq!(original, expected, "{field}");
    }
    for (wrap, field) in [
        (&pod_spec as Wrap<'_>, "tolerations"),
        (&pod_spec, "readinessGates"),
        (&in_container, "command"),
        (&in_container, "args"),
        (&in_container, "envFrom"),
        (&status, "containerStatuses"),
    ] {
        let list = |name: &str| match field {
            "command" | "args" => json!([name]),
            _ => json!([{"name": name}]),
        };
        let mut original = map(wrap(field, list("old")));
        strategic::merge(&mut original, map(wrap(field, list("new"))), definition).expect(field);
        assert_eq!(original, map(wrap(field, list("new"))), "{field}");
    }
}

#[test]
fn strategic_merge_knows_the_lists_of_other_kinds() {
    for (name, path, key, merges) in [
        ("batch.v1.Job", "status.conditions", "type", true),
        ("core.v1.Node", "status.conditions", "type", true),
        ("core.v1.Namespace", "status.conditions", "type", true),
        ("core.v1.Node", "status.addresses", "type", true),
        ("core.v1.ServiceAccount", "secrets", "name", true),
        ("core.v1.ServiceAccount", "imagePullSecrets", "name", false),
        (
            "batch.v1.Job",
            "spec.podFailurePolicy.rules",
            "action",
            false,
        ),
    ] {
        let definition = Definition::by_name(&format!("io.k8s.api.{name}")).expect(name);
        let wrap = |list: Value| {
            let nested = path
                .rsplit('.')
                .fold(list, |inner, field| json!({field: inner}));
            map(nested)
        };
        let mut original = wrap(json!([{key: "a"}]));
        strategic::merge(&mut original, wrap(json!([{key: "b"}])), definition).expect(path);
        let expected = if merges {
            json!([{key: "b"}, {key: "a"}])
        } else {
            json!([{key: "b"}])
        };
        assert_eq!(original, wrap(expected), "{name} {path}");
    }
    let node = Definition::by_name("io.k8s.api.core.v1.Node").expect("a Node");
    let mut original = map(json!({"spec": {"podCIDRs": ["a"]}}));
    strategic::merge(
        &mut original,
        map(json!({"spec": {"podCIDRs": ["b", "a"]}})),
        node,
    )
    .expect("CIDRs");
    assert_eq!(original, map(json!({"spec": {"podCIDRs": ["b", "a"]}})));
}

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

fn merged_pod(original: Value, patch: Value) -> Result<Value, MergeError> {
    let definition = Definition::by_name("io.k8s.api.core.v1.Pod").expect("a Pod");
    let mut original = map(original);
    strategic::merge(&mut original, map(patch), definition)?;
    Ok(original.into())
}

#[test]
fn directives_do_what_they_say() {
    let containers = |list: Value| json!({"spec": {"containers": list}});
    let cases = [
        (
            "delete one element",
            containers(json!([{"name": "a"}, {"name": "b"}])),
            containers(json!([{"name": "a", "$patch": "delete"}])),
            containers(json!([{"name": "b"}])),
        ),
        (
            "replace a list",
            containers(json!([{"name": "a"}, {"name": "b"}])),
            containers(json!([{"$patch": "replace"}, {"name": "c"}])),
            containers(json!([{"name": "c"}])),
        ),
        (
            "replace a map",
            json!({"metadata": {"labels": {"a": "1"}, "name": "x"}}),
            json!({"metadata": {"labels": {"$patch": "replace", "b": "2"}}}),
            json!({"metadata": {"labels": {"b": "2"}, "name": "x"}}),
        ),
        (
            "delete a map",
            json!({"metadata": {"labels": {"a": "1"}}}),
            json!({"metadata": {"labels": {"$patch": "delete"}}}),
            json!({"metadata": {"labels": {}}}),
        ),
        (
            "values leave a list",
            json!({"metadata": {"finalizers": ["a", "b", "c"]}}),
            json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["b", "x"]}}),
            json!({"metadata": {"finalizers": ["a", "c"]}}),
        ),
        (
            "values leave a list that is not there",
            json!({"metadata": {}}),
            json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["b"]}}),
            json!({"metadata": {}}),
        ),
        (
            "new finalizers come before the old",
            json!({"metadata": {"finalizers": ["old"]}}),
            json!({"metadata": {"finalizers": ["new"]}}),
            json!({"metadata": {"finalizers": ["new", "old"]}}),
        ),
        (
            "unless the order is said",
            json!({"metadata": {"finalizers": ["old"]}}),
            json!({"metadata": {"finalizers": ["new"], "$setElementOrder/finalizers": ["old", "new"]}}),
            json!({"metadata": {"finalizers": ["old", "new"]}}),
        ),
        (
            "the order alone",
            containers(json!([{"name": "a"}, {"name": "server"}, {"name": "b"}])),
            json!({"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}}),
            containers(json!([{"name": "server"}, {"name": "b"}, {"name": "a"}])),
        ),
        (
            "what kubectl apply sends",
            containers(json!([{"name": "a", "image": "1", "tty": true}, {"name": "sidecar"}])),
            json!({"spec": {
                "$setElementOrder/containers": [{"name": "a"}, {"name": "b"}],
                "containers": [{"name": "a", "image": "2", "tty": null}, {"name": "b", "image": "3", "stdin": null}]
            }}),
            containers(
                json!([{"name": "a", "image": "2"}, {"name": "b", "image": "3"}, {"name": "sidecar"}]),
            ),
        ),
        (
            "retained keys",
            json!({"spec": {"volumes": [{"name": "v", "emptyDir": {}}]}}),
            json!({"spec": {"volumes": [{"name": "v", "$retainKeys": ["name", "hostPath"], "hostPath": {"path": "/"}}]}}),
            json!({"spec": {"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}}),
        ),
        (
            "null deletes, and what is not there stays away",
            json!({"spec": {"nodeName": "n"}}),
            json!({"spec": {"nodeName": null, "hostname": null, "securityContext": {"runAsUser": null}}}),
            json!({"spec": {"securityContext": {}}}),
        ),
    ];
    for (name, original, patch, expected) in cases {
        assert_eq!(merged_pod(original, patch), Ok(expected), "{name}");
    }
}

#[test]
fn directives_of_the_wrong_form_are_refused() {
    let original = json!({"metadata": {"finalizers": ["a"], "labels": {"a": "1"}}, "spec": {"containers": [{"name": "a"}], "volumes": [{"name": "v"}]}});
    let untyped = |text: &str| MergeError::Untyped(text.to_owned());
    for (patch, expected) in [
        (
            json!({"spec": {"containers": [{"image": "x"}]}}),
            untyped("map: map[image:x] does not contain declared merge key: name"),
        ),
        (
            json!({"spec": {"containers": [{"$patch": "delete"}]}}),
            untyped("map: map[$patch:delete] does not contain declared merge key: name"),
        ),
        (
            json!({"spec": {"containers": [{"name": "a", "$patch": "merge"}]}}),
            untyped("merging lists cannot yet be specified in the patch"),
        ),
        (
            json!({"metadata": {"labels": {"$patch": "fold"}}}),
            untyped("unknown patch type: fold in map: map[$patch:fold]"),
        ),
        (
            json!({"metadata": {"$setElementOrder/bogus": []}}),
            untyped("unable to find api field in struct ObjectMeta for the json field \"bogus\""),
        ),
        (
            json!({"metadata": {"finalizers": ["b"], "$setElementOrder/finalizers": ["a"]}}),
            untyped("The order in patch list:\n[b]\n doesn't match $setElementOrder list:\n[a]\n"),
        ),
        (
            json!({"metadata": {"$setElementOrder": ["a"]}}),
            MergeError::BadPatch("invalid patch format of setElementOrder list"),
        ),
        (
            json!({"metadata": {"$deleteFromPrimitiveList": ["a"]}}),
            MergeError::BadPatch("invalid patch format of primitive list"),
        ),
        (
            json!({"spec": {"volumes": [{"name": "v", "$retainKeys": ["name"], "emptyDir": {}}]}}),
            MergeError::BadPatch("invalid patch format of retainKeys"),
        ),
        (
            json!({"metadata": {"finalizers": [["a"]]}}),
            MergeError::ListOfLists,
        ),
    ] {
        assert_eq!(
            merged_pod(original.clone(), patch.clone()),
            Err(expected),
            "{patch}"
        );
    }
}

#[test]
fn a_missing_merge_key_is_an_error_without_a_reason() {
    let pod: core::Pod =
        serde_json::from_value(json!({"spec": {"containers": [{"name": "a"}]}})).expect("a pod");
    let patch = br#"{"spec":{"containers":[{"image":"x"}]}}"#;
    let error =
        apply(&pod, PatchKind::Strategic, patch, FieldValidation::Warn).expect_err("no key");
    assert_eq!((error.code(), error.0.reason.clone()), (500, None));
    assert_eq!(
        error.message(),
        "map: map[image:x] does not contain declared merge key: name"
    );
}
