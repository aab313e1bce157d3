//! A process that owns Pods, for tests and measurements: what a daemon does, without Kubernetes.
//!
//! `yard spawner-only` is what tests start their spawner from; `yard own STATE_DIR MODE` runs one
//! Pod with one `sleep`, says its process id and waits to be killed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jobyard_runtime::{
    Capability, ContainerSpec, PodSandboxSpec, Resources, RootFs, Runtime, RuntimeConfig,
    SpawnerHandle, User, maybe_run_internal, spawner,
};

fn main() {
    maybe_run_internal();
    let spawner = spawner::start().expect("a process with one thread can fork");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("tokio starts");
    match arguments[..] {
        ["own", state_dir, mode] => tokio.block_on(own(spawner, Path::new(state_dir), mode)),
        _ => panic!("usage: yard own STATE_DIR end-with-owner|outlive CGROUP"),
    }
}

/// Starts a Pod and waits for ever.
async fn own(spawner: SpawnerHandle, state_dir: &Path, mode: &str) {
    let config = RuntimeConfig {
        state_dir: state_dir.to_owned(),
        cgroup_parent: format!("jobyard-test-{}", std::process::id()),
        end_with_owner: mode == "end-with-owner",
        remove_at_end: Some(state_dir.to_owned()),
        hidden: Vec::new(),
    };
    let (runtime, _events) = Runtime::open(config, spawner).await.expect("opens");
    runtime.create_pod(pod("own")).await.expect("pod");
    let log = state_dir.join("own.log");
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
