//! Laws of defaults and of status rules, over many Jobs.

use jobyard_api::{Strategy as _, batch::Job};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{UID, created, in_state, time, with_spec};

fn some(value: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
    prop_oneof![Just(Value::Null), value].boxed()
}

fn count() -> BoxedStrategy<Value> {
    some(prop_oneof![-1_i32..6, any::<i32>()].prop_map(Value::from))
}

fn one_of(values: &'static [&'static str]) -> BoxedStrategy<Value> {
    some(prop::sample::select(values).prop_map(Value::from))
}

fn flag() -> BoxedStrategy<Value> {
    some(any::<bool>().prop_map(Value::from))
}

/// Any spec: good, bad, or nearly nothing.
fn spec() -> impl Strategy<Value = Value> {
    let numbers = (count(), count(), count(), count(), count());
    let words = (
        one_of(&["Indexed", "NonIndexed", "", "Other"]),
        one_of(&["Failed", "TerminatingOrFailed", "Other"]),
        one_of(&["Never", "OnFailure", "Always", "Maybe", ""]),
        one_of(&["acme.io/x", "", "x", "a b/c d"]),
    );
    let indexes = some("[0-9,-]{0,9}".prop_map(Value::from));
    let policies = (flag(), flag(), indexes, count());
    (numbers, words, policies, flag(), flag()).prop_map(
        |(numbers, words, (failure, success, indexes, succeeded), suspend, manual)| {
            let pattern = json!({"type": "DisruptionTarget"});
            let failure = (failure == true)
                .then(|| json!({"rules": [{"action": "Ignore", "onPodConditions": [pattern]}]}));
            let success = (success == true).then(
                || json!({"rules": [{"succeededIndexes": indexes, "succeededCount": succeeded}]}),
            );
            json!({
                "parallelism": numbers.0, "completions": numbers.1, "backoffLimit": numbers.2,
                "backoffLimitPerIndex": numbers.3, "maxFailedIndexes": numbers.4,
                "completionMode": words.0, "podReplacementPolicy": words.1, "managedBy": words.3,
                "podFailurePolicy": failure, "successPolicy": success,
                "suspend": suspend, "manualSelector": manual,
                "template": {"spec": {"restartPolicy": words.2}},
            })
        },
    )
}

fn decoded(spec: &Value) -> Job {
    let mut job: Job = serde_json::from_value(with_spec(spec)).unwrap();
    job.metadata.uid = Some(UID.to_owned());
    job.metadata.creation_timestamp = Some(time("2026-01-02T03:04:05Z"));
    job
}

/// Any status, of any number of faults.
fn status() -> impl Strategy<Value = Value> {
    let condition = (
        prop::sample::select(
            &[
                "Complete",
                "Failed",
                "FailureTarget",
                "SuccessCriteriaMet",
                "Suspended",
                "Other",
            ][..],
        ),
        prop::sample::select(&["True", "False", "Unknown"][..]),
    );
    let conditions = prop::collection::vec(condition, 0..4).prop_map(|conditions| {
        let conditions = conditions.into_iter();
        conditions
            .map(|(kind, status)| json!({"type": kind, "status": status}))
            .collect::<Value>()
    });
    let moments = || {
        one_of(&[
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:06Z",
            "0000-01-01T00:00:00Z",
            "9000-01-01T00:00:00Z",
        ])
    };
    let indexes = || some("[0-9,-]{0,9}".prop_map(Value::from));
    let uids = || prop::collection::vec("[ab]?", 0..3).prop_map(Value::from);
    let counts = (count(), count(), count(), count(), count());
    (
        counts,
        conditions,
        (moments(), moments()),
        (indexes(), indexes()),
        (uids(), uids()),
    )
        .prop_map(|(counts, conditions, times, indexes, uids)| {
            json!({
                "active": counts.0, "ready": counts.1, "terminating": counts.2,
                "succeeded": counts.3, "failed": counts.4, "conditions": conditions,
                "startTime": times.0, "completionTime": times.1,
                "completedIndexes": indexes.0, "failedIndexes": indexes.1,
                "uncountedTerminatedPods": {"succeeded": uids.0, "failed": uids.1},
            })
        })
}

fn specs_of_status() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({}),
        json!({"suspend": true, "completions": 0}),
        json!({"completionMode": "Indexed", "completions": 3, "parallelism": 3}),
        json!({"completionMode": "Indexed", "completions": 5, "backoffLimitPerIndex": 1}),
        json!({
            "completionMode": "Indexed", "completions": 5,
            "successPolicy": {"rules": [{"succeededCount": 1}]},
        }),
    ])
}

proptest! {
    #[test]
    fn defaults_are_filled_in_once(spec in spec()) {
        let mut once = decoded(&spec);
        once.apply_defaults();
        let mut twice = once.clone();
        twice.apply_defaults();
        prop_assert_eq!(&once, &twice);
        // What is stored is read back as the same.
        let stored = serde_json::to_value(&once).unwrap();
        let mut read_back: Job = serde_json::from_value(stored).unwrap();
        read_back.apply_defaults();
        prop_assert_eq!(&once, &read_back);
    }

    #[test]
    fn a_job_that_is_taken_is_taken_again(spec in spec()) {
        let mut job = decoded(&spec);
        job.apply_defaults();
        job.prepare_create();
        let errors = job.validate();
        let mut again = job.clone();
        again.apply_defaults();
        prop_assert_eq!(&errors, &again.validate());
        if errors.is_empty() {
            job.metadata.resource_version = Some("1".to_owned());
            let mut same = job.clone();
            same.apply_defaults();
            same.prepare_update(&job);
            prop_assert!(same.validate_update(&job).is_empty());
            prop_assert_eq!(same.metadata.generation, Some(1));
        }
    }

    #[test]
    fn a_status_that_is_taken_is_taken_again(
        spec in specs_of_status(), before in status(), after in status(),
    ) {
        let mut job = created(&with_spec(&spec));
        job.metadata.resource_version = Some("1".to_owned());
        let (before, after) = (in_state(job.clone(), &before), in_state(job, &after));
        if after.validate_status_update(&before).is_empty() {
            let again = after.validate_status_update(&after);
            prop_assert!(again.is_empty(), "{again:?}");
        }
    }
}
