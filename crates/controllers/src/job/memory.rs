//! What the controller remembers of a Job between syncs.
//!
//! Memory only: all that must survive stands in the Job's status. One lock for
//! all Jobs, held for a look-up: handlers are synchronous and workers are few.

use std::{collections::HashMap, time::Duration};

use jobyard_api::{ObjectKey, Revision, Uid};
use jobyard_decide::job::{BackoffRecord, Watermarks};
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
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    /// The Job it is about; another one of the same name begins anew.
    pub(crate) uid: Uid,
    /// Failures since the last success.
    pub(crate) backoff: BackoffRecord,
    /// How new the caches must be.
    pub(crate) written: Watermarks,
    /// When `written` last rose.
    pub(crate) written_at: Instant,
    synced: Synced,
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

    /// The memory of this Job for a sync that begins.
    pub(crate) fn begin(&self, key: &ObjectKey, uid: &Uid) -> Memory {
        let mut jobs = self.jobs.lock();
        let memory = jobs
            .entry(key.clone())
            .or_insert_with(|| Memory::new(uid.clone()));
        if memory.uid != *uid {
            *memory = Memory::new(uid.clone());
        }
        memory.synced = Synced::InWork;
        memory.clone()
    }

    /// The sync ended.
    pub(crate) fn end(&self, key: &ObjectKey) {
        if let Some(memory) = self.jobs.lock().get_mut(key) {
            memory.synced = Synced::At(Instant::now());
        }
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
        let mut jobs = self.jobs.lock();
        if let (Some(memory), Some(revision)) = (jobs.get_mut(key), revision) {
            let written = of(&mut memory.written);
            if *written < revision {
                *written = revision;
                memory.written_at = Instant::now();
            }
        }
    }

    /// Keeps the back-off record for the next sync.
    pub(crate) fn keep_backoff(&self, key: &ObjectKey, backoff: BackoffRecord) {
        if let Some(memory) = self.jobs.lock().get_mut(key) {
            memory.backoff = backoff;
        }
    }

    /// Nothing more will be done for the Job.
    pub(crate) fn forget(&self, key: &ObjectKey) {
        self.jobs.lock().remove(key);
    }
}
