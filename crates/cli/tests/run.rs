//! `jobyard run`: what it prints, and how it ends.

mod yard;

use std::{
    io::{BufRead as _, BufReader, Write},
    process::{Child, Command, Output, Stdio},
};

use yard::{JOBYARD, PI, repository, text};

fn run_with(arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(JOBYARD)
        .arg("run")
        .args(arguments)
        .current_dir(repository())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("jobyard starts");
    child
        .stdin
        .take()
        .expect("stdin is piped")
        .write_all(stdin.as_bytes())
        .expect("jobyard reads stdin");
    child.wait_with_output().expect("jobyard ends")
}

/// A Job on the machine's own folders with this shell script.
fn job(name: &str, spec: &str, script: &str) -> String {
    let script = serde_json::to_string(script).expect("text is JSON");
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}}}\nspec:\n  {spec}\n  template:\n    spec:\n      runtimeClassName: host\n      \
         restartPolicy: Never\n      containers:\n      - {{name: main, image: none, command: [sh, -c, {script}]}}\n"
    )
}

#[test]
fn pi_on_the_machines_own_folders_is_right_to_2000_places() {
    let output = run_with(&["examples/pi-host.yaml"], "");
    assert_eq!(text(&output.stdout), PI, "stderr: {}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(0));
    assert!(
        text(&output.stderr).contains("Complete 1/1"),
        "{}",
        text(&output.stderr)
    );
    // A yard that has just begun tells nobody that it has no room yet.
    assert!(
        !text(&output.stderr).contains("FailedScheduling"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_documentations_pi_runs_on_the_host_runtime() {
    let output = run_with(&["--runtime", "host", "examples/pi.yaml"], "");
    assert_eq!(text(&output.stdout), PI, "stderr: {}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(0));
}

/// Debian 12's own perl cannot compute 2,000 places and exits with 255; the
/// newer Math::BigInt that makes it work is covered by an empty volume here.
#[test]
fn a_failed_job_shows_exit_code_and_last_log_lines() {
    let manifest = r#"
apiVersion: batch/v1
kind: Job
metadata: {name: pi}
spec:
  backoffLimit: 0
  template:
    spec:
      runtimeClassName: host
      restartPolicy: Never
      containers:
      - name: pi
        image: perl:5.34.0
        command: ["perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"]
        volumeMounts: [{name: empty, mountPath: /usr/share/perl5/Math}]
      volumes: [{name: empty, emptyDir: {}}]
"#;
    let output = run_with(&["-"], manifest);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("Failed 0/1 (BackoffLimitExceeded)"),
        "{stderr}"
    );
    assert!(
        stderr.contains("container pi exited with 255 (Error)"),
        "{stderr}"
    );
    assert!(
        stderr.contains("    | Can't use an undefined value as an ARRAY reference"),
        "{stderr}"
    );
}

#[test]
fn an_indexed_job_gives_each_pod_its_index_and_its_lines_a_prefix() {
    let manifest = job(
        "ix",
        "completions: 3\n  parallelism: 3\n  completionMode: Indexed",
        "echo index $JOB_COMPLETION_INDEX on $(hostname)",
    );
    let output = run_with(&["-"], &manifest);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let mut lines: Vec<_> = text(&output.stdout).lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines.len(), 3, "{lines:?}");
    for (index, line) in lines.iter().enumerate() {
        let (pod, rest) = line.split_once(" | ").expect("a prefix");
        assert!(pod.starts_with(&format!("ix-{index}-")), "{line}");
        assert_eq!(rest, format!("index {index} on ix-{index}"));
    }
}

#[test]
fn a_long_log_arrives_whole() {
    let manifest = job("long", "backoffLimit: 0", "seq 1 1000000");
    let output = run_with(&["-"], &manifest);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let expected: String = (1..=1_000_000).fold(String::new(), |all, number| {
        all + &number.to_string() + "\n"
    });
    assert!(
        text(&output.stdout) == expected,
        "{} of {} bytes",
        output.stdout.len(),
        expected.len()
    );
}

#[test]
fn what_keeps_a_job_from_starting_is_said() {
    let too_large = job("big", "backoffLimit: 0", "exit 0").replace(
        "image: none",
        "image: none, resources: {requests: {cpu: 1000}}",
    );
    let output = run_with(&["--timeout", "2s", "-"], &too_large);
    assert_eq!(output.status.code(), Some(124));
    assert!(
        text(&output.stderr)
            .contains(": FailedScheduling: 0/1 nodes are available: 1 Insufficient cpu."),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_data_folder_may_be_named_from_where_one_stands() {
    let here = tempfile::tempdir().expect("a folder");
    let manifest = here.path().join("job.yaml");
    std::fs::write(&manifest, job("kept", "backoffLimit: 0", "echo hello")).expect("a manifest");
    let run = || {
        let mut command = Command::new(JOBYARD);
        command
            .args(["run", "--data-dir", "data", "job.yaml"])
            .current_dir(here.path());
        command.output().expect("jobyard runs")
    };
    let first = run();
    assert_eq!(text(&first.stdout), "hello\n", "{}", text(&first.stderr));
    let second = run();
    assert_eq!(second.status.code(), Some(2));
    assert!(
        text(&second.stderr).contains("jobs.batch \"kept\" already exists"),
        "the yard is kept: {}",
        text(&second.stderr)
    );
}

#[test]
fn json_output_is_one_document() {
    let output = run_with(
        &["-o", "json", "-"],
        &job("ok", "backoffLimit: 0", "echo hello"),
    );
    let document: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("only JSON on stdout");
    assert_eq!(document["jobs"][0]["result"], "Complete");
    assert_eq!(
        document["jobs"][0]["pods"][0]["containers"][0]["exitCode"],
        0
    );
    assert!(text(&output.stderr).contains("hello"));
}

#[test]
fn bad_manifests_start_nothing_and_exit_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let witness = folder.path().join("ran");
    let good = job("good", "backoffLimit: 0", "exit 0")
        .replace("exit 0", &format!("touch {}", witness.display()));
    for (bad, expected) in [
        ("a: [1", "line"),
        (
            &*job("x", "backofLimit: 0", "exit 0"),
            "unknown field \"spec.backofLimit\"",
        ),
        (
            &*job("x", "backoffLimit: many", "exit 0"),
            "cannot unmarshal string into Go struct field",
        ),
        (
            &*job("x", "backoffLimit: 0", "exit 0").replace("Never", "Always"),
            "Required value: valid values: \"OnFailure\", \"Never\"",
        ),
        (
            &*job("x", "suspend: true", "exit 0"),
            "never ends by itself",
        ),
        (
            "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: i}]}}",
            "this Pod never ends by itself",
        ),
        (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n",
            "does not serve Deployment",
        ),
        (&*job("good", "backoffLimit: 0", "exit 0"), "already exists"),
    ] {
        let output = run_with(&["-"], &format!("{good}---\n{bad}"));
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{bad}\n{stderr}");
        assert!(
            stderr.contains(expected),
            "expected {expected:?} in {stderr:?}"
        );
        assert_eq!(text(&output.stdout), "");
        assert!(!witness.exists(), "a Job ran beside {bad}");
    }
    assert_eq!(run_with(&["no-such-file.yaml"], "").status.code(), Some(2));
    assert_eq!(run_with(&[], "").status.code(), Some(2));
}

#[test]
fn a_timeout_ends_the_pods_and_exits_with_124() {
    let script = "trap 'echo stopping; exit 0' TERM; echo up; while :; do sleep 0.05; done";
    let output = run_with(
        &["--timeout", "2s", "-"],
        &job("long", "backoffLimit: 0", script),
    );
    assert_eq!(output.status.code(), Some(124), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "up\nstopping\n");
}

/// `jobyard run` on this manifest; stdout is piped.
fn start(manifest: &str, stderr: Stdio) -> Child {
    let mut child = Command::new(JOBYARD)
        .args(["run", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn()
        .expect("jobyard starts");
    child
        .stdin
        .take()
        .expect("piped")
        .write_all(manifest.as_bytes())
        .expect("it reads");
    child
}

#[test]
fn an_interrupt_ends_the_pods_gracefully_and_exits_with_130() {
    let script = "trap 'echo stopping; exit 0' TERM; echo up; while :; do sleep 0.05; done";
    let mut child = start(&job("long", "backoffLimit: 0", script), Stdio::null());
    let mut stdout = std::io::BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    std::io::BufRead::read_line(&mut stdout, &mut line).expect("it prints");
    assert_eq!(line, "up\n");
    Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill runs");
    line.clear();
    std::io::BufRead::read_line(&mut stdout, &mut line).expect("it prints");
    assert_eq!(line, "stopping\n");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}

/// Were the grace period waited for, this would take an hour.
#[test]
fn a_second_interrupt_kills_the_pods_at_once() {
    let manifest = job(
        "stubborn",
        "backoffLimit: 0",
        "trap '' TERM; echo up; sleep 3600 & wait; sleep 3600",
    )
    .replace(
        "restartPolicy",
        "terminationGracePeriodSeconds: 3600\n      restartPolicy",
    );
    let mut child = start(&manifest, Stdio::piped());
    let mut stdout = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut stderr = BufReader::new(child.stderr.take().expect("piped")).lines();
    assert_eq!(stdout.next().expect("a line").expect("text"), "up");
    let interrupt = || {
        Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .expect("kill runs")
    };
    interrupt();
    assert!(stderr.any(|line| line.expect("text").starts_with("interrupted; ending")));
    interrupt();
    assert!(stderr.any(|line| line.expect("text").starts_with("interrupted again")));
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}

#[test]
fn a_reader_that_went_away_does_not_end_the_jobs() {
    let manifest = job(
        "talks",
        "backoffLimit: 0",
        "for i in 1 2 3 4 5; do echo line; sleep 0.05; done; exit 3",
    );
    for arguments in [&["-"][..], &["-o", "json", "-"]] {
        let full = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("/dev/full is there");
        let mut child = Command::new(JOBYARD)
            .arg("run")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(full.try_clone().expect("a second handle"))
            .stderr(full)
            .spawn()
            .expect("jobyard starts");
        child
            .stdin
            .take()
            .expect("piped")
            .write_all(manifest.as_bytes())
            .expect("it reads");
        assert_eq!(
            child.wait().expect("it ends").code(),
            Some(1),
            "{arguments:?}"
        );
    }
}

#[test]
fn an_ordinary_user_is_told_what_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    // Where the user `nobody` can reach it.
    let binary = folder.path().join("jobyard");
    std::fs::copy(JOBYARD, &binary).expect("a copy of the binary");
    Command::new("chmod")
        .args(["-R", "a+rx"])
        .arg(folder.path())
        .status()
        .expect("chmod runs");
    let manifest = folder.path().join("job.yaml");
    std::fs::write(&manifest, job("x", "backoffLimit: 0", "exit 0")).expect("a manifest");
    for command in [
        vec!["run", manifest.to_str().expect("text")],
        vec!["serve", "--data-dir", "/tmp/jobyard-of-nobody"],
    ] {
        let output = Command::new("setpriv")
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(&binary)
            .args(&command)
            .output()
            .expect("setpriv of util-linux is installed");
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{command:?}: {stderr}");
        assert!(stderr.contains("root"), "{stderr}");
    }
}
