//! Pods: what of all that a Pod's status says fits into one word.
//!
//! Source: upstream `printPod`.

use jobyard_api::{Timestamp, core, meta};
use serde_json::{Value, json};

use super::{AGE, Column, NAME, NONE, Printer, duration};

impl Printer for core::Pod {
    const COLUMNS: &'static [Column] = &[
        NAME,
        Column::text("Ready", "Containers that are ready, of all containers"),
        Column::text(
            "Status",
            "The phase, or the reason a container gives for not running",
        ),
        Column::text(
            "Restarts",
            "Restarts of all containers, and when the last one was",
        ),
        AGE,
        Column::text("IP", "Address of the Pod").wide(),
        Column::text("Node", "Node the Pod is bound to").wide(),
        Column::text(
            "Nominated Node",
            "Node on which room is being made for the Pod",
        )
        .wide(),
        Column::text(
            "Readiness Gates",
            "Conditions that are true, of those the Pod waits for",
        )
        .wide(),
    ];

    fn cells(&self, now: Timestamp) -> Vec<Value> {
        let empty_spec = core::PodSpec::default();
        let empty_status = core::PodStatus::default();
        let spec = self.spec.as_ref().unwrap_or(&empty_spec);
        let status = self.status.as_ref().unwrap_or(&empty_status);
        let summary = Summary::of(&self.metadata, spec, status);
        vec![
            json!(self.metadata.name.as_deref().unwrap_or("")),
            json!(format!("{}/{}", summary.ready, summary.containers)),
            json!(summary.reason),
            json!(summary.restarts.print(now)),
            json!(duration::age(&self.metadata, now)),
            json!(or_none(pod_ip(status))),
            json!(or_none(spec.node_name.as_deref())),
            json!(or_none(status.nominated_node_name.as_deref())),
            json!(readiness_gates(spec, status)),
        ]
    }
}

/// What the first columns say.
struct Summary {
    ready: usize,
    containers: usize,
    reason: String,
    restarts: Restarts,
}

impl Summary {
    fn of(metadata: &meta::ObjectMeta, spec: &core::PodSpec, status: &core::PodStatus) -> Self {
        let phase = status.phase.as_deref().unwrap_or("");
        let sidecars = spec
            .init_containers
            .iter()
            .flatten()
            .filter(|it| is_restartable(it));
        let mut summary = Self {
            ready: 0,
            containers: spec.containers.len() + sidecars.count(),
            reason: non_empty(status.reason.as_deref())
                .unwrap_or(phase)
                .to_owned(),
            restarts: Restarts::default(),
        };
        let is_gated = condition(status, "PodScheduled")
            .is_some_and(|found| found.reason.as_deref() == Some("SchedulingGated"));
        if is_gated {
            "SchedulingGated".clone_into(&mut summary.reason);
        }

        let initialization = summary.add_init_containers(spec, status);
        if !initialization.is_running || is_true(condition(status, "Initialized")) {
            summary.restarts = initialization.restarts_of_sidecars;
            summary.add_containers(status);
        }

        if metadata.deletion_timestamp.is_some() {
            if status.reason.as_deref() == Some("NodeLost") {
                "Unknown".clone_into(&mut summary.reason);
            } else if !matches!(phase, "Succeeded" | "Failed") {
                "Terminating".clone_into(&mut summary.reason);
            }
        }
        summary
    }

