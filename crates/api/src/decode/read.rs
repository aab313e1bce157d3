//! From what was written to a value that fits the schema, with all that does not.
//!
//! Go decodes into structs and collects as it goes; here one walk over the text
//! and the schema table finds the same: fields that do not exist, keys that
//! stand twice, values of the wrong type. What remains fits the typed struct.
//!
//! Source: `sigs.k8s.io/json` `internal/golang/encoding/json/decode.go`.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::json::Node;
use crate::{
    quantity::Quantity,
    schema::{Definition, Field, Type},
};

/// Most unknown and duplicate fields reported of one body; upstream's number.
const STRICT_ERRORS_MAX: usize = 100;

/// What a body holds, by the schema.
pub(super) struct Reading {
    /// Only fields that exist, each once, each of its type.
    pub(super) value: Map<String, Value>,
    /// `unknown field "spec.bogus"`, `duplicate field "metadata.labels.a"`, in
    /// the order of the text.
    pub(super) strict_errors: Vec<String>,
}

/// Reads the fields of an object of this definition.
///
/// # Errors
/// The first value of a wrong type, in Go's words.
pub(super) fn read(
    entries: Vec<(std::borrow::Cow<'_, str>, Node<'_>)>,
    definition: &'static Definition,
) -> Result<Reading, String> {
    let mut reader = Reader::default();
    let value = reader.object(entries, definition);
    match reader.error {
        Some(error) => Err(error),
        None => Ok(Reading {
            value,
            strict_errors: reader.strict_errors,
        }),
    }
}

/// Keys that stand twice in text without a schema, as in the body of a patch.
pub(super) fn duplicates(node: &Node<'_>) -> Vec<String> {
    let mut reader = Reader::default();
    reader.untyped(node);
    reader.strict_errors
}

#[derive(Default)]
struct Reader {
    /// Where we are, as strict errors print it: `spec.containers[0].name`.
    path: String,
    /// Where we are, as type errors print it: struct fields only.
    fields: Vec<&'static str>,
    /// The innermost struct.
    go_struct: &'static str,
    strict_errors: Vec<String>,
    error: Option<String>,
}

/// What a value is for: a field, or an element of its list or map.
#[derive(Clone, Copy)]
struct Place {
    field: &'static Field,
    is_element: bool,
}

impl Reader {
    fn object(
        &mut self,
        entries: Vec<(std::borrow::Cow<'_, str>, Node<'_>)>,
        definition: &'static Definition,
    ) -> Map<String, Value> {
        let outer = std::mem::replace(&mut self.go_struct, definition.go_name());
        let mut object = Map::new();
        let mut seen = Vec::new();
        for (key, node) in entries {
            let before = self.enter_key(&key);
            if let Some(field) = definition.field(&key) {
                if seen.contains(&field.name) {
                    self.strict("duplicate");
                } else {
                    seen.push(field.name);
                }
                self.fields.push(field.name);
                let place = Place {
                    field,
                    is_element: false,
                };
                if let Some(value) = self.value(node, &field.ty, place) {
                    overlay(&mut object, field.name, value);
                }
                self.fields.pop();
            } else {
                self.strict("unknown");
            }
            self.path.truncate(before);
        }
        self.go_struct = outer;
        object
    }

    /// The value of this type; `None` for null, which leaves a field alone.
    fn value(&mut self, node: Node<'_>, ty: &'static Type, place: Place) -> Option<Value> {
        Some(match (ty, node) {
            (_, Node::Null) => return None,
            (Type::Bool, Node::Bool(flag)) => Value::Bool(flag),
            (Type::String | Type::IntOrString, Node::String(text)) => text.into(),
            (Type::Int32 | Type::IntOrString, Node::Number(text)) => match text.parse::<i32>() {
                Ok(number) => number.into(),
                Err(_) => return self.mismatch(&format!("number {text}"), ty, place),
            },
            (Type::Int64, Node::Number(text)) => match text.parse::<i64>() {
                Ok(number) => number.into(),
                Err(_) => return self.mismatch(&format!("number {text}"), ty, place),
            },
            (Type::Object(definition), Node::Object(entries)) => {
                self.object(entries, definition).into()
            }
            (Type::List(element), Node::Array(items)) => self.list(items, element, place),
            (Type::Map(element), Node::Object(entries)) => self.map(entries, element, place),
            (Type::Bytes, Node::String(text)) => self.bytes(&text),
            (Type::Quantity, node) => self.quantity(&node),
            (Type::Time | Type::MicroTime, Node::String(text)) => self.time(&text),
            (Type::Any, node) => node.into_value(),
            (ty, node) => return self.mismatch(node.go_kind(), ty, place),
        })
    }

