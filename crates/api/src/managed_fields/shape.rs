//! How appliers share a value: as a whole, by its fields, or by its elements.
//!
//! Read off the schema table, like all that is known of fields.
//!
//! Source: kube-openapi `pkg/schemaconv` (a list without a list type is atomic),
//! structured-merge-diff `typed/helpers.go` (how elements are told apart).

use serde_json::Value;

use super::element::{PathElement, Scalar};
use crate::schema::{Definition, Field, ListKind, Type};

/// How a value is shared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// One owner: a scalar, or an atomic list, map or struct.
    Whole,
    /// Each field for itself.
    Struct(&'static Definition),
    /// Each entry for itself; entries are of this type.
    Map(&'static Type),
    /// Each value for itself.
    Set,
    /// Each element for itself, known by these keys.
    Keyed(&'static [&'static str], &'static Type),
}

impl Shape {
    /// The shape of objects of this definition.
    pub(super) fn of_object(definition: &'static Definition) -> Self {
        Self::Struct(definition)
    }

    /// The shape of a field's value.
    pub(super) fn of_field(field: &'static Field) -> Self {
        match (&field.ty, field.list) {
            _ if field.is_atomic => Self::Whole,
            (Type::List(element), Some(ListKind::Map(keys))) => Self::Keyed(keys, element),
            (Type::List(_), Some(ListKind::Set)) => Self::Set,
            (ty, _) => Self::of_type(ty),
        }
    }

    /// The shape of an element of a list or an entry of a map.
    fn of_type(ty: &'static Type) -> Self {
        match ty {
            Type::Object(definition) if !definition.is_atomic => Self::Struct(definition),
            Type::Map(element) => Self::Map(element),
            Type::Object(_)
            | Type::List(_)
            | Type::Bool
            | Type::Int32
            | Type::Int64
            | Type::String
            | Type::Bytes
            | Type::Quantity
            | Type::IntOrString
            | Type::Time
            | Type::MicroTime
            | Type::Any => Self::Whole,
        }
    }

    /// The shape of the part that the element leads to.
    pub(super) fn of_element(self, element: &PathElement) -> Self {
        match (self, element) {
            (Self::Struct(definition), PathElement::Field(name)) => {
                definition.field(name).map_or(Self::Whole, Self::of_field)
            }
            (Self::Map(entry), PathElement::Field(_)) => Self::of_type(entry),
            (Self::Keyed(_, element), PathElement::Key(_)) => Self::of_type(element),
            (_, _) => Self::Whole,
        }
    }

    /// Whether the element leads to a field that the schema names.
    pub(super) fn is_named_field(self, element: &PathElement) -> bool {
        match (self, element) {
            (Self::Struct(definition), PathElement::Field(name)) => {
                definition.field(name).is_some()
            }
            (_, _) => false,
        }
    }

    /// By which element an item of a shared list is known.
    ///
    /// # Errors
    /// Why it cannot be known, in upstream's words.
    pub(super) fn element_of(self, item: &Value) -> Result<PathElement, String> {
        match (self, item) {
            (Self::Keyed(keys, _), Value::Object(item)) => {
                let mut found: Vec<(Box<str>, Scalar)> = Vec::with_capacity(keys.len());
                for key in keys {
                    match item.get(*key) {
                        Some(value) => found.push(((*key).into(), value.into())),
                        None => found.extend(default_key(key)),
                    }
                }
                if found.is_empty() {
                    let names: Vec<String> =
                        keys.iter().map(|key| crate::field::quoted(key)).collect();
                    return Err(format!(
                        "associative list with keys has an element that omits all key fields [{}] \
                         (and doesn't have default values for any key fields)",
                        names.join(" ")
                    ));
                }
                found.sort();
                Ok(PathElement::Key(found))
            }
            (Self::Keyed(..), Value::Null) => {
                Err("associative list with keys may not have a null element".to_owned())
            }
            (Self::Keyed(..), _) => {
                Err("associative list with keys may not have non-map elements".to_owned())
            }
            (_, Value::Object(_)) => {
                Err("associative list without keys has an element that's a map type".to_owned())
            }
            (_, Value::Array(_)) => {
                Err("not supported: associative list with lists as elements".to_owned())
            }
            (_, Value::Null) => Err(
                "associative list without keys has an element that's an explicit null".to_owned(),
            ),
            (_, scalar) => Ok(PathElement::Value(scalar.into())),
        }
    }
}

/// What stands in a key field that is not written. Of all keys of the API only
/// the protocol of a port has a default.
fn default_key(key: &'static str) -> Option<(Box<str>, Scalar)> {
    (key == "protocol").then(|| (key.into(), Scalar::Text("TCP".into())))
}
