//! The port over a real registry.

use std::sync::Arc;

use jobyard_api::{Object, ObjectKey, Timestamp, Uid, core, meta::ObjectMeta};
use jobyard_cluster::{
    Change, Cluster, ClusterError, Deletion, Informer, MetadataEdit, Selection, View,
};
use jobyard_cluster_embedded::EmbeddedCluster;
use jobyard_registry::{
    Options, Registry,
    request::{Context, User},
};
use parking_lot::Mutex;

fn user() -> User {
    User {
        name: "system:admin".to_owned(),
        groups: vec!["system:masters".to_owned()],
    }
}

fn cluster() -> EmbeddedCluster {
    let cx = Context {
        user: Arc::new(user()),
        now: Timestamp::UNIX_EPOCH,
    };
    let registry = Registry::in_memory(&cx, Options::default()).expect("an empty yard opens");
    EmbeddedCluster::new(registry, user())
}

fn map(name: &str) -> core::ConfigMap {
    core::ConfigMap {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some("default".to_owned()),
            ..ObjectMeta::default()
        },
        ..core::ConfigMap::default()
    }
}

fn key(name: &str) -> ObjectKey {
    ObjectKey::new("default", name)
}

/// Name and version: enough to see what an informer sees.
#[derive(Debug)]
struct MapView {
    key: ObjectKey,
    finalizers: usize,
}

impl View for MapView {
    type Object = core::ConfigMap;

    fn of(object: &Arc<core::ConfigMap>) -> Self {
        Self {
            key: object.key(),
            finalizers: object.metadata.finalizers.iter().flatten().count(),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}

fn watched(cluster: &EmbeddedCluster) -> (Informer<MapView>, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = seen.clone();
    let informer = cluster.informer(Selection::default(), move |change: &Change<MapView>| {
        let word = match (&change.old, &change.new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        };
        sink.lock().push(format!("{word} {}", change.key.name));
    });
    (informer, seen)
}

#[tokio::test]
async fn an_informer_sees_what_was_there_and_what_changes() {
    let cluster = cluster();
    cluster.create(map("a")).await.unwrap();
    let (informer, seen) = watched(&cluster);
    informer.synced().await;
    let made = cluster.create(map("b")).await.unwrap();
    let edit = MetadataEdit::Release {
        owner: Uid::from("nobody"),
        finalizer: None,
    };
    let same = cluster
        .edit_metadata::<core::ConfigMap>(&key("b"), &made.uid(), edit)
        .await
        .unwrap();
    assert_eq!(same, made);
    cluster
        .delete::<core::ConfigMap>(&key("a"), Deletion::default())
        .await
        .unwrap();
    let last = cluster.create(map("c")).await.unwrap();
    informer.wait_for(last.revision().unwrap()).await;
    assert_eq!(*seen.lock(), ["added a", "added b", "removed a", "added c"]);
    assert_eq!(informer.len(), 2);
}

#[tokio::test]
async fn taking_the_last_finalizer_ends_a_deleted_object() {
    let cluster = cluster();
    let mut held = map("a");
    held.metadata.finalizers = Some(vec!["example.com/held".to_owned()]);
    let held = cluster.create(held).await.unwrap();
    let (informer, _) = watched(&cluster);
    informer.synced().await;
    assert_eq!(informer.get(&key("a")).unwrap().finalizers, 1);
    cluster
        .delete::<core::ConfigMap>(&key("a"), Deletion::default())
        .await
        .unwrap();
    let gone = cluster
        .edit_metadata::<core::ConfigMap>(
            &key("a"),
            &held.uid(),
            MetadataEdit::RemoveFinalizer("example.com/held"),
        )
        .await
        .unwrap();
    informer.wait_for(gone.revision().unwrap()).await;
    assert!(informer.is_empty());
}

#[tokio::test]
async fn an_edit_of_another_uid_finds_nothing() {
    let cluster = cluster();
    cluster.create(map("a")).await.unwrap();
    let error = cluster
        .edit_metadata::<core::ConfigMap>(
            &key("a"),
            &Uid::from("other"),
            MetadataEdit::RemoveFinalizer("x"),
        )
        .await
        .unwrap_err();
    assert!(matches!(error, ClusterError::NotFound(_)), "{error}");
}
