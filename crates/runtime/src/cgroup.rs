//! cgroups of Pods and containers, version 1 and 2.
//!
//! Version 2 has one tree; version 1 has a tree a controller, and what is not limited gets no cgroup
//! there: making, entering and removing three of them costs 0.74 ms of CPU a container, more than
//! starting its program. A container's processes end through its PID namespace, so
//! that no cgroup is needed for killing.
//!
//! The first entry into a cgroup after a pause waits 8-15 ms for an RCU grace period, except by birth
//! (CLONE_INTO_CGROUP, version 2). On version 1 the shim therefore writes the new process into its
//! cgroups while that process mounts its file systems.
//!
//! Sources: cgroup-v1 and cgroup-v2 in the kernel's admin guide; upstream's node for paths and numbers.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal};
use serde::{Deserialize, Serialize};

use crate::Resources;
use crate::mountinfo::MountInfo;

/// The period of `cpu_quota_us`; upstream's `QuotaPeriod`.
const CPU_PERIOD_US: u64 = 100_000;

/// A killed process leaves its cgroup a moment after it was reaped; removal tries this often ...
const REMOVE_TRIES: u32 = 100;
/// ... with this pause, one second in all.
const REMOVE_PAUSE: Duration = Duration::from_millis(10);

/// The controllers that limits need.
const CONTROLLERS: [&str; 3] = ["cpu", "memory", "pids"];

/// Where cgroups can be made on this machine, and below which folder ours are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Cgroups {
    /// No writable cgroup file system.
    None,
    /// One tree a controller.
    V1 {
        parent: String,
        cpu: Option<PathBuf>,
        memory: Option<PathBuf>,
        pids: Option<PathBuf>,
    },
    /// One tree.
    V2 {
        parent: String,
        root: PathBuf,
        controllers: Vec<String>,
    },
}

impl Cgroups {
    /// Finds the trees. Version 2 is taken if it has the memory controller: on machines with both, the
    /// controllers are on one side only.
    pub(crate) fn detect(parent: &str, mounts: &[MountInfo]) -> Cgroups {
        let v1 = |controller: &str| {
            mounts
                .iter()
                .find(|m| {
                    m.fs_type == "cgroup" && m.super_options.split(',').any(|o| o == controller)
                })
                .map(|m| m.mount_point.clone())
        };
        let v2 = mounts.iter().find(|m| m.fs_type == "cgroup2").map(|m| {
            let text =
                fs::read_to_string(m.mount_point.join("cgroup.controllers")).unwrap_or_default();
            let controllers = text
                .split_whitespace()
                .filter(|c| CONTROLLERS.contains(c))
                .map(str::to_owned)
                .collect::<Vec<_>>();
            (m.mount_point.clone(), controllers)
        });
        match v2 {
            Some((root, controllers)) if controllers.iter().any(|c| c == "memory") => Cgroups::V2 {
                parent: parent.to_owned(),
                root,
                controllers,
            },
            _ => match (v1("cpu"), v1("memory"), v1("pids")) {
                (None, None, None) => Cgroups::None,
                (cpu, memory, pids) => Cgroups::V1 {
                    parent: parent.to_owned(),
                    cpu,
                    memory,
                    pids,
                },
            },
        }
    }

    /// One sentence for each kind of limit that will not be enforced.
    pub(crate) fn not_enforced(&self) -> Vec<String> {
        let has = |controller: &str| match self {
            Cgroups::None => false,
            Cgroups::V1 {
                cpu, memory, pids, ..
            } => match controller {
                "cpu" => cpu.is_some(),
                "memory" => memory.is_some(),
                _ => pids.is_some(),
            },
            Cgroups::V2 { controllers, .. } => controllers.iter().any(|c| c == controller),
        };
        [
            ("cpu", "CPU requests and limits"),
            ("memory", "memory limits"),
            ("pids", "limits on the number of processes"),
        ]
        .into_iter()
        .filter(|(controller, _)| !has(controller))
        .map(|(controller, what)| {
            format!(
                "{what} are not enforced: no cgroup tree with the {controller} controller can be used"
            )
        })
        .collect()
    }

    /// The folders that hold all cgroups of this yard, one a tree.
    pub(crate) fn parents(&self) -> Vec<PathBuf> {
        self.trees()
            .into_iter()
            .map(|(_, root)| root.join(self.parent()))
            .collect()
    }

    /// Makes the parent folders and, for shims that outlive the daemon, a cgroup beside the Pods'.
    /// Returns the files that a spawner writes itself to.
    pub(crate) fn prepare(&self, with_shims: bool) -> io::Result<Vec<PathBuf>> {
        if let Cgroups::V2 {
            root, controllers, ..
        } = self
        {
            enable(root, controllers)?;
            let mut folder = root.clone();
            for part in Path::new(self.parent()) {
                folder.push(part);
                make_dir(&folder)?;
                enable(&folder, controllers)?;
            }
        }
        let mut procs = Vec::new();
        for parent in self.parents() {
            make_dirs(&parent)?;
            if with_shims {
                let shims = parent.join("shims");
                fs::create_dir_all(&shims)?;
                procs.push(shims.join("cgroup.procs"));
            }
        }
        Ok(procs)
    }

