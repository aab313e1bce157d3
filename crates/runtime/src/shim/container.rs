//! One attempt of one container, from its folder to its exit file.

use std::fs::{File, Permissions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType};
use rustix::pipe::PipeFlags;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

use super::log::{Log, Stream};
use crate::cgroup::{Cgroups, Group};
use crate::init::Report;
use crate::init::plan::{self, Plan};
use crate::init::step::CannotPlan;
use crate::protocol::StartContainer;
use crate::rootfs::HostLayer;
use crate::state::{self, EndRecord};
use crate::{ExitStatus, PodSandboxSpec, init, sys};

/// Bytes taken from a pipe in one go; the pipe's own size.
const READ_BYTES: usize = 64 * 1024;

/// A container between clone3 and its exit file.
#[derive(Debug)]
pub(crate) struct Container {
    pub(crate) name: String,
    pub(crate) attempt: u32,
    pub(crate) pid: Pid,
    pub(crate) pidfd: OwnedFd,
    pub(crate) phase: Phase,
    stdout: Option<File>,
    stderr: Option<File>,
    log: Log,
    group: Group,
    attempt_dir: PathBuf,
    durable: bool,
    /// Held until the end is on disk.
    lock: File,
}

/// How far a container is.
#[derive(Debug)]
pub(crate) enum Phase {
    /// Its first process carries out the plan; the socket ends at exec.
    Starting {
        report: OwnedFd,
        plan: Box<Plan>,
        program: String,
    },
    /// Its program runs.
    Running { started_at: SystemTime },
    /// The program could not be run; the process is about to end.
    Failed { message: String },
}

/// Why nothing was started.
#[derive(Debug)]
pub(crate) enum NotStarted {
    /// The attempt's folder exists.
    Before,
    /// The request cannot work.
    CannotRun(String),
    /// The machine refused; the attempt may be tried again.
    Refused(String),
}

