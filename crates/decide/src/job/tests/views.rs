//! What the views make of objects: defaults, finish times, odd numbers.

use std::sync::Arc;

use jobyard_api::{
    Timestamp, Uid, batch,
    core::{
        Container, ContainerState, ContainerStateTerminated, ContainerStatus, Pod, PodCondition,
        PodSpec, PodStatus,
    },
    meta::{OwnerReference, Time},
};

use crate::job::{
    JobStatus, JobView, PodView,
    pod_view::{FailedContainer, PodPhase, Readiness, Restarts, finish_time},
    view::{Completions, PodReplacement},
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_000_000 + seconds).expect("a time")
}

fn view(change: impl FnOnce(&mut batch::JobSpec)) -> JobView {
    let mut job = batch::Job::default();
    change(job.spec.get_or_insert_default());
    JobView::from(&Arc::new(job))
}

// Documentation page "Jobs", "Parallel execution for Jobs"; upstream `SetDefaults_Job`.
#[test]
fn completions_and_parallelism_have_defaults() {
    for (completions, parallelism, mode, expected) in [
        (None, None, None, (Completions::Count(1), 1)),
        (None, Some(3), None, (Completions::WorkQueue, 3)),
        (Some(5), None, None, (Completions::Count(5), 1)),
        (
            Some(5),
            Some(0),
            Some("NonIndexed"),
            (Completions::Count(5), 0),
        ),
        (
            Some(5),
            Some(2),
            Some("Indexed"),
            (Completions::Indexed(5), 2),
        ),
        (Some(-5), Some(-2), None, (Completions::Count(0), 0)),
    ] {
        let job = view(|spec| {
            spec.completions = completions;
            spec.parallelism = parallelism;
            spec.completion_mode = mode.map(ToOwned::to_owned);
        });
        assert_eq!((job.completions, job.parallelism), expected);
        assert!(!job.has_unknown_completion_mode);
    }
}

#[test]
fn limits_have_defaults() {
    assert_eq!(view(|_| {}).backoff_limit, 6);
    assert_eq!(
        view(|spec| spec.backoff_limit_per_index = Some(1)).backoff_limit,
        2_147_483_647
    );
    let both = view(|spec| {
        spec.backoff_limit_per_index = Some(1);
        spec.backoff_limit = Some(2);
    });
    assert_eq!(
        (both.backoff_limit, both.backoff_limit_per_index),
        (2, Some(1))
    );
}

#[test]
fn a_failure_policy_makes_replacement_strict() {
    assert_eq!(
        view(|_| {}).pod_replacement,
        PodReplacement::TerminatingOrFailed
    );
    let strict = view(|spec| spec.pod_replacement_policy = Some("Failed".to_owned()));
    assert_eq!(strict.pod_replacement, PodReplacement::Failed);
    let policy = view(|spec| spec.pod_failure_policy = Some(batch::PodFailurePolicy::default()));
    assert_eq!(policy.pod_replacement, PodReplacement::Failed);
}

#[test]
fn deadlines_beyond_the_calendar_never_come() {
    let job = view(|spec| spec.active_deadline_seconds = Some(i64::MAX));
    assert_eq!(job.deadline(at(0)), None);
    let job = view(|spec| spec.active_deadline_seconds = Some(30));
    assert_eq!(job.deadline(at(0)), Some(at(30)));
}

#[test]
fn a_status_survives_the_wire() {
    let wire = batch::JobStatus {
        active: Some(2),
        ready: Some(0),
        terminating: Some(1),
        succeeded: Some(3),
        failed: None,
        completed_indexes: Some("0-2".to_owned()),
        failed_indexes: Some(String::new()),
        start_time: Some(Time(at(0))),
        uncounted_terminated_pods: Some(batch::UncountedTerminatedPods {
            succeeded: None,
            failed: Some(vec!["a".to_owned()]),
        }),
        ..batch::JobStatus::default()
    };
    assert_eq!(batch::JobStatus::from(&JobStatus::from(&wire)), wire);
}

fn ended(name: &str, exit_code: i32, seconds: i64) -> ContainerStatus {
    ContainerStatus {
        name: name.to_owned(),
        state: Some(ContainerState {
            terminated: Some(ContainerStateTerminated {
                exit_code,
                finished_at: Some(Time(at(seconds))),
                ..ContainerStateTerminated::default()
            }),
            ..ContainerState::default()
        }),
        ..ContainerStatus::default()
    }
}

fn unready(seconds: i64) -> PodCondition {
    PodCondition {
        type_: "Ready".to_owned(),
        status: "False".to_owned(),
        last_transition_time: Some(Time(at(seconds))),
        ..PodCondition::default()
    }
}

