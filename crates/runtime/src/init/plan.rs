//! What a container's first process will do, written down before it exists.

use std::collections::HashMap;
use std::ffi::{CStr, CString, OsStr, c_char};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

use rustix::fs::{Gid, Uid};
use rustix::io::Errno;
use rustix::mount::MountFlags;
use rustix::thread::CapabilitySet;

use super::Report;
use crate::cgroup::Group;
use crate::rootfs::{HostRoot, MaskEntry, MaskKind};
use crate::{Capability, ContainerSpec, Mount, MountSource, RootFs};

/// Most bind mounts of a container; each is a descriptor for a moment, of usually 1,024.
pub(crate) const TREES_MAX: usize = 512;

/// Where programs are looked up if the environment has no `PATH`.
const PATH_DEFAULT: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

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

// linux/mount.h, for mount_setattr(2).
const MOUNT_ATTR_RDONLY: u64 = 1;
const MOUNT_ATTR_NOSUID: u64 = 2;
const MOUNT_ATTR_NODEV: u64 = 4;
const MOUNT_ATTR_NOEXEC: u64 = 8;

/// The whole way to the program.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    /// Paths to try, in order.
    pub(crate) candidates: Vec<CString>,
    pub(crate) argv: Strings,
    pub(crate) env: Strings,
}

/// One step, and the errors that do not matter to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) op: Op,
    pub(crate) tolerated: &'static [Errno],
    /// What to say when it fails, before the error.
    says: String,
}

/// A system call, or a few that belong together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Op {
    DieWithShim,
    MakeMountsPrivate,
    ChangeDir(CString),
    OpenTree {
        slot: usize,
        source: CString,
    },
    RestrictTree {
        slot: usize,
        attributes: u64,
    },
    AttachTree {
        slot: usize,
        target: Target,
    },
    Mount {
        source: CString,
        target: CString,
        fs_type: CString,
        flags: MountFlags,
        data: Option<CString>,
    },
    MountOn {
        target: Target,
        fs_type: CString,
        flags: MountFlags,
        data: Option<CString>,
    },
    Bind {
        source: CString,
        target: CString,
    },
    Remount {
        target: CString,
        flags: MountFlags,
    },
    PivotRoot,
    MakeDir {
        path: CString,
        mode: u32,
    },
    MakeTarget(Target),
    MakeNode {
        path: CString,
        mode: u32,
        device: u64,
    },
    Symlink {
        target: CString,
        path: CString,
    },
    WriteFile {
        path: CString,
        text: Vec<u8>,
    },
    AwaitGo,
    OwnCgroupNamespace,
    Chown {
        path: CString,
        uid: Uid,
        gid: Gid,
    },
    MarkOpaque(CString),
    Umask(u32),
    OwnLogPipes {
        uid: Uid,
        gid: Gid,
    },
    LimitCapabilities(CapabilitySet),
    Groups(Vec<Gid>),
    Gid(Gid),
    Uid(Uid),
    Capabilities(CapabilitySet),
    NoNewPrivileges,
}

/// A place in the new root, with every folder on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) parts: Vec<TargetPart>,
    pub(crate) is_file: bool,
}

/// One folder on the way: its whole path and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TargetPart {
    pub(crate) path: CString,
    pub(crate) name: CString,
}

impl Target {
    /// The whole path.
    pub(crate) fn path(&self) -> &CStr {
        self.parts.last().map_or(c"/", |part| &part.path)
    }
}

/// Strings and the array of pointers to them that execve(2) wants.
#[derive(Debug)]
pub(crate) struct Strings {
    pointers: Vec<*const c_char>,
    /// What the pointers point to; the heap does not move with the struct.
    _strings: Vec<CString>,
}

impl Strings {
    fn new(strings: Vec<CString>) -> Strings {
        let mut pointers: Vec<_> = strings.iter().map(|s| s.as_ptr()).collect();
        pointers.push(std::ptr::null());
        Strings {
            pointers,
            _strings: strings,
        }
    }