impl Container {
    /// Clones the first process and lets it go. Returns before its program runs.
    pub(crate) fn start(
        pod: &PodSandboxSpec,
        pod_dir: &Path,
        cgroups: &Cgroups,
        durable: bool,
        request: &StartContainer,
    ) -> Result<Container, NotStarted> {
        let spec = &request.spec;
        let refused = |what: &str| {
            let what = format!("{what} in {}", pod_dir.display());
            move |error: io::Error| NotStarted::Refused(format!("{what}: {error}"))
        };
        state::check_name("container name", &spec.name)
            .map_err(|error| NotStarted::CannotRun(error.to_string()))?;
        let attempt_dir = state::attempt_dir(pod_dir, &spec.name, spec.attempt);
        match state::make_private_dir(&attempt_dir) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(NotStarted::Before);
            }
            other => other.map_err(refused("make the folder"))?,
        }
        let result = Container::start_in(&attempt_dir, pod, cgroups, durable, request);
        match &result {
            // Kept, so that a daemon that comes later learns of it.
            Err(NotStarted::CannotRun(message)) => {
                let end = EndRecord::FailedToStart {
                    message: message.clone(),
                };
                remove_layers(&attempt_dir);
                state::write_whole(&attempt_dir, "end.json", &end, durable)
                    .map_err(refused("write the end"))?;
            }
            // No program ran; the same attempt may be tried again.
            Err(NotStarted::Refused(_)) => {
                state::remove_dir_all(&attempt_dir).map_err(refused("remove the folder"))?;
            }
            Err(NotStarted::Before) | Ok(_) => {}
        }
        result
    }

    fn start_in(
        attempt_dir: &Path,
        pod: &PodSandboxSpec,
        cgroups: &Cgroups,
        durable: bool,
        request: &StartContainer,
    ) -> Result<Container, NotStarted> {
        let spec = &request.spec;
        let refused =
            |what: String| move |error: io::Error| NotStarted::Refused(format!("{what}: {error}"));
        let lock = state::lock_dir(attempt_dir)
            .and_then(|lock| lock.ok_or_else(|| io::ErrorKind::ResourceBusy.into()))
            .map_err(refused(format!("lock {}", attempt_dir.display())))?;
        let log = Log::open(&spec.log_path)
            .map_err(refused(format!("open the log {}", spec.log_path.display())))?;
        for (index, layer) in request.host.layers.iter().enumerate() {
            let (upper, work) = layer_dirs(attempt_dir, index);
            make_layer_dirs(&upper, &work, layer)
                .map_err(refused(format!("make {}", upper.display())))?;
        }
        let group = cgroups
            .create_container(
                &pod.cgroup,
                &format!("{}-{}", spec.name, spec.attempt),
                &spec.resources,
                pod.resources.memory_bytes_max.is_some(),
            )
            .map_err(refused("make the cgroup".to_owned()))?;
        let plan = match plan::plan(spec, &request.host, &group, attempt_dir, &request.masks_dir) {
            Ok(plan) => plan,
            Err(CannotPlan(message)) => {
                // What stays of a cgroup goes with the Pod's.
                let _ = group.remove();
                return Err(NotStarted::CannotRun(message));
            }
        };
        let started = clone_and_go(&plan, &group);
        let Cloned {
            pid,
            pidfd,
            report,
            stdout,
            stderr,
        } = match started {
            Ok(cloned) => cloned,
            Err(error) => {
                let _ = group.remove();
                return Err(NotStarted::Refused(format!("start a process: {error}")));
            }
        };
        Ok(Container {
            name: spec.name.clone(),
            attempt: spec.attempt,
            pid,
            pidfd,
            phase: Phase::Starting {
                report,
                plan: Box::new(plan),
                program: spec.argv.first().cloned().unwrap_or_default(),
            },
            stdout: Some(stdout),
            stderr: Some(stderr),
            log,
            group,
            attempt_dir: attempt_dir.to_owned(),
            durable,
            lock,
        })
    }

    /// The log pipes that are still open.
    pub(crate) fn pipes(&self) -> impl Iterator<Item = (Stream, BorrowedFd<'_>)> {
        let stdout = self
            .stdout
            .iter()
            .map(|pipe| (Stream::Stdout, pipe.as_fd()));
        let stderr = self
            .stderr
            .iter()
            .map(|pipe| (Stream::Stderr, pipe.as_fd()));
        stdout.chain(stderr)
    }

    /// Moves what one pipe holds into the log. `true` while there may be more.
    pub(crate) fn read_pipe(&mut self, stream: Stream) -> bool {
        let pipe = match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        };
        let Some(open) = pipe else { return false };
        // Not filled with zeros: a shim reads seldom and little, and each page touched costs a fault.
        let mut bytes = Vec::with_capacity(READ_BYTES);
        match rustix::io::read(&*open, rustix::buffer::spare_capacity(&mut bytes)) {
            Ok(0) => {
                *pipe = None;
                false
            }
            Ok(_) => {
                self.log.feed(stream, &bytes, SystemTime::now());
                true
            }
            Err(Errno::INTR) => true,
            Err(Errno::AGAIN) => false,
            Err(_) => {
                *pipe = None;
                false
            }
        }
    }

    /// Reads what the first process has to say: nothing and the end of the socket mean that its program
    /// runs. Call when the socket is readable or the process has ended.
    pub(crate) fn read_report(&mut self, now: SystemTime) {
        let Phase::Starting {
            report,
            plan,
            program,
        } = &self.phase
        else {
            return;
        };
        let mut bytes = [0; Report::BYTES];
        let count = loop {
            match rustix::io::read(report, &mut bytes) {
                // The process ended without reading "go": the socket tells that first, once, and then its report.
                Err(Errno::INTR | Errno::CONNRESET) => {}
                other => break other,
            }
        };
        self.phase = match count {
            Ok(Report::BYTES) => Phase::Failed {
                message: plan.explain(program, Report::from_bytes(bytes)),
            },
            _ => Phase::Running { started_at: now },
        };
    }

    /// Sends a signal to the first process. In its PID namespace its end is the end of all others.
    pub(crate) fn signal(&self, signal: Signal) {
        // It may have ended by itself since.
        let _ = rustix::process::pidfd_send_signal(&self.pidfd, signal);
    }

    /// Reaps the ended process, completes the log and writes the exit file. `sync_now`: through to the
    /// disk; otherwise [`Leftover::tidy`] does that in a moment.
    pub(crate) fn finish(mut self, sync_now: bool) -> io::Result<(EndRecord, Leftover)> {
        let status =
            rustix::process::waitid(WaitId::PidFd(self.pidfd.as_fd()), WaitIdOptions::EXITED)?;
        let finished_at = SystemTime::now();
        self.read_report(finished_at);
        for stream in [Stream::Stdout, Stream::Stderr] {
            while self.read_pipe(stream) {}
        }
        self.log.finish(finished_at);
        let code = status.map_or(EXIT_UNKNOWN, |status| {
            let by_signal = status.terminating_signal().map(|signal| 128 + signal);
            status.exit_status().or(by_signal).unwrap_or(EXIT_UNKNOWN)
        });
        let end = match &self.phase {
            Phase::Failed { message } => EndRecord::FailedToStart {
                message: message.clone(),
            },
            Phase::Running { started_at } => EndRecord::Exited(ExitStatus {
                code,
                oom_killed: self.group.is_oom_killed(),
                started_at: *started_at,
                finished_at,
            }),
            Phase::Starting { .. } => unreachable!("read_report leaves this phase"),
        };
        // With a full disk there is no exit file; a daemon that is connected learns the end all the same.
        // Where nobody can pick up the Pod nobody reads one.
        if self.durable
            && let Err(error) = state::write_whole(&self.attempt_dir, "end.json", &end, sync_now)
        {
            super::note(&format!(
                "exit file of {}: {error}",
                self.attempt_dir.display()
            ));
        }
        // What stays of a cgroup goes with the Pod's.
        let _ = self.group.remove();
        let leftover = Leftover {
            attempt_dir: self.attempt_dir,
            is_unsynced: self.durable && !sync_now,
            _lock: self.lock,
        };
        Ok((end, leftover))
    }
}

