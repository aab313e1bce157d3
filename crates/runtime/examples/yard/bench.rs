//! Pods of `/bin/true` through the runtime's calls, and plain `/bin/true` processes beside them.
//!
//! CPU is that of a cgroup in which this process, spawner and shims are, so that other work on the machine
//! is not in it; nor are the kernel's own threads. Run it optimised.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jobyard_runtime::{Runtime, RuntimeConfig, RuntimeEvent, SpawnerHandle};
use tokio::sync::oneshot;

/// Where CPU is counted, on machines with cgroup version 1.
const CGROUP: &str = "/sys/fs/cgroup/cpuacct/jobyard-bench-cpu";

/// Moves this process where its CPU is counted. Call before the spawner is started.
pub(crate) fn enter_cgroup() {
    fs::create_dir_all(CGROUP).expect("root, and cgroup version 1");
    let procs = Path::new(CGROUP).join("cgroup.procs");
    fs::write(procs, std::process::id().to_string()).expect("enters");
}

/// Runs `pods` Pods, `at_once` at a time, and prints rates and costs.
pub(crate) async fn run(spawner: SpawnerHandle, folder: &Path, pods: usize, at_once: usize) {
    let plain = measure(pods, || {
        for _ in 0..pods {
            let status = Command::new("/bin/true").status().expect("runs");
            assert!(status.success(), "true succeeds");
        }
    });
    crate::say(&format!("posix_spawn, one at a time: {plain}"));

    let config = RuntimeConfig {
        state_dir: folder.join("state"),
        cgroup_parent: "jobyard-bench".to_owned(),
        end_with_owner: true,
        remove_at_end: None,
        hidden: Vec::new(),
    };
    let (runtime, mut events) = Runtime::open(config, spawner).await.expect("opens");
    let ends: Ends = Arc::default();
    let waiting = Arc::clone(&ends);
    let dispatcher = tokio::spawn(async move {
        while let Some(RuntimeEvent::Exited { pod, exit, .. }) = events.next().await {
            assert_eq!(exit.code, 0, "true succeeds");
            let end = waiting.lock().expect("no panic").remove(&pod);
            let _ = end.expect("it is awaited").send(());
        }
    });
    for with_cgroups in [false, true] {
        let begun = (Instant::now(), busy());
        let next = Arc::new(AtomicUsize::new(0));
        let workers: Vec<_> = (0..at_once)
            .map(|_| {
                let (runtime, folder) = (runtime.clone(), folder.to_owned());
                let (next, ends) = (Arc::clone(&next), Arc::clone(&ends));
                tokio::spawn(async move {
                    let mut latencies = Vec::new();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= pods {
                            return latencies;
                        }
                        let begun = Instant::now();
                        run_one(
                            &runtime,
                            &folder,
                            &format!("p{number}"),
                            with_cgroups,
                            &ends,
                        )
                        .await;
                        latencies.push(begun.elapsed());
                    }
                })
            })
            .collect();
        let mut latencies = Vec::new();
        for worker in workers {
            latencies.extend(worker.await.expect("no panic"));
        }
        latencies.sort();
        let cost = Cost::since(begun, pods);
        let with = if with_cgroups {
            "cpu and memory cgroups"
        } else {
            "no cgroups"
        };
        crate::say(&format!(
            "Pods, {with}, {at_once} at once: {cost}, median {:.2} ms, {:.1} times posix_spawn's CPU",
            latencies[pods / 2].as_secs_f64() * 1e3,
            cost.cpu_each.as_secs_f64() / plain.cpu_each.as_secs_f64()
        ));
    }
    dispatcher.abort();
}

/// Whoever waits for a Pod's end.
type Ends = Arc<Mutex<HashMap<String, oneshot::Sender<()>>>>;

/// One Pod from nothing to nothing.
async fn run_one(runtime: &Runtime, folder: &Path, uid: &str, with_cgroups: bool, ends: &Ends) {
    let (sender, end) = oneshot::channel();
    ends.lock()
        .expect("no panic")
        .insert(uid.to_owned(), sender);
    start(runtime, folder, uid, with_cgroups).await;
    end.await.expect("the dispatcher lives");
    runtime.remove_pod(uid).await.expect("removed");
}

/// Makes a Pod and starts its container.
async fn start(runtime: &Runtime, folder: &Path, uid: &str, with_cgroups: bool) {
    let mut pod = crate::pod(uid);
    let mut container = crate::container("main", &["/bin/true"], folder.join(format!("{uid}.log")));
    if with_cgroups {
        for resources in [&mut pod.resources, &mut container.resources] {
            resources.cpu_shares = Some(1024);
            resources.memory_bytes_max = Some(1 << 30);
        }
    }
    runtime.create_pod(pod).await.expect("made");
    runtime
        .start_container(uid, container)
        .await
        .expect("starts");
}

struct Cost {
    wall: Duration,
    each: usize,
    cpu_each: Duration,
}

impl Cost {
    fn since((begun, busy_before): (Instant, Duration), count: usize) -> Cost {
        Cost {
            wall: begun.elapsed(),
            each: count,
            cpu_each: (busy().saturating_sub(busy_before)) / count as u32,
        }
    }
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:.0}/s, {:.2} ms of CPU each",
            self.each as f64 / self.wall.as_secs_f64(),
            self.cpu_each.as_secs_f64() * 1e3
        )
    }
}

fn measure(count: usize, work: impl FnOnce()) -> Cost {
    let begun = (Instant::now(), busy());
    work();
    Cost::since(begun, count)
}

/// User and system time of [`CGROUP`].
fn busy() -> Duration {
    let text = fs::read_to_string(Path::new(CGROUP).join("cpuacct.usage")).expect("readable");
    Duration::from_nanos(text.trim().parse().expect("a number"))
}
