//! What every adapter of the port must do: one suite, run on each of them.
//!
//! `contract_tests!(make)` in a test file of an adapter makes one test of each
//! function here; `make` gives a [`Cluster`] whose namespace `default` is
//! there, with its service account, and empty else.

#![expect(missing_docs, reason = "the names of the functions are the sentences")]

use std::{collections::BTreeMap, sync::Arc};

use jobyard_api::{
    Object, ObjectKey, Uid, core,
    meta::{ObjectMeta, OwnerReference},
};
use parking_lot::Mutex;
use smallvec::SmallVec;

use crate::{
    Change, Cluster, ClusterError, Deletion, IndexKey, Informer, MetadataEdit, Selection, View,
};

/// Makes a test of each function of the suite.
#[macro_export]
macro_rules! contract_tests {
    ($make:expr) => {
        $crate::contract_tests! { @each $make =>
            create_answers_with_the_object_as_stored
            create_honours_generate_name
            create_takes_a_name_beside_generate_name
            create_refuses_a_taken_name
            create_refuses_a_missing_namespace
            update_refuses_a_stale_version
            update_status_changes_the_status_alone
            requests_about_what_is_not_there_find_nothing
            delete_refuses_another_uid
            delete_keeps_what_has_a_finalizer
            delete_tells_when_caches_show_it
            edit_refuses_another_uid
            edit_that_changes_nothing_writes_nothing
            edit_adopts_and_releases_in_one_write_each
            edit_of_the_last_finalizer_ends_a_deleted_object
            bind_gives_a_node_once
            informer_begins_with_what_is_there_and_follows_in_order
            informer_begins_as_new_as_the_moment_it_was_asked_for
            informer_shows_an_own_write_once_it_was_waited_for
            informer_reaches_the_revision_of_another_kinds_write
            informer_of_a_node_sees_a_pod_come_when_it_is_bound
        }
    };
    (@each $make:expr => $($name:ident)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                $crate::contract::$name(&$make().await).await;
            }
        )*
    };
}

const HELD: &str = "example.com/held";

fn metadata(name: &str) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: Some("default".to_owned()),
        ..ObjectMeta::default()
    }
}

fn map(name: &str, value: &str) -> core::ConfigMap {
    core::ConfigMap {
        metadata: metadata(name),
        data: Some(BTreeMap::from([("key".to_owned(), value.to_owned())])),
        ..core::ConfigMap::default()
    }
}

fn held(name: &str) -> core::ConfigMap {
    let mut map = map(name, "1");
    map.metadata.finalizers = Some(vec![HELD.to_owned()]);
    map
}

fn pod(name: &str) -> core::Pod {
    core::Pod {
        metadata: metadata(name),
        spec: Some(core::PodSpec {
            containers: vec![core::Container {
                name: "main".to_owned(),
                image: Some("busybox".to_owned()),
                ..core::Container::default()
            }],
            ..core::PodSpec::default()
        }),
        ..core::Pod::default()
    }
}

fn key(name: &str) -> ObjectKey {
    ObjectKey::new("default", name)
}

async fn created<K: Object>(cluster: &impl Cluster, object: K) -> Arc<K> {
    cluster.create(object).await.expect("the object is valid")
}

async fn live_map(cluster: &impl Cluster, name: &str) -> Arc<core::ConfigMap> {
    let found = cluster.get_live(&key(name)).await;
    found.expect("the object is there")
}

/// The identity, and what tests look at.
#[derive(Debug)]
struct Seen<K> {
    key: ObjectKey,
    index: SmallVec<[IndexKey; 2]>,
    object: Arc<K>,
}

impl<K: Object> View for Seen<K> {
    type Object = K;

