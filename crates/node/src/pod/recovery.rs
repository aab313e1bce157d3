//! What an earlier agent left of a Pod, as this one observes it.
//!
//! The attempts' folders know more than the status in the API, which may be
//! behind: they say how often a container was started and how each start ended.
//! Where the runtime knows nothing of a container, the status has the word.
//!
//! Source: upstream kubelet start-up; the rules for lost containers are in
//! [`jobyard_decide::pod`].

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use jobyard_api::{
    Object, Timestamp, core,
    meta::{ObjectMeta, Time},
};
use jobyard_decide::pod::{
    Attempt, AttemptState, ContainerObserved, Exit, ExitReason, Observed, Sandbox,
};
use jobyard_runtime::{ContainerState, RecoveredContainer, RecoveredPod};

use super::{sandbox::Folders, termination};
use crate::{
    logs::{self, Logs},
    runtime::PodRuntime,
};

/// The Pod as found at start-up. Reads termination messages.
pub(crate) fn observed<R: PodRuntime>(
    pod: &core::Pod,
    left: RecoveredPod,
    host_ip: &str,
    now: Timestamp,
    runtime: &R,
    logs: &Logs,
) -> Observed {
    let stored = pod.status.clone().unwrap_or_default();
    let mut observed = Observed::from_status(&stored, host_ip, now);
    let folders = Folders::new(runtime.volumes_dir(&left.spec.uid));
    let mut attempts: BTreeMap<String, Vec<RecoveredContainer>> = BTreeMap::new();
    for container in left.containers {
        attempts
            .entry(container.name.clone())
            .or_default()
            .push(container);
    }
    for (name, mut found) in attempts {
        found.sort_by_key(|container| container.attempt);
        let read = |container: &RecoveredContainer| attempt(pod, container, &folders, logs, now);
        let mut newest_first = found.iter().rev();
        let Some(newest) = newest_first.next() else {
            continue;
        };
        let previous = newest_first
            .next()
            .and_then(|before| match read(before).state {
                AttemptState::Finished(exit) => Some(exit),
                AttemptState::Running { .. } => None,
            });
        let known = observed
            .containers
            .get(&name)
            .and_then(|known| known.previous.clone());
        let container = ContainerObserved {
            attempt: Some(read(newest)),
            previous: previous.or(known),
            ..Default::default()
        };
        observed.containers.insert(name, container);
    }
    // The agent may have died between the sandbox and the files that belong to
    // it. What was started has seen them; if nothing was, they are made again.
    let was_used = observed
        .containers
        .values()
        .any(|container| container.attempt.is_some());
    observed.sandbox = match (left.is_alive, was_used) {
        (true, true) => Sandbox::Ready,
        (true, false) => Sandbox::Absent,
        (false, _) => Sandbox::Lost,
    };
    observed.pod_ip = Some(host_ip.to_owned());
    observed
}

fn attempt(
    pod: &core::Pod,
    found: &RecoveredContainer,
    folders: &Folders,
    logs: &Logs,
    now: Timestamp,
) -> Attempt {
    let id = logs::container_id(&pod.uid(), &found.name, found.attempt);
    let message = folders.termination_log(&found.name, found.attempt);
    let log = logs.file(&pod.key(), &pod.uid(), &found.name, found.attempt);
    let state = match &found.state {
        ContainerState::Running(started) => AttemptState::Running {
            started_at: termination::timestamp(started.started_at),
        },
        ContainerState::Exited(status) => {
            let remains = termination::Remains {
                message: Path::new(&message),
                log: &log,
            };
            AttemptState::Finished(termination::exit(
                pod,
                &found.name,
                status,
                id.clone(),
                remains,
            ))
        }
        ContainerState::FailedToStart { message } => {
            AttemptState::Finished(start_error(message, id.clone(), now))
        }
        ContainerState::Lost => AttemptState::Finished(lost(id.clone())),
    };
    Attempt {
        number: found.attempt,
        id,
        image_id: String::new(),
        state,
    }
}

/// A Pod object in place of one that is gone: what runs of it, on its way out.
pub(crate) fn stand_in(left: &RecoveredPod, now: Timestamp) -> core::Pod {
    let grace = left.spec.termination_grace;
    let names: BTreeSet<_> = left
        .containers
        .iter()
        .map(|container| &container.name)
        .collect();
    let container = |name: &&String| core::Container {
        name: (*name).clone(),
        ..Default::default()
    };
    core::Pod {
        metadata: ObjectMeta {
            namespace: Some(left.spec.namespace.clone()),
            name: Some(left.spec.name.clone()),
            uid: Some(left.spec.uid.clone()),
            deletion_timestamp: Some(Time(now.checked_add(grace).unwrap_or(now))),
            deletion_grace_period_seconds: i64::try_from(grace.as_secs()).ok(),
            ..Default::default()
        },
        spec: Some(core::PodSpec {
            restart_policy: Some("Never".to_owned()),
            containers: names.iter().map(container).collect(),
            ..Default::default()
        }),
        status: None,
    }
}

/// A process that could not be started.
pub(crate) fn start_error(message: &str, id: String, now: Timestamp) -> Exit {
    Exit {
        code: 128,
        reason: ExitReason::StartError,
        started_at: None,
        finished_at: Some(now),
        message: Some(message.to_owned()),
        id,
    }
}

/// A process that is gone without an exit code.
pub(crate) fn lost(id: String) -> Exit {
    Exit {
        code: 255,
        reason: ExitReason::Lost,
        started_at: None,
        finished_at: None,
        message: None,
        id,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use jobyard_runtime::{PodSandboxSpec, Resources, Started};

    use super::*;
    use crate::{config::Clock, fake::FakeRuntime};

    fn sandbox_of(containers: Vec<RecoveredContainer>, is_alive: bool) -> Sandbox {
        let folder = tempfile::tempdir().unwrap();
        let runtime = FakeRuntime::new(folder.path(), Clock::system());
        let spec = PodSandboxSpec {
            uid: "u".to_owned(),
            namespace: "default".to_owned(),
            name: "p".to_owned(),
            hostname: "p".to_owned(),
            cgroup: "besteffort/podu".to_owned(),
            resources: Resources::default(),
            termination_grace: Duration::from_secs(30),
        };
        let left = RecoveredPod {
            spec,
            is_alive,
            containers,
        };
        let logs = Logs::new(folder.path());
        let (pod, now) = (core::Pod::default(), Timestamp::UNIX_EPOCH);
        observed(&pod, left, "192.0.2.1", now, &runtime, &logs).sandbox
    }

    #[test]
    fn a_sandbox_that_nothing_was_started_in_is_prepared_again() {
        let attempt = |state| RecoveredContainer {
            name: "main".to_owned(),
            attempt: 0,
            state,
        };
        let running = ContainerState::Running(Started {
            pid: 1,
            started_at: SystemTime::UNIX_EPOCH,
        });
        assert_eq!(sandbox_of(vec![], true), Sandbox::Absent);
        assert_eq!(sandbox_of(vec![attempt(running)], true), Sandbox::Ready);
        assert_eq!(sandbox_of(vec![], false), Sandbox::Lost);
    }
}
