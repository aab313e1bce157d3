//! Counting each Pod once, whatever dies or lags: rows L of the scenarios.

use jobyard_api::Revision;

use crate::job::Watermarks;

use super::world::{Crash, World, check};

/// A Job of one Pod whose controller died while it counted the success.
fn died(crash: Crash) -> World {
    let mut world = World::job("P=1 C=1");
    world.settle();
    world.succeeds(0).crash = Some(crash);
    world.settle();
    world
}

#[test]
fn l01_died_after_the_first_write() {
    let mut world = died(Crash::AfterWrite1);
    assert!(world.has_finalizer(0));
    check(
        &world.restart().settle(),
        "release pi-00000
         status succeeded=1 uncounted=[][] completionTime=now Complete=True CompletionsReached
         event Normal Completed: Job completed",
    );
}

#[test]
fn l02_died_after_removing_the_finalizer() {
    let mut world = died(Crash::AfterRelease);
    assert!(!world.has_finalizer(0));
    check(
        &world.restart().settle(),
        "status succeeded=1 uncounted=[][] completionTime=now Complete=True CompletionsReached
         event Normal Completed: Job completed",
    );
}

#[test]
fn l03_died_and_the_pod_is_gone() {
    let mut world = died(Crash::AfterRelease);
    world.delete_pod(0).end_terminating();
    assert!(!world.exists(0));
    world.restart().settle();
    assert_eq!(world.status().succeeded, 1);
    assert!(world.status().condition_is_true("Complete"));
}

#[test]
fn l04_a_deleted_pod_stays_until_it_is_counted() {
    let mut world = World::job("P=1 C=2");
    world.settle();
    world.succeeds(0).delete_pod(0).end_terminating();
    assert!(world.exists(0));
    world.settle();
    assert_eq!(world.status().succeeded, 1);
    assert!(!world.exists(0));
}

#[test]
fn l05_counts_at_most_500_in_a_sync() {
    let mut world = World::job("P=1200 C=2000");
    world.settle();
    for pod in 0..1200 {
        world.succeeds(pod);
    }
    // The world checks the length of the lists at every write.
    world.sync_once();
    assert_eq!(world.status().succeeded, 500);
    world.settle();
    assert_eq!(world.status().succeeded, 1200);
}

/// Indexes are complete at once; their Pods are let go of 500 at first.
#[test]
fn releases_500_pods_of_completed_indexes_in_a_sync() {
    let mut world = World::job("P=1200 C=1200 IX");
    world.settle();
    for pod in 0..1200 {
        world.succeeds(pod);
    }
    world.sync_once();
    assert_eq!(world.status().completed_indexes, "0-1199");
    assert_eq!(world.status().succeeded, 1200);
    let kept = |world: &World| (0..1200).filter(|pod| world.has_finalizer(*pod)).count();
    assert_eq!(kept(&world), 700);
    assert_eq!(
        world.conditions(),
        ["SuccessCriteriaMet CompletionsReached"],
        "not complete before all are"
    );
    // Those indexes are not new any more, and only new ones are limited.
    world.sync_once();
    assert_eq!(kept(&world), 0);
    assert!(world.status().condition_is_true("Complete"));
}

#[test]
fn l10_counts_the_pods_whose_finalizers_are_gone() {
    let mut world = World::job("P=3 C=5");
    world.settle();
    world.take_events();
    world.patch("P=0").unreleasable.insert(1);
    check(
        &world.succeeds(0).succeeds(1).succeeds(2).settle(),
        "status active=0 uncounted=[0,1,2][]
         release pi-00000
         release pi-00001
         release pi-00002
         status succeeded=2 uncounted=[1][]
         retry removing tracking finalizer of pod default/pi-00001: the server is on fire",
    );
    world.unreleasable.clear();
    check(
        &world.settle(),
        "release pi-00001
         status succeeded=3 uncounted=[][]",
    );
}

#[test]
fn l12_waits_for_its_own_terminal_status() {
    let mut world = World::job("P=1 C=1");
    world.settle();
    world.succeeds(0).freeze_cache().sync_once();
    assert!(world.status().condition_is_true("Complete"));
    world.take_events();
    let log = world.settle();
    assert!(log.starts_with("retry read version: "), "{log}");
    assert_eq!(world.take_events(), [""; 0]);
    check(&world.thaw_cache().settle(), "");
}

