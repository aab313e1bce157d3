//! Patches: from an object and the body of a PATCH to the patched object.
//!
//! The slow path on purpose: the object becomes a JSON value, the patch is
//! applied to that, and the result is read by the schema like any body. What
//! is wrong is reported about the patch, not the body, in three forms that
//! differ as upstream's do.
//!
//! - `json_patch`: RFC 6902, with bounds.
//! - `strategic`: Kubernetes' own merge.
//!
//! Source: apiserver `pkg/endpoints/handlers/patch.go`.

mod go_print;
mod json_patch;
mod strategic;

use serde_json::{Map, Value};

pub(crate) use self::go_print::{GoPrint, go_type};
use self::strategic::MergeError;
use crate::{
    Object, StatusError,
    decode::{Decoded, FieldValidation, Read, Target, read_json, reread, settle, typed},
    field::{FieldError, Path},
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
/// 422 for a patch that does not fit the object or breaks strict validation,
/// 500 without a reason where Kubernetes has no type of error.
pub fn apply<K: Object>(
    current: &K,
    kind: PatchKind,
    patch: &[u8],
    validation: FieldValidation,
) -> Result<Decoded<K>, StatusError> {
    match serde_json::to_value(current) {
        Ok(Value::Object(current)) => typed(patched(
            &Target::of(K::RESOURCE),
            current,
            kind,
            patch,
            validation,
        )?),
        Ok(other) => Err(StatusError::internal(format_args!(
            "a {} was encoded as {}",
            K::RESOURCE.kind,
            json_kind(&other)
        ))),
        Err(error) => Err(StatusError::internal(format_args!(
            "encode a {} for a patch: {error}",
            K::RESOURCE.kind
        ))),
    }
}

fn patched(
    target: &Target,
    mut current: Map<String, Value>,
    kind: PatchKind,
    patch: &[u8],
    validation: FieldValidation,
) -> Result<Decoded<Read<'static>>, StatusError> {
    let body = read_json(patch).map_err(|error| undecodable(kind, &error))?;
    let (mut shown, mut patch_errors) = (None, body.warnings);
    let value = match kind {
        PatchKind::Json => {
            patch_errors.extend(json_patch::unknown_fields(&body.object));
            for error in &mut patch_errors {
                error.insert_str(0, "json patch ");
            }
            json_patch::apply(current, body.object)?
        }
        PatchKind::Merge => {
            let mut value = current.into();
            ::json_patch::merge(&mut value, &as_map(kind, body.object)?.into());
            value
        }
        PatchKind::Strategic => {
            let patch = as_map(kind, body.object)?;
            shown = Some(GoPrint(&Value::Object(patch.clone())).to_string());
            strategic::merge(&mut current, patch, target.definition).map_err(strategic_error)?;
            current.into()
        }
    };
    // A strategic patch is shown itself, the others by their result.
    let invalid = |shown: Option<String>, value: &Value, why: String| {
        let shown = shown.unwrap_or_else(|| value.to_string());
        let error = FieldError::invalid(&Path::new("patch"), shown, why);
        StatusError::invalid_kind("", "", "", &error.into())
    };
    let Value::Object(object) = value else {
        let why = format!(
            "json: cannot unmarshal {} into Go value of type v1.{}",
            json_kind(&value),
            target.definition.go_name()
        );
        return Err(invalid(shown, &value, why));
    };
    let whole = Value::Object(object.clone());
    let read = match reread(object, target) {
        Ok(read) => read,
        Err(why) => return Err(invalid(shown, &whole, why)),
    };
    patch_errors.extend(read.warnings);
    match settle(patch_errors, validation) {
        Ok(warnings) => Ok(Decoded {
            object: read.object,
            warnings,
        }),
        Err(why) => Err(invalid(shown, &whole, why)),
    }
}

fn as_map(kind: PatchKind, body: Value) -> Result<Map<String, Value>, StatusError> {
    match body {
        Value::Object(map) => Ok(map),
        // Go reads null into a map without complaint.
        Value::Null if kind == PatchKind::Merge => {
            Err(StatusError::bad_request("Invalid JSON Patch"))
        }
        Value::Null => Ok(Map::new()),
        other => Err(undecodable(
            kind,
            &format!(
                "json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
                json_kind(&other)
            ),
        )),
    }
}

fn undecodable(kind: PatchKind, why: &str) -> StatusError {
    match kind {
        PatchKind::Json | PatchKind::Merge => {
            StatusError::bad_request(format!("error decoding patch: {why}"))
        }
        PatchKind::Strategic => StatusError::bad_request(why),
    }
}

/// Source: apiserver `interpretStrategicMergePatchError`.
fn strategic_error(error: MergeError) -> StatusError {
    match error {
        MergeError::BadPatch(why) => StatusError::bad_request(why),
        MergeError::ListOfLists => json_patch::unprocessable(),
        MergeError::Untyped(why) => StatusError::untyped(why),
    }
}

/// As Go's decoder calls it.
pub(crate) fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
