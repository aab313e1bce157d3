//! Sets of fields, and how they are written.

use serde_json::json;

use super::*;

fn set(json: &Value) -> FieldSet {
    FieldSet::from_json(json).expect("a set")
}

#[test]
fn a_set_reads_as_it_was_written() {
    let written = json!({
        "f:metadata": {"f:labels": {".": {}, "f:app": {}}, "f:finalizers": {"v:\"x\"": {}}},
        "f:spec": {
            "f:parallelism": {},
            "f:template": {"f:spec": {"f:containers": {
                "k:{\"name\":\"main\"}": {
                    ".": {}, "f:image": {},
                    "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {}},
                },
            }}},
        },
    });
    let read = set(&written);
    assert_eq!(read.to_json(), written);
    let paths: Vec<String> = read.paths().iter().map(ToString::to_string).collect();
    assert_eq!(
        paths,
        [
            ".metadata.labels",
            ".metadata.finalizers[=\"x\"]",
            ".metadata.labels.app",
            ".spec.parallelism",
            ".spec.template.spec.containers[name=\"main\"]",
            ".spec.template.spec.containers[name=\"main\"].image",
            ".spec.template.spec.containers[name=\"main\"].ports[containerPort=80,protocol=\"TCP\"]",
        ]
    );
    assert!(read.paths().iter().all(|path| read.has(&path.0)));
}

#[test]
fn what_is_no_set_is_refused() {
    let mut deep = json!({});
    for _ in 0..1000 {
        deep = json!({"f:a": deep});
    }
    for wrong in [
        json!([]),
        json!({"x:a": {}}),
        json!({"spec": {}}),
        json!({"k:[1]": {}}),
        json!({"i:x": {}}),
        json!({"f:a": 1}),
        deep,
    ] {
        assert!(FieldSet::from_json(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn sets_are_put_together_and_taken_apart() {
    let (one, other) = (
        set(&json!({"f:a": {}, "f:b": {".": {}, "f:c": {}, "f:d": {}}})),
        set(&json!({"f:b": {"f:c": {}}, "f:e": {}})),
    );
    for (name, made, expected) in [
        (
            "union",
            one.clone().union(&other),
            json!({"f:a": {}, "f:b": {".": {}, "f:c": {}, "f:d": {}}, "f:e": {}}),
        ),
        (
            "intersection",
            one.intersection(&other),
            json!({"f:b": {"f:c": {}}}),
        ),
        (
            "difference",
            one.difference(&other),
            json!({"f:a": {}, "f:b": {".": {}, "f:d": {}}}),
        ),
        (
            "a field below one of the other's stays",
            one.difference(&set(&json!({"f:b": {}}))),
            json!({"f:a": {}, "f:b": {"f:c": {}, "f:d": {}}}),
        ),
        (
            "but not when all below goes",
            one.recursive_difference(&set(&json!({"f:b": {}}))),
            json!({"f:a": {}}),
        ),
        ("nothing is left", one.difference(&one), json!({})),
    ] {
        assert_eq!(made.to_json(), expected, "{name}");
        assert_eq!(made.is_empty(), expected == json!({}), "{name}");
    }
}
