//! What the Job controller needs of a Pod, parsed once for each version of it.
//!
//! Small on purpose: a yard may hold 100,000 of them, and a typed finished Pod
//! takes a hundred times as much. The labels of an ordinary Job Pod say only
//! what its controller reference says already; they are kept only when they say
//! anything else.
//!
//! Source: upstream `getFinishTimeOfPod`, `getCompletionIndex`,
//! `parseIndexFailureCountAnnotation`, `controller.ActivePodsWithRanks`.

use std::{borrow::Cow, collections::BTreeMap};

use jobyard_api::{
    Object, ObjectKey, Timestamp, Uid,
    core::{ContainerState, ContainerStateTerminated, ContainerStatus, Pod, PodCondition},
    well_known::{
        JOB_COMPLETION_INDEX, JOB_INDEX_FAILURE_COUNT, JOB_INDEX_IGNORED_FAILURE_COUNT,
        JOB_TRACKING_FINALIZER, LABEL_CONTROLLER_UID, LABEL_CONTROLLER_UID_LEGACY, LABEL_JOB_NAME,
        LABEL_JOB_NAME_LEGACY,
    },
};

/// The `apiVersion` of the Jobs that own Pods.
pub(crate) const JOB_API_VERSION: &str = "batch/v1";
/// The `kind` of the Jobs that own Pods.
pub(crate) const JOB_KIND: &str = "Job";

/// A Pod as the Job controller sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodView {
    /// Namespace and name.
    pub key: ObjectKey,
    /// Tells this Pod from a later one of the same name.
    pub uid: Uid,
    /// The owner reference that says `controller: true`.
    pub controller: Option<Controller>,
    /// The labels, shortened when the controller implies them.
    pub labels: PodLabels,
    /// How far the Pod is.
    pub phase: PodPhase,
    /// Whether a deletion has been asked for.
    pub is_deleting: bool,
    /// Whether the Pod still carries the finalizer of the Job controller.
    pub has_tracking_finalizer: bool,
    /// The completion index by annotation; `None` if absent or no index.
    pub completion_index: Option<u32>,
    /// Whether a node has been chosen.
    pub is_scheduled: bool,
    /// Whether, and since when, the Pod is ready.
    pub readiness: Readiness,
    /// When the object was made.
    pub created: Option<Timestamp>,
    /// When the Pod ended, as the back-off counts it; its best guess for a Pod
    /// that has not. See [`finish_time`].
    pub finished: Option<Timestamp>,
    /// How often containers were started again.
    pub restarts: Restarts,
    /// Ended containers with an exit code other than 0: regular ones first, then init containers.
    pub failed_containers: Box<[FailedContainer]>,
    /// Type and status of each condition, in the order of the Pod.
    pub conditions: Box<[(Box<str>, Box<str>)]>,
    /// Counted failures of the index before this Pod.
    pub index_failure_count: u32,
    /// Ignored failures of the index before this Pod.
    pub index_ignored_failure_count: u32,
}

/// The controller of a Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Controller {
    /// Whether it is a `batch/v1` `Job`.
    pub is_job: bool,
    /// Its name, in the Pod's namespace.
    pub name: Box<str>,
    /// Its uid.
    pub uid: Uid,
}

/// The labels of a Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PodLabels {
    /// Exactly the generated labels of its controlling Job, and for Pods with a
    /// completion index its label.
    Generated,
    /// These.
    Other(Box<BTreeMap<String, String>>),
}

/// `status.phase`, in the order in which Pods are given up. An absent phase is Pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PodPhase {
    /// Accepted, not all containers started.
    Pending,
    /// The node has not been heard of. Such a Pod counts as active.
    Unknown,
    /// At least one container runs or restarts.
    Running,
    /// All containers ended well.
    Succeeded,
    /// All containers ended, at least one badly.
    Failed,
}

impl PodPhase {
    /// Whether the Pod has ended.
    pub fn is_terminal(self) -> bool {
        match self {
            Self::Succeeded | Self::Failed => true,
            Self::Pending | Self::Unknown | Self::Running => false,
        }
    }
}

/// The condition Ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Ready is not True.
    NotReady,
    /// Ready is True, since then if known.
    Ready {
        /// The last transition.
        since: Option<Timestamp>,
    },
}

impl Readiness {
    /// Whether the Pod is ready.
    pub fn is_ready(self) -> bool {
        match self {
            Self::Ready { .. } => true,
            Self::NotReady => false,
        }
    }
}

