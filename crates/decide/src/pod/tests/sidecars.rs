//! Init containers in order, and sidecars among them.

use super::world::{World, check};
use crate::pod::RestartPolicy::{Never, OnFailure};

#[test]
fn init_containers_run_one_after_the_other() {
    let mut world = World::new(Never, &["init:a", "init:b", "c"]);
    world.settle();
    check(
        &world.status(),
        "Pending
        PodReadyToStartContainers True
        Initialized False ContainersNotInitialized containers with incomplete status: [a b]
        Ready False ContainersNotReady containers with unready status: [c]
        ContainersReady False ContainersNotReady containers with unready status: [c]
        PodScheduled True
        a: running started=true ready=false restarts=0
        b: waiting PodInitializing started=false ready=false restarts=0
        c: waiting PodInitializing started=false ready=false restarts=0",
    );
    world.exits("a", 0).settle();
    world.exits("b", 0).settle();
    assert_eq!(world.did(), "prepare, start a#0, start b#0, start c#0");
    check(
        &world.status(),
        "Running
        PodReadyToStartContainers True
        Initialized True
        Ready True
        ContainersReady True
        PodScheduled True
        a: terminated 0 Completed started=false ready=true restarts=0
        b: terminated 0 Completed started=false ready=true restarts=0
        c: running started=true ready=true restarts=0",
    );
}

#[test]
fn a_failed_init_container_fails_a_pod_that_never_restarts() {
    let mut world = World::new(Never, &["init:a", "c"]);
    world.settle().exits("a", 1).settle();
    check(
        &world.status(),
        "Failed
        PodReadyToStartContainers False
        Initialized False ContainersNotInitialized containers with incomplete status: [a]
        Ready False PodFailed
        ContainersReady False PodFailed
        PodScheduled True
        a: terminated 1 Error started=false ready=false restarts=0
        c: waiting PodInitializing started=false ready=false restarts=0",
    );
}

#[test]
fn a_failed_init_container_is_run_again_on_failure() {
    let mut world = World::new(OnFailure, &["init:a", "c"]);
    world.settle().exits("a", 1).settle();
    world.exits("a", 1).settle();
    assert!(
        world.status().contains("a: waiting CrashLoopBackOff"),
        "{}",
        world.status()
    );
    world.advance(10).settle().exits("a", 0).settle();
    assert_eq!(
        world.did(),
        "prepare, start a#0, start a#1, start a#2, start c#0"
    );
}

#[test]
fn a_sidecar_starts_in_its_place_and_runs_beside_what_follows() {
    let mut world = World::new(Never, &["init:a", "sidecar:s", "init:b", "c"]);
    world.settle();
    world.exits("a", 0).settle();
    assert_eq!(world.did(), "prepare, start a#0, start s#0, start b#0");
    world.exits("b", 0).settle();
    assert!(world.did().ends_with("start c#0"));
    assert!(
        world
            .status()
            .contains("s: running started=true ready=true"),
        "{}",
        world.status()
    );
}

#[test]
fn a_sidecar_that_ends_is_started_again_whatever_the_policy() {
    let mut world = World::new(Never, &["sidecar:s", "c"]);
    world.settle().exits("s", 0).settle();
    assert!(world.did().ends_with("start s#1"), "{}", world.did());
    assert!(world.status().starts_with("Running"));
}

#[test]
fn a_sidecar_never_decides_the_phase() {
    let mut world = World::new(Never, &["sidecar:s", "c"]);
    world.settle().exits("c", 3).settle();
    world.exits("s", 0).settle();
    assert!(world.status().starts_with("Failed"), "{}", world.status());
}
