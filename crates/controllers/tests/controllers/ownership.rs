//! Who owns a Pod, and what becomes of it when the owner is deleted.

use jobyard_api::{Object, batch, core, meta::OwnerReference};
use jobyard_cluster::{Cluster, Propagation};
use serde_json::{Value, json};

use crate::world::{World, condition, controller_uid, has_finalizer, key, name, pod_manifest};

/// A Job with a selector of a person.
fn manual(completions: u32) -> Value {
    json!({
        "completions": completions,
        "parallelism": completions,
        "manualSelector": true,
        "selector": { "matchLabels": { "app": "x" } },
        "template": { "metadata": { "labels": { "app": "x" } } },
    })
}

fn world() -> World {
    let world = World::with_job_controller();
    world.start_garbage_collector();
    world
}

/// A Job with so many running Pods.
async fn running(world: &World, job: &str, pods: i32) -> Vec<String> {
    let spec = json!({ "completions": pods, "parallelism": pods });
    let job = world.create_job(job, spec).await;
    world.until_active(&name(&*job), pods).await;
    let pods = world.pods_of(&job.uid());
    let names: Vec<_> = pods.iter().map(|pod| name(&**pod)).collect();
    for pod in &names {
        world.set_phase(pod, "Running").await;
    }
    names
}

/// As the node does when the containers of a deleted Pod have ended.
async fn end_deleted_pod(world: &World, pod: &str) {
    world
        .change_status(pod, |status| status.phase = Some("Failed".to_owned()))
        .await;
    world.delete_pod(pod, Some(0)).await;
}

async fn find_pod(world: &World, pod: &str) -> bool {
    world.admin.get_live::<core::Pod>(&key(pod)).await.is_ok()
}

#[tokio::test(start_paused = true)]
async fn m01_orphan_pod_with_matching_labels_is_adopted() {
    let world = world();
    world
        .create::<core::Pod>(pod_manifest("orphan", &json!({ "app": "x" })))
        .await;
    world.set_phase("orphan", "Running").await;
    let job = world.create_job("pi", manual(1)).await;
    world.until_active("pi", 1).await;
    world.settle().await;
    let pods = world.pods();
    assert_eq!(pods.len(), 1, "no new Pod");
    assert!(has_finalizer(&pods[0]));
    let owners = pods[0].metadata.owner_references.clone().unwrap();
    let expected = OwnerReference {
        api_version: "batch/v1".to_owned(),
        kind: "Job".to_owned(),
        name: "pi".to_owned(),
        uid: job.uid().to_string(),
        controller: Some(true),
        block_owner_deletion: Some(true),
    };
    assert_eq!(owners, [expected]);
    assert_eq!(
        world.faults.calls("edit", "pods"),
        1,
        "owner and finalizer in one write"
    );
    assert_eq!(world.faults.calls("create", "pods"), 0);
}

#[tokio::test(start_paused = true)]
async fn m02_pod_whose_label_no_longer_matches_is_released_and_replaced() {
    let world = world();
    let job = world.create_job("pi", manual(1)).await;
    world.until_active("pi", 1).await;
    let first = name(&*world.pods()[0]);
    world.set_phase(&first, "Running").await;
    world
        .edit::<core::Pod>(&first, |pod| {
            let labels = pod.metadata.labels.get_or_insert_default();
            labels.insert("app".to_owned(), "y".to_owned());
        })
        .await;
    world
        .until("a replacement", async || world.pods().len() == 2)
        .await;
    world.settle().await;
    let released = world.pod(&first).await;
    assert_eq!(controller_uid(&released), None);
    assert!(!has_finalizer(&released));
    assert_eq!(world.pods_of(&job.uid()).len(), 1);
    let status = world.job("pi").await.status.clone().unwrap();
    assert_eq!((status.active, status.failed), (Some(1), None));
}

#[tokio::test(start_paused = true)]
async fn m03_matching_pod_of_another_owner_is_ignored() {
    let world = world();
    let owner: std::sync::Arc<core::ConfigMap> = world
        .create(json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": { "name": "other", "namespace": "default" },
        }))
        .await;
    let mut pod = pod_manifest("theirs", &json!({ "app": "x" }));
    pod["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "v1", "kind": "ConfigMap", "name": "other",
        "uid": owner.uid().to_string(), "controller": true,
    }]);
    let theirs = world.create::<core::Pod>(pod).await;
    let job = world.create_job("pi", manual(1)).await;
    world.until_active("pi", 1).await;
    world.settle().await;
    assert_eq!(world.pods_of(&job.uid()).len(), 1);
    assert_eq!(world.pod("theirs").await, theirs);
}

