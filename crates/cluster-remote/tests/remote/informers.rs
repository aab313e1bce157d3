//! Informers against the real server: gaps, and what they cost.

use std::sync::Arc;

use jobyard_api::{Object as _, core};
use jobyard_cluster::{Change, Cluster as _, Deletion, Informer, Selection};
use jobyard_cluster_remote::{Options, RemoteCluster, Verb};
use parking_lot::Mutex;

use crate::{
    proxy::{Mode, Proxy},
    served::{Seen, Served, key, map},
};

type Told = Arc<Mutex<Vec<String>>>;

/// An informer of ConfigMaps, and what its handler was told.
fn informer(cluster: &RemoteCluster) -> (Informer<Seen>, Told) {
    let told = Told::default();
    let sink = told.clone();
    let informer = cluster.informer(Selection::default(), move |change: &Change<Seen>| {
        let name = &change.key.name;
        let word = match (&change.old, &change.new) {
            (None, Some(new)) => format!("added {name}={}", new.value),
            (Some(_), Some(new)) => format!("changed {name}={}", new.value),
            (_, None) => format!("removed {name}"),
        };
        if &**name != "kube-root-ca.crt" {
            sink.lock().push(word);
        }
    });
    (informer, told)
}

/// Writes past the network.
async fn set(served: &Served, name: &str, value: &str) -> jobyard_api::Revision {
    let written = match served.inside.get_live::<core::ConfigMap>(&key(name)).await {
        Ok(found) => {
            let mut object = (*found).clone();
            object.data = map(name, value).data;
            served.inside.update(object).await
        }
        Err(_) => served.inside.create(map(name, value)).await,
    };
    let written = written.expect("the object is valid");
    written.revision().expect("the object is stored")
}

async fn remove(served: &Served, name: &str) {
    let options = Deletion::default();
    let key = key(name);
    let removed = served.inside.delete::<core::ConfigMap>(&key, options).await;
    removed.expect("the object is there");
}

#[tokio::test]
async fn a_first_list_comes_in_pages() {
    let served = Served::start();
    for name in ["a", "b", "c", "d", "e"] {
        set(&served, name, "1").await;
    }
    let options = Options {
        page_size: 2,
        ..Options::default()
    };
    let cluster = served.connect_at(served.address, options).await;
    let (informer, told) = informer(&cluster);
    informer.synced().await;
    assert_eq!(
        *told.lock(),
        [
            "added a=1",
            "added b=1",
            "added c=1",
            "added d=1",
            "added e=1"
        ]
    );
    // With the ConfigMap of the yard's authority in each namespace.
    let all = informer.len() as u64;
    assert_eq!(
        cluster.request_counts().of(Verb::List, "configmaps"),
        all.div_ceil(2)
    );
}

#[tokio::test]
async fn own_writes_cost_a_watch_no_request() {
    let served = Served::start();
    let cluster = served.connect().await;
    let (informer, _) = informer(&cluster);
    for number in 0..50 {
        let made = cluster.create(map(&format!("map-{number}"), "1")).await;
        let revision = made.expect("the name is free").revision();
        informer.wait_for(revision.expect("it is stored")).await;
    }
    let counts = cluster.request_counts();
    assert_eq!(counts.of(Verb::List, "configmaps"), 1, "{counts:?}");
    assert_eq!(counts.of(Verb::Watch, "configmaps"), 1, "{counts:?}");
}

#[tokio::test]
async fn a_watch_that_breaks_goes_on_where_it_was() {
    let served = Served::start();
    let proxy = Proxy::start(served.address).await;
    let cluster = served.connect_at(proxy.address, Options::default()).await;
    let (informer, told) = informer(&cluster);
    informer.wait_for(set(&served, "a", "1").await).await;
    proxy.set(Mode::Down);
    set(&served, "a", "2").await;
    let last = set(&served, "b", "1").await;
    proxy.set(Mode::Open);
    informer.wait_for(last).await;
    assert_eq!(*told.lock(), ["added a=1", "changed a=2", "added b=1"]);
    assert_eq!(cluster.request_counts().of(Verb::List, "configmaps"), 1);
}

#[tokio::test]
async fn after_a_gap_that_is_too_long_a_list_becomes_the_changes_since() {
    let served = Served::forgetful();
    let proxy = Proxy::start(served.address).await;
    let cluster = served.connect_at(proxy.address, Options::default()).await;
    for name in ["changed", "gone", "replaced", "same"] {
        set(&served, name, "1").await;
    }
    let (informer, told) = informer(&cluster);
    informer.synced().await;
    let replaced = informer.get(&key("replaced")).expect("listed").uid.clone();
    told.lock().clear();
    proxy.set(Mode::Down);
    remove(&served, "gone").await;
    remove(&served, "replaced").await;
    set(&served, "replaced", "2").await;
    set(&served, "added", "1").await;
    for round in 2..=20 {
        set(&served, "changed", &round.to_string()).await;
    }
    let last = set(&served, "changed", "last").await;
    proxy.set(Mode::Open);
    informer.wait_for(last).await;
    assert_eq!(
        *told.lock(),
        [
            "added added=1",
            "changed changed=last",
            "removed replaced",
            "added replaced=2",
            "removed gone"
        ]
    );
    assert_ne!(
        informer.get(&key("replaced")).expect("listed").uid,
        replaced
    );
    assert_eq!(cluster.request_counts().of(Verb::List, "configmaps"), 2);
}

#[tokio::test]
async fn an_informer_and_its_watch_end_with_its_last_clone() {
    let served = Served::start();
    let cluster = served.connect().await;
    let metrics = tokio::runtime::Handle::current().metrics();
    let before = metrics.num_alive_tasks();
    let (informer, _) = informer(&cluster);
    informer.wait_for(set(&served, "a", "1").await).await;
    assert!(metrics.num_alive_tasks() > before);
    drop(informer);
    while metrics.num_alive_tasks() > before {
        tokio::task::yield_now().await;
    }
}
