//! Indexed and elastic Jobs: rows G of the scenarios.

use jobyard_api::{
    batch,
    well_known::{JOB_COMPLETION_INDEX, JOB_TRACKING_FINALIZER},
};

use crate::job::{IndexFailureCounts, pod_template};

use super::world::{World, check};

/// The completion index that the Pod's annotation says.
fn index(world: &World, pod: usize) -> String {
    let annotations = world.stored_pod(pod).metadata.annotations.clone();
    annotations.unwrap_or_default()[JOB_COMPLETION_INDEX].clone()
}

#[test]
fn g01_pods_carry_their_index() {
    let mut world = World::named("ix", "P=3 C=3 IX");
    world.settle();
    for pod in 0..3 {
        let stored = world.stored_pod(pod);
        assert_eq!(world.name(pod), format!("ix-{pod}-0000{pod}"));
        assert_eq!(index(&world, pod), pod.to_string());
        let labels = stored.metadata.labels.clone().unwrap_or_default();
        assert_eq!(labels[JOB_COMPLETION_INDEX], pod.to_string());
        let spec = stored.spec.as_ref().expect("a spec");
        assert_eq!(spec.hostname, Some(format!("ix-{pod}")));
        let env = spec.containers[0].env.as_deref().expect("a variable");
        let field = env[0]
            .value_from
            .as_ref()
            .and_then(|from| from.field_ref.as_ref());
        assert_eq!(env[0].name, "JOB_COMPLETION_INDEX");
        assert_eq!(
            field.map(|field| field.field_path.as_str()),
            Some("metadata.labels['batch.kubernetes.io/job-completion-index']")
        );
    }
}

#[test]
fn g02_a_success_is_counted_by_its_index_in_one_write() {
    let mut world = World::job("P=3 C=3 IX");
    world.settle();
    check(
        &world.succeeds(1).settle(),
        "status active=2 succeeded=1 completedIndexes=1
         release pi-1-00001",
    );
}

#[test]
fn g03_completed_indexes_grow_together() {
    let mut world = World::job("P=3 C=3 IX");
    world.settle();
    let mut texts = Vec::new();
    for pod in [0, 2, 1] {
        world.succeeds(pod).settle();
        texts.push(world.status().completed_indexes);
    }
    assert_eq!(texts, ["0", "0,2", "0-2"]);
    assert!(world.status().condition_is_true("Complete"));
}

fn completed_indexes(succeeded: &[usize]) -> String {
    let mut world = World::job("P=10 C=10 IX");
    world.settle();
    for pod in succeeded {
        world.succeeds(*pod);
    }
    world.settle();
    world.status().completed_indexes
}

#[test]
fn g04_three_neighbours_are_an_interval() {
    assert_eq!(completed_indexes(&[1, 3, 4, 5, 7]), "1,3-5,7");
}

#[test]
fn g05_two_neighbours_are_not() {
    assert_eq!(completed_indexes(&[0, 1]), "0,1");
}

#[test]
fn g06_the_lowest_free_index_comes_next() {
    let mut world = World::job("P=2 C=4 IX");
    world.settle();
    world.succeeds(0).settle();
    assert_eq!(index(&world, 2), "2");
}

#[test]
fn g07_a_failed_index_comes_before_later_ones() {
    let mut world = World::job("P=2 C=4 IX");
    world.settle();
    world.fails(0).settle();
    world.at(10).settle();
    assert_eq!(
        (world.active(), index(&world, 2).as_str()),
        (vec![1, 2], "0")
    );
}

#[test]
fn g08_of_two_pods_of_an_index_the_better_stays() {
    let mut world = World::job("P=2 C=2 IX");
    world.settle();
    world.ready(0).settle();
    let copy = world.duplicate(0);
    world.change_pod(copy, |pod| {
        pod.status = None;
        if let Some(spec) = &mut pod.spec {
            spec.node_name = None;
        }
    });
    world.take_events();
    check(
        &world.sync_once(),
        "release and delete copy-00002 (DuplicateIndex)
         event Normal SuccessfulDelete: Deleted pod: copy-00002
         status terminating=1",
    );
    world.settle();
    assert_eq!((world.active(), world.status().failed), (vec![0, 1], 0));
}

