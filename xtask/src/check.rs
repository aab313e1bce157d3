//! The checks: each a command of cargo, run in order, the first failure ends it.

use std::{path::Path, process::Command, time::Instant};

use anyhow::{Context, Result, bail};

use crate::mutants;

/// Format, lints, documentation, dependencies, tests.
pub(crate) fn ci() -> Result<()> {
    cargo(&["fmt", "--all", "--check"], &[])?;
    cargo(
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ],
        &[],
    )?;
    // The pages are for those who work on it: private items are in them, and links to them work.
    cargo(
        &[
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
            "--quiet",
        ],
        &[(
            "RUSTDOCFLAGS",
            "-D warnings -A rustdoc::private_intra_doc_links",
        )],
    )?;
    // The advisory database is not part of a registry and needs the open
    // network; where that is, run `cargo deny check` whole.
    cargo(
        &[
            "deny",
            "--log-level",
            "error",
            "check",
            "bans",
            "licenses",
            "sources",
        ],
        &[],
    )?;
    test(&[])?;
    simulate("20000", "default")?;
    mutants::run(crate::workspace(), &[])
}

/// All tests of the workspace. They start real containers and drive kubectl.
pub(crate) fn test(filter: &[&str]) -> Result<()> {
    prerequisites()?;
    // The black-box tests drive the binary itself.
    cargo(
        &["build", "--workspace", "--bins", "--examples", "--quiet"],
        &[],
    )?;
    let mut arguments = vec!["nextest", "run", "--workspace", "--no-fail-fast"];
    arguments.extend(filter);
    cargo(&arguments, &[])
}

/// The Job controller in this many simulated clusters; optimised, there are ten
/// times as many in the same time.
fn simulate(seeds: &str, profile: &str) -> Result<()> {
    cargo(
        &[
            "nextest",
            "run",
            "--package",
            "jobyard-cluster-simulated",
            "--test",
            "seeds",
            "--cargo-profile",
            "simulation",
            "--profile",
            profile,
            "--no-fail-fast",
        ],
        &[("JOBYARD_SEEDS", seeds)],
    )
}

/// The same tests with the large numbers: hundreds of kills in place of tens.
pub(crate) fn long() -> Result<()> {
    prerequisites()?;
    cargo(
        &["build", "--workspace", "--bins", "--examples", "--quiet"],
        &[],
    )?;
    cargo(
        &[
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "--profile",
            "long",
        ],
        &[("JOBYARD_LONG", "1")],
    )?;
    simulate("1000000", "long")?;
    mutants::run(crate::workspace(), &[])?;
    cover()
}

/// How much of the Job's decision the simulated clusters reach: at least 95 % of
/// its lines.
///
/// `sync.rs` is left out: it is the whole sync in one value that `jobyard plan`
/// shows, and no driver calls it.
pub(crate) fn cover() -> Result<()> {
    if !on_path("cargo-tarpaulin") {
        bail!("cargo-tarpaulin is not on the PATH; cargo install --locked cargo-tarpaulin");
    }
    let covered = cargo(
        &[
            "tarpaulin",
            "--engine",
            "llvm",
            "--package",
            "jobyard-cluster-simulated",
            "--test",
            "seeds",
            "--include-files",
            "crates/decide/src/job/*",
            "--exclude-files",
            "crates/decide/src/job/tests/*",
            "crates/decide/src/job/sync.rs",
            "--fail-under",
            "95",
            // The build for coverage is kept apart from the others.
            "--target-dir",
            "target/coverage",
            "--skip-clean",
            "--timeout",
            "7200",
            "--",
            "survey",
        ],
        &[("JOBYARD_SURVEY", "20000")],
    );
    covered.context(
        "the seeds must reach 95 % of the lines of crates/decide/src/job; the table above says which they miss: \
         let crates/cluster-simulated/src/{manifest,users,kubelet}.rs draw what leads there",
    )
}

/// What the tests need of the machine; the first thing missing is an error that says what to do.
fn prerequisites() -> Result<()> {
    if !is_root()? {
        bail!("the tests start containers and must run as root; run them with sudo");
    }
    for (program, remedy) in [
        ("cargo-nextest", "cargo install --locked cargo-nextest"),
        (
            "kubectl",
            "install kubectl 1.32 or newer (its documentation: Install Tools)",
        ),
        ("perl", "apt-get install perl"),
        ("awk", "apt-get install mawk"),
    ] {
        if !on_path(program) {
            bail!("{program} is not on the PATH; {remedy}");
        }
    }
    let bignum = Command::new("perl")
        .args(["-MMath::BigInt=999", "-e", "1"])
        .output()
        .context("cannot run perl")?;
    if !bignum.status.success() && !Path::new("/usr/share/perl5/Math/BigInt.pm").exists() {
        bail!(
            "perl's Math::BigInt is older than the pi example needs; apt-get install libmath-bigint-perl"
        );
    }
    Ok(())
}

fn is_root() -> Result<bool> {
    let status =
        std::fs::read_to_string("/proc/self/status").context("cannot read /proc/self/status")?;
    Ok(status
        .lines()
        .any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0")))
}

fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}

fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    let line = format!("cargo {}", arguments.join(" "));
    eprintln!("== {line}");
    let started = Instant::now();
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .envs(environment.iter().copied())
        .status()
        .with_context(|| format!("cannot start {line}"))?;
    if !status.success() {
        bail!("{line} ended with {status}");
    }
    eprintln!("== {line}: {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}
