//! The Job controller in worlds that go wrong, each a function of its seed.
//!
//! Two tests share the seeds, so that two cores are busy. Without optimisation
//! they are few; `cargo xtask ci` runs 20,000 with the profile `simulation`, the
//! long run a million (`JOBYARD_SEEDS`, from `JOBYARD_FROM`). A seed that fails
//! says how to replay it.

use std::{collections::BTreeMap, fmt::Write as _, time::Instant};

use jobyard_cluster_simulated::{Fault, Start, Statistics, check, run};
use jobyard_controllers::job;
use tokio_util::sync::CancellationToken;

/// Seeds that are run if nobody says how many.
const SEEDS: u64 = 400;
/// From so many seeds on they must show every kind of fault.
const FAULTS_FROM: usize = 2_000;
/// The tests that share them.
const PARTS: u64 = 2;
/// The median seed has so many steps and faults at least.
const MEDIAN_MIN: (u64, u32) = (200, 3);

fn start(start: Start) -> impl Future<Output = ()> + Send + 'static {
    let options = job::Options {
        now: start.now,
        event_now: start.event_now,
        chance: start.chance,
        ..job::Options::default()
    };
    job::run(start.cluster, options, CancellationToken::new())
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().expect("a number"))
}

/// The seeds of this part.
fn seeds(part: u64) -> impl Iterator<Item = u64> {
    let from = number("JOBYARD_FROM").unwrap_or(0);
    let until = from + number("JOBYARD_SEEDS").unwrap_or(SEEDS);
    (from..until).filter(move |seed| seed % PARTS == part)
}

/// Runs the seeds of the part; fails at the first that fails.
#[expect(clippy::print_stdout, reason = "what the seeds had, for those who ask")]
fn sweep(part: u64) {
    let begin = Instant::now();
    let all: Vec<Statistics> = seeds(part)
        .map(|seed| {
            let command = format!(
                "JOBYARD_SEED={seed} cargo nextest run -p jobyard-cluster-simulated one_seed"
            );
            check(seed, &command, start)
        })
        .collect();
    let report = report(&all);
    println!("{report}{} seeds in {:.0?}", all.len(), begin.elapsed());
    let steps = median(all.iter().map(|one| one.steps));
    let faults = median(all.iter().map(Statistics::faults));
    assert!(steps >= MEDIAN_MIN.0, "too few steps:\n{report}");
    assert!(faults >= MEDIAN_MIN.1, "too few faults:\n{report}");
    let is_rare = |fault: &&Fault| share(&all, **fault) < 0.01;
    let rare: Vec<_> = Fault::ALL.iter().filter(is_rare).collect();
    let has_rare = all.len() >= FAULTS_FROM && !rare.is_empty();
    assert!(!has_rare, "hardly any {rare:?}:\n{report}");
}

/// The share of the runs that have the fault.
fn share(all: &[Statistics], fault: Fault) -> f64 {
    let having = all.iter().filter(|one| one.count(fault) > 0).count();
    having as f64 / all.len() as f64
}

fn report(all: &[Statistics]) -> String {
    let mut text = format!(
        "the median seed has {} steps, {} requests, {} faults, {} lives, and is at rest after {} s\n",
        median(all.iter().map(|one| one.steps)),
        median(all.iter().map(|one| one.requests)),
        median(all.iter().map(Statistics::faults)),
        median(all.iter().map(|one| one.lives)),
        median(all.iter().map(|one| one.seconds)),
    );
    for fault in Fault::ALL {
        let percent = share(all, *fault) * 100.0;
        let _ = writeln!(text, "{percent:>6.2} % have {fault:?}");
    }
    text
}

fn median<T: Ord + Copy>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values[values.len() / 2]
}

#[test]
fn the_controller_keeps_the_laws_in_even_seeds() {
    sweep(0);
}

#[test]
fn the_controller_keeps_the_laws_in_odd_seeds() {
    sweep(1);
}

#[test]
fn the_same_seed_gives_the_same_run() {
    for seed in 0..20 {
        let (first, second) = (run(seed, true, start), run(seed, true, start));
        assert!(!first.trace.is_empty());
        assert_eq!(first.statistics, second.statistics, "seed {seed}");
        assert!(first.trace == second.trace, "seed {seed} has two traces");
    }
}

/// Replays `JOBYARD_SEED` with its whole trace on stderr; seed 0 if none is given.
#[test]
fn one_seed() {
    let seed = number("JOBYARD_SEED");
    let outcome = run(seed.unwrap_or(0), seed.is_some(), start);
    eprint!("{}", outcome.trace);
    if let Some(failure) = outcome.failure {
        panic!("seed {}: {failure}", seed.unwrap_or(0));
    }
}

/// Measures without judging: runs `JOBYARD_SURVEY` seeds and says of each law how many break it, and which first.
#[test]
#[expect(clippy::print_stdout, reason = "the table is what it is run for")]
fn survey() {
    let Some(count) = number("JOBYARD_SURVEY") else {
        return;
    };
    let from = number("JOBYARD_FROM").unwrap_or(0);
    let begin = Instant::now();
    let mut all = vec![];
    let mut failed = BTreeMap::<String, Vec<u64>>::new();
    for seed in from..from + count {
        let outcome = run(seed, false, start);
        all.push(outcome.statistics);
        if let Some(failure) = outcome.failure {
            let text = failure.to_string();
            let law = text.split(' ').next().unwrap();
            let what = text.split("): ").nth(1).unwrap_or(&text);
            let what: String = what.chars().filter(|one| !one.is_ascii_digit()).collect();
            let what: String = what.chars().take(60).collect();
            let seeds = failed.entry(format!("{law}: {what}")).or_default();
            seeds.push(seed);
        }
    }
    let millis = begin.elapsed().as_secs_f64() * 1000.0 / count as f64;
    println!("{}{count} seeds, {millis:.2} ms each", report(&all));
    for (what, seeds) in &failed {
        println!(
            "{:>5} {what} {:?}",
            seeds.len(),
            &seeds[..seeds.len().min(6)]
        );
    }
}