/// Restart counts of the containers of a Pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restarts {
    /// Of init and regular containers together.
    pub sum: u32,
    /// The highest of a regular container.
    pub regular_max: u32,
    /// The highest of a sidecar (init container with `restartPolicy: Always`).
    pub sidecar_max: u32,
}

/// A container that ended with an exit code other than 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedContainer {
    /// The container's name.
    pub name: Box<str>,
    /// Never 0.
    pub exit_code: i32,
}

impl PodView {
    /// Whether the Pod is neither ended nor being deleted.
    pub fn is_active(&self) -> bool {
        !self.phase.is_terminal() && !self.is_deleting
    }

    /// Whether the Pod is being deleted and has not ended.
    pub fn is_terminating(&self) -> bool {
        !self.phase.is_terminal() && self.is_deleting
    }

    /// Whether no Job has anything left to count of the Pod: ended, and its
    /// finalizer gone. Snapshots leave such Pods out, unless they may fail the Job.
    pub fn is_settled(&self) -> bool {
        self.phase.is_terminal() && !self.has_tracking_finalizer
    }

    /// Whether the controller is the Job with this uid.
    pub fn is_controlled_by(&self, job: &Uid) -> bool {
        self.controller
            .as_ref()
            .is_some_and(|controller| controller.uid == *job)
    }

    /// All labels.
    pub fn labels(&self) -> Cow<'_, BTreeMap<String, String>> {
        match (&self.labels, &self.controller) {
            (PodLabels::Other(labels), _) => Cow::Borrowed(labels),
            (PodLabels::Generated, Some(job)) => {
                Cow::Owned(generated_labels(job, self.completion_index))
            }
            (PodLabels::Generated, None) => Cow::Owned(BTreeMap::new()),
        }
    }
}

impl From<&Pod> for PodView {
    fn from(pod: &Pod) -> Self {
        let metadata = &pod.metadata;
        let status = pod.status.as_ref();
        let controller = metadata
            .owner_references
            .iter()
            .flatten()
            .find(|owner| owner.controller == Some(true))
            .map(|owner| Controller {
                is_job: owner.api_version == JOB_API_VERSION && owner.kind == JOB_KIND,
                name: owner.name.as_str().into(),
                uid: owner.uid.as_str().into(),
            });
        let annotation = |key: &str| metadata.annotations.as_ref()?.get(key)?.parse().ok();
        let completion_index: Option<u32> =
            annotation(JOB_COMPLETION_INDEX).and_then(counting_number);
        let count = |key| annotation(key).and_then(counting_number).unwrap_or(0);
        let ready = condition(pod, "Ready");
        Self {
            key: pod.key(),
            uid: pod.uid(),
            labels: labels_of(pod, controller.as_ref(), completion_index),
            controller,
            phase: match status.and_then(|status| status.phase.as_deref()) {
                Some("Running") => PodPhase::Running,
                Some("Succeeded") => PodPhase::Succeeded,
                Some("Failed") => PodPhase::Failed,
                Some("Unknown") => PodPhase::Unknown,
                _ => PodPhase::Pending,
            },
            is_deleting: metadata.deletion_timestamp.is_some(),
            has_tracking_finalizer: metadata
                .finalizers
                .iter()
                .flatten()
                .any(|finalizer| finalizer == JOB_TRACKING_FINALIZER),
            completion_index,
            is_scheduled: pod
                .spec
                .as_ref()
                .and_then(|spec| spec.node_name.as_deref())
                .is_some_and(|node| !node.is_empty()),
            readiness: match ready {
                Some(ready) if ready.status == "True" => Readiness::Ready {
                    since: transition(ready),
                },
                _ => Readiness::NotReady,
            },
            created: metadata.creation_timestamp.as_ref().map(|time| time.0),
            finished: finish_time(pod),
            restarts: restarts(pod),
            failed_containers: containers(pod)
                .chain(init_containers(pod))
                .filter_map(failed_container)
                .collect(),
            conditions: status
                .and_then(|status| status.conditions.as_ref())
                .into_iter()
                .flatten()
                .map(|condition| {
                    (
                        condition.type_.as_str().into(),
                        condition.status.as_str().into(),
                    )
                })
                .collect(),
            index_failure_count: count(JOB_INDEX_FAILURE_COUNT),
            index_ignored_failure_count: count(JOB_INDEX_IGNORED_FAILURE_COUNT),
        }
    }
}

