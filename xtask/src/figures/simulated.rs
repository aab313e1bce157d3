//! What Jobs cost when nothing is run: the simulated node, and `jobyard-bench` as the client.
//!
//! Each load runs in both arrangements: all in one process, and the Job
//! controller in a second one, which speaks HTTP and TLS. CPU is that of the
//! processes measured, without the client; memory is their peak.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Process, Server};

/// Jobs, completions of each, and what else is said to `jobyard-bench` and to the node.
struct Load<'a> {
    name: &'a str,
    jobs: &'a [&'a str],
    node: &'a [&'a str],
}

const LOADS: [Load<'static>; 3] = [
    Load {
        name: "an Indexed Job of 10,000 at parallelism 1,000",
        jobs: &["--completions", "10000", "--parallelism", "1000"],
        node: &[],
    },
    Load {
        name: "1,000 Jobs of one Pod",
        jobs: &["--jobs", "1000"],
        node: &[],
    },
    Load {
        name: "a failure storm: 5,000 completions, half the Pods fail once, backoffLimitPerIndex 3",
        jobs: &["--completions", "5000", "--backoff-limit-per-index", "3"],
        node: &[
            "--simulated-fail-share",
            "0.5",
            "--simulated-fail-times",
            "1",
        ],
    },
];

/// Sizes between which the CPU of a Pod must not differ by more than a fifth, at a
/// parallelism at which the smallest, too, creates Pods as others end.
const SIZES: [&str; 3] = ["1000", "10000", "50000"];
/// Runs of each size, in turns.
const RUNS: usize = 3;

#[derive(Clone, Copy)]
enum Arrangement {
    /// `serve`
    OneProcess,
    /// `serve --controllers none` and `controller`
    OverHttp,
}

/// Measures, and calls `row` with what and how much.
pub(super) fn rows(
    binaries: &Path,
    folder: &Path,
    row: &mut impl FnMut(&str, String),
) -> Result<()> {
    for arrangement in [Arrangement::OneProcess, Arrangement::OverHttp] {
        let place = match arrangement {
            Arrangement::OneProcess => "`serve --node simulated`",
            Arrangement::OverHttp => "the same with `controller` over HTTP and TLS",
        };
        for load in &LOADS {
            let took = Took::measure(binaries, folder, arrangement, load)?;
            row(&format!("{}; {place}", load.name), took.to_string());
        }
        let mut each: [Vec<f64>; SIZES.len()] = Default::default();
        for _ in 0..RUNS {
            for (size, costs) in SIZES.iter().zip(&mut each) {
                let load = Load {
                    name: "flat",
                    jobs: &["--completions", size, "--parallelism", "100"],
                    node: &[],
                };
                let took = Took::measure(binaries, folder, arrangement, &load)?;
                costs.push(took.cpu_micros_per_pod());
            }
        }
        let medians = each.map(|mut costs| {
            costs.sort_by(f64::total_cmp);
            format!("{:.0}", costs[RUNS / 2])
        });
        row(
            &format!(
                "CPU a Pod of an Indexed Job of 1,000, 10,000 and 50,000 at parallelism 100; {place}"
            ),
            format!("{} us (medians of {RUNS})", medians.join(", ")),
        );
    }
    Ok(())
}

/// What a load took.
struct Took {
    report: Value,
    cpu: Duration,
    /// Peak of the server, and of the controller where it has a process of its own.
    peaks_mb: Vec<f64>,
}

impl Took {
    fn measure(
        binaries: &Path,
        folder: &Path,
        arrangement: Arrangement,
        load: &Load<'_>,
    ) -> Result<Self> {
        let data = folder.join("simulated");
        let mut flags = vec!["--node", "simulated"];
        flags.extend(load.node);
        if matches!(arrangement, Arrangement::OverHttp) {
            flags.extend(["--controllers", "none"]);
        }
        let jobyard = binaries.join("jobyard");
        let server = Server::start_with(&jobyard, &data, &flags)?;
        let controller = match arrangement {
            Arrangement::OneProcess => None,
            Arrangement::OverHttp => Some(Controller::start(&jobyard, &server)?),
        };
        let processes = || {
            let controller = controller.as_ref().map(|controller| controller.0.id());
            [Some(server.child.id()), controller]
                .into_iter()
                .flatten()
                .map(Process)
        };
        let cpu = || {
            processes()
                .map(|process| process.cpu())
                .sum::<Result<Duration>>()
        };
        let before = cpu()?;
        let output = Command::new(binaries.join("jobyard-bench"))
            .args(["jobs", "--keep", "--output", "json", "--kubeconfig"])
            .arg(&server.kubeconfig)
            .args(load.jobs)
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            bail!("jobyard-bench {:?} ended with {}", load.jobs, output.status);
        }
        let took = Self {
            report: serde_json::from_slice(&output.stdout)?,
            cpu: cpu()?.saturating_sub(before),
            peaks_mb: processes()
                .map(|process| process.memory_mb("VmHWM"))
                .collect::<Result<_>>()?,
        };
        drop(controller);
        drop(server);
        std::fs::remove_dir_all(&data)?;
        Ok(took)
    }

    fn number(&self, field: &str) -> f64 {
        self.report[field].as_f64().unwrap_or(f64::NAN)
    }

    fn cpu_micros_per_pod(&self) -> f64 {
        let pods = self.number("succeededPods") + self.number("failedPods");
        self.cpu.as_secs_f64() * 1e6 / pods
    }
}

impl std::fmt::Display for Took {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let peaks: Vec<_> = self
            .peaks_mb
            .iter()
            .map(|peak| format!("{peak:.0}"))
            .collect();
        write!(
            f,
            "{:.1} s, {:.0} Pods/s, {:.1} s CPU ({:.0} us a Pod), peak {} MB",
            self.number("wallSeconds"),
            self.number("podsPerSecond"),
            self.cpu.as_secs_f64(),
            self.cpu_micros_per_pod(),
            peaks.join(" + "),
        )
    }
}

/// `jobyard controller`, ended with this value.
struct Controller(Child);

impl Controller {
    fn start(jobyard: &Path, server: &Server) -> Result<Self> {
        let child = Command::new(jobyard)
            .args(["controller", "--all-jobs", "--kubeconfig"])
            .arg(&server.kubeconfig)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("jobyard controller")?;
        Ok(Self(child))
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        super::end(&mut self.0);
    }
}
