//! What syncs tell the metrics.
//!
//! The cases of upstream's `test/integration/job/job_test.go` that check metrics,
//! and of `job_controller_test.go`, as a user would see the sums.

use jobyard_api::{batch::JobCondition, core::Pod};

use crate::job::{FinalizerEvent, PodView, pod_view::PodPhase};

use super::world::{Crash, World, check};

#[test]
fn a_sync_is_named_by_what_it_is_about() {
    let mut world = World::job("P=2 C=2");
    world.sync_once();
    check(
        &world.take_counted(),
        "created new x2\nsync pods_created x1",
    );
    world.run(0).run(1);
    world.sync_once();
    check(&world.take_counted(), "sync tracking x1");
    world.patch("P=1");
    world.sync_once();
    check(&world.take_counted(), "sync pods_deleted x1");
    world.patch("suspend").end_terminating();
    world.sync_once();
    world.end_terminating().take_counted();
    world.sync_once();
    check(
        &world.take_counted(),
        "sync pods_deleted x1", // Upstream's name for every sync of a suspended Job.
    );
}

#[test]
fn a_sync_that_waits_for_a_back_off_is_about_creation() {
    let mut world = World::job("P=1 C=1");
    world.settle();
    world.run(0).fails(0).settle();
    world.take_counted();
    world.sync_once();
    check(&world.take_counted(), "sync pods_created x1");
}

#[test]
fn a_sync_with_a_verdict_reconciles() {
    let mut world = World::job("P=1 C=2 BL=0");
    world.settle();
    world.run(0).fails(0).take_counted();
    world.settle();
    check(
        &world.take_counted(),
        "job NonIndexed failed BackoffLimitExceeded x1
         pod NonIndexed failed x1
         sync reconciling x1",
    );
}

#[test]
fn pods_are_counted_when_the_counters_rise() {
    let mut world = World::job("P=2 C=2");
    world.settle();
    world.run(0).run(1).succeeds(0).take_counted();
    world.crash = Some(Crash::AfterWrite1);
    world.sync_once();
    check(&world.take_counted(), "sync tracking x1");
    world.restart();
    world.sync_once();
    check(
        &world.take_counted(),
        "pod NonIndexed succeeded x1
         sync tracking x1",
    );
    world.settle();
    world.succeeds(1).take_counted();
    world.settle();
    check(
        &world.take_counted(),
        "job NonIndexed succeeded CompletionsReached x1
         pod NonIndexed succeeded x1
         sync tracking x1",
    );
}

#[test]
fn indexes_are_pods_of_an_indexed_job() {
    let mut world = World::job("P=2 C=2 IX");
    world.settle();
    world.run(0).run(1).succeeds(0).fails(1).settle();
    world.run(2).succeeds(2).settle();
    check(
        &world.take_counted(),
        "created new x2
         created recreate_terminating_or_failed x1
         index global succeeded x2
         job Indexed succeeded CompletionsReached x1
         pod Indexed failed x1
         pod Indexed succeeded x2
         sync pods_created x2
         sync tracking x3",
    );
}

#[test]
fn a_smaller_job_loses_no_successes_in_the_metrics() {
    let mut world = World::job("P=3 C=3 IX");
    world.settle();
    world.run(0).run(1).run(2).succeeds(2).settle();
    world.patch("P=2 C=2").settle();
    world.take_counted();
    world.succeeds(0).settle();
    check(
        &world.take_counted(),
        "index global succeeded x1
         pod Indexed succeeded x1
         sync tracking x2",
    );
}

#[test]
fn failed_indexes_are_counted_with_a_limit_of_their_own() {
    let mut world = World::job("P=2 C=2 IX BLPI=0");
    world.settle();
    world.run(0).run(1).fails(0).succeeds(1).settle();
    check(
        &world.take_counted(),
        "created new x2
         index perIndex failed x1
         index perIndex succeeded x1
         job Indexed failed FailedIndexes x1
         pod Indexed failed x1
         pod Indexed succeeded x1
         sync pods_created x1
         sync reconciling x1
         sync tracking x1",
    );
}

/// Upstream `recordJobPodsCreationTotal`.
#[test]
fn pods_are_created_for_a_reason() {
    for (words, end, expected) in [
        ("P=1 C=1", "fail", "recreate_terminating_or_failed"),
        ("P=1 C=1", "delete", "recreate_terminating_or_failed"),
        ("P=1 C=1 PRP=Failed", "fail", "recreate_failed"),
        ("P=1 C=1 PRP=Failed", "delete and fail", "recreate_failed"),
    ] {
        let mut world = World::job(words);
        world.settle();
        world.run(0);
        if end.contains("delete") {
            world.delete_pod(0);
        }
        if end.contains("fail") {
            world.fails(0);
        }
        world.settle();
        world.take_counted();
        world.at(30).settle();
        let counted = world.take_counted();
        let expected = format!("created {expected} x1");
        assert!(counted.contains(&expected), "{words}, {end}:\n{counted}");
    }
}

