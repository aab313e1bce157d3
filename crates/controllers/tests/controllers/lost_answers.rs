//! Requests that are done, now or later, and whose answer never comes, while the
//! caches stand still: nothing is done twice.

use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use futures::FutureExt;
use jobyard_api::{Object, StatusError, batch, core, names};
use jobyard_cluster::{Cluster, ClusterError, Deletion};
use serde_json::json;

use crate::{
    unreliable::{Call, Faults, Loss},
    world::{World, condition, controller_uid, has_finalizer, key, name, pod_manifest},
};

fn is(call: &Call, verb: &str, plural: &str) -> bool {
    call.verb == verb && call.plural == plural
}

/// Loses the first `count` answers to calls of this verb and kind.
fn lose_first(faults: &Faults, count: usize, verb: &'static str, plural: &'static str, loss: Loss) {
    let left = AtomicUsize::new(count);
    faults.lose_answers(move |call| {
        let take = |left: usize| left.checked_sub(1);
        let loses = is(call, verb, plural)
            && left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok();
        loses.then_some(loss)
    });
}

/// Between the look for a Pod and the arrival of the next request for it, things happen.
const SLOW: std::time::Duration = std::time::Duration::from_secs(1);

fn away() -> ClusterError {
    ClusterError::Unavailable(StatusError::untyped("the server is away"))
}

#[tokio::test(start_paused = true)]
async fn a_pod_whose_creation_was_not_answered_is_created() {
    let world = World::empty();
    world.faults.hold("pods");
    lose_first(&world.faults, 2, "create", "pods", Loss::Answer);
    world.start_job_controller();
    world
        .create_job("pi", json!({ "completions": 3, "parallelism": 3 }))
        .await;
    world
        .until("it looked for the Pod", async || {
            world.faults.calls("get", "pods") == 1
        })
        .await;
    // It is there, and the cache does not show it yet.
    tokio::time::sleep(std::time::Duration::from_mins(2)).await;
    assert_eq!(world.faults.calls("create", "pods"), 1);
    world.faults.release("pods");
    world.until_active("pi", 3).await;
    world.settle().await;
    assert_eq!(world.pods().len(), 3);
    assert_eq!(world.faults.calls("create", "pods"), 3);
    assert_eq!(world.faults.calls("get", "pods"), 2, "one look each");
    // Nobody knew better then, as in Kubernetes.
    assert_eq!(world.count_events("pi", "FailedCreate"), 1, "in one series");
}

