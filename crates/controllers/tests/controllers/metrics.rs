//! What the driver of the Job controller counts: that of each decision, and what
//! goes wrong on the way. The decisions have tables of their own in `decide`.

use jobyard_api::{StatusError, batch};
use jobyard_cluster::ClusterError;
use prometheus_client::{encoding::text, registry::Registry};
use serde_json::json;

use crate::world::{World, name};

/// The series of the Job controller that are not of time, sorted, without prefix.
fn series(world: &World) -> Vec<String> {
    let mut registry = Registry::default();
    world.metrics.register(&mut registry);
    let mut shown = String::new();
    text::encode(&mut shown, &registry).unwrap();
    let mut series: Vec<_> = shown
        .lines()
        .filter_map(|line| line.strip_prefix("job_controller_"))
        .filter(|line| !line.starts_with("job_sync"))
        .map(str::to_owned)
        .collect();
    series.sort();
    series
}

/// The count of syncs with this result, whatever they did.
fn syncs(world: &World, result: &str) -> u64 {
    let mut registry = Registry::default();
    world.metrics.register(&mut registry);
    let mut shown = String::new();
    text::encode(&mut shown, &registry).unwrap();
    shown
        .lines()
        .filter(|line| line.starts_with("job_controller_job_syncs_total"))
        .filter(|line| line.contains(&format!("result=\"{result}\"")))
        .map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap())
        .sum()
}

#[tokio::test(start_paused = true)]
async fn a_job_is_counted_from_its_first_pod_to_its_end() {
    let world = World::with_job_controller();
    let policy = json!({ "rules": [{
        "action": "Ignore",
        "onExitCodes": { "operator": "In", "values": [42] },
    }] });
    let spec = json!({ "completions": 2, "parallelism": 2, "podFailurePolicy": policy });
    let job = world.create_job("pi", spec).await;
    world.until_active("pi", 2).await;
    let pods = world.pods_of(&jobyard_api::Object::uid(&*job));
    world.set_phase(&name(&*pods[0]), "Succeeded").await;
    world
        .change_status(&name(&*pods[1]), |status| {
            status.phase = Some("Failed".to_owned());
            let ended = json!([{ "name": "main", "image": "", "imageID": "", "ready": false,
                "restartCount": 0, "state": { "terminated": { "exitCode": 42 } } }]);
            status.container_statuses = Some(serde_json::from_value(ended).unwrap());
        })
        .await;
    world
        .until("the ignored Pod is replaced", async || {
            world.pods().len() == 3
        })
        .await;
    let replacement = world.pods().into_iter().find(|pod| {
        let known = |other: &std::sync::Arc<_>| name(&**other) == name(&**pod);
        !pods.iter().any(known)
    });
    world
        .set_phase(&name(&*replacement.unwrap()), "Succeeded")
        .await;
    world.settle().await;
    assert_eq!(
        series(&world),
        [
            r#"job_pods_creation_total{reason="new",status="succeeded"} 3"#,
            r#"job_pods_finished_total{completion_mode="NonIndexed",result="succeeded"} 2"#,
            r#"jobs_finished_total{completion_mode="NonIndexed",reason="CompletionsReached",result="succeeded"} 1"#,
            r#"pod_failures_handled_by_failure_policy_total{action="Ignore"} 1"#,
            r#"terminated_pods_tracking_finalizer_total{event="add"} 3"#,
            r#"terminated_pods_tracking_finalizer_total{event="delete"} 3"#,
        ]
    );
    assert_eq!(syncs(&world, "error"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_sync_that_fails_is_counted_as_one() {
    let world = World::empty();
    world.faults.fail(|call| {
        let status = StatusError::internal("exceeded quota");
        (call.verb == "create" && call.plural == "pods").then_some(ClusterError::Forbidden(status))
    });
    world.start_job_controller();
    world
        .create_job("pi", json!({ "parallelism": 4, "completions": 4 }))
        .await;
    world
        .until("a sync failed", async || syncs(&world, "error") > 0)
        .await;
    let refused = r#"job_pods_creation_total{reason="new",status="failed"} "#;
    let series = series(&world);
    assert!(
        series.iter().any(|line| line.starts_with(refused)),
        "{series:?}"
    );
    assert!(
        !series.iter().any(|line| line.contains("succeeded")),
        "{series:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn jobs_of_other_controllers_are_counted_by_name_up_to_a_bound() {
    let world = World::with_job_controller();
    for number in 0..105 {
        let manager = format!("example.com/controller-{number}");
        let spec = json!({ "managedBy": manager });
        world.create_job(&format!("job-{number}"), spec).await;
    }
    let named = || {
        let mut series = series(&world);
        series.retain(|line| line.starts_with("jobs_by_external_controller_total"));
        series
    };
    world
        .until("all are counted", async || {
            named()
                .iter()
                .any(|line| line.ends_with("{controller_name=\"other\"} 5"))
        })
        .await;
    assert_eq!(named().len(), 101);
    let job: std::sync::Arc<batch::Job> = world.job("job-3").await;
    assert_eq!(
        job.status
            .as_ref()
            .and_then(|status| status.start_time.as_ref()),
        None
    );
}

#[tokio::test(start_paused = true)]
async fn a_sync_that_does_not_see_our_own_writes_is_skipped_and_counted() {
    let world = World::with_job_controller();
    world.faults.hold("pods");
    world
        .create_job("pi", json!({ "parallelism": 1, "completions": 2 }))
        .await;
    world
        .until("the Pod is there", async || world.pods().len() == 1)
        .await;
    world
        .edit::<batch::Job>("pi", |job| {
            job.spec.as_mut().unwrap().parallelism = Some(2);
        })
        .await;
    let skips = r#"stale_sync_skips_total{group="",resource="pods"} "#;
    world
        .until("a sync is skipped", async || {
            series(&world).iter().any(|line| line.starts_with(skips))
        })
        .await;
    world.faults.release("pods");
    world
        .until("then it goes on", async || world.pods().len() == 2)
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_controller_that_starts_again_counts_on() {
    let mut world = World::with_job_controller();
    world.create_job("one", json!({})).await;
    world.until_active("one", 1).await;
    world.stop().await;
    world.start_job_controller();
    world.create_job("two", json!({})).await;
    world.until_active("two", 1).await;
    let created = r#"job_pods_creation_total{reason="new",status="succeeded"} 2"#;
    assert!(series(&world).contains(&created.to_owned()));
}
