//! What becomes of requests when the network fails.

use std::{fs, net::TcpListener};

use futures::future::join_all;
use jobyard_api::core;
use jobyard_cluster::{Cluster as _, ClusterError, Deletion};
use jobyard_cluster_remote::{ConnectError, Options, RemoteCluster, Verb};

use serde_json::json;

use crate::{
    fake,
    proxy::{Mode, Proxy},
    served::{Served, key, map},
};

async fn behind_proxy() -> (Served, Proxy, RemoteCluster) {
    let served = Served::start();
    let proxy = Proxy::start(served.address).await;
    let cluster = served.connect_at(proxy.address, Options::default()).await;
    (served, proxy, cluster)
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_has_an_unknown_outcome() {
    let (served, proxy, cluster) = behind_proxy().await;
    proxy.set(Mode::Deaf);
    let creation = tokio::spawn({
        let cluster = cluster.clone();
        async move { cluster.create(map("a", "1")).await }
    });
    served.has::<core::ConfigMap>("a").await;
    proxy.set(Mode::Down);
    let outcome = creation.await.expect("no panic");
    assert!(
        matches!(outcome, Err(ClusterError::OutcomeUnknown(_))),
        "{outcome:?}"
    );
    // Whoever looks finds it done, over a new connection.
    proxy.set(Mode::Open);
    let found = cluster.get_live::<core::ConfigMap>(&key("a")).await;
    assert!(found.is_ok(), "{found:?}");
}

#[tokio::test]
async fn a_read_whose_answer_is_lost_may_be_asked_again() {
    let (_served, proxy, cluster) = behind_proxy().await;
    proxy.set(Mode::Deaf);
    let reading = tokio::spawn({
        let cluster = cluster.clone();
        async move { cluster.get_live::<core::ConfigMap>(&key("a")).await }
    });
    tokio::task::yield_now().await;
    proxy.set(Mode::Down);
    let outcome = reading.await.expect("no panic");
    assert!(
        matches!(outcome, Err(ClusterError::Unavailable(_))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_write_that_finds_no_server_was_not_done() {
    let (_served, proxy, cluster) = behind_proxy().await;
    proxy.set(Mode::Down);
    // The connection that was there may have been taken for alive once.
    let _ = cluster.get_live::<core::ConfigMap>(&key("a")).await;
    let options = Deletion::default();
    let outcome = cluster.delete::<core::ConfigMap>(&key("a"), options).await;
    assert!(
        matches!(outcome, Err(ClusterError::Unavailable(_))),
        "{outcome:?}"
    );
    let text = outcome.expect_err("refused").to_string();
    assert!(text.contains("delete /api/v1/"), "{text}");
    assert!(text.contains(&proxy.address.to_string()), "{text}");
}

#[tokio::test]
async fn a_write_without_answer_ends_after_the_time_of_a_request() {
    let served = Served::start();
    let proxy = Proxy::start(served.address).await;
    let options = Options {
        request_timeout: std::time::Duration::from_millis(500),
        ..Options::default()
    };
    let cluster = served.connect_at(proxy.address, options).await;
    proxy.set(Mode::Deaf);
    let outcome = cluster.create(map("a", "1")).await;
    assert!(
        matches!(outcome, Err(ClusterError::OutcomeUnknown(_))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn many_requests_share_few_connections() {
    let (_served, proxy, cluster) = behind_proxy().await;
    let creations = (0..500).map(|number| {
        let cluster = cluster.clone();
        async move { cluster.create(map(&format!("map-{number}"), "1")).await }
    });
    for created in join_all(creations).await {
        created.expect("the name is free");
    }
    assert_eq!(cluster.request_counts().of(Verb::Create, "configmaps"), 500);
    // HTTP/2: one, and one more should the pool open it while the first began.
    assert!(proxy.accepted() <= 2, "{} connections", proxy.accepted());
}

#[tokio::test]
async fn connecting_says_what_was_tried_and_what_was_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing");
    let error = RemoteCluster::connect(&missing, Options::default()).await;
    let error = error.expect_err("there is no file");
    assert!(
        matches!(error, ConnectError::Kubeconfig { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("missing"), "{error}");

    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("a bound socket");
    drop(free);
    let kubeconfig = folder.path().join("kubeconfig");
    fs::write(&kubeconfig, fake::kubeconfig(address, &json!({}))).expect("written");
    let error = RemoteCluster::connect(&kubeconfig, Options::default()).await;
    let error = error.expect_err("nobody listens there");
    assert!(
        matches!(error, ConnectError::Unreachable { .. }),
        "{error:?}"
    );
    let text = error.to_string();
    assert!(text.contains(&address.to_string()), "{text}");
    assert!(text.contains("refused"), "{text}");

    let options = Options {
        context: Some("other".to_owned()),
        ..Options::default()
    };
    let error = RemoteCluster::connect(&kubeconfig, options).await;
    let error = error.expect_err("there is no such context");
    assert!(
        matches!(error, ConnectError::Kubeconfig { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn outside_of_a_pod_there_is_no_service_account() {
    let error = RemoteCluster::connect_in_cluster(Options::default()).await;
    let error = error.expect_err("tests run outside of Pods");
    assert!(matches!(error, ConnectError::InCluster(_)), "{error:?}");
}

#[tokio::test]
async fn what_the_kubeconfig_asks_for_in_vain_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kubeconfig");
    let kubeconfig = fake::kubeconfig(([127, 0, 0, 1], 1).into(), &json!({}));
    let through_proxy = r#""proxy-url":"http://proxy.example:3128","server""#;
    fs::write(&path, kubeconfig.replace(r#""server""#, through_proxy)).expect("written");
    let error = RemoteCluster::connect(&path, Options::default()).await;
    let error = error.expect_err("proxies are not supported").to_string();
    assert!(error.contains("proxy http://proxy.example:3128"), "{error}");
}
