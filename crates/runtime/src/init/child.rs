//! Carrying out a plan between clone3 and exec.
//!
//! Everything here is async-signal-safe: no allocation, no lock, no panic on the way. The process
//! is a copy of the shim, and whatever it would drop is the shim's.

use std::ffi::CStr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, XattrFlags};
use rustix::io::Errno;
use rustix::mount::{
    MountFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags,
};
use rustix::process::Signal;
use rustix::thread::{CapabilitySet, CapabilitySets};

use super::Report;
use super::plan::Plan;
use super::step::{Op, TREES_MAX, Target, errno_text};
use crate::sys;

/// The report socket's number from the first moment on; all above it is closed.
const REPORT_FD: i32 = 3;

/// Exit code of a process that could not become its program after the program was found; runc's too.
const EXEC_FAILED: i32 = 255;

/// Becomes the container. `report` is the child's end of the report socket, `stdout` and `stderr` of the log pipes.
pub(crate) fn run(
    plan: &Plan,
    report: BorrowedFd<'_>,
    stdout: BorrowedFd<'_>,
    stderr: BorrowedFd<'_>,
) -> ! {
    let failure = match become_program(plan, report, stdout, stderr) {
        Ok(never) => match never {},
        Err(failure) => failure,
    };
    // If the shim is gone there is nobody to tell.
    let _ = rustix::io::write(report_fd(), &failure.to_bytes());
    sys::exit_now(EXEC_FAILED)
}

enum Never {}

fn become_program(
    plan: &Plan,
    report: BorrowedFd<'_>,
    stdout: BorrowedFd<'_>,
    stderr: BorrowedFd<'_>,
) -> Result<Never, Report> {
    let setup = |errno: Errno| Report::Step {
        index: 0,
        errno: errno.raw_os_error(),
    };
    let _ = rustix::thread::set_name(c"jobyard-init");
    // The log pipes may stand at 3, the report socket at 1 or 2 never: standard streams are always open.
    sys::dup2(stdout, 1).map_err(setup)?;
    sys::dup2(stderr, 2).map_err(setup)?;
    sys::dup2(report, REPORT_FD).map_err(setup)?;
    // Nothing of the shim may be reachable through /proc/self/fd while paths of volumes are resolved.
    sys::close_range(REPORT_FD as u32 + 1, u32::MAX);
    for signal in 1..=31 {
        sys::default_signal(signal);
    }
    sys::unblock_signals();

    let mut trees: [Option<OwnedFd>; TREES_MAX] = [const { None }; TREES_MAX];
    for (index, step) in plan.steps.iter().enumerate() {
        match carry_out(&step.op, &mut trees) {
            Err(errno) if !step.tolerated.contains(&errno) => {
                return Err(Report::Step {
                    index,
                    errno: errno.raw_os_error(),
                });
            }
            Ok(()) | Err(_) => {}
        }
    }

    let program = find_program(plan).map_err(|errno| Report::Program {
        errno: errno.raw_os_error(),
    })?;
    // From here on only 0, 1 and 2 cross into the program; the end of the report socket says "it runs".
    sys::close_on_exec_from(REPORT_FD as u32);
    let errno = sys::execve(program, plan.argv.pointers(), plan.env.pointers());
    // The program exists and may be executed, but the kernel cannot load it. For other runtimes, and so
    // for Kubernetes, such a container has started: it says so in its own log and exits.
    for part in [
        c"exec ".to_bytes(),
        program.to_bytes(),
        b": ",
        errno_text(errno).as_bytes(),
        b"\n",
    ] {
        let _ = rustix::io::write(sys::standard_stream(2), part);
    }
    sys::exit_now(EXEC_FAILED)
}

fn report_fd() -> BorrowedFd<'static> {
    sys::inherited(REPORT_FD)
}

