//! From what was written to a value that fits the schema, with all that does not.
//!
//! Go decodes into structs and collects as it goes; here one walk over the text
//! and the schema table finds the same: fields that do not exist, keys that
//! stand twice, values of the wrong type. What remains fits the typed struct.
//!
//! Source: `sigs.k8s.io/json` `internal/golang/encoding/json/decode.go`.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    fmt::Write as _,
};

use super::json::{Entries, Node};
use crate::{
    quantity::{Quantity, QuantityError},
    schema::{Definition, Field, Type},
};

/// Most unknown and duplicate fields reported of one body; upstream's number.
const STRICT_ERRORS_MAX: usize = 100;

/// Most structs of one body. Kubernetes has no such bound; but a million empty
/// containers are three megabytes as text and a thousand times as many as
/// structs, and no object that runs comes near.
const STRUCTS_MAX: usize = 50_000;

/// What a body holds, by the schema.
pub(super) struct Reading<'a> {
    /// Only fields that exist, each once, each of its type.
    pub(super) entries: Entries<'a>,
    /// `unknown field "spec.bogus"`, `duplicate field "metadata.labels.a"`, in
    /// the order of the text.
    pub(super) strict_errors: Vec<String>,
}

/// Reads the fields of an object of this definition.
///
/// # Errors
/// The first value of a wrong type, in Go's words.
pub(super) fn read<'a>(
    entries: Entries<'a>,
    definition: &'static Definition,
) -> Result<Reading<'a>, String> {
    let mut reader = Reader::default();
    let entries = reader.object(entries, definition);
    match reader.error {
        Some(error) => Err(error),
        None => Ok(Reading {
            entries,
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
    structs: usize,
}

/// What a value is for: a field, or an element of its list or map.
#[derive(Clone, Copy)]
struct Place {
    field: &'static Field,
    is_element: bool,
}

impl Reader {
    /// Of a field that stands twice, the last value counts.
    // Differs from Kubernetes: Go reads a struct that stands twice over the
    // first, field by field. Whoever writes it twice is warned either way.
    fn object<'a>(&mut self, entries: Entries<'a>, definition: &'static Definition) -> Entries<'a> {
        self.structs += 1;
        if self.structs > STRUCTS_MAX {
            self.fail(format!(
                "an object may not hold more than {STRUCTS_MAX} structs"
            ));
            return Entries::new();
        }
        let outer = std::mem::replace(&mut self.go_struct, definition.go_name());
        let mut object: Entries<'a> =
            Vec::with_capacity(entries.len().min(definition.fields.len()));
        for (key, node) in entries {
            let before = self.enter_key(&key);
            if let Some(field) = definition.field(&key) {
                self.fields.push(field.name);
                let place = Place {
                    field,
                    is_element: false,
                };
                // No longer than the struct: what it does not have is left out.
                let first = object.iter_mut().find(|(name, _)| name == field.name);
                if first.is_some() {
                    self.strict("duplicate");
                }
                let mut value = self.value(node, &field.ty, place);
                if is_absent(&value, field) {
                    value = Node::Null;
                }
                match first {
                    Some((_, first)) => *first = value,
                    None => object.push((Cow::Borrowed(field.name), value)),
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

    /// What is written, if it is of this type. Null is of every type.
    fn value<'a>(&mut self, node: Node<'a>, ty: &'static Type, place: Place) -> Node<'a> {
        match (ty, node) {
            (Type::Object(definition), Node::Object(entries)) => {
                Node::Object(self.object(entries, definition))
            }
            (Type::List(element), Node::Array(items)) => {
                Node::Array(self.list(items, element, place))
            }
            (Type::Map(element), Node::Object(entries)) => {
                Node::Object(self.map(entries, element, place))
            }
            (Type::Int32 | Type::IntOrString, Node::Number(text)) => {
                self.number(text.parse::<i32>().is_ok(), text, ty, place)
            }
            (Type::Int64, Node::Number(text)) => {
                self.number(text.parse::<i64>().is_ok(), text, ty, place)
            }
            (Type::Bytes, Node::String(text)) => Node::String(self.bytes(text)),
            (Type::Time | Type::MicroTime, Node::String(text)) => {
                self.check(super::time::check(&text));
                Node::String(text)
            }
            (Type::Quantity, Node::String(text) | Node::Number(text)) => {
                let trimmed = text.trim();
                let parsed = Quantity::parse(trimmed).map(|_| ());
                self.check(parsed.map_err(|error| error.to_string()));
                Node::String(if trimmed.len() == text.len() {
                    text
                } else {
                    trimmed.to_owned().into()
                })
            }
            (Type::Quantity, Node::Bool(_) | Node::Array(_) | Node::Object(_)) => {
                self.fail(QuantityError::Format.to_string());
                Node::Null
            }
            (_, Node::Null) => Node::Null,
            (Type::Any, node)
            | (Type::Bool, node @ Node::Bool(_))
            | (Type::String | Type::IntOrString, node @ Node::String(_)) => node,
            (ty, node) => {
                self.mismatch(node.go_kind(), ty, place);
                Node::Null
            }
        }
    }

    fn number<'a>(&mut self, fits: bool, text: Cow<'a, str>, ty: &Type, place: Place) -> Node<'a> {
        if !fits {
            self.mismatch(&format!("number {text}"), ty, place);
        }
        Node::Number(text)
    }

    fn list<'a>(
        &mut self,
        items: Vec<Node<'a>>,
        element: &'static Type,
        place: Place,
    ) -> Vec<Node<'a>> {
        let read = |(index, item)| {
            let before = self.path.len();
            write!(self.path, "[{index}]").expect("a String takes all");
            let value = self.element(item, element, place);
            self.path.truncate(before);
            value
        };
        items.into_iter().enumerate().map(read).collect()
    }

    fn map<'a>(
        &mut self,
        entries: Entries<'a>,
        element: &'static Type,
        place: Place,
    ) -> Entries<'a> {
        let mut map: Entries<'a> = Vec::with_capacity(entries.len());
        let mut places: HashMap<Cow<'a, str>, usize> = HashMap::with_capacity(entries.len());
        for (key, node) in entries {
            let before = self.enter_key(&key);
            let first = places.get(&key).copied();
            if first.is_some() {
                self.strict("duplicate");
            }
            let value = self.element(node, element, place);
            if let Some(first) = first {
                map[first].1 = value;
            } else {
                places.insert(key.clone(), map.len());
                map.push((key, value));
            }
            self.path.truncate(before);
        }
        map
    }

    /// An element of a list or map; where null is written, what Go leaves there.
    fn element<'a>(&mut self, node: Node<'a>, ty: &'static Type, place: Place) -> Node<'a> {
        let place = Place {
            is_element: true,
            ..place
        };
        match self.value(node, ty, place) {
            Node::Null => zero(ty),
            value => value,
        }
    }

    /// Line breaks inside are allowed and dropped, as Go's decoder does.
    fn bytes<'a>(&mut self, text: Cow<'a, str>) -> Cow<'a, str> {
        let is_break = |one: char| matches!(one, '\r' | '\n');
        let text = if text.contains(is_break) {
            text.replace(is_break, "").into()
        } else {
            text
        };
        if let Some(place) = base64_fault(text.as_bytes()) {
            self.fail(format!("illegal base64 data at input byte {place}"));
        }
        text
    }

    fn mismatch(&mut self, found: &str, ty: &Type, place: Place) {
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
    }

    fn check(&mut self, result: Result<(), String>) {
        if let Err(error) = result {
            self.fail(error);
        }
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
                let mut seen = HashSet::new();
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

/// Whether Go would not write this value of an optional field (`omitempty`).
/// What one client writes and the next leaves out must compare equal.
fn is_absent(value: &Node<'_>, field: &Field) -> bool {
    let is_empty = match (field.ty, value) {
        (Type::List(_), Node::Array(items)) => items.is_empty(),
        (Type::Map(_), Node::Object(entries)) => entries.is_empty(),
        (Type::Bool, Node::Bool(flag)) => !flag && !field.is_pointer,
        (Type::Int32 | Type::Int64, Node::Number(text)) => text == "0" && !field.is_pointer,
        (Type::String, Node::String(text)) => text.is_empty() && !field.is_pointer,
        _ => false,
    };
    is_empty && !field.is_required
}

fn zero(ty: &Type) -> Node<'static> {
    match ty {
        Type::Bool => Node::Bool(false),
        Type::Int32 | Type::Int64 | Type::IntOrString => Node::Number("0".into()),
        Type::String | Type::Bytes => Node::String("".into()),
        Type::Quantity => Node::String("0".into()),
        Type::Object(_) | Type::Map(_) => Node::Object(Vec::new()),
        Type::List(_) => Node::Array(Vec::new()),
        Type::Time | Type::MicroTime | Type::Any => Node::Null,
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
