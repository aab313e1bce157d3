//! What the controller under test knows: how far its caches have come, the time
//! on its clock, and when each of its syncs began.
//!
//! A sync asks for the time in the moment in which it reads its caches, and what
//! its task sends until it asks again belongs to it. A task that never asks
//! looks at its caches before each row of requests.

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
    tasks: HashMap<Option<task::Id>, Task>,
}

#[derive(Clone, Copy, Debug)]
struct Task {
    /// What was known when the caches were last read.
    knowledge: Knowledge,
    /// Whether the task asks for the time when it reads them.
    decides: bool,
    /// Requests without an answer.
    outstanding: u32,
    /// When the task last sent or heard something.
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
                tasks: HashMap::new(),
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

    /// The time on the controller's clock, for the sync that begins now.
    pub(crate) fn decides(&self) -> Timestamp {
        let current = self.current();
        self.with_task(current, |task, _| {
            task.knowledge = current;
            task.decides = true;
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
        state.tasks.clear();
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

    /// Does this to the running task; whether it did nothing for a while before.
    fn with_task<T>(&self, current: Knowledge, act: impl FnOnce(&mut Task, bool) -> T) -> T {
        let mut state = self.state.lock();
        let active = (state.tick, Instant::now());
        let task = state.tasks.entry(task::try_id()).or_insert(Task {
            knowledge: current,
            decides: false,
            outstanding: 0,
            active,
        });
        let is_gap = task.outstanding == 0 && task.active != active;
        task.active = active;
        act(task, is_gap)
    }

    /// A request of the running task begins; what its sync knows.
    pub(crate) fn asks(self: &Arc<Self>) -> (Knowledge, Outstanding) {
        let current = self.current();
        let knowledge = self.with_task(current, |task, is_gap| {
            task.outstanding += 1;
            if !task.decides && is_gap {
                task.knowledge = current;
            }
            task.knowledge
        });
        let outstanding = Outstanding {
            mind: self.clone(),
            task: task::try_id(),
            life: current.life,
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
        if let Some(task) = state.tasks.get_mut(&self.task) {
            task.outstanding -= 1;
            task.active = active;
        }
    }
}
