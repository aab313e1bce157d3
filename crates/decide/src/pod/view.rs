//! The Pod as the life of a Pod needs it: every default settled, every bound checked.

use std::time::Duration;

use jobyard_api::{Object, ObjectKey, Timestamp, Uid, core, meta::Time};

/// Longest period that is taken as given; a longer one is cut to it.
///
/// Ten years. Periods come from users as any `i64` and are added to times.
const PERIOD_MAX: Duration = Duration::from_hours(87_600);

/// A Pod as bound to this node.
#[derive(Clone, Debug, PartialEq)]
pub struct PodLife {
    /// Namespace and name.
    pub key: ObjectKey,
    /// Which Pod of that name.
    pub uid: Uid,
    /// `metadata.generation`: which spec the status speaks of.
    pub generation: Option<i64>,
    /// What happens to containers that exit.
    pub restart_policy: RestartPolicy,
    /// `terminationGracePeriodSeconds`.
    pub grace_period: Duration,
    /// `activeDeadlineSeconds`, counted from `status.startTime`.
    pub active_deadline: Option<Duration>,
    /// Set once somebody asked for deletion.
    pub deletion: Option<Deletion>,
    /// Conditions the Pod's owner waits for before it calls the Pod ready.
    pub readiness_gates: Vec<String>,
    /// Plain init containers and sidecars, in the order of the spec.
    pub init_containers: Vec<ContainerLife>,
    /// Regular containers, in the order of the spec.
    pub containers: Vec<ContainerLife>,
    /// The status as stored in the API.
    pub status: core::PodStatus,
}

/// A requested deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// `deletionTimestamp`: when the grace ends. Whole seconds, cut off, as the API keeps them.
    pub grace_ends: Timestamp,
    /// `deletionGracePeriodSeconds`. Zero: only finalizers still hold the object.
    pub grace_period: Duration,
}

/// A container of the spec.
#[derive(Clone, Debug, PartialEq)]
pub struct ContainerLife {
    /// Its name, unique in the Pod.
    pub name: String,
    /// The image as written in the spec.
    pub image: String,
    /// What it is in the Pod.
    pub kind: ContainerKind,
    /// Its own restart policy, or the Pod's.
    pub restart_policy: RestartPolicy,
    /// Exit codes that restart it whatever the policy.
    pub restart_rules: Vec<RestartRule>,
    /// What it asked for; shown in its status once it was started.
    pub resources: Option<core::ResourceRequirements>,
    /// Its mounts; shown in its status once it was started.
    pub volume_mounts: Vec<core::VolumeMountStatus>,
}

/// The part a container has in its Pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerKind {
    /// Runs to its end before the next one starts.
    Init,
    /// An init container with `restartPolicy: Always`: runs beside the regular containers.
    Sidecar,
    /// One of `spec.containers`.
    Regular,
}

/// What happens to a container that exits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestartPolicy {
    /// Started again.
    Always,
    /// Started again unless it exited with 0.
    OnFailure,
    /// Left as it is.
    Never,
}

/// `restartPolicyRules`: an exit code that restarts a container whatever its policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestartRule {
    /// The codes.
    pub exit_codes: Vec<i32>,
    /// Whether the codes match (`In`) or all others do (`NotIn`).
    pub operator: ExitCodeOperator,
}

/// How a [`RestartRule`] reads its codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCodeOperator {
    /// One of them.
    In,
    /// None of them.
    NotIn,
}

impl PodLife {
    /// Every container with a status, init containers first.
    pub fn all_containers(&self) -> impl Iterator<Item = &ContainerLife> {
        self.init_containers.iter().chain(&self.containers)
    }

    /// Whether the stored status is final.
    pub fn has_final_status(&self) -> bool {
        matches!(self.status.phase.as_deref(), Some("Succeeded" | "Failed"))
    }

    /// How messages name a Pod: `name_namespace(uid)` (upstream `format.Pod`).
    pub fn display(&self) -> String {
        format!("{}_{}({})", self.key.name, self.key.namespace, self.uid)
    }
}

