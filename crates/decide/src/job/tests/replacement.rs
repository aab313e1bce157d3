//! Terminating Pods and podReplacementPolicy: rows K of the scenarios.

use super::world::{World, check};

/// A running Pod, deleted by a user at the start.
fn deleted_by_user(words: &str) -> World {
    let mut world = World::job(words);
    world.settle();
    world.run(0).settle();
    world.delete_pod(0);
    world
}

#[test]
fn k01_a_deleted_pod_has_failed_at_once() {
    let mut world = deleted_by_user("P=1 C=1");
    check(
        &world.settle(),
        "status active=0 terminating=1 uncounted=[][0]
         release pi-00000
         status failed=1 uncounted=[][]",
    );
    assert_eq!(world.wakes_at(), Some(10));
    world.at(10).settle();
    assert_eq!(
        (world.active(), world.status().terminating),
        (vec![1], Some(1))
    );
}

#[test]
fn k02_and_its_late_success_does_not_count() {
    let mut world = deleted_by_user("P=1 C=1");
    world.settle();
    world.succeeds(0).settle();
    assert_eq!((world.status().succeeded, world.status().failed), (0, 1));
}

#[test]
fn k03_strict_replacement_waits_for_the_end() {
    let mut world = deleted_by_user("P=1 C=1 PRP=Failed");
    check(&world.settle(), "status active=0 terminating=1");
    assert_eq!((world.wakes_at(), world.has_finalizer(0)), (None, true));
}

#[test]
fn k04_then_counts_the_failure() {
    let mut world = deleted_by_user("P=1 C=1 PRP=Failed");
    world.settle();
    world.at(20).fails(0).settle();
    assert_eq!((world.status().failed, world.wakes_at()), (1, Some(30)));
    world.at(30).settle();
    assert_eq!(world.active(), [1]);
}

#[test]
fn k05_or_the_success() {
    let mut world = deleted_by_user("P=1 C=1 PRP=Failed");
    world.settle();
    world.at(20).succeeds(0).settle();
    assert!(world.status().condition_is_true("Complete"));
    assert_eq!((world.status().succeeded, world.status().failed), (1, 0));
}

#[test]
fn pods_are_created_anew_or_in_place_of_others() {
    for (words, first, after_failure) in [
        ("P=1 C=1", "New", "RecreateTerminatingOrFailed"),
        ("P=1 C=1 PRP=Failed", "New", "RecreateFailed"),
    ] {
        let mut world = World::job(words);
        let done = world.settle();
        assert!(
            done.contains(&format!("create pi-00000 ({first})")),
            "{done}"
        );
        world.fails(0).settle();
        let done = world.at(10).settle();
        let expected = format!("create pi-00001 ({after_failure})");
        assert!(done.contains(&expected), "{done}");
    }
    // One is being deleted, and has not failed yet.
    let mut world = World::job("P=2 C=9");
    world.settle();
    world.run(0).run(1).patch("P=1").settle();
    let done = world.patch("P=2").settle();
    assert!(done.contains("(RecreateTerminatingOrFailed)"), "{done}");
}

/// What the Pod garbage collector does to a Pod whose node is gone, or that
/// never had one: it ends the Pod, says why, and deletes it.
fn collect(world: &mut World, pod: usize) {
    world
        .change_pod(pod, |pod| {
            pod.status.get_or_insert_default().phase = Some("Failed".to_owned());
        })
        .condition(pod, "DisruptionTarget", "True")
        .end_terminating();
}

#[test]
fn k06_strict_replacement_waits_for_the_pod_of_a_lost_node_until_it_is_collected() {
    let mut world = deleted_by_user("P=1 C=1 PRP=Failed");
    world.settle();
    check(&world.at(300).settle(), "");
    let status = world.status();
    assert_eq!((status.failed, status.terminating), (0, Some(1)));
    collect(&mut world, 0);
    // Its containers never ended: the back-off counts from the deletion and is over.
    check(
        &world.settle(),
        "create pi-00001 (RecreateFailed)
         event Normal SuccessfulCreate: Created pod: pi-00001
         status active=1 terminating=0 uncounted=[][0]
         release pi-00000
         status failed=1 uncounted=[][]",
    );
    assert!(!world.exists(0));
}

#[test]
fn k09_strict_replacement_waits_for_an_unscheduled_pod_until_it_is_collected() {
    let mut world = World::job("P=1 C=1 PRP=Failed");
    world.settle();
    check(
        &world.delete_pod(0).settle(),
        "status active=0 terminating=1",
    );
    assert!(world.exists(0), "its finalizer keeps it");
    collect(&mut world, 0);
    check(
        &world.settle(),
        "status terminating=0 uncounted=[][0]
         release pi-00000
         status failed=1 uncounted=[][]",
    );
    assert!(!world.exists(0));
    assert_eq!(world.wakes_at(), Some(10));
    world.at(10).settle();
    assert_eq!(world.active(), [1]);
}

#[test]
fn k07_complete_only_when_no_pod_is_terminating() {
    let mut world = World::job("P=1 C=1 PRP=Failed");
    world.settle();
    let copy = world.duplicate(0);
    world.run(0).run(copy).delete_pod(copy).succeeds(0).settle();
    assert_eq!(
        world.conditions(),
        ["SuccessCriteriaMet CompletionsReached"]
    );
    assert_eq!(world.status().terminating, Some(1));
    world.end_terminating().settle();
    assert!(world.status().condition_is_true("Complete"));
}

#[test]
fn k08_an_unscheduled_pod_goes_when_it_is_counted() {
    let mut world = World::job("P=1 C=1");
    world.settle();
    world.delete_pod(0).settle();
    assert_eq!((world.status().failed, world.exists(0)), (1, false));
    assert_eq!(world.wakes_at(), Some(10));
}

#[test]
fn k10_strict_replacement_waits_for_the_index() {
    let mut world = World::job("P=3 C=3 IX PRP=Failed");
    world.settle();
    world.run(0).run(1).run(2).settle();
    world.delete_pod(1).fails(2).settle();
    assert_eq!(world.active(), [0]);
    world.at(10).settle();
    assert_eq!(
        (world.active(), world.name(3)),
        (vec![0, 3], "pi-2-00003".to_owned())
    );
}

#[test]
fn k11_a_relaxed_policy_counts_the_terminating_pod() {
    let mut world = deleted_by_user("P=1 C=1 PRP=Failed");
    world.settle();
    world.at(3).patch("PRP=TerminatingOrFailed").settle();
    assert_eq!((world.status().failed, world.wakes_at()), (1, Some(10)));
    world.at(10).settle();
    assert_eq!(world.active(), [1]);
}