    fn list(&mut self, items: Vec<Node<'_>>, element: &'static Type, place: Place) -> Value {
        let place = Place {
            is_element: true,
            ..place
        };
        let mut list = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let before = self.path.len();
            write!(self.path, "[{index}]").expect("a String takes all");
            let value = self.value(item, element, place);
            list.push(value.unwrap_or_else(|| zero(element)));
            self.path.truncate(before);
        }
        list.into()
    }

    fn map(
        &mut self,
        entries: Vec<(std::borrow::Cow<'_, str>, Node<'_>)>,
        element: &'static Type,
        place: Place,
    ) -> Value {
        let place = Place {
            is_element: true,
            ..place
        };
        let mut map = Map::new();
        for (key, node) in entries {
            let before = self.enter_key(&key);
            if map.contains_key(&*key) {
                self.strict("duplicate");
            }
            let value = self.value(node, element, place);
            map.insert(key.into_owned(), value.unwrap_or_else(|| zero(element)));
            self.path.truncate(before);
        }
        map.into()
    }

    fn quantity(&mut self, node: &Node<'_>) -> Value {
        let text = match node {
            Node::String(text) | Node::Number(text) => text.trim(),
            Node::Bool(_) | Node::Array(_) | Node::Object(_) | Node::Null => "?",
        };
        if let Err(error) = Quantity::parse(text) {
            self.fail(error.to_string());
        }
        text.into()
    }

    fn time(&mut self, text: &str) -> Value {
        if let Err(error) = super::time::check(text) {
            self.fail(error);
        }
        text.into()
    }

    /// Line breaks inside are allowed and dropped, as Go's decoder does.
    fn bytes(&mut self, text: &str) -> Value {
        let text: String = text
            .chars()
            .filter(|one| !matches!(one, '\r' | '\n'))
            .collect();
        if let Some(place) = base64_fault(text.as_bytes()) {
            self.fail(format!("illegal base64 data at input byte {place}"));
        }
        text.into()
    }

    fn mismatch(&mut self, found: &str, ty: &Type, place: Place) -> Option<Value> {
        let wanted = match ty {
            // Their own decoders read text or a number.
            Type::Time | Type::MicroTime | Type::IntOrString => ty.to_string(),
            _ if place.is_element => place.field.go_element(ty),
            _ => place.field.go_type(),
        };
        self.fail(format!(
            "json: cannot unmarshal {found} into Go struct field {}.{} of type {wanted}",
            self.go_struct,
            self.fields.join("."),
        ));
        None
    }

    /// The first error is the one reported.
    fn fail(&mut self, error: String) {
        self.error.get_or_insert(error);
    }

    /// Extends the path by a key; the length before is how to leave again.
    fn enter_key(&mut self, key: &str) -> usize {
        let before = self.path.len();
        if before > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        before
    }

    /// Notes that the field of the path is unknown, or stands twice.
    fn strict(&mut self, what: &str) {
        if self.strict_errors.len() >= STRICT_ERRORS_MAX {
            return;
        }
        let error = format!("{what} field {}", crate::field::quoted(&self.path));
        if !self.strict_errors.contains(&error) {
            self.strict_errors.push(error);
        }
    }

    fn untyped(&mut self, node: &Node<'_>) {
        match node {
            Node::Object(entries) => {
                let mut seen = std::collections::HashSet::new();
                for (key, node) in entries {
                    let before = self.enter_key(key);
                    if !seen.insert(key.as_ref()) {
                        self.strict("duplicate");
                    }
                    self.untyped(node);
                    self.path.truncate(before);
                }
            }
            Node::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let before = self.path.len();
                    write!(self.path, "[{index}]").expect("a String takes all");
                    self.untyped(item);
                    self.path.truncate(before);
                }
            }
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) => {}
        }
    }
}

/// Sets a field. A struct or map that stands twice is read over the first, as
/// Go does; anything else is replaced.
fn overlay(object: &mut Map<String, Value>, key: &str, value: Value) {
    match (object.get_mut(key), value) {
        (Some(Value::Object(first)), Value::Object(second)) => {
            for (key, value) in second {
                overlay(first, &key, value);
            }
        }
        (_, value) => {
            object.insert(key.to_owned(), value);
        }
    }
}

/// What Go leaves in a list or map where null is written.
fn zero(ty: &Type) -> Value {
    match ty {
        Type::Bool => false.into(),
        Type::Int32 | Type::Int64 | Type::IntOrString => 0.into(),
        Type::String | Type::Bytes => "".into(),
        Type::Quantity => "0".into(),
        Type::Object(_) | Type::Map(_) => Map::new().into(),
        Type::List(_) => Vec::<Value>::new().into(),
        Type::Time | Type::MicroTime | Type::Any => Value::Null,
    }
}

/// The place of the first byte that cannot stand there.
///
/// Source: Go `encoding/base64` `Decode`.
fn base64_fault(text: &[u8]) -> Option<usize> {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let digits = text.iter().take_while(|byte| is_digit(byte)).count();
    match (digits % 4, &text[digits..]) {
        (0, b"") | (2, b"==") | (3, b"=") => None,
        // A padding in the third place wants one more.
        (2, [b'=', ..]) => Some((digits + 1).min(text.len())),
        (3, [b'=', ..]) => Some(digits + 1),
        _ => Some(digits),
    }
}
