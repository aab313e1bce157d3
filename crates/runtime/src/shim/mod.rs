//! The shim: one small process a Pod, which holds what must outlive the daemon.
//!
//! It is forked by the spawner with one socket, whose first message says everything. It then owns the
//! Pod's IPC and UTS namespaces, is the parent of the containers, holds the reading ends of
//! their log pipes, and writes their exit files. It has one thread and one loop: [`Shim::turn`] waits for
//! sockets, pipes, processes and one deadline.
//!
//! What ends a shim: the call [`Call::Remove`]; with `end_with_owner` the end of its first socket, which
//! the kernel closes however the owner ends.

mod container;
mod log;

use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::Signal;

use self::container::{Container, Leftover, NotStarted, Phase};
use self::log::Stream;
use crate::cgroup::Group;
use crate::protocol::{
    self, Call, CreatePod, FrameReader, Message, Reply, Request, Running, VERSION,
};
use crate::state::{self, EndRecord, PodRecord};
use crate::sys;

/// A daemon that does not read its socket loses it at this many unread bytes; it can connect again and ask.
const UNREAD_BYTES_MAX: usize = 64 << 20;

/// How long a container's leftovers wait: until the daemon has heard of the end and, mostly, removed the Pod.
const TIDY_AFTER: Duration = Duration::from_millis(100);

/// The rest of a shim's life after its last answer: the daemon has it or is gone.
const LAST_ANSWER: Duration = Duration::from_secs(1);

/// Serves one Pod on `socket` and then ends the process. Called in a fork of the spawner.
pub(crate) fn run(socket: OwnedFd) -> ! {
    // For people who look at the process list.
    let _ = rustix::thread::set_name(c"jobyard-shim");
    // A shutdown of the machine or of a terminal signals every process; containers get theirs from the daemon.
    for signal in [libc::SIGHUP, libc::SIGINT, libc::SIGTERM, libc::SIGPIPE] {
        sys::ignore_signal(signal);
    }
    sys::default_signal(libc::SIGCHLD);
    std::panic::set_hook(Box::new(|panic| note(&panic.to_string())));
    let owner = UnixStream::from(socket);
    let code = match Shim::create(owner) {
        Ok(Some(mut shim)) => match shim.serve() {
            Ok(()) => 0,
            Err(error) => {
                note(&format!("serving the pod: {error}"));
                1
            }
        },
        // The reason was told to the daemon, or the daemon is gone.
        Ok(None) | Err(_) => 1,
    };
    sys::exit_now(code)
}

/// Writes a line into `shim.log`. The shim's working folder is the Pod's.
fn note(text: &str) {
    let file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open("shim.log");
    if let Ok(mut file) = file {
        // Nobody is left to tell.
        let _ = writeln!(file, "{text}");
    }
}

struct Shim {
    pod: CreatePod,
    /// Held for the Pod's life; its folder holds the containers' ones.
    _group: Group,
    /// For later daemons, if there can be any.
    listener: Option<UnixListener>,
    connections: Vec<Connection>,
    next_connection: u64,
    containers: Vec<Container>,
    /// Who asked for starts that are under way: container, connection, request.
    starting: Vec<(String, u64, u64)>,
    /// Work that nobody waits for, and when to do it at the latest.
    leftovers: Vec<Leftover>,
    tidy_at: Option<Instant>,
    end: End,
}

/// Whether and why the Pod is ending.
enum End {
    /// It is not.
    NotAsked,
    /// All containers are killed; afterwards this request is answered.
    Removed { connection: u64, request: u64 },
    /// The owner is gone; at the deadline the containers are killed.
    OwnerGone { deadline: Instant },
    /// The owner is gone and the grace period over.
    Killed,
}

struct Connection {
    id: u64,
    stream: UnixStream,
    reader: FrameReader,
    unwritten: Vec<u8>,
    is_owner: bool,
    /// From its first message on; what happened before is in the answer to that.
    hears_events: bool,
    is_closed: bool,
}

/// What a poll result belongs to.
enum Source {
    Listener,
    Connection(usize),
    Pipe(usize, Stream),
    Report(usize),
    Process(usize),
}

