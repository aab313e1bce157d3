//! Who owns what after ordinary writes.

use serde_json::json;

use super::*;
use crate::{
    batch::JobStatus,
    core::{Container, Pod, PodCondition, PodSpec, PodTemplateSpec},
};

#[test]
fn whoever_creates_owns_what_it_said_but_not_what_the_server_says() {
    let mut world = job();
    world.update("kubectl-create", |job| {
        *job = serde_json::from_value(json!({
            "metadata": {
                "name": "a", "namespace": "team", "uid": "u", "generation": 1,
                "creationTimestamp": "2026-01-01T00:00:00Z", "resourceVersion": "1",
                "labels": {"app": "x"}, "finalizers": ["example.com/x"],
            },
            "spec": {
                "parallelism": 1,
                "selector": {"matchLabels": {"a": "b"}},
                "template": {"spec": {
                    "containers": [{
                        "name": "main", "image": "i", "command": ["a", "b"],
                        "env": [{"name": "X", "value": "1"}],
                        "ports": [{"containerPort": 80}],
                    }],
                    "nodeSelector": {"disk": "ssd"},
                    "securityContext": {},
                }},
            },
            "status": {"active": 1},
        }))
        .expect("a Job");
    });
    assert_eq!(
        serde_json::to_value(world.entries()).expect("JSON"),
        json!([{
            "manager": "kubectl-create", "operation": "Update", "apiVersion": "batch/v1",
            "time": "1970-01-01T00:00:01Z", "fieldsType": "FieldsV1",
            "fieldsV1": {
                "f:metadata": {
                    "f:finalizers": {".": {}, "v:\"example.com/x\"": {}},
                    "f:labels": {".": {}, "f:app": {}},
                },
                "f:spec": {
                    "f:parallelism": {},
                    "f:selector": {},
                    "f:template": {"f:spec": {
                        "f:containers": {"k:{\"name\":\"main\"}": {
                            ".": {}, "f:name": {}, "f:image": {}, "f:command": {}, "f:resources": {},
                            "f:env": {".": {}, "k:{\"name\":\"X\"}": {".": {}, "f:name": {}, "f:value": {}}},
                            "f:ports": {
                                ".": {},
                                "k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}},
                            },
                        }},
                        "f:nodeSelector": {},
                        "f:securityContext": {},
                    }},
                },
            },
        }])
    );
}

#[test]
fn a_change_hands_over_what_it_changed_and_takes_what_is_gone_from_all() {
    let mut world = config_map();
    world.set("one", "a", "1").set("one", "b", "1");
    world.set("two", "b", "2");
    assert_eq!(
        world.owners(),
        "Update one@2: .data .data.a\nUpdate two@3: .data.b"
    );
    world.update("three", |map| {
        map.data.as_mut().expect("data").remove("b");
    });
    // Two has nothing left and is forgotten; three said nothing anew.
    assert_eq!(world.owners(), "Update one@2: .data .data.a");
}

#[test]
fn what_stays_the_same_changes_no_time() {
    let mut world = config_map();
    world.set("one", "a", "1").set("two", "a", "1");
    assert_eq!(world.owners(), "Update one@1: .data .data.a");
}

#[test]
fn a_part_of_the_object_is_written_under_its_own_entry() {
    let mut world = job();
    world.update("me", |job| {
        job.spec.get_or_insert_default().parallelism = Some(1);
    });
    world.update_part(("me", "status"), |job| {
        let status = JobStatus {
            active: Some(1),
            ..JobStatus::default()
        };
        job.status = Some(status);
        // Not of this part: taken back by the registry, and owned by nobody.
        job.spec.get_or_insert_default().parallelism = Some(9);
    });
    assert_eq!(
        world.owners(),
        "Update me@1: .spec.parallelism\nUpdate me/status@2: .status.active"
    );
}

