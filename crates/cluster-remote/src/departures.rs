//! When an object that our own write ended is gone.
//!
//! Taking the last finalizer off a deleted object removes it in the same
//! request, and upstream's server answers with the object as it was asked for:
//! the resourceVersion in it is older than the removal. Who waits for that
//! revision would still be shown the object, and a Job controller would count
//! the Pod twice. The DELETED event of the watch has the revision, so the edit
//! waits for that event, which is there already or comes within milliseconds.
//!
//! Source: apiserver `pkg/registry/generic/registry/store.go`,
//! `deleteWithoutFinalizers`.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use jobyard_api::{ObjectKey, Revision, Uid, resource::ResourceInfo};
use jobyard_cluster::Selection;
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::Remote;

/// How long an edit waits for the watch to tell that its object is gone.
const DEPARTURE_WAIT: Duration = Duration::from_secs(1);

/// Who waits for the end of which object, and who could tell.
#[derive(Debug, Default)]
pub(crate) struct Departures {
    waiting: Mutex<HashMap<Uid, watch::Sender<Option<Revision>>>>,
    /// How many informers there are of each kind, by its plural.
    informers: Mutex<BTreeMap<&'static str, usize>>,
}

impl Departures {
    /// Begins to listen; before the request is sent, because the event may come
    /// before the answer.
    pub(crate) fn expect(&self, uid: &Uid) -> Departure<'_> {
        let mut waiting = self.waiting.lock();
        let sender = waiting.entry(uid.clone()).or_default();
        Departure {
            gone: Some(sender.subscribe()),
            uid: uid.clone(),
            departures: self,
        }
    }

    /// An informer saw that the object is gone.
    pub(crate) fn tell(&self, uid: &Uid, revision: Revision) {
        if let Some(sender) = self.waiting.lock().get(uid) {
            sender.send_replace(Some(revision));
        }
    }

    fn has_informer(&self, info: &ResourceInfo) -> bool {
        let informers = self.informers.lock();
        informers.get(info.plural).is_some_and(|count| *count > 0)
    }
}

/// Listens for the end of one object, until dropped.
pub(crate) struct Departure<'a> {
    /// `None` only while dropping.
    gone: Option<watch::Receiver<Option<Revision>>>,
    uid: Uid,
    departures: &'a Departures,
}

impl Departure<'_> {
    async fn revision(&mut self) -> Option<Revision> {
        let gone = self.gone.as_mut()?;
        let seen = tokio::time::timeout(DEPARTURE_WAIT, gone.wait_for(Option::is_some)).await;
        *seen.ok()?.ok()?
    }
}

impl Drop for Departure<'_> {
    fn drop(&mut self) {
        self.gone = None;
        let mut waiting = self.departures.waiting.lock();
        let sender = waiting.get(&self.uid);
        if sender.is_some_and(|sender| sender.receiver_count() == 0) {
            waiting.remove(&self.uid);
        }
    }
}

/// Says that an informer of a kind is there, until dropped.
pub(crate) struct Watching {
    remote: Arc<Remote>,
    plural: &'static str,
}

impl Watching {
    pub(crate) fn new(remote: Arc<Remote>, info: &ResourceInfo) -> Self {
        let plural = info.plural;
        *remote
            .departures
            .informers
            .lock()
            .entry(plural)
            .or_default() += 1;
        Self { remote, plural }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let mut informers = self.remote.departures.informers.lock();
        if let Some(count) = informers.get_mut(self.plural) {
            *count -= 1;
        }
    }
}

impl Remote {
    /// The revision from which on caches show that the object is gone: what a
    /// watch tells or, should none, where the server is now. `None` where there
    /// are no caches that could show it.
    pub(crate) async fn revision_of_end(
        &self,
        info: &ResourceInfo,
        key: &ObjectKey,
        mut departure: Departure<'_>,
    ) -> Option<Revision> {
        if !self.departures.has_informer(info) {
            return None;
        }
        if let Some(revision) = departure.revision().await {
            return Some(revision);
        }
        let selection = Selection {
            namespace: Some(key.namespace.clone()),
            ..Selection::default()
        };
        let current = self.current_revision(info, &selection).await;
        current
            .inspect_err(|error| tracing::warn!(%key, %error, "nobody tells when it was removed"))
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_end_is_told_to_all_who_expected_it_and_then_forgotten() {
        let departures = Departures::default();
        let uid = Uid::from("a");
        departures.tell(&uid, Revision(1)); // Nobody listens.
        let mut first = departures.expect(&uid);
        let mut second = departures.expect(&uid);
        departures.tell(&uid, Revision(7));
        assert_eq!(first.revision().await, Some(Revision(7)));
        drop(first);
        assert_eq!(second.revision().await, Some(Revision(7)));
        drop(second);
        assert!(departures.waiting.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_that_nobody_tells_is_not_waited_for_for_ever() {
        let departures = Departures::default();
        let mut departure = departures.expect(&Uid::from("a"));
        assert_eq!(departure.revision().await, None);
    }
}
