//! What may be written to a Job's status.

use jobyard_api::batch::Job;
use serde_json::{Value, json};

use crate::{created, in_state, patch_status, refused, with_spec};

const START: &str = "2026-01-02T03:04:05Z";
const END: &str = "2026-01-02T03:05:05Z";

/// A running Job with this spec and status.
fn running(spec: &Value, status: &Value) -> Job {
    let mut state = json!({"startTime": START});
    json_patch::merge(&mut state, status);
    in_state(created(&with_spec(spec)), &state)
}

fn plain(status: &Value) -> Job {
    running(&json!({}), status)
}

fn indexed(completions: i32, parallelism: i32, status: &Value) -> Job {
    let spec = json!({
        "completionMode": "Indexed", "completions": completions, "parallelism": parallelism,
        "backoffLimitPerIndex": 1,
    });
    running(&spec, status)
}

/// Conditions that are True.
fn conditions(types: &[&str]) -> Value {
    types
        .iter()
        .map(|one| json!({"type": one, "status": "True"}))
        .collect()
}

/// A status that says a Job is complete, and this besides.
fn complete(patch: &Value) -> Value {
    let mut status = json!({
        "completionTime": END, "conditions": conditions(&["SuccessCriteriaMet", "Complete"]),
    });
    json_patch::merge(&mut status, patch);
    json!({"status": status})
}

#[test]
fn a_complete_status_is_fine() {
    patch_status(&plain(&json!({})), &complete(&json!({"succeeded": 1}))).unwrap();
}

#[test]
fn c01_complete_without_its_reason() {
    let change = complete(&json!({"conditions": conditions(&["Complete"])}));
    refused(
        &patch_status(&plain(&json!({})), &change),
        &[
            "status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
        ],
    );
}

#[test]
fn c02_failed_without_its_reason() {
    let change = json!({"status": {"conditions": conditions(&["Failed"])}});
    refused(
        &patch_status(&plain(&json!({})), &change),
        &[
            "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition",
        ],
    );
}

#[test]
fn c03_complete_with_active_pods() {
    refused(
        &patch_status(&plain(&json!({})), &complete(&json!({"active": 1}))),
        &["status.active: Invalid value: 1: active>0 is invalid for finished job"],
    );
}

#[test]
fn c04_complete_without_completion_time() {
    refused(
        &patch_status(
            &plain(&json!({})),
            &complete(&json!({"completionTime": null})),
        ),
        &["status.completionTime: Required value: completionTime is required for Complete jobs"],
    );
}

#[test]
fn c05_completion_time_without_complete() {
    refused(
        &patch_status(
            &plain(&json!({})),
            &json!({"status": {"completionTime": END}}),
        ),
        &[
            "status.completionTime: Invalid value: \"2026-01-02T03:05:05Z\": cannot set completionTime when there is no Complete=True condition",
        ],
    );
}

#[test]
fn c06_failed_does_not_fall() {
    refused(
        &patch_status(
            &plain(&json!({"failed": 3})),
            &json!({"status": {"failed": 2}}),
        ),
        &["status.failed: Invalid value: 2: cannot decrease the failed counter"],
    );
}

#[test]
fn c07_succeeded_of_an_elastic_job_may_fall() {
    let before = indexed(3, 3, &json!({"succeeded": 3}));
    patch_status(&before, &json!({"status": {"succeeded": 2}})).unwrap();
}

#[test]
fn c08_succeeded_does_not_fall() {
    let before = indexed(5, 2, &json!({"succeeded": 3}));
    refused(
        &patch_status(&before, &json!({"status": {"succeeded": 2}})),
        &["status.succeeded: Invalid value: 2: cannot decrease the succeeded counter"],
    );
}

/// It shrank from 6 to 3, and its parallelism was changed before its status.
#[test]
fn successes_fall_with_the_indexes_that_were_lost() {
    let before = indexed(
        3,
        2,
        &json!({"succeeded": 4, "completedIndexes": "0,2,4-5"}),
    );
    let fallen = |succeeded: i32| {
        let status = json!({"succeeded": succeeded, "completedIndexes": "0,2"});
        patch_status(&before, &json!({"status": status}))
    };
    fallen(2).unwrap();
    refused(
        &fallen(1),
        &["status.succeeded: Invalid value: 1: cannot decrease the succeeded counter"],
    );
}

#[test]
fn c09_more_ready_than_active() {
    refused(
        &patch_status(
            &plain(&json!({})),
            &json!({"status": {"active": 1, "ready": 2}}),
        ),
        &["status.ready: Invalid value: 2: cannot set more ready pods than active"],
    );
}

