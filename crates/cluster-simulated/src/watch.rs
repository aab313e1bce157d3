//! What the server tells an informer, late or in pieces.
//!
//! Within one kind the order is kept; between kinds nothing is promised. A watch
//! that broke begins again with a list, which does not show what came and went
//! in between. A list may be slow to arrive; it is as new as when it was taken.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use jobyard_api::{
    Object, ObjectKey, Revision,
    resource::{JOB, POD},
};
use jobyard_cluster::{Change, InformerWriter, Selection, View};
use tokio::sync::watch;

use crate::{mind::Cache, server::Server};

/// Names a feed in its world.
pub(crate) type FeedId = u64;

/// One informer as the world sees it.
pub(crate) trait Feed: Send {
    fn cache(&self) -> Cache;
    fn plural(&self) -> &'static str;
    /// Shows the server as it was at `revision`.
    fn list(&mut self, server: &Server, revision: Revision);
    /// Shows the next changes, at most `count`; whether more are there.
    fn deliver(&mut self, server: &Server, count: usize) -> bool;
    /// Whether there are changes to show.
    fn is_behind(&self, server: &Server) -> bool;
    /// The newest revision shown; `None` before the first list.
    fn shown(&self) -> Option<Revision>;
    /// Whether nobody reads the informer any more.
    fn is_dropped(&self) -> bool;
}

/// Dropped with the last clone of an informer.
#[derive(Debug, Default)]
pub(crate) struct Dropped(pub(crate) Arc<AtomicBool>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The feed of one kind.
pub(crate) struct KindFeed<V: View, F> {
    pub(crate) writer: InformerWriter<V>,
    pub(crate) wanted: watch::Receiver<Revision>,
    pub(crate) selection: Selection,
    pub(crate) on_change: F,
    pub(crate) is_dropped: Arc<AtomicBool>,
    /// How many changes of the kind the informer has seen.
    pub(crate) seen: usize,
    pub(crate) shown: Option<Revision>,
}

impl<V: View, F: Fn(&Change<V>) + Send + Sync> KindFeed<V, F> {
    fn show(&mut self, key: &ObjectKey, object: Option<&Arc<V::Object>>, revision: Revision) {
        let change = match object {
            Some(object) => Some(self.writer.put(Arc::new(V::of(object)), revision)),
            None => self.writer.remove(key, revision),
        };
        if let Some(change) = change {
            (self.on_change)(&change);
        }
    }

    fn advance(&mut self, revision: Revision) {
        self.shown = Some(revision);
        self.writer.advance(revision);
    }
}

impl<V: View, F: Fn(&Change<V>) + Send + Sync> Feed for KindFeed<V, F> {
    fn cache(&self) -> Cache {
        match self.plural() {
            plural if plural == JOB.plural => Cache::Jobs,
            plural if plural == POD.plural => Cache::Pods,
            _ => Cache::Other,
        }
    }

    fn plural(&self) -> &'static str {
        V::Object::RESOURCE.plural
    }

    fn list(&mut self, server: &Server, revision: Revision) {
        let table = server.table::<V::Object>();
        let (objects, changes) = table.at(revision);
        let mut gone: BTreeSet<_> = self.writer.keys().into_iter().collect();
        for (key, object) in &objects {
            if table.is_selected(&self.selection, object) {
                gone.remove(key);
                let written = object.revision().unwrap_or(revision);
                self.show(key, Some(object), written);
            }
        }
        for key in gone {
            self.show(&key, None, revision);
        }
        self.seen = changes;
        self.advance(revision);
    }

    fn deliver(&mut self, server: &Server, count: usize) -> bool {
        let table = server.table::<V::Object>();
        let log = table.log();
        let until = log.len().min(self.seen.saturating_add(count));
        for entry in &log[self.seen..until] {
            let shown = entry.object.as_ref();
            let shown = shown.filter(|object| table.is_selected(&self.selection, object));
            self.show(&entry.key, shown, entry.revision);
        }
        self.seen = until;
        let is_behind = until < log.len();
        let last = log[..until].last().map(|entry| entry.revision);
        let revision = if is_behind {
            last.max(self.shown).unwrap_or_default()
        } else {
            server.revision()
        };
        self.advance(revision);
        is_behind
    }

    fn is_behind(&self, server: &Server) -> bool {
        let is_wanted = self
            .shown
            .is_some_and(|shown| *self.wanted.borrow() > shown);
        is_wanted || self.seen < server.table::<V::Object>().log().len()
    }

    fn shown(&self) -> Option<Revision> {
        self.shown
    }

    fn is_dropped(&self) -> bool {
        self.is_dropped.load(Ordering::Relaxed)
    }
}
