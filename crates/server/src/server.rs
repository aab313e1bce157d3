//! The listening socket and the connections on it.
//!
//! One task accepts; each connection is a task that this module owns and awaits.
//! What a client can make us hold is bounded: connections, their handshake and
//! header time, header size, streams of HTTP/2, and (in `request_body`) bodies.
//!
//! Shutdown: no new connections, watches and followed logs end, requests under
//! way are answered; who is not done after [`Limits::drain`] is cut off.

use std::{io, net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt as _;
use http::Request;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use jobyard_registry::request::User;
use rustls::ServerConfig;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{Api, port_holder::PortHolder, response, tls};

/// Bounds on what clients may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most connections at once; more wait to be accepted.
    pub connections: usize,
    /// From the accepted connection to the end of the TLS handshake.
    pub handshake: Duration,
    /// From the first byte of a request (on HTTP/1.1 also from the last answer)
    /// to the end of its headers.
    pub headers: Duration,
    /// How long a shutdown waits for requests under way.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            handshake: Duration::from_secs(10),
            // Source: apiserver `pkg/server/secure_serving.go`, ReadHeaderTimeout.
            headers: Duration::from_secs(32),
            drain: Duration::from_secs(5),
        }
    }
}

/// Most streams of one HTTP/2 connection. Go's servers allow as many; kubectl
/// and informers share one connection for everything.
const STREAMS_MAX: u32 = 250;
/// Most bytes of the headers of a request.
const HEADER_BYTES_MAX: u32 = 64 * 1024;

/// A bound socket that nobody is served on yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    limits: Limits,
}

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Somebody else listens there.
    #[error("cannot listen on {address}: the port is taken{}", holder.as_ref().map(|it| format!(" by {it}")).unwrap_or_default())]
    Taken {
        /// Where it was tried.
        address: SocketAddr,
        /// Who has it, if this process may know.
        holder: Option<PortHolder>,
    },
    /// Anything else.
    #[error("cannot listen on {address}")]
    Other {
        /// Where it was tried.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

impl Server {
    /// Binds the address; port 0 takes a free one. Must be called inside a tokio runtime.
    pub fn bind(address: SocketAddr, limits: Limits) -> Result<Self, BindError> {
        let other = |source| BindError::Other { address, source };
        let listener = std::net::TcpListener::bind(address).map_err(|source| {
            if source.kind() == io::ErrorKind::AddrInUse {
                let holder = PortHolder::of(address.port());
                BindError::Taken { address, holder }
            } else {
                other(source)
            }
        })?;
        listener.set_nonblocking(true).map_err(other)?;
        let listener = TcpListener::from_std(listener).map_err(other)?;
        let address = listener.local_addr().map_err(other)?;
        Ok(Self {
            listener,
            address,
            limits,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn into_listener(self) -> TcpListener {
        self.listener
    }

    /// Serves until `shutdown`, then drains. The API's own streams end with its
    /// `ending` token, which should be cancelled together with `shutdown`.
    pub async fn serve(self, api: Arc<Api>, tls: Arc<ServerConfig>, shutdown: CancellationToken) {
        let Self {
            listener, limits, ..
        } = self;
        let acceptor = TlsAcceptor::from(tls);
        let slots = Arc::new(Semaphore::new(limits.connections));
        let connections = TaskTracker::new();
        let cut_off = CancellationToken::new();
        while let Some((slot, socket)) = next_connection(&listener, &slots, &shutdown).await {
            let connection = Connection {
                api: Arc::clone(&api),
                limits,
                shutdown: shutdown.clone(),
            };
            let (acceptor, cut_off) = (acceptor.clone(), cut_off.clone());
            connections.spawn(async move {
                let _slot = slot;
                tokio::select! {
                    () = connection.serve(socket, acceptor) => {}
                    () = cut_off.cancelled() => {}
                }
            });
        }
        drop(listener);
        connections.close();
        if tokio::time::timeout(limits.drain, connections.wait())
            .await
            .is_err()
        {
            tracing::warn!(
                open = connections.len(),
                "cutting off connections at shutdown"
            );
            cut_off.cancel();
            connections.wait().await;
        }
    }
}

/// Waits for a free slot and then for a connection; `None` at the shutdown.
pub(crate) async fn next_connection(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
    shutdown: &CancellationToken,
) -> Option<(OwnedSemaphorePermit, TcpStream)> {
    let slot = tokio::select! {
        slot = Arc::clone(slots).acquire_owned() => slot.expect("nobody closes it"),
        () = shutdown.cancelled() => return None,
    };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => return None,
        };
        match accepted {
            Ok((socket, _)) => return Some((slot, socket)),
            Err(error) => {
                // Out of file descriptors or a client that left already:
                // accepting again at once would spin.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

struct Connection {
    api: Arc<Api>,
    limits: Limits,
    shutdown: CancellationToken,
}

impl Connection {
    /// From the handshake to the last answer. Failures are the client's and end its connection only.
    async fn serve(self, socket: TcpStream, acceptor: TlsAcceptor) {
        // Frames of a watch are small and must not wait for each other.
        let _ = socket.set_nodelay(true);
        let handshake = tokio::time::timeout(self.limits.handshake, acceptor.accept(socket));
        let stream = match handshake.await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                tracing::debug!(%error, "TLS handshake failed");
                return;
            }
            Err(_) => {
                tracing::debug!("TLS handshake took too long");
                return;
            }
        };
        let user = user_of(&stream).map(Arc::new);
        let api = self.api;
        let service = service_fn(move |request: Request<Incoming>| {
            let (api, user) = (Arc::clone(&api), user.clone());
            async move {
                // A mistake of ours must not take the other streams of the connection along.
                let handled = AssertUnwindSafe(api.handle(request, user))
                    .catch_unwind()
                    .await;
                let response = handled.unwrap_or_else(|_| response::panicked());
                Ok::<_, std::convert::Infallible>(response)
            }
        });

        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.headers)
            .max_buf_size(HEADER_BYTES_MAX as usize);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS_MAX)
            .max_header_list_size(HEADER_BYTES_MAX)
            .keep_alive_interval(Duration::from_secs(30))
            .keep_alive_timeout(Duration::from_secs(15));
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        let served = tokio::select! {
            served = connection.as_mut() => served,
            () = self.shutdown.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = served {
            tracing::debug!(%error, "connection ended");
        }
    }
}

/// Who is at the other end; `None` for nobody in particular.
fn user_of(stream: &TlsStream<TcpStream>) -> Option<User> {
    let (_, connection) = stream.get_ref();
    let certificate = connection.peer_certificates()?.first()?;
    tls::user_of_certificate(certificate)
}
