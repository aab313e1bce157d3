//! activeDeadlineSeconds, suspending and resuming: rows F of the scenarios.

use super::world::{World, check};

#[test]
fn f01_the_deadline_ends_the_job() {
    let mut world = World::job("P=1 C=1 ADS=100");
    world.settle();
    world.run(0).settle();
    assert_eq!(world.wakes_at(), Some(100));
    check(
        &world.at(100).settle(),
        "delete pi-00000 (JobEnded)
         event Normal SuccessfulDelete: Deleted pod: pi-00000
         status active=0 terminating=1 uncounted=[][0] FailureTarget=True DeadlineExceeded
         release pi-00000
         status failed=1 uncounted=[][]",
    );
    check(
        &world.end_terminating().settle(),
        "status terminating=0 Failed=True DeadlineExceeded
         event Warning DeadlineExceeded: Job was active longer than specified deadline",
    );
}

#[test]
fn f02_nothing_happens_before_the_deadline() {
    let mut world = World::job("P=1 C=1 ADS=100");
    world.settle();
    world.run(0).settle();
    check(&world.at(99).settle(), "");
}

#[test]
fn f03_a_deadline_set_in_the_past_holds_at_once() {
    let mut world = World::job("P=1 C=1");
    world.settle();
    world.run(0).at(50).patch("ADS=30").settle();
    assert_eq!(world.conditions(), ["FailureTarget DeadlineExceeded"]);
}

#[test]
fn f04_a_later_deadline_replaces_the_earlier() {
    let mut world = World::job("P=1 C=1 ADS=100");
    world.settle();
    world.run(0).at(50).patch("ADS=200").settle();
    check(&world.at(100).settle(), "");
    assert_eq!(world.wakes_at(), Some(200));
    world.at(200).settle();
    assert_eq!(world.conditions(), ["FailureTarget DeadlineExceeded"]);
}

#[test]
fn f05_deadline_zero_fails_without_pods() {
    let mut world = World::job("P=1 C=1 ADS=0");
    check(
        &world.settle(),
        "status ready=0 terminating=0 uncounted=[][] startTime=now FailureTarget=True DeadlineExceeded Failed=True DeadlineExceeded
         event Warning DeadlineExceeded: Job was active longer than specified deadline",
    );
}

#[test]
fn f06_backoff_limit_comes_before_the_deadline() {
    let mut world = World::job("P=1 C=1 BL=0 ADS=100");
    world.settle();
    world.at(100).fails(0).settle();
    assert_eq!(
        world.conditions(),
        [
            "FailureTarget BackoffLimitExceeded",
            "Failed BackoffLimitExceeded"
        ]
    );
}

#[test]
fn f07_the_deadline_comes_before_completion() {
    let mut world = World::job("P=1 C=1 ADS=100");
    world.settle();
    check(
        &world.at(100).succeeds(0).settle(),
        "status active=0 uncounted=[0][] FailureTarget=True DeadlineExceeded
         release pi-00000
         status succeeded=1 uncounted=[][] Failed=True DeadlineExceeded
         event Warning DeadlineExceeded: Job was active longer than specified deadline",
    );
}

#[test]
fn f08_created_suspended() {
    let mut world = World::job("P=1 C=1 suspend");
    check(
        &world.settle(),
        "status ready=0 terminating=0 uncounted=[][] Suspended=True JobSuspended
         event Normal Suspended: Job suspended",
    );
    assert_eq!(world.status().start_time, None);
    let suspended = world.status().condition("Suspended").cloned();
    assert_eq!(
        suspended.and_then(|condition| condition.message).as_deref(),
        Some("Job suspended")
    );
}

#[test]
fn f09_resuming_starts_the_job() {
    let mut world = World::job("P=1 C=1 suspend");
    world.settle();
    check(
        &world.at(7).patch("resume").settle(),
        "create pi-00000 (New)
         event Normal SuccessfulCreate: Created pod: pi-00000
         status active=1 startTime=now Suspended=False JobResumed
         event Normal Resumed: Job resumed",
    );
    let suspended = world.status().condition("Suspended").cloned();
    assert_eq!(
        suspended.and_then(|condition| condition.message).as_deref(),
        Some("Job resumed")
    );
}

#[test]
fn f10_never_suspended_has_no_condition() {
    let mut world = World::job("P=1 C=1");
    world.settle();
    world.ready(0).settle();
    assert_eq!(world.conditions(), [""; 0]);
}

/// Two running Pods, then `suspend: true` at 20 s.
fn suspended_at_work(words: &str) -> World {
    let mut world = World::job(words);
    world.settle();
    world.ready(0).ready(1).settle();
    world.at(20).patch("suspend");
    world
}

#[test]
fn f11_suspending_stops_pods_without_counting_them() {
    let mut world = suspended_at_work("P=2 C=5");
    check(
        &world.settle(),
        "release and delete pi-00000 (JobSuspended)
         release and delete pi-00001 (JobSuspended)
         event Normal SuccessfulDelete: Deleted pod: pi-00000
         event Normal SuccessfulDelete: Deleted pod: pi-00001
         status active=0 ready=0 terminating=2 startTime=- Suspended=True JobSuspended
         event Normal Suspended: Job suspended",
    );
    world.end_terminating().settle();
    assert_eq!(
        (world.status().failed, world.status().terminating),
        (0, Some(0))
    );
}

