//! Volumes, files and cgroups of a container.
//!
//! What is bound is opened as a detached tree while the machine's paths can be named, restricted, and attached
//! after the new root is in place, so that links inside the root cannot lead to the machine.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use rustix::io::Errno;
use rustix::mount::MountFlags;

use super::step::{CannotPlan, Op, Steps, TREES_MAX, c_path, c_string, errno_text, target};
use crate::cgroup::Group;
use crate::{ContainerSpec, Mount, MountSource};

/// Most links on the way to a mount's place; the kernel's bound (path_resolution(7)).
const LINKS_MAX: usize = 40;

// linux/mount.h, for mount_setattr(2).
const MOUNT_ATTR_RDONLY: u64 = 1;
const MOUNT_ATTR_NOSUID: u64 = 2;
const MOUNT_ATTR_NODEV: u64 = 4;
const MOUNT_ATTR_NOEXEC: u64 = 8;

impl Steps {
    /// Takes hold of what comes from the machine while its paths can still be named. Slots: bind mounts in their
    /// order, then cgroups.
    pub(super) fn open_bind_sources(
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

    pub(super) fn open_tree(
        &mut self,
        slot: usize,
        path: &Path,
        attributes: u64,
    ) -> Result<(), CannotPlan> {
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

    pub(super) fn mount_volumes(
        &mut self,
        container: &ContainerSpec,
        sources: &[Option<BindSource>],
    ) -> Result<(), CannotPlan> {
        for (slot, (mount, source)) in container.mounts.iter().zip(sources).enumerate() {
            let is_file = source.as_ref().is_some_and(|source| source.is_file);
            let path = if earlier_volumes_hold(container, slot) {
                mount.target.clone()
            } else {
                follow_links(&mount.target)
            };
            let place = target("mount path", &path, is_file)?;
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
    pub(super) fn show_cgroups(
        &mut self,
        group: &Group,
        first_slot: usize,
    ) -> Result<(), CannotPlan> {
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
}

/// What is known of a bind mount's source beforehand.
pub(super) struct BindSource {
    is_file: bool,
}

fn restrictions(mount: &Mount) -> u64 {
    let writing = if mount.read_only {
        MOUNT_ATTR_RDONLY
    } else {
        0
    };
    writing | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
}

/// The place of mount `slot` lies in a volume, whose links are not the machine's.
fn earlier_volumes_hold(container: &ContainerSpec, slot: usize) -> bool {
    let place = &container.mounts[slot].target;
    let mut earlier = container.mounts[..slot].iter();
    earlier.any(|mount| place.starts_with(&mount.target))
}

/// Where a path of the machine's root leads, although the end of a link may be missing in the container:
/// `/etc/resolv.conf` is often a link into `/run`, which is empty there. The container's links are the
/// machine's, so that they can be read here.
fn follow_links(path: &Path) -> PathBuf {
    let mut found = PathBuf::from("/");
    let mut rest: Vec<OsString> = names_backwards(path);
    let mut links = 0;
    while let Some(name) = rest.pop() {
        if name == ".." {
            found.pop();
            continue;
        }
        let next = found.join(&name);
        match std::fs::read_link(&next) {
            Ok(link) if links < LINKS_MAX => {
                links += 1;
                if link.is_absolute() {
                    found = PathBuf::from("/");
                }
                rest.extend(names_backwards(&link));
            }
            Ok(_) | Err(_) => found = next,
        }
    }
    found
}

/// The names of a path, last first. `..` stays.
fn names_backwards(path: &Path) -> Vec<OsString> {
    path.components()
        .rev()
        .filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir))
        .map(|part| part.as_os_str().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_to_places_that_do_not_exist() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let folder = folder.path().canonicalize().expect("exists");
        symlink("/no/such/place", folder.join("absolute")).expect("linked");
        symlink("../x/./y", folder.join("relative")).expect("linked");
        symlink("loop", folder.join("loop")).expect("linked");
        let parent = folder.parent().expect("it has one").to_owned();
        for (path, leads_to) in [
            (
                folder.join("absolute/end"),
                PathBuf::from("/no/such/place/end"),
            ),
            (folder.join("relative"), parent.join("x/y")),
            (folder.join("plain"), folder.join("plain")),
            (folder.join("loop"), folder.join("loop")),
        ] {
            assert_eq!(follow_links(&path), leads_to);
        }
    }
}
