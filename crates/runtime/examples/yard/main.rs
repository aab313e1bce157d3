//! A process that owns Pods, for tests and measurements: what a daemon does, without Kubernetes.
//!
//! Tests start their spawner from it, and `yard own FOLDER CGROUP MODE` runs one Pod that waits for SIGTERM,
//! says the container's and the spawner's process ids, and waits to be killed. `yard bench FOLDER PODS AT_ONCE`
//! measures Pods of `/bin/true` against plain processes.

mod bench;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jobyard_runtime::{
    Capability, ContainerSpec, PodSandboxSpec, Resources, RootFs, Runtime, RuntimeConfig,
    SpawnerHandle, User, maybe_run_internal, spawner,
};

fn main() {
    maybe_run_internal();
    if std::env::args().nth(1).as_deref() == Some("bench") {
        bench::enter_cgroup();
    }
    let spawner = spawner::start().expect("a process with one thread can fork");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if arguments == ["check"] {
        match jobyard_runtime::check() {
            Ok(found) => say(&format!("not enforced: {:?}", found.not_enforced)),
            Err(missing) => say(&missing.to_string()),
        }
        return;
    }
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("tokio starts");
    match arguments[..] {
        ["own", folder, cgroup, mode] => {
            tokio.block_on(own(spawner, Path::new(folder), cgroup, mode));
        }
        ["bench", folder, pods, at_once] => {
            let number = |text: &str| text.parse().expect("a number");
            tokio.block_on(bench::run(
                spawner,
                Path::new(folder),
                number(pods),
                number(at_once),
            ));
        }
        _ => panic!(
            "usage: yard own FOLDER CGROUP end-with-owner|outlive, yard bench FOLDER PODS AT_ONCE"
        ),
    }
}

/// Starts a Pod and waits for ever.
async fn own(spawner: SpawnerHandle, folder: &Path, cgroup: &str, mode: &str) {
    let config = RuntimeConfig {
        state_dir: folder.join("state"),
        cgroup_parent: cgroup.to_owned(),
        end_with_owner: mode == "end-with-owner",
        remove_at_end: Some(folder.to_owned()),
        hidden: Vec::new(),
    };
    let (runtime, _events) = Runtime::open(config, spawner).await.expect("opens");
    runtime.create_pod(pod("own")).await.expect("pod");
    let log = folder.join("main.log");
    let script = "trap 'echo bye; exit 7' TERM; echo hello; while :; do sleep 0.01; done";
    let container = container("main", &["sh", "-c", script], log);
    let started = runtime
        .start_container("own", container)
        .await
        .expect("starts");
    say(&format!("{} {}", started.pid, runtime.spawner_pid()));
    tokio::time::sleep(Duration::from_hours(1)).await;
}

/// One line on stdout, at once.
fn say(line: &str) {
    use std::io::Write;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{line}")
        .and_then(|()| stdout.flush())
        .expect("stdout is open");
}

fn pod(uid: &str) -> PodSandboxSpec {
    PodSandboxSpec {
        uid: uid.to_owned(),
        namespace: "default".to_owned(),
        name: uid.to_owned(),
        hostname: uid.to_owned(),
        cgroup: format!("besteffort/pod{uid}"),
        resources: Resources::default(),
        termination_grace: Duration::from_secs(10),
    }
}

fn container(name: &str, argv: &[&str], log_path: PathBuf) -> ContainerSpec {
    ContainerSpec {
        name: name.to_owned(),
        attempt: 0,
        argv: argv.iter().map(|&argument| argument.to_owned()).collect(),
        env: Vec::new(),
        cwd: "/".to_owned(),
        user: User::default(),
        capabilities: Capability::DEFAULT.to_vec(),
        no_new_privs: true,
        rootfs: RootFs::Host { read_only: false },
        mounts: Vec::new(),
        resources: Resources::default(),
        oom_score_adj: 1000,
        log_path,
    }
}
