//! Health and metrics over plain HTTP, for a process that serves no API.
//!
//! Prometheus and kubelets ask without credentials, and the answers hold nothing
//! secret; so that they stay on the machine unless somebody says otherwise, the
//! caller listens on loopback.
//!
//! Source: the paths of `kube-controller-manager`.

use std::{convert::Infallible, fmt, sync::Arc, time::Duration};

use http::{Method, Request, Response, StatusCode};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus_client::registry::Registry;
use tokio::{net::TcpStream, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    health::{self, Check},
    metrics,
    query::Query,
    request_info::Route,
    response::{self, Body},
    server::{Server, next_connection},
};

/// Most connections at once: a scraper and a few who look. More wait.
const CONNECTIONS_MAX: usize = 64;
/// From the connection, or the last answer on it, to the end of a request's headers.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(30);
/// Most bytes of the headers; hyper takes no less.
const HEADER_BYTES_MAX: usize = 8 * 1024;

/// What is told: `/healthz`, `/livez`, `/readyz`, `/metrics`.
pub struct Monitoring {
    /// What `/metrics` shows.
    pub metrics: Registry,
    /// What is well, asked anew for each request.
    pub checks: Box<dyn Fn() -> Vec<Check> + Send + Sync>,
}

impl fmt::Debug for Monitoring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitoring").finish_non_exhaustive()
    }
}

impl Monitoring {
    /// Answers one request, whatever its body is.
    pub fn answer<B>(&self, request: &Request<B>) -> Response<Body> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return response::text(StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n");
        }
        let query = Query::parse(request.uri().query().unwrap_or(""));
        let answer = match Route::of(request.uri().path()) {
            Route::Metrics => Some(metrics::answer(&self.metrics)),
            Route::Health { endpoint, check } => {
                health::answer(endpoint, &check, &query, &(self.checks)())
            }
            _ => None,
        };
        answer.unwrap_or_else(|| response::text(StatusCode::NOT_FOUND, "404 page not found\n"))
    }
}

impl Server {
    /// Serves health and metrics until `shutdown`, without TLS and to everybody.
    pub async fn serve_monitoring(self, monitoring: Arc<Monitoring>, shutdown: CancellationToken) {
        let listener = self.into_listener();
        let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let connections = TaskTracker::new();
        while let Some((slot, socket)) = next_connection(&listener, &slots, &shutdown).await {
            let (monitoring, shutdown) = (Arc::clone(&monitoring), shutdown.clone());
            connections.spawn(async move {
                let _slot = slot;
                tokio::select! {
                    () = serve(socket, monitoring) => {}
                    // Nobody is in the middle of anything that matters.
                    () = shutdown.cancelled() => {}
                }
            });
        }
        connections.close();
        connections.wait().await;
    }
}

async fn serve(socket: TcpStream, monitoring: Arc<Monitoring>) {
    let service = service_fn(move |request| {
        let response = monitoring.answer(&request);
        async move { Ok::<_, Infallible>(response) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIMEOUT)
        .max_buf_size(HEADER_BYTES_MAX)
        .serve_connection(TokioIo::new(socket), service);
    if let Err(error) = served.await {
        tracing::debug!(%error, "connection ended");
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    async fn asked(method: Method, path: &str) -> (u16, String, String) {
        let monitoring = Monitoring {
            metrics: Registry::with_prefix("nothing"),
            checks: Box::new(|| {
                vec![Check {
                    name: "ping",
                    is_well: true,
                }]
            }),
        };
        let mut request = Request::new(());
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().expect("a path");
        let response = monitoring.answer(&request);
        let code = response.status().as_u16();
        let content_type = &response.headers()[http::header::CONTENT_TYPE];
        let content_type = content_type.to_str().expect("text").to_owned();
        let body = response.into_body().collect().await.expect("a body");
        let text = String::from_utf8(body.to_bytes().into()).expect("text");
        (code, content_type, text)
    }

    #[tokio::test]
    async fn health_and_metrics_are_told_and_nothing_else() {
        let plain = "text/plain; charset=utf-8";
        let open_metrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        for (method, path, code, content_type, text) in [
            (Method::GET, "/healthz", 200, plain, "ok"),
            (Method::GET, "/livez/ping", 200, plain, "ok"),
            (
                Method::GET,
                "/readyz?verbose",
                200,
                plain,
                "[+]ping ok\nreadyz check passed\n",
            ),
            (Method::GET, "/metrics", 200, open_metrics, "# EOF\n"),
            (Method::POST, "/metrics", 405, plain, "method not allowed\n"),
            (
                Method::GET,
                "/api/v1/pods",
                404,
                plain,
                "404 page not found\n",
            ),
            (Method::GET, "/", 404, plain, "404 page not found\n"),
        ] {
            let expected = (code, content_type.to_owned(), text.to_owned());
            assert_eq!(asked(method, path).await, expected, "{path}");
        }
    }
}
