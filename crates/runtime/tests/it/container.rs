//! One container: its program, its surroundings, its end.

use std::fs;

use jobyard_runtime::{Mount, MountSource, RootFs, RuntimeEvent, StartError};

use crate::yard::{Yard, wait_for};

#[tokio::test]
async fn a_program_runs_and_its_exit_code_is_reported() {
    let mut yard = Yard::new().await;
    let container = yard.container(&["/bin/true"]);
    let (exit, text) = yard.run(container).await;
    assert_eq!((exit.code, exit.oom_killed, text.as_str()), (0, false, ""));
    assert!(exit.started_at <= exit.finished_at);

    let container = yard.container(&["/bin/sh", "-c", "exit 42"]);
    let (exit, _) = yard.run(container).await;
    assert_eq!(exit.code, 42);
    yard.end();
}

#[tokio::test]
async fn arguments_environment_and_working_folder_arrive() {
    let mut yard = Yard::new().await;
    let mut container =
        yard.container(&["sh", "-c", "echo \"$0|$1|$A|$B\"; pwd", "zero", "o n\"e"]);
    container.env = [
        ("A", "first"),
        ("PATH", "/bin"),
        ("B", ""),
        ("A", "last = best"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    container.cwd = "/made/for/this".to_owned();
    let (_, text) = yard.run(container).await;
    assert_eq!(text, "zero|o n\"e|last = best|\n/made/for/this\n");
    yard.end();
}

#[tokio::test]
async fn signals_end_a_container_with_128_and_their_number() {
    let mut yard = Yard::new().await;
    yard.pod("pod").await;
    for (attempt, signal, script, code) in [
        (
            0,
            libc::SIGTERM,
            "trap 'exit 7' TERM; echo up; while :; do sleep 0.01; done",
            7,
        ),
        // A first process without handler ignores it, and gets 137 in the end.
        (
            1,
            libc::SIGKILL,
            "echo up; while :; do sleep 0.01; done",
            137,
        ),
    ] {
        let mut container = yard.container(&["/bin/sh", "-c", script]);
        container.attempt = attempt;
        container.log_path = yard.path().join(format!("{attempt}.log"));
        let log = container.log_path.clone();
        yard.runtime
            .start_container("pod", container)
            .await
            .expect("starts");
        wait_for(|| fs::read_to_string(&log).is_ok_and(|text| text.ends_with("up\n")));
        yard.runtime
            .signal("pod", "main", signal)
            .await
            .expect("signalled");
        assert_eq!(yard.next_exit().await.code, code);
    }
    yard.runtime.remove_pod("pod").await.expect("removed");
    yard.end();
}

#[tokio::test]
async fn a_program_that_cannot_run_is_told_as_other_runtimes_tell_it() {
    let mut yard = Yard::new().await;
    for (program, message) in [
        (
            "nope",
            "exec: \"nope\": executable file not found in $PATH: unknown",
        ),
        (
            "/nope",
            "exec: \"/nope\": stat /nope: no such file or directory: unknown",
        ),
        (
            "/etc/passwd",
            "exec: \"/etc/passwd\": permission denied: unknown",
        ),
        ("/etc", "exec: \"/etc\": is a directory: unknown"),
    ] {
        let container = yard.container(&[program]);
        assert_eq!(yard.start_error(container).await, message);
    }
    let mut container = yard.container(&["/bin/true"]);
    container.mounts = vec![bind("/does/not/exist", "/data", false)];
    assert_eq!(
        yard.start_error(container).await,
        "error mounting \"/does/not/exist\" to rootfs at \"/data\": \
         stat /does/not/exist: no such file or directory: unknown"
    );
    yard.end();
}

#[tokio::test]
async fn a_file_the_kernel_cannot_load_starts_and_exits_255() {
    let mut yard = Yard::new().await;
    let container = yard.container(&["/bin/sh", "-c", "true"]);
    let broken = yard.path().join("broken");
    fs::write(&broken, "#!/no/such/interpreter\n").expect("written");
    fs::set_permissions(&broken, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("set");
    let container = jobyard_runtime::ContainerSpec {
        argv: vec!["/broken".to_owned()],
        mounts: vec![bind(broken.to_str().expect("plain"), "/broken", true)],
        ..container
    };
    let (exit, text) = yard.run(container).await;
    assert_eq!(exit.code, 255);
    assert_eq!(text, "exec /broken: no such file or directory\n");
    yard.end();
}

#[tokio::test]
async fn an_attempt_is_started_once() {
    let mut yard = Yard::new().await;
    yard.pod("pod").await;
    let container = yard.container(&["/bin/true"]);
    yard.runtime
        .start_container("pod", container.clone())
        .await
        .expect("starts");
    yard.next_exit().await;
    let again = yard.runtime.start_container("pod", container.clone()).await;
    assert!(
        matches!(again, Err(StartError::StartedBefore { attempt: 0, .. })),
        "{again:?}"
    );
    let next = jobyard_runtime::ContainerSpec {
        attempt: 1,
        ..container
    };
    yard.runtime
        .start_container("pod", next)
        .await
        .expect("starts");
    assert!(matches!(
        yard.next_event().await,
        RuntimeEvent::Exited { attempt: 1, .. }
    ));
    yard.runtime.remove_pod("pod").await.expect("removed");
    yard.end();
}

#[tokio::test]
async fn a_container_has_namespaces_of_its_own() {
    let mut yard = Yard::new().await;
    let names = ["cgroup", "ipc", "mnt", "pid", "uts", "net"];
    let script = "for n in cgroup ipc mnt pid uts net; do readlink /proc/self/ns/$n; done; hostname; echo $$";
    let text = yard.output(script).await;
    let lines: Vec<&str> = text.lines().collect();
    for (name, inside) in names.iter().zip(&lines) {
        let outside = fs::read_link(format!("/proc/self/ns/{name}")).expect("readable");
        // The network is the machine's until Pods have their own.
        assert_eq!(outside.to_str() == Some(*inside), *name == "net", "{name}");
    }
    assert_eq!(lines[6..], ["pod-host", "1"]);
    yard.end();
}

#[tokio::test]
async fn containers_of_a_pod_share_ipc_and_host_name() {
    let mut yard = Yard::new().await;
    yard.pod("pod").await;
    let mut seen = Vec::new();
    for attempt in 0..2 {
        let mut container = yard.container(&[
            "/bin/sh",
            "-c",
            "readlink /proc/self/ns/ipc /proc/self/ns/uts",
        ]);
        container.attempt = attempt;
        container.log_path = yard.path().join(format!("{attempt}.log"));
        let log = container.log_path.clone();
        yard.runtime
            .start_container("pod", container)
            .await
            .expect("starts");
        yard.next_exit().await;
        seen.push(crate::yard::log_text(&log));
    }
    assert_eq!(seen[0], seen[1]);
    yard.runtime.remove_pod("pod").await.expect("removed");
    yard.end();
}

#[tokio::test]
async fn the_program_holds_no_descriptor_of_ours() {
    let mut yard = Yard::new().await;
    let container = yard.container(&["/bin/ls", "/proc/self/fd"]);
    // 3 is the folder that ls reads.
    assert_eq!(yard.run(container).await.1, "0\n1\n2\n3\n");
    yard.end();
}

#[tokio::test]
async fn user_group_and_rights_are_those_asked_for() {
    let mut yard = Yard::new().await;
    let show = "id -u; id -g; id -G; grep -E 'CapPrm|CapEff|CapBnd|CapInh|CapAmb|NoNewPrivs' /proc/self/status";
    let mut container = yard.container(&["/bin/sh", "-c", show]);
    container.user.groups = vec![5, 6];
    let (_, text) = yard.run(container.clone()).await;
    // The default set without MKNOD.
    assert_eq!(
        text.split_whitespace().collect::<Vec<_>>().join(" "),
        "0 0 0 5 6 CapInh: 0000000000000000 CapPrm: 00000000a00425fb CapEff: 00000000a00425fb \
         CapBnd: 00000000a00425fb CapAmb: 0000000000000000 NoNewPrivs: 1"
    );
    container.user.uid = 1234;
    container.user.gid = 4321;
    let (_, text) = yard.run(container).await;
    assert_eq!(
        text.split_whitespace().collect::<Vec<_>>().join(" "),
        "1234 4321 4321 5 6 CapInh: 0000000000000000 CapPrm: 0000000000000000 CapEff: 0000000000000000 \
         CapBnd: 00000000a00425fb CapAmb: 0000000000000000 NoNewPrivs: 1"
    );
    yard.end();
}

#[tokio::test]
async fn an_ordinary_user_can_write_to_dev_stdout() {
    let mut yard = Yard::new().await;
    let mut container = yard.container(&[
        "/bin/sh",
        "-c",
        "echo out > /dev/stdout; echo err > /dev/stderr",
    ]);
    container.user.uid = 1234;
    let (exit, text) = yard.run(container).await;
    assert_eq!((exit.code, text.as_str()), (0, "out\nerr\n"));
    yard.end();
}

#[tokio::test]
async fn kernel_file_systems_are_those_of_upstream_nodes() {
    let mut yard = Yard::new().await;
    let devices = yard
        .output("cd /dev; ls -1 | tr '\\n' ' '; stat -c '%A' null tty; ls -A shm")
        .await;
    assert_eq!(
        devices,
        "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero crw-rw-rw-\ncrw-rw-rw-\n"
    );
    let refused = "for f in /sys/x /proc/sys/kernel/hostname /proc/sysrq-trigger /sys/fs/cgroup/x; do \
                   (echo x > $f) 2>/dev/null && echo \"$f is writable\"; done; cat /proc/keys /proc/timer_list; \
                   ls /sys/firmware; ls -A /tmp /run /var/tmp; true";
    assert_eq!(yard.output(refused).await, "/run:\n\n/tmp:\n\n/var/tmp:\n");
    yard.end();
}

#[tokio::test]
async fn writes_to_the_root_are_thrown_away() {
    let mut yard = Yard::new().await;
    let script =
        "echo x > /usr/bin/jobyard-test-file && rm /bin/true && ls /usr/bin/jobyard-test-file";
    assert_eq!(yard.output(script).await, "/usr/bin/jobyard-test-file\n");
    assert!(!fs::exists("/usr/bin/jobyard-test-file").expect("known"));
    assert!(fs::exists("/bin/true").expect("known"));
    yard.end();
}

#[tokio::test]
async fn a_read_only_root_refuses_writes_but_not_to_volumes() {
    let mut yard = Yard::new().await;
    let volume = yard.path().join("volume");
    fs::create_dir(&volume).expect("made");
    let script = "for f in /x /tmp/x /usr/x; do (echo x > $f) 2>/dev/null && echo $f; done; echo x > /data/x";
    let mut container = yard.container(&["/bin/sh", "-c", script]);
    container.rootfs = RootFs::Host { read_only: true };
    container.mounts = vec![bind(volume.to_str().expect("plain"), "/data", false)];
    let (exit, text) = yard.run(container).await;
    assert_eq!((exit.code, text.as_str()), (0, ""));
    assert!(volume.join("x").exists());
    yard.end();
}

#[tokio::test]
async fn volumes_are_mounted_as_asked() {
    let mut yard = Yard::new().await;
    let folder = yard.path().join("volume");
    fs::create_dir(&folder).expect("made");
    fs::write(folder.join("file"), "content\n").expect("written");
    let folder = folder.to_str().expect("plain");
    let script = "cat /ro/file /etc/hosts; (echo x > /ro/new) 2>/dev/null || echo refused; \
                  echo x > /rw/new; stat -f -c %T /memory; stat -c %a /memory; df -k --output=size /memory | tail -1; \
                  mknod /rw/disk b 1 1 2>/dev/null || echo no devices; echo log > /dev/termination-log";
    let mut container = yard.container(&["/bin/sh", "-c", script]);
    let termination_log = yard.path().join("termination-log");
    fs::write(&termination_log, "").expect("written");
    container.mounts = vec![
        bind(folder, "/ro", true),
        bind(folder, "/rw", false),
        bind(&format!("{folder}/file"), "/etc/hosts", false),
        bind(
            termination_log.to_str().expect("plain"),
            "/dev/termination-log",
            false,
        ),
        Mount {
            source: MountSource::Tmpfs {
                size_bytes: Some(1 << 20),
                mode: 0o777,
            },
            target: "/memory".into(),
            read_only: false,
        },
    ];
    let (exit, text) = yard.run(container).await;
    let words: Vec<&str> = text.split_whitespace().collect();
    assert_eq!(
        words.join(" "),
        "content content refused tmpfs 777 1024 no devices"
    );
    assert_eq!(exit.code, 0);
    assert_eq!(
        fs::read_to_string(termination_log).expect("readable"),
        "log\n"
    );
    yard.end();
}

#[tokio::test]
async fn a_file_is_mounted_where_the_machine_has_a_link_to_nowhere() {
    // As /etc/resolv.conf on machines with systemd-resolved.
    let link = std::path::Path::new("/etc/jobyard-test-link");
    let _ = fs::remove_file(link);
    std::os::unix::fs::symlink("../run/jobyard-test/file", link).expect("linked");
    let mut yard = Yard::new().await;
    let file = yard.path().join("file");
    fs::write(&file, "content\n").expect("written");
    let mut container = yard.container(&["/bin/cat", "/etc/jobyard-test-link"]);
    container.mounts = vec![bind(
        file.to_str().expect("plain"),
        "/etc/jobyard-test-link",
        true,
    )];
    let (_, text) = yard.run(container).await;
    fs::remove_file(link).expect("removed");
    assert_eq!(text, "content\n");
    yard.end();
}

#[tokio::test]
async fn a_link_in_a_volume_leads_nowhere_outside() {
    let mut yard = Yard::new().await;
    let volume = yard.path().join("volume");
    let outside = yard.path().join("outside");
    fs::create_dir(&volume).expect("made");
    fs::create_dir(&outside).expect("made");
    std::os::unix::fs::symlink(&outside, volume.join("link")).expect("linked");
    std::os::unix::fs::symlink("/proc/self/fd/4", volume.join("magic")).expect("linked");
    for link in ["link", "magic"] {
        let mut container = yard.container(&["/bin/true"]);
        container.mounts = vec![
            bind(volume.to_str().expect("plain"), "/data", false),
            bind("/etc", &format!("/data/{link}/made"), true),
        ];
        let message = yard.start_error(container).await;
        assert!(message.starts_with("make the mount point"), "{message}");
    }
    assert_eq!(fs::read_dir(&outside).expect("readable").count(), 0);
    yard.end();
}

#[tokio::test]
async fn the_log_has_both_streams_in_cri_format() {
    let mut yard = Yard::new().await;
    let script = "echo out; echo err >&2; head -c 20000 /dev/zero | tr '\\0' x; echo; printf end";
    let container = yard.container(&["/bin/sh", "-c", script]);
    yard.pod("pod").await;
    yard.runtime
        .start_container("pod", container)
        .await
        .expect("starts");
    yard.next_exit().await;
    let text = fs::read_to_string(yard.log_path()).expect("readable");
    let mut shape: Vec<(String, usize)> = text
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.splitn(4, ' ').collect();
            assert_eq!(
                fields[0].len(),
                "2026-01-02T03:04:05.123456789Z".len(),
                "{line}"
            );
            (format!("{} {}", fields[1], fields[2]), fields[3].len())
        })
        .collect();
    // Only within one stream is there an order.
    shape.sort_by_key(|(kind, _)| kind.starts_with("stderr"));
    let expected = [
        ("stdout F", 3),
        ("stdout P", 16_384),
        ("stdout F", 20_000 - 16_384),
        ("stdout P", 3),
        ("stderr F", 3),
    ]
    .map(|(kind, length)| (kind.to_owned(), length));
    assert_eq!(shape, expected);
    yard.runtime.remove_pod("pod").await.expect("removed");
    assert!(yard.log_path().exists(), "the log outlives the pod");
    yard.end();
}

fn bind(path: &str, target: &str, read_only: bool) -> Mount {
    Mount {
        source: MountSource::Bind { path: path.into() },
        target: target.into(),
        read_only,
    }
}