impl Shim {
    /// Reads the first message and makes the Pod. `None`: it could not be made, and the daemon knows.
    fn create(mut owner: UnixStream) -> io::Result<Option<Shim>> {
        let mut reader = FrameReader::default();
        let request: Request = loop {
            if let Some(request) = reader.next()? {
                break request;
            }
            if reader.fill(&mut owner)? == 0 {
                return Ok(None);
            }
        };
        let Call::Create(pod) = request.call else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the first call must create",
            ));
        };
        let pod = *pod;
        match make_pod(&pod) {
            Ok((group, listener)) => {
                let reply = Reply::Hello {
                    version: VERSION,
                    pid: std::process::id() as i32,
                    running: Vec::new(),
                };
                protocol::write_frame(
                    &owner,
                    &Message::Reply {
                        id: request.id,
                        reply,
                    },
                )?;
                owner.set_nonblocking(true)?;
                let is_owner = pod.end_with_owner;
                let connection = Connection {
                    id: 0,
                    stream: owner,
                    reader,
                    unwritten: Vec::new(),
                    is_owner,
                    hears_events: true,
                    is_closed: false,
                };
                Ok(Some(Shim {
                    pod,
                    _group: group,
                    listener,
                    connections: vec![connection],
                    next_connection: 1,
                    containers: Vec::new(),
                    starting: Vec::new(),
                    leftovers: Vec::new(),
                    tidy_at: None,
                    end: End::NotAsked,
                }))
            }
            Err(error) => {
                // The daemon removes the folder; cgroups are ours to try.
                let _ = pod.cgroups.remove_pod(&pod.spec.cgroup);
                let reply = Reply::Refused {
                    message: format!("make pod {}: {error}", pod.spec.uid),
                };
                protocol::write_frame(
                    &owner,
                    &Message::Reply {
                        id: request.id,
                        reply,
                    },
                )?;
                Ok(None)
            }
        }
    }

    fn serve(&mut self) -> io::Result<()> {
        loop {
            self.turn()?;
            self.enforce_deadline();
            self.tidy();
            if self.containers.is_empty() && self.finish_end() {
                return Ok(());
            }
        }
    }

    /// Waits until something can be done and does it.
    fn turn(&mut self) -> io::Result<()> {
        let (sources, ready) = self.wait()?;
        let mut ended = Vec::new();
        for (source, ready) in sources.into_iter().zip(ready) {
            if ready.is_empty() {
                continue;
            }
            match source {
                Source::Listener => self.accept(),
                Source::Connection(index) => self.serve_connection(index),
                Source::Pipe(index, stream) => {
                    self.containers[index].read_pipe(stream);
                }
                Source::Report(index) => {
                    self.containers[index].read_report(SystemTime::now());
                    self.answer_start(index);
                }
                Source::Process(index) => ended.push(index),
            }
        }
        // Last, and from the back, so that the indexes above stayed right.
        for index in ended.into_iter().rev() {
            self.on_container_ended(index);
        }
        for index in 0..self.connections.len() {
            self.connections[index].flush();
        }
        self.drop_closed_connections();
        Ok(())
    }

    fn wait(&self) -> io::Result<(Vec<Source>, Vec<PollFlags>)> {
        let mut sources = Vec::new();
        let mut fds = Vec::new();
        if let Some(listener) = &self.listener {
            sources.push(Source::Listener);
            fds.push(PollFd::new(listener, PollFlags::IN));
        }
        for (index, connection) in self.connections.iter().enumerate() {
            let mut flags = PollFlags::IN;
            if !connection.unwritten.is_empty() {
                flags |= PollFlags::OUT;
            }
            sources.push(Source::Connection(index));
            fds.push(PollFd::new(&connection.stream, flags));
        }
        for (index, container) in self.containers.iter().enumerate() {
            for (stream, pipe) in container.pipes() {
                sources.push(Source::Pipe(index, stream));
                fds.push(PollFd::from_borrowed_fd(pipe, PollFlags::IN));
            }
            if let Phase::Starting { report, .. } = &container.phase {
                sources.push(Source::Report(index));
                fds.push(PollFd::new(report, PollFlags::IN));
            }
            sources.push(Source::Process(index));
            fds.push(PollFd::new(&container.pidfd, PollFlags::IN));
        }
        let deadline = match &self.end {
            End::OwnerGone { deadline } => Some(*deadline),
            End::NotAsked | End::Removed { .. } | End::Killed => None,
        };
        let next = deadline.into_iter().chain(self.tidy_at).min();
        let timeout = next.map(|instant| {
            let left = instant.saturating_duration_since(Instant::now());
            Timespec {
                tv_sec: left.as_secs() as i64,
                tv_nsec: i64::from(left.subsec_nanos()),
            }
        });
        match rustix::event::poll(&mut fds, timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
        let ready = fds.iter().map(PollFd::revents).collect();
        Ok((sources, ready))
    }

    fn accept(&mut self) {
        // The daemon may have given up since.
        let accepted = self.listener.as_ref().map(UnixListener::accept);
        let Some(Ok((stream, _))) = accepted else {
            return;
        };
        if stream.set_nonblocking(true).is_err() {
            return;
        }
        self.connections.push(Connection {
            id: self.next_connection,
            stream,
            reader: FrameReader::default(),
            unwritten: Vec::new(),
            is_owner: false,
            hears_events: false,
            is_closed: false,
        });
        self.next_connection += 1;
    }

    fn serve_connection(&mut self, index: usize) {
        let requests = self.connections[index].read();
        let connection = self.connections[index].id;
        for request in requests {
            if let Some(reply) = self.answer(connection, &request) {
                self.connections[index].send(&Message::Reply {
                    id: request.id,
                    reply,
                });
            }
        }
    }

    /// Does what is asked; `None` if the answer comes later.
    fn answer(&mut self, connection: u64, request: &Request) -> Option<Reply> {
        match &request.call {
            Call::Create(_) => Some(Reply::Refused {
                message: format!("pod {} exists", self.pod.spec.uid),
            }),
            Call::Hello { version: _ } => {
                self.await_starts();
                if let Some(known) = self.connections.iter_mut().find(|c| c.id == connection) {
                    known.hears_events = true;
                }
                Some(Reply::Hello {
                    version: VERSION,
                    pid: std::process::id() as i32,
                    running: self.running(),
                })
            }
            Call::Start(start) => {
                if !matches!(self.end, End::NotAsked) {
                    return Some(Reply::Refused {
                        message: format!("pod {} is ending", self.pod.spec.uid),
                    });
                }
                let started = Container::start(
                    &self.pod.spec,
                    &self.pod.pod_dir,
                    &self.pod.cgroups,
                    !self.pod.end_with_owner,
                    start,
                );
                match started {
                    Ok(container) => {
                        let key = key(&container.name, container.attempt);
                        self.starting.push((key, connection, request.id));
                        self.containers.push(container);
                        None
                    }
                    Err(NotStarted::Before) => Some(Reply::StartedBefore),
                    Err(NotStarted::CannotRun(message)) => Some(Reply::CannotRun { message }),
                    Err(NotStarted::Refused(message)) => Some(Reply::Refused { message }),
                }
            }
            Call::Signal { container, signal } => Some(self.signal(container, *signal)),
            Call::RemoveContainer { container, attempt } => {
                Some(self.remove_container(container, *attempt))
            }
            Call::Remove => {
                self.end = End::Removed {
                    connection,
                    request: request.id,
                };
                self.signal_all(Signal::KILL);
                None
            }
        }
    }

    /// So that a newly connected daemon sees each container either running or, on disk, ended. A start
    /// takes a millisecond or two.
    fn await_starts(&mut self) {
        for index in 0..self.containers.len() {
            self.containers[index].read_report(SystemTime::now());
            self.answer_start(index);
        }
    }

    fn running(&self) -> Vec<Running> {
        self.containers
            .iter()
            .filter_map(|container| match &container.phase {
                Phase::Running { started_at } => Some(Running {
                    container: container.name.clone(),
                    attempt: container.attempt,
                    pid: container.pid.as_raw_nonzero().get(),
                    started_at: *started_at,
                }),
                Phase::Starting { .. } | Phase::Failed { .. } => None,
            })
            .collect()
    }

    fn signal(&self, name: &str, signal: i32) -> Reply {
        let Some(signal) = Signal::from_named_raw(signal) else {
            return Reply::Refused {
                message: format!("{signal} is not a signal"),
            };
        };
        let Some(container) = self.containers.iter().find(|c| c.name == name) else {
            return Reply::UnknownContainer;
        };
        container.signal(signal);
        Reply::Done
    }

    fn signal_all(&self, signal: Signal) {
        for container in &self.containers {
            container.signal(signal);
        }
    }

    fn remove_container(&self, name: &str, attempt: u32) -> Reply {
        if state::check_name("container name", name).is_err() {
            return Reply::UnknownContainer;
        }
        let runs = |c: &Container| c.name == name && c.attempt == attempt;
        if self.containers.iter().any(runs) {
            return Reply::Refused {
                message: format!("container {name} attempt {attempt} runs"),
            };
        }
        let folder = state::attempt_dir(&self.pod.pod_dir, name, attempt);
        match state::remove_dir_all(&folder) {
            Ok(()) => Reply::Done,
            Err(error) => Reply::Refused {
                message: format!("remove {}: {error}", folder.display()),
            },
        }
    }

    /// Tells whoever asked for the start that the program runs. A failed start is told when the process is reaped.
    fn answer_start(&mut self, index: usize) {
        let container = &self.containers[index];
        let Phase::Running { started_at } = container.phase else {
            return;
        };
        let reply = Reply::Started {
            pid: container.pid.as_raw_nonzero().get(),
            started_at,
        };
        let key = key(&container.name, container.attempt);
        self.reply_to_start(&key, reply);
    }

    fn reply_to_start(&mut self, key: &str, reply: Reply) {
        let Some(place) = self.starting.iter().position(|(name, ..)| name == key) else {
            return;
        };
        let (_, connection, id) = self.starting.swap_remove(place);
        self.send_to(connection, &Message::Reply { id, reply });
    }

    fn send_to(&mut self, connection: u64, message: &Message) {
        if let Some(connection) = self.connections.iter_mut().find(|c| c.id == connection) {
            connection.send(message);
        }
    }

    fn on_container_ended(&mut self, index: usize) {
        // The process may have ended between the poll and here, before its report was looked at.
        self.containers[index].read_report(SystemTime::now());
        self.answer_start(index);
        let container = self.containers.remove(index);
        let (name, attempt) = (container.name.clone(), container.attempt);
        let has_listener = self.connections.iter().any(|c| c.hears_events);
        let end = container.finish(!has_listener).map(|(end, leftover)| {
            self.leftovers.push(leftover);
            self.tidy_at = Some(Instant::now() + TIDY_AFTER);
            end
        });
        match end {
            Ok(EndRecord::Exited(exit)) => {
                for connection in self.connections.iter_mut().filter(|c| c.hears_events) {
                    connection.send(&Message::Exited {
                        container: name.clone(),
                        attempt,
                        exit: exit.clone(),
                    });
                }
            }
            Ok(EndRecord::FailedToStart { message }) => {
                self.reply_to_start(&key(&name, attempt), Reply::CannotRun { message });
            }
            Err(error) => note(&format!(
                "the end of container {name} attempt {attempt}: {error}"
            )),
        }
    }

    fn drop_closed_connections(&mut self) {
        let owner_gone = self.connections.iter().any(|c| c.is_owner && c.is_closed);
        self.connections.retain(|connection| !connection.is_closed);
        if owner_gone && matches!(self.end, End::NotAsked) {
            self.signal_all(Signal::TERM);
            self.end = End::OwnerGone {
                deadline: Instant::now() + self.pod.spec.termination_grace,
            };
        }
    }

    fn enforce_deadline(&mut self) {
        if let End::OwnerGone { deadline } = self.end
            && deadline <= Instant::now()
        {
            self.signal_all(Signal::KILL);
            self.end = End::Killed;
        }
    }

    fn tidy(&mut self) {
        if self
            .tidy_at
            .is_some_and(|instant| instant <= Instant::now())
        {
            self.tidy_at = None;
            self.leftovers.drain(..).for_each(Leftover::tidy);
        }
    }

    /// Cleans up once nothing runs and the Pod is to end. `true`: this process may end.
    fn finish_end(&mut self) -> bool {
        let asked = match self.end {
            End::NotAsked => return false,
            End::Removed {
                connection,
                request,
            } => Some((connection, request)),
            End::OwnerGone { .. } | End::Killed => None,
        };
        let cleaned = self.pod.cgroups.remove_pod(&self.pod.spec.cgroup);
        let Some((connection, id)) = asked else {
            if let Err(error) = cleaned.and_then(|()| state::remove_dir_all(&self.pod.pod_dir)) {
                note(&format!("cleaning up: {error}"));
            }
            return true;
        };
        match cleaned.and_then(|()| self.move_to_trash()) {
            Ok(trash) => {
                let reply = Reply::Done;
                self.send_to(connection, &Message::Reply { id, reply });
                if let Some(connection) = self.connections.iter_mut().find(|c| c.id == connection) {
                    connection.flush_to_the_end();
                }
                self.connections.clear();
                if let Err(error) = state::remove_dir_all(&trash) {
                    note(&format!("cleaning up: {error}"));
                }
                true
            }
            Err(error) => {
                self.end = End::NotAsked;
                let message = format!("remove {}: {error}", self.pod.pod_dir.display());
                self.send_to(
                    connection,
                    &Message::Reply {
                        id,
                        reply: Reply::Refused { message },
                    },
                );
                false
            }
        }
    }

    /// From here on the Pod does not exist; emptying its folders is nobody's business but ours.
    fn move_to_trash(&self) -> io::Result<PathBuf> {
        let pod_dir = &self.pod.pod_dir;
        let state_dir = pod_dir
            .ancestors()
            .nth(2)
            .expect("a pod lies in state_dir/pods");
        let trash = state::trash_dir(state_dir).join(format!(
            "{}.{}",
            self.pod.spec.uid,
            std::process::id()
        ));
        std::fs::rename(pod_dir, &trash)?;
        Ok(trash)
    }
}

