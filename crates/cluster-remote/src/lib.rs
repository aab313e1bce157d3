//! The port over HTTP, to any Kubernetes API server.
//!
//! - [`RemoteCluster`]: the port; [`Options`] and [`ConnectError`] for connecting.
//! - [`RequestCounts`]: how many requests were made, by verb and resource.
//!
//! The way of a request: `path` (its URL) → `channel` (turns, connections, load)
//! → `answer` (objects and errors). `connect` makes the channel of a kubeconfig,
//! `edit` makes patches of edits, `informer` keeps caches, and `departures`
//! learns when an object that we ended is gone.
//!
//! State and tasks: the channel is shared by all clones and lives as long as
//! they; the connections are hyper's tasks. An informer is one task, owned by the
//! informer's clones. Nothing else is kept: an informer holds views, and of each
//! object its uid and revision.
//!
//! Nothing here depends on who the server is, but that it is one of Kubernetes
//! v1.27 or later: since then a deletion answers with its own revision.
//! Revisions are compared as numbers, which Kubernetes promises since v1.35
//! (KEP-5504) and kept before.

mod answer;
mod channel;
mod connect;
mod departures;
mod edit;
mod informer;
mod path;
mod requests;

use std::{fmt, path::Path, sync::Arc};

use jobyard_api::{
    Object, ObjectKey, Revision, StatusError, Uid, core,
    meta::{DeleteOptions, Preconditions},
    resource::{JOB, POD},
};
use jobyard_cluster::{
    Change, Cluster, ClusterError, Deletion, Informer, MetadataEdit, Propagation, Selection, View,
};
use kube::Config;
use serde::Deserialize;
use serde_json::json;

pub use connect::{ConnectError, Options};
pub use requests::{RequestCounts, RequestKind, Verb};

use channel::{Call, Channel};
use departures::Departures;

/// A Kubernetes API server, under the identity of a kubeconfig. Clones share
/// connections, limits and counts.
#[derive(Clone)]
pub struct RemoteCluster {
    remote: Arc<Remote>,
}

struct Remote {
    channel: Channel,
    version: ServerVersion,
    page_size: u32,
    departures: Departures,
}

/// What the server says of itself at `/version`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerVersion {
    /// `1`
    pub major: String,
    /// `36`, of some providers `36+`.
    pub minor: String,
    /// `v1.36.2`
    pub git_version: String,
}

impl fmt::Debug for RemoteCluster {
    /// Without the credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteCluster")
            .field("server", &self.remote.channel.server())
            .field("version", &self.remote.version)
            .finish_non_exhaustive()
    }
}

impl RemoteCluster {
    /// Connects as the kubeconfig says, and makes sure that an API server is
    /// there that knows us and serves Jobs.
    ///
    /// Must be used inside a tokio runtime: connections and informers are tasks.
    pub async fn connect(kubeconfig: &Path, options: Options) -> Result<Self, ConnectError> {
        let config = connect::read_kubeconfig(kubeconfig, options.context.as_deref()).await?;
        Self::connect_to(&config, &options).await
    }

    /// Connects from inside a Pod, with its service account.
    pub async fn connect_in_cluster(options: Options) -> Result<Self, ConnectError> {
        let config = Config::incluster().map_err(ConnectError::InCluster)?;
        Self::connect_to(&config, &options).await
    }

    async fn connect_to(config: &Config, options: &Options) -> Result<Self, ConnectError> {
        let channel = connect::channel(config, options)?;
        let version = greet(&channel).await?;
        Ok(Self {
            remote: Arc::new(Remote {
                channel,
                version,
                page_size: options.page_size.max(1),
                departures: Departures::default(),
            }),
        })
    }

    /// The server's URL.
    pub fn server(&self) -> &str {
        self.remote.channel.server()
    }

    /// The server's version, as it was when we connected.
    pub fn server_version(&self) -> &ServerVersion {
        &self.remote.version
    }

