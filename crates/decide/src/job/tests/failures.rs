//! Failures, back-off and backoffLimit: rows E of the scenarios.

use jobyard_api::core::{ContainerStatus, PodStatus};

use super::world::{World, check};

/// A Job whose single Pod has failed at the start.
fn with_first_failure(words: &str) -> World {
    let mut world = World::job(words);
    world.settle();
    world.fails(0).settle();
    world
}

/// Fails the newest Pod as soon as it is created, `times` times, and returns the
/// waits between.
fn fail_repeatedly(world: &mut World, times: usize) -> Vec<i64> {
    let mut waits = Vec::new();
    let mut now = 0;
    for _ in 0..times {
        let pod = *world.active().last().expect("a Pod is active");
        world.fails(pod).settle();
        let Some(then) = world.wakes_at() else { break };
        waits.push(then - now);
        world.at(then - 1);
        check(&world.settle(), "");
        world.at(then).settle();
        now = then;
    }
    waits
}

#[test]
fn e01_waits_ten_seconds_after_a_failure() {
    let mut world = World::job("P=1 C=1 BL=6");
    world.settle();
    check(
        &world.fails(0).settle(),
        "status active=0 uncounted=[][0]
         release pi-00000
         status failed=1 uncounted=[][]",
    );
    assert_eq!(world.wakes_at(), Some(10));
    check(&world.at(9).settle(), "");
    check(
        &world.at(10).settle(),
        "create pi-00001 (RecreateTerminatingOrFailed)
         event Normal SuccessfulCreate: Created pod: pi-00001
         status active=1",
    );
}

#[test]
fn e02_waits_double() {
    let mut world = World::job("P=1 C=1 BL=6");
    world.settle();
    assert_eq!(fail_repeatedly(&mut world, 6), [10, 20, 40, 80, 160, 320]);
}

#[test]
fn e03_fails_after_backoff_limit() {
    let mut world = World::job("P=1 C=1 BL=6");
    world.settle();
    fail_repeatedly(&mut world, 6);
    world.take_events();
    check(
        &world.fails(6).settle(),
        "status active=0 uncounted=[][6] FailureTarget=True BackoffLimitExceeded
         release pi-00006
         status failed=7 uncounted=[][] Failed=True BackoffLimitExceeded
         event Warning BackoffLimitExceeded: Job has reached the specified backoff limit",
    );
    assert_eq!(world.status().completion_time, None);
    let failed = world.status().condition("Failed").cloned().expect("failed");
    assert_eq!(
        failed.message.as_deref(),
        Some("Job has reached the specified backoff limit")
    );
}

#[test]
fn e04_backoff_limit_zero_fails_at_the_first_failure() {
    let world = with_first_failure("P=1 C=1 BL=0");
    assert_eq!(world.status().failed, 1);
    assert_eq!(
        world.conditions(),
        [
            "FailureTarget BackoffLimitExceeded",
            "Failed BackoffLimitExceeded"
        ]
    );
}

#[test]
fn e05_waits_at_most_ten_minutes() {
    let mut world = World::job("P=1 C=1 BL=20");
    world.settle();
    let waits = fail_repeatedly(&mut world, 8);
    assert_eq!(waits, [10, 20, 40, 80, 160, 320, 600, 600]);
}

#[test]
fn e06_failures_at_once_count_each() {
    let mut world = World::job("P=3 C=3");
    world.settle();
    world.fails(0).fails(1).fails(2).settle();
    assert_eq!((world.status().failed, world.wakes_at()), (3, Some(40)));
    world.at(39).settle();
    assert_eq!(world.active(), [0; 0]);
    world.at(40).settle();
    assert_eq!(world.active(), [3, 4, 5]);
}

#[test]
fn e07_a_later_success_forgives_the_failure() {
    let mut world = World::job("P=2 C=3");
    world.settle();
    world.at(5).fails(0).at(6).succeeds(1).settle();
    assert_eq!(world.active(), [2, 3]);
    assert_eq!((world.status().failed, world.status().succeeded), (1, 1));
}

#[test]
fn e08_a_failure_after_the_success_counts() {
    let mut world = World::job("P=2 C=3");
    world.settle();
    world.at(6).succeeds(1).at(7).fails(0).settle();
    assert_eq!(world.wakes_at(), Some(17));
    world.at(16).settle();
    assert_eq!(world.active(), [0; 0]);
    world.at(17).settle();
    assert_eq!(world.active(), [2, 3]);
}

