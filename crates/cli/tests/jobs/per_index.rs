//! Failures counted by index: rows of section H.

use serde_json::{Value, json};

use crate::{
    indexed::indexed,
    place::{Place, Pod, condition_true, ended, is_tracked, text, why},
};

in_each_arrangement![
    the_first_pod_of_an_index_has_no_failures_behind_it,
    the_next_pod_of_an_index_carries_its_failures,
    a_failed_pod_is_held_until_its_replacement_is_there,
    an_index_fails_beyond_its_limit_and_the_others_go_on,
    with_limit_zero_an_index_fails_at_once,
    too_many_failed_indexes_fail_the_job,
    with_no_failed_index_allowed_the_first_fails_the_job,
    as_many_failed_indexes_as_allowed_fail_nothing,
    the_limit_of_the_job_holds_beside_that_of_its_indexes,
    ignored_failures_are_counted_apart,
    a_rule_may_fail_an_index_at_once,
    failures_that_cannot_be_read_are_none,
    a_job_all_of_whose_indexes_failed_has_failed,
];

const FAILURES: &str = "batch.kubernetes.io/job-index-failure-count";
const IGNORED: &str = "batch.kubernetes.io/job-index-ignored-failure-count";

fn per_index(completions: u32, limit: u32) -> Value {
    let mut spec = indexed(completions, completions);
    spec["backoffLimitPerIndex"] = json!(limit);
    spec
}

/// The failure counts that a Pod carries: counted, ignored.
fn counts(place: &Place, pod: &Pod) -> (Value, Value) {
    let found = place.pod(pod).expect("it is there");
    let annotations = &found["metadata"]["annotations"];
    (annotations[FAILURES].clone(), annotations[IGNORED].clone())
}

// H01
fn the_first_pod_of_an_index_has_no_failures_behind_it(place: &Place) {
    place.job("ix", &per_index(3, 1));
    let pods = place.until_active(3);
    for pod in &pods {
        assert_eq!(counts(place, pod), (json!("0"), Value::Null));
    }
    let status = place.until_status("ix", &json!({"active": 3}));
    assert_eq!(status["failedIndexes"], "");
}

// H02, H03
fn the_next_pod_of_an_index_carries_its_failures(place: &Place) {
    place.job("ix", &per_index(3, 1));
    let pods = place.until_active(3);
    place.fail(&pods[1], 1);
    let next = place.until_new(1, &pods);
    assert_eq!(next[0].index, Some(1));
    assert_eq!(counts(place, &next[0]), (json!("1"), Value::Null));
    place.until_released(&pods[1]);
    place.until_status(
        "ix",
        &json!({"failed": 1, "active": 3, "failedIndexes": ""}),
    );
}

// H02; 1.36.2 says active 0 meanwhile
fn a_failed_pod_is_held_until_its_replacement_is_there(place: &Place) {
    place.job("ix", &per_index(3, 1));
    let pods = place.until_active(3);
    place.ready(&pods[0]);
    place.until_status("ix", &json!({"active": 3, "ready": 1}));
    place.fail_ago(&pods[1], 1, 4);
    if place.is_ours() {
        place.until_status("ix", &json!({"active": 2, "ready": 1, "failed": 0}));
    }
    let held = place.pod(&pods[1]).expect("it stays");
    assert!(is_tracked(&held), "nothing else carries its count yet");
    let next = place.until_new(1, &pods);
    place.until_released(&pods[1]);
    place.until_status("ix", &json!({"active": 3, "failed": 1}));
    assert_eq!(counts(place, &next[0]).0, "1");
}

// H04, H05
fn an_index_fails_beyond_its_limit_and_the_others_go_on(place: &Place) {
    place.job("ix", &per_index(3, 1));
    let pods = place.until_active(3);
    place.fail(&pods[1], 1);
    let next = place.until_new(1, &pods);
    place.until_status("ix", &json!({"failed": 1}));
    place.fail(&next[0], 1);
    let status = place.until_status(
        "ix",
        &json!({"failed": 2, "failedIndexes": "1", "active": 2}),
    );
    assert_eq!(status["conditions"], Value::Null);
    place.succeed(&pods[0]);
    place.succeed(&pods[2]);
    let failed = place.until_condition("ix", "Failed");
    let expected = (
        "FailedIndexes".to_owned(),
        "Job has failed indexes".to_owned(),
    );
    assert_eq!(why(&failed), expected);
    place.until_status(
        "ix",
        &json!({"succeeded": 2, "completedIndexes": "0,2", "failedIndexes": "1", "failed": 2}),
    );
    assert_eq!(place.until_event("ix", "FailedIndexes"), expected.1);
    assert_eq!(place.pods().len(), 4);
}

// H06
fn with_limit_zero_an_index_fails_at_once(place: &Place) {
    place.job("ix", &per_index(2, 0));
    let pods = place.until_active(2);
    place.fail(&pods[0], 1);
    place.until_status(
        "ix",
        &json!({"failedIndexes": "0", "failed": 1, "active": 1}),
    );
    place.until_released(&pods[0]);
    assert_eq!(place.pods().len(), 2);
}