#[test]
fn l13_no_end_while_created_pods_are_unseen() {
    let mut world = World::job("P=2 C=2 BL=0");
    world.settle();
    // A Pod fails and its replacement is created; then the limit is lowered
    // before the cache shows the new Pod.
    world.patch("BL=6").fails(0).settle();
    world.at(10).freeze_cache().settle();
    assert_eq!(world.active(), [1, 2]);
    world.patch("BL=0");
    let log = world.settle();
    assert!(log.starts_with("retry read version: "), "{log}");
    assert_eq!(world.conditions(), [""; 0]);
    world.thaw_cache().settle();
    assert_eq!(world.active(), [0; 0]);
    assert_eq!(
        (world.status().failed, world.status().terminating),
        (3, Some(0))
    );
    assert!(world.status().condition_is_true("Failed"));
}

#[test]
fn l17_a_pod_without_finalizer_is_not_counted() {
    let mut world = World::job("P=1 C=1");
    world.settle();
    world.run(0).strip_finalizer(0).settle();
    world.succeeds(0).settle();
    assert_eq!((world.status().succeeded, world.active()), (0, vec![1]));
}

#[test]
fn l18_a_deleted_pod_without_finalizer_is_no_failure() {
    let mut world = World::job("P=1 C=1");
    world.settle();
    world.run(0).strip_finalizer(0).settle();
    world.delete_pod(0).settle();
    assert_eq!((world.status().failed, world.active()), (0, vec![1]));
}

#[test]
fn l19_refuses_to_look_at_what_is_older_than_its_writes() {
    let revisions = |jobs, pods| Watermarks {
        jobs: Revision(jobs),
        pods: Revision(pods),
    };
    let message =
        |read: Watermarks, written| read.check(written).map_err(|stale| stale.to_string());
    assert_eq!(message(revisions(7, 9), revisions(7, 8)), Ok(()));
    assert_eq!(
        message(revisions(6, 9), revisions(7, 8)),
        Err(
            "read version: 6 is not as new as written version: 7 for group resource jobs.batch"
                .to_owned()
        )
    );
    assert_eq!(
        message(revisions(7, 7), revisions(7, 8)),
        Err(
            "read version: 7 is not as new as written version: 8 for group resource pods"
                .to_owned()
        )
    );

    let mut world = World::job("P=1 C=1");
    world.freeze_cache().settle();
    let log = world.settle();
    assert!(
        log.starts_with("retry read version: ") && log.lines().count() == 1,
        "{log}"
    );
    assert_eq!(world.active(), [0]);
}

#[test]
fn an_indexed_job_ends_when_all_finalizers_are_gone() {
    let mut world = World::job("P=2 C=2 IX");
    world.settle();
    world.unreleasable.insert(1);
    world.succeeds(0).succeeds(1).settle();
    assert_eq!(
        world.conditions(),
        ["SuccessCriteriaMet CompletionsReached"]
    );
    world.unreleasable.clear();
    world.settle();
    assert!(world.status().condition_is_true("Complete"));
}

#[test]
fn a_job_ends_when_all_its_pods_are_counted() {
    let mut world = World::job("P=600 C=600");
    world.settle();
    for pod in 0..600 {
        world.succeeds(pod);
    }
    world.sync_once();
    assert_eq!(
        (world.status().succeeded, world.status().is_finished()),
        (500, false)
    );
    assert!(world.wakes_at().is_some());
    world.settle();
    assert_eq!(
        (world.status().succeeded, world.status().is_finished()),
        (600, true)
    );
}

#[test]
fn a_success_after_a_failure_was_listed_is_no_success() {
    // The Pod is terminating and listed as failed; then it succeeds before its
    // finalizer is gone.
    let mut world = World::job("P=1 C=1");
    world.settle();
    world.run(0).delete_pod(0).crash = Some(Crash::AfterWrite1);
    world.settle();
    world.succeeds(0).restart().settle();
    let status = world.status();
    assert_eq!(
        (status.succeeded, status.failed, status.is_finished()),
        (0, 1, false)
    );
}

#[test]
fn a_deleting_job_lets_all_its_pods_go() {
    let mut world = World::job("P=3 C=5");
    world.settle();
    world.run(0).succeeds(1).settle();
    world.succeeds(0).change_job(|job| {
        job.metadata.deletion_timestamp = job.metadata.creation_timestamp.clone();
    });
    world.settle();
    let status = world.status();
    assert_eq!((status.succeeded, status.failed), (2, 0));
    assert!(world.active().iter().all(|pod| !world.has_finalizer(*pod)));
    assert_eq!(world.active().len(), 2);
}
