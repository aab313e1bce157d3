//! From "all accepted" to "all ended": watching Jobs and Pods, passing logs on.
//!
//! Level, not edge: informers put what they see into [`Progress`] and wake the
//! loop; each turn of the loop looks at the Pods that changed and starts what is
//! missing of them.

use std::{
    collections::{HashMap, HashSet},
    io::Write,
    sync::Arc,
    time::Duration,
};

use anyhow::Result;
use futures::StreamExt;
use jobyard_api::{Uid, batch, core};
use jobyard_cluster::{Cluster, Deletion, Propagation, Selection};
use parking_lot::Mutex;
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::{
    apply::Applied,
    progress::{ContainerState, JobProgress, PodProgress, Progress, WarningEvent},
    summary::{self, Tails, name},
};
use crate::{
    args::{Output, Prefix, RunArguments},
    exit::Ending,
    logs::LogLines,
    say::say,
    yard::Yard,
};

/// How long the end of a log may take after its Pod has ended. Reading is local
/// and takes milliseconds; this only keeps `run` from hanging on a broken disk.
const LOG_END_PATIENCE: Duration = Duration::from_secs(10);

/// How following ended, and what was seen.
pub(crate) struct Followed {
    pub(crate) ending: Ending,
    pub(crate) progress: Progress,
    pub(crate) tails: Tails,
    /// The user did not want to wait, or the yard is broken: the Pods were killed.
    pub(crate) at_once: bool,
}

/// How long between two lines of counts: a run of seconds says nothing but its
/// end, a run of hours is never silent for long.
const COUNTS_PAUSE: Duration = Duration::from_secs(3);

/// Follows what was applied until all has ended, or time or the user ends it.
pub(crate) async fn follow(
    yard: &Yard,
    applied: Applied,
    arguments: &RunArguments,
) -> Result<Followed> {
    let (shared, changed) = (
        Arc::new(Mutex::new(applied.progress())),
        Arc::new(Notify::new()),
    );
    let _jobs = yard
        .cluster()
        .informer::<JobProgress>(Selection::default(), {
            let (shared, changed) = (shared.clone(), changed.clone());
            move |change| {
                if let Some(job) = &change.new {
                    shared.lock().see_job(job.clone());
                    changed.notify_one();
                }
            }
        });
    let pods = yard
        .cluster()
        .informer::<PodProgress>(Selection::default(), {
            let (shared, changed) = (shared.clone(), changed.clone());
            move |change| {
                if let Some(pod) = &change.new {
                    shared.lock().see_pod(pod.clone());
                }
                changed.notify_one();
            }
        });
    let _events = yard
        .cluster()
        .informer::<WarningEvent>(Selection::default(), {
            let shared = shared.clone();
            let said = Mutex::new(HashSet::new());
            move |change| {
                let Some(event) = &change.new else { return };
                let is_new = || {
                    said.lock()
                        .insert((event.about.clone(), event.text.clone()))
                };
                if event.is_told_nowhere_else && shared.lock().is_ours(&event.about) && is_new() {
                    say(&event.text);
                }
            }
        });
    let mut printer = Printer::new(yard, arguments, applied.single_container);
    let deadline = arguments.timeout.map(|timeout| Instant::now() + timeout.0);
    let mut interrupted = Interrupts::new()?;

    let mut at_once = false;
    let ending = loop {
        printer.look(&mut shared.lock());
        if shared.lock().is_over() {
            break if shared.lock().all_complete() {
                Ending::Done
            } else {
                Ending::Failed
            };
        }
        tokio::select! {
            () = changed.notified() => {}
            () = until(deadline) => break Ending::TimedOut,
            () = interrupted.next() => break Ending::Interrupted,
            () = yard.broken() => {
                // Who would end them in order may be what is gone.
                yard.kill_pods().await;
                at_once = true;
                break Ending::Failed;
            }
        }
    };
    if matches!(ending, Ending::TimedOut | Ending::Interrupted) {
        say(format_args!(
            "{}; ending the Pods",
            if ending == Ending::TimedOut {
                "the time is over"
            } else {
                "interrupted"
            }
        ));
        tokio::select! {
            () = end_all(yard, &shared, &changed, &pods, &mut printer) => {}
            () = interrupted.next() => {
                say("interrupted again; killing the Pods");
                yard.kill_pods().await;
                at_once = true;
            }
        }
    }
    let tails = printer.finish().await;
    let progress = std::mem::take(&mut *shared.lock());
    Ok(Followed {
        ending,
        progress,
        tails,
        at_once,
    })
}

