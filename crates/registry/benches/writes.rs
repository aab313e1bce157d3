//! What writes cost, and whether that grows with the size of the yard.
//!
//! `cargo bench -p jobyard-registry` prints for yards of 1,000, 10,000 and
//! 100,000 Pods what it costs to create one, to take it through a life of four
//! writes, and to list a page, over a store that is not synced; with `-- memory`
//! without a store.

#![expect(clippy::print_stdout, reason = "figures are what this is for")]
#![expect(clippy::unwrap_used, reason = "what goes wrong here ends the run")]

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use jobyard_api::{Object, Timestamp, core, meta::ObjectMeta};
use jobyard_registry::{
    Binding, Options, Registry, Selection,
    request::{Context, ListRequest, User},
};
use jobyard_store::{Durability, Store};

fn cx() -> Context {
    Context {
        user: Arc::new(User {
            name: "system:admin".to_owned(),
            groups: vec!["system:masters".to_owned()],
        }),
        now: Timestamp::now(),
    }
}

/// As the Job controller makes them.
fn pod(index: usize) -> core::Pod {
    core::Pod {
        metadata: ObjectMeta {
            generate_name: Some(format!("bench-{index}-")),
            namespace: Some("default".to_owned()),
            labels: Some(
                [
                    ("batch.kubernetes.io/job-name", "bench"),
                    ("job-name", "bench"),
                    ("batch.kubernetes.io/controller-uid", "0d3c"),
                    ("controller-uid", "0d3c"),
                ]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
            ),
            finalizers: Some(vec!["batch.kubernetes.io/job-tracking".to_owned()]),
            ..ObjectMeta::default()
        },
        spec: Some(core::PodSpec {
            containers: vec![core::Container {
                name: "main".to_owned(),
                image: Some("busybox".to_owned()),
                command: Some(vec!["true".to_owned()]),
                ..core::Container::default()
            }],
            restart_policy: Some("Never".to_owned()),
            ..core::PodSpec::default()
        }),
        ..core::Pod::default()
    }
}

fn with_phase(pod: &core::Pod, phase: &str) -> core::Pod {
    let mut pod = pod.clone();
    pod.status.get_or_insert_default().phase = Some(phase.to_owned());
    pod
}

/// Bound, running, succeeded, counted.
fn live(registry: &Registry, pod: &core::Pod) {
    let pods = registry.of::<core::Pod>();
    let key = pod.key();
    let binding = Binding {
        node: "here".to_owned(),
        ..Binding::default()
    };
    let bound = pods.bind(&cx(), &key, &binding).unwrap();
    let running = pods.update_status(&cx(), with_phase(&bound, "Running"));
    pods.update_status(&cx(), with_phase(&running.unwrap(), "Succeeded"))
        .unwrap();
    pods.modify(&cx(), &key, |pod| {
        pod.metadata.finalizers = None;
        Ok(())
    })
    .unwrap();
}

/// How many Pods of a Job are there at once.
const PARALLELISM: usize = 500;

/// What this thread has had of a processor; other work on the machine does not count.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = text.split(' ').next().and_then(|one| one.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap())
}

/// Microseconds of processor time for each of `count`.
fn each(count: usize, work: impl FnOnce()) -> f64 {
    let before = cpu();
    work();
    cpu().saturating_sub(before).as_secs_f64() * 1e6 / count as f64
}

fn measure(what: &str, registry: &Registry) {
    println!("{what}:   Pods  create us  life of 4 writes us  page of 500 us  select all ms  MB");
    let pods = registry.of::<core::Pod>();
    let mut have = 0;
    for size in [1_000, 10_000, 100_000] {
        let (mut create, mut life) = (0.0, 0.0);
        let rounds = (size - have) / PARALLELISM;
        for _ in 0..rounds {
            let mut made = Vec::new();
            create += each(PARALLELISM, || {
                made = (0..PARALLELISM)
                    .map(|index| pods.create(&cx(), pod(have + index)).unwrap())
                    .collect();
            });
            life += each(PARALLELISM, || {
                for pod in &made {
                    live(registry, pod);
                }
            });
            have += PARALLELISM;
        }
        let (create, life) = (create / rounds as f64, life / rounds as f64);

        let resource = registry.resource("", "v1", "pods").unwrap();
        let request = ListRequest {
            limit: 500,
            ..ListRequest::default()
        };
        let page = each(100, || {
            for _ in 0..100 {
                black_box(resource.list(&cx(), &request).unwrap());
            }
        });
        let all = each(1, || {
            black_box(pods.select(&Selection::default()));
        }) / 1e3;
        println!(
            "{what}: {size:>7} {create:>9.1} {life:>19.1} {page:>15.1} {all:>14.2} {:>3}",
            resident_mb()
        );
    }
}

fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}

/// `cargo bench -p jobyard-registry -- memory|store`; both in processes of their own.
fn main() {
    if std::env::args().any(|argument| argument == "memory") {
        let registry = Registry::in_memory(&cx(), Options::default()).unwrap();
        return measure("memory", &registry);
    }
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        let (store, recovered) = Store::open(folder.path(), Durability::Never).unwrap();
        Registry::open(&cx(), store, recovered, Options::default()).unwrap()
    };
    let registry = open();
    measure("store", &registry);
    registry.close().unwrap();
    drop(registry);
    let started = Instant::now();
    let registry = open();
    println!(
        "opened again with 100,000 finished Pods in {:.2} s",
        started.elapsed().as_secs_f64()
    );
    registry.close().unwrap();
}
