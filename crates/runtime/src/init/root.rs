//! The root of a container: overlays, kernel file systems, and what is masked of them.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{Gid, Uid};
use rustix::io::Errno;
use rustix::mount::MountFlags;

use super::step::{CannotPlan, Op, Steps, c_path, c_string};
use crate::rootfs::{HostRoot, MaskEntry, MaskKind};

/// `/proc` and `/sys` files that tell about, or act on, the whole machine (upstream's default masked paths).
const MASKED_FILES: &[&str] = &[
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/timer_list",
    "/proc/timer_stats",
];
const MASKED_DIRS: &[&str] = &[
    "/proc/acpi",
    "/proc/asound",
    "/proc/scsi",
    "/sys/devices/virtual/powercap",
    "/sys/firmware",
];
const READ_ONLY_PATHS: &[&str] = &[
    "/proc/bus",
    "/proc/fs",
    "/proc/irq",
    "/proc/sys",
    "/proc/sysrq-trigger",
];

/// Name, major and minor number of the devices every container has.
const DEVICES: &[(&str, u32, u32)] = &[
    ("null", 1, 3),
    ("zero", 1, 5),
    ("full", 1, 7),
    ("random", 1, 8),
    ("urandom", 1, 9),
    ("tty", 5, 0),
];

impl Steps {
    /// The overlays of `rootfs`, on top of the folder `upper`.
    pub(super) fn mount_host_root(
        &mut self,
        host: &HostRoot,
        masks_dir: &Path,
    ) -> Result<(), CannotPlan> {
        self.push(
            Op::Mount {
                source: c"tmpfs".to_owned(),
                target: c_path(masks_dir)?,
                fs_type: c"tmpfs".to_owned(),
                flags: MountFlags::empty(),
                data: Some(c"mode=700,size=65536k".to_owned()),
            },
            "mount a file system for masks",
        );
        // /dev lies on it, too: a file system of its own costs more than all names in it.
        let dev = masks_dir.join("dev");
        self.push(
            Op::MakeDir {
                path: c_path(&dev)?,
                mode: 0o755,
            },
            "make /dev",
        );
        for (index, layer) in host.layers.iter().enumerate() {
            let number = if index == 0 {
                String::new()
            } else {
                index.to_string()
            };
            let mut options = b"volatile,index=off,xino=auto,lowerdir=".to_vec();
            if !layer.mask.is_empty() {
                let mask = masks_dir.join(index.to_string());
                self.make_mask(&mask, &layer.mask)?;
                escape(mask.as_os_str(), &mut options);
                options.push(b':');
            }
            escape(layer.mount_point.as_os_str(), &mut options);
            options.extend(format!(",upperdir=upper{number},workdir=work{number}").bytes());
            let mut place = b"upper".to_vec();
            if index > 0 {
                place.extend(layer.mount_point.as_os_str().as_bytes());
            }
            self.push(
                Op::Mount {
                    source: c"overlay".to_owned(),
                    target: c_string("mount point", &place)?,
                    fs_type: c"overlay".to_owned(),
                    // No device of the machine can be opened through the root, whatever node is made in it.
                    flags: MountFlags::NODEV,
                    data: Some(c_string("mount options", &options)?),
                },
                format!("mount an overlay of {}", layer.mount_point.display()),
            );
        }
        self.push(
            Op::Bind {
                source: c_path(&dev)?,
                target: c"upper/dev".to_owned(),
            },
            "mount /dev",
        );
        self.push(
            Op::Remount {
                target: c"upper/dev".to_owned(),
                flags: MountFlags::NOSUID,
            },
            "restrict /dev",
        );
        Ok(())
    }

