//! When an Indexed Job has done enough: rows of section J.

use serde_json::{Value, json};

use crate::{
    indexed::indexed,
    place::{Place, condition, on_a_node, why},
};

in_each_arrangement![
    the_leaders_success_ends_the_others,
    enough_successes_are_enough,
    only_the_named_indexes_count,
    the_first_rule_that_is_met_is_named,
    all_successes_meet_the_rule_before_completions,
    a_failure_after_success_changes_nothing,
];

fn with_rules(completions: u32, rules: &Value) -> Value {
    let mut spec = indexed(completions, completions);
    spec["successPolicy"] = json!({"rules": rules});
    spec
}

fn rule(number: usize) -> (String, String) {
    (
        "SuccessPolicy".to_owned(),
        format!("Matched rules at index {number}"),
    )
}

// J01
fn the_leaders_success_ends_the_others(place: &Place) {
    let spec = with_rules(3, &json!([{"succeededIndexes": "0"}]));
    place.job("ix", &on_a_node(spec));
    let pods = place.until_active(3);
    for pod in &pods[1..] {
        place.ready(pod);
    }
    place.until_status("ix", &json!({"ready": 2}));
    place.succeed(&pods[0]);
    assert_eq!(
        why(&place.until_condition("ix", "SuccessCriteriaMet")),
        rule(0)
    );
    let status = place.until_status(
        "ix",
        &json!({"succeeded": 1, "active": 0, "terminating": 2, "failed": 0}),
    );
    assert_eq!(condition(&status, "Complete"), None);
    for pod in &pods[1..] {
        place.until_released(pod);
        place.finish_deletion(pod);
    }
    assert_eq!(why(&place.until_condition("ix", "Complete")), rule(0));
    place.until_status(
        "ix",
        &json!({"succeeded": 1, "completedIndexes": "0", "failed": 0, "terminating": 0}),
    );
    place.until_event("ix", "Completed");
}

// J02
fn enough_successes_are_enough(place: &Place) {
    place.job("ix", &with_rules(5, &json!([{"succeededCount": 2}])));
    let pods = place.until_active(5);
    place.succeed(&pods[3]);
    let status = place.until_status("ix", &json!({"succeeded": 1, "active": 4}));
    assert_eq!(status["conditions"], Value::Null);
    place.succeed(&pods[4]);
    assert_eq!(why(&place.until_condition("ix", "Complete")), rule(0));
    place.until_status(
        "ix",
        &json!({"succeeded": 2, "completedIndexes": "3,4", "failed": 0}),
    );
}

// J03
fn only_the_named_indexes_count(place: &Place) {
    let rules = json!([{"succeededIndexes": "1-4", "succeededCount": 3}]);
    place.job("ix", &with_rules(6, &rules));
    let pods = place.until_active(6);
    for index in [1, 3, 5] {
        place.succeed(&pods[index]);
    }
    let status = place.until_status("ix", &json!({"succeeded": 3, "active": 3}));
    assert_eq!(status["conditions"], Value::Null, "two inside of the set");
    place.succeed(&pods[2]);
    assert_eq!(why(&place.until_condition("ix", "Complete")), rule(0));
}

// J04
fn the_first_rule_that_is_met_is_named(place: &Place) {
    let rules = json!([{"succeededIndexes": "0"}, {"succeededCount": 2}]);
    place.job("ix", &with_rules(4, &rules));
    let pods = place.until_active(4);
    place.succeed(&pods[1]);
    place.until_status("ix", &json!({"succeeded": 1}));
    place.succeed(&pods[2]);
    assert_eq!(why(&place.until_condition("ix", "Complete")), rule(1));
}

// J08
fn all_successes_meet_the_rule_before_completions(place: &Place) {
    place.job("ix", &with_rules(2, &json!([{"succeededIndexes": "0-1"}])));
    let pods = place.until_active(2);
    for pod in &pods {
        place.succeed(pod);
    }
    assert_eq!(why(&place.until_condition("ix", "Complete")), rule(0));
    place.until_status("ix", &json!({"succeeded": 2, "completedIndexes": "0,1"}));
}

// J07
fn a_failure_after_success_changes_nothing(place: &Place) {
    let mut spec = with_rules(2, &json!([{"succeededIndexes": "0"}]));
    spec["podFailurePolicy"] = json!({"rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}}]});
    place.job("ix", &on_a_node(spec));
    let pods = place.until_active(2);
    place.ready(&pods[1]);
    place.until_status("ix", &json!({"ready": 1}));
    place.succeed(&pods[0]);
    place.until_status("ix", &json!({"active": 0, "terminating": 1}));
    place.until_condition("ix", "SuccessCriteriaMet");
    place.fail(&pods[1], 42);
    assert_eq!(why(&place.until_condition("ix", "Complete")), rule(0));
    let status = place.status("ix");
    assert_eq!(condition(&status, "FailureTarget"), None);
}
