//! From a message to the fields of JSON, by the schema table.
//!
//! What comes out is what the reader of JSON gives for the same object, before
//! it is checked against the schema: the rest of the way is one. There, too,
//! the zeros go that Go writes for every field that is no pointer.
//!
//! As in Go, of a field that stands twice the last value counts, and a message
//! that stands twice is read into the first. Text that is no UTF-8 gets
//! replacement characters, as it does where Go writes it as JSON.
//!
//! Bounds: a body has an upper size, depth is that of the types (no type holds
//! itself, which a test proves), and [`VALUES_MAX`] bounds what few bytes can
//! become.

use std::borrow::Cow;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::{SignedDuration, Timestamp};

use super::{
    MAGIC, ONLY, entry, int_or_string, timestamp, unknown,
    wire::{BYTES, Key, Reader, VARINT, WireError, mismatch},
};
use crate::{
    decode::{Entries, Node, parse_json},
    schema::{Definition, Field, Tag, Type},
};

/// Most fields, elements and entries of one body.
///
/// Go has no such bound. Two bytes are an element of a list, and fifty times as
/// many where it is kept: three megabytes of them would be 100 MB for each
/// client that sends such. No object that means something has a tenth of these.
const VALUES_MAX: usize = 500_000;

/// What stands around the message of an object.
pub(crate) struct Envelope<'a> {
    pub(crate) api_version: Cow<'a, str>,
    pub(crate) kind: Cow<'a, str>,
    /// The object.
    pub(crate) raw: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Opens a body.
    ///
    /// # Errors
    /// It is none, in Go's words.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err("empty data".to_owned());
        }
        let Some(message) = bytes.strip_prefix(&MAGIC) else {
            let [a, b, c, d] = MAGIC;
            return Err(format!(
                "provided data does not appear to be a protobuf message, expected prefix [{a} {b} {c} {d}]"
            ));
        };
        if message.is_empty() {
            return Err("empty body".to_owned());
        }
        Self::read(message).map_err(|error| error.to_string())
    }

    fn read(message: &'a [u8]) -> Result<Self, WireError> {
        let mut envelope = Self {
            api_version: "".into(),
            kind: "".into(),
            raw: &[],
        };
        let mut fields = Reader::new(message, "Unknown");
        while let Some(key) = fields.key()? {
            match key.number {
                unknown::TYPE_META => {
                    envelope.read_type_meta(fields.bytes_of(key, "TypeMeta")?)?;
                }
                unknown::RAW => envelope.raw = fields.bytes_of(key, "Raw")?,
                _ => fields.skip(key)?,
            }
        }
        Ok(envelope)
    }

    fn read_type_meta(&mut self, message: &'a [u8]) -> Result<(), WireError> {
        let mut fields = Reader::new(message, "TypeMeta");
        while let Some(key) = fields.key()? {
            match key.number {
                unknown::API_VERSION => {
                    self.api_version = text(fields.bytes_of(key, "APIVersion")?);
                }
                unknown::KIND => self.kind = text(fields.bytes_of(key, "Kind")?),
                _ => fields.skip(key)?,
            }
        }
        Ok(())
    }
}

/// The fields of an object of this definition.
///
/// # Errors
/// The first thing that is wrong, in Go's words.
pub(crate) fn decode<'a>(
    message: &'a [u8],
    definition: &'static Definition,
) -> Result<Entries<'a>, WireError> {
    let mut entries = Entries::new();
    Decoder { values: 0 }.message(message, definition, &mut entries)?;
    Ok(entries)
}

struct Decoder {
    values: usize,
}

