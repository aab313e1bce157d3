//! successPolicy: rows J of the scenarios.

use jobyard_api::batch::{
    JobSpec, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule,
    SuccessPolicy, SuccessPolicyRule,
};

use super::world::{World, check};

/// Rules as pairs of `succeededIndexes` and `succeededCount`.
fn set_rules(spec: &mut JobSpec, rules: &[(Option<&str>, Option<i32>)]) {
    let rule = |(indexes, count): &(Option<&str>, Option<i32>)| SuccessPolicyRule {
        succeeded_indexes: indexes.map(ToOwned::to_owned),
        succeeded_count: *count,
    };
    spec.success_policy = Some(SuccessPolicy {
        rules: rules.iter().map(rule).collect(),
    });
}

fn fail_job_on_42(spec: &mut JobSpec) {
    spec.pod_failure_policy = Some(PodFailurePolicy {
        rules: vec![PodFailurePolicyRule {
            action: "FailJob".to_owned(),
            on_exit_codes: Some(PodFailurePolicyOnExitCodesRequirement {
                container_name: None,
                operator: "In".to_owned(),
                values: vec![42],
            }),
            on_pod_conditions: None,
        }],
    });
}

/// A Job whose Pods all run.
fn running(words: &str, change: impl FnOnce(&mut JobSpec)) -> World {
    let mut world = World::with("pi", words, |job| {
        change(job.spec.as_mut().expect("the world gives every Job a spec"));
    });
    world.settle();
    for pod in world.active() {
        world.run(pod);
    }
    world.settle();
    world.take_events();
    world
}

#[test]
fn j01_one_index_decides_for_all() {
    let mut world = running("C=5 P=5 IX", |spec| set_rules(spec, &[(Some("0"), None)]));
    world.succeeds(0).settle();
    let status = world.status();
    assert_eq!(
        (status.active, status.terminating, status.succeeded),
        (0, Some(4), 1)
    );
    assert_eq!(world.conditions(), ["SuccessCriteriaMet SuccessPolicy"]);
    world.take_events();
    world.end_terminating();
    check(
        &world.settle(),
        "status terminating=0 completionTime=now Complete=True SuccessPolicy
         event Normal Completed: Job completed",
    );
    let status = world.status();
    assert_eq!((status.succeeded, status.failed), (1, 0));
    let complete = status.condition("Complete").expect("complete");
    assert_eq!(
        complete.message.as_deref(),
        Some("Matched rules at index 0")
    );
}

#[test]
fn j02_a_number_of_indexes_decides() {
    let mut world = running("C=5 P=5 IX", |spec| set_rules(spec, &[(None, Some(2))]));
    world.succeeds(3).settle();
    assert_eq!(world.conditions(), [""; 0]);
    world.succeeds(4).settle();
    assert_eq!(world.conditions(), ["SuccessCriteriaMet SuccessPolicy"]);
}

#[test]
fn j03_a_number_out_of_a_set_decides() {
    let mut world = running("C=6 P=6 IX", |spec| {
        set_rules(spec, &[(Some("1-4"), Some(3))]);
    });
    world.succeeds(1).succeeds(3).succeeds(5).settle();
    assert_eq!(world.conditions(), [""; 0]);
    world.succeeds(2).settle();
    assert_eq!(world.conditions(), ["SuccessCriteriaMet SuccessPolicy"]);
}

#[test]
fn j04_the_message_names_the_rule() {
    let mut world = running("C=5 P=5 IX", |spec| {
        set_rules(spec, &[(Some("0"), None), (None, Some(2))]);
    });
    world.succeeds(1).succeeds(2).settle();
    let met = world.status().condition("SuccessCriteriaMet").cloned();
    assert_eq!(
        met.and_then(|condition| condition.message).as_deref(),
        Some("Matched rules at index 1")
    );
}

#[test]
fn j05_without_success_nothing_is_met() {
    let mut world = running("C=2 P=2 IX", |spec| set_rules(spec, &[(None, Some(0))]));
    check(&world.settle(), "");
    assert_eq!(world.conditions(), [""; 0]);
}

#[test]
fn j06_fail_job_comes_first() {
    let mut world = running("C=3 P=3 IX", |spec| {
        set_rules(spec, &[(Some("0"), None)]);
        fail_job_on_42(spec);
    });
    world.succeeds(0).exits(1, 42).settle();
    assert_eq!(world.conditions(), ["FailureTarget PodFailurePolicy"]);
}

#[test]
fn j07_success_once_met_stands() {
    let mut world = running("C=3 P=3 IX", |spec| {
        set_rules(spec, &[(Some("0"), None)]);
        fail_job_on_42(spec);
    });
    world.succeeds(0).settle();
    world.exits(1, 42).settle();
    world.end_terminating().settle();
    assert_eq!(
        world.conditions(),
        ["SuccessCriteriaMet SuccessPolicy", "Complete SuccessPolicy"]
    );
    assert_eq!(world.status().failed, 0);
}

#[test]
fn j08_completions_reached_only_if_no_rule_can_be_met() {
    for (indexes, reason) in [("0-2", "SuccessPolicy"), ("", "CompletionsReached")] {
        let mut world = running("C=3 P=3 IX", |spec| {
            set_rules(spec, &[(Some(indexes), None)]);
        });
        world.succeeds(0).succeeds(1).succeeds(2).settle();
        let complete = world.status().condition("Complete").cloned();
        assert_eq!(complete.and_then(|one| one.reason).as_deref(), Some(reason));
    }
}

#[test]
fn j09_failed_indexes_come_first() {
    let mut world = running("C=2 P=2 IX BLPI=0", |spec| {
        set_rules(spec, &[(Some("0"), None)]);
    });
    world.succeeds(0).fails(1).settle();
    assert_eq!(
        world.conditions(),
        ["FailureTarget FailedIndexes", "Failed FailedIndexes"]
    );
}