#[test]
fn f12_successes_survive_suspension() {
    let mut world = World::job("P=2 C=3");
    world.settle();
    world.succeeds(0).settle();
    world.patch("suspend").settle();
    world.end_terminating().settle();
    assert_eq!(world.status().succeeded, 1);
    world.patch("resume P=3").settle();
    assert_eq!((world.status().succeeded, world.active().len()), (1, 2));
}

#[test]
fn f13_the_deadline_starts_anew_on_resume() {
    let mut world = World::job("P=1 C=1 ADS=100");
    world.settle();
    world.run(0).at(90).patch("suspend").settle();
    world.end_terminating().settle();
    world.at(1090).patch("resume").settle();
    assert_eq!(world.wakes_at(), Some(1190));
    world.run(1).at(1189).settle();
    assert_eq!(world.active(), [1]);
    world.at(1190).settle();
    assert!(world.status().condition_is_true("FailureTarget"));
}

#[test]
fn f14_a_suspended_job_has_no_deadline() {
    let mut world = World::job("P=1 C=1 ADS=1 suspend");
    world.settle();
    assert_eq!(world.wakes_at(), None);
    check(&world.at(1000).settle(), "");
}

#[test]
fn f15_suspended_after_the_last_success_completes() {
    let mut world = World::job("P=1 C=1");
    world.settle();
    world.succeeds(0).patch("suspend").settle();
    assert_eq!(
        world.conditions(),
        [
            "SuccessCriteriaMet CompletionsReached",
            "Complete CompletionsReached"
        ]
    );
}

#[test]
fn f16_suspended_with_zero_completions_completes() {
    let mut world = World::job("P=1 C=0 suspend");
    check(
        &world.settle(),
        "status ready=0 terminating=0 uncounted=[][] completionTime=now SuccessCriteriaMet=True CompletionsReached Complete=True CompletionsReached
         event Normal Completed: Job completed",
    );
    assert_eq!(world.status().start_time, None);
}

#[test]
fn f17_a_suspended_job_does_not_scale() {
    let mut world = World::job("P=2 C=5 suspend");
    world.settle();
    check(&world.patch("P=5").settle(), "");
}

#[test]
fn f18_strict_replacement_waits_for_the_suspended_pods() {
    let mut world = suspended_at_work("P=2 C=5 PRP=Failed");
    world.settle();
    world.at(21).patch("resume").settle();
    assert_eq!(world.active(), [0; 0]);
    world.end_terminating().settle();
    assert_eq!(world.active(), [2, 3]);
    assert_eq!(world.status().failed, 0);
}

#[test]
fn f19_otherwise_new_pods_start_on_resume() {
    let mut world = suspended_at_work("P=2 C=5");
    world.settle();
    world.at(21).patch("resume").settle();
    assert_eq!(world.active(), [2, 3]);
    assert_eq!(
        (world.status().terminating, world.status().failed),
        (Some(2), 0)
    );
}

#[test]
fn f20_suspended_even_if_a_pod_cannot_be_deleted() {
    let mut world = suspended_at_work("P=2 C=5");
    world.undeletable.insert(1);
    check(
        &world.settle(),
        "release and delete pi-00000 (JobSuspended)
         release and delete pi-00001 (JobSuspended)
         event Normal SuccessfulDelete: Deleted pod: pi-00000
         event Warning FailedDelete: Error deleting: the server is on fire
         status active=1 ready=1 terminating=1 startTime=- Suspended=True JobSuspended
         event Normal Suspended: Job suspended
         retry unable to delete pods: the server is on fire",
    );
    world.undeletable.clear();
    check(
        &world.settle(),
        "release and delete pi-00001 (JobSuspended)
         event Normal SuccessfulDelete: Deleted pod: pi-00001
         status active=0 ready=0 terminating=2",
    );
    assert_eq!(world.status().failed, 0);
}

/// Controllers before Kubernetes v1.35 left the start time of a suspended Job.
#[test]
fn an_old_start_time_does_not_end_a_resumed_job() {
    let mut world = World::job("P=1 C=1 ADS=100 suspend");
    world.settle();
    world.change_job(|job| {
        let created = job.metadata.creation_timestamp.clone();
        job.status.get_or_insert_default().start_time = created;
    });
    world.at(1000).patch("resume").settle();
    assert_eq!((world.active(), world.wakes_at()), (vec![0], Some(1100)));
}

/// Resumed, and deleted before the controller has looked: the start time is
/// given once, and the API server would refuse another.
#[test]
fn a_job_that_is_deleted_as_it_resumes_starts_once() {
    let mut world = suspended_at_work("P=2 C=5");
    world.settle();
    world.patch("resume").change_job(|job| {
        let created = job.metadata.creation_timestamp.clone();
        job.metadata.deletion_timestamp = created;
        job.metadata.finalizers = Some(vec!["foregroundDeletion".to_owned()]);
    });
    check(&world.at(21).settle(), "status startTime=now");
    check(
        &world.at(25).end_terminating().settle(),
        "status terminating=0",
    );
}

/// The same for a Job that fails as it resumes.
#[test]
fn a_job_that_fails_as_it_resumes_starts_once() {
    let mut world = World::job("P=2 C=5 BL=6");
    world.settle();
    world.run(0).run(1).fails(0).settle();
    world.at(20).patch("suspend").settle();
    world.at(21).patch("resume BL=0");
    check(
        &world.settle(),
        "status startTime=now FailureTarget=True BackoffLimitExceeded",
    );
    check(
        &world.at(25).end_terminating().settle(),
        "status terminating=0 Failed=True BackoffLimitExceeded
         event Warning BackoffLimitExceeded: Job has reached the specified backoff limit",
    );
}
