//! The command line: names and flags that others rely on.

use std::{net::SocketAddr, path::PathBuf, str::FromStr, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};
use jobyard_api::Timestamp;
use jobyard_node::simulated;

/// Kubernetes Jobs without the cluster.
///
/// Runs Job manifests to completion on this machine, every Pod as real Linux
/// containers, behind a Kubernetes API that kubectl and client libraries talk to.
#[derive(Debug, Parser)]
#[command(name = "jobyard", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run manifests to completion in this process, and end
    Run(RunArguments),
    /// Serve the Kubernetes API as a daemon
    Serve(ServeArguments),
    /// Run the Job controller against any Kubernetes API server
    Controller(ControllerArguments),
    /// Say what the Job controller would do next, from objects alone
    Plan(PlanArguments),
}

/// `jobyard run`
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: 0 all complete, 1 a Job failed, 2 bad usage or a rejected manifest (nothing was started), 124 --timeout passed, 130 interrupted."
)]
pub(crate) struct RunArguments {
    /// Manifests: YAML or JSON, many documents a file; a folder; `-` for stdin
    #[arg(value_name = "FILE", required_unless_present = "filename")]
    pub(crate) files: Vec<PathBuf>,
    /// The same, as kubectl has it
    #[arg(short, long, value_name = "FILE")]
    pub(crate) filename: Vec<PathBuf>,
    /// Namespace of objects that name none
    #[arg(short, long, default_value = "default")]
    pub(crate) namespace: String,
    /// End the Pods and exit with 124 after this time (`90s`, `1h30m`)
    #[arg(long, value_name = "DURATION")]
    pub(crate) timeout: Option<GoDuration>,
    /// What stands before each line of the Pods' logs
    #[arg(long, value_enum, default_value_t = Prefix::Auto)]
    pub(crate) prefix: Prefix,
    /// Only JSON on stdout (a summary at the end); logs go to stderr
    #[arg(short, long, value_enum)]
    pub(crate) output: Option<Output>,
    /// Keep the yard's state in this folder instead of a temporary one
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// The runtime of Pods that name no RuntimeClass
    #[arg(long, value_enum, default_value_t = Runtime::Oci)]
    pub(crate) runtime: Runtime,
}

/// `jobyard serve`
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Where to listen
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:6443")]
    pub(crate) listen: SocketAddr,
    /// Where the yard's state is kept [default: /var/lib/jobyard]
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Where the kubeconfig is written [default: DIR/kubeconfig]
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Whether this machine runs Pods
    #[arg(long, value_enum, default_value_t = Node::Local)]
    pub(crate) node: Node,
    /// Whether the Job controller runs here
    ///
    /// The scheduler, the garbage collector and the node are the cluster's own
    /// duties: they run in either case.
    #[arg(long, value_enum, default_value_t = Controllers::All)]
    pub(crate) controllers: Controllers,
    /// The runtime of Pods that name no RuntimeClass
    #[arg(long, value_enum, default_value_t = Runtime::Oci)]
    pub(crate) runtime: Runtime,
    /// Offer the RuntimeClass `host` to Pods that name it
    #[arg(long)]
    pub(crate) allow_host_runtime: bool,
    /// Most Pods that run at once [default: 1000, on the simulated node 100000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=i64::from(simulated::PODS_MAX)))]
    pub(crate) max_pods: Option<u32>,
    /// Most processes and threads of each Pod [default: no limit]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) pod_max_pids: Option<u64>,
    /// On SIGTERM, end the Pods first instead of leaving them to the next start
    #[arg(long)]
    pub(crate) drain: bool,
    // The last, because a heading holds for all that follows it.
    /// How Pods of the simulated node run
    #[command(flatten, next_help_heading = "With --node simulated")]
    pub(crate) simulated: SimulatedArguments,
}