#[test]
fn c10_completed_indexes_overlap_themselves() {
    refused(
        &patch_status(
            &indexed(3, 3, &json!({})),
            &json!({"status": {"completedIndexes": "0-1,1"}}),
        ),
        &[
            "status.completedIndexes: Invalid value: \"0-1,1\": error parsing completedIndexes: non-increasing order, previous: 1, current: 1",
        ],
    );
}

#[test]
fn c11_index_both_completed_and_failed() {
    refused(
        &patch_status(
            &indexed(3, 3, &json!({})),
            &json!({"status": {"completedIndexes": "0-2", "failedIndexes": "2"}}),
        ),
        &[
            "status.failedIndexes: Invalid value: \"2\": failedIndexes and completedIndexes overlap at index: 2",
        ],
    );
}

#[test]
fn c12_failed_is_for_ever() {
    let before = plain(&json!({"conditions": conditions(&["FailureTarget", "Failed"])}));
    let change = json!({"status": {"conditions": [
        {"type": "FailureTarget", "status": "True"}, {"type": "Failed", "status": "False"},
    ]}});
    refused(
        &patch_status(&before, &change),
        &["status.conditions: Invalid value: cannot disable the terminal Failed=True condition"],
    );
}

#[test]
fn c13_start_time_of_an_unsuspended_job() {
    let suspended = json!([{"type": "Suspended", "status": "False"}]);
    let before = plain(&json!({"conditions": suspended}));
    refused(
        &patch_status(&before, &json!({"status": {"startTime": END}})),
        &[
            "status.startTime: Invalid value: \"2026-01-02T03:05:05Z\": field is immutable for unsuspended job once set",
        ],
    );
}

#[test]
fn c14_start_time_of_a_resumed_job() {
    let before = plain(&json!({"conditions": conditions(&["Suspended"])}));
    let change = json!({"status": {
        "startTime": END, "conditions": [{"type": "Suspended", "status": "False"}],
    }});
    patch_status(&before, &change).unwrap();
}

#[test]
fn c15_both_interim_conditions() {
    let change = json!({"status": {
        "conditions": conditions(&["SuccessCriteriaMet", "FailureTarget"]),
    }});
    refused(
        &patch_status(&plain(&json!({})), &change),
        &[
            "status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and FailureTarget=true conditions",
        ],
    );
}

#[test]
fn c16_finished_with_terminating_pods() {
    refused(
        &patch_status(&plain(&json!({})), &complete(&json!({"terminating": 1}))),
        &["status.terminating: Invalid value: 1: terminating>0 is invalid for finished job"],
    );
}

#[test]
fn c17_uid_waits_to_be_counted_once() {
    let change = json!({"status": {
        "uncountedTerminatedPods": {"succeeded": ["a"], "failed": ["a"]},
    }});
    refused(
        &patch_status(&plain(&json!({})), &change),
        &["status.uncountedTerminatedPods.failed[0]: Duplicate value: \"a\""],
    );
}

#[test]
fn c18_old_fault_does_not_block_other_writes() {
    let before = indexed(3, 3, &json!({"completedIndexes": "0-9", "succeeded": 3}));
    patch_status(&before, &json!({"status": {"active": 1}})).unwrap();
}

