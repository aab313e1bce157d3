//! Edits of owners and finalizers, which need no resourceVersion.

use std::sync::Arc;

use jobyard_api::{Object, ObjectKey, StatusError, Uid, meta::ObjectMeta};
use jobyard_cluster::MetadataEdit;

use super::{Asker, Server};

impl Server {
    /// Changes owner or finalizers of the object with this uid.
    pub(crate) fn edit_metadata<K: Object>(
        &mut self,
        asker: Asker,
        key: &ObjectKey,
        uid: &Uid,
        edit: &MetadataEdit,
    ) -> Result<Arc<K>, StatusError> {
        let current: Arc<K> = self.get(key)?;
        if current.uid() != *uid {
            return Err(StatusError::not_found(K::RESOURCE, &key.name));
        }
        let mut object = K::clone(&current);
        apply::<K>(object.metadata_mut(), edit)?;
        if object == *current {
            return Ok(current);
        }
        self.update(asker, object)
    }
}

fn apply<K: Object>(metadata: &mut ObjectMeta, edit: &MetadataEdit) -> Result<(), StatusError> {
    let mut owners = metadata.owner_references.take().unwrap_or_default();
    let mut finalizers = metadata.finalizers.take().unwrap_or_default();
    match edit {
        MetadataEdit::RemoveFinalizer(finalizer) => finalizers.retain(|one| one != finalizer),
        MetadataEdit::Adopt { owner, finalizer } => {
            let is_other = |one: &&_| is_controller(one) && one.uid != owner.uid;
            if let Some(other) = owners.iter().find(is_other) {
                let name = metadata.name.as_deref().unwrap_or("");
                let why = format!("it is controlled by {} {:?}", other.kind, other.name);
                return Err(StatusError::conflict(K::RESOURCE, name, why));
            }
            owners.retain(|one| one.uid != owner.uid);
            owners.push((**owner).clone());
            if let Some(finalizer) = finalizer
                && !finalizers.iter().any(|one| one == finalizer)
            {
                finalizers.push((*finalizer).to_owned());
            }
        }
        MetadataEdit::Release { owner, finalizer } => {
            owners.retain(|one| one.uid != owner.as_str());
            finalizers.retain(|one| Some(one.as_str()) != *finalizer);
        }
    }
    metadata.owner_references = (!owners.is_empty()).then_some(owners);
    metadata.finalizers = (!finalizers.is_empty()).then_some(finalizers);
    Ok(())
}

fn is_controller(owner: &jobyard_api::meta::OwnerReference) -> bool {
    owner.controller == Some(true)
}
