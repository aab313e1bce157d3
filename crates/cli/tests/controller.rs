//! `jobyard controller` as a process beside its server: what it takes, who leads,
//! what is left when it is killed, what it says of itself.
//!
//! What it makes of Jobs is tested in `jobs`, in the same arrangement.

mod yard;

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::{Duration, Instant},
};

use yard::{JOBYARD, PATIENCE, Yard, text};

/// Lease times that make a test short, and leave a busy machine some room.
const SHORT_LEASE: &[&str] = &[
    "--leader-elect-lease-duration=4s",
    "--leader-elect-renew-deadline=3s",
    "--leader-elect-retry-period=500ms",
];
const LEASE: &str = "lease/jobyard-controller-all-jobs";

/// A yard that runs Pods and leaves Jobs alone.
fn yard_without_controller() -> Yard {
    let flags = ["--runtime", "host", "--controllers", "none"];
    Yard::start_own(&std::env::temp_dir(), &flags)
}

/// A controller in a process of its own.
struct Controller {
    process: Child,
    lines: Receiver<String>,
    /// Where health and metrics are served.
    address: String,
}

impl Controller {
    /// Starts it, and waits until it is ready.
    fn start(yard: &Yard, flags: &[&str]) -> Self {
        let mut process = command(yard.kubeconfig())
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .expect("jobyard starts");
        let stdout = process.stdout.take().expect("stdout is piped");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut controller = Self {
            process,
            lines,
            address: String::new(),
        };
        let ready = controller.line();
        let address = ready.strip_prefix("ready http://");
        let address = address.and_then(|rest| rest.split(' ').next());
        address
            .unwrap_or_else(|| panic!("it said {ready:?}"))
            .clone_into(&mut controller.address);
        controller
    }

    /// Its next line on stdout.
    fn line(&self) -> String {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => panic!("it says nothing"),
            Err(RecvTimeoutError::Disconnected) => panic!("it has ended"),
        }
    }

    /// Waits until it leads, and gives the name by which the Lease knows it.
    fn leads(&self) -> String {
        let line = self.line();
        let identity = line.split_once(" as ");
        let (what, identity) = identity.unwrap_or_else(|| panic!("it said {line:?}"));
        assert_eq!(what, "leading kube-system/jobyard-controller-all-jobs");
        identity.to_owned()
    }

    /// Status and body of an HTTP request.
    fn get(&self, path: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )
        .expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
        let status = head.lines().next().expect("a status line");
        (status.to_owned(), body.to_owned())
    }

    /// The value of a series of `/metrics`.
    fn metric(&self, series: &str) -> Option<f64> {
        let (_, body) = self.get("/metrics");
        let found = body
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        found.map(|value| value.parse().expect("a number"))
    }

    /// What it asked of the API server: `create pods`, `update jobs/status`.
    fn requests(&self) -> BTreeSet<String> {
        let (_, body) = self.get("/metrics");
        let series = body
            .lines()
            .filter_map(|line| line.strip_prefix("rest_client_requests_total{"));
        series
            .filter_map(|labels| {
                let label = |name: &str| {
                    let (_, rest) = labels.split_once(&format!("{name}=\""))?;
                    Some(rest.split('"').next()?.to_owned())
                };
                let resource = label("resource")?;
                // Everybody may ask for these.
                let is_open = ["version", "discovery"].contains(&&*resource);
                let right = match &*label("subresource")? {
                    "" => format!("{} {resource}", label("verb")?),
                    subresource => format!("{} {resource}/{subresource}", label("verb")?),
                };
                (!is_open).then_some(right)
            })
            .collect()
    }

    /// Ends it by SIGTERM.
    fn terminate(mut self) -> ExitStatus {
        let pid = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.expect("kill is installed").success());
        ended(&mut self.process)
    }

    fn kill(mut self) {
        self.process.kill().expect("it can be killed");
        self.process.wait().expect("it ends");
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What `examples/controller-rbac.yaml` allows: `create pods`.
fn rights() -> BTreeSet<String> {
    let manifest = yard::repository().join("examples/controller-rbac.yaml");
    let manifest = std::fs::read_to_string(manifest).expect("it is there");
    let list = |line: &str, key: &str| -> Option<Vec<String>> {
        let list = line.trim().strip_prefix(key)?.trim();
        let list = list.strip_prefix('[')?.strip_suffix(']')?;
        Some(list.split(", ").map(str::to_owned).collect())
    };
    let (mut rights, mut resources) = (BTreeSet::new(), Vec::new());
    for line in manifest.lines() {
        if let Some(found) = list(line, "resources:") {
            resources = found;
        }
        for verb in list(line, "verbs:").unwrap_or_default() {
            rights.extend(
                resources
                    .iter()
                    .map(|resource| format!("{verb} {resource}")),
            );
        }
    }
    rights
}

/// `jobyard controller` on a free port, not yet started.
fn command(kubeconfig: &Path) -> Command {
    let mut command = Command::new(JOBYARD);
    command
        .args(["controller", "--listen", "127.0.0.1:0", "--kubeconfig"])
        .arg(kubeconfig)
        .stdin(Stdio::null());
    command
}

/// Waits for the end of a process.
fn ended(process: &mut Child) -> ExitStatus {
    let started = Instant::now();
    loop {
        if let Some(status) = process.try_wait().expect("it is our child") {
            return status;
        }
        assert!(started.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn job(name: &str, fields: &str, script: &str) -> String {
    let mut manifest = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}}}\nspec:\n  template:\n    \
         spec:\n      restartPolicy: Never\n      containers:\n      \
         - {{name: main, image: none, command: [sh, -c, {script:?}]}}\n"
    );
    for field in fields.split_whitespace() {
        let (key, value) = field.split_once('=').expect("key=value");
        let _ = writeln!(manifest, "  {key}: {value}");
    }
    manifest
}