#[tokio::test(start_paused = true)]
async fn a_pod_is_looked_for_before_anything_else_if_it_could_not_be_at_once() {
    let world = World::empty();
    world.faults.hold("pods");
    lose_first(&world.faults, 1, "create", "pods", Loss::Answer);
    world.faults.fail(|call| is(call, "get", "pods").then(away));
    world.start_job_controller();
    world
        .create_job("pi", json!({ "completions": 1, "parallelism": 1 }))
        .await;
    world
        .until("it looked three times", async || {
            world.faults.calls("get", "pods") >= 3
        })
        .await;
    assert_eq!(world.faults.calls("create", "pods"), 1, "not before");
    world.faults.heal();
    // It is there, and the cache does not show it yet.
    tokio::time::sleep(std::time::Duration::from_mins(2)).await;
    assert_eq!(world.faults.calls("create", "pods"), 1);
    world.faults.release("pods");
    world.until_active("pi", 1).await;
    world.settle().await;
    assert_eq!(world.pods().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_arrives_late_makes_no_second_pod() {
    for mode in ["NonIndexed", "Indexed"] {
        let world = World::empty();
        world.faults.hold("pods");
        lose_first(&world.faults, 1, "create", "pods", Loss::Delay);
        world.faults.slow_down("create", SLOW);
        world.start_job_controller();
        let spec = json!({ "completions": 2, "parallelism": 2, "completionMode": mode });
        world.create_job("pi", spec).await;
        world
            .until("it looked for the Pod", async || {
                world.faults.calls("get", "pods") == 1
            })
            .await;
        assert_eq!(world.pods().len(), 0);
        world.faults.arrive().await;
        assert_eq!(world.pods().len(), 1);
        world.faults.release("pods");
        world.until_active("pi", 2).await;
        world.settle().await;
        assert_eq!(world.pods().len(), 2, "{mode}");
        assert_eq!(world.faults.calls("delete", "pods"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_arrives_after_its_repetition_changes_nothing() {
    let world = World::empty();
    lose_first(&world.faults, 1, "create", "pods", Loss::Delay);
    world.start_job_controller();
    world
        .create_job("pi", json!({ "completions": 1, "parallelism": 1 }))
        .await;
    world.until_active("pi", 1).await;
    world.faults.arrive().await;
    world.settle().await;
    assert_eq!(world.pods().len(), 1);
    assert_eq!(world.faults.calls("create", "pods"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_arrives_after_a_refusal_makes_no_second_pod() {
    let world = World::empty();
    world.faults.hold("pods");
    lose_first(&world.faults, 1, "create", "pods", Loss::Delay);
    let faults = world.faults.clone();
    world.faults.fail(move |call| {
        // The call itself is counted already.
        let is_later = is(call, "create", "pods") && faults.calls("create", "pods") > 1;
        is_later.then(away)
    });
    world.start_job_controller();
    world
        .create_job("pi", json!({ "completions": 1, "parallelism": 1 }))
        .await;
    world
        .until("it was refused twice", async || {
            world.faults.calls("create", "pods") == 3
        })
        .await;
    world.faults.arrive().await;
    world.faults.heal();
    world.until_active("pi", 1).await;
    world.faults.release("pods");
    world.settle().await;
    assert_eq!(world.pods().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_taken_is_not_tried_again() {
    let mut world = World::empty();
    let next = AtomicU64::new(0);
    world.chance = Arc::new(move || next.fetch_add(1, Ordering::Relaxed));
    for taken in 0..3 {
        let name = names::generate("pi-", taken);
        world
            .create::<core::Pod>(pod_manifest(&name, &json!({})))
            .await;
    }
    world.start_job_controller();
    let job = world
        .create_job("pi", json!({ "completions": 1, "parallelism": 1 }))
        .await;
    world.until_active("pi", 1).await;
    let own = world.pods_of(&job.uid());
    assert_eq!(own.len(), 1);
    assert_eq!(name(&*own[0]), names::generate("pi-", 3));
    assert_eq!(own[0].metadata.generate_name.as_deref(), Some("pi-"));
    assert_eq!(world.faults.calls("create", "pods"), 4);
    assert_eq!(world.faults.calls("get", "pods"), 0);
}

#[tokio::test(start_paused = true)]
async fn eight_names_that_are_taken_are_a_failure() {
    let mut world = World::empty();
    world.chance = Arc::new(|| 0);
    let taken = names::generate("pi-", 0);
    world
        .create::<core::Pod>(pod_manifest(&taken, &json!({})))
        .await;
    world.start_job_controller();
    world.create_job("pi", json!({ "completions": 1 })).await;
    world
        .until("the failure is told", async || {
            world.count_events("pi", "FailedCreate") == 1
        })
        .await;
    assert_eq!(world.faults.calls("create", "pods"), 8);
    assert_eq!(
        world.events("pi")[0].2,
        format!("Error creating: pods \"{taken}\" already exists")
    );
}

/// A Pod of the name that the controller asked for twice, and that is somebody else's.
#[tokio::test(start_paused = true)]
async fn a_foreign_pod_of_the_name_is_not_taken_for_its_own() {
    let mut world = World::empty();
    let next = AtomicU64::new(0);
    world.chance = Arc::new(move || next.fetch_add(1, Ordering::Relaxed));
    world.faults.hold("pods");
    // The request never arrives.
    lose_first(&world.faults, 1, "create", "pods", Loss::Delay);
    world.faults.slow_down("create", SLOW);
    world.start_job_controller();
    let job = world
        .create_job("pi", json!({ "completions": 1, "parallelism": 1 }))
        .await;
    world
        .until("it looked for the Pod", async || {
            world.faults.calls("get", "pods") == 1
        })
        .await;
    let foreign = names::generate("pi-", 0);
    world
        .create::<core::Pod>(pod_manifest(&foreign, &json!({})))
        .await;
    world.faults.release("pods");
    world.until_active("pi", 1).await;
    let own = world.pods_of(&job.uid());
    assert_eq!(own.len(), 1);
    assert_eq!(name(&*own[0]), names::generate("pi-", 1));
    assert_eq!(controller_uid(&*world.pod(&foreign).await), None);
}

#[tokio::test(start_paused = true)]
async fn events_that_nobody_takes_hold_up_a_stop_for_seconds_only() {
    let mut world = World::with_job_controller();
    let hour = std::time::Duration::from_hours(1);
    world.create_job("pi", json!({ "completions": 1 })).await;
    world.until_active("pi", 1).await;
    let pod = name(&*world.pods()[0]);
    world.settle().await;
    let before = world.faults.calls("create", "events");
    world.faults.slow_down("create", hour);
    world.set_phase(&pod, "Succeeded").await;
    world
        .until("it tells that the Job is complete", async || {
            world.faults.calls("create", "events") > before
        })
        .await;
    let begin = tokio::time::Instant::now();
    world.stop().await;
    let seconds = begin.elapsed().as_secs();
    assert!((1..=10).contains(&seconds), "{seconds} s");
}

/// A Job of two Pods, of which the first has failed and is not looked at yet.
async fn with_a_failure(world: &World) -> String {
    world
        .create_job("pi", json!({ "completions": 2, "parallelism": 2 }))
        .await;
    // The back-off counts from their creation, on the clock of the machine.
    world.until_active("pi", 2).await;
    let first = name(&*world.pods()[0]);
    world.set_phase(&first, "Failed").await;
    first
}

#[tokio::test(start_paused = true)]
async fn a_status_write_that_was_not_answered_is_written() {
    let world = World::with_job_controller();
    let writes = world.faults.calls("update_status", "jobs");
    assert_eq!(writes, 0);
    lose_first(&world.faults, 9, "update_status", "jobs", Loss::Answer);
    let first = with_a_failure(&world).await;
    world
        .until("the failure is counted", async || {
            world.job("pi").await.status.as_ref().unwrap().failed == Some(1)
        })
        .await;
    assert!(!has_finalizer(&*world.pod(&first).await));
    // The back-off is kept although nobody said that the failure was written down.
    assert_eq!(world.pods().len(), 2);
    world.until_active("pi", 2).await;
    world.settle().await;
    assert_eq!(world.pods().len(), 3);
    assert_eq!(
        world.faults.calls("update_status", "jobs"),
        world.faults.calls("get", "jobs"),
        "one look for each lost answer, nothing is written twice"
    );
}

#[tokio::test(start_paused = true)]
async fn a_status_write_is_looked_for_before_anything_else_if_it_could_not_be_at_once() {
    let world = World::with_job_controller();
    world
        .create_job(
            "pi",
            json!({ "completions": 2, "parallelism": 1, "completionMode": "Indexed" }),
        )
        .await;
    world.until_active("pi", 1).await;
    world.settle().await;
    let first = name(&*world.pods()[0]);
    world.faults.hold("jobs");
    lose_first(&world.faults, 1, "update_status", "jobs", Loss::Answer);
    world.faults.fail(|call| is(call, "get", "jobs").then(away));
    world.set_phase(&first, "Succeeded").await;
    world
        .until("it looked three times", async || {
            world.faults.calls("get", "jobs") >= 3
        })
        .await;
    assert_eq!(world.faults.calls("edit", "pods"), 0, "nothing is released");
    assert_eq!(world.faults.calls("update_status", "jobs"), 2);
    world.faults.heal();
    tokio::time::sleep(std::time::Duration::from_mins(2)).await;
    assert_eq!(world.faults.calls("update_status", "jobs"), 2);
    world.faults.release("jobs");
    world
        .until("the success is counted", async || {
            !has_finalizer(&*world.pod(&first).await)
        })
        .await;
    world.settle().await;
    let status = world.job("pi").await.status.clone().unwrap();
    assert_eq!(status.completed_indexes.as_deref(), Some("0"));
    assert_eq!((status.succeeded, status.active), (Some(1), Some(1)));
    let of_index_1 = world.pods();
    assert_eq!(of_index_1.len(), 2);
    assert!(name(&*of_index_1[1]).starts_with("pi-1-"));
}

#[tokio::test(start_paused = true)]
async fn a_status_write_that_never_arrives_is_made_again() {
    let world = World::with_job_controller();
    world.create_job("pi", json!({ "completions": 1 })).await;
    world.until_active("pi", 1).await;
    let pod = name(&*world.pods()[0]);
    world.settle().await;
    lose_first(&world.faults, 2, "update_status", "jobs", Loss::Delay);
    world.set_phase(&pod, "Succeeded").await;
    world
        .until("the Job is complete", async || {
            condition(&*world.job("pi").await, "Complete").is_some()
        })
        .await;
    // Too late: the Job has moved on.
    world.faults.arrive().await;
    world.settle().await;
    let status = world.job("pi").await.status.clone().unwrap();
    assert_eq!((status.succeeded, status.active), (Some(1), None));
    assert!(!has_finalizer(&*world.pod(&pod).await));
    assert_eq!(world.count_events("pi", "Completed"), 1);
}

/// The spec changed between the write and the look for it.
#[tokio::test(start_paused = true)]
async fn a_sync_does_not_go_on_with_a_job_that_is_another_than_it_decided_on() {
    let world = World::with_job_controller();
    let first = with_a_failure_held(&world).await;
    let status = world.job("pi").await.status.clone().unwrap();
    assert_eq!(status.failed, Some(1));
    assert!(!has_finalizer(&*world.pod(&first).await));
    assert_eq!(world.pods().len(), 2, "the back-off is kept");
}

/// As [`with_a_failure`]; the write that lists the failure is not answered, and
/// a person changes the Job at once.
async fn with_a_failure_held(world: &World) -> String {
    let first = with_a_failure_unseen(world).await;
    let faults = world.faults.clone();
    let admin = world.admin.clone();
    lose_first(&world.faults, 1, "update_status", "jobs", Loss::Answer);
    let edited = Arc::new(AtomicUsize::new(0));
    world.faults.fail({
        let edited = edited.clone();
        move |call| {
            if is(call, "get", "jobs") && edited.fetch_add(1, Ordering::Relaxed) == 0 {
                let admin = admin.clone();
                let edit = async {
                    let key = key("pi");
                    let mut job =
                        batch::Job::clone(&*admin.get_live::<batch::Job>(&key).await.unwrap());
                    job.spec.as_mut().unwrap().active_deadline_seconds = Some(3600);
                    admin.update(job).await.unwrap();
                };
                edit.now_or_never()
                    .expect("the registry is in this process");
            }
            None
        }
    });
    faults.release("pods");
    world
        .until("the failure is counted", async || {
            world.job("pi").await.status.as_ref().unwrap().failed == Some(1)
        })
        .await;
    assert!(edited.load(Ordering::Relaxed) > 0);
    first
}

async fn with_a_failure_unseen(world: &World) -> String {
    world
        .create_job("pi", json!({ "completions": 2, "parallelism": 2 }))
        .await;
    world.until_active("pi", 2).await;
    world.faults.hold("pods");
    let first = name(&*world.pods()[0]);
    world.set_phase(&first, "Failed").await;
    first
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_was_not_answered_takes_no_second_pod() {
    let world = World::with_job_controller();
    world
        .create_job("pi", json!({ "completions": 2, "parallelism": 2 }))
        .await;
    world.until_active("pi", 2).await;
    world.settle().await;
    lose_first(&world.faults, 1, "delete", "pods", Loss::Answer);
    // The cache shows the removal of the finalizer, and not the deletion.
    world.faults.hold_after("pods", 1);
    world
        .edit::<batch::Job>("pi", |job| {
            job.spec.as_mut().unwrap().parallelism = Some(1);
        })
        .await;
    world
        .until("it looked for the Pod", async || {
            world.faults.calls("get", "pods") == 1
        })
        .await;
    tokio::time::sleep(std::time::Duration::from_mins(2)).await;
    assert_eq!(world.faults.calls("delete", "pods"), 1);
    world.faults.release("pods");
    world.until_active("pi", 1).await;
    world.settle().await;
    assert_eq!(world.faults.calls("delete", "pods"), 1);
    assert_eq!(world.pods().len(), 1);
}

/// A Pod vanishes between the write that lists it as uncounted and the removal
/// of its finalizer, and the cache does not show that.
#[tokio::test(start_paused = true)]
async fn a_pod_that_vanished_is_not_counted_again_while_the_cache_still_shows_it() {
    let world = World::with_job_controller();
    world
        .create_job("pi", json!({ "completions": 2, "parallelism": 2 }))
        .await;
    world.until_active("pi", 2).await;
    world.settle().await;
    let first = name(&*world.pods()[0]);
    world.set_phase(&first, "Succeeded").await;
    let (faults, admin) = (world.faults.clone(), world.admin.clone());
    let vanishing = first.clone();
    world.faults.fail(move |call| {
        if is(call, "edit", "pods") && call.name == vanishing {
            faults.hold("pods");
            let vanish = async {
                let key = key(&vanishing);
                let mut pod = core::Pod::clone(&*admin.get_live::<core::Pod>(&key).await.unwrap());
                pod.metadata.finalizers = None;
                admin.update(pod).await.unwrap();
                let options = Deletion {
                    grace_period_seconds: Some(0),
                    ..Deletion::default()
                };
                admin.delete::<core::Pod>(&key, options).await.unwrap();
            };
            vanish
                .now_or_never()
                .expect("the registry is in this process");
        }
        None
    });
    world
        .until("it is counted", async || {
            world.job("pi").await.status.as_ref().unwrap().succeeded == Some(1)
        })
        .await;
    for parallelism in [1, 2] {
        world
            .edit::<batch::Job>("pi", |job| {
                job.spec.as_mut().unwrap().parallelism = Some(parallelism);
            })
            .await;
        tokio::time::sleep(std::time::Duration::from_mins(1)).await;
    }
    world.faults.heal();
    world.faults.release("pods");
    world.settle().await;
    let status = world.job("pi").await.status.clone().unwrap();
    assert_eq!((status.succeeded, status.active), (Some(1), Some(1)));
}
