//! What work queues tell of themselves: upstream's `workqueue_*`.
//!
//! One [`QueueMetrics`] belongs to a process; each queue that is
//! [measured](crate::WorkQueue::measured) has series of its name in it.
//!
//! Differs from Kubernetes: `workqueue_retries_total` counts looks that failed.
//! Upstream counts every key that is added for later, whatever the reason.
//!
//! Source: component-base `metrics/prometheus/workqueue/metrics.go`.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

/// The metrics of all queues of a process. Clones count together.
#[derive(Clone, Debug)]
pub struct QueueMetrics {
    depth: Family<NameLabel, Gauge>,
    adds: Family<NameLabel, Counter>,
    retries: Family<NameLabel, Counter>,
    queue_duration: Family<NameLabel, Histogram>,
    work_duration: Family<NameLabel, Histogram>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct NameLabel {
    name: &'static str,
}

impl Default for QueueMetrics {
    fn default() -> Self {
        Self {
            depth: Family::default(),
            adds: Family::default(),
            retries: Family::default(),
            queue_duration: Family::new_with_constructor(duration_histogram),
            work_duration: Family::new_with_constructor(duration_histogram),
        }
    }
}

/// 10 ns, 100 ns ... 1000 s.
fn duration_histogram() -> Histogram {
    Histogram::new(exponential_buckets(1e-8, 10.0, 12))
}

impl QueueMetrics {
    /// Shows them in `registry`, with the prefix `workqueue_`.
    pub fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("workqueue");
        registry.register(
            "depth",
            "Keys that wait to be looked at now",
            self.depth.clone(),
        );
        registry.register("adds", "Keys that were added", self.adds.clone());
        registry.register(
            "retries",
            "Keys that are looked at again because a look failed",
            self.retries.clone(),
        );
        registry.register(
            "queue_duration_seconds",
            "Time from when a key could be looked at to when it was",
            self.queue_duration.clone(),
        );
        registry.register(
            "work_duration_seconds",
            "Time that a look took",
            self.work_duration.clone(),
        );
    }

    /// The series of the queue of this name. Nothing waits in it yet.
    pub(crate) fn of(&self, name: &'static str) -> QueueSeries {
        let label = NameLabel { name };
        let series = QueueSeries {
            depth: self.depth.get_or_create_owned(&label),
            adds: self.adds.get_or_create_owned(&label),
            retries: self.retries.get_or_create_owned(&label),
            queue_duration: self.queue_duration.get_or_create_owned(&label),
            work_duration: self.work_duration.get_or_create_owned(&label),
        };
        series.depth.set(0);
        series
    }
}

/// What one queue counts.
#[derive(Clone, Debug)]
pub(crate) struct QueueSeries {
    depth: Gauge,
    adds: Counter,
    retries: Counter,
    queue_duration: Histogram,
    work_duration: Histogram,
}

impl QueueSeries {
    /// A key was added that did not wait already.
    pub(crate) fn added(&self) {
        self.adds.inc();
    }

    /// So many keys wait now.
    pub(crate) fn waits(&self, depth: usize) {
        self.depth.set(i64::try_from(depth).unwrap_or(i64::MAX));
    }

    /// A worker took a key that had waited so long.
    pub(crate) fn taken(&self, waited: Duration) {
        self.queue_duration.observe(waited.as_secs_f64());
    }

    /// A look failed.
    pub(crate) fn failed(&self) {
        self.retries.inc();
    }

    /// A look took so long.
    pub(crate) fn done(&self, took: Duration) {
        self.work_duration.observe(took.as_secs_f64());
    }
}
