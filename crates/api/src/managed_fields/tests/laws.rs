//! Laws of applying, tried on many configurations.

use std::collections::BTreeMap;

use proptest::{prelude::*, test_runner::Config};
use serde_json::json;

use super::{super::extract::field_set, *};
use crate::{core::Pod, decode::laws::any_json, strategy::Strategy as _};

/// Labels, and containers with environments: maps, keyed lists in keyed lists.
fn any_config(names: &'static str) -> impl Strategy<Value = Value> {
    let variables = prop::collection::btree_map(names, "[x-z]", 0..3);
    let containers = prop::collection::btree_map(names, ("[x-z]", variables), 0..4)
        .prop_map(|map| map.into_iter().collect::<Vec<_>>())
        .prop_shuffle();
    let labels = prop::collection::btree_map(names, "[x-z]", 0..4);
    (labels, containers).prop_map(|(labels, containers)| config(&labels, containers))
}

type Containers = Vec<(String, (String, BTreeMap<String, String>))>;

fn config(labels: &BTreeMap<String, String>, containers: Containers) -> Value {
    let container = |(name, (image, env)): (String, (String, BTreeMap<String, String>))| {
        let env = env.iter();
        let env: Vec<Value> = env
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        json!({"name": name, "image": image, "env": env})
    };
    let containers: Vec<Value> = containers.into_iter().map(container).collect();
    let mut config = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "a", "namespace": "default", "labels": labels},
        "spec": {"containers": containers},
    });
    drop_empty(&mut config);
    config
}

/// Whoever says an empty map owns it, which is another thing than not to say it.
fn drop_empty(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            entries.values_mut().for_each(drop_empty);
            entries.retain(|_, entry| {
                let is_empty_list = entry.as_array().is_some_and(Vec::is_empty);
                !is_empty_list && entry.as_object().is_none_or(|map| !map.is_empty())
            });
        }
        Value::Array(items) => items.iter_mut().for_each(drop_empty),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn forced(live: Option<&Pod>, manager: &str, config: &Value) -> Pod {
    let writer = Writer {
        manager,
        subresource: "",
        now: Timestamp::UNIX_EPOCH,
    };
    let config = Configuration::read(config.to_string().as_bytes(), FieldValidation::Strict);
    apply(live, &config.expect("JSON").object, &writer, true).expect("it is forced")
}

/// The object without the order of its lists.
fn unordered(pod: &Pod) -> Pod {
    let mut pod = pod.clone();
    for container in &mut pod.spec.get_or_insert_default().containers {
        if let Some(env) = &mut container.env {
            env.sort_by(|one, other| one.name.cmp(&other.name));
        }
    }
    let containers = &mut pod.spec.get_or_insert_default().containers;
    containers.sort_by(|one, other| one.name.cmp(&other.name));
    pod
}

fn created(config: &Value) -> Pod {
    let mut pod: Pod = serde_json::from_value(config.clone()).expect("a Pod");
    pod.metadata.managed_fields = create(Pod::RESOURCE, &writer("one"), 0);
    pod
}

fn updated(live: &Pod, manager: &str, config: &Value) -> Pod {
    let mut new: Pod = serde_json::from_value(config.clone()).expect("a Pod");
    new.metadata
        .managed_fields
        .clone_from(&live.metadata.managed_fields);
    record(live, &mut new, &writer(manager));
    new
}

fn writer(manager: &str) -> Writer<'_> {
    Writer {
        manager,
        subresource: "",
        now: Timestamp::UNIX_EPOCH,
    }
}

/// The Pod as clients see it.
fn written(pod: &Pod) -> Pod {
    let text = text_of(pod);
    let shown = written_out(&text, Pod::RESOURCE).unwrap_or(text);
    serde_json::from_slice(&shown).expect("the same Pod")
}

fn shown(pod: &Pod) -> Managers {
    let entries = written(pod).metadata.managed_fields;
    Managers::decode(entries.as_deref()).expect("what clients see can be read")
}

