//! Each Pod is counted once, whatever happens to it: rows of section L.

use serde_json::json;

use crate::place::{FINALIZER, Place, Pod, condition, until};

in_each_arrangement![
    a_pod_deleted_before_it_was_counted_stays_until_then,
    successes_at_once_are_all_counted,
    an_older_jobs_pods_are_not_those_of_its_namesake,
    a_pod_of_a_finished_job_loses_its_finalizer,
    a_pod_without_finalizer_is_not_counted,
    a_pod_without_finalizer_that_is_deleted_is_no_failure,
];

// L04
fn a_pod_deleted_before_it_was_counted_stays_until_then(place: &Place) {
    place.job("pi", &json!({"completions": 2, "parallelism": 2}));
    let pods = place.until_active(2);
    place.succeed(&pods[0]);
    // The Job may be quicker, and then the Pod is gone with this.
    place.finish_deletion(&pods[0]);
    place.until_gone(&pods[0]);
    place.until_status("pi", &json!({"succeeded": 1, "active": 1, "failed": 0}));
}

// L05, within what one server of tests can hold
fn successes_at_once_are_all_counted(place: &Place) {
    place.job("pi", &json!({"completions": 60, "parallelism": 60}));
    let pods = place.until_active(60);
    for pod in &pods {
        place.succeed(pod);
    }
    place.until_condition("pi", "Complete");
    place.until_status(
        "pi",
        &json!({"succeeded": 60, "failed": 0, "uncountedTerminatedPods": {}}),
    );
    assert_eq!(place.pods().len(), 60);
}

// L11
fn an_older_jobs_pods_are_not_those_of_its_namesake(place: &Place) {
    let first = place.job("pi", &on_a_node_kept());
    let old = place.until_active(1);
    place.delete("jobs/pi", &json!({"propagationPolicy": "Background"}));
    let second = until("the name is free", || place.try_job("pi", &json!({})));
    assert_ne!(first["metadata"]["uid"], second["metadata"]["uid"]);
    let new = place.until_new(1, &old);
    place.until_released(&old[0]);
    place.finish_deletion(&old[0]);
    place.until_status("pi", &json!({"active": 1, "failed": 0}));
    assert_eq!(place.active_pods(), new);
}

/// A Pod that takes its grace period to go.
fn on_a_node_kept() -> serde_json::Value {
    crate::place::on_a_node(json!({}))
}

// L16
fn a_pod_of_a_finished_job_loses_its_finalizer(place: &Place) {
    place.job("pi", &json!({}));
    let pods = place.until_active(1);
    place.succeed(&pods[0]);
    place.until_condition("pi", "Complete");
    place.until_released(&pods[0]);
    let finished = place.status("pi");
    place.merge(
        &format!("pods/{}", pods[0].name),
        &json!({"metadata": {"finalizers": [FINALIZER]}}),
    );
    // Any change of the finished Job has its Pods looked at.
    place.merge(
        "jobs/pi",
        &json!({"metadata": {"annotations": {"example.com/look": "again"}}}),
    );
    place.until_released(&pods[0]);
    assert_eq!(place.status("pi"), finished);
}

/// A Job whose one Pod is ready, and has lost its finalizer by a user's hand.
fn running_without_finalizer(place: &Place) -> Vec<Pod> {
    place.job("pi", &json!({}));
    let pods = place.until_active(1);
    place.ready(&pods[0]);
    place.until_status("pi", &json!({"ready": 1}));
    place.merge(
        &format!("pods/{}", pods[0].name),
        &json!({"metadata": {"finalizers": null}}),
    );
    pods
}

// L17
fn a_pod_without_finalizer_is_not_counted(place: &Place) {
    let pods = running_without_finalizer(place);
    place.succeed(&pods[0]);
    place.until_new(1, &pods);
    let status = place.until_status("pi", &json!({"active": 1, "succeeded": 0, "failed": 0}));
    assert_eq!(condition(&status, "Complete"), None);
}

// L18
fn a_pod_without_finalizer_that_is_deleted_is_no_failure(place: &Place) {
    let pods = running_without_finalizer(place);
    place.delete_pod(&pods[0]);
    place.until_gone(&pods[0]);
    place.until_new(1, &pods);
    place.until_status("pi", &json!({"active": 1, "failed": 0}));
}