impl From<&core::Pod> for PodLife {
    /// Reads a Pod that passed validation. A value that validation would not
    /// have let through falls back to the field's default.
    fn from(pod: &core::Pod) -> Self {
        let empty = core::PodSpec::default();
        let spec = pod.spec.as_ref().unwrap_or(&empty);
        let restart_policy = restart_policy(spec.restart_policy.as_deref(), RestartPolicy::Always);
        Self {
            key: pod.key(),
            uid: pod.uid(),
            generation: pod.metadata.generation,
            restart_policy,
            grace_period: period(spec.termination_grace_period_seconds.unwrap_or(30)),
            active_deadline: spec.active_deadline_seconds.map(period),
            deletion: pod
                .metadata
                .deletion_timestamp
                .as_ref()
                .map(|Time(at)| Deletion {
                    grace_ends: *at,
                    grace_period: period(pod.metadata.deletion_grace_period_seconds.unwrap_or(0)),
                }),
            readiness_gates: spec
                .readiness_gates
                .iter()
                .flatten()
                .map(|gate| gate.condition_type.clone())
                .collect(),
            init_containers: spec
                .init_containers
                .iter()
                .flatten()
                .map(|container| init_container(container, restart_policy))
                .collect(),
            containers: spec
                .containers
                .iter()
                .map(|container| {
                    let policy =
                        self::restart_policy(container.restart_policy.as_deref(), restart_policy);
                    container_life(container, ContainerKind::Regular, policy)
                })
                .collect(),
            status: pod.status.clone().unwrap_or_default(),
        }
    }
}

fn init_container(container: &core::Container, of_pod: RestartPolicy) -> ContainerLife {
    // `Always` on the container itself makes a sidecar; inherited from the Pod it
    // means "until it succeeded" (upstream `kubecontainer.ShouldContainerBeRestarted`).
    if container.restart_policy.as_deref() == Some("Always") {
        return container_life(container, ContainerKind::Sidecar, RestartPolicy::Always);
    }
    let policy = match restart_policy(container.restart_policy.as_deref(), of_pod) {
        RestartPolicy::Always | RestartPolicy::OnFailure => RestartPolicy::OnFailure,
        RestartPolicy::Never => RestartPolicy::Never,
    };
    container_life(container, ContainerKind::Init, policy)
}

fn container_life(
    container: &core::Container,
    kind: ContainerKind,
    restart_policy: RestartPolicy,
) -> ContainerLife {
    ContainerLife {
        name: container.name.clone(),
        image: container.image.clone().unwrap_or_default(),
        kind,
        restart_policy,
        restart_rules: container
            .restart_policy_rules
            .iter()
            .flatten()
            .filter_map(restart_rule)
            .collect(),
        resources: container.resources.clone(),
        volume_mounts: container
            .volume_mounts
            .iter()
            .flatten()
            .map(mount_status)
            .collect(),
    }
}

fn restart_policy(text: Option<&str>, default: RestartPolicy) -> RestartPolicy {
    match text {
        Some("Always") => RestartPolicy::Always,
        Some("OnFailure") => RestartPolicy::OnFailure,
        Some("Never") => RestartPolicy::Never,
        _ => default,
    }
}

fn restart_rule(rule: &core::ContainerRestartRule) -> Option<RestartRule> {
    let on = rule.exit_codes.as_ref()?;
    let operator = match on.operator.as_str() {
        "In" => ExitCodeOperator::In,
        "NotIn" => ExitCodeOperator::NotIn,
        _ => return None,
    };
    Some(RestartRule {
        exit_codes: on.values.clone().unwrap_or_default(),
        operator,
    })
}

fn mount_status(mount: &core::VolumeMount) -> core::VolumeMountStatus {
    let read_only = mount.read_only == Some(true);
    core::VolumeMountStatus {
        name: mount.name.clone(),
        mount_path: mount.mount_path.clone(),
        read_only: read_only.then_some(true),
        recursive_read_only: read_only.then(|| "Disabled".to_owned()),
        ..Default::default()
    }
}

fn period(seconds: i64) -> Duration {
    Duration::from_secs(u64::try_from(seconds).unwrap_or(0)).min(PERIOD_MAX)
}

/// `at` plus a period; the end of time if that is earlier.
pub(super) fn later(at: Timestamp, period: Duration) -> Timestamp {
    at.checked_add(period).unwrap_or(Timestamp::MAX)
}