/// In one event the Pod goes from one controller to another: the first is told too,
/// and not only when it looks again some minutes later.
#[tokio::test(start_paused = true)]
async fn a_pod_that_changes_its_controller_is_replaced_at_once() {
    let world = world();
    let first = running(&world, "pi", 1).await.remove(0);
    world.settle().await;
    let other: std::sync::Arc<core::ConfigMap> = world
        .create(json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": { "name": "other", "namespace": "default" },
        }))
        .await;
    let begin = tokio::time::Instant::now();
    world
        .edit::<core::Pod>(&first, |pod| {
            let owners = pod.metadata.owner_references.iter_mut().flatten();
            for owner in owners {
                owner.api_version = "v1".to_owned();
                owner.kind = "ConfigMap".to_owned();
                owner.name = "other".to_owned();
                owner.uid = other.uid().to_string();
            }
        })
        .await;
    let job = world.job("pi").await.uid();
    world
        .until("a replacement", async || world.pods_of(&job).len() == 1)
        .await;
    let waited = begin.elapsed();
    assert!(waited < std::time::Duration::from_mins(1), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn m04_two_jobs_of_the_same_selector_each_count_their_own() {
    let world = world();
    let one = world.create_job("one", manual(2)).await;
    let two = world.create_job("two", manual(2)).await;
    world.until_active("one", 2).await;
    world.until_active("two", 2).await;
    world.settle().await;
    assert_eq!(world.pods_of(&one.uid()).len(), 2);
    assert_eq!(world.pods_of(&two.uid()).len(), 2);
    for pod in world.pods_of(&one.uid()) {
        world.set_phase(&name(&*pod), "Succeeded").await;
    }
    world
        .until("one is complete", async || {
            condition(&*world.job("one").await, "Complete").is_some()
        })
        .await;
    world.settle().await;
    assert_eq!(
        world.job("one").await.status.as_ref().unwrap().succeeded,
        Some(2)
    );
    let two = world.job("two").await.status.clone().unwrap();
    assert_eq!((two.active, two.succeeded), (Some(2), None));
}

#[tokio::test(start_paused = true)]
async fn m05_delete_without_options_orphans_the_pods() {
    let world = world();
    let names = running(&world, "pi", 2).await;
    let before = world.job("pi").await;
    world.delete_job("pi", None).await;
    world
        .until("the Job is gone", async || {
            world.find_job("pi").await.is_none()
        })
        .await;
    world.settle().await;
    for pod in &names {
        let pod = world.pod(pod).await;
        assert_eq!(pod.metadata.owner_references, None);
        assert!(!has_finalizer(&pod));
        assert_eq!(pod.metadata.deletion_timestamp, None);
        let labels = pod.metadata.labels.as_ref().unwrap();
        assert_eq!(labels.get("job-name").map(String::as_str), Some("pi"));
    }
    assert_eq!(world.pods().len(), 2);
    assert_eq!(before.metadata.generation, Some(1));
}

/// The cache may be behind on a Pod that was made before its owner was deleted.
#[tokio::test(start_paused = true)]
async fn an_orphan_that_the_cache_shows_late_is_let_go_all_the_same() {
    let world = World::empty();
    world.start_garbage_collector();
    let job = world.create_job("pi", json!({})).await;
    world.settle().await;
    world.faults.hold("pods");
    let mut pod = pod_manifest("late", &json!({}));
    pod["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "batch/v1", "kind": "Job", "name": "pi",
        "uid": job.uid().to_string(), "controller": true, "blockOwnerDeletion": true,
    }]);
    world.create::<core::Pod>(pod).await;
    world.delete_job("pi", Some(Propagation::Orphan)).await;
    world.settle().await;
    assert!(world.find_job("pi").await.is_some(), "its Pod was not seen");
    world.faults.release("pods");
    world
        .until("the Job is gone", async || {
            world.find_job("pi").await.is_none()
        })
        .await;
    world.settle().await;
    let pod = world.pod("late").await;
    assert_eq!(pod.metadata.deletion_timestamp, None);
    assert_eq!(pod.metadata.owner_references, None);
}

