//! Lists: by keys, as sets, as a whole.

use serde_json::json;

use super::*;
use crate::core::Pod;

/// What a Pod's containers become, as `name=image` in order.
fn containers(world: &World<Pod>) -> String {
    let spec = world.live.as_ref().and_then(|pod| pod.spec.as_ref());
    let containers = spec
        .map(|spec| spec.containers.as_slice())
        .unwrap_or_default();
    let one = |container: &crate::core::Container| {
        format!(
            "{}={}",
            container.name,
            container.image.as_deref().unwrap_or("")
        )
    };
    containers.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn listed(names: &str) -> String {
    let items = names.split_whitespace().map(|one| {
        let (name, image) = one.split_once('=').unwrap_or((one, ""));
        format!("{{name: {name}, image: '{image}'}}")
    });
    let items: Vec<String> = items.collect();
    format!("spec: {{containers: [{}]}}", items.join(", "))
}

#[test]
fn elements_are_found_by_their_key_and_stand_in_the_order_applied() {
    for (name, live, applied, expected) in [
        ("appended", "a=1", "b=1", "a=1 b=1"),
        ("changed", "a=1 b=1", "b=1", "a=1 b=1"),
        ("new ones before a known one", "a=1", "x=1 a=1", "x=1 a=1"),
        (
            "new ones after a known one",
            "a=1 b=1",
            "a=1 x=1",
            "a=1 b=1 x=1",
        ),
        ("turned round", "a=1 b=1", "b=1 a=1", "b=1 a=1"),
        (
            "others keep their place",
            "a=1 b=1 c=1",
            "c=1 a=1",
            "b=1 c=1 a=1",
        ),
    ] {
        let mut world = World::<Pod>::default();
        world.apply("live", &listed(live));
        world.force("me", &listed(applied));
        assert_eq!(containers(&world), expected, "{name}");
    }
}

#[test]
fn an_element_goes_with_the_last_who_applies_it() {
    let mut world = World::<Pod>::default();
    world
        .apply("one", &listed("a=1 b=1"))
        .apply("two", "spec: {containers: [{name: b, command: [x]}]}");
    world.apply("one", &listed("a=1"));
    assert_eq!(containers(&world), "a=1 b=", "two keeps its part of b");
    world.apply("two", "spec: {containers: []}");
    assert_eq!(containers(&world), "a=1");
}

#[test]
fn a_port_without_a_protocol_is_the_one_of_tcp() {
    let port = |port: &str| format!("spec: {{containers: [{{name: a, ports: [{port}]}}]}}");
    let mut world = World::<Pod>::default();
    world.apply(
        "one",
        &port("{containerPort: 80, protocol: TCP, name: web}"),
    );
    world.force(
        "two",
        &port("{containerPort: 80, name: http}, {containerPort: 80, protocol: UDP}"),
    );
    let live = serde_json::to_value(&world.live).expect("JSON");
    assert_eq!(
        live.pointer("/spec/containers/0/ports"),
        Some(&json!([
            {"containerPort": 80, "name": "http", "protocol": "TCP"},
            {"containerPort": 80, "protocol": "UDP"},
        ]))
    );
}

#[test]
fn values_of_a_set_are_owned_each_for_itself() {
    let mut world = config_map();
    world
        .apply("one", "metadata: {finalizers: [x/a, x/b]}")
        .apply("two", "metadata: {finalizers: [x/c, x/b]}");
    let finalizers = |world: &World<ConfigMap>| {
        let live = world.live.as_ref().expect("an object");
        live.metadata
            .finalizers
            .clone()
            .unwrap_or_default()
            .join(" ")
    };
    assert_eq!(finalizers(&world), "x/a x/c x/b");
    world.apply("one", "metadata: {finalizers: []}");
    assert_eq!(finalizers(&world), "x/c x/b");
}

#[test]
fn an_atomic_list_has_one_owner() {
    let command = |words: &str| format!("spec: {{containers: [{{name: a, command: [{words}]}}]}}");
    let mut world = World::<Pod>::default();
    world.apply("one", &command("x, z"));
    let error = world.refused("two", &command("x"));
    assert!(
        error
            .message()
            .ends_with("conflict with \"one\": .spec.containers[name=\"a\"].command"),
        "{}",
        error.message()
    );
    world.force("two", &command("x"));
    let live = serde_json::to_value(&world.live).expect("JSON");
    assert_eq!(
        live.pointer("/spec/containers/0/command"),
        Some(&json!(["x"]))
    );
}

#[test]
fn what_stands_twice_in_the_live_list_is_replaced_as_one_or_left_alone() {
    let pod: Pod = serde_json::from_value(json!({
        "metadata": {"name": "a", "managedFields": [{
            "manager": "one", "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1",
            "fieldsV1": {"f:metadata": {"f:labels": {}}},
        }]},
        "spec": {"containers": [{"name": "c", "env": [
            {"name": "X", "value": "1"}, {"name": "Z", "value": "1"}, {"name": "X", "value": "2"},
        ]}]},
    }))
    .expect("a Pod");
    let env = |applied: &str| {
        let mut world = World::<Pod> {
            live: Some(pod.clone()),
            seconds: 0,
        };
        world.apply(
            "me",
            &format!("spec: {{containers: [{{name: c, env: [{applied}]}}]}}"),
        );
        let live = serde_json::to_value(&world.live).expect("JSON");
        live.pointer("/spec/containers/0/env").cloned()
    };
    let var = |name: &str, value: &str| json!({"name": name, "value": value});
    assert_eq!(
        env("{name: X, value: '3'}"),
        Some(json!([var("X", "3"), var("Z", "1")]))
    );
    assert_eq!(
        env("{name: Z, value: '3'}"),
        Some(json!([var("X", "1"), var("Z", "3"), var("X", "2")]))
    );
}
