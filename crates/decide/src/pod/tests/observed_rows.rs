//! The rows seen on a running kubelet 1.36.2 (one Pod each), in their order.

use jobyard_api::{core, meta::Time};

use super::world::{IMAGE, World, check};
use crate::pod::{ExitReason, HeldReason, RestartPolicy::Never};

const SUCCEEDED: &str = "Succeeded
    PodReadyToStartContainers False
    Initialized True PodCompleted
    Ready False PodCompleted
    ContainersReady False PodCompleted
    PodScheduled True";
const FAILED: &str = "Failed
    PodReadyToStartContainers False
    Initialized True
    Ready False PodFailed
    ContainersReady False PodFailed
    PodScheduled True";
const WAITING: &str = "Pending
    PodReadyToStartContainers True
    Initialized True
    Ready False ContainersNotReady containers with unready status: [c]
    ContainersReady False ContainersNotReady containers with unready status: [c]
    PodScheduled True";

fn rows(conditions: &str, containers: &str) -> String {
    format!("{conditions}\n{containers}")
}

fn started() -> World {
    let mut world = World::new(Never, &["c"]);
    world.settle();
    world
}

#[test]
fn a_running_pod_is_ready() {
    check(
        &started().status(),
        "Running
        PodReadyToStartContainers True
        Initialized True
        Ready True
        ContainersReady True
        PodScheduled True
        c: running started=true ready=true restarts=0",
    );
}

#[test]
fn exit_0_with_a_termination_message() {
    let mut world = started();
    world
        .ends("c", 0, ExitReason::Exited, Some("bye\n"))
        .settle();
    let container = r#"c: terminated 0 Completed "bye\n" started=false ready=false restarts=0"#;
    check(&world.status(), &rows(SUCCEEDED, container));
    assert_eq!(world.did(), "prepare, start c#0, remove");
}

#[test]
fn exit_3_with_the_last_log_lines() {
    let mut world = started();
    world
        .ends("c", 3, ExitReason::Exited, Some("boom\n"))
        .settle();
    let container = r#"c: terminated 3 Error "boom\n" started=false ready=false restarts=0"#;
    check(&world.status(), &rows(FAILED, container));
}

#[test]
fn a_command_that_does_not_exist() {
    let mut world = started();
    world
        .ends("c", 128, ExitReason::StartError, Some("no such file"))
        .settle();
    let container = r#"c: terminated 128 StartError "no such file" startedAt=1970 started=false ready=false restarts=0"#;
    check(&world.status(), &rows(FAILED, container));
}

#[test]
fn over_its_memory_limit() {
    let mut world = started();
    world.ends("c", 137, ExitReason::OomKilled, None).settle();
    check(
        &world.status(),
        &rows(
            FAILED,
            "c: terminated 137 OOMKilled started=false ready=false restarts=0",
        ),
    );
}

/// What holds the start, its message, and the state shown.
fn check_held(reason: HeldReason, message: &str, shown: &str) {
    let mut world = World::new(Never, &["c"]);
    world
        .obstacles
        .insert("c".to_owned(), (reason, message.to_owned()));
    world.settle();
    let container = format!("c: waiting {shown} {message:?} started=false ready=false restarts=0");
    check(&world.status(), &rows(WAITING, &container));
    assert!(world.wake_at.is_some(), "it is tried again");
}

#[test]
fn env_from_a_config_map_that_is_missing() {
    check_held(
        HeldReason::ContainerConfig,
        r#"configmap "nope" not found"#,
        "CreateContainerConfigError",
    );
}

#[test]
fn pull_policy_never_and_no_image() {
    let message = format!("Container image \"{IMAGE}\" is not present with pull policy of Never");
    check_held(HeldReason::ImageNeverPull, &message, "ErrImageNeverPull");
}

#[test]
fn an_image_name_that_says_nothing() {
    check_held(
        HeldReason::InvalidImageName,
        "couldn't parse image name",
        "InvalidImageName",
    );
}

#[test]
fn a_failed_pull_alternates_with_its_back_off() {
    let mut world = World::new(Never, &["c"]);
    world.obstacles.insert(
        "c".to_owned(),
        (HeldReason::ImagePull, "not here".to_owned()),
    );
    world.settle();
    let pull = r#"c: waiting ErrImagePull "not here" started=false ready=false restarts=0"#;
    check(&world.status(), &rows(WAITING, pull));
    assert_eq!(world.wakes_in(), Some(2));

    world.advance(2).settle();
    let back_off = format!(
        r#"c: waiting ImagePullBackOff "Back-off pulling image \"{IMAGE}\": ErrImagePull: not here" started=false ready=false restarts=0"#
    );
    // The text holds escaped quotes, as `{:?}` of the message prints them.
    check(&world.status(), &rows(WAITING, &back_off));
    assert_eq!(
        world.events,
        [
            format!("Normal BackOff Back-off pulling image \"{IMAGE}\" @spec.containers{{c}}"),
            "Warning Failed Error: ImagePullBackOff @spec.containers{c}".to_owned(),
        ]
    );
    assert_eq!(world.wakes_in(), Some(8));

    world.advance(8).settle();
    check(&world.status(), &rows(WAITING, pull));
    world.advance(2).settle();
    assert_eq!(world.wakes_in(), Some(18), "the wait doubles");
}

