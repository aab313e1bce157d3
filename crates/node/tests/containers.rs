//! The agent with true containers: the rows seen on a running kubelet 1.36.2. These tests need root.

#![allow(
    clippy::needless_pass_by_value,
    reason = "tests pass `json!` literals as they are written"
)]

mod yard;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use jobyard_api::core;
use jobyard_node::{Clock, LogOptions, Shutdown};
use jobyard_runtime::{Events, Runtime, RuntimeConfig, spawner};
use serde_json::{Value, json};
use tempfile::TempDir;
use yard::{RunningAgent, Yard, shown, status};

struct Machine {
    yard: Yard,
    agent: Option<RunningAgent>,
    folder: TempDir,
}

impl Machine {
    async fn new() -> Self {
        // On a disk, which the throw-away layers need.
        let folder = tempfile::tempdir_in("/var/tmp").expect("a temporary folder");
        let mut yard = Yard::new(folder.path(), Clock::system()).await;
        yard.patience = Duration::from_mins(1);
        let mut machine = Self {
            yard,
            agent: None,
            folder,
        };
        machine.start_agent().await;
        machine
    }

    async fn start_agent(&mut self) {
        let (runtime, events) = self.open().await;
        self.agent = Some(self.yard.agent(runtime, events));
    }

    /// Opens the runtime, once the one before has let go of its folder.
    async fn open(&self) -> (Runtime, Events) {
        loop {
            let config = RuntimeConfig {
                state_dir: self.folder.path().join("state"),
                cgroup_parent: self.cgroup_parent(),
                end_with_owner: false,
                remove_at_end: None,
                hidden: vec![],
            };
            let spawner = spawner::start_program(&spawner_program()).expect("the spawner starts");
            match Runtime::open(config, spawner).await {
                Ok(opened) => return opened,
                Err(error)
                    if error.to_string().contains("another")
                        || error.to_string().contains("lock") =>
                {
                    tokio::task::yield_now().await;
                }
                Err(error) => panic!("the runtime does not open: {error}"),
            }
        }
    }

    fn cgroup_parent(&self) -> String {
        let name = self.folder.path().file_name().expect("it has a name");
        format!("jobyard-test{}", name.display())
    }

    /// One container `c` with a shell script; more of the container and of the Pod beside it.
    async fn run(&self, script: &str, container: Value, spec: Value) -> core::Pod {
        self.run_held(script, container, spec, json!({})).await
    }

    async fn run_held(
        &self,
        script: &str,
        container: Value,
        spec: Value,
        metadata: Value,
    ) -> core::Pod {
        let mut whole = json!({"restartPolicy": "Never", "terminationGracePeriodSeconds": 1});
        merge(&mut whole, spec);
        let mut c = json!({"name": "c", "command": ["/bin/sh", "-c", script]});
        merge(&mut c, container);
        whole["containers"] = json!([c]);
        core::Pod::clone(&*self.yard.create_with("p", whole, metadata).await)
    }

    async fn ends(&self, phase: &str) -> core::Pod {
        let pod = self.yard.until_phase("p", phase).await;
        core::Pod::clone(&pod)
    }

    async fn log(&self, pod: &core::Pod) -> String {
        self.yard.log(pod, LogOptions::default()).await
    }
}

fn merge(into: &mut Value, from: Value) {
    for (key, value) in from.as_object().expect("an object") {
        into[key] = value.clone();
    }
}

fn spawner_program() -> PathBuf {
    let test = std::env::current_exe().expect("known");
    let target = test
        .parent()
        .and_then(|deps| deps.parent())
        .expect("target/PROFILE/deps/TEST");
    let program = target.join("examples/spawner");
    assert!(
        program.exists(),
        "build the examples first: {} is missing",
        program.display()
    );
    program
}

/// `Type=Status(Reason)`, in order.
fn conditions(pod: &core::Pod) -> String {
    let conditions = pod
        .status
        .clone()
        .unwrap_or_default()
        .conditions
        .unwrap_or_default();
    let text = conditions.iter().map(|condition| match &condition.reason {
        Some(reason) => format!("{}={}({reason})", condition.type_, condition.status),
        None => format!("{}={}", condition.type_, condition.status),
    });
    text.collect::<Vec<_>>().join(" ")
}

fn message(pod: &core::Pod) -> Option<String> {
    status(pod).state?.terminated?.message
}

const SUCCEEDED: &str = "PodReadyToStartContainers=False Initialized=True(PodCompleted) Ready=False(PodCompleted) \
                         ContainersReady=False(PodCompleted) PodScheduled=True";
const FAILED: &str = "PodReadyToStartContainers=False Initialized=True Ready=False(PodFailed) \
                      ContainersReady=False(PodFailed) PodScheduled=True";