/// With strict replacement another Pod may start while one is terminating.
#[test]
fn a_pod_beside_a_terminating_one_is_no_new_one() {
    let mut world = World::job("P=1 C=2 PRP=Failed");
    world.settle();
    world.run(0).delete_pod(0).settle();
    world.patch("P=2").take_counted();
    world.settle();
    let counted = world.take_counted();
    assert!(
        counted.contains("created recreate_terminating_or_failed x1"),
        "{counted}"
    );
}

#[test]
fn refused_pods_are_counted_as_failed() {
    let mut world = World::job("P=4 C=4");
    world.quota = 2;
    world.sync_once();
    check(
        &world.take_counted(),
        "created new x2
         refused new x1
         sync pods_created x1",
    );
}

#[test]
fn each_failure_that_a_rule_decides_about_is_counted_once() {
    for (words, exit_code, expected) in [
        ("P=1 C=1 FailJob=42", 42, "handled FailJob x1"),
        ("P=1 C=1 Ignore=42", 42, "handled Ignore x1"),
        ("P=1 C=1 Count=42", 42, "handled Count x1"),
        ("P=1 C=1 IX BLPI=3 FailIndex=42", 42, "handled FailIndex x1"),
        ("P=1 C=1 FailJob=42", 1, ""),
    ] {
        let mut world = World::job(words);
        world.settle();
        world.run(0).exits(0, exit_code).settle();
        let counted = world.take_counted();
        let handled: Vec<_> = counted
            .lines()
            .filter(|line| line.starts_with("handled"))
            .collect();
        assert_eq!(handled.join("\n"), expected, "{words} with {exit_code}");
    }
}

#[test]
fn a_listed_failure_is_not_handled_again() {
    let mut world = World::job("P=1 C=1 Count=42");
    world.settle();
    world.run(0).exits(0, 42);
    world.crash = Some(Crash::AfterRelease);
    world.unreleasable.insert(0);
    world.sync_once();
    assert!(world.take_counted().contains("handled Count x1"));
    world.unreleasable.clear();
    world.restart().settle();
    let counted = world.take_counted();
    assert!(!counted.contains("handled"), "{counted}");
    assert!(counted.contains("pod NonIndexed failed x1"), "{counted}");
}

// Job controller, "Tracking and write ordering", step C.
#[test]
fn a_failure_without_an_index_is_not_handled() {
    let mut world = World::job("P=1 C=1 IX Count=42");
    world.settle();
    world
        .change_pod(0, |pod| pod.metadata.annotations = None)
        .exits(0, 42)
        .settle();
    let counted = world.take_counted();
    assert!(!counted.contains("handled"), "{counted}");
}

#[test]
fn a_reason_that_is_not_ours_makes_no_series() {
    let mut world = World::job("P=1 C=1");
    world.settle();
    world.change_job(|job| {
        let conditions = &mut job.status.get_or_insert_default().conditions;
        conditions.get_or_insert_default().push(JobCondition {
            type_: "FailureTarget".to_owned(),
            status: "True".to_owned(),
            reason: Some("Whatever".to_owned()),
            ..JobCondition::default()
        });
    });
    world.settle();
    world.end_terminating().settle();
    let counted = world.take_counted();
    assert!(
        counted.contains("job NonIndexed failed other x1"),
        "{counted}"
    );
}

// Upstream `recordFinishedPodWithTrackingFinalizer`.
#[test]
fn an_ended_pod_gets_and_loses_its_finalizer_once() {
    let pod = |phase, has_tracking_finalizer| {
        let mut pod = PodView::from(&Pod::default());
        (pod.phase, pod.has_tracking_finalizer) = (phase, has_tracking_finalizer);
        Some(pod)
    };
    let (running, succeeded, failed) = (PodPhase::Running, PodPhase::Succeeded, PodPhase::Failed);
    let (add, delete) = (Some("add"), Some("delete"));
    for (name, old, new, expected) in [
        ("created", None, pod(running, true), None),
        ("first seen ended", None, pod(failed, true), add),
        ("first seen settled", None, pod(failed, false), None),
        ("ends", pod(running, true), pod(succeeded, true), add),
        (
            "ends without",
            pod(running, false),
            pod(succeeded, false),
            None,
        ),
        (
            "still ended",
            pod(succeeded, true),
            pod(succeeded, true),
            None,
        ),
        (
            "is counted",
            pod(succeeded, true),
            pod(succeeded, false),
            delete,
        ),
        ("vanishes uncounted", pod(failed, true), None, delete),
        ("vanishes running", pod(running, true), None, None),
        ("vanishes counted", pod(failed, false), None, None),
    ] {
        let event = FinalizerEvent::of(old.as_ref(), new.as_ref());
        assert_eq!(event.map(FinalizerEvent::as_str), expected, "{name}");
    }
}
