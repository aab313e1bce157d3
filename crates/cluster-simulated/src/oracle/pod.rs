//! A Pod, as the judge reads it.
//!
//! Read from the object anew, by the words of the documentation: sharing the
//! controller's reading would share its mistakes.

use std::sync::Arc;

use jobyard_api::{
    Object, ObjectKey, Timestamp, Uid,
    core::{self, ContainerStatus},
    well_known::{
        JOB_COMPLETION_INDEX, JOB_INDEX_FAILURE_COUNT, JOB_INDEX_IGNORED_FAILURE_COUNT,
        JOB_TRACKING_FINALIZER,
    },
};

/// What the laws ask of one version of a Pod.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is another fact about the object"
)]
pub(super) struct PodFacts {
    pub(super) key: ObjectKey,
    pub(super) uid: Uid,
    /// The owner reference that says `controller: true`.
    pub(super) controller: Option<Controller>,
    pub(super) phase: Phase,
    /// Whether the phase is Running or Pending: restarts count in these only.
    pub(super) may_restart: bool,
    pub(super) is_deleting: bool,
    /// Whether it carries the tracking finalizer.
    pub(super) is_tracked: bool,
    pub(super) is_ready: bool,
    /// The completion index by its annotation.
    pub(super) index: Option<u32>,
    /// Earlier counted and ignored failures of the index, by annotation.
    pub(super) failures_before: u32,
    pub(super) ignored_before: u32,
    /// Restarts of all containers.
    pub(super) restarts: u64,
    /// When it ended, as the back-off takes it; for a Pod that has not, the best guess.
    pub(super) ended: Timestamp,
    pub(super) object: Arc<core::Pod>,
}

/// The controller of a Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Controller {
    pub(super) is_job: bool,
    pub(super) uid: Uid,
}

/// How far a Pod is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Pending, Running or Unknown.
    Alive,
    Succeeded,
    Failed,
}

impl PodFacts {
    pub(super) fn of(pod: &Arc<core::Pod>) -> Self {
        let metadata = &pod.metadata;
        let status = pod.status.as_ref();
        let controller = metadata
            .owner_references
            .iter()
            .flatten()
            .find(|owner| owner.controller == Some(true));
        let annotation = |key: &str| -> Option<u32> {
            let text = metadata.annotations.as_ref()?.get(key)?;
            let number: i32 = text.parse().ok()?;
            u32::try_from(number).ok()
        };
        let phase = status.and_then(|status| status.phase.as_deref());
        Self {
            key: pod.key(),
            uid: pod.uid(),
            controller: controller.map(|owner| Controller {
                is_job: owner.kind == "Job" && owner.api_version == "batch/v1",
                uid: owner.uid.as_str().into(),
            }),
            phase: match phase {
                Some("Succeeded") => Phase::Succeeded,
                Some("Failed") => Phase::Failed,
                _ => Phase::Alive,
            },
            may_restart: matches!(phase, None | Some("" | "Pending" | "Running")),
            is_deleting: metadata.deletion_timestamp.is_some(),
            is_tracked: metadata
                .finalizers
                .iter()
                .flatten()
                .any(|finalizer| finalizer == JOB_TRACKING_FINALIZER),
            is_ready: condition(pod, "Ready").is_some_and(|ready| ready.status == "True"),
            index: annotation(JOB_COMPLETION_INDEX),
            failures_before: annotation(JOB_INDEX_FAILURE_COUNT).unwrap_or(0),
            ignored_before: annotation(JOB_INDEX_IGNORED_FAILURE_COUNT).unwrap_or(0),
            restarts: regular(pod)
                .iter()
                .chain(init(pod))
                .map(|container| u64::try_from(container.restart_count).unwrap_or(0))
                .sum(),
            ended: end_of(pod),
            object: pod.clone(),
        }
    }

    /// Neither ended nor being deleted.
    pub(super) fn is_active(&self) -> bool {
        self.phase == Phase::Alive && !self.is_deleting
    }

    /// Being deleted, and not ended.
    pub(super) fn is_terminating(&self) -> bool {
        self.phase == Phase::Alive && self.is_deleting
    }

    /// The Pod as its adopter takes it: the answer may show other labels than the
    /// cache, but those in the cache are the ones by which it was selected
    /// (upstream `ClaimPods` looks at nothing else).
    pub(super) fn as_selected_by_labels_of(self: &Arc<Self>, cached: Option<&Self>) -> Arc<Self> {
        let labels = |pod: &Self| pod.object.metadata.labels.clone();
        let Some(cached) = cached.filter(|cached| labels(cached) != labels(self)) else {
            return self.clone();
        };
        let mut pod = Self::clone(self);
        Arc::make_mut(&mut pod.object).metadata.labels = labels(cached);
        Arc::new(pod)
    }

    pub(super) fn is_controlled_by(&self, job: &Uid) -> bool {
        self.controller
            .as_ref()
            .is_some_and(|controller| controller.is_job && controller.uid == *job)
    }

    /// All failures of the index before this Pod.
    pub(super) fn all_before(&self) -> u32 {
        self.failures_before.saturating_add(self.ignored_before)
    }
}

/// The statuses of regular containers.
pub(super) fn regular(pod: &core::Pod) -> &[ContainerStatus] {
    pod.status
        .as_ref()
        .and_then(|status| status.container_statuses.as_deref())
        .unwrap_or_default()
}

/// The statuses of init containers.
pub(super) fn init(pod: &core::Pod) -> &[ContainerStatus] {
    pod.status
        .as_ref()
        .and_then(|status| status.init_container_statuses.as_deref())
        .unwrap_or_default()
}

fn condition<'a>(pod: &'a core::Pod, of_type: &str) -> Option<&'a core::PodCondition> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    conditions
        .iter()
        .find(|condition| condition.type_ == of_type)
}

/// The moment from which a back-off counts: the last end of the containers if
/// all have one, else when readiness was lost, else when deletion was asked for,
/// else the creation (upstream `getFinishTimeOfPod`).
fn end_of(pod: &core::Pod) -> Timestamp {
    let metadata = &pod.metadata;
    let last_container = || {
        let is_sidecar = |status: &&ContainerStatus| {
            let containers = pod
                .spec
                .iter()
                .flat_map(|spec| spec.init_containers.iter().flatten());
            containers.into_iter().any(|container| {
                container.name == status.name
                    && container.restart_policy.as_deref() == Some("Always")
            })
        };
        if regular(pod).is_empty() {
            return None;
        }
        let mut last = None;
        for status in regular(pod)
            .iter()
            .chain(init(pod).iter().filter(is_sidecar))
        {
            let terminated = status.state.as_ref()?.terminated.as_ref()?;
            last = last.max(Some(terminated.finished_at.as_ref()?.0));
        }
        last
    };
    let unready = || {
        condition(pod, "Ready")
            .filter(|ready| ready.status == "False")
            .and_then(|ready| ready.last_transition_time.as_ref())
            .map(|time| time.0)
    };
    let asked = || {
        let grace = metadata.deletion_grace_period_seconds.unwrap_or(0);
        let seconds = metadata.deletion_timestamp.as_ref()?.0.as_second() - grace;
        Timestamp::from_second(seconds).ok()
    };
    last_container()
        .or_else(unready)
        .or_else(asked)
        .or(metadata.creation_timestamp.as_ref().map(|time| time.0))
        .unwrap_or(Timestamp::UNIX_EPOCH)
}
