//! Creation, completion, scale and adoption: rows D of the scenarios.

use jobyard_api::{
    batch,
    core::{Container, EnvVar, Pod},
    well_known::JOB_TRACKING_FINALIZER,
};

use super::world::{World, check};

#[test]
fn d01_creates_one_pod() {
    let mut world = World::job("P=1 C=1");
    check(
        &world.settle(),
        "create pi-00000 (New)
         event Normal SuccessfulCreate: Created pod: pi-00000
         status active=1 ready=0 terminating=0 uncounted=[][] startTime=now",
    );
    let job = world.stored_job();
    let pod = world.stored_pod(0);
    assert_eq!(pod.metadata.generate_name.as_deref(), Some("pi-"));
    assert_eq!(
        pod.metadata.finalizers,
        Some(vec![JOB_TRACKING_FINALIZER.to_owned()])
    );
    let template = &job.spec.as_ref().expect("a spec").template;
    let labels = template
        .metadata
        .as_ref()
        .and_then(|metadata| metadata.labels.clone());
    assert_eq!(pod.metadata.labels, labels);
    let owners = pod.metadata.owner_references.as_deref().expect("an owner");
    let [owner] = owners else {
        panic!("one owner, not {owners:?}")
    };
    assert_eq!(
        (
            owner.api_version.as_str(),
            owner.kind.as_str(),
            owner.name.as_str()
        ),
        ("batch/v1", "Job", "pi")
    );
    assert_eq!(Some(&owner.uid), job.metadata.uid.as_ref());
    assert_eq!(
        (owner.controller, owner.block_owner_deletion),
        (Some(true), Some(true))
    );
}

#[test]
fn d02_counts_ready_pods() {
    let mut world = World::job("P=1 C=1");
    world.settle();
    check(&world.ready(0).settle(), "status ready=1");
}

#[test]
fn d03_completes_in_two_writes() {
    let mut world = World::job("P=1 C=1");
    world.settle();
    check(
        &world.at(5).succeeds(0).settle(),
        "status active=0 uncounted=[0][] SuccessCriteriaMet=True CompletionsReached
         release pi-00000
         status succeeded=1 uncounted=[][] completionTime=now Complete=True CompletionsReached
         event Normal Completed: Job completed",
    );
}

#[test]
fn a_job_does_not_complete_before_it_started() {
    let mut world = World::job("P=1 C=1");
    world.at(60).settle();
    world.clock_back_at(5).succeeds(0).settle();
    let status = world.status();
    assert!(status.start_time.is_some());
    assert_eq!(status.completion_time, status.start_time);
}

#[test]
fn d04_creates_no_more_than_completions() {
    let mut world = World::job("P=10 C=5");
    check(
        &world.settle(),
        "create pi-00000 pi-00001 pi-00002 pi-00003 pi-00004 (New)
         event Normal SuccessfulCreate: Created pod: pi-00000
         event Normal SuccessfulCreate: Created pod: pi-00001
         event Normal SuccessfulCreate: Created pod: pi-00002
         event Normal SuccessfulCreate: Created pod: pi-00003
         event Normal SuccessfulCreate: Created pod: pi-00004
         status active=5 ready=0 terminating=0 uncounted=[][] startTime=now",
    );
    let batches: Vec<usize> = crate::job::slow_start_batches(5)
        .map(|batch| batch.len())
        .collect();
    assert_eq!(batches, [1, 2, 2]);
}

#[test]
fn d05_a_success_makes_room_for_the_next() {
    let mut world = World::job("P=2 C=5");
    world.settle();
    check(
        &world.succeeds(0).settle(),
        "create pi-00002 (New)
         event Normal SuccessfulCreate: Created pod: pi-00002
         status uncounted=[0][]
         release pi-00000
         status succeeded=1 uncounted=[][]",
    );
    assert_eq!(world.active(), [1, 2]);
}

#[test]
fn d06_creates_only_what_remains() {
    let mut world = World::job("P=2 C=5");
    world.settle();
    for pod in 0..4 {
        world.succeeds(pod).settle();
    }
    assert_eq!(world.active(), [4]);
    let status = world.status();
    assert_eq!((status.succeeded, status.active), (4, 1));
}

#[test]
fn d07_higher_parallelism_creates_more() {
    let mut world = World::job("P=2 C=5");
    world.settle();
    world.take_events();
    check(
        &world.patch("P=4").settle(),
        "create pi-00002 pi-00003 (New)
         event Normal SuccessfulCreate: Created pod: pi-00002
         event Normal SuccessfulCreate: Created pod: pi-00003
         status active=4",
    );
}

