//! The lines of a watch.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::Response;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use jobyard_cluster::ClusterError;

use crate::{
    Remote,
    answer::{refusal, status},
    channel::{Call, Failure, chain},
    requests::Verb,
};

/// How long a watch may take to begin.
const BEGINNING: Duration = Duration::from_secs(35);
/// How long a watch may be silent. A server that is alive sends a bookmark about
/// once a minute; HTTP/2 pings notice earlier when it is not.
const SILENCE_MAX: Duration = Duration::from_secs(150);
/// Longest line: an object of at most 1.5 MiB, with room for how JSON writes it.
const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most bytes of an answer that is no watch.
const REFUSAL_BYTES_MAX: usize = 64 * 1024;

/// A watch that the server accepted.
pub(super) struct WatchStream {
    body: Incoming,
    /// What came after the last line break.
    rest: BytesMut,
    call: Call,
}

impl WatchStream {
    /// Asks for the watch; returns when it has begun.
    pub(super) async fn open(remote: &Remote, call: Call) -> Result<Self, ClusterError> {
        let opened = tokio::time::timeout(BEGINNING, remote.channel.open(&call)).await;
        let opened = opened.unwrap_or_else(|_| {
            let why = "the watch does not begin".to_owned();
            Err(Failure::Lost(why))
        });
        let code = opened.as_ref().ok().map(Response::status);
        remote.channel.count(&call, code);
        let response = opened.map_err(|why| remote.channel.unanswered(&call, why))?;
        let (head, body) = response.into_parts();
        if head.status.is_success() {
            return Ok(Self {
                body,
                rest: BytesMut::new(),
                call,
            });
        }
        let body = Limited::new(body, REFUSAL_BYTES_MAX).collect();
        let body = match tokio::time::timeout(BEGINNING, body).await {
            Ok(Ok(body)) => body.to_bytes(),
            // The code says enough.
            Ok(Err(_)) | Err(_) => Bytes::new(),
        };
        Err(refusal(Verb::Watch, status(head.status, &body)))
    }

    /// The lines that are there, at least one; `None` at the end of the stream.
    /// Can be dropped while it waits: nothing is lost.
    pub(super) async fn next(&mut self, remote: &Remote) -> Result<Option<Lines>, ClusterError> {
        let lost = |why: String| remote.channel.unanswered(&self.call, Failure::Lost(why));
        loop {
            let frame = match tokio::time::timeout(SILENCE_MAX, self.body.frame()).await {
                Ok(Some(Ok(frame))) => frame,
                Ok(Some(Err(error))) => return Err(lost(chain(&error))),
                Ok(None) => return Ok(None),
                Err(_) => return Err(lost(format!("silent for {} s", SILENCE_MAX.as_secs()))),
            };
            let Ok(data) = frame.into_data() else {
                continue; // Trailers say nothing.
            };
            let Some(end) = data.iter().rposition(|byte| *byte == b'\n') else {
                self.rest.extend_from_slice(&data);
                if self.rest.len() > LINE_BYTES_MAX {
                    return Err(lost(format!("a line of over {LINE_BYTES_MAX} bytes")));
                }
                continue;
            };
            self.rest.extend_from_slice(&data[..end]);
            let whole = self.rest.split().freeze();
            self.rest.extend_from_slice(&data[end + 1..]);
            return Ok(Some(Lines(whole)));
        }
    }
}

/// Whole lines.
pub(super) struct Lines(Bytes);

impl Lines {
    /// Line by line, empty ones left out.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let lines = self.0.split(|byte| *byte == b'\n');
        lines.filter(|line| !line.trim_ascii().is_empty())
    }
}
