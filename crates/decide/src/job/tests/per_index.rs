//! backoffLimitPerIndex: rows H of the scenarios.

use std::sync::Arc;

use jobyard_api::{
    Timestamp,
    batch::{
        PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement,
        PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule,
    },
    core::Pod,
    indexes::IndexSet,
    well_known::{JOB_INDEX_FAILURE_COUNT, JOB_INDEX_IGNORED_FAILURE_COUNT},
};

use crate::job::{JobView, PodView, per_index::PerIndex, pod_view::PodPhase};

use super::world::{World, check};

/// What the Pod says of earlier failures of its index: counted and ignored.
fn counts(world: &World, pod: usize) -> (Option<String>, Option<String>) {
    let annotations = world
        .stored_pod(pod)
        .metadata
        .annotations
        .clone()
        .unwrap_or_default();
    let read = |key: &str| annotations.get(key).cloned();
    (
        read(JOB_INDEX_FAILURE_COUNT),
        read(JOB_INDEX_IGNORED_FAILURE_COUNT),
    )
}

fn text(text: &str) -> String {
    text.to_owned()
}

/// C=P=3, BLPI=1, with the Pod of index 1 failed at the start.
fn first_failure() -> World {
    let mut world = World::job("C=3 P=3 IX BLPI=1");
    world.settle();
    world.ready(0).ready(1).ready(2).settle();
    world.fails(1);
    world
}

/// A Job with a rule for the podFailurePolicy.
fn with_rule(words: &str, action: &str) -> World {
    World::with("pi", words, |job| {
        let spec = job.spec.as_mut().expect("the world gives every Job a spec");
        let is_ignore = action == "Ignore";
        spec.pod_failure_policy = Some(PodFailurePolicy {
            rules: vec![PodFailurePolicyRule {
                action: action.to_owned(),
                on_exit_codes: (!is_ignore).then(|| PodFailurePolicyOnExitCodesRequirement {
                    container_name: None,
                    operator: "In".to_owned(),
                    values: vec![42],
                }),
                on_pod_conditions: is_ignore.then(|| {
                    vec![PodFailurePolicyOnPodConditionsPattern {
                        type_: "DisruptionTarget".to_owned(),
                        status: Some("True".to_owned()),
                    }]
                }),
            }],
        });
    })
}

#[test]
fn h01_first_pods_say_zero_failures() {
    let mut world = World::job("C=3 P=3 IX BLPI=1");
    world.settle();
    for pod in 0..3 {
        assert_eq!(counts(&world, pod), (Some(text("0")), None));
    }
    assert_eq!(world.status().failed_indexes, Some(text("")));
}

#[test]
fn h02_the_failed_pod_is_held_until_it_is_replaced() {
    let mut world = first_failure();
    check(&world.settle(), "status active=2 ready=2");
    assert!(world.has_finalizer(1));
    assert_eq!((world.status().failed, world.wakes_at()), (0, Some(10)));
    check(&world.at(9).settle(), "");
}

#[test]
fn h03_its_replacement_carries_the_count() {
    let mut world = first_failure();
    world.settle();
    world.at(10);
    check(
        &world.sync_once(),
        "create pi-1-00003 (RecreateTerminatingOrFailed)
         event Normal SuccessfulCreate: Created pod: pi-1-00003
         status active=3",
    );
    assert_eq!(counts(&world, 3), (Some(text("1")), None));
    check(
        &world.settle(),
        "status uncounted=[][1]
         release pi-1-00001
         status failed=1 uncounted=[][]",
    );
}

/// The Pod of index 1 has failed twice.
fn failed_index() -> World {
    let mut world = first_failure();
    world.settle();
    world.at(10).settle();
    world.fails(3).settle();
    world
}

#[test]
fn h04_an_index_beyond_its_limit_is_given_up() {
    let world = failed_index();
    let status = world.status();
    assert_eq!((status.failed_indexes, status.failed), (Some(text("1")), 2));
    assert_eq!((world.active(), world.wakes_at()), (vec![0, 2], None));
    assert_eq!(world.conditions(), [""; 0]);
}