fn shape() -> Shape {
    Subject::of(Pod::RESOURCE, "").shape()
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 300, ..Config::default() })]

    #[test]
    fn applying_twice_is_applying_once(first in any_config("[a-d]"), config in any_config("[a-d]")) {
        let live = forced(None, "other", &first);
        let once = forced(Some(&live), "me", &config);
        let twice = forced(Some(&once), "me", &config);
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn what_two_apply_apart_commutes(
        base in any_config("[a-h]"),
        one in any_config("[a-d]"),
        other in any_config("[e-h]"),
    ) {
        let live = forced(None, "base", &base);
        let there = forced(Some(&forced(Some(&live), "one", &one)), "other", &other);
        let back = forced(Some(&forced(Some(&live), "other", &other)), "one", &one);
        prop_assert_eq!(unordered(&there), unordered(&back));
    }

    /// The merged object says all that was applied, and is of the schema.
    #[test]
    fn what_was_applied_is_in_the_object(first in any_config("[a-d]"), config in any_config("[a-d]")) {
        let merged = forced(Some(&forced(None, "other", &first)), "me", &config);
        let value = value_of(&merged);
        prop_assert_eq!(super::super::check::check(&value, Subject::of(Pod::RESOURCE, "").definition), Ok(()));
        let comparison = super::super::compare::compare(&config, &value, shape());
        prop_assert!(comparison.modified.is_empty(), "{:?}", comparison.modified.paths());
        let lost = comparison.removed.intersection(&field_set(&config, shape()));
        prop_assert!(lost.is_empty(), "{:?}", lost.paths());
    }

    /// Whoever applies nothing any more leaves nothing behind, if nobody shares it.
    #[test]
    fn what_is_applied_no_more_is_gone(base in any_config("[a-d]"), config in any_config("[e-h]")) {
        let live = forced(None, "base", &base);
        let applied = forced(Some(&live), "me", &config);
        let nothing = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}});
        let mut gone = forced(Some(&applied), "me", &nothing);
        let mut live = live;
        gone.metadata.managed_fields = None;
        live.metadata.managed_fields = None;
        prop_assert_eq!(gone, live);
    }

    /// A valid Pod stays valid under what is valid by itself.
    #[test]
    fn a_merged_object_validates(first in any_config("[a-d]"), config in any_config("[a-d]")) {
        let has_containers = |config: &Value| config.pointer("/spec/containers/0").is_some();
        prop_assume!(has_containers(&first) && has_containers(&config));
        let mut merged = forced(Some(&forced(None, "other", &first)), "me", &config);
        merged.apply_defaults();
        let errors = merged.validate();
        prop_assert!(errors.is_empty(), "{errors:?}");
    }

    #[test]
    fn owners_of_an_update_are_owners_of_what_is_there(first in any_config("[a-d]"), second in any_config("[a-d]")) {
        let live = created(&first);
        let new = updated(&live, "two", &second);
        let there = field_set(&value_of(&new), shape()).with_named_fields(shape());
        let owned = shown(&new).owned();
        // Lists and maps are owned by who made them, though they are no leaves.
        let dangling: Vec<String> = owned.difference(&there).paths().iter().map(ToString::to_string).collect();
        prop_assert!(dangling.iter().all(|path| [".env", ".labels", ".containers", ".resources"].iter().any(|end| path.ends_with(end))), "{dangling:?}");
    }

    /// What is kept in short is what would be noted in full.
    #[test]
    fn a_creator_owns_all_it_said(config in any_config("[a-d]")) {
        let pod = created(&config);
        let nothing = Value::Object(Map::new());
        let said = super::super::compare::compare(&nothing, &value_of(&pod), shape()).said();
        let said = Subject::of(Pod::RESOURCE, "").tracked(&said);
        prop_assert_eq!(shown(&pod).owned().to_json(), said.to_json());
    }

    /// Nor does it matter later what was kept in short.
    #[test]
    fn short_entries_and_whole_ones_change_alike(
        first in any_config("[a-d\"]"), second in any_config("[a-d\"]"), third in any_config("[a-d]"),
    ) {
        let short = created(&first);
        let whole = written(&short);
        let ends = [short, whole].map(|start| {
            let edited = updated(&updated(&start, "two", &second), "one", &third);
            shown(&forced(Some(&edited), "three", &second))
        });
        prop_assert_eq!(&ends[0], &ends[1]);
    }

    #[test]
    fn any_body_is_answered(body in any_json(), live in any_config("[a-d]")) {
        let live = forced(None, "base", &live);
        let writer = Writer { manager: "kubectl", subresource: "", now: Timestamp::UNIX_EPOCH };
        let whole = json!({"apiVersion": "v1", "kind": "Pod", "metadata": body, "spec": body, "status": body});
        for body in [body, whole] {
            if let Ok(config) = Configuration::read(body.to_string().as_bytes(), FieldValidation::Warn) {
                let mut config = config.object;
                config.default_name("a");
                let _ = apply(Some(&live), &config, &writer, false);
            }
        }
    }

    #[test]
    fn any_entries_are_answered(entries in any_json(), config in any_config("[a-d]")) {
        let entry = json!([{"manager": "x", "operation": "Update", "apiVersion": "v1",
            "fieldsType": "FieldsV1", "fieldsV1": entries}]);
        let mut live = forced(None, "base", &config);
        live.metadata.managed_fields = serde_json::from_value(entry).ok();
        let mut new = live.clone();
        let writer = Writer { manager: "me", subresource: "", now: Timestamp::UNIX_EPOCH };
        record(&live, &mut new, &writer);
        shown(&new);
    }
}