    /// Makes the cgroup of a Pod, `path` below the parent.
    pub(crate) fn create_pod(&self, path: &str, limits: &Resources) -> io::Result<Group> {
        if let Cgroups::V2 {
            root, controllers, ..
        } = self
        {
            // Every folder on the way hands the controllers on.
            let mut folder = root.join(self.parent());
            for part in Path::new(path) {
                folder.push(part);
                if make_dir(&folder)? {
                    enable(&folder, controllers)?;
                }
            }
        }
        self.create(
            path,
            limits,
            *limits != Resources::default() && limits.memory_bytes_max.is_some(),
        )
    }

    /// Makes the cgroup of a container inside its Pod's. `count_oom_kills`: it needs a memory cgroup
    /// of its own even without a limit, since the Pod has one and we must tell whom the OOM killer took.
    pub(crate) fn create_container(
        &self,
        pod_path: &str,
        name: &str,
        limits: &Resources,
        count_oom_kills: bool,
    ) -> io::Result<Group> {
        self.create(
            &format!("{pod_path}/{name}"),
            limits,
            count_oom_kills || limits.memory_bytes_max.is_some(),
        )
    }

    fn create(&self, path: &str, limits: &Resources, with_memory: bool) -> io::Result<Group> {
        let mut group = Group::default();
        let result = match self {
            Cgroups::None => Ok(()),
            Cgroups::V1 {
                cpu, memory, pids, ..
            } => {
                let with_cpu = limits.cpu_shares.is_some() || limits.cpu_quota_us.is_some();
                group
                    .add_v1(
                        "cpu",
                        cpu.as_deref().filter(|_| with_cpu),
                        self.parent(),
                        path,
                        |dir| {
                            set(dir, "cpu.shares", limits.cpu_shares)?;
                            set(
                                dir,
                                "cpu.cfs_period_us",
                                limits.cpu_quota_us.map(|_| CPU_PERIOD_US),
                            )?;
                            set(dir, "cpu.cfs_quota_us", limits.cpu_quota_us)
                        },
                    )
                    .and_then(|_| {
                        group.add_v1(
                            "memory",
                            memory.as_deref().filter(|_| with_memory),
                            self.parent(),
                            path,
                            |dir| {
                                set(dir, "memory.limit_in_bytes", limits.memory_bytes_max)?;
                                // Without swap accounting the file is missing.
                                missing_is_fine(set(
                                    dir,
                                    "memory.memsw.limit_in_bytes",
                                    limits.memory_bytes_max,
                                ))
                            },
                        )
                    })
                    .map(|dir| group.memory_events = dir.map(|d| d.join("memory.oom_control")))
                    .and_then(|()| {
                        group.add_v1(
                            "pids",
                            pids.as_deref().filter(|_| limits.pids_max.is_some()),
                            self.parent(),
                            path,
                            |dir| set(dir, "pids.max", limits.pids_max),
                        )
                    })
                    .map(|_| ())
            }
            Cgroups::V2 { root, .. } => group.add_v2(&root.join(self.parent()).join(path), limits),
        };
        match result {
            Ok(()) => Ok(group),
            Err(error) => {
                // Keep the first error; what was made is removed with the Pod at the latest.
                let _ = group.remove();
                Err(error)
            }
        }
    }

    /// Removes the Pod's cgroups with all below, in every tree. Kills what is still inside.
    pub(crate) fn remove_pod(&self, path: &str) -> io::Result<()> {
        for (_, root) in self.trees() {
            remove_tree(&root.join(self.parent()).join(path))?;
        }
        Ok(())
    }

    fn parent(&self) -> &str {
        match self {
            Cgroups::None => "",
            Cgroups::V1 { parent, .. } | Cgroups::V2 { parent, .. } => parent,
        }
    }

    /// Name and mount point of each tree in use.
    fn trees(&self) -> Vec<(&'static str, &Path)> {
        match self {
            Cgroups::None => Vec::new(),
            Cgroups::V1 {
                cpu, memory, pids, ..
            } => [("cpu", cpu), ("memory", memory), ("pids", pids)]
                .into_iter()
                .filter_map(|(name, root)| Some((name, root.as_deref()?)))
                .collect(),
            Cgroups::V2 { root, .. } => vec![("", root)],
        }
    }
}

