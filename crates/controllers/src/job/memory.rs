//! What the controller remembers of a Job between syncs.
//!
//! Memory only: all that must survive stands in the Job's status. One lock for
//! all Jobs, held for a look-up: handlers are synchronous and workers are few.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use jobyard_api::{ObjectKey, Revision, Uid};
use jobyard_decide::job::{BackoffRecord, PodView, StatusWrite, Watermarks};
use parking_lot::Mutex;
use tokio::time::Instant;

/// Events of one Job closer than this share a sync.
const COALESCE: Duration = Duration::from_millis(10);

/// What is remembered of all Jobs.
#[derive(Debug, Default)]
pub(crate) struct Memories {
    jobs: Mutex<HashMap<ObjectKey, Memory>>,
}

/// What is remembered of one Job.
#[derive(Debug)]
struct Memory {
    /// The Job it is about; another one of the same name begins anew.
    uid: Uid,
    /// Failures since the last success.
    backoff: BackoffRecord,
    /// How new the caches must be.
    written: Watermarks,
    /// When `written` last rose.
    written_at: Instant,
    /// Requests whose answer was lost.
    doubts: Vec<Doubt>,
    /// Names of Pods whose creation was asked for and that were not there
    /// afterwards. The request may still arrive: the next creation takes the
    /// same name, so that only one of the two succeeds.
    pending_names: Vec<(Option<u32>, Box<str>)>,
    /// What is known of Pods and no revision of a write of ours tells.
    known: HashMap<Uid, Known>,
    synced: Synced,
}

/// A request that may have happened.
#[derive(Clone, Debug)]
pub(crate) enum Doubt {
    /// The creation of a Pod of this name, with this index.
    Created(ObjectKey, Option<u32>),
    /// A change of this Pod, or its deletion.
    Changed(ObjectKey, Uid),
    /// This write of the Job's status.
    Status(Arc<StatusWrite>),
}

/// What is known of a Pod, whatever the cache still shows (upstream: the
/// finalizer expectations).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// The tracking finalizer was removed.
    Released,
    /// The Pod is gone.
    Gone,
}

