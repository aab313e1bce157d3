//! One request, from its head to its answer.
//!
//! The way of a request: who asks ([`crate::tls`] found out when the connection
//! began), what for ([`Route`]), may they (`authorization`), then the place the
//! route leads to. Whatever goes wrong on the way
//! is a [`StatusError`] and is written in one place.

use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt as _;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use jobyard_api::{StatusError, Timestamp, status::Reason};
use jobyard_registry::{
    Registry,
    request::{Context, User},
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::{
    authentication, authorization,
    discovery::{self, Discovery},
    health::{self, Check},
    metrics::Metrics,
    negotiation,
    openapi::OpenApi,
    pod_logs::PodLogs,
    query::Query,
    request_body,
    request_info::{ResourcePath, Route},
    response::{self, Body, Style},
    verbs, version,
};

const AUDIT_ID: &str = "audit-id";

/// What differs between servers.
pub struct ApiOptions {
    /// Where clients reach the server (`127.0.0.1:6443`), for the old form of discovery.
    pub address: String,
    /// Who has the logs of Pods; `None` where no node of this yard keeps any.
    pub logs: Option<Arc<dyn PodLogs>>,
    /// The clock: creation times, ages and deletions follow it.
    pub clock: fn() -> Timestamp,
    /// What other parts of the process count; `/metrics` shows it with the server's own.
    pub metrics: prometheus_client::registry::Registry,
    /// Ends all watches and followed logs when cancelled.
    pub ending: CancellationToken,
}

impl Default for ApiOptions {
    fn default() -> Self {
        Self {
            address: "127.0.0.1:6443".to_owned(),
            logs: None,
            clock: Timestamp::now,
            metrics: prometheus_client::registry::Registry::default(),
            ending: CancellationToken::new(),
        }
    }
}

/// Most requests that change something, and most others, under way at once;
/// more wait, without their bodies. Watches and logs do not count.
///
/// Differs from Kubernetes: it sends a client away (429) whose turn does not come
/// soon. The clients of one machine have nowhere else to go, and each would only
/// ask again.
///
/// Source: apiserver `--max-mutating-requests-inflight`, `--max-requests-inflight`.
const MUTATING_MAX: usize = 200;
/// See [`MUTATING_MAX`].
const READING_MAX: usize = 400;

/// The API of a yard, without any socket.
pub struct Api {
    pub(crate) registry: Registry,
    pub(crate) logs: Option<Arc<dyn PodLogs>>,
    pub(crate) ending: CancellationToken,
    address: String,
    pub(crate) clock: fn() -> Timestamp,
    discovery: Discovery,
    openapi: OpenApi,
    metrics: Metrics,
    mutating: Semaphore,
    reading: Semaphore,
}

impl Api {
    /// The API over that registry.
    pub fn new(registry: Registry, options: ApiOptions) -> Self {
        Self {
            registry,
            logs: options.logs,
            ending: options.ending,
            address: options.address,
            clock: options.clock,
            discovery: Discovery::new(),
            openapi: OpenApi::new(),
            metrics: Metrics::new(options.metrics),
            mutating: Semaphore::new(MUTATING_MAX),
            reading: Semaphore::new(READING_MAX),
        }
    }

    /// Answers one request of `user`; `None` is somebody without a certificate.
    pub async fn handle<B>(&self, request: Request<B>, user: Option<Arc<User>>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin,
        B::Error: std::fmt::Display,
    {
        let (head, body) = request.into_parts();
        let route = Route::of(head.uri.path());
        let query = Query::parse(head.uri.query().unwrap_or(""));
        let labels = (
            verbs::verb_of(&head.method, &route, &query),
            route.known_resource(),
        );
        let audit_id = head.headers.get(AUDIT_ID).cloned();
        let style = Style {
            encoding: negotiation::error_encoding(&head.headers),
            pretty: Style::is_pretty(query.text("pretty"), &head.headers),
        };

        let answered = self.answer(head, route, query, body, user, style).await;
        let mut response = answered.unwrap_or_else(|error| {
            if error.code() >= 500 {
                tracing::warn!(verb = labels.0, resource = labels.1, %error, "request failed");
            }
            style.error(&error)
        });

        self.metrics
            .count(labels.0, labels.1, response.status().as_u16());
        let headers = response.headers_mut();
        headers.insert(AUDIT_ID, audit_id.unwrap_or_else(new_audit_id));
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-cache, private"));
        response
    }

    async fn answer<B>(
        &self,
        head: Parts,
        route: Route,
        query: Query,
        body: B,
        user: Option<Arc<User>>,
        style: Style,
    ) -> Result<Response<Body>, StatusError>
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin,
        B::Error: std::fmt::Display,
    {
        let user = authentication::user_of_request(user, &head.headers)?;
        let verb = verbs::verb_of(&head.method, &route, &query);
        authorization::authorize(user.as_deref(), verb, &route, head.uri.path())?;
        if let Route::Resource(path) = route {
            let user = user.ok_or_else(authentication::unauthorized)?;
            let found = self
                .registry
                .resource(&path.group, &path.version, &path.resource);
            let Some(resource) = found else {
                return no_such_resource(&path);
            };
            let turn = self.turn(&head.method, &path, &query);
            let _turn = match turn {
                Some(turn) => Some(turn.acquire().await.expect("nobody closes it")),
                None => None,
            };
            let call = verbs::Call {
                api: self,
                resource,
                info: resource.info(),
                path,
                query,
                method: head.method,
                headers: head.headers,
                body: request_body::read(body).await?,
                cx: Context {
                    user,
                    now: (self.clock)(),
                },
                pretty: style.pretty,
            };
            return verbs::answer(call).await;
        }
        let nowhere = matches!(route, Route::Nowhere);
        if !nowhere && !matches!(head.method, Method::GET | Method::HEAD) {
            return Err(method_not_allowed());
        }
        let answer = self.document(&route, &query, &head.headers, style)?;
        Ok(answer.unwrap_or_else(not_found))
    }

    /// Where a request waits for its turn; `None` for those that last for long.
    fn turn(&self, method: &Method, path: &ResourcePath, query: &Query) -> Option<&Semaphore> {
        let is_long = path.subresource.as_deref() == Some("log")
            || path.is_watch_path
            || (path.name.is_none() && query.flag("watch"));
        match *method {
            Method::GET if is_long => None,
            Method::GET => Some(&self.reading),
            _ => Some(&self.mutating),
        }
    }

    /// Everything that is no resource; `None` when nothing is there.
    fn document(
        &self,
        route: &Route,
        query: &Query,
        headers: &HeaderMap,
        style: Style,
    ) -> Result<Option<Response<Body>>, StatusError> {
        let style = match route {
            Route::CoreVersions | Route::Groups | Route::Group(_) | Route::GroupVersion { .. } => {
                Style {
                    encoding: discovery::accept(headers)?,
                    ..style
                }
            }
            _ => style,
        };
        Ok(match route {
            Route::Version => Some(version::answer()),
            Route::Health { endpoint, check } => {
                health::answer(endpoint, check, query, &self.checks())
            }
            Route::Metrics => Some(self.metrics.answer()),
            Route::CoreVersions => {
                Some(self.discovery.core_versions(headers, style, &self.address))
            }
            Route::Groups => Some(self.discovery.groups(headers, style)),
            Route::Group(group) => self.discovery.group(group, style),
            Route::GroupVersion { group, version } => Discovery::resources(group, version, style),
            Route::OpenApiRoot => Some(self.openapi.root()),
            Route::OpenApiDocument(path) => self.openapi.answer(path, query, headers),
            Route::Resource(_) | Route::Nowhere => None,
        })
    }

    fn checks(&self) -> [Check; 3] {
        let newest = self.registry.wait_durable(self.registry.revision());
        // Still under way is well; only a store that has stopped is not.
        let store_has_stopped = matches!(newest.now_or_never(), Some(Err(_)));
        [
            Check {
                name: "ping",
                is_well: true,
            },
            Check {
                name: "store",
                is_well: !store_has_stopped,
            },
            Check {
                name: "shutdown",
                is_well: !self.ending.is_cancelled(),
            },
        ]
    }
}

impl ResourcePath {
    /// The kind the path names, if it is served.
    pub(crate) fn info(&self) -> Option<&'static jobyard_api::ResourceInfo> {
        jobyard_api::resource::ALL.iter().copied().find(|info| {
            info.group == self.group && info.version == self.version && info.plural == self.resource
        })
    }
}

impl Route {
    /// The plural of a served kind for counting; empty for everything else.
    fn known_resource(&self) -> &'static str {
        match self {
            Self::Resource(path) => path.info().map_or("", |info| info.plural),
            _ => "",
        }
    }
}

/// A served version answers with a Status; nothing else at all lives under another one.
fn no_such_resource(path: &ResourcePath) -> Result<Response<Body>, StatusError> {
    if discovery::is_served(&path.group, &path.version) {
        Err(resource_not_found())
    } else {
        Ok(not_found())
    }
}

/// 404 of a path under a served group and version that leads nowhere.
pub(crate) fn resource_not_found() -> StatusError {
    let message = "the server could not find the requested resource";
    StatusError::new(Reason::NotFound, message).about("", "", "")
}

/// 405 of a method that the path does not have.
pub(crate) fn method_not_allowed() -> StatusError {
    let message = "the server does not allow this method on the requested resource";
    StatusError::new(Reason::MethodNotAllowed, message).about("", "", "")
}

/// 404 outside all groups and versions: plain text, as Go's own router says it.
fn not_found() -> Response<Body> {
    response::text(StatusCode::NOT_FOUND, "404 page not found\n")
}

fn new_audit_id() -> HeaderValue {
    HeaderValue::from_str(&uuid::Uuid::new_v4().to_string()).expect("a UUID is ASCII")
}
