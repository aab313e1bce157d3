//! From the bytes of a request to a typed object, as strictly as asked.
//!
//! Clients learn from these errors what is wrong with a manifest, and programs
//! compare them, so they read as Kubernetes' own. The typed structs of
//! `k8s-openapi` silently drop unknown fields, take the last of two equal ones
//! and refuse a number where a quantity may be one. So the text is first read
//! by the schema table, which is the same code for every kind; what comes out
//! fits the struct, and only that last step is generic.
//!
//! - `json`: the text as it is written; syntax errors in Go's words.
//! - `yaml`: YAML, turned into JSON.
//! - `read`: what does not fit the schema.
//! - `time`: times as Go reads them.
//! - [`crate::protobuf`]: the binary form, read to what JSON is read to.
//! - `documents`: manifest files, for the command line.
//!
//! Source: apimachinery `pkg/runtime/serializer/json`, apiserver
//! `pkg/endpoints/handlers/rest.go`.

mod documents;
mod json;
mod read;
mod time;
mod yaml;

use std::{
    borrow::Cow,
    fmt::{Display, Write as _},
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

pub use self::documents::{Document, DocumentError, documents};
pub(crate) use self::json::{Entries, Node, parse as parse_json};
use crate::{
    Object, ResourceInfo, StatusError, protobuf,
    schema::{Definition, is_known_kind},
};

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFormat {
    /// application/json
    Json,
    /// application/yaml
    Yaml,
    /// application/vnd.kubernetes.protobuf
    Protobuf,
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
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded<T> {
    /// The object, without defaults filled in.
    pub object: T,
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
    validation: FieldValidation,
) -> Result<Decoded<K>, StatusError> {
    let body = read_body(&Target::of(K::RESOURCE), bytes, format, validation)?;
    typed(body)
}

/// Reads a body of a kind that is no resource of its own: `DeleteOptions`,
/// `Binding`, `Eviction`, `TokenRequest`.
///
/// # Errors
/// As [`decode`].
///
/// # Panics
/// If the schema table does not have the kind.
pub fn decode_as<T: DeserializeOwned>(
    (group, version, kind): (&'static str, &'static str, &'static str),
    bytes: &[u8],
    format: BodyFormat,
    validation: FieldValidation,
) -> Result<Decoded<T>, StatusError> {
    typed(read_body(
        &Target::named(group, version, kind),
        bytes,
        format,
        validation,
    )?)
}

/// The kind a body is read as.
pub(crate) struct Target {
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    pub(crate) definition: &'static Definition,
}

impl Target {
    pub(crate) fn of(info: &'static ResourceInfo) -> Self {
        Self::named(info.group, info.version, info.kind)
    }

    fn named(group: &'static str, version: &'static str, kind: &'static str) -> Self {
        // Options have no group of their own, and so no place among the kinds.
        let definition = match kind {
            "DeleteOptions" => {
                Definition::by_name("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions")
            }
            _ => Definition::by_kind(group, version, kind),
        };
        Self {
            group,
            version,
            kind,
            definition: definition.expect("the schema table has every kind we read"),
        }
    }

    /// Whether a body that says it is this may be read as the target.
    fn accepts(&self, body: &TypeMeta) -> bool {
        // Options are sent in the name of any group.
        body.kind == self.kind
            && (self.kind == "DeleteOptions"
                || (body.group == self.group && body.version == self.version))
    }

    /// The Go package that holds the type inside the API server.
    fn go_package(&self) -> &'static str {
        match self.group {
            "" => "core",
            group => group.split('.').next().unwrap_or(group),
        }
    }
}

/// What a body says it is; what it does not say is as the URL says.
struct TypeMeta {
    group: String,
    version: String,
    kind: String,
}

fn read_body<'a>(
    target: &Target,
    bytes: &'a [u8],
    format: BodyFormat,
    validation: FieldValidation,
) -> Result<Decoded<Read<'a>>, StatusError> {
    let unrecognized = |why: String| unrecognized(target.kind, &why, bytes);
    let (node, duplicates) = match format {
        BodyFormat::Json => {
            let node = json::parse(bytes).map_err(|error| unrecognized(parse_error(&error)))?;
            (node, Vec::new())
        }
        BodyFormat::Yaml => read_yaml(bytes).map_err(unrecognized)?,
        BodyFormat::Protobuf => return read_protobuf(target, bytes),
    };
    let entries = match node {
        Node::Object(entries) => entries,
        Node::Null => Vec::new(),
        Node::Bool(_) | Node::Number(_) | Node::String(_) | Node::Array(_) => {
            return Err(unrecognized(parse_error(&format_args!(
                "json: cannot unmarshal {} into Go value of type {TYPE_META_IN_GO}",
                node.go_kind()
            ))));
        }
    };
    let body = TypeMeta::of(&entries, target).map_err(unrecognized)?;
    let refuse = |why: String| body.refuse(target, &why);
    if !target.accepts(&body) {
        return Err(refuse(other_kind(target, &body)));
    }
    let reading = read::read(entries, target.definition).map_err(refuse)?;
    let mut strict_errors = match validation {
        // One error for all; a warning may not have more than one line.
        FieldValidation::Strict if !duplicates.is_empty() => {
            vec![format!(
                "yaml: unmarshal errors:\n  {}",
                duplicates.join("\n  ")
            )]
        }
        FieldValidation::Ignore | FieldValidation::Warn | FieldValidation::Strict => duplicates,
    };
    strict_errors.extend(reading.strict_errors);
    let warnings = settle(strict_errors, validation).map_err(refuse)?;
    Ok(Decoded {
        object: Read(reading.entries),
        warnings,
    })
}

