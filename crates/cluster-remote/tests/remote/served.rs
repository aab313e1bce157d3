//! A real API server on the loopback, and the ways to it.

use std::{net::SocketAddr, sync::Arc};

use jobyard_api::{Object, ObjectKey, Timestamp, core, meta::ObjectMeta};
use jobyard_cluster::{Cluster as _, View};
use jobyard_cluster_embedded::EmbeddedCluster;
use jobyard_cluster_remote::{Options, RemoteCluster};
use jobyard_registry::{
    Registry,
    request::{Context, User},
};
use jobyard_server::{
    Api, ApiOptions, Limits, Server,
    tls::{self, Pki, ServerNames},
};
use tokio_util::sync::CancellationToken;

/// A server on a port of its own; it ends with the runtime of the test.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    /// The same yard, without a network between.
    pub(crate) inside: EmbeddedCluster,
    pki: Pki,
    folder: tempfile::TempDir,
}

impl Served {
    pub(crate) fn start() -> Self {
        Self::with(jobyard_registry::Options::default())
    }

    /// A server whose watches can begin only at the last five events of a kind.
    pub(crate) fn forgetful() -> Self {
        Self::with(jobyard_registry::Options {
            history_events_max: 5,
            ..jobyard_registry::Options::default()
        })
    }

    fn with(options: jobyard_registry::Options) -> Self {
        let cx = Context {
            user: Arc::new(admin()),
            now: Timestamp::now(),
        };
        let registry = Registry::in_memory(&cx, options).expect("an empty yard opens");
        let inside = EmbeddedCluster::new(registry.clone(), admin());
        let folder = tempfile::tempdir().expect("a folder");
        let server = Server::bind(([127, 0, 0, 1], 0).into(), Limits::default());
        let server = server.expect("a free port");
        let address = server.address();
        let names = ServerNames::of(address.ip(), "localhost");
        let pki = Pki::open(&folder.path().join("pki"), &names, Timestamp::now());
        let pki = pki.expect("certificates");
        let api = Arc::new(Api::new(registry, ApiOptions::default()));
        let config = tls::server_config(&pki).expect("TLS");
        tokio::spawn(server.serve(api, config, CancellationToken::new()));
        Self {
            address,
            inside,
            pki,
            folder,
        }
    }

    pub(crate) async fn connect(&self) -> RemoteCluster {
        self.connect_at(self.address, Options::default()).await
    }

    /// Connects to that address as if it were the server's.
    pub(crate) async fn connect_at(&self, address: SocketAddr, options: Options) -> RemoteCluster {
        let kubeconfig = self.folder.path().join(format!("to-{}", address.port()));
        let url = format!("https://{address}");
        tls::write_kubeconfig(&kubeconfig, &url, &self.pki).expect("written");
        let connected = RemoteCluster::connect(&kubeconfig, options).await;
        connected.expect("the server is up")
    }

    /// Waits until the server has an object of this name.
    pub(crate) async fn has<K: Object>(&self, name: &str) -> Arc<K> {
        loop {
            if let Ok(found) = self.inside.get_live(&key(name)).await {
                return found;
            }
            tokio::task::yield_now().await;
        }
    }
}

pub(crate) fn admin() -> User {
    User {
        name: "system:admin".to_owned(),
        groups: vec!["system:masters".to_owned()],
    }
}

pub(crate) fn key(name: &str) -> ObjectKey {
    ObjectKey::new("default", name)
}

pub(crate) fn map(name: &str, value: &str) -> core::ConfigMap {
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

/// What a cache shows of a ConfigMap.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    key: ObjectKey,
    pub(crate) uid: jobyard_api::Uid,
    pub(crate) value: String,
}

impl View for Seen {
    type Object = core::ConfigMap;

    fn of(object: &Arc<core::ConfigMap>) -> Self {
        let value = object.data.as_ref().and_then(|data| data.get("key"));
        Self {
            key: object.key(),
            uid: object.uid(),
            value: value.cloned().unwrap_or_default(),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }
}