macro_rules! machine_test {
    ($name:ident, |$machine:ident| $body:block) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let mut $machine = Machine::new().await;
            $body
            $machine.end().await;
        }
    };
}

impl Machine {
    /// Removes all Pods, and sees that nothing of them is left.
    async fn end(&mut self) {
        if let Some(agent) = self.agent.take() {
            agent.end(Shutdown::EndPods).await;
        }
        let left: Vec<_> = fs::read_dir(self.folder.path().join("state/pods"))
            .expect("readable")
            .collect();
        assert!(left.is_empty(), "folders of Pods are left: {left:?}");
        for tree in ["", "cpu", "memory", "pids", "unified"] {
            let parent = Path::new("/sys/fs/cgroup")
                .join(tree)
                .join(self.cgroup_parent());
            // The spawner sits there until it has seen that its owner is gone.
            while parent.exists() && !remove_groups(&parent) {
                tokio::task::yield_now().await;
            }
        }
    }
}

impl Drop for Machine {
    /// A test that failed leaves its Pods: end their shims, and their containers with them.
    fn drop(&mut self) {
        let pods = fs::read_dir(self.folder.path().join("state/pods"));
        for pod in pods.into_iter().flatten().flatten() {
            let record = fs::read_to_string(pod.path().join("pod.json")).unwrap_or_default();
            let record: Value = serde_json::from_str(&record).unwrap_or_default();
            let shim = record["shim_pid"]
                .as_i64()
                .and_then(|pid| i32::try_from(pid).ok());
            if let Some(shim) = shim.and_then(rustix::process::Pid::from_raw) {
                let _ = rustix::process::kill_process(shim, rustix::process::Signal::KILL);
            }
        }
    }
}

/// Removes a control group with all below it. False: somebody is still in it.
fn remove_groups(group: &Path) -> bool {
    let below = fs::read_dir(group)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let below: Vec<_> = below.filter(|path| path.is_dir()).collect();
    below.iter().all(|path| remove_groups(path)) && fs::remove_dir(group).is_ok()
}

machine_test!(exit_0_with_a_termination_message, |machine| {
    machine
        .run(
            "echo hello; echo bye > /dev/termination-log",
            json!({}),
            json!({}),
        )
        .await;
    let pod = machine.ends("Succeeded").await;
    assert_eq!(conditions(&pod), SUCCEEDED);
    assert_eq!(shown(&pod), "terminated 0 Completed");
    assert_eq!(message(&pod).as_deref(), Some("bye\n"));
    assert_eq!(machine.log(&pod).await, "hello\n");
    let status = status(&pod);
    assert_eq!(
        (status.ready, status.started, status.restart_count),
        (false, Some(false), 0)
    );
});

machine_test!(exit_3_falls_back_to_the_log, |machine| {
    let policy = json!({"terminationMessagePolicy": "FallbackToLogsOnError"});
    machine
        .run("echo boom >&2; exit 3", policy, json!({}))
        .await;
    let pod = machine.ends("Failed").await;
    assert_eq!(conditions(&pod), FAILED);
    assert_eq!(shown(&pod), "terminated 3 Error");
    assert_eq!(message(&pod).as_deref(), Some("boom\n"));
});

machine_test!(a_command_that_does_not_exist, |machine| {
    let pod = machine
        .run("", json!({"command": ["/no/such/program"]}), json!({}))
        .await;
    let failed = machine.ends("Failed").await;
    assert_eq!(conditions(&failed), FAILED);
    assert_eq!(shown(&failed), "terminated 128 StartError");
    let text = message(&failed).expect("the runtime says why");
    assert!(text.contains("/no/such/program"), "{text}");
    machine
        .yard
        .until_told(&pod, &format!("Warning Failed Error: {text}"))
        .await;
    let told = machine.yard.told(&pod);
    assert!(
        told.contains(&"Normal Created Container created".to_owned()),
        "{told:?}"
    );
    assert!(
        !told.iter().any(|event| event.contains("Started")),
        "{told:?}"
    );
});

machine_test!(over_its_memory_limit, |machine| {
    let limits = json!({"resources": {"limits": {"memory": "24Mi"}}});
    machine.run("exec tail /dev/zero", limits, json!({})).await;
    let pod = machine.ends("Failed").await;
    assert_eq!(conditions(&pod), FAILED);
    assert_eq!(shown(&pod), "terminated 137 OOMKilled");
});

machine_test!(past_its_active_deadline, |machine| {
    let pod = machine
        .run(
            "trap '' TERM; while :; do sleep 1; done",
            json!({}),
            json!({"activeDeadlineSeconds": 1}),
        )
        .await;
    let failed = machine.ends("Failed").await;
    assert_eq!(conditions(&failed), FAILED);
    assert_eq!(shown(&failed), "terminated 137 Error");
    assert_eq!(
        failed.status.as_ref().unwrap().reason.as_deref(),
        Some("DeadlineExceeded")
    );
    let told =
        "Normal DeadlineExceeded Pod was active on the node longer than the specified deadline";
    machine.yard.until_told(&pod, told).await;
    machine
        .yard
        .until_told(&pod, "Normal Killing Stopping container c")
        .await;
});

