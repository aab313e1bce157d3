//! A task that keeps an informer like the server's collection.
//!
//! ```text
//! list, page by page ──> watch from the list's revision ──> end, or failure
//!   ^                       ^                                |   |   |
//!   |                       └───── from the last revision ───┘   |   |
//!   └──── 410: the revision is no longer kept ───────────────────┘   |
//!                               (after a back-off) <─────────────────┘
//! ```
//!
//! Our own loop and not kube-runtime's watcher, because that one gives out
//! objects and keeps revisions to itself: who waits for a write must know how
//! far the cache is, and a list after a 410 must become the changes since.
//!
//! **Who waits for a revision** of this kind gets it with the event. One of
//! another kind has no event here. When somebody waits in vain for a moment, the
//! watch is asked anew for three seconds: a server sends a bookmark two seconds
//! before the end of a watch, and by then has sent all that came before. The
//! list of one object that goes ahead makes a server which reads from a cache
//! bring that cache up to date.
//!
//! Source: client-go `tools/cache/reflector.go`; the page "Kubernetes API
//! Concepts", "Efficient detection of changes"; apiserver
//! `pkg/storage/cacher/cache_watcher.go`, `nextBookmarkTime`.

mod backoff;
mod known;
mod stream;
mod wire;

use std::{sync::Arc, time::Duration};

use jobyard_api::{Object, ObjectKey, Revision, StatusError, resource::ResourceInfo};
use jobyard_cluster::{Change, ClusterError, Informer, InformerWriter, Selection, View};
use rand::Rng as _;
use serde::de::IgnoredAny;
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{Remote, channel::Call, departures::Watching, path, requests::Verb};
use backoff::Backoff;
use known::{Known, News};
use stream::{Lines, WatchStream};
use wire::{Frame, Page, Seen};

/// Starts the task; it ends when the last clone of the informer is dropped.
pub(crate) fn start<V: View>(
    remote: Arc<Remote>,
    selection: Selection,
    on_change: impl Fn(&Change<V>) + Send + Sync + 'static,
) -> Informer<V> {
    let ended = CancellationToken::new();
    let (writer, informer) = Informer::new(ended.clone().drop_guard());
    let feed = Feed {
        _watching: Watching::new(remote.clone(), V::Object::RESOURCE),
        remote,
        selection,
        writer,
        on_change,
        known: Known::default(),
        pages: true,
        is_awaited: false,
    };
    // Ends by the token: the informer, which the user holds, owns it.
    tokio::spawn(async move {
        ended.run_until_cancelled(feed.run()).await;
    });
    informer
}

/// The life of a watch: between this and twice as long, by chance, so that
/// watches that began together do not end together (client-go
/// `minWatchTimeout`).
const WATCH_SECONDS_MIN: u64 = 300;
/// The life of a watch that is to tell how far it is: a bookmark comes two
/// seconds before the end.
const AWAITED_WATCH_SECONDS: u64 = 3;
/// How long somebody may wait for a revision before we ask. Events of our own
/// writes come within milliseconds, and then nothing is asked.
const AWAITED_IN_VAIN: Duration = Duration::from_millis(300);
/// A watch that lived so long, or that brought something, was in order.
const WATCH_IN_ORDER: Duration = Duration::from_secs(1);

/// Why a list or a watch ended early.
enum Broken {
    /// 410: the revision, or the rest of the list, is no longer kept.
    Expired,
    /// Anything else.
    Failed(ClusterError),
}

impl From<ClusterError> for Broken {
    fn from(error: ClusterError) -> Self {
        if error.status().code() == 410 {
            Self::Expired
        } else {
            Self::Failed(error)
        }
    }
}

struct Feed<V: View, F> {
    remote: Arc<Remote>,
    selection: Selection,
    writer: InformerWriter<V>,
    on_change: F,
    known: Known,
    /// Whether lists are asked for in pages; not after one expired on the way.
    pages: bool,
    /// Whether the next watch is to tell soon how far it is.
    is_awaited: bool,
    _watching: Watching,
}

impl<V: View, F: Fn(&Change<V>) + Send + Sync> Feed<V, F> {
    async fn run(mut self) {
        let kind = Self::info().plural;
        let mut backoff = Backoff::default();
        let mut at = None;
        loop {
            let started = Instant::now();
            let before = at;
            let outcome = match &mut at {
                None => self.list().await.map(|revision| at = Some(revision)),
                Some(revision) => self.watch(revision).await,
            };
            let is_in_order = at != before || started.elapsed() >= WATCH_IN_ORDER;
            if is_in_order && before.is_some() {
                backoff.succeeded();
            }
            match outcome {
                Ok(()) if is_in_order || self.is_awaited => continue,
                Ok(()) => tracing::debug!(kind, "a watch ended at once"),
                Err(Broken::Expired) => {
                    tracing::info!(kind, revision = ?at, "no longer kept: listing again");
                    // Whose pages expired had better ask for all at once.
                    self.pages = before.is_some();
                    at = None;
                }
                Err(Broken::Failed(error)) => tracing::warn!(kind, %error, "cannot follow"),
            }
            let chance = rand::rng().random();
            tokio::time::sleep(backoff.next(chance)).await;
        }
    }

