//! The figures of README.md, measured in one run: `cargo xtask figures`.
//!
//! Needs root and an otherwise idle machine: the CPU of a Pod is the CPU of the
//! whole machine while the Pods run, as the shims and containers are nobody's
//! children. Medians, and ratios to a plain process measured beside them.

mod simulated;

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// Runs of each timed command.
const RUNS: usize = 11;
/// The large Job: as in the measurements of upstream.
const PODS: u32 = 200;
const PARALLELISM: u32 = 20;
/// How long an idle server is watched.
const IDLE: Duration = Duration::from_secs(10);

/// Measures, and prints a table.
pub(crate) fn print(workspace: &Path) -> Result<()> {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "-p", "jobyard", "-p", "jobyard-bench"])
        .current_dir(workspace)
        .status()?;
    if !status.success() {
        bail!("cargo build --release ended with {status}");
    }
    let binaries = workspace.join("target/release");
    let folder = std::env::temp_dir().join(format!("jobyard-figures-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = measure(&binaries, &folder);
    std::fs::remove_dir_all(&folder)?;
    let table = outcome?;
    #[expect(clippy::print_stdout, reason = "the table is what stdout is for")]
    {
        println!("{table}");
    }
    Ok(())
}

fn measure(binaries: &Path, folder: &Path) -> Result<String> {
    let binary = &binaries.join("jobyard");
    let mut table = String::from("| What | Figure |\n|---|---|\n");
    let mut row = |what: &str, figure: String| {
        let _ = writeln!(table, "| {what} | {figure} |");
    };
    row(
        "binary",
        format!("{:.1} MB", std::fs::metadata(binary)?.len() as f64 / 1e6),
    );

    let ready = median(
        (0..RUNS).map(|run| Ok(Server::start(binary, &folder.join(format!("ready-{run}")))?.ready)),
    )?;
    row("`serve`, from exec to ready", millis(ready));

    let server = Server::start(binary, &folder.join("idle"))?;
    std::thread::sleep(Duration::from_secs(2));
    let before = server.cpu()?;
    std::thread::sleep(IDLE);
    let share = server.cpu()?.saturating_sub(before).as_secs_f64() / IDLE.as_secs_f64();
    row(
        "`serve`, idle: memory (resident), CPU",
        format!(
            "{:.1} MB, {:.2} % of a core",
            server.resident_mb()?,
            share * 100.0
        ),
    );

    let one = manifest(folder, "one", 1, 1)?;
    let bare = median((0..RUNS).map(|_| timed(Command::new("/bin/true"))))?;
    let run = |file: &Path| {
        let mut command = Command::new(binary);
        command.arg("run").arg(file).stderr(Stdio::null());
        timed(command)
    };
    let single = median((0..RUNS).map(|_| run(&one)))?;
    row(
        "`run` of a Job of one `/bin/true`; the bare process",
        format!("{}; {}", millis(single), millis(bare)),
    );

    let many = manifest(folder, "many", PODS, PARALLELISM)?;
    let machine = machine_cpu()?;
    let wall = run(&many)?;
    let cpu = machine_cpu()?.saturating_sub(machine);
    row(
        &format!("`run` of one Job of {PODS} Pods of `/bin/true` at parallelism {PARALLELISM}"),
        format!(
            "{:.0} Pods/s, {:.1} ms CPU a Pod (whole machine)",
            f64::from(PODS) / wall.as_secs_f64(),
            cpu.as_secs_f64() * 1e3 / f64::from(PODS)
        ),
    );

    let machine = machine_cpu()?;
    let started = Instant::now();
    server.kubectl(&["create", "-f", &many.display().to_string()])?;
    server.kubectl(&[
        "wait",
        "--for=condition=complete",
        "--timeout=120s",
        "job/many",
    ])?;
    let (wall, cpu) = (started.elapsed(), machine_cpu()?.saturating_sub(machine));
    row(
        "the same through `serve` and kubectl (create, wait)",
        format!(
            "{:.0} Pods/s, {:.1} ms CPU a Pod (whole machine)",
            f64::from(PODS) / wall.as_secs_f64(),
            cpu.as_secs_f64() * 1e3 / f64::from(PODS)
        ),
    );
    row(
        "`serve` after that Job: memory (resident)",
        format!("{:.1} MB", server.resident_mb()?),
    );
    drop(server);
    simulated::rows(binaries, folder, &mut row)?;
    Ok(table)
}

/// A Job of so many Pods of `/bin/true`.
fn manifest(folder: &Path, name: &str, completions: u32, parallelism: u32) -> Result<PathBuf> {
    let file = folder.join(format!("{name}.yaml"));
    let text = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}}}\nspec:\n  completions: {completions}\n  parallelism: {parallelism}\n  template:\n    spec:\n      \
         runtimeClassName: host\n      restartPolicy: Never\n      containers: [{{name: main, image: none, command: [/bin/true]}}]\n"
    );
    std::fs::write(&file, text)?;
    Ok(file)
}

