//! The root file system of class `host`: this machine's own system folders, without its secrets.
//!
//! A container's `/` is an overlay: on top a throw-away layer, below it a *mask*, below that the machine's root
//! mount. The mask has a whiteout for each file to hide and an opaque empty folder for each folder to empty
//! (`/tmp`, `/home`, ...). Compared with mounting something over each hidden path there is nothing to unmount:
//! whatever right a process in the container has, the name does not exist in its file system.
//!
//! A mask is made anew for each container, on a tmpfs of its own mount namespace: about 40 names, 0.1 ms.
//! On disk and made once it would be cheaper, but overlay refuses a lower layer inside another
//! (ELOOP), and every folder of the machine's disk is inside `/`.
//!
//! An overlay of `/` shows holes where other file systems are mounted, so each local mount below a system
//! folder becomes an overlay of its own.
//!
//! Sources: filesystems/overlayfs in the kernel's documentation; spec host-runtime.md section 2.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::mountinfo::{self, MountInfo};
use crate::state;

/// File systems on a disk of this machine. A network file system can hang and brings foreign users.
const LOCAL_FILE_SYSTEMS: &[&str] = &[
    "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "erofs", "squashfs",
    "overlay",
];

/// Where programs and their data are; a mount elsewhere (`/srv`, `/mnt`, `/media`) is somebody's data and
/// comes in by a hostPath volume.
const SYSTEM_FOLDERS: &[&str] = &[
    "bin", "etc", "gnu", "lib", "lib32", "lib64", "libx32", "nix", "opt", "sbin", "usr", "var",
];

/// Empty for every container, and there even if the machine lacks them; with the mode.
const FRESH: &[(&str, u32)] = &[
    ("/dev", 0o755),
    ("/proc", 0o555),
    ("/sys", 0o555),
    ("/run", 0o755),
    ("/tmp", 0o1777),
    ("/var/tmp", 0o1777),
];

/// Folders that are emptied, with the machine's mode and owner.
const EMPTIED: &[&str] = &["/boot", "/home", "/root"];

/// Files and folders that do not exist for containers. They are hidden even while they are missing,
/// so that one made later stays hidden from a container that runs already.
const ABSENT: &[&str] = &[
    "/etc/gshadow",
    "/etc/gshadow+",
    "/etc/gshadow-",
    "/etc/gshadow.edit",
    "/etc/gshadow.lock",
    "/etc/kubernetes",
    "/etc/nshadow",
    "/etc/shadow",
    "/etc/shadow+",
    "/etc/shadow-",
    "/etc/shadow.edit",
    "/etc/shadow.lock",
    "/etc/ssh/ssh_host_dsa_key",
    "/etc/ssh/ssh_host_ecdsa_key",
    "/etc/ssh/ssh_host_ed25519_key",
    "/etc/ssh/ssh_host_key",
    "/etc/ssh/ssh_host_rsa_key",
    "/etc/sudoers",
    "/etc/sudoers.d",
    "/etc/sudoers.tmp",
    "/var/lib/containerd",
    "/var/lib/docker",
    "/var/lib/jobyard",
    "/var/lib/kubelet",
    "/var/lib/rancher",
];

/// File systems without what an upper layer needs (whiteouts, `trusted` attributes, types in listings); numbers
/// from linux/magic.h.
const UNFIT_FOR_LAYERS: &[(i64, &str)] = &[
    (0x0102_1997, "a 9p mount"),
    (0x4d44, "a FAT file system"),
    (0x6573_5546, "a FUSE mount"),
    (0x6969, "NFS"),
    (0x794c_7630, "an overlay (as inside most containers)"),
    (0xfe53_4d42, "an SMB share"),
    (0xff53_4d42, "a CIFS share"),
];

/// Where yards announce their folders to each other, as links named after what they lead to. On `/run`, which
/// every user's yard with root rights can write and a restart empties.
const YARDS_DIR: &str = "/run/jobyard-yards";

