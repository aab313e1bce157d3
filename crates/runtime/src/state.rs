//! The state folder: what survives the daemon, and where it lies.
//!
//! ```text
//! state_dir/                     0700
//!   pods/UID/
//!     pod.json                   the Pod's spec; boot id, pid and start time of its shim
//!     shim.sock                  the shim listens here
//!     shim.log                   why the shim gave up, if it did
//!     volumes/                   the caller's, removed with the Pod
//!     NAME.N/                    made by mkdir before the start of attempt N: its existence is the start
//!       end.json                 how it ended; written whole or not at all
//!       upper/ work/             the throw-away layer while it runs
//!   trash/                       folders of removed Pods, until their shims have emptied them
//!   masks/                       empty; where each container mounts its masks (see `rootfs`)
//! ```
//!
//! An attempt is locked (flock) by its shim from mkdir to end. A folder without `end.json` and without
//! lock therefore belongs to a container that nobody saw end.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, IFlags, Mode, OFlags};
use serde::{Deserialize, Serialize};

use crate::{ExitStatus, PodSandboxSpec, RuntimeError};

/// Longest name of a Pod's or container's folder; Kubernetes' names are at most 63 (container) and 36 (uid).
const NAME_BYTES_MAX: usize = 128;

/// `pod.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PodRecord {
    pub(crate) version: u32,
    pub(crate) spec: PodSandboxSpec,
    pub(crate) cgroups: crate::cgroup::Cgroups,
    pub(crate) boot_id: String,
    pub(crate) shim_pid: i32,
    /// Clock ticks after boot, from `/proc/PID/stat`: tells a process from a later one with its number.
    pub(crate) shim_start_time: u64,
}

/// `end.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum EndRecord {
    Exited(ExitStatus),
    FailedToStart { message: String },
}

/// Refuses what could leave the state folder or surprise a shell. Names come from requests.
pub(crate) fn check_name(what: &str, name: &str) -> Result<(), RuntimeError> {
    let is_fine = !name.is_empty()
        && name.len() <= NAME_BYTES_MAX
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if is_fine {
        return Ok(());
    }
    Err(RuntimeError::Invalid {
        what: format!("{what} {name:?}"),
        why: format!(
            "it must have 1 to {NAME_BYTES_MAX} letters, digits, '-', '_' or '.', and not begin with '.'"
        ),
    })
}

/// `state_dir/pods`.
pub(crate) fn pods_dir(state_dir: &Path) -> PathBuf {
    state_dir.join("pods")
}

/// `state_dir/trash`. A Pod is removed by one rename into it; what follows may take its time.
pub(crate) fn trash_dir(state_dir: &Path) -> PathBuf {
    state_dir.join("trash")
}

/// `state_dir/masks`.
pub(crate) fn masks_dir(state_dir: &Path) -> PathBuf {
    state_dir.join("masks")
}

/// `UID/NAME.N`. One folder rather than two: folders are most of what a short container costs on a disk.
pub(crate) fn attempt_dir(pod_dir: &Path, container: &str, attempt: u32) -> PathBuf {
    pod_dir.join(format!("{container}.{attempt}"))
}

/// Container and attempt of a folder's name; `None` for the Pod's other files.
pub(crate) fn parse_attempt_dir(name: &str) -> Option<(&str, u32)> {
    let (container, attempt) = name.rsplit_once('.')?;
    Some((container, attempt.parse().ok()?))
}

/// Makes a folder that only its owner may enter; it must not exist.
pub(crate) fn make_private_dir(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(path)
}

/// Makes a folder and its parents, 0700, if missing.
pub(crate) fn make_private_dirs(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new()
        .mode(0o700)
        .recursive(true)
        .create(path)
}

/// Tells ext4 that the folders in this one have nothing to do with each other (`chattr +T`), so that each Pod's
/// files lie in another part of the disk. ext4 without a journal does not use a removed inode again for a minute or
/// more and looks at all of them in a part for each new one: with all Pods in one part a Pod of
/// `/bin/true` cost 8 ms of CPU after a few hundred others, against 3.5 ms.
/// Source: chattr(1); the kernel's fs/ext4/ialloc.c, `recently_deleted` and `find_group_orlov`.
pub fn spread_children(folder: &Path) -> io::Result<()> {
    let folder = File::open(folder)?;
    let flags = rustix::fs::ioctl_getflags(&folder)?;
    Ok(rustix::fs::ioctl_setflags(&folder, flags | IFlags::TOPDIR)?)
}

/// Locks a folder for as long as the file lives. `None`: somebody else holds it.
pub(crate) fn lock_dir(path: &Path) -> io::Result<Option<File>> {
    let folder = rustix::fs::open(
        path,
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    match rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(File::from(folder))),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Writes a file so that it is found whole or not at all. `durable`: also after a power loss, which
/// takes two syncs.
pub(crate) fn write_whole<T: Serialize>(
    folder: &Path,
    name: &str,
    value: &T,
    durable: bool,
) -> io::Result<()> {
    let temporary = folder.join(format!(".{name}.new"));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(&temporary)?;
    file.write_all(&serde_json::to_vec(value)?)?;
    if durable {
        // Before the rename, which may otherwise reach the disk first.
        file.sync_all()?;
    }
    fs::rename(&temporary, folder.join(name))?;
    if durable {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Brings a file that was written whole to the disk, with its name.
pub(crate) fn sync(folder: &Path, name: &str) -> io::Result<()> {
    File::open(folder.join(name))?.sync_all()?;
    File::open(folder)?.sync_all()
}

/// Reads a record; `None` if it is missing or not whole.
pub(crate) fn read_record<T: for<'de> Deserialize<'de>>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Removes a folder with its content; a missing one is a success.
pub(crate) fn remove_dir_all(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Tells one boot of the machine from the next: `/proc/sys/kernel/random/boot_id`.
pub(crate) fn boot_id() -> io::Result<String> {
    Ok(fs::read_to_string("/proc/sys/kernel/random/boot_id")?
        .trim()
        .to_owned())
}

/// Field 22 of `/proc/PID/stat` (proc_pid_stat(5)), or `None` if there is no such process.
pub(crate) fn start_time(pid: i32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in field 2 may contain anything, ')' too; what follows the last one does not.
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder_are_refused() {
        for name in [
            "",
            ".",
            "..",
            "a/b",
            "a\0b",
            ".hidden",
            "a b",
            &"x".repeat(129),
        ] {
            assert!(check_name("uid", name).is_err(), "{name:?}");
        }
        assert!(check_name("uid", "2f6c1a1e-0c3b-4a58-a0b5-0b3f8d3f9a11").is_ok());
    }

    #[test]
    fn attempts_are_told_from_other_files() {
        let dir = attempt_dir(Path::new("/p"), "a.b", 12);
        let name = dir.file_name().and_then(|name| name.to_str());
        assert_eq!(name.and_then(parse_attempt_dir), Some(("a.b", 12)));
        for other in ["pod.json", "shim.sock", "shim.log", "volumes", "main.-1"] {
            assert_eq!(parse_attempt_dir(other), None);
        }
    }

    #[test]
    fn a_process_has_a_start_time_until_it_is_gone() {
        assert!(start_time(std::process::id() as i32).is_some());
        assert_eq!(start_time(i32::MAX), None);
    }
}
