//! Edits of owners and finalizers, as functions of the object.

use jobyard_api::{
    Object, StatusError, Uid,
    meta::{ObjectMeta, OwnerReference},
};
use jobyard_cluster::MetadataEdit;

/// Changes the object with that uid; one with another uid is not the object meant.
pub(crate) fn edit<K: Object>(
    object: &mut K,
    uid: &Uid,
    edit: &MetadataEdit,
) -> Result<(), StatusError> {
    if object.uid() != *uid {
        return Err(StatusError::not_found(K::RESOURCE, &object.key().name));
    }
    let name = object.key().name;
    let metadata = object.metadata_mut();
    match edit {
        MetadataEdit::RemoveFinalizer(finalizer) => remove_finalizer(metadata, finalizer),
        MetadataEdit::Adopt { owner, finalizer } => {
            if let Some(other) = controller(metadata).filter(|other| other.uid != owner.uid) {
                let why = format!(
                    "it is controlled by {} {:?} already",
                    other.kind, other.name
                );
                return Err(StatusError::conflict(K::RESOURCE, &name, why));
            }
            let owners = metadata.owner_references.get_or_insert_default();
            match owners.iter_mut().find(|one| one.uid == owner.uid) {
                Some(known) => known.clone_from(owner),
                None => owners.push((**owner).clone()),
            }
            if let Some(finalizer) = finalizer {
                add_finalizer(metadata, finalizer);
            }
        }
        MetadataEdit::Release { owner, finalizer } => {
            if let Some(owners) = &mut metadata.owner_references {
                owners.retain(|one| one.uid != owner.as_str());
            }
            if let Some(finalizer) = finalizer {
                remove_finalizer(metadata, finalizer);
            }
        }
    }
    drop_empty_lists(metadata);
    Ok(())
}

fn controller(metadata: &ObjectMeta) -> Option<&OwnerReference> {
    let mut owners = metadata.owner_references.iter().flatten();
    owners.find(|owner| owner.controller == Some(true))
}

fn add_finalizer(metadata: &mut ObjectMeta, finalizer: &str) {
    let finalizers = metadata.finalizers.get_or_insert_default();
    if !finalizers.iter().any(|one| one == finalizer) {
        finalizers.push(finalizer.to_owned());
    }
}

fn remove_finalizer(metadata: &mut ObjectMeta, finalizer: &str) {
    if let Some(finalizers) = &mut metadata.finalizers {
        finalizers.retain(|one| one != finalizer);
    }
}

/// An empty list and none are the same in Kubernetes; ours must compare equal.
fn drop_empty_lists(metadata: &mut ObjectMeta) {
    metadata.finalizers.take_if(|list| list.is_empty());
    metadata.owner_references.take_if(|list| list.is_empty());
}
