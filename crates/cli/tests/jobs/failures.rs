//! Pods that fail, and what it takes for the Job to fail: rows of section E.

use jobyard_api::Timestamp;
use serde_json::{Value, json};

use crate::place::{Place, condition_true, ended, on_a_node, ready, restarted, text, why};

in_each_arrangement![
    a_failed_pod_is_replaced_ten_seconds_after_its_end,
    no_pod_is_added_during_the_wait,
    the_second_failure_in_a_row_waits_twice_as_long,
    a_failure_of_long_ago_is_replaced_at_once,
    the_seventh_failure_is_one_too_many,
    with_limit_zero_the_first_failure_fails_the_job,
    pods_of_a_failing_job_are_ended_and_counted,
    pods_without_a_node_are_gone_when_the_job_fails,
    a_success_ends_the_wait,
    active_pods_are_counted_during_the_wait,
    restarts_below_the_limit_fail_nothing,
    restarts_at_the_limit_fail_the_job,
    with_limit_zero_the_first_restart_fails_the_job,
    restarts_of_all_pods_are_summed,
    restarts_of_init_containers_count,
    restarts_of_ended_pods_do_not_count,
    restarts_do_not_count_with_never,
    a_lower_limit_fails_a_job_that_is_beyond_it,
    an_evicted_pod_without_containers_counts,
];

const LIMIT: &str = "Job has reached the specified backoff limit";

/// The Job has failed for its back-off limit, and says so everywhere.
fn has_failed_by_limit(place: &Place) -> Value {
    let failed = place.until_condition("pi", "Failed");
    let expected = ("BackoffLimitExceeded".to_owned(), LIMIT.to_owned());
    assert_eq!(why(&failed), expected);
    let status = place.status("pi");
    let target = crate::place::condition(&status, "FailureTarget").expect("it came first");
    assert_eq!(why(&target), expected);
    assert_eq!(status["completionTime"], Value::Null);
    assert_eq!(place.until_event("pi", "BackoffLimitExceeded"), LIMIT);
    status
}

fn time(value: &Value) -> Timestamp {
    text(value).parse().expect("a time")
}

// E01; seven of the ten seconds are over when it is seen
fn a_failed_pod_is_replaced_ten_seconds_after_its_end(place: &Place) {
    place.job("pi", &json!({}));
    let first = place.until_active(1);
    place.fail_ago(&first[0], 1, 7);
    place.until_status("pi", &json!({"failed": 1, "active": 0}));
    let second = place.until_new(1, &first);
    let first = place.pod(&first[0]).expect("it stays");
    let finished = &first["status"]["containerStatuses"][0]["state"]["terminated"]["finishedAt"];
    let second = place.pod(&second[0]).expect("it is there");
    let wait = time(&second["metadata"]["creationTimestamp"]).duration_since(time(finished));
    assert!(wait.as_secs() >= 10, "after {wait:#}");
}

// E22
fn no_pod_is_added_during_the_wait(place: &Place) {
    place.job("pi", &json!({"completions": 3, "parallelism": 1}));
    let first = place.until_active(1);
    place.fail_ago(&first[0], 1, 6);
    place.until_status("pi", &json!({"failed": 1, "active": 0}));
    place.patch_job("pi", &json!({"parallelism": 3}));
    let next = place.until_new(3, &first);
    let first = place.pod(&first[0]).expect("it stays");
    let finished = &first["status"]["containerStatuses"][0]["state"]["terminated"]["finishedAt"];
    for pod in next {
        let created =
            place.pod(&pod).expect("it is there")["metadata"]["creationTimestamp"].clone();
        let wait = time(&created).duration_since(time(finished));
        assert!(wait.as_secs() >= 10, "after {wait:#}");
    }
}

// E02, second step; the first failure is old, the second has 17 of its 20 seconds behind it
fn the_second_failure_in_a_row_waits_twice_as_long(place: &Place) {
    place.job("pi", &json!({}));
    let first = place.until_active(1);
    place.fail(&first[0], 1);
    let second = place.until_new(1, &first);
    place.fail_ago(&second[0], 1, 17);
    let third = place.until_new(1, &[first[0].clone(), second[0].clone()]);
    let second = place.pod(&second[0]).expect("it stays");
    let finished = &second["status"]["containerStatuses"][0]["state"]["terminated"]["finishedAt"];
    let third = place.pod(&third[0]).expect("it is there");
    let wait = time(&third["metadata"]["creationTimestamp"]).duration_since(time(finished));
    assert!(wait.as_secs() >= 20, "after {wait:#}");
    place.until_status("pi", &json!({"failed": 2, "active": 1}));
}

