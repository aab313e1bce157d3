//! The wire form of protobuf: what a reader in Go reads, and why it stops.
//!
//! Source: the `Unmarshal` functions and `skipGenerated` that gogo/protobuf
//! writes into `generated.pb.go`.

use thiserror::Error;

/// Bytes that are no message of this kind, in the words of Go's generated code.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum WireError {
    /// A field or a length goes beyond the end.
    #[error("unexpected EOF")]
    End,
    /// A varint of more than 64 bits.
    #[error("proto: integer overflow")]
    Overflow,
    /// A length that Go's `int` takes for a negative one.
    #[error("proto: negative length found during unmarshaling")]
    Length,
    /// The end of a group that did not begin, in a field that is skipped.
    #[error("proto: unexpected end of group")]
    EndOfGroup,
    /// The same in the place of a field.
    #[error("proto: {message}: wiretype end group for non-group")]
    EndOfNoGroup { message: &'static str },
    /// Field numbers are 1 and more.
    #[error("proto: {message}: illegal tag {number} (wire type {key})")]
    Number {
        message: &'static str,
        number: i32,
        key: u64,
    },
    /// A wire type that does not exist.
    #[error("proto: illegal wireType {0}")]
    WireType(u8),
    /// A field of another type than its message says.
    #[error("proto: wrong wireType = {found} for field {field}")]
    Mismatch { field: String, found: u8 },
    /// What the message holds is none of its values.
    #[error("{0}")]
    Value(String),
}

/// A whole number.
pub(super) const VARINT: u8 = 0;
/// Eight bytes.
const FIXED_64: u8 = 1;
/// A length, and so many bytes.
pub(super) const BYTES: u8 = 2;
const START_GROUP: u8 = 3;
const END_GROUP: u8 = 4;
/// Four bytes.
const FIXED_32: u8 = 5;

/// Reads the fields of one message.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    /// Go's name of the message.
    message: &'static str,
}

/// The head of a field.
#[derive(Clone, Copy)]
pub(super) struct Key {
    pub(super) number: u32,
    pub(super) wire_type: u8,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], message: &'static str) -> Self {
        Self {
            rest: bytes,
            message,
        }
    }

    /// The next field; `None` at the end of the message.
    pub(super) fn key(&mut self) -> Result<Option<Key>, WireError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let wire_type = (key & 7) as u8;
        // Go keeps the lower 32 bits, and reads them with a sign.
        let number = (key >> 3) as i32;
        let message = self.message;
        if wire_type == END_GROUP {
            return Err(WireError::EndOfNoGroup { message });
        }
        match u32::try_from(number) {
            Ok(number) if number > 0 => Ok(Some(Key { number, wire_type })),
            _ => Err(WireError::Number {
                message,
                number,
                key,
            }),
        }
    }

    pub(super) fn varint(&mut self) -> Result<u64, WireError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(WireError::Overflow)
    }

    /// A length, and so many bytes.
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], WireError> {
        let length = i64::from_ne_bytes(self.varint()?.to_ne_bytes());
        let length = usize::try_from(length).map_err(|_| WireError::Length)?;
        self.take(length)
    }

    /// The bytes of a field that must be of this type.
    pub(super) fn bytes_of(&mut self, key: Key, field: &str) -> Result<&'a [u8], WireError> {
        expect(key, BYTES, field)?;
        self.bytes()
    }

    /// The number of a field that must be of this type.
    pub(super) fn varint_of(&mut self, key: Key, field: &str) -> Result<u64, WireError> {
        expect(key, VARINT, field)?;
        self.varint()
    }

    /// Leaves out a field nobody knows: fields that a later Kubernetes has.
    ///
    /// Groups in groups cost no stack.
    pub(super) fn skip(&mut self, key: Key) -> Result<(), WireError> {
        let mut depth = 0_usize;
        let mut wire_type = key.wire_type;
        loop {
            match wire_type {
                VARINT => self.skip_varint()?,
                FIXED_64 => self.take(8).map(drop)?,
                BYTES => self.bytes().map(drop)?,
                START_GROUP => depth += 1,
                END_GROUP => depth = depth.checked_sub(1).ok_or(WireError::EndOfGroup)?,
                FIXED_32 => self.take(4).map(drop)?,
                other => return Err(WireError::WireType(other)),
            }
            if depth == 0 {
                return Ok(());
            }
            wire_type = (self.varint()? & 7) as u8;
        }
    }

    /// Whether a packed list has another element.
    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    fn skip_varint(&mut self) -> Result<(), WireError> {
        self.varint().map(drop)
    }

    fn byte(&mut self) -> Result<u8, WireError> {
        let (first, rest) = self.rest.split_first().ok_or(WireError::End)?;
        self.rest = rest;
        Ok(*first)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(WireError::End)?;
        self.rest = rest;
        Ok(taken)
    }
}

fn expect(key: Key, wire_type: u8, field: &str) -> Result<(), WireError> {
    if key.wire_type == wire_type {
        return Ok(());
    }
    Err(mismatch(key, field))
}

/// A field of another type than its message says.
pub(super) fn mismatch(key: Key, field: &str) -> WireError {
    WireError::Mismatch {
        field: field.to_owned(),
        found: key.wire_type,
    }
}

/// Writes messages, one inside the other, without measuring them before.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn varint(&mut self, number: u32, value: u64) {
        self.key(number, VARINT);
        push_varint(&mut self.0, value);
    }

    pub(super) fn bytes(&mut self, number: u32, bytes: &[u8]) {
        self.key(number, BYTES);
        push_varint(&mut self.0, bytes.len() as u64);
        self.raw(bytes);
    }

    /// A field that is a message, or a packed list: what `write` writes, and its
    /// length before it.
    pub(super) fn message<E>(
        &mut self,
        number: u32,
        write: impl FnOnce(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.key(number, BYTES);
        // Most messages are short: one byte is left for the length, and only
        // what turns out longer is moved.
        let start = self.0.len();
        self.0.push(0);
        write(self)?;
        let length = self.0.len() - start - 1;
        match u8::try_from(length) {
            Ok(short) if short < 0x80 => self.0[start] = short,
            _ => {
                let mut prefix = Vec::with_capacity(10);
                push_varint(&mut prefix, length as u64);
                self.0.splice(start..=start, prefix);
            }
        }
        Ok(())
    }

    fn key(&mut self, number: u32, wire_type: u8) {
        push_varint(&mut self.0, u64::from(number << 3) | u64::from(wire_type));
    }
}

fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
