//! The server as an unmodified kubectl sees it. No controller runs here: what a
//! Job's status says is written by the test.

use std::{
    io::{BufRead as _, BufReader},
    sync::Arc,
};

use jobyard_server::{ApiOptions, Limits};
use serde_json::{Value, json};

use crate::{
    logs::{Lines, make_pod},
    support::{JOBS, PODS, Served, job, pod},
};

const PI: &str = "
apiVersion: batch/v1
kind: Job
metadata:
  name: pi
spec:
  template:
    spec:
      containers:
      - name: pi
        image: perl:5.34.0
        command: [\"perl\", \"-Mbignum=bpi\", \"-wle\", \"print bpi(2000)\"]
      restartPolicy: Never
  backoffLimit: 4
";

/// The words of a table, line by line.
fn words(table: &str) -> Vec<Vec<&str>> {
    table
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn version_and_resources_are_understood() {
    let served = Served::start();
    let version = served.kubectl(&["version"]).await;
    assert!(
        version.contains("Server Version: v1.36.2+jobyard"),
        "{version}"
    );

    let resources = served.kubectl(&["api-resources", "--no-headers"]).await;
    let names: Vec<_> = words(&resources).iter().map(|line| line[0]).collect();
    for name in [
        "pods",
        "jobs",
        "namespaces",
        "nodes",
        "events",
        "leases",
        "runtimeclasses",
    ] {
        assert!(names.contains(&name), "{resources}");
    }
    let versions = served.kubectl(&["api-versions"]).await;
    assert_eq!(
        versions,
        "batch/v1\ncoordination.k8s.io/v1\nnode.k8s.io/v1\nv1\n"
    );
    assert_eq!(served.kubectl(&["get", "--raw", "/readyz"]).await, "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn get_prints_tables() {
    let served = Served::start();
    let nothing = served.kubectl_with(&["get", "pods"], "").await;
    assert_eq!(nothing.code, Some(0));
    assert_eq!(nothing.stderr, "No resources found in default namespace.\n");

    served.client.make_job("pi").await;
    let jobs = served.kubectl(&["get", "jobs"]).await;
    let table = words(&jobs);
    assert_eq!(
        table[0],
        ["NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE"]
    );
    assert_eq!(table[1][..3], ["pi", "Running", "0/1"]);
    let wide = served.kubectl(&["get", "jobs", "-o", "wide", "-A"]).await;
    let table = words(&wide);
    assert_eq!(
        table[0],
        [
            "NAMESPACE",
            "NAME",
            "STATUS",
            "COMPLETIONS",
            "DURATION",
            "AGE",
            "CONTAINERS",
            "IMAGES",
            "SELECTOR"
        ]
    );
    assert_eq!(table[1][0], "default");
    assert!(
        wide.contains("busybox   batch.kubernetes.io/controller-uid="),
        "{wide}"
    );

    let namespaces = served
        .kubectl(&["get", "ns", "--sort-by=.metadata.name"])
        .await;
    assert_eq!(words(&namespaces)[1][..2], ["default", "Active"]);
    let name = served.kubectl(&["get", "job", "pi", "-o", "name"]).await;
    assert_eq!(name, "job.batch/pi\n");
    let limit = ["get", "job", "pi", "-o", "jsonpath={.spec.backoffLimit}"];
    assert_eq!(served.kubectl(&limit).await, "6");
    let yaml = served.kubectl(&["get", "job", "pi", "-o", "yaml"]).await;
    assert!(
        yaml.starts_with("apiVersion: batch/v1\nkind: Job\n"),
        "{yaml}"
    );
    let all = served.kubectl(&["get", "all"]).await;
    assert!(all.contains("job.batch/pi"), "{all}");
    for kind in [
        "nodes",
        "events",
        "cm",
        "secrets",
        "sa",
        "runtimeclasses",
        "leases",
    ] {
        served.kubectl(&["get", kind, "-A", "-o", "wide"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_as_kubectl_says_it() {
    let served = Served::start();
    let ran = served.kubectl_with(&["get", "job", "nope"], "").await;
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        ran.stderr,
        "Error from server (NotFound): jobs.batch \"nope\" not found\n"
    );
    let ran = served.kubectl_with(&["get", "cronjobs"], "").await;
    assert_eq!(
        ran.stderr,
        "error: the server doesn't have a resource type \"cronjobs\"\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stands_in_for_another_has_that_ones_rights() {
    let served = Served::start();
    let ran = served.kubectl_with(&["get", "pods", "--as=bob"], "").await;
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        ran.stderr,
        "Error from server (Forbidden): pods is forbidden: User \"bob\" cannot list resource \"pods\" \
         in API group \"\" in the namespace \"default\"\n"
    );
    served
        .kubectl(&["get", "pods", "--as=bob", "--as-group=system:masters"])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_creates_then_changes_nothing_then_configures() {
    let served = Served::start();
    let apply = ["apply", "-f", "-"];
    assert_eq!(
        served.kubectl_in(&apply, PI).await,
        "job.batch/pi created\n"
    );
    assert_eq!(
        served.kubectl_in(&apply, PI).await,
        "job.batch/pi unchanged\n"
    );
    let suspended = PI.replace(
        "  backoffLimit: 4\n",
        "  backoffLimit: 4\n  suspend: true\n",
    );
    assert_eq!(
        served.kubectl_in(&apply, &suspended).await,
        "job.batch/pi configured\n"
    );
    let job = served.client.get(&format!("{JOBS}/pi")).await.json();
    assert_eq!(job["spec"]["suspend"], true);
    assert_eq!(
        job["spec"]["template"]["spec"]["containers"][0]["image"],
        "perl:5.34.0"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn create_refuses_what_it_does_not_know_and_what_is_there() {
    let served = Served::start();
    let create = ["create", "-f", "-"];
    let typo = PI.replace("backoffLimit", "backofLimit");
    let ran = served.kubectl_with(&create, &typo).await;
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        ran.stderr,
        "Error from server (BadRequest): error when creating \"STDIN\": Job in version \"v1\" cannot be \
         handled as a Job: strict decoding error: unknown field \"spec.backofLimit\"\n"
    );
    assert_eq!(
        served.kubectl_in(&create, PI).await,
        "job.batch/pi created\n"
    );
    let ran = served.kubectl_with(&create, PI).await;
    assert_eq!(
        ran.stderr,
        "Error from server (AlreadyExists): error when creating \"STDIN\": jobs.batch \"pi\" already exists\n"
    );
    let generated = PI.replace("  name: pi\n", "  generateName: pi-\n");
    let created = served.kubectl_in(&create, &generated).await;
    assert!(
        created.starts_with("job.batch/pi-") && created.ends_with(" created\n"),
        "{created}"
    );
}

/// What kubectl makes itself it sends as protobuf.
#[tokio::test(flavor = "multi_thread")]
async fn create_makes_objects_from_words() {
    let served = Served::start();
    for (words, printed) in [
        (
            &["create", "job", "x", "--image=i", "--", "a", "b"][..],
            "job.batch/x created\n",
        ),
        (
            &["create", "configmap", "c", "--from-literal=a=b"],
            "configmap/c created\n",
        ),
        (
            &["create", "secret", "generic", "s", "--from-literal=p=q"],
            "secret/s created\n",
        ),
        (&["create", "namespace", "n"], "namespace/n created\n"),
        (
            &["create", "serviceaccount", "sa"],
            "serviceaccount/sa created\n",
        ),
    ] {
        assert_eq!(served.kubectl(words).await, printed);
    }
    // It reads the answer as protobuf: it asks for that first.
    let answered = served
        .kubectl(&[
            "create",
            "job",
            "y",
            "--image=i",
            "-o=jsonpath={.spec.backoffLimit}{.spec.template.spec.containers[0].image}",
        ])
        .await;
    assert_eq!(answered, "6i");
    let taken = served.kubectl_with(&["create", "namespace", "n"], "").await;
    assert_eq!(
        taken.stderr,
        "Error from server (AlreadyExists): namespaces \"n\" already exists\n"
    );
    let template = "{.spec.template.spec.containers[0].command}{.spec.backoffLimit}";
    let path = format!("-o=jsonpath={template}");
    assert_eq!(
        served.kubectl(&["get", "job", "x", &path]).await,
        r#"["a","b"]6"#
    );
    let data = served
        .kubectl(&["get", "secret", "s", "-o=jsonpath={.data.p}"])
        .await;
    assert_eq!(data, "cQ==");
}

#[tokio::test(flavor = "multi_thread")]
async fn patch_speaks_three_languages() {
    let served = Served::start();
    served.client.make_job("pi").await;
    for (kind, patch) in [
        (
            "json",
            r#"[{"op":"replace","path":"/spec/suspend","value":true}]"#,
        ),
        ("merge", r#"{"spec":{"parallelism":3}}"#),
        ("strategic", r#"{"metadata":{"labels":{"team":"blue"}}}"#),
    ] {
        let kind = format!("--type={kind}");
        let patched = served
            .kubectl(&["patch", "job", "pi", &kind, "-p", patch])
            .await;
        assert_eq!(patched, "job.batch/pi patched\n", "{kind}");
    }
    let job = served.client.get(&format!("{JOBS}/pi")).await.json();
    assert_eq!(job["spec"]["suspend"], true);
    assert_eq!(job["spec"]["parallelism"], 3);
    assert_eq!(job["metadata"]["labels"]["team"], "blue");
    let again = served
        .kubectl(&["label", "job", "pi", "team=red", "--overwrite"])
        .await;
    assert_eq!(again, "job.batch/pi labeled\n");
    let annotated = served.kubectl(&["annotate", "job", "pi", "a=b"]).await;
    assert_eq!(annotated, "job.batch/pi annotated\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn replace_and_delete() {
    let served = Served::start();
    let config = |value: &str| {
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": value}})
            .to_string()
    };
    served
        .kubectl_in(&["create", "-f", "-"], &config("1"))
        .await;
    let replaced = served
        .kubectl_in(&["replace", "-f", "-"], &config("2"))
        .await;
    assert_eq!(replaced, "configmap/c replaced\n");
    let value = served
        .kubectl(&["get", "cm", "c", "-o", "jsonpath={.data.a}"])
        .await;
    assert_eq!(value, "2");
    served.client.make_job("pi").await;
    let deleted = served.kubectl(&["delete", "job", "pi"]).await;
    assert_eq!(deleted, "job.batch \"pi\" deleted\n");
    let ran = served.kubectl_with(&["delete", "job", "pi"], "").await;
    assert_eq!(
        ran.stderr,
        "Error from server (NotFound): jobs.batch \"pi\" not found\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_prints_each_change_once() {
    let served = Served::start();
    served.client.make_job("pi").await;
    let mut child = served
        .command(&["get", "jobs", "-w", "--output-watch-events"])
        .spawn()
        .expect("kubectl is installed");
    let lines = BufReader::new(child.stdout.take().expect("a pipe"));
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in lines.lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    let header = receiver.recv().await.expect("a header");
    assert_eq!(words(&header)[0][..3], ["EVENT", "NAME", "STATUS"]);
    let added = receiver.recv().await.expect("the Job");
    assert_eq!(words(&added)[0][..3], ["ADDED", "pi", "Running"]);

    let suspend = json!({"spec": {"suspend": true}});
    served
        .client
        .patch(&format!("{JOBS}/pi"), "merge-patch", &suspend)
        .await;
    let modified = receiver.recv().await.expect("the change");
    assert_eq!(words(&modified)[0][..2], ["MODIFIED", "pi"]);
    served.client.make_job("other").await;
    let added = receiver.recv().await.expect("the other Job");
    assert_eq!(words(&added)[0][..2], ["ADDED", "other"]);

    child.kill().expect("killed");
    child.wait().expect("reaped");
}

#[tokio::test(flavor = "multi_thread")]
async fn wait_sees_conditions_and_deletions() {
    let served = Served::start();
    served.client.make_job("pi").await;
    let (waited, ()) = tokio::join!(
        served.kubectl(&[
            "wait",
            "--for=condition=suspended",
            "job/pi",
            "--timeout=30s"
        ]),
        set_status(
            &served,
            "pi",
            json!({"conditions": [{"type": "Suspended", "status": "True"}]})
        ),
    );
    assert_eq!(waited, "job.batch/pi condition met\n");
    let path = format!("{JOBS}/pi?propagationPolicy=Background");
    let (waited, _) = tokio::join!(
        served.kubectl(&["wait", "--for=delete", "job/pi", "--timeout=30s"]),
        served.client.send("DELETE", &path, &[], ""),
    );
    assert!(
        waited.is_empty() || waited == "job.batch/pi condition met\n",
        "{waited}"
    );
}

/// Writes a Job's status as its controller would.
async fn set_status(served: &Served, name: &str, status: Value) {
    let path = format!("{JOBS}/{name}/status");
    let answer = served
        .client
        .patch(&path, "merge-patch", &json!({"status": status}))
        .await;
    assert_eq!(answer.code, 200, "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn explain_knows_the_fields_of_a_job() {
    let served = Served::start();
    let explained = served.kubectl(&["explain", "job.spec"]).await;
    assert!(explained.contains("FIELD: spec <JobSpec>"), "{explained}");
    assert!(explained.contains("backoffLimit"), "{explained}");
}

#[tokio::test(flavor = "multi_thread")]
async fn describe_shows_pods_nodes_and_namespaces() {
    let served = Served::start();
    served.client.post(PODS, &pod("p")).await;
    let described = served.kubectl(&["describe", "pod", "p"]).await;
    assert!(
        described.contains("Status:           Pending"),
        "{described}"
    );
    let described = served.kubectl(&["describe", "ns", "default"]).await;
    assert!(described.contains("Status:       Active"), "{described}");
}

#[tokio::test(flavor = "multi_thread")]
async fn q08_describe_counts_active_and_ready_pods() {
    let served = Served::start();
    served.client.make_job("pi").await;
    let status = json!({"active": 1, "ready": 1, "startTime": "2026-01-01T00:00:00Z"});
    set_status(&served, "pi", status).await;
    let described = served.kubectl(&["describe", "job", "pi"]).await;
    let expected = "Pods Statuses:    1 Active (1 Ready) / 0 Succeeded / 0 Failed\n";
    assert!(described.contains(expected), "{described}");
}

/// Makes an Indexed Job of 100 with these completed indexes, and gives the line that describes them.
async fn described_indexes(completed: &str) -> String {
    let served = Served::start();
    let mut indexed = job("ix");
    indexed["spec"]["completionMode"] = json!("Indexed");
    indexed["spec"]["completions"] = json!(100);
    indexed["spec"]["parallelism"] = json!(1);
    let answer = served.client.post(JOBS, &indexed).await;
    assert_eq!(answer.code, 201, "{}", answer.text);
    if !completed.is_empty() {
        let count = completed.split(',').count();
        let status = json!({
            "startTime": "2026-01-01T00:00:00Z",
            "completedIndexes": completed, "succeeded": count,
        });
        set_status(&served, "ix", status).await;
    }
    let described = served.kubectl(&["describe", "job", "ix"]).await;
    let line = described
        .lines()
        .find(|line| line.starts_with("Completed Indexes:"));
    line.unwrap_or_else(|| panic!("{described}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn q09_describe_shows_none_for_no_completed_index() {
    assert_eq!(described_indexes("").await, "Completed Indexes:  <none>");
}

#[tokio::test(flavor = "multi_thread")]
async fn q10_describe_cuts_a_long_list_of_completed_indexes() {
    // Every other index: no two of them join into a range.
    let indexes: Vec<String> = (0..80).step_by(2).map(|index| index.to_string()).collect();
    let indexes = indexes.join(",");
    assert!(indexes.len() > 100);
    let line = described_indexes(&indexes).await;
    let end = indexes.as_bytes()[50..]
        .iter()
        .position(|&byte| byte == b',');
    let kept = &indexes[..=50 + end.expect("a comma")];
    assert_eq!(line, format!("Completed Indexes:  {kept}..."));
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_are_read_from_pods_and_by_selector() {
    let served = Served::with_options(Limits::default(), |options| ApiOptions {
        logs: Some(Arc::new(Lines::default())),
        ..options
    });
    make_pod(&served.client, json!({"running": {}})).await;
    assert_eq!(served.kubectl(&["logs", "p"]).await, "one\ntwo\n");
    let follow = ["logs", "-f", "p", "--tail=5", "--since=1h", "--timestamps"];
    assert_eq!(served.kubectl(&follow).await, "one\ntwo\n");
    let selected = ["logs", "-l", "app=log", "--prefix"];
    let prefixed = served.kubectl(&selected).await;
    assert_eq!(prefixed, "[pod/p/c] one\n[pod/p/c] two\n");
    let ran = served.kubectl_with(&["logs", "p", "--previous"], "").await;
    assert_eq!(
        ran.stderr,
        "Error from server (BadRequest): previous terminated container \"c\" in pod \"p\" not found\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_happen_can_be_asked() {
    let served = Served::start();
    let tried = served
        .kubectl_in(&["apply", "--dry-run=server", "-f", "-"], PI)
        .await;
    assert_eq!(tried, "job.batch/pi created (server dry run)\n");
    served.kubectl_in(&["apply", "-f", "-"], PI).await;
    let same = served.kubectl_with(&["diff", "-f", "-"], PI).await;
    assert_eq!(
        (same.code, same.stdout.as_str()),
        (Some(0), ""),
        "{}",
        same.stderr
    );
    let more = PI.replace("backoffLimit: 4", "backoffLimit: 7");
    let other = served.kubectl_with(&["diff", "-f", "-"], &more).await;
    assert_eq!(other.code, Some(1), "{}", other.stderr);
    assert!(
        other.stdout.contains("+  backoffLimit: 7"),
        "{}",
        other.stdout
    );
    let limit = ["get", "job", "pi", "-o", "jsonpath={.spec.backoffLimit}"];
    assert_eq!(served.kubectl(&limit).await, "4");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_is_cordoned_and_described() {
    let served = Served::start();
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "box"}});
    let made = served.client.post("/api/v1/nodes", &node).await;
    assert_eq!(made.code, 201, "{}", made.text);
    assert_eq!(
        served.kubectl(&["cordon", "box"]).await,
        "node/box cordoned\n"
    );
    let nodes = served.kubectl(&["get", "nodes", "--no-headers"]).await;
    assert_eq!(words(&nodes)[0][..2], ["box", "Unknown,SchedulingDisabled"]);
    assert_eq!(
        served.kubectl(&["uncordon", "box"]).await,
        "node/box uncordoned\n"
    );
    let described = served.kubectl(&["describe", "node", "box"]).await;
    assert!(
        described.contains("Unschedulable:      false"),
        "{described}"
    );
    assert!(
        described.contains("Non-terminated Pods:          (0 in total)"),
        "{described}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_found_by_their_object() {
    let served = Served::start();
    let job = served.client.make_job("pi").await;
    let event = json!({
        "apiVersion": "v1", "kind": "Event", "metadata": {"name": "pi.1"},
        "involvedObject": {
            "apiVersion": "batch/v1", "kind": "Job", "name": "pi", "namespace": "default",
            "uid": job["metadata"]["uid"],
        },
        "type": "Normal", "reason": "SuccessfulCreate", "message": "Created pod: pi-x",
        "source": {"component": "job-controller"}, "count": 1,
        "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T00:00:00Z",
    });
    let made = served
        .client
        .post("/api/v1/namespaces/default/events", &event)
        .await;
    assert_eq!(made.code, 201, "{}", made.text);
    let got = served.kubectl(&["get", "events", "--no-headers"]).await;
    assert_eq!(
        words(&got)[0][1..4],
        ["Normal", "SuccessfulCreate", "job/pi"]
    );
    let events = served
        .kubectl(&["events", "--for", "job/pi", "--no-headers"])
        .await;
    assert!(events.contains("Created pod: pi-x"), "{events}");
    let described = served.kubectl(&["describe", "job", "pi"]).await;
    let line = described.lines().last().expect("a line");
    let shown: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(shown[..2], ["Normal", "SuccessfulCreate"], "{described}");
    assert_eq!(
        shown[3..],
        ["job-controller", "Created", "pod:", "pi-x"],
        "{described}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_deleted_one_by_one() {
    let served = Served::start();
    for name in ["a", "b", "c"] {
        served.client.make_job(name).await;
    }
    let selected = served
        .kubectl(&["delete", "jobs", "-l", "job-name in (a,b)"])
        .await;
    assert_eq!(
        selected,
        "job.batch \"a\" deleted\njob.batch \"b\" deleted\n"
    );
    let all = served.kubectl(&["delete", "jobs", "--all", "--now"]).await;
    assert_eq!(all, "job.batch \"c\" deleted\n");
    let none = served
        .kubectl(&["delete", "job", "a", "--ignore-not-found"])
        .await;
    assert_eq!(none, "");
}
