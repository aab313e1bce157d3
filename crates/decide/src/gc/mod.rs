//! What becomes of the dependents of deleted objects.
//!
//! An object may name owners. When they are gone it is deleted; when an owner is
//! deleted in the foreground it goes first; when an owner is deleted with
//! `orphan` it stays and loses the reference. Each step looks at one object, its
//! owners and its dependents, and is decided anew after every change; the driver
//! looks at an object when it or an owner changed, at the dependents when their
//! owner is being deleted or gone, and at owners that wait when a dependent is gone.
//!
//! Not built: making references non-blocking to break cycles of owners that are
//! all deleted in the foreground.
//!
//! Source: documentation page "Garbage Collection"; upstream
//! `attemptToDeleteItem`, `attemptToOrphanWorker` (`pkg/controller/garbagecollector`).

use jobyard_api::{
    Object, ObjectKey, Uid,
    meta::OwnerReference,
    well_known::{FINALIZER_FOREGROUND, FINALIZER_ORPHAN},
};

#[cfg(test)]
mod tests;

/// An object of any kind, as the garbage collector sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GcView {
    /// Namespace and name.
    pub key: ObjectKey,
    /// Tells this object from a later one of the same name.
    pub uid: Uid,
    /// Whether, and how, it is being deleted.
    pub deletion: Deletion,
    /// Whom it belongs to.
    pub owners: Vec<Owner>,
}

/// The deletion of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// Not asked for.
    None,
    /// Its dependents go before it (finalizer `foregroundDeletion`).
    Foreground,
    /// Its dependents stay and lose their reference to it (finalizer `orphan`).
    Orphan,
    /// It goes as soon as others let it.
    Background,
}

/// A reference to an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// `apiVersion` of the owner.
    pub api_version: Box<str>,
    /// Kind of the owner.
    pub kind: Box<str>,
    /// Name of the owner, in the dependent's namespace or outside of all.
    pub name: Box<str>,
    /// Uid of the owner; another object of that name is not the owner.
    pub uid: Uid,
    /// Whether the owner's deletion in the foreground waits for the dependent.
    pub blocks_deletion: bool,
}

/// How an owner is found when it is read past every cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerState {
    /// There, and staying.
    Solid,
    /// There, and waiting for its dependents to go.
    Waiting,
    /// Gone.
    Dangling,
}

impl OwnerState {
    /// The state of the owner behind a reference, given the object of that name
    /// if there is one.
    pub fn of(reference: &Owner, live: Option<&GcView>) -> Self {
        match live.filter(|live| live.uid == reference.uid) {
            None => Self::Dangling,
            Some(live) if live.deletion == Deletion::Foreground => Self::Waiting,
            Some(_) => Self::Solid,
        }
    }
}

/// What becomes of the dependents of an object that is deleted now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Propagation {
    /// They are deleted after it.
    Background,
    /// They are deleted before it.
    Foreground,
}

/// The next step for one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GcStep<'a> {
    /// Nothing.
    Keep,
    /// Delete the object, if it still has this uid.
    Delete(Propagation),
    /// Remove the references to these owners; the object stays.
    RemoveReferences(Vec<Uid>),
    /// Look at these dependents: they have to go before the object.
    AwaitDependents(Vec<&'a GcView>),
    /// Nothing keeps the object any longer: remove the finalizer `foregroundDeletion`.
    FinishForeground,
    /// Remove the reference to this object from these dependents, then decide again.
    OrphanDependents(Vec<&'a GcView>),
    /// No dependent is left: remove the finalizer `orphan`.
    FinishOrphan,
}

/// Decides the next step for `item`.
///
/// `owner_states` has one entry for each of its owners; they need to be known
/// only if the item is not being deleted. `dependents` are all objects with a
/// reference to the item's uid.
pub fn collect<'a>(
    item: &GcView,
    owner_states: &[OwnerState],
    dependents: &[&'a GcView],
) -> GcStep<'a> {
    match item.deletion {
        Deletion::Background => GcStep::Keep,
        Deletion::Orphan if dependents.is_empty() => GcStep::FinishOrphan,
        Deletion::Orphan => GcStep::OrphanDependents(dependents.to_vec()),
        Deletion::Foreground => await_dependents(item, dependents),
        Deletion::None => judge_by_owners(item, owner_states, dependents),
    }
}

fn await_dependents<'a>(item: &GcView, dependents: &[&'a GcView]) -> GcStep<'a> {
    let blocks = |dependent: &&&GcView| {
        dependent
            .owners
            .iter()
            .any(|owner| owner.uid == item.uid && owner.blocks_deletion)
    };
    let blocking: Vec<&GcView> = dependents.iter().filter(blocks).copied().collect();
    if blocking.is_empty() {
        GcStep::FinishForeground
    } else {
        GcStep::AwaitDependents(
            blocking
                .into_iter()
                .filter(|dependent| dependent.deletion == Deletion::None)
                .collect(),
        )
    }
}

fn judge_by_owners<'a>(
    item: &GcView,
    owner_states: &[OwnerState],
    dependents: &[&GcView],
) -> GcStep<'a> {
    assert_eq!(
        owner_states.len(),
        item.owners.len(),
        "every owner was looked for"
    );
    let has = |state| owner_states.contains(&state);
    if item.owners.is_empty() {
        GcStep::Keep
    } else if has(OwnerState::Solid) {
        let leaving: Vec<Uid> = item
            .owners
            .iter()
            .zip(owner_states)
            .filter(|(_, state)| **state != OwnerState::Solid)
            .map(|(owner, _)| owner.uid.clone())
            .collect();
        if leaving.is_empty() {
            GcStep::Keep
        } else {
            GcStep::RemoveReferences(leaving)
        }
    } else if has(OwnerState::Waiting) && !dependents.is_empty() {
        GcStep::Delete(Propagation::Foreground)
    } else {
        GcStep::Delete(Propagation::Background)
    }
}

impl GcView {
    /// Looks at an object of any kind.
    pub fn of<K: Object>(object: &K) -> Self {
        let metadata = object.metadata();
        let has_finalizer = |name: &str| {
            let mut finalizers = metadata.finalizers.iter().flatten();
            finalizers.any(|finalizer| finalizer == name)
        };
        Self {
            key: object.key(),
            uid: object.uid(),
            deletion: if metadata.deletion_timestamp.is_none() {
                Deletion::None
            } else if has_finalizer(FINALIZER_ORPHAN) {
                Deletion::Orphan
            } else if has_finalizer(FINALIZER_FOREGROUND) {
                Deletion::Foreground
            } else {
                Deletion::Background
            },
            owners: metadata
                .owner_references
                .iter()
                .flatten()
                .map(Owner::from)
                .collect(),
        }
    }
}

impl From<&OwnerReference> for Owner {
    fn from(reference: &OwnerReference) -> Self {
        Self {
            api_version: reference.api_version.as_str().into(),
            kind: reference.kind.as_str().into(),
            name: reference.name.as_str().into(),
            uid: reference.uid.as_str().into(),
            blocks_deletion: reference.block_owner_deletion.unwrap_or(false),
        }
    }
}