impl Known {
    /// Whether the cache does not show it.
    fn is_news_of(self, pod: &PodView) -> bool {
        match self {
            Self::Released => pod.has_tracking_finalizer,
            Self::Gone => true,
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Synced {
    /// A worker has the Job.
    InWork,
    /// The last sync ended then.
    At(Instant),
}

impl Memory {
    fn new(uid: Uid) -> Self {
        Self {
            uid,
            backoff: BackoffRecord::default(),
            written: Watermarks::default(),
            written_at: Instant::now(),
            doubts: Vec::new(),
            pending_names: Vec::new(),
            known: HashMap::new(),
            synced: Synced::InWork,
        }
    }
}

impl Memories {
    /// How long an event of this Job waits for others.
    pub(crate) fn delay(&self, job: &ObjectKey) -> Duration {
        match self.jobs.lock().get(job).map(|memory| memory.synced) {
            None => Duration::ZERO,
            Some(Synced::InWork) => COALESCE,
            Some(Synced::At(ended)) => COALESCE.saturating_sub(ended.elapsed()),
        }
    }

    /// How new the caches must be before this Job is looked at, and since when;
    /// a Job that is not remembered is not waited for.
    pub(crate) fn written(&self, key: &ObjectKey) -> Option<(Watermarks, Instant)> {
        let jobs = self.jobs.lock();
        let memory = jobs.get(key)?;
        Some((memory.written, memory.written_at))
    }

    /// The back-off record of this Job for a sync that begins.
    pub(crate) fn begin(&self, key: &ObjectKey, uid: &Uid) -> BackoffRecord {
        let mut jobs = self.jobs.lock();
        let memory = jobs
            .entry(key.clone())
            .or_insert_with(|| Memory::new(uid.clone()));
        if memory.uid != *uid {
            *memory = Memory::new(uid.clone());
        }
        memory.synced = Synced::InWork;
        memory.backoff
    }

    /// The sync ended.
    pub(crate) fn end(&self, key: &ObjectKey) {
        self.with(key, |memory| memory.synced = Synced::At(Instant::now()));
    }

    /// The controller wrote the Job's status.
    pub(crate) fn wrote_job(&self, key: &ObjectKey, revision: Option<Revision>) {
        self.wrote(key, |written| &mut written.jobs, revision);
    }

    /// The controller wrote one of the Job's Pods.
    pub(crate) fn wrote_pod(&self, key: &ObjectKey, revision: Option<Revision>) {
        self.wrote(key, |written| &mut written.pods, revision);
    }

    fn wrote(
        &self,
        key: &ObjectKey,
        of: impl Fn(&mut Watermarks) -> &mut Revision,
        revision: Option<Revision>,
    ) {
        let Some(revision) = revision else { return };
        self.with(key, |memory| {
            let written = of(&mut memory.written);
            if *written < revision {
                *written = revision;
                memory.written_at = Instant::now();
            }
        });
    }

    /// The answer to this request was lost.
    pub(crate) fn doubt(&self, key: &ObjectKey, doubt: Doubt) {
        self.with(key, |memory| memory.doubts.push(doubt));
    }

    /// What has to be looked for next.
    pub(crate) fn last_doubt(&self, key: &ObjectKey) -> Option<Doubt> {
        self.with(key, |memory| memory.doubts.last().cloned())?
    }

    /// That was found out.
    pub(crate) fn settled_doubt(&self, key: &ObjectKey) {
        self.with(key, |memory| memory.doubts.pop());
    }

    /// A Pod of this name, with this index, may yet come to be.
    pub(crate) fn keep_name(&self, key: &ObjectKey, index: Option<u32>, name: Box<str>) {
        self.with(key, |memory| memory.pending_names.push((index, name)));
    }

    /// Takes a name under which a Pod of this index may yet come to be, and
    /// that `is_free`; forgets those that are not.
    pub(crate) fn take_name(
        &self,
        key: &ObjectKey,
        index: Option<u32>,
        is_free: impl Fn(&str) -> bool,
    ) -> Option<Box<str>> {
        self.with(key, |memory| {
            let names = &mut memory.pending_names;
            names.retain(|(_, name)| is_free(name));
            let found = names.iter().position(|(of, _)| *of == index)?;
            Some(names.swap_remove(found).1)
        })?
    }

    /// This is known of the Pod, and the cache may take its time to show it.
    pub(crate) fn know(&self, key: &ObjectKey, pod: &Uid, known: Known) {
        self.with(key, |memory| memory.known.insert(pod.clone(), known));
    }

    /// Makes of the Job's Pods, as the cache shows them, what they are known to
    /// be. What the cache shows by itself is forgotten.
    pub(crate) fn correct(&self, key: &ObjectKey, pods: &mut Vec<Arc<PodView>>) {
        self.with(key, |memory| {
            if memory.known.is_empty() {
                return;
            }
            let news: HashSet<Uid> = pods
                .iter()
                .filter(|pod| {
                    memory
                        .known
                        .get(&pod.uid)
                        .is_some_and(|known| known.is_news_of(pod))
                })
                .map(|pod| pod.uid.clone())
                .collect();
            memory.known.retain(|uid, _| news.contains(uid));
            pods.retain_mut(|pod| match memory.known.get(&pod.uid) {
                None => true,
                Some(Known::Gone) => false,
                Some(Known::Released) => {
                    Arc::make_mut(pod).has_tracking_finalizer = false;
                    true
                }
            });
        });
    }

    /// Keeps the back-off record for the next sync.
    pub(crate) fn keep_backoff(&self, key: &ObjectKey, backoff: BackoffRecord) {
        self.with(key, |memory| memory.backoff = backoff);
    }

    /// Nothing more will be done for the Job.
    pub(crate) fn forget(&self, key: &ObjectKey) {
        self.jobs.lock().remove(key);
    }

    fn with<T>(&self, key: &ObjectKey, change: impl FnOnce(&mut Memory) -> T) -> Option<T> {
        self.jobs.lock().get_mut(key).map(change)
    }
}