/// Further files are found by name: folder, prefix, suffix.
const ABSENT_BY_NAME: &[(&str, &str, &str)] = &[
    ("/etc", "shadow", ""),
    ("/etc", "gshadow", ""),
    ("/etc", "sudoers", ""),
    ("/etc/ssh", "", "key"),
];

/// The layers of a container's root, outermost first. The first is `/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HostRoot {
    pub(crate) layers: Vec<HostLayer>,
}

/// One overlay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HostLayer {
    /// Where it lies on the machine and in the container.
    pub(crate) mount_point: PathBuf,
    /// The layer's top folder has these of the machine's.
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// What stands in the mask above it, outer folders first.
    pub(crate) mask: Vec<MaskEntry>,
}

/// One name in a mask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MaskEntry {
    /// Below the layer's mount point; empty for the layer's top folder.
    pub(crate) path: PathBuf,
    pub(crate) kind: MaskKind,
}

/// What stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum MaskKind {
    /// The name does not exist.
    Whiteout,
    /// A folder; a merged one shows the attributes of its topmost layer, so that they are the machine's.
    Folder {
        mode: u32,
        uid: u32,
        gid: u32,
        /// Nothing of the machine's folder shows.
        is_opaque: bool,
    },
}

/// Keeps the current [`HostRoot`] and makes a new one when the machine has changed.
#[derive(Debug)]
pub(crate) struct HostRootSource {
    hidden: Vec<PathBuf>,
    mounts: mountinfo::Watch,
    current: Option<(Stamp, HostRoot)>,
}

/// What a [`HostRoot`] was made from; cheap to take again.
type Stamp = [Option<SystemTime>; FOLDERS_WATCHED.len()];

/// Where names appear that must be hidden.
const FOLDERS_WATCHED: [&str; 6] = ["/", "/etc", "/etc/ssh", "/var", "/var/lib", YARDS_DIR];

impl HostRootSource {
    /// `hidden`: absolute paths of the yards' own folders.
    pub(crate) fn new(hidden: Vec<PathBuf>) -> io::Result<HostRootSource> {
        Ok(HostRootSource {
            hidden,
            mounts: mountinfo::Watch::new()?,
            current: None,
        })
    }

    /// The layers for a container that starts now.
    pub(crate) fn get(&mut self) -> io::Result<HostRoot> {
        let modified = |folder: &str| fs::metadata(folder).and_then(|m| m.modified()).ok();
        let stamp: Stamp = FOLDERS_WATCHED.map(modified);
        let has_new_mounts = self.mounts.has_changed();
        if let Some((made_from, root)) = &self.current
            && *made_from == stamp
            && !has_new_mounts
        {
            return Ok(root.clone());
        }
        // If what follows fails, the next call must not find the old answer.
        self.current = None;
        let mounts = mountinfo::read()?;
        let yards: Vec<PathBuf> = self.hidden.iter().cloned().chain(announced()).collect();
        let entries = hidden_entries(&yards)?;
        let mut layers = Vec::new();
        let mount_points = layer_mount_points(&mounts, &entries);
        for (mount_point, entries) in distribute(&mount_points, entries) {
            let mask = mask(&mount_point, &entries)?;
            let top = fs::metadata(&mount_point)?;
            layers.push(HostLayer {
                mode: top.mode() & 0o7777,
                uid: top.uid(),
                gid: top.gid(),
                mount_point,
                mask,
            });
        }
        let root = HostRoot { layers };
        self.current = Some((stamp, root.clone()));
        Ok(root)
    }
}

/// The name of a file system that overlay refuses for its upper layer, by statfs(2)'s number; `None` for any other.
pub(crate) fn unfit_for_layers(fs_type: i64) -> Option<&'static str> {
    UNFIT_FOR_LAYERS
        .iter()
        .find(|(number, _)| *number == fs_type)
        .map(|(_, name)| *name)
}

