//! Caches that lag, writes that lose, Jobs that come again under the same name.

use std::time::Duration;

use jobyard_api::{Object, StatusError, core, resource::JOB};
use jobyard_cluster::Propagation;
use serde_json::json;

use crate::world::{World, condition, has_finalizer, name, pod_manifest};

/// A look at the Job that nothing but a person's change of it asks for.
async fn prod(world: &World, job: &str, parallelism: i32) {
    world
        .edit::<jobyard_api::batch::Job>(job, |job| {
            job.spec.as_mut().unwrap().parallelism = Some(parallelism);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn l06_a_cache_that_lags_makes_no_second_pods() {
    let world = World::empty();
    world.faults.hold("pods");
    world.start_job_controller();
    world
        .create_job("pi", json!({ "completions": 3, "parallelism": 3 }))
        .await;
    world.until_active("pi", 3).await;
    assert_eq!(world.faults.held_back("pods"), 3);
    prod(&world, "pi", 2).await;
    prod(&world, "pi", 3).await;
    tokio::time::sleep(Duration::from_mins(2)).await;
    assert_eq!(world.faults.calls("create", "pods"), 3);
    world.faults.release("pods");
    world.settle().await;
    assert_eq!(world.pods().len(), 3);
    world.until_active("pi", 3).await;
}

#[tokio::test(start_paused = true)]
async fn l07_a_lost_event_holds_the_job_up_for_five_minutes_at_most() {
    let world = World::empty();
    world.faults.lose("pods", 1);
    world.start_job_controller();
    world
        .create_job("pi", json!({ "completions": 1, "parallelism": 1 }))
        .await;
    world.until_active("pi", 1).await;
    prod(&world, "pi", 0).await;
    tokio::time::sleep(Duration::from_mins(4)).await;
    assert_eq!(
        world.faults.calls("delete", "pods"),
        0,
        "the cache is not believed yet"
    );
    assert_eq!(
        world.job("pi").await.status.as_ref().unwrap().active,
        Some(1)
    );
    // The Pod was lost to the cache: once that is believed, none is active.
    world.until_active("pi", 0).await;
}

#[tokio::test(start_paused = true)]
async fn l08_a_pod_is_not_counted_again_while_the_cache_still_shows_its_finalizer() {
    let world = World::with_job_controller();
    world
        .create_job("pi", json!({ "completions": 2, "parallelism": 2 }))
        .await;
    world.until_active("pi", 2).await;
    world.settle().await;
    let first = name(&*world.pods()[0]);
    world.set_phase(&first, "Succeeded").await;
    // From the write of the uncounted uid on, the cache of Pods stands still.
    let faults = world.faults.clone();
    world.faults.fail(move |call| {
        if call.verb == "update_status" && call.plural == "jobs" {
            faults.hold("pods");
        }
        None
    });
    world
        .until("it is counted", async || {
            world.job("pi").await.status.as_ref().unwrap().succeeded == Some(1)
        })
        .await;
    assert!(!has_finalizer(&*world.pod(&first).await));
    prod(&world, "pi", 1).await;
    prod(&world, "pi", 2).await;
    tokio::time::sleep(Duration::from_mins(2)).await;
    assert_eq!(
        world.job("pi").await.status.as_ref().unwrap().succeeded,
        Some(1)
    );
    world.faults.heal();
    world.faults.release("pods");
    world.settle().await;
    let status = world.job("pi").await.status.clone().unwrap();
    assert_eq!((status.succeeded, status.active), (Some(1), Some(1)));
}

#[tokio::test(start_paused = true)]
async fn l09_a_conflict_of_the_first_write_removes_no_finalizer() {
    let world = World::with_job_controller();
    world.create_job("pi", json!({ "completions": 1 })).await;
    world.until_active("pi", 1).await;
    let pod = name(&*world.pods()[0]);
    world.settle().await;
    world.faults.fail(|call| {
        let is_write = call.verb == "update_status" && call.plural == "jobs";
        is_write.then(|| StatusError::stale(&JOB, "pi").into())
    });
    let before = world.faults.calls("update_status", "jobs");
    world.set_phase(&pod, "Succeeded").await;
    world
        .until("it was tried three times", async || {
            world.faults.calls("update_status", "jobs") >= before + 3
        })
        .await;
    assert!(has_finalizer(&*world.pod(&pod).await));
    assert_eq!(world.faults.calls("edit", "pods"), 0);
    world.faults.heal();
    world
        .until("the Job is complete", async || {
            condition(&*world.job("pi").await, "Complete").is_some()
        })
        .await;
    world.settle().await;
    let status = world.job("pi").await.status.clone().unwrap();
    assert_eq!((status.succeeded, status.active), (Some(1), None));
    assert!(!has_finalizer(&*world.pod(&pod).await));
    assert_eq!(world.count_events("pi", "Completed"), 1);
}

#[tokio::test(start_paused = true)]
async fn l11_pods_of_an_earlier_job_of_the_name_are_let_go_not_claimed() {
    let mut world = World::with_job_controller();
    let old = world
        .create_job("pi", json!({ "completions": 2, "parallelism": 2 }))
        .await;
    world.until_active("pi", 2).await;
    world.stop().await;
    let pods = world.pods_of(&old.uid());
    for pod in &pods {
        world.set_phase(&name(&**pod), "Running").await;
    }
    // Without a garbage collector the old Pods stay.
    world.delete_job("pi", Some(Propagation::Background)).await;
    let new = world
        .create_job("pi", json!({ "completions": 2, "parallelism": 2 }))
        .await;
    world.start_job_controller();
    world.until_active("pi", 2).await;
    world.settle().await;
    assert_eq!(world.pods_of(&new.uid()).len(), 2);
    let left = world.pods_of(&old.uid());
    assert_eq!(left.len(), 2);
    assert!(left.iter().all(|pod| !has_finalizer(pod)));
    let status = world.job("pi").await.status.clone().unwrap();
    assert_eq!((status.active, status.failed), (Some(2), None));
}

#[tokio::test(start_paused = true)]
async fn l14_a_pod_that_is_being_deleted_when_the_controller_starts_counts_as_deleted() {
    let mut world = World::with_job_controller();
    let job = world.create_job("pi", json!({ "completions": 1 })).await;
    world.until_active("pi", 1).await;
    let first = name(&*world.pods()[0]);
    world.set_phase(&first, "Running").await;
    world.settle().await;
    world.stop().await;
    world.delete_pod(&first, None).await;
    world.start_job_controller();
    world
        .until("the failure is counted and replaced", async || {
            let status = world.job("pi").await.status.clone().unwrap();
            status.failed == Some(1) && status.active == Some(1)
        })
        .await;
    world.settle().await;
    assert_eq!(world.pods_of(&job.uid()).len(), 2);
    assert!(!has_finalizer(&*world.pod(&first).await));
    let status = world.job("pi").await.status.clone().unwrap();
    assert_eq!(
        (status.failed, status.active, status.terminating),
        (Some(1), Some(1), Some(1))
    );
}

#[tokio::test(start_paused = true)]
async fn l15_a_pod_that_loses_owner_and_finalizer_at_once_is_replaced() {
    let world = World::with_job_controller();
    let job = world.create_job("pi", json!({ "completions": 1 })).await;
    world.until_active("pi", 1).await;
    let first = name(&*world.pods()[0]);
    world.set_phase(&first, "Running").await;
    world
        .edit::<core::Pod>(&first, |pod| {
            pod.metadata.owner_references = None;
            pod.metadata.finalizers = None;
            // Or it would be adopted again.
            pod.metadata.labels = None;
        })
        .await;
    world
        .until("a replacement", async || {
            world.pods_of(&job.uid()).len() == 1 && world.pods().len() == 2
        })
        .await;
    world.settle().await;
    let status = world.job("pi").await.status.clone().unwrap();
    assert_eq!((status.active, status.failed), (Some(1), None));
    assert_eq!(world.pods().len(), 2);
}

/// Somebody took its finalizer, so it is counted nowhere; what its rule says holds
/// all the same, also if what the rule asks for comes later than its end.
#[tokio::test(start_paused = true)]
async fn a_failed_pod_without_finalizer_may_still_fail_the_job() {
    for condition_comes_later in [false, true] {
        let world = World::with_job_controller();
        let job = json!({
            "completions": 2,
            "parallelism": 2,
            "podFailurePolicy": { "rules": [
                { "action": "FailJob", "onPodConditions": [{ "type": "ConfigIssue" }] },
            ] },
        });
        world.create_job("pi", job).await;
        world.until_active("pi", 2).await;
        let pod = name(&*world.pods()[0]);
        world.set_phase(&pod, "Running").await;
        world
            .edit::<core::Pod>(&pod, |pod| pod.metadata.finalizers = None)
            .await;
        let at_fault = core::PodCondition {
            type_: "ConfigIssue".to_owned(),
            status: "True".to_owned(),
            ..core::PodCondition::default()
        };
        world
            .change_status(&pod, |status| {
                status.phase = Some("Failed".to_owned());
                if !condition_comes_later {
                    status
                        .conditions
                        .get_or_insert_default()
                        .push(at_fault.clone());
                }
            })
            .await;
        if condition_comes_later {
            world.settle().await;
            assert!(condition(&*world.job("pi").await, "FailureTarget").is_none());
            world
                .change_status(&pod, |status| {
                    status
                        .conditions
                        .get_or_insert_default()
                        .push(at_fault.clone());
                })
                .await;
        }
        world
            .until("the Job fails", async || {
                condition(&*world.job("pi").await, "FailureTarget").is_some()
            })
            .await;
        let job = world.job("pi").await;
        let target = condition(&job, "FailureTarget").expect("it was just there");
        assert_eq!(target.reason.as_deref(), Some("PodFailurePolicy"));
    }
}

#[tokio::test(start_paused = true)]
async fn l16_a_finalizer_left_on_a_pod_of_a_finished_job_is_removed() {
    let mut world = World::with_job_controller();
    let job = world.create_job("pi", json!({ "completions": 1 })).await;
    world.until_active("pi", 1).await;
    world.set_phase(&name(&*world.pods()[0]), "Succeeded").await;
    world
        .until("the Job is complete", async || {
            condition(&*world.job("pi").await, "Complete").is_some()
        })
        .await;
    world.stop().await;
    let mut left = pod_manifest("left", &json!({ "job-name": "pi" }));
    left["metadata"]["finalizers"] = json!(["batch.kubernetes.io/job-tracking"]);
    left["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "batch/v1", "kind": "Job", "name": "pi",
        "uid": job.uid().to_string(), "controller": true, "blockOwnerDeletion": true,
    }]);
    world.create::<core::Pod>(left).await;
    let before = world.job("pi").await;
    world.start_job_controller();
    world
        .until("it is let go", async || {
            !has_finalizer(&*world.pod("left").await)
        })
        .await;
    world.settle().await;
    assert_eq!(world.job("pi").await, before, "the Job stays as it was");
}

/// A Pod is let go of and deleted, in two writes. A cache that shows the first
/// of them only shows a Pod that runs and is not going.
#[tokio::test(start_paused = true)]
async fn a_pod_is_not_deleted_again_while_the_cache_shows_it_let_go_but_not_deleted() {
    let world = World::with_job_controller();
    world.create_job("pi", json!({ "completions": 1 })).await;
    world.until_active("pi", 1).await;
    world.set_phase(&name(&*world.pods()[0]), "Running").await;
    world.settle().await;
    world.faults.hold_after("pods", 1);
    prod(&world, "pi", 0).await;
    world
        .until("the deletion is held back", async || {
            world.faults.held_back("pods") == 1
        })
        .await;
    tokio::time::sleep(Duration::from_mins(2)).await;
    assert_eq!(world.faults.calls("delete", "pods"), 1);
    world.faults.release("pods");
    world.settle().await;
    assert_eq!(world.faults.calls("delete", "pods"), 1);
    assert_eq!(world.count_events("pi", "SuccessfulDelete"), 1);
}

/// Pods that are killed for a verdict lose their finalizer at once. When such a
/// Pod ends by itself before it is deleted, the Job must hear of it: its
/// terminal condition waits for nothing else.
#[tokio::test(start_paused = true)]
async fn a_job_ends_when_its_killed_pods_succeed_in_their_grace() {
    let world = World::with_job_controller();
    world.start_scheduler();
    world.create_node("node", 10).await;
    let spec = json!({ "completions": 3, "parallelism": 3, "backoffLimit": 0 });
    let job = world.create_job("pi", spec).await;
    world.until_active("pi", 3).await;
    world.settle().await;
    let pods: Vec<_> = world
        .pods_of(&job.uid())
        .iter()
        .map(|pod| name(&**pod))
        .collect();
    for pod in &pods {
        world.set_phase(pod, "Running").await;
    }
    world.set_phase(&pods[0], "Failed").await;
    world
        .until("the others are killed", async || {
            world
                .job("pi")
                .await
                .status
                .clone()
                .unwrap_or_default()
                .terminating
                == Some(2)
        })
        .await;
    world.settle().await;
    for pod in &pods[1..] {
        world.set_phase(pod, "Succeeded").await;
    }
    world
        .until("the Job has failed", async || {
            condition(&*world.job("pi").await, "Failed").is_some()
        })
        .await;
}