    /// Looks at the init containers in their order, up to the first that holds the others up.
    fn add_init_containers(
        &mut self,
        spec: &core::PodSpec,
        status: &core::PodStatus,
    ) -> Initialization {
        let mut result = Initialization::default();
        let containers: Vec<_> = spec.init_containers.iter().flatten().collect();
        let statuses = status.init_container_statuses.iter().flatten();
        for (index, container) in statuses.enumerate() {
            self.restarts.add(container);
            let is_sidecar = containers
                .iter()
                .any(|it| it.name == container.name && is_restartable(it));
            if is_sidecar {
                result.restarts_of_sidecars.add(container);
            }
            let state = container.state.as_ref();
            let terminated = state.and_then(|state| state.terminated.as_ref());
            let waiting = state
                .and_then(|state| state.waiting.as_ref())
                .and_then(|waiting| non_empty(waiting.reason.as_deref()))
                .filter(|&reason| reason != "PodInitializing");
            if terminated.is_some_and(|it| it.exit_code == 0) {
                continue;
            }
            if is_sidecar && container.started == Some(true) {
                self.ready += usize::from(container.ready);
                continue;
            }
            self.reason = match (terminated, waiting) {
                (Some(terminated), _) => format!("Init:{}", reason_of(terminated)),
                (None, Some(reason)) => format!("Init:{reason}"),
                (None, None) => format!("Init:{index}/{}", containers.len()),
            };
            result.is_running = true;
            break;
        }
        result
    }

    /// Looks at the containers, the last one first, so that the word of the first one stays.
    fn add_containers(&mut self, status: &core::PodStatus) {
        let mut error_reason = None;
        let mut has_running = false;
        let statuses: Vec<_> = status.container_statuses.iter().flatten().collect();
        for container in statuses.into_iter().rev() {
            self.restarts.add(container);
            let state = container.state.clone().unwrap_or_default();
            let waiting = state.waiting.as_ref();
            if let Some(reason) = waiting.and_then(|it| non_empty(it.reason.as_deref())) {
                reason.clone_into(&mut self.reason);
            } else if let Some(terminated) = &state.terminated {
                self.reason = reason_of(terminated);
                if terminated.exit_code != 0 {
                    error_reason = Some(self.reason.clone());
                }
            } else if container.ready && state.running.is_some() {
                has_running = true;
                self.ready += 1;
            }
        }
        // One container has completed, but it does not speak for all.
        if self.reason == "Completed" {
            if has_running && is_true(condition(status, "Ready")) {
                "Running".clone_into(&mut self.reason);
            } else if let Some(reason) = error_reason {
                self.reason = reason;
            } else if has_running {
                "NotReady".clone_into(&mut self.reason);
            }
        }
    }
}

/// How far the init containers are.
#[derive(Default)]
struct Initialization {
    is_running: bool,
    restarts_of_sidecars: Restarts,
}

/// Restarts, and the end of the run before the last one.
#[derive(Default)]
struct Restarts {
    count: i64,
    last: Option<Timestamp>,
}

impl Restarts {
    fn add(&mut self, container: &core::ContainerStatus) {
        self.count += i64::from(container.restart_count);
        let last = container.last_state.as_ref();
        let last = last.and_then(|state| state.terminated.as_ref());
        let last = last.and_then(|terminated| terminated.finished_at.as_ref());
        self.last = self.last.max(last.map(|time| time.0));
    }

    fn print(&self, now: Timestamp) -> String {
        match self.last {
            Some(last) if self.count != 0 => {
                let ago = duration::human_duration(now.duration_since(last));
                format!("{} ({ago} ago)", self.count)
            }
            _ => self.count.to_string(),
        }
    }
}

fn reason_of(terminated: &core::ContainerStateTerminated) -> String {
    match (non_empty(terminated.reason.as_deref()), terminated.signal) {
        (Some(reason), _) => reason.to_owned(),
        (None, Some(signal)) if signal != 0 => format!("Signal:{signal}"),
        (None, _) => format!("ExitCode:{}", terminated.exit_code),
    }
}

fn is_restartable(container: &core::Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

fn condition<'a>(status: &'a core::PodStatus, name: &str) -> Option<&'a core::PodCondition> {
    status
        .conditions
        .iter()
        .flatten()
        .find(|it| it.type_ == name)
}

fn is_true(condition: Option<&core::PodCondition>) -> bool {
    condition.is_some_and(|it| it.status == "True")
}