#[test]
fn h05_fails_when_all_indexes_are_decided() {
    let mut world = failed_index();
    world.take_events();
    world.succeeds(0).succeeds(2).settle();
    let status = world.status();
    assert_eq!(
        (
            status.succeeded,
            status.completed_indexes.as_str(),
            status.failed_indexes
        ),
        (2, "0,2", Some(text("1")))
    );
    assert_eq!(
        world.conditions(),
        ["FailureTarget FailedIndexes", "Failed FailedIndexes"]
    );
    assert_eq!(
        world.take_events(),
        ["Warning FailedIndexes: Job has failed indexes"]
    );
}

#[test]
fn h06_limit_zero_allows_one_attempt() {
    let mut world = World::job("C=3 P=3 IX BLPI=0");
    world.settle();
    world.fails(0).settle();
    assert_eq!(world.status().failed_indexes, Some(text("0")));
}

#[test]
fn h07_too_many_failed_indexes_end_the_job() {
    let mut world = World::job("C=5 P=5 IX BLPI=0 MFI=1");
    world.settle();
    for pod in 0..5 {
        world.run(pod);
    }
    world.settle();
    world.fails(0).fails(1).settle();
    assert_eq!(
        world.conditions(),
        ["FailureTarget MaxFailedIndexesExceeded"]
    );
    assert_eq!((world.status().failed, world.active()), (5, vec![]));
    world.end_terminating();
    check(
        &world.settle(),
        "status terminating=0 Failed=True MaxFailedIndexesExceeded
         event Warning MaxFailedIndexesExceeded: Job has exceeded the specified maximal number of failed indexes",
    );
}

#[test]
fn h08_as_many_failed_indexes_as_allowed_do_not() {
    let mut world = World::job("C=5 P=5 IX BLPI=0 MFI=1");
    world.settle();
    world.fails(0).settle();
    assert_eq!((world.conditions(), world.active().len()), (vec![], 4));
}

#[test]
fn h09_no_failed_index_allowed() {
    let mut world = World::job("C=5 P=1 IX BLPI=0 MFI=0");
    world.settle();
    world.fails(0).settle();
    assert_eq!(
        world.conditions(),
        [
            "FailureTarget MaxFailedIndexesExceeded",
            "Failed MaxFailedIndexesExceeded"
        ]
    );
}

#[test]
fn h10_backoff_limit_holds_for_the_whole_job() {
    let mut world = World::job("C=3 P=3 IX BLPI=3 BL=2");
    world.settle();
    world.fails(0).fails(1).settle();
    assert_eq!(world.conditions(), [""; 0]);
    world.fails(2).settle();
    assert_eq!(
        world.conditions(),
        [
            "FailureTarget BackoffLimitExceeded",
            "Failed BackoffLimitExceeded"
        ]
    );
    assert_eq!(world.status().failed, 3);
}

#[test]
fn h11_ignored_failures_are_carried_apart() {
    let mut world = with_rule("C=1 P=1 IX BLPI=2", "Ignore");
    world.settle();
    world
        .condition(0, "DisruptionTarget", "True")
        .fails(0)
        .settle();
    assert_eq!(world.wakes_at(), Some(10));
    world.at(10).settle();
    assert_eq!(counts(&world, 1), (Some(text("0")), Some(text("1"))));
    assert_eq!(world.status().failed, 0);
}

#[test]
fn h12_ignored_failures_lengthen_the_wait() {
    let mut world = with_rule("C=1 P=1 IX BLPI=2", "Ignore");
    world.settle();
    world
        .condition(0, "DisruptionTarget", "True")
        .fails(0)
        .settle();
    world.at(10).settle();
    world
        .condition(1, "DisruptionTarget", "True")
        .fails(1)
        .settle();
    assert_eq!(world.wakes_at(), Some(30));
    world.at(30).settle();
    assert_eq!(counts(&world, 2), (Some(text("0")), Some(text("2"))));
    assert_eq!(
        (world.status().failed, world.status().failed_indexes),
        (0, Some(text("")))
    );
}

#[test]
fn h13_fail_index_leaves_no_retry() {
    let mut world = with_rule("C=2 P=2 IX BLPI=5", "FailIndex");
    world.settle();
    world.exits(0, 42).settle();
    assert_eq!(world.status().failed_indexes, Some(text("0")));
    assert_eq!(
        (world.active(), world.wakes_at(), world.status().failed),
        (vec![1], None, 1)
    );
}

