//! Answers that our own server does not give.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use jobyard_api::{Object as _, Revision, Uid, core};
use jobyard_cluster::{Change, Cluster as _, ClusterError, MetadataEdit, Selection};
use jobyard_cluster_remote::{RemoteCluster, Verb};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::{sync::watch, time::Instant};

use crate::{
    fake::{self, Answer},
    served::{Seen, key, map},
};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";

fn stored(name: &str, uid: &str, revision: u64) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {
            "name": name, "namespace": "default", "uid": uid,
            "resourceVersion": revision.to_string(),
        },
        "data": { "key": "1" },
    })
}

fn list(revision: u64, items: &[Value]) -> Answer {
    Answer::ok(&json!({
        "kind": "ConfigMapList", "apiVersion": "v1", "items": items,
        "metadata": { "resourceVersion": revision.to_string() },
    }))
}

fn event(of_type: &str, object: &Value) -> String {
    format!("{}\n", json!({ "type": of_type, "object": object }))
}

/// How many times it was called before.
#[derive(Clone, Default)]
struct Turn(Arc<AtomicU32>);

impl Turn {
    fn next(&self) -> u32 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// Takes a finalizer off the object `a` with the uid `u`.
async fn let_go(cluster: &RemoteCluster) -> Result<Arc<core::ConfigMap>, ClusterError> {
    let edit = MetadataEdit::RemoveFinalizer("f");
    cluster
        .edit_metadata(&key("a"), &Uid::from("u"), edit)
        .await
}

#[tokio::test]
async fn who_is_turned_away_for_load_comes_again_when_the_server_says() {
    let turn = Turn::default();
    let (cluster, asked) = fake::connect(move |_| match turn.next() {
        0 | 1 => Answer::busy(429),
        2 => Answer::busy(503),
        _ => Answer::new(201, &stored("a", "u", 7)),
    })
    .await;
    let made = cluster.create(map("a", "1")).await;
    assert_eq!(made.expect("at last").revision(), Some(Revision(7)));
    assert_eq!(asked.take().len(), 4);
    assert_eq!(cluster.request_counts().of(Verb::Create, "configmaps"), 4);
}

#[tokio::test]
async fn a_server_that_always_turns_away_is_not_asked_for_ever() {
    let (cluster, asked) = fake::connect(|_| Answer::busy(429)).await;
    let refused = cluster.create(map("a", "1")).await;
    assert!(
        matches!(refused, Err(ClusterError::Unavailable(_))),
        "{refused:?}"
    );
    assert_eq!(asked.take().len(), 11);
}

#[tokio::test]
async fn what_may_have_been_done_is_not_asked_again() {
    let (cluster, asked) = fake::connect(|_| Answer::busy(504)).await;
    let lost = cluster.create(map("a", "1")).await;
    assert!(
        matches!(lost, Err(ClusterError::OutcomeUnknown(_))),
        "{lost:?}"
    );
    assert_eq!(asked.take().len(), 1);
}

#[tokio::test]
async fn an_edit_that_is_refused_for_its_uid_finds_nothing() {
    let (cluster, asked) = fake::connect(|line| {
        if line.starts_with("PATCH") {
            // Upstream's answer to a patch that names another uid.
            Answer::status(422, "Invalid")
        } else {
            Answer::ok(&stored("a", "another", 9))
        }
    })
    .await;
    let edited = let_go(&cluster).await;
    assert!(
        matches!(edited, Err(ClusterError::NotFound(_))),
        "{edited:?}"
    );
    let patch = r#"{"metadata":{"$deleteFromPrimitiveList/finalizers":["f"],"uid":"u"}}"#;
    assert_eq!(
        asked.take(),
        [format!("PATCH {MAPS}/a {patch}"), format!("GET {MAPS}/a")]
    );
}

#[tokio::test]
async fn an_edit_that_breaks_rules_is_invalid() {
    let (cluster, _) = fake::connect(|line| {
        if line.starts_with("PATCH") {
            Answer::status(422, "Invalid")
        } else {
            Answer::ok(&stored("a", "u", 9))
        }
    })
    .await;
    let edited = let_go(&cluster).await;
    assert!(
        matches!(edited, Err(ClusterError::Invalid(_))),
        "{edited:?}"
    );
}

#[tokio::test]
async fn the_end_of_an_object_has_the_revision_of_the_watch() {
    let (cluster, _) = fake::connect(move |line| {
        let mut ending = stored("a", "u", 5);
        ending["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        if line.starts_with("PATCH") {
            // Upstream answers with what was asked for, at the version before.
            Answer::ok(&ending)
        } else if !line.contains("watch=true") {
            list(5, &[ending])
        } else {
            let mut gone = ending;
            gone["metadata"]["resourceVersion"] = json!("8");
            Answer::watch(&event("DELETED", &gone))
        }
    })
    .await;
    let informer = cluster.informer::<Seen>(Selection::default(), |_| {});
    informer.synced().await;
    let revision = let_go(&cluster).await.expect("done").revision();
    assert_eq!(revision, Some(Revision(8)));
    informer.wait_for(Revision(8)).await;
    assert!(informer.is_empty());
}

#[tokio::test]
async fn a_watch_that_the_server_ends_goes_on_where_it_was() {
    let turn = Turn::default();
    let (cluster, asked) = fake::connect(move |_| match turn.next() {
        0 => list(5, &[]),
        1 => Answer::new(200, &event("ADDED", &stored("a", "u", 6))),
        2 => Answer::watch(&event("ADDED", &stored("b", "v", 7))),
        _ => Answer::status(500, "InternalError"),
    })
    .await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let informer = cluster.informer(Selection::default(), {
        let told = told.clone();
        move |change: &Change<Seen>| told.lock().push(change.key.to_string())
    });
    informer.wait_for(Revision(7)).await;
    assert_eq!(*told.lock(), ["default/a", "default/b"]);
    let lines = asked.take();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1].contains("&resourceVersion=5&"), "{lines:?}");
    assert!(lines[2].contains("&resourceVersion=6&"), "{lines:?}");
}

