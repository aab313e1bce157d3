//! The small process that forks shims.
//!
//! It is forked first thing in `main` and so has one thread and almost no memory: a fork of it costs
//! a fraction of a fork of the daemon. It holds nothing that anybody needs later. When
//! its socket ends, so does it; with `end_with_owner` it first waits for the Pods to
//! end and removes what the yard leaves.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io::IoSlice, io::IoSliceMut};

use rustix::fs::{CWD, Mode, OFlags};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType,
};
use rustix::process::{Pid, WaitOptions};

use crate::protocol::{self, AtEnd, Message, Reply, SpawnerRequest};
use crate::{RuntimeError, cgroup, shim, state, sys};

/// The name under which the daemon's own binary becomes a spawner.
const ARGV0: &str = "jobyard-spawner";

/// Longest message to a spawner; it holds a few paths.
const REQUEST_BYTES_MAX: usize = 64 * 1024;

/// How long a spawner waits for shims that are not its children (an earlier spawner's) to remove their
/// folders. Longer than the usual grace period of 30 s.
const ORPHANS_END: Duration = Duration::from_mins(2);

/// The daemon's end of the spawner.
#[derive(Debug)]
pub struct SpawnerHandle {
    socket: OwnedFd,
    pid: Pid,
    /// What to run if this spawner dies.
    program: PathBuf,
}

/// Starts the spawner by fork. Call it first in `main`, before any thread and any large allocation.
pub fn start() -> Result<SpawnerHandle, RuntimeError> {
    sys::assert_one_thread();
    let (socket, theirs) = socket_pair().map_err(failed("make the spawner's socket"))?;
    match sys::fork().map_err(failed("fork the spawner"))? {
        sys::Fork::Parent(pid) => Ok(SpawnerHandle {
            socket,
            pid,
            program: PathBuf::from("/proc/self/exe"),
        }),
        sys::Fork::Child => {
            drop(socket);
            serve(&theirs)
        }
    }
}

/// Starts a spawner by running `program`, whose `main` calls [`maybe_run_internal`] first. For processes
/// that have threads already; it takes a few milliseconds longer than [`start`].
pub fn start_program(program: &Path) -> Result<SpawnerHandle, RuntimeError> {
    let (socket, theirs) = socket_pair().map_err(failed("make the spawner's socket"))?;
    // The standard library starts programs by posix_spawn, which does not copy this process. The socket travels as stdin.
    let child = Command::new(program)
        .arg0(ARGV0)
        .stdin(Stdio::from(theirs))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed("start the spawner"))?;
    let pid = i32::try_from(child.id()).expect("process ids are 31 bits");
    Ok(SpawnerHandle {
        socket,
        pid: Pid::from_raw(pid).expect("a child's id is positive"),
        program: program.to_owned(),
    })
}

/// Becomes a spawner if this process was started as one, and then never returns.
///
/// A daemon whose spawner died starts its own binary again; the binary's `main` must call this
/// before anything else, even before [`start`].
pub fn maybe_run_internal() {
    if std::env::args_os().next().is_none_or(|name| name != ARGV0) {
        return;
    }
    // The socket stands at 0, where the null device belongs.
    let socket = sys::standard_stream(0)
        .try_clone_to_owned()
        .expect("a process started as a spawner has its socket at 0");
    serve(&socket)
}

impl SpawnerHandle {
    /// Process id; for messages and tests.
    pub fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// A new spawner in place of this one, which is gone.
    pub(crate) fn start_again(&self) -> Result<SpawnerHandle, RuntimeError> {
        start_program(&self.program)
    }

    pub(crate) fn configure(&self, request: &SpawnerRequest) -> io::Result<()> {
        self.send(request, None)
    }

    /// Asks for a shim that serves `socket`. An error means that the spawner is gone.
    pub(crate) fn fork_shim(&self, socket: BorrowedFd<'_>) -> io::Result<()> {
        self.send(&SpawnerRequest::Fork, Some(socket))
    }

    fn send(&self, request: &SpawnerRequest, fd: Option<BorrowedFd<'_>>) -> io::Result<()> {
        let bytes = serde_json::to_vec(request)?;
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        let fds: Vec<_> = fd.into_iter().collect();
        if !fds.is_empty() {
            let fits = ancillary.push(SendAncillaryMessage::ScmRights(&fds));
            assert!(fits, "the buffer has room for one descriptor");
        }
        rustix::io::retry_on_intr(|| {
            rustix::net::sendmsg(
                &self.socket,
                &[IoSlice::new(&bytes)],
                &mut ancillary,
                SendFlags::NOSIGNAL,
            )
        })?;
        Ok(())
    }
}

impl Drop for SpawnerHandle {
    fn drop(&mut self) {
        // The end of the socket ends the spawner, which may still have to wait for Pods; only one
        // that has ended is reaped. An unreaped one goes with this process.
        let _ = rustix::net::shutdown(&self.socket, rustix::net::Shutdown::Both);
        let _ = rustix::process::waitpid(Some(self.pid), WaitOptions::NOHANG);
    }
}

