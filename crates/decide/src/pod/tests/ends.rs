//! Ways to end: grace periods, deletions at every stage, final states.

use std::time::Duration;

use super::world::{World, check};
use crate::pod::{
    Deletion, HeldReason,
    RestartPolicy::{Always, Never, OnFailure},
    Sandbox, Stopping,
};

#[test]
fn a_grace_below_two_seconds_is_two_seconds() {
    let mut world = World::new(Never, &["c"]);
    world.settle().delete(1).settle();
    assert!(
        world.did().ends_with("terminate c kill=+2"),
        "{}",
        world.did()
    );
}

#[test]
fn a_deletion_with_a_shorter_grace_shortens_a_running_termination() {
    let mut world = World::new(Never, &["c"]);
    world.settle().delete(30).settle();
    world.advance(5).delete(3).settle();
    // The API cuts times to seconds, so up to one second is added to what it says.
    assert_eq!(world.wakes_in(), Some(4));
    world.advance(4).settle();
    assert!(world.did().contains("kill c"), "{}", world.did());
}

#[test]
fn a_termination_found_after_a_restart_keeps_its_end() {
    let mut world = World::new(Never, &["c"]);
    world.settle().delete(30).settle();
    world.container("c").stopping = None;
    world.advance(20).settle();
    assert!(
        world.did().ends_with("terminate c kill=+11"),
        "{}",
        world.did()
    );
}

#[test]
fn a_pod_gone_by_force_is_still_stopped_with_the_least_grace() {
    let mut world = World::new(Never, &["c"]);
    world.settle().delete(0).settle();
    assert!(
        world.did().ends_with("terminate c kill=+2"),
        "{}",
        world.did()
    );
    world.advance(2).settle();
    assert!(
        world.did().ends_with("kill c, remove"),
        "there is no object left to delete: {}",
        world.did()
    );
}

#[test]
fn never_restarted_once_deleted() {
    let mut world = World::new(Always, &["c"]);
    world.settle().delete(30).settle().exits("c", 1).settle();
    assert_eq!(
        world.did(),
        "prepare, start c#0, terminate c kill=+30, remove, delete"
    );
}

#[test]
fn deleted_before_its_start_it_has_failed() {
    let mut world = World::new(Never, &["c"]);
    world.obstacles.insert(
        "c".to_owned(),
        (HeldReason::ContainerConfig, "no".to_owned()),
    );
    world.settle().delete(30).settle();
    check(
        &world.status(),
        r#"Failed
        PodReadyToStartContainers False
        Initialized True
        Ready False PodFailed
        ContainersReady False PodFailed
        PodScheduled True
        c: terminated 137 ContainerStatusUnknown "The container could not be located when the pod was terminated" started=false ready=false restarts=0"#,
    );
    assert_eq!(world.did(), "prepare, start c#0, remove, delete");
}

#[test]
fn deleted_in_its_crash_back_off_it_has_failed_by_its_last_exit() {
    let mut world = World::new(OnFailure, &["c"]);
    world.settle().exits("c", 1).settle().exits("c", 7).settle();
    world.delete(30).settle();
    assert!(
        world
            .status()
            .contains("c: terminated 7 Error last=(terminated 1 Error)"),
        "{}",
        world.status()
    );
    assert!(world.did().ends_with("remove, delete"));
}

#[test]
fn regular_containers_end_together_before_the_sidecars_in_reverse_order() {
    let mut world = World::new(Never, &["sidecar:s", "sidecar:t", "a", "b"]);
    world.settle();
    world.did.clear();
    world.delete(30).settle();
    assert_eq!(world.did(), "terminate a kill=+30, terminate b kill=+30");
    world.advance(10).exits("a", 0).exits("b", 0).settle();
    assert!(
        world.did().ends_with("terminate t kill=+20"),
        "the grace is shared: {}",
        world.did()
    );
    world.advance(19).exits("t", 0).settle();
    assert!(
        world.did().ends_with("terminate s kill=+2"),
        "the rest is less than the least: {}",
        world.did()
    );
    world.exits("s", 0).settle();
    assert!(world.did().ends_with("remove, delete"));
    assert!(world.status().starts_with("Succeeded"));
}

#[test]
fn the_deadline_counts_from_the_stored_start_time() {
    let mut world =
        World::new(Never, &["c"]).at(|pod| pod.active_deadline = Some(Duration::from_secs(100)));
    world.settle();
    world.advance(40);
    world.observed.seen_at = world.now;
    world.settle();
    assert_eq!(world.wakes_in(), Some(60));
}

