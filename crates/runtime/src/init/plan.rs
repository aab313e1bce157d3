//! What a container's first process will do, written down before it exists.

use std::collections::HashMap;
use std::ffi::CString;
use std::path::Path;

use rustix::io::Errno;
use rustix::mount::MountFlags;

use super::Report;
use super::step::{CannotPlan, Op, Step, Steps, Strings, c_path, c_string, errno_text, target};
use crate::cgroup::Group;
use crate::rootfs::HostRoot;
use crate::{ContainerSpec, RootFs};

/// Where programs are looked up if the environment has no `PATH`.
const PATH_DEFAULT: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The whole way to the program.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    /// Paths to try, in order.
    pub(crate) candidates: Vec<CString>,
    pub(crate) argv: Strings,
    pub(crate) env: Strings,
}

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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::rootfs::HostLayer;
    use crate::{Capability, Resources, User};

    fn container() -> ContainerSpec {
        ContainerSpec {
            name: "main".to_owned(),
            attempt: 0,
            argv: vec!["true".to_owned()],
            env: Vec::new(),
            cwd: "/work".to_owned(),
            user: User::default(),
            capabilities: Capability::ALL.to_vec(),
            no_new_privs: false,
            rootfs: RootFs::Host { read_only: true },
            mounts: Vec::new(),
            resources: Resources::default(),
            oom_score_adj: 0,
            log_path: PathBuf::from("/log"),
        }
    }

    fn planned(container: &ContainerSpec) -> Plan {
        let host = HostRoot {
            layers: vec![HostLayer {
                mount_point: PathBuf::from("/"),
                mode: 0o755,
                uid: 0,
                gid: 0,
                mask: Vec::new(),
            }],
        };
        let group = Group::default();
        plan(container, &host, &group, Path::new("/a"), Path::new("/m")).expect("a plan")
    }

    fn place(plan: &Plan, found: impl Fn(&Op) -> bool) -> usize {
        let mut ops = plan.steps.iter().map(|step| &step.op);
        ops.position(found).expect("the step is there")
    }

    #[test]
    fn rights_go_after_the_mounts_that_need_them() {
        let plan = planned(&container());
        let is_read_only = |op: &Op| matches!(op, Op::Remount { target, .. } if &**target == c"/");
        let order = [
            place(&plan, |op| matches!(op, Op::MakeMountsPrivate)),
            place(&plan, |op| matches!(op, Op::PivotRoot)),
            place(&plan, |op| matches!(op, Op::MakeTarget(_))),
            place(&plan, is_read_only),
            place(&plan, |op| matches!(op, Op::AwaitGo)),
            place(&plan, |op| matches!(op, Op::OwnCgroupNamespace)),
            place(&plan, |op| matches!(op, Op::LimitCapabilities(_))),
            place(&plan, |op| matches!(op, Op::Gid(_))),
            place(&plan, |op| matches!(op, Op::Uid(_))),
            place(&plan, |op| matches!(op, Op::NoNewPrivileges)),
        ];
        assert!(order.is_sorted(), "{order:?}");
    }

    #[test]
    fn class_host_never_keeps_more_than_the_default_and_never_makes_devices() {
        let plan = planned(&container());
        let kept = plan.steps.iter().find_map(|step| match &step.op {
            Op::LimitCapabilities(kept) => Some(kept.bits()),
            _ => None,
        });
        assert_eq!(kept, Some(0xa004_25fb));
    }

    #[test]
    fn a_name_is_looked_up_in_the_path_of_the_container() {
        let mut container = container();
        container.env = vec![("PATH".to_owned(), "/a::/b".to_owned())];
        let found = planned(&container).candidates;
        assert_eq!(found, [c"/a/true".to_owned(), c"/b/true".to_owned()]);
        container.argv = vec!["./true".to_owned()];
        assert_eq!(planned(&container).candidates, [c"./true".to_owned()]);
    }

    #[test]
    fn what_cannot_be_planned_is_said() {
        type Change = fn(&mut ContainerSpec);
        let cases: [(Change, &str); 4] = [
            (|c| c.argv.clear(), "no command specified"),
            (
                |c| c.cwd = "work".to_owned(),
                "cwd \"work\" is not absolute",
            ),
            (
                |c| c.cwd = "/a/../b".to_owned(),
                "cwd \"/a/../b\" contains \"..\"",
            ),
            (
                |c| c.argv[0] = "/a\0b".to_owned(),
                "program \"/a\\0b\" contains a zero byte",
            ),
        ];
        for (change, message) in cases {
            let mut container = container();
            change(&mut container);
            let host = HostRoot { layers: Vec::new() };
            let group = Group::default();
            let result = plan(&container, &host, &group, Path::new("/a"), Path::new("/m"));
            assert_eq!(result.err(), Some(CannotPlan(message.to_owned())));
        }
    }
}
