//! What outlives the process.

mod kit;

use std::path::Path;

use futures::FutureExt;
use jobyard_api::{Object, Revision, core};
use jobyard_registry::{
    Registry, Selection,
    request::{DeleteOptions, ListRequest, WatchEvent},
};
use jobyard_store::{Durability, Store};

use kit::{config_map, cx, job, key, list, maps, options, pod};

fn open(folder: &Path) -> Registry {
    let (store, recovered) =
        Store::open(folder, Durability::Synced).expect("the folder is free to use");
    Registry::open(&cx(), store, recovered, options()).expect("what was written can be read")
}

#[tokio::test]
async fn a_registry_whose_store_takes_nothing_more_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let registry = open(folder.path());
    registry.of().create(&cx(), config_map("a", "1")).unwrap();
    assert!(registry.stopped().now_or_never().is_none());
    registry.close().unwrap();
    registry.stopped().await;
}

#[tokio::test]
async fn everything_is_there_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let registry = open(folder.path());
    registry.of().create(&cx(), job("pi")).unwrap();
    registry.of().create(&cx(), pod("a")).unwrap();
    registry
        .of()
        .create(&cx(), config_map("gone", "1"))
        .unwrap();
    registry
        .of()
        .create(&cx(), config_map("kept", "1"))
        .unwrap();
    registry
        .of()
        .update(&cx(), config_map("kept", "2"))
        .unwrap();
    registry
        .of::<core::ConfigMap>()
        .delete(&cx(), &key("gone"), &DeleteOptions::default())
        .unwrap();
    let newest = registry.revision();
    registry.wait_durable(newest).await.unwrap();
    let shown = (
        registry
            .of::<jobyard_api::batch::Job>()
            .get(&key("pi"))
            .unwrap(),
        registry.of::<core::Pod>().get(&key("a")).unwrap(),
        registry.of::<core::ConfigMap>().get(&key("kept")).unwrap(),
    );
    registry.close().unwrap();

    let again = open(folder.path());
    let found = (
        again.of().get(&key("pi")).unwrap(),
        again.of().get(&key("a")).unwrap(),
        again.of().get(&key("kept")).unwrap(),
    );
    assert_eq!(found, shown);
    let (maps, revision) = again.of::<core::ConfigMap>().select(&Selection::default());
    let names: Vec<_> = maps.iter().map(|one| &*one.key.name).collect();
    assert_eq!(names, ["kept"]);
    assert!(revision >= newest);
}

#[test]
fn a_revision_is_never_used_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut newest = Revision(0);
    for round in 0..3 {
        // Dropped without being closed: as after a crash.
        let registry = open(folder.path());
        let name = format!("round-{round}");
        let made = registry.of().create(&cx(), config_map(&name, "1")).unwrap();
        let revision = made.revision().unwrap();
        assert!(revision > newest, "{revision} after {newest}");
        newest = revision;
    }
}

#[test]
fn a_registry_does_not_write_after_it_was_closed() {
    let folder = tempfile::tempdir().unwrap();
    let registry = open(folder.path());
    registry.close().unwrap();
    let error = registry
        .of()
        .create(&cx(), config_map("late", "1"))
        .unwrap_err();
    assert_eq!(error.code(), 503);
}

#[tokio::test]
async fn a_frame_of_a_watch_has_survived_a_power_cut_when_it_arrives() {
    let folder = tempfile::tempdir().unwrap();
    let (store, recovered) = Store::open(folder.path(), Durability::Synced).unwrap();
    let registry = Registry::open(&cx(), store.clone(), recovered, options()).unwrap();
    let request = ListRequest {
        resource_version: registry.revision().to_string(),
        ..list()
    };
    let mut watch = maps(&registry).watch(&cx(), &request).unwrap();
    for round in 0..50 {
        let map = config_map(&format!("map-{round}"), "1");
        registry.of().create(&cx(), map).unwrap();
        let Some(WatchEvent::Added(object)) = watch.next().await else {
            panic!("the object was added");
        };
        let durable = store.durable().borrow().0;
        assert!(object.revision.0 <= durable, "{durable}");
    }
}

#[tokio::test]
async fn nobody_waits_for_an_event_to_survive_a_power_cut() {
    let folder = tempfile::tempdir().unwrap();
    let registry = open(folder.path());
    registry.wait_durable(registry.revision()).await.unwrap();
    let event = core::Event {
        metadata: kit::metadata("e"),
        involved_object: core::ObjectReference {
            namespace: Some("default".to_owned()),
            ..core::ObjectReference::default()
        },
        ..core::Event::default()
    };
    registry.of().create(&cx(), event).unwrap();
    let waited = registry.wait_durable(registry.revision()).now_or_never();
    assert!(matches!(waited, Some(Ok(()))), "{waited:?}");
}
