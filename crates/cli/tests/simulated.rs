//! `serve --node simulated` from outside: Jobs end as the flags say, no process is started.

mod yard;

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
