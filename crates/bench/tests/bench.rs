//! `jobyard-bench` from outside, against the real server and controllers in this process.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::Arc,
};

use jobyard_api::{Timestamp, batch, core};
use jobyard_cluster_embedded::EmbeddedCluster;
use jobyard_controllers::{gc, job, scheduler};
use jobyard_registry::{
    Registry, Selection,
    request::{Context, User},
};
use jobyard_server::{
    Api, ApiOptions, Limits, Server,
    tls::{self, Pki, ServerNames},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

const BENCH: &str = env!("CARGO_BIN_EXE_jobyard-bench");

/// A server with its controllers, without a node.
struct Yard {
    registry: Registry,
    folder: tempfile::TempDir,
    /// Ends the server's tasks with the test.
    _tasks: Runtime,
}

impl Yard {
    fn start() -> Self {
        let user = User {
            name: "system:admin".to_owned(),
            groups: vec!["system:masters".to_owned()],
        };
        let cx = Context {
            user: Arc::new(user.clone()),
            now: Timestamp::now(),
        };
        let registry = Registry::in_memory(&cx, jobyard_registry::Options::default());
        let registry = registry.expect("an empty yard opens");
        let folder = tempfile::tempdir().expect("a folder");
        let tasks = Runtime::new().expect("threads");
        let guard = tasks.enter();
        let server = Server::bind(([127, 0, 0, 1], 0).into(), Limits::default());
        let server = server.expect("a free port");
        let address = server.address();
        let names = ServerNames::of(address.ip(), "localhost");
        let pki = Pki::open(&folder.path().join("pki"), &names, Timestamp::now());
        let pki = pki.expect("certificates");
        let kubeconfig = folder.path().join("kubeconfig");
        tls::write_kubeconfig(&kubeconfig, &format!("https://{address}"), &pki).expect("written");
        let api = Arc::new(Api::new(registry.clone(), ApiOptions::default()));
        let config = tls::server_config(&pki).expect("TLS");
        let shutdown = CancellationToken::new();
        tokio::spawn(server.serve(api, config, shutdown.clone()));
        let cluster = EmbeddedCluster::new(registry.clone(), user);
        tokio::spawn(job::run(
            cluster.clone(),
            job::Options::default(),
            shutdown.clone(),
        ));
        tokio::spawn(scheduler::run(cluster.clone(), shutdown.clone()));
        tokio::spawn(gc::run(cluster, shutdown));
        drop(guard);
        Self {
            registry,
            folder,
            _tasks: tasks,
        }
    }

    fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    fn command(&self, arguments: &str) -> Command {
        let mut words = arguments.split(' ');
        let mut command = Command::new(BENCH);
        command.args(words.next()).arg("--kubeconfig");
        command.arg(self.kubeconfig()).args(words);
        command
    }

    /// `jobyard-bench node`, from the moment on that it says so.
    fn node(&self, arguments: &str) -> Node {
        let mut child = self
            .command(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        read.expect("stdout can be read");
        assert!(line.starts_with("node simulated for up to "), "{line:?}");
        Node(child)
    }

    fn run(&self, arguments: &str) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    /// How many Jobs and Pods there are.
    fn left(&self) -> (usize, usize) {
        let all = Selection::default();
        let jobs = self.registry.of::<batch::Job>().select(&all).0.len();
        (jobs, self.registry.of::<core::Pod>().select(&all).0.len())
    }
}

/// A node that ends with this value.
struct Node(Child);

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", text(&output.stdout), text(&output.stderr)))
}

#[test]
fn jobs_are_made_measured_and_taken_away() {
    let yard = Yard::start();
    let _node = yard.node("node --run-time 10ms");
    let output = yard.run("jobs --jobs 3 --completions 4 -o json");
    let report = report(&output);
    assert_eq!(output.status.code(), Some(0), "{report:#}");
    for (field, expected) in [
        ("jobs", json!(3)),
        ("completions", json!(4)),
        ("parallelism", json!(4)),
        ("mode", json!("Indexed")),
        ("gaveUp", json!(null)),
        ("complete", json!(3)),
        ("failed", json!(0)),
        ("succeededPods", json!(12)),
        ("failedPods", json!(0)),
    ] {
        assert_eq!(report[field], expected, "{field} of {report:#}");
    }
    let times = &report["createToCompleteSeconds"];
    let wall = report["wallSeconds"].as_f64().unwrap_or(0.0);
    assert!(times["p50"].as_f64() <= times["max"].as_f64(), "{report:#}");
    assert!(times["max"].as_f64() <= Some(wall), "{report:#}");
    // Three creates and the list that begins the watch at least; the node's
    // two writes a Pod are among the server's.
    let requests = &report["requests"];
    assert!(requests["own"].as_u64() >= Some(4), "{report:#}");
    assert!(requests["server"].as_u64() >= Some(28), "{report:#}");
    assert!(report["cleanUpSeconds"].is_number(), "{report:#}");
    assert_eq!(yard.left(), (0, 0));
}

#[test]
fn kept_jobs_stay_and_people_get_a_table() {
    let yard = Yard::start();
    let _node = yard.node("node");
    let output = yard.run("jobs --completions 2 --mode NonIndexed --keep");
    let table = text(&output.stdout);
    assert!(
        table.contains("2 succeeded, 0 failed") && table.contains("Pods/s"),
        "{table}"
    );
    assert_eq!(yard.left(), (1, 2));
}

#[test]
fn a_failed_job_is_said_and_counted() {
    let yard = Yard::start();
    let _node = yard.node("node --fail-share 1 --exit-code 3");
    let output = yard.run("jobs --backoff-limit 0 -o json");
    let report = report(&output);
    assert_eq!(output.status.code(), Some(1), "{report:#}");
    assert_eq!(
        (&report["failed"], &report["failedPods"]),
        (&json!(1), &json!(1)),
        "{report:#}"
    );
}

#[test]
fn who_gives_up_leaves_nothing_behind() {
    let yard = Yard::start();
    let output = yard.run("jobs --jobs 2 --timeout 500ms -o json");
    assert_eq!(output.status.code(), Some(124), "{}", text(&output.stderr));
    assert_eq!(report(&output)["complete"], json!(0));
    assert!(text(&output.stderr).contains("gave up with 2 Jobs unfinished"));
    assert_eq!(yard.left(), (0, 0));
}

/// The first Pod fails at once, and the Job waits for ten seconds before the next.
#[test]
fn who_gives_up_says_how_far_the_jobs_were() {
    let yard = Yard::start();
    let _node = yard.node("node --fail-share 1");
    let output = yard.run("jobs --timeout 5s -o json");
    assert_eq!(output.status.code(), Some(124), "{}", text(&output.stderr));
    let report = report(&output);
    for (field, expected) in [
        ("gaveUp", json!("timeout")),
        ("failed", json!(0)),
        ("failedPods", json!(1)),
    ] {
        assert_eq!(report[field], expected, "{field} of {report:#}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    let yard = Yard::start();
    let no_namespace = yard.run("jobs --namespace nowhere");
    assert_eq!(no_namespace.status.code(), Some(2));
    let said = text(&no_namespace.stderr);
    assert!(
        said.contains("cannot create the Jobs: namespaces \"nowhere\" not found"),
        "{said}"
    );
    let no_file = Command::new(BENCH)
        .args(["jobs", "--kubeconfig", "/nowhere/kubeconfig"])
        .output()
        .expect("it runs");
    assert_eq!(no_file.status.code(), Some(2));
    let said = text(&no_file.stderr);
    assert!(said.contains("/nowhere/kubeconfig"), "{said}");
}
