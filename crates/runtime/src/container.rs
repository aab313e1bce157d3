//! What a container is to the runtime: a program, a root file system, mounts, a user and limits.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Resources;

/// One attempt to run one container.
///
/// The attempt is part of the identity: the same `(pod, name, attempt)` is
/// started at most once for all time, even across a crash of everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerSpec {
    /// Unique in the Pod. Letters, digits, `-`, `_` and `.`, at most 128.
    pub name: String,
    /// 0 for the first start, then the restart count.
    pub attempt: u32,
    /// Program and arguments, at least one. A program without `/` is looked up in the container's `PATH`.
    pub argv: Vec<String>,
    /// The whole environment, in order; a later value of a name wins.
    pub env: Vec<(String, String)>,
    /// Working folder inside the container, made if missing.
    pub cwd: String,
    /// Who the program runs as.
    pub user: User,
    /// Kept capabilities, at most. [`RootFs::Host`] keeps none outside [`Capability::DEFAULT`] and never `MKNOD`.
    pub capabilities: Vec<Capability>,
    /// Set-user-id programs gain nothing. Always on for [`RootFs::Host`].
    pub no_new_privs: bool,
    /// What `/` is.
    pub rootfs: RootFs,
    /// Volumes and single files, mounted in this order.
    pub mounts: Vec<Mount>,
    /// Limits of this container.
    pub resources: Resources,
    /// -1000 to 1000; raised as far as the kernel allows, never an error.
    pub oom_score_adj: i32,
    /// Where stdout and stderr go, in CRI's log format; the folder must exist.
    pub log_path: PathBuf,
}

/// User, group and supplementary groups, as numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// `runAsUser`.
    pub uid: u32,
    /// `runAsGroup`.
    pub gid: u32,
    /// `supplementalGroups` and `fsGroup`.
    pub groups: Vec<u32>,
}

/// What stands at `/` of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RootFs {
    /// This machine's own system folders under a throw-away layer; secrets of the machine are hidden.
    Host {
        /// `readOnlyRootFilesystem`.
        read_only: bool,
    },
}

/// One mount inside the container. Always private, `nosuid` and `nodev`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// What is mounted.
    pub source: MountSource,
    /// Absolute path inside the container; made if missing, as a folder or a file like the source.
    pub target: PathBuf,
    /// Refuse writes, here and in mounts below.
    pub read_only: bool,
}

/// Where a mount's content comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MountSource {
    /// A file or folder of the machine, with the mounts below it. It must exist.
    Bind {
        /// Absolute path on the machine.
        path: PathBuf,
    },
    /// Memory; counts towards the container's memory limit.
    Tmpfs {
        /// Upper bound; none is half of the machine's memory.
        size_bytes: Option<u64>,
        /// Mode of the top folder, e.g. `0o777`.
        mode: u32,
    },
}

macro_rules! capabilities {
    ($($(#[$doc:meta])* $name:ident = $number:literal $text:literal,)*) => {
        /// A capability of capabilities(7), by the kernel's number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum Capability {
            $(#[doc = $text] $name = $number,)*
        }

        impl Capability {
            /// Every capability of Linux 6.18.
            pub const ALL: &'static [Capability] = &[$(Capability::$name,)*];

            /// The name without `CAP_`, as manifests write it.
            pub fn name(self) -> &'static str {
                match self { $(Capability::$name => $text,)* }
            }
        }
    };
}

capabilities! {
    Chown = 0 "CHOWN",
    DacOverride = 1 "DAC_OVERRIDE",
    DacReadSearch = 2 "DAC_READ_SEARCH",
    Fowner = 3 "FOWNER",
    Fsetid = 4 "FSETID",
    Kill = 5 "KILL",
    Setgid = 6 "SETGID",
    Setuid = 7 "SETUID",
    Setpcap = 8 "SETPCAP",
    LinuxImmutable = 9 "LINUX_IMMUTABLE",
    NetBindService = 10 "NET_BIND_SERVICE",
    NetBroadcast = 11 "NET_BROADCAST",
    NetAdmin = 12 "NET_ADMIN",
    NetRaw = 13 "NET_RAW",
    IpcLock = 14 "IPC_LOCK",
    IpcOwner = 15 "IPC_OWNER",
    SysModule = 16 "SYS_MODULE",
    SysRawio = 17 "SYS_RAWIO",
    SysChroot = 18 "SYS_CHROOT",
    SysPtrace = 19 "SYS_PTRACE",
    SysPacct = 20 "SYS_PACCT",
    SysAdmin = 21 "SYS_ADMIN",
    SysBoot = 22 "SYS_BOOT",
    SysNice = 23 "SYS_NICE",
    SysResource = 24 "SYS_RESOURCE",
    SysTime = 25 "SYS_TIME",
    SysTtyConfig = 26 "SYS_TTY_CONFIG",
    Mknod = 27 "MKNOD",
    Lease = 28 "LEASE",
    AuditWrite = 29 "AUDIT_WRITE",
    AuditControl = 30 "AUDIT_CONTROL",
    Setfcap = 31 "SETFCAP",
    MacOverride = 32 "MAC_OVERRIDE",
    MacAdmin = 33 "MAC_ADMIN",
    Syslog = 34 "SYSLOG",
    WakeAlarm = 35 "WAKE_ALARM",
    BlockSuspend = 36 "BLOCK_SUSPEND",
    AuditRead = 37 "AUDIT_READ",
    Perfmon = 38 "PERFMON",
    Bpf = 39 "BPF",
    CheckpointRestore = 40 "CHECKPOINT_RESTORE",
}

impl Capability {
    /// What containers get unless a manifest says otherwise; the set is `a80425fb` as upstream's nodes show it.
    pub const DEFAULT: &'static [Capability] = &[
        Capability::Chown,
        Capability::DacOverride,
        Capability::Fowner,
        Capability::Fsetid,
        Capability::Kill,
        Capability::Setgid,
        Capability::Setuid,
        Capability::Setpcap,
        Capability::NetBindService,
        Capability::NetRaw,
        Capability::SysChroot,
        Capability::Mknod,
        Capability::AuditWrite,
        Capability::Setfcap,
    ];

    /// Finds a capability by the name a manifest writes, without `CAP_`, in any case.
    pub fn from_name(name: &str) -> Option<Capability> {
        Capability::ALL
            .iter()
            .copied()
            .find(|c| c.name().eq_ignore_ascii_case(name))
    }

    /// The bit in the kernel's 64-bit sets.
    pub fn bit(self) -> u64 {
        1 << (self as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_set_is_the_one_seen_on_upstream_nodes() {
        let bits = Capability::DEFAULT.iter().fold(0, |set, c| set | c.bit());
        assert_eq!(bits, 0xa804_25fb);
    }

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(
            Capability::from_name("net_admin"),
            Some(Capability::NetAdmin)
        );
        assert_eq!(Capability::from_name("CAP_NET_ADMIN"), None);
    }
}