#[tokio::test(start_paused = true)]
async fn m06_background_deletion_ends_the_pods_afterwards() {
    let world = world();
    let names = running(&world, "pi", 2).await;
    world.delete_job("pi", Some(Propagation::Background)).await;
    assert!(world.find_job("pi").await.is_none(), "gone at once");
    for pod in &names {
        world
            .until("the Pod is told to end", async || {
                world.pod(pod).await.metadata.deletion_timestamp.is_some()
            })
            .await;
        world
            .until("nobody will count it", async || {
                !has_finalizer(&*world.pod(pod).await)
            })
            .await;
        end_deleted_pod(&world, pod).await;
        assert!(!find_pod(&world, pod).await);
    }
}

#[tokio::test(start_paused = true)]
async fn m07_foreground_deletion_takes_the_pods_first() {
    let world = world();
    let names = running(&world, "pi", 2).await;
    world.delete_job("pi", Some(Propagation::Foreground)).await;
    let job = world.job("pi").await;
    assert!(job.metadata.deletion_timestamp.is_some());
    assert_eq!(
        job.metadata.finalizers,
        Some(vec!["foregroundDeletion".to_owned()])
    );
    for pod in &names {
        assert!(world.find_job("pi").await.is_some(), "{pod} is still there");
        world
            .until("the Pod is told to end", async || {
                let pod = world.pod(pod).await;
                pod.metadata.deletion_timestamp.is_some() && !has_finalizer(&pod)
            })
            .await;
        end_deleted_pod(&world, pod).await;
    }
    world
        .until("the Job is gone", async || {
            world.find_job("pi").await.is_none()
        })
        .await;
    assert!(world.pods().is_empty());
}

