//! Watches through the front door: frames, ends and forms.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use jobyard_server::Body;
use serde_json::{Value, json};

use crate::support::{Client, JOBS, first_cells};

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";

/// The frames of a watch, read one by one.
struct Frames {
    body: Body,
    text: Vec<u8>,
}

impl Frames {
    async fn open(client: &Client, query: &str, accept: &str) -> Self {
        let path = format!("{JOBS}?watch=1&{query}");
        let response = client.open("GET", &path, &[("accept", accept)], "").await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/json");
        Self {
            body: response.into_body(),
            text: Vec::new(),
        }
    }

    /// The next frame; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.text.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.text.drain(..=end).collect();
                return Some(serde_json::from_slice(&line).expect("a frame is JSON"));
            }
            let frame = self.body.frame().await?.expect("no failure");
            self.text
                .extend(frame.into_data().unwrap_or_else(|_| Bytes::new()));
        }
    }

    /// Type and name of the next frame.
    async fn short(&mut self) -> (String, String) {
        let frame = self.next().await.expect("a frame");
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        (
            text(&frame["type"]),
            text(&frame["object"]["metadata"]["name"]),
        )
    }
}

fn is(kind: &str, name: &str) -> (String, String) {
    (kind.to_owned(), name.to_owned())
}

async fn suspend(client: &Client, name: &str) {
    let change = json!({"spec": {"suspend": true}});
    client
        .patch(&format!("{JOBS}/{name}"), "merge-patch", &change)
        .await;
}

async fn delete(client: &Client, name: &str) {
    let path = format!("{JOBS}/{name}?propagationPolicy=Background");
    client.send("DELETE", &path, &[], "").await;
}

#[tokio::test]
async fn a_watch_begins_with_what_is_there_and_goes_on() {
    let client = Client::new();
    client.make_job("pi").await;
    let mut frames = Frames::open(&client, "", "*/*").await;
    assert_eq!(frames.short().await, is("ADDED", "pi"));
    suspend(&client, "pi").await;
    let modified = frames.next().await.expect("a frame");
    assert_eq!(modified["type"], "MODIFIED");
    assert_eq!(modified["object"]["spec"]["suspend"], true);
    delete(&client, "pi").await;
    let deleted = frames.next().await.expect("a frame");
    assert_eq!(deleted["type"], "DELETED");
    let version = |frame: &Value| -> u64 {
        let text = frame["object"]["metadata"]["resourceVersion"].as_str();
        text.expect("a revision").parse().expect("a number")
    };
    assert!(
        version(&deleted) > version(&modified),
        "the revision of the deletion"
    );
}

#[tokio::test]
async fn a_watch_from_a_revision_misses_and_repeats_nothing() {
    let client = Client::new();
    client.make_job("before").await;
    let list = client.get(JOBS).await.json();
    let revision = list["metadata"]["resourceVersion"]
        .as_str()
        .expect("a revision");
    client.make_job("after").await;
    let mut frames = Frames::open(&client, &format!("resourceVersion={revision}"), "*/*").await;
    assert_eq!(frames.short().await, is("ADDED", "after"));
    client.make_job("later").await;
    assert_eq!(frames.short().await, is("ADDED", "later"));
}

#[tokio::test]
async fn initial_events_end_with_a_bookmark() {
    let client = Client::new();
    client.make_job("pi").await;
    let query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    let mut frames = Frames::open(&client, query, "*/*").await;
    assert_eq!(frames.short().await, is("ADDED", "pi"));
    let bookmark = frames.next().await.expect("a frame");
    let revision = bookmark["object"]["metadata"]["resourceVersion"].clone();
    assert_eq!(
        bookmark,
        json!({"type": "BOOKMARK", "object": {
            "kind": "Job", "apiVersion": "batch/v1",
            "metadata": {
                "resourceVersion": revision,
                "annotations": {"k8s.io/initial-events-end": "true"},
            },
            "spec": {"template": {"metadata": {}, "spec": {"containers": null}}},
            "status": {},
        }})
    );
}

