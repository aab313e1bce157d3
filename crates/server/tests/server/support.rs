//! A real API over a registry in memory, asked without a socket, or served on one.

use std::{
    io::Write as _,
    net::SocketAddr,
    process::{Command, Stdio},
    sync::Arc,
};

use bytes::Bytes;
use http::{HeaderMap, Request, header};
use http_body_util::{BodyExt as _, Full};
use jobyard_api::Timestamp;
use jobyard_registry::{
    Names, Options, Registry,
    request::{Context, User},
};
use jobyard_server::{
    Api, ApiOptions, Body, Limits, Server,
    tls::{self, Pki, ServerNames},
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// When everything in these tests happens.
pub(crate) fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().expect("a timestamp")
}

/// The administrator.
pub(crate) fn admin() -> Arc<User> {
    Arc::new(User {
        name: "kubernetes-admin".to_owned(),
        groups: vec![
            "system:masters".to_owned(),
            "system:authenticated".to_owned(),
        ],
    })
}

/// A registry in memory whose names and uids are the same in every run.
fn registry(history_events_max: usize) -> Registry {
    let cx = Context {
        user: admin(),
        now: now(),
    };
    let options = Options {
        names: Names::seeded(1),
        host_runtime: true,
        history_events_max,
        ..Options::default()
    };
    Registry::in_memory(&cx, options).expect("a registry")
}

/// An API and somebody who asks it.
pub(crate) struct Client {
    pub(crate) api: Arc<Api>,
    pub(crate) ending: CancellationToken,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The message of a Status.
    pub(crate) fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or("").to_owned()
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("ASCII"))
    }
}

impl Client {
    pub(crate) fn new() -> Self {
        Self::with(|options| options)
    }

    /// With other options; the clock stands still at [`now`].
    pub(crate) fn with(change: impl FnOnce(ApiOptions) -> ApiOptions) -> Self {
        Self::over(registry(10_000), change)
    }

    /// Over a registry that keeps only the last few events of each kind.
    pub(crate) fn forgetful() -> Self {
        Self::over(registry(4), |options| options)
    }

    fn over(registry: Registry, change: impl FnOnce(ApiOptions) -> ApiOptions) -> Self {
        let options = change(ApiOptions {
            clock: now,
            ..ApiOptions::default()
        });
        let ending = options.ending.clone();
        Self {
            api: Arc::new(Api::new(registry, options)),
            ending,
        }
    }

    /// Asks, and gives the answer with its body still streaming.
    pub(crate) async fn open(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> http::Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).expect("a request");
        self.api.handle(request, Some(admin())).await
    }

    /// Asks and reads the answer to its end.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        read(self.open(method, path, headers, body).await).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    /// GET with this Accept header.
    pub(crate) async fn get_as(&self, path: &str, accept: &str) -> Answer {
        let headers = [(header::ACCEPT.as_str(), accept)];
        self.send("GET", path, &headers, "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = [(header::CONTENT_TYPE.as_str(), "application/json")];
        self.send("POST", path, &headers, body.to_string()).await
    }

    /// PATCH with `application/KIND+json`.
    pub(crate) async fn patch(&self, path: &str, kind: &str, body: &Value) -> Answer {
        let content_type = format!("application/{kind}+json");
        let headers = [(header::CONTENT_TYPE.as_str(), content_type.as_str())];
        self.send("PATCH", path, &headers, body.to_string()).await
    }

    /// Creates the minimal Job of this name in `default`, and gives it as stored.
    pub(crate) async fn make_job(&self, name: &str) -> Value {
        let answer = self.post(JOBS, &job(name)).await;
        assert_eq!(answer.code, 201, "{}", answer.text);
        answer.json()
    }
}