/// What a container leaves that nobody waits for. Syncing and removing folders take milliseconds each on
/// some disks (with `discard` on this kind: 3), and its Pod is usually removed before.
#[derive(Debug)]
pub(crate) struct Leftover {
    attempt_dir: PathBuf,
    is_unsynced: bool,
    _lock: File,
}

impl Leftover {
    /// Brings the exit file to the disk and removes the throw-away layers.
    pub(crate) fn tidy(self) {
        if self.is_unsynced
            && let Err(error) = state::sync(&self.attempt_dir, "end.json")
        {
            super::note(&format!("sync {}: {error}", self.attempt_dir.display()));
        }
        remove_layers(&self.attempt_dir);
    }
}

/// The exit code when waitid(2) tells neither a code nor a signal; upstream's for "unknown".
const EXIT_UNKNOWN: i32 = 255;

struct Cloned {
    pid: Pid,
    pidfd: OwnedFd,
    report: OwnedFd,
    stdout: File,
    stderr: File,
}

/// clone3, then the cgroups while the child mounts, then "go".
fn clone_and_go(plan: &Plan, group: &Group) -> io::Result<Cloned> {
    let (report, child_report) = rustix::net::socketpair(
        AddressFamily::UNIX,
        SocketType::SEQPACKET,
        SocketFlags::CLOEXEC,
        None,
    )?;
    let (stdout, child_stdout) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
    let (stderr, child_stderr) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
    let flags = libc::CLONE_NEWPID | libc::CLONE_NEWNS;
    let birth = group.birth().map(AsFd::as_fd);
    let Some((pid, pidfd)) = sys::clone_container(flags, birth)? else {
        init::child::run(
            plan,
            child_report.as_fd(),
            child_stdout.as_fd(),
            child_stderr.as_fd(),
        );
    };
    drop((child_report, child_stdout, child_stderr));
    // Only our ends: a program expects its own to block.
    for pipe in [&stdout, &stderr] {
        rustix::io::ioctl_fionbio(pipe, true)?;
    }
    let gone = group
        .attach(pid)
        .and_then(|()| Ok(rustix::io::write(&report, b"g")?));
    match gone {
        Ok(_) => {}
        // The child failed before it could wait; its report says why.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        Err(error) if error.raw_os_error() == Some(libc::ESRCH) => {}
        Err(error) => {
            let _ = rustix::process::pidfd_send_signal(&pidfd, Signal::KILL);
            let _ = rustix::process::waitid(WaitId::PidFd(pidfd.as_fd()), WaitIdOptions::EXITED);
            return Err(error);
        }
    }
    Ok(Cloned {
        pid,
        pidfd,
        report,
        stdout: File::from(stdout),
        stderr: File::from(stderr),
    })
}

/// The folders of layer `index`; the plan names them in the same way.
fn layer_dirs(attempt_dir: &Path, index: usize) -> (PathBuf, PathBuf) {
    let number = if index == 0 {
        String::new()
    } else {
        index.to_string()
    };
    let dir = |name: &str| attempt_dir.join(format!("{name}{number}"));
    (dir("upper"), dir("work"))
}

/// The upper folder's attributes are those of the container's folder.
fn make_layer_dirs(upper: &Path, work: &Path, layer: &HostLayer) -> io::Result<()> {
    state::make_private_dir(upper)?;
    state::make_private_dir(work)?;
    std::os::unix::fs::chown(upper, Some(layer.uid), Some(layer.gid))?;
    std::fs::set_permissions(upper, Permissions::from_mode(layer.mode))
}

/// Removes the throw-away layers; a failure is left to the removal of the Pod.
fn remove_layers(attempt_dir: &Path) {
    for entry in std::fs::read_dir(attempt_dir)
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        if name.starts_with(b"upper") || name.starts_with(b"work") {
            let _ = state::remove_dir_all(&entry.path());
        }
    }
}
