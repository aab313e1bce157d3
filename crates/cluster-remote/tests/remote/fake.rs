//! A server that answers as a test says, over plain HTTP.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{Request, Response};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::{
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use jobyard_cluster_remote::{Options, RemoteCluster};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A request, as a line: `GET /api/v1/pods?limit=500`.
pub(crate) type Line = String;

/// What a fake server was asked.
#[derive(Clone, Default)]
pub(crate) struct Asked(Arc<Mutex<Vec<Line>>>);

impl Asked {
    /// The requests since the last time, greetings left out.
    pub(crate) fn take(&self) -> Vec<Line> {
        std::mem::take(&mut *self.0.lock())
    }
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) body: String,
    /// Whether the body goes on after that, silently.
    pub(crate) is_open: bool,
}

impl Answer {
    pub(crate) fn new(code: u16, body: &impl ToString) -> Self {
        Self {
            code,
            headers: Vec::new(),
            body: body.to_string(),
            is_open: false,
        }
    }

    pub(crate) fn ok(body: &Value) -> Self {
        Self::new(200, body)
    }

    /// Turned away, to come again at once.
    pub(crate) fn busy(code: u16) -> Self {
        Self {
            headers: vec![("retry-after", "0")],
            ..Self::new(code, &"")
        }
    }

    /// A watch that says this and stays open.
    pub(crate) fn watch(lines: &str) -> Self {
        Self {
            is_open: true,
            ..Self::new(200, &lines)
        }
    }

    /// A Status with this code, reason and causes' fields.
    pub(crate) fn status(code: u16, reason: &str) -> Self {
        let status = json!({
            "kind": "Status", "apiVersion": "v1", "status": "Failure",
            "code": code, "reason": reason, "message": reason,
        });
        Self::new(code, &status)
    }
}

/// Starts a server that gives these answers, and connects to it.
pub(crate) async fn connect(
    answer: impl Fn(&str) -> Answer + Send + Sync + 'static,
) -> (RemoteCluster, Asked) {
    connect_as(json!({ "token": "secret" }), answer).await
}

/// The same as the user of a kubeconfig, who must come to have the token `secret`.
pub(crate) async fn connect_as(
    user: Value,
    answer: impl Fn(&str) -> Answer + Send + Sync + 'static,
) -> (RemoteCluster, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound socket");
    let asked = Asked::default();
    tokio::spawn(serve(listener, asked.clone(), Arc::new(answer)));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kubeconfig");
    std::fs::write(&path, kubeconfig(address, &user)).expect("written");
    let cluster = RemoteCluster::connect(&path, Options::default()).await;
    let cluster = cluster.expect("the server greets");
    asked.take();
    (cluster, asked)
}

/// A kubeconfig for a server without TLS.
pub(crate) fn kubeconfig(address: SocketAddr, user: &Value) -> String {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "fake",
        "contexts": [{ "name": "fake", "context": { "cluster": "fake", "user": "me" } }],
        "clusters": [{ "name": "fake", "cluster": { "server": format!("http://{address}") } }],
        "users": [{ "name": "me", "user": user }],
    })
    .to_string()
}

async fn serve(
    listener: TcpListener,
    asked: Asked,
    answer: Arc<impl Fn(&str) -> Answer + Send + Sync + 'static>,
) {
    while let Ok((socket, _)) = listener.accept().await {
        let (asked, answer) = (asked.clone(), answer.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let (asked, answer) = (asked.clone(), answer.clone());
            async move {
                let token = request.headers().get("authorization");
                assert_eq!(
                    token.map(http::HeaderValue::as_bytes),
                    Some(&b"Bearer secret"[..])
                );
                let line = format!("{} {}", request.method(), request.uri());
                let body = request.into_body().collect().await;
                let body = body.expect("a whole body").to_bytes();
                let line = if body.is_empty() {
                    line
                } else {
                    format!("{line} {}", String::from_utf8_lossy(&body))
                };
                asked.0.lock().push(line.clone());
                let answer = match line.as_str() {
                    "GET /version" => {
                        Answer::ok(&json!({ "major": "1", "minor": "36", "gitVersion": "v1.36.2" }))
                    }
                    "GET /apis/batch/v1" => Answer::ok(&json!({})),
                    line => answer(line),
                };
                let mut response = Response::builder().status(answer.code);
                for (name, value) in answer.headers {
                    response = response.header(name, value);
                }
                let body = Frame::data(Bytes::from(answer.body));
                let body = stream::iter([Ok::<_, Infallible>(body)]);
                let rest = if answer.is_open {
                    stream::pending().left_stream()
                } else {
                    stream::empty().right_stream()
                };
                let response = response.body(StreamBody::new(body.chain(rest)));
                Ok::<_, Infallible>(response.expect("valid headers"))
            }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(socket), service));
    }
}
