//! Pods and room for them.

use std::time::Duration;

use jobyard_api::{batch, core};
use jobyard_cluster::Cluster;
use serde_json::json;

use crate::{
    unreliable::Loss,
    world::{World, name, pod_manifest},
};

async fn world() -> World {
    let world = World::empty();
    world.create_node("here", 2).await;
    world.start_scheduler();
    world
}

fn asks(name: &str, cpu: &str) -> serde_json::Value {
    let mut pod = pod_manifest(name, &json!({}));
    pod["spec"]["containers"][0]["resources"] = json!({ "requests": { "cpu": cpu } });
    pod
}

async fn node_of(world: &World, pod: &str) -> Option<String> {
    world
        .pod(pod)
        .await
        .spec
        .as_ref()
        .unwrap()
        .node_name
        .clone()
}

async fn until_bound(world: &World, pod: &str) {
    world
        .until(&format!("{pod} has a node"), async || {
            node_of(world, pod).await.is_some()
        })
        .await;
}

async fn until_refused(world: &World, pod: &str) -> String {
    let find = async || {
        let pod = world.pod(pod).await;
        let conditions = pod.status.as_ref()?.conditions.clone()?;
        let condition = conditions
            .into_iter()
            .find(|one| one.type_ == "PodScheduled")?;
        (condition.status == "False").then(|| {
            assert_eq!(condition.reason.as_deref(), Some("Unschedulable"));
            condition.message.unwrap()
        })
    };
    world
        .until(&format!("{pod} is refused"), async || {
            find().await.is_some()
        })
        .await;
    find().await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_pod_that_fits_is_bound_and_told() {
    let world = world().await;
    world
        .create::<core::Pod>(pod_manifest("one", &json!({})))
        .await;
    until_bound(&world, "one").await;
    world
        .until("it is told", async || !world.events("one").is_empty())
        .await;
    let expected = (
        "Normal".to_owned(),
        "Scheduled".to_owned(),
        "Successfully assigned default/one to here".to_owned(),
        1,
    );
    assert_eq!(world.events("one"), [expected]);
}

#[tokio::test(start_paused = true)]
async fn a_pod_that_does_not_fit_waits_until_another_ends() {
    let world = world().await;
    world.create::<core::Pod>(asks("first", "800m")).await;
    until_bound(&world, "first").await;
    world.create::<core::Pod>(asks("second", "800m")).await;
    let message = until_refused(&world, "second").await;
    assert_eq!(
        message,
        "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: \
         1 No preemption victims found for incoming pod."
    );
    world
        .until("it is told", async || {
            world.count_events("second", "FailedScheduling") == 1
        })
        .await;
    world.create::<core::Pod>(asks("small", "100m")).await;
    until_bound(&world, "small").await;
    assert_eq!(node_of(&world, "second").await, None);
    world.set_phase("first", "Succeeded").await;
    until_bound(&world, "second").await;
    world.settle().await;
    assert_eq!(world.count_events("second", "FailedScheduling"), 1);
}

#[tokio::test(start_paused = true)]
async fn no_more_pods_are_bound_at_once_than_fit() {
    let world = world().await;
    for number in 0..5 {
        let name = format!("pod-{number}");
        world
            .create::<core::Pod>(pod_manifest(&name, &json!({})))
            .await;
    }
    let bound = || {
        let pods = world.pods();
        let is_bound =
            |pod: &&std::sync::Arc<core::Pod>| pod.spec.as_ref().unwrap().node_name.is_some();
        pods.iter().filter(is_bound).cloned().collect::<Vec<_>>()
    };
    world.settle().await;
    assert_eq!(bound().len(), 2);
    for expected in 3..=5 {
        let pods = bound();
        let running = pods
            .iter()
            .find(|pod| crate::world::phase(pod) == "Pending")
            .unwrap();
        world.set_phase(&name(&**running), "Failed").await;
        world
            .until("the next is bound", async || bound().len() == expected)
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_pods_are_bound_when_a_node_appears() {
    let world = World::empty();
    world.start_scheduler();
    world
        .create::<core::Pod>(pod_manifest("one", &json!({})))
        .await;
    let message = until_refused(&world, "one").await;
    assert_eq!(message, "no nodes available to schedule pods");
    world.create_node("here", 2).await;
    until_bound(&world, "one").await;
}

#[tokio::test(start_paused = true)]
async fn what_runs_at_the_start_is_known_before_anything_is_bound() {
    let world = World::empty();
    world.create_node("here", 1).await;
    world
        .create::<core::Pod>(pod_manifest("a-waiting", &json!({})))
        .await;
    world
        .create::<core::Pod>(pod_manifest("b-running", &json!({})))
        .await;
    world.set_phase("b-running", "Running").await;
    world.start_scheduler();
    let message = until_refused(&world, "a-waiting").await;
    assert!(
        message.starts_with("0/1 nodes are available: 1 Too many pods."),
        "{message}"
    );
}

#[tokio::test(start_paused = true)]
async fn pods_of_other_schedulers_and_gated_pods_are_left_alone() {
    let world = world().await;
    let mut other = pod_manifest("other", &json!({}));
    other["spec"]["schedulerName"] = json!("mine");
    world.create::<core::Pod>(other).await;
    let mut gated = pod_manifest("gated", &json!({}));
    gated["spec"]["schedulingGates"] = json!([{ "name": "example.com/wait" }]);
    world.create::<core::Pod>(gated).await;
    world
        .create::<core::Pod>(pod_manifest("last", &json!({})))
        .await;
    until_bound(&world, "last").await;
    assert_eq!(node_of(&world, "other").await, None);
    assert_eq!(node_of(&world, "gated").await, None);
    world
        .edit::<core::Pod>("gated", |pod| {
            pod.spec.as_mut().unwrap().scheduling_gates = None;
        })
        .await;
    until_bound(&world, "gated").await;
    world.settle().await;
    assert_eq!(node_of(&world, "other").await, None);
    assert!(world.events("other").is_empty());
}

#[tokio::test(start_paused = true)]
async fn directives_changed_while_a_job_is_suspended_count_when_it_is_resumed() {
    let world = World::with_job_controller();
    for node in ["here", "there"] {
        world.create_node(node, 5).await;
    }
    world.start_scheduler();
    let selector = json!({ "nodeSelector": { "disk": "tape" } });
    world
        .create_job(
            "pi",
            json!({ "suspend": true, "parallelism": 2, "template": { "spec": selector } }),
        )
        .await;
    let affinity = |node: &str| -> core::Affinity {
        let field = json!({ "key": "metadata.name", "operator": "In", "values": [node] });
        let terms = json!({ "nodeSelectorTerms": [{ "matchFields": [field] }] });
        let required = json!({ "requiredDuringSchedulingIgnoredDuringExecution": terms });
        serde_json::from_value(json!({ "nodeAffinity": required })).unwrap()
    };
    world
        .edit::<batch::Job>("pi", |job| {
            let spec = job.spec.as_mut().unwrap();
            let pod = spec.template.spec.as_mut().unwrap();
            pod.node_selector = None;
            pod.affinity = Some(affinity("there"));
        })
        .await;
    world
        .edit::<batch::Job>("pi", |job| {
            job.spec.as_mut().unwrap().suspend = Some(false);
        })
        .await;
    world.until_active("pi", 2).await;
    for pod in world.pods() {
        let name = name(&*pod);
        until_bound(&world, &name).await;
        assert_eq!(node_of(&world, &name).await.as_deref(), Some("there"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_binding_that_failed_is_tried_again() {
    let world = world().await;
    world.faults.fail(|call| {
        (call.verb == "bind").then(|| jobyard_api::StatusError::untyped("away").into())
    });
    world
        .create::<core::Pod>(pod_manifest("one", &json!({})))
        .await;
    world
        .until("it was tried twice", async || {
            world.faults.calls("bind", "pods") >= 2
        })
        .await;
    world.faults.heal();
    until_bound(&world, "one").await;
    // The room of the failed attempts was given back.
    world
        .create::<core::Pod>(pod_manifest("two", &json!({})))
        .await;
    until_bound(&world, "two").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn bindings_are_under_way_side_by_side() {
    let world = World::empty();
    world.create_node("here", 20).await;
    world.start_scheduler();
    world.faults.slow_down("bind", Duration::from_secs(10));
    let begin = tokio::time::Instant::now();
    for number in 0..25 {
        let name = format!("pod-{number:02}");
        world
            .create::<core::Pod>(pod_manifest(&name, &json!({})))
            .await;
    }
    until_bound(&world, "pod-19").await;
    assert!(begin.elapsed() < Duration::from_secs(15));
    // Room is promised in order, and not twice.
    for number in 0..25 {
        let is_bound = node_of(&world, &format!("pod-{number:02}")).await.is_some();
        assert_eq!(is_bound, number < 20, "{number}");
    }
    assert_eq!(world.faults.calls("bind", "pods"), 20);
}

#[tokio::test(start_paused = true)]
async fn the_room_of_a_binding_without_an_answer_stays_promised() {
    for loss in [Loss::Answer, Loss::Delay] {
        let world = World::empty();
        world.create_node("here", 1).await;
        world.faults.hold("pods");
        world.start_scheduler();
        world
            .faults
            .lose_answers(move |call| (call.verb == "bind").then_some(loss));
        for name in ["one", "two"] {
            world
                .create::<core::Pod>(pod_manifest(name, &json!({})))
                .await;
        }
        world.faults.release("pods");
        world
            .until("one is being bound", async || {
                world.faults.calls("bind", "pods") > 0
            })
            .await;
        until_refused(&world, "two").await;
        world.faults.heal();
        until_bound(&world, "one").await;
        world.faults.arrive().await;
        world
            .until("it is told", async || {
                world.count_events("one", "Scheduled") == 1
            })
            .await;
        assert_eq!(node_of(&world, "two").await, None, "{loss:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pod_that_somebody_else_bound_takes_the_room_that_it_has() {
    let world = World::empty();
    world.create_node("here", 1).await;
    world.create_node("there", 1).await;
    world.start_scheduler();
    world.faults.slow_down("bind", Duration::from_secs(10));
    world
        .create::<core::Pod>(pod_manifest("one", &json!({})))
        .await;
    world
        .until("it is being bound", async || {
            world.faults.calls("bind", "pods") == 1
        })
        .await;
    let uid = world.pod("one").await.metadata.uid.clone().unwrap();
    world
        .admin
        .bind(&crate::world::key("one"), &uid.as_str().into(), "there")
        .await
        .unwrap();
    for name in ["two", "three"] {
        world
            .create::<core::Pod>(pod_manifest(name, &json!({})))
            .await;
    }
    until_bound(&world, "two").await;
    assert_eq!(node_of(&world, "two").await.as_deref(), Some("here"));
    until_refused(&world, "three").await;
    assert_eq!(world.count_events("one", "Scheduled"), 0);
}
