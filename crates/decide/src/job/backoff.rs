//! The wait before the next Pod after failures.
//!
//! Failures in a row double the wait; one success forgets them. The record is
//! kept in the memory of the driver only, as upstream does: a restart forgets
//! all failures but those that were not yet counted.
//!
//! Source: documentation page "Jobs", section "Pod backoff failure policy";
//! upstream `newBackoffRecord`, `getRemainingTime` (`pkg/controller/job/backoff_utils.go`).

use jiff::SignedDuration;
use jobyard_api::Timestamp;

use crate::job::pod_view::PodView;

/// The wait after one failure (upstream `DefaultJobPodFailureBackOff`).
const BASE: SignedDuration = SignedDuration::from_secs(10);
/// The longest wait (upstream `MaxJobPodFailureBackOff`).
const MAX: SignedDuration = SignedDuration::from_mins(10);

/// Failures of a Job since its last success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BackoffRecord {
    /// How many.
    pub failures: u32,
    /// When the last of them happened.
    pub last_failure: Option<Timestamp>,
}

impl BackoffRecord {
    /// The record after a sync that found these Pods newly ended.
    ///
    /// Failures that came before the latest of the successes are forgiven.
    #[must_use]
    pub(crate) fn after(
        self,
        newly_succeeded: &[&PodView],
        newly_failed: &[&PodView],
        now: Timestamp,
    ) -> Self {
        let end = |pod: &&PodView| pod.finished.unwrap_or(now);
        let last_success = newly_succeeded.iter().map(end).max();
        let since_success = || {
            newly_failed
                .iter()
                .map(end)
                .filter(|end| last_success.is_none_or(|success| *end > success))
        };
        let before = if last_success.is_some() {
            Self::default()
        } else {
            self
        };
        Self {
            failures: before
                .failures
                .saturating_add(since_success().count() as u32),
            last_failure: before.last_failure.max(since_success().max()),
        }
    }

    /// Until when no Pod may be created; `None` without failures.
    pub fn until(self) -> Option<Timestamp> {
        self.last_failure?.checked_add(delay(self.failures)).ok()
    }
}

/// How long to wait after `failures` in a row: nothing, 10 s, 20 s, 40 s ... at most 10 min.
pub fn delay(failures: u32) -> SignedDuration {
    match failures {
        0 => SignedDuration::ZERO,
        // Beyond six doublings the limit holds in any case.
        _ => MAX.min(BASE * 2_i32.pow((failures - 1).min(6))),
    }
}
