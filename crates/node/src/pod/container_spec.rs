//! A container of a Pod as the runtime starts it.
//!
//! All that can be wrong with a container's configuration is found here, before
//! a process is made: it becomes `CreateContainerConfigError`.
//!
//! Source: upstream `generateContainerConfig`, `DetermineEffectiveSecurityContext`,
//! `verifyRunAsNonRoot`.

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use jobyard_api::{Object, core};
use jobyard_runtime::{Capability, ContainerSpec, Mount, MountSource, Resources, RootFs, User};

use super::{
    downward::NodeFacts,
    environment::{self, Sources, Surroundings},
    expansion,
    resources::{self, QosClass},
};
use crate::volume::{Volume, Volumes};

const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Where termination messages go unless the container says otherwise.
pub const TERMINATION_MESSAGE_PATH: &str = "/dev/termination-log";

/// Everything besides the container itself that its start depends on.
#[derive(Debug)]
pub struct StartContext<'a> {
    /// The Pod.
    pub pod: &'a core::Pod,
    /// Which attempt.
    pub attempt: u32,
    /// What only the node knows.
    pub facts: NodeFacts<'a>,
    /// The Pod's host name.
    pub hostname: &'a str,
    /// Variables of services.
    pub services: &'a [(String, String)],
    /// What the environment reads from.
    pub sources: &'a Sources,
    /// The Pod's volumes.
    pub volumes: &'a Volumes,
    /// The folder with `hosts`, `hostname` and `resolv.conf`.
    pub etc: &'a Path,
    /// The file that receives the termination message.
    pub termination_log: &'a Path,
    /// The container's log file.
    pub log_path: &'a Path,
    /// User and group of containers that name none: whoever started jobyard.
    pub default_user: (u32, u32),
    /// Most processes of the Pod, and so of each of its containers.
    pub pod_pids_max: Option<u64>,
    /// The machine's `/etc/passwd`.
    pub passwd: &'a str,
}

/// The whole start order, or the message of `CreateContainerConfigError`.
pub fn container_spec(
    container: &core::Container,
    context: &StartContext<'_>,
) -> Result<ContainerSpec, String> {
    let user = user(container, context)?;
    let account = Account::of(context.passwd, user.uid);
    let mut base = vec![
        ("PATH".to_owned(), PATH.to_owned()),
        ("HOSTNAME".to_owned(), context.hostname.to_owned()),
        (
            "HOME".to_owned(),
            account.map_or("/", |account| account.home).to_owned(),
        ),
    ];
    if container.tty == Some(true) {
        base.push(("TERM".to_owned(), "xterm".to_owned()));
    }
    let env = environment::compose(&Surroundings {
        pod: context.pod,
        container,
        facts: context.facts,
        base,
        services: context.services,
        sources: context.sources,
    })?;
    let mounts = mounts(container, context, &env)?;
    Ok(ContainerSpec {
        name: container.name.clone(),
        attempt: context.attempt,
        argv: argv(container, &env)?,
        cwd: container
            .working_dir
            .clone()
            .filter(|dir| !dir.is_empty())
            .unwrap_or_else(|| "/".to_owned()),
        user,
        capabilities: capabilities(container)?,
        no_new_privs: true,
        rootfs: RootFs::Host {
            read_only: security(container).and_then(|own| own.read_only_root_filesystem)
                == Some(true),
        },
        mounts,
        resources: Resources {
            // cgroup v1 counts only what was put into a group of that tree.
            pids_max: context.pod_pids_max,
            ..resources::of_container(container)
        },
        oom_score_adj: resources::oom_score_adj(
            QosClass::of(context.pod),
            container,
            context.facts.memory_bytes,
        ),
        log_path: context.log_path.to_owned(),
        env,
    })
}

