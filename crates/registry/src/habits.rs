//! What the registry itself must know of a kind, beyond its `Strategy`.
//!
//! [`Rules`] gathers both as plain functions when the tables are made: callers
//! of the typed verbs need to know no more of a kind than that it is an
//! [`Object`].

use std::sync::Arc;

use jiff::SignedDuration;
use jobyard_api::{
    Object, StatusError, Timestamp, batch, coordination, core, field::ErrorList, node,
    strategy::Strategy, well_known::JOB_TRACKING_FINALIZER,
};
use jobyard_store::Urgency;

use crate::{admission, namespace, request::Context, yard::Yard};

/// How a kind is kept.
pub(crate) trait Habits: Strategy {
    /// Whether nobody works on the object any more, so that its bytes are enough.
    fn is_cold(&self) -> bool {
        false
    }

    /// The node the object is bound to; empty for none.
    #[expect(
        clippy::unnecessary_literal_bound,
        reason = "the kinds that have one lend it"
    )]
    fn node_name(&self) -> &str {
        ""
    }

    /// How soon the change from `old` must survive a power cut.
    fn urgency(_old: Option<&Self>, _new: &Self) -> Urgency {
        Urgency::Now
    }

    /// Mutates or refuses a new object by what else is in the yard. Runs before
    /// the object is named and validated.
    fn admit(&mut self, _yard: &Arc<Yard>) -> Result<(), StatusError> {
        Ok(())
    }

    /// Which fields of a new object its creator leaves to the server: a bit for
    /// each of `left_to_the_server`. Asked before admission.
    fn left_out(&self) -> u32 {
        0
    }

    /// What follows from a new object.
    fn after_create(&self, _cx: &Context, _yard: &Arc<Yard>) {}

    /// Says in the object that it ends; whether it waits for something of its
    /// own besides grace and finalizers.
    fn begin_ending(&mut self) -> bool {
        false
    }

    /// When the object says it was written last; asked of kinds with [`Self::BOUND`].
    fn written(&self) -> Option<Timestamp> {
        None
    }

    /// The grace period its deletion begins with; `None` for kinds without one.
    fn grace_seconds(&self, _asked: Option<i64>) -> Option<i64> {
        None
    }

    /// Most bytes of JSON kept as history of the kind.
    const HISTORY_BYTES_MAX: usize = 16 << 20;
    /// How much of the kind is kept; `None`: all.
    const BOUND: Option<Bound> = None;
    /// Whether its objects may have dependents.
    const OWNS: bool = true;
    /// Whether a deletion that says nothing of dependents keeps them.
    const ORPHANS_BY_DEFAULT: bool = false;
    /// Whether DELETE answers with the object although it is gone.
    const RETURNS_DELETED_OBJECT: bool = false;
}

/// How much of a kind is kept: the oldest go first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    /// Most bytes of JSON.
    pub(crate) bytes: usize,
    /// Longest time since the last write.
    pub(crate) age: SignedDuration,
}

impl Habits for core::ConfigMap {}
impl Habits for core::Secret {}
impl Habits for node::RuntimeClass {}
impl Habits for core::Namespace {
    fn left_out(&self) -> u32 {
        let spec = self.spec.as_ref();
        let finalizers = spec.and_then(|spec| spec.finalizers.as_ref());
        bits([self.spec.is_none(), finalizers.is_none()])
    }

    fn begin_ending(&mut self) -> bool {
        namespace::begin_ending(self)
    }

    fn after_create(&self, cx: &Context, yard: &Arc<Yard>) {
        namespace::furnish(self, cx, yard);
    }

    const RETURNS_DELETED_OBJECT: bool = true;
}
impl Habits for core::ServiceAccount {
    const RETURNS_DELETED_OBJECT: bool = true;
}

/// One hour is upstream's `--event-ttl`; the size is ours.
impl Habits for core::Event {
    const OWNS: bool = false;
    const BOUND: Option<Bound> = Some(Bound {
        bytes: 64 << 20,
        age: SignedDuration::from_hours(1),
    });

    fn written(&self) -> Option<Timestamp> {
        let series = self.series.as_ref();
        let observed = series.and_then(|series| series.last_observed_time.as_ref());
        let latest = [
            observed.map(|time| time.0),
            self.last_timestamp.as_ref().map(|time| time.0),
            self.metadata.creation_timestamp.as_ref().map(|time| time.0),
        ];
        latest.into_iter().flatten().max()
    }

    fn is_cold(&self) -> bool {
        true
    }

    fn urgency(_old: Option<&Self>, _new: &Self) -> Urgency {
        Urgency::Lazy
    }
}

impl Habits for coordination::Lease {
    fn urgency(_old: Option<&Self>, _new: &Self) -> Urgency {
        Urgency::Lazy
    }
}