#[test]
fn d08_lower_parallelism_deletes_unready_first() {
    let mut world = World::job("P=3 C=5");
    world.settle();
    world.ready(0).run(1).settle();
    // Pod 2 is not scheduled, Pod 1 runs, Pod 0 is ready.
    check(
        &world.patch("P=1").settle(),
        "release and delete pi-00002 (AboveParallelism)
         release and delete pi-00001 (AboveParallelism)
         event Normal SuccessfulDelete: Deleted pod: pi-00002
         event Normal SuccessfulDelete: Deleted pod: pi-00001
         status active=1 terminating=2
         status terminating=1",
    );
    assert_eq!(world.active(), [0]);
    world.end_terminating().settle();
    assert_eq!(
        (world.status().failed, world.status().terminating),
        (0, Some(0))
    );
}

#[test]
fn d09_parallelism_zero_deletes_all_and_does_not_finish() {
    let mut world = World::job("P=2 C=5");
    world.settle();
    world.run(0).run(1).settle();
    world.patch("P=0").settle();
    assert_eq!(
        (world.status().active, world.status().terminating),
        (0, Some(2))
    );
    world.end_terminating().settle();
    assert_eq!(
        (world.status().terminating, world.status().failed),
        (Some(0), 0)
    );
    assert_eq!(world.conditions(), [""; 0]);
}

#[test]
fn d10_parallelism_zero_creates_nothing() {
    let mut world = World::job("P=0 C=1");
    check(
        &world.settle(),
        "status ready=0 terminating=0 uncounted=[][] startTime=now",
    );
}

#[test]
fn d11_zero_completions_complete_at_once() {
    let mut world = World::job("P=2 C=0");
    check(
        &world.settle(),
        "status ready=0 terminating=0 uncounted=[][] startTime=now completionTime=now SuccessCriteriaMet=True CompletionsReached Complete=True CompletionsReached
         event Normal Completed: Job completed",
    );
}

#[test]
fn d12_work_queue_starts_parallelism_pods() {
    let mut world = World::job("P=3");
    world.settle();
    assert_eq!(world.active(), [0, 1, 2]);
}

#[test]
fn d13_work_queue_starts_none_after_a_success() {
    let mut world = World::job("P=3");
    world.settle();
    check(
        &world.succeeds(0).settle(),
        "status active=2 uncounted=[0][]
         release pi-00000
         status succeeded=1 uncounted=[][]",
    );
}

#[test]
fn d14_work_queue_does_not_replace_failures_after_a_success() {
    let mut world = World::job("P=3");
    world.settle();
    world.succeeds(0).settle();
    check(
        &world.fails(1).settle(),
        "status active=1 uncounted=[][1]
         release pi-00001
         status failed=1 uncounted=[][]",
    );
    assert_eq!(world.wakes_at(), None);
}

#[test]
fn d15_work_queue_completes_with_its_last_pod() {
    let mut world = World::job("P=3");
    world.settle();
    world.succeeds(0).settle();
    world.fails(1).settle();
    check(
        &world.fails(2).settle(),
        "status active=0 uncounted=[][2] SuccessCriteriaMet=True CompletionsReached
         release pi-00002
         status failed=2 uncounted=[][] completionTime=now Complete=True CompletionsReached
         event Normal Completed: Job completed",
    );
    assert_eq!(world.status().succeeded, 1);
}

#[test]
fn d16_work_queue_with_a_success_keeps_its_pods() {
    let mut world = World::job("P=3");
    world.settle();
    world.succeeds(0).settle();
    check(&world.patch("P=1").settle(), "");
    assert_eq!(world.active(), [1, 2]);
}

#[test]
fn d17_work_queue_without_success_scales_up() {
    let mut world = World::job("P=2");
    world.settle();
    world.patch("P=4").settle();
    assert_eq!(world.active(), [0, 1, 2, 3]);
}

#[test]
fn d18_creates_at_most_500_in_a_sync() {
    let mut world = World::job("P=1000 C=1000");
    world.sync_once();
    assert_eq!(world.status().active, 500);
    world.settle();
    assert_eq!(world.status().active, 1000);
}

