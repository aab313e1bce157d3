//! What an earlier daemon left: whose shim lives, and how each container stands.
//!
//! A shim is the one that was recorded if boot, process id and start time match and the socket in the
//! Pod's folder is answered by that process. A container without exit file whose folder nobody holds
//! locked is lost: its shim was killed, which kills it too, or the machine restarted.

use std::fs;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::Path;

use rustix::fs::{FlockOperation, Mode, OFlags};

use crate::protocol::Running;
use crate::runtime::failed;
use crate::state::{self, EndRecord, PodRecord};
use crate::{ContainerState, PodSandboxSpec, RecoveredContainer, RuntimeError, Started};

/// A Pod's folder, and its shim if that lives.
pub(crate) struct FoundPod {
    pub(crate) spec: PodSandboxSpec,
    pub(crate) shim: Option<UnixStream>,
}

/// Looks at every Pod's folder. One without record was never finished, or removed in part: it goes.
pub(crate) fn find_pods(state_dir: &Path) -> Result<Vec<FoundPod>, RuntimeError> {
    let pods_dir = state::pods_dir(state_dir);
    let boot_id = state::boot_id().map_err(failed("read", Path::new("the boot id")))?;
    let trash = state::trash_dir(state_dir);
    for name in names(&trash)? {
        // A shim of before may be at it, too; what stays is for the next start.
        let _ = state::remove_dir_all(&trash.join(name));
    }
    let mut pods = Vec::new();
    for entry in fs::read_dir(&pods_dir).map_err(failed("list", &pods_dir))? {
        let pod_dir = entry.map_err(failed("list", &pods_dir))?.path();
        match state::read_record::<PodRecord>(&pod_dir.join("pod.json")) {
            None => state::remove_dir_all(&pod_dir).map_err(failed("remove", &pod_dir))?,
            Some(record) => {
                let lives = record.boot_id == boot_id
                    && state::start_time(record.shim_pid) == Some(record.shim_start_time);
                let shim = lives
                    .then(|| connect(&pod_dir, record.shim_pid))
                    .and_then(Result::ok);
                pods.push(FoundPod {
                    spec: record.spec,
                    shim,
                });
            }
        }
    }
    Ok(pods)
}

/// Connects to the shim's socket and makes sure that it is the shim's.
fn connect(pod_dir: &Path, shim_pid: i32) -> io::Result<UnixStream> {
    let folder = rustix::fs::open(
        pod_dir,
        OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    // A socket's path has at most 107 bytes, a state folder's may have more.
    let stream = UnixStream::connect(format!("/proc/self/fd/{}/shim.sock", folder.as_raw_fd()))?;
    let peer = rustix::net::sockopt::socket_peercred(&stream)?;
    if peer.pid.as_raw_nonzero().get() == shim_pid {
        Ok(stream)
    } else {
        Err(io::Error::other("the socket belongs to another process"))
    }
}

/// The state of every attempt in a Pod's folder. `running` is what its shim said.
pub(crate) fn read_attempts(
    pod_dir: &Path,
    running: &[Running],
    is_alive: bool,
) -> Result<Vec<RecoveredContainer>, RuntimeError> {
    let mut attempts = Vec::new();
    for folder in names(pod_dir)? {
        let Some((name, attempt)) = state::parse_attempt_dir(&folder) else {
            continue;
        };
        let runs = running
            .iter()
            .find(|r| r.container == name && r.attempt == attempt);
        let state = match runs {
            Some(running) => ContainerState::Running(Started {
                pid: running.pid,
                started_at: running.started_at,
            }),
            None => ended(&pod_dir.join(&folder), is_alive)?,
        };
        attempts.push(RecoveredContainer {
            name: name.to_owned(),
            attempt,
            state,
        });
    }
    attempts.sort_by(|a, b| (&a.name, a.attempt).cmp(&(&b.name, b.attempt)));
    Ok(attempts)
}

fn ended(attempt_dir: &Path, is_alive: bool) -> Result<ContainerState, RuntimeError> {
    if is_alive {
        // Its shim may be about to write the end of a container that just ended; the lock goes with that.
        let folder = rustix::fs::open(
            attempt_dir,
            OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
            Mode::empty(),
        )
        .map_err(|errno| failed("open", attempt_dir)(errno.into()))?;
        rustix::io::retry_on_intr(|| rustix::fs::flock(&folder, FlockOperation::LockShared))
            .map_err(|errno| failed("lock", attempt_dir)(errno.into()))?;
    }
    let end = state::read_record::<EndRecord>(&attempt_dir.join("end.json"));
    Ok(match end {
        Some(EndRecord::Exited(exit)) => ContainerState::Exited(exit),
        Some(EndRecord::FailedToStart { message }) => ContainerState::FailedToStart { message },
        None => ContainerState::Lost,
    })
}

/// Names in a folder; a missing folder has none.
fn names(folder: &Path) -> Result<Vec<String>, RuntimeError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(failed("list", folder))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed("list", folder))?.file_name();
        names.extend(name.into_string());
    }
    Ok(names)
}

/// Removes what the shim of a Pod left, if it did not end by itself.
pub(crate) fn remove_leftovers(pod_dir: &Path) -> Result<(), RuntimeError> {
    if let Some(record) = state::read_record::<PodRecord>(&pod_dir.join("pod.json")) {
        record
            .cgroups
            .remove_pod(&record.spec.cgroup)
            .map_err(failed("remove the cgroups of", pod_dir))?;
    }
    state::remove_dir_all(pod_dir).map_err(failed("remove", pod_dir))
}
