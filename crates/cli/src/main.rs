//! `jobyard`: Kubernetes Jobs without the cluster.
//!
//! The composition root. It reads the command line, constructs the parts,
//! connects them, and decides nothing. What a command does stands in its own
//! module; how the parts are wired, in [`yard`].

mod args;
mod controller;
mod exit;
mod logs;
mod node_room;
mod plan;
mod request_metrics;
mod run;
mod say;
mod serve;
mod tasks;
mod yard;

use std::{io::IsTerminal as _, process::ExitCode};

use clap::Parser;

/// The registry is mostly small allocations that live long and end in another
/// order than they came. With glibc's allocator they take over half of its CPU
/// time, and more the fuller the yard is; with this one the cost stays flat.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // The spawner and its successors are this same binary under another name,
    // and must come before any thread and any large allocation.
    jobyard_runtime::maybe_run_internal();
    let arguments = args::Arguments::parse();
    init_tracing();
    let outcome = match arguments.command {
        args::Command::Run(run) => run::main(&run),
        args::Command::Serve(serve) => serve::main(&serve),
        args::Command::Controller(controller) => controller::main(&controller),
        args::Command::Plan(plan) => plan::main(&plan),
    };
    exit::report(outcome)
}

/// Diagnostics go to stderr; `JOBYARD_LOG` sets how much (`info`, `jobyard_node=debug`).
fn init_tracing() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("JOBYARD_LOG")
        .unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}
