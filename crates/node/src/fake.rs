//! A runtime without processes, for tests and simulated nodes.
//!
//! Containers act out their command, word by word:
//!
//! | word | what happens |
//! |---|---|
//! | `print:TEXT` | a line in the log |
//! | `message:TEXT` | the termination message |
//! | `sleep:SECONDS` | waits, on tokio's clock |
//! | `term:CODE` | from now on SIGTERM ends it with this code (143 at first) |
//! | `ignore-term` | from now on SIGTERM does nothing |
//! | `oom` | killed for its memory |
//! | `exit:CODE` | ends |
//!
//! Other words do nothing; the end of the words is exit 0. A command that begins
//! with `missing` cannot be run. The value outlives agents, as real Pods do:
//! [`FakeRuntime::events`] begins the stream anew.

use std::{
    collections::{BTreeMap, HashMap},
    fs::OpenOptions,
    future::pending,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use jobyard_api::Timestamp;
use jobyard_runtime::{
    ContainerSpec, ContainerState, ExitStatus, MountSource, PodSandboxSpec, RecoveredContainer,
    RecoveredPod, RuntimeError, RuntimeEvent, StartError, Started,
};
use parking_lot::Mutex;
use tokio::{sync::mpsc, task::JoinSet};

use crate::{
    config::Clock,
    pod::container_spec::TERMINATION_MESSAGE_PATH,
    runtime::{PodRuntime, RuntimeEvents},
};

const SIGKILL: i32 = 9;
const SIGTERM: i32 = 15;

/// The runtime. Clones are the same one.
#[derive(Clone)]
pub struct FakeRuntime {
    state: Arc<Mutex<State>>,
    folder: Arc<Path>,
    clock: Clock,
}

/// The stream of events.
#[derive(Debug)]
pub struct FakeEvents(mpsc::UnboundedReceiver<RuntimeEvent>);

#[derive(Default)]
struct State {
    pods: HashMap<String, FakePod>,
    /// Every attempt ever started, with which nothing may be started again.
    journal: Vec<String>,
    events: Option<mpsc::UnboundedSender<RuntimeEvent>>,
    processes: JoinSet<()>,
}

struct FakePod {
    spec: PodSandboxSpec,
    is_alive: bool,
    attempts: BTreeMap<(String, u32), FakeAttempt>,
}

struct FakeAttempt {
    state: ContainerState,
    signals: mpsc::UnboundedSender<i32>,
}

impl FakeRuntime {
    /// A runtime whose Pods keep their files below `folder`.
    pub fn new(folder: &Path, clock: Clock) -> Self {
        Self {
            state: Arc::default(),
            folder: folder.into(),
            clock,
        }
    }

    /// The stream for the next agent; the one before falls silent.
    pub fn events(&self) -> FakeEvents {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.state.lock().events = Some(sender);
        FakeEvents(receiver)
    }

    /// What was done, oldest first: `create UID`, `start UID c#0`, `signal UID c 15`, `remove UID`.
    pub fn journal(&self) -> Vec<String> {
        self.state.lock().journal.clone()
    }

    /// Kills a Pod's sandbox from outside, as a reboot does.
    pub fn lose(&self, uid: &str) {
        let mut state = self.state.lock();
        if let Some(pod) = state.pods.get_mut(uid) {
            pod.is_alive = false;
            for attempt in pod.attempts.values_mut() {
                if matches!(attempt.state, ContainerState::Running(_)) {
                    attempt.state = ContainerState::Lost;
                }
            }
        }
        state.send(RuntimeEvent::PodLost {
            pod: uid.to_owned(),
        });
    }

    fn now(&self) -> SystemTime {
        self.clock.now().into()
    }

    fn exit(&self, uid: &str, key: &(String, u32), code: i32, oom_killed: bool) {
        let mut state = self.state.lock();
        let Some(attempt) = state
            .pods
            .get_mut(uid)
            .and_then(|pod| pod.attempts.get_mut(key))
        else {
            return;
        };
        let ContainerState::Running(started) = &attempt.state else {
            return;
        };
        let exit = ExitStatus {
            code,
            oom_killed,
            started_at: started.started_at,
            finished_at: self.clock.now().into(),
        };
        attempt.state = ContainerState::Exited(exit.clone());
        let (container, attempt) = key.clone();
        state.send(RuntimeEvent::Exited {
            pod: uid.to_owned(),
            container,
            attempt,
            exit,
        });
    }

    async fn act_out(
        self,
        uid: String,
        spec: ContainerSpec,
        mut signals: mpsc::UnboundedReceiver<i32>,
    ) {
        let mut on_term = Some(143);
        let mut end = (0, false);
        for word in &spec.argv {
            let wait = match word.split_once(':').unwrap_or((word, "")) {
                ("print", text) => {
                    write_line(&spec.log_path, self.clock.now(), text);
                    continue;
                }
                ("message", text) => {
                    write_message(&spec, text);
                    continue;
                }
                ("term", code) => {
                    on_term = code.parse().ok();
                    continue;
                }
                ("ignore-term", _) => {
                    on_term = None;
                    continue;
                }
                ("oom", _) => {
                    end = (137, true);
                    break;
                }
                ("exit", code) => {
                    end.0 = code.parse().unwrap_or(0);
                    break;
                }
                ("sleep", seconds) => Duration::from_secs(seconds.parse().unwrap_or(0)),
                _ => continue,
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                code = killed(&mut signals, on_term) => {
                    end.0 = code;
                    break;
                }
            }
        }
        self.exit(&uid, &(spec.name, spec.attempt), end.0, end.1);
    }
}

/// Waits for a signal that ends the process; answers with its exit code.
async fn killed(signals: &mut mpsc::UnboundedReceiver<i32>, on_term: Option<i32>) -> i32 {
    while let Some(signal) = signals.recv().await {
        match (signal, on_term) {
            (SIGKILL, _) => return 137,
            (SIGTERM, Some(code)) => return code,
            _ => {}
        }
    }
    pending().await
}

fn write_line(path: &Path, now: Timestamp, text: &str) {
    let line = format!("{now:.9} stdout F {text}\n");
    let written = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .and_then(|mut file| file.write_all(line.as_bytes()));
    if let Err(error) = written {
        tracing::warn!(%error, "a fake container could not write its log");
    }
}

fn write_message(spec: &ContainerSpec, text: &str) {
    let target = Path::new(TERMINATION_MESSAGE_PATH);
    let file = spec.mounts.iter().find(|mount| mount.target == target);
    if let Some(MountSource::Bind { path }) = file.map(|mount| &mount.source)
        && let Err(error) = std::fs::write(path, text)
    {
        tracing::warn!(%error, "a fake container could not write its termination message");
    }
}

impl State {
    fn send(&self, event: RuntimeEvent) {
        if let Some(events) = &self.events {
            // No agent listens: the next one finds it by recovery.
            let _ = events.send(event);
        }
    }

    fn pod(&mut self, uid: &str) -> Result<&mut FakePod, RuntimeError> {
        match self.pods.get_mut(uid) {
            None => Err(RuntimeError::UnknownPod {
                uid: uid.to_owned(),
            }),
            Some(pod) if !pod.is_alive => Err(RuntimeError::PodLost {
                uid: uid.to_owned(),
            }),
            Some(pod) => Ok(pod),
        }
    }
}

impl PodRuntime for FakeRuntime {
    async fn recover(&self) -> Result<Vec<RecoveredPod>, RuntimeError> {
        let state = self.state.lock();
        let recovered = state.pods.values().map(|pod| RecoveredPod {
            spec: pod.spec.clone(),
            is_alive: pod.is_alive,
            containers: pod
                .attempts
                .iter()
                .map(|((name, attempt), found)| RecoveredContainer {
                    name: name.clone(),
                    attempt: *attempt,
                    state: found.state.clone(),
                })
                .collect(),
        });
        Ok(recovered.collect())
    }

    async fn create_pod(&self, spec: PodSandboxSpec) -> Result<(), RuntimeError> {
        let mut state = self.state.lock();
        if state.pods.contains_key(&spec.uid) {
            return Err(RuntimeError::PodExists { uid: spec.uid });
        }
        state.journal.push(format!("create {}", spec.uid));
        let pod = FakePod {
            is_alive: true,
            attempts: BTreeMap::new(),
            spec: spec.clone(),
        };
        state.pods.insert(spec.uid, pod);
        Ok(())
    }

    async fn start_container(
        &self,
        pod_uid: &str,
        spec: ContainerSpec,
    ) -> Result<Started, StartError> {
        let mut state = self.state.lock();
        let key = (spec.name.clone(), spec.attempt);
        let line = format!("start {pod_uid} {}#{}", spec.name, spec.attempt);
        let pod = state.pod(pod_uid)?;
        if pod.attempts.contains_key(&key) {
            return Err(StartError::StartedBefore {
                container: spec.name,
                attempt: spec.attempt,
            });
        }
        let started = Started {
            pid: 1,
            started_at: self.now(),
        };
        let (signals, receiver) = mpsc::unbounded_channel();
        let program = spec.argv.first().map(String::as_str).unwrap_or_default();
        if program.starts_with("missing") {
            let message =
                format!("exec: \"{program}\": executable file not found in $PATH: unknown");
            pod.attempts.insert(
                key,
                FakeAttempt {
                    state: ContainerState::FailedToStart {
                        message: message.clone(),
                    },
                    signals,
                },
            );
            return Err(StartError::CannotRun { message });
        }
        pod.attempts.insert(
            key,
            FakeAttempt {
                state: ContainerState::Running(started),
                signals,
            },
        );
        state.journal.push(line);
        // The log is there from the start, even of a container that prints nothing.
        let _ = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&spec.log_path);
        while state.processes.try_join_next().is_some() {}
        state
            .processes
            .spawn(self.clone().act_out(pod_uid.to_owned(), spec, receiver));
        Ok(started)
    }

    async fn signal(
        &self,
        pod_uid: &str,
        container: &str,
        signal: i32,
    ) -> Result<(), RuntimeError> {
        let mut state = self.state.lock();
        state
            .journal
            .push(format!("signal {pod_uid} {container} {signal}"));
        let pod = state.pod(pod_uid)?;
        let running = pod.attempts.iter().find(|((name, _), attempt)| {
            name == container && matches!(attempt.state, ContainerState::Running(_))
        });
        match running {
            Some((_, attempt)) => {
                // It may have ended this moment.
                let _ = attempt.signals.send(signal);
                Ok(())
            }
            None => Err(RuntimeError::UnknownContainer {
                uid: pod_uid.to_owned(),
                container: container.to_owned(),
            }),
        }
    }

    async fn kill(&self, pod_uid: &str, container: &str) -> Result<(), RuntimeError> {
        self.signal(pod_uid, container, SIGKILL).await
    }

    async fn remove_container(
        &self,
        pod_uid: &str,
        container: &str,
        attempt: u32,
    ) -> Result<(), RuntimeError> {
        self.state
            .lock()
            .pod(pod_uid)?
            .attempts
            .remove(&(container.to_owned(), attempt));
        Ok(())
    }

    async fn remove_pod(&self, pod_uid: &str) -> Result<(), RuntimeError> {
        let removed = {
            let mut state = self.state.lock();
            state.journal.push(format!("remove {pod_uid}"));
            state.pods.remove(pod_uid)
        };
        for attempt in removed.iter().flat_map(|pod| pod.attempts.values()) {
            let _ = attempt.signals.send(SIGKILL);
        }
        match std::fs::remove_dir_all(self.folder.join(pod_uid)) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(RuntimeError::Io {
                what: format!("removing the folder of pod {pod_uid}"),
                source,
            }),
            _ => Ok(()),
        }
    }

    fn volumes_dir(&self, pod_uid: &str) -> PathBuf {
        self.folder.join(pod_uid).join("volumes")
    }
}

impl RuntimeEvents for FakeEvents {
    async fn next(&mut self) -> Option<RuntimeEvent> {
        self.0.recv().await
    }
}