/// Nobody else would remove its finalizer.
#[tokio::test(start_paused = true)]
async fn foreground_deletion_takes_a_pod_that_lost_its_labels_too() {
    for phase in ["Running", "Succeeded"] {
        let mut world = world();
        let pods = running(&world, "pi", 1).await;
        world.settle().await;
        world.stop().await;
        world
            .edit::<core::Pod>(&pods[0], |pod| pod.metadata.labels = None)
            .await;
        world.set_phase(&pods[0], phase).await;
        world.delete_job("pi", Some(Propagation::Foreground)).await;
        world.start_job_controller();
        world.start_garbage_collector();
        world
            .until("the Pod is let go", async || {
                let pod = world.admin.get_live::<core::Pod>(&key(&pods[0])).await;
                pod.is_ok_and(|pod| !has_finalizer(&pod)) || world.pods().is_empty()
            })
            .await;
        if phase == "Running" {
            end_deleted_pod(&world, &pods[0]).await;
        }
        world
            .until("the Job is gone", async || {
                world.find_job("pi").await.is_none()
            })
            .await;
        assert_eq!(world.pods().len(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn m08_foreground_deletion_waits_for_the_grace_of_the_pods() {
    let world = world();
    let names = running(&world, "pi", 1).await;
    world.delete_job("pi", Some(Propagation::Foreground)).await;
    world
        .until("the Pod is told to end", async || {
            world
                .pod(&names[0])
                .await
                .metadata
                .deletion_timestamp
                .is_some()
        })
        .await;
    world.settle().await;
    let pod = world.pod(&names[0]).await;
    assert_eq!(pod.metadata.deletion_grace_period_seconds, Some(30));
    assert!(
        world.find_job("pi").await.is_some(),
        "the Pod has not ended"
    );
    assert_eq!(world.pods().len(), 1, "no new Pod");
}

#[tokio::test(start_paused = true)]
async fn m09_orphans_of_the_old_job_are_adopted_by_a_new_one_with_manual_selector() {
    let world = world();
    let names = running(&world, "old", 2).await;
    let old = world.job("old").await;
    let selector = old.spec.as_ref().unwrap().selector.clone().unwrap();
    world.delete_job("old", Some(Propagation::Orphan)).await;
    world
        .until("old is gone", async || {
            world.find_job("old").await.is_none()
        })
        .await;
    let labels = selector.match_labels.clone().unwrap();
    let spec = json!({
        "completions": 2, "parallelism": 2, "manualSelector": true,
        "selector": { "matchLabels": labels },
        "template": { "metadata": { "labels": labels } },
    });
    let new = world.create_job("new", spec).await;
    world.until_active("new", 2).await;
    world.settle().await;
    let adopted: Vec<_> = world
        .pods_of(&new.uid())
        .iter()
        .map(|pod| name(&**pod))
        .collect();
    assert_eq!(adopted, names);
    assert_eq!(world.pods().len(), 2);
    assert_ne!(
        labels.get("batch.kubernetes.io/controller-uid"),
        new.metadata.uid.as_ref()
    );
}

#[tokio::test(start_paused = true)]
async fn m10_a_selector_without_manual_selector_is_refused() {
    let world = world();
    running(&world, "old", 1).await;
    let old = world.job("old").await;
    let selector = old.spec.as_ref().unwrap().selector.clone().unwrap();
    let spec = json!({ "selector": selector });
    let job: batch::Job = serde_json::from_value(crate::world::job_manifest("new", spec)).unwrap();
    let error = world.admin.create(job).await.unwrap_err();
    assert_eq!(error.status().code(), 422, "{error}");
    assert!(
        error.to_string().contains("`selector` not auto-generated"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn m11_a_deleting_job_counts_what_ended_before_it_goes() {
    let mut world = world();
    let names = running(&world, "pi", 2).await;
    world.settle().await;
    // The Pod ends while nobody looks, and the Job is deleted.
    world.stop().await;
    world.set_phase(&names[0], "Succeeded").await;
    world.delete_job("pi", Some(Propagation::Foreground)).await;
    world.start_job_controller();
    world
        .until("the success is counted", async || {
            world.job("pi").await.status.as_ref().unwrap().succeeded == Some(1)
        })
        .await;
    world
        .until("both are let go", async || {
            world.pods().iter().all(|pod| !has_finalizer(pod))
        })
        .await;
    let status = world.job("pi").await.status.clone().unwrap();
    assert_eq!(status.failed, None, "the running one did not fail");
}

#[tokio::test(start_paused = true)]
async fn m12_an_orphan_that_is_being_deleted_is_not_adopted() {
    let world = world();
    world
        .create::<core::Pod>(pod_manifest("orphan", &json!({ "app": "x" })))
        .await;
    world.set_phase("orphan", "Running").await;
    world.delete_pod("orphan", None).await;
    let job = world.create_job("pi", manual(1)).await;
    world.until_active("pi", 1).await;
    world.settle().await;
    assert_eq!(world.pod("orphan").await.metadata.owner_references, None);
    assert_eq!(world.pods_of(&job.uid()).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn m13_a_job_deleted_since_the_cache_showed_it_adopts_nothing() {
    // No garbage collector: the Job stays, being deleted.
    let world = World::with_job_controller();
    world.create_job("pi", manual(1)).await;
    world.until_active("pi", 1).await;
    world.settle().await;
    world.faults.hold("jobs");
    world.delete_job("pi", Some(Propagation::Foreground)).await;
    world
        .create::<core::Pod>(pod_manifest("orphan", &json!({ "app": "x" })))
        .await;
    world
        .until("it looked at the Job three times", async || {
            world.faults.calls("get", "jobs") == 3
        })
        .await;
    assert_eq!(world.faults.calls("edit", "pods"), 0, "nothing is written");
    assert_eq!(controller_uid(&*world.pod("orphan").await), None);
    world.faults.release("jobs");
    world.settle().await;
    assert_eq!(controller_uid(&*world.pod("orphan").await), None);
    assert!(!has_finalizer(&*world.pod("orphan").await));
}

/// As M13, with another Job of the name in the place of the deleted one.
#[tokio::test(start_paused = true)]
async fn a_job_that_was_replaced_since_the_cache_showed_it_adopts_nothing() {
    let world = world();
    world.create_job("pi", manual(1)).await;
    world.until_active("pi", 1).await;
    world.settle().await;
    world.faults.hold("jobs");
    world.delete_job("pi", Some(Propagation::Background)).await;
    let other = world.create_job("pi", manual(1)).await;
    world
        .create::<core::Pod>(pod_manifest("orphan", &json!({ "app": "x" })))
        .await;
    world
        .until("it looked at the Job three times", async || {
            world.faults.calls("get", "jobs") == 3
        })
        .await;
    assert_eq!(controller_uid(&*world.pod("orphan").await), None);
    world.faults.release("jobs");
    world
        .until("the new Job adopts it", async || {
            controller_uid(&*world.pod("orphan").await) == Some(other.uid().to_string())
        })
        .await;
}

/// A Pod that comes without controller and with the finalizer is adopted by one
/// worker and cleaned up by another.
#[tokio::test(start_paused = true)]
async fn an_orphan_with_the_finalizer_keeps_it_when_a_job_adopts_it() {
    let world = World::empty();
    let mut orphan = pod_manifest("orphan", &json!({ "app": "x" }));
    orphan["metadata"]["finalizers"] = json!(["batch.kubernetes.io/job-tracking"]);
    world.create::<core::Pod>(orphan).await;
    let job = world.create_job("pi", manual(1)).await;
    world.start_job_controller();
    world.until_active("pi", 1).await;
    world.settle().await;
    let adopted = world.pods_of(&job.uid());
    assert_eq!(adopted.len(), 1);
    assert!(has_finalizer(&adopted[0]));
    assert_eq!(world.faults.calls("edit", "pods"), 1, "the adoption alone");
    world.set_phase("orphan", "Succeeded").await;
    world
        .until("the Job is complete", async || {
            condition(&*world.job("pi").await, "Complete").is_some()
        })
        .await;
    assert_eq!(world.pods().len(), 1, "it is counted, not replaced");
}

/// The generated selector asks for the uid alone.
#[tokio::test(start_paused = true)]
async fn an_orphan_with_nothing_but_the_uid_of_a_job_is_adopted_when_it_appears() {
    let world = World::with_job_controller();
    let job = world
        .create_job("pi", json!({ "completions": 2, "parallelism": 2 }))
        .await;
    world.until_active("pi", 2).await;
    world.settle().await;
    let labels = json!({ "batch.kubernetes.io/controller-uid": job.uid().to_string() });
    world
        .create::<core::Pod>(pod_manifest("orphan", &labels))
        .await;
    world
        .until("it is adopted, and given up as one too many", async || {
            world.count_events("pi", "SuccessfulDelete") == 1
        })
        .await;
    assert!(!find_pod(&world, "orphan").await);
}

#[tokio::test(start_paused = true)]
async fn m14_an_adopted_pod_that_failed_before_is_counted() {
    let world = world();
    world
        .create::<core::Pod>(pod_manifest("orphan", &json!({ "app": "x" })))
        .await;
    world.set_phase("orphan", "Failed").await;
    let job = world.create_job("pi", manual(1)).await;
    world
        .until("the failure is counted", async || {
            let status = world.job("pi").await.status.clone().unwrap_or_default();
            status.failed == Some(1)
        })
        .await;
    world.settle().await;
    let orphan = world.pod("orphan").await;
    assert_eq!(controller_uid(&orphan), job.metadata.uid);
    assert!(!has_finalizer(&orphan));
    assert_eq!(
        world.job("pi").await.status.as_ref().unwrap().failed,
        Some(1)
    );
}

#[tokio::test(start_paused = true)]
async fn m15_pods_of_an_external_controllers_job_are_let_go_when_it_is_gone() {
    let world = world();
    let job = world
        .create_job("theirs", json!({ "managedBy": "example.com/mine" }))
        .await;
    let mut pod = pod_manifest("one", &json!({}));
    pod["metadata"]["finalizers"] = json!(["batch.kubernetes.io/job-tracking"]);
    pod["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "batch/v1", "kind": "Job", "name": "theirs",
        "uid": job.uid().to_string(), "controller": true, "blockOwnerDeletion": true,
    }]);
    world.create::<core::Pod>(pod).await;
    world.settle().await;
    assert!(has_finalizer(&*world.pod("one").await), "not our Job's");
    assert_eq!(world.job("theirs").await, job);
    world
        .delete_job("theirs", Some(Propagation::Background))
        .await;
    world
        .until("the Pod is gone", async || !find_pod(&world, "one").await)
        .await;
}