fn argv(container: &core::Container, env: &[(String, String)]) -> Result<Vec<String>, String> {
    let resolve = |name: &str| {
        env.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    };
    // Without an image there is no ENTRYPOINT; `args` alone then begin with the program, as
    // they do for the many images that have none.
    let words = container
        .command
        .iter()
        .flatten()
        .chain(container.args.iter().flatten());
    let argv: Vec<_> = words.map(|word| expansion::expand(word, resolve)).collect();
    if argv.is_empty() {
        return Err("no command specified: a Pod of RuntimeClass \"host\" has no image to take one from, set \
                    \"command\""
            .to_owned());
    }
    Ok(argv)
}

fn security(container: &core::Container) -> Option<&core::SecurityContext> {
    container.security_context.as_ref()
}

/// Container values override those of the Pod, field by field.
fn user(container: &core::Container, context: &StartContext<'_>) -> Result<User, String> {
    let of_pod = context
        .pod
        .spec
        .as_ref()
        .and_then(|spec| spec.security_context.as_ref());
    let own = security(container);
    let id = |own: Option<i64>, of_pod: Option<i64>| {
        own.or(of_pod).and_then(|id| u32::try_from(id).ok())
    };
    let asked = id(
        own.and_then(|own| own.run_as_user),
        of_pod.and_then(|pod| pod.run_as_user),
    );
    let group = id(
        own.and_then(|own| own.run_as_group),
        of_pod.and_then(|pod| pod.run_as_group),
    );
    let non_root = own
        .and_then(|own| own.run_as_non_root)
        .or(of_pod.and_then(|pod| pod.run_as_non_root));
    let uid = asked.unwrap_or(context.default_user.0);
    if non_root == Some(true) && uid == 0 {
        let key = context.pod.key();
        let place = format!(
            "(pod: \"{}_{}({})\", container: {})",
            key.name,
            key.namespace,
            context.pod.uid(),
            container.name
        );
        return Err(match asked {
            Some(_) => format!("container's runAsUser breaks non-root policy {place}"),
            None => format!("container has runAsNonRoot and image will run as root {place}"),
        });
    }
    let gid = group.unwrap_or_else(|| {
        if uid == context.default_user.0 {
            context.default_user.1
        } else {
            Account::of(context.passwd, uid).map_or(0, |account| account.gid)
        }
    });
    let more = of_pod.into_iter().flat_map(|pod| {
        pod.supplemental_groups
            .iter()
            .flatten()
            .chain(pod.fs_group.as_ref())
    });
    let groups = more
        .filter_map(|group| u32::try_from(*group).ok())
        .collect();
    Ok(User { uid, gid, groups })
}

/// A line of `/etc/passwd`.
#[derive(Clone, Copy)]
struct Account<'a> {
    gid: u32,
    home: &'a str,
}

impl<'a> Account<'a> {
    fn of(passwd: &'a str, uid: u32) -> Option<Self> {
        passwd.lines().find_map(|line| {
            let fields: Vec<_> = line.split(':').collect();
            let [_, _, found, gid, _, home, ..] = fields[..] else {
                return None;
            };
            (found.parse() == Ok(uid)).then_some(Self {
                gid: gid.parse().ok()?,
                home,
            })
        })
    }
}

fn capabilities(container: &core::Container) -> Result<Vec<Capability>, String> {
    let asked = security(container).and_then(|own| own.capabilities.as_ref());
    let names = |list: Option<&Vec<String>>| list.cloned().unwrap_or_default();
    let drop = names(asked.and_then(|asked| asked.drop.as_ref()));
    let add = names(asked.and_then(|asked| asked.add.as_ref()));
    let is_all = |names: &[String]| names.iter().any(|name| name.eq_ignore_ascii_case("ALL"));
    let find = |name: &String| {
        let bare = name.strip_prefix("CAP_").unwrap_or(name);
        Capability::from_name(bare).ok_or_else(|| format!("unknown capability {name:?}"))
    };
    let named = |names: &[String]| -> Result<Vec<_>, String> {
        names
            .iter()
            .filter(|name| !name.eq_ignore_ascii_case("ALL"))
            .map(find)
            .collect()
    };
    let (dropped, added) = (named(&drop)?, named(&add)?);
    let start: Vec<_> = if is_all(&add) {
        Capability::ALL.to_vec()
    } else if is_all(&drop) {
        vec![]
    } else {
        Capability::DEFAULT.to_vec()
    };
    let mut kept: Vec<_> = start
        .into_iter()
        .filter(|capability| !dropped.contains(capability))
        .collect();
    kept.extend(added);
    kept.sort_unstable();
    kept.dedup();
    Ok(kept)
}

