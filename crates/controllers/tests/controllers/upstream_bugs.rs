//! Bugs that Kubernetes' own Job controller had, each by the number of its issue
//! in kubernetes/kubernetes: those that need caches that lag, a server that
//! fails or a garbage collector to show. The others are in the tests of the
//! decision.

use std::time::Duration;

use jobyard_api::{Object, StatusError, batch, core};
use jobyard_cluster::{ClusterError, Propagation};
use serde_json::json;

use crate::world::{World, condition, has_finalizer, name, pod_manifest};

/// Looks at the Job that nothing but a person's change of it asks for.
async fn prod(world: &World, job: &str) {
    for deadline in [3_600, 7_200] {
        world
            .edit::<batch::Job>(job, |job| {
                job.spec.as_mut().unwrap().active_deadline_seconds = Some(deadline);
            })
            .await;
        tokio::time::sleep(Duration::from_secs(30)).await;
    }
}

async fn counts(world: &World, job: &str) -> (i32, i32) {
    let status = world.job(job).await.status.clone().unwrap_or_default();
    (status.succeeded.unwrap_or(0), status.failed.unwrap_or(0))
}

/// After the counter rose the cache of Pods still showed the finalizer: the Pod
/// was listed and counted once more.
#[tokio::test(start_paused = true)]
async fn issue_105200_a_pod_is_counted_once_while_the_cache_of_pods_lags() {
    for (phase, counted) in [("Succeeded", (1, 0)), ("Failed", (0, 1))] {
        let world = World::with_job_controller();
        world
            .create_job("pi", json!({ "completions": 3, "parallelism": 1 }))
            .await;
        world.until_active("pi", 1).await;
        world.settle().await;
        // The cache shows that the Pod has ended, and nothing after.
        world.faults.hold_after("pods", 2);
        world.set_phase(&name(&*world.pods()[0]), phase).await;
        world
            .until("it is counted", async || {
                counts(&world, "pi").await == counted
            })
            .await;
        prod(&world, "pi").await;
        assert_eq!(counts(&world, "pi").await, counted, "{phase}");
        world.faults.release("pods");
        world.settle().await;
        assert_eq!(counts(&world, "pi").await, counted, "{phase}");
    }
}

/// The cache of Jobs did not show that the Pod was counted, that of Pods showed
/// that its finalizer was gone: a success in neither, and a Pod in its place.
#[tokio::test(start_paused = true)]
async fn issue_130103_no_further_pod_while_the_cache_of_jobs_lags() {
    for (parallelism, completions) in [(1, 1), (1, 2), (2, 2)] {
        let world = World::with_job_controller();
        let spec = json!({
            "completions": completions, "parallelism": parallelism, "backoffLimit": 0,
        });
        world.create_job("pi", spec).await;
        world.until_active("pi", parallelism).await;
        world.settle().await;
        let before = world.pods().len();
        world.faults.hold("jobs");
        world.set_phase(&name(&*world.pods()[0]), "Succeeded").await;
        world
            .until("it is counted", async || {
                counts(&world, "pi").await == (1, 0)
            })
            .await;
        let expected = if completions == 2 && parallelism == 1 {
            2
        } else {
            before
        };
        // However long it lags, and whatever asks for a look.
        for minute in 0..30 {
            for pod in world.pods().iter().filter(|pod| has_finalizer(pod)) {
                let phase = ["Running", "Pending"][minute % 2];
                world.set_phase(&name(&**pod), phase).await;
            }
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
        assert_eq!(
            world.pods().len(),
            expected,
            "P={parallelism} C={completions}"
        );
        world.faults.release("jobs");
        world.settle().await;
        assert_eq!(
            world.pods().len(),
            expected,
            "P={parallelism} C={completions}"
        );
        assert_eq!(counts(&world, "pi").await, (1, 0));
    }
}

/// A Job was declared finished while one of its Pods was not in the cache; the
/// Pod kept its finalizer, and with a foreground deletion so did the Job.
#[tokio::test(start_paused = true)]
async fn issue_109429_a_pod_that_a_finished_job_did_not_see_holds_up_no_deletion() {
    let world = World::with_job_controller();
    let job = world.create_job("pi", json!({ "completions": 1 })).await;
    world.until_active("pi", 1).await;
    world.settle().await;
    world.faults.hold_after("pods", 2);
    let mut unseen = pod_manifest("unseen", &json!({ "job-name": "pi" }));
    unseen["metadata"]["finalizers"] = json!(["batch.kubernetes.io/job-tracking"]);
    unseen["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "batch/v1", "kind": "Job", "name": "pi",
        "uid": job.uid().to_string(), "controller": true, "blockOwnerDeletion": true,
    }]);
    world.set_phase(&name(&*world.pods()[0]), "Succeeded").await;
    world.create::<core::Pod>(unseen).await;
    world
        .until("the Job is complete", async || {
            condition(&*world.job("pi").await, "Complete").is_some()
        })
        .await;
    world.start_garbage_collector();
    world.delete_job("pi", Some(Propagation::Foreground)).await;
    tokio::time::sleep(Duration::from_mins(1)).await;
    world.faults.release("pods");
    world
        .until("the Job and its Pods are gone", async || {
            world.find_job("pi").await.is_none() && world.pods().is_empty()
        })
        .await;
}

