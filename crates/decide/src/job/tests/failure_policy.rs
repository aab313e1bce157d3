//! podFailurePolicy: rows I of the scenarios.

use jobyard_api::{
    batch::{
        PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement,
        PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule,
    },
    core::{ContainerState, ContainerStateTerminated, ContainerStatus},
    meta::Time,
};

use super::world::{Crash, World, check};

/// A rule in short: `FailJob In 42`, `Count side NotIn 1`, `Ignore DisruptionTarget=True`.
fn rule(words: &str) -> PodFailurePolicyRule {
    let words: Vec<&str> = words.split_whitespace().collect();
    let on_exit_codes = |container: Option<&str>, operator: &str, code: &str| {
        PodFailurePolicyOnExitCodesRequirement {
            container_name: container.map(ToOwned::to_owned),
            operator: operator.to_owned(),
            values: vec![code.parse().expect("an exit code")],
        }
    };
    let (codes, condition) = match words[1..] {
        [container, operator, code] => (Some(on_exit_codes(Some(container), operator, code)), None),
        [operator, code] => (Some(on_exit_codes(None, operator, code)), None),
        [condition] => (None, condition.split_once('=')),
        _ => panic!("not a rule: {words:?}"),
    };
    PodFailurePolicyRule {
        action: words[0].to_owned(),
        on_exit_codes: codes,
        on_pod_conditions: condition.map(|(type_, status)| {
            vec![PodFailurePolicyOnPodConditionsPattern {
                type_: type_.to_owned(),
                status: Some(status.to_owned()),
            }]
        }),
    }
}

fn with_rules(words: &str, rules: &[&str]) -> World {
    let mut world = World::with("pi", words, |job| {
        let spec = job.spec.as_mut().expect("the world gives every Job a spec");
        spec.pod_failure_policy = Some(PodFailurePolicy {
            rules: rules.iter().map(|words| rule(words)).collect(),
        });
    });
    world.settle();
    world
}

/// The containers of the Pod end with these codes; it has failed.
fn exit_all(world: &mut World, pod: usize, regular: &[(&str, i32)], init: &[(&str, i32)]) {
    world.fails(pod).change_pod(pod, |pod| {
        let ended = |(name, exit_code): &(&str, i32)| ContainerStatus {
            name: (*name).to_owned(),
            state: Some(ContainerState {
                terminated: Some(ContainerStateTerminated {
                    exit_code: *exit_code,
                    finished_at: pod
                        .metadata
                        .creation_timestamp
                        .clone()
                        .map(|time| Time(time.0)),
                    ..ContainerStateTerminated::default()
                }),
                ..ContainerState::default()
            }),
            ..ContainerStatus::default()
        };
        let (regular, init) = (
            regular.iter().map(ended).collect(),
            init.iter().map(ended).collect(),
        );
        let status = pod.status.get_or_insert_default();
        status.container_statuses = Some(regular);
        status.init_container_statuses = Some(init);
    });
    world.settle();
}

/// What became of a Job whose Pod failed so: `FailJob`, or the count of failures.
fn outcome(rules: &[&str], regular: &[(&str, i32)], init: &[(&str, i32)]) -> String {
    let mut world = with_rules("P=1 C=1", rules);
    exit_all(&mut world, 0, regular, init);
    match world.status().condition("FailureTarget") {
        Some(condition) => condition.message.clone().unwrap_or_default(),
        None => format!("failed={}", world.status().failed),
    }
}

#[test]
fn i01_fail_job_ends_the_job() {
    let mut world = with_rules("P=2 C=2", &["FailJob In 42"]);
    world.run(0).run(1).settle();
    world.take_events();
    check(
        &world.exits(0, 42).settle(),
        "delete pi-00001 (JobEnded)
         event Normal SuccessfulDelete: Deleted pod: pi-00001
         status active=0 terminating=1 uncounted=[][0,1] FailureTarget=True PodFailurePolicy
         release pi-00000
         release pi-00001
         status failed=2 uncounted=[][]",
    );
    world.end_terminating();
    check(
        &world.settle(),
        "status terminating=0 Failed=True PodFailurePolicy
         event Warning PodFailurePolicy: Container main for pod default/pi-00000 failed with exit code 42 matching FailJob rule at index 0",
    );
}

fn evicted(world: &mut World) {
    world
        .run(0)
        .condition(0, "DisruptionTarget", "True")
        .settle();
    world.exits(0, 137).settle();
}

#[test]
fn i02_an_ignored_failure_is_replaced_and_not_counted() {
    let mut world = with_rules("P=1 C=1", &["Ignore DisruptionTarget=True"]);
    evicted(&mut world);
    assert_eq!((world.status().failed, world.wakes_at()), (0, Some(10)));
    assert!(!world.has_finalizer(0));
    world.at(10).settle();
    assert_eq!(world.active(), [1]);
}

