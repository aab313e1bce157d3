//! The Job controller's metrics: names, labels and buckets of upstream.
//!
//! What is counted is decided in `jobyard_decide::job::metrics`; this is the
//! adding up. One [`Metrics`] belongs to a process: it outlives a controller
//! that is started anew, so that counters never fall.
//!
//! The names here lack `_total`, which the text form adds to each counter.
//!
//! Source: upstream `pkg/controller/job/metrics/metrics.go`.

use std::{collections::HashSet, sync::Arc, time::Duration};

use jobyard_cluster::QueueMetrics;
use jobyard_decide::job::{
    Creations, FinalizerEvent, JobView, PodView, Progress, StaleRead, SyncAction,
    pod_failure_policy::FailureAction,
};
use parking_lot::Mutex;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

/// Names of other controllers that get a series of their own. They are written
/// by users, and a series lives as long as the process; what comes later is
/// counted as `other`.
const EXTERNAL_CONTROLLERS_MAX: usize = 100;

/// All metrics of the Job controller. Clones count together.
#[derive(Clone, Debug)]
pub struct Metrics {
    sync_duration: Family<SyncLabels, Histogram>,
    syncs: Family<SyncLabels, Counter>,
    jobs_finished: Family<FinishedLabels, Counter>,
    pods_finished: Family<PodLabels, Counter>,
    indexes_finished: Family<IndexLabels, Counter>,
    pods_created: Family<CreationLabels, Counter>,
    failures_handled: Family<ActionLabel, Counter>,
    finalizer_events: Family<EventLabel, Counter>,
    external_controllers: Family<ControllerLabel, Counter>,
    /// The names that have a series. A lock, and no channel: one look for each new Job.
    external_names: Arc<Mutex<HashSet<String>>>,
    stale_skips: Family<ResourceLabels, Counter>,
    /// Of the queues `job` and `job_orphan_pod`.
    pub(super) queues: QueueMetrics,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SyncLabels {
    action: &'static str,
    completion_mode: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FinishedLabels {
    completion_mode: &'static str,
    reason: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PodLabels {
    completion_mode: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
#[expect(non_snake_case, reason = "upstream's label is `backoffLimit`")]
struct IndexLabels {
    backoffLimit: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CreationLabels {
    reason: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ActionLabel {
    action: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EventLabel {
    event: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ControllerLabel {
    controller_name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResourceLabels {
    group: &'static str,
    resource: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            sync_duration: Family::new_with_constructor(sync_histogram),
            syncs: Family::default(),
            jobs_finished: Family::default(),
            pods_finished: Family::default(),
            indexes_finished: Family::default(),
            pods_created: Family::default(),
            failures_handled: Family::default(),
            finalizer_events: Family::default(),
            external_controllers: Family::default(),
            external_names: Arc::default(),
            stale_skips: Family::default(),
            queues: QueueMetrics::default(),
        }
    }
}

/// 4 ms, 8 ms ... 65 s.
fn sync_histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.004, 2.0, 15))
}

impl Metrics {
    /// Shows them in `registry`, with the prefix `job_controller_`, and the queues.
    pub fn register(&self, registry: &mut Registry) {
        self.queues.register(registry);
        let registry = registry.sub_registry_with_prefix("job_controller");
        registry.register(
            "job_sync_duration_seconds",
            "Time that a sync of a Job took",
            self.sync_duration.clone(),
        );
        registry.register("job_syncs", "Syncs of Jobs", self.syncs.clone());
        registry.register(
            "jobs_finished",
            "Jobs that ended",
            self.jobs_finished.clone(),
        );
        registry.register(
            "job_pods_finished",
            "Pods of Jobs that ended and were counted",
            self.pods_finished.clone(),
        );
        registry.register(
            "job_finished_indexes",
            "Indexes of Jobs that ended",
            self.indexes_finished.clone(),
        );
        registry.register(
            "job_pods_creation",
            "Pods that were asked for",
            self.pods_created.clone(),
        );
        registry.register(
            "pod_failures_handled_by_failure_policy",
            "Failed Pods that a rule of their Job's podFailurePolicy matched",
            self.failures_handled.clone(),
        );
        registry.register(
            "terminated_pods_tracking_finalizer",
            "Pods that ended with the tracking finalizer, and those of them that lost it",
            self.finalizer_events.clone(),
        );
        registry.register(
            "jobs_by_external_controller",
            "Jobs that other controllers manage",
            self.external_controllers.clone(),
        );
        registry.register(
            "stale_sync_skips",
            "Syncs put off because a cache did not show this controller's own writes",
            self.stale_skips.clone(),
        );
    }

    pub(super) fn synced(
        &self,
        job: &JobView,
        action: SyncAction,
        is_success: bool,
        took: Duration,
    ) {
        let labels = SyncLabels {
            action: action.as_str(),
            completion_mode: job.completion_mode(),
            result: if is_success { "success" } else { "error" },
        };
        self.sync_duration
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
        self.syncs.get_or_create(&labels).inc();
    }

    pub(super) fn created(&self, creations: Creations) {
        let Creations {
            reason,
            succeeded,
            failed,
        } = creations;
        for (status, count) in [("succeeded", succeeded), ("failed", failed)] {
            let labels = CreationLabels {
                reason: reason.as_str(),
                status,
            };
            add(&self.pods_created, &labels, count);
        }
    }

    /// A status was written.
    pub(super) fn wrote(&self, progress: &Progress) {
        let completion_mode = progress.completion_mode;
        let pods = [
            ("succeeded", progress.pods_succeeded),
            ("failed", progress.pods_failed),
        ];
        for (result, count) in pods {
            let labels = PodLabels {
                completion_mode,
                result,
            };
            add(&self.pods_finished, &labels, count);
        }
        let indexes = [
            ("succeeded", progress.indexes_succeeded),
            ("failed", progress.indexes_failed),
        ];
        for (status, count) in indexes {
            let labels = IndexLabels {
                backoffLimit: progress.backoff_limit_scope,
                status,
            };
            add(&self.indexes_finished, &labels, count);
        }
        if let Some((outcome, reason)) = &progress.finished {
            let labels = FinishedLabels {
                completion_mode,
                reason,
                result: outcome.as_result(),
            };
            self.jobs_finished.get_or_create(&labels).inc();
        }
    }

    pub(super) fn handled(&self, failures: &[FailureAction]) {
        for failure in failures {
            let labels = ActionLabel {
                action: failure.as_str(),
            };
            self.failures_handled.get_or_create(&labels).inc();
        }
    }

    /// A Pod changed in the cache.
    pub(super) fn pod_changed(&self, old: Option<&PodView>, new: Option<&PodView>) {
        if let Some(event) = FinalizerEvent::of(old, new) {
            let labels = EventLabel {
                event: event.as_str(),
            };
            self.finalizer_events.get_or_create(&labels).inc();
        }
    }

    /// A Job appeared that the controller `manager`, not this one, manages.
    pub(super) fn left_to(&self, manager: &str) {
        let has_series = {
            let mut names = self.external_names.lock();
            names.contains(manager)
                || (names.len() < EXTERNAL_CONTROLLERS_MAX && names.insert(manager.to_owned()))
        };
        let labels = ControllerLabel {
            controller_name: if has_series { manager } else { "other" }.to_owned(),
        };
        self.external_controllers.get_or_create(&labels).inc();
    }

    /// A sync was put off, because a cache did not show our own writes.
    pub(super) fn skipped(&self, stale: StaleRead) {
        let (resource, group) = stale
            .group_resource
            .split_once('.')
            .unwrap_or((stale.group_resource, ""));
        let labels = ResourceLabels { group, resource };
        self.stale_skips.get_or_create(&labels).inc();
    }
}

/// Adds `count`; a series that never counted anything is not shown.
fn add<L>(family: &Family<L, Counter>, labels: &L, count: u32)
where
    L: Clone + Eq + std::hash::Hash,
{
    if count > 0 {
        family.get_or_create(labels).inc_by(u64::from(count));
    }
}