impl Habits for core::Node {
    /// A heartbeat may be lost, what an administrator said may not.
    fn urgency(old: Option<&Self>, new: &Self) -> Urgency {
        match old {
            Some(old) if old.spec == new.spec && old.metadata.labels == new.metadata.labels => {
                Urgency::Lazy
            }
            _ => Urgency::Now,
        }
    }
}

impl Habits for batch::Job {
    const HISTORY_BYTES_MAX: usize = 64 << 20;
    const ORPHANS_BY_DEFAULT: bool = true;

    fn left_out(&self) -> u32 {
        let Some(spec) = &self.spec else { return 0 };
        let metadata = spec.template.metadata.as_ref();
        let labels = metadata.and_then(|metadata| metadata.labels.as_ref());
        let lacks = |name: &str| labels.is_none_or(|labels| !labels.contains_key(name));
        bits([
            spec.selector.is_none(),
            labels.is_none(),
            lacks("controller-uid"),
            lacks("batch.kubernetes.io/controller-uid"),
            lacks("job-name"),
            lacks("batch.kubernetes.io/job-name"),
        ])
    }

    /// How many Pods are ready can be counted again.
    fn urgency(old: Option<&Self>, new: &Self) -> Urgency {
        match old {
            Some(old) if differs_in_ready_alone(old, new) => Urgency::Lazy,
            _ => Urgency::Now,
        }
    }

    fn is_cold(&self) -> bool {
        let conditions = self.status.iter().flat_map(|status| &status.conditions);
        conditions
            .flatten()
            .any(|one| matches!(one.type_.as_str(), "Complete" | "Failed") && one.status == "True")
    }
}

fn differs_in_ready_alone(old: &batch::Job, new: &batch::Job) -> bool {
    let (Some(before), Some(after)) = (&old.status, &new.status) else {
        return false;
    };
    before.ready != after.ready
        && old.metadata == new.metadata
        && old.spec == new.spec
        && *before
            == batch::JobStatus {
                ready: before.ready,
                ..after.clone()
            }
}

impl Habits for core::Pod {
    const HISTORY_BYTES_MAX: usize = 64 << 20;
    const RETURNS_DELETED_OBJECT: bool = true;

    fn is_cold(&self) -> bool {
        is_terminal(self) && !has_finalizer(self, JOB_TRACKING_FINALIZER)
    }

    fn admit(&mut self, yard: &Arc<Yard>) -> Result<(), StatusError> {
        admission::pod(self, yard)
    }

    fn left_out(&self) -> u32 {
        let Some(spec) = &self.spec else { return 0 };
        bits([
            spec.node_name.is_none(),
            spec.service_account_name.is_none(),
            spec.service_account.is_none(),
            spec.priority.is_none(),
            spec.preemption_policy.is_none(),
            spec.tolerations.is_none(),
            spec.overhead.is_none(),
        ])
    }

    fn node_name(&self) -> &str {
        let spec = self.spec.as_ref();
        spec.and_then(|spec| spec.node_name.as_deref())
            .unwrap_or("")
    }

    /// Source: `pkg/registry/core/pod/strategy.go` `CheckGracefulDelete`.
    fn grace_seconds(&self, asked: Option<i64>) -> Option<i64> {
        let own = || {
            let spec = self.spec.as_ref();
            spec.and_then(|spec| spec.termination_grace_period_seconds)
                .unwrap_or(30)
        };
        let period = asked.unwrap_or_else(own);
        // A negative period means "as short as can be, but let the node do it".
        let period = if period < 0 { 1 } else { period };
        let runs_nowhere = self.node_name().is_empty() || is_terminal(self);
        Some(if runs_nowhere { 0 } else { period })
    }
}

fn bits<const N: usize>(flags: [bool; N]) -> u32 {
    let set = flags.into_iter().enumerate().filter(|(_, flag)| *flag);
    set.fold(0, |bits, (place, _)| bits | (1 << place))
}

fn is_terminal(pod: &core::Pod) -> bool {
    let phase = pod
        .status
        .as_ref()
        .and_then(|status| status.phase.as_deref());
    matches!(phase, Some("Succeeded" | "Failed"))
}

/// Whether the object carries that finalizer.
pub(crate) fn has_finalizer<K: Object>(object: &K, finalizer: &str) -> bool {
    let finalizers = object.metadata().finalizers.iter().flatten();
    finalizers.into_iter().any(|one| one == finalizer)
}