fn wait_complete(yard: &Yard, name: &str) {
    let job = format!("job/{name}");
    let arguments = ["wait", "--for=condition=complete", "--timeout=110s", &job];
    yard.kubectl_ok(&arguments, "");
}

fn lease_field(yard: &Yard, field: &str) -> String {
    let path = format!("jsonpath={{.spec.{field}}}");
    let output = yard.kubectl(&["get", "-n", "kube-system", LEASE, "-o", &path]);
    text(&output.stdout)
}

#[test]
fn jobs_are_left_to_a_controller_in_another_process_and_all_else_is_done() {
    let yard = yard_without_controller();
    yard.kubectl_ok(
        &["create", "-f", "-"],
        "apiVersion: v1\nkind: Pod\nmetadata: {name: bare}\nspec: {restartPolicy: Never, containers: [{name: main, image: none, command: ['true']}]}\n",
    );
    yard.kubectl_ok(
        &["create", "-f", "-"],
        &job(
            "pi",
            "completions=5 parallelism=2 completionMode=Indexed",
            "exit 0",
        ),
    );
    yard.until("the bare Pod is scheduled and runs", |yard| {
        yard.field("pod/bare", "{.status.phase}") == "Succeeded"
    });
    assert_eq!(
        yard.field("job/pi", "{.status}"),
        "{}",
        "nobody looks at the Job"
    );

    let controller = Controller::start(&yard, &["--all-jobs"]);
    controller.leads();
    wait_complete(&yard, "pi");
    assert_eq!(
        yard.field("job/pi", "{.status.succeeded} {.status.completedIndexes}"),
        "5 0-4"
    );

    for (series, value) in [
        (
            r#"leader_election_master_status{name="jobyard-controller-all-jobs"}"#,
            1.0,
        ),
        (
            r#"job_controller_jobs_finished_total{completion_mode="Indexed",reason="CompletionsReached",result="succeeded"}"#,
            1.0,
        ),
        (
            r#"job_controller_job_pods_finished_total{completion_mode="Indexed",result="succeeded"}"#,
            5.0,
        ),
        (
            r#"job_controller_job_finished_indexes_total{backoffLimit="global",status="succeeded"}"#,
            5.0,
        ),
        (
            r#"job_controller_job_pods_creation_total{reason="new",status="succeeded"}"#,
            5.0,
        ),
        (
            r#"job_controller_terminated_pods_tracking_finalizer_total{event="add"}"#,
            5.0,
        ),
    ] {
        assert_eq!(controller.metric(series), Some(value), "{series}");
    }
    let labels = r#"{action="pods_created",completion_mode="Indexed",result="success"}"#;
    let syncs = controller.metric(&format!("job_controller_job_syncs_total{labels}"));
    let timed = controller.metric(&format!(
        "job_controller_job_sync_duration_seconds_count{labels}"
    ));
    assert!(syncs >= Some(1.0), "{syncs:?}");
    assert_eq!(syncs, timed);
    for path in ["/healthz", "/livez", "/readyz"] {
        let expected = ("HTTP/1.1 200 OK".to_owned(), "ok".to_owned());
        assert_eq!(controller.get(path), expected, "{path}");
    }

    let requests = controller.requests();
    let allowed = rights();
    let unasked: Vec<_> = requests.difference(&allowed).collect();
    assert!(unasked.is_empty(), "not in the manifest: {unasked:?}");
    for used in [
        "create pods",
        "patch pods",
        "update jobs/status",
        "create leases",
    ] {
        assert!(requests.contains(used), "{used} is not among {requests:?}");
    }

    yard.kubectl_ok(&["delete", "job/pi"], "");
    yard.until("the Pods of the deleted Job are collected", |yard| {
        yard.field("pods", "{.items[*].metadata.name}") == "bare"
    });
    assert_eq!(controller.terminate().code(), Some(0));
}

