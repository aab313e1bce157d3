//! HTTP over the registry: what kubectl and every Kubernetes client speak to.
//!
//! - [`Server`]: the socket, TLS and the connections on it.
//! - [`tls`]: the yard's own certificates and the kubeconfig.
//! - [`Api`]: one request, from its head to its answer; usable without a socket.
//! - [`Monitoring`]: health and metrics over plain HTTP, for a process without an API.
//! - [`pod_logs`]: the stream the server asks the node for.
//!
//! The way of a request: `server` (a connection and its user) → `api` (routes)
//! → `request_info` (what the path names) → `authorization` (may they) →
//! `verbs` (what the method does) → the registry → `transform` (whole objects,
//! metadata or the rows of `printers`) → `response` (JSON or YAML, warnings,
//! errors).
//!
//! Tasks: [`Server::serve`] accepts, and owns one task for each connection, which
//! it awaits at the end; there are no others. State: [`Api`] is shared by all of
//! them and does not change, but for counters and the turns of requests under
//! way. Streams (watches, logs) belong to the connection that reads them and end
//! with the token [`ApiOptions::ending`].
//!
//! The server decides nothing about objects; it knows paths, headers and forms.

pub mod pod_logs;
pub mod tls;

mod api;
mod authentication;
mod authorization;
mod digest;
mod discovery;
mod health;
mod metrics;
mod monitoring;
mod negotiation;
mod openapi;
mod port_holder;
mod printers;
mod query;
mod request_body;
mod request_info;
mod response;
mod server;
mod transform;
mod verbs;
mod version;

pub use api::{Api, ApiOptions};
pub use health::Check;
pub use monitoring::Monitoring;
pub use port_holder::PortHolder;
pub use response::Body;
pub use server::{BindError, Limits, Server};
pub use version::GIT_VERSION;