fn mounts(
    container: &core::Container,
    context: &StartContext<'_>,
    env: &[(String, String)],
) -> Result<Vec<Mount>, String> {
    let mut mounts = Vec::new();
    let bind = |path: PathBuf, target: &str| Mount {
        source: MountSource::Bind { path },
        target: PathBuf::from(target),
        read_only: false,
    };
    for name in ["hosts", "hostname", "resolv.conf"] {
        let target = format!("/etc/{name}");
        let is_taken = container
            .volume_mounts
            .iter()
            .flatten()
            .any(|mount| mount.mount_path == target);
        if !is_taken {
            mounts.push(bind(context.etc.join(name), &target));
        }
    }
    for mount in container.volume_mounts.iter().flatten() {
        mounts.push(volume_mount(mount, context, env)?);
    }
    let message_path = container
        .termination_message_path
        .as_deref()
        .unwrap_or(TERMINATION_MESSAGE_PATH);
    if !message_path.is_empty() {
        mounts.push(bind(context.termination_log.to_owned(), message_path));
    }
    Ok(mounts)
}

fn volume_mount(
    mount: &core::VolumeMount,
    context: &StartContext<'_>,
    env: &[(String, String)],
) -> Result<Mount, String> {
    let volume = context.volumes.get(&mount.name).ok_or_else(|| {
        format!(
            "volume mount {} names a volume the Pod does not have",
            mount.name
        )
    })?;
    let resolve = |name: &str| {
        env.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    };
    let sub_path = match (&mount.sub_path, &mount.sub_path_expr) {
        (Some(path), _) if !path.is_empty() => Some(path.clone()),
        (_, Some(expression)) if !expression.is_empty() => {
            Some(expansion::expand(expression, resolve))
        }
        _ => None,
    };
    let read_only = mount.read_only == Some(true);
    let (source, read_only) = match volume {
        Volume::Path { path, is_read_only } => {
            let path = match sub_path {
                None => path.clone(),
                Some(sub_path) => inside(path, &sub_path)?,
            };
            (MountSource::Bind { path }, read_only || *is_read_only)
        }
        Volume::Memory { size_bytes } => (
            MountSource::Tmpfs {
                size_bytes: *size_bytes,
                mode: 0o777,
            },
            read_only,
        ),
    };
    Ok(Mount {
        source,
        target: PathBuf::from(&mount.mount_path),
        read_only,
    })
}

/// The place of a `subPath`, made as a folder when it is missing.
///
/// The Pod's own processes may have put links into the volume: the path is
/// resolved before it is used, and must still lie within.
fn inside(volume: &Path, sub_path: &str) -> Result<PathBuf, String> {
    let relative = Path::new(sub_path);
    if !relative
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    {
        return Err(format!(
            "subPath {sub_path:?} must be relative and without \"..\""
        ));
    }
    let failed = |error| format!("failed to prepare subPath {sub_path:?}: {error}");
    let root = fs::canonicalize(volume).map_err(failed)?;
    let mut place = root.clone();
    for part in relative.components() {
        let next = place.join(part);
        if fs::symlink_metadata(&next).is_err() {
            fs::create_dir(&next).map_err(failed)?;
        }
        place = fs::canonicalize(&next).map_err(failed)?;
        if !place.starts_with(&root) {
            return Err(format!("subPath {sub_path:?} leads out of its volume"));
        }
    }
    Ok(place)
}

#[cfg(test)]
mod tests;