#[test]
fn e09_a_success_ends_the_backoff() {
    let mut world = World::job("P=2 C=4");
    world.settle();
    world.ready(0).settle();
    fail_repeatedly(&mut world, 3);
    world.fails(4).settle();
    assert_eq!(world.wakes_at(), Some(150));
    let status = world.status();
    assert_eq!(
        (status.active, status.ready, status.failed),
        (1, Some(1), 4)
    );
    world.at(71).succeeds(0).settle();
    assert_eq!(world.active(), [5, 6]);
    assert_eq!(world.wakes_at(), None);
}

#[test]
fn e10_backoff_does_not_hide_active_pods() {
    let mut world = World::job("P=3 C=3");
    world.settle();
    world.ready(0).ready(1).ready(2).settle();
    check(
        &world.fails(0).settle(),
        "status active=2 ready=2 uncounted=[][0]
         release pi-00000
         status failed=1 uncounted=[][]",
    );
}

/// BL=0, three Pods, the first failed, the others running.
fn killed_by_backoff_limit() -> World {
    let mut world = World::job("P=3 C=3 BL=0");
    world.settle();
    world.run(0).run(1).run(2).settle();
    world.take_events();
    world.fails(0);
    world
}

#[test]
fn e11_running_pods_are_killed_and_counted() {
    let mut world = killed_by_backoff_limit();
    check(
        &world.settle(),
        "delete pi-00001 (JobEnded)
         delete pi-00002 (JobEnded)
         event Normal SuccessfulDelete: Deleted pod: pi-00001
         event Normal SuccessfulDelete: Deleted pod: pi-00002
         status active=0 terminating=2 uncounted=[][0,1,2] FailureTarget=True BackoffLimitExceeded
         release pi-00000
         release pi-00001
         release pi-00002
         status failed=3 uncounted=[][]",
    );
}

#[test]
fn e12_fails_when_the_killed_pods_are_gone() {
    let mut world = killed_by_backoff_limit();
    world.settle();
    check(
        &world.end_terminating().settle(),
        "status terminating=0 Failed=True BackoffLimitExceeded
         event Warning BackoffLimitExceeded: Job has reached the specified backoff limit",
    );
    assert_eq!(world.status().failed, 3);
}

#[test]
fn e13_an_unscheduled_pod_goes_with_its_finalizer() {
    let mut world = World::job("P=2 C=2 BL=0");
    world.settle();
    world.fails(0);
    check(
        &world.settle(),
        "delete pi-00001 (JobEnded)
         event Normal SuccessfulDelete: Deleted pod: pi-00001
         status active=0 terminating=1 uncounted=[][0,1] FailureTarget=True BackoffLimitExceeded
         release pi-00000
         release pi-00001
         status failed=2 uncounted=[][]
         status terminating=0 Failed=True BackoffLimitExceeded
         event Warning BackoffLimitExceeded: Job has reached the specified backoff limit",
    );
    assert!(!world.exists(1));
}

/// An OnFailure Job whose first Pod runs with that many restarts.
fn with_restarts(words: &str, restarts: i32) -> World {
    let mut world = World::job(words);
    world.settle();
    world.run(0).settle();
    world.restarts(0, restarts).settle();
    world
}

#[test]
fn e14_restarts_below_the_limit_are_no_failure() {
    let world = with_restarts("P=1 C=1 BL=4 OnFailure", 3);
    assert_eq!(world.active(), [0]);
    assert_eq!(world.conditions(), [""; 0]);
}

#[test]
fn e15_restarts_up_to_the_limit_fail_the_job() {
    let mut world = with_restarts("P=1 C=1 BL=4 OnFailure", 3);
    check(
        &world.restarts(0, 4).settle(),
        "delete pi-00000 (JobEnded)
         event Normal SuccessfulDelete: Deleted pod: pi-00000
         status active=0 terminating=1 uncounted=[][0] FailureTarget=True BackoffLimitExceeded
         release pi-00000
         status failed=1 uncounted=[][]",
    );
    world.end_terminating().settle();
    assert!(world.status().condition_is_true("Failed"));
}

#[test]
fn e16_backoff_limit_zero_allows_no_restart() {
    let world = with_restarts("P=1 C=1 BL=0 OnFailure", 1);
    assert_eq!(world.conditions(), ["FailureTarget BackoffLimitExceeded"]);
}

#[test]
fn e17_restarts_of_all_pods_add_up() {
    let mut world = with_restarts("P=2 C=2 BL=4 OnFailure", 2);
    assert_eq!(world.conditions(), [""; 0]);
    world.run(1).restarts(1, 2).settle();
    assert_eq!(world.conditions(), ["FailureTarget BackoffLimitExceeded"]);
}