/// Rules of job-api.md 8 that no row names.
#[test]
fn other_faults_of_a_status() {
    let policy = json!({
        "completionMode": "Indexed", "completions": 3,
        "successPolicy": {"rules": [{"succeededCount": 1}]},
    });
    let ended = plain(&json!({
        "completionTime": END, "conditions": conditions(&["SuccessCriteriaMet", "Complete"]),
    }));
    let cases: Vec<(Job, Value, Vec<&str>)> = vec![
        (
            plain(&json!({})),
            json!({"active": -1}),
            vec!["status.active: Invalid value: -1: must be greater than or equal to 0"],
        ),
        (
            plain(&json!({})),
            json!({"uncountedTerminatedPods": {"failed": [""]}}),
            vec![
                "status.uncountedTerminatedPods.failed[0]: Invalid value: \"\": must not be empty",
            ],
        ),
        (
            ended.clone(),
            json!({"completionTime": "2026-01-02T03:06:05Z"}),
            vec![
                "status.completionTime: Invalid value: \"2026-01-02T03:06:05Z\": field is immutable",
            ],
        ),
        (
            plain(&json!({})),
            json!({
                "completionTime": "2026-01-01T00:00:00Z",
                "conditions": conditions(&["SuccessCriteriaMet", "Complete"]),
            }),
            vec![
                "status.completionTime: Invalid value: \"2026-01-01T00:00:00Z\": must be equal to or after `startTime`",
            ],
        ),
        (
            running(&policy, &json!({})),
            json!({"completionTime": END, "conditions": conditions(&["Complete"])}),
            vec![
                "status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
                "status.conditions: Invalid value: cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True",
            ],
        ),
        (
            plain(&json!({})),
            json!({"completedIndexes": "0"}),
            vec![
                "status.completedIndexes: Invalid value: \"0\": cannot set non-empty completedIndexes when non-indexed completion mode",
            ],
        ),
        (
            plain(&json!({})),
            json!({"failedIndexes": ""}),
            vec![
                "status.failedIndexes: Invalid value: \"\": cannot set non-null failedIndexes when backoffLimitPerIndex is null",
            ],
        ),
        (
            plain(&json!({"conditions": conditions(&["SuccessCriteriaMet"])})),
            json!({"conditions": []}),
            vec![
                "status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition",
            ],
        ),
        (
            plain(&json!({"startTime": null})),
            json!({"completionTime": END, "conditions": conditions(&["SuccessCriteriaMet", "Complete"])}),
            vec!["status.startTime: Required value: startTime is required for finished job"],
        ),
        (
            ended.clone(),
            json!({"conditions": conditions(&["SuccessCriteriaMet", "Complete", "Failed"])}),
            vec![
                "status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions",
                "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition",
                "status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and Failed=true conditions",
            ],
        ),
        (
            ended.clone(),
            json!({"conditions": conditions(&["SuccessCriteriaMet", "Complete", "FailureTarget"])}),
            vec![
                "status.conditions: Invalid value: cannot set Complete=True and FailureTarget=true conditions",
                "status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and FailureTarget=true conditions",
            ],
        ),
        (
            ended.clone(),
            json!({"conditions": conditions(&["SuccessCriteriaMet"]), "completionTime": null}),
            vec![
                "status.conditions: Invalid value: cannot disable the terminal Complete=True condition",
            ],
        ),
        (
            plain(&json!({"conditions": conditions(&["FailureTarget"])})),
            json!({"conditions": []}),
            vec![
                "status.conditions: Invalid value: cannot disable the terminal FailureTarget=True condition",
            ],
        ),
        (
            plain(&json!({"completionTime": END, "conditions": conditions(&["Complete"])})),
            json!({"conditions": conditions(&["Complete", "SuccessCriteriaMet"])}),
            vec![
                "status.conditions: Invalid value: cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions",
            ],
        ),
        (
            indexed(3, 3, &json!({})),
            json!({"failedIndexes": "2,1"}),
            vec![
                "status.failedIndexes: Invalid value: \"2,1\": error parsing failedIndexes: non-increasing order, previous: 2, current: 1",
            ],
        ),
        (
            ended,
            json!({"uncountedTerminatedPods": {"succeeded": ["a"]}}),
            vec![
                "status.uncountedTerminatedPods: Invalid value: {\"succeeded\":[\"a\"]}: must be empty for finished job",
            ],
        ),
    ];
    for (before, status, expected) in cases {
        refused(
            &patch_status(&before, &json!({"status": status})),
            &expected,
        );
    }
}

/// A rule of job-api.md 8 that looks at what did not change lets an old fault be.
#[test]
fn old_faults_of_a_status() {
    let finished = json!({"completionTime": END, "conditions": conditions(&["SuccessCriteriaMet", "Complete"])});
    let with = |patch: &Value| {
        let mut status = finished.clone();
        json_patch::merge(&mut status, patch);
        status
    };
    let cases: Vec<(Job, Value)> = vec![
        (plain(&with(&json!({"active": 1}))), json!({"failed": 1})),
        (
            plain(&with(&json!({"terminating": 1}))),
            json!({"failed": 1}),
        ),
        (
            plain(&with(
                &json!({"uncountedTerminatedPods": {"failed": ["a"]}}),
            )),
            json!({"failed": 1}),
        ),
        (
            plain(&with(&json!({"startTime": null}))),
            json!({"failed": 1}),
        ),
        (
            plain(&json!({"conditions": conditions(&["Failed"])})),
            json!({"succeeded": 1}),
        ),
        (
            plain(&json!({"active": 1, "ready": 2})),
            json!({"failed": 1}),
        ),
        (
            plain(&json!({"completedIndexes": "0"})),
            json!({"failed": 1}),
        ),
        (
            indexed(
                3,
                3,
                &json!({"completedIndexes": "0,1", "failedIndexes": "1"}),
            ),
            json!({"failed": 1}),
        ),
        // A suspended Job of no completions finishes without having started.
        (
            running(
                &json!({"suspend": true, "completions": 0}),
                &json!({"startTime": null}),
            ),
            finished.clone(),
        ),
        // The start time goes when a Job is suspended.
        (
            running(&json!({"suspend": true}), &json!({})),
            json!({"startTime": null}),
        ),
    ];
    for (before, status) in cases {
        let answer = patch_status(&before, &json!({"status": status}));
        assert!(answer.is_ok(), "{status}: {:?}", answer.err());
    }
}