/// A Pod created at 1 s with a sidecar `side`.
fn pod(change: impl FnOnce(&mut Pod, &mut PodStatus)) -> Pod {
    let mut pod = Pod {
        spec: Some(PodSpec {
            init_containers: Some(vec![Container {
                name: "side".to_owned(),
                restart_policy: Some("Always".to_owned()),
                ..Container::default()
            }]),
            ..PodSpec::default()
        }),
        ..Pod::default()
    };
    pod.metadata.creation_timestamp = Some(Time(at(1)));
    let mut status = PodStatus::default();
    change(&mut pod, &mut status);
    pod.status = Some(status);
    pod
}

// Upstream `backoff_utils_test.go`, `TestGetFinishedTime`.
#[test]
fn the_end_of_a_pod_is_the_best_that_is_known() {
    let delete = |pod: &mut Pod| {
        pod.metadata.deletion_timestamp = Some(Time(at(40)));
        pod.metadata.deletion_grace_period_seconds = Some(30);
    };
    for (name, pod, end) in [
        (
            "the last of its containers",
            pod(|_, status| {
                status.container_statuses = Some(vec![ended("a", 0, 5), ended("b", 1, 9)]);
            }),
            9,
        ),
        (
            "the sidecar included",
            pod(|_, status| {
                status.container_statuses = Some(vec![ended("a", 0, 5)]);
                status.init_container_statuses =
                    Some(vec![ended("side", 0, 12), ended("init", 0, 99)]);
            }),
            12,
        ),
        (
            "one container still runs: not ready any more",
            pod(|_, status| {
                status.container_statuses =
                    Some(vec![ended("a", 0, 5), ContainerStatus::default()]);
                status.conditions = Some(vec![unready(7)]);
            }),
            7,
        ),
        (
            "no container: not ready any more",
            pod(|pod, status| {
                delete(pod);
                status.conditions = Some(vec![unready(7)]);
            }),
            7,
        ),
        ("deletion asked for", pod(|pod, _| delete(pod)), 10),
        ("created", pod(|_, _| {}), 1),
    ] {
        assert_eq!(finish_time(&pod), Some(at(end)), "{name}");
    }
    assert_eq!(finish_time(&Pod::default()), None);
}

#[test]
fn restarts_and_exit_codes_are_taken_container_by_container() {
    let restarted = |name: &str, restart_count| ContainerStatus {
        restart_count,
        ..ended(name, restart_count, 5)
    };
    let pod = PodView::from(&pod(|_, status| {
        status.container_statuses = Some(vec![restarted("a", 2), restarted("b", 0)]);
        status.init_container_statuses = Some(vec![restarted("side", 3), restarted("init", 4)]);
    }));
    let expected = Restarts {
        sum: 9,
        regular_max: 2,
        sidecar_max: 3,
    };
    assert_eq!(pod.restarts, expected);
    let failed = |name: &str, exit_code| FailedContainer {
        name: name.into(),
        exit_code,
    };
    assert_eq!(
        *pod.failed_containers,
        [failed("a", 2), failed("side", 3), failed("init", 4)]
    );
}

#[test]
fn only_counting_numbers_are_indexes() {
    for (text, expected) in [
        ("0", Some(0)),
        ("17", Some(17)),
        ("2147483647", Some(2_147_483_647)),
        ("2147483648", None),
        ("-1", None),
        ("x", None),
        ("", None),
    ] {
        let mut pod = Pod::default();
        let annotations = pod.metadata.annotations.get_or_insert_default();
        annotations.insert(
            "batch.kubernetes.io/job-completion-index".to_owned(),
            text.to_owned(),
        );
        assert_eq!(PodView::from(&pod).completion_index, expected, "{text:?}");
    }
}

// Documentation page "Pod Lifecycle", "Pod phase".
#[test]
fn a_phase_is_read_by_its_name() {
    for (text, phase, is_terminal) in [
        (None, PodPhase::Pending, false),
        (Some("Pending"), PodPhase::Pending, false),
        (Some("Running"), PodPhase::Running, false),
        (Some("Unknown"), PodPhase::Unknown, false),
        (Some("Succeeded"), PodPhase::Succeeded, true),
        (Some("Failed"), PodPhase::Failed, true),
    ] {
        let pod = PodView::from(&pod(|_, status| status.phase = text.map(ToOwned::to_owned)));
        assert_eq!((pod.phase, pod.phase.is_terminal()), (phase, is_terminal));
    }
}

// Upstream `IsPodActive`, `IsPodTerminating` (`pkg/controller/controller_utils.go`).
#[test]
fn a_pod_is_active_terminating_or_ended_and_settled_once_it_is_counted() {
    for (phase, is_deleting, has_finalizer, expected) in [
        ("Running", false, true, "active"),
        ("Running", false, false, "active"),
        ("Running", true, true, "terminating"),
        ("Running", true, false, "terminating"),
        ("Failed", false, true, ""),
        ("Failed", false, false, "settled"),
        ("Succeeded", true, true, ""),
        ("Succeeded", true, false, "settled"),
    ] {
        let pod = PodView::from(&pod(|pod, status| {
            status.phase = Some(phase.to_owned());
            pod.metadata.deletion_timestamp = is_deleting.then(|| Time(at(5)));
            let finalizer = "batch.kubernetes.io/job-tracking".to_owned();
            pod.metadata.finalizers = has_finalizer.then(|| vec![finalizer]);
        }));
        let is: Vec<_> = [
            ("active", pod.is_active()),
            ("terminating", pod.is_terminating()),
            ("settled", pod.is_settled()),
        ]
        .into_iter()
        .filter_map(|(name, holds)| holds.then_some(name))
        .collect();
        assert_eq!(
            is.join(" "),
            expected,
            "{phase}, deleting {is_deleting}, finalizer {has_finalizer}"
        );
    }
}

