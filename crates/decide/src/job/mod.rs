//! The Job controller's decisions.
//!
//! One sync of one Job goes through three pure stages, because what the first
//! asks for may fail, and the second must be written down before the third may
//! happen:
//!
//! ```text
//! plan     count the Pods, find the verdict, choose Pods to create or delete
//!   driver: creates or deletes them                      -> what came of each
//! settle   the numbers as they are now; list ended Pods as uncounted
//!   driver: records events; if finalizers are to go, writes the status
//!           (write 1), then removes them                 -> what came of each
//! account  move uncounted Pods into the counters; Complete or Failed
//!   driver: writes the status (write 2), records events
//! ```
//!
//! In code, with `?` standing for "stop, and ask again after a back-off":
//!
//! ```text
//! watermarks.check(written)?;
//! if let Some(skip) = job::skip(&job, controller_name) { record(skip.event()); return }
//! let claimed = candidates.filter(job::claim).filter(job.looks_at);
//! let plan = job::plan(&job, &Snapshot { pods: &claimed, backoff, controller_name, now });
//! let done = match plan.work() { None | Create(pods) | Delete(pods) => requests };
//! let settled = plan.settle(&done);
//! record(settled.events());
//! if let Some(write) = settled.write() { put_status(write)?; backoff = write.backoff }
//! let removed = settled.release().map(remove_finalizer);
//! let accounted = settled.account(&removed);
//! if let Some(write) = accounted.write { put_status(write)?; record(write.events) }
//! wake at accounted.wake_at; if accounted.error is there, retry with back-off
//! ```
//!
//! **Why it is safe to die anywhere.** A Job's Pod carries a finalizer. Its uid
//! goes into `uncountedTerminatedPods` first (write 1), the finalizer goes next,
//! the counter rises last (write 2). Whoever comes after finds the uid in the
//! list, with the finalizer (not removed yet: remove and count) or without
//! (removed: count). Indexed Jobs count successes by their index, which cannot
//! be counted twice.
//!
//! Before the sync the driver waits until its caches show its own writes
//! ([`Watermarks`]), leaves alone what is not its own ([`skip()`]), and claims
//! Pods ([`claim()`]). Pods whose Job is gone lose their finalizer by [`orphan`]. [`sync()`] is a whole sync in one value, on
//! the assumption that every request succeeds.
//!
//! Source: upstream `pkg/controller/job`; KEP-2307 (tracking with finalizers).

pub mod backoff;
pub mod claim;
pub mod events;
pub mod manage;
pub mod metrics;
pub mod orphan;
pub mod plan;
pub mod pod_failure_policy;
pub mod pod_template;
pub mod pod_view;
pub mod settle;
pub mod snapshot;
pub mod status;
pub mod success_policy;
pub mod verdict;
pub mod view;

mod account;
mod deletion_order;
mod per_index;
mod sync;
mod tally;
mod tracking;

pub use account::Accounted;
pub use backoff::BackoffRecord;
pub use claim::{Claim, claim};
pub use events::{EventKind, EventNote};
pub use manage::{CreatePod, CreateReason, DeletePod, DeleteReason, PodWork, slow_start_batches};
pub use metrics::{Creations, FinalizerEvent, Progress, SyncAction};
pub use per_index::IndexFailureCounts;
pub use plan::{Plan, Skip, Waits, plan, skip};
pub use pod_view::PodView;
pub use settle::{CreateOutcome, DeleteOutcome, Settled, StatusWrite, WorkOutcome};
pub use snapshot::{Snapshot, StaleRead, Watermarks};
pub use status::JobStatus;
pub use sync::{JobAction, JobDecision, ReleaseReason, sync, sync_with_claim};
pub use view::JobView;

#[cfg(test)]
mod tests;
