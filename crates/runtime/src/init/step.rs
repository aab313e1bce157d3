//! The steps of a plan: system calls with everything they need, before there is a process to make them.

use std::ffi::{CStr, CString, c_char};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

use rustix::fs::{Gid, Uid};
use rustix::io::Errno;
use rustix::mount::MountFlags;
use rustix::thread::CapabilitySet;

/// Most bind mounts of a container; each is a descriptor for a moment, of usually 1,024.
pub(crate) const TREES_MAX: usize = 512;

/// One step, and the errors that do not matter to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) op: Op,
    pub(crate) tolerated: &'static [Errno],
    /// What to say when it fails, before the error.
    pub(super) says: String,
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
    pub(super) fn new(strings: Vec<CString>) -> Strings {
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

/// The steps so far, in order.
#[derive(Default)]
pub(super) struct Steps(pub(super) Vec<Step>);

impl Steps {
    pub(super) fn push(&mut self, op: Op, says: impl Into<String>) {
        self.push_tolerant(op, &[], says);
    }

    pub(super) fn push_tolerant(
        &mut self,
        op: Op,
        tolerated: &'static [Errno],
        says: impl Into<String>,
    ) {
        self.0.push(Step {
            op,
            tolerated,
            says: says.into(),
        });
    }
}

/// Splits a container path into the folders on its way. `..` is refused: Kubernetes does, and a
/// prefix would no longer be a prefix.
pub(super) fn target(what: &str, path: &Path, is_file: bool) -> Result<Target, CannotPlan> {
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

pub(super) fn c_path(path: &Path) -> Result<CString, CannotPlan> {
    c_string("path", path.as_os_str().as_bytes())
}

pub(super) fn c_string(what: &str, bytes: &[u8]) -> Result<CString, CannotPlan> {
    CString::new(bytes).map_err(|_| {
        CannotPlan(format!(
            "{what} {:?} contains a zero byte",
            String::from_utf8_lossy(bytes)
        ))
    })
}