/// Tells the other yards of this machine what to hide from their Pods; returns what to remove when this
/// yard has no more to hide. A yard that is not running stays hidden until the machine restarts; one
/// whose folder is gone is forgotten.
pub(crate) fn announce(folders: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    state::make_private_dirs(Path::new(YARDS_DIR))?;
    for link in fs::read_dir(YARDS_DIR)?.flatten() {
        // Of a yard that could not clean up: its folder is gone.
        if !link.path().exists() {
            let _ = fs::remove_file(link.path());
        }
    }
    let mut links = Vec::new();
    for folder in folders {
        let folder = std::path::absolute(folder)?;
        let mut hasher = DefaultHasher::new();
        folder.hash(&mut hasher);
        let link = Path::new(YARDS_DIR).join(format!("{:016x}", hasher.finish()));
        match std::os::unix::fs::symlink(&folder, &link) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Ok(()) | Err(_) => links.push(link),
        }
    }
    Ok(links)
}

/// What the yards of this machine have announced.
fn announced() -> Vec<PathBuf> {
    let links = fs::read_dir(YARDS_DIR).into_iter().flatten().flatten();
    links
        .filter_map(|link| fs::read_link(link.path()).ok())
        .collect()
}

/// How a path is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hide {
    Absent,
    Empty { mode: u32, uid: u32, gid: u32 },
}

/// Everything to hide, by the true path (no symbolic links in it), nothing below something else.
fn hidden_entries(yards: &[PathBuf]) -> io::Result<BTreeMap<PathBuf, Hide>> {
    let mut entries = BTreeMap::new();
    let mut hide = |path: &Path, how: Hide| {
        // The name itself, in its true folder ...
        if let (Some(parent), Some(name)) = (path.parent(), path.file_name())
            && let Ok(parent) = parent.canonicalize()
        {
            entries.insert(parent.join(name), how);
        }
        // ... and what it points to, if it is a link (`/home` -> `/var/home`).
        if path.is_symlink()
            && let Ok(target) = path.canonicalize()
            && target != Path::new("/")
        {
            entries.entry(target).or_insert(Hide::Absent);
        }
    };
    for path in ABSENT {
        hide(Path::new(path), Hide::Absent);
    }
    for (folder, prefix, suffix) in ABSENT_BY_NAME {
        let found = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            other => other?,
        };
        for entry in found {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.as_encoded_bytes();
            if name.starts_with(prefix.as_bytes()) && name.ends_with(suffix.as_bytes()) {
                hide(&entry.path(), Hide::Absent);
            }
        }
    }
    for yard in yards {
        hide(yard, Hide::Absent);
    }
    for path in EMPTIED {
        if let Ok(found) = fs::metadata(path) {
            let how = Hide::Empty {
                mode: found.mode() & 0o7777,
                uid: found.uid(),
                gid: found.gid(),
            };
            hide(Path::new(path), how);
        }
    }
    for (path, mode) in FRESH {
        let how = Hide::Empty {
            mode: *mode,
            uid: 0,
            gid: 0,
        };
        hide(Path::new(path), how);
    }
    let all = entries.clone();
    entries.retain(|path, _| {
        !path
            .ancestors()
            .skip(1)
            .any(|above| all.contains_key(above))
    });
    Ok(entries)
}

/// `/` and every further mount that becomes an overlay of its own, outermost first.
fn layer_mount_points(mounts: &[MountInfo], hidden: &BTreeMap<PathBuf, Hide>) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = mounts
        .iter()
        .filter(|mount| LOCAL_FILE_SYSTEMS.contains(&mount.fs_type.as_str()))
        .map(|mount| mount.mount_point.clone())
        .filter(|path| {
            let top = path.components().nth(1).map(|c| c.as_os_str().to_owned());
            top.is_some_and(|top| SYSTEM_FOLDERS.iter().any(|folder| top == *folder))
        })
        .filter(|path| !path.ancestors().any(|above| hidden.contains_key(above)))
        // Single files are bound by container engines; what the machine shows there is not a system folder.
        .filter(|path| path.is_dir())
        .collect();
    found.push(PathBuf::from("/"));
    found.sort();
    found.dedup();
    found
}

