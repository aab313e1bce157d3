//! `jobyard-bench`: load for any Kubernetes API server, ours or another.
//!
//! `jobs` makes Jobs and says how long they took; `node` is a node whose Pods
//! are imagined, so that a server and its controllers can be measured without
//! anything being run. Both speak to the server that a kubeconfig names, through
//! the ordinary API, and nothing else.

mod args;
mod jobs;
mod node;

use std::{
    io::{IsTerminal as _, Write as _},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Parser as _;

/// As in `jobyard` itself: what is measured shall not be the allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exit codes, as those of `jobyard run`.
const FAILED: u8 = 1;
const REFUSED: u8 = 2;
const TIMED_OUT: u8 = 124;
const INTERRUPTED: u8 = 130;

/// How a command ended that got as far as doing its work.
enum Ending {
    /// All Jobs are complete; the node was told to end.
    Done,
    /// A Job failed.
    Failed,
    /// `--timeout` passed.
    TimedOut,
    /// By SIGINT or SIGTERM.
    Interrupted,
}

impl Ending {
    /// The word for it.
    fn as_str(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "a Job failed",
            Self::TimedOut => "timeout",
            Self::Interrupted => "interrupted",
        }
    }
}

fn main() -> ExitCode {
    let arguments = args::Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("JOBYARD_LOG")
        .unwrap_or_else(|_| "error".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    match run(arguments) {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Failed) => ExitCode::from(FAILED),
        Ok(Ending::TimedOut) => ExitCode::from(TIMED_OUT),
        Ok(Ending::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(error) => {
            say(format_args!("jobyard-bench: {error:#}"));
            ExitCode::from(REFUSED)
        }
    }
}

fn run(arguments: args::Arguments) -> anyhow::Result<Ending> {
    let tasks = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start threads")?;
    let ending = match arguments.command {
        args::Command::Jobs(jobs) => tasks.block_on(jobs::main(jobs)),
        args::Command::Node(node) => tasks.block_on(node::main(node)),
    };
    tasks.shutdown_timeout(std::time::Duration::from_secs(1));
    ending
}

/// Ends when the process is asked to end.
async fn interrupted() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// A line on stderr, if anybody reads it.
fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// A line on stdout, if anybody reads it.
fn answer(line: impl std::fmt::Display) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}
