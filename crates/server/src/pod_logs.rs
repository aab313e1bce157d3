//! Where the logs of a Pod come from.
//!
//! The server knows HTTP and the rules of `pods/log` (which container, which
//! options, which errors); the files lie with whoever runs the Pod. This trait is
//! all the server asks for. The binary wires it to the node.
//!
//! Choosing the container, checking the options, the errors of containers that
//! have not started, and `limitBytes` are settled before and after
//! [`PodLogs::open`]; what implements it only reads lines.
//!
//! Source: kubelet `pkg/kubelet/kuberuntime/logs`, the API reference of `PodLogOptions`.

use std::io;

use bytes::Bytes;
use futures::{future::BoxFuture, stream::BoxStream};
use jobyard_api::{StatusError, Timestamp, core};

/// What runs Pods, as a reader of their logs.
pub trait PodLogs: Send + Sync {
    /// Opens the log of one container of a Pod that this yard runs.
    ///
    /// The container exists in the Pod and, by the Pod's status, has been
    /// started (with `previous`: has an ended run before the current one). An
    /// `Err` becomes the answer as it is; a failure in the middle ends the
    /// stream. With `follow` the stream ends when the container's run has ended
    /// and all its lines are out. The stream is dropped when the client leaves.
    fn open<'a>(
        &'a self,
        pod: &'a core::Pod,
        request: &'a LogRequest,
    ) -> BoxFuture<'a, Result<LogStream, StatusError>>;
}

/// The text of a log, in pieces of any size, ready for the client: lines of
/// stdout and stderr in the order they were written, each with its line feed
/// (a last line without one stays so).
pub type LogStream = BoxStream<'static, io::Result<Bytes>>;

/// Which lines of which run of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRequest {
    /// The container's name: an ordinary, init or ephemeral container of the Pod.
    pub container: String,
    /// Go on with new lines until the run ends.
    pub follow: bool,
    /// The run before the current one, in place of the current.
    pub previous: bool,
    /// Only lines written at this time or later.
    pub since: Option<Timestamp>,
    /// Only the last so many of the lines that `since` lets through; then, with
    /// `follow`, all new ones. `Some(0)`: only new ones.
    pub tail_lines: Option<u64>,
    /// Each line begins with its time (RFC 3339 with nanoseconds, UTC) and a blank.
    pub timestamps: bool,
}
