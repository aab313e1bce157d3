//! Limits, the OOM killer, and many Pods at once.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jobyard_runtime::{Resources, RuntimeEvent};

use crate::yard::{Yard, container, pod};

/// Reads into a buffer of 1 GB.
const EAT_MEMORY: [&str; 5] = [
    "/bin/dd",
    "if=/dev/zero",
    "of=/dev/null",
    "bs=1G",
    "count=1",
];

#[tokio::test]
async fn a_container_over_its_memory_limit_is_oom_killed() {
    let mut yard = Yard::new().await;
    let mut hungry = yard.container(&EAT_MEMORY);
    hungry.resources.memory_bytes_max = Some(32 << 20);
    let (exit, _) = yard.run(hungry).await;
    assert_eq!((exit.code, exit.oom_killed), (137, true));
    yard.end();
}

#[tokio::test]
async fn a_container_over_its_pods_memory_limit_is_oom_killed() {
    let mut yard = Yard::new().await;
    let mut limited = pod("pod");
    limited.resources.memory_bytes_max = Some(32 << 20);
    yard.runtime.create_pod(limited).await.expect("made");
    let hungry = yard.container(&EAT_MEMORY);
    yard.runtime
        .start_container("pod", hungry)
        .await
        .expect("starts");
    let exit = yard.next_exit().await;
    assert_eq!((exit.code, exit.oom_killed), (137, true));
    yard.runtime.remove_pod("pod").await.expect("removed");
    yard.end();
}

#[tokio::test]
async fn an_ordinary_kill_is_no_oom_kill() {
    let mut yard = Yard::new().await;
    let mut killed = yard.container(&["/bin/sh", "-c", "sleep 0.01 & kill -9 $!; wait $!"]);
    killed.resources.memory_bytes_max = Some(32 << 20);
    let (exit, _) = yard.run(killed).await;
    assert_eq!((exit.code, exit.oom_killed), (137, false));
    yard.end();
}

#[tokio::test]
async fn limits_are_set_and_seen_inside() {
    let mut yard = Yard::new().await;
    let script = "cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes cpu/cpu.shares \
                  cpu/cpu.cfs_quota_us pids/pids.max 2>/dev/null || cat memory.max cpu.weight cpu.max pids.max; \
                  grep -c 'memory:/$\\|^0::/$' /proc/self/cgroup";
    let mut limited = yard.container(&["/bin/sh", "-c", script]);
    limited.resources = Resources {
        cpu_shares: Some(512),
        cpu_quota_us: Some(50_000),
        memory_bytes_max: Some(64 << 20),
        pids_max: Some(100),
    };
    let (_, text) = yard.run(limited).await;
    let words: Vec<&str> = text.split_whitespace().collect();
    let expected = if Path::new("/sys/fs/cgroup/memory").exists() {
        // Seen from inside, its cgroup is the root: of the limited tree, and of the empty one of version 2.
        vec!["67108864", "512", "50000", "100", "2"]
    } else {
        vec!["67108864", "20", "50000", "100000", "100", "1"]
    };
    assert_eq!(words, expected);
    yard.end();
}

#[tokio::test]
async fn a_limit_on_processes_is_enforced() {
    let mut yard = Yard::new().await;
    let script = "for i in 1 2 3 4 5 6 7 8 9; do sleep 1 & done 2>/dev/null; true";
    let mut limited = yard.container(&["/bin/sh", "-c", script]);
    limited.resources.pids_max = Some(4);
    let (exit, _) = yard.run(limited).await;
    // The shell gives up at its first refused fork.
    assert_ne!(exit.code, 0);
    yard.end();
}

#[tokio::test]
async fn fifty_pods_at_once_run_and_leave_nothing() {
    const PODS: usize = 50;
    let mut yard = Yard::new().await;
    let starts = (0..PODS).map(|number| {
        let runtime = yard.runtime.clone();
        let folder = yard.path().to_owned();
        tokio::spawn(async move {
            let uid = format!("pod{number}");
            let mut spec = pod(&uid);
            spec.resources.cpu_shares = Some(2);
            runtime.create_pod(spec).await.expect("made");
            let script = format!("echo {number}");
            let mut container = container(&folder, &["/bin/sh", "-c", &script]);
            container.log_path = folder.join(format!("{uid}.log"));
            container.resources.cpu_shares = Some(2);
            runtime
                .start_container(&uid, container)
                .await
                .expect("starts");
        })
    });
    let starts: Vec<_> = starts.collect();
    let mut ended = BTreeSet::new();
    for _ in 0..PODS {
        let RuntimeEvent::Exited { pod, exit, .. } = yard.next_event().await else {
            panic!("expected an exit");
        };
        assert_eq!(exit.code, 0, "{pod}");
        ended.insert(pod);
    }
    for start in starts {
        start.await.expect("no panic");
    }
    assert_eq!(ended.len(), PODS);
    for number in 0..PODS {
        let log = yard.path().join(format!("pod{number}.log"));
        let text = fs::read_to_string(log).expect("readable");
        assert!(text.ends_with(&format!(" stdout F {number}\n")), "{text}");
        yard.runtime
            .remove_pod(&format!("pod{number}"))
            .await
            .expect("removed");
    }
    yard.end();
}