#[test]
fn g09_an_active_pod_without_index_goes() {
    let mut world = World::job("P=2 C=3 IX");
    world.settle();
    world
        .run(0)
        .change_pod(0, |pod| pod.metadata.annotations = None);
    check(
        &world.sync_once(),
        "release and delete pi-0-00000 (NoValidIndex)
         event Normal SuccessfulDelete: Deleted pod: pi-0-00000
         status active=1 terminating=1",
    );
    world.settle();
    assert_eq!((world.status().failed, index(&world, 2).as_str()), (0, "0"));
}

#[test]
fn g10_an_active_pod_with_a_foreign_index_goes() {
    let mut world = World::job("P=2 C=3 IX");
    world.settle();
    world.run(1).change_pod(1, |pod| {
        let annotations = pod.metadata.annotations.get_or_insert_default();
        annotations.insert(JOB_COMPLETION_INDEX.to_owned(), "7".to_owned());
    });
    world.settle();
    assert!(world.is_deleting(1) && !world.has_finalizer(1));
    assert_eq!((world.status().failed, index(&world, 2).as_str()), (0, "1"));
}

#[test]
fn g11_an_index_succeeds_once() {
    let mut world = World::job("P=2 C=2 IX");
    world.settle();
    world.succeeds(0).settle();
    let copy = world.duplicate(0);
    world.change_pod(copy, |pod| {
        pod.metadata.finalizers = Some(vec![JOB_TRACKING_FINALIZER.to_owned()]);
    });
    check(&world.settle(), "release copy-00002");
    assert_eq!(world.status().succeeded, 1);
}

/// Five indexes, of which 0, 1 and 4 have succeeded, and 2 and 3 run.
fn elastic() -> World {
    let mut world = World::job("P=5 C=5 IX");
    world.settle();
    for pod in [0, 1, 4] {
        world.succeeds(pod);
    }
    world.run(2).run(3).settle();
    world.take_events();
    world
}

#[test]
fn g12_shrinking_forgets_the_indexes_cut_off() {
    let mut world = elastic();
    check(
        &world.patch("P=3 C=3").settle(),
        "release and delete pi-3-00003 (NoValidIndex)
         event Normal SuccessfulDelete: Deleted pod: pi-3-00003
         status active=1 terminating=1 succeeded=2 completedIndexes=0,1",
    );
    assert_eq!((world.active(), world.status().failed), (vec![2], 0));
}

#[test]
fn g13_growing_again_runs_them_again() {
    let mut world = elastic();
    world.patch("P=3 C=3").settle();
    world.patch("P=5 C=5").settle();
    let running: Vec<_> = world
        .active()
        .iter()
        .map(|pod| index(&world, *pod))
        .collect();
    assert_eq!(running, ["2", "3", "4"]);
}

#[test]
fn g14_growing_adds_indexes() {
    let mut world = World::job("P=3 C=3 IX");
    world.settle();
    world.patch("P=5 C=5").settle();
    assert_eq!(
        (index(&world, 3), index(&world, 4)),
        ("3".to_owned(), "4".to_owned())
    );
}

#[test]
fn g15_shrinking_to_what_is_done_completes() {
    let mut world = World::job("P=5 C=5 IX");
    world.settle();
    world
        .succeeds(0)
        .succeeds(1)
        .succeeds(2)
        .run(3)
        .run(4)
        .settle();
    world.patch("P=3 C=3").settle();
    world.end_terminating().settle();
    let status = world.status();
    assert!(status.condition_is_true("Complete"));
    assert_eq!((status.succeeded, status.failed), (3, 0));
}

/// The same, seen in one sync: Pods that lost their finalizer before their deletion
/// have none to lose when the Job ends.
#[test]
fn a_finalizer_that_went_before_the_deletion_is_not_removed_again() {
    let mut world = World::job("P=3 C=3 IX");
    world.settle();
    world.succeeds(0).run(1).run(2).settle();
    world.patch("P=1 C=1");
    check(
        &world.sync_once(),
        "release and delete pi-1-00001 (NoValidIndex)
         release and delete pi-2-00002 (NoValidIndex)
         event Normal SuccessfulDelete: Deleted pod: pi-1-00001
         event Normal SuccessfulDelete: Deleted pod: pi-2-00002
         status active=0 terminating=2 SuccessCriteriaMet=True CompletionsReached",
    );
}