machine_test!(init_container_sidecar_and_main_share_a_volume, |machine| {
    let mount = json!([{"name": "v", "mountPath": "/v"}]);
    let shell = |name: &str, script: &str| json!({"name": name, "command": ["/bin/sh", "-c", script], "volumeMounts": mount.clone()});
    let mut sidecar = shell(
        "side",
        "echo side >> /v/file; trap '' TERM; while :; do sleep 1; done",
    );
    sidecar["restartPolicy"] = "Always".into();
    let spec = json!({
        "initContainers": [shell("init", "echo init > /v/file"), sidecar],
        "volumes": [{"name": "v", "emptyDir": {}}],
    });
    let script = "until grep -q side /v/file; do sleep 0.05; done; cat /v/file";
    machine
        .run(script, json!({"volumeMounts": mount}), spec)
        .await;
    let pod = machine.ends("Succeeded").await;
    assert_eq!(machine.log(&pod).await, "init\nside\n");
    assert_eq!(conditions(&pod), SUCCEEDED);
    let inits = pod
        .status
        .as_ref()
        .unwrap()
        .init_container_statuses
        .clone()
        .unwrap();
    let text: Vec<_> = inits
        .iter()
        .map(|status| {
            let ended = status.state.clone().unwrap().terminated.unwrap();
            format!(
                "{} {} {} ready={}",
                status.name,
                ended.exit_code,
                ended.reason.unwrap(),
                status.ready
            )
        })
        .collect();
    assert_eq!(
        text,
        ["init 0 Completed ready=true", "side 137 Error ready=false"]
    );
});

fn hold() -> Value {
    json!({"finalizers": ["example.com/hold"]})
}

machine_test!(deleted_and_exits_0_on_sigterm, |machine| {
    let script = "trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done";
    let pod = machine.run_held(script, json!({}), json!({}), hold()).await;
    let running = machine.ends("Running").await;
    let up = machine.yard.logs.pod_folder(
        &jobyard_api::Object::key(&running),
        &jobyard_api::Object::uid(&running),
    );
    // The trap is set once the script has spoken.
    while fs::read_to_string(up.join("c/0.log"))
        .unwrap_or_default()
        .is_empty()
    {
        tokio::task::yield_now().await;
    }
    machine.yard.delete("p", Some(30)).await;
    let done = machine.ends("Succeeded").await;
    assert_eq!(conditions(&done), SUCCEEDED);
    assert_eq!(shown(&done), "terminated 0 Completed");
    machine
        .yard
        .until_told(&pod, "Normal Killing Stopping container c")
        .await;
});

machine_test!(deleted_and_does_not_react, |machine| {
    let script = "trap '' TERM; while :; do sleep 0.05; done";
    machine.run_held(script, json!({}), json!({}), hold()).await;
    machine.ends("Running").await;
    machine.yard.delete("p", Some(2)).await;
    let failed = machine.ends("Failed").await;
    assert_eq!(conditions(&failed), FAILED);
    assert_eq!(shown(&failed), "terminated 137 Error");
});

machine_test!(
    crashing_on_failure_backs_off_after_the_first_restart,
    |machine| {
        machine
            .run(
                "echo run; exit 1",
                json!({}),
                json!({"restartPolicy": "OnFailure"}),
            )
            .await;
        let pod = machine
            .yard
            .until_state("p", "waiting CrashLoopBackOff")
            .await;
        assert_eq!(status(&pod).restart_count, 1);
        assert_eq!(
            pod.status.as_ref().unwrap().phase.as_deref(),
            Some("Running")
        );
        assert_eq!(
            status(&pod)
                .last_state
                .unwrap()
                .terminated
                .unwrap()
                .exit_code,
            1
        );
        let previous = LogOptions {
            previous: true,
            ..Default::default()
        };
        assert_eq!(machine.yard.log(&pod, previous).await, "run\n");
    }
);

