//! The logs of containers: where they lie and how they are read.
//!
//! The runtime writes them in CRI's format, one file an attempt:
//! `ROOT/NAMESPACE_POD_UID/CONTAINER/N.log`. They stay until the Pod's object
//! is deleted, whatever became of the Pod.
//!
//! Reading never looks at the clock: a reader that follows is woken by the
//! kernel when the file grows and by the worker when the attempt has ended, and
//! ends when it has read all of the file after that.
//!
//! Source: upstream pkg/kubelet/kuberuntime/logs; KEP-606 (CRI log format).

mod growth;
mod line;
mod reader;

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use futures::stream::BoxStream;
use jobyard_api::{Object, ObjectKey, Timestamp, Uid, core};
use parking_lot::Mutex;
use tokio::sync::watch;

use growth::Growths;
pub use reader::last_text;
use reader::{Following, read};

/// All logs of this node. Clones share it.
#[derive(Clone, Debug)]
pub struct Logs {
    root: Arc<Path>,
    live: LiveAttempts,
    growths: Arc<Growths>,
}

/// Which lines of which attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogOptions {
    /// Go on with new lines until the attempt has ended.
    pub follow: bool,
    /// The attempt before the current one.
    pub previous: bool,
    /// Only lines written at this time or later.
    pub since: Option<Timestamp>,
    /// Only the last so many lines; `Some(0)` with `follow`: only new ones.
    pub tail_lines: Option<u64>,
    /// Begin each line with its time.
    pub timestamps: bool,
}

/// The text of a log in pieces of any size.
pub type LogStream = BoxStream<'static, io::Result<Bytes>>;

/// A log that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The container has not run, or not twice.
    #[error("container \"{container}\" in pod \"{pod}\" has no log: it was not started{}", if *previous { " before its current run" } else { "" })]
    NotStarted {
        /// The Pod's name.
        pod: Box<str>,
        /// The container's name.
        container: String,
        /// Whether the run before the current one was asked for.
        previous: bool,
    },
    /// The file cannot be read.
    #[error("reading {}", path.display())]
    Unreadable {
        /// The log file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
}

impl Logs {
    /// The logs below `root`.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.into(),
            live: LiveAttempts::default(),
            growths: Arc::default(),
        }
    }

    /// Makes the folder of all logs, so that the Pods' folders in it lie apart on
    /// the disk: see [`jobyard_runtime::spread_children`].
    pub(crate) fn prepare(&self) -> io::Result<()> {
        fs::create_dir_all(&self.root)?;
        jobyard_runtime::spread_children(&self.root)
    }

    /// Opens the log of one container of a Pod, by what the Pod's status says of it.
    ///
    /// # Errors
    /// [`LogError::NotStarted`] when the status names no such attempt;
    /// [`LogError::Unreadable`] when its file cannot be opened.
    pub async fn open(
        &self,
        pod: &core::Pod,
        container: &str,
        options: LogOptions,
    ) -> Result<LogStream, LogError> {
        let not_started = || LogError::NotStarted {
            pod: pod.key().name,
            container: container.to_owned(),
            previous: options.previous,
        };
        let attempt = attempt_of(pod, container, options.previous).ok_or_else(not_started)?;
        self.open_attempt(&pod.key(), &pod.uid(), container, attempt, options)
            .await
    }

    /// Opens the log of that attempt, whatever the Pod's status says by now.
    ///
    /// # Errors
    /// [`LogError::Unreadable`] when its file cannot be opened.
    pub async fn open_attempt(
        &self,
        pod: &ObjectKey,
        uid: &Uid,
        container: &str,
        attempt: u32,
        options: LogOptions,
    ) -> Result<LogStream, LogError> {
        let path = self.file(pod, uid, container, attempt);
        // Asked for before the file is read: an attempt that ends in between is then read to its end.
        let ended = self.live.ended(&AttemptKey::new(uid, container, attempt));
        let following = match ended.filter(|_| options.follow) {
            None => Ok(None),
            // Watched before the first read: nothing written in between goes unnoticed.
            Some(ended) => self
                .growths
                .of(&path)
                .map(|growth| Some(Following { growth, ended })),
        };
        let read = async { read(&path, options, following?).await };
        read.await
            .map_err(|source| LogError::Unreadable { path, source })
    }

    /// The folder of a Pod's logs.
    pub fn pod_folder(&self, key: &ObjectKey, uid: &Uid) -> PathBuf {
        self.root
            .join(format!("{}_{}_{uid}", key.namespace, key.name))
    }

    /// The log file of an attempt.
    pub fn file(&self, key: &ObjectKey, uid: &Uid, container: &str, attempt: u32) -> PathBuf {
        self.pod_folder(key, uid)
            .join(container)
            .join(format!("{attempt}.log"))
    }

    /// Removes all logs of a Pod. None there is a success.
    pub fn remove(&self, key: &ObjectKey, uid: &Uid) -> io::Result<()> {
        match fs::remove_dir_all(self.pod_folder(key, uid)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    /// The uids of all Pods that have a folder of logs.
    pub fn pods(&self) -> io::Result<Vec<(ObjectKey, Uid)>> {
        let entries = match fs::read_dir(&self.root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
            other => other?,
        };
        let mut pods = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            // Names of objects contain no underscore.
            let parts: Vec<_> = name.to_str().unwrap_or("").split('_').collect();
            if let [namespace, name, uid] = parts[..] {
                pods.push((ObjectKey::new(namespace, name), Uid::from(uid)));
            }
        }
        Ok(pods)
    }

    /// Says that an attempt runs now; readers that follow it end when the guard is dropped.
    pub(crate) fn running(&self, uid: &Uid, container: &str, attempt: u32) -> LiveAttempt {
        self.live.begin(AttemptKey::new(uid, container, attempt))
    }
}