/// The Job was gone, its Pod had ended and was being deleted: no change of the
/// Pod would come any more, and nobody removed the finalizer.
#[tokio::test(start_paused = true)]
async fn issue_121828_a_pod_that_is_going_already_is_let_go_when_its_job_goes() {
    for is_down in [false, true] {
        let mut world = World::with_job_controller();
        world.create_job("pi", json!({ "completions": 1 })).await;
        world.until_active("pi", 1).await;
        let pod = name(&*world.pods()[0]);
        world.settle().await;
        if is_down {
            world.stop().await;
        } else {
            // The controller cannot count it while its Job is there.
            world.faults.fail(|call| {
                let counts = call.verb == "update_status" && call.plural == "jobs";
                counts.then(away)
            });
        }
        world.set_phase(&pod, "Succeeded").await;
        world.delete_pod(&pod, Some(0)).await;
        assert!(has_finalizer(&*world.pod(&pod).await));
        tokio::time::sleep(Duration::from_mins(1)).await;
        world.delete_job("pi", Some(Propagation::Background)).await;
        if is_down {
            world.start_job_controller();
        }
        world
            .until("the Pod is gone", async || world.pods().is_empty())
            .await;
    }
}

fn away() -> ClusterError {
    ClusterError::Unavailable(StatusError::untyped("the server is away"))
}

/// A removal of an orphan's finalizer that failed was logged and forgotten.
#[tokio::test(start_paused = true)]
async fn issue_141329_the_clean_up_of_an_orphan_is_tried_again() {
    let errors: [fn() -> ClusterError; 3] = [
        away,
        || ClusterError::OutcomeUnknown(StatusError::untyped("the answer was lost")),
        || ClusterError::Conflict(StatusError::untyped("somebody else was faster")),
    ];
    for error in errors {
        let world = World::with_job_controller();
        world.create_job("pi", json!({ "completions": 1 })).await;
        world.until_active("pi", 1).await;
        let pod = name(&*world.pods()[0]);
        world.set_phase(&pod, "Running").await;
        world.settle().await;
        world
            .faults
            .fail(move |call| (call.verb == "edit" && call.plural == "pods").then(error));
        world.delete_job("pi", Some(Propagation::Background)).await;
        world
            .until("it was tried five times", async || {
                world.faults.calls("edit", "pods") >= 5
            })
            .await;
        assert!(has_finalizer(&*world.pod(&pod).await));
        world.faults.heal();
        world
            .until("it is let go", async || {
                !has_finalizer(&*world.pod(&pod).await)
            })
            .await;
    }
}