machine_test!(what_a_container_sees, |machine| {
    let config_map =
        json!({"metadata": {"name": "cm", "namespace": "default"}, "data": {"key": "value"}});
    let config_map: core::ConfigMap = serde_json::from_value(config_map).expect("a ConfigMap");
    jobyard_cluster::Cluster::create(&machine.yard.cluster, config_map)
        .await
        .expect("created");
    let shared = machine.folder.path().join("shared");
    fs::create_dir(&shared).expect("made");
    let script = "echo $HOSTNAME $(hostname) $POD_NAME $FROM_CM $JOINED
        tail -n1 /etc/hosts
        cat /config/key; echo
        pwd; id -u; id -g
        touch /shared/made && echo wrote
        touch /config/no 2>/dev/null || echo read-only
        grep -c /memory /proc/mounts";
    let container = json!({
        "env": [
            {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "FROM_CM", "valueFrom": {"configMapKeyRef": {"name": "cm", "key": "key"}}},
            {"name": "PLAIN", "value": "a"},
            {"name": "JOINED", "value": "$(PLAIN)-b"},
        ],
        "workingDir": "/tmp",
        "securityContext": {"runAsUser": 0, "runAsGroup": 7},
        "volumeMounts": [
            {"name": "config", "mountPath": "/config"},
            {"name": "shared", "mountPath": "/shared"},
            {"name": "memory", "mountPath": "/memory"},
        ],
    });
    let spec = json!({"hostname": "own-name", "volumes": [
        {"name": "config", "configMap": {"name": "cm"}},
        {"name": "shared", "hostPath": {"path": shared, "type": "Directory"}},
        {"name": "memory", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}},
    ]});
    machine.run(script, container, spec).await;
    let pod = machine.ends("Succeeded").await;
    assert_eq!(
        machine.log(&pod).await,
        "own-name own-name p value a-b\n10.0.0.1\town-name\nvalue\n/tmp\n0\n7\nwrote\nread-only\n1\n"
    );
    assert!(shared.join("made").exists());
});

machine_test!(a_killed_agent_is_followed_by_one_that_picks_up, |machine| {
    let shared = machine.folder.path().join("shared");
    fs::create_dir(&shared).expect("made");
    let script = "echo begin >> /shared/runs; n=0
        while [ ! -e /shared/stop ]; do n=$((n+1)); echo line $n; sleep 0.01; done; echo last $n; exit 5";
    let container = json!({"volumeMounts": [{"name": "v", "mountPath": "/shared"}]});
    let spec = json!({"volumes": [{"name": "v", "hostPath": {"path": shared.clone(), "type": "Directory"}}]});
    machine.run(script, container, spec).await;
    machine.ends("Running").await;
    for round in 0..3 {
        machine.agent.take().expect("an agent runs").kill().await;
        if round == 2 {
            // It ends while nobody looks.
            fs::write(shared.join("stop"), "").expect("written");
        }
        machine.start_agent().await;
    }
    let pod = machine.ends("Failed").await;
    assert_eq!(shown(&pod), "terminated 5 Error");
    assert_eq!(status(&pod).restart_count, 0);
    assert_eq!(
        fs::read_to_string(shared.join("runs")).expect("readable"),
        "begin\n",
        "it ran once"
    );
    let log = machine.log(&pod).await;
    let lines: Vec<_> = log.lines().collect();
    let count = lines.len() - 1;
    assert_eq!(lines[count], format!("last {count}"), "the log is whole");
});

/// Pods in the test of kills; each takes some tenths of a second.
const MANY: usize = 20;

machine_test!(agents_killed_at_any_moment_run_every_pod_once, |machine| {
    let shared = machine.folder.path().join("shared");
    fs::create_dir(&shared).expect("made");
    let runs = shared.join("runs");
    let begun = |word: &str| {
        let text = fs::read_to_string(&runs).unwrap_or_default();
        text.lines().filter(|line| line.starts_with(word)).count()
    };
    for number in 0..MANY {
        let script = "echo begin $UID_OF_POD >> /shared/runs; sleep 0.3; echo end $UID_OF_POD >> /shared/runs";
        let container = json!({
            "name": "c", "command": ["/bin/sh", "-c", script],
            "env": [{"name": "UID_OF_POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.uid"}}}],
            "volumeMounts": [{"name": "v", "mountPath": "/shared"}],
        });
        let spec = json!({
            "restartPolicy": "Never", "containers": [container],
            "volumes": [{"name": "v", "hostPath": {"path": shared.clone(), "type": "Directory"}}],
        });
        machine.yard.create(&format!("p{number}"), spec).await;
    }
    // Kills fall among the starts: each waits for some more of them only.
    for round in 1..=6 {
        while begun("begin") < round * 2 {
            tokio::task::yield_now().await;
        }
        machine.agent.take().expect("an agent runs").kill().await;
        machine.start_agent().await;
    }
    let mut expected = vec![];
    for number in 0..MANY {
        let pod = machine
            .yard
            .until_phase(&format!("p{number}"), "Succeeded")
            .await;
        assert_eq!(status(&pod).restart_count, 0);
        let uid = pod.metadata.uid.clone().expect("stored");
        expected.extend([format!("begin {uid}"), format!("end {uid}")]);
    }
    let text = fs::read_to_string(&runs).expect("readable");
    let mut found: Vec<_> = text.lines().map(str::to_owned).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "each begins once and ends once");
});