/// What becomes of the Pods of the simulated node.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct SimulatedArguments {
    /// How long each Pod runs [default: 0s]
    #[arg(long = "simulated-run-time", value_name = "DURATION")]
    run_time: Option<GoDuration>,
    /// The share of the Pods that fail, 0 to 1 [default: 0]
    #[arg(long = "simulated-fail-share", value_name = "SHARE")]
    fail_share: Option<simulated::Share>,
    /// How often those fail, where a Pod says which attempt it is (restarts; indexes
    /// with backoffLimitPerIndex) [default: each time]
    #[arg(long = "simulated-fail-times", value_name = "N")]
    fail_times: Option<u32>,
    /// With which exit code they fail [default: 1]
    #[arg(long = "simulated-exit-code", value_name = "CODE", value_parser = clap::value_parser!(u8).range(1..))]
    exit_code: Option<u8>,
}

impl SimulatedArguments {
    /// Whether none of them was given.
    pub(crate) fn is_empty(&self) -> bool {
        let Self {
            run_time,
            fail_share,
            fail_times,
            exit_code,
        } = self;
        run_time.is_none() && fail_share.is_none() && fail_times.is_none() && exit_code.is_none()
    }

    /// The same in the words of the node.
    pub(crate) fn fate(self) -> simulated::Fate {
        simulated::Fate {
            run_time: self.run_time.map_or(Duration::ZERO, |time| time.0),
            fail_share: self.fail_share.unwrap_or_default(),
            fail_times: self.fail_times,
            exit_code: self.exit_code.unwrap_or(1),
        }
    }
}

/// `jobyard plan`
#[derive(Debug, Args)]
#[command(after_help = PLAN_HELP)]
pub(crate) struct PlanArguments {
    /// One Job and any Pods: YAML or JSON, many documents, a List; `-` for stdin
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The time of the decision, such as 2026-01-01T00:00:00Z [default: the present]
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<Timestamp>,
    /// Suppose that one more Pod has just failed, with this exit code in its first
    /// container: the first active Pod of FILE, or else one more
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=255))]
    pub(crate) exit_code: Option<i32>,
    /// The plan as one JSON document
    #[arg(short, long, value_enum)]
    pub(crate) output: Option<Output>,
}

/// Rules that a user of `plan` has to know and cannot see.
const PLAN_HELP: &str = "\
The plan is that of one sync in which every request succeeds, by a controller that has just
started: it does not remember failures that are counted already. There is no server and nothing
is changed. Objects as a cluster prints them are taken as they are. A Job without metadata.uid is
a manifest: it is given the defaults, a uid and a selector that the API server would give it, and
these Pods are taken for its own, with the owner reference, the labels and the tracking finalizer
that a Job's Pods have: those that name it as their controller, and those without ownerReferences
that have no labels or the label job-name of the Job. Write `finalizers: []` for a Pod that is
counted already. The index of such a Pod is that of its annotation, or the number in its name
(NAME-INDEX, NAME-INDEX-suffix). Kinds other than Job and Pod are left out.

spec.managedBy: without it, and with kubernetes.io/job-controller, the plan is that of the built-in
controller of a cluster or a yard; with jobyard.dev/job-controller it is that of `jobyard
controller`, the same. A Job with any other is left alone.

Exit code: 0 the plan is printed, 2 bad usage or input.";

/// `jobyard controller`
#[derive(Debug, Args)]
#[command(
    after_help = "It takes the Jobs whose spec.managedBy is `jobyard.dev/job-controller`, unless --all-jobs is given.

On stdout stand two lines: `ready http://ADDR:PORT against https://SERVER (VERSION) in N ms` when it stands by, `leading NAMESPACE/NAME as IDENTITY` (`leading without election`) when it begins to work.