impl Decoder {
    fn message<'a>(
        &mut self,
        message: &'a [u8],
        definition: &'static Definition,
        entries: &mut Entries<'a>,
    ) -> Result<(), WireError> {
        let mut fields = Reader::new(message, definition.go_name());
        while let Some(key) = fields.key()? {
            if let Some(field) = find(definition, Tag::Own(key.number)) {
                self.field(&mut fields, key, field, entries)?;
            } else if has_embedded(definition, key.number) {
                let embedded = fields.bytes_of(key, "")?;
                self.embedded(embedded, definition, key.number, entries)?;
            } else {
                fields.skip(key)?;
            }
        }
        Ok(())
    }

    /// A struct that Go embeds: its fields are the object's own.
    fn embedded<'a>(
        &mut self,
        message: &'a [u8],
        definition: &'static Definition,
        outer: u32,
        entries: &mut Entries<'a>,
    ) -> Result<(), WireError> {
        let mut fields = Reader::new(message, definition.go_name());
        while let Some(key) = fields.key()? {
            match find(definition, Tag::Embedded(outer, key.number)) {
                Some(field) => self.field(&mut fields, key, field, entries)?,
                None => fields.skip(key)?,
            }
        }
        Ok(())
    }

    /// Adds what the field holds to what is there.
    fn field<'a>(
        &mut self,
        fields: &mut Reader<'a>,
        key: Key,
        field: &'static Field,
        entries: &mut Entries<'a>,
    ) -> Result<(), WireError> {
        let place = entries.iter().position(|(name, _)| name == field.name);
        let place = place.unwrap_or_else(|| {
            entries.push((Cow::Borrowed(field.name), Node::Null));
            entries.len() - 1
        });
        let value = &mut entries[place].1;
        match field.ty {
            Type::List(element) => {
                let items = array(value);
                match element {
                    Type::Int32 | Type::Int64 if key.wire_type == BYTES => {
                        let mut packed = Reader::new(fields.bytes()?, "");
                        while !packed.is_empty() {
                            self.count()?;
                            items.push(number(packed.varint()?, element));
                        }
                    }
                    element => {
                        let mut item = Node::Null;
                        self.value(fields, key, element, field, &mut item)?;
                        items.push(item);
                    }
                }
            }
            Type::Map(element) => {
                let one = fields.bytes_of(key, &go_name(field))?;
                let entry = self.entry(one, element, field)?;
                object(value).push(entry);
            }
            ty => self.value(fields, key, &ty, field, value)?,
        }
        Ok(())
    }

    /// An entry of a map. What it leaves out is empty.
    fn entry<'a>(
        &mut self,
        message: &'a [u8],
        element: &'static Type,
        field: &'static Field,
    ) -> Result<(Cow<'a, str>, Node<'a>), WireError> {
        let mut fields = Reader::new(message, "");
        let (mut name, mut value) = (Cow::Borrowed(""), Node::Null);
        while let Some(key) = fields.key()? {
            match (key.number, element) {
                (entry::KEY, _) => name = text(fields.bytes_of(key, &go_name(field))?),
                (entry::VALUE, Type::List(items)) => {
                    let list = fields.bytes_of(key, &go_name(field))?;
                    self.wrapped_list(list, items, field, &mut value)?;
                }
                (entry::VALUE, element) => {
                    self.value(&mut fields, key, element, field, &mut value)?;
                }
                _ => fields.skip(key)?,
            }
        }
        // An entry is an element, counted even when it has no value.
        self.count()?;
        Ok((name, value))
    }

    /// A list that is the value of a map, which is a message of its own.
    fn wrapped_list<'a>(
        &mut self,
        message: &'a [u8],
        element: &'static Type,
        field: &'static Field,
        value: &mut Node<'a>,
    ) -> Result<(), WireError> {
        let mut fields = Reader::new(message, "");
        let items = array(value);
        while let Some(key) = fields.key()? {
            if key.number == ONLY {
                let mut item = Node::Null;
                self.value(&mut fields, key, element, field, &mut item)?;
                items.push(item);
            } else {
                fields.skip(key)?;
            }
        }
        Ok(())
    }

    /// One value; a message is read into what is there.
    fn value<'a>(
        &mut self,
        fields: &mut Reader<'a>,
        key: Key,
        ty: &Type,
        field: &'static Field,
        value: &mut Node<'a>,
    ) -> Result<(), WireError> {
        self.count()?;
        if matches!(ty, Type::Bool | Type::Int32 | Type::Int64) {
            if key.wire_type != VARINT {
                return Err(mismatch(key, &go_name(field)));
            }
            *value = number(fields.varint()?, ty);
            return Ok(());
        }
        if key.wire_type != BYTES {
            return Err(mismatch(key, &go_name(field)));
        }
        let bytes = fields.bytes()?;
        *value = match ty {
            Type::Object(definition) => {
                return self.message(bytes, definition, object(value));
            }
            Type::String => Node::String(text(bytes)),
            Type::Bytes => Node::String(BASE64_STANDARD.encode(bytes).into()),
            Type::Quantity => {
                let text = only(bytes, "Quantity")?.map_or("0".into(), text);
                Node::String(text)
            }
            Type::IntOrString => int_or_string(bytes)?,
            Type::Time => time(bytes, false)?,
            Type::MicroTime => time(bytes, true)?,
            Type::Any => match only(bytes, "FieldsV1")? {
                None | Some([]) => Node::Null,
                Some(json) => {
                    parse_json(json).map_err(|error| WireError::Value(error.to_string()))?
                }
            },
            Type::Bool | Type::Int32 | Type::Int64 | Type::List(_) | Type::Map(_) => {
                unreachable!("numbers are read above, lists and maps by their field")
            }
        };
        Ok(())
    }

    fn count(&mut self) -> Result<(), WireError> {
        self.values += 1;
        if self.values > VALUES_MAX {
            return Err(WireError::Value(format!(
                "an object may not hold more than {VALUES_MAX} values"
            )));
        }
        Ok(())
    }
}

