//! A real API server on the loopback, and the way to it.

use std::{path::PathBuf, sync::Arc};

use jobyard_api::Timestamp;
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
    /// Holds the certificates and `kubeconfig`; removed at the end.
    folder: tempfile::TempDir,
}

impl Served {
    pub(crate) fn start() -> Self {
        Self::with(jobyard_registry::Options::default())
    }

    pub(crate) fn with(options: jobyard_registry::Options) -> Self {
        let cx = Context {
            user: Arc::new(admin()),
            now: Timestamp::now(),
        };
        let registry = Registry::in_memory(&cx, options).expect("an empty yard opens");
        let folder = tempfile::tempdir().expect("a folder");
        let server = Server::bind(([127, 0, 0, 1], 0).into(), Limits::default());
        let server = server.expect("a free port");
        let address = server.address();
        let names = ServerNames::of(address.ip(), "localhost");
        let pki = Pki::open(&folder.path().join("pki"), &names, Timestamp::now());
        let pki = pki.expect("certificates");
        let kubeconfig = folder.path().join("kubeconfig");
        tls::write_kubeconfig(&kubeconfig, &format!("https://{address}"), &pki).expect("written");
        let api = Arc::new(Api::new(registry, ApiOptions::default()));
        let config = tls::server_config(&pki).expect("TLS");
        tokio::spawn(server.serve(api, config, CancellationToken::new()));
        Self { folder }
    }

    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    pub(crate) async fn connect(&self) -> RemoteCluster {
        self.connect_with(Options::default()).await
    }

    pub(crate) async fn connect_with(&self, options: Options) -> RemoteCluster {
        let connected = RemoteCluster::connect(&self.kubeconfig(), options).await;
        connected.expect("the server is up")
    }
}

pub(crate) fn admin() -> User {
    User {
        name: "system:admin".to_owned(),
        groups: vec!["system:masters".to_owned()],
    }
}