fn carry_out(op: &Op, trees: &mut [Option<OwnedFd>; TREES_MAX]) -> Result<(), Errno> {
    match op {
        Op::DieWithShim => rustix::process::set_parent_process_death_signal(Some(Signal::KILL)),
        Op::MakeMountsPrivate => rustix::mount::mount_change(
            c"/",
            MountPropagationFlags::PRIVATE | MountPropagationFlags::REC,
        ),
        Op::ChangeDir(path) => rustix::process::chdir(path.as_c_str()),
        Op::OpenTree { slot, source } => {
            let tree = rustix::mount::open_tree(
                CWD,
                source.as_c_str(),
                OpenTreeFlags::OPEN_TREE_CLONE
                    | OpenTreeFlags::OPEN_TREE_CLOEXEC
                    | OpenTreeFlags::AT_RECURSIVE,
            )?;
            trees[*slot] = Some(tree);
            Ok(())
        }
        Op::RestrictTree { slot, attributes } => {
            sys::mount_setattr(tree(trees, *slot)?, *attributes, libc::MS_PRIVATE)
        }
        Op::AttachTree { slot, target } => {
            let place = open_target(target)?;
            rustix::mount::move_mount(
                tree(trees, *slot)?,
                c"",
                place,
                c"",
                MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH,
            )?;
            trees[*slot] = None;
            Ok(())
        }
        Op::Mount {
            source,
            target,
            fs_type,
            flags,
            data,
        } => rustix::mount::mount(
            source.as_c_str(),
            target.as_c_str(),
            fs_type.as_c_str(),
            *flags,
            data.as_deref(),
        ),
        Op::MountOn {
            target,
            fs_type,
            flags,
            data,
        } => {
            let place = open_target(target)?;
            rustix::process::fchdir(place)?;
            // "." is the folder that was opened, whatever its path means by now.
            rustix::mount::mount(
                fs_type.as_c_str(),
                c".",
                fs_type.as_c_str(),
                *flags,
                data.as_deref(),
            )
        }
        Op::Bind { source, target } => {
            rustix::mount::mount_bind(source.as_c_str(), target.as_c_str())
        }
        Op::Remount { target, flags } => {
            rustix::mount::mount_remount(target.as_c_str(), MountFlags::BIND | *flags, c"")
        }
        Op::PivotRoot => {
            // Old and new root are stacked on one place; the old one is below `.` and goes.
            rustix::process::pivot_root(c".", c".")?;
            rustix::mount::unmount(c".", UnmountFlags::DETACH)?;
            rustix::process::chdir(c"/")
        }
        Op::MakeDir { path, mode } => {
            rustix::fs::mkdir(path.as_c_str(), Mode::from_raw_mode(*mode))
        }
        Op::MakeTarget(target) => make_target(target),
        Op::MakeNode { path, mode, device } => rustix::fs::mknodat(
            CWD,
            path.as_c_str(),
            FileType::CharacterDevice,
            Mode::from_raw_mode(*mode),
            *device,
        ),
        Op::Symlink { target, path } => rustix::fs::symlink(target.as_c_str(), path.as_c_str()),
        Op::WriteFile { path, text } => {
            let file = rustix::fs::open(
                path.as_c_str(),
                OFlags::WRONLY | OFlags::CLOEXEC,
                Mode::empty(),
            )?;
            rustix::io::write(&file, text)?;
            Ok(())
        }
        Op::AwaitGo => {
            let mut go = [0];
            match rustix::io::read(report_fd(), &mut go)? {
                // The shim died; nobody would hold this container.
                0 => sys::exit_now(EXEC_FAILED),
                _ => Ok(()),
            }
        }
        Op::OwnCgroupNamespace => sys::unshare(libc::CLONE_NEWCGROUP),
        Op::Chown { path, uid, gid } => rustix::fs::chown(path.as_c_str(), Some(*uid), Some(*gid)),
        Op::MarkOpaque(path) => rustix::fs::setxattr(
            path.as_c_str(),
            c"trusted.overlay.opaque",
            b"y",
            XattrFlags::empty(),
        ),
        Op::Umask(mask) => {
            rustix::process::umask(Mode::from_raw_mode(*mask));
            Ok(())
        }
        Op::OwnLogPipes { uid, gid } => {
            for stream in [1, 2] {
                rustix::fs::fchown(sys::standard_stream(stream), Some(*uid), Some(*gid))?;
            }
            Ok(())
        }
        Op::LimitCapabilities(kept) => {
            for number in 0..64 {
                let one = CapabilitySet::from_bits_retain(1 << number);
                if !kept.contains(one) {
                    match rustix::thread::remove_capability_from_bounding_set(one) {
                        // The kernel knows no more of them.
                        Err(Errno::INVAL) => break,
                        other => other?,
                    }
                }
            }
            Ok(())
        }
        Op::Groups(groups) => rustix::thread::set_thread_groups(groups),
        Op::Gid(gid) => rustix::thread::set_thread_res_gid(*gid, *gid, *gid),
        Op::Uid(uid) => rustix::thread::set_thread_res_uid(*uid, *uid, *uid),
        Op::Capabilities(kept) => rustix::thread::set_capabilities(
            None,
            CapabilitySets {
                effective: *kept,
                permitted: *kept,
                inheritable: CapabilitySet::empty(),
            },
        ),
        Op::NoNewPrivileges => rustix::thread::set_no_new_privs(true),
    }
}