fn find(definition: &'static Definition, tag: Tag) -> Option<&'static Field> {
    definition.fields.iter().find(|field| field.tag == tag)
}

fn has_embedded(definition: &'static Definition, outer: u32) -> bool {
    let mut fields = definition.fields.iter();
    fields.any(|field| matches!(field.tag, Tag::Embedded(number, _) if number == outer))
}

/// Go's name of the field. Differs from Kubernetes: a field that begins with an
/// abbreviation (`httpGet`, which is `HTTPGet`) has only its first letter raised.
fn go_name(field: &Field) -> String {
    let mut letters = field.name.chars();
    match (field.name, letters.next()) {
        ("metadata", _) => "ObjectMeta".to_owned(),
        ("uid", _) => "UID".to_owned(),
        (_, Some(first)) => first.to_ascii_uppercase().to_string() + letters.as_str(),
        (_, None) => String::new(),
    }
}

fn array<'n, 'a>(value: &'n mut Node<'a>) -> &'n mut Vec<Node<'a>> {
    if !matches!(value, Node::Array(_)) {
        *value = Node::Array(Vec::new());
    }
    match value {
        Node::Array(items) => items,
        _ => unreachable!("made one above"),
    }
}

fn object<'n, 'a>(value: &'n mut Node<'a>) -> &'n mut Entries<'a> {
    if !matches!(value, Node::Object(_)) {
        *value = Node::Object(Vec::new());
    }
    match value {
        Node::Object(entries) => entries,
        _ => unreachable!("made one above"),
    }
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// A varint as a flag or number; Go keeps the lower bits.
fn number(value: u64, ty: &Type) -> Node<'static> {
    match ty {
        Type::Bool => Node::Bool(value != 0),
        Type::Int32 => Node::Number((value as i32).to_string().into()),
        _ => Node::Number((value as i64).to_string().into()),
    }
}

/// What a message of one field holds.
fn only<'a>(message: &'a [u8], name: &'static str) -> Result<Option<&'a [u8]>, WireError> {
    let mut fields = Reader::new(message, name);
    let mut found = None;
    while let Some(key) = fields.key()? {
        match key.number {
            ONLY => found = Some(fields.bytes_of(key, "Raw")?),
            _ => fields.skip(key)?,
        }
    }
    Ok(found)
}

/// Source: apimachinery `pkg/util/intstr`, `MarshalJSON`.
fn int_or_string(message: &[u8]) -> Result<Node<'_>, WireError> {
    let mut fields = Reader::new(message, "IntOrString");
    let (mut ty, mut int, mut string) = (0, 0, Cow::Borrowed(""));
    while let Some(key) = fields.key()? {
        match key.number {
            int_or_string::TYPE => ty = fields.varint_of(key, "Type")? as i64,
            int_or_string::INT => int = fields.varint_of(key, "IntVal")?,
            int_or_string::STRING => string = text(fields.bytes_of(key, "StrVal")?),
            _ => fields.skip(key)?,
        }
    }
    match ty {
        0 => Ok(number(int, &Type::Int32)),
        1 => Ok(Node::String(string)),
        _ => Err(WireError::Value("impossible IntOrString.Type".to_owned())),
    }
}

/// A time, with its microseconds or without; nothing at all is no time.
///
/// Source: apimachinery `pkg/apis/meta/v1`, `time_proto.go`, `micro_time_proto.go`.
fn time(message: &[u8], has_micros: bool) -> Result<Node<'static>, WireError> {
    if message.is_empty() {
        return Ok(Node::Null);
    }
    let mut fields = Reader::new(message, "Timestamp");
    let (mut seconds, mut nanos) = (0, 0);
    while let Some(key) = fields.key()? {
        match key.number {
            timestamp::SECONDS => seconds = fields.varint_of(key, "Seconds")? as i64,
            timestamp::NANOS => nanos = fields.varint_of(key, "Nanos")? as i32,
            _ => fields.skip(key)?,
        }
    }
    let (micros, form) = if has_micros {
        (nanos / 1000, "%Y-%m-%dT%H:%M:%S.%6fZ")
    } else {
        (0, "%Y-%m-%dT%H:%M:%SZ")
    };
    let time = Timestamp::from_second(seconds)
        .and_then(|time| time.checked_add(SignedDuration::from_micros(micros.into())))
        .ok()
        .filter(|time| time.as_second() >= YEAR_ZERO);
    // Go reads any time, and cannot write most of them.
    let time = time.ok_or_else(|| {
        WireError::Value("Time.MarshalJSON: year outside of range [0,9999]".to_owned())
    })?;
    Ok(Node::String(time.strftime(form).to_string().into()))
}

/// The beginning of the year 0, in seconds since 1970.
const YEAR_ZERO: i64 = -62_167_219_200;