fn non_empty(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn or_none(text: Option<&str>) -> &str {
    non_empty(text).unwrap_or(NONE)
}

fn pod_ip(status: &core::PodStatus) -> Option<&str> {
    status
        .pod_ips
        .iter()
        .flatten()
        .next()
        .map(|it| it.ip.as_str())
}

fn readiness_gates(spec: &core::PodSpec, status: &core::PodStatus) -> String {
    let gates: Vec<_> = spec.readiness_gates.iter().flatten().collect();
    if gates.is_empty() {
        return NONE.to_owned();
    }
    let open = gates
        .iter()
        .filter(|gate| is_true(condition(status, &gate.condition_type)));
    format!("{}/{}", open.count(), gates.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-01-01T01:00:00Z";

    /// Ready, Status and Restarts of a Pod with this spec and status (and deletion).
    fn shown(spec: &Value, status: &Value, is_deleted: bool) -> [String; 3] {
        let mut pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "p", "creationTimestamp": "2026-01-01T00:00:00Z"},
            "spec": spec, "status": status,
        });
        if is_deleted {
            pod["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:30:00Z");
        }
        let pod: core::Pod = serde_json::from_value(pod).expect("a Pod");
        let cells = pod.cells(NOW.parse().expect("a timestamp"));
        [1, 2, 3].map(|at| cells[at].as_str().expect("text").to_owned())
    }

    fn one(status: &Value) -> [String; 3] {
        let phase = status["phase"].as_str().unwrap_or("Running").to_owned();
        let mut container = status.clone();
        container["name"] = json!("c");
        let fill = |value: &mut Value, name: &str, default: Value| {
            if value.get(name).is_none() {
                value[name] = default;
            }
        };
        fill(&mut container, "ready", json!(false));
        fill(&mut container, "restartCount", json!(0));
        fill(&mut container, "image", json!("i"));
        fill(&mut container, "imageID", json!(""));
        shown(
            &json!({"containers": [{"name": "c"}]}),
            &json!({"phase": phase, "containerStatuses": [container]}),
            false,
        )
    }

    #[test]
    fn q13_pod_status_is_the_containers_reason() {
        let creating =
            json!({"phase": "Pending", "state": {"waiting": {"reason": "ContainerCreating"}}});
        assert_eq!(one(&creating), ["0/1", "ContainerCreating", "0"]);
        let completed = json!({"phase": "Succeeded", "state": {"terminated": {"reason": "Completed", "exitCode": 0}}});
        assert_eq!(one(&completed), ["0/1", "Completed", "0"]);
        let failed =
            json!({"phase": "Failed", "state": {"terminated": {"reason": "Error", "exitCode": 3}}});
        assert_eq!(one(&failed), ["0/1", "Error", "0"]);
    }

    #[test]
    fn q14_a_pod_being_deleted_is_terminating() {
        let spec = json!({"containers": [{"name": "c"}]});
        let shown = |phase: &str| shown(&spec, &json!({"phase": phase}), true);
        assert_eq!(shown("Running"), ["0/1", "Terminating", "0"]);
        assert_eq!(shown("Succeeded"), ["0/1", "Succeeded", "0"]);
    }

    #[test]
    fn a_terminated_container_without_reason_shows_signal_or_exit_code() {
        let by_signal = json!({"state": {"terminated": {"exitCode": 137, "signal": 9}}});
        assert_eq!(one(&by_signal)[1], "Signal:9");
        let by_code = json!({"state": {"terminated": {"exitCode": 3}}});
        assert_eq!(one(&by_code)[1], "ExitCode:3");
    }

    #[test]
    fn restarts_say_when_the_last_one_was() {
        let status = json!({
            "restartCount": 2, "ready": true,
            "state": {"running": {}},
            "lastState": {"terminated": {"exitCode": 1, "finishedAt": "2026-01-01T00:58:55Z"}},
        });
        assert_eq!(one(&status), ["1/1", "Running", "2 (65s ago)"]);
    }

    #[test]
    fn several_containers_share_one_word() {
        let container = |name: &str, ready: bool, state: &Value| json!({"name": name, "ready": ready, "restartCount": 0, "image": "i", "imageID": "", "state": state});
        let spec = json!({"containers": [{"name": "a"}, {"name": "b"}]});
        let running = json!({"running": {}});
        let completed = json!({"terminated": {"reason": "Completed", "exitCode": 0}});
        let failed = json!({"terminated": {"reason": "Error", "exitCode": 1}});
        for (a, b, is_ready, expected) in [
            (&completed, &running, true, ["1/2", "Running", "0"]),
            (&completed, &running, false, ["1/2", "NotReady", "0"]),
            (&completed, &failed, false, ["0/2", "Error", "0"]),
            (&failed, &completed, false, ["0/2", "Error", "0"]),
        ] {
            let status = json!({
                "phase": "Running",
                "conditions": [{"type": "Ready", "status": if is_ready { "True" } else { "False" }}],
                "containerStatuses": [
                    container("a", a.get("running").is_some(), a),
                    container("b", b.get("running").is_some(), b),
                ],
            });
            assert_eq!(shown(&spec, &status, false), expected);
        }
    }

    #[test]
    fn init_containers_speak_first() {
        let init = |state: &Value| {
            json!({
                "phase": "Pending",
                "initContainerStatuses": [
                    {"name": "a", "ready": true, "restartCount": 0, "image": "i", "imageID": "", "state": {"terminated": {"exitCode": 0}}},
                    {"name": "b", "ready": false, "restartCount": 1, "image": "i", "imageID": "", "state": state},
                ],
                "containerStatuses": [
                    {"name": "c", "ready": false, "restartCount": 0, "image": "i", "imageID": "", "state": {"waiting": {"reason": "PodInitializing"}}},
                ],
            })
        };
        let spec = json!({"initContainers": [{"name": "a"}, {"name": "b"}], "containers": [{"name": "c"}]});
        for (state, expected) in [
            (json!({"running": {}}), "Init:1/2"),
            (
                json!({"waiting": {"reason": "CrashLoopBackOff"}}),
                "Init:CrashLoopBackOff",
            ),
            (
                json!({"waiting": {"reason": "PodInitializing"}}),
                "Init:1/2",
            ),
            (json!({"terminated": {"exitCode": 2}}), "Init:ExitCode:2"),
            (
                json!({"terminated": {"exitCode": 2, "reason": "Error"}}),
                "Init:Error",
            ),
        ] {
            assert_eq!(shown(&spec, &init(&state), false), ["0/1", expected, "1"]);
        }
    }

    #[test]
    fn a_started_sidecar_counts_as_a_container() {
        let spec = json!({
            "initContainers": [{"name": "s", "restartPolicy": "Always"}],
            "containers": [{"name": "c"}],
        });
        let status = json!({
            "phase": "Running",
            "initContainerStatuses": [
                {"name": "s", "ready": true, "started": true, "restartCount": 3, "image": "i", "imageID": "", "state": {"running": {}}},
            ],
            "containerStatuses": [
                {"name": "c", "ready": true, "restartCount": 1, "image": "i", "imageID": "", "state": {"running": {}}},
            ],
        });
        assert_eq!(shown(&spec, &status, false), ["2/2", "Running", "4"]);
    }

    #[test]
    fn a_gated_pod_says_so() {
        let status = json!({
            "phase": "Pending",
            "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}],
        });
        assert_eq!(
            shown(&json!({"containers": [{"name": "c"}]}), &status, false),
            ["0/1", "SchedulingGated", "0"]
        );
    }

    #[test]
    fn wide_columns_are_none_until_known() {
        let pod: core::Pod = serde_json::from_value(json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
            "spec": {"containers": [], "nodeName": "box", "readinessGates": [{"conditionType": "x"}]},
            "status": {"podIPs": [{"ip": "10.1.2.3"}]},
        }))
        .expect("a Pod");
        let now = NOW.parse().expect("a timestamp");
        assert_eq!(
            pod.cells(now)[5..],
            [
                json!("10.1.2.3"),
                json!("box"),
                json!("<none>"),
                json!("0/1")
            ]
        );
        assert_eq!(
            core::Pod::default().cells(now)[5..],
            ["<none>"; 4].map(|text| json!(text))
        );
    }
}