/// Gives each hidden path to the innermost layer that holds its name.
fn distribute(
    mount_points: &[PathBuf],
    entries: BTreeMap<PathBuf, Hide>,
) -> Vec<(PathBuf, BTreeMap<PathBuf, Hide>)> {
    let mut layers: Vec<(PathBuf, BTreeMap<PathBuf, Hide>)> = mount_points
        .iter()
        .map(|mount_point| (mount_point.clone(), BTreeMap::new()))
        .collect();
    for (path, how) in entries {
        // A hidden mount point is a name in the layer around it. The last match is the innermost.
        let layer = layers
            .iter_mut()
            .rev()
            .find(|(mount_point, _)| path != *mount_point && path.starts_with(mount_point));
        if let Some((_, entries)) = layer {
            entries.insert(path, how);
        }
    }
    layers
}

/// The mask of one layer: the hidden paths and every folder above them, with the machine's attributes.
fn mask(mount_point: &Path, entries: &BTreeMap<PathBuf, Hide>) -> io::Result<Vec<MaskEntry>> {
    let mut mask = BTreeMap::new();
    for (path, how) in entries {
        for above in path
            .ancestors()
            .skip(1)
            .filter(|a| a.starts_with(mount_point))
        {
            if !mask.contains_key(above) {
                let found = fs::metadata(above)?;
                let kind = MaskKind::Folder {
                    mode: found.mode() & 0o7777,
                    uid: found.uid(),
                    gid: found.gid(),
                    is_opaque: false,
                };
                mask.insert(above.to_owned(), kind);
            }
        }
        let kind = match *how {
            Hide::Absent => MaskKind::Whiteout,
            Hide::Empty { mode, uid, gid } => MaskKind::Folder {
                mode,
                uid,
                gid,
                is_opaque: true,
            },
        };
        mask.insert(path.clone(), kind);
    }
    // In the order of the map a folder comes before what is in it.
    let entries = mask.into_iter().map(|(path, kind)| {
        let path = path
            .strip_prefix(mount_point)
            .expect("entries of a layer lie below its mount point");
        MaskEntry {
            path: path.to_owned(),
            kind,
        }
    });
    Ok(entries.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mount(path: &str, fs_type: &str) -> MountInfo {
        MountInfo {
            mount_point: PathBuf::from(path),
            fs_type: fs_type.to_owned(),
            super_options: String::new(),
        }
    }

    #[test]
    fn only_local_mounts_of_system_folders_become_layers() {
        let mounts = [
            mount("/", "ext4"),
            mount("/usr", "xfs"),
            mount("/usr/share", "nfs4"),
            mount("/home", "ext4"),
            mount("/srv/data", "ext4"),
            mount("/var/lib/docker", "ext4"),
        ];
        let hidden = BTreeMap::from([(PathBuf::from("/var/lib/docker"), Hide::Absent)]);
        assert_eq!(
            layer_mount_points(&mounts, &hidden),
            [PathBuf::from("/"), PathBuf::from("/usr")]
        );
    }

    #[test]
    fn a_hidden_path_belongs_to_the_innermost_layer_around_its_name() {
        let mount_points = ["/", "/var", "/var/lib/docker"].map(PathBuf::from);
        let entries = ["/etc/shadow", "/var/lib/docker", "/var/tmp"]
            .map(|path| (PathBuf::from(path), Hide::Absent));
        let layers = distribute(&mount_points, BTreeMap::from(entries));
        let names: Vec<Vec<&Path>> = layers
            .iter()
            .map(|(_, entries)| entries.keys().map(PathBuf::as_path).collect())
            .collect();
        assert_eq!(
            names,
            [
                vec![Path::new("/etc/shadow")],
                vec![Path::new("/var/lib/docker"), Path::new("/var/tmp")],
                vec![],
            ]
        );
    }

    #[test]
    fn nothing_is_listed_below_something_hidden() {
        let yards = [PathBuf::from("/root/yard"), PathBuf::from("/usr/yard")];
        let entries = hidden_entries(&yards).expect("readable machine");
        assert!(!entries.contains_key(Path::new("/root/yard")));
        assert!(entries.contains_key(Path::new("/usr/yard")));
        assert!(entries.contains_key(Path::new("/etc/shadow")));
    }
}
