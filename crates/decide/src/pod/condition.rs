//! The Pod's conditions, in the order a kubelet writes them.
//!
//! Source: upstream `GeneratePodReadyCondition`, `GenerateContainersReadyCondition`,
//! `GeneratePodInitializedCondition` and `generateAPIPodStatus`.

use jobyard_api::{core, meta::Time, object::whole_seconds};

use super::{ContainerKind, Ending, Facts, ending::NODE_SHUTDOWN_MESSAGE, phase::Phase};

/// Conditions written here; every other one belongs to somebody else and is kept.
const OURS: [&str; 5] = [
    "PodReadyToStartContainers",
    "Initialized",
    "Ready",
    "ContainersReady",
    "PodScheduled",
];
const DISRUPTION_TARGET: &str = "DisruptionTarget";

/// One condition before it is compared with the stored one.
struct Verdict {
    is_true: bool,
    reason: Option<&'static str>,
    message: Option<String>,
}

/// All conditions of the Pod in this phase.
pub(super) fn conditions(
    facts: &Facts<'_>,
    phase: Phase,
    init_statuses: &[core::ContainerStatus],
    statuses: &[core::ContainerStatus],
) -> Vec<core::PodCondition> {
    let stored: Vec<_> = facts
        .pod
        .status
        .conditions
        .iter()
        .flatten()
        .cloned()
        .collect();
    let is_foreign = |condition: &&core::PodCondition| {
        !OURS.contains(&condition.type_.as_str()) && condition.type_ != DISRUPTION_TARGET
    };
    let foreign = stored.iter().filter(is_foreign);
    let disruption = stored
        .iter()
        .filter(|condition| condition.type_ == DISRUPTION_TARGET);
    // Written with the final phase at the latest: a Job's failure policy looks for it.
    let shutdown = (facts.ending == Some(Ending::NodeShutdown)).then(|| Verdict {
        reason: Some("TerminationByKubelet"),
        message: Some(NODE_SHUTDOWN_MESSAGE.to_owned()),
        ..Verdict::yes()
    });
    let is_replaced = shutdown.is_some();
    let containers_ready = containers_ready(facts, phase, init_statuses, statuses);
    let ready = ready(facts, &containers_ready);
    let ours = [
        ("PodReadyToStartContainers", ready_to_start(facts)),
        ("Initialized", initialized(facts, phase, init_statuses)),
        ("Ready", ready),
        ("ContainersReady", containers_ready),
        ("PodScheduled", Verdict::yes()),
    ];
    foreign
        .chain(disruption.filter(|_| !is_replaced))
        .cloned()
        .chain(shutdown.map(|verdict| written(facts, DISRUPTION_TARGET, verdict)))
        .chain(ours.map(|(name, verdict)| written(facts, name, verdict)))
        .collect()
}

fn ready_to_start(facts: &Facts<'_>) -> Verdict {
    let is_ready = facts.observed.sandbox == super::Sandbox::Ready && !facts.is_over;
    Verdict {
        is_true: is_ready,
        ..Verdict::yes()
    }
}

fn initialized(
    facts: &Facts<'_>,
    phase: Phase,
    init_statuses: &[core::ContainerStatus],
) -> Verdict {
    if phase == Phase::Succeeded {
        return Verdict {
            reason: Some("PodCompleted"),
            ..Verdict::yes()
        };
    }
    if facts.is_initialized {
        return Verdict::yes();
    }
    let incomplete = facts
        .pod
        .init_containers
        .iter()
        .zip(init_statuses)
        .filter(|(container, status)| match container.kind {
            ContainerKind::Sidecar => status.started != Some(true),
            ContainerKind::Init | ContainerKind::Regular => !status.ready,
        })
        .map(|(container, _)| container.name.as_str())
        .collect::<Vec<_>>();
    Verdict::no(
        "ContainersNotInitialized",
        Some(format!(
            "containers with incomplete status: [{}]",
            incomplete.join(" ")
        )),
    )
}

fn containers_ready(
    facts: &Facts<'_>,
    phase: Phase,
    init_statuses: &[core::ContainerStatus],
    statuses: &[core::ContainerStatus],
) -> Verdict {
    match phase {
        Phase::Succeeded => return Verdict::no("PodCompleted", None),
        Phase::Failed => return Verdict::no("PodFailed", None),
        Phase::Pending | Phase::Running => {}
    }
    let sidecars = facts
        .pod
        .init_containers
        .iter()
        .zip(init_statuses)
        .filter(|(container, _)| container.kind == ContainerKind::Sidecar)
        .map(|(_, status)| status);
    let unready = sidecars
        .chain(statuses)
        .filter(|status| !status.ready)
        .map(|status| status.name.as_str())
        .collect::<Vec<_>>();
    if unready.is_empty() {
        return Verdict::yes();
    }
    Verdict::no(
        "ContainersNotReady",
        Some(format!(
            "containers with unready status: [{}]",
            unready.join(" ")
        )),
    )
}

fn ready(facts: &Facts<'_>, containers_ready: &Verdict) -> Verdict {
    if !containers_ready.is_true {
        return Verdict {
            is_true: false,
            reason: containers_ready.reason,
            message: containers_ready.message.clone(),
        };
    }
    let mut unmet = Vec::new();
    for gate in &facts.pod.readiness_gates {
        let found = facts
            .pod
            .status
            .conditions
            .iter()
            .flatten()
            .find(|condition| condition.type_ == *gate);
        match found {
            None => unmet.push(format!(
                "corresponding condition of pod readiness gate \"{gate}\" does not exist."
            )),
            Some(condition) if condition.status != "True" => unmet.push(format!(
                "the status of pod readiness gate \"{gate}\" is not \"True\", but {}",
                condition.status
            )),
            Some(_) => {}
        }
    }
    if unmet.is_empty() {
        return Verdict::yes();
    }
    Verdict::no("ReadinessGatesNotReady", Some(unmet.join(", ")))
}

/// `lastTransitionTime` moves only when `status` does.
fn written(facts: &Facts<'_>, name: &str, verdict: Verdict) -> core::PodCondition {
    let status = if verdict.is_true { "True" } else { "False" };
    let unchanged_since = facts
        .pod
        .status
        .conditions
        .iter()
        .flatten()
        .find(|stored| stored.type_ == name && stored.status == status)
        .and_then(|stored| stored.last_transition_time.clone());
    core::PodCondition {
        type_: name.to_owned(),
        status: status.to_owned(),
        reason: verdict.reason.map(str::to_owned),
        message: verdict.message,
        last_transition_time: Some(
            unchanged_since.unwrap_or_else(|| Time(whole_seconds(facts.now))),
        ),
        last_probe_time: None,
        observed_generation: facts.pod.generation,
    }
}

impl Verdict {
    fn yes() -> Self {
        Self {
            is_true: true,
            reason: None,
            message: None,
        }
    }

    fn no(reason: &'static str, message: Option<String>) -> Self {
        Self {
            is_true: false,
            reason: Some(reason),
            message,
        }
    }
}
