//! Laws of patches, tried on many inputs.

use std::collections::BTreeMap;

use proptest::{prelude::*, test_runner::Config};
use serde_json::json;

use super::*;
use crate::{core, decode::laws::any_json, schema::Definition};

fn any_data() -> impl Strategy<Value = BTreeMap<String, String>> {
    prop::collection::btree_map("[a-e]", "[x-z]{1,2}", 0..5)
}

/// A list of containers with different names.
fn any_containers() -> impl Strategy<Value = Vec<(String, String)>> {
    any_data()
        .prop_map(|data| data.into_iter().collect())
        .prop_shuffle()
}

fn containers(list: &[(String, String)]) -> Vec<Value> {
    let one = |(name, image): &(String, String)| json!({"name": name, "image": image});
    list.iter().map(one).collect()
}

/// The patch `kubectl apply` would send to get from one list to the other.
fn kubectl_patch(from: &[(String, String)], to: &[(String, String)]) -> Map<String, Value> {
    let mut list: Vec<Value> = containers(to);
    let kept = |name: &str| to.iter().any(|(other, _)| other == name);
    let gone = from.iter().filter(|(name, _)| !kept(name));
    list.extend(gone.map(|(name, _)| json!({"name": name, "$patch": "delete"})));
    let order: Vec<Value> = to.iter().map(|(name, _)| json!({"name": name})).collect();
    object(&json!({"spec": {"containers": list, "$setElementOrder/containers": order}}))
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn pod_definition() -> &'static Definition {
    Definition::by_name("io.k8s.api.core.v1.Pod").expect("a Pod")
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 200, ..Config::default() })]

    #[test]
    fn any_patch_is_answered(body in any_json(), text in "[\\[\\]{}\",:0-9a-z$/ ]{0,30}") {
        let pod = core::Pod::default();
        for kind in [PatchKind::Json, PatchKind::Merge, PatchKind::Strategic] {
            for bytes in [body.to_string(), text.clone()] {
                let _ = apply(&pod, kind, bytes.as_bytes(), FieldValidation::Strict);
            }
        }
    }

    #[test]
    fn any_operations_are_answered(
        operations in prop::collection::vec(
            (prop::sample::select(vec!["add", "remove", "replace", "move", "copy", "test"]),
             "(/(metadata|labels|a|0|-)){0,4}", "(/(metadata|labels|a|0|-)){0,4}", any_json()),
            0..6)
    ) {
        let operations: Vec<Value> = operations
            .into_iter()
            .map(|(op, path, from, value)| json!({"op": op, "path": path, "from": from, "value": value}))
            .collect();
        let body = Value::from(operations).to_string();
        let _ = apply(&core::Pod::default(), PatchKind::Json, body.as_bytes(), FieldValidation::Warn);
    }

    /// Null for what goes, the value for what changes: the merge patch between
    /// two maps leads from one to the other, and doing it twice changes nothing.
    #[test]
    fn a_merge_patch_leads_from_one_to_the_other(from in any_data(), to in any_data()) {
        let config = |data: &BTreeMap<String, String>| core::ConfigMap {
            data: Some(data.clone()),
            ..core::ConfigMap::default()
        };
        let mut patch: BTreeMap<&str, Value> = from.keys().map(|key| (key.as_str(), Value::Null)).collect();
        patch.extend(to.iter().map(|(key, value)| (key.as_str(), value.as_str().into())));
        let patch = json!({"data": patch}).to_string();
        for kind in [PatchKind::Merge, PatchKind::Strategic] {
            let once = apply(&config(&from), kind, patch.as_bytes(), FieldValidation::Strict).expect("a patch").object;
            let data = once.data.clone().unwrap_or_default();
            prop_assert_eq!(&data, &to);
            let twice = apply(&once, kind, patch.as_bytes(), FieldValidation::Strict).expect("a patch").object;
            prop_assert_eq!(twice.data.unwrap_or_default(), data);
        }
    }

    #[test]
    fn a_strategic_patch_leads_from_one_list_to_the_other(from in any_containers(), to in any_containers()) {
        let mut pod = object(&json!({"spec": {"containers": containers(&from)}}));
        strategic::merge(&mut pod, kubectl_patch(&from, &to), pod_definition()).expect("a patch");
        prop_assert_eq!(&pod["spec"]["containers"], &Value::from(containers(&to)));
    }

    /// Without an order, the patch changes what it names and loses nothing.
    #[test]
    fn a_strategic_patch_keeps_what_it_does_not_name(from in any_containers(), patch in any_containers()) {
        let mut pod = object(&json!({"spec": {"containers": containers(&from)}}));
        let body = object(&json!({"spec": {"containers": containers(&patch)}}));
        strategic::merge(&mut pod, body, pod_definition()).expect("a patch");
        let mut expected: BTreeMap<String, String> = from.into_iter().collect();
        expected.extend(patch);
        let merged = pod["spec"]["containers"].as_array().cloned().unwrap_or_default();
        prop_assert_eq!(merged.len(), expected.len());
        for item in containers(&expected.into_iter().collect::<Vec<_>>()) {
            prop_assert!(merged.contains(&item), "{} is lost", item);
        }
    }
}