/// The name under which a start waits for its answer.
fn key(container: &str, attempt: u32) -> String {
    format!("{container}/{attempt}")
}

/// Namespaces, cgroup, socket and record of a Pod.
fn make_pod(pod: &CreatePod) -> io::Result<(Group, Option<UnixListener>)> {
    let spec = &pod.spec;
    // Its own session: a signal from a terminal does not reach it. It fails for a session's leader, which is as good.
    let _ = rustix::process::setsid();
    std::env::set_current_dir(&pod.pod_dir)?;
    sys::unshare(libc::CLONE_NEWIPC | libc::CLONE_NEWUTS)?;
    rustix::system::sethostname(spec.hostname.as_bytes())?;
    let group = pod.cgroups.create_pod(&spec.cgroup, &spec.resources)?;
    if pod.end_with_owner {
        // Nobody will pick it up.
        return Ok((group, None));
    }
    let listener = bind_in(&pod.pod_dir)?;
    let pid = std::process::id() as i32;
    let record = PodRecord {
        version: VERSION,
        spec: spec.clone(),
        cgroups: pod.cgroups.clone(),
        boot_id: pod.boot_id.clone(),
        shim_pid: pid,
        shim_start_time: state::start_time(pid).unwrap_or_default(),
    };
    // Written in place: half a record is a Pod that was never made.
    std::fs::write("pod.json", serde_json::to_vec(&record)?)?;
    Ok((group, Some(listener)))
}

