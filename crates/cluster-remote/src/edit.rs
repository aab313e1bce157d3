//! Edits of owners and finalizers as strategic merge patches.
//!
//! One request each, without a resourceVersion: what an edit relies on stands in
//! the patch. `metadata.uid` cannot change, so that a patch which names another
//! uid than the stored one is refused, and an object of the same name that came
//! later is left alone.
//!
//! Source: upstream `pkg/controller/controller_ref_manager.go`
//! (`ownerRefControllerPatch`, `GenerateDeleteOwnerRefStrategicMergeBytes`) and
//! `pkg/controller/job/job_controller.go` (`removeTrackingFinalizerPatch`; the
//! uid is ours, upstream sends none there).

use jobyard_api::{
    Object, Uid,
    meta::{ObjectMeta, OwnerReference},
};
use jobyard_cluster::MetadataEdit;
use serde_json::{Value, json};

/// The content type of [`patch`]es.
pub(crate) const STRATEGIC_MERGE: &str = "application/strategic-merge-patch+json";

/// The patch that makes this edit of the object with this uid.
pub(crate) fn patch(uid: &Uid, edit: &MetadataEdit) -> Value {
    let mut metadata = json!({ "uid": uid.as_str() });
    match edit {
        MetadataEdit::RemoveFinalizer(finalizer) => {
            metadata["$deleteFromPrimitiveList/finalizers"] = json!([finalizer]);
        }
        MetadataEdit::Adopt { owner, finalizer } => {
            metadata["ownerReferences"] = json!([owner]);
            if let Some(finalizer) = finalizer {
                metadata["finalizers"] = json!([finalizer]);
            }
        }
        MetadataEdit::Release { owner, finalizer } => {
            metadata["ownerReferences"] = json!([{ "$patch": "delete", "uid": owner.as_str() }]);
            if let Some(finalizer) = finalizer {
                metadata["$deleteFromPrimitiveList/finalizers"] = json!([finalizer]);
            }
        }
    }
    json!({ "metadata": metadata })
}

/// Whether the edit may take the last finalizer away.
pub(crate) fn may_end_object(edit: &MetadataEdit) -> bool {
    match edit {
        MetadataEdit::RemoveFinalizer(_) => true,
        MetadataEdit::Release { finalizer, .. } => finalizer.is_some(),
        MetadataEdit::Adopt { .. } => false,
    }
}

/// Whether an object that was answered so is gone now.
///
/// Source: apiserver `pkg/registry/generic/registry/store.go`,
/// `ShouldDeleteDuringUpdate`.
pub(crate) fn has_ended(metadata: &ObjectMeta) -> bool {
    metadata.deletion_timestamp.is_some()
        && metadata.finalizers.as_ref().is_none_or(Vec::is_empty)
        && metadata.deletion_grace_period_seconds.unwrap_or(0) == 0
}

/// Who controls the object, if it is not this owner.
pub(crate) fn other_controller<'a, K: Object>(
    object: &'a K,
    owner: &OwnerReference,
) -> Option<&'a OwnerReference> {
    let mut owners = object.metadata().owner_references.iter().flatten();
    owners.find(|other| other.controller == Some(true) && other.uid != owner.uid)
}

#[cfg(test)]
mod tests {
    use jobyard_api::meta::Time;

    use super::*;

    #[test]
    fn edits_are_upstreams_patches() {
        let uid = Uid::from("pod-uid");
        let owner = OwnerReference {
            api_version: "batch/v1".to_owned(),
            kind: "Job".to_owned(),
            name: "pi".to_owned(),
            uid: "job-uid".to_owned(),
            controller: Some(true),
            block_owner_deletion: Some(true),
        };
        for (edit, expected) in [
            (
                MetadataEdit::RemoveFinalizer("f"),
                json!({"uid": "pod-uid", "$deleteFromPrimitiveList/finalizers": ["f"]}),
            ),
            (
                MetadataEdit::Adopt {
                    owner: Box::new(owner),
                    finalizer: Some("f"),
                },
                json!({
                    "uid": "pod-uid",
                    "finalizers": ["f"],
                    "ownerReferences": [{
                        "apiVersion": "batch/v1", "kind": "Job", "name": "pi", "uid": "job-uid",
                        "controller": true, "blockOwnerDeletion": true,
                    }],
                }),
            ),
            (
                MetadataEdit::Release {
                    owner: Uid::from("job-uid"),
                    finalizer: Some("f"),
                },
                json!({
                    "uid": "pod-uid",
                    "ownerReferences": [{"$patch": "delete", "uid": "job-uid"}],
                    "$deleteFromPrimitiveList/finalizers": ["f"],
                }),
            ),
            (
                MetadataEdit::Release {
                    owner: Uid::from("job-uid"),
                    finalizer: None,
                },
                json!({
                    "uid": "pod-uid",
                    "ownerReferences": [{"$patch": "delete", "uid": "job-uid"}],
                }),
            ),
        ] {
            assert_eq!(patch(&uid, &edit), json!({ "metadata": expected }));
        }
    }

    #[test]
    fn an_object_ends_without_finalizers_and_grace() {
        let ending = |finalizers: Option<Vec<String>>, grace| ObjectMeta {
            deletion_timestamp: Some(Time(jobyard_api::Timestamp::UNIX_EPOCH)),
            finalizers,
            deletion_grace_period_seconds: grace,
            ..ObjectMeta::default()
        };
        assert!(!has_ended(&ObjectMeta::default()));
        assert!(has_ended(&ending(None, None)));
        assert!(has_ended(&ending(Some(Vec::new()), Some(0))));
        assert!(!has_ended(&ending(None, Some(30))));
        assert!(!has_ended(&ending(Some(vec!["f".to_owned()]), None)));
    }
}
