//! Verdict: each end has the cause that it names, and the first that is due.

use serde_json::{Value, json};

use super::world::{World, backoff_limit, breaks, condition, met, passes};
use crate::oracle::Law;

/// A Job whose one Pod failed with exit code 1, seen by the sync.
fn failed_once(spec: &Value) -> World {
    let mut full = json!({"completions": 2, "parallelism": 1});
    for (field, value) in spec.as_object().unwrap() {
        full[field] = value.clone();
    }
    let mut world = World::with(&full);
    if full["completionMode"] == json!("Indexed") {
        let count = full.get("backoffLimitPerIndex").map(|_| 0);
        passes(world.creates_index("a", 0, count));
    } else {
        passes(world.creates("a"));
    }
    world.reports("a", "Failed");
    world.begins();
    world
}

fn announces(condition: &Value) -> Value {
    json!({"conditions": [condition], "uncountedTerminatedPods": {"failed": ["a"]}})
}

#[test]
fn too_many_failures() {
    passes(failed_once(&json!({"backoffLimit": 0})).writes(&announces(&backoff_limit())));
    let mut world = failed_once(&json!({"backoffLimit": 1}));
    breaks(world.writes(&announces(&backoff_limit())), Law::Verdict);
}

#[test]
fn too_many_restarts() {
    let mut on_failure = json!({"completions": 1, "backoffLimit": 2});
    on_failure["template"] = json!({
        "metadata": {"labels": {"batch.kubernetes.io/controller-uid": "pi"}},
        "spec": {"restartPolicy": "OnFailure", "containers": [{"name": "main"}]},
    });
    let restarted = |count| {
        let mut world = World::with(&on_failure);
        passes(world.creates("a"));
        world.restarts_container("a", count);
        world.begins();
        passes_or(world.deletes("a"), count >= 2);
        world
    };
    let status = json!({"active": 0, "terminating": 1, "conditions": [backoff_limit()]});
    passes(restarted(2).writes(&status));
    let mut world = restarted(1);
    let status = json!({"active": 1, "conditions": [backoff_limit()]});
    breaks(world.writes(&status), Law::Verdict);
}

fn passes_or(outcome: Result<(), crate::oracle::Violation>, is_legal: bool) {
    if is_legal {
        passes(outcome);
    } else {
        breaks(outcome, Law::Deletion);
    }
}

#[test]
fn the_deadline() {
    let exceeded = condition(
        "FailureTarget",
        "DeadlineExceeded",
        "Job was active longer than specified deadline",
    );
    let after = |seconds| {
        let mut world = World::with(&json!({"completions": 1, "activeDeadlineSeconds": 60}));
        passes(world.writes(&json!({"active": 0})));
        world.passes_time(seconds);
        world.begins();
        world.writes(&json!({"conditions": [exceeded]}))
    };
    passes(after(60));
    breaks(after(59), Law::Verdict);
}

#[test]
fn a_suspended_job_has_no_deadline() {
    let exceeded = condition(
        "FailureTarget",
        "DeadlineExceeded",
        "Job was active longer than specified deadline",
    );
    let mut world = World::with(&json!({"completions": 1, "activeDeadlineSeconds": 60}));
    passes(world.writes(&json!({"active": 0})));
    world.user_sets("suspend", &json!(true));
    world.passes_time(100);
    world.begins();
    breaks(
        world.writes(&json!({"conditions": [exceeded]})),
        Law::Verdict,
    );
}

fn policy(action: &str, code: i32) -> Value {
    json!({"backoffLimit": 6, "podFailurePolicy": {"rules": [
        {"action": action, "onExitCodes": {"operator": "In", "values": [code]}},
    ]}})
}

fn pod_failure_policy() -> Value {
    condition(
        "FailureTarget",
        "PodFailurePolicy",
        "Container main for pod default/a failed with exit code 1 matching FailJob rule at index 0",
    )
}

#[test]
fn a_pod_that_matches_a_fail_job_rule() {
    let mut world = failed_once(&policy("FailJob", 1));
    passes(world.writes(&announces(&pod_failure_policy())));
    let mut world = failed_once(&policy("FailJob", 2));
    breaks(
        world.writes(&announces(&pod_failure_policy())),
        Law::Verdict,
    );
    let mut world = failed_once(&policy("Count", 1));
    breaks(
        world.writes(&announces(&pod_failure_policy())),
        Law::Verdict,
    );
}

#[test]
fn a_fail_job_rule_comes_before_the_limit() {
    let mut spec = policy("FailJob", 1);
    spec["backoffLimit"] = json!(0);
    let mut world = failed_once(&spec);
    breaks(world.writes(&announces(&backoff_limit())), Law::Verdict);
}

#[test]
fn failed_indexes() {
    let says = |reason: &str, message: &str| {
        let mut status = announces(&condition("FailureTarget", reason, message));
        status["failedIndexes"] = json!("0");
        status
    };
    let all = says("FailedIndexes", "Job has failed indexes");
    let spec = json!({"completionMode": "Indexed", "completions": 1, "backoffLimitPerIndex": 0});
    passes(failed_once(&spec).writes(&all));
    let spec = json!({"completionMode": "Indexed", "completions": 2, "backoffLimitPerIndex": 0});
    breaks(failed_once(&spec).writes(&all), Law::Verdict);
    let many = says(
        "MaxFailedIndexesExceeded",
        "Job has exceeded the specified maximal number of failed indexes",
    );
    let mut spec = spec;
    spec["maxFailedIndexes"] = json!(0);
    passes(failed_once(&spec).writes(&many));
    spec["maxFailedIndexes"] = json!(1);
    breaks(failed_once(&spec).writes(&many), Law::Verdict);
}

#[test]
fn the_success_policy() {
    let status = json!({
        "completedIndexes": "0", "succeeded": 1,
        "conditions": [condition("SuccessCriteriaMet", "SuccessPolicy", "Matched rules at index 0")],
    });
    let succeeded = |rule: Value| {
        let mut world = World::with(&json!({
            "completions": 3, "parallelism": 1, "completionMode": "Indexed",
            "successPolicy": {"rules": [rule]},
        }));
        passes(world.creates_index("a", 0, None));
        world.reports("a", "Succeeded");
        world.begins();
        world.writes(&status)
    };
    passes(succeeded(json!({"succeededIndexes": "0"})));
    passes(succeeded(
        json!({"succeededIndexes": "0-2", "succeededCount": 1}),
    ));
    breaks(succeeded(json!({"succeededIndexes": "1"})), Law::Verdict);
    breaks(succeeded(json!({"succeededCount": 2})), Law::Verdict);
}

#[test]
fn completions_reached_with_nothing_active() {
    let mut world = World::with(&json!({"completions": 2, "parallelism": 2}));
    passes(world.creates("a"));
    passes(world.creates("b"));
    world.reports("a", "Succeeded");
    world.begins();
    let uncounted = json!({"succeeded": ["a"]});
    let status = json!({
        "active": 1, "uncountedTerminatedPods": uncounted, "conditions": [met()],
    });
    breaks(world.writes(&status), Law::Verdict);
}

#[test]
fn an_end_is_announced_with_no_pod_active() {
    let mut world = World::with(&json!({"completions": 3, "parallelism": 2, "backoffLimit": 0}));
    passes(world.creates("a"));
    passes(world.creates("b"));
    world.reports("a", "Failed");
    world.begins();
    let uncounted = json!({"failed": ["a"]});
    let status = json!({
        "active": 1, "uncountedTerminatedPods": uncounted, "conditions": [backoff_limit()],
    });
    breaks(world.writes(&status), Law::Verdict);
}
