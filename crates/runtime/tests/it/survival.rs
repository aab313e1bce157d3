//! What survives the death of whom, and what does not.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use jobyard_runtime::{ContainerState, RuntimeEvent};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::yard::{Yard, cgroups, log_text, wait_for, yard_program};

/// A process of its own that runs a Pod with one container, which exits 7 on SIGTERM.
struct Owner {
    process: Child,
    container: Pid,
    spawner: Pid,
}

impl Owner {
    fn start(folder: &Path, cgroup: &str, mode: &str) -> Owner {
        let mut process = Command::new(yard_program())
            .args(["own", folder.to_str().expect("plain"), cgroup, mode])
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("says its processes");
        let mut pids = line
            .split_whitespace()
            .map(|word| pid(word.parse().expect("a number")));
        // Before its handler stands, a first process ignores SIGTERM.
        let log = folder.join("main.log");
        wait_for(|| fs::read_to_string(&log).is_ok_and(|log| log.ends_with("hello\n")));
        Owner {
            process,
            container: pids.next().expect("container"),
            spawner: pids.next().expect("spawner"),
        }
    }

    /// `kill -9` of the owner, and of its spawner too.
    fn kill_with_spawner(mut self) -> Pid {
        kill_process(self.spawner, Signal::KILL).expect("killed");
        self.process.kill().expect("killed");
        self.process.wait().expect("reaped");
        self.container
    }

    /// `kill -9` of the owner.
    fn kill(mut self) -> Pid {
        self.process.kill().expect("killed");
        self.process.wait().expect("reaped");
        self.container
    }
}

#[tokio::test]
async fn a_pod_is_picked_up_after_kill_9_of_daemon_and_spawner() {
    let yard = Yard::without_runtime();
    let container = Owner::start(yard.path(), yard.cgroup(), "outlive").kill_with_spawner();
    let log = yard.path().join("main.log");
    assert!(
        test_kill_process(container).is_ok(),
        "the container lives on"
    );

    let mut yard = yard.open().await;
    let pods = yard.runtime.recover().await.expect("recovers");
    assert_eq!(pods.len(), 1);
    assert!(pods[0].is_alive);
    assert_eq!(pods[0].spec.uid, "own");
    let ContainerState::Running(started) = &pods[0].containers[0].state else {
        panic!("it runs: {pods:?}");
    };
    assert_eq!(started.pid, container.as_raw_nonzero().get());
    yard.runtime
        .signal("own", "main", libc::SIGTERM)
        .await
        .expect("signalled");
    let RuntimeEvent::Exited {
        pod, attempt, exit, ..
    } = yard.next_event().await
    else {
        panic!("expected an exit");
    };
    assert_eq!((pod.as_str(), attempt, exit.code), ("own", 0, 7));
    assert_eq!(exit.started_at, started.started_at);
    assert_eq!(log_text(&log), "hello\nbye\n");
    yard.runtime.remove_pod("own").await.expect("removed");
    yard.end();
}

#[tokio::test]
async fn an_exit_while_no_daemon_was_there_is_reported_as_it_was() {
    let yard = Yard::without_runtime();
    let container = Owner::start(yard.path(), yard.cgroup(), "outlive").kill();
    kill_process(container, Signal::TERM).expect("signalled");
    wait_for(|| test_kill_process(container).is_err());

    let mut yard = yard.open().await;
    let pods = yard.runtime.recover().await.expect("recovers");
    let ContainerState::Exited(exit) = &pods[0].containers[0].state else {
        panic!("it ended: {pods:?}");
    };
    assert_eq!(exit.code, 7);
    assert!(pods[0].is_alive);

    // The Pod can go on: the next attempt runs in the same shim.
    let mut next = yard.container(&["/bin/true"]);
    next.attempt = 1;
    yard.runtime
        .start_container("own", next)
        .await
        .expect("starts");
    assert_eq!(yard.next_exit().await.code, 0);
    yard.runtime.remove_pod("own").await.expect("removed");
    yard.end();
}

#[tokio::test]
async fn containers_of_a_killed_shim_are_lost_and_dead() {
    let mut yard = Yard::new().await;
    yard.pod("pod").await;
    let container = yard.container(&["/bin/sh", "-c", "while :; do sleep 0.01; done"]);
    let started = yard
        .runtime
        .start_container("pod", container)
        .await
        .expect("starts");
    let record = fs::read_to_string(yard.path().join("state/pods/pod/pod.json")).expect("readable");
    let record: serde_json::Value = serde_json::from_str(&record).expect("JSON");
    let shim = record["shim_pid"].as_i64().expect("a number");
    kill_process(pid(shim as i32), Signal::KILL).expect("killed");
    let lost = RuntimeEvent::PodLost {
        pod: "pod".to_owned(),
    };
    assert_eq!(yard.next_event().await, lost);
    wait_for(|| test_kill_process(pid(started.pid)).is_err());

    let yard = yard.reopen().await;
    let pods = yard.runtime.recover().await.expect("recovers");
    assert!(!pods[0].is_alive);
    assert_eq!(pods[0].containers[0].state, ContainerState::Lost);
    yard.runtime.remove_pod("pod").await.expect("removed");
    yard.end();
}