    /// Ends with a null pointer.
    pub(crate) fn pointers(&self) -> &[*const c_char] {
        &self.pointers
    }
}

/// A container that cannot be planned: the text for the user.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CannotPlan(pub(crate) String);

/// Plans one container. The working folder of the first process is the attempt's folder, which has
/// `upper` and `work` for the first layer, `upper1` and `work1` for the next, and so on. `masks_dir` is an
/// empty folder, which all containers share: each mounts over it in its own namespace.
pub(crate) fn plan(
    container: &ContainerSpec,
    host: &HostRoot,
    group: &Group,
    attempt_dir: &Path,
    masks_dir: &Path,
) -> Result<Plan, CannotPlan> {
    let RootFs::Host { read_only } = container.rootfs;
    let mut steps = Steps::default();
    steps.push(Op::DieWithShim, "tie the container to its shim");
    steps.push(Op::MakeMountsPrivate, "make mounts private");
    steps.push(
        Op::ChangeDir(c_path(attempt_dir)?),
        "enter the attempt's folder",
    );

    let bind_sources = steps.open_bind_sources(container, group)?;
    steps.push(Op::Umask(0), "set the umask");
    steps.mount_host_root(host, masks_dir)?;
    steps.push(Op::ChangeDir(c"upper".to_owned()), "enter the new root");
    steps.push(Op::PivotRoot, "make the new root the root");
    steps.mount_kernel_file_systems()?;
    steps.mask_kernel_files()?;
    steps.mount_volumes(container, &bind_sources)?;
    steps.show_cgroups(group, container.mounts.len())?;
    steps.push(
        Op::MakeTarget(target("cwd", Path::new(&container.cwd), false)?),
        format!("make the working folder {}", container.cwd),
    );
    if read_only {
        steps.push(
            Op::Remount {
                target: c"/".to_owned(),
                flags: MountFlags::RDONLY | MountFlags::NODEV,
            },
            "make the root read-only",
        );
    }
    steps.push_tolerant(
        Op::WriteFile {
            path: c"/proc/self/oom_score_adj".to_owned(),
            text: container.oom_score_adj.to_string().into_bytes(),
        },
        // Lowering it takes CAP_SYS_RESOURCE, which root in a container or virtual machine may lack.
        &[Errno::ACCESS, Errno::PERM],
        "set the OOM score",
    );
    steps.push(Op::AwaitGo, "wait for the cgroup");
    steps.push(Op::OwnCgroupNamespace, "make a cgroup namespace");
    steps.become_user(container);
    steps.push(
        Op::ChangeDir(c_string("cwd", container.cwd.as_bytes())?),
        format!("chdir to cwd ({:?})", container.cwd),
    );
    steps.push(Op::Umask(0o022), "set the umask");

    let env = environment(&container.env)?;
    Ok(Plan {
        steps: steps.0,
        candidates: candidates(container)?,
        argv: Strings::new(
            container
                .argv
                .iter()
                .map(|argument| c_string("argument", argument.as_bytes()))
                .collect::<Result<_, _>>()?,
        ),
        env: Strings::new(env),
    })
}

impl Plan {
    /// The words for a failure, as other runtimes say it and as Kubernetes users know it.
    pub(crate) fn explain(&self, program: &str, report: Report) -> String {
        match report {
            Report::Step { index, errno } => {
                let says = self.steps.get(index).map_or("set up", |step| &step.says);
                format!(
                    "{says}: {}: unknown",
                    errno_text(Errno::from_raw_os_error(errno))
                )
            }
            Report::Program { errno } => {
                let errno = Errno::from_raw_os_error(errno);
                let why = match errno {
                    _ if !program.contains('/') => "executable file not found in $PATH".to_owned(),
                    Errno::NOENT | Errno::NOTDIR | Errno::LOOP => {
                        format!("stat {program}: {}", errno_text(errno))
                    }
                    _ => errno_text(errno).to_owned(),
                };
                format!("exec: {program:?}: {why}: unknown")
            }
        }
    }
}