/// Which attempt a request means: `containerID` says it.
///
/// Source: upstream `validateContainerLogStatus`.
fn attempt_of(pod: &core::Pod, container: &str, previous: bool) -> Option<u32> {
    let status = pod.status.as_ref()?;
    let lists = [
        &status.init_container_statuses,
        &status.container_statuses,
        &status.ephemeral_container_statuses,
    ];
    let status = lists
        .into_iter()
        .flatten()
        .flatten()
        .find(|status| status.name == container)?;
    let last = status
        .last_state
        .as_ref()
        .and_then(|last| last.terminated.as_ref());
    let state = status.state.as_ref()?;
    let id = if previous {
        last?.container_id.as_ref()?
    } else if let Some(terminated) = &state.terminated {
        terminated.container_id.as_ref()?
    } else if state.running.is_some() {
        status.container_id.as_ref()?
    } else {
        last?.container_id.as_ref()?
    };
    attempt_in_id(id)
}

/// `containerID` without its scheme: made from what identifies an attempt.
pub(crate) fn container_id(uid: &Uid, container: &str, attempt: u32) -> String {
    format!("{uid}.{container}.{attempt}")
}

fn attempt_in_id(id: &str) -> Option<u32> {
    id.rsplit_once('.')?.1.parse().ok()
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct AttemptKey {
    uid: Uid,
    container: Box<str>,
    attempt: u32,
}

impl AttemptKey {
    fn new(uid: &Uid, container: &str, attempt: u32) -> Self {
        Self {
            uid: uid.clone(),
            container: container.into(),
            attempt,
        }
    }
}

/// The attempts that run now, at most one a container.
///
/// Shared because readers come from another side than workers; the lock is held for one look-up.
#[derive(Clone, Debug, Default)]
struct LiveAttempts {
    attempts: Arc<Mutex<HashMap<AttemptKey, watch::Sender<()>>>>,
}

impl LiveAttempts {
    fn begin(&self, key: AttemptKey) -> LiveAttempt {
        self.attempts
            .lock()
            .insert(key.clone(), watch::Sender::new(()));
        LiveAttempt {
            live: self.clone(),
            key,
        }
    }

    /// Ends (with an error) when the attempt has ended; `None`: it does not run.
    fn ended(&self, key: &AttemptKey) -> Option<watch::Receiver<()>> {
        self.attempts.lock().get(key).map(watch::Sender::subscribe)
    }
}

/// An attempt that runs, until this is dropped.
#[derive(Debug)]
pub(crate) struct LiveAttempt {
    live: LiveAttempts,
    key: AttemptKey,
}

impl Drop for LiveAttempt {
    fn drop(&mut self) {
        self.live.attempts.lock().remove(&self.key);
    }
}

#[cfg(test)]
mod tests;