/// When the Pod ended, by the first of these that is known: the last end of its
/// containers (sidecars included), the moment it stopped being ready, the
/// moment its deletion was asked for, its creation.
///
/// Source: upstream `getFinishTimeOfPod`.
pub fn finish_time(pod: &Pod) -> Option<Timestamp> {
    let metadata = &pod.metadata;
    containers_end(pod)
        .or_else(|| {
            condition(pod, "Ready")
                .filter(|ready| ready.status == "False")
                .and_then(transition)
        })
        .or_else(|| {
            let grace = metadata.deletion_grace_period_seconds.unwrap_or(0);
            let deletion = metadata.deletion_timestamp.as_ref()?.0;
            deletion
                .checked_sub(jiff::SignedDuration::from_secs(grace))
                .ok()
        })
        .or(metadata.creation_timestamp.as_ref().map(|time| time.0))
}

/// The last end among the containers, if all regular ones and all sidecars have ended.
fn containers_end(pod: &Pod) -> Option<Timestamp> {
    let sidecars = init_containers(pod).filter(|status| is_sidecar(pod, &status.name));
    let mut last = None;
    for status in containers(pod).chain(sidecars) {
        let end = terminated(status)?.finished_at.as_ref()?.0;
        last = last.max(Some(end));
    }
    containers(pod).next().and(last)
}

fn restarts(pod: &Pod) -> Restarts {
    let mut restarts = Restarts::default();
    for status in containers(pod) {
        let count = status.restart_count.max(0).cast_unsigned();
        restarts.sum = restarts.sum.saturating_add(count);
        restarts.regular_max = restarts.regular_max.max(count);
    }
    for status in init_containers(pod) {
        let count = status.restart_count.max(0).cast_unsigned();
        restarts.sum = restarts.sum.saturating_add(count);
        if is_sidecar(pod, &status.name) {
            restarts.sidecar_max = restarts.sidecar_max.max(count);
        }
    }
    restarts
}

fn containers(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    let status = pod.status.as_ref();
    status
        .and_then(|status| status.container_statuses.as_ref())
        .into_iter()
        .flatten()
}

fn init_containers(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    let status = pod.status.as_ref();
    status
        .and_then(|status| status.init_container_statuses.as_ref())
        .into_iter()
        .flatten()
}

fn is_sidecar(pod: &Pod, name: &str) -> bool {
    pod.spec
        .iter()
        .flat_map(|spec| spec.init_containers.iter().flatten())
        .any(|container| {
            container.name == name && container.restart_policy.as_deref() == Some("Always")
        })
}

fn terminated(status: &ContainerStatus) -> Option<&ContainerStateTerminated> {
    match &status.state {
        Some(ContainerState {
            terminated: Some(terminated),
            ..
        }) => Some(terminated),
        _ => None,
    }
}

fn failed_container(status: &ContainerStatus) -> Option<FailedContainer> {
    let exit_code = terminated(status)?.exit_code;
    (exit_code != 0).then(|| FailedContainer {
        name: status.name.as_str().into(),
        exit_code,
    })
}

fn condition<'a>(pod: &'a Pod, condition_type: &str) -> Option<&'a PodCondition> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    conditions
        .iter()
        .find(|condition| condition.type_ == condition_type)
}

fn transition(condition: &PodCondition) -> Option<Timestamp> {
    condition.last_transition_time.as_ref().map(|time| time.0)
}

/// An index or count as annotations give it: 0 up to the largest `int32`.
fn counting_number(number: i64) -> Option<u32> {
    i32::try_from(number).ok()?.try_into().ok()
}

fn labels_of(pod: &Pod, controller: Option<&Controller>, index: Option<u32>) -> PodLabels {
    let labels = pod.metadata.labels.as_ref();
    let are_generated = |job: &Controller| {
        let count = if index.is_some() { 5 } else { 4 };
        // Counting first: most other labels differ in number.
        labels.is_some_and(|labels| labels.len() == count)
            && labels == Some(&generated_labels(job, index))
    };
    match controller {
        Some(job) if job.is_job && are_generated(job) => PodLabels::Generated,
        _ => PodLabels::Other(Box::new(labels.cloned().unwrap_or_default())),
    }
}

/// The labels that a Job gives its Pods when its manifest has none.
///
/// Source: upstream `generateSelector` (registry), `addCompletionIndexLabel`.
fn generated_labels(job: &Controller, index: Option<u32>) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::from(
        [
            (LABEL_CONTROLLER_UID, job.uid.as_str()),
            (LABEL_CONTROLLER_UID_LEGACY, job.uid.as_str()),
            (LABEL_JOB_NAME, &*job.name),
            (LABEL_JOB_NAME_LEGACY, &*job.name),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned())),
    );
    if let Some(index) = index {
        labels.insert(JOB_COMPLETION_INDEX.to_owned(), index.to_string());
    }
    labels
}