/// The questions about a kind as functions, for code that knows `K` as an [`Object`] only.
pub(crate) struct Rules<K> {
    pub(crate) apply_defaults: fn(&mut K),
    pub(crate) prepare_create: fn(&mut K),
    pub(crate) validate: fn(&K) -> ErrorList,
    pub(crate) warnings: fn(&K) -> Vec<String>,
    pub(crate) prepare_update: fn(&mut K, &K),
    pub(crate) validate_update: fn(&K, &K) -> ErrorList,
    pub(crate) update_warnings: fn(&K, &K) -> Vec<String>,
    pub(crate) prepare_status_update: fn(&mut K, &K),
    pub(crate) validate_status_update: fn(&K, &K) -> ErrorList,
    pub(crate) selectable_field: fn(&K, &str) -> Option<String>,
    pub(crate) is_cold: fn(&K) -> bool,
    pub(crate) node_name: fn(&K) -> &str,
    pub(crate) urgency: fn(Option<&K>, &K) -> Urgency,
    pub(crate) admit: fn(&mut K, &Arc<Yard>) -> Result<(), StatusError>,
    pub(crate) left_out: fn(&K) -> u32,
    pub(crate) after_create: fn(&K, &Context, &Arc<Yard>),
    pub(crate) grace_seconds: fn(&K, Option<i64>) -> Option<i64>,
    pub(crate) begin_ending: fn(&mut K) -> bool,
    pub(crate) written: fn(&K) -> Option<Timestamp>,
    pub(crate) bound: Option<Bound>,
    pub(crate) history_bytes_max: usize,
    pub(crate) owns: bool,
    pub(crate) orphans_by_default: bool,
    pub(crate) returns_deleted_object: bool,
}

impl<K: Habits> Rules<K> {
    /// The rules of the kind.
    pub(crate) fn of_kind() -> Self {
        Self {
            apply_defaults: K::apply_defaults,
            prepare_create: K::prepare_create,
            validate: K::validate,
            warnings: K::warnings,
            prepare_update: K::prepare_update,
            validate_update: K::validate_update,
            update_warnings: K::update_warnings,
            prepare_status_update: K::prepare_status_update,
            validate_status_update: K::validate_status_update,
            selectable_field: K::selectable_field,
            is_cold: K::is_cold,
            node_name: K::node_name,
            urgency: K::urgency,
            admit: K::admit,
            left_out: K::left_out,
            after_create: K::after_create,
            grace_seconds: K::grace_seconds,
            begin_ending: K::begin_ending,
            written: K::written,
            bound: K::BOUND,
            history_bytes_max: K::HISTORY_BYTES_MAX,
            owns: K::OWNS,
            orphans_by_default: K::ORPHANS_BY_DEFAULT,
            returns_deleted_object: K::RETURNS_DELETED_OBJECT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(ready: i32, succeeded: i32) -> batch::Job {
        batch::Job {
            status: Some(batch::JobStatus {
                ready: Some(ready),
                succeeded: Some(succeeded),
                ..batch::JobStatus::default()
            }),
            ..batch::Job::default()
        }
    }

    #[test]
    fn a_change_of_ready_alone_may_wait_for_the_next_sync() {
        let cases = [
            (job(1, 0), job(2, 0), Urgency::Lazy),
            (job(1, 0), job(2, 1), Urgency::Now),
            (job(1, 0), job(1, 1), Urgency::Now),
        ];
        for (old, new, expected) in cases {
            assert_eq!(Habits::urgency(Some(&old), &new), expected, "{new:?}");
        }
        assert_eq!(Habits::urgency(None, &job(0, 0)), Urgency::Now);
    }

    fn pod(phase: &str, finalizer: Option<&str>) -> core::Pod {
        let mut pod = core::Pod::default();
        pod.metadata.finalizers = finalizer.map(|one| vec![one.to_owned()]);
        pod.status = Some(core::PodStatus {
            phase: Some(phase.to_owned()),
            ..core::PodStatus::default()
        });
        pod
    }

    #[test]
    fn a_pod_is_cold_once_it_has_ended_and_is_counted() {
        assert!(pod("Succeeded", None).is_cold());
        assert!(pod("Failed", Some("example.com/other")).is_cold());
        assert!(!pod("Succeeded", Some(JOB_TRACKING_FINALIZER)).is_cold());
        assert!(!pod("Running", None).is_cold());
    }

    #[test]
    fn grace_is_for_pods_that_run_somewhere() {
        let mut runs = pod("Running", None);
        let spec = runs.spec.get_or_insert_default();
        spec.node_name = Some("here".to_owned());
        spec.termination_grace_period_seconds = Some(20);
        assert_eq!(runs.grace_seconds(None), Some(20));
        assert_eq!(runs.grace_seconds(Some(5)), Some(5));
        assert_eq!(runs.grace_seconds(Some(-1)), Some(1));
        assert_eq!(runs.grace_seconds(Some(0)), Some(0));
        let mut ended = runs.clone();
        ended.status = pod("Failed", None).status;
        assert_eq!(ended.grace_seconds(None), Some(0));
        runs.spec.get_or_insert_default().node_name = None;
        assert_eq!(runs.grace_seconds(None), Some(0));
    }
}