/// The cgroups of one Pod or container: one folder a tree.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// Trees whose members enter by a write to `cgroup.procs`.
    v1: Vec<(&'static str, PathBuf)>,
    /// The tree whose members are born in it.
    v2: Option<(PathBuf, OwnedFd)>,
    /// The file with the line `oom_kill N`.
    memory_events: Option<PathBuf>,
}

impl Group {
    /// For CLONE_INTO_CGROUP.
    pub(crate) fn birth(&self) -> Option<&OwnedFd> {
        self.v2.as_ref().map(|(_, fd)| fd)
    }

    /// Moves a process in, where it was not born in.
    pub(crate) fn attach(&self, pid: Pid) -> io::Result<()> {
        for (_, dir) in &self.v1 {
            write_file(&dir.join("cgroup.procs"), &pid.as_raw_nonzero().to_string())?;
        }
        Ok(())
    }

    /// What a container sees below `/sys/fs/cgroup`: its own folder of each tree. The name is empty for version 2.
    pub(crate) fn visible(&self) -> Vec<(&'static str, &Path)> {
        let v1 = self.v1.iter().map(|(name, dir)| (*name, dir.as_path()));
        v1.chain(self.v2.iter().map(|(dir, _)| ("", dir.as_path())))
            .collect()
    }

    /// The OOM killer took at least one process of this cgroup.
    pub(crate) fn is_oom_killed(&self) -> bool {
        let Some(text) = self
            .memory_events
            .as_ref()
            .and_then(|f| fs::read_to_string(f).ok())
        else {
            return false;
        };
        oom_kills(&text) > 0
    }

    /// Removes the folders; nobody may be inside any more.
    pub(crate) fn remove(&self) -> io::Result<()> {
        let v1 = self.v1.iter().map(|(_, dir)| dir);
        for dir in v1.chain(self.v2.iter().map(|(dir, _)| dir)) {
            remove_dir(dir)?;
        }
        Ok(())
    }

    fn add_v1(
        &mut self,
        controller: &'static str,
        root: Option<&Path>,
        parent: &str,
        path: &str,
        write_limits: impl FnOnce(&Path) -> io::Result<()>,
    ) -> io::Result<Option<PathBuf>> {
        let Some(root) = root else { return Ok(None) };
        let dir = root.join(parent).join(path);
        fs::create_dir_all(&dir)?;
        self.v1.push((controller, dir.clone()));
        write_limits(&dir)?;
        Ok(Some(dir))
    }

    fn add_v2(&mut self, dir: &Path, limits: &Resources) -> io::Result<()> {
        make_dir(dir)?;
        let fd = rustix::fs::open(
            dir,
            OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        self.v2 = Some((dir.to_owned(), fd));
        self.memory_events = Some(dir.join("memory.events"));
        set(dir, "cpu.weight", limits.cpu_shares.map(cpu_weight))?;
        if let Some(quota) = limits.cpu_quota_us {
            write_file(&dir.join("cpu.max"), &format!("{quota} {CPU_PERIOD_US}"))?;
        }
        if let Some(bytes) = limits.memory_bytes_max {
            set(dir, "memory.max", Some(bytes))?;
            // One process that is killed takes the container with it, as upstream sets it.
            missing_is_fine(set(dir, "memory.oom.group", Some(1)))?;
            missing_is_fine(set(dir, "memory.swap.max", Some(0)))?;
        }
        set(dir, "pids.max", limits.pids_max)
    }
}

/// Version 1 shares as a version 2 weight; upstream's conversion in its cgroup manager for version 2.
fn cpu_weight(shares: u64) -> u64 {
    1 + (shares.clamp(2, 262_144) - 2) * 9_999 / 262_142
}

/// The number in the line `oom_kill N`.
fn oom_kills(text: &str) -> u64 {
    text.lines()
        .filter_map(|line| line.strip_prefix("oom_kill "))
        .find_map(|number| number.trim().parse().ok())
        .unwrap_or(0)
}

/// Lets the children of a version 2 folder have the controllers.
fn enable(dir: &Path, controllers: &[String]) -> io::Result<()> {
    let text = controllers
        .iter()
        .map(|c| format!("+{c}"))
        .collect::<Vec<_>>()
        .join(" ");
    write_file(&dir.join("cgroup.subtree_control"), &text)
}

/// Makes one folder; `true` if it was not there.
fn make_dir(dir: &Path) -> io::Result<bool> {
    match fs::create_dir(dir) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes a folder with those above it. Another yard may just be removing an empty one above.
fn make_dirs(dir: &Path) -> io::Result<()> {
    let mut tries = 0;
    loop {
        match fs::create_dir_all(dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && tries < 3 => tries += 1,
            other => return other,
        }
    }
}

/// Removes a yard's own folder with all below it, then the one that yards share, if this was the last.
pub(crate) fn remove_yard(dir: &Path) -> io::Result<()> {
    remove_tree(dir)?;
    if let Some(shared) = dir.parent() {
        // It stays while another yard has its folder there.
        let _ = fs::remove_dir(shared);
    }
    Ok(())
}

fn set(dir: &Path, file: &str, value: Option<u64>) -> io::Result<()> {
    match value {
        Some(value) => write_file(&dir.join(file), &value.to_string()),
        None => Ok(()),
    }
}

fn missing_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// One write(2), which is what cgroup files want, and the file's name in the error.
fn write_file(path: &Path, text: &str) -> io::Result<()> {
    let write = |mut file: File| file.write_all(text.as_bytes());
    OpenOptions::new()
        .write(true)
        .open(path)
        .and_then(write)
        .map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("write {text:?} to {}: {error}", path.display()),
            )
        })
}