    pub(super) fn make_mask(
        &mut self,
        mask: &Path,
        entries: &[MaskEntry],
    ) -> Result<(), CannotPlan> {
        for entry in entries {
            let path = c_path(&mask.join(&entry.path))?;
            let says = format!("hide {}", entry.path.display());
            match entry.kind {
                // A character device 0:0 is overlay's sign for "deleted".
                MaskKind::Whiteout => self.push(
                    Op::MakeNode {
                        path,
                        mode: 0,
                        device: 0,
                    },
                    says,
                ),
                MaskKind::Folder {
                    mode,
                    uid,
                    gid,
                    is_opaque,
                } => {
                    self.push(
                        Op::MakeDir {
                            path: path.clone(),
                            mode,
                        },
                        &says,
                    );
                    if (uid, gid) != (0, 0) {
                        let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(gid));
                        let path = path.clone();
                        self.push(Op::Chown { path, uid, gid }, &says);
                    }
                    if is_opaque {
                        self.push(Op::MarkOpaque(path), says);
                    }
                }
            }
        }
        Ok(())
    }

    /// `/proc`, `/sys` and a minimal `/dev`, as upstream's nodes show them.
    pub(super) fn mount_kernel_file_systems(&mut self) -> Result<(), CannotPlan> {
        let closed = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
        self.mount("proc", "/proc", closed, None)?;
        self.mount("sysfs", "/sys", closed | MountFlags::RDONLY, None)?;
        for (name, major, minor) in DEVICES {
            let path = format!("/dev/{name}");
            self.push(
                Op::MakeNode {
                    path: c_string("device", path.as_bytes())?,
                    mode: 0o666,
                    device: rustix::fs::makedev(*major, *minor),
                },
                format!("make {path}"),
            );
        }
        let pts = MountFlags::NOSUID | MountFlags::NOEXEC;
        for (fs_type, path, flags, options) in [
            (
                "devpts",
                "/dev/pts",
                pts,
                Some("newinstance,ptmxmode=0666,mode=0620,gid=5"),
            ),
            ("mqueue", "/dev/mqueue", closed, None),
        ] {
            self.push(
                Op::MakeDir {
                    path: c_string("path", path.as_bytes())?,
                    mode: 0o755,
                },
                format!("make {path}"),
            );
            self.mount(fs_type, path, flags, options)?;
        }
        self.push(
            Op::MakeDir {
                path: c"/dev/shm".to_owned(),
                mode: 0o1777,
            },
            "make /dev/shm",
        );
        self.push(
            Op::Bind {
                source: c"/dev/shm".to_owned(),
                target: c"/dev/shm".to_owned(),
            },
            "mount /dev/shm",
        );
        self.push(
            Op::Remount {
                target: c"/dev/shm".to_owned(),
                flags: closed,
            },
            "restrict /dev/shm",
        );
        for (target, path) in [
            ("pts/ptmx", "/dev/ptmx"),
            ("/proc/self/fd", "/dev/fd"),
            ("/proc/self/fd/0", "/dev/stdin"),
            ("/proc/self/fd/1", "/dev/stdout"),
            ("/proc/self/fd/2", "/dev/stderr"),
        ] {
            self.push(
                Op::Symlink {
                    target: c_string("path", target.as_bytes())?,
                    path: c_string("path", path.as_bytes())?,
                },
                format!("make {path}"),
            );
        }
        Ok(())
    }

    pub(super) fn mount(
        &mut self,
        fs_type: &str,
        target: &str,
        flags: MountFlags,
        options: Option<&str>,
    ) -> Result<(), CannotPlan> {
        self.push(
            Op::Mount {
                source: c_string("file system", fs_type.as_bytes())?,
                target: c_string("path", target.as_bytes())?,
                fs_type: c_string("file system", fs_type.as_bytes())?,
                flags,
                data: options
                    .map(|o| c_string("mount options", o.as_bytes()))
                    .transpose()?,
            },
            format!("mount {fs_type} on {target}"),
        );
        Ok(())
    }

    pub(super) fn mask_kernel_files(&mut self) -> Result<(), CannotPlan> {
        // Not every kernel has every file.
        let missing = &[Errno::NOENT];
        for path in MASKED_FILES {
            self.push_tolerant(
                Op::Bind {
                    source: c"/dev/null".to_owned(),
                    target: c_string("path", path.as_bytes())?,
                },
                missing,
                format!("mask {path}"),
            );
        }
        for path in MASKED_DIRS {
            self.push_tolerant(
                Op::Mount {
                    source: c"tmpfs".to_owned(),
                    target: c_string("path", path.as_bytes())?,
                    fs_type: c"tmpfs".to_owned(),
                    flags: MountFlags::RDONLY,
                    data: Some(c"nr_inodes=2".to_owned()),
                },
                missing,
                format!("mask {path}"),
            );
        }
        let closed = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
        for path in READ_ONLY_PATHS {
            let path_c = c_string("path", path.as_bytes())?;
            self.push_tolerant(
                Op::Bind {
                    source: path_c.clone(),
                    target: path_c.clone(),
                },
                missing,
                format!("bind {path}"),
            );
            self.push_tolerant(
                Op::Remount {
                    target: path_c,
                    flags: closed | MountFlags::RDONLY,
                },
                missing,
                format!("make {path} read-only"),
            );
        }
        Ok(())
    }
}

/// Overlay separates its options by `,` and its layers by `:`.
fn escape(path: &OsStr, into: &mut Vec<u8>) {
    for byte in path.as_bytes() {
        if b"\\:,".contains(byte) {
            into.push(b'\\');
        }
        into.push(*byte);
    }
}
