//! From the bytes of a request to a typed object, as strictly as asked.
//!
//! Clients learn from these errors what is wrong with a manifest, and programs
//! compare them, so they read as Kubernetes' own. The typed structs of
//! `k8s-openapi` silently drop unknown fields and take the last of two equal
//! ones; what is wrong is therefore found on the text, before them.
//!
//! Source: apimachinery `pkg/runtime/serializer/json`, `sigs.k8s.io/json`.

mod documents;

use serde_json::Value;

pub use self::documents::{Document, DocumentError, documents};
use crate::{Object, StatusError};

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFormat {
    /// application/json
    Json,
    /// application/yaml
    Yaml,
}

/// What happens to unknown and duplicate fields: the query parameter `fieldValidation`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldValidation {
    /// Dropped silently.
    Ignore,
    /// Dropped with a warning each.
    #[default]
    Warn,
    /// The request fails.
    Strict,
}

/// An object as it was written, and what was wrong with it but tolerable.
#[derive(Clone, Debug)]
pub struct Decoded<K> {
    /// The object, without defaults filled in.
    pub object: K,
    /// Texts for `Warning` headers, such as `unknown field "spec.bogus"`.
    pub warnings: Vec<String>,
}

/// Reads the body of a create or update.
///
/// A missing `apiVersion` or `kind` is that of `K`. Values of the wrong type
/// fail under any `validation`.
///
/// # Errors
/// 400 `BadRequest` in Kubernetes' words.
pub fn decode<K: Object>(
    bytes: &[u8],
    format: BodyFormat,
    _validation: FieldValidation,
) -> Result<Decoded<K>, StatusError> {
    let value: Value = match format {
        BodyFormat::Json => {
            serde_json::from_slice(bytes).map_err(|error| cannot_handle::<K>(&error))?
        }
        BodyFormat::Yaml => {
            serde_saphyr::from_slice(bytes).map_err(|error| cannot_handle::<K>(&error))?
        }
    };
    let object = serde_json::from_value(value).map_err(|error| cannot_handle::<K>(&error))?;
    Ok(Decoded {
        object,
        warnings: Vec::new(),
    })
}

fn cannot_handle<K: Object>(why: &dyn std::fmt::Display) -> StatusError {
    StatusError::bad_request(format!(
        "{kind} in version {version:?} cannot be handled as a {kind}: {why}",
        kind = K::RESOURCE.kind,
        version = K::RESOURCE.version,
    ))
}
