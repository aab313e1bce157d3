//! A yard of one test: a runtime, its folder, and the check that it leaves nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jobyard_runtime::{
    Capability, ContainerSpec, Events, ExitStatus, PodSandboxSpec, Resources, RootFs, Runtime,
    RuntimeConfig, RuntimeError, RuntimeEvent, StartError, User, spawner,
};
use tempfile::TempDir;

/// No container of these tests takes as long; a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Yard {
    pub(crate) runtime: Runtime,
    pub(crate) events: Events,
    place: Place,
}

/// A folder and a cgroup for a yard.
pub(crate) struct Place {
    folder: TempDir,
    cgroup_parent: String,
}

impl Place {
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn cgroup(&self) -> &str {
        &self.cgroup_parent
    }

    /// The same cgroup, another folder.
    pub(crate) fn move_to(mut self, folder: TempDir) -> Place {
        self.folder = folder;
        self
    }

    /// A runtime here.
    pub(crate) async fn open(self) -> Yard {
        let (runtime, events) = try_open(self.path(), self.cgroup())
            .await
            .expect("the runtime opens");
        Yard {
            runtime,
            events,
            place: self,
        }
    }

    /// Their folders can go when the spawner, which sits in `shims`, has.
    pub(crate) fn remove_cgroups(&self) {
        for (yard, _) in cgroups(self.cgroup()) {
            let parent = yard.parent().expect("a yard lies in its parent").to_owned();
            for folder in folders(&yard).into_iter().chain([yard, parent]) {
                wait_for(|| fs::remove_dir(&folder).is_ok() || !folder.exists());
            }
        }
    }
}

impl Drop for Place {
    /// A test that failed leaves its Pods: end their shims, and their containers with them.
    fn drop(&mut self) {
        let pods = fs::read_dir(self.path().join("state/pods"));
        for pod in pods.into_iter().flatten().flatten() {
            let record = fs::read_to_string(pod.path().join("pod.json")).unwrap_or_default();
            let record: serde_json::Value = serde_json::from_str(&record).unwrap_or_default();
            let shim = record["shim_pid"].as_i64().unwrap_or_default();
            if let Some(shim) = rustix::process::Pid::from_raw(shim as i32) {
                let _ = rustix::process::kill_process(shim, rustix::process::Signal::KILL);
            }
        }
    }
}

impl Yard {
    /// A place where somebody else has, had or will have a runtime.
    pub(crate) fn without_runtime() -> Place {
        // On a disk: what class `host` is made for.
        let folder = tempfile::tempdir_in("/var/tmp").expect("temporary folder");
        let name = folder.path().file_name().expect("it has a name");
        Place {
            cgroup_parent: format!("jobyard-test{}", name.display()),
            folder,
        }
    }

    pub(crate) async fn new() -> Yard {
        Yard::without_runtime().open().await
    }

    /// As after a restart of the daemon.
    pub(crate) async fn reopen(self) -> Yard {
        let Yard {
            runtime,
            events,
            place,
        } = self;
        drop((runtime, events));
        place.open().await
    }

    pub(crate) fn path(&self) -> &Path {
        self.place.path()
    }

    pub(crate) fn cgroup(&self) -> &str {
        self.place.cgroup()
    }

    pub(crate) async fn pod(&self, uid: &str) -> PodSandboxSpec {
        let spec = pod(uid);
        self.runtime
            .create_pod(spec.clone())
            .await
            .expect("the pod is made");
        spec
    }

    pub(crate) fn container(&self, argv: &[&str]) -> ContainerSpec {
        container(self.path(), argv)
    }

    pub(crate) fn log_path(&self) -> PathBuf {
        self.path().join("main.log")
    }

    /// Runs one container in a Pod of its own to its end; its exit and what it wrote to stdout and stderr.
    pub(crate) async fn run(&mut self, container: ContainerSpec) -> (ExitStatus, String) {
        self.pod("pod").await;
        let started = self.runtime.start_container("pod", container).await;
        started.expect("the container starts");
        let exit = self.next_exit().await;
        let text = log_text(&self.log_path());
        fs::remove_file(self.log_path()).expect("the log is ours");
        self.runtime
            .remove_pod("pod")
            .await
            .expect("the pod is removed");
        (exit, text)
    }

    /// The output of a shell script that succeeds.
    pub(crate) async fn output(&mut self, script: &str) -> String {
        let container = self.container(&["/bin/sh", "-c", script]);
        let (exit, text) = self.run(container).await;
        assert_eq!(exit.code, 0, "{text}");
        text
    }

    /// The message of a container that cannot be started.
    pub(crate) async fn start_error(&mut self, container: ContainerSpec) -> String {
        self.pod("pod").await;
        let started = self.runtime.start_container("pod", container).await;
        self.runtime
            .remove_pod("pod")
            .await
            .expect("the pod is removed");
        match started {
            Err(StartError::CannotRun { message }) => message,
            other => panic!("expected a start error, got {other:?}"),
        }
    }