fn socket_pair() -> io::Result<(OwnedFd, OwnedFd)> {
    // SEQPACKET keeps messages apart and reports the end of the other side.
    Ok(rustix::net::socketpair(
        AddressFamily::UNIX,
        SocketType::SEQPACKET,
        SocketFlags::CLOEXEC,
        None,
    )?)
}

fn failed(what: &str) -> impl FnOnce(io::Error) -> RuntimeError {
    let what = what.to_owned();
    move |source| RuntimeError::Io { what, source }
}

/// The spawner's whole life.
fn serve(socket: &OwnedFd) -> ! {
    prepare_process(socket.as_fd());
    let mut at_end = None;
    let mut bytes = Vec::with_capacity(REQUEST_BYTES_MAX);
    // A message that is not understood is from a daemon that is not ours; ending is the safe answer.
    while let Ok(Some((request, attached))) = receive(socket, &mut bytes) {
        match request {
            SpawnerRequest::Configure {
                cgroup_procs,
                at_end: new,
            } => {
                for file in cgroup_procs {
                    // Without it the shims stay in the daemon's cgroup; nothing else changes.
                    let _ = fs::write(file, std::process::id().to_string());
                }
                at_end = new;
            }
            SpawnerRequest::Fork => {
                let Some(attached) = attached else { continue };
                match sys::fork() {
                    Ok(sys::Fork::Child) => {
                        // The shim must not keep the spawner's socket open.
                        let number = std::os::fd::AsRawFd::as_raw_fd(socket) as u32;
                        sys::close_range(number, number);
                        shim::run(attached)
                    }
                    Ok(sys::Fork::Parent(_)) => {}
                    Err(error) => {
                        let reply = Reply::Refused {
                            message: format!("fork a shim: {error}"),
                        };
                        let id = protocol::FIRST_REQUEST;
                        // A daemon that is gone needs no answer.
                        let _ = protocol::write_frame(
                            fs::File::from(attached),
                            &Message::Reply { id, reply },
                        );
                    }
                }
            }
        }
    }
    if let Some(at_end) = at_end {
        clean_up(&at_end);
    }
    sys::exit_now(0)
}

/// Makes this process independent of the daemon's terminal, files and working folder.
fn prepare_process(socket: BorrowedFd<'_>) {
    let _ = rustix::thread::set_name(c"jobyard-spawner");
    let _ = rustix::process::setsid();
    let _ = std::env::set_current_dir("/");
    let number = std::os::fd::AsRawFd::as_raw_fd(&socket) as u32;
    assert!(number > 2, "standard streams are open in every program");
    // Shims live for long: whoever reads the daemon's output must see its end.
    sys::close_range(3, number - 1);
    sys::close_range(number + 1, u32::MAX);
    if let Ok(null) = rustix::fs::openat(
        CWD,
        "/dev/null",
        OFlags::RDWR | OFlags::CLOEXEC,
        Mode::empty(),
    ) {
        for stream in 0..3 {
            let _ = sys::dup2(null.as_fd(), stream);
        }
    }
    // Shims are reaped by the kernel.
    sys::ignore_signal(libc::SIGCHLD);
    for signal in [libc::SIGHUP, libc::SIGINT, libc::SIGTERM] {
        sys::ignore_signal(signal);
    }
}

/// The next request; `None` when the daemon is gone.
fn receive(
    socket: &OwnedFd,
    bytes: &mut Vec<u8>,
) -> io::Result<Option<(SpawnerRequest, Option<OwnedFd>)>> {
    bytes.resize(REQUEST_BYTES_MAX, 0);
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let received = rustix::io::retry_on_intr(|| {
        rustix::net::recvmsg(
            socket,
            &mut [IoSliceMut::new(bytes)],
            &mut ancillary,
            RecvFlags::CMSG_CLOEXEC,
        )
    })?;
    if received.bytes == 0 {
        return Ok(None);
    }
    let fd = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut fds) => fds.next(),
        _ => None,
    });
    Ok(Some((
        serde_json::from_slice(&bytes[..received.bytes])?,
        fd,
    )))
}

/// Waits for the Pods of a yard whose owner is gone, and removes what it leaves.
fn clean_up(at_end: &AtEnd) {
    // With SIGCHLD ignored this returns (with ECHILD) when the last child has ended.
    while rustix::io::retry_on_intr(|| rustix::process::wait(WaitOptions::empty())).is_ok() {}
    let deadline = Instant::now() + ORPHANS_END;
    let has_pods = || fs::read_dir(&at_end.pods_dir).is_ok_and(|mut pods| pods.next().is_some());
    while has_pods() && Instant::now() < deadline {
        // No shim of another spawner can be waited for; their folders go when they do.
        std::thread::sleep(Duration::from_millis(20));
    }
    for cgroup in &at_end.cgroups {
        // Nobody is left to tell.
        let _ = cgroup::remove_yard(cgroup);
    }
    for folder in &at_end.folders {
        let _ = state::remove_dir_all(folder);
    }
}