// H07
fn too_many_failed_indexes_fail_the_job(place: &Place) {
    let mut spec = per_index(5, 0);
    spec["maxFailedIndexes"] = json!(1);
    place.job("ix", &spec);
    let pods = place.until_active(5);
    place.fail(&pods[0], 1);
    place.until_status("ix", &json!({"failedIndexes": "0", "active": 4}));
    place.fail(&pods[1], 1);
    let failed = place.until_condition("ix", "Failed");
    assert_eq!(
        why(&failed),
        (
            "MaxFailedIndexesExceeded".to_owned(),
            "Job has exceeded the specified maximal number of failed indexes".to_owned()
        )
    );
    place.until_status(
        "ix",
        &json!({"failed": 5, "failedIndexes": "0,1", "active": 0}),
    );
    place.until_event("ix", "MaxFailedIndexesExceeded");
}

// H09
fn with_no_failed_index_allowed_the_first_fails_the_job(place: &Place) {
    let mut spec = per_index(2, 0);
    spec["maxFailedIndexes"] = json!(0);
    place.job("ix", &spec);
    let pods = place.until_active(2);
    place.fail(&pods[1], 1);
    let failed = place.until_condition("ix", "Failed");
    assert_eq!(why(&failed).0, "MaxFailedIndexesExceeded");
}

// H08
fn as_many_failed_indexes_as_allowed_fail_nothing(place: &Place) {
    let mut spec = per_index(3, 0);
    spec["maxFailedIndexes"] = json!(1);
    place.job("ix", &spec);
    let pods = place.until_active(3);
    place.fail(&pods[0], 1);
    let status = place.until_status(
        "ix",
        &json!({"failedIndexes": "0", "failed": 1, "active": 2}),
    );
    assert_eq!(status["conditions"], Value::Null);
}

// H10
fn the_limit_of_the_job_holds_beside_that_of_its_indexes(place: &Place) {
    let mut spec = per_index(3, 3);
    spec["backoffLimit"] = json!(2);
    place.job("ix", &spec);
    let pods = place.until_active(3);
    for pod in &pods {
        place.fail(pod, 1);
    }
    let failed = place.until_condition("ix", "Failed");
    assert_eq!(why(&failed).0, "BackoffLimitExceeded");
}

fn ignoring(limit: u32) -> Value {
    let mut spec = per_index(1, limit);
    spec["podFailurePolicy"] =
        json!({"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]});
    spec
}

// H11, H12
fn ignored_failures_are_counted_apart(place: &Place) {
    place.job("ix", &ignoring(2));
    let disrupted = json!({
        "phase": "Failed", "conditions": [condition_true("DisruptionTarget")],
        "containerStatuses": [ended("main", 137, 3600)],
    });
    let first = place.until_active(1);
    place.set(&first[0], &disrupted);
    let second = place.until_new(1, &first);
    assert_eq!(counts(place, &second[0]), (json!("0"), json!("1")));
    place.set(&second[0], &disrupted);
    let third = place.until_new(1, &[first[0].clone(), second[0].clone()]);
    assert_eq!(counts(place, &third[0]), (json!("0"), json!("2")));
    place.until_released(&second[0]);
    place.until_status(
        "ix",
        &json!({"failed": 0, "failedIndexes": "", "active": 1}),
    );
}

// H13
fn a_rule_may_fail_an_index_at_once(place: &Place) {
    let mut spec = per_index(2, 5);
    spec["podFailurePolicy"] = json!({"rules": [{"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [42]}}]});
    place.job("ix", &spec);
    let pods = place.until_active(2);
    place.fail(&pods[0], 42);
    place.until_status(
        "ix",
        &json!({"failedIndexes": "0", "failed": 1, "active": 1}),
    );
    place.succeed(&pods[1]);
    let failed = place.until_condition("ix", "Failed");
    assert_eq!(why(&failed).0, "FailedIndexes");
    assert_eq!(place.pods().len(), 2);
}

// H16
fn failures_that_cannot_be_read_are_none(place: &Place) {
    place.job("ix", &per_index(1, 1));
    let first = place.until_active(1);
    let annotations = json!({"metadata": {"annotations": {FAILURES: "abc"}}});
    place.merge(&format!("pods/{}", first[0].name), &annotations);
    place.fail(&first[0], 1);
    let next = place.until_new(1, &first);
    assert_eq!(text(&counts(place, &next[0]).0), "1");
}

// H18
fn a_job_all_of_whose_indexes_failed_has_failed(place: &Place) {
    place.job("ix", &per_index(2, 0));
    let pods = place.until_active(2);
    for pod in &pods {
        place.fail(pod, 1);
    }
    let failed = place.until_condition("ix", "Failed");
    assert_eq!(why(&failed).0, "FailedIndexes");
    place.until_status(
        "ix",
        &json!({"succeeded": 0, "failed": 2, "failedIndexes": "0,1"}),
    );
}
