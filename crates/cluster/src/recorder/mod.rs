//! Events: what happened to an object, told to people.
//!
//! [`Recorder::record`] never waits: it puts the event into a bounded queue. One
//! task takes them out, lets [`correlator`] decide what becomes of each, and
//! writes `v1` Events through the port. Events are told, not kept: a full queue
//! or a server that is away loses some, and nothing else depends on them.
//!
//! Source: client-go `tools/record/event.go` (`makeEvent`, `recordToSink`).

mod correlator;
mod lru;

use std::{convert::Infallible, fmt, future::Future, sync::Arc, time::Duration};

use jobyard_api::{
    ObjectKey, ResourceInfo, Timestamp, Uid,
    core::{Event, EventSource, ObjectReference},
    meta::{ObjectMeta, Time},
};
use tokio::sync::{mpsc, oneshot};

use crate::{Cluster, ClusterError};
use correlator::{Correlator, Note, Observation, Verdict};

/// Events that wait to be written (upstream `maxQueuedEvents`); more are dropped.
const QUEUED_MAX: usize = 1_000;
/// Attempts to write one event while the server is away; upstream waits 12 times
/// 10 s, which holds back newer and more useful events for two minutes.
const ATTEMPTS_MAX: u32 = 3;
/// Wait between attempts.
const ATTEMPT_WAIT: Duration = Duration::from_secs(1);
/// How long events are still written once nobody records any more: a server that
/// does not answer must not keep a process from its end.
const LAST_WRITES: Duration = Duration::from_secs(5);
/// Longest message; whatever a program printed into an error stays bounded.
const MESSAGE_BYTES_MAX: usize = 16 << 10;

/// The `type` of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventType {
    /// As expected.
    Normal,
    /// Worth a look.
    Warning,
}

impl EventType {
    /// The text on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

/// Who records: `job-controller`, `default-scheduler`, or `kubelet` on a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// `source.component` and `reportingComponent`.
    pub component: &'static str,
    /// `source.host` and `reportingInstance`: the node, for node agents.
    pub host: Option<Box<str>>,
}

/// Records events. Clones share the queue.
#[derive(Clone)]
pub struct Recorder {
    queue: mpsc::Sender<(Note, Timestamp)>,
    now: Clock,
    /// Dropped with the last clone, which the task then knows.
    _used: Arc<oneshot::Sender<Infallible>>,
}

/// Tells the time; a simulation has its own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

impl Recorder {
    /// A recorder, and the task that writes what it records.
    ///
    /// Whoever calls this runs the task and awaits it; it ends when all clones
    /// of the recorder are dropped and what they recorded is written, or 5 s later.
    pub fn new<C: Cluster>(
        cluster: C,
        source: Source,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        Self::with_clock(cluster, source, Arc::new(Timestamp::now))
    }

    /// The same, for events that happen at the times of this clock.
    pub fn with_clock<C: Cluster>(
        cluster: C,
        source: Source,
        now: Clock,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (queue, mut notes) = mpsc::channel::<(Note, Timestamp)>(QUEUED_MAX);
        let (used, unused) = oneshot::channel::<Infallible>();
        let writing = async move {
            let mut correlator = Correlator::new();
            let mut last = Timestamp::MIN;
            while let Some((note, now)) = notes.recv().await {
                // The time is in the event's name, and a clock may stand still.
                let just_after = last.checked_add(Duration::from_nanos(1));
                last = now.max(just_after.unwrap_or(last));
                let verdict = correlator.observe(&note, last);
                write(&cluster, &source, note, verdict).await;
            }
        };
        let task = async move {
            tokio::select! {
                biased;
                () = writing => {}
                () = async {
                    // Never sent, so this is the end of the sender.
                    let _ = unused.await;
                    tokio::time::sleep(LAST_WRITES).await;
                } => tracing::debug!("the server is away, events are left unwritten"),
            }
        };
        let recorder = Self {
            queue,
            now,
            _used: Arc::new(used),
        };
        (recorder, task)
    }

    /// Tells that this happened to the object, now.
    ///
    /// `reason` is one word for machines, `message` a sentence for people.
    pub fn record(
        &self,
        about: ObjectReference,
        event_type: EventType,
        reason: &str,
        message: impl Into<String>,
    ) {
        let mut message = message.into();
        message.truncate(message.floor_char_boundary(MESSAGE_BYTES_MAX));
        let note = Note {
            about,
            event_type,
            reason: reason.to_owned(),
            message,
        };
        if self.queue.try_send((note, (self.now)())).is_err() {
            tracing::debug!(reason, "too many events at once, one is dropped");
        }
    }
}

/// A reference to an object, as events carry it.
pub fn object_reference(resource: &ResourceInfo, key: &ObjectKey, uid: &Uid) -> ObjectReference {
    let text = |value: &str| (!value.is_empty()).then(|| value.to_owned());
    ObjectReference {
        api_version: Some(resource.api_version()),
        kind: Some(resource.kind.to_owned()),
        namespace: text(&key.namespace),
        name: text(&key.name),
        uid: text(uid.as_str()),
        ..ObjectReference::default()
    }
}

/// Writes the event, again if the server is away for a moment.
async fn write<C: Cluster>(cluster: &C, source: &Source, note: Note, verdict: Verdict) {
    let (observation, mut is_new) = match verdict {
        Verdict::Create(observation) => (observation, true),
        Verdict::Count(observation) => (observation, false),
        Verdict::Drop => return,
    };
    let event = event(source, note, observation);
    for attempt in 1..=ATTEMPTS_MAX {
        let written = if is_new {
            cluster.create(event.clone()).await.map(drop)
        } else {
            // The event is ours, and whole: one request without a look at what is
            // there, as upstream's patch is one.
            cluster.update(event.clone()).await.map(drop)
        };
        match written {
            Ok(()) => return,
            // It has expired, or was dropped when it was new.
            Err(ClusterError::NotFound(_)) if !is_new => is_new = true,
            // Two events of one nanosecond, or an answer that was lost.
            Err(ClusterError::AlreadyExists(_)) if is_new => is_new = false,
            Err(ClusterError::Conflict(_)) => {}
            Err(ClusterError::Unavailable(_) | ClusterError::OutcomeUnknown(_))
                if attempt < ATTEMPTS_MAX =>
            {
                tokio::time::sleep(ATTEMPT_WAIT).await;
            }
            Err(error) => {
                tracing::debug!(%error, reason = event.reason, "an event was not written");
                return;
            }
        }
    }
}

fn event(source: &Source, note: Note, observation: Observation) -> Event {
    let host = source.host.as_deref().map(str::to_owned);
    // Events about what lives in no namespace stand in `default`.
    let namespace = note.about.namespace.clone();
    Event {
        metadata: ObjectMeta {
            name: Some(observation.name),
            namespace: namespace.or_else(|| Some("default".to_owned())),
            ..ObjectMeta::default()
        },
        involved_object: note.about,
        type_: Some(note.event_type.as_str().to_owned()),
        reason: Some(note.reason),
        message: Some(observation.message),
        count: Some(observation.count),
        first_timestamp: Some(Time(observation.first)),
        last_timestamp: Some(Time(observation.last)),
        source: Some(EventSource {
            component: Some(source.component.to_owned()),
            host: host.clone(),
        }),
        reporting_component: Some(source.component.to_owned()),
        reporting_instance: Some(host.unwrap_or_default()),
        ..Event::default()
    }
}