    /// Reads a page that is no object, such as `/metrics`.
    ///
    /// # Errors
    /// As of a read; [`ClusterError::Unavailable`] if it is not text.
    pub async fn text(&self, path: &'static str) -> Result<String, ClusterError> {
        let call = Call {
            resource: "page",
            ..Call::read(Verb::Get, &JOB, path.to_owned())
        };
        let answer = self.remote.channel.success(&call).await?;
        String::from_utf8(answer.body.into()).map_err(|_| {
            let why = format!("what the server has at {path} is not text");
            ClusterError::Unavailable(StatusError::internal(why))
        })
    }

    /// The requests made so far.
    pub fn request_counts(&self) -> RequestCounts {
        self.remote.channel.counts()
    }
}

/// Asks who is there, and whether we are known and Jobs are served.
async fn greet(channel: &Channel) -> Result<ServerVersion, ConnectError> {
    let get = |resource, path: &str| Call {
        resource,
        ..Call::read(Verb::Get, &JOB, path.to_owned())
    };
    let failed = |error: ClusterError| {
        let (server, why) = (channel.server().to_owned(), error.to_string());
        match error {
            ClusterError::Unavailable(_) | ClusterError::OutcomeUnknown(_) => {
                ConnectError::Unreachable { server, why }
            }
            _ => ConnectError::Refused { server, why },
        }
    };
    let version = get("version", "/version");
    let version: ServerVersion = channel.ask(&version).await.map_err(failed)?;
    let jobs = get("discovery", "/apis/batch/v1");
    match channel.success(&jobs).await {
        Ok(_) => Ok(version),
        // Some clusters hide discovery from those who may work with Jobs.
        Err(ClusterError::Forbidden(status)) if status.code() == 403 => Ok(version),
        Err(error) => Err(failed(error)),
    }
}

impl Cluster for RemoteCluster {
    fn informer<V: View>(
        &self,
        selection: Selection,
        on_change: impl Fn(&Change<V>) + Send + Sync + 'static,
    ) -> Informer<V> {
        informer::start(self.remote.clone(), selection, on_change)
    }

    async fn get_live<K: Object>(&self, key: &ObjectKey) -> Result<Arc<K>, ClusterError> {
        let path = object_path::<K>(key, "")?;
        let call = Call::read(Verb::Get, K::RESOURCE, path);
        self.remote.channel.ask(&call).await.map(Arc::new)
    }

    async fn create<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        let namespace = object.key().namespace;
        check_namespace::<K>(&namespace)?;
        let path = path::collection(K::RESOURCE, &namespace);
        let call = Call::write(Verb::Create, K::RESOURCE, path, encode(&object));
        self.remote.channel.ask(&call).await.map(Arc::new)
    }

    async fn update<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        self.put(&object, "").await
    }

    async fn update_status<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        self.put(&object, "status").await
    }

    async fn edit_metadata<K: Object>(
        &self,
        key: &ObjectKey,
        uid: &Uid,
        edit: MetadataEdit,
    ) -> Result<Arc<K>, ClusterError> {
        let path = object_path::<K>(key, "")?;
        let body = encode(&edit::patch(uid, &edit));
        let call = Call {
            content_type: edit::STRATEGIC_MERGE,
            ..Call::write(Verb::Patch, K::RESOURCE, path, body)
        };
        let departure = edit::may_end_object(&edit).then(|| self.remote.departures.expect(uid));
        let mut object: K = match self.remote.channel.ask(&call).await {
            Ok(object) => object,
            Err(error @ (ClusterError::Conflict(_) | ClusterError::Invalid(_))) => {
                return Err(self.why_not_edited::<K>(key, uid, &edit, error).await);
            }
            Err(error) => return Err(error),
        };
        if let Some(departure) = departure
            && edit::has_ended(object.metadata())
            && let Some(revision) = self
                .remote
                .revision_of_end(K::RESOURCE, key, departure)
                .await
        {
            object.metadata_mut().resource_version = Some(revision.to_string());
        }
        Ok(Arc::new(object))
    }

    async fn delete<K: Object>(
        &self,
        key: &ObjectKey,
        options: Deletion,
    ) -> Result<Option<Revision>, ClusterError> {
        let path = object_path::<K>(key, "")?;
        let body = encode(&delete_options(options));
        let call = Call::write(Verb::Delete, K::RESOURCE, path, body);
        let answer: Deleted = self.remote.channel.ask(&call).await?;
        let text = answer
            .metadata
            .and_then(|metadata| metadata.resource_version);
        Ok(text.and_then(|text| text.parse().ok()).map(Revision))
    }

    async fn bind(&self, pod: &ObjectKey, uid: &Uid, node: &str) -> Result<(), ClusterError> {
        let path = object_path::<core::Pod>(pod, "binding")?;
        let binding = json!({
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": { "name": pod.name, "namespace": pod.namespace, "uid": uid.as_str() },
            "target": { "apiVersion": "v1", "kind": "Node", "name": node },
        });
        let call = Call {
            subresource: "binding",
            ..Call::write(Verb::Create, &POD, path, encode(&binding))
        };
        self.remote.channel.success(&call).await?;
        Ok(())
    }
}

