//! The agent over the real registry, with containers that act out their command.

mod yard;

use std::path::Path;

use jobyard_node::{Clock, LogOptions, Shutdown, fake::FakeRuntime};
use serde_json::json;
use yard::{Yard, shown, status};

async fn world(folder: &Path) -> (Yard, FakeRuntime) {
    let clock = Clock::paced("2026-01-01T00:00:00Z".parse().expect("a time"));
    let yard = Yard::new(folder, clock.clone()).await;
    (yard, FakeRuntime::new(&folder.join("pods"), clock))
}

macro_rules! yard_test {
    ($(#[$doc:meta])* $name:ident, |$yard:ident, $runtime:ident| $body:block) => {
        $(#[$doc])*
        #[tokio::test(start_paused = true)]
        async fn $name() {
            let folder = tempfile::tempdir().unwrap();
            let ($yard, $runtime) = world(folder.path()).await;
            $body
        }
    };
}

yard_test!(
    a_pod_runs_and_succeeds_and_leaves_its_log,
    |yard, runtime| {
        let agent = yard.agent(runtime.clone(), runtime.events());
        yard.run("p", "Never", &["print:hello", "sleep:5", "message:bye"])
            .await;
        let running = yard.until_phase("p", "Running").await;
        assert!(status(&running).ready);
        let done = yard.until_phase("p", "Succeeded").await;
        assert_eq!(shown(&done), "terminated 0 Completed");
        let ended = status(&done).state.unwrap().terminated.unwrap();
        assert_eq!(ended.message.as_deref(), Some("bye"));
        let took = ended.finished_at.unwrap().0 - ended.started_at.unwrap().0;
        assert_eq!(took.get_seconds(), 5);
        assert_eq!(yard.log(&done, LogOptions::default()).await, "hello\n");
        yard.until_told(&done, "Normal Started Container started")
            .await;
        assert_eq!(
            yard.told(&done),
            [
                "Normal ImageIgnored RuntimeClass \"host\" runs containers on this machine's own system folders: image \
             \"busybox:1.36\" is not used",
                "Normal Created Container created",
                "Normal Started Container started",
            ]
        );
        let uid = done.metadata.uid.clone().unwrap();
        agent.end(Shutdown::LeavePods).await;
        assert_eq!(
            runtime.journal(),
            [
                format!("create {uid}"),
                format!("start {uid} c#0"),
                format!("remove {uid}")
            ]
        );
    }
);

yard_test!(
    a_crashing_container_is_restarted_with_back_off_and_keeps_its_last_log,
    |yard, runtime| {
        let _agent = yard.agent(runtime.clone(), runtime.events());
        yard.run("p", "OnFailure", &["print:boom", "exit:3"]).await;
        let waiting = yard.until_state("p", "waiting CrashLoopBackOff").await;
        assert_eq!(status(&waiting).restart_count, 1);
        yard.until_told(
            &waiting,
            &format!(
                "Warning BackOff Back-off restarting failed container c in pod p_default({})",
                waiting.metadata.uid.as_ref().unwrap()
            ),
        )
        .await;
        let again = yard
            .until("a third run", || {
                yard.pod("p").filter(|pod| status(pod).restart_count == 2)
            })
            .await;
        let previous = LogOptions {
            previous: true,
            ..Default::default()
        };
        assert_eq!(yard.log(&again, previous).await, "boom\n");
    }
);

yard_test!(a_command_that_is_missing_fails_with_128, |yard, runtime| {
    let _agent = yard.agent(runtime.clone(), runtime.events());
    yard.run("p", "Never", &["missing"]).await;
    let failed = yard.until_phase("p", "Failed").await;
    assert_eq!(shown(&failed), "terminated 128 StartError");
    yard.until_told(
        &failed,
        "Warning Failed Error: exec: \"missing\": executable file not found in $PATH: unknown",
    )
    .await;
});

yard_test!(
    a_deleted_pod_gets_its_grace_and_its_final_status_before_it_goes,
    |yard, runtime| {
        let _agent = yard.agent(runtime.clone(), runtime.events());
        let spec = json!({"restartPolicy": "Never", "containers": [{"name": "c", "command": ["ignore-term", "sleep:999"]}]});
        let held = json!({"finalizers": ["example.com/hold"]});
        yard.create_with("p", spec, held).await;
        yard.until_phase("p", "Running").await;
        let before = yard.config.clock.now();
        yard.delete("p", Some(7)).await;
        let failed = yard.until_phase("p", "Failed").await;
        assert_eq!(shown(&failed), "terminated 137 Error");
        let waited = (yard.config.clock.now() - before).get_seconds();
        assert!((6..=8).contains(&waited), "{waited} s of 7");
        yard.until("confirmed", || {
            (yard.pod("p")?.metadata.deletion_grace_period_seconds == Some(0)).then_some(())
        })
        .await;
    }
);

yard_test!(
    a_pod_that_ends_by_itself_on_sigterm_has_succeeded_and_goes,
    |yard, runtime| {
        let _agent = yard.agent(runtime.clone(), runtime.events());
        let pod = yard.run("p", "Never", &["term:0", "sleep:999"]).await;
        yard.until_phase("p", "Running").await;
        yard.delete("p", None).await;
        yard.until_gone("p").await;
        let logs = yard.logs.pod_folder(
            &jobyard_api::Object::key(&*pod),
            &jobyard_api::Object::uid(&*pod),
        );
        // No change of an object tells of this: another thread removes them.
        while logs.exists() {
            tokio::task::yield_now().await;
        }
    }
);

yard_test!(
    a_forced_deletion_still_ends_the_processes,
    |yard, runtime| {
        let _agent = yard.agent(runtime.clone(), runtime.events());
        let pod = yard.run("p", "Never", &["sleep:999"]).await;
        let uid = pod.metadata.uid.clone().unwrap();
        yard.until_phase("p", "Running").await;
        yard.delete("p", Some(0)).await;
        yard.until_gone("p").await;
        // Another Pod's whole life gives the first one's worker its turn.
        yard.run("q", "Never", &["sleep:5"]).await;
        yard.until_phase("q", "Succeeded").await;
        let journal = runtime.journal();
        assert!(
            journal.contains(&format!("signal {uid} c 15")),
            "{journal:?}"
        );
        assert!(journal.contains(&format!("remove {uid}")), "{journal:?}");
    }
);

yard_test!(a_missing_config_map_is_waited_for, |yard, runtime| {
    let _agent = yard.agent(runtime.clone(), runtime.events());
    let env =
        json!([{"name": "V", "valueFrom": {"configMapKeyRef": {"name": "nope", "key": "k"}}}]);
    let spec = json!({"restartPolicy": "Never", "containers": [{"name": "c", "command": ["x"], "env": env}]});
    yard.create("p", spec).await;
    let waiting = yard
        .until_state("p", "waiting CreateContainerConfigError")
        .await;
    let message = status(&waiting).state.unwrap().waiting.unwrap().message;
    assert_eq!(message.as_deref(), Some("configmap \"nope\" not found"));
    yard.until_told(
        &waiting,
        "Warning Failed Error: configmap \"nope\" not found",
    )
    .await;
    let config_map =
        json!({"metadata": {"name": "nope", "namespace": "default"}, "data": {"k": "v"}});
    let config_map: jobyard_api::core::ConfigMap = serde_json::from_value(config_map).unwrap();
    jobyard_cluster::Cluster::create(&yard.cluster, config_map)
        .await
        .unwrap();
    yard.until_phase("p", "Succeeded").await;
});

yard_test!(a_missing_volume_is_told_and_waited_for, |yard, runtime| {
    let _agent = yard.agent(runtime.clone(), runtime.events());
    let spec = json!({
        "restartPolicy": "Never",
        "containers": [{"name": "c", "command": ["x"], "volumeMounts": [{"name": "v", "mountPath": "/v"}]}],
        "volumes": [{"name": "v", "configMap": {"name": "nope"}}],
    });
    let pod = yard.create("p", spec).await;
    let told = "Warning FailedMount MountVolume.SetUp failed for volume \"v\" : configmap \"nope\" not found";
    yard.until_told(&pod, told).await;
    yard.until_state("p", "waiting ContainerCreating").await;
    let config_map =
        json!({"metadata": {"name": "nope", "namespace": "default"}, "data": {"k": "v"}});
    let config_map: jobyard_api::core::ConfigMap = serde_json::from_value(config_map).unwrap();
    jobyard_cluster::Cluster::create(&yard.cluster, config_map)
        .await
        .unwrap();
    yard.until_phase("p", "Succeeded").await;
});

yard_test!(
    a_pod_with_an_image_waits_and_says_what_to_do,
    |yard, runtime| {
        let mut yard = yard;
        yard.config.default_runtime = jobyard_node::RuntimeKind::Oci;
        let _agent = yard.agent(runtime.clone(), runtime.events());
        yard.run("p", "Never", &["x"]).await;
        let failed = yard.until_state("p", "waiting ErrImagePull").await;
        let message = status(&failed)
            .state
            .unwrap()
            .waiting
            .unwrap()
            .message
            .unwrap();
        assert!(
            message.contains("runtimeClassName: host") && message.contains("--runtime host"),
            "{message}"
        );
        yard.until_state("p", "waiting ImagePullBackOff").await;
        yard.until_told(
            &failed,
            "Normal BackOff Back-off pulling image \"busybox:1.36\"",
        )
        .await;
        yard.delete("p", None).await;
        yard.until_gone("p").await;
    }
);

yard_test!(the_deadline_of_a_pod_ends_it, |yard, runtime| {
    let _agent = yard.agent(runtime.clone(), runtime.events());
    let spec = json!({
        "restartPolicy": "Never", "activeDeadlineSeconds": 5,
        "containers": [{"name": "c", "command": ["sleep:999"]}],
    });
    yard.create("p", spec).await;
    let failed = yard.until_phase("p", "Failed").await;
    assert_eq!(
        failed.status.as_ref().unwrap().reason.as_deref(),
        Some("DeadlineExceeded")
    );
});

yard_test!(
    a_killed_agent_is_followed_by_one_that_picks_up,
    |yard, runtime| {
        let agent = yard.agent(runtime.clone(), runtime.events());
        yard.run("long", "Never", &["print:one", "sleep:100", "print:two"])
            .await;
        yard.run("short", "OnFailure", &["sleep:10", "exit:1"])
            .await;
        let deleted = yard.run("deleted", "Never", &["sleep:999"]).await;
        for name in ["long", "short", "deleted"] {
            yard.until_phase(name, "Running").await;
        }
        agent.kill().await;
        yard.delete("deleted", Some(0)).await;
        tokio::time::advance(std::time::Duration::from_secs(20)).await;
        tokio::task::yield_now().await;

        let _agent = yard.agent(runtime.clone(), runtime.events());
        let restarted = yard
            .until("short restarted", || {
                yard.pod("short")
                    .filter(|pod| status(pod).restart_count == 1)
            })
            .await;
        assert_eq!(
            status(&restarted)
                .last_state
                .unwrap()
                .terminated
                .unwrap()
                .exit_code,
            1
        );
        let done = yard.until_phase("long", "Succeeded").await;
        assert_eq!(status(&done).restart_count, 0);
        assert_eq!(yard.log(&done, LogOptions::default()).await, "one\ntwo\n");
        let uid = done.metadata.uid.as_ref().unwrap();
        let starts = runtime
            .journal()
            .into_iter()
            .filter(|line| line.starts_with(&format!("start {uid}")))
            .count();
        assert_eq!(starts, 1, "nothing runs twice");
        let ended = deleted.metadata.uid.as_ref().unwrap();
        assert!(
            runtime.journal().contains(&format!("signal {ended} c 15")),
            "a Pod that the API does not know is ended in order"
        );
        assert_eq!(
            runtime
                .journal()
                .iter()
                .filter(|line| line.starts_with("remove"))
                .count(),
            2,
            "the deleted Pod and the finished one"
        );
    }
);

yard_test!(
    a_clean_end_leaves_pods_running_and_counts_them,
    |yard, runtime| {
        let agent = yard.agent(runtime.clone(), runtime.events());
        yard.run("p", "Never", &["sleep:100"]).await;
        yard.until_phase("p", "Running").await;
        assert_eq!(agent.end(Shutdown::LeavePods).await.running_pods, 1);
        assert!(
            !runtime
                .journal()
                .iter()
                .any(|line| line.starts_with("signal") || line.starts_with("remove"))
        );
    }
);

yard_test!(a_drained_node_ends_its_pods, |yard, runtime| {
    let agent = yard.agent(runtime.clone(), runtime.events());
    yard.run("p", "Never", &["sleep:100"]).await;
    yard.until_phase("p", "Running").await;
    assert_eq!(agent.end(Shutdown::EndPods).await.running_pods, 0);
    let failed = yard.until_phase("p", "Failed").await;
    assert_eq!(
        failed.status.as_ref().unwrap().reason.as_deref(),
        Some("Terminated")
    );
});

yard_test!(a_lost_sandbox_restarts_or_fails_its_pod, |yard, runtime| {
    let _agent = yard.agent(runtime.clone(), runtime.events());
    let never = yard.run("never", "Never", &["sleep:100"]).await;
    let always = yard.run("always", "Always", &["sleep:100"]).await;
    yard.until_phase("never", "Running").await;
    yard.until_phase("always", "Running").await;
    for pod in [&never, &always] {
        runtime.lose(pod.metadata.uid.as_ref().unwrap());
    }
    let failed = yard.until_phase("never", "Failed").await;
    assert_eq!(shown(&failed), "terminated 255 Unknown");
    let again = yard
        .until("restarted", || {
            yard.pod("always")
                .filter(|pod| status(pod).restart_count == 1)
        })
        .await;
    assert_eq!(
        status(&again)
            .last_state
            .unwrap()
            .terminated
            .unwrap()
            .reason
            .as_deref(),
        Some("Unknown")
    );
    yard.until_told(
        &again,
        "Normal SandboxChanged Pod sandbox changed, it will be killed and re-created.",
    )
    .await;
});

yard_test!(logs_are_followed_to_their_end, |yard, runtime| {
    let _agent = yard.agent(runtime.clone(), runtime.events());
    yard.run(
        "p",
        "Never",
        &[
            "print:one",
            "sleep:5",
            "print:two",
            "sleep:5",
            "print:three",
        ],
    )
    .await;
    let running = yard.until_phase("p", "Running").await;
    let follow = LogOptions {
        follow: true,
        ..Default::default()
    };
    assert_eq!(yard.log(&running, follow).await, "one\ntwo\nthree\n");
});

yard_test!(the_node_is_registered_with_its_lease, |yard, runtime| {
    use jobyard_api::{ObjectKey, coordination, core};
    use jobyard_cluster::Cluster;
    let _agent = yard.agent(runtime.clone(), runtime.events());
    yard.run("p", "Never", &["x"]).await;
    yard.until_phase("p", "Succeeded").await;
    let node = yard
        .cluster
        .get_live::<core::Node>(&ObjectKey::new("", yard::NODE))
        .await
        .unwrap();
    assert_eq!(
        node.metadata.labels.as_ref().unwrap()["kubernetes.io/hostname"],
        yard::NODE
    );
    let status = node.status.as_ref().unwrap();
    let ready = status
        .conditions
        .as_ref()
        .unwrap()
        .iter()
        .find(|condition| condition.type_ == "Ready")
        .unwrap();
    assert_eq!(
        (ready.status.as_str(), ready.reason.as_deref()),
        ("True", Some("KubeletReady"))
    );
    assert_eq!(status.capacity.as_ref().unwrap()["pods"].0, "110");
    let key = ObjectKey::new("kube-node-lease", yard::NODE);
    let lease = yard
        .cluster
        .get_live::<coordination::Lease>(&key)
        .await
        .unwrap();
    let first = lease.spec.as_ref().unwrap().renew_time.clone().unwrap().0;
    yard.run("q", "Never", &["sleep:25"]).await;
    yard.until_phase("q", "Succeeded").await;
    let lease = yard
        .cluster
        .get_live::<coordination::Lease>(&key)
        .await
        .unwrap();
    let later = lease.spec.as_ref().unwrap().renew_time.clone().unwrap().0;
    assert!(
        (10..=30).contains(&(later - first).get_seconds()),
        "renewed every 10 s: {first} {later}"
    );
});

yard_test!(
    a_pod_is_written_no_more_often_than_there_is_news,
    |yard, runtime| {
        let _agent = yard.agent(runtime.clone(), runtime.events());
        yard.run("long", "Never", &["sleep:100"]).await;
        yard.run("short", "Never", &["x"]).await;
        yard.until_phase("long", "Succeeded").await;
        assert_eq!(yard.writes("long"), 3, "created, Running, Succeeded");
        assert!(
            (2..=3).contains(&yard.writes("short")),
            "{} writes",
            yard.writes("short")
        );
        yard.run("crashing", "OnFailure", &["exit:1"]).await;
        yard.until_state("crashing", "waiting CrashLoopBackOff")
            .await;
        let before = yard.writes("crashing");
        yard.until("another run", || {
            yard.pod("crashing")
                .filter(|pod| status(pod).restart_count == 4)
        })
        .await;
        yard.until_state("crashing", "waiting CrashLoopBackOff")
            .await;
        let a_run = (yard.writes("crashing") - before) / 3;
        assert!(a_run <= 3, "{a_run} writes a run");
    }
);
