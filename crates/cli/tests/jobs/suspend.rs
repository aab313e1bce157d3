//! Deadlines, suspend and resume: rows of section F.

use serde_json::{Value, json};

use crate::place::{Place, condition, on_a_node, text, until, why};

in_each_arrangement![
    the_deadline_ends_the_job_and_its_pod,
    a_deadline_that_has_passed_when_it_is_set_ends_the_job_at_once,
    a_deadline_of_zero_fails_before_the_first_pod,
    a_job_created_suspended_waits,
    resuming_starts_the_job,
    a_job_never_suspended_does_not_say_so,
    suspending_ends_pods_without_counting_them,
    successes_survive_a_suspension,
    a_suspended_job_has_no_deadline,
    a_suspended_job_without_completions_is_complete,
    a_suspended_job_does_not_grow,
    with_strict_replacement_a_resumed_job_waits_for_old_pods,
    with_default_replacement_a_resumed_job_does_not_wait,
];

// F01
fn the_deadline_ends_the_job_and_its_pod(place: &Place) {
    place.job("pi", &on_a_node(json!({"activeDeadlineSeconds": 1})));
    let pods = place.until_active(1);
    let expected = (
        "DeadlineExceeded".to_owned(),
        "Job was active longer than specified deadline".to_owned(),
    );
    assert_eq!(why(&place.until_condition("pi", "FailureTarget")), expected);
    place.until_status("pi", &json!({"active": 0, "terminating": 1, "failed": 1}));
    place.finish_deletion(&pods[0]);
    assert_eq!(why(&place.until_condition("pi", "Failed")), expected);
    assert_eq!(place.until_event("pi", "DeadlineExceeded"), expected.1);
    place.until_status("pi", &json!({"failed": 1}));
}

// F03
fn a_deadline_that_has_passed_when_it_is_set_ends_the_job_at_once(place: &Place) {
    place.job("pi", &json!({}));
    let pods = place.until_active(1);
    let started = text(&place.until_status("pi", &json!({"active": 1}))["startTime"]);
    until("the Job is older than a second", || {
        (crate::place::seconds_ago(2) >= started).then_some(())
    });
    place.patch_job("pi", &json!({"activeDeadlineSeconds": 1}));
    let failed = place.until_condition("pi", "Failed");
    assert_eq!(why(&failed).0, "DeadlineExceeded");
    place.until_gone(&pods[0]);
}

// F05
fn a_deadline_of_zero_fails_before_the_first_pod(place: &Place) {
    place.job("pi", &json!({"activeDeadlineSeconds": 0}));
    let failed = place.until_condition("pi", "Failed");
    assert_eq!(why(&failed).0, "DeadlineExceeded");
    assert_eq!(place.pods(), []);
}

fn suspended() -> (String, String) {
    ("JobSuspended".to_owned(), "Job suspended".to_owned())
}

// F08
fn a_job_created_suspended_waits(place: &Place) {
    place.job("pi", &json!({"suspend": true}));
    assert_eq!(why(&place.until_condition("pi", "Suspended")), suspended());
    assert_eq!(place.until_event("pi", "Suspended"), "Job suspended");
    assert_eq!(place.status("pi")["startTime"], Value::Null);
    assert_eq!(place.pods(), []);
}

// F09
fn resuming_starts_the_job(place: &Place) {
    place.job("pi", &json!({"suspend": true}));
    place.until_condition("pi", "Suspended");
    place.patch_job("pi", &json!({"suspend": false}));
    let pods = place.until_active(1);
    let status = place.until_status("pi", &json!({"active": 1}));
    assert!(!status["startTime"].is_null());
    let resumed = condition(&status, "Suspended").expect("it stays");
    assert_eq!(resumed["status"], "False");
    assert_eq!(
        why(&resumed),
        ("JobResumed".to_owned(), "Job resumed".to_owned())
    );
    assert_eq!(place.until_event("pi", "Resumed"), "Job resumed");
    place.succeed(&pods[0]);
    place.until_condition("pi", "Complete");
}

// F10
fn a_job_never_suspended_does_not_say_so(place: &Place) {
    place.job("pi", &json!({"suspend": false}));
    let pods = place.until_active(1);
    place.succeed(&pods[0]);
    place.until_condition("pi", "Complete");
    assert_eq!(condition(&place.status("pi"), "Suspended"), None);
}

