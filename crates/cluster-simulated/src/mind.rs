//! What the controller under test knows: how far its caches have come, the time
//! on its clock, and when each of its syncs began.
//!
//! A sync reads the caches and the clock at its beginning, and has no gap
//! between its requests: what it sends when an answer reaches it belongs to it.
//! So a task of the controller that asks for the time, or sends a request, and
//! did neither at this very moment, begins a sync.

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
    /// Requests without an answer.
    outstanding: u32,
    /// When the task last did something.
    active: (u64, Instant),
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

    /// The time on the controller's clock, for the controller.
    pub(crate) fn now(&self) -> Timestamp {
        self.touch().now
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

    /// The knowledge behind what the running task does now, and the time now.
    fn touch(&self) -> Knowledge {
        let server_time = self.server_time();
        let mut state = self.state.lock();
        let now = server_time
            .checked_add(state.offset)
            .expect("clocks jump by minutes");
        let current = Knowledge {
            life: state.life,
            jobs: state.jobs,
            pods: state.pods,
            now,
        };
        let active = (state.tick, Instant::now());
        let sync = state.syncs.entry(task::try_id()).or_insert(Sync {
            knowledge: current,
            outstanding: 0,
            active,
        });
        if sync.outstanding == 0 && sync.active != active {
            sync.knowledge = current;
        }
        sync.active = active;
        Knowledge {
            now,
            ..sync.knowledge
        }
    }

    /// A request of the running task begins; what its sync knows.
    pub(crate) fn asks(self: &Arc<Self>) -> (Knowledge, Outstanding) {
        self.touch();
        let task = task::try_id();
        let mut state = self.state.lock();
        let life = state.life;
        let sync = state.syncs.get_mut(&task);
        let sync = sync.expect("the task was just looked at");
        sync.outstanding += 1;
        let outstanding = Outstanding {
            mind: self.clone(),
            task,
            life,
        };
        (sync.knowledge, outstanding)
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
