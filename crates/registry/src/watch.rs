//! Watches for clients: the history of a kind as a selector sees it.
//!
//! A frame leaves only when its write survives a power cut: a client must not
//! know what a crash undoes. A frame that was read and waits for that is kept,
//! so that dropping the future loses nothing.
//!
//! Source: apiserver `pkg/storage/cacher/cacher.go`, `cache_watcher.go`
//! `convertToWatchEvent`.

use std::vec;

use futures::future::BoxFuture;
use jobyard_api::{Object, Revision, StatusError};
use tokio::sync::watch;

use crate::{
    filter::Filter,
    habits::Rules,
    kind::Kind,
    list_options::{self, WatchFrom, too_large},
    request::{ListRequest, Stored, WatchEvent},
    resource::Watch,
    table::{Event, Read},
};

/// A client's watch of one kind.
pub(crate) struct ClientWatch<K: Object> {
    kind: Kind<K>,
    filter: Filter,
    changed: watch::Receiver<Revision>,
    /// What is still to be said of the state at the start.
    state: vec::IntoIter<Stored>,
    /// Whether a bookmark is still to close the state.
    closing_bookmark: bool,
    /// All up to here was read.
    cursor: Revision,
    /// All up to here was given out.
    given: Revision,
    /// Read, but not yet given out.
    waiting: Option<WatchEvent>,
    ended: bool,
}

impl<K: Object> Kind<K> {
    /// Starts a client's watch.
    pub(crate) fn watch_client(
        &self,
        request: &ListRequest,
    ) -> Result<ClientWatch<K>, StatusError> {
        let filter = Filter::parse::<K>(request)?;
        let from = list_options::of_watch(request)?;
        let changed = self.shelf.changed.subscribe();
        let (objects, newest) = self.now();
        let mut watch = ClientWatch {
            kind: self.clone(),
            filter,
            changed,
            state: Vec::new().into_iter(),
            closing_bookmark: false,
            cursor: newest,
            given: newest,
            waiting: None,
            ended: false,
        };
        match from {
            WatchFrom::Changes(Some(revision)) => {
                watch.cursor = revision;
                watch.given = revision;
            }
            WatchFrom::Changes(None) => {}
            WatchFrom::State { not_older_than, .. } if not_older_than > newest => {
                let error = too_large(not_older_than, newest);
                watch.waiting = Some(WatchEvent::Error(error));
            }
            WatchFrom::State {
                closing_bookmark, ..
            } => {
                let rules = &self.shelf.rules;
                let versions = objects.values();
                let matching = versions.filter(|one| watch.filter.matches(one, rules));
                let state: Vec<_> = matching.map(|one| one.stored()).collect();
                watch.state = state.into_iter();
                watch.closing_bookmark = closing_bookmark;
            }
        }
        Ok(watch)
    }
}

impl<K: Object> ClientWatch<K> {
    /// Puts the next frame into `waiting`; `false` when there is none now.
    fn read(&mut self) -> bool {
        if let Some(object) = self.state.next() {
            self.waiting = Some(WatchEvent::Added(object));
            return true;
        }
        if std::mem::take(&mut self.closing_bookmark) {
            self.waiting = Some(WatchEvent::Bookmark {
                revision: self.cursor,
                initial_events_end: true,
            });
            return true;
        }
        let Self {
            kind,
            filter,
            cursor,
            ..
        } = self;
        let started = *cursor;
        let table = kind.shelf.table.read();
        match table.read(cursor, |event| frame(filter, &kind.shelf.rules, event)) {
            Read::Next(event) => self.waiting = Some(event),
            Read::Nothing => {
                *cursor = (*cursor).max(kind.yard.revision());
                self.given = *cursor;
                return false;
            }
            Read::Expired(oldest) => {
                self.waiting = Some(WatchEvent::Error(StatusError::expired(format!(
                    "too old resource version: {started} ({oldest})"
                ))));
            }
        }
        true
    }

    async fn next_frame(&mut self) -> Option<WatchEvent> {
        if self.ended {
            return None;
        }
        while self.waiting.is_none() {
            // Seen before the look, so that a change after it wakes us.
            self.changed.mark_unchanged();
            if !self.read() {
                // The sender lives in the shelf that we hold.
                let _ = self.changed.changed().await;
            }
        }
        if !matches!(self.waiting, Some(WatchEvent::Error(_)))
            && let Err(error) = self.kind.yard.wait_durable(self.cursor).await
        {
            self.waiting = Some(WatchEvent::Error(error));
        }
        let frame = self.waiting.take();
        self.ended = matches!(frame, Some(WatchEvent::Error(_)));
        self.given = self.cursor;
        frame
    }
}

impl<K: Object> Watch for ClientWatch<K> {
    fn next(&mut self) -> BoxFuture<'_, Option<WatchEvent>> {
        Box::pin(self.next_frame())
    }

    fn revision(&self) -> Revision {
        self.given
    }
}

/// What an event is to those who look through the filter.
fn frame<K: Object>(filter: &Filter, rules: &Rules<K>, event: &Event<K>) -> Option<WatchEvent> {
    let old = event.old.as_ref();
    let matched = old.is_some_and(|old| filter.matches(old, rules));
    let matches = !event.deleted && filter.matches(&event.new, rules);
    match (matched, matches) {
        (false, false) => None,
        (false, true) => Some(WatchEvent::Added(event.new.stored())),
        (true, true) => Some(WatchEvent::Modified(event.new.stored())),
        (true, false) if event.deleted => Some(WatchEvent::Deleted(event.new.stored())),
        // The last state that matched, at the revision at which it ceased to.
        (true, false) => old.map(|old| WatchEvent::Deleted(old.stored_at(event.revision))),
    }
}