/// The system's words for an error, as Go prints them: Kubernetes users search for these. Async-signal-safe.
pub(crate) fn errno_text(errno: Errno) -> &'static str {
    match errno {
        Errno::PERM => "operation not permitted",
        Errno::NOENT => "no such file or directory",
        Errno::IO => "input/output error",
        Errno::TOOBIG => "argument list too long",
        Errno::NOEXEC => "exec format error",
        Errno::AGAIN => "resource temporarily unavailable",
        Errno::NOMEM => "cannot allocate memory",
        Errno::ACCESS => "permission denied",
        Errno::BUSY => "device or resource busy",
        Errno::EXIST => "file exists",
        Errno::NODEV => "no such device",
        Errno::NOTDIR => "not a directory",
        Errno::ISDIR => "is a directory",
        Errno::INVAL => "invalid argument",
        Errno::MFILE => "too many open files",
        Errno::TXTBSY => "text file busy",
        Errno::NOSPC => "no space left on device",
        Errno::ROFS => "read-only file system",
        Errno::NAMETOOLONG => "file name too long",
        Errno::LOOP => "too many levels of symbolic links",
        Errno::STALE => "stale file handle",
        Errno::DQUOT => "disk quota exceeded",
        _ => "unexpected system error",
    }
}

#[derive(Default)]
struct Steps(Vec<Step>);

impl Steps {
    fn push(&mut self, op: Op, says: impl Into<String>) {
        self.push_tolerant(op, &[], says);
    }

    fn push_tolerant(&mut self, op: Op, tolerated: &'static [Errno], says: impl Into<String>) {
        self.0.push(Step {
            op,
            tolerated,
            says: says.into(),
        });
    }

    /// Takes hold of what comes from the machine while its paths can still be named. Slots: bind mounts in their
    /// order, then cgroups.
    fn open_bind_sources(
        &mut self,
        container: &ContainerSpec,
        group: &Group,
    ) -> Result<Vec<Option<BindSource>>, CannotPlan> {
        if container.mounts.len() + group.visible().len() > TREES_MAX {
            return Err(CannotPlan(format!(
                "{} mounts are more than the {TREES_MAX} that a container may have",
                container.mounts.len()
            )));
        }
        let mut sources = Vec::new();
        for (slot, mount) in container.mounts.iter().enumerate() {
            let MountSource::Bind { path } = &mount.source else {
                sources.push(None);
                continue;
            };
            let found = std::fs::metadata(path).map_err(|error| {
                let text =
                    Errno::from_io_error(&error).map_or("unexpected system error", errno_text);
                CannotPlan(format!(
                    "error mounting {:?} to rootfs at {:?}: stat {}: {text}: unknown",
                    path.display(),
                    mount.target.display(),
                    path.display()
                ))
            })?;
            self.open_tree(slot, path, restrictions(mount))?;
            sources.push(Some(BindSource {
                is_file: !found.is_dir(),
            }));
        }
        for (index, (_, dir)) in group.visible().into_iter().enumerate() {
            let attributes =
                MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
            self.open_tree(container.mounts.len() + index, dir, attributes)?;
        }
        Ok(sources)
    }

    fn open_tree(&mut self, slot: usize, path: &Path, attributes: u64) -> Result<(), CannotPlan> {
        self.push(
            Op::OpenTree {
                slot,
                source: c_path(path)?,
            },
            format!("open {} for a mount", path.display()),
        );
        self.push(
            Op::RestrictTree { slot, attributes },
            format!("restrict the mount of {}", path.display()),
        );
        Ok(())
    }