#[test]
fn g16_shrinking_does_not_forget_failures() {
    let mut world = World::job("P=5 C=5 IX");
    world.settle();
    world.fails(4).settle();
    world.patch("P=3 C=3").settle();
    assert_eq!((world.status().failed, world.active()), (1, vec![0, 1, 2]));
}

#[test]
fn g17_long_names_keep_their_index() {
    let name = "n".repeat(57);
    let job = batch::Job {
        metadata: jobyard_api::meta::ObjectMeta {
            name: Some(name.clone()),
            ..Default::default()
        },
        ..batch::Job::default()
    };
    let create = crate::job::CreatePod {
        index: Some(12345),
        failure_counts: None::<IndexFailureCounts>,
        reason: crate::job::CreateReason::New,
    };
    let pod = pod_template::new_pod(&job, create);
    let generate_name = pod.metadata.generate_name.expect("a generated name");
    assert_eq!(generate_name, format!("{}-12345-", "n".repeat(51)));
    assert_eq!(generate_name.len(), 58);
    let hostname = pod.spec.and_then(|spec| spec.hostname);
    assert_eq!(hostname, Some(format!("{name}-12345")));
}

#[test]
fn g18_unreadable_indexes_are_skipped() {
    let mut world = World::job("P=4 C=4 IX");
    world.change_job(|job| {
        let status = job.status.get_or_insert_default();
        status.completed_indexes = Some("0,x,2".to_owned());
        status.succeeded = Some(2);
    });
    world.settle();
    assert_eq!(world.status().completed_indexes, "0,2");
    assert_eq!(
        (index(&world, 0), index(&world, 1)),
        ("1".to_owned(), "3".to_owned())
    );
}

#[test]
fn g19_the_label_does_not_stand_in_for_the_annotation() {
    let mut world = World::job("P=1 C=1 IX");
    world.settle();
    world
        .run(0)
        .change_pod(0, |pod| pod.metadata.annotations = None);
    assert!(
        world
            .stored_pod(0)
            .metadata
            .labels
            .as_ref()
            .is_some_and(|labels| { labels.contains_key(JOB_COMPLETION_INDEX) })
    );
    world.settle();
    assert!(world.is_deleting(0));
    assert_eq!((world.active(), index(&world, 1).as_str()), (vec![1], "0"));
}

/// A Pod that no index needs is one of those that are too many.
#[test]
fn a_duplicate_is_given_up_before_others_and_counts_among_them() {
    let mut world = World::job("P=4 C=9 IX");
    world.settle();
    let copy = world.duplicate(0);
    world.patch("P=2").sync_once();
    // The next sync would make up for a Pod too many that went, and hide it.
    assert_eq!(world.active().len(), 2);
    assert!(!world.active().contains(&copy) || !world.active().contains(&0));
    world.settle();
    assert_eq!((world.active().len(), world.status().failed), (2, 0));
}

/// More than one sync may delete, the next follows at once.
#[test]
fn what_a_sync_cuts_off_is_done_at_once() {
    let mut world = World::job("P=501 C=900");
    world.sync_once();
    assert_eq!((world.active().len(), world.wakes_at()), (500, Some(0)));
    world.settle();
    assert_eq!((world.active().len(), world.wakes_at()), (501, None));
    world.patch("P=0").sync_once();
    assert_eq!((world.active().len(), world.wakes_at()), (1, Some(0)));
    let mut world = World::job("P=499 C=900");
    world.sync_once();
    assert_eq!((world.active().len(), world.wakes_at()), (499, None));
}

/// Completions and parallelism shrink together, and parallelism rises again before
/// the controller has looked: `succeeded` is the number of indexes all the same.
#[test]
fn successes_are_the_completed_indexes_also_of_a_job_elastic_no_more() {
    let mut world = World::job("P=7 C=7 IX");
    world.settle();
    for pod in 0..5 {
        world.succeeds(pod);
    }
    world.settle();
    assert_eq!(world.status().succeeded, 5);
    world.patch("P=3 C=3").patch("P=5").settle();
    let status = world.status();
    assert_eq!((status.succeeded, &*status.completed_indexes), (3, "0-2"));
    assert!(status.condition_is_true("Complete"));
}