/// A server that ends with this value.
struct Server {
    child: Child,
    kubeconfig: PathBuf,
    ready: Duration,
}

impl Server {
    /// On this machine's own folders.
    fn start(binary: &Path, data: &Path) -> Result<Self> {
        Self::start_with(binary, data, &["--runtime", "host"])
    }

    fn start_with(binary: &Path, data: &Path, flags: &[&str]) -> Result<Self> {
        let started = Instant::now();
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data)
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("stdout is piped")?).read_line(&mut line)?;
        let server = Self {
            child,
            kubeconfig: data.join("kubeconfig"),
            ready: started.elapsed(),
        };
        if !line.starts_with("ready ") {
            bail!("serve said {line:?}");
        }
        Ok(server)
    }

    fn kubectl(&self, arguments: &[&str]) -> Result<()> {
        let status = Command::new("kubectl")
            .env("KUBECONFIG", &self.kubeconfig)
            .args(arguments)
            .stdout(Stdio::null())
            .status()?;
        if !status.success() {
            bail!("kubectl {arguments:?} ended with {status}");
        }
        Ok(())
    }

    fn cpu(&self) -> Result<Duration> {
        Process(self.child.id()).cpu()
    }

    fn resident_mb(&self) -> Result<f64> {
        Process(self.child.id()).memory_mb("VmRSS")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// With SIGTERM, so that the next start on the same folder would be clean.
fn end(child: &mut Child) {
    let _ = Command::new("kill").arg(child.id().to_string()).status();
    let _ = child.wait();
}

/// A process by its id.
struct Process(u32);

impl Process {
    /// User and system time so far.
    fn cpu(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        // After the name in brackets; utime and stime are the 14th and 15th field of all.
        let rest = stat
            .rsplit_once(") ")
            .context("a line of /proc/PID/stat")?
            .1;
        let ticks: u64 = rest
            .split(' ')
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u64>().ok())
            .sum();
        Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
    }

    /// `VmRSS`: resident now; `VmHWM`: its peak.
    fn memory_mb(&self, field: &str) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let line = status
            .lines()
            .find(|line| line.starts_with(field))
            .with_context(|| format!("{field} in /proc/PID/status"))?;
        let kib: f64 = line
            .split_whitespace()
            .nth(1)
            .context("a number after the field")?
            .parse()?;
        Ok(kib * 1024.0 / 1e6)
    }
}

/// `USER_HZ`: 100 on every Linux that Rust's standard library runs on.
const TICKS_PER_SECOND: u64 = 100;

/// CPU time of all processes since boot, without idle and I/O wait.
fn machine_cpu() -> Result<Duration> {
    let stat = std::fs::read_to_string("/proc/stat")?;
    let fields: Vec<u64> = stat
        .lines()
        .next()
        .context("/proc/stat")?
        .split_whitespace()
        .skip(1)
        .filter_map(|field| field.parse().ok())
        .collect();
    let [user, nice, system, _idle, _iowait, irq, softirq, ..] = fields.as_slice() else {
        bail!("/proc/stat has an unknown form")
    };
    Ok(Duration::from_millis(
        (user + nice + system + irq + softirq) * 1000 / TICKS_PER_SECOND,
    ))
}

fn timed(mut command: Command) -> Result<Duration> {
    let started = Instant::now();
    let status = command.stdout(Stdio::null()).status()?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(started.elapsed())
}

fn median(durations: impl Iterator<Item = Result<Duration>>) -> Result<Duration> {
    let mut all = durations.collect::<Result<Vec<_>>>()?;
    all.sort();
    Ok(all[all.len() / 2])
}

fn millis(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}
