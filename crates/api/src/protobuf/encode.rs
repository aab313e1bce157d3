//! From JSON to a message, by the schema table.
//!
//! What is absent in JSON is not written. Go writes a zero for every absent
//! field that is no pointer; readers take absence for the same.

use std::borrow::Cow;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use thiserror::Error;

use super::{
    MAGIC, ONLY, entry, int_or_string, list, timestamp, unknown, watch_event, wire::Writer,
};
use crate::{
    decode::{Entries, Node, parse_json},
    schema::{Definition, Field, Tag, Type},
};

/// JSON that has no binary form: a mistake of ours, as we wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// The text is no JSON object.
    #[error("the text to transcode is no JSON object: {0}")]
    Json(String),
    /// The schema table does not have the kind.
    #[error("{kind} of {api_version} has no protobuf message")]
    Kind {
        /// As the text says it.
        api_version: String,
        /// As the text says it.
        kind: String,
    },
    /// A value that does not fit its field.
    #[error("the field {field} holds what it cannot")]
    Value {
        /// Its name.
        field: &'static str,
    },
}

/// The binary form of an object, a `Status`, a list, or an object's metadata.
///
/// # Errors
/// The text is not of a kind of the schema table.
pub fn encode(json: &[u8]) -> Result<Vec<u8>, EncodeError> {
    let entries = parse(json)?;
    let (api_version, kind) = (text(&entries, "apiVersion"), text(&entries, "kind"));
    let missing = || EncodeError::Kind {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
    };
    if let Some(message) = Message::of(api_version, kind) {
        return envelope(api_version, kind, |out| message.write(out, &entries));
    }
    let of_items = kind.strip_suffix("List").ok_or_else(missing)?;
    let item = Message::of(api_version, of_items).ok_or_else(missing)?;
    envelope(api_version, kind, |out| {
        for (name, node) in &entries {
            match (name.as_ref(), node) {
                ("metadata", Node::Object(metadata)) => write_list_meta(out, metadata)?,
                ("items", Node::Array(items)) => {
                    for node in items {
                        let Node::Object(entries) = node else {
                            return Err(EncodeError::Json("an item is no object".to_owned()));
                        };
                        out.message(list::ITEMS, |out| item.write(out, entries))?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    })
}

/// The binary form of a list whose items are transcoded one after the other, so
/// that a long list needs no tree of all of it.
///
/// `kind` is that of the items, `metadata` the JSON of the list's `ListMeta`.
///
/// # Errors
/// As [`encode`].
pub fn encode_list<J: AsRef<[u8]>>(
    api_version: &str,
    kind: &str,
    metadata: &[u8],
    items: impl IntoIterator<Item = J>,
) -> Result<Vec<u8>, EncodeError> {
    let item = Message::of(api_version, kind).ok_or_else(|| EncodeError::Kind {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
    })?;
    let metadata = parse(metadata)?;
    envelope(api_version, &format!("{kind}List"), |out| {
        write_list_meta(out, &metadata)?;
        for json in items {
            let entries = parse(json.as_ref())?;
            out.message(list::ITEMS, |out| item.write(out, &entries))?;
        }
        Ok(())
    })
}

/// A frame of a watch: four bytes of length, the highest first, and the event.
///
/// The event stands without an envelope, the object in it has one.
///
/// Source: apimachinery `pkg/util/framer`, apiserver `pkg/endpoints/handlers/watch.go`.
///
/// # Errors
/// As [`encode`].
pub fn encode_watch_event(kind: &str, object: &[u8]) -> Result<Vec<u8>, EncodeError> {
    let object = encode(object)?;
    let mut event = Writer::default();
    event.bytes(watch_event::TYPE, kind.as_bytes());
    event.message(watch_event::OBJECT, |out| {
        out.bytes(ONLY, &object);
        Ok(())
    })?;
    let event = event.into_bytes();
    let length = u32::try_from(event.len()).expect("an object is smaller than a body may be");
    let mut frame = length.to_be_bytes().to_vec();
    frame.extend(event);
    Ok(frame)
}

fn envelope(
    api_version: &str,
    kind: &str,
    write: impl FnOnce(&mut Writer) -> Result<(), EncodeError>,
) -> Result<Vec<u8>, EncodeError> {
    let mut out = Writer::default();
    out.raw(&MAGIC);
    out.message(unknown::TYPE_META, |out| {
        out.bytes(unknown::API_VERSION, api_version.as_bytes());
        out.bytes(unknown::KIND, kind.as_bytes());
        Ok(())
    })?;
    out.message(unknown::RAW, write)?;
    out.bytes(unknown::CONTENT_ENCODING, b"");
    out.bytes(unknown::CONTENT_TYPE, b"");
    Ok(out.into_bytes())
}

fn parse(json: &[u8]) -> Result<Entries<'_>, EncodeError> {
    match parse_json(json) {
        Ok(Node::Object(entries)) => Ok(entries),
        Ok(other) => Err(EncodeError::Json(other.go_kind().to_owned())),
        Err(error) => Err(EncodeError::Json(error.to_string())),
    }
}

fn text<'e>(entries: &'e Entries<'_>, name: &str) -> &'e str {
    match entries.iter().find(|(key, _)| key == name) {
        Some((_, Node::String(text))) => text,
        _ => "",
    }
}

/// What an object is written as.
#[derive(Clone, Copy)]
enum Message {
    Object(&'static Definition),
    /// `PartialObjectMetadata`, which OpenAPI does not define. In every object
    /// the metadata stand in the same place.
    Metadata,
}

const META_V1: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

impl Message {
    fn of(api_version: &str, kind: &str) -> Option<Self> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        match (group, kind) {
            ("meta.k8s.io", "PartialObjectMetadata") => Some(Self::Metadata),
            ("", "Status") => Definition::by_name(&format!("{META_V1}.Status")).map(Self::Object),
            _ => Definition::by_kind(group, version, kind).map(Self::Object),
        }
    }

    fn write(self, out: &mut Writer, entries: &Entries<'_>) -> Result<(), EncodeError> {
        match self {
            Self::Object(definition) => write_message(out, entries, definition),
            Self::Metadata => match entries.iter().find(|(name, _)| name == "metadata") {
                Some((_, Node::Object(metadata))) => out.message(list::METADATA, |out| {
                    write_message(out, metadata, meta("ObjectMeta"))
                }),
                _ => Ok(()),
            },
        }
    }
}

fn meta(name: &str) -> &'static Definition {
    Definition::by_name(&format!("{META_V1}.{name}")).expect("every object has metadata")
}

fn write_list_meta(out: &mut Writer, metadata: &Entries<'_>) -> Result<(), EncodeError> {
    out.message(list::METADATA, |out| {
        write_message(out, metadata, meta("ListMeta"))
    })
}

/// The fields in the order of their numbers, as Go writes them.
fn write_message(
    out: &mut Writer,
    entries: &Entries<'_>,
    definition: &'static Definition,
) -> Result<(), EncodeError> {
    let mut fields: Vec<Numbered<'_>> = entries
        .iter()
        .filter(|(_, node)| !matches!(node, Node::Null))
        .filter_map(|(name, node)| Numbered::of(definition.field(name)?, node))
        .collect();
    fields.sort_unstable_by_key(|one| (one.outer.unwrap_or(one.number), one.number));
    for embedded in fields.chunk_by(|one, next| one.outer.is_some() && one.outer == next.outer) {
        let write = |out: &mut Writer| embedded.iter().try_for_each(|one| one.write(out));
        match embedded[0].outer {
            Some(outer) => out.message(outer, write)?,
            None => write(out)?,
        }
    }
    Ok(())
}

/// A field that has a value.
struct Numbered<'e> {
    /// The message that a Go struct embeds as its own, if the field stands there.
    outer: Option<u32>,
    number: u32,
    field: &'static Field,
    node: &'e Node<'e>,
}

impl<'e> Numbered<'e> {
    fn of(field: &'static Field, node: &'e Node<'e>) -> Option<Self> {
        let (outer, number) = match field.tag {
            Tag::None => return None,
            Tag::Own(number) => (None, number),
            Tag::Embedded(outer, number) => (Some(outer), number),
        };
        Some(Self {
            outer,
            number,
            field,
            node,
        })
    }

    fn write(&self, out: &mut Writer) -> Result<(), EncodeError> {
        match (self.field.ty, self.node) {
            (Type::List(element), Node::Array(items)) => items
                .iter()
                .try_for_each(|item| self.value(out, self.number, element, item)),
            (Type::Map(element), Node::Object(entries)) => {
                // Go sorts the keys, so that equal objects are equal bytes.
                let mut entries: Vec<&(Cow<'_, str>, Node<'_>)> = entries.iter().collect();
                entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
                entries.into_iter().try_for_each(|(key, value)| {
                    out.message(self.number, |out| {
                        out.bytes(entry::KEY, key.as_bytes());
                        self.value(out, entry::VALUE, element, value)
                    })
                })
            }
            (ty, node) => self.value(out, self.number, &ty, node),
        }
    }

    fn value(
        &self,
        out: &mut Writer,
        number: u32,
        ty: &Type,
        node: &Node<'_>,
    ) -> Result<(), EncodeError> {
        match (ty, node) {
            (Type::Bool, Node::Bool(flag)) => out.varint(number, u64::from(*flag)),
            (Type::Int32 | Type::Int64, Node::Number(digits)) => {
                out.varint(number, self.integer(digits)?);
            }
            (Type::String, Node::String(text)) => out.bytes(number, text.as_bytes()),
            (Type::Bytes, Node::String(text)) => {
                let bytes = BASE64_STANDARD.decode(text.as_bytes());
                out.bytes(number, &bytes.map_err(|_| self.misfit())?);
            }
            (Type::Object(definition), Node::Object(entries)) => {
                out.message(number, |out| write_message(out, entries, definition))?;
            }
            // The value of a map.
            (Type::List(element), Node::Array(items)) => out.message(number, |out| {
                items
                    .iter()
                    .try_for_each(|item| self.value(out, ONLY, element, item))
            })?,
            (Type::Quantity, Node::String(text) | Node::Number(text)) => {
                out.message(number, |out| {
                    out.bytes(ONLY, text.as_bytes());
                    Ok(())
                })?;
            }
            (Type::IntOrString, Node::Number(digits)) => {
                write_int_or_string(out, number, 0, self.integer(digits)?, "")?;
            }
            (Type::IntOrString, Node::String(text)) => {
                write_int_or_string(out, number, 1, 0, text)?;
            }
            (Type::Time | Type::MicroTime, Node::String(text)) => {
                let time: Timestamp = text.parse().map_err(|_| self.misfit())?;
                out.message(number, |out| {
                    out.varint(timestamp::SECONDS, time.as_second() as u64);
                    let nanos = match ty {
                        Type::MicroTime => time.subsec_nanosecond(),
                        _ => 0,
                    };
                    out.varint(timestamp::NANOS, i64::from(nanos) as u64);
                    Ok(())
                })?;
            }
            (Type::Any, node) => out.message(number, |out| {
                out.bytes(ONLY, node.clone().into_value().to_string().as_bytes());
                Ok(())
            })?,
            _ => return Err(self.misfit()),
        }
        Ok(())
    }

    fn integer(&self, digits: &str) -> Result<u64, EncodeError> {
        let number: i64 = digits.parse().map_err(|_| self.misfit())?;
        Ok(number as u64)
    }

    fn misfit(&self) -> EncodeError {
        EncodeError::Value {
            field: self.field.name,
        }
    }
}

fn write_int_or_string(
    out: &mut Writer,
    number: u32,
    ty: u64,
    int: u64,
    text: &str,
) -> Result<(), EncodeError> {
    out.message(number, |out| {
        out.varint(int_or_string::TYPE, ty);
        out.varint(int_or_string::INT, int);
        out.bytes(int_or_string::STRING, text.as_bytes());
        Ok(())
    })
}
