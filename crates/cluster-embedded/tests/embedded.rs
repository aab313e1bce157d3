//! The port over a real registry: its contract, and what is its own.

use std::sync::Arc;

use jobyard_api::{Object, ObjectKey, Timestamp, core, meta::ObjectMeta};
use jobyard_cluster::{Cluster, Selection, View};
use jobyard_cluster_embedded::EmbeddedCluster;
use jobyard_registry::{
    Options, Registry,
    request::{Context, DeleteOptions, User},
};

fn user() -> User {
    User {
        name: "system:admin".to_owned(),
        groups: vec!["system:masters".to_owned()],
    }
}

fn cx() -> Context {
    Context {
        user: Arc::new(user()),
        now: Timestamp::UNIX_EPOCH,
    }
}

fn registry(options: Options) -> Registry {
    Registry::in_memory(&cx(), options).expect("an empty yard opens")
}

fn cluster() -> EmbeddedCluster {
    EmbeddedCluster::new(registry(Options::default()), user())
}

jobyard_cluster::contract_tests!(async || cluster());

fn map(name: &str, value: &str) -> core::ConfigMap {
    core::ConfigMap {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some("default".to_owned()),
            ..ObjectMeta::default()
        },
        data: Some([("key".to_owned(), value.to_owned())].into()),
        ..core::ConfigMap::default()
    }
}

struct Seen(Arc<core::ConfigMap>);

impl View for Seen {
    type Object = core::ConfigMap;

    fn of(object: &Arc<core::ConfigMap>) -> Self {
        Self(object.clone())
    }

    fn key(&self) -> ObjectKey {
        self.0.key()
    }
}

// One thread: the informer has no turn while the writes are made.
#[tokio::test]
async fn an_informer_that_fell_out_of_the_history_lists_again() {
    let registry = registry(Options {
        history_events_max: 5,
        ..Options::default()
    });
    let cluster = EmbeddedCluster::new(registry.clone(), user());
    let maps = registry.of::<core::ConfigMap>();
    for name in ["gone", "kept"] {
        maps.create(&cx(), map(name, "0")).unwrap();
    }
    let informer = cluster.informer::<Seen>(Selection::default(), |_| {});
    informer.synced().await;
    let gone = ObjectKey::new("default", "gone");
    maps.delete(&cx(), &gone, &DeleteOptions::default())
        .unwrap();
    for round in 1..=20 {
        maps.update(&cx(), map("kept", &round.to_string())).unwrap();
    }
    informer.wait_for(registry.revision()).await;
    assert!(informer.get(&gone).is_none());
    let kept = informer.get(&ObjectKey::new("default", "kept")).unwrap();
    assert_eq!(kept.0.data, map("kept", "20").data);
}

#[tokio::test]
async fn the_task_of_an_informer_ends_with_its_last_clone() {
    let cluster = cluster();
    let informer = cluster.informer::<Seen>(Selection::default(), |_| {});
    informer.synced().await;
    let metrics = tokio::runtime::Handle::current().metrics();
    assert_eq!(metrics.num_alive_tasks(), 1);
    drop(informer);
    while metrics.num_alive_tasks() > 0 {
        tokio::task::yield_now().await;
    }
}
