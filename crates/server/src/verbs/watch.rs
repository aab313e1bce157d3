//! watch: a stream of frames that ends when the client, the time or the server says so.
//!
//! The registry's watch reads at the client's pace, holds no memory for it, and
//! gives out what survives a power cut. Frames that are ready together leave
//! together.

use std::{io, time::Duration};

use bytes::Bytes;
use futures::FutureExt as _;
use http::{Response, StatusCode};
use jobyard_api::{StatusError, protobuf};
use jobyard_registry::{Registry, request::WatchEvent, resource::Watch};
use rand::Rng as _;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Call, options};
use crate::{
    negotiation::{self, Encoding},
    response::{self, Body},
    transform::Transform,
};

/// The life of a watch without `timeoutSeconds`: between this and twice as long,
/// so that clients that came together do not come back together.
///
/// Source: apiserver `minRequestTimeout`.
const LIFETIME_MIN_SECONDS: u64 = 1800;
/// How often a bookmark tells how far a silent watch is.
const BOOKMARK_EVERY: Duration = Duration::from_mins(1);
/// How long before the end the last bookmark is sent.
const BOOKMARK_BEFORE_END: Duration = Duration::from_secs(2);
/// At this size a chunk goes out, even if more frames are ready.
const CHUNK_BYTES: usize = 64 * 1024;

/// GET on the collection with `watch`, or on a deprecated `/watch/` path.
pub(super) fn watch(call: &Call<'_>) -> Result<Response<Body>, StatusError> {
    let accepted = negotiation::accept_watch(&call.headers)?;
    let lifetime = lifetime(call.query.integer("timeoutSeconds")?);
    let request = options::list_request(call)?;
    let transform = call.transform(accepted)?;
    let body = match call.resource.watch(&call.cx, &request) {
        Ok(watch) => {
            let now = Instant::now();
            let running = Running {
                watch,
                registry: call.api.registry.clone(),
                frames: Frames::new(transform, accepted.encoding, call.api.clock),
                deadline: now + lifetime,
                next_bookmark: request
                    .bookmarks
                    .then(|| next_bookmark(now, now + lifetime)),
                ending: call.api.ending.clone(),
                is_over: false,
            };
            response::stream(futures::stream::unfold(running, |mut running| async move {
                let chunk = running.next_chunk().await?;
                Some((Ok::<_, io::Error>(chunk), running))
            }))
        }
        // Whoever watches has a parser for frames: these two go the way of all frames.
        Err(error) if matches!(error.code(), 410 | 504) => {
            let mut frame = Vec::new();
            push_error(&mut frame, accepted.encoding, &error);
            response::stream(futures::stream::iter([Ok(Bytes::from(frame))]))
        }
        Err(error) => return Err(error),
    };
    let content_type = match accepted.encoding {
        Encoding::Json | Encoding::Yaml => "application/json",
        Encoding::Protobuf => "application/vnd.kubernetes.protobuf;stream=watch",
    };
    Ok(response::with_type(StatusCode::OK, content_type, body))
}

fn lifetime(timeout_seconds: Option<i64>) -> Duration {
    match timeout_seconds.and_then(|seconds| u64::try_from(seconds).ok()) {
        Some(seconds) if seconds > 0 => Duration::from_secs(seconds),
        _ => Duration::from_secs(
            rand::rng().random_range(LIFETIME_MIN_SECONDS..2 * LIFETIME_MIN_SECONDS),
        ),
    }
}

/// A minute from now, but the last time two seconds before the end.
fn next_bookmark(now: Instant, deadline: Instant) -> Instant {
    let last = deadline
        .checked_sub(BOOKMARK_BEFORE_END)
        .unwrap_or(deadline);
    let regular = now + BOOKMARK_EVERY;
    if now < last {
        regular.min(last)
    } else {
        regular
    }
}

/// A watch on its way to a client.
struct Running {
    watch: Box<dyn Watch>,
    registry: Registry,
    frames: Frames,
    deadline: Instant,
    next_bookmark: Option<Instant>,
    ending: CancellationToken,
    is_over: bool,
}

/// What woke the watch up.
enum Wake {
    Event(WatchEvent),
    BookmarkIsDue,
    End,
}

