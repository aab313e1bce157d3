//! What CI runs, generators, and the long runs: `cargo xtask <task>`.
//!
//! What CI runs is what a developer runs, by the same name.

mod check;
mod figures;
mod mutants;
mod schema;
mod survivors;

use std::{path::Path, process::ExitCode};

const USAGE: &str = "\
usage: cargo xtask <task>

  test     check that this machine has what the tests need, then run all of them
  ci       format, clippy, docs, deny, test, 20,000 simulated clusters: what has to be green
  long     the long runs: hundreds of kills, a million simulated clusters, mutants of the Job decision
  cover    measure how much of the Job decision the simulated clusters reach
  mutants  put bugs back, and see that the judge of the simulation catches each
  figures  measure what README.md quotes (root, an idle machine)
  schema   generate the schema table from the API definitions anew";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test", filter @ ..] => check::test(filter),
        ["ci"] => check::ci(),
        ["long"] => check::long().and_then(|()| survivors::run(workspace())),
        ["cover"] => check::cover(),
        ["mutants", names @ ..] => mutants::run(workspace(), names),
        ["figures"] => figures::print(workspace()),
        ["schema"] => schema::generate(workspace()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies below the root of the workspace")
}
