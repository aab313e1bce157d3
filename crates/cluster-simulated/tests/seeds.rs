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

/// Runs seeds, and says which failed and why; the first of each kind.
#[test]
fn survey() {
    let number = |name: &str, default: u64| {
        let text = std::env::var(name).ok();
        text.map_or(default, |text| text.parse().unwrap())
    };
    let (from, count) = (number("JOBYARD_FROM", 0), number("JOBYARD_SEEDS", 40));
    let begin = std::time::Instant::now();
    let (mut steps, mut failed) = (0, std::collections::BTreeMap::<String, Vec<u64>>::new());
    for number in from..from + count {
        let outcome = run(number, false, start);
        steps += outcome.statistics.steps;
        if let Some(failure) = outcome.failure {
            let text = failure.to_string();
            let what: String = text.chars().filter(|one| !one.is_ascii_digit()).collect();
            let law = text.split(' ').next().unwrap().to_owned();
            let end = what.split("): ").nth(1).unwrap_or(&what).to_owned();
            let end: String = end.chars().take(60).collect();
            failed
                .entry(format!("{law}: {end}"))
                .or_default()
                .push(number);
        }
    }
    let millis = begin.elapsed().as_secs_f64() * 1000.0 / count as f64;
    eprintln!(
        "{count} seeds, {} steps a seed, {millis:.2} ms a seed",
        steps / count
    );
    for (what, seeds) in &failed {
        eprintln!(
            "{:>5} {what} {:?}",
            seeds.len(),
            &seeds[..seeds.len().min(6)]
        );
    }
}
