//! Restart policies, rules, and the crash back-off.

use super::world::{World, check};
use crate::pod::{
    ContainerObserved, ExitCodeOperator, ExitReason, Observed, RestartPolicy, RestartPolicy::*,
    RestartRule, Sandbox,
};

#[test]
fn policies_decide_by_the_exit_code() {
    let table = [
        (Always, 0, true),
        (Always, 1, true),
        (OnFailure, 0, false),
        (OnFailure, 1, true),
        (Never, 0, false),
        (Never, 1, false),
    ];
    for (policy, code, restarts) in table {
        let mut world = World::new(policy, &["c"]);
        world.settle().exits("c", code).settle();
        assert_eq!(
            world.did().contains("start c#1"),
            restarts,
            "{policy:?} after exit {code}"
        );
    }
}

#[test]
fn a_rule_restarts_whatever_the_policy() {
    let table = [
        (ExitCodeOperator::In, 42, true),
        (ExitCodeOperator::In, 1, false),
        (ExitCodeOperator::NotIn, 42, false),
        (ExitCodeOperator::NotIn, 1, true),
    ];
    for (operator, code, restarts) in table {
        let rule = RestartRule {
            exit_codes: vec![42],
            operator,
        };
        let mut world =
            World::new(Never, &["c"]).at(|pod| pod.containers[0].restart_rules = vec![rule]);
        world.settle().exits("c", code).settle();
        assert_eq!(
            world.did().contains("start c#1"),
            restarts,
            "{operator:?} after exit {code}"
        );
    }
}

#[test]
fn crashing_on_failure_waits_from_the_second_restart_on() {
    let mut world = World::new(OnFailure, &["c"]);
    world.settle().exits("c", 1).settle();
    assert_eq!(
        world.did(),
        "prepare, start c#0, start c#1",
        "the first restart comes at once"
    );

    world.advance(1).exits("c", 1).settle();
    check(
        &world.status(),
        r#"Running
        PodReadyToStartContainers True
        Initialized True
        Ready False ContainersNotReady containers with unready status: [c]
        ContainersReady False ContainersNotReady containers with unready status: [c]
        PodScheduled True
        c: waiting CrashLoopBackOff "back-off 10s restarting failed container=c pod=pod_ns(u-1)" last=(terminated 1 Error) started=false ready=false restarts=1"#,
    );
    assert_eq!(world.wakes_in(), Some(10));
    assert_eq!(
        world.events,
        [
            "Warning BackOff Back-off restarting failed container c in pod pod_ns(u-1) @spec.containers{c}"
        ]
    );

    world.advance(10).settle();
    assert!(
        world.did().ends_with("start c#2"),
        "eleven seconds after the start restartCount is 2"
    );
}

#[test]
fn the_wait_doubles_to_five_minutes_and_is_forgotten() {
    let mut world = World::new(Always, &["c"]);
    world.settle().exits("c", 1).settle();
    let mut waits = vec![];
    for _ in 0..7 {
        world.exits("c", 1).settle();
        let wait = world.wakes_in().unwrap();
        waits.push(wait);
        world.advance(wait).settle();
    }
    assert_eq!(waits, [10, 20, 40, 80, 160, 300, 300]);
    world.advance(601).exits("c", 1).settle();
    assert!(
        world.container("c").is_running(),
        "it ran for ten minutes: restarted at once"
    );
}

#[test]
fn the_message_prints_durations_as_go_does() {
    let mut world = World::new(Always, &["c"]);
    world.settle().exits("c", 1).settle();
    let mut texts = vec![];
    for _ in 0..6 {
        world.exits("c", 1).settle();
        let status = world.status();
        texts.push(
            status
                .split("back-off ")
                .nth(1)
                .unwrap()
                .split(' ')
                .next()
                .unwrap()
                .to_owned(),
        );
        let wait = world.wakes_in().unwrap();
        world.advance(wait).settle();
    }
    assert_eq!(texts, ["10s", "20s", "40s", "1m20s", "2m40s", "5m0s"]);
}