#[test]
fn h14_waiting_indexes_keep_their_place() {
    let mut world = World::job("P=2 C=4 IX BLPI=1");
    world.settle();
    world.fails(0).fails(1).settle();
    assert_eq!((world.active(), world.wakes_at()), (vec![], Some(10)));
    world.at(10).settle();
    assert_eq!(
        (world.name(2), world.name(3)),
        ("pi-0-00002".to_owned(), "pi-1-00003".to_owned())
    );
}

#[test]
fn h15_of_two_failed_pods_the_higher_count_is_held() {
    let mut world = World::job("P=1 C=1 IX BLPI=5");
    world.settle();
    world.fails(0);
    let copy = world.duplicate(0);
    world.change_pod(copy, |pod| {
        let annotations = pod.metadata.annotations.get_or_insert_default();
        annotations.insert(JOB_INDEX_FAILURE_COUNT.to_owned(), "1".to_owned());
    });
    world.settle();
    assert!(world.has_finalizer(copy) && !world.has_finalizer(0));
    assert_eq!(world.status().failed, 1);
}

#[test]
fn h16_an_unreadable_count_is_zero() {
    let mut world = World::job("P=1 C=1 IX BLPI=1");
    world.settle();
    world.fails(0).change_pod(0, |pod| {
        let annotations = pod.metadata.annotations.get_or_insert_default();
        annotations.insert(JOB_INDEX_FAILURE_COUNT.to_owned(), "abc".to_owned());
    });
    world.settle();
    world.at(10).settle();
    assert_eq!(counts(&world, 1), (Some(text("1")), None));
}

#[test]
fn h17_a_deleted_pod_is_a_failure_of_its_index() {
    let mut world = World::job("P=1 C=1 IX BLPI=1");
    world.settle();
    world.run(0).settle();
    world.at(5).delete_pod(0).settle();
    assert_eq!(world.wakes_at(), Some(15));
    world.at(15).settle();
    assert_eq!(counts(&world, 1), (Some(text("1")), None));
}

#[test]
fn h18_all_indexes_failed() {
    let mut world = World::job("P=3 C=3 IX BLPI=0");
    world.settle();
    world.fails(0).fails(1).fails(2).settle();
    assert_eq!(
        world.conditions(),
        ["FailureTarget FailedIndexes", "Failed FailedIndexes"]
    );
    assert_eq!(
        (world.status().succeeded, world.status().failed_indexes),
        (0, Some(text("0-2")))
    );
}

#[test]
fn a_job_whose_indexes_all_succeed_is_complete() {
    let mut world = World::job("P=2 C=2 IX BLPI=1 MFI=0");
    world.settle();
    world.succeeds(0).succeeds(1).settle();
    assert_eq!(
        world.conditions(),
        [
            "SuccessCriteriaMet CompletionsReached",
            "Complete CompletionsReached"
        ]
    );
}

// Upstream `getPodsWithDelayedDeletionPerIndex`: a later candidate takes over if
// neither its count is lower nor its end earlier.
#[test]
fn of_two_failed_pods_the_later_is_held_if_its_count_is_not_lower() {
    let world = World::job("P=1 C=1 IX BLPI=5");
    let job = JobView::from(&Arc::new(world.stored_job().clone()));
    let none = IndexSet::default();
    for (first, second, held) in [
        ((0, 5), (0, 7), "second"),
        ((0, 5), (0, 5), "second"),
        ((0, 7), (0, 5), "first"),
        ((0, 7), (1, 5), "first"),
        ((0, 5), (1, 7), "second"),
        ((1, 5), (0, 7), "first"),
    ] {
        let pod = |uid: &str, (count, end): (u32, i64)| PodView {
            uid: uid.into(),
            phase: PodPhase::Failed,
            has_tracking_finalizer: true,
            completion_index: Some(0),
            index_failure_count: count,
            finished: Timestamp::from_second(end).ok(),
            ..PodView::from(&Pod::default())
        };
        let pods = [pod("first", first), pod("second", second)];
        let per_index = PerIndex::of(&job, 5, &none, &none, &[], pods.iter());
        let holds: Vec<_> = pods.iter().filter(|pod| per_index.holds(pod)).collect();
        assert_eq!(holds.len(), 1, "{first:?} {second:?}");
        assert_eq!(holds[0].uid, held.into(), "{first:?} {second:?}");
    }
}