    /// The overlays of `rootfs`, on top of the folder `upper`.
    fn mount_host_root(&mut self, host: &HostRoot, masks_dir: &Path) -> Result<(), CannotPlan> {
        self.push(
            Op::Mount {
                source: c"tmpfs".to_owned(),
                target: c_path(masks_dir)?,
                fs_type: c"tmpfs".to_owned(),
                flags: MountFlags::empty(),
                data: Some(c"mode=700".to_owned()),
            },
            "mount a file system for masks",
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
        Ok(())
    }

    fn make_mask(&mut self, mask: &Path, entries: &[MaskEntry]) -> Result<(), CannotPlan> {
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
    fn mount_kernel_file_systems(&mut self) -> Result<(), CannotPlan> {
        let closed = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
        self.mount("proc", "/proc", closed, None)?;
        self.mount("sysfs", "/sys", closed | MountFlags::RDONLY, None)?;
        self.mount(
            "tmpfs",
            "/dev",
            MountFlags::NOSUID,
            Some("mode=755,size=65536k"),
        )?;
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
            ("tmpfs", "/dev/shm", closed, Some("mode=1777,size=65536k")),
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

    fn mount(
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

    fn mask_kernel_files(&mut self) -> Result<(), CannotPlan> {
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

    fn mount_volumes(
        &mut self,
        container: &ContainerSpec,
        sources: &[Option<BindSource>],
    ) -> Result<(), CannotPlan> {
        for (slot, (mount, source)) in container.mounts.iter().zip(sources).enumerate() {
            let is_file = source.as_ref().is_some_and(|source| source.is_file);
            let place = target("mount path", &mount.target, is_file)?;
            if place.parts.is_empty() {
                return Err(CannotPlan("a volume cannot be mounted on /".to_owned()));
            }
            self.push(
                Op::MakeTarget(place.clone()),
                format!("make the mount point {}", mount.target.display()),
            );
            let says = format!("mount a volume on {}", mount.target.display());
            match &mount.source {
                MountSource::Bind { .. } => self.push(
                    Op::AttachTree {
                        slot,
                        target: place,
                    },
                    says,
                ),
                MountSource::Tmpfs { size_bytes, mode } => {
                    let size =
                        size_bytes.map_or_else(String::new, |bytes| format!(",size={bytes}"));
                    let options = format!("mode={mode:o}{size}");
                    let mut flags = MountFlags::NOSUID | MountFlags::NODEV;
                    if mount.read_only {
                        flags |= MountFlags::RDONLY;
                    }
                    self.push(
                        Op::MountOn {
                            target: place,
                            fs_type: c"tmpfs".to_owned(),
                            flags,
                            data: Some(c_string("mount options", options.as_bytes())?),
                        },
                        says,
                    );
                }
            }
        }
        Ok(())
    }

    /// The container's own cgroup, read-only: programs size themselves by the limits they find there.
    fn show_cgroups(&mut self, group: &Group, first_slot: usize) -> Result<(), CannotPlan> {
        let visible = group.visible();
        let has_names = visible.iter().any(|(name, _)| !name.is_empty());
        let closed = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
        if has_names {
            self.mount("tmpfs", "/sys/fs/cgroup", closed, Some("mode=755,size=4k"))?;
        }
        for (index, (name, _)) in visible.iter().enumerate() {
            let path = Path::new("/sys/fs/cgroup").join(name);
            let place = target("path", &path, false)?;
            self.push(
                Op::MakeTarget(place.clone()),
                format!("make {}", path.display()),
            );
            self.push(
                Op::AttachTree {
                    slot: first_slot + index,
                    target: place,
                },
                format!("mount the cgroup on {}", path.display()),
            );
        }
        if has_names {
            self.push(
                Op::Remount {
                    target: c"/sys/fs/cgroup".to_owned(),
                    flags: closed | MountFlags::RDONLY,
                },
                "make /sys/fs/cgroup read-only",
            );
        }
        Ok(())
    }

    /// From root with everything to the container's user with little. The order matters: each right is used
    /// for the last time before it goes.
    fn become_user(&mut self, container: &ContainerSpec) {
        let user = &container.user;
        let (uid, gid) = (Uid::from_raw(user.uid), Gid::from_raw(user.gid));
        let kept = kept_capabilities(&container.capabilities);
        self.push(
            Op::OwnLogPipes { uid, gid },
            "give stdout and stderr to the user",
        );
        self.push(Op::LimitCapabilities(kept), "drop capabilities");
        let groups = user
            .groups
            .iter()
            .map(|group| Gid::from_raw(*group))
            .collect();
        self.push(Op::Groups(groups), "set supplementary groups");
        self.push(Op::Gid(gid), "set the group");
        self.push(Op::Uid(uid), "set the user");
        if user.uid == 0 {
            self.push(Op::Capabilities(kept), "set capabilities");
        }
        // Always, for class `host`: its set-user-id programs are the machine's.
        self.push(Op::NoNewPrivileges, "set no_new_privs");
        // A change of user clears it.
        self.push(Op::DieWithShim, "tie the container to its shim");
    }
}

struct BindSource {
    is_file: bool,
}

/// What class `host` keeps of what is asked for: nothing outside the default set, and no making of devices.
fn kept_capabilities(asked: &[Capability]) -> CapabilitySet {
    let bits = asked
        .iter()
        .filter(|c| Capability::DEFAULT.contains(c) && **c != Capability::Mknod)
        .fold(0, |set, c| set | c.bit());
    CapabilitySet::from_bits_retain(bits)
}

fn restrictions(mount: &Mount) -> u64 {
    let writing = if mount.read_only {
        MOUNT_ATTR_RDONLY
    } else {
        0
    };
    writing | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
}

/// Splits a container path into the folders on its way. `..` is refused: Kubernetes does, and a
/// prefix would no longer be a prefix.
fn target(what: &str, path: &Path, is_file: bool) -> Result<Target, CannotPlan> {
    let mut parts = Vec::new();
    let mut whole = b"/".to_vec();
    let mut components = path.components();
    if components.next() != Some(Component::RootDir) {
        return Err(CannotPlan(format!(
            "{what} {:?} is not absolute",
            path.display()
        )));
    }
    for component in components {
        let Component::Normal(name) = component else {
            return Err(CannotPlan(format!(
                "{what} {:?} contains \"..\"",
                path.display()
            )));
        };
        if whole.len() > 1 {
            whole.push(b'/');
        }
        whole.extend(name.as_bytes());
        parts.push(TargetPart {
            path: c_string(what, &whole)?,
            name: c_string(what, name.as_bytes())?,
        });
    }
    Ok(Target { parts, is_file })
}

/// `NAME=VALUE`, the last value of each name, in the order of first mention: getenv(3) would find the first.
fn environment(env: &[(String, String)]) -> Result<Vec<CString>, CannotPlan> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut strings: Vec<CString> = Vec::new();
    for (name, value) in env {
        let string = c_string("environment variable", format!("{name}={value}").as_bytes())?;
        if let Some(place) = places.get(name.as_str()) {
            strings[*place] = string;
        } else {
            places.insert(name, strings.len());
            strings.push(string);
        }
    }
    Ok(strings)
}

/// Where the program may lie: itself if it is a path, else each folder of the container's `PATH`.
fn candidates(container: &ContainerSpec) -> Result<Vec<CString>, CannotPlan> {
    let Some(program) = container.argv.first() else {
        return Err(CannotPlan("no command specified".to_owned()));
    };
    if program.contains('/') {
        return Ok(vec![c_string("program", program.as_bytes())?]);
    }
    if program.is_empty() {
        return Ok(Vec::new());
    }
    let path = container
        .env
        .iter()
        .rev()
        .find(|(name, _)| name == "PATH")
        .map_or(PATH_DEFAULT, |(_, value)| value);
    path.split(':')
        // An empty part means the working folder; a program should not be found by accident there.
        .filter(|folder| !folder.is_empty())
        .map(|folder| c_string("program", format!("{folder}/{program}").as_bytes()))
        .collect()
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

fn c_path(path: &Path) -> Result<CString, CannotPlan> {
    c_string("path", path.as_os_str().as_bytes())
}

fn c_string(what: &str, bytes: &[u8]) -> Result<CString, CannotPlan> {
    CString::new(bytes).map_err(|_| {
        CannotPlan(format!(
            "{what} {:?} contains a zero byte",
            String::from_utf8_lossy(bytes)
        ))
    })
}
