//! The Job controller in worlds that go wrong.

use jobyard_cluster_simulated::{Start, Statistics, check, run};
use jobyard_controllers::job;
use tokio_util::sync::CancellationToken;

fn start(start: Start) -> impl Future<Output = ()> + Send + 'static {
    let options = job::Options {
        now: start.now,
        event_now: start.event_now,
        chance: start.chance,
        ..job::Options::default()
    };
    job::run(start.cluster, options, CancellationToken::new())
}

fn seed(seed: u64) -> Statistics {
    let command =
        format!("JOBYARD_SEED={seed} cargo nextest run -p jobyard-cluster-simulated one_seed");
    check(seed, &command, start)
}

/// Replays `JOBYARD_SEED` with its whole trace on stderr; seed 0 if none is given.
#[test]
fn one_seed() {
    let asked = std::env::var("JOBYARD_SEED").ok();
    let number = asked.as_ref().map_or(0, |text| text.parse().unwrap());
    if asked.is_some() {
        let outcome = run(number, true, start);
        eprintln!("{}", outcome.trace);
    }
    seed(number);
}

#[test]
fn few_seeds() {
    let from: u64 = std::env::var("JOBYARD_FROM")
        .ok()
        .map_or(0, |text| text.parse().unwrap());
    let count: u64 = std::env::var("JOBYARD_SEEDS")
        .ok()
        .map_or(40, |text| text.parse().unwrap());
    let begin = std::time::Instant::now();
    let mut all = vec![];
    for number in from..from + count {
        all.push(seed(number));
    }
    let steps: u64 = all.iter().map(|one| one.steps).sum();
    eprintln!(
        "{count} seeds, {} steps a seed, {:.2} ms a seed",
        steps / count,
        begin.elapsed().as_secs_f64() * 1000.0 / count as f64
    );
}