#[test]
fn a_deadline_before_the_start_fails_the_pod_and_says_so_once() {
    let mut world =
        World::new(Never, &["c"]).at(|pod| pod.active_deadline = Some(Duration::from_secs(5)));
    world
        .obstacles
        .insert("c".to_owned(), (HeldReason::ImagePull, "no".to_owned()));
    world.settle().advance(5).settle();
    assert!(
        world.status().starts_with("Failed | DeadlineExceeded"),
        "{}",
        world.status()
    );
    let told = world
        .events
        .iter()
        .filter(|event| event.contains("DeadlineExceeded"))
        .count();
    assert_eq!(told, 1, "{:?}", world.events);
}

#[test]
fn a_final_status_is_never_left() {
    let mut world =
        World::new(Always, &["c"]).at(|pod| pod.status.phase = Some("Failed".to_owned()));
    world.settle();
    assert_eq!(world.did(), "remove", "nothing is started");
    assert_eq!(world.status(), "Failed");
}

#[test]
fn a_final_status_from_elsewhere_ends_what_runs() {
    let mut world = World::new(Always, &["c"]);
    world.settle();
    world.pod.status.phase = Some("Failed".to_owned());
    world.settle();
    assert!(
        world.did().ends_with("terminate c kill=+30"),
        "{}",
        world.did()
    );
    world.exits("c", 0).settle();
    assert!(world.did().ends_with("remove"));
    assert!(world.status().starts_with("Failed"));
}

#[test]
fn the_object_goes_only_after_its_final_status_is_stored() {
    let mut world = World::new(Never, &["c"]);
    world.settle().delete(30).settle();
    world.observed.is_status_stored = false;
    world.exits("c", 0).settle();
    assert_eq!(world.did(), "prepare, start c#0, terminate c kill=+30");
    world.observed.is_status_stored = true;
    world.settle();
    assert!(world.did().ends_with("remove, delete"));
}

#[test]
fn a_sandbox_that_cannot_be_made_is_tried_again_later() {
    let mut world = World::new(Never, &["c"]);
    world.observed.sandbox = Sandbox::Failed(crate::pod::Held {
        reason: HeldReason::Sandbox,
        message: "no volume".to_owned(),
        since: world.now,
        failures: 2,
    });
    world.settle();
    assert_eq!(world.did(), "");
    assert!(
        world.status().contains("c: waiting ContainerCreating"),
        "{}",
        world.status()
    );
    world.advance(1).settle();
    assert_eq!(world.did(), "prepare, start c#0");
}

#[test]
fn endless_periods_of_a_hostile_pod_do_not_overflow() {
    let mut world =
        World::new(Never, &["c"]).at(|pod| pod.grace_period = Duration::from_secs(u64::MAX));
    world.settle();
    world.pod.deletion = Some(Deletion {
        grace_ends: jiff::Timestamp::MAX,
        grace_period: Duration::from_secs(u64::MAX),
    });
    world.settle();
    let Some(Stopping { kill_at, .. }) = world.container("c").stopping else {
        panic!("it was told to end")
    };
    assert_eq!(kill_at, jiff::Timestamp::MAX);
}

#[test]
fn a_node_that_goes_away_fails_its_pods_and_says_why() {
    let mut world = World::new(Never, &["c"]);
    world.settle();
    world.observed.is_node_shutting_down = true;
    world.settle().exits("c", 0).settle();
    check(
        &world.status(),
        "Failed | Terminated | Pod was terminated in response to imminent node shutdown.
        DisruptionTarget True TerminationByKubelet Pod was terminated in response to imminent node shutdown.
        PodReadyToStartContainers False
        Initialized True
        Ready False PodFailed
        ContainersReady False PodFailed
        PodScheduled True
        c: terminated 0 Completed started=false ready=false restarts=0",
    );
    assert_eq!(
        world.did(),
        "prepare, start c#0, terminate c kill=+30, remove"
    );
}

#[test]
fn a_deadline_of_one_second_lasts_one_second() {
    let mut world =
        World::new(Never, &["c"]).at(|pod| pod.active_deadline = Some(Duration::from_secs(1)));
    world.now = "2026-01-01T00:00:00.900Z".parse().unwrap();
    world.observed.seen_at = world.now;
    world.settle();
    assert_eq!(
        world.wakes_in(),
        Some(1),
        "the stored start is 0.9 s earlier"
    );
}
