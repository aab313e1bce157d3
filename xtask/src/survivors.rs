//! Mutants of the Job controller's decision: does the crate's own test notice each?
//!
//! cargo-mutants changes one expression at a time and runs the tests of the
//! crate. A change that no test notices is a line that nothing holds, or one
//! that makes no difference; the latter stand in `.cargo/mutants.toml`, each
//! with its reason. (The other kind of mutants, known bugs that are put back,
//! is for the judge of the simulation: see `mutants.rs`.)

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail};

/// What cargo-mutants ends with when tests failed to notice a change, and when a
/// changed program went on for ever (the cargo-mutants book, "Exit codes"). The
/// second hides the first, so that neither says enough: `missed.txt` does.
const MISSED: i32 = 2;
const TIMED_OUT: i32 = 3;

/// Runs all mutants, about an hour; an unexplained survivor is an error.
pub(crate) fn run(workspace: &Path) -> Result<()> {
    let version = Command::new(env!("CARGO"))
        .args(["mutants", "--version"])
        .output()
        .context("cannot run cargo")?;
    if !version.status.success() {
        bail!("cargo-mutants is not installed; cargo install --locked cargo-mutants");
    }
    let output = workspace.join("target/survivors");
    std::fs::create_dir_all(&output)
        .with_context(|| format!("cannot make the folder {}", output.display()))?;
    let status = Command::new(env!("CARGO"))
        .args(["mutants", "--package", "jobyard-decide", "--output"])
        .arg(&output)
        .current_dir(workspace)
        // The random worlds run often enough elsewhere, and nobody reads the
        // shortest way to a failure here.
        .env("PROPTEST_CASES", "64")
        .env("PROPTEST_MAX_SHRINK_ITERS", "0")
        .status()
        .context("cannot start cargo mutants")?;
    if !matches!(status.code(), Some(0 | MISSED | TIMED_OUT)) {
        bail!("cargo mutants ended with {status}");
    }
    let missed = output.join("mutants.out/missed.txt");
    let survivors = std::fs::read_to_string(&missed)
        .with_context(|| format!("cannot read {}", missed.display()))?;
    if !survivors.is_empty() {
        bail!(
            "mutants survived:\n{survivors}write the test that catches each, or exclude it in \
             .cargo/mutants.toml and say there why it makes no difference"
        );
    }
    Ok(())
}