#[test]
fn another_leads_when_the_leader_is_killed_and_every_pod_is_counted_once() {
    let yard = yard_without_controller();
    let flags = [&["--all-jobs"], SHORT_LEASE].concat();
    let first = Controller::start(&yard, &flags);
    let killed = first.leads();
    let second = Controller::start(&yard, &flags);
    yard.kubectl_ok(
        &["create", "-f", "-"],
        &job("many", "completions=40 parallelism=4", "sleep 0.1"),
    );
    yard.until("some Pods are counted", |yard| {
        let succeeded = yard.field("job/many", "{.status.succeeded}");
        succeeded
            .parse::<u32>()
            .is_ok_and(|succeeded| succeeded >= 4)
    });
    let killed_at = Instant::now();
    first.kill();
    let follower = second.leads();
    let waited = killed_at.elapsed();
    assert_ne!(follower, killed);
    // The lease, what the follower saw it late by, and its own attempts: 1.1 s at
    // most each. The rest is for a busy machine.
    assert!(waited < Duration::from_secs(4 + 8), "{waited:?}");
    wait_complete(&yard, "many");
    assert_eq!(
        yard.field(
            "job/many",
            "{.status.succeeded}/{.status.failed}/{.status.active}"
        ),
        "40//"
    );
    let pods = yard.field(
        "pods",
        "{range .items[*]}{.status.phase} {.metadata.finalizers}{'\\n'}{end}",
    );
    assert_eq!(pods.lines().count(), 40, "{pods}");
    assert!(pods.lines().all(|pod| pod.trim() == "Succeeded"), "{pods}");
    assert_eq!(lease_field(&yard, "holderIdentity"), follower);
    assert_eq!(lease_field(&yard, "leaseTransitions"), "1");
}

#[test]
fn sigterm_lets_the_lease_go_and_the_next_leads_at_once() {
    let yard = yard_without_controller();
    let first = Controller::start(&yard, &["--all-jobs"]);
    first.leads();
    let second = Controller::start(&yard, &["--all-jobs"]);
    let asked = Instant::now();
    assert_eq!(first.terminate().code(), Some(0));
    let follower = second.leads();
    let waited = asked.elapsed();
    // Much less than the 15 s of the lease: the next attempt, at most 4.4 s later.
    assert!(waited < Duration::from_secs(12), "{waited:?}");
    assert_eq!(lease_field(&yard, "holderIdentity"), follower);
    let metric = r#"leader_election_master_status{name="jobyard-controller-all-jobs"}"#;
    assert_eq!(second.metric(metric), Some(1.0));
    assert_eq!(second.terminate().code(), Some(0));
    assert_eq!(lease_field(&yard, "holderIdentity"), "");
    assert_eq!(lease_field(&yard, "leaseDurationSeconds"), "1");
}

#[test]
fn a_leader_that_cannot_reach_the_server_ends_with_1() {
    let mut yard = yard_without_controller();
    let stderr = yard.scratch().join("stderr");
    let mut process = command(yard.kubeconfig())
        .args(SHORT_LEASE)
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&stderr).expect("a file for stderr"))
        .spawn()
        .expect("jobyard starts");
    let stdout = process.stdout.take().expect("stdout is piped");
    let lines = BufReader::new(stdout).lines().map_while(Result::ok);
    let told: Vec<_> = lines.take(2).collect();
    assert!(
        told[1].starts_with("leading kube-system/jobyard-controller as "),
        "{told:?}"
    );
    yard.kill();
    assert_eq!(ended(&mut process).code(), Some(1));
    let said = std::fs::read_to_string(&stderr).expect("it is there");
    assert!(
        said.contains("lost the lease kube-system/jobyard-controller"),
        "{said}"
    );
    yard.boot();
}

