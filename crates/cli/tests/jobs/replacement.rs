//! Pods that are being deleted, and when they are replaced: rows of section K.

use serde_json::json;

use crate::place::{Place, Pod, condition, on_a_node};

in_each_arrangement![
    a_deleted_pod_has_failed_at_once,
    a_deleted_pod_that_ends_well_is_still_a_failure,
    with_strict_replacement_a_deleted_pod_fails_when_it_has_ended,
    with_strict_replacement_a_deleted_pod_may_succeed,
    a_job_is_complete_when_the_last_terminating_pod_has_ended,
    a_pending_pod_that_is_deleted_counts,
    with_strict_replacement_its_index_waits,
    the_default_policy_set_later_counts_a_terminating_pod,
];

/// A Job whose only Pod a user is deleting.
fn with_a_terminating_pod(place: &Place, policy: &str) -> Pod {
    place.job("pi", &on_a_node(json!({"podReplacementPolicy": policy})));
    let pod = place.until_active(1).remove(0);
    place.ready(&pod);
    place.until_status("pi", &json!({"ready": 1}));
    place.delete_pod(&pod);
    pod
}

// K01
fn a_deleted_pod_has_failed_at_once(place: &Place) {
    let pod = with_a_terminating_pod(place, "TerminatingOrFailed");
    place.until_status("pi", &json!({"failed": 1, "terminating": 1, "active": 0}));
    place.until_released(&pod);
    place.until_new(1, std::slice::from_ref(&pod));
    let old = place.pod(&pod).expect("its grace period is not over");
    assert!(!old["metadata"]["deletionTimestamp"].is_null());
    place.until_status("pi", &json!({"failed": 1, "terminating": 1, "active": 1}));
}

// K02
fn a_deleted_pod_that_ends_well_is_still_a_failure(place: &Place) {
    let pod = with_a_terminating_pod(place, "TerminatingOrFailed");
    place.until_status("pi", &json!({"failed": 1, "terminating": 1}));
    place.until_released(&pod);
    place.succeed(&pod);
    let status = place.until_status(
        "pi",
        &json!({"failed": 1, "terminating": 0, "succeeded": 0}),
    );
    assert_eq!(condition(&status, "SuccessCriteriaMet"), None);
}

// K03, K04
fn with_strict_replacement_a_deleted_pod_fails_when_it_has_ended(place: &Place) {
    let pod = with_a_terminating_pod(place, "Failed");
    place.until_status("pi", &json!({"failed": 0, "terminating": 1, "active": 0}));
    assert_eq!(
        place.pods(),
        std::slice::from_ref(&pod),
        "no replacement yet"
    );
    place.fail(&pod, 143);
    place.until_new(1, std::slice::from_ref(&pod));
    place.until_status("pi", &json!({"failed": 1, "terminating": 0, "active": 1}));
}

// K05
fn with_strict_replacement_a_deleted_pod_may_succeed(place: &Place) {
    let pod = with_a_terminating_pod(place, "Failed");
    place.until_status("pi", &json!({"failed": 0, "terminating": 1}));
    place.succeed(&pod);
    place.until_condition("pi", "Complete");
    place.until_status("pi", &json!({"succeeded": 1, "failed": 0}));
}

// K07
fn a_job_is_complete_when_the_last_terminating_pod_has_ended(place: &Place) {
    place.job(
        "pi",
        &on_a_node(json!({"completions": 2, "parallelism": 2})),
    );
    let pods = place.until_active(2);
    for pod in &pods {
        place.ready(pod);
    }
    place.until_status("pi", &json!({"ready": 2}));
    place.patch_job("pi", &json!({"parallelism": 1}));
    place.until_status("pi", &json!({"active": 1, "terminating": 1}));
    // One more is wanted after this one; it is there when both others are done.
    let left = place.active_pods().remove(0);
    place.succeed(&left);
    let last = place.until_new(1, &pods).remove(0);
    place.succeed(&last);
    place.until_condition("pi", "SuccessCriteriaMet");
    let status = place.until_status(
        "pi",
        &json!({"succeeded": 2, "active": 0, "terminating": 1}),
    );
    assert_eq!(condition(&status, "Complete"), None);
    for pod in pods.iter().filter(|pod| **pod != left) {
        place.finish_deletion(pod);
    }
    place.until_condition("pi", "Complete");
    place.until_status(
        "pi",
        &json!({"succeeded": 2, "failed": 0, "terminating": 0}),
    );
}

// K08; the wait for the replacement is that of every failure
fn a_pending_pod_that_is_deleted_counts(place: &Place) {
    place.job("pi", &json!({}));
    let pods = place.until_active(1);
    place.delete_pod(&pods[0]);
    place.until_gone(&pods[0]);
    place.until_status("pi", &json!({"failed": 1, "active": 0, "terminating": 0}));
}

// K10
fn with_strict_replacement_its_index_waits(place: &Place) {
    let mut spec = crate::indexed::indexed(3, 3);
    spec["podReplacementPolicy"] = json!("Failed");
    place.job("ix", &on_a_node(spec));
    let pods = place.until_active(3);
    place.delete_pod(&pods[1]);
    place.until_status("ix", &json!({"active": 2, "terminating": 1, "failed": 0}));
    assert_eq!(place.pods(), pods);
    place.fail(&pods[1], 143);
    let next = place.until_new(1, &pods);
    assert_eq!(next[0].index, Some(1));
}

// K11
fn the_default_policy_set_later_counts_a_terminating_pod(place: &Place) {
    let pod = with_a_terminating_pod(place, "Failed");
    place.until_status("pi", &json!({"failed": 0, "terminating": 1}));
    place.patch_job(
        "pi",
        &json!({"podReplacementPolicy": "TerminatingOrFailed"}),
    );
    place.until_status("pi", &json!({"failed": 1, "terminating": 1}));
    place.until_released(&pod);
}