#[test]
fn d21_a_finished_job_stays_as_it_is() {
    let mut world = World::job("P=1 C=1");
    world.settle();
    world.succeeds(0).settle();
    let status = world.status();
    check(&world.delete_pod(0).end_terminating().settle(), "");
    assert!(!world.exists(0));
    assert_eq!(world.status(), status);
}

#[test]
fn d22_adopts_and_counts_finished_pods() {
    let mut donor = World::job("P=2 C=2");
    donor.settle();
    donor.succeeds(0).succeeds(1);
    let mut world = World::job("P=1 C=1");
    for pod in 0..2 {
        let mut orphan: Pod = donor.stored_pod(pod).clone();
        orphan.metadata.name = Some("orphan-".to_owned());
        orphan.metadata.owner_references = None;
        orphan.metadata.finalizers = None;
        world.add_pod(orphan);
    }
    check(
        &world.settle(),
        "adopt orphan-00000
         adopt orphan-00001
         status ready=0 terminating=0 uncounted=[0,1][] startTime=now SuccessCriteriaMet=True CompletionsReached
         release orphan-00000
         release orphan-00001
         status succeeded=2 uncounted=[][] completionTime=now Complete=True CompletionsReached
         event Warning TooManySucceededPods: Too many succeeded pods running after completion count reached
         event Normal Completed: Job completed",
    );
}

#[test]
fn d23_leaves_an_unknown_completion_mode_alone() {
    let mut world = World::with("pi", "P=1 C=1", |job| {
        spec(job).completion_mode = Some("Sorted".to_owned());
    });
    check(
        &world.settle(),
        "event Warning UnknownCompletionMode: Skipped Job sync because completion mode is unknown",
    );
    assert_eq!(world.status(), crate::job::JobStatus::default());
}

#[test]
fn d24_leaves_jobs_of_other_controllers_alone() {
    let mut world = World::with("pi", "P=1 C=1", |job| {
        spec(job).managed_by = Some("acme.io/x".to_owned());
    });
    check(&world.settle(), "");
    assert_eq!(world.status(), crate::job::JobStatus::default());
}

#[test]
fn d25_its_own_name_in_managed_by_changes_nothing() {
    let mut world = World::with("pi", "P=1 C=1", |job| {
        spec(job).managed_by = Some("kubernetes.io/job-controller".to_owned());
    });
    check(
        &world.settle(),
        "create pi-00000 (New)
         event Normal SuccessfulCreate: Created pod: pi-00000
         status active=1 ready=0 terminating=0 uncounted=[][] startTime=now",
    );
}

#[test]
fn d26_long_names_leave_room_for_the_random_end() {
    let name = "n".repeat(63);
    let mut world = World::named(&name, "P=1 C=1");
    world.settle();
    assert_eq!(world.name(0), format!("{}00000", "n".repeat(58)));
}

#[test]
fn d27_index_variable_of_the_template_stays() {
    let mut world = World::with("pi", "P=1 C=1 IX", |job| {
        let template = spec(job).template.spec.as_mut().expect("a Pod template");
        template.containers[0].env = Some(vec![EnvVar {
            name: "JOB_COMPLETION_INDEX".to_owned(),
            value: Some("z".to_owned()),
            value_from: None,
        }]);
        template.containers.push(Container {
            name: "other".to_owned(),
            ..Container::default()
        });
        template.init_containers = Some(vec![Container {
            name: "init".to_owned(),
            ..Container::default()
        }]);
    });
    world.settle();
    let pod = world.stored_pod(0).spec.as_ref().expect("a spec");
    let index_of = |container: &Container| -> Vec<(Option<String>, Option<String>)> {
        let env = container.env.iter().flatten();
        env.map(|variable| {
            let field = variable
                .value_from
                .as_ref()
                .and_then(|from| from.field_ref.as_ref());
            (
                variable.value.clone(),
                field.map(|field| field.field_path.clone()),
            )
        })
        .collect()
    };
    let added = "metadata.labels['batch.kubernetes.io/job-completion-index']".to_owned();
    assert_eq!(index_of(&pod.containers[0]), [(Some("z".to_owned()), None)]);
    assert_eq!(index_of(&pod.containers[1]), [(None, Some(added.clone()))]);
    let init = pod.init_containers.as_deref().expect("an init container");
    assert_eq!(index_of(&init[0]), [(None, Some(added))]);
}

fn spec(job: &mut batch::Job) -> &mut batch::JobSpec {
    job.spec.as_mut().expect("the world gives every Job a spec")
}
