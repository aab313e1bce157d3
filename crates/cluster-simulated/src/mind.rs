//! What the controller under test knows: how far its caches have come, the time
//! on its clock, and when each of its syncs began.
//!
//! A sync reads the caches and asks for the time when it decides, and what it
//! sends until the next one asks belongs to it. Adopting and releasing Pods comes
//! before: there the caches were read when the first of these requests was sent.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::SignedDuration;
use jobyard_api::{Revision, Timestamp};
use parking_lot::Mutex;
use tokio::{task, time::Instant};

use crate::history::Knowledge;

/// The clock and memory of the controller. A lock of its own: the controller
/// asks for the time inside handlers of informers, which the world calls.
#[derive(Debug)]
pub(crate) struct Mind {
    begin: (Timestamp, Instant),
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    life: u32,
    offset: SignedDuration,
    jobs: Revision,
    pods: Revision,
    /// Counts what the world did.
    tick: u64,
    syncs: HashMap<Option<task::Id>, Sync>,
}

#[derive(Clone, Copy, Debug)]
struct Sync {
    knowledge: Knowledge,
    /// What was known when the Job was last read past the caches: if Pods are
    /// adopted next, the sync began then.
    rechecked: Option<Knowledge>,
    stage: Stage,
    /// Whether a Pod could not be claimed: then no decision follows, and the
    /// next one is that of another sync.
    gives_up: bool,
    /// Requests without an answer.
    outstanding: u32,
    /// When the task last did something.
    active: (u64, Instant),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The task never decided: each request stands alone.
    Alone,
    /// Pods are adopted and released; the decision comes next.
    Claiming,
    /// What was decided is done.
    Acting,
}

/// What a request says of the sync behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A Job is read: perhaps the Pods that it may adopt come next.
    ReadsJob,
    Adopts,
    Releases,
    Other,
}

/// Which cache has come further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cache {
    Jobs,
    Pods,
    Other,
}

impl Mind {
    pub(crate) fn new(begin: Timestamp) -> Self {
        Self {
            begin: (begin, Instant::now()),
            state: Mutex::new(State {
                life: 0,
                offset: SignedDuration::ZERO,
                jobs: Revision(0),
                pods: Revision(0),
                tick: 0,
                syncs: HashMap::new(),
            }),
        }
    }

    /// The server's time.
    pub(crate) fn server_time(&self) -> Timestamp {
        let (begin, instant) = self.begin;
        let time = begin.checked_add(instant.elapsed());
        time.expect("a run lasts some hours")
    }

    /// Virtual time since the world began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begin.1.elapsed()
    }

    /// The time on the controller's clock, for a decision.
    pub(crate) fn decides(&self) -> Timestamp {
        let current = self.current();
        self.with_sync(current, |sync, is_gap| {
            if sync.stage != Stage::Claiming || sync.gives_up || is_gap {
                sync.knowledge = current;
            }
            sync.gives_up = false;
            sync.knowledge.now = current.now;
            sync.stage = Stage::Acting;
            sync.rechecked = None;
        });
        current.now
    }

    /// The time on the controller's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.current().now
    }

    /// Sets how far the controller's clock is ahead of the server's.
    pub(crate) fn set_offset(&self, offset: SignedDuration) {
        self.state.lock().offset = offset;
    }

    /// A controller starts that knows nothing.
    pub(crate) fn begin_life(&self) -> u32 {
        let mut state = self.state.lock();
        state.life += 1;
        state.jobs = Revision(0);
        state.pods = Revision(0);
        state.syncs.clear();
        state.life
    }

    pub(crate) fn tick(&self) {
        self.state.lock().tick += 1;
    }

    pub(crate) fn saw(&self, cache: Cache, life: u32, revision: Revision) {
        let mut state = self.state.lock();
        if life == state.life {
            match cache {
                Cache::Jobs => state.jobs = revision,
                Cache::Pods => state.pods = revision,
                Cache::Other => {}
            }
        }
    }

    /// What the controller could know at this moment.
    fn current(&self) -> Knowledge {
        let server_time = self.server_time();
        let state = self.state.lock();
        let now = server_time.checked_add(state.offset);
        Knowledge {
            life: state.life,
            jobs: state.jobs,
            pods: state.pods,
            now: now.expect("clocks jump by minutes"),
        }
    }

    /// Does this to the sync of the running task; whether the task did nothing
    /// for a while before.
    fn with_sync<T>(&self, current: Knowledge, act: impl FnOnce(&mut Sync, bool) -> T) -> T {
        let mut state = self.state.lock();
        let active = (state.tick, Instant::now());
        let sync = state.syncs.entry(task::try_id()).or_insert(Sync {
            knowledge: current,
            rechecked: None,
            stage: Stage::Alone,
            gives_up: false,
            outstanding: 0,
            active,
        });
        let is_gap = sync.outstanding == 0 && sync.active != active;
        sync.active = active;
        act(sync, is_gap)
    }

    /// Pods could not be claimed: the running task gives this sync up.
    pub(crate) fn gives_up_claims(&self) {
        let current = self.current();
        self.with_sync(current, |sync, _| sync.gives_up = true);
    }

    /// A request of the running task begins; what its sync knows.
    pub(crate) fn asks(self: &Arc<Self>, step: Step) -> (Knowledge, Outstanding) {
        let current = self.current();
        let knowledge = self.with_sync(current, |sync, is_gap| {
            sync.outstanding += 1;
            let claims = matches!(step, Step::Adopts | Step::Releases);
            if claims && sync.stage != Stage::Claiming {
                let rechecked = sync.rechecked.filter(|_| step == Step::Adopts);
                sync.knowledge = rechecked.unwrap_or(current);
                sync.stage = Stage::Claiming;
            } else if sync.stage == Stage::Alone && is_gap {
                sync.knowledge = current;
            }
            if step == Step::ReadsJob {
                sync.rechecked = Some(current);
            }
            sync.knowledge
        });
        let (task, life) = (task::try_id(), current.life);
        let outstanding = Outstanding {
            mind: self.clone(),
            task,
            life,
        };
        (knowledge, outstanding)
    }
}

/// A request without an answer.
#[derive(Debug)]
pub(crate) struct Outstanding {
    mind: Arc<Mind>,
    task: Option<task::Id>,
    life: u32,
}

impl Drop for Outstanding {
    fn drop(&mut self) {
        let mut state = self.mind.state.lock();
        if state.life != self.life {
            return;
        }
        let active = (state.tick, Instant::now());
        if let Some(sync) = state.syncs.get_mut(&self.task) {
            sync.outstanding -= 1;
            sync.active = active;
        }
    }
}
