//! What one sync sees beside the Job: its Pods, the driver's memory, the time.
//!
//! A snapshot must be as new as the driver's own last write of this Job and its
//! Pods: the driver waits for its caches ([`Watermarks::check`]) before it asks.
//! That replaces upstream's expectations. Deciding on an older view would create
//! Pods twice and count twice.
//!
//! A snapshot leaves out settled Pods ([`PodView::is_settled`]): they are in the
//! counters of the status, and looking at them again at every sync would make a
//! Job of N Pods cost N squared. Failed Pods of a Job with a FailJob rule are the
//! exception ([`JobView::looks_at`](crate::job::JobView::looks_at)); backoffLimit
//! keeps them few.
//!
//! Source: upstream `syncJob`, gate `StaleControllerConsistencyJob`.

use std::sync::Arc;

use jobyard_api::{Revision, Timestamp};

use crate::job::{backoff::BackoffRecord, pod_view::PodView};

/// The world at one moment, for one Job.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    /// The claimed Pods (see [`crate::job::claim()`]) that the Job looks at
    /// ([`JobView::looks_at`](crate::job::JobView::looks_at)), in the order of the cache.
    pub pods: &'a [Arc<PodView>],
    /// The record that the last sync left; the default after a restart.
    pub backoff: BackoffRecord,
    /// The name under which this controller takes Jobs (`spec.managedBy`).
    pub controller_name: &'a str,
    /// The time of the decision.
    pub now: Timestamp,
}

/// How new a view of Jobs and Pods is, or has to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watermarks {
    /// For Jobs.
    pub jobs: Revision,
    /// For Pods.
    pub pods: Revision,
}

/// A cache does not show our own last write yet: wait, decide nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "read version: {read} is not as new as written version: {written} for group resource {group_resource}"
)]
pub struct StaleRead {
    /// How new the cache is.
    pub read: Revision,
    /// The newest revision that this controller wrote for the Job.
    pub written: Revision,
    /// `jobs.batch` or `pods`.
    pub group_resource: &'static str,
}

impl Watermarks {
    /// Whether caches that show `self` are new enough after writes up to `written`.
    pub fn check(self, written: Self) -> Result<(), StaleRead> {
        let checks = [
            (self.jobs, written.jobs, "jobs.batch"),
            (self.pods, written.pods, "pods"),
        ];
        for (read, written, group_resource) in checks {
            if read < written {
                return Err(StaleRead {
                    read,
                    written,
                    group_resource,
                });
            }
        }
        Ok(())
    }
}
