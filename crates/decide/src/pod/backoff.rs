//! The wait between the restarts of a crashing container, and between pulls.
//!
//! The first restart comes at once; the next ones 10 s, 20 s, 40 s ... 300 s
//! after the last exit. A container that ran long enough starts over.
//!
//! Source: upstream `doBackOff` in kuberuntime_manager.go and `Backoff` in
//! client-go's flowcontrol.

use std::time::Duration;

use jobyard_api::Timestamp;

use super::view::later;

/// The first wait (upstream `backOffPeriod`).
pub(super) const FIRST: Duration = Duration::from_secs(10);
/// The longest wait (upstream `MaxContainerBackOff`).
pub(super) const LONGEST: Duration = Duration::from_mins(5);
/// An exit that comes this long after the last restart starts over (twice [`LONGEST`]).
const FORGOTTEN_AFTER: Duration = Duration::from_mins(10);

/// How long `ErrImagePull` is shown before `ImagePullBackOff` takes its place.
///
/// Upstream shows it until the next sync of the Pod, which comes at an
/// uncertain time within its own 10 s; people shall be able to read it.
pub(super) const ERR_IMAGE_PULL_SHOWN: Duration = Duration::from_secs(2);

/// The memory of one container's restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// How long the next restart waits after the exit.
    pub delay: Duration,
    /// When the last restart was let through.
    pub bumped_at: Timestamp,
}

/// When a container that ended at `finished_at` may be started again.
pub(super) fn due(backoff: Option<Backoff>, finished_at: Timestamp) -> Timestamp {
    match backoff {
        Some(backoff) if !is_forgotten(backoff, finished_at) => later(finished_at, backoff.delay),
        Some(_) | None => finished_at,
    }
}

/// The memory after the restart that happens `now`.
pub(super) fn bump(backoff: Option<Backoff>, finished_at: Timestamp, now: Timestamp) -> Backoff {
    let delay = match backoff {
        Some(backoff) if !is_forgotten(backoff, finished_at) => (backoff.delay * 2).min(LONGEST),
        Some(_) | None => FIRST,
    };
    Backoff {
        delay,
        bumped_at: now,
    }
}

fn is_forgotten(backoff: Backoff, finished_at: Timestamp) -> bool {
    finished_at > later(backoff.bumped_at, FORGOTTEN_AFTER)
}

/// A duration as Go prints whole seconds: `10s`, `1m20s`, `5m0s`.
pub(super) fn go_seconds(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds @ 60..3600 => format!("{}m{}s", seconds / 60, seconds % 60),
        seconds => format!("{}h{}m{}s", seconds / 3600, seconds / 60 % 60, seconds % 60),
    }
}