#[test]
fn a_start_error_is_a_crash_like_any_other() {
    let mut world = World::new(OnFailure, &["c"]);
    world.settle();
    world
        .ends("c", 128, ExitReason::StartError, Some("no such file"))
        .settle();
    world
        .ends("c", 128, ExitReason::StartError, Some("no such file"))
        .settle();
    assert!(
        world.status().contains("CrashLoopBackOff"),
        "{}",
        world.status()
    );
    assert!(
        world.status().contains("last=(terminated 128 StartError"),
        "{}",
        world.status()
    );
}

#[test]
fn a_second_container_does_not_wait_for_the_first() {
    let mut world = World::new(Never, &["a", "b"]);
    world.settle();
    assert_eq!(world.did(), "prepare, start a#0, start b#0");
    world.exits("a", 1).settle();
    assert!(world.status().starts_with("Running"), "b runs on");
    world.exits("b", 0).settle();
    assert!(
        world.status().starts_with("Failed"),
        "one failure fails the Pod"
    );
}

fn lost(policy: RestartPolicy) -> World {
    let mut world = World::new(policy, &["c"]);
    world.settle();
    world.ends("c", 255, ExitReason::Lost, None);
    world.observed.sandbox = Sandbox::Lost;
    world.observed.is_status_stored = false;
    world
}

#[test]
fn a_lost_container_fails_a_pod_that_never_restarts() {
    let mut world = lost(Never);
    world.settle();
    assert!(world.status().starts_with("Failed"));
    assert!(
        world.status().contains("c: terminated 255 Unknown"),
        "{}",
        world.status()
    );
    assert!(
        !world.did().ends_with("remove"),
        "the exit code is not stored yet"
    );
    world.observed.is_status_stored = true;
    world.settle();
    assert!(world.did().ends_with("remove"));
}

#[test]
fn a_lost_container_is_restarted_in_a_new_sandbox_once_its_end_is_stored() {
    let mut world = lost(OnFailure);
    world.settle();
    assert_eq!(world.did(), "prepare, start c#0");
    world.observed.is_status_stored = true;
    world.settle();
    assert_eq!(world.did(), "prepare, start c#0, prepare, start c#1");
    assert!(
        world
            .status()
            .contains("c: running last=(terminated 255 Unknown)"),
        "{}",
        world.status()
    );
}

#[test]
fn what_the_runtime_forgot_is_taken_from_the_status() {
    for (policy, did, state) in [
        (Never, "remove", "c: terminated 137 ContainerStatusUnknown"),
        (
            OnFailure,
            "prepare, start c#1",
            "c: running last=(terminated 137 ContainerStatusUnknown",
        ),
    ] {
        let mut world = World::new(policy, &["c"]);
        world.settle();
        world.observed = Observed::from_status(&world.pod.status, "10.0.0.1", world.now);
        world.did.clear();
        world.settle();
        assert_eq!(world.did(), did, "{policy:?}");
        assert!(
            world.status().contains(state),
            "{policy:?}: {}",
            world.status()
        );
    }
}

#[test]
fn an_ended_container_is_read_back_from_the_status_as_it_was() {
    let mut world = World::new(OnFailure, &["a", "b"]);
    world.settle().exits("a", 0).exits("b", 1).settle();
    let read = Observed::from_status(&world.pod.status, "10.0.0.1", world.now);
    let known = |observed: &ContainerObserved| observed.exit().cloned();
    assert_eq!(known(&read.containers["a"]), known(world.container("a")));
    assert_eq!(read.containers["b"].previous, world.container("b").previous);
}

#[test]
fn init_containers_run_again_in_a_new_sandbox() {
    let mut world = World::new(OnFailure, &["init:i", "done", "c"]);
    world.settle().exits("i", 0).settle();
    world.exits("done", 0).settle();
    world.ends("c", 255, ExitReason::Lost, None);
    world.observed.sandbox = Sandbox::Lost;
    world.did.clear();
    world.settle();
    assert_eq!(world.did(), "prepare, start i#1");
    assert!(world.status().starts_with("Pending"), "{}", world.status());
    world.exits("i", 0).settle();
    assert_eq!(
        world.did(),
        "prepare, start i#1, start c#1",
        "what has succeeded is left"
    );
}