#[test]
fn a_struct_inside_of_a_struct_belongs_to_nobody_and_a_pointer_to_its_maker() {
    let mut world = World::<Pod>::default();
    world.update("creator", |pod| {
        pod.spec = Some(PodSpec {
            containers: vec![Container {
                name: "main".to_owned(),
                ..Container::default()
            }],
            ..PodSpec::default()
        });
    });
    world.update_part(("kubelet", "status"), |pod| {
        let condition = PodCondition {
            type_: "Ready".to_owned(),
            status: "True".to_owned(),
            ..PodCondition::default()
        };
        pod.status.get_or_insert_default().conditions = Some(vec![condition]);
    });
    assert_eq!(
        world.owners(),
        "Update creator@1: .spec.containers[name=\"main\"] .spec.containers[name=\"main\"].name \
         .spec.containers[name=\"main\"].resources\n\
         Update kubelet/status@2: .status.conditions .status.conditions[type=\"Ready\"] \
         .status.conditions[type=\"Ready\"].status .status.conditions[type=\"Ready\"].type"
    );
}

#[test]
fn of_more_than_ten_updaters_the_oldest_are_put_together() {
    let mut world = config_map();
    for number in 0..10 {
        world.set(&format!("m{number}"), &format!("k{number}"), "1");
    }
    assert_eq!(world.entries().len(), 10);
    world.set("m10", "k10", "1");
    let owners = world.owners();
    assert_eq!(world.entries().len(), 10, "{owners}");
    let first = owners.lines().next();
    assert_eq!(
        first,
        Some("Update ancient-changes@2: .data .data.k0 .data.k1")
    );
    world.set("m11", "k11", "1");
    let owners = world.owners();
    assert_eq!(world.entries().len(), 10, "{owners}");
    let first = owners.lines().next();
    assert_eq!(
        first,
        Some("Update ancient-changes@3: .data .data.k0 .data.k1 .data.k2")
    );
}

fn sent(entries: Value) -> Vec<ManagedFieldsEntry> {
    serde_json::from_value(entries).expect("entries")
}

#[test]
fn a_client_has_all_owners_forgotten_and_they_stay_forgotten() {
    for reset in [json!([]), json!([{}])] {
        let mut world = config_map();
        world.set("one", "a", "1");
        world.update("two", |map| {
            map.metadata.managed_fields = Some(sent(reset));
        });
        assert_eq!(world.owners(), "");
        world.set("two", "b", "1");
        assert_eq!(world.owners(), "", "until the first apply");
    }
}

#[test]
fn a_client_may_rewrite_entries_but_not_break_them() {
    let mine = json!([{
        "manager": "other", "operation": "Apply", "apiVersion": "v1",
        "fieldsType": "FieldsV1", "fieldsV1": {"f:data": {"f:a": {}}},
    }]);
    for (name, entries, owners) in [
        ("rewritten", mine.clone(), "Apply other@0: .data.a"),
        (
            "of a version that is not served",
            json!([{
                "manager": "old", "operation": "Update", "apiVersion": "v0",
                "fieldsType": "FieldsV1", "fieldsV1": {"f:data": {}},
            }]),
            "",
        ),
        (
            "no operation",
            json!([{"manager": "other", "apiVersion": "v1", "fieldsType": "FieldsV1"}]),
            "Update one@1: .data .data.a",
        ),
        (
            "no set",
            json!([{
                "manager": "other", "operation": "Apply", "apiVersion": "v1",
                "fieldsType": "FieldsV1", "fieldsV1": {"nonsense": {}},
            }]),
            "Update one@1: .data .data.a",
        ),
    ] {
        let mut world = config_map();
        world.set("one", "a", "1");
        world.update("two", |map| {
            map.metadata.managed_fields = Some(sent(entries));
        });
        assert_eq!(world.owners(), owners, "{name}");
    }
    let mut world = job();
    world.update("one", |job| {
        job.spec.get_or_insert_default().template = PodTemplateSpec::default();
        job.spec.get_or_insert_default().parallelism = Some(1);
    });
    world.update_part(("two", "status"), |job| {
        job.metadata.managed_fields = Some(sent(mine));
    });
    assert_eq!(
        world.owners(),
        "Update one@1: .spec.parallelism",
        "not by a part"
    );
}