#[test]
fn e18_restarts_of_init_containers_count() {
    let mut world = World::job("P=1 C=1 BL=4 OnFailure");
    world.settle();
    world.schedule(0).change_pod(0, |pod| {
        let status = pod.status.get_or_insert_default();
        status.init_container_statuses = Some(vec![ContainerStatus {
            name: "init".to_owned(),
            restart_count: 4,
            ..ContainerStatus::default()
        }]);
    });
    world.settle();
    assert_eq!(world.conditions(), ["FailureTarget BackoffLimitExceeded"]);
}

#[test]
fn e19_restarts_of_ended_pods_do_not_count() {
    let mut world = World::job("P=1 C=2 BL=4 OnFailure");
    world.settle();
    world.succeeds(0).restarts(0, 9).settle();
    assert_eq!(world.active(), [1]);
    assert_eq!(world.conditions(), [""; 0]);
}

#[test]
fn e20_restarts_mean_nothing_with_restart_policy_never() {
    let world = with_restarts("P=1 C=1 BL=6", 9);
    assert_eq!(world.active(), [0]);
    assert_eq!(world.conditions(), [""; 0]);
}

#[test]
fn e21_no_verdict_while_a_pod_cannot_be_deleted() {
    let mut world = killed_by_backoff_limit();
    world.undeletable.insert(2);
    check(
        &world.settle(),
        "delete pi-00001 (JobEnded)
         delete pi-00002 (JobEnded)
         event Normal SuccessfulDelete: Deleted pod: pi-00001
         event Warning FailedDelete: Error deleting: the server is on fire
         status active=1 terminating=1 uncounted=[][0]
         release pi-00000
         status failed=1 uncounted=[][]
         retry unable to delete pods: the server is on fire",
    );
    world.settle();
    let status = world.status();
    assert_eq!(
        (status.active, status.terminating, status.failed),
        (1, Some(1), 2)
    );
    assert_eq!(world.conditions(), [""; 0]);

    world.undeletable.clear();
    world.settle();
    assert_eq!(
        (world.status().failed, world.status().terminating),
        (3, Some(2))
    );
    world.end_terminating().settle();
    assert_eq!(
        world.conditions(),
        [
            "FailureTarget BackoffLimitExceeded",
            "Failed BackoffLimitExceeded"
        ]
    );
}

#[test]
fn e22_backoff_holds_up_higher_parallelism() {
    let mut world = with_first_failure("P=1 C=5");
    world.at(10).settle();
    world.fails(1).settle();
    check(&world.at(15).patch("P=3").settle(), "");
    assert_eq!(world.wakes_at(), Some(30));
    world.at(30).settle();
    assert_eq!(world.active(), [2, 3, 4]);
}

#[test]
fn e23_a_restart_forgets_counted_failures() {
    let mut world = with_first_failure("P=1 C=1");
    world.at(1).restart().settle();
    assert_eq!(world.active(), [1]);
}

#[test]
fn e24_a_lowered_backoff_limit_holds_at_once() {
    let mut world = World::job("P=2 C=9 BL=6");
    world.settle();
    world.run(0).settle();
    fail_repeatedly(&mut world, 3);
    assert_eq!((world.status().failed, world.active()), (3, vec![0, 4]));
    world.patch("BL=0").settle();
    assert_eq!(world.status().failed, 5);
    world.end_terminating().settle();
    assert_eq!(
        world.conditions(),
        [
            "FailureTarget BackoffLimitExceeded",
            "Failed BackoffLimitExceeded"
        ]
    );
}

#[test]
fn e25_an_evicted_pod_has_no_container_to_ask() {
    let evict = |world: &mut World| {
        world.change_pod(0, |pod| {
            let conditions = pod
                .status
                .as_mut()
                .and_then(|status| status.conditions.take());
            pod.status = Some(PodStatus {
                phase: Some("Failed".to_owned()),
                reason: Some("Evicted".to_owned()),
                conditions,
                ..PodStatus::default()
            });
        });
    };
    let mut world = World::job("P=1 C=1");
    world.settle();
    world.ready(0).at(3).condition(0, "Ready", "False").at(5);
    evict(&mut world);
    world.settle();
    assert_eq!((world.status().failed, world.wakes_at()), (1, Some(13)));

    let mut world = World::job("P=1 C=1");
    world.settle();
    world.at(5);
    evict(&mut world);
    world.settle();
    assert_eq!((world.status().failed, world.wakes_at()), (1, Some(10)));
}