impl Running {
    /// The next frames, as many as are ready; `None` at the end.
    async fn next_chunk(&mut self) -> Option<Bytes> {
        if self.is_over {
            return None;
        }
        let mut chunk = Vec::new();
        match self.wake().await {
            Wake::Event(event) => {
                self.is_over = !self.frames.add(&event, &mut chunk);
                while !self.is_over && chunk.len() < CHUNK_BYTES {
                    match self.watch.next().now_or_never() {
                        Some(Some(event)) => {
                            self.is_over = !self.frames.add(&event, &mut chunk);
                        }
                        Some(None) => self.is_over = true,
                        None => break,
                    }
                }
            }
            Wake::BookmarkIsDue => {
                self.next_bookmark = Some(next_bookmark(Instant::now(), self.deadline));
                let revision = self.watch.revision();
                // What a power cut could still undo must not be told.
                self.registry.wait_durable(revision).await.ok()?;
                let bookmark = WatchEvent::Bookmark {
                    revision,
                    initial_events_end: false,
                };
                self.is_over = !self.frames.add(&bookmark, &mut chunk);
            }
            Wake::End => return None,
        }
        Some(Bytes::from(chunk))
    }

    async fn wake(&mut self) -> Wake {
        let bookmark = async {
            match self.next_bookmark {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            event = self.watch.next() => event.map_or(Wake::End, Wake::Event),
            () = bookmark => Wake::BookmarkIsDue,
            () = tokio::time::sleep_until(self.deadline) => Wake::End,
            () = self.ending.cancelled() => Wake::End,
        }
    }
}

/// Writes events as frames.
struct Frames {
    transform: Transform,
    encoding: Encoding,
    clock: fn() -> jobyard_api::Timestamp,
    /// Whether no frame with columns has gone out yet.
    is_first: bool,
}

impl Frames {
    fn new(
        transform: Transform,
        encoding: Encoding,
        clock: fn() -> jobyard_api::Timestamp,
    ) -> Self {
        Self {
            transform,
            encoding,
            clock,
            is_first: true,
        }
    }

    /// Adds the event's frame. False when the stream ends with it.
    fn add(&mut self, event: &WatchEvent, chunk: &mut Vec<u8>) -> bool {
        // Ages in a Table are counted to when the frame leaves.
        let transform = self.transform.at((self.clock)());
        let (kind, object) = match event {
            WatchEvent::Added(stored) => ("ADDED", transform.object(stored, self.is_first)),
            WatchEvent::Modified(stored) => ("MODIFIED", transform.object(stored, self.is_first)),
            WatchEvent::Deleted(stored) => ("DELETED", transform.object(stored, self.is_first)),
            WatchEvent::Bookmark {
                revision,
                initial_events_end,
            } => {
                let object = transform.bookmark(*revision, *initial_events_end, self.is_first);
                ("BOOKMARK", object)
            }
            WatchEvent::Error(error) => {
                push_error(chunk, self.encoding, error);
                return false;
            }
        };
        match object {
            Ok(object) => {
                self.is_first = false;
                push_frame(chunk, self.encoding, kind, &object)
            }
            Err(error) => {
                push_error(chunk, self.encoding, &error);
                false
            }
        }
    }
}

/// False when the object has no such form, which ends the stream.
fn push_frame(chunk: &mut Vec<u8>, encoding: Encoding, kind: &str, object: &[u8]) -> bool {
    if encoding == Encoding::Protobuf {
        return match protobuf::encode_watch_event(kind, object) {
            Ok(frame) => {
                chunk.extend(frame);
                true
            }
            Err(error) => {
                tracing::warn!(%error, "an object could not be written to a watch");
                false
            }
        };
    }
    chunk.extend_from_slice(br#"{"type":""#);
    chunk.extend_from_slice(kind.as_bytes());
    chunk.extend_from_slice(br#"","object":"#);
    chunk.extend_from_slice(object);
    chunk.extend_from_slice(b"}\n");
    true
}

fn push_error(chunk: &mut Vec<u8>, encoding: Encoding, error: &StatusError) {
    push_frame(chunk, encoding, "ERROR", &response::status_json(&error.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watch_lives_as_long_as_asked_or_half_an_hour_to_an_hour() {
        assert_eq!(lifetime(Some(7)), Duration::from_secs(7));
        for asked in [None, Some(0), Some(-3)] {
            let seconds = lifetime(asked).as_secs();
            assert!((1800..3600).contains(&seconds), "{asked:?}: {seconds} s");
        }
    }

    #[test]
    fn bookmarks_come_every_minute_and_shortly_before_the_end() {
        let start = Instant::now();
        let second = |seconds| start + Duration::from_secs(seconds);
        let deadline = second(100);
        assert_eq!(next_bookmark(second(0), deadline), second(60));
        assert_eq!(next_bookmark(second(60), deadline), second(98));
        assert!(next_bookmark(second(98), deadline) > deadline);
    }
}