/// A protobuf body has neither unknown nor duplicate fields: later versions add
/// numbers, and what stands twice is defined.
fn read_protobuf<'a>(target: &Target, bytes: &'a [u8]) -> Result<Decoded<Read<'a>>, StatusError> {
    let envelope =
        protobuf::Envelope::open(bytes).map_err(|why| unrecognized(target.kind, &why, bytes))?;
    let body = TypeMeta::named(&envelope.api_version, &envelope.kind, target)
        // An apiVersion that is none says nothing.
        .or_else(|_| TypeMeta::named("", &envelope.kind, target))
        .map_err(|why| unrecognized(target.kind, &why, bytes))?;
    let refuse = |why: String| body.refuse(target, &why);
    if !target.accepts(&body) {
        return Err(refuse(other_kind(target, &body)));
    }
    let entries = protobuf::decode(envelope.raw, target.definition)
        .map_err(|error| refuse(error.to_string()))?;
    let reading = read::read(entries, target.definition).map_err(refuse)?;
    Ok(Decoded {
        object: Read(reading.entries),
        warnings: Vec::new(),
    })
}

/// What unknown and duplicate fields lead to: warnings, or the text of an error.
pub(crate) fn settle(
    strict_errors: Vec<String>,
    validation: FieldValidation,
) -> Result<Vec<String>, String> {
    match validation {
        FieldValidation::Ignore => Ok(Vec::new()),
        FieldValidation::Warn => Ok(strict_errors),
        FieldValidation::Strict if strict_errors.is_empty() => Ok(Vec::new()),
        FieldValidation::Strict => Err(format!(
            "strict decoding error: {}",
            strict_errors.join(", ")
        )),
    }
}

/// A patched object, read by the schema as if it came as a body.
///
/// # Errors
/// It became another kind, or the first value of a wrong type, in Go's words.
pub(crate) fn reread(
    value: Map<String, Value>,
    target: &Target,
) -> Result<Decoded<Read<'static>>, String> {
    let entries: Entries<'static> = value
        .into_iter()
        .map(|(key, value)| (key.into(), value.into()))
        .collect();
    let body = TypeMeta::of(&entries, target)?;
    if !target.accepts(&body) {
        return Err(other_kind(target, &body));
    }
    let reading = read::read(entries, target.definition)?;
    Ok(Decoded {
        object: Read(reading.entries),
        warnings: reading.strict_errors,
    })
}

/// The body of a patch: any JSON, and its duplicate fields.
///
/// # Errors
/// As Go says it.
pub(crate) fn read_json(bytes: &[u8]) -> Result<Decoded<Value>, String> {
    let node = json::parse(bytes).map_err(|error| error.to_string())?;
    let warnings = read::duplicates(&node);
    Ok(Decoded {
        object: node.into_value(),
        warnings,
    })
}

/// The body of an apply: YAML, which JSON is too, and what stands twice in it.
///
/// # Errors
/// As Go says it.
pub(crate) fn read_any_yaml(bytes: &[u8]) -> Result<Decoded<Value>, String> {
    // Nearly all clients send JSON, which is read much faster as such.
    if let Ok(decoded) = read_json(bytes)
        && decoded.warnings.is_empty()
    {
        return Ok(decoded);
    }
    let (node, warnings) = read_yaml(bytes)?;
    Ok(Decoded {
        object: node.into_value(),
        warnings,
    })
}

/// The fields of an object, read by its schema.
pub(crate) struct Read<'a>(Entries<'a>);