    fn info() -> &'static ResourceInfo {
        V::Object::RESOURCE
    }

    /// Takes the collection as it is, and tells what differs from the cache.
    async fn list(&mut self) -> Result<Revision, Broken> {
        let mut gone = self.known.keys();
        let limit = if self.pages {
            self.remote.page_size.to_string()
        } else {
            String::new()
        };
        let mut token = String::new();
        loop {
            // Without a resourceVersion: the newest there is, by quorum.
            let mut more = vec![("limit", limit.as_str()), ("continue", token.as_str())];
            more.retain(|(_, value)| !value.is_empty());
            let path = path::query(Self::info(), &self.selection, &more);
            let call = Call::read(Verb::List, Self::info(), path);
            let page: Page<Seen<V>> = self.remote.channel.ask(&call).await?;
            for seen in page.items.into_iter().flatten() {
                gone.remove(&seen.identity.key);
                self.put(seen);
            }
            let revision = page.metadata.resource_version;
            match page.metadata.continue_token {
                Some(next) if !next.is_empty() => token = next,
                _ => {
                    for key in &gone {
                        self.remove(key, revision);
                    }
                    self.writer.advance(revision);
                    self.pages = true;
                    return Ok(revision);
                }
            }
        }
    }

    /// Follows the changes after `at`, and moves `at` with them.
    async fn watch(&mut self, at: &mut Revision) -> Result<(), Broken> {
        let is_awaited = std::mem::take(&mut self.is_awaited);
        let seconds = if is_awaited {
            let current = self.remote.current_revision(Self::info(), &self.selection);
            current.await?;
            AWAITED_WATCH_SECONDS
        } else {
            rand::rng().random_range(WATCH_SECONDS_MIN..2 * WATCH_SECONDS_MIN)
        };
        let remote = self.remote.clone();
        let mut stream = WatchStream::open(&remote, self.watch_call(*at, seconds)).await?;
        loop {
            tokio::select! {
                lines = stream.next(&remote) => match lines? {
                    Some(lines) => self.take_in(&lines, at)?,
                    None => return Ok(()),
                },
                () = awaited_in_vain(self.writer.wanted(), *at), if !is_awaited => {
                    self.is_awaited = true;
                    return Ok(());
                }
            }
            // A burst must not keep the thread from everything else.
            tokio::task::consume_budget().await;
        }
    }

    fn watch_call(&self, at: Revision, seconds: u64) -> Call {
        let more = [
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("resourceVersion", &*at.to_string()),
            ("timeoutSeconds", &*seconds.to_string()),
        ];
        let path = path::query(Self::info(), &self.selection, &more);
        Call::read(Verb::Watch, Self::info(), path)
    }

    /// Takes in what came, and says how far the cache is, also when the last of
    /// it is the end.
    fn take_in(&mut self, lines: &Lines, at: &mut Revision) -> Result<(), Broken> {
        let taken = lines.iter().try_for_each(|line| {
            *at = self.apply(line)?.max(*at);
            Ok(())
        });
        self.writer.advance(*at);
        taken
    }

    /// Applies one frame, and gives its revision.
    fn apply(&mut self, line: &[u8]) -> Result<Revision, Broken> {
        let frame = serde_json::from_slice(line).map_err(|error| {
            let why = format!("a watch of {} cannot be read: {error}", Self::info().plural);
            ClusterError::Unavailable(StatusError::internal(why))
        })?;
        match frame {
            Frame::Put(seen) => {
                let revision = seen.identity.revision;
                self.put(seen);
                Ok(revision)
            }
            Frame::Gone(identity) => {
                self.remove(&identity.key, identity.revision);
                Ok(identity.revision)
            }
            Frame::Bookmark(revision) => Ok(revision),
            Frame::Failed(status) => Err(Broken::from(ClusterError::from(status))),
        }
    }

    fn put(&mut self, seen: Seen<V>) {
        let Seen { identity, view } = seen;
        let (key, revision) = (identity.key.clone(), identity.revision);
        match self.known.put(identity) {
            News::Same => return,
            News::Newer => {}
            News::Replaced(old) => {
                self.tell(self.writer.remove(&key, revision));
                self.remote.departures.tell(&old, revision);
            }
        }
        self.tell(Some(self.writer.put(view, revision)));
    }

    fn remove(&mut self, key: &ObjectKey, revision: Revision) {
        let uid = self.known.remove(key);
        self.tell(self.writer.remove(key, revision));
        if let Some(uid) = uid {
            self.remote.departures.tell(&uid, revision);
        }
    }

    fn tell(&self, change: Option<Change<V>>) {
        if let Some(change) = change {
            (self.on_change)(&change);
        }
    }
}

/// Returns when somebody has waited for a moment for a revision after `at`.
async fn awaited_in_vain(mut wanted: watch::Receiver<Revision>, at: Revision) {
    if wanted.wait_for(|wanted| *wanted > at).await.is_err() {
        // Nobody can wait any more; the task is about to end.
        return std::future::pending().await;
    }
    tokio::time::sleep(AWAITED_IN_VAIN).await;
}

impl Remote {
    /// The revision that the server is at, for a selection of one kind.
    pub(crate) async fn current_revision(
        &self,
        info: &ResourceInfo,
        selection: &Selection,
    ) -> Result<Revision, ClusterError> {
        let path = path::query(info, selection, &[("limit", "1")]);
        let call = Call::read(Verb::List, info, path);
        let page: Page<IgnoredAny> = self.channel.ask(&call).await?;
        Ok(page.metadata.resource_version)
    }
}
