//! `pods/log` through the front door, with a node that is only a text.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::{StreamExt as _, future::BoxFuture, stream};
use jobyard_api::{StatusError, core};
use jobyard_server::{
    ApiOptions,
    pod_logs::{LogRequest, LogStream, PodLogs},
};
use serde_json::{Value, json};

use crate::support::{Client, PODS, pod};

/// Answers always the same lines, and remembers what it was asked for.
#[derive(Default)]
pub(crate) struct Lines(Mutex<Vec<LogRequest>>);

impl PodLogs for Lines {
    fn open<'a>(
        &'a self,
        _pod: &'a core::Pod,
        request: &'a LogRequest,
    ) -> BoxFuture<'a, Result<LogStream, StatusError>> {
        self.0.lock().expect("no panic").push(request.clone());
        let lines = ["one\n", "two\n"].map(|line| Ok(Bytes::from(line)));
        Box::pin(async move { Ok(stream::iter(lines).boxed()) })
    }
}

fn client() -> (Client, Arc<Lines>) {
    let lines = Arc::new(Lines::default());
    let logs: Arc<dyn PodLogs> = Arc::clone(&lines) as _;
    let client = Client::with(|options| ApiOptions {
        logs: Some(logs),
        ..options
    });
    (client, lines)
}

/// A Pod on a node whose container is in this state.
pub(crate) async fn make_pod(client: &Client, state: Value) {
    let mut bound = pod("p");
    bound["metadata"]["labels"] = json!({"app": "log"});
    bound["spec"]["nodeName"] = json!("box");
    let made = client.post(PODS, &bound).await;
    assert_eq!(made.code, 201, "{}", made.text);
    let status = json!({"status": {"containerStatuses": [{
        "name": "c", "ready": false, "restartCount": 0, "image": "busybox", "imageID": "",
        "state": state,
    }]}});
    let patched = client
        .patch(&format!("{PODS}/p/status"), "merge-patch", &status)
        .await;
    assert_eq!(patched.code, 200, "{}", patched.text);
}

#[tokio::test]
async fn a_log_is_plain_text_whatever_the_client_accepts() {
    let (client, lines) = client();
    make_pod(&client, json!({"running": {}})).await;
    for accept in ["application/json, */*", "application/json"] {
        let path = format!("{PODS}/p/log?follow=True&tailLines=2");
        let answer = client.get_as(&path, accept).await;
        assert_eq!((answer.code, answer.text.as_str()), (200, "one\ntwo\n"));
        assert_eq!(answer.header("content-type"), "text/plain");
    }
    assert_eq!(
        lines.0.lock().expect("no panic")[0],
        LogRequest {
            container: "c".to_owned(),
            follow: true,
            previous: false,
            since: None,
            tail_lines: Some(2),
            timestamps: false,
        }
    );
    let cut = client.get(&format!("{PODS}/p/log?limitBytes=5")).await;
    assert_eq!(cut.text, "one\nt");
}

#[tokio::test]
async fn a_pod_without_a_node_has_no_content() {
    let (client, _) = client();
    client.post(PODS, &pod("p")).await;
    let answer = client.get(&format!("{PODS}/p/log")).await;
    assert_eq!((answer.code, answer.text.as_str()), (204, ""));
}

#[tokio::test]
async fn what_cannot_be_read_says_why() {
    let (client, lines) = client();
    make_pod(&client, json!({"waiting": {"reason": "ContainerCreating"}})).await;
    for (path, code, message) in [
        ("nope/log", 404, "pods \"nope\" not found"),
        (
            "p/log",
            400,
            "container \"c\" in pod \"p\" is waiting to start: ContainerCreating",
        ),
        (
            "p/log?container=x",
            400,
            "container x is not valid for pod p",
        ),
        (
            "p/log?previous=true",
            400,
            "previous terminated container \"c\" in pod \"p\" not found",
        ),
        (
            "p/log?tailLines=-1",
            422,
            "PodLogOptions \"p\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0",
        ),
    ] {
        let answer = client.get(&format!("{PODS}/{path}")).await;
        assert_eq!(
            (answer.code, answer.message().as_str()),
            (code, message),
            "{path}"
        );
    }
    assert!(
        lines.0.lock().expect("no panic").is_empty(),
        "nobody asked the node"
    );
}