SIGTERM and SIGINT: it ends the syncs in hand, lets the Lease go and exits with 0. It exits with 1 when the lead was lost, the API server could not be reached at the start, or something broke: start it again. 2: bad usage, a kubeconfig that cannot be used, or one whose user lacks rights."
)]
pub(crate) struct ControllerArguments {
    /// Where the API server is and who we are there [default: the service account of the Pod we run in]
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig [default: its current one]
    #[arg(long, value_name = "NAME", requires = "kubeconfig")]
    pub(crate) context: Option<String>,
    /// Take the Jobs of Kubernetes' own Job controller, which must not run
    ///
    /// These are the Jobs without spec.managedBy, or with
    /// `kubernetes.io/job-controller`. Two controllers on one Job create too many
    /// Pods: switch the other one off first
    /// (`kube-controller-manager --controllers=*,-job-controller`).
    #[arg(long)]
    pub(crate) all_jobs: bool,
    /// Jobs that are worked on at a time
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) concurrent_job_syncs: u16,
    /// Where /healthz, /livez, /readyz and /metrics are served: plain HTTP, to everybody
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:10290")]
    pub(crate) listen: SocketAddr,
    /// How long to try to reach the API server at the start
    #[arg(long, value_name = "DURATION", default_value = "30s")]
    pub(crate) connect_timeout: GoDuration,
    /// Work only while holding a Lease, so that several may run and one works
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) leader_elect: bool,
    /// The namespace of the Lease
    #[arg(long, value_name = "NAMESPACE", default_value = "kube-system")]
    pub(crate) leader_elect_resource_namespace: String,
    /// The name of the Lease [default: jobyard-controller, with --all-jobs jobyard-controller-all-jobs]
    #[arg(long, value_name = "NAME")]
    pub(crate) leader_elect_resource_name: Option<String>,
    /// How long others wait after the last renewal that they saw; whole seconds
    #[arg(long, value_name = "DURATION", default_value = "15s")]
    pub(crate) leader_elect_lease_duration: GoDuration,
    /// How long a leader goes on that cannot renew the Lease
    #[arg(long, value_name = "DURATION", default_value = "10s")]
    pub(crate) leader_elect_renew_deadline: GoDuration,
    /// Wait between attempts to acquire or renew the Lease
    #[arg(long, value_name = "DURATION", default_value = "2s")]
    pub(crate) leader_elect_retry_period: GoDuration,
}

/// What stands before each line of the logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Prefix {
    /// Nothing when a single container runs in all, else the Pod
    Auto,
    /// `pod | line`, `pod/container | line` when a Pod has several
    Always,
    /// Nothing
    Never,
}

/// The form of stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// One JSON document
    Json,
}

/// How Pods run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Runtime {
    /// From their image
    Oci,
    /// On a throw-away overlay of this machine's own system folders
    Host,
}

/// Whether this machine runs Pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Node {
    /// As real containers
    Local,
    /// In imagination: they run for a while, and succeed or fail as asked
    Simulated,
    /// Pods stay Pending
    None,
}

/// Which controllers of workloads run in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Controllers {
    /// The Job controller
    All,
    /// Jobs wait for a Job controller in another process
    None,
}

/// A duration as Go writes it: `300ms`, `90s`, `1h30m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GoDuration(pub(crate) Duration);

impl FromStr for GoDuration {
    type Err = String;

    /// Accepts what Go's `time.ParseDuration` accepts, but for signs: units h, m,
    /// s, ms, us, ns, each with a decimal number; a bare `0`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no duration; write it like 90s, 5m or 1h30m");
        if text == "0" {
            return Ok(Self(Duration::ZERO));
        }
        let (mut rest, mut total) = (text, 0.0_f64);
        if rest.is_empty() {
            return Err(wrong());
        }
        while !rest.is_empty() {
            let digits = rest
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .ok_or_else(wrong)?;
            let number: f64 = rest[..digits].parse().map_err(|_| wrong())?;
            rest = &rest[digits..];
            let letters = rest
                .find(|c: char| c.is_ascii_digit() || c == '.')
                .unwrap_or(rest.len());
            let unit = match &rest[..letters] {
                "h" => 3600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 1e-3,
                "us" | "µs" => 1e-6,
                "ns" => 1e-9,
                _ => return Err(wrong()),
            };
            total += number * unit;
            rest = &rest[letters..];
        }
        Duration::try_from_secs_f64(total)
            .map(Self)
            .map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn durations_are_read_as_go_reads_them() {
        let millis = |text: &str| {
            text.parse::<GoDuration>()
                .map(|found| found.0.as_millis())
                .ok()
        };
        for (text, expected) in [
            ("90s", Some(90_000)),
            ("1h30m", Some(5_400_000)),
            ("1.5s", Some(1500)),
            ("250ms", Some(250)),
            ("0", Some(0)),
            ("", None),
            ("90", None),
            ("s", None),
            ("-5s", None),
            ("1d", None),
            ("99999999999999999999h", None),
        ] {
            assert_eq!(millis(text), expected, "{text}");
        }
    }
}