#[test]
fn a_pod_is_controlled_by_the_job_with_that_uid_alone() {
    let owned = |uid: &str, controller| {
        PodView::from(&pod(|pod, _| {
            pod.metadata.owner_references = Some(vec![OwnerReference {
                uid: uid.to_owned(),
                controller,
                ..OwnerReference::default()
            }]);
        }))
    };
    let job = Uid::from("job");
    assert!(owned("job", Some(true)).is_controlled_by(&job));
    assert!(!owned("other", Some(true)).is_controlled_by(&job));
    assert!(!owned("job", Some(false)).is_controlled_by(&job));
    assert!(!owned("job", None).is_controlled_by(&job));
}

// Documentation page "Pod Lifecycle", "Pod conditions".
#[test]
fn a_pod_is_ready_while_the_condition_is_true() {
    for (status, expected) in [
        (None, Readiness::NotReady),
        (Some("False"), Readiness::NotReady),
        (Some("Unknown"), Readiness::NotReady),
        (Some("True"), Readiness::Ready { since: Some(at(7)) }),
    ] {
        let condition = status.map(|status| PodCondition {
            status: status.to_owned(),
            ..unready(7)
        });
        let pod = pod(|_, status| status.conditions = Some(condition.into_iter().collect()));
        assert_eq!(PodView::from(&pod).readiness, expected, "{status:?}");
    }
}

#[test]
fn a_pod_is_scheduled_once_it_has_the_name_of_a_node() {
    for (node, expected) in [(None, false), (Some(""), false), (Some("node"), true)] {
        let pod = pod(|pod, _| {
            pod.spec.get_or_insert_default().node_name = node.map(ToOwned::to_owned);
        });
        assert_eq!(PodView::from(&pod).is_scheduled, expected, "{node:?}");
    }
}

// Upstream `ensureJobConditionStatus`.
#[test]
fn a_condition_is_replaced_if_it_says_anything_else() {
    let ensured = |status: &mut JobStatus, says: (bool, &str, &str), seconds| {
        let (is_true, reason, message) = says;
        status.ensure_condition("Suspended", is_true, reason, message, at(seconds))
    };
    let said = (true, "JobSuspended", "Job suspended");
    for (name, says, is_changed) in [
        ("the same", said, false),
        ("another status", (false, said.1, said.2), true),
        ("another reason", (true, "Other", said.2), true),
        ("another message", (true, said.1, "Other"), true),
    ] {
        let mut status = JobStatus::default();
        assert!(
            !ensured(&mut status, (false, said.1, said.2), 0),
            "no False is added"
        );
        assert!(ensured(&mut status, said, 1));
        assert_eq!(ensured(&mut status, says, 2), is_changed, "{name}");
        let time = |condition: &batch::JobCondition| condition.last_transition_time.clone();
        let times: Vec<_> = status.conditions.iter().map(time).collect();
        let expected = if is_changed { 2 } else { 1 };
        assert_eq!(times, [Some(Time(at(expected)))], "{name}");
    }
}

// Upstream `getFailJobMessage`, which asks of counted Pods, too.
#[test]
fn a_settled_pod_is_looked_at_if_its_failure_may_fail_the_job() {
    let job = |action: Option<&str>| {
        view(|spec| {
            spec.pod_failure_policy = action.map(|action| batch::PodFailurePolicy {
                rules: vec![batch::PodFailurePolicyRule {
                    action: action.to_owned(),
                    ..batch::PodFailurePolicyRule::default()
                }],
            });
        })
    };
    let (none, count, fail_job) = (job(None), job(Some("Count")), job(Some("FailJob")));
    for (phase, has_finalizer, expected) in [
        ("Failed", true, [true, true, true]),
        ("Failed", false, [false, false, true]),
        ("Succeeded", true, [true, true, true]),
        ("Succeeded", false, [false, false, false]),
        ("Running", false, [true, true, true]),
    ] {
        let pod = PodView::from(&pod(|pod, status| {
            status.phase = Some(phase.to_owned());
            let finalizer = "batch.kubernetes.io/job-tracking".to_owned();
            pod.metadata.finalizers = has_finalizer.then(|| vec![finalizer]);
        }));
        let found = [&none, &count, &fail_job].map(|job| job.looks_at(&pod));
        assert_eq!(found, expected, "{phase}, finalizer {has_finalizer}");
    }
}
