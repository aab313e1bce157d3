//! The system calls that have no safe wrapper. All `unsafe` of the workspace stands here.
//!
//! Each function is one call. Those that run between clone and exec are marked
//! "async-signal-safe": they neither allocate nor take a lock.
#![expect(unsafe_code, reason = "the one module that makes raw system calls")]

use std::ffi::{CStr, c_char};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use rustix::process::Pid;

/// Which side of a fork this is.
pub(crate) enum Fork {
    /// The new process.
    Child,
    /// The old process, with the id of the new one.
    Parent(Pid),
}

/// fork(2). The caller must be single-threaded (see [`assert_one_thread`]): the child goes on running ordinary code.
pub(crate) fn fork() -> io::Result<Fork> {
    // SAFETY: fork(2); with one thread no lock can be held by a thread that does not exist in the child.
    let pid = unsafe { libc::fork() };
    match pid {
        -1 => Err(io::Error::last_os_error()),
        0 => Ok(Fork::Child),
        pid => Ok(Fork::Parent(
            Pid::from_raw(pid).expect("fork returns a positive id to the parent"),
        )),
    }
}

/// Stops a program that would fork with threads: their locks would stay locked in the child for ever.
pub(crate) fn assert_one_thread() {
    let threads = std::fs::read_dir("/proc/self/task").map_or(1, Iterator::count);
    assert_eq!(threads, 1, "the spawner is started before any thread");
}

/// clone3(2) without shared memory, like fork with namespaces: a container's first process.
///
/// Returns its id and pidfd to the parent. `cgroup` is a cgroup v2 folder to be born in.
pub(crate) fn clone_container(
    flags: i32,
    cgroup: Option<BorrowedFd<'_>>,
) -> io::Result<Option<(Pid, OwnedFd)>> {
    #[repr(C, align(8))]
    #[derive(Default)]
    struct CloneArgs {
        flags: u64,
        pidfd: u64,
        child_tid: u64,
        parent_tid: u64,
        exit_signal: u64,
        stack: u64,
        stack_size: u64,
        tls: u64,
        set_tid: u64,
        set_tid_size: u64,
        cgroup: u64,
    }
    /// linux/sched.h; beyond the 32 bits that libc's constants have.
    const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;
    let mut pidfd: i32 = -1;
    let mut arguments = CloneArgs {
        flags: u64::from(flags as u32) | libc::CLONE_PIDFD as u64,
        pidfd: (&raw mut pidfd) as u64,
        exit_signal: libc::SIGCHLD as u64,
        ..CloneArgs::default()
    };
    if let Some(cgroup) = cgroup {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = cgroup.as_raw_fd() as u64;
    }
    // SAFETY: clone3(2); without CLONE_VM the child has its own copy of everything, and the shim that
    // calls this has one thread. `arguments` and `pidfd` outlive the call.
    let pid =
        unsafe { libc::syscall(libc::SYS_clone3, &raw mut arguments, size_of::<CloneArgs>()) };
    match pid {
        -1 => Err(io::Error::last_os_error()),
        0 => Ok(None),
        pid => {
            // SAFETY: CLONE_PIDFD (clone(2)) made this descriptor for us alone.
            let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
            let pid = i32::try_from(pid).expect("process ids are 32 bits");
            Ok(Some((
                Pid::from_raw(pid).expect("clone3 returns a positive id to the parent"),
                pidfd,
            )))
        }
    }
}

/// execve(2); returns only the error. Async-signal-safe. Both arrays must end with a null pointer.
pub(crate) fn execve(
    path: &CStr,
    argv: &[*const c_char],
    envp: &[*const c_char],
) -> rustix::io::Errno {
    assert!(
        argv.last().is_some_and(|p| p.is_null()) && envp.last().is_some_and(|p| p.is_null()),
        "arrays for execve end with a null pointer"
    );
    // SAFETY: execve(2); the arrays end with null, as asserted, and their strings live in the caller's plan.
    unsafe { libc::execve(path.as_ptr(), argv.as_ptr(), envp.as_ptr()) };
    errno()
}

/// _exit(2): ends this process without running destructors or flushing buffers. Async-signal-safe.
pub(crate) fn exit_now(code: i32) -> ! {
    // SAFETY: _exit(2) has no precondition.
    unsafe { libc::_exit(code) }
}

