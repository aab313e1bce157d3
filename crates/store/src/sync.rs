//! Group commit: one thread syncs for all that wrote meanwhile.
//!
//! While a sync runs, writers go on; what they wrote is taken by the next. With
//! a disk of 5 ms a sync, all batches of 5 ms share one. A failed sync poisons
//! the store: the kernel may have dropped the pages, and a second, successful
//! sync would say nothing about them.

use std::time::{Duration, Instant};

use crate::{
    Urgency,
    log::{Mode, Shared, unlocked},
};

/// Longest time that a lazy write waits for a sync: what a power cut may take
/// of Events, Leases and Node status.
const LAZY_WAIT: Duration = Duration::from_secs(1);

/// Until when the next sync has to begin; `None`: all is synced.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SyncRequest {
    due: Option<Instant>,
}

impl SyncRequest {
    /// Notes a write, and says whether the thread has to be woken.
    pub(crate) fn ask(&mut self, urgency: Urgency, now: Instant) -> bool {
        let due = match urgency {
            Urgency::Now => now,
            Urgency::Lazy => now + LAZY_WAIT,
        };
        let sooner = self.due.is_none_or(|known| due < known);
        if sooner {
            self.due = Some(due);
        }
        sooner
    }
}

/// The body of the thread; ends when the store is no longer open.
pub(crate) fn run(shared: &Shared) {
    let mut state = shared.state.lock();
    while matches!(state.mode, Mode::Open) {
        match state.sync_request.due {
            None => shared.sync_wanted.wait(&mut state),
            Some(due) if due > Instant::now() => {
                shared.sync_wanted.wait_until(&mut state, due);
            }
            Some(_) => {
                state.sync_request = SyncRequest::default();
                let (segment, revision) = (state.active.clone(), state.revision);
                match unlocked(&mut state, || shared.folder.sync(&segment.file)) {
                    Ok(()) => {
                        if state.active.number == segment.number {
                            state.active.synced = state.active.synced.max(segment.length);
                        }
                        state.publish_durable(revision);
                    }
                    Err(source) => {
                        let path = shared.folder.segment_path(segment.number);
                        state.poison(format!("syncing {} failed: {source}", path.display()));
                    }
                }
            }
        }
    }
}