/// Reads an answer to its end.
pub(crate) async fn read(response: http::Response<Body>) -> Answer {
    let (head, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    Answer {
        code: head.status.as_u16(),
        headers: head.headers,
        // A binary answer has parts that are text.
        text: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// The first cells of a row of a Table.
pub(crate) fn first_cells(row: &Value, count: usize) -> Vec<Value> {
    let cells = row["cells"].as_array().expect("cells");
    cells.iter().take(count).cloned().collect()
}

pub(crate) const JOBS: &str = "/apis/batch/v1/namespaces/default/jobs";
pub(crate) const PODS: &str = "/api/v1/namespaces/default/pods";

/// A minimal Job.
pub(crate) fn job(name: &str) -> Value {
    serde_json::json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"template": {"spec": {
            "restartPolicy": "Never",
            "containers": [{"name": "c", "image": "busybox", "command": ["true"]}],
        }}},
    })
}

/// A minimal Pod.
pub(crate) fn pod(name: &str) -> Value {
    serde_json::json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": [{"name": "c", "image": "busybox"}]},
    })
}

/// The same API on a socket of the loopback, with its kubeconfig.
pub(crate) struct Served {
    pub(crate) client: Client,
    pub(crate) address: SocketAddr,
    pub(crate) pki: Pki,
    /// Holds `kubeconfig` and whatever a test puts there; removed at the end.
    pub(crate) folder: tempfile::TempDir,
    serving: tokio::task::JoinHandle<()>,
}

impl Served {
    pub(crate) fn start() -> Self {
        Self::with(Limits::default())
    }

    pub(crate) fn with(limits: Limits) -> Self {
        Self::with_options(limits, |options| options)
    }

    pub(crate) fn with_options(
        limits: Limits,
        change: impl FnOnce(ApiOptions) -> ApiOptions,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Server::bind(([127, 0, 0, 1], 0).into(), limits).expect("a free port");
        let address = server.address();
        let names = ServerNames::of(address.ip(), "localhost");
        let pki = Pki::open(&folder.path().join("pki"), &names, Timestamp::now());
        let pki = pki.expect("certificates");
        let kubeconfig = folder.path().join("kubeconfig");
        tls::write_kubeconfig(&kubeconfig, &format!("https://{address}"), &pki).expect("written");
        let client = Client::with(|options| {
            change(ApiOptions {
                clock: Timestamp::now,
                ..options
            })
        });
        let config = tls::server_config(&pki).expect("TLS");
        let serving = server.serve(Arc::clone(&client.api), config, client.ending.clone());
        Self {
            serving: tokio::spawn(serving),
            client,
            address,
            pki,
            folder,
        }
    }

    /// Ends the server and waits until it is down.
    pub(crate) async fn stop(self) {
        self.client.ending.cancel();
        self.serving.await.expect("the server ends without a panic");
    }
}

/// What a run of kubectl left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Served {
    /// Runs the machine's kubectl against this server, with this on its standard input.
    pub(crate) async fn kubectl_with(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command(arguments);
        let input = input.to_owned();
        let run = move || {
            let mut child = command.spawn().expect("kubectl is installed");
            let mut stdin = child.stdin.take().expect("a pipe");
            stdin.write_all(input.as_bytes()).expect("kubectl reads it");
            drop(stdin);
            child.wait_with_output().expect("kubectl ends")
        };
        let output = tokio::task::spawn_blocking(run).await.expect("no panic");
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// Runs kubectl, which must succeed, and gives its standard output.
    pub(crate) async fn kubectl(&self, arguments: &[&str]) -> String {
        self.kubectl_in(arguments, "").await
    }

    /// Like [`kubectl`](Self::kubectl), with this on its standard input.
    pub(crate) async fn kubectl_in(&self, arguments: &[&str], input: &str) -> String {
        let ran = self.kubectl_with(arguments, input).await;
        assert_eq!(
            ran.code,
            Some(0),
            "{arguments:?}: {}{}",
            ran.stdout,
            ran.stderr
        );
        ran.stdout
    }

    /// kubectl with this server's kubeconfig and a cache of its own.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("kubectl");
        command
            .args(arguments)
            .env("KUBECONFIG", self.folder.path().join("kubeconfig"))
            .env("HOME", self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}
