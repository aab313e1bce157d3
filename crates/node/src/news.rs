//! Changes of this node's Pods on their way from the informer to the workers.
//!
//! The informer's handler must not wait, so it leaves the newest state of each
//! changed Pod on a board and rings; the agent empties the board. Many changes
//! of one Pod are one entry: the board never holds more than there are Pods.

use std::{collections::HashMap, sync::Arc};

use jobyard_api::{Object, ObjectKey, Revision, Uid, core};
use jobyard_cluster::{Change, IndexKey, View};
use parking_lot::Mutex;
use smallvec::SmallVec;
use tokio::sync::Notify;

/// What the agent's cache keeps of a Pod.
#[derive(Debug)]
pub(crate) struct PodOnNode {
    pub(crate) key: ObjectKey,
    pub(crate) uid: Uid,
    pub(crate) revision: Revision,
    /// The Pod, while there is something to do about it. Finished Pods are many,
    /// and are read again in the rare case that they are needed.
    pub(crate) pod: Option<Arc<core::Pod>>,
}

impl View for PodOnNode {
    type Object = core::Pod;

    fn of(pod: &Arc<core::Pod>) -> Self {
        Self {
            key: pod.key(),
            uid: pod.uid(),
            revision: pod.revision().unwrap_or_default(),
            pod: (!is_settled(pod)).then(|| pod.clone()),
        }
    }

    fn key(&self) -> ObjectKey {
        self.key.clone()
    }

    fn index_keys(&self) -> SmallVec<[IndexKey; 2]> {
        SmallVec::new()
    }
}

/// Whether the Pod's status is final and its deletion, if any, is confirmed.
pub(crate) fn is_settled(pod: &core::Pod) -> bool {
    let phase = pod
        .status
        .as_ref()
        .and_then(|status| status.phase.as_deref());
    let awaits_deletion = pod.metadata.deletion_timestamp.is_some()
        && pod
            .metadata
            .deletion_grace_period_seconds
            .is_some_and(|grace| grace > 0);
    matches!(phase, Some("Succeeded" | "Failed")) && !awaits_deletion
}

/// The newest that is known of a Pod.
#[derive(Clone, Debug)]
pub(crate) enum News {
    /// There is something to do about it.
    Open(Arc<core::Pod>),
    /// It is settled, as of this revision.
    Settled(Revision),
    /// It is not there any more.
    Gone,
}

/// News by Pod, until the agent takes them.
#[derive(Debug, Default)]
pub(crate) struct NewsBoard {
    // A lock, since the handler is called outside of any task of ours; held for one insertion.
    entries: Mutex<HashMap<Uid, (ObjectKey, News)>>,
    rings: Notify,
}

impl NewsBoard {
    /// Called by the informer for each change.
    pub(crate) fn on_change(&self, change: &Change<PodOnNode>) {
        let mut entries = self.entries.lock();
        if let Some(old) = &change.old
            && change.new.as_ref().is_none_or(|new| new.uid != old.uid)
        {
            entries.insert(old.uid.clone(), (old.key.clone(), News::Gone));
        }
        if let Some(new) = &change.new {
            entries.insert(new.uid.clone(), (new.key.clone(), News::of(new)));
        }
        drop(entries);
        self.rings.notify_one();
    }

    /// Waits until there is something to take. Cancel-safe.
    pub(crate) async fn rung(&self) {
        self.rings.notified().await;
    }

    /// Takes all news.
    pub(crate) fn take(&self) -> HashMap<Uid, (ObjectKey, News)> {
        std::mem::take(&mut *self.entries.lock())
    }
}

impl News {
    pub(crate) fn of(view: &PodOnNode) -> Self {
        match &view.pod {
            Some(pod) => Self::Open(pod.clone()),
            None => Self::Settled(view.revision),
        }
    }
}
