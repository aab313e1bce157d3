//! Jobs in a yard where requests fail, caches lag and the controller dies at any
//! moment: every Pod is counted once, and never are more active than wanted.

use std::{collections::HashSet, sync::Arc, time::Duration};

use jobyard_api::{Object, StatusError, core};
use jobyard_registry::Selection;
use parking_lot::Mutex;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::json;

use crate::{
    unreliable::Loss,
    world::{World, condition, has_finalizer, name, phase},
};

/// Worlds that are tried; twenty times as many with `JOBYARD_LONG=1`.
const SEEDS: u64 = 40;
/// Disturbances in each.
const STEPS: usize = 60;

#[tokio::test(start_paused = true)]
async fn every_pod_is_counted_once_whatever_fails() {
    let factor = match std::env::var_os("JOBYARD_LONG") {
        Some(_) => 20,
        None => 1,
    };
    for seed in 0..SEEDS * factor {
        disturb(seed).await;
    }
}

async fn disturb(seed: u64) {
    let mut chance = StdRng::seed_from_u64(seed);
    let completions = chance.random_range(1..25);
    let parallelism = chance.random_range(1..9);
    let is_indexed = chance.random_bool(0.5);
    let mut world = World::empty();
    let watcher = tokio::spawn(watch_active(&world, parallelism, seed));
    world.start_job_controller();
    let mode = if is_indexed { "Indexed" } else { "NonIndexed" };
    let spec = json!({
        "completions": completions, "parallelism": parallelism,
        "completionMode": mode, "backoffLimit": 1_000_000,
    });
    world.create_job("pi", spec).await;
    for _ in 0..STEPS {
        step(&mut world, &mut chance).await;
        let wait = Duration::from_millis(chance.random_range(0..3_000));
        tokio::time::sleep(wait).await;
    }
    world.faults.heal();
    world.faults.arrive().await;
    for kind in ["pods", "jobs"] {
        world.faults.release(kind);
    }
    finish(&world).await;
    assert_counts(&world, seed, completions).await;
    assert!(
        !watcher.is_finished(),
        "seed {seed}: too many Pods were active"
    );
    watcher.abort();
    world.stop().await;
}

/// Something happens.
async fn step(world: &mut World, chance: &mut StdRng) {
    match chance.random_range(0..10) {
        0 => {
            let odds = chance.random_range(0.0..0.6);
            let failing = Mutex::new(StdRng::seed_from_u64(chance.random()));
            world.faults.fail(move |_| {
                let fails = failing.lock().random_bool(odds);
                fails.then(|| StatusError::untyped("the server is away").into())
            });
        }
        1 => world.faults.heal(),
        2 => world
            .faults
            .hold(if chance.random() { "pods" } else { "jobs" }),
        3 => {
            world.faults.release("pods");
            world.faults.release("jobs");
        }
        8 => {
            let odds = chance.random_range(0.0..0.6);
            let losing = Mutex::new(StdRng::seed_from_u64(chance.random()));
            world.faults.lose_answers(move |call| {
                let mut losing = losing.lock();
                // What is read and not answered was not read.
                let loses = call.verb != "get" && losing.random_bool(odds);
                let loss = [Loss::Answer, Loss::Delay][usize::from(losing.random_bool(0.3))];
                loses.then_some(loss)
            });
        }
        9 => world.faults.arrive().await,
        4 => {
            world.faults.release("pods");
            world.faults.release("jobs");
            world.stop().await;
            // A new controller cannot know what is still under way.
            world.faults.arrive().await;
            world.start_job_controller();
        }
        _ => {
            let waiting = waiting_pods(world);
            if !waiting.is_empty() {
                let pod = &waiting[chance.random_range(0..waiting.len())];
                let outcome = if chance.random_bool(0.8) {
                    "Succeeded"
                } else {
                    "Failed"
                };
                world.set_phase(pod, outcome).await;
            }
        }
    }
}

fn waiting_pods(world: &World) -> Vec<String> {
    let mut pods = world.pods();
    pods.retain(|pod| phase(pod) == "Pending" && pod.metadata.deletion_timestamp.is_none());
    pods.iter().map(|pod| name(&**pod)).collect()
}

/// All Pods succeed from now on, until the Job is complete.
async fn finish(world: &World) {
    world
        .until("the Job is complete", async || {
            for pod in waiting_pods(world) {
                world.set_phase(&pod, "Succeeded").await;
            }
            condition(&*world.job("pi").await, "Complete").is_some()
        })
        .await;
    world.settle().await;
}

async fn assert_counts(world: &World, seed: u64, completions: i32) {
    let status = world.job("pi").await.status.clone().unwrap();
    let ended = |wanted: &str| {
        let pods = world.pods();
        pods.iter().filter(|pod| phase(pod) == wanted).count() as i32
    };
    assert_eq!(
        status.failed.unwrap_or(0),
        ended("Failed"),
        "seed {seed}: {status:?}"
    );
    assert_eq!(
        status.succeeded,
        Some(completions),
        "seed {seed}: {status:?}"
    );
    assert_eq!(
        ended("Succeeded"),
        completions,
        "seed {seed}: no Pod too many"
    );
    let uncounted = status.uncounted_terminated_pods.unwrap_or_default();
    assert_eq!(
        (uncounted.succeeded, uncounted.failed),
        (None, None),
        "seed {seed}"
    );
    assert_eq!(status.active.unwrap_or(0), 0, "seed {seed}");
    assert!(
        world.pods().iter().all(|pod| !has_finalizer(pod)),
        "seed {seed}"
    );
    // None, if the recorder's budget was used up before.
    let completed = world.count_events("pi", "Completed");
    assert!(completed <= 1, "seed {seed}: completed {completed} times");
}

/// Follows every version of every Pod.
fn watch_active(
    world: &World,
    parallelism: usize,
    seed: u64,
) -> impl Future<Output = ()> + Send + 'static {
    let pods = world.registry.of::<core::Pod>();
    let mut changes = pods.watch(Selection::default(), world.registry.revision());
    async move {
        let mut active = HashSet::new();
        while let Ok(event) = changes.next().await {
            let pod: Arc<core::Pod> = event.new.object();
            let is_active = !event.deleted
                && pod.metadata.deletion_timestamp.is_none()
                && matches!(phase(&pod), "Pending" | "Running");
            if is_active {
                active.insert(pod.uid());
            } else {
                active.remove(&pod.uid());
            }
            assert!(
                active.len() <= parallelism,
                "seed {seed}: {} active",
                active.len()
            );
        }
    }
}
