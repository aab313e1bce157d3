//! The command line.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::SignedDuration;
use jobyard_node::simulated::{self, Share};

/// Measures how a Kubernetes API server and its controllers carry Jobs.
#[derive(Debug, Parser)]
#[command(name = "jobyard-bench", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create Jobs, wait for their end, and print what that took
    Jobs(JobsArguments),
    /// Be a node whose Pods are imagined, until ended by SIGINT or SIGTERM
    Node(NodeArguments),
}

/// `jobyard-bench jobs`
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: 0 all complete, 1 a Job failed, 2 bad usage or the server refused, 124 --timeout passed, 130 interrupted. What was created is deleted in each case, unless --keep."
)]
pub(crate) struct JobsArguments {
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Where the Jobs are made; the namespace must be there
    #[arg(short, long, default_value = "default")]
    pub(crate) namespace: String,
    /// How many Jobs
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) jobs: u32,
    /// How many Pods of each Job have to succeed
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) completions: u32,
    /// How many Pods of each Job run at once [default: all, at most 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) parallelism: Option<u32>,
    /// The completion mode
    #[arg(long, value_enum, default_value_t = Mode::Indexed)]
    pub(crate) mode: Mode,
    /// Failures that each index may have, for Pods that fail
    #[arg(long, value_name = "N", conflicts_with = "backoff_limit")]
    pub(crate) backoff_limit_per_index: Option<u32>,
    /// Failures that each Job may have [default: the server's]
    #[arg(long, value_name = "N")]
    pub(crate) backoff_limit: Option<u32>,
    /// The Pods' image; a simulated node takes any
    #[arg(long, default_value = "busybox:1.36")]
    pub(crate) image: String,
    /// What the Pods run
    #[arg(long, num_args = 1.., default_values_t = [String::from("true")])]
    pub(crate) command: Vec<String>,
    /// The Pods' RuntimeClass
    #[arg(long, value_name = "NAME")]
    pub(crate) runtime_class: Option<String>,
    /// Requests to create or delete Jobs that are under way at once
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) concurrency: u32,
    /// Give up after this time
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration)]
    pub(crate) timeout: Duration,
    /// Leave the Jobs and their Pods there
    #[arg(long)]
    pub(crate) keep: bool,
    /// JSON in place of the table
    #[arg(short, long, value_enum)]
    pub(crate) output: Option<Output>,
}

/// `jobyard-bench node`
#[derive(Debug, Args)]
pub(crate) struct NodeArguments {
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// The Node's name
    #[arg(long, default_value = "simulated")]
    pub(crate) name: String,
    /// Most Pods at once
    #[arg(long, value_name = "N", default_value_t = simulated::PODS_MAX, value_parser = clap::value_parser!(u32).range(1..=i64::from(simulated::PODS_MAX)))]
    pub(crate) max_pods: u32,
    /// How long each Pod runs
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    pub(crate) run_time: Duration,
    /// The share of the Pods that fail, 0 to 1
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub(crate) fail_share: Share,
    /// How often those fail, where a Pod says which attempt it is (restarts; indexes
    /// with backoffLimitPerIndex) [default: each time]
    #[arg(long, value_name = "N")]
    pub(crate) fail_times: Option<u32>,
    /// With which exit code they fail
    #[arg(long, value_name = "CODE", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    pub(crate) exit_code: u8,
}

/// Which server.
#[derive(Debug, Args)]
pub(crate) struct ServerArguments {
    /// How the server is reached
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: PathBuf,
}

/// How a Job counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "PascalCase")]
pub(crate) enum Mode {
    /// Each index succeeds once
    Indexed,
    /// So many Pods succeed
    NonIndexed,
}

impl Mode {
    /// As the API has it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Indexed => "Indexed",
            Self::NonIndexed => "NonIndexed",
        }
    }
}

/// The form of stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// One JSON document
    Json,
}

/// `300ms`, `90s`, `1h30m`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no duration; write it like 90s, 5m or 1h30m");
    let duration: SignedDuration = text.parse().map_err(|_| wrong())?;
    duration.try_into().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, millis) in [
            ("300ms", 300),
            ("90s", 90_000),
            ("1h30m", 5_400_000),
            ("0s", 0),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for wrong in ["", "90", "-5s", "soon"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
