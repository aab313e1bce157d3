//! Conditions, Finish, Times, Refused.

use jobyard_api::ObjectKey;
use serde_json::{Value, json};

use super::world::{World, breaks, complete, condition, met, nearly_complete, passes};
use crate::oracle::Law;

const ENDED: &str = "2026-01-01T00:01:00Z";

fn finished(change: impl FnOnce(&mut Value)) -> Value {
    let mut status = json!({
        "succeeded": 1, "uncountedTerminatedPods": {}, "active": 0, "ready": 0, "terminating": 0,
        "conditions": [met(), complete()], "completionTime": ENDED,
    });
    change(&mut status);
    status
}

#[test]
fn complete_after_success_criteria_met() {
    passes(nearly_complete().writes(&finished(|_| {})));
}

#[test]
fn both_may_come_in_one_write() {
    let mut world = World::with(&json!({"completions": 0}));
    let status = json!({"conditions": [met(), complete()], "completionTime": ENDED});
    passes(world.writes(&status));
}

#[test]
fn terminal_conditions_have_their_interim_condition() {
    let status = finished(|status| status["conditions"] = json!([complete()]));
    breaks(nearly_complete().writes(&status), Law::Conditions);
    let status = finished(|status| status["conditions"] = json!([complete(), met()]));
    breaks(nearly_complete().writes(&status), Law::Conditions);
    let status = finished(|status| status["conditions"][1]["reason"] = json!("Else"));
    breaks(nearly_complete().writes(&status), Law::Conditions);
}

#[test]
fn ends_exclude_each_other() {
    let status = finished(|status| {
        let other = condition("FailureTarget", "BackoffLimitExceeded", "");
        status["conditions"] = json!([met(), complete(), other]);
    });
    breaks(nearly_complete().writes(&status), Law::Conditions);
}

#[test]
fn a_condition_stands_once() {
    let status = finished(|status| status["conditions"] = json!([met(), complete(), complete()]));
    breaks(nearly_complete().writes(&status), Law::Conditions);
}

#[test]
fn an_announced_end_stays() {
    let status = finished(|status| {
        status["conditions"] = json!([]);
        status["completionTime"] = Value::Null;
    });
    breaks(nearly_complete().writes(&status), Law::Conditions);
}

#[test]
fn a_finished_job_is_not_written_again() {
    let mut world = nearly_complete();
    passes(world.writes(&finished(|_| {})));
    world.begins();
    breaks(world.writes(&json!({"ready": 0})), Law::Conditions);
}

#[test]
fn completion_time_exactly_with_complete() {
    let status = finished(|status| status["completionTime"] = Value::Null);
    breaks(nearly_complete().writes(&status), Law::Times);
    let status = finished(|status| status["conditions"] = json!([met()]));
    breaks(nearly_complete().writes(&status), Law::Times);
}

#[test]
fn start_time_changes_by_suspension_only() {
    let mut world = World::with(&json!({"completions": 1}));
    passes(world.writes(&json!({"active": 0})));
    world.begins();
    breaks(world.writes(&json!({"startTime": ENDED})), Law::Times);
}

#[test]
fn nothing_is_left_of_a_finished_job() {
    for (field, value) in [
        ("active", json!(1)),
        ("terminating", json!(1)),
        ("uncountedTerminatedPods", json!({"succeeded": ["a"]})),
    ] {
        let mut status = finished(|status| status[field] = value.clone());
        if field == "uncountedTerminatedPods" {
            status["succeeded"] = json!(0);
        }
        breaks(nearly_complete().writes(&status), Law::Finish);
    }
}

#[test]
fn a_finished_job_has_released_its_pods() {
    let mut world = World::with(&json!({"completions": 1}));
    passes(world.creates("a"));
    world.reports("a", "Succeeded");
    world.begins();
    breaks(world.writes(&finished(|_| {})), Law::Finish);
}

#[test]
fn own_pods_count_while_the_cache_does_not_show_them() {
    let mut world = World::with(&json!({"completions": 3, "parallelism": 2, "backoffLimit": 0}));
    passes(world.creates("a"));
    world.begins();
    passes(world.creates("b"));
    world.reports("a", "Failed");
    world.begins_with_old_pods();
    let target = super::world::backoff_limit();
    let mut failed = target.clone();
    failed["type"] = json!("Failed");
    let status = json!({"active": 0, "conditions": [target, failed]});
    breaks(world.writes(&status), Law::Verdict);
}

#[test]
fn no_status_is_invalid() {
    let mut world = World::with(&json!({"completions": 1}));
    let key = ObjectKey::new("default", "pi");
    let at = "2026-01-01T00:00:00Z".parse().unwrap();
    let violation = world
        .oracle
        .refused(&key, at, "status.ready: Invalid value");
    assert_eq!(violation.law, Law::Refused);
    assert!(violation.to_string().contains("default/pi"));
}