fn tree(trees: &[Option<OwnedFd>; TREES_MAX], slot: usize) -> Result<BorrowedFd<'_>, Errno> {
    trees[slot].as_ref().map(AsFd::as_fd).ok_or(Errno::BADF)
}

/// Opens a mount's place in the new root. Magic links (`/proc/self/fd/N`) could lead out of it; a volume may
/// hold one that an earlier container planted.
fn open_target(target: &Target) -> Result<OwnedFd, Errno> {
    open_inside(target.path())
}

fn open_inside(path: &CStr) -> Result<OwnedFd, Errno> {
    rustix::fs::openat2(
        CWD,
        path,
        OFlags::PATH | OFlags::CLOEXEC,
        Mode::empty(),
        ResolveFlags::NO_MAGICLINKS,
    )
}

/// Makes what is missing of a mount's place: folders, and at the end a folder or an empty file.
fn make_target(target: &Target) -> Result<(), Errno> {
    let mut folder = open_inside(c"/")?;
    for (index, part) in target.parts.iter().enumerate() {
        let is_last = index + 1 == target.parts.len();
        match open_inside(&part.path) {
            Ok(found) => folder = found,
            Err(Errno::NOENT) => {
                if is_last && target.is_file {
                    rustix::fs::openat(
                        &folder,
                        part.name.as_c_str(),
                        OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC,
                        Mode::from_raw_mode(0o644),
                    )?;
                } else {
                    rustix::fs::mkdirat(&folder, part.name.as_c_str(), Mode::from_raw_mode(0o755))?;
                    folder = open_inside(&part.path)?;
                }
            }
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

/// The first candidate that is a file and may be executed. A path is its only candidate; its error is
/// reported. A bare name has one for each folder of `PATH`, and no error but "not found".
fn find_program(plan: &Plan) -> Result<&CStr, Errno> {
    let mut last_error = Errno::NOENT;
    for candidate in &plan.candidates {
        match check_program(candidate) {
            Ok(()) => return Ok(candidate),
            Err(errno) => last_error = errno,
        }
    }
    Err(last_error)
}

fn check_program(path: &CStr) -> Result<(), Errno> {
    let found = rustix::fs::stat(path)?;
    match FileType::from_raw_mode(found.st_mode) {
        FileType::Directory => Err(Errno::ISDIR),
        _ => rustix::fs::accessat(CWD, path, rustix::fs::Access::EXEC_OK, AtFlags::EACCESS),
    }
}
