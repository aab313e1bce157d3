//! What a podFailurePolicy makes of failed Pods: rows of section I.

use serde_json::{Value, json};

use crate::place::{Place, Pod, condition_true, ended, on_a_node, why};

in_each_arrangement![
    a_fail_job_rule_fails_the_job_and_says_why,
    an_ignored_disruption_does_not_count,
    the_first_matching_rule_decides,
    with_the_rules_reversed_the_other_decides,
    a_rule_for_another_container_does_not_match,
    exit_codes_not_in_a_list_match_it,
    an_excluded_exit_code_does_not_match,
    init_containers_match_too,
    a_count_rule_before_fail_job_counts,
    a_condition_that_is_false_may_match,
    a_terminating_pod_has_not_failed_yet,
    a_terminating_pod_that_succeeds_counts_as_succeeded,
    the_policy_is_the_reason_before_the_limit,
];

fn with_rules(rules: &Value) -> Value {
    json!({"podFailurePolicy": {"rules": rules}})
}

fn exit_codes(action: &str, operator: &str, values: &[i32]) -> Value {
    json!({"action": action, "onExitCodes": {"operator": operator, "values": values}})
}

fn on_disruption(action: &str) -> Value {
    json!({"action": action, "onPodConditions": [{"type": "DisruptionTarget"}]})
}

/// The Job has failed by a rule, with this message.
fn has_failed_by_policy(place: &Place, message: &str) {
    let expected = ("PodFailurePolicy".to_owned(), message.to_owned());
    assert_eq!(why(&place.until_condition("pi", "FailureTarget")), expected);
    assert_eq!(why(&place.until_condition("pi", "Failed")), expected);
    assert_eq!(place.until_event("pi", "PodFailurePolicy"), message);
}

fn exited(place: &Place, pod: &Pod, container: &str, code: i32, rule: usize) -> String {
    format!(
        "Container {container} for pod {}/{} failed with exit code {code} matching FailJob rule at index {rule}",
        place.namespace(),
        pod.name
    )
}

// I01
fn a_fail_job_rule_fails_the_job_and_says_why(place: &Place) {
    let mut spec = with_rules(&json!([exit_codes("FailJob", "In", &[42])]));
    spec["parallelism"] = json!(2);
    spec["completions"] = json!(2);
    place.job("pi", &on_a_node(spec));
    let pods = place.until_active(2);
    place.ready(&pods[1]);
    place.until_status("pi", &json!({"ready": 1}));
    place.fail(&pods[0], 42);
    let message = exited(place, &pods[0], "main", 42, 0);
    assert_eq!(
        why(&place.until_condition("pi", "FailureTarget")).1,
        message
    );
    place.until_status("pi", &json!({"active": 0, "terminating": 1, "failed": 2}));
    place.finish_deletion(&pods[1]);
    has_failed_by_policy(place, &message);
}

fn disrupt(place: &Place, pod: &Pod) {
    place.set(
        pod,
        &json!({
            "phase": "Failed", "conditions": [condition_true("DisruptionTarget")],
            "containerStatuses": [ended("main", 137, 3600)],
        }),
    );
}

// I02, I03
fn an_ignored_disruption_does_not_count(place: &Place) {
    let mut spec = with_rules(&json!([on_disruption("Ignore")]));
    spec["backoffLimit"] = json!(0);
    place.job("pi", &spec);
    let pods = place.until_active(1);
    disrupt(place, &pods[0]);
    let next = place.until_new(1, &pods);
    place.until_released(&pods[0]);
    place.until_status("pi", &json!({"failed": 0, "active": 1}));
    place.succeed(&next[0]);
    place.until_condition("pi", "Complete");
}

// I04
fn the_first_matching_rule_decides(place: &Place) {
    let rules = json!([
        on_disruption("Ignore"),
        exit_codes("FailJob", "NotIn", &[5])
    ]);
    place.job("pi", &with_rules(&rules));
    let pods = place.until_active(1);
    disrupt(place, &pods[0]);
    place.until_new(1, &pods);
    place.until_status("pi", &json!({"failed": 0, "active": 1}));
}

// I05
fn with_the_rules_reversed_the_other_decides(place: &Place) {
    let rules = json!([
        exit_codes("FailJob", "NotIn", &[5]),
        on_disruption("Ignore")
    ]);
    place.job("pi", &with_rules(&rules));
    let pods = place.until_active(1);
    disrupt(place, &pods[0]);
    has_failed_by_policy(place, &exited(place, &pods[0], "main", 137, 0));
}

/// Two containers, and this rule.
fn with_two_containers(rule: &Value) -> Value {
    let mut spec = with_rules(&json!([rule]));
    spec["template"]["spec"]["containers"] = json!([
        {"name": "main", "image": "none.invalid/none"}, {"name": "side", "image": "none.invalid/none"},
    ]);
    spec
}