#[tokio::test]
async fn a_watch_that_is_refused_or_ended_with_410_leads_to_a_list() {
    for as_status in [true, false] {
        let turn = Turn::default();
        let (cluster, asked) = fake::connect(move |line| {
            let is_watch = line.contains("watch=true");
            match (turn.next(), is_watch) {
                (0, false) => list(5, &[stored("a", "u", 4)]),
                (1, true) if as_status => Answer::status(410, "Expired"),
                (1, true) => {
                    let status = json!({ "kind": "Status", "status": "Failure", "code": 410 });
                    Answer::new(200, &event("ERROR", &status))
                }
                (2, false) => list(9, &[stored("b", "v", 8)]),
                _ => Answer::watch(""),
            }
        })
        .await;
        let informer = cluster.informer::<Seen>(Selection::default(), |_| {});
        informer.wait_for(Revision(9)).await;
        assert!(informer.get(&key("a")).is_none());
        assert!(informer.get(&key("b")).is_some());
        let lines = asked.take();
        assert_eq!(lines[0], "GET /api/v1/configmaps?limit=500");
        assert!(lines[1].contains("resourceVersion=5"), "{lines:?}");
        assert_eq!(lines[2], "GET /api/v1/configmaps?limit=500");
    }
}

#[tokio::test]
async fn a_list_whose_pages_expire_is_asked_for_whole() {
    let turn = Turn::default();
    let (cluster, asked) = fake::connect(move |_| match turn.next() {
        0 => Answer::ok(&json!({
            "items": [stored("a", "u", 4)],
            "metadata": { "resourceVersion": "5", "continue": "next" },
        })),
        1 => Answer::status(410, "Expired"),
        2 => list(9, &[stored("b", "v", 8)]),
        _ => Answer::watch(""),
    })
    .await;
    let informer = cluster.informer::<Seen>(Selection::default(), |_| {});
    informer.synced().await;
    assert!(informer.get(&key("a")).is_none());
    assert_eq!(
        asked.take()[..3],
        [
            "GET /api/v1/configmaps?limit=500",
            "GET /api/v1/configmaps?limit=500&continue=next",
            "GET /api/v1/configmaps?"
        ]
    );
}

#[tokio::test]
async fn a_revision_of_another_kind_is_reached_by_a_short_watch() {
    let (cluster, asked) = fake::connect(move |line| {
        if !line.contains("watch=true") {
            return list(5, &[]);
        }
        // Bookmarks come shortly before the end of a watch.
        let bookmark = json!({ "kind": "ConfigMap", "metadata": { "resourceVersion": "7" } });
        if line.ends_with("timeoutSeconds=3") {
            Answer::watch(&event("BOOKMARK", &bookmark))
        } else {
            Answer::watch("")
        }
    })
    .await;
    let informer = cluster.informer::<Seen>(Selection::default(), |_| {});
    informer.wait_for(Revision(7)).await;
    let lines = asked.take();
    let probe = lines.iter().position(|line| line.ends_with("?limit=1"));
    let probe = probe.expect("the server is asked to be up to date");
    assert!(lines[probe + 1].ends_with("timeoutSeconds=3"), "{lines:?}");
}

#[tokio::test]
async fn revisions_before_an_end_are_shown_although_the_watch_fails() {
    let turn = Turn::default();
    let (cluster, _) = fake::connect(move |_| match turn.next() {
        0 => list(5, &[]),
        1 => {
            let failed = json!({ "kind": "Status", "status": "Failure", "code": 500 });
            let added = event("ADDED", &stored("a", "u", 6));
            Answer::new(200, &(added + &event("ERROR", &failed)))
        }
        _ => Answer::watch(""),
    })
    .await;
    let informer = cluster.informer::<Seen>(Selection::default(), |_| {});
    informer.wait_for(Revision(6)).await;
    assert!(informer.get(&key("a")).is_some());
}

// The clock is stopped: it goes on when nobody has anything to do.
#[tokio::test(start_paused = true)]
async fn a_watch_that_is_silent_for_too_long_is_asked_for_again() {
    let (watches, mut asked) = watch::channel(0);
    let (cluster, _) = fake::connect(move |line| {
        if !line.contains("watch=true") {
            return list(5, &[]);
        }
        watches.send_modify(|count| *count += 1);
        Answer::watch("")
    })
    .await;
    let started = Instant::now();
    let _informer = cluster.informer::<Seen>(Selection::default(), |_| {});
    let again = asked.wait_for(|count| *count == 2).await;
    again.expect("the server lives");
    let silence = started.elapsed().as_secs();
    assert!((150..200).contains(&silence), "{silence} s");
}

#[tokio::test]
async fn a_token_may_come_from_a_plugin() {
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": { "token": "secret", "expirationTimestamp": "2100-01-01T00:00:00Z" },
    });
    let user = json!({ "exec": {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "echo",
        "args": [credential.to_string()],
        "interactiveMode": "Never",
    }});
    let (cluster, _) = fake::connect_as(user, |_| Answer::ok(&stored("a", "u", 5))).await;
    let found = cluster.get_live::<core::ConfigMap>(&key("a")).await;
    assert_eq!(found.expect("the token is right").uid(), Uid::from("u"));
}
