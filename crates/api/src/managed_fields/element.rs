//! One step of a path: a field, an element by its keys, or a value of a set.
//!
//! Written in two ways: `f:spec` in `managedFields`, `.spec` in what people read.
//!
//! Source: structured-merge-diff `fieldpath/{element,serialize-pe}.go`.

use std::fmt;

use serde_json::{Map, Number, Value};

use crate::field::quoted;

/// A step from a value to one of its parts.
///
/// The order is upstream's: fields, keys, values, positions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PathElement {
    /// A field of a struct, or an entry of a map.
    Field(Box<str>),
    /// The element of a list with these values in its key fields, by name.
    Key(Vec<(Box<str>, Scalar)>),
    /// The element of a set that is this value.
    Value(Scalar),
    /// The element at this place. Jobyard writes none: it may come from a client.
    Index(i64),
}

/// A value that can tell elements of a list apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scalar {
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(Box<str>),
    /// true or false
    Flag(bool),
    /// Whatever else a client wrote, as JSON; no key or set of the API holds such.
    Other(Box<str>),
}

impl From<&Value> for Scalar {
    fn from(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text.as_str().into()),
            Value::Bool(flag) => Self::Flag(*flag),
            other => match other.as_i64() {
                Some(number) => Self::Integer(number),
                None => Self::Other(other.to_string().into()),
            },
        }
    }
}

impl Scalar {
    fn to_json(&self) -> Value {
        match self {
            Self::Integer(number) => Number::from(*number).into(),
            Self::Text(text) => Value::String(text.to_string()),
            Self::Flag(flag) => Value::Bool(*flag),
            Self::Other(json) => serde_json::from_str(json).unwrap_or_default(),
        }
    }
}

/// As Go prints it in a path.
impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Flag(flag) => flag.fmt(f),
            Self::Other(json) => f.write_str(json),
        }
    }
}

/// A key of `fieldsV1` that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no path element")]
pub struct InvalidElement(pub String);

impl PathElement {
    /// The field of this name.
    pub(super) fn field(name: &str) -> Self {
        Self::Field(name.into())
    }

    /// Reads a key of `fieldsV1`.
    pub(super) fn parse(text: &str) -> Result<Self, InvalidElement> {
        let invalid = || InvalidElement(text.to_owned());
        let (kind, content) = text.split_once(':').ok_or_else(invalid)?;
        match kind {
            "f" => Ok(Self::field(content)),
            "v" => {
                let value = serde_json::from_str::<Value>(content).map_err(|_| invalid())?;
                Ok(Self::Value(Scalar::from(&value)))
            }
            "k" => {
                let keys: Map<String, Value> =
                    serde_json::from_str(content).map_err(|_| invalid())?;
                let mut keys: Vec<_> = keys
                    .iter()
                    .map(|(name, value)| (name.as_str().into(), Scalar::from(value)))
                    .collect();
                keys.sort();
                Ok(Self::Key(keys))
            }
            "i" => content.parse().map(Self::Index).map_err(|_| invalid()),
            _ => Err(invalid()),
        }
    }

    /// As a key of `fieldsV1`.
    pub(super) fn to_key(&self) -> String {
        match self {
            Self::Field(name) => format!("f:{name}"),
            Self::Value(value) => format!("v:{}", value.to_json()),
            Self::Key(keys) => {
                let keys = keys.iter();
                let keys: Map<String, Value> = keys
                    .map(|(name, value)| (name.to_string(), value.to_json()))
                    .collect();
                format!("k:{}", Value::Object(keys))
            }
            Self::Index(index) => format!("i:{index}"),
        }
    }
}

/// As upstream's errors print it: `.spec`, `[name="main"]`, `[="x"]`.
impl fmt::Display for PathElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Key(keys) => {
                f.write_str("[")?;
                for (index, (name, value)) in keys.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(f, "{comma}{name}={value}")?;
                }
                f.write_str("]")
            }
            Self::Value(value) => write!(f, "[={value}]"),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// A path from the object to a field: `.spec.template.spec.containers[name="main"].image`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldPath(pub Vec<PathElement>);

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|element| element.fmt(f))
    }
}
