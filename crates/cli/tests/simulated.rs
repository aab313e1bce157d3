//! `serve --node simulated` from outside: Jobs end as the flags say, no process is
//! started; and small forms of the loads that are measured elsewhere, with the Job
//! controller in the server and in a process of its own.

mod yard;

use std::process::Command;

use yard::Yard;

/// A Job whose Pods could run nowhere: their image does not exist.
fn job(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}}}\nspec:\n  {spec}\n  template:\n    spec:\n      \
         restartPolicy: Never\n      containers: [{{name: main, image: none.invalid/none}}]\n"
    )
}

#[test]
fn simulated_pods_run_for_their_time_and_succeed() {
    let yard = Yard::start_with(&["--node", "simulated", "--simulated-run-time", "1500ms"]);
    if !yard.is_ours() {
        eprintln!("not run against a foreign server: what its node does is not ours to say");
        return;
    }
    yard.kubectl_ok(
        &["create", "-f", "-"],
        &job("good", "completions: 30\n  parallelism: 30"),
    );
    yard.until("all run", |yard| {
        yard.field("job/good", "{.status.ready}") == "30"
    });
    yard.kubectl_ok(
        &[
            "wait",
            "--for=condition=complete",
            "--timeout=60s",
            "job/good",
        ],
        "",
    );
    assert_eq!(yard.field("job/good", "{.status.succeeded}"), "30");
    let room = yard.field("nodes", "{.items[0].status.allocatable.pods}");
    assert_eq!(room, "100k");
}

#[test]
fn simulated_pods_fail_with_the_code_asked_for() {
    let yard = Yard::start_with(&[
        "--node",
        "simulated",
        "--simulated-fail-share",
        "1",
        "--simulated-exit-code",
        "42",
        "--max-pods",
        "7",
    ]);
    if !yard.is_ours() {
        eprintln!("not run against a foreign server: what its node does is not ours to say");
        return;
    }
    let on_42 = "podFailurePolicy:\n    rules:\n    - {action: FailJob, onExitCodes: {operator: In, values: [42]}}";
    yard.kubectl_ok(&["create", "-f", "-"], &job("bad", on_42));
    yard.kubectl_ok(
        &["wait", "--for=condition=failed", "--timeout=60s", "job/bad"],
        "",
    );
    let reason = yard.field(
        "job/bad",
        "{.status.conditions[?(@.type==\"Failed\")].reason}",
    );
    assert_eq!(reason, "PodFailurePolicy");
    let room = yard.field("nodes", "{.items[0].status.allocatable.pods}");
    assert_eq!(room, "7");
}

#[test]
fn what_only_the_simulated_node_does_is_refused_without_it() {
    for node in ["none", "local"] {
        let mut serve = Command::new(env!("CARGO_BIN_EXE_jobyard"));
        serve.args(["serve", "--node", node, "--simulated-exit-code", "3"]);
        let output = serve.output().expect("jobyard starts");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("--simulated-"), "{told}");
        assert!(told.contains("--node simulated"), "{told}");
    }
}

/// With the Job controller inside, and apart.
fn in_both_arrangements(flags: &[&str], load: impl Fn(&Yard)) {
    let flags = [&["--node", "simulated"], flags].concat();
    for yard in [
        Yard::start_own(&std::env::temp_dir(), &flags),
        Yard::start_apart(&flags),
    ] {
        load(&yard);
        let finalizers = yard.field("pods", "{.items[*].metadata.finalizers}");
        assert_eq!(finalizers, "", "each Pod is counted and let go");
        let uncounted = "{.items[*].status.uncountedTerminatedPods.*}";
        assert_eq!(yard.field("jobs", uncounted), "");
    }
}

fn wait_for_complete(yard: &Yard, what: &str) {
    let wait = ["wait", "--for=condition=complete", "--timeout=180s"];
    let what: Vec<_> = what.split(' ').collect();
    yard.kubectl_ok(&[&wait, what.as_slice()].concat(), "");
}

#[test]
fn an_indexed_job_of_many_pods_completes_each_index_once() {
    in_both_arrangements(&[], |yard| {
        let spec = "completionMode: Indexed\n  completions: 500\n  parallelism: 50";
        yard.kubectl_ok(&["create", "-f", "-"], &job("wide", spec));
        wait_for_complete(yard, "job/wide");
        let status = yard.field(
            "job/wide",
            "{.status.succeeded} {.status.completedIndexes} {.status.failed}",
        );
        assert_eq!(status.trim_end(), "500 0-499");
        let pods = yard.field("pods", "{.items[*].status.phase}");
        assert_eq!(pods, ["Succeeded"; 500].join(" "));
    });
}

#[test]
fn many_jobs_of_one_pod_complete_with_one_pod_each() {
    in_both_arrangements(&[], |yard| {
        let jobs: Vec<_> = (0..100)
            .map(|number| job(&format!("job-{number}"), "suspend: false"))
            .collect();
        yard.kubectl_ok(&["create", "-f", "-"], &jobs.join("---\n"));
        wait_for_complete(yard, "jobs --all");
        let succeeded = yard.field("jobs", "{.items[*].status.succeeded}");
        assert_eq!(succeeded, ["1"; 100].join(" "));
        let pods = yard.field("pods", "{.items[*].status.phase}");
        assert_eq!(pods, ["Succeeded"; 100].join(" "));
    });
}

/// Half of the indexes fail once, and succeed after their back-off.
#[test]
fn in_a_storm_of_failures_each_is_counted_and_made_up_for() {
    let flags = [
        "--simulated-fail-share",
        "0.5",
        "--simulated-fail-times",
        "1",
    ];
    in_both_arrangements(&flags, |yard| {
        let spec = "completionMode: Indexed\n  completions: 200\n  parallelism: 200\n  backoffLimitPerIndex: 3";
        yard.kubectl_ok(&["create", "-f", "-"], &job("storm", spec));
        wait_for_complete(yard, "job/storm");
        let status = yard.field(
            "job/storm",
            "{.status.succeeded} {.status.completedIndexes} {.status.failedIndexes}",
        );
        assert_eq!(status.trim_end(), "200 0-199");
        let pods = yard.field("pods", "{.items[*].status.phase}");
        let count = |phase| pods.split(' ').filter(|one| *one == phase).count();
        assert_eq!(count("Succeeded"), 200);
        let failed = count("Failed");
        assert!((1..200).contains(&failed), "{failed} failed");
        assert_eq!(
            yard.field("job/storm", "{.status.failed}"),
            failed.to_string()
        );
    });
}