// The wait counts from the end of the Pod, not from when it is seen (section 9)
fn a_failure_of_long_ago_is_replaced_at_once(place: &Place) {
    place.job("pi", &json!({}));
    let first = place.until_active(1);
    place.fail(&first[0], 1);
    place.until_new(1, &first);
    place.until_status("pi", &json!({"failed": 1, "active": 1}));
    place.until_released(&first[0]);
}

// E03
fn the_seventh_failure_is_one_too_many(place: &Place) {
    place.job("pi", &json!({}));
    let mut pods = Vec::new();
    for failures in 1..=7 {
        let next = place.until_new(1, &pods).remove(0);
        place.fail(&next, 1);
        pods.push(next);
        place.until_status("pi", &json!({"failed": failures}));
    }
    let status = has_failed_by_limit(place);
    assert_eq!(status["failed"], 7);
    assert_eq!(place.pods().len(), 7);
}

// E04
fn with_limit_zero_the_first_failure_fails_the_job(place: &Place) {
    place.job("pi", &json!({"backoffLimit": 0}));
    let pods = place.until_active(1);
    place.fail(&pods[0], 1);
    let status = has_failed_by_limit(place);
    assert_eq!(status["failed"], 1);
    place.until_released(&pods[0]);
}

// E11, E12
fn pods_of_a_failing_job_are_ended_and_counted(place: &Place) {
    place.job(
        "pi",
        &on_a_node(json!({"backoffLimit": 0, "completions": 3, "parallelism": 3})),
    );
    let pods = place.until_active(3);
    for pod in &pods[1..] {
        place.ready(pod);
    }
    place.until_status("pi", &json!({"active": 3, "ready": 2}));
    place.fail(&pods[0], 1);
    let target = place.until_condition("pi", "FailureTarget");
    assert_eq!(why(&target).0, "BackoffLimitExceeded");
    let status = place.until_status("pi", &json!({"active": 0, "terminating": 2, "failed": 3}));
    assert_eq!(
        crate::place::condition(&status, "Failed"),
        None,
        "they have not ended"
    );
    for pod in &pods[1..] {
        let found = place.pod(pod).expect("it takes its time");
        assert!(!found["metadata"]["deletionTimestamp"].is_null());
        place.until_released(pod);
        place.finish_deletion(pod);
    }
    let status = has_failed_by_limit(place);
    assert_eq!(status["failed"], 3);
}

// E13
fn pods_without_a_node_are_gone_when_the_job_fails(place: &Place) {
    place.job(
        "pi",
        &json!({"backoffLimit": 0, "completions": 3, "parallelism": 3}),
    );
    let pods = place.until_active(3);
    place.fail(&pods[0], 1);
    for pod in &pods[1..] {
        place.until_gone(pod);
    }
    let status = has_failed_by_limit(place);
    assert_eq!(status["failed"], 3);
}

// E09
fn a_success_ends_the_wait(place: &Place) {
    place.job("pi", &json!({"completions": 3, "parallelism": 2}));
    let first = place.until_active(2);
    place.fail_ago(&first[0], 1, 0);
    place.until_status("pi", &json!({"failed": 1}));
    let success = json!({"phase": "Succeeded", "containerStatuses": [ended("main", 0, -1)]});
    place.set(&first[1], &success);
    let next = place.until_new(2, &first);
    let created = next.iter().map(|pod| {
        let pod = place.pod(pod).expect("it is there");
        time(&pod["metadata"]["creationTimestamp"])
    });
    let failed = place.pod(&first[0]).expect("it stays");
    let finished =
        time(&failed["status"]["containerStatuses"][0]["state"]["terminated"]["finishedAt"]);
    for created in created {
        let wait = created.duration_since(finished);
        assert!(wait.as_secs() < 10, "after {wait:#}");
    }
    place.until_status("pi", &json!({"failed": 1, "succeeded": 1, "active": 2}));
}

// E10; 1.36.2 keeps the old status until the wait is over
fn active_pods_are_counted_during_the_wait(place: &Place) {
    place.job("pi", &json!({"completions": 3, "parallelism": 3}));
    let pods = place.until_active(3);
    for pod in &pods[1..] {
        place.ready(pod);
    }
    place.until_status("pi", &json!({"active": 3, "ready": 2}));
    place.fail_ago(&pods[0], 1, 4);
    if place.is_ours() {
        place.until_status("pi", &json!({"active": 2, "ready": 2, "failed": 1}));
        place.until_released(&pods[0]);
        assert_eq!(place.active_pods().len(), 2, "the wait is not over");
    }
    place.until_new(1, &pods);
    place.until_status("pi", &json!({"active": 3, "ready": 2, "failed": 1}));
}

fn on_failure(backoff_limit: u32, pods: u32) -> Value {
    let template = json!({"spec": {"restartPolicy": "OnFailure", "nodeName": "nowhere"}});
    json!({"backoffLimit": backoff_limit, "completions": pods, "parallelism": pods, "template": template})
}

