//! From changes to what has to be looked at.
//!
//! Source: upstream `processGraphChanges` (`graph_builder.go`).

use jobyard_cluster::WorkQueue;
use jobyard_decide::gc::{GcView, Owner};

use super::{
    Look,
    kinds::{Item, Kind},
};

/// Notes what the change of one object may mean for it, its owners and its dependents.
pub(crate) fn on_change(
    kind: Kind,
    old: Option<&GcView>,
    new: Option<&GcView>,
    queue: &WorkQueue<Look>,
) {
    if let Some(new) = new {
        let is_other = old.is_none_or(|old| old.uid != new.uid);
        let is_changed =
            old.is_none_or(|old| old.owners != new.owners || old.deletion != new.deletion);
        // What has no owner and is not going is nobody's business.
        let concerns = !new.owners.is_empty() || new.deletion != jobyard_decide::gc::Deletion::None;
        if (is_other || is_changed) && concerns {
            queue.add(Look::Item(Item {
                kind,
                key: new.key.clone(),
            }));
        }
    }
    if let Some(old) = old {
        let is_gone = new.is_none_or(|new| new.uid != old.uid);
        if is_gone {
            queue.add(Look::DependentsOf(old.uid.clone()));
        }
        // Owners that wait for this one to go, or to let go of them.
        let keeps = |owner: &&Owner| !is_gone && new.is_some_and(|new| new.owners.contains(owner));
        for owner in old.owners.iter().filter(|owner| !keeps(owner)) {
            if let Some(item) = Item::owner(owner, &old.key.namespace) {
                queue.add(Look::Item(item));
            }
        }
    }
}