fn remove_dir(dir: &Path) -> io::Result<()> {
    let mut tries = 0;
    loop {
        match fs::remove_dir(dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) if error.raw_os_error() == Some(libc::EBUSY) && tries < REMOVE_TRIES => {
                tries += 1;
                // A deadline, not a wait for luck: the kernel has no notice for "empty" on version 1.
                std::thread::sleep(REMOVE_PAUSE);
            }
            other => return other,
        }
    }
}

/// Removes a cgroup with all below it, killing what is inside. Only for folders of our own.
fn remove_tree(dir: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_tree(&entry.path())?;
        }
    }
    let inside = fs::read_to_string(dir.join("cgroup.procs")).unwrap_or_default();
    for pid in inside
        .lines()
        .filter_map(|line| Pid::from_raw(line.parse().ok()?))
    {
        // It may have ended by itself since.
        let _ = rustix::process::kill_process(pid, Signal::KILL);
    }
    remove_dir(dir)
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use rustix::process::{WaitId, WaitIdOptions, waitid};

    use super::*;

    #[test]
    fn weight_of_one_core_is_39() {
        assert_eq!(cpu_weight(1024), 39);
        assert_eq!(cpu_weight(2), 1);
        assert_eq!(cpu_weight(262_144), 10_000);
    }

    #[test]
    fn oom_kills_are_read_from_both_versions() {
        assert_eq!(
            oom_kills("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"),
            3
        );
        assert_eq!(
            oom_kills("low 0\nhigh 0\nmax 9\noom 1\noom_kill 1\noom_group_kill 0\n"),
            1
        );
        assert_eq!(oom_kills(""), 0);
    }

    /// Also runs where version 2 has no controllers, beside a complete version 1.
    #[test]
    fn a_process_is_born_in_a_cgroup_of_version_2() {
        let mounts = crate::mountinfo::read().expect("readable");
        let Some(tree) = mounts.iter().find(|m| m.fs_type == "cgroup2") else {
            panic!("this machine mounts no cgroup version 2");
        };
        let cgroups = Cgroups::V2 {
            parent: format!("jobyard-unit-test-{}", std::process::id()),
            root: tree.mount_point.clone(),
            controllers: Vec::new(),
        };
        cgroups.prepare(false).expect("made");
        let none = Resources::default();
        cgroups.create_pod("besteffort/podx", &none).expect("made");
        let group = cgroups
            .create_container("besteffort/podx", "main-0", &none, false)
            .expect("made");
        let birth = group.birth().map(AsFd::as_fd);
        let cloned = crate::sys::clone_container(0, birth).expect("cloned");
        let Some((pid, pidfd)) = cloned else {
            // The child: only calls that need no lock.
            let minute = rustix::thread::Timespec {
                tv_sec: 60,
                tv_nsec: 0,
            };
            let _ = rustix::thread::nanosleep(&minute);
            crate::sys::exit_now(0);
        };
        let own = format!("/proc/{}/cgroup", pid.as_raw_nonzero());
        let own = fs::read_to_string(own).expect("readable");
        let is_inside = |line: &str| line.starts_with("0::") && line.ends_with("/podx/main-0");
        assert!(own.lines().any(is_inside), "{own}");
        // Removing a Pod kills what is inside.
        let reaper = std::thread::spawn(move || {
            let status = waitid(WaitId::PidFd(pidfd.as_fd()), WaitIdOptions::EXITED);
            let status = status.expect("a child").expect("it ended");
            status.terminating_signal()
        });
        cgroups.remove_pod("besteffort/podx").expect("removed");
        assert_eq!(reaper.join().expect("no panic"), Some(libc::SIGKILL));
        for parent in cgroups.parents() {
            remove_tree(&parent).expect("removed");
        }
    }

    #[test]
    fn a_machine_without_cgroups_says_what_is_not_enforced() {
        assert_eq!(Cgroups::detect("x", &[]), Cgroups::None);
        assert_eq!(Cgroups::None.not_enforced().len(), 3);
    }
}