#[tokio::test]
async fn wrong_options_of_a_watch_are_no_stream() {
    let client = Client::new();
    let path = format!("{JOBS}?watch=true&sendInitialEvents=true");
    let answer = client.get(&path).await;
    assert_eq!(answer.code, 422);
    let message = answer.message();
    assert!(
        message.contains("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"),
        "{message}"
    );
    let answer = client
        .get_as(&format!("{JOBS}?watch=true"), "application/yaml")
        .await;
    assert_eq!(answer.code, 406);
    assert!(
        answer.text.contains("reason: NotAcceptable"),
        "{}",
        answer.text
    );
}

#[tokio::test(start_paused = true)]
async fn a_watch_ends_when_its_time_is_over() {
    let client = Client::new();
    let mut frames = Frames::open(&client, "timeoutSeconds=30", "*/*").await;
    let start = tokio::time::Instant::now();
    assert_eq!(frames.next().await, None);
    assert_eq!(start.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_silent_watch_is_told_how_far_it_is() {
    let client = Client::new();
    let list = client.get(JOBS).await.json();
    let revision = list["metadata"]["resourceVersion"]
        .as_str()
        .expect("a revision");
    let query = format!("timeoutSeconds=100&allowWatchBookmarks=true&resourceVersion={revision}");
    let mut frames = Frames::open(&client, &query, "*/*").await;
    let start = tokio::time::Instant::now();
    // Another kind moves the revision; this watch must know that it missed nothing.
    let config_map = json!({"metadata": {"name": "c"}});
    let made = client
        .post("/api/v1/namespaces/default/configmaps", &config_map)
        .await;
    let revision = made.json()["metadata"]["resourceVersion"].clone();
    for after in [60, 98] {
        let bookmark = frames.next().await.expect("a bookmark");
        assert_eq!(start.elapsed().as_secs(), after);
        assert_eq!(bookmark["type"], "BOOKMARK");
        assert_eq!(
            bookmark["object"]["metadata"],
            json!({"resourceVersion": revision})
        );
    }
    assert_eq!(frames.next().await, None);
}

#[tokio::test]
async fn the_end_of_the_server_ends_its_watches() {
    let client = Client::new();
    let mut frames = Frames::open(&client, "", "*/*").await;
    client.ending.cancel();
    let end = tokio::time::timeout(Duration::from_secs(10), frames.next()).await;
    assert_eq!(end.expect("it ends"), None);
}

#[tokio::test]
async fn a_table_has_its_columns_in_the_first_frame_only() {
    let client = Client::new();
    client.make_job("pi").await;
    let mut frames = Frames::open(&client, "", TABLE).await;
    let first = frames.next().await.expect("a frame");
    assert_eq!(first["object"]["kind"], "Table");
    assert_eq!(first["object"]["columnDefinitions"][0]["name"], "Name");
    assert_eq!(
        first_cells(&first["object"]["rows"][0], 2),
        ["pi", "Running"]
    );
    suspend(&client, "pi").await;
    let second = frames.next().await.expect("a frame");
    assert_eq!(second["object"]["columnDefinitions"], Value::Null);
    assert_eq!(
        second["object"]["rows"][0]["object"]["metadata"]["name"],
        "pi"
    );
}

#[tokio::test]
async fn a_bookmark_is_a_table_with_an_empty_row() {
    let client = Client::new();
    let query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    let mut frames = Frames::open(&client, query, TABLE).await;
    let bookmark = frames.next().await.expect("a frame");
    let row = &bookmark["object"]["rows"][0];
    assert_eq!(first_cells(row, 5), ["", "Running", "0/1", "", "<unknown>"]);
    assert_eq!(
        row["object"]["metadata"]["annotations"],
        json!({"k8s.io/initial-events-end": "true"})
    );
}

#[tokio::test]
async fn selectors_turn_changes_into_comings_and_goings() {
    let client = Client::new();
    client.make_job("pi").await;
    let mut frames = Frames::open(&client, "labelSelector=team%3Dblue", "*/*").await;
    let label = |value: &str| json!({"metadata": {"labels": {"team": value}}});
    let path = format!("{JOBS}/pi");
    client.patch(&path, "merge-patch", &label("blue")).await;
    assert_eq!(frames.short().await, is("ADDED", "pi"));
    client.patch(&path, "merge-patch", &label("red")).await;
    let gone = frames.next().await.expect("a frame");
    assert_eq!(gone["type"], "DELETED");
    assert_eq!(
        gone["object"]["metadata"]["labels"]["team"], "blue",
        "as it was"
    );
}

#[tokio::test]
async fn the_deprecated_path_watches_one_name() {
    let client = Client::new();
    client.make_job("a").await;
    client.make_job("b").await;
    let path = "/apis/batch/v1/watch/namespaces/default/jobs/b";
    let response = client.open("GET", path, &[], "").await;
    let mut frames = Frames {
        body: response.into_body(),
        text: Vec::new(),
    };
    assert_eq!(frames.short().await, is("ADDED", "b"));
    // With a name, the parameter of the ordinary path means nothing.
    let object = client.get(&format!("{JOBS}/b?watch=true")).await.json();
    assert_eq!(object["metadata"]["name"], "b");
}

#[tokio::test]
async fn a_watch_from_too_long_ago_is_told_to_list_again() {
    let client = Client::forgetful();
    for number in 0..10 {
        client.make_job(&format!("j{number}")).await;
    }
    let mut frames = Frames::open(&client, "resourceVersion=1", "*/*").await;
    let frame = frames.next().await.expect("a frame");
    assert_eq!(frame["type"], "ERROR");
    assert_eq!(
        (&frame["object"]["code"], &frame["object"]["reason"]),
        (&json!(410), &json!("Expired"))
    );
    let message = frame["object"]["message"].as_str().expect("a message");
    assert!(
        message.starts_with("too old resource version: 1 ("),
        "{message}"
    );
    assert_eq!(frames.next().await, None, "nothing comes after an error");
}

/// What every informer relies on, with writers that get into each other's way.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_watchers_see_the_same_history_in_order() {
    const WRITERS: usize = 6;
    const JOBS_EACH: usize = 20;
    let client = std::sync::Arc::new(Client::new());
    let mut watches = Vec::new();
    for _ in 0..4 {
        watches.push(Frames::open(&client, "", "*/*").await);
    }
    let writers = (0..WRITERS).map(|writer| {
        let client = std::sync::Arc::clone(&client);
        tokio::spawn(async move {
            for number in 0..JOBS_EACH {
                let name = format!("w{writer}-{number}");
                client.make_job(&name).await;
                suspend(&client, &name).await;
                delete(&client, &name).await;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("no panic");
    }
    let mut histories = Vec::new();
    for mut frames in watches {
        let mut history = Vec::new();
        for _ in 0..WRITERS * JOBS_EACH * 3 {
            let frame = frames.next().await.expect("a frame");
            let metadata = &frame["object"]["metadata"];
            let version = metadata["resourceVersion"].as_str().expect("a revision");
            let version: u64 = version.parse().expect("a number");
            let text = |value: &Value| value.as_str().expect("text").to_owned();
            history.push((version, text(&frame["type"]), text(&metadata["name"])));
        }
        assert!(
            history.is_sorted_by(|a, b| a.0 < b.0),
            "in order, and nothing twice"
        );
        histories.push(history);
    }
    let of_one: Vec<&str> = histories[0]
        .iter()
        .filter(|(_, _, name)| name == "w3-7")
        .map(|(_, kind, _)| kind.as_str())
        .collect();
    assert_eq!(of_one, ["ADDED", "MODIFIED", "DELETED"]);
    for other in &histories[1..] {
        assert_eq!(other, &histories[0]);
    }
}