/// The typed object of fields that were read by its schema.
pub(crate) fn typed<'a, T: Deserialize<'a>>(
    body: Decoded<Read<'a>>,
) -> Result<Decoded<T>, StatusError> {
    let Decoded {
        object: Read(mut entries),
        warnings,
    } = body;
    // Settled before; the struct would only compare them again.
    entries.retain(|(key, _)| key != "apiVersion" && key != "kind");
    match T::deserialize(Node::Object(entries)) {
        Ok(object) => Ok(Decoded { object, warnings }),
        Err(error) => Err(StatusError::bad_request(error.to_string())),
    }
}

/// As Go prints the struct it looks for `apiVersion` and `kind` in.
const TYPE_META_IN_GO: &str = "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

impl TypeMeta {
    /// Upper and lower case do not matter here, and only here.
    ///
    /// Source: apimachinery `SimpleMetaFactory.Interpret`, `gvkWithDefaults`.
    fn of(entries: &[(Cow<'_, str>, Node<'_>)], target: &Target) -> Result<Self, String> {
        let (mut api_version, mut kind) = ("", "");
        for (key, node) in entries {
            let field = if key.eq_ignore_ascii_case("apiVersion") {
                &mut api_version
            } else if key.eq_ignore_ascii_case("kind") {
                &mut kind
            } else {
                continue;
            };
            match node {
                Node::String(text) => *field = text,
                Node::Null => {}
                Node::Bool(_) | Node::Number(_) | Node::Array(_) | Node::Object(_) => {
                    return Err(parse_error(&format_args!(
                        "json: cannot unmarshal {} into Go struct field .{key} of type string",
                        node.go_kind()
                    )));
                }
            }
        }
        Self::named(api_version, kind, target)
    }

    /// # Errors
    /// The apiVersion is none.
    fn named(api_version: &str, kind: &str, target: &Target) -> Result<Self, String> {
        let (group, version) = match *api_version.split('/').collect::<Vec<_>>() {
            [""] => (target.group, target.version),
            [version] => ("", version),
            [group, version] => (group, version),
            _ => return Err(format!("unexpected GroupVersion string: {api_version}")),
        };
        let kind = if kind.is_empty() { target.kind } else { kind };
        Ok(Self {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.to_owned(),
        })
    }

    /// The error of a body that says what it is.
    fn refuse(&self, target: &Target, why: &str) -> StatusError {
        StatusError::bad_request(format!(
            "{} in version {:?} cannot be handled as a {}: {why}",
            self.kind, self.version, target.kind
        ))
    }
}

/// Why a body of another kind or version cannot be the target.
fn other_kind(target: &Target, body: &TypeMeta) -> String {
    let TypeMeta {
        group,
        version,
        kind,
    } = body;
    if is_known_kind(group, version, kind) {
        return format!(
            "converting ({version}.{kind}) to ({}.{}): unknown conversion",
            target.go_package(),
            target.kind
        );
    }
    let group_version = match group.as_str() {
        "" => version.clone(),
        group => format!("{group}/{version}"),
    };
    format!(
        "no kind {kind:?} is registered for version {group_version:?} in scheme \"pkg/runtime/scheme.go:111\""
    )
}

/// The value, and what stands twice in it.
fn read_yaml(bytes: &[u8]) -> Result<(Node<'static>, Vec<String>), String> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| "yaml: invalid leading UTF-8 octet".to_owned())?;
    let document = yaml::parse(text).map_err(|error| error.to_string())?;
    let duplicates = document.duplicates.iter().map(ToString::to_string);
    Ok((document.value.into(), duplicates.collect()))
}

fn parse_error(why: &dyn Display) -> String {
    format!("couldn't get version/kind; json parse error: {why}")
}

/// A body that does not even say what it is; its beginning is shown.
///
/// Source: apiserver `transformDecodeError`, `summarizeData`.
fn unrecognized(kind: &str, why: &str, bytes: &[u8]) -> StatusError {
    const SHOWN_BYTES_MAX: usize = 30;
    let beginning = &bytes[..bytes.len().min(SHOWN_BYTES_MAX)];
    let mut summary = match beginning.first() {
        None => "<empty>".to_owned(),
        Some(b'{') => String::from_utf8_lossy(beginning).into_owned(),
        Some(_) => beginning.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        }),
    };
    if bytes.len() > SHOWN_BYTES_MAX {
        summary.push_str(" ...");
    }
    StatusError::bad_request(format!(
        "the object provided is unrecognized (must be of type {kind}): {why} ({summary})"
    ))
}

#[cfg(test)]
pub(crate) mod laws;
#[cfg(test)]
mod tests;