#[tokio::test]
async fn a_killed_spawner_is_replaced_and_pods_do_not_notice() {
    let mut yard = Yard::new().await;
    yard.pod("pod").await;
    let container = yard.container(&[
        "/bin/sh",
        "-c",
        "trap 'exit 3' TERM; echo up; while :; do sleep 0.01; done",
    ]);
    yard.runtime
        .start_container("pod", container)
        .await
        .expect("starts");
    let first = yard.runtime.spawner_pid();
    kill_process(pid(first), Signal::KILL).expect("killed");

    yard.pod("next").await;
    assert_ne!(yard.runtime.spawner_pid(), first);
    let mut container = yard.container(&["/bin/true"]);
    container.log_path = yard.path().join("next.log");
    yard.runtime
        .start_container("next", container)
        .await
        .expect("starts");
    assert_eq!(yard.next_exit().await.code, 0);

    wait_for(|| fs::read_to_string(yard.log_path()).is_ok_and(|log| log.ends_with("up\n")));
    yard.runtime
        .signal("pod", "main", libc::SIGTERM)
        .await
        .expect("signalled");
    assert_eq!(yard.next_exit().await.code, 3);
    for uid in ["pod", "next"] {
        yard.runtime.remove_pod(uid).await.expect("removed");
    }
    yard.end();
}

#[test]
fn with_end_with_owner_nothing_survives_the_owner() {
    let yard = Yard::without_runtime();
    let owner = Owner::start(yard.path(), yard.cgroup(), "end-with-owner");
    let spawner = owner.spawner;
    let container = owner.kill();
    wait_for(|| test_kill_process(container).is_err() && test_kill_process(spawner).is_err());
    assert!(!yard.path().exists(), "the folder is removed");
    assert_eq!(cgroups(yard.cgroup()), []);
}

#[test]
fn with_end_with_owner_nothing_survives_owner_and_spawner_but_an_empty_yard() {
    let yard = Yard::without_runtime();
    let container = Owner::start(yard.path(), yard.cgroup(), "end-with-owner").kill_with_spawner();
    wait_for(|| test_kill_process(container).is_err());
    let pods = yard.path().join("state/pods");
    wait_for(|| fs::read_dir(&pods).is_ok_and(|mut pods| pods.next().is_none()));
    for (_, left) in cgroups(yard.cgroup()) {
        assert_eq!(left, Vec::<std::path::PathBuf>::new());
    }
    yard.remove_cgroups();
}

#[tokio::test]
async fn the_end_of_one_yard_leaves_others_with_the_same_cgroup_parent_alone() {
    let mut yard = Yard::new().await;
    let other = Yard::without_runtime();
    yard.pod("pod").await;
    let mut container = yard.container(&["/bin/sh", "-c", "while :; do sleep 0.01; done"]);
    container.resources.cpu_shares = Some(2);
    yard.runtime
        .start_container("pod", container)
        .await
        .expect("starts");
    let owner = Owner::start(other.path(), yard.cgroup(), "end-with-owner");
    owner.kill();
    wait_for(|| !other.path().exists());
    assert!(test_kill_process(pid(yard.runtime.spawner_pid())).is_ok());
    yard.runtime
        .kill("pod", "main")
        .await
        .expect("it still runs");
    assert_eq!(yard.next_exit().await.code, 137);
    yard.runtime.remove_pod("pod").await.expect("removed");
    yard.end();
}

#[tokio::test]
async fn all_pods_can_be_removed_without_grace() {
    let yard = Yard::new().await;
    for uid in ["a", "b"] {
        yard.pod(uid).await;
        // As first process it ignores SIGTERM.
        let container = yard.container(&["/bin/sleep", "100"]);
        yard.runtime
            .start_container(uid, container)
            .await
            .expect("starts");
    }
    yard.runtime.remove_all_pods().await.expect("removed");
    yard.end();
}

#[tokio::test]
async fn a_state_folder_has_one_daemon() {
    let yard = Yard::new().await;
    let second = crate::yard::try_open(yard.path(), yard.cgroup()).await;
    let error = second.expect_err("the folder is taken").to_string();
    assert!(error.contains("another process uses it"), "{error}");
    yard.end();
}

#[tokio::test]
async fn a_state_folder_on_an_overlay_is_refused_in_words() {
    let place = Yard::without_runtime();
    let [upper, work, merged] = ["upper", "work", "merged"].map(|name| place.path().join(name));
    for folder in [&upper, &work, &merged] {
        fs::create_dir(folder).expect("made");
    }
    let options = format!(
        "lowerdir=/opt,upperdir={},workdir={}",
        upper.display(),
        work.display()
    );
    let options = std::ffi::CString::new(options).expect("plain");
    let flags = rustix::mount::MountFlags::empty();
    rustix::mount::mount("overlay", &merged, "overlay", flags, options.as_c_str()).expect("mounts");
    let result = crate::yard::try_open(&merged, place.cgroup()).await;
    rustix::mount::unmount(&merged, rustix::mount::UnmountFlags::DETACH).expect("unmounts");
    let error = result.expect_err("refused").to_string();
    assert!(error.contains("it is on an overlay"), "{error}");
}

#[tokio::test]
async fn a_pod_folder_that_was_never_finished_is_removed() {
    let yard = Yard::new().await;
    let folder = yard.path().join("state/pods/half");
    fs::create_dir_all(folder.join("volumes")).expect("made");
    assert_eq!(yard.runtime.recover().await.expect("recovers"), []);
    assert!(!folder.exists());
    yard.end();
}

#[test]
fn an_ordinary_user_is_told_what_is_missing() {
    // A copy where that user may run it.
    let folder = tempfile::tempdir_in("/var/tmp").expect("temporary folder");
    let program = folder.path().join("yard");
    fs::copy(yard_program(), &program).expect("copied");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("set");
    let output = Command::new(program)
        .arg("check")
        .uid(1234)
        .output()
        .expect("runs");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(text.starts_with("real containers need root"), "{text}");

    let output = Command::new(yard_program())
        .arg("check")
        .output()
        .expect("runs");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(text.starts_with("not enforced: "), "{text}");
}

fn pid(number: i32) -> Pid {
    Pid::from_raw(number).expect("positive")
}
