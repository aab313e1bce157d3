//! Kubernetes' binary form of the objects.
//!
//! Every Go client of the last years sends it: `kubectl create job` does. A body
//! is transcoded to what the same body in JSON is read to, and an answer is
//! transcoded from its JSON text, both by the schema table. So no kind needs a
//! second definition, whoever reads JSON pays nothing, and what an object means
//! is decided in one place.
//!
//! An object on the wire is four bytes (`k8s` and a zero), then a message
//! `Unknown` that says apiVersion and kind, then the message of the object in it.
//!
//! - `wire`: varints, fields and lengths; errors in the words of Go's readers.
//! - `decode`: from a message to the fields of JSON.
//! - `encode`: from JSON to a message; lists and frames of a watch.
//!
//! The wire form is our own hundred lines: the readers of crates have their own
//! words for errors, which clients print, and prost's are hidden from its
//! documentation, as they are for generated code alone.
//!
//! Source: apimachinery `pkg/runtime/serializer/protobuf`, `pkg/runtime/generated.proto`.

mod decode;
mod encode;
mod wire;

pub(crate) use self::decode::{Envelope, decode};
pub use self::encode::{EncodeError, encode, encode_list, encode_watch_event};

/// What a body begins with.
///
/// Source: apimachinery `protoEncodingPrefix`.
const MAGIC: [u8; 4] = *b"k8s\0";

/// The fields of the message `Unknown`, and of the `TypeMeta` in it.
mod unknown {
    pub(super) const TYPE_META: u32 = 1;
    pub(super) const RAW: u32 = 2;
    pub(super) const CONTENT_ENCODING: u32 = 3;
    pub(super) const CONTENT_TYPE: u32 = 4;
    pub(super) const API_VERSION: u32 = 1;
    pub(super) const KIND: u32 = 2;
}

/// The fields of `IntOrString`. Its type is 0 for a number, 1 for a text.
mod int_or_string {
    pub(super) const TYPE: u32 = 1;
    pub(super) const INT: u32 = 2;
    pub(super) const STRING: u32 = 3;
}

/// The fields of `Timestamp`, which `Time` and `MicroTime` are.
mod timestamp {
    pub(super) const SECONDS: u32 = 1;
    pub(super) const NANOS: u32 = 2;
}

/// The fields of an entry of a map.
mod entry {
    pub(super) const KEY: u32 = 1;
    pub(super) const VALUE: u32 = 2;
}

/// The fields of every list.
mod list {
    pub(super) const METADATA: u32 = 1;
    pub(super) const ITEMS: u32 = 2;
}

/// The fields of `WatchEvent`.
mod watch_event {
    pub(super) const TYPE: u32 = 1;
    pub(super) const OBJECT: u32 = 2;
}

/// The field of the messages that hold one thing: the text of a `Quantity`, the
/// bytes of `FieldsV1` and of `RawExtension`, the elements of a list that is the
/// value of a map (`ExtraValue`).
const ONLY: u32 = 1;

#[cfg(test)]
mod tests;