/// Gives a signal its default action. Async-signal-safe.
pub(crate) fn default_signal(signal: i32) {
    // SAFETY: signal(2) with SIG_DFL installs no code of ours; an invalid number is an ignored error.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
}

/// Ignores a signal.
pub(crate) fn ignore_signal(signal: i32) {
    // SAFETY: signal(2) with SIG_IGN installs no code of ours; an invalid number is an ignored error.
    unsafe { libc::signal(signal, libc::SIG_IGN) };
}

/// Unblocks all signals. Async-signal-safe.
pub(crate) fn unblock_signals() {
    // SAFETY: a sigset_t of zeros is the empty set on Linux.
    let empty: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: sigprocmask(2); the set outlives the call and no old set is asked for.
    unsafe { libc::sigprocmask(libc::SIG_SETMASK, &raw const empty, std::ptr::null_mut()) };
}

/// Marks every descriptor from `first` on as closing at exec. Async-signal-safe.
pub(crate) fn close_on_exec_from(first: u32) {
    // SAFETY: close_range(2) with CLOSE_RANGE_CLOEXEC closes nothing that this process still uses.
    unsafe {
        libc::syscall(
            libc::SYS_close_range,
            first,
            u32::MAX,
            libc::CLOSE_RANGE_CLOEXEC,
        )
    };
}

/// Closes every descriptor between `first` and `last`, both included. For a process that has just been forked.
pub(crate) fn close_range(first: u32, last: u32) {
    if first <= last {
        // SAFETY: close_range(2); the caller has forked and owns no descriptor in the range through a
        // Rust value that it goes on using.
        unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
    }
}

/// dup2(2) onto a descriptor below 4, in a process that is about to become a program. Async-signal-safe.
pub(crate) fn dup2(from: BorrowedFd<'_>, to: i32) -> rustix::io::Result<()> {
    debug_assert!(
        (0..4).contains(&to),
        "higher numbers may belong to a Rust value"
    );
    // SAFETY: dup2(2); 0 to 2 belong to no Rust value, and what stands at 3 is not used again by a process
    // that ends in execve or _exit.
    match unsafe { libc::dup2(from.as_raw_fd(), to) } {
        -1 => Err(errno()),
        _ => Ok(()),
    }
}

/// mount_setattr(2) on a whole detached tree. Async-signal-safe.
pub(crate) fn mount_setattr(
    tree: BorrowedFd<'_>,
    attributes_set: u64,
    propagation: u64,
) -> rustix::io::Result<()> {
    #[repr(C)]
    struct MountAttr {
        attr_set: u64,
        attr_clr: u64,
        propagation: u64,
        userns_fd: u64,
    }
    let attributes = MountAttr {
        attr_set: attributes_set,
        attr_clr: 0,
        propagation,
        userns_fd: 0,
    };
    // SAFETY: mount_setattr(2); the struct outlives the call and its size is passed.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            tree.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_EMPTY_PATH | libc::AT_RECURSIVE,
            &raw const attributes,
            size_of::<MountAttr>(),
        )
    };
    match result {
        -1 => Err(errno()),
        _ => Ok(()),
    }
}

/// unshare(2) of namespaces, for the calling thread. Async-signal-safe.
pub(crate) fn unshare(flags: i32) -> rustix::io::Result<()> {
    // SAFETY: unshare(2) with namespace flags only; CLONE_FILES and CLONE_VM are not among them.
    match unsafe { libc::unshare(flags) } {
        -1 => Err(errno()),
        _ => Ok(()),
    }
}

/// A standard stream: 0 to 2. They are open in every process of ours ([`crate::spawner`] sees to it).
pub(crate) fn standard_stream(number: i32) -> BorrowedFd<'static> {
    debug_assert!((0..=2).contains(&number), "standard streams are 0 to 2");
    inherited(number)
}

/// A descriptor that this process has by arrangement rather than by a Rust value.
pub(crate) fn inherited(number: i32) -> BorrowedFd<'static> {
    // SAFETY: the callers keep the descriptor open until they end.
    unsafe { BorrowedFd::borrow_raw(number) }
}

fn errno() -> rustix::io::Errno {
    rustix::io::Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(rustix::io::Errno::IO)
}
