//! `kill -9` of the daemon, and a restart: nothing is lost, run twice or counted twice.

mod yard;

use std::{collections::BTreeMap, path::Path, time::Duration};

use rand::{Rng, SeedableRng, rngs::StdRng};
use yard::Yard;

/// Pods of the Job in each round.
const PODS: usize = 50;

/// Rounds, each with one kill at a random moment between create and Complete.
fn rounds() -> usize {
    if std::env::var_os("JOBYARD_LONG").is_some() {
        100
    } else {
        20
    }
}

#[test]
fn every_pod_starts_once_ends_once_and_is_counted_once_whenever_the_daemon_is_killed() {
    each_pod_is_run_and_counted_once(Yard::start(), rounds());
}

/// The Job controller in a process of its own meets a server that is gone, and
/// one that comes back.
#[test]
fn with_the_controller_apart_every_pod_is_counted_once_whenever_the_daemon_is_killed() {
    let yard = Yard::start_apart(&["--runtime", "host"]);
    each_pod_is_run_and_counted_once(yard, rounds() / 5);
}

fn each_pod_is_run_and_counted_once(mut yard: Yard, rounds: usize) {
    if !yard.is_ours() {
        eprintln!("not run against a foreign server: it is not ours to kill");
        return;
    }
    let seed = std::env::var("JOBYARD_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(1);
    eprintln!("JOBYARD_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    for round in 0..rounds {
        let name = format!("round-{round}");
        let counter = yard.scratch().join(&name);
        std::fs::create_dir(&counter).expect("a folder for the counts");
        yard.kubectl_ok(&["create", "-f", "-"], &manifest(&name, &counter));
        // The moment is the point of this test; nothing is asserted about time.
        std::thread::sleep(Duration::from_millis(random.random_range(0..1500)));
        yard.kill();
        yard.boot();
        yard.kubectl_ok(
            &[
                "wait",
                "--for=condition=complete",
                "--timeout=110s",
                &format!("job/{name}"),
            ],
            "",
        );

        let pods = yard.kubectl_ok(&["get", "pods", "-l", &format!("job-name={name}"), "-o", "jsonpath={range .items[*]}{.metadata.uid} {.status.phase} {.status.containerStatuses[0].restartCount}{\"\\n\"}{end}"], "");
        let uids: Vec<_> = pods
            .lines()
            .map(|line| line.split(' ').next().expect("a uid").to_owned())
            .collect();
        assert_eq!(uids.len(), PODS, "round {round}:\n{pods}");
        assert!(
            pods.lines().all(|line| line.ends_with("Succeeded 0")),
            "round {round}:\n{pods}"
        );
        for end in ["starts", "ends"] {
            let counts = counts(&counter.join(end));
            for uid in &uids {
                assert_eq!(
                    counts.get(uid),
                    Some(&1),
                    "round {round}: {end} of {uid}: {counts:?}"
                );
            }
            assert_eq!(counts.len(), PODS, "round {round}: {end}");
        }
        assert_eq!(
            yard.field(
                &format!("job/{name}"),
                "{.status.succeeded}/{.status.failed}/{.status.active}"
            ),
            format!("{PODS}//"),
            "round {round}"
        );
        // Fifty logs through kubectl take longer than the round: not each time.
        if round % 5 == 0 {
            let logs = yard.kubectl_ok(
                &[
                    "logs",
                    "-l",
                    &format!("job-name={name}"),
                    "--tail=-1",
                    "--max-log-requests=100",
                ],
                "",
            );
            assert_eq!(
                logs.lines().count(),
                2 * PODS,
                "round {round}: logs are whole"
            );
        }
    }
}

/// Each Pod writes its uid down at its start and at its end. A line that short
/// is appended whole or not at all.
fn manifest(name: &str, counter: &Path) -> String {
    format!(
        r#"
apiVersion: batch/v1
kind: Job
metadata: {{name: {name}}}
spec:
  completions: {PODS}
  parallelism: 10
  backoffLimit: 0
  template:
    spec:
      runtimeClassName: host
      restartPolicy: Never
      containers:
      - name: main
        image: none
        command: [sh, -c, "echo $POD_UID >> /counter/starts; echo begin; sleep 0.2; echo $POD_UID >> /counter/ends; echo end"]
        env:
        - {{name: POD_UID, valueFrom: {{fieldRef: {{fieldPath: metadata.uid}}}}}}
        volumeMounts:
        - {{name: counter, mountPath: /counter}}
      volumes:
      - {{name: counter, hostPath: {{path: {counter}}}}}
"#,
        counter = counter.display()
    )
}

fn counts(file: &Path) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in std::fs::read_to_string(file).unwrap_or_default().lines() {
        *counts.entry(line.to_owned()).or_default() += 1;
    }
    counts
}

#[test]
fn a_running_pod_is_picked_up_with_its_whole_log() {
    let mut yard = Yard::start();
    if !yard.is_ours() {
        eprintln!("not run against a foreign server: it is not ours to kill");
        return;
    }
    let go = yard.scratch().join("go");
    let manifest = format!(
        r#"
apiVersion: batch/v1
kind: Job
metadata: {{name: long}}
spec:
  template:
    spec:
      runtimeClassName: host
      restartPolicy: Never
      containers:
      - name: main
        image: none
        command: [sh, -c, "echo before; while [ ! -e /scratch/go ]; do sleep 0.05; done; echo after"]
        volumeMounts: [{{name: scratch, mountPath: /scratch}}]
      volumes:
      - {{name: scratch, hostPath: {{path: {}}}}}
"#,
        yard.scratch().display()
    );
    yard.kubectl_ok(&["create", "-f", "-"], &manifest);
    yard.until("the Pod writes its first line", |yard| {
        yard::text(&yard.kubectl(&["logs", "job/long"]).stdout) == "before\n"
    });
    let pod = yard.field("pods", "{.items[0].metadata.uid}");
    yard.kill();
    // It goes on and ends while nobody watches.
    std::fs::write(&go, "").expect("the sign to go on");
    yard.boot();
    yard.kubectl_ok(
        &[
            "wait",
            "--for=condition=complete",
            "--timeout=60s",
            "job/long",
        ],
        "",
    );
    assert_eq!(
        yard.field("pods", "{.items[*].metadata.uid}"),
        pod,
        "the same Pod, and no other"
    );
    assert_eq!(
        yard.kubectl_ok(&["logs", "job/long"], ""),
        "before\nafter\n"
    );
    // A finished Pod's log is still there after one more kill.
    yard.kill();
    yard.boot();
    assert_eq!(
        yard.kubectl_ok(&["logs", "job/long"], ""),
        "before\nafter\n"
    );
}