#[test]
fn past_its_active_deadline() {
    let mut world = World::new(Never, &["c"])
        .at(|pod| pod.active_deadline = Some(std::time::Duration::from_secs(5)));
    world.settle();
    assert_eq!(world.wakes_in(), Some(5));
    world.advance(5).settle();
    check(
        &world.status(),
        "Running
        PodReadyToStartContainers True
        Initialized True
        Ready True
        ContainersReady True
        PodScheduled True
        c: running started=true ready=true restarts=0",
    );
    world.advance(30).settle();
    let failed = FAILED.replacen(
        "Failed",
        "Failed | DeadlineExceeded | Pod was active on the node longer than the specified deadline",
        1,
    );
    check(
        &world.status(),
        &rows(
            &failed,
            "c: terminated 137 Error started=false ready=false restarts=0",
        ),
    );
    assert_eq!(
        world.events,
        [
            "Normal Killing Stopping container c @spec.containers{c}",
            "Normal DeadlineExceeded Pod was active on the node longer than the specified deadline",
        ]
    );
}

#[test]
fn a_sidecar_is_stopped_when_the_main_container_has_ended() {
    let mut world = World::new(Never, &["init:i", "sidecar:s", "c"]);
    world.settle();
    world.exits("i", 0).settle();
    world.exits("c", 0).settle();
    world.advance(30).settle();
    check(
        &world.status(),
        &rows(
            SUCCEEDED,
            "i: terminated 0 Completed started=false ready=true restarts=0
            s: terminated 137 Error started=false ready=false restarts=0
            c: terminated 0 Completed started=false ready=false restarts=0",
        ),
    );
    assert_eq!(
        world.did(),
        "prepare, start i#0, start s#0, start c#0, terminate s kill=+30, kill s, remove"
    );
}

#[test]
fn deleted_and_exits_0_on_sigterm() {
    let mut world = started();
    world.delete(30).settle();
    world.exits("c", 0).settle();
    check(
        &world.status(),
        &rows(
            SUCCEEDED,
            "c: terminated 0 Completed started=false ready=false restarts=0",
        ),
    );
    assert_eq!(
        world.did(),
        "prepare, start c#0, terminate c kill=+30, remove, delete"
    );
}

#[test]
fn deleted_and_does_not_react() {
    let mut world = started();
    world.delete(7).settle();
    world.advance(6).settle();
    assert!(!world.did().contains("kill c"), "the grace is not over");
    world.advance(1).settle();
    check(
        &world.status(),
        &rows(
            FAILED,
            "c: terminated 137 Error started=false ready=false restarts=0",
        ),
    );
    assert_eq!(
        world.did(),
        "prepare, start c#0, terminate c kill=+7, kill c, remove, delete"
    );
}

#[test]
fn the_whole_status_of_a_finished_pod() {
    let mut world = World::new(Never, &["c"]).at(|pod| {
        pod.containers[0].volume_mounts = vec![core::VolumeMountStatus {
            name: "v".to_owned(),
            mount_path: "/v".to_owned(),
            read_only: Some(true),
            recursive_read_only: Some("Disabled".to_owned()),
            ..Default::default()
        }];
    });
    world.settle().advance(3).exits("c", 0).settle();
    let begin = Some(Time("2026-01-01T00:00:00Z".parse().unwrap()));
    let end = Some(Time("2026-01-01T00:00:03Z".parse().unwrap()));
    let condition = |type_: &str, status: &str, reason: Option<&str>, since: &Option<Time>| {
        core::PodCondition {
            type_: type_.to_owned(),
            status: status.to_owned(),
            reason: reason.map(str::to_owned),
            last_transition_time: since.clone(),
            observed_generation: Some(1),
            ..Default::default()
        }
    };
    let expected = core::PodStatus {
        phase: Some("Succeeded".to_owned()),
        observed_generation: Some(1),
        qos_class: Some("BestEffort".to_owned()),
        host_ip: Some("10.0.0.1".to_owned()),
        host_ips: Some(vec![core::HostIP {
            ip: "10.0.0.1".to_owned(),
        }]),
        pod_ip: Some("10.0.0.1".to_owned()),
        pod_ips: Some(vec![core::PodIP {
            ip: "10.0.0.1".to_owned(),
        }]),
        start_time: begin.clone(),
        conditions: Some(vec![
            condition("PodReadyToStartContainers", "False", None, &end),
            condition("Initialized", "True", Some("PodCompleted"), &begin),
            condition("Ready", "False", Some("PodCompleted"), &end),
            condition("ContainersReady", "False", Some("PodCompleted"), &end),
            condition("PodScheduled", "True", None, &begin),
        ]),
        container_statuses: Some(vec![core::ContainerStatus {
            name: "c".to_owned(),
            image: IMAGE.to_owned(),
            container_id: Some("jobyard://c-0".to_owned()),
            started: Some(false),
            resources: Some(core::ResourceRequirements::default()),
            volume_mounts: world.pod.containers[0].volume_mounts.clone().into(),
            last_state: Some(core::ContainerState::default()),
            state: Some(core::ContainerState {
                terminated: Some(core::ContainerStateTerminated {
                    exit_code: 0,
                    reason: Some("Completed".to_owned()),
                    started_at: begin,
                    finished_at: end,
                    container_id: Some("jobyard://c-0".to_owned()),
                    ..Default::default()
                }),
                ..Default::default()
            }),
            ..Default::default()
        }]),
        ..Default::default()
    };
    assert_eq!(world.pod.status, expected);
}
