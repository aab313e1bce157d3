//! JSON patch (RFC 6902), bounded: ten thousand small operations could
//! otherwise copy a document into gigabytes, or nest it until the stack ends.
//!
//! Source: apiserver `applyJSPatch`; `evanphx/json-patch`
//! `AccumulatedCopySizeLimit`.

use json_patch::PatchOperation;
use serde_json::{Map, Value};

use crate::{StatusError, status::Reason};

/// Most operations of one patch; upstream's number.
const OPERATIONS_MAX: usize = 10_000;
/// Most bytes that copy operations may add in all, as JSON; upstream's number.
const COPIED_BYTES_MAX: usize = 3 * 1024 * 1024;
/// Most unknown fields reported; upstream's number.
const UNKNOWN_MAX: usize = 100;
/// Deepest nesting of the document while it is patched: that of any body.
const DEPTH_MAX: usize = 100;

/// Applies the operations in their order, all or none.
pub(super) fn apply(document: Map<String, Value>, body: Value) -> Result<Value, StatusError> {
    let operations = operations(body)?;
    if operations.len() > OPERATIONS_MAX {
        return Err(StatusError::new(
            Reason::RequestEntityTooLarge,
            format!(
                "Request entity too large: The allowed maximum operations in a JSON patch is {OPERATIONS_MAX}, got {}",
                operations.len()
            ),
        ));
    }
    let mut patched = Patched {
        depth_at_most: depth_of(document.values()) + 1,
        document: document.into(),
        copied_bytes: 0,
    };
    for operation in operations {
        // What is no operation fails like one that does not fit.
        let operation = serde_json::from_value(operation).map_err(|_| unprocessable())?;
        patched.apply(operation).ok_or_else(unprocessable)?;
    }
    Ok(patched.document)
}

/// Keys that no operation has, as strict errors.
pub(super) fn unknown_fields(body: &Value) -> Vec<String> {
    const KNOWN: [&str; 4] = ["op", "path", "from", "value"];
    let operations = body.as_array().into_iter().flatten().enumerate();
    let keys = operations.flat_map(|(index, operation)| {
        let keys = operation.as_object().into_iter().flat_map(Map::keys);
        keys.map(move |key| (index, key))
    });
    keys.filter(|(_, key)| !KNOWN.contains(&key.as_str()))
        .take(UNKNOWN_MAX)
        .map(|(index, key)| format!("unknown field \"[{index}].{key}\""))
        .collect()
}

/// 422 without a word of what is wrong, as upstream.
pub(super) fn unprocessable() -> StatusError {
    let mut error = StatusError::new(
        Reason::Invalid,
        "the server rejected our request due to an error in our request",
    );
    error.0.details = Some(crate::meta::StatusDetails::default());
    error
}

fn operations(body: Value) -> Result<Vec<Value>, StatusError> {
    match body {
        Value::Array(operations) => match operations.iter().find(|one| !one.is_object()) {
            Some(wrong) => Err(undecodable(wrong, "handlers.jsonPatchOp")),
            None => Ok(operations),
        },
        Value::Null => Ok(Vec::new()),
        other => Err(undecodable(&other, "[]handlers.jsonPatchOp")),
    }
}

fn undecodable(found: &Value, wanted: &str) -> StatusError {
    let found = super::json_kind(found);
    StatusError::bad_request(format!(
        "error decoding patch: json: cannot unmarshal {found} into Go value of type {wanted}"
    ))
}

struct Patched {
    document: Value,
    /// An upper bound of its depth; the depth itself is looked up when the
    /// bound passes the limit.
    depth_at_most: usize,
    copied_bytes: usize,
}

impl Patched {
    /// `None` if the operation does not fit the document or passes a bound.
    fn apply(&mut self, operation: PatchOperation) -> Option<()> {
        let depth_below = match &operation {
            PatchOperation::Add(add) => depth(&add.value),
            PatchOperation::Replace(replace) => depth(&replace.value),
            PatchOperation::Copy(copy) => {
                let source = copy.from.resolve(&self.document).ok()?;
                self.copied_bytes += serde_json::to_vec(source).ok()?.len();
                if self.copied_bytes > COPIED_BYTES_MAX {
                    return None;
                }
                self.depth_at_most.saturating_sub(copy.from.count())
            }
            PatchOperation::Move(one) => self.depth_at_most.saturating_sub(one.from.count()),
            PatchOperation::Remove(_) | PatchOperation::Test(_) => 0,
        };
        let depth_there = operation.path().count() + depth_below;
        self.depth_at_most = self.depth_at_most.max(depth_there);
        json_patch::patch(&mut self.document, &[operation]).ok()?;
        if self.depth_at_most > DEPTH_MAX {
            self.depth_at_most = depth(&self.document);
        }
        (self.depth_at_most <= DEPTH_MAX).then_some(())
    }
}

/// How deep objects and lists nest; 0 for a scalar.
fn depth(value: &Value) -> usize {
    match value {
        Value::Object(entries) => 1 + depth_of(entries.values()),
        Value::Array(items) => 1 + depth_of(items),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

fn depth_of<'a>(values: impl IntoIterator<Item = &'a Value>) -> usize {
    values.into_iter().map(depth).max().unwrap_or(0)
}
