//! A task that keeps an informer like the registry's table.

use std::{collections::BTreeSet, sync::Arc};

use jobyard_api::Revision;
use jobyard_cluster::{Change, Informer, InformerWriter, Selection, View};
use jobyard_registry::{Changes, Event, Expired, Kind};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Starts the task; it ends when the last clone of the informer is dropped.
pub(crate) fn start<V: View>(
    kind: Kind<V::Object>,
    selection: &Selection,
    on_change: impl Fn(&Change<V>) + Send + Sync + 'static,
) -> Informer<V> {
    let ended = CancellationToken::new();
    let guard: DropGuard = ended.clone().drop_guard();
    let (writer, informer) = Informer::new(guard);
    let feed = Feed {
        kind,
        selection: jobyard_registry::Selection {
            namespace: selection.namespace.clone(),
            name: selection.name.clone(),
            node_name: selection.node_name.clone(),
        },
        writer,
        on_change,
    };
    // Ends by the token: the informer, which the user holds, owns it.
    tokio::spawn(async move {
        ended.run_until_cancelled(feed.run()).await;
    });
    informer
}

struct Feed<V: View, F> {
    kind: Kind<V::Object>,
    selection: jobyard_registry::Selection,
    writer: InformerWriter<V>,
    on_change: F,
}

/// How many changes are taken in before other tasks have their turn.
const CHANGES_PER_TURN_MAX: usize = 256;

impl<V: View, F: Fn(&Change<V>) + Send + Sync> Feed<V, F> {
    async fn run(self) {
        loop {
            let revision = self.list();
            let changes = self.kind.watch(self.selection.clone(), revision);
            let expired = self.follow(changes).await;
            tracing::debug!(%expired, "informer lists again");
        }
    }

    /// Takes the table as it is: what it shows and the cache does not is added,
    /// what the cache shows and the table does not is removed.
    fn list(&self) -> Revision {
        let (versions, revision) = self.kind.select(&self.selection);
        let mut gone: BTreeSet<_> = self.writer.keys().into_iter().collect();
        for version in versions {
            gone.remove(&*version.key);
            let view = Arc::new(V::of(&version.object()));
            let change = self.writer.put(view, version.revision);
            (self.on_change)(&change);
        }
        for key in gone {
            if let Some(change) = self.writer.remove(&key, revision) {
                (self.on_change)(&change);
            }
        }
        self.writer.advance(revision);
        revision
    }

    async fn follow(&self, mut changes: Changes<V::Object>) -> Expired {
        let mut wanted = self.writer.wanted();
        loop {
            let event = tokio::select! {
                event = changes.next() => event.map(Some),
                // Nothing new of this kind is news, too: the look brings
                // `changes` to the newest revision of all kinds.
                _ = wanted.changed() => changes.try_next(),
            };
            match event {
                Ok(event) => event.iter().for_each(|event| self.apply(event)),
                Err(expired) => return expired,
            }
            for _ in 0..CHANGES_PER_TURN_MAX {
                match changes.try_next() {
                    Ok(Some(event)) => self.apply(&event),
                    Ok(None) => break,
                    Err(expired) => return expired,
                }
            }
            self.writer.advance(changes.revision());
            tokio::task::yield_now().await;
        }
    }

    fn apply(&self, event: &Event<V::Object>) {
        let change = if !event.deleted && self.selection.matches(&event.new) {
            let view = Arc::new(V::of(&event.new.object()));
            Some(self.writer.put(view, event.revision))
        } else {
            self.writer.remove(&event.new.key, event.revision)
        };
        if let Some(change) = change {
            (self.on_change)(&change);
        }
    }
}