    fn of(object: &Arc<K>) -> Self {
        let owners = object.metadata().owner_references.iter().flatten();
        let owner = owners.map(|owner| IndexKey::Owner(Uid::from(owner.uid.as_str())));
        Self {
            key: object.key(),
            index: owner.collect(),
            object: object.clone(),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }

    fn index_keys(&self) -> SmallVec<[IndexKey; 2]> {
        self.index.clone()
    }
}

type Told = Arc<Mutex<Vec<String>>>;

/// An informer, and what its handler was told. What the system itself puts into
/// the namespace is left out.
fn informer<K: Object>(cluster: &impl Cluster, selection: Selection) -> (Informer<Seen<K>>, Told) {
    let told = Told::default();
    let sink = told.clone();
    let informer = cluster.informer(selection, move |change: &Change<Seen<K>>| {
        let word = match (&change.old, &change.new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        };
        if &*change.key.name != "kube-root-ca.crt" {
            sink.lock().push(format!("{word} {}", change.key.name));
        }
    });
    (informer, told)
}

pub async fn create_answers_with_the_object_as_stored(cluster: &impl Cluster) {
    let made = created(cluster, map("a", "1")).await;
    assert!(!made.uid().as_str().is_empty());
    assert!(made.revision().is_some());
    assert_eq!(live_map(cluster, "a").await, made);
}

pub async fn create_honours_generate_name(cluster: &impl Cluster) {
    let mut object = map("", "1");
    object.metadata.name = None;
    object.metadata.generate_name = Some("a-".to_owned());
    let made = created(cluster, object).await;
    let name = made.key().name;
    assert_eq!((name.starts_with("a-"), name.len()), (true, 7), "{name}");
}

pub async fn create_takes_a_name_beside_generate_name(cluster: &impl Cluster) {
    let mut object = map("a-chosen", "1");
    object.metadata.generate_name = Some("a-".to_owned());
    let made = created(cluster, object.clone()).await;
    let names = |object: &core::ConfigMap| {
        let metadata = &object.metadata;
        (metadata.name.clone(), metadata.generate_name.clone())
    };
    assert_eq!(names(&made), names(&object));
    let refused = cluster.create(object).await;
    assert!(
        matches!(refused, Err(ClusterError::AlreadyExists(_))),
        "{refused:?}"
    );
}

pub async fn create_refuses_a_taken_name(cluster: &impl Cluster) {
    created(cluster, map("a", "1")).await;
    let refused = cluster.create(map("a", "2")).await;
    assert!(
        matches!(refused, Err(ClusterError::AlreadyExists(_))),
        "{refused:?}"
    );
}

pub async fn create_refuses_a_missing_namespace(cluster: &impl Cluster) {
    let mut object = map("a", "1");
    object.metadata.namespace = Some("nowhere".to_owned());
    let refused = cluster.create(object).await;
    assert!(
        matches!(refused, Err(ClusterError::NotFound(_))),
        "{refused:?}"
    );
}

pub async fn update_refuses_a_stale_version(cluster: &impl Cluster) {
    let first = created(cluster, map("a", "1")).await;
    let mut second = (*first).clone();
    second.data = map("a", "2").data;
    let second = cluster
        .update(second)
        .await
        .expect("the version is the newest");
    let mut third = (*first).clone();
    third.data = map("a", "3").data;
    let refused = cluster.update(third).await;
    assert!(
        matches!(refused, Err(ClusterError::Conflict(_))),
        "{refused:?}"
    );
    assert_eq!(live_map(cluster, "a").await, second);
}

pub async fn update_status_changes_the_status_alone(cluster: &impl Cluster) {
    let made = created(cluster, pod("a")).await;
    let mut object = (*made).clone();
    object.status.get_or_insert_default().message = Some("here".to_owned());
    if let Some(spec) = &mut object.spec {
        spec.active_deadline_seconds = Some(7);
    }
    let written = cluster.update_status(object).await;
    let written = written.expect("the version is the newest");
    assert_eq!(written.spec, made.spec);
    let message = written
        .status
        .as_ref()
        .and_then(|status| status.message.as_deref());
    assert_eq!(message, Some("here"));
}

pub async fn requests_about_what_is_not_there_find_nothing(cluster: &impl Cluster) {
    let got = cluster.get_live::<core::ConfigMap>(&key("a")).await;
    assert!(matches!(got, Err(ClusterError::NotFound(_))), "{got:?}");
    let updated = cluster.update(map("a", "1")).await;
    assert!(
        matches!(updated, Err(ClusterError::NotFound(_))),
        "{updated:?}"
    );
    let options = Deletion::default();
    let deleted = cluster.delete::<core::ConfigMap>(&key("a"), options).await;
    assert!(
        matches!(deleted, Err(ClusterError::NotFound(_))),
        "{deleted:?}"
    );
    let bound = cluster.bind(&key("a"), &Uid::from("u"), "here").await;
    assert!(matches!(bound, Err(ClusterError::NotFound(_))), "{bound:?}");
}

pub async fn delete_refuses_another_uid(cluster: &impl Cluster) {
    created(cluster, map("a", "1")).await;
    let options = Deletion {
        uid: Some(Uid::from("other")),
        ..Deletion::default()
    };
    let refused = cluster.delete::<core::ConfigMap>(&key("a"), options).await;
    assert!(
        matches!(refused, Err(ClusterError::Conflict(_))),
        "{refused:?}"
    );
    live_map(cluster, "a").await;
}

pub async fn delete_keeps_what_has_a_finalizer(cluster: &impl Cluster) {
    created(cluster, held("a")).await;
    let options = Deletion::default();
    let deleted = cluster.delete::<core::ConfigMap>(&key("a"), options).await;
    deleted.expect("it is to go later");
    let left = live_map(cluster, "a").await;
    assert!(left.metadata.deletion_timestamp.is_some());
}

pub async fn delete_tells_when_caches_show_it(cluster: &impl Cluster) {
    created(cluster, held("kept")).await;
    created(cluster, map("gone", "1")).await;
    let (informer, _) = informer::<core::ConfigMap>(cluster, Selection::default());
    informer.synced().await;
    let options = Deletion::default();
    for name in ["kept", "gone", "kept"] {
        let deleted = cluster
            .delete::<core::ConfigMap>(&key(name), options.clone())
            .await;
        // It may not say for what is gone at once; for what stays it must.
        let Some(revision) = deleted.expect("the object is there") else {
            assert_eq!(name, "gone", "what stays has a revision");
            continue;
        };
        informer.wait_for(revision).await;
        let seen = informer.get(&key(name));
        let is_ending = seen.is_none_or(|seen| seen.object.metadata.deletion_timestamp.is_some());
        assert!(is_ending, "{name} is not shown as deleted at {revision}");
    }
}

pub async fn edit_refuses_another_uid(cluster: &impl Cluster) {
    let made = created(cluster, held("a")).await;
    let edit = MetadataEdit::RemoveFinalizer(HELD);
    let refused = cluster
        .edit_metadata::<core::ConfigMap>(&key("a"), &Uid::from("other"), edit)
        .await;
    assert!(
        matches!(refused, Err(ClusterError::NotFound(_))),
        "{refused:?}"
    );
    assert_eq!(live_map(cluster, "a").await, made);
}

pub async fn edit_that_changes_nothing_writes_nothing(cluster: &impl Cluster) {
    let made = created(cluster, map("a", "1")).await;
    let edit = MetadataEdit::RemoveFinalizer(HELD);
    let same = cluster
        .edit_metadata::<core::ConfigMap>(&key("a"), &made.uid(), edit)
        .await;
    assert_eq!(same.expect("the object is there"), made);
}

pub async fn edit_adopts_and_releases_in_one_write_each(cluster: &impl Cluster) {
    let owner = created(cluster, map("owner", "1")).await;
    let made = created(cluster, map("a", "1")).await;
    let (informer, told) = informer::<core::ConfigMap>(cluster, Selection::default());
    informer.synced().await;
    told.lock().clear();
    let reference = OwnerReference {
        api_version: "v1".to_owned(),
        kind: "ConfigMap".to_owned(),
        name: "owner".to_owned(),
        uid: owner.uid().to_string(),
        controller: Some(true),
        block_owner_deletion: Some(true),
    };
    let adopt = MetadataEdit::Adopt {
        owner: Box::new(reference.clone()),
        finalizer: Some(HELD),
    };
    let adopted = cluster
        .edit_metadata::<core::ConfigMap>(&key("a"), &made.uid(), adopt)
        .await
        .expect("nobody controls it");
    let metadata = &adopted.metadata;
    assert_eq!(metadata.owner_references, Some(vec![reference]));
    assert_eq!(metadata.finalizers, Some(vec![HELD.to_owned()]));
    let release = MetadataEdit::Release {
        owner: owner.uid(),
        finalizer: Some(HELD),
    };
    let released = cluster
        .edit_metadata::<core::ConfigMap>(&key("a"), &made.uid(), release)
        .await
        .expect("the object is there");
    assert_eq!(released.metadata.owner_references, None);
    assert_eq!(released.metadata.finalizers, None);
    let revision = released.revision().expect("the object is stored");
    informer.wait_for(revision).await;
    assert_eq!(*told.lock(), ["changed a", "changed a"]);
    assert!(informer.indexed(&IndexKey::Owner(owner.uid())).is_empty());
}

pub async fn edit_of_the_last_finalizer_ends_a_deleted_object(cluster: &impl Cluster) {
    let made = created(cluster, held("a")).await;
    let (informer, _) = informer::<core::ConfigMap>(cluster, Selection::default());
    informer.synced().await;
    let options = Deletion::default();
    let deleted = cluster.delete::<core::ConfigMap>(&key("a"), options).await;
    deleted.expect("it is to go later");
    let edit = MetadataEdit::RemoveFinalizer(HELD);
    cluster
        .edit_metadata::<core::ConfigMap>(&key("a"), &made.uid(), edit)
        .await
        .expect("the finalizer is the last");
    let later = created(cluster, map("b", "1")).await;
    let revision = later.revision().expect("the object is stored");
    informer.wait_for(revision).await;
    assert!(informer.get(&key("a")).is_none());
}

pub async fn bind_gives_a_node_once(cluster: &impl Cluster) {
    let made = created(cluster, pod("a")).await;
    let wrong = cluster.bind(&key("a"), &Uid::from("other"), "here").await;
    assert!(matches!(wrong, Err(ClusterError::Conflict(_))), "{wrong:?}");
    let bound = cluster.bind(&key("a"), &made.uid(), "here").await;
    bound.expect("the Pod has no node");
    let live = cluster.get_live::<core::Pod>(&key("a")).await;
    let spec = live.expect("the Pod is there").spec.clone();
    assert_eq!(
        spec.and_then(|spec| spec.node_name).as_deref(),
        Some("here")
    );
    let again = cluster.bind(&key("a"), &made.uid(), "there").await;
    assert!(matches!(again, Err(ClusterError::Conflict(_))), "{again:?}");
}

pub async fn informer_begins_with_what_is_there_and_follows_in_order(cluster: &impl Cluster) {
    created(cluster, map("b", "1")).await;
    let first = created(cluster, map("a", "1")).await;
    let (informer, told) = informer::<core::ConfigMap>(cluster, Selection::default());
    informer.synced().await;
    let mut changed = (*first).clone();
    changed.data = map("a", "2").data;
    cluster
        .update(changed)
        .await
        .expect("the version is the newest");
    let options = Deletion::default();
    let deleted = cluster.delete::<core::ConfigMap>(&key("b"), options).await;
    deleted.expect("the object is there");
    let last = created(cluster, map("c", "1")).await;
    informer
        .wait_for(last.revision().expect("the object is stored"))
        .await;
    assert_eq!(
        *told.lock(),
        ["added a", "added b", "changed a", "removed b", "added c"]
    );
}

pub async fn informer_begins_as_new_as_the_moment_it_was_asked_for(cluster: &impl Cluster) {
    for round in 0..5 {
        let changed = created(cluster, held(&format!("changed-{round}"))).await;
        let edit = MetadataEdit::RemoveFinalizer(HELD);
        let edited = cluster
            .edit_metadata::<core::ConfigMap>(&changed.key(), &changed.uid(), edit)
            .await
            .expect("the object is there");
        // The list must be as new as writes of other kinds, too.
        let last = created(cluster, pod(&format!("last-{round}"))).await;
        let (informer, _) = informer::<core::ConfigMap>(cluster, Selection::default());
        informer.synced().await;
        let seen = informer.get(&changed.key()).expect("the list shows it");
        assert_eq!(seen.object, edited);
        assert!(informer.revision() >= last.revision(), "round {round}");
    }
}

pub async fn informer_shows_an_own_write_once_it_was_waited_for(cluster: &impl Cluster) {
    let (informer, _) = informer::<core::ConfigMap>(cluster, Selection::default());
    for round in 0..20 {
        let made = created(cluster, map(&format!("map-{round}"), "1")).await;
        informer
            .wait_for(made.revision().expect("the object is stored"))
            .await;
        let seen = informer.get(&made.key()).expect("the write was waited for");
        assert_eq!(seen.object, made);
    }
}

pub async fn informer_reaches_the_revision_of_another_kinds_write(cluster: &impl Cluster) {
    let (maps, _) = informer::<core::ConfigMap>(cluster, Selection::default());
    maps.synced().await;
    let made = created(cluster, map("a", "1")).await;
    let later = created(cluster, pod("p")).await;
    maps.wait_for(later.revision().expect("the Pod is stored"))
        .await;
    assert!(maps.get(&made.key()).is_some());
    // Once more, with nothing to see.
    let later = created(cluster, pod("q")).await;
    maps.wait_for(later.revision().expect("the Pod is stored"))
        .await;
}

pub async fn informer_of_a_node_sees_a_pod_come_when_it_is_bound(cluster: &impl Cluster) {
    let here = Selection {
        node_name: Some("here".into()),
        ..Selection::default()
    };
    let (of_node, told) = informer::<core::Pod>(cluster, here);
    let (all, _) = informer::<core::Pod>(cluster, Selection::default());
    of_node.synced().await;
    let made = created(cluster, pod("a")).await;
    let bound = cluster.bind(&key("a"), &made.uid(), "here").await;
    bound.expect("the Pod has no node");
    let live = cluster.get_live::<core::Pod>(&key("a")).await;
    let revision = live.expect("the Pod is there").revision();
    let revision = revision.expect("the Pod is stored");
    all.wait_for(revision).await;
    of_node.wait_for(revision).await;
    assert_eq!(*told.lock(), ["added a"]);
    assert_eq!(all.len(), 1);
}
