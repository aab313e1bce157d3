//! From a kubeconfig to connections: who we are, whom we trust, where the server is.
//!
//! The kube crate reads the kubeconfig and keeps the credentials: certificates,
//! tokens and their files, basic authentication, exec plugins, impersonation.
//! The connections are ours, and not its `Client`, for three reasons: that one
//! speaks HTTP/1.1 only, so that hundreds of requests at a time mean hundreds of
//! connections; it hides whether a failed request was sent; and it sends each
//! request through a task of its own.

use std::{path::Path, time::Duration};

use bytes::Bytes;
use http::HeaderValue;
use http_body_util::Full;
use hyper_rustls::{FixedServerNameResolver, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use kube::{
    Config,
    client::ConfigExt as _,
    config::{KubeConfigOptions, Kubeconfig},
};
use tower::{BoxError, ServiceBuilder, ServiceExt as _, util::BoxCloneSyncService};

use crate::channel::{Channel, Connections};

/// How requests are made.
#[derive(Clone, Debug)]
pub struct Options {
    /// The context of the kubeconfig; `None` is its current one.
    pub context: Option<String>,
    /// Who we say we are. Up to its first slash it is the name under which the
    /// server notes the fields we write.
    pub user_agent: String,
    /// Most requests under way at a time, watches aside; more wait for their turn.
    ///
    /// There is no other limit on the rate: the server has its own (API priority
    /// and fairness), and we wait as long as it says.
    pub requests_in_flight_max: usize,
    /// The time of one request with its answer. Upstream's server gives up on a
    /// write after 34 s.
    pub request_timeout: Duration,
    /// Most objects of a page of a list.
    pub page_size: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            context: None,
            user_agent: concat!("jobyard/", env!("CARGO_PKG_VERSION")).to_owned(),
            // Half of what upstream's server takes of all clients' writes (200).
            requests_in_flight_max: 100,
            request_timeout: Duration::from_secs(35),
            page_size: 500,
        }
    }
}

/// Why there is no way to the server.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The file is not there, not readable, or no kubeconfig.
    #[error("cannot use the kubeconfig {path}")]
    Kubeconfig {
        /// Where it was looked for.
        path: String,
        /// What is wrong with it.
        #[source]
        source: kube::config::KubeconfigError,
    },
    /// The environment is not that of a Pod with a service account.
    #[error("this process does not run in a Pod with a service account")]
    InCluster(#[source] kube::config::InClusterError),
    /// The credentials, certificates or names in the configuration cannot be used.
    #[error("the credentials for {server} cannot be used")]
    Credentials {
        /// The server they are for.
        server: String,
        /// What is wrong with them.
        #[source]
        source: Box<kube::Error>,
    },
    /// The configuration asks for something that is not supported.
    #[error("{server} is to be reached in a way that is not supported: {what}")]
    Unsupported {
        /// The server.
        server: String,
        /// What is asked for.
        what: String,
    },
    /// The server cannot be reached, or is none.
    #[error("cannot reach the API server at {server}: {why}")]
    Unreachable {
        /// Where it was tried.
        server: String,
        /// What happened.
        why: String,
    },
    /// The server answers, and refuses us.
    #[error("the API server at {server} refuses: {why}")]
    Refused {
        /// Which server.
        server: String,
        /// In its words.
        why: String,
    },
}

/// How long a TCP connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often an HTTP/2 connection is asked for a sign of life (client-go
/// `HTTP2_READ_IDLE_TIMEOUT_SECONDS`).
const PING_EVERY: Duration = Duration::from_secs(30);
/// How long it may take to give one (client-go `HTTP2_PING_TIMEOUT_SECONDS`).
const PING_TIMEOUT: Duration = Duration::from_secs(15);
/// How much may be under way to us on one HTTP/2 connection: several watches
/// with their windows full must not hold up the answers.
const CONNECTION_WINDOW_BYTES: u32 = 32 * 1024 * 1024;
/// The same for one stream of it.
const STREAM_WINDOW_BYTES: u32 = 2 * 1024 * 1024;

/// What the file says about its context.
pub(crate) async fn read_kubeconfig(
    path: &Path,
    context: Option<&str>,
) -> Result<Config, ConnectError> {
    let wrong = |source| ConnectError::Kubeconfig {
        path: path.display().to_string(),
        source,
    };
    let kubeconfig = Kubeconfig::read_from(path).map_err(wrong)?;
    let options = KubeConfigOptions {
        context: context.map(str::to_owned),
        ..KubeConfigOptions::default()
    };
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    config.map_err(wrong)
}

/// A channel as the configuration says. Nothing is sent yet.
pub(crate) fn channel(config: &Config, options: &Options) -> Result<Channel, ConnectError> {
    let server = config.cluster_url.to_string();
    let server = server.trim_end_matches('/').to_owned();
    let unsupported = |what: String| ConnectError::Unsupported {
        server: server.clone(),
        what,
    };
    if let Some(proxy) = &config.proxy_url {
        return Err(unsupported(format!("through the proxy {proxy}")));
    }
    let user_agent = HeaderValue::from_str(&options.user_agent);
    let user_agent = user_agent
        .map_err(|_| unsupported(format!("with the user agent {:?}", options.user_agent)))?;
    let connections = connections(config).map_err(|source| ConnectError::Credentials {
        server: server.clone(),
        source: Box::new(source),
    })?;
    Ok(Channel::new(connections, server, user_agent, options))
}

fn connections(config: &Config) -> Result<Connections, kube::Error> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
    let mut tls = HttpsConnectorBuilder::new()
        .with_tls_config(config.rustls_client_config()?)
        .https_or_http();
    if let Some(name) = &config.tls_server_name {
        let name = name.clone().try_into();
        let name = name.map_err(|error| kube::Error::Service(BoxError::from(error)))?;
        tls = tls.with_server_name_resolver(FixedServerNameResolver::new(name));
    }
    let connector = tls.enable_all_versions().wrap_connector(tcp);
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .http2_keep_alive_interval(PING_EVERY)
        .http2_keep_alive_timeout(PING_TIMEOUT)
        .http2_keep_alive_while_idle(true)
        .http2_initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .http2_initial_stream_window_size(STREAM_WINDOW_BYTES)
        .build(connector);
    let service = ServiceBuilder::new()
        .option_layer(config.auth_layer()?)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .service(client);
    Ok(BoxCloneSyncService::new(service.map_err(BoxError::from)))
}