impl RemoteCluster {
    async fn put<K: Object>(
        &self,
        object: &K,
        subresource: &'static str,
    ) -> Result<Arc<K>, ClusterError> {
        let path = object_path::<K>(&object.key(), subresource)?;
        let call = Call {
            subresource,
            ..Call::write(Verb::Update, K::RESOURCE, path, encode(object))
        };
        self.remote.channel.ask(&call).await.map(Arc::new)
    }

    /// Why the server refused an edit. It says the same of an object that is
    /// another one by now as of one that breaks rules, so we look.
    async fn why_not_edited<K: Object>(
        &self,
        key: &ObjectKey,
        uid: &Uid,
        edit: &MetadataEdit,
        refused: ClusterError,
    ) -> ClusterError {
        let live: Arc<K> = match self.get_live(key).await {
            Ok(live) => live,
            Err(gone @ ClusterError::NotFound(_)) => return gone,
            Err(_) => return refused,
        };
        if live.uid() != *uid {
            return ClusterError::NotFound(StatusError::not_found(K::RESOURCE, &key.name));
        }
        if let MetadataEdit::Adopt { owner, .. } = edit
            && let Some(other) = edit::other_controller(&*live, owner)
        {
            let (kind, name) = (&other.kind, &other.name);
            let why = format!("it is controlled by {kind} {name:?} already");
            return ClusterError::Conflict(StatusError::conflict(K::RESOURCE, &key.name, why));
        }
        refused
    }
}

/// The path of an object, if the key can name one of this kind.
fn object_path<K: Object>(key: &ObjectKey, subresource: &str) -> Result<String, ClusterError> {
    check_namespace::<K>(&key.namespace)?;
    if key.name.is_empty() {
        let why = "resource name may not be empty";
        return Err(ClusterError::Invalid(StatusError::bad_request(why)));
    }
    Ok(path::object(K::RESOURCE, key, subresource))
}

/// Without its namespace a path would name another resource.
fn check_namespace<K: Object>(namespace: &str) -> Result<(), ClusterError> {
    if K::RESOURCE.namespaced && namespace.is_empty() {
        let why = format!("{} need a namespace", K::RESOURCE.plural);
        return Err(ClusterError::Invalid(StatusError::bad_request(why)));
    }
    Ok(())
}

fn encode(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("API types have string keys and no failing serializers")
}

/// What a deletion answers with: the object, or a Status, whose metadata is empty.
#[derive(Deserialize)]
struct Deleted {
    metadata: Option<DeletedMetadata>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeletedMetadata {
    resource_version: Option<String>,
}

fn delete_options(deletion: Deletion) -> DeleteOptions {
    let policy = deletion.propagation.map(|propagation| match propagation {
        Propagation::Background => "Background",
        Propagation::Foreground => "Foreground",
        Propagation::Orphan => "Orphan",
    });
    let preconditions = Preconditions {
        uid: deletion.uid.map(|uid| uid.to_string()),
        resource_version: deletion.resource_version.map(Into::into),
    };
    DeleteOptions {
        api_version: Some("v1".to_owned()),
        kind: Some("DeleteOptions".to_owned()),
        grace_period_seconds: deletion.grace_period_seconds,
        preconditions: (preconditions != Preconditions::default()).then_some(preconditions),
        propagation_policy: policy.map(str::to_owned),
        ..DeleteOptions::default()
    }
}