    pub(crate) async fn next_exit(&mut self) -> ExitStatus {
        match self.next_event().await {
            RuntimeEvent::Exited { exit, .. } => exit,
            other @ RuntimeEvent::PodLost { .. } => panic!("expected an exit, got {other:?}"),
        }
    }

    pub(crate) async fn next_event(&mut self) -> RuntimeEvent {
        tokio::time::timeout(PATIENCE, self.events.next())
            .await
            .expect("an event comes in time")
            .expect("the runtime lives")
    }

    /// Ends the yard and checks that nothing is left: folders, cgroups, mounts.
    pub(crate) fn end(self) {
        let Yard { runtime, place, .. } = self;
        drop(runtime);
        let pods: Vec<_> = fs::read_dir(place.path().join("state/pods"))
            .expect("readable")
            .collect();
        assert!(pods.is_empty(), "folders of pods are left: {pods:?}");
        assert_no_mounts(place.path());
        for (parent, left) in cgroups(place.cgroup()) {
            let parent = parent.display();
            assert!(left.is_empty(), "cgroups are left in {parent}: {left:?}");
        }
        place.remove_cgroups();
        for link in fs::read_dir("/run/jobyard-yards")
            .expect("readable")
            .flatten()
        {
            // A yard that outlives its daemon stays announced; these are gone for good.
            if fs::read_link(link.path()).is_ok_and(|folder| folder.starts_with(place.path())) {
                fs::remove_file(link.path()).expect("removed");
            }
        }
    }
}

/// A runtime on `folder/state` whose Pods outlive it.
pub(crate) async fn try_open(
    folder: &Path,
    cgroup_parent: &str,
) -> Result<(Runtime, Events), RuntimeError> {
    let spawner = spawner::start_program(&yard_program()).expect("the spawner starts");
    let config = RuntimeConfig {
        state_dir: folder.join("state"),
        cgroup_parent: cgroup_parent.to_owned(),
        end_with_owner: false,
        remove_at_end: None,
        hidden: vec![folder.join("hidden")],
    };
    Runtime::open(config, spawner).await
}

pub(crate) fn pod(uid: &str) -> PodSandboxSpec {
    PodSandboxSpec {
        uid: uid.to_owned(),
        namespace: "default".to_owned(),
        name: uid.to_owned(),
        hostname: format!("{uid}-host"),
        cgroup: format!("besteffort/pod{uid}"),
        resources: Resources::default(),
        termination_grace: Duration::from_secs(10),
    }
}

pub(crate) fn container(folder: &Path, argv: &[&str]) -> ContainerSpec {
    ContainerSpec {
        name: "main".to_owned(),
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
        log_path: folder.join("main.log"),
    }
}

/// The example `yard`, which lies beside the tests' folder. Built with `cargo build --examples` and by every
/// test run of the whole package.
pub(crate) fn yard_program() -> PathBuf {
    let test = std::env::current_exe().expect("known");
    let target = test
        .parent()
        .and_then(Path::parent)
        .expect("target/PROFILE/deps/TEST");
    let program = target.join("examples/yard");
    assert!(
        program.exists(),
        "build the examples first: {} is missing",
        program.display()
    );
    program
}

/// The contents of a log without time, stream and tag; parts are joined.
pub(crate) fn log_text(path: &Path) -> String {
    let mut text = String::new();
    for line in fs::read_to_string(path)
        .expect("the log is readable")
        .lines()
    {
        let mut fields = line.splitn(4, ' ');
        let (tag, content) = (fields.nth(2).expect("tag"), fields.next().expect("content"));
        text.push_str(content);
        if tag == "F" {
            text.push('\n');
        }
    }
    text
}

fn assert_no_mounts(folder: &Path) {
    let mounts = fs::read_to_string("/proc/self/mountinfo").expect("readable");
    let folder = folder.to_str().expect("plain");
    let left: Vec<_> = mounts
        .lines()
        .filter(|line| line.contains(folder))
        .collect();
    assert!(left.is_empty(), "mounts are left: {left:?}");
}

/// Each tree's folder of the yard below `parent`, and the Pods' cgroups in it.
pub(crate) fn cgroups(parent: &str) -> Vec<(PathBuf, Vec<PathBuf>)> {
    ["", "cpu", "memory", "pids", "unified"]
        .iter()
        .map(|tree| Path::new("/sys/fs/cgroup").join(tree).join(parent))
        .filter(|folder| folder.exists())
        .flat_map(|folder| folders(&folder))
        .map(|yard| {
            let pods = folders(&yard).iter().flat_map(|qos| folders(qos)).collect();
            (yard, pods)
        })
        .collect()
}

fn folders(path: &Path) -> Vec<PathBuf> {
    fs::read_dir(path)
        .expect("readable")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.is_dir())
        .collect()
}

/// Polls a state that has no notice of its own.
pub(crate) fn wait_for(mut condition: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !condition() {
        assert!(
            begun.elapsed() < PATIENCE,
            "a state was not reached in time"
        );
        std::thread::yield_now();
    }
}
