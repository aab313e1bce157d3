//! The machine's mounts, from `/proc/self/mountinfo` (proc_pid_mountinfo(5)).

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::{fs, io};

use rustix::event::{PollFd, PollFlags, Timespec};

/// One mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MountInfo {
    pub(crate) mount_point: PathBuf,
    pub(crate) fs_type: String,
    pub(crate) super_options: String,
}

/// All mounts of this process's mount namespace, oldest first.
pub(crate) fn read() -> io::Result<Vec<MountInfo>> {
    Ok(parse(&fs::read_to_string("/proc/self/mountinfo")?))
}

/// Notices changes of this process's mounts: reading them all for each container costs more than anything else
/// that the daemon does for it.
#[derive(Debug)]
pub(crate) struct Watch(File);

impl Watch {
    /// Begins to watch.
    pub(crate) fn new() -> io::Result<Watch> {
        Ok(Watch(File::open("/proc/self/mountinfo")?))
    }

    /// Something was mounted or unmounted since the last call. In doubt, yes.
    pub(crate) fn has_changed(&self) -> bool {
        let mut fds = [PollFd::new(&self.0, PollFlags::PRI)];
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        rustix::event::poll(&mut fds, Some(&now)) != Ok(0)
    }
}

/// Lines that are not understood are left out: the file is the kernel's, and newer kernels may add to it.
fn parse(text: &str) -> Vec<MountInfo> {
    text.lines()
        .filter_map(|line| {
            let (left, right) = line.split_once(" - ")?;
            let mut right = right.split(' ');
            Some(MountInfo {
                mount_point: unescape(left.split(' ').nth(4)?),
                fs_type: right.next()?.to_owned(),
                super_options: right.nth(1)?.to_owned(),
            })
        })
        .collect()
}

/// Blanks and backslashes in paths are written as three octal digits.
fn unescape(text: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let octal = after
            .get(..3)
            .filter(|_| first == b'\\')
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok());
        if let Some(byte) = octal {
            bytes.push(byte);
            rest = &after[3..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    PathBuf::from(OsString::from_vec(bytes))
}

#[cfg(test)]
mod tests {
    use rustix::mount::{MountFlags, MountPropagationFlags};

    use super::*;

    #[test]
    fn a_mount_is_noticed_once() {
        // A mount namespace belongs to a thread; this one ends with its own.
        let noticed = std::thread::spawn(|| {
            crate::sys::unshare(libc::CLONE_NEWNS).expect("root");
            let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
            rustix::mount::mount_change("/", private).expect("private");
            let own = File::open("/proc/thread-self/mountinfo").expect("opens");
            let watch = Watch(own);
            let before = watch.has_changed();
            rustix::mount::mount("x", "/proc", "tmpfs", MountFlags::empty(), None).expect("mounts");
            [before, watch.has_changed(), watch.has_changed()]
        });
        assert_eq!(noticed.join().expect("no panic"), [false, true, false]);
    }

    #[test]
    fn optional_fields_and_escapes_are_read() {
        let text = "36 35 98:0 /a /mnt/my\\040disk rw,noatime shared:1 master:2 - ext3 /dev/root rw,errors=continue\n\
                    33 31 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\nnonsense\n";
        let mounts = parse(text);
        assert_eq!(mounts.len(), 2);
        assert_eq!(mounts[0].mount_point, PathBuf::from("/mnt/my disk"));
        assert_eq!(mounts[1].super_options, "rw,cpu");
    }
}