// E14
fn restarts_below_the_limit_fail_nothing(place: &Place) {
    place.job("pi", &on_failure(4, 1));
    let pods = place.until_active(1);
    place.set(
        &pods[0],
        &json!({"phase": "Running", "conditions": [ready("True")], "containerStatuses": [restarted("main", 3)]}),
    );
    let status = place.until_status("pi", &json!({"ready": 1, "active": 1}));
    assert_eq!(status["conditions"], Value::Null);
    place.succeed(&pods[0]);
    place.until_condition("pi", "Complete");
}

// E15
fn restarts_at_the_limit_fail_the_job(place: &Place) {
    place.job("pi", &on_failure(4, 1));
    let pods = place.until_active(1);
    place.set(
        &pods[0],
        &json!({"phase": "Running", "containerStatuses": [restarted("main", 4)]}),
    );
    place.until_condition("pi", "FailureTarget");
    place.until_status("pi", &json!({"active": 0, "terminating": 1, "failed": 1}));
    place.finish_deletion(&pods[0]);
    let status = has_failed_by_limit(place);
    assert_eq!(status["failed"], 1, "the Pod that was killed");
}

// E16
fn with_limit_zero_the_first_restart_fails_the_job(place: &Place) {
    place.job("pi", &on_failure(0, 1));
    let pods = place.until_active(1);
    place.set(
        &pods[0],
        &json!({"phase": "Running", "containerStatuses": [restarted("main", 1)]}),
    );
    place.until_condition("pi", "FailureTarget");
    place.finish_deletion(&pods[0]);
    has_failed_by_limit(place);
}

// E17
fn restarts_of_all_pods_are_summed(place: &Place) {
    place.job("pi", &on_failure(4, 2));
    let pods = place.until_active(2);
    for pod in &pods {
        place.set(
            pod,
            &json!({"phase": "Running", "containerStatuses": [restarted("main", 2)]}),
        );
    }
    place.until_condition("pi", "FailureTarget");
    place.until_status("pi", &json!({"active": 0, "failed": 2}));
    for pod in &pods {
        place.finish_deletion(pod);
    }
    has_failed_by_limit(place);
}

// E18
fn restarts_of_init_containers_count(place: &Place) {
    let mut spec = on_failure(4, 1);
    spec["template"]["spec"]["initContainers"] =
        json!([{"name": "init", "image": "none.invalid/none"}]);
    place.job("pi", &spec);
    let pods = place.until_active(1);
    place.set(
        &pods[0],
        &json!({"phase": "Pending", "initContainerStatuses": [restarted("init", 4)]}),
    );
    place.until_condition("pi", "FailureTarget");
    place.finish_deletion(&pods[0]);
    has_failed_by_limit(place);
}

// E19
fn restarts_of_ended_pods_do_not_count(place: &Place) {
    let mut spec = on_failure(4, 1);
    spec["completions"] = json!(2);
    place.job("pi", &spec);
    let first = place.until_active(1);
    let mut done = ended("main", 0, 0);
    done["restartCount"] = json!(9);
    place.set(
        &first[0],
        &json!({"phase": "Succeeded", "containerStatuses": [done]}),
    );
    let second = place.until_new(1, &first);
    place.ready(&second[0]);
    let status = place.until_status("pi", &json!({"succeeded": 1, "active": 1, "ready": 1}));
    assert_eq!(status["conditions"], Value::Null);
}

// E20
fn restarts_do_not_count_with_never(place: &Place) {
    place.job("pi", &json!({"backoffLimit": 4}));
    let pods = place.until_active(1);
    place.set(
        &pods[0],
        &json!({"phase": "Running", "conditions": [ready("True")], "containerStatuses": [restarted("main", 9)]}),
    );
    let status = place.until_status("pi", &json!({"ready": 1, "active": 1}));
    assert_eq!(status["conditions"], Value::Null);
}

// E24
fn a_lower_limit_fails_a_job_that_is_beyond_it(place: &Place) {
    place.job("pi", &json!({"completions": 4, "parallelism": 4}));
    let pods = place.until_active(4);
    place.fail(&pods[0], 1);
    place.fail(&pods[1], 1);
    place.until_status("pi", &json!({"failed": 2}));
    place.until_new(2, &pods);
    place.patch_job("pi", &json!({"backoffLimit": 0}));
    let status = has_failed_by_limit(place);
    assert_eq!(status["failed"], 6, "what ran is killed and counts");
}

// E25
fn an_evicted_pod_without_containers_counts(place: &Place) {
    place.job("pi", &json!({"backoffLimit": 0}));
    let pods = place.until_active(1);
    place.set(
        &pods[0],
        &json!({"phase": "Failed", "reason": "Evicted", "conditions": [ready("False"), condition_true("DisruptionTarget")]}),
    );
    let status = has_failed_by_limit(place);
    assert_eq!(status["failed"], 1);
}