/// Listens at `shim.sock` in the current folder: relative, since a socket's path has at most 107 bytes.
fn bind_in(pod_dir: &Path) -> io::Result<UnixListener> {
    debug_assert!(pod_dir.is_absolute(), "the daemon makes it so");
    let listener = UnixListener::bind("shim.sock")?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

impl Connection {
    fn read(&mut self) -> Vec<Request> {
        let mut requests = Vec::new();
        loop {
            match self.reader.fill(&self.stream) {
                Ok(0) => {
                    self.is_closed = true;
                    return requests;
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return requests,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => {
                    self.is_closed = true;
                    return requests;
                }
            }
            loop {
                match self.reader.next() {
                    Ok(Some(request)) => requests.push(request),
                    Ok(None) => break,
                    Err(error) => {
                        note(&format!("a message that is not understood: {error}"));
                        self.is_closed = true;
                        return requests;
                    }
                }
            }
        }
    }

    fn send(&mut self, message: &Message) {
        match protocol::frame(message) {
            Ok(bytes) => self.unwritten.extend(bytes),
            Err(error) => note(&format!("a message that cannot be sent: {error}")),
        }
        self.flush();
    }

    fn flush(&mut self) {
        while !self.unwritten.is_empty() && !self.is_closed {
            match (&self.stream).write(&self.unwritten) {
                Ok(count) => {
                    self.unwritten.drain(..count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(_) => self.is_closed = true,
            }
        }
        if self.unwritten.len() > UNREAD_BYTES_MAX {
            self.is_closed = true;
        }
    }

    /// Before the process ends, which closes the socket.
    fn flush_to_the_end(&mut self) {
        let bytes = std::mem::take(&mut self.unwritten);
        let stream = &self.stream;
        // A daemon that is gone needs no answer.
        let _ = stream
            .set_nonblocking(false)
            .and_then(|()| stream.set_write_timeout(Some(LAST_ANSWER)))
            .and_then(|()| (&*stream).write_all(&bytes));
    }
}