#[test]
fn i03_an_ignored_failure_does_not_reach_the_limit() {
    let mut world = with_rules("P=1 C=1 BL=0", &["Ignore DisruptionTarget=True"]);
    evicted(&mut world);
    assert_eq!(world.conditions(), [""; 0]);
}

#[test]
fn i04_the_first_matching_rule_decides() {
    let mut world = with_rules(
        "P=1 C=1",
        &["Ignore DisruptionTarget=True", "FailJob NotIn 0"],
    );
    evicted(&mut world);
    assert_eq!((world.conditions(), world.status().failed), (vec![], 0));
}

#[test]
fn i05_the_first_matching_rule_decides_reversed() {
    let mut world = with_rules(
        "P=1 C=1",
        &["FailJob NotIn 0", "Ignore DisruptionTarget=True"],
    );
    evicted(&mut world);
    assert_eq!(
        world.conditions(),
        ["FailureTarget PodFailurePolicy", "Failed PodFailurePolicy"]
    );
}

#[test]
fn i06_a_rule_for_another_container_does_not_match() {
    let said = outcome(&["FailJob side In 42"], &[("main", 42), ("side", 0)], &[]);
    assert_eq!(said, "failed=1");
}

#[test]
fn i07_not_in_skips_success() {
    let said = outcome(&["FailJob NotIn 1"], &[("main", 0), ("side", 1)], &[]);
    assert_eq!(said, "failed=1");
}

#[test]
fn i08_not_in_matches_other_codes() {
    assert_eq!(
        outcome(&["FailJob NotIn 1"], &[("main", 2)], &[]),
        "Container main for pod default/pi-00000 failed with exit code 2 matching FailJob rule at index 0"
    );
}

#[test]
fn i09_init_containers_come_after_regular_ones() {
    let rules = ["FailJob In 42"];
    assert_eq!(
        outcome(&rules, &[("main", 1)], &[("init", 42)]),
        "Container init for pod default/pi-00000 failed with exit code 42 matching FailJob rule at index 0"
    );
    assert_eq!(
        outcome(&rules, &[("main", 42)], &[("init", 42)]),
        "Container main for pod default/pi-00000 failed with exit code 42 matching FailJob rule at index 0"
    );
}

#[test]
fn i10_count_ends_the_search() {
    let said = outcome(&["Count In 42", "FailJob In 42"], &[("main", 42)], &[]);
    assert_eq!(said, "failed=1");
}

#[test]
fn i11_conditions_match_by_type_and_status() {
    let mut world = with_rules("P=1 C=1", &["FailJob X=False"]);
    world.run(0).condition(0, "X", "False").fails(0).settle();
    let target = world.status().condition("FailureTarget").cloned();
    assert_eq!(
        target.and_then(|condition| condition.message).as_deref(),
        Some("Pod default/pi-00000 has condition X matching FailJob rule at index 0")
    );
}

/// A running Pod that a user deletes at 5 s.
fn deleted_by_user() -> World {
    let mut world = with_rules("P=1 C=1", &["FailJob In 42"]);
    world.run(0).settle();
    world.at(5).delete_pod(0).settle();
    world
}

#[test]
fn i12_a_deleted_pod_is_waited_for() {
    let world = deleted_by_user();
    let status = world.status();
    assert_eq!((status.failed, status.terminating), (0, Some(1)));
    assert_eq!((world.active(), world.has_finalizer(0)), (vec![], true));
}

#[test]
fn i13_then_its_exit_counts() {
    let mut world = deleted_by_user();
    world.at(8).exits(0, 143).settle();
    assert_eq!((world.status().failed, world.wakes_at()), (1, Some(18)));
}

#[test]
fn i14_or_its_success() {
    let mut world = deleted_by_user();
    world.at(8).succeeds(0).settle();
    assert_eq!((world.status().succeeded, world.status().failed), (1, 0));
}

#[test]
fn i15_the_cause_outlives_the_pod() {
    let mut world = with_rules("P=2 C=2", &["FailJob In 42"]);
    world.run(0).run(1).exits(0, 42).crash = Some(Crash::AfterRelease);
    world.settle();
    world.delete_pod(0).end_terminating().restart().settle();
    assert!(!world.exists(0));
    let failed = world
        .status()
        .condition("Failed")
        .cloned()
        .expect("the Job failed");
    assert_eq!(
        failed.message.as_deref(),
        Some(
            "Container main for pod default/pi-00000 failed with exit code 42 matching FailJob rule at index 0"
        )
    );
}

#[test]
fn i16_fail_job_comes_before_backoff_limit() {
    let mut world = with_rules("P=1 C=1 BL=0", &["FailJob In 42"]);
    world.exits(0, 42).settle();
    assert_eq!(
        world.conditions(),
        ["FailureTarget PodFailurePolicy", "Failed PodFailurePolicy"]
    );
}

#[test]
fn i17_rules_with_unknown_actions_are_skipped() {
    let said = outcome(&["Celebrate In 42", "Ignore In 42"], &[("main", 42)], &[]);
    assert_eq!(said, "failed=0");
}
