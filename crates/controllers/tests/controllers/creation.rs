//! Creating Pods, and what is said about it.

use std::time::Duration;

use jobyard_api::StatusError;
use jobyard_api::resource::POD;
use jobyard_cluster::ClusterError;
use serde_json::json;
use tokio::time::Instant;

use crate::world::{World, condition, has_finalizer, name, phase};

fn refused() -> ClusterError {
    ClusterError::Forbidden(StatusError::forbidden(&POD, "", "exceeded quota: two"))
}

#[tokio::test(start_paused = true)]
async fn a_job_runs_to_completion() {
    let world = World::with_job_controller();
    let job = world
        .create_job("pi", json!({ "completions": 3, "parallelism": 2 }))
        .await;
    for pods in [2, 3, 3] {
        world
            .until("the next Pods are there", async || {
                world.pods().len() == pods
            })
            .await;
        let all = world.pods();
        let waiting = all.iter().find(|pod| phase(pod) == "Pending").unwrap();
        world.set_phase(&name(&**waiting), "Succeeded").await;
    }
    world
        .until("the Job is complete", async || {
            condition(&*world.job("pi").await, "Complete").is_some()
        })
        .await;
    world.settle().await;
    let status = world.job("pi").await.status.clone().unwrap();
    assert_eq!((status.succeeded, status.failed), (Some(3), None));
    assert_eq!(world.pods_of(&jobyard_api::Object::uid(&*job)).len(), 3);
    assert!(world.pods().iter().all(|pod| !has_finalizer(pod)));
    let reasons: Vec<_> = world
        .events("pi")
        .into_iter()
        .map(|event| event.1)
        .collect();
    assert_eq!(
        reasons,
        [
            "SuccessfulCreate",
            "SuccessfulCreate",
            "SuccessfulCreate",
            "Completed"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn d19_create_fails_for_all_and_is_tried_at_growing_intervals() {
    let world = World::empty();
    world
        .faults
        .fail(|call| (call.verb == "create" && call.plural == "pods").then(refused));
    world.start_job_controller();
    world
        .create_job("pi", json!({ "completions": 10, "parallelism": 10 }))
        .await;
    let mut attempts = vec![];
    while attempts.len() < 9 {
        let known = attempts.len();
        world
            .until("the next attempt", async || {
                world.faults.calls("create", "pods") > known
            })
            .await;
        assert_eq!(
            world.faults.calls("create", "pods"),
            known + 1,
            "one call an attempt"
        );
        attempts.push(Instant::now());
    }
    let waits: Vec<_> = attempts
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_secs_f64().round() as u64)
        .collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
    let status = world.job("pi").await.status.clone().unwrap();
    assert_eq!((status.active, status.failed), (None, None));
    let events = world.events("pi");
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!((&*events[0].0, &*events[0].1), ("Warning", "FailedCreate"));
    assert_eq!(
        events[0].2,
        "Error creating: pods is forbidden: exceeded quota: two"
    );
    assert_eq!(events[0].3, 9);
}

#[tokio::test(start_paused = true)]
async fn d20_quota_for_three_of_ten_stops_the_slow_start() {
    let world = World::empty();
    let faults = world.faults.clone();
    world.faults.fail(move |call| {
        let is_pod = call.verb == "create" && call.plural == "pods";
        // The call itself is counted already.
        (is_pod && faults.calls("create", "pods") > 3).then(refused)
    });
    world.start_job_controller();
    world
        .create_job("pi", json!({ "completions": 10, "parallelism": 10 }))
        .await;
    world.until_active("pi", 3).await;
    assert_eq!(
        world.faults.calls("create", "pods"),
        7,
        "1, 2 and 4 of which none succeeds"
    );
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(
        world.faults.calls("create", "pods"),
        7,
        "not before the back-off"
    );
    world
        .until("the failures are told", async || {
            let events = world.events("pi");
            events
                .iter()
                .any(|event| event.1 == "FailedCreate" && event.3 == 4)
        })
        .await;
    assert_eq!(world.count_events("pi", "SuccessfulCreate"), 3);
    assert_eq!(world.pods().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn q11_twelve_pods_created_quickly_show_nine_events_and_a_combined_one() {
    let world = World::with_job_controller();
    world
        .create_job("pi", json!({ "completions": 12, "parallelism": 12 }))
        .await;
    world.until_active("pi", 12).await;
    world
        .until("the last event is counted", async || {
            world.events("pi").iter().any(|event| event.3 == 3)
        })
        .await;
    let events = world.events("pi");
    assert_eq!(events.len(), 10);
    let (combined, single): (Vec<_>, Vec<_>) = events.iter().partition(|event| {
        event
            .2
            .starts_with("(combined from similar events): Created pod: pi-")
    });
    assert_eq!(single.len(), 9);
    assert!(
        single
            .iter()
            .all(|event| event.3 == 1 && event.2.starts_with("Created pod: pi-"))
    );
    assert_eq!(combined.len(), 1);
    assert_eq!(combined[0].3, 3);
}

#[tokio::test(start_paused = true)]
async fn pods_beyond_the_limit_of_one_sync_follow_at_once() {
    let world = World::with_job_controller();
    let begin = Instant::now();
    world
        .create_job("pi", json!({ "completions": 1200, "parallelism": 1200 }))
        .await;
    world.until_active("pi", 1200).await;
    // Three syncs; the echo of their own writes would come after a second each.
    assert!(
        begin.elapsed() < Duration::from_millis(900),
        "{:?}",
        begin.elapsed()
    );
}