/// Deletes all that was applied, and waits until its Pods are gone, each after its grace period.
async fn end_all(
    yard: &Yard,
    shared: &Mutex<Progress>,
    changed: &Notify,
    pods: &jobyard_cluster::Informer<PodProgress>,
    printer: &mut Printer<'_>,
) {
    let (jobs, bare_pods): (Vec<_>, Vec<_>) = {
        let progress = shared.lock();
        (
            progress
                .jobs
                .values()
                .flatten()
                .map(|job| job.key.clone())
                .collect(),
            progress
                .bare_pods
                .values()
                .flatten()
                .map(|pod| pod.key.clone())
                .collect(),
        )
    };
    let options = || Deletion {
        propagation: Some(Propagation::Background),
        ..Deletion::default()
    };
    for key in jobs {
        // Gone already is what we want; anything else shows as Pods that stay.
        let _ = yard.cluster().delete::<batch::Job>(&key, options()).await;
    }
    for key in bare_pods {
        let _ = yard.cluster().delete::<core::Pod>(&key, options()).await;
    }
    loop {
        let looked = changed.notified();
        printer.look(&mut shared.lock());
        let ours: HashSet<Uid> = shared.lock().pods.keys().cloned().collect();
        if !pods.all().iter().any(|pod| ours.contains(&pod.uid)) {
            break;
        }
        looked.await;
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// SIGINT and SIGTERM.
struct Interrupts {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Interrupts {
    fn new() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! { _ = self.interrupt.recv() => {}, _ = self.terminate.recv() => {} }
    }
}

/// Prints logs on stdout and what happens on stderr.
struct Printer<'a> {
    yard: &'a Yard,
    prefix: Prefix,
    /// With `-o json` stdout belongs to the document.
    logs_to_stderr: bool,
    single_container: bool,
    /// The next attempt of each container whose log is to be opened.
    opened: HashMap<(Uid, String), u32>,
    /// What was last said of a Pod or Job, so that it is said once.
    said: HashMap<Uid, String>,
    /// When the counts of the Jobs were last said.
    counted: Instant,
    streams: JoinSet<()>,
    lines: Arc<Mutex<Tails>>,
}

impl<'a> Printer<'a> {
    fn new(yard: &'a Yard, arguments: &RunArguments, single_container: bool) -> Self {
        Self {
            yard,
            prefix: arguments.prefix,
            logs_to_stderr: arguments.output == Some(Output::Json),
            single_container,
            opened: HashMap::new(),
            said: HashMap::new(),
            counted: Instant::now(),
            streams: JoinSet::new(),
            lines: Arc::default(),
        }
    }

    /// Opens the logs that are not open yet, and says what is new.
    fn look(&mut self, progress: &mut Progress) {
        self.say_counts(progress);
        for pod in progress.take_news().values() {
            for container in &pod.containers {
                self.say_waiting(pod, &container.state);
                let begun = match container.state {
                    ContainerState::Running | ContainerState::Terminated { .. } => {
                        container.restart_count + 1
                    }
                    ContainerState::Waiting { .. } => container.restart_count,
                };
                let next = self
                    .opened
                    .entry((pod.uid.clone(), container.name.clone()))
                    .or_insert(0);
                while *next < begun {
                    let attempt = *next;
                    *next += 1;
                    let prefix = prefix(self.prefix, self.single_container, pod, &container.name);
                    let log = self.yard.log(
                        pod.key.clone(),
                        pod.uid.clone(),
                        container.name.clone(),
                        attempt,
                    );
                    self.streams.spawn(pass_on(
                        log,
                        LogLines::new(prefix),
                        self.logs_to_stderr,
                        self.lines.clone(),
                        (pod.uid.clone(), container.name.clone()),
                    ));
                }
            }
        }
    }

    /// Says how far each Job is, when that has changed and some time has passed.
    fn say_counts(&mut self, progress: &Progress) {
        if self.counted.elapsed() < COUNTS_PAUSE {
            return;
        }
        self.counted = Instant::now();
        for job in progress.jobs.values().flatten() {
            let counts = summary::counts(job);
            if job.outcome.is_none() && self.said.get(&job.uid) != Some(&counts) {
                say(format_args!("{}: {counts}", name("job", &job.key)));
                self.said.insert(job.uid.clone(), counts);
            }
        }
    }

    /// A Pod that waits for something the user can mend says so, once.
    fn say_waiting(&mut self, pod: &PodProgress, state: &ContainerState) {
        let ContainerState::Waiting { reason, message } = state else {
            return;
        };
        // The back-off between pulls repeats what the pull has said.
        if message.is_empty() || reason == "ImagePullBackOff" {
            return;
        }
        if self.said.get(&pod.uid) != Some(reason) {
            say(format_args!(
                "{}: {reason}: {message}",
                name("pod", &pod.key)
            ));
            self.said.insert(pod.uid.clone(), reason.clone());
        }
    }

    /// Waits for the ends of all logs, and gives their last lines.
    async fn finish(mut self) -> Tails {
        let ends = async { while self.streams.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(LOG_END_PATIENCE, ends).await;
        std::mem::take(&mut self.lines.lock())
    }
}

fn prefix(
    wanted: Prefix,
    single_container: bool,
    pod: &PodProgress,
    container: &str,
) -> Option<String> {
    let with_prefix = match wanted {
        Prefix::Auto => !single_container,
        Prefix::Always => true,
        Prefix::Never => false,
    };
    let several = pod.containers.len() > 1;
    with_prefix.then(|| {
        if several {
            format!("{}/{container}", pod.key.name)
        } else {
            pod.key.name.to_string()
        }
    })
}

/// Passes one container's log on, to its end.
async fn pass_on(
    log: impl Future<Output = Option<jobyard_node::LogStream>>,
    mut lines: LogLines,
    to_stderr: bool,
    tails: Arc<Mutex<Tails>>,
    key: (Uid, String),
) {
    let Some(mut log) = log.await else { return };
    let print = |lines: &mut LogLines, bytes: Option<&[u8]>| {
        // A reader of stdout that went away (`| head`) is no reason to stop the Job.
        let write = |out: &mut dyn Write| {
            let mut out = out;
            match bytes {
                Some(bytes) => lines.write(bytes, &mut out),
                None => lines.end(&mut out),
            }?;
            out.flush()
        };
        let _ = if to_stderr {
            let mut write = write;
            write(&mut std::io::stderr().lock())
        } else {
            let mut write = write;
            write(&mut std::io::stdout().lock())
        };
    };
    while let Some(Ok(bytes)) = log.next().await {
        print(&mut lines, Some(&bytes));
    }
    print(&mut lines, None);
    tails.lock().insert(key, lines.tail().collect());
}