fn end_both(place: &Place, pod: &Pod, main: i32, side: i32) {
    let statuses = json!([ended("main", main, 3600), ended("side", side, 3600)]);
    place.set(
        pod,
        &json!({"phase": "Failed", "containerStatuses": statuses}),
    );
}

// I06
fn a_rule_for_another_container_does_not_match(place: &Place) {
    let mut rule = exit_codes("FailJob", "In", &[42]);
    rule["onExitCodes"]["containerName"] = json!("side");
    place.job("pi", &with_two_containers(&rule));
    let pods = place.until_active(1);
    end_both(place, &pods[0], 42, 0);
    place.until_new(1, &pods);
    place.until_status("pi", &json!({"failed": 1, "active": 1}));
}

// I08
fn exit_codes_not_in_a_list_match_it(place: &Place) {
    place.job(
        "pi",
        &with_rules(&json!([exit_codes("FailJob", "NotIn", &[1])])),
    );
    let pods = place.until_active(1);
    place.fail(&pods[0], 2);
    has_failed_by_policy(place, &exited(place, &pods[0], "main", 2, 0));
}

// I07
fn an_excluded_exit_code_does_not_match(place: &Place) {
    place.job(
        "pi",
        &with_two_containers(&exit_codes("FailJob", "NotIn", &[1])),
    );
    let pods = place.until_active(1);
    end_both(place, &pods[0], 0, 1);
    place.until_new(1, &pods);
    place.until_status("pi", &json!({"failed": 1, "active": 1}));
}

// I09
fn init_containers_match_too(place: &Place) {
    let mut spec = with_rules(&json!([exit_codes("FailJob", "In", &[42])]));
    spec["template"]["spec"]["initContainers"] =
        json!([{"name": "init", "image": "none.invalid/none"}]);
    place.job("pi", &spec);
    let pods = place.until_active(1);
    place.set(
        &pods[0],
        &json!({"phase": "Failed", "initContainerStatuses": [ended("init", 42, 3600)]}),
    );
    has_failed_by_policy(place, &exited(place, &pods[0], "init", 42, 0));
}

// I10
fn a_count_rule_before_fail_job_counts(place: &Place) {
    let rules = json!([
        exit_codes("Count", "In", &[42]),
        exit_codes("FailJob", "In", &[42])
    ]);
    place.job("pi", &with_rules(&rules));
    let pods = place.until_active(1);
    place.fail(&pods[0], 42);
    place.until_new(1, &pods);
    place.until_status("pi", &json!({"failed": 1, "active": 1}));
}

// I11
fn a_condition_that_is_false_may_match(place: &Place) {
    let rule = json!({"action": "FailJob", "onPodConditions": [{"type": "example.com/Fine", "status": "False"}]});
    place.job("pi", &with_rules(&json!([rule])));
    let pods = place.until_active(1);
    let mut condition = condition_true("example.com/Fine");
    condition["status"] = json!("False");
    place.set(
        &pods[0],
        &json!({"phase": "Failed", "conditions": [condition], "containerStatuses": [ended("main", 1, 3600)]}),
    );
    let message = format!(
        "Pod {}/{} has condition example.com/Fine matching FailJob rule at index 0",
        place.namespace(),
        pods[0].name
    );
    has_failed_by_policy(place, &message);
}

/// A Job with a policy whose only Pod a user is deleting.
fn with_a_terminating_pod(place: &Place) -> Pod {
    place.job(
        "pi",
        &on_a_node(with_rules(&json!([exit_codes("FailJob", "In", &[42])]))),
    );
    let pod = place.until_active(1).remove(0);
    place.ready(&pod);
    place.until_status("pi", &json!({"ready": 1}));
    place.delete_pod(&pod);
    place.until_status("pi", &json!({"active": 0, "terminating": 1, "failed": 0}));
    assert_eq!(
        place.pods(),
        std::slice::from_ref(&pod),
        "no replacement yet"
    );
    pod
}

// I12, I13
fn a_terminating_pod_has_not_failed_yet(place: &Place) {
    let pod = with_a_terminating_pod(place);
    place.fail(&pod, 143);
    place.until_released(&pod);
    place.until_new(1, std::slice::from_ref(&pod));
    place.until_status("pi", &json!({"active": 1, "terminating": 0, "failed": 1}));
}

// I14
fn a_terminating_pod_that_succeeds_counts_as_succeeded(place: &Place) {
    let pod = with_a_terminating_pod(place);
    place.succeed(&pod);
    place.until_condition("pi", "Complete");
    place.until_status("pi", &json!({"succeeded": 1, "failed": 0}));
}

// I16
fn the_policy_is_the_reason_before_the_limit(place: &Place) {
    let mut spec = with_rules(&json!([exit_codes("FailJob", "In", &[42])]));
    spec["backoffLimit"] = json!(0);
    place.job("pi", &spec);
    let pods = place.until_active(1);
    place.fail(&pods[0], 42);
    has_failed_by_policy(place, &exited(place, &pods[0], "main", 42, 0));
}
