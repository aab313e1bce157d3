//! The worked traces of the specification of the Job controller, section 21.

use super::world::{World, check};

#[test]
fn trace_three_completions_two_at_a_time() {
    let mut world = World::job("C=3 P=2");
    world.settle();
    world.run(0).run(1).settle();
    world.take_events();
    check(
        &world.succeeds(0).settle(),
        "create pi-00002 (New)
         event Normal SuccessfulCreate: Created pod: pi-00002
         status uncounted=[0][]
         release pi-00000
         status succeeded=1 uncounted=[][]",
    );
    check(
        &world.at(9).succeeds(1).succeeds(2).settle(),
        "status active=0 uncounted=[1,2][] SuccessCriteriaMet=True CompletionsReached
         release pi-00001
         release pi-00002
         status succeeded=3 uncounted=[][] completionTime=now Complete=True CompletionsReached
         event Normal Completed: Job completed",
    );
}

#[test]
fn trace_two_failures_with_backoff_limit_one() {
    let mut world = World::job("BL=1 P=1 C=1");
    world.settle();
    check(
        &world.fails(0).settle(),
        "status active=0 uncounted=[][0]
         release pi-00000
         status failed=1 uncounted=[][]",
    );
    assert_eq!(world.wakes_at(), Some(10));
    check(
        &world.at(10).settle(),
        "create pi-00001 (RecreateTerminatingOrFailed)
         event Normal SuccessfulCreate: Created pod: pi-00001
         status active=1",
    );
    check(
        &world.at(12).fails(1).settle(),
        "status active=0 uncounted=[][1] FailureTarget=True BackoffLimitExceeded
         release pi-00001
         status failed=2 uncounted=[][] Failed=True BackoffLimitExceeded
         event Warning BackoffLimitExceeded: Job has reached the specified backoff limit",
    );
}

#[test]
fn trace_work_queue_that_ends_with_a_failure() {
    let mut world = World::job("P=3");
    world.settle();
    world.succeeds(0).settle();
    world.fails(1).settle();
    assert_eq!(world.active(), [2]);
    world.fails(2).settle();
    let status = world.status();
    assert_eq!((status.succeeded, status.failed), (1, 2));
    assert!(status.condition_is_true("Complete"));
}
