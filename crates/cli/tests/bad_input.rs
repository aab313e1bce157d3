//! Bad input: Kubernetes' error, and nothing changed.

mod yard;

use std::process::Output;

use yard::{Yard, text};

const JOB: &str = r#"{
  "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "good"},
  "spec": {"suspend": true, "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "none"}]}}}
}"#;

/// kubectl's own checks are switched off: the server must say it.
fn create(yard: &Yard, body: &str) -> Output {
    yard.kubectl_with(
        &[
            "create",
            "--raw",
            "/apis/batch/v1/namespaces/default/jobs?fieldValidation=Strict",
            "-f",
            "-",
        ],
        body,
    )
}

fn refused(output: &Output, expected: &str) {
    let stderr = text(&output.stderr);
    assert!(
        !output.status.success(),
        "it was accepted: {}",
        text(&output.stdout)
    );
    assert!(
        stderr.contains(expected),
        "expected {expected:?} in {stderr:?}"
    );
}

fn everything(yard: &Yard) -> String {
    yard.kubectl_ok(
        &[
            "get",
            "jobs,pods,configmaps,namespaces",
            "-o",
            "jsonpath={range .items[*]}{.kind}/{.metadata.name}@{.metadata.resourceVersion} {end}",
        ],
        "",
    )
}

#[test]
fn each_bad_request_gets_kubernetes_error_and_changes_nothing() {
    let yard = Yard::start_with(&["--controllers", "none", "--runtime", "host"]);
    yard.kubectl_ok(&["create", "-f", "-"], JOB);
    let before = everything(&yard);

    refused(
        &create(&yard, "{\"kind\": \"Job\", "),
        "the object provided is unrecognized (must be of type Job): couldn't get version/kind; json parse error: unexpected end of JSON input",
    );
    refused(
        &yard.kubectl_with(&["create", "--validate=false", "-f", "-"], "a: [1\n"),
        "error",
    );
    refused(
        &create(
            &yard,
            &JOB.replace("good", "bad")
                .replace("\"suspend\": true", "\"suspended\": true"),
        ),
        "strict decoding error: unknown field \"spec.suspended\"",
    );
    refused(
        &create(
            &yard,
            &JOB.replace("good", "bad")
                .replace("\"suspend\": true", "\"parallelism\": \"2\""),
        ),
        "json: cannot unmarshal string into Go struct field JobSpec.spec.parallelism of type int32",
    );
    refused(
        &create(
            &yard,
            &JOB.replace("good", "bad")
                .replace("\"suspend\": true", "\"suspend\": true, \"suspend\": true"),
        ),
        "strict decoding error: duplicate field \"spec.suspend\"",
    );
    refused(
        &create(
            &yard,
            &JOB.replace("good", "bad").replace("Never", "Always"),
        ),
        "The Job \"bad\" is invalid: spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"",
    );
    refused(&create(&yard, JOB), "jobs.batch \"good\" already exists");

    let current = yard.kubectl_ok(&["get", "job", "good", "-o", "json"], "");
    let revision = yard.field("job/good", "{.metadata.resourceVersion}");
    let stale = current.replace(
        &format!("\"resourceVersion\": \"{revision}\""),
        "\"resourceVersion\": \"1\"",
    );
    assert_ne!(stale, current);
    refused(
        &yard.kubectl_with(
            &[
                "replace",
                "--raw",
                "/apis/batch/v1/namespaces/default/jobs/good",
                "-f",
                "-",
            ],
            &stale,
        ),
        "Operation cannot be fulfilled on jobs.batch \"good\": the object has been modified; please apply your changes to the latest version and try again",
    );

    let large = JOB.replace("good", "bad").replace(
        "\"image\": \"none\"",
        &format!("\"image\": \"{}\"", "x".repeat(5 << 20)),
    );
    refused(
        &create(&yard, &large),
        "Request entity too large: limit is 3145728",
    );

    assert_eq!(everything(&yard), before);
}

/// A host Pod of uid 0 opens none of the files that are always hidden.
#[test]
fn a_host_pod_of_root_opens_no_hidden_file() {
    // Not below /tmp, which every Pod has fresh.
    let yard = Yard::start_in(std::path::Path::new("/opt"), &["--runtime", "host"]);
    let secrets = std::path::Path::new("/root/jobyard-test-secret");
    std::fs::write(secrets, "secret").expect("a file of root's");
    let data = yard.data();
    let wanted = [
        "/etc/shadow".to_owned(),
        "/etc/gshadow".to_owned(),
        "/root/jobyard-test-secret".to_owned(),
        yard.kubeconfig().display().to_string(),
        data.join("pki/ca.pem").display().to_string(),
        format!("/proc/{}/root/etc/shadow", yard.pid()),
        "/proc/1/root/etc/shadow".to_owned(),
    ];
    for file in wanted.iter().filter(|file| !file.starts_with("/proc/")) {
        let there = std::path::Path::new(file)
            .metadata()
            .is_ok_and(|found| found.len() > 0);
        assert!(there, "{file} is there and holds something outside");
    }
    let script = format!(
        "for file in {}; do [ -s $file ] && head -c 1 $file > /dev/null 2>&1 && echo OPENED $file; done; id -u; ls /home /boot | wc -w; exit 0",
        wanted.join(" ")
    );
    let manifest = format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"curious"}},"spec":{{"runtimeClassName":"host","restartPolicy":"Never",
        "containers":[{{"name":"main","image":"none","securityContext":{{"runAsUser":0}},"command":["sh","-c",{}]}}]}}}}"#,
        serde_json::to_string(&script).expect("text is JSON")
    );
    yard.kubectl_ok(&["create", "-f", "-"], &manifest);
    yard.until("the Pod ends", |yard| {
        yard.field("pod/curious", "{.status.phase}") == "Succeeded"
    });
    let log = yard.kubectl_ok(&["logs", "curious"], "");
    std::fs::remove_file(secrets).expect("it is still there");
    assert!(!log.contains("OPENED"), "{log}");
    assert!(log.starts_with("0\n"), "it ran as root: {log}");
}

/// A Pod that forks without end meets its limit and leaves the machine alone.
#[test]
fn a_pod_has_no_more_processes_than_the_yard_allows() {
    let yard = Yard::start_with(&["--runtime", "host", "--pod-max-pids", "20"]);
    if !yard.is_ours() {
        eprintln!("not run against a foreign server: its limits are not ours to set");
        return;
    }
    let script = "i=0; while [ $i -lt 100 ]; do sleep 5 & i=$((i+1)); done; echo all started";
    let manifest = format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"forks"}},"spec":{{"restartPolicy":"Never",
        "containers":[{{"name":"main","image":"none","command":["sh","-c",{}]}}]}}}}"#,
        serde_json::to_string(script).expect("text is JSON")
    );
    yard.kubectl_ok(&["create", "-f", "-"], &manifest);
    yard.until("the Pod ends", |yard| {
        ["Failed", "Succeeded"].contains(&&*yard.field("pod/forks", "{.status.phase}"))
    });
    let log = yard.kubectl_ok(&["logs", "forks"], "");
    assert!(!log.contains("all started"), "{log}");
    assert!(log.to_lowercase().contains("fork"), "{log}");
}