// F11
fn suspending_ends_pods_without_counting_them(place: &Place) {
    place.job(
        "pi",
        &on_a_node(json!({"completions": 2, "parallelism": 2})),
    );
    let pods = place.until_active(2);
    for pod in &pods {
        place.ready(pod);
    }
    place.until_status("pi", &json!({"ready": 2}));
    place.patch_job("pi", &json!({"suspend": true}));
    let status = place.until_status("pi", &json!({"active": 0, "ready": 0, "terminating": 2}));
    assert_eq!(why(&place.until_condition("pi", "Suspended")), suspended());
    assert_eq!(status["startTime"], Value::Null);
    for pod in &pods {
        place.until_released(pod);
        assert!(place.pod(pod).is_some(), "its grace period is not over");
        place.finish_deletion(pod);
    }
    place.until_status("pi", &json!({"active": 0, "terminating": 0, "failed": 0}));
    place.until_event("pi", "SuccessfulDelete");
    place.until_event("pi", "Suspended");
}

// F12
fn successes_survive_a_suspension(place: &Place) {
    place.job("pi", &json!({"completions": 2, "parallelism": 2}));
    let pods = place.until_active(2);
    place.succeed(&pods[0]);
    place.until_status("pi", &json!({"succeeded": 1, "active": 1}));
    place.patch_job("pi", &json!({"suspend": true}));
    place.until_condition("pi", "Suspended");
    place.until_gone(&pods[1]);
    place.until_status("pi", &json!({"succeeded": 1, "active": 0, "failed": 0}));
    place.patch_job("pi", &json!({"suspend": false}));
    let next = place.until_new(1, &pods);
    place.until_status("pi", &json!({"succeeded": 1, "active": 1}));
    place.succeed(&next[0]);
    place.until_condition("pi", "Complete");
    place.until_status("pi", &json!({"succeeded": 2, "failed": 0}));
}

// F13, F14
fn a_suspended_job_has_no_deadline(place: &Place) {
    place.job("pi", &json!({"suspend": true, "activeDeadlineSeconds": 1}));
    let since = text(&place.until_condition("pi", "Suspended")["lastTransitionTime"]);
    until("the deadline would have passed", || {
        (crate::place::seconds_ago(3) >= since).then_some(())
    });
    let status = place.status("pi");
    assert_eq!(condition(&status, "FailureTarget"), None);
    // It counts from the resumption: there is time for a Pod.
    place.patch_job(
        "pi",
        &json!({"suspend": false, "activeDeadlineSeconds": 100}),
    );
    let pods = place.until_active(1);
    place.ready(&pods[0]);
    let status = place.until_status("pi", &json!({"active": 1, "ready": 1}));
    assert_eq!(condition(&status, "FailureTarget"), None);
    assert!(text(&status["startTime"]) > since);
}

// F16
fn a_suspended_job_without_completions_is_complete(place: &Place) {
    place.job("pi", &json!({"suspend": true, "completions": 0}));
    place.until_condition("pi", "Complete");
    let status = place.status("pi");
    assert_eq!(status["startTime"], Value::Null);
    assert_eq!(condition(&status, "Suspended"), None);
}

// F17
fn a_suspended_job_does_not_grow(place: &Place) {
    place.job(
        "pi",
        &json!({"suspend": true, "completions": 5, "parallelism": 2}),
    );
    place.until_condition("pi", "Suspended");
    place.patch_job("pi", &json!({"parallelism": 5}));
    place.job("later", &json!({}));
    place.until_status("later", &json!({"active": 1}));
    assert_eq!(place.pods().len(), 1, "that of the later Job");
}

/// A Job whose Pod is terminating after a suspension, resumed.
fn resumed_with_an_old_pod(place: &Place, policy: &str) -> crate::place::Pod {
    place.job("pi", &on_a_node(json!({"podReplacementPolicy": policy})));
    let pod = place.until_active(1).remove(0);
    place.ready(&pod);
    place.until_status("pi", &json!({"ready": 1}));
    place.patch_job("pi", &json!({"suspend": true}));
    place.until_status("pi", &json!({"active": 0, "terminating": 1}));
    place.until_condition("pi", "Suspended");
    place.patch_job("pi", &json!({"suspend": false}));
    place.until_event("pi", "Resumed");
    pod
}

// F18
fn with_strict_replacement_a_resumed_job_waits_for_old_pods(place: &Place) {
    let old = resumed_with_an_old_pod(place, "Failed");
    place.until_status("pi", &json!({"active": 0, "terminating": 1}));
    assert_eq!(place.pods(), std::slice::from_ref(&old));
    place.finish_deletion(&old);
    place.until_new(1, &[old]);
    place.until_status("pi", &json!({"active": 1, "terminating": 0, "failed": 0}));
}

// F19
fn with_default_replacement_a_resumed_job_does_not_wait(place: &Place) {
    let old = resumed_with_an_old_pod(place, "TerminatingOrFailed");
    place.until_new(1, std::slice::from_ref(&old));
    place.until_status("pi", &json!({"active": 1, "terminating": 1, "failed": 0}));
    assert!(place.pod(&old).is_some(), "the old Pod is still there");
}
