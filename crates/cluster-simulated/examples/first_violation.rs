//! Runs seeds up to the first that fails: `first_violation FIRST COUNT`.
//!
//! The harness of the mutants (`cargo xtask mutants`) builds this with bugs put
//! back. Exit code 0: all pass; 1: one failed, and stderr says which and why.

use std::process::ExitCode;

use jobyard_cluster_simulated::{Start, run};
use jobyard_controllers::job;
use tokio_util::sync::CancellationToken;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map_while(|text| text.parse().ok());
    let (Some(first), Some(count)) = (numbers.next(), numbers.next()) else {
        eprintln!("usage: first_violation FIRST COUNT");
        return ExitCode::from(2);
    };
    for seed in first..first + count {
        if let Some(failure) = run(seed, false, start).failure {
            eprintln!("seed {seed}: {failure}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn start(start: Start) -> impl Future<Output = ()> + Send + 'static {
    let options = job::Options {
        now: start.now,
        event_now: start.event_now,
        chance: start.chance,
        ..job::Options::default()
    };
    job::run(start.cluster, options, CancellationToken::new())
}