#[test]
fn only_jobs_that_ask_for_it_are_taken_by_default() {
    let yard = yard_without_controller();
    let _controller = Controller::start(&yard, &["--leader-elect=false"]);
    for (name, fields) in [
        ("cluster", ""),
        ("other", "managedBy=example.com/other"),
        ("ours", "managedBy=jobyard.dev/job-controller"),
    ] {
        yard.kubectl_ok(&["create", "-f", "-"], &job(name, fields, "exit 0"));
    }
    wait_complete(&yard, "ours");
    for left in ["job/cluster", "job/other"] {
        assert_eq!(yard.field(left, "{.status}"), "{}", "{left}");
    }
    let owners = "{.items[*].metadata.labels.job-name}";
    assert_eq!(yard.field("pods", owners), "ours");
    let leases = yard.kubectl_ok(&["get", "leases", "-n", "kube-system", "-o", "name"], "");
    assert_eq!(leases, "", "without election there is no Lease");
}

#[test]
fn what_stands_in_the_way_is_told_at_the_start() {
    let yard = yard_without_controller();
    let kubeconfig = std::fs::read_to_string(yard.kubeconfig()).expect("it is there");
    let write = |name: &str, text: String| {
        let file = yard.scratch().join(name);
        std::fs::write(&file, text).expect("the folder is there");
        file
    };
    let nobody = write(
        "nobody",
        kubeconfig.replace(
            "    client-certificate-data:",
            "    as: nobody\n    client-certificate-data:",
        ),
    );
    let server = kubeconfig
        .lines()
        .find(|line| line.contains("server:"))
        .expect("a server");
    let away = write(
        "away",
        kubeconfig.replace(server.trim(), "server: https://127.0.0.1:1"),
    );
    let broken = write("broken", "kind: [".to_owned());
    let missing = yard.scratch().join("missing");
    let in_use = Controller::start(&yard, &[]);

    for (file, flags, code, said) in [
        (
            &missing,
            &[][..],
            2,
            &["cannot use the kubeconfig", "missing"][..],
        ),
        (&broken, &[], 2, &["cannot use the kubeconfig", "broken"]),
        (
            &nobody,
            &[],
            2,
            &["User \"nobody\" cannot", "examples/controller-rbac.yaml"],
        ),
        (
            &away,
            &["--connect-timeout=1s"],
            1,
            &[
                "cannot reach the API server at https://127.0.0.1:1",
                "--connect-timeout",
            ],
        ),
        (
            &away,
            &["--leader-elect-renew-deadline=20s"],
            2,
            &["the lease duration must be longer than the renew deadline"],
        ),
        (
            &away,
            &["--listen", &in_use.address],
            2,
            &["the port is taken"],
        ),
    ] {
        let output: Output = Command::new(JOBYARD)
            .arg("controller")
            .args(["--kubeconfig"])
            .arg(file)
            .args(if flags.contains(&"--listen") {
                &[][..]
            } else {
                &["--listen", "127.0.0.1:0"]
            })
            .args(flags)
            .output()
            .expect("jobyard starts");
        let stderr = text(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{}: {stderr}",
            file.display()
        );
        for part in said {
            assert!(stderr.contains(part), "{} said {stderr:?}", file.display());
        }
        assert_eq!(text(&output.stdout), "", "it is not ready");
    }
}

/// The Pods' node is missing on purpose: they are created, and no more.
#[test]
fn a_server_shows_its_own_metrics_and_those_of_its_job_controller() {
    let yard = Yard::start_own(&std::env::temp_dir(), &["--node", "none"]);
    yard.kubectl_ok(
        &["create", "-f", "-"],
        &job("pi", "parallelism=3", "exit 0"),
    );
    yard.until("the Pods are there", |yard| {
        yard.field("job/pi", "{.status.active}") == "3"
    });
    let shown = yard.kubectl_ok(&["get", "--raw", "/metrics"], "");
    for line in [
        r#"job_controller_job_pods_creation_total{reason="new",status="succeeded"} 3"#,
        r#"apiserver_request_total{code="201",resource="jobs",verb="create"} 1"#,
        "# TYPE job_controller_job_sync_duration_seconds histogram",
        "# EOF",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}:\n{shown}");
    }
}
